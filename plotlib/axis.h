// One axis of a plot: label, unit, scale and whether it is shown. Ticks are 1-2-5 steps,
// decades or dates, major and minor; the SI prefix of the unit goes into the label
// ("Pressure (kPa)").
// Thread-safety: owner thread. Code: scene/axis.c, scale/ticks.c, scale/format.c.
#pragma once

#include <plotlib/scale.h>
#include <plotlib/types.h>

#ifdef __cplusplus
extern "C" {
#endif

struct plt_plot;
struct plt_axis;

struct plt_axis_params {
    const char *label, *unit; // NULL = none
    bool left;                // of the data, outside those that are there; else right
    bool hidden;
};
#ifndef __cplusplus
#define plt_axis_params(...) (&(struct plt_axis_params){__VA_ARGS__})
#endif

// A further y axis, which lives as long as the plot: any number of them. Items are bound to
// one by their parameter `y_axis`. The grid is that of the first. NULL without memory.
PLT_API struct plt_axis *plt_plot_add_y_axis(struct plt_plot *plot,
                                             const struct plt_axis_params *params);

// As plt_plot_set_x_range, for any axis.
PLT_API bool plt_axis_set_range(struct plt_axis *axis, double first, double last);
PLT_API struct plt_range plt_axis_range(struct plt_axis *axis);
// All data at each paint; false keeps what is shown.
PLT_API void plt_axis_set_auto_range(struct plt_axis *axis, bool automatic);

// NULL or "" removes it.
PLT_API bool plt_axis_set_label(struct plt_axis *axis, const char *label, const char *unit);
PLT_API void plt_axis_set_visible(struct plt_axis *axis, bool visible);
// How data values are spread along the axis: curves, fills, images, ticks and input alike.
// A fixed range is kept where the scale can show it, else it becomes automatic; the zoom
// history is emptied. NULL = linear. False, with a log line, for a scale without
// increasing functions.
PLT_API bool plt_axis_set_scale(struct plt_axis *axis,
                                const struct plt_scale_params *scale);
// x is nanoseconds since 1970-01-01 UTC (PLT_X_I64, or the same as a double): ticks at
// round local times of `zone`, down to 1 ns, with the date in a row below. `zone` is a name
// as "Europe/Berlin", "" the machine's own zone, "UTC", or NULL: numbers again. A zone that
// is not found is one warning and UTC. The scale becomes linear. False for a y axis.
PLT_API bool plt_axis_set_time(struct plt_axis *axis, const char *zone);

#ifdef __cplusplus
}
#endif
