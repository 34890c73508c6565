// The benchmark of a million markers: frames of the CPU painter while panning, and picking
// the nearest point. Through public headers only. Prints one JSON line a case; the figures
// and their limits stand in tests/bench/run.
#include <plotlib/plotlib.h>

#include "bench.h"

enum { POINTS = 1000000, PAN_FRAMES = 40, PICKS = 5000, NEW_PICKS = 300 };

struct stage {
    struct plt_figure *figure;
    struct plt_plot *plot;
    struct plt_scatter *scatter;
    struct plt_raster *raster;
    uint32_t *pixels;
};

static void open_stage(struct stage *s, bool sorted)
{
    struct plt_series *series = plt_series_create(plt_series_params(.x_kind = PLT_X_F64));
    double *x = bench_alloc(POINTS, sizeof(*x)), *y = bench_noise(POINTS, 1);
    uint64_t state = 7;
    for (size_t i = 0; i < POINTS; i++)
        x[i] = sorted ? (double)i : bench_uniform(&state) * POINTS;
    s->figure = plt_figure_create(NULL);
    s->plot = plt_figure_add_plot(s->figure, NULL);
    s->raster = plt_raster_create(NULL);
    s->pixels = bench_alloc(BENCH_WIDTH * BENCH_HEIGHT, sizeof(*s->pixels));
    if (!plt_series_set_xy(series, x, y, POINTS))
        exit(1);
    s->scatter = plt_scatter_create(s->plot, series, NULL);
    plt_plot_set_y_range(s->plot, -5, 5);
    free(x);
    free(y);
    plt_series_unref(series);
}

static void close_stage(struct stage *s)
{
    plt_raster_destroy(s->raster);
    plt_figure_destroy(s->figure);
    free(s->pixels);
}

static void mix(struct stage *s)
{
    float *sizes = bench_alloc(POINTS, sizeof(*sizes));
    uint32_t *colors = bench_alloc(POINTS, sizeof(*colors));
    uint8_t *symbols = bench_alloc(POINTS, 1);
    uint64_t state = 3;
    for (size_t i = 0; i < POINTS; i++) {
        sizes[i] = (float)(4 + 10 * bench_uniform(&state));
        colors[i] = 0xff000000u | (uint32_t)(bench_uniform(&state) * 0xffffff);
        symbols[i] = (uint8_t)(bench_uniform(&state) * (PLT_NUM_SYMBOLS - 1));
    }
    plt_scatter_set_sizes(s->scatter, sizes, POINTS);
    plt_scatter_set_colors(s->scatter, colors, POINTS);
    plt_scatter_set_symbols(s->scatter, symbols, POINTS);
    free(sizes);
    free(colors);
    free(symbols);
}

static bool paint(struct stage *s)
{
    return plt_raster_paint(s->raster, s->figure, s->pixels, BENCH_WIDTH * 4, BENCH_WIDTH,
                            BENCH_HEIGHT, 1, NULL);
}

static bool run_pan(const char *name, bool mixed)
{
    struct stage s;
    double ms[PAN_FRAMES], cpu_s = 0;
    bool ok = true;
    open_stage(&s, false);
    if (mixed)
        mix(&s);
    for (int i = -2; i < PAN_FRAMES; i++) {
        const double left = (double)(i + 2) * POINTS / BENCH_WIDTH * 2;
        plt_plot_set_x_range(s.plot, left, left + 0.9 * POINTS);
        const double start = bench_clock();
        const double cpu = bench_seconds(CLOCK_PROCESS_CPUTIME_ID);
        ok = paint(&s) && ok;
        if (i < 0)
            continue;
        ms[i] = (bench_clock() - start) * 1e3;
        cpu_s += bench_seconds(CLOCK_PROCESS_CPUTIME_ID) - cpu;
    }
    qsort(ms, PAN_FRAMES, sizeof(ms[0]), bench_compare);
    printf("{\"case\": \"%s\", \"n\": %d, \"median_ms\": %.4g, \"least_ms\": %.4g, "
           "\"cpu_ms\": %.4g}\n",
           name, POINTS, bench_percentile(ms, PAN_FRAMES, 0.5), ms[0],
           cpu_s * 1e3 / PAN_FRAMES);
    close_stage(&s);
    return ok;
}

static double pick_at(struct stage *s, double x, double y, int *hits)
{
    struct plt_pick pick;
    const double start = bench_clock();
    *hits += plt_plot_pick(s->plot, x, y, 10, &pick);
    return (bench_clock() - start) * 1e3;
}

static bool run_pick(const char *name, bool sorted)
{
    struct stage s;
    static double ms[PICKS];
    int hits = 0;
    uint64_t state = 5;
    open_stage(&s, sorted);
    bool ok = paint(&s);
    for (int i = 0; i < PICKS; i++)
        ms[i] = pick_at(&s, BENCH_WIDTH * bench_uniform(&state),
                        BENCH_HEIGHT * bench_uniform(&state), &hits);
    // While the tree is made, which the first ones do among themselves.
    const double first = ms[0];
    double new_longest = 0;
    for (int i = 0; i < NEW_PICKS; i++)
        new_longest = fmax(new_longest, ms[i]);
    qsort(ms, PICKS, sizeof(ms[0]), bench_compare);
    printf("{\"case\": \"%s\", \"n\": %d, \"first_ms\": %.4g, \"new_longest_ms\": %.4g, "
           "\"median_ms\": %.4g, \"p99_ms\": %.4g, \"longest_ms\": %.4g, \"hits\": %d}\n",
           name, POINTS, first, new_longest, bench_percentile(ms, PICKS, 0.5),
           bench_percentile(ms, PICKS, 0.99), ms[PICKS - 1], hits);
    close_stage(&s);
    return ok && hits > 0;
}

int main(int argc, char **argv)
{
    const char *wanted = argc > 2 && strcmp(argv[1], "--case") == 0 ? argv[2] : NULL;
    bool ok = true;
    if (!wanted || strcmp(wanted, "pan") == 0)
        ok = run_pan("pan", false) && ok;
    if (!wanted || strcmp(wanted, "pan mixed") == 0)
        ok = run_pan("pan mixed", true) && ok;
    if (!wanted || strcmp(wanted, "pick") == 0)
        ok = run_pick("pick", false) && ok;
    if (!wanted || strcmp(wanted, "pick sorted") == 0)
        ok = run_pick("pick sorted", true) && ok;
    return ok ? 0 : 1;
}
