// The CPU painter: draws a figure into memory. Reference for the tests, exports without a
// display, and machines without a GPU. Code: raster/.
// Thread-safety: owner thread of the figure; a painter may serve one figure at a time.
#pragma once

#include <plotlib/figure.h>
#include <plotlib/types.h>

#ifdef __cplusplus
extern "C" {
#endif

struct plt_raster;

// What one paint did.
struct plt_paint_stats {
    double shape_ms;         // figure -> draw list
    double paint_ms;         // draw list -> pixels
    uint64_t uploaded_bytes; // GL: bytes handed to the driver in this frame; raster: 0
};

PLT_API struct plt_raster *plt_raster_create(struct plt_log *log);
PLT_API void plt_raster_destroy(struct plt_raster *raster);

// Lays out and draws the whole figure. pixels[height][stride/4]: 32-bit words 0xffRRGGBB in
// host byte order (QImage::Format_RGB32), stride in bytes. 1..32768 device pixels a side.
// stats may be NULL.
PLT_API bool plt_raster_paint(struct plt_raster *raster, struct plt_figure *figure,
                              void *pixels, size_t stride, int width, int height,
                              double scale, struct plt_paint_stats *stats);

#ifdef __cplusplus
}
#endif
