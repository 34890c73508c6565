// Colormaps: tables of 2..65536 colours with alpha, by name or of your own. A map never
// changes once made; a changed gradient is a new map.
//
// Names (each also reversed, "viridis_r"):
//   uniform     viridis inferno magma plasma cividis turbo batlow oslo davos lapaz
//   classic     grey (or gray) hot heat bone copper cool spring summer autumn winter
//               cubehelix CMRmap
//   one colour  Blues Greens Oranges Reds Purples YlGnBu YlOrRd
//   diverging   coolwarm bwr seismic RdBu RdYlBu PuOr PRGn Spectral vik berlin roma
//   cyclic      twilight phase romaO hsv
// Where each comes from: image/colormap.c, colormap_points.h, colormap_tables.c.
// Thread-safety: safe.
#pragma once

#include <plotlib/log.h>
#include <plotlib/types.h>

#ifdef __cplusplus
extern "C" {
#endif

struct plt_colormap;

enum { PLT_COLORMAP_SIZE = 256, PLT_COLORMAP_LEAST = 2, PLT_COLORMAP_MOST = 65536 };

// A new reference to a map of PLT_COLORMAP_SIZE opaque entries; NULL for an unknown name,
// which is told to the log (NULL = stderr).
PLT_API struct plt_colormap *plt_colormap_find(const char *name, struct plt_log *log);
// Whether there is such a map.
PLT_API bool plt_colormap_known(const char *name);
// Name of the i-th map, not reversed; NULL past the last.
PLT_API const char *plt_colormap_name(int i);

// Of colors[num_colors], 0xAARRGGBB, straight alpha; they are copied.
PLT_API struct plt_colormap *plt_colormap_create(const uint32_t *colors, size_t num_colors,
                                                 struct plt_log *log);

struct plt_colormap_stop {
    double position; // any unit; the first is entry 0 and the last the last entry
    struct plt_color color;
};
// Colours between stops are interpolated in sRGB-encoded values, alpha too, and rounded.
// Positions ascend; two equal ones are an edge. At least two, the first below the last.
PLT_API struct plt_colormap *
plt_colormap_create_stops(const struct plt_colormap_stop *stops, size_t num_stops,
                          size_t num_colors, struct plt_log *log);

PLT_API struct plt_colormap *plt_colormap_ref(struct plt_colormap *map);
PLT_API void plt_colormap_unref(struct plt_colormap *map);

PLT_API size_t plt_colormap_size(const struct plt_colormap *map);
// [size] 0xAARRGGBB, valid while the map lives.
PLT_API const uint32_t *plt_colormap_colors(const struct plt_colormap *map);

#ifdef __cplusplus
}
#endif
