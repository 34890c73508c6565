// A text at a point of the data.
#include <math.h>

#include <plotlib/base/alloc.h>
#include <plotlib/base/message.h>
#include <plotlib/scene/marks.h>

static bool text_range(double v, const struct plt_scale *spread, struct plt_range *range)
{
    bool any = false;
    plt_range_add(range, &any, spread, v);
    return any;
}

static bool text_x_range(const struct plt_item *item, const struct plt_scale *spread,
                         struct plt_range *range)
{
    const double x = ((const struct plt_text_item *)item)->x;
    return text_range(x - (double)item->plot->origin, spread, range);
}

static bool text_y_range(const struct plt_item *item, const struct plt_scale *spread,
                         struct plt_range *range)
{
    return text_range(((const struct plt_text_item *)item)->y, spread, range);
}

static void text_free(struct plt_item *item)
{
    struct plt_text_item *text = (struct plt_text_item *)item;
    plt_free(text->text);
    plt_free(text);
}

static const struct plt_item_class text_class = {.kind = PLT_ITEM_TEXT,
                                                 .x_range = text_x_range,
                                                 .y_range = text_y_range,
                                                 .free = text_free};

struct plt_text_item *plt_text_item_create(struct plt_plot *plot,
                                           const struct plt_text_item_params *params)
{
    static const struct plt_text_item_params defaults;
    plt_require(NULL, plot != NULL, NULL);
    struct plt_log *log = plot->figure->log;
    if (!params)
        params = &defaults;
    plt_require(log, (unsigned)params->anchor <= PLT_ANCHOR_TOP_RIGHT, NULL);
    plt_require(log, params->font_px >= 0 && params->font_px <= 512, NULL);
    plt_require(log, isfinite(params->offset_px), NULL);
    struct plt_text_item *item = plt_calloc(1, sizeof(*item));
    if (!item)
        plt_no_memory(log, "text");
    if (!item || !plt_replace_string(&item->text, params->text, log) ||
        !plt_item_init(&item->item, &text_class, plot,
                       &(struct plt_item_params){.color = params->color,
                                                 .y_axis = params->y_axis,
                                                 .hidden = params->hidden})) {
        if (item)
            plt_free(item->text);
        plt_free(item);
        return NULL;
    }
    struct plt_figure *figure = plot->figure;
    if (figure->bare && !figure->font)
        figure->font = plt_font_create(NULL, log);
    item->x = params->x;
    item->y = params->y;
    item->anchor = params->anchor;
    item->upwards = params->upwards;
    item->box_color = params->box_color;
    item->border_color = params->border_color;
    item->font_px = params->font_px > 0 ? params->font_px : (float)PLT_TICK_FONT;
    item->offset_px = params->offset_px == 0 ? PLT_SPACE : fmaxf(params->offset_px, 0);
    return item;
}

void plt_text_item_destroy(struct plt_text_item *item)
{
    if (item)
        plt_item_remove(&item->item);
}

bool plt_text_item_set_text(struct plt_text_item *item, const char *text)
{
    plt_require(NULL, item != NULL, false);
    if (!plt_replace_string(&item->text, text, plt_item_log(&item->item)))
        return false;
    plt_item_damage(&item->item);
    return true;
}

void plt_text_item_set_place(struct plt_text_item *item, double x, double y)
{
    plt_require(NULL, item != NULL, );
    item->x = x;
    item->y = y;
    plt_item_damage(&item->item);
}

void plt_text_item_set_color(struct plt_text_item *item, struct plt_color color)
{
    plt_require(NULL, item != NULL, );
    plt_item_set_color(&item->item, color);
}

void plt_text_item_set_visible(struct plt_text_item *item, bool visible)
{
    plt_require(NULL, item != NULL, );
    plt_item_set_visible(&item->item, visible);
}
