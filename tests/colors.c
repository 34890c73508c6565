// Whole views to colours: every type x channels x levels x table x NaN x layout, through
// every instruction set and with one and four bands, against an oracle of its own.
#include <float.h>

#include <plotlib/base/alloc.h>
#include <plotlib/base/pool.h>
#include <plotlib/image/colormap.h>
#include <plotlib/image/kernels.h>
#include <plotlib/image_item.h>

#include "test.h"

enum { COLUMNS = 61, ROWS = 9, SAMPLES = COLUMNS * ROWS * 4 * 3 };

static struct plt_pool *pool;

// --- the oracle --------------------------------------------------------------------------

// IEEE half by its definition.
static double half(uint16_t bits)
{
    const int exponent = bits >> 10 & 31, mantissa = bits & 1023;
    double v = exponent ? ldexp(1024 + mantissa, exponent - 25) : ldexp(mantissa, -24);
    if (exponent == 31)
        v = mantissa ? (double)NAN : (double)INFINITY;
    return bits >> 15 ? -v : v;
}

static float value(const void *at, enum plt_type type)
{
    switch (type) {
    case PLT_F64: return (float)*(const double *)at;
    case PLT_F32: return *(const float *)at;
    case PLT_I8: return (float)*(const int8_t *)at;
    case PLT_U8: return (float)*(const uint8_t *)at;
    case PLT_I16: return (float)*(const int16_t *)at;
    case PLT_U16: return (float)*(const uint16_t *)at;
    case PLT_I32: return (float)*(const int32_t *)at;
    case PLT_U32: return (float)*(const uint32_t *)at;
    case PLT_I64: return (float)*(const int64_t *)at;
    case PLT_F16: return (float)half(*(const uint16_t *)at);
    }
    return NAN;
}

static int entry(struct plt_range levels, int n, float v)
{
    if (levels.x0 == levels.x1)
        return v < (float)levels.x0 ? 0 : n - 1;
    const float s = (float)(n / (levels.x1 - levels.x0));
    volatile float difference = v - (float)levels.x0;
    volatile float t = difference * s;
    return t >= (float)(n - 1) ? n - 1 : t > 0 ? (int)t : 0;
}

struct scene {
    struct plt_image_colors job;
    struct plt_range levels[4];
};

static uint32_t expected(const struct scene *scene, int32_t column, int32_t row)
{
    const struct plt_image_view *src = &scene->job.src;
    const struct plt_image_table *table = &scene->job.table;
    uint32_t word = src->channels == 3 ? 0xff000000u : 0;
    for (int32_t c = 0; c < src->channels; c++) {
        const char *at = (const char *)src->pixels + (size_t)row * src->row_stride +
                         (size_t)column * src->pixel_stride +
                         (size_t)c * src->channel_stride;
        const float v = value(at, src->type);
        if (isnan(v))
            return 0;
        if (src->channels == 1)
            return table->colors[entry(scene->levels[0], table->entries, v)];
        if (c == 3)
            word |= (uint32_t)entry(scene->levels[3], 256, v) << 24;
        else
            word |= (table->colors[entry(scene->levels[c], table->entries, v)] & 255u)
                    << (16 - 8 * c);
    }
    return word;
}

// --- scenes ------------------------------------------------------------------------------

static void put(char *at, enum plt_type type, uint64_t bits, double real)
{
    const float single = (float)real;
    switch (type) {
    case PLT_F64: memcpy(at, &real, 8); break;
    case PLT_F32: memcpy(at, &single, 4); break;
    default: memcpy(at, &bits, plt_type_size(type)); break;
    }
}

static void fill(struct test_random *random, char *pixels, enum plt_type type, bool odd)
{
    static const double odds[] = {NAN, INFINITY, -INFINITY, FLT_MAX, -1e300, -0.0, 1e-40};
    const size_t size = plt_type_size(type);
    for (size_t i = 0; i < SAMPLES; i++) {
        double real = test_uniform(random) * 1.4 - 0.2;
        uint64_t bits = test_next(random);
        if (type == PLT_F16 && !odd) // 0..2 without the odd ones
            bits &= 0x3fff;
        if (odd && test_below(random, 5) == 0)
            real = odds[test_below(random, 7)];
        put(pixels + i * size, type, bits, real);
    }
}

enum layout { PACKED, PADDED, PLANES, TRANSPOSED, NUM_LAYOUTS };

static void lay_out(struct plt_image_view *src, enum layout layout)
{
    const size_t size = plt_type_size(src->type), channels = (size_t)src->channels;
    src->channel_stride = layout == PLANES ? COLUMNS * ROWS * size : size;
    src->pixel_stride = layout == PADDED   ? (channels + 2) * size
                        : layout == PLANES ? size
                                           : channels * size;
    src->row_stride = COLUMNS * src->pixel_stride;
    if (layout == TRANSPOSED) {
        src->row_stride = channels * size;
        src->pixel_stride = ROWS * src->row_stride;
    }
}

enum { NUM_LEVELS = 5, NUM_TABLES = 5 };

static void set_levels(struct scene *scene, int kind)
{
    const enum plt_type type = scene->job.src.type;
    struct plt_range all = plt_levels_of_type(type);
    const double width = all.x1 - all.x0;
    scene->levels[3] = all;
    if (kind == 1) // inside the data, and upside down
        all = (struct plt_range){all.x0 + 0.7 * width, all.x0 + 0.1 * width};
    if (kind == 2) // one for all
        all.x0 = all.x1 = all.x0 + 0.5 * width;
    if (kind == 4)
        all = (struct plt_range){-1e30, 1e-30};
    for (int c = 0; c < 3; c++) {
        scene->levels[c] = all;
        if (kind == 3) // each its own
            scene->levels[c].x1 = all.x0 + (0.2 + 0.3 * c) * width;
    }
    for (int c = 0; c < 4; c++)
        scene->job.levels[c] = plt_levels_make(scene->levels[c].x0, scene->levels[c].x1,
                                               c == 3 ? 256 : scene->job.table.entries);
}

static struct plt_colormap *tables[NUM_TABLES];

static void make_tables(struct test_random *random)
{
    static uint32_t colors[65536];
    for (int i = 0; i < 65536; i++)
        colors[i] = (uint32_t)test_next(random);
    tables[0] = plt_colormap_create(colors, 2, NULL);
    tables[1] = plt_colormap_find("turbo", NULL);
    tables[2] = plt_colormap_find("grey", NULL);
    tables[3] = plt_colormap_fold(tables[2], 0.45, NULL);
    tables[4] = plt_colormap_create(colors, 65536, NULL);
}

static int run(const struct scene *scene, enum plt_isa isa, int bands, uint32_t *want)
{
    enum { STRIDE = COLUMNS + 3 };
    static uint32_t got[ROWS * STRIDE];
    memset(got, 0x5a, sizeof(got));
    if (!plt_image_colors_with(plt_image_kernels_of(isa), bands, &scene->job, got,
                               STRIDE * 4))
        return -1;
    int wrong = 0;
    for (int y = 0; y < ROWS; y++) {
        for (int x = 0; x < STRIDE; x++)
            wrong +=
                got[y * STRIDE + x] != (x < COLUMNS ? want[y * COLUMNS + x] : 0x5a5a5a5au);
    }
    return wrong;
}

static int check_scene(const struct scene *scene)
{
    static uint32_t want[ROWS * COLUMNS];
    int wrong = 0;
    for (int i = 0; i < ROWS * COLUMNS; i++)
        want[i] = expected(scene, i % COLUMNS, i / COLUMNS);
    for (int isa = 0; isa < PLT_NUM_ISAS; isa++) {
        if (!plt_image_kernels_of((enum plt_isa)isa))
            continue;
        wrong += run(scene, (enum plt_isa)isa, 1, want) != 0;
        wrong += run(scene, (enum plt_isa)isa, 4, want) != 0;
    }
    return wrong;
}

static void check_type(struct test_random *random, enum plt_type type)
{
    static const int32_t channels[] = {1, 3, 4};
    char *pixels = malloc(SAMPLES * 8);
    for (int i = 0; i < 3 * NUM_LAYOUTS * NUM_LEVELS * NUM_TABLES * 2; i++) {
        const int layout = i / 3 % NUM_LAYOUTS, levels = i / 3 / NUM_LAYOUTS % NUM_LEVELS;
        const int table = i / 3 / NUM_LAYOUTS / NUM_LEVELS % NUM_TABLES;
        const bool odd = i / 3 / NUM_LAYOUTS / NUM_LEVELS / NUM_TABLES;
        struct scene scene = {.job.src = {.pixels = pixels,
                                          .type = type,
                                          .columns = COLUMNS,
                                          .rows = ROWS,
                                          .channels = channels[i % 3]},
                              .job.table = *plt_colormap_table(tables[table]),
                              .job.pool = pool};
        fill(random, pixels, type, odd);
        lay_out(&scene.job.src, (enum layout)layout);
        set_levels(&scene, levels);
        const int wrong = check_scene(&scene);
        if (wrong)
            fprintf(stderr, "type %d channels %d layout %d levels %d table %d odd %d\n",
                    (int)type, (int)channels[i % 3], layout, levels, table, odd);
        REQUIRE_CMP(wrong, ==, 0, "d");
    }
    free(pixels);
}

// Large enough to be written past the caches, at every alignment.
static void check_large(void)
{
    enum { WIDE = 2113, HIGH = 1009 };
    uint8_t *pixels = malloc(WIDE * HIGH);
    uint32_t *got = malloc((WIDE + 1) * HIGH * 4);
    for (size_t i = 0; i < WIDE * HIGH; i++)
        pixels[i] = (uint8_t)(i * 7 + i / 1000);
    struct plt_image_colors job = {.src = {.pixels = pixels,
                                           .row_stride = WIDE,
                                           .type = PLT_U8,
                                           .columns = WIDE,
                                           .rows = HIGH,
                                           .channels = 1},
                                   .table = *plt_colormap_table(tables[1]),
                                   .pool = pool};
    job.levels[0] = plt_levels_make(0, 255, 256);
    for (int isa = 0; isa < PLT_NUM_ISAS; isa++) {
        const struct plt_image_kernels *kernels = plt_image_kernels_of((enum plt_isa)isa);
        size_t wrong = 0;
        REQUIRE(!kernels || plt_image_colors_with(kernels, 4, &job, got, (WIDE + 1) * 4));
        for (size_t i = 0; kernels && i < WIDE * HIGH; i++)
            wrong += got[i / WIDE * (WIDE + 1) + i % WIDE] != job.table.colors[pixels[i]];
        REQUIRE_CMP(wrong, ==, (size_t)0, "zu");
    }
    REQUIRE(plt_image_engine_cpu.colors(&job, got, (WIDE + 1) * 4));
    job.src.channels = 2;
    REQUIRE(!plt_image_engine_cpu.colors(&job, got, (WIDE + 1) * 4));
    free(pixels);
    free(got);
}

// The public way: defaults, own maps, levels of channels, gamma.
static void check_public(void)
{
    static const uint16_t values[4] = {10, 20, 30, 40};
    static const uint16_t colors[2][3] = {{0, 32767, 65535}, {65535, 1000, 0}};
    uint32_t got[4];
    struct plt_image *image = plt_image_create(
        values, plt_image_params(.type = PLT_U16, .columns = 2, .rows = 2));
    REQUIRE(plt_image_to_argb(image, plt_image_argb_params(.colormap = "grey"), got, 8));
    REQUIRE(got[0] == 0xff000000u && got[1] == 0xff555555u && got[3] == 0xffffffffu);
    REQUIRE(plt_image_to_argb(image, NULL, got, 8));
    REQUIRE_CMP(got[3], ==, 0xfffde725u, "x"); // viridis
    const uint32_t own[2] = {0x11223344, 0x55667788};
    struct plt_colormap *map = plt_colormap_create(own, 2, NULL);
    REQUIRE(plt_image_to_argb(
        image, plt_image_argb_params(.map = map, .levels = {0, 60}, .gamma = 2), got, 8));
    // p^2 reaches 1/2 at p = 0.707, the value 42.4.
    REQUIRE(got[0] == own[0] && got[3] == own[0]);
    REQUIRE(plt_image_to_argb(
        image, plt_image_argb_params(.map = map, .levels = {0, 56}, .gamma = 2), got, 8));
    REQUIRE(got[2] == own[0] && got[3] == own[1]);
    REQUIRE(!plt_image_to_argb(image, NULL, got, 4));
    REQUIRE(!plt_image_to_argb(image, plt_image_argb_params(.gamma = -1), got, 8));
    REQUIRE(!plt_image_to_argb(image, plt_image_argb_params(.colormap = "jet"), got, 8));
    for (int n = 0; n < 3; n++) {
        plt_alloc_fail_at(n, false);
        const bool done =
            plt_image_to_argb(image, plt_image_argb_params(.gamma = 2), got, 8);
        REQUIRE_CMP(done, ==, n == 2, "d");
    }
    plt_alloc_fail_at(-1, false);
    plt_colormap_unref(map);
    plt_image_unref(image);
    image = plt_image_create(
        colors, plt_image_params(.type = PLT_U16, .columns = 2, .rows = 1, .channels = 3));
    REQUIRE(plt_image_to_argb(image, NULL, got, 8));
    REQUIRE(got[0] == 0xff007fffu && got[1] == 0xffff0300u);
    REQUIRE(plt_image_to_argb(
        image, plt_image_argb_params(.channel_levels = {{0}, {0, 2000}}), got, 8));
    REQUIRE(got[0] == 0xff00ffffu && got[1] == 0xffff8000u);
    plt_image_unref(image);
}

int main(void)
{
    struct test_random random = test_random_seeded();
    pool = plt_pool_create(4);
    make_tables(&random);
    for (int type = 0; type < PLT_NUM_PIXEL_TYPES; type++)
        check_type(&random, (enum plt_type)type);
    check_large();
    check_public();
    for (int i = 0; i < NUM_TABLES; i++)
        plt_colormap_unref(tables[i]);
    plt_pool_destroy(pool);
    return test_result();
}
