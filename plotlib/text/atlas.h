// Glyph coverage packed into pages: what a painter copies to its own memory. A page only
// gains glyphs until all are dropped at once. Fed by glyph.c, read by shape.c.
// Thread-safety: owner thread of the font.
#pragma once

#include <plotlib/text/text.h>

// Where one rendered glyph lies: in its page, and relative to the pen (y down).
struct plt_atlas_glyph {
    int32_t left, top;
    uint16_t page, x, y, w, h; // w == 0: no ink
};

// Coverage to copy: pixel (x, y) is pixels[y * step_y + x * step_x].
struct plt_coverage_source {
    const uint8_t *pixels;
    ptrdiff_t step_x, step_y;
};

struct plt_atlas_page;
struct plt_atlas_entry;
struct plt_atlas {
    struct plt_atlas_page **pages;
    size_t num_pages, cap_pages;
    struct plt_atlas_entry *entries; // open addressing, a power of two
    size_t num_entries, num_slots;
};

// Keys are not 0.
bool plt_atlas_find(const struct plt_atlas *atlas, uint64_t key,
                    struct plt_atlas_glyph *glyph);
// Places a glyph that is not there yet: left, top, w, h are given (w, h <= 4096), page, x
// and y are filled in. False on lack of memory, the atlas unharmed.
bool plt_atlas_add(struct plt_atlas *atlas, uint64_t key, struct plt_atlas_glyph *glyph,
                   struct plt_coverage_source source);
struct plt_glyph_page plt_atlas_page(const struct plt_atlas *atlas, size_t index);
// Drops everything; the next pages have new ids.
void plt_atlas_clear(struct plt_atlas *atlas);
