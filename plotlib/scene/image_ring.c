// Items of ring images: rows that arrive from another thread, and where they lie in time.
#include <plotlib/scene/scene.h>

struct plt_image_ring *plt_item_ring(const struct plt_item *item)
{
    return item->class->kind == PLT_ITEM_IMAGE
               ? plt_image_get_ring(((const struct plt_image_item *)item)->image)
               : NULL;
}

static void rows_came(void *user) // the producer's thread
{
    plt_item_damage(user);
}

static void set_hold(struct plt_image_item *item, bool hold)
{
    struct plt_image_ring *ring = plt_item_ring(&item->item);
    if (!ring || item->holding == hold)
        return;
    ring->holds += hold ? 1 : -1;
    item->holding = hold;
}

void plt_ring_item_attach(struct plt_image_item *item)
{
    struct plt_image_ring *ring = plt_item_ring(&item->item);
    struct plt_plot *plot = item->item.plot;
    if (!ring)
        return;
    item->fresh = (struct plt_series_listener){.fn = rows_came, .user = &item->item};
    plt_series_add_listener(ring->samples, &item->fresh);
    // What was to follow along x has its time along y.
    struct plt_axis *followed = plt_follow_axis(plot);
    if (plot->follow_span > 0 && followed != &plot->x &&
        plot->x.view.mode == PLT_RANGE_FOLLOW) {
        plot->x.view.mode = PLT_RANGE_AUTO;
        followed->view.mode = PLT_RANGE_FOLLOW;
    }
}

void plt_ring_item_detach(struct plt_image_item *item)
{
    struct plt_image_ring *ring = plt_item_ring(&item->item);
    if (!ring)
        return;
    set_hold(item, false);
    plt_series_remove_listener(ring->samples, &item->fresh);
    for (int i = 0; i < PLT_MAX_PASSES; i++) {
        plt_image_unref(item->seams[i]);
        item->seams[i] = NULL;
    }
}

void plt_ring_item_hold(struct plt_item *item, bool hold)
{
    set_hold((struct plt_image_item *)item, hold);
}

void plt_figure_take_rows(struct plt_figure *figure)
{
    for (size_t p = 0; p < figure->num_plots; p++) {
        for (size_t i = 0; i < figure->plots[p]->num_items; i++) {
            struct plt_item *item = figure->plots[p]->items[i];
            struct plt_image_ring *ring = plt_item_ring(item);
            if (!ring)
                continue;
            plt_series_take_dirty(&((struct plt_image_item *)item)->fresh);
            plt_ring_take(ring);
        }
    }
}

struct plt_ring_clock plt_ring_item_clock(const struct plt_image_item *item)
{
    const struct plt_image_ring *ring = plt_item_ring(&item->item);
    if (item->orientation.transpose)
        return (struct plt_ring_clock){item->item.plot->origin, 1};
    if (ring->time_kind == PLT_X_I64) // axes of y know neither dates nor an origin
        return (struct plt_ring_clock){ring->first_ns, 1e-9};
    return (struct plt_ring_clock){0, 1};
}

bool plt_ring_item_times(const struct plt_image_item *item, struct plt_range *times)
{
    const struct plt_image_ring *ring = plt_item_ring(&item->item);
    if (!ring || ring->tail == ring->head)
        return false;
    const struct plt_ring_clock clock = plt_ring_item_clock(item);
    times->x0 = plt_ring_cell(ring, clock, ring->tail).x0;
    times->x1 = plt_ring_cell(ring, clock, ring->head - 1).x1;
    return true;
}

int32_t plt_ring_item_line(const struct plt_image_item *item, double time)
{
    const struct plt_image_ring *ring = plt_item_ring(&item->item);
    const struct plt_ring_clock clock = plt_ring_item_clock(item);
    const double t = time - (item->orientation.transpose ? (double)clock.origin : 0);
    uint64_t row = plt_ring_find(ring, clock, t);
    if (row > ring->tail && plt_ring_cell(ring, clock, row - 1).x1 > t)
        row--;
    else if (row == ring->head || plt_ring_cell(ring, clock, row).x0 > t)
        return -1;
    return (int32_t)plt_ring_line(ring, row);
}
