// A plot: a data area with two axes, a grid, a title and a legend, showing curves and
// images through one view (x range, y range).
//
// The view: each axis follows the data (auto range) until a range is set by program or
// by hand. `x` may also follow the newest data: plt_plot_set_follow.
// The range that is drawn differs from the one asked for by less than one device pixel
// while panning (columns stay anchored in data space, see DESIGN: no boiling noise); after
// a zoom or a set range it is met exactly.
// Thread-safety: owner thread. Code: scene/plot.c, scene/view.c.
#pragma once

#include <plotlib/axis.h>
#include <plotlib/figure.h>
#include <plotlib/types.h>

#ifdef __cplusplus
extern "C" {
#endif

// How x follows the data.
enum plt_follow {
    PLT_FOLLOW_SCROLL = 0, // the newest span; what was drawn moves left by whole pixels
    PLT_FOLLOW_SWEEP,      // as an oscilloscope: the window stands still, the newest data
                           // overwrite the oldest from the left, a gap runs ahead of them.
                           // Right of it stands what is one span older than its label says
    PLT_FOLLOW_EXPAND,     // from the oldest sample on: span, and half as much again each
                           // time the data outgrow it
};

struct plt_plot_params {
    const char *title;   // NULL = none
    const char *x_label; // e.g. "time"; NULL = none
    const char *x_unit;  // e.g. "s"; an SI prefix is folded into the label; NULL = none
    const char *y_label;
    const char *y_unit;
    bool same_row;    // beside the last plot instead of in a new row
    double stretch;   // share of the height (new row) or width (same row); 0 = 1
    bool hide_grid;   // grid lines are drawn by default
    bool hide_legend; // the legend shows itself when two or more curves have names
    bool hide_axes;   // neither ticks nor labels
    bool y_down;      // y grows downwards (images)
    bool lock_aspect; // one x unit is as long as one y unit on the screen
    bool y_from_zero; // auto range of y includes 0
    bool readout;     // as plt_plot_set_readout
    double padding;   // margin of auto range as a share of the span; 0 = automatic
                      // (1/sqrt(px), within 2..10 %; in x only for marks and
                      // where a curve's x goes to and fro); < 0 = none
    enum plt_follow follow;
    double follow_span; // as plt_plot_set_follow
};
#ifndef __cplusplus
#define plt_plot_params(...) (&(struct plt_plot_params){__VA_ARGS__})
#endif

// Removes the plot from its figure. Allowed in a callback.
PLT_API void plt_plot_destroy(struct plt_plot *plot);
PLT_API struct plt_figure *plt_plot_figure(struct plt_plot *plot);
PLT_API bool plt_plot_set_title(struct plt_plot *plot, const char *title);
PLT_API struct plt_axis *plt_plot_x_axis(struct plt_plot *plot);
PLT_API struct plt_axis *plt_plot_y_axis(struct plt_plot *plot);

// Shows exactly [left, right] or [bottom, top]; left > right reverses the axis. Turns auto
// range and follow of that axis off. Refused (false) when not finite or of zero width.
PLT_API bool plt_plot_set_x_range(struct plt_plot *plot, double left, double right);
PLT_API bool plt_plot_set_y_range(struct plt_plot *plot, double bottom, double top);
// What is shown now: x0 is the left edge (bottom edge), x1 the right (top).
PLT_API struct plt_range plt_plot_x_range(struct plt_plot *plot);
PLT_API struct plt_range plt_plot_y_range(struct plt_plot *plot);
// Auto range per axis: the view holds all data with some padding at each paint.
PLT_API void plt_plot_set_auto_range(struct plt_plot *plot, bool x, bool y);
// Shows all data and turns auto range (or follow, if it was set) on again.
PLT_API void plt_plot_show_all(struct plt_plot *plot);
// x follows the newest data at each paint, in the way that the mode says (at first
// SCROLL). `span` in data units, decades on a logarithmic axis; 0 turns it off. A sweep
// needs data one span back: give a ring that much.
PLT_API bool plt_plot_set_follow(struct plt_plot *plot, double span);
PLT_API bool plt_plot_set_follow_mode(struct plt_plot *plot, enum plt_follow mode);
// Pause: the plot goes on to show what its series hold now, also where a ring drops it, and
// can be panned and zoomed. Series take in data as ever; what they have by then is shown
// when the pause ends. Wrapped arrays and curves added meanwhile are not held. Costs
// memory: what is held and what comes new.
PLT_API bool plt_plot_set_paused(struct plt_plot *plot, bool paused);
PLT_API bool plt_plot_paused(struct plt_plot *plot);

// Zoom history of this plot: changes by hand and show_all. False at its end.
PLT_API bool plt_plot_zoom_back(struct plt_plot *plot);
PLT_API bool plt_plot_zoom_forward(struct plt_plot *plot);
// Left drag draws a box to zoom to, instead of panning.
PLT_API void plt_plot_set_rubber_band(struct plt_plot *plot, bool enabled);

PLT_API void plt_plot_set_grid(struct plt_plot *plot, bool visible);
// Where the pointer is, in a corner of the plot: column, row and raw values of the image
// sample under it (NaN too); x and y in data units where there is none, or the image has a
// place of its own.
PLT_API void plt_plot_set_readout(struct plt_plot *plot, bool visible);
PLT_API void plt_plot_set_legend(struct plt_plot *plot, bool visible);

// The data area in logical pixels, valid after the first layout or paint.
PLT_API struct plt_rect plt_plot_data_rect(struct plt_plot *plot);
// Logical pixels to data units and back, by the view of the last layout or paint.
PLT_API void plt_plot_to_data(struct plt_plot *plot, double x_px, double y_px, double *x,
                              double *y);
PLT_API void plt_plot_from_data(struct plt_plot *plot, double x, double y, double *x_px,
                                double *y_px);

#ifdef __cplusplus
}
#endif
