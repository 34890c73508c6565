// Shows an image buffer in a plot, through levels and a colormap.
//
// Level mapping, the same bit for bit in every engine (DESIGN section 5), n = entries of
// the map, or 256 for a colour of an image of 3 or 4 channels:
//   v, lo as float32; s = (float)(n / (hi - lo)), rounded once from double
//   t = (v - lo) * s;  i = t >= n-1 ? n-1 : t > 0 ? (int)t : 0;  colour = map[i]
//   NaN is transparent, in any channel; lo == hi maps v < lo to 0 and all else to n-1.
// Gamma: the position p = 0..1 between the levels shows the map at p^gamma. It is folded
// into the map, which then has max(n, 4096) entries (and that n counts above): entry i =
// map[min(n-1, (int)(pow((i + 0.5) / N, gamma) * n))]. Alpha has neither levels nor gamma:
// 0..the largest value of an integer type, 0..1 of a floating-point one.
// Magnified: nearest sample. Minified: mean or max over the samples whose centres lie in
// the pixel, each channel on its own, then mapped. A sample (c, r) covers [c, c+1] x
// [r, r+1] of the placement.
// Thread-safety: owner thread. Code: scene/image_item.c, scene/levels.c, scene/place.c,
// draw/image.c, image/paint.c.
#pragma once

#include <plotlib/colormap.h>
#include <plotlib/image.h>
#include <plotlib/types.h>

#ifdef __cplusplus
extern "C" {
#endif

struct plt_axis;
struct plt_plot;
struct plt_image_item;

enum plt_minify {
    PLT_MINIFY_MEAN = 0,
    PLT_MINIFY_MAX,
};

// How the image lies in its place: first its columns become rows (transpose), then the
// samples are put in the opposite order along x or y. Nothing is computed or copied: it is
// the picture of an image whose samples were exchanged, to the byte (means of
// floating-point samples: but for the order of their sums).
struct plt_orientation {
    bool transpose, flip_x, flip_y;
};
// What it is after `quarters` more turns clockwise on the screen of a plot whose y grows
// downwards.
PLT_API struct plt_orientation plt_orientation_turn(struct plt_orientation orientation,
                                                    int quarters);

struct plt_image_item_params {
    const char *name; // NULL = ""
    // Values for the ends of the map. Both 0 = automatic: finite min..max of 1 channel, the
    // range of the type of 3 and 4 (0..largest, 0..1).
    struct plt_range levels;
    struct plt_range channel_levels[3]; // of R, G, B; both 0 = `levels`
    // Automatic levels at these percentiles of the finite samples instead, as 1 and 99, of
    // each color on its own; exact, found once a generation. Both 0 = as above.
    struct plt_range auto_percent;
    struct plt_orientation orientation;
    double gamma;             // > 0; 0 = 1
    const char *colormap;     // of 1 channel, by name; NULL = "viridis"
    struct plt_colormap *map; // instead of a name; gains a reference
    enum plt_minify minify;   // 0 = mean
    struct plt_rect place;    // in data units; all 0 = {0, 0, columns, rows}, or transposed
    // Of a ring image (image.h) `place` says only where its columns lie: x and width. Its
    // rows lie along y at their times, int64 ones in seconds since the first; transposed,
    // its columns lie along y and its times along x. The plot's follow modes go where the
    // times lie. Minified it shows maxima, whatever `minify` says; its automatic levels are
    // those of all rows kept, percentiles of types above 16 bits to 1/128 of the value.
    struct plt_axis *y_axis; // of the same plot; NULL = its first
};
#ifndef __cplusplus
#define plt_image_item_params(...) (&(struct plt_image_item_params){__VA_ARGS__})
#endif

// Adds an item to `plot`, which owns it; the image gains a reference. Items are drawn in
// the order of creation, below all curves. NULL on an unknown colormap, and for an image of
// other than 1, 3 or 4 channels.
PLT_API struct plt_image_item *
plt_image_item_create(struct plt_plot *plot, struct plt_image *image,
                      const struct plt_image_item_params *params);
PLT_API void plt_image_item_destroy(struct plt_image_item *item);
// Shows another image from now on.
PLT_API bool plt_image_item_set_image(struct plt_image_item *item, struct plt_image *image);
// lo > hi inverts the map; lo == hi == 0 goes back to automatic levels.
PLT_API bool plt_image_item_set_levels(struct plt_image_item *item, double lo, double hi);
PLT_API struct plt_range plt_image_item_levels(struct plt_image_item *item);
// 0..100; both 0 = from least to greatest again.
PLT_API bool plt_image_item_set_auto_percent(struct plt_image_item *item, double lo,
                                             double hi);
// Of one colour, 0..2; lo == hi == 0: those of the item.
PLT_API bool plt_image_item_set_channel_levels(struct plt_image_item *item, int channel,
                                               double lo, double hi);
PLT_API bool plt_image_item_set_gamma(struct plt_image_item *item, double gamma);
PLT_API bool plt_image_item_set_colormap(struct plt_image_item *item, const char *name);
// A map of one's own; gains a reference.
PLT_API bool plt_image_item_set_map(struct plt_image_item *item, struct plt_colormap *map);
PLT_API void plt_image_item_set_orientation(struct plt_image_item *item,
                                            struct plt_orientation orientation);
PLT_API struct plt_orientation plt_image_item_orientation(struct plt_image_item *item);
// The sample of the image that is shown at x, y in data units. False beside the image.
PLT_API bool plt_image_item_sample(struct plt_image_item *item, double x, double y,
                                   int32_t *column, int32_t *row);
// What is shown, and what a channel's levels are now; borrowed.
PLT_API struct plt_image *plt_image_item_image(struct plt_image_item *item);
PLT_API struct plt_range plt_image_item_channel_levels(struct plt_image_item *item,
                                                       int channel);

// The same without a window: every sample of the image to one word 0xAARRGGBB, straight
// alpha, NaN = 0.
struct plt_image_argb_params {
    struct plt_range levels; // as those of an item, all of them
    struct plt_range channel_levels[3];
    double gamma;
    const char *colormap;
    struct plt_colormap *map;
    int threads; // that may work on it, the caller counted; 0 = one a core, at most 8
};
#ifndef __cplusplus
#define plt_image_argb_params(...) (&(struct plt_image_argb_params){__VA_ARGS__})
#endif
// argb[rows] of `stride` bytes, a multiple of 4.
PLT_API bool plt_image_to_argb(const struct plt_image *image,
                               const struct plt_image_argb_params *params, uint32_t *argb,
                               size_t stride);

#ifdef __cplusplus
}
#endif
