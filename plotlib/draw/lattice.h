// A stroke without antialiasing as whole pixels (stage SHAPE): what plt_reduce made ->
// disjoint rectangles that painters only have to fill. Integers throughout, so both
// painters light the same pixels, and thinning does not change one of them.
//
// The rule: vertices snap to the pixel they lie in (floor), segments follow the midpoint
// rule between their ordered end points, and every pixel met is stamped with an n x n
// brush, n = max(1, round(width)), that begins floor((n - 1) / 2) pixels to its left and
// above.
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include <plotlib/base/rect.h>
#include <plotlib/reduce/columns.h>

int plt_lattice_brush(double width_px); // n for a width in device pixels

// Appends the stroke's rectangles, cut to `clip`, to (*rects)[*count]. The reduction must
// reach n / 2 + 1 pixels further than `clip` (its pad). False on lack of memory (*count is
// as it was).
bool plt_lattice_rects(const struct plt_reduced *reduced,
                       const struct plt_reduce_result *result, double width_px,
                       struct plt_irect clip, struct plt_irect **rects, size_t *count,
                       size_t *capacity);
