// Min/max kernels of the pyramid, for each sample type and instruction set (private). The
// same plain C (minmax_type.h) is compiled several times; the best one the processor has is
// chosen at run time. All give the same extrema to the bit, except that -0.0 and +0.0 are
// equal to them and either may be the result.
// Thread-safety: pure functions.
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include <plotlib/types.h>

enum {
    PLT_LEAF_LOG2 = 6,                           // samples in a leaf
    PLT_FAN_LOG2 = 4,                            // children of a node
    PLT_BIN_LOG2 = PLT_LEAF_LOG2 + PLT_FAN_LOG2, // in a bin: a node of level 1
};

// {lowest, highest} in the samples' own type; lowest > highest: no finite sample.
union plt_extent {
    double f64[2];
    float f32[2];
    int8_t i8[2];
    uint8_t u8[2];
    int16_t i16[2];
    uint16_t u16[2];
    int32_t i32[2];
    uint32_t u32[2];
    int64_t i64[2];
};

// A tree covers 2^log2 samples. Level 0 has one node a leaf, each next level one node for
// 16 of the level below, while there are 16: per level first the minima, then the maxima.
// Behind all levels the least value above zero of each node from level 1 on, 0 = none.
struct plt_minmax {
    void (*reset)(union plt_extent *extent);
    // Widens the extent by the finite ones of y[n].
    void (*scan)(const void *y, size_t n, union plt_extent *extent);
    // Computes leaves [leaf0, leaf1) and every node above them that covers only leaves
    // below num_leaves (those that are whole).
    void (*build)(const void *y, void *tree, unsigned log2, size_t leaf0, size_t leaf1,
                  size_t num_leaves);
    // Widens the extent by samples [a, b) of the chunk: whole nodes where they fit, raw
    // samples at both ends, so exact for any a, b.
    void (*query)(const void *y, const void *tree, unsigned log2, size_t a, size_t b,
                  union plt_extent *extent);
    // The least finite one above zero of y[n], in their own type; 0 = none.
    void (*least_positive)(const void *y, size_t n, void *least);
    // Widens the extent by pairs {lo, hi}[n].
    void (*fold_pairs)(const void *pairs, size_t n, union plt_extent *extent);
    // Writes lows[n] and highs[n] as pairs.
    void (*pack)(const void *lows, const void *highs, size_t n, void *pairs);
};

// Nodes of level 0, of units of 2^unit_log2 samples, and of all levels above.
static inline size_t plt_tree_nodes(unsigned log2, unsigned unit_log2)
{
    size_t nodes = 0;
    for (size_t count = (size_t)1 << (log2 - unit_log2); count > 0; count >>= PLT_FAN_LOG2)
        nodes += count;
    return nodes;
}

enum plt_isa {
    PLT_ISA_SCALAR = 0, // not vectorised: the reference
    PLT_ISA_BASE,       // what every processor of the architecture has: SSE2, NEON
    PLT_ISA_AVX2,
    PLT_ISA_AVX512, // F, BW, DQ, VL
};
enum { PLT_NUM_ISAS = 4 };

// Whether the processor and the build have it.
bool plt_isa_has(enum plt_isa isa);

// NULL when the processor (or the build) has no such instructions.
const struct plt_minmax *plt_minmax_of(enum plt_isa isa, enum plt_type type);
const struct plt_minmax *plt_minmax_best(enum plt_type type);

extern const struct plt_minmax plt_minmax_scalar[PLT_NUM_TYPES];
extern const struct plt_minmax plt_minmax_base[PLT_NUM_TYPES];
extern const struct plt_minmax plt_minmax_avx2[PLT_NUM_TYPES];
extern const struct plt_minmax plt_minmax_avx512[PLT_NUM_TYPES];
