// A box plot: the statistics of each group, made when it is added.
#include <math.h>
#include <string.h>

#include <plotlib/base/alloc.h>
#include <plotlib/base/message.h>
#include <plotlib/data/quantile.h>
#include <plotlib/scene/marks.h>

static bool boxes_range(const struct plt_box_plot *plot, bool along,
                        const struct plt_scale *spread, double origin,
                        struct plt_range *range)
{
    bool any = false;
    for (size_t i = 0; i < plot->num_boxes; i++) {
        const struct plt_box *box = &plot->boxes[i];
        if (along) {
            plt_range_add(range, &any, spread, box->place - plot->width / 2 - origin);
            plt_range_add(range, &any, spread, box->place + plot->width / 2 - origin);
            continue;
        }
        plt_range_add(range, &any, spread, box->stats.low - origin);
        plt_range_add(range, &any, spread, box->stats.high - origin);
        plt_range_add(range, &any, spread, box->stats.q1 - origin);
        for (size_t k = 0; k < box->stats.num_outliers; k++)
            plt_range_add(range, &any, spread, box->outliers[k] - origin);
    }
    return any;
}

static bool boxes_x_range(const struct plt_item *item, const struct plt_scale *spread,
                          struct plt_range *range)
{
    const struct plt_box_plot *plot = (const struct plt_box_plot *)item;
    return boxes_range(plot, !plot->horizontal, spread, (double)item->plot->origin, range);
}

static bool boxes_y_range(const struct plt_item *item, const struct plt_scale *spread,
                          struct plt_range *range)
{
    const struct plt_box_plot *plot = (const struct plt_box_plot *)item;
    return boxes_range(plot, plot->horizontal, spread, 0, range);
}

static void free_boxes(struct plt_box_plot *plot)
{
    for (size_t i = 0; i < plot->num_boxes; i++)
        plt_free(plot->boxes[i].outliers);
    plot->num_boxes = 0;
}

static void boxes_free(struct plt_item *item)
{
    struct plt_box_plot *plot = (struct plt_box_plot *)item;
    free_boxes(plot);
    plt_free(plot->boxes);
    plt_free(plot);
}

static const struct plt_item_class boxes_class = {.kind = PLT_ITEM_BOX_PLOT,
                                                  .x_range = boxes_x_range,
                                                  .y_range = boxes_y_range,
                                                  .free = boxes_free};

struct plt_box_plot *plt_box_plot_create(struct plt_plot *plot,
                                         const struct plt_box_plot_params *params)
{
    static const struct plt_box_plot_params defaults;
    plt_require(NULL, plot != NULL, NULL);
    struct plt_log *log = plot->figure->log;
    if (!params)
        params = &defaults;
    plt_require(log, params->width >= 0 && isfinite(params->width), NULL);
    plt_require(log, params->line_width_px >= 0 && params->line_width_px <= 64, NULL);
    plt_require(log, params->size_px >= 0 && params->size_px <= 1024, NULL);
    plt_require(log, (unsigned)params->symbol < PLT_NUM_SYMBOLS, NULL);
    struct plt_box_plot *boxes = plt_calloc(1, sizeof(*boxes));
    if (!boxes)
        plt_no_memory(log, "box plot");
    if (!boxes ||
        !plt_item_init(&boxes->item, &boxes_class, plot, plt_themed_item(params))) {
        plt_free(boxes);
        return NULL;
    }
    boxes->horizontal = params->horizontal;
    boxes->width = params->width > 0 ? params->width : 0.6;
    boxes->line_px = params->line_width_px > 0 ? params->line_width_px : 1.5f;
    boxes->size_px = params->size_px > 0 ? params->size_px : 5;
    boxes->symbol = params->symbol;
    return boxes;
}

void plt_box_plot_destroy(struct plt_box_plot *boxes)
{
    if (boxes)
        plt_item_remove(&boxes->item);
}

// Of sorted finite values; the outliers lie at both of their ends.
static struct plt_box_stats measure(const double *sorted, size_t n, size_t *low_outliers)
{
    struct plt_box_stats s = {.n = n,
                              .q1 = plt_quantile(sorted, n, 0.25),
                              .median = plt_quantile(sorted, n, 0.5),
                              .q3 = plt_quantile(sorted, n, 0.75)};
    const double reach = 1.5 * (s.q3 - s.q1);
    size_t first = 0, last = n - 1;
    while (first < last && sorted[first] < s.q1 - reach)
        first++;
    while (last > first && sorted[last] > s.q3 + reach)
        last--;
    s.low = sorted[first];
    s.high = sorted[last];
    s.num_outliers = n - (last - first + 1);
    *low_outliers = first;
    return s;
}

static bool add_box(struct plt_box_plot *boxes, double place, double *values, size_t n)
{
    size_t low;
    plt_sort_doubles(values, n);
    struct plt_box box = {.place = place, .stats = measure(values, n, &low)};
    const size_t outliers = box.stats.num_outliers;
    box.outliers = plt_calloc(outliers ? outliers : 1, sizeof(*values));
    if (!box.outliers || !plt_reserve((void **)&boxes->boxes, &boxes->cap_boxes,
                                      boxes->num_boxes + 1, sizeof(*boxes->boxes))) {
        plt_free(box.outliers);
        plt_no_memory(plt_item_log(&boxes->item), "a box plot");
        return false;
    }
    memcpy(box.outliers, values, low * sizeof(*values));
    memcpy(box.outliers + low, values + n - (outliers - low),
           (outliers - low) * sizeof(*values));
    boxes->boxes[boxes->num_boxes++] = box;
    plt_item_damage(&boxes->item);
    return true;
}

bool plt_box_plot_add(struct plt_box_plot *boxes, double place, const double *values,
                      size_t n)
{
    plt_require(NULL, boxes != NULL, false);
    struct plt_log *log = plt_item_log(&boxes->item);
    plt_require(log, values != NULL && n > 0, false);
    plt_require(log, isfinite(place), false);
    double *kept = plt_calloc(n, sizeof(*kept));
    if (!kept) {
        plt_no_memory(log, "a box plot");
        return false;
    }
    size_t num = 0;
    for (size_t i = 0; i < n; i++)
        if (isfinite(values[i]))
            kept[num++] = values[i];
    bool ok = num > 0;
    if (!ok)
        plt_error(log, BAD_ARGUMENT, "box plot: none of %zu values is finite", n);
    ok = ok && add_box(boxes, place, kept, num);
    plt_free(kept);
    return ok;
}

void plt_box_plot_clear(struct plt_box_plot *boxes)
{
    plt_require(NULL, boxes != NULL, );
    free_boxes(boxes);
    plt_item_damage(&boxes->item);
}

size_t plt_box_plot_count(const struct plt_box_plot *boxes)
{
    return boxes ? boxes->num_boxes : 0;
}

bool plt_box_plot_stats(const struct plt_box_plot *boxes, size_t i,
                        struct plt_box_stats *stats)
{
    plt_require(NULL, boxes != NULL && stats != NULL, false);
    if (i >= boxes->num_boxes)
        return false;
    *stats = boxes->boxes[i].stats;
    return true;
}

void plt_box_plot_set_visible(struct plt_box_plot *boxes, bool visible)
{
    plt_require(NULL, boxes != NULL, );
    plt_item_set_visible(&boxes->item, visible);
}
