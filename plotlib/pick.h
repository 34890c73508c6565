// Picking: the sample that is drawn nearest to a point of the screen.
// Thread-safety: owner thread. Code: scene/pick.c, reduce/pick.c, reduce/pick_tree.c.
//
// Exact: what a look at every sample would find, by the view of the last layout or paint;
// of equally near ones the last. Where x is sorted the min/max pyramid leads to it; of more
// than 2^22 samples within the radius in x only the nearest 2^22 in x are looked at. Where
// x is in no order a pick reads the x of all samples (some 0.6 ms a million), and from the
// second one after a change each makes a slice of a k-d tree besides (some 0.2 ms; of more
// than a million samples up to 1 ms), which stays until the samples change. Of a million it
// is ready after 160 picks, of ten million after 530: from then on a pick takes some ten
// microseconds. The tree has 4 bytes a sample, 8 while it is made, and at most 2^31
// samples. A curve in no order of a borrowed array has none.
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
