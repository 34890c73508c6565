// The Fourier transform of real samples, any number of them (private): kissfft behind
// doubles. Only in builds that found kissfft.
// Thread-safety: one thread a plan.
#pragma once

#include <stddef.h>

// Fewer samples are summed as the definition says, in doubles: it costs no more.
enum { PLT_FFT_DIRECT = 16 };

struct plt_fft;

// For n = 1..2^24 samples. NULL without memory.
struct plt_fft *plt_fft_create(size_t n);
void plt_fft_destroy(struct plt_fft *fft);

// X[k] = sum over j of y[j] e^(-2 pi i jk/n) for k = 0..n/2, as pairs of re, im. |y| <= 1:
// inside may be float, for PLT_FFT_DIRECT samples and more.
void plt_fft_run(struct plt_fft *fft, const double *y, double *bins);
