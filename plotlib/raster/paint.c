// The public paint call: figure -> draw list -> pixels, and how long each took.
#include <time.h>

#include <plotlib/base/message.h>
#include <plotlib/raster/painter.h>

static double now_ms(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec * 1e3 + (double)t.tv_nsec * 1e-6;
}

bool plt_raster_paint(struct plt_raster *raster, struct plt_figure *figure, void *pixels,
                      size_t stride, int width, int height, double scale,
                      struct plt_paint_stats *stats)
{
    plt_require(NULL, raster != NULL, false);
    plt_require(raster->log, figure != NULL, false);
    plt_require(raster->log, pixels != NULL, false);
    plt_require(raster->log, width >= 1 && width <= 32768, false);
    plt_require(raster->log, height >= 1 && height <= 32768, false);
    plt_require(raster->log, stride >= (size_t)width * 4 && stride % 4 == 0, false);
    plt_require(raster->log, scale > 0 && isfinite(scale), false);

    const double start = now_ms();
    if (!plt_frame_build(&raster->frame, figure, width, height, scale))
        return false;
    const double shaped = now_ms();
    const bool complete = plt_raster_draw(raster, &raster->frame, pixels, stride);
    if (stats)
        *stats = (struct plt_paint_stats){.shape_ms = shaped - start,
                                          .paint_ms = now_ms() - shaped};
    return complete && !raster->frame.failed;
}
