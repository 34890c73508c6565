// Axes with other scales than linear, as programs use them: ranges, gaps, exactness, time.
#include <plotlib/plotlib.h>

#include "test.h"

enum { WIDTH = 400, HEIGHT = 300 };

static int messages[64];

static void count(void *user, enum plt_level level, enum plt_msg id, const char *text)
{
    (void)user;
    (void)level;
    (void)text;
    messages[id]++;
}

struct scene {
    struct plt_figure *figure;
    struct plt_plot *plot;
    struct plt_series *series;
    struct plt_curve *curve;
};

static struct scene make_scene(const double *x, const double *y, size_t n)
{
    struct scene s = {0};
    static struct plt_log *log;
    if (!log)
        log = plt_log_create(&(struct plt_log_params){.fn = count});
    s.figure = plt_figure_create(plt_figure_params(.log = log));
    s.plot = plt_figure_add_plot(s.figure, plt_plot_params(.padding = -1));
    s.series = plt_series_create(
        plt_series_params(.x_kind = x ? PLT_X_F64 : PLT_X_UNIFORM, .log = log));
    if (x)
        plt_series_set_xy(s.series, x, y, n);
    else
        plt_series_set(s.series, y, n);
    s.curve = plt_curve_create(s.plot, s.series, plt_curve_params(.width_px = 1.5f));
    return s;
}

static void scene_free(struct scene *s)
{
    plt_series_unref(s->series);
    plt_figure_destroy(s->figure);
}

static bool close_to(double a, double b)
{
    return fabs(a - b) <= 1e-9 * fmax(fabs(a), fabs(b));
}

static bool set_log(struct plt_axis *axis)
{
    return plt_axis_set_scale(axis, plt_scale_params(.kind = PLT_SCALE_LOG10));
}

static void test_log_ranges(void)
{
    const double y[] = {-5, 0, 0.01, 3, NAN, 1000};
    struct scene s = make_scene(NULL, y, 6);
    REQUIRE(set_log(plt_plot_y_axis(s.plot)));
    REQUIRE(set_log(plt_plot_x_axis(s.plot)));
    REQUIRE(plt_figure_layout(s.figure, WIDTH, HEIGHT, 1));
    struct plt_range x = plt_plot_x_range(s.plot), r = plt_plot_y_range(s.plot);
    REQUIRE(close_to(r.x0, 0.01) && close_to(r.x1, 1000)); // what is above zero
    REQUIRE(close_to(x.x0, 1) && close_to(x.x1, 5));       // sample 0 lies at x = 0
    REQUIRE(plt_plot_set_y_range(s.plot, 0.1, 100));
    plt_figure_layout(s.figure, WIDTH, HEIGHT, 1);
    double px, py, back_x, back_y;
    struct plt_rect data = plt_plot_data_rect(s.plot);
    plt_plot_from_data(s.plot, 1, 1, &px, &py);
    REQUIRE(fabs(py - (data.y + data.height * 2 / 3)) < 1e-9); // a third of three decades
    plt_plot_to_data(s.plot, px, py, &back_x, &back_y);
    REQUIRE(close_to(back_x, 1) && close_to(back_y, 1));
    int before = messages[PLT_MSG_BAD_RANGE];
    REQUIRE(!plt_plot_set_y_range(s.plot, 0, 100) && !plt_plot_set_y_range(s.plot, 1, -1));
    REQUIRE_CMP(messages[PLT_MSG_BAD_RANGE], ==, before + 2, "d");
    // Back to linear: the range stays.
    REQUIRE(plt_axis_set_scale(plt_plot_y_axis(s.plot), NULL));
    plt_figure_layout(s.figure, WIDTH, HEIGHT, 1);
    r = plt_plot_y_range(s.plot);
    REQUIRE(close_to(r.x0, 0.1) && close_to(r.x1, 100));
    // A fixed range that a scale cannot show gives way to all data.
    REQUIRE(plt_plot_set_y_range(s.plot, -1, 1));
    REQUIRE(set_log(plt_plot_y_axis(s.plot)));
    plt_figure_layout(s.figure, WIDTH, HEIGHT, 1);
    REQUIRE(close_to(plt_plot_y_range(s.plot).x1, 1000));
    scene_free(&s);
}

static uint32_t *draw(struct scene *s, enum plt_lod lod)
{
    uint32_t *pixels = calloc((size_t)WIDTH * HEIGHT, sizeof(*pixels));
    struct plt_raster *raster = plt_raster_create(NULL);
    plt_curve_set_lod(s->curve, lod);
    size_t stride = WIDTH * sizeof(*pixels);
    REQUIRE(plt_raster_paint(raster, s->figure, pixels, stride, WIDTH, HEIGHT, 1, NULL));
    plt_raster_destroy(raster);
    return pixels;
}

static double cube(double v, void *user)
{
    (void)user;
    return v * v * v;
}

static double cube_root(double s, void *user)
{
    (void)user;
    return cbrt(s);
}

// Square root: no place for what is negative.
static double root(double v, void *user)
{
    (void)user;
    return sqrt(v);
}

static double square(double s, void *user)
{
    (void)user;
    return s * s;
}

static void random_data(struct test_random *random, double *x, double *y, size_t n)
{
    double at = test_uniform(random) * 10 - 5, gap = test_uniform(random) * 0.1;
    double gain = pow(10, 6 * test_uniform(random) - 3), shift = test_uniform(random) - 0.2;
    for (size_t i = 0; i < n; i++) {
        at += test_below(random, 5) == 0 ? 0 : test_uniform(random) * 20 / (double)n;
        x[i] = at;
        double u = test_uniform(random);
        y[i] = test_uniform(random) < gap ? NAN : gain * (u * u * u - 0.1 + shift);
    }
}

static void choose_scale(struct test_random *random, struct plt_axis *axis)
{
    static const struct plt_scale_params scales[] = {
        {.kind = PLT_SCALE_LINEAR},
        {.kind = PLT_SCALE_LOG10},
        {.kind = PLT_SCALE_SYMLOG, .linear_within = 0.1},
        {.kind = PLT_SCALE_USER, .forward = cube, .inverse = cube_root},
        {.kind = PLT_SCALE_USER, .forward = root, .inverse = square}};
    REQUIRE(plt_axis_set_scale(axis, &scales[test_below(random, 5)]));
}

// Thinned and full drawing give the same bytes whatever the scales.
static void test_exact(void)
{
    struct test_random random = test_random_seeded();
    for (int round = 0; round < 60 && !test_failures; round++) {
        size_t n = 10 + test_below(&random, 30000);
        double *x = calloc(n, sizeof(*x)), *y = calloc(n, sizeof(*y));
        random_data(&random, x, y, n);
        struct scene s = make_scene(round % 3 ? x : NULL, y, n);
        plt_curve_set_antialias(s.curve, test_below(&random, 3) > 0);
        choose_scale(&random, plt_plot_x_axis(s.plot));
        choose_scale(&random, plt_plot_y_axis(s.plot));
        plt_figure_layout(s.figure, WIDTH, HEIGHT, 1);
        if (test_below(&random, 2)) {
            struct plt_range r = plt_plot_x_range(s.plot);
            double mid = r.x0 + (r.x1 - r.x0) * test_uniform(&random);
            bool turned = test_below(&random, 2);
            plt_plot_set_x_range(s.plot, turned ? r.x1 : mid, turned ? mid : r.x1);
        }
        uint32_t *thin = draw(&s, PLT_LOD_AUTO), *full = draw(&s, PLT_LOD_OFF);
        REQUIRE(memcmp(thin, full, (size_t)WIDTH * HEIGHT * sizeof(*thin)) == 0);
        free(thin);
        free(full);
        free(x);
        free(y);
        scene_free(&s);
    }
}

static void test_time(void)
{
    const int64_t t0 = INT64_C(1700000000123456789);
    struct scene s = make_scene(NULL, NULL, 0);
    struct plt_axis *axis = plt_plot_x_axis(s.plot);
    struct plt_view *view = plt_plot_view(s.plot);
    int64_t a, b;
    REQUIRE(!plt_axis_set_time(plt_plot_y_axis(s.plot), "UTC"));
    REQUIRE(plt_axis_set_time(axis, "UTC"));
    for (int64_t span = 1; span > 0 && span < INT64_C(1) << 52; span *= 7) {
        REQUIRE(plt_view_set_time(view, t0, t0 + span));
        plt_figure_layout(s.figure, WIDTH, HEIGHT, 1);
        plt_view_time(view, &a, &b);
        REQUIRE(a == t0 && b == t0 + span);
    }
    REQUIRE(plt_view_set_time(view, t0 + 400, t0)); // 1 ns a pixel, reversed
    plt_figure_layout(s.figure, WIDTH, HEIGHT, 1);
    plt_view_time(view, &a, &b);
    REQUIRE(a == t0 + 400 && b == t0);
    REQUIRE(!plt_view_set_time(view, t0, t0));
    REQUIRE(plt_view_set_time(view, INT64_MIN, INT64_MAX));
    plt_figure_layout(s.figure, WIDTH, HEIGHT, 1);
    plt_view_time(view, &a, &b);
    REQUIRE(a == INT64_MIN && b == INT64_MAX);
    REQUIRE(plt_axis_set_time(axis, NULL));
    scene_free(&s);
}

static void send(struct plt_figure *figure, enum plt_event_type type, double x, double y,
                 double wheel, int button)
{
    plt_figure_handle_event(figure,
                            &(struct plt_event){.type = type,
                                                .x_px = x,
                                                .y_px = y,
                                                .wheel = wheel,
                                                .button = button,
                                                .buttons = button ? 1u << button : 0});
    plt_figure_layout(figure, WIDTH, HEIGHT, 1);
}

static bool same(struct plt_range a, struct plt_range b)
{
    return a.x0 == b.x0 && a.x1 == b.x1;
}

// Three y axes: each has its own range, takes its own wheel, and moves with the others
// when the data are dragged.
static void test_y_axes(void)
{
    const double y[] = {0, 1}, big[] = {-1000, 3000};
    struct scene s = make_scene(NULL, y, 2);
    struct plt_axis *right =
        plt_plot_add_y_axis(s.plot, plt_axis_params(.label = "big", .unit = "V"));
    struct plt_axis *left = plt_plot_add_y_axis(s.plot, plt_axis_params(.left = true));
    struct plt_series *series = plt_series_create(NULL);
    plt_series_set(series, big, 2);
    plt_curve_create(s.plot, series, plt_curve_params(.y_axis = right));
    plt_series_unref(series);
    struct plt_plot *other = plt_figure_add_plot(s.figure, NULL);
    REQUIRE(!plt_curve_set_y_axis(s.curve, plt_plot_y_axis(other)));
    REQUIRE(!plt_curve_set_y_axis(s.curve, plt_plot_x_axis(s.plot)));
    REQUIRE(!plt_curve_create(s.plot, s.series,
                              plt_curve_params(.y_axis = plt_plot_y_axis(other))));
    plt_plot_destroy(other);
    plt_figure_layout(s.figure, WIDTH, HEIGHT, 1);
    struct plt_range main_range = plt_plot_y_range(s.plot),
                     big_range = plt_axis_range(right);
    REQUIRE(main_range.x0 == 0 && main_range.x1 == 1);
    REQUIRE(big_range.x0 == -1000 && big_range.x1 == 3000);

    struct plt_rect data = plt_plot_data_rect(s.plot);
    REQUIRE(data.x > 80 && data.x + data.width < WIDTH - 40); // two left, one right
    double x_px = data.x + data.width + 10, y_px = data.y + data.height / 2;
    send(s.figure, PLT_EVENT_MOVE, x_px, y_px, 0, 0);
    send(s.figure, PLT_EVENT_WHEEL, x_px, y_px, 1, 0);
    REQUIRE(same(plt_plot_y_range(s.plot), main_range));
    REQUIRE(plt_axis_range(right).x1 < 2700);
    big_range = plt_axis_range(right);
    struct plt_range left_range = plt_axis_range(left);

    send(s.figure, PLT_EVENT_PRESS, data.x + 50, y_px, 0, PLT_BUTTON_LEFT);
    send(s.figure, PLT_EVENT_MOVE, data.x + 50, y_px - 40, 0, PLT_BUTTON_LEFT);
    REQUIRE(plt_axis_range(right).x0 < big_range.x0);
    REQUIRE(plt_plot_y_range(s.plot).x0 < main_range.x0);
    REQUIRE(plt_axis_range(left).x0 < left_range.x0);
    send(s.figure, PLT_EVENT_RELEASE, data.x + 50, y_px - 40, 0, PLT_BUTTON_LEFT);
    REQUIRE(plt_plot_zoom_back(s.plot));
    plt_figure_layout(s.figure, WIDTH, HEIGHT, 1);
    REQUIRE(same(plt_axis_range(right), big_range));
    REQUIRE(same(plt_plot_y_range(s.plot), main_range));
    plt_plot_show_all(s.plot);
    plt_figure_layout(s.figure, WIDTH, HEIGHT, 1);
    REQUIRE(plt_axis_range(right).x1 == 3000);
    scene_free(&s);
}

// int64 x far from 0 and a view near 0: met exactly, and the same at each layout.
static void test_far_origin(void)
{
    struct scene s = make_scene(NULL, (double[]){1, 2}, 2);
    struct plt_series *times = plt_series_create(plt_series_params(.x_kind = PLT_X_I64));
    const int64_t x[2] = {INT64_C(1700000000000000000), INT64_C(1700000000000000007)};
    REQUIRE(plt_series_set_xy(times, x, (double[]){1, 2}, 2));
    plt_curve_set_visible(s.curve, false);
    REQUIRE(plt_curve_create(s.plot, times, NULL));
    plt_figure_layout(s.figure, WIDTH, HEIGHT, 1);
    REQUIRE(plt_plot_set_x_range(s.plot, 3.25, 3.5));
    for (int i = 0; i < 3; i++) {
        plt_figure_layout(s.figure, WIDTH, HEIGHT, 1);
        REQUIRE(same(plt_plot_x_range(s.plot), (struct plt_range){3.25, 3.5}));
    }
    // Back to what followed once, when nothing is followed any more.
    REQUIRE(plt_plot_set_follow_mode(s.plot, PLT_FOLLOW_EXPAND));
    REQUIRE(plt_plot_set_follow(s.plot, 5));
    plt_plot_show_all(s.plot);
    REQUIRE(plt_plot_set_follow(s.plot, 0));
    REQUIRE(plt_plot_set_x_range(s.plot, 0, 1));
    REQUIRE(plt_plot_zoom_back(s.plot));
    plt_figure_layout(s.figure, WIDTH, HEIGHT, 1);
    REQUIRE(plt_plot_x_range(s.plot).x0 == (double)x[0]);
    plt_series_unref(times);
    scene_free(&s);
}

// The newest value a hair before the next window: the same window at each layout.
static void test_sweep_edge(void)
{
    struct scene s = make_scene((double[]){-3, -2e-18}, (double[]){1, 2}, 2);
    REQUIRE(plt_plot_set_follow_mode(s.plot, PLT_FOLLOW_SWEEP));
    REQUIRE(plt_plot_set_follow(s.plot, 83.9));
    for (int i = 0; i < 4; i++) {
        plt_figure_layout(s.figure, WIDTH, HEIGHT, 1);
        REQUIRE(same(plt_plot_x_range(s.plot), (struct plt_range){-83.9, 0}));
    }
    scene_free(&s);
}

int main(void)
{
    test_sweep_edge();
    test_far_origin();
    test_y_axes();
    test_log_ranges();
    test_exact();
    test_time();
    return test_result();
}
