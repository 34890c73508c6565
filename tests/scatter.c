// Scatters: markers to the byte against brute force, shapes against their areas, per-point
// buffers, rings, logarithmic axes, short memory and bad input.
#include <plotlib/base/alloc.h>
#include <plotlib/plotlib.h>
#include <plotlib/raster/painter.h>

#include "log.h"
#include "oracle.h"

enum { WIDTH = 100, HEIGHT = 60 };

static uint32_t drawn[HEIGHT][WIDTH], wanted[HEIGHT][WIDTH];

static struct plt_frame new_frame(void)
{
    struct plt_frame frame;
    plt_frame_init(&frame);
    frame.width = WIDTH;
    frame.height = HEIGHT;
    frame.scale = 1;
    frame.background = 0xffe8f0f2u;
    return frame;
}

static bool same_bytes(void)
{
    return memcmp(drawn, wanted, sizeof(drawn)) == 0;
}

// --- painting --------------------------------------------------------------------------

enum look { ALIKE, MIXED, CLEAR, OUTLINED, HOLLOW, LARGE, NUM_LOOKS };

static void add_markers(struct plt_frame *frame, struct test_random *random, enum look look,
                        size_t count)
{
    REQUIRE(plt_reserve((void **)&frame->ops, &frame->cap_ops, frame->num_ops + 1,
                        sizeof(*frame->ops)));
    REQUIRE(plt_reserve((void **)&frame->markers, &frame->cap_markers,
                        frame->num_markers + count, sizeof(*frame->markers)));
    struct plt_op *op = &frame->ops[frame->num_ops++];
    *op = (struct plt_op){.kind = PLT_OP_MARKERS,
                          .clip = {3, 2, WIDTH - 1, HEIGHT - 5},
                          .first = frame->num_markers,
                          .count = count};
    if (look == OUTLINED) {
        op->outline = (float)test_uniform(random) * 2;
        op->color = (uint32_t)test_next(random) | (test_below(random, 2) ? 0xff000000u : 0);
    } else if (look == HOLLOW) {
        op->outline = 0.5f;
        op->hollow = true;
    }
    const uint8_t symbol = (uint8_t)test_below(random, PLT_NUM_SYMBOLS);
    for (size_t i = 0; i < count; i++) {
        struct plt_marker *m = &frame->markers[frame->num_markers++];
        m->x = (int32_t)test_below(random, (WIDTH + 40) * 8) - 160;
        m->y = (int32_t)test_below(random, (HEIGHT + 40) * 8) - 160;
        m->color = look == ALIKE ? 0xff3f90dau : (uint32_t)test_next(random);
        if (look != CLEAR && test_below(random, 3))
            m->color |= 0xff000000u;
        m->size = (uint16_t)(look == ALIKE   ? 80
                             : look == LARGE ? 8 + test_below(random, 1600)
                                             : 8 + test_below(random, 200));
        m->symbol = look == ALIKE ? symbol : (uint8_t)test_below(random, PLT_NUM_SYMBOLS);
    }
}

// Every kernel, whole and in parts: the same bytes as brute force.
static void test_painting(struct test_random *random)
{
    const struct plt_kernels *list[2];
    const size_t variants = plt_kernels_list(list);
    for (int round = 0; round < 2 * NUM_LOOKS; round++) {
        const enum look look = (enum look)(round % NUM_LOOKS);
        struct plt_frame frame = new_frame();
        // Many alike hide each other; few do not look for it.
        add_markers(&frame, random, look, look == ALIKE ? 300 : round % 2 ? 80 : 12);
        add_markers(&frame, random, MIXED, 20);
        oracle_paint(&frame, wanted[0]);
        for (size_t v = 0; v < variants; v++) {
            struct plt_raster *raster = plt_raster_create(NULL);
            raster->kernels = list[v];
            REQUIRE(plt_raster_draw(raster, &frame, drawn[0], WIDTH * 4));
            REQUIRE(same_bytes());
            // In two halves, cut where markers lie.
            memset(drawn, 0, sizeof(drawn));
            struct plt_irect left = {0, 0, 61, HEIGHT}, right = {61, 0, WIDTH, HEIGHT};
            REQUIRE(plt_raster_draw_rect(raster, &frame, right, drawn[0], WIDTH * 4));
            REQUIRE(plt_raster_draw_rect(raster, &frame, left, drawn[0], WIDTH * 4));
            REQUIRE(same_bytes());
            plt_raster_destroy(raster);
        }
        plt_frame_finish(&frame);
    }
}

// Enough markers for bands: any number of threads gives the same bytes.
static void test_threads(struct test_random *random)
{
    struct plt_frame frame = new_frame();
    for (int i = 0; i < 6; i++)
        add_markers(&frame, random, (enum look)i, 8000);
    struct plt_pool *pool = plt_pool_create(4);
    struct plt_raster *raster = plt_raster_create(NULL);
    REQUIRE(plt_raster_draw(raster, &frame, wanted[0], WIDTH * 4));
    frame.pool = pool;
    REQUIRE(plt_raster_draw(raster, &frame, drawn[0], WIDTH * 4));
    REQUIRE(same_bytes());
    frame.pool = NULL;
    plt_pool_destroy(pool);
    plt_raster_destroy(raster);
    plt_frame_finish(&frame);
}

// --- shapes ----------------------------------------------------------------------------

// Area of each symbol of side 1, from its corners in PyQtGraph's source (shoelace formula).
static void test_areas(void)
{
    static const double areas[PLT_NUM_SYMBOLS] = {
        [PLT_SYMBOL_CIRCLE] = 0.78539816,
        [PLT_SYMBOL_SQUARE] = 1,
        [PLT_SYMBOL_TRIANGLE_DOWN] = 0.5,
        [PLT_SYMBOL_TRIANGLE_UP] = 0.5,
        [PLT_SYMBOL_TRIANGLE_RIGHT] = 0.5,
        [PLT_SYMBOL_TRIANGLE_LEFT] = 0.5,
        [PLT_SYMBOL_DIAMOND] = 0.4,
        [PLT_SYMBOL_PLUS] = 0.36,
        [PLT_SYMBOL_CROSS] = 0.36,
        [PLT_SYMBOL_PENTAGON] = 0.59441,
        [PLT_SYMBOL_HEXAGON] = 0.6495,
        [PLT_SYMBOL_STAR] = 0.28063,
        [PLT_SYMBOL_BAR] = 0.2,
        [PLT_SYMBOL_DASH] = 0.2,
        [PLT_SYMBOL_ARROW_UP] = 0.053125,
        [PLT_SYMBOL_ARROW_RIGHT] = 0.053125,
        [PLT_SYMBOL_ARROW_DOWN] = 0.053125,
        [PLT_SYMBOL_ARROW_LEFT] = 0.053125,
    };
    for (int s = 0; s < PLT_SYMBOL_CROSSHAIR; s++) {
        const float size = 400;
        double sum = 0, x = 0, y = 0;
        for (int row = -220; row < 220; row++) {
            for (int column = -220; column < 220; column++) {
                float cx = (float)column + 0.5f, cy = (float)row + 0.5f;
                double c =
                    plt_marker_fill(plt_marker_distance((enum plt_symbol)s, size, cx, cy));
                sum += c / 255;
                x += c / 255 * (double)cx;
                y += c / 255 * (double)cy;
            }
        }
        double area = sum / ((double)size * (double)size);
        if (fabs(area - areas[s]) > 0.003)
            fprintf(stderr, "%s: area %g\n", plt_symbol_name((enum plt_symbol)s), area);
        REQUIRE(fabs(area - areas[s]) <= 0.003);
        // Which way it points: the centre of its area, y down.
        x /= sum * (double)size;
        y /= sum * (double)size;
        REQUIRE((x > 0.05) ==
                (s == PLT_SYMBOL_TRIANGLE_LEFT || s == PLT_SYMBOL_ARROW_LEFT));
        REQUIRE((x < -0.05) ==
                (s == PLT_SYMBOL_TRIANGLE_RIGHT || s == PLT_SYMBOL_ARROW_RIGHT));
        REQUIRE((y > 0.05) == (s == PLT_SYMBOL_TRIANGLE_UP || s == PLT_SYMBOL_ARROW_UP));
        REQUIRE((y < -0.05) ==
                (s == PLT_SYMBOL_TRIANGLE_DOWN || s == PLT_SYMBOL_ARROW_DOWN));
    }
    // The crosshair: on its ring and its lines, between them, beyond them.
    const enum plt_symbol cross = PLT_SYMBOL_CROSSHAIR;
    REQUIRE(plt_marker_distance(cross, 20, 10, 0) < 0);
    REQUIRE(plt_marker_distance(cross, 20, 7.07f, 7.07f) < 0);
    REQUIRE(plt_marker_distance(cross, 20, 0, -19) < 0);
    REQUIRE(plt_marker_distance(cross, 20, 4, 4) > 0);
    REQUIRE(plt_marker_distance(cross, 20, 0, 23) > 0);
}

static void test_names(void)
{
    for (int i = 0; i < PLT_NUM_SYMBOLS; i++) {
        enum plt_symbol found = PLT_SYMBOL_CIRCLE;
        REQUIRE(plt_symbol_find(plt_symbol_name((enum plt_symbol)i), &found));
        REQUIRE_CMP((int)found, ==, i, "d");
    }
    enum plt_symbol kept = PLT_SYMBOL_STAR;
    REQUIRE(!plt_symbol_find("no such", &kept));
    REQUIRE(kept == PLT_SYMBOL_STAR);
    REQUIRE(plt_symbol_name((enum plt_symbol)PLT_NUM_SYMBOLS) == NULL);
}

// --- from samples to markers -----------------------------------------------------------

struct scene {
    struct plt_figure *figure;
    struct plt_plot *plot;
    struct plt_frame frame;
    struct plt_log *log;
    int lines;
};

static struct scene *open_scene(void)
{
    struct scene *s = calloc(1, sizeof(*s));
    s->log = test_counting_log(&s->lines);
    s->figure = plt_figure_create(plt_figure_params(.bare = true, .log = s->log));
    s->plot = plt_figure_add_plot(s->figure, NULL);
    plt_frame_init(&s->frame);
    return s;
}

static void close_scene(struct scene *s)
{
    plt_frame_finish(&s->frame);
    plt_figure_destroy(s->figure);
    plt_log_unref(s->log);
    free(s);
}

// The markers of the frame, after a build of 1000 x 1000 pixels.
static size_t build(struct scene *s, double scale)
{
    REQUIRE(plt_frame_build(&s->frame, s->figure, 1000, 1000, scale));
    REQUIRE(!s->frame.failed);
    return s->frame.num_markers;
}

static struct plt_series *new_series(const double *x, const double *y, size_t n)
{
    struct plt_series *series =
        plt_series_create(plt_series_params(.x_kind = x ? PLT_X_F64 : PLT_X_UNIFORM));
    REQUIRE(x ? plt_series_set_xy(series, x, y, n) : plt_series_set(series, y, n));
    return series;
}

static void test_places(void)
{
    struct scene *s = open_scene();
    const double x[] = {10, 20.03, 5, NAN, 30, 40, 1e300};
    const double y[] = {1, 2, 3, 4, INFINITY, 5, 6};
    struct plt_series *series = new_series(x, y, 7);
    struct plt_scatter *scatter = plt_scatter_create(
        s->plot, series,
        plt_scatter_params(.symbol = PLT_SYMBOL_STAR, .size_px = 6, .color = {1, 0, 0, 1}));
    REQUIRE(plt_scatter_series(scatter) == series);
    REQUIRE(plt_plot_set_x_range(s->plot, 0, 100));
    REQUIRE(plt_plot_set_y_range(s->plot, 0, 10));
    REQUIRE_CMP(build(s, 1), ==, (size_t)4, "zu"); // not finite, or far out
    const struct plt_marker *m = s->frame.markers;
    REQUIRE_CMP(m[0].x, ==, 100 * 8, "d");
    REQUIRE_CMP(m[0].y, ==, 900 * 8, "d");
    REQUIRE_CMP(m[1].x, ==, 1602, "d"); // 200.3 px to the nearest eighth: 200.25
    REQUIRE_CMP(m[2].x, ==, 50 * 8, "d");
    REQUIRE_CMP((int)m[0].size, ==, 48, "d");
    REQUIRE_CMP((int)m[0].symbol, ==, PLT_SYMBOL_STAR, "d");
    REQUIRE_CMP(m[0].color, ==, 0xffff0000u, "x");
    build(s, 2);
    REQUIRE_CMP((int)s->frame.markers[0].size, ==, 96, "d");
    // Twice as large in data as the range of x is wide.
    plt_scatter_destroy(scatter);
    REQUIRE(plt_scatter_create(s->plot, series, plt_scatter_params(.size_in_data = 2)));
    build(s, 1);
    REQUIRE_CMP((int)s->frame.markers[0].size, ==, 20 * 8, "d");
    plt_series_unref(series);
    close_scene(s);
}

// Sorted x is bisected: all that can be seen, and the same picture as without an order.
static void test_culling(struct test_random *random)
{
    enum { N = 20000 };
    static double x[N + 1], y[N + 1];
    for (int i = 0; i < N; i++) {
        x[i] = i ? x[i - 1] + test_uniform(random) : 0;
        y[i] = test_uniform(random) * 10;
    }
    x[N] = -1e9; // far out of every view, but x is in no order
    y[N] = 5;
    struct plt_series *sorted = new_series(x, y, N), *mixed = new_series(x, y, N + 1);
    for (int round = 0; round < 20; round++) {
        struct scene *s = open_scene(), *t = open_scene();
        const float size = 1 + (float)test_below(random, 300);
        const double left = test_uniform(random) * 9000, width = test_uniform(random) * 900;
        REQUIRE(plt_scatter_create(s->plot, sorted, plt_scatter_params(.size_px = size)));
        REQUIRE(plt_scatter_create(t->plot, mixed, plt_scatter_params(.size_px = size)));
        for (int k = 0; k < 2; k++) {
            struct plt_plot *plot = k ? t->plot : s->plot;
            bool turned = round % 2;
            REQUIRE(plt_plot_set_x_range(plot, turned ? left + width : left,
                                         turned ? left : left + width));
            REQUIRE(plt_plot_set_y_range(plot, 2, 8));
        }
        const size_t n = build(s, 1);
        REQUIRE_CMP(n, ==, build(t, 1), "zu");
        REQUIRE_CMP(n, >, (size_t)0, "zu");
        REQUIRE(memcmp(s->frame.markers, t->frame.markers, n * sizeof(*s->frame.markers)) ==
                0);
        close_scene(s);
        close_scene(t);
    }
    plt_series_unref(sorted);
    plt_series_unref(mixed);
}

static void test_buffers(void)
{
    struct scene *s = open_scene();
    struct plt_series *series = plt_series_create(plt_series_params(.capacity = 4));
    const double y[] = {0, 1, 2, 3, 4, 5};
    struct plt_scatter *scatter = plt_scatter_create(
        s->plot, series,
        plt_scatter_params(.size_px = 5, .color = {0, 0, 1, 1}, .name = "points"));
    const float sizes[] = {1, 2, 3, -1, 40};
    const uint32_t colors[] = {1, 2, 0x80112233u};
    const uint8_t symbols[] = {1, 2, 3, 4, PLT_SYMBOL_CROSSHAIR};
    REQUIRE(plt_scatter_set_sizes(scatter, sizes, 5));
    REQUIRE(plt_scatter_set_colors(scatter, colors, 3));
    REQUIRE(plt_scatter_set_symbols(scatter, symbols, 5));
    REQUIRE(plt_series_append(series, y, 6)); // the ring keeps samples 2..5
    REQUIRE_CMP(build(s, 1), ==, (size_t)3, "zu");
    const struct plt_marker *m = s->frame.markers;
    REQUIRE_CMP((int)m[0].size, ==, 24, "d"); // sample 2
    REQUIRE_CMP(m[0].color, ==, 0x80112233u, "x");
    REQUIRE_CMP((int)m[0].symbol, ==, 3, "d");
    REQUIRE_CMP((int)m[1].size, ==, 320, "d"); // sample 4: 3 has no size
    REQUIRE_CMP(m[1].color, ==, 0xff0000ffu, "x");
    REQUIRE_CMP((int)m[1].symbol, ==, PLT_SYMBOL_CROSSHAIR, "d");
    REQUIRE_CMP((int)m[2].size, ==, 40, "d"); // sample 5: as the scatter says
    REQUIRE_CMP((int)m[2].symbol, ==, PLT_SYMBOL_CIRCLE, "d");
    REQUIRE(plt_scatter_set_sizes(scatter, NULL, 0));
    REQUIRE_CMP(build(s, 1), ==, (size_t)4, "zu");
    plt_scatter_set_visible(scatter, false);
    REQUIRE_CMP(build(s, 1), ==, (size_t)0, "zu");
    plt_series_unref(series);
    close_scene(s);
}

static void test_log_axes(void)
{
    struct scene *s = open_scene();
    const double x[] = {-1, 0, 1, 10, 100}, y[] = {1, 1, 1, -5, 100};
    struct plt_series *series = new_series(x, y, 5);
    REQUIRE(plt_scatter_create(s->plot, series, plt_scatter_params(.stems = true)));
    struct plt_scale_params log10 = {.kind = PLT_SCALE_LOG10};
    REQUIRE(plt_axis_set_scale(plt_plot_x_axis(s->plot), &log10));
    REQUIRE(plt_axis_set_scale(plt_plot_y_axis(s->plot), &log10));
    REQUIRE(plt_plot_set_x_range(s->plot, 0.1, 1000));
    REQUIRE(plt_plot_set_y_range(s->plot, 0.1, 1000));
    REQUIRE_CMP(build(s, 1), ==, (size_t)2, "zu"); // (1, 1) and (100, 100)
    REQUIRE_CMP(s->frame.markers[0].x, ==, 250 * 8, "d");
    REQUIRE_CMP(s->frame.markers[0].y, ==, 750 * 8, "d");
    REQUIRE_CMP(s->frame.markers[1].x, ==, 750 * 8, "d");
    // Stems from a base of 0, which a logarithmic axis cannot show, stand on the edge.
    REQUIRE_CMP(s->frame.num_rects, ==, (size_t)2, "zu");
    REQUIRE_CMP(s->frame.rects[0].y1, ==, 1000, "d");
    REQUIRE_CMP(s->frame.rects[0].y0, ==, 750, "d");
    plt_series_unref(series);
    close_scene(s);
}

// Bound to another y axis; a pause keeps the markers there were.
static void test_axis_and_pause(void)
{
    struct scene *s = open_scene();
    struct plt_series *series = new_series(NULL, (const double[]){1, 2}, 2);
    struct plt_axis *second = plt_plot_add_y_axis(s->plot, NULL);
    REQUIRE(second != NULL);
    struct plt_scatter *scatter =
        plt_scatter_create(s->plot, series, plt_scatter_params(.y_axis = second));
    REQUIRE(plt_plot_set_x_range(s->plot, 0, 10));
    REQUIRE(plt_plot_set_y_range(s->plot, 0, 10));
    REQUIRE_CMP(build(s, 1), ==, (size_t)2, "zu");
    REQUIRE(s->frame.markers[0].y > s->frame.markers[1].y + 7000); // its own range
    REQUIRE(plt_scatter_set_y_axis(scatter, NULL));
    REQUIRE_CMP(build(s, 1), ==, (size_t)2, "zu");
    REQUIRE_CMP(s->frame.markers[0].y, ==, 900 * 8, "d");
    REQUIRE(!plt_scatter_set_y_axis(scatter, plt_plot_x_axis(s->plot)));
    REQUIRE(plt_plot_set_paused(s->plot, true));
    REQUIRE(plt_series_append(series, (const double[]){3}, 1));
    REQUIRE_CMP(build(s, 1), ==, (size_t)2, "zu");
    REQUIRE(plt_plot_set_paused(s->plot, false));
    REQUIRE_CMP(build(s, 1), ==, (size_t)3, "zu");
    plt_series_unref(series);
    close_scene(s);
}

static void test_bad_input(void)
{
    struct scene *s = open_scene();
    struct plt_series *series = new_series(NULL, (const double[]){1, 2}, 2);
    int before = s->lines;
    REQUIRE(!plt_scatter_create(s->plot, NULL, NULL));
    REQUIRE(!plt_scatter_create(
        s->plot, series, plt_scatter_params(.symbol = (enum plt_symbol)PLT_NUM_SYMBOLS)));
    REQUIRE(!plt_scatter_create(s->plot, series, plt_scatter_params(.size_px = -1)));
    REQUIRE(!plt_scatter_create(s->plot, series, plt_scatter_params(.size_px = NAN)));
    REQUIRE(
        !plt_scatter_create(s->plot, series, plt_scatter_params(.outline_width_px = 65)));
    REQUIRE(!plt_scatter_create(s->plot, series, plt_scatter_params(.stem_base = NAN)));
    REQUIRE(
        !plt_scatter_create(s->plot, series, plt_scatter_params(.size_in_data = INFINITY)));
    REQUIRE_CMP(s->lines - before, ==, 7, "d");
    struct plt_scatter *scatter = plt_scatter_create(s->plot, series, NULL);
    before = s->lines;
    const uint8_t bad[] = {0, PLT_NUM_SYMBOLS};
    REQUIRE(!plt_scatter_set_symbols(scatter, bad, 2));
    REQUIRE(!plt_scatter_set_sizes(scatter, NULL, 2));
    REQUIRE(!plt_scatter_set_size(scatter, 0));
    REQUIRE(!plt_scatter_set_symbol(scatter, (enum plt_symbol) - 1));
    REQUIRE_CMP(s->lines - before, ==, 4, "d");
    // Sizes that are no sizes leave their markers out.
    const float sizes[] = {NAN, INFINITY};
    REQUIRE(plt_scatter_set_sizes(scatter, sizes, 2));
    REQUIRE_CMP(build(s, 1), ==, (size_t)1, "zu");
    REQUIRE_CMP((int)s->frame.markers[0].size, ==, PLT_MARKER_MOST * 8, "d");
    plt_scatter_destroy(NULL);
    plt_series_unref(series);
    close_scene(s);
}

// Each allocation fails once: an error or a missing marker, never more.
static void test_short_memory(void)
{
    static const double y[] = {1, 2, 3};
    static uint32_t pixels[60 * 60];
    bool failed = true;
    for (int64_t at = 0; failed && at < 400; at++) {
        struct scene *s = open_scene();
        struct plt_series *series = new_series(NULL, y, 3);
        struct plt_raster *raster = plt_raster_create(s->log);
        const float sizes[] = {80, 2};
        plt_alloc_fail_at(at, false);
        struct plt_scatter *scatter = plt_scatter_create(
            s->plot, series, plt_scatter_params(.outline_color = {0, 0, 0, 1}));
        if (scatter)
            plt_scatter_set_sizes(scatter, sizes, 2);
        plt_raster_paint(raster, s->figure, pixels, 60 * 4, 60, 60, 1, NULL);
        failed = !plt_alloc_fail_pending();
        plt_alloc_fail_at(-1, false);
        REQUIRE(!failed || s->lines > 0);
        REQUIRE(plt_raster_paint(raster, s->figure, pixels, 60 * 4, 60, 60, 1, NULL));
        plt_raster_destroy(raster);
        plt_series_unref(series);
        close_scene(s);
    }
    REQUIRE(!failed);
}

int main(void)
{
    struct test_random random = test_random_seeded();
    test_painting(&random);
    test_threads(&random);
    test_areas();
    test_names();
    test_places();
    test_culling(&random);
    test_buffers();
    test_log_axes();
    test_axis_and_pause();
    test_bad_input();
    test_short_memory();
    return test_result();
}
