// What the columns of a curve held at its last reduction. A scroll moves the view by whole
// columns, so most of them hold the same samples again: their extrema are looked up and no
// sample is read. An entry is used only for exactly the samples it was made of, so results
// are the same to the bit with a memo and without.
//
// Owned by a curve, emptied when its samples are replaced (plt_series_pin.epoch).
// Thread-safety: one reduction at a time.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <plotlib/data/series.h>
#include <plotlib/scale/map.h>
#include <plotlib/scale/scale.h>

struct plt_memo_entry {
    uint64_t i0, i1;    // absolute samples; both 0 = empty
    double lo, hi;      // as plt_extrema_y; lo > hi: there is nothing to show
    double left, right; // the outermost samples of the column
    double next;        // position of sample i1, which begins another column
    bool closed;        // there was one, at the memo's map
};

struct plt_memo {
    struct plt_memo_entry *entries; // [size], column k (from the anchor) at k mod size
    size_t size;                    // a power of two
    bool used;                      // something was entered
    bool reversed;
    uint64_t epoch;
    enum plt_scale_kind kind; // of y
    struct plt_map x;         // at which columns were closed
};

// Room for so many neighbouring columns; keeps what it has where that is enough.
void plt_memo_reserve(struct plt_memo *memo, size_t columns);
// Empties what was made of other samples than the pin's, and opens columns that were closed
// at another map of x. False: do without.
bool plt_memo_begin(struct plt_memo *memo, const struct plt_series_pin *pin,
                    const struct plt_map *x, const struct plt_scale *y, bool reversed);
void plt_memo_finish(struct plt_memo *memo);
