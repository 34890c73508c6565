// A chunk's min/max tree: its size, the least positive value, extrema as doubles; and the
// order of x. Stage KEEP.
#include <math.h>

#include <plotlib/data/pyramid.h>

size_t plt_tree_size(enum plt_type type, unsigned log2)
{
    size_t nodes =
        2 * plt_tree_nodes(log2, PLT_LEAF_LOG2) + plt_tree_nodes(log2, PLT_BIN_LOG2);
    return nodes * plt_type_size(type);
}

void plt_lower_least(const struct plt_minmax *minmax, enum plt_type type,
                     const void *values, size_t n, double *least)
{
    union plt_extent found;
    minmax->least_positive(values, n, &found);
    double v = plt_element(&found, type, 0);
    *least = v > 0 && v < *least ? v : *least;
}

static void lower(const struct plt_tree *tree, const char *values, size_t i, size_t n,
                  double *least)
{
    plt_lower_least(tree->minmax, tree->type, values + i * plt_type_size(tree->type), n,
                    least);
}

static const char *bin_values(const struct plt_tree *tree)
{
    return plt_tree_least(tree->tree, tree->type, tree->log2);
}

static void lower_by_bins(const struct plt_tree *tree, size_t node0, size_t node1,
                          double *least)
{
    const size_t fan = (size_t)1 << PLT_FAN_LOG2;
    const char *values = bin_values(tree);
    size_t count = (size_t)1 << (tree->log2 - PLT_BIN_LOG2);
    while (node0 < node1) {
        size_t up0 = (node0 + fan - 1) >> PLT_FAN_LOG2, up1 = node1 >> PLT_FAN_LOG2;
        if (up0 >= up1) {
            lower(tree, values, node0, node1 - node0, least);
            return;
        }
        lower(tree, values, node0, (up0 << PLT_FAN_LOG2) - node0, least);
        lower(tree, values, up1 << PLT_FAN_LOG2, node1 - (up1 << PLT_FAN_LOG2), least);
        values += count * plt_type_size(tree->type);
        count >>= PLT_FAN_LOG2;
        node0 = up0;
        node1 = up1;
    }
}

// Samples [a, b) of one bin: read only if the bin has something lower.
static void lower_by_samples(const struct plt_tree *tree, size_t a, size_t b, double *least)
{
    size_t bin = a >> PLT_BIN_LOG2;
    if ((bin + 1) << PLT_BIN_LOG2 <= tree->count) {
        double whole = plt_element(bin_values(tree), tree->type, bin);
        if (!(whole > 0 && whole < *least))
            return;
    }
    lower(tree, tree->y, a, b - a, least);
}

void plt_tree_least_positive(const struct plt_tree *tree, size_t a, size_t b, double *least)
{
    const size_t bin = (size_t)1 << PLT_BIN_LOG2;
    size_t bin0 = (a + bin - 1) >> PLT_BIN_LOG2, bin1 = b >> PLT_BIN_LOG2;
    if (bin0 > bin1) {
        lower_by_samples(tree, a, b, least);
        return;
    }
    lower_by_bins(tree, bin0, bin1, least); // first: mostly the borders need no look then
    if (a < bin0 << PLT_BIN_LOG2)
        lower_by_samples(tree, a, bin0 << PLT_BIN_LOG2, least);
    if (bin1 << PLT_BIN_LOG2 < b)
        lower_by_samples(tree, bin1 << PLT_BIN_LOG2, b, least);
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
