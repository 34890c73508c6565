// Figure -> draw list: walks the scene in painting order.
#include <plotlib/base/message.h>
#include <plotlib/draw/build.h>

static void draw_title(struct plt_frame *frame, struct plt_figure *figure,
                       const struct plt_style *style)
{
    struct plt_irect area = figure->title_area;
    if (plt_irect_empty(area))
        return;
    struct plt_text_size size = plt_draw_measure(figure, PLT_TITLE_FONT, figure->title);
    struct plt_title_place place = {
        PLT_TEXT_LEVEL,        area.x0, area.x1, (area.x0 + area.x1) / 2,
        area.y0 + size.ascent, NULL};
    plt_push_title(frame, figure, PLT_TITLE_FONT, &place, style->strong_text, area,
                   figure->title);
}

static void draw_plot_title(struct plt_frame *frame, struct plt_plot *plot,
                            const struct plt_style *style)
{
    struct plt_irect area = plot->title_area;
    if (plt_irect_empty(area))
        return;
    struct plt_text_size size = plt_draw_measure(plot->figure, PLT_LABEL_FONT, plot->title);
    struct plt_title_place place = {
        PLT_TEXT_LEVEL,        plot->cell.x0,
        plot->cell.x1,         (plot->data.x0 + plot->data.x1) / 2,
        area.y0 + size.ascent, NULL};
    plt_push_title(frame, plot->figure, PLT_LABEL_FONT, &place, style->strong_text,
                   plot->cell, plot->title);
}

static bool is_image(const struct plt_item *item)
{
    return item->class->kind == PLT_ITEM_IMAGE;
}

void plt_draw_item(struct plt_frame *frame, struct plt_item *item)
{
    if (item->hidden) {
        if (is_image(item))
            plt_tiles_release(&((struct plt_image_item *)item)->lease);
        return;
    }
    switch (item->class->kind) {
    case PLT_ITEM_IMAGE: plt_draw_image(frame, (struct plt_image_item *)item); break;
    case PLT_ITEM_CURVE: plt_draw_curve(frame, (struct plt_curve *)item); break;
    case PLT_ITEM_SCATTER: plt_draw_scatter(frame, (struct plt_scatter *)item); break;
    case PLT_ITEM_BARS: plt_draw_bars(frame, (struct plt_bars *)item); break;
    case PLT_ITEM_HISTOGRAM: plt_draw_histogram(frame, (struct plt_histogram *)item); break;
    case PLT_ITEM_ERROR_BARS:
        plt_draw_error_bars(frame, (struct plt_error_bars *)item);
        break;
    case PLT_ITEM_BOX_PLOT: plt_draw_box_plot(frame, (struct plt_box_plot *)item); break;
    case PLT_ITEM_ROI: plt_draw_roi(frame, (struct plt_roi *)item); break;
    case PLT_ITEM_TIMELINE: plt_draw_timeline(frame, (struct plt_timeline *)item); break;
    case PLT_ITEM_TEXT: plt_draw_text_item(frame, (struct plt_text_item *)item); break;
    }
}

// Images lie below everything else.
static void draw_plot(struct plt_frame *frame, struct plt_plot *plot,
                      const struct plt_style *style)
{
    bool bare = plot->figure->bare;
    if (!bare && plot->grid)
        plt_draw_grid(frame, plot, style);
    for (size_t i = 0; i < plot->num_items; i++)
        if (is_image(plot->items[i]))
            plt_draw_item(frame, plot->items[i]);
    for (size_t i = 0; i < plot->num_items; i++)
        if (!is_image(plot->items[i]))
            plt_draw_next(frame, plot->items[i]);
    if (bare)
        return;
    plt_draw_axes(frame, plot, style);
    plt_draw_color_bars(frame, plot, style);
    draw_plot_title(frame, plot, style);
    plt_draw_legend(frame, plot, style);
    plt_draw_controls(frame, plot, style);
}

bool plt_frame_build(struct plt_frame *frame, struct plt_figure *figure, int width,
                     int height, double scale)
{
    plt_frame_reset(frame);
    if (!figure)
        return false;
    plt_figure_clean(figure); // before reading: what changes from now on is the next frame
    if (!plt_figure_layout(figure, width, height, scale))
        return false;
    struct plt_style style = plt_figure_style(figure);
    frame->width = width;
    frame->height = height;
    frame->scale = scale;
    frame->background = style.background;
    frame->font = figure->font;
    frame->pool = figure->pool;
    plt_draw_parts(frame, figure);
    draw_title(frame, figure, &style);
    for (size_t i = 0; i < figure->num_plots; i++)
        draw_plot(frame, figure->plots[i], &style);
    if (frame->failed)
        plt_no_memory(figure->log, "frame");
    return true;
}
