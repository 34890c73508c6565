// Axes: label, unit, scale, visibility. Ranges are in view.c, ticks are chosen in layout.c.
#include <plotlib/base/alloc.h>
#include <plotlib/base/message.h>
#include <plotlib/scene/scene.h>

struct plt_axis *plt_plot_add_y_axis(struct plt_plot *plot,
                                     const struct plt_axis_params *params)
{
    static const struct plt_axis_params defaults;
    plt_require(NULL, plot != NULL, NULL);
    params = params ? params : &defaults;
    struct plt_log *log = plot->figure->log;
    struct plt_axis *axis = plt_calloc(1, sizeof(*axis)), *last = &plot->y;
    if (!axis || !plt_replace_string(&axis->label, params->label, log) ||
        !plt_replace_string(&axis->unit, params->unit, log)) {
        if (axis)
            plt_free(axis->label);
        plt_free(axis);
        plt_no_memory(log, "axis");
        return NULL;
    }
    axis->plot = plot;
    axis->vertical = true;
    axis->right = !params->left;
    axis->hidden = params->hidden;
    axis->view.span = 1;
    for (int i = 0; i < PLT_HISTORY_SIZE; i++) // what it was before it was there
        axis->history[i] = axis->view;
    while (last->next)
        last = last->next;
    last->next = axis;
    plt_figure_damage(plot->figure);
    return axis;
}

bool plt_axis_set_label(struct plt_axis *axis, const char *label, const char *unit)
{
    plt_require(NULL, axis != NULL, false);
    struct plt_figure *figure = axis->plot->figure;
    if (!plt_replace_string(&axis->label, label, figure->log) ||
        !plt_replace_string(&axis->unit, unit, figure->log))
        return false;
    plt_figure_damage(figure);
    return true;
}

void plt_axis_set_visible(struct plt_axis *axis, bool visible)
{
    plt_require(NULL, axis != NULL, );
    if (axis->hidden == !visible)
        return;
    axis->hidden = !visible;
    plt_figure_damage(axis->plot->figure);
}

static void scale_changed(struct plt_plot *plot)
{
    struct plt_figure *figure = plot->figure;
    plt_input_forget_plot(figure, plot); // a drag began on the other scale
    plt_figure_damage(figure);
}

bool plt_axis_set_scale(struct plt_axis *axis, const struct plt_scale_params *params)
{
    plt_require(NULL, axis != NULL, false);
    struct plt_scale scale;
    if (!plt_scale_init(&scale, params, axis->plot->figure->log))
        return false;
    if (plt_scale_equal(&scale, &axis->scale))
        return true;
    if (!plt_scale_is_linear(&scale))
        axis->timed = false;
    plt_view_rescale(axis, &scale);
    scale_changed(axis->plot);
    return true;
}

bool plt_axis_set_time(struct plt_axis *axis, const char *zone)
{
    plt_require(NULL, axis != NULL, false);
    struct plt_log *log = axis->plot->figure->log;
    plt_require(log, !axis->vertical, false);
    struct plt_zone *loaded = NULL;
    if (zone && !(loaded = plt_zone_load(zone, log)))
        return false;
    plt_axis_set_scale(axis, NULL);
    plt_zone_free(axis->zone);
    axis->zone = loaded;
    axis->timed = zone != NULL;
    plt_figure_damage(axis->plot->figure);
    return true;
}
