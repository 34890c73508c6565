// A scatter: which series is drawn as markers, and how each of them looks.
#include <math.h>
#include <string.h>

#include <plotlib/base/alloc.h>
#include <plotlib/base/message.h>
#include <plotlib/reduce/extrema.h>
#include <plotlib/scene/marks.h>

static const char *const names[PLT_NUM_SYMBOLS] = {
    "o",        "s",           "t",          "t1",         "t2",       "t3", "d",
    "+",        "x",           "p",          "h",          "star",     "|",  "_",
    "arrow_up", "arrow_right", "arrow_down", "arrow_left", "crosshair"};

const char *plt_symbol_name(enum plt_symbol symbol)
{
    return (unsigned)symbol < PLT_NUM_SYMBOLS ? names[symbol] : NULL;
}

bool plt_symbol_find(const char *name, enum plt_symbol *symbol)
{
    plt_require(NULL, name != NULL && symbol != NULL, false);
    for (int i = 0; i < PLT_NUM_SYMBOLS; i++) {
        if (strcmp(names[i], name) == 0) {
            *symbol = (enum plt_symbol)i;
            return true;
        }
    }
    return false;
}

uint32_t plt_mark_argb(struct plt_color color, int theme_color)
{
    return color.a > 0 ? plt_color_argb(color) : plt_style_curve(theme_color);
}

uint32_t plt_scatter_argb(const struct plt_scatter *scatter)
{
    return plt_mark_argb(scatter->color, scatter->theme_color);
}

bool plt_plot_has_marks(const struct plt_plot *plot)
{
    for (size_t i = 0; i < plot->num_items; i++) {
        enum plt_item_kind kind = plot->items[i]->class->kind;
        if (!plot->items[i]->hidden && kind != PLT_ITEM_IMAGE && kind != PLT_ITEM_CURVE)
            return true;
    }
    return false;
}

static struct plt_log *log_of(const struct plt_scatter *scatter)
{
    return scatter->item.plot->figure->log;
}

static void series_changed(void *user)
{
    plt_figure_damage(user);
}

static bool scatter_x_range(const struct plt_item *item, const struct plt_scale *spread,
                            struct plt_range *range)
{
    struct plt_series_pin pin;
    if (!plt_series_pin(((const struct plt_scatter *)item)->series, &pin))
        return false;
    bool any = plt_extrema_x(&pin, spread, item->plot->origin, &range->x0, &range->x1);
    plt_series_unpin(&pin);
    return any;
}

static bool scatter_y_range(const struct plt_item *item, const struct plt_scale *spread,
                            struct plt_range *range)
{
    const struct plt_scatter *scatter = (const struct plt_scatter *)item;
    struct plt_series_pin pin;
    if (!plt_series_pin(scatter->series, &pin))
        return false;
    bool any =
        plt_extrema_y(&pin, spread, false, pin.tail, pin.head, &range->x0, &range->x1);
    plt_series_unpin(&pin);
    double base = scatter->stem_base;
    bool shown = isfinite(base) && (!spread || isfinite(plt_scale_forward(spread, base)));
    if (any && scatter->stems && shown) {
        range->x0 = fmin(range->x0, base);
        range->x1 = fmax(range->x1, base);
    }
    return any;
}

static bool scatter_x_origin(const struct plt_item *item, int64_t *origin)
{
    struct plt_series_pin pin;
    if (!plt_series_pin(((const struct plt_scatter *)item)->series, &pin))
        return false;
    bool is_i64 = pin.x_kind == PLT_X_I64;
    *origin = plt_pin_origin(&pin);
    plt_series_unpin(&pin);
    return is_i64;
}

static const char *scatter_name(const struct plt_item *item)
{
    return plt_series_name(((const struct plt_scatter *)item)->series);
}

static void scatter_clean(struct plt_item *item)
{
    plt_series_take_dirty(&((struct plt_scatter *)item)->listener);
}

static void scatter_free(struct plt_item *item)
{
    struct plt_scatter *scatter = (struct plt_scatter *)item;
    plt_series_remove_listener(scatter->series, &scatter->listener);
    plt_series_unref(scatter->series);
    plt_free(scatter->sizes);
    plt_free(scatter->colors);
    plt_free(scatter->symbols);
    plt_free(scatter);
}

static const struct plt_item_class scatter_class = {
    PLT_ITEM_SCATTER, scatter_x_range, scatter_y_range, scatter_x_origin,
    scatter_name,     scatter_clean,   scatter_free};

static bool valid_size(float size_px, float most)
{
    return size_px >= 0 && size_px <= most;
}

static bool set_looks(struct plt_scatter *scatter, struct plt_log *log,
                      const struct plt_scatter_params *params)
{
    plt_require(log, (unsigned)params->symbol < PLT_NUM_SYMBOLS, false);
    plt_require(log, valid_size(params->size_px, 1024), false);
    plt_require(log, params->size_in_data >= 0 && isfinite(params->size_in_data), false);
    plt_require(log, valid_size(params->outline_width_px, 64), false);
    plt_require(log, valid_size(params->stem_width_px, 64), false);
    plt_require(log, !isnan(params->stem_base), false);
    scatter->symbol = params->symbol;
    scatter->size_px = params->size_px > 0 ? params->size_px : 7;
    scatter->size_in_data = params->size_in_data;
    scatter->color = params->color;
    scatter->outline_color = params->outline_color;
    scatter->outline_width_px = params->outline_width_px > 0 ? params->outline_width_px : 1;
    scatter->hollow = params->hollow;
    scatter->stems = params->stems;
    scatter->stem_base = params->stem_base;
    scatter->stem_width_px = params->stem_width_px > 0 ? params->stem_width_px : 1.5f;
    return true;
}

struct plt_scatter *plt_scatter_create(struct plt_plot *plot, struct plt_series *series,
                                       const struct plt_scatter_params *params)
{
    static const struct plt_scatter_params defaults;
    plt_require(NULL, plot != NULL, NULL);
    struct plt_log *log = plot->figure->log;
    plt_require(log, series != NULL, NULL);
    if (!params)
        params = &defaults;
    struct plt_scatter *scatter = plt_calloc(1, sizeof(*scatter));
    if (!scatter)
        plt_no_memory(log, "scatter");
    if (!scatter || !set_looks(scatter, log, params) ||
        !plt_item_init(&scatter->item, &scatter_class, plot, params->name)) {
        plt_free(scatter);
        return NULL;
    }
    scatter->item.hidden = params->hidden;
    scatter->series = plt_series_ref(series);
    scatter->theme_color = params->color.a > 0 ? 0 : plot->next_color++;
    scatter->listener.fn = series_changed;
    scatter->listener.user = plot->figure;
    plt_series_add_listener(series, &scatter->listener);
    plt_item_damage(&scatter->item);
    return scatter;
}

void plt_scatter_destroy(struct plt_scatter *scatter)
{
    if (scatter)
        plt_item_remove(&scatter->item);
}

struct plt_series *plt_scatter_series(struct plt_scatter *scatter)
{
    return scatter ? scatter->series : NULL;
}

bool plt_scatter_set_name(struct plt_scatter *scatter, const char *name)
{
    plt_require(NULL, scatter != NULL, false);
    return plt_item_set_name(&scatter->item, name);
}

bool plt_scatter_set_symbol(struct plt_scatter *scatter, enum plt_symbol symbol)
{
    plt_require(NULL, scatter != NULL, false);
    plt_require(log_of(scatter), (unsigned)symbol < PLT_NUM_SYMBOLS, false);
    scatter->symbol = symbol;
    plt_item_damage(&scatter->item);
    return true;
}

bool plt_scatter_set_size(struct plt_scatter *scatter, float size_px)
{
    plt_require(NULL, scatter != NULL, false);
    plt_require(log_of(scatter), size_px > 0 && size_px <= 1024, false);
    scatter->size_px = size_px;
    scatter->size_in_data = 0;
    plt_item_damage(&scatter->item);
    return true;
}

void plt_scatter_set_color(struct plt_scatter *scatter, struct plt_color color)
{
    plt_require(NULL, scatter != NULL, );
    scatter->color = color;
    plt_item_damage(&scatter->item);
}

bool plt_scatter_set_outline(struct plt_scatter *scatter, struct plt_color color,
                             float width_px)
{
    plt_require(NULL, scatter != NULL, false);
    plt_require(log_of(scatter), valid_size(width_px, 64), false);
    scatter->outline_color = color;
    scatter->outline_width_px = width_px > 0 ? width_px : 1;
    plt_item_damage(&scatter->item);
    return true;
}

void plt_scatter_set_visible(struct plt_scatter *scatter, bool visible)
{
    plt_require(NULL, scatter != NULL, );
    plt_item_set_visible(&scatter->item, visible);
}

// Replaces a buffer by a copy.
static bool set_buffer(struct plt_scatter *scatter, void **buffer, size_t *num,
                       const void *from, size_t n, size_t size)
{
    plt_require(log_of(scatter), from != NULL || n == 0, false);
    void *copy = n > 0 ? plt_calloc(n, size) : NULL;
    if (n > 0 && !copy) {
        plt_no_memory(log_of(scatter), "a scatter's points");
        return false;
    }
    if (n > 0)
        memcpy(copy, from, n * size);
    plt_free(*buffer);
    *buffer = copy;
    *num = n;
    plt_item_damage(&scatter->item);
    return true;
}

bool plt_scatter_set_sizes(struct plt_scatter *scatter, const float *sizes, size_t n)
{
    plt_require(NULL, scatter != NULL, false);
    return set_buffer(scatter, (void **)&scatter->sizes, &scatter->num_sizes, sizes, n,
                      sizeof(*sizes));
}

bool plt_scatter_set_colors(struct plt_scatter *scatter, const uint32_t *argb, size_t n)
{
    plt_require(NULL, scatter != NULL, false);
    return set_buffer(scatter, (void **)&scatter->colors, &scatter->num_colors, argb, n,
                      sizeof(*argb));
}

bool plt_scatter_set_symbols(struct plt_scatter *scatter, const uint8_t *symbols, size_t n)
{
    plt_require(NULL, scatter != NULL, false);
    for (size_t i = 0; symbols && i < n; i++)
        plt_require(log_of(scatter), symbols[i] < PLT_NUM_SYMBOLS, false);
    return set_buffer(scatter, (void **)&scatter->symbols, &scatter->num_symbols, symbols,
                      n, 1);
}
