// The region between a curve and a level or another curve as tinted spans: per pixel column
// the exact area each pixel shares with the region, in double. A dense column is filled
// from its extrema to the level over its whole width, so nothing depends on how many
// samples it holds.
#include <math.h>

#include <plotlib/base/alloc.h>
#include <plotlib/draw/build.h>

// One side of the region: dense columns and the segments between them, x never decreasing.
struct side {
    const struct plt_column *columns;
    int32_t col0, col1;
    const struct plt_segment *segments;
    size_t num_segments, next;
};

struct area {
    struct plt_irect clip;
    double *rows;  // [rows + 2]: area shared with the region, of one column
    double *jumps; // [rows + 2]: added to this row and all below
    struct side sides[2];
};

// Integral of clamp(u, 0, 1) from 0 to u.
static double ramp(double u)
{
    return u <= 0 ? 0 : u < 1 ? u * u / 2 : u - 0.5;
}

// Adds `weight` times the area below the line from (0, a) to (1, b).
static void add_below(struct area *area, double weight, double a, double b)
{
    int32_t rows = area->clip.y1 - area->clip.y0;
    double top = a < b ? a : b, bottom = a < b ? b : a;
    int32_t first = (int32_t)floor(fmin(fmax(top, -1), rows + 1));
    int32_t last = (int32_t)floor(fmin(fmax(bottom, -1), rows + 1));
    for (int32_t r = first > 0 ? first : 0; r <= last && r < rows; r++) {
        double u = r + 1 - bottom, v = r + 1 - top;
        double mean = v > u ? (ramp(v) - ramp(u)) / (v - u) : fmin(fmax(u, 0), 1);
        area->rows[r] += weight * mean;
    }
    int32_t full = last + 1 > 0 ? last + 1 : 0;
    if (full < rows)
        area->jumps[full] += weight;
}

// The band between two lines, from (0, a0) to (1, a1) and (0, b0) to (1, b1), that do not
// cross. Row 0 is the clip's top.
static void add_band(struct area *area, double width, double a0, double a1, double b0,
                     double b1)
{
    double sign = a0 + a1 < b0 + b1 ? width : -width;
    add_below(area, sign, a0, a1);
    add_below(area, -sign, b0, b1);
}

static double y_at(const struct plt_segment *s, double x)
{
    double t = (x - (double)s->x0) / ((double)s->x1 - (double)s->x0);
    return (double)s->y0 + t * ((double)s->y1 - (double)s->y0);
}

// Between two segments within [x0, x1], a part of one column.
static void add_piece(struct area *area, const struct plt_segment *s,
                      const struct plt_segment *t, double x0, double x1)
{
    double top = area->clip.y0;
    double a0 = y_at(s, x0) - top, a1 = y_at(s, x1) - top;
    double b0 = y_at(t, x0) - top, b1 = y_at(t, x1) - top;
    double d0 = a0 - b0, d1 = a1 - b1;
    if ((d0 < 0 && d1 > 0) || (d0 > 0 && d1 < 0)) {
        double at = d0 / (d0 - d1), y = a0 + at * (a1 - a0);
        add_band(area, (x1 - x0) * at, a0, y, b0, y);
        add_band(area, (x1 - x0) * (1 - at), y, a1, y, b1);
    } else {
        add_band(area, x1 - x0, a0, a1, b0, b1);
    }
}

// The segments that reach column x: [side->next, return value).
static size_t reach_column(struct side *side, int32_t x)
{
    while (side->next < side->num_segments && side->segments[side->next].x1 <= (float)x)
        side->next++;
    size_t end = side->next;
    while (end < side->num_segments && side->segments[end].x0 < (float)(x + 1))
        end++;
    return end;
}

static void add_segments(struct area *area, int32_t x, const size_t ends[2])
{
    const struct side *a = &area->sides[0], *b = &area->sides[1];
    for (size_t i = a->next, first = b->next; i < ends[0]; i++) {
        const struct plt_segment *s = &a->segments[i];
        while (first < ends[1] && b->segments[first].x1 <= s->x0)
            first++;
        for (size_t j = first; j < ends[1] && b->segments[j].x0 < s->x1; j++) {
            const struct plt_segment *t = &b->segments[j];
            double x0 = fmax(fmax((double)s->x0, (double)t->x0), x);
            double x1 = fmin(fmin((double)s->x1, (double)t->x1), x + 1);
            if (x1 > x0)
                add_piece(area, s, t, x0, x1);
        }
    }
}

static const struct plt_column *dense_at(const struct side *side, int32_t x)
{
    const struct plt_column *c = side->columns && x >= side->col0 && x < side->col1
                                     ? &side->columns[x - side->col0]
                                     : NULL;
    return c && c->lo <= c->hi ? c : NULL;
}

// Widens lo..hi by what the side covers in column x. False when it is not there.
static bool widen(const struct side *side, int32_t x, size_t end, double *lo, double *hi)
{
    const struct plt_column *c = dense_at(side, x);
    bool any = c != NULL;
    if (c) {
        *lo = fmin(*lo, (double)c->lo);
        *hi = fmax(*hi, (double)c->hi);
    }
    for (size_t i = side->next; !c && i < end; i++) {
        const struct plt_segment *s = &side->segments[i];
        double x0 = fmax((double)s->x0, x), x1 = fmin((double)s->x1, x + 1);
        if (!(x1 > x0))
            continue;
        double y0 = y_at(s, x0), y1 = y_at(s, x1);
        *lo = fmin(*lo, fmin(y0, y1));
        *hi = fmax(*hi, fmax(y0, y1));
        any = true;
    }
    return any;
}

static void add_column(struct area *area, int32_t x)
{
    struct side *a = &area->sides[0], *b = &area->sides[1];
    const size_t ends[2] = {reach_column(a, x), reach_column(b, x)};
    if (!dense_at(a, x) && !dense_at(b, x)) {
        add_segments(area, x, ends);
        return;
    }
    double lo = INFINITY, hi = -INFINITY, top = area->clip.y0;
    if (widen(a, x, ends[0], &lo, &hi) && widen(b, x, ends[1], &lo, &hi)) {
        add_below(area, 1, lo - top, lo - top);
        add_below(area, -1, hi - top, hi - top);
    }
}

static uint8_t row_coverage(double shared)
{
    return (uint8_t)(fmin(fmax(shared, 0), 1) * 255 + 0.5);
}

// Writes the column's runs of equal coverage and clears it.
static void push_runs(struct plt_frame *frame, struct area *area, int32_t x, uint32_t color)
{
    int32_t rows = area->clip.y1 - area->clip.y0, begin = 0;
    uint8_t coverage = 0;
    double below = 0;
    for (int32_t r = 0; r <= rows; r++) {
        below += area->jumps[r];
        uint8_t here = r < rows ? row_coverage(below + area->rows[r]) : 0;
        area->rows[r] = area->jumps[r] = 0;
        if (here == coverage && r < rows)
            continue;
        if (coverage)
            plt_push_tint(
                frame,
                (struct plt_irect){x, area->clip.y0 + begin, x + 1, area->clip.y0 + r},
                color, coverage);
        coverage = here;
        begin = r;
    }
}

void plt_push_tint(struct plt_frame *frame, struct plt_irect rect, uint32_t color,
                   uint8_t coverage)
{
    if (!plt_reserve((void **)&frame->tints, &frame->cap_tints, frame->num_tints + 1,
                     sizeof(*frame->tints))) {
        frame->failed = true;
        return;
    }
    uint32_t alpha = plt_scale_alpha(coverage, (uint8_t)(color >> 24));
    frame->tints[frame->num_tints++] =
        (struct plt_tint){rect, (color & 0xffffff) | alpha << 24};
}

static void fill_columns(struct plt_frame *frame, struct area *area, uint32_t color)
{
    struct plt_op *op = plt_push_op(frame, PLT_OP_TINTS, color, area->clip);
    if (!op)
        return;
    for (int32_t x = area->clip.x0; x < area->clip.x1; x++) {
        add_column(area, x);
        push_runs(frame, area, x, color);
    }
    op->count = frame->num_tints - op->first;
    if (op->count == 0)
        frame->num_ops--; // nothing to draw, no operation
}

static bool reduce_side(struct plt_frame *frame, const struct plt_series_pin *pin,
                        const struct plt_reduce_params *params,
                        struct plt_reduce_result *part)
{
    struct plt_reduce_params outline = *params;
    outline.area = true;
    outline.dash = NULL;
    outline.mode = params->mode == PLT_REDUCE_AUTO ? PLT_REDUCE_AUTO : PLT_REDUCE_SCAN;
    return plt_reduce(&frame->strokes, part, pin, &outline);
}

static struct side side_of(const struct plt_frame *frame,
                           const struct plt_reduce_result *part)
{
    struct side side = {.col0 = part->col0,
                        .col1 = part->col0 + (int32_t)part->num_columns,
                        .num_segments = part->num_segments};
    if (part->num_columns > 0)
        side.columns = frame->strokes.columns + part->first_column;
    if (part->num_segments > 0)
        side.segments = frame->strokes.segments + part->first_segment;
    return side;
}

void plt_push_area(struct plt_frame *frame, const struct plt_area_side sides[2],
                   double level_px, uint32_t color, struct plt_irect clip)
{
    size_t columns = frame->strokes.num_columns, segments = frame->strokes.num_segments;
    struct plt_reduce_result parts[2] = {{0}};
    bool ok = true;
    clip = plt_irect_cut(clip, (struct plt_irect){0, 0, frame->width, frame->height});
    if (plt_irect_empty(clip))
        return;
    for (int i = 0; i < 2 && sides[i].pin; i++) {
        if (!sides[i].pin->sorted)
            return;
        ok = ok && reduce_side(frame, sides[i].pin, &sides[i].params, &parts[i]);
    }
    size_t rows = (size_t)(clip.y1 - clip.y0) + 2;
    double *memory = ok ? plt_calloc(2 * rows, sizeof(*memory)) : NULL;
    float level = (float)fmin(fmax(level_px, clip.y0 - 1.0), clip.y1 + 1.0);
    const struct plt_segment flat = {-1e6f, level, 1e6f, level};
    if (memory) {
        struct area area = {.clip = clip, .rows = memory, .jumps = memory + rows};
        area.sides[0] = side_of(frame, &parts[0]);
        area.sides[1] = sides[1].pin ? side_of(frame, &parts[1])
                                     : (struct side){.segments = &flat, .num_segments = 1};
        fill_columns(frame, &area, color);
    } else {
        frame->failed = true;
    }
    frame->strokes.num_columns = columns;
    frame->strokes.num_segments = segments;
    plt_free(memory);
}
