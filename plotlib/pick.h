// Picking: the sample that is drawn nearest to a point of the screen.
// Thread-safety: owner thread. Code: scene/pick.c, reduce/pick.c.
//
// Exact: what a look at every sample would find, by the view of the last layout or paint;
// of equally near ones the last. Where x is sorted the min/max pyramid leads to it; of more
// than 2^22 samples within the radius in x only the nearest 2^22 in x are looked at. Where
// x is in no order the first pick after a change looks at all samples (some 2 ms a million)
// and the second makes a k-d tree (some 50 ms a million; 4 bytes a sample, at most 2^31),
// which stays until the samples change; from then on a pick takes some ten microseconds. A
// curve in no order of a borrowed array has no tree.
#pragma once

#include <plotlib/types.h>

#ifdef __cplusplus
extern "C" {
#endif

struct plt_plot;
struct plt_curve;
struct plt_scatter;

struct plt_pick {
    struct plt_curve *curve; // whose sample it is; the other one is NULL
    struct plt_scatter *scatter;
    uint64_t sample;    // 0 = the first since the last set
    double x, y;        // data units
    double x_px, y_px;  // logical pixels in the figure
    double distance_px; // logical
};

// Of all visible curves and scatters; of equally near ones that drawn last. x_px, y_px,
// radius_px >= 0: logical pixels. Distances are to the sample itself, whatever the size of
// its marker. False, and *pick unchanged, when no sample lies within the radius, before
// the first layout and on bad arguments.
PLT_API bool plt_plot_pick(struct plt_plot *plot, double x_px, double y_px,
                           double radius_px, struct plt_pick *pick);
PLT_API bool plt_curve_pick(struct plt_curve *curve, double x_px, double y_px,
                            double radius_px, struct plt_pick *pick);
PLT_API bool plt_scatter_pick(struct plt_scatter *scatter, double x_px, double y_px,
                              double radius_px, struct plt_pick *pick);

#ifdef __cplusplus
}
#endif
