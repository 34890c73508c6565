// The CUDA image engine as a module: finds the card, holds the lock, and turns every error
// into one line and a job for the CPU.
#include <stdio.h>
#include <string.h>

#include <gpu/cuda/cuda.h>

// The table's functions have no object: there is one engine in a process.
static struct plt_cuda engine = {.lock = PTHREAD_MUTEX_INITIALIZER};

static const char *const job_names[] = {
    "colors",  "stats",      "histogram", "percentiles", "mix",
    "project", "flat_field", "fetch",     "OpenGL",
};

// --- errors ------------------------------------------------------------------------------

bool plt_cuda_fail(struct plt_cuda *cuda, const char *why)
{
    if (!cuda->failed[0])
        snprintf(cuda->failed, sizeof(cuda->failed), "%s", why);
    return false;
}

// The name of what was called, without its arguments.
static bool fail_call(struct plt_cuda *cuda, const char *call, const char *why)
{
    if (!cuda->failed[0])
        snprintf(cuda->failed, sizeof(cuda->failed), "%.*s: %s", (int)strcspn(call, "("),
                 call, why);
    return false;
}

bool plt_cuda_check(struct plt_cuda *cuda, cudaError_t error, const char *call)
{
    if (error == cudaSuccess)
        return true;
    (void)cudaGetLastError(); // an error that does not stay is seen once
    return fail_call(cuda, call, cudaGetErrorString(error));
}

bool plt_cuda_check_blas(struct plt_cuda *cuda, cublasStatus_t status, const char *call)
{
    return status == CUBLAS_STATUS_SUCCESS ||
           fail_call(cuda, call, cublasGetStatusString(status));
}

bool plt_cuda_reserve(struct plt_cuda *cuda, struct plt_cuda_buffer *buffer, size_t size)
{
    if (buffer->size >= size)
        return true;
    void *before = buffer->p;
    *buffer = (struct plt_cuda_buffer){0};
    if (before && !plt_cuda_try(cuda, cudaFree(before)))
        return false;
    if (!plt_cuda_try(cuda, cudaMalloc(&buffer->p, size)))
        return false;
    buffer->size = size;
    return true;
}

// On a stream of ours: the default one waits for other people's work, and returns from the
// copy of ordinary memory before it has arrived.
static bool settle(struct plt_cuda *cuda)
{
    return plt_cuda_try(cuda, cudaStreamSynchronize(cuda->slots[0].stream));
}

bool plt_cuda_put(struct plt_cuda *cuda, struct plt_cuda_buffer *buffer, size_t at,
                  const void *from, size_t bytes)
{
    return plt_cuda_reserve(cuda, buffer, at + bytes) &&
           plt_cuda_try(cuda, cudaMemcpyAsync((char *)buffer->p + at, from, bytes,
                                              cudaMemcpyDefault, cuda->slots[0].stream)) &&
           settle(cuda);
}

bool plt_cuda_clear(struct plt_cuda *cuda, struct plt_cuda_buffer *buffer, size_t bytes)
{
    return plt_cuda_reserve(cuda, buffer, bytes) &&
           plt_cuda_try(cuda,
                        cudaMemsetAsync(buffer->p, 0, bytes, cuda->slots[0].stream)) &&
           settle(cuda);
}

bool plt_cuda_get(struct plt_cuda *cuda, void *to, const void *from, size_t bytes)
{
    return plt_cuda_try(cuda, cudaMemcpyAsync(to, from, bytes, cudaMemcpyDeviceToHost,
                                              cuda->slots[0].stream)) &&
           settle(cuda);
}

// Nothing of a failed job is left running: the caller may free what it was given. What
// still fails after that will fail for ever.
static void recover(struct plt_cuda *cuda)
{
    for (int i = 0; i < PLT_CUDA_SLOTS; i++) {
        struct plt_cuda_slot *slot = &cuda->slots[i];
        slot->busy = false;
        if (slot->stream)
            (void)cudaStreamSynchronize(slot->stream);
    }
    cuda->table_id = 0;
    (void)cudaGetLastError();
    cuda->dead = cudaDeviceSynchronize() != cudaSuccess;
}

static void tell(struct plt_cuda *cuda)
{
    char text[400];
    const unsigned bit = 1u << cuda->job;
    if (cuda->dead)
        snprintf(text, sizeof(text),
                 "CUDA: %s: %s; the card is not used any more, the CPU goes on",
                 job_names[cuda->job], cuda->failed);
    else
        snprintf(text, sizeof(text), "CUDA: %s: %s; the CPU does it", job_names[cuda->job],
                 cuda->failed);
    if (cuda->dead || !(cuda->failing & bit))
        cuda->core->message(PLT_LEVEL_WARN, text);
    cuda->failing |= bit;
}

struct plt_cuda *plt_cuda_enter(enum plt_cuda_job job)
{
    struct plt_cuda *cuda = &engine;
    pthread_mutex_lock(&cuda->lock);
    if (!cuda->open || cuda->dead) {
        pthread_mutex_unlock(&cuda->lock);
        return NULL;
    }
    cuda->job = job;
    cuda->failed[0] = 0;
    cuda->before = cuda->device;
    if (plt_cuda_try(cuda, cudaGetDevice(&cuda->before)) &&
        plt_cuda_try(cuda, cudaSetDevice(cuda->device)))
        return cuda;
    plt_cuda_leave(cuda, false);
    return NULL;
}

bool plt_cuda_leave(struct plt_cuda *cuda, bool ok)
{
    if (ok)
        cuda->failing &= ~(1u << cuda->job);
    if (!ok && cuda->failed[0]) { // else the job had no meaning
        recover(cuda);
        tell(cuda);
    }
    if (cuda->before != cuda->device && !cuda->dead)
        (void)cudaSetDevice(cuda->before);
    pthread_mutex_unlock(&cuda->lock);
    return ok;
}

// --- opening -----------------------------------------------------------------------------

static bool open_slots(struct plt_cuda *cuda)
{
    for (int i = 0; i < PLT_CUDA_SLOTS; i++) {
        struct plt_cuda_slot *slot = &cuda->slots[i];
        if (!plt_cuda_try(
                cuda, cudaStreamCreateWithFlags(&slot->stream, cudaStreamNonBlocking)) ||
            !plt_cuda_try(cuda,
                          cudaEventCreateWithFlags(&slot->done, cudaEventDisableTiming)))
            return false;
    }
    return plt_cuda_try(cuda,
                        cudaEventCreateWithFlags(&cuda->ready, cudaEventDisableTiming));
}

// A kernel that was not compiled for this card is found out here, not in the first job.
static bool try_kernel(struct plt_cuda *cuda)
{
    const double none = 0;
    double sum = 1;
    if (!plt_cuda_reserve(cuda, &cuda->sums, 2 * sizeof(none)) ||
        !plt_cuda_put(cuda, &cuda->sums, 0, &none, sizeof(none)))
        return false;
    double *sums = cuda->sums.p;
    return plt_cuda_try(cuda,
                        plt_cuda_launch_sums(sums, 1, sums + 1, cuda->slots[0].stream)) &&
           plt_cuda_get(cuda, &sum, sums + 1, sizeof(sum)) &&
           (sum == 0 || plt_cuda_fail(cuda, "a kernel gives nonsense"));
}

static bool open_card(struct plt_cuda *cuda)
{
    struct cudaDeviceProp properties;
    int before = 0, cards = 0;
    if (!plt_cuda_try(cuda, cudaGetDeviceCount(&cards)))
        return false;
    if (cards < 1)
        return plt_cuda_fail(cuda, "no CUDA device");
    if (!plt_cuda_try(cuda, cudaGetDevice(&before)) ||
        !plt_cuda_try(cuda, cudaGetDeviceProperties(&properties, 0)) ||
        !plt_cuda_try(cuda, cudaSetDevice(0)))
        return false;
    cuda->device = 0;
    snprintf(cuda->card, sizeof(cuda->card), "%s", properties.name);
    const bool ok = open_slots(cuda) && try_kernel(cuda);
    if (before != 0)
        (void)cudaSetDevice(before);
    return ok;
}

static struct plt_image_module module = {
    .abi = PLT_IMAGE_MODULE_ABI,
    .device = engine.card,
    .engine = {.name = "cuda",
               .colors = plt_cuda_colors,
               .stats = plt_cuda_stats,
               .histogram = plt_cuda_histogram,
               .percentiles = plt_cuda_percentiles,
               .mix = plt_cuda_mix,
               .project = plt_cuda_project,
               .flat_field = plt_cuda_flat_field},
    .fetch = plt_cuda_fetch,
    .gl_attach = plt_cuda_gl_attach,
    .gl_detach = plt_cuda_gl_detach,
    .gl_fill = plt_cuda_gl_fill,
};

// The only symbol that is seen from outside. A card that cannot be opened is not tried
// again.
PLT_API const struct plt_image_module *
plt_image_module_entry(const struct plt_image_core *core, char *reason, size_t size);

const struct plt_image_module *plt_image_module_entry(const struct plt_image_core *core,
                                                      char *reason, size_t size)
{
    struct plt_cuda *cuda = &engine;
    if (core->abi != PLT_IMAGE_MODULE_ABI) {
        snprintf(reason, size, "the module is of another version");
        return NULL;
    }
    pthread_mutex_lock(&cuda->lock);
    if (!cuda->open && !cuda->dead) {
        cuda->core = core;
        cuda->open = open_card(cuda);
        cuda->dead = !cuda->open;
    }
    const bool open = cuda->open;
    snprintf(reason, size, "%s", open ? "" : cuda->failed);
    pthread_mutex_unlock(&cuda->lock);
    return open ? &module : NULL;
}
