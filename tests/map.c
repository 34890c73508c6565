// A mapped file gives what a series in memory gives, once its blocks have arrived; a file
// that grows, shrinks or is rewritten while it is shown, readers beside that and failing
// allocations harm nothing. Its sidecar: tests/sidecar.c.
#include <pthread.h>
#include <sys/inotify.h>

#include <plotlib/base/alloc.h>
#include <plotlib/data/mapped.h>

#include "map_fixture.h"

static void test_equal(struct test_random *random, enum plt_type type)
{
    const size_t size = plt_type_size(type);
    size_t n = 300000 + test_below(random, 400000), offset = test_below(random, 100);
    char *file = malloc(offset + n * size);
    char *samples = malloc(n * size);
    fill(random, type, samples, n);
    memset(file, 'x', offset);
    memcpy(file + offset, samples, n * size);
    map_remove_files();
    map_write(file, offset + n * size);
    struct plt_series *mapped = open_map(type, offset);
    struct plt_series *kept = plt_series_create(plt_series_params(.type = type));
    REQUIRE(mapped && plt_series_set(kept, samples, n));
    double scale = type == PLT_I64   ? 1e17
                   : type >= PLT_I32 ? 1e6
                   : type >= PLT_I16 ? 200
                                     : 1;
    if (mapped) {
        REQUIRE_CMP(plt_series_count(mapped), ==, (uint64_t)n, PRIu64);
        REQUIRE(plt_series_map_settle(mapped, WAIT_S));
        compare_views(random, mapped, kept, n, scale, 12);
        REQUIRE(map_file_size(map_sidecar) > 0);
        REQUIRE(map_file_size(map_sidecar) * 1000 <= 45 * (uint64_t)(n * size));
    }
    plt_series_unref(mapped);
    plt_series_unref(kept);
    free(samples);
    free(file);
    REQUIRE_CMP(map_take_messages(PLT_MSG_SIDECAR), ==, 0, "d");
    REQUIRE_CMP(map_take_messages(PLT_MSG_FILE_CHANGED), ==, 0, "d");
}

static void test_types(struct test_random *random)
{
    for (int type = 0; type < PLT_NUM_TYPES; type++)
        test_equal(random, (enum plt_type)type);
}

// A picture in a file waits for what it needs.
static void write_picture(struct plt_series *series, const char *path)
{
    struct plt_figure *figure = plt_figure_create(plt_figure_params(.bare = true));
    struct plt_plot *plot = plt_figure_add_plot(figure, NULL);
    REQUIRE(plt_curve_create(plot, series, NULL) != NULL);
    REQUIRE(plt_figure_write_png(figure, path, 300, 100, 1));
    plt_figure_destroy(figure);
}

static size_t read_file(const char *path, char *bytes, size_t size)
{
    FILE *file = fopen(path, "rb");
    size_t n = file ? fread(bytes, 1, size, file) : 0;
    if (file)
        fclose(file);
    return n;
}

static void test_picture(struct test_random *random)
{
    enum { N = 3000000, MOST = 1 << 20 };
    uint16_t *samples = malloc(N * sizeof(*samples));
    char path[2][112], *bytes[2] = {malloc(MOST), malloc(MOST)};
    fill(random, PLT_U16, samples, N);
    map_remove_files();
    map_write(samples, N * sizeof(*samples));
    struct plt_series *series[2] = {open_map(PLT_U16, 0),
                                    plt_series_create(plt_series_params(.type = PLT_U16))};
    REQUIRE(series[0] && plt_series_wrap(series[1], NULL, samples, N, NULL, NULL));
    size_t size[2];
    for (int i = 0; i < 2; i++) {
        snprintf(path[i], sizeof(path[i]), "%s/%d.png", map_folder, i);
        write_picture(series[i], path[i]);
        size[i] = read_file(path[i], bytes[i], MOST);
        unlink(path[i]);
        plt_series_unref(series[i]);
    }
    REQUIRE(size[0] > 1000 && size[0] == size[1]);
    REQUIRE(memcmp(bytes[0], bytes[1], size[0]) == 0);
    free(bytes[0]);
    free(bytes[1]);
    free(samples);
}

// More than the cache holds, from end to end: blocks are given up, and come again.
static void test_small_cache(struct test_random *random)
{
    const size_t n = 2000000;
    double *samples = malloc(n * sizeof(*samples));
    fill(random, PLT_F64, samples, n);
    map_remove_files();
    map_write(samples, n * sizeof(*samples));
    struct plt_series *mapped =
        plt_series_map(map_path, plt_series_map_params(.cache_bytes = 1, .log = map_log));
    struct plt_series *kept = plt_series_create(NULL);
    REQUIRE(mapped && plt_series_wrap(kept, NULL, samples, n, NULL, NULL));
    struct plt_reduced a = {0}, b = {0};
    for (size_t x0 = 0; x0 < n; x0 += 100000) {
        struct plt_reduce_params params =
            view_of((double)x0, (double)x0 + 30000, 1, PLT_REDUCE_AUTO);
        REQUIRE(reduce_exactly(mapped, &params, &a));
        REQUIRE(reduce(kept, &params, &b));
        require_same(&a, &b);
        REQUIRE_CMP(map_state(mapped).cache_bytes, <=, UINT64_C(1) << 20, PRIu64);
    }
    struct plt_series_pin pin;
    REQUIRE(plt_series_pin(mapped, &pin));
    const double *first = NULL;
    const void *x, *y = NULL;
    plt_pin_run(&pin, 5, &x, &y);
    plt_series_unpin(&pin);
    REQUIRE(plt_series_map_settle(mapped, WAIT_S));
    REQUIRE(plt_series_pin(mapped, &pin));
    size_t run = plt_pin_run(&pin, 5, &x, &y);
    first = y;
    REQUIRE(run == 1019 && !x && first);
    // What this pin looked at stays, whatever others look at.
    for (size_t x0 = 0; x0 < n; x0 += 50000) {
        struct plt_reduce_params params =
            view_of((double)x0, (double)x0 + 50000, 1, PLT_REDUCE_AUTO);
        REQUIRE(reduce(mapped, &params, &a));
        plt_series_map_settle(mapped, WAIT_S);
    }
    REQUIRE(memcmp(first, samples + 5, run * sizeof(*first)) == 0);
    plt_series_unpin(&pin);
    plt_reduced_finish(&a);
    plt_reduced_finish(&b);
    plt_series_unref(mapped);
    plt_series_unref(kept);
    free(samples);
}

// --- a file that changes while it is shown ---------------------------------------------

// The library looks when somebody draws, at most 4 times a second.
static bool wait_for_count(struct plt_series *series, uint64_t count)
{
    for (int round = 0; round < 1000; round++) {
        if (plt_series_count(series) == count)
            return plt_series_map_settle(series, WAIT_S);
        plt_series_map_settle(series, WAIT_S);
    }
    return false;
}

// The whole of both, the mapped one with what is remembered of earlier looks.
static void compare_remembered(struct plt_memo *memo, struct plt_series *mapped,
                               struct plt_series *kept)
{
    struct plt_reduced a = {0}, b = {0};
    struct plt_reduce_params params = view_of(0, 2 * MANY, 200, PLT_REDUCE_AUTO);
    REQUIRE(reduce(kept, &params, &b));
    params.memo = memo;
    REQUIRE(reduce_exactly(mapped, &params, &a));
    require_same(&a, &b);
    REQUIRE(memo->used);
    plt_reduced_finish(&a);
    plt_reduced_finish(&b);
}

static void test_change(struct test_random *random)
{
    struct plt_memo memo = {0};
    plt_memo_reserve(&memo, 400);
    int16_t *samples = malloc(2 * MANY * sizeof(*samples));
    fill(random, PLT_I16, samples, 2 * MANY);
    for (size_t i = 0; i < 1024; i++)
        samples[i] = i % 2 ? -700 : 700;
    map_remove_files();
    map_write(samples, MANY * sizeof(*samples));
    struct plt_series *mapped = open_map(PLT_I16, 0);
    struct plt_series *kept = plt_series_create(plt_series_params(.type = PLT_I16));
    REQUIRE(mapped && plt_series_wrap(kept, NULL, samples, MANY, NULL, NULL));
    REQUIRE(plt_series_map_settle(mapped, WAIT_S));
    REQUIRE_CMP(look_log(mapped, 0, 1024).least, ==, 700.0, "g");
    compare_views(random, mapped, kept, MANY, 200, 3);
    compare_remembered(&memo, mapped, kept);
    // It grows, by a sample and a half, then by many.
    struct plt_series_pin old;
    REQUIRE(plt_series_pin(mapped, &old));
    map_write_at(MANY * 2, samples + MANY, 3);
    REQUIRE(wait_for_count(mapped, MANY + 1));
    REQUIRE_CMP(old.head, ==, (uint64_t)MANY, PRIu64);
    double lo, hi;
    REQUIRE(plt_pin_min_max(&old, MANY - 2000, MANY, &lo, &hi));
    plt_series_unpin(&old);
    map_write_at(MANY * 2, samples + MANY, MANY * 2);
    REQUIRE(wait_for_count(mapped, 2 * MANY));
    REQUIRE(plt_series_wrap(kept, NULL, samples, 2 * MANY, NULL, NULL));
    compare_views(random, mapped, kept, 2 * MANY, 200, 5);
    compare_remembered(&memo, mapped, kept);
    REQUIRE_CMP(map_take_messages(PLT_MSG_FILE_CHANGED), ==, 0, "d");
    // Rewritten in place.
    samples[777] = 32767;
    samples[778] = 3;
    usleep(20000); // a file's time has steps
    map_write_at(777 * 2, &samples[777], 4);
    REQUIRE(plt_series_changed(kept, 777, 2));
    struct plt_range y;
    REQUIRE(plt_series_map_settle(mapped, WAIT_S));
    REQUIRE_CMP(look_log(mapped, 0, 1024).least, ==, 3.0, "g");
    REQUIRE(plt_series_y_bounds(mapped, &y) && y.x1 == 32767);
    compare_views(random, mapped, kept, 2 * MANY, 200, 3);
    compare_remembered(&memo, mapped, kept);
    // A look that needs nothing it has not seen asks the file for nothing.
    uint64_t before = map_state(mapped).stand_ins;
    struct plt_mapped *map = mapped->mapped;
    pthread_mutex_lock(&map->lock);
    plt_blocks_drop(&map->blocks, 0);
    pthread_mutex_unlock(&map->lock);
    compare_remembered(&memo, mapped, kept);
    REQUIRE_CMP(map_state(mapped).stand_ins, ==, before, PRIu64);
    // It shrinks: one error, and what is gone is gone, for a pin from before as well.
    REQUIRE(plt_series_pin(mapped, &old));
    map_take_messages(PLT_MSG_FILE_CHANGED);
    REQUIRE(truncate(map_path, 300001 * 2 + 1) == 0);
    REQUIRE(wait_for_count(mapped, 300001));
    REQUIRE_CMP(map_take_messages(PLT_MSG_FILE_CHANGED), ==, 1, "d");
    REQUIRE(!plt_pin_min_max(&old, 300001, 2 * MANY, &lo, &hi));
    REQUIRE(isnan(plt_pin_y(&old, 300001)) && isnan(plt_pin_y(&old, 2 * MANY - 1)));
    plt_series_unpin(&old);
    REQUIRE(plt_series_wrap(kept, NULL, samples, 300001, NULL, NULL));
    compare_views(random, mapped, kept, 300001, 200, 5);
    compare_remembered(&memo, mapped, kept);
    plt_memo_finish(&memo);
    // To nothing, and up again.
    REQUIRE(truncate(map_path, 0) == 0);
    REQUIRE(wait_for_count(mapped, 0));
    REQUIRE(!plt_series_y_bounds(mapped, &y));
    map_write_at(0, samples, MANY * 2);
    REQUIRE(wait_for_count(mapped, MANY));
    REQUIRE(plt_series_wrap(kept, NULL, samples, MANY, NULL, NULL));
    compare_views(random, mapped, kept, MANY, 200, 3);
    map_take_messages(PLT_MSG_FILE_CHANGED);
    plt_series_unref(mapped);
    plt_series_unref(kept);
    free(samples);
}

// Shorter by the time that its samples are read, before anybody looked at its size.
static void test_short_read(struct test_random *random)
{
    int16_t *samples = malloc(MANY * sizeof(*samples));
    fill(random, PLT_I16, samples, MANY);
    map_remove_files();
    map_write(samples, MANY * sizeof(*samples));
    struct plt_series *mapped = open_map(PLT_I16, 0);
    REQUIRE(plt_series_map_settle(mapped, WAIT_S));
    REQUIRE(truncate(map_path, 1000) == 0);
    struct plt_series_pin pin;
    REQUIRE(plt_series_pin(mapped, &pin));
    plt_pin_y(&pin, 600000);
    plt_series_unpin(&pin);
    REQUIRE(wait_for_count(mapped, 500));
    REQUIRE_CMP(map_take_messages(PLT_MSG_FILE_CHANGED), ==, 1, "d");
    plt_series_unref(mapped);
    free(samples);
}

// --- what cannot be opened, and listeners ----------------------------------------------

static struct plt_series *refused(const char *path, enum plt_type type, uint64_t offset)
{
    return plt_series_map(
        path, plt_series_map_params(.type = type, .offset = offset, .log = map_log));
}

static void test_refused(struct test_random *random)
{
    map_remove_files();
    REQUIRE(!refused(map_path, PLT_I16, 0) && !refused(map_folder, PLT_I16, 0) &&
            !refused("/dev/zero", PLT_I16, 0));
    REQUIRE_CMP(map_take_messages(PLT_MSG_FILE_OPEN), ==, 3, "d");
    map_write("abcde", 5);
    REQUIRE(!refused(map_path, PLT_I16, 6));
    REQUIRE_CMP(map_take_messages(PLT_MSG_FILE_FORMAT), ==, 1, "d");
    REQUIRE(!refused(map_path, PLT_F16, 0));
    REQUIRE(!refused(map_path, (enum plt_type)77, 0) && !refused(NULL, PLT_I16, 0));
    REQUIRE(map_take_messages(PLT_MSG_BAD_ARGUMENT) >= 2);
    struct plt_series *mapped = refused(map_path, PLT_I16, 0); // two and a half samples
    REQUIRE_CMP(map_take_messages(PLT_MSG_FILE_FORMAT), ==, 1, "d");
    REQUIRE(plt_series_map_settle(mapped, WAIT_S));
    REQUIRE_CMP(plt_series_count(mapped), ==, UINT64_C(2), PRIu64);
    REQUIRE_STR(plt_series_name(mapped), "samples");
    const int16_t y[2] = {1, 2};
    REQUIRE(!plt_series_append(mapped, y, 2) && !plt_series_set(mapped, y, 2) &&
            !plt_series_wrap(mapped, NULL, y, 2, NULL, NULL) &&
            !plt_series_changed(mapped, 0, 1));
    plt_series_clear(mapped);
    REQUIRE_CMP(plt_series_count(mapped), ==, UINT64_C(2), PRIu64);
    struct plt_figure *figure = plt_figure_create(plt_figure_params(.log = map_log));
    struct plt_plot *plot = plt_figure_add_plot(figure, NULL);
    REQUIRE(!plt_scatter_create(plot, mapped, NULL) &&
            !plt_histogram_create(plot, mapped, NULL) &&
            !plt_error_bars_create(plot, mapped, NULL) &&
            !plt_series_transform(mapped, NULL) && plt_curve_create(plot, mapped, NULL));
    plt_figure_destroy(figure);
    REQUIRE(access(map_sidecar, F_OK) != 0); // too short for one
    map_take_messages(PLT_MSG_BAD_ARGUMENT);
    plt_series_unref(mapped);
    mapped = refused(map_path, PLT_I16, 5); // no sample at all
    REQUIRE(mapped && plt_series_map_settle(mapped, WAIT_S));
    REQUIRE_CMP(plt_series_count(mapped), ==, UINT64_C(0), PRIu64);
    plt_series_unref(mapped);
    struct plt_series *kept = plt_series_create(NULL);
    struct plt_series_map_state state;
    REQUIRE(!plt_series_map_get_state(kept, &state) && !plt_series_map_settle(kept, 0));
    map_take_messages(PLT_MSG_BAD_ARGUMENT);
    plt_series_unref(kept);
}

static void count_call(void *user)
{
    atomic_fetch_add((_Atomic int *)user, 1);
}

// Whoever drew stand-ins is told when the samples are there.
static void test_told(struct test_random *random)
{
    int16_t *samples = malloc(MANY * sizeof(*samples));
    fill(random, PLT_I16, samples, MANY);
    map_remove_files();
    map_write(samples, MANY * sizeof(*samples));
    static _Atomic int calls;
    struct plt_series *mapped = open_map(PLT_I16, 0);
    struct plt_series_listener listener = {.fn = count_call, .user = (void *)&calls};
    plt_series_add_listener(mapped, &listener);
    REQUIRE(plt_series_map_settle(mapped, WAIT_S));
    usleep(20000); // the builder's own news
    plt_series_take_dirty(&listener);
    atomic_store(&calls, 0);
    struct plt_series_pin pin;
    REQUIRE(plt_series_pin(mapped, &pin));
    double stand_in = plt_pin_y(&pin, 400000), lo, hi, of_bin = 0, least = 0;
    REQUIRE(plt_pin_min_max(&pin, 399360, 400384, &lo, &hi)); // its bin
    REQUIRE(stand_in == lo);
    plt_pin_least_positive(&pin, 399360, 400384, &of_bin);
    uint64_t before = plt_pin_stand_ins(&pin);
    plt_pin_least_positive(&pin, 400000, 400001, &least);
    REQUIRE(least == of_bin && plt_pin_stand_ins(&pin) == before + 1);
    plt_series_unpin(&pin);
    for (int round = 0; round < 5000 && atomic_load(&calls) == 0; round++)
        usleep(1000);
    REQUIRE_CMP(atomic_load(&calls), ==, 1, "d");
    REQUIRE(plt_series_pin(mapped, &pin));
    REQUIRE(plt_pin_y(&pin, 400000) == samples[400000]);
    plt_series_unpin(&pin);
    plt_series_remove_listener(mapped, &listener);
    plt_series_unref(mapped);
    free(samples);
}

// Growth and shrinking are seen though nobody draws: told by the system, or by `follow`.
static void see_growth(const int16_t *samples, bool follow)
{
    map_remove_files();
    map_write(samples, 1000);
    static _Atomic int calls;
    struct plt_series *mapped = plt_series_map(
        map_path, plt_series_map_params(.type = PLT_I16, .follow = follow, .log = map_log));
    struct plt_series_listener listener = {.fn = count_call, .user = (void *)&calls};
    REQUIRE(plt_series_map_settle(mapped, WAIT_S));
    usleep(20000);
    plt_series_add_listener(mapped, &listener);
    atomic_store(&calls, 0);
    map_write_at(0, samples, MANY * sizeof(*samples));
    for (int round = 0; round < 5000 && atomic_load(&calls) == 0; round++)
        usleep(1000);
    REQUIRE_CMP(atomic_load(&calls), ==, 1, "d");
    REQUIRE_CMP(plt_series_count(mapped), ==, (uint64_t)MANY, PRIu64);
    REQUIRE(truncate(map_path, 100) == 0);
    for (int round = 0; round < 5000 && plt_series_count(mapped) != 50; round++)
        usleep(1000);
    REQUIRE_CMP(plt_series_count(mapped), ==, UINT64_C(50), PRIu64);
    REQUIRE(plt_series_map_settle(mapped, WAIT_S));
    REQUIRE_CMP(map_take_messages(PLT_MSG_FILE_CHANGED), ==, 1, "d");
    plt_series_remove_listener(mapped, &listener);
    plt_series_unref(mapped);
}

static void test_follow(struct test_random *random)
{
    int16_t *samples = malloc(MANY * sizeof(*samples));
    fill(random, PLT_I16, samples, MANY);
    see_growth(samples, true);
    int inotify = inotify_init1(0);
    if (inotify >= 0)
        see_growth(samples, false);
    close(inotify);
    free(samples);
}

// Readers beside a writer that appends: every answer is that of the samples there are.
struct readers {
    struct plt_series *series;
    const int16_t *samples;
    _Atomic bool stop;
    uint64_t seed;
};

static void *read_beside(void *user)
{
    struct readers *readers = user;
    struct test_random random = {readers->seed + (uintptr_t)&readers};
    while (!atomic_load(&readers->stop)) {
        struct plt_series_pin pin;
        if (!plt_series_pin(readers->series, &pin))
            continue;
        uint64_t wrong = 0;
        for (int round = 0; round < 200; round++) {
            uint64_t a = test_below(&random, pin.head);
            uint64_t b = a + 1 + test_below(&random, (pin.head - a) / (1 + round % 50));
            b = b < pin.head ? b : pin.head;
            double lo = INFINITY, hi = -INFINITY, least = INFINITY;
            wrong += plt_pin_least_positive(&pin, a, b, &least) != (least < INFINITY) ||
                     !(least >= 1);
            if (plt_pin_min_max(&pin, a, b, &lo, &hi))
                wrong += !(lo <= hi);
            else // a chunk that nothing is known of yet
                continue;
            const void *x, *run;
            size_t n = plt_pin_run(&pin, a, &x, &run);
            wrong += n == 0 || n > pin.head - a;
            wrong +=
                run && n > 2 && memcmp(run, readers->samples + a, n * sizeof(int16_t)) != 0;
        }
        REQUIRE_CMP(wrong, ==, UINT64_C(0), PRIu64);
        plt_series_unpin(&pin);
    }
    return NULL;
}

static void test_beside(struct test_random *random)
{
    enum { FIRST = 100000, STEPS = 12, STEP = 70001 };
    int16_t *samples = malloc((FIRST + STEPS * STEP) * sizeof(*samples));
    fill(random, PLT_I16, samples, FIRST + STEPS * STEP);
    map_remove_files();
    map_write(samples, FIRST * 2);
    struct readers readers = {open_map(PLT_I16, 0), samples, false, test_next(random)};
    pthread_t threads[2];
    for (int i = 0; i < 2; i++)
        REQUIRE(pthread_create(&threads[i], NULL, read_beside, &readers) == 0);
    size_t n = FIRST;
    for (int step = 0; step < STEPS; step++) {
        map_write_at(n * 2, samples + n, STEP * 2);
        n += STEP;
        usleep(5000);
        plt_series_map_settle(readers.series, 0.01);
    }
    atomic_store(&readers.stop, true);
    for (int i = 0; i < 2; i++)
        pthread_join(threads[i], NULL);
    REQUIRE(wait_for_count(readers.series, n));
    struct plt_series *kept = plt_series_create(plt_series_params(.type = PLT_I16));
    REQUIRE(plt_series_wrap(kept, NULL, samples, n, NULL, NULL));
    compare_views(random, readers.series, kept, n, 200, 4);
    plt_series_unref(kept);
    plt_series_unref(readers.series);
    REQUIRE_CMP(map_take_messages(PLT_MSG_FILE_CHANGED), ==, 0, "d");
    free(samples);
}

// --- failing allocations ---------------------------------------------------------------

static void test_no_memory(struct test_random *random)
{
    int16_t *samples = malloc(MANY * sizeof(*samples));
    fill(random, PLT_I16, samples, MANY);
    map_remove_files();
    map_write(samples, MANY * sizeof(*samples));
    struct plt_reduced out = {0};
    struct plt_reduce_params params = view_of(1000, 300000, 200, PLT_REDUCE_AUTO);
    for (int64_t n = 0; n < 40; n++) {
        plt_alloc_fail_at(n, false);
        struct plt_series *mapped = open_map(PLT_I16, 0);
        if (mapped) {
            reduce(mapped, &params, &out);
            plt_series_map_settle(mapped, WAIT_S);
        }
        plt_alloc_fail_at(-1, false);
        if (mapped) { // whatever failed, it is right in the end
            struct plt_reduced want = {0};
            struct plt_series *kept = plt_series_create(plt_series_params(.type = PLT_I16));
            REQUIRE(plt_series_wrap(kept, NULL, samples, MANY, NULL, NULL));
            REQUIRE(plt_series_map_settle(mapped, WAIT_S));
            REQUIRE(reduce_exactly(mapped, &params, &out) && reduce(kept, &params, &want));
            require_same(&out, &want);
            plt_reduced_finish(&want);
            plt_series_unref(kept);
        }
        plt_series_unref(mapped);
    }
    plt_reduced_finish(&out);
    map_take_messages(PLT_MSG_NO_MEMORY);
    map_take_messages(PLT_MSG_SIDECAR);
    map_remove_files();
    free(samples);
}

int main(void)
{
    struct test_random random = test_random_seeded();
    map_log = plt_log_create(&(struct plt_log_params){.fn = map_count_message});
    map_make_folder();
    run("equal", test_types, &random);
    run("picture", test_picture, &random);
    run("small cache", test_small_cache, &random);
    run("change", test_change, &random);
    run("short read", test_short_read, &random);
    run("refused", test_refused, &random);
    run("told", test_told, &random);
    run("follow", test_follow, &random);
    run("beside", test_beside, &random);
    run("no memory", test_no_memory, &random);
    map_remove_files();
    rmdir(map_folder);
    plt_log_unref(map_log);
    return test_result();
}
