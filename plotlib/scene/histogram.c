// A histogram: keeps the counts of a series' samples, and counts no more than it must.
#include <float.h>
#include <math.h>

#include <plotlib/base/alloc.h>
#include <plotlib/base/message.h>
#include <plotlib/reduce/points.h>
#include <plotlib/scene/marks.h>

enum { MOST_AUTO = 1000, MOST_BINS = 1000000 };

struct moments {
    double n, mean, square;
};

// Finite samples [i0, i1): into the bins, or their moments (Welford 1962).
static void read_samples(struct plt_histogram *h, const struct plt_series_pin *pin,
                         uint64_t i0, uint64_t i1, struct moments *moments)
{
    double x[PLT_POINTS], y[PLT_POINTS];
    for (; i0 < i1; i0 += PLT_POINTS) {
        const size_t n = i1 - i0 < PLT_POINTS ? (size_t)(i1 - i0) : PLT_POINTS;
        plt_points_values(pin, 0, i0, n, x, y);
        if (!moments) {
            plt_bins_add(&h->bins, y, n);
            continue;
        }
        for (size_t k = 0; k < n; k++) {
            if (!isfinite(y[k]))
                continue;
            moments->n += 1;
            const double off = y[k] - moments->mean;
            moments->mean += off / moments->n;
            moments->square += off * (y[k] - moments->mean);
        }
    }
}

// Scott's rule.
static size_t choose_bins(struct plt_histogram *h, const struct plt_series_pin *pin,
                          double lo, double hi)
{
    struct moments m = {0};
    read_samples(h, pin, pin->tail, pin->head, &m);
    const double sigma = m.n > 1 ? sqrt(m.square / (m.n - 1)) : 0;
    const double bins = ceil((hi - lo) / (3.49 * sigma / cbrt(m.n)));
    return bins >= 1 ? (bins < MOST_AUTO ? (size_t)bins : MOST_AUTO) : 1;
}

// Bins for the samples of today; false without any, or without memory (logged).
static bool make_bins(struct plt_histogram *h, const struct plt_series_pin *pin)
{
    double lo, hi;
    if (h->fixed) {
        plt_bins_empty(&h->bins);
        return true;
    }
    if (!plt_pin_min_max(pin, pin->tail, pin->head, &lo, &hi)) {
        plt_bins_finish(&h->bins);
        return false;
    }
    if (!(lo < hi)) {
        const double room = lo != 0 ? fabs(lo) * 0.5 : 0.5;
        lo = fmax(lo - room, -DBL_MAX);
        hi = fmin(hi + room, DBL_MAX);
    }
    const size_t num = h->asked > 0 ? h->asked : choose_bins(h, pin, lo, hi);
    struct plt_bins *bins = &h->bins;
    if (bins->num == num && bins->edges[0] == lo && bins->edges[num] == hi) {
        plt_bins_empty(bins);
        return true;
    }
    if (plt_bins_make_equal(bins, lo, hi, num))
        return true;
    plt_bins_finish(bins);
    plt_no_memory(plt_item_log(&h->sampled.item), "a histogram");
    return false;
}

// Whether what was counted is the beginning of what there is, in the same bins.
static bool goes_on(const struct plt_histogram *h, const struct plt_series_pin *pin)
{
    double lo, hi;
    if (h->head == 0 || pin->epoch == 0 || h->epoch != pin->epoch || h->tail != pin->tail ||
        h->head > pin->head)
        return false;
    if (h->fixed)
        return true;
    return h->asked > 0 && h->bins.num > 0 &&
           plt_pin_min_max(pin, h->head, pin->head, &lo, &hi) && lo >= h->bins.edges[0] &&
           hi <= h->bins.edges[h->bins.num];
}

static bool up_to_date(const struct plt_histogram *h, const struct plt_series_pin *pin)
{
    const struct plt_sampled *sampled = &h->sampled;
    if (h->head == 0 || h->epoch != pin->epoch || h->tail != pin->tail ||
        h->head != pin->head)
        return false;
    return pin->epoch != 0 ||
           (h->changes == sampled->changes && !atomic_load(&sampled->listener.dirty));
}

void plt_histogram_update(struct plt_histogram *h)
{
    struct plt_series_pin pin;
    if (!plt_sampled_pin(&h->sampled, &pin)) {
        if (h->fixed)
            plt_bins_empty(&h->bins);
        else
            plt_bins_finish(&h->bins);
        h->head = 0;
        return;
    }
    if (!up_to_date(h, &pin)) {
        if (goes_on(h, &pin))
            read_samples(h, &pin, h->head, pin.head, NULL);
        else if (make_bins(h, &pin))
            read_samples(h, &pin, pin.tail, pin.head, NULL);
        h->epoch = pin.epoch;
        h->tail = pin.tail;
        h->head = pin.head;
        h->changes = h->sampled.changes;
    }
    plt_sampled_unpin(&h->sampled, &pin);
}

double plt_histogram_height(const struct plt_histogram *h, size_t k)
{
    const struct plt_bins *bins = &h->bins;
    const double count = (double)bins->counts[k];
    if (!h->density)
        return count;
    const double width = bins->edges[k + 1] - bins->edges[k];
    return bins->total > 0 ? count / ((double)bins->total * width) : 0;
}

static bool edge_range(const struct plt_histogram *h, const struct plt_scale *spread,
                       double origin, struct plt_range *range)
{
    bool any = false;
    for (size_t k = 0; h->bins.num > 0 && k <= h->bins.num; k++)
        plt_range_add(range, &any, spread, h->bins.edges[k] - origin);
    return any;
}

static bool height_range(const struct plt_histogram *h, const struct plt_scale *spread,
                         struct plt_range *range)
{
    bool any = false;
    for (size_t k = 0; k < h->bins.num; k++)
        plt_range_add(range, &any, spread, plt_histogram_height(h, k));
    plt_range_add(range, &any, spread, 0);
    return any;
}

static bool histogram_x_range(const struct plt_item *item, const struct plt_scale *spread,
                              struct plt_range *range)
{
    const struct plt_histogram *h = (const struct plt_histogram *)item;
    return h->horizontal ? height_range(h, spread, range)
                         : edge_range(h, spread, (double)item->plot->origin, range);
}

static bool histogram_y_range(const struct plt_item *item, const struct plt_scale *spread,
                              struct plt_range *range)
{
    const struct plt_histogram *h = (const struct plt_histogram *)item;
    return h->horizontal ? edge_range(h, spread, 0, range) : height_range(h, spread, range);
}

static void histogram_clean(struct plt_item *item)
{
    plt_sampled_clean(item);
    plt_histogram_update((struct plt_histogram *)item);
}

static void histogram_hold(struct plt_item *item, bool hold)
{
    plt_sampled_hold(item, hold);
    ((struct plt_histogram *)item)->head = 0;
}

static void histogram_free(struct plt_item *item)
{
    struct plt_histogram *h = (struct plt_histogram *)item;
    plt_sampled_finish(&h->sampled);
    plt_bins_finish(&h->bins);
    plt_free(h);
}

static const struct plt_item_class histogram_class = {
    .kind = PLT_ITEM_HISTOGRAM,
    .x_range = histogram_x_range,
    .y_range = histogram_y_range,
    .name = plt_sampled_name,
    .clean = histogram_clean,
    .free = histogram_free,
    .hold = histogram_hold,
};

static bool check_edges(struct plt_log *log, const double *edges, size_t num_edges)
{
    plt_require(log, num_edges >= 2 && num_edges - 1 <= MOST_BINS, false);
    for (size_t k = 0; k < num_edges; k++)
        plt_require(log, isfinite(edges[k]) && (k == 0 || edges[k] > edges[k - 1]), false);
    return true;
}

static bool set_bins(struct plt_histogram *h, struct plt_log *log,
                     const struct plt_histogram_params *params)
{
    const struct plt_range range = params->range;
    bool ok = true;
    plt_require(log, params->bins <= MOST_BINS, false);
    plt_require(log, params->outline_width_px >= 0 && params->outline_width_px <= 64,
                false);
    h->asked = params->bins;
    if (params->edges) {
        if (!check_edges(log, params->edges, params->num_edges))
            return false;
        h->fixed = true;
        ok = plt_bins_make(&h->bins, params->edges, params->num_edges);
    } else if (range.x0 != 0 || range.x1 != 0) {
        plt_require(log, isfinite(range.x0) && isfinite(range.x1) && range.x0 < range.x1,
                    false);
        h->fixed = true;
        ok = plt_bins_make_equal(&h->bins, range.x0, range.x1,
                                 params->bins > 0 ? params->bins : 50);
    }
    if (!ok)
        plt_no_memory(log, "a histogram");
    return ok;
}

struct plt_histogram *plt_histogram_create(struct plt_plot *plot, struct plt_series *series,
                                           const struct plt_histogram_params *params)
{
    static const struct plt_histogram_params defaults;
    plt_require(NULL, plot != NULL, NULL);
    struct plt_log *log = plot->figure->log;
    plt_require(log, series != NULL, NULL);
    if (!params)
        params = &defaults;
    struct plt_histogram *h = plt_calloc(1, sizeof(*h));
    if (!h)
        plt_no_memory(log, "histogram");
    if (!h || !set_bins(h, log, params) ||
        !plt_sampled_init(&h->sampled, &histogram_class, plot, series,
                          plt_themed_item(params))) {
        if (h)
            plt_bins_finish(&h->bins);
        plt_free(h);
        return NULL;
    }
    h->outline_color = params->outline_color;
    h->outline_width_px = params->outline_width_px > 0 ? params->outline_width_px : 1;
    h->density = params->density;
    h->horizontal = params->horizontal;
    return h;
}

void plt_histogram_destroy(struct plt_histogram *histogram)
{
    if (histogram)
        plt_item_remove(&histogram->sampled.item);
}

void plt_histogram_set_visible(struct plt_histogram *histogram, bool visible)
{
    plt_require(NULL, histogram != NULL, );
    plt_item_set_visible(&histogram->sampled.item, visible);
}

size_t plt_histogram_counts(struct plt_histogram *histogram, const uint64_t **counts,
                            const double **edges)
{
    plt_require(NULL, histogram != NULL, 0);
    plt_histogram_update(histogram);
    if (counts)
        *counts = histogram->bins.counts;
    if (edges)
        *edges = histogram->bins.edges;
    return histogram->bins.num;
}
