// Strokes with corners and flat ends, as tinted spans. Each listed segment is its capsule,
// cut by half-planes at flat ends and bevels; miters and square ends are added to it. Every
// edge is a ramp one pixel wide, a pixel takes the most of what covers it, and alpha comes
// once. Dense columns keep round joins: their walk has no direction (lod.md, T3).
#include <math.h>

#include <plotlib/base/alloc.h>
#include <plotlib/draw/build.h>
#include <plotlib/draw/distance.h>

// Keep what lies at most d along (nx, ny) from (x, y). From there and not from the frame's
// corner: rounding must not depend on where in the frame the stroke lies.
struct cut {
    float nx, ny, x, y, d;
};

static float beyond_cut(const struct cut *cut, float x, float y)
{
    return cut->nx * (x - cut->x) + cut->ny * (y - cut->y) - cut->d;
}

struct piece {
    float ax, ay, bx, by;
    struct cut cuts[2];
    int num_cuts;
};

struct path {
    struct plt_irect box;
    uint8_t *coverage; // [columns of the box][pitch]
    size_t pitch;
    const struct plt_path_style *style;
    float half;
    const struct plt_reduced *reduced;
    const struct plt_reduce_result *part;
};

static float unit(float c)
{
    return c < 0 ? 0 : c > 1 ? 1 : c;
}

static void cover_pixel(struct path *p, int32_t x, int32_t y, float coverage)
{
    uint8_t *at = p->coverage + (size_t)(x - p->box.x0) * p->pitch + (y - p->box.y0);
    uint8_t byte = (uint8_t)(unit(coverage) * 255 + 0.5f);
    *at = byte > *at ? byte : *at;
}

static float capsule_d2(const struct piece *s, float x, float y)
{
    if (s->ax == s->bx)
        return plt_vertical_d2(x - s->ax, fminf(s->ay, s->by), fmaxf(s->ay, s->by), y);
    const struct plt_slant slant = plt_slant_make(s->ax, s->ay, s->bx, s->by);
    return plt_slant_d2(&slant, x, y);
}

// A miter may reach to infinity.
static int32_t whole(float px)
{
    return (int32_t)fminf(fmaxf(px, -0x1p24f), 0x1p24f);
}

static struct plt_irect around(const struct path *p, const struct piece *s, float reach)
{
    struct plt_irect r = {whole(floorf(fminf(s->ax, s->bx) - reach)),
                          whole(floorf(fminf(s->ay, s->by) - reach)),
                          whole(ceilf(fmaxf(s->ax, s->bx) + reach)),
                          whole(ceilf(fmaxf(s->ay, s->by) + reach))};
    return plt_irect_cut(r, p->box);
}

// Rows of column x that the piece can reach.
static void rows_of(const struct piece *s, float x, float reach, struct plt_irect *r)
{
    float dx = s->bx - s->ax, dy = s->by - s->ay, length = sqrtf(dx * dx + dy * dy);
    if (fabsf(dx) * 16 < length)
        return;
    float y = s->ay + (x - s->ax) * dy / dx, far = reach * length / fabsf(dx) + 1;
    int32_t y0 = y - far > (float)r->y0 ? (int32_t)floorf(y - far) : r->y0;
    int32_t y1 = y + far < (float)r->y1 ? (int32_t)ceilf(y + far) : r->y1;
    r->y0 = y0;
    r->y1 = y1;
}

static void cover_piece(struct path *p, const struct piece *s)
{
    float reach = p->half + 1;
    struct plt_irect box = around(p, s, reach);
    for (int32_t x = box.x0; x < box.x1; x++) {
        struct plt_irect r = box;
        rows_of(s, (float)x + 0.5f, reach, &r);
        for (int32_t y = r.y0; y < r.y1; y++) {
            float px = (float)x + 0.5f, py = (float)y + 0.5f;
            float c = p->half + 0.5f - sqrtf(capsule_d2(s, px, py));
            for (int i = 0; i < s->num_cuts && c > 0; i++)
                c = fminf(c, 0.5f - beyond_cut(&s->cuts[i], px, py));
            if (c > 0)
                cover_pixel(p, x, y, c);
        }
    }
}

// Covers where all the cuts hold, within `reach` of (x, y).
static void cover_cuts(struct path *p, float cx, float cy, float reach,
                       const struct cut *cuts, int num)
{
    struct piece at = {.ax = cx, .ay = cy, .bx = cx, .by = cy};
    struct plt_irect r = around(p, &at, reach + 1);
    for (int32_t x = r.x0; x < r.x1; x++) {
        for (int32_t y = r.y0; y < r.y1; y++) {
            float px = (float)x + 0.5f, py = (float)y + 0.5f;
            float dx = px - cx, dy = py - cy;
            float c = reach + 0.5f - sqrtf(dx * dx + dy * dy);
            for (int i = 0; i < num && c > 0; i++)
                c = fminf(c, 0.5f - beyond_cut(&cuts[i], px, py));
            if (c > 0)
                cover_pixel(p, x, y, c);
        }
    }
}

static struct cut cut_at(float nx, float ny, float x, float y, float d)
{
    return (struct cut){nx, ny, x, y, d};
}

// Unit direction of a piece; false for a dot.
static bool direction(const struct piece *s, float *ux, float *uy)
{
    float dx = s->bx - s->ax, dy = s->by - s->ay, length = sqrtf(dx * dx + dy * dy);
    if (!(length > 0))
        return false;
    *ux = dx / length;
    *uy = dy / length;
    return true;
}

// The corner where `s` ends and `t` begins.
static void join(struct path *p, struct piece *s, struct piece *t)
{
    float ux, uy, vx, vy;
    if (p->style->join == PLT_JOIN_ROUND || !direction(s, &ux, &uy) ||
        !direction(t, &vx, &vy))
        return;
    float nx = ux - vx, ny = uy - vy, size = sqrtf(nx * nx + ny * ny);
    if (size < 1e-3f) // straight on
        return;
    nx /= size;
    ny /= size;
    float x = s->bx, y = s->by, sine = size / 2; // of half the turn
    float cosine = sqrtf(fmaxf(0, 1 - sine * sine));
    // SVG: the tip's length to the width is 1 / cosine of half the turn.
    if (p->style->join == PLT_JOIN_BEVEL || cosine * p->style->miter_limit < 1) {
        struct cut cut = cut_at(nx, ny, x, y, p->half * cosine);
        s->cuts[s->num_cuts++] = cut;
        t->cuts[t->num_cuts++] = cut;
        return;
    }
    const struct cut kite[] = {cut_at(-uy, ux, x, y, p->half),
                               cut_at(uy, -ux, x, y, p->half),
                               cut_at(-vy, vx, x, y, p->half),
                               cut_at(vy, -vx, x, y, p->half), cut_at(-nx, -ny, x, y, 0)};
    cover_cuts(p, x, y, p->half / cosine, kite, 5);
}

// A free end at (x, y) that points along (ux, uy).
static void cap(struct path *p, struct piece *s, float x, float y, float ux, float uy)
{
    if (p->style->cap == PLT_CAP_BUTT)
        s->cuts[s->num_cuts++] = cut_at(ux, uy, x, y, 0);
    if (p->style->cap != PLT_CAP_SQUARE)
        return;
    const struct cut box[] = {cut_at(-uy, ux, x, y, p->half),
                              cut_at(uy, -ux, x, y, p->half), cut_at(ux, uy, x, y, p->half),
                              cut_at(-ux, -uy, x, y, 0)};
    cover_cuts(p, x, y, p->half * 1.5f, box, 4);
}

static const struct plt_column *column_of(const struct path *p, float x)
{
    float c = floorf(x) - (float)p->part->col0;
    if (!(c >= 0 && c < (float)p->part->num_columns))
        return NULL;
    const struct plt_column *column =
        &p->reduced->columns[p->part->first_column + (size_t)c];
    return column->lo <= column->hi ? column : NULL;
}

static void caps(struct path *p, struct piece *s, bool begins, bool ends)
{
    float ux, uy;
    if (!direction(s, &ux, &uy))
        return;
    if (begins && !column_of(p, s->ax))
        cap(p, s, s->ax, s->ay, -ux, -uy);
    if (ends && !column_of(p, s->bx))
        cap(p, s, s->bx, s->by, ux, uy);
}

static struct piece piece_at(const struct path *p, size_t i)
{
    const struct plt_segment *s = &p->reduced->segments[p->part->first_segment + i];
    return (struct piece){.ax = s->x0, .ay = s->y0, .bx = s->x1, .by = s->y1};
}

static void turn(struct piece *s)
{
    struct piece t = *s;
    s->ax = t.bx;
    s->ay = t.by;
    s->bx = t.ax;
    s->by = t.ay;
}

static bool follows(const struct piece *s, const struct piece *t)
{
    return s->bx == t->ax && s->by == t->ay;
}

// XY curves list each segment from left to right: turns it to go on from `s`.
static bool follow(const struct path *p, struct piece *s, bool alone, struct piece *t)
{
    if (follows(s, t))
        return true;
    if (p->part->sorted)
        return false;
    turn(t);
    if (follows(s, t))
        return true;
    if (alone) { // `s` itself has no direction yet
        turn(s);
        if (follows(s, t))
            return true;
        turn(t);
        if (follows(s, t))
            return true;
        turn(s);
        return false;
    }
    turn(t);
    return false;
}

static void cover_segments(struct path *p)
{
    bool joined = false;
    if (p->part->num_segments == 0)
        return;
    struct piece s = piece_at(p, 0);
    for (size_t i = 0; i < p->part->num_segments; i++) {
        struct piece t = {0};
        bool goes_on = false;
        if (i + 1 < p->part->num_segments) {
            t = piece_at(p, i + 1);
            goes_on = follow(p, &s, !joined, &t);
        }
        caps(p, &s, !joined, !goes_on);
        if (goes_on && !column_of(p, s.bx))
            join(p, &s, &t);
        cover_piece(p, &s);
        s = t;
        joined = goes_on;
    }
}

static void cover_columns(struct path *p)
{
    for (size_t i = 0; i < p->part->num_columns; i++) {
        const struct plt_column *c = &p->reduced->columns[p->part->first_column + i];
        float x = (float)(p->part->col0 + (int32_t)i) + 0.5f;
        if (c->lo <= c->hi)
            cover_piece(p, &(struct piece){.ax = x, .ay = c->lo, .bx = x, .by = c->hi});
        if (i + 1 < p->part->num_columns && c->last < PLT_NO_PX && c[1].first < PLT_NO_PX)
            cover_piece(
                p, &(struct piece){.ax = x, .ay = c->last, .bx = x + 1, .by = c[1].first});
    }
}

static void push_column(struct plt_frame *frame, const struct path *p, int32_t x,
                        uint32_t color)
{
    const uint8_t *c = p->coverage + (size_t)(x - p->box.x0) * p->pitch;
    int32_t rows = p->box.y1 - p->box.y0;
    for (int32_t a = 0, b; a < rows; a = b) {
        for (b = a + 1; b < rows && c[b] == c[a];)
            b++;
        if (c[a])
            plt_push_tint(frame, (struct plt_irect){x, p->box.y0 + a, x + 1, p->box.y0 + b},
                          color, c[a]);
    }
}

void plt_push_path(struct plt_frame *frame, const struct plt_reduce_result *part,
                   const struct plt_path_style *style, float width, uint32_t color,
                   struct plt_irect clip)
{
    clip = plt_irect_cut(clip, (struct plt_irect){0, 0, frame->width, frame->height});
    if (plt_irect_empty(clip))
        return;
    struct path p = {.box = clip,
                     .pitch = (size_t)(clip.y1 - clip.y0),
                     .style = style,
                     .half = width / 2,
                     .reduced = &frame->strokes,
                     .part = part};
    p.coverage = plt_calloc((size_t)(clip.x1 - clip.x0), p.pitch);
    struct plt_op *op = p.coverage ? plt_push_op(frame, PLT_OP_TINTS, color, clip) : NULL;
    if (!op) {
        plt_free(p.coverage);
        frame->failed = true;
        return;
    }
    cover_columns(&p);
    cover_segments(&p);
    for (int32_t x = clip.x0; x < clip.x1; x++)
        push_column(frame, &p, x, color);
    op->count = frame->num_tints - op->first;
    if (op->count == 0)
        frame->num_ops--; // nothing to draw, no operation
    plt_free(p.coverage);
}
