// Picking: three ways to the same sample. Sorted x: halves of the samples near in x, the
// nearer one first, left out where their box (ends in x, pyramid in y) lies further away
// than what was found. x in no order: a k-d tree by value; the maps are monotone, so a
// half plane of values is one of pixels. Else every sample.
#include <math.h>

#include <plotlib/base/alloc.h>
#include <plotlib/reduce/pick.h>
#include <plotlib/reduce/points.h>

enum { LEAF = 32, FEW = 4096, WINDOW_LOG2 = 22 };

struct search {
    const struct plt_pick_query *q;
    struct plt_pick_hit best;
    bool found;
};

// Of equally near samples the last one is drawn over the others.
static void try_point(struct search *s, uint64_t i, double x, double y)
{
    const double dx = x - s->q->x_px, dy = y - s->q->y_px, d2 = dx * dx + dy * dy;
    if (!(d2 <= s->best.d2) || (s->found && d2 == s->best.d2 && i < s->best.sample))
        return;
    s->best = (struct plt_pick_hit){i, d2};
    s->found = true;
}

static void try_samples(struct search *s, uint64_t i0, uint64_t i1)
{
    double x[PLT_POINTS], y[PLT_POINTS];
    for (; i0 < i1; i0 += PLT_POINTS) {
        const size_t n = i1 - i0 < PLT_POINTS ? (size_t)(i1 - i0) : PLT_POINTS;
        plt_points_px(s->q->pin, &s->q->x, &s->q->y, i0, n, x, y);
        for (size_t k = 0; k < n; k++)
            try_point(s, i0 + k, x[k], y[k]);
    }
}

// --- sorted x --------------------------------------------------------------------------

// From `at` to the interval between a and b, whose ends may have no place on the scale.
static double gap(double at, double a, double b)
{
    if (isnan(a) || isnan(b))
        return 0;
    const double lo = a < b ? a : b, hi = a < b ? b : a;
    return at < lo ? lo - at : at > hi ? at - hi : 0;
}

static double x_of(const struct search *s, uint64_t i)
{
    double x, y;
    plt_points_px(s->q->pin, &s->q->x, &s->q->y, i, 1, &x, &y);
    return x;
}

static bool may_hold(const struct search *s, uint64_t i0, uint64_t i1, double x0, double x1)
{
    double lo, hi;
    const double dx = gap(s->q->x_px, x0, x1);
    if (dx * dx > s->best.d2 || !plt_pin_min_max(s->q->pin, i0, i1, &lo, &hi))
        return false;
    const double dy =
        gap(s->q->y_px, plt_point_px(&s->q->y, lo), plt_point_px(&s->q->y, hi));
    return dx * dx + dy * dy <= s->best.d2;
}

static void search_sorted(struct search *s, uint64_t i0, uint64_t i1)
{
    if (i1 - i0 <= LEAF) {
        try_samples(s, i0, i1);
        return;
    }
    const uint64_t middle = i0 + (i1 - i0) / 2;
    const double left0 = x_of(s, i0), left1 = x_of(s, middle - 1);
    const double right0 = x_of(s, middle), right1 = x_of(s, i1 - 1);
    const bool left_first =
        gap(s->q->x_px, left0, left1) <= gap(s->q->x_px, right0, right1);
    for (int k = 0; k < 2; k++) {
        if ((k == 0) == left_first) {
            if (may_hold(s, i0, middle, left0, left1))
                search_sorted(s, i0, middle);
        } else if (may_hold(s, middle, i1, right0, right1)) {
            search_sorted(s, middle, i1);
        }
    }
}

static void pick_sorted(struct search *s)
{
    const uint64_t most = UINT64_C(1) << WINDOW_LOG2;
    const struct plt_pick_query *q = s->q;
    uint64_t i0, i1, c0, c1;
    plt_points_between(q->pin, &q->x, q->x_px - q->radius_px, q->x_px + q->radius_px, &i0,
                       &i1);
    if (i1 - i0 > most) {
        plt_points_between(q->pin, &q->x, q->x_px, q->x_px, &c0, &c1);
        const uint64_t before = c0 - i0 < most / 2 ? c0 - i0 : most / 2;
        i0 = c0 - before;
        i1 = i1 - i0 < most ? i1 : i0 + most;
    }
    if (i0 < i1)
        search_sorted(s, i0, i1);
}

// --- the tree --------------------------------------------------------------------------

struct point {
    double v[2];
    uint32_t i;
};

// Puts the k-th smallest of points[n] by `axis` in its place, none greater before it and
// none smaller after it (Hoare 1961).
static void select_point(struct point *points, ptrdiff_t n, ptrdiff_t k, int axis)
{
    ptrdiff_t lo = 0, hi = n - 1;
    while (lo < hi) {
        const double a = points[lo].v[axis], b = points[lo + (hi - lo) / 2].v[axis],
                     c = points[hi].v[axis];
        const double least = a < b ? a : b, most = a < b ? b : a;
        const double pivot = c < least ? least : c > most ? most : c;
        ptrdiff_t i = lo, j = hi;
        while (i <= j) {
            while (points[i].v[axis] < pivot)
                i++;
            while (points[j].v[axis] > pivot)
                j--;
            if (i > j)
                break;
            const struct point swap = points[i];
            points[i++] = points[j];
            points[j--] = swap;
        }
        if (k > j && k < i)
            return;
        if (k <= j)
            hi = j;
        else
            lo = i;
    }
}

static void build(struct plt_pick_index *index, struct point *points, size_t begin,
                  size_t end, size_t node, int axis)
{
    if (end - begin <= LEAF) {
        for (size_t i = begin; i < end; i++)
            index->order[i] = points[i].i;
        return;
    }
    const size_t middle = begin + (end - begin) / 2;
    select_point(points + begin, (ptrdiff_t)(end - begin), (ptrdiff_t)(middle - begin),
                 axis);
    index->splits[node] = points[middle].v[axis];
    build(index, points, begin, middle, 2 * node + 1, 1 - axis);
    build(index, points, middle, end, 2 * node + 2, 1 - axis);
}

static size_t read_points(const struct plt_pick_query *q, struct point *points)
{
    const struct plt_series_pin *pin = q->pin;
    double x[PLT_POINTS], y[PLT_POINTS];
    size_t num = 0;
    for (uint64_t i = pin->tail; i < pin->head; i += PLT_POINTS) {
        const size_t n = pin->head - i < PLT_POINTS ? (size_t)(pin->head - i) : PLT_POINTS;
        plt_points_values(pin, q->x.origin, i, n, x, y);
        for (size_t k = 0; k < n; k++)
            if (isfinite(x[k]) && isfinite(y[k]))
                points[num++] = (struct point){{x[k], y[k]}, (uint32_t)(i + k - pin->tail)};
    }
    return num;
}

static size_t count_splits(size_t n)
{
    size_t nodes = 1;
    for (; n > LEAF; n = n - n / 2)
        nodes *= 2;
    return nodes;
}

static void make_index(struct plt_pick_index *index, const struct plt_pick_query *q)
{
    const size_t n = (size_t)(q->pin->head - q->pin->tail);
    const size_t num_splits = count_splits(n);
    struct point *points = plt_calloc(n, sizeof(*points));
    uint32_t *order = plt_calloc(n, sizeof(*order));
    double *splits = plt_calloc(num_splits, sizeof(*splits));
    if (points && order && splits) {
        index->num = read_points(q, points);
        index->num_splits = num_splits;
        index->order = order;
        index->splits = splits;
        index->ready = true;
        build(index, points, 0, index->num, 0, 0);
    } else {
        plt_free(order);
        plt_free(splits);
    }
    plt_free(points);
}

void plt_pick_index_finish(struct plt_pick_index *index)
{
    plt_free(index->order);
    plt_free(index->splits);
    *index = (struct plt_pick_index){0};
}

static bool same_samples(const struct plt_pick_index *index, const struct plt_pick_query *q)
{
    const struct plt_series_pin *pin = q->pin;
    if (index->tail != pin->tail || index->head != pin->head ||
        index->origin != q->x.origin || index->epoch != pin->epoch)
        return false;
    return pin->epoch != 0 || (q->fresh && index->changes == q->changes);
}

// Whether there is a tree of these samples. The first pick among new ones makes none: they
// may be others at the next.
static bool use_index(struct plt_pick_index *index, const struct plt_pick_query *q)
{
    if (!same_samples(index, q)) {
        plt_pick_index_finish(index);
        index->tail = q->pin->tail;
        index->head = q->pin->head;
        index->origin = q->x.origin;
        index->epoch = q->pin->epoch;
        index->changes = q->changes;
    }
    const bool again = index->asked;
    index->asked = true;
    if (!index->ready && again && q->pin->head - q->pin->tail <= UINT32_MAX / 2)
        make_index(index, q);
    return index->ready;
}

static void try_leaf(struct search *s, const struct plt_pick_index *index, size_t begin,
                     size_t end)
{
    for (size_t k = begin; k < end; k++) {
        double x, y;
        const uint64_t i = index->tail + index->order[k];
        plt_points_px(s->q->pin, &s->q->x, &s->q->y, i, 1, &x, &y);
        try_point(s, i, x, y);
    }
}

// away: how far the node's box is away at least, along each axis.
static void search_tree(struct search *s, const struct plt_pick_index *index, size_t begin,
                        size_t end, size_t node, int axis, const double away[2])
{
    if (end - begin <= LEAF) {
        try_leaf(s, index, begin, end);
        return;
    }
    const size_t middle = begin + (end - begin) / 2;
    const struct plt_map *map = axis ? &s->q->y : &s->q->x;
    const double split = plt_point_px(map, index->splits[node]);
    const double at = axis ? s->q->y_px : s->q->x_px;
    // Values below the split lie on the side where pixels grow if the axis is reversed.
    const double below = map->scale > 0 ? at - split : split - at;
    for (int k = 0; k < 2; k++) {
        const bool upper = (k == 0) == (below > 0);
        double next[2] = {away[0], away[1]};
        const double beyond = upper ? -below : below;
        if (!isnan(split) && beyond > next[axis])
            next[axis] = beyond;
        if (next[0] * next[0] + next[1] * next[1] > s->best.d2)
            continue;
        if (upper)
            search_tree(s, index, middle, end, 2 * node + 2, 1 - axis, next);
        else
            search_tree(s, index, begin, middle, 2 * node + 1, 1 - axis, next);
    }
}

bool plt_pick_nearest(const struct plt_pick_query *query, struct plt_pick_index *index,
                      struct plt_pick_hit *hit)
{
    const struct plt_series_pin *pin = query->pin;
    struct search s = {.q = query, .best = {.d2 = query->radius_px * query->radius_px}};
    if (pin->head - pin->tail <= FEW) {
        try_samples(&s, pin->tail, pin->head);
    } else if (pin->sorted) {
        pick_sorted(&s);
    } else if (index && use_index(index, query)) {
        const double away[2] = {0, 0};
        search_tree(&s, index, 0, index->num, 0, 0, away);
    } else {
        try_samples(&s, pin->tail, pin->head);
    }
    if (s.found)
        *hit = s.best;
    return s.found;
}
