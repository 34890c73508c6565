// Sizes of a chunk's min/max tree, extrema as doubles, and the order of x. Stage KEEP.
#include <math.h>

#include <plotlib/data/pyramid.h>

size_t plt_tree_size(enum plt_type type, unsigned log2)
{
    size_t nodes = 0;
    for (size_t count = (size_t)1 << (log2 - PLT_LEAF_LOG2); count > 0;
         count >>= PLT_FAN_LOG2)
        nodes += count;
    return 2 * nodes * plt_type_size(type);
}

static bool is_empty(const union plt_extent *extent, enum plt_type type)
{
    // Rounding to double could hide lo > hi only of neighbouring 64-bit integers, and an
    // empty extent is as far apart as the type allows.
    return plt_element(extent, type, 0) > plt_element(extent, type, 1);
}

bool plt_extent_range(const union plt_extent *extent, enum plt_type type, double *lo,
                      double *hi)
{
    if (is_empty(extent, type))
        return false;
    *lo = plt_element(extent, type, 0);
    *hi = plt_element(extent, type, 1);
    return true;
}

// Blocks are looked at from the end, so that x without any order costs one block; inside,
// loops without exits, which become vector code.
enum { ORDER_BLOCK = 1024 };

static bool has_break_f64(const double *x, size_t begin, size_t end)
{
    int broken = 0;
    for (size_t i = begin; i < end; i++)
        broken |= !(x[i] >= x[i - 1]);
    return broken;
}

static bool has_break_i64(const int64_t *x, size_t begin, size_t end)
{
    int broken = 0;
    for (size_t i = begin; i < end; i++)
        broken |= x[i] < x[i - 1];
    return broken;
}

static size_t order_break_f64(const double *before, const double *x, size_t n)
{
    for (size_t end = n; end > 0;) {
        size_t begin = end > ORDER_BLOCK ? end - ORDER_BLOCK : 0;
        // In order without NaN, so an infinity would be at an end.
        if (isfinite(x[begin]) && isfinite(x[end - 1]) &&
            !has_break_f64(x, begin ? begin : 1, end)) {
            end = begin;
            continue;
        }
        for (size_t p = end; p > begin; p--) {
            if (!isfinite(x[p - 1]))
                return p + 1;
            if (p > 1 && x[p - 1] < x[p - 2])
                return p;
        }
        end = begin;
    }
    return before && n > 0 && x[0] < *before ? 1 : 0;
}

static size_t order_break_i64(const int64_t *before, const int64_t *x, size_t n)
{
    for (size_t end = n; end > 0;) {
        size_t begin = end > ORDER_BLOCK ? end - ORDER_BLOCK : 0;
        if (has_break_i64(x, begin ? begin : 1, end)) {
            for (size_t p = end; p > begin && p > 1; p--) {
                if (x[p - 1] < x[p - 2])
                    return p;
            }
        }
        end = begin;
    }
    return before && n > 0 && x[0] < *before ? 1 : 0;
}

size_t plt_order_break(enum plt_type type, const void *before, const void *x, size_t n)
{
    return type == PLT_I64 ? order_break_i64(before, x, n) : order_break_f64(before, x, n);
}
