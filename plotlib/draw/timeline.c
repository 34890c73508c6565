// The line of a timeline, and the number of the frame beside it.
#include <math.h>

#include <plotlib/draw/build.h>
#include <plotlib/scene/image_viewer.h>

void plt_draw_timeline(struct plt_frame *frame, struct plt_timeline *timeline)
{
    struct plt_plot *plot = timeline->item.plot;
    struct plt_figure *figure = plot->figure;
    const struct plt_image_viewer *viewer = timeline->viewer;
    const struct plt_irect d = plot->data;
    const struct plt_style style = plt_figure_style(figure);
    const bool taken = plt_grip_part(&timeline->grip) != 0;
    const int32_t hair = plt_device_px(figure, 1), line = hair > 1 ? hair : 1;
    const int32_t width = taken ? 3 * line : 2 * line;
    const double px = plt_map_px(&plot->x.map, (double)viewer->frame * viewer->frame_s);
    if (!(px >= d.x0 - 1 && px <= d.x1 + 1))
        return;
    const int32_t x = (int32_t)floor(px) - (width - 1) / 2;
    plt_push_fill(frame, style.band_line, d, (struct plt_irect){x, d.y0, x + width, d.y1});
    char text[64];
    plt_timeline_format(timeline, text, sizeof(text));
    const struct plt_text_size size = plt_draw_measure(figure, PLT_TICK_FONT, text);
    const int32_t pad = plt_device_px(figure, PLT_SPACE);
    const bool left = x + width + 2 * pad + size.width > d.x1;
    const int32_t from = left ? x - pad - size.width : x + width + pad;
    const struct plt_irect box = {from - pad / 2, d.y0, from + size.width + pad / 2,
                                  d.y0 + pad / 2 + size.ascent + size.descent};
    plt_push_fill(frame, style.panel, d, box);
    plt_push_text(frame, figure, PLT_TICK_FONT, PLT_TEXT_LEVEL, PLT_ALIGN_START, from,
                  d.y0 + pad / 2 + size.ascent, style.text, d, text);
}
