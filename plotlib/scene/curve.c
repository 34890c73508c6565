// A curve: which series is drawn in which plot, and how.
#include <math.h>
#include <string.h>

#include <plotlib/base/alloc.h>
#include <plotlib/base/message.h>
#include <plotlib/scene/scene.h>

static void series_changed(void *user)
{
    struct plt_figure *figure = user;
    plt_figure_damage(figure);
}

struct plt_curve *plt_curve_create(struct plt_plot *plot, struct plt_series *series,
                                   const struct plt_curve_params *params)
{
    static const struct plt_curve_params defaults;
    plt_require(NULL, plot != NULL, NULL);
    struct plt_log *log = plot->figure->log;
    plt_require(log, series != NULL, NULL);
    if (!params)
        params = &defaults;
    plt_require(log, params->width_px >= 0 && params->width_px <= 256, NULL);
    struct plt_curve *curve = plt_calloc(1, sizeof(*curve));
    if (!curve || !plt_replace_string(&curve->name, params->name, log) ||
        !plt_reserve((void **)&plot->curves, &plot->cap_curves, plot->num_curves + 1,
                     sizeof(*plot->curves))) {
        if (curve)
            plt_free(curve->name);
        plt_free(curve);
        plt_no_memory(log, "curve");
        return NULL;
    }
    curve->plot = plot;
    curve->series = plt_series_ref(series);
    curve->color = params->color;
    curve->theme_color = params->color.a > 0 ? 0 : plot->next_color++;
    curve->width_px = params->width_px > 0 ? params->width_px : 1.5f;
    curve->no_antialias = params->no_antialias;
    curve->lod = params->lod;
    curve->hidden = params->hidden;
    curve->listener.fn = series_changed;
    curve->listener.user = plot->figure;
    plot->curves[plot->num_curves++] = curve;
    plt_series_add_listener(series, &curve->listener);
    plt_figure_damage(plot->figure);
    return curve;
}

void plt_curve_free(struct plt_curve *curve)
{
    plt_series_remove_listener(curve->series, &curve->listener);
    plt_series_unref(curve->series);
    plt_free(curve->name);
    plt_free(curve);
}

void plt_curve_destroy(struct plt_curve *curve)
{
    if (!curve)
        return;
    struct plt_plot *plot = curve->plot;
    size_t i = 0;
    while (i < plot->num_curves && plot->curves[i] != curve)
        i++;
    memmove(&plot->curves[i], &plot->curves[i + 1],
            (plot->num_curves - i - 1) * sizeof(*plot->curves));
    plot->num_curves--;
    plt_curve_free(curve);
    plt_figure_damage(plot->figure);
}

struct plt_series *plt_curve_series(struct plt_curve *curve)
{
    return curve ? curve->series : NULL;
}

const char *plt_curve_name(const struct plt_curve *curve)
{
    return curve->name ? curve->name : plt_series_name(curve->series);
}

bool plt_curve_set_name(struct plt_curve *curve, const char *name)
{
    plt_require(NULL, curve != NULL, false);
    if (!plt_replace_string(&curve->name, name, curve->plot->figure->log))
        return false;
    plt_figure_damage(curve->plot->figure);
    return true;
}

void plt_curve_set_color(struct plt_curve *curve, struct plt_color color)
{
    plt_require(NULL, curve != NULL, );
    if (memcmp(&curve->color, &color, sizeof(color)) == 0)
        return;
    curve->color = color;
    plt_figure_damage(curve->plot->figure);
}

bool plt_curve_set_width(struct plt_curve *curve, float width_px)
{
    plt_require(NULL, curve != NULL, false);
    plt_require(curve->plot->figure->log, width_px > 0 && width_px <= 256, false);
    if (curve->width_px == width_px)
        return true;
    curve->width_px = width_px;
    plt_figure_damage(curve->plot->figure);
    return true;
}

void plt_curve_set_antialias(struct plt_curve *curve, bool antialias)
{
    plt_require(NULL, curve != NULL, );
    if (curve->no_antialias == !antialias)
        return;
    curve->no_antialias = !antialias;
    plt_figure_damage(curve->plot->figure);
}

void plt_curve_set_lod(struct plt_curve *curve, enum plt_lod lod)
{
    plt_require(NULL, curve != NULL, );
    if (curve->lod == lod)
        return;
    curve->lod = lod;
    plt_figure_damage(curve->plot->figure);
}

void plt_curve_set_visible(struct plt_curve *curve, bool visible)
{
    plt_require(NULL, curve != NULL, );
    if (curve->hidden == !visible)
        return;
    curve->hidden = !visible;
    plt_figure_damage(curve->plot->figure);
}
