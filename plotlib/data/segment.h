// One windowed segment of samples and its Fourier transform (private): what spectra and
// spectrograms share. Windows and formulas: plotlib/transform.h. Only in builds that found
// kissfft. Thread-safety: one thread a segment.
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include <plotlib/transform.h>

struct plt_segment {
    size_t n; // samples; 0 = not made
    enum plt_window window;
    struct plt_fft *fft;
    double *weights, sum, sum_squares; // [n]
    double *samples;                   // [n] weighted
    double *bins;                      // [n/2+1] pairs of re, im
};

// Ready for n samples, at once if it was so before. False without memory; then it is empty.
bool plt_segment_make(struct plt_segment *segment, enum plt_window window, size_t n);
void plt_segment_drop(struct plt_segment *segment);

// The power of two below which all samples lie.
int plt_segment_exponent(const double *y, size_t n);
// bins = those of the weighted y[n], times 2^-exponent. False: it has a gap.
bool plt_segment_run(struct plt_segment *segment, const double *y, int exponent);
