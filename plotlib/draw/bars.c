// Bars and histograms -> rectangles of whole pixels.
#include <math.h>

#include <plotlib/draw/build.h>
#include <plotlib/reduce/points.h>

// Far outside every frame, and far within int32.
#define FAR 1e6

static int32_t edge(double px)
{
    return (int32_t)floor(fmin(fmax(px, -FAR), FAR) + 0.5);
}

struct plt_irect plt_crisp_rect(double x0, double y0, double x1, double y1)
{
    if (isnan(x0) || isnan(y0) || isnan(x1) || isnan(y1))
        return (struct plt_irect){0, 0, 0, 0};
    const int32_t a = edge(fmin(x0, x1)), b = edge(fmin(y0, y1));
    const int32_t c = edge(fmax(x0, x1)), d = edge(fmax(y0, y1));
    return (struct plt_irect){a, b, c > a ? c : a + 1, d > b ? d : b + 1};
}

struct painter {
    struct plt_frame *frame;
    const struct plt_item *item;
    struct plt_irect clip;
    bool horizontal;
    bool tinted; // into the open TINTS operation
    struct plt_irect open;
    uint32_t open_color;
    double open_base;
    bool is_open;
};

// Empty where it cannot be shown or has no height.
static struct plt_irect bar_rect(const struct painter *p, const struct plt_bar *bar)
{
    const struct plt_irect none = {0, 0, 0, 0};
    const struct plt_map *x = &p->item->plot->x.map, *y = &p->item->y_axis->map;
    const double origin = (double)p->item->plot->origin;
    const double shift_along = p->horizontal ? 0 : origin;
    const double shift_across = p->horizontal ? origin : 0;
    const struct plt_map *along = p->horizontal ? y : x, *across = p->horizontal ? x : y;
    const double a0 = plt_point_px(along, bar->lo - shift_along);
    const double a1 = plt_point_px(along, bar->hi - shift_along);
    const double end = plt_point_px(across, bar->end - shift_across);
    const double low = p->horizontal ? p->clip.x0 : p->clip.y0;
    const double high = p->horizontal ? p->clip.x1 : p->clip.y1;
    const double base = plt_edge_px(across, bar->base - shift_across, low, high);
    if (isnan(a0) || isnan(a1) || isnan(end) || bar->end == bar->base ||
        edge(base) == edge(end))
        return none;
    return p->horizontal ? plt_crisp_rect(base, a0, end, a1)
                         : plt_crisp_rect(a0, base, a1, end);
}

static void flush(struct painter *p)
{
    if (!p->is_open)
        return;
    p->is_open = false;
    const struct plt_irect cut = plt_irect_cut(p->open, p->clip);
    if (plt_irect_empty(cut))
        return;
    if (p->tinted)
        plt_push_tint(p->frame, cut, p->open_color, 255);
    else
        plt_push_fill(p->frame, p->open_color, p->clip, cut);
}

// Bars that share their pixels and their base become one: a translucent colour is not
// blended twice.
static void add_bar(struct painter *p, const struct plt_bar *bar)
{
    const struct plt_irect r = bar_rect(p, bar);
    if (plt_irect_empty(r))
        return;
    const bool same_place = p->horizontal ? r.y0 == p->open.y0 && r.y1 == p->open.y1
                                          : r.x0 == p->open.x0 && r.x1 == p->open.x1;
    if (p->is_open && same_place && bar->color == p->open_color &&
        bar->base == p->open_base) {
        p->open.x0 = r.x0 < p->open.x0 ? r.x0 : p->open.x0;
        p->open.y0 = r.y0 < p->open.y0 ? r.y0 : p->open.y0;
        p->open.x1 = r.x1 > p->open.x1 ? r.x1 : p->open.x1;
        p->open.y1 = r.y1 > p->open.y1 ? r.y1 : p->open.y1;
        return;
    }
    flush(p);
    p->open = r;
    p->open_color = bar->color;
    p->open_base = bar->base;
    p->is_open = true;
}

typedef struct plt_bar (*bar_fn)(const struct plt_item *item, size_t i);

static void draw_all(struct painter *p, bar_fn bar_at, size_t n)
{
    struct plt_op *op = NULL;
    if (p->tinted && !(op = plt_push_op(p->frame, PLT_OP_TINTS, 0, p->clip)))
        return;
    for (size_t i = 0; i < n; i++) {
        const struct plt_bar bar = bar_at(p->item, i);
        add_bar(p, &bar);
    }
    flush(p);
    if (!op)
        return;
    op->count = p->frame->num_tints - op->first;
    if (op->count == 0)
        p->frame->num_ops--; // nothing to draw, no operation
}

static void draw_outlines(struct painter *p, bar_fn bar_at, size_t n, uint32_t color,
                          float width_px)
{
    const int32_t width = plt_device_px(p->item->plot->figure, width_px);
    for (size_t i = 0; i < n && color >> 24; i++) {
        const struct plt_bar bar = bar_at(p->item, i);
        const struct plt_irect r = bar_rect(p, &bar);
        const int32_t side = r.x1 - r.x0 < r.y1 - r.y0 ? r.x1 - r.x0 : r.y1 - r.y0;
        int32_t line = width > 1 ? width : 1;
        line = line * 2 > side ? side / 2 : line;
        if (line == 0)
            plt_push_fill(p->frame, color, p->clip, r);
        else
            plt_push_outline(p->frame, color, p->clip, r, line);
    }
}

static struct plt_bar bar_at(const struct plt_item *item, size_t i)
{
    return plt_bars_at((const struct plt_bars *)item, i);
}

void plt_draw_bars(struct plt_frame *frame, struct plt_bars *bars)
{
    struct painter p = {.frame = frame,
                        .item = &bars->item,
                        .clip = bars->item.plot->data,
                        .horizontal = bars->horizontal,
                        .tinted = bars->num_colors > 0};
    draw_all(&p, bar_at, bars->num_heights);
    draw_outlines(&p, bar_at, bars->num_heights, plt_color_argb(bars->outline_color),
                  bars->outline_width_px);
}

static struct plt_bar bin_at(const struct plt_item *item, size_t k)
{
    const struct plt_histogram *h = (const struct plt_histogram *)item;
    return (struct plt_bar){.lo = h->bins.edges[k],
                            .hi = h->bins.edges[k + 1],
                            .end = plt_histogram_height(h, k),
                            .color = plt_item_argb(item)};
}

void plt_draw_histogram(struct plt_frame *frame, struct plt_histogram *histogram)
{
    const struct plt_item *item = &histogram->sampled.item;
    struct painter p = {.frame = frame,
                        .item = item,
                        .clip = item->plot->data,
                        .horizontal = histogram->horizontal};
    draw_all(&p, bin_at, histogram->bins.num);
    draw_outlines(&p, bin_at, histogram->bins.num, plt_color_argb(histogram->outline_color),
                  histogram->outline_width_px);
}
