// Statistics, histograms and percentiles of images against plain oracles: every type,
// layout, instruction set and number of bands.
#include <plotlib/base/alloc.h>
#include <plotlib/data/quantile.h>
#include <plotlib/image/stats.h>

#include "planes_fixture.h"

static struct plt_pool *pool;

// --- oracles -----------------------------------------------------------------------------

static double oracle_tree(const double *x, size_t n)
{
    double y[1024] = {0};
    memcpy(y, x, n * sizeof(*x));
    for (size_t half = 512; half > 0; half /= 2) {
        for (size_t i = 0; i < half; i++)
            y[i] += y[i + half];
    }
    return y[0];
}

// x[n] is overwritten.
static double oracle_sum(double *x, size_t n)
{
    do {
        size_t above = 0;
        for (size_t i = 0; i < n; i += 1024)
            x[above++] = oracle_tree(x + i, n - i < 1024 ? n - i : 1024);
        n = above;
    } while (n > 1);
    return x[0];
}

static struct plt_image_stats oracle_stats(const struct planes *p, size_t n)
{
    struct plt_image_stats out = {.min = INFINITY, .max = -INFINITY};
    struct planes_sum whole = {0};
    double *x = malloc(n * sizeof(*x));
    for (size_t i = 0; i < n; i++) {
        int64_t v;
        const double real = planes_sample(p, i, 0, &v);
        x[i] = isfinite(real) ? real : 0;
        planes_add(&whole, v);
        out.odd.nans += isnan(real);
        out.odd.above += real == INFINITY;
        out.odd.below += real == -INFINITY;
        out.finite += isfinite(real);
        if (isfinite(real)) {
            out.min = fmin(out.min, real);
            out.max = fmax(out.max, real);
        }
    }
    double sum =
        planes_is_real(p->view.type) ? oracle_sum(x, n) : planes_sum_double(&whole);
    out.mean = (sum + 0.0) / (double)out.finite;
    if (out.finite == 0)
        out.min = out.max = NAN;
    out.min += 0.0;
    out.max += 0.0;
    free(x);
    return out;
}

static bool same_odd(const struct plt_image_odd *a, const struct plt_image_odd *b)
{
    return a->nans == b->nans && a->above == b->above && a->below == b->below;
}

// --- one image ---------------------------------------------------------------------------

static void check_stats(const struct planes *p, size_t n, const struct plt_plane_how *how,
                        const struct plt_image_stats *want)
{
    struct plt_image_stats got;
    const struct plt_image_stats_job job = {p->view, p->channel, pool, &got};
    REQUIRE(plt_image_stats_run(&job, how));
    const bool same = got.finite == want->finite && same_odd(&got.odd, &want->odd) &&
                      planes_same(got.min, want->min) && planes_same(got.max, want->max) &&
                      planes_same(got.mean, want->mean);
    if (!same)
        fprintf(stderr,
                "type %d isa %d bands %d n %zu: %.17g %.17g %.17g not %.17g %.17g %.17g\n",
                (int)p->view.type, (int)how->isa, how->bands, n, got.min, got.max, got.mean,
                want->min, want->max, want->mean);
    REQUIRE(same);
}

static double some_level(struct test_random *random, const struct planes *p, size_t n)
{
    const double v = planes_sample(p, (size_t)test_below(random, n), 0, NULL);
    return isfinite(v) ? v : test_uniform(random);
}

static void check_histogram(struct test_random *random, const struct planes *p, size_t n,
                            const struct plt_image_stats *stats)
{
    static uint64_t got[65537], want[65536];
    struct plt_image_odd odd;
    const int32_t bins = test_below(random, 3) == 0 ? 65536
                         : test_below(random, 2) == 0
                             ? 2 + (int32_t)test_below(random, 4000)
                             : 256;
    double lo = some_level(random, p, n), hi = some_level(random, p, n);
    if (test_below(random, 8) == 0)
        hi = lo;
    const struct plt_levels levels = plt_levels_make(lo, hi, bins);
    memset(want, 0, sizeof(want));
    for (size_t i = 0; i < n; i++) {
        if (isfinite(planes_sample(p, i, 0, NULL)))
            want[plt_levels_index(levels, bins, planes_float(p, i))]++;
    }
    for (int isa = 0; isa < PLT_NUM_ISAS; isa = planes_next_isa(isa)) {
        const struct plt_plane_how how = {(enum plt_isa)isa,
                                          1 + (int)test_below(random, PLT_POOL_MAX)};
        const struct plt_image_histogram_job job = {p->view, p->channel, lo,  hi,
                                                    bins,    pool,       got, &odd};
        got[bins] = 12345;
        REQUIRE(plt_image_histogram_run(&job, &how));
        REQUIRE(memcmp(got, want, (size_t)bins * sizeof(*got)) == 0);
        REQUIRE(got[bins] == 12345);
        REQUIRE(same_odd(&odd, &stats->odd));
    }
}

static void check_percentiles(struct test_random *random, const struct planes *p, size_t n)
{
    double *sorted = malloc(n * sizeof(*sorted)), ranks[PLT_MOST_PERCENTILES];
    double got[PLT_MOST_PERCENTILES];
    size_t finite = 0;
    for (size_t i = 0; i < n; i++) {
        const double v = planes_sample(p, i, 0, NULL);
        if (isfinite(v))
            sorted[finite++] = v + 0.0;
    }
    plt_sort_doubles(sorted, finite);
    const int32_t num = 1 + (int32_t)test_below(random, PLT_MOST_PERCENTILES);
    for (int32_t k = 0; k < num; k++) {
        const uint64_t kind = test_below(random, 6);
        ranks[k] = kind == 0 ? 0 : kind == 1 ? 1 : kind == 2 ? 0.5 : test_uniform(random);
    }
    for (int isa = 0; isa < PLT_NUM_ISAS; isa = planes_next_isa(isa)) {
        const struct plt_plane_how how = {(enum plt_isa)isa,
                                          1 + (int)test_below(random, 3)};
        const struct plt_image_percentiles_job job = {p->view, p->channel, ranks,
                                                      num,     pool,       got};
        REQUIRE(plt_image_percentiles_run(&job, &how));
        for (int32_t k = 0; k < num; k++) {
            const double want = finite ? plt_quantile(sorted, finite, ranks[k]) + 0.0 : NAN;
            if (!planes_same(got[k], want))
                fprintf(stderr, "type %d isa %d n %zu p %g: %.17g not %.17g\n",
                        (int)p->view.type, isa, n, ranks[k], got[k], want);
            REQUIRE(planes_same(got[k], want));
        }
    }
    free(sorted);
}

static void check_image(struct test_random *random, enum plt_type type, int32_t columns,
                        int32_t rows)
{
    struct planes p = planes_make(random, type, columns, rows, 1, NULL);
    const size_t n = (size_t)columns * (size_t)rows;
    const struct plt_image_stats want = oracle_stats(&p, n);
    for (int isa = 0; isa < PLT_NUM_ISAS; isa = planes_next_isa(isa)) {
        for (int round = 0; round < 2; round++) {
            const struct plt_plane_how how = {(enum plt_isa)isa,
                                              1 + (int)test_below(random, PLT_POOL_MAX)};
            check_stats(&p, n, &how, &want);
        }
    }
    check_histogram(random, &p, n, &want);
    check_percentiles(random, &p, n);
    free(p.memory);
}

// --- single facts ------------------------------------------------------------------------

static void check_known(void)
{
    // 2^53 + 1 + 1 is lost one by one and kept by the exact sum.
    const int64_t wide[4] = {INT64_MAX, INT64_MAX, INT64_MAX, INT64_MIN};
    const float odd[5] = {NAN, INFINITY, -INFINITY, -0.0f, 3};
    struct plt_image_stats stats;
    struct plt_image_view view = {.pixels = wide,
                                  .row_stride = 32,
                                  .type = PLT_I64,
                                  .columns = 4,
                                  .rows = 1,
                                  .channels = 1};
    REQUIRE(
        plt_image_engine_cpu.stats(&(struct plt_image_stats_job){view, 0, NULL, &stats}));
    REQUIRE_CMP(stats.mean, ==, 0x1p62, "g"); // (2^64 - 3) / 4, rounded
    REQUIRE_CMP(stats.max, ==, 0x1p63, "g");
    REQUIRE_CMP(stats.min, ==, -0x1p63, "g");
    view.pixels = odd, view.row_stride = 20, view.type = PLT_F32, view.columns = 5;
    REQUIRE(
        plt_image_engine_cpu.stats(&(struct plt_image_stats_job){view, 0, NULL, &stats}));
    REQUIRE_CMP(stats.finite, ==, UINT64_C(2), PRIu64);
    REQUIRE_CMP(stats.odd.nans, ==, UINT64_C(1), PRIu64);
    REQUIRE_CMP(stats.odd.above, ==, UINT64_C(1), PRIu64);
    REQUIRE_CMP(stats.odd.below, ==, UINT64_C(1), PRIu64);
    REQUIRE(stats.min == 0 && !signbit(stats.min) && stats.max == 3 && stats.mean == 1.5);
    view.columns = 3;
    REQUIRE(
        plt_image_engine_cpu.stats(&(struct plt_image_stats_job){view, 0, NULL, &stats}));
    REQUIRE(stats.finite == 0 && isnan(stats.min) && isnan(stats.max) && isnan(stats.mean));
    double value = 0;
    const double half = 0.5;
    REQUIRE(plt_image_engine_cpu.percentiles(
        &(struct plt_image_percentiles_job){view, 0, &half, 1, NULL, &value}));
    REQUIRE(isnan(value));
}

// -0 is no smaller than the smallest, which is 0.
static void check_zeros(void)
{
    const float narrow[4] = {-0.0f, 1, -0.0f, 2};
    const double wide[4] = {-0.0, 1, -0.0, 2}, half = 0.5;
    double value;
    for (int is_wide = 0; is_wide < 2; is_wide++) {
        const struct plt_image_view view = {.pixels = is_wide ? (const void *)wide : narrow,
                                            .row_stride = 32,
                                            .type = is_wide ? PLT_F64 : PLT_F32,
                                            .columns = 4,
                                            .rows = 1,
                                            .channels = 1};
        REQUIRE(plt_image_percentiles_cpu(
            &(struct plt_image_percentiles_job){view, 0, &half, 1, NULL, &value}));
        REQUIRE_CMP(value, ==, 0.5, "g");
    }
}

static void check_refusals(void)
{
    const float one = 1;
    uint64_t counts[2];
    double value, p = 0.5, bad = NAN;
    const struct plt_image_view view = {.pixels = &one,
                                        .row_stride = 4,
                                        .type = PLT_F32,
                                        .columns = 1,
                                        .rows = 1,
                                        .channels = 1};
    struct plt_image_histogram_job h = {view, 0, 0, 1, 2, NULL, counts, NULL};
    struct plt_image_percentiles_job q = {view, 0, &p, 1, NULL, &value};
    REQUIRE(plt_image_histogram_cpu(&h) && counts[0] == 0 && counts[1] == 1);
    REQUIRE(plt_image_percentiles_cpu(&q) && value == 1);
    h.bins = 1;
    REQUIRE(!plt_image_histogram_cpu(&h));
    h.bins = 65537;
    REQUIRE(!plt_image_histogram_cpu(&h));
    h.bins = 2, h.lo = NAN;
    REQUIRE(!plt_image_histogram_cpu(&h));
    h.lo = 0, h.channel = 1;
    REQUIRE(!plt_image_histogram_cpu(&h));
    q.p = &bad;
    REQUIRE(!plt_image_percentiles_cpu(&q));
    q.p = &p, q.num = 0;
    REQUIRE(!plt_image_percentiles_cpu(&q));
    q.num = PLT_MOST_PERCENTILES + 1;
    REQUIRE(!plt_image_percentiles_cpu(&q));
}

// Every allocation fails once: false, and nothing leaks.
static void check_no_memory(struct test_random *random)
{
    static uint64_t counts[256];
    const enum plt_type types[] = {PLT_U16, PLT_F32};
    const double p = 0.25;
    for (int t = 0; t < 2; t++) {
        struct planes image = planes_make(random, types[t], 50, 50, 1, NULL);
        struct plt_image_stats stats;
        double value;
        const struct plt_image_stats_job s = {image.view, 0, NULL, &stats};
        const struct plt_image_histogram_job h = {image.view, 0,    0,      1,
                                                  256,        NULL, counts, NULL};
        const struct plt_image_percentiles_job q = {image.view, 0, &p, 1, NULL, &value};
        int failures = 0;
        for (bool pending = false; !pending;) {
            plt_alloc_fail_at(failures, false);
            bool ok = plt_image_stats_cpu(&s);
            ok = plt_image_histogram_cpu(&h) && ok;
            ok = plt_image_percentiles_cpu(&q) && ok;
            pending = plt_alloc_fail_pending();
            REQUIRE(ok == pending);
            failures += !pending;
        }
        plt_alloc_fail_at(-1, false);
        REQUIRE_CMP(failures, >=, 3, "d");
        free(image.memory);
    }
}

int main(int argc, char **argv)
{
    const int rounds = argc > 1 ? atoi(argv[1]) : 24;
    struct test_random random = test_random_seeded();
    pool = plt_pool_create(3);
    check_known();
    check_zeros();
    check_refusals();
    check_no_memory(&random);
    for (int type = 0; type < PLT_NUM_PIXEL_TYPES; type++) {
        for (int round = 0; round < rounds; round++) {
            const int32_t columns = 1 + (int32_t)test_below(&random, round % 2 ? 20 : 300);
            check_image(&random, (enum plt_type)type, columns,
                        1 + (int32_t)test_below(&random, 120));
        }
    }
    check_image(&random, PLT_F32, 1031, 1100); // three levels of trees
    check_image(&random, PLT_F64, 1, 1050000);
    plt_pool_destroy(pool);
    return test_result();
}
