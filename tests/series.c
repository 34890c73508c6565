// What a series promises: set, append, wrap, rings, order of x, bounds, listeners.
#include <limits.h>
#include <pthread.h>

#include <plotlib/data/series.h>
#include <plotlib/data/store.h>

#include "test.h"

static int num_errors[32];

static void count_errors(void *user, enum plt_level level, enum plt_msg id,
                         const char *text)
{
    num_errors[id]++;
}

static struct plt_log *quiet;

static struct plt_series *create(enum plt_type type, enum plt_x_kind x_kind,
                                 uint64_t capacity)
{
    struct plt_series *series = plt_series_create(
        plt_series_params(.type = type, .x_kind = x_kind, .capacity = capacity, .name = "s",
                          .log = quiet));
    REQUIRE(series != NULL);
    return series;
}

// y[i] = i must be what the pin shows, from the start of tail's block on.
static void check_counting(struct plt_series *series, uint64_t tail, uint64_t head)
{
    struct plt_series_pin pin;
    REQUIRE_CMP(plt_series_count(series), ==, head - tail, PRIu64);
    REQUIRE_CMP(plt_series_total(series), ==, head, PRIu64);
    REQUIRE(plt_series_pin(series, &pin));
    REQUIRE_CMP(pin.tail, ==, tail, PRIu64);
    REQUIRE_CMP(pin.head, ==, head, PRIu64);
    uint64_t wrong = 0, block = plt_pin_block(&pin);
    REQUIRE(block >= 1024 && block <= 65536 && (block & (block - 1)) == 0);
    for (uint64_t i = tail / block * block; i < head; i++)
        wrong += plt_pin_y(&pin, i) != (double)i;
    REQUIRE_CMP(wrong, ==, UINT64_C(0), PRIu64);
    double lo, hi;
    REQUIRE(plt_pin_min_max(&pin, 0, UINT64_MAX, &lo, &hi));
    REQUIRE_CMP(lo, ==, (double)tail, "g");
    REQUIRE_CMP(hi, ==, (double)(head - 1), "g");
    plt_series_unpin(&pin);
    REQUIRE(pin.series == NULL);
}

static void test_append(uint64_t capacity, uint64_t total, size_t block)
{
    struct plt_series *series = create(PLT_F64, PLT_X_UNIFORM, capacity);
    double *y = malloc(block * sizeof(*y));
    for (uint64_t head = 0; head < total;) {
        size_t n = block < total - head ? block : (size_t)(total - head);
        for (size_t i = 0; i < n; i++)
            y[i] = (double)(head + i);
        REQUIRE(plt_series_append(series, y, n));
        head += n;
    }
    check_counting(series, capacity && total > capacity ? total - capacity : 0, total);
    free(y);
    plt_series_unref(series);
}

static void test_set(uint64_t capacity, size_t n)
{
    struct plt_series *series = create(PLT_I32, PLT_X_UNIFORM, capacity);
    int32_t *y = malloc(n * sizeof(*y));
    for (size_t i = 0; i < n; i++)
        y[i] = (int32_t)i;
    uint64_t tail = capacity && n > capacity ? n - capacity : 0;
    for (int round = 0; round < 3; round++) {
        REQUIRE(plt_series_set(series, y, n));
        check_counting(series, tail, n);
    }
    int32_t next = (int32_t)n;
    REQUIRE(plt_series_append(series, &next, 1));
    check_counting(series, capacity && n + 1 > capacity ? n + 1 - capacity : 0, n + 1);
    plt_series_clear(series);
    REQUIRE_CMP(plt_series_count(series), ==, UINT64_C(0), PRIu64);
    REQUIRE_CMP(plt_series_total(series), ==, UINT64_C(0), PRIu64);
    struct plt_series_pin pin;
    REQUIRE(!plt_series_pin(series, &pin));
    REQUIRE(pin.series == NULL);
    plt_series_unpin(&pin);
    int32_t zero[3] = {0, 1, 2};
    REQUIRE(plt_series_append(series, zero, 3));
    check_counting(series, capacity && capacity < 3 ? 3 - capacity : 0, 3);
    REQUIRE(plt_series_set(series, NULL, 0));
    REQUIRE_CMP(plt_series_count(series), ==, UINT64_C(0), PRIu64);
    free(y);
    plt_series_unref(series);
}

static void test_types(void)
{
    static const double values[4] = {3, 0, 100, 7};
    for (int type = 0; type < PLT_NUM_TYPES; type++) {
        unsigned char y[4 * 8];
        for (int i = 0; i < 4; i++) {
            switch ((enum plt_type)type) {
            case PLT_F64: ((double *)y)[i] = values[i]; break;
            case PLT_F32: ((float *)y)[i] = (float)values[i]; break;
            case PLT_I8: ((int8_t *)y)[i] = (int8_t)values[i]; break;
            case PLT_U8: ((uint8_t *)y)[i] = (uint8_t)values[i]; break;
            case PLT_I16: ((int16_t *)y)[i] = (int16_t)values[i]; break;
            case PLT_U16: ((uint16_t *)y)[i] = (uint16_t)values[i]; break;
            case PLT_I32: ((int32_t *)y)[i] = (int32_t)values[i]; break;
            case PLT_U32: ((uint32_t *)y)[i] = (uint32_t)values[i]; break;
            case PLT_I64: ((int64_t *)y)[i] = (int64_t)values[i]; break;
            case PLT_F16: break; // images only
            }
        }
        struct plt_series *series = create((enum plt_type)type, PLT_X_UNIFORM, 0);
        REQUIRE(plt_series_append(series, y, 4));
        struct plt_range bounds;
        REQUIRE(plt_series_y_bounds(series, &bounds));
        REQUIRE_CMP(bounds.x0, ==, 0.0, "g");
        REQUIRE_CMP(bounds.x1, ==, 100.0, "g");
        struct plt_series_pin pin;
        REQUIRE(plt_series_pin(series, &pin));
        for (uint64_t i = 0; i < 4; i++)
            REQUIRE_CMP(plt_pin_y(&pin, i), ==, values[i], "g");
        plt_series_unpin(&pin);
        plt_series_unref(series);
    }
}

static void test_gaps(void)
{
    struct plt_series *series = create(PLT_F32, PLT_X_UNIFORM, 0);
    struct plt_range bounds = {5, 6};
    const float gaps[3] = {NAN, INFINITY, -INFINITY};
    for (int i = 0; i < 100; i++)
        REQUIRE(plt_series_append(series, gaps, 3));
    REQUIRE(!plt_series_y_bounds(series, &bounds));
    REQUIRE(bounds.x0 == 5 && bounds.x1 == 6);
    REQUIRE(plt_series_append(series, (float[]){-2}, 1));
    REQUIRE(plt_series_y_bounds(series, &bounds));
    REQUIRE(bounds.x0 == -2 && bounds.x1 == -2);
    plt_series_unref(series);
}

static bool is_sorted(struct plt_series *series)
{
    struct plt_series_pin pin;
    REQUIRE(plt_series_pin(series, &pin));
    bool sorted = pin.sorted;
    plt_series_unpin(&pin);
    return sorted;
}

static void test_order(void)
{
    struct plt_series *series = create(PLT_F64, PLT_X_F64, 4);
    const double y[8] = {0};
    REQUIRE(plt_series_append_xy(series, (double[]){1, 2, 2, 3}, y, 4));
    REQUIRE(is_sorted(series));
    REQUIRE(plt_series_append_xy(series, (double[]){2}, y, 1)); // 2 2 3 2
    REQUIRE(!is_sorted(series));
    REQUIRE(plt_series_append_xy(series, (double[]){4, 5}, y, 2)); // 3 2 4 5
    REQUIRE(!is_sorted(series));
    REQUIRE(plt_series_append_xy(series, (double[]){6}, y, 1)); // 2 4 5 6
    REQUIRE(is_sorted(series));
    REQUIRE(plt_series_append_xy(series, (double[]){NAN}, y, 1));
    REQUIRE(!is_sorted(series));
    struct plt_range x;
    REQUIRE(plt_series_x_bounds(series, &x) && x.x0 == 4 && x.x1 == 6);
    REQUIRE(plt_series_append_xy(series, (double[]){7, 8, 9}, y, 3));
    REQUIRE(!is_sorted(series));
    REQUIRE(plt_series_append_xy(series, (double[]){10}, y, 1));
    REQUIRE(is_sorted(series));
    REQUIRE(plt_series_append_xy(series, (double[]){20, INFINITY}, y, 2));
    REQUIRE(!is_sorted(series));
    REQUIRE(plt_series_set_xy(series, (double[]){9, 8, 7, 6, 7, 8, 9}, y, 7));
    REQUIRE(is_sorted(series)); // 6 7 8 9 is kept
    REQUIRE(plt_series_set_xy(series, (double[]){NAN, NAN}, y, 2));
    REQUIRE(!plt_series_x_bounds(series, &x));
    plt_series_unref(series);
}

// One step back at every place around leaf, block and chunk borders, copied and wrapped.
static void test_order_places(void)
{
    enum { N = 10000 };
    static double x[N], y[N];
    static const size_t places[] = {1,    63,   64,   1023, 1024, 1025, 2048,
                                    4095, 4096, 4097, 8191, 8192, 8193, N - 1};
    struct plt_series *series = create(PLT_F64, PLT_X_F64, 0);
    for (size_t i = 0; i < N; i++)
        x[i] = (double)i;
    for (size_t k = 0; k < sizeof(places) / sizeof(places[0]); k++) {
        size_t p = places[k];
        for (int nan = 0; nan < 2; nan++) {
            x[p] = nan ? NAN : (double)p - 1.5;
            REQUIRE(plt_series_set_xy(series, x, y, N));
            REQUIRE(!is_sorted(series));
            REQUIRE(plt_series_wrap(series, x, y, N, NULL, NULL));
            REQUIRE(!is_sorted(series));
            x[p] = (double)p;
            REQUIRE(plt_series_changed(series, p, 1));
            REQUIRE(is_sorted(series));
            REQUIRE(plt_series_set_xy(series, x, y, N));
            REQUIRE(is_sorted(series));
        }
    }
    plt_series_unref(series);
}

// Sorted x is promised and does not come: one error, and every sample is there.
static void test_order_promised(void)
{
    const double x[] = {1, 2, 3, 2.5, 4}, y[] = {5, 6, 7, 8, 9};
    for (int wrap = 0; wrap < 2; wrap++) {
        struct plt_series *series = plt_series_create(
            plt_series_params(.x_kind = PLT_X_F64, .x_sorted = true, .log = quiet));
        struct plt_series_pin pin;
        num_errors[PLT_MSG_X_ORDER] = 0;
        REQUIRE(wrap || plt_series_append_xy(series, x, y, 3));
        REQUIRE_CMP(num_errors[PLT_MSG_X_ORDER], ==, 0, "d");
        REQUIRE(wrap ? plt_series_wrap(series, x, y, 5, NULL, NULL)
                     : plt_series_append_xy(series, x + 3, y + 3, 2));
        REQUIRE(plt_series_pin(series, &pin) && !pin.sorted && pin.head == 5);
        REQUIRE(plt_pin_y(&pin, 4) == 9 && plt_pin_x_f64(&pin, 3) == 2.5);
        plt_series_unpin(&pin);
        REQUIRE(plt_series_pin(series, &pin));
        plt_series_unpin(&pin);
        REQUIRE_CMP(num_errors[PLT_MSG_X_ORDER], ==, 1, "d");
        plt_series_unref(series);
    }
}

static void test_x(void)
{
    struct plt_range x;
    struct plt_series *series = plt_series_create(
        plt_series_params(.x0 = 10, .dx = 0.5, .capacity = 4, .log = quiet));
    REQUIRE(!plt_series_x_bounds(series, &x));
    REQUIRE(plt_series_append(series, (double[]){1, 2, 3, 4, 5, 6}, 6));
    REQUIRE(plt_series_x_bounds(series, &x));
    REQUIRE_CMP(x.x0, ==, 11.0, "g");
    REQUIRE_CMP(x.x1, ==, 12.5, "g");
    REQUIRE(is_sorted(series));
    num_errors[PLT_MSG_X_NOT_ACCEPTED] = 0;
    REQUIRE(!plt_series_append_xy(series, (double[]){1}, (double[]){1}, 1));
    REQUIRE(!plt_series_set_xy(series, (double[]){1}, (double[]){1}, 1));
    REQUIRE_CMP(num_errors[PLT_MSG_X_NOT_ACCEPTED], ==, 2, "d");
    REQUIRE_CMP(plt_series_total(series), ==, UINT64_C(6), PRIu64);
    plt_series_unref(series);

    const int64_t now = INT64_C(1700000000000000000);
    series = create(PLT_F32, PLT_X_I64, 0);
    int64_t t[3] = {now, now + 1, now + 3};
    REQUIRE(!plt_series_append(series, (float[]){1}, 1));
    REQUIRE(plt_series_append_xy(series, t, (float[]){1, 2, 3}, 3));
    struct plt_series_pin pin;
    REQUIRE(plt_series_pin(series, &pin));
    REQUIRE_CMP(plt_pin_x_i64(&pin, 2), ==, now + 3, PRId64);
    REQUIRE_CMP(plt_pin_origin(&pin), ==, now, PRId64);
    REQUIRE(pin.sorted);
    double x0, x1;
    REQUIRE(plt_pin_x_range(&pin, now + 1, &x0, &x1));
    REQUIRE(x0 == -1 && x1 == 2);
    plt_series_unpin(&pin);
    t[0] = INT64_MIN, t[1] = INT64_MAX;
    REQUIRE(plt_series_set_xy(series, t, (float[]){1, 2}, 2));
    REQUIRE(plt_series_pin(series, &pin));
    REQUIRE(plt_pin_x_range(&pin, INT64_MIN, &x0, &x1));
    REQUIRE(x0 == 0 && x1 == 0x1p64);
    plt_series_unpin(&pin);
    plt_series_unref(series);
}

static void release(void *user)
{
    ++*(int *)user;
}

static void test_wrap(void)
{
    enum { N = 700000 };
    double *a = malloc(N * sizeof(*a)), *b = malloc(N * sizeof(*b));
    for (int i = 0; i < N; i++)
        a[i] = i, b[i] = -i;
    int released_a = 0, released_b = 0;
    struct plt_series *series = create(PLT_F64, PLT_X_UNIFORM, 0);
    REQUIRE(plt_series_wrap(series, NULL, a, N, release, &released_a));
    check_counting(series, 0, N);
    REQUIRE(!plt_series_append(series, b, 1)); // refused
    check_counting(series, 0, N);
    struct plt_range y;
    a[300000] = 1e6;
    a[N - 1] = -5; // in the leaf that is never closed
    REQUIRE(plt_series_changed(series, 300000, 1));
    REQUIRE(plt_series_changed(series, N - 1, 1));
    REQUIRE(plt_series_y_bounds(series, &y) && y.x0 == -5 && y.x1 == 1e6);
    a[300000] = 0, a[N - 1] = N - 1;
    REQUIRE(plt_series_changed(series, 0, N));
    REQUIRE(plt_series_y_bounds(series, &y) && y.x0 == 0 && y.x1 == N - 1);
    REQUIRE(!plt_series_changed(series, N, 1));
    REQUIRE(!plt_series_changed(series, 1, N));
    REQUIRE(plt_series_changed(series, N, 0));
    REQUIRE_CMP(released_a, ==, 0, "d");

    // A pinned reader keeps the old array; it is released when the pin goes.
    struct plt_series_pin pin;
    REQUIRE(plt_series_pin(series, &pin));
    REQUIRE(plt_series_wrap(series, NULL, b, N, release, &released_b));
    REQUIRE_CMP(released_a, ==, 0, "d");
    REQUIRE(plt_series_y_bounds(series, &y) && y.x1 == 0);
    REQUIRE_CMP(plt_pin_y(&pin, 5), ==, 5.0, "g");
    plt_series_unpin(&pin);
    REQUIRE_CMP(released_a, ==, 1, "d");
    for (int i = 0; i < 10; i++) {
        REQUIRE(plt_series_wrap(series, NULL, a, N, release, &released_a));
        REQUIRE(plt_series_wrap(series, NULL, b, N, release, &released_b));
    }
    REQUIRE_CMP(released_a, ==, 11, "d");
    REQUIRE_CMP(released_b, ==, 10, "d");
    REQUIRE(!plt_series_wrap(series, b, a, N, release, &released_a)); // x of a uniform one
    REQUIRE(!plt_series_wrap(series, NULL, (char *)a + 1, 10, release, &released_a));
    REQUIRE_CMP(released_a, ==, 11, "d");
    plt_series_clear(series);
    REQUIRE_CMP(released_b, ==, 11, "d");
    REQUIRE(!plt_series_changed(series, 0, 0));
    REQUIRE(plt_series_append(series, a, 10));
    check_counting(series, 0, 10);
    REQUIRE(plt_series_wrap(series, NULL, a, 10, release, &released_a));
    REQUIRE(plt_series_pin(series, &pin));
    plt_series_unref(series);
    REQUIRE_CMP(released_a, ==, 11, "d");
    plt_series_unpin(&pin); // the last reference
    REQUIRE_CMP(released_a, ==, 12, "d");
    free(a);
    free(b);
}

// changed() while somebody reads: the pin's trees stay as they were.
static void test_changed_pinned(void)
{
    enum { N = 20000 };
    static int16_t y[N];
    struct plt_series *series = create(PLT_I16, PLT_X_UNIFORM, 0);
    REQUIRE(plt_series_wrap(series, NULL, y, N, NULL, NULL));
    struct plt_series_pin before, after;
    double lo, hi;
    REQUIRE(plt_series_pin(series, &before));
    y[9000] = 7;
    REQUIRE(plt_series_changed(series, 9000, 1));
    REQUIRE(plt_series_pin(series, &after));
    REQUIRE(plt_pin_min_max(&after, 8192, 12288, &lo, &hi) && lo == 0 && hi == 7);
    REQUIRE(plt_pin_min_max(&before, 8192, 12288, &lo, &hi) && lo == 0 && hi == 0);
    plt_series_unpin(&before);
    plt_series_unpin(&after);
    plt_series_unref(series);
}

// A ring recycles chunks while a reader holds the oldest ones.
static void test_ring_pinned(void)
{
    enum { CAPACITY = 5000 };
    struct plt_series *series = create(PLT_I32, PLT_X_UNIFORM, CAPACITY);
    struct plt_series_pin pins[4] = {{0}};
    int32_t block[777];
    int32_t head = 0;
    for (int round = 0; round < 200; round++) {
        for (int i = 0; i < 777; i++)
            block[i] = head + i;
        REQUIRE(plt_series_append(series, block, 777));
        head += 777;
        struct plt_series_pin *pin = &pins[round % 4];
        for (uint64_t i = pin->tail; i < pin->head; i += 13)
            REQUIRE_CMP(plt_pin_y(pin, i), ==, (double)i, "g");
        double lo, hi;
        if (pin->series && plt_pin_min_max(pin, pin->tail, pin->head, &lo, &hi))
            REQUIRE(lo == (double)pin->tail && hi == (double)(pin->head - 1));
        plt_series_unpin(pin);
        REQUIRE(plt_series_pin(series, pin));
        REQUIRE(pin->head - pin->tail == (uint64_t)(head < CAPACITY ? head : CAPACITY));
    }
    for (int i = 0; i < 4; i++)
        plt_series_unpin(&pins[i]);
    plt_series_unref(series);
}

static void test_listeners(void)
{
    struct plt_series *series = create(PLT_F64, PLT_X_UNIFORM, 0);
    int calls[2] = {0, 0};
    struct plt_series_listener a = {.fn = release, .user = &calls[0]};
    struct plt_series_listener b = {.fn = release, .user = &calls[1]};
    const double y[2] = {1, 2};
    plt_series_add_listener(series, &a);
    plt_series_add_listener(series, &b);
    REQUIRE(!plt_series_take_dirty(&a));
    REQUIRE(plt_series_append(series, y, 2));
    REQUIRE(plt_series_append(series, y, 2));
    REQUIRE(calls[0] == 1 && calls[1] == 1);
    REQUIRE(plt_series_take_dirty(&a));
    REQUIRE(!plt_series_take_dirty(&a));
    REQUIRE(plt_series_set(series, y, 2));
    REQUIRE(calls[0] == 2 && calls[1] == 1);
    REQUIRE(plt_series_take_dirty(&a));
    plt_series_clear(series);
    REQUIRE(calls[0] == 3);
    REQUIRE(plt_series_take_dirty(&a));
    REQUIRE(plt_series_wrap(series, NULL, y, 2, NULL, NULL));
    REQUIRE(plt_series_take_dirty(&a));
    REQUIRE(plt_series_changed(series, 0, 1));
    REQUIRE(calls[0] == 5 && calls[1] == 1);
    plt_series_remove_listener(series, &a);
    plt_series_remove_listener(series, &a); // again: nothing
    REQUIRE(plt_series_take_dirty(&a));
    REQUIRE(plt_series_changed(series, 0, 1));
    REQUIRE(calls[0] == 5);
    REQUIRE(plt_series_take_dirty(&b));
    REQUIRE(plt_series_changed(series, 0, 1));
    REQUIRE(calls[1] == 2);
    plt_series_remove_listener(series, &b);
    plt_series_unref(series);
}

// A flag that was taken is raised by every later append: nothing is lost between threads.
struct watched {
    struct plt_series *series;
    struct plt_series_listener listener;
    _Atomic int calls;
    _Atomic bool done;
};

static void note_call(void *user)
{
    atomic_fetch_add(&((struct watched *)user)->calls, 1);
}

static void *produce(void *user)
{
    struct watched *w = user;
    for (int32_t i = 0; i < 200000; i++)
        plt_series_append(w->series, &i, 1);
    atomic_store(&w->done, true);
    return NULL;
}

static void test_dirty_protocol(void)
{
    struct watched w = {.series = create(PLT_I32, PLT_X_UNIFORM, 3000)};
    w.listener = (struct plt_series_listener){.fn = note_call, .user = &w};
    plt_series_add_listener(w.series, &w.listener);
    pthread_t thread;
    REQUIRE(pthread_create(&thread, NULL, produce, &w) == 0);
    uint64_t seen = 0;
    int taken = 0;
    for (bool done = false; !done;) {
        done = atomic_load(&w.done);
        if (!plt_series_take_dirty(&w.listener))
            continue;
        taken++;
        struct plt_series_pin pin;
        if (plt_series_pin(w.series, &pin)) {
            REQUIRE(pin.head >= seen); // equal: pinned between head and flag
            seen = pin.head;
            plt_series_unpin(&pin);
        }
        plt_series_remove_listener(w.series, &w.listener);
        int calls = atomic_load(&w.calls);
        REQUIRE(calls >= taken && calls <= taken + 1);
        REQUIRE(atomic_load(&w.calls) == calls);
        plt_series_add_listener(w.series, &w.listener);
        seen = plt_series_total(w.series); // what came while it was removed
    }
    pthread_join(thread, NULL);
    if (plt_series_take_dirty(&w.listener))
        seen = plt_series_total(w.series);
    REQUIRE_CMP(seen, ==, UINT64_C(200000), PRIu64);
    plt_series_remove_listener(w.series, &w.listener);
    plt_series_unref(w.series);
}

static void test_arguments(void)
{
    REQUIRE(!plt_series_create(plt_series_params(.type = 99, .log = quiet)));
    REQUIRE(!plt_series_create(plt_series_params(.dx = -1, .log = quiet)));
    REQUIRE(!plt_series_create(plt_series_params(.x0 = NAN, .log = quiet)));
    struct plt_series *series = create(PLT_F64, PLT_X_UNIFORM, 0);
    REQUIRE(!plt_series_set(series, NULL, 1));
    REQUIRE(!plt_series_append(series, NULL, 1));
    REQUIRE(plt_series_append(series, NULL, 0));
    REQUIRE_STR(plt_series_name(series), "s");
    REQUIRE(plt_series_ref(series) == series);
    plt_series_unref(series);
    plt_series_unref(series);
    plt_series_unref(NULL);
    series = plt_series_create(NULL);
    REQUIRE_STR(plt_series_name(series), "");
    plt_series_unref(series);
}

int main(void)
{
    quiet = plt_log_create(&(struct plt_log_params){.fn = count_errors});
    static const uint64_t capacities[] = {0, 1, 2, 63, 64, 1000, 1024, 1025, 9000, 100000};
    for (size_t i = 0; i < sizeof(capacities) / sizeof(capacities[0]); i++) {
        uint64_t capacity = capacities[i];
        test_append(capacity, 5000, 1);
        test_append(capacity, 70000, 777);
        test_append(capacity, 300000, 100000);
        test_append(capacity, 600000, 262144);
        test_set(capacity, 1);
        test_set(capacity, 5000);
        test_set(capacity, 300001);
    }
    test_append(3000000, 4000000, 50000);
    test_types();
    test_gaps();
    test_order();
    test_order_places();
    test_order_promised();
    test_x();
    test_wrap();
    test_changed_pinned();
    test_ring_pinned();
    test_listeners();
    test_dirty_protocol();
    test_arguments();
    plt_log_unref(quiet);
    return test_result();
}
