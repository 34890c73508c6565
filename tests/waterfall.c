// Waterfalls: every row against the formula summed in doubles, however the samples came;
// times, columns, gaps; a thread that appends beside; a carrier and a burst in the picture.
#include <pthread.h>
#include <stdatomic.h>

#include <plotlib/base/alloc.h>
#include <plotlib/data/image.h>
#include <plotlib/data/image_ring.h>
#include <plotlib/plotlib.h>

#include "test.h"

#define TURN (2 * 3.14159265358979323846)

static struct test_random rnd;

// The windows' definitions, one by one.
static double weight(enum plt_window window, size_t j, size_t n)
{
    const double a = TURN * (double)j / (double)n;
    switch (window) {
    case PLT_WINDOW_HANN: return 0.5 - 0.5 * cos(a);
    case PLT_WINDOW_RECTANGULAR: return 1;
    case PLT_WINDOW_HAMMING: return 0.54 - 0.46 * cos(a);
    case PLT_WINDOW_BLACKMAN: return 0.42 - 0.5 * cos(a) + 0.08 * cos(2 * a);
    case PLT_WINDOW_BLACKMAN_HARRIS:
        return 0.35875 - 0.48829 * cos(a) + 0.14128 * cos(2 * a) - 0.01168 * cos(3 * a);
    case PLT_WINDOW_FLAT_TOP:
        return 0.21557895 - 0.41663158 * cos(a) + 0.277263158 * cos(2 * a) -
               0.083578947 * cos(3 * a) + 0.006947368 * cos(4 * a);
    }
    return NAN;
}

// 10^(dB/10) of column c of the spectrum that begins at sample `first`.
static double power_at(const struct plt_spectrogram_params *p, const double *re,
                       const double *im, size_t first, size_t c)
{
    const size_t n = p->size;
    const double k = im ? (double)c - floor((double)n / 2) : (double)c;
    double sum_re = 0, sum_im = 0;
    double weights = 0, squares = 0;
    for (size_t j = 0; j < n; j++) {
        const double w = weight(p->window, j, n);
        const double a = -TURN * fmod(k * (double)j, (double)n) / (double)n;
        const double yr = re[first + j], yi = im ? im[first + j] : 0;
        sum_re += w * (yr * cos(a) - yi * sin(a));
        sum_im += w * (yr * sin(a) + yi * cos(a));
        weights += w;
        squares += w * w;
    }
    const double sides = im || c == 0 || 2 * c == n ? 1 : 2;
    const double a = hypot(sum_re, sum_im);
    return p->density ? sides * a * a / (p->rate_hz * squares)
                      : sides * sides * a * a / (weights * weights);
}

struct source {
    struct plt_series *series[2];
    double y[2][6000];
    size_t total;
    bool is_complex;
};

static void extend(struct source *s, size_t n)
{
    static float block[2][6000];
    for (size_t i = 0; i < n; i++) {
        const size_t at = s->total + i;
        const double turn = TURN * 0.13 * (double)at;
        s->y[0][at] = 3 + cos(turn) + 0.1 * test_uniform(&rnd);
        s->y[1][at] = 0.5 * sin(turn) + 0.1 * test_uniform(&rnd);
        for (int k = 0; k < 2; k++)
            s->y[k][at] = block[k][i] = (float)s->y[k][at];
    }
    for (int k = 0; k < (s->is_complex ? 2 : 1); k++)
        REQUIRE(plt_series_append(s->series[k], block[k], n));
    s->total += n;
}

static void check_rows(const struct source *s, struct plt_spectrogram *spectrogram,
                       const struct plt_spectrogram_params *p)
{
    struct plt_image *image = plt_spectrogram_image(spectrogram);
    struct plt_image_ring *ring = plt_image_get_ring(image);
    const size_t hop = p->hop * p->spectra_per_row;
    const size_t length = p->hop * (p->spectra_per_row - 1) + p->size;
    const size_t rows = s->total < length ? 0 : (s->total - length) / hop + 1;
    const size_t columns = s->is_complex ? p->size : p->size / 2 + 1;
    REQUIRE(plt_spectrogram_settle(spectrogram));
    plt_ring_take(ring);
    REQUIRE_CMP(plt_image_rows_total(image), ==, (uint64_t)rows, PRIu64);
    REQUIRE_CMP(ring->head, ==, (uint64_t)rows, PRIu64);
    REQUIRE_CMP((size_t)plt_image_columns(image), ==, columns, "zu");
    for (uint64_t r = ring->tail; r < ring->head; r++) {
        const float *line =
            (const float *)(const void *)(ring->lines +
                                          plt_ring_line(ring, r) * ring->row_size);
        const double time = ((double)(r * hop) + (double)(length - 1) / 2) * 0.25 + 7;
        REQUIRE_CMP(plt_ring_time(ring, (struct plt_ring_clock){0, 1}, r), ==, time, "g");
        if (test_below(&rnd, 4))
            continue;
        for (size_t c = 0; c < columns; c++) {
            double most = 0;
            for (uint32_t k = 0; k < p->spectra_per_row; k++)
                most = fmax(most, power_at(p, s->y[0], s->is_complex ? s->y[1] : NULL,
                                           r * hop + k * p->hop, c));
            // The transform may be one of floats: 1e-6 of what there is.
            const double found = pow(10, line[c] / 20.0), wanted = sqrt(most);
            REQUIRE_CMP(fabs(found - wanted), <=, 2e-5, "g");
        }
    }
}

static void test_formula(void)
{
    static struct source s;
    for (int i = 0; i < 24; i++) {
        s = (struct source){.is_complex = i % 2};
        for (int k = 0; k < 2; k++)
            s.series[k] =
                plt_series_create(plt_series_params(.type = PLT_F32, .x0 = 7, .dx = 0.25));
        struct plt_spectrogram_params p = {
            .imaginary = s.is_complex ? s.series[1] : NULL,
            .size = 2 + (uint32_t)test_below(&rnd, i < 6 ? 20 : 100),
            .window = (enum plt_window)(i % 6),
            .density = i % 5 == 4,
            .spectra_per_row = 1 + (uint32_t)test_below(&rnd, 4),
            .rows = 1 + (int32_t)test_below(&rnd, 100)};
        p.hop = 1 + test_below(&rnd, 2 * p.size);
        extend(&s, (size_t)test_below(&rnd, 500));
        struct plt_spectrogram *spectrogram = plt_spectrogram_create(s.series[0], &p);
        REQUIRE(spectrogram);
        p.rate_hz = 4;
        for (int step = 0; step < 5; step++) {
            extend(&s, (size_t)test_below(&rnd, 500));
            check_rows(&s, spectrogram, &p);
        }
        plt_spectrogram_destroy(spectrogram);
        plt_series_unref(s.series[0]);
        plt_series_unref(s.series[1]);
    }
}

// What the header promises of sines, columns and gaps.
static void test_levels(void)
{
    static double y[2][4096];
    for (int i = 0; i < 2; i++) {
        struct plt_series *re = plt_series_create(plt_series_params(.dx = 1e-3));
        struct plt_series *im = plt_series_create(plt_series_params(.dx = 1e-3));
        for (int j = 0; j < 4096; j++) { // 125 Hz, turning backwards when complex
            y[0][j] = cos(TURN * 0.125 * j);
            y[1][j] = -sin(TURN * 0.125 * j);
        }
        y[0][3000] = NAN;
        plt_series_append(re, y[0], 4096);
        plt_series_append(im, y[1], 4096);
        struct plt_spectrogram *s = plt_spectrogram_create(
            re, plt_spectrogram_params(.imaginary = i ? im : NULL, .size = 1024,
                                       .hop = 1024, .center_hz = i ? 10000 : 0));
        struct plt_image *image = plt_spectrogram_image(s);
        REQUIRE(plt_spectrogram_settle(s));
        plt_ring_take(plt_image_get_ring(image));
        const struct plt_range band = plt_spectrogram_band(s);
        const double step = (band.x1 - band.x0) / plt_image_columns(image);
        const double hz = i ? 10000 - 125 : 125;
        const int32_t at = (int32_t)((hz - band.x0) / step);
        REQUIRE_CMP(fabs(band.x0 + (at + 0.5) * step - hz), <, 1e-6, "g");
        REQUIRE_CMP(fabs(plt_image_value(image, at, 0, 0)), <, 1e-4, "g");
        REQUIRE_CMP(plt_image_value(image, at + 5, 0, 0), <, -100.0, "g");
        REQUIRE(isnan(plt_image_value(image, at, 2, 0)));
        REQUIRE(!isnan(plt_image_value(image, at, 3, 0)));
        plt_spectrogram_destroy(s);
        plt_series_unref(re);
        plt_series_unref(im);
    }
}

// Other samples: rows begin again. A ring: rows that came and went are missing, the others
// are where they belong. Nanoseconds: times to the last one.
static void test_sources(void)
{
    static double y[3000];
    static int64_t ns[3000];
    struct plt_series *series =
        plt_series_create(plt_series_params(.x_kind = PLT_X_I64, .capacity = 1000));
    struct plt_log *quiet =
        plt_log_create(&(struct plt_log_params){.level = PLT_LEVEL_NONE});
    REQUIRE(!plt_spectrogram_create(series, plt_spectrogram_params(.log = quiet)));
    for (int i = 0; i < 3000; i++) {
        y[i] = sin(0.3 * i);
        ns[i] = INT64_C(1700000000000000000) + i * 1001;
    }
    struct plt_spectrogram *s = plt_spectrogram_create(
        series, plt_spectrogram_params(.size = 100, .hop = 70, .rate_hz = 1e9 / 1001));
    struct plt_image_ring *ring = plt_image_get_ring(plt_spectrogram_image(s));
    const struct plt_ring_clock clock = {ns[0], 1};
    for (int round = 0; round < 2; round++) {
        plt_series_append_xy(series, ns, y, 500);
        REQUIRE(plt_spectrogram_settle(s));
        plt_ring_take(ring);
        REQUIRE_CMP(ring->head - ring->tail, ==, UINT64_C(6), PRIu64);
        REQUIRE_CMP(plt_ring_time(ring, clock, ring->head - 1), ==,
                    (double)((ns[5 * 70 + 49] + ns[5 * 70 + 50]) / 2 - ns[0]), "g");
        plt_series_append_xy(series, ns + 500, y + 500, 2500); // at once: 2000 are gone
        REQUIRE(plt_spectrogram_settle(s));
        plt_ring_take(ring);
        const uint64_t rows = ring->head - ring->tail;
        REQUIRE_CMP(rows, ==, UINT64_C(6 + 13), PRIu64);
        REQUIRE_CMP(plt_ring_time(ring, clock, ring->head - 1), ==,
                    (double)((ns[41 * 70 + 49] + ns[41 * 70 + 50]) / 2 - ns[0]), "g");
        plt_series_clear(series);
    }
    plt_spectrogram_destroy(s);
    plt_series_unref(series);
    plt_log_unref(quiet);
}

// Each allocation fails once: NULL, or all rows in the end.
static void test_memory(void)
{
    static const double y[4000];
    struct plt_log *quiet =
        plt_log_create(&(struct plt_log_params){.level = PLT_LEVEL_NONE});
    struct plt_series *series = plt_series_create(plt_series_params(.capacity = 4096));
    plt_series_append(series, y, 4000);
    for (int n = 0; n < 40; n++) {
        plt_alloc_fail_at(n, false);
        struct plt_spectrogram *s = plt_spectrogram_create(
            series, plt_spectrogram_params(.size = 64, .log = quiet));
        if (s) {
            plt_spectrogram_settle(s);
            plt_alloc_fail_at(-1, false);
            REQUIRE(plt_spectrogram_settle(s));
            REQUIRE_CMP(plt_image_rows_total(plt_spectrogram_image(s)), ==, UINT64_C(124),
                        PRIu64);
        }
        plt_alloc_fail_at(-1, false);
        plt_spectrogram_destroy(s);
    }
    plt_series_unref(series);
    plt_log_unref(quiet);
}

// --- a producer beside -------------------------------------------------------------------

enum { LIVE = 400000, WIDTH = 300, HEIGHT = 200, CARRIER = 90, SIZE = 1024 };

static void *produce(void *user)
{
    static float block[1000];
    for (int i = 0; i < LIVE; i += 1000) {
        for (int j = 0; j < 1000; j++) {
            const int at = i + j;
            block[j] = (float)(1e-4 * test_uniform(&rnd) - 5e-5) +
                       (float)cos(TURN * CARRIER / SIZE * at);
            if (at >= 300000 && at < 301000)
                block[j] += (float)(at == 300500 ? 100 : 0); // all frequencies at once
        }
        plt_series_append(user, block, 1000);
    }
    return NULL;
}

// Drawn while it comes in, each row once; at the end the carrier is seen in every row of
// pixels and the burst in every column.
static void test_live(void)
{
    static uint32_t pixels[HEIGHT][WIDTH];
    struct plt_series *series =
        plt_series_create(plt_series_params(.type = PLT_F32, .dx = 1e-5));
    struct plt_figure *figure = plt_figure_create(plt_figure_params(.bare = true));
    struct plt_plot *plot = plt_figure_add_plot(figure, plt_plot_params(.follow_span = 4));
    struct plt_spectrogram *s =
        plt_spectrogram_create(series, plt_spectrogram_params(.size = SIZE));
    const struct plt_range band = plt_spectrogram_band(s);
    struct plt_image_item *item = plt_image_item_create(
        plot, plt_spectrogram_image(s),
        plt_image_item_params(.place = {band.x0, 0, band.x1 - band.x0, 0},
                              .levels = {-100, -10}, .colormap = "grey"));
    struct plt_raster *raster = plt_raster_create(NULL);
    pthread_t thread;
    REQUIRE(item && raster && pthread_create(&thread, NULL, produce, series) == 0);
    for (int i = 0; i < 30; i++)
        REQUIRE(plt_raster_paint(raster, figure, pixels, sizeof(pixels[0]), WIDTH, HEIGHT,
                                 1, NULL));
    pthread_join(thread, NULL);
    REQUIRE(plt_spectrogram_settle(s));
    REQUIRE_CMP(plt_image_rows_total(plt_spectrogram_image(s)), ==,
                (uint64_t)(LIVE - SIZE) / (SIZE / 2) + 1, PRIu64);
    REQUIRE(plt_raster_paint(raster, figure, pixels, sizeof(pixels[0]), WIDTH, HEIGHT, 1,
                             NULL));
    const struct plt_range y = plt_plot_y_range(plot);
    REQUIRE_CMP(fabs(y.x1 - y.x0 - 4), <, 1e-9, "g");
    const int column = (int)(CARRIER * WIDTH / (SIZE / 2 + 1.0));
    const int row = HEIGHT - 1 - (int)((3.005 - y.x0) / 4 * HEIGHT);
    int carrier = 0, burst = 0;
    for (int py = 0; py < HEIGHT; py++)
        carrier += (pixels[py][column] & 255) == 255;
    for (int px = 0; px < WIDTH; px++) // 100 / sum of w: -14 dB, twice
        burst += (pixels[row][px] & 255) > 200 || (pixels[row - 1][px] & 255) > 200 ||
                 (pixels[row + 1][px] & 255) > 200;
    REQUIRE_CMP(carrier, >=, HEIGHT - 2, "d");
    REQUIRE_CMP(burst, ==, WIDTH, "d");
    plt_raster_destroy(raster);
    plt_figure_destroy(figure);
    plt_spectrogram_destroy(s);
    plt_series_unref(series);
}

int main(void)
{
    rnd = test_random_seeded();
    test_formula();
    test_levels();
    test_sources();
    test_memory();
    test_live();
    return test_result();
}
