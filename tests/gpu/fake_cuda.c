// The fake card: memory that can be read only while work is being done, streams that are
// late, calls that fail. The work is in fake_kernels.c.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "fake_inside.h"

enum { MOST_BLOCKS = 512, MOST_STREAMS = 8, OP_BYTES = 512, PAGE = 4096 };

enum fake_when fake_when;
uint64_t fake_seed = 1;
int fake_cards = 1;
uint64_t fake_calls, fake_launches;
static int64_t fail_countdown = -1;
static bool fail_stays;
cudaError_t fake_last_error;

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

bool fake_fails(void)
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
    fake_last_error = fail_stays ? cudaErrorIllegalAddress : cudaErrorMemoryAllocation;
    return true;
}

cudaError_t cudaGetLastError(void)
{
    const cudaError_t error = fake_last_error;
    fake_last_error = cudaSuccess;
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

bool fake_on_card(const void *p, size_t size)
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

void *card_memory(const void *content, size_t size)
{
    void *p = add_block(size, true);
    open_card();
    if (content)
        memcpy(p, content, size);
    close_card();
    return p;
}

void *card_pinned(size_t size)
{
    return add_block(size, false);
}

void card_free(void *p)
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

cudaError_t fake_queue(cudaStream_t which, void (*fn)(const void *), const void *args,
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
    return args.stream ? fake_queue(stream, do_wait, &args, sizeof(args)) : cudaSuccess;
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
    card_free(p);
    CALL();
    return cudaSuccess;
}

void card_read(void *to, const void *from, size_t size)
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
    const bool to_card = fake_on_card(to, 1), from_card = fake_on_card(from, 1);
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
    return fake_queue(stream, do_copy, &args, sizeof(args));
}

cudaError_t cudaMemcpy2DAsync(void *to, size_t to_pitch, const void *from,
                              size_t from_pitch, size_t width, size_t height,
                              enum cudaMemcpyKind kind, cudaStream_t stream)
{
    CALL();
    INSIST(sides(to, from, kind) && width <= to_pitch && width <= from_pitch);
    const struct copy_args args = {to, from, to_pitch, from_pitch, width, height};
    return fake_queue(stream, do_copy, &args, sizeof(args));
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
    INSIST(fake_on_card(p, size));
    const struct set_args args = {p, value, size};
    return fake_queue(stream, do_set, &args, sizeof(args));
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
