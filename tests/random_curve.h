// Random curves and views for the tests of the reduction: every kind of x, signals that
// break thinning (spikes, gaps, far values), and zoom levels from 1000 pixels a sample to
// 100 000 samples a pixel. Includers: columns.c, lattice.c.
#pragma once

#include "random_data.h"

#include <plotlib/data/pyramid.h>
#include <plotlib/reduce/columns.h>

struct test_curve {
    struct plt_series *series;
    struct plt_series_pin pin;
    enum test_signal signal;
    size_t n;   // samples ever appended
    double *y;  // [n]
    double *xf; // [n], NULL unless double x
    int64_t *xi;
    struct plt_reduce_params params; // mode AUTO
    double width_px;
};

static inline void test_set_view(struct test_random *random, struct test_curve *curve,
                                 double x0, double dx, double density)
{
    struct plt_reduce_params *p = &curve->params;
    p->col0 = (int32_t)test_below(random, 20);
    p->col1 = p->col0 + 1 + (int32_t)test_below(random, 60);
    p->row0 = (int32_t)test_below(random, 20);
    p->row1 = p->row0 + 1 + (int32_t)test_below(random, 40);
    p->pad = (int32_t)ceil(curve->width_px / 2 + 0.5) + (int32_t)test_below(random, 3);
    bool reversed = test_below(random, 3) == 0;
    p->x.scale = 1 / (dx * density) * (reversed ? -1 : 1);
    // Sometimes the anchor is a sample and the columns whole samples: members on edges.
    double at = floor((test_uniform(random) * 1.2 - 0.1) * (double)curve->n);
    p->x.anchor = (curve->xi ? 0 : x0) + dx * (at + (test_below(random, 2) ? 0 : 0.37));
    p->x.origin = curve->xi ? INT64_C(1700000000000000000) : 0;
    double shift = floor((test_uniform(random) - 0.5) * 200);
    p->x.offset = p->col0 + floor(test_uniform(random) * (p->col1 - p->col0)) + shift;
    p->x.anchor += shift / p->x.scale;
    double height = p->row1 - p->row0;
    p->y.scale = test_below(random, 2) ? height : -height;
    p->y.offset = p->y.scale > 0 ? p->row0 : p->row1;
    if (test_below(random, 40) == 0)
        p->y.scale = 0;
}

// Appends the samples in two parts, and leaves in `y` what the type made of them.
static inline void test_append(struct test_curve *curve, enum plt_type type)
{
    size_t size = plt_type_size(type), half = curve->n / 2;
    double gain = test_gain(type);
    char *samples = malloc(curve->n * size);
    for (size_t i = 0; i < curve->n; i++) {
        test_store(type, samples, i, curve->y[i] * gain);
        curve->y[i] = plt_element(samples, type, i);
    }
    curve->params.y.scale /= gain;
    const char *x = curve->xf ? (const char *)curve->xf : (const char *)curve->xi;
    if (x) {
        REQUIRE(plt_series_append_xy(curve->series, x, samples, half));
        REQUIRE(plt_series_append_xy(curve->series, x + half * 8, samples + half * size,
                                     curve->n - half));
    } else {
        REQUIRE(plt_series_append(curve->series, samples, half));
        REQUIRE(plt_series_append(curve->series, samples + half * size, curve->n - half));
    }
    free(samples);
}

static inline struct test_curve test_curve_create(struct test_random *random,
                                                  double max_samples)
{
    static const double widths[] = {0.5, 1, 1.5, 2, 2.5, 3, 5, 8};
    enum plt_x_kind kind = (enum plt_x_kind)test_below(random, 3);
    struct test_curve curve = {
        .signal = (enum test_signal)test_below(random, NUM_SIGNALS),
        .n = (size_t)test_log_uniform(random, 1, max_samples),
        .width_px = widths[test_below(random, 8)],
    };
    double dx = kind == PLT_X_I64 ? 1e6 : test_log_uniform(random, 1e-3, 10);
    double x0 = kind == PLT_X_I64 ? 0 : (test_uniform(random) - 0.5) * 1e3;
    double density = test_log_uniform(random, 1e-3, 1e5);
    if (test_below(random, 2))
        density = test_log_uniform(random, 0.1, 10);
    if (density > 1 && test_below(random, 2))
        density = floor(density);
    bool unsorted = kind != PLT_X_UNIFORM && test_below(random, 8) == 0;
    curve.y = malloc(curve.n * sizeof(*curve.y));
    curve.xf = kind == PLT_X_F64 ? malloc(curve.n * sizeof(*curve.xf)) : NULL;
    curve.xi = kind == PLT_X_I64 ? malloc(curve.n * sizeof(*curve.xi)) : NULL;
    test_fill_signal(random, curve.signal, curve.y, curve.n);
    if (kind != PLT_X_UNIFORM)
        test_fill_x(random,
                    &(struct test_x){.f0 = x0,
                                     .i0 = INT64_C(1700000000000000000),
                                     .dx = dx,
                                     .unsorted = unsorted},
                    curve.xf, curve.xi, curve.n);
    test_set_view(random, &curve, x0, dx, density);
    if (curve.xf && test_below(random, 10) == 0)
        curve.xf[test_below(random, 2) ? curve.n - 1 : test_below(random, curve.n)] =
            test_below(random, 2) ? NAN : INFINITY;
    bool doubles = test_below(random, 3) == 0;
    enum plt_type type = doubles ? PLT_F64 : (enum plt_type)test_below(random, 9);
    uint64_t capacity = test_below(random, 3) ? 0 : 1 + test_below(random, 2 * curve.n);
    curve.series =
        plt_series_create(plt_series_params(.type = type, .x_kind = kind, .x0 = x0,
                                            .dx = dx, .capacity = capacity));
    test_append(&curve, type);
    REQUIRE(plt_series_pin(curve.series, &curve.pin));
    return curve;
}

static inline void test_curve_destroy(struct test_curve *curve)
{
    plt_series_unpin(&curve->pin);
    plt_series_unref(curve->series);
    free(curve->y);
    free(curve->xf);
    free(curve->xi);
}
