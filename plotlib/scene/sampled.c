// What items that show samples have in common: the series, its listener, ranges,
// a pause; and small helpers of all marks.
#include <math.h>

#include <plotlib/base/message.h>
#include <plotlib/data/store.h>
#include <plotlib/reduce/extrema.h>
#include <plotlib/scene/marks.h>

static void series_changed(void *user)
{
    struct plt_sampled *sampled = user;
    if (!atomic_load(&sampled->holding)) // else the picture stays as it is
        plt_item_damage(&sampled->item);
}

bool plt_sampled_init(struct plt_sampled *sampled, const struct plt_item_class *class,
                      struct plt_plot *plot, struct plt_series *series,
                      const struct plt_item_params *params)
{
    // Every sample is drawn or counted: of a file of 10^10 that would take minutes.
    plt_require(plot->figure->log,
                class->kind == PLT_ITEM_CURVE || !plt_series_is_mapped(series), false);
    if (!plt_item_init(&sampled->item, class, plot, params))
        return false;
    sampled->series = plt_series_ref(series);
    sampled->item.computed = plt_series_is_transform(series);
    sampled->listener.fn = series_changed;
    sampled->listener.user = sampled;
    plt_series_add_listener(series, &sampled->listener);
    return true;
}

void plt_sampled_finish(struct plt_sampled *sampled)
{
    plt_series_remove_listener(sampled->series, &sampled->listener);
    plt_series_unpin(&sampled->held);
    plt_pick_index_finish(&sampled->index);
    plt_series_unref(sampled->series);
}

bool plt_sampled_pin(const struct plt_sampled *sampled, struct plt_series_pin *pin)
{
    if (!atomic_load(&sampled->holding))
        return plt_series_pin(sampled->series, pin);
    *pin = sampled->held;
    return pin->series != NULL;
}

void plt_sampled_unpin(const struct plt_sampled *sampled, struct plt_series_pin *pin)
{
    if (!atomic_load(&sampled->holding))
        plt_series_unpin(pin);
}

void plt_sampled_hold(struct plt_item *item, bool hold)
{
    struct plt_sampled *sampled = (struct plt_sampled *)item;
    plt_series_unpin(&sampled->held);
    // Borrowed arrays are their owner's: they may change or go at any time. A file stays.
    hold = hold && !plt_series_is_mapped(sampled->series);
    if (hold && plt_series_pin(sampled->series, &sampled->held) &&
        sampled->held.table->borrow) {
        plt_series_unpin(&sampled->held);
        hold = false;
    }
    atomic_store(&sampled->holding, hold); // nothing is held of an empty series
}

bool plt_sampled_x_range(const struct plt_item *item, const struct plt_scale *spread,
                         struct plt_range *range)
{
    const struct plt_sampled *sampled = (const struct plt_sampled *)item;
    struct plt_series_pin pin;
    if (!plt_sampled_pin(sampled, &pin))
        return false;
    bool any = plt_extrema_x(&pin, spread, item->plot->origin, &range->x0, &range->x1);
    plt_sampled_unpin(sampled, &pin);
    return any;
}

bool plt_sampled_y_range(const struct plt_item *item, const struct plt_scale *spread,
                         struct plt_range *range)
{
    const struct plt_sampled *sampled = (const struct plt_sampled *)item;
    struct plt_series_pin pin;
    if (!plt_sampled_pin(sampled, &pin))
        return false;
    bool any =
        plt_extrema_y(&pin, spread, false, pin.tail, pin.head, &range->x0, &range->x1);
    plt_sampled_unpin(sampled, &pin);
    return any;
}

bool plt_sampled_x_origin(const struct plt_item *item, int64_t *origin)
{
    const struct plt_sampled *sampled = (const struct plt_sampled *)item;
    struct plt_series_pin pin;
    if (!plt_sampled_pin(sampled, &pin))
        return false;
    bool is_i64 = pin.x_kind == PLT_X_I64;
    *origin = plt_pin_origin(&pin);
    plt_sampled_unpin(sampled, &pin);
    return is_i64;
}

const char *plt_sampled_name(const struct plt_item *item)
{
    return plt_series_name(((const struct plt_sampled *)item)->series);
}

void plt_sampled_take_changes(struct plt_sampled *sampled)
{
    if (plt_series_take_dirty(&sampled->listener))
        atomic_fetch_add(&sampled->changes, 1);
}

// A hidden one is left alone: its appends ask for no paint, and a transform is not
// computed.
void plt_sampled_clean(struct plt_item *item)
{
    if (!item->hidden)
        plt_sampled_take_changes((struct plt_sampled *)item);
}

bool plt_spread_shows(const struct plt_scale *spread, double v)
{
    return isfinite(v) && (!spread || isfinite(plt_scale_forward(spread, v)));
}

void plt_range_add(struct plt_range *range, bool *any, const struct plt_scale *spread,
                   double v)
{
    if (!plt_spread_shows(spread, v))
        return;
    range->x0 = *any ? fmin(range->x0, v) : v;
    range->x1 = *any ? fmax(range->x1, v) : v;
    *any = true;
}

static bool goes_to_and_fro(const struct plt_sampled *sampled)
{
    struct plt_series_pin pin;
    if (!plt_sampled_pin(sampled, &pin))
        return false;
    bool sorted = pin.sorted;
    plt_sampled_unpin(sampled, &pin);
    return !sorted;
}

bool plt_plot_needs_room(const struct plt_plot *plot)
{
    for (size_t i = 0; i < plot->num_items; i++) {
        const struct plt_item *item = plot->items[i];
        enum plt_item_kind kind = item->class->kind;
        if (item->hidden || kind == PLT_ITEM_IMAGE || kind == PLT_ITEM_ROI ||
            kind == PLT_ITEM_TIMELINE)
            continue;
        if (kind != PLT_ITEM_CURVE || goes_to_and_fro((const struct plt_sampled *)item))
            return true;
    }
    return false;
}

bool plt_bars_stand_on(const struct plt_axis *axis, double s)
{
    for (size_t i = 0; i < axis->plot->num_items; i++) {
        const struct plt_item *item = axis->plot->items[i];
        double base = 0;
        bool horizontal;
        if (item->hidden || (axis->vertical && item->y_axis != axis))
            continue;
        if (item->class->kind == PLT_ITEM_BARS) {
            base = ((const struct plt_bars *)item)->base;
            horizontal = ((const struct plt_bars *)item)->horizontal;
        } else if (item->class->kind == PLT_ITEM_HISTOGRAM) {
            horizontal = ((const struct plt_histogram *)item)->horizontal;
        } else {
            continue;
        }
        if (horizontal != axis->vertical && plt_scale_forward(&axis->scale, base) == s)
            return true;
    }
    return false;
}
