// Inside of the CUDA image engine (private): the state of the one card, and how a job is
// done in pieces while the next one is being copied. Files: module.c (opening, errors),
// pieces.c, one file a group of jobs (colors.c, stats.c, mix.c, stack.c), gl.c, and the
// kernels (arguments.h). Thread-safety: functions other than the jobs' need the lock, which
// plt_cuda_enter takes.
#pragma once

#include <cublas_v2.h>
#include <pthread.h>

#include <gpu/cuda/arguments.h>
#include <plotlib/image/module.h>
#include <plotlib/image/stack.h>

enum { PLT_CUDA_SLOTS = 2 };
// Of a slot's pinned memory, and as many of the card's; tests make it small, for many
// pieces.
#ifndef PLT_CUDA_SLOT_BYTES
#define PLT_CUDA_SLOT_BYTES ((size_t)32 << 20)
#endif

// Of the card's memory, kept from job to job.
struct plt_cuda_buffer {
    void *p;
    size_t size;
};

// One of two pieces in flight: its stream, and room that is the same on both sides.
struct plt_cuda_slot {
    cudaStream_t stream;
    cudaEvent_t done;
    cublasHandle_t blas;
    char *host, *device;            // [PLT_CUDA_SLOT_BYTES]
    size_t used, sent;              // bytes taken; of them on their way to the card
    struct plt_cuda_buffer scratch; // of the card only
    bool busy;
    uint64_t first, n; // the piece
    size_t out, more;  // where its results are
};

enum plt_cuda_job {
    PLT_CUDA_COLORS = 0,
    PLT_CUDA_STATS,
    PLT_CUDA_HISTOGRAM,
    PLT_CUDA_PERCENTILES,
    PLT_CUDA_MIX,
    PLT_CUDA_PROJECT,
    PLT_CUDA_FLAT_FIELD,
    PLT_CUDA_FETCH,
    PLT_CUDA_GL,
};

struct plt_cuda {
    const struct plt_image_core *core;
    pthread_mutex_t lock;
    int device, before; // ours; the calling thread's, which gets it back
    bool open, dead;    // dead: an error that stays. No call is made any more
    enum plt_cuda_job job;
    unsigned failing;  // jobs whose last run failed: told once
    char failed[200];  // the first error of this run
    cudaEvent_t ready; // of somebody's stream that ours wait for
    struct plt_cuda_slot slots[PLT_CUDA_SLOTS];
    struct plt_cuda_buffer table, counts, sums, part, gammas, matrix;
    uint64_t table_id; // of what is in `table`, 0 = unknown
    char card[256];
};

// module.c
// NULL when the engine is dead. Every enter is followed by a leave, whose result is `ok`.
struct plt_cuda *plt_cuda_enter(enum plt_cuda_job job);
bool plt_cuda_leave(struct plt_cuda *cuda, bool ok);
// False for an error, whose text is kept for the log: every call goes through one of these.
bool plt_cuda_check(struct plt_cuda *cuda, cudaError_t error, const char *call);
bool plt_cuda_check_blas(struct plt_cuda *cuda, cublasStatus_t status, const char *call);
bool plt_cuda_fail(struct plt_cuda *cuda, const char *why); // returns false
#define plt_cuda_try(cuda, call) plt_cuda_check((cuda), (call), #call)
#define plt_cuda_try_blas(cuda, call) plt_cuda_check_blas((cuda), (call), #call)
// At least `size` bytes; their content is lost.
bool plt_cuda_reserve(struct plt_cuda *cuda, struct plt_cuda_buffer *buffer, size_t size);
// Small things, before or after the pieces; all is done when they return. `at` + bytes is
// what the buffer has at least.
bool plt_cuda_put(struct plt_cuda *cuda, struct plt_cuda_buffer *buffer, size_t at,
                  const void *from, size_t bytes);
bool plt_cuda_clear(struct plt_cuda *cuda, struct plt_cuda_buffer *buffer, size_t bytes);
bool plt_cuda_get(struct plt_cuda *cuda, void *to, const void *from, size_t bytes);

// pieces.c
// One channel of a view, or samples of one's own.
struct plt_cuda_input {
    struct plt_plane plane;
    bool on_device, pinned;
};
// False for a view that is none, or memory of another card.
bool plt_cuda_input_make(struct plt_cuda *cuda, struct plt_cuda_input *input,
                         const struct plt_image_view *view, int32_t channel);
// True where the card can read and write it; false for the host's. Other: an error.
bool plt_cuda_find(struct plt_cuda *cuda, const void *p, size_t alignment, bool *on_device,
                   bool *pinned);
// What is queued on a stream of somebody's comes before what the slots do from now on.
bool plt_cuda_wait_for(struct plt_cuda *cuda, void *stream);

// `count` units (samples, rows) in pieces. `queue` stages and starts one; `drain` (may be
// NULL) reads its result when it is there. Returns when all is done.
struct plt_cuda_task {
    uint64_t count, piece;
    bool (*queue)(struct plt_cuda *cuda, struct plt_cuda_slot *slot, void *user);
    void (*drain)(struct plt_cuda *cuda, struct plt_cuda_slot *slot, void *user);
    void *user;
};
bool plt_cuda_run(struct plt_cuda *cuda, const struct plt_cuda_task *task);
// How many units of `bytes` fit a slot, in whole `multiple`s; 0, which is a failure, when
// there is no room for one.
uint64_t plt_cuda_piece(struct plt_cuda *cuda, uint64_t bytes, uint64_t multiple);

// Within `queue`, in this order: stage what is read, send it, take room, start kernels,
// receive.
bool plt_cuda_stage(struct plt_cuda *cuda, struct plt_cuda_slot *slot,
                    const struct plt_cuda_input *input, struct plt_pool *pool,
                    uint64_t first, uint64_t n, struct plt_cuda_plane *plane);
bool plt_cuda_send(struct plt_cuda *cuda, struct plt_cuda_slot *slot);
bool plt_cuda_take(struct plt_cuda *cuda, struct plt_cuda_slot *slot, size_t bytes,
                   size_t *at);
bool plt_cuda_receive(struct plt_cuda *cuda, struct plt_cuda_slot *slot, size_t at,
                      size_t bytes);
// Copies on the threads of a pool, where it is much.
void plt_cuda_copy_rows(struct plt_cuda *cuda, struct plt_pool *pool, const char *from,
                        size_t from_stride, char *to, size_t to_stride, size_t row_bytes,
                        uint64_t rows);

// The jobs.
bool plt_cuda_colors(const struct plt_image_colors *job, uint32_t *dst, size_t dst_stride);
bool plt_cuda_stats(const struct plt_image_stats_job *job);
bool plt_cuda_histogram(const struct plt_image_histogram_job *job);
bool plt_cuda_percentiles(const struct plt_image_percentiles_job *job);
bool plt_cuda_mix(const struct plt_image_mix_job *job);
bool plt_cuda_project(const struct plt_image_project_job *job);
bool plt_cuda_flat_field(const struct plt_image_flat_field_job *job);
bool plt_cuda_fetch(const struct plt_image_view *view, void *pixels);
void *plt_cuda_gl_attach(unsigned buffer);
void plt_cuda_gl_detach(void *attached);
bool plt_cuda_gl_fill(void *attached, const struct plt_image_view *view,
                      struct plt_irect part, enum plt_type as);

// colors.c: samples of a view of the card's memory, rows [first, first + n), side by side
// at `out`, which is the card's too.
bool plt_cuda_pack(struct plt_cuda *cuda, const struct plt_image_view *view,
                   struct plt_irect part, enum plt_type as, void *out, cudaStream_t stream);
