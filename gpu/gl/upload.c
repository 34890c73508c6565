// Samples of images on their way to the GPU: straight from the image's memory, through
// pixel buffers that the driver reads while we go on, or through a copy.
#include <gpu/gl/painter.h>

#include <string.h>

#include <plotlib/base/alloc.h>
#include <plotlib/base/message.h>
#include <plotlib/image/kernels.h>

// A pixel buffer holds a frame of a camera; larger images go in bands, so that what the
// driver keeps for us is bounded. A copy stays in the cache.
enum { STREAM_BYTES = 1 << 24, COPY_BYTES = 1 << 20 };

// What goes into one layer: `part` of the view, in pixels, from (x, y) of the layer on.
struct tile {
    const struct plt_image_view *view;
    const struct plt_gl_texel *texel;
    bool convert; // to float32, as the level formula says
    struct plt_irect part;
    GLint x, y, layer; // texels
    size_t row_bytes;  // of the part, in the texture
};

// Rows [first, first + count) of a tile into memory, by several threads.
struct copy {
    const struct tile *tile;
    char *to;
    GLsizei first, count;
    int pieces;
};

#define SPREAD(T)                   \
    for (int32_t i = 0; i < n; i++) \
    ((T *)to)[(size_t)i * step] = ((const T *)from)[i]

static void spread(const void *from, size_t size, int32_t n, size_t step, void *to)
{
    switch (size) {
    case 1: SPREAD(uint8_t); break;
    case 2: SPREAD(uint16_t); break;
    case 4: SPREAD(uint32_t); break;
    }
}

// n samples of one channel, in the type of the texture.
static void take(const struct tile *tile, int32_t column, int32_t row, int32_t channel,
                 int32_t n, void *to)
{
    const struct plt_image_view *view = tile->view;
    if (tile->convert)
        plt_image_kernels_best()->load(view->type, plt_image_at(view, column, row, channel),
                                       plt_image_pixel_step(view), (size_t)n, to);
    else
        plt_image_pack(view, column, row, channel, n, to);
}

// Channels that lie apart come together, a block at a time.
static void gather_row(const struct tile *tile, int32_t row, char *to)
{
    enum { BLOCK = 512 };
    uint32_t block[BLOCK];
    const size_t size = tile->texel->size, channels = (size_t)tile->view->channels;
    for (int32_t x = tile->part.x0, n; x < tile->part.x1; x += n) {
        n = tile->part.x1 - x < BLOCK ? tile->part.x1 - x : BLOCK;
        for (size_t c = 0; c < channels; c++) {
            take(tile, x, row, (int32_t)c, n, block);
            spread(block, size, n, channels, to + c * size);
        }
        to += (size_t)n * channels * size;
    }
}

static void copy_row(const struct tile *tile, int32_t row, char *to)
{
    const struct plt_image_view *view = tile->view;
    const struct plt_irect *part = &tile->part;
    if (!plt_image_is_packed(view) && view->channels > 1)
        gather_row(tile, row, to);
    else if (view->channels == 1)
        take(tile, part->x0, row, 0, part->x1 - part->x0, to);
    else if (tile->convert)
        plt_image_kernels_best()->load(view->type, plt_image_at(view, part->x0, row, 0), 1,
                                       tile->row_bytes / sizeof(float), (float *)to);
    else
        memcpy(to, plt_image_at(view, part->x0, row, 0), tile->row_bytes);
}

static void copy_piece(void *user, int piece)
{
    const struct copy *copy = user;
    const int64_t count = copy->count;
    const GLsizei end = (GLsizei)(count * (piece + 1) / copy->pieces);
    for (GLsizei i = (GLsizei)(count * piece / copy->pieces); i < end; i++)
        copy_row(copy->tile, copy->tile->part.y0 + copy->first + i,
                 copy->to + (size_t)i * copy->tile->row_bytes);
}

static void copy_rows(struct plt_pool *pool, const struct tile *tile, GLsizei first,
                      GLsizei count, char *to)
{
    // Waking a thread takes as long as copying a few hundred KB.
    enum { PIECE_BYTES = 1 << 19 };
    const size_t pieces = (size_t)count * tile->row_bytes / PIECE_BYTES;
    struct copy copy = {tile, to, first, count,
                        pieces < 1              ? 1
                        : pieces > PLT_POOL_MAX ? PLT_POOL_MAX
                                                : (int)pieces};
    plt_pool_run(pool, copy.pieces, copy_piece, &copy);
}

static void send_rows(struct plt_gl *gl, const struct tile *tile, GLint y, GLsizei rows,
                      const void *pixels)
{
    const GLsizei width = (GLsizei)(tile->row_bytes / tile->texel->size);
    gl->api.TexSubImage3D(GL_TEXTURE_2D_ARRAY, 0, tile->x, tile->y + y, tile->layer, width,
                          rows, 1, tile->texel->format, tile->texel->type, pixels);
    if (!tile->view->device)
        gl->uploaded += tile->row_bytes * (uint64_t)rows;
}

// Whether GL can read the tile where it is.
static bool is_readable(const struct tile *tile)
{
    const size_t stride = tile->view->row_stride, size = tile->texel->size;
    return !tile->convert && plt_image_is_packed(tile->view) && stride % size == 0 &&
           stride / size <= INT32_MAX;
}

static void send_in_place(struct plt_gl *gl, const struct tile *tile, GLint y, GLsizei rows)
{
    const struct plt_image_view *view = tile->view;
    gl->api.PixelStorei(GL_UNPACK_ROW_LENGTH,
                        (GLint)(view->row_stride / tile->texel->size));
    send_rows(gl, tile, y, rows, plt_image_at(view, tile->part.x0, tile->part.y0 + y, 0));
    gl->api.PixelStorei(GL_UNPACK_ROW_LENGTH, 0);
}

// The next of two pixel buffers, new memory behind it: what the driver still reads stays
// its own. Bound; NULL, and none bound, when there is none.
static void *map_buffer(struct plt_gl *gl, size_t bytes)
{
    const struct plt_gl_api *api = &gl->api;
    if (!gl->stream[0])
        api->GenBuffers(2, gl->stream);
    gl->stream_turn ^= 1;
    api->BindBuffer(GL_PIXEL_UNPACK_BUFFER, gl->stream[gl->stream_turn]);
    api->BufferData(GL_PIXEL_UNPACK_BUFFER, (GLsizeiptr)bytes, NULL, GL_STREAM_DRAW);
    void *to = api->MapBufferRange(GL_PIXEL_UNPACK_BUFFER, 0, (GLsizeiptr)bytes,
                                   GL_MAP_WRITE_BIT | GL_MAP_INVALIDATE_BUFFER_BIT);
    if (!to) {
        plt_gl_take_error(gl);
        api->BindBuffer(GL_PIXEL_UNPACK_BUFFER, 0);
    }
    return to;
}

static bool send_streamed(struct plt_gl *gl, struct plt_pool *pool, const struct tile *tile,
                          GLint y, GLsizei rows)
{
    char *to = map_buffer(gl, (size_t)rows * tile->row_bytes);
    if (!to)
        return false;
    copy_rows(pool, tile, y, rows, to);
    // False: the driver lost the memory meanwhile (a change of the display's mode).
    const bool whole = gl->api.UnmapBuffer(GL_PIXEL_UNPACK_BUFFER);
    if (whole)
        send_rows(gl, tile, y, rows, NULL);
    gl->api.BindBuffer(GL_PIXEL_UNPACK_BUFFER, 0);
    return whole;
}

// Of a card's memory, which never comes to the host.
static bool send_device(struct plt_gl *gl, const struct tile *tile)
{
    if (!plt_gl_device_fill(gl, tile->view, tile->part,
                            tile->convert ? PLT_F32 : tile->view->type))
        return false;
    send_rows(gl, tile, 0, tile->part.y1 - tile->part.y0, NULL);
    gl->api.BindBuffer(GL_PIXEL_UNPACK_BUFFER, 0);
    return true;
}

static GLsizei band_of(const struct tile *tile, size_t bytes, GLsizei rows)
{
    const size_t band = tile->row_bytes < bytes ? bytes / tile->row_bytes : 1;
    return band < (size_t)rows ? (GLsizei)band : rows;
}

// Rows [y, end) through a copy of ours.
static bool send_copied(struct plt_gl *gl, struct plt_pool *pool, const struct tile *tile,
                        GLint y, GLint end)
{
    const GLsizei band = band_of(tile, COPY_BYTES, end - y);
    char *copy = plt_malloc((size_t)band * tile->row_bytes);
    if (!copy) {
        plt_no_memory(gl->log, "an image for OpenGL");
        return false;
    }
    for (; y < end; y += band) {
        const GLsizei rows = end - y < band ? end - y : band;
        copy_rows(pool, tile, y, rows, copy);
        send_rows(gl, tile, y, rows, copy);
    }
    plt_free(copy);
    return true;
}

static bool send_tile(struct plt_gl *gl, struct plt_pool *pool, const struct tile *tile)
{
    if (tile->view->device)
        return send_device(gl, tile);
    const GLint height = tile->part.y1 - tile->part.y0;
    const GLsizei band = band_of(tile, STREAM_BYTES, height);
    GLint y = 0;
    while (y < height && (size_t)height * tile->row_bytes >= gl->stream_from) {
        const GLsizei rows = height - y < band ? height - y : band;
        if (!send_streamed(gl, pool, tile, y, rows))
            break;
        y += rows;
    }
    if (y == height)
        return true;
    if (!is_readable(tile))
        return send_copied(gl, pool, tile, y, height);
    send_in_place(gl, tile, y, height - y);
    return true;
}

bool plt_gl_send_image(struct plt_gl *gl, struct plt_pool *pool,
                       const struct plt_image_view *view, const struct plt_gl_texel *texel,
                       int side, struct plt_irect dirty)
{
    const int32_t across = plt_gl_tiles(view->columns, side);
    const int32_t down = plt_gl_tiles(view->rows, side);
    const GLint texels = view->channels; // of a pixel
    for (int32_t i = 0; i < across * down; i++) {
        const int32_t x = i % across << side, y = i / across << side;
        const struct plt_irect whole = {x, y, x + plt_gl_tile_size(view->columns - x, side),
                                        y + plt_gl_tile_size(view->rows - y, side)};
        struct tile tile = {.view = view,
                            .texel = texel,
                            .convert = plt_type_size(view->type) != texel->size,
                            .part = plt_irect_cut(whole, dirty),
                            .layer = i};
        if (plt_irect_empty(tile.part))
            continue;
        tile.x = (tile.part.x0 - x) * texels;
        tile.y = tile.part.y0 - y;
        tile.row_bytes =
            (size_t)(tile.part.x1 - tile.part.x0) * (size_t)texels * texel->size;
        if (!send_tile(gl, pool, &tile))
            return false;
    }
    return true;
}
