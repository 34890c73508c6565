// Figure -> PNG file, through the CPU painter: no display, widget or GPU is needed.
#include <plotlib/base/alloc.h>
#include <plotlib/base/message.h>
#include <plotlib/figure.h>
#include <plotlib/file.h>
#include <plotlib/image_map.h>
#include <plotlib/map.h>
#include <plotlib/raster.h>
#include <plotlib/scene/scene.h>

enum { MOST_ROUNDS = 8 };
#define WAIT_S 600 // for a pyramid of as much as a disk reads meanwhile

// How often something was stood in for in what an item shows of a file that had no time yet
// to be read (map.h, image_map.h); and waiting for that.
static uint64_t item_stand_ins(const struct plt_item *item, bool wait)
{
    if (item->class->kind == PLT_ITEM_IMAGE) {
        const struct plt_image_item *image = (const struct plt_image_item *)item;
        struct plt_image_map_state state;
        if (!plt_image_map_get_state(image->image, &state))
            return 0;
        if (wait)
            plt_image_map_settle(image->image, WAIT_S);
        return state.stand_ins;
    }
    const struct plt_curve *curve = (const struct plt_curve *)item;
    struct plt_series_map_state state;
    if (item->class->kind != PLT_ITEM_CURVE ||
        !plt_series_map_get_state(curve->sampled.series, &state))
        return 0;
    if (wait)
        plt_series_map_settle(curve->sampled.series, WAIT_S);
    return state.stand_ins;
}

static uint64_t stand_ins(const struct plt_figure *figure, bool wait)
{
    uint64_t count = 0;
    for (size_t p = 0; p < figure->num_plots; p++) {
        const struct plt_plot *plot = figure->plots[p];
        for (size_t i = 0; i < plot->num_items; i++)
            count += item_stand_ins(plot->items[i], wait);
    }
    return count;
}

// Again until nothing was stood in for: the pyramid first, then the samples at the borders,
// then those of an axis that follows them.
static bool paint_exactly(struct plt_raster *raster, struct plt_figure *figure,
                          uint32_t *pixels, int width, int height, double scale)
{
    bool ok = true, exact = false;
    for (int round = 0; ok && !exact && round < MOST_ROUNDS; round++) {
        uint64_t before = stand_ins(figure, round > 0);
        ok = plt_raster_paint(raster, figure, pixels, (size_t)width * 4, width, height,
                              scale == 0 ? 1 : scale, NULL);
        exact = stand_ins(figure, false) == before;
    }
    return ok;
}

bool plt_figure_write_png(struct plt_figure *figure, const char *path, int width,
                          int height, double scale)
{
    plt_require(NULL, figure != NULL, false);
    plt_require(figure->log, path != NULL, false);
    plt_require(figure->log, width >= 1 && width <= 32768, false);
    plt_require(figure->log, height >= 1 && height <= 32768, false);
    size_t stride = (size_t)width * 4;
    uint32_t *pixels = plt_malloc(stride * (size_t)height);
    struct plt_raster *raster = plt_raster_create(figure->log);
    bool ok = false;
    if (!pixels || !raster)
        plt_no_memory(figure->log, "picture");
    else
        ok = paint_exactly(raster, figure, pixels, width, height, scale) &&
             plt_png_write(path, pixels, stride, width, height, figure->log);
    plt_raster_destroy(raster);
    plt_free(pixels);
    return ok;
}
