// Dashes: the pattern as a walk along a line (private to reduce/).
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// Line length at samples, device pixels, counted from the start of a sample's block
// (plt_pin_block); in XY mode from that of the oldest sample's.
struct plt_arc {
    double *lengths; // of one block of samples; NULL until it is needed
    uint64_t begin, next;
    double length; // at sample next - 1
    bool started, has;
    double x, y; // of the last finite sample, when `has`
};

// Where a pattern stands.
struct plt_dash_walk {
    const float *dash;
    size_t num_dash, at; // dash[at] is being drawn when `at` is even
    double left;         // of dash[at]
};

// At `arc` device pixels along the line. False: too fine or too far out to be told apart,
// the line is solid.
bool plt_dash_start(struct plt_dash_walk *walk, const float *dash, size_t num_dash,
                    double arc);
void plt_dash_next(struct plt_dash_walk *walk);
