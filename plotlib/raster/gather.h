// Collects what one pixel column sees of a stroke: pieces within reach and the rows each
// may touch, so that the kernels compute few distances. Private to the stroke painter.
#pragma once

#include <plotlib/raster/painter.h>

enum { PLT_GATHER = 32 }; // pieces collected before the kernels run

struct plt_gather {
    const struct plt_kernels *kernels;
    struct plt_stroke_scratch *scratch;
    const struct plt_stroke *stroke;
    const struct plt_column *columns; // [col1 - col0]
    int32_t col0, col1;
    const struct plt_segment *segments;
    size_t next_segment, num_listed; // the next one to become active
    struct plt_irect box;
    const struct plt_rows *hidden; // [box.x1 - box.x0], or NULL
    float half_width;
    float reach;    // past it coverage is 0 whatever float32 does to the distance
    int32_t radius; // columns to either side whose centres can be nearer than w/2 + 1/2

    // The column: its centre, and the centre of row 0 of the box.
    float x, y0;
    int32_t core0, core1; // rows at distance 0: nothing else is computed there
    bool core_hidden;     // rows painted over later: nothing at all is computed there
    int32_t top, end;     // rows touched
    size_t num_verticals, num_slants;
    struct plt_near_vertical verticals[PLT_GATHER];
    struct plt_near_slant slants[PLT_GATHER];
};

// First row of the box whose centre is at or below y, within [0, rows].
static inline int32_t plt_row_from(const struct plt_gather *g, float y)
{
    const int32_t rows = g->box.y1 - g->box.y0;
    const float f = y - g->y0;
    if (!(f > 0.0f))
        return 0;
    if (f >= (float)rows)
        return rows;
    const int32_t row = (int32_t)f;
    return row + (f > (float)row);
}

// One past the last row whose centre is at or above y, within [0, rows].
static inline int32_t plt_row_past(const struct plt_gather *g, float y)
{
    const int32_t rows = g->box.y1 - g->box.y0;
    const float f = y - g->y0;
    if (!(f >= 0.0f))
        return 0;
    return f >= (float)rows ? rows : (int32_t)f + 1;
}

void plt_gather_flush(struct plt_gather *g);

static inline void plt_push_vertical(struct plt_gather *g, float dx, float lo, float hi,
                                     int32_t row0, int32_t row1)
{
    if (row0 >= row1)
        return;
    g->top = row0 < g->top ? row0 : g->top;
    g->end = row1 > g->end ? row1 : g->end;
    if (g->num_verticals == PLT_GATHER)
        plt_gather_flush(g);
    g->verticals[g->num_verticals++] = (struct plt_near_vertical){dx, lo, hi, row0, row1};
}

static inline void plt_push_slant(struct plt_gather *g, const struct plt_slant *slant,
                                  int32_t row0, int32_t row1)
{
    if (row0 >= row1)
        return;
    g->top = row0 < g->top ? row0 : g->top;
    g->end = row1 > g->end ? row1 : g->end;
    if (g->num_slants == PLT_GATHER)
        plt_gather_flush(g);
    g->slants[g->num_slants++] = (struct plt_near_slant){*slant, row0, row1};
}

static inline int32_t plt_least(int32_t a, int32_t b)
{
    return a < b ? a : b;
}

static inline int32_t plt_most(int32_t a, int32_t b)
{
    return a > b ? a : b;
}

// Rows with centres in [y_top, y_bottom], less the core.
static inline void plt_gather_vertical(struct plt_gather *g, float dx, float lo, float hi,
                                       float y_top, float y_bottom)
{
    const int32_t row0 = plt_row_from(g, y_top), row1 = plt_row_past(g, y_bottom);
    plt_push_vertical(g, dx, lo, hi, row0, plt_least(row1, g->core0));
    plt_push_vertical(g, dx, lo, hi, plt_most(row0, g->core1), row1);
}

static inline void plt_gather_slant(struct plt_gather *g, const struct plt_slant *slant,
                                    float y_top, float y_bottom)
{
    const int32_t row0 = plt_row_from(g, y_top), row1 = plt_row_past(g, y_bottom);
    plt_push_slant(g, slant, row0, plt_least(row1, g->core0));
    plt_push_slant(g, slant, plt_most(row0, g->core1), row1);
}

// A vertical piece through the column's own centre: a long one makes the core.
static inline void plt_gather_core(struct plt_gather *g, float lo, float hi)
{
    const int32_t row0 = plt_row_from(g, lo), row1 = plt_row_past(g, hi);
    if (row1 - row0 < PLT_BLOCK || row1 - row0 <= g->core1 - g->core0)
        return;
    g->core0 = row0;
    g->core1 = row1;
    g->core_hidden = false;
}

// raster/dense.c: pieces of the columns.
void plt_gather_dense_core(struct plt_gather *g, int32_t column);
void plt_gather_dense(struct plt_gather *g, int32_t column);

// raster/listed.c: pieces of the listed segments. `activate` before anything else of a
// column, with columns in increasing order; false when memory is short.
bool plt_listed_begin(struct plt_gather *g);
bool plt_listed_activate(struct plt_gather *g, int32_t column);
void plt_gather_listed(struct plt_gather *g, int32_t column);
