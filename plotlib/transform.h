// A transform is a series made of another one: its derivative, its spectrum. A curve shows
// it as any other series. Data's way: source -> data/transform.c -> a series as in
// series.h.
//
// It is lazy: an append to the source marks it, and it is brought up to date at the
// beginning of each frame that shows it (all of a figure side by side), and by
// plt_series_count, _total, _x_bounds and _y_bounds. What nobody shows costs nothing.
// Derivative, phase map, integral, moving mean and median then take in only what came
// since; the same samples give the same bytes however they were split into appends.
// Subtract mean and the spectra are computed again, once a frame.
//
// Lifetime: the transform keeps a reference of its source and its user one of the
// transform; either may be given up first. A transform may be the source of another one.
// Thread-safety: as series.h; the source's producer never waits for a transform.
// set, append, wrap, changed and clear of a transform are refused: its source is changed.
//
// Terms: y[i] is the source's i-th sample, i counted from its last set, wrap or clear; x[i]
// its x times `x_scale`. Samples are taken as doubles (int64 rounded) and results are
// doubles. "Gap" is NaN or an infinity; a result that is not finite is a gap, NaN.
//
// A ring as the source: the transform is a ring too, of exactly the values that follow from
// what the source keeps, so a moving window of `length` keeps `capacity` - length + 1
// values and a derivative `capacity` - 1. The integral alone remembers what the ring
// dropped; if samples were dropped that no read ever saw (more than the ring holds came
// between two reads), their area is missing, which is logged.
#pragma once

#include <plotlib/series.h>

#ifdef __cplusplus
extern "C" {
#endif

enum plt_transform_kind {
    // d[i] = (y[i+1] - y[i]) / (x[i+1] - x[i]) at x[i] (PyQtGraph's): one value less than
    // samples. A gap where one of the four is a gap or both x are equal; where x goes back
    // the quotient holds as it stands. Unit: y's per x_scale'd x.
    PLT_TRANSFORM_DERIVATIVE = 0,
    // The trapezoidal rule from the first sample on: s[0] = 0,
    // s[i] = s[i-1] + (x[i] - x[i-1]) * (y[i-1] + y[i]) / 2, negative where x goes back.
    // An interval with a gap at either end adds nothing; s is a gap where y is. The sum
    // is kept in two doubles (TwoSum: Knuth, TAOCP 2, 4.2.2), so that adding brings no
    // error that grows with the number of samples.
    PLT_TRANSFORM_INTEGRAL,
    // m[i] = the mean of the samples among y[i-length+1..i] that are no gaps, of fewer at
    // the beginning; a gap where y[i] is one, so gaps stay where they are and never widen.
    // `centered`: of y[i-length/2..i-length/2+length-1] (integer division); the last values
    // come when their windows are full. Every window's sum is the end of a block of
    // `length` samples plus the beginning of the next one, both in two doubles (van Herk
    // 1992, for sums): O(1) a sample, and no error is carried along, as it is in a running
    // sum.
    PLT_TRANSFORM_MOVING_MEAN,
    // The same with the median; of an even number the mean of the two in the middle. Two
    // heaps that know their members' places (Hardle & Steiger 1995): O(log length) a
    // sample; up to 64 samples lie in order instead.
    PLT_TRANSFORM_MOVING_MEDIAN,
    // y[i] minus the mean of all that is kept and no gap. Computed again when the
    // source has changed.
    PLT_TRANSFORM_SUBTRACT_MEAN,
    // y over its slope: x = y[i], y = d[i] as DERIVATIVE. A curve of it is drawn in XY
    // mode.
    PLT_TRANSFORM_PHASE_MAP,
    // Amplitude spectrum, one-sided: a sine at a bin's frequency reads its amplitude.
    //     X[k] = sum over j of w[j] y[j] e^(-2 pi i jk/n), k = 0..n/2
    //     A[k] = c[k] |X[k]| / sum(w), at f[k] = k / (n dx)
    //     c[k] = 1 for k = 0 and, with even n, for k = n/2; else 2
    // with n samples y, dx apart, and the window w below. Unit: y's. f is in hertz when the
    // scaled x is in seconds. n is not padded: any length gives its own n/2 + 1 bins;
    // lengths with a prime factor above 5 go through a convolution (Bluestein 1970) and
    // cost some five times as much.
    PLT_TRANSFORM_MAGNITUDE,
    // Power spectral density, one-sided, in y's unit squared per hertz:
    //     P[k] = c[k] |X[k]|^2 dx / sum(w^2)
    // The sum of P[k] df, df = 1 / (n dx), is the mean of (w y)^2 over that of w^2:
    // with a rectangular window, the mean square of y.
    PLT_TRANSFORM_PSD,
};

// w[j] = sum over m of (-1)^m a[m] cos(2 pi m j / n), j = 0..n-1: periodic, as spectra want
// it (Harris 1978; flat top: D'Antona & Ferrero 2006). A single sample has w = 1.
enum plt_window {
    PLT_WINDOW_HANN = 0,        // a = 0.5, 0.5
    PLT_WINDOW_RECTANGULAR,     // a = 1
    PLT_WINDOW_HAMMING,         // a = 0.54, 0.46
    PLT_WINDOW_BLACKMAN,        // a = 0.42, 0.5, 0.08
    PLT_WINDOW_BLACKMAN_HARRIS, // a = 0.35875, 0.48829, 0.14128, 0.01168; lobes -92 dB
    PLT_WINDOW_FLAT_TOP,        // a = 0.21557895, 0.41663158, 0.277263158, 0.083578947,
                                // 0.006947368; any sine's amplitude within 0.2 %
};

struct plt_transform_params {
    enum plt_transform_kind kind;
    // Moving mean and median: samples in the window, 1..2^24, at most the source ring's
    // capacity; 0 = 16. Spectra: the newest so many samples, 0 = all; fewer as long as
    // there are fewer, and never more than 2^24.
    uint64_t length;
    bool centered; // moving mean and median: the window is about the sample, not before it
    // Spectra. `segment` > 0: the mean power of segments of so many samples, the last
    // one up to the newest sample, each half a segment (rounded up) after the one before
    // (Welch 1967); the magnitude is then the root of the mean square. 0 = one of all. n is
    // then the segment's. A segment with a gap is left out; without any the spectrum is
    // empty. x that is not uniform: where a step differs by more than 0.1 % from the mean
    // step, y is taken from straight lines between the samples at as many equal steps
    // (PyQtGraph's); x must increase and be finite, else the spectrum is empty and a line
    // is logged.
    enum plt_window window;
    uint64_t segment;
    bool decibel; // 20 log10 A or 10 log10 P; of zero a gap
    // x in the formulas = x of the series times this; 0 = 1e-9 for int64 x, which is taken
    // for nanoseconds (derivatives per second, frequencies in hertz), else 1.
    double x_scale;
    const char *name; // NULL = the source's name and the kind, "ch1 (integral)"
};
#ifndef __cplusplus
#define plt_transform_params(...) (&(struct plt_transform_params){__VA_ARGS__})
#endif

// The caller owns one reference. It has x as its source (uniform, doubles or int64; not
// scaled), a phase map and spectra doubles. NULL with a log line for bad parameters,
// without memory, for a mapped file as the source (map.h: all of it would have to be read),
// and for spectra when the library was built without kissfft. Precision:
// doubles; inside the Fourier transform that of the kissfft found, for Debian's (float)
// errors below 1e-6 of the root mean square of the samples less their mean, which is added
// in doubles; a sine's false lobes lie 140 dB and more below it.
PLT_API struct plt_series *plt_series_transform(struct plt_series *source,
                                                const struct plt_transform_params *params);

#ifdef __cplusplus
}
#endif
