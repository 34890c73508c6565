// Values or bytes of a piece of a row to colours: what painting and whole views share.
// Thread-safety: a shade may be read by any thread once made.
#pragma once

#include <plotlib/image/kernels.h>

enum { PLT_SHADE_BLOCK = 512 }; // pixels worked on at a time: all scratch stays in L1

struct plt_shade {
    const struct plt_image_kernels *kernels;
    int32_t channels;
    struct plt_levels levels[4];
    struct plt_image_table table;
    bool identity; // of colours: the byte is the entry
    bool has_map;  // 8-bit samples: levels and table in one
    struct plt_byte_map map;
};

// False when there is no colour for such a view: channels, or the table's size.
bool plt_shade_make(struct plt_shade *shade, const struct plt_image_kernels *kernels,
                    const struct plt_image_view *view, const struct plt_levels levels[4],
                    const struct plt_image_table *table);
// values[channels] of n numbers each to straight alpha, n <= PLT_SHADE_BLOCK. True when all
// is opaque.
bool plt_shade_values(const struct plt_shade *shade, const float *const values[4], size_t n,
                      uint32_t *argb);
