// Tick positions and their labels: 1-2-5 steps on a linear scale, decades on log ones,
// calendar steps on a time axis, round values on a user's scale; SI prefixes.
// On a linear scale ticks are integer multiples of the step, so they are exact and never
// repeat: k is exact, a position is k times the step rounded once, a label is written from
// k and never from the position. On the others they are a list of numbers n * 10^e, or of
// int64 nanoseconds, each turned into a position by one rounding. Stage MAP; the axes of
// draw/ read it. Thread-safety: safe.
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include <plotlib/scale/scale.h>
#include <plotlib/scale/zone.h>

enum { PLT_MAX_TICKS = 64, PLT_MAX_MINOR = 512, PLT_MAX_CONTEXT = 32 };

// A stretch of the axis in the row below the labels: what they leave out, as the date.
struct plt_tick_context {
    double from, to; // axis positions as those of ticks, inside the view
    char text[64];
};

// Ticks that are not equal steps.
struct plt_tick_list {
    double value[PLT_MAX_TICKS];
    int64_t time[PLT_MAX_TICKS]; // ns since 1970 on a time axis
    char label[PLT_MAX_TICKS][32];
    double minor[PLT_MAX_MINOR];
    int num_minor, num_context;
    struct plt_tick_context context[PLT_MAX_CONTEXT];
};

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
    double least_px;       // the two nearest ticks are so far apart; INFINITY below 2 ticks
    bool listed; // `list` holds the ticks; step, first, mantissa, base mean nothing
    bool timed;  // a time axis: there is a context row
    struct plt_tick_list list;
};

// Chooses major ticks so that two of them are at least `min_px` apart on `length_px` device
// pixels, inside lo..hi (either order). `use_si`: the axis has a unit to carry a prefix;
// without one, numbers above 10^5 (where that makes labels shorter) or below 10^-4 get
// their exponent as "×10ⁿ" in the title. A range too narrow for double has fewer ticks, or
// none.
void plt_ticks_choose(struct plt_ticks *ticks, double lo, double hi, double length_px,
                      double min_px, bool use_si);
// The same for any scale; lo and hi are data values. A log view inside one decade has equal
// steps of data units; outside the scale's domain there are no ticks.
void plt_ticks_choose_scaled(struct plt_ticks *ticks, const struct plt_scale *scale,
                             double lo, double hi, double length_px, double min_px,
                             bool use_si);
// Time axis from t0 to t1 (either order), ns since 1970 UTC, labelled as clocks in `zone`
// (NULL = UTC) show it. Positions are the exact int64 times in list.time; plt_ticks_value
// gives them relative to `origin`. Where a day has 23 or 25 hours ticks stay on round local
// hours; labels in the repeated hour carry "CEST" or "CET".
void plt_ticks_choose_time(struct plt_ticks *ticks, const struct plt_zone *zone, int64_t t0,
                           int64_t t1, int64_t origin, double length_px, double min_px);
// Parts of a major step of `major_px` logical pixels: minor ticks at least 6 apart, at
// round values. plt_ticks_choose takes device pixels for logical ones; correct it when they
// differ. Listed ticks: their minor_per_major.
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
