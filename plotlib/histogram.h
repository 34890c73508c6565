// A histogram: how many samples of a series lie in each of neighbouring intervals, as bars.
// Data's way: data/series.c -> data/bins.c -> draw/bars.c. Thread-safety: owner thread.
// Code: scene/histogram.c.
//
// Bin k holds the samples with edge[k] <= y < edge[k + 1], the last one those equal to its
// upper edge too; samples that are not finite are in none. Counts are exact and follow the
// series: where the number of bins and their edges stay, samples that were appended are
// counted alone; otherwise (a ring that drops samples, a wider range, automatic bins) all
// are counted again, about 3 ms a million.
#pragma once

#include <plotlib/series.h>
#include <plotlib/types.h>

#ifdef __cplusplus
extern "C" {
#endif

struct plt_axis;
struct plt_plot;
struct plt_histogram;

struct plt_histogram_params {
    const char *name; // in the legend; NULL = the series' name
    // Equal bins. 0 = Scott's rule: width 3.49 s / cbrt(n), s the standard deviation (Scott
    // 1979, Biometrika 66), at most 1000; with a range 50. At most 1e6.
    size_t bins;
    struct plt_range range; // of equal bins; both 0 = least to greatest sample
    const double *edges;    // or these: increasing, finite, copied; NULL = equal bins
    size_t num_edges;       // bins + 1
    bool density;           // heights are count / (all counted x width): area 1
    bool horizontal;        // bins along y
    struct plt_color color; // {0} = next colour of the theme
    struct plt_color outline_color; // alpha 0 = none
    float outline_width_px;         // logical pixels; 0 = 1; at most 64
    struct plt_axis *y_axis;        // of the same plot; NULL = its first
    bool hidden;
};
#ifndef __cplusplus
#define plt_histogram_params(...) (&(struct plt_histogram_params){__VA_ARGS__})
#endif

// Adds a histogram to `plot`, which owns it; the series gains a reference.
PLT_API struct plt_histogram *
plt_histogram_create(struct plt_plot *plot, struct plt_series *series,
                     const struct plt_histogram_params *params);
PLT_API void plt_histogram_destroy(struct plt_histogram *histogram);
PLT_API void plt_histogram_set_visible(struct plt_histogram *histogram, bool visible);
// Number of bins now; counts[bins] and edges[bins + 1] (NULL = not wanted) are valid until
// the next call of this object or paint.
PLT_API size_t plt_histogram_counts(struct plt_histogram *histogram,
                                    const uint64_t **counts, const double **edges);

#ifdef __cplusplus
}
#endif
