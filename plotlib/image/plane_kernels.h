// The loops under stats.h, mix.h and stack.h: plain C on samples that lie side by side,
// compiled once for each instruction set; all give the same bits. Sources:
// stats_kernels.c, stack_kernels.c; kernels.h has those that give float32. Thread-safety:
// pure functions.
#pragma once

#include <plotlib/image/engine.h>
#include <plotlib/image/kernels.h>
#include <plotlib/image/plane.h>

struct plt_stats_kernels {
    // The tree of PLT_PLANE_BLOCK f32 or f64 samples; `finite`: with +0 for those that are
    // not.
    double (*tree)(enum plt_type type, const void *samples, bool finite);
    // Adds to {high, low}, the parts of the exact sum, n <= PLT_PLANE_PIECE integers.
    void (*whole)(enum plt_type type, const void *samples, size_t n, int64_t sums[2]);
    // Entry of each value; `bins` itself for a non-finite one. Returns how many are.
    size_t (*bins)(struct plt_levels levels, int32_t bins, const float *values, size_t n,
                   uint32_t *entries);
    // Unsigned numbers in the order of the samples, -0 as +0; -inf and below: smaller than
    // every finite one's, +inf and above: larger.
    void (*keys)(enum plt_type type, const void *samples, size_t n, void *keys);
    // table[(key - base) >> shift]++ where key - base <= last.
    void (*match32)(const uint32_t *keys, size_t n, uint32_t base, uint32_t last,
                    unsigned shift, uint32_t *table);
    void (*match64)(const uint64_t *keys, size_t n, uint64_t base, uint64_t last,
                    unsigned shift, uint32_t *table);
};

enum { PLT_MIX_PIECE = 1024 }; // pixels: 3 sums and the values are 16 KB

struct plt_stack_kernels {
    // One channel of a mix (mix.h) of n <= PLT_MIX_PIECE pixels onto three sums; gamma may
    // be NULL.
    void (*mix_add)(struct plt_levels levels, const float *gamma, const float *color,
                    const float *values, size_t n, float *const sums[3]);
    void (*mix_pack)(const float *const sums[3], size_t n, uint32_t *dst);
    // Adds four frames, in order: int32 sums of 8- and 16-bit types, int64 ones of 32-bit
    // types, {high[PLT_PLANE_PIECE], low[]} of i64, double ones of f32 and f64.
    void (*add)(enum plt_type type, const void *const frames[4], size_t n, void *sums);
    // f32 and f64 again, without the non-finite ones; counts those that are finite.
    void (*add_finite)(enum plt_type type, const void *const frames[4], size_t n,
                       double *sums, int32_t *counts);
    // largest[i] = samples[i] where that is larger, or the only number.
    void (*widen)(enum plt_type type, const void *samples, size_t n, void *largest);
    void (*flat)(const float *raw, const float *dark, const float *gain, size_t n,
                 float *out);
};

// The instruction set must be one that plt_minmax_of has.
const struct plt_stats_kernels *plt_stats_kernels_of(enum plt_isa isa);
const struct plt_stack_kernels *plt_stack_kernels_of(enum plt_isa isa);
