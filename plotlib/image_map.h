// A raw file shown as an image without keeping its pixels (stage KEEP): 100 000 x 100 000
// of them need no more memory than they are given here. Worker threads read the file with
// pread into a bounded cache of tiles; the owner thread only looks up what is there.
//
// Level L of the image has one sample for each 2^L x 2^L of the file, in the image's own
// type: their mean or their maximum. A figure takes the level of which one to two samples
// fall on a device pixel, and makes its pixels of these as of any image, so nothing is ever
// left out by chance. (Where the picture is stretched more than 4 to 1 the level is coarser
// than one of its axes would need, so that at most 8 samples fall on a pixel of the other;
// so it is where the picture needs more than half of the memory.) Fine levels are made of
// the file when somebody looks there. The coarse ones, from 16 x 16 on, or from where they
// fit in half of the memory, are made by one thread that reads the file once, in order,
// and stay in memory; it drops the pages that it read from the system's cache and skips a
// sparse file's holes. Until a tile is there the best coarser one that is known stands in
// for it, or nothing; the figure is told to paint again when tiles have arrived.
//
// Mean of a level, of finite samples: sums in double, S_0 = the sample, S_L = (top left +
// top right) + (bottom left + bottom right) of level L - 1, what lies outside left out;
// divided by their number; integers rounded half up, f32 to nearest, f16 by way of f32. No
// finite one: NaN. Maximum: infinities count, no number: NaN.
//
// What cannot be read is NaN, 0 in integer types, and one line in the log says so.
// Thread-safety: owner thread, as all images. Code: data/tiles.c, data/tiles_cache.c,
// data/tiles_build.c, data/tiles_fold.c.
#pragma once

#include <plotlib/image.h>
#include <plotlib/image_item.h> // enum plt_minify
#include <plotlib/log.h>
#include <plotlib/types.h>

#ifdef __cplusplus
extern "C" {
#endif

struct plt_image_map_params {
    enum plt_type type;     // of one channel, in this machine's byte order; 0 = PLT_F64
    int32_t columns;        // >= 1
    int32_t rows;           // >= 1
    int32_t channels;       // 1, 3 or 4, side by side; 0 = 1
    uint64_t offset;        // bytes before the first sample; samples need no alignment
    uint64_t row_stride;    // bytes from row to row; 0 = packed
    uint64_t memory_bytes;  // tiles and levels at most; 0 = 256 MiB, at least 16 MiB
    enum plt_minify minify; // of the levels and of items that show it, whatever theirs say
    struct plt_log *log;    // NULL = stderr
};
#ifndef __cplusplus
#define plt_image_map_params(...) (&(struct plt_image_map_params){__VA_ARGS__})
#endif

// Opens the file and returns at once. The caller owns a reference (plt_image_unref); image
// items show it as any other. NULL when the file cannot be opened, is no regular file or is
// shorter than the shape says.
//
// What differs from an image in memory:
//  - plt_image_bounds, and so automatic levels: of the samples read so far in one pass
//    through the file; exact once it is through.
//  - plt_image_value: NaN for a pixel that is not in memory; it is asked for, and figures
//    are told to paint when it has come.
//  - plt_image_update(image, NULL) says that the file was rewritten: all is read again.
//  - plt_image_to_argb refuses it.
PLT_API struct plt_image *plt_image_map(const char *path,
                                        const struct plt_image_map_params *params);

// The same of frame `frame` (from 0) of a file of raw frames, which `raw` tells as
// plt_file_params.raw does: "100000x100000:u16", say. type, columns, rows, channels, offset
// and row_stride of `params` are not used; NULL params = defaults. Code: io/raw.c.
PLT_API struct plt_image *plt_image_map_raw(const char *path, const char *raw,
                                            uint64_t frame,
                                            const struct plt_image_map_params *params);

struct plt_image_map_state {
    int32_t rows_built;    // of the file, that the coarse levels cover
    uint64_t pending;      // tiles asked for and not yet there
    uint64_t memory_bytes; // of tiles that are there and of the coarse levels
    uint64_t stand_ins;    // times a tile was not there for a picture
};
// False when `image` is not mapped.
PLT_API bool plt_image_map_get_state(const struct plt_image *image,
                                     struct plt_image_map_state *state);

// Waits until the coarse levels are complete and every tile asked for has arrived. False
// after `timeout_s`. For programs without a window; a GUI need not wait.
PLT_API bool plt_image_map_settle(struct plt_image *image, double timeout_s);

#ifdef __cplusplus
}
#endif
