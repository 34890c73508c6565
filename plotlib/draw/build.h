// Putting operations into a frame (private to draw/). Each push marks the frame as failed
// when memory is short; nobody checks in between.
#pragma once

#include <plotlib/draw/frame.h>
#include <plotlib/scene/scene.h>

// Opens an operation, or goes on with the last one when it is a FILL of the same colour
// and clip. NULL on failure.
struct plt_op *plt_push_op(struct plt_frame *frame, enum plt_op_kind kind, uint32_t color,
                           struct plt_irect clip);
void plt_push_fill(struct plt_frame *frame, uint32_t color, struct plt_irect clip,
                   struct plt_irect rect);
// A rectangle's outline of `width` pixels, inside the rectangle.
void plt_push_outline(struct plt_frame *frame, uint32_t color, struct plt_irect clip,
                      struct plt_irect rect, int32_t width);

// Where a text's point lies: on its baseline's start, middle or end.
enum plt_align { PLT_ALIGN_START = 0, PLT_ALIGN_MIDDLE, PLT_ALIGN_END };
// `font` in logical pixels. (x, y): baseline point; turned text runs upwards from it.
void plt_push_text(struct plt_frame *frame, struct plt_figure *figure, double font,
                   enum plt_text_turn turn, enum plt_align align, int32_t x, int32_t y,
                   uint32_t color, struct plt_irect clip, const char *text);
struct plt_text_size plt_draw_measure(struct plt_figure *figure, double font,
                                      const char *text);

// `over` drawn on an opaque `under`.
uint32_t plt_mix(uint32_t over, uint32_t under);

void plt_draw_axes(struct plt_frame *frame, struct plt_plot *plot,
                   const struct plt_style *style);
void plt_draw_grid(struct plt_frame *frame, struct plt_plot *plot,
                   const struct plt_style *style);
void plt_draw_image(struct plt_frame *frame, struct plt_image_item *item);
void plt_draw_curve(struct plt_frame *frame, struct plt_curve *curve);
void plt_draw_legend(struct plt_frame *frame, struct plt_plot *plot,
                     const struct plt_style *style);
void plt_draw_controls(struct plt_frame *frame, struct plt_plot *plot,
                       const struct plt_style *style);
