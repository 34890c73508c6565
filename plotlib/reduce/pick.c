// Picking: three ways to the same sample. Sorted x: halves of the samples near in x, the
// nearer one first, left out where their box (ends in x, pyramid in y) lies further away
// than what was found. x in no order: a k-d tree by value; the maps are monotone, so a
// half plane of values is one of pixels. Else every sample.
#include <math.h>
#include <string.h>

#include <plotlib/base/alloc.h>
#include <plotlib/reduce/pick.h>
#include <plotlib/reduce/points.h>

enum {
    LEAF = 32,       // samples that are looked at without further halving
    FEW = 4096,      // as many are looked at one by one
    TREE_LEAF = 256, // samples of the tree's leaves, about
    MOST_DEPTH = 16,
    DRAWN = 16, // samples for each leaf that the splits are made of
    WINDOW_LOG2 = 22,
};

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

// Every sample, those in the wrong columns at the speed of reading their x. What was found
// makes the window narrower.
static void try_all(struct search *s)
{
    const struct plt_pick_query *q = s->q;
    struct plt_points_scan scan = {
        .pin = q->pin, .x_map = &q->x, .y_map = &q->y, .next = q->pin->tail};
    do {
        const double radius = sqrt(s->best.d2);
        plt_points_window(&scan, q->x_px - radius, q->x_px + radius);
        plt_points_find(&scan);
        for (size_t k = 0; k < scan.num; k++)
            try_point(s, scan.samples[k], scan.x[k], scan.y[k]);
    } while (scan.num > 0);
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

// Splits of the nodes below `node`, halves of points[n].
static void split(struct plt_pick_index *index, struct point *points, ptrdiff_t n,
                  size_t node, int level)
{
    if (level == index->depth)
        return;
    const int axis = level & 1;
    const ptrdiff_t middle = n / 2;
    select_point(points, n, middle, axis);
    index->splits[node] = points[middle].v[axis];
    split(index, points, middle, 2 * node + 1, level + 1);
    split(index, points + middle, n - middle, 2 * node + 2, level + 1);
}

// Samples at random places, but always the same ones (Steele et al. 2014): a fixed stride
// could beat with the data. False when too few are finite.
static bool draw_points(const struct plt_pick_query *q, struct point *points, size_t num)
{
    const struct plt_series_pin *pin = q->pin;
    const uint64_t n = pin->head - pin->tail;
    uint64_t state = 1;
    size_t found = 0;
    for (size_t tries = 0; found < num && tries < 8 * num; tries++) {
        uint64_t z = state += UINT64_C(0x9e3779b97f4a7c15);
        z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
        z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
        struct point *p = &points[found];
        plt_points_values(pin, q->x.origin, pin->tail + (z ^ z >> 31) % n, 1, &p->v[0],
                          &p->v[1]);
        found += isfinite(p->v[0]) && isfinite(p->v[1]);
    }
    return found == num;
}

// The leaf of a value: below a split to the left.
static uint32_t leaf_of(const struct plt_pick_index *index, double x, double y)
{
    const double *splits = index->splits;
    size_t node = 0;
    for (int level = 0; level < index->depth; level++)
        node = 2 * node + 1 + ((level & 1 ? y : x) >= splits[node]);
    return (uint32_t)(node + 1 - ((size_t)1 << index->depth));
}

// Sorts the samples into their leaves, by counting. leaves[n] is for its use.
static void sort_samples(struct plt_pick_index *index, const struct plt_pick_query *q,
                         uint32_t *leaves)
{
    const struct plt_series_pin *pin = q->pin;
    const uint32_t none = UINT32_C(1) << index->depth;
    const size_t n = (size_t)(pin->head - pin->tail);
    double x[PLT_POINTS], y[PLT_POINTS];
    uint32_t *starts = index->starts; // first of counts, of the leaf before
    for (size_t i = 0; i < n; i += PLT_POINTS) {
        const size_t m = n - i < PLT_POINTS ? n - i : PLT_POINTS;
        plt_points_values(pin, q->x.origin, pin->tail + i, m, x, y);
        for (size_t k = 0; k < m; k++) {
            const bool ok = isfinite(x[k]) && isfinite(y[k]);
            leaves[i + k] = ok ? leaf_of(index, x[k], y[k]) : none;
            starts[leaves[i + k]]++;
        }
    }
    uint32_t sum = 0;
    for (uint32_t leaf = 0; leaf <= none; leaf++) {
        const uint32_t count = starts[leaf];
        starts[leaf] = sum;
        sum += count;
    }
    for (size_t i = 0; i < n; i++)
        if (leaves[i] < none)
            index->order[starts[leaves[i]]++] = (uint32_t)i;
    // Each start has become the next one's.
    memmove(starts + 1, starts, none * sizeof(*starts));
    starts[0] = 0;
}

static void forget_tree(struct plt_pick_index *index)
{
    plt_free(index->order);
    plt_free(index->starts);
    plt_free(index->splits);
    index->order = index->starts = NULL;
    index->splits = NULL;
}

static void make_index(struct plt_pick_index *index, const struct plt_pick_query *q)
{
    const size_t n = (size_t)(q->pin->head - q->pin->tail);
    index->depth = 1;
    while (index->depth < MOST_DEPTH && n >> index->depth > TREE_LEAF)
        index->depth++;
    const size_t num_leaves = (size_t)1 << index->depth, drawn = num_leaves * DRAWN;
    struct point *points = plt_calloc(drawn, sizeof(*points));
    uint32_t *leaves = plt_calloc(n, sizeof(*leaves));
    index->splits = plt_calloc(num_leaves, sizeof(*index->splits));
    index->starts = plt_calloc(num_leaves + 1, sizeof(*index->starts));
    index->order = plt_calloc(n, sizeof(*index->order));
    if (points && leaves && index->splits && index->starts && index->order &&
        draw_points(q, points, drawn)) {
        split(index, points, (ptrdiff_t)drawn, 0, 0);
        sort_samples(index, q, leaves);
        index->ready = true;
    } else {
        forget_tree(index);
    }
    plt_free(points);
    plt_free(leaves);
}

void plt_pick_index_finish(struct plt_pick_index *index)
{
    forget_tree(index);
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

static void try_leaf(struct search *s, const struct plt_pick_index *index, size_t leaf)
{
    for (size_t k = index->starts[leaf]; k < index->starts[leaf + 1]; k++) {
        double x, y;
        const uint64_t i = index->tail + index->order[k];
        plt_points_px(s->q->pin, &s->q->x, &s->q->y, i, 1, &x, &y);
        try_point(s, i, x, y);
    }
}

// away: how far the node's box is away at least, along each axis.
static void search_tree(struct search *s, const struct plt_pick_index *index, size_t node,
                        int level, const double away[2])
{
    if (level == index->depth) {
        try_leaf(s, index, node + 1 - ((size_t)1 << index->depth));
        return;
    }
    const int axis = level & 1;
    const struct plt_map *map = axis ? &s->q->y : &s->q->x;
    const double at_split = plt_point_px(map, index->splits[node]);
    const double at = axis ? s->q->y_px : s->q->x_px;
    // How far we are on the side of the greater values.
    const double above = map->scale > 0 ? at - at_split : at_split - at;
    for (int k = 0; k < 2; k++) {
        const bool upper = (k == 0) == (above > 0);
        double next[2] = {away[0], away[1]};
        const double beyond = upper ? -above : above;
        if (beyond > next[axis]) // not where the split has no place on the scale
            next[axis] = beyond;
        if (next[0] * next[0] + next[1] * next[1] <= s->best.d2)
            search_tree(s, index, 2 * node + (upper ? 2 : 1), level + 1, next);
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
        search_tree(&s, index, 0, 0, away);
    } else {
        try_all(&s);
    }
    if (s.found)
        *hit = s.best;
    return s.found;
}
