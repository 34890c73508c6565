// Counting samples in intervals, exactly. Thread-safety: none of its own.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// Bin k holds edges[k] <= v < edges[k + 1], the last one its upper edge too.
struct plt_bins {
    double *edges;    // [num + 1], increasing
    uint64_t *counts; // [num]
    size_t num;
    uint64_t total; // of all counts
    bool equal;     // edges[k] = lo + (hi - lo) * k / num
};

// Make empty bins anew; false, and nothing has changed, without memory. lo < hi, finite.
bool plt_bins_make_equal(struct plt_bins *bins, double lo, double hi, size_t num);
bool plt_bins_make(struct plt_bins *bins, const double *edges, size_t num_edges);
void plt_bins_empty(struct plt_bins *bins);
void plt_bins_finish(struct plt_bins *bins);
// Values outside all bins, and NaN, are in none.
void plt_bins_add(struct plt_bins *bins, const double *values, size_t n);
