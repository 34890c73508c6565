// Images of any type and layout with random content, for the tests of statistics, mixing
// and stacks; and what their sample i is, in plain words.
#pragma once

#include <float.h>

#include <plotlib/base/half.h>
#include <plotlib/base/pool.h>
#include <plotlib/data/image.h>
#include <plotlib/image/plane.h>

#include "test.h"

struct planes {
    struct plt_image_view view;
    int32_t channel;
    void *memory;
    size_t samples; // in memory, padding and other channels too
};

static inline void planes_put(void *pixels, enum plt_type type, size_t i, uint64_t bits,
                              double real)
{
    switch (type) {
    case PLT_F64: ((double *)pixels)[i] = real; break;
    case PLT_F32: ((float *)pixels)[i] = (float)real; break;
    case PLT_I8: ((int8_t *)pixels)[i] = (int8_t)bits; break;
    case PLT_U8: ((uint8_t *)pixels)[i] = (uint8_t)bits; break;
    case PLT_I16: ((int16_t *)pixels)[i] = (int16_t)bits; break;
    case PLT_U16: ((uint16_t *)pixels)[i] = (uint16_t)bits; break;
    case PLT_I32: ((int32_t *)pixels)[i] = (int32_t)bits; break;
    case PLT_U32: ((uint32_t *)pixels)[i] = (uint32_t)bits; break;
    case PLT_I64: ((int64_t *)pixels)[i] = (int64_t)bits; break;
    case PLT_F16: ((uint16_t *)pixels)[i] = (uint16_t)bits; break;
    }
}

// Some bits of every kind: all of them, few of them, one value; NaN and infinities among
// floating-point samples never, seldom or often.
static inline void planes_fill(struct test_random *random, struct planes *planes)
{
    // The last three make every sum that they are in one of their own.
    static const double odd[] = {NAN,    INFINITY, -INFINITY, 0.0,   -0.0,
                                 5e-324, 1e-40,    -FLT_MAX,  1e300, -1e300};
    static const uint16_t odd_halves[] = {0x7e00, 0x7c00, 0xfc00, 0x0000, 0x8000,
                                          0x0001, 0x8001, 0xfbff, 0x7bff, 0xfe01};
    const uint64_t num_odd = test_below(random, 4) ? 7 : 10;
    const uint64_t odds = test_below(random, 3), narrow = test_below(random, 4);
    const uint64_t mask = narrow == 0 ? 0 : narrow == 1 ? 0xfff : UINT64_MAX;
    const uint64_t base = test_next(random);
    const double scale = test_below(random, 2) ? 1000 : 1e-3;
    for (size_t i = 0; i < planes->samples; i++) {
        const bool is_odd = odds && test_below(random, odds == 1 ? 200 : 2) == 0;
        uint64_t bits = base + (test_next(random) & mask);
        double real = (test_uniform(random) - 0.3) * scale;
        if (narrow == 0)
            real = 0.1;
        if (planes->view.type == PLT_F16)
            bits = narrow == 2 ? 0x3c00 + (bits & 0xff) : (bits & 0x8000) | bits % 0x7c00;
        if (is_odd) {
            const uint64_t k = test_below(random, num_odd);
            real = odd[k];
            bits = planes->view.type == PLT_F16 ? odd_halves[k] : bits;
        }
        planes_put(planes->memory, planes->view.type, i, bits, real);
    }
}

// frames > 1: a stack; its stride is written. Free `memory`.
static inline struct planes planes_make(struct test_random *random, enum plt_type type,
                                        int32_t columns, int32_t rows, int32_t frames,
                                        size_t *frame_stride)
{
    struct planes p = {0};
    const size_t size = plt_type_size(type);
    const size_t most = test_below(random, 2) ? 1 : 6;
    const size_t channels = 1 + (size_t)test_below(random, most);
    const size_t padding = (size_t)test_below(random, 2) * (size_t)test_below(random, 9);
    const size_t w = (size_t)columns, h = (size_t)rows;
    const bool planar = test_below(random, 2);
    p.view = (struct plt_image_view){
        .type = type, .columns = columns, .rows = rows, .channels = (int32_t)channels};
    size_t row = planar ? w + padding : w * channels + padding;
    size_t frame = planar ? row * h * channels : row * h;
    if (planar) {
        p.view.pixel_stride = size;
        p.view.channel_stride = row * h * size;
    }
    p.view.row_stride = row * size;
    p.channel = (int32_t)test_below(random, channels);
    p.samples = frame * (size_t)frames;
    p.memory = malloc(p.samples * size);
    p.view.pixels = p.memory;
    if (frame_stride)
        *frame_stride = frame * size;
    planes_fill(random, &p);
    return p;
}

// Sample i of a channel as double; *whole for integers.
static inline double planes_sample(const struct planes *p, size_t i, size_t offset,
                                   int64_t *whole)
{
    const size_t columns = (size_t)p->view.columns;
    const char *at = (const char *)plt_image_at(&p->view, (int32_t)(i % columns),
                                                (int32_t)(i / columns), p->channel) +
                     offset;
    int64_t v = 0;
    double real = NAN;
    bool is_real = false;
    switch (p->view.type) {
    case PLT_F64: real = *(const double *)at, is_real = true; break;
    case PLT_F32: real = *(const float *)at, is_real = true; break;
    case PLT_F16: real = plt_half_to_float(*(const uint16_t *)at), is_real = true; break;
    case PLT_I8: v = *(const int8_t *)at; break;
    case PLT_U8: v = *(const uint8_t *)at; break;
    case PLT_I16: v = *(const int16_t *)at; break;
    case PLT_U16: v = *(const uint16_t *)at; break;
    case PLT_I32: v = *(const int32_t *)at; break;
    case PLT_U32: v = *(const uint32_t *)at; break;
    case PLT_I64: v = *(const int64_t *)at; break;
    }
    if (whole)
        *whole = v;
    return is_real ? real : (double)v;
}

// The same as float32, rounded once.
static inline float planes_float(const struct planes *p, size_t i)
{
    int64_t whole;
    double real = planes_sample(p, i, 0, &whole);
    return p->view.type == PLT_I64 ? (float)whole : (float)real;
}

static inline bool planes_is_real(enum plt_type type)
{
    return type == PLT_F64 || type == PLT_F32 || type == PLT_F16;
}

// The exact sum of integers: high x 2^32 + low.
struct planes_sum {
    int64_t high, low;
};
static inline void planes_add(struct planes_sum *sum, int64_t v)
{
    const int64_t low = v & INT64_C(0xffffffff), high = (v - low) / (INT64_C(1) << 32);
    sum->high += high;
    sum->low += low;
}
static inline double planes_sum_double(const struct planes_sum *sum)
{
    return (double)(sum->high + sum->low / (INT64_C(1) << 32)) * 4294967296.0 +
           (double)(sum->low % (INT64_C(1) << 32));
}

// The next instruction set after `isa` that this machine has; PLT_NUM_ISAS at the end.
static inline int planes_next_isa(int isa)
{
    do
        isa++;
    while (isa < PLT_NUM_ISAS && !plt_isa_has((enum plt_isa)isa));
    return isa;
}

static inline bool planes_same(double a, double b)
{
    return (isnan(a) && isnan(b)) || memcmp(&a, &b, sizeof(a)) == 0;
}
