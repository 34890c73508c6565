// A ring image (private): the producer's rows lie in a series, whose published head and
// pins keep it from ever waiting; the owner thread copies what is new into the lines of the
// image, which painters read. Row r since the last clear lies in line (base + r) %
// capacity. Thread-safety: owner thread, except appending.
#pragma once

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <plotlib/image.h>

struct plt_ring_counts;

struct plt_image_ring {
    struct plt_series *samples; // rows side by side; f16 as u16
    struct plt_series *times;   // one a row; NULL = uniform
    _Atomic(uint64_t) clears;   // odd: both are being cleared
    _Atomic(uint64_t) total;    // rows appended since; written by the producer
    enum plt_type type;
    enum plt_x_kind time_kind;
    double t0, dt;
    size_t columns, row_size; // bytes
    uint64_t capacity;
    // The owner's:
    char *lines;                     // [capacity] of row_size bytes: the image's pixels
    union plt_ring_time *line_times; // [capacity]; NULL = uniform
    int holds;                       // who wants to see no new rows
    uint64_t seen;                   // `clears` at the last look
    uint64_t base, tail, head;       // rows [tail, head) are there
    int64_t first_ns; // int64: time of the first row seen since the last clear
    bool has_first;
    bool warned;
    struct plt_ring_counts *counts; // of their values, once somebody asked; or NULL
};

union plt_ring_time {
    double f64;
    int64_t i64;
};

struct plt_image_ring *plt_ring_create(const struct plt_image_ring_params *params,
                                       void *lines);
void plt_ring_destroy(struct plt_image_ring *ring);

// Copies rows that came since; true when there were some, or all were forgotten.
bool plt_ring_take(struct plt_image_ring *ring);
static inline uint64_t plt_ring_line(const struct plt_image_ring *ring, uint64_t row)
{
    return (ring->base + row) % ring->capacity;
}

// How times are seen: less an origin, and int64 ones times `unit`.
struct plt_ring_clock {
    int64_t origin;
    double unit;
};
double plt_ring_time(const struct plt_image_ring *ring, struct plt_ring_clock clock,
                     uint64_t row);
// The first of the rows [tail, head) that is not before `time`; else head.
uint64_t plt_ring_find(const struct plt_image_ring *ring, struct plt_ring_clock clock,
                       double time);
// From where to where row [tail, head) is shown.
struct plt_range plt_ring_cell(const struct plt_image_ring *ring,
                               struct plt_ring_clock clock, uint64_t row);

// data/image_levels.c. Percentiles p0, p1 (0..100) of the finite values of what is there:
// exact for types of up to 16 bits; others are counted as float32 without their last 16
// bits, and values within such a step (1/128 of it) are taken for spread evenly. False when
// there is none, or without memory.
bool plt_ring_levels(struct plt_image_ring *ring, double p0, double p1,
                     struct plt_range *levels);
// A line is to be written, was written: `sign` -1, 1. Does nothing without counts.
void plt_ring_count(struct plt_image_ring *ring, const void *line, int sign);
