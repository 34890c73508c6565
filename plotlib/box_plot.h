// A box plot: quartiles, whiskers and outliers of groups of values (Tukey 1977). On whole
// pixels. Data's way: data/quantile.c -> scene/box_plot.c -> draw/box_plot.c.
// Thread-safety: owner thread.
//
// Quartiles are Hyndman and Fan's type 7 (The American Statistician 50, 1996), as R, NumPy
// and Excel do by default: of n sorted values, h = (n - 1) p, the value at floor(h) plus
// the fraction of h of the way to the next. Whiskers end at the furthest value within 1.5 x
// (q3 - q1) of the box; values beyond are outliers.
#pragma once

#include <plotlib/scatter.h>
#include <plotlib/types.h>

#ifdef __cplusplus
extern "C" {
#endif

struct plt_axis;
struct plt_plot;
struct plt_box_plot;

struct plt_box_stats {
    size_t n; // finite values
    double q1, median, q3;
    double low, high; // ends of the whiskers
    size_t num_outliers;
};

struct plt_box_plot_params {
    const char *name;       // in the legend; NULL = none
    struct plt_color color; // of lines and outliers, the box in a tint of it; {0} = theme's
    bool horizontal;        // places along y
    double width;           // of a box, data units; 0 = 0.6
    float line_width_px;    // logical pixels; 0 = 1.5; at most 64. The median: twice that
    enum plt_symbol symbol; // of outliers
    float size_px;          // of outliers; 0 = 5; at most 1024
    struct plt_axis *y_axis; // of the same plot; NULL = its first
    bool hidden;
};
#ifndef __cplusplus
#define plt_box_plot_params(...) (&(struct plt_box_plot_params){__VA_ARGS__})
#endif

// Adds an empty box plot to `plot`, which owns it.
PLT_API struct plt_box_plot *plt_box_plot_create(struct plt_plot *plot,
                                                 const struct plt_box_plot_params *params);
PLT_API void plt_box_plot_destroy(struct plt_box_plot *boxes);
// Adds the box of values[n] at `place`; values that are not finite do not count. O(n log
// n). False when none is finite.
PLT_API bool plt_box_plot_add(struct plt_box_plot *boxes, double place,
                              const double *values, size_t n);
PLT_API void plt_box_plot_clear(struct plt_box_plot *boxes);
PLT_API size_t plt_box_plot_count(const struct plt_box_plot *boxes);
// Of the i-th box added. False when there is none.
PLT_API bool plt_box_plot_stats(const struct plt_box_plot *boxes, size_t i,
                                struct plt_box_stats *stats);
PLT_API void plt_box_plot_set_visible(struct plt_box_plot *boxes, bool visible);

#ifdef __cplusplus
}
#endif
