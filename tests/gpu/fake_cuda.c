// The fake card. Its memory is readable only while work is being done, which is checked to
// touch no other memory; the work itself is the kernels' own functions
// (gpu/cuda/kernels.h), a thread after the other.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include <cublas_v2.h>
#include <cuda_gl_interop.h>

#include <gpu/cuda/kernels.h>

#include "fake_cuda.h"

enum { MOST_BLOCKS = 512, MOST_STREAMS = 8, OP_BYTES = 512, PAGE = 4096 };

enum fake_when fake_when;
uint64_t fake_seed = 1;
int fake_cards = 1;
uint64_t fake_calls, fake_launches;
static int64_t fail_countdown = -1;
static bool fail_stays;
static cudaError_t last_error;

#define INSIST(what)                                                              \
    do {                                                                          \
        if (!(what)) {                                                            \
            fprintf(stderr, "fake card: %s:%d: %s\n", __func__, __LINE__, #what); \
            abort();                                                              \
        }                                                                         \
    } while (0)

// --- failures ----------------------------------------------------------------------------

void fake_fail_at(int64_t n, bool stays)
{
    fail_countdown = n;
    fail_stays = stays;
}

bool fake_fail_pending(void)
{
    return fail_countdown >= 0;
}

static bool fails(void)
{
    fake_calls++;
    if (fail_countdown < 0)
        return false;
    if (fail_countdown > 0) {
        fail_countdown--;
        return false;
    }
    if (!fail_stays)
        fail_countdown = -1;
    last_error = fail_stays ? cudaErrorIllegalAddress : cudaErrorMemoryAllocation;
    return true;
}

#define CALL()                 \
    do {                       \
        if (fails())           \
            return last_error; \
    } while (0)

cudaError_t cudaGetLastError(void)
{
    const cudaError_t error = last_error;
    last_error = cudaSuccess;
    return error;
}

const char *cudaGetErrorString(cudaError_t error)
{
    return error == cudaErrorMemoryAllocation ? "out of memory" : "an illegal access";
}

// --- memory ------------------------------------------------------------------------------

struct block {
    char *p;
    size_t size;
    bool card; // else pinned
};
static struct block blocks[MOST_BLOCKS];
static int open_depth;

static struct block *block_of(const void *p)
{
    for (int i = 0; i < MOST_BLOCKS; i++) {
        if (blocks[i].p && (const char *)p >= blocks[i].p &&
            (const char *)p < blocks[i].p + blocks[i].size)
            return &blocks[i];
    }
    return NULL;
}

static bool on_card(const void *p, size_t size)
{
    const struct block *block = block_of(p);
    return block && block->card && (const char *)p + size <= block->p + block->size;
}

static size_t pages(size_t size)
{
    return (size + PAGE - 1) / PAGE * PAGE;
}

static void protect(int how)
{
    for (int i = 0; i < MOST_BLOCKS; i++) {
        if (blocks[i].p && blocks[i].card)
            INSIST(mprotect(blocks[i].p, pages(blocks[i].size), how) == 0);
    }
}

static void open_card(void)
{
    if (open_depth++ == 0)
        protect(PROT_READ | PROT_WRITE);
}

static void close_card(void)
{
    if (--open_depth == 0)
        protect(PROT_NONE);
}

static void *add_block(size_t size, bool card)
{
    int i = 0;
    while (i < MOST_BLOCKS && blocks[i].p)
        i++;
    INSIST(i < MOST_BLOCKS && size > 0);
    char *p =
        mmap(NULL, pages(size), PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    INSIST(p != MAP_FAILED);
    if (size < 1 << 22)
        memset(p, 0xa5, size); // nobody may count on zeros
    blocks[i] = (struct block){p, size, card};
    if (card && open_depth == 0)
        INSIST(mprotect(p, pages(size), PROT_NONE) == 0);
    return p;
}

void *fake_card_memory(const void *content, size_t size)
{
    void *p = add_block(size, true);
    open_card();
    if (content)
        memcpy(p, content, size);
    close_card();
    return p;
}

void *fake_pinned(size_t size)
{
    return add_block(size, false);
}

void fake_free(void *p)
{
    struct block *block = block_of(p);
    INSIST(block && block->p == p);
    munmap(block->p, pages(block->size));
    *block = (struct block){0};
}

cudaError_t cudaMalloc(void **p, size_t size)
{
    CALL();
    *p = add_block(size, true);
    return cudaSuccess;
}

cudaError_t cudaHostAlloc(void **p, size_t size, unsigned flags)
{
    CALL();
    *p = add_block(size, false);
    return cudaSuccess;
}

cudaError_t cudaPointerGetAttributes(struct cudaPointerAttributes *attributes,
                                     const void *p)
{
    CALL();
    const struct block *block = block_of(p);
    attributes->device = 0;
    attributes->type = !block        ? cudaMemoryTypeUnregistered
                       : block->card ? cudaMemoryTypeDevice
                                     : cudaMemoryTypeHost;
    return cudaSuccess;
}

// --- streams -----------------------------------------------------------------------------

struct op {
    void (*fn)(const void *args);
    char args[OP_BYTES];
};
struct fake_stream {
    struct op *ops; // [queued], of them `done` are
    size_t queued, done, capacity;
};
struct fake_event {
    struct fake_stream *stream; // what was queued when it was recorded
    size_t queued;
};
static struct fake_stream streams[MOST_STREAMS]; // the first is the default one
static int num_streams = 1;

static void run_until(struct fake_stream *stream, size_t end)
{
    open_card();
    while (stream->done < end) {
        struct op op = stream->ops[stream->done++];
        op.fn(op.args);
    }
    close_card();
    if (stream->done == stream->queued && stream->done > 4096)
        INSIST(stream->queued < 10000000);
}

static uint64_t next_random(void)
{
    fake_seed = fake_seed * UINT64_C(6364136223846793005) + 1442695040888963407;
    return fake_seed >> 33;
}

static void run_some(void)
{
    for (int i = 0; fake_when == FAKE_ANY_TIME && i < num_streams; i++) {
        const size_t left = streams[i].queued - streams[i].done;
        run_until(&streams[i], streams[i].done + next_random() % (left + 1));
    }
}

static struct fake_stream *stream_of(cudaStream_t stream)
{
    return stream ? stream : &streams[0];
}

static cudaError_t queue(cudaStream_t which, void (*fn)(const void *), const void *args,
                         size_t size)
{
    struct fake_stream *stream = stream_of(which);
    INSIST(size <= OP_BYTES);
    if (stream->queued == stream->capacity) {
        stream->capacity = 2 * stream->capacity + 64;
        stream->ops = realloc(stream->ops, stream->capacity * sizeof(*stream->ops));
        INSIST(stream->ops);
    }
    struct op *op = &stream->ops[stream->queued++];
    op->fn = fn;
    memcpy(op->args, args, size);
    if (fake_when == FAKE_AT_ONCE)
        run_until(stream, stream->queued);
    run_some();
    return cudaSuccess;
}

cudaError_t cudaStreamCreateWithFlags(cudaStream_t *stream, unsigned flags)
{
    CALL();
    INSIST(num_streams < MOST_STREAMS && flags == cudaStreamNonBlocking);
    *stream = &streams[num_streams++];
    return cudaSuccess;
}

cudaError_t cudaStreamSynchronize(cudaStream_t stream)
{
    run_until(stream_of(stream), stream_of(stream)->queued);
    CALL();
    return cudaSuccess;
}

cudaError_t cudaDeviceSynchronize(void)
{
    for (int i = 0; i < num_streams; i++)
        run_until(&streams[i], streams[i].queued);
    CALL();
    return cudaSuccess;
}

// Its work is done where it is waited for too: two streams that wait for each other would
// never end, and are no case here.
struct wait_args {
    struct fake_stream *stream;
    size_t queued;
};
static void do_wait(const void *user)
{
    const struct wait_args *args = user;
    run_until(args->stream, args->queued);
}

cudaError_t cudaStreamWaitEvent(cudaStream_t stream, cudaEvent_t event, unsigned flags)
{
    CALL();
    const struct wait_args args = {event->stream, event->queued};
    return args.stream ? queue(stream, do_wait, &args, sizeof(args)) : cudaSuccess;
}

cudaError_t cudaEventCreateWithFlags(cudaEvent_t *event, unsigned flags)
{
    static struct fake_event events[64];
    static int num_events;
    CALL();
    INSIST(num_events < 64);
    *event = &events[num_events++];
    return cudaSuccess;
}

cudaError_t cudaEventRecord(cudaEvent_t event, cudaStream_t stream)
{
    CALL();
    event->stream = stream_of(stream);
    event->queued = event->stream->queued;
    return cudaSuccess;
}

cudaError_t cudaEventSynchronize(cudaEvent_t event)
{
    if (event->stream)
        run_until(event->stream, event->queued);
    CALL();
    return cudaSuccess;
}

cudaError_t cudaFree(void *p)
{
    for (int i = 0; i < num_streams; i++)
        run_until(&streams[i], streams[i].queued);
    fake_free(p);
    CALL();
    return cudaSuccess;
}

void fake_read(void *to, const void *from, size_t size)
{
    for (int i = 0; i < num_streams; i++)
        run_until(&streams[i], streams[i].queued);
    open_card();
    memcpy(to, from, size);
    close_card();
}

// --- copies ------------------------------------------------------------------------------

struct copy_args {
    void *to;
    const void *from;
    size_t to_pitch, from_pitch, width, height;
};
static void do_copy(const void *user)
{
    const struct copy_args *args = user;
    for (size_t row = 0; row < args->height; row++)
        memcpy((char *)args->to + row * args->to_pitch,
               (const char *)args->from + row * args->from_pitch, args->width);
}

static bool sides(const void *to, const void *from, enum cudaMemcpyKind kind)
{
    const bool to_card = on_card(to, 1), from_card = on_card(from, 1);
    switch (kind) {
    case cudaMemcpyHostToDevice: return to_card && !from_card;
    case cudaMemcpyDeviceToHost: return !to_card && from_card;
    case cudaMemcpyDeviceToDevice: return to_card && from_card;
    default: return true;
    }
}

cudaError_t cudaMemcpyAsync(void *to, const void *from, size_t size,
                            enum cudaMemcpyKind kind, cudaStream_t stream)
{
    CALL();
    INSIST(sides(to, from, kind));
    const struct copy_args args = {to, from, size, size, size, 1};
    return queue(stream, do_copy, &args, sizeof(args));
}

cudaError_t cudaMemcpy2DAsync(void *to, size_t to_pitch, const void *from,
                              size_t from_pitch, size_t width, size_t height,
                              enum cudaMemcpyKind kind, cudaStream_t stream)
{
    CALL();
    INSIST(sides(to, from, kind) && width <= to_pitch && width <= from_pitch);
    const struct copy_args args = {to, from, to_pitch, from_pitch, width, height};
    return queue(stream, do_copy, &args, sizeof(args));
}

struct set_args {
    void *p;
    int value;
    size_t size;
};
static void do_set(const void *user)
{
    const struct set_args *args = user;
    memset(args->p, args->value, args->size);
}

cudaError_t cudaMemsetAsync(void *p, int value, size_t size, cudaStream_t stream)
{
    CALL();
    INSIST(on_card(p, size));
    const struct set_args args = {p, value, size};
    return queue(stream, do_set, &args, sizeof(args));
}

// --- devices -----------------------------------------------------------------------------

cudaError_t cudaGetDeviceCount(int *count)
{
    CALL();
    *count = fake_cards;
    return cudaSuccess;
}

cudaError_t cudaGetDevice(int *device)
{
    CALL();
    *device = 0;
    return cudaSuccess;
}

cudaError_t cudaSetDevice(int device)
{
    CALL();
    INSIST(device == 0);
    return cudaSuccess;
}

cudaError_t cudaGetDeviceProperties(struct cudaDeviceProp *properties, int device)
{
    CALL();
    strcpy(properties->name, "a card of ordinary memory");
    return cudaSuccess;
}

// --- kernels -----------------------------------------------------------------------------

// DEFINE(name, parameters, fields, start, body): a struct of arguments, what runs with it,
// and the function that queues it.
#define LAUNCH(name, ...)                                     \
    do {                                                      \
        const struct name##_args args = {__VA_ARGS__};        \
        CALL();                                               \
        fake_launches++;                                      \
        return queue(stream, do_##name, &args, sizeof(args)); \
    } while (0)

struct colors_args {
    enum plt_type type;
    struct plt_cuda_colors c;
};
static void do_colors(const void *user)
{
    const struct colors_args *a = user;
    INSIST(on_card(a->c.first, 1) && on_card(a->c.table, 4 * (size_t)a->c.entries));
    INSIST(on_card(a->c.dst, 4));
    for (uint64_t group = 0; group < a->c.groups * a->c.rows; group++)
        plt_cuda_color_group(a->type, plt_type_size(a->type), &a->c, a->c.table, group);
}
cudaError_t plt_cuda_launch_colors(enum plt_type type, const struct plt_cuda_colors *c,
                                   cudaStream_t stream)
{
    LAUNCH(colors, type, *c);
}

static double add_lanes(double v[32])
{
    for (int step = 16; step > 0; step /= 2) {
        for (int lane = 0; lane < step; lane++)
            v[lane] += v[lane + step];
    }
    return v[0];
}

static void add_part(const struct plt_cuda_part *part, struct plt_cuda_part *all)
{
    INSIST(on_card(all, sizeof(*all)));
    for (int k = 0; k < PLT_CUDA_PART_WORDS; k++)
        all->words[k] = plt_cuda_part_word(k, all->words[k], part->words[k]);
}

struct stats_args {
    enum plt_type type;
    struct plt_cuda_plane plane;
    uint64_t count;
    struct plt_cuda_part *part;
    double *sums;
};
static void do_stats(const void *user)
{
    const struct stats_args *a = user;
    struct plt_cuda_part parts[32];
    double v[32];
    INSIST(on_card(a->plane.first, 1));
    for (int lane = 0; lane < 32; lane++)
        plt_cuda_part_reset(&parts[lane]);
    for (uint64_t block = 0; block < (a->count + 1023) / 1024; block++) {
        for (uint32_t lane = 0; lane < 32; lane++)
            v[lane] =
                plt_cuda_lane(a->type, &a->plane, a->count, block, lane, &parts[lane]);
        if (!plt_cuda_is_real(a->type))
            continue;
        INSIST(on_card(a->sums + block, sizeof(double)));
        a->sums[block] = add_lanes(v);
    }
    for (int lane = 0; lane < 32; lane++)
        add_part(&parts[lane], a->part);
}
cudaError_t plt_cuda_launch_stats(enum plt_type type, const struct plt_cuda_plane *plane,
                                  uint64_t count, struct plt_cuda_part *part, double *sums,
                                  cudaStream_t stream)
{
    LAUNCH(stats, type, *plane, count, part, sums);
}

struct sums_args {
    const double *sums;
    uint64_t count;
    double *out;
};
static void do_sums(const void *user)
{
    const struct sums_args *a = user;
    double v[32];
    INSIST(on_card(a->sums, a->count * sizeof(double)));
    for (uint64_t block = 0; block < (a->count + 1023) / 1024; block++) {
        for (uint32_t lane = 0; lane < 32; lane++)
            v[lane] = plt_cuda_sum_lane(a->sums, a->count, block, lane);
        INSIST(on_card(a->out + block, sizeof(double)));
        a->out[block] = add_lanes(v);
    }
}
cudaError_t plt_cuda_launch_sums(const double *sums, uint64_t count, double *out,
                                 cudaStream_t stream)
{
    LAUNCH(sums, sums, count, out);
}

struct histogram_args {
    enum plt_type type;
    struct plt_cuda_plane plane;
    uint64_t count;
    struct plt_levels levels;
    int32_t bins;
    uint64_t *counts;
    struct plt_cuda_part *part;
};
static void do_histogram(const void *user)
{
    const struct histogram_args *a = user;
    struct plt_cuda_part part;
    plt_cuda_part_reset(&part);
    INSIST(on_card(a->counts, ((size_t)a->bins + 1) * 8));
    for (uint64_t i = 0; i < a->count; i++)
        a->counts[plt_cuda_bin(a->type, &a->plane, a->levels, a->bins, i, &part)]++;
    add_part(&part, a->part);
}
cudaError_t plt_cuda_launch_histogram(enum plt_type type,
                                      const struct plt_cuda_plane *plane, uint64_t count,
                                      struct plt_levels levels, int32_t bins,
                                      uint64_t *counts, struct plt_cuda_part *part,
                                      cudaStream_t stream)
{
    LAUNCH(histogram, type, *plane, count, levels, bins, counts, part);
}

struct values_args {
    size_t size;
    struct plt_cuda_plane plane;
    uint64_t count;
    uint64_t *counts;
};
static void do_values(const void *user)
{
    const struct values_args *a = user;
    INSIST(on_card(a->counts, (size_t)8 << 8 * a->size));
    for (uint64_t i = 0; i < a->count; i++)
        a->counts[plt_cuda_bits(a->size, &a->plane, i)]++;
}
cudaError_t plt_cuda_launch_values(size_t size, const struct plt_cuda_plane *plane,
                                   uint64_t count, uint64_t *counts, cudaStream_t stream)
{
    LAUNCH(values, size, *plane, count, counts);
}

struct digits_args {
    enum plt_type type;
    struct plt_cuda_plane plane;
    uint64_t count;
    struct plt_cuda_ranges ranges;
    uint32_t *tables;
};
static void do_digits(const void *user)
{
    const struct digits_args *a = user;
    INSIST(on_card(a->tables, (size_t)a->ranges.slots * 65536 * 4));
    for (uint64_t i = 0; i < a->count; i++) {
        const uint64_t key = plt_cuda_key(a->type, plt_cuda_at(&a->plane, i));
        for (int slot = 0; slot < a->ranges.slots; slot++) {
            const uint32_t digit = plt_cuda_digit(&a->ranges, slot, key);
            if (digit < 65536)
                a->tables[(size_t)slot * 65536 + digit]++;
        }
    }
}
cudaError_t plt_cuda_launch_digits(enum plt_type type, const struct plt_cuda_plane *plane,
                                   uint64_t count, const struct plt_cuda_ranges *ranges,
                                   uint32_t *tables, cudaStream_t stream)
{
    LAUNCH(digits, type, *plane, count, *ranges, tables);
}

struct share_args {
    enum plt_type type;
    struct plt_cuda_plane plane;
    uint64_t count;
    struct plt_levels levels;
    const float *gamma;
    float *shares;
};
static void do_share(const void *user)
{
    const struct share_args *a = user;
    INSIST(on_card(a->shares, a->count * 4) && (!a->gamma || on_card(a->gamma, 4 * 4096)));
    for (uint64_t i = 0; i < a->count; i++)
        a->shares[i] = plt_cuda_share(a->type, &a->plane, a->levels, a->gamma, i);
}
cudaError_t plt_cuda_launch_share(enum plt_type type, const struct plt_cuda_plane *plane,
                                  uint64_t count, struct plt_levels levels,
                                  const float *gamma, float *shares, cudaStream_t stream)
{
    LAUNCH(share, type, *plane, count, levels, gamma, shares);
}

struct offset_args {
    float offset[3];
    uint64_t count, stride;
    float *sums;
};
static void do_offset(const void *user)
{
    const struct offset_args *a = user;
    INSIST(on_card(a->sums, 3 * a->stride * 4));
    for (uint64_t k = 0; k < 3; k++) {
        for (uint64_t i = 0; i < a->count; i++)
            a->sums[k * a->stride + i] = a->offset[k];
    }
}
cudaError_t plt_cuda_launch_offset(const float offset[3], uint64_t count, uint64_t stride,
                                   float *sums, cudaStream_t stream)
{
    LAUNCH(offset, {offset[0], offset[1], offset[2]}, count, stride, sums);
}

struct mixed_args {
    const float *sums;
    uint64_t stride, count;
    struct plt_cuda_plane dst;
};
static void do_mixed(const void *user)
{
    const struct mixed_args *a = user;
    for (uint64_t i = 0; i < a->count; i++) {
        uint32_t *to = (uint32_t *)plt_cuda_at(&a->dst, i);
        INSIST(on_card(to, 4));
        *to = plt_cuda_mixed(a->sums, a->stride, i);
    }
}
cudaError_t plt_cuda_launch_mixed(const float *sums, uint64_t stride, uint64_t count,
                                  const struct plt_cuda_plane *dst, cudaStream_t stream)
{
    LAUNCH(mixed, sums, stride, count, *dst);
}

struct mean_args {
    enum plt_type type;
    struct plt_cuda_stack stack;
    uint64_t count;
    void *out;
};
static void do_mean(const void *user)
{
    const struct mean_args *a = user;
    INSIST(on_card(a->out, a->count * 4));
    for (uint64_t i = 0; i < a->count; i++)
        ((float *)a->out)[i] = plt_cuda_mean(a->type, &a->stack, i);
}
cudaError_t plt_cuda_launch_mean(enum plt_type type, const struct plt_cuda_stack *stack,
                                 uint64_t count, float *out, cudaStream_t stream)
{
    LAUNCH(mean, type, *stack, count, out);
}

#define largest_args mean_args
static void do_largest(const void *user)
{
    const struct mean_args *a = user;
    const size_t size = plt_type_size(a->type);
    INSIST(on_card(a->out, a->count * size));
    for (uint64_t i = 0; i < a->count; i++)
        plt_cuda_copy(size, plt_cuda_largest(a->type, &a->stack, i),
                      (char *)a->out + i * size);
}
cudaError_t plt_cuda_launch_max(enum plt_type type, const struct plt_cuda_stack *stack,
                                uint64_t count, void *out, cudaStream_t stream)
{
    LAUNCH(largest, type, *stack, count, out);
}

struct flat_args {
    enum plt_type type;
    struct plt_cuda_flat flat;
    uint64_t count;
    float *out;
};
static void do_flat(const void *user)
{
    const struct flat_args *a = user;
    INSIST(on_card(a->out, a->count * 4));
    for (uint64_t i = 0; i < a->count; i++)
        a->out[i] = plt_cuda_flat(a->type, &a->flat, i);
}
cudaError_t plt_cuda_launch_flat(enum plt_type type, const struct plt_cuda_flat *flat,
                                 uint64_t count, float *out, cudaStream_t stream)
{
    LAUNCH(flat, type, *flat, count, out);
}

struct pack_args {
    enum plt_type type, as;
    struct plt_cuda_pack pack;
    void *out;
};
static void do_pack(const void *user)
{
    const struct pack_args *a = user;
    const size_t size = plt_type_size(a->type);
    INSIST(on_card(a->out, a->pack.count * plt_type_size(a->as)));
    for (uint64_t i = 0; i < a->pack.count; i++) {
        const char *at = plt_cuda_packed(&a->pack, i);
        if (a->as == a->type)
            plt_cuda_copy(size, at, (char *)a->out + i * size);
        else
            ((float *)a->out)[i] = plt_cuda_float(a->type, at);
    }
}
cudaError_t plt_cuda_launch_pack(enum plt_type type, enum plt_type as,
                                 const struct plt_cuda_pack *pack, void *out,
                                 cudaStream_t stream)
{
    LAUNCH(pack, type, as, *pack, out);
}

// --- cuBLAS ------------------------------------------------------------------------------

struct fake_blas {
    cudaStream_t stream;
    bool used;
};
static struct fake_blas handles[64];

cublasStatus_t cublasCreate(cublasHandle_t *handle)
{
    if (fails())
        return CUBLAS_STATUS_ALLOC_FAILED;
    int i = 0;
    while (handles[i].used)
        i++;
    handles[i].used = true;
    *handle = &handles[i];
    return CUBLAS_STATUS_SUCCESS;
}

cublasStatus_t cublasDestroy(cublasHandle_t handle)
{
    handle->used = false;
    return CUBLAS_STATUS_SUCCESS;
}

cublasStatus_t cublasSetMathMode(cublasHandle_t handle, cublasMath_t mode)
{
    INSIST(mode == CUBLAS_PEDANTIC_MATH);
    return fails() ? CUBLAS_STATUS_ALLOC_FAILED : CUBLAS_STATUS_SUCCESS;
}

cublasStatus_t cublasSetStream(cublasHandle_t handle, cudaStream_t stream)
{
    if (fails())
        return CUBLAS_STATUS_ALLOC_FAILED;
    handle->stream = stream;
    return CUBLAS_STATUS_SUCCESS;
}

const char *cublasGetStatusString(cublasStatus_t status)
{
    return "out of memory";
}

// Another order of additions than ours, as a library may choose.
struct gemm_args {
    int m, n, k, lda, ldb, ldc;
    float alpha, beta;
    const float *a, *b;
    float *c;
};
static void do_gemm(const void *user)
{
    const struct gemm_args *g = user;
    INSIST(on_card(g->a, 4) && on_card(g->b, 4) && on_card(g->c, 4));
    INSIST(g->lda >= g->m && g->ldb >= g->k && g->ldc >= g->m);
    for (size_t j = 0; j < (size_t)g->n; j++) {
        for (size_t i = 0; i < (size_t)g->m; i++) {
            double sum = 0;
            for (size_t l = (size_t)g->k; l-- > 0;)
                sum += (double)g->a[i + l * (size_t)g->lda] *
                       (double)g->b[l + j * (size_t)g->ldb];
            float *c = &g->c[i + j * (size_t)g->ldc];
            *c = (float)(g->alpha * sum + g->beta * (double)*c);
        }
    }
}

cublasStatus_t cublasSgemm(cublasHandle_t handle, cublasOperation_t transa,
                           cublasOperation_t transb, int m, int n, int k,
                           const float *alpha, const float *a, int lda, const float *b,
                           int ldb, const float *beta, float *c, int ldc)
{
    const struct gemm_args args = {m, n, k, lda, ldb, ldc, *alpha, *beta, a, b, c};
    INSIST(transa == CUBLAS_OP_N && transb == CUBLAS_OP_N);
    if (fails())
        return CUBLAS_STATUS_ALLOC_FAILED;
    queue(handle->stream, do_gemm, &args, sizeof(args));
    return CUBLAS_STATUS_SUCCESS;
}

// --- OpenGL ------------------------------------------------------------------------------

struct fake_resource {
    unsigned name;
    void *p;
    size_t size;
    bool registered, mapped;
};
static struct fake_resource resources[16];

void fake_gl_buffer(unsigned name, void *p, size_t size)
{
    resources[name] = (struct fake_resource){name, p, size, false, false};
}

int fake_registered(void)
{
    int count = 0;
    for (int i = 0; i < 16; i++)
        count += resources[i].registered;
    return count;
}

cudaError_t cudaGraphicsGLRegisterBuffer(cudaGraphicsResource_t *resource, unsigned buffer,
                                         unsigned flags)
{
    CALL();
    INSIST(buffer < 16 && !resources[buffer].registered);
    if (!resources[buffer].p)
        return last_error = cudaErrorInvalidValue;
    resources[buffer].registered = true;
    *resource = &resources[buffer];
    return cudaSuccess;
}

cudaError_t cudaGraphicsUnregisterResource(cudaGraphicsResource_t resource)
{
    INSIST(resource->registered && !resource->mapped);
    resource->registered = false;
    CALL();
    return cudaSuccess;
}

cudaError_t cudaGraphicsMapResources(int count, cudaGraphicsResource_t *list,
                                     cudaStream_t stream)
{
    CALL();
    INSIST(count == 1 && list[0]->registered && !list[0]->mapped);
    list[0]->mapped = true;
    return cudaSuccess;
}

cudaError_t cudaGraphicsUnmapResources(int count, cudaGraphicsResource_t *list,
                                       cudaStream_t stream)
{
    INSIST(count == 1 && list[0]->mapped);
    list[0]->mapped = false;
    CALL();
    return cudaSuccess;
}

cudaError_t cudaGraphicsResourceGetMappedPointer(void **p, size_t *size,
                                                 cudaGraphicsResource_t resource)
{
    CALL();
    INSIST(resource->mapped);
    *p = resource->p;
    *size = resource->size;
    return cudaSuccess;
}
