// plotview -o: reads to the end, paints one frame without window or display, writes a PNG.
#include "plotview.h"

#include <stdlib.h>
#include <time.h>

static void sleep_for(double seconds)
{
    struct timespec rest = {.tv_sec = (time_t)seconds};
    rest.tv_nsec = (long)((seconds - (double)rest.tv_sec) * 1e9);
    while (nanosleep(&rest, &rest) != 0)
        continue;
}

static bool raster_paint(struct plt_figure *figure, struct plt_log *log, uint32_t *pixels,
                         const struct options *o, struct plt_paint_stats *stats)
{
    struct plt_raster *raster = plt_raster_create(log);
    bool ok = raster && plt_raster_paint(raster, figure, pixels, (size_t)o->width * 4,
                                         o->width, o->height, o->scale, stats);
    plt_raster_destroy(raster);
    return ok;
}

static int paint(const struct options *o, struct content *content, struct cost *cost)
{
    uint32_t *pixels = malloc((size_t)o->width * (size_t)o->height * sizeof(*pixels));
    if (!pixels) {
        complain("no memory for a picture of %d x %d pixels", o->width, o->height);
        return STATUS_CANNOT;
    }
    struct plt_paint_stats stats = {0};
    struct plt_log *log = content_log(content);
    struct plt_figure *figure = content_figure(content);
    bool gl = o->painter == VIEW_GL;
    bool ok;
    content_settle(content);
    do // a mapped file's samples are asked for by a paint
        ok = gl ? headless_gl_paint(figure, log, pixels, o, &stats)
                : raster_paint(figure, log, pixels, o, &stats);
    while (ok && content_settle(content));
    ok = ok &&
         plt_png_write(o->output, pixels, (size_t)o->width * 4, o->width, o->height, log);
    free(pixels);
    *cost = (struct cost){.frames = 1,
                          .painter = gl ? "gl" : "raster",
                          .frame_ms_median = stats.shape_ms + stats.paint_ms,
                          .uploaded_bytes = stats.uploaded_bytes};
    return ok ? STATUS_OK : STATUS_CANNOT;
}

int offscreen_run(const struct options *o, struct content *content, struct cost *cost)
{
    if (!content_start(content, NULL, NULL))
        return STATUS_BAD;
    bool ok = content_wait(content);
    if (ok && content_has_system(content))
        sleep_for(o->seconds > 0 ? o->seconds : 3);
    if (!ok || !content_update(content))
        return STATUS_BAD;
    return paint(o, content, cost);
}
