// Colormaps of 256 entries, by name: "grey" (or "gray"; entry i = i,i,i), "viridis",
// "inferno", "magma", "plasma" (van der Walt & Smith 2015, CC0), "turbo" (Mikhailov 2019).
// Thread-safety: safe, the tables are constant. Code: image/colormap.c.
#pragma once

#include <plotlib/types.h>

#ifdef __cplusplus
extern "C" {
#endif

enum { PLT_COLORMAP_SIZE = 256 };

// 256 entries 0xAARRGGBB, alpha 255; NULL for an unknown name.
PLT_API const uint32_t *plt_colormap_find(const char *name);
// Name of the i-th map, NULL past the last.
PLT_API const char *plt_colormap_name(int i);

#ifdef __cplusplus
}
#endif
