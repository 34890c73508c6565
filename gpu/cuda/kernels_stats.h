// Of the kernels' functions (kernels.h) those of statistics, histogram and percentiles.
// Thread-safety: pure functions.
#pragma once

#include <gpu/cuda/kernels.h>

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
