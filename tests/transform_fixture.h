// Samples, and looks at a series, for the two programs that test transforms.
#pragma once

#include <float.h>
#include <stdatomic.h>

#include <plotlib/data/series.h>
#include <plotlib/transform.h>

#include "log.h"

struct samples {
    enum plt_type type;
    enum plt_x_kind x_kind;
    uint64_t n;
    double *y; // what the series' type makes of it
    void *own; // the same in the series' type
    double *x_f64;
    int64_t *x_i64;
};

static inline double store_as(void *own, enum plt_type type, uint64_t i, double v)
{
    switch (type) {
    case PLT_F64: return ((double *)own)[i] = v;
    case PLT_F32: return ((float *)own)[i] = (float)v;
    case PLT_I8: return ((int8_t *)own)[i] = (int8_t)v;
    case PLT_U8: return ((uint8_t *)own)[i] = (uint8_t)fabs(v);
    case PLT_I16: return ((int16_t *)own)[i] = (int16_t)v;
    case PLT_U16: return ((uint16_t *)own)[i] = (uint16_t)fabs(v);
    case PLT_I32: return ((int32_t *)own)[i] = (int32_t)v;
    case PLT_U32: return ((uint32_t *)own)[i] = (uint32_t)fabs(v);
    case PLT_I64: return (double)(((int64_t *)own)[i] = (int64_t)v);
    case PLT_F16: break; // images only
    }
    return 0;
}

static inline double random_gap(struct test_random *random)
{
    static const double gaps[] = {NAN, INFINITY, -INFINITY};
    return gaps[test_below(random, 3)];
}

static inline struct samples make_samples(struct test_random *random, enum plt_type type,
                                          enum plt_x_kind x_kind, uint64_t n,
                                          double gap_share, bool shuffled)
{
    struct samples samples = {.type = type, .x_kind = x_kind, .n = n};
    samples.y = calloc(n + 1, sizeof(double));
    samples.own = calloc(n + 1, sizeof(double));
    samples.x_f64 = calloc(n + 1, sizeof(double));
    samples.x_i64 = calloc(n + 1, sizeof(int64_t));
    bool floats = type == PLT_F64 || type == PLT_F32;
    double x = -3;
    int64_t t = 1700000000000000000;
    for (uint64_t i = 0; i < n; i++) {
        double v = (test_uniform(random) - 0.5) * 250;
        if (floats && test_uniform(random) < gap_share)
            v = random_gap(random);
        samples.y[i] = store_as(samples.own, type, i, v);
        double d = test_below(random, 8) ? test_uniform(random) : 0;
        d = shuffled ? d - 0.5 : d;
        x += d;
        t += (int64_t)(d * 1e6);
        samples.x_f64[i] = shuffled && test_below(random, 50) == 0 ? random_gap(random) : x;
        samples.x_i64[i] = t;
    }
    return samples;
}

static inline void free_samples(struct samples *samples)
{
    free(samples->y);
    free(samples->own);
    free(samples->x_f64);
    free(samples->x_i64);
}

static inline void drop_line(void *user, enum plt_level level, enum plt_msg id,
                             const char *text)
{
}

static inline struct plt_log *silent_log(void)
{
    static struct plt_log *log; // one for the program
    if (!log)
        log = plt_log_create(&(struct plt_log_params){.fn = drop_line});
    return log;
}

static inline struct plt_series *make_source(const struct samples *samples,
                                             uint64_t capacity)
{
    struct plt_series *source = plt_series_create(
        plt_series_params(.type = samples->type, .x_kind = samples->x_kind, .x0 = 1,
                          .dx = 0.25, .capacity = capacity, .log = silent_log()));
    REQUIRE(source != NULL);
    return source;
}

static inline bool append_samples(struct plt_series *source, const struct samples *samples,
                                  uint64_t at, uint64_t n)
{
    const char *y = (const char *)samples->own + at * plt_type_size(samples->type);
    switch (samples->x_kind) {
    case PLT_X_UNIFORM: return plt_series_append(source, y, (size_t)n);
    case PLT_X_F64: return plt_series_append_xy(source, samples->x_f64 + at, y, (size_t)n);
    case PLT_X_I64: return plt_series_append_xy(source, samples->x_i64 + at, y, (size_t)n);
    }
    return false;
}

static inline uint64_t bits_of(double v)
{
    uint64_t bits;
    memcpy(&bits, &v, sizeof(bits));
    return bits;
}

// As a frame reads it: brought up to date before.
static inline bool pin_now(struct plt_series *series, struct plt_series_pin *pin)
{
    plt_series_count(series);
    return plt_series_pin(series, pin);
}

// The same samples, x and y to the byte.
static inline bool same_bytes(struct plt_series *a, struct plt_series *b)
{
    struct plt_series_pin left, right;
    bool some = pin_now(a, &left);
    if (some != pin_now(b, &right))
        return false;
    bool same = left.tail == right.tail && left.head == right.head &&
                left.x_kind == right.x_kind && left.sorted == right.sorted;
    for (uint64_t i = left.tail; i < left.head && same; i++) {
        same = bits_of(plt_pin_y(&left, i)) == bits_of(plt_pin_y(&right, i));
        if (left.x_kind == PLT_X_F64)
            same &= bits_of(plt_pin_x_f64(&left, i)) == bits_of(plt_pin_x_f64(&right, i));
        if (left.x_kind == PLT_X_I64)
            same &= plt_pin_x_i64(&left, i) == plt_pin_x_i64(&right, i);
    }
    plt_series_unpin(&left);
    plt_series_unpin(&right);
    return same;
}

// Exactly these, NaN for a gap.
static inline void check_values(struct plt_series *series, const double *y, uint64_t n)
{
    REQUIRE_CMP(plt_series_count(series), ==, n, PRIu64);
    struct plt_series_pin pin;
    if (!plt_series_pin(series, &pin))
        return;
    for (uint64_t i = 0; i < n && i < pin.head - pin.tail; i++) {
        double v = plt_pin_y(&pin, pin.tail + i);
        if (!isnan(y[i]) || !isnan(v))
            REQUIRE_CMP(v, ==, y[i], ".17g");
    }
    plt_series_unpin(&pin);
}
