// Text for the draw list: FreeType + HarfBuzz + fontconfig. Shapes a string into glyph
// quads on whole device pixels and keeps the glyphs' coverage in atlas pages.
// Thread-safety: owner thread of the figure that owns the font.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <plotlib/log.h>

struct plt_font;

// One page of 8-bit coverage. `generation` grows whenever pixels changed; `id` is unique in
// the process, so that a painter can keep its copy.
struct plt_glyph_page {
    uint64_t id;
    uint64_t generation;
    int32_t width, height;
    int32_t used;          // rows that hold glyphs; those below are empty
    const uint8_t *pixels; // [height][width]
};

// A glyph's place relative to the text's origin, device pixels, and in its page.
struct plt_glyph {
    int32_t x, y;  // top left
    uint16_t page; // index for plt_font_page
    uint16_t page_x, page_y, w, h;
};

enum plt_text_turn { PLT_TEXT_LEVEL = 0, PLT_TEXT_UP }; // UP: reads from bottom to top

// Whole device pixels. The origin is the left end of the baseline; for PLT_TEXT_UP it is
// the bottom end and width/ascent/descent still speak of the unturned text.
struct plt_text_size {
    int32_t width, ascent, descent;
    int32_t cap_height; // of "H" as drawn: half of it centres a label on a tick
};

// `file` NULL = fontconfig's "sans". NULL on failure (one NO_FONT line). The figure then
// draws without text.
struct plt_font *plt_font_create(const char *file, struct plt_log *log);
void plt_font_destroy(struct plt_font *font);

// `px` = font size in device pixels (em), e.g. 10 pt at 96 dpi and scale 1 = 13.333.
// NULL font, NULL or empty text: all zero.
struct plt_text_size plt_text_measure(struct plt_font *font, double px, const char *text);
// Appends the glyphs to *glyphs (grown with plt_reserve). `turn` rotates about the origin.
// False on lack of memory. Invalid UTF-8 becomes U+FFFD; newlines and controls are dropped.
bool plt_text_shape(struct plt_font *font, double px, enum plt_text_turn turn,
                    const char *text, struct plt_glyph **glyphs, size_t *num,
                    size_t *capacity);
int plt_font_num_pages(const struct plt_font *font);
struct plt_glyph_page plt_font_page(const struct plt_font *font, int index);
// Drops all pages when there are more than 16. To be called where no frame refers to a
// page, at the start of a layout: sizes come and go with screens and scales.
void plt_font_trim(struct plt_font *font);
