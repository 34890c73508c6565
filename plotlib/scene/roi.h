// A region as scene/ keeps it and draw/ reads it (private).
#pragma once

#include <plotlib/roi.h>
#include <plotlib/scene/scene.h>

// Parts of the grip: handles 1..8 of a rectangle, row by row, or 1, 2 of a line; the rest.
enum { PLT_ROI_BODY = 9 };

struct plt_roi {
    struct plt_item item;
    struct plt_grip grip;
    enum plt_roi_kind kind;
    double x[2], y[2]; // data units, x as the plot's values
    double snap;
    bool read_only;
    double held_x[2], held_y[2]; // at the press
};

// Device pixel of a handle; false where the axes cannot show it.
bool plt_roi_handle(const struct plt_roi *roi, int part, double *x, double *y);

// Raw samples of the item's image in the rectangle: [c0, c1) x [r0, r1).
struct plt_roi_samples {
    int32_t c0, c1, r0, r1;
};
bool plt_roi_find_samples(const struct plt_roi *roi, const struct plt_image_item *item,
                          struct plt_roi_samples *samples);
// Mean of the finite ones of an image of the item's shape.
bool plt_roi_mean_of(const struct plt_roi_samples *samples, const struct plt_image *image,
                     int channel, struct plt_pool *pool, double *mean, uint64_t *count);
