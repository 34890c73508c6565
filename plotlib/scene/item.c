// What all items of a plot have in common: the list they are in, names, visibility.
#include <string.h>

#include <plotlib/base/alloc.h>
#include <plotlib/base/message.h>
#include <plotlib/scene/scene.h>

bool plt_item_init(struct plt_item *item, const struct plt_item_class *class,
                   struct plt_plot *plot, const char *name)
{
    struct plt_log *log = plot->figure->log;
    if (!plt_replace_string(&item->name, name, log))
        return false;
    if (!plt_reserve((void **)&plot->items, &plot->cap_items, plot->num_items + 1,
                     sizeof(*plot->items))) {
        plt_free(item->name);
        plt_no_memory(log, "item");
        return false;
    }
    item->class = class;
    item->plot = plot;
    item->y_axis = &plot->y;
    plot->items[plot->num_items++] = item;
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

bool plt_item_takes(const struct plt_plot *plot, const struct plt_axis *axis)
{
    return !axis || (axis->vertical && axis->plot == plot);
}

bool plt_item_set_y_axis(struct plt_item *item, struct plt_axis *axis)
{
    plt_require(item->plot->figure->log, plt_item_takes(item->plot, axis), false);
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
    if (!plt_replace_string(&item->name, name, item->plot->figure->log))
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

bool plt_item_in_legend(const struct plt_item *item)
{
    return item->class->kind != PLT_ITEM_IMAGE && !item->hidden && plt_item_name(item)[0];
}
