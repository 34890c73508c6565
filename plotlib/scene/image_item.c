// An image item: which image is shown where, through which levels and colormap.
#include <math.h>
#include <string.h>

#include <plotlib/base/alloc.h>
#include <plotlib/base/message.h>
#include <plotlib/image/colormap.h>
#include <plotlib/scene/color_bar.h>

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

static bool times_range(const struct plt_image_item *item, const struct plt_scale *spread,
                        struct plt_range *range)
{
    struct plt_range times;
    return plt_ring_item_times(item, &times) &&
           place_range(spread, times.x0, times.x1 - times.x0, range);
}

static bool image_x_origin(const struct plt_item *item, int64_t *origin)
{
    const struct plt_image_ring *ring = plt_item_ring(item);
    if (!ring || ring->time_kind != PLT_X_I64 ||
        !((const struct plt_image_item *)item)->orientation.transpose)
        return false;
    *origin = ring->first_ns;
    return true;
}

static bool image_x_range(const struct plt_item *item, const struct plt_scale *spread,
                          struct plt_range *range)
{
    const struct plt_image_item *image_item = (const struct plt_image_item *)item;
    struct plt_rect place = plt_image_item_place(image_item);
    if (plt_item_ring(item) && image_item->orientation.transpose)
        return times_range(image_item, spread, range);
    return place_range(spread, place.x - (double)item->plot->origin, place.width, range);
}

static bool image_y_range(const struct plt_item *item, const struct plt_scale *spread,
                          struct plt_range *range)
{
    const struct plt_image_item *image_item = (const struct plt_image_item *)item;
    struct plt_rect place = plt_image_item_place(image_item);
    if (plt_item_ring(item) && !image_item->orientation.transpose)
        return times_range(image_item, spread, range);
    return place_range(spread, place.y, place.height, range);
}

static void image_free(struct plt_item *item)
{
    struct plt_image_item *image_item = (struct plt_image_item *)item;
    plt_color_bar_forget(image_item);
    plt_notice_forget_item(item->plot->figure, image_item);
    plt_ring_item_detach(image_item);
    plt_tiles_release(&image_item->lease);
    plt_image_remove_listener(image_item->image, &image_item->listener);
    plt_image_unref(image_item->image);
    plt_colormap_unref(image_item->map);
    plt_colormap_unref(image_item->shown);
    plt_free(image_item);
}

static void image_clean(struct plt_item *item)
{
    plt_image_refresh(((struct plt_image_item *)item)->image);
}

static const struct plt_item_class image_class = {.kind = PLT_ITEM_IMAGE,
                                                  .x_range = image_x_range,
                                                  .y_range = image_y_range,
                                                  .x_origin = image_x_origin,
                                                  .clean = image_clean,
                                                  .free = image_free,
                                                  .hold = plt_ring_item_hold};

// Whether the item can show it; one log line where not.
static bool can_show(const struct plt_image *image, struct plt_log *log)
{
    const int32_t channels = plt_image_channels(image);
    if (channels == 1 || channels == 3 || channels == 4)
        return true;
    plt_error(log, BAD_ARGUMENT, "image: %d channels are neither values nor colours",
              (int)channels);
    return false;
}

// What the map of an image becomes: of colours it is a grey one.
static struct plt_colormap *make_shown(const struct plt_image *image,
                                       struct plt_colormap *map, double gamma,
                                       struct plt_log *log)
{
    if (plt_image_channels(image) == 1)
        return plt_colormap_fold(map, gamma, log);
    struct plt_colormap *grey = plt_colormap_find("grey", log);
    struct plt_colormap *shown = grey ? plt_colormap_fold(grey, gamma, log) : NULL;
    plt_colormap_unref(grey);
    return shown;
}

static bool is_range(struct plt_range range)
{
    return isfinite(range.x0) && isfinite(range.x1);
}

static bool valid_params(const struct plt_image_item_params *p)
{
    return is_range(p->levels) && is_range(p->channel_levels[0]) &&
           is_range(p->channel_levels[1]) && is_range(p->channel_levels[2]) &&
           isfinite(p->gamma) && p->gamma >= 0;
}

// Takes the map and how it is shown from the parameters; false after one log line.
static bool take_map(struct plt_image_item *item, struct plt_image *image,
                     const struct plt_image_item_params *params, struct plt_log *log)
{
    item->gamma = params->gamma == 0 ? 1 : params->gamma;
    item->map =
        params->map
            ? plt_colormap_ref(params->map)
            : plt_colormap_find(params->colormap ? params->colormap : "viridis", log);
    if (item->map)
        item->shown = make_shown(image, item->map, item->gamma, log);
    return item->shown != NULL;
}

static void drop(struct plt_image_item *item)
{
    if (item) {
        plt_colormap_unref(item->map);
        plt_colormap_unref(item->shown);
    }
    plt_free(item);
}

struct plt_image_item *plt_image_item_create(struct plt_plot *plot, struct plt_image *image,
                                             const struct plt_image_item_params *params)
{
    static const struct plt_image_item_params defaults;
    plt_require(NULL, plot != NULL, NULL);
    struct plt_log *log = plot->figure->log;
    plt_require(log, image != NULL, NULL);
    if (!params)
        params = &defaults;
    plt_require(log, valid_params(params), NULL);
    if (!can_show(image, log))
        return NULL;
    struct plt_image_item *item = plt_calloc(1, sizeof(*item));
    if (!item)
        plt_no_memory(log, "image item");
    if (!item || !take_map(item, image, params, log) ||
        !plt_item_init(
            &item->item, &image_class, plot,
            &(struct plt_item_params){.name = params->name, .y_axis = params->y_axis})) {
        drop(item);
        return NULL;
    }
    item->image = plt_image_ref(image);
    item->levels = params->levels;
    memcpy(item->channel_levels, params->channel_levels, sizeof(item->channel_levels));
    item->auto_percent = params->auto_percent;
    item->orientation = params->orientation;
    item->minify = params->minify;
    item->place = params->place;
    item->placed = params->place.width != 0 && params->place.height != 0;
    item->listener.fn = image_changed;
    item->listener.user = item;
    plt_image_add_listener(image, &item->listener);
    plt_ring_item_attach(item);
    return item;
}

void plt_image_item_destroy(struct plt_image_item *item)
{
    if (item)
        plt_item_remove(&item->item);
}

// Shows through another table from now on; takes the reference.
static void show(struct plt_image_item *item, struct plt_colormap *shown)
{
    plt_colormap_unref(item->shown);
    item->shown = shown;
}

bool plt_image_item_set_image(struct plt_image_item *item, struct plt_image *image)
{
    plt_require(NULL, item != NULL, false);
    struct plt_log *log = plt_item_log(&item->item);
    plt_require(log, image != NULL, false);
    if (!can_show(image, log))
        return false;
    const bool same_kind =
        (plt_image_channels(image) == 1) == (plt_image_channels(item->image) == 1);
    struct plt_colormap *shown = same_kind ? plt_colormap_ref(item->shown)
                                           : make_shown(image, item->map, item->gamma, log);
    if (!shown)
        return false;
    show(item, shown);
    const bool holding = item->holding;
    plt_image_ref(image);
    plt_ring_item_detach(item);
    plt_tiles_release(&item->lease);
    plt_image_remove_listener(item->image, &item->listener);
    plt_image_unref(item->image);
    item->image = image;
    plt_image_add_listener(image, &item->listener);
    plt_ring_item_attach(item);
    plt_ring_item_hold(&item->item, holding);
    plt_item_damage(&item->item);
    return true;
}

bool plt_image_item_set_gamma(struct plt_image_item *item, double gamma)
{
    plt_require(NULL, item != NULL, false);
    struct plt_log *log = plt_item_log(&item->item);
    plt_require(log, isfinite(gamma) && gamma > 0, false);
    if (item->gamma == gamma)
        return true;
    struct plt_colormap *shown = make_shown(item->image, item->map, gamma, log);
    if (!shown)
        return false;
    show(item, shown);
    item->gamma = gamma;
    plt_item_damage(&item->item);
    return true;
}

static bool same_colors(const struct plt_colormap *a, const struct plt_colormap *b)
{
    const size_t n = plt_colormap_size(a);
    return plt_colormap_size(b) == n &&
           memcmp(plt_colormap_colors(a), plt_colormap_colors(b), n * 4) == 0;
}

bool plt_image_item_set_map(struct plt_image_item *item, struct plt_colormap *map)
{
    plt_require(NULL, item != NULL, false);
    struct plt_log *log = plt_item_log(&item->item);
    plt_require(log, map != NULL, false);
    if (same_colors(item->map, map))
        return true;
    struct plt_colormap *shown = make_shown(item->image, map, item->gamma, log);
    if (!shown)
        return false;
    show(item, shown);
    plt_colormap_ref(map);
    plt_colormap_unref(item->map);
    item->map = map;
    plt_item_damage(&item->item);
    return true;
}

bool plt_image_item_set_colormap(struct plt_image_item *item, const char *name)
{
    plt_require(NULL, item != NULL, false);
    struct plt_colormap *map = plt_colormap_find(name, plt_item_log(&item->item));
    const bool set = map && plt_image_item_set_map(item, map);
    plt_colormap_unref(map);
    return set;
}
