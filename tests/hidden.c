// Curves over each other: leaving out what later strokes paint over changes no byte. The
// reference paints one operation after the other, each in full.
#include <plotlib/plotlib.h>
#include <plotlib/raster/painter.h>

#include "test.h"

enum { WIDTH = 420, HEIGHT = 300, MOST_SAMPLES = 6000 };

static void add_curve(struct plt_plot *plot, struct test_random *random)
{
    static double y[MOST_SAMPLES], x[MOST_SAMPLES];
    size_t n = test_below(random, 5) ? MOST_SAMPLES : 200;
    double level = 4 * test_uniform(random), height = pow(8, test_uniform(random)) - 0.9;
    for (size_t i = 0; i < n; i++) {
        x[i] = (double)i * MOST_SAMPLES / (double)n;
        y[i] = level + height * (test_uniform(random) - 0.5);
        if (test_below(random, 400) == 0)
            y[i] = NAN;
        if (i > n / 3 && i < n / 2 && level > 3)
            y[i] = NAN;
    }
    struct plt_series *series = plt_series_create(plt_series_params(.x_kind = PLT_X_F64));
    REQUIRE(plt_series_set_xy(series, x, y, n));
    struct plt_curve_params params = {
        .color = {(float)test_uniform(random), (float)test_uniform(random), 0.5f,
                  test_below(random, 4) ? 1.0f : 0.4f},
        .width_px = (float)(0.4 + 4 * test_uniform(random) * test_uniform(random)),
        .no_antialias = test_below(random, 8) == 0,
        .lod = test_below(random, 6) ? PLT_LOD_AUTO : PLT_LOD_OFF,
    };
    if (test_below(random, 10) == 0)
        params.fill_color = (struct plt_color){0, 0.5f, 1, 0.3f};
    REQUIRE(plt_curve_create(plot, series, &params) != NULL);
    plt_series_unref(series);
}

static void paint_plainly(struct plt_raster *raster, const struct plt_frame *frame,
                          struct plt_canvas canvas)
{
    plt_paint_rect(canvas, (struct plt_irect){0, 0, WIDTH, HEIGHT}, frame->background);
    for (size_t i = 0; i < frame->num_ops; i++) {
        const struct plt_op *op = &frame->ops[i];
        switch (op->kind) {
        case PLT_OP_STROKE:
            REQUIRE(plt_paint_stroke(raster, canvas, frame, op, op->clip));
            break;
        case PLT_OP_SPANS:
            plt_paint_spans(raster->kernels, canvas, frame, op, op->clip);
            break;
        case PLT_OP_TINTS: plt_paint_tints(canvas, frame, op, op->clip); break;
        default: REQUIRE(!"an operation this test knows"); break;
        }
    }
}

// Rows that are hidden somewhere in the picture, to see that the test tests something.
static size_t count_hidden(const struct plt_raster *raster)
{
    const struct plt_hidden *h = &raster->hidden;
    size_t rows = 0;
    for (size_t i = 0; i < (h->end - h->first) * (size_t)h->columns; i++)
        rows += (size_t)(h->rows[i].row1 - h->rows[i].row0);
    return rows;
}

static size_t check_scene(struct test_random *random, int threads)
{
    static uint32_t got[WIDTH * HEIGHT], want[WIDTH * HEIGHT], part[WIDTH * HEIGHT];
    struct plt_figure *figure =
        plt_figure_create(plt_figure_params(.bare = true, .threads = threads));
    struct plt_plot *plot = plt_figure_add_plot(figure, NULL);
    for (int n = 2 + (int)test_below(random, 30); n > 0; n--)
        add_curve(plot, random);
    REQUIRE(plt_plot_set_y_range(plot, 0, 4));
    struct plt_raster *raster = plt_raster_create(NULL);
    struct plt_frame *frame = &raster->frame;
    REQUIRE(plt_frame_build(frame, figure, WIDTH, HEIGHT, 1));
    REQUIRE(plt_raster_draw(raster, frame, got, WIDTH * 4));
    size_t hidden = threads == 1 ? count_hidden(raster) : 0;
    paint_plainly(raster, frame, (struct plt_canvas){want, WIDTH * 4});
    REQUIRE(memcmp(got, want, sizeof(got)) == 0);
    // A part of the picture has other neighbours.
    struct plt_irect box = {(int32_t)test_below(random, WIDTH / 2), 17,
                            WIDTH / 2 + (int32_t)test_below(random, WIDTH / 2), 211};
    memset(part, 0, sizeof(part));
    REQUIRE(plt_raster_draw_rect(raster, frame, box, part, WIDTH * 4));
    size_t wrong = 0;
    for (int y = 0; y < HEIGHT; y++)
        for (int x = 0; x < WIDTH; x++) {
            bool inside = x >= box.x0 && x < box.x1 && y >= box.y0 && y < box.y1;
            wrong += part[y * WIDTH + x] != (inside ? want[y * WIDTH + x] : 0);
        }
    REQUIRE_CMP(wrong, ==, (size_t)0, "zu");
    plt_raster_destroy(raster);
    plt_figure_destroy(figure);
    return hidden;
}

int main(void)
{
    struct test_random random = test_random_seeded();
    size_t hidden = 0;
    for (int i = 0; i < 48 && !test_failures; i++)
        hidden += check_scene(&random, i % 4 == 3 ? 3 : 1);
    REQUIRE_CMP(hidden, >, (size_t)500000, "zu");
    return test_result();
}
