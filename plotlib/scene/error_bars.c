// Error bars: the errors of a series' samples.
#include <math.h>

#include <plotlib/base/alloc.h>
#include <plotlib/base/message.h>
#include <plotlib/reduce/points.h>
#include <plotlib/scene/marks.h>

static double error_of(const double *errors, size_t num, uint64_t i, double all)
{
    const double e = i < num ? errors[i] : all;
    return e > 0 ? e : 0;
}

void plt_error_bars_at(const struct plt_error_bars *bars, uint64_t i, double *left,
                       double *right, double *below, double *above)
{
    *left = error_of(bars->left, bars->num_left, i, bars->x_error);
    *right = error_of(bars->right, bars->num_right, i, bars->x_error);
    *below = error_of(bars->below, bars->num_below, i, bars->y_error);
    *above = error_of(bars->above, bars->num_above, i, bars->y_error);
}

static bool errors_range(const struct plt_item *item, bool of_y,
                         const struct plt_scale *spread, struct plt_range *range)
{
    const struct plt_error_bars *bars = (const struct plt_error_bars *)item;
    struct plt_series_pin pin;
    bool any = false;
    if (!plt_sampled_pin(&bars->sampled, &pin))
        return false;
    for (uint64_t i = pin.tail; i < pin.head; i += PLT_POINTS) {
        double x[PLT_POINTS], y[PLT_POINTS];
        const size_t n = pin.head - i < PLT_POINTS ? (size_t)(pin.head - i) : PLT_POINTS;
        plt_points_values(&pin, item->plot->origin, i, n, x, y);
        for (size_t k = 0; k < n; k++) {
            double left, right, below, above;
            plt_error_bars_at(bars, i + k, &left, &right, &below, &above);
            if (!isfinite(x[k]) || !isfinite(y[k]))
                continue;
            plt_range_add(range, &any, spread, of_y ? y[k] : x[k]);
            plt_range_add(range, &any, spread, of_y ? y[k] - below : x[k] - left);
            plt_range_add(range, &any, spread, of_y ? y[k] + above : x[k] + right);
        }
    }
    plt_sampled_unpin(&bars->sampled, &pin);
    return any;
}

static bool errors_x_range(const struct plt_item *item, const struct plt_scale *spread,
                           struct plt_range *range)
{
    return errors_range(item, false, spread, range);
}

static bool errors_y_range(const struct plt_item *item, const struct plt_scale *spread,
                           struct plt_range *range)
{
    return errors_range(item, true, spread, range);
}

static void errors_free(struct plt_item *item)
{
    struct plt_error_bars *bars = (struct plt_error_bars *)item;
    plt_sampled_finish(&bars->sampled);
    plt_free(bars->left);
    plt_free(bars->right);
    plt_free(bars->below);
    plt_free(bars->above);
    plt_free(bars);
}

static const struct plt_item_class errors_class = {
    .kind = PLT_ITEM_ERROR_BARS,
    .x_range = errors_x_range,
    .y_range = errors_y_range,
    .x_origin = plt_sampled_x_origin,
    .clean = plt_sampled_clean,
    .free = errors_free,
    .hold = plt_sampled_hold,
};

struct plt_error_bars *plt_error_bars_create(struct plt_plot *plot,
                                             struct plt_series *series,
                                             const struct plt_error_bars_params *params)
{
    static const struct plt_error_bars_params defaults;
    plt_require(NULL, plot != NULL, NULL);
    struct plt_log *log = plot->figure->log;
    plt_require(log, series != NULL, NULL);
    if (!params)
        params = &defaults;
    plt_require(log, params->width_px >= 0 && params->width_px <= 64, NULL);
    plt_require(log, params->cap_px <= 256, NULL);
    plt_require(log, params->x_error >= 0 && params->y_error >= 0, NULL);
    struct plt_error_bars *bars = plt_calloc(1, sizeof(*bars));
    if (!bars)
        plt_no_memory(log, "error bars");
    if (!bars || !plt_sampled_init(&bars->sampled, &errors_class, plot, series,
                                   plt_themed_item(params))) {
        plt_free(bars);
        return NULL;
    }
    bars->width_px = params->width_px > 0 ? params->width_px : 1;
    bars->cap_px = params->cap_px == 0 ? 7 : params->cap_px;
    bars->x_error = params->x_error;
    bars->y_error = params->y_error;
    return bars;
}

void plt_error_bars_destroy(struct plt_error_bars *bars)
{
    if (bars)
        plt_item_remove(&bars->sampled.item);
}

// Both sides or none.
static bool set_pair(struct plt_item *item, double **a, size_t *num_a, double **b,
                     size_t *num_b, const double *from_a, const double *from_b, size_t n)
{
    double *kept = NULL;
    size_t num_kept = 0;
    if (!plt_item_set_array(item, (void **)&kept, &num_kept, from_a, n, sizeof(*kept)))
        return false;
    if (!plt_item_set_array(item, (void **)b, num_b, from_b ? from_b : from_a, n,
                            sizeof(*kept))) {
        plt_free(kept);
        return false;
    }
    plt_free(*a);
    *a = kept;
    *num_a = num_kept;
    return true;
}

bool plt_error_bars_set_x(struct plt_error_bars *bars, const double *left,
                          const double *right, size_t n)
{
    plt_require(NULL, bars != NULL, false);
    return set_pair(&bars->sampled.item, &bars->left, &bars->num_left, &bars->right,
                    &bars->num_right, left, right, n);
}

bool plt_error_bars_set_y(struct plt_error_bars *bars, const double *below,
                          const double *above, size_t n)
{
    plt_require(NULL, bars != NULL, false);
    return set_pair(&bars->sampled.item, &bars->below, &bars->num_below, &bars->above,
                    &bars->num_above, below, above, n);
}

void plt_error_bars_set_visible(struct plt_error_bars *bars, bool visible)
{
    plt_require(NULL, bars != NULL, );
    plt_item_set_visible(&bars->sampled.item, visible);
}
