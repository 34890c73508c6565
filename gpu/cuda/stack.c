// Stacks (stack.h): mean and maximum over time, and the flat-field correction. A thread a
// pixel, frame after frame.
#include <gpu/cuda/cuda.h>

struct run {
    const struct plt_image_project_job *job;
    struct plt_cuda_input input; // of frame 0
    char *out;
    size_t out_size; // bytes of a pixel
    bool to_device;
};

// Frames of a piece follow each other in the slot, each of them aligned.
static bool stage_frames(struct plt_cuda *cuda, const struct run *run,
                         struct plt_cuda_slot *slot, struct plt_cuda_stack *stack)
{
    struct plt_cuda_input input = run->input;
    struct plt_cuda_plane plane;
    for (int32_t t = 0; t < run->job->frames; t++) {
        if (!plt_cuda_stage(cuda, slot, &input, run->job->pool, slot->first, slot->n,
                            &plane))
            return false;
        if (t == 0)
            stack->plane = plane;
        if (t == 1)
            stack->frame_stride = (uint64_t)(plane.first - stack->plane.first);
        if (input.on_device) {
            stack->frame_stride = run->job->frame_stride;
            return true;
        }
        input.plane.first += run->job->frame_stride;
    }
    return plt_cuda_send(cuda, slot);
}

static bool queue_project(struct plt_cuda *cuda, struct plt_cuda_slot *slot, void *user)
{
    const struct run *run = user;
    const size_t bytes = (size_t)slot->n * run->out_size;
    struct plt_cuda_stack stack = {.frames = run->job->frames};
    char *out = run->out + slot->first * run->out_size;
    if (!stage_frames(cuda, run, slot, &stack))
        return false;
    if (!run->to_device) {
        if (!plt_cuda_take(cuda, slot, bytes, &slot->out))
            return false;
        out = slot->device + slot->out;
    }
    const enum plt_type type = run->input.plane.type;
    const cudaError_t error =
        run->job->project == PLT_PROJECT_MAX
            ? plt_cuda_launch_max(type, &stack, slot->n, out, slot->stream)
            : plt_cuda_launch_mean(type, &stack, slot->n, (float *)out, slot->stream);
    return plt_cuda_check(cuda, error, "kernel") &&
           (run->to_device || plt_cuda_receive(cuda, slot, slot->out, bytes));
}

static void drain_project(struct plt_cuda *cuda, struct plt_cuda_slot *slot, void *user)
{
    const struct run *run = user;
    if (!run->to_device)
        plt_cuda_copy_rows(cuda, NULL, slot->host + slot->out, 0,
                           run->out + slot->first * run->out_size, 0,
                           (size_t)slot->n * run->out_size, 1);
}

static bool run_project(struct plt_cuda *cuda, const struct plt_image_project_job *job)
{
    enum { ALIGNED = 256 }; // samples: their bytes are a multiple of the slots' alignment
    struct run run = {.job = job, .out = job->out};
    if (!job->out || job->frames < 1 ||
        !plt_cuda_input_make(cuda, &run.input, &job->src, job->channel) ||
        job->frame_stride % run.input.plane.size != 0)
        return false;
    run.out_size = job->project == PLT_PROJECT_MAX ? run.input.plane.size : sizeof(float);
    if (!plt_cuda_find(cuda, job->out, run.out_size, &run.to_device, NULL))
        return false;
    const uint64_t from =
        run.input.on_device ? 0 : (uint64_t)job->frames * run.input.plane.size;
    const uint64_t bytes = from + (run.to_device ? 0 : run.out_size);
    struct plt_cuda_task task = {run.input.plane.count, run.input.plane.count,
                                 queue_project, drain_project, &run};
    if (bytes > 0)
        task.piece = plt_cuda_piece(cuda, bytes, ALIGNED);
    return plt_cuda_run(cuda, &task);
}

bool plt_cuda_project(const struct plt_image_project_job *job)
{
    struct plt_cuda *cuda = plt_cuda_enter(PLT_CUDA_PROJECT);
    return cuda && plt_cuda_leave(cuda, run_project(cuda, job));
}

// --- flat field --------------------------------------------------------------------------

struct flat_run {
    const struct plt_image_flat_field_job *job;
    struct plt_cuda_input raw, dark, gain;
    bool to_device;
};

static bool stage_flat(struct plt_cuda *cuda, const struct flat_run *run,
                       struct plt_cuda_slot *slot, struct plt_cuda_flat *flat)
{
    struct plt_pool *pool = run->job->pool;
    flat->has_dark = run->job->dark != NULL;
    flat->has_gain = run->job->gain != NULL;
    return plt_cuda_stage(cuda, slot, &run->raw, pool, slot->first, slot->n, &flat->raw) &&
           (!flat->has_dark || plt_cuda_stage(cuda, slot, &run->dark, pool, slot->first,
                                              slot->n, &flat->dark)) &&
           (!flat->has_gain || plt_cuda_stage(cuda, slot, &run->gain, pool, slot->first,
                                              slot->n, &flat->gain)) &&
           plt_cuda_send(cuda, slot);
}

static bool queue_flat(struct plt_cuda *cuda, struct plt_cuda_slot *slot, void *user)
{
    const struct flat_run *run = user;
    const size_t bytes = (size_t)slot->n * sizeof(float);
    struct plt_cuda_flat flat;
    float *out = run->job->out + slot->first;
    if (!stage_flat(cuda, run, slot, &flat))
        return false;
    if (!run->to_device) {
        if (!plt_cuda_take(cuda, slot, bytes, &slot->out))
            return false;
        out = (float *)(slot->device + slot->out);
    }
    return plt_cuda_try(cuda, plt_cuda_launch_flat(run->raw.plane.type, &flat, slot->n, out,
                                                   slot->stream)) &&
           (run->to_device || plt_cuda_receive(cuda, slot, slot->out, bytes));
}

static void drain_flat(struct plt_cuda *cuda, struct plt_cuda_slot *slot, void *user)
{
    const struct flat_run *run = user;
    if (!run->to_device)
        plt_cuda_copy_rows(cuda, NULL, slot->host + slot->out, 0,
                           (char *)(run->job->out + slot->first), 0,
                           (size_t)slot->n * sizeof(float), 1);
}

static bool make_factor(struct plt_cuda *cuda, struct plt_cuda_input *input,
                        const struct plt_image_view *raw, const float *values)
{
    const struct plt_image_view view = {.pixels = values,
                                        .row_stride = (size_t)raw->columns * sizeof(float),
                                        .type = PLT_F32,
                                        .columns = raw->columns,
                                        .rows = raw->rows,
                                        .channels = 1};
    return !values || plt_cuda_input_make(cuda, input, &view, 0);
}

// A picture that is corrected in its own place on the host: what a slot's drain writes lies
// before what is yet to be read.
static bool run_flat(struct plt_cuda *cuda, const struct plt_image_flat_field_job *job)
{
    struct flat_run run = {.job = job};
    if (!job->out || !plt_cuda_input_make(cuda, &run.raw, &job->src, job->channel) ||
        !make_factor(cuda, &run.dark, &job->src, job->dark) ||
        !make_factor(cuda, &run.gain, &job->src, job->gain) ||
        !plt_cuda_find(cuda, job->out, sizeof(float), &run.to_device, NULL))
        return false;
    const uint64_t bytes = (run.raw.on_device ? 0 : run.raw.plane.size) +
                           (job->dark && !run.dark.on_device ? sizeof(float) : 0) +
                           (job->gain && !run.gain.on_device ? sizeof(float) : 0) +
                           (run.to_device ? 0 : sizeof(float));
    struct plt_cuda_task task = {run.raw.plane.count, run.raw.plane.count, queue_flat,
                                 drain_flat, &run};
    if (bytes > 0)
        task.piece = plt_cuda_piece(cuda, bytes, PLT_PLANE_BLOCK);
    return plt_cuda_run(cuda, &task);
}

bool plt_cuda_flat_field(const struct plt_image_flat_field_job *job)
{
    struct plt_cuda *cuda = plt_cuda_enter(PLT_CUDA_FLAT_FIELD);
    return cuda && plt_cuda_leave(cuda, run_flat(cuda, job));
}
