// Items of marks: what stands at single places instead of along a line (private, as
// scene.h). Sizes are logical pixels as given.
#pragma once

#include <plotlib/scatter.h>
#include <plotlib/scene/scene.h>

struct plt_scatter {
    struct plt_item item;
    struct plt_series *series;
    struct plt_series_listener listener;
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
};

uint32_t plt_scatter_argb(const struct plt_scatter *scatter);
// Of the theme where alpha is 0.
uint32_t plt_mark_argb(struct plt_color color, int theme_color);
// Whether a plot shows marks: they need room at the borders of x, too.
bool plt_plot_has_marks(const struct plt_plot *plot);
