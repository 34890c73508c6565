#include <math.h>
#include <string.h>

#include <plotlib/base/alloc.h>
#include <plotlib/data/bins.h>

static bool reserve(struct plt_bins *bins, size_t num)
{
    double *edges = plt_calloc(num + 1, sizeof(*edges));
    uint64_t *counts = plt_calloc(num, sizeof(*counts));
    if (!edges || !counts) {
        plt_free(edges);
        plt_free(counts);
        return false;
    }
    plt_bins_finish(bins);
    bins->edges = edges;
    bins->counts = counts;
    bins->num = num;
    return true;
}

bool plt_bins_make_equal(struct plt_bins *bins, double lo, double hi, size_t num)
{
    if (!reserve(bins, num))
        return false;
    const bool wide = isinf((hi - lo) * (double)num);
    for (size_t k = 0; k < num; k++) {
        const double part = (double)k / (double)num;
        bins->edges[k] =
            wide ? lo * (1 - part) + hi * part : lo + (hi - lo) * (double)k / (double)num;
    }
    bins->edges[num] = hi;
    bins->equal = true;
    return true;
}

bool plt_bins_make(struct plt_bins *bins, const double *edges, size_t num_edges)
{
    if (!reserve(bins, num_edges - 1))
        return false;
    memcpy(bins->edges, edges, num_edges * sizeof(*edges));
    return true;
}

void plt_bins_empty(struct plt_bins *bins)
{
    if (bins->num > 0)
        memset(bins->counts, 0, bins->num * sizeof(*bins->counts));
    bins->total = 0;
}

void plt_bins_finish(struct plt_bins *bins)
{
    plt_free(bins->edges);
    plt_free(bins->counts);
    *bins = (struct plt_bins){0};
}

// The last bin whose lower edge is at or below v, which lies within the edges.
static size_t search(const struct plt_bins *bins, double v)
{
    size_t begin = 0, end = bins->num;
    while (end - begin > 1) {
        size_t middle = begin + (end - begin) / 2;
        if (bins->edges[middle] <= v)
            begin = middle;
        else
            end = middle;
    }
    return begin;
}

void plt_bins_add(struct plt_bins *bins, const double *values, size_t n)
{
    if (bins->num == 0)
        return;
    const double *edges = bins->edges, lo = edges[0], hi = edges[bins->num];
    const double scale = (double)bins->num / (hi - lo);
    const bool fast = bins->equal && isfinite(scale) && isfinite(hi - lo);
    const size_t last = bins->num - 1;
    for (size_t i = 0; i < n; i++) {
        const double v = values[i];
        if (!(v >= lo && v <= hi))
            continue;
        size_t k;
        if (fast) {
            // Rounding may miss by a bin: the edges decide.
            k = (size_t)((v - lo) * scale);
            k = k < last ? k : last;
            while (k > 0 && v < edges[k])
                k--;
            while (k < last && v >= edges[k + 1])
                k++;
        } else {
            k = search(bins, v);
        }
        bins->counts[k]++;
        bins->total++;
    }
}
