// A curve: which series is drawn in which plot, and how.
#include <math.h>

#include <plotlib/base/alloc.h>
#include <plotlib/base/message.h>
#include <plotlib/scene/scene.h>

static struct plt_log *log_of(const struct plt_curve *curve)
{
    return plt_item_log(&curve->sampled.item);
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
    plt_require(log, params->width_px >= 0 && params->width_px <= 256, false);
    plt_require(log, (unsigned)params->connect <= PLT_CONNECT_ARRAY, false);
    plt_require(log, (unsigned)params->step <= PLT_STEP_MID, false);
    plt_require(log, params->shadow_width_px >= 0 && params->shadow_width_px <= 256, false);
    plt_require(log, !isnan(params->fill_level), false);
    plt_require(log, (unsigned)params->join <= PLT_JOIN_BEVEL, false);
    plt_require(log, (unsigned)params->cap <= PLT_CAP_SQUARE, false);
    plt_require(log, params->miter_limit == 0 || params->miter_limit >= 1, false);
    curve->width_px = params->width_px > 0 ? params->width_px : 1.5f;
    curve->no_antialias = params->no_antialias;
    curve->lod = params->lod;
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

// What another's fill ends at is looked at even when it is hidden.
static void curve_clean(struct plt_item *item)
{
    struct plt_curve *curve = (struct plt_curve *)item;
    plt_sampled_clean(item);
    if (!item->hidden && curve->fill_to)
        plt_sampled_take_changes(&curve->fill_to->sampled);
}

static void curve_free(struct plt_item *item)
{
    struct plt_curve *curve = (struct plt_curve *)item;
    plt_sampled_finish(&curve->sampled);
    plt_memo_finish(&curve->memo);
    plt_free(curve->join_next);
    plt_free(curve->colors);
    plt_free(curve);
}

static const struct plt_item_class curve_class = {
    PLT_ITEM_CURVE,   plt_sampled_x_range, plt_sampled_y_range, plt_sampled_x_origin,
    plt_sampled_name, curve_clean,         curve_free,          plt_sampled_hold};

struct plt_curve *plt_curve_create(struct plt_plot *plot, struct plt_series *series,
                                   const struct plt_curve_params *params)
{
    static const struct plt_curve_params defaults;
    plt_require(NULL, plot != NULL, NULL);
    struct plt_log *log = plot->figure->log;
    plt_require(log, series != NULL, NULL);
    if (!params)
        params = &defaults;
    struct plt_curve *curve = plt_calloc(1, sizeof(*curve));
    if (!curve)
        plt_no_memory(log, "curve");
    if (!curve || !set_looks(curve, log, params) ||
        !plt_sampled_init(&curve->sampled, &curve_class, plot, series,
                          plt_themed_item(params))) {
        plt_free(curve);
        return NULL;
    }
    return curve;
}

void plt_curve_destroy(struct plt_curve *curve)
{
    if (!curve)
        return;
    struct plt_plot *plot = curve->sampled.item.plot;
    for (size_t i = 0; i < plot->num_items; i++) {
        struct plt_curve *other = (struct plt_curve *)plot->items[i];
        if (other->sampled.item.class != &curve_class || other->fill_to != curve)
            continue;
        other->fill_to = NULL;
        other->fill_color.a = 0;
    }
    plt_item_remove(&curve->sampled.item);
}

struct plt_series *plt_curve_series(struct plt_curve *curve)
{
    return curve ? curve->sampled.series : NULL;
}

bool plt_curve_set_name(struct plt_curve *curve, const char *name)
{
    plt_require(NULL, curve != NULL, false);
    return plt_item_set_name(&curve->sampled.item, name);
}

void plt_curve_set_color(struct plt_curve *curve, struct plt_color color)
{
    plt_require(NULL, curve != NULL, );
    plt_item_set_color(&curve->sampled.item, color);
}

struct plt_color plt_curve_color(struct plt_curve *curve)
{
    plt_require(NULL, curve != NULL, (struct plt_color){0});
    uint32_t c = plt_item_argb(&curve->sampled.item);
    return (struct plt_color){(float)(c >> 16 & 255) / 255, (float)(c >> 8 & 255) / 255,
                              (float)(c & 255) / 255, (float)(c >> 24) / 255};
}

bool plt_curve_set_width(struct plt_curve *curve, float width_px)
{
    plt_require(NULL, curve != NULL, false);
    plt_require(log_of(curve), width_px > 0 && width_px <= 256, false);
    if (curve->width_px == width_px)
        return true;
    curve->width_px = width_px;
    plt_item_damage(&curve->sampled.item);
    return true;
}

void plt_curve_set_antialias(struct plt_curve *curve, bool antialias)
{
    plt_require(NULL, curve != NULL, );
    if (curve->no_antialias == !antialias)
        return;
    curve->no_antialias = !antialias;
    plt_item_damage(&curve->sampled.item);
}

void plt_curve_set_lod(struct plt_curve *curve, enum plt_lod lod)
{
    plt_require(NULL, curve != NULL, );
    if (curve->lod == lod)
        return;
    curve->lod = lod;
    plt_item_damage(&curve->sampled.item);
}

bool plt_curve_set_connect(struct plt_curve *curve, enum plt_connect connect,
                           const uint8_t *join_next, size_t n)
{
    plt_require(NULL, curve != NULL, false);
    struct plt_item *item = &curve->sampled.item;
    plt_require(plt_item_log(item), (unsigned)connect <= PLT_CONNECT_ARRAY, false);
    if (!plt_item_set_array(item, (void **)&curve->join_next, &curve->num_join_next,
                            join_next, n, sizeof(*join_next)))
        return false;
    curve->connect = connect;
    return true;
}

bool plt_curve_set_colors(struct plt_curve *curve, const uint32_t *argb, size_t n)
{
    plt_require(NULL, curve != NULL, false);
    return plt_item_set_array(&curve->sampled.item, (void **)&curve->colors,
                              &curve->num_colors, argb, n, sizeof(*argb));
}

bool plt_curve_set_join(struct plt_curve *curve, enum plt_join join, float miter_limit)
{
    plt_require(NULL, curve != NULL, false);
    struct plt_log *log = log_of(curve);
    plt_require(log, (unsigned)join <= PLT_JOIN_BEVEL, false);
    plt_require(log, miter_limit == 0 || miter_limit >= 1, false);
    curve->join = join;
    curve->miter_limit = miter_limit;
    plt_item_damage(&curve->sampled.item);
    return true;
}

bool plt_curve_set_cap(struct plt_curve *curve, enum plt_cap cap)
{
    plt_require(NULL, curve != NULL, false);
    plt_require(log_of(curve), (unsigned)cap <= PLT_CAP_SQUARE, false);
    curve->cap = cap;
    plt_item_damage(&curve->sampled.item);
    return true;
}

bool plt_curve_set_step(struct plt_curve *curve, enum plt_step step)
{
    plt_require(NULL, curve != NULL, false);
    plt_require(log_of(curve), (unsigned)step <= PLT_STEP_MID, false);
    curve->step = step;
    plt_item_damage(&curve->sampled.item);
    return true;
}

bool plt_curve_set_dash(struct plt_curve *curve, const float *dash, size_t num_dash,
                        float dash_offset)
{
    plt_require(NULL, curve != NULL, false);
    if (!set_dash(curve, log_of(curve), dash, num_dash, dash_offset))
        return false;
    plt_item_damage(&curve->sampled.item);
    return true;
}

bool plt_curve_set_shadow(struct plt_curve *curve, struct plt_color color, float width_px)
{
    plt_require(NULL, curve != NULL, false);
    plt_require(log_of(curve), width_px >= 0 && width_px <= 256, false);
    curve->shadow_color = color;
    curve->shadow_width_px = width_px;
    plt_item_damage(&curve->sampled.item);
    return true;
}

bool plt_curve_set_fill(struct plt_curve *curve, struct plt_color color, double level)
{
    plt_require(NULL, curve != NULL, false);
    plt_require(log_of(curve), !isnan(level), false);
    curve->fill_color = color;
    curve->fill_level = level;
    curve->fill_to = NULL;
    plt_item_damage(&curve->sampled.item);
    return true;
}

bool plt_curve_set_fill_between(struct plt_curve *curve, struct plt_curve *other,
                                struct plt_color color)
{
    plt_require(NULL, curve != NULL, false);
    struct plt_log *log = log_of(curve);
    plt_require(log, other != NULL && other != curve, false);
    plt_require(log, other->sampled.item.plot == curve->sampled.item.plot, false);
    curve->fill_to = other;
    curve->fill_color = color;
    plt_item_damage(&curve->sampled.item);
    return true;
}

bool plt_curve_set_y_axis(struct plt_curve *curve, struct plt_axis *y_axis)
{
    plt_require(NULL, curve != NULL, false);
    return plt_item_set_y_axis(&curve->sampled.item, y_axis);
}

void plt_curve_set_visible(struct plt_curve *curve, bool visible)
{
    plt_require(NULL, curve != NULL, );
    plt_item_set_visible(&curve->sampled.item, visible);
}
