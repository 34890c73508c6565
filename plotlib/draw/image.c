// Image item -> which samples every destination pixel covers. Computed once, here, so that
// all painters agree on every border.
#include <math.h>

#include <plotlib/base/alloc.h>
#include <plotlib/draw/build.h>
#include <plotlib/image/argb.h>

double plt_sample_at(const struct plt_sampling *s, double px)
{
    return (plt_map_value(s->map, px) - s->start) / s->length * s->samples;
}

struct plt_sample_span plt_sample_span_of(const struct plt_sampling *s, int32_t px)
{
    double u0 = plt_sample_at(s, px), u1 = plt_sample_at(s, px + 1.0);
    double lo = fmin(u0, u1), hi = fmax(u0, u1);
    double begin = ceil(lo - 0.5 - PLT_SAMPLE_SNAP), end = ceil(hi - 0.5 - PLT_SAMPLE_SNAP);
    if (hi - lo <= 1 + PLT_SAMPLE_SNAP ||
        begin >= end) { // magnified: the sample under the centre
        begin = floor(plt_sample_at(s, px + 0.5) + PLT_SAMPLE_SNAP);
        end = begin + 1;
    }
    begin = fmax(begin, 0);
    end = fmin(end, s->samples);
    if (!(begin < end))
        return (struct plt_sample_span){0, 0};
    if (s->flip) // of the exchanged samples: what lies on an edge stays the same
        return (struct plt_sample_span){s->samples - (int32_t)end,
                                        s->samples - (int32_t)begin};
    return (struct plt_sample_span){(int32_t)begin, (int32_t)end};
}

void plt_sample_cut(const struct plt_sampling *s, int32_t *p0, int32_t *p1)
{
    double e0 = plt_map_px(s->map, s->start), e1 = plt_map_px(s->map, s->start + s->length);
    double lo = floor(fmin(e0, e1)) - 1, hi = ceil(fmax(e0, e1)) + 1;
    if (isnan(e0) || isnan(e1)) { // an end that the scale cannot show: look at every pixel
        lo = *p0;
        hi = *p1;
    }
    *p0 = lo > *p0 ? (int32_t)fmin(lo, *p1) : *p0;
    *p1 = hi < *p1 ? (int32_t)fmax(hi, *p0) : *p1;
    while (*p0 < *p1 && plt_sample_span_of(s, *p0).end == 0)
        (*p0)++;
    while (*p0 < *p1 && plt_sample_span_of(s, *p1 - 1).end == 0)
        (*p1)--;
}

bool plt_push_spans(struct plt_frame *frame, const struct plt_sampling *s, int32_t *p0,
                    int32_t *p1, size_t *first)
{
    plt_sample_cut(s, p0, p1);
    size_t count = (size_t)(*p1 - *p0);
    if (!plt_reserve((void **)&frame->spans, &frame->cap_spans, frame->num_spans + count,
                     sizeof(*frame->spans))) {
        frame->failed = true;
        return false;
    }
    *first = frame->num_spans;
    for (int32_t px = *p0; px < *p1; px++)
        frame->spans[frame->num_spans++] = plt_sample_span_of(s, px);
    return count > 0;
}

void plt_push_image(struct plt_frame *frame, const struct plt_frame_image *image,
                    struct plt_irect clip)
{
    if (!plt_reserve((void **)&frame->images, &frame->cap_images, frame->num_images + 1,
                     sizeof(*frame->images))) {
        frame->failed = true;
        return;
    }
    struct plt_op *op = plt_push_op(frame, PLT_OP_IMAGE, 0, clip);
    if (!op)
        return;
    op->first = frame->num_images;
    op->count = 1;
    frame->images[frame->num_images++] = *image;
}

void plt_draw_image(struct plt_frame *frame, struct plt_image_item *item)
{
    struct plt_plot *plot = item->item.plot;
    struct plt_rect place = plt_image_item_place(item);
    struct plt_irect data = plot->data;
    struct plt_frame_image image = {.src = plt_image_item_look(item),
                                    .table = *plt_colormap_table(item->shown),
                                    .minify = item->minify,
                                    .dst = data};
    struct plt_range ranges[4];
    plt_image_item_ranges(item, ranges);
    for (int c = 0; c < 4; c++)
        image.levels[c] =
            plt_levels_make(ranges[c].x0, ranges[c].x1, c == 3 ? 256 : image.table.entries);
    if (plt_item_ring(&item->item)) {
        plt_draw_ring(frame, item, &image);
        return;
    }
    struct plt_sampling x = {&plot->x.map, place.x - (double)plot->origin, place.width,
                             image.src.columns, item->orientation.flip_x};
    struct plt_sampling y = {&item->item.y_axis->map, place.y, place.height, image.src.rows,
                             item->orientation.flip_y};
    if (plt_image_tiles(item->image)) {
        plt_draw_tiles(frame, item, &image, &x, &y);
        return;
    }
    if (plt_push_spans(frame, &x, &image.dst.x0, &image.dst.x1, &image.first_col) &&
        plt_push_spans(frame, &y, &image.dst.y0, &image.dst.y1, &image.first_row))
        plt_push_image(frame, &image, data);
}
