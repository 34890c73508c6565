// The CPU painter (stage PAINT): walks the draw list, one operation after the other.
#include <plotlib/raster/painter.h>

#include <plotlib/base/alloc.h>
#include <plotlib/base/message.h>

struct plt_raster *plt_raster_create(struct plt_log *log)
{
    struct plt_raster *raster = plt_calloc(1, sizeof(*raster));
    if (!raster) {
        plt_no_memory(log, "a raster painter");
        return NULL;
    }
    const struct plt_kernels *list[2];
    raster->kernels = list[plt_kernels_list(list) - 1];
    raster->log = plt_log_ref(log);
    plt_frame_init(&raster->frame);
    return raster;
}

void plt_raster_destroy(struct plt_raster *raster)
{
    if (!raster)
        return;
    plt_frame_finish(&raster->frame);
    plt_stroke_scratch_finish(&raster->stroke);
    plt_log_unref(raster->log);
    plt_free(raster);
}

static bool draw_op(struct plt_raster *raster, struct plt_canvas canvas,
                    const struct plt_frame *frame, const struct plt_op *op,
                    struct plt_irect clip)
{
    switch (op->kind) {
    case PLT_OP_FILL: plt_paint_rects(canvas, frame, op, clip); return true;
    case PLT_OP_SPANS:
        plt_paint_spans(raster->kernels, canvas, frame, op, clip);
        return true;
    case PLT_OP_STROKE: return plt_paint_stroke(raster, canvas, frame, op, clip);
    case PLT_OP_IMAGE: return plt_paint_image(canvas, frame, op, clip);
    case PLT_OP_TINTS: plt_paint_tints(canvas, frame, op, clip); return true;
    case PLT_OP_GLYPHS: plt_paint_glyphs(canvas, frame, op, clip); return true;
    }
    return false;
}

bool plt_raster_draw_rect(struct plt_raster *raster, const struct plt_frame *frame,
                          struct plt_irect damage, uint32_t *pixels, size_t stride)
{
    const struct plt_canvas canvas = {pixels, stride};
    const struct plt_irect all = {0, 0, frame->width, frame->height};
    const struct plt_irect box = plt_irect_cut(damage, all);
    if (plt_irect_empty(box))
        return true;
    plt_paint_rect(canvas, box, frame->background | 0xff000000u);
    bool complete = true;
    for (size_t i = 0; i < frame->num_ops; i++) {
        const struct plt_irect clip = plt_irect_cut(frame->ops[i].clip, box);
        if (!plt_irect_empty(clip))
            complete &= draw_op(raster, canvas, frame, &frame->ops[i], clip);
    }
    return complete;
}

bool plt_raster_draw(struct plt_raster *raster, const struct plt_frame *frame,
                     uint32_t *pixels, size_t stride)
{
    const struct plt_irect all = {0, 0, frame->width, frame->height};
    return plt_raster_draw_rect(raster, frame, all, pixels, stride);
}
