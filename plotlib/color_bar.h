// The color bar of an image item, right of its plot: the colormap along an axis of values,
// beside it a histogram of the image with the levels as a region to drag, and on it the
// stops of the gradient.
//
// What input does over it:
//   drag a level's line      moves that level, up to the other one and within the axis
//   drag between the lines   moves both
//   wheel, drag elsewhere    zooms and pans the axis of values. Without a histogram the
//                            axis shows the levels: this changes them
//   double click, key A      automatic levels and axis; on the strip of colors a double
//                            click adds a stop
//   drag a stop              moves it along the gradient, off the bar removes it; as does
//                            a right click. Two always stay
//   C, Shift+C, middle click the next, the previous named colormap
//   0, 1, 2, 3               of a color image: levels of all, of red, green, blue
//   L                        logarithmic counts, and back
//   Escape, right button     cancels a drag
// A change of levels is PLT_NOTICE_LEVELS_CHANGED; it touches no pixel, nor the histogram.
// Thread-safety: owner thread. Code: scene/color_bar.c, scene/color_bar_input.c,
// scene/gradient.c, draw/color_bar.c.
#pragma once

#include <plotlib/colormap.h>
#include <plotlib/types.h>

#ifdef __cplusplus
extern "C" {
#endif

struct plt_color_bar;
struct plt_image_item;

struct plt_color_bar_params {
    const char *label, *unit; // of the values; NULL = none
    bool hide_histogram;      // the axis then shows the levels, end to end
    bool log_counts;          // bars as long as log(1 + count)
    bool read_only;           // takes no input
    float width_px;           // of the strip of colors, logical pixels; 0 = 16
};
#ifndef __cplusplus
#define plt_color_bar_params(...) (&(struct plt_color_bar_params){__VA_ARGS__})
#endif

// Belongs to the item's plot, and ends with the item. Further ones stand right of the
// first. The histogram counts every finite sample, in 256 equal bins from the least to the
// greatest (one a value where integers have fewer); of 3 and 4 channels each color on its
// own. The longest bar is as long as the second one, cut off: one value does not hide all
// others. Mapped images and rings have no histogram.
PLT_API struct plt_color_bar *
plt_color_bar_create(struct plt_image_item *item,
                     const struct plt_color_bar_params *params);
PLT_API void plt_color_bar_destroy(struct plt_color_bar *bar);
PLT_API bool plt_color_bar_set_label(struct plt_color_bar *bar, const char *label,
                                     const char *unit);
PLT_API void plt_color_bar_set_log_counts(struct plt_color_bar *bar, bool log_counts);
// The range of values that the axis shows; both 0 = automatic: least to greatest value and
// the levels. Refused without a histogram.
PLT_API bool plt_color_bar_set_range(struct plt_color_bar *bar, double lo, double hi);
PLT_API struct plt_range plt_color_bar_range(struct plt_color_bar *bar);

// The gradient: at most PLT_COLOR_BAR_STOPS, positions 0..1 from the low to the high level,
// ascending. Of a colormap that was not made of stops: a few that come near it.
enum { PLT_COLOR_BAR_STOPS = 64 };
PLT_API size_t plt_color_bar_stops(struct plt_color_bar *bar,
                                   struct plt_colormap_stop stops[PLT_COLOR_BAR_STOPS]);
// Gives the item a colormap of these stops; beyond the outer ones their colors go on.
PLT_API bool plt_color_bar_set_stops(struct plt_color_bar *bar,
                                     const struct plt_colormap_stop *stops, size_t num);
PLT_API bool plt_color_bar_set_stop_color(struct plt_color_bar *bar, size_t index,
                                          struct plt_color color);
// The next (1) or previous (-1) named colormap, in the order of plt_colormap_name.
PLT_API bool plt_color_bar_cycle(struct plt_color_bar *bar, int step);

// The bar in logical pixels, valid after the first layout or paint; empty without room.
PLT_API struct plt_rect plt_color_bar_rect(struct plt_color_bar *bar);

#ifdef __cplusplus
}
#endif
