// A series keeps samples: the start of the data's way (stage KEEP). Samples stay in their
// own type, in chunks of 2^18 with a min/max tree each (64-sample leaves, fan-out 16), so
// that any view is reduced in O(pixels). Code: data/series.c, data/pyramid.c.
//
// Thread-safety: safe. One producer thread calls set, append, wrap, changed and clear;
// any number of figures read at the same time. append never waits for a reader and never
// writes where one reads.
#pragma once

#include <plotlib/log.h>
#include <plotlib/types.h>

#ifdef __cplusplus
extern "C" {
#endif

struct plt_series;

enum plt_x_kind {
    PLT_X_UNIFORM = 0, // x of the i-th sample ever appended = x0 + i * dx
    PLT_X_F64,         // one double a sample
    PLT_X_I64,         // one int64 a sample, e.g. nanoseconds since 1970
};

struct plt_series_params {
    enum plt_type type;     // of the samples; 0 = PLT_F64
    enum plt_x_kind x_kind; // 0 = PLT_X_UNIFORM
    double x0;              // uniform: x of sample 0
    double dx;              // uniform: spacing, > 0; 0 = 1
    bool x_sorted; // a promise that x is finite and never goes back. The first sample that
                   // breaks it is an error in the log; nothing is refused or lost
    uint64_t capacity;   // ring: keep the newest so many samples; 0 = keep all
    const char *name;    // for messages and as a curve's default name; NULL = ""
    struct plt_log *log; // NULL = stderr
};
#ifndef __cplusplus
#define plt_series_params(...) (&(struct plt_series_params){__VA_ARGS__})
#endif

// Reference-counted: the caller owns one reference, each curve takes another.
PLT_API struct plt_series *plt_series_create(const struct plt_series_params *params);
PLT_API struct plt_series *plt_series_ref(struct plt_series *series);
PLT_API void plt_series_unref(struct plt_series *series);

// Replaces all samples by a copy of y[n] (elements of the series' type). A ring keeps the
// newest `capacity`. The index, and so uniform x, starts again at 0. x[n] is given exactly
// when x_kind is not uniform: doubles or int64. x should not decrease; where it does the
// curve is drawn in XY mode, which never thins samples. NaN or infinite y is a gap; so is
// NaN or infinite x, which makes the curve an XY one as long as it is kept.
PLT_API bool plt_series_set(struct plt_series *series, const void *y, size_t n);
PLT_API bool plt_series_set_xy(struct plt_series *series, const void *x, const void *y,
                               size_t n);

// Adds a copy of y[n] at the end. Any thread, one at a time.
PLT_API bool plt_series_append(struct plt_series *series, const void *y, size_t n);
PLT_API bool plt_series_append_xy(struct plt_series *series, const void *x, const void *y,
                                  size_t n);

typedef void (*plt_release_fn)(void *user);

// Borrows y[n] (and x[n], NULL when uniform) instead of copying. The arrays must stay
// valid and unchanged while a figure may draw, except between a change and the
// plt_series_changed call that announces it, during which the owner thread must not paint
// (change wrapped data on the owner thread, or stop painting meanwhile). `release`, if not
// NULL, is called exactly once, from any thread, when the arrays are no longer needed.
// Later appends are refused. On failure nothing is borrowed and `release` is not called.
PLT_API bool plt_series_wrap(struct plt_series *series, const void *x, const void *y,
                             size_t n, plt_release_fn release, void *user);

// Says that samples [first, first + n) of a wrapped array were rewritten.
PLT_API bool plt_series_changed(struct plt_series *series, size_t first, size_t n);

// Forgets all samples (and releases a wrapped array).
PLT_API void plt_series_clear(struct plt_series *series);

// Samples kept now, and samples ever appended since the last set, wrap or clear.
PLT_API uint64_t plt_series_count(const struct plt_series *series);
PLT_API uint64_t plt_series_total(const struct plt_series *series);
PLT_API const char *plt_series_name(const struct plt_series *series);

// Finite bounds of what is kept. False when there is no finite sample. For int64 x the
// bounds are rounded to double.
PLT_API bool plt_series_x_bounds(struct plt_series *series, struct plt_range *bounds);
PLT_API bool plt_series_y_bounds(struct plt_series *series, struct plt_range *bounds);

#ifdef __cplusplus
}
#endif
