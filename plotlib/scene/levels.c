// Levels of an image item: given, automatic, or by percentiles of the image.
#include <math.h>

#include <plotlib/base/message.h>
#include <plotlib/image/argb.h>
#include <plotlib/image/stats.h>
#include <plotlib/scene/scene.h>

// One value is no range; 0..0 would ask for the automatic one again.
static struct plt_range with_room(double lo, double hi)
{
    const double room = lo == hi ? 0.5 : 0;
    return (struct plt_range){lo - room, hi + room};
}

// Of the rows of a ring image; they are counted as they come and go.
static bool find_ring_levels(struct plt_image_item *item, struct plt_image_ring *ring)
{
    const struct plt_range p = item->auto_percent;
    struct plt_range found;
    if (!plt_ring_levels(ring, p.x0, p.x1 > 0 ? p.x1 : 100, &found))
        return false;
    item->found[0] = with_room(found.x0, found.x1);
    return true;
}

// Percentiles of each channel, once a generation. False where there are none.
static bool find_percentiles(struct plt_image_item *item)
{
    struct plt_image_view view = plt_image_look(item->image);
    struct plt_image_ring *ring = plt_item_ring(&item->item);
    if (ring)
        return find_ring_levels(item, ring);
    const double p[2] = {item->auto_percent.x0 / 100, item->auto_percent.x1 / 100};
    if (p[1] <= 0)
        return false;
    if (item->found_id == view.id && item->found_generation == view.generation)
        return true;
    // None of a mapped image, nor where rows are written meanwhile.
    if (view.ring != PLT_RING_NONE || !plt_image_to_host(&view) || !view.pixels)
        return false;
    const int32_t channels = view.channels == 1 ? 1 : 3;
    for (int32_t c = 0; c < channels; c++) {
        double values[2];
        const struct plt_image_percentiles_job job = {
            view, c, p, 2, item->item.plot->figure->pool, values};
        if (!plt_image_engine_cpu.percentiles(&job) || isnan(values[0]))
            return false;
        item->found[c] = with_room(values[0], values[1]);
    }
    item->found_id = view.id;
    item->found_generation = view.generation;
    return true;
}

static bool is_given(struct plt_range range)
{
    return range.x0 != 0 || range.x1 != 0;
}

void plt_image_item_ranges(struct plt_image_item *item, struct plt_range ranges[4])
{
    plt_image_find_ranges(item->image, item->levels, item->channel_levels, ranges);
    if (is_given(item->levels) || !find_percentiles(item))
        return;
    const bool single = plt_image_channels(item->image) == 1;
    for (int c = 0; c < 3; c++)
        if (single || !is_given(item->channel_levels[c]))
            ranges[c] = item->found[single ? 0 : c];
}

struct plt_range plt_image_item_given(const struct plt_image_item *item, int channel)
{
    return channel == 0 ? item->levels : item->channel_levels[channel - 1];
}

void plt_image_item_change(struct plt_image_item *item, int channel,
                           struct plt_range levels, bool by_hand, bool finished)
{
    struct plt_range *range =
        channel == 0 ? &item->levels : &item->channel_levels[channel - 1];
    struct plt_figure *figure = item->item.plot->figure;
    // The end of a drag is told even where it changes nothing.
    if (range->x0 == levels.x0 && range->x1 == levels.x1 && !(by_hand && finished))
        return;
    plt_figure_enter(figure);
    *range = levels;
    struct plt_range shown[4];
    plt_image_item_ranges(item, shown);
    plt_figure_damage(figure);
    plt_notice_queue(figure, &(struct plt_notice){.type = PLT_NOTICE_LEVELS_CHANGED,
                                                  .figure = figure,
                                                  .plot = item->item.plot,
                                                  .by_hand = by_hand,
                                                  .finished = finished,
                                                  .image_item = item,
                                                  .levels = shown[0]});
    plt_figure_leave(figure);
}

bool plt_image_item_set_levels(struct plt_image_item *item, double lo, double hi)
{
    plt_require(NULL, item != NULL, false);
    plt_require(item->item.plot->figure->log, isfinite(lo) && isfinite(hi), false);
    plt_image_item_change(item, 0, (struct plt_range){lo, hi}, false, true);
    return true;
}

bool plt_image_item_set_channel_levels(struct plt_image_item *item, int channel, double lo,
                                       double hi)
{
    plt_require(NULL, item != NULL, false);
    struct plt_log *log = item->item.plot->figure->log;
    plt_require(log, isfinite(lo) && isfinite(hi), false);
    plt_require(log, channel >= 0 && channel < 3, false);
    plt_image_item_change(item, channel + 1, (struct plt_range){lo, hi}, false, true);
    return true;
}

struct plt_range plt_image_item_channel_levels(struct plt_image_item *item, int channel)
{
    struct plt_range ranges[4] = {{0, 1}};
    plt_require(NULL, item != NULL && channel >= 0 && channel < 3, ranges[0]);
    plt_image_item_ranges(item, ranges);
    return ranges[channel];
}

struct plt_range plt_image_item_levels(struct plt_image_item *item)
{
    return item ? plt_image_item_channel_levels(item, 0) : (struct plt_range){0, 1};
}

bool plt_image_item_set_auto_percent(struct plt_image_item *item, double lo, double hi)
{
    plt_require(NULL, item != NULL, false);
    plt_require(item->item.plot->figure->log, lo >= 0 && hi <= 100 && lo <= hi, false);
    item->auto_percent = (struct plt_range){lo, hi};
    item->found_id = 0;
    plt_figure_damage(item->item.plot->figure);
    return true;
}
