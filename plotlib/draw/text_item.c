// A text at a point: its box, its border and its glyphs, on whole pixels.
#include <math.h>

#include <plotlib/draw/build.h>
#include <plotlib/reduce/points.h>

// Where the box lies to the point: -1 before it, 0 about it, 1 after it; y down.
static void side_of(enum plt_anchor anchor, int *h, int *v)
{
    static const signed char sides[][2] = {
        [PLT_ANCHOR_BOTTOM] = {0, -1},        [PLT_ANCHOR_BOTTOM_LEFT] = {1, -1},
        [PLT_ANCHOR_BOTTOM_RIGHT] = {-1, -1}, [PLT_ANCHOR_LEFT] = {1, 0},
        [PLT_ANCHOR_CENTER] = {0, 0},         [PLT_ANCHOR_RIGHT] = {-1, 0},
        [PLT_ANCHOR_TOP_LEFT] = {1, 1},       [PLT_ANCHOR_TOP] = {0, 1},
        [PLT_ANCHOR_TOP_RIGHT] = {-1, 1}};
    *h = sides[anchor][0];
    *v = sides[anchor][1];
}

// First pixel of a box of `size` pixels at px. While its point is in the plot, [lo, hi], a
// box that has room there is moved inwards instead of being cut.
static int32_t place(double px, int side, int32_t size, int32_t offset, int32_t lo,
                     int32_t hi)
{
    const int32_t at = (int32_t)floor(px + 0.5);
    int32_t first = side > 0 ? at + offset : side < 0 ? at - offset - size : at - size / 2;
    if (at < lo || at > hi || size > hi - lo)
        return first;
    first = first > hi - size ? hi - size : first;
    return first < lo ? lo : first;
}

void plt_draw_text_item(struct plt_frame *frame, struct plt_text_item *text)
{
    const struct plt_item *item = &text->item;
    struct plt_plot *plot = item->plot;
    struct plt_figure *figure = plot->figure;
    const struct plt_irect clip = plot->data;
    const double x = plt_point_px(&plot->x.map, text->x - (double)plot->origin);
    const double y = plt_point_px(&item->y_axis->map, text->y), far = 1e5;
    if (!text->text || !(fabs(x) < far && fabs(y) < far))
        return;
    const struct plt_text_size size = plt_draw_measure(figure, text->font_px, text->text);
    const bool boxed = text->box_color.a > 0 || text->border_color.a > 0;
    const int32_t pad = boxed ? plt_device_px(figure, PLT_SPACE) : 0;
    const int32_t offset = plt_device_px(figure, text->offset_px);
    const int32_t length = size.width + 2 * pad;
    const int32_t thick = size.ascent + size.descent + (boxed ? pad : 0);
    const int32_t w = text->upwards ? thick : length, h = text->upwards ? length : thick;
    int side_x, side_y;
    side_of(text->anchor, &side_x, &side_y);
    const int32_t left = place(x, side_x, w, offset, clip.x0, clip.x1);
    const int32_t top = place(y, side_y, h, offset, clip.y0, clip.y1);
    const struct plt_irect box = {left, top, left + w, top + h};
    if (plt_irect_empty(plt_irect_cut(box, clip)))
        return;
    if (text->box_color.a > 0)
        plt_push_fill(frame, plt_color_argb(text->box_color), clip, box);
    if (text->border_color.a > 0) {
        const int32_t line = plt_device_px(figure, 1);
        plt_push_outline(frame, plt_color_argb(text->border_color), clip, box,
                         line > 1 ? line : 1);
    }
    const uint32_t color = text->item.color.a > 0 ? plt_color_argb(text->item.color)
                                                  : plt_figure_style(figure).strong_text;
    const int32_t inner = boxed ? pad / 2 : 0;
    if (text->upwards)
        plt_push_text(frame, figure, text->font_px, PLT_TEXT_UP, PLT_ALIGN_START,
                      left + inner + size.ascent, top + h - pad, color, clip, text->text);
    else
        plt_push_text(frame, figure, text->font_px, PLT_TEXT_LEVEL, PLT_ALIGN_START,
                      left + pad, top + inner + size.ascent, color, clip, text->text);
}
