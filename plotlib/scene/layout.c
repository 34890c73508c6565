// Layout: cells of the grid, gutters for axes, then views, ticks and legends. Text is
// measured here and only here; nothing is measured or moved while drawing.
#include <math.h>
#include <string.h>

#include <plotlib/base/number.h>
#include <plotlib/scene/color_bar.h>

static struct plt_text_size measure(struct plt_figure *figure, double font,
                                    const char *text)
{
    return plt_text_measure(figure->font, font * figure->scale, text);
}

static int32_t line_height(struct plt_figure *figure, double font)
{
    struct plt_text_size size = measure(figure, font, "0");
    return size.ascent + size.descent;
}

// --- cells
// --------------------------------------------------------------------------------

struct row {
    size_t first, count;
    double stretch; // of the whole row: its first plot's
    double columns; // sum of the shares in the row
};

static size_t row_at(const struct plt_figure *figure, size_t first, struct row *row)
{
    *row = (struct row){first, 0, figure->plots[first]->stretch, 0};
    size_t i = first;
    do {
        row->columns += figure->plots[i++]->stretch;
        row->count++;
    } while (i < figure->num_plots && figure->plots[i]->same_row);
    return i;
}

static void place_row(struct plt_figure *figure, const struct row *row,
                      struct plt_irect area)
{
    int32_t gap = figure->bare ? 0 : plt_device_px(figure, 4 * PLT_SPACE);
    double free_px = area.x1 - area.x0 - gap * ((double)row->count - 1);
    double done = 0;
    for (size_t i = 0; i < row->count; i++) {
        struct plt_plot *plot = figure->plots[row->first + i];
        // In a row of one the share is of the height, not of the width.
        double share = row->count == 1 ? row->columns : plot->stretch;
        int32_t before = (int32_t)(free_px * done / row->columns + 0.5);
        done += share;
        int32_t after = (int32_t)(free_px * done / row->columns + 0.5);
        int32_t left = area.x0 + gap * (int32_t)i;
        plot->cell = (struct plt_irect){left + before, area.y0, left + after, area.y1};
    }
}

static void place_cells(struct plt_figure *figure)
{
    struct plt_irect area = {0, 0, figure->width, figure->height};
    figure->title_area = (struct plt_irect){0};
    if (!figure->bare) {
        int32_t margin = plt_device_px(figure, 2 * PLT_SPACE);
        area = (struct plt_irect){margin, margin, area.x1 - margin, area.y1 - margin};
    }
    if (figure->title && !figure->bare) {
        int32_t height = line_height(figure, PLT_TITLE_FONT);
        figure->title_area =
            (struct plt_irect){area.x0, area.y0, area.x1, area.y0 + height};
        area.y0 += height + plt_device_px(figure, PLT_SPACE);
    }
    double stretch = 0;
    size_t rows = 0;
    struct row row;
    for (size_t i = 0; i < figure->num_plots; rows++) {
        i = row_at(figure, i, &row);
        stretch += row.stretch;
    }
    int32_t gap = figure->bare ? 0 : plt_device_px(figure, 3 * PLT_SPACE);
    double free_px = area.y1 - area.y0 - gap * ((double)rows - 1);
    double done = 0;
    int32_t top = area.y0;
    for (size_t i = 0; i < figure->num_plots;) {
        i = row_at(figure, i, &row);
        int32_t before = (int32_t)(free_px * done / stretch + 0.5);
        done += row.stretch;
        int32_t after = (int32_t)(free_px * done / stretch + 0.5);
        place_row(figure, &row,
                  (struct plt_irect){area.x0, top + before, area.x1, top + after});
        top += gap;
    }
}

// --- axes
// ---------------------------------------------------------------------------------

static bool has_title(const struct plt_axis *axis)
{
    bool from = axis->ticks.base != 0 || (!axis->vertical && axis->plot->origin != 0);
    return axis->label || axis->unit || axis->ticks.si_exponent != 0 ||
           (from && !axis->timed);
}

// Space below the data area.
static int32_t x_axis_height(struct plt_plot *plot)
{
    struct plt_figure *figure = plot->figure;
    if (figure->bare || plot->x.hidden)
        return 0;
    int32_t height = plt_device_px(figure, PLT_TICK_LENGTH + PLT_SPACE) +
                     line_height(figure, PLT_TICK_FONT);
    if (plot->x.timed) // the row of dates
        height += line_height(figure, PLT_TICK_FONT);
    if (has_title(&plot->x))
        height += plt_device_px(figure, PLT_SPACE) + line_height(figure, PLT_LABEL_FONT);
    return height;
}

static int32_t y_axis_width(const struct plt_axis *axis)
{
    struct plt_figure *figure = axis->plot->figure;
    if (figure->bare || axis->hidden)
        return 0;
    int32_t width = plt_device_px(figure, PLT_TICK_LENGTH + PLT_SPACE) + axis->gutter;
    if (has_title(axis))
        width += plt_device_px(figure, PLT_SPACE) + line_height(figure, PLT_LABEL_FONT);
    return width;
}

// All axes of a plot, those of its color bars last.
static struct plt_axis *next_axis(struct plt_plot *plot, struct plt_axis *axis)
{
    if (!axis)
        return &plot->x;
    if (axis->next)
        return axis->next;
    struct plt_color_bar *bar = plot->color_bars;
    for (; axis->frame; bar = bar->next)
        if (axis == &bar->axis)
            return bar->next ? &bar->next->axis : NULL;
    return bar ? &bar->axis : NULL;
}

static int32_t color_bar_width(const struct plt_color_bar *bar)
{
    return plt_color_bar_width(bar) + y_axis_width(&bar->axis);
}

static int32_t color_bars_width(const struct plt_plot *plot)
{
    int32_t width = 0;
    for (struct plt_color_bar *bar = plot->color_bars; bar; bar = bar->next)
        width += color_bar_width(bar);
    return width;
}

// The next y axis of a side, from `axis` on.
static struct plt_axis *next_beside(struct plt_axis *axis, bool right)
{
    while (axis && (axis->right != right || axis->hidden))
        axis = axis->next;
    return axis;
}

// Space left or right of the data area.
static int32_t side_width(struct plt_plot *plot, bool right)
{
    struct plt_figure *figure = plot->figure;
    int32_t width = 0, gap = plt_device_px(figure, 2 * PLT_SPACE);
    if (figure->bare)
        return 0;
    for (struct plt_axis *axis = next_beside(&plot->y, right); axis;
         axis = next_beside(axis->next, right))
        width += y_axis_width(axis) + (width > 0 ? gap : 0);
    width += right ? color_bars_width(plot) : 0;
    return right && width < gap ? gap : width;
}

static int32_t widest_label(struct plt_axis *axis)
{
    int32_t widest = 0;
    for (int i = 0; i < axis->ticks.count; i++) {
        char label[64];
        plt_ticks_label(&axis->ticks, i, label, sizeof(label));
        int32_t width = measure(axis->plot->figure, PLT_TICK_FONT, label).width;
        widest = width > widest ? width : widest;
    }
    return widest;
}

static void choose_title(struct plt_axis *axis)
{
    plt_ticks_title(&axis->ticks, axis->label, axis->unit, axis->title,
                    sizeof(axis->title));
    char base[160];
    if (axis->timed)
        return; // its context row says from when
    int64_t origin = axis->vertical ? 0 : axis->plot->origin;
    if (plt_ticks_base(&axis->ticks, origin, base, sizeof(base)) == 0)
        return;
    size_t length = strlen(axis->title);
    plt_format(axis->title + length, sizeof(axis->title) - length, "%sfrom %s%s%s",
               length ? " " : "", base, axis->unit ? " " : "",
               axis->unit ? axis->unit : "");
}

static int64_t time_of(const struct plt_axis *axis, double s)
{
    return plt_view_nearest_int64(axis->plot->origin, s);
}

// Ticks at least `least` device pixels apart.
static void choose_marks(struct plt_axis *axis, double least)
{
    struct plt_range shown = plt_view_relative(axis);
    struct plt_ticks *ticks = &axis->ticks;
    // One prefix for many decades would make most labels longer.
    bool use_si = plt_scale_is_linear(&axis->scale) &&
                  plt_unit_takes_prefix(axis->unit, shown.x0, shown.x1);
    if (axis->timed)
        plt_ticks_choose_time(ticks, axis->zone, time_of(axis, shown.x0),
                              time_of(axis, shown.x1), axis->plot->origin, axis->mapped_px,
                              least);
    else
        plt_ticks_choose_scaled(ticks, &axis->scale, shown.x0, shown.x1, axis->mapped_px,
                                least, use_si);
}

static void choose_ticks(struct plt_axis *axis)
{
    struct plt_figure *figure = axis->plot->figure;
    // Room between ticks is pleasant, and the first thing that small plots give up.
    double line = fmax(line_height(figure, PLT_TICK_FONT), 12 * figure->scale);
    double most = axis->vertical ? 2 * line : 80 * figure->scale;
    double least = axis->vertical ? 1.5 * line : 40 * figure->scale;
    least = fmin(fmax(axis->mapped_px / 6.0, least), most);
    choose_marks(axis, least);
    if (!axis->vertical) {
        double need = widest_label(axis) + 16 * figure->scale;
        if (axis->ticks.count > 1 && need > axis->ticks.least_px)
            choose_marks(axis, need);
    }
    // Minor ticks are a matter of what the eye sees: logical pixels.
    double major_px = axis->ticks.least_px / figure->scale;
    axis->ticks.minor_per_major = plt_ticks_minor_parts(&axis->ticks, major_px);
    choose_title(axis);
}

// Labels' room grows at once and shrinks only when much is free: no jitter while data move.
static void choose_gutter(struct plt_axis *axis)
{
    int32_t usual = measure(axis->plot->figure, PLT_TICK_FONT, "\u221200.0").width;
    int32_t need = widest_label(axis);
    need = need > usual ? need : usual;
    int32_t slack = plt_device_px(axis->plot->figure, 4 * PLT_SPACE);
    if (need > axis->gutter || need + slack < axis->gutter)
        axis->gutter = need;
}

// --- plots
// --------------------------------------------------------------------------------

// An aspect lock gives the data area the shape of the plot's images, in the middle of the
// room there is: then the view is exactly what they cover.
static struct plt_irect shape_data(const struct plt_plot *plot, struct plt_irect room)
{
    double ratio; // width by height
    if (!plt_view_image_ratio(plot, &ratio))
        return room;
    int32_t width = room.x1 - room.x0, height = room.y1 - room.y0;
    double w = fmin(width, height * ratio), h = fmin(height, width / ratio);
    int32_t lost_x = width - (int32_t)fmax(w + 0.5, 2);
    int32_t lost_y = height - (int32_t)fmax(h + 0.5, 2);
    return (struct plt_irect){room.x0 + lost_x / 2, room.y0 + lost_y / 2,
                              room.x1 - (lost_x - lost_x / 2),
                              room.y1 - (lost_y - lost_y / 2)};
}

// The axes beside the data area, outwards; the outermost takes what there is.
static void place_beside(struct plt_plot *plot, bool right, int32_t width)
{
    struct plt_irect area = plot->data;
    int32_t end = right ? area.x1 + width : area.x0 - width;
    int32_t at = right ? area.x1 : area.x0;
    int32_t gap = plt_device_px(plot->figure, 2 * PLT_SPACE);
    struct plt_axis *axis = next_beside(&plot->y, right);
    while (axis) {
        struct plt_axis *next = next_beside(axis->next, right);
        int32_t own = width > 0 ? y_axis_width(axis) : 0;
        int32_t to = !next ? end : right ? at + own : at - own;
        area.x0 = right ? at : to;
        area.x1 = right ? to : at;
        axis->area = area;
        at = right ? to + gap : to - gap;
        axis = next;
    }
}

// Right of the axes at the right: with a histogram as high as the room of the data, else as
// the data. The last one's labels take what is left.
static void place_color_bars(struct plt_plot *plot, struct plt_irect room, int32_t right)
{
    int32_t at = plot->data.x1 + right - color_bars_width(plot);
    for (struct plt_color_bar *bar = plot->color_bars; bar; bar = bar->next) {
        struct plt_irect area = bar->hide_histogram ? plot->data : room;
        area.x0 = at;
        area.x1 = at += color_bar_width(bar);
        if (right == 0)
            area = (struct plt_irect){0};
        plt_color_bar_place(bar, area, y_axis_width(&bar->axis));
        plt_color_bar_update(bar);
        plt_view_map(&bar->axis);
    }
}

static void place_data(struct plt_plot *plot, int32_t left, int32_t right)
{
    struct plt_figure *figure = plot->figure;
    struct plt_irect data = plot->cell;
    int32_t title = 0, top = 0, below = 0;
    if (!figure->bare) {
        title = plot->title ? line_height(figure, PLT_LABEL_FONT) : 0;
        top = title ? title + plt_device_px(figure, PLT_SPACE)
                    : plt_device_px(figure, 2 * PLT_SPACE);
        below = x_axis_height(plot);
    }
    data =
        (struct plt_irect){data.x0 + left, data.y0 + top, data.x1 - right, data.y1 - below};
    if (data.x1 - data.x0 < 2 || data.y1 - data.y0 < 2) {
        // No room for axes: the data area takes what there is.
        data = plot->cell;
        data.x1 = data.x1 > data.x0 ? data.x1 : data.x0 + 1;
        data.y1 = data.y1 > data.y0 ? data.y1 : data.y0 + 1;
        title = top = right = below = left = 0;
    }
    const struct plt_irect room = data;
    if (plot->lock_aspect && !figure->bare)
        data = shape_data(plot, data);
    plot->data = data;
    plot->title_area =
        title ? (struct plt_irect){data.x0, data.y0 - top, data.x1, data.y0 - top + title}
              : (struct plt_irect){0};
    plot->x.area = (struct plt_irect){data.x0, data.y1, data.x1, data.y1 + below};
    for (struct plt_axis *y = &plot->y; y; y = y->next)
        y->area = (struct plt_irect){0};
    place_beside(plot, false, left);
    const int32_t bars = right > 0 ? color_bars_width(plot) : 0;
    place_beside(plot, true, right - bars);
    place_color_bars(plot, room, right);
}

static size_t column_of(const struct plt_figure *figure, size_t index)
{
    size_t column = 0;
    while (figure->plots[index - column]->same_row)
        column++;
    return column;
}

// Plots that stand above one another share the widest gutters, so their data line up.
static int32_t shared_side(struct plt_figure *figure, size_t index, bool right)
{
    int32_t widest = 0;
    size_t column = column_of(figure, index);
    for (size_t i = 0; i < figure->num_plots; i++) {
        int32_t width = side_width(figure->plots[i], right);
        if (column_of(figure, i) == column && width > widest)
            widest = width;
    }
    return widest;
}

static void place_plots(struct plt_figure *figure)
{
    for (size_t i = 0; i < figure->num_plots; i++) {
        struct plt_plot *plot = figure->plots[i];
        for (struct plt_axis *axis = NULL; (axis = next_axis(plot, axis));)
            axis->titled = has_title(axis);
        place_data(plot, shared_side(figure, i, false), shared_side(figure, i, true));
        plt_view_update(plot);
        for (struct plt_axis *axis = NULL; (axis = next_axis(plot, axis));)
            choose_ticks(axis);
    }
}

static void place_button(struct plt_plot *plot)
{
    struct plt_figure *figure = plot->figure;
    const struct plt_input *input = &figure->input;
    plot->button = (struct plt_irect){0};
    if (figure->bare || plt_view_is_auto(plot) || !input->inside || input->over != plot)
        return;
    int32_t size = plt_device_px(figure, 5 * PLT_SPACE);
    int32_t gap = plt_device_px(figure, PLT_SPACE);
    struct plt_irect d = plot->data;
    if (d.x1 - d.x0 < 3 * size || d.y1 - d.y0 < 3 * size)
        return;
    plot->button =
        (struct plt_irect){d.x0 + gap, d.y1 - gap - size, d.x0 + gap + size, d.y1 - gap};
}

// --- legend
// -------------------------------------------------------------------------------

static void place_legend(struct plt_plot *plot)
{
    struct plt_figure *figure = plot->figure;
    struct plt_legend *legend = &plot->legend;
    legend->rect = (struct plt_irect){0};
    legend->rows = legend->hidden = 0;
    int named = 0;
    int32_t widest = 0;
    for (size_t i = 0; i < plot->num_items; i++) {
        const struct plt_item *item = plot->items[i];
        if (!plt_item_in_legend(item))
            continue;
        named++;
        int32_t width = measure(figure, PLT_TICK_FONT, plt_item_name(item)).width;
        widest = width > widest ? width : widest;
    }
    if (!legend->enabled || figure->bare || !figure->font || named < 2)
        return;
    int32_t pad = plt_device_px(figure, 2 * PLT_SPACE);
    int32_t sample = plt_device_px(figure, PLT_LEGEND_SAMPLE + 2 * PLT_SPACE);
    struct plt_irect d = plot->data;
    legend->row_height =
        line_height(figure, PLT_TICK_FONT) + plt_device_px(figure, PLT_SPACE);
    int fit = (d.y1 - d.y0 - 4 * pad) / (legend->row_height > 0 ? legend->row_height : 1);
    legend->rows = named;
    if (named > fit) { // the last row says how many more there are
        legend->rows = fit;
        legend->hidden = named - (fit - 1);
    }
    // Long names are shortened; where next to nothing would be left of them, none is shown.
    int32_t width = widest + sample + 2 * pad, most = (d.x1 - d.x0) * 2 / 3;
    int32_t em = plt_device_px(figure, PLT_TICK_FONT);
    width = width > most ? most : width;
    if (legend->rows < 1 ||
        width < sample + 2 * pad + (widest < 3 * em ? widest : 3 * em)) {
        legend->rows = 0;
        return;
    }
    int32_t height =
        legend->rows * legend->row_height + 2 * pad - plt_device_px(figure, PLT_SPACE);
    // Dragged or not, it stays inside the data area.
    int32_t x1 = d.x1 - (int32_t)(legend->right * figure->scale + 0.5);
    int32_t y0 = d.y0 + (int32_t)(legend->top * figure->scale + 0.5);
    x1 = x1 > d.x1 ? d.x1 : x1 < d.x0 + width ? d.x0 + width : x1;
    y0 = y0 < d.y0 ? d.y0 : y0 > d.y1 - height ? d.y1 - height : y0;
    legend->rect = (struct plt_irect){x1 - width, y0, x1, y0 + height};
}

// Whether the axes need other room than they were given.
static bool axes_grew(struct plt_figure *figure)
{
    bool grew = false;
    for (size_t i = 0; i < figure->num_plots; i++) {
        for (struct plt_axis *axis = NULL; (axis = next_axis(figure->plots[i], axis));) {
            int32_t before = axis->gutter;
            if (!figure->bare && axis->vertical)
                choose_gutter(axis);
            grew |= axis->gutter != before || axis->titled != has_title(axis);
        }
    }
    return grew;
}

void plt_layout_update(struct plt_figure *figure)
{
    plt_font_trim(figure->font);
    place_cells(figure);
    place_plots(figure);
    // Another room may mean other ticks, and these another room: two rounds settle all but
    // tiny figures.
    for (int round = 0; round < 4 && axes_grew(figure); round++)
        place_plots(figure);
    for (size_t i = 0; i < figure->num_plots; i++) {
        place_button(figure->plots[i]);
        place_legend(figure->plots[i]);
    }
}
