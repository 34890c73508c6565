// Scatter -> markers: every sample that can be shown and whose ink reaches the plot, in
// sample order. Blocks of samples are shared among threads and put together in order.
#include <math.h>
#include <string.h>

#include <plotlib/base/alloc.h>
#include <plotlib/draw/build.h>
#include <plotlib/draw/marker.h>
#include <plotlib/reduce/points.h>
#include <plotlib/scene/marks.h>

enum { BLOCK = 1 << 16 }; // samples of one piece of the work

struct work {
    const struct plt_scatter *scatter;
    const struct plt_series_pin *pin;
    struct plt_map x, y;
    struct plt_irect clip;
    double scale;   // device pixels a logical one
    float outline;  // half its width, device pixels
    uint32_t color; // of those without their own
    uint16_t size;
    uint64_t first, end;        // samples
    struct plt_marker *markers; // one a sample
    size_t *found;              // [blocks]
    double widest;              // device pixels: no marker reaches further
};

// To the nearest eighth, up where both are as near. Places lie within the padded plot, far
// above the -2^17 that are added to round down.
static int32_t fixed_place(double px)
{
    return (int32_t)(px * PLT_MARKER_ONE + (0x1p20 + 0.5)) - (1 << 20);
}

static uint16_t fixed_size(double px)
{
    if (!(px > 0))
        return 0;
    return (uint16_t)((px < PLT_MARKER_MOST ? px : PLT_MARKER_MOST) * PLT_MARKER_ONE + 0.5);
}

// Side of a marker at x whose size is in data units.
static uint16_t data_size(const struct work *w, uint64_t i, double px, double units)
{
    (void)i;
    if (!w->x.spread)
        return fixed_size(fabs(units * w->x.scale));
    double v = plt_map_value(&w->x, px);
    double a = plt_map_px(&w->x, v - units / 2), b = plt_map_px(&w->x, v + units / 2);
    return isfinite(a) && isfinite(b) ? fixed_size(fabs(b - a)) : 0;
}

static uint16_t size_of(const struct work *w, uint64_t i, double px)
{
    const struct plt_scatter *s = w->scatter;
    bool own = i < s->num_sizes;
    if (s->size_in_data > 0)
        return data_size(w, i, px, own ? (double)s->sizes[i] : s->size_in_data);
    return own ? fixed_size((double)s->sizes[i] * w->scale) : w->size;
}

// False: no ink of it in the plot.
static bool make_marker(const struct work *w, uint64_t i, double x, double y,
                        struct plt_marker *out)
{
    const struct plt_scatter *s = w->scatter;
    struct plt_marker m = {.color = i < s->num_colors ? s->colors[i] : w->color,
                           .size = size_of(w, i, x),
                           .symbol =
                               (uint8_t)(i < s->num_symbols ? s->symbols[i] : s->symbol)};
    float reach =
        plt_marker_reach((enum plt_symbol)m.symbol, plt_marker_unit(m.size), w->outline);
    double r = (double)reach + 1;
    if (m.size == 0 || !(x > w->clip.x0 - r && x < w->clip.x1 + r && y > w->clip.y0 - r &&
                         y < w->clip.y1 + r))
        return false;
    m.x = fixed_place(x);
    m.y = fixed_place(y);
    *out = m;
    return true;
}

// All alike: the loop that a million points go through.
static size_t make_alike(const struct work *w, const double *x, const double *y, size_t n,
                         struct plt_marker *out)
{
    const double r = w->widest;
    const double x0 = w->clip.x0 - r, x1 = w->clip.x1 + r;
    const double y0 = w->clip.y0 - r, y1 = w->clip.y1 + r;
    struct plt_marker m = {
        .color = w->color, .size = w->size, .symbol = (uint8_t)w->scatter->symbol};
    size_t found = 0;
    for (size_t k = 0; k < n; k++) {
        // No branch: where the answer is by chance it would be guessed wrong.
        bool in = (x[k] > x0) & (x[k] < x1) & (y[k] > y0) & (y[k] < y1);
        m.x = fixed_place(in ? x[k] : 0);
        m.y = fixed_place(in ? y[k] : 0);
        out[found] = m;
        found += in;
    }
    return found;
}

static void make_block(void *user, int block)
{
    const struct work *w = user;
    const struct plt_scatter *s = w->scatter;
    const uint64_t first = w->first + (uint64_t)block * BLOCK;
    const uint64_t end = first + BLOCK < w->end ? first + BLOCK : w->end;
    struct plt_marker *out = w->markers + (size_t)(first - w->first);
    size_t found = 0;
    for (uint64_t i = first; i < end; i += PLT_POINTS) {
        double x[PLT_POINTS], y[PLT_POINTS];
        const size_t n = end - i < PLT_POINTS ? (size_t)(end - i) : PLT_POINTS;
        plt_points_px(w->pin, &w->x, &w->y, i, n, x, y);
        if (s->size_in_data == 0 && i >= s->num_sizes && i >= s->num_colors &&
            i >= s->num_symbols) {
            found += make_alike(w, x, y, n, out + found);
            continue;
        }
        for (size_t k = 0; k < n; k++)
            found += make_marker(w, i + k, x[k], y[k], &out[found]);
    }
    w->found[block] = found;
}

// Largest size there is, device pixels; of sizes in data units the largest possible.
static double largest(const struct plt_scatter *s, double scale)
{
    double most = s->size_px;
    for (size_t i = 0; i < s->num_sizes; i++)
        most = s->sizes[i] > most ? (double)s->sizes[i] : most;
    most = s->size_in_data > 0 ? PLT_MARKER_MOST : most * scale;
    return most < PLT_MARKER_MOST ? most : PLT_MARKER_MOST;
}

static bool make_markers(struct plt_frame *frame, struct work *w)
{
    const size_t count = (size_t)(w->end - w->first);
    const int blocks = (int)((count + BLOCK - 1) / BLOCK);
    w->found = plt_calloc((size_t)blocks, sizeof(*w->found));
    if (!w->found || !plt_reserve((void **)&frame->markers, &frame->cap_markers,
                                  frame->num_markers + count, sizeof(*frame->markers))) {
        plt_free(w->found);
        return false;
    }
    w->markers = frame->markers + frame->num_markers;
    plt_pool_run(frame->pool, blocks, make_block, w);
    size_t found = 0;
    for (int b = 0; b < blocks; b++) {
        if (found != (size_t)b * BLOCK)
            memmove(w->markers + found, w->markers + (size_t)b * BLOCK,
                    w->found[b] * sizeof(*w->markers));
        found += w->found[b];
    }
    frame->num_markers += found;
    plt_free(w->found);
    return true;
}

static void push_markers(struct plt_frame *frame, struct work *w)
{
    const struct plt_scatter *s = w->scatter;
    // Before the markers: the operation says where they begin.
    struct plt_op *op = plt_push_op(frame, PLT_OP_MARKERS, 0, w->clip);
    if (!op)
        return;
    if (s->outline_color.a > 0 && !s->hollow)
        op->color = plt_color_argb(s->outline_color);
    op->outline = w->outline;
    op->hollow = s->hollow;
    if (!make_markers(frame, w))
        frame->failed = true;
    op->count = frame->num_markers - op->first;
    if (op->count == 0)
        frame->num_ops--; // no ink, no operation
}

// A line of whole pixels from the base to each sample. Below the markers.
static void push_stems(struct plt_frame *frame, const struct work *w)
{
    const struct plt_scatter *s = w->scatter;
    const int32_t width = plt_device_px(s->sampled.item.plot->figure, s->stem_width_px);
    const int32_t wide = width > 1 ? width : 1;
    const double base = plt_edge_px(&w->y, s->stem_base, w->clip.y0, w->clip.y1);
    const int32_t from = (int32_t)floor(base + 0.5);
    for (uint64_t i = w->first; i < w->end; i += PLT_POINTS) {
        double x[PLT_POINTS], y[PLT_POINTS];
        const size_t n = w->end - i < PLT_POINTS ? (size_t)(w->end - i) : PLT_POINTS;
        plt_points_px(w->pin, &w->x, &w->y, i, n, x, y);
        for (size_t k = 0; k < n; k++) {
            if (!(x[k] > w->clip.x0 - wide && x[k] < w->clip.x1 + wide) || isnan(y[k]))
                continue;
            const int32_t left = (int32_t)floor(x[k] - wide * 0.5 + 0.5);
            const double end = fmin(fmax(y[k], w->clip.y0 - 1), w->clip.y1 + 1);
            const int32_t to = (int32_t)floor(end + 0.5);
            const uint32_t color = i + k < s->num_colors ? s->colors[i + k] : w->color;
            plt_push_fill(frame, color, w->clip,
                          (struct plt_irect){left, from < to ? from : to, left + wide,
                                             from < to ? to : from});
        }
    }
}

static void push_pass(struct plt_frame *frame, struct work *w)
{
    plt_points_between(w->pin, &w->x, w->clip.x0 - w->widest, w->clip.x1 + w->widest,
                       &w->first, &w->end);
    if (w->first >= w->end)
        return;
    if (w->scatter->stems)
        push_stems(frame, w);
    push_markers(frame, w);
}

void plt_draw_scatter(struct plt_frame *frame, struct plt_scatter *scatter)
{
    const struct plt_item *item = &scatter->sampled.item;
    const struct plt_plot *plot = item->plot;
    struct plt_series_pin pin;
    if (!plt_sampled_pin(&scatter->sampled, &pin))
        return;
    const double scale = plot->figure->scale;
    struct work w = {.scatter = scatter,
                     .pin = &pin,
                     .y = item->y_axis->map,
                     .scale = scale,
                     .color = plt_item_argb(item),
                     .size = fixed_size((double)scatter->size_px * scale)};
    if (scatter->hollow || scatter->outline_color.a > 0)
        w.outline = scatter->outline_width_px * (float)scale * 0.5f;
    // A crosshair reaches as far as it is wide.
    w.widest = largest(scatter, scale) * 1.1 + (double)w.outline + 3;
    struct plt_pass passes[PLT_MAX_PASSES];
    const int num_passes = plt_plot_passes(plot, passes);
    for (int i = 0; i < num_passes; i++) {
        w.x = passes[i].x;
        w.clip = passes[i].clip;
        push_pass(frame, &w);
    }
    plt_sampled_unpin(&scatter->sampled, &pin);
}
