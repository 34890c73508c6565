// Pictures of strokes that are known in advance: regions between curves, caps and corners,
// samples in the legend.
// That thinned and full drawing agree in every style is for exact_suite.c.
#include <plotlib/plotlib.h>
#include <plotlib/raster/painter.h>
#include <plotlib/scene/scene.h>

#include "test.h"

enum { WIDTH = 160, HEIGHT = 100 };

static uint32_t drawn[HEIGHT][WIDTH];

struct stage {
    struct plt_figure *figure;
    struct plt_raster *raster;
};

static void paint(struct stage *s)
{
    REQUIRE(plt_raster_paint(s->raster, s->figure, drawn, sizeof(drawn[0]), WIDTH, HEIGHT,
                             1, NULL));
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
    paint(&s);
    struct plt_irect r = plot->data;
    int x = (r.x0 + r.x1) / 2, rows = r.y1 - r.y0, red = 0;
    for (int y = r.y0; y < r.y1; y++)
        red += drawn[y][x] == 0xffff0000u;
    REQUIRE_CMP(red, >=, rows / 2 - 3, "d");
    REQUIRE_CMP(red, <=, rows / 2, "d");
    plt_curve_destroy(bottom); // and with it the region
    paint(&s);
    REQUIRE(drawn[r.y0 + rows / 2][x] == 0xffffffffu);
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
    paint(&s);
    int count = 0;
    struct plt_irect r = plot->data;
    for (int yy = r.y0; yy < r.y1; yy++)
        for (int xx = r.x0; xx < r.x1; xx++)
            count += drawn[yy][xx] == 0xffff0000u;
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

static int channel_distance(uint32_t a, uint32_t b)
{
    int most = 0;
    for (int shift = 0; shift < 24; shift += 8) {
        int d = abs((int)(a >> shift & 255) - (int)(b >> shift & 255));
        most = d > most ? d : most;
    }
    return most;
}

// A stroke in its samples' colours: one colour for all is the plain stroke, alpha comes
// once where it crosses itself, and what has no colour of its own has the curve's.
static void check_colors(void)
{
    enum { N = 60 };
    static uint32_t plain[HEIGHT][WIDTH];
    struct test_random random = test_random_seeded();
    double x[N], y[N];
    uint32_t colors[N];
    for (int i = 0; i < N; i++) {
        x[i] = test_uniform(&random);
        y[i] = test_below(&random, 9) ? test_uniform(&random) : (double)NAN;
        colors[i] = 0x80ff0000u;
    }
    struct plt_figure *figure =
        plt_figure_create(plt_figure_params(.background = {1, 1, 1, 1}, .bare = true));
    struct plt_plot *plot = plt_figure_add_plot(figure, NULL);
    struct plt_series *series = plt_series_create(plt_series_params(.x_kind = PLT_X_F64));
    REQUIRE(plt_series_set_xy(series, x, y, N));
    struct plt_curve *curve = plt_curve_create(
        plot, series, plt_curve_params(.width_px = 5, .color = {1, 0, 0, 0.5f}));
    plt_plot_set_x_range(plot, 0.1, 0.9);
    plt_plot_set_y_range(plot, 0.1, 0.9);
    struct stage s = {.figure = figure, .raster = plt_raster_create(NULL)};
    paint(&s);
    memcpy(plain, drawn, sizeof(plain));
    REQUIRE(plt_curve_set_colors(curve, colors, N));
    paint(&s);
    int worst = 0;
    for (int i = 0; i < WIDTH * HEIGHT; i++) {
        int d = channel_distance(plain[i / WIDTH][i % WIDTH], drawn[i / WIDTH][i % WIDTH]);
        worst = d > worst ? d : worst;
    }
    REQUIRE_CMP(worst, <=, 1, "d");
    REQUIRE(plt_curve_set_colors(curve, colors, N / 2)); // the rest: the curve's, the same
    paint(&s);
    worst = 0;
    for (int i = 0; i < WIDTH * HEIGHT; i++) {
        int d = channel_distance(plain[i / WIDTH][i % WIDTH], drawn[i / WIDTH][i % WIDTH]);
        worst = d > worst ? d : worst;
    }
    REQUIRE_CMP(worst, <=, 1, "d");

    const double line_x[] = {0, 1}, line_y[] = {0.5, 0.5};
    REQUIRE(plt_series_set_xy(series, line_x, line_y, 2));
    colors[0] = 0xffff0000u;
    colors[1] = 0xff0000ffu;
    REQUIRE(plt_curve_set_colors(curve, colors, 2));
    plt_plot_set_x_range(plot, 0, 1);
    paint(&s);
    for (int i = 0; i < WIDTH; i++) {
        int blue = (int)((i + 0.5) / WIDTH * 255 + 0.5);
        uint32_t want = 0xff000000u | (uint32_t)(255 - blue) << 16 | (uint32_t)blue;
        REQUIRE_CMP(channel_distance(drawn[HEIGHT / 2][i], want), <=, 1, "d");
    }
    REQUIRE(!plt_curve_set_colors(curve, NULL, 3));
    REQUIRE(plt_curve_set_colors(curve, NULL, 0));
    plt_raster_destroy(s.raster);
    plt_figure_destroy(figure);
    plt_series_unref(series);
}

// Full ink of a curve's sample in the legend; its longest row, and the runs in that.
struct sample {
    int area, longest, runs;
};

static struct sample legend_sample(const struct plt_curve_params *look)
{
    struct plt_figure *figure =
        plt_figure_create(plt_figure_params(.background = {1, 1, 1, 1}));
    struct plt_plot *plot = plt_figure_add_plot(figure, plt_plot_params(.hide_axes = true));
    struct plt_series *series = plt_series_create(plt_series_params(.name = "a"));
    struct plt_curve *curve = plt_curve_create(plot, series, look);
    plt_curve_create(plot, series, plt_curve_params(.color = {0, 0, 1, 1}));
    REQUIRE(curve != NULL);
    struct stage s = {.figure = figure, .raster = plt_raster_create(NULL)};
    paint(&s);
    REQUIRE_CMP(plot->legend.rows, ==, 2, "d");
    struct sample sample = {0};
    for (int y = 0; y < HEIGHT; y++) {
        int ink = 0, runs = 0;
        for (int x = 1; x < WIDTH; x++) {
            bool red = drawn[y][x] == 0xffff0000u;
            ink += red;
            runs += red && drawn[y][x - 1] != 0xffff0000u;
        }
        sample.area += ink;
        sample.runs = ink > sample.longest ? runs : sample.runs;
        sample.longest = ink > sample.longest ? ink : sample.longest;
    }
    plt_raster_destroy(s.raster);
    plt_figure_destroy(figure);
    plt_series_unref(series);
    return sample;
}

// 20 pixels long with any cap; dashed so that it can be seen.
static void check_legend(void)
{
    const struct plt_color red = {1, 0, 0, 1};
    const float dash[] = {12, 6}, far[] = {30, 50};
    struct sample butt =
        legend_sample(plt_curve_params(.color = red, .width_px = 9, .cap = PLT_CAP_BUTT));
    struct sample square =
        legend_sample(plt_curve_params(.color = red, .width_px = 9, .cap = PLT_CAP_SQUARE));
    struct sample round = legend_sample(plt_curve_params(.color = red, .width_px = 9));
    REQUIRE_CMP(butt.area, ==, 20 * 9, "d");
    REQUIRE_CMP(square.area, ==, 20 * 9, "d");
    REQUIRE_CMP(round.area, <, 20 * 9 - 8, "d");
    REQUIRE_CMP(round.longest, ==, 20, "d");
    struct sample dashed =
        legend_sample(plt_curve_params(.color = red, .width_px = 3, .cap = PLT_CAP_BUTT,
                                       .dash = dash, .num_dash = 2));
    REQUIRE_CMP(dashed.longest, ==, 14, "d");
    REQUIRE_CMP(dashed.runs, ==, 2, "d");
    struct sample one =
        legend_sample(plt_curve_params(.color = red, .width_px = 3, .cap = PLT_CAP_BUTT,
                                       .dash = far, .num_dash = 2));
    REQUIRE_CMP(one.longest, ==, 20, "d");
}

int main(void)
{
    check_legend();
    check_colors();
    check_areas();
    check_corners();
    return test_result();
}
