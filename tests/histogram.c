// Histograms and box plots: exact counts and quantiles against simple ones, their pixels.
#include <plotlib/data/bins.h>
#include <plotlib/data/quantile.h>

#include "marks_fixture.h"

// --- histograms ------------------------------------------------------------------------

// The bin of v by looking at every edge.
static size_t bin_of(const double *edges, size_t num, double v)
{
    for (size_t k = 0; k < num; k++)
        if (v >= edges[k] && (v < edges[k + 1] || (k + 1 == num && v == edges[num])))
            return k;
    return num;
}

static void check_counts(struct plt_histogram *h, const double *y, size_t n)
{
    const uint64_t *counts;
    const double *edges;
    const size_t num = plt_histogram_counts(h, &counts, &edges);
    uint64_t *wanted = calloc(num + 1, sizeof(*wanted));
    for (size_t i = 0; i < n; i++)
        wanted[bin_of(edges, num, y[i])]++;
    for (size_t k = 0; k < num; k++)
        REQUIRE_CMP(counts[k], ==, wanted[k], PRIu64);
    free(wanted);
}

static void test_histogram(struct test_random *random)
{
    enum { N = 6000 };
    static double y[N];
    for (int round = 0; round < 12; round++) {
        struct scene s;
        open_scene(&s);
        for (int i = 0; i < N; i++) {
            y[i] = test_uniform(random) * 10 - 3;
            if (round % 3 == 0)
                y[i] = floor(y[i] * 4) / 4; // on the edges
            if (i % 50 == 7)
                y[i] = i % 100 == 7 ? NAN : INFINITY;
        }
        const bool ring = round % 4 == 3;
        struct plt_series *series =
            plt_series_create(plt_series_params(.capacity = ring ? 2000 : 0));
        const double edges[] = {-2, -1.75, 0, 0.1, 4, 6.5};
        struct plt_histogram *h = plt_histogram_create(
            s.plot, series,
            plt_histogram_params(.bins = round % 2 ? 40 : 0,
                                 .range = {round % 5 == 2 ? -1 : 0, round % 5 == 2 ? 3 : 0},
                                 .edges = round % 6 == 5 ? edges : NULL, .num_edges = 6));
        REQUIRE(h != NULL);
        for (size_t at = 0; at < N; at += 1500) { // counted as they come
            REQUIRE(plt_series_append(series, y + at, 1500));
            const size_t end = at + 1500, begin = ring && end > 2000 ? end - 2000 : 0;
            check_counts(h, y + begin, end - begin);
        }
        REQUIRE(plt_series_set(series, y, 100));
        check_counts(h, y, 100);
        plt_series_clear(series);
        check_counts(h, y, 0);
        REQUIRE(plt_series_set(series, y, N));
        build(&s);
        const double *shown;
        const size_t num = plt_histogram_counts(h, NULL, &shown);
        REQUIRE(num > 0 && (round % 2 == 0 || round % 6 == 5 || num == 40));
        plt_series_unref(series);
        close_scene(&s);
    }
}

static void test_histogram_looks(void)
{
    struct scene s;
    open_scene(&s);
    struct plt_series *series = plt_series_create(NULL);
    const double y[] = {1, 1.5, 2, 2, 3};
    REQUIRE(plt_series_set(series, y, 5));
    struct plt_range range = {1, 3};
    REQUIRE(plt_histogram_create(s.plot, series,
                                 plt_histogram_params(.bins = 2, .range = range)));
    const struct plt_frame *f = build(&s);
    REQUIRE_CMP(f->num_rects, ==, (size_t)2, "zu");
    check_rect(f->rects[0], 100, 800, 200, 1000); // 1, 1.5
    check_rect(f->rects[1], 200, 700, 300, 1000); // 2, 2, 3
    plt_series_unref(series);
    close_scene(&s);
    // Area 1; and Scott's rule: sigma = sqrt(2.5), 3.49 sigma / cbrt(5) = 3.227: 2 bins.
    open_scene(&s);
    series = plt_series_create(NULL);
    REQUIRE(plt_series_set(series, (const double[]){1, 2, 3, 4, 5}, 5));
    struct plt_histogram *h = plt_histogram_create(
        s.plot, series, plt_histogram_params(.density = true, .horizontal = true));
    REQUIRE_CMP(plt_histogram_counts(h, NULL, NULL), ==, (size_t)2, "zu");
    REQUIRE(plt_plot_set_x_range(s.plot, 0, 1));
    f = build(&s);
    check_rect(f->rects[0], 0, 700, 200, 900); // 2 of 5 in a bin of width 2
    check_rect(f->rects[1], 0, 500, 300, 700);
    plt_series_unref(series);
    close_scene(&s);
}

// --- box plots -------------------------------------------------------------------------

static void test_quantiles(struct test_random *random)
{
    // R: quantile(c(1, 2, 3, 4), type = 7) = 1, 1.75, 2.5, 3.25, 4.
    const double four[] = {1, 2, 3, 4};
    REQUIRE(plt_quantile(four, 4, 0) == 1 && plt_quantile(four, 4, 1) == 4);
    REQUIRE(plt_quantile(four, 4, 0.25) == 1.75 && plt_quantile(four, 4, 0.5) == 2.5);
    REQUIRE(plt_quantile(four, 4, 0.75) == 3.25);
    REQUIRE(plt_quantile(four, 1, 0.75) == 1);
    struct scene s;
    open_scene(&s);
    struct plt_box_plot *boxes = plt_box_plot_create(s.plot, NULL);
    double values[200], sorted[200];
    for (int round = 0; round < 40; round++) {
        const size_t n = 1 + (size_t)test_below(random, 200);
        size_t num = 0;
        for (size_t i = 0; i < n; i++) {
            values[i] = test_uniform(random) * (test_below(random, 10) ? 1 : 20);
            if (i > 0 && test_below(random, 12) == 0)
                values[i] = NAN;
            else
                sorted[num++] = values[i];
        }
        plt_sort_doubles(sorted, num);
        REQUIRE(plt_box_plot_add(boxes, round, values, n));
        struct plt_box_stats got;
        REQUIRE(plt_box_plot_stats(boxes, (size_t)round, &got));
        REQUIRE_CMP(got.n, ==, num, "zu");
        REQUIRE(got.q1 == plt_quantile(sorted, num, 0.25));
        REQUIRE(got.median == plt_quantile(sorted, num, 0.5));
        const double reach = 1.5 * (got.q3 - got.q1);
        double low = INFINITY, high = -INFINITY;
        size_t outliers = 0;
        for (size_t i = 0; i < num; i++) {
            const bool in = sorted[i] >= got.q1 - reach && sorted[i] <= got.q3 + reach;
            outliers += !in;
            low = in && sorted[i] < low ? sorted[i] : low;
            high = in && sorted[i] > high ? sorted[i] : high;
        }
        REQUIRE(got.low == low && got.high == high);
        REQUIRE_CMP(got.num_outliers, ==, outliers, "zu");
    }
    build(&s);
    REQUIRE_CMP(plt_box_plot_count(boxes), ==, (size_t)40, "zu");
    plt_box_plot_clear(boxes);
    REQUIRE_CMP(plt_box_plot_count(boxes), ==, (size_t)0, "zu");
    close_scene(&s);
}

static void test_box_looks(void)
{
    struct scene s;
    open_scene(&s);
    struct plt_box_plot *boxes = plt_box_plot_create(
        s.plot, plt_box_plot_params(.width = 1, .line_width_px = 2, .color = {0, 0, 0, 1}));
    const double values[] = {3, 4, 5, 6, 7, 9.99, 30, 0.25}; // q1 3.75, q3 7.7475
    REQUIRE(plt_box_plot_add(boxes, 5, values, 8));
    const struct plt_frame *f = build(&s);
    const size_t last = f->num_rects - 1;
    check_rect(f->rects[0], 499, 625, 501, 975);
    check_rect(f->rects[1], 499, 1, 501, 225);
    check_rect(f->rects[last], 450, 448, 550, 452);   // the median, 5.5, twice as thick
    REQUIRE_CMP(f->num_markers, ==, (size_t)1, "zu"); // 30 is out of the view: no ink
    close_scene(&s);
}

int main(void)
{
    struct test_random random = test_random_seeded();
    test_histogram(&random);
    test_histogram_looks();
    test_quantiles(&random);
    test_box_looks();
    return test_result();
}
