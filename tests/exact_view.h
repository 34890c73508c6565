// A random case of the exactness suite, what is seen of it: scales of the axes, ranges from
// inside one column to all samples inside one, moved and followed. Includer: exact_case.h.
#pragma once

#include "exact_data.h"

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
        bool log_file = c->map && i == 1 && test_below(r, 2); // mostly of both signs
        if (c->plain || (!log_file && test_below(r, 5) < 3))
            continue;
        p->kind = log_file ? PLT_SCALE_LOG10 : (enum plt_scale_kind)test_below(r, 4);
        p->linear_within = (i ? c->gain : c->dx) * test_log_uniform(r, 1e-4, 10);
        bool whole_line = test_below(r, 2);
        whole_line |= c->map && i == 1; // else only near the truth (map.h)
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

static inline struct plt_scale exact_scale(const struct plt_scale_params *p)
{
    return (struct plt_scale){.kind = p->kind,
                              .within = p->linear_within,
                              .forward = p->forward,
                              .inverse = p->inverse,
                              .user = p->user};
}

static inline double exact_forward(const struct plt_scale_params *p, double v)
{
    const struct plt_scale scale = exact_scale(p);
    return plt_scale_forward(&scale, v);
}

static inline double exact_inverse(const struct plt_scale_params *p, double s)
{
    const struct plt_scale scale = exact_scale(p);
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
    } else if (!c->plain && test_below(r, 10) == 0) {
        c->follow = 1 + (int)test_below(r, 3);
    }
    c->pause = c->history >= EXACT_LATER && test_below(r, 6) == 0;
}
