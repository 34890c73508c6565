// Channel mixing against a plain oracle: every type, layout, instruction set and number of
// bands; bytes and sums are equal to the bit.
#include <plotlib/image/mix.h>

#include "planes_fixture.h"

static struct plt_pool *pool;
static float gammas[2][PLT_MIX_GAMMA];

// --- the oracle --------------------------------------------------------------------------

static float oracle_share(const struct plt_image_mix_channel *channel, double lo, double hi,
                          float v)
{
    const float scale = lo == hi ? INFINITY : (float)(1 / (hi - lo));
    float u;
    if (isnan(v)) {
        u = 0;
    } else if (scale == INFINITY) { // nearly equal ones too
        u = v >= (float)lo ? 1.0f : 0.0f;
    } else {
        volatile float difference = v - (float)lo;
        volatile float t = difference * scale;
        u = t >= 1 ? 1 : t > 0 ? t : 0;
    }
    if (!channel->gamma)
        return u;
    volatile float place = u * 4095;
    volatile float rounded = place + 0.5f;
    return channel->gamma[(int)rounded];
}

static uint32_t oracle_byte(float sum)
{
    if (!(sum > 0))
        return 0;
    if (sum >= 1)
        return 255;
    volatile float wide = sum * 255;
    volatile float rounded = wide + 0.5f;
    return (uint32_t)rounded;
}

struct scene {
    struct planes planes[PLT_MIX_MOST];
    struct plt_image_mix_channel channels[PLT_MIX_MOST];
    double lo[PLT_MIX_MOST], hi[PLT_MIX_MOST];
    struct plt_image_mix_job job;
    size_t columns, rows;
};

static void oracle(const struct scene *scene, uint32_t *dst, float *sums)
{
    const size_t n = scene->columns * scene->rows;
    for (size_t i = 0; i < n; i++) {
        uint32_t pixel = 255;
        for (size_t k = 0; k < 3; k++) {
            volatile float sum = scene->job.offset[k];
            for (int32_t c = 0; c < scene->job.num; c++) {
                const struct plt_image_mix_channel *channel = &scene->channels[c];
                if (channel->off)
                    continue;
                float u = oracle_share(channel, scene->lo[c], scene->hi[c],
                                       planes_float(&scene->planes[c], i));
                volatile float product = channel->color[k] * u;
                sum = sum + product;
            }
            sums[k * n + i] = sum;
            pixel = pixel << 8 | oracle_byte(sum);
        }
        dst[i] = pixel;
    }
}

// --- scenes ------------------------------------------------------------------------------

static void make_channel(struct test_random *random, struct scene *scene, int32_t c,
                         const enum plt_type *type)
{
    const size_t n = scene->columns * scene->rows;
    struct planes *planes = &scene->planes[c];
    *planes = planes_make(
        random, type ? *type : (enum plt_type)test_below(random, PLT_NUM_PIXEL_TYPES),
        (int32_t)scene->columns, (int32_t)scene->rows, 1, NULL);
    double lo = planes_sample(planes, (size_t)test_below(random, n), 0, NULL);
    double hi = planes_sample(planes, (size_t)test_below(random, n), 0, NULL);
    lo = isfinite(lo) && fabs(lo) < 1e30 ? lo : -1;
    hi = isfinite(hi) && fabs(hi) < 1e30 && test_below(random, 8) ? hi : lo;
    scene->lo[c] = lo, scene->hi[c] = hi;
    scene->channels[c] = (struct plt_image_mix_channel){
        .src = planes->view,
        .channel = planes->channel,
        .levels = plt_levels_make(lo, hi, 1),
        .gamma = test_below(random, 2) ? NULL : gammas[test_below(random, 2)],
        .off = test_below(random, 5) == 0,
    };
    for (int k = 0; k < 3; k++)
        scene->channels[c].color[k] = (float)(test_uniform(random) * 1.4 - 0.2);
}

static void check_scene(struct test_random *random, int32_t num, const enum plt_type *type)
{
    static struct scene scene;
    scene = (struct scene){.columns = 1 + (size_t)test_below(random, 40),
                           .rows = 1 + (size_t)test_below(random, 40)};
    if (test_below(random, 4) == 0)
        scene.columns += 2000;
    const size_t n = scene.columns * scene.rows, stride = scene.columns + 3;
    uint32_t *want = malloc(n * 4), *got = malloc(stride * scene.rows * 4);
    float *want_sums = malloc(n * 12), *got_sums = malloc(n * 12);
    for (int32_t c = 0; c < num; c++)
        make_channel(random, &scene, c, type);
    scene.job = (struct plt_image_mix_job){.channels = scene.channels,
                                           .num = num,
                                           .pool = pool,
                                           .dst = got,
                                           .dst_stride = stride * 4,
                                           .sums = got_sums};
    for (int k = 0; k < 3; k++)
        scene.job.offset[k] =
            test_below(random, 2) ? 0 : (float)test_uniform(random) - 0.5f;
    oracle(&scene, want, want_sums);
    for (int isa = 0; isa < PLT_NUM_ISAS; isa = planes_next_isa(isa)) {
        const struct plt_plane_how how = {(enum plt_isa)isa,
                                          1 + (int)test_below(random, PLT_POOL_MAX)};
        memset(got, 0x5a, stride * scene.rows * 4);
        REQUIRE(plt_image_mix_run(&scene.job, &how));
        REQUIRE(memcmp(got_sums, want_sums, n * 12) == 0);
        int wrong = 0;
        for (size_t row = 0; row < scene.rows; row++) {
            wrong += memcmp(got + row * stride, want + row * scene.columns,
                            scene.columns * 4) != 0;
            for (size_t x = scene.columns; x < stride; x++)
                wrong += got[row * stride + x] != 0x5a5a5a5a;
        }
        REQUIRE_CMP(wrong, ==, 0, "d");
    }
    for (int32_t c = 0; c < num; c++)
        free(scene.planes[c].memory);
    free(want), free(got), free(want_sums), free(got_sums);
}

// --- single facts ------------------------------------------------------------------------

// Red and green tubes of 12 bits, one in full, one half; then one switched off.
static void check_known(void)
{
    const uint16_t pixels[2][2] = {{4095, 0}, {2048, 4095}};
    struct plt_image_view view = {.pixels = pixels,
                                  .row_stride = 4,
                                  .type = PLT_U16,
                                  .columns = 1,
                                  .rows = 2,
                                  .channels = 2};
    struct plt_image_mix_channel channels[2] = {
        {.src = view,
         .channel = 0,
         .levels = plt_levels_make(0, 4095, 1),
         .color = {1, 0, 0}},
        {.src = view,
         .channel = 1,
         .levels = plt_levels_make(0, 4095, 1),
         .color = {0, 1, 0}},
    };
    uint32_t dst[2];
    struct plt_image_mix_job job = {
        .channels = channels, .num = 2, .dst = dst, .dst_stride = 4};
    REQUIRE(plt_image_engine_cpu.mix(&job));
    REQUIRE_CMP(dst[0], ==, 0xffff0000u, "x");
    REQUIRE_CMP(dst[1], ==, 0xff80ff00u, "x");
    channels[0].off = true;
    REQUIRE(plt_image_mix_cpu(&job));
    REQUIRE_CMP(dst[0], ==, 0xff000000u, "x");
    REQUIRE_CMP(dst[1], ==, 0xff00ff00u, "x");
    REQUIRE(gammas[0][0] == 0 && gammas[0][4095] == 1);
    channels[1].src.rows = 1;
    REQUIRE(!plt_image_mix_cpu(&job));
    channels[1].src = view;
    job.num = 0;
    REQUIRE(!plt_image_mix_cpu(&job));
    job.num = PLT_MIX_MOST + 1;
    REQUIRE(!plt_image_mix_cpu(&job));
}

int main(void)
{
    struct test_random random = test_random_seeded();
    pool = plt_pool_create(3);
    plt_image_mix_gamma(0.45, gammas[0]);
    plt_image_mix_gamma(2.2, gammas[1]);
    check_known();
    for (int t = 0; t < PLT_NUM_PIXEL_TYPES; t++) {
        const enum plt_type type = (enum plt_type)t;
        for (int round = 0; round < 6; round++)
            check_scene(&random, 1 + (int32_t)test_below(&random, 4), &type);
    }
    for (int round = 0; round < 10; round++)
        check_scene(&random, 1 + (int32_t)test_below(&random, PLT_MIX_MOST), NULL);
    plt_pool_destroy(pool);
    return test_result();
}
