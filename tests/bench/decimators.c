// How many lit pixels the usual decimators get wrong. Each thins the same signal, and what
// it leaves is drawn by the same painter that draws all samples; a pixel is wrong when only
// one of both pictures lights it (1 px, aliased), or when they differ by more than a tenth
// there (1.5 px, antialiased). In percent of the lit pixels of the full drawing.
//
//   meson setup build && ninja -C build tests/bench/decimators
//   build/tests/bench/decimators [SAMPLES]        1000000 unless told; a Markdown table
//
// Written from their published descriptions, with x where the samples are:
//   stride      every k-th sample (ImPlot's demo, PyQtGraph's "subsample")
//   min/max     the least and the greatest sample of bins of equal count, in their order
//               (tsdownsample's MinMax; PyQtGraph's "peak" gives both the same x)
//   LTTB        Steinarsson 2013, "Downsampling Time Series for Visual Representation"
//   M4          first, least, greatest and last sample (Jugel et al., VLDB 2014) of bins of
//               equal count instead of pixel columns
#include <plotlib/plotlib.h>

#include "bench.h"

enum { WIDTH = 1280, HEIGHT = 720, PIXELS = WIDTH * HEIGHT, NUM_SIGNALS = 4 };

static const char *const signal_names[NUM_SIGNALS] = {
    "noise", "random walk", "sine with spikes of one sample", "square with pulses"};

struct points {
    double *x, *y;
    size_t n;
};

static struct points points_create(size_t most)
{
    return (struct points){bench_alloc(most, sizeof(double)),
                           bench_alloc(most, sizeof(double)), 0};
}

static void points_finish(struct points *p)
{
    free(p->x);
    free(p->y);
}

static void take(struct points *out, const double *y, size_t i)
{
    out->x[out->n] = (double)i;
    out->y[out->n++] = y[i];
}

// --- signals ---------------------------------------------------------------------------

static double *make_signal(int kind, size_t n)
{
    double *y = bench_noise(n, (uint64_t)kind + 1), level = 0;
    uint64_t state = 77;
    for (size_t i = 0; i < n; i++) {
        double u = bench_uniform(&state);
        double turn = (double)i / (double)n * 6.283185307179586;
        if (kind == 1)
            y[i] = level += y[i];
        else if (kind == 2)
            y[i] = sin(7 * turn) + (u < 2e3 / (double)n ? 2 * bench_uniform(&state) : 0);
        else if (kind == 3)
            y[i] = (sin(40 * turn) > 0 ? 1 : -1) + (u < 1e3 / (double)n ? 1.5 : 0);
    }
    return y;
}

// --- decimators ------------------------------------------------------------------------

// Begin of bin k of `bins` with equal counts, as near as whole numbers allow.
static size_t bin_begin(size_t n, size_t bins, size_t k)
{
    return (size_t)((double)n * (double)k / (double)bins);
}

static void extremes(const double *y, size_t begin, size_t end, size_t *least, size_t *most)
{
    *least = *most = begin;
    for (size_t i = begin; i < end; i++) {
        *least = y[i] < y[*least] ? i : *least;
        *most = y[i] > y[*most] ? i : *most;
    }
}

static void stride(struct points *out, const double *y, size_t n, size_t count)
{
    size_t step = (n + count - 1) / count;
    for (size_t i = 0; i < n; i += step)
        take(out, y, i);
}

static void min_max(struct points *out, const double *y, size_t n, size_t count)
{
    for (size_t k = 0; k < count / 2; k++) {
        size_t least, most;
        extremes(y, bin_begin(n, count / 2, k), bin_begin(n, count / 2, k + 1), &least,
                 &most);
        take(out, y, least < most ? least : most);
        if (least != most)
            take(out, y, least < most ? most : least);
    }
}

static void m4(struct points *out, const double *y, size_t n, size_t count)
{
    for (size_t k = 0; k < count / 4; k++) {
        size_t begin = bin_begin(n, count / 4, k), end = bin_begin(n, count / 4, k + 1);
        size_t least, most, last = end - 1;
        extremes(y, begin, end, &least, &most);
        size_t low = least < most ? least : most, high = least < most ? most : least;
        take(out, y, begin);
        if (low != begin)
            take(out, y, low);
        if (high != low)
            take(out, y, high);
        if (last != high && last != begin)
            take(out, y, last);
    }
}

static double mean_of(const double *y, size_t begin, size_t end)
{
    double sum = 0;
    for (size_t i = begin; i < end; i++)
        sum += y[i];
    return sum / (double)(end - begin);
}

// The sample of each bucket that spans the largest triangle with the one taken before and
// the mean of the next bucket.
static void lttb(struct points *out, const double *y, size_t n, size_t count)
{
    double every = (double)(n - 2) / (double)(count - 2);
    size_t taken = 0;
    take(out, y, 0);
    for (size_t k = 0; k + 2 < count; k++) {
        size_t begin = (size_t)(every * (double)k) + 1;
        size_t end = (size_t)(every * (double)(k + 1)) + 1;
        size_t next = (size_t)(every * (double)(k + 2)) + 1;
        next = k + 3 < count && next < n ? next : n;
        double mean_x = (double)(end + next - 1) / 2, mean_y = mean_of(y, end, next);
        double largest = -1;
        size_t best = begin;
        for (size_t i = begin; i < end; i++) {
            double area = fabs(((double)taken - mean_x) * (y[i] - y[taken]) -
                               ((double)taken - (double)i) * (mean_y - y[taken]));
            best = area > largest ? i : best;
            largest = area > largest ? area : largest;
        }
        take(out, y, taken = best);
    }
    take(out, y, n - 1);
}

struct decimator {
    const char *name;
    void (*thin)(struct points *out, const double *y, size_t n, size_t count);
    size_t count; // points it may leave
};

static const struct decimator decimators[] = {
    {"stride", stride, 2 * WIDTH},   {"min/max", min_max, 2 * WIDTH},
    {"min/max", min_max, 4 * WIDTH}, {"LTTB", lttb, 2 * WIDTH},
    {"LTTB", lttb, 4 * WIDTH},       {"M4, equal counts", m4, 4 * WIDTH},
};

// --- pictures --------------------------------------------------------------------------

struct drawing {
    size_t n; // samples of the whole signal: the view
    struct plt_range y;
    bool antialias;
    struct plt_raster *raster;
};

static bool draw(const struct drawing *d, struct plt_series *series, enum plt_lod lod,
                 uint32_t *pixels)
{
    struct plt_figure *figure =
        plt_figure_create(plt_figure_params(.bare = true, .background = {1, 1, 1, 1}));
    struct plt_plot *plot = plt_figure_add_plot(figure, NULL);
    float width = d->antialias ? 1.5f : 1;
    bool ok =
        plt_curve_create(plot, series,
                         plt_curve_params(.color = {0, 0, 0, 1}, .width_px = width,
                                          .no_antialias = !d->antialias, .lod = lod)) &&
        plt_plot_set_x_range(plot, 0, (double)d->n) &&
        plt_plot_set_y_range(plot, d->y.x0, d->y.x1) &&
        plt_raster_paint(d->raster, figure, pixels, WIDTH * 4, WIDTH, HEIGHT, 1, NULL);
    plt_figure_destroy(figure);
    return ok;
}

// Pixels that are wrong (the pictures are grey), in percent of those lit in `full`.
static double wrong(const uint32_t *full, const uint32_t *pixels)
{
    size_t lit = 0, differ = 0;
    for (size_t i = 0; i < PIXELS; i++) {
        lit += full[i] != 0xffffffffu;
        differ += abs((int)(full[i] & 255) - (int)(pixels[i] & 255)) > 25;
    }
    return 100 * (double)differ / (double)lit;
}

static bool fill_cell(const struct decimator *decimator, const struct drawing *d,
                      const double *y, struct plt_series *all, const uint32_t *full,
                      uint32_t *pixels)
{
    bool ok;
    if (decimator) {
        struct points points = points_create(decimator->count);
        struct plt_series *series =
            plt_series_create(plt_series_params(.x_kind = PLT_X_F64));
        decimator->thin(&points, y, d->n, decimator->count);
        ok = plt_series_append_xy(series, points.x, points.y, points.n) &&
             draw(d, series, PLT_LOD_OFF, pixels);
        plt_series_unref(series);
        points_finish(&points);
    } else {
        ok = draw(d, all, PLT_LOD_AUTO, pixels);
    }
    if (ok)
        printf(" %.2f |", wrong(full, pixels));
    return ok;
}

struct signal {
    double *y;
    struct plt_series *series;
    struct drawing drawing;
    uint32_t *full; // with all samples drawn
};

static bool signal_init(struct signal *s, int kind, size_t n, bool antialias,
                        struct plt_raster *raster)
{
    s->y = make_signal(kind, n);
    s->series = plt_series_create(NULL);
    s->full = bench_alloc(PIXELS, sizeof(*s->full));
    s->drawing = (struct drawing){.n = n, .antialias = antialias, .raster = raster};
    bool ok = plt_series_wrap(s->series, NULL, s->y, n, NULL, NULL) &&
              plt_series_y_bounds(s->series, &s->drawing.y);
    double margin = (s->drawing.y.x1 - s->drawing.y.x0) / 20;
    s->drawing.y.x0 -= margin;
    s->drawing.y.x1 += margin;
    return ok && draw(&s->drawing, s->series, PLT_LOD_OFF, s->full);
}

static bool print_table(size_t n, bool antialias, struct plt_raster *raster)
{
    struct signal signals[NUM_SIGNALS];
    uint32_t *pixels = bench_alloc(PIXELS, sizeof(*pixels));
    size_t rows = sizeof(decimators) / sizeof(decimators[0]);
    bool ok = true;
    printf(
        "\n%zu samples, %d columns, %s: %% of lit pixels wrong\n\n| decimator | points |",
        n, WIDTH, antialias ? "1.5 px antialiased" : "1 px aliased");
    for (int i = 0; i < NUM_SIGNALS; i++) {
        ok = signal_init(&signals[i], i, n, antialias, raster) && ok;
        printf(" %s |", signal_names[i]);
    }
    printf("\n| --- | --- | --- | --- | --- | --- |\n");
    for (size_t row = 0; ok && row <= rows; row++) {
        const struct decimator *d = row < rows ? &decimators[row] : NULL;
        if (d)
            printf("| %s | %zu |", d->name, d->count);
        else
            printf("| plotlib | by column |");
        for (int i = 0; i < NUM_SIGNALS; i++)
            ok = fill_cell(d, &signals[i].drawing, signals[i].y, signals[i].series,
                           signals[i].full, pixels) &&
                 ok;
        printf("\n");
    }
    for (int i = 0; i < NUM_SIGNALS; i++) {
        plt_series_unref(signals[i].series);
        free(signals[i].y);
        free(signals[i].full);
    }
    free(pixels);
    return ok;
}

int main(int argc, char **argv)
{
    size_t n = argc > 1 ? strtoull(argv[1], NULL, 10) : 1000000;
    if (n < 8 * WIDTH) {
        fprintf(stderr, "usage: decimators [SAMPLES], at least %d\n", 8 * WIDTH);
        return 2;
    }
    struct plt_raster *raster = plt_raster_create(NULL);
    bool ok = print_table(n, false, raster) && print_table(n, true, raster);
    plt_raster_destroy(raster);
    return ok ? 0 : 1;
}
