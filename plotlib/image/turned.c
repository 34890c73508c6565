// Painting a transposed image: row by row of the picture would be sample by sample from
// line to line of memory, each a miss of the cache. Instead the picture is turned, painted
// along the lines, and turned back.
#include <plotlib/base/alloc.h>
#include <plotlib/image/paint.h>

// to[x][y] = from[y][x], in tiles that stay in the cache.
static void turn(const uint32_t *from, size_t from_stride, int32_t width, int32_t height,
                 uint32_t *to, size_t to_stride)
{
    enum { TILE = 16 };
    for (int32_t y0 = 0; y0 < height; y0 += TILE) {
        const int32_t y1 = y0 + TILE < height ? y0 + TILE : height;
        for (int32_t x0 = 0; x0 < width; x0 += TILE) {
            const int32_t x1 = x0 + TILE < width ? x0 + TILE : width;
            for (int32_t x = x0; x < x1; x++)
                for (int32_t y = y0; y < y1; y++)
                    to[(size_t)x * to_stride + (size_t)y] =
                        from[(size_t)y * from_stride + (size_t)x];
        }
    }
}

bool plt_image_map_is_turned(const struct plt_image_map *map)
{
    // A mean of floating-point samples depends on the order of its sums.
    return map->src.channels == 1 && map->minify == PLT_MINIFY_MAX &&
           plt_image_pixel_step(&map->src) * plt_type_size(map->src.type) >
               map->src.row_stride &&
           map->width > 0 && map->height > 0;
}

bool plt_image_map_run_turned(const struct plt_image_map *map, uint32_t *dst,
                              size_t dst_stride)
{
    struct plt_image_map turned = *map;
    struct plt_image_view *src = &turned.src;
    // An odd number of cache lines from row to row, so that tiles do not lie on each other.
    const size_t stride = ((size_t)map->height + 31) / 32 * 32 + 16;
    uint32_t *picture = plt_malloc((size_t)map->width * stride * sizeof(*picture));
    if (!picture)
        return false;
    src->pixel_stride = map->src.row_stride;
    src->row_stride = plt_image_pixel_step(&map->src) * plt_type_size(map->src.type);
    src->columns = map->src.rows;
    src->rows = map->src.columns;
    turned.cols = map->rows;
    turned.rows = map->cols;
    turned.width = map->height;
    turned.height = map->width;
    turn(dst, dst_stride / 4, map->width, map->height, picture, stride);
    const bool ok = plt_image_map_run(&turned, picture, stride * 4);
    if (ok)
        turn(picture, stride, map->height, map->width, dst, dst_stride / 4);
    plt_free(picture);
    return ok;
}
