// Markers on the CPU: each kind, size and place within a pixel is made once, as a stamp of
// coverage, and blended in order. A first pass from the last marker to the first finds
// those that lie wholly below opaque pixels of later ones: what they would paint is painted
// over to the byte, so they are left out. Dense clouds cost what is seen of them.
#include <string.h>

#include <plotlib/base/alloc.h>
#include <plotlib/base/message.h>
#include <plotlib/draw/marker.h>
#include <plotlib/raster/painter.h>

enum {
    PHASES = PLT_MARKER_ONE * PLT_MARKER_ONE,
    STAMP_MOST = 56, // pixels a side: so many bits can be read at any bit of a word
    FIRST_SETS = 64,
    CACHE_BYTES = 16 << 20, // then all stamps are made anew
    HIDING_PAYS = 64,       // markers of one operation
    GROUP = 16,
};

// Bit c of a row's mask is pixel c: where there is ink; where the fill, and the outline,
// cover all of the pixel.
struct plt_stamp {
    int32_t dx, dy; // first pixel, relative to the one with the marker's place
    int32_t width, rows;
    size_t pitch; // of coverage, a multiple of GROUP
    uint64_t *ink, *full, *ring;
    uint8_t *fill, *outline; // outline NULL = none
};

// All stamps of a symbol of one size.
struct plt_stamp_set {
    uint32_t key;
    int32_t reach; // pixels from the place's own, beyond which there is no ink
    struct plt_stamp *stamps[PHASES];
};

static void drop_stamps(struct plt_marker_scratch *s)
{
    for (size_t i = 0; i < s->cap_sets; i++) {
        for (int k = 0; s->sets[i] && k < PHASES; k++)
            plt_free(s->sets[i]->stamps[k]);
        plt_free(s->sets[i]);
        s->sets[i] = NULL;
    }
    s->num_sets = s->bytes = 0;
    s->last = NULL;
}

void plt_marker_scratch_finish(struct plt_marker_scratch *scratch)
{
    drop_stamps(scratch);
    plt_free(scratch->sets);
    plt_free(scratch->covered);
    plt_free(scratch->seen);
    plt_free(scratch->line);
    *scratch = (struct plt_marker_scratch){0};
}

// --- stamps ----------------------------------------------------------------------------

// Coverage of `count` pixels of a row, the first centre at (x, y) from the marker's place.
static void cover_row(const struct plt_marker_scratch *s, enum plt_symbol symbol,
                      float size, float x, float y, int32_t count, uint8_t *fill,
                      uint8_t *outline)
{
    if (symbol == PLT_SYMBOL_CIRCLE && !outline && !s->hollow) {
        for (int32_t i = 0; i < count; i++) {
            float dx = x + (float)i;
            fill[i] = plt_marker_fill(sqrtf(dx * dx + y * y) - size * 0.5f);
        }
        return;
    }
    for (int32_t i = 0; i < count; i++) {
        float d = plt_marker_distance(symbol, size, x + (float)i, y);
        fill[i] = s->hollow ? plt_marker_outline(d, s->outline) : plt_marker_fill(d);
        if (outline)
            outline[i] = plt_marker_outline(d, s->outline);
    }
}

struct sketch {
    int32_t x0, y0; // of pixel (0, 0), relative to the place's own
    int32_t side;
    uint8_t fill[STAMP_MOST][STAMP_MOST], outline[STAMP_MOST][STAMP_MOST];
};

static bool has_ink(const struct sketch *k, int32_t row, int32_t column, bool outlined)
{
    return k->fill[row][column] || (outlined && k->outline[row][column]);
}

// The smallest box that holds all ink.
static struct plt_irect ink_box(const struct sketch *k, bool outlined)
{
    struct plt_irect box = {k->side, k->side, 0, 0};
    for (int32_t r = 0; r < k->side; r++) {
        for (int32_t c = 0; c < k->side; c++) {
            if (!has_ink(k, r, c, outlined))
                continue;
            box.x0 = c < box.x0 ? c : box.x0;
            box.x1 = c + 1 > box.x1 ? c + 1 : box.x1;
            box.y0 = r < box.y0 ? r : box.y0;
            box.y1 = r + 1;
        }
    }
    return plt_irect_empty(box) ? (struct plt_irect){0, 0, 1, 1} : box;
}

// One block of memory: the struct, its masks, its coverage and a group of padding.
static struct plt_stamp *new_stamp(int32_t width, int32_t rows, bool outlined, size_t *size)
{
    const size_t pitch = ((size_t)width + GROUP - 1) / GROUP * GROUP, n = (size_t)rows;
    const size_t plane = pitch * n;
    *size = sizeof(struct plt_stamp) + 3 * n * sizeof(uint64_t) +
            (outlined ? 2 : 1) * plane + GROUP;
    struct plt_stamp *stamp = plt_calloc(1, *size);
    if (!stamp)
        return NULL;
    stamp->width = width;
    stamp->rows = rows;
    stamp->pitch = pitch;
    stamp->ink = (uint64_t *)(stamp + 1);
    stamp->full = stamp->ink + n;
    stamp->ring = stamp->full + n;
    stamp->fill = (uint8_t *)(stamp->ring + n);
    stamp->outline = outlined ? stamp->fill + plane : NULL;
    return stamp;
}

static struct plt_stamp *keep_sketch(const struct sketch *k, bool outlined, size_t *size)
{
    const struct plt_irect box = ink_box(k, outlined);
    struct plt_stamp *stamp = new_stamp(box.x1 - box.x0, box.y1 - box.y0, outlined, size);
    if (!stamp)
        return NULL;
    stamp->dx = k->x0 + box.x0;
    stamp->dy = k->y0 + box.y0;
    for (int32_t r = 0; r < stamp->rows; r++) {
        for (int32_t c = 0; c < stamp->width; c++) {
            const uint8_t fill = k->fill[box.y0 + r][box.x0 + c];
            const uint8_t outline = outlined ? k->outline[box.y0 + r][box.x0 + c] : 0;
            const size_t at = (size_t)r * stamp->pitch + (size_t)c;
            stamp->fill[at] = fill;
            if (outlined)
                stamp->outline[at] = outline;
            stamp->ink[r] |= (uint64_t)(fill || outline) << c;
            stamp->full[r] |= (uint64_t)(fill == 255) << c;
            stamp->ring[r] |= (uint64_t)(outline == 255) << c;
        }
    }
    return stamp;
}

static struct plt_stamp *make_stamp(struct plt_marker_scratch *s,
                                    const struct plt_stamp_set *set, int phase)
{
    struct sketch k;
    const bool outlined = s->outline > 0 && !s->hollow;
    const float size = plt_marker_unit((uint16_t)set->key);
    const float fx = (float)(phase % PLT_MARKER_ONE) / PLT_MARKER_ONE,
                fy = (float)(phase / PLT_MARKER_ONE) / PLT_MARKER_ONE;
    k.x0 = k.y0 = -set->reach;
    k.side = 2 * set->reach + 1;
    for (int32_t r = 0; r < k.side; r++)
        cover_row(s, (enum plt_symbol)(set->key >> 16), size, (float)k.x0 + 0.5f - fx,
                  (float)(k.y0 + r) + 0.5f - fy, k.side, k.fill[r],
                  outlined ? k.outline[r] : NULL);
    size_t bytes;
    struct plt_stamp *stamp = keep_sketch(&k, outlined, &bytes);
    s->bytes += stamp ? bytes : 0;
    return stamp;
}

// --- the cache -------------------------------------------------------------------------

static size_t slot_of(struct plt_stamp_set *const *sets, size_t capacity, uint32_t key)
{
    size_t at = (size_t)(key * UINT32_C(2654435761)) & (capacity - 1);
    while (sets[at] && sets[at]->key != key)
        at = (at + 1) & (capacity - 1);
    return at;
}

static bool grow_sets(struct plt_marker_scratch *s)
{
    if (s->num_sets * 2 < s->cap_sets)
        return true;
    const size_t capacity = s->cap_sets ? s->cap_sets * 2 : FIRST_SETS;
    struct plt_stamp_set **sets = plt_calloc(capacity, sizeof(struct plt_stamp_set *));
    if (!sets)
        return false;
    for (size_t i = 0; i < s->cap_sets; i++)
        if (s->sets[i])
            sets[slot_of(sets, capacity, s->sets[i]->key)] = s->sets[i];
    plt_free(s->sets);
    s->sets = sets;
    s->cap_sets = capacity;
    return true;
}

// NULL without memory.
static struct plt_stamp_set *find_set(struct plt_marker_scratch *s,
                                      const struct plt_marker *m)
{
    const uint32_t key = (uint32_t)m->symbol << 16 | m->size;
    if (s->last && s->last->key == key)
        return s->last;
    if (s->bytes > CACHE_BYTES)
        drop_stamps(s);
    if (!grow_sets(s))
        return NULL;
    const size_t at = slot_of(s->sets, s->cap_sets, key);
    if (!s->sets[at]) {
        struct plt_stamp_set *set = plt_calloc(1, sizeof(*set));
        if (!set)
            return NULL;
        const float reach = plt_marker_reach((enum plt_symbol)m->symbol,
                                             plt_marker_unit(m->size), s->outline);
        set->key = key;
        set->reach = (int32_t)ceilf(reach) + 1;
        s->sets[at] = set;
        s->num_sets++;
        s->bytes += sizeof(*set);
    }
    return s->last = s->sets[at];
}

static const struct plt_stamp *find_stamp(struct plt_marker_scratch *s,
                                          struct plt_stamp_set *set,
                                          const struct plt_marker *m)
{
    const int phase =
        (m->y & (PLT_MARKER_ONE - 1)) * PLT_MARKER_ONE + (m->x & (PLT_MARKER_ONE - 1));
    if (!set->stamps[phase])
        set->stamps[phase] = make_stamp(s, set, phase);
    return set->stamps[phase];
}

static bool is_small(const struct plt_stamp_set *set)
{
    return 2 * set->reach + 1 <= STAMP_MOST;
}

static int32_t pixel_of(int32_t fixed)
{
    return fixed >> 3;
}

static bool reaches(const struct plt_stamp_set *set, const struct plt_marker *m,
                    struct plt_irect clip)
{
    const int32_t x = pixel_of(m->x), y = pixel_of(m->y), r = set->reach;
    return x + r >= clip.x0 && x - r < clip.x1 && y + r >= clip.y0 && y - r < clip.y1;
}

// --- what is seen ----------------------------------------------------------------------

// Bits of a row: 64 set ones, a bit a pixel of the clip, set ones. A set bit: a later
// marker makes this pixel, whatever was there before.
struct cover {
    uint8_t *bits;
    size_t pitch; // bytes
    struct plt_irect clip;
};

static bool begin_cover(struct plt_marker_scratch *s, struct plt_irect clip,
                        struct cover *cover)
{
    const size_t width = (size_t)(clip.x1 - clip.x0), rows = (size_t)(clip.y1 - clip.y0);
    cover->clip = clip;
    cover->pitch = width / 8 + 24;
    if (!plt_reserve((void **)&s->covered, &s->cap_covered, cover->pitch * rows, 1))
        return false;
    cover->bits = s->covered;
    memset(cover->bits, 0, cover->pitch * rows);
    for (size_t r = 0; r < rows; r++) {
        uint8_t *row = cover->bits + r * cover->pitch;
        memset(row, 0xff, 8);
        row[8 + width / 8] = (uint8_t)(0xff << width % 8);
        memset(row + 9 + width / 8, 0xff, 15);
    }
    return true;
}

static uint64_t load_bits(const uint8_t *bytes)
{
    uint64_t word;
    memcpy(&word, bytes, sizeof(word));
#if defined(__BYTE_ORDER__) && __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
    word = __builtin_bswap64(word);
#endif
    return word;
}

static void store_bits(uint8_t *bytes, uint64_t word)
{
#if defined(__BYTE_ORDER__) && __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
    word = __builtin_bswap64(word);
#endif
    memcpy(bytes, &word, sizeof(word));
}

// Whether a later marker leaves anything of this one to see; if so, its own opaque pixels
// join the cover.
static bool is_seen(const struct cover *cover, const struct plt_stamp *stamp,
                    const struct plt_marker *m, uint32_t outline_color)
{
    const int32_t y = pixel_of(m->y) + stamp->dy - cover->clip.y0;
    const int32_t x = pixel_of(m->x) + stamp->dx - cover->clip.x0 + 64;
    const int32_t rows = cover->clip.y1 - cover->clip.y0;
    const int32_t row0 = y < 0 ? -y : 0,
                  row1 = y + stamp->rows > rows ? rows - y : stamp->rows;
    if (x < 0 || x >= 64 + cover->clip.x1 - cover->clip.x0)
        return false;
    bool seen = false;
    for (int32_t r = row0; r < row1 && !seen; r++) {
        const uint64_t word =
            load_bits(cover->bits + (size_t)(y + r) * cover->pitch + x / 8);
        seen = (stamp->ink[r] & ~(word >> x % 8)) != 0;
    }
    if (!seen)
        return false;
    const uint64_t fill = m->color >> 24 == 255 ? ~UINT64_C(0) : 0;
    const uint64_t ring = outline_color >> 24 == 255 ? ~UINT64_C(0) : 0;
    for (int32_t r = row0; r < row1 && (fill | ring); r++) {
        uint8_t *byte = cover->bits + (size_t)(y + r) * cover->pitch + x / 8;
        const uint64_t opaque = (stamp->full[r] & fill) | (stamp->ring[r] & ring);
        store_bits(byte, load_bits(byte) | opaque << x % 8);
    }
    return true;
}

// Indices of the markers to paint, the last one first.
static bool find_seen(struct plt_marker_scratch *s, const struct plt_frame *frame,
                      const struct plt_op *op, struct plt_irect clip)
{
    struct cover cover = {0};
    const bool hiding = op->count >= HIDING_PAYS;
    s->num_seen = 0;
    if (hiding && !begin_cover(s, clip, &cover))
        return false;
    for (size_t i = op->count; i-- > 0;) {
        const struct plt_marker *m = &frame->markers[op->first + i];
        struct plt_stamp_set *set = find_set(s, m);
        if (!set)
            return false;
        if (!reaches(set, m, clip))
            continue;
        if (hiding && is_small(set)) {
            const struct plt_stamp *stamp = find_stamp(s, set, m);
            if (!stamp)
                return false;
            if (!is_seen(&cover, stamp, m, op->color))
                continue;
        }
        if (s->num_seen == s->cap_seen &&
            !plt_reserve((void **)&s->seen, &s->cap_seen, s->num_seen + 1024,
                         sizeof(*s->seen)))
            return false;
        s->seen[s->num_seen++] = op->first + i;
    }
    return true;
}

// --- painting --------------------------------------------------------------------------

struct ink {
    const struct plt_kernels *kernels;
    struct plt_canvas canvas;
    struct plt_irect clip;
    uint32_t outline_color;
};

static void paint_rows(const struct ink *ink, struct plt_irect box, const uint8_t *coverage,
                       size_t pitch, uint32_t color)
{
    const struct plt_irect cut = plt_irect_cut(box, ink->clip);
    if (plt_irect_empty(cut) || color >> 24 == 0)
        return;
    ink->kernels->stamp(&(struct plt_stamping){
        .coverage = coverage + (size_t)(cut.y0 - box.y0) * pitch + (cut.x0 - box.x0),
        .pitch = pitch,
        .pixels = plt_canvas_at(ink->canvas, cut.x0, cut.y0),
        .stride = ink->canvas.stride,
        .width = cut.x1 - cut.x0,
        // A row cut on the left has its neighbour's coverage beyond its end.
        .room = cut.x0 > box.x0 ? cut.x1 - cut.x0 : ink->clip.x1 - cut.x0,
        .rows = cut.y1 - cut.y0,
        .color = color,
    });
}

static void paint_stamp(const struct ink *ink, const struct plt_stamp *stamp,
                        const struct plt_marker *m)
{
    const int32_t x = pixel_of(m->x) + stamp->dx, y = pixel_of(m->y) + stamp->dy;
    const struct plt_irect box = {x, y, x + stamp->width, y + stamp->rows};
    paint_rows(ink, box, stamp->fill, stamp->pitch, m->color);
    if (stamp->outline)
        paint_rows(ink, box, stamp->outline, stamp->pitch, ink->outline_color);
}

// A marker too large to be kept, row by row.
static bool paint_large(struct plt_marker_scratch *s, const struct ink *ink,
                        const struct plt_stamp_set *set, const struct plt_marker *m)
{
    const int32_t px = pixel_of(m->x), py = pixel_of(m->y), r = set->reach;
    const struct plt_irect box = plt_irect_cut(
        (struct plt_irect){px - r, py - r, px + r + 1, py + r + 1}, ink->clip);
    const int32_t width = box.x1 - box.x0;
    const size_t pitch = (size_t)width + GROUP;
    if (!plt_reserve((void **)&s->line, &s->cap_line, 2 * pitch, 1))
        return false;
    memset(s->line, 0, 2 * pitch);
    uint8_t *outline = s->outline > 0 && !s->hollow ? s->line + pitch : NULL;
    const float x = (float)box.x0 + 0.5f - (float)m->x / PLT_MARKER_ONE;
    for (int32_t row = box.y0; row < box.y1; row++) {
        const struct plt_irect line = {box.x0, row, box.x1, row + 1};
        const float y = (float)row + 0.5f - (float)m->y / PLT_MARKER_ONE;
        cover_row(s, (enum plt_symbol)m->symbol, plt_marker_unit(m->size), x, y, width,
                  s->line, outline);
        paint_rows(ink, line, s->line, pitch, m->color);
        if (outline)
            paint_rows(ink, line, outline, pitch, ink->outline_color);
    }
    return true;
}

static bool paint_seen(struct plt_marker_scratch *s, const struct ink *ink,
                       const struct plt_frame *frame)
{
    for (size_t i = s->num_seen; i-- > 0;) {
        const struct plt_marker *m = &frame->markers[s->seen[i]];
        struct plt_stamp_set *set = find_set(s, m);
        if (!set)
            return false;
        if (!is_small(set)) {
            if (!paint_large(s, ink, set, m))
                return false;
            continue;
        }
        const struct plt_stamp *stamp = find_stamp(s, set, m);
        if (!stamp)
            return false;
        paint_stamp(ink, stamp, m);
    }
    return true;
}

bool plt_paint_markers(struct plt_raster *raster, struct plt_canvas canvas,
                       const struct plt_frame *frame, const struct plt_op *op,
                       struct plt_irect clip)
{
    struct plt_marker_scratch *s = &raster->marker;
    const struct ink ink = {raster->kernels, canvas, clip, op->color};
    if (s->outline != op->outline || s->hollow != op->hollow)
        drop_stamps(s);
    s->outline = op->outline;
    s->hollow = op->hollow;
    if (find_seen(s, frame, op, clip) && paint_seen(s, &ink, frame))
        return true;
    plt_no_memory(raster->log, "markers");
    return false;
}
