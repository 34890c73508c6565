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

struct plt_axis;
struct plt_plot;
struct plt_curve;

enum plt_lod {
    PLT_LOD_AUTO = 0, // columns from the min/max pyramid: O(pixels)
    PLT_LOD_OFF,      // every segment of the same polyline, no pyramid: the reference
};

// Corners and ends where samples lie apart; dense columns are round. Without antialiasing
// there are none. A single sample between two gaps is a round dot.
enum plt_join {
    PLT_JOIN_ROUND = 0,
    PLT_JOIN_MITER, // a bevel where the tip would be longer than miter_limit widths
    PLT_JOIN_BEVEL,
};
enum plt_cap {
    PLT_CAP_ROUND = 0,
    PLT_CAP_BUTT,
    PLT_CAP_SQUARE, // half a width beyond the end; also of dashes
};

// Which neighbouring samples a line joins. Samples that share a dense column are joined
// whatever the mode: they lie less than a pixel apart.
enum plt_connect {
    PLT_CONNECT_FINITE = 0, // a sample that is not finite breaks the line
    PLT_CONNECT_ALL,        // the line goes on to the next finite sample
    PLT_CONNECT_PAIRS,      // samples 0 and 1, 2 and 3, ...; counted from the first ever
    PLT_CONNECT_ARRAY,      // as the array says, plt_curve_set_connect
};

// The way from one sample to the next, in sample order. MID turns half way on the screen.
enum plt_step {
    PLT_STEP_NONE = 0, // straight
    PLT_STEP_PRE,      // at once to the next y, then along x
    PLT_STEP_POST,     // along x, then to the next y
    PLT_STEP_MID,
};

struct plt_curve_params {
    const char *name;       // in the legend; NULL = the series' name
    struct plt_color color; // {0} = next colour of the theme (Petroff 2021)
    float width_px;         // logical pixels, 0 = 1.5, at most 256
    bool no_antialias;      // the 1-px lattice rule stamped with an n x n brush
    enum plt_lod lod;       // 0 = AUTO
    bool hidden;
    enum plt_join join;
    float miter_limit; // 0 = 4, as SVG; at least 1
    enum plt_cap cap;
    enum plt_connect connect; // 0 = FINITE
    enum plt_step step;       // 0 = NONE
    // Dash, gap, dash, ... in logical pixels along the line, each > 0; copied. An odd count
    // is taken twice. Dense columns are solid; elsewhere the pattern follows the line's
    // length from the last sample whose number is a multiple of M = 65536; in a ring M is
    // at most the largest power of two up to capacity / 8, but at least 1024. Samples that
    // the ring has dropped since that one count too, so that the pattern stays where it is
    // while others arrive. x in any order: from the multiple of M at or before the oldest
    // sample. Round and square caps add half the width to each side of a dash. NULL =
    // solid.
    const float *dash;
    size_t num_dash;   // at most 16
    float dash_offset; // logical pixels of the pattern that come before the start
    // A wider stroke below the curve, solid or dashed as it is. Alpha 0 = none.
    struct plt_color shadow_color;
    float shadow_width_px; // logical pixels, 0 = twice the curve's; at most 256
    // The region between curve and level, below the stroke. Alpha 0 = none. A level that a
    // logarithmic axis cannot show, or -INFINITY, is the bottom edge, INFINITY the top.
    struct plt_color fill_color;
    double fill_level;       // data units; nothing is filled where x goes to and fro
    struct plt_axis *y_axis; // of the same plot; NULL = its first
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
// As drawn: the theme's where none was given.
PLT_API struct plt_color plt_curve_color(struct plt_curve *curve);
PLT_API bool plt_curve_set_width(struct plt_curve *curve, float width_px);
PLT_API void plt_curve_set_antialias(struct plt_curve *curve, bool antialias);
PLT_API void plt_curve_set_lod(struct plt_curve *curve, enum plt_lod lod);
// `join_next[i]`: sample i is joined to sample i + 1; copied. Samples beyond n are joined.
// Sample 0 is the first ever appended, also in a ring. Only ARRAY reads the array.
PLT_API bool plt_curve_set_connect(struct plt_curve *curve, enum plt_connect connect,
                                   const uint8_t *join_next, size_t n);
// `argb[i]`, 0xAARRGGBB, is the colour of sample i, counted as above; copied. Between two
// samples they run evenly; samples beyond n have the curve's own. Such a stroke is never
// thinned, antialiased, solid and round, its segments straight; a frame costs the samples
// in view. n = 0: one colour again.
PLT_API bool plt_curve_set_colors(struct plt_curve *curve, const uint32_t *argb, size_t n);
PLT_API bool plt_curve_set_step(struct plt_curve *curve, enum plt_step step);
PLT_API bool plt_curve_set_join(struct plt_curve *curve, enum plt_join join,
                                float miter_limit);
PLT_API bool plt_curve_set_cap(struct plt_curve *curve, enum plt_cap cap);
// As in the params; num_dash 0 = solid.
PLT_API bool plt_curve_set_dash(struct plt_curve *curve, const float *dash, size_t num_dash,
                                float dash_offset);
PLT_API bool plt_curve_set_shadow(struct plt_curve *curve, struct plt_color color,
                                  float width_px);
PLT_API bool plt_curve_set_fill(struct plt_curve *curve, struct plt_color color,
                                double level);
// Fills between this curve and another one of the same plot instead, each with its own x,
// where both are; in a dense column of either from the least to the greatest of both. Ends
// with the other curve's life.
PLT_API bool plt_curve_set_fill_between(struct plt_curve *curve, struct plt_curve *other,
                                        struct plt_color color);
PLT_API bool plt_curve_set_y_axis(struct plt_curve *curve, struct plt_axis *y_axis);
PLT_API void plt_curve_set_visible(struct plt_curve *curve, bool visible);

#ifdef __cplusplus
}
#endif
