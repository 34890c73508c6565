// A color bar as scene/ keeps it and draw/ reads it (private). Device pixels.
#pragma once

#include <plotlib/color_bar.h>
#include <plotlib/scene/scene.h>

// Parts of the grip.
enum {
    PLT_BAR_BACK = 1, // labels, and all that is nothing else
    PLT_BAR_LOW,
    PLT_BAR_HIGH,
    PLT_BAR_REGION,
    PLT_BAR_STOP, // and up: stop 0, 1, ...
};

enum { PLT_BAR_BINS = 256 };

struct plt_bar_histogram {
    uint64_t id, generation; // of the image counted; 0 = none
    struct plt_range bounds;
    int32_t bins;
    int channels; // 0 = nothing to show
    uint64_t counts[3][PLT_BAR_BINS];
    uint64_t most; // full length
};

struct plt_color_bar {
    struct plt_grip grip;
    struct plt_color_bar *next; // plt_plot.color_bars
    struct plt_image_item *image;
    struct plt_axis axis;
    bool hide_histogram, log_counts, read_only;
    int channel; // whose levels are moved: 0 = all, 1..3
    float width_px;
    struct plt_irect area, bars, strip; // of the last layout; empty without room
    struct plt_irect along;             // of the axis
    struct plt_bar_histogram *histogram;

    struct plt_colormap_stop stops[PLT_COLOR_BAR_STOPS];
    int num_stops;     // 0 = to be found from the map
    uint64_t stops_of; // table they were found from or made
    bool stop_off;     // the stop that is dragged is off the bar

    // At the press.
    struct plt_range held_levels;  // as shown
    struct plt_range given_levels; // as set, 0 = automatic
    struct plt_axis_view held_view;
    struct plt_colormap_stop held_stops[PLT_COLOR_BAR_STOPS];
    int held_num;
    struct plt_colormap *held_map;
    double press_value, press_px;
};

// scene/color_bar.c
// Counts, and finds what the axis shows; before its ticks are chosen.
void plt_color_bar_update(struct plt_color_bar *bar);
// All but the axis and its labels.
int32_t plt_color_bar_width(const struct plt_color_bar *bar);
void plt_color_bar_place(struct plt_color_bar *bar, struct plt_irect area, int32_t axis_px);
struct plt_range plt_color_bar_levels(const struct plt_color_bar *bar); // those it moves
void plt_color_bar_free(struct plt_color_bar *bar); // takes it out of the plot
// The item goes.
void plt_color_bar_forget(const struct plt_image_item *item);

// scene/color_bar_input.c
extern const struct plt_grip_class plt_color_bar_grip;

// scene/gradient.c
void plt_gradient_find(struct plt_color_bar *bar); // bar->stops
// Pixel of a stop.
double plt_gradient_px(const struct plt_color_bar *bar, double position);
bool plt_gradient_apply(struct plt_color_bar *bar); // the item shows bar->stops
// Moves stop `index`, keeping the order; returns its new index.
int plt_gradient_move(struct plt_color_bar *bar, int index, double position);
bool plt_gradient_add(struct plt_color_bar *bar, double position);
bool plt_gradient_remove(struct plt_color_bar *bar, int index);
