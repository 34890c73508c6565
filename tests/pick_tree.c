// Picking among samples in no order: the look at all of them, and the tree that is made
// meanwhile, a slice a pick. Every pick is compared with all samples' own pixels.
#include <plotlib/base/alloc.h>
#include <plotlib/plotlib.h>
#include <plotlib/reduce/pick.h>
#include <plotlib/reduce/points.h>

#include "test.h"

enum { N = 70000, WIDTH = 1000, MOST_PICKS = 100 };

static double nearest(const struct plt_pick_query *q, uint64_t *sample)
{
    double best = q->radius_px * q->radius_px, x[PLT_POINTS], y[PLT_POINTS];
    *sample = UINT64_MAX;
    for (uint64_t i = q->pin->tail; i < q->pin->head; i += PLT_POINTS) {
        const size_t n =
            q->pin->head - i < PLT_POINTS ? (size_t)(q->pin->head - i) : PLT_POINTS;
        plt_points_px(q->pin, &q->x, &q->y, i, n, x, y);
        for (size_t k = 0; k < n; k++) {
            const double dx = x[k] - q->x_px, dy = y[k] - q->y_px, d2 = dx * dx + dy * dy;
            if (d2 <= best) { // the last of equally near ones
                best = d2;
                *sample = i + k;
            }
        }
    }
    return best;
}

static bool check_pick(const struct plt_pick_query *q, struct plt_pick_index *index)
{
    uint64_t sample;
    const double best = nearest(q, &sample);
    struct plt_pick_hit hit = {UINT64_MAX, 0};
    const bool found = plt_pick_nearest(q, index, &hit);
    REQUIRE_CMP(hit.sample, ==, sample, PRIu64);
    REQUIRE(found == (sample != UINT64_MAX) && (!found || hit.d2 == best));
    return found;
}

static void aim(struct plt_pick_query *q, struct test_random *random)
{
    const double radius[] = {0, 2, 10, 10, 300, 1e5};
    q->x_px = (1.2 * test_uniform(random) - 0.1) * WIDTH;
    q->y_px = (1.2 * test_uniform(random) - 0.1) * WIDTH;
    q->radius_px = radius[test_below(random, 6)];
}

// --- the look at all -------------------------------------------------------------------

static double cube_root(double v, void *user)
{
    return cbrt(v);
}

// Nearly its inverse.
static double cube(double v, void *user)
{
    return 1.001 * v * v * v;
}

// x0..x1 fill the width, the other way round if `reversed`.
static struct plt_map make_map(const struct plt_scale *scale, int64_t origin, double x0,
                               double x1, bool reversed)
{
    struct plt_map map = {.origin = origin,
                          .spread = plt_scale_is_linear(scale) ? NULL : scale};
    const double s0 = plt_map_forward(&map, x0), s1 = plt_map_forward(&map, x1);
    map.scale = (reversed ? -1 : 1) * WIDTH / (s1 - s0);
    map.anchor = s0 + (s1 - s0) / 3;
    map.offset = floor((map.anchor - (reversed ? s1 : s0)) * map.scale);
    return map;
}

// In no order, some of them equal, some gaps.
static double draw_x(struct test_random *random)
{
    const double u = test_uniform(random);
    const uint64_t kind = test_below(random, 50);
    return kind == 0   ? (double)NAN
           : kind == 1 ? (double)INFINITY
           : kind == 2 ? -1 - u
           : kind < 5  ? 500
                       : 1 + 999 * u;
}

struct samples {
    void *x, *y;
    struct plt_series_params params;
};

static struct samples make_samples(struct test_random *random, bool whole,
                                   enum plt_type type, int64_t origin)
{
    double *x = malloc(N * sizeof(*x)), *y = malloc(N * sizeof(*y));
    int64_t *x_whole = malloc(N * sizeof(*x_whole));
    for (size_t i = 0; i < N; i++) {
        const double v = draw_x(random), w = draw_x(random);
        x[i] = v + (double)origin;
        x_whole[i] = isfinite(v) ? (int64_t)v + origin : INT64_MIN;
        y[i] = w;
        if (type == PLT_F32)
            ((float *)(void *)y)[i] = (float)w;
        else if (type == PLT_I16)
            ((int16_t *)(void *)y)[i] = isfinite(w) ? (int16_t)w : 0;
    }
    struct samples samples = {whole ? (void *)x_whole : x,
                              y,
                              {.type = type, .x_kind = whole ? PLT_X_I64 : PLT_X_F64}};
    free(whole ? (void *)x : x_whole);
    return samples;
}

static void test_all_looked_at(struct test_random *random)
{
    struct plt_pool *pool = plt_pool_create(4);
    const enum plt_type types[] = {PLT_F64, PLT_F32, PLT_I16};
    const struct plt_scale scales[] = {
        {.kind = PLT_SCALE_LINEAR},
        {.kind = PLT_SCALE_LOG10},
        {.kind = PLT_SCALE_SYMLOG, .within = 10},
        {.kind = PLT_SCALE_USER, .forward = cube_root, .inverse = cube}};
    int hits = 0;
    for (int round = 0; round < 24; round++) {
        const bool linear = round % 4 == 0, whole = round % 8 > 3;
        const int64_t origin = !linear ? 0 : whole ? INT64_C(1700000000000000000) : 4096;
        struct samples s = make_samples(random, whole, types[round % 3], origin);
        struct plt_series *series = plt_series_create(&s.params);
        REQUIRE(plt_series_set_xy(series, s.x, s.y, N - (size_t)test_below(random, 200)));
        struct plt_series_pin pin;
        REQUIRE(plt_series_pin(series, &pin));
        REQUIRE(!pin.sorted);
        struct plt_pick_query q = {.pin = &pin};
        for (int k = 0; k < 12; k++) {
            q.pool = k % 2 ? pool : NULL;
            const double x0 = 1 + 900 * test_uniform(random);
            const double x1 = x0 + (k % 3 ? 99 : 1e-3);
            q.x = make_map(&scales[round % 4], origin, x0, x1, k % 2);
            q.y = make_map(&scales[round / 4 % 4], 0, 1, 1000, k % 4 < 2);
            aim(&q, random);
            if (k % 4 == 3) { // where many are equally near
                q.x_px = plt_map_px(&q.x, 500);
                q.y_px = plt_map_px(&q.y, 500);
            }
            hits += check_pick(&q, NULL);
        }
        plt_series_unpin(&pin);
        plt_series_unref(series);
        free(s.x);
        free(s.y);
    }
    plt_pool_destroy(pool);
    REQUIRE_CMP(hits, >, 50, "d");
}

// --- the tree --------------------------------------------------------------------------

struct bench {
    struct plt_series *series;
    struct plt_series_pin pin;
    struct plt_pick_query q;
    struct plt_pick_index index;
};

enum shape { NOISE, CLUSTERS, GAPS, ONE_PLACE, NUM_SHAPES };

static void set_samples(struct bench *b, struct test_random *random, enum shape shape)
{
    double *x = malloc(N * sizeof(*x)), *y = malloc(N * sizeof(*y));
    for (size_t i = 0; i < N; i++) {
        x[i] = test_uniform(random);
        y[i] = test_uniform(random);
        if (shape == CLUSTERS) {
            x[i] = floor(x[i] * 5) / 5 + 1e-4 * y[i];
            y[i] = floor(y[i] * 9) / 9;
        } else if (shape == GAPS && test_below(random, 3) == 0) {
            *(test_below(random, 2) ? &x[i] : &y[i]) = NAN;
        } else if (shape == ONE_PLACE) {
            x[i] = i % 100 ? 0.5 : x[i];
            y[i] = i % 100 ? 0.5 : y[i];
        }
    }
    plt_series_unpin(&b->pin);
    REQUIRE(plt_series_set_xy(b->series, x, y, N));
    REQUIRE(plt_series_pin(b->series, &b->pin));
    free(x);
    free(y);
}

static void open_bench(struct bench *b, struct test_random *random, enum shape shape)
{
    const struct plt_scale linear = {.kind = PLT_SCALE_LINEAR};
    *b = (struct bench){.q = {.x = make_map(&linear, 0, 0, 1, false),
                              .y = make_map(&linear, 0, 0, 1, true),
                              .fresh = true}};
    b->q.pin = &b->pin;
    b->series = plt_series_create(plt_series_params(.x_kind = PLT_X_F64));
    set_samples(b, random, shape);
}

static void close_bench(struct bench *b)
{
    plt_pick_index_finish(&b->index);
    plt_series_unpin(&b->pin);
    plt_series_unref(b->series);
}

static void pick(struct bench *b, struct test_random *random)
{
    aim(&b->q, random);
    check_pick(&b->q, &b->index);
}

// How many picks it takes until there is a tree.
static int pick_until_ready(struct bench *b, struct test_random *random)
{
    int picks = 0;
    while (!b->index.ready && picks < MOST_PICKS) {
        pick(b, random);
        picks++;
    }
    REQUIRE(b->index.ready && !b->index.build);
    return picks;
}

// Every finite sample is in one leaf, once; of noise they are about as many in each.
static void check_tree(const struct bench *b, enum shape shape)
{
    const struct plt_pick_index *index = &b->index;
    const size_t num_leaves = (size_t)1 << index->depth;
    uint8_t *seen = calloc(N, 1);
    size_t finite = 0, once = 0;
    REQUIRE_CMP(index->starts[0], ==, 0u, "u");
    for (size_t k = 0; k < index->starts[num_leaves]; k++)
        seen[index->order[k]]++;
    for (size_t i = 0; i < N; i++) {
        double x, y;
        plt_points_values(&b->pin, 0, b->pin.tail + i, 1, &x, &y);
        const int want = isfinite(x) && isfinite(y);
        finite += (size_t)want;
        once += seen[i] == want;
    }
    REQUIRE_CMP(once, ==, (size_t)N, "zu");
    REQUIRE_CMP((size_t)index->starts[num_leaves], ==, finite, "zu");
    for (size_t leaf = 0; shape == NOISE && leaf < num_leaves; leaf++) {
        const uint32_t size = index->starts[leaf + 1] - index->starts[leaf];
        REQUIRE_CMP(size, <, 5u * N / (uint32_t)num_leaves, "u");
    }
    free(seen);
}

static void test_every_slice(struct test_random *random)
{
    for (int shape = 0; shape < NUM_SHAPES; shape++) {
        struct bench b;
        open_bench(&b, random, (enum shape)shape);
        pick(&b, random);
        REQUIRE(!b.index.build && !b.index.ready); // the samples may not stay
        const int picks = pick_until_ready(&b, random);
        REQUIRE_CMP(picks, >, 8, "d");
        check_tree(&b, (enum shape)shape);
        for (int k = 0; k < 50; k++)
            pick(&b, random);
        plt_pick_index_finish(&b.index);
        if (shape != GAPS) // the same again, wherever one picks
            REQUIRE_CMP(pick_until_ready(&b, random), ==, picks + 1, "d");
        close_bench(&b);
    }
}

// Other samples, by append, set or another origin, after any number of slices.
static void test_changes_between(struct test_random *random)
{
    struct bench b;
    open_bench(&b, random, NOISE);
    for (int before = 1, ready = 0; !ready && before < MOST_PICKS; before++) {
        for (int k = 0; k < before; k++)
            pick(&b, random);
        ready = b.index.ready;
        if (before % 3 == 0) {
            set_samples(&b, random, NOISE);
        } else if (before % 3 == 1) {
            const double at = test_uniform(random);
            plt_series_unpin(&b.pin);
            REQUIRE(plt_series_append_xy(b.series, &at, &at, 1));
            REQUIRE(plt_series_pin(b.series, &b.pin));
        } else {
            b.q.x.origin = !b.q.x.origin;
        }
        pick(&b, random);
        REQUIRE(!b.index.ready && !b.index.build);
    }
    pick_until_ready(&b, random);
    close_bench(&b);
}

// Without memory every sample is looked at, until there is some.
static void test_short_memory(struct test_random *random)
{
    for (int64_t at = 0; at < 8; at++) {
        struct bench b;
        open_bench(&b, random, NOISE);
        pick(&b, random);
        aim(&b.q, random);
        for (int k = 0; k < 3; k++) {
            plt_alloc_fail_at(at, false);
            check_pick(&b.q, &b.index);
            const bool failed = !plt_alloc_fail_pending();
            plt_alloc_fail_at(-1, false);
            REQUIRE(failed || at > 0);
            REQUIRE(failed == !b.index.build);
            if (!failed)
                break;
        }
        pick_until_ready(&b, random);
        close_bench(&b);
    }
}

static void test_no_finite_samples(struct test_random *random)
{
    struct bench b;
    open_bench(&b, random, NOISE);
    double *x = malloc(N * sizeof(*x));
    for (size_t i = 0; i < N; i++)
        x[i] = NAN;
    plt_series_unpin(&b.pin);
    REQUIRE(plt_series_set_xy(b.series, x, x, N));
    REQUIRE(plt_series_pin(b.series, &b.pin));
    for (int k = 0; k < MOST_PICKS; k++)
        pick(&b, random);
    REQUIRE(b.index.refused && !b.index.build && !b.index.ready);
    set_samples(&b, random, NOISE);
    pick_until_ready(&b, random);
    free(x);
    close_bench(&b);
}

int main(void)
{
    struct test_random random = test_random_seeded();
    test_all_looked_at(&random);
    test_every_slice(&random);
    test_changes_between(&random);
    test_short_memory(&random);
    test_no_finite_samples(&random);
    return test_result();
}
