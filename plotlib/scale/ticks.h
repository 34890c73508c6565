// Tick positions and their labels on a linear scale: 1-2-5 steps, SI prefixes.
// Ticks are integer multiples of the step, so they are exact and never repeat: k is exact,
// a position is k times the step rounded once, a label is written from k and never from the
// position. Stage MAP; the axes of draw/ read it. Thread-safety: safe.
#pragma once

#include <stdbool.h>
#include <stdint.h>

enum { PLT_MAX_TICKS = 64, PLT_MAX_MINOR = 512 };

struct plt_ticks {
    double step;            // major step, data units
    int64_t first;          // major ticks lie at (first + i) * step, 0 <= i < count
    int count;              // 0 when the range has no usable step (zero or not finite)
    int mantissa, exponent; // step = mantissa * 10^exponent, mantissa 1, 2 or 5
    int minor_per_major;    // minor ticks divide a major step into so many parts; 1 = none
    int64_t
        base; // times 10^exponent: left out of every label, named in the title; 0 = none
    int decimals;    // digits after the point of a label, after the SI factor
    int si_exponent; // 10^si_exponent is folded into the unit (multiple of 3), 0 = none
    const char *si_prefix; // "k", "m", "µ", ...; "" = none
};

// Chooses major ticks so that two of them are at least `min_px` apart on `length_px` device
// pixels, inside lo..hi (either order). `use_si`: the axis has a unit to carry a prefix;
// without one, numbers above 10^5 (where that makes labels shorter) or below 10^-4 get
// their exponent as "×10ⁿ" in the title. A range too narrow for double has fewer ticks, or
// none.
void plt_ticks_choose(struct plt_ticks *ticks, double lo, double hi, double length_px,
                      double min_px, bool use_si);
// Parts of a major step of `major_px` logical pixels: minor ticks at least 6 apart, at
// round values. plt_ticks_choose takes device pixels for logical ones; correct it when they
// differ.
int plt_ticks_minor_parts(const struct plt_ticks *ticks, double major_px);
// Position of major tick i, data units: one rounding.
double plt_ticks_value(const struct plt_ticks *ticks, int i);
// Minor ticks inside lo..hi (either order), ascending, major ones left out. Returns their
// number, at most `max`.
int plt_ticks_minor(const struct plt_ticks *ticks, double lo, double hi, double *positions,
                    int max);
// Its label, e.g. "−0.25"; a real minus sign (U+2212). Returns the length; 0 and "" when
// `size` is too small: a cut number would be another number. 64 bytes are always enough.
int plt_ticks_label(const struct plt_ticks *ticks, int i, char *text, int size);
// What is to be added to every label, origin + base, in data units: "1700000000". Returns
// the length, 0 when that is nothing.
int plt_ticks_base(const struct plt_ticks *ticks, int64_t origin, char *text, int size);
// Axis title: "label (prefix+unit)", "label (×10⁶)", "label" or ""; without a label the
// content of the brackets alone. Cut between characters. Returns the length.
int plt_ticks_title(const struct plt_ticks *ticks, const char *label, const char *unit,
                    char *text, int size);
// Whether a unit may carry a prefix: not "%", "dB", "°C", "m²", "min", nor none at all. "s"
// takes small ones only: 1500 s is not 1.5 ks.
bool plt_unit_takes_prefix(const char *unit, double lo, double hi);
