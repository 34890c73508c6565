// What makes a series of another one (private to data/): the state behind
// plotlib/transform.h. Stage KEEP -> KEEP: pins the source, writes the derived series.
// Thread-safety: create and destroy as a series; refresh from any thread.
#pragma once

#include <pthread.h>

#include <plotlib/data/series.h>
#include <plotlib/transform.h>

enum { PLT_TRANSFORM_BLOCK = 1024 }; // samples taken in at once: in the first-level cache

struct plt_transform;

// A block of source samples on its way through a kernel.
struct plt_transform_block {
    uint64_t first; // index of the first one
    size_t n;
    double y[PLT_TRANSFORM_BLOCK];
    double step[PLT_TRANSFORM_BLOCK];  // scaled x less that of the sample before; NaN = gap
    double x_out[PLT_TRANSFORM_BLOCK]; // or int64
    double y_out[PLT_TRANSFORM_BLOCK];
};

// One kind. Streamed kinds take source samples one after the other and give one result for
// each, that of sample i - lag; it is complete when samples i - back .. i were seen.
struct plt_transform_kernel {
    const char *name;
    bool replaces; // all results are computed again when the source has changed
    bool (*create)(struct plt_transform *t);
    void (*destroy)(struct plt_transform *t);
    // Brings the derived series up to date with `pin`. False = without memory: nothing
    // has changed.
    bool (*update)(struct plt_transform *t, const struct plt_series_pin *pin);
    // Streamed only. The next sample is `first`; `goes_on`: of the samples seen so far, but
    // not the one after the last.
    void (*restart)(struct plt_transform *t, uint64_t first, bool goes_on);
    void (*run)(struct plt_transform *t, struct plt_transform_block *block);
};

struct plt_transform {
    const struct plt_transform_kernel *kernel;
    struct plt_transform_params params; // all resolved; no strings
    struct plt_series *source, *derived;
    struct plt_series_listener listener; // of source
    uint64_t lag, back;
    pthread_mutex_t lock; // guards what follows, and the writing of `derived`
    bool stale;           // an update is owed
    _Atomic(bool) begun;  // refreshed once
    uint64_t epoch, next; // source samples below `next` of this epoch were taken in
    double x_before;      // x of the last sample taken in, as the source's kind says
    int64_t x_before_i64;
    struct plt_transform_block *block;
    struct plt_series_pin const *pin; // of the source, during an update
    void *state;                      // the kernel's
    bool warned;
};

void plt_transform_refresh(struct plt_transform *t); // NULL is fine, here and below
void plt_transform_begin(struct plt_transform *t);   // the same, but once only
void plt_transform_destroy(struct plt_transform *t);

// plt_transform_kernel.update of streamed kinds.
bool plt_transform_stream(struct plt_transform *t, const struct plt_series_pin *pin);
// Samples [i, i + n) as doubles.
void plt_transform_read(const struct plt_series_pin *pin, uint64_t i, size_t n, double *y);

// a - b without overflow, rounded once.
static inline double plt_difference(int64_t a, int64_t b)
{
    return a >= b ? (double)((uint64_t)a - (uint64_t)b)
                  : -(double)((uint64_t)b - (uint64_t)a);
}

extern const struct plt_transform_kernel plt_transform_derivative, plt_transform_phase_map,
    plt_transform_integral, plt_transform_subtract_mean, plt_transform_mean,
    plt_transform_median, plt_transform_magnitude, plt_transform_psd;

// A sum in two doubles: s is the sum rounded, c what that lost.
struct plt_sum {
    double s, c;
};
static inline void plt_sum_add(struct plt_sum *sum, double v)
{
    double s = sum->s + v, b = s - sum->s;
    sum->c += (sum->s - (s - b)) + (v - b);
    sum->s = s;
}
