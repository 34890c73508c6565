// The inner loops of the painters of strokes and spans, compiled once for the baseline and
// once for AVX2; all variants give the same bytes. raster/stroke.c decides what they work
// on. Thread-safety: safe; no state.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <plotlib/draw/distance.h>

// Rows are handled in blocks of this many; buffers are padded by as much, and a block that
// runs past its end does no harm, since every value in it is a true distance. 8 was
// measured to be slower.
enum { PLT_BLOCK = 16 };

// Squared distance where nothing is near: its coverage is 0.
#define PLT_FAR 1e30f

// Pieces of a stroke seen from one pixel column, with the rows they may touch.
struct plt_near_vertical {
    float dx, lo, hi;
    int32_t row0, row1;
};
struct plt_near_slant {
    struct plt_slant slant;
    int32_t row0, row1;
};

// Coverage of up to 16 neighbouring columns, column-major, over pixels in rows.
struct plt_cover {
    const uint8_t *coverage; // [16][pitch]; columns at and past `width` must be zero
    size_t pitch;
    uint32_t *pixels; // of row 0 and the first column
    size_t stride;    // bytes
    int32_t width;    // 1..16
    int32_t row0, row1;
    uint32_t color; // 0xAARRGGBB
};

// Whole pixels of up to 16 neighbouring columns: bit c of a row's mask is column c.
struct plt_masked {
    const uint16_t *masks; // [rows]; bits at and past `width` are zero
    uint32_t *pixels;      // of row 0 and the first column
    size_t stride;         // bytes
    int32_t width, rows;
    uint32_t color; // 0xAARRGGBB
};

// Rows of coverage, row-major. Coverage is zero from `width` on, as far as `room` where
// that is more than `width`; 16 bytes can be read at any column below `width`.
struct plt_stamping {
    const uint8_t *coverage;
    size_t pitch;
    uint32_t *pixels;          // of row 0 and the first column
    size_t stride;             // bytes
    int32_t width, room, rows; // room: columns that may be written
    uint32_t color;            // 0xAARRGGBB
};

struct plt_kernels {
    const char *name;
    // d2[row] = min(d2[row], distance of each piece); y0 is the centre of row 0.
    void (*verticals)(float *d2, float y0, const struct plt_near_vertical *v, size_t num);
    void (*slants)(float *d2, float x, float y0, const struct plt_near_slant *s,
                   size_t num);
    // coverage[0 .. rows rounded up to a block) from d2, which is then PLT_FAR again.
    void (*finish)(uint8_t *coverage, float *d2, int32_t rows, float half_width);
    void (*composite)(const struct plt_cover *cover);
    void (*fill)(const struct plt_masked *masked);
    void (*stamp)(const struct plt_stamping *stamping);
};

// All variants this machine can run, the fastest last; returns how many (at most 2).
size_t plt_kernels_list(const struct plt_kernels *list[2]);

extern const struct plt_kernels plt_kernels_base;
#if defined(__x86_64__) && defined(__GNUC__)
#define PLT_HAVE_AVX2 1
extern const struct plt_kernels plt_kernels_avx2;
#else
#define PLT_HAVE_AVX2 0
#endif
