// Stacks on the CPU (stack.h): a piece of every frame in turn, onto results that stay in
// the first cache.
#include <float.h>
#include <math.h>
#include <string.h>

#include <plotlib/base/alloc.h>
#include <plotlib/image/plane_kernels.h>
#include <plotlib/image/stack.h>
#include <plotlib/image/stats.h>

enum { SOME_FRAMES = 1 << 14 }; // of 16-bit samples: their sum fits 32 bits

union sums {
    int32_t i32[PLT_PLANE_PIECE];
    int64_t i64[PLT_PLANE_PIECE];
    int64_t parts[2][PLT_PLANE_PIECE];
    double f64[PLT_PLANE_PIECE];
};

// What a band needs for one piece.
struct scratch {
    union plt_piece room, frames[4];
    union sums sums;
    int64_t wide[PLT_PLANE_PIECE];
    int32_t counts[PLT_PLANE_PIECE];
    const void *four[4];
};

struct run {
    const struct plt_image_project_job *job;
    struct scratch *scratch; // [bands]
    struct plt_plane plane;
    struct plt_plane_how how;
    enum plt_type type; // that is summed: f16 samples are converted
    const struct plt_image_kernels *image;
    const struct plt_stack_kernels *kernels;
};

static const void *read_frame(const struct run *run, int32_t t, uint64_t first, size_t n,
                              void *room)
{
    struct plt_plane plane = run->plane;
    plane.first += (size_t)t * run->job->frame_stride;
    return plt_plane_read(&plane, first, n, room);
}

// Four frames for `add`; those after the last are zeros, which add nothing.
static void read_four(const struct run *run, struct scratch *scratch, int32_t t,
                      uint64_t first, size_t n)
{
    static const union plt_piece zeros;
    for (int32_t k = 0; k < 4; k++) {
        void *room = run->type == run->plane.type ? &scratch->frames[k] : &scratch->room;
        const void *piece = &zeros;
        if (t + k < run->job->frames)
            piece = read_frame(run, t + k, first, n, room);
        if (piece != &zeros && run->type != run->plane.type) {
            run->image->load(run->plane.type, piece, 1, n, scratch->frames[k].f32);
            piece = &scratch->frames[k];
        }
        scratch->four[k] = piece;
    }
}

static void add_frames(const struct run *run, struct scratch *scratch, int32_t begin,
                       int32_t end, uint64_t first, size_t n)
{
    memset(&scratch->sums, 0, sizeof(scratch->sums));
    for (int32_t t = begin; t < end; t += 4) {
        read_four(run, scratch, t, first, n);
        run->kernels->add(run->type, scratch->four, n, &scratch->sums);
    }
}

// Sums of 8- and 16-bit samples, moved into wide ones before they overflow.
static void mean_small(const struct run *run, struct scratch *scratch, uint64_t first,
                       size_t n, float *out)
{
    memset(scratch->wide, 0, sizeof(scratch->wide));
    for (int32_t t = 0, m; t < run->job->frames; t += m) {
        m = run->job->frames - t < SOME_FRAMES ? run->job->frames - t : SOME_FRAMES;
        add_frames(run, scratch, t, t + m, first, n);
        for (size_t i = 0; i < n; i++)
            scratch->wide[i] += scratch->sums.i32[i];
    }
    for (size_t i = 0; i < n; i++)
        out[i] = (float)((double)scratch->wide[i] / run->job->frames);
}

static void mean_whole(const struct run *run, struct scratch *scratch, uint64_t first,
                       size_t n, float *out)
{
    const union sums *sums = &scratch->sums;
    const bool parts = run->type == PLT_I64;
    add_frames(run, scratch, 0, run->job->frames, first, n);
    for (size_t i = 0; i < n; i++) {
        const int64_t low = parts ? sums->parts[1][i] : sums->i64[i] & UINT32_MAX;
        const int64_t high = parts ? sums->parts[0][i] + (low >> 32) : sums->i64[i] >> 32;
        const double sum = (double)high * 0x1p32 + (double)(low & UINT32_MAX);
        out[i] = (float)(sum / run->job->frames);
    }
}

// Where a sum is finite, all that went into it was.
static void mean_real(const struct run *run, struct scratch *scratch, uint64_t first,
                      size_t n, float *out)
{
    double *sums = scratch->sums.f64;
    add_frames(run, scratch, 0, run->job->frames, first, n);
    int finite = 1;
    for (size_t i = 0; i < n; i++) {
        finite &= fabs(sums[i]) <= DBL_MAX;
        out[i] = (float)(sums[i] / run->job->frames);
    }
    if (finite)
        return;
    memset(sums, 0, sizeof(scratch->sums.f64));
    memset(scratch->counts, 0, sizeof(scratch->counts));
    for (int32_t t = 0; t < run->job->frames; t += 4) {
        read_four(run, scratch, t, first, n);
        run->kernels->add_finite(run->type, scratch->four, n, sums, scratch->counts);
    }
    // The zeros after the last frame were counted.
    const int32_t extra = (4 - run->job->frames % 4) % 4;
    for (size_t i = 0; i < n; i++) {
        const int32_t count = scratch->counts[i] - extra;
        out[i] = count > 0 ? (float)(sums[i] / count) : NAN;
    }
}

static void find_largest(const struct run *run, struct scratch *scratch, uint64_t first,
                         size_t n)
{
    const size_t size = run->plane.size;
    char *out = (char *)run->job->out + first * size;
    memcpy(out, read_frame(run, 0, first, n, &scratch->room), n * size);
    for (int32_t t = 1; t < run->job->frames; t++) {
        const void *frame = read_frame(run, t, first, n, &scratch->room);
        run->kernels->widen(run->plane.type, frame, n, out);
    }
}

static void find_mean(const struct run *run, struct scratch *scratch, uint64_t first,
                      size_t n)
{
    float *out = (float *)run->job->out + first;
    if (run->plane.size == 1 || (run->plane.size == 2 && run->plane.type != PLT_F16))
        mean_small(run, scratch, first, n, out);
    else if (run->type == PLT_F32 || run->type == PLT_F64)
        mean_real(run, scratch, first, n, out);
    else
        mean_whole(run, scratch, first, n, out);
}

static void project_band(void *user, int index)
{
    const struct run *run = user;
    const struct plt_plane_range range =
        plt_plane_band(run->plane.count, run->how.bands, index);
    for (uint64_t i = range.first; i < range.end; i += PLT_PLANE_PIECE) {
        const uint64_t left = range.end - i;
        const size_t n = left < PLT_PLANE_PIECE ? (size_t)left : PLT_PLANE_PIECE;
        if (run->job->project == PLT_PROJECT_MAX)
            find_largest(run, &run->scratch[index], i, n);
        else
            find_mean(run, &run->scratch[index], i, n);
    }
}

bool plt_image_project_run(const struct plt_image_project_job *job,
                           const struct plt_plane_how *how)
{
    struct run run = {.job = job};
    if (!plt_plane_make(&run.plane, &job->src, job->channel) || !job->out ||
        job->frames < 1 || job->frame_stride % run.plane.size != 0)
        return false;
    run.type = run.plane.type == PLT_F16 ? PLT_F32 : run.plane.type;
    run.how =
        how ? *how : plt_plane_how_best(job->pool, run.plane.count * (uint64_t)job->frames);
    run.image = plt_image_kernels_of(run.how.isa);
    run.kernels = plt_stack_kernels_of(run.how.isa);
    run.scratch = plt_malloc((size_t)run.how.bands * sizeof(*run.scratch));
    if (!run.scratch)
        return false;
    plt_pool_run(job->pool, run.how.bands, project_band, &run);
    plt_free(run.scratch);
    return true;
}

// --- flat field --------------------------------------------------------------------------

struct flat_run {
    const struct plt_plane *plane;
    const float *dark, *gain;
    float *out;
    const struct plt_image_kernels *image;
    const struct plt_stack_kernels *kernels;
    int bands;
};

static void flat_band(void *user, int index)
{
    const struct flat_run *run = user;
    const struct plt_plane_range range =
        plt_plane_band(run->plane->count, run->bands, index);
    union plt_piece room, raw;
    for (uint64_t i = range.first; i < range.end; i += PLT_PLANE_PIECE) {
        const uint64_t left = range.end - i;
        const size_t n = left < PLT_PLANE_PIECE ? (size_t)left : PLT_PLANE_PIECE;
        const void *samples = plt_plane_read(run->plane, i, n, &room);
        run->image->load(run->plane->type, samples, 1, n, raw.f32);
        run->kernels->flat(raw.f32, run->dark ? run->dark + i : NULL,
                           run->gain ? run->gain + i : NULL, n, run->out + i);
    }
}

bool plt_image_flat_field_run(const struct plt_image_flat_field_job *job,
                              const struct plt_plane_how *how)
{
    struct plt_plane plane;
    if (!plt_plane_make(&plane, &job->src, job->channel) || !job->out)
        return false;
    const struct plt_plane_how best =
        how ? *how : plt_plane_how_best(job->pool, plane.count);
    struct flat_run run = {
        .plane = &plane,
        .dark = job->dark,
        .gain = job->gain,
        .out = job->out,
        .image = plt_image_kernels_of(best.isa),
        .kernels = plt_stack_kernels_of(best.isa),
        .bands = best.bands,
    };
    plt_pool_run(job->pool, best.bands, flat_band, &run);
    return true;
}

bool plt_image_gain_run(const struct plt_image_gain_job *job,
                        const struct plt_plane_how *how)
{
    const struct plt_image_flat_field_job lit = {.src = job->flat,
                                                 .channel = job->channel,
                                                 .dark = job->dark,
                                                 .pool = job->pool,
                                                 .out = job->gain};
    if (!plt_image_flat_field_run(&lit, how))
        return false;
    const size_t n = (size_t)job->flat.columns * (size_t)job->flat.rows;
    for (size_t i = 0; i < n; i++)
        job->gain[i] = job->gain[i] > 0 ? job->gain[i] : NAN;
    struct plt_image_stats stats;
    const struct plt_image_stats_job mean = {
        .src = {.pixels = job->gain,
                .row_stride = (size_t)job->flat.columns * sizeof(float),
                .type = PLT_F32,
                .columns = job->flat.columns,
                .rows = job->flat.rows,
                .channels = 1},
        .pool = job->pool,
        .out = &stats,
    };
    if (!plt_image_stats_run(&mean, how))
        return false;
    for (size_t i = 0; i < n; i++)
        job->gain[i] =
            isfinite(job->gain[i]) ? (float)(stats.mean / (double)job->gain[i]) : NAN;
    return true;
}

bool plt_image_project_cpu(const struct plt_image_project_job *job)
{
    return plt_image_project_run(job, NULL);
}

bool plt_image_flat_field_cpu(const struct plt_image_flat_field_job *job)
{
    return plt_image_flat_field_run(job, NULL);
}
