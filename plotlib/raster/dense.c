// What a pixel column sees of the dense columns around it and of the joins between them.
//
// Columns are visited outwards. `hull` is an interval of rows that the nearer columns cover
// without a hole: a row inside it lies beside a column that is at least as near as any
// later piece, and a later piece whose end lies inside it cannot be nearest beyond that
// end either. So each later piece counts only for the rows where it sticks out, and most
// count for none.
#include <plotlib/raster/gather.h>

struct hull {
    float lo, hi; // empty: lo > hi
};

static const struct plt_column *column_at(const struct plt_gather *g, int32_t column)
{
    if (column < g->col0 || column >= g->col1)
        return NULL;
    const struct plt_column *c = &g->columns[column - g->col0];
    return c->lo <= c->hi ? c : NULL;
}

// The join from `inner`, at column k, to its neighbour at k + side, away from x; `hull`
// contains `inner`.
static void gather_join(struct plt_gather *g, struct hull hull,
                        const struct plt_column *inner, int32_t k, int32_t side)
{
    const struct plt_column *outer = column_at(g, k + side);
    if (!outer)
        return;
    const float from = side > 0 ? inner->last : outer->last;
    const float to = side > 0 ? outer->first : inner->first;
    const float far = side > 0 ? to : from;
    if (from == PLT_NO_PX || to == PLT_NO_PX || (far >= hull.lo && far <= hull.hi))
        return;
    const float left = (float)(side > 0 ? k : k - 1) + 0.5f;
    const struct plt_slant join = plt_slant_make(left, from, left + 1.0f, to);
    if (far < hull.lo)
        plt_gather_slant(g, &join, far - g->reach, hull.lo);
    else
        plt_gather_slant(g, &join, hull.hi, far + g->reach);
}

// Adds a column and returns an interval without a hole that contains it.
static struct hull gather_column(struct plt_gather *g, struct hull *hull,
                                 const struct plt_column *c, float dx)
{
    const struct hull own = {c->lo, c->hi};
    const bool first = hull->lo > hull->hi;
    if (first || c->lo > hull->hi || c->hi < hull->lo) {
        plt_gather_vertical(g, dx, c->lo, c->hi, c->lo - g->reach, c->hi + g->reach);
        if (first)
            *hull = own;
        return own;
    }
    if (c->lo < hull->lo) {
        plt_gather_vertical(g, dx, c->lo, c->hi, c->lo - g->reach, hull->lo);
        hull->lo = c->lo;
    }
    if (c->hi > hull->hi) {
        plt_gather_vertical(g, dx, c->lo, c->hi, hull->hi, c->hi + g->reach);
        hull->hi = c->hi;
    }
    return *hull;
}

static void gather_side(struct plt_gather *g, struct hull *hull, int32_t k, int32_t side)
{
    const struct plt_column *c = column_at(g, k);
    if (c)
        gather_join(g, gather_column(g, hull, c, g->x - ((float)k + 0.5f)), c, k, side);
}

void plt_gather_dense_core(struct plt_gather *g, int32_t column)
{
    const struct plt_column *own = column_at(g, column);
    if (own)
        plt_gather_core(g, own->lo, own->hi);
}

void plt_gather_dense(struct plt_gather *g, int32_t column)
{
    if (column + g->radius < g->col0 || column - g->radius >= g->col1)
        return;
    const float last_row = g->y0 + (float)(g->box.y1 - g->box.y0 - 1);
    struct hull hull = {1.0f, 0.0f};
    const struct plt_column *own = column_at(g, column);
    if (own) {
        gather_column(g, &hull, own, 0.0f);
        gather_join(g, hull, own, column, -1);
        gather_join(g, hull, own, column, 1);
    }
    for (int32_t j = 1; j <= g->radius; j++) {
        if (hull.lo <= g->y0 && hull.hi >= last_row)
            return;
        gather_side(g, &hull, column - j, -1);
        gather_side(g, &hull, column + j, 1);
    }
}
