// A waterfall: spectra of a series, one a row, in a ring image that an image item shows
// along its plot's time. Samples may come in while it is shown: a thread of its own takes
// them in and appends rows, neither their producer nor the window waits.
//
// Row m is of the samples y[j + m hop], j = 0..n-1, weighted by a window w (transform.h):
//   X[k] = sum over j of w[j] y[j + m hop] e^(-2 pi i jk/n), doubles around kissfft
//   amplitude   20 log10(s[k] |X[k]| / sum of w): a sine of amplitude 1, a turning complex
//               number of length 1 have 0 dB
//   density     10 log10(s[k] |X[k]|^2 / (rate * sum of w^2)), dB of y^2 per hertz
// s = 2, but 1 at k = 0 and k = n/2 and everywhere of complex samples. Nothing at all is
// -infinity, shown as the least. A row with a gap in its samples is one.
// Columns of real samples: k = 0..n/2, at k rate/n; of complex ones all n, in the order of
// their frequency, k - floor(n/2) for k = 0..n-1, so that zero lies in the middle.
// With `spectra_per_row` p > 1 a row is the maximum of p spectra one hop apart: what is
// short or narrow stays as bright as it is.
// Time of a row: the middle of its samples, x of (first + last) / 2, in between two samples
// the mean of theirs.
//
// Thread-safety: create, destroy and settle on the owner thread. The source's producer must
// not rewrite a wrapped array (series.h) while there is a waterfall of it.
// Code: data/spectrogram.c, data/segment.c, data/image_ring.c, draw/image_ring.c.
#pragma once

#include <plotlib/image.h>
#include <plotlib/transform.h>

#ifdef __cplusplus
extern "C" {
#endif

struct plt_spectrogram;

struct plt_spectrogram_params {
    struct plt_series *imaginary; // of complex samples; the source has the real parts
    uint32_t size;                // n, samples of a spectrum, 2..2^20; 0 = 1024
    enum plt_window window;       // 0 = Hann
    uint64_t hop;                 // samples from spectrum to spectrum; 0 = half of n
    uint32_t spectra_per_row;     // 0 = 1
    bool density;                 // instead of amplitudes
    int32_t rows;                 // kept, the newest; 0 = 2048
    double rate_hz;               // 0 = 1/dx of uniform x; x of other kinds needs it
    double center_hz;             // where the frequency 0 of complex samples lies
    struct plt_log *log;          // NULL = stderr
};
#ifndef __cplusplus
#define plt_spectrogram_params(...) (&(struct plt_spectrogram_params){__VA_ARGS__})
#endif

// Gains references of the series. What they hold now and what comes becomes rows; of a ring
// that drops samples before they were seen, these are missing. NULL with a log line for bad
// parameters, without memory or thread, and when built without kissfft.
PLT_API struct plt_spectrogram *
plt_spectrogram_create(struct plt_series *source,
                       const struct plt_spectrogram_params *params);
// Its image stays as it is for who has a reference.
PLT_API void plt_spectrogram_destroy(struct plt_spectrogram *spectrogram);

// The ring image, of float32 dB, borrowed; for plt_image_item_create with `place`: where
// the columns lie, edge to edge, in hertz.
PLT_API struct plt_image *plt_spectrogram_image(struct plt_spectrogram *spectrogram);
PLT_API struct plt_range plt_spectrogram_band(const struct plt_spectrogram *spectrogram);
// Waits until all that the series hold now has become rows; for files and tests. False
// when memory was short.
PLT_API bool plt_spectrogram_settle(struct plt_spectrogram *spectrogram);

#ifdef __cplusplus
}
#endif
