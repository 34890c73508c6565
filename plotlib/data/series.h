// The reading half of a series (private). A reader pins [tail, head) for the time of one
// reduction: pinned samples neither move nor change, and the producer never waits.
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include <plotlib/series.h>

// A fixed look at a series. Plain data; owned by the reader until unpinned.
// (data/series.c may add members below the line it owns.)
struct plt_series_pin {
    struct plt_series *series;
    enum plt_type type;
    enum plt_x_kind x_kind;
    double x0, dx;       // uniform
    uint64_t tail, head; // samples [tail, head), absolute indices since the last set
    bool sorted;         // x is finite and never decreases in [tail, head), or uniform
    // Pins of the same one agree on every sample both have, stand-ins excepted; 0 =
    // unknown.
    uint64_t epoch;
    // --- private to data/ ---
    struct plt_table *table;
    struct plt_mapped *mapped; // instead of a table
    uint64_t stamp;            // of a mapped series' pin
    bool held;                 // plt_pin_hold
};

// False when the series is empty or memory is short (pin is then zeroed). Of a transform:
// what the last plt_series_take_dirty or plt_series_count made of it.
bool plt_series_pin(struct plt_series *series, struct plt_series_pin *pin);
void plt_series_unpin(struct plt_series_pin *pin);
bool plt_series_is_mapped(const struct plt_series *series); // a file's: plotlib/map.h

// y of sample i as double (i64 rounded); non-finite values come as they are.
double plt_pin_y(const struct plt_series_pin *pin, uint64_t i);
double plt_pin_x_f64(const struct plt_series_pin *pin, uint64_t i);  // PLT_X_F64
int64_t plt_pin_x_i64(const struct plt_series_pin *pin, uint64_t i); // PLT_X_I64

// The samples from i on that lie side by side: their number, at least 1, and their address
// in the series' own type (x: doubles or int64, NULL when uniform). For loops over many
// samples. A mapped series gives stand-ins for what has not been read yet; *y is NULL for
// samples of which nothing is known: gaps.
size_t plt_pin_run(const struct plt_series_pin *pin, uint64_t i, const void **x,
                   const void **y);

// A power of two, of the series, at most 2^16. A ring frees whole blocks: y, x and runs can
// be read from the start of tail's block on, tail & ~(block - 1), though what is before
// `tail` is not the series' any more. A transform has gaps for what it never had.
uint64_t plt_pin_block(const struct plt_series_pin *pin);

// How often anything was stood in for in this series, by any thread: what was read while it
// stayed the same is exact.
uint64_t plt_pin_stand_ins(const struct plt_series_pin *pin);

// Many small questions follow: whoever fills a mapped series waits meanwhile. Not for
// reading many samples. The pin is asked by one thread until the release.
void plt_pin_hold(struct plt_series_pin *pin);
void plt_pin_release(struct plt_series_pin *pin);

// Says that extrema with a border at sample i will be asked for soon: memory is slow.
void plt_pin_prefetch(const struct plt_series_pin *pin, uint64_t i);

// Exact extrema of the finite samples of [i0, i1), through the pyramid: O(log n). False
// when there is none.
bool plt_pin_min_max(const struct plt_series_pin *pin, uint64_t i0, uint64_t i1, double *lo,
                     double *hi);
// The same by reading every sample: the reference for the tests.
bool plt_pin_min_max_raw(const struct plt_series_pin *pin, uint64_t i0, uint64_t i1,
                         double *lo, double *hi);

// The least finite sample above zero of [i0, i1), exact: O(log n). False when there is
// none.
bool plt_pin_least_positive(const struct plt_series_pin *pin, uint64_t i0, uint64_t i1,
                            double *least);

// Listeners are told when the series becomes dirty: from the producer's thread, at most
// once until the next plt_series_take_dirty by that listener. A listener may not call
// back. After remove returns the callback is not running.
struct plt_series_listener {
    void (*fn)(void *user);
    void *user;
    _Atomic(bool) dirty;
    struct plt_series *series;        // set by plt_series_add_listener
    struct plt_series_listener *next; // plt_series.listeners
};
void plt_series_add_listener(struct plt_series *series,
                             struct plt_series_listener *listener);
void plt_series_remove_listener(struct plt_series *series,
                                struct plt_series_listener *listener);
// Clears the listener's flag and returns what it was. Call before reading: a transform is
// brought up to date here, so that a frame shows one state of it and computes it once.
bool plt_series_take_dirty(struct plt_series_listener *listener);

// The writing half, for the one producer: samples written block by block, then shown at
// once. begin .. any number of fills, in order and without holes from a sample on that the
// ring drops or `first` .. commit. begin fails, and nothing has changed, without memory.
struct plt_series_edit {
    struct plt_table *base, *table;
    uint64_t first; // a chunk's first sample: fills of earlier ones are left out
    uint64_t head1; // samples after the commit
};
bool plt_series_begin(struct plt_series *series, bool replace, uint64_t head1,
                      struct plt_series_edit *edit);
void plt_series_fill(struct plt_series *series, const struct plt_series_edit *edit,
                     uint64_t i, const void *x, const void *y, size_t n);
void plt_series_commit(struct plt_series *series, const struct plt_series_edit *edit);
void plt_series_erase(struct plt_series *series);
void plt_series_notify(struct plt_series *series); // commit and erase tell nobody
bool plt_series_is_transform(const struct plt_series *series);

// One line in the log, once a series, when x was promised to be sorted: it is not so about
// sample `at`.
void plt_series_tell_order(struct plt_series *series, uint64_t at);

// For views: x range of what is kept, relative to `origin` (exact for int64 x). False when
// empty. And an origin that suits the series: its first x for int64 x, else 0.
bool plt_pin_x_range(const struct plt_series_pin *pin, int64_t origin, double *x0,
                     double *x1);
int64_t plt_pin_origin(const struct plt_series_pin *pin);
