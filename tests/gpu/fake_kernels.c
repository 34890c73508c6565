// What the fake card does: the kernels' own functions (gpu/cuda/kernels.h), a thread after
// the other, touching nothing but the card's memory; and cuBLAS.
#include <cublas_v2.h>

#include <gpu/cuda/kernels_stats.h>

#include "fake_inside.h"

// --- kernels -----------------------------------------------------------------------------

// Queues do_NAME with its arguments.
#define LAUNCH(name, ...)                                          \
    do {                                                           \
        const struct name##_args args = {__VA_ARGS__};             \
        CALL();                                                    \
        fake_launches++;                                           \
        return fake_queue(stream, do_##name, &args, sizeof(args)); \
    } while (0)

struct colors_args {
    enum plt_type type;
    struct plt_cuda_colors c;
};
static void do_colors(const void *user)
{
    const struct colors_args *a = user;
    INSIST(fake_on_card(a->c.first, 1) &&
           fake_on_card(a->c.table, 4 * (size_t)a->c.entries));
    INSIST(fake_on_card(a->c.dst, 4));
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
    INSIST(fake_on_card(all, sizeof(*all)));
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
    INSIST(fake_on_card(a->plane.first, 1));
    for (int lane = 0; lane < 32; lane++)
        plt_cuda_part_reset(&parts[lane]);
    for (uint64_t block = 0; block < (a->count + 1023) / 1024; block++) {
        for (uint32_t lane = 0; lane < 32; lane++)
            v[lane] =
                plt_cuda_lane(a->type, &a->plane, a->count, block, lane, &parts[lane]);
        if (!plt_cuda_is_real(a->type))
            continue;
        INSIST(fake_on_card(a->sums + block, sizeof(double)));
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
    INSIST(fake_on_card(a->sums, a->count * sizeof(double)));
    for (uint64_t block = 0; block < (a->count + 1023) / 1024; block++) {
        for (uint32_t lane = 0; lane < 32; lane++)
            v[lane] = plt_cuda_sum_lane(a->sums, a->count, block, lane);
        INSIST(fake_on_card(a->out + block, sizeof(double)));
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
    INSIST(fake_on_card(a->counts, ((size_t)a->bins + 1) * 8));
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
    INSIST(fake_on_card(a->counts, (size_t)8 << 8 * a->size));
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
    INSIST(fake_on_card(a->tables, (size_t)a->ranges.slots * 65536 * 4));
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
    INSIST(fake_on_card(a->shares, a->count * 4) &&
           (!a->gamma || fake_on_card(a->gamma, 4 * 4096)));
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
    INSIST(fake_on_card(a->sums, 3 * a->stride * 4));
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
        INSIST(fake_on_card(to, 4));
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
    INSIST(fake_on_card(a->out, a->count * 4));
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
    INSIST(fake_on_card(a->out, a->count * size));
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
    INSIST(fake_on_card(a->out, a->count * 4));
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
    INSIST(fake_on_card(a->out, a->pack.count * plt_type_size(a->as)));
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
    if (fake_fails())
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
    return fake_fails() ? CUBLAS_STATUS_ALLOC_FAILED : CUBLAS_STATUS_SUCCESS;
}

cublasStatus_t cublasSetStream(cublasHandle_t handle, cudaStream_t stream)
{
    if (fake_fails())
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
    INSIST(fake_on_card(g->a, 4) && fake_on_card(g->b, 4) && fake_on_card(g->c, 4));
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
    if (fake_fails())
        return CUBLAS_STATUS_ALLOC_FAILED;
    fake_queue(handle->stream, do_gemm, &args, sizeof(args));
    return CUBLAS_STATUS_SUCCESS;
}
