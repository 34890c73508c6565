// The kernels: grid-stride loops over the functions of kernels.h, and what threads add up
// together. Integer sums and extremes do not depend on the order of atomics; sums of
// floating-point numbers use none.
#include <gpu/cuda/kernels_stats.h>

#include <cuda_runtime.h>

namespace {

enum { THREADS = 256, WARP = 32, SHARED_ENTRIES = 4096, SHARED_BINS = 8192 };
constexpr unsigned ALL_LANES = 0xffffffffu;

// 64-bit atomics are declared for this type only.
using wide = unsigned long long;
static_assert(sizeof(wide) == sizeof(uint64_t), "64 bits");

__device__ __forceinline__ uint64_t thread_index()
{
    return (uint64_t)blockIdx.x * THREADS + threadIdx.x;
}

__device__ __forceinline__ uint64_t thread_count()
{
    return (uint64_t)gridDim.x * THREADS;
}

#define EACH(i, count) (uint64_t i = thread_index(); i < (count); i += thread_count())

// --- colours -----------------------------------------------------------------------------

template <enum plt_type TYPE, int SIZE, bool SHARED>
__global__ void __launch_bounds__(THREADS) colors(const struct plt_cuda_colors c)
{
    __shared__ uint32_t near_table[SHARED ? SHARED_ENTRIES : 1];
    if (SHARED) {
        for (int32_t i = (int32_t)threadIdx.x; i < c.entries; i += THREADS)
            near_table[i] = c.table[i];
        __syncthreads();
    }
    const uint64_t groups = c.groups * c.rows;
    for EACH (group, groups) {
        if (SHARED)
            plt_cuda_color_group(TYPE, SIZE, &c, near_table, group);
        else
            plt_cuda_color_group(TYPE, SIZE, &c, c.table, group);
    }
}

// --- statistics --------------------------------------------------------------------------

__device__ double add_lanes(double v)
{
    for (int step = WARP / 2; step > 0; step /= 2)
        v += __shfl_down_sync(ALL_LANES, v, step);
    return v; // of lane 0
}

// All threads of the warp come here.
__device__ void add_part(struct plt_cuda_part part, struct plt_cuda_part *all)
{
    wide *words = (wide *)all->words;
#pragma unroll
    for (int k = 0; k < PLT_CUDA_PART_WORDS; k++) {
        uint64_t word = part.words[k];
        for (int step = WARP / 2; step > 0; step /= 2)
            word = plt_cuda_part_word(k, word,
                                      __shfl_down_sync(ALL_LANES, (wide)word, step));
        if (threadIdx.x % WARP != 0)
            continue;
        if (k == PLT_CUDA_LEAST)
            atomicMin(&words[k], (wide)word);
        else if (k == PLT_CUDA_MOST)
            atomicMax(&words[k], (wide)word);
        else if (word)
            atomicAdd(&words[k], (wide)word);
    }
}

template <enum plt_type TYPE>
__global__ void __launch_bounds__(THREADS)
    stats(const struct plt_cuda_plane plane, uint64_t count, struct plt_cuda_part *all,
          double *sums)
{
    struct plt_cuda_part part;
    plt_cuda_part_reset(&part);
    const uint32_t lane = threadIdx.x % WARP;
    const uint64_t blocks = (count + 1023) / 1024;
    for (uint64_t block = thread_index() / WARP; block < blocks;
         block += thread_count() / WARP) {
        const double v = plt_cuda_lane(TYPE, &plane, count, block, lane, &part);
        if (!plt_cuda_is_real(TYPE))
            continue;
        const double sum = add_lanes(v);
        if (lane == 0)
            sums[block] = sum;
    }
    add_part(part, all);
}

__global__ void __launch_bounds__(THREADS)
    add_sums(const double *sums, uint64_t count, double *out)
{
    const uint32_t lane = threadIdx.x % WARP;
    const uint64_t blocks = (count + 1023) / 1024;
    for (uint64_t block = thread_index() / WARP; block < blocks;
         block += thread_count() / WARP) {
        const double sum = add_lanes(plt_cuda_sum_lane(sums, count, block, lane));
        if (lane == 0)
            out[block] = sum;
    }
}

template <enum plt_type TYPE, bool SHARED>
__global__ void __launch_bounds__(THREADS)
    histogram(const struct plt_cuda_plane plane, uint64_t count, struct plt_levels levels,
              int32_t bins, uint64_t *counts, struct plt_cuda_part *all)
{
    __shared__ uint32_t near_counts[SHARED ? SHARED_BINS + 1 : 1];
    struct plt_cuda_part part;
    plt_cuda_part_reset(&part);
    if (SHARED) {
        for (int32_t i = (int32_t)threadIdx.x; i <= bins; i += THREADS)
            near_counts[i] = 0;
        __syncthreads();
    }
    for EACH (i, count) {
        const uint32_t bin = plt_cuda_bin(TYPE, &plane, levels, bins, i, &part);
        if (SHARED)
            atomicAdd(&near_counts[bin], 1u);
        else
            atomicAdd((wide *)&counts[bin], (wide)1);
    }
    if (SHARED) {
        __syncthreads();
        for (int32_t i = (int32_t)threadIdx.x; i <= bins; i += THREADS) {
            if (near_counts[i])
                atomicAdd((wide *)&counts[i], (wide)near_counts[i]);
        }
    }
    add_part(part, all);
}

// One addition for all lanes of a warp that count the same: an even picture would otherwise
// have all threads wait for one address.
template <int SIZE>
__global__ void __launch_bounds__(THREADS)
    values(const struct plt_cuda_plane plane, uint64_t count, uint64_t *counts)
{
    for EACH (i, count) {
        const uint32_t bits = plt_cuda_bits(SIZE, &plane, i);
        const unsigned same = __match_any_sync(__activemask(), bits);
        if (threadIdx.x % WARP == (unsigned)(__ffs((int)same) - 1))
            atomicAdd((wide *)&counts[bits], (wide)__popc(same));
    }
}

template <enum plt_type TYPE>
__global__ void __launch_bounds__(THREADS)
    digits(const struct plt_cuda_plane plane, uint64_t count,
           const struct plt_cuda_ranges ranges, uint32_t *tables)
{
    for EACH (i, count) {
        const uint64_t key = plt_cuda_key(TYPE, plt_cuda_at(&plane, i));
        for (int slot = 0; slot < ranges.slots; slot++) {
            const uint32_t digit = plt_cuda_digit(&ranges, slot, key);
            if (digit > 65535u)
                continue;
            uint32_t *counter = &tables[(uint64_t)slot * 65536u + digit];
            const unsigned same = __match_any_sync(__activemask(), (wide)counter);
            if (threadIdx.x % WARP == (unsigned)(__ffs((int)same) - 1))
                atomicAdd(counter, (uint32_t)__popc(same));
        }
    }
}

// --- each pixel for itself ---------------------------------------------------------------

template <enum plt_type TYPE>
__global__ void __launch_bounds__(THREADS)
    share(const struct plt_cuda_plane plane, uint64_t count, struct plt_levels levels,
          const float *gamma, float *shares)
{
    for EACH (i, count)
        shares[i] = plt_cuda_share(TYPE, &plane, levels, gamma, i);
}

__global__ void __launch_bounds__(THREADS)
    put_offset(float red, float green, float blue, uint64_t count, uint64_t stride,
               float *sums)
{
    for EACH (i, count) {
        sums[i] = red;
        sums[stride + i] = green;
        sums[2 * stride + i] = blue;
    }
}

__global__ void __launch_bounds__(THREADS)
    mixed(const float *sums, uint64_t stride, uint64_t count,
          const struct plt_cuda_plane dst)
{
    for EACH (i, count)
        *(uint32_t *)plt_cuda_at(&dst, i) = plt_cuda_mixed(sums, stride, i);
}

template <enum plt_type TYPE>
__global__ void __launch_bounds__(THREADS)
    mean(const struct plt_cuda_stack stack, uint64_t count, float *out)
{
    for EACH (i, count)
        out[i] = plt_cuda_mean(TYPE, &stack, i);
}

template <enum plt_type TYPE, int SIZE>
__global__ void __launch_bounds__(THREADS)
    largest(const struct plt_cuda_stack stack, uint64_t count, char *out)
{
    for EACH (i, count)
        plt_cuda_copy(SIZE, plt_cuda_largest(TYPE, &stack, i), out + i * SIZE);
}

template <enum plt_type TYPE>
__global__ void __launch_bounds__(THREADS)
    flat(const struct plt_cuda_flat job, uint64_t count, float *out)
{
    for EACH (i, count)
        out[i] = plt_cuda_flat(TYPE, &job, i);
}

template <int SIZE>
__global__ void __launch_bounds__(THREADS) pack(const struct plt_cuda_pack job, char *out)
{
    for EACH (i, job.count)
        plt_cuda_copy(SIZE, plt_cuda_packed(&job, i), out + i * SIZE);
}

template <enum plt_type TYPE>
__global__ void __launch_bounds__(THREADS)
    pack_float(const struct plt_cuda_pack job, float *out)
{
    for EACH (i, job.count)
        out[i] = plt_cuda_float(TYPE, plt_cuda_packed(&job, i));
}

// --- starting them -----------------------------------------------------------------------

// Enough threads to fill the card; the loops do the rest.
unsigned grid(uint64_t threads)
{
    int device = 0, processors = 0;
    if (cudaGetDevice(&device) != cudaSuccess ||
        cudaDeviceGetAttribute(&processors, cudaDevAttrMultiProcessorCount, device) !=
            cudaSuccess ||
        processors < 1)
        processors = 1;
    const uint64_t need = (threads + THREADS - 1) / THREADS, most = 8 * (uint64_t)processors;
    return (unsigned)(need < 1 ? 1 : need < most ? need : most);
}

} // namespace

#define LAUNCH(kernel, threads, ...)                                   \
    do {                                                               \
        kernel<<<grid(threads), THREADS, 0, stream>>>(__VA_ARGS__);    \
        return cudaGetLastError();                                     \
    } while (0)

// CASE(type, size) for each type; a value outside the enum starts nothing.
#define WITH_TYPE(type, CASE)              \
    switch (type) {                        \
    case PLT_F64: CASE(PLT_F64, 8);        \
    case PLT_F32: CASE(PLT_F32, 4);        \
    case PLT_I8: CASE(PLT_I8, 1);          \
    case PLT_U8: CASE(PLT_U8, 1);          \
    case PLT_I16: CASE(PLT_I16, 2);        \
    case PLT_U16: CASE(PLT_U16, 2);        \
    case PLT_I32: CASE(PLT_I32, 4);        \
    case PLT_U32: CASE(PLT_U32, 4);        \
    case PLT_I64: CASE(PLT_I64, 8);        \
    case PLT_F16: CASE(PLT_F16, 2);        \
    }                                      \
    return cudaErrorInvalidValue

cudaError_t plt_cuda_launch_colors(enum plt_type type, const struct plt_cuda_colors *c,
                                   cudaStream_t stream)
{
    const uint64_t groups = c->groups * c->rows;
#define CASE(T, S)                                           \
    if (c->entries <= SHARED_ENTRIES)                        \
        LAUNCH((colors<T, S, true>), groups, *c);            \
    else                                                     \
        LAUNCH((colors<T, S, false>), groups, *c)
    WITH_TYPE(type, CASE);
#undef CASE
}

// A warp for each block of 1024 samples.
cudaError_t plt_cuda_launch_stats(enum plt_type type, const struct plt_cuda_plane *plane,
                                  uint64_t count, struct plt_cuda_part *part, double *sums,
                                  cudaStream_t stream)
{
    const uint64_t threads = (count + 1023) / 1024 * WARP;
#define CASE(T, S) LAUNCH(stats<T>, threads, *plane, count, part, sums)
    WITH_TYPE(type, CASE);
#undef CASE
}

cudaError_t plt_cuda_launch_sums(const double *sums, uint64_t count, double *out,
                                 cudaStream_t stream)
{
    LAUNCH(add_sums, (count + 1023) / 1024 * WARP, sums, count, out);
}

cudaError_t plt_cuda_launch_histogram(enum plt_type type, const struct plt_cuda_plane *plane,
                                      uint64_t count, struct plt_levels levels, int32_t bins,
                                      uint64_t *counts, struct plt_cuda_part *part,
                                      cudaStream_t stream)
{
#define CASE(T, S)                                                                      \
    if (bins <= SHARED_BINS)                                                            \
        LAUNCH((histogram<T, true>), count, *plane, count, levels, bins, counts, part); \
    else                                                                                \
        LAUNCH((histogram<T, false>), count, *plane, count, levels, bins, counts, part)
    WITH_TYPE(type, CASE);
#undef CASE
}

cudaError_t plt_cuda_launch_values(size_t size, const struct plt_cuda_plane *plane,
                                   uint64_t count, uint64_t *counts, cudaStream_t stream)
{
    if (size == 1)
        LAUNCH(values<1>, count, *plane, count, counts);
    LAUNCH(values<2>, count, *plane, count, counts);
}

cudaError_t plt_cuda_launch_digits(enum plt_type type, const struct plt_cuda_plane *plane,
                                   uint64_t count, const struct plt_cuda_ranges *ranges,
                                   uint32_t *tables, cudaStream_t stream)
{
    switch (type) {
    case PLT_F64: LAUNCH(digits<PLT_F64>, count, *plane, count, *ranges, tables);
    case PLT_F32: LAUNCH(digits<PLT_F32>, count, *plane, count, *ranges, tables);
    case PLT_I32: LAUNCH(digits<PLT_I32>, count, *plane, count, *ranges, tables);
    case PLT_U32: LAUNCH(digits<PLT_U32>, count, *plane, count, *ranges, tables);
    case PLT_I64: LAUNCH(digits<PLT_I64>, count, *plane, count, *ranges, tables);
    default: return cudaErrorInvalidValue;
    }
}

cudaError_t plt_cuda_launch_share(enum plt_type type, const struct plt_cuda_plane *plane,
                                  uint64_t count, struct plt_levels levels,
                                  const float *gamma, float *shares, cudaStream_t stream)
{
#define CASE(T, S) LAUNCH(share<T>, count, *plane, count, levels, gamma, shares)
    WITH_TYPE(type, CASE);
#undef CASE
}

cudaError_t plt_cuda_launch_offset(const float offset[3], uint64_t count, uint64_t stride,
                                   float *sums, cudaStream_t stream)
{
    LAUNCH(put_offset, count, offset[0], offset[1], offset[2], count, stride, sums);
}

cudaError_t plt_cuda_launch_mixed(const float *sums, uint64_t stride, uint64_t count,
                                  const struct plt_cuda_plane *dst, cudaStream_t stream)
{
    LAUNCH(mixed, count, sums, stride, count, *dst);
}

cudaError_t plt_cuda_launch_mean(enum plt_type type, const struct plt_cuda_stack *stack,
                                 uint64_t count, float *out, cudaStream_t stream)
{
#define CASE(T, S) LAUNCH(mean<T>, count, *stack, count, out)
    WITH_TYPE(type, CASE);
#undef CASE
}

cudaError_t plt_cuda_launch_max(enum plt_type type, const struct plt_cuda_stack *stack,
                                uint64_t count, void *out, cudaStream_t stream)
{
#define CASE(T, S) LAUNCH((largest<T, S>), count, *stack, count, (char *)out)
    WITH_TYPE(type, CASE);
#undef CASE
}

cudaError_t plt_cuda_launch_flat(enum plt_type type, const struct plt_cuda_flat *job,
                                 uint64_t count, float *out, cudaStream_t stream)
{
#define CASE(T, S) LAUNCH(flat<T>, count, *job, count, out)
    WITH_TYPE(type, CASE);
#undef CASE
}

cudaError_t plt_cuda_launch_pack(enum plt_type type, enum plt_type as,
                                 const struct plt_cuda_pack *job, void *out,
                                 cudaStream_t stream)
{
#define CASE(T, S)                                                        \
    if (as == type)                                                       \
        LAUNCH(pack<S>, job->count, *job, (char *)out);                   \
    else                                                                  \
        LAUNCH(pack_float<T>, job->count, *job, (float *)out)
    WITH_TYPE(type, CASE);
#undef CASE
}
