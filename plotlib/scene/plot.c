// What a program does with a plot: ranges, auto range, history, titles, geometry.
#include <math.h>

#include <plotlib/base/message.h>
#include <plotlib/scene/scene.h>

struct plt_figure *plt_plot_figure(struct plt_plot *plot)
{
    return plot ? plot->figure : NULL;
}

struct plt_axis *plt_plot_x_axis(struct plt_plot *plot)
{
    return plot ? &plot->x : NULL;
}

struct plt_axis *plt_plot_y_axis(struct plt_plot *plot)
{
    return plot ? &plot->y : NULL;
}

bool plt_plot_set_title(struct plt_plot *plot, const char *title)
{
    plt_require(NULL, plot != NULL, false);
    if (!plt_replace_string(&plot->title, title, plot->figure->log))
        return false;
    plt_figure_damage(plot->figure);
    return true;
}

// After a view was changed by program.
static void view_changed(struct plt_plot *plot)
{
    struct plt_figure *figure = plot->figure;
    plt_figure_enter(figure);
    if (figure->width > 0)
        plt_view_update(plot);
    plt_figure_damage(figure);
    plt_notice_view(plot, false);
    plt_figure_leave(figure);
}

// Listeners that link plots would call one another for ever if this were a change.
static bool shows(const struct plt_axis *axis, double first, double last)
{
    struct plt_range now = plt_view_range(axis);
    return axis->view.mode == PLT_RANGE_FIXED && !axis->plot->lock_aspect &&
           now.x0 == first && now.x1 == last;
}

bool plt_axis_set_range(struct plt_axis *axis, double first, double last)
{
    plt_require(NULL, axis != NULL, false);
    if (shows(axis, first, last))
        return true;
    if (!plt_view_set(axis, first, last))
        return false;
    view_changed(axis->plot);
    return true;
}

struct plt_range plt_axis_range(struct plt_axis *axis)
{
    plt_require(NULL, axis != NULL, (struct plt_range){0});
    return plt_view_range(axis);
}

void plt_axis_set_auto_range(struct plt_axis *axis, bool automatic)
{
    plt_require(NULL, axis != NULL, );
    if (automatic)
        axis->view.mode = PLT_RANGE_AUTO;
    else
        plt_view_freeze(axis);
    view_changed(axis->plot);
}

bool plt_plot_set_x_range(struct plt_plot *plot, double left, double right)
{
    plt_require(NULL, plot != NULL, false);
    return plt_axis_set_range(&plot->x, left, right);
}

bool plt_plot_set_y_range(struct plt_plot *plot, double bottom, double top)
{
    plt_require(NULL, plot != NULL, false);
    return plt_axis_set_range(&plot->y, bottom, top);
}

struct plt_view *plt_plot_view(struct plt_plot *plot)
{
    return plot ? &plot->view : NULL;
}

bool plt_view_set_time(struct plt_view *view, int64_t t0_ns, int64_t t1_ns)
{
    plt_require(NULL, view != NULL, false);
    if (!plt_view_set_int64(view->plot, t0_ns, t1_ns))
        return false;
    view_changed(view->plot);
    return true;
}

void plt_view_time(struct plt_view *view, int64_t *t0_ns, int64_t *t1_ns)
{
    plt_require(NULL, view != NULL && t0_ns != NULL && t1_ns != NULL, );
    struct plt_range shown = plt_view_relative(&view->plot->x);
    *t0_ns = plt_view_nearest_int64(view->plot->origin, shown.x0);
    *t1_ns = plt_view_nearest_int64(view->plot->origin, shown.x1);
}

struct plt_range plt_plot_x_range(struct plt_plot *plot)
{
    plt_require(NULL, plot != NULL, (struct plt_range){0});
    return plt_view_range(&plot->x);
}

struct plt_range plt_plot_y_range(struct plt_plot *plot)
{
    plt_require(NULL, plot != NULL, (struct plt_range){0});
    return plt_view_range(&plot->y);
}

void plt_plot_set_auto_range(struct plt_plot *plot, bool x, bool y)
{
    plt_require(NULL, plot != NULL, );
    if (x)
        plot->x.view.mode = PLT_RANGE_AUTO;
    else
        plt_view_freeze(&plot->x);
    for (struct plt_axis *axis = &plot->y; axis; axis = axis->next) {
        if (y)
            axis->view.mode = PLT_RANGE_AUTO;
        else
            plt_view_freeze(axis);
    }
    view_changed(plot);
}

void plt_plot_show_all(struct plt_plot *plot)
{
    plt_require(NULL, plot != NULL, );
    plt_view_show_all(plot);
    view_changed(plot);
}

bool plt_plot_set_follow(struct plt_plot *plot, double span)
{
    plt_require(NULL, plot != NULL, false);
    if (!(span >= 0) || !isfinite(span)) {
        plt_error(plot->figure->log, BAD_RANGE, "plot: cannot follow %.17g", span);
        return false;
    }
    plot->follow_span = span;
    plot->sweep_span = 0;
    struct plt_axis *axis = plt_follow_axis(plot);
    axis->view.mode = span > 0 ? PLT_RANGE_FOLLOW : PLT_RANGE_AUTO;
    axis->reanchor = true;
    view_changed(plot);
    return true;
}

bool plt_plot_set_follow_mode(struct plt_plot *plot, enum plt_follow mode)
{
    plt_require(NULL, plot != NULL, false);
    plt_require(plot->figure->log, (unsigned)mode <= PLT_FOLLOW_EXPAND, false);
    if (plot->follow == mode)
        return true;
    plot->follow = mode;
    plot->sweep_span = 0;
    struct plt_axis *axis = plt_follow_axis(plot);
    axis->reanchor = axis->view.mode == PLT_RANGE_FOLLOW;
    view_changed(plot);
    return true;
}

bool plt_plot_zoom_back(struct plt_plot *plot)
{
    plt_require(NULL, plot != NULL, false);
    if (!plt_history_go(plot, -1))
        return false;
    view_changed(plot);
    return true;
}

bool plt_plot_zoom_forward(struct plt_plot *plot)
{
    plt_require(NULL, plot != NULL, false);
    if (!plt_history_go(plot, +1))
        return false;
    view_changed(plot);
    return true;
}

void plt_plot_set_rubber_band(struct plt_plot *plot, bool enabled)
{
    plt_require(NULL, plot != NULL, );
    plot->rubber_band = enabled;
}

void plt_plot_set_grid(struct plt_plot *plot, bool visible)
{
    plt_require(NULL, plot != NULL, );
    if (plot->grid == visible)
        return;
    plot->grid = visible;
    plt_figure_damage(plot->figure);
}

void plt_plot_set_readout(struct plt_plot *plot, bool visible)
{
    plt_require(NULL, plot != NULL, );
    if (plot->readout == visible)
        return;
    plot->readout = visible;
    plt_figure_damage(plot->figure);
}

void plt_plot_set_legend(struct plt_plot *plot, bool visible)
{
    plt_require(NULL, plot != NULL, );
    if (plot->legend.enabled == visible)
        return;
    plot->legend.enabled = visible;
    plt_figure_damage(plot->figure);
}

struct plt_rect plt_plot_data_rect(struct plt_plot *plot)
{
    plt_require(NULL, plot != NULL, (struct plt_rect){0});
    const struct plt_irect *d = &plot->data;
    double scale = plot->figure->scale;
    return (struct plt_rect){d->x0 / scale, d->y0 / scale, (d->x1 - d->x0) / scale,
                             (d->y1 - d->y0) / scale};
}

void plt_plot_to_data(struct plt_plot *plot, double x_px, double y_px, double *x, double *y)
{
    plt_require(NULL, plot != NULL && x != NULL && y != NULL, );
    double scale = plot->figure->scale;
    *x = *y = NAN;
    if (plot->x.mapped_px <= 0 || plot->y.mapped_px <= 0)
        return;
    *x = (double)plot->origin + plt_map_value(&plot->x.map, x_px * scale);
    *y = plt_map_value(&plot->y.map, y_px * scale);
}

void plt_plot_from_data(struct plt_plot *plot, double x, double y, double *x_px,
                        double *y_px)
{
    plt_require(NULL, plot != NULL && x_px != NULL && y_px != NULL, );
    double scale = plot->figure->scale;
    *x_px = plt_map_px(&plot->x.map, plt_map_from_f64(&plot->x.map, x)) / scale;
    *y_px = plt_map_px(&plot->y.map, y) / scale;
}
