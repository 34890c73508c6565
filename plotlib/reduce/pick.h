// The nearest sample to a point of the screen, exactly. Stage THIN. Thread-safety: a query
// reads a pin and changes only its index.
#pragma once

#include <plotlib/base/pool.h>
#include <plotlib/data/series.h>
#include <plotlib/scale/map.h>

// A k-d tree of the samples that are finite, by value: any view can use it. Its splits come
// from a part of the samples, so leaves hold about as many each whatever the distribution.
// It is made a slice at a time. All-zero = nothing made yet.
struct plt_pick_index {
    double *splits;   // [2^depth - 1], node k has the children 2k + 1 and 2k + 2
    uint32_t *starts; // [2^depth + 1], of the leaves in `order`
    uint32_t *order;  // samples after `tail`, leaf by leaf
    int depth;
    bool ready;
    bool asked;                   // somebody picked among these samples before
    bool refused;                 // too few of them are finite
    struct plt_pick_build *build; // while it is being made, and the rest is not to be used
    uint64_t epoch, tail, head, changes;
    int64_t origin;
};

struct plt_pick_query {
    const struct plt_series_pin *pin;
    struct plt_map x, y;
    double x_px, y_px, radius_px; // device pixels
    uint64_t changes;             // another number: other samples, where epoch is unknown
    bool fresh;                   // `changes` tells of all of them
    struct plt_pool *pool;        // helps to look at many; NULL = the caller alone
};

struct plt_pick_hit {
    uint64_t sample;
    double d2; // squared distance, device pixels
};

// False when no sample lies within the radius. `index` NULL = none is made. What memory is
// short for is done without.
bool plt_pick_nearest(const struct plt_pick_query *query, struct plt_pick_index *index,
                      struct plt_pick_hit *hit);
void plt_pick_index_finish(struct plt_pick_index *index);

// For pick.c: whether there is a tree of the query's samples. The first call among new ones
// makes none, as they may be others at the next; each further one makes a slice of it, of
// some 0.2 ms, or 1 ms where there are so many that looking at all takes much longer.
bool plt_pick_tree_ready(struct plt_pick_index *index, const struct plt_pick_query *query);
