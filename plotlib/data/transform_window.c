// Moving mean and median. Formulas and methods: plotlib/transform.h.
//
// Both see the samples through blocks of `length`, numbered from sample 0: where one block
// begins is the same for every split into appends and for a ring read late, and with it
// every rounding.
#include <math.h>
#include <string.h>

#include <plotlib/base/alloc.h>
#include <plotlib/data/transform.h>

// Moving mean. Per place p of a block: its samples, and of the block before the sums of its
// end [p, length). A sample's window is the end of the block before and the beginning of
// its own.
struct mean_state {
    size_t length, at;     // place of the next sample in its block
    double *y, *y_before;  // [length], NaN = gap or before the first
    double *end_s, *end_c; // [length + 1] sums: rounded, and what that lost
    double *end_count;     // [length + 1] samples in them
    struct plt_sum begin;  // of this block up to now
    double begin_count;
    struct mean_part {
        double s[PLT_TRANSFORM_BLOCK], c[PLT_TRANSFORM_BLOCK], count[PLT_TRANSFORM_BLOCK];
        double shown[PLT_TRANSFORM_BLOCK]; // the samples that the windows are about
    } part;
};

static void destroy_mean(struct plt_transform *t)
{
    struct mean_state *state = t->state;
    if (!state)
        return;
    plt_free(state->y);
    plt_free(state->y_before);
    plt_free(state->end_s);
    plt_free(state->end_c);
    plt_free(state->end_count);
    plt_free(state);
}

static bool create_mean(struct plt_transform *t)
{
    struct mean_state *state = t->state = plt_calloc(1, sizeof(*state));
    if (!state)
        return false;
    size_t length = state->length = (size_t)t->params.length;
    state->y = plt_calloc(length, sizeof(double));
    state->y_before = plt_calloc(length, sizeof(double));
    state->end_s = plt_calloc(length + 1, sizeof(double));
    state->end_c = plt_calloc(length + 1, sizeof(double));
    state->end_count = plt_calloc(length + 1, sizeof(double));
    return state->y && state->y_before && state->end_s && state->end_c && state->end_count;
}

static void restart_mean(struct plt_transform *t, uint64_t first, bool goes_on)
{
    struct mean_state *state = t->state;
    for (size_t p = 0; p < state->length; p++) {
        state->y[p] = state->y_before[p] = NAN;
        state->end_s[p] = state->end_c[p] = state->end_count[p] = 0;
    }
    state->at = (size_t)(first % state->length);
    state->begin = (struct plt_sum){0};
    state->begin_count = 0;
}

static void close_block(struct mean_state *state)
{
    struct plt_sum sum = {0};
    double count = 0;
    for (size_t p = state->length; p-- > 0;) {
        double y = state->y[p];
        if (isfinite(y)) {
            plt_sum_add(&sum, y);
            count++;
        }
        state->end_s[p] = sum.s;
        state->end_c[p] = sum.c;
        state->end_count[p] = count;
    }
    double *y = state->y_before;
    state->y_before = state->y;
    state->y = y;
    state->begin = (struct plt_sum){0};
    state->begin_count = 0;
    state->at = 0;
}

// The sums of the block's beginning up to each of n samples.
static void sum_beginnings(struct mean_state *state, const double *in, size_t n)
{
    struct mean_part *part = &state->part;
    struct plt_sum sum = state->begin;
    double count = state->begin_count;
    for (size_t k = 0; k < n; k++) {
        if (isfinite(in[k])) {
            plt_sum_add(&sum, in[k]);
            count++;
        }
        part->s[k] = sum.s;
        part->c[k] = sum.c;
        part->count[k] = count;
    }
    state->begin = sum;
    state->begin_count = count;
}

static void find_shown(struct mean_state *state, size_t n, size_t lag)
{
    const size_t at = state->at, from = at < lag ? lag - at : 0;
    for (size_t k = 0; k < n && k < from; k++)
        state->part.shown[k] = state->y_before[state->length + at + k - lag];
    for (size_t k = from; k < n; k++)
        state->part.shown[k] = state->y[at + k - lag];
}

// n samples of one block. The last loop has no branches, so that it becomes vector code.
static void run_part(struct mean_state *state, const double *in, size_t n, double *out,
                     size_t lag)
{
    const struct mean_part *part = &state->part;
    memcpy(state->y + state->at, in, n * sizeof(*in));
    sum_beginnings(state, in, n);
    find_shown(state, n, lag);
    const double *end_s = state->end_s + state->at + 1,
                 *end_c = state->end_c + state->at + 1,
                 *end_count = state->end_count + state->at + 1;
    for (size_t k = 0; k < n; k++) {
        struct plt_sum sum = {end_s[k], end_c[k] + part->c[k]};
        plt_sum_add(&sum, part->s[k]);
        double mean = (sum.s + sum.c) / (end_count[k] + part->count[k]);
        // v - v is 0 for what is finite, else NaN. One NaN for all gaps: bytes must not
        // depend on which of two a vector instruction keeps.
        double gap = (part->shown[k] - part->shown[k]) + (mean - mean);
        out[k] = gap == 0 ? mean : NAN;
    }
    state->at += n;
    if (state->at == state->length)
        close_block(state);
}

static void run_mean(struct plt_transform *t, struct plt_transform_block *block)
{
    struct mean_state *state = t->state;
    for (size_t k = 0; k < block->n;) {
        size_t room = state->length - state->at, left = block->n - k;
        size_t n = room < left ? room : left;
        run_part(state, block->y + k, n, block->y_out + k, (size_t)t->lag);
        k += n;
    }
}

const struct plt_transform_kernel plt_transform_mean = {
    .name = "moving mean",
    .create = create_mean,
    .destroy = destroy_mean,
    .update = plt_transform_stream,
    .restart = restart_mean,
    .run = run_mean,
};

// Moving median of a few samples: they lie in order, and a hole moves from the old one's
// place to the new one's. Against the heaps below: 29 for 50 ns a sample at length 5, 66
// for 77 at 64.
enum { MAX_SORTED = 64 };

static size_t place_in(const double *sorted, size_t n, double y)
{
    size_t place = 0;
    for (size_t i = 0; i < n; i++) // no branches: n is small
        place += sorted[i] < y;
    return place;
}

// Takes `old` out of sorted[n] and puts `y` in; either may be a gap, which is not there.
// Returns the number left.
static size_t exchange(double *sorted, size_t n, double old, double y)
{
    size_t hole = n;
    if (isfinite(old))
        hole = place_in(sorted, n--, old);
    if (!isfinite(y)) {
        for (; hole < n; hole++)
            sorted[hole] = sorted[hole + 1];
        return n;
    }
    for (; hole < n && sorted[hole + 1] < y; hole++)
        sorted[hole] = sorted[hole + 1];
    for (; hole > 0 && sorted[hole - 1] > y; hole--)
        sorted[hole] = sorted[hole - 1];
    sorted[hole] = y;
    return n + 1;
}

// Moving median: slot i % length holds sample i. The lower half of the samples lies in a
// heap with the greatest on top, the upper half in one with the least on top; the lower has
// as many or one more. Both share an array: the lower grows from its beginning, the upper
// from its end, and `place` says where a slot's sample lies.
struct median_state {
    size_t length, at;
    double *y;                     // [length] by slot, NaN = none
    double sorted[MAX_SORTED + 1]; // of a few samples, instead of the heaps
    uint32_t *slots;               // [length] heaps of slots
    uint32_t *place;               // [length] by slot: index into `slots`
    size_t num[2];                 // samples in the lower and upper heap
};

static void destroy_median(struct plt_transform *t)
{
    struct median_state *state = t->state;
    if (!state)
        return;
    plt_free(state->y);
    plt_free(state->slots);
    plt_free(state->place);
    plt_free(state);
}

static bool create_median(struct plt_transform *t)
{
    struct median_state *state = t->state = plt_calloc(1, sizeof(*state));
    if (!state)
        return false;
    size_t length = state->length = (size_t)t->params.length;
    state->y = plt_calloc(length, sizeof(*state->y));
    state->slots = plt_calloc(length, sizeof(*state->slots));
    state->place = plt_calloc(length, sizeof(*state->place));
    return state->y && state->slots && state->place;
}

static void restart_median(struct plt_transform *t, uint64_t first, bool goes_on)
{
    struct median_state *state = t->state;
    for (size_t p = 0; p < state->length; p++)
        state->y[p] = NAN;
    state->at = (size_t)(first % state->length);
    state->num[0] = state->num[1] = 0;
}

// Node `node` of a heap, as an index into `slots`.
static size_t node_at(const struct median_state *state, int heap, size_t node)
{
    return heap ? state->length - 1 - node : node;
}

static double value_at(const struct median_state *state, int heap, size_t node)
{
    return state->y[state->slots[node_at(state, heap, node)]];
}

static bool above(int heap, double a, double b)
{
    return heap ? a < b : a > b;
}

static void put(struct median_state *state, int heap, size_t node, uint32_t slot)
{
    size_t index = node_at(state, heap, node);
    state->slots[index] = slot;
    state->place[slot] = (uint32_t)index;
}

// Finds the place of `slot`, from a hole at `node` on.
static void sift(struct median_state *state, int heap, size_t node, uint32_t slot)
{
    const double y = state->y[slot];
    while (node > 0 && above(heap, y, value_at(state, heap, (node - 1) / 2))) {
        put(state, heap, node, state->slots[node_at(state, heap, (node - 1) / 2)]);
        node = (node - 1) / 2;
    }
    for (;;) {
        size_t child = 2 * node + 1;
        if (child >= state->num[heap])
            break;
        if (child + 1 < state->num[heap] &&
            above(heap, value_at(state, heap, child + 1), value_at(state, heap, child)))
            child++;
        if (!above(heap, value_at(state, heap, child), y))
            break;
        put(state, heap, node, state->slots[node_at(state, heap, child)]);
        node = child;
    }
    put(state, heap, node, slot);
}

static void add_slot(struct median_state *state, int heap, uint32_t slot)
{
    size_t node = state->num[heap]++;
    sift(state, heap, node, slot);
}

static void remove_node(struct median_state *state, int heap, size_t node)
{
    size_t last = --state->num[heap];
    uint32_t moved = state->slots[node_at(state, heap, last)];
    if (node != last)
        sift(state, heap, node, moved);
}

static void move_top(struct median_state *state, int from)
{
    uint32_t slot = state->slots[node_at(state, from, 0)];
    remove_node(state, from, 0);
    add_slot(state, !from, slot);
}

static void balance(struct median_state *state)
{
    if (state->num[0] > state->num[1] + 1)
        move_top(state, 0);
    else if (state->num[0] < state->num[1])
        move_top(state, 1);
}

static void replace_slot(struct median_state *state, uint32_t slot, double y)
{
    if (isfinite(state->y[slot])) {
        size_t index = state->place[slot];
        int heap = index >= state->num[0];
        remove_node(state, heap, heap ? state->length - 1 - index : index);
        balance(state);
    }
    state->y[slot] = y;
    if (!isfinite(y))
        return;
    add_slot(state, state->num[0] > 0 && y > value_at(state, 0, 0), slot);
    balance(state);
}

static double middle_of(double low, double high)
{
    double sum = low + high;
    // -0 and +0 are equal and may stand in any order: always +0.
    return isfinite(sum) ? sum * 0.5 + 0.0 : low * 0.5 + high * 0.5;
}

static double replace_and_find(struct median_state *state, size_t at, double y)
{
    if (state->length <= MAX_SORTED) {
        size_t n = exchange(state->sorted, state->num[0], state->y[at], y);
        state->num[0] = n;
        state->y[at] = y;
        return n ? middle_of(state->sorted[(n - 1) / 2], state->sorted[n / 2]) : NAN;
    }
    replace_slot(state, (uint32_t)at, y);
    if (state->num[0] == 0)
        return NAN;
    double low = value_at(state, 0, 0);
    return middle_of(low, state->num[0] > state->num[1] ? low : value_at(state, 1, 0));
}

static void run_median(struct plt_transform *t, struct plt_transform_block *block)
{
    struct median_state *state = t->state;
    const size_t lag = (size_t)t->lag, length = state->length;
    for (size_t k = 0; k < block->n; k++) {
        size_t at = state->at;
        double v = replace_and_find(state, at, block->y[k]);
        size_t shown = at >= lag ? at - lag : at + length - lag;
        block->y_out[k] = isfinite(state->y[shown]) ? v : NAN;
        state->at = at + 1 < length ? at + 1 : 0;
    }
}

const struct plt_transform_kernel plt_transform_median = {
    .name = "moving median",
    .create = create_median,
    .destroy = destroy_median,
    .update = plt_transform_stream,
    .restart = restart_median,
    .run = run_median,
};
