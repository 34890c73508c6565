// Numbers of one channel: statistics, histogram, and what percentiles read (stats.h).
#include <math.h>
#include <string.h>

#include <gpu/cuda/cuda.h>
#include <gpu/cuda/kernels_stats.h>

enum { DIGITS = 65536 };

// One reading of all samples.
struct run {
    struct plt_cuda_input input;
    struct plt_pool *pool;
    struct plt_levels levels; // of a histogram
    int32_t bins;
    struct plt_cuda_ranges ranges; // of digits
};

static enum plt_type type_of(const struct run *run)
{
    return run->input.plane.type;
}

static bool read_all(struct plt_cuda *cuda, struct run *run,
                     bool (*queue)(struct plt_cuda *cuda, struct plt_cuda_slot *slot,
                                   void *user))
{
    const struct plt_plane *plane = &run->input.plane;
    struct plt_cuda_task task = {
        .count = plane->count, .piece = plane->count, .queue = queue, .user = run};
    if (!run->input.on_device)
        task.piece = plt_cuda_piece(cuda, plane->size, PLT_PLANE_BLOCK);
    return plt_cuda_run(cuda, &task);
}

static bool stage(struct plt_cuda *cuda, struct plt_cuda_slot *slot, const struct run *run,
                  struct plt_cuda_plane *plane)
{
    return plt_cuda_stage(cuda, slot, &run->input, run->pool, slot->first, slot->n,
                          plane) &&
           plt_cuda_send(cuda, slot);
}

static bool put_part(struct plt_cuda *cuda)
{
    struct plt_cuda_part part;
    plt_cuda_part_reset(&part);
    return plt_cuda_put(cuda, &cuda->part, 0, &part, sizeof(part));
}

static struct plt_image_odd odd_of(const struct plt_cuda_part *part)
{
    return (struct plt_image_odd){part->words[PLT_CUDA_NANS], part->words[PLT_CUDA_ABOVE],
                                  part->words[PLT_CUDA_BELOW]};
}

// --- statistics --------------------------------------------------------------------------

static bool queue_stats(struct plt_cuda *cuda, struct plt_cuda_slot *slot, void *user)
{
    const struct run *run = user;
    struct plt_cuda_plane plane;
    return stage(cuda, slot, run, &plane) &&
           plt_cuda_try(cuda, plt_cuda_launch_stats(
                                  type_of(run), &plane, slot->n, cuda->part.p,
                                  (double *)cuda->sums.p + slot->first / PLT_PLANE_BLOCK,
                                  slot->stream));
}

// Trees of trees, until one number is left.
static bool add_sums(struct plt_cuda *cuda, uint64_t blocks, double *sum)
{
    double *from = cuda->sums.p, *to = from + blocks;
    const cudaStream_t stream = cuda->slots[0].stream;
    while (blocks > 1) {
        if (!plt_cuda_try(cuda, plt_cuda_launch_sums(from, blocks, to, stream)))
            return false;
        double *swap = from;
        from = to;
        to = swap;
        blocks = (blocks + PLT_PLANE_BLOCK - 1) / PLT_PLANE_BLOCK;
    }
    return plt_cuda_get(cuda, sum, from, sizeof(*sum));
}

static void finish_stats(const struct run *run, const struct plt_cuda_part *part,
                         double sum, struct plt_image_stats *out)
{
    const enum plt_type type = type_of(run);
    const struct plt_image_odd odd = odd_of(part);
    *out = (struct plt_image_stats){
        .finite = run->input.plane.count - odd.nans - odd.above - odd.below,
        .odd = odd,
        .min = NAN,
        .max = NAN,
        .mean = NAN,
    };
    if (out->finite == 0)
        return;
    if (!plt_cuda_is_real(type)) {
        const uint64_t low = part->words[PLT_CUDA_LOW];
        const int64_t high = (int64_t)(part->words[PLT_CUDA_HIGH] + (low >> 32));
        sum = (double)high * 0x1p32 + (double)(low & UINT32_MAX);
    }
    out->min = plt_cuda_value_of_key(type, part->words[PLT_CUDA_LEAST]) + 0.0;
    out->max = plt_cuda_value_of_key(type, part->words[PLT_CUDA_MOST]) + 0.0;
    out->mean = (sum + 0.0) / (double)out->finite;
}

static bool run_stats(struct plt_cuda *cuda, const struct plt_image_stats_job *job)
{
    struct run run = {.pool = job->pool};
    if (!job->out || !plt_cuda_input_make(cuda, &run.input, &job->src, job->channel))
        return false;
    const uint64_t blocks = (run.input.plane.count + PLT_PLANE_BLOCK - 1) / PLT_PLANE_BLOCK;
    const uint64_t more = (blocks + PLT_PLANE_BLOCK - 1) / PLT_PLANE_BLOCK;
    struct plt_cuda_part part;
    double sum = 0;
    if (!plt_cuda_reserve(cuda, &cuda->sums, (size_t)(blocks + more) * sizeof(sum)) ||
        !put_part(cuda) || !read_all(cuda, &run, queue_stats) ||
        !plt_cuda_get(cuda, &part, cuda->part.p, sizeof(part)) ||
        (plt_cuda_is_real(type_of(&run)) && !add_sums(cuda, blocks, &sum)))
        return false;
    finish_stats(&run, &part, sum, job->out);
    return true;
}

bool plt_cuda_stats(const struct plt_image_stats_job *job)
{
    struct plt_cuda *cuda = plt_cuda_enter(PLT_CUDA_STATS);
    return cuda && plt_cuda_leave(cuda, run_stats(cuda, job));
}

// --- histogram ---------------------------------------------------------------------------

static bool queue_histogram(struct plt_cuda *cuda, struct plt_cuda_slot *slot, void *user)
{
    const struct run *run = user;
    struct plt_cuda_plane plane;
    return stage(cuda, slot, run, &plane) &&
           plt_cuda_try(cuda, plt_cuda_launch_histogram(
                                  type_of(run), &plane, slot->n, run->levels, run->bins,
                                  cuda->counts.p, cuda->part.p, slot->stream));
}

static bool run_histogram(struct plt_cuda *cuda, const struct plt_image_histogram_job *job)
{
    struct run run = {.pool = job->pool, .bins = job->bins};
    struct plt_cuda_part part;
    if (!job->counts || job->bins < 2 || job->bins > 65536 || !isfinite(job->lo) ||
        !isfinite(job->hi) ||
        !plt_cuda_input_make(cuda, &run.input, &job->src, job->channel))
        return false;
    const size_t bytes = (size_t)job->bins * sizeof(*job->counts);
    run.levels = cuda->core->levels_make(job->lo, job->hi, job->bins);
    // One more, for those that are not finite.
    if (!plt_cuda_clear(cuda, &cuda->counts, bytes + sizeof(*job->counts)) ||
        !put_part(cuda) || !read_all(cuda, &run, queue_histogram) ||
        !plt_cuda_get(cuda, job->counts, cuda->counts.p, bytes) ||
        !plt_cuda_get(cuda, &part, cuda->part.p, sizeof(part)))
        return false;
    if (job->odd)
        *job->odd = odd_of(&part);
    return true;
}

bool plt_cuda_histogram(const struct plt_image_histogram_job *job)
{
    struct plt_cuda *cuda = plt_cuda_enter(PLT_CUDA_HISTOGRAM);
    return cuda && plt_cuda_leave(cuda, run_histogram(cuda, job));
}

// --- percentiles -------------------------------------------------------------------------

struct reading {
    struct plt_cuda *cuda;
    struct run run;
};

static bool queue_values(struct plt_cuda *cuda, struct plt_cuda_slot *slot, void *user)
{
    const struct run *run = user;
    struct plt_cuda_plane plane;
    return stage(cuda, slot, run, &plane) &&
           plt_cuda_try(cuda, plt_cuda_launch_values(run->input.plane.size, &plane, slot->n,
                                                     cuda->counts.p, slot->stream));
}

static bool read_values(void *user, uint64_t *counts)
{
    struct reading *reading = user;
    struct plt_cuda *cuda = reading->cuda;
    const size_t bytes = sizeof(*counts) << 8 * reading->run.input.plane.size;
    return plt_cuda_clear(cuda, &cuda->counts, bytes) &&
           read_all(cuda, &reading->run, queue_values) &&
           plt_cuda_get(cuda, counts, cuda->counts.p, bytes);
}

static bool queue_digits(struct plt_cuda *cuda, struct plt_cuda_slot *slot, void *user)
{
    const struct run *run = user;
    struct plt_cuda_plane plane;
    return stage(cuda, slot, run, &plane) &&
           plt_cuda_try(cuda,
                        plt_cuda_launch_digits(type_of(run), &plane, slot->n, &run->ranges,
                                               cuda->counts.p, slot->stream));
}

static bool read_digits(void *user, const uint64_t *bases, int slots, unsigned bits,
                        unsigned shift, uint32_t *tables)
{
    struct reading *reading = user;
    struct plt_cuda *cuda = reading->cuda;
    struct plt_cuda_ranges *ranges = &reading->run.ranges;
    const size_t bytes = (size_t)slots * DIGITS * sizeof(*tables);
    *ranges = (struct plt_cuda_ranges){
        .last = bits == 64 ? UINT64_MAX : (UINT64_C(1) << bits) - 1,
        .slots = slots,
        .shift = shift,
    };
    memcpy(ranges->bases, bases, (size_t)slots * sizeof(*bases));
    return plt_cuda_clear(cuda, &cuda->counts, bytes) &&
           read_all(cuda, &reading->run, queue_digits) &&
           plt_cuda_get(cuda, tables, cuda->counts.p, bytes);
}

static bool run_percentiles(struct plt_cuda *cuda,
                            const struct plt_image_percentiles_job *job)
{
    struct reading reading = {.cuda = cuda, .run = {.pool = job->pool}};
    const struct plt_percentiles_reader reader = {&reading, read_values, read_digits};
    if (!plt_cuda_input_make(cuda, &reading.run.input, &job->src, job->channel))
        return false;
    if (reading.run.input.plane.count > UINT32_MAX)
        return plt_cuda_fail(cuda, "more samples than 32 bits count");
    // The core looks at the shape only.
    struct plt_image_percentiles_job shape = *job;
    if (shape.src.device)
        shape.src.pixels = shape.src.device->pixels;
    return cuda->core->percentiles(&shape, &reader);
}

bool plt_cuda_percentiles(const struct plt_image_percentiles_job *job)
{
    struct plt_cuda *cuda = plt_cuda_enter(PLT_CUDA_PERCENTILES);
    return cuda && plt_cuda_leave(cuda, run_percentiles(cuda, job));
}
