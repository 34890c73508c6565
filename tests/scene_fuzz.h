// The scene that scene_fuzz.c attacks: what is alive, values that break things, and scales
// that are none. Includer: scene_fuzz.c.
#pragma once

#include "test.h"

#include <float.h>

#include <plotlib/base/alloc.h>
#include <plotlib/plotlib.h>

enum { MAX_PLOTS = 4, MAX_AXES = 5, MAX_ITEMS = 24, MAX_SERIES = 8, MOST_SAMPLES = 3000 };

enum fuzz_kind {
    CURVE,
    SCATTER,
    BARS,
    HISTOGRAM,
    ERROR_BARS,
    BOX,
    TEXT,
    IMAGE,
    ROI,
    NUM_KINDS
};

struct fuzz_item {
    enum fuzz_kind kind;
    struct plt_plot *plot;
    void *p; // NULL = free
};

struct fuzz_plot {
    struct plt_plot *plot; // NULL = free
    struct plt_axis *axes[MAX_AXES];
    int num_axes;
};

struct fuzz_series {
    struct plt_series *series; // NULL = free
    enum plt_type type;
    enum plt_x_kind x_kind;
    bool wrapped, derived;
};

struct fuzz {
    struct test_random random;
    struct plt_log *log;
    struct plt_figure *figure;
    struct plt_raster *raster;
    struct plt_image *image;
    struct plt_image_viewer *viewer; // NULL = none
    struct fuzz_plot plots[MAX_PLOTS];
    struct fuzz_item items[MAX_ITEMS];
    struct fuzz_series series[MAX_SERIES];
    int wraps, releases;
    int depth;         // of notices
    bool ended;        // the figure was destroyed
    bool odd_scales;   // scales that are none are tried too
    bool no_memory;    // allocations fail at random
    double within;     // of a user scale
    uint64_t compared; // pictures
    uint64_t hash;     // of all pictures
    bool trace;
    double xf[MOST_SAMPLES];
    int64_t xi[MOST_SAMPLES];
    double y[MOST_SAMPLES];
    uint8_t bytes[MOST_SAMPLES * 8];
    double held_x[MAX_SERIES][MOST_SAMPLES], held_y[MAX_SERIES][MOST_SAMPLES]; // wrapped
};

// --- values ----------------------------------------------------------------------------

static double fuzz_value(struct fuzz *f)
{
    static const double extremes[] = {
        0,     -0.0, 1,    -1,     NAN,   INFINITY, -INFINITY, 5e-324,   -5e-324, 1e-300,
        1e300, 1e-9, 1e17, 1.7e18, 9e307, -9e307,   DBL_MAX,   -DBL_MAX, 0x1p63,  -0x1p63};
    struct test_random *r = &f->random;
    double u = test_uniform(r);
    switch (test_below(r, 6)) {
    case 0: return extremes[test_below(r, sizeof(extremes) / sizeof(extremes[0]))];
    case 1: return (u < 0.5 ? -1 : 1) * pow(10, 40 * test_uniform(r) - 20);
    case 2: return floor(u * 20) - 5;
    default: return (u - 0.3) * 100;
    }
}

// Such as a caller means, most of the time.
static double fuzz_mild(struct fuzz *f, double lo, double hi)
{
    if (test_below(&f->random, 12) == 0)
        return fuzz_value(f);
    return lo + (hi - lo) * test_uniform(&f->random);
}

static int fuzz_enum(struct fuzz *f, int n)
{
    return test_below(&f->random, 60) ? (int)test_below(&f->random, (uint64_t)n)
                                      : (int)test_below(&f->random, 1000) - 500;
}

static struct plt_color fuzz_color(struct fuzz *f)
{
    if (test_below(&f->random, 3) == 0)
        return (struct plt_color){0};
    return (struct plt_color){(float)fuzz_mild(f, 0, 1), (float)fuzz_mild(f, 0, 1),
                              (float)fuzz_mild(f, 0, 1), (float)fuzz_mild(f, 0, 1)};
}

static const char *fuzz_text(struct fuzz *f)
{
    static const char *const texts[] = {
        NULL,
        "",
        "a",
        "volt \xc2\xb5V",
        "\xff\xfe broken",
        "two\nlines",
        "a long name that does not fit into any legend or axis title of a small figure at "
        "all, and then some more of it, and still more until it ends",
        "\xf0\x9f\x98\x80"};
    return texts[test_below(&f->random, sizeof(texts) / sizeof(texts[0]))];
}

static size_t fuzz_count(struct fuzz *f)
{
    struct test_random *r = &f->random;
    uint64_t most = test_below(r, 8) ? 60 : MOST_SAMPLES;
    return (size_t)test_below(r, most + 1);
}

// --- scales ----------------------------------------------------------------------------

struct fuzz_scale {
    plt_scale_fn forward, inverse;
};

static double fuzz_asinh(double v, void *user)
{
    return asinh(v / *(double *)user);
}
static double fuzz_sinh(double s, void *user)
{
    return sinh(s) * *(double *)user;
}
static double fuzz_root(double v, void *user)
{
    return v >= 0 ? sqrt(v) : (double)NAN;
}
static double fuzz_square(double s, void *user)
{
    return s > 0 ? s * s : 0;
}
static double fuzz_nan(double v, void *user)
{
    return NAN;
}
static double fuzz_falls(double v, void *user)
{
    return -v;
}
static double fuzz_whole(double v, void *user)
{
    return floor(v);
}
static double fuzz_same(double v, void *user)
{
    return v;
}
static double fuzz_exp(double v, void *user)
{
    return exp(v);
}
static double fuzz_log(double s, void *user)
{
    return s > 0 ? log(s) : -INFINITY;
}
// Well where a scale is probed, broken elsewhere.
static double fuzz_trap(double v, void *user)
{
    return v == 0 || fabs(v) == 1 || fabs(v) >= 1e3 || fabs(v) <= 1e-3 ? v : NAN;
}
static double fuzz_trap_falls(double v, void *user)
{
    double e = fabs(v) > 0 ? log10(fabs(v)) : 0;
    return fabs(e - round(e)) < 1e-9 ? v : -v;
}
static double fuzz_infinite(double v, void *user)
{
    return fabs(v) > 20 ? copysign(INFINITY, v) : v;
}

static struct plt_scale_params fuzz_scale(struct fuzz *f)
{
    static const struct fuzz_scale scales[] = {
        {fuzz_asinh, fuzz_sinh},    {fuzz_root, fuzz_square},
        {fuzz_exp, fuzz_log},       {fuzz_nan, fuzz_nan},
        {fuzz_falls, fuzz_falls},   {fuzz_whole, fuzz_same},
        {fuzz_same, fuzz_nan},      {fuzz_same, fuzz_falls},
        {fuzz_trap, fuzz_same},     {fuzz_trap_falls, fuzz_same},
        {fuzz_same, fuzz_trap},     {fuzz_same, fuzz_trap_falls},
        {fuzz_infinite, fuzz_same}, {fuzz_log, fuzz_exp},
        {NULL, fuzz_same},          {fuzz_same, fuzz_infinite},
        {fuzz_trap, fuzz_infinite},
    };
    uint64_t n = f->odd_scales ? sizeof(scales) / sizeof(scales[0]) : 2;
    const struct fuzz_scale *user = &scales[test_below(&f->random, n)];
    return (struct plt_scale_params){
        .kind = (enum plt_scale_kind)fuzz_enum(f, 4),
        .linear_within = test_below(&f->random, 2) ? 0 : fuzz_mild(f, 1e-3, 10),
        .forward = user->forward,
        .inverse = user->inverse,
        .user = &f->within};
}

// --- who is there ----------------------------------------------------------------------

static struct fuzz_plot *fuzz_plot(struct fuzz *f)
{
    struct fuzz_plot *plot = &f->plots[test_below(&f->random, MAX_PLOTS)];
    return plot->plot ? plot : NULL;
}

// Of any kind for NUM_KINDS.
static struct fuzz_item *fuzz_item(struct fuzz *f, enum fuzz_kind kind)
{
    size_t first = (size_t)test_below(&f->random, MAX_ITEMS);
    for (size_t i = 0; i < MAX_ITEMS; i++) {
        struct fuzz_item *item = &f->items[(first + i) % MAX_ITEMS];
        if (item->p && (kind == NUM_KINDS || item->kind == kind))
            return item;
    }
    return NULL;
}

static struct fuzz_series *fuzz_series(struct fuzz *f)
{
    struct fuzz_series *series = &f->series[test_below(&f->random, MAX_SERIES)];
    return series->series ? series : NULL;
}

// Seldom one of another plot.
static struct plt_axis *fuzz_axis(struct fuzz *f, struct fuzz_plot *plot)
{
    struct fuzz_plot *other = fuzz_plot(f);
    if (other && test_below(&f->random, 30) == 0)
        plot = other;
    if (!plot || test_below(&f->random, 2))
        return NULL;
    return plot->axes[test_below(&f->random, (uint64_t)plot->num_axes)];
}

static void fuzz_forget_plot(struct fuzz *f, struct fuzz_plot *plot)
{
    for (int i = 0; i < MAX_ITEMS; i++)
        if (f->items[i].plot == plot->plot)
            f->items[i] = (struct fuzz_item){0};
    *plot = (struct fuzz_plot){0};
}
