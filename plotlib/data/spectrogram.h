// One row of a spectrogram (private): the maximum of some spectra, in decibels. Formulas:
// plotlib/waterfall.h. Thread-safety: one thread a spectrum.
#pragma once

#include <plotlib/data/segment.h>

struct plt_spectrum {
    bool complex;
    double rate_hz; // of densities; 0 = amplitudes
    struct plt_segment segment;
    double *other; // [2 (n/2+1)] bins of the imaginary parts
    double *most;  // [columns] greatest |X|^2
    bool gap;
};

bool plt_spectrum_make(struct plt_spectrum *spectrum, enum plt_window window, size_t n,
                       bool complex, double rate_hz);
void plt_spectrum_drop(struct plt_spectrum *spectrum);
// A row: begin, add re[n] (and im[n], else NULL) once or more, end.
void plt_spectrum_begin(struct plt_spectrum *spectrum);
void plt_spectrum_add(struct plt_spectrum *spectrum, const double *re, const double *im);
void plt_spectrum_end(struct plt_spectrum *spectrum, float *row);
