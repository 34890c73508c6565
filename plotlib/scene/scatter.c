// A scatter: which series is drawn as markers, and how each of them looks.
#include <math.h>
#include <string.h>

#include <plotlib/base/alloc.h>
#include <plotlib/base/message.h>
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

static struct plt_log *log_of(const struct plt_scatter *scatter)
{
    return plt_item_log(&scatter->sampled.item);
}

// The stems' base too.
static bool scatter_y_range(const struct plt_item *item, const struct plt_scale *spread,
                            struct plt_range *range)
{
    const struct plt_scatter *scatter = (const struct plt_scatter *)item;
    bool any = plt_sampled_y_range(item, spread, range);
    if (any && scatter->stems)
        plt_range_add(range, &any, spread, scatter->stem_base);
    return any;
}

static void scatter_free(struct plt_item *item)
{
    struct plt_scatter *scatter = (struct plt_scatter *)item;
    plt_sampled_finish(&scatter->sampled);
    plt_free(scatter->sizes);
    plt_free(scatter->colors);
    plt_free(scatter->symbols);
    plt_free(scatter);
}

static const struct plt_item_class scatter_class = {
    PLT_ITEM_SCATTER, plt_sampled_x_range, scatter_y_range, plt_sampled_x_origin,
    plt_sampled_name, plt_sampled_clean,   scatter_free,    plt_sampled_hold};

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
        !plt_sampled_init(&scatter->sampled, &scatter_class, plot, series,
                          plt_themed_item(params))) {
        plt_free(scatter);
        return NULL;
    }
    return scatter;
}

void plt_scatter_destroy(struct plt_scatter *scatter)
{
    if (scatter)
        plt_item_remove(&scatter->sampled.item);
}

struct plt_series *plt_scatter_series(struct plt_scatter *scatter)
{
    return scatter ? scatter->sampled.series : NULL;
}

bool plt_scatter_set_name(struct plt_scatter *scatter, const char *name)
{
    plt_require(NULL, scatter != NULL, false);
    return plt_item_set_name(&scatter->sampled.item, name);
}

bool plt_scatter_set_symbol(struct plt_scatter *scatter, enum plt_symbol symbol)
{
    plt_require(NULL, scatter != NULL, false);
    plt_require(log_of(scatter), (unsigned)symbol < PLT_NUM_SYMBOLS, false);
    scatter->symbol = symbol;
    plt_item_damage(&scatter->sampled.item);
    return true;
}

bool plt_scatter_set_size(struct plt_scatter *scatter, float size_px)
{
    plt_require(NULL, scatter != NULL, false);
    plt_require(log_of(scatter), size_px > 0 && size_px <= 1024, false);
    scatter->size_px = size_px;
    scatter->size_in_data = 0;
    plt_item_damage(&scatter->sampled.item);
    return true;
}

void plt_scatter_set_color(struct plt_scatter *scatter, struct plt_color color)
{
    plt_require(NULL, scatter != NULL, );
    plt_item_set_color(&scatter->sampled.item, color);
}

bool plt_scatter_set_outline(struct plt_scatter *scatter, struct plt_color color,
                             float width_px)
{
    plt_require(NULL, scatter != NULL, false);
    plt_require(log_of(scatter), valid_size(width_px, 64), false);
    scatter->outline_color = color;
    scatter->outline_width_px = width_px > 0 ? width_px : 1;
    plt_item_damage(&scatter->sampled.item);
    return true;
}

void plt_scatter_set_visible(struct plt_scatter *scatter, bool visible)
{
    plt_require(NULL, scatter != NULL, );
    plt_item_set_visible(&scatter->sampled.item, visible);
}

bool plt_scatter_set_sizes(struct plt_scatter *scatter, const float *sizes, size_t n)
{
    plt_require(NULL, scatter != NULL, false);
    return plt_item_set_array(&scatter->sampled.item, (void **)&scatter->sizes,
                              &scatter->num_sizes, sizes, n, sizeof(*sizes));
}

bool plt_scatter_set_colors(struct plt_scatter *scatter, const uint32_t *argb, size_t n)
{
    plt_require(NULL, scatter != NULL, false);
    return plt_item_set_array(&scatter->sampled.item, (void **)&scatter->colors,
                              &scatter->num_colors, argb, n, sizeof(*argb));
}

bool plt_scatter_set_symbols(struct plt_scatter *scatter, const uint8_t *symbols, size_t n)
{
    plt_require(NULL, scatter != NULL, false);
    for (size_t i = 0; symbols && i < n; i++)
        plt_require(log_of(scatter), symbols[i] < PLT_NUM_SYMBOLS, false);
    return plt_item_set_array(&scatter->sampled.item, (void **)&scatter->symbols,
                              &scatter->num_symbols, symbols, n, 1);
}

bool plt_scatter_set_y_axis(struct plt_scatter *scatter, struct plt_axis *y_axis)
{
    plt_require(NULL, scatter != NULL, false);
    return plt_item_set_y_axis(&scatter->sampled.item, y_axis);
}
