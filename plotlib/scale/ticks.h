// Tick positions and their labels on a linear scale: 1-2-5 steps, SI prefixes.
// Ticks are integer multiples of the step, so they are exact and never repeat.
#pragma once

#include <stdbool.h>
#include <stdint.h>

enum { PLT_MAX_TICKS = 64, PLT_MAX_MINOR = 512 };

struct plt_ticks {
    double step;       // major step, data units
    int64_t first;     // major ticks lie at (first + i) * step, 0 <= i < count
    int count;         // 0 when the range has no usable step (zero or not finite)
    int minor_per_major; // minor ticks divide a major step into so many parts; 1 = none
    int decimals;      // digits after the point of a label, after the SI factor
    int si_exponent;   // 10^si_exponent is folded into the unit (multiple of 3), 0 = none
    const char *si_prefix; // "k", "m", "µ", ...; "" = none
};

// Chooses major ticks so that two of them are at least `min_px` apart on `length_px` device
// pixels, inside lo..hi (either order). `use_si`: the axis has a unit to carry a prefix;
// without one, numbers beyond 10^±5 get the exponent as "×10ⁿ" via plt_ticks_unit.
void plt_ticks_choose(struct plt_ticks *ticks, double lo, double hi, double length_px,
                      double min_px, bool use_si);
// Position of major tick i, data units: one rounding.
double plt_ticks_value(const struct plt_ticks *ticks, int i);
// Its label, e.g. "-0.25"; a real minus sign (U+2212). Returns the length.
int plt_ticks_label(const struct plt_ticks *ticks, int i, char *text, int size);
// Axis title: "label (prefix+unit)", "label (×10⁶)", "label" or "". Returns the length.
int plt_ticks_title(const struct plt_ticks *ticks, const char *label, const char *unit,
                    char *text, int size);
// Minor ticks inside lo..hi, majors left out. Returns how many, at most `max`.
int plt_ticks_minor(const struct plt_ticks *ticks, double lo, double hi, double *positions,
                    int max);
