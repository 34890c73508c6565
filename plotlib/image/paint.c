// Samples -> levels -> colormap -> pixels of the frame. Between draw/image.c, which says
// what samples each pixel covers, and the raster painter.
#include <string.h>

#include <plotlib/base/alloc.h>
#include <plotlib/base/pool.h>
#include <plotlib/image/shade.h>

// One run: the column spans in the form the kernels want, and scratch for one row.
struct run {
    const struct plt_image_map *map;
    const struct plt_shade *shade;
    struct plt_image_row row;
    int32_t first, end; // columns of samples used by any pixel
    int32_t *begin, *length;
    float *values[4];
    uint32_t *argb;
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
    const size_t width = (size_t)run->map->width;
    const size_t used =
        (size_t)(run->end - run->first) * (size_t)run->map->src.channels + PLT_KERNEL_PAD;
    const size_t line = (width * sizeof(double) + 63) / 64 * 64;
    const size_t sums = (used * sizeof(double) + 63) / 64 * 64;
    char *p = run->memory = plt_aligned_alloc(64, 6 * line + 2 * sums);
    if (!p)
        return false;
    run->row.sums = p;
    run->row.counts = (int32_t *)(p += sums);
    run->row.wide = (double *)(p += sums);
    run->begin = (int32_t *)(p += line);
    run->length = run->begin + line / 8;
    for (int c = 0; c < 4; c += 2) {
        run->values[c] = (float *)(p += line);
        run->values[c + 1] = run->values[c] + line / 8;
    }
    run->argb = (uint32_t *)(p + line);
    return true;
}

// Channels that lie side by side are summed together, as one row of columns x channels.
static void fill_steps(struct run *run)
{
    const struct plt_image_view *src = &run->map->src;
    struct plt_image_row *row = &run->row;
    const bool together = plt_image_is_packed(src);
    const int32_t lanes = together ? src->channels : 1;
    row->pixel_step = plt_image_pixel_step(src);
    row->step = together ? 1 : row->pixel_step;
    row->lane = (size_t)lanes;
    row->num_sums = (run->end - run->first) * lanes;
}

static bool is_real(enum plt_type type)
{
    return type == PLT_F64 || type == PLT_F32 || type == PLT_F16;
}

static void fill_row(struct run *run)
{
    const struct plt_image_map *map = run->map;
    struct plt_image_row *row = &run->row;
    row->type = map->src.type;
    row->minify = map->minify;
    row->stride = map->src.row_stride;
    row->whole = map->src.channels > 1 && !is_real(map->src.type);
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
    fill_steps(run);
}

// How many rows of samples the next output row has below those of this one.
static int32_t rows_ahead(const struct run *run, int32_t y)
{
    enum { MOST_ROWS = 8, MOST_BYTES = 1 << 15 };
    const struct plt_sample_span *spans = run->map->rows + y;
    const size_t bytes = (size_t)run->row.num_sums * plt_type_size(run->row.type);
    if (y + 1 >= run->map->height || spans[1].begin != spans[0].end || bytes > MOST_BYTES ||
        spans[1].end - spans[1].begin < 2 || spans[1].end - spans[1].begin > MOST_ROWS)
        return 0;
    return spans[1].end - spans[1].begin;
}

// One sample a pixel of 8 bits: levels and map are one table. Pixels of no samples are not
// told apart there.
static bool takes_bytes(const struct run *run, int32_t num_rows)
{
    return run->shade->has_map && num_rows == 1 && run->row.longest == 1 && !run->row.gaps;
}

static void find_values(struct run *run, int32_t y)
{
    const struct plt_image_view *src = &run->map->src;
    struct plt_image_row *row = &run->row;
    const bool together = row->lane > 1;
    row->summed = false;
    for (int32_t c = 0; c < src->channels; c++) {
        row->summed &= together;
        row->pixels =
            plt_image_at(src, run->first, run->map->rows[y].begin, together ? 0 : c);
        row->offset = together ? (size_t)c : 0;
        run->shade->kernels->values(row, run->values[c]);
    }
}

// Colours of the row to `argb`; true when all are opaque.
static bool shade_row(struct run *run, int32_t y, uint32_t *argb)
{
    const struct plt_image_view *src = &run->map->src;
    struct plt_image_row *row = &run->row;
    const size_t n = (size_t)row->width;
    row->num_rows = run->map->rows[y].end - run->map->rows[y].begin;
    if (takes_bytes(run, row->num_rows)) {
        const uint8_t *bytes = plt_image_at(src, run->first, run->map->rows[y].begin, 0);
        run->shade->kernels->bytes(bytes, row->in_step ? NULL : row->begin, row->pixel_step,
                                   plt_image_channel_step(src), src->channels,
                                   &run->shade->map, n, argb);
        return src->channels == 1 ? run->shade->table.opaque : src->channels == 3;
    }
    row->ahead = rows_ahead(run, y);
    find_values(run, y);
    bool opaque = true;
    for (size_t x = 0, count; x < n; x += count) {
        count = n - x < PLT_SHADE_BLOCK ? n - x : PLT_SHADE_BLOCK;
        const float *const values[4] = {run->values[0] + x, run->values[1] + x,
                                        run->values[2] + x, run->values[3] + x};
        opaque &= plt_shade_values(run->shade, values, count, argb + x);
    }
    return opaque;
}

static void draw_rows(struct run *run, char *dst, size_t dst_stride)
{
    const struct plt_image_map *map = run->map;
    const size_t n = (size_t)map->width;
    struct plt_sample_span same = {0, 0}; // rows of samples that `argb` shows
    bool opaque = false;
    for (int32_t y = 0; y < map->height; y++, dst += dst_stride) {
        const struct plt_sample_span span = map->rows[y];
        if (span.begin >= span.end)
            continue;
        if (span.begin != same.begin || span.end != same.end)
            opaque = shade_row(run, y, run->argb);
        same = span;
        if (opaque)
            memcpy(dst, run->argb, n * sizeof(uint32_t));
        else
            run->shade->kernels->blend(run->argb, n, (uint32_t *)dst);
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
    if (plt_image_map_is_turned(map))
        return plt_image_map_run_turned(map, dst, dst_stride);
    return plt_image_map_run_with(plt_image_kernels_best(), choose_bands(map), map, dst,
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
    draw_rows(&band->run, band->dst, band->dst_stride);
}

bool plt_image_map_run_with(const struct plt_image_kernels *kernels, int bands,
                            const struct plt_image_map *map, uint32_t *dst,
                            size_t dst_stride)
{
    struct band list[PLT_POOL_MAX];
    struct plt_shade shade;
    struct run whole = {.map = map, .shade = &shade};
    if (map->width <= 0 || map->height <= 0)
        return true;
    if (!plt_shade_make(&shade, kernels, &map->src, map->levels, &map->table))
        return false;
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
