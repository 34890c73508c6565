// Squared distance from a pixel centre to a piece of a stroke, float32: the only place
// these formulas stand. Rounding is part of the contract (-ffp-contract=off): a scalar loop
// and every SIMD build give the same bits. Read by raster/, by paths, whose dense parts are
// those of strokes, and by the tests' oracle.
#pragma once

// A vertical line at dx from the pixel centre, from lo to hi. The union of touching
// intervals gives the same bits as the nearest of them, so columns may merge samples.
static inline float plt_vertical_d2(float dx, float lo, float hi, float y)
{
    float above = lo - y, below = y - hi;
    float dy = above > below ? above : below;
    dy = dy > 0.0f ? dy : 0.0f;
    return dx * dx + dy * dy;
}

// A line from a to b that is not vertical.
struct plt_slant {
    float ax, ay, bx, by;
    float ux, uy;        // b - a
    float len2, inverse; // |u|^2 and 1 / |u|^2
};

static inline struct plt_slant plt_slant_make(float ax, float ay, float bx, float by)
{
    struct plt_slant s = {.ax = ax, .ay = ay, .bx = bx, .by = by};
    s.ux = bx - ax;
    s.uy = by - ay;
    s.len2 = s.ux * s.ux + s.uy * s.uy;
    s.inverse = 1.0f / s.len2;
    return s;
}

// The cross product keeps its precision far along the line, where a + t*u would not.
static inline float plt_slant_d2(const struct plt_slant *s, float x, float y)
{
    float vx = x - s->ax, vy = y - s->ay, wx = x - s->bx, wy = y - s->by;
    float t = vx * s->ux + vy * s->uy;
    float cross = vx * s->uy - vy * s->ux;
    float to_a = vx * vx + vy * vy, to_b = wx * wx + wy * wy;
    float inside = cross * cross * s->inverse;
    float d2 = t >= s->len2 ? to_b : inside;
    return t <= 0.0f ? to_a : d2;
}
