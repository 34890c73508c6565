// Stage THIN: series + view -> pixel columns and segments, exactly.
//
// The snapped polyline is the contract; it is a pure function of samples, map and range:
//  - sample i lies in column k = floor((x - anchor) * scale); a column with more than
//    PLT_DENSE samples (NaN ones counted) is dense;
//  - in a dense column every sample's x is the column's centre, k + 0.5, and gaps inside
//    it are bridged; elsewhere x is true;
//  - x of every vertex, after clipping, is rounded to 1/512 px (plt_snap_x); no position is
//    further out than 1e300 px;
//  - between columns a non-finite sample breaks the line. A finite sample without a
//    neighbour to join is a dot: a segment whose ends coincide.
// AUTO gives dense columns as {first, lo, hi, last} and everything else as segments; OFF
// gives every segment of the same polyline and reads neither pyramid nor column extrema.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <plotlib/curve.h>
#include <plotlib/data/series.h>
#include <plotlib/reduce/memo.h>
#include <plotlib/scale/map.h>

// Samples a column may hold before it is thinned. More than 2: see the commit that chose.
enum { PLT_DENSE = 2 };

// y in device pixels of the frame, float32 after clipping in double to the padded rows.
// An absent value is PLT_NO_PX. An empty or sparse column has lo = PLT_NO_PX,
// hi = -PLT_NO_PX. `first`/`last`: y of the column's leftmost / rightmost sample (index
// order turned round on a reversed axis), absent when that sample is not finite: then the
// line does not go on to that side. Two neighbouring dense columns are joined by a segment
// from `last` at k + 0.5 to `first` at k + 1.5: implied, not listed.
struct plt_column {
    float first, lo, hi, last;
};
#define PLT_NO_PX 1e30f

// From (x0, y0) to (x1, y1), device pixels of the frame, x0 <= x1. Equal ends: a dot.
// Clipped in double to the padded range before it became float32.
struct plt_segment {
    float x0, y0, x1, y1;
};

// float32 holds multiples of 1/512 px, and so their differences, anywhere in a frame: a
// stroke that moves by whole pixels keeps its bytes.
static inline double plt_snap_x(double px)
{
    return px > -0x1p42 && px < 0x1p42 ? (px + 0x1.8p43) - 0x1.8p43 : px;
}

enum plt_reduce_mode {
    PLT_REDUCE_AUTO = 0,
    PLT_REDUCE_OFF,
    PLT_REDUCE_SCAN, // the columns of AUTO from a raw scan: the reference of areas
};

struct plt_reduce_params {
    struct plt_map x, y;
    int32_t col0,
        col1; // columns of the frame to cover, [col0, col1): the clip, before padding
    int32_t row0, row1; // rows of the frame, [row0, row1)
    int32_t pad;        // columns and rows more on every side: reach of the stroke
    enum plt_reduce_mode mode;
    enum plt_connect connect;
    const uint8_t *join_next; // ARRAY: [num_join_next], by absolute sample number
    size_t num_join_next;
    enum plt_step step;
    // Device pixels, [num_dash], each > 0, an even count; NULL = solid. The length along
    // the line counts from the start of a sample's block (plt_pin_block), in XY mode from
    // that of the oldest one's: samples before pin->tail are read for this and no more.
    const float *dash;
    size_t num_dash;
    double dash_offset;
    // What is above or below the padded rows comes along their edge instead of being cut
    // off: the outline of an area.
    bool area;
    struct plt_memo *memo; // of the curve; NULL = none
};

// Growable output, reused from frame to frame; appended to.
struct plt_reduced {
    struct plt_column *columns; // column c of the frame = columns[c - col0]
    size_t num_columns, cap_columns;
    struct plt_segment *segments; // x0 never decreases, unless `sorted` is false
    size_t num_segments, cap_segments;
};

struct plt_reduce_result {
    int32_t col0;        // frame column of the first entry
    size_t first_column; // in out->columns; num_columns entries
    size_t num_columns;
    size_t first_segment; // in out->segments
    size_t num_segments;
    bool sorted; // segments are ordered by x0 (false: XY mode)
};

// Appends the part of `pin` that can touch [col0 - pad, col1 + pad) x rows, and one sample
// outside each side. False on lack of memory (out keeps what it had).
bool plt_reduce(struct plt_reduced *out, struct plt_reduce_result *result,
                const struct plt_series_pin *pin, const struct plt_reduce_params *params);
// Whether the line joins absolute sample i to the next one, as far as `connect` says.
bool plt_reduce_joins(const struct plt_reduce_params *params, uint64_t i);
void plt_reduced_finish(struct plt_reduced *out);
