// Text -> glyph quads: UTF-8 is cleaned, cut where the font or the script changes, shaped
// by HarfBuzz, and put on whole pixels; shaped strings are kept, since most labels of a
// frame were in the last one. Feeds draw/'s glyph ops. No bidirectional reordering.
#include <math.h>
#include <string.h>

#include <plotlib/base/alloc.h>
#include <plotlib/base/message.h>
#include <plotlib/text/font.h>

enum {
    MAX_TEXT = 1 << 17,    // bytes that are looked at, the rest is not drawn
    MAX_CACHED_TEXT = 256, // longer strings are shaped anew each time
    REPLACEMENT = 0xfffd,
};

// Reads one code point; U+FFFD for each maximal ill-formed part (Unicode 15, 3.9, D93b).
static const uint8_t *next_code_point(const uint8_t *p, const uint8_t *end, uint32_t *c)
{
    uint32_t lead = *p++;
    *c = lead;
    if (lead < 0x80)
        return p;
    *c = REPLACEMENT;
    if (lead < 0xc2 || lead > 0xf4)
        return p;
    int more = lead < 0xe0 ? 1 : lead < 0xf0 ? 2 : 3;
    uint8_t least = lead == 0xe0 ? 0xa0 : lead == 0xf0 ? 0x90 : 0x80;
    uint8_t most = lead == 0xed ? 0x9f : lead == 0xf4 ? 0x8f : 0xbf;
    uint32_t value = lead & (0x3fu >> more);
    for (; more > 0; more--, p++) {
        if (p == end || *p < least || *p > most)
            return p;
        value = value << 6 | (*p & 0x3fu);
        least = 0x80;
        most = 0xbf;
    }
    *c = value;
    return p;
}

static bool is_dropped(uint32_t c)
{
    return c < 0x20 || (c >= 0x7f && c < 0xa0) || c == 0x2028 || c == 0x2029;
}

// Fills font->code_points.
static bool decode(struct plt_font *font, const char *text, size_t length, size_t *num)
{
    void *points = font->code_points;
    bool fits = plt_reserve(&points, &font->cap_code_points, length, sizeof(uint32_t));
    font->code_points = points;
    if (!fits)
        return false;
    const uint8_t *p = (const uint8_t *)text, *end = p + length;
    size_t n = 0;
    while (p < end) {
        uint32_t c;
        p = next_code_point(p, end, &c);
        if (!is_dropped(c))
            font->code_points[n++] = c;
    }
    *num = n;
    return true;
}

// What characters of one HarfBuzz call have in common.
struct segment {
    int face;
    hb_script_t script;
};

static bool joins_any_script(hb_script_t script)
{
    return script == HB_SCRIPT_COMMON || script == HB_SCRIPT_INHERITED ||
           script == HB_SCRIPT_UNKNOWN;
}

// The segment `c` belongs in, given the one before it.
static struct segment segment_of(struct plt_font *font, uint32_t c, struct segment before)
{
    hb_unicode_funcs_t *unicode = hb_unicode_funcs_get_default();
    hb_script_t script = hb_unicode_script(unicode, c);
    hb_unicode_general_category_t kind = hb_unicode_general_category(unicode, c);
    bool mark = kind == HB_UNICODE_GENERAL_CATEGORY_NON_SPACING_MARK ||
                kind == HB_UNICODE_GENERAL_CATEGORY_ENCLOSING_MARK ||
                kind == HB_UNICODE_GENERAL_CATEGORY_SPACING_MARK ||
                kind == HB_UNICODE_GENERAL_CATEGORY_FORMAT;
    if (mark && before.face >= 0)
        return before;
    struct segment own = {plt_font_face_for(font, c), script};
    if (joins_any_script(script) && before.face >= 0)
        own.script = before.script;
    // Digits read from left to right inside right-to-left scripts too.
    if (kind == HB_UNICODE_GENERAL_CATEGORY_DECIMAL_NUMBER && joins_any_script(script) &&
        hb_script_get_horizontal_direction(own.script) == HB_DIRECTION_RTL)
        own.script = HB_SCRIPT_COMMON;
    return own;
}

static int32_t round_px(int64_t v64)
{
    return (int32_t)((v64 + 32) >> 6);
}

// Shapes code points [first, end) at the pen and appends them to font->scratch. Advances
// are rounded one by one: equal digits stand at equal distances.
static bool shape_segment(struct plt_font *font, struct segment segment, size_t first,
                          size_t end, size_t num, int32_t px64, int64_t *pen)
{
    hb_buffer_t *buffer = font->buffer;
    hb_buffer_clear_contents(buffer);
    hb_buffer_add_codepoints(buffer, font->code_points, (int)num, (unsigned)first,
                             (int)(end - first));
    hb_direction_t direction = hb_script_get_horizontal_direction(segment.script);
    hb_buffer_set_direction(buffer,
                            direction == HB_DIRECTION_RTL ? direction : HB_DIRECTION_LTR);
    hb_buffer_set_script(buffer, segment.script);
    hb_buffer_set_language(buffer, hb_language_from_string("en", -1));
    hb_shape(plt_font_hb(font, segment.face, px64), buffer, NULL, 0);
    unsigned count = 0, num_places = 0;
    const hb_glyph_info_t *infos = hb_buffer_get_glyph_infos(buffer, &count);
    const hb_glyph_position_t *places = hb_buffer_get_glyph_positions(buffer, &num_places);
    void *scratch = font->scratch;
    bool fits = hb_buffer_allocation_successful(buffer) && num_places == count &&
                plt_reserve(&scratch, &font->cap_scratch, font->num_scratch + count,
                            sizeof(*font->scratch));
    font->scratch = scratch;
    if (!fits)
        return false;
    for (unsigned i = 0; i < count; i++) {
        font->scratch[font->num_scratch++] = (struct plt_run_glyph){
            .id = infos[i].codepoint,
            .x = (int32_t)*pen + round_px(places[i].x_offset),
            .y = -round_px(places[i].y_offset),
            .face = segment.face,
        };
        int64_t next = *pen + round_px(places[i].x_advance);
        *pen = next < -(1 << 30) ? -(1 << 30) : next > 1 << 30 ? 1 << 30 : next;
    }
    return true;
}

static bool shape_points(struct plt_font *font, size_t num, int32_t px64, int64_t *pen)
{
    struct segment segment = {-1, HB_SCRIPT_COMMON};
    size_t first = 0;
    for (size_t i = 0; i < num; i++) {
        struct segment own = segment_of(font, font->code_points[i], segment);
        // A leading "12 " takes the script of what follows.
        bool same = own.face == segment.face &&
                    (own.script == segment.script || segment.script == HB_SCRIPT_COMMON);
        if (hb_script_get_horizontal_direction(own.script) == HB_DIRECTION_RTL)
            same = own.face == segment.face && own.script == segment.script;
        if (!same && i > first) {
            if (!shape_segment(font, segment, first, i, num, px64, pen))
                return false;
            first = i;
        }
        segment = own;
    }
    return first == num || shape_segment(font, segment, first, num, num, px64, pen);
}

// Line metrics of the main face. Rounded up, so that no line's ink meets the next one's.
// The height of capitals is that of a rendered one: hinting moves it.
static bool measure_lines(struct plt_font *font, int32_t px64, struct plt_text_size *size)
{
    struct plt_atlas_glyph capital;
    hb_codepoint_t id = 0;
    (void)hb_font_get_nominal_glyph(font->faces[0].hb, 'H', &id);
    if (!plt_font_glyph(font, 0, id, px64, PLT_TEXT_LEVEL, &capital))
        return false;
    size->cap_height = -capital.top;
    hb_font_extents_t extents = {0};
    hb_font_get_h_extents(plt_font_hb(font, 0, px64), &extents);
    size->ascent = (extents.ascender + 63) >> 6;
    size->descent = (-extents.descender + 63) >> 6;
    return true;
}

static bool shape(struct plt_font *font, struct plt_run *run, const char *text)
{
    size_t num;
    int64_t pen = 0;
    font->num_scratch = 0;
    font->starved = false;
    if (!decode(font, text, run->length, &num) ||
        !shape_points(font, num, run->px64, &pen) || font->starved)
        return false;
    run->glyphs = font->scratch;
    run->num_glyphs = font->num_scratch;
    run->size.width = pen > 0 ? (int32_t)pen : 0;
    return measure_lines(font, run->px64, &run->size);
}

// FNV-1a (Fowler, Noll, Vo).
static uint64_t hash_text(const char *text, size_t length, int32_t px64)
{
    uint64_t hash = UINT64_C(0xcbf29ce484222325) ^ (uint64_t)px64;
    for (size_t i = 0; i < length; i++)
        hash = (hash ^ (uint8_t)text[i]) * UINT64_C(0x100000001b3);
    return hash ^ hash >> 32;
}

// Copies `run` over the oldest of its set. The copy may fail: the run is then not kept.
static void keep(struct plt_font *font, const struct plt_run *run, const char *text)
{
    struct plt_run *set = font->runs[run->hash % PLT_RUN_SETS], *oldest = set;
    for (int i = 1; i < PLT_RUN_WAYS; i++)
        if (set[i].stamp < oldest->stamp)
            oldest = &set[i];
    size_t glyph_bytes = run->num_glyphs * sizeof(*run->glyphs);
    char *block = plt_malloc(glyph_bytes + run->length);
    if (!block)
        return;
    plt_free(oldest->text);
    *oldest = *run;
    oldest->stamp = font->clock;
    oldest->glyphs = (struct plt_run_glyph *)(void *)block;
    oldest->text = block;
    if (glyph_bytes)
        memcpy(block, run->glyphs, glyph_bytes);
    memcpy(block + glyph_bytes, text, run->length);
}

static bool is_run(const struct plt_run *run, const struct plt_run *key, const char *text)
{
    if (!run->text || run->hash != key->hash || run->px64 != key->px64 ||
        run->length != key->length)
        return false;
    const char *own = run->text + run->num_glyphs * sizeof(*run->glyphs);
    return memcmp(own, text, key->length) == 0;
}

// Finds or shapes the text. The glyphs stay valid until the next call.
static bool find_run(struct plt_font *font, double px, const char *text,
                     struct plt_run *run)
{
    px = px > 1 ? px < 512 ? px : 512 : 1; // NaN -> 1
    size_t length = strnlen(text, MAX_TEXT);
    *run = (struct plt_run){.length = length, .px64 = (int32_t)lround(px * 64)};
    bool kept = length <= MAX_CACHED_TEXT;
    if (kept) {
        run->hash = hash_text(text, length, run->px64);
        font->clock++;
        struct plt_run *set = font->runs[run->hash % PLT_RUN_SETS];
        for (int i = 0; i < PLT_RUN_WAYS; i++) {
            if (!is_run(&set[i], run, text))
                continue;
            set[i].stamp = font->clock;
            *run = set[i];
            return true;
        }
    }
    if (!shape(font, run, text)) {
        plt_no_memory(font->log, "text");
        return false;
    }
    if (kept)
        keep(font, run, text);
    return true;
}

struct plt_text_size plt_text_measure(struct plt_font *font, double px, const char *text)
{
    struct plt_run run;
    if (!font || !text || !*text || !find_run(font, px, text, &run))
        return (struct plt_text_size){0};
    return run.size;
}

bool plt_text_shape(struct plt_font *font, double px, enum plt_text_turn turn,
                    const char *text, struct plt_glyph **glyphs, size_t *num,
                    size_t *capacity)
{
    struct plt_run run;
    if (!font || !text || !*text)
        return true;
    if (!find_run(font, px, text, &run))
        return false;
    void *array = *glyphs;
    bool fits = plt_reserve(&array, capacity, *num + run.num_glyphs, sizeof(**glyphs));
    *glyphs = array;
    size_t n = *num;
    for (size_t i = 0; fits && i < run.num_glyphs; i++) {
        const struct plt_run_glyph *g = &run.glyphs[i];
        struct plt_atlas_glyph a;
        fits = plt_font_glyph(font, g->face, g->id, run.px64, turn, &a);
        if (!fits || !a.w)
            continue;
        int32_t x = turn == PLT_TEXT_UP ? g->y : g->x;
        int32_t y = turn == PLT_TEXT_UP ? -g->x : g->y;
        (*glyphs)[n++] =
            (struct plt_glyph){x + a.left, y + a.top, a.page, a.x, a.y, a.w, a.h};
    }
    if (fits)
        *num = n;
    else
        plt_no_memory(font->log, "glyphs");
    return fits;
}
