// Samples -> levels -> colormap -> pixels of the frame. Between draw/image.c, which says
// what samples each pixel covers, and the raster painter.
#include <string.h>

#include <plotlib/base/alloc.h>
#include <plotlib/base/pool.h>
#include <plotlib/image/kernels.h>
#include <plotlib/image/paint.h>

#if defined(__GNUC__)
#define PREFETCH(p) __builtin_prefetch((p), 0, 2)
#else
#define PREFETCH(p) (void)(p)
#endif

const struct plt_image_kernels *plt_image_kernels_find(void)
{
#if defined(__x86_64__) && defined(__GNUC__)
    if (__builtin_cpu_supports("avx2"))
        return &plt_image_kernels_avx2;
#endif
    return &plt_image_kernels_base;
}

// One run: the column spans in the form the kernels want, and scratch for one row.
struct run {
    const struct plt_image_map *map;
    const struct plt_image_kernels *kernels;
    struct plt_image_row row;
    int32_t first, end; // columns of samples used by any pixel
    int32_t *begin, *length;
    float *values;
    int32_t *index;
    void *memory;
};

static bool span_fits(struct plt_sample_span span, int32_t samples)
{
    return span.begin >= span.end || (span.begin >= 0 && span.end <= samples);
}

// False where a span leaves the image: nothing is drawn then.
static bool find_used(struct run *run)
{
    const struct plt_image_map *map = run->map;
    run->first = map->src.columns;
    run->end = 0;
    for (int32_t x = 0; x < map->width; x++) {
        struct plt_sample_span s = map->cols[x];
        if (!span_fits(s, map->src.columns))
            return false;
        if (s.begin >= s.end)
            continue;
        run->first = s.begin < run->first ? s.begin : run->first;
        run->end = s.end > run->end ? s.end : run->end;
    }
    for (int32_t y = 0; y < map->height; y++) {
        if (!span_fits(map->rows[y], map->src.rows))
            return false;
    }
    return true;
}

// One block for everything, each part aligned for vectors.
static bool take_memory(struct run *run)
{
    size_t width = (size_t)run->map->width;
    size_t used = ((size_t)(run->end - run->first)) * (size_t)run->map->src.channels;
    size_t line = (width * sizeof(double) + 63) / 64 * 64;
    size_t sums = ((used + PLT_KERNEL_PAD) * sizeof(double) + 63) / 64 * 64;
    char *p = run->memory = plt_aligned_alloc(64, 5 * line + 2 * sums);
    if (!p)
        return false;
    run->row.sums = p;
    run->row.counts = (int32_t *)(p += sums);
    run->row.wide = (double *)(p += sums);
    run->begin = (int32_t *)(p += line);
    run->length = (int32_t *)(p += line);
    run->values = (float *)(p += line);
    run->index = (int32_t *)(p += line);
    return true;
}

static void fill_row(struct run *run)
{
    const struct plt_image_map *map = run->map;
    struct plt_image_row *row = &run->row;
    row->type = map->src.type;
    row->minify = map->minify;
    row->stride = map->src.row_stride;
    row->num_columns = run->end - run->first;
    row->width = map->width;
    row->begin = run->begin;
    row->length = run->length;
    row->shortest = INT32_MAX;
    row->in_step = true;
    for (int32_t x = 0; x < map->width; x++) {
        struct plt_sample_span s = map->cols[x];
        int32_t length = s.end > s.begin ? s.end - s.begin : 0;
        run->begin[x] = length ? s.begin - run->first : 0;
        run->length[x] = length;
        row->in_step &= length == 1 && run->begin[x] == x;
        row->gaps |= length == 0;
        row->longest = length > row->longest ? length : row->longest;
        row->shortest = length && length < row->shortest ? length : row->shortest;
    }
}

static const char *row_pixels(const struct run *run, int32_t y)
{
    const struct plt_image_view *src = &run->map->src;
    size_t sample = plt_type_size(src->type) * (size_t)src->channels;
    return (const char *)src->pixels + (size_t)run->map->rows[y].begin * src->row_stride +
           (size_t)run->first * sample;
}

// u8 and i8, one sample a pixel: levels and map become one table of 256 colours.
static bool make_byte_map(const struct run *run, uint32_t *table)
{
    enum plt_type type = run->map->src.type;
    if ((type != PLT_U8 && type != PLT_I8) || run->row.longest > 1 || run->row.gaps)
        return false;
    for (int i = 0; i < 256; i++) {
        float v = type == PLT_U8 ? (float)i : (float)(int8_t)i;
        table[i] = run->map->table.colors[plt_levels_index(run->map->levels[0], 256, v)];
    }
    return true;
}

// Asks for the samples of the next output row while this one is being coloured: rows of
// samples are pages apart, where the hardware does not look ahead. Minified u16, 2048^2 to
// 650^2: 1.20 -> 1.06 ms.
static void fetch_ahead(const struct run *run, int32_t y)
{
    enum { MOST_ROWS = 8, MOST_BYTES = 1 << 15 };
    if (y >= run->map->height)
        return;
    struct plt_sample_span span = run->map->rows[y];
    size_t bytes = (size_t)run->row.num_columns * plt_type_size(run->row.type);
    if (span.end - span.begin > MOST_ROWS || span.end - span.begin < 2 ||
        bytes > MOST_BYTES)
        return;
    const char *line = row_pixels(run, y);
    for (int32_t r = span.begin; r < span.end; r++, line += run->row.stride) {
        for (size_t i = 0; i < bytes; i += 64)
            PREFETCH(line + i);
    }
}

// Returns whether every pixel of the row was written.
static bool draw_row(struct run *run, int32_t y, const uint32_t *byte_map, uint32_t *dst)
{
    const struct plt_image_map *map = run->map;
    const struct plt_image_kernels *kernels = run->kernels;
    struct plt_image_row *row = &run->row;
    size_t n = (size_t)map->width;
    row->pixels = row_pixels(run, y);
    row->num_rows = map->rows[y].end - map->rows[y].begin;
    if (byte_map && row->num_rows == 1) {
        kernels->paint_bytes(row->pixels, row->in_step ? NULL : row->begin, n, byte_map,
                             dst);
        return true;
    }
    kernels->values(row, run->values);
    fetch_ahead(run, y + 1);
    bool opaque = kernels->index(map->levels[0], run->values, n, run->index);
    kernels->paint(run->index, n, opaque, map->table.colors, dst);
    return opaque;
}

static void run_levels(struct run *run, char *dst, size_t dst_stride)
{
    const struct plt_image_map *map = run->map;
    size_t n = (size_t)map->width;
    uint32_t table[256];
    const uint32_t *byte_map = make_byte_map(run, table) ? table : NULL;
    const uint32_t *above = NULL; // the last row drawn, and its rows of samples
    struct plt_sample_span same = {0, 0};
    bool opaque = false;
    for (int32_t y = 0; y < map->height; y++, dst += dst_stride) {
        struct plt_sample_span span = map->rows[y];
        uint32_t *line = (uint32_t *)dst;
        if (span.begin >= span.end)
            continue;
        bool again = above && span.begin == same.begin && span.end == same.end;
        if (again && opaque)
            memcpy(line, above, n * sizeof(*line));
        else if (again)
            run->kernels->paint(run->index, n, false, map->table.colors, line);
        else
            opaque = draw_row(run, y, byte_map, line);
        above = line;
        same = span;
    }
}

// One channel of source-over with coverage a, rounded; as plt_blend of draw/frame.h.
static uint32_t over(uint32_t s, uint32_t d, uint32_t a)
{
    uint32_t t = s * a + d * (255 - a) + 128;
    return (t + (t >> 8)) >> 8;
}

static uint32_t blend_pixel(uint32_t dst, const uint32_t *rgba)
{
    uint32_t a = rgba[3];
    uint32_t r = over(rgba[0], dst >> 16 & 255, a);
    uint32_t g = over(rgba[1], dst >> 8 & 255, a);
    uint32_t b = over(rgba[2], dst & 255, a);
    return 0xff000000u | r << 16 | g << 8 | b;
}

// Mean (rounded half up) or maximum of each straight channel; sums[columns][channels].
static void pick_color(const struct run *run, const int32_t *sums, int32_t x,
                       uint32_t *rgba)
{
    int32_t channels = run->map->src.channels;
    const int32_t *p = sums + (size_t)run->begin[x] * (size_t)channels;
    bool is_max = run->map->minify == PLT_MINIFY_MAX;
    uint64_t samples = (uint64_t)run->length[x] * (uint64_t)run->row.num_rows;
    for (int32_t c = 0; c < channels; c++) {
        uint64_t sum = 0, top = 0;
        for (int32_t j = 0; j < run->length[x]; j++) {
            uint64_t v = (uint64_t)p[(size_t)j * (size_t)channels + (size_t)c];
            sum += v;
            top = v > top ? v : top;
        }
        rgba[c] = (uint32_t)(is_max ? top : (2 * sum + samples) / (2 * samples));
    }
}

static void draw_color_row(struct run *run, int32_t y, uint32_t *dst)
{
    int32_t channels = run->map->src.channels;
    const uint8_t *pixels = (const uint8_t *)row_pixels(run, y);
    struct plt_image_row *row = &run->row;
    row->num_rows = run->map->rows[y].end - run->map->rows[y].begin;
    uint32_t rgba[4] = {0, 0, 0, 255};
    if (row->num_rows == 1 && row->longest == 1) {
        for (int32_t x = 0; x < row->width; x++) {
            const uint8_t *p = pixels + (size_t)run->begin[x] * (size_t)channels;
            rgba[0] = p[0];
            rgba[1] = p[1];
            rgba[2] = p[2];
            rgba[3] = channels == 4 ? p[3] : 255;
            if (run->length[x])
                dst[x] = blend_pixel(dst[x], rgba);
        }
        return;
    }
    size_t n = (size_t)row->num_columns * (size_t)channels;
    bool is_max = run->map->minify == PLT_MINIFY_MAX;
    (is_max ? run->kernels->max_bytes
            : run->kernels->add_bytes)(pixels, row->stride, row->num_rows, n, row->sums);
    for (int32_t x = 0; x < row->width; x++) {
        if (!run->length[x])
            continue;
        pick_color(run, row->sums, x, rgba);
        dst[x] = blend_pixel(dst[x], rgba);
    }
}

static int64_t count_samples(const struct plt_sample_span *spans, int32_t n)
{
    int64_t samples = 0;
    for (int32_t i = 0; i < n; i++)
        samples += spans[i].end > spans[i].begin ? spans[i].end - spans[i].begin : 0;
    return samples;
}

// A band should take longer than waking a thread: this many samples are 1 ms.
static int choose_bands(const struct plt_image_map *map)
{
    enum { MANY = 1 << 22 };
    int64_t columns = count_samples(map->cols, map->width);
    int64_t rows = count_samples(map->rows, map->height);
    return rows > 0 && columns >= MANY / rows && plt_pool_width(map->pool) > 1
               ? PLT_POOL_MAX
               : 1;
}

bool plt_image_map_run(const struct plt_image_map *map, uint32_t *dst, size_t dst_stride)
{
    return plt_image_map_run_with(plt_image_kernels_find(), choose_bands(map), map, dst,
                                  dst_stride);
}

// Rows of the destination, with everything they need: bands share nothing they write.
struct band {
    struct plt_image_map map;
    struct run run;
    char *dst;
    size_t dst_stride;
};

static void run_band(void *user, int index)
{
    struct band *band = (struct band *)user + index;
    struct run *run = &band->run;
    char *line = band->dst;
    if (band->map.src.channels == 1) {
        run_levels(run, line, band->dst_stride);
        return;
    }
    for (int32_t y = 0; y < band->map.height; y++, line += band->dst_stride) {
        if (band->map.rows[y].begin < band->map.rows[y].end)
            draw_color_row(run, y, (uint32_t *)line);
    }
}

bool plt_image_map_run_with(const struct plt_image_kernels *kernels, int bands,
                            const struct plt_image_map *map, uint32_t *dst,
                            size_t dst_stride)
{
    struct band list[PLT_POOL_MAX];
    struct run whole = {.map = map, .kernels = kernels};
    if (map->width <= 0 || map->height <= 0)
        return true;
    if (map->src.type == PLT_F16 || (map->src.channels != 1 && map->src.type != PLT_U8) ||
        !plt_image_is_packed(&map->src))
        return false; // to come
    if (!find_used(&whole))
        return false;
    if (whole.first >= whole.end)
        return true;
    bands = bands < map->height ? bands : map->height;
    bool ok = true;
    for (int i = 0; i < bands; i++) {
        struct band *band = &list[i];
        int32_t y0 = (int32_t)((int64_t)map->height * i / bands);
        int32_t y1 = (int32_t)((int64_t)map->height * (i + 1) / bands);
        *band =
            (struct band){*map, whole, (char *)dst + (size_t)y0 * dst_stride, dst_stride};
        band->map.rows += y0;
        band->map.height = y1 - y0;
        band->run.map = &band->map;
        ok = take_memory(&band->run) && ok;
    }
    for (int i = 0; ok && i < bands; i++)
        fill_row(&list[i].run);
    if (ok)
        plt_pool_run(map->pool, bands, run_band, list);
    for (int i = 0; i < bands; i++)
        plt_free(list[i].run.memory);
    return ok;
}
