// One random picture of lines, wholly decided by a 64-bit seed: samples, view and style, in
// every dimension that thinning could get wrong. Includer: exact_suite.c.
#pragma once

#include "exact_view.h"

// --- style -----------------------------------------------------------------------------

static inline struct plt_color exact_color(struct test_random *r, bool opaque)
{
    float a = opaque ? 1 : 0.05f + 0.95f * (float)test_uniform(r);
    return (struct plt_color){(float)test_uniform(r), (float)test_uniform(r),
                              (float)test_uniform(r), a};
}

// One thing alone in half of the cases: together they hide each other's faults.
static inline void exact_choose_special(struct exact_case *c, int which)
{
    struct test_random *r = &c->random;
    struct plt_curve_params *p = &c->style[which];
    uint64_t things =
        test_below(r, 2) ? UINT64_C(1) << test_below(r, 6) : test_below(r, 64);
    if (things & 1)
        p->connect = (enum plt_connect)(1 + test_below(r, 3));
    if (things & 2)
        p->step = (enum plt_step)(1 + test_below(r, 3));
    if (things & 4) {
        p->join = (enum plt_join)test_below(r, 3);
        p->cap = (enum plt_cap)test_below(r, 3);
        p->miter_limit = test_below(r, 3) ? 0 : 1 + 9 * (float)test_uniform(r);
    }
    if (things & 8) {
        p->num_dash = 1 + (size_t)test_below(r, 16);
        p->dash = c->dash[which];
        p->dash_offset = 20 * (float)test_uniform(r) - 10;
    }
    if (things & 16) {
        p->shadow_color = exact_color(r, false);
        p->shadow_width_px = test_below(r, 2) ? 0 : 0.5f + 20 * (float)test_uniform(r);
    }
    if (things & 32) {
        p->fill_color = exact_color(r, false);
        p->fill_level = c->bottom + (c->top - c->bottom) * test_uniform(r);
        p->fill_level = test_below(r, 4) ? p->fill_level : -INFINITY;
    }
}

static inline void exact_choose_style(struct exact_case *c)
{
    struct test_random *r = &c->random;
    static const float widths[] = {0, 1, 1, 1.5f, 2, 3, 5};
    bool alone = c->plain || test_below(r, 6);
    c->num_curves = alone ? 1 : 2 + (int)test_below(r, EXACT_CURVES - 1);
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
    c->fill_between = !alone && test_below(r, 3) == 0;
    for (int i = 0; i < EXACT_JOINS; i++)
        c->joins[i] = (uint8_t)test_below(r, 2);
    if (!c->plain && test_below(r, 40) == 0)
        c->num_colors = 1 + (size_t)test_below(r, EXACT_JOINS);
    for (size_t i = 0; i < c->num_colors; i++)
        c->colors[i] = (uint32_t)test_next(r);
}

// Full drawing costs samples x width x height: less of the picture, until it ends soon.
static inline void exact_limit_cost(struct exact_case *c)
{
    const double most = 2.5e8;
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
    if (c->map)
        unlink(c->path);
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
            c->wrap  ? " wrapped"
            : c->map ? " in a file"
                     : "",
            c->gain, c->gaps, x_kinds[c->x_kind],
            c->x_kind == PLT_X_I64 ? (double)c->how.i0 : c->x0,
            c->x_kind == PLT_X_UNIFORM ? c->dx : c->how.dx, c->how.pauses ? " pauses" : "",
            c->how.unsorted ? " unsorted" : "");
    fprintf(out,
            "%d x %d at %g%s, %s, x %s %.17g..%.17g%s, y %s %.17g..%.17g%s, pan %g %g, "
            "wheel %g, history %d of %zu, follow %d%s",
            c->width, c->height, c->scale, c->bare ? "" : " with axes", c->zoom,
            spreads[c->spread[0].kind], c->left, c->right, c->auto_x ? " auto" : "",
            spreads[c->spread[1].kind], c->bottom, c->top, c->auto_y ? " auto" : "",
            c->pan_x, c->pan_y, c->notches, (int)c->history, c->given, c->follow,
            c->pause ? ", paused" : "");
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
    fprintf(out, "%s, %zu colours\n", c->fill_between ? ", fill between" : "",
            c->num_colors);
}
