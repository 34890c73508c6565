// Where pixel columns begin and end among the samples (stage THIN, inside of the walk).
#pragma once

#include <plotlib/reduce/walk.h>

// Columns up to this many samples are scanned: cheaper than a visit to the pyramid.
enum { SCAN = 8 };

// First sample in [lo, hi] whose column is >= k, knowing that those before lo are not and
// hi is. Gallops away from `seed`, then bisects.
uint64_t plt_find_edge(struct walk *w, double k, uint64_t lo, uint64_t hi, uint64_t seed);
// Where column k should begin: exact but for rounding when x is uniform on a linear axis,
// else `fallback`.
uint64_t plt_guess_edge(const struct walk *w, double k, uint64_t fallback);
// As plt_next_edge, by looking.
uint64_t plt_look_for_edge(struct walk *w, double k, uint64_t j, uint64_t stop,
                           uint64_t count, double *t);

// floor without a call; positions beyond the int64 range have no fraction.
static inline double whole(double t)
{
    if (!(fabs(t) < 0x1p62))
        return t;
    double toward_zero = (double)(int64_t)t;
    return toward_zero - (t < toward_zero);
}

// As position(), where x is uniform on a linear axis, in order.
static inline double plain_position(const struct walk *w, uint64_t j)
{
    double i = (double)(int64_t)(w->pin->tail + j);
    return (w->x0 + i * w->pin->dx - w->params->x.anchor) * w->params->x.scale;
}

// The edge of column k right beside where it should be, past sample j. Needs nothing of the
// column before, so that the processor works on several columns at once. False when it is
// not there: rounding, or the end of the samples.
static inline bool plain_edge(const struct walk *w, double k, uint64_t j, uint64_t stop,
                              uint64_t *end, double *t)
{
    double at = (k - w->first) * w->samples;
    if (!(at >= (double)(int64_t)j && at < (double)(int64_t)stop - 1))
        return false;
    uint64_t i = (uint64_t)(int64_t)at;
    double here = plain_position(w, i), next = plain_position(w, i + 1);
    if (here < k && next >= k) {
        *end = i + 1;
        *t = next;
        return true;
    }
    *end = i;
    *t = here;
    return here >= k && i > j && plain_position(w, i - 1) < k;
}

// As far as the memo knows: the column of sample j ended there before, at this map.
static inline bool known_edge(const struct walk *w, double k, uint64_t j, uint64_t *end,
                              double *t)
{
    if (!w->remembers || w->reversed)
        return false;
    const struct plt_memo *memo = w->params->memo;
    const struct plt_memo_entry *entry =
        &memo->entries[(uint64_t)((int64_t)k - 1) & (memo->size - 1)];
    if (!entry->closed || entry->i0 != w->pin->tail + j)
        return false;
    *end = entry->i1 - w->pin->tail;
    *t = entry->next;
    return true;
}

// End of the column of sample j: the first sample in (j, stop] at or beyond k, and its
// position if there is one. `count` samples were in the column before.
static inline uint64_t plt_next_edge(struct walk *w, double k, uint64_t j, uint64_t stop,
                                     uint64_t count, double *t)
{
    uint64_t end;
    if (w->plain ? plain_edge(w, k, j, stop, &end, t) : known_edge(w, k, j, &end, t))
        return end;
    return plt_look_for_edge(w, k, j, stop, count, t);
}
