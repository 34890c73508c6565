// Box plots -> rectangles of whole pixels, outliers as markers.
#include <math.h>

#include <plotlib/base/alloc.h>
#include <plotlib/draw/build.h>
#include <plotlib/reduce/points.h>

struct painter {
    struct plt_frame *frame;
    const struct plt_box_plot *plot;
    const struct plt_map *along, *across;
    double shift_along, shift_across; // the origin of x
    struct plt_irect clip;
    uint32_t color, tint;
    int32_t line;
};

static double across_px(const struct painter *p, double v)
{
    const bool h = p->plot->horizontal;
    return plt_edge_px(p->across, v - p->shift_across,
                       (h ? p->clip.x0 : p->clip.y0) - 2.0 * p->line,
                       (h ? p->clip.x1 : p->clip.y1) + 2.0 * p->line);
}

// Given along the places' axis and across it.
static struct plt_irect rect(const struct painter *p, double a0, double c0, double a1,
                             double c1)
{
    return p->plot->horizontal ? plt_crisp_rect(c0, a0, c1, a1)
                               : plt_crisp_rect(a0, c0, a1, c1);
}

static void fill(const struct painter *p, uint32_t color, struct plt_irect r)
{
    plt_push_fill(p->frame, color, p->clip, r);
}

// A line across the places' axis at c, `wide` pixels thick.
static void level(const struct painter *p, double a0, double a1, double c, int32_t wide)
{
    const double from = floor(c - wide * 0.5 + 0.5);
    fill(p, p->color, rect(p, a0, from, a1, from + wide));
}

// A line along the values' axis from c0 to c1, about the middle a.
static void whisker(const struct painter *p, double a, double c0, double c1)
{
    const double from = floor(a - p->line * 0.5 + 0.5);
    if (floor(c0 + 0.5) != floor(c1 + 0.5))
        fill(p, p->color, rect(p, from, c0, from + p->line, c1));
}

static void draw_box(const struct painter *p, const struct plt_box *box)
{
    const struct plt_box_stats *s = &box->stats;
    const double width = p->plot->width, place = box->place - p->shift_along;
    const double a0 = plt_point_px(p->along, place - width / 2);
    const double a1 = plt_point_px(p->along, place + width / 2);
    const double a = plt_point_px(p->along, place), half = (a1 - a0) / 4;
    if (isnan(a0) || isnan(a1) || isnan(a))
        return;
    const double low = across_px(p, s->low), high = across_px(p, s->high);
    const double q1 = across_px(p, s->q1), q3 = across_px(p, s->q3);
    const struct plt_irect body = rect(p, a0, q1, a1, q3);
    whisker(p, a, low, q1);
    whisker(p, a, q3, high);
    level(p, a - half, a + half, low, p->line);
    level(p, a - half, a + half, high, p->line);
    fill(p, p->tint, body);
    plt_push_outline(p->frame, p->color, p->clip, body, p->line);
    level(p, a0, a1, across_px(p, s->median), 2 * p->line);
}

static void add_outlier(const struct painter *p, double a, double c)
{
    struct plt_frame *frame = p->frame;
    const bool h = p->plot->horizontal;
    const double x = h ? c : a, y = h ? a : c, far = 2048;
    if (!(x > p->clip.x0 - far && x < p->clip.x1 + far && y > p->clip.y0 - far &&
          y < p->clip.y1 + far))
        return;
    if (!plt_reserve((void **)&frame->markers, &frame->cap_markers, frame->num_markers + 1,
                     sizeof(*frame->markers))) {
        frame->failed = true;
        return;
    }
    const double size = p->plot->size_px * p->plot->item.plot->figure->scale;
    frame->markers[frame->num_markers++] = (struct plt_marker){
        .x = (int32_t)floor(x * PLT_MARKER_ONE + 0.5),
        .y = (int32_t)floor(y * PLT_MARKER_ONE + 0.5),
        .color = p->color,
        .size = (uint16_t)(fmin(size, PLT_MARKER_MOST) * PLT_MARKER_ONE),
        .symbol = (uint8_t)p->plot->symbol};
}

static void draw_outliers(const struct painter *p)
{
    struct plt_op *op = plt_push_op(p->frame, PLT_OP_MARKERS, 0, p->clip);
    if (!op)
        return;
    for (size_t i = 0; i < p->plot->num_boxes; i++) {
        const struct plt_box *box = &p->plot->boxes[i];
        const double a = plt_point_px(p->along, box->place - p->shift_along);
        for (size_t k = 0; k < box->stats.num_outliers; k++)
            add_outlier(p, a, plt_point_px(p->across, box->outliers[k] - p->shift_across));
    }
    op->count = p->frame->num_markers - op->first;
    if (op->count == 0)
        p->frame->num_ops--; // nothing to draw, no operation
}

void plt_draw_box_plot(struct plt_frame *frame, struct plt_box_plot *plot)
{
    const struct plt_item *item = &plot->item;
    const struct plt_map *x = &item->plot->x.map, *y = &item->y_axis->map;
    const int32_t line = plt_device_px(item->plot->figure, plot->line_px);
    const double origin = (double)item->plot->origin;
    struct painter p = {.frame = frame,
                        .plot = plot,
                        .along = plot->horizontal ? y : x,
                        .across = plot->horizontal ? x : y,
                        .shift_along = plot->horizontal ? 0 : origin,
                        .shift_across = plot->horizontal ? origin : 0,
                        .clip = item->plot->data,
                        .color = plt_item_argb(&plot->item),
                        .line = line > 1 ? line : 1};
    p.tint = (p.color & 0xffffffu) | (p.color >> 26) << 24; // a quarter of its alpha
    for (size_t i = 0; i < plot->num_boxes; i++)
        draw_box(&p, &plot->boxes[i]);
    draw_outliers(&p);
}
