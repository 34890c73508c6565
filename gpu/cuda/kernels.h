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

// --- statistics --------------------------------------------------------------------------

// Numbers in the order of the samples, -0 as +0: 32 bits of 32-bit types and halves, 64 of
// all others. Those of f32, f64, 32- and 64-bit integers are percentiles' keys.
PLT_BOTH uint64_t plt_cuda_key(enum plt_type type, const void *at)
{
    const uint64_t sign = (uint64_t)1 << 63;
    if (type == PLT_F64) {
        const double v = *(const double *)at + 0.0;
        uint64_t bits;
        memcpy(&bits, &v, sizeof(bits));
        return bits ^ (bits & sign ? ~(uint64_t)0 : sign);
    }
    if (plt_cuda_is_real(type)) {
        const float v = plt_cuda_float(type, at) + 0.0f;
        uint32_t bits;
        memcpy(&bits, &v, sizeof(bits));
        return bits ^ (bits & 0x80000000u ? 0xffffffffu : 0x80000000u);
    }
    const int64_t whole = plt_cuda_whole(type, at);
    if (type == PLT_U32)
        return (uint64_t)whole;
    if (type == PLT_I32)
        return (uint32_t)whole ^ 0x80000000u;
    return (uint64_t)whole ^ sign;
}

// The value that has this key.
PLT_BOTH double plt_cuda_value_of_key(enum plt_type type, uint64_t key)
{
    const uint64_t sign = (uint64_t)1 << 63;
    const uint32_t key32 = (uint32_t)key, sign32 = 0x80000000u;
    if (type == PLT_F64) {
        const uint64_t bits = key & sign ? key ^ sign : ~key;
        double v;
        memcpy(&v, &bits, sizeof(v));
        return v;
    }
    if (plt_cuda_is_real(type)) {
        const uint32_t bits = key32 & sign32 ? key32 ^ sign32 : ~key32;
        float v;
        memcpy(&v, &bits, sizeof(v));
        return v;
    }
    if (type == PLT_U32)
        return key32;
    if (type == PLT_I32)
        return (double)((int64_t)key32 - (int64_t)sign32);
    return (double)(int64_t)(key ^ sign);
}

PLT_BOTH void plt_cuda_part_reset(struct plt_cuda_part *part)
{
    PLT_UNROLL
    for (int k = 0; k < PLT_CUDA_PART_WORDS; k++)
        part->words[k] = 0;
    part->words[PLT_CUDA_LEAST] = ~(uint64_t)0;
}

// What a word becomes when two parts meet.
PLT_BOTH uint64_t plt_cuda_part_word(int k, uint64_t a, uint64_t b)
{
    if (k == PLT_CUDA_LEAST)
        return a < b ? a : b;
    if (k == PLT_CUDA_MOST)
        return a > b ? a : b;
    return a + b;
}

PLT_BOTH void plt_cuda_count_odd(struct plt_cuda_part *part, double v)
{
    part->words[PLT_CUDA_NANS] += v != v;
    part->words[PLT_CUDA_ABOVE] += v > 0;
    part->words[PLT_CUDA_BELOW] += v < 0;
}

// Counts one sample; returns what it adds to a sum of floating-point samples.
PLT_BOTH double plt_cuda_meet(enum plt_type type, const void *at,
                              struct plt_cuda_part *part)
{
    double v = 0;
    if (plt_cuda_is_real(type)) {
        v = plt_cuda_real(type, at);
        if (!plt_cuda_finite(v)) {
            plt_cuda_count_odd(part, v);
            return 0;
        }
    } else {
        // Two parts that do not overflow; made one again after each block.
        const uint64_t whole = (uint64_t)plt_cuda_whole(type, at);
        part->words[PLT_CUDA_LOW] += whole & 0xffffffffu;
        part->words[PLT_CUDA_HIGH] += whole >> 32 | (whole >> 63 ? 0xffffffff00000000u : 0);
    }
    const uint64_t key = plt_cuda_key(type, at);
    uint64_t *words = part->words;
    words[PLT_CUDA_LEAST] = key < words[PLT_CUDA_LEAST] ? key : words[PLT_CUDA_LEAST];
    words[PLT_CUDA_MOST] = key > words[PLT_CUDA_MOST] ? key : words[PLT_CUDA_MOST];
    return v;
}

PLT_BOTH double plt_cuda_add_up(double v[32])
{
#define HALVE(half)                \
    PLT_UNROLL                     \
    for (int j = 0; j < half; j++) \
        v[j] += v[j + half];
    HALVE(16)
    HALVE(8)
    HALVE(4)
    HALVE(2)
#undef HALVE
    return v[0] + v[1];
}

// A block's 1024 samples are the lanes' of a warp, 32 each: lane, lane + 32, ... The first
// five steps of the tree (512, ... 32) are within a lane, the others (16, ... 1) between
// lanes.
PLT_BOTH double plt_cuda_lane(enum plt_type type, const struct plt_cuda_plane *plane,
                              uint64_t count, uint64_t block, uint32_t lane,
                              struct plt_cuda_part *part)
{
    double v[32];
    PLT_UNROLL
    for (int j = 0; j < 32; j++) {
        const uint64_t i = block * 1024 + lane + 32 * (uint64_t)j;
        v[j] = i < count ? plt_cuda_meet(type, plt_cuda_at(plane, i), part) : 0;
    }
    part->words[PLT_CUDA_HIGH] += part->words[PLT_CUDA_LOW] >> 32;
    part->words[PLT_CUDA_LOW] &= 0xffffffffu;
    return plt_cuda_add_up(v);
}

// The same of sums: 32 of blocks[1024 block ...], without looking at them.
PLT_BOTH double plt_cuda_sum_lane(const double *sums, uint64_t count, uint64_t block,
                                  uint32_t lane)
{
    double v[32];
    PLT_UNROLL
    for (int j = 0; j < 32; j++) {
        const uint64_t i = block * 1024 + lane + 32 * (uint64_t)j;
        v[j] = i < count ? sums[i] : 0;
    }
    return plt_cuda_add_up(v);
}

// Bin of sample i; `bins` where it is not finite, which it counts.
PLT_BOTH uint32_t plt_cuda_bin(enum plt_type type, const struct plt_cuda_plane *plane,
                               struct plt_levels levels, int32_t bins, uint64_t i,
                               struct plt_cuda_part *part)
{
    const char *at = plt_cuda_at(plane, i);
    if (plt_cuda_is_real(type) && !plt_cuda_finite(plt_cuda_real(type, at))) {
        plt_cuda_count_odd(part, plt_cuda_real(type, at));
        return (uint32_t)bins;
    }
    return (uint32_t)plt_cuda_index(levels, bins, plt_cuda_float(type, at));
}

// The bits of an 8- or 16-bit sample.
PLT_BOTH uint32_t plt_cuda_bits(size_t size, const struct plt_cuda_plane *plane, uint64_t i)
{
    const char *at = plt_cuda_at(plane, i);
    return size == 1 ? *(const uint8_t *)at : *(const uint16_t *)at;
}

// Place of a key in the table of a range, 65536 where it is outside.
PLT_BOTH uint32_t plt_cuda_digit(const struct plt_cuda_ranges *ranges, int slot,
                                 uint64_t key)
{
    const uint64_t k = key - ranges->bases[slot];
    return k <= ranges->last ? (uint32_t)(k >> ranges->shift) : 65536u;
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
