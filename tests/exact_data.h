// A random case of the exactness suite, its samples: of every kind, given to a series in
// every way, some of it after a first picture. Includer: exact_view.h.
#pragma once

#include "random_data.h"

#include <unistd.h>

#include <plotlib/data/pyramid.h>
#include <plotlib/map.h>
#include <plotlib/plotlib.h>
#include <plotlib/scene/scene.h>
#include <plotlib/view.h>

enum {
    EXACT_WIDEST = 4096,
    EXACT_HIGHEST = 512,
    EXACT_MOST = 1000000,
    EXACT_JOINS = 20000,
    EXACT_CURVES = 6
};
#define EXACT_NANOSECONDS INT64_C(1700000000000000000)

// What happens between a first picture and the one that is compared.
enum exact_history {
    EXACT_FRESH,    // there is no first picture, unless the view moves
    EXACT_LATER,    // samples are appended
    EXACT_CHANGED,  // some of a wrapped array were others
    EXACT_REPLACED, // all samples were others
    EXACT_CLEARED,  // the same, and are forgotten
    EXACT_RESCALED, // the scale of y was another
    EXACT_NUM_HISTORIES
};

struct exact_case {
    uint64_t seed;
    struct test_random random;

    // Data. Kept are the newest n of the `total` samples given.
    enum test_signal signal;
    enum plt_type type;
    enum plt_x_kind x_kind;
    size_t total, n;
    double gain; // of the signal's unit
    double gaps; // share of NaN put in besides
    bool wrap;   // borrowed instead of appended
    bool map;    // from a file, which `path` names
    char path[64];
    enum exact_history history;
    size_t given;      // samples that the first picture has; then those of the change
    double x0, dx;     // uniform
    struct test_x how; // else
    char *samples;     // [total], of the type
    double *xf;        // [total] or NULL
    int64_t *xi;       // [total] or NULL

    // View
    int width, height;
    double scale; // device pixels per logical pixel
    bool bare, auto_x, auto_y;
    const char *zoom;
    struct plt_scale_params spread[2]; // of x and y
    double left, right, bottom, top;   // data; of linear int64 x relative to how.i0
    double pan_x, pan_y;               // device pixels, after a first picture
    double notches;                    // of the wheel, after a first picture
    int follow;                        // 0, or 1 + its mode
    bool pause;                        // before the change

    // Style
    bool plain; // an opaque, solid, round stroke: nothing else is in the picture
    int num_curves;
    struct plt_curve_params style[EXACT_CURVES];
    float dash[EXACT_CURVES][16];
    uint8_t joins[EXACT_JOINS];
    uint32_t colors[EXACT_JOINS];
    size_t num_colors; // of the first curve
    bool fill_between;
};

// --- data ------------------------------------------------------------------------------

static inline void exact_choose_x(struct exact_case *c)
{
    struct test_random *r = &c->random;
    c->x_kind = (enum plt_x_kind)test_below(r, 3);
    c->dx = test_log_uniform(r, 1e-4, 1e3);
    if (test_below(r, 3) == 0)
        c->dx = 1;
    c->x0 = test_below(r, 3) ? 0 : (test_uniform(r) - 0.5) * 2e3;
    c->how.f0 = c->x0;
    c->how.dx = c->dx;
    c->how.pauses = test_below(r, 3) ? 0 : test_below(r, 2) ? 8 : 200;
    c->how.unsorted = !c->plain && test_below(r, 16) == 0;
    if (c->x_kind == PLT_X_I64) {
        c->how.dx = test_log_uniform(r, 0.5, 1e9);
        c->how.i0 = test_below(r, 2) ? EXACT_NANOSECONDS + (int64_t)test_below(r, 1u << 30)
                                     : (int64_t)test_below(r, 2000) - 1000;
    }
}

static inline void exact_make_x(struct exact_case *c)
{
    struct test_random *r = &c->random;
    if (c->x_kind == PLT_X_UNIFORM)
        return;
    c->xf = c->x_kind == PLT_X_F64 ? malloc(c->total * sizeof(*c->xf)) : NULL;
    c->xi = c->x_kind == PLT_X_I64 ? malloc(c->total * sizeof(*c->xi)) : NULL;
    test_fill_x(r, &c->how, c->xf, c->xi, c->total);
    if (c->xf && !c->plain && test_below(r, 30) == 0)
        c->xf[test_below(r, c->total)] = test_below(r, 2) ? NAN : INFINITY;
}

static inline void exact_make_samples(struct exact_case *c)
{
    struct test_random *r = &c->random;
    double *y = malloc(c->total * sizeof(*y));
    test_fill_signal(r, c->signal, y, c->total);
    c->samples = malloc(c->total * plt_type_size(c->type));
    for (size_t i = 0; i < c->total; i++) {
        bool gap = c->gaps > 0 && test_uniform(r) < c->gaps;
        test_store(c->type, c->samples, i, gap ? NAN : y[i] * c->gain);
    }
    free(y);
}

static inline void exact_choose_history(struct exact_case *c)
{
    struct test_random *r = &c->random;
    if (!c->plain && test_below(r, 3) == 0)
        c->history = (enum exact_history)test_below(r, EXACT_NUM_HISTORIES);
    if (c->history == EXACT_CHANGED && c->total > c->n)
        c->history = EXACT_FRESH;
    c->wrap = c->wrap || c->history == EXACT_CHANGED;
    if (c->wrap && c->history != EXACT_CHANGED && c->history != EXACT_RESCALED)
        c->history = EXACT_FRESH;
    c->given = test_below(r, 2) ? c->total : 1 + test_below(r, c->total);
}

// Half of the cases are long; a tenth is a few samples.
static inline void exact_choose_data(struct exact_case *c)
{
    struct test_random *r = &c->random;
    bool floats = test_below(r, 3) == 0;
    c->signal = (enum test_signal)test_below(r, NUM_SIGNALS);
    c->type = floats ? (enum plt_type)test_below(r, 2) : (enum plt_type)test_below(r, 9);
    c->gain = test_gain(c->type);
    if (c->type <= PLT_F32 && test_below(r, 4) == 0)
        c->gain = test_log_uniform(r, 1e-30, 1e30);
    c->gaps = test_below(r, 3) ? 0 : test_log_uniform(r, 1e-4, 0.9);
    // Segments to and fro across the picture cost most.
    double most = c->plain || c->how.unsorted ? 3000 : EXACT_MOST;
    c->n = (size_t)test_log_uniform(r, 1, most);
    if (test_below(r, 100) == 0)
        c->n = (size_t)most;
    c->total = c->n;
    if (test_below(r, 3) == 0)
        c->total += test_below(r, test_below(r, 2) ? 200 : 2 * c->n);
    c->wrap = c->total == c->n && test_below(r, 6) == 0;
    exact_choose_history(c);
    c->map = c->x_kind == PLT_X_UNIFORM && c->total == c->n && !c->wrap &&
             c->history == EXACT_FRESH && test_below(r, 2) == 0;
}

static inline const char *exact_x_bytes(const struct exact_case *c)
{
    return c->xf ? (const char *)c->xf : (const char *)c->xi;
}

// Appends samples [begin, end) in blocks of random sizes; a ring drops what is too old.
static inline void exact_append(struct exact_case *c, struct plt_series *series,
                                size_t begin, size_t end)
{
    struct test_random *r = &c->random;
    const char *x = exact_x_bytes(c);
    size_t size = plt_type_size(c->type);
    for (size_t i = begin, n; i < end; i += n) {
        n = 1 + test_below(r, test_below(r, 4) ? c->total : 100);
        n = n < end - i ? n : end - i;
        REQUIRE(x ? plt_series_append_xy(series, x + i * 8, c->samples + i * size, n)
                  : plt_series_append(series, c->samples + i * size, n));
    }
}

static inline void exact_set(struct exact_case *c, struct plt_series *series)
{
    const char *x = exact_x_bytes(c);
    REQUIRE(x ? plt_series_set_xy(series, x, c->samples, c->total)
              : plt_series_set(series, c->samples, c->total));
}

// Other samples for a while: the bytes of the first n turned round, and back again.
static inline void exact_turn(struct exact_case *c, size_t n)
{
    size_t size = plt_type_size(c->type);
    for (size_t i = 0; i < n / 2; i++) {
        char kept[8], *a = c->samples + i * size, *b = c->samples + (n - 1 - i) * size;
        memcpy(kept, a, size);
        memcpy(a, b, size);
        memcpy(b, kept, size);
    }
}

// A file without a sidecar, that has some other bytes first.
static inline struct plt_series *exact_map(struct exact_case *c)
{
    uint64_t before = test_below(&c->random, 40), bytes = c->n * plt_type_size(c->type);
    strcpy(c->path, "/tmp/plotlib-exact-XXXXXX");
    int fd = mkstemp(c->path);
    REQUIRE(fd >= 0);
    REQUIRE(pwrite(fd, c->samples, bytes, (off_t)before) == (ssize_t)bytes);
    close(fd);
    return plt_series_map(c->path, plt_series_map_params(.type = c->type, .offset = before,
                                                         .x0 = c->x0, .dx = c->dx,
                                                         .no_sidecar = true));
}

// As it is for the first picture.
static inline struct plt_series *exact_series(struct exact_case *c)
{
    if (c->map)
        return exact_map(c);
    struct plt_series *series = plt_series_create(
        plt_series_params(.type = c->type, .x_kind = c->x_kind, .x0 = c->x0, .dx = c->dx,
                          .capacity = c->total > c->n ? c->n : 0));
    bool others = c->history >= EXACT_CHANGED && c->history <= EXACT_CLEARED;
    if (others)
        exact_turn(c, c->given);
    if (c->wrap)
        REQUIRE(plt_series_wrap(series, exact_x_bytes(c), c->samples, c->n, NULL, NULL));
    else
        exact_append(c, series, 0, c->history == EXACT_LATER ? c->given : c->total);
    if (others && !c->wrap)
        exact_turn(c, c->given);
    return series;
}

// As it is in the end.
static inline void exact_change(struct exact_case *c, struct plt_series *series)
{
    if (c->history == EXACT_LATER) {
        exact_append(c, series, c->given, c->total);
    } else if (c->history == EXACT_CHANGED) {
        exact_turn(c, c->given);
        REQUIRE(plt_series_changed(series, 0, c->given));
    } else if (c->history == EXACT_REPLACED) {
        exact_set(c, series);
    } else if (c->history == EXACT_CLEARED) {
        plt_series_clear(series);
        exact_append(c, series, 0, c->total);
    }
    REQUIRE_CMP(plt_series_count(series), ==, (uint64_t)c->n, PRIu64);
}

// x of the i-th kept sample, relative to `origin` where it is a whole number.
static inline double exact_x(const struct exact_case *c, size_t i, int64_t origin)
{
    size_t at = c->total - c->n + i;
    if (c->xi)
        return (double)(c->xi[at] - origin);
    return c->xf ? c->xf[at] - (double)origin : c->x0 + (double)at * c->dx - (double)origin;
}
