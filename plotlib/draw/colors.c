// A stroke in the colours of its samples: every pixel takes coverage and colour of the
// nearest point of the polyline, and alpha once. Nothing is thinned, or colours would be
// lost in silence; the cost is the samples in view and the stroke's area. The result is
// tinted spans, so all painters agree.
#include <math.h>

#include <plotlib/base/alloc.h>
#include <plotlib/draw/build.h>

struct cell {
    float d2; // squared distance to the nearest point; INFINITY = none within reach
    uint32_t color;
};

struct canvas {
    struct plt_irect box;
    struct cell *cells; // rows of the box
    double reach;
};

struct vertex {
    double x, y; // device pixels
    uint32_t color;
};

// Colours run evenly, each channel rounded.
static uint32_t between(uint32_t a, uint32_t b, double t)
{
    uint32_t color = 0;
    for (int shift = 0; shift < 32; shift += 8) {
        double u = a >> shift & 255, v = b >> shift & 255;
        color |= (uint32_t)(u + (v - u) * t + 0.5) << shift;
    }
    return color;
}

// Range of t in which the line c0 + t (c1 - c0) lies within [lo, hi]; false when empty.
static bool cut(double c0, double c1, double lo, double hi, double *t0, double *t1)
{
    double d = c1 - c0;
    if (d == 0)
        return c0 >= lo && c0 <= hi;
    double a = (lo - c0) / d, b = (hi - c0) / d;
    *t0 = fmax(*t0, fmin(a, b));
    *t1 = fmin(*t1, fmax(a, b));
    return *t0 <= *t1;
}

static void cover_cell(struct cell *cell, const struct vertex *a, const struct vertex *b,
                       double x, double y)
{
    double ux = b->x - a->x, uy = b->y - a->y, vx = x - a->x, vy = y - a->y;
    double length2 = ux * ux + uy * uy;
    double t = length2 > 0 ? (vx * ux + vy * uy) / length2 : 0;
    t = t < 0 ? 0 : t > 1 ? 1 : t;
    double wx = vx - t * ux, wy = vy - t * uy;
    float d2 = (float)(wx * wx + wy * wy);
    if (d2 > cell->d2)
        return;
    cell->d2 = d2;
    cell->color = between(a->color, b->color, t);
}

// A point of the segment within reach of the canvas: its rounding error may lie further.
static struct vertex near(const struct canvas *canvas, const struct vertex *a,
                          const struct vertex *b, double t)
{
    const struct plt_irect box = canvas->box;
    double x = a->x + t * (b->x - a->x), y = a->y + t * (b->y - a->y);
    return (struct vertex){fmin(fmax(x, box.x0 - canvas->reach), box.x1 + canvas->reach),
                           fmin(fmax(y, box.y0 - canvas->reach), box.y1 + canvas->reach),
                           between(a->color, b->color, t)};
}

static bool is_far(const struct vertex *v)
{
    return fabs(v->x) > 0x1p24 || fabs(v->y) > 0x1p24;
}

// Row by row, only where the segment can reach.
static void cover_segment(struct canvas *canvas, const struct vertex *a,
                          const struct vertex *b)
{
    const struct plt_irect box = canvas->box;
    double reach = canvas->reach, t0 = 0, t1 = 1;
    if (!cut(a->x, b->x, box.x0 - reach, box.x1 + reach, &t0, &t1) ||
        !cut(a->y, b->y, box.y0 - reach, box.y1 + reach, &t0, &t1))
        return;
    struct vertex near_a, near_b;
    if (is_far(a) || is_far(b)) { // squares would overflow, or lose what is on the canvas
        near_a = near(canvas, a, b, t0);
        near_b = near(canvas, a, b, t1);
        a = &near_a;
        b = &near_b;
        t0 = 0;
        t1 = 1;
    }
    double ya = a->y + t0 * (b->y - a->y), yb = a->y + t1 * (b->y - a->y);
    double top = fmax(floor(fmin(ya, yb) - reach), box.y0);
    double bottom = fmin(ceil(fmax(ya, yb) + reach), box.y1);
    for (int32_t row = (int32_t)top; row < (int32_t)bottom; row++) {
        double y = row + 0.5, u0 = t0, u1 = t1;
        if (!cut(a->y, b->y, y - reach, y + reach, &u0, &u1))
            continue;
        double xa = a->x + u0 * (b->x - a->x), xb = a->x + u1 * (b->x - a->x);
        int32_t x0 = (int32_t)fmax(floor(fmin(xa, xb) - reach), box.x0);
        int32_t x1 = (int32_t)fmin(ceil(fmax(xa, xb) + reach), box.x1);
        struct cell *cells =
            canvas->cells + (size_t)(row - box.y0) * (size_t)(box.x1 - box.x0);
        for (int32_t x = x0; x < x1; x++)
            cover_cell(&cells[x - box.x0], a, b, x + 0.5, y);
    }
}

// Differences of two stay finite.
static double vertex_px(const struct plt_map *map, double v)
{
    return fmin(fmax(plt_map_px(map, v), -1e300), 1e300);
}

static double sample_x(const struct plt_series_pin *pin, const struct plt_map *map,
                       uint64_t i)
{
    switch (pin->x_kind) {
    case PLT_X_UNIFORM:
        return plt_map_from_f64(map, pin->x0) + (double)(int64_t)i * pin->dx;
    case PLT_X_F64: return plt_map_from_f64(map, plt_pin_x_f64(pin, i));
    case PLT_X_I64: return plt_map_from_i64(map, plt_pin_x_i64(pin, i));
    }
    return NAN;
}

// First sample that lies right of `px` (left of it on a reversed axis).
static uint64_t bisect(const struct plt_series_pin *pin, const struct plt_map *map,
                       double px)
{
    uint64_t begin = pin->tail, end = pin->head;
    while (begin < end) {
        uint64_t middle = begin + (end - begin) / 2;
        double at = plt_map_px(map, sample_x(pin, map, middle));
        if (map->scale < 0 ? at < px : at > px)
            end = middle;
        else
            begin = middle + 1;
    }
    return begin;
}

// Samples that can touch the canvas, and one more on either side.
static void find_samples(const struct plt_series_pin *pin, const struct plt_map *map,
                         const struct canvas *canvas, uint64_t *begin, uint64_t *end)
{
    *begin = pin->tail;
    *end = pin->head;
    if (!pin->sorted || map->spread)
        return;
    double left = canvas->box.x0 - canvas->reach, right = canvas->box.x1 + canvas->reach;
    *begin = bisect(pin, map, map->scale < 0 ? right : left);
    *end = bisect(pin, map, map->scale < 0 ? left : right);
    *begin -= *begin > pin->tail;
    *end += *end < pin->head;
}

static void cover_samples(struct canvas *canvas, const struct plt_series_pin *pin,
                          const struct plt_reduce_params *params,
                          const struct plt_curve *curve)
{
    uint32_t own = plt_item_argb(&curve->sampled.item);
    uint64_t begin, end;
    struct vertex last = {0};
    bool down = false, inked = false;
    find_samples(pin, &params->x, canvas, &begin, &end);
    for (uint64_t i = begin; i < end; i++) {
        double x = sample_x(pin, &params->x, i), y = plt_pin_y(pin, i);
        bool shown = plt_map_shows(&params->x, x) && plt_map_shows(&params->y, y);
        if (!shown && params->connect == PLT_CONNECT_ALL)
            continue;
        bool joined = shown && down && plt_reduce_joins(params, i - 1);
        if (down && !inked && !joined)
            cover_segment(canvas, &last, &last); // a dot
        down = shown;
        if (!shown)
            continue;
        struct vertex v = {vertex_px(&params->x, x), vertex_px(&params->y, y),
                           i < curve->num_colors ? curve->colors[i] : own};
        if (joined)
            cover_segment(canvas, &last, &v);
        inked = joined;
        last = v;
    }
    if (down && !inked)
        cover_segment(canvas, &last, &last);
}

static void push_cells(struct plt_frame *frame, const struct canvas *canvas, float half)
{
    const struct plt_irect box = canvas->box;
    const struct cell *row = canvas->cells;
    for (int32_t y = box.y0; y < box.y1; y++, row += box.x1 - box.x0) {
        for (int32_t x = box.x0, next; x < box.x1; x = next) {
            const struct cell *cell = &row[x - box.x0];
            uint8_t coverage = plt_coverage(cell->d2, half);
            for (next = x + 1; next < box.x1; next++)
                if (row[next - box.x0].color != cell->color ||
                    plt_coverage(row[next - box.x0].d2, half) != coverage)
                    break;
            if (coverage)
                plt_push_tint(frame, (struct plt_irect){x, y, next, y + 1}, cell->color,
                              coverage);
        }
    }
}

void plt_push_colors(struct plt_frame *frame, const struct plt_series_pin *pin,
                     const struct plt_reduce_params *params, const struct plt_curve *curve,
                     float width, struct plt_irect clip)
{
    clip = plt_irect_cut(clip, (struct plt_irect){0, 0, frame->width, frame->height});
    if (plt_irect_empty(clip))
        return;
    size_t count = (size_t)(clip.x1 - clip.x0) * (size_t)(clip.y1 - clip.y0);
    struct canvas canvas = {clip, plt_calloc(count, sizeof(*canvas.cells)),
                            (double)width / 2 + 0.5};
    struct plt_op *op = canvas.cells ? plt_push_op(frame, PLT_OP_TINTS, 0, clip) : NULL;
    if (op) {
        for (size_t i = 0; i < count; i++)
            canvas.cells[i].d2 = INFINITY;
        cover_samples(&canvas, pin, params, curve);
        push_cells(frame, &canvas, width / 2);
        op->count = frame->num_tints - op->first;
        if (op->count == 0)
            frame->num_ops--; // nothing to draw, no operation
    } else {
        frame->failed = true;
    }
    plt_free(canvas.cells);
}
