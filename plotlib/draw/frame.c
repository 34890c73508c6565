// The draw list as a container, and the pushes every drawer is made of.
#include <string.h>

#include <plotlib/base/alloc.h>
#include <plotlib/draw/build.h>

void plt_frame_init(struct plt_frame *frame)
{
    memset(frame, 0, sizeof(*frame));
}

void plt_frame_finish(struct plt_frame *frame)
{
    plt_free(frame->ops);
    plt_free(frame->rects);
    plt_reduced_finish(&frame->strokes);
    plt_free(frame->glyphs);
    plt_free(frame->images);
    plt_free(frame->spans);
    memset(frame, 0, sizeof(*frame));
}

void plt_frame_reset(struct plt_frame *frame)
{
    frame->num_ops = frame->num_rects = frame->num_glyphs = 0;
    frame->num_images = frame->num_spans = 0;
    frame->strokes.num_columns = frame->strokes.num_segments = 0;
    frame->font = NULL;
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
                        &frame->cap_glyphs)) {
        frame->failed = true;
        return;
    }
    for (size_t i = first; i < frame->num_glyphs; i++) {
        frame->glyphs[i].x += turn == PLT_TEXT_UP ? x : x - back;
        frame->glyphs[i].y += turn == PLT_TEXT_UP ? y + back : y;
    }
    op->count = frame->num_glyphs - first;
}

uint32_t plt_mix(uint32_t over, uint32_t under)
{
    uint8_t a = (uint8_t)(over >> 24);
    uint32_t out = 0xff;
    for (int shift = 16; shift >= 0; shift -= 8)
        out = out << 8 | plt_blend((uint8_t)(over >> shift), (uint8_t)(under >> shift), a);
    return out;
}
