// Inside of the reduction: the walk along a view and the pen that follows it. columns.c
// decides what each column shows, pen.c writes the way there.
#pragma once

#include <math.h>
#include <string.h>

#include <plotlib/base/alloc.h>
#include <plotlib/data/pyramid.h>
#include <plotlib/reduce/columns.h>
#include <plotlib/reduce/dash.h>

// Keeps differences of two pixel positions finite.
#define FAR_PX 1e300
// Samples fetched at once when a reversed axis is read from right to left.
enum { BACK = 1023 };

struct box {
    double x0, y0, x1, y1;
};

// The end of the line drawn so far.
struct pen {
    bool down;  // there is a sample to join to
    bool inked; // something that ends there was written: no dot needed
    bool dense; // it lies in a dense column
    uint64_t j; // the sample
    double x, y;
    struct plt_column *column; // the dense column it lies in, if that is written
};

// Samples [begin, begin + count) of the pin, side by side in memory.
struct run {
    uint64_t begin, count;
    const void *x, *y;
};

// Samples are numbered in the order of their columns: 0 is the leftmost one.
struct walk {
    const struct plt_series_pin *pin;
    const struct plt_reduce_params *params;
    struct plt_reduced *out;
    uint64_t n;
    bool reversed;
    bool plain;          // uniform x on a linear axis, in order
    double x0;           // uniform: x of absolute sample 0, relative to the map's origin
    double first;        // uniform: position of sample 0
    double samples;      // uniform: samples a column
    uint64_t block;      // plt_pin_block
    double inside;       // on another x scale than linear: an x that it can show
    double col0, col1;   // padded range, frame columns
    size_t first_column; // in out->columns, once there is a dense column
    bool has_columns;
    struct box clip;
    struct pen pen;
    struct run run; // the one read last
    struct plt_arc arc;
    bool remembers; // params->memo is ready
    bool closed;    // the column has a sample after it, at position `next`
    double next;
    bool failed;
};

static inline uint64_t pin_index(const struct walk *w, uint64_t j)
{
    return w->reversed ? w->pin->head - 1 - j : w->pin->tail + j;
}

// The start of the block of sample i.
static inline uint64_t block_start(const struct walk *w, uint64_t i)
{
    return i & ~(w->block - 1);
}

// Makes w->run hold sample i of the pin, and some before it when reading backwards.
static inline void find_run(struct walk *w, uint64_t i)
{
    uint64_t oldest = block_start(w, w->pin->tail);
    uint64_t back = w->reversed && i - oldest >= BACK ? BACK : 0;
    struct run *run = &w->run;
    run->begin = i - back;
    run->count = plt_pin_run(w->pin, run->begin, &run->x, &run->y);
    if (run->count <= back) {
        run->begin = i;
        run->count = plt_pin_run(w->pin, i, &run->x, &run->y);
    }
}

// x of sample i of the pin, relative to the map's origin.
static inline double x_at(struct walk *w, uint64_t i)
{
    if (w->pin->x_kind == PLT_X_UNIFORM)
        return w->x0 + (double)(int64_t)i * w->pin->dx;
    if (i - w->run.begin >= w->run.count)
        find_run(w, i);
    size_t at = (size_t)(i - w->run.begin);
    if (w->pin->x_kind == PLT_X_F64)
        return plt_map_from_f64(&w->params->x, ((const double *)w->run.x)[at]);
    return plt_map_from_i64(&w->params->x, ((const int64_t *)w->run.x)[at]);
}

static inline double y_at(struct walk *w, uint64_t i)
{
    if (i - w->run.begin >= w->run.count)
        find_run(w, i);
    if (!w->run.y) // of a mapped series: not known yet
        return NAN;
    return plt_element(w->run.y, w->pin->type, (size_t)(i - w->run.begin));
}

static inline double sample_x(struct walk *w, uint64_t j)
{
    return x_at(w, pin_index(w, j));
}

static inline double sample_y(struct walk *w, uint64_t j)
{
    return y_at(w, pin_index(w, j));
}

static inline bool x_shown(const struct walk *w, double x)
{
    return plt_map_shows(&w->params->x, x);
}

static inline bool y_shown(const struct walk *w, double y)
{
    return plt_map_shows(&w->params->y, y);
}

// Position before the floor: t >= k says the same as column >= k, without the floor. Never
// decreases with j. What a scale cannot show lies infinitely far out.
static inline double position(struct walk *w, uint64_t j)
{
    double x = sample_x(w, j);
    if (w->params->x.spread) {
        double s = plt_scale_forward(w->params->x.spread, x);
        x = isnan(s) ? (x < w->inside ? -INFINITY : INFINITY) : s;
    }
    return (x - w->params->x.anchor) * w->params->x.scale;
}

static inline double finite_px(const struct plt_map *map, double v)
{
    double px = plt_map_px(map, v);
    if (px >= -FAR_PX && px <= FAR_PX)
        return px;
    if (isnan(px)) // inf * 0: a map without height
        px = isnan(map->offset) ? 0 : map->offset;
    return px < -FAR_PX ? -FAR_PX : px > FAR_PX ? FAR_PX : px;
}

static inline double clamped(double v, double lo, double hi)
{
    return v < lo ? lo : v > hi ? hi : v;
}

// pen.c
void plt_walk_segment(struct walk *w, double x0, double y0, double x1, double y1);
// The line breaks. A sample that nothing joined becomes a dot.
void plt_walk_lift(struct walk *w);
// Writes the way from the pen to (x, y), sample j.
void plt_walk_join(struct walk *w, double x, double y, uint64_t j, bool dense);

// Joins sample j at (x, y), which begins `column` when that is a written one.
static inline void plt_walk_to(struct walk *w, double x, double y,
                               struct plt_column *column, uint64_t j, bool dense)
{
    struct pen *pen = &w->pen;
    bool implied = pen->down && column && pen->column && column - pen->column == 1 &&
                   pen->column->last < PLT_NO_PX && column->first < PLT_NO_PX;
    if (pen->down && !implied)
        plt_walk_join(w, x, y, j, dense);
    *pen = (struct pen){true, pen->down, dense, j, x, y, column};
}
