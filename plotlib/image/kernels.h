// The loops of the CPU image engine, a row or a piece of one at a time. kernels.c is
// compiled once for each instruction set (meson.build); all give the same bytes.
// Thread-safety: pure functions.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <plotlib/data/minmax.h> // enum plt_isa
#include <plotlib/image/paint.h>

// What is needed to make one output row of one channel. Steps are in samples. Where the
// channels lie side by side, the rows of samples are summed as they lie, for all channels
// at once: then num_sums = columns x channels, step = 1, lane = channels.
struct plt_image_row {
    const void *pixels; // first column used, first row of the span
    size_t stride;      // bytes from row to row of samples
    size_t step;        // of sums: from one to the next
    size_t lane;        // from sum to sum of one channel
    size_t pixel_step;  // from column to column
    size_t offset;      // of the channel, from `pixels` and in the sums
    enum plt_type type;
    enum plt_minify minify;
    bool whole;                // means are rounded half up to whole numbers
    bool summed;               // `sums` holds these rows of samples, of another channel
    int32_t num_rows;          // rows of samples under the output row, >= 1
    int32_t ahead;             // rows after them to fetch: those of the next output row
    int32_t num_sums;          // columns of sums
    int32_t width;             // output pixels
    const int32_t *begin;      // [width] first column, counted from `pixels`
    const int32_t *length;     // [width] columns; 0 = transparent
    int32_t shortest, longest; // of the lengths > 0
    bool gaps;                 // some length is 0
    bool in_step;              // begin[x] == x and length[x] == 1 everywhere
    void *sums;                // scratch: [num_sums + PLT_KERNEL_PAD] of 8 bytes
    int32_t *counts;           // scratch: the same of 4 bytes
    double *wide;              // scratch: [width]
};
enum { PLT_KERNEL_PAD = 8 };

// Colours of 8-bit samples, each channel's in its place of the word; what a channel does
// not set is in `base`.
struct plt_byte_map {
    uint32_t colors[4][256];
    uint32_t base;
};

struct plt_image_kernels {
    // One float32 value an output pixel; NaN is transparent.
    void (*values)(struct plt_image_row *row, float *values);
    // values[i] = sample i * step, as float32.
    void (*load)(enum plt_type type, const void *samples, size_t step, size_t n,
                 float *values);
    // Values to entries, -1 for NaN. True if there is none of these.
    bool (*index)(struct plt_levels levels, int32_t entries, const float *values, size_t n,
                  int32_t *index);
    // dst[i] = colors[index[i]], or 0 where index[i] < 0; `all`: there is no such i.
    void (*paint)(const int32_t *index, size_t n, bool all, const uint32_t *colors,
                  uint32_t *dst);
    // The low bytes of colors[index[channel][i]] to R, G, B, index[3][i] to alpha (NULL =
    // 255); 0 where any of them is negative. Identity: the byte is the index.
    void (*compose)(const int32_t *const index[4], size_t n, const uint32_t *colors,
                    bool identity, uint32_t *dst);
    // The same of bytes through a map of theirs; pixel i is at bytes + (begin ? begin[i]
    // : i) * pixel_step, its channels channel_step apart.
    void (*bytes)(const uint8_t *bytes, const int32_t *begin, size_t pixel_step,
                  size_t channel_step, int32_t channels, const struct plt_byte_map *map,
                  size_t n, uint32_t *dst);
    // Source-over of straight alpha; dst is opaque.
    void (*blend)(const uint32_t *argb, size_t n, uint32_t *dst);
    // Copies past the caches where the machine can. After a call with n = 0 other threads
    // see it all; a wait after each piece would take longer than the piece.
    void (*stream)(const uint32_t *src, size_t n, uint32_t *dst);
};

extern const struct plt_image_kernels plt_image_kernels_scalar;
extern const struct plt_image_kernels plt_image_kernels_base;
extern const struct plt_image_kernels plt_image_kernels_avx2;
extern const struct plt_image_kernels plt_image_kernels_avx512;
// NULL when the processor (or the build) has no such instructions.
const struct plt_image_kernels *plt_image_kernels_of(enum plt_isa isa);
// The fastest this machine has.
const struct plt_image_kernels *plt_image_kernels_best(void);

bool plt_image_colors_cpu(const struct plt_image_colors *job, uint32_t *dst,
                          size_t dst_stride);
// plt_image_map_run and the engine's colors, with kernels and a number of bands,
// 1..PLT_POOL_MAX, of one's choice: the tests compare them.
bool plt_image_map_run_with(const struct plt_image_kernels *kernels, int bands,
                            const struct plt_image_map *map, uint32_t *dst,
                            size_t dst_stride);
bool plt_image_colors_with(const struct plt_image_kernels *kernels, int bands,
                           const struct plt_image_colors *job, uint32_t *dst,
                           size_t dst_stride);
