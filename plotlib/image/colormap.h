// Colormaps as engines see them (private): tables, with gamma folded in.
// Thread-safety: safe, a map is constant.
#pragma once

#include <plotlib/colormap.h>
#include <plotlib/image/engine.h>

const struct plt_image_table *plt_colormap_table(const struct plt_colormap *map);
// A new reference to the map through which levels of that gamma go: the position p in 0..1
// between the levels shows what the map has at p^gamma. 1 is the map itself; else it has
// N = max(n, 4096) entries, entry i = colors[min(n - 1, (int)(pow((i + 0.5) / N, gamma) *
// n))]. NULL without memory.
struct plt_colormap *plt_colormap_fold(struct plt_colormap *map, double gamma,
                                       struct plt_log *log);

// Published tables, 0xRRGGBB.
extern const uint32_t plt_colormap_viridis[PLT_COLORMAP_SIZE];
extern const uint32_t plt_colormap_inferno[PLT_COLORMAP_SIZE];
extern const uint32_t plt_colormap_magma[PLT_COLORMAP_SIZE];
extern const uint32_t plt_colormap_plasma[PLT_COLORMAP_SIZE];
extern const uint32_t plt_colormap_turbo[PLT_COLORMAP_SIZE];
extern const uint32_t plt_colormap_cividis[PLT_COLORMAP_SIZE];
extern const uint32_t plt_colormap_twilight[PLT_COLORMAP_SIZE];
