// Split origin: int64 nanoseconds around 1.7e18 land within 0.01 px of exact arithmetic.
#include <plotlib/draw/frame.h>
#include <plotlib/plotlib.h>
#include <plotlib/scale/map.h>
#include <plotlib/scene/scene.h>

#include "test.h"

__extension__ typedef __int128 wide;

// |px - (x - t0) * width / span| <= 1/100, in integers: px is taken in 2^-20 of a pixel.
static bool is_close(double px, int64_t x, int64_t t0, int64_t width, int64_t span)
{
    const wide unit = 1 << 20;
    wide have = (wide)(int64_t)rint(px * (double)unit) * span;
    wide want = ((wide)x - t0) * width * unit;
    wide error = have > want ? have - want : want - have;
    return error * 100 <= span * unit;
}

// The same through the whole pipeline: what plt_view_set_time asks for is where vertices of
// the draw list lie, after pans by whole pixels too.
static void test_drawn(struct test_random *random)
{
    enum { N = 40 };
    struct plt_figure *figure = plt_figure_create(plt_figure_params(.bare = true));
    struct plt_plot *plot = plt_figure_add_plot(figure, NULL);
    struct plt_series *series =
        plt_series_create(plt_series_params(.x_kind = PLT_X_I64, .type = PLT_F32));
    plt_curve_create(plot, series, NULL);
    struct plt_frame frame;
    plt_frame_init(&frame);
    for (int round = 0; round < 300 && !test_failures; round++) {
        int64_t width = 400 + (int64_t)test_below(random, 3000);
        int64_t t0 = INT64_C(1700000000000000000) + (int64_t)test_below(random, 1 << 30);
        int64_t span = width * (int64_t)pow(10, 12 * test_uniform(random));
        int64_t x[N];
        float y[N];
        for (int i = 0; i < N; i++) { // at least 3 px apart: sparse, one vertex each
            x[i] =
                t0 + span / N * i + (int64_t)test_below(random, (uint64_t)(span / N / 2));
            y[i] = (float)(i % 3);
        }
        REQUIRE(plt_series_set_xy(series, x, y, N));
        REQUIRE(plt_view_set_time(plt_plot_view(plot), t0, t0 + span));
        REQUIRE(plt_frame_build(&frame, figure, (int)width, 200, 1));
        REQUIRE_CMP(frame.strokes.num_segments, ==, (size_t)N - 1, "zu");
        for (int i = 0; i < N - 1 && !test_failures; i++) {
            const struct plt_segment *s = &frame.strokes.segments[i];
            REQUIRE(is_close((double)s->x0, x[i], t0, width, span));
            REQUIRE(is_close((double)s->x1, x[i + 1], t0, width, span));
        }
    }
    plt_frame_finish(&frame);
    plt_series_unref(series);
    plt_figure_destroy(figure);
}

int main(void)
{
    struct test_random random = test_random_seeded();
    for (int i = 0; i < 200000 && !test_failures; i++) {
        int64_t width = 100 + (int64_t)test_below(&random, 4000);
        int64_t t0 = INT64_C(1700000000000000000) + (int64_t)test_below(&random, 1 << 30);
        // From 1 ns per pixel to years.
        int64_t span = width * (int64_t)pow(10, 13 * test_uniform(&random));
        int64_t x = t0 + (int64_t)test_below(&random, (uint64_t)span + 1);
        struct plt_map map = {.origin = t0, .scale = (double)width / (double)span};
        double px = plt_map_px(&map, plt_map_from_i64(&map, x));
        REQUIRE(is_close(px, x, t0, width, span));
        // An origin as far away as the view is wide, as after a pan.
        map.origin = t0 - span;
        map.anchor = (double)span;
        px = plt_map_px(&map, plt_map_from_i64(&map, x));
        REQUIRE(is_close(px, x, t0, width, span));
    }
    test_drawn(&random);
    return test_result();
}
