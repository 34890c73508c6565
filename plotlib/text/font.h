// Inside of plt_font, shared by the files of text/: font files (font.c), rendered glyphs
// (glyph.c), shaped strings (shape.c).
// Thread-safety: owner thread of the font.
#pragma once

#include <fontconfig/fontconfig.h>
#include <ft2build.h>
#include FT_FREETYPE_H
#include FT_MODULE_H
#include <hb.h>

#include <plotlib/text/atlas.h>
#include <plotlib/text/text.h>

enum {
    PLT_MAX_FACES = 4, // the font asked for and three fallbacks
    PLT_RUN_SETS = 128,
    PLT_RUN_WAYS = 4,
};

// One font file, open in both libraries: HarfBuzz places glyphs, FreeType draws them.
struct plt_face {
    hb_blob_t *blob;
    hb_font_t *hb;
    FT_Face ft; // NULL: to be opened again, see glyph.c
    int index;
    int32_t hb_size, ft_size; // 26.6, what each is set to; 0 = none
};

struct plt_run_glyph {
    uint32_t id;
    int32_t x, y; // pen relative to the text's origin, y down
    int32_t face;
};

// A shaped string of one size. Independent of the turn and of the atlas.
struct plt_run {
    char *text; // NULL = an empty slot; the glyphs lie in the same block
    size_t length;
    int32_t px64; // size, 26.6
    uint64_t hash, stamp;
    struct plt_run_glyph *glyphs;
    size_t num_glyphs;
    struct plt_text_size size;
};

struct plt_font {
    struct plt_log *log;
    struct FT_MemoryRec_ memory;
    bool starved; // an allocation of FreeType failed; it may not tell
    FT_Library library;
    struct plt_face faces[PLT_MAX_FACES];
    int num_faces;
    FcFontSet *others; // candidates for fallbacks, best first; made on first need
    int tries_left;    // font files that may still be opened as fallbacks
    hb_buffer_t *buffer;
    struct plt_run runs[PLT_RUN_SETS][PLT_RUN_WAYS]; // the oldest of a set makes way
    uint64_t clock;
    struct plt_run_glyph *scratch;
    size_t num_scratch, cap_scratch;
    uint32_t *code_points; // of the string being shaped
    size_t cap_code_points;
    struct plt_atlas atlas;
};

// Index of the first face that has the character, opening fallbacks as needed; 0 if none.
// Sets font->starved when one could not be opened for lack of memory.
int plt_font_face_for(struct plt_font *font, uint32_t code_point);
// Opens the face in FreeType unless it is.
bool plt_face_open(struct plt_face *face, FT_Library library);
// The face's HarfBuzz font at this size.
hb_font_t *plt_font_hb(struct plt_font *font, int face, int32_t px64);
// The glyph's place in the atlas, rendered on first use. False on lack of memory.
bool plt_font_glyph(struct plt_font *font, int face, uint32_t id, int32_t px64,
                    enum plt_text_turn turn, struct plt_atlas_glyph *glyph);
