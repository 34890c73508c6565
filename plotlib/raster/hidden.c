// Rows that are painted over (hidden.h). One interval a column: strokes of dense data that
// lie over each other overlap, so that little is lost by not keeping more of them.
#include <plotlib/base/alloc.h>
#include <plotlib/raster/hidden.h>

// Beyond this the intervals cost more than they save.
enum { MOST = 1 << 21 };

static bool is_cover(const struct plt_op *op)
{
    return op->kind == PLT_OP_STROKE && op->color >> 24 == 255 &&
           op->stroke.num_columns > 0 && plt_coverage(0.0f, op->stroke.half_width) == 255;
}

// Whole pixels of a column: those whose centres lie in lo..hi.
static struct plt_rows covered(float lo, float hi, struct plt_irect clip)
{
    const float top = ceilf(lo - 0.5f), bottom = floorf(hi - 0.5f);
    struct plt_rows rows = {clip.y0, clip.y1};
    if (top > (float)clip.y0)
        rows.row0 = top < (float)clip.y1 ? (int32_t)top : clip.y1;
    if (bottom < (float)(clip.y1 - 1))
        rows.row1 = bottom >= (float)clip.y0 ? (int32_t)bottom + 1 : clip.y0;
    return rows;
}

// Adds what the operation covers: one interval, the longer one where they lie apart.
static void add_cover(const struct plt_frame *frame, const struct plt_op *op,
                      const struct plt_hidden *hidden, struct plt_rows *rows)
{
    const struct plt_stroke *s = &op->stroke;
    const struct plt_irect clip = plt_irect_cut(op->clip, s->bounds);
    int32_t x0 = clip.x0 > hidden->x0 ? clip.x0 : hidden->x0;
    int32_t x1 = clip.x1, end = s->col0 + (int32_t)s->num_columns;
    x0 = x0 > s->col0 ? x0 : s->col0;
    x1 = x1 < end ? x1 : end;
    end = hidden->x0 + hidden->columns;
    x1 = x1 < end ? x1 : end;
    for (int32_t x = x0; x < x1; x++) {
        const struct plt_column *c =
            &frame->strokes.columns[s->first_column + (size_t)(x - s->col0)];
        if (!(c->lo <= c->hi))
            continue;
        const struct plt_rows own = covered(c->lo, c->hi, clip);
        struct plt_rows *all = &rows[x - hidden->x0];
        if (own.row0 >= own.row1)
            continue;
        if (own.row0 <= all->row1 && all->row0 <= own.row1 && all->row0 < all->row1) {
            all->row0 = own.row0 < all->row0 ? own.row0 : all->row0;
            all->row1 = own.row1 > all->row1 ? own.row1 : all->row1;
        } else if (own.row1 - own.row0 > all->row1 - all->row0) {
            *all = own;
        }
    }
}

void plt_hidden_find(struct plt_hidden *hidden, const struct plt_frame *frame, size_t first,
                     size_t end, struct plt_irect box)
{
    size_t covers = 0, columns = (size_t)(box.x1 - box.x0);
    for (size_t i = first; i < end; i++)
        covers += is_cover(&frame->ops[i]);
    hidden->first = hidden->end = 0;
    if (covers < 2 || (end - first) > MOST / columns ||
        !plt_reserve((void **)&hidden->rows, &hidden->cap_rows, (end - first) * columns,
                     sizeof(*hidden->rows)))
        return;
    hidden->first = first;
    hidden->end = end;
    hidden->x0 = box.x0;
    hidden->columns = (int32_t)columns;
    struct plt_rows *rows = hidden->rows + (end - 1 - first) * columns;
    for (size_t x = 0; x < columns; x++)
        rows[x] = (struct plt_rows){0, 0};
    for (size_t i = end - 1; i > first; i--) {
        struct plt_rows *earlier = rows - columns;
        for (size_t x = 0; x < columns; x++)
            earlier[x] = rows[x];
        if (is_cover(&frame->ops[i]))
            add_cover(frame, &frame->ops[i], hidden, earlier);
        rows = earlier;
    }
}

const struct plt_rows *plt_hidden_of(const struct plt_hidden *hidden, size_t op)
{
    return op >= hidden->first && op < hidden->end
               ? hidden->rows + (op - hidden->first) * (size_t)hidden->columns
               : NULL;
}

void plt_hidden_finish(struct plt_hidden *hidden)
{
    plt_free(hidden->rows);
    *hidden = (struct plt_hidden){0};
}
