// The row below the labels of a time axis: the date they leave out, once a stretch.
#include <math.h>

#include <plotlib/draw/build.h>

// Right to left: each text stands at the start of its stretch, the first one is pushed left
// by the next, and left out where it would leave the cell: the next one is a date as well.
void plt_draw_context(struct plt_frame *frame, const struct plt_axis *axis, int32_t top,
                      const struct plt_style *style)
{
    const struct plt_plot *plot = axis->plot;
    struct plt_figure *figure = plot->figure;
    const struct plt_tick_list *list = &axis->ticks.list;
    int32_t ascent = plt_draw_measure(figure, PLT_TICK_FONT, "0").ascent;
    int32_t gap = plt_device_px(figure, 2 * PLT_SPACE), free_to = plot->cell.x1;
    bool reversed = axis->map.scale < 0;
    for (int n = list->num_context - 1; n >= 0; n--) {
        int i = reversed ? list->num_context - 1 - n : n;
        const struct plt_tick_context *context = &list->context[i];
        int32_t width = plt_draw_measure(figure, PLT_TICK_FONT, context->text).width;
        double px = plt_map_px(&axis->map, reversed ? context->to : context->from);
        int32_t x = (int32_t)floor(fmin(fmax(px, plot->data.x0), plot->data.x1) + 1e-6);
        bool last = n == list->num_context - 1;
        if (x + width > free_to && (last || n == 0))
            x = free_to - width;
        if (x + width > free_to || x < plot->cell.x0)
            continue;
        plt_push_text(frame, figure, PLT_TICK_FONT, PLT_TEXT_LEVEL, PLT_ALIGN_START, x,
                      top + ascent, style->text, plot->cell, context->text);
        free_to = x - gap;
    }
}
