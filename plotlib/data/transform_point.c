// Kinds whose result follows from one or two samples: derivative and phase map, integral,
// subtract mean. Formulas: plotlib/transform.h.
#include <math.h>

#include <plotlib/base/alloc.h>
#include <plotlib/base/message.h>
#include <plotlib/data/store.h>
#include <plotlib/data/transform.h>

struct point_state {
    double before; // y of the last sample, NaN = none or a gap
    struct plt_sum sum;
    double mean;
};

static bool create(struct plt_transform *t)
{
    t->state = plt_calloc(1, sizeof(struct point_state));
    return t->state != NULL;
}

static void destroy(struct plt_transform *t)
{
    plt_free(t->state);
}

static double or_gap(double v)
{
    return isfinite(v) ? v : NAN;
}

static void restart_slope(struct plt_transform *t, uint64_t first, bool goes_on)
{
    struct point_state *state = t->state;
    state->before = NAN;
}

// Result k is the slope from the sample before to sample k.
static void run_slope(struct plt_transform *t, struct plt_transform_block *block)
{
    struct point_state *state = t->state;
    double before = state->before;
    for (size_t k = 0; k < block->n; k++) {
        double y = block->y[k], step = block->step[k];
        block->y_out[k] = or_gap((y - before) / step); // 0 / 0 and v / 0 are none
        before = y;
    }
    state->before = before;
}

static void run_phase(struct plt_transform *t, struct plt_transform_block *block)
{
    struct point_state *state = t->state;
    block->x_out[0] = state->before;
    for (size_t k = 1; k < block->n; k++)
        block->x_out[k] = block->y[k - 1];
    run_slope(t, block);
}

const struct plt_transform_kernel plt_transform_derivative = {
    .name = "derivative",
    .create = create,
    .destroy = destroy,
    .update = plt_transform_stream,
    .restart = restart_slope,
    .run = run_slope,
};

const struct plt_transform_kernel plt_transform_phase_map = {
    .name = "phase map",
    .create = create,
    .destroy = destroy,
    .update = plt_transform_stream,
    .restart = restart_slope,
    .run = run_phase,
};

static void restart_integral(struct plt_transform *t, uint64_t first, bool goes_on)
{
    struct point_state *state = t->state;
    state->before = NAN;
    if (!goes_on) {
        state->sum = (struct plt_sum){0};
        return;
    }
    if (!t->warned)
        plt_warn(t->derived->log, GENERIC,
                 "series '%s': samples %llu to %llu were dropped before they were read, "
                 "their area is missing",
                 t->derived->name, (unsigned long long)t->next,
                 (unsigned long long)first - 1);
    t->warned = true;
}

static void run_integral(struct plt_transform *t, struct plt_transform_block *block)
{
    struct point_state *state = t->state;
    struct plt_sum sum = state->sum;
    double before = state->before;
    for (size_t k = 0; k < block->n; k++) {
        double y = block->y[k];
        // Halves first: the sum of two samples may overflow.
        double area = (y * 0.5 + before * 0.5) * block->step[k];
        before = y;
        if (isfinite(area))
            plt_sum_add(&sum, area);
        block->y_out[k] = isfinite(y) ? or_gap(sum.s + sum.c) : NAN;
    }
    state->before = before;
    state->sum = sum;
}

const struct plt_transform_kernel plt_transform_integral = {
    .name = "integral",
    .create = create,
    .destroy = destroy,
    .update = plt_transform_stream,
    .restart = restart_integral,
    .run = run_integral,
};

static void restart_mean(struct plt_transform *t, uint64_t first, bool goes_on)
{
    struct point_state *state = t->state;
    struct plt_sum sum = {0};
    uint64_t count = 0;
    double *y = t->block->y;
    for (uint64_t i = first; i < t->pin->head;) {
        uint64_t left = t->pin->head - i;
        size_t n = left < PLT_TRANSFORM_BLOCK ? (size_t)left : PLT_TRANSFORM_BLOCK;
        plt_transform_read(t->pin, i, n, y);
        for (size_t k = 0; k < n; k++) {
            if (isfinite(y[k])) {
                plt_sum_add(&sum, y[k]);
                count++;
            }
        }
        i += n;
    }
    state->mean = count ? (sum.s + sum.c) / (double)count : NAN;
}

static void run_minus_mean(struct plt_transform *t, struct plt_transform_block *block)
{
    const struct point_state *state = t->state;
    for (size_t k = 0; k < block->n; k++)
        block->y_out[k] = or_gap(block->y[k] - state->mean);
}

const struct plt_transform_kernel plt_transform_subtract_mean = {
    .name = "mean subtracted",
    .replaces = true,
    .create = create,
    .destroy = destroy,
    .update = plt_transform_stream,
    .restart = restart_mean,
    .run = run_minus_mean,
};
