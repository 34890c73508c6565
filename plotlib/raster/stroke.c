// The stroke painter: coverage of a union of points, then one composite (DESIGN section 2).
// Every output column gathers the pieces near it, takes the minimum of their squared
// distances and makes coverage of it once. Columns are worked on in strips, column-major
// so that the distance loops run along memory, and composited 16 columns at a time.
#include <string.h>

#include <plotlib/base/alloc.h>
#include <plotlib/base/message.h>
#include <plotlib/raster/gather.h>

// Strips of 16 to 1280 columns were measured to differ by less than 20 %; 64 stay in the
// second-level cache.
enum { STRIP = 64, GROUP = 16 };

struct touched {
    int32_t row0, row1; // none: row0 >= row1
};

size_t plt_kernels_list(const struct plt_kernels *list[2])
{
    size_t num = 0;
    list[num++] = &plt_kernels_base;
#if PLT_HAVE_AVX2
    if (__builtin_cpu_supports("avx2"))
        list[num++] = &plt_kernels_avx2;
#endif
    return num;
}

// Bytes from one column to the next: room for a block past the end, and not a power of two,
// which would put all columns into the same cache sets.
static size_t pitch_of(int32_t rows)
{
    return ((size_t)rows + 2 * PLT_BLOCK + 63) / 64 * 64 + 64;
}

void plt_stroke_scratch_finish(struct plt_stroke_scratch *scratch)
{
    plt_free(scratch->coverage);
    plt_free(scratch->d2);
    plt_free(scratch->verticals);
    plt_free(scratch->slants);
    plt_free(scratch->order);
    plt_free(scratch->starts);
    *scratch = (struct plt_stroke_scratch){0};
}

static bool reserve_rows(struct plt_stroke_scratch *scratch, int32_t rows)
{
    if (rows <= scratch->rows)
        return true;
    const size_t pitch = pitch_of(rows);
    uint8_t *coverage = plt_aligned_alloc(64, STRIP * pitch);
    float *d2 = plt_aligned_alloc(64, pitch * sizeof(*d2));
    if (!coverage || !d2) {
        plt_free(coverage);
        plt_free(d2);
        return false;
    }
    memset(coverage, 0, STRIP * pitch);
    for (size_t i = 0; i < pitch; i++)
        d2[i] = PLT_FAR;
    plt_free(scratch->coverage);
    plt_free(scratch->d2);
    scratch->coverage = coverage;
    scratch->d2 = d2;
    scratch->rows = rows;
    return true;
}

void plt_gather_flush(struct plt_gather *g)
{
    if (g->num_verticals)
        g->kernels->verticals(g->scratch->d2, g->y0, g->verticals, g->num_verticals);
    if (g->num_slants)
        g->kernels->slants(g->scratch->d2, g->x, g->y0, g->slants, g->num_slants);
    g->num_verticals = g->num_slants = 0;
}

// A block may have run past the end of the rows it was made for.
static void clear_block(float *d2)
{
    for (int i = 0; i < PLT_BLOCK; i++)
        d2[i] = PLT_FAR;
}

static void finish_rows(struct plt_gather *g, uint8_t *coverage, int32_t row0, int32_t row1)
{
    if (row0 >= row1)
        return;
    g->kernels->finish(coverage + row0, g->scratch->d2 + row0, row1 - row0, g->half_width);
    clear_block(g->scratch->d2 + row1);
}

// Rows of the box that later strokes paint over.
static struct touched hidden_rows(const struct plt_gather *g, int32_t column)
{
    if (!g->hidden)
        return (struct touched){0, 0};
    const struct plt_rows rows = g->hidden[column - g->box.x0];
    return (struct touched){plt_most(rows.row0, g->box.y0) - g->box.y0,
                            plt_least(rows.row1, g->box.y1) - g->box.y0};
}

static struct touched cover_column(struct plt_gather *g, uint8_t *coverage, int32_t column)
{
    const int32_t rows = g->box.y1 - g->box.y0;
    g->x = (float)column + 0.5f;
    g->core0 = g->core1 = g->top = rows;
    g->end = 0;
    const struct touched hidden = hidden_rows(g, column);
    g->core_hidden = hidden.row1 - hidden.row0 >= PLT_BLOCK;
    if (g->core_hidden) {
        g->core0 = hidden.row0;
        g->core1 = hidden.row1;
    }
    plt_gather_dense_core(g, column);
    plt_gather_listed(g, column);
    plt_gather_dense(g, column);
    plt_gather_flush(g);
    if (g->core0 == g->core1) {
        finish_rows(g, coverage, g->top, g->end);
        return (struct touched){g->top, g->end};
    }
    finish_rows(g, coverage, g->top, g->core0);
    finish_rows(g, coverage, g->core1, g->end);
    if (g->core_hidden)
        return (struct touched){g->top, g->end};
    memset(coverage + g->core0, plt_coverage(0.0f, g->half_width),
           (size_t)(g->core1 - g->core0));
    return (struct touched){plt_least(g->top, g->core0), plt_most(g->end, g->core1)};
}

// Rows [row0, row1) of the group that begins with column c of the strip at x0.
static void composite_rows(const struct plt_gather *g, struct plt_canvas canvas,
                           uint32_t color, int32_t x0, int32_t c, struct touched rows)
{
    const size_t pitch = pitch_of(g->scratch->rows);
    if (rows.row0 >= rows.row1)
        return;
    g->kernels->composite(&(struct plt_cover){
        .coverage = g->scratch->coverage + (size_t)c * pitch,
        .pitch = pitch,
        .pixels = plt_canvas_at(canvas, x0 + c, g->box.y0),
        .stride = canvas.stride,
        .width = plt_least(g->box.x1 - (x0 + c), GROUP),
        .row0 = rows.row0,
        .row1 = rows.row1,
        .color = color,
    });
}

static void composite_strip(const struct plt_gather *g, struct plt_canvas canvas,
                            uint32_t color, int32_t x0, const struct touched touched[STRIP])
{
    const int32_t rows = g->box.y1 - g->box.y0;
    for (int32_t c = 0; c < STRIP && x0 + c < g->box.x1; c += GROUP) {
        struct touched all = {rows, 0}, hidden = {0, rows}; // of all that are touched
        for (int32_t i = c; i < c + GROUP; i++) {
            if (touched[i].row0 >= touched[i].row1)
                continue;
            const struct touched own = hidden_rows(g, x0 + i);
            all.row0 = plt_least(all.row0, touched[i].row0);
            all.row1 = plt_most(all.row1, touched[i].row1);
            hidden.row0 = plt_most(hidden.row0, own.row0);
            hidden.row1 = plt_least(hidden.row1, own.row1);
        }
        if (hidden.row1 - hidden.row0 < PLT_BLOCK) {
            composite_rows(g, canvas, color, x0, c, all);
            continue;
        }
        composite_rows(g, canvas, color, x0, c,
                       (struct touched){all.row0, plt_least(all.row1, hidden.row0)});
        composite_rows(g, canvas, color, x0, c,
                       (struct touched){plt_most(all.row0, hidden.row1), all.row1});
    }
}

// A column's last block may have run past the rows it touched, even out of the box.
static void clear_strip(const struct plt_gather *g, const struct touched touched[STRIP])
{
    const size_t pitch = pitch_of(g->scratch->rows);
    for (size_t c = 0; c < STRIP; c++)
        if (touched[c].row0 < touched[c].row1)
            memset(g->scratch->coverage + c * pitch + touched[c].row0, 0,
                   (size_t)(touched[c].row1 - touched[c].row0) + PLT_BLOCK);
}

static bool paint_strips(struct plt_gather *g, struct plt_canvas canvas, uint32_t color)
{
    const size_t pitch = pitch_of(g->scratch->rows);
    for (int32_t x0 = g->box.x0; x0 < g->box.x1; x0 += STRIP) {
        struct touched touched[STRIP] = {{0, 0}};
        const int32_t width = plt_least(g->box.x1 - x0, STRIP);
        bool complete = true;
        for (int32_t c = 0; c < width && complete; c++) {
            complete = plt_listed_activate(g, x0 + c);
            touched[c] = cover_column(g, g->scratch->coverage + (size_t)c * pitch, x0 + c);
        }
        composite_strip(g, canvas, color, x0, touched);
        clear_strip(g, touched);
        if (!complete)
            return false;
    }
    return true;
}

static struct plt_gather gather_start(struct plt_raster *raster,
                                      const struct plt_frame *frame,
                                      const struct plt_stroke *stroke,
                                      struct plt_irect clip)
{
    struct plt_gather g;
    g.kernels = raster->kernels;
    g.scratch = &raster->stroke;
    g.stroke = stroke;
    g.columns = stroke->num_columns ? frame->strokes.columns + stroke->first_column : NULL;
    g.col0 = stroke->col0;
    g.col1 = stroke->col0 + (int32_t)stroke->num_columns;
    g.segments =
        stroke->num_segments ? frame->strokes.segments + stroke->first_segment : NULL;
    g.next_segment = g.num_listed = 0;
    g.box = plt_irect_cut(clip, stroke->bounds);
    g.y0 = (float)g.box.y0 + 0.5f;
    g.half_width = stroke->half_width;
    g.reach = stroke->half_width + 0.5f + 0.03125f;
    g.radius = (int32_t)ceilf(stroke->half_width + 0.5f) - 1;
    g.hidden = raster->covered;
    if (g.hidden)
        g.hidden += g.box.x0 - raster->hidden.x0;
    g.num_verticals = g.num_slants = 0;
    return g;
}

bool plt_paint_stroke(struct plt_raster *raster, struct plt_canvas canvas,
                      const struct plt_frame *frame, const struct plt_op *op,
                      struct plt_irect clip)
{
    struct plt_gather g = gather_start(raster, frame, &op->stroke, clip);
    if (plt_irect_empty(g.box) || op->color >> 24 == 0)
        return true;
    if (!reserve_rows(&raster->stroke, g.box.y1 - g.box.y0) || !plt_listed_begin(&g) ||
        !paint_strips(&g, canvas, op->color)) {
        plt_no_memory(raster->log, "a stroke");
        return false;
    }
    return true;
}
