// Regions of interest in a plot: a rectangle or a line to move and size by hand, and what
// the samples of an image in it are.
//
// What input does: drag inside the rectangle or on the line moves it, drag a handle
// (corners and edges, the line's ends) sizes it; Escape and a second button cancel. Handles
// show themselves under the pointer. Each step is PLT_NOTICE_ROI_CHANGED. Thread-safety:
// owner thread. Code: scene/roi.c, scene/roi_values.c, draw/roi.c.
#pragma once

#include <plotlib/image_item.h>
#include <plotlib/types.h>

#ifdef __cplusplus
extern "C" {
#endif

struct plt_plot;
struct plt_roi;

enum plt_roi_kind {
    PLT_ROI_RECT = 0,
    PLT_ROI_LINE,
};

struct plt_roi_params {
    enum plt_roi_kind kind;
    double x0, y0, x1, y1;  // data units: opposite corners, or start and end
    double snap;            // by hand, to multiples of this; 0 = to a pixel
    struct plt_color color; // {0} = white with a dark border, which shows on any image
    bool read_only;         // takes no input
    bool hidden;
};
#ifndef __cplusplus
#define plt_roi_params(...) (&(struct plt_roi_params){__VA_ARGS__})
#endif

// Adds a region to `plot`, which owns it; automatic ranges do not see it.
PLT_API struct plt_roi *plt_roi_create(struct plt_plot *plot,
                                       const struct plt_roi_params *params);
PLT_API void plt_roi_destroy(struct plt_roi *roi);
PLT_API bool plt_roi_set(struct plt_roi *roi, double x0, double y0, double x1, double y1);
// The rectangle's corners are put in order: x0 <= x1, y0 <= y1.
PLT_API void plt_roi_get(struct plt_roi *roi, double *x0, double *y0, double *x1,
                         double *y1);
PLT_API void plt_roi_set_visible(struct plt_roi *roi, bool visible);

// The samples of an item that lie in a rectangle: those whose centers are in x0 <= x < x1,
// y0 <= y < y1. Their mean (NaN and infinities left out: exact sum, one division; floating
// point by the tree of image/stats.h) and how many were counted. False for a line, and
// where no finite sample lies in it.
PLT_API bool plt_roi_mean(struct plt_roi *roi, struct plt_image_item *item, int channel,
                          double *mean, uint64_t *count);
// Of a rectangle: the mean of each column of its samples, at the x of their centers. Of a
// line: one sample for each column between its ends' samples (each row, where it is the
// steeper), that over whose center (column's or row's) the line passes, from start to end,
// at its distance from the start along the line in data units; NaN beside the image. Writes
// at most `capacity` and returns how many there are.
PLT_API size_t plt_roi_profile(struct plt_roi *roi, struct plt_image_item *item,
                               int channel, double *positions, double *values,
                               size_t capacity);

#ifdef __cplusplus
}
#endif
