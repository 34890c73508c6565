// Spans of the draw list on the CPU (stage PAINT): the disjoint rectangles of a stroke
// without antialiasing, most of them one pixel wide and tall. Column after column they
// would touch each cache line of the picture 16 times, long after it has left the cache. So
// neighbours are gathered as bits, one mask a row, and painted row after row.
#include <plotlib/raster/painter.h>

#include <string.h>

enum { STRIP = 16, MASK_ROWS = 1024 };

// Rectangles that lie in the same strip of columns.
struct batch {
    const struct plt_irect *rects, *end;
    struct plt_irect box; // around what is inside the clip
    int64_t pixels;       // inside the clip
};

static int32_t strip_of(int32_t x)
{
    return x & ~(STRIP - 1);
}

static struct plt_irect bounds(struct plt_irect a, struct plt_irect b)
{
    if (plt_irect_empty(a))
        return b;
    return (struct plt_irect){a.x0 < b.x0 ? a.x0 : b.x0, a.y0 < b.y0 ? a.y0 : b.y0,
                              a.x1 > b.x1 ? a.x1 : b.x1, a.y1 > b.y1 ? a.y1 : b.y1};
}

// As many as fit a strip, at least one.
static struct batch take_batch(const struct plt_irect *rects, const struct plt_irect *end,
                               struct plt_irect clip)
{
    struct batch batch = {.rects = rects};
    const int32_t strip = strip_of(rects->x0);
    while (rects < end && strip_of(rects->x0) == strip &&
           (rects->x1 <= strip + STRIP || rects == batch.rects)) {
        const struct plt_irect rect = plt_irect_cut(*rects++, clip);
        if (plt_irect_empty(rect))
            continue;
        batch.box = bounds(batch.box, rect);
        batch.pixels += (int64_t)(rect.x1 - rect.x0) * (rect.y1 - rect.y0);
    }
    batch.end = rects;
    return batch;
}

// Rows [y0, y0 + rows) of a batch.
static void paint_masks(const struct plt_kernels *kernels, struct plt_canvas canvas,
                        const struct batch *batch, int32_t y0, int32_t rows, uint32_t color)
{
    uint16_t masks[MASK_ROWS + 1];
    const struct plt_irect band = {batch->box.x0, y0, batch->box.x1, y0 + rows};
    memset(masks, 0, ((size_t)rows + 1) * sizeof(*masks));
    for (const struct plt_irect *rect = batch->rects; rect < batch->end; rect++) {
        const struct plt_irect cut = plt_irect_cut(*rect, band);
        if (plt_irect_empty(cut))
            continue;
        const uint16_t bits =
            (uint16_t)(((1u << (cut.x1 - cut.x0)) - 1) << (cut.x0 - band.x0));
        masks[cut.y0 - y0] ^= bits; // from here on, until
        masks[cut.y1 - y0] ^= bits;
    }
    for (int32_t y = 1; y < rows; y++)
        masks[y] ^= masks[y - 1];
    kernels->fill(&(struct plt_masked){.masks = masks,
                                       .pixels = plt_canvas_at(canvas, band.x0, y0),
                                       .stride = canvas.stride,
                                       .width = band.x1 - band.x0,
                                       .rows = rows,
                                       .color = color});
}

void plt_paint_spans(const struct plt_kernels *kernels, struct plt_canvas canvas,
                     const struct plt_frame *frame, const struct plt_op *op,
                     struct plt_irect clip)
{
    const struct plt_irect *rects = frame->rects + op->first, *end = rects + op->count;
    if (op->color >> 24 == 0)
        return;
    while (rects < end && rects->x1 <= clip.x0)
        rects++;
    while (rects < end && end[-1].x0 >= clip.x1)
        end--;
    while (rects < end) {
        const struct batch batch = take_batch(rects, end, clip);
        const struct plt_irect box = batch.box;
        rects = batch.end;
        if (box.x1 - box.x0 <= STRIP && batch.pixels >= box.y1 - box.y0) {
            for (int32_t y = box.y0; y < box.y1; y += MASK_ROWS)
                paint_masks(kernels, canvas, &batch, y,
                            box.y1 - y < MASK_ROWS ? box.y1 - y : MASK_ROWS, op->color);
        } else { // one that is wide, or few that lie far apart
            for (const struct plt_irect *rect = batch.rects; rect < batch.end; rect++)
                plt_paint_rect(canvas, plt_irect_cut(*rect, clip), op->color);
        }
    }
}
