// A curve draws a series as one stroke, thinned exactly to the screen.
// Data's way: data/series.c -> reduce/columns.c -> draw/curve.c -> raster/stroke.c or
// gpu/gl/stroke.c. Thread-safety: owner thread. Code: scene/curve.c.
//
// The contract (DESIGN section 2): a stroke is a set of points; its coverage at a pixel
// centre is clamp(width/2 + 1/2 - d, 0, 1), d the distance to the nearest point of the
// polyline, round joins and caps; alpha is applied once to the finished stroke. Where a
// device column holds more than PLT_DENSE samples, x snaps to the column's centre; the
// curve drawn from {first, min, max, last} of such columns then equals the full polyline.
#pragma once

#include <plotlib/series.h>
#include <plotlib/types.h>

#ifdef __cplusplus
extern "C" {
#endif

struct plt_plot;
struct plt_curve;

enum plt_lod {
    PLT_LOD_AUTO = 0, // columns from the min/max pyramid: O(pixels)
    PLT_LOD_OFF,      // every segment of the same polyline, no pyramid: the reference
};

struct plt_curve_params {
    const char *name;       // in the legend; NULL = the series' name
    struct plt_color color; // {0} = next colour of the theme (Petroff 2021)
    float width_px;         // logical pixels, 0 = 1.5, at most 256
    bool no_antialias;      // the 1-px lattice rule stamped with an n x n brush
    enum plt_lod lod;       // 0 = AUTO
    bool hidden;
};
#ifndef __cplusplus
#define plt_curve_params(...) (&(struct plt_curve_params){__VA_ARGS__})
#endif

// Adds a curve to `plot`, which owns it; the series gains a reference.
PLT_API struct plt_curve *plt_curve_create(struct plt_plot *plot, struct plt_series *series,
                                           const struct plt_curve_params *params);
PLT_API void plt_curve_destroy(struct plt_curve *curve);
PLT_API struct plt_series *plt_curve_series(struct plt_curve *curve);
PLT_API bool plt_curve_set_name(struct plt_curve *curve, const char *name);
PLT_API void plt_curve_set_color(struct plt_curve *curve, struct plt_color color);
PLT_API bool plt_curve_set_width(struct plt_curve *curve, float width_px);
PLT_API void plt_curve_set_antialias(struct plt_curve *curve, bool antialias);
PLT_API void plt_curve_set_lod(struct plt_curve *curve, enum plt_lod lod);
PLT_API void plt_curve_set_visible(struct plt_curve *curve, bool visible);

#ifdef __cplusplus
}
#endif
