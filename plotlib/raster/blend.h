// Source-over of one pixel, both halves of the word at once: each channel is exactly
// plt_blend of draw/frame.h. The destination stays opaque.
#pragma once

#include <stdint.h>

// Two channels in 16-bit lanes, s*a + d*(255-a), rounded. No lane can overflow.
static inline uint32_t plt_blend_pair(uint32_t s, uint32_t d, uint32_t a)
{
    uint32_t t = s * a + d * (255u - a) + 0x00800080u;
    return ((t + (t >> 8 & 0x00ff00ffu)) >> 8) & 0x00ff00ffu;
}

static inline uint32_t plt_blend_pixel(uint32_t s, uint32_t d, uint32_t a)
{
    uint32_t rb = plt_blend_pair(s & 0x00ff00ffu, d & 0x00ff00ffu, a);
    uint32_t ag = plt_blend_pair((s >> 8 & 0xffu) | 0x00ff0000u, d >> 8 & 0x00ff00ffu, a);
    return rb | ag << 8;
}
