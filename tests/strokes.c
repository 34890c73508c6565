// The ways a curve can be drawn: joined, stepped, dashed, shaded. Whatever the way, thinned
// and full drawing agree byte for byte; and a few pictures are known in advance.
#include <plotlib/plotlib.h>
#include <plotlib/raster/painter.h>
#include <plotlib/scene/scene.h>

#include "test.h"

enum { WIDTH = 160, HEIGHT = 100, MOST = 3000 };

static uint32_t drawn[2][HEIGHT][WIDTH];

struct stage {
    struct plt_figure *figure;
    struct plt_plot *plot;
    struct plt_series *series;
    struct plt_curve *curve;
    struct plt_raster *raster;
};

static void paint(struct stage *s, int which)
{
    REQUIRE(plt_raster_paint(s->raster, s->figure, drawn[which], sizeof(drawn[which][0]),
                             WIDTH, HEIGHT, 1, NULL));
}

static float sample_at(struct test_random *r, int kind, float before)
{
    float u = (float)test_uniform(r);
    if (kind % 3 == 1 && u < 0.2f)
        return NAN;
    if (kind % 3 == 2 && test_below(r, 40) == 0)
        return u < 0.5f ? INFINITY : -1e30f;
    return kind % 2 ? u : before + u - 0.5f;
}

static bool open_stage(struct stage *s, struct test_random *r,
                       const struct plt_curve_params *params)
{
    static float y[MOST];
    static double x[MOST];
    int n = 1 + (int)test_below(r, test_below(r, 2) ? 60 : MOST),
        kind = (int)test_below(r, 6);
    double at = 0;
    for (int i = 0; i < n; i++) {
        y[i] = sample_at(r, kind, i && isfinite(y[i - 1]) ? y[i - 1] : 0);
        // Samples in bunches: dense and sparse columns in one curve.
        at += test_below(r, 8) ? 1e-3 * test_uniform(r) : 0.5 * test_uniform(r);
        x[i] = at;
    }
    s->figure = plt_figure_create(NULL);
    s->plot = plt_figure_add_plot(s->figure, NULL);
    bool even = test_below(r, 2);
    s->series = plt_series_create(
        plt_series_params(.type = PLT_F32, .x_kind = even ? PLT_X_UNIFORM : PLT_X_F64,
                          .dx = 1));
    REQUIRE(even ? plt_series_append(s->series, y, (size_t)n)
                 : plt_series_append_xy(s->series, x, y, (size_t)n));
    s->curve = plt_curve_create(s->plot, s->series, params);
    s->raster = plt_raster_create(NULL);
    double x0 = test_uniform(r), x1 = test_uniform(r), end = even ? n : at;
    double y0 = test_uniform(r) * 4 - 2, y1 = test_uniform(r) * 4 - 2;
    plt_plot_set_x_range(s->plot, x0 * end, x1 * end);
    plt_plot_set_y_range(s->plot, y0, y1);
    return s->curve && s->raster;
}

// Pixels known in advance: the region between two curves, and none without one.
static void check_areas(void)
{
    const float low[] = {1, 1}, high[] = {3, 3, 3, 3};
    struct plt_figure *figure =
        plt_figure_create(plt_figure_params(.background = {1, 1, 1, 1}));
    struct plt_plot *plot = plt_figure_add_plot(figure, NULL);
    struct plt_series *a = plt_series_create(plt_series_params(.type = PLT_F32, .dx = 3));
    struct plt_series *b = plt_series_create(plt_series_params(.type = PLT_F32, .dx = 1));
    REQUIRE(plt_series_append(a, low, 2) && plt_series_append(b, high, 4));
    struct plt_curve *bottom = plt_curve_create(plot, a, plt_curve_params(.hidden = true));
    struct plt_curve *top = plt_curve_create(plot, b, NULL);
    REQUIRE(plt_curve_set_fill_between(top, bottom, (struct plt_color){1, 0, 0, 1}));
    REQUIRE(!plt_curve_set_fill_between(top, top, (struct plt_color){1, 0, 0, 1}));
    plt_plot_set_grid(plot, false);
    plt_plot_set_x_range(plot, 0, 3);
    plt_plot_set_y_range(plot, 0, 4);
    struct stage s = {.figure = figure, .raster = plt_raster_create(NULL)};
    paint(&s, 0);
    struct plt_irect r = plot->data;
    int x = (r.x0 + r.x1) / 2, rows = r.y1 - r.y0, red = 0;
    for (int y = r.y0; y < r.y1; y++)
        red += drawn[0][y][x] == 0xffff0000u;
    REQUIRE_CMP(red, >=, rows / 2 - 3, "d");
    REQUIRE_CMP(red, <=, rows / 2, "d");
    plt_curve_destroy(bottom); // and with it the region
    paint(&s, 0);
    REQUIRE(drawn[0][r.y0 + rows / 2][x] == 0xffffffffu);
    plt_raster_destroy(s.raster);
    plt_figure_destroy(figure);
    plt_series_unref(a);
    plt_series_unref(b);
}

// Pixels of full ink in the row and the column through the middle of an L or a line.
static int extent(enum plt_cap cap, enum plt_join join, int corner)
{
    const double x[] = {1, 2, 2};
    const double y[] = {1, 1, 2};
    struct plt_figure *figure =
        plt_figure_create(plt_figure_params(.background = {1, 1, 1, 1}));
    struct plt_plot *plot = plt_figure_add_plot(figure, NULL);
    struct plt_series *series = plt_series_create(plt_series_params(.x_kind = PLT_X_F64));
    REQUIRE(plt_series_append_xy(series, x, y, corner ? 3 : 2));
    plt_curve_create(
        plot, series,
        plt_curve_params(.width_px = 12, .cap = cap, .join = join, .color = {1, 0, 0, 1}));
    plt_plot_set_grid(plot, false);
    plt_plot_set_x_range(plot, 0, 3);
    plt_plot_set_y_range(plot, 0, 3);
    struct stage s = {.figure = figure, .raster = plt_raster_create(NULL)};
    paint(&s, 0);
    int count = 0;
    struct plt_irect r = plot->data;
    for (int yy = r.y0; yy < r.y1; yy++)
        for (int xx = r.x0; xx < r.x1; xx++)
            count += drawn[0][yy][xx] == 0xffff0000u;
    plt_raster_destroy(s.raster);
    plt_figure_destroy(figure);
    plt_series_unref(series);
    return count;
}

// Areas of full ink for a width of 12: caps add nothing, a half disc of 6, or 6 x 12 on
// each side; the corner of a right angle a triangle, a quarter disc, or a square of 6.
static void check_corners(void)
{
    int butt = extent(PLT_CAP_BUTT, PLT_JOIN_MITER, 0);
    int disc = extent(PLT_CAP_ROUND, PLT_JOIN_MITER, 0) - butt;
    int square = extent(PLT_CAP_SQUARE, PLT_JOIN_MITER, 0) - butt;
    REQUIRE_CMP(abs(square - 144), <=, 14, "d");
    REQUIRE_CMP(abs(disc - 113), <=, 40, "d");
    REQUIRE_CMP(disc, <, square, "d");
    int bevel = extent(PLT_CAP_BUTT, PLT_JOIN_BEVEL, 1);
    int round = extent(PLT_CAP_BUTT, PLT_JOIN_ROUND, 1) - bevel;
    int miter = extent(PLT_CAP_BUTT, PLT_JOIN_MITER, 1) - bevel;
    REQUIRE_CMP(abs(miter - 18), <=, 8, "d");
    REQUIRE_CMP(abs(round - 10), <=, 6, "d");
    REQUIRE_CMP(round, <, miter, "d");
}

static void close_stage(struct stage *s)
{
    plt_raster_destroy(s->raster);
    plt_figure_destroy(s->figure);
    plt_series_unref(s->series);
}

static void check_same(struct test_random *r)
{
    float dash[16];
    uint8_t joins[500];
    struct plt_curve_params params = {
        .width_px = 0.5f + 6 * (float)test_uniform(r),
        .no_antialias = test_below(r, 5) == 0,
        .connect = (enum plt_connect)test_below(r, 4),
        .step = (enum plt_step)test_below(r, 4),
        .join = (enum plt_join)(test_below(r, 6) % 3),
        .cap = (enum plt_cap)(test_below(r, 6) % 3),
        .color = {0.2f, 0.3f, 0.9f, 0.7f},
        .dash = dash,
        .num_dash = test_below(r, 2) ? 1 + (size_t)test_below(r, 16) : 0,
        .dash_offset = 20 * (float)test_uniform(r) - 10,
    };
    for (size_t i = 0; i < 16; i++)
        dash[i] = 0.1f + 20 * (float)test_uniform(r);
    if (test_below(r, 3) == 0)
        params.shadow_color = (struct plt_color){0, 0, 0, 0.3f};
    if (test_below(r, 3) == 0) {
        params.fill_color = (struct plt_color){0, 0.5f, 0, 0.4f};
        params.fill_level = test_below(r, 4) ? test_uniform(r) : -INFINITY;
    }
    struct stage s;
    if (!open_stage(&s, r, &params))
        return;
    for (size_t i = 0; i < 500; i++)
        joins[i] = (uint8_t)test_below(r, 2);
    REQUIRE(plt_curve_set_connect(s.curve, params.connect, joins, 500));
    if (test_below(r, 3) == 0) { // every 7th sample of it is missing
        static float y[300];
        for (int i = 0; i < 300; i++)
            y[i] = i % 7 ? (float)test_uniform(r) : NAN;
        struct plt_series *other = plt_series_create(
            plt_series_params(.type = PLT_F32,
                              .dx = (double)plt_series_total(s.series) / 300));
        REQUIRE(plt_series_append(other, y, 300));
        struct plt_curve *edge = plt_curve_create(s.plot, other, NULL);
        REQUIRE(plt_curve_set_fill_between(s.curve, edge, (struct plt_color){1, 0, 0, 1}));
        plt_series_unref(other);
    }
    paint(&s, 0);
    plt_curve_set_lod(s.curve, PLT_LOD_OFF);
    paint(&s, 1);
    int differ = 0;
    for (int i = 0; i < WIDTH * HEIGHT; i++)
        differ += drawn[0][i / WIDTH][i % WIDTH] != drawn[1][i / WIDTH][i % WIDTH];
    if (differ)
        fprintf(stderr, "connect %d, step %d, %d dashes, aliased %d, %d samples\n",
                (int)params.connect, (int)params.step, (int)params.num_dash,
                params.no_antialias, (int)plt_series_total(s.series));
    REQUIRE_CMP(differ, ==, 0, "d");
    close_stage(&s);
}

int main(int argc, char **argv)
{
    int cases = argc > 1 ? atoi(argv[1]) : 1000;
    struct test_random random = test_random_seeded();
    check_areas();
    check_corners();
    for (int i = 0; i < cases; i++)
        check_same(&random);
    printf("%d cases with thinning and without, %d differ\n", cases, test_failures);
    return test_result();
}
