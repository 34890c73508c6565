// Image mapping: native samples -> colours. The CPU engine; a CUDA one will have the same
// functions behind a table. Bit-exact contract: see plotlib/image_item.h.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <plotlib/base/pool.h>
#include <plotlib/data/image.h> // struct plt_image_view
#include <plotlib/image_item.h>
#include <plotlib/types.h>

// Levels resolved: t = (v - lo) * scale. Equal levels give scale = +inf (v < lo: entry 0;
// v == lo: t is NaN from 0 * inf, and must give n - 1: engines test v >= lo).
struct plt_levels {
    float lo, scale;
};
struct plt_levels plt_levels_make(double lo, double hi);
// Entry of the map for one value, the scalar reference; -1 for NaN.
int plt_levels_index(struct plt_levels levels, float v);

// For every destination pixel along one axis, which samples it covers: [begin, end), and
// empty (begin == end) where there is none. Filled by draw/image.c, the same for all
// painters, so that they cannot disagree.
struct plt_sample_span {
    int32_t begin, end;
};

// Draws into dst[height][dst_stride/4], 0xffRRGGBB words, destination pixel (x, y) from
// samples cols[x] x rows[y]: one sample = nearest, several = mean or max, then mapped
// through levels and the 256-entry map.
//  - A mean leaves out NaN and infinities. Integers up to 32 bits are summed exactly; i64,
//    f32 and f64 in double: each column top to bottom, then the columns' sums left to
//    right. It is divided in double and rounded to float32.
//  - A maximum leaves out NaN; infinities count.
//  - NaN, nothing left, and empty spans leave dst alone.
// 3/4-channel u8 images ignore levels and map: each straight channel is meant (rounded half
// up) or maximised on its own, and alpha blends over dst. False when memory is short or a
// span leaves the image; dst is then untouched.
struct plt_image_map {
    struct plt_image_view src;
    struct plt_levels levels;
    const uint32_t *colormap; // [256] 0xAARRGGBB
    enum plt_minify minify;
    const struct plt_sample_span *cols; // [width]
    const struct plt_sample_span *rows; // [height]
    int32_t width, height;
    struct plt_pool *pool; // helps with large ones; NULL = the caller alone
};
bool plt_image_map_run(const struct plt_image_map *map, uint32_t *dst, size_t dst_stride);
