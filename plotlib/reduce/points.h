// Samples as points on the screen, one by one: for markers, error bars and picking, which
// are never thinned. Stage THIN. Thread-safety: pure, on a pin.
#pragma once

#include <plotlib/data/series.h>
#include <plotlib/scale/map.h>

enum { PLT_POINTS = 512 }; // handed over at once, at most

// Values of samples [i, i + n), n <= PLT_POINTS: x relative to `origin`.
void plt_points_values(const struct plt_series_pin *pin, int64_t origin, uint64_t i,
                       size_t n, double *x, double *y);
// Their device pixels; NaN for a coordinate that is not finite or that its scale cannot
// show.
void plt_points_px(const struct plt_series_pin *pin, const struct plt_map *x_map,
                   const struct plt_map *y_map, uint64_t i, size_t n, double *x, double *y);
// One value to its pixel; NaN as above.
double plt_point_px(const struct plt_map *map, double v);

// The samples that may lie in [lo, hi] device pixels of x: [*i0, *i1), all where x is in no
// order. O(log n).
void plt_points_between(const struct plt_series_pin *pin, const struct plt_map *x_map,
                        double lo, double hi, uint64_t *i0, uint64_t *i1);
