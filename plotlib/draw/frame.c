// The draw list as a container, and the pushes every drawer is made of.
#include <string.h>

#include <plotlib/base/alloc.h>
#include <plotlib/base/number.h>
#include <plotlib/draw/build.h>

void plt_frame_init(struct plt_frame *frame)
{
    memset(frame, 0, sizeof(*frame));
}

void plt_frame_finish(struct plt_frame *frame)
{
    plt_free(frame->ops);
    plt_free(frame->rects);
    plt_free(frame->tints);
    plt_free(frame->markers);
    plt_reduced_finish(&frame->strokes);
    plt_free(frame->glyphs);
    plt_free(frame->images);
    plt_free(frame->spans);
    for (size_t i = 0; i < frame->cap_parts; i++)
        plt_frame_finish(&frame->parts[i]);
    plt_free(frame->parts);
    memset(frame, 0, sizeof(*frame));
}

void plt_frame_reset(struct plt_frame *frame)
{
    frame->num_ops = frame->num_rects = frame->num_glyphs = 0;
    frame->num_tints = frame->num_markers = 0;
    frame->num_images = frame->num_spans = 0;
    frame->strokes.num_columns = frame->strokes.num_segments = 0;
    frame->font = NULL;
    frame->pool = NULL;
    frame->failed = false;
}

static bool same_rect(struct plt_irect a, struct plt_irect b)
{
    return a.x0 == b.x0 && a.y0 == b.y0 && a.x1 == b.x1 && a.y1 == b.y1;
}

struct plt_op *plt_push_op(struct plt_frame *frame, enum plt_op_kind kind, uint32_t color,
                           struct plt_irect clip)
{
    clip = plt_irect_cut(clip, (struct plt_irect){0, 0, frame->width, frame->height});
    struct plt_op *last = frame->num_ops > 0 ? &frame->ops[frame->num_ops - 1] : NULL;
    if (last && kind == PLT_OP_FILL && last->kind == kind && last->color == color &&
        same_rect(last->clip, clip))
        return last;
    if (!plt_reserve((void **)&frame->ops, &frame->cap_ops, frame->num_ops + 1,
                     sizeof(*frame->ops))) {
        frame->failed = true;
        return NULL;
    }
    struct plt_op *op = &frame->ops[frame->num_ops++];
    *op = (struct plt_op){.kind = kind, .color = color, .clip = clip};
    op->first = kind == PLT_OP_FILL || kind == PLT_OP_SPANS ? frame->num_rects
                : kind == PLT_OP_GLYPHS                     ? frame->num_glyphs
                : kind == PLT_OP_TINTS                      ? frame->num_tints
                : kind == PLT_OP_MARKERS                    ? frame->num_markers
                                                            : 0;
    return op;
}

void plt_push_fill(struct plt_frame *frame, uint32_t color, struct plt_irect clip,
                   struct plt_irect rect)
{
    rect = plt_irect_cut(rect, clip);
    if (plt_irect_empty(rect))
        return;
    if (!plt_reserve((void **)&frame->rects, &frame->cap_rects, frame->num_rects + 1,
                     sizeof(*frame->rects))) {
        frame->failed = true;
        return;
    }
    struct plt_op *op = plt_push_op(frame, PLT_OP_FILL, color, clip);
    if (!op)
        return;
    frame->rects[frame->num_rects++] = rect;
    op->count++;
}

void plt_push_outline(struct plt_frame *frame, uint32_t color, struct plt_irect clip,
                      struct plt_irect r, int32_t width)
{
    // Four strips that do not overlap, so that a translucent line has no dark corners.
    plt_push_fill(frame, color, clip, (struct plt_irect){r.x0, r.y0, r.x1, r.y0 + width});
    plt_push_fill(frame, color, clip, (struct plt_irect){r.x0, r.y1 - width, r.x1, r.y1});
    plt_push_fill(frame, color, clip,
                  (struct plt_irect){r.x0, r.y0 + width, r.x0 + width, r.y1 - width});
    plt_push_fill(frame, color, clip,
                  (struct plt_irect){r.x1 - width, r.y0 + width, r.x1, r.y1 - width});
}

double plt_edge_px(const struct plt_map *map, double v, double lo, double hi)
{
    double px = plt_map_px(map, v);
    if (isnan(px))
        return map->scale < 0 ? hi : lo;
    return px < lo ? lo : px > hi ? hi : px;
}

struct plt_text_size plt_draw_measure(struct plt_figure *figure, double font,
                                      const char *text)
{
    return plt_text_measure(figure->font, font * figure->scale, text);
}

void plt_push_text(struct plt_frame *frame, struct plt_figure *figure, double font,
                   enum plt_text_turn turn, enum plt_align align, int32_t x, int32_t y,
                   uint32_t color, struct plt_irect clip, const char *text)
{
    if (!figure->font || !text || !text[0])
        return;
    double px = font * figure->scale;
    int32_t width =
        align == PLT_ALIGN_START ? 0 : plt_text_measure(figure->font, px, text).width;
    int32_t back = align == PLT_ALIGN_MIDDLE ? width / 2 : width;
    struct plt_op *op = plt_push_op(frame, PLT_OP_GLYPHS, color, clip);
    if (!op)
        return;
    size_t first = frame->num_glyphs;
    if (!plt_text_shape(figure->font, px, turn, text, &frame->glyphs, &frame->num_glyphs,
                        &frame->cap_glyphs))
        frame->failed = true;
    for (size_t i = first; i < frame->num_glyphs; i++) {
        frame->glyphs[i].x += turn == PLT_TEXT_UP ? x : x - back;
        frame->glyphs[i].y += turn == PLT_TEXT_UP ? y + back : y;
    }
    op->count = frame->num_glyphs - first;
    if (op->count == 0)
        frame->num_ops--; // nothing to draw, no operation
}

// The first characters of `text`, in at most `bytes`, an ellipsis and `tail`.
static void cut_text(char *out, const char *text, size_t bytes, const char *tail)
{
    while (bytes > 0 && ((uint8_t)text[bytes] & 0xc0) == 0x80)
        bytes--;
    while (bytes > 0 && text[bytes - 1] == ' ')
        bytes--;
    (void)plt_format(out, PLT_FIT_SIZE, "%.*s\u2026%s", (int)bytes, text, tail);
}

const char *plt_fit_text(struct plt_figure *figure, double font, const char *text,
                         const char *tail, int32_t room, char buffer[PLT_FIT_SIZE])
{
    if (!text || plt_draw_measure(figure, font, text).width <= room)
        return text;
    size_t size = strlen(text), tail_size = tail ? strlen(tail) : 0;
    size_t least = 0, most = size - tail_size, limit = PLT_FIT_SIZE - 4;
    if (tail_size >= limit)
        return "";
    // The most bytes that fit, by halves.
    most = most < limit - tail_size ? most : limit - tail_size;
    while (least < most) {
        size_t half = (least + most + 1) / 2;
        cut_text(buffer, text, half, tail ? tail : "");
        if (plt_draw_measure(figure, font, buffer).width <= room)
            least = half;
        else
            most = half - 1;
    }
    if (least == 0 && tail_size > 0)
        return plt_fit_text(figure, font, tail + strspn(tail, " "), NULL, room, buffer);
    cut_text(buffer, text, least, tail ? tail : "");
    return least > 0 ? buffer : "";
}

void plt_push_title(struct plt_frame *frame, struct plt_figure *figure, double font,
                    const struct plt_title_place *place, uint32_t color,
                    struct plt_irect clip, const char *text)
{
    char buffer[PLT_FIT_SIZE];
    text = plt_fit_text(figure, font, text, place->tail, place->hi - place->lo, buffer);
    int32_t width = plt_draw_measure(figure, font, text).width;
    int32_t start = place->centre - width / 2;
    start = start > place->hi - width ? place->hi - width : start;
    start = start < place->lo ? place->lo : start;
    bool up = place->turn == PLT_TEXT_UP;
    int32_t x = up ? place->baseline : start;
    // Turned text runs from the bottom to the top.
    int32_t y = up ? start + width : place->baseline;
    plt_push_text(frame, figure, font, place->turn, PLT_ALIGN_START, x, y, color, clip,
                  text);
}

uint32_t plt_mix(uint32_t over, uint32_t under)
{
    uint8_t a = (uint8_t)(over >> 24);
    uint32_t out = 0xff;
    for (int shift = 16; shift >= 0; shift -= 8)
        out = out << 8 | plt_blend((uint8_t)(over >> shift), (uint8_t)(under >> shift), a);
    return out;
}
