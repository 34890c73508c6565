// Picking in a plot: asks each item that has samples and keeps the nearest.
#include <math.h>

#include <plotlib/base/message.h>
#include <plotlib/pick.h>
#include <plotlib/reduce/points.h>
#include <plotlib/scene/marks.h>

// The sample's data and place on the screen.
static void fill_pick(const struct plt_item *item, const struct plt_pick_query *query,
                      const struct plt_pick_hit *hit, struct plt_pick *pick)
{
    const double scale = item->plot->figure->scale;
    double x, y;
    plt_points_values(query->pin, query->x.origin, hit->sample, 1, &x, &y);
    *pick = (struct plt_pick){.sample = hit->sample,
                              .x = (double)query->x.origin + x,
                              .y = y,
                              .x_px = plt_map_px(&query->x, x) / scale,
                              .y_px = plt_map_px(&query->y, y) / scale,
                              .distance_px = sqrt(hit->d2) / scale};
}

static bool nearest(struct plt_sampled *sampled, struct plt_pick_query query, double x_px,
                    double y_px, double radius_px, struct plt_pick *pick)
{
    const struct plt_item *item = &sampled->item;
    const struct plt_plot *plot = item->plot;
    const double scale = plot->figure->scale;
    struct plt_pick_hit hit;
    query.pool = plot->figure->pool;
    query.x = plot->x.map;
    query.y = item->y_axis->map;
    query.x_px = x_px * scale;
    query.y_px = y_px * scale;
    query.radius_px = radius_px * scale;
    if (!plt_pick_nearest(&query, &sampled->index, &hit))
        return false;
    fill_pick(item, &query, &hit, pick);
    // It was compared as a square in device pixels, where rounding may differ.
    pick->distance_px = fmin(pick->distance_px, radius_px);
    return true;
}

static bool is_laid_out(const struct plt_item *item)
{
    return item->plot->x.mapped_px > 0 && item->y_axis->mapped_px > 0;
}

static bool is_place(double x_px, double y_px, double radius_px)
{
    return isfinite(x_px) && isfinite(y_px) && radius_px >= 0 && isfinite(radius_px);
}

static bool pick_sampled(struct plt_sampled *sampled, double x_px, double y_px,
                         double radius_px, struct plt_pick *pick)
{
    struct plt_series_pin pin;
    if (!is_laid_out(&sampled->item) || !plt_sampled_pin(sampled, &pin))
        return false;
    struct plt_pick_query query = {.pin = &pin,
                                   .changes = sampled->changes,
                                   .fresh = !atomic_load(&sampled->listener.dirty)};
    bool found = nearest(sampled, query, x_px, y_px, radius_px, pick);
    plt_sampled_unpin(sampled, &pin);
    if (found && sampled->item.class->kind == PLT_ITEM_CURVE)
        pick->curve = (struct plt_curve *)sampled;
    else if (found)
        pick->scatter = (struct plt_scatter *)sampled;
    return found;
}

bool plt_curve_pick(struct plt_curve *curve, double x_px, double y_px, double radius_px,
                    struct plt_pick *pick)
{
    plt_require(NULL, curve != NULL && pick != NULL, false);
    plt_require(plt_item_log(&curve->sampled.item), is_place(x_px, y_px, radius_px), false);
    return pick_sampled(&curve->sampled, x_px, y_px, radius_px, pick);
}

bool plt_scatter_pick(struct plt_scatter *scatter, double x_px, double y_px,
                      double radius_px, struct plt_pick *pick)
{
    plt_require(NULL, scatter != NULL && pick != NULL, false);
    plt_require(plt_item_log(&scatter->sampled.item), is_place(x_px, y_px, radius_px),
                false);
    return pick_sampled(&scatter->sampled, x_px, y_px, radius_px, pick);
}

bool plt_plot_pick(struct plt_plot *plot, double x_px, double y_px, double radius_px,
                   struct plt_pick *pick)
{
    plt_require(NULL, plot != NULL && pick != NULL, false);
    plt_require(plot->figure->log, is_place(x_px, y_px, radius_px), false);
    bool any = false;
    for (size_t i = 0; i < plot->num_items; i++) {
        struct plt_item *item = plot->items[i];
        struct plt_pick one;
        enum plt_item_kind kind = item->class->kind;
        if (item->hidden || (kind != PLT_ITEM_CURVE && kind != PLT_ITEM_SCATTER))
            continue;
        bool found = pick_sampled((struct plt_sampled *)item, x_px, y_px, radius_px, &one);
        if (!found || (any && one.distance_px > pick->distance_px))
            continue;
        *pick = one;
        any = true;
    }
    return any;
}
