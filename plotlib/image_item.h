// Shows an image buffer in a plot, through levels and a colormap.
//
// Level mapping, the same bit for bit in every engine (DESIGN section 5), n = 256:
//   v, lo as float32; s = (float)(n / (hi - lo)), rounded once from double
//   t = (v - lo) * s;  i = t >= n-1 ? n-1 : t > 0 ? (int)t : 0;  colour = map[i]
//   NaN is transparent; lo == hi maps v < lo to 0 and all else to n-1.
// Magnified: nearest sample. Minified: mean or max over the samples whose centres lie in
// the pixel, then mapped. A sample (c, r) covers [c, c+1] x [r, r+1] of the placement.
// Thread-safety: owner thread. Code: scene/image_item.c, draw/image.c, raster/image.c.
#pragma once

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

struct plt_image_item_params {
    const char *name;        // NULL = ""
    struct plt_range levels; // values for the ends of the map; both 0 = finite min..max
    const char *colormap;    // NULL = "viridis"
    enum plt_minify minify;  // 0 = mean
    struct plt_rect place;   // in data units; all 0 = {0, 0, columns, rows}
    struct plt_axis *y_axis; // of the same plot; NULL = its first
};
#ifndef __cplusplus
#define plt_image_item_params(...) (&(struct plt_image_item_params){__VA_ARGS__})
#endif

// Adds an item to `plot`, which owns it; the image gains a reference. Items are drawn in
// the order of creation, below all curves. NULL on an unknown colormap.
PLT_API struct plt_image_item *
plt_image_item_create(struct plt_plot *plot, struct plt_image *image,
                      const struct plt_image_item_params *params);
PLT_API void plt_image_item_destroy(struct plt_image_item *item);
// Shows another image from now on.
PLT_API bool plt_image_item_set_image(struct plt_image_item *item, struct plt_image *image);
// lo > hi inverts the map; lo == hi == 0 goes back to automatic levels.
PLT_API bool plt_image_item_set_levels(struct plt_image_item *item, double lo, double hi);
PLT_API struct plt_range plt_image_item_levels(struct plt_image_item *item);
PLT_API bool plt_image_item_set_colormap(struct plt_image_item *item, const char *name);

#ifdef __cplusplus
}
#endif
