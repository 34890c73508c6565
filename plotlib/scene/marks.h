// Items of marks: what stands at single places instead of along a line (private, as
// scene.h). Sizes are logical pixels as given.
#pragma once

#include <stdatomic.h>

#include <plotlib/bars.h>
#include <plotlib/box_plot.h>
#include <plotlib/data/bins.h>
#include <plotlib/error_bars.h>
#include <plotlib/histogram.h>
#include <plotlib/reduce/pick.h>
#include <plotlib/scatter.h>
#include <plotlib/scene/scene.h>
#include <plotlib/text_item.h>

// --- scene/sampled.c -------------------------------------------------------------------

// What items that show the samples of a series begin with.
struct plt_sampled {
    struct plt_item item;
    struct plt_series *series;
    struct plt_series_listener listener;
    struct plt_series_pin held; // shown instead of what the series has now, or zeroed
    _Atomic(bool) holding;      // whether there is one, for the producer's thread
    uint64_t changes;           // grows with each paint that found new samples
};

// As plt_item_init, with a listener on the series. False without memory (logged).
bool plt_sampled_init(struct plt_sampled *sampled, const struct plt_item_class *class,
                      struct plt_plot *plot, struct plt_series *series, const char *name);
void plt_sampled_finish(struct plt_sampled *sampled);
bool plt_sampled_pin(const struct plt_sampled *sampled, struct plt_series_pin *pin);
void plt_sampled_unpin(const struct plt_sampled *sampled, struct plt_series_pin *pin);
// Functions of plt_item_class.
bool plt_sampled_x_range(const struct plt_item *item, const struct plt_scale *spread,
                         struct plt_range *range);
bool plt_sampled_y_range(const struct plt_item *item, const struct plt_scale *spread,
                         struct plt_range *range);
bool plt_sampled_x_origin(const struct plt_item *item, int64_t *origin);
const char *plt_sampled_name(const struct plt_item *item);
void plt_sampled_clean(struct plt_item *item);
void plt_sampled_hold(struct plt_item *item, bool hold);

// Whether v can be shown on `spread` (NULL = linear), and the range widened to hold it.
bool plt_spread_shows(const struct plt_scale *spread, double v);
void plt_range_add(struct plt_range *range, bool *any, const struct plt_scale *spread,
                   double v);
// Replaces an array of an item by a copy of from[n]; n = 0 removes it. False, and nothing
// has changed, on NULL or without memory (logged).
bool plt_item_set_array(struct plt_item *item, void **array, size_t *num, const void *from,
                        size_t n, size_t size);
uint32_t plt_mark_argb(struct plt_color color, int theme_color); // alpha 0: of the theme
// Whether bars of the axis stand on s: auto range leaves no room below them.
bool plt_bars_stand_on(const struct plt_axis *axis, double s);
// Whether a plot shows marks: they need room at the borders of x, too.
bool plt_plot_has_marks(const struct plt_plot *plot);

// --- the items -------------------------------------------------------------------------

struct plt_scatter {
    struct plt_sampled sampled;
    enum plt_symbol symbol;
    float size_px;
    double size_in_data; // 0 = size_px counts
    struct plt_color color;
    int theme_color;
    struct plt_color outline_color;
    float outline_width_px;
    bool hollow, stems;
    double stem_base;
    float stem_width_px;
    float *sizes; // [num_sizes], and so on: of the first samples
    uint32_t *colors;
    uint8_t *symbols;
    size_t num_sizes, num_colors, num_symbols;
    struct plt_pick_index index; // of samples in no order of x, made by picking
};

uint32_t plt_scatter_argb(const struct plt_scatter *scatter);

struct plt_bars {
    struct plt_item item;
    struct plt_color color;
    int theme_color;
    struct plt_color outline_color;
    float outline_width_px;
    bool horizontal;
    double width, base; // of bars without their own
    double *places, *heights, *widths, *bases;
    uint32_t *colors;
    size_t num_places, num_heights, num_widths, num_bases, num_colors;
};

// Bar i along its axis, [lo, hi], and across it, [base, end].
struct plt_bar {
    double lo, hi, base, end;
    uint32_t color;
};
struct plt_bar plt_bars_at(const struct plt_bars *bars, size_t i);

struct plt_histogram {
    struct plt_sampled sampled;
    struct plt_color color;
    int theme_color;
    struct plt_color outline_color;
    float outline_width_px;
    bool horizontal, density;
    bool fixed;                          // the edges were given
    size_t asked;                        // bins; 0 = by Scott's rule
    struct plt_bins bins;                // counted so far
    uint64_t epoch, tail, head, changes; // what was counted
};

// Height of bin k as drawn.
double plt_histogram_height(const struct plt_histogram *histogram, size_t k);
// Counts what came since; called by a paint and by whoever reads.
void plt_histogram_update(struct plt_histogram *histogram);

struct plt_error_bars {
    struct plt_sampled sampled;
    struct plt_color color;
    int theme_color;
    float width_px, cap_px;
    double x_error, y_error; // of samples without their own
    double *left, *right, *below, *above;
    size_t num_left, num_right, num_below, num_above;
};

// How far the error of sample i reaches to each side; 0 = not at all.
void plt_error_bars_at(const struct plt_error_bars *bars, uint64_t i, double *left,
                       double *right, double *below, double *above);

struct plt_box {
    double place;
    struct plt_box_stats stats;
    double *outliers; // [stats.num_outliers]
};

struct plt_box_plot {
    struct plt_item item;
    struct plt_color color;
    int theme_color;
    bool horizontal;
    double width;
    float line_px, size_px;
    enum plt_symbol symbol;
    struct plt_box *boxes;
    size_t num_boxes, cap_boxes;
};

struct plt_text_item {
    struct plt_item item;
    double x, y;
    char *text;
    enum plt_anchor anchor;
    bool upwards;
    struct plt_color color, box_color, border_color;
    float font_px, offset_px;
};
