// The region between a curve and a level as tinted spans: per pixel column the exact area
// each pixel shares with the region, in double. A dense column is filled from its extrema
// to the level over its whole width, so nothing depends on how many samples it holds.
#include <math.h>

#include <plotlib/base/alloc.h>
#include <plotlib/draw/build.h>

struct area {
    struct plt_irect clip;
    double *rows;  // [rows + 2]: area shared with the region, of one column
    double *jumps; // [rows + 2]: added to this row and all below
    double level;  // row 0 at the clip's top
    const struct plt_column *columns;
    int32_t col0, col1;
    const struct plt_segment *segments;
    size_t num_segments, next;
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

// The band between the level and a line that does not cross it.
static void add_band(struct area *area, double width, double a, double b)
{
    double sign = a + b < 2 * area->level ? width : -width;
    add_below(area, sign, a, b);
    add_below(area, -sign, area->level, area->level);
}

static void add_piece(struct area *area, double width, double a, double b)
{
    double l = area->level;
    if ((a < l && b > l) || (a > l && b < l)) {
        double t = (l - a) / (b - a);
        add_band(area, width * t, a, l);
        add_band(area, width * (1 - t), l, b);
    } else {
        add_band(area, width, a, b);
    }
}

static double y_at(const struct plt_segment *s, double x)
{
    double t = (x - (double)s->x0) / ((double)s->x1 - (double)s->x0);
    return (double)s->y0 + t * ((double)s->y1 - (double)s->y0);
}

// The segments that cross column x.
static void add_segments(struct area *area, int32_t x)
{
    while (area->next < area->num_segments && area->segments[area->next].x1 <= (float)x)
        area->next++;
    for (size_t i = area->next; i < area->num_segments; i++) {
        const struct plt_segment *s = &area->segments[i];
        if (s->x0 >= (float)(x + 1))
            break;
        double a = fmax((double)s->x0, x), b = fmin((double)s->x1, x + 1);
        if (b > a)
            add_piece(area, b - a, y_at(s, a) - area->clip.y0, y_at(s, b) - area->clip.y0);
    }
}

static void add_column(struct area *area, int32_t x)
{
    const struct plt_column *c = area->columns && x >= area->col0 && x < area->col1
                                     ? &area->columns[x - area->col0]
                                     : NULL;
    if (c && c->lo <= c->hi) {
        double lo = (double)c->lo - area->clip.y0, hi = (double)c->hi - area->clip.y0;
        lo = fmin(lo, area->level);
        hi = fmax(hi, area->level);
        add_below(area, 1, lo, lo);
        add_below(area, -1, hi, hi);
        return;
    }
    add_segments(area, x);
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

void plt_push_area(struct plt_frame *frame, const struct plt_series_pin *pin,
                   const struct plt_reduce_params *params, double level_px, uint32_t color,
                   struct plt_irect clip)
{
    size_t columns = frame->strokes.num_columns, segments = frame->strokes.num_segments;
    struct plt_reduce_params outline = *params;
    outline.area = true;
    outline.dash = NULL;
    outline.mode = params->mode == PLT_REDUCE_AUTO ? PLT_REDUCE_AUTO : PLT_REDUCE_SCAN;
    clip = plt_irect_cut(clip, (struct plt_irect){0, 0, frame->width, frame->height});
    if (plt_irect_empty(clip) || !pin->sorted)
        return;
    struct plt_reduce_result part;
    size_t rows = (size_t)(clip.y1 - clip.y0) + 2;
    double *memory = plt_calloc(2 * rows, sizeof(*memory));
    if (!memory || !plt_reduce(&frame->strokes, &part, pin, &outline)) {
        plt_free(memory);
        frame->failed = true;
        return;
    }
    struct area area = {.clip = clip, .rows = memory, .jumps = memory + rows};
    area.level = fmin(fmax(level_px - clip.y0, -1), clip.y1 - clip.y0 + 1.0);
    if (part.num_columns > 0)
        area.columns = frame->strokes.columns + part.first_column;
    area.col0 = part.col0;
    area.col1 = part.col0 + (int32_t)part.num_columns;
    area.num_segments = part.num_segments;
    if (part.num_segments > 0)
        area.segments = frame->strokes.segments + part.first_segment;
    fill_columns(frame, &area, color);
    frame->strokes.num_columns = columns;
    frame->strokes.num_segments = segments;
    plt_free(memory);
}
