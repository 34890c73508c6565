// Painting an image into a picture: spans of samples -> one value a pixel -> levels ->
// colours over what is there. Between draw/image.c, which says what samples each pixel
// covers, and the raster painter. Thread-safety: safe.
#pragma once

#include <plotlib/image/engine.h>
#include <plotlib/image_item.h> // enum plt_minify

// For every destination pixel along one axis, which samples it covers: [begin, end), and
// empty (begin == end) where there is none. Filled by draw/image.c, the same for all
// painters, so that they cannot disagree.
struct plt_sample_span {
    int32_t begin, end;
};

// Draws into dst[height][dst_stride/4], 0xffRRGGBB words, destination pixel (x, y) from
// samples cols[x] x rows[y]: one sample = nearest, several = mean or max, each channel on
// its own; then as plt_image_colors says, blended over dst.
//  - A mean leaves out NaN and infinities. Integers up to 32 bits are summed exactly; i64
//    and floating-point types in double: each column top to bottom, then the columns' sums
//    left to right. It is divided in double and rounded to float32; of 3- and 4-channel
//    integers, which remain samples, it is rounded half up to a whole number before that.
//  - A maximum leaves out NaN; infinities count.
//  - NaN in any channel, nothing left, and empty spans leave dst alone.
// False when memory is short or a span leaves the image; dst is then untouched.
struct plt_image_map {
    struct plt_image_view src; // 1, 3 or 4 channels
    struct plt_levels levels[4];
    struct plt_image_table table;
    enum plt_minify minify;
    const struct plt_sample_span *cols; // [width]
    const struct plt_sample_span *rows; // [height]
    int32_t width, height;
    struct plt_pool *pool; // helps with large ones; NULL = the caller alone
};
bool plt_image_map_run(const struct plt_image_map *map, uint32_t *dst, size_t dst_stride);

// turned.c: the same for 1 channel and maxima of an image whose rows go along its memory's
// columns, as those of a transposed one do.
bool plt_image_map_is_turned(const struct plt_image_map *map);
bool plt_image_map_run_turned(const struct plt_image_map *map, uint32_t *dst,
                              size_t dst_stride);
