// What later strokes paint over in full: a dense column of an opaque stroke covers the rows
// between its extrema, whatever was there. Earlier strokes leave these rows out, and not
// one byte of the picture changes. Curves over each other cost little more than the
// topmost. Private to the CPU painter. Thread-safety: one thread at a time for each memory.
#pragma once

#include <stdbool.h>

#include <plotlib/draw/frame.h>

struct plt_rows {
    int32_t row0, row1; // of the picture; none: row0 >= row1
};

// Memory, kept from one picture to the next.
struct plt_hidden {
    struct plt_rows *rows; // [operations][columns]
    size_t cap_rows;
    size_t first, end; // operations; none: first >= end
    int32_t x0, columns;
};

// Finds it for operations [first, end) in the columns of `box`. Where it does not pay, or
// without memory, nothing is hidden.
void plt_hidden_find(struct plt_hidden *hidden, const struct plt_frame *frame, size_t first,
                     size_t end, struct plt_irect box);
// Of an operation, by column from hidden->x0 on; NULL = nothing.
const struct plt_rows *plt_hidden_of(const struct plt_hidden *hidden, size_t op);
void plt_hidden_finish(struct plt_hidden *hidden);
