// The CPU painter (stage PAINT): walks the draw list, one operation after the other. Where
// neighbours in the list are much work, the picture is cut into bands of columns and each
// band walks them on its own; what a pixel becomes does not depend on the band.
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
    plt_hidden_finish(&raster->hidden);
    plt_marker_scratch_finish(&raster->marker);
    for (int i = 0; i < PLT_POOL_MAX; i++) {
        plt_stroke_scratch_finish(&raster->bands[i]);
        plt_hidden_finish(&raster->hidden_bands[i]);
        plt_marker_scratch_finish(&raster->marker_bands[i]);
    }
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
    case PLT_OP_MARKERS: return plt_paint_markers(raster, canvas, frame, op, clip);
    case PLT_OP_GLYPHS: plt_paint_glyphs(canvas, frame, op, clip); return true;
    }
    return false;
}

// Operations [first, end) of the frame inside `box`; below the first one the background.
static bool draw_ops(struct plt_raster *raster, struct plt_canvas canvas,
                     const struct plt_frame *frame, size_t first, size_t end,
                     struct plt_irect box)
{
    bool complete = true;
    if (first == 0)
        plt_paint_rect(canvas, box, frame->background | 0xff000000u);
    if (end - first > 1)
        plt_hidden_find(&raster->hidden, frame, first, end, box);
    for (size_t i = first; i < end; i++) {
        const struct plt_irect clip = plt_irect_cut(frame->ops[i].clip, box);
        raster->covered = end - first > 1 ? plt_hidden_of(&raster->hidden, i) : NULL;
        if (!plt_irect_empty(clip))
            complete &= draw_op(raster, canvas, frame, &frame->ops[i], clip);
    }
    raster->covered = NULL;
    return complete;
}

// --- bands -----------------------------------------------------------------------------

// Images have bands of their own, and glyphs are few.
static bool is_shared(const struct plt_op *op)
{
    return op->kind == PLT_OP_FILL || op->kind == PLT_OP_SPANS ||
           op->kind == PLT_OP_STROKE || op->kind == PLT_OP_TINTS ||
           op->kind == PLT_OP_MARKERS;
}

// About how much work an operation is: a column or a segment of a stroke counts 16.
static size_t weight(const struct plt_op *op)
{
    if (op->kind == PLT_OP_MARKERS)
        return 4 * op->count;
    return op->kind == PLT_OP_STROKE
               ? 16 * (op->stroke.num_columns + op->stroke.num_segments)
               : op->count;
}

// Twice that is about half a millisecond, ten times what waking a thread takes.
enum { WORTH_A_BAND = 1 << 14, BAND_COLUMNS = 64 };

struct shared {
    struct plt_raster *raster;
    struct plt_canvas canvas;
    const struct plt_frame *frame;
    size_t first, end; // operations
    struct plt_irect box;
    int bands;
    bool complete[PLT_POOL_MAX];
};

// Where band i begins: between blocks of 16 columns, as painters work on them. A band is
// wider than that.
static int32_t band_edge(const struct shared *s, int i)
{
    const int64_t width = s->box.x1 - s->box.x0;
    const int32_t x = s->box.x0 + (int32_t)(width * i / s->bands);
    return i > 0 && i < s->bands ? x & ~15 : x;
}

static void draw_band(void *user, int i)
{
    struct shared *s = user;
    struct plt_raster own = {
        .log = s->raster->log,
        .kernels = s->raster->kernels,
        .stroke = s->raster->bands[i],
        .hidden = s->raster->hidden_bands[i],
        .marker = s->raster->marker_bands[i],
    };
    struct plt_irect box = s->box;
    box.x0 = band_edge(s, i);
    box.x1 = band_edge(s, i + 1);
    s->complete[i] = draw_ops(&own, s->canvas, s->frame, s->first, s->end, box);
    s->raster->bands[i] = own.stroke;
    s->raster->hidden_bands[i] = own.hidden;
    s->raster->marker_bands[i] = own.marker;
}

static bool draw_shared(struct plt_raster *raster, struct plt_canvas canvas,
                        const struct plt_frame *frame, size_t first, size_t end,
                        struct plt_irect box)
{
    struct shared s = {raster, canvas, frame, first, end, box, 0, {false}};
    size_t work = 0;
    for (size_t i = first; i < end; i++)
        work += weight(&frame->ops[i]);
    // Twice as many as threads: one may be kept by the other programs of the machine.
    size_t most = (size_t)plt_pool_width(frame->pool) * 2;
    size_t wide = (size_t)(box.x1 - box.x0) / BAND_COLUMNS;
    size_t bands = work / WORTH_A_BAND < most ? work / WORTH_A_BAND : most;
    bands = bands < wide ? bands : wide;
    s.bands = bands < PLT_POOL_MAX ? (int)bands : PLT_POOL_MAX;
    if (s.bands < 2 || plt_pool_width(frame->pool) < 2)
        return draw_ops(raster, canvas, frame, first, end, box);
    plt_pool_run(frame->pool, s.bands, draw_band, &s);
    bool complete = true;
    for (int i = 0; i < s.bands; i++)
        complete &= s.complete[i];
    return complete;
}

bool plt_raster_draw_rect(struct plt_raster *raster, const struct plt_frame *frame,
                          struct plt_irect damage, uint32_t *pixels, size_t stride)
{
    const struct plt_canvas canvas = {pixels, stride};
    const struct plt_irect all = {0, 0, frame->width, frame->height};
    const struct plt_irect box = plt_irect_cut(damage, all);
    if (plt_irect_empty(box))
        return true;
    if (frame->num_ops == 0)
        return draw_ops(raster, canvas, frame, 0, 0, box);
    bool complete = true;
    for (size_t i = 0, end; i < frame->num_ops; i = end) {
        for (end = i; end < frame->num_ops && is_shared(&frame->ops[end]);)
            end++;
        if (end > i)
            complete &= draw_shared(raster, canvas, frame, i, end, box);
        if (end < frame->num_ops) {
            complete &= draw_ops(raster, canvas, frame, end, end + 1, box);
            end++;
        }
    }
    return complete;
}

bool plt_raster_draw(struct plt_raster *raster, const struct plt_frame *frame,
                     uint32_t *pixels, size_t stride)
{
    const struct plt_irect all = {0, 0, frame->width, frame->height};
    return plt_raster_draw_rect(raster, frame, all, pixels, stride);
}
