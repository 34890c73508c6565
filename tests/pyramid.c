// The pyramid gives what a scan of the raw samples gives, the least positive value too: for
// every type, any range, gaps, signs, rings, wrapped arrays; kernels of every instruction
// set give what the scalar ones give; and all of it while another thread produces.
#include <float.h>
#include <pthread.h>

#include <plotlib/data/series.h>
#include <plotlib/data/store.h>
#include <plotlib/reduce/extrema.h>

#include "random_data.h"

// Stretches of one sign between mixed ones: the sign bit, or none of it, of what is there;
// or all zero. Unsigned samples get zeros.
static void set_signs(struct test_random *random, enum plt_type type, void *samples,
                      size_t n)
{
    const size_t size = plt_type_size(type);
    const bool is_unsigned = type == PLT_U8 || type == PLT_U16 || type == PLT_U32;
    for (size_t i = 0; i < n;) {
        size_t end = i + test_below(random, test_below(random, 2) ? 6000 : 700) + 1;
        uint64_t mode = test_below(random, 8);
        for (end = end < n ? end : n; i < end; i++) {
            uint8_t *top = (uint8_t *)samples + (i + 1) * size - 1;
            if (mode == 0 || (mode == 1 && is_unsigned))
                memset((char *)samples + i * size, 0, size);
            else if (mode == 1)
                *top |= 0x80;
            else if (mode == 2 && !is_unsigned)
                *top &= 0x7f;
        }
    }
}

// An element of random bits: for floats mostly ordinary numbers, sometimes gaps and
// extremes.
static void random_samples(struct test_random *random, enum plt_type type, void *samples,
                           size_t n, double gaps)
{
    static const double odd[] = {NAN, INFINITY, -INFINITY, NAN};
    static const double edge64[] = {DBL_MAX, -DBL_MAX, 5e-324, 0, -0.0, -5e-324, DBL_MIN};
    static const float edge32[] = {FLT_MAX, -FLT_MAX, 1e-45f, 0, -0.0f, -1e-45f, FLT_MIN};
    bool narrow = test_below(random, 2);
    for (size_t i = 0; i < n; i++) {
        uint64_t bits = test_next(random);
        bool gap = test_uniform(random) < gaps, edge = bits % 1000 == 0;
        double value = narrow ? (double)(bits % 7) - 3 : test_uniform(random) * 2e9 - 1e9;
        value = gap ? odd[bits % 4] : value;
        switch (type) {
        case PLT_F64:
            ((double *)samples)[i] = edge ? edge64[bits / 1000 % 7] : value;
            break;
        case PLT_F32:
            ((float *)samples)[i] = edge ? edge32[bits / 1000 % 7] : (float)value;
            break;
        case PLT_I8:
        case PLT_U8: ((uint8_t *)samples)[i] = (uint8_t)(narrow ? bits % 3 : bits); break;
        case PLT_I16:
        case PLT_U16: ((uint16_t *)samples)[i] = (uint16_t)bits; break;
        case PLT_I32:
        case PLT_U32: ((uint32_t *)samples)[i] = (uint32_t)bits; break;
        case PLT_I64: ((int64_t *)samples)[i] = (int64_t)bits; break;
        case PLT_F16: break; // images only
        }
    }
    set_signs(random, type, samples, n);
}

// The definition, one sample after the other, with nothing of the library's.
static double brute_force_least(const void *samples, enum plt_type type, size_t a, size_t b)
{
    double least = INFINITY;
    for (size_t i = a; i < b; i++) {
        double value = plt_element(samples, type, i);
        least = value > 0 && value < least ? value : least; // not NaN, not infinite
    }
    return least;
}

static bool brute_force(const void *samples, enum plt_type type, size_t a, size_t b,
                        double *lo, double *hi)
{
    *lo = INFINITY, *hi = -INFINITY;
    for (size_t i = a; i < b; i++) {
        double value = plt_element(samples, type, i);
        if (isfinite(value)) {
            *lo = value < *lo ? value : *lo;
            *hi = value > *hi ? value : *hi;
        }
    }
    return *lo <= *hi;
}

static void require_extent(const union plt_extent *extent, enum plt_type type,
                           const void *samples, size_t a, size_t b)
{
    double lo = 0, hi = 0, want_lo, want_hi;
    bool found = plt_extent_range(extent, type, &lo, &hi);
    bool want = brute_force(samples, type, a, b, &want_lo, &want_hi);
    REQUIRE_CMP(found, ==, want, "d");
    if (!want || !found)
        return;
    REQUIRE_CMP(lo, ==, want_lo, "g");
    REQUIRE_CMP(hi, ==, want_hi, "g");
}

// Equal as numbers, so that 64-bit integers are compared exactly and -0 is +0.
static bool same_element(const void *a, const void *b, enum plt_type type, size_t i)
{
    if (type == PLT_F64 || type == PLT_F32)
        return plt_element(a, type, i) == plt_element(b, type, i);
    size_t size = plt_type_size(type);
    return memcmp((const char *)a + i * size, (const char *)b + i * size, size) == 0;
}

// Through a tree of which only the nodes over [0, count) are to be looked at.
static void check_least(struct test_random *random, const struct plt_minmax *minmax,
                        enum plt_type type, const void *samples, const void *tree,
                        unsigned log2, size_t a, size_t b)
{
    size_t n = (size_t)1 << log2;
    const struct plt_tree over = {.minmax = minmax,
                                  .type = type,
                                  .log2 = log2,
                                  .y = samples,
                                  .tree = tree,
                                  .count = b + test_below(random, n - b + 1)};
    double want = brute_force_least(samples, type, a, b), least = INFINITY;
    plt_tree_least_positive(&over, a, b, &least);
    REQUIRE_CMP(least, ==, want, "g");
    least = want / 2;
    plt_tree_least_positive(&over, a, b, &least);
    REQUIRE(least == want / 2);
    size_t size = plt_type_size(type);
    union plt_extent scan;
    minmax->least_positive((const char *)samples + a * size, b - a, &scan);
    REQUIRE_CMP(plt_element(&scan, type, 0), ==, want < INFINITY ? want : 0, "g");
}

// All of a chunk's tree beside its samples.
static void test_size(void)
{
    for (int type = 0; type < PLT_NUM_TYPES; type++) {
        for (unsigned log2 = PLT_RING_CHUNK_LOG2; log2 <= PLT_CHUNK_LOG2; log2++) {
            size_t samples = plt_type_size((enum plt_type)type) << log2;
            double share = (double)plt_tree_size((enum plt_type)type, log2) / samples;
            REQUIRE_CMP(share, <=, 0.045, "g");
        }
    }
}

static void test_kernels(struct test_random *random, enum plt_type type, unsigned log2)
{
    const size_t size = plt_type_size(type), n = (size_t)1 << log2;
    const size_t tree_size = plt_tree_size(type, log2), whole = n >> PLT_LEAF_LOG2;
    static const double densities[] = {0, 0.001, 0.5, 1};
    char *samples = malloc(n * size);
    char *scalar_tree = malloc(tree_size), *tree = malloc(tree_size);
    const struct plt_minmax *scalar = plt_minmax_of(PLT_ISA_SCALAR, type);
    random_samples(random, type, samples, n, densities[test_below(random, 4)]);
    scalar->build(samples, scalar_tree, log2, 0, whole, whole);
    for (int isa = 0; isa < PLT_NUM_ISAS; isa++) {
        const struct plt_minmax *minmax = plt_minmax_of((enum plt_isa)isa, type);
        if (!minmax)
            continue;
        // In pieces, as appends do it, then a piece again, as changed does.
        for (size_t leaf = 0; leaf < whole;) {
            size_t end = leaf + 1 + test_below(random, 40);
            end = end < whole ? end : whole;
            minmax->build(samples, tree, log2, leaf, end, end);
            leaf = end;
        }
        size_t leaf = test_below(random, whole);
        minmax->build(samples, tree, log2, leaf, leaf + test_below(random, whole - leaf),
                      whole);
        size_t wrong = 0;
        for (size_t i = 0; i < tree_size / size; i++)
            wrong += !same_element(tree, scalar_tree, type, i);
        REQUIRE_CMP(wrong, ==, (size_t)0, "zu");
        for (int round = 0; round < 30; round++) {
            union plt_extent query, scan, reference;
            size_t a = test_below(random, n + 1), b = a + test_below(random, n + 1 - a);
            if (round % 2)
                b = a + test_below(random, (n - a < 200 ? n - a : 200) + 1);
            minmax->reset(&query);
            minmax->reset(&scan);
            scalar->reset(&reference);
            minmax->query(samples, tree, log2, a, b, &query);
            minmax->scan(samples + a * size, b - a, &scan);
            scalar->scan(samples + a * size, b - a, &reference);
            REQUIRE(same_element(&query, &reference, type, 0));
            REQUIRE(same_element(&query, &reference, type, 1));
            REQUIRE(same_element(&scan, &reference, type, 0));
            REQUIRE(same_element(&scan, &reference, type, 1));
            require_extent(&query, type, samples, a, b);
            check_least(random, minmax, type, samples, tree, log2, a, b);
        }
    }
    free(samples);
    free(scalar_tree);
    free(tree);
}

static double raw_least(const struct plt_series_pin *pin, uint64_t i0, uint64_t i1)
{
    double least = INFINITY;
    i1 = i1 < pin->head ? i1 : pin->head;
    while (i0 < i1) {
        const void *x, *y;
        size_t n = plt_pin_run(pin, i0, &x, &y);
        n = n < i1 - i0 ? n : (size_t)(i1 - i0);
        least = fmin(least, brute_force_least(y, pin->type, 0, n));
        i0 += n;
    }
    return least;
}

// Pyramid and raw scan of random ranges of what is pinned; narrow ones and wide ones.
static void check_pin(struct test_random *random, const struct plt_series_pin *pin,
                      int rounds)
{
    for (int round = 0; round < rounds; round++) {
        uint64_t n = pin->head - pin->tail, a = pin->tail + test_below(random, n);
        uint64_t longest = round % 3 == 0 ? n : round % 3 == 1 ? 3000 : 130;
        uint64_t b = a + test_below(random, longest + 1);
        double lo = 0, hi = 0, raw_lo = 0, raw_hi = 0;
        bool found = plt_pin_min_max(pin, a, b, &lo, &hi);
        bool raw = plt_pin_min_max_raw(pin, a, b, &raw_lo, &raw_hi);
        REQUIRE_CMP(found, ==, raw, "d");
        REQUIRE_CMP(lo, ==, raw_lo, "g");
        REQUIRE_CMP(hi, ==, raw_hi, "g");
        b = b < pin->head ? b : pin->head;
        b = b < a + 20000 ? b : a + 20000; // what follows reads one by one
        double least, raw_lowest = raw_least(pin, a, b);
        found = plt_pin_least_positive(pin, a, b, &least);
        REQUIRE_CMP(least, ==, raw_lowest, "g");
        REQUIRE_CMP(found, ==, raw_lowest < INFINITY, "d");
        const struct plt_scale scale = {.kind = PLT_SCALE_LOG10};
        found = plt_extrema_y(pin, &scale, false, a, b, &lo, &hi);
        raw = plt_extrema_y(pin, &scale, true, a, b, &raw_lo, &raw_hi);
        REQUIRE_CMP(found, ==, raw, "d");
        REQUIRE(!found || (lo == raw_lo && hi == raw_hi));
    }
}

// What the pin shows is the end of all[head], and its extrema are those.
static void check_against(struct test_random *random, struct plt_series *series,
                          const void *all)
{
    struct plt_series_pin pin;
    REQUIRE(plt_series_pin(series, &pin));
    for (int round = 0; round < 5; round++) {
        uint64_t a = pin.tail + test_below(random, pin.head - pin.tail);
        uint64_t b = a + test_below(random, pin.head - a + 1);
        double lo = 0, hi = 0, want_lo, want_hi;
        bool found = plt_pin_min_max(&pin, a, b, &lo, &hi);
        bool want = brute_force(all, pin.type, (size_t)a, (size_t)b, &want_lo, &want_hi);
        REQUIRE_CMP(found, ==, want, "d");
        REQUIRE(!want || (lo == want_lo && hi == want_hi));
        plt_pin_least_positive(&pin, a, b, &lo);
        want_lo = brute_force_least(all, pin.type, (size_t)a, (size_t)b);
        REQUIRE_CMP(lo, ==, want_lo, "g");
    }
    for (uint64_t i = pin.tail; i < pin.head;) {
        const void *x, *y;
        size_t n = plt_pin_run(&pin, i, &x, &y), size = plt_type_size(pin.type);
        REQUIRE(n > 0 && n <= pin.head - i && !x);
        REQUIRE(memcmp(y, (const char *)all + i * size, n * size) == 0);
        i += n;
    }
    check_pin(random, &pin, 20);
    plt_series_unpin(&pin);
}

static void test_series(struct test_random *random)
{
    enum plt_type type = (enum plt_type)test_below(random, PLT_NUM_TYPES);
    const size_t size = plt_type_size(type);
    size_t total = 1 + test_below(random, test_below(random, 4) ? 40000 : 700000);
    uint64_t capacity = test_below(random, 2) ? 1 + test_below(random, total) : 0;
    char *all = malloc(total * size);
    random_samples(random, type, all, total, test_below(random, 2) ? 0.3 : 0);
    struct plt_series *series =
        plt_series_create(plt_series_params(.type = type, .capacity = capacity));
    size_t head = test_below(random, 2) ? 0 : test_below(random, total);
    REQUIRE(plt_series_set(series, all, head));
    while (head < total) {
        size_t n = 1 + test_below(random, test_below(random, 2) ? 300 : total);
        n = n < total - head ? n : total - head;
        REQUIRE(plt_series_append(series, all + head * size, n));
        head += n;
        if (test_below(random, 20) == 0)
            check_against(random, series, all);
    }
    check_against(random, series, all);
    REQUIRE(plt_series_wrap(series, NULL, all, total, NULL, NULL));
    for (int round = 0; round < 4; round++) {
        check_against(random, series, all);
        for (uint64_t piece = test_below(random, 3); piece-- > 0;) {
            size_t first = test_below(random, total);
            size_t n = test_below(random, total - first + 1);
            random_samples(random, type, all + first * size, n, 0.1);
            REQUIRE(plt_series_changed(series, first, n));
        }
    }
    plt_series_unref(series);
    free(all);
}

// --- readers beside a producer ---

struct shared {
    struct plt_series *series;
    enum plt_type type;
    uint64_t seed;
    _Atomic bool stop;
    _Atomic uint64_t pins;
};

// The i-th sample ever: floats have gaps; every fourth stretch has no sample below zero.
static void put_sample(enum plt_type type, void *samples, size_t at, uint64_t i)
{
    uint64_t bits = i * UINT64_C(0x9e3779b97f4a7c15) >> 40;
    double value = bits % 17 == 0 ? (double)NAN : (double)bits * 0x1p-24;
    value -= 0.4 * (double)(i / 3000 % 4);
    test_store(type, samples, at, value * test_gain(type));
}

static bool is_sample(enum plt_type type, double y, uint64_t i)
{
    _Alignas(8) char element[8];
    put_sample(type, element, 0, i);
    double want = plt_element(element, type, 0);
    return y == want || (isnan(y) && isnan(want));
}

static void *read_series(void *user)
{
    struct shared *shared = user;
    struct test_random random = {shared->seed ^ (uintptr_t)&shared};
    while (!atomic_load(&shared->stop)) {
        struct plt_series_pin pin;
        plt_series_count(shared->series);
        if (!plt_series_pin(shared->series, &pin))
            continue;
        check_pin(&random, &pin, 6);
        uint64_t wrong = 0;
        for (uint64_t i = pin.tail; i < pin.head; i += 1 + (pin.head - pin.tail) / 64)
            wrong += !is_sample(pin.type, plt_pin_y(&pin, i), i) ||
                     plt_pin_x_i64(&pin, i) != (int64_t)i;
        REQUIRE_CMP(wrong, ==, UINT64_C(0), PRIu64);
        REQUIRE(pin.sorted);
        check_pin(&random, &pin, 6);
        plt_series_unpin(&pin);
        atomic_fetch_add(&shared->pins, 1);
    }
    return NULL;
}

static double seconds(void)
{
    struct timespec now;
    timespec_get(&now, TIME_UTC);
    return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

enum { MOST = 100000, WRAPPED = 5000 };

// Filled before any reader starts: it never changes under one.
_Alignas(8) static char wrapped_y[WRAPPED * 8];
static int64_t wrapped_x[WRAPPED];

static void wrap_and_clear(struct shared *shared)
{
    REQUIRE(plt_series_wrap(shared->series, wrapped_x, wrapped_y, WRAPPED, NULL, NULL));
    REQUIRE(plt_series_changed(shared->series, 10, 4000));
    REQUIRE(plt_series_changed(shared->series, 4500, 100));
    plt_series_clear(shared->series);
}

// Blocks of random sizes, for at least so long and until readers have seen enough.
static void produce(struct test_random *random, struct shared *shared, bool replaces,
                    double least_s)
{
    _Alignas(8) static char y[MOST * 8];
    static int64_t x[MOST];
    uint64_t head = 0;
    const double begin = seconds();
    while (seconds() < begin + least_s ||
           (atomic_load(&shared->pins) < 10 && seconds() < begin + 20)) {
        size_t n = 1 + test_below(random, test_below(random, 4) ? 500 : MOST);
        bool set = replaces && test_below(random, 8) == 0;
        head = set ? 0 : head;
        for (size_t i = 0; i < n; i++) {
            put_sample(shared->type, y, i, head + i);
            x[i] = (int64_t)(head + i);
        }
        if (set)
            REQUIRE(plt_series_set_xy(shared->series, x, y, n));
        else
            REQUIRE(plt_series_append_xy(shared->series, x, y, n));
        head += n;
        bool wrap = replaces && test_below(random, 8) == 0;
        if (wrap || head > 3000000) {
            plt_series_clear(shared->series);
            head = 0;
        }
        if (wrap)
            wrap_and_clear(shared);
    }
}

static void test_threads(struct test_random *random, enum plt_type type, uint64_t capacity,
                         bool replaces)
{
    enum { NUM_READERS = 2 };
    struct shared shared = {.type = type, .seed = test_next(random)};
    shared.series = plt_series_create(
        plt_series_params(.type = type, .x_kind = PLT_X_I64, .capacity = capacity));
    for (size_t i = 0; i < WRAPPED; i++) {
        put_sample(type, wrapped_y, i, i);
        wrapped_x[i] = (int64_t)i;
    }
    pthread_t readers[NUM_READERS];
    for (int i = 0; i < NUM_READERS; i++)
        REQUIRE(pthread_create(&readers[i], NULL, read_series, &shared) == 0);
    produce(random, &shared, replaces, replaces ? 0.3 : 0.05);
    atomic_store(&shared.stop, true);
    for (int i = 0; i < NUM_READERS; i++)
        pthread_join(readers[i], NULL);
    REQUIRE_CMP(atomic_load(&shared.pins), >=, UINT64_C(10), PRIu64);
    plt_series_unref(shared.series);
}

int main(void)
{
    struct test_random random = test_random_seeded();
    test_size();
    for (int type = 0; type < PLT_NUM_TYPES; type++) {
        for (int round = 0; round < 8; round++) {
            unsigned log2 = PLT_RING_CHUNK_LOG2 + (unsigned)test_below(&random, 5);
            test_kernels(&random, (enum plt_type)type, log2);
        }
    }
    test_kernels(&random, PLT_F32, PLT_CHUNK_LOG2);
    for (int round = 0; round < 100; round++)
        test_series(&random);
    for (int type = 0; type < PLT_NUM_TYPES; type++) {
        uint64_t capacity = 1 + test_below(&random, test_below(&random, 2) ? 5000 : 300000);
        test_threads(&random, (enum plt_type)type, capacity, false);
        test_threads(&random, (enum plt_type)type, 0, false);
    }
    test_threads(&random, PLT_I32, 200000, true);
    test_threads(&random, PLT_I32, 0, true);
    return test_result();
}
