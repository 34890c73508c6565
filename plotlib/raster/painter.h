// The CPU painter's inside: paints a draw list into memory. raster.h is the public door;
// tests and tools that have a frame come in here.
// Thread-safety: one thread at a time for each painter.
#pragma once

#include <plotlib/base/pool.h>
#include <plotlib/draw/frame.h>
#include <plotlib/raster.h>
#include <plotlib/raster/hidden.h>
#include <plotlib/raster/kernels.h>

// 0xffRRGGBB words in memory.
struct plt_canvas {
    uint32_t *pixels;
    size_t stride; // bytes
};

static inline uint32_t *plt_canvas_at(struct plt_canvas canvas, int32_t x, int32_t y)
{
    return (uint32_t *)((char *)canvas.pixels + (size_t)y * canvas.stride) + x;
}

// Listed pieces of a stroke that reach the column being painted, until `last`.
struct plt_active_vertical {
    float x, lo, hi;
    int32_t last;
};
struct plt_active_slant {
    struct plt_slant slant;
    float top, bottom; // rows it spans
    int32_t last;
};

// Memory that strokes need, kept from one to the next.
struct plt_stroke_scratch {
    uint8_t *coverage; // 64 columns of coverage, column-major, all zero between strokes
    float *d2;         // one column, all PLT_FAR between columns
    int32_t rows;      // that coverage and d2 have room for
    struct plt_active_vertical *verticals;
    size_t num_verticals, cap_verticals;
    struct plt_active_slant *slants;
    size_t num_slants, cap_slants;
    size_t *order; // XY mode: segments by first column
    size_t cap_order;
    size_t *starts; // XY mode: of each column in `order`
    size_t cap_starts;
};

// Stamps of markers, kept from one operation to the next (raster/marker.c).
struct plt_marker_scratch {
    float outline; // what the stamps were made for
    bool hollow;
    struct plt_stamp_set **sets; // [cap_sets], a hash table
    size_t num_sets, cap_sets, bytes;
    struct plt_stamp_set *last; // found last
    uint8_t *covered;           // bits of pixels that later markers make
    size_t cap_covered;
    size_t *seen; // markers to paint, the last one first
    size_t num_seen, cap_seen;
    uint8_t *line;
    size_t cap_line;
};

struct plt_raster {
    struct plt_log *log;
    const struct plt_kernels *kernels;
    struct plt_frame frame; // of plt_raster_paint
    struct plt_stroke_scratch stroke;
    struct plt_hidden hidden, hidden_bands[PLT_POOL_MAX];
    const struct plt_rows *covered; // of the operation being painted, from hidden.x0 on
    struct plt_stroke_scratch bands[PLT_POOL_MAX]; // one each where threads share the work
    struct plt_marker_scratch marker, marker_bands[PLT_POOL_MAX]; // likewise
};

// Paints the frame's operations in order, background first. pixels[height][stride/4].
// False when memory was short: an operation may be missing.
bool plt_raster_draw(struct plt_raster *raster, const struct plt_frame *frame,
                     uint32_t *pixels, size_t stride);
// Only the pixels inside `damage`; the same bytes as plt_raster_draw there, the rest is not
// touched.
bool plt_raster_draw_rect(struct plt_raster *raster, const struct plt_frame *frame,
                          struct plt_irect damage, uint32_t *pixels, size_t stride);

// raster/fill.c
void plt_paint_rect(struct plt_canvas canvas, struct plt_irect box, uint32_t color);
void plt_paint_rects(struct plt_canvas canvas, const struct plt_frame *frame,
                     const struct plt_op *op, struct plt_irect clip);
void plt_paint_tints(struct plt_canvas canvas, const struct plt_frame *frame,
                     const struct plt_op *op, struct plt_irect clip);
void plt_paint_glyphs(struct plt_canvas canvas, const struct plt_frame *frame,
                      const struct plt_op *op, struct plt_irect clip);
bool plt_paint_image(struct plt_canvas canvas, const struct plt_frame *frame,
                     const struct plt_op *op, struct plt_irect clip);

// raster/spans.c
void plt_paint_spans(const struct plt_kernels *kernels, struct plt_canvas canvas,
                     const struct plt_frame *frame, const struct plt_op *op,
                     struct plt_irect clip);

// raster/stroke.c
bool plt_paint_stroke(struct plt_raster *raster, struct plt_canvas canvas,
                      const struct plt_frame *frame, const struct plt_op *op,
                      struct plt_irect clip);
void plt_stroke_scratch_finish(struct plt_stroke_scratch *scratch);

// raster/marker.c
bool plt_paint_markers(struct plt_raster *raster, struct plt_canvas canvas,
                       const struct plt_frame *frame, const struct plt_op *op,
                       struct plt_irect clip);
void plt_marker_scratch_finish(struct plt_marker_scratch *scratch);
