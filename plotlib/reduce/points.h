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

// A look at all samples for those in a window of x: where they are few, at the speed of
// reading x. Set pin, maps, `next` and `end`, then the window.
struct plt_points_scan {
    const struct plt_series_pin *pin;
    const struct plt_map *x_map, *y_map;
    uint64_t next;       // the first sample not looked at yet
    uint64_t end;        // none from this one on
    double middle, half; // the window, relative to the origin
    // What the last plt_points_find found, and its pixels as of plt_points_px.
    size_t num;
    uint64_t samples[PLT_POINTS];
    double x[PLT_POINTS], y[PLT_POINTS];
};
// Looks for [lo, hi] device pixels from now on, or for more where the scale's inverse is
// not known.
void plt_points_window(struct plt_points_scan *scan, double lo, double hi);
// Finds more of them, nearly in the order of samples; false when there are none any more.
bool plt_points_find(struct plt_points_scan *scan);

// The samples that may lie in [lo, hi] device pixels of x: [*i0, *i1), all where x is in no
// order. O(log n).
void plt_points_between(const struct plt_series_pin *pin, const struct plt_map *x_map,
                        double lo, double hi, uint64_t *i0, uint64_t *i1);
