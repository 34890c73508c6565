// Figures as programs use them: ranges, auto range, follow, anchoring, int64 time, notices,
// damage, and every allocation failing in turn.
#include <plotlib/base/alloc.h>
#include <plotlib/data/series.h>
#include <plotlib/draw/frame.h>
#include <plotlib/plotlib.h>
#include <plotlib/scene/scene.h>

#include "test.h"

static const char *const font = "/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf";

static void quiet(void *user, enum plt_level level, enum plt_msg id, const char *text)
{
    (void)level;
    (void)text;
    if (user)
        ((int *)user)[id]++;
}

static struct plt_series *ramp(size_t n, double dx)
{
    struct plt_series *series =
        plt_series_create(plt_series_params(.dx = dx, .name = "ramp"));
    for (size_t i = 0; i < n; i++) {
        double y = (double)i;
        plt_series_append(series, &y, 1);
    }
    return series;
}

// Automatic range: none around a sorted curve in x, some where x goes to and fro.
static void test_room(void)
{
    static const double sorted[] = {1, 2, 3}, circle[] = {2, 3, 1}, y[] = {0, 1, 0};
    struct plt_figure *figure = plt_figure_create(NULL);
    struct plt_plot *plot = plt_figure_add_plot(figure, NULL);
    struct plt_series *series = plt_series_create(plt_series_params(.x_kind = PLT_X_F64));
    plt_curve_create(plot, series, NULL);
    REQUIRE(plt_series_set_xy(series, sorted, y, 3));
    plt_figure_layout(figure, 640, 480, 1);
    REQUIRE_CMP(plt_plot_x_range(plot).x0, ==, 1.0, "g");
    REQUIRE_CMP(plt_plot_x_range(plot).x1, ==, 3.0, "g");
    REQUIRE(plt_series_set_xy(series, circle, y, 3));
    plt_figure_layout(figure, 640, 480, 1);
    REQUIRE_CMP(plt_plot_x_range(plot).x0, <, 0.97, "g");
    REQUIRE_CMP(plt_plot_x_range(plot).x1, >, 3.03, "g");
    plt_figure_destroy(figure);
    plt_series_unref(series);
}

static void test_ranges(void)
{
    int messages[64] = {0};
    struct plt_log *log =
        plt_log_create(&(struct plt_log_params){.fn = quiet, .user = messages});
    struct plt_figure *figure = plt_figure_create(plt_figure_params(.log = log));
    struct plt_plot *plot = plt_figure_add_plot(figure, plt_plot_params(.padding = -1));
    struct plt_series *series = ramp(11, 0.5);
    plt_curve_create(plot, series, NULL);
    plt_figure_layout(figure, 640, 480, 1);
    REQUIRE_CMP(plt_plot_x_range(plot).x0, ==, 0.0, "g");
    REQUIRE_CMP(plt_plot_x_range(plot).x1, ==, 5.0, "g");
    REQUIRE_CMP(plt_plot_y_range(plot).x1, ==, 10.0, "g");

    REQUIRE(plt_plot_set_x_range(plot, 4, 1)); // reversed, met exactly
    plt_figure_layout(figure, 640, 480, 1);
    REQUIRE_CMP(plt_plot_x_range(plot).x0, ==, 4.0, "g");
    REQUIRE_CMP(plt_plot_x_range(plot).x1, ==, 1.0, "g");
    double x, y, px, py;
    struct plt_rect data = plt_plot_data_rect(plot);
    plt_plot_to_data(plot, data.x, data.y, &x, &y);
    REQUIRE(fabs(x - 4) < 1e-12 && fabs(y - 10) < 1e-12);
    plt_plot_from_data(plot, 1, 0, &px, &py);
    REQUIRE(fabs(px - data.x - data.width) < 1e-9 &&
            fabs(py - data.y - data.height) < 1e-9);

    static const double bad[][2] = {{1, 1}, {NAN, 1}, {0, INFINITY}, {1e300, 1e300}};
    for (size_t i = 0; i < 4; i++)
        REQUIRE(!plt_plot_set_x_range(plot, bad[i][0], bad[i][1]));
    REQUIRE_CMP(messages[PLT_MSG_BAD_RANGE], ==, 4, "d");
    REQUIRE_CMP(plt_plot_x_range(plot).x0, ==, 4.0, "g");

    plt_plot_show_all(plot);
    REQUIRE_CMP(plt_plot_x_range(plot).x1, ==, 5.0, "g");
    REQUIRE(plt_plot_set_follow(plot, 2));
    plt_figure_layout(figure, 640, 480, 1);
    REQUIRE(fabs(plt_plot_x_range(plot).x1 - 5) < 2.0 / 500);
    REQUIRE(!plt_plot_set_follow(plot, -1));

    plt_series_unref(series);
    plt_figure_destroy(figure);
    plt_log_unref(log);
}

// Scrolling moves whole pixels and never bins a column anew: noise does not boil.
static void test_anchoring(void)
{
    enum { WIDTH = 300 };
    struct plt_figure *figure = plt_figure_create(plt_figure_params(.bare = true));
    struct plt_plot *plot = plt_figure_add_plot(figure, NULL);
    struct plt_series *series = plt_series_create(NULL);
    struct test_random random = test_random_seeded();
    double y[20000];
    for (int i = 0; i < 20000; i++)
        y[i] = test_uniform(&random);
    plt_series_append(series, y, 5000);
    plt_curve_create(plot, series, NULL);
    plt_plot_set_y_range(plot, 0, 1);
    plt_plot_set_follow(plot, 2000);
    struct plt_frame frame;
    plt_frame_init(&frame);
    struct plt_column before[WIDTH], after[WIDTH];
    double offset_before = 0;
    for (int step = 0; step < 400; step++) {
        if (step > 0)
            plt_series_append(series, y + 5000 + step * 31, 31);
        REQUIRE(plt_frame_build(&frame, figure, WIDTH, 100, 1));
        const struct plt_stroke *stroke = &frame.ops[0].stroke;
        REQUIRE(stroke->num_columns >= WIDTH);
        for (int x = 0; x < WIDTH; x++)
            after[x] =
                frame.strokes.columns[stroke->first_column + (size_t)(x - stroke->col0)];
        double offset = plot->x.map.offset;
        int moved = (int)(offset_before - offset);
        REQUIRE(offset == floor(offset));
        // The newest column fills up; all others are what they were, shifted.
        for (int x = 0; step > 0 && x + moved < WIDTH - 2; x++)
            REQUIRE(memcmp(&after[x], &before[x + moved], sizeof(after[x])) == 0);
        memcpy(before, after, sizeof(after));
        offset_before = offset;
    }
    REQUIRE(offset_before < -1000); // it did scroll
    plt_frame_finish(&frame);
    plt_series_unref(series);
    plt_figure_destroy(figure);
}

static void test_time(void)
{
    struct plt_figure *figure = plt_figure_create(plt_figure_params(.bare = true));
    struct plt_plot *plot = plt_figure_add_plot(figure, NULL);
    struct plt_series *series =
        plt_series_create(plt_series_params(.x_kind = PLT_X_I64, .type = PLT_F32));
    int64_t x[100];
    float y[100];
    for (int i = 0; i < 100; i++) { // 1 ns apart, at 1.7e18 ns
        x[i] = INT64_C(1700000000000000000) + i;
        y[i] = (float)(i % 2);
    }
    plt_series_append_xy(series, x, y, 100);
    plt_curve_create(plot, series, NULL);
    struct plt_frame frame;
    plt_frame_init(&frame);
    REQUIRE(plt_frame_build(&frame, figure, 990, 100, 1)); // 10 px a ns
    const struct plt_stroke *stroke = &frame.ops[0].stroke;
    REQUIRE_CMP(stroke->num_segments, ==, (size_t)99, "zu");
    for (size_t i = 0; i < stroke->num_segments; i++) {
        const struct plt_segment *s = &frame.strokes.segments[stroke->first_segment + i];
        REQUIRE(fabs((double)s->x0 - 10.0 * (double)i) < 0.01);
    }
    plt_frame_finish(&frame);
    plt_series_unref(series);
    plt_figure_destroy(figure);
}

static void count_call(void *user)
{
    (*(int *)user)++;
}

static void test_damage(void)
{
    struct plt_figure *figure = plt_figure_create(NULL);
    struct plt_plot *plot = plt_figure_add_plot(figure, NULL);
    struct plt_series *series = ramp(5, 1);
    struct plt_curve *curve = plt_curve_create(plot, series, NULL);
    int calls = 0;
    struct plt_frame frame;
    plt_frame_init(&frame);
    REQUIRE(plt_frame_build(&frame, figure, 400, 300, 1));
    plt_figure_set_update_callback(figure, count_call, &calls);
    REQUIRE(!plt_figure_dirty(figure));
    double y = 1;
    for (int i = 0; i < 10; i++)
        plt_series_append(series, &y, 1);
    REQUIRE_CMP(calls, ==, 1, "d"); // only clean to dirty
    REQUIRE(plt_figure_dirty(figure));
    REQUIRE(plt_frame_build(&frame, figure, 400, 300, 1));
    REQUIRE(!plt_figure_dirty(figure));
    plt_curve_set_width(curve, 1.5f); // unchanged: no damage
    REQUIRE_CMP(calls, ==, 1, "d");
    plt_curve_set_width(curve, 3);
    REQUIRE_CMP(calls, ==, 2, "d");
    plt_figure_set_update_callback(figure, NULL, NULL);
    plt_series_append(series, &y, 1);
    REQUIRE_CMP(calls, ==, 2, "d");
    plt_frame_finish(&frame);
    plt_curve_destroy(curve);
    plt_series_append(series, &y, 1); // nobody listens any more
    plt_series_unref(series);
    plt_figure_destroy(figure);
}

static void ignore(const struct plt_notice *notice, void *user)
{
    (void)notice;
    (void)user;
}

// One figure with everything in it, drawn; returns false if any creator failed.
static bool build_all(struct plt_log *log)
{
    bool ok = false;
    struct plt_series *series = plt_series_create(plt_series_params(.log = log));
    struct plt_image *image = plt_image_create(
        NULL, plt_image_params(.type = PLT_U8, .columns = 20, .rows = 10, .log = log));
    struct plt_figure *figure = plt_figure_create(
        plt_figure_params(.title = "title", .log = log, .font_file = font));
    double y[100];
    for (int i = 0; i < 100; i++)
        y[i] = sin(i * 0.1);
    uint32_t pixels[200 * 150];
    struct plt_raster *raster = plt_raster_create(log);
    struct plt_plot *plot = plt_figure_add_plot(
        figure, plt_plot_params(.title = "plot", .x_label = "x", .y_unit = "V"));
    if (series && image && figure && raster && plot && plt_series_append(series, y, 100) &&
        plt_curve_create(plot, series, plt_curve_params(.name = "a")) &&
        plt_curve_create(plot, series,
                         plt_curve_params(.name = "b", .no_antialias = true)) &&
        plt_image_item_create(plot, image, NULL) &&
        plt_figure_listen(figure, 0, ignore, NULL))
        ok = plt_raster_paint(raster, figure, pixels, 800, 200, 150, 1, NULL);
    plt_raster_destroy(raster);
    plt_figure_destroy(figure);
    plt_image_unref(image);
    plt_series_unref(series);
    return ok;
}

static void test_allocation_failures(void)
{
    struct plt_log *log = plt_log_create(&(struct plt_log_params){.fn = quiet});
    REQUIRE(build_all(log));
    int64_t n = 0;
    for (; n < 2000; n++) { // the n-th allocation fails; nothing crashes or leaks
        plt_alloc_fail_at(n, false);
        bool ok = build_all(log);
        bool reached = plt_alloc_fail_pending();
        plt_alloc_fail_at(-1, false);
        if (ok && reached)
            break; // fewer than n allocations were made
    }
    REQUIRE_CMP((int)n, >, 20, "d");
    REQUIRE_CMP((int)n, <, 2000, "d");
    plt_log_unref(log);
}

// No ink, no operation: painters need not look for empty ones.
static void test_empty_operations(void)
{
    struct plt_figure *figure = plt_figure_create(plt_figure_params(.bare = true));
    struct plt_plot *plot = plt_figure_add_plot(figure, NULL);
    struct plt_series *series = plt_series_create(NULL);
    double y[] = {NAN, NAN, INFINITY};
    plt_series_append(series, y, 3);
    plt_curve_create(plot, series, plt_curve_params(.no_antialias = true));
    plt_curve_create(plot, series, NULL);
    struct plt_frame frame;
    plt_frame_init(&frame);
    REQUIRE(plt_frame_build(&frame, figure, 100, 50, 1));
    REQUIRE_CMP(frame.num_ops, ==, (size_t)0, "zu");
    uint32_t pixels[100 * 50];
    struct plt_raster *raster = plt_raster_create(NULL);
    REQUIRE(plt_raster_paint(raster, figure, pixels, 400, 100, 50, 1, NULL));
    plt_raster_destroy(raster);
    plt_frame_finish(&frame);
    plt_series_unref(series);
    plt_figure_destroy(figure);
}

// Numbers no layout can mean: the plots keep to the picture.
static void test_odd_numbers(void)
{
    static const double odd[] = {INFINITY, 1e300, NAN, -1, 1e-300};
    struct plt_log *log = plt_log_create(&(struct plt_log_params){.level = PLT_LEVEL_NONE});
    struct plt_figure *figure = plt_figure_create(plt_figure_params(.log = log));
    for (int i = 0; i < 25; i++)
        plt_figure_add_plot(figure,
                            plt_plot_params(.stretch = odd[i % 5], .padding = odd[i / 5],
                                            .same_row = i % 3 > 0));
    // int64 x over its whole range: the origin must not leave it
    struct plt_series *series = plt_series_create(plt_series_params(.x_kind = PLT_X_I64));
    const int64_t x[] = {INT64_MIN, INT64_MIN + 5, 0, INT64_MAX - 5, INT64_MAX};
    const double y[] = {1, 2, 3, -1e308, 1e308};
    plt_series_append_xy(series, x, y, 5);
    struct plt_plot *plot = plt_figure_plot(figure, 0);
    plt_curve_create(plot, series, NULL);
    uint32_t pixels[400 * 300];
    struct plt_raster *raster = plt_raster_create(log);
    for (int i = 0; i < 12; i++) {
        plt_plot_set_x_range(plot, i % 2 ? -9.2e18 : 9.1e18, i % 3 ? 9.2e18 : -9.1e18);
        REQUIRE(plt_raster_paint(raster, figure, pixels, 1600, 400, 300, 1, NULL));
        for (int k = 0; k < 25; k++) {
            struct plt_rect r = plt_plot_data_rect(plt_figure_plot(figure, k));
            REQUIRE(r.x > -1000 && r.x + r.width < 2000 && r.y > -1000 && r.y < 2000);
        }
    }
    plt_raster_destroy(raster);
    plt_series_unref(series);
    plt_figure_destroy(figure);
    plt_log_unref(log);
}

int main(void)
{
    test_empty_operations();
    test_odd_numbers();
    test_room();
    test_ranges();
    test_anchoring();
    test_time();
    test_damage();
    test_allocation_failures();
    return test_result();
}
