// Markers: their shapes and the one definition of their coverage, for both painters (the
// shader gpu/gl/shaders/marker.frag follows it line by line). float32, in device pixels
// from the marker's place, y down. Thread-safety: pure.
#pragma once

#include <math.h>
#include <stdbool.h>
#include <stdint.h>

#include <plotlib/draw/frame.h>
#include <plotlib/scatter.h>

enum { PLT_MARKER_CORNERS = 12 };

// A polygon in a box of side 1; no corners: a circle, or what marker.c says.
struct plt_marker_shape {
    int num_corners;
    float corners[PLT_MARKER_CORNERS][2];
    float reach; // furthest from the middle along an axis
};
extern const struct plt_marker_shape plt_marker_shapes[PLT_NUM_SYMBOLS];

static inline float plt_marker_unit(uint16_t fixed)
{
    return (float)fixed * (1.0f / PLT_MARKER_ONE);
}

// Half the width of the crosshair's lines: a tenth of the size, and at least one pixel.
static inline float plt_crosshair_half(float size)
{
    return size > 10.0f ? size * 0.05f : 0.5f;
}

// Signed distance to the edge of a symbol.
float plt_marker_distance(enum plt_symbol symbol, float size, float x, float y);
// The same for a row of `count` points from x on, one pixel apart: to the bit.
void plt_marker_distances(enum plt_symbol symbol, float size, float x, float y,
                          int32_t count, float *distances);

// Furthest from the middle, in pixels, where there may be ink.
static inline float plt_marker_reach(enum plt_symbol symbol, float size, float outline)
{
    return plt_marker_shapes[symbol].reach * size + outline + 0.5f +
           (symbol == PLT_SYMBOL_CROSSHAIR ? plt_crosshair_half(size) : 0.0f);
}

static inline uint8_t plt_marker_byte(float c)
{
    c = c > 1.0f ? 1.0f : c > 0.0f ? c : 0.0f;
    return (uint8_t)(c * 255.0f + 0.5f);
}

static inline uint8_t plt_marker_fill(float distance)
{
    return plt_marker_byte(0.5f - distance);
}

// half = half the outline's width.
static inline uint8_t plt_marker_outline(float distance, float half)
{
    return plt_marker_byte(half + 0.5f - fabsf(distance));
}
