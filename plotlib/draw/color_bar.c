// A color bar: the histogram's rows, the strip of colors, the levels, the gradient's stops.
#include <math.h>

#include <plotlib/base/alloc.h>
#include <plotlib/draw/build.h>
#include <plotlib/image/colormap.h>
#include <plotlib/scene/color_bar.h>

void plt_push_marker(struct plt_frame *frame, struct plt_irect clip, enum plt_symbol symbol,
                     double x, double y, double size, uint32_t color, uint32_t outline)
{
    if (!plt_reserve((void **)&frame->markers, &frame->cap_markers, frame->num_markers + 1,
                     sizeof(*frame->markers))) {
        frame->failed = true;
        return;
    }
    struct plt_op *op = plt_push_op(frame, PLT_OP_MARKERS, outline, clip);
    if (!op)
        return;
    op->outline = (float)frame->scale * 0.5f;
    op->count = 1;
    frame->markers[frame->num_markers++] = (struct plt_marker){
        .x = (int32_t)floor(x * PLT_MARKER_ONE + 0.5),
        .y = (int32_t)floor(y * PLT_MARKER_ONE + 0.5),
        .color = color,
        .size = (uint16_t)(fmin(size * frame->scale, 1024) * PLT_MARKER_ONE + 0.5),
        .symbol = (uint8_t)symbol,
    };
}

static int32_t hairline(const struct plt_figure *figure)
{
    const int32_t line = plt_device_px(figure, 1);
    return line > 1 ? line : 1;
}

// --- the histogram ---------------------------------------------------------------------

// Greatest count of the bins that the row [y, y + 1) touches.
static uint64_t row_count(const struct plt_color_bar *bar, int channel, int32_t y)
{
    const struct plt_bar_histogram *h = bar->histogram;
    const double a = plt_map_value(&bar->axis.map, y);
    const double b = plt_map_value(&bar->axis.map, y + 1.0);
    const double per_value = h->bins / (h->bounds.x1 - h->bounds.x0);
    double first = floor((fmin(a, b) - h->bounds.x0) * per_value);
    double last = ceil((fmax(a, b) - h->bounds.x0) * per_value) - 1;
    first = fmax(first, 0);
    last = fmin(fmax(last, first), h->bins - 1);
    uint64_t most = 0;
    for (double bin = first; bin <= last; bin++)
        most = h->counts[channel][(int)bin] > most ? h->counts[channel][(int)bin] : most;
    return most;
}

static void draw_histogram(struct plt_frame *frame, const struct plt_color_bar *bar,
                           int channel, uint32_t color)
{
    const struct plt_irect r = bar->bars;
    const double room = r.x1 - r.x0 - 2 * hairline(bar->axis.plot->figure);
    const double full = (double)bar->histogram->most;
    for (int32_t y = r.y0; y < r.y1; y++) {
        const double n = (double)row_count(bar, channel, y);
        if (n == 0)
            continue;
        double share = bar->log_counts ? log1p(n) / log1p(full) : n / full;
        share = fmin(share, 1);
        const int32_t length = (int32_t)fmax(share * room + 0.5, 1); // one sample shows
        plt_push_fill(frame, color, r, (struct plt_irect){r.x1 - length, y, r.x1, y + 1});
    }
}

static void draw_counts(struct plt_frame *frame, const struct plt_color_bar *bar,
                        const struct plt_style *style)
{
    static const uint32_t colors[3] = {0x60d03030, 0x6020a040, 0x603060e0};
    const struct plt_bar_histogram *h = bar->histogram;
    if (!h || h->channels == 0)
        return;
    if (h->channels == 1)
        draw_histogram(frame, bar, 0, plt_mix(style->bars, style->background));
    for (int c = 0; c < h->channels && h->channels > 1; c++)
        if (bar->channel == 0 || bar->channel == c + 1)
            draw_histogram(frame, bar, c, colors[c]);
}

// --- the strip -------------------------------------------------------------------------

// The color of a value, as the image has it: the row's middle.
static void draw_strip(struct plt_frame *frame, const struct plt_color_bar *bar)
{
    const struct plt_irect r = bar->strip;
    const struct plt_image_table *table = plt_colormap_table(bar->image->shown);
    const struct plt_range levels = plt_color_bar_levels(bar);
    const struct plt_levels resolved =
        plt_levels_make(levels.x0, levels.x1, table->entries);
    struct plt_op *op = plt_push_op(frame, PLT_OP_TINTS, 0, r);
    if (!op)
        return;
    // Rows of one color are one rectangle.
    for (int32_t y = r.y0, from = r.y0; y < r.y1; y++) {
        const float v = (float)plt_map_value(&bar->axis.map, y + 0.5);
        const float next = (float)plt_map_value(&bar->axis.map, y + 1.5);
        const int32_t entry = plt_levels_index(resolved, table->entries, v);
        const int32_t entry_after = plt_levels_index(resolved, table->entries, next);
        if (entry >= 0 && (y + 1 == r.y1 || entry_after != entry)) {
            plt_push_tint(frame, (struct plt_irect){r.x0, from, r.x1, y + 1},
                          table->colors[entry], 255);
            from = y + 1;
        }
    }
    op->count = frame->num_tints - op->first;
    if (op->count == 0)
        frame->num_ops--;
}

static int32_t row_of(const struct plt_color_bar *bar, double v, int32_t width)
{
    const struct plt_irect r = bar->along;
    const double px = floor(plt_map_px(&bar->axis.map, v) + 1e-6) - (width - 1) / 2;
    return (int32_t)fmin(fmax(px, r.y0 - width), r.y1); // out of sight
}

static void draw_level(struct plt_frame *frame, const struct plt_color_bar *bar, double v,
                       bool taken, const struct plt_style *style)
{
    const int32_t line = hairline(bar->axis.plot->figure), width = taken ? 2 * line : line;
    struct plt_irect r = bar->along;
    r.y0 = row_of(bar, v, width);
    r.y1 = r.y0 + width;
    plt_push_fill(frame, taken ? style->band_line : style->strong_text, bar->along, r);
}

static void draw_levels(struct plt_frame *frame, const struct plt_color_bar *bar, int part,
                        const struct plt_style *style)
{
    const struct plt_range levels = plt_color_bar_levels(bar);
    const int32_t a = row_of(bar, levels.x0, 1), b = row_of(bar, levels.x1, 1);
    struct plt_irect region = bar->bars;
    region.y0 = a < b ? a : b;
    region.y1 = a < b ? b : a;
    plt_push_fill(frame, part == PLT_BAR_REGION ? style->band : style->hover, bar->bars,
                  region);
}

static void draw_stops(struct plt_frame *frame, const struct plt_color_bar *bar, int part,
                       const struct plt_style *style)
{
    const struct plt_irect r = bar->strip;
    struct plt_irect clip = r; // markers reach over the border
    clip.y0 -= plt_device_px(bar->axis.plot->figure, 2 * PLT_SPACE);
    clip.y1 += plt_device_px(bar->axis.plot->figure, 2 * PLT_SPACE);
    clip.x1 += plt_device_px(bar->axis.plot->figure, 2 * PLT_SPACE);
    for (int i = 0; i < bar->num_stops; i++) {
        const bool taken = part == PLT_BAR_STOP + i;
        const double y = plt_gradient_px(bar, bar->stops[i].position);
        if (!(y > r.y0 - 2 && y < r.y1 + 2))
            continue;
        plt_push_marker(frame, clip, PLT_SYMBOL_CIRCLE, r.x1, y, taken ? 11 : 9,
                        plt_color_argb(bar->stops[i].color) | 0xff000000,
                        taken ? style->band_line : style->strong_text);
    }
}

static void draw_bar(struct plt_frame *frame, struct plt_color_bar *bar,
                     const struct plt_style *style)
{
    if (plt_irect_empty(bar->strip) || plt_irect_empty(bar->along))
        return;
    const int part = plt_grip_part(&bar->grip);
    const bool single = plt_image_channels(bar->image->image) == 1;
    if (part == PLT_BAR_BACK)
        plt_push_fill(frame, style->hover, bar->axis.plot->cell, bar->axis.area);
    draw_counts(frame, bar, style);
    if (!bar->hide_histogram)
        draw_levels(frame, bar, part, style);
    draw_strip(frame, bar);
    plt_draw_axis(frame, &bar->axis, style);
    const struct plt_range levels = plt_color_bar_levels(bar);
    if (!bar->hide_histogram || part == PLT_BAR_LOW)
        draw_level(frame, bar, levels.x0, part == PLT_BAR_LOW, style);
    if (!bar->hide_histogram || part == PLT_BAR_HIGH)
        draw_level(frame, bar, levels.x1, part == PLT_BAR_HIGH, style);
    if (part && single) {
        plt_gradient_find(bar);
        draw_stops(frame, bar, part, style);
    }
}

void plt_draw_color_bars(struct plt_frame *frame, struct plt_plot *plot,
                         const struct plt_style *style)
{
    for (struct plt_color_bar *bar = plot->color_bars; bar; bar = bar->next)
        draw_bar(frame, bar, style);
}
