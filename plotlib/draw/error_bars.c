// Error bars -> beams and caps of whole pixels, in one operation.
#include <math.h>

#include <plotlib/draw/build.h>
#include <plotlib/reduce/points.h>

struct painter {
    struct plt_frame *frame;
    const struct plt_map *x, *y;
    struct plt_irect clip;
    uint32_t color;
    int32_t wide; // of beam and caps, device pixels
    int32_t cap;  // length of a cap; 0 = none
};

// First pixel of a line `wide` pixels wide about px.
static int32_t line_from(double px, int32_t wide)
{
    return (int32_t)floor(px - wide * 0.5 + 0.5);
}

// A beam from px0 to px1 along one axis, at `at` along the other. An end may be NaN: it
// lies at the axis's low end, without a cap; so do ends beyond the plot.
static void draw_beam(const struct painter *p, bool upright, const struct plt_map *along,
                      double px0, double px1, double at)
{
    const double low = upright ? p->clip.y0 : p->clip.x0;
    const double high = upright ? p->clip.y1 : p->clip.x1;
    const double end = along->scale < 0 ? high : low;
    const double a = isnan(px0) ? end : px0, b = isnan(px1) ? end : px1;
    const double lo = fmin(a, b), hi = fmax(a, b);
    if (hi < low - p->wide || lo > high + p->wide)
        return;
    const bool cap_lo = p->cap > 0 && lo > low - p->wide && !isnan(a < b ? px0 : px1);
    const bool cap_hi = p->cap > 0 && hi < high + p->wide && !isnan(a < b ? px1 : px0);
    int32_t from = cap_lo ? line_from(lo, p->wide) : (int32_t)floor(fmax(lo, low) + 0.5);
    int32_t to =
        cap_hi ? line_from(hi, p->wide) + p->wide : (int32_t)floor(fmin(hi, high) + 0.5);
    const int32_t side = line_from(at, p->wide), reach = line_from(at, p->cap);
    struct plt_irect pieces[3] = {{side, from, side + p->wide, to}, {0}, {0}};
    if (cap_lo && from + p->wide <= to) { // no pixel twice: it may be translucent
        pieces[1] = (struct plt_irect){reach, from, reach + p->cap, from + p->wide};
        pieces[0].y0 = from += p->wide;
    }
    if (cap_hi && to - p->wide >= from) {
        pieces[2] = (struct plt_irect){reach, to - p->wide, reach + p->cap, to};
        pieces[0].y1 = to - p->wide;
    }
    for (int i = 0; i < 3; i++) {
        struct plt_irect r = pieces[i];
        if (!upright)
            r = (struct plt_irect){r.y0, r.x0, r.y1, r.x1};
        plt_push_fill(p->frame, p->color, p->clip, r);
    }
}

static void draw_sample(const struct painter *p, const struct plt_error_bars *bars,
                        uint64_t i, double x, double y)
{
    double left, right, below, above;
    const double px = plt_point_px(p->x, x), py = plt_point_px(p->y, y);
    const int32_t reach = p->cap > p->wide ? p->cap : p->wide;
    if (isnan(px) || isnan(py))
        return;
    plt_error_bars_at(bars, i, &left, &right, &below, &above);
    if ((below > 0 || above > 0) && px > p->clip.x0 - reach && px < p->clip.x1 + reach)
        draw_beam(p, true, p->y, plt_map_px(p->y, y - below), plt_map_px(p->y, y + above),
                  px);
    if ((left > 0 || right > 0) && py > p->clip.y0 - reach && py < p->clip.y1 + reach)
        draw_beam(p, false, p->x, plt_map_px(p->x, x - left), plt_map_px(p->x, x + right),
                  py);
}

static void draw_samples(const struct painter *p, const struct plt_error_bars *bars,
                         const struct plt_series_pin *pin)
{
    for (uint64_t i = pin->tail; i < pin->head; i += PLT_POINTS) {
        double x[PLT_POINTS], y[PLT_POINTS];
        const size_t n = pin->head - i < PLT_POINTS ? (size_t)(pin->head - i) : PLT_POINTS;
        plt_points_values(pin, p->x->origin, i, n, x, y);
        for (size_t k = 0; k < n; k++)
            draw_sample(p, bars, i + k, x[k], y[k]);
    }
}

void plt_draw_error_bars(struct plt_frame *frame, struct plt_error_bars *bars)
{
    const struct plt_item *item = &bars->sampled.item;
    const struct plt_figure *figure = item->plot->figure;
    struct plt_series_pin pin;
    if (!plt_sampled_pin(&bars->sampled, &pin))
        return;
    const int32_t wide = plt_device_px(figure, bars->width_px);
    struct painter p = {.frame = frame,
                        .y = &item->y_axis->map,
                        .color = plt_item_argb(item),
                        .wide = wide > 1 ? wide : 1};
    if (bars->cap_px > 0) {
        const int32_t cap = plt_device_px(figure, bars->cap_px);
        p.cap = cap + ((cap ^ p.wide) & 1); // as odd as the beam: it sticks out evenly
    }
    struct plt_pass passes[PLT_MAX_PASSES];
    const int num_passes = plt_plot_passes(item->plot, passes);
    for (int i = 0; i < num_passes; i++) {
        p.x = &passes[i].x;
        p.clip = passes[i].clip;
        draw_samples(&p, bars, &pin);
    }
    plt_sampled_unpin(&bars->sampled, &pin);
}
