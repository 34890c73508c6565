// What kernels are given, and the functions that start them (private). Plain data, so that
// the host's half of the module is C. Addresses are those of the card's memory.
// Code: kernels.cu; on a machine without a card: tests/gpu/fake_cuda.c.
#pragma once

#include <cuda_runtime_api.h>

#include <plotlib/image/mix.h>
#include <plotlib/image/stats.h>

#ifdef __cplusplus
extern "C" {
#endif

#if defined(__GNUC__)
#define PLT_ALIGNED(n) __attribute__((aligned(n)))
#endif

// Samples of one channel: sample i is i + offset counted in rows of `columns`.
struct plt_cuda_plane {
    const char *first;
    uint64_t step, row_stride; // bytes
    uint64_t columns, offset;
    bool flat; // row_stride = columns x step
};

struct plt_cuda_colors {
    const char *first;
    uint64_t step, channel_stride, row_stride; // bytes
    uint64_t columns, rows;
    uint64_t groups; // of four pixels in a row, the last one may have fewer
    uint32_t *dst;
    uint64_t dst_stride;
    const uint32_t *table; // [entries]
    int32_t entries, channels;
    struct plt_levels levels[4];
    bool wide_load, wide_store; // groups are aligned: one access each
};

// Of a thread, and of all: counts and exact sums.
enum {
    PLT_CUDA_NANS = 0,
    PLT_CUDA_ABOVE,
    PLT_CUDA_BELOW,
    PLT_CUDA_LEAST, // keys
    PLT_CUDA_MOST,
    PLT_CUDA_LOW, // of the sum of integers: low + high x 2^32
    PLT_CUDA_HIGH,
    PLT_CUDA_PART_WORDS,
};
struct plt_cuda_part {
    uint64_t words[PLT_CUDA_PART_WORDS];
};

// Percentiles' ranges of keys [base, base + last].
struct plt_cuda_ranges {
    uint64_t bases[2 * PLT_MOST_PERCENTILES];
    uint64_t last;
    int slots;
    unsigned shift;
};

struct plt_cuda_stack {
    struct plt_cuda_plane plane; // of frame 0
    uint64_t frame_stride;
    int32_t frames;
};

struct plt_cuda_flat {
    struct plt_cuda_plane raw, dark, gain;
    bool has_dark, has_gain;
};

// [rows][columns][channels] side by side.
struct plt_cuda_pack {
    const char *first;
    uint64_t step, channel_stride, row_stride; // bytes
    uint64_t columns, channels, count;         // count: of samples
};

// Each queues one kernel on `stream` and says whether that went well.
cudaError_t plt_cuda_launch_colors(enum plt_type type, const struct plt_cuda_colors *c,
                                   cudaStream_t stream);
// part: one, which is added to; sums[k]: tree of samples [1024 k, 1024 k + 1023], not
// written of integers.
cudaError_t plt_cuda_launch_stats(enum plt_type type, const struct plt_cuda_plane *plane,
                                  uint64_t count, struct plt_cuda_part *part, double *sums,
                                  cudaStream_t stream);
// out[k]: tree of sums[1024 k ...].
cudaError_t plt_cuda_launch_sums(const double *sums, uint64_t count, double *out,
                                 cudaStream_t stream);
// counts[bins + 1] and part's odd ones are added to.
cudaError_t plt_cuda_launch_histogram(enum plt_type type,
                                      const struct plt_cuda_plane *plane, uint64_t count,
                                      struct plt_levels levels, int32_t bins,
                                      uint64_t *counts, struct plt_cuda_part *part,
                                      cudaStream_t stream);
// counts[bits] of 8- and 16-bit samples.
cudaError_t plt_cuda_launch_values(size_t size, const struct plt_cuda_plane *plane,
                                   uint64_t count, uint64_t *counts, cudaStream_t stream);
// tables[slot][65536] of the keys of wider ones.
cudaError_t plt_cuda_launch_digits(enum plt_type type, const struct plt_cuda_plane *plane,
                                   uint64_t count, const struct plt_cuda_ranges *ranges,
                                   uint32_t *tables, cudaStream_t stream);
cudaError_t plt_cuda_launch_share(enum plt_type type, const struct plt_cuda_plane *plane,
                                  uint64_t count, struct plt_levels levels,
                                  const float *gamma, float *shares, cudaStream_t stream);
// sums[k][i] = offset[k], rows of `stride`.
cudaError_t plt_cuda_launch_offset(const float offset[3], uint64_t count, uint64_t stride,
                                   float *sums, cudaStream_t stream);
// `dst`: where the words go.
cudaError_t plt_cuda_launch_mixed(const float *sums, uint64_t stride, uint64_t count,
                                  const struct plt_cuda_plane *dst, cudaStream_t stream);
cudaError_t plt_cuda_launch_mean(enum plt_type type, const struct plt_cuda_stack *stack,
                                 uint64_t count, float *out, cudaStream_t stream);
cudaError_t plt_cuda_launch_max(enum plt_type type, const struct plt_cuda_stack *stack,
                                uint64_t count, void *out, cudaStream_t stream);
cudaError_t plt_cuda_launch_flat(enum plt_type type, const struct plt_cuda_flat *flat,
                                 uint64_t count, float *out, cudaStream_t stream);
// `as`: the samples' own type, or PLT_F32.
cudaError_t plt_cuda_launch_pack(enum plt_type type, enum plt_type as,
                                 const struct plt_cuda_pack *pack, void *out,
                                 cudaStream_t stream);

#ifdef __cplusplus
}
#endif
