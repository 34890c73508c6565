// What shows an image: levels of all channels and the table, from what a caller set. Shared
// by image items and plt_image_to_argb (private). Thread-safety: owner thread.
#pragma once

#include <plotlib/image/colormap.h>

// Levels of every channel in values: alpha has its own.
void plt_image_find_ranges(const struct plt_image *image, struct plt_range levels,
                           const struct plt_range channel_levels[3],
                           struct plt_range ranges[4]);
// The same resolved for a table.
void plt_image_find_levels(const struct plt_image *image, struct plt_range levels,
                           const struct plt_range channel_levels[3],
                           const struct plt_image_table *table,
                           struct plt_levels resolved[4]);
