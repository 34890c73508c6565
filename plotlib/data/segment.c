// Windows, and the transform of one segment. Formulas: plotlib/transform.h.
#include <math.h>

#include <plotlib/base/alloc.h>
#include <plotlib/data/fft.h>
#include <plotlib/data/segment.h>
#include <plotlib/data/transform.h>

enum { NUM_TERMS = 5 };

static const double terms[][NUM_TERMS] = {
    [PLT_WINDOW_HANN] = {0.5, 0.5},
    [PLT_WINDOW_RECTANGULAR] = {1},
    [PLT_WINDOW_HAMMING] = {0.54, 0.46},
    [PLT_WINDOW_BLACKMAN] = {0.42, 0.5, 0.08},
    [PLT_WINDOW_BLACKMAN_HARRIS] = {0.35875, 0.48829, 0.14128, 0.01168},
    [PLT_WINDOW_FLAT_TOP] = {0.21557895, 0.41663158, 0.277263158, 0.083578947, 0.006947368},
};

static double weight_at(enum plt_window window, size_t j, size_t n)
{
    if (n == 1)
        return 1;
    double w = 0;
    for (size_t m = 0; m < NUM_TERMS; m++) {
        double turn = (double)(m * j % n) / (double)n;
        w += (m % 2 ? -1 : 1) * terms[window][m] * cos(2 * 3.14159265358979323846 * turn);
    }
    return w;
}

void plt_segment_drop(struct plt_segment *segment)
{
    plt_fft_destroy(segment->fft);
    plt_free(segment->weights);
    plt_free(segment->samples);
    plt_free(segment->bins);
    *segment = (struct plt_segment){0};
}

bool plt_segment_make(struct plt_segment *segment, enum plt_window window, size_t n)
{
    if (segment->n == n && segment->window == window)
        return true;
    plt_segment_drop(segment);
    segment->fft = plt_fft_create(n);
    segment->weights = plt_malloc(n * sizeof(double));
    segment->samples = plt_malloc(n * sizeof(double));
    segment->bins = plt_malloc(2 * (n / 2 + 1) * sizeof(double));
    if (!segment->fft || !segment->weights || !segment->samples || !segment->bins) {
        plt_segment_drop(segment);
        return false;
    }
    struct plt_sum sum = {0}, squares = {0};
    for (size_t j = 0; j < n; j++) {
        double w = segment->weights[j] = weight_at(window, j, n);
        plt_sum_add(&sum, w);
        plt_sum_add(&squares, w * w);
    }
    segment->sum = sum.s + sum.c;
    segment->sum_squares = squares.s + squares.c;
    segment->window = window;
    segment->n = n;
    return true;
}

int plt_segment_exponent(const double *y, size_t n)
{
    double most = 0;
    for (size_t j = 0; j < n; j++)
        most = isfinite(y[j]) && fabs(y[j]) > most ? fabs(y[j]) : most;
    int exponent = 0;
    frexp(most, &exponent);
    return exponent > -1000 ? exponent : -1000; // its reciprocal must be finite
}

bool plt_segment_run(struct plt_segment *segment, const double *y, int exponent)
{
    const size_t n = segment->n;
    const double scale = ldexp(1, -exponent);
    struct plt_sum sum = {0};
    for (size_t j = 0; j < n; j++) {
        if (!isfinite(y[j]))
            return false;
        plt_sum_add(&sum, y[j] * scale);
    }
    // The mean may be far above all else: its part is known, and added in doubles. A few
    // samples are transformed in doubles anyway.
    const bool direct = n < PLT_FFT_DIRECT;
    double mean = direct ? 0 : (sum.s + sum.c) / (double)n;
    for (size_t j = 0; j < n; j++)
        segment->samples[j] = (y[j] * scale - mean) * segment->weights[j];
    plt_fft_run(segment->fft, segment->samples, segment->bins);
    for (size_t m = 0; m < NUM_TERMS && !direct; m++)
        segment->bins[2 * m] += mean * (double)n * terms[segment->window][m] *
                                (m == 0  ? 1
                                 : m % 2 ? -0.5
                                         : 0.5);
    return true;
}
