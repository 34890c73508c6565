// Error bars: at each sample of a series a beam in x, in y or both, with caps. On whole
// pixels. Data's way: data/series.c -> reduce/points.c -> draw/error_bars.c ->
// raster/fill.c or gpu/gl/fill.c. Thread-safety: owner thread. Code: scene/error_bars.c.
//
// An end that the axis cannot show (y - error <= 0 on a logarithmic axis) lies at the
// axis's low end and has no cap. An error that is not > 0 is none; an infinite one goes to
// the border of the plot.
#pragma once

#include <plotlib/series.h>
#include <plotlib/types.h>

#ifdef __cplusplus
extern "C" {
#endif

struct plt_axis;
struct plt_plot;
struct plt_error_bars;

struct plt_error_bars_params {
    const char *name;        // in the legend; NULL = none: they belong to another item
    struct plt_color color;  // {0} = next colour of the theme
    float width_px;          // of beam and caps, logical pixels; 0 = 1; at most 64
    float cap_px;            // length of a cap; 0 = 7; < 0 = no caps; at most 256
    double x_error, y_error; // of all samples, to both sides, data units; 0 = none
    struct plt_axis *y_axis; // of the same plot; NULL = its first
    bool hidden;
};
#ifndef __cplusplus
#define plt_error_bars_params(...) (&(struct plt_error_bars_params){__VA_ARGS__})
#endif

// Adds error bars to `plot`, which owns them; the series gains a reference.
PLT_API struct plt_error_bars *
plt_error_bars_create(struct plt_plot *plot, struct plt_series *series,
                      const struct plt_error_bars_params *params);
PLT_API void plt_error_bars_destroy(struct plt_error_bars *bars);
// Errors of single samples in data units, copied: entry i belongs to sample i, the first
// ever appended since the last set is 0, also in a ring; samples beyond n are as the params
// say. The second array NULL = the same to both sides. n = 0 removes them.
PLT_API bool plt_error_bars_set_x(struct plt_error_bars *bars, const double *left,
                                  const double *right, size_t n);
PLT_API bool plt_error_bars_set_y(struct plt_error_bars *bars, const double *below,
                                  const double *above, size_t n);
PLT_API void plt_error_bars_set_visible(struct plt_error_bars *bars, bool visible);

#ifdef __cplusplus
}
#endif
