// What a pixel column sees of the listed segments: a window of active ones slides over the
// segments in order of their first column. XY curves come unsorted and get an order by a
// counting sort over the columns.
#include <plotlib/base/alloc.h>
#include <plotlib/raster/gather.h>

// Rows a segment may span before it pays to cut it to the column's surroundings.
static const float tall = 16.0f;

static float least(float a, float b)
{
    return a < b ? a : b;
}

static float most(float a, float b)
{
    return a > b ? a : b;
}

// Column of the pixel centre at or left of x, kept near the box.
static int32_t column_before(const struct plt_gather *g, float x)
{
    const float f = x - 0.5f;
    if (!(f > (float)g->box.x0))
        return g->box.x0 - 1;
    if (f >= (float)g->box.x1)
        return g->box.x1;
    return (int32_t)f;
}

// First column whose centre is within reach of the segment.
static int32_t first_column(const struct plt_gather *g, const struct plt_segment *s)
{
    return column_before(g, least(s->x0, s->x1) - g->reach) + 1;
}

static int32_t last_column(const struct plt_gather *g, const struct plt_segment *s)
{
    return column_before(g, most(s->x0, s->x1) + g->reach);
}

static bool in_box(const struct plt_gather *g, const struct plt_segment *s)
{
    return most(s->y0, s->y1) + g->reach >= (float)g->box.y0 &&
           least(s->y0, s->y1) - g->reach <= (float)g->box.y1 &&
           last_column(g, s) >= g->box.x0 && first_column(g, s) < g->box.x1;
}

static const struct plt_segment *segment_at(const struct plt_gather *g, size_t i)
{
    return &g->segments[g->stroke->sorted ? i : g->scratch->order[i]];
}

bool plt_listed_begin(struct plt_gather *g)
{
    struct plt_stroke_scratch *m = g->scratch;
    g->next_segment = 0;
    g->num_listed = g->stroke->num_segments;
    m->num_verticals = m->num_slants = 0;
    if (g->stroke->sorted || g->num_listed == 0)
        return true;
    const size_t columns = (size_t)(g->box.x1 - g->box.x0);
    if (!plt_reserve((void **)&m->order, &m->cap_order, g->num_listed, sizeof(*m->order)) ||
        !plt_reserve((void **)&m->starts, &m->cap_starts, columns + 1, sizeof(*m->starts)))
        return false;
    for (size_t c = 0; c <= columns; c++)
        m->starts[c] = 0;
    for (size_t i = 0; i < g->num_listed; i++)
        if (in_box(g, &g->segments[i]))
            m->starts[first_column(g, &g->segments[i]) - g->box.x0 + 1]++;
    for (size_t c = 0; c < columns; c++)
        m->starts[c + 1] += m->starts[c];
    const size_t num = m->starts[columns];
    for (size_t i = 0; i < g->num_listed; i++)
        if (in_box(g, &g->segments[i]))
            m->order[m->starts[first_column(g, &g->segments[i]) - g->box.x0]++] = i;
    g->num_listed = num;
    return true;
}

// Touching pieces of one vertical line are one piece, to the bit (distance.h): a column
// drawn from all its samples costs no more than one drawn from its extrema.
static bool activate_vertical(struct plt_gather *g, const struct plt_segment *s)
{
    struct plt_stroke_scratch *m = g->scratch;
    const float lo = least(s->y0, s->y1), hi = most(s->y0, s->y1);
    if (m->num_verticals) {
        struct plt_active_vertical *v = &m->verticals[m->num_verticals - 1];
        if (v->x == s->x0 && lo <= v->hi && hi >= v->lo) {
            v->lo = least(v->lo, lo);
            v->hi = most(v->hi, hi);
            return true;
        }
    }
    if (!plt_reserve((void **)&m->verticals, &m->cap_verticals, m->num_verticals + 1,
                     sizeof(*m->verticals)))
        return false;
    m->verticals[m->num_verticals++] =
        (struct plt_active_vertical){s->x0, lo, hi, last_column(g, s)};
    return true;
}

static bool activate_slant(struct plt_gather *g, const struct plt_segment *s)
{
    struct plt_stroke_scratch *m = g->scratch;
    if (!plt_reserve((void **)&m->slants, &m->cap_slants, m->num_slants + 1,
                     sizeof(*m->slants)))
        return false;
    m->slants[m->num_slants++] = (struct plt_active_slant){
        plt_slant_make(s->x0, s->y0, s->x1, s->y1),
        least(s->y0, s->y1),
        most(s->y0, s->y1),
        last_column(g, s),
    };
    return true;
}

bool plt_listed_activate(struct plt_gather *g, int32_t column)
{
    for (; g->next_segment < g->num_listed; g->next_segment++) {
        const struct plt_segment *s = segment_at(g, g->next_segment);
        if (first_column(g, s) > column)
            return true;
        if (!in_box(g, s))
            continue;
        if (!(s->x0 == s->x1 ? activate_vertical(g, s) : activate_slant(g, s)))
            return false;
    }
    return true;
}

// Drops what lies behind the column, in order, and finds the core.
static void retire(struct plt_gather *g, int32_t column)
{
    struct plt_stroke_scratch *m = g->scratch;
    size_t keep = 0;
    for (size_t i = 0; i < m->num_verticals; i++) {
        const struct plt_active_vertical v = m->verticals[i];
        if (v.last < column)
            continue;
        if (v.x == g->x)
            plt_gather_core(g, v.lo, v.hi);
        m->verticals[keep++] = v;
    }
    m->num_verticals = keep;
    keep = 0;
    for (size_t i = 0; i < m->num_slants; i++)
        if (m->slants[i].last >= column)
            m->slants[keep++] = m->slants[i];
    m->num_slants = keep;
}

// Rows of the part of a slant that lies within reach of the column. In double: a steep
// line turns the rounding of x into rows.
static void gather_tall(struct plt_gather *g, const struct plt_active_slant *a)
{
    const struct plt_slant *s = &a->slant;
    const double slope = ((double)s->by - s->ay) / ((double)s->bx - s->ax);
    const double left = s->ay + ((double)g->x - g->reach - s->ax) * slope;
    const double right = s->ay + ((double)g->x + g->reach - s->ax) * slope;
    double top = left < right ? left : right, bottom = left < right ? right : left;
    top = top > a->top ? top : a->top;
    bottom = bottom < a->bottom ? bottom : a->bottom;
    plt_gather_slant(g, s, (float)top - g->reach, (float)bottom + g->reach);
}

void plt_gather_listed(struct plt_gather *g, int32_t column)
{
    const struct plt_stroke_scratch *m = g->scratch;
    if (m->num_verticals + m->num_slants == 0)
        return;
    retire(g, column);
    for (size_t i = 0; i < m->num_verticals; i++) {
        const struct plt_active_vertical *v = &m->verticals[i];
        plt_gather_vertical(g, g->x - v->x, v->lo, v->hi, v->lo - g->reach,
                            v->hi + g->reach);
    }
    for (size_t i = 0; i < m->num_slants; i++) {
        const struct plt_active_slant *a = &m->slants[i];
        if (a->bottom - a->top > tall && most(a->slant.ux, -a->slant.ux) > g->reach)
            gather_tall(g, a);
        else
            plt_gather_slant(g, &a->slant, a->top - g->reach, a->bottom + g->reach);
    }
}
