// Where an image item lies, which way round, and which sample is at a point of its plot.
#include <math.h>

#include <plotlib/base/message.h>
#include <plotlib/scene/scene.h>

struct plt_rect plt_image_item_place(const struct plt_image_item *item)
{
    const int32_t columns = plt_image_columns(item->image);
    if (plt_item_ring(&item->item)) { // of what lies across the time
        const double length =
            item->orientation.transpose ? item->place.height : item->place.width;
        return length != 0 ? item->place : (struct plt_rect){0, 0, columns, columns};
    }
    if (item->placed)
        return item->place;
    const int32_t rows = plt_image_rows(item->image);
    if (item->orientation.transpose)
        return (struct plt_rect){0, 0, rows, columns};
    return (struct plt_rect){0, 0, columns, rows};
}

struct plt_image_view plt_image_item_look(const struct plt_image_item *item)
{
    struct plt_image_view view = plt_image_look(item->image);
    if (!item->orientation.transpose || !plt_image_to_host(&view))
        return view;
    return plt_image_transposed(view);
}

struct plt_image_view plt_image_transposed(struct plt_image_view view)
{
    const size_t pixel = plt_image_pixel_step(&view) * plt_type_size(view.type);
    const int32_t columns = view.columns;
    view.pixel_stride = view.row_stride;
    view.row_stride = pixel;
    view.columns = view.rows;
    view.rows = columns;
    view.ring = view.ring == PLT_RING_ROWS ? PLT_RING_COLUMNS : view.ring;
    view.id |= (uint64_t)1 << 63; // other pixels to a painter that keeps them
    return view;
}

struct plt_orientation plt_orientation_turn(struct plt_orientation o, int quarters)
{
    for (int i = quarters & 3; i > 0; i--) {
        // The screen's columns become its rows, read from the bottom up.
        const struct plt_orientation before = o;
        o.transpose = !before.transpose;
        o.flip_x = !before.flip_y;
        o.flip_y = before.flip_x;
    }
    return o;
}

void plt_image_item_set_orientation(struct plt_image_item *item,
                                    struct plt_orientation orientation)
{
    plt_require(NULL, item != NULL, );
    item->orientation = orientation;
    plt_item_damage(&item->item);
}

struct plt_orientation plt_image_item_orientation(struct plt_image_item *item)
{
    plt_require(NULL, item != NULL, (struct plt_orientation){0});
    return item->orientation;
}

struct plt_image *plt_image_item_image(struct plt_image_item *item)
{
    return item ? item->image : NULL;
}

// Index of the sample along one axis that v lies in; -1 = none.
static int32_t index_at(double v, double start, double length, int32_t samples, bool flip)
{
    const double at = floor((v - start) / length * samples + PLT_SAMPLE_SNAP);
    if (!(at >= 0 && at < samples))
        return -1;
    return flip ? samples - 1 - (int32_t)at : (int32_t)at;
}

bool plt_image_item_sample(struct plt_image_item *item, double x, double y, int32_t *column,
                           int32_t *row)
{
    plt_require(NULL, item != NULL && column != NULL && row != NULL, false);
    const struct plt_rect place = plt_image_item_place(item);
    const int32_t columns = plt_image_columns(item->image);
    const int32_t rows = plt_image_rows(item->image);
    const struct plt_orientation o = item->orientation;
    const int32_t wide = o.transpose ? rows : columns, high = o.transpose ? columns : rows;
    const bool ring = plt_item_ring(&item->item) != NULL;
    const int32_t across = ring && o.transpose
                               ? plt_ring_item_line(item, x)
                               : index_at(x, place.x, place.width, wide, o.flip_x);
    const int32_t down = ring && !o.transpose
                             ? plt_ring_item_line(item, y)
                             : index_at(y, place.y, place.height, high, o.flip_y);
    *column = o.transpose ? down : across;
    *row = o.transpose ? across : down;
    return across >= 0 && down >= 0;
}
