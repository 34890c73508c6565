// Transforms that go sample by sample: each kind against its formula written out, blocks
// against all at once, rings, gaps, x of every kind. Spectra: transform_spectrum.c; life,
// threads and failing memory: transform_life.c.
#include "transform_fixture.h"

enum { NUM_STREAMED = PLT_TRANSFORM_PHASE_MAP + 1 };

// What a formula says: values for samples [j0, j1).
struct expected {
    uint64_t j0, j1;
    double *x, *y;
    double *tolerance; // of y
};

struct setup {
    struct plt_transform_params params;
    enum plt_type type;
    enum plt_x_kind x_kind;
    uint64_t capacity, total;
    double gap_share;
    bool shuffled; // x goes to and fro
};

static bool is_window(enum plt_transform_kind kind)
{
    return kind == PLT_TRANSFORM_MOVING_MEAN || kind == PLT_TRANSFORM_MOVING_MEDIAN;
}

static double x_step(const struct samples *samples, uint64_t i)
{
    switch (samples->x_kind) {
    case PLT_X_UNIFORM: return 0.25;
    case PLT_X_F64: return samples->x_f64[i] - samples->x_f64[i - 1];
    case PLT_X_I64: return (double)(samples->x_i64[i] - samples->x_i64[i - 1]) * 1e-9;
    }
    return 0;
}

static double slope(const struct samples *samples, uint64_t i)
{
    double d = (samples->y[i + 1] - samples->y[i]) / x_step(samples, i + 1);
    return isfinite(d) && isfinite(x_step(samples, i + 1)) ? d : NAN;
}

static void expect_integral(const struct samples *samples, const struct expected *e)
{
    long double sum = 0, all = 0;
    for (uint64_t i = 0; i < e->j1; i++) {
        long double area = i == 0
                               ? 0
                               : (long double)x_step(samples, i) *
                                     ((long double)samples->y[i] + samples->y[i - 1]) / 2;
        if (isfinite((double)area)) {
            sum += area;
            all += fabsl(area);
        }
        if (i < e->j0)
            continue;
        e->y[i] = isfinite(samples->y[i]) ? (double)sum : NAN;
        // Each area is rounded a few times, the sum once.
        e->tolerance[i] = (double)(all * 4e-16L);
    }
}

static int by_value(const void *a, const void *b)
{
    double left = *(const double *)a, right = *(const double *)b;
    return (left > right) - (left < right);
}

static void expect_window(const struct samples *samples, const struct setup *setup,
                          const struct expected *e)
{
    uint64_t length = setup->params.length ? setup->params.length : 16;
    uint64_t before = setup->params.centered ? length / 2 : length - 1;
    double *kept = malloc(length * sizeof(*kept));
    for (uint64_t j = e->j0; j < e->j1; j++) {
        uint64_t a = j > before ? j - before : 0, b = j + length - before, n = 0;
        long double sum = 0;
        for (uint64_t i = a; i < b; i++) {
            if (isfinite(samples->y[i])) {
                kept[n++] = samples->y[i];
                sum += samples->y[i];
            }
        }
        e->y[j] = NAN;
        if (!isfinite(samples->y[j]))
            continue;
        if (setup->params.kind == PLT_TRANSFORM_MOVING_MEAN) {
            e->y[j] = (double)(sum / n);
            e->tolerance[j] = fabs(e->y[j]) * 4e-16 + 1e-15;
            continue;
        }
        qsort(kept, (size_t)n, sizeof(*kept), by_value);
        e->y[j] = n % 2 ? kept[n / 2] : (kept[n / 2 - 1] + kept[n / 2]) * 0.5;
    }
    free(kept);
}

static void expect_minus_mean(const struct samples *samples, const struct expected *e)
{
    long double sum = 0;
    uint64_t n = 0;
    for (uint64_t i = e->j0; i < e->j1; i++) {
        if (isfinite(samples->y[i])) {
            sum += samples->y[i];
            n++;
        }
    }
    double mean = n ? (double)(sum / n) : NAN;
    for (uint64_t i = e->j0; i < e->j1; i++) {
        e->y[i] = isfinite(samples->y[i]) ? samples->y[i] - mean : NAN;
        e->tolerance[i] = (fabs(mean) + fabs(e->y[i])) * 4e-16;
    }
}

// The formulas of plotlib/transform.h for what a ring (or not) keeps after n samples.
static struct expected expect(const struct samples *samples, const struct setup *setup,
                              uint64_t n)
{
    const enum plt_transform_kind kind = setup->params.kind;
    uint64_t length = setup->params.length ? setup->params.length : 16;
    bool slopes = kind == PLT_TRANSFORM_DERIVATIVE || kind == PLT_TRANSFORM_PHASE_MAP;
    uint64_t back = is_window(kind) ? length - 1 : slopes ? 1 : 0;
    uint64_t lag = is_window(kind) && setup->params.centered ? length - 1 - length / 2
                   : slopes                                  ? 1
                                                             : 0;
    struct expected e = {.j1 = n > lag ? n - lag : 0};
    uint64_t most = setup->capacity ? setup->capacity - back : UINT64_MAX;
    e.j0 = e.j1 > most ? e.j1 - most : 0;
    e.x = calloc(samples->n + 1, sizeof(double));
    e.y = calloc(samples->n + 1, sizeof(double));
    e.tolerance = calloc(samples->n + 1, sizeof(double));
    for (uint64_t j = e.j0; j < e.j1; j++)
        e.x[j] = kind == PLT_TRANSFORM_PHASE_MAP ? samples->y[j]
                 : samples->x_kind == PLT_X_F64  ? samples->x_f64[j]
                 : samples->x_kind == PLT_X_I64  ? (double)samples->x_i64[j]
                                                 : 1 + 0.25 * (double)j;
    for (uint64_t j = e.j0; j < e.j1 && slopes; j++)
        e.y[j] = slope(samples, j);
    if (kind == PLT_TRANSFORM_INTEGRAL)
        expect_integral(samples, &e);
    if (is_window(kind))
        expect_window(samples, setup, &e);
    if (kind == PLT_TRANSFORM_SUBTRACT_MEAN)
        expect_minus_mean(samples, &e);
    return e;
}

static double x_of(const struct plt_series_pin *pin, uint64_t j)
{
    return pin->x_kind == PLT_X_F64   ? plt_pin_x_f64(pin, j)
           : pin->x_kind == PLT_X_I64 ? (double)plt_pin_x_i64(pin, j)
                                      : pin->x0 + pin->dx * (double)j;
}

static void check_expected(struct plt_series *derived, const struct expected *e)
{
    struct plt_series_pin pin;
    if (e->j0 >= e->j1) {
        REQUIRE(!pin_now(derived, &pin));
        return;
    }
    REQUIRE(pin_now(derived, &pin));
    REQUIRE_CMP(pin.tail, ==, e->j0, PRIu64);
    REQUIRE_CMP(pin.head, ==, e->j1, PRIu64);
    uint64_t wrong = 0;
    for (uint64_t j = e->j0; j < e->j1 && pin.tail == e->j0 && pin.head == e->j1; j++) {
        double y = plt_pin_y(&pin, j), x = x_of(&pin, j);
        bool same_x = x == e->x[j] || (isnan(x) && isnan(e->x[j]));
        bool same_y = isnan(e->y[j]) ? isnan(y) : fabs(y - e->y[j]) <= e->tolerance[j];
        if ((!same_x || !same_y) && wrong++ == 0)
            fprintf(stderr, "sample %" PRIu64 ": %.17g, %.17g for %.17g, %.17g\n", j, x, y,
                    e->x[j], e->y[j]);
    }
    REQUIRE_CMP(wrong, ==, UINT64_C(0), PRIu64);
    plt_series_unpin(&pin);
}

static void free_expected(struct expected *e)
{
    free(e->x);
    free(e->y);
    free(e->tolerance);
}

static struct setup random_setup(struct test_random *random)
{
    struct setup setup = {.params.kind =
                              (enum plt_transform_kind)test_below(random, NUM_STREAMED)};
    setup.type = (enum plt_type)test_below(random, PLT_NUM_TYPES);
    setup.x_kind = (enum plt_x_kind)test_below(random, 3);
    setup.total = test_below(random, 4) ? test_below(random, 9000) : test_below(random, 5);
    setup.capacity = test_below(random, 2) ? 0 : 2 + test_below(random, 3000);
    uint64_t most = setup.capacity ? setup.capacity : 5000;
    most = test_below(random, 6) && most > 40 ? 40 : most > 500 ? 500 : most;
    setup.params.length = is_window(setup.params.kind) ? 1 + test_below(random, most) : 0;
    setup.params.centered = test_below(random, 2);
    setup.gap_share = test_below(random, 3) ? 0 : test_uniform(random);
    setup.shuffled = test_below(random, 3) == 0;
    return setup;
}

// Samples come in random blocks, the transform is read now and then: what it then has is
// what the formula says, and to the byte what a transform made now has.
static void test_random_case(struct test_random *random)
{
    struct setup setup = random_setup(random);
    struct samples samples = make_samples(random, setup.type, setup.x_kind, setup.total,
                                          setup.gap_share, setup.shuffled);
    struct plt_series *source = make_source(&samples, setup.capacity);
    struct plt_series *derived = plt_series_transform(source, &setup.params);
    REQUIRE(derived != NULL);
    bool remembers = setup.params.kind == PLT_TRANSFORM_INTEGRAL && setup.capacity;
    uint64_t at = 0, most = test_below(random, 3) ? 1 + setup.total / 3 : 20;
    if (remembers && most > setup.capacity)
        most = setup.capacity;
    while (at < setup.total) {
        uint64_t n = 1 + test_below(random, most);
        n = n < setup.total - at ? n : setup.total - at;
        REQUIRE(append_samples(source, &samples, at, n));
        at += n;
        if (remembers || test_below(random, 2))
            plt_series_count(derived);
        if (test_below(random, 1 + setup.total / most) == 0) {
            struct expected e = expect(&samples, &setup, at);
            check_expected(derived, &e);
            free_expected(&e);
        }
    }
    struct expected e = expect(&samples, &setup, at);
    check_expected(derived, &e);
    free_expected(&e);
    if (!remembers) {
        struct plt_series *again = plt_series_transform(source, &setup.params);
        REQUIRE(same_bytes(derived, again));
        plt_series_unref(again);
    }
    plt_series_unref(derived);
    plt_series_unref(source);
    free_samples(&samples);
}

static void test_gaps(void)
{
    const double y[] = {1, NAN, 3, 5, INFINITY, 4, 4, -DBL_MAX, DBL_MAX};
    const size_t n = sizeof(y) / sizeof(y[0]);
    struct plt_series *source = plt_series_create(plt_series_params(.dx = 2));
    REQUIRE(plt_series_append(source, y, n));
    struct plt_series *derived = plt_series_transform(source, NULL);
    check_values(derived, (double[]){NAN, NAN, 1, NAN, NAN, 0, -DBL_MAX / 2, NAN}, 8);
    plt_series_unref(derived);
    derived =
        plt_series_transform(source, plt_transform_params(.kind = PLT_TRANSFORM_INTEGRAL));
    check_values(derived, (double[]){0, NAN, 0, 8, NAN, 8, 16, -DBL_MAX, -DBL_MAX}, n);
    plt_series_unref(derived);
    derived = plt_series_transform(
        source, plt_transform_params(.kind = PLT_TRANSFORM_MOVING_MEAN, .length = 3));
    check_values(derived, (double[]){1, NAN, 2, 4, NAN, 4.5, 4, -DBL_MAX / 3, 4.0 / 3}, n);
    plt_series_unref(derived);
    derived = plt_series_transform(
        source, plt_transform_params(.kind = PLT_TRANSFORM_MOVING_MEDIAN, .length = 3));
    check_values(derived, (double[]){1, NAN, 2, 4, NAN, 4.5, 4, 4, 4}, n);
    plt_series_unref(derived);
    plt_series_unref(source);
}

// int64 x: differences beyond double's integers, and x_scale.
static void test_nanoseconds(void)
{
    const int64_t x[] = {1700000000000000000, 1700000000000000001, 1700000000000000003,
                         1700000000000000003, INT64_MIN,           INT64_MAX};
    const double y[] = {0, 1, 5, 6, 6, 6};
    struct plt_series *source = plt_series_create(plt_series_params(.x_kind = PLT_X_I64));
    REQUIRE(plt_series_append_xy(source, x, y, 6));
    struct plt_series *ns =
        plt_series_transform(source, plt_transform_params(.x_scale = 1));
    check_values(ns, (double[]){1, 2, NAN, -0.0, 0}, 5);
    struct plt_series *s = plt_series_transform(source, NULL);
    check_values(s, (double[]){1 / (1 * 1e-9), 4 / (2 * 1e-9), NAN, -0.0, 0}, 5);
    struct plt_series_pin pin;
    REQUIRE(pin_now(s, &pin));
    REQUIRE(plt_pin_x_i64(&pin, 1) == x[1]);
    REQUIRE(plt_pin_x_i64(&pin, 4) == INT64_MIN);
    plt_series_unpin(&pin);
    plt_series_unref(ns);
    plt_series_unref(s);
    plt_series_unref(source);
}

// An offset a million times the signal: nothing is left of it after ten million samples.
static void test_no_drift(void)
{
    enum { N = 1 << 20, LENGTH = 1000 };
    struct plt_series *source = plt_series_create(plt_series_params(.dx = 0.5));
    double *y = malloc(N * sizeof(*y));
    for (int i = 0; i < N; i++)
        y[i] = i < N / 2 ? 1e12 + i % 7 : i % 2;
    REQUIRE(plt_series_append(source, y, N));
    struct plt_series *mean = plt_series_transform(
        source, plt_transform_params(.kind = PLT_TRANSFORM_MOVING_MEAN, .length = LENGTH));
    struct plt_series_pin pin;
    REQUIRE(pin_now(mean, &pin));
    uint64_t wrong = 0;
    for (uint64_t i = N / 2 + LENGTH; i < N; i++)
        wrong += plt_pin_y(&pin, i) != 0.5;
    REQUIRE_CMP(wrong, ==, UINT64_C(0), PRIu64);
    plt_series_unpin(&pin);
    plt_series_unref(mean);
    for (int i = 0; i < N; i++)
        y[i] = 0.1;
    REQUIRE(plt_series_set(source, y, N));
    struct plt_series *integral =
        plt_series_transform(source, plt_transform_params(.kind = PLT_TRANSFORM_INTEGRAL));
    REQUIRE(pin_now(integral, &pin));
    REQUIRE_CMP(plt_pin_y(&pin, N - 1), ==, (N - 1) * 0.05, ".17g");
    plt_series_unpin(&pin);
    plt_series_unref(integral);
    plt_series_unref(source);
    free(y);
}

int main(int argc, char **argv)
{
    struct test_random random = test_random_seeded();
    int rounds = argc > 1 ? atoi(argv[1]) : 400;
    for (int i = 0; i < rounds; i++)
        test_random_case(&random);
    test_gaps();
    test_nanoseconds();
    test_no_drift();
    return test_result();
}
