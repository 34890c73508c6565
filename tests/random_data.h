// Random samples for the tests of lines: signals that break thinning (spikes, gaps, far and
// tiny values), every sample type, and x with duplicates and pauses. Includers:
// random_curve.h (reductions), exact_case.h (whole figures).
#pragma once

#include "test.h"

#include <plotlib/types.h>

enum test_signal {
    NOISE,
    WALK,
    SPIKES,
    SQUARE,
    GAPS,
    MOSTLY_GAPS,
    FAR_SPIKES,
    CONSTANT,
    HUGE_VALUES,
    SINE,
    BURSTS,
    INFINITIES,
    DENORMALS,
    NUM_SIGNALS
};

static const char *const test_signal_names[] = {
    "noise",    "walk", "spikes", "square", "gaps",       "60 % gaps", "far spikes",
    "constant", "huge", "sine",   "bursts", "infinities", "denormals",
};

// What the signal's own generators remember from sample to sample.
struct test_signal_state {
    double walk, level;
    uint64_t gap; // samples of a burst of gaps still to come
    double omega;
};

static inline double test_signal_next(struct test_random *random, enum test_signal signal,
                                      struct test_signal_state *s, size_t i)
{
    static const double huge[] = {1e300, -1e300, 5e-324, 0, 1e-310, 1.7e308, -1.7e308};
    static const double infinite[] = {INFINITY, -INFINITY, NAN, INFINITY};
    double u = test_uniform(random);
    s->walk += (test_uniform(random) - 0.5) * 0.1;
    s->level = test_below(random, 37) ? s->level : u;
    switch (signal) {
    case WALK: return s->walk;
    case SPIKES: return test_below(random, 50) ? 0.5 : u;
    case SQUARE: return s->level;
    case GAPS: return test_below(random, 9) ? s->walk : u < 0.8 ? NAN : INFINITY;
    case MOSTLY_GAPS: return test_below(random, 10) < 6 ? NAN : u;
    case FAR_SPIKES: return test_below(random, 7) ? u : (u - 0.5) * 1e5;
    case CONSTANT: return 0.31;
    case HUGE_VALUES: return test_below(random, 4) ? u : huge[test_below(random, 7)];
    case SINE: return 0.5 + 0.45 * sin((double)i * s->omega);
    case BURSTS:
        if (s->gap == 0 && test_below(random, 300) == 0)
            s->gap = 1 + test_below(random, test_below(random, 2) ? 4 : 1000);
        s->gap -= s->gap > 0;
        return s->gap ? NAN : s->walk;
    case INFINITIES:
        return test_below(random, 20) ? s->walk : infinite[test_below(random, 4)];
    case DENORMALS: return u < 0.3 ? 5e-324 * (double)test_below(random, 9) : u * 1e-40;
    default: return u * 1.2 - 0.1;
    }
}

// Heights in units of the picture: about 0..1 is visible.
static inline void test_fill_signal(struct test_random *random, enum test_signal signal,
                                    double *y, size_t n)
{
    struct test_signal_state state = {.walk = 0.5, .level = 0.2};
    state.omega = 3 * pow(10, -4 * test_uniform(random));
    for (size_t i = 0; i < n; i++)
        y[i] = test_signal_next(random, signal, &state, i);
}

// What of height 1 becomes in samples of the type: a good part of what it can hold.
static inline double test_gain(enum plt_type type)
{
    static const double gains[PLT_NUM_TYPES] = {1,     1,   100, 200, 1000,
                                                60000, 1e9, 4e9, 9e18};
    return gains[type];
}

// samples[i] = y: whole and within its limits in an integer type, where gaps become 0.
static inline void test_store(enum plt_type type, void *samples, size_t i, double y)
{
    static const double least[PLT_NUM_TYPES] = {
        0, 0, -128, 0, -32768, 0, -2147483648.0, 0, -0x1p63};
    static const double most[PLT_NUM_TYPES] = {
        0, 0, 127, 255, 32767, 65535, 2147483647, 4294967295, 0x1p63 - 1024};
    double whole = isnan(y) ? 0 : round(fmin(fmax(y, least[type]), most[type]));
    switch (type) {
    case PLT_F64: ((double *)samples)[i] = y; break;
    case PLT_F32: ((float *)samples)[i] = (float)y; break;
    case PLT_I8: ((int8_t *)samples)[i] = (int8_t)whole; break;
    case PLT_U8: ((uint8_t *)samples)[i] = (uint8_t)whole; break;
    case PLT_I16: ((int16_t *)samples)[i] = (int16_t)whole; break;
    case PLT_U16: ((uint16_t *)samples)[i] = (uint16_t)whole; break;
    case PLT_I32: ((int32_t *)samples)[i] = (int32_t)whole; break;
    case PLT_U32: ((uint32_t *)samples)[i] = (uint32_t)whole; break;
    case PLT_I64: ((int64_t *)samples)[i] = (int64_t)whole; break;
    case PLT_F16: break; // images only
    }
}

// How x goes on: steps of dx on average, some of them 0, and pauses; or to and fro.
struct test_x {
    double f0;  // first double
    int64_t i0; // first int64
    double dx;
    uint64_t pauses; // one in so many steps is 100 times as long; 0 = none
    bool unsorted;
};

// Writes xf[n] or xi[n], whichever is there.
static inline void test_fill_x(struct test_random *random, const struct test_x *how,
                               double *xf, int64_t *xi, size_t n)
{
    uint64_t repeat = 1 + test_below(random, 3) * test_below(random, 5);
    double x = 0;
    for (size_t i = 0; i < n; i++) {
        double step = how->dx * 2 * (double)repeat * test_uniform(random);
        x += test_below(random, repeat) ? 0 : step;
        if (how->pauses && test_below(random, how->pauses) == 0)
            x += 100 * step;
        if (how->unsorted)
            x = (double)n * how->dx * test_uniform(random);
        if (xf)
            xf[i] = how->f0 + x;
        else
            xi[i] = how->i0 + (int64_t)x;
    }
}

static inline double test_log_uniform(struct test_random *random, double lo, double hi)
{
    return lo * pow(hi / lo, test_uniform(random));
}
