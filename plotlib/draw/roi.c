// A region: its outline, light on a dark border, and its handles while it is hovered.
#include <math.h>

#include <plotlib/base/alloc.h>
#include <plotlib/draw/build.h>
#include <plotlib/scene/roi.h>

static const uint32_t light = 0xffffffff, border = 0x99000000;

static int32_t hairline(const struct plt_figure *figure)
{
    const int32_t line = plt_device_px(figure, 1);
    return line > 1 ? line : 1;
}

static void push_line(struct plt_frame *frame, const struct plt_roi *roi, double width,
                      uint32_t color)
{
    struct plt_reduced *strokes = &frame->strokes;
    const struct plt_irect clip = roi->item.plot->data;
    double x0, y0, x1, y1;
    const double far = 1e6;
    if (!plt_roi_handle(roi, 1, &x0, &y0) || !plt_roi_handle(roi, 2, &x1, &y1) ||
        fmax(fmax(fabs(x0), fabs(x1)), fmax(fabs(y0), fabs(y1))) > far)
        return;
    if (!plt_reserve((void **)&strokes->segments, &strokes->cap_segments,
                     strokes->num_segments + 1, sizeof(*strokes->segments))) {
        frame->failed = true;
        return;
    }
    struct plt_op *op = plt_push_op(frame, PLT_OP_STROKE, color, clip);
    if (!op)
        return;
    op->stroke = (struct plt_stroke){.first_segment = strokes->num_segments,
                                     .num_segments = 1,
                                     .sorted = true,
                                     .half_width = (float)(width * frame->scale / 2),
                                     .bounds = op->clip};
    const bool forward = x0 <= x1;
    strokes->segments[strokes->num_segments++] = (struct plt_segment){
        (float)plt_snap_x(forward ? x0 : x1), (float)(forward ? y0 : y1),
        (float)plt_snap_x(forward ? x1 : x0), (float)(forward ? y1 : y0)};
}

static void push_rect(struct plt_frame *frame, const struct plt_roi *roi, uint32_t color)
{
    const struct plt_irect clip = roi->item.plot->data;
    const int32_t line = hairline(roi->item.plot->figure);
    double x0, y0, x1, y1;
    if (!plt_roi_handle(roi, 1, &x0, &y0) || !plt_roi_handle(roi, 8, &x1, &y1))
        return;
    const struct plt_irect r = plt_crisp_rect(x0, y0, x1, y1);
    const struct plt_irect outer = {r.x0 - line, r.y0 - line, r.x1 + line, r.y1 + line};
    plt_push_outline(frame, border, clip, outer, line);
    plt_push_outline(frame, color, clip, r, line);
    if (r.x1 - r.x0 > 4 * line && r.y1 - r.y0 > 4 * line)
        plt_push_outline(
            frame, border, clip,
            (struct plt_irect){r.x0 + line, r.y0 + line, r.x1 - line, r.y1 - line}, line);
}

void plt_draw_roi(struct plt_frame *frame, struct plt_roi *roi)
{
    const struct plt_style style = plt_figure_style(roi->item.plot->figure);
    const int part = plt_grip_part(&roi->grip);
    const uint32_t own = roi->item.color.a > 0 ? plt_color_argb(roi->item.color) : light;
    const uint32_t color = part ? style.band_line : own;
    if (roi->kind == PLT_ROI_RECT) {
        push_rect(frame, roi, color);
    } else {
        push_line(frame, roi, 3.5, border);
        push_line(frame, roi, 1.5, color);
    }
    const int count = roi->kind == PLT_ROI_RECT ? 8 : 2;
    for (int i = 1; part && i <= count; i++) {
        double x, y;
        const double far = 1e5;
        if (plt_roi_handle(roi, i, &x, &y) && fabs(x) < far && fabs(y) < far)
            plt_push_marker(frame, roi->item.plot->data, PLT_SYMBOL_SQUARE, x, y,
                            part == i ? 9 : 7, light, style.band_line);
    }
}
