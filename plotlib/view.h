// The view of a plot by exact times: int64 origin + double offset, so that 1 ns a pixel is
// exact at 1.7e18 ns. Ranges of doubles: plot.h.
// Thread-safety: owner thread. Code: scene/view.c, scene/plot.c.
#pragma once

#include <stdint.h>

#include <plotlib/types.h>

#ifdef __cplusplus
extern "C" {
#endif

struct plt_plot;
struct plt_view;

// Valid as long as the plot.
PLT_API struct plt_view *plt_plot_view(struct plt_plot *plot);
// Shows exactly [t0, t1] on x (int64 units; nanoseconds since 1970 on a time axis): the
// first edge exactly, the width rounded to a double. t0 > t1 reverses the axis. False, with
// a log line, when both are equal.
PLT_API bool plt_view_set_time(struct plt_view *view, int64_t t0_ns, int64_t t1_ns);
// What is shown now, each end rounded to the nearest integer and kept within int64.
PLT_API void plt_view_time(struct plt_view *view, int64_t *t0_ns, int64_t *t1_ns);

#ifdef __cplusplus
}
#endif
