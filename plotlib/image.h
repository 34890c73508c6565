// An image buffer in its native type: what a series is to a curve, this is to an image
// item. Rows first, row 0 first; explicit strides. Code: data/image.c.
// Thread-safety: owner thread (the thread that paints), except where it says otherwise.
#pragma once

#include <plotlib/log.h>
#include <plotlib/series.h> // plt_release_fn
#include <plotlib/types.h>

#ifdef __cplusplus
extern "C" {
#endif

struct plt_image;

enum { PLT_IMAGE_CHANNELS = 64 }; // at most

// Strides are bytes in the caller's data and whole numbers of samples. Colours one after
// the other (RGBRGB) are what all 0 means; planes have pixel_stride = size of a sample and
// channel_stride = bytes of a plane.
struct plt_image_params {
    enum plt_type type;    // of one channel; 0 = PLT_F64
    int32_t columns;       // >= 1
    int32_t rows;          // >= 1
    int32_t channels;      // 1 = through levels and colormap; 3, 4 = RGB(A); 0 = 1
    size_t row_stride;     // from row to row; 0 = packed
    size_t pixel_stride;   // from column to column; 0 = channels x size of a sample
    size_t channel_stride; // from channel to channel of a pixel; 0 = size of a sample
    struct plt_log *log;   // NULL = stderr
};
#ifndef __cplusplus
#define plt_image_params(...) (&(struct plt_image_params){__VA_ARGS__})
#endif

// Copies rows x columns x channels; NULL pixels = all zero. The caller owns one reference;
// each image item takes another.
PLT_API struct plt_image *plt_image_create(const void *pixels,
                                           const struct plt_image_params *params);
// Borrows instead of copying; `release` (may be NULL) is called once when done with.
PLT_API struct plt_image *plt_image_wrap(const void *pixels,
                                         const struct plt_image_params *params,
                                         plt_release_fn release, void *user);
PLT_API struct plt_image *plt_image_ref(struct plt_image *image);
PLT_API void plt_image_unref(struct plt_image *image);

// Replaces the content of a copied image; for a wrapped one, points it at new pixels of
// the same shape (NULL: the same memory was rewritten). Items that show it are damaged.
PLT_API bool plt_image_update(struct plt_image *image, const void *pixels);

// A ring: an image without end, of which the newest `capacity` rows are kept, each at its
// time. An image item shows the rows along its plot's x or y axis (image_item.h). One
// producer thread appends, and never waits for who paints; who paints has a copy of its own
// (both take capacity x columns samples), brought up to date at the beginning of each
// frame. The row numbers of plt_image_value are of no use here, and plt_image_update is
// refused.
struct plt_image_ring_params {
    enum plt_type type;        // 0 = PLT_F64
    int32_t columns;           // samples of a row, >= 1
    int32_t capacity;          // rows, >= 1
    enum plt_x_kind time_kind; // 0 = PLT_X_UNIFORM: row i ever appended is at t0 + i * dt
    double t0;
    // A row covers half the way to its neighbours in time. Uniform: spacing, 0 = 1. Else
    // the usual one: a row covers at most `dt` each side, so that a longer pause shows as
    // an empty stripe, and dt/2 where it has no neighbour. 0 = unknown: any width, at the
    // ends as much as on the other side.
    double dt;
    struct plt_log *log; // NULL = stderr
};
#ifndef __cplusplus
#define plt_image_ring_params(...) (&(struct plt_image_ring_params){__VA_ARGS__})
#endif
PLT_API struct plt_image *plt_image_create_ring(const struct plt_image_ring_params *params);
// Appends a copy of rows[n][columns]. Any thread, one at a time. `times` [n], doubles or
// int64, are given exactly when they are not uniform; a time that goes back, or is NaN,
// counts as the one before. False without memory: then nothing was appended.
PLT_API bool plt_image_append_rows(struct plt_image *image, const void *rows, size_t n);
PLT_API bool plt_image_append_rows_at(struct plt_image *image, const void *times,
                                      const void *rows, size_t n);
// Forgets all rows; uniform times begin again. The producer's thread.
PLT_API bool plt_image_clear_rows(struct plt_image *image);
// Rows ever appended since the last clear. Any thread.
PLT_API uint64_t plt_image_rows_total(const struct plt_image *image);

PLT_API int32_t plt_image_columns(const struct plt_image *image);
PLT_API int32_t plt_image_rows(const struct plt_image *image);
PLT_API int32_t plt_image_channels(const struct plt_image *image);
PLT_API enum plt_type plt_image_type(const struct plt_image *image);

// Smallest and largest finite value of a 1-channel image; false when there is none. Of a
// ring those of the rows in the last frame, of types above 16 bits to 1 % of the value.
PLT_API bool plt_image_bounds(const struct plt_image *image, struct plt_range *bounds);
// One value as double; NaN outside the image.
PLT_API double plt_image_value(const struct plt_image *image, int32_t column, int32_t row,
                               int32_t channel);

#ifdef __cplusplus
}
#endif
