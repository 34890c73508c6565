// The k-d tree of picking, made in slices so that no pick is a long one: points are drawn,
// nodes split from the top down, samples counted into leaves and sorted into them. A slice
// is a number of steps, never a time: the same picks always make the same progress.
#include <math.h>
#include <string.h>

#include <plotlib/base/alloc.h>
#include <plotlib/reduce/pick.h>
#include <plotlib/reduce/points.h>

enum {
    TREE_LEAF = 256, // samples of the tree's leaves, about
    MOST_DEPTH = 16,
    DRAWN = 16, // samples for each leaf that the splits are made of
    // Steps of some 0.2 ms, as measured, of a million samples: with the look at all of them
    // that goes before it a pick stays below 1 ms.
    DRAW_SLICE = 2048,
    SPLIT_SLICE = 65536,
    COUNT_SLICE = 16384,
    SORT_SLICE = 32768,
};

enum stage { DRAW, SPLIT, COUNT, SORT };

struct point {
    double v[2];
};

struct plt_pick_build {
    enum stage stage;
    struct point *points; // [num_points], drawn
    size_t num_points, found, tries;
    uint64_t state; // of the random numbers
    // The node that is being split, and within its points what is left to be searched, the
    // pivot and what it has not been compared with yet: (i, j) of Hoare's partition.
    size_t node;
    ptrdiff_t lo, hi, i, j;
    double pivot;
    bool searching, parting;
    uint32_t *leaves; // of each sample
    size_t next;      // the first sample to be counted or sorted
};

// --- draw ------------------------------------------------------------------------------

// Samples at random places, but always the same ones (Steele et al. 2014): a fixed stride
// could beat with the data. False when too few are finite.
static bool draw(struct plt_pick_build *b, const struct plt_pick_query *q, size_t steps)
{
    const struct plt_series_pin *pin = q->pin;
    const uint64_t n = pin->head - pin->tail;
    for (; steps > 0 && b->found < b->num_points; steps--) {
        if (b->tries++ == 8 * b->num_points)
            return false;
        uint64_t z = b->state += UINT64_C(0x9e3779b97f4a7c15);
        z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
        z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
        struct point *p = &b->points[b->found];
        plt_points_values(pin, q->x.origin, pin->tail + (z ^ z >> 31) % n, 1, &p->v[0],
                          &p->v[1]);
        b->found += isfinite(p->v[0]) && isfinite(p->v[1]);
    }
    if (b->found == b->num_points)
        b->stage = SPLIT;
    return true;
}

// --- split -----------------------------------------------------------------------------

static double pick_pivot(const struct plt_pick_build *b, int axis)
{
    const double a = b->points[b->lo].v[axis],
                 m = b->points[b->lo + (b->hi - b->lo) / 2].v[axis],
                 c = b->points[b->hi].v[axis];
    const double least = a < m ? a : m, most = a < m ? m : a;
    return c < least ? least : c > most ? most : c;
}

// One pass: none greater than the pivot up to j, none smaller from i on. True when over.
static bool part(struct plt_pick_build *b, int axis, ptrdiff_t *steps)
{
    struct point *points = b->points;
    ptrdiff_t i = b->i, j = b->j;
    const ptrdiff_t before = j - i;
    while (i <= j && before - (j - i) < *steps) {
        while (points[i].v[axis] < b->pivot)
            i++;
        while (points[j].v[axis] > b->pivot)
            j--;
        if (i > j)
            break;
        const struct point swap = points[i];
        points[i++] = points[j];
        points[j--] = swap;
    }
    *steps -= before - (j - i);
    b->i = i;
    b->j = j;
    return i > j;
}

// Puts the k-th smallest of points lo..hi by `axis` in its place, none greater before it
// and none smaller after it (Hoare 1961). True when done.
static bool select_point(struct plt_pick_build *b, ptrdiff_t k, int axis, ptrdiff_t *steps)
{
    while (b->lo < b->hi) {
        if (!b->parting) {
            b->pivot = pick_pivot(b, axis);
            b->i = b->lo;
            b->j = b->hi;
            b->parting = true;
        }
        if (!part(b, axis, steps))
            return false;
        b->parting = false;
        if (k > b->j && k < b->i)
            return true;
        if (k <= b->j)
            b->hi = b->j;
        else
            b->lo = b->i;
    }
    return true;
}

// Each node halves its points by number. Level by level: the nodes of one share all points.
static void split(struct plt_pick_build *b, struct plt_pick_index *index, ptrdiff_t steps)
{
    const size_t num_nodes = ((size_t)1 << index->depth) - 1;
    while (steps > 0 && b->node < num_nodes) {
        int level = 0;
        while ((size_t)2 << level <= b->node + 1)
            level++;
        const size_t place = b->node + 1 - ((size_t)1 << level);
        const ptrdiff_t n = (ptrdiff_t)(b->num_points >> level);
        const ptrdiff_t first = (ptrdiff_t)place * n, middle = first + n / 2;
        if (!b->searching) {
            b->lo = first;
            b->hi = first + n - 1;
            b->searching = true;
        }
        if (!select_point(b, middle, level & 1, &steps))
            return;
        index->splits[b->node++] = b->points[middle].v[level & 1];
        b->searching = false;
    }
    if (b->node == num_nodes)
        b->stage = COUNT;
}

// --- count and sort --------------------------------------------------------------------

// The leaves of n values: below a split to the left. Level by level, so that the reads of
// the splits overlap.
static void find_leaves(const struct plt_pick_index *index, const double *x,
                        const double *y, size_t n, uint32_t *leaves)
{
    const double *splits = index->splits;
    for (size_t k = 0; k < n; k++)
        leaves[k] = 0;
    for (int level = 0; level < index->depth; level++) {
        const double *v = level & 1 ? y : x;
        for (size_t k = 0; k < n; k++)
            leaves[k] = 2 * leaves[k] + 1 + (v[k] >= splits[leaves[k]]);
    }
    const uint32_t first = (UINT32_C(1) << index->depth) - 1, none = first + 1;
    for (size_t k = 0; k < n; k++)
        leaves[k] = isfinite(x[k]) && isfinite(y[k]) ? leaves[k] - first : none;
}

// From counts to sums of those before.
static void sum_counts(struct plt_pick_index *index)
{
    uint32_t sum = 0;
    for (uint32_t leaf = 0; leaf <= UINT32_C(1) << index->depth; leaf++) {
        const uint32_t count = index->starts[leaf];
        index->starts[leaf] = sum;
        sum += count;
    }
}

static void count(struct plt_pick_build *b, struct plt_pick_index *index,
                  const struct plt_pick_query *q, size_t steps)
{
    const size_t n = (size_t)(q->pin->head - q->pin->tail);
    const size_t end = n - b->next < steps ? n : b->next + steps;
    double x[PLT_POINTS], y[PLT_POINTS];
    while (b->next < end) {
        const size_t m = end - b->next < PLT_POINTS ? end - b->next : PLT_POINTS;
        uint32_t *leaves = b->leaves + b->next;
        plt_points_values(q->pin, q->x.origin, q->pin->tail + b->next, m, x, y);
        find_leaves(index, x, y, m, leaves);
        for (size_t k = 0; k < m; k++)
            index->starts[leaves[k]]++;
        // Sorting writes all over it: the system gives the memory here, bit by bit.
        memset(index->order + b->next, 0, m * sizeof(*index->order));
        b->next += m;
    }
    if (b->next < n)
        return;
    sum_counts(index);
    b->next = 0;
    b->stage = SORT;
}

// By counting. True when done.
static bool sort(struct plt_pick_build *b, struct plt_pick_index *index, size_t steps)
{
    const size_t n = (size_t)(index->head - index->tail);
    const size_t end = n - b->next < steps ? n : b->next + steps;
    const uint32_t none = UINT32_C(1) << index->depth;
    uint32_t *starts = index->starts;
    for (size_t i = b->next; i < end; i++)
        if (b->leaves[i] < none)
            index->order[starts[b->leaves[i]]++] = (uint32_t)i;
    b->next = end;
    if (end < n)
        return false;
    // Each start has become the next one's.
    memmove(starts + 1, starts, none * sizeof(*starts));
    starts[0] = 0;
    return true;
}

// --- slices ----------------------------------------------------------------------------

static void free_build(struct plt_pick_index *index)
{
    if (index->build) {
        plt_free(index->build->points);
        plt_free(index->build->leaves);
    }
    plt_free(index->build);
    index->build = NULL;
}

static void forget_tree(struct plt_pick_index *index)
{
    free_build(index);
    plt_free(index->order);
    plt_free(index->starts);
    plt_free(index->splits);
    index->order = index->starts = NULL;
    index->splits = NULL;
}

static bool begin(struct plt_pick_index *index, size_t n)
{
    struct plt_pick_build *b = index->build = plt_calloc(1, sizeof(*b));
    if (!b)
        return false;
    index->depth = 1;
    while (index->depth < MOST_DEPTH && n >> index->depth > TREE_LEAF)
        index->depth++;
    const size_t num_leaves = (size_t)1 << index->depth;
    b->num_points = num_leaves * DRAWN;
    b->state = 1;
    // Not cleared: that would be a long slice.
    b->points = plt_malloc(b->num_points * sizeof(*b->points));
    b->leaves = plt_malloc(n * sizeof(*b->leaves));
    index->order = plt_malloc(n * sizeof(*index->order));
    index->splits = plt_calloc(num_leaves, sizeof(*index->splits));
    index->starts = plt_calloc(num_leaves + 1, sizeof(*index->starts));
    if (b->points && b->leaves && index->splits && index->starts && index->order)
        return true;
    forget_tree(index);
    return false;
}

static void make_slice(struct plt_pick_index *index, const struct plt_pick_query *q)
{
    const size_t n = (size_t)(q->pin->head - q->pin->tail);
    const size_t more = n >> 20 < 3 ? 1 + (n >> 20) : 4;
    struct plt_pick_build *b = index->build;
    switch (b->stage) {
    case DRAW: index->refused = !draw(b, q, more * DRAW_SLICE); break;
    case SPLIT: split(b, index, (ptrdiff_t)(more * SPLIT_SLICE)); break;
    case COUNT: count(b, index, q, more * COUNT_SLICE); break;
    case SORT: index->ready = sort(b, index, more * SORT_SLICE); break;
    }
    if (index->refused)
        forget_tree(index);
    else if (index->ready)
        free_build(index);
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

bool plt_pick_tree_ready(struct plt_pick_index *index, const struct plt_pick_query *query)
{
    const uint64_t n = query->pin->head - query->pin->tail;
    if (!same_samples(index, query)) {
        plt_pick_index_finish(index);
        index->tail = query->pin->tail;
        index->head = query->pin->head;
        index->origin = query->x.origin;
        index->epoch = query->pin->epoch;
        index->changes = query->changes;
    }
    const bool again = index->asked;
    index->asked = true;
    if (!index->ready && !index->refused && again && n <= UINT32_MAX / 2 &&
        (index->build || begin(index, (size_t)n)))
        make_slice(index, query);
    return index->ready;
}
