// Bars: their numbers and looks.
#include <math.h>

#include <plotlib/base/alloc.h>
#include <plotlib/base/message.h>
#include <plotlib/scene/marks.h>

struct plt_bar plt_bars_at(const struct plt_bars *bars, size_t i)
{
    double place = i < bars->num_places ? bars->places[i] : (double)i;
    double width = i < bars->num_widths ? bars->widths[i] : bars->width;
    double base = i < bars->num_bases ? bars->bases[i] : bars->base;
    return (struct plt_bar){.lo = place - width / 2,
                            .hi = place + width / 2,
                            .base = base,
                            .end = base + bars->heights[i],
                            .color = i < bars->num_colors ? bars->colors[i]
                                                          : plt_item_argb(&bars->item)};
}

// Along the bars' axis or across it.
static bool bars_range(const struct plt_bars *bars, bool along,
                       const struct plt_scale *spread, double origin,
                       struct plt_range *range)
{
    bool any = false;
    for (size_t i = 0; i < bars->num_heights; i++) {
        struct plt_bar bar = plt_bars_at(bars, i);
        if (!isfinite(bar.lo) || !isfinite(bar.hi) || !isfinite(bar.end))
            continue;
        plt_range_add(range, &any, spread, (along ? bar.lo : bar.base) - origin);
        plt_range_add(range, &any, spread, (along ? bar.hi : bar.end) - origin);
    }
    return any;
}

static bool bars_x_range(const struct plt_item *item, const struct plt_scale *spread,
                         struct plt_range *range)
{
    const struct plt_bars *bars = (const struct plt_bars *)item;
    return bars_range(bars, !bars->horizontal, spread, (double)item->plot->origin, range);
}

static bool bars_y_range(const struct plt_item *item, const struct plt_scale *spread,
                         struct plt_range *range)
{
    const struct plt_bars *bars = (const struct plt_bars *)item;
    return bars_range(bars, bars->horizontal, spread, 0, range);
}

static void bars_free(struct plt_item *item)
{
    struct plt_bars *bars = (struct plt_bars *)item;
    plt_free(bars->places);
    plt_free(bars->heights);
    plt_free(bars->widths);
    plt_free(bars->bases);
    plt_free(bars->colors);
    plt_free(bars);
}

static const struct plt_item_class bars_class = {.kind = PLT_ITEM_BARS,
                                                 .x_range = bars_x_range,
                                                 .y_range = bars_y_range,
                                                 .free = bars_free};

struct plt_bars *plt_bars_create(struct plt_plot *plot,
                                 const struct plt_bars_params *params)
{
    static const struct plt_bars_params defaults;
    plt_require(NULL, plot != NULL, NULL);
    struct plt_log *log = plot->figure->log;
    if (!params)
        params = &defaults;
    plt_require(log, params->width >= 0 && isfinite(params->width), NULL);
    plt_require(log, !isnan(params->base), NULL);
    plt_require(log, params->outline_width_px >= 0 && params->outline_width_px <= 64, NULL);
    struct plt_bars *bars = plt_calloc(1, sizeof(*bars));
    if (!bars)
        plt_no_memory(log, "bars");
    if (!bars || !plt_item_init(&bars->item, &bars_class, plot, plt_themed_item(params))) {
        plt_free(bars);
        return NULL;
    }
    bars->outline_color = params->outline_color;
    bars->outline_width_px = params->outline_width_px > 0 ? params->outline_width_px : 1;
    bars->horizontal = params->horizontal;
    bars->width = params->width > 0 ? params->width : 0.8;
    bars->base = params->base;
    return bars;
}

void plt_bars_destroy(struct plt_bars *bars)
{
    if (bars)
        plt_item_remove(&bars->item);
}

bool plt_bars_set(struct plt_bars *bars, const double *places, const double *heights,
                  size_t n)
{
    plt_require(NULL, bars != NULL, false);
    plt_require(plt_item_log(&bars->item), heights != NULL || n == 0, false);
    double *kept = NULL;
    size_t num_kept = 0;
    // Both or none.
    if (!plt_item_set_array(&bars->item, (void **)&kept, &num_kept, places, places ? n : 0,
                            sizeof(*kept)))
        return false;
    if (!plt_item_set_array(&bars->item, (void **)&bars->heights, &bars->num_heights,
                            heights, n, sizeof(*heights))) {
        plt_free(kept);
        return false;
    }
    plt_free(bars->places);
    bars->places = kept;
    bars->num_places = num_kept;
    return true;
}

bool plt_bars_set_widths(struct plt_bars *bars, const double *widths, size_t n)
{
    plt_require(NULL, bars != NULL, false);
    return plt_item_set_array(&bars->item, (void **)&bars->widths, &bars->num_widths,
                              widths, n, sizeof(*widths));
}

bool plt_bars_set_bases(struct plt_bars *bars, const double *bases, size_t n)
{
    plt_require(NULL, bars != NULL, false);
    return plt_item_set_array(&bars->item, (void **)&bars->bases, &bars->num_bases, bases,
                              n, sizeof(*bases));
}

bool plt_bars_set_colors(struct plt_bars *bars, const uint32_t *argb, size_t n)
{
    plt_require(NULL, bars != NULL, false);
    return plt_item_set_array(&bars->item, (void **)&bars->colors, &bars->num_colors, argb,
                              n, sizeof(*argb));
}

bool plt_bars_set_name(struct plt_bars *bars, const char *name)
{
    plt_require(NULL, bars != NULL, false);
    return plt_item_set_name(&bars->item, name);
}

void plt_bars_set_visible(struct plt_bars *bars, bool visible)
{
    plt_require(NULL, bars != NULL, );
    plt_item_set_visible(&bars->item, visible);
}
