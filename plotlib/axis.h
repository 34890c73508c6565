// One axis of a plot: label, unit and whether it is shown. Ticks are 1-2-5 steps, major
// and minor; the SI prefix of the unit goes into the label ("Pressure (kPa)").
// Thread-safety: owner thread. Code: scene/axis.c, scale/ticks.c, scale/format.c.
#pragma once

#include <plotlib/types.h>

#ifdef __cplusplus
extern "C" {
#endif

struct plt_axis;

// NULL or "" removes it.
PLT_API bool plt_axis_set_label(struct plt_axis *axis, const char *label, const char *unit);
PLT_API void plt_axis_set_visible(struct plt_axis *axis, bool visible);

#ifdef __cplusplus
}
#endif
