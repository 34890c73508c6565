// Extrema of the samples that a scale can show: on a logarithmic axis those above zero.
// Stage THIN, between the pyramid and the columns. Thread-safety: pure, on a pin.
#pragma once

#include <plotlib/data/series.h>
#include <plotlib/scale/scale.h>

// Of y in [i0, i1): exact. False when nothing there can be shown. NULL scale = linear.
// `raw` reads every sample; else the pyramid knows what a logarithmic axis shows, and for a
// scale of the user's it leads to those parts that have values both inside and outside its
// domain: only these are read.
bool plt_extrema_y(const struct plt_series_pin *pin, const struct plt_scale *scale,
                   bool raw, uint64_t i0, uint64_t i1, double *lo, double *hi);
// Of all x, relative to `origin`. Reads every x when some cannot be shown and x is not
// sorted.
bool plt_extrema_x(const struct plt_series_pin *pin, const struct plt_scale *scale,
                   int64_t origin, double *lo, double *hi);
