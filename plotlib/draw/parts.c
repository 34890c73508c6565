// The work of many items, shared among threads: each is drawn into a frame of its own, and
// these are put together in painting order. A part holds what the item would have pushed
// onto the frame itself, so the frame is the same to the byte for any number of threads.
#include <string.h>

#include <plotlib/base/alloc.h>
#include <plotlib/draw/build.h>

struct parts {
    struct plt_frame *frames;
    struct plt_item **items;
};

static void draw_part(void *user, int i)
{
    struct parts *parts = user;
    plt_draw_item(&parts->frames[i], parts->items[i]);
}

static bool reserve_parts(struct plt_frame *frame, size_t count)
{
    size_t before = frame->cap_parts;
    if (!plt_reserve((void **)&frame->parts, &frame->cap_parts, count,
                     sizeof(*frame->parts)))
        return false;
    for (size_t i = before; i < frame->cap_parts; i++)
        plt_frame_init(&frame->parts[i]);
    return true;
}

static void begin_part(struct plt_frame *part, const struct plt_frame *frame)
{
    plt_frame_reset(part);
    part->width = frame->width;
    part->height = frame->height;
    part->scale = frame->scale;
}

// Items that only read what does not change while a frame is made: no text, whose glyphs
// are kept in the font.
static bool is_shared(const struct plt_item *item)
{
    return !item->hidden &&
           (item->class->kind == PLT_ITEM_CURVE || item->class->kind == PLT_ITEM_SCATTER);
}

void plt_draw_parts(struct plt_frame *frame, struct plt_figure *figure)
{
    size_t count = 0, n = 0;
    frame->num_parts = frame->next_part = 0;
    for (size_t i = 0; i < figure->num_plots; i++)
        for (size_t k = 0; k < figure->plots[i]->num_items; k++)
            count += is_shared(figure->plots[i]->items[k]);
    if (count < 2 || count > INT32_MAX || plt_pool_width(figure->pool) < 2)
        return;
    struct parts parts = {.items = plt_calloc(count, sizeof(*parts.items))};
    if (!parts.items || !reserve_parts(frame, count)) {
        plt_free(parts.items); // then one after the other
        return;
    }
    parts.frames = frame->parts;
    for (size_t i = 0; i < figure->num_plots; i++)
        for (size_t k = 0; k < figure->plots[i]->num_items; k++)
            if (is_shared(figure->plots[i]->items[k]))
                parts.items[n++] = figure->plots[i]->items[k];
    for (size_t i = 0; i < count; i++)
        begin_part(&frame->parts[i], frame);
    plt_pool_run(figure->pool, (int)count, draw_part, &parts);
    frame->num_parts = count;
    plt_free(parts.items);
}

// Appends n elements; false, and the frame has failed, without memory.
static bool append(struct plt_frame *frame, void **array, size_t *count, size_t *capacity,
                   const void *from, size_t n, size_t size)
{
    if (n == 0)
        return true;
    if (!plt_reserve(array, capacity, *count + n, size)) {
        frame->failed = true;
        return false;
    }
    memcpy((char *)*array + *count * size, from, n * size);
    *count += n;
    return true;
}

#define APPEND(list, counter, room, part)                                             \
    append(frame, (void **)&frame->list, &frame->counter, &frame->room, (part)->list, \
           (part)->counter, sizeof(*frame->list))

static void append_part(struct plt_frame *frame, const struct plt_frame *part)
{
    size_t columns = frame->strokes.num_columns, segments = frame->strokes.num_segments;
    size_t rects = frame->num_rects, tints = frame->num_tints, op = frame->num_ops;
    size_t markers = frame->num_markers;
    frame->failed |= part->failed;
    bool ok = APPEND(strokes.columns, strokes.num_columns, strokes.cap_columns, part) &&
              APPEND(strokes.segments, strokes.num_segments, strokes.cap_segments, part) &&
              APPEND(rects, num_rects, cap_rects, part) &&
              APPEND(tints, num_tints, cap_tints, part) &&
              APPEND(markers, num_markers, cap_markers, part) &&
              APPEND(ops, num_ops, cap_ops, part);
    for (; ok && op < frame->num_ops; op++) {
        struct plt_op *o = &frame->ops[op];
        if (o->kind == PLT_OP_STROKE) {
            o->stroke.first_column += columns;
            o->stroke.first_segment += segments;
        } else {
            o->first += o->kind == PLT_OP_TINTS     ? tints
                        : o->kind == PLT_OP_MARKERS ? markers
                                                    : rects;
        }
    }
}

void plt_draw_next(struct plt_frame *frame, struct plt_item *item)
{
    if (frame->num_parts == 0 || !is_shared(item))
        plt_draw_item(frame, item);
    else
        append_part(frame, &frame->parts[frame->next_part++]);
}
