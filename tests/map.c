// A mapped file gives what a series in memory gives, once its blocks have arrived; its
// sidecar is used when it is right and never when it is wrong; a file that grows, shrinks
// or is rewritten while it is shown, a full disk and failing allocations harm nothing.
#include <signal.h>
#include <sys/resource.h>

#include <plotlib/base/alloc.h>
#include <plotlib/base/hash.h>
#include <plotlib/data/series.h>
#include <plotlib/reduce/columns.h>

#include "map_fixture.h"

enum { WAIT_S = 60 }; // far more than anything takes

static struct plt_log *map_log;

static struct plt_series *open_map(enum plt_type type, uint64_t offset)
{
    return plt_series_map(map_path,
                          plt_series_map_params(.type = type, .offset = offset,
                                                .cache_bytes = 8 << 20, .log = map_log));
}

// Random walks with gaps where the type has them.
static void fill(struct test_random *random, enum plt_type type, void *samples, size_t n)
{
    double y = 0;
    for (size_t i = 0; i < n; i++) {
        y += test_uniform(random) * 4 - 2;
        y = fabs(y) > 120 ? 0 : y;
        uint64_t bits = test_next(random);
        double gap = bits % 999 == 0 ? NAN : y;
        switch (type) {
        case PLT_F64: ((double *)samples)[i] = gap; break;
        case PLT_F32: ((float *)samples)[i] = (float)gap; break;
        case PLT_I8: ((int8_t *)samples)[i] = (int8_t)y; break;
        case PLT_U8: ((uint8_t *)samples)[i] = (uint8_t)fabs(y); break;
        case PLT_I16: ((int16_t *)samples)[i] = (int16_t)(y * 200); break;
        case PLT_U16: ((uint16_t *)samples)[i] = (uint16_t)(y * 200 + 30000); break;
        case PLT_I32: ((int32_t *)samples)[i] = (int32_t)(y * 1e6); break;
        case PLT_U32: ((uint32_t *)samples)[i] = (uint32_t)(y * 1e6 + 1e9); break;
        case PLT_I64: ((int64_t *)samples)[i] = (int64_t)bits; break;
        }
    }
}

// --- equality with a series in memory --------------------------------------------------

static struct plt_reduce_params view_of(double x0, double x1, double scale,
                                        enum plt_reduce_mode mode)
{
    return (struct plt_reduce_params){
        .x = {.anchor = x0, .scale = 300 / (x1 - x0)},
        .y = {.scale = -1 / scale, .offset = 100},
        .col1 = 300,
        .row1 = 200,
        .pad = 2,
        .mode = mode,
    };
}

static bool reduce(struct plt_series *series, const struct plt_reduce_params *params,
                   struct plt_reduced *out)
{
    struct plt_series_pin pin;
    struct plt_reduce_result result;
    out->num_columns = out->num_segments = 0;
    if (!plt_series_pin(series, &pin))
        return false;
    bool ok = plt_reduce(out, &result, &pin, params);
    plt_series_unpin(&pin);
    return ok;
}

// Draws until nothing is stood in for any more.
static bool reduce_exactly(struct plt_series *series,
                           const struct plt_reduce_params *params, struct plt_reduced *out)
{
    for (int round = 0; round < 100; round++) {
        uint64_t before = map_state(series).stand_ins;
        if (!reduce(series, params, out))
            return false;
        if (map_state(series).stand_ins == before)
            return true;
        if (!plt_series_map_settle(series, WAIT_S))
            return false;
    }
    return false;
}

static void require_same(const struct plt_reduced *a, const struct plt_reduced *b)
{
    REQUIRE_CMP(a->num_columns, ==, b->num_columns, "zu");
    REQUIRE_CMP(a->num_segments, ==, b->num_segments, "zu");
    if (a->num_columns == b->num_columns && a->num_columns > 0)
        REQUIRE(memcmp(a->columns, b->columns, a->num_columns * sizeof(*a->columns)) == 0);
    if (a->num_segments == b->num_segments && a->num_segments > 0)
        REQUIRE(memcmp(a->segments, b->segments, a->num_segments * sizeof(*a->segments)) ==
                0);
}

static void compare_views(struct test_random *random, struct plt_series *mapped,
                          struct plt_series *kept, size_t n, double scale, int views)
{
    struct plt_reduced a = {0}, b = {0};
    for (int view = 0; view < views; view++) {
        double width = fmax(3, (double)n * pow(test_uniform(random), 4));
        double x0 = (double)n * (test_uniform(random) * 1.2 - 0.1);
        struct plt_reduce_params params = view_of(x0, x0 + width, scale, PLT_REDUCE_AUTO);
        if (view == 0)
            params = view_of(0, (double)n, scale, PLT_REDUCE_AUTO);
        if (view % 3 == 1)
            params.x.scale = -params.x.scale;
        if (view % 5 == 4 && width < 50000)
            params.mode = PLT_REDUCE_OFF;
        REQUIRE(reduce_exactly(mapped, &params, &a));
        REQUIRE(reduce(kept, &params, &b));
        require_same(&a, &b);
    }
    plt_reduced_finish(&a);
    plt_reduced_finish(&b);
    struct plt_range mapped_y = {0}, kept_y = {0};
    REQUIRE(plt_series_y_bounds(mapped, &mapped_y) && plt_series_y_bounds(kept, &kept_y));
    REQUIRE(mapped_y.x0 == kept_y.x0 && mapped_y.x1 == kept_y.x1);
}

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

// --- the sidecar -----------------------------------------------------------------------

enum { MANY = 700000 }; // int16: three chunks

// Opens, waits, compares, and tells what became of the sidecar.
static enum plt_sidecar_state visit(struct test_random *random, const int16_t *samples,
                                    size_t n)
{
    struct plt_series *mapped = open_map(PLT_I16, 0);
    struct plt_series *kept = plt_series_create(plt_series_params(.type = PLT_I16));
    enum plt_sidecar_state state = PLT_SIDECAR_NONE;
    REQUIRE(mapped && plt_series_set(kept, samples, n));
    if (mapped) {
        REQUIRE(plt_series_map_settle(mapped, WAIT_S));
        compare_views(random, mapped, kept, n, 200, 3);
        state = map_state(mapped).sidecar;
    }
    plt_series_unref(mapped);
    plt_series_unref(kept);
    return state;
}

static void flip(uint64_t position)
{
    unsigned char byte = 0;
    int fd = open(map_sidecar, O_RDWR);
    REQUIRE(fd >= 0 && pread(fd, &byte, 1, (off_t)position) == 1);
    byte ^= 0x10;
    REQUIRE(pwrite(fd, &byte, 1, (off_t)position) == 1);
    close(fd);
}

static void test_wrong_sidecars(struct test_random *random, const int16_t *samples)
{
    const uint64_t size = map_file_size(map_sidecar);
    const uint64_t flips[] = {0, 9, 13, 16, 40, 70, 200, size - 60, size - 1};
    for (size_t i = 0; i < sizeof(flips) / sizeof(flips[0]); i++) {
        flip(flips[i]);
        REQUIRE_CMP(visit(random, samples, MANY), ==, PLT_SIDECAR_WRITTEN, "d");
        REQUIRE_CMP(map_take_messages(PLT_MSG_SIDECAR), ==, 1, "d");
        REQUIRE_CMP(visit(random, samples, MANY), ==, PLT_SIDECAR_READ, "d");
    }
    const uint64_t lengths[] = {0, 10, 64, 300, size / 2, size - 48, size - 1};
    for (size_t i = 0; i < sizeof(lengths) / sizeof(lengths[0]); i++) {
        REQUIRE(truncate(map_sidecar, (off_t)lengths[i]) == 0);
        REQUIRE_CMP(visit(random, samples, MANY), ==, PLT_SIDECAR_WRITTEN, "d");
        REQUIRE_CMP(map_take_messages(PLT_MSG_SIDECAR), ==, 1, "d");
    }
    // Another version, with a right checksum.
    char header[64];
    int fd = open(map_sidecar, O_RDWR);
    REQUIRE(fd >= 0 && pread(fd, header, sizeof(header), 0) == 64);
    header[12] = 2;
    uint64_t checksum = plt_hash64(header, 56, 0);
    memcpy(header + 56, &checksum, 8);
    REQUIRE(pwrite(fd, header, sizeof(header), 0) == 64);
    close(fd);
    REQUIRE_CMP(visit(random, samples, MANY), ==, PLT_SIDECAR_WRITTEN, "d");
    REQUIRE(strstr(map_last_message, "version") != NULL);
    REQUIRE_CMP(map_take_messages(PLT_MSG_SIDECAR), ==, 1, "d");
}

static void set_times(const struct timespec *time)
{
    const struct timespec times[2] = {*time, *time};
    REQUIRE(utimensat(AT_FDCWD, map_path, times, 0) == 0);
}

// Another file's sidecar: of the same size and time, but with other samples.
static void test_other_file(struct test_random *random, int16_t *samples)
{
    struct stat info;
    REQUIRE(stat(map_path, &info) == 0);
    fill(random, PLT_I16, samples, MANY);
    map_write(samples, MANY * sizeof(*samples));
    set_times(&info.st_mtim);
    REQUIRE_CMP(visit(random, samples, MANY), ==, PLT_SIDECAR_WRITTEN, "d");
    REQUIRE_CMP(map_take_messages(PLT_MSG_SIDECAR), ==, 1, "d");
    // Only a spike in the middle: found when its samples are read.
    samples[300000] = 32767;
    map_write_at(300000 * sizeof(*samples), &samples[300000], sizeof(*samples));
    REQUIRE(stat(map_path, &info) == 0);
    REQUIRE_CMP(visit(random, samples, MANY), ==, PLT_SIDECAR_WRITTEN, "d");
    REQUIRE_CMP(map_take_messages(PLT_MSG_SIDECAR), ==, 1, "d"); // older than the file
    REQUIRE(stat(map_path, &info) == 0);
    samples[300000] = -32768;
    map_write_at(300000 * sizeof(*samples), &samples[300000], sizeof(*samples));
    set_times(&info.st_mtim);
    struct plt_series *mapped = open_map(PLT_I16, 0);
    struct plt_series *kept = plt_series_create(plt_series_params(.type = PLT_I16));
    struct plt_reduced out = {0};
    REQUIRE(mapped && plt_series_set(kept, samples, MANY));
    REQUIRE(plt_series_map_settle(mapped, WAIT_S));
    struct plt_reduce_params params = view_of(299990, 300010, 200, PLT_REDUCE_AUTO);
    REQUIRE(reduce_exactly(mapped, &params, &out));
    REQUIRE(plt_series_map_settle(mapped, WAIT_S));
    REQUIRE_CMP(map_take_messages(PLT_MSG_FILE_CHANGED), ==, 1, "d");
    compare_views(random, mapped, kept, MANY, 200, 5);
    REQUIRE_CMP(map_state(mapped).sidecar, ==, PLT_SIDECAR_WRITTEN, "d");
    plt_reduced_finish(&out);
    plt_series_unref(mapped);
    plt_series_unref(kept);
    REQUIRE_CMP(visit(random, samples, MANY), ==, PLT_SIDECAR_READ, "d");
}

static void test_sidecar(struct test_random *random)
{
    const size_t more = 300000;
    int16_t *samples = malloc((MANY + 3 * more) * sizeof(*samples));
    fill(random, PLT_I16, samples, MANY + 3 * more);
    map_remove_files();
    map_write(samples, MANY * sizeof(*samples));
    REQUIRE_CMP(visit(random, samples, MANY), ==, PLT_SIDECAR_WRITTEN, "d");
    REQUIRE_CMP(visit(random, samples, MANY), ==, PLT_SIDECAR_READ, "d");
    REQUIRE_CMP(map_take_messages(PLT_MSG_SIDECAR), ==, 0, "d");
    // The file grows between two visits: the sidecar grows with it.
    for (size_t n = MANY + more; n <= MANY + 3 * more; n += more) {
        uint64_t before = map_file_size(map_sidecar);
        map_write_at((n - more) * sizeof(*samples), samples + n - more,
                     more * sizeof(*samples));
        REQUIRE_CMP(visit(random, samples, n), ==, PLT_SIDECAR_APPENDED, "d");
        uint64_t after = map_file_size(map_sidecar);
        REQUIRE(after > before && after < before + 5000);
        REQUIRE(after * 1000 <= 45 * n * sizeof(*samples));
        REQUIRE_CMP(visit(random, samples, n), ==, PLT_SIDECAR_READ, "d");
    }
    REQUIRE_CMP(map_take_messages(PLT_MSG_SIDECAR), ==, 0, "d");
    // It is shorter than when the sidecar was written.
    REQUIRE(truncate(map_path, MANY * sizeof(*samples)) == 0);
    REQUIRE_CMP(visit(random, samples, MANY), ==, PLT_SIDECAR_WRITTEN, "d");
    REQUIRE_CMP(map_take_messages(PLT_MSG_SIDECAR), ==, 1, "d");
    test_wrong_sidecars(random, samples);
    test_other_file(random, samples);
    // Grown, but with another beginning.
    samples[1] ^= 0x55;
    map_write_at(0, samples, (MANY + more) * sizeof(*samples));
    REQUIRE_CMP(visit(random, samples, MANY + more), ==, PLT_SIDECAR_WRITTEN, "d");
    REQUIRE_CMP(map_take_messages(PLT_MSG_SIDECAR), ==, 1, "d");
    // Another type or offset of the same file.
    struct plt_series *bytes = open_map(PLT_U8, 2);
    REQUIRE(plt_series_map_settle(bytes, WAIT_S));
    REQUIRE_CMP(map_state(bytes).sidecar, ==, PLT_SIDECAR_WRITTEN, "d");
    REQUIRE_CMP(map_take_messages(PLT_MSG_SIDECAR), ==, 1, "d");
    plt_series_unref(bytes);
    free(samples);
}

// A disk that is full, and folders that cannot be written: one message, all else goes on.
static void test_no_room(struct test_random *random)
{
    int16_t *samples = malloc(2 * MANY * sizeof(*samples));
    fill(random, PLT_I16, samples, 2 * MANY);
    map_remove_files();
    map_write(samples, MANY * sizeof(*samples));
    struct rlimit limit, small;
    REQUIRE(getrlimit(RLIMIT_FSIZE, &limit) == 0);
    small = limit;
    small.rlim_cur = 2000;
    REQUIRE(setrlimit(RLIMIT_FSIZE, &small) == 0);
    REQUIRE_CMP(visit(random, samples, MANY), ==, PLT_SIDECAR_FAILED, "d");
    REQUIRE_CMP(map_take_messages(PLT_MSG_SIDECAR), ==, 1, "d");
    REQUIRE(access(map_sidecar, F_OK) != 0); // nothing half-written is left
    REQUIRE(setrlimit(RLIMIT_FSIZE, &limit) == 0);
    REQUIRE_CMP(visit(random, samples, MANY), ==, PLT_SIDECAR_WRITTEN, "d");
    // Full while appending: what was there stays right.
    uint64_t before = map_file_size(map_sidecar);
    map_write(samples, 2 * MANY * sizeof(*samples));
    small.rlim_cur = before + 500;
    REQUIRE(setrlimit(RLIMIT_FSIZE, &small) == 0);
    REQUIRE_CMP(visit(random, samples, 2 * MANY), ==, PLT_SIDECAR_FAILED, "d");
    REQUIRE_CMP(map_take_messages(PLT_MSG_SIDECAR), ==, 1, "d");
    REQUIRE(setrlimit(RLIMIT_FSIZE, &limit) == 0);
    REQUIRE_CMP(map_file_size(map_sidecar), ==, before, PRIu64);
    REQUIRE_CMP(visit(random, samples, 2 * MANY), ==, PLT_SIDECAR_APPENDED, "d");
    REQUIRE_CMP(map_take_messages(PLT_MSG_SIDECAR), ==, 0, "d");
    static const char *const places[] = {"/dev/full", "/proc/plotlib.plp",
                                         "/nowhere/at/all.plp"};
    for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
        struct plt_series *mapped = plt_series_map(
            map_path,
            plt_series_map_params(.type = PLT_I16, .sidecar = places[i], .log = map_log));
        REQUIRE(plt_series_map_settle(mapped, WAIT_S));
        bool failed = map_state(mapped).sidecar == PLT_SIDECAR_FAILED;
        REQUIRE(failed || i == 0); // root may replace /dev/full: see below
        REQUIRE_CMP(map_take_messages(PLT_MSG_SIDECAR), >=, 1, "d");
        plt_series_unref(mapped);
    }
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

static void test_change(struct test_random *random)
{
    int16_t *samples = malloc(2 * MANY * sizeof(*samples));
    fill(random, PLT_I16, samples, 2 * MANY);
    map_remove_files();
    map_write(samples, MANY * sizeof(*samples));
    struct plt_series *mapped = open_map(PLT_I16, 0);
    struct plt_series *kept = plt_series_create(plt_series_params(.type = PLT_I16));
    REQUIRE(mapped && plt_series_wrap(kept, NULL, samples, MANY, NULL, NULL));
    REQUIRE(plt_series_map_settle(mapped, WAIT_S));
    compare_views(random, mapped, kept, MANY, 200, 3);
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
    REQUIRE_CMP(map_take_messages(PLT_MSG_FILE_CHANGED), ==, 0, "d");
    // Rewritten in place.
    samples[777] = 32767;
    usleep(20000); // a file's time has steps
    map_write_at(777 * 2, &samples[777], 2);
    REQUIRE(plt_series_changed(kept, 777, 1));
    struct plt_range y;
    REQUIRE(plt_series_map_settle(mapped, WAIT_S));
    REQUIRE(plt_series_y_bounds(mapped, &y) && y.x1 == 32767);
    compare_views(random, mapped, kept, 2 * MANY, 200, 3);
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
    double stand_in = plt_pin_y(&pin, 400000), lo, hi;
    REQUIRE(plt_pin_min_max(&pin, 399360, 400384, &lo, &hi)); // its bin
    REQUIRE(stand_in == lo);
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

static void run(const char *name, void (*test)(struct test_random *random),
                struct test_random *random)
{
    struct timespec begin, end;
    int before = test_failures;
    clock_gettime(CLOCK_MONOTONIC, &begin);
    test(random);
    clock_gettime(CLOCK_MONOTONIC, &end);
    printf("%s: %ld ms%s\n", name,
           (end.tv_sec - begin.tv_sec) * 1000 + (end.tv_nsec - begin.tv_nsec) / 1000000,
           test_failures > before ? ", failed" : "");
}

int main(void)
{
    struct test_random random = test_random_seeded();
    signal(SIGXFSZ, SIG_DFL);
    map_log = plt_log_create(&(struct plt_log_params){.fn = map_count_message});
    map_make_folder();
    run("equal", test_types, &random);
    run("picture", test_picture, &random);
    run("small cache", test_small_cache, &random);
    run("sidecar", test_sidecar, &random);
    run("no room", test_no_room, &random);
    run("change", test_change, &random);
    run("short read", test_short_read, &random);
    run("refused", test_refused, &random);
    run("told", test_told, &random);
    run("no memory", test_no_memory, &random);
    map_remove_files();
    rmdir(map_folder);
    plt_log_unref(map_log);
    return test_result();
}
