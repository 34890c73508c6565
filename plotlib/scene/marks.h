// Items of marks: what stands at single places instead of along a line (private, as
// scene.h). Sizes are logical pixels as given.
#pragma once

#include <plotlib/bars.h>
#include <plotlib/box_plot.h>
#include <plotlib/data/bins.h>
#include <plotlib/error_bars.h>
#include <plotlib/histogram.h>
#include <plotlib/scatter.h>
#include <plotlib/scene/scene.h>
#include <plotlib/text_item.h>

// --- scene/sampled.c -------------------------------------------------------------------

// Whether v can be shown on `spread` (NULL = linear), and the range widened to hold it.
bool plt_spread_shows(const struct plt_scale *spread, double v);
void plt_range_add(struct plt_range *range, bool *any, const struct plt_scale *spread,
                   double v);
// Whether bars of the axis stand on s: auto range leaves no room below them.
bool plt_bars_stand_on(const struct plt_axis *axis, double s);
// Whether a plot needs room at the borders of x, too: for marks, and for curves whose x
// goes to and fro, which run along those borders.
bool plt_plot_needs_room(const struct plt_plot *plot);

// --- the items -------------------------------------------------------------------------

struct plt_scatter {
    struct plt_sampled sampled;
    enum plt_symbol symbol;
    float size_px;
    double size_in_data; // 0 = size_px counts
    struct plt_color outline_color;
    float outline_width_px;
    bool hollow, stems;
    double stem_base;
    float stem_width_px;
    float *sizes; // [num_sizes], and so on: of the first samples
    uint32_t *colors;
    uint8_t *symbols;
    size_t num_sizes, num_colors, num_symbols;
};

struct plt_bars {
    struct plt_item item;
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
    struct plt_color box_color, border_color;
    float font_px, offset_px;
};
