// Amplitude and power spectra against the definition (an O(n^2) transform in long doubles),
// Parseval's sum, the amplitude of a sine, segments, gaps, uneven x, failing memory.
#include <plotlib/base/alloc.h>
#include <plotlib/plotlib.h>

#include "transform_fixture.h"

enum { NUM_WINDOWS = PLT_WINDOW_FLAT_TOP + 1 };

static const long double PI = 3.14159265358979323846264338327950288L;

static const long double terms[NUM_WINDOWS][5] = {
    [PLT_WINDOW_HANN] = {0.5L, 0.5L},
    [PLT_WINDOW_RECTANGULAR] = {1},
    [PLT_WINDOW_HAMMING] = {0.54L, 0.46L},
    [PLT_WINDOW_BLACKMAN] = {0.42L, 0.5L, 0.08L},
    [PLT_WINDOW_BLACKMAN_HARRIS] = {0.35875L, 0.48829L, 0.14128L, 0.01168L},
    [PLT_WINDOW_FLAT_TOP] = {0.21557895L, 0.41663158L, 0.277263158L, 0.083578947L,
                             0.006947368L},
};

static long double window_at(enum plt_window window, size_t j, size_t n)
{
    long double w = 0;
    for (int m = 0; m < 5; m++)
        w += (m % 2 ? -1 : 1) * terms[window][m] *
             cosl(2 * PI * m * (long double)j / (long double)n);
    return n == 1 ? 1 : w;
}

// e^(2 pi i j / n) and the window, made once for each n.
static struct {
    size_t n;
    enum plt_window window;
    long double *cosine, *sine, *w;
} table;

static void make_table(enum plt_window window, size_t n)
{
    if (table.n == n && table.window == window)
        return;
    free(table.cosine);
    free(table.sine);
    free(table.w);
    table.n = n;
    table.window = window;
    table.cosine = malloc((n + 1) * sizeof(long double));
    table.sine = malloc((n + 1) * sizeof(long double));
    table.w = malloc((n + 1) * sizeof(long double));
    for (size_t j = 0; j < n; j++) {
        table.cosine[j] = cosl(2 * PI * (long double)j / (long double)n);
        table.sine[j] = sinl(2 * PI * (long double)j / (long double)n);
        table.w[j] = window_at(window, j, n);
    }
}

// What the header says of y[n] at bin k.
static double expected_bin(const struct plt_transform_params *p, const double *y, size_t n,
                           double dx, size_t k)
{
    long double re = 0, im = 0, sum = 0, squares = 0;
    make_table(p->window, n);
    for (size_t j = 0, turn = 0; j < n; j++) {
        long double w = table.w[j];
        re += w * y[j] * table.cosine[turn];
        im -= w * y[j] * table.sine[turn];
        sum += w;
        squares += w * w;
        turn += k;
        turn -= turn >= n ? n : 0;
    }
    long double c = k == 0 || 2 * k == n ? 1 : 2;
    return p->kind == PLT_TRANSFORM_PSD ? (double)(c * (re * re + im * im) * dx / squares)
                                        : (double)(c * hypotl(re, im) / sum);
}

static double rms_about_mean(const double *y, size_t n)
{
    long double sum = 0, squares = 0;
    for (size_t j = 0; j < n; j++)
        sum += y[j];
    for (size_t j = 0; j < n; j++)
        squares += (y[j] - sum / n) * (y[j] - sum / n);
    return n ? (double)sqrtl(squares / n) : 0;
}

static double worst; // error of an amplitude over the samples' rms

static void check_spectrum(struct plt_series *spectrum,
                           const struct plt_transform_params *p, const double *y, size_t n,
                           double dx)
{
    struct plt_series_pin pin;
    if (n == 0) {
        REQUIRE(!pin_now(spectrum, &pin));
        return;
    }
    REQUIRE(pin_now(spectrum, &pin));
    REQUIRE_CMP(pin.head, ==, (uint64_t)n / 2 + 1, PRIu64);
    REQUIRE(pin.sorted && pin.tail == 0);
    const double rms = rms_about_mean(y, n);
    const size_t every = n > 2000 ? n / 20 : 1;
    for (size_t k = 0; k <= n / 2 && k < pin.head; k += every) {
        REQUIRE(fabs(plt_pin_x_f64(&pin, k) - k / (n * dx)) <= 4e-16 * k / (n * dx));
        double is = plt_pin_y(&pin, k), ought = expected_bin(p, y, n, dx, k);
        double scale = 1;
        if (p->kind == PLT_TRANSFORM_PSD) { // compared as amplitudes
            scale = n * dx;
            is = sqrt(is / scale);
            ought = sqrt(ought / scale);
        }
        double error = fabs(is - ought);
        worst = n > 1 && error / rms > worst ? error / rms : worst;
        if (!(error <= 1e-6 * rms + fabs(ought) * 1e-12))
            fprintf(stderr, "n %zu window %d bin %zu: %.17g for %.17g\n", n, (int)p->window,
                    k, is, ought);
        REQUIRE(error <= 1e-6 * rms + fabs(ought) * 1e-12);
    }
    plt_series_unpin(&pin);
}

static void test_definition(struct test_random *random, size_t n, int choice)
{
    struct plt_transform_params p = {
        .kind = choice % 2 ? PLT_TRANSFORM_PSD : PLT_TRANSFORM_MAGNITUDE,
        .window = (enum plt_window)(choice / 2 % NUM_WINDOWS),
    };
    // From very small to very large, and far from zero.
    double scale = pow(10, -120 + 240 * test_uniform(random));
    double offset = test_below(random, 2) ? scale * 1e4 * test_uniform(random) : 0;
    double dx = 1e-6 + test_uniform(random);
    double *y = malloc((n + 1) * sizeof(*y));
    double tone = test_uniform(random) * 3;
    for (size_t j = 0; j < n; j++)
        y[j] = offset + scale * (test_uniform(random) - 0.5 + sin(tone * (double)j));
    struct plt_series *source = plt_series_create(plt_series_params(.dx = dx, .x0 = 7));
    REQUIRE(plt_series_append(source, y, n));
    struct plt_series *spectrum = plt_series_transform(source, &p);
    check_spectrum(spectrum, &p, y, n, dx);
    plt_series_unref(spectrum);
    plt_series_unref(source);
    free(y);
}

static double sum_of(struct plt_series *series)
{
    struct plt_series_pin pin;
    double sum = 0;
    REQUIRE(pin_now(series, &pin));
    for (uint64_t k = pin.tail; k < pin.head; k++)
        sum += plt_pin_y(&pin, k);
    plt_series_unpin(&pin);
    return sum;
}

// The sum of P df is the mean of (w y)^2 over that of w^2, for every window and length.
static void test_parseval(struct test_random *random)
{
    for (int round = 0; round < 60; round++) {
        size_t n = 1 + (size_t)test_below(random, 3000);
        enum plt_window window = (enum plt_window)(round % NUM_WINDOWS);
        float *y = malloc(n * sizeof(*y));
        long double power = 0, squares = 0;
        for (size_t j = 0; j < n; j++) {
            y[j] = (float)(test_uniform(random) * 8 - 3);
            long double w = window_at(window, j, n);
            power += w * y[j] * w * y[j];
            squares += w * w;
        }
        struct plt_series *source =
            plt_series_create(plt_series_params(.type = PLT_F32, .dx = 0.01));
        REQUIRE(plt_series_append(source, y, n));
        struct plt_series *psd = plt_series_transform(
            source, plt_transform_params(.kind = PLT_TRANSFORM_PSD, .window = window));
        double is = sum_of(psd) / (n * 0.01), ought = (double)(power / squares);
        REQUIRE(fabs(is - ought) <= 1e-6 * ought);
        plt_series_unref(psd);
        plt_series_unref(source);
        free(y);
    }
}

static double peak(struct plt_series *series, double *at)
{
    struct plt_series_pin pin;
    double most = -INFINITY;
    REQUIRE(pin_now(series, &pin));
    for (uint64_t k = 0; k < pin.head; k++) {
        if (plt_pin_y(&pin, k) > most) {
            most = plt_pin_y(&pin, k);
            *at = plt_pin_x_f64(&pin, k);
        }
    }
    plt_series_unpin(&pin);
    return most;
}

// A sine of 3 V at 125 Hz, sampled at 1 kHz: 3 V whatever the window; between two bins
// only the flat top reads it.
static void test_sine(enum plt_window window, bool between)
{
    enum { N = 4000 };
    double y[N], hertz = between ? 125.125 : 125, at = 0;
    for (int j = 0; j < N; j++)
        y[j] = 3 * sin(2 * (double)PI * hertz * j / 1000 + 0.3);
    struct plt_series *source = plt_series_create(plt_series_params(.dx = 1e-3));
    REQUIRE(plt_series_append(source, y, N));
    struct plt_series *amplitude = plt_series_transform(
        source, plt_transform_params(.kind = PLT_TRANSFORM_MAGNITUDE, .window = window));
    double most = peak(amplitude, &at);
    REQUIRE(fabs(at - hertz) <= 0.1251);
    if (!between)
        REQUIRE(fabs(most - 3) < 1e-5);
    else if (window == PLT_WINDOW_FLAT_TOP)
        REQUIRE(fabs(most - 3) < 6e-3);
    else
        REQUIRE(most < 2.8);
    plt_series_unref(amplitude);
    amplitude = plt_series_transform(
        source, plt_transform_params(.kind = PLT_TRANSFORM_MAGNITUDE, .window = window,
                                     .decibel = true));
    REQUIRE(fabs(peak(amplitude, &at) - 20 * log10(most)) < 1e-9);
    plt_series_unref(amplitude);
    struct plt_series *psd = plt_series_transform(
        source,
        plt_transform_params(.kind = PLT_TRANSFORM_PSD, .window = window, .decibel = true));
    struct plt_series *plain = plt_series_transform(
        source, plt_transform_params(.kind = PLT_TRANSFORM_PSD, .window = window));
    REQUIRE(fabs(peak(psd, &at) - 10 * log10(peak(plain, &at))) < 1e-9);
    plt_series_unref(psd);
    plt_series_unref(plain);
    plt_series_unref(source);
}

// Far from a sine there is nothing down to -140 dB, for fast lengths and others.
static void test_floor(size_t n)
{
    double *y = malloc(n * sizeof(*y));
    const size_t tone = n / 8;
    for (size_t j = 0; j < n; j++)
        y[j] = 1e3 + sin(2 * (double)PI * (double)(tone * j % n) / (double)n);
    struct plt_series *source = plt_series_create(NULL);
    REQUIRE(plt_series_append(source, y, n));
    struct plt_series *amplitude = plt_series_transform(
        source, plt_transform_params(.kind = PLT_TRANSFORM_MAGNITUDE, .decibel = true,
                                     .window = PLT_WINDOW_BLACKMAN_HARRIS));
    struct plt_series_pin pin;
    REQUIRE(pin_now(amplitude, &pin));
    double most = -INFINITY;
    for (uint64_t k = 6; k < pin.head; k++) {
        if (k + 5 < tone || k > tone + 5)
            most = fmax(most, plt_pin_y(&pin, k));
    }
    REQUIRE(fabs(plt_pin_y(&pin, tone)) < 1e-5);
    REQUIRE_CMP(most, <, -140.0, "g");
    plt_series_unpin(&pin);
    plt_series_unref(amplitude);
    plt_series_unref(source);
    free(y);
}

// Segments that overlap by half, the last one with the newest sample; those with a gap are
// left out.
static void test_segments(struct test_random *random)
{
    enum { N = 1000, LENGTH = 950, SEGMENT = 100, HOP = 50 };
    double y[N];
    for (int j = 0; j < N; j++)
        y[j] = test_uniform(random);
    y[N - LENGTH + 320] = NAN; // in segments 5 and 6 of 18
    struct plt_series *source = plt_series_create(NULL);
    REQUIRE(plt_series_append(source, y, N));
    for (int kind = PLT_TRANSFORM_MAGNITUDE; kind <= PLT_TRANSFORM_PSD; kind++) {
        struct plt_transform_params p = {
            .kind = (enum plt_transform_kind)kind, .length = LENGTH, .segment = SEGMENT};
        struct plt_series *derived = plt_series_transform(source, &p);
        struct plt_series_pin pin;
        REQUIRE(pin_now(derived, &pin));
        REQUIRE_CMP(pin.head, ==, UINT64_C(51), PRIu64);
        for (uint64_t k = 0; k < pin.head; k++) {
            double power = 0;
            for (int s = 0; s < 18; s++) {
                double v = s == 5 || s == 6
                               ? 0
                               : expected_bin(&p, y + N - LENGTH + s * HOP, SEGMENT, 1, k);
                power += kind == PLT_TRANSFORM_PSD ? v : v * v;
            }
            power /= 16;
            double ought = kind == PLT_TRANSFORM_PSD ? power : sqrt(power);
            REQUIRE(fabs(plt_pin_y(&pin, k) - ought) <= 2e-6 * ought);
        }
        plt_series_unpin(&pin);
        plt_series_unref(derived);
    }
    struct plt_series *whole = plt_series_transform(
        source, plt_transform_params(.kind = PLT_TRANSFORM_PSD, .length = LENGTH));
    check_values(whole, NULL, 0);
    plt_series_unref(whole);
    struct plt_series *newest = plt_series_transform(
        source, plt_transform_params(.kind = PLT_TRANSFORM_PSD, .length = 64));
    struct plt_transform_params p = {.kind = PLT_TRANSFORM_PSD};
    check_spectrum(newest, &p, y + N - 64, 64, 1);
    REQUIRE(plt_series_append(source, y, 40)); // it moves on
    double last[64];
    memcpy(last, y + N - 24, 24 * sizeof(*y));
    memcpy(last + 24, y, 40 * sizeof(*y));
    check_spectrum(newest, &p, last, 64, 1);
    plt_series_unref(newest);
    plt_series_unref(source);
}

// A spectrum of another transform: without its mean the signal has no bin at zero.
static void test_chain(void)
{
    float y[512];
    for (int j = 0; j < 512; j++)
        y[j] = (float)(5 + (j % 8 < 4));
    struct plt_series *source = plt_series_create(plt_series_params(.type = PLT_F32));
    struct plt_series *about_mean = plt_series_transform(
        source, plt_transform_params(.kind = PLT_TRANSFORM_SUBTRACT_MEAN));
    struct plt_series *amplitude = plt_series_transform(
        about_mean, plt_transform_params(.kind = PLT_TRANSFORM_MAGNITUDE,
                                         .window = PLT_WINDOW_RECTANGULAR));
    plt_series_unref(about_mean);
    for (int round = 1; round <= 3; round++) {
        REQUIRE(plt_series_append(source, y, 512));
        REQUIRE_CMP(plt_series_count(amplitude), ==, UINT64_C(256) * round + 1, PRIu64);
        struct plt_series_pin pin;
        REQUIRE(pin_now(amplitude, &pin));
        REQUIRE(plt_pin_y(&pin, 0) < 1e-12);
        // The first harmonic of eight samples up and down by a half.
        double ought = 0.25 / sin((double)PI / 8);
        REQUIRE(fabs(plt_pin_y(&pin, 64 * (uint64_t)round) - ought) < 1e-6);
        plt_series_unpin(&pin);
    }
    plt_series_unref(amplitude);
    plt_series_unref(source);
}

// Jittering nanoseconds: the sine still stands at its frequency in hertz. Uneven x is
// replaced by straight lines, x that does not increase has no spectrum and one log line.
static void test_x(struct test_random *random)
{
    enum { N = 1000 };
    int64_t t[N];
    double y[N], even[N];
    for (int j = 0; j < N; j++) {
        t[j] = 1700000000000000000 + j * (int64_t)1000000;
        if (j > 0 && j < N - 1)
            t[j] += (int64_t)(test_uniform(random) * 4e5) - 200000;
        y[j] = 2 * sin(2 * (double)PI * 20 * (double)(t[j] - t[0]) * 1e-9);
    }
    int lines = 0;
    struct plt_log *log = test_counting_log(&lines);
    struct plt_series *source =
        plt_series_create(plt_series_params(.x_kind = PLT_X_I64, .log = log));
    REQUIRE(plt_series_append_xy(source, t, y, N));
    struct plt_transform_params p = {.kind = PLT_TRANSFORM_MAGNITUDE};
    struct plt_series *derived = plt_series_transform(source, &p);
    double at = 0;
    REQUIRE(fabs(peak(derived, &at) - 2) < 0.02);
    REQUIRE(fabs(at - 20) < 1e-9);
    for (int k = 0; k < N; k++) { // the samples about k ms
        int j = k > 0 && (t[k] - t[0]) > k * (int64_t)1000000 ? k - 1 : k;
        j = j > N - 2 ? N - 2 : j;
        double part = (k * 1e6 - (double)(t[j] - t[0])) / (double)(t[j + 1] - t[j]);
        even[k] = y[j] + part * (y[j + 1] - y[j]);
    }
    check_spectrum(derived, &p, even, N, 1e-3);
    REQUIRE_CMP(lines, ==, 0, "d");
    REQUIRE(plt_series_append_xy(source, t, y, 1)); // back
    check_values(derived, NULL, 0);
    REQUIRE(plt_series_append_xy(source, t, y, 1));
    check_values(derived, NULL, 0);
    REQUIRE_CMP(lines, ==, 1, "d");
    REQUIRE(plt_series_set_xy(source, t, y, 1));
    struct plt_series_pin pin;
    REQUIRE(pin_now(derived, &pin));
    REQUIRE(pin.head == 1 && plt_pin_x_f64(&pin, 0) == 0 &&
            plt_pin_y(&pin, 0) == fabs(y[0]));
    plt_series_unpin(&pin);
    plt_series_unref(derived);
    plt_series_unref(source);
    plt_log_unref(log);
}

// Once in blocks into a ring, once at once: the same bytes.
static void test_rings(struct test_random *random)
{
    for (int round = 0; round < 20; round++) {
        uint64_t n = 1 + test_below(random, 4000), capacity = 1 + test_below(random, 500);
        struct samples samples =
            make_samples(random, (enum plt_type)test_below(random, PLT_NUM_TYPES),
                         PLT_X_UNIFORM, n, 0, false);
        struct plt_series *ring = make_source(&samples, capacity);
        struct plt_transform_params p = {.kind = PLT_TRANSFORM_PSD,
                                         .length = test_below(random, 600),
                                         .segment = test_below(random, 600)};
        struct plt_series *derived = plt_series_transform(ring, &p);
        for (uint64_t at = 0; at < n;) {
            uint64_t part = 1 + test_below(random, 300);
            part = part < n - at ? part : n - at;
            REQUIRE(append_samples(ring, &samples, at, part));
            at += part;
            plt_series_count(derived);
        }
        struct plt_series *once = make_source(&samples, 0);
        uint64_t kept = n < capacity ? n : capacity;
        REQUIRE(append_samples(once, &samples, n - kept, kept));
        struct plt_series *again = plt_series_transform(once, &p);
        REQUIRE(same_bytes(derived, again));
        plt_series_unref(derived);
        plt_series_unref(again);
        plt_series_unref(ring);
        plt_series_unref(once);
        free_samples(&samples);
    }
}

static void test_memory(size_t n, enum plt_x_kind x_kind)
{
    struct test_random random = {n};
    struct samples samples = make_samples(&random, PLT_F64, x_kind, n, 0, false);
    for (uint64_t i = 0; i < n; i++)
        samples.x_f64[i] = (double)i + 0.3 * (double)(i % 3);
    struct plt_series *source = make_source(&samples, 0);
    REQUIRE(append_samples(source, &samples, 0, n));
    struct plt_transform_params p = {.kind = PLT_TRANSFORM_PSD};
    struct plt_series *derived = NULL;
    for (int i = 0; !derived; i++) {
        REQUIRE(i < 20);
        plt_alloc_fail_at(i, false);
        derived = plt_series_transform(source, &p);
        plt_alloc_fail_at(-1, false);
    }
    for (int i = 0, done = 0; !done; i++) {
        REQUIRE(i < 40);
        plt_alloc_fail_at(i, false);
        uint64_t count = plt_series_count(derived);
        done = plt_alloc_fail_pending();
        plt_alloc_fail_at(-1, false);
        REQUIRE_CMP(count, ==, done ? (uint64_t)n / 2 + 1 : 0, PRIu64);
    }
    plt_series_unref(derived);
    plt_series_unref(source);
    free_samples(&samples);
}

int main(int argc, char **argv)
{
    struct test_random random = test_random_seeded();
    for (size_t n = 0; n < 130; n++) {
        for (int choice = 0; choice < 2 * NUM_WINDOWS; choice += n < 40 ? 1 : 5)
            test_definition(&random, n, choice);
    }
    // Powers of two, a product of small primes, odd and fast, primes, twice a prime.
    static const size_t lengths[] = {256, 1000, 675, 997, 1994, 2048, 1155};
    for (size_t i = 0; i < sizeof(lengths) / sizeof(lengths[0]); i++) {
        for (int choice = 0; choice < 4; choice++)
            test_definition(&random, lengths[i], choice * 5);
    }
    static const size_t long_ones[] = {65536, 65537, 60001, 59049};
    for (size_t i = 0; i < sizeof(long_ones) / sizeof(long_ones[0]); i++)
        test_definition(&random, long_ones[i], (int)test_below(&random, 12));
    printf("worst error of an amplitude: %.2g of the samples' rms\n", worst);
    test_parseval(&random);
    for (int window = 0; window < NUM_WINDOWS; window++) {
        test_sine((enum plt_window)window, false);
        test_sine((enum plt_window)window, true);
    }
    test_floor(4096);
    test_floor(60000);
    test_floor(65537);
    test_segments(&random);
    test_chain();
    test_x(&random);
    test_rings(&random);
    static const size_t sizes[] = {7, 64, 75, 97};
    for (size_t i = 0; i < 4; i++) {
        test_memory(sizes[i], PLT_X_UNIFORM);
        test_memory(sizes[i], PLT_X_F64);
    }
    return test_result();
}
