// Picking against a look at every sample: sorted and unsorted, rings, gaps, scales.
#include <plotlib/base/alloc.h>
#include <plotlib/plotlib.h>
#include <plotlib/reduce/pick.h>
#include <plotlib/reduce/points.h>

#include "log.h"

enum { SIDE = 800 };

static const char *const font = "/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf";

struct scene {
    struct plt_figure *figure;
    struct plt_plot *plot;
    struct plt_log *log;
    int lines;
};

static void open_scene(struct scene *s)
{
    s->lines = 0;
    s->log = test_counting_log(&s->lines);
    s->figure = plt_figure_create(
        plt_figure_params(.font_file = font, .bare = true, .log = s->log));
    s->plot = plt_figure_add_plot(s->figure, NULL);
}

static void close_scene(struct scene *s)
{
    plt_figure_destroy(s->figure);
    plt_log_unref(s->log);
}

// The plot is the whole figure, so pixels follow from its ranges.
static double to_px(double v, struct plt_range range, bool log, bool down)
{
    double a = log ? log10(range.x0) : range.x0, b = log ? log10(range.x1) : range.x1;
    double s = log ? (v > 0 ? log10(v) : (double)NAN) : v;
    double share = (s - a) / (b - a);
    return (down ? 1 - share : share) * SIDE;
}

struct cloud {
    double *x, *y;
    size_t n, first; // samples first.. are kept
};

// The smallest distance, by brute force.
static double nearest(const struct cloud *c, struct plt_plot *plot, bool log, double x_px,
                      double y_px)
{
    struct plt_range rx = plt_plot_x_range(plot), ry = plt_plot_y_range(plot);
    double best = INFINITY;
    for (size_t i = c->first; i < c->n; i++) {
        double dx = to_px(c->x[i], rx, log, false) - x_px;
        double dy = to_px(c->y[i], ry, log, true) - y_px, d = sqrt(dx * dx + dy * dy);
        best = d < best ? d : best;
    }
    return best;
}

static void check_pick(const struct cloud *c, struct plt_plot *plot, bool log,
                       const struct plt_pick *pick, bool found, double best, double radius)
{
    const double slack = 1e-6;
    if (best > radius + slack) {
        REQUIRE(!found);
        return;
    }
    if (best > radius - slack)
        return; // either is fine
    REQUIRE(found);
    if (!found)
        return;
    REQUIRE(fabs(pick->distance_px - best) < slack);
    REQUIRE(pick->sample >= c->first && pick->sample < c->n);
    REQUIRE(pick->x == c->x[pick->sample] && pick->y == c->y[pick->sample]);
    REQUIRE(fabs(pick->x_px - to_px(pick->x, plt_plot_x_range(plot), log, false)) < slack);
    REQUIRE(fabs(pick->y_px - to_px(pick->y, plt_plot_y_range(plot), log, true)) < slack);
}

enum shape { NOISE, LEVELS, CLUSTERS, GAPS, NUM_SHAPES };

static void fill(struct cloud *c, struct test_random *random, enum shape shape, bool sorted)
{
    for (size_t i = 0; i < c->n; i++) {
        double u = test_uniform(random), v = test_uniform(random);
        c->x[i] = sorted ? (double)i + u : u * (double)c->n;
        c->y[i] = 1 + 9 * v;
        if (shape == LEVELS) // many at equal distance
            c->y[i] = v < 0.5 ? 2 : 8;
        if (shape == CLUSTERS && !sorted) {
            c->x[i] = floor(u * 5) * (double)c->n / 5 + 1e-3 * v;
            c->y[i] = 1 + floor(9 * v);
        }
        if (shape == GAPS && v < 0.3)
            c->y[i] = v < 0.1 ? NAN : v < 0.2 ? INFINITY : -3;
    }
}

static void test_against_brute_force(struct test_random *random)
{
    enum { N = 30000, RING = 20000 };
    struct cloud c = {malloc(N * sizeof(double)), malloc(N * sizeof(double)), N, 0};
    for (int round = 0; round < 6 * NUM_SHAPES; round++) {
        struct scene s;
        open_scene(&s);
        const bool sorted = round % 2, log = round % 3 == 2, ring = round % 5 == 4;
        const bool few = round % 7 == 6, as_curve = round % 4 == 1 || round % 8 == 2;
        c.n = few ? 300 : N;
        c.first = ring && !few ? N - RING : 0;
        fill(&c, random, (enum shape)(round % NUM_SHAPES), sorted);
        struct plt_series *series = plt_series_create(
            plt_series_params(.x_kind = PLT_X_F64, .capacity = ring ? RING : 0));
        REQUIRE(plt_series_append_xy(series, c.x, c.y, c.n));
        struct plt_scatter *scatter =
            as_curve ? NULL : plt_scatter_create(s.plot, series, NULL);
        struct plt_curve *curve = as_curve ? plt_curve_create(s.plot, series, NULL) : NULL;
        if (log) {
            struct plt_scale_params scale = {.kind = PLT_SCALE_LOG10};
            REQUIRE(plt_axis_set_scale(plt_plot_x_axis(s.plot), &scale));
            REQUIRE(plt_axis_set_scale(plt_plot_y_axis(s.plot), &scale));
        }
        for (int k = 0; k < 12; k++) {
            const double lo = (double)c.n * (0.1 + 0.8 * test_uniform(random)),
                         hi = lo + 1 + (double)c.n * 0.5 * test_uniform(random);
            REQUIRE(
                plt_plot_set_x_range(s.plot, k % 4 == 3 ? hi : lo, k % 4 == 3 ? lo : hi));
            REQUIRE(plt_plot_set_y_range(s.plot, 1 + k % 3, 11 - k % 2));
            REQUIRE(plt_figure_layout(s.figure, SIDE, SIDE, 1));
            const double x = test_uniform(random) * SIDE, y = test_uniform(random) * SIDE;
            const double radius = k % 5 == 4 ? 2000 : 60 * test_uniform(random);
            struct plt_pick pick = {0};
            const bool found = scatter ? plt_scatter_pick(scatter, x, y, radius, &pick)
                                       : plt_plot_pick(s.plot, x, y, radius, &pick);
            check_pick(&c, s.plot, log, &pick, found, nearest(&c, s.plot, log, x, y),
                       radius);
            REQUIRE(!found || (pick.curve == curve && pick.scatter == scatter));
        }
        plt_series_unref(series);
        close_scene(&s);
    }
    free(c.x);
    free(c.y);
}

// The tree goes when the samples change, whoever keeps them.
static void test_changes(struct test_random *random)
{
    enum { N = 10000 };
    static double x[N], y[N];
    struct cloud c = {x, y, N, 0};
    for (int wrapped = 0; wrapped < 2; wrapped++) {
        struct scene s;
        open_scene(&s);
        struct plt_series *series =
            plt_series_create(plt_series_params(.x_kind = PLT_X_F64));
        struct plt_scatter *scatter = plt_scatter_create(s.plot, series, NULL);
        for (int round = 0; round < 6; round++) {
            fill(&c, random, NOISE, false);
            if (!wrapped)
                REQUIRE(plt_series_set_xy(series, x, y, N));
            else if (round == 0)
                REQUIRE(plt_series_wrap(series, x, y, N, NULL, NULL));
            else
                REQUIRE(plt_series_changed(series, 0, N));
            REQUIRE(plt_plot_set_x_range(s.plot, 0, N));
            REQUIRE(plt_plot_set_y_range(s.plot, 0, 11));
            REQUIRE(plt_figure_layout(s.figure, SIDE, SIDE, 1));
            for (int k = 0; k < 4; k++) {
                struct plt_pick pick;
                const double px = 100 + 50 * k, py = 300;
                const bool found = plt_scatter_pick(scatter, px, py, 50, &pick);
                check_pick(&c, s.plot, false, &pick, found,
                           nearest(&c, s.plot, false, px, py), 50);
                if (k == 1) { // between two picks: a paint says that all is seen
                    struct plt_paint_stats stats;
                    static uint32_t pixels[SIDE * SIDE];
                    struct plt_raster *raster = plt_raster_create(NULL);
                    REQUIRE(plt_raster_paint(raster, s.figure, pixels, SIDE * 4, SIDE, SIDE,
                                             1, &stats));
                    plt_raster_destroy(raster);
                }
            }
        }
        plt_series_unref(series);
        close_scene(&s);
    }
}

static void test_choice(void)
{
    struct scene s;
    open_scene(&s);
    const double y[] = {5, 5, 5};
    struct plt_series *series = plt_series_create(NULL);
    struct plt_pick pick = {.sample = 77};
    REQUIRE(plt_series_set(series, y, 3));
    struct plt_curve *curve = plt_curve_create(s.plot, series, NULL);
    REQUIRE(!plt_plot_pick(s.plot, 0, 0, 1e6, &pick)); // no layout yet
    struct plt_scatter *scatter = plt_scatter_create(s.plot, series, NULL);
    REQUIRE(plt_plot_set_x_range(s.plot, 0, 2));
    REQUIRE(plt_plot_set_y_range(s.plot, 0, 10));
    REQUIRE(plt_figure_layout(s.figure, SIDE, SIDE, 2)); // 400 logical pixels
    REQUIRE(!plt_plot_pick(s.plot, 100, 100, 50, &pick));
    REQUIRE_CMP(pick.sample, ==, (uint64_t)77, PRIu64); // as it was
    REQUIRE(plt_plot_pick(s.plot, 210, 200, 50, &pick));
    REQUIRE(pick.scatter == scatter && !pick.curve); // drawn over the curve
    REQUIRE_CMP(pick.sample, ==, (uint64_t)1, PRIu64);
    REQUIRE(fabs(pick.distance_px - 10) < 1e-9 && fabs(pick.x_px - 200) < 1e-9);
    REQUIRE(plt_plot_pick(s.plot, 100, 200, 200, &pick)); // as near to 0 as to 1
    REQUIRE_CMP(pick.sample, ==, (uint64_t)1, PRIu64);
    plt_scatter_set_visible(scatter, false);
    REQUIRE(plt_plot_pick(s.plot, 210, 200, 50, &pick));
    REQUIRE(pick.curve == curve && !pick.scatter);
    const int before = s.lines;
    REQUIRE(!plt_plot_pick(s.plot, NAN, 0, 1, &pick));
    REQUIRE(!plt_scatter_pick(scatter, 0, 0, -1, &pick));
    REQUIRE(!plt_curve_pick(curve, 0, 0, INFINITY, &pick));
    REQUIRE_CMP(s.lines - before, ==, 3, "d");
    plt_series_unref(series);
    close_scene(&s);
}

// Without memory for a tree every sample is looked at.
static void test_short_memory(struct test_random *random)
{
    enum { N = 6000 };
    static double x[N], y[N];
    struct cloud c = {x, y, N, 0};
    struct scene s;
    open_scene(&s);
    struct plt_series *series = plt_series_create(plt_series_params(.x_kind = PLT_X_F64));
    fill(&c, random, NOISE, false);
    REQUIRE(plt_series_set_xy(series, x, y, N));
    struct plt_scatter *scatter = plt_scatter_create(s.plot, series, NULL);
    REQUIRE(plt_figure_layout(s.figure, SIDE, SIDE, 1));
    for (int64_t at = 0; at < 6; at++) {
        struct plt_pick pick = {0};
        plt_alloc_fail_at(at, true);
        const bool found = plt_scatter_pick(scatter, 300, 300, 100, &pick);
        plt_alloc_fail_at(-1, false);
        check_pick(&c, s.plot, false, &pick, found, nearest(&c, s.plot, false, 300, 300),
                   100);
    }
    plt_series_unref(series);
    close_scene(&s);
}

int main(void)
{
    struct test_random random = test_random_seeded();
    test_against_brute_force(&random);
    test_changes(&random);
    test_choice();
    test_short_memory(&random);
    return test_result();
}
