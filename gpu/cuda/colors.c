// Levels and colormap of a whole view, and views of the card's memory packed side by side:
// for the host (fetch) and for an OpenGL buffer (gl.c).
#include <gpu/cuda/cuda.h>

// How the source is read: where it is the card's, as it lies; else packed pixels as rows of
// columns x channels samples, and all else as one plane a channel.
struct run {
    const struct plt_image_colors *job;
    struct plt_cuda_colors colors; // of the whole
    struct plt_cuda_input planes[4];
    int num_planes;
    uint64_t row_samples; // of a plane
    size_t size;          // bytes of a sample
    bool from_device, to_device;
    char *dst;
    size_t dst_stride;
};

static bool send_table(struct plt_cuda *cuda, const struct plt_image_table *table)
{
    const size_t bytes = (size_t)table->entries * sizeof(*table->colors);
    if (table->id != 0 && table->id == cuda->table_id)
        return true;
    cuda->table_id = 0;
    if (!plt_cuda_put(cuda, &cuda->table, 0, table->colors, bytes))
        return false;
    cuda->table_id = table->id;
    return true;
}

static bool make_inputs(struct plt_cuda *cuda, struct run *run)
{
    struct plt_image_view view = run->job->src;
    const int32_t channels = view.channels;
    if (!plt_cuda_input_make(cuda, &run->planes[0], &view, 0))
        return false;
    run->num_planes = 1;
    run->from_device = run->planes[0].on_device;
    run->row_samples = (uint64_t)view.columns;
    if (run->from_device || channels == 1)
        return true;
    if (plt_image_is_packed(&view) && view.columns <= INT32_MAX / channels) {
        view.columns *= channels;
        view.channels = 1;
        view.pixel_stride = view.channel_stride = 0;
        run->row_samples = (uint64_t)view.columns;
        return plt_cuda_input_make(cuda, &run->planes[0], &view, 0);
    }
    for (; run->num_planes < channels; run->num_planes++) {
        if (!plt_cuda_input_make(cuda, &run->planes[run->num_planes], &view,
                                 run->num_planes))
            return false;
    }
    return true;
}

// The same picture in the slot, side by side.
static bool stage_source(struct plt_cuda *cuda, const struct run *run,
                         struct plt_cuda_slot *slot, struct plt_cuda_colors *c)
{
    struct plt_cuda_plane planes[4] = {0};
    for (int i = 0; i < run->num_planes; i++) {
        if (!plt_cuda_stage(cuda, slot, &run->planes[i], run->job->pool,
                            slot->first * run->row_samples, slot->n * run->row_samples,
                            &planes[i]))
            return false;
    }
    c->first = planes[0].first;
    c->step = run->size * (run->num_planes > 1 ? 1 : (uint64_t)c->channels);
    c->channel_stride =
        run->num_planes > 1 ? (uint64_t)(planes[1].first - planes[0].first) : run->size;
    c->row_stride = c->columns * c->step;
    return plt_cuda_send(cuda, slot);
}

static bool aligned(const void *p, uint64_t stride, uint64_t rows, size_t to)
{
    return (uintptr_t)p % to == 0 && (rows == 1 || stride % to == 0);
}

// Rows that follow each other are one row; groups of four are one access where they can.
static void find_groups(struct plt_cuda_colors *c, size_t size)
{
    if (c->row_stride == c->columns * c->step && c->dst_stride == c->columns * 4) {
        c->columns *= c->rows;
        c->rows = 1;
    }
    c->groups = (c->columns + 3) / 4;
    c->wide_load = c->channels == 1 && c->step == size &&
                   aligned(c->first, c->row_stride, c->rows, size == 8 ? 16 : 4 * size);
    c->wide_store = aligned(c->dst, c->dst_stride, c->rows, 16);
}

static bool queue_colors(struct plt_cuda *cuda, struct plt_cuda_slot *slot, void *user)
{
    const struct run *run = user;
    struct plt_cuda_colors c = run->colors;
    const size_t bytes = (size_t)(slot->n * c.columns * 4);
    c.rows = slot->n;
    if (run->from_device)
        c.first += slot->first * c.row_stride;
    else if (!stage_source(cuda, run, slot, &c))
        return false;
    if (run->to_device) {
        c.dst = (uint32_t *)(run->dst + slot->first * run->dst_stride);
        c.dst_stride = run->dst_stride;
    } else {
        if (!plt_cuda_take(cuda, slot, bytes, &slot->out))
            return false;
        c.dst = (uint32_t *)(slot->device + slot->out);
        c.dst_stride = c.columns * 4;
    }
    find_groups(&c, run->size);
    return plt_cuda_try(cuda,
                        plt_cuda_launch_colors(run->job->src.type, &c, slot->stream)) &&
           (run->to_device || plt_cuda_receive(cuda, slot, slot->out, bytes));
}

static void drain_colors(struct plt_cuda *cuda, struct plt_cuda_slot *slot, void *user)
{
    const struct run *run = user;
    const size_t row = (size_t)run->colors.columns * 4;
    if (!run->to_device)
        plt_cuda_copy_rows(cuda, run->job->pool, slot->host + slot->out, row,
                           run->dst + slot->first * run->dst_stride, run->dst_stride, row,
                           slot->n);
}

static bool run_colors(struct plt_cuda *cuda, const struct plt_image_colors *job,
                       uint32_t *dst, size_t dst_stride)
{
    const struct plt_image_view *src = &job->src;
    struct run run = {.job = job, .dst = (char *)dst, .dst_stride = dst_stride};
    if ((src->channels != 1 && src->channels != 3 && src->channels != 4) || !dst ||
        !job->table.colors || job->table.entries < 2 || job->table.entries > 65536 ||
        dst_stride < (size_t)src->columns * 4 || dst_stride % 4 != 0)
        return false;
    if (!make_inputs(cuda, &run) || !send_table(cuda, &job->table) ||
        !plt_cuda_find(cuda, dst, sizeof(*dst), &run.to_device, NULL))
        return false;
    run.size = plt_type_size(src->type);
    run.colors = (struct plt_cuda_colors){
        .first = run.planes[0].plane.first,
        .step = plt_image_pixel_step(src) * run.size,
        .channel_stride = plt_image_channel_step(src) * run.size,
        .row_stride = src->row_stride,
        .columns = (uint64_t)src->columns,
        .table = cuda->table.p,
        .entries = job->table.entries,
        .channels = src->channels,
    };
    for (int i = 0; i < 4; i++)
        run.colors.levels[i] = job->levels[i];
    const uint64_t from_row =
        run.from_device ? 0 : (uint64_t)run.num_planes * run.row_samples * run.size;
    const uint64_t to_row = run.to_device ? 0 : run.colors.columns * 4;
    struct plt_cuda_task task = {(uint64_t)src->rows, (uint64_t)src->rows, queue_colors,
                                 drain_colors, &run};
    if (from_row + to_row > 0)
        task.piece = plt_cuda_piece(cuda, from_row + to_row, 1);
    return plt_cuda_run(cuda, &task);
}

bool plt_cuda_colors(const struct plt_image_colors *job, uint32_t *dst, size_t dst_stride)
{
    struct plt_cuda *cuda = plt_cuda_enter(PLT_CUDA_COLORS);
    return cuda && plt_cuda_leave(cuda, run_colors(cuda, job, dst, dst_stride));
}

// --- packing -----------------------------------------------------------------------------

bool plt_cuda_pack(struct plt_cuda *cuda, const struct plt_image_view *view,
                   struct plt_irect part, enum plt_type as, void *out, cudaStream_t stream)
{
    const size_t size = plt_type_size(view->type);
    const uint64_t columns = (uint64_t)(part.x1 - part.x0);
    const uint64_t rows = (uint64_t)(part.y1 - part.y0);
    struct plt_cuda_pack pack = {
        .step = plt_image_pixel_step(view) * size,
        .channel_stride = plt_image_channel_step(view) * size,
        .row_stride = view->row_stride,
        .columns = columns,
        .channels = (uint64_t)view->channels,
        .count = columns * rows * (uint64_t)view->channels,
    };
    pack.first = (const char *)view->device->pixels + (uint64_t)part.y0 * pack.row_stride +
                 (uint64_t)part.x0 * pack.step;
    if (as == view->type && plt_image_is_packed(view)) {
        const size_t row = (size_t)(columns * pack.step);
        const size_t pitch = rows == 1 ? row : view->row_stride; // at least a row, always
        return plt_cuda_try(cuda, cudaMemcpy2DAsync(out, row, pack.first, pitch, row, rows,
                                                    cudaMemcpyDeviceToDevice, stream));
    }
    return plt_cuda_try(cuda, plt_cuda_launch_pack(view->type, as, &pack, out, stream));
}

struct fetch {
    const struct plt_image_view *view;
    char *pixels;
    size_t row; // bytes
};

static bool queue_fetch(struct plt_cuda *cuda, struct plt_cuda_slot *slot, void *user)
{
    const struct fetch *fetch = user;
    const struct plt_irect part = {0, (int32_t)slot->first, fetch->view->columns,
                                   (int32_t)(slot->first + slot->n)};
    const size_t bytes = (size_t)slot->n * fetch->row;
    return plt_cuda_take(cuda, slot, bytes, &slot->out) &&
           plt_cuda_pack(cuda, fetch->view, part, fetch->view->type,
                         slot->device + slot->out, slot->stream) &&
           plt_cuda_receive(cuda, slot, slot->out, bytes);
}

static void drain_fetch(struct plt_cuda *cuda, struct plt_cuda_slot *slot, void *user)
{
    const struct fetch *fetch = user;
    plt_cuda_copy_rows(cuda, NULL, slot->host + slot->out, fetch->row,
                       fetch->pixels + slot->first * fetch->row, fetch->row, fetch->row,
                       slot->n);
}

static bool run_fetch(struct plt_cuda *cuda, const struct plt_image_view *view,
                      void *pixels)
{
    struct plt_cuda_input input;
    if (!view->device || !pixels || !plt_cuda_input_make(cuda, &input, view, 0))
        return false;
    if (!input.on_device)
        return plt_cuda_fail(cuda, "not the card's memory");
    struct fetch fetch = {
        view, pixels, (size_t)view->columns * (size_t)view->channels * input.plane.size};
    const struct plt_cuda_task task = {(uint64_t)view->rows,
                                       plt_cuda_piece(cuda, fetch.row, 1), queue_fetch,
                                       drain_fetch, &fetch};
    return plt_cuda_run(cuda, &task);
}

bool plt_cuda_fetch(const struct plt_image_view *view, void *pixels)
{
    struct plt_cuda *cuda = plt_cuda_enter(PLT_CUDA_FETCH);
    return cuda && plt_cuda_leave(cuda, run_fetch(cuda, view, pixels));
}
