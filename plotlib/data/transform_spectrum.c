// Amplitude and power spectra. Formulas, windows and methods: plotlib/transform.h.
#include <math.h>

#include <plotlib/base/alloc.h>
#include <plotlib/base/message.h>
#include <plotlib/data/segment.h>
#include <plotlib/data/store.h>
#include <plotlib/data/transform.h>

struct spectrum_state {
    struct plt_segment segment;
    double *power;        // [n/2+1] of the segment
    double *y, *x, *even; // [cap] samples, their x, samples on equal steps
    size_t cap_power, cap_y, cap_x, cap_even;
};

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
    plt_segment_drop(&state->segment);
    plt_free(state->power);
    plt_free(state->y);
    plt_free(state->x);
    plt_free(state->even);
    plt_free(state);
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

// Adds |X[k]|^2 of y[n], times 2^(-2 exponent). False: it has a gap.
static bool add_power(struct spectrum_state *state, const double *y, int exponent)
{
    if (!plt_segment_run(&state->segment, y, exponent))
        return false;
    const double *bins = state->segment.bins;
    for (size_t k = 0; k <= state->segment.n / 2; k++)
        state->power[k] += bins[2 * k] * bins[2 * k] + bins[2 * k + 1] * bins[2 * k + 1];
    return true;
}

// Segments that overlap by half; the last one ends with the newest sample.
static size_t gather(struct spectrum_state *state, const struct frame *frame, int exponent)
{
    const size_t n = state->segment.n, hop = n - n / 2;
    size_t count = 0;
    for (size_t k = 0; k <= n / 2; k++)
        state->power[k] = 0;
    for (size_t at = (frame->n - n) % hop; at + n <= frame->n; at += hop)
        count += add_power(state, frame->y + at, exponent);
    return count;
}

static double value_of(const struct plt_transform *t, double power, size_t k, int exponent,
                       double dx)
{
    const struct plt_segment *segment = &((struct spectrum_state *)t->state)->segment;
    double sides = k == 0 || 2 * k == segment->n ? 1 : 2, v;
    if (t->params.kind == PLT_TRANSFORM_PSD)
        v = ldexp(sides * power * dx / segment->sum_squares, 2 * exponent);
    else
        v = ldexp(sides * sqrt(power) / segment->sum, exponent);
    if (t->params.decibel)
        v = (t->params.kind == PLT_TRANSFORM_PSD ? 10 : 20) * log10(v);
    return isfinite(v) ? v : NAN;
}

static void write_bins(struct plt_transform *t, const struct plt_series_edit *edit,
                       size_t num_segments, int exponent, double dx)
{
    const struct spectrum_state *state = t->state;
    struct plt_transform_block *block = t->block;
    const size_t length = state->segment.n, num_bins = length / 2 + 1;
    for (size_t k = 0; k < num_bins;) {
        size_t n = num_bins - k < PLT_TRANSFORM_BLOCK ? num_bins - k : PLT_TRANSFORM_BLOCK;
        for (size_t i = 0; i < n; i++) {
            double power = state->power[k + i] / (double)num_segments;
            // Of a single sample with unknown dx there is the bin at zero.
            block->x_out[i] = k + i ? (double)(k + i) / ((double)length * dx) : 0;
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
    if (outcome == NO_MEMORY || !plt_segment_make(&state->segment, t->params.window, n) ||
        !plt_reserve((void **)&state->power, &state->cap_power, n / 2 + 1,
                     sizeof(double))) {
        plt_no_memory(t->derived->log, t->derived->name);
        return false;
    }
    int exponent = plt_segment_exponent(frame.y, frame.n);
    size_t num_segments = gather(state, &frame, exponent);
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
