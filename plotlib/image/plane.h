// One channel of an image as a row of samples (private): sample i is row i / columns,
// column i % columns, whatever the strides. stats.h, mix.h and stack.h read images through
// it, in pieces that the loops of plane_kernels.h take side by side. Thread-safety: pure
// functions.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <plotlib/base/pool.h>
#include <plotlib/data/image.h>
#include <plotlib/data/minmax.h> // enum plt_isa

enum {
    PLT_PLANE_PIECE =
        4096, // samples read at once: at most 32 KB, which the first cache holds
    PLT_PLANE_BLOCK = 1024, // samples of one tree of sums (stats.h)
};

struct plt_plane {
    const char *first; // sample 0
    enum plt_type type;
    size_t size;             // bytes of a sample
    size_t step, row_stride; // bytes
    uint64_t columns, count; // samples of a row, and of all
};
// False for a view or channel that is none.
bool plt_plane_make(struct plt_plane *plane, const struct plt_image_view *view,
                    int32_t channel);

// Room for one piece of any type.
union plt_piece {
    double f64[PLT_PLANE_PIECE];
    float f32[PLT_PLANE_PIECE];
    uint64_t u64[PLT_PLANE_PIECE];
    uint32_t u32[PLT_PLANE_PIECE];
};
// Samples [first, first + n), n <= PLT_PLANE_PIECE, side by side: in the image itself where
// they are so there, else copied into `room`.
const void *plt_plane_read(const struct plt_plane *plane, uint64_t first, size_t n,
                           void *room);

// How the work is done, never what comes out; tests choose it. NULL = the best.
struct plt_plane_how {
    enum plt_isa isa;
    int bands; // 1..PLT_POOL_MAX
};
struct plt_plane_how plt_plane_how_best(const struct plt_pool *pool, uint64_t samples);

// Band i of `bands`: whole pieces, but for the end.
struct plt_plane_range {
    uint64_t first, end;
};
struct plt_plane_range plt_plane_band(uint64_t samples, int bands, int i);
