// Stamps of markers: a symbol of one size at one place within a pixel, made once and kept.
// Private to the painter of markers.
#pragma once

#include <string.h>

#include <plotlib/draw/marker.h>
#include <plotlib/raster/painter.h>

enum {
    PLT_STAMP_MOST = 56, // pixels a side: so many bits can be read at any bit of a word
    PLT_STAMP_GROUP = 16,
    PLT_STAMP_PHASES = PLT_MARKER_ONE * PLT_MARKER_ONE,
};

// Bit c of a row's mask is pixel c: where there is ink; where the fill, and the outline,
// cover all of the pixel.
struct plt_stamp {
    int32_t dx, dy; // first pixel, relative to the one with the marker's place
    int32_t width, rows;
    size_t pitch; // of coverage, a multiple of the group
    uint64_t *ink, *full, *ring;
    uint8_t *fill, *outline; // outline NULL = none
};

// All stamps of a symbol of one size.
struct plt_stamp_set {
    uint32_t key;
    int32_t reach;       // pixels from the place's own, beyond which there is no ink
    int32_t reach_fixed; // from the place itself, 1/8 pixel
    struct plt_stamp *stamps[PLT_STAMP_PHASES];
};

static inline bool plt_stamp_fits(const struct plt_stamp_set *set)
{
    return 2 * set->reach + 1 <= PLT_STAMP_MOST;
}

// The pixel of a place.
static inline int32_t plt_marker_pixel(int32_t fixed)
{
    return fixed >> 3;
}

// 8 bytes, the first one lowest.
static inline uint64_t plt_load_bits(const uint8_t *bytes)
{
    uint64_t word;
    memcpy(&word, bytes, sizeof(word));
#if defined(__BYTE_ORDER__) && __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
    word = __builtin_bswap64(word);
#endif
    return word;
}

static inline void plt_store_bits(uint8_t *bytes, uint64_t word)
{
#if defined(__BYTE_ORDER__) && __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
    word = __builtin_bswap64(word);
#endif
    memcpy(bytes, &word, sizeof(word));
}

// Makes the stamps of an outline from now on; those of another one are dropped.
void plt_stamps_begin(struct plt_marker_scratch *scratch, float outline, bool hollow);
void plt_stamps_drop(struct plt_marker_scratch *scratch);
// NULL without memory. A set stays until the next call.
struct plt_stamp_set *plt_stamps_find(struct plt_marker_scratch *scratch,
                                      const struct plt_marker *marker);
const struct plt_stamp *plt_stamps_get(struct plt_marker_scratch *scratch,
                                       struct plt_stamp_set *set,
                                       const struct plt_marker *marker);
// Coverage of `count` pixels of a row, the first centre at (x, y) from the marker's place.
// outline NULL = none.
void plt_marker_row(const struct plt_marker_scratch *scratch, enum plt_symbol symbol,
                    float size, float x, float y, int32_t count, uint8_t *fill,
                    uint8_t *outline);
