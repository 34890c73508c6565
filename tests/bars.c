// Bars, error bars and texts: pixels, logarithmic axes, auto range; bad input and short
// memory of all marks but scatters.
#include "marks_fixture.h"

// --- bars ------------------------------------------------------------------------------

static void test_bars(void)
{
    struct scene s;
    open_scene(&s);
    struct plt_bars *bars = plt_bars_create(
        s.plot, plt_bars_params(.width = 1, .base = 2, .color = {1, 0, 0, 1}));
    const double heights[] = {3, -1.004, NAN, 0, 5}, places[] = {1, 2, 3, 4, INFINITY};
    REQUIRE(plt_bars_set(bars, places, heights, 5));
    const struct plt_frame *f = build(&s);
    REQUIRE_CMP(f->num_rects, ==, (size_t)2, "zu");
    check_rect(f->rects[0], 50, 500, 150, 800);
    check_rect(f->rects[1], 150, 800, 250, 900); // touches its neighbour, crisp
    REQUIRE_CMP(f->ops[0].color, ==, 0xffff0000u, "x");
    // Own widths, bases and colours; without places they stand at 0, 1, 2, ...
    const double widths[] = {2}, bases[] = {1, 1, 1};
    const uint32_t colors[] = {0x80112233u};
    REQUIRE(plt_bars_set_widths(bars, widths, 1));
    REQUIRE(plt_bars_set_bases(bars, bases, 3));
    REQUIRE(plt_bars_set_colors(bars, colors, 1));
    REQUIRE(plt_bars_set(bars, NULL, (const double[]){1, 2, 3}, 3));
    f = build(&s);
    REQUIRE_CMP(f->num_tints, ==, (size_t)3, "zu");
    check_rect(f->tints[0].rect, 0, 800, 100, 900); // cut at the border
    check_rect(f->tints[1].rect, 50, 700, 150, 900);
    REQUIRE_CMP(f->tints[0].color, ==, 0x80112233u, "x");
    REQUIRE_CMP(f->tints[1].color, ==, 0xffff0000u, "x");
    plt_bars_set_visible(bars, false);
    REQUIRE_CMP(build(&s)->num_ops, ==, (size_t)0, "zu");
    plt_bars_destroy(bars);
    // Horizontal, with an outline inside.
    bars = plt_bars_create(
        s.plot, plt_bars_params(.horizontal = true, .width = 1, .color = {0, 0, 1, 1},
                                .outline_color = {0, 0, 0, 1}, .outline_width_px = 3));
    REQUIRE(plt_bars_set(bars, (const double[]){5}, (const double[]){4}, 1));
    f = build(&s);
    check_rect(f->rects[0], 0, 450, 400, 550);
    REQUIRE_CMP(f->num_rects, ==, (size_t)5, "zu");
    check_rect(f->rects[1], 0, 450, 400, 453);
    close_scene(&s);
}

// More bars than pixels: each pixel once, also in a translucent colour.
static void test_dense_bars(struct test_random *random)
{
    enum { N = 20000 };
    static double places[N], heights[N];
    struct scene s;
    open_scene(&s);
    for (int i = 0; i < N; i++) {
        places[i] = i * 10.0 / N;
        heights[i] = 1 + 8 * test_uniform(random);
    }
    struct plt_bars *bars = plt_bars_create(
        s.plot, plt_bars_params(.width = 10.0 / N, .color = {0, 0, 0, 0.5f}));
    REQUIRE(plt_bars_set(bars, places, heights, N));
    const struct plt_frame *f = build(&s);
    REQUIRE_CMP(f->num_rects, <=, (size_t)SIDE + 1, "zu");
    for (size_t i = 0; i < f->num_rects; i++) {
        REQUIRE_CMP(f->rects[i].x1 - f->rects[i].x0, ==, 1, "d");
        REQUIRE(i == 0 || f->rects[i].x0 >= f->rects[i - 1].x1);
    }
    close_scene(&s);
}

static void test_log_bars(void)
{
    struct scene s;
    open_scene(&s);
    struct plt_bars *bars = plt_bars_create(s.plot, plt_bars_params(.width = 1));
    REQUIRE(plt_bars_set(bars, NULL, (const double[]){-1, 10, 1000, -5}, 4));
    log_axes(&s, false, true);
    REQUIRE(plt_plot_set_y_range(s.plot, 1, 100));
    const struct plt_frame *f = build(&s);
    REQUIRE_CMP(f->num_rects, ==, (size_t)2, "zu"); // -1 and -5 have no place
    check_rect(f->rects[0], 50, 500, 150, 1000);    // from 0: the bottom edge
    check_rect(f->rects[1], 150, 0, 250, 1000);
    // Where y grows downwards the low end is the top.
    REQUIRE(plt_plot_set_y_range(s.plot, 100, 1));
    f = build(&s);
    check_rect(f->rects[0], 50, 0, 150, 500);
    close_scene(&s);
}

// Auto range: bars stand on the axis; markers are not cut at its ends.
static void test_auto_range(void)
{
    struct scene s;
    open_scene(&s);
    plt_figure_destroy(s.figure);
    s.figure = plt_figure_create(plt_figure_params(.font_file = font, .log = s.log));
    s.plot = plt_figure_add_plot(s.figure, NULL);
    struct plt_bars *bars = plt_bars_create(s.plot, NULL);
    REQUIRE(plt_bars_set(bars, NULL, (const double[]){1, 2, 3}, 3));
    build(&s);
    struct plt_range x = plt_plot_x_range(s.plot), y = plt_plot_y_range(s.plot);
    REQUIRE(y.x0 == 0 && y.x1 > 3);
    REQUIRE(x.x0 < -0.4 && x.x1 > 2.4);
    REQUIRE(plt_bars_set(bars, NULL, (const double[]){-1, 2}, 2));
    build(&s);
    y = plt_plot_y_range(s.plot);
    REQUIRE(y.x0 < -1 && y.x1 > 2);
    close_scene(&s);
}

// --- error bars ------------------------------------------------------------------------

static void test_error_bars(void)
{
    struct scene s;
    open_scene(&s);
    struct plt_series *series = plt_series_create(NULL);
    REQUIRE(plt_series_set(series, (const double[]){5, 5, NAN, 5}, 4));
    struct plt_error_bars *bars = plt_error_bars_create(
        s.plot, series, plt_error_bars_params(.y_error = 1, .cap_px = -1, .width_px = 2));
    const double below[] = {2, NAN}, above[] = {1, -3};
    REQUIRE(plt_error_bars_set_y(bars, below, above, 2));
    const struct plt_frame *f = build(&s);
    REQUIRE_CMP(f->num_rects, ==, (size_t)2, "zu"); // samples 0 and 3
    check_rect(f->rects[0], 0, 400, 1, 700);        // cut at the border
    check_rect(f->rects[1], 299, 400, 301, 600);
    plt_error_bars_destroy(bars);
    // Caps: no pixel twice.
    bars = plt_error_bars_create(s.plot, series,
                                 plt_error_bars_params(.x_error = 0.5, .cap_px = 8));
    REQUIRE(plt_error_bars_set_x(bars, NULL, NULL, 0));
    f = build(&s);
    REQUIRE_CMP(f->num_rects, ==, (size_t)8, "zu"); // the first one has one cap
    check_rect(f->rects[2], 51, 500, 150, 501);
    check_rect(f->rects[3], 50, 496, 51, 505);
    check_rect(f->rects[4], 150, 496, 151, 505);
    plt_error_bars_destroy(bars);
    // On a logarithmic axis a beam to <= 0 goes down to the edge and has no cap.
    log_axes(&s, false, true);
    REQUIRE(plt_plot_set_y_range(s.plot, 1, 100));
    REQUIRE(plt_series_set(series, (const double[]){1e-3, 10}, 2));
    bars = plt_error_bars_create(
        s.plot, series, plt_error_bars_params(.y_error = 20, .cap_px = 9, .width_px = 1));
    f = build(&s);
    REQUIRE_CMP(f->num_rects, ==, (size_t)4, "zu");
    check_rect(f->rects[2], 100, 262, 101, 1000); // log10 30 = 1.4771
    check_rect(f->rects[3], 96, 261, 105, 262);
    plt_series_unref(series);
    close_scene(&s);
}

// --- texts -----------------------------------------------------------------------------

static struct plt_irect ink_of(const struct plt_frame *f)
{
    struct plt_irect box = {SIDE, SIDE, 0, 0};
    for (size_t i = 0; i < f->num_glyphs; i++) {
        const struct plt_glyph *g = &f->glyphs[i];
        box.x0 = g->x < box.x0 ? g->x : box.x0;
        box.y0 = g->y < box.y0 ? g->y : box.y0;
        box.x1 = g->x + g->w > box.x1 ? g->x + g->w : box.x1;
        box.y1 = g->y + g->h > box.y1 ? g->y + g->h : box.y1;
    }
    return box;
}

static void test_texts(void)
{
    for (int anchor = 0; anchor <= PLT_ANCHOR_TOP_RIGHT; anchor++) {
        for (int up = 0; up < 2; up++) {
            struct scene s;
            open_scene(&s);
            struct plt_text_item *item = plt_text_item_create(
                s.plot,
                plt_text_item_params(.x = 5, .y = 5, .text = "Maximum",
                                     .anchor = (enum plt_anchor)anchor, .upwards = up));
            const struct plt_irect r = ink_of(build(&s));
            const bool left = anchor == PLT_ANCHOR_RIGHT ||
                              anchor == PLT_ANCHOR_BOTTOM_RIGHT ||
                              anchor == PLT_ANCHOR_TOP_RIGHT;
            const bool right = anchor == PLT_ANCHOR_LEFT ||
                               anchor == PLT_ANCHOR_BOTTOM_LEFT ||
                               anchor == PLT_ANCHOR_TOP_LEFT;
            const bool above = anchor <= PLT_ANCHOR_BOTTOM_RIGHT;
            const bool below = anchor >= PLT_ANCHOR_TOP_LEFT;
            REQUIRE((r.x1 <= 500) == left && (r.x0 >= 500) == right);
            REQUIRE((r.y1 <= 500) == above && (r.y0 >= 500) == below);
            REQUIRE((r.x1 - r.x0 > r.y1 - r.y0) == !up);
            // At the border it is moved inwards, out of the view it goes away.
            plt_text_item_set_place(item, 10, 10);
            const struct plt_irect edge = ink_of(build(&s));
            REQUIRE(edge.x1 <= SIDE && edge.y0 >= 0 && edge.x0 > 800 && edge.y1 < 200);
            plt_text_item_set_place(item, 20, NAN);
            REQUIRE_CMP(build(&s)->num_glyphs, ==, (size_t)0, "zu");
            close_scene(&s);
        }
    }
}

// --- bad input, short memory -----------------------------------------------------------

static void test_bad_input(void)
{
    struct scene s;
    open_scene(&s);
    struct plt_series *series = plt_series_create(NULL);
    REQUIRE(!plt_bars_create(s.plot, plt_bars_params(.width = -1)));
    REQUIRE(!plt_bars_create(s.plot, plt_bars_params(.base = NAN)));
    REQUIRE(!plt_histogram_create(s.plot, NULL, NULL));
    REQUIRE(!plt_histogram_create(s.plot, series, plt_histogram_params(.bins = 2000000)));
    struct plt_range range = {3, 1};
    REQUIRE(!plt_histogram_create(s.plot, series, plt_histogram_params(.range = range)));
    const double edges[] = {0, 1, 1};
    REQUIRE(!plt_histogram_create(s.plot, series,
                                  plt_histogram_params(.edges = edges, .num_edges = 3)));
    REQUIRE(!plt_error_bars_create(s.plot, series, plt_error_bars_params(.y_error = -1)));
    REQUIRE(!plt_error_bars_create(s.plot, series, plt_error_bars_params(.width_px = NAN)));
    REQUIRE(!plt_box_plot_create(s.plot, plt_box_plot_params(.size_px = -1)));
    REQUIRE(!plt_text_item_create(s.plot, plt_text_item_params(.font_px = 1000)));
    REQUIRE(
        !plt_text_item_create(s.plot, plt_text_item_params(.anchor = (enum plt_anchor)9)));
    REQUIRE_CMP(s.lines, ==, 11, "d");
    struct plt_bars *bars = plt_bars_create(s.plot, NULL);
    struct plt_box_plot *boxes = plt_box_plot_create(s.plot, NULL);
    const double nothing[] = {NAN, INFINITY};
    struct plt_box_stats stats;
    s.lines = 0;
    REQUIRE(!plt_bars_set(bars, NULL, NULL, 3));
    REQUIRE(!plt_bars_set_colors(bars, NULL, 3));
    REQUIRE(!plt_box_plot_add(boxes, 0, nothing, 2));
    REQUIRE(!plt_box_plot_add(boxes, NAN, edges, 2));
    REQUIRE_CMP(s.lines, ==, 4, "d");
    REQUIRE(!plt_box_plot_stats(boxes, 0, &stats));
    plt_bars_destroy(NULL);
    plt_histogram_destroy(NULL);
    plt_error_bars_destroy(NULL);
    plt_box_plot_destroy(NULL);
    plt_text_item_destroy(NULL);
    plt_series_unref(series);
    close_scene(&s);
}

static void make_all(struct plt_plot *plot, struct plt_series *series)
{
    static const double numbers[] = {1, 2, 3, 40};
    struct plt_bars *bars = plt_bars_create(plot, NULL);
    if (bars)
        plt_bars_set(bars, numbers, numbers, 4);
    plt_histogram_create(plot, series, NULL);
    struct plt_error_bars *errors = plt_error_bars_create(plot, series, NULL);
    if (errors)
        plt_error_bars_set_y(errors, numbers, numbers, 4);
    struct plt_box_plot *boxes = plt_box_plot_create(plot, NULL);
    if (boxes)
        plt_box_plot_add(boxes, 1, numbers, 4);
    plt_text_item_create(plot, plt_text_item_params(.text = "text"));
}

// Each allocation fails once: something is missing, nothing else happens.
static void test_short_memory(void)
{
    static uint32_t pixels[60 * 60];
    bool failed = true;
    for (int64_t at = 0; failed && at < 600; at++) {
        struct scene s;
        open_scene(&s);
        struct plt_series *series = plt_series_create(plt_series_params(.log = s.log));
        REQUIRE(plt_series_set(series, (const double[]){1, 2, 3, 4}, 4));
        struct plt_raster *raster = plt_raster_create(s.log);
        plt_alloc_fail_at(at, false);
        make_all(s.plot, series);
        plt_raster_paint(raster, s.figure, pixels, 60 * 4, 60, 60, 1, NULL);
        failed = !plt_alloc_fail_pending();
        plt_alloc_fail_at(-1, false);
        REQUIRE(plt_raster_paint(raster, s.figure, pixels, 60 * 4, 60, 60, 1, NULL));
        plt_raster_destroy(raster);
        plt_series_unref(series);
        close_scene(&s);
    }
    REQUIRE(!failed);
}

int main(void)
{
    struct test_random random = test_random_seeded();
    test_bars();
    test_dense_bars(&random);
    test_log_bars();
    test_auto_range();
    test_error_bars();
    test_texts();
    test_bad_input();
    test_short_memory();
    return test_result();
}
