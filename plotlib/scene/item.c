// What all items of a plot have in common: the list they are in, names, colours, axes.
#include <string.h>

#include <plotlib/base/alloc.h>
#include <plotlib/base/message.h>
#include <plotlib/scene/scene.h>

static bool takes(const struct plt_plot *plot, const struct plt_axis *axis)
{
    if (!axis || (axis->vertical && axis->plot == plot))
        return true;
    plt_error(plot->figure->log, BAD_ARGUMENT, "item: not a y axis of its plot");
    return false;
}

bool plt_item_init(struct plt_item *item, const struct plt_item_class *class,
                   struct plt_plot *plot, const struct plt_item_params *params)
{
    struct plt_log *log = plot->figure->log;
    if (!takes(plot, params->y_axis) || !plt_replace_string(&item->name, params->name, log))
        return false;
    if (!plt_reserve((void **)&plot->items, &plot->cap_items, plot->num_items + 1,
                     sizeof(*plot->items))) {
        plt_free(item->name);
        plt_no_memory(log, "item");
        return false;
    }
    item->class = class;
    item->plot = plot;
    item->y_axis = params->y_axis ? params->y_axis : &plot->y;
    item->hidden = params->hidden;
    item->color = params->color;
    if (params->themed && !(params->color.a > 0))
        item->theme_color = plot->next_color++;
    plot->items[plot->num_items++] = item;
    plt_item_damage(item);
    return true;
}

void plt_item_free(struct plt_item *item)
{
    plt_free(item->name);
    item->class->free(item);
}

void plt_item_remove(struct plt_item *item)
{
    struct plt_plot *plot = item->plot;
    size_t i = 0;
    while (i < plot->num_items && plot->items[i] != item)
        i++;
    memmove(&plot->items[i], &plot->items[i + 1],
            (plot->num_items - i - 1) * sizeof(*plot->items));
    plot->num_items--;
    plt_item_damage(item);
    plt_item_free(item);
}

void plt_item_damage(const struct plt_item *item)
{
    plt_figure_damage(item->plot->figure);
}

struct plt_log *plt_item_log(const struct plt_item *item)
{
    return item->plot->figure->log;
}

bool plt_item_set_y_axis(struct plt_item *item, struct plt_axis *axis)
{
    if (!takes(item->plot, axis))
        return false;
    item->y_axis = axis ? axis : &item->plot->y;
    plt_item_damage(item);
    return true;
}

const char *plt_item_name(const struct plt_item *item)
{
    if (item->name)
        return item->name;
    return item->class->name ? item->class->name(item) : "";
}

bool plt_item_set_name(struct plt_item *item, const char *name)
{
    if (!plt_replace_string(&item->name, name, plt_item_log(item)))
        return false;
    plt_item_damage(item);
    return true;
}

void plt_item_set_visible(struct plt_item *item, bool visible)
{
    if (item->hidden == !visible)
        return;
    item->hidden = !visible;
    plt_item_damage(item);
}

void plt_item_set_color(struct plt_item *item, struct plt_color color)
{
    if (memcmp(&item->color, &color, sizeof(color)) == 0)
        return;
    item->color = color;
    plt_item_damage(item);
}

uint32_t plt_item_argb(const struct plt_item *item)
{
    return item->color.a > 0 ? plt_color_argb(item->color)
                             : plt_style_curve(item->theme_color);
}

bool plt_item_set_array(struct plt_item *item, void **array, size_t *num, const void *from,
                        size_t n, size_t size)
{
    struct plt_log *log = plt_item_log(item);
    plt_require(log, from != NULL || n == 0, false);
    void *copy = n > 0 ? plt_calloc(n, size) : NULL;
    if (n > 0 && !copy) {
        plt_no_memory(log, "the numbers of a plot's item");
        return false;
    }
    if (n > 0)
        memcpy(copy, from, n * size);
    plt_free(*array);
    *array = copy;
    *num = n;
    plt_item_damage(item);
    return true;
}

bool plt_item_in_legend(const struct plt_item *item)
{
    return item->class->kind != PLT_ITEM_IMAGE && !item->hidden && plt_item_name(item)[0];
}
