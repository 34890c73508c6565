// One random picture of lines, wholly decided by a 64-bit seed: samples, view and style, in
// every dimension that thinning could get wrong. Includer: exact_suite.c.
#pragma once

#include "random_data.h"

#include <plotlib/data/pyramid.h>
#include <plotlib/plotlib.h>
#include <plotlib/scene/scene.h>
#include <plotlib/view.h>

enum { EXACT_WIDEST = 4096, EXACT_HIGHEST = 512, EXACT_MOST = 1000000, EXACT_JOINS = 500 };
#define EXACT_NANOSECONDS INT64_C(1700000000000000000)

struct exact_case {
    uint64_t seed;
    struct test_random random;

    // Data. Kept are the newest n of the `total` samples given.
    enum test_signal signal;
    enum plt_type type;
    enum plt_x_kind x_kind;
    size_t total, n;
    double gain;       // of the signal's unit
    double gaps;       // share of NaN put in besides
    bool wrap;         // borrowed instead of appended
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

    // Style
    bool plain; // an opaque, solid, round stroke: nothing else is in the picture
    int num_curves;
    struct plt_curve_params style[2];
    float dash[2][16];
    uint8_t joins[EXACT_JOINS];
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
    double most = c->plain ? 3000 : EXACT_MOST;
    c->n = (size_t)test_log_uniform(r, 1, most);
    if (test_below(r, 100) == 0)
        c->n = (size_t)most;
    c->total = c->n;
    if (test_below(r, 3) == 0)
        c->total += test_below(r, test_below(r, 2) ? 200 : 2 * c->n);
    c->wrap = c->total == c->n && test_below(r, 6) == 0;
}

// Appends in blocks of random sizes; a ring drops what is too old.
static inline struct plt_series *exact_series(struct exact_case *c)
{
    struct test_random *r = &c->random;
    struct plt_series *series = plt_series_create(
        plt_series_params(.type = c->type, .x_kind = c->x_kind, .x0 = c->x0, .dx = c->dx,
                          .capacity = c->total > c->n ? c->n : 0));
    const char *x = c->xf ? (const char *)c->xf : (const char *)c->xi;
    if (c->wrap) {
        REQUIRE(plt_series_wrap(series, x, c->samples, c->n, NULL, NULL));
        return series;
    }
    size_t size = plt_type_size(c->type);
    for (size_t i = 0, n; i < c->total; i += n) {
        n = 1 + test_below(r, test_below(r, 4) ? c->total : 100);
        n = n < c->total - i ? n : c->total - i;
        REQUIRE(x ? plt_series_append_xy(series, x + i * 8, c->samples + i * size, n)
                  : plt_series_append(series, c->samples + i * size, n));
    }
    REQUIRE_CMP(plt_series_count(series), ==, (uint64_t)c->n, PRIu64);
    return series;
}

// x of the i-th kept sample, relative to `origin` where it is a whole number.
static inline double exact_x(const struct exact_case *c, size_t i, int64_t origin)
{
    size_t at = c->total - c->n + i;
    if (c->xi)
        return (double)(c->xi[at] - origin);
    return c->xf ? c->xf[at] - (double)origin : c->x0 + (double)at * c->dx - (double)origin;
}

// --- view ------------------------------------------------------------------------------

static inline double exact_root(double v, void *user)
{
    return v >= 0 ? sqrt(v) : (double)NAN;
}

static inline double exact_square(double s, void *user)
{
    return s > 0 ? s * s : 0;
}

static inline double exact_asinh(double v, void *user)
{
    return asinh(v / *(double *)user);
}

static inline double exact_sinh(double s, void *user)
{
    return sinh(s) * *(double *)user;
}

static inline void exact_choose_spread(struct exact_case *c)
{
    struct test_random *r = &c->random;
    for (int i = 0; i < 2; i++) {
        struct plt_scale_params *p = &c->spread[i];
        if (c->plain || test_below(r, 5) < 3)
            continue;
        p->kind = (enum plt_scale_kind)test_below(r, 4);
        p->linear_within = (i ? c->gain : c->dx) * test_log_uniform(r, 1e-4, 10);
        bool whole_line = test_below(r, 2);
        p->forward = whole_line ? exact_asinh : exact_root;
        p->inverse = whole_line ? exact_sinh : exact_square;
        p->user = &p->linear_within;
    }
    if (c->spread[0].kind != PLT_SCALE_LINEAR && c->how.i0 >= EXACT_NANOSECONDS) {
        for (size_t i = 0; c->xi && i < c->total; i++)
            c->xi[i] -= EXACT_NANOSECONDS;
        c->how.i0 -= EXACT_NANOSECONDS;
    }
}

static inline double exact_forward(const struct plt_scale_params *p, double v)
{
    struct plt_scale scale = {.kind = p->kind,
                              .within = p->linear_within,
                              .forward = p->forward,
                              .inverse = p->inverse,
                              .user = p->user};
    return plt_scale_forward(&scale, v);
}

static inline double exact_inverse(const struct plt_scale_params *p, double s)
{
    struct plt_scale scale = {.kind = p->kind,
                              .within = p->linear_within,
                              .forward = p->forward,
                              .inverse = p->inverse,
                              .user = p->user};
    return plt_scale_inverse(&scale, s);
}

// A range of s as data values that a view accepts.
static inline void exact_to_data(const struct plt_scale_params *p, double *a, double *b)
{
    double least = p->kind == PLT_SCALE_LOG10 ? 1e-300 : -1e300;
    if (p->kind == PLT_SCALE_LINEAR)
        return;
    *a = fmin(fmax(exact_inverse(p, *a), least), 1e300);
    *b = fmin(fmax(exact_inverse(p, *b), least), 1e300);
    if (fabs(*b - *a) < 1e-6 * fabs(*a))
        *b = *a > 0 ? *a * 0.5 : *a * 1.5;
    if (*a == *b)
        *b = *a + 1;
}

// Ranges are chosen in s, where the axis is linear.
static inline struct plt_range exact_extent(struct plt_range all, double s)
{
    bool finite = isfinite(s) && fabs(s) < 1e300;
    return finite ? (struct plt_range){fmin(all.x0, s), fmax(all.x1, s)} : all;
}

static inline void exact_swap(double *a, double *b)
{
    double t = *a;
    *a = *b;
    *b = t;
}

// The view is set in whole nanoseconds.
static inline bool exact_by_time(const struct exact_case *c)
{
    return c->xi && c->spread[0].kind == PLT_SCALE_LINEAR;
}

static inline void exact_choose_x_range(struct exact_case *c, struct plt_range all)
{
    struct test_random *r = &c->random;
    double span = all.x1 > all.x0 ? all.x1 - all.x0 : 1, one = span / (double)c->n;
    double view = span, centre = all.x0 + span * test_uniform(r);
    switch (test_below(r, 6)) {
    case 0: c->zoom = "whole"; break;
    case 1:
        c->zoom = "out"; // down to one column
        view = span * test_log_uniform(r, 1, 2.0 * c->width);
        break;
    case 2:
        c->zoom = "commensurate";
        view = one * c->width * (double)(1 + test_below(r, 8));
        centre = all.x0 + view / 2 + one * (double)test_below(r, c->n);
        break;
    case 3:
        c->zoom = "sparse or dense"; // about the switch
        view = one * c->width * test_log_uniform(r, 0.5, 8);
        break;
    case 4:
        c->zoom = "beside"; // partly or wholly
        view = span * test_log_uniform(r, 1e-2, 3);
        centre = test_below(r, 2) ? all.x0 : all.x1;
        centre += (test_uniform(r) - 0.5) * view * 1.1;
        break;
    default:
        c->zoom = "in"; // down to one sample a thousand pixels
        view = test_log_uniform(r, one / 4, span);
    }
    bool whole = strcmp(c->zoom, "whole") == 0;
    c->left = whole ? all.x0 : centre - view / 2;
    c->right = whole ? all.x0 + span : centre + view / 2;
    if (exact_by_time(c)) { // whole numbers
        c->left = floor(c->left);
        c->right = fmax(ceil(c->right), c->left + 1);
    }
    if (test_below(r, 4) == 0)
        exact_swap(&c->left, &c->right);
}

static inline void exact_choose_y_range(struct exact_case *c, struct plt_range all)
{
    struct test_random *r = &c->random;
    if (!(all.x0 < all.x1)) {
        double half = c->spread[1].kind == PLT_SCALE_LINEAR ? c->gain : 1;
        all.x0 = isfinite(all.x0) ? all.x0 - half : 0;
        all.x1 = all.x0 + 2 * half;
    }
    double span = all.x1 - all.x0, lo = all.x0 - span / 20, hi = all.x1 + span / 20;
    double low = exact_forward(&c->spread[1], -0.2 * c->gain);
    if (c->signal == FAR_SPIKES || c->signal == HUGE_VALUES) {
        hi = exact_forward(&c->spread[1], 1.3 * c->gain);
        lo = isfinite(low) ? low : hi - 2;
    } else if (test_below(r, 4) == 0) { // a part of y: lines leave the picture
        double part = (hi - lo) * test_log_uniform(r, 1e-3, 0.9);
        lo += (hi - lo - part) * test_uniform(r);
        hi = lo + part;
    }
    c->bottom = fmin(fmax(lo, -1e306), 1e306);
    c->top = fmin(fmax(hi, -1e306), 1e306);
    double least = fmax(1e-290, fabs(c->bottom) * 1e-9);
    c->top = c->top - c->bottom < least ? c->bottom + least : c->top;
    if (test_below(r, 4) == 0)
        exact_swap(&c->bottom, &c->top);
}

static inline void exact_choose_view(struct exact_case *c)
{
    struct test_random *r = &c->random;
    static const double scales[] = {1, 1, 1, 1.25, 1.5, 2};
    struct plt_range x = {INFINITY, -INFINITY}, y = x;
    exact_choose_spread(c);
    for (size_t i = 0; i < c->n; i++) {
        double v = plt_element(c->samples, c->type, c->total - c->n + i);
        x = exact_extent(x, exact_by_time(c)
                                ? exact_x(c, i, c->how.i0)
                                : exact_forward(&c->spread[0], exact_x(c, i, 0)));
        y = exact_extent(y, exact_forward(&c->spread[1], v));
    }
    c->width = (int)test_log_uniform(r, 1, c->plain ? 200 : EXACT_WIDEST + 1);
    c->height = 1 + (int)test_below(r, c->plain ? 60 : EXACT_HIGHEST);
    c->scale = scales[test_below(r, 6)];
    c->bare = c->plain || test_below(r, 16);
    c->auto_x = !c->plain && test_below(r, 16) == 0;
    c->auto_y = !c->plain && test_below(r, 16) == 0;
    exact_choose_x_range(c, x.x0 <= x.x1 ? x : (struct plt_range){0, 1});
    exact_choose_y_range(c, y);
    double least = fmax(1e-12 * fabs(c->left), 1e-12); // doubles end here
    if (!exact_by_time(c) && fabs(c->right - c->left) < least)
        c->right = c->left + least;
    exact_to_data(&c->spread[0], &c->left, &c->right);
    exact_to_data(&c->spread[1], &c->bottom, &c->top);
    if (!c->plain && test_below(r, 4) == 0) {
        bool whole = test_below(r, 2);
        c->pan_x = (test_uniform(r) - 0.5) * 2.2 * c->width;
        c->pan_x = whole ? round(c->pan_x) : c->pan_x;
        c->pan_y = test_below(r, 3) ? 0 : (test_uniform(r) - 0.5) * c->height;
    } else if (!c->plain && test_below(r, 10) == 0) {
        c->notches = round(test_uniform(r) * 12 - 4);
    }
}

// --- style -----------------------------------------------------------------------------

static inline struct plt_color exact_color(struct test_random *r, bool opaque)
{
    float a = opaque ? 1 : 0.05f + 0.95f * (float)test_uniform(r);
    return (struct plt_color){(float)test_uniform(r), (float)test_uniform(r),
                              (float)test_uniform(r), a};
}

static inline void exact_choose_special(struct exact_case *c, int which)
{
    struct test_random *r = &c->random;
    struct plt_curve_params *p = &c->style[which];
    p->connect = (enum plt_connect)(test_below(r, 6) % 4);
    p->step = (enum plt_step)(test_below(r, 6) % 4);
    p->join = (enum plt_join)(test_below(r, 6) % 3);
    p->cap = (enum plt_cap)(test_below(r, 6) % 3);
    p->miter_limit = test_below(r, 3) ? 0 : 1 + 9 * (float)test_uniform(r);
    p->num_dash = test_below(r, 3) ? 0 : 1 + (size_t)test_below(r, 16);
    p->dash = p->num_dash ? c->dash[which] : NULL;
    p->dash_offset = 20 * (float)test_uniform(r) - 10;
    if (test_below(r, 4) == 0)
        p->shadow_color = exact_color(r, false);
    if (test_below(r, 2))
        p->shadow_width_px = 0.5f + 20 * (float)test_uniform(r);
    if (test_below(r, 4) == 0) {
        p->fill_color = exact_color(r, false);
        p->fill_level = c->bottom + (c->top - c->bottom) * test_uniform(r);
        p->fill_level = test_below(r, 4) ? p->fill_level : -INFINITY;
    }
}

static inline void exact_choose_style(struct exact_case *c)
{
    struct test_random *r = &c->random;
    static const float widths[] = {0, 1, 1, 1.5f, 2, 3, 5};
    c->num_curves = c->plain || test_below(r, 6) ? 1 : 2;
    for (int i = 0; i < c->num_curves; i++) {
        struct plt_curve_params *p = &c->style[i];
        p->color = exact_color(r, c->plain || test_below(r, 2));
        p->width_px = test_below(r, 4) ? widths[test_below(r, 7)]
                                       : (float)test_log_uniform(r, 0.5, 20);
        p->no_antialias = !c->plain && test_below(r, 3) == 0;
        for (int k = 0; k < 16; k++)
            c->dash[i][k] = (float)test_log_uniform(r, 0.1, 60);
        if (!c->plain && test_below(r, 2))
            exact_choose_special(c, i);
    }
    c->fill_between = c->num_curves == 2 && test_below(r, 3) == 0;
    for (int i = 0; i < EXACT_JOINS; i++)
        c->joins[i] = (uint8_t)test_below(r, 2);
}

// Full drawing costs samples x width x height: less of the picture, until it ends soon.
static inline void exact_limit_cost(struct exact_case *c)
{
    const double most = 1.5e9;
    double width = 1;
    for (int i = 0; i < c->num_curves; i++)
        width +=
            2 + (double)fmaxf(c->style[i].width_px, c->style[i].shadow_width_px) * c->scale;
    while ((double)c->n * width * c->height > most && c->height > 16)
        c->height /= 2;
}

static inline void exact_case_init(struct exact_case *c, uint64_t seed)
{
    *c = (struct exact_case){.seed = seed, .random = {seed}};
    c->plain = test_below(&c->random, 8) == 0;
    exact_choose_x(c);
    exact_choose_data(c);
    exact_make_x(c);
    exact_make_samples(c);
    exact_choose_view(c);
    exact_choose_style(c);
    exact_limit_cost(c);
}

static inline void exact_case_finish(struct exact_case *c)
{
    free(c->samples);
    free(c->xf);
    free(c->xi);
}

// --- in words --------------------------------------------------------------------------

static inline void exact_describe(const struct exact_case *c, FILE *out)
{
    static const char *const types[] = {"f64", "f32", "i8",  "u8", "i16",
                                        "u16", "i32", "u32", "i64"};
    static const char *const spreads[] = {"linear", "log", "symlog", "user"};
    static const char *const x_kinds[] = {"uniform", "f64", "i64"};
    fprintf(out,
            "seed %" PRIu64 ": %s %s, %zu of %zu samples%s, gain %g, gaps %g, x %s from "
            "%g by %g%s%s, ",
            c->seed, test_signal_names[c->signal], types[c->type], c->n, c->total,
            c->wrap ? " wrapped" : "", c->gain, c->gaps, x_kinds[c->x_kind],
            c->x_kind == PLT_X_I64 ? (double)c->how.i0 : c->x0,
            c->x_kind == PLT_X_UNIFORM ? c->dx : c->how.dx, c->how.pauses ? " pauses" : "",
            c->how.unsorted ? " unsorted" : "");
    fprintf(out,
            "%d x %d at %g%s, %s, x %s %.17g..%.17g%s, y %s %.17g..%.17g%s, pan %g %g, "
            "wheel %g",
            c->width, c->height, c->scale, c->bare ? "" : " with axes", c->zoom,
            spreads[c->spread[0].kind], c->left, c->right, c->auto_x ? " auto" : "",
            spreads[c->spread[1].kind], c->bottom, c->top, c->auto_y ? " auto" : "",
            c->pan_x, c->pan_y, c->notches);
    for (int i = 0; i < c->num_curves; i++) {
        const struct plt_curve_params *p = &c->style[i];
        fprintf(out,
                ", curve: width %g%s, alpha %g, connect %d, step %d, join %d, cap %d, "
                "%zu dashes, shadow %g of %g, fill %g to %g",
                (double)p->width_px, p->no_antialias ? " aliased" : "", (double)p->color.a,
                (int)p->connect, (int)p->step, (int)p->join, (int)p->cap, p->num_dash,
                (double)p->shadow_color.a, (double)p->shadow_width_px,
                (double)p->fill_color.a, p->fill_level);
    }
    fprintf(out, "%s\n", c->fill_between ? ", fill between" : "");
}
