// A plain stroke by brute force, made straight from the samples: the snapped polyline by
// its definition (reduce/columns.h), and for every pixel its distance to every edge of it.
// Includer: exact_suite.c.
#pragma once

#include "exact_case.h"
#include "oracle.h"

struct exact_edge {
    double x0, y0, x1, y1; // left to right
};

struct exact_oracle {
    struct exact_edge *edges;
    size_t count;
    bool near; // no vertex lies far outside: nothing is clipped, float32 agrees to the bit
    double *x, *y; // of the kept samples
};

static inline void exact_add_edge(struct exact_oracle *o, double x0, double y0, double x1,
                                  double y1)
{
    o->edges[o->count++] = x0 <= x1 ? (struct exact_edge){x0, y0, x1, y1}
                                    : (struct exact_edge){x1, y1, x0, y0};
}

// The line drawn so far.
struct exact_pen {
    size_t at; // the last finite sample, or SIZE_MAX
    bool joined;
    double x, y;
};

// Nothing lies further out.
static inline double exact_far(double px)
{
    return fmin(fmax(px, -1e300), 1e300);
}

// Samples [first, end) lie in one column.
static inline void exact_add_column(const struct exact_case *c, struct exact_oracle *o,
                                    struct exact_pen *pen, size_t first, size_t end)
{
    double sx = c->width / (c->right - c->left), sy = -c->height / (c->top - c->bottom);
    bool dense = end - first > PLT_DENSE;
    size_t finite = 0;
    for (size_t i = first; i < end; i++)
        finite += isfinite(o->y[i]) != 0;
    for (size_t i = first; i < end; i++) {
        if (!isfinite(o->y[i]))
            continue;
        double x =
            plt_snap_x(exact_far(dense ? floor(o->x[first] * sx) + 0.5 : o->x[i] * sx));
        double y = exact_far((o->y[i] - c->bottom) * sy + c->height);
        bool bridged = dense && pen->at != SIZE_MAX && pen->at >= first;
        bool joined = pen->at != SIZE_MAX && (pen->at + 1 == i || bridged);
        if (joined)
            exact_add_edge(o, pen->x, pen->y, x, y);
        else if (pen->at != SIZE_MAX && !pen->joined)
            exact_add_edge(o, pen->x, pen->y, pen->x, pen->y);
        o->near &= x > -60 && x < c->width + 60 && y > -60 && y < c->height + 60;
        if (dense && finite == 1) // a column of its own, joined or not
            exact_add_edge(o, x, y, x, y);
        *pen = (struct exact_pen){i, joined, x, y};
    }
}

// x relative to the left edge, which is a whole number where x is int64.
static inline struct exact_oracle exact_oracle_create(const struct exact_case *c)
{
    struct exact_oracle o = {.near = true};
    o.x = malloc(c->n * sizeof(*o.x));
    o.y = malloc(c->n * sizeof(*o.y));
    o.edges = malloc((3 * c->n + 1) * sizeof(*o.edges));
    for (size_t i = 0; i < c->n; i++) {
        o.x[i] = c->xi ? exact_x(c, i, c->how.i0 + (int64_t)c->left)
                       : exact_x(c, i, 0) - c->left;
        o.y[i] = plt_element(c->samples, c->type, c->total - c->n + i);
    }
    double sx = c->width / (c->right - c->left);
    struct exact_pen pen = {.at = SIZE_MAX};
    for (size_t first = 0, end; first < c->n; first = end) {
        double column = floor(o.x[first] * sx);
        for (end = first; end < c->n && floor(o.x[end] * sx) == column; end++)
            ;
        exact_add_column(c, &o, &pen, first, end);
    }
    if (pen.at != SIZE_MAX && !pen.joined)
        exact_add_edge(&o, pen.x, pen.y, pen.x, pen.y);
    return o;
}

static inline void exact_oracle_finish(struct exact_oracle *o)
{
    free(o->x);
    free(o->y);
    free(o->edges);
}

// Squared distance for edges that go far: long double keeps the cross product good.
static inline double exact_far_d2(const struct exact_edge *e, double x, double y)
{
    long double ux = (long double)e->x1 - e->x0, uy = (long double)e->y1 - e->y0;
    long double vx = x - (long double)e->x0, vy = y - (long double)e->y0;
    long double wx = x - (long double)e->x1, wy = y - (long double)e->y1;
    if (vx * ux + vy * uy <= 0)
        return (double)(vx * vx + vy * vy);
    if (wx * ux + wy * uy >= 0)
        return (double)(wx * wx + wy * wy);
    long double cross = vx * uy - vy * ux;
    return (double)(cross * cross / (ux * ux + uy * uy));
}

static inline uint8_t exact_coverage(const struct exact_oracle *o, int px, int py,
                                     float half)
{
    float d2 = INFINITY, x = (float)px + 0.5f, y = (float)py + 0.5f;
    for (size_t i = 0; i < o->count; i++) {
        const struct exact_edge *e = &o->edges[i];
        struct plt_segment s = {(float)e->x0, (float)e->y0, (float)e->x1, (float)e->y1};
        d2 = fminf(d2, o->near ? segment_d2(x, y, s)
                               : (float)exact_far_d2(e, (double)x, (double)y));
    }
    return plt_coverage(d2, half);
}

// The largest difference of a channel, of 255, on a white background.
static inline int exact_oracle_difference(const struct exact_case *c,
                                          const struct exact_oracle *o,
                                          const uint32_t *pixels)
{
    double width = c->style[0].width_px > 0 ? (double)c->style[0].width_px : 1.5;
    float half = (float)(width * c->scale) / 2;
    uint32_t color = plt_color_argb(c->style[0].color);
    int worst = 0;
    for (int y = 0; y < c->height; y++) {
        for (int x = 0; x < c->width; x++) {
            uint32_t have = pixels[y * c->width + x];
            uint32_t want = blended(0xffffffffu, color, exact_coverage(o, x, y, half));
            for (int shift = 0; shift < 24; shift += 8) {
                int a = (int)(have >> shift & 255), b = (int)(want >> shift & 255);
                worst = abs(a - b) > worst ? abs(a - b) : worst;
            }
        }
    }
    return worst;
}
