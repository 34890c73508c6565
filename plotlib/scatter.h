// A scatter draws a marker at each sample of a series: never thinned, in sample order, each
// blended over those before it. Size, colour and symbol may differ from sample to sample.
// Data's way: data/series.c -> reduce/points.c -> draw/scatter.c -> raster/marker.c or
// gpu/gl/marker.c. Thread-safety: owner thread. Code: scene/scatter.c.
//
// The contract: a marker's place is rounded to 1/8 device pixel and its size too; coverage
// at a pixel centre is clamp(1/2 - d, 0, 1), d the signed distance to the symbol's edge in
// device pixels (< 0 inside), and of an outline of width w clamp(w/2 + 1/2 - |d|, 0, 1).
// The outline is drawn over the fill. A marker that lies wholly below opaque pixels of
// later ones is not painted; the picture is the same to the byte.
#pragma once

#include <plotlib/series.h>
#include <plotlib/types.h>

#ifdef __cplusplus
extern "C" {
#endif

struct plt_axis;
struct plt_plot;
struct plt_scatter;

// Shapes as in PyQtGraph's ScatterPlotItem, y down on the screen. `size` is the side of the
// box that holds the shape; a crosshair's lines are twice as long, an arrow begins in the
// middle of its box and points at the sample.
enum plt_symbol {
    PLT_SYMBOL_CIRCLE = 0,     // o
    PLT_SYMBOL_SQUARE,         // s
    PLT_SYMBOL_TRIANGLE_DOWN,  // t
    PLT_SYMBOL_TRIANGLE_UP,    // t1
    PLT_SYMBOL_TRIANGLE_RIGHT, // t2
    PLT_SYMBOL_TRIANGLE_LEFT,  // t3
    PLT_SYMBOL_DIAMOND,        // d
    PLT_SYMBOL_PLUS,           // +
    PLT_SYMBOL_CROSS,          // x
    PLT_SYMBOL_PENTAGON,       // p
    PLT_SYMBOL_HEXAGON,        // h
    PLT_SYMBOL_STAR,
    PLT_SYMBOL_BAR,  // |
    PLT_SYMBOL_DASH, // _
    PLT_SYMBOL_ARROW_UP,
    PLT_SYMBOL_ARROW_RIGHT,
    PLT_SYMBOL_ARROW_DOWN,
    PLT_SYMBOL_ARROW_LEFT,
    PLT_SYMBOL_CROSSHAIR,
};
enum { PLT_NUM_SYMBOLS = 19 };

// "o", "t1", "arrow_up", ...: PyQtGraph's name. NULL for a value outside the enum.
PLT_API const char *plt_symbol_name(enum plt_symbol symbol);
PLT_API bool plt_symbol_find(const char *name, enum plt_symbol *symbol);

struct plt_scatter_params {
    const char *name;       // in the legend; NULL = the series' name
    enum plt_symbol symbol; // 0 = CIRCLE
    float size_px;          // logical pixels, 0 = 7, at most 1024
    double size_in_data;    // > 0: the size in data units of x instead, at most 4096 device
                            // pixels on the screen
    struct plt_color color; // {0} = next colour of the theme
    struct plt_color outline_color; // alpha 0 = none
    float outline_width_px; // logical pixels, 0 = 1 where there is an outline; at most 64
    bool hollow;            // only an outline, in each marker's own colour
    bool stems;             // a line from stem_base to each sample, on whole pixels
    double stem_base;    // y. What the axis cannot show, and -INFINITY, is the bottom edge
    float stem_width_px; // 0 = 1.5; at most 64
    struct plt_axis *y_axis; // of the same plot; NULL = its first
    bool hidden;
};
#ifndef __cplusplus
#define plt_scatter_params(...) (&(struct plt_scatter_params){__VA_ARGS__})
#endif

// Adds a scatter to `plot`, which owns it; the series gains a reference. Samples that are
// not finite, or that the axes cannot show, are left out.
PLT_API struct plt_scatter *plt_scatter_create(struct plt_plot *plot,
                                               struct plt_series *series,
                                               const struct plt_scatter_params *params);
PLT_API void plt_scatter_destroy(struct plt_scatter *scatter);
PLT_API struct plt_series *plt_scatter_series(struct plt_scatter *scatter);
PLT_API bool plt_scatter_set_name(struct plt_scatter *scatter, const char *name);
PLT_API bool plt_scatter_set_symbol(struct plt_scatter *scatter, enum plt_symbol symbol);
PLT_API bool plt_scatter_set_size(struct plt_scatter *scatter, float size_px);
PLT_API void plt_scatter_set_color(struct plt_scatter *scatter, struct plt_color color);
// Alpha 0 = no outline. width_px 0 = 1.
PLT_API bool plt_scatter_set_outline(struct plt_scatter *scatter, struct plt_color color,
                                     float width_px);
PLT_API bool plt_scatter_set_y_axis(struct plt_scatter *scatter, struct plt_axis *y_axis);
PLT_API void plt_scatter_set_visible(struct plt_scatter *scatter, bool visible);

// Per-point buffers, copied: entry i belongs to sample i, 0 the first ever appended since
// the last set, also in a ring; samples beyond n are as the scatter itself says. n = 0
// removes the buffer. The sizes are logical pixels (data units where size_in_data is set);
// one that is not > 0 leaves its marker out. Colours: 0xAARRGGBB, straight alpha. A symbol
// outside the enum is refused.
PLT_API bool plt_scatter_set_sizes(struct plt_scatter *scatter, const float *sizes,
                                   size_t n);
PLT_API bool plt_scatter_set_colors(struct plt_scatter *scatter, const uint32_t *argb,
                                    size_t n);
PLT_API bool plt_scatter_set_symbols(struct plt_scatter *scatter, const uint8_t *symbols,
                                     size_t n);

#ifdef __cplusplus
}
#endif
