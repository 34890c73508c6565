// Putting operations into a frame (private to draw/). Each push marks the frame as failed
// when memory is short; nobody checks in between.
#pragma once

#include <plotlib/draw/frame.h>
#include <plotlib/scene/marks.h>
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
enum { PLT_FIT_SIZE = 512 };
// `text` if it is at most `room` device pixels wide; else `buffer` with as much of it as
// goes before an ellipsis and `tail`, its own end (a unit, say), cut between characters.
// "" where not even that has room.
const char *plt_fit_text(struct plt_figure *figure, double font, const char *text,
                         const char *tail, int32_t room, char buffer[PLT_FIT_SIZE]);
// A title along lo..hi (device pixels of x, or of y for turned text): centred on `centre`,
// moved where it would leave lo..hi, shortened where it is longer. `baseline`: y, or x.
struct plt_title_place {
    enum plt_text_turn turn;
    int32_t lo, hi, centre, baseline;
    const char *tail; // end of the text that is never cut off; NULL = none
};
void plt_push_title(struct plt_frame *frame, struct plt_figure *figure, double font,
                    const struct plt_title_place *place, uint32_t color,
                    struct plt_irect clip, const char *text);

// `over` drawn on an opaque `under`.
uint32_t plt_mix(uint32_t over, uint32_t under);

struct plt_path_style {
    enum plt_join join;
    enum plt_cap cap;
    float miter_limit;
};
// Points of `part` as the curve's stroke, `width` device pixels wide: lattice, path or
// plain.
void plt_push_curve_stroke(struct plt_frame *frame, const struct plt_curve *curve,
                           const struct plt_reduce_result *part, double width,
                           uint32_t color, struct plt_irect clip);
// A stroke whose joins or caps are not round.
void plt_push_path(struct plt_frame *frame, const struct plt_reduce_result *part,
                   const struct plt_path_style *style, float width, uint32_t color,
                   struct plt_irect clip);
// A rectangle of the open TINTS operation.
void plt_push_tint(struct plt_frame *frame, struct plt_irect rect, uint32_t color,
                   uint8_t coverage);
// A stroke in the colours of the curve's samples.
void plt_push_colors(struct plt_frame *frame, const struct plt_series_pin *pin,
                     const struct plt_reduce_params *params, const struct plt_curve *curve,
                     float width, struct plt_irect clip);
// The region between a series and the row level_px, or a second series where sides[1] has
// one. Nothing when x goes to and fro.
struct plt_area_side {
    const struct plt_series_pin *pin;
    struct plt_reduce_params params;
};
void plt_push_area(struct plt_frame *frame, const struct plt_area_side sides[2],
                   double level_px, uint32_t color, struct plt_irect clip);

// The date row of a time axis, from `top` on.
void plt_draw_context(struct plt_frame *frame, const struct plt_axis *axis, int32_t top,
                      const struct plt_style *style);
void plt_draw_axis(struct plt_frame *frame, const struct plt_axis *axis,
                   const struct plt_style *style);
void plt_draw_axes(struct plt_frame *frame, struct plt_plot *plot,
                   const struct plt_style *style);
void plt_draw_grid(struct plt_frame *frame, struct plt_plot *plot,
                   const struct plt_style *style);
void plt_draw_image(struct plt_frame *frame, struct plt_image_item *item);
struct plt_timeline;
void plt_draw_timeline(struct plt_frame *frame, struct plt_timeline *timeline);
void plt_draw_roi(struct plt_frame *frame, struct plt_roi *roi);
// What the readout says now; false = nothing.
bool plt_readout_text(struct plt_plot *plot, char *text, size_t size);
void plt_draw_readout(struct plt_frame *frame, struct plt_plot *plot,
                      const struct plt_style *style);
void plt_draw_color_bars(struct plt_frame *frame, struct plt_plot *plot,
                         const struct plt_style *style);
// A filled symbol of `size` logical pixels about (x, y), device pixels.
void plt_push_marker(struct plt_frame *frame, struct plt_irect clip, enum plt_symbol symbol,
                     double x, double y, double size, uint32_t color, uint32_t outline);
// Samples along one axis of an image.
struct plt_sampling {
    const struct plt_map *map;
    double start, length; // placement along the axis, relative to the map's origin
    int32_t samples;
    bool flip; // the last sample comes first
};
// Sample coordinate of a device pixel edge: 0 = first sample's outer edge.
double plt_sample_at(const struct plt_sampling *sampling, double px);
// Of one pixel; empty outside the image.
struct plt_sample_span plt_sample_span_of(const struct plt_sampling *sampling, int32_t px);
// Cuts pixels [*p0, *p1) to those that show something.
void plt_sample_cut(const struct plt_sampling *sampling, int32_t *p0, int32_t *p1);
// Appends spans for pixels [*p0, *p1) and cuts the range to those that show something;
// false: there are none.
bool plt_push_spans(struct plt_frame *frame, const struct plt_sampling *sampling,
                    int32_t *p0, int32_t *p1, size_t *first);
void plt_push_image(struct plt_frame *frame, const struct plt_frame_image *image,
                    struct plt_irect clip);
// A ring image; `image` says all but where.
void plt_draw_ring(struct plt_frame *frame, struct plt_image_item *item,
                   const struct plt_frame_image *image);
// A mapped image, tile by tile. `like`: levels and table, and the pixels it may cover as
// its dst; x and y but for the number of samples.
void plt_draw_tiles(struct plt_frame *frame, struct plt_image_item *item,
                    const struct plt_frame_image *like, const struct plt_sampling *x,
                    const struct plt_sampling *y);
void plt_draw_curve(struct plt_frame *frame, struct plt_curve *curve);
// Pixel of value `v`, kept within [lo, hi]; what the axis cannot show lies at its low end.
double plt_edge_px(const struct plt_map *map, double v, double lo, double hi);
// A rectangle, its four edges in any order, on the nearest whole pixels but at least one
// wide and high. Edges far outside are fine; NaN gives an empty one.
struct plt_irect plt_crisp_rect(double x0, double y0, double x1, double y1);
void plt_draw_bars(struct plt_frame *frame, struct plt_bars *bars);
void plt_draw_histogram(struct plt_frame *frame, struct plt_histogram *histogram);
void plt_draw_error_bars(struct plt_frame *frame, struct plt_error_bars *bars);
void plt_draw_box_plot(struct plt_frame *frame, struct plt_box_plot *plot);
void plt_draw_text_item(struct plt_frame *frame, struct plt_text_item *item);
void plt_draw_scatter(struct plt_frame *frame, struct plt_scatter *scatter);
void plt_draw_item(struct plt_frame *frame, struct plt_item *item);
// Draws the figure's curves into frame->parts, many at a time, where that pays.
void plt_draw_parts(struct plt_frame *frame, struct plt_figure *figure);
// The next item in painting order: puts its part into the frame, or draws it now.
void plt_draw_next(struct plt_frame *frame, struct plt_item *item);
void plt_draw_legend(struct plt_frame *frame, struct plt_plot *plot,
                     const struct plt_style *style);
void plt_draw_controls(struct plt_frame *frame, struct plt_plot *plot,
                       const struct plt_style *style);
