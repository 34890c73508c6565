// IEEE 754 half precision (binary16) as bits. Thread-safety: pure functions.
#pragma once

#include <stdint.h>
#include <string.h>

// Exact, as every half is a float; NaN stays NaN. No float it works with is subnormal, so
// that a mode without these (as -ffast-math sets it) changes nothing.
static inline float plt_half_to_float(uint16_t half)
{
    const uint32_t magnitude = half & 0x7fffu;
    const float small = (float)(int32_t)magnitude * 0x1p-24f;
    uint32_t small_bits;
    memcpy(&small_bits, &small, sizeof(small_bits));
    const uint32_t shift = magnitude < 0x7c00u ? (127u - 15u) << 23 : (255u - 31u) << 23;
    uint32_t bits = magnitude < 0x400u ? small_bits : (magnitude << 13) + shift;
    bits |= (uint32_t)(half & 0x8000u) << 16;
    float value;
    memcpy(&value, &bits, sizeof(value));
    return value;
}
