// Jobs in pieces: while the card works on one, the next is copied into pinned memory and
// sent on the other slot's stream.
#include <string.h>

#include <gpu/cuda/cuda.h>

enum { ALIGNMENT = 256, BANDS = 8, MUCH = 1 << 20 };

bool plt_cuda_find(struct plt_cuda *cuda, const void *p, size_t alignment, bool *on_device,
                   bool *pinned)
{
    struct cudaPointerAttributes attributes = {0};
    if (!plt_cuda_try(cuda, cudaPointerGetAttributes(&attributes, p)))
        return false;
    *on_device =
        attributes.type == cudaMemoryTypeDevice || attributes.type == cudaMemoryTypeManaged;
    if (pinned)
        *pinned = attributes.type == cudaMemoryTypeHost;
    if (*on_device && (uintptr_t)p % alignment != 0)
        return plt_cuda_fail(cuda, "an address that is not a whole sample's");
    if (attributes.type == cudaMemoryTypeDevice && attributes.device != cuda->device)
        return plt_cuda_fail(cuda, "memory of another card");
    return true;
}

bool plt_cuda_wait_for(struct plt_cuda *cuda, void *stream)
{
    if (!plt_cuda_try(cuda, cudaEventRecord(cuda->ready, (cudaStream_t)stream)))
        return false;
    for (int i = 0; i < PLT_CUDA_SLOTS; i++) {
        if (!plt_cuda_try(cuda, cudaStreamWaitEvent(cuda->slots[i].stream, cuda->ready, 0)))
            return false;
    }
    return true;
}

bool plt_cuda_input_make(struct plt_cuda *cuda, struct plt_cuda_input *input,
                         const struct plt_image_view *view, int32_t channel)
{
    struct plt_image_view look = *view;
    if (view->device)
        look.pixels = view->device->pixels;
    if (!cuda->core->plane_make(&input->plane, &look, channel))
        return false;
    if (view->device && !plt_cuda_wait_for(cuda, view->device->stream))
        return false;
    return plt_cuda_find(cuda, input->plane.first, input->plane.size, &input->on_device,
                         &input->pinned);
}

// --- a slot's room -----------------------------------------------------------------------

bool plt_cuda_take(struct plt_cuda *cuda, struct plt_cuda_slot *slot, size_t bytes,
                   size_t *at)
{
    if (!slot->host &&
        !plt_cuda_try(cuda, cudaHostAlloc((void **)&slot->host, PLT_CUDA_SLOT_BYTES,
                                          cudaHostAllocDefault)))
        return false;
    if (!slot->device &&
        !plt_cuda_try(cuda, cudaMalloc((void **)&slot->device, PLT_CUDA_SLOT_BYTES)))
        return false;
    *at = slot->used;
    if (bytes > PLT_CUDA_SLOT_BYTES - slot->used)
        return plt_cuda_fail(cuda, "a piece that is too large");
    const size_t end = (slot->used + bytes + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    slot->used = end < PLT_CUDA_SLOT_BYTES ? end : PLT_CUDA_SLOT_BYTES;
    return true;
}

// Room is given in multiples of the alignment: some of it is left for that.
uint64_t plt_cuda_piece(struct plt_cuda *cuda, uint64_t bytes, uint64_t multiple)
{
    enum { ROUNDING = PLT_MIX_MOST * 2 * ALIGNMENT };
    const uint64_t fit = (PLT_CUDA_SLOT_BYTES - ROUNDING) / (bytes ? bytes : 1);
    if (fit < multiple)
        plt_cuda_fail(cuda, "a piece that is too large");
    return fit / multiple * multiple;
}

bool plt_cuda_send(struct plt_cuda *cuda, struct plt_cuda_slot *slot)
{
    const size_t from = slot->sent, n = slot->used - from;
    slot->sent = slot->used;
    return n == 0 ||
           plt_cuda_try(cuda, cudaMemcpyAsync(slot->device + from, slot->host + from, n,
                                              cudaMemcpyHostToDevice, slot->stream));
}

bool plt_cuda_receive(struct plt_cuda *cuda, struct plt_cuda_slot *slot, size_t at,
                      size_t bytes)
{
    return plt_cuda_try(cuda, cudaMemcpyAsync(slot->host + at, slot->device + at, bytes,
                                              cudaMemcpyDeviceToHost, slot->stream));
}

// --- copies on several threads -----------------------------------------------------------

struct copy {
    const struct plt_image_core *core;
    const struct plt_plane *plane; // samples to `to`
    uint64_t first, n;
    const char *from; // or rows
    size_t from_stride, to_stride, row_bytes;
    char *to;
};

static void copy_samples(void *user, int band)
{
    const struct copy *c = user;
    const uint64_t end = c->n * (uint64_t)(band + 1) / BANDS;
    for (uint64_t i = c->n * (uint64_t)band / BANDS, n; i < end; i += n) {
        n = end - i < PLT_PLANE_PIECE ? end - i : PLT_PLANE_PIECE;
        char *to = c->to + i * c->plane->size;
        const void *samples = c->core->plane_read(c->plane, c->first + i, (size_t)n, to);
        if (samples != to)
            memcpy(to, samples, (size_t)n * c->plane->size);
    }
}

static void copy_rows(void *user, int band)
{
    const struct copy *c = user;
    const uint64_t end = c->n * (uint64_t)(band + 1) / BANDS;
    for (uint64_t row = c->n * (uint64_t)band / BANDS; row < end; row++)
        memcpy(c->to + row * c->to_stride, c->from + row * c->from_stride, c->row_bytes);
}

static void copy_bands(const struct copy *c, struct plt_pool *pool, size_t bytes,
                       void (*fn)(void *user, int band))
{
    c->core->pool_run(bytes >= MUCH ? pool : NULL, BANDS, fn, (void *)c);
}

void plt_cuda_copy_rows(struct plt_cuda *cuda, struct plt_pool *pool, const char *from,
                        size_t from_stride, char *to, size_t to_stride, size_t row_bytes,
                        uint64_t rows)
{
    const struct copy c = {.core = cuda->core,
                           .n = rows,
                           .from = from,
                           .from_stride = from_stride,
                           .to = to,
                           .to_stride = to_stride,
                           .row_bytes = row_bytes};
    copy_bands(&c, pool, (size_t)rows * row_bytes, copy_rows);
}

static bool is_flat(const struct plt_plane *plane)
{
    return plane->row_stride == plane->columns * plane->step ||
           plane->count == plane->columns;
}

bool plt_cuda_stage(struct plt_cuda *cuda, struct plt_cuda_slot *slot,
                    const struct plt_cuda_input *input, struct plt_pool *pool,
                    uint64_t first, uint64_t n, struct plt_cuda_plane *plane)
{
    const struct plt_plane *from = &input->plane;
    if (input->on_device) {
        *plane = (struct plt_cuda_plane){from->first,   from->step, from->row_stride,
                                         from->columns, first,      is_flat(from)};
        return true;
    }
    const bool direct = input->pinned && is_flat(from) && from->step == from->size;
    if (direct && !plt_cuda_send(cuda, slot)) // which would overwrite it later
        return false;
    const size_t bytes = (size_t)n * from->size;
    size_t at;
    if (!plt_cuda_take(cuda, slot, bytes, &at))
        return false;
    *plane = (struct plt_cuda_plane){slot->device + at, from->size, 0, n, 0, true};
    if (direct) {
        slot->sent = slot->used;
        return plt_cuda_try(cuda, cudaMemcpyAsync(slot->device + at,
                                                  from->first + first * from->size, bytes,
                                                  cudaMemcpyHostToDevice, slot->stream));
    }
    const struct copy c = {
        .core = cuda->core, .plane = from, .first = first, .n = n, .to = slot->host + at};
    copy_bands(&c, pool, bytes, copy_samples);
    return true;
}

// --- pieces ------------------------------------------------------------------------------

static bool finish(struct plt_cuda *cuda, const struct plt_cuda_task *task,
                   struct plt_cuda_slot *slot)
{
    if (!slot->busy)
        return true;
    slot->busy = false;
    if (!plt_cuda_try(cuda, cudaEventSynchronize(slot->done)))
        return false;
    if (task->drain)
        task->drain(cuda, slot, task->user);
    return true;
}

static bool start(struct plt_cuda *cuda, const struct plt_cuda_task *task,
                  struct plt_cuda_slot *slot, uint64_t first)
{
    const uint64_t left = task->count - first;
    slot->first = first;
    slot->n = left < task->piece ? left : task->piece;
    slot->used = slot->sent = 0;
    if (!task->queue(cuda, slot, task->user) ||
        !plt_cuda_try(cuda, cudaEventRecord(slot->done, slot->stream)))
        return false;
    slot->busy = true;
    return true;
}

bool plt_cuda_run(struct plt_cuda *cuda, const struct plt_cuda_task *task)
{
    unsigned turn = 0;
    if (task->piece == 0)
        return false;
    for (uint64_t first = 0; first < task->count; first += task->piece, turn++) {
        struct plt_cuda_slot *slot = &cuda->slots[turn % PLT_CUDA_SLOTS];
        if (!finish(cuda, task, slot) || !start(cuda, task, slot, first))
            return false;
    }
    for (unsigned i = 0; i < PLT_CUDA_SLOTS; i++, turn++) {
        if (!finish(cuda, task, &cuda->slots[turn % PLT_CUDA_SLOTS]))
            return false;
    }
    return true;
}
