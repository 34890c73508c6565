// Glyph rendering: FreeType's light hinting moves outlines in y only, onto whole pixels, so
// a glyph looks the same wherever it stands and its stems keep their weight. A turned glyph
// is the level one turned by exactly 90 degrees: as crisp, as dark.
#include <plotlib/text/font.h>

enum { MAX_GLYPH_PX = 4096 };

static uint64_t key_of(int face, uint32_t id, int32_t px64, enum plt_text_turn turn)
{
    return (uint64_t)id << 32 | (uint64_t)px64 << 8 | (uint64_t)face << 1 |
           (turn == PLT_TEXT_UP ? 1 : 0);
}

static int clip_px(unsigned size)
{
    return size < MAX_GLYPH_PX ? (int)size : MAX_GLYPH_PX;
}

static bool add_bitmap(struct plt_font *font, uint64_t key, FT_GlyphSlot slot,
                       enum plt_text_turn turn, struct plt_atlas_glyph *glyph)
{
    const FT_Bitmap *bitmap = &slot->bitmap;
    int w = clip_px(bitmap->width), h = clip_px(bitmap->rows);
    struct plt_coverage_source source = {bitmap->buffer, 1, bitmap->pitch};
    *glyph = (struct plt_atlas_glyph){.left = slot->bitmap_left,
                                      .top = -slot->bitmap_top,
                                      .w = (uint16_t)w,
                                      .h = (uint16_t)h};
    if (bitmap->pixel_mode != FT_PIXEL_MODE_GRAY || !bitmap->buffer)
        glyph->w = glyph->h = 0;
    else if (turn == PLT_TEXT_UP) { // x' = y, y' = -x
        source = (struct plt_coverage_source){bitmap->buffer + (w - 1), bitmap->pitch, -1};
        *glyph = (struct plt_atlas_glyph){.left = glyph->top,
                                          .top = -(glyph->left + w),
                                          .w = (uint16_t)h,
                                          .h = (uint16_t)w};
    }
    return plt_atlas_add(&font->atlas, key, glyph, source);
}

static FT_Error render(struct plt_face *face, uint32_t id, int32_t px64)
{
    if (face->ft_size != px64) {
        FT_Error error = FT_Set_Char_Size(face->ft, 0, px64, 72, 72);
        face->ft_size = error ? 0 : px64;
        if (error)
            return error;
    }
    return FT_Load_Glyph(face->ft, id,
                         FT_LOAD_TARGET_LIGHT | FT_LOAD_RENDER | FT_LOAD_NO_BITMAP);
}

bool plt_font_glyph(struct plt_font *font, int face, uint32_t id, int32_t px64,
                    enum plt_text_turn turn, struct plt_atlas_glyph *glyph)
{
    uint64_t key = key_of(face, id, px64, turn);
    if (plt_atlas_find(&font->atlas, key, glyph))
        return true;
    struct plt_face *f = &font->faces[face];
    font->starved = false;
    if (!plt_face_open(f, font->library))
        return false;
    FT_Error error = render(f, id, px64);
    if (font->starved) {
        // The autofitter goes on without what it had no memory for and keeps that: the face
        // would look different ever after. It starts anew.
        FT_Done_Face(f->ft);
        f->ft = NULL;
        return false;
    }
    if (!error)
        return add_bitmap(font, key, f->ft->glyph, turn, glyph);
    // A glyph the file cannot give stays blank and is not tried again.
    *glyph = (struct plt_atlas_glyph){0};
    return plt_atlas_add(&font->atlas, key, glyph, (struct plt_coverage_source){0});
}
