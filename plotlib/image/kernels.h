// The loops of the CPU image engine, one output row at a time. kernels.c is compiled once
// for every machine and once more for AVX2; both give the same bytes. Thread-safety: safe.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <plotlib/image/paint.h>

// What is needed to make one output row of a 1-channel image.
struct plt_image_row {
    const void *pixels; // sample (first column used, first row of the span)
    size_t stride;
    enum plt_type type;
    enum plt_minify minify;
    int32_t num_rows;          // rows of samples under the output row, >= 1
    int32_t num_columns;       // columns of samples used by the whole output row
    int32_t width;             // output pixels
    const int32_t *begin;      // [width] first column, counted from `pixels`
    const int32_t *length;     // [width] columns; 0 = transparent
    int32_t shortest, longest; // of the lengths > 0
    bool gaps;                 // some length is 0
    bool in_step;              // begin[x] == x and length[x] == 1 everywhere
    void *sums;                // scratch: [num_columns + PLT_KERNEL_PAD] of 8 bytes
    int32_t *counts;           // scratch: the same of 4 bytes
    double *wide;              // scratch: [width]
};
enum { PLT_KERNEL_PAD = 8 };

struct plt_image_kernels {
    // One float32 value an output pixel; NaN is transparent.
    void (*values)(const struct plt_image_row *row, float *values);
    // Values to entries of the map, -1 for NaN. True if there is none of these.
    bool (*index)(struct plt_levels levels, const float *values, size_t n, int32_t *index);
    // dst[i] = map[index[i]]; index < 0 leaves dst alone.
    void (*paint)(const int32_t *index, size_t n, bool opaque, const uint32_t *map,
                  uint32_t *dst);
    // dst[i] = map[bytes[begin[i]]]; begin NULL = in step.
    void (*paint_bytes)(const uint8_t *bytes, const int32_t *begin, size_t n,
                        const uint32_t *map, uint32_t *dst);
    // Sum or maximum of each of n byte columns over rows of samples (rows < 2^23).
    void (*add_bytes)(const void *pixels, size_t stride, int32_t rows, size_t n,
                      int32_t *sums);
    void (*max_bytes)(const void *pixels, size_t stride, int32_t rows, size_t n,
                      int32_t *maxima);
};

extern const struct plt_image_kernels plt_image_kernels_base;
extern const struct plt_image_kernels plt_image_kernels_avx2;
// The fastest this machine has.
const struct plt_image_kernels *plt_image_kernels_find(void);
// plt_image_map_run with kernels and a number of bands, 1..PLT_POOL_MAX, of one's choice:
// the tests compare them.
bool plt_image_map_run_with(const struct plt_image_kernels *kernels, int bands,
                            const struct plt_image_map *map, uint32_t *dst,
                            size_t dst_stride);
