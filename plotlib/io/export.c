// Figure -> PNG file, through the CPU painter: no display, widget or GPU is needed.
#include <plotlib/base/alloc.h>
#include <plotlib/base/message.h>
#include <plotlib/figure.h>
#include <plotlib/file.h>
#include <plotlib/raster.h>
#include <plotlib/scene/scene.h>

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
        ok = plt_raster_paint(raster, figure, pixels, stride, width, height,
                              scale == 0 ? 1 : scale, NULL) &&
             plt_png_write(path, pixels, stride, width, height, figure->log);
    plt_raster_destroy(raster);
    plt_free(pixels);
    return ok;
}
