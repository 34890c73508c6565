// Picking: three ways to the same sample. Sorted x: halves of the samples near in x, the
// nearer one first, left out where their box (ends in x, pyramid in y) lies further away
// than what was found. x in no order: a k-d tree by value; the maps are monotone, so a
// half plane of values is one of pixels. Else every sample, by reading all x.
#include <math.h>

#include <plotlib/reduce/pick.h>
#include <plotlib/reduce/points.h>

enum {
    LEAF = 32,  // samples that are looked at without further halving
    FEW = 4096, // as many are looked at one by one
    MANY = 1 << 16,
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

// Samples [i0, i1), those in the wrong columns at the speed of reading their x. What was
// found makes the window narrower.
static void scan(struct search *s, uint64_t i0, uint64_t i1)
{
    const struct plt_pick_query *q = s->q;
    struct plt_points_scan look = {
        .pin = q->pin, .x_map = &q->x, .y_map = &q->y, .next = i0, .end = i1};
    do {
        const double radius = sqrt(s->best.d2);
        plt_points_window(&look, q->x_px - radius, q->x_px + radius);
        plt_points_find(&look);
        for (size_t k = 0; k < look.num; k++)
            try_point(s, look.samples[k], look.x[k], look.y[k]);
    } while (look.num > 0);
}

struct part {
    struct search search;
    uint64_t i0, i1;
};

static void scan_part(void *user, int k)
{
    struct part *part = (struct part *)user + k;
    scan(&part->search, part->i0, part->i1);
}

// Parts of all samples, shared among threads where waking one pays.
static void try_all(struct search *s)
{
    const struct plt_series_pin *pin = s->q->pin;
    const uint64_t n = pin->head - pin->tail;
    struct part parts[PLT_POOL_MAX];
    const int num = n < MANY ? 1 : plt_pool_width(s->q->pool);
    for (int k = 0; k < num; k++)
        parts[k] = (struct part){*s, pin->tail + n / (uint64_t)num * (uint64_t)k,
                                 pin->tail + n / (uint64_t)num * (uint64_t)(k + 1)};
    parts[num - 1].i1 = pin->head;
    plt_pool_run(s->q->pool, num, scan_part, parts);
    for (int k = 0; k < num; k++) { // later ones win where they are as near
        const struct search *one = &parts[k].search;
        if (one->found && one->best.d2 <= s->best.d2)
            *s = *one;
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
    } else if (index && plt_pick_tree_ready(index, query)) {
        const double away[2] = {0, 0};
        search_tree(&s, index, 0, 0, away);
    } else {
        try_all(&s);
    }
    if (s.found)
        *hit = s.best;
    return s.found;
}
