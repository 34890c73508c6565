// An item of a mapped image -> one frame image for each tile in sight. The spans of all
// pixels are made for the level as a whole; each pixel is drawn from the tile its first
// sample is in, so no border can be seen.
#include <math.h>

#include <plotlib/base/alloc.h>
#include <plotlib/data/tiles.h>
#include <plotlib/draw/build.h>

enum { LONGEST = PLT_TILE_REACH + 1 }; // samples of a span that a tile has in any case

struct axis {
    struct plt_sampling raw;       // of the file's samples
    struct plt_sampling sampling;  // of the level's
    int32_t p0, p1;                // pixels that show something
    struct plt_sample_span *spans; // [p1 - p0]
    int32_t longest;
};

// The last sample of a level may reach over the image's edge.
static struct plt_sampling at_level(const struct plt_sampling *raw, int32_t level)
{
    struct plt_sampling sampling = *raw;
    sampling.samples = plt_tile_samples(raw->samples, level);
    sampling.length *= (double)((int64_t)sampling.samples << level) / (double)raw->samples;
    if (raw->flip) // it comes first
        sampling.start -= sampling.length - raw->length;
    return sampling;
}

// A pixel that shows a sample of the file shows one of the level, at the image's edges the
// nearest one.
static struct plt_sample_span span_at(const struct plt_sampling *sampling, int32_t px)
{
    const struct plt_sample_span span = plt_sample_span_of(sampling, px);
    if (span.begin < span.end)
        return span;
    const bool before = plt_sample_at(sampling, px + 0.5) < 0.5 * sampling->samples;
    const int32_t nearest = before != sampling->flip ? 0 : sampling->samples - 1;
    return (struct plt_sample_span){nearest, nearest + 1};
}

static void find_spans(struct axis *axis, int32_t level)
{
    axis->sampling = at_level(&axis->raw, level);
    axis->longest = 0;
    for (int32_t px = axis->p0; px < axis->p1; px++) {
        const struct plt_sample_span span = span_at(&axis->sampling, px);
        const int32_t length = span.end - span.begin;
        axis->spans[px - axis->p0] = span;
        axis->longest = length > axis->longest ? length : axis->longest;
    }
}

// Samples of the file a pixel, on average.
static double density(const struct axis *axis)
{
    const double u0 = plt_sample_at(&axis->raw, axis->p0);
    const double u1 = plt_sample_at(&axis->raw, axis->p1);
    return fabs(u1 - u0) / (axis->p1 - axis->p0);
}

static int32_t tile_of(const struct axis *axis, int32_t px)
{
    return axis->spans[px - axis->p0].begin >> PLT_TILE_LOG2;
}

// Tiles in sight along an axis.
static void tile_range(const struct axis *axis, int32_t *first, int32_t *end)
{
    const int32_t a = tile_of(axis, axis->p0), b = tile_of(axis, axis->p1 - 1);
    *first = a < b ? a : b;
    *end = (a < b ? b : a) + 1;
}

static struct plt_irect tiles_in_sight(const struct axis axes[2])
{
    struct plt_irect area;
    tile_range(&axes[0], &area.x0, &area.x1);
    tile_range(&axes[1], &area.y0, &area.y1);
    return area;
}

static bool fits(const struct plt_tiles *tiles, const struct axis axes[2], int32_t level)
{
    for (int i = 0; i < 2; i++) {
        if (axes[i].longest > LONGEST && axes[i].sampling.samples > PLT_TILE)
            return false;
    }
    const struct plt_irect area = tiles_in_sight(axes);
    const size_t across = (size_t)(area.x1 - area.x0), down = (size_t)(area.y1 - area.y0);
    return level >= tiles->base || across <= plt_tiles_most(tiles) / down;
}

// The level with one to two samples a pixel along the axis that has fewer; a coarser one
// where spans or tiles would be too many.
static int32_t choose_level(const struct plt_tiles *tiles, struct axis axes[2])
{
    const double samples = fmin(density(&axes[0]), density(&axes[1])) * (1 + 1e-9);
    int32_t level = 0;
    while (level + 1 < tiles->num_levels && ldexp(1, level + 1) <= samples)
        level++;
    for (;; level++) {
        find_spans(&axes[0], level);
        find_spans(&axes[1], level);
        if (level + 1 >= tiles->num_levels || fits(tiles, axes, level))
            return level;
    }
}

// What of a span a view has that begins at sample `first` and has n samples, of `all` that
// will be there: those missing show nothing.
static struct plt_sample_span within(struct plt_sample_span span, int32_t first, int32_t n,
                                     int32_t all)
{
    int32_t begin = span.begin - first, end = span.end - first;
    begin = begin > 0 ? begin : 0;
    end = end > 1 ? end : 1;
    if (n == all && begin >= n) // a stand-in's neighbour would be nearer by a rounding
        begin = n - 1;
    end = end < n ? end : n;
    return begin < end ? (struct plt_sample_span){begin, end}
                       : (struct plt_sample_span){0, 0};
}

// Appends the spans of pixels [p0, p1) in a view of samples [first, first + n).
static size_t push_spans(struct plt_frame *frame, const struct axis *axis, int32_t level,
                         int32_t shown, int32_t p0, int32_t p1, int32_t first, int32_t n)
{
    const size_t begin = frame->num_spans;
    const int32_t all = plt_tile_length(axis->raw.samples, shown, first);
    const struct plt_sampling coarse = at_level(&axis->raw, shown);
    for (int32_t px = p0; px < p1; px++) {
        const struct plt_sample_span span =
            shown == level ? axis->spans[px - axis->p0] : span_at(&coarse, px);
        frame->spans[frame->num_spans++] = within(span, first, n, all);
    }
    return begin;
}

struct picture {
    struct plt_frame *frame;
    struct plt_frame_image like;
    struct plt_irect clip;
    struct axis axes[2]; // x and y of the figure
    bool transpose;      // and y and x of the image
    int32_t level;
};

static void push_tile(struct picture *picture, const struct plt_tile_look *look,
                      struct plt_irect dst)
{
    struct plt_frame *frame = picture->frame;
    struct plt_frame_image image = picture->like;
    const struct plt_image_view view =
        picture->transpose ? plt_image_transposed(look->view) : look->view;
    const int32_t column = picture->transpose ? look->row : look->column;
    const int32_t row = picture->transpose ? look->column : look->row;
    const size_t count = (size_t)(dst.x1 - dst.x0) + (size_t)(dst.y1 - dst.y0);
    if (look->view.columns == 0)
        return;
    if (!plt_reserve((void **)&frame->spans, &frame->cap_spans, frame->num_spans + count,
                     sizeof(*frame->spans))) {
        frame->failed = true;
        return;
    }
    image.src = view;
    image.dst = dst;
    image.first_col = push_spans(frame, &picture->axes[0], picture->level, look->level,
                                 dst.x0, dst.x1, column, view.columns);
    image.first_row = push_spans(frame, &picture->axes[1], picture->level, look->level,
                                 dst.y0, dst.y1, row, view.rows);
    plt_push_image(frame, &image, picture->clip);
}

// The end of the pixels from p0 on that one tile shows.
static int32_t run_end(const struct axis *axis, int32_t p0)
{
    const int32_t tile = tile_of(axis, p0);
    int32_t px = p0 + 1;
    while (px < axis->p1 && tile_of(axis, px) == tile)
        px++;
    return px;
}

// looks: of the image's tiles in `area`, the figure's tiles in sight or those transposed.
static void push_tiles(struct picture *picture, struct plt_irect area,
                       const struct plt_tile_look *looks)
{
    const struct axis *x = &picture->axes[0], *y = &picture->axes[1];
    const size_t width = (size_t)(area.x1 - area.x0);
    struct plt_irect dst;
    for (dst.y0 = y->p0; dst.y0 < y->p1; dst.y0 = dst.y1) {
        dst.y1 = run_end(y, dst.y0);
        for (dst.x0 = x->p0; dst.x0 < x->p1; dst.x0 = dst.x1) {
            dst.x1 = run_end(x, dst.x0);
            const int32_t a = tile_of(x, dst.x0), b = tile_of(y, dst.y0);
            const size_t column = (size_t)((picture->transpose ? b : a) - area.x0);
            const size_t row = (size_t)((picture->transpose ? a : b) - area.y0);
            push_tile(picture, &looks[row * width + column], dst);
        }
    }
}

static void draw(struct picture *picture, struct plt_image_item *item)
{
    struct plt_tiles *tiles = plt_image_tiles(item->image);
    picture->level = choose_level(tiles, picture->axes);
    struct plt_irect area = tiles_in_sight(picture->axes);
    if (picture->transpose)
        area = (struct plt_irect){area.y0, area.x0, area.y1, area.x1};
    const size_t count = (size_t)(area.x1 - area.x0) * (size_t)(area.y1 - area.y0);
    struct plt_tile_look *looks = plt_calloc(count, sizeof(*looks));
    if (!looks) {
        picture->frame->failed = true;
        return;
    }
    plt_tiles_look(tiles, &item->lease, picture->level, area, looks);
    push_tiles(picture, area, looks);
    plt_free(looks);
}

void plt_draw_tiles(struct plt_frame *frame, struct plt_image_item *item,
                    const struct plt_frame_image *like, const struct plt_sampling *x,
                    const struct plt_sampling *y)
{
    const bool transpose = item->orientation.transpose;
    struct picture picture = {
        .frame = frame,
        .like = *like,
        .clip = like->dst,
        .axes = {{.raw = *x, .p0 = like->dst.x0, .p1 = like->dst.x1},
                 {.raw = *y, .p0 = like->dst.y0, .p1 = like->dst.y1}},
        .transpose = transpose,
    };
    picture.axes[transpose].raw.samples = plt_image_columns(item->image);
    picture.axes[!transpose].raw.samples = plt_image_rows(item->image);
    picture.like.minify = plt_image_tiles(item->image)->minify;
    size_t pixels = 0;
    for (int i = 0; i < 2; i++) {
        struct axis *axis = &picture.axes[i];
        plt_sample_cut(&axis->raw, &axis->p0, &axis->p1);
        if (axis->p0 >= axis->p1) { // out of sight
            plt_tiles_release(&item->lease);
            return;
        }
        pixels += (size_t)(axis->p1 - axis->p0);
    }
    struct plt_sample_span *spans = plt_malloc(pixels * sizeof(*spans));
    if (!spans) {
        frame->failed = true;
        return;
    }
    picture.axes[0].spans = spans;
    picture.axes[1].spans = spans + (picture.axes[0].p1 - picture.axes[0].p0);
    draw(&picture, item);
    plt_free(spans);
}
