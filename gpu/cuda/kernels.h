// What one thread of each kernel does, as plain functions: kernels.cu compiles them for the
// card, tests/cuda.c for the CPU, where their every bit is compared with the CPU engine.
// The formulas are those of plotlib/image/engine.h, stats.h, mix.h and stack.h; no multiply
// and add is fused (nvcc: -fmad=false). Thread-safety: pure functions.
#pragma once

#include <assert.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <gpu/cuda/arguments.h>

#ifdef __CUDACC__
#define PLT_BOTH static __host__ __device__ __forceinline__
#else
#define PLT_BOTH static inline
#endif
#ifdef __CUDA_ARCH__
#define PLT_UNROLL _Pragma("unroll")
#else
#define PLT_UNROLL
#endif

// The type of samples is known to the compiler in each kernel: switches on it cost nothing.

// --- samples -----------------------------------------------------------------------------

PLT_BOTH const char *plt_cuda_at(const struct plt_cuda_plane *plane, uint64_t i)
{
    i += plane->offset;
    if (plane->flat)
        return plane->first + i * plane->step;
    const uint64_t row = i / plane->columns;
    return plane->first + row * plane->row_stride +
           (i - row * plane->columns) * plane->step;
}

// As plt_half_to_float.
PLT_BOTH float plt_cuda_half(uint16_t half)
{
    const uint32_t magnitude = half & 0x7fffu;
    const float small = (float)(int32_t)magnitude * 5.9604644775390625e-8f; // 2^-24
    uint32_t small_bits, bits;
    memcpy(&small_bits, &small, sizeof(small_bits));
    const uint32_t shift = magnitude < 0x7c00u ? (127u - 15u) << 23 : (255u - 31u) << 23;
    bits = magnitude < 0x400u ? small_bits : (magnitude << 13) + shift;
    bits |= (uint32_t)(half & 0x8000u) << 16;
    float value;
    memcpy(&value, &bits, sizeof(value));
    return value;
}

PLT_BOTH bool plt_cuda_is_real(enum plt_type type)
{
    return type == PLT_F64 || type == PLT_F32 || type == PLT_F16;
}

// Rounded once.
PLT_BOTH float plt_cuda_float(enum plt_type type, const void *at)
{
    switch (type) {
    case PLT_F64: return (float)*(const double *)at;
    case PLT_F32: return *(const float *)at;
    case PLT_F16: return plt_cuda_half(*(const uint16_t *)at);
    case PLT_I8: return (float)*(const int8_t *)at;
    case PLT_U8: return (float)*(const uint8_t *)at;
    case PLT_I16: return (float)*(const int16_t *)at;
    case PLT_U16: return (float)*(const uint16_t *)at;
    case PLT_I32: return (float)*(const int32_t *)at;
    case PLT_U32: return (float)*(const uint32_t *)at;
    case PLT_I64: return (float)*(const int64_t *)at;
    }
    return 0;
}

// A floating-point sample, exact.
PLT_BOTH double plt_cuda_real(enum plt_type type, const void *at)
{
    return type == PLT_F64 ? *(const double *)at : (double)plt_cuda_float(type, at);
}

// An integer sample, exact.
PLT_BOTH int64_t plt_cuda_whole(enum plt_type type, const void *at)
{
    switch (type) {
    case PLT_I8: return *(const int8_t *)at;
    case PLT_U8: return *(const uint8_t *)at;
    case PLT_I16: return *(const int16_t *)at;
    case PLT_U16: return *(const uint16_t *)at;
    case PLT_I32: return *(const int32_t *)at;
    case PLT_U32: return *(const uint32_t *)at;
    case PLT_I64: return *(const int64_t *)at;
    default: return 0;
    }
}

PLT_BOTH bool plt_cuda_finite(double v)
{
    return v - v == 0;
}

PLT_BOTH float plt_cuda_infinity(void)
{
    const uint32_t bits = 0x7f800000u;
    float value;
    memcpy(&value, &bits, sizeof(value));
    return value;
}

PLT_BOTH float plt_cuda_nan(void)
{
    const uint32_t bits = 0x7fc00000u;
    float value;
    memcpy(&value, &bits, sizeof(value));
    return value;
}

// As plt_levels_index.
PLT_BOTH int32_t plt_cuda_index(struct plt_levels levels, int32_t entries, float v)
{
    const int32_t last = entries - 1;
    if (v != v)
        return -1;
    if (levels.scale == plt_cuda_infinity())
        return v >= levels.lo ? last : 0;
    const float d = v - levels.lo;
    const float t = d * levels.scale;
    if (t >= (float)last)
        return last;
    return t > 0 ? (int32_t)t : 0;
}

// --- colours -----------------------------------------------------------------------------

// Four neighbouring samples in one access of 4, 8 or 16 bytes (two of 16 for 8-byte types),
// and four words of colour in one of 16.
struct plt_cuda_pair {
    uint32_t w[2];
} PLT_ALIGNED(8);
struct plt_cuda_quad {
    uint32_t w[4];
} PLT_ALIGNED(16);
union plt_cuda_four {
    uint32_t one;
    struct plt_cuda_pair two;
    struct plt_cuda_quad quad[2];
};

PLT_BOTH void plt_cuda_load_four(size_t size, const char *at, union plt_cuda_four *four)
{
#ifdef __CUDA_ARCH__
    switch (size) {
    case 1: four->one = *(const uint32_t *)at; break;
    case 2: four->two = *(const struct plt_cuda_pair *)at; break;
    case 8: four->quad[1] = ((const struct plt_cuda_quad *)at)[1]; // and the first one
    case 4: four->quad[0] = *(const struct plt_cuda_quad *)at; break;
    }
#else
    assert((uintptr_t)at % (size == 8 ? 16 : 4 * size) == 0); // the card's requirement
    memcpy(four, at, 4 * size);
#endif
}

PLT_BOTH void plt_cuda_store_four(uint32_t *at, const struct plt_cuda_quad *quad)
{
#ifdef __CUDA_ARCH__
    *(struct plt_cuda_quad *)at = *quad;
#else
    assert((uintptr_t)at % 16 == 0);
    memcpy(at, quad, sizeof(*quad));
#endif
}

PLT_BOTH void plt_cuda_copy(size_t size, const void *from, void *to)
{
    switch (size) {
    case 1: *(uint8_t *)to = *(const uint8_t *)from; break;
    case 2: *(uint16_t *)to = *(const uint16_t *)from; break;
    case 4: *(uint32_t *)to = *(const uint32_t *)from; break;
    case 8: *(uint64_t *)to = *(const uint64_t *)from; break;
    }
}

PLT_BOTH uint32_t plt_cuda_grey(enum plt_type type, const struct plt_cuda_colors *c,
                                const uint32_t *table, const void *at)
{
    const int32_t i = plt_cuda_index(c->levels[0], c->entries, plt_cuda_float(type, at));
    return i < 0 ? 0 : table[i];
}

// Of 3 or 4 channels.
PLT_BOTH uint32_t plt_cuda_rgba(enum plt_type type, const struct plt_cuda_colors *c,
                                const uint32_t *table, const char *at)
{
    uint32_t rgb = 0, alpha = 255;
    // Indices known to the compiler: else the levels would go through slow memory.
    PLT_UNROLL
    for (int k = 0; k < 4; k++, at += c->channel_stride) {
        if (k >= c->channels)
            break;
        const int32_t entries = k == 3 ? 256 : c->entries;
        const int32_t i = plt_cuda_index(c->levels[k], entries, plt_cuda_float(type, at));
        if (i < 0)
            return 0;
        if (k == 3)
            alpha = (uint32_t)i;
        else
            rgb = rgb << 8 | (table[i] & 255u);
    }
    return alpha << 24 | rgb;
}

PLT_BOTH void plt_cuda_four_greys(enum plt_type type, size_t size,
                                  const struct plt_cuda_colors *c, const uint32_t *table,
                                  const char *at, struct plt_cuda_quad *words)
{
    union plt_cuda_four four;
    if (c->wide_load) {
        plt_cuda_load_four(size, at, &four);
    } else {
        PLT_UNROLL
        for (size_t i = 0; i < 4; i++)
            plt_cuda_copy(size, at + i * c->step, (char *)&four + i * size);
    }
    PLT_UNROLL
    for (size_t i = 0; i < 4; i++)
        words->w[i] = plt_cuda_grey(type, c, table, (const char *)&four + i * size);
}

PLT_BOTH void plt_cuda_put_four(const struct plt_cuda_colors *c,
                                const struct plt_cuda_quad *words, uint32_t *out)
{
    if (c->wide_store) {
        plt_cuda_store_four(out, words);
        return;
    }
    PLT_UNROLL
    for (int i = 0; i < 4; i++)
        out[i] = words->w[i];
}

// Pixels 4 g .. 4 g + 3 of a row: g = group % groups, row = group / groups.
PLT_BOTH void plt_cuda_color_group(enum plt_type type, size_t size,
                                   const struct plt_cuda_colors *c, const uint32_t *table,
                                   uint64_t group)
{
    const uint64_t row = c->rows == 1 ? 0 : group / c->groups;
    const uint64_t column = (group - row * c->groups) * 4;
    const uint64_t left = c->columns - column;
    const char *at = c->first + row * c->row_stride + column * c->step;
    uint32_t *out = (uint32_t *)((char *)c->dst + row * c->dst_stride) + column;
    if (left < 4) {
        for (uint64_t i = 0; i < left; i++, at += c->step)
            out[i] = c->channels == 1 ? plt_cuda_grey(type, c, table, at)
                                      : plt_cuda_rgba(type, c, table, at);
        return;
    }
    struct plt_cuda_quad words;
    if (c->channels == 1) {
        plt_cuda_four_greys(type, size, c, table, at, &words);
    } else {
        PLT_UNROLL
        for (int i = 0; i < 4; i++, at += c->step)
            words.w[i] = plt_cuda_rgba(type, c, table, at);
    }
    plt_cuda_put_four(c, &words, out);
}

// --- mix ---------------------------------------------------------------------------------

// A channel's share of sample i, 0..1.
PLT_BOTH float plt_cuda_share(enum plt_type type, const struct plt_cuda_plane *plane,
                              struct plt_levels levels, const float *gamma, uint64_t i)
{
    const float v = plt_cuda_float(type, plt_cuda_at(plane, i));
    const float t = (v - levels.lo) * levels.scale;
    float u = t >= 1 ? 1 : t > 0 ? t : 0;
    if (levels.scale == plt_cuda_infinity() && v == levels.lo)
        u = 1; // where t is NaN
    return gamma ? gamma[(int32_t)(u * (PLT_MIX_GAMMA - 1) + 0.5f)] : u;
}

PLT_BOTH uint32_t plt_cuda_byte(float sum)
{
    const float clipped = sum >= 1 ? 1 : sum > 0 ? sum : 0;
    return (uint32_t)(int32_t)(clipped * 255 + 0.5f);
}

// Pixel i of sums [3][stride].
PLT_BOTH uint32_t plt_cuda_mixed(const float *sums, uint64_t stride, uint64_t i)
{
    return 0xff000000u | plt_cuda_byte(sums[i]) << 16 |
           plt_cuda_byte(sums[stride + i]) << 8 | plt_cuda_byte(sums[2 * stride + i]);
}

// --- stacks ------------------------------------------------------------------------------

PLT_BOTH float plt_cuda_mean(enum plt_type type, const struct plt_cuda_stack *stack,
                             uint64_t i)
{
    const char *at = plt_cuda_at(&stack->plane, i);
    if (plt_cuda_is_real(type)) {
        double sum = 0;
        int32_t count = 0;
        for (int32_t t = 0; t < stack->frames; t++, at += stack->frame_stride) {
            const double v = plt_cuda_real(type, at);
            if (plt_cuda_finite(v)) {
                sum += v;
                count++;
            }
        }
        return count > 0 ? (float)(sum / count) : plt_cuda_nan();
    }
    int64_t high = 0, low = 0;
    for (int32_t t = 0; t < stack->frames; t++, at += stack->frame_stride) {
        const int64_t v = plt_cuda_whole(type, at);
        high += v >> 32;
        low += v & (int64_t)0xffffffff;
    }
    high += low >> 32;
    const double sum = (double)high * 4294967296.0 + (double)(low & (int64_t)0xffffffff);
    return (float)(sum / stack->frames);
}

// NaN is left out, the first of equals stays. Halves as numbers in their order.
PLT_BOTH bool plt_cuda_larger(enum plt_type type, const void *a, const void *b)
{
    if (plt_cuda_is_real(type)) {
        const double v = plt_cuda_real(type, a), most = plt_cuda_real(type, b);
        return v == v && !(most >= v);
    }
    return plt_cuda_whole(type, a) > plt_cuda_whole(type, b);
}

// Address of the largest sample.
PLT_BOTH const char *plt_cuda_largest(enum plt_type type,
                                      const struct plt_cuda_stack *stack, uint64_t i)
{
    const char *at = plt_cuda_at(&stack->plane, i), *most = at;
    for (int32_t t = 1; t < stack->frames; t++) {
        at += stack->frame_stride;
        if (plt_cuda_larger(type, at, most))
            most = at;
    }
    return most;
}

PLT_BOTH float plt_cuda_flat(enum plt_type type, const struct plt_cuda_flat *f, uint64_t i)
{
    float v = plt_cuda_float(type, plt_cuda_at(&f->raw, i));
    if (f->has_dark)
        v = v - plt_cuda_float(PLT_F32, plt_cuda_at(&f->dark, i));
    if (f->has_gain)
        v = v * plt_cuda_float(PLT_F32, plt_cuda_at(&f->gain, i));
    return v;
}

// --- packing -----------------------------------------------------------------------------

// Address of sample i of [rows][columns][channels].
PLT_BOTH const char *plt_cuda_packed(const struct plt_cuda_pack *p, uint64_t i)
{
    const uint64_t pixel = i / p->channels, channel = i - pixel * p->channels;
    const uint64_t row = pixel / p->columns, column = pixel - row * p->columns;
    return p->first + row * p->row_stride + column * p->step + channel * p->channel_stride;
}
