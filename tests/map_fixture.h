// Files of samples, what the library says about them, and pictures of mapped series beside
// those of series in memory.
#pragma once

#include <fcntl.h>
#include <stdatomic.h>
#include <sys/stat.h>
#include <unistd.h>

#include <plotlib/data/series.h>
#include <plotlib/data/store.h>
#include <plotlib/plotlib.h>
#include <plotlib/reduce/columns.h>
#include <plotlib/reduce/extrema.h>

#include "test.h"

static char map_folder[64], map_path[96], map_sidecar[112];

static inline void map_make_folder(void)
{
    snprintf(map_folder, sizeof(map_folder), "/tmp/plotlib-map-XXXXXX");
    REQUIRE(mkdtemp(map_folder) != NULL);
    snprintf(map_path, sizeof(map_path), "%s/samples", map_folder);
    snprintf(map_sidecar, sizeof(map_sidecar), "%s.plp", map_path);
}

static inline void map_remove_files(void)
{
    unlink(map_path);
    unlink(map_sidecar);
}

// Messages, counted by id.
static _Atomic int map_messages[32];
static char map_last_message[512];

static inline void map_count_message(void *user, enum plt_level level, enum plt_msg id,
                                     const char *text)
{
    (void)user;
    (void)level;
    atomic_fetch_add(&map_messages[id], 1);
    snprintf(map_last_message, sizeof(map_last_message), "%s", text);
    if (getenv("VERBOSE"))
        fprintf(stderr, "%s\n", text);
}

static inline int map_take_messages(enum plt_msg id)
{
    return atomic_exchange(&map_messages[id], 0);
}

static inline void map_write_at(uint64_t position, const void *data, size_t size)
{
    int fd = open(map_path, O_WRONLY | O_CREAT, 0666);
    REQUIRE(fd >= 0 && pwrite(fd, data, size, (off_t)position) == (ssize_t)size);
    close(fd);
}

static inline void map_write(const void *data, size_t size)
{
    unlink(map_path);
    map_write_at(0, data, size);
}

static inline uint64_t map_file_size(const char *path)
{
    struct stat info;
    return stat(path, &info) == 0 ? (uint64_t)info.st_size : 0;
}

static inline struct plt_series_map_state map_state(const struct plt_series *series)
{
    struct plt_series_map_state state = {0};
    REQUIRE(plt_series_map_get_state(series, &state));
    return state;
}

enum { WAIT_S = 60 }; // far more than anything takes

static struct plt_log *map_log;

static inline struct plt_series *open_map(enum plt_type type, uint64_t offset)
{
    return plt_series_map(map_path,
                          plt_series_map_params(.type = type, .offset = offset,
                                                .cache_bytes = 8 << 20, .log = map_log));
}

// Random walks with gaps where the type has them, zeros where it is unsigned.
static inline void fill(struct test_random *random, enum plt_type type, void *samples,
                        size_t n)
{
    double y = 0;
    for (size_t i = 0; i < n; i++) {
        y += test_uniform(random) * 4 - 2;
        y = fabs(y) > 120 ? 0 : y;
        uint64_t bits = test_next(random);
        double gap = bits % 999 == 0 ? NAN : y, above = bits % 999 > 0;
        switch (type) {
        case PLT_F64: ((double *)samples)[i] = gap; break;
        case PLT_F32: ((float *)samples)[i] = (float)gap; break;
        case PLT_I8: ((int8_t *)samples)[i] = (int8_t)y; break;
        case PLT_U8: ((uint8_t *)samples)[i] = (uint8_t)fabs(y); break;
        case PLT_I16: ((int16_t *)samples)[i] = (int16_t)(y * 200); break;
        case PLT_U16:
            ((uint16_t *)samples)[i] = (uint16_t)(above * (y * 200 + 30000));
            break;
        case PLT_I32: ((int32_t *)samples)[i] = (int32_t)(y * 1e6); break;
        case PLT_U32: ((uint32_t *)samples)[i] = (uint32_t)(above * (y * 1e6 + 1e9)); break;
        case PLT_I64: ((int64_t *)samples)[i] = (int64_t)bits; break;
        case PLT_F16: break; // images only
        }
    }
}

static inline struct plt_reduce_params view_of(double x0, double x1, double scale,
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

static inline bool reduce(struct plt_series *series, const struct plt_reduce_params *params,
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
static inline bool reduce_exactly(struct plt_series *series,
                                  const struct plt_reduce_params *params,
                                  struct plt_reduced *out)
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

static inline void require_same(const struct plt_reduced *a, const struct plt_reduced *b)
{
    REQUIRE_CMP(a->num_columns, ==, b->num_columns, "zu");
    REQUIRE_CMP(a->num_segments, ==, b->num_segments, "zu");
    if (a->num_columns == b->num_columns && a->num_columns > 0)
        REQUIRE(memcmp(a->columns, b->columns, a->num_columns * sizeof(*a->columns)) == 0);
    if (a->num_segments == b->num_segments && a->num_segments > 0)
        REQUIRE(memcmp(a->segments, b->segments, a->num_segments * sizeof(*a->segments)) ==
                0);
}

// The least positive value and what a logarithmic axis shows, once nothing is stood in for.
struct map_log {
    double least, lo, hi;
};

static inline struct map_log look_log(struct plt_series *series, uint64_t a, uint64_t b)
{
    const struct plt_scale scale = {.kind = PLT_SCALE_LOG10};
    struct map_log out = {0};
    uint64_t before = 0, after = 1;
    for (int round = 0; before != after && round < 100; round++) {
        struct plt_series_pin pin;
        REQUIRE(round == 0 || plt_series_map_settle(series, WAIT_S));
        if (!plt_series_pin(series, &pin))
            break;
        before = plt_pin_stand_ins(&pin);
        plt_pin_least_positive(&pin, a, b, &out.least);
        if (!plt_extrema_y(&pin, &scale, false, a, b, &out.lo, &out.hi))
            out.lo = out.hi = NAN;
        after = plt_pin_stand_ins(&pin);
        plt_series_unpin(&pin);
    }
    REQUIRE_CMP(before, ==, after, PRIu64);
    return out;
}

// Of all, of the first chunk, and of random stretches; every third ends where the file
// does.
static inline void compare_logs(struct test_random *random, struct plt_series *mapped,
                                struct plt_series *kept, size_t n, int stretches)
{
    for (int i = 0; i < stretches; i++) {
        size_t width = 1 + (size_t)((double)n * pow(test_uniform(random), 4));
        size_t a = i % 3 == 2 ? n - (width < n ? width : n) : test_below(random, n);
        width = i == 0 ? n : i == 1 ? (size_t)1 << PLT_CHUNK_LOG2 : width;
        a = i < 2 ? 0 : a;
        struct map_log got = look_log(mapped, a, a + width);
        struct map_log want = look_log(kept, a, a + width);
        REQUIRE_CMP(got.least, ==, want.least, "g");
        REQUIRE(got.lo == want.lo || (isnan(got.lo) && isnan(want.lo)));
        REQUIRE(got.hi == want.hi || (isnan(got.hi) && isnan(want.hi)));
    }
}

static inline void compare_views(struct test_random *random, struct plt_series *mapped,
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
    compare_logs(random, mapped, kept, n, 3 * views);
    struct plt_range mapped_y = {0}, kept_y = {0};
    REQUIRE(plt_series_y_bounds(mapped, &mapped_y) && plt_series_y_bounds(kept, &kept_y));
    REQUIRE(mapped_y.x0 == kept_y.x0 && mapped_y.x1 == kept_y.x1);
}

enum { MANY = 700000 }; // int16: three chunks

// Opens, waits, compares, and tells what became of the sidecar.
static inline enum plt_sidecar_state visit(struct test_random *random,
                                           const int16_t *samples, size_t n)
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

static inline void run(const char *name, void (*test)(struct test_random *random),
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
