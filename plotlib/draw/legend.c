// What lies above the data: the legend, the "A" button and the rubber band.
#include <plotlib/base/alloc.h>
#include <plotlib/base/number.h>
#include <plotlib/draw/build.h>
#include <plotlib/reduce/dash.h>

// The curve's dashes, in device pixels, along a level line. A gap lies in the middle, so
// that even a short piece looks dashed.
static bool start_dashes(const struct plt_curve *curve, float dash[PLT_MAX_DASH],
                         double length, struct plt_dash_walk *walk)
{
    for (size_t i = 0; i < curve->num_dash; i++)
        dash[i] = (float)(curve->dash[i] * curve->sampled.item.plot->figure->scale);
    double arc = 0;
    if (curve->num_dash > 0 && (double)dash[1] < length)
        arc = (double)dash[0] + ((double)dash[1] - length) / 2;
    return plt_dash_start(walk, dash, curve->num_dash, arc);
}

// Pieces of a level line from x to end, solid or in the curve's dashes.
static void add_pieces(struct plt_frame *frame, const struct plt_curve *curve, double x,
                       double end, float y)
{
    struct plt_reduced *strokes = &frame->strokes;
    float dash[PLT_MAX_DASH];
    struct plt_dash_walk walk;
    bool dashed = start_dashes(curve, dash, end - x, &walk);
    while (x < end) {
        double next = dashed && x + walk.left < end ? x + walk.left : end;
        if (!plt_reserve((void **)&strokes->segments, &strokes->cap_segments,
                         strokes->num_segments + 1, sizeof(*strokes->segments))) {
            frame->failed = true;
            return;
        }
        if (!dashed || walk.at % 2 == 0)
            strokes->segments[strokes->num_segments++] =
                (struct plt_segment){(float)x, y, (float)next, y};
        x = next;
        if (dashed)
            plt_dash_next(&walk);
    }
}

// A short piece of the curve's stroke, above its fill.
static void push_line(struct plt_frame *frame, const struct plt_curve *curve, int32_t x,
                      int32_t y)
{
    const struct plt_item *item = &curve->sampled.item;
    const struct plt_figure *figure = item->plot->figure;
    int32_t length = plt_device_px(figure, PLT_LEGEND_SAMPLE);
    double width = fmin((double)curve->width_px, PLT_LEGEND_SAMPLE / 2.0) * figure->scale;
    double cap = curve->cap == PLT_CAP_BUTT && !curve->no_antialias ? 0 : width / 2;
    struct plt_irect box = item->plot->legend.rect;
    if (curve->fill_color.a > 0)
        plt_push_fill(frame, plt_color_argb(curve->fill_color), box,
                      (struct plt_irect){x, y, x + length, y + length / 4});
    struct plt_reduce_result part = {.first_segment = frame->strokes.num_segments,
                                     .sorted = true};
    add_pieces(frame, curve, x + cap, x + length - cap, (float)y + 0.5f);
    part.num_segments = frame->strokes.num_segments - part.first_segment;
    plt_push_curve_stroke(frame, curve, &part, width, plt_item_argb(item), box);
}

// One marker in the middle, at most as high as a line of text.
static void push_marker(struct plt_frame *frame, const struct plt_scatter *scatter,
                        int32_t x, int32_t y)
{
    const struct plt_figure *figure = scatter->sampled.item.plot->figure;
    if (!plt_reserve((void **)&frame->markers, &frame->cap_markers, frame->num_markers + 1,
                     sizeof(*frame->markers))) {
        frame->failed = true;
        return;
    }
    double most = PLT_LEGEND_SAMPLE * 0.5, size = scatter->size_px;
    size = scatter->size_in_data > 0 || size > most ? most : size;
    struct plt_op *op =
        plt_push_op(frame, PLT_OP_MARKERS, 0, scatter->sampled.item.plot->legend.rect);
    if (!op)
        return;
    if (scatter->hollow || scatter->outline_color.a > 0)
        op->outline = scatter->outline_width_px * (float)figure->scale * 0.5f;
    if (scatter->outline_color.a > 0)
        op->color = plt_color_argb(scatter->outline_color);
    op->hollow = scatter->hollow;
    op->count = 1;
    int32_t middle = plt_device_px(figure, PLT_LEGEND_SAMPLE / 2.0);
    frame->markers[frame->num_markers++] = (struct plt_marker){
        .x = (x + middle) * PLT_MARKER_ONE,
        .y = y * PLT_MARKER_ONE + PLT_MARKER_ONE / 2,
        .color = scatter->num_colors > 0 ? scatter->colors[0]
                                         : plt_item_argb(&scatter->sampled.item),
        .size = (uint16_t)(size * figure->scale * PLT_MARKER_ONE + 0.5),
        .symbol = (uint8_t)scatter->symbol,
    };
}

// A patch of colour, as wide as half a line of the others.
static void push_patch(struct plt_frame *frame, const struct plt_item *item, uint32_t color,
                       int32_t x, int32_t y)
{
    const struct plt_figure *figure = item->plot->figure;
    int32_t side = plt_device_px(figure, PLT_LEGEND_SAMPLE / 2.0);
    x += side / 2;
    y -= side / 2;
    plt_push_fill(frame, color, item->plot->legend.rect,
                  (struct plt_irect){x, y, x + side, y + side});
}

// One upright error bar.
static void push_error(struct plt_frame *frame, const struct plt_error_bars *bars,
                       int32_t x, int32_t y)
{
    const struct plt_item *item = &bars->sampled.item;
    const struct plt_figure *figure = item->plot->figure;
    const uint32_t color = plt_item_argb(item);
    const struct plt_irect clip = item->plot->legend.rect;
    int32_t half = plt_device_px(figure, PLT_LEGEND_SAMPLE / 4.0);
    int32_t wide = plt_device_px(figure, bars->width_px < 2 ? bars->width_px : 2);
    wide = wide > 1 ? wide : 1;
    x += 2 * half - wide / 2;
    plt_push_fill(frame, color, clip,
                  (struct plt_irect){x, y - half, x + wide, y + half + wide});
    if (bars->cap_px <= 0)
        return;
    for (int end = -1; end <= 1; end += 2) {
        int32_t at = y + end * half;
        plt_push_fill(frame, color, clip,
                      (struct plt_irect){x - half / 2, at, x, at + wide});
        plt_push_fill(frame, color, clip,
                      (struct plt_irect){x + wide, at, x + wide + half / 2, at + wide});
    }
}

static void push_sample(struct plt_frame *frame, const struct plt_item *item, int32_t x,
                        int32_t y)
{
    switch (item->class->kind) {
    case PLT_ITEM_CURVE: push_line(frame, (const struct plt_curve *)item, x, y); break;
    case PLT_ITEM_SCATTER:
        push_marker(frame, (const struct plt_scatter *)item, x, y);
        break;
    case PLT_ITEM_BARS: {
        const struct plt_bars *bars = (const struct plt_bars *)item;
        uint32_t color = plt_item_argb(item);
        push_patch(frame, item, bars->num_colors > 0 ? bars->colors[0] : color, x, y);
        break;
    }
    case PLT_ITEM_HISTOGRAM:
    case PLT_ITEM_BOX_PLOT: push_patch(frame, item, plt_item_argb(item), x, y); break;
    case PLT_ITEM_ERROR_BARS:
        push_error(frame, (const struct plt_error_bars *)item, x, y);
        break;
    case PLT_ITEM_TEXT:
    case PLT_ITEM_ROI:
    case PLT_ITEM_TIMELINE:
    case PLT_ITEM_IMAGE: break;
    }
}

static void draw_row(struct plt_frame *frame, struct plt_item *item, int row,
                     const struct plt_style *style)
{
    struct plt_plot *plot = item->plot;
    struct plt_figure *figure = plot->figure;
    const struct plt_legend *legend = &plot->legend;
    struct plt_text_size size = plt_draw_measure(figure, PLT_TICK_FONT, "0");
    int32_t pad = plt_device_px(figure, 2 * PLT_SPACE);
    int32_t x = legend->rect.x0 + pad;
    int32_t top = legend->rect.y0 + pad + row * legend->row_height;
    push_sample(frame, item, x, top + (size.ascent + size.descent) / 2);
    x += plt_device_px(figure, PLT_LEGEND_SAMPLE + 2 * PLT_SPACE);
    char buffer[PLT_FIT_SIZE];
    const char *name = plt_fit_text(figure, PLT_TICK_FONT, plt_item_name(item), NULL,
                                    legend->rect.x1 - pad - x, buffer);
    plt_push_text(frame, figure, PLT_TICK_FONT, PLT_TEXT_LEVEL, PLT_ALIGN_START, x,
                  top + size.ascent, style->text, legend->rect, name);
}

static void draw_more(struct plt_frame *frame, struct plt_plot *plot, int row,
                      const struct plt_style *style)
{
    struct plt_figure *figure = plot->figure;
    const struct plt_legend *legend = &plot->legend;
    char text[32];
    plt_format(text, sizeof(text), "+ %d", legend->hidden);
    int32_t pad = plt_device_px(figure, 2 * PLT_SPACE);
    int32_t ascent = plt_draw_measure(figure, PLT_TICK_FONT, "0").ascent;
    plt_push_text(frame, figure, PLT_TICK_FONT, PLT_TEXT_LEVEL, PLT_ALIGN_START,
                  legend->rect.x0 + pad +
                      plt_device_px(figure, PLT_LEGEND_SAMPLE + 2 * PLT_SPACE),
                  legend->rect.y0 + pad + row * legend->row_height + ascent, style->text,
                  legend->rect, text);
}

void plt_draw_legend(struct plt_frame *frame, struct plt_plot *plot,
                     const struct plt_style *style)
{
    const struct plt_legend *legend = &plot->legend;
    if (legend->rows == 0)
        return;
    const struct plt_input *input = &plot->figure->input;
    bool hovered = input->over == plot && input->hit == PLT_HIT_LEGEND;
    int32_t line = plt_device_px(plot->figure, 1);
    plt_push_fill(frame, style->panel, plot->data, legend->rect);
    plt_push_outline(frame, hovered ? style->band_line : style->panel_line, plot->data,
                     legend->rect, line > 1 ? line : 1);
    int row = 0, last = legend->rows - (legend->hidden > 0);
    for (size_t i = 0; i < plot->num_items && row < last; i++)
        if (plt_item_in_legend(plot->items[i]))
            draw_row(frame, plot->items[i], row++, style);
    if (legend->hidden > 0)
        draw_more(frame, plot, row, style);
}

static void draw_button(struct plt_frame *frame, struct plt_plot *plot,
                        const struct plt_style *style)
{
    struct plt_figure *figure = plot->figure;
    struct plt_irect b = plot->button;
    if (plt_irect_empty(b))
        return;
    bool hovered = figure->input.over == plot && figure->input.hit == PLT_HIT_BUTTON;
    int32_t line = plt_device_px(figure, 1);
    plt_push_fill(frame, style->panel, plot->data, b);
    plt_push_outline(frame, hovered ? style->band_line : style->panel_line, plot->data, b,
                     line > 1 ? line : 1);
    int32_t half = plt_draw_measure(figure, PLT_TICK_FONT, "A").cap_height / 2;
    int32_t baseline = (b.y0 + b.y1) / 2 + half;
    plt_push_text(frame, figure, PLT_TICK_FONT, PLT_TEXT_LEVEL, PLT_ALIGN_MIDDLE,
                  (b.x0 + b.x1) / 2, baseline, hovered ? style->band_line : style->text,
                  plot->data, "A");
}

// In the corner opposite the legend: what is shown is not the newest.
static void draw_paused(struct plt_frame *frame, struct plt_plot *plot,
                        const struct plt_style *style)
{
    static const char text[] = "paused";
    struct plt_figure *figure = plot->figure;
    struct plt_text_size size = plt_draw_measure(figure, PLT_TICK_FONT, text);
    int32_t pad = plt_device_px(figure, PLT_SPACE), x = plot->data.x0 + 2 * pad;
    int32_t y = plot->data.y0 + 2 * pad, line = plt_device_px(figure, 1);
    struct plt_irect box = {x, y, x + size.width + 2 * pad,
                            y + size.ascent + size.descent + 2 * pad};
    plt_push_fill(frame, style->panel, plot->data, box);
    plt_push_outline(frame, style->panel_line, plot->data, box, line > 1 ? line : 1);
    plt_push_text(frame, figure, PLT_TICK_FONT, PLT_TEXT_LEVEL, PLT_ALIGN_START, x + pad,
                  y + pad + size.ascent, style->text, plot->data, text);
}

void plt_draw_controls(struct plt_frame *frame, struct plt_plot *plot,
                       const struct plt_style *style)
{
    draw_button(frame, plot, style);
    plt_draw_readout(frame, plot, style);
    if (plt_plot_paused(plot))
        draw_paused(frame, plot, style);
    const struct plt_input *input = &plot->figure->input;
    struct plt_irect band = plt_input_band(input);
    if (input->plot != plot || plt_irect_empty(band))
        return;
    int32_t line = plt_device_px(plot->figure, 1);
    plt_push_fill(frame, style->band, plot->data, band);
    plt_push_outline(frame, style->band_line, plot->data, band, line > 1 ? line : 1);
}
