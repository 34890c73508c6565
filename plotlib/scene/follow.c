// Following the newest data (scroll, sweep, expand), and holding still what a plot shows
// while its series take in more.
#include <math.h>

#include <plotlib/base/message.h>
#include <plotlib/scene/scene.h>

// --- where the view goes ---------------------------------------------------------------

// The window that holds `newest`: whole spans away from the one before, so that its columns
// are those of the one before as well.
static double sweep_window(struct plt_plot *plot, double newest)
{
    double span = plot->follow_span, passed = (newest - plot->sweep_lo) / span;
    if (plot->sweep_span != span || !(passed >= 0 && passed < 0x1p31))
        plot->sweep_lo = floor(newest / span) * span;
    else
        plot->sweep_lo += floor(passed) * span;
    if (newest < plot->sweep_lo) // rounded up, by less than shows
        plot->sweep_lo -= span;
    plot->sweep_span = span;
    return plot->sweep_lo;
}

// Steps of a half: the scale, and with it the columns, stay the same in between.
static double expanded_span(const struct plt_plot *plot, struct plt_range all)
{
    double span = plot->follow_span;
    while (span < all.x1 - all.x0 && span < 1e300)
        span *= 1.5;
    return span;
}

struct plt_range plt_follow_range(struct plt_plot *plot, const struct plt_range *all)
{
    double span = plot->follow_span, lo = -span;
    plot->newest = all ? all->x1 : NAN;
    if (!all)
        return (struct plt_range){plot->follow == PLT_FOLLOW_SCROLL ? lo : 0, span};
    switch (plot->follow) {
    case PLT_FOLLOW_SCROLL: lo = all->x1 - span; break;
    case PLT_FOLLOW_SWEEP: lo = sweep_window(plot, all->x1); break;
    case PLT_FOLLOW_EXPAND:
        lo = all->x0;
        span = expanded_span(plot, *all);
        break;
    }
    return (struct plt_range){lo, span};
}

struct plt_axis *plt_follow_axis(struct plt_plot *plot)
{
    for (size_t i = 0; i < plot->num_items; i++) {
        const struct plt_image_item *item = (const struct plt_image_item *)plot->items[i];
        if (plt_item_ring(&item->item) && !item->item.hidden &&
            !item->orientation.transpose)
            return item->item.y_axis;
    }
    return &plot->x;
}

// --- sweep -----------------------------------------------------------------------------

enum { GAP = 12 }; // logical pixels between the newest data and the oldest

int plt_axis_passes(const struct plt_axis *axis, struct plt_pass passes[PLT_MAX_PASSES])
{
    const struct plt_plot *plot = axis->plot;
    const struct plt_irect data = plot->data;
    const struct plt_map *map = &axis->map;
    passes[0] = (struct plt_pass){data, *map};
    if (plot->follow != PLT_FOLLOW_SWEEP || axis->view.mode != PLT_RANGE_FOLLOW ||
        !isfinite(plot->newest))
        return 1;
    const int32_t first = axis->vertical ? data.y0 : data.x0;
    const int32_t end = axis->vertical ? data.y1 : data.x1;
    const int32_t gap = plt_device_px(plot->figure, GAP);
    const bool up = map->scale < 0; // newer data towards the first pixel
    double px = (plot->newest - map->anchor) * map->scale + map->offset;
    px = up ? ceil(fmin(fmax(px, first), end)) - 1 : floor(fmin(fmax(px, first), end)) + 1;
    int32_t seam = (int32_t)px + (up ? -gap : gap);
    seam = seam < first ? first : seam < end ? seam : end;
    // What was drawn one window ago, where it then stood.
    passes[1] = (struct plt_pass){data, *map};
    passes[1].x.offset += up ? first - end : end - first;
    struct plt_irect *now = &passes[0].clip, *before = &passes[1].clip;
    int32_t *now_edge = !axis->vertical ? &now->x1 : up ? &now->y0 : &now->y1;
    int32_t *before_edge = !axis->vertical ? &before->x0 : up ? &before->y1 : &before->y0;
    *now_edge = *before_edge = seam;
    return (up ? seam > first : seam < end) ? 2 : 1;
}

int plt_plot_passes(const struct plt_plot *plot, struct plt_pass passes[PLT_MAX_PASSES])
{
    return plt_axis_passes(&plot->x, passes);
}

// --- pause -----------------------------------------------------------------------------

bool plt_plot_set_paused(struct plt_plot *plot, bool paused)
{
    plt_require(NULL, plot != NULL, false);
    if (plot->paused == paused)
        return true;
    plot->paused = paused;
    for (size_t i = 0; i < plot->num_items; i++)
        if (plot->items[i]->class->hold)
            plot->items[i]->class->hold(plot->items[i], paused);
    plt_figure_damage(plot->figure);
    return true;
}

bool plt_plot_paused(struct plt_plot *plot)
{
    plt_require(NULL, plot != NULL, false);
    return plot->paused;
}
