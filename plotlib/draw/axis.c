// Grid lines, axis lines, ticks and their labels. Everything lies on whole pixels.
#include <math.h>
#include <string.h>

#include <plotlib/draw/build.h>

static int32_t hairline(const struct plt_figure *figure)
{
    int32_t width = (int32_t)(figure->scale + 0.25);
    return width > 1 ? width : 1;
}

// The pixel that holds `px`. The value on a pixel edge belongs to the pixel after it,
// whatever its rounding.
static int32_t pixel_at(double px)
{
    return (int32_t)floor(fmin(fmax(px, -0x1p24), 0x1p24) + 1e-6);
}

// First pixel of a line of `width` pixels through `px`, kept inside [lo, hi).
static int32_t line_at(double px, int32_t width, int32_t lo, int32_t hi)
{
    int32_t at = pixel_at(px) - (width - 1) / 2;
    return at < lo ? lo : at + width > hi ? hi - width : at;
}

static struct plt_irect cross_line(const struct plt_axis *axis, double v, int32_t width,
                                   int32_t from, int32_t to)
{
    const struct plt_irect d = plt_axis_frame(axis);
    double px = plt_map_px(&axis->map, v);
    if (axis->vertical) {
        int32_t y = line_at(px, width, d.y0, d.y1);
        return (struct plt_irect){from, y, to, y + width};
    }
    int32_t x = line_at(px, width, d.x0, d.x1);
    return (struct plt_irect){x, from, x + width, to};
}

// Between the decades of a logarithmic axis, at half the strength: how far a line is from
// the next says where one is.
static void draw_minor_grid(struct plt_frame *frame, const struct plt_axis *axis,
                            const struct plt_style *style)
{
    const struct plt_irect d = axis->plot->data;
    int32_t width = hairline(axis->plot->figure);
    uint32_t faint = (style->grid & 0xffffff) | (style->grid >> 25) << 24;
    double minor[PLT_MAX_MINOR];
    struct plt_range shown = plt_view_relative(axis);
    int count = plt_ticks_minor(&axis->ticks, shown.x0, shown.x1, minor, PLT_MAX_MINOR);
    for (int i = 0; i < count; i++)
        plt_push_fill(frame, plt_mix(faint, style->background), d,
                      cross_line(axis, minor[i], width, axis->vertical ? d.x0 : d.y0,
                                 axis->vertical ? d.x1 : d.y1));
}

void plt_draw_grid(struct plt_frame *frame, struct plt_plot *plot,
                   const struct plt_style *style)
{
    // Opaque: lines that cross do not add up.
    uint32_t color = plt_mix(style->grid, style->background);
    int32_t width = hairline(plot->figure);
    const struct plt_irect d = plot->data;
    const struct plt_axis *axes[2] = {&plot->x, &plot->y};
    for (int a = 0; a < 2; a++)
        if (!axes[a]->hidden && axes[a]->scale.kind == PLT_SCALE_LOG10)
            draw_minor_grid(frame, axes[a], style);
    for (int a = 0; a < 2; a++)
        for (int i = 0; i < axes[a]->ticks.count && !axes[a]->hidden; i++)
            plt_push_fill(frame, color, d,
                          cross_line(axes[a], plt_ticks_value(&axes[a]->ticks, i), width,
                                     a ? d.x0 : d.y0, a ? d.x1 : d.y1));
}

static void draw_tick(struct plt_frame *frame, const struct plt_axis *axis, double v,
                      int32_t length, uint32_t color)
{
    struct plt_plot *plot = axis->plot;
    int32_t width = hairline(plot->figure);
    int32_t from = axis->right ? axis->area.x0 + width : axis->area.x1 - width - length;
    if (!axis->vertical)
        from = axis->area.y0 + width;
    plt_push_fill(frame, color, plot->cell,
                  cross_line(axis, v, width, from, from + length));
}

static void draw_ticks(struct plt_frame *frame, const struct plt_axis *axis, uint32_t color)
{
    struct plt_figure *figure = axis->plot->figure;
    double minor[PLT_MAX_MINOR];
    struct plt_range shown = plt_view_relative(axis);
    int count = plt_ticks_minor(&axis->ticks, shown.x0, shown.x1, minor, PLT_MAX_MINOR);
    for (int i = 0; i < count; i++)
        draw_tick(frame, axis, minor[i], plt_device_px(figure, PLT_MINOR_LENGTH), color);
    for (int i = 0; i < axis->ticks.count; i++)
        draw_tick(frame, axis, plt_ticks_value(&axis->ticks, i),
                  plt_device_px(figure, PLT_TICK_LENGTH), color);
}

// Labels of x, left to right: shifted inwards at the ends so that none is cut, left out
// where one would touch its neighbour.
static void draw_x_labels(struct plt_frame *frame, const struct plt_axis *axis,
                          const struct plt_style *style)
{
    struct plt_plot *plot = axis->plot;
    struct plt_figure *figure = plot->figure;
    int32_t top = plot->data.y1 + hairline(figure) +
                  plt_device_px(figure, PLT_TICK_LENGTH + PLT_SPACE / 2);
    int32_t ascent = plt_draw_measure(figure, PLT_TICK_FONT, "0").ascent;
    bool reversed = axis->map.scale < 0;
    int32_t free_from = plot->cell.x0;
    for (int n = 0; n < axis->ticks.count; n++) {
        int i = reversed ? axis->ticks.count - 1 - n : n;
        char label[64];
        plt_ticks_label(&axis->ticks, i, label, sizeof(label));
        int32_t width = plt_draw_measure(figure, PLT_TICK_FONT, label).width;
        double px = plt_map_px(&axis->map, plt_ticks_value(&axis->ticks, i));
        int32_t x = pixel_at(px) - width / 2;
        int32_t most = plot->cell.x1 - width;
        x = x > most ? most : x;
        x = x < plot->cell.x0 ? plot->cell.x0 : x;
        if (x < free_from && n > 0)
            continue;
        plt_push_text(frame, figure, PLT_TICK_FONT, PLT_TEXT_LEVEL, PLT_ALIGN_START, x,
                      top + ascent, style->text, plot->cell, label);
        free_from = x + width + plt_device_px(figure, PLT_SPACE);
    }
    if (axis->ticks.timed) {
        struct plt_text_size line = plt_draw_measure(figure, PLT_TICK_FONT, "0");
        plt_draw_context(frame, axis, top + line.ascent + line.descent, style);
    }
}

static void draw_y_labels(struct plt_frame *frame, const struct plt_axis *axis,
                          const struct plt_style *style)
{
    struct plt_plot *plot = axis->plot;
    struct plt_figure *figure = plot->figure;
    int32_t away = hairline(figure) + plt_device_px(figure, PLT_TICK_LENGTH + PLT_SPACE);
    int32_t x = axis->right ? axis->area.x0 + away : axis->area.x1 - away;
    enum plt_align align = axis->right ? PLT_ALIGN_START : PLT_ALIGN_END;
    // Digits are centred on their tick by the height of a digit.
    struct plt_text_size digit = plt_draw_measure(figure, PLT_TICK_FONT, "0");
    int32_t half = digit.cap_height / 2;
    for (int i = 0; i < axis->ticks.count; i++) {
        char label[64];
        plt_ticks_label(&axis->ticks, i, label, sizeof(label));
        double px = plt_map_px(&axis->map, plt_ticks_value(&axis->ticks, i));
        int32_t y = pixel_at(px) + half;
        int32_t least = digit.ascent, most = plot->figure->height - digit.descent;
        y = y < least ? least : y > most ? most : y;
        plt_push_text(frame, figure, PLT_TICK_FONT, PLT_TEXT_LEVEL, align, x, y,
                      style->text, plot->cell, label);
    }
}

static void draw_axis_title(struct plt_frame *frame, const struct plt_axis *axis,
                            const struct plt_style *style)
{
    struct plt_plot *plot = axis->plot;
    struct plt_figure *figure = plot->figure;
    struct plt_text_size size = plt_draw_measure(figure, PLT_LABEL_FONT, axis->title);
    const struct plt_irect d = plt_axis_frame(axis), cell = plot->cell;
    struct plt_title_place place = {PLT_TEXT_LEVEL,
                                    cell.x0,
                                    cell.x1,
                                    (d.x0 + d.x1) / 2,
                                    axis->area.y1 - size.descent,
                                    NULL};
    if (axis->vertical) {
        // Beside the data and the ticks' labels; the corners are the other titles'.
        int32_t below = plot->x.title[0] ? size.ascent + size.descent : 0;
        place = (struct plt_title_place){PLT_TEXT_UP,
                                         plt_irect_empty(plot->title_area) ? cell.y0 : d.y0,
                                         plot->x.hidden ? cell.y1 : cell.y1 - below,
                                         (d.y0 + d.y1) / 2,
                                         axis->right ? axis->area.x1 - size.descent
                                                     : axis->area.x0 + size.ascent,
                                         NULL};
    }
    // A number without its unit would be another number.
    if (axis->label && strlen(axis->title) > strlen(axis->label))
        place.tail = axis->title + strlen(axis->label);
    plt_push_title(frame, figure, PLT_LABEL_FONT, &place, style->text, cell, axis->title);
}

static bool hovered(const struct plt_axis *axis)
{
    const struct plt_input *input = &axis->plot->figure->input;
    return axis == (input->drag != PLT_DRAG_NONE ? input->drag_axis : input->axis);
}

void plt_draw_axis(struct plt_frame *frame, const struct plt_axis *axis,
                   const struct plt_style *style)
{
    struct plt_plot *plot = axis->plot;
    const struct plt_irect d = plt_axis_frame(axis);
    if (axis->hidden || plt_irect_empty(axis->area))
        return;
    int32_t width = hairline(plot->figure);
    if (hovered(axis))
        plt_push_fill(frame, style->hover, plot->cell, axis->area);
    int32_t x = axis->right ? axis->area.x0 : axis->area.x1 - width;
    struct plt_irect line = axis->vertical
                                ? (struct plt_irect){x, d.y0, x + width, d.y1 + width}
                                : (struct plt_irect){d.x0, d.y1, d.x1, d.y1 + width};
    plt_push_fill(frame, style->line, plot->cell, line);
    draw_ticks(frame, axis, style->line);
    if (axis->vertical)
        draw_y_labels(frame, axis, style);
    else
        draw_x_labels(frame, axis, style);
    draw_axis_title(frame, axis, style);
}

void plt_draw_axes(struct plt_frame *frame, struct plt_plot *plot,
                   const struct plt_style *style)
{
    for (const struct plt_axis *axis = &plot->x; axis; axis = axis->next)
        plt_draw_axis(frame, axis, style);
}
