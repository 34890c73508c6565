// Whole views to colours, one word a pixel: the engine's `colors` on the CPU.
#include <string.h>

#include <plotlib/image/shade.h>

// Pictures larger than this are written past the caches: 4096^2 u8 to ARGB, 9.3 -> 15 GB/s.
enum { STREAM_BYTES = 1 << 23 };
// Pixels of a band: half a millisecond or so, ten times what waking a thread takes.
enum { BAND_PIXELS = 1 << 18 };

struct work {
    const struct plt_image_colors *job;
    struct plt_shade shade;
    char *dst;
    size_t dst_stride;
    int bands;
    bool stream;
};

static void color_block(const struct work *work, int32_t row, int32_t column, int32_t n,
                        uint32_t *argb)
{
    const struct plt_image_view *src = &work->job->src;
    const struct plt_image_kernels *kernels = work->shade.kernels;
    const size_t step = plt_image_pixel_step(src);
    if (work->shade.has_map) {
        kernels->bytes(plt_image_at(src, column, row, 0), NULL, step,
                       plt_image_channel_step(src), src->channels, &work->shade.map,
                       (size_t)n, argb);
        return;
    }
    float values[4][PLT_SHADE_BLOCK];
    const float *lines[4] = {values[0], values[1], values[2], values[3]};
    for (int32_t c = 0; c < src->channels; c++)
        kernels->load(src->type, plt_image_at(src, column, row, c), step, (size_t)n,
                      values[c]);
    plt_shade_values(&work->shade, lines, (size_t)n, argb);
}

// The first block ends where a cache line of dst does.
static int32_t block_size(const uint32_t *dst, int32_t left)
{
    const int32_t past = (int32_t)((uintptr_t)dst / 4 % 16);
    const int32_t n = PLT_SHADE_BLOCK - past;
    return n < left ? n : left;
}

static void color_row(const struct work *work, int32_t row)
{
    uint32_t *dst = (uint32_t *)(work->dst + (size_t)row * work->dst_stride);
    const int32_t columns = work->job->src.columns;
    uint32_t argb[PLT_SHADE_BLOCK];
    for (int32_t column = 0, n; column < columns; column += n) {
        n = block_size(dst + column, columns - column);
        color_block(work, row, column, n, work->stream ? argb : dst + column);
        if (work->stream)
            work->shade.kernels->stream(argb, (size_t)n, dst + column);
    }
}

static void color_band(void *user, int band)
{
    const struct work *work = user;
    const int64_t rows = work->job->src.rows;
    const int32_t end = (int32_t)(rows * (band + 1) / work->bands);
    for (int32_t row = (int32_t)(rows * band / work->bands); row < end; row++)
        color_row(work, row);
    work->shade.kernels->stream(NULL, 0, NULL);
}

bool plt_image_colors_with(const struct plt_image_kernels *kernels, int bands,
                           const struct plt_image_colors *job, uint32_t *dst,
                           size_t dst_stride)
{
    const struct plt_image_view *src = &job->src;
    struct work work = {.job = job,
                        .dst = (char *)dst,
                        .dst_stride = dst_stride,
                        .bands = bands < src->rows ? bands : src->rows};
    if (!plt_shade_make(&work.shade, kernels, src, job->levels, &job->table))
        return false;
    work.stream = (size_t)src->columns * 4 >=
                  (STREAM_BYTES + (size_t)src->rows - 1) / (size_t)src->rows;
    plt_pool_run(job->pool, work.bands, color_band, &work);
    return true;
}

bool plt_image_colors_cpu(const struct plt_image_colors *job, uint32_t *dst,
                          size_t dst_stride)
{
    const int64_t pixels = (int64_t)job->src.columns * job->src.rows;
    const int64_t bands = plt_pool_width(job->pool) > 1 ? pixels / BAND_PIXELS : 1;
    return plt_image_colors_with(plt_image_kernels_best(),
                                 bands < 1              ? 1
                                 : bands > PLT_POOL_MAX ? PLT_POOL_MAX
                                                        : (int)bands,
                                 job, dst, dst_stride);
}
