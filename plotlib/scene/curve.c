// A curve: which series is drawn in which plot, and how.
#include <math.h>
#include <string.h>

#include <plotlib/base/alloc.h>
#include <plotlib/base/message.h>
#include <plotlib/reduce/extrema.h>
#include <plotlib/scene/scene.h>

static void series_changed(void *user)
{
    struct plt_curve *curve = user;
    if (!atomic_load(&curve->holding)) // else the picture stays as it is
        plt_item_damage(&curve->item);
}

// The pattern, an odd count twice.
static bool set_dash(struct plt_curve *curve, struct plt_log *log, const float *dash,
                     size_t num_dash, float offset)
{
    num_dash = dash ? num_dash : 0;
    plt_require(log, num_dash <= PLT_MAX_DASH / 2, false);
    plt_require(log, isfinite(offset), false);
    for (size_t i = 0; i < num_dash; i++)
        plt_require(log, dash[i] > 0 && isfinite(dash[i]), false);
    curve->num_dash = num_dash % 2 ? num_dash * 2 : num_dash;
    for (size_t i = 0; i < curve->num_dash; i++)
        curve->dash[i] = dash[i % num_dash];
    curve->dash_offset = offset;
    return true;
}

static bool set_looks(struct plt_curve *curve, struct plt_log *log,
                      const struct plt_curve_params *params)
{
    plt_require(log, (unsigned)params->connect <= PLT_CONNECT_ARRAY, false);
    plt_require(log, (unsigned)params->step <= PLT_STEP_MID, false);
    plt_require(log, params->shadow_width_px >= 0 && params->shadow_width_px <= 256, false);
    plt_require(log, !isnan(params->fill_level), false);
    plt_require(log, (unsigned)params->join <= PLT_JOIN_BEVEL, false);
    plt_require(log, (unsigned)params->cap <= PLT_CAP_SQUARE, false);
    plt_require(log, params->miter_limit == 0 || params->miter_limit >= 1, false);
    curve->join = params->join;
    curve->cap = params->cap;
    curve->miter_limit = params->miter_limit;
    curve->connect = params->connect;
    curve->step = params->step;
    curve->shadow_color = params->shadow_color;
    curve->shadow_width_px = params->shadow_width_px;
    curve->fill_color = params->fill_color;
    curve->fill_level = params->fill_level;
    return set_dash(curve, log, params->dash, params->num_dash, params->dash_offset);
}

static bool curve_x_range(const struct plt_item *item, const struct plt_scale *spread,
                          struct plt_range *range)
{
    struct plt_series_pin pin;
    if (!plt_curve_pin((const struct plt_curve *)item, &pin))
        return false;
    bool any = plt_extrema_x(&pin, spread, item->plot->origin, &range->x0, &range->x1);
    plt_curve_unpin((const struct plt_curve *)item, &pin);
    return any;
}

static bool curve_y_range(const struct plt_item *item, const struct plt_scale *spread,
                          struct plt_range *range)
{
    struct plt_series_pin pin;
    if (!plt_curve_pin((const struct plt_curve *)item, &pin))
        return false;
    bool any =
        plt_extrema_y(&pin, spread, false, pin.tail, pin.head, &range->x0, &range->x1);
    plt_curve_unpin((const struct plt_curve *)item, &pin);
    return any;
}

static bool curve_x_origin(const struct plt_item *item, int64_t *origin)
{
    struct plt_series_pin pin;
    if (!plt_curve_pin((const struct plt_curve *)item, &pin))
        return false;
    bool is_i64 = pin.x_kind == PLT_X_I64;
    *origin = plt_pin_origin(&pin);
    plt_curve_unpin((const struct plt_curve *)item, &pin);
    return is_i64;
}

static const char *curve_name(const struct plt_item *item)
{
    return plt_series_name(((const struct plt_curve *)item)->series);
}

static void curve_clean(struct plt_item *item)
{
    // A hidden one is left alone, unless another's fill ends at it: its appends ask for no
    // paint, and a transform is not computed.
    struct plt_curve *curve = (struct plt_curve *)item;
    if (item->hidden)
        return;
    plt_series_take_dirty(&curve->listener);
    if (curve->fill_to)
        plt_series_take_dirty(&curve->fill_to->listener);
}

static void curve_free(struct plt_item *item)
{
    struct plt_curve *curve = (struct plt_curve *)item;
    plt_series_remove_listener(curve->series, &curve->listener);
    plt_series_unpin(&curve->held);
    plt_memo_finish(&curve->memo);
    plt_pick_index_finish(&curve->index);
    plt_series_unref(curve->series);
    plt_free(curve->join_next);
    plt_free(curve->colors);
    plt_free(curve);
}

static const struct plt_item_class curve_class = {
    PLT_ITEM_CURVE, curve_x_range, curve_y_range, curve_x_origin,
    curve_name,     curve_clean,   curve_free,    plt_curve_hold};

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
    plt_require(log, plt_item_takes(plot, params->y_axis), NULL);
    struct plt_curve *curve = plt_calloc(1, sizeof(*curve));
    if (!curve)
        plt_no_memory(log, "curve");
    if (!curve || !set_looks(curve, log, params) ||
        !plt_item_init(&curve->item, &curve_class, plot, params->name)) {
        plt_free(curve);
        return NULL;
    }
    curve->item.hidden = params->hidden;
    plt_item_set_y_axis(&curve->item, params->y_axis);
    curve->series = plt_series_ref(series);
    curve->item.computed = plt_series_is_transform(series);
    curve->color = params->color;
    curve->theme_color = params->color.a > 0 ? 0 : plot->next_color++;
    curve->width_px = params->width_px > 0 ? params->width_px : 1.5f;
    curve->no_antialias = params->no_antialias;
    curve->lod = params->lod;
    curve->listener.fn = series_changed;
    curve->listener.user = curve;
    plt_series_add_listener(series, &curve->listener);
    plt_item_damage(&curve->item);
    return curve;
}

void plt_curve_destroy(struct plt_curve *curve)
{
    if (!curve)
        return;
    struct plt_plot *plot = curve->item.plot;
    for (size_t i = 0; i < plot->num_items; i++) {
        struct plt_curve *other = (struct plt_curve *)plot->items[i];
        if (other->item.class != &curve_class || other->fill_to != curve)
            continue;
        other->fill_to = NULL;
        other->fill_color.a = 0;
    }
    plt_item_remove(&curve->item);
}

struct plt_series *plt_curve_series(struct plt_curve *curve)
{
    return curve ? curve->series : NULL;
}

bool plt_curve_set_name(struct plt_curve *curve, const char *name)
{
    plt_require(NULL, curve != NULL, false);
    return plt_item_set_name(&curve->item, name);
}

void plt_curve_set_color(struct plt_curve *curve, struct plt_color color)
{
    plt_require(NULL, curve != NULL, );
    if (memcmp(&curve->color, &color, sizeof(color)) == 0)
        return;
    curve->color = color;
    plt_figure_damage(curve->item.plot->figure);
}

struct plt_color plt_curve_color(struct plt_curve *curve)
{
    plt_require(NULL, curve != NULL, (struct plt_color){0});
    uint32_t c = plt_curve_argb(curve);
    return (struct plt_color){(float)(c >> 16 & 255) / 255, (float)(c >> 8 & 255) / 255,
                              (float)(c & 255) / 255, (float)(c >> 24) / 255};
}

bool plt_curve_set_width(struct plt_curve *curve, float width_px)
{
    plt_require(NULL, curve != NULL, false);
    plt_require(curve->item.plot->figure->log, width_px > 0 && width_px <= 256, false);
    if (curve->width_px == width_px)
        return true;
    curve->width_px = width_px;
    plt_figure_damage(curve->item.plot->figure);
    return true;
}

void plt_curve_set_antialias(struct plt_curve *curve, bool antialias)
{
    plt_require(NULL, curve != NULL, );
    if (curve->no_antialias == !antialias)
        return;
    curve->no_antialias = !antialias;
    plt_figure_damage(curve->item.plot->figure);
}

void plt_curve_set_lod(struct plt_curve *curve, enum plt_lod lod)
{
    plt_require(NULL, curve != NULL, );
    if (curve->lod == lod)
        return;
    curve->lod = lod;
    plt_figure_damage(curve->item.plot->figure);
}

bool plt_curve_set_connect(struct plt_curve *curve, enum plt_connect connect,
                           const uint8_t *join_next, size_t n)
{
    plt_require(NULL, curve != NULL, false);
    struct plt_log *log = curve->item.plot->figure->log;
    plt_require(log, (unsigned)connect <= PLT_CONNECT_ARRAY, false);
    plt_require(log, join_next != NULL || n == 0, false);
    uint8_t *copy = n > 0 ? plt_calloc(n, 1) : NULL;
    if (n > 0 && !copy) {
        plt_no_memory(log, "a curve's joins");
        return false;
    }
    if (n > 0)
        memcpy(copy, join_next, n);
    plt_free(curve->join_next);
    curve->join_next = copy;
    curve->num_join_next = n;
    curve->connect = connect;
    plt_figure_damage(curve->item.plot->figure);
    return true;
}

bool plt_curve_set_colors(struct plt_curve *curve, const uint32_t *argb, size_t n)
{
    plt_require(NULL, curve != NULL, false);
    struct plt_log *log = curve->item.plot->figure->log;
    plt_require(log, argb != NULL || n == 0, false);
    uint32_t *copy = n > 0 ? plt_calloc(n, sizeof(*copy)) : NULL;
    if (n > 0 && !copy) {
        plt_no_memory(log, "a curve's colours");
        return false;
    }
    if (n > 0)
        memcpy(copy, argb, n * sizeof(*copy));
    plt_free(curve->colors);
    curve->colors = copy;
    curve->num_colors = n;
    plt_item_damage(&curve->item);
    return true;
}

bool plt_curve_set_join(struct plt_curve *curve, enum plt_join join, float miter_limit)
{
    plt_require(NULL, curve != NULL, false);
    struct plt_log *log = curve->item.plot->figure->log;
    plt_require(log, (unsigned)join <= PLT_JOIN_BEVEL, false);
    plt_require(log, miter_limit == 0 || miter_limit >= 1, false);
    curve->join = join;
    curve->miter_limit = miter_limit;
    plt_figure_damage(curve->item.plot->figure);
    return true;
}

bool plt_curve_set_cap(struct plt_curve *curve, enum plt_cap cap)
{
    plt_require(NULL, curve != NULL, false);
    plt_require(curve->item.plot->figure->log, (unsigned)cap <= PLT_CAP_SQUARE, false);
    curve->cap = cap;
    plt_figure_damage(curve->item.plot->figure);
    return true;
}

bool plt_curve_set_step(struct plt_curve *curve, enum plt_step step)
{
    plt_require(NULL, curve != NULL, false);
    plt_require(curve->item.plot->figure->log, (unsigned)step <= PLT_STEP_MID, false);
    curve->step = step;
    plt_figure_damage(curve->item.plot->figure);
    return true;
}

bool plt_curve_set_dash(struct plt_curve *curve, const float *dash, size_t num_dash,
                        float dash_offset)
{
    plt_require(NULL, curve != NULL, false);
    if (!set_dash(curve, curve->item.plot->figure->log, dash, num_dash, dash_offset))
        return false;
    plt_figure_damage(curve->item.plot->figure);
    return true;
}

bool plt_curve_set_shadow(struct plt_curve *curve, struct plt_color color, float width_px)
{
    plt_require(NULL, curve != NULL, false);
    plt_require(curve->item.plot->figure->log, width_px >= 0 && width_px <= 256, false);
    curve->shadow_color = color;
    curve->shadow_width_px = width_px;
    plt_figure_damage(curve->item.plot->figure);
    return true;
}

bool plt_curve_set_fill(struct plt_curve *curve, struct plt_color color, double level)
{
    plt_require(NULL, curve != NULL, false);
    plt_require(curve->item.plot->figure->log, !isnan(level), false);
    curve->fill_color = color;
    curve->fill_level = level;
    curve->fill_to = NULL;
    plt_figure_damage(curve->item.plot->figure);
    return true;
}

bool plt_curve_set_fill_between(struct plt_curve *curve, struct plt_curve *other,
                                struct plt_color color)
{
    plt_require(NULL, curve != NULL, false);
    struct plt_log *log = curve->item.plot->figure->log;
    plt_require(log, other != NULL && other != curve, false);
    plt_require(log, other->item.plot == curve->item.plot, false);
    curve->fill_to = other;
    curve->fill_color = color;
    plt_figure_damage(curve->item.plot->figure);
    return true;
}

bool plt_curve_set_y_axis(struct plt_curve *curve, struct plt_axis *y_axis)
{
    plt_require(NULL, curve != NULL, false);
    return plt_item_set_y_axis(&curve->item, y_axis);
}

void plt_curve_set_visible(struct plt_curve *curve, bool visible)
{
    plt_require(NULL, curve != NULL, );
    plt_item_set_visible(&curve->item, visible);
}
