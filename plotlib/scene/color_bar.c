// The color bar beside a plot: what it counts, what its axis shows, where it lies.
#include <float.h>
#include <math.h>

#include <plotlib/base/alloc.h>
#include <plotlib/base/message.h>
#include <plotlib/image/argb.h>
#include <plotlib/image/stats.h>
#include <plotlib/scene/color_bar.h>

enum { HISTOGRAM_WIDTH = 56, STRIP_WIDTH = 16, GAP = 4 * PLT_SPACE };

struct plt_color_bar *plt_color_bar_create(struct plt_image_item *item,
                                           const struct plt_color_bar_params *params)
{
    static const struct plt_color_bar_params defaults;
    plt_require(NULL, item != NULL, NULL);
    struct plt_plot *plot = item->item.plot;
    struct plt_log *log = plot->figure->log;
    params = params ? params : &defaults;
    plt_require(log, params->width_px >= 0 && params->width_px <= 1024, NULL);
    struct plt_color_bar *bar = plt_calloc(1, sizeof(*bar));
    if (bar && !params->hide_histogram)
        bar->histogram = plt_calloc(1, sizeof(*bar->histogram));
    if (!bar || (!params->hide_histogram && !bar->histogram) ||
        !plt_replace_string(&bar->axis.label, params->label, log) ||
        !plt_replace_string(&bar->axis.unit, params->unit, log)) {
        if (bar) {
            plt_free(bar->histogram);
            plt_free(bar->axis.label);
        }
        plt_free(bar);
        plt_no_memory(log, "color bar");
        return NULL;
    }
    bar->image = item;
    bar->hide_histogram = params->hide_histogram;
    bar->log_counts = params->log_counts;
    bar->read_only = params->read_only;
    bar->width_px = params->width_px > 0 ? params->width_px : STRIP_WIDTH;
    bar->axis.plot = plot;
    bar->axis.vertical = bar->axis.right = true;
    bar->axis.view.span = 1;
    bar->axis.frame = &bar->along;
    plt_grip_add(&bar->grip, &plt_color_bar_grip, plot);
    struct plt_color_bar **link = &plot->color_bars;
    while (*link)
        link = &(*link)->next;
    *link = bar;
    plt_figure_damage(plot->figure);
    return bar;
}

void plt_color_bar_free(struct plt_color_bar *bar)
{
    struct plt_color_bar **link = &bar->axis.plot->color_bars;
    while (*link != bar)
        link = &(*link)->next;
    *link = bar->next;
    plt_grip_remove(&bar->grip);
    plt_colormap_unref(bar->held_map);
    plt_free(bar->axis.label);
    plt_free(bar->axis.unit);
    plt_free(bar->histogram);
    plt_free(bar);
}

void plt_color_bar_destroy(struct plt_color_bar *bar)
{
    if (!bar)
        return;
    struct plt_figure *figure = bar->axis.plot->figure;
    plt_color_bar_free(bar);
    plt_figure_damage(figure);
}

void plt_color_bar_forget(const struct plt_image_item *item)
{
    struct plt_color_bar *next, *bar = item->item.plot->color_bars;
    for (; bar; bar = next) {
        next = bar->next;
        if (bar->image == item)
            plt_color_bar_free(bar);
    }
}

bool plt_color_bar_set_label(struct plt_color_bar *bar, const char *label, const char *unit)
{
    plt_require(NULL, bar != NULL, false);
    return plt_axis_set_label(&bar->axis, label, unit);
}

void plt_color_bar_set_log_counts(struct plt_color_bar *bar, bool log_counts)
{
    plt_require(NULL, bar != NULL, );
    bar->log_counts = log_counts;
    plt_figure_damage(bar->axis.plot->figure);
}

bool plt_color_bar_set_range(struct plt_color_bar *bar, double lo, double hi)
{
    plt_require(NULL, bar != NULL, false);
    struct plt_figure *figure = bar->axis.plot->figure;
    plt_require(figure->log, !bar->hide_histogram, false);
    if (lo == 0 && hi == 0)
        bar->axis.view.mode = PLT_RANGE_AUTO;
    else if (!plt_view_set(&bar->axis, lo, hi))
        return false;
    plt_figure_damage(figure);
    return true;
}

struct plt_range plt_color_bar_range(struct plt_color_bar *bar)
{
    plt_require(NULL, bar != NULL, (struct plt_range){0});
    plt_color_bar_update(bar);
    const struct plt_axis_view *view = &bar->axis.view;
    return (struct plt_range){view->lo, view->lo + view->span};
}

struct plt_rect plt_color_bar_rect(struct plt_color_bar *bar)
{
    plt_require(NULL, bar != NULL, (struct plt_rect){0});
    const struct plt_irect r = bar->area;
    const double scale = bar->axis.plot->figure->scale;
    return (struct plt_rect){r.x0 / scale, r.y0 / scale, (r.x1 - r.x0) / scale,
                             (r.y1 - r.y0) / scale};
}

struct plt_range plt_color_bar_levels(const struct plt_color_bar *bar)
{
    struct plt_range ranges[4];
    plt_image_item_ranges(bar->image, ranges);
    return ranges[bar->channel > 0 ? bar->channel - 1 : 0];
}

// --- the histogram ---------------------------------------------------------------------

// Least to greatest finite value of the first channels.
static bool find_bounds(const struct plt_color_bar *bar, const struct plt_image_view *view,
                        struct plt_range *bounds)
{
    const struct plt_image *image = bar->image->image;
    if (view->channels == 1)
        return plt_image_bounds(image, bounds);
    struct plt_image_stats stats;
    bool any = false;
    for (int32_t c = 0; c < 3; c++) {
        const struct plt_image_stats_job job = {*view, c, bar->axis.plot->figure->pool,
                                                &stats};
        if (!plt_image_engine_cpu.stats(&job) || stats.finite == 0)
            continue;
        bounds->x0 = any ? fmin(bounds->x0, stats.min) : stats.min;
        bounds->x1 = any ? fmax(bounds->x1, stats.max) : stats.max;
        any = true;
    }
    return any;
}

static bool is_integer(enum plt_type type)
{
    return type != PLT_F64 && type != PLT_F32 && type != PLT_F16;
}

// The longest bar of a channel is cut off at the second one.
static uint64_t second_most(const uint64_t *counts, int32_t bins)
{
    uint64_t most = 0, second = 0;
    for (int32_t i = 0; i < bins; i++) {
        if (counts[i] > most) {
            second = most;
            most = counts[i];
        } else if (counts[i] > second) {
            second = counts[i];
        }
    }
    return second > 0 ? second : most;
}

static void count(struct plt_color_bar *bar)
{
    struct plt_bar_histogram *h = bar->histogram;
    struct plt_image_view view = plt_image_look(bar->image->image);
    if (h->id == view.id && h->generation == view.generation)
        return;
    h->id = view.id;
    h->generation = view.generation;
    h->channels = 0;
    h->most = 0;
    if (view.ring != PLT_RING_NONE) // rows are written meanwhile
        return;
    if (!plt_image_to_host(&view) || !view.pixels || !find_bounds(bar, &view, &h->bounds))
        return;
    // A bin a value: [v - 1/2, v + 1/2].
    if (is_integer(view.type) && h->bounds.x1 - h->bounds.x0 < PLT_BAR_BINS) {
        h->bins = (int32_t)(h->bounds.x1 - h->bounds.x0) + 1;
        h->bounds.x0 -= 0.5;
        h->bounds.x1 += 0.5;
    } else {
        h->bins = PLT_BAR_BINS;
    }
    if (h->bounds.x0 == h->bounds.x1)
        h->bounds = (struct plt_range){h->bounds.x0 - 0.5, h->bounds.x1 + 0.5};
    h->bins = h->bins < 2 ? 2 : h->bins;
    for (int c = 0; c < (view.channels == 1 ? 1 : 3); c++) {
        const struct plt_image_histogram_job job = {.src = view,
                                                    .channel = c,
                                                    .lo = h->bounds.x0,
                                                    .hi = h->bounds.x1,
                                                    .bins = h->bins,
                                                    .pool = bar->axis.plot->figure->pool,
                                                    .counts = h->counts[c]};
        if (!plt_image_engine_cpu.histogram(&job))
            return;
        const uint64_t most = second_most(h->counts[c], h->bins);
        h->most = most > h->most ? most : h->most;
        h->channels = c + 1;
    }
}

// --- the axis --------------------------------------------------------------------------

static void set_view(struct plt_axis *axis, double lo, double hi)
{
    if (!(fabs(hi - lo) > fabs(lo) * 64 * DBL_EPSILON)) { // one value, or none
        lo -= 0.5;
        hi = lo + 1;
    }
    axis->view.lo = lo;
    axis->view.span = hi - lo;
}

void plt_color_bar_update(struct plt_color_bar *bar)
{
    struct plt_axis *axis = &bar->axis;
    const struct plt_figure *figure = axis->plot->figure;
    const bool dragged = figure->input.drag == PLT_DRAG_GRIP &&
                         figure->input.grip == &bar->grip && figure->input.moved;
    if (bar->histogram)
        count(bar);
    const struct plt_range levels = plt_color_bar_levels(bar);
    if (dragged) // the axis stands still under the hand
        return;
    if (bar->hide_histogram) {
        set_view(axis, levels.x0, levels.x1);
        axis->reanchor = true; // from end to end exactly, no pan by whole pixels
    } else if (axis->view.mode == PLT_RANGE_AUTO) {
        double lo = fmin(levels.x0, levels.x1), hi = fmax(levels.x0, levels.x1);
        if (bar->histogram->channels > 0) {
            lo = fmin(lo, bar->histogram->bounds.x0);
            hi = fmax(hi, bar->histogram->bounds.x1);
        }
        const double margin = (hi - lo) * 0.02;
        set_view(axis, lo - margin, hi + margin);
    }
}

// --- the place -------------------------------------------------------------------------

int32_t plt_color_bar_width(const struct plt_color_bar *bar)
{
    const struct plt_figure *figure = bar->axis.plot->figure;
    int32_t width = plt_device_px(figure, GAP) + plt_device_px(figure, bar->width_px);
    if (!bar->hide_histogram)
        width += plt_device_px(figure, HISTOGRAM_WIDTH);
    return width;
}

void plt_color_bar_place(struct plt_color_bar *bar, struct plt_irect area, int32_t axis_px)
{
    const struct plt_figure *figure = bar->axis.plot->figure;
    bar->area = bar->bars = bar->strip = bar->along = bar->axis.area = area;
    if (plt_irect_empty(area))
        return;
    bar->area.x0 += plt_device_px(figure, GAP);
    bar->axis.area.x0 = area.x1 - axis_px;
    bar->strip.x1 = bar->axis.area.x0;
    bar->strip.x0 = bar->strip.x1 - plt_device_px(figure, bar->width_px);
    bar->bars.x0 = bar->area.x0;
    bar->bars.x1 = bar->strip.x0;
    bar->along.x0 = bar->area.x0;
    bar->along.x1 = bar->strip.x1;
}
