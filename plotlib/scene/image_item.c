// An image item: which image is shown where, through which levels and colormap.
#include <math.h>
#include <string.h>

#include <plotlib/base/alloc.h>
#include <plotlib/base/message.h>
#include <plotlib/colormap.h>
#include <plotlib/scene/scene.h>

static void image_changed(void *user)
{
    struct plt_image_item *item = user;
    plt_item_damage(&item->item);
}

// The ends that can be shown.
static bool place_range(const struct plt_scale *spread, double start, double length,
                        struct plt_range *range)
{
    double a = start, b = start + length;
    bool has_a = !spread || isfinite(plt_scale_forward(spread, a));
    bool has_b = !spread || isfinite(plt_scale_forward(spread, b));
    *range = (struct plt_range){has_a ? a : b, has_b ? b : a};
    return has_a || has_b;
}

static bool image_x_range(const struct plt_item *item, const struct plt_scale *spread,
                          struct plt_range *range)
{
    struct plt_rect place = plt_image_item_place((const struct plt_image_item *)item);
    return place_range(spread, place.x - (double)item->plot->origin, place.width, range);
}

static bool image_y_range(const struct plt_item *item, const struct plt_scale *spread,
                          struct plt_range *range)
{
    struct plt_rect place = plt_image_item_place((const struct plt_image_item *)item);
    return place_range(spread, place.y, place.height, range);
}

static void image_free(struct plt_item *item)
{
    struct plt_image_item *image_item = (struct plt_image_item *)item;
    plt_image_remove_listener(image_item->image, &image_item->listener);
    plt_image_unref(image_item->image);
    plt_free(image_item);
}

static const struct plt_item_class image_class = {.kind = PLT_ITEM_IMAGE,
                                                  .x_range = image_x_range,
                                                  .y_range = image_y_range,
                                                  .free = image_free};

struct plt_image_item *plt_image_item_create(struct plt_plot *plot, struct plt_image *image,
                                             const struct plt_image_item_params *params)
{
    static const struct plt_image_item_params defaults;
    plt_require(NULL, plot != NULL, NULL);
    struct plt_log *log = plot->figure->log;
    plt_require(log, image != NULL, NULL);
    if (!params)
        params = &defaults;
    const char *name = params->colormap ? params->colormap : "viridis";
    const uint32_t *colormap = plt_colormap_find(name);
    if (!colormap) {
        plt_error(log, BAD_ARGUMENT, "image: unknown colormap '%s'", name);
        return NULL;
    }
    struct plt_image_item *item = plt_calloc(1, sizeof(*item));
    if (!item)
        plt_no_memory(log, "image item");
    if (!item || !plt_item_init(&item->item, &image_class, plot,
                                &(struct plt_item_params){.name = params->name,
                                                          .y_axis = params->y_axis})) {
        plt_free(item);
        return NULL;
    }
    item->image = plt_image_ref(image);
    item->levels = params->levels;
    item->colormap = colormap;
    item->minify = params->minify;
    item->place = params->place;
    item->placed = params->place.width != 0 && params->place.height != 0;
    item->listener.fn = image_changed;
    item->listener.user = item;
    plt_image_add_listener(image, &item->listener);
    return item;
}

void plt_image_item_destroy(struct plt_image_item *item)
{
    if (item)
        plt_item_remove(&item->item);
}

struct plt_rect plt_image_item_place(const struct plt_image_item *item)
{
    if (item->placed)
        return item->place;
    return (struct plt_rect){0, 0, plt_image_columns(item->image),
                             plt_image_rows(item->image)};
}

bool plt_image_item_set_image(struct plt_image_item *item, struct plt_image *image)
{
    plt_require(NULL, item != NULL, false);
    plt_require(plt_item_log(&item->item), image != NULL, false);
    plt_image_ref(image);
    plt_image_remove_listener(item->image, &item->listener);
    plt_image_unref(item->image);
    item->image = image;
    plt_image_add_listener(image, &item->listener);
    plt_item_damage(&item->item);
    return true;
}

bool plt_image_item_set_levels(struct plt_image_item *item, double lo, double hi)
{
    plt_require(NULL, item != NULL, false);
    plt_require(plt_item_log(&item->item), isfinite(lo) && isfinite(hi), false);
    if (item->levels.x0 == lo && item->levels.x1 == hi)
        return true;
    item->levels = (struct plt_range){lo, hi};
    plt_item_damage(&item->item);
    return true;
}

struct plt_range plt_image_item_levels(struct plt_image_item *item)
{
    struct plt_range levels = {0, 1};
    if (!item)
        return levels;
    if (item->levels.x0 != 0 || item->levels.x1 != 0)
        return item->levels;
    plt_image_bounds(item->image, &levels);
    return levels;
}

bool plt_image_item_set_colormap(struct plt_image_item *item, const char *name)
{
    plt_require(NULL, item != NULL, false);
    const uint32_t *colormap = plt_colormap_find(name);
    if (!colormap) {
        plt_error(plt_item_log(&item->item), BAD_ARGUMENT, "image: unknown colormap '%s'",
                  name ? name : "(null)");
        return false;
    }
    if (item->colormap == colormap)
        return true;
    item->colormap = colormap;
    plt_item_damage(&item->item);
    return true;
}
