// Bars: rectangles from a base to a height at places along an axis, on whole pixels.
// Data's way: scene/bars.c -> draw/bars.c -> raster/fill.c or gpu/gl/fill.c.
// Thread-safety: owner thread.
//
// An edge is drawn at the nearest pixel edge, so that bars that touch in the data touch on
// the screen; a bar is at least one pixel wide. Neighbours in one colour that share their
// pixels and their base are drawn as one. A base that the axis cannot show (0 on a
// logarithmic one) is the axis's low end; bars with another number that cannot be shown are
// left out.
#pragma once

#include <plotlib/types.h>

#ifdef __cplusplus
extern "C" {
#endif

struct plt_axis;
struct plt_plot;
struct plt_bars;

struct plt_bars_params {
    const char *name;               // in the legend; NULL = none
    struct plt_color color;         // {0} = next colour of the theme
    struct plt_color outline_color; // alpha 0 = none
    float outline_width_px;         // logical pixels, inside the bar; 0 = 1; at most 64
    bool horizontal;                // places along y, heights along x
    double width;                   // of all bars, data units; 0 = 0.8
    double base;                    // of all bars
    struct plt_axis *y_axis;        // of the same plot; NULL = its first
    bool hidden;
};
#ifndef __cplusplus
#define plt_bars_params(...) (&(struct plt_bars_params){__VA_ARGS__})
#endif

// Adds bars to `plot`, which owns them; none until plt_bars_set.
PLT_API struct plt_bars *plt_bars_create(struct plt_plot *plot,
                                         const struct plt_bars_params *params);
PLT_API void plt_bars_destroy(struct plt_bars *bars);
// One bar a height: its middle at places[i] (NULL: at i), from its base to base + height.
// Copied. n = 0 removes all.
PLT_API bool plt_bars_set(struct plt_bars *bars, const double *places,
                          const double *heights, size_t n);
// Per-bar values, copied; bars beyond n are as the params say. n = 0 removes them. Bases
// stack bars on others. Colours: 0xAARRGGBB, straight alpha.
PLT_API bool plt_bars_set_widths(struct plt_bars *bars, const double *widths, size_t n);
PLT_API bool plt_bars_set_bases(struct plt_bars *bars, const double *bases, size_t n);
PLT_API bool plt_bars_set_colors(struct plt_bars *bars, const uint32_t *argb, size_t n);
PLT_API bool plt_bars_set_name(struct plt_bars *bars, const char *name);
PLT_API void plt_bars_set_visible(struct plt_bars *bars, bool visible);

#ifdef __cplusplus
}
#endif
