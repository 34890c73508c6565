// Data value -> device pixel along one axis (stage MAP, linear). Everything that is binned
// or drawn goes through plt_map_px: one monotone expression, in double, so that binning and
// drawing can never disagree.
//
// Split origin: `origin` is subtracted as int64 (exact for int64 x) before any double is
// made, so 1.7e18 ns at 1 ns a pixel does not jitter. `offset` is in whole device pixels
// when the axis has columns: panning changes only it, so a sample never changes its column.
#pragma once

#include <math.h>
#include <stdbool.h>
#include <stdint.h>

struct plt_map {
    int64_t origin; // data units; 0 unless x is int64
    double anchor;  // data units, relative to origin; fixed while the scale is unchanged
    double scale;   // device pixels per data unit; < 0 when the axis runs the other way
    double offset;  // device pixels in the frame at which the anchor lies
};

// `v` relative to the origin. Rounded step by step: -ffp-contract=off everywhere.
static inline double plt_map_px(const struct plt_map *map, double v)
{
    return (v - map->anchor) * map->scale + map->offset;
}

static inline double plt_map_value(const struct plt_map *map, double px)
{
    return (px - map->offset) / map->scale + map->anchor;
}

// Pixel column relative to the anchor: floor before the offset is added.
static inline double plt_map_column(const struct plt_map *map, double v)
{
    return floor((v - map->anchor) * map->scale);
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
