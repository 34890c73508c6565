// Amplitude and power spectra. Formulas, windows and methods: plotlib/transform.h.
#include <math.h>

#include <plotlib/base/alloc.h>
#include <plotlib/base/message.h>
#include <plotlib/data/fft.h>
#include <plotlib/data/store.h>
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

struct spectrum_state {
    size_t n; // samples in a segment: what the plan and the window are for
    struct plt_fft *fft;
    double *window, sum, sum_squares; // [n]
    double *segment;                  // [n] windowed
    double *bins, *power;             // [n/2+1] pairs, [n/2+1]
    double *y, *x, *even;             // [cap] samples, their x, samples on equal steps
    size_t cap_y, cap_x, cap_even;
};

static void drop_plan(struct spectrum_state *state)
{
    plt_fft_destroy(state->fft);
    plt_free(state->window);
    plt_free(state->segment);
    plt_free(state->bins);
    plt_free(state->power);
    state->fft = NULL;
    state->window = state->segment = state->bins = state->power = NULL;
    state->n = 0;
}

static bool create(struct plt_transform *t)
{
    t->state = plt_calloc(1, sizeof(struct spectrum_state));
    return t->state != NULL;
}

static void destroy(struct plt_transform *t)
{
    struct spectrum_state *state = t->state;
    if (!state)
        return;
    drop_plan(state);
    plt_free(state->y);
    plt_free(state->x);
    plt_free(state->even);
    plt_free(state);
}

static double window_at(enum plt_window window, size_t j, size_t n)
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

static bool make_plan(struct spectrum_state *state, enum plt_window window, size_t n)
{
    if (state->n == n)
        return true;
    drop_plan(state);
    size_t num_bins = n / 2 + 1;
    state->fft = plt_fft_create(n);
    state->window = plt_malloc(n * sizeof(double));
    state->segment = plt_malloc(n * sizeof(double));
    state->bins = plt_malloc(2 * num_bins * sizeof(double));
    state->power = plt_malloc(num_bins * sizeof(double));
    if (!state->fft || !state->window || !state->segment || !state->bins || !state->power) {
        drop_plan(state);
        return false;
    }
    struct plt_sum sum = {0}, squares = {0};
    for (size_t j = 0; j < n; j++) {
        double w = state->window[j] = window_at(window, j, n);
        plt_sum_add(&sum, w);
        plt_sum_add(&squares, w * w);
    }
    state->sum = sum.s + sum.c;
    state->sum_squares = squares.s + squares.c;
    state->n = n;
    return true;
}

// x of samples [i, i + n), scaled, relative to the first. False when it does not increase.
static bool read_x(const struct plt_series_pin *pin, double scale, uint64_t i, size_t n,
                   double *out)
{
    for (size_t k = 0; k < n; k++) {
        if (pin->x_kind == PLT_X_I64)
            out[k] = plt_difference(plt_pin_x_i64(pin, i + k), plt_pin_x_i64(pin, i));
        else
            out[k] = plt_pin_x_f64(pin, i + k) - plt_pin_x_f64(pin, i);
        out[k] *= scale;
        if (!isfinite(out[k]) || (k > 0 && out[k] <= out[k - 1]))
            return false;
    }
    return true;
}

static bool is_even(const double *x, size_t n, double dx)
{
    for (size_t k = 1; k < n; k++) {
        if (fabs(x[k] - x[k - 1] - dx) > 1e-3 * dx)
            return false;
    }
    return true;
}

// y on n equal steps over the same x, on straight lines between samples.
static void spread(const double *x, const double *y, size_t n, double dx, double *even)
{
    size_t left = 0;
    for (size_t k = 0; k < n; k++) {
        double at = k + 1 < n ? (double)k * dx : x[n - 1];
        while (left + 2 < n && x[left + 1] <= at)
            left++;
        double part = (at - x[left]) / (x[left + 1] - x[left]);
        // A sample itself, beside a gap.
        even[k] = part <= 0   ? y[left]
                  : part >= 1 ? y[left + 1]
                              : y[left] + (y[left + 1] - y[left]) * part;
    }
}

struct frame {
    const double *y; // [n] samples, dx apart
    size_t n;
    double dx; // NaN: unknown, of a single sample
};

enum outcome { NO_MEMORY, NO_FRAME, FRAME };

// The newest samples, on equal steps.
static enum outcome take_frame(struct plt_transform *t, const struct plt_series_pin *pin,
                               struct frame *frame)
{
    struct spectrum_state *state = t->state;
    uint64_t kept = pin->head - pin->tail, length = t->params.length;
    size_t n = (size_t)(kept < length ? kept : length);
    uint64_t first = pin->head - n;
    if (!plt_reserve((void **)&state->y, &state->cap_y, n, sizeof(double)))
        return NO_MEMORY;
    plt_transform_read(pin, first, n, state->y);
    *frame = (struct frame){state->y, n, pin->dx * t->params.x_scale};
    if (pin->x_kind == PLT_X_UNIFORM)
        return FRAME;
    if (!plt_reserve((void **)&state->x, &state->cap_x, n, sizeof(double)) ||
        !plt_reserve((void **)&state->even, &state->cap_even, n, sizeof(double)))
        return NO_MEMORY;
    if (!read_x(pin, t->params.x_scale, first, n, state->x)) {
        if (!t->warned)
            plt_warn(t->derived->log, GENERIC,
                     "series '%s': x does not increase, there is no spectrum",
                     t->derived->name);
        t->warned = true;
        return NO_FRAME;
    }
    frame->dx = n > 1 ? state->x[n - 1] / (double)(n - 1) : NAN;
    if (n > 1 && !is_even(state->x, n, frame->dx)) {
        spread(state->x, state->y, n, frame->dx, state->even);
        frame->y = state->even;
    }
    return FRAME;
}

// The power of two below which all samples lie.
static int exponent_of(const double *y, size_t n)
{
    double most = 0;
    for (size_t j = 0; j < n; j++)
        most = isfinite(y[j]) && fabs(y[j]) > most ? fabs(y[j]) : most;
    int exponent = 0;
    frexp(most, &exponent);
    return exponent > -1000 ? exponent : -1000; // its reciprocal must be finite
}

// Adds |X[k]|^2 of y[n], times 2^(-2 exponent). False: it has a gap.
static bool add_power(struct spectrum_state *state, enum plt_window window, const double *y,
                      int exponent)
{
    const size_t n = state->n;
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
        state->segment[j] = (y[j] * scale - mean) * state->window[j];
    plt_fft_run(state->fft, state->segment, state->bins);
    for (size_t m = 0; m < NUM_TERMS && !direct; m++)
        state->bins[2 * m] += mean * (double)n * terms[window][m] *
                              (m == 0  ? 1
                               : m % 2 ? -0.5
                                       : 0.5);
    for (size_t k = 0; k <= n / 2; k++)
        state->power[k] += state->bins[2 * k] * state->bins[2 * k] +
                           state->bins[2 * k + 1] * state->bins[2 * k + 1];
    return true;
}

// Segments that overlap by half; the last one ends with the newest sample.
static size_t gather(struct spectrum_state *state, enum plt_window window,
                     const struct frame *frame, int exponent)
{
    const size_t n = state->n, hop = n - n / 2;
    size_t count = 0;
    for (size_t k = 0; k <= n / 2; k++)
        state->power[k] = 0;
    for (size_t at = (frame->n - n) % hop; at + n <= frame->n; at += hop)
        count += add_power(state, window, frame->y + at, exponent);
    return count;
}

static double value_of(const struct plt_transform *t, double power, size_t k, int exponent,
                       double dx)
{
    const struct spectrum_state *state = t->state;
    double sides = k == 0 || 2 * k == state->n ? 1 : 2, v;
    if (t->params.kind == PLT_TRANSFORM_PSD)
        v = ldexp(sides * power * dx / state->sum_squares, 2 * exponent);
    else
        v = ldexp(sides * sqrt(power) / state->sum, exponent);
    if (t->params.decibel)
        v = (t->params.kind == PLT_TRANSFORM_PSD ? 10 : 20) * log10(v);
    return isfinite(v) ? v : NAN;
}

static void write_bins(struct plt_transform *t, const struct plt_series_edit *edit,
                       size_t num_segments, int exponent, double dx)
{
    const struct spectrum_state *state = t->state;
    struct plt_transform_block *block = t->block;
    const size_t num_bins = state->n / 2 + 1;
    for (size_t k = 0; k < num_bins;) {
        size_t n = num_bins - k < PLT_TRANSFORM_BLOCK ? num_bins - k : PLT_TRANSFORM_BLOCK;
        for (size_t i = 0; i < n; i++) {
            double power = state->power[k + i] / (double)num_segments;
            // Of a single sample with unknown dx there is the bin at zero.
            block->x_out[i] = k + i ? (double)(k + i) / ((double)state->n * dx) : 0;
            block->y_out[i] = value_of(t, power, k + i, exponent, dx);
        }
        plt_series_fill(t->derived, edit, k, block->x_out, block->y_out, n);
        k += n;
    }
}

static bool update(struct plt_transform *t, const struct plt_series_pin *pin)
{
    struct spectrum_state *state = t->state;
    struct frame frame;
    enum outcome outcome = take_frame(t, pin, &frame);
    if (outcome == NO_FRAME) {
        plt_series_erase(t->derived);
        return true;
    }
    uint64_t segment = t->params.segment;
    size_t n = segment < frame.n ? (size_t)segment : frame.n;
    if (outcome == NO_MEMORY || !make_plan(state, t->params.window, n)) {
        plt_no_memory(t->derived->log, t->derived->name);
        return false;
    }
    int exponent = exponent_of(frame.y, frame.n);
    size_t num_segments = gather(state, t->params.window, &frame, exponent);
    if (num_segments == 0) {
        plt_series_erase(t->derived);
        return true;
    }
    struct plt_series_edit edit;
    if (!plt_series_begin(t->derived, true, n / 2 + 1, &edit))
        return false;
    write_bins(t, &edit, num_segments, exponent, frame.dx);
    plt_series_commit(t->derived, &edit);
    return true;
}

const struct plt_transform_kernel plt_transform_magnitude = {
    .name = "amplitude",
    .create = create,
    .destroy = destroy,
    .update = update,
};

const struct plt_transform_kernel plt_transform_psd = {
    .name = "PSD",
    .create = create,
    .destroy = destroy,
    .update = update,
};
