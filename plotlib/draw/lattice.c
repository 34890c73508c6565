// Strokes without antialiasing (lattice.h): reduced curve -> one bit per pixel met, column
// by column -> stamped runs -> rectangles. A bitmap makes the union disjoint whatever order
// or overlap the segments have, and bounds the work by the picture.
#include <plotlib/draw/lattice.h>

#include <math.h>
#include <string.h>

#include <plotlib/base/alloc.h>

// Words of the bitmap, at most: pictures that need more are done in vertical strips.
enum { MAX_WORDS = 1 << 18, MAX_BRUSH = 1 << 14 };

struct lattice {
    struct plt_irect clip;  // what is wanted: no brush reaches it from outside the bitmap
    int32_t x0, y0, x1, y1; // the pixels the bitmap has
    size_t pitch;           // words a column
    uint64_t *bits;         // [x1 - x0][pitch], then one column to gather the brush in
};

struct point {
    int64_t x, y;
};

struct rect_list {
    struct plt_irect **rects;
    size_t *count, *capacity;
};

int plt_lattice_brush(double width_px)
{
    double n = floor(width_px + 0.5);
    return n > 1 ? (n < MAX_BRUSH ? (int)n : MAX_BRUSH) : 1;
}

static int64_t floor_div(int64_t a, int64_t b) // b > 0
{
    return a / b - (a % b < 0);
}

static int64_t ceil_div(int64_t a, int64_t b)
{
    return -floor_div(-a, b);
}

// floor without a call, within +-2^30.
static int64_t snap(float v)
{
    v = v < -0x1p30f ? -0x1p30f : v > 0x1p30f ? 0x1p30f : v;
    int32_t toward_zero = (int32_t)v;
    return toward_zero - ((float)toward_zero > v);
}

// --- setting pixels --------------------------------------------------------------------

static uint64_t ones_from(unsigned bit)
{
    return ~UINT64_C(0) << (bit & 63);
}

static void set_bits(uint64_t *column, size_t a, size_t b) // [a, b), a < b
{
    size_t first = a / 64, last = (b - 1) / 64;
    uint64_t head = ones_from((unsigned)a), tail = ~UINT64_C(0) >> (63 - (b - 1) % 64);
    if (first == last) {
        column[first] |= head & tail;
        return;
    }
    column[first] |= head;
    for (size_t i = first + 1; i < last; i++)
        column[i] = ~UINT64_C(0);
    column[last] |= tail;
}

// Pixels (x, ya) .. (x, yb), both included.
static void set_run(const struct lattice *l, int64_t x, int64_t ya, int64_t yb)
{
    ya = ya > l->y0 ? ya : l->y0;
    yb = yb < l->y1 - 1 ? yb : l->y1 - 1;
    if (x < l->x0 || x >= l->x1 || ya > yb)
        return;
    set_bits(l->bits + (size_t)(x - l->x0) * l->pitch, (size_t)(ya - l->y0),
             (size_t)(yb - l->y0) + 1);
}

// At most as high as wide: one pixel a column.
static void flat_segment(const struct lattice *l, struct point a, struct point b)
{
    int64_t dx = b.x - a.x, dy = b.y - a.y;
    int64_t x = a.x > l->x0 ? a.x : l->x0, end = b.x < l->x1 - 1 ? b.x : l->x1 - 1;
    for (; x <= end; x++) {
        int64_t y = dx ? a.y + floor_div(2 * (x - a.x) * dy + dx, 2 * dx) : a.y;
        set_run(l, x, y, y);
    }
}

// Higher than wide, a above b: column a.x + m holds the rows a.y + u for which
// floor((2 u dx + dy) / (2 dy)) == m. Solved for u, one run a column.
static void steep_segment(const struct lattice *l, struct point a, struct point b)
{
    int64_t dx = b.x - a.x, dy = b.y - a.y, w = dx < 0 ? -dx : dx;
    if (dx == 0) {
        set_run(l, a.x, a.y, b.y);
        return;
    }
    if (w == 1) { // one join in two: the halves, without a division
        int64_t half = dx < 0 ? dy / 2 : (dy - 1) / 2;
        set_run(l, a.x, a.y, a.y + half);
        set_run(l, b.x, a.y + half + 1, b.y);
        return;
    }
    int64_t left = dx < 0 ? b.x : a.x, right = dx < 0 ? a.x : b.x;
    int64_t x = left > l->x0 ? left : l->x0, end = right < l->x1 - 1 ? right : l->x1 - 1;
    for (; x <= end; x++) {
        int64_t m = dx < 0 ? a.x - x : x - a.x, u0, u1;
        if (dx > 0) {
            u0 = ceil_div(dy * (2 * m - 1), 2 * w);
            u1 = ceil_div(dy * (2 * m + 1), 2 * w) - 1;
        } else {
            u0 = floor_div(dy * (2 * m - 1), 2 * w) + 1;
            u1 = floor_div(dy * (2 * m + 1), 2 * w);
        }
        set_run(l, x, a.y + (u0 > 0 ? u0 : 0), a.y + (u1 < dy ? u1 : dy));
    }
}

static void set_segment(const struct lattice *l, struct point a, struct point b)
{
    int64_t dx = b.x - a.x, dy = b.y - a.y;
    bool steep = (dy < 0 ? -dy : dy) > (dx < 0 ? -dx : dx);
    bool turned = steep ? dy < 0 : dx < 0;
    struct point from = turned ? b : a, to = turned ? a : b;
    if (steep)
        steep_segment(l, from, to);
    else
        flat_segment(l, from, to);
}

static void set_column(const struct lattice *l, const struct plt_column *column, int64_t x,
                       bool joined)
{
    if (column->lo <= column->hi)
        set_run(l, x, snap(column->lo), snap(column->hi));
    if (joined && column->last < PLT_NO_PX && column[1].first < PLT_NO_PX)
        set_segment(l, (struct point){x, snap(column->last)},
                    (struct point){x + 1, snap(column[1].first)});
}

static void set_all(const struct lattice *l, const struct plt_reduced *reduced,
                    const struct plt_reduce_result *result)
{
    for (size_t i = 0; i < result->num_columns; i++)
        set_column(l, &reduced->columns[result->first_column + i],
                   result->col0 + (int64_t)i, i + 1 < result->num_columns);
    for (size_t i = 0; i < result->num_segments; i++) {
        const struct plt_segment *s = &reduced->segments[result->first_segment + i];
        struct point a = {snap(s->x0), snap(s->y0)}, b = {snap(s->x1), snap(s->y1)};
        if ((a.x >= l->x0 || b.x >= l->x0) && (a.x < l->x1 || b.x < l->x1))
            set_segment(l, a, b);
    }
}

// --- reading them ----------------------------------------------------------------------

static unsigned lowest_bit(uint64_t word) // word != 0
{
#if defined(__GNUC__)
    return (unsigned)__builtin_ctzll(word);
#else
    unsigned bit = 0;
    for (unsigned step = 32; step; step /= 2) {
        bool low = (word & (~UINT64_C(0) >> (64 - step))) != 0;
        bit += low ? 0 : step;
        word = low ? word : word >> step;
    }
    return bit;
#endif
}

// First bit at or after `bit` that equals `value`; `end` when there is none.
static size_t find_bit(const uint64_t *words, size_t bit, size_t end, bool value)
{
    while (bit < end) {
        uint64_t word = value ? words[bit / 64] : ~words[bit / 64];
        word &= ones_from((unsigned)bit);
        if (word) {
            bit = (bit & ~(size_t)63) + lowest_bit(word);
            return bit < end ? bit : end;
        }
        bit = (bit | 63) + 1;
    }
    return end;
}

// ORs the columns whose brush reaches column x into the spare one.
static const uint64_t *gather(const struct lattice *l, int32_t x, int brush)
{
    const uint64_t *first = l->bits + (size_t)(x - l->clip.x0) * l->pitch;
    if (brush == 1)
        return first;
    uint64_t *spare = l->bits + (size_t)(l->x1 - l->x0) * l->pitch;
    memcpy(spare, first, l->pitch * sizeof(*spare));
    for (int i = 1; i < brush; i++)
        for (size_t k = 0; k < l->pitch; k++)
            spare[k] |= first[(size_t)i * l->pitch + k];
    return spare;
}

// Appends the stamped runs of column x: disjoint, from top to bottom.
static bool add_runs(const struct lattice *l, int32_t x, int brush, struct rect_list *list)
{
    const uint64_t *words = gather(l, x, brush);
    size_t rows = (size_t)(l->y1 - l->y0), first = *list->count;
    for (size_t a = find_bit(words, 0, rows, true); a < rows;) {
        size_t b = find_bit(words, a, rows, false);
        // Row r of the bitmap reaches the rows clip.y0 + r - (brush - 1) .. clip.y0 + r.
        struct plt_irect run = {x, l->clip.y0 + (int32_t)a - (brush - 1), x + 1,
                                l->clip.y0 + (int32_t)b};
        run = plt_irect_cut(run, l->clip);
        a = find_bit(words, b, rows, true);
        struct plt_irect *last =
            *list->count > first ? *list->rects + *list->count - 1 : NULL;
        if (last && last->y1 >= run.y0) {
            last->y1 = run.y1;
            continue;
        }
        if (*list->count == *list->capacity &&
            !plt_reserve((void **)list->rects, list->capacity, *list->count + 1,
                         sizeof(run)))
            return false;
        (*list->rects)[(*list->count)++] = run;
    }
    return true;
}

// When the runs just added equal those of the column before, these are widened instead.
static bool merge_column(struct rect_list *list, size_t previous, size_t added)
{
    struct plt_irect *rects = *list->rects;
    size_t n = added - previous;
    if (*list->count - added != n)
        return false;
    for (size_t i = 0; i < n; i++)
        if (rects[previous + i].y0 != rects[added + i].y0 ||
            rects[previous + i].y1 != rects[added + i].y1)
            return false;
    for (size_t i = 0; i < n; i++)
        rects[previous + i].x1++;
    *list->count = added;
    return true;
}

static bool add_rects(const struct lattice *l, int brush, struct rect_list *list)
{
    size_t previous = *list->count;
    for (int32_t x = l->clip.x0; x < l->clip.x1; x++) {
        size_t added = *list->count;
        if (!add_runs(l, x, brush, list))
            return false;
        if (!merge_column(list, previous, added))
            previous = added;
    }
    return true;
}

// --- the whole -------------------------------------------------------------------------

static void stretch(float *lo, float *hi, float a, float b)
{
    float least = a < b ? a : b, most = a < b ? b : a;
    *lo = least < *lo ? least : *lo;
    *hi = most > *hi ? most : *hi;
}

// The part of `clip` that ink can reach: a curve a few pixels high needs few rows.
static struct plt_irect ink_bounds(const struct plt_reduced *reduced,
                                   const struct plt_reduce_result *result, int brush,
                                   struct plt_irect clip)
{
    float x0 = INFINITY, y0 = INFINITY, x1 = -INFINITY, y1 = -INFINITY;
    for (size_t i = 0; i < result->num_columns; i++) {
        const struct plt_column *c = &reduced->columns[result->first_column + i];
        if (c->lo <= c->hi) {
            stretch(&y0, &y1, c->lo, c->hi);
            float x = (float)(result->col0 + (double)i);
            stretch(&x0, &x1, x, x);
        }
    }
    for (size_t i = 0; i < result->num_segments; i++) {
        const struct plt_segment *s = &reduced->segments[result->first_segment + i];
        stretch(&x0, &x1, s->x0, s->x1);
        stretch(&y0, &y1, s->y0, s->y1);
    }
    if (!(x0 <= x1 && y0 <= y1))
        return (struct plt_irect){0};
    struct plt_irect ink = {(int32_t)snap(x0) - brush, (int32_t)snap(y0) - brush,
                            (int32_t)snap(x1) + brush + 1, (int32_t)snap(y1) + brush + 1};
    return plt_irect_cut(clip, ink);
}

// --- dense strokes, one pixel wide -----------------------------------------------------

// Joins between neighbours end inside their columns, so that each column is one run and
// needs no bitmap.
static bool is_plain(const struct plt_reduced *reduced,
                     const struct plt_reduce_result *result, int brush,
                     struct plt_irect clip)
{
    if (brush != 1)
        return false;
    for (size_t i = 0; i < result->num_segments; i++) {
        const struct plt_segment *s = &reduced->segments[result->first_segment + i];
        int64_t x0 = snap(s->x0), x1 = snap(s->x1);
        if ((x0 < clip.x1 || x1 < clip.x1) && (x0 >= clip.x0 || x1 >= clip.x0))
            return false;
    }
    return true;
}

// The rows of a column, first > last: none. Rows of columns lie near the picture: no sum of
// two leaves an int.
struct column_run {
    int32_t first, last;
};

static int32_t snap_row(float v)
{
    v = v < -0x1p28f ? -0x1p28f : v > 0x1p28f ? 0x1p28f : v;
    int32_t toward_zero = (int32_t)v;
    return toward_zero - ((float)toward_zero > v);
}

static inline struct column_run include(struct column_run run, int32_t y)
{
    run.first = y < run.first ? y : run.first;
    run.last = y > run.last ? y : run.last;
    return run;
}

// Widens the runs of two neighbours by the join between them, as set_segment draws it: from
// its upper end half way, then in the other column. Noise would mislead every branch.
static inline void include_join(const struct plt_column *column, struct column_run *left,
                                struct column_run *right)
{
    if (!(column->last < PLT_NO_PX && column[1].first < PLT_NO_PX))
        return;
    int32_t a = snap_row(column->last), b = snap_row(column[1].first), d = b - a;
    int32_t down = d > 0, up = d < 0;
    int32_t half = down ? a + (d - 1) / 2 : b + -d / 2; // last row of the upper part
    *left = include(*left, half + up);
    *right = include(*right, half + down);
}

static bool add_run(const struct rect_list *list, size_t first, struct plt_irect run)
{
    struct plt_irect *last = *list->count > first ? *list->rects + *list->count - 1 : NULL;
    if (last && last->x1 == run.x0 && last->y0 == run.y0 && last->y1 == run.y1) {
        last->x1++;
        return true;
    }
    if (*list->count == *list->capacity &&
        !plt_reserve((void **)list->rects, list->capacity, *list->count + 1, sizeof(run)))
        return false;
    (*list->rects)[(*list->count)++] = run;
    return true;
}

static bool add_plain(const struct plt_reduced *reduced,
                      const struct plt_reduce_result *result, struct plt_irect clip,
                      struct rect_list *list)
{
    size_t first = *list->count;
    const struct column_run none = {INT32_MAX, INT32_MIN};
    struct column_run run = none;
    for (size_t i = 0; i < result->num_columns; i++) {
        const struct plt_column *c = &reduced->columns[result->first_column + i];
        struct column_run next = none;
        int32_t x = result->col0 + (int32_t)i;
        if (c->lo <= c->hi)
            run = include(include(run, snap_row(c->lo)), snap_row(c->hi));
        if (i + 1 < result->num_columns)
            include_join(c, &run, &next);
        int32_t y0 = run.first > clip.y0 ? run.first : clip.y0;
        int32_t y1 = run.last < clip.y1 - 1 ? run.last : clip.y1 - 1;
        if (x >= clip.x0 && x < clip.x1 && y0 <= y1 &&
            !add_run(list, first, (struct plt_irect){x, y0, x + 1, y1 + 1}))
            return false;
        run = next;
    }
    return true;
}

static bool add_strip(const struct plt_reduced *reduced,
                      const struct plt_reduce_result *result, int brush,
                      struct plt_irect clip, struct rect_list *list)
{
    int32_t reach = brush - 1 - (brush - 1) / 2;
    struct lattice l = {
        .clip = clip,
        .x0 = clip.x0 - reach,
        .y0 = clip.y0 - reach,
        .x1 = clip.x1 + (brush - 1) / 2,
        .y1 = clip.y1 + (brush - 1) / 2,
    };
    l.pitch = ((size_t)(l.y1 - l.y0) + 63) / 64;
    l.bits = plt_calloc(((size_t)(l.x1 - l.x0) + 1) * l.pitch, sizeof(*l.bits));
    if (!l.bits)
        return false;
    set_all(&l, reduced, result);
    bool ok = add_rects(&l, brush, list);
    plt_free(l.bits);
    return ok;
}

bool plt_lattice_rects(const struct plt_reduced *reduced,
                       const struct plt_reduce_result *result, double width_px,
                       struct plt_irect clip, struct plt_irect **rects, size_t *count,
                       size_t *capacity)
{
    int brush = plt_lattice_brush(width_px);
    size_t before = *count;
    struct rect_list list = {rects, count, capacity};
    clip = ink_bounds(reduced, result, brush, clip);
    if (plt_irect_empty(clip))
        return true;
    if (is_plain(reduced, result, brush, clip)) {
        bool ok = add_plain(reduced, result, clip, &list);
        *count = ok ? *count : before;
        return ok;
    }
    int32_t words = (clip.y1 - clip.y0 + brush) / 64 + 1;
    int32_t width = MAX_WORDS / words > 64 ? MAX_WORDS / words : 64;
    for (int32_t x = clip.x0; x < clip.x1; x += width) {
        struct plt_irect strip = clip;
        strip.x0 = x;
        strip.x1 = clip.x1 - x > width ? x + width : clip.x1;
        if (!add_strip(reduced, result, brush, strip, &list)) {
            *count = before;
            return false;
        }
    }
    return true;
}
