// Rectangles of whole device pixels.
#pragma once

#include <stdbool.h>
#include <stdint.h>

// Half open: [x0, x1) x [y0, y1), y down.
struct plt_irect {
    int32_t x0, y0, x1, y1;
};

static inline bool plt_irect_empty(struct plt_irect r)
{
    return r.x0 >= r.x1 || r.y0 >= r.y1;
}

static inline struct plt_irect plt_irect_cut(struct plt_irect a, struct plt_irect b)
{
    a.x0 = a.x0 > b.x0 ? a.x0 : b.x0;
    a.y0 = a.y0 > b.y0 ? a.y0 : b.y0;
    a.x1 = a.x1 < b.x1 ? a.x1 : b.x1;
    a.y1 = a.y1 < b.y1 ? a.y1 : b.y1;
    return a;
}
