// Items of ring images -> which rows every destination pixel covers. The lines of a ring go
// round: what is seen of them is one image before the ring's end and one after it, of the
// same lines; the rows of a pixel that has both come together in a line of their own.
#include <math.h>
#include <string.h>

#include <plotlib/base/alloc.h>
#include <plotlib/base/half.h>
#include <plotlib/draw/build.h>

struct fall {
    struct plt_frame *frame;
    struct plt_image_item *item;
    const struct plt_image_ring *ring;
    struct plt_ring_clock clock;
    struct plt_frame_image image; // with the spans across the time
    struct plt_irect clip;
    struct plt_map map; // of the time
    int pass;
};

struct rows {
    uint64_t first, end;
};

// Rows whose time lies in the pixel; without any, the row that covers its centre.
static struct rows rows_of(const struct fall *f, int32_t px)
{
    const struct plt_image_ring *ring = f->ring;
    const double t0 = plt_map_value(&f->map, px), t1 = plt_map_value(&f->map, px + 1.0);
    const struct rows inside = {plt_ring_find(ring, f->clock, fmin(t0, t1)),
                                plt_ring_find(ring, f->clock, fmax(t0, t1))};
    if (inside.first < inside.end)
        return inside;
    const double t = plt_map_value(&f->map, px + 0.5);
    const uint64_t row = plt_ring_find(ring, f->clock, t);
    if (row > ring->tail && plt_ring_cell(ring, f->clock, row - 1).x1 > t)
        return (struct rows){row - 1, row};
    if (row < ring->head && plt_ring_cell(ring, f->clock, row).x0 <= t)
        return (struct rows){row, row + 1};
    return (struct rows){0, 0};
}

// --- the line about the ring's end -------------------------------------------------------

#define TAKE_MAX(T, ABOVE)                  \
    do {                                    \
        T *to = line;                       \
        const T *from = row;                \
        for (size_t i = 0; i < n; i++) {    \
            const T a = from[i], b = to[i]; \
            if (ABOVE)                      \
                to[i] = a;                  \
        }                                   \
    } while (0)

// The greater of both; NaN is left out.
static void take_max(enum plt_type type, const void *row, size_t n, void *line)
{
    switch (type) {
    case PLT_F64: TAKE_MAX(double, a > b || isnan(b)); break;
    case PLT_F32: TAKE_MAX(float, a > b || isnan(b)); break;
    case PLT_I8: TAKE_MAX(int8_t, a > b); break;
    case PLT_U8: TAKE_MAX(uint8_t, a > b); break;
    case PLT_I16: TAKE_MAX(int16_t, a > b); break;
    case PLT_U16: TAKE_MAX(uint16_t, a > b); break;
    case PLT_I32: TAKE_MAX(int32_t, a > b); break;
    case PLT_U32: TAKE_MAX(uint32_t, a > b); break;
    case PLT_I64: TAKE_MAX(int64_t, a > b); break;
    case PLT_F16:
        TAKE_MAX(uint16_t, plt_half_to_float(a) > plt_half_to_float(b) ||
                               isnan(plt_half_to_float(b)));
        break;
    }
}

static bool pool_rows(const struct plt_image_ring *ring, struct rows rows,
                      struct plt_image *seam)
{
    char *line = plt_malloc(ring->row_size);
    if (!line)
        return false;
    for (uint64_t r = rows.first; r < rows.end; r++) {
        const char *row = ring->lines + plt_ring_line(ring, r) * ring->row_size;
        if (r == rows.first)
            memcpy(line, row, ring->row_size);
        else
            take_max(ring->type, row, ring->columns, line);
    }
    // The same line again is nothing new to a painter.
    const bool same = memcmp(plt_image_look(seam).pixels, line, ring->row_size) == 0;
    const bool ok = same || plt_image_update(seam, line);
    plt_free(line);
    return ok;
}

static struct plt_image *make_seam(const struct fall *f, struct rows rows)
{
    struct plt_image **seam = &f->item->seams[f->pass];
    if (!*seam)
        *seam = plt_image_create(
            NULL, plt_image_params(.type = f->ring->type,
                                   .columns = (int32_t)f->ring->columns, .rows = 1));
    return *seam && pool_rows(f->ring, rows, *seam) ? *seam : NULL;
}

// --- images ------------------------------------------------------------------------------

// Pixels [p0, p1) of the time show lines of `view`, by the spans from `first` on.
static void push(const struct fall *f, struct plt_image_view view, int32_t p0, int32_t p1,
                 size_t first)
{
    struct plt_frame_image image = f->image;
    if (p0 >= p1)
        return;
    image.src = view;
    if (f->item->orientation.transpose) {
        image.dst.x0 = p0;
        image.dst.x1 = p1;
        image.first_col = first;
    } else {
        image.dst.y0 = p0;
        image.dst.y1 = p1;
        image.first_row = first;
    }
    plt_push_image(f->frame, &image, f->clip);
}

static void push_seam(const struct fall *f, int32_t px, struct rows rows, size_t span)
{
    struct plt_image *seam = make_seam(f, rows);
    if (!seam) {
        f->frame->failed = true;
        return;
    }
    struct plt_image_view view = plt_image_look(seam);
    if (f->item->orientation.transpose) { // its columns one below the other
        view.row_stride = plt_type_size(view.type);
        view.pixel_stride = view.row_stride * (size_t)view.columns;
        view.rows = view.columns;
        view.columns = 1;
    }
    f->frame->spans[span] = (struct plt_sample_span){0, 1};
    push(f, view, px, px + 1, span);
}

// One pass: as few images as there are ways round the ring to be seen.
static void draw_rows(const struct fall *f, int32_t p0, int32_t p1)
{
    struct plt_frame *frame = f->frame;
    const struct plt_image_ring *ring = f->ring;
    const size_t count = (size_t)(p1 - p0), base = frame->num_spans;
    if (!plt_reserve((void **)&frame->spans, &frame->cap_spans, base + count,
                     sizeof(*frame->spans))) {
        frame->failed = true;
        return;
    }
    frame->num_spans += count;
    int32_t begin = p0; // of the image that is being put together
    uint64_t lap = 0;
    bool any = false;
    for (int32_t px = p0; px < p1; px++) {
        const size_t at = base + (size_t)(px - p0);
        const struct rows rows = rows_of(f, px);
        frame->spans[at] = (struct plt_sample_span){0, 0};
        if (rows.first == rows.end)
            continue;
        const uint64_t first = ring->base + rows.first, last = ring->base + rows.end - 1;
        const bool both = first / ring->capacity != last / ring->capacity;
        if (any && (both || first / ring->capacity != lap)) {
            push(f, f->image.src, begin, px, base + (size_t)(begin - p0));
            any = false;
        }
        if (both) {
            push_seam(f, px, rows, at);
            continue;
        }
        if (!any)
            begin = px;
        any = true;
        lap = first / ring->capacity;
        const int32_t line = (int32_t)(first % ring->capacity);
        frame->spans[at] =
            (struct plt_sample_span){line, line + (int32_t)(rows.end - rows.first)};
    }
    if (any)
        push(f, f->image.src, begin, p1, base + (size_t)(begin - p0));
}

void plt_draw_ring(struct plt_frame *frame, struct plt_image_item *item,
                   const struct plt_frame_image *image)
{
    struct plt_plot *plot = item->item.plot;
    const struct plt_rect place = plt_image_item_place(item);
    struct fall f = {.frame = frame,
                     .item = item,
                     .ring = plt_item_ring(&item->item),
                     .clock = plt_ring_item_clock(item),
                     .image = *image};
    const bool on_x = item->orientation.transpose;
    const struct plt_axis *time = on_x ? &plot->x : item->item.y_axis;
    const struct plt_axis *across = on_x ? item->item.y_axis : &plot->x;
    const struct plt_sampling columns = {
        &across->map, on_x ? place.y : place.x - (double)plot->origin,
        on_x ? place.height : place.width, (int32_t)f.ring->columns,
        on_x ? item->orientation.flip_y : item->orientation.flip_x};
    struct plt_irect *dst = &f.image.dst;
    size_t *spans = on_x ? &f.image.first_row : &f.image.first_col;
    f.image.minify = PLT_MINIFY_MAX;
    const bool some = on_x ? plt_push_spans(frame, &columns, &dst->y0, &dst->y1, spans)
                           : plt_push_spans(frame, &columns, &dst->x0, &dst->x1, spans);
    if (!some || f.ring->tail == f.ring->head)
        return;
    struct plt_pass passes[PLT_MAX_PASSES];
    const int num_passes = plt_axis_passes(time, passes);
    for (f.pass = 0; f.pass < num_passes; f.pass++) {
        f.map = passes[f.pass].x;
        f.clip = plt_irect_cut(passes[f.pass].clip, plot->data);
        if (!plt_irect_empty(f.clip))
            draw_rows(&f, on_x ? f.clip.x0 : f.clip.y0, on_x ? f.clip.x1 : f.clip.y1);
    }
}
