// Markers on the CPU: stamps (stamp.c) are blended in order. A first pass from the last
// marker to the first finds those that lie wholly below opaque pixels of later ones: what
// they would paint is painted over to the byte, so they are left out. Dense clouds cost
// what is seen of them.
#include <string.h>

#include <plotlib/base/alloc.h>
#include <plotlib/base/message.h>
#include <plotlib/raster/stamp.h>

enum { HIDING_PAYS = 64 }; // markers of one operation

void plt_marker_scratch_finish(struct plt_marker_scratch *scratch)
{
    plt_stamps_drop(scratch);
    plt_free(scratch->sets);
    plt_free(scratch->covered);
    plt_free(scratch->seen);
    plt_free(scratch->line);
    *scratch = (struct plt_marker_scratch){0};
}

// Whether there may be ink in the clip, by the size alone: half of it for most symbols,
// 1.05 of it and half a pixel for the crosshair.
static bool reaches(const struct plt_marker_scratch *s, const struct plt_marker *m,
                    struct plt_irect clip)
{
    const int32_t size = m->size;
    const int32_t r = (m->symbol == PLT_SYMBOL_CROSSHAIR ? size + size / 16 : size / 2) +
                      (int32_t)(s->outline * PLT_MARKER_ONE) + 3 * PLT_MARKER_ONE;
    return m->x + r >= clip.x0 * PLT_MARKER_ONE && m->x - r < clip.x1 * PLT_MARKER_ONE &&
           m->y + r >= clip.y0 * PLT_MARKER_ONE && m->y - r < clip.y1 * PLT_MARKER_ONE;
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

// Whether later markers make every pixel of the box that holds a marker's ink: then its
// stamp need not even be made.
static bool is_below(const struct cover *cover, const struct plt_stamp_set *set,
                     const struct plt_marker *m)
{
    const struct plt_irect box = plt_irect_cut(
        (struct plt_irect){(m->x - set->reach_fixed) >> 3, (m->y - set->reach_fixed) >> 3,
                           (m->x + set->reach_fixed + 7) >> 3,
                           (m->y + set->reach_fixed + 7) >> 3},
        cover->clip);
    if (plt_irect_empty(box))
        return true;
    const int32_t x = box.x0 - cover->clip.x0 + 64, width = box.x1 - box.x0;
    const uint64_t ink = ((UINT64_C(1) << width) - 1) << x % 8;
    const uint8_t *at =
        cover->bits + (size_t)(box.y0 - cover->clip.y0) * cover->pitch + x / 8;
    for (int32_t r = box.y0; r < box.y1; r++, at += cover->pitch)
        if (ink & ~plt_load_bits(at))
            return false;
    return true;
}

// Whether a later marker leaves anything of this one to see; if so, its own opaque pixels
// join the cover.
static bool is_seen(const struct cover *cover, const struct plt_stamp *stamp,
                    const struct plt_marker *m, uint32_t outline_color)
{
    const int32_t y = plt_marker_pixel(m->y) + stamp->dy - cover->clip.y0;
    const int32_t x = plt_marker_pixel(m->x) + stamp->dx - cover->clip.x0 + 64;
    const int32_t rows = cover->clip.y1 - cover->clip.y0;
    const int32_t row0 = y < 0 ? -y : 0,
                  row1 = y + stamp->rows > rows ? rows - y : stamp->rows;
    if (x < 0 || x >= 64 + cover->clip.x1 - cover->clip.x0)
        return false;
    bool seen = false;
    for (int32_t r = row0; r < row1 && !seen; r++) {
        const uint64_t word =
            plt_load_bits(cover->bits + (size_t)(y + r) * cover->pitch + x / 8);
        seen = (stamp->ink[r] & ~(word >> x % 8)) != 0;
    }
    if (!seen)
        return false;
    const uint64_t fill = m->color >> 24 == 255 ? ~UINT64_C(0) : 0;
    const uint64_t ring = outline_color >> 24 == 255 ? ~UINT64_C(0) : 0;
    for (int32_t r = row0; r < row1 && (fill | ring); r++) {
        uint8_t *byte = cover->bits + (size_t)(y + r) * cover->pitch + x / 8;
        const uint64_t opaque = (stamp->full[r] & fill) | (stamp->ring[r] & ring);
        plt_store_bits(byte, plt_load_bits(byte) | opaque << x % 8);
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
        if (!reaches(s, m, clip))
            continue;
        struct plt_stamp_set *set = plt_stamps_find(s, m);
        if (!set)
            return false;
        if (hiding && plt_stamp_fits(set)) {
            if (is_below(&cover, set, m))
                continue;
            const struct plt_stamp *stamp = plt_stamps_get(s, set, m);
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
    const int32_t x = plt_marker_pixel(m->x) + stamp->dx,
                  y = plt_marker_pixel(m->y) + stamp->dy;
    const struct plt_irect box = {x, y, x + stamp->width, y + stamp->rows};
    paint_rows(ink, box, stamp->fill, stamp->pitch, m->color);
    if (stamp->outline)
        paint_rows(ink, box, stamp->outline, stamp->pitch, ink->outline_color);
}

// A marker too large to be kept, row by row.
static bool paint_large(struct plt_marker_scratch *s, const struct ink *ink,
                        const struct plt_stamp_set *set, const struct plt_marker *m)
{
    const int32_t px = plt_marker_pixel(m->x), py = plt_marker_pixel(m->y), r = set->reach;
    const struct plt_irect box = plt_irect_cut(
        (struct plt_irect){px - r, py - r, px + r + 1, py + r + 1}, ink->clip);
    const int32_t width = box.x1 - box.x0;
    const size_t pitch = (size_t)width + PLT_STAMP_GROUP;
    if (!plt_reserve((void **)&s->line, &s->cap_line, 2 * pitch, 1))
        return false;
    memset(s->line, 0, 2 * pitch);
    uint8_t *outline = s->outline > 0 && !s->hollow ? s->line + pitch : NULL;
    const float x = (float)box.x0 + 0.5f - (float)m->x / PLT_MARKER_ONE;
    for (int32_t row = box.y0; row < box.y1; row++) {
        const struct plt_irect line = {box.x0, row, box.x1, row + 1};
        const float y = (float)row + 0.5f - (float)m->y / PLT_MARKER_ONE;
        plt_marker_row(s, (enum plt_symbol)m->symbol, plt_marker_unit(m->size), x, y, width,
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
        struct plt_stamp_set *set = plt_stamps_find(s, m);
        if (!set)
            return false;
        if (!plt_stamp_fits(set)) {
            if (!paint_large(s, ink, set, m))
                return false;
            continue;
        }
        const struct plt_stamp *stamp = plt_stamps_get(s, set, m);
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
    plt_stamps_begin(s, op->outline, op->hollow);
    if (find_seen(s, frame, op, clip) && paint_seen(s, &ink, frame))
        return true;
    plt_no_memory(raster->log, "markers");
    return false;
}
