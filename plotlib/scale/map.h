// Data value -> device pixel along one axis (stage MAP). Everything that is binned or drawn
// goes through plt_map_px: one monotone expression, in double, so that binning and drawing
// can never disagree.
//
// A map is linear in s, the data value v itself or plt_scale_forward(v) where the axis has
// another scale. Split origin: `origin` is subtracted as int64 (exact for int64 x) before
// any double is made, so 1.7e18 ns at 1 ns a pixel does not jitter; it is 0 on other scales
// than linear. `offset` is in whole device pixels when the axis has columns: panning
// changes only it, so a sample never changes its column.
#pragma once

#include <math.h>
#include <stdbool.h>
#include <stdint.h>

#include <plotlib/scale/scale.h>

struct plt_map {
    int64_t origin; // data units; 0 unless x is int64
    double anchor;  // s, relative to origin; fixed while the scale is unchanged
    double scale;   // device pixels per unit of s; < 0 when the axis runs the other way
    double offset;  // device pixels in the frame at which the anchor lies
    const struct plt_scale *spread; // the axis's scale; NULL = linear
};

// s of `v` relative to the origin: NaN where the scale has no place for it.
static inline double plt_map_forward(const struct plt_map *map, double v)
{
    return map->spread ? plt_scale_forward(map->spread, v) : v;
}

// Whether a sample of value `v` can be drawn at all: else it is a gap.
static inline bool plt_map_shows(const struct plt_map *map, double v)
{
    return isfinite(v) && (!map->spread || isfinite(plt_scale_forward(map->spread, v)));
}

// `v` relative to the origin. Rounded step by step: -ffp-contract=off everywhere.
static inline double plt_map_px(const struct plt_map *map, double v)
{
    return (plt_map_forward(map, v) - map->anchor) * map->scale + map->offset;
}

// s of a pixel, and its data value.
static inline double plt_map_s(const struct plt_map *map, double px)
{
    return (px - map->offset) / map->scale + map->anchor;
}

static inline double plt_map_value(const struct plt_map *map, double px)
{
    double s = plt_map_s(map, px);
    return map->spread ? plt_scale_inverse(map->spread, s) : s;
}

static inline double plt_map_from_i64(const struct plt_map *map, int64_t x)
{
    bool same_sign = (x ^ map->origin) >= 0; // then the difference cannot overflow
    return same_sign ? (double)(x - map->origin) : (double)x - (double)map->origin;
}

static inline double plt_map_from_f64(const struct plt_map *map, double x)
{
    return x - (double)map->origin;
}
