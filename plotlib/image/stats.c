// Count, extremes and mean of one channel (stats.h). Sums of each thread's pieces are
// either exact or kept one a block and added at the end, so that threads change no bit.
#include <float.h>
#include <math.h>
#include <string.h>

#include <plotlib/base/alloc.h>
#include <plotlib/image/plane_kernels.h>
#include <plotlib/image/stats.h>

struct band {
    union plt_extent extent;
    struct plt_image_odd odd;
    int64_t whole[2];
};

struct run {
    struct plt_plane plane;
    struct plt_plane_how how;
    const struct plt_stats_kernels *kernels;
    const struct plt_image_kernels *image;
    const struct plt_minmax *minmax;
    enum plt_type type; // that is summed: f16 samples are converted
    double *blocks;     // sums of blocks; NULL for integers
    struct band bands[PLT_POOL_MAX];
};

static bool is_real(enum plt_type type)
{
    return type == PLT_F32 || type == PLT_F64;
}

#define COUNT_ODD(T, LARGEST)                \
    for (size_t i = 0; i < n; i++) {         \
        const T v = ((const T *)samples)[i]; \
        nans += v != v;                      \
        above += v > LARGEST;                \
        below += v < -LARGEST;               \
    }

void plt_image_count_odd(enum plt_type type, const void *samples, size_t n,
                         struct plt_image_odd *odd)
{
    uint64_t nans = 0, above = 0, below = 0;
    if (type == PLT_F32) {
        COUNT_ODD(float, FLT_MAX)
    } else if (type == PLT_F64) {
        COUNT_ODD(double, DBL_MAX)
    }
    odd->nans += nans;
    odd->above += above;
    odd->below += below;
}

// Where a sum is finite, all that went into it was.
static double sum_block(struct run *run, struct band *band, const char *samples, size_t n)
{
    double room[PLT_PLANE_BLOCK];
    const size_t size = plt_type_size(run->type);
    const void *block = samples;
    if (n < PLT_PLANE_BLOCK) {
        memset(room, 0, sizeof(room));
        memcpy(room, samples, n * size);
        block = room;
    }
    double sum = run->kernels->tree(run->type, block, false);
    if (isfinite(sum))
        return sum;
    plt_image_count_odd(run->type, samples, n, &band->odd);
    return run->kernels->tree(run->type, block, true);
}

static void run_band(void *user, int index)
{
    struct run *run = user;
    struct band *band = &run->bands[index];
    union plt_piece room, values;
    struct plt_plane_range range = plt_plane_band(run->plane.count, run->how.bands, index);
    run->minmax->reset(&band->extent);
    for (uint64_t i = range.first; i < range.end; i += PLT_PLANE_PIECE) {
        const uint64_t left = range.end - i;
        const size_t n = left < PLT_PLANE_PIECE ? (size_t)left : PLT_PLANE_PIECE;
        const char *piece = plt_plane_read(&run->plane, i, n, &room);
        if (run->type != run->plane.type) {
            run->image->load(run->plane.type, piece, 1, n, values.f32);
            piece = (const char *)values.f32;
        }
        run->minmax->scan(piece, n, &band->extent);
        if (!run->blocks) {
            run->kernels->whole(run->type, piece, n, band->whole);
            continue;
        }
        const size_t size = plt_type_size(run->type);
        for (size_t k = 0; k < n; k += PLT_PLANE_BLOCK) {
            const size_t m = n - k < PLT_PLANE_BLOCK ? n - k : PLT_PLANE_BLOCK;
            run->blocks[(i + k) / PLT_PLANE_BLOCK] =
                sum_block(run, band, piece + k * size, m);
        }
    }
}

// Trees of trees, until one number is left.
static double sum_blocks(const struct run *run, size_t count)
{
    double room[PLT_PLANE_BLOCK];
    while (count > 1) {
        const size_t above = (count + PLT_PLANE_BLOCK - 1) / PLT_PLANE_BLOCK;
        for (size_t k = 0; k < above; k++) {
            const size_t first = k * PLT_PLANE_BLOCK, left = count - first;
            const size_t n = left < PLT_PLANE_BLOCK ? left : PLT_PLANE_BLOCK;
            memset(room, 0, sizeof(room));
            memcpy(room, run->blocks + first, n * sizeof(*room));
            run->blocks[k] = run->kernels->tree(PLT_F64, room, false);
        }
        count = above;
    }
    return run->blocks[0];
}

static struct plt_range extent_range(enum plt_type type, const union plt_extent *extent)
{
    switch (type) {
    case PLT_F64: return (struct plt_range){extent->f64[0], extent->f64[1]};
    case PLT_F32:
    case PLT_F16: return (struct plt_range){extent->f32[0], extent->f32[1]};
    case PLT_I8: return (struct plt_range){extent->i8[0], extent->i8[1]};
    case PLT_U8: return (struct plt_range){extent->u8[0], extent->u8[1]};
    case PLT_I16: return (struct plt_range){extent->i16[0], extent->i16[1]};
    case PLT_U16: return (struct plt_range){extent->u16[0], extent->u16[1]};
    case PLT_I32: return (struct plt_range){extent->i32[0], extent->i32[1]};
    case PLT_U32: return (struct plt_range){extent->u32[0], extent->u32[1]};
    case PLT_I64: return (struct plt_range){(double)extent->i64[0], (double)extent->i64[1]};
    }
    return (struct plt_range){NAN, NAN};
}

// Bands after the first are folded into it.
static void merge_bands(struct run *run)
{
    struct band *all = &run->bands[0];
    for (int i = 1; i < run->how.bands; i++) {
        const struct band *band = &run->bands[i];
        run->minmax->fold_pairs(&band->extent, 1, &all->extent);
        all->odd.nans += band->odd.nans;
        all->odd.above += band->odd.above;
        all->odd.below += band->odd.below;
        all->whole[0] += band->whole[0];
        all->whole[1] += band->whole[1];
    }
}

static double total(struct run *run)
{
    const struct band *all = &run->bands[0];
    if (run->blocks)
        return sum_blocks(
            run, (size_t)((run->plane.count + PLT_PLANE_BLOCK - 1) / PLT_PLANE_BLOCK));
    const int64_t high = all->whole[0] + (all->whole[1] >> 32);
    return (double)high * 0x1p32 + (double)(all->whole[1] & UINT32_MAX);
}

static void finish(struct run *run, struct plt_image_stats *out)
{
    merge_bands(run);
    const struct band *all = &run->bands[0];
    *out = (struct plt_image_stats){
        .finite = run->plane.count - all->odd.nans - all->odd.above - all->odd.below,
        .odd = all->odd,
        .min = NAN,
        .max = NAN,
        .mean = NAN,
    };
    if (out->finite == 0)
        return;
    struct plt_range range = extent_range(run->type, &all->extent);
    out->min = range.x0 + 0.0;
    out->max = range.x1 + 0.0;
    out->mean = (total(run) + 0.0) / (double)out->finite;
}

static bool run_plane(struct run *run, const struct plt_image_stats_job *job)
{
    run->type = run->plane.type == PLT_F16 ? PLT_F32 : run->plane.type;
    run->kernels = plt_stats_kernels_of(run->how.isa);
    run->image = plt_image_kernels_of(run->how.isa);
    run->minmax = plt_minmax_of(run->how.isa, run->type);
    const uint64_t blocks = (run->plane.count + PLT_PLANE_BLOCK - 1) / PLT_PLANE_BLOCK;
    if (is_real(run->type)) {
        run->blocks = plt_malloc((size_t)blocks * sizeof(*run->blocks));
        if (!run->blocks)
            return false;
    }
    plt_pool_run(job->pool, run->how.bands, run_band, run);
    finish(run, job->out);
    plt_free(run->blocks);
    return true;
}

bool plt_image_stats_run(const struct plt_image_stats_job *job,
                         const struct plt_plane_how *how)
{
    struct run run = {0};
    if (!plt_plane_make(&run.plane, &job->src, job->channel) || !job->out)
        return false;
    run.how = how ? *how : plt_plane_how_best(job->pool, run.plane.count);
    return run_plane(&run, job);
}

bool plt_image_stats_cpu(const struct plt_image_stats_job *job)
{
    return plt_image_stats_run(job, NULL);
}
