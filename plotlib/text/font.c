// Font files: fontconfig finds them, FreeType and HarfBuzz open them. Fallbacks for
// characters the font lacks are opened on first need.
#include <string.h>

#include <hb-ot.h>

#include <plotlib/base/alloc.h>
#include <plotlib/base/message.h>
#include <plotlib/text/font.h>

static void *ft_alloc(FT_Memory memory, long size)
{
    void *p = plt_malloc((size_t)size);
    if (!p)
        ((struct plt_font *)memory->user)->starved = true;
    return p;
}

static void ft_free(FT_Memory memory, void *p)
{
    plt_free(p);
}

static void *ft_realloc(FT_Memory memory, long old_size, long size, void *p)
{
    void *moved = plt_realloc(p, (size_t)size);
    if (!moved)
        ((struct plt_font *)memory->user)->starved = true;
    return moved;
}

static void face_finish(struct plt_face *face)
{
    if (face->ft)
        FT_Done_Face(face->ft);
    hb_font_destroy(face->hb);
    hb_blob_destroy(face->blob);
    *face = (struct plt_face){0};
}

bool plt_face_open(struct plt_face *face, FT_Library library)
{
    if (face->ft)
        return true;
    unsigned size = 0;
    const char *data = hb_blob_get_data(face->blob, &size);
    face->ft_size = 0;
    return data && FT_New_Memory_Face(library, (const FT_Byte *)data, (FT_Long)size,
                                      face->index, &face->ft) == 0;
}

// `index`: fontconfig's, the named instance of a variable font in the upper half.
static bool face_init(struct plt_face *face, FT_Library library, const char *file,
                      int index)
{
    if (index >> 16 >= 0x8000) // "variable": its default instance
        index &= 0xffff;
    *face = (struct plt_face){.blob = hb_blob_create_from_file_or_fail(file)};
    unsigned size = 0;
    const char *data = face->blob ? hb_blob_get_data(face->blob, &size) : NULL;
    if (!data ||
        FT_New_Memory_Face(library, (const FT_Byte *)data, (FT_Long)size, index, &face->ft))
        goto error;
    hb_face_t *hb_face = hb_face_create(face->blob, (unsigned)index & 0xffff);
    unsigned num_glyphs = hb_face_get_glyph_count(hb_face);
    face->hb = hb_font_create(hb_face);
    hb_face_destroy(hb_face);
    if (!num_glyphs || !FT_IS_SCALABLE(face->ft) || face->hb == hb_font_get_empty())
        goto error;
    if (index >> 16)
        hb_font_set_var_named_instance(face->hb, (unsigned)(index >> 16) - 1);
    return true;

error:
    face_finish(face);
    return false;
}

// A pattern for the desktop's sans font; outlines only, glyphs without colours of their
// own.
static FcPattern *sans_pattern(void)
{
    FcPattern *pattern = FcPatternCreate();
    if (!pattern)
        return NULL;
    if (!FcPatternAddString(pattern, FC_FAMILY, (const FcChar8 *)"sans") ||
        !FcPatternAddBool(pattern, FC_OUTLINE, FcTrue) ||
        !FcPatternAddBool(pattern, FC_COLOR, FcFalse) ||
        !FcConfigSubstitute(NULL, pattern, FcMatchPattern)) {
        FcPatternDestroy(pattern);
        return NULL;
    }
    FcDefaultSubstitute(pattern);
    return pattern;
}

static bool face_init_from(struct plt_face *face, FT_Library library, FcPattern *found)
{
    FcChar8 *file;
    int index = 0;
    if (FcPatternGetString(found, FC_FILE, 0, &file) != FcResultMatch)
        return false;
    (void)FcPatternGetInteger(found, FC_INDEX, 0, &index);
    return face_init(face, library, (const char *)file, index);
}

static bool open_sans(struct plt_face *face, FT_Library library)
{
    FcPattern *pattern = sans_pattern();
    FcResult result;
    FcPattern *found = pattern ? FcFontMatch(NULL, pattern, &result) : NULL;
    bool opened = found && face_init_from(face, library, found);
    if (found)
        FcPatternDestroy(found);
    if (pattern)
        FcPatternDestroy(pattern);
    return opened;
}

struct plt_font *plt_font_create(const char *file, struct plt_log *log)
{
    struct plt_font *font = plt_calloc(1, sizeof(*font));
    if (!font) {
        plt_no_memory(log, "font");
        return NULL;
    }
    font->log = plt_log_ref(log);
    font->tries_left = 8;
    font->memory.user = font;
    font->memory.alloc = ft_alloc;
    font->memory.free = ft_free;
    font->memory.realloc = ft_realloc;
    font->buffer = hb_buffer_create();
    // Not FT_Init_FreeType: it allocates elsewhere and reads an environment variable that
    // changes how glyphs look.
    if (FT_New_Library(&font->memory, &font->library) == 0)
        FT_Add_Default_Modules(font->library);
    if (font->starved || !font->library || !hb_buffer_allocation_successful(font->buffer)) {
        plt_no_memory(log, "font");
        goto error;
    }
    bool opened = file ? face_init(&font->faces[0], font->library, file, 0)
                       : open_sans(&font->faces[0], font->library);
    if (!opened) {
        plt_warn(log, NO_FONT, "%s: not a usable font; text is left out",
                 file ? file : "fontconfig's \"sans\"");
        goto error;
    }
    font->num_faces = 1;
    return font;

error:
    plt_font_destroy(font);
    return NULL;
}

static void runs_clear(struct plt_font *font)
{
    struct plt_run *runs = &font->runs[0][0];
    for (size_t i = 0; i < PLT_RUN_SETS * PLT_RUN_WAYS; i++)
        plt_free(runs[i].text);
    memset(font->runs, 0, sizeof(font->runs));
}

void plt_font_destroy(struct plt_font *font)
{
    if (!font)
        return;
    runs_clear(font);
    plt_atlas_clear(&font->atlas);
    for (int i = 0; i < font->num_faces; i++)
        face_finish(&font->faces[i]);
    if (font->others)
        FcFontSetDestroy(font->others);
    if (font->library)
        FT_Done_Library(font->library);
    hb_buffer_destroy(font->buffer);
    plt_free(font->scratch);
    plt_free(font->code_points);
    plt_log_unref(font->log);
    plt_free(font);
}

static FcFontSet *sort_others(void)
{
    FcPattern *pattern = sans_pattern();
    FcResult result;
    FcFontSet *set = pattern ? FcFontSort(NULL, pattern, FcTrue, NULL, &result) : NULL;
    if (pattern)
        FcPatternDestroy(pattern);
    return set;
}

static bool is_fallback(const FcPattern *candidate, uint32_t code_point)
{
    FcBool outline = FcFalse, color = FcFalse;
    FcCharSet *characters;
    (void)FcPatternGetBool(candidate, FC_OUTLINE, 0, &outline);
    (void)FcPatternGetBool(candidate, FC_COLOR, 0, &color);
    return outline && !color &&
           FcPatternGetCharSet(candidate, FC_CHARSET, 0, &characters) == FcResultMatch &&
           FcCharSetHasChar(characters, code_point);
}

static bool face_has(const struct plt_face *face, uint32_t code_point)
{
    hb_codepoint_t glyph;
    return hb_font_get_nominal_glyph(face->hb, code_point, &glyph);
}

int plt_font_face_for(struct plt_font *font, uint32_t code_point)
{
    for (int i = 0; i < font->num_faces; i++)
        if (face_has(&font->faces[i], code_point))
            return i;
    if (font->num_faces == PLT_MAX_FACES || font->tries_left <= 0)
        return 0;
    if (!font->others)
        font->others = sort_others();
    for (int i = 0; font->others && i < font->others->nfont && font->tries_left > 0; i++) {
        if (!is_fallback(font->others->fonts[i], code_point))
            continue;
        font->tries_left--;
        struct plt_face *face = &font->faces[font->num_faces];
        if (!face_init_from(face, font->library, font->others->fonts[i])) {
            if (!font->starved)
                continue;
            font->tries_left++;
            return 0;
        }
        if (face_has(face, code_point))
            return font->num_faces++;
        face_finish(face);
    }
    return 0;
}

hb_font_t *plt_font_hb(struct plt_font *font, int face, int32_t px64)
{
    struct plt_face *f = &font->faces[face];
    if (f->hb_size != px64) {
        hb_font_set_scale(f->hb, px64, px64);
        f->hb_size = px64;
    }
    return f->hb;
}

int plt_font_num_pages(const struct plt_font *font)
{
    return font ? (int)font->atlas.num_pages : 0;
}

struct plt_glyph_page plt_font_page(const struct plt_font *font, int index)
{
    if (!font || index < 0)
        return (struct plt_glyph_page){0};
    return plt_atlas_page(&font->atlas, (size_t)index);
}

void plt_font_trim(struct plt_font *font)
{
    enum {
        MAX_PAGES = 16
    }; // 4 MiB; a window with every label at two sizes fills one or two
    if (font && font->atlas.num_pages > MAX_PAGES)
        plt_atlas_clear(&font->atlas);
}
