// Rows of spectrograms. Formulas: plotlib/waterfall.h.
#include <math.h>
#include <string.h>

#include <plotlib/base/alloc.h>
#include <plotlib/data/spectrogram.h>

static size_t num_columns(const struct plt_spectrum *spectrum)
{
    const size_t n = spectrum->segment.n;
    return spectrum->complex ? n : n / 2 + 1;
}

bool plt_spectrum_make(struct plt_spectrum *spectrum, enum plt_window window, size_t n,
                       bool complex, double rate_hz)
{
    *spectrum = (struct plt_spectrum){.complex = complex, .rate_hz = rate_hz};
    spectrum->most = plt_malloc(n * sizeof(double));
    spectrum->other = complex ? plt_malloc(2 * (n / 2 + 1) * sizeof(double)) : NULL;
    return spectrum->most && (!complex || spectrum->other) &&
           plt_segment_make(&spectrum->segment, window, n);
}

void plt_spectrum_drop(struct plt_spectrum *spectrum)
{
    plt_segment_drop(&spectrum->segment);
    plt_free(spectrum->other);
    plt_free(spectrum->most);
}

void plt_spectrum_begin(struct plt_spectrum *spectrum)
{
    memset(spectrum->most, 0, num_columns(spectrum) * sizeof(double));
    spectrum->gap = false;
}

static void take(struct plt_spectrum *spectrum, size_t column, double re, double im)
{
    const double power = re * re + im * im;
    if (power > spectrum->most[column])
        spectrum->most[column] = power;
}

// X of re + i im, from those of re and im alone: both are of real numbers, so that X[n-k]
// of each is the conjugate of X[k].
static void take_complex(struct plt_spectrum *spectrum, double scale)
{
    const size_t n = spectrum->segment.n, zero = n / 2;
    const double *a = spectrum->other, *b = spectrum->segment.bins;
    for (size_t k = 0; k <= n / 2; k++) {
        const double *re = a + 2 * k, *im = b + 2 * k;
        const double r0 = re[0] * scale, r1 = re[1] * scale;
        const double i0 = im[0] * scale, i1 = im[1] * scale;
        if (zero + k < n)
            take(spectrum, zero + k, r0 - i1, r1 + i0);
        if (k > 0)
            take(spectrum, zero - k, r0 + i1, i0 - r1);
    }
}

void plt_spectrum_add(struct plt_spectrum *spectrum, const double *re, const double *im)
{
    struct plt_segment *segment = &spectrum->segment;
    const size_t n = segment->n;
    int exponent = plt_segment_exponent(re, n);
    if (im) {
        const int other = plt_segment_exponent(im, n);
        exponent = other > exponent ? other : exponent;
    }
    const double scale = ldexp(1, exponent);
    spectrum->gap |= !plt_segment_run(segment, re, exponent);
    if (im) {
        memcpy(spectrum->other, segment->bins, 2 * (n / 2 + 1) * sizeof(double));
        spectrum->gap |= !plt_segment_run(segment, im, exponent);
        take_complex(spectrum, scale);
        return;
    }
    for (size_t k = 0; k <= n / 2; k++)
        take(spectrum, k, segment->bins[2 * k] * scale, segment->bins[2 * k + 1] * scale);
}

void plt_spectrum_end(struct plt_spectrum *spectrum, float *row)
{
    const struct plt_segment *segment = &spectrum->segment;
    const size_t n = segment->n;
    const bool density = spectrum->rate_hz > 0;
    const double whole = density ? 1 / (spectrum->rate_hz * segment->sum_squares)
                                 : 1 / (segment->sum * segment->sum);
    const double one = 10 * log10(whole);
    // The other half of a real spectrum: twice the power, or twice the amplitude.
    const double both = one + (density ? 10 : 20) * log10(2);
    for (size_t k = 0; k < num_columns(spectrum); k++) {
        const bool single = spectrum->complex || k == 0 || 2 * k == n;
        row[k] = spectrum->gap
                     ? NAN
                     : (float)(10 * log10(spectrum->most[k]) + (single ? one : both));
    }
}
