// Image buffers and the CPU image engine: levels, spans and colours against a plain scalar
// oracle, for every type and both builds of the kernels.
#include <float.h>

#include <plotlib/base/alloc.h>
#include <plotlib/base/half.h>
#include <plotlib/base/pool.h>
#include <plotlib/data/image.h>
#include <plotlib/image/colormap.h>
#include <plotlib/image/kernels.h>

#include "test.h"

static struct plt_log *quiet; // counts what it is told

static int messages;

static void count_message(void *user, enum plt_level level, enum plt_msg id,
                          const char *text)
{
    (void)user, (void)level, (void)id, (void)text;
    messages++;
}

// 256 entries of a map that lives as long as the test.
static struct plt_image_table named(const char *name)
{
    static struct plt_colormap *kept[8];
    static const char *names[8];
    for (int i = 0; i < 8; i++) {
        if (!kept[i]) {
            kept[i] = plt_colormap_find(name, quiet);
            names[i] = name;
        }
        if (strcmp(names[i], name) == 0)
            return *plt_colormap_table(kept[i]);
    }
    abort();
}

// --- the oracle: every step of the contract in its own words -----------------------------

static double sample(const struct plt_image_view *src, int32_t column, int32_t row)
{
    const char *line = (const char *)src->pixels + (size_t)row * src->row_stride;
    switch (src->type) {
    case PLT_F64: return ((const double *)line)[column];
    case PLT_F32: return ((const float *)line)[column];
    case PLT_I8: return ((const int8_t *)line)[column];
    case PLT_U8: return ((const uint8_t *)line)[column];
    case PLT_I16: return ((const int16_t *)line)[column];
    case PLT_U16: return ((const uint16_t *)line)[column];
    case PLT_I32: return ((const int32_t *)line)[column];
    case PLT_U32: return ((const uint32_t *)line)[column];
    case PLT_I64: return (double)((const int64_t *)line)[column];
    case PLT_F16: return plt_half_to_float(((const uint16_t *)line)[column]);
    }
    return NAN;
}

static float nearest(const struct plt_image_view *src, int32_t column, int32_t row)
{
    const char *line = (const char *)src->pixels + (size_t)row * src->row_stride;
    if (src->type == PLT_I64)
        return (float)((const int64_t *)line)[column];
    return (float)sample(src, column, row);
}

static float mean(const struct plt_image_view *src, struct plt_sample_span columns,
                  struct plt_sample_span rows)
{
    double sum = 0;
    int64_t whole = 0, count = 0;
    bool real = src->type == PLT_F64 || src->type == PLT_F32 || src->type == PLT_I64 ||
                src->type == PLT_F16;
    for (int32_t c = columns.begin; c < columns.end; c++) {
        double column_sum = 0;
        for (int32_t r = rows.begin; r < rows.end; r++) {
            double v = sample(src, c, r);
            if (!isfinite(v))
                continue;
            count++;
            column_sum += v;
            if (!real)
                whole += (int64_t)v;
        }
        sum += column_sum;
    }
    if (count == 0)
        return NAN;
    return (float)((real ? sum : (double)whole) / (double)count);
}

static float largest(const struct plt_image_view *src, struct plt_sample_span columns,
                     struct plt_sample_span rows)
{
    bool found = false;
    float best = NAN;
    double best_value = 0;
    for (int32_t r = rows.begin; r < rows.end; r++) {
        for (int32_t c = columns.begin; c < columns.end; c++) {
            double v = sample(src, c, r);
            if (isnan(v) || (found && v <= best_value))
                continue;
            found = true;
            best_value = v;
            best = nearest(src, c, r);
        }
    }
    return best;
}

static int entry(double lo, double hi, float v)
{
    if (isnan(v))
        return -1;
    if (lo == hi)
        return v < (float)lo ? 0 : 255;
    float s = (float)(256.0 / (hi - lo));
    volatile float difference = v - (float)lo;
    volatile float t = difference * s;
    return t >= 255 ? 255 : t > 0 ? (int)t : 0;
}

static uint32_t expected(const struct plt_image_map *map, double lo, double hi, int32_t x,
                         int32_t y, uint32_t under)
{
    struct plt_sample_span c = map->cols[x], r = map->rows[y];
    if (c.begin >= c.end || r.begin >= r.end)
        return under;
    float v;
    if (c.end - c.begin == 1 && r.end - r.begin == 1)
        v = nearest(&map->src, c.begin, r.begin);
    else
        v = map->minify == PLT_MINIFY_MAX ? largest(&map->src, c, r)
                                          : mean(&map->src, c, r);
    int i = entry(lo, hi, v);
    return i < 0 ? under : map->table.colors[i];
}

// --- scenes ------------------------------------------------------------------------------

static void put(void *pixels, enum plt_type type, size_t i, uint64_t bits, double real)
{
    switch (type) {
    case PLT_F64: ((double *)pixels)[i] = real; break;
    case PLT_F32: ((float *)pixels)[i] = (float)real; break;
    case PLT_I8: ((int8_t *)pixels)[i] = (int8_t)bits; break;
    case PLT_U8: ((uint8_t *)pixels)[i] = (uint8_t)bits; break;
    case PLT_I16: ((int16_t *)pixels)[i] = (int16_t)bits; break;
    case PLT_U16: ((uint16_t *)pixels)[i] = (uint16_t)bits; break;
    case PLT_I32: ((int32_t *)pixels)[i] = (int32_t)bits; break;
    case PLT_U32: ((uint32_t *)pixels)[i] = (uint32_t)bits; break;
    case PLT_I64: ((int64_t *)pixels)[i] = (int64_t)bits; break;
    case PLT_F16: ((uint16_t *)pixels)[i] = (uint16_t)bits; break;
    }
}

// Spans of a view as draw/image.c makes them, or of no order at all.
static void make_spans(struct test_random *random, struct plt_sample_span *spans, int32_t n,
                       int32_t samples)
{
    enum { UNIFORM, MAGNIFIED, ANY, IN_STEP } kind = test_below(random, 4);
    double step = kind == UNIFORM     ? 1 + test_uniform(random) * 9
                  : kind == MAGNIFIED ? 0.1 + 0.8 * test_uniform(random)
                                      : 1;
    double start = (test_uniform(random) - 0.3) * samples * 0.5;
    bool reversed = kind != IN_STEP && test_below(random, 2);
    for (int32_t x = 0; x < n; x++) {
        double from = start + x * step, to = from + step;
        int64_t a = (int64_t)floor(from), b = kind == UNIFORM ? (int64_t)floor(to) : a + 1;
        if (kind == IN_STEP)
            a = x, b = x + 1;
        if (kind == ANY) {
            a = (int64_t)test_below(random, (uint64_t)samples);
            b = a + (int64_t)test_below(random, 12);
        }
        a = a < 0 ? 0 : a > samples ? samples : a;
        b = b < a ? a : b > samples ? samples : b;
        struct plt_sample_span span = {(int32_t)a, (int32_t)b};
        spans[reversed ? n - 1 - x : x] = span;
    }
}

static double odd_values[] = {NAN,      INFINITY, -INFINITY, FLT_MAX,
                              -FLT_MAX, 1e300,    0.0,       -0.0};

static void fill(struct test_random *random, void *pixels, enum plt_type type, size_t n)
{
    uint64_t odd = test_below(random, 3); // none, few, half
    double scale = test_below(random, 2) ? 1000 : 1e-3;
    for (size_t i = 0; i < n; i++) {
        double real = (test_uniform(random) - 0.5) * scale;
        if (odd && test_below(random, odd == 1 ? 50 : 2) == 0)
            real = odd_values[test_below(random, 8)];
        put(pixels, type, i, test_next(random), real);
    }
}

static void pick_levels(struct test_random *random, const struct plt_image_view *src,
                        double *lo, double *hi)
{
    *lo = sample(src, (int32_t)test_below(random, (uint64_t)src->columns), 0);
    *hi = sample(src, (int32_t)test_below(random, (uint64_t)src->columns), 0);
    if (!isfinite(*lo) || fabs(*lo) > 1e20)
        *lo = -1;
    if (!isfinite(*hi) || fabs(*hi) > 1e20 || test_below(random, 8) == 0)
        *hi = *lo;
}

enum { MOST = 96 };

static struct plt_pool *pool;

static void compare_scene(struct test_random *random, enum plt_type type)
{
    static uint32_t got[MOST * (MOST + 3)], before[MOST * (MOST + 3)];
    struct plt_sample_span columns[MOST], rows[MOST];
    int32_t width = 1 + (int32_t)test_below(random, MOST);
    int32_t height = 1 + (int32_t)test_below(random, MOST);
    struct plt_image_view src = {.type = type,
                                 .channels = 1,
                                 .columns = width + (int32_t)test_below(random, 200),
                                 .rows = height + (int32_t)test_below(random, 90)};
    size_t line = (size_t)src.columns + test_below(random, 5);
    src.row_stride = line * plt_type_size(type);
    void *pixels = malloc(src.row_stride * (size_t)src.rows);
    fill(random, pixels, type, line * (size_t)src.rows);
    src.pixels = pixels;
    make_spans(random, columns, width, src.columns);
    make_spans(random, rows, height, src.rows);
    double lo, hi;
    pick_levels(random, &src, &lo, &hi);
    struct plt_image_map map = {.src = src,
                                .levels = {plt_levels_make(lo, hi, 256)},
                                .table = named("turbo"),
                                .minify = (enum plt_minify)test_below(random, 2),
                                .cols = columns,
                                .rows = rows,
                                .width = width,
                                .height = height,
                                .pool = pool};
    for (size_t i = 0; i < MOST * (MOST + 3); i++)
        before[i] = 0xff000000u | (uint32_t)test_below(random, 1 << 24);
    size_t stride = (size_t)width + 3;
    for (int k = 0; k < PLT_NUM_ISAS; k++) {
        const struct plt_image_kernels *kernels = plt_image_kernels_of((enum plt_isa)k);
        if (!kernels)
            continue;
        memcpy(got, before, sizeof(got));
        int bands = 1 + (int)test_below(random, PLT_POOL_MAX);
        REQUIRE(plt_image_map_run_with(kernels, bands, &map, got, stride * 4));
        int wrong = 0;
        for (int32_t y = 0; y < height && !wrong; y++) {
            for (int32_t x = 0; x < width && !wrong; x++) {
                size_t i = (size_t)y * stride + (size_t)x;
                uint32_t want = expected(&map, lo, hi, x, y, before[i]);
                if (got[i] != want) {
                    fprintf(stderr, "type %d build %d minify %d: (%d,%d) %08x not %08x\n",
                            (int)type, k, (int)map.minify, x, y, got[i], want);
                    wrong++;
                }
            }
            for (int32_t x = width; x < width + 3; x++)
                wrong += got[(size_t)y * stride + (size_t)x] !=
                         before[(size_t)y * stride + (size_t)x];
        }
        REQUIRE_CMP(wrong, ==, 0, "d");
    }
    free(pixels);
}

// --- colour ------------------------------------------------------------------------------

static uint32_t blend(uint32_t s, uint32_t d, uint32_t a)
{
    return (uint32_t)floor((s * a + d * (255.0 - a)) / 255.0 + 0.5);
}

static uint32_t expected_color(const struct plt_image_map *map, int32_t x, int32_t y,
                               uint32_t under)
{
    struct plt_sample_span c = map->cols[x], r = map->rows[y];
    int32_t channels = map->src.channels;
    if (c.begin >= c.end || r.begin >= r.end)
        return under;
    uint32_t rgba[4] = {0, 0, 0, 255};
    for (int32_t k = 0; k < channels; k++) {
        uint64_t sum = 0, top = 0, n = 0;
        for (int32_t row = r.begin; row < r.end; row++) {
            const uint8_t *p =
                (const uint8_t *)map->src.pixels + (size_t)row * map->src.row_stride;
            for (int32_t column = c.begin; column < c.end; column++, n++) {
                uint8_t v = p[column * channels + k];
                sum += v;
                top = v > top ? v : top;
            }
        }
        uint64_t rounded = (uint64_t)floor((double)sum / (double)n + 0.5);
        rgba[k] = (uint32_t)(map->minify == PLT_MINIFY_MAX ? top : rounded);
    }
    return 0xff000000u | blend(rgba[0], under >> 16 & 255, rgba[3]) << 16 |
           blend(rgba[1], under >> 8 & 255, rgba[3]) << 8 |
           blend(rgba[2], under & 255, rgba[3]);
}

static void compare_colors(struct test_random *random, int32_t channels)
{
    static uint32_t got[MOST * MOST], before[MOST * MOST];
    struct plt_sample_span columns[MOST], rows[MOST];
    struct plt_image_view src = {
        .type = PLT_U8, .channels = channels, .columns = 150, .rows = 120};
    src.row_stride = (size_t)src.columns * (size_t)channels + 5;
    uint8_t *pixels = malloc(src.row_stride * (size_t)src.rows);
    fill(random, pixels, PLT_U8, src.row_stride * (size_t)src.rows);
    src.pixels = pixels;
    make_spans(random, columns, MOST, src.columns);
    make_spans(random, rows, MOST, src.rows);
    const struct plt_levels levels = plt_levels_make(0, 255, 256);
    struct plt_image_map map = {.src = src,
                                .levels = {levels, levels, levels, levels},
                                .table = named("grey"),
                                .minify = (enum plt_minify)test_below(random, 2),
                                .cols = columns,
                                .rows = rows,
                                .width = MOST,
                                .height = MOST};
    for (size_t i = 0; i < MOST * MOST; i++)
        before[i] = 0xff000000u | (uint32_t)test_below(random, 1 << 24);
    memcpy(got, before, sizeof(got));
    REQUIRE(plt_image_map_run(&map, got, MOST * 4));
    int wrong = 0;
    for (int32_t i = 0; i < MOST * MOST; i++)
        wrong += got[i] != expected_color(&map, i % MOST, i / MOST, before[i]);
    REQUIRE_CMP(wrong, ==, 0, "d");
    free(pixels);
}

// --- single facts ------------------------------------------------------------------------

static void check_levels(struct test_random *random)
{
    struct plt_levels levels = plt_levels_make(0, 256, 256);
    REQUIRE_CMP(plt_levels_index(levels, 256, 0.0f), ==, 0, "d");
    REQUIRE_CMP(plt_levels_index(levels, 256, 0.99f), ==, 0, "d");
    REQUIRE_CMP(plt_levels_index(levels, 256, 1.0f), ==, 1, "d");
    REQUIRE_CMP(plt_levels_index(levels, 256, 254.999f), ==, 254, "d");
    REQUIRE_CMP(plt_levels_index(levels, 256, INFINITY), ==, 255, "d");
    REQUIRE_CMP(plt_levels_index(levels, 256, -INFINITY), ==, 0, "d");
    REQUIRE_CMP(plt_levels_index(levels, 256, NAN), ==, -1, "d");
    levels = plt_levels_make(256, 0, 256);
    REQUIRE_CMP(plt_levels_index(levels, 256, 0.0f), ==, 255, "d");
    REQUIRE_CMP(plt_levels_index(levels, 256, 256.0f), ==, 0, "d");
    levels = plt_levels_make(3, 3, 256);
    REQUIRE_CMP(plt_levels_index(levels, 256, 2.9999998f), ==, 0, "d");
    REQUIRE_CMP(plt_levels_index(levels, 256, 3.0f), ==, 255, "d");
    REQUIRE_CMP(plt_levels_index(levels, 256, NAN), ==, -1, "d");
    for (int i = 0; i < 100000; i++) {
        double lo = (test_uniform(random) - 0.5) * 100, hi = lo + test_uniform(random);
        float v = (float)(lo + (test_uniform(random) * 1.2 - 0.1) * (hi - lo));
        REQUIRE_CMP(plt_levels_index(plt_levels_make(lo, hi, 256), 256, v), ==,
                    entry(lo, hi, v), "d");
    }
}

// Sums beyond 32 bits, and a division that float32 could not round.
static void check_large_means(void)
{
    enum { SIDE = 300 };
    static uint16_t pixels[SIDE * SIDE];
    struct plt_sample_span all = {0, SIDE};
    double sum = 0;
    for (size_t i = 0; i < SIDE * SIDE; i++) {
        pixels[i] = (uint16_t)(65535 - i % 7);
        sum += pixels[i];
    }
    uint32_t got = 0;
    struct plt_image_map map = {
        .src = {pixels, SIDE * 2, PLT_U16, SIDE, SIDE, 1, 1, 1},
        .levels = {plt_levels_make(65531, 65533, 256)},
        .table = named("grey"),
        .cols = &all,
        .rows = &all,
        .width = 1,
        .height = 1,
    };
    REQUIRE(plt_image_map_run(&map, &got, 4));
    int i = entry(65531, 65533, (float)(sum / (SIDE * SIDE)));
    REQUIRE_CMP(got, ==, map.table.colors[i], "x");
    struct plt_sample_span outside = {0, SIDE + 1};
    map.cols = &outside;
    REQUIRE(!plt_image_map_run(&map, &got, 4));
}

static void count_update(void *user)
{
    (*(int *)user)++;
}

static void check_buffers(void)
{
    uint16_t pixels[3][5] = {{1, 2, 3, 99, 99}, {4, 5, 6, 99, 99}, {7, 8, 9, 99, 99}};
    struct plt_image_params params = {
        .type = PLT_U16, .columns = 3, .rows = 3, .row_stride = 10, .log = quiet};
    struct plt_image *copy = plt_image_create(pixels, &params);
    int released = 0, updates = 0;
    struct plt_image *wrapped = plt_image_wrap(pixels, &params, count_update, &released);
    struct plt_image_listener listener = {.fn = count_update, .user = &updates};
    plt_image_add_listener(copy, &listener);
    struct plt_range bounds;
    REQUIRE(plt_image_bounds(copy, &bounds) && bounds.x0 == 1 && bounds.x1 == 9);
    pixels[0][0] = 50;
    REQUIRE(plt_image_value(copy, 0, 0, 0) == 1);
    REQUIRE(plt_image_value(wrapped, 0, 0, 0) == 50);
    REQUIRE(plt_image_value(copy, 2, 1, 0) == 6);
    REQUIRE(isnan(plt_image_value(copy, 3, 0, 0)) &&
            isnan(plt_image_value(copy, 0, -1, 0)));
    struct plt_image_view before = plt_image_look(copy);
    REQUIRE(plt_image_update(copy, pixels) && plt_image_update(wrapped, NULL));
    struct plt_image_view after = plt_image_look(copy);
    REQUIRE(before.id == after.id && before.generation + 1 == after.generation);
    REQUIRE(after.id != plt_image_look(wrapped).id);
    REQUIRE(plt_image_bounds(copy, &bounds) && bounds.x0 == 2 && bounds.x1 == 50);
    plt_image_remove_listener(copy, &listener);
    REQUIRE(plt_image_update(copy, pixels));
    REQUIRE_CMP(updates, ==, 1, "d");
    messages = 0;
    REQUIRE(!plt_image_update(copy, NULL));
    REQUIRE_CMP(messages, ==, 1, "d");
    plt_image_unref(plt_image_ref(wrapped));
    REQUIRE_CMP(released, ==, 0, "d");
    plt_image_unref(wrapped);
    REQUIRE_CMP(released, ==, 1, "d");
    plt_image_unref(copy);
    plt_image_unref(NULL);
}

static void refuse(struct plt_image_params params)
{
    messages = 0;
    params.log = quiet;
    REQUIRE(!plt_image_create(NULL, &params));
    REQUIRE_CMP(messages, ==, 1, "d");
}

static void check_refusals(void)
{
    refuse((struct plt_image_params){.columns = 0, .rows = 1});
    refuse((struct plt_image_params){.columns = 1, .rows = -1});
    refuse((struct plt_image_params){.columns = 1, .rows = 1, .channels = -1});
    refuse((struct plt_image_params){.columns = 1, .rows = 1, .channels = 65});
    refuse((struct plt_image_params){.type = (enum plt_type)10, .columns = 1, .rows = 1});
    refuse((struct plt_image_params){.columns = 4, .rows = 2, .row_stride = 8});
    refuse((struct plt_image_params){.columns = INT32_MAX, .rows = INT32_MAX});
    for (int n = 0; n < 2; n++) {
        plt_alloc_fail_at(n, false);
        refuse((struct plt_image_params){.columns = 4, .rows = 4});
    }
    plt_alloc_fail_at(-1, false);
}

static void check_bounds(struct test_random *random)
{
    for (int type = 0; type < PLT_NUM_PIXEL_TYPES; type++) {
        double storage[67];
        fill(random, storage, (enum plt_type)type, 67);
        struct plt_image *image = plt_image_wrap(
            storage,
            plt_image_params(.type = (enum plt_type)type, .columns = 67, .rows = 1), NULL,
            NULL);
        double lo = INFINITY, hi = -INFINITY;
        for (int i = 0; i < 67; i++) {
            double v = plt_image_value(image, i, 0, 0);
            lo = isfinite(v) && v < lo ? v : lo;
            hi = isfinite(v) && v > hi ? v : hi;
        }
        struct plt_range bounds;
        REQUIRE_CMP(plt_image_bounds(image, &bounds), ==, lo <= hi, "d");
        REQUIRE(lo > hi || (bounds.x0 == lo && bounds.x1 == hi));
        plt_image_unref(image);
    }
    float nothing[2] = {NAN, INFINITY};
    struct plt_image *image = plt_image_create(
        nothing, plt_image_params(.type = PLT_F32, .columns = 2, .rows = 1));
    struct plt_range bounds;
    REQUIRE(!plt_image_bounds(image, &bounds));
    plt_image_unref(image);
}

int main(void)
{
    struct test_random random = test_random_seeded();
    quiet = plt_log_create(&(struct plt_log_params){.fn = count_message});
    pool = plt_pool_create(3);
    check_levels(&random);
    check_large_means();
    check_buffers();
    check_refusals();
    for (int i = 0; i < 20; i++)
        check_bounds(&random);
    for (int round = 0; round < 60 && !test_failures; round++) {
        for (int type = 0; type < PLT_NUM_PIXEL_TYPES; type++)
            compare_scene(&random, (enum plt_type)type);
        compare_colors(&random, 3);
        compare_colors(&random, 4);
    }
    plt_pool_destroy(pool);
    plt_log_unref(quiet);
    return test_result();
}
