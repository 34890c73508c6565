// Channel mixing (mix.h): each channel's shares by a kernel, then sums[P x 3] = shares[P x
// C] colors[C x 3] + offset by cuBLAS, in pieces. Matrices are stored column by column.
#include <gpu/cuda/cuda.h>

enum { SCRATCH_BYTES = 128 << 20 }; // of a slot's shares and sums

struct run {
    const struct plt_image_mix_job *job;
    struct plt_cuda_input inputs[PLT_MIX_MOST]; // of the channels that are on
    const struct plt_image_mix_channel *channels[PLT_MIX_MOST];
    const float *gammas[PLT_MIX_MOST]; // the card's
    int num;
    uint64_t columns, count, piece;
    bool dst_on_device, sums_on_device;
};

static bool same_size(const struct plt_image_mix_job *job)
{
    for (int32_t i = 0; i < job->num; i++) {
        const struct plt_image_view *view = &job->channels[i].src;
        if (view->columns != job->channels[0].src.columns ||
            view->rows != job->channels[0].src.rows)
            return false;
    }
    return true;
}

static bool send_gammas(struct plt_cuda *cuda, struct run *run)
{
    const size_t bytes = PLT_MIX_GAMMA * sizeof(float);
    if (!plt_cuda_reserve(cuda, &cuda->gammas, PLT_MIX_MOST * bytes))
        return false;
    for (int i = 0; i < run->num; i++) {
        const float *gamma = run->channels[i]->gamma;
        if (gamma && !plt_cuda_put(cuda, &cuda->gammas, (size_t)i * bytes, gamma, bytes))
            return false;
        if (gamma)
            run->gammas[i] = (const float *)cuda->gammas.p + (size_t)i * PLT_MIX_GAMMA;
    }
    return true;
}

static bool send_matrix(struct plt_cuda *cuda, const struct run *run)
{
    float matrix[3 * PLT_MIX_MOST] = {0};
    for (int i = 0; i < run->num; i++) {
        for (int k = 0; k < 3; k++)
            matrix[k * run->num + i] = run->channels[i]->color[k];
    }
    return plt_cuda_put(cuda, &cuda->matrix, 0, matrix,
                        sizeof(float) * 3 * (size_t)run->num);
}

// Handles are made when they are first wanted: that takes a while.
static bool open_blas(struct plt_cuda *cuda)
{
    for (int i = 0; i < PLT_CUDA_SLOTS; i++) {
        struct plt_cuda_slot *slot = &cuda->slots[i];
        if (slot->blas)
            continue;
        if (!plt_cuda_try_blas(cuda, cublasCreate(&slot->blas)))
            return false;
        // No TF32, no emulation: float32 as it is.
        if (!plt_cuda_try_blas(cuda, cublasSetMathMode(slot->blas, CUBLAS_PEDANTIC_MATH)) ||
            !plt_cuda_try_blas(cuda, cublasSetStream(slot->blas, slot->stream))) {
            (void)cublasDestroy(slot->blas);
            slot->blas = NULL;
            return false;
        }
    }
    return true;
}

static bool multiply(struct plt_cuda *cuda, const struct run *run,
                     struct plt_cuda_slot *slot, const float *shares, float *sums)
{
    const float one = 1;
    const int pixels = (int)slot->n, stride = (int)run->piece;
    return plt_cuda_try_blas(
        cuda, cublasSgemm(slot->blas, CUBLAS_OP_N, CUBLAS_OP_N, pixels, 3, run->num, &one,
                          shares, stride, cuda->matrix.p, run->num, &one, sums, stride));
}

static bool queue_sums(struct plt_cuda *cuda, const struct run *run,
                       struct plt_cuda_slot *slot, float *shares, float *sums)
{
    struct plt_cuda_plane planes[PLT_MIX_MOST];
    for (int i = 0; i < run->num; i++) {
        if (!plt_cuda_stage(cuda, slot, &run->inputs[i], run->job->pool, slot->first,
                            slot->n, &planes[i]))
            return false;
    }
    if (!plt_cuda_send(cuda, slot))
        return false;
    for (int i = 0; i < run->num; i++) {
        if (!plt_cuda_try(cuda, plt_cuda_launch_share(
                                    run->inputs[i].plane.type, &planes[i], slot->n,
                                    run->channels[i]->levels, run->gammas[i],
                                    shares + (uint64_t)i * run->piece, slot->stream)))
            return false;
    }
    return plt_cuda_try(cuda, plt_cuda_launch_offset(run->job->offset, slot->n, run->piece,
                                                     sums, slot->stream)) &&
           (run->num == 0 || multiply(cuda, run, slot, shares, sums));
}

static bool queue_words(struct plt_cuda *cuda, const struct run *run,
                        struct plt_cuda_slot *slot, const float *sums)
{
    const size_t bytes = (size_t)slot->n * 4;
    struct plt_cuda_plane dst = {(const char *)run->job->dst,
                                 4,
                                 run->job->dst_stride,
                                 run->columns,
                                 slot->first,
                                 run->job->dst_stride == run->columns * 4};
    if (!run->dst_on_device) {
        if (!plt_cuda_take(cuda, slot, bytes, &slot->out))
            return false;
        dst = (struct plt_cuda_plane){slot->device + slot->out, 4, 0, slot->n, 0, true};
    }
    return plt_cuda_try(cuda, plt_cuda_launch_mixed(sums, run->piece, slot->n, &dst,
                                                    slot->stream)) &&
           (run->dst_on_device || plt_cuda_receive(cuda, slot, slot->out, bytes));
}

// Rows of sums to the slot's, or to the card's memory of the caller.
static bool queue_out_sums(struct plt_cuda *cuda, const struct run *run,
                           struct plt_cuda_slot *slot, const float *sums)
{
    const size_t bytes = (size_t)slot->n * sizeof(*sums);
    if (!run->sums_on_device && !plt_cuda_take(cuda, slot, 3 * bytes, &slot->more))
        return false;
    for (size_t k = 0; k < 3; k++) {
        float *to = run->sums_on_device ? run->job->sums + k * run->count + slot->first
                                        : (float *)(slot->device + slot->more + k * bytes);
        if (!plt_cuda_try(cuda, cudaMemcpyAsync(to, sums + k * run->piece, bytes,
                                                cudaMemcpyDeviceToDevice, slot->stream)))
            return false;
    }
    return run->sums_on_device || plt_cuda_receive(cuda, slot, slot->more, 3 * bytes);
}

static bool queue_mix(struct plt_cuda *cuda, struct plt_cuda_slot *slot, void *user)
{
    const struct run *run = user;
    float *shares = slot->scratch.p, *sums = shares + (uint64_t)run->num * run->piece;
    return queue_sums(cuda, run, slot, shares, sums) &&
           (!run->job->dst || queue_words(cuda, run, slot, sums)) &&
           (!run->job->sums || queue_out_sums(cuda, run, slot, sums));
}

// A piece begins and ends anywhere in a row.
static void drain_words(struct plt_cuda *cuda, const struct run *run,
                        const struct plt_cuda_slot *slot)
{
    const char *from = slot->host + slot->out;
    uint64_t row = slot->first / run->columns, column = slot->first % run->columns;
    for (uint64_t left = slot->n, n; left > 0; left -= n, from += n * 4) {
        const uint64_t rest = run->columns - column;
        const bool whole = column == 0 && left >= run->columns;
        const uint64_t rows = whole ? left / run->columns : 1;
        n = whole ? rows * run->columns : left < rest ? left : rest;
        plt_cuda_copy_rows(cuda, run->job->pool, from, (size_t)run->columns * 4,
                           (char *)run->job->dst + row * run->job->dst_stride + column * 4,
                           run->job->dst_stride, (size_t)(n / rows) * 4, rows);
        row += rows;
        column = 0;
    }
}

static void drain_mix(struct plt_cuda *cuda, struct plt_cuda_slot *slot, void *user)
{
    const struct run *run = user;
    if (run->job->dst && !run->dst_on_device)
        drain_words(cuda, run, slot);
    if (run->job->sums && !run->sums_on_device) {
        const size_t bytes = (size_t)slot->n * sizeof(float);
        plt_cuda_copy_rows(cuda, run->job->pool, slot->host + slot->more, bytes,
                           (char *)(run->job->sums + slot->first),
                           (size_t)run->count * sizeof(float), bytes, 3);
    }
}

// Pixels of a piece: what fits a slot and its scratch.
static bool find_piece(struct plt_cuda *cuda, struct run *run)
{
    uint64_t bytes = 0;
    for (int i = 0; i < run->num; i++)
        bytes += run->inputs[i].on_device ? 0 : run->inputs[i].plane.size;
    bytes += run->job->dst && !run->dst_on_device ? 4 : 0;
    bytes += run->job->sums && !run->sums_on_device ? 12 : 0;
    const uint64_t columns = (uint64_t)run->num + 3;
    const uint64_t most = SCRATCH_BYTES / (columns * sizeof(float)) / PLT_PLANE_BLOCK;
    const uint64_t all = (run->count + PLT_PLANE_BLOCK - 1) / PLT_PLANE_BLOCK;
    run->piece = (all < most ? all : most) * PLT_PLANE_BLOCK;
    const uint64_t fit = bytes ? plt_cuda_piece(cuda, bytes, PLT_PLANE_BLOCK) : run->piece;
    run->piece = fit < run->piece ? fit : run->piece;
    for (int i = 0; i < PLT_CUDA_SLOTS; i++) {
        if (!plt_cuda_reserve(cuda, &cuda->slots[i].scratch,
                              (size_t)(columns * run->piece) * sizeof(float)))
            return false;
    }
    return run->piece > 0;
}

static bool run_mix(struct plt_cuda *cuda, const struct plt_image_mix_job *job)
{
    struct run run = {.job = job};
    if (job->num < 1 || job->num > PLT_MIX_MOST || !same_size(job))
        return false;
    for (int32_t i = 0; i < job->num; i++) {
        const struct plt_image_mix_channel *channel = &job->channels[i];
        if (!plt_cuda_input_make(cuda, &run.inputs[run.num], &channel->src,
                                 channel->channel))
            return false;
        run.channels[run.num] = channel;
        run.num += !channel->off;
    }
    run.columns = (uint64_t)job->channels[0].src.columns;
    run.count = run.columns * (uint64_t)job->channels[0].src.rows;
    if ((job->dst && !plt_cuda_find(cuda, job->dst, 4, &run.dst_on_device, NULL)) ||
        (job->sums && !plt_cuda_find(cuda, job->sums, 4, &run.sums_on_device, NULL)) ||
        !open_blas(cuda) || !send_gammas(cuda, &run) || !send_matrix(cuda, &run) ||
        !find_piece(cuda, &run))
        return false;
    const struct plt_cuda_task task = {run.count, run.piece, queue_mix, drain_mix, &run};
    return plt_cuda_run(cuda, &task);
}

bool plt_cuda_mix(const struct plt_image_mix_job *job)
{
    struct plt_cuda *cuda = plt_cuda_enter(PLT_CUDA_MIX);
    return cuda && plt_cuda_leave(cuda, run_mix(cuda, job));
}
