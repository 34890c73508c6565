// The min/max tree of one chunk: its size in memory, the least positive value, extrema as
// doubles, and the order of x (private).
// Stage KEEP, between the kernels (minmax.h) and the chunks (store.h).
// Thread-safety: pure functions.
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include <plotlib/data/minmax.h>

// Bytes of the tree over 2^log2 samples: 3.4 % of the samples.
size_t plt_tree_size(enum plt_type type, unsigned log2);

// Where in it the least positive values of its bins begin, one a bin.
static inline const char *plt_tree_least(const void *tree, enum plt_type type,
                                         unsigned log2)
{
    return (const char *)tree +
           2 * plt_tree_nodes(log2, PLT_LEAF_LOG2) * plt_type_size(type);
}

// Lowers *least to the least finite one above zero of values[n]. 64-bit integers are
// rounded.
void plt_lower_least(const struct plt_minmax *minmax, enum plt_type type,
                     const void *values, size_t n, double *least);

// Samples y[count] and their tree, which has room for 2^log2.
struct plt_tree {
    const struct plt_minmax *minmax;
    enum plt_type type;
    unsigned log2;
    const void *y, *tree;
    size_t count; // nodes over later samples are not looked at
};
// The same of samples [a, b): exact for any a, b.
void plt_tree_least_positive(const struct plt_tree *tree, size_t a, size_t b,
                             double *least);

// False when the extent holds no finite sample. 64-bit integers are rounded.
bool plt_extent_range(const union plt_extent *extent, enum plt_type type, double *lo,
                      double *hi);

// Element i as a double, as it comes.
static inline double plt_element(const void *samples, enum plt_type type, size_t i)
{
    switch (type) {
    case PLT_F64: return ((const double *)samples)[i];
    case PLT_F32: return ((const float *)samples)[i];
    case PLT_I8: return ((const int8_t *)samples)[i];
    case PLT_U8: return ((const uint8_t *)samples)[i];
    case PLT_I16: return ((const int16_t *)samples)[i];
    case PLT_U16: return ((const uint16_t *)samples)[i];
    case PLT_I32: return ((const int32_t *)samples)[i];
    case PLT_U32: return ((const uint32_t *)samples)[i];
    case PLT_I64: return (double)((const int64_t *)samples)[i];
    case PLT_F16: break; // images only
    }
    return 0;
}

// Looks for x that goes back or is not finite: 0 when x[n] (PLT_F64 or PLT_I64) is finite
// and never decreases, from `before` (the x before, or NULL) on; else 1 + the latest p in
// 0..n so that x[p] < x[p - 1] or that x[p - 1] is not finite.
size_t plt_order_break(enum plt_type type, const void *before, const void *x, size_t n);
