// How plotview shows one series or image: plots and their axes, curves and marks.
#include "plots.h"

#include <stdio.h>
#include <string.h>

const char *base_name(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash && slash[1] ? slash + 1 : path;
}

// Image plots grow y downwards, in whichever order the ends of --y are given.
bool plots_apply_view(struct plots *plots, struct plt_plot *plot, bool y_down)
{
    const struct options *o = plots->options;
    struct plt_range y = o->y;
    if (y_down && y.x0 < y.x1)
        y = (struct plt_range){o->y.x1, o->y.x0};
    if (o->has_x && !plt_plot_set_x_range(plot, o->x.x0, o->x.x1))
        return false;
    return !o->has_y || plt_plot_set_y_range(plot, y.x0, y.x1);
}

// Scales before ranges: a range is kept only where the scale can show it.
static bool apply_axes(struct plots *plots, struct plt_plot *plot)
{
    const struct options *o = plots->options;
    struct plt_scale_params x = {.kind = o->x_scale}, y = {.kind = o->y_scale};
    bool ok = plt_axis_set_scale(plt_plot_x_axis(plot), &x) &&
              plt_axis_set_scale(plt_plot_y_axis(plot), &y) &&
              (!o->zone || plt_axis_set_time(plt_plot_x_axis(plot), o->zone));
    if (ok && o->num_right > 0) {
        plots->right = plt_plot_add_y_axis(plot, NULL);
        ok = plots->right && plt_axis_set_scale(plots->right, &y);
    }
    return ok && plots_apply_view(plots, plot, false);
}

struct plt_plot *plots_add(struct plots *plots, const struct plt_plot_params *params)
{
    const struct options *o = plots->options;
    struct plt_plot *plot = plt_figure_add_plot(plots->figure, params);
    if (!plot || !plots_apply_view(plots, plot, params->y_down))
        return NULL;
    if (o->follow_s > 0 && !params->y_down &&
        !(plt_plot_set_follow_mode(plot, o->follow) &&
          plt_plot_set_follow(plot, o->follow_s)))
        return NULL;
    plots->last_is_image = params->y_down;
    return plot;
}

// What x is: the column that `x_name` names, or a time, unless it shows something else.
static void name_x(const struct options *o, const char *x_name,
                   struct plt_plot_params *params)
{
    bool timed = !x_name[0] && o->rate_hz > 0;
    enum plt_transform_kind kind = o->transform.kind;
    if (o->draw == DRAW_HISTOGRAM) {
        params->y_label = "count";
    } else if (o->transformed && kind >= PLT_TRANSFORM_MAGNITUDE) {
        params->x_label = "frequency";
        params->x_unit = timed ? "Hz" : NULL;
    } else if (!(o->transformed && kind == PLT_TRANSFORM_PHASE_MAP)) {
        params->x_label = timed && !o->zone ? "time" : x_name;
        params->x_unit = timed && !o->zone ? "s" : NULL;
    }
}

// The plot of all curves.
struct plt_plot *plots_of_curves(struct plots *plots, const char *x_name)
{
    if (plots->curves)
        return plots->curves;
    struct plt_plot_params params = {.padding = plots->options->bare ? -1 : 0};
    name_x(plots->options, x_name, &params);
    plots->curves = plots_add(plots, &params);
    if (plots->curves && !apply_axes(plots, plots->curves))
        return NULL;
    return plots->curves;
}

static bool is_right(const struct options *o, int number)
{
    for (int i = 0; i < o->num_right; i++)
        if (o->right[i] == number)
            return true;
    return false;
}

// The series itself, or what --transform makes of it; the caller owns a reference.
static struct plt_series *shown_series(const struct options *o, struct plt_series *series)
{
    if (!o->transformed)
        return plt_series_ref(series);
    struct plt_transform_params params = o->transform;
    params.name = plt_series_name(series);
    return plt_series_transform(series, &params);
}

// In the curve's own colour, but lighter.
static void fill_below(struct plt_curve *curve, double level)
{
    struct plt_color color = plt_curve_color(curve);
    color.a *= 0.3f;
    plt_curve_set_fill(curve, color, level);
}

static bool add_marks(const struct options *o, struct plt_plot *plot,
                      struct plt_series *series, const struct plt_curve_params *look)
{
    if (o->draw == DRAW_HISTOGRAM)
        return plt_histogram_create(
                   plot, series,
                   plt_histogram_params(.name = look->name, .bins = (size_t)o->bins,
                                        .color = look->color, .y_axis = look->y_axis)) !=
               NULL;
    return plt_scatter_create(
               plot, series,
               plt_scatter_params(.name = look->name, .symbol = o->symbol,
                                  .size_px = (float)(o->symbol_px / o->scale),
                                  .color = look->color, .stems = o->draw == DRAW_STEMS,
                                  .y_axis = look->y_axis)) != NULL;
}

// `input` names a curve whose series has no name, when there are several inputs.
bool plots_add_curve(struct plots *plots, struct plt_plot *plot, struct plt_series *series,
                     const char *input)
{
    const struct options *o = plots->options;
    const char *name = plt_series_name(series);
    char both[256];
    if (plots->num_curve_inputs > 1 && input) {
        snprintf(both, sizeof(both), name[0] ? "%s: %s" : "%s", base_name(input), name);
        name = both;
    }
    struct plt_curve_params params = o->look;
    float dash[MAX_DASH];
    for (int i = 0; i < o->num_dash; i++)
        dash[i] = (float)(o->dash_px[i] / o->scale);
    params.name = name;
    params.color = o->color;
    params.width_px = (float)(o->stroke_px / o->scale);
    params.no_antialias = o->no_antialias;
    params.lod = o->lod_off ? PLT_LOD_OFF : PLT_LOD_AUTO;
    params.dash = dash;
    params.num_dash = (size_t)o->num_dash;
    if (o->shadow_px > 0)
        params.shadow_color = (struct plt_color){0.5f, 0.5f, 0.5f, 0.35f};
    params.shadow_width_px = (float)(o->shadow_px / o->scale);
    params.y_axis =
        is_right(o, ++plots->num_curves) && plot == plots->curves ? plots->right : NULL;
    struct plt_series *shown = shown_series(o, series);
    bool ok = shown != NULL;
    if (ok && o->draw != DRAW_LINES) {
        ok = add_marks(o, plot, shown, &params);
    } else if (ok) {
        struct plt_curve *curve = plt_curve_create(plot, shown, &params);
        ok = curve != NULL;
        if (ok && o->filled)
            fill_below(curve, o->look.fill_level);
    }
    plt_series_unref(shown);
    return ok;
}

// No legend names a curve that is alone: the axis of its values does.
void plots_name_alone(struct plots *plots, const char *name)
{
    struct plt_plot *plot = plots->curves;
    bool along_x = plots->options->draw == DRAW_HISTOGRAM;
    if (plots->num_curve_inputs == 1)
        plt_axis_set_label(along_x ? plt_plot_x_axis(plot) : plt_plot_y_axis(plot), name,
                           NULL);
}
