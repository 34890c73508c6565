// Pictures of strokes that are known in advance: regions between curves, caps and corners.
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

int main(void)
{
    check_areas();
    check_corners();
    return test_result();
}
