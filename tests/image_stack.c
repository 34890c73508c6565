// Projections of stacks over time and flat-field correction against plain oracles: every
// type, layout, instruction set and number of bands.
#include <plotlib/base/alloc.h>
#include <plotlib/image/stack.h>
#include <plotlib/image/stats.h>

#include "planes_fixture.h"

static struct plt_pool *pool;

// --- projections -------------------------------------------------------------------------

static float oracle_mean(const struct planes *p, size_t i, int32_t frames, size_t stride)
{
    struct planes_sum whole = {0};
    double sum = 0;
    int64_t count = 0, v;
    for (int32_t t = 0; t < frames; t++) {
        const double real = planes_sample(p, i, (size_t)t * stride, &v);
        planes_add(&whole, v);
        if (!isfinite(real))
            continue;
        sum += real;
        count++;
    }
    if (!planes_is_real(p->view.type))
        return (float)(planes_sum_double(&whole) / (double)count);
    return count ? (float)(sum / (double)count) : NAN;
}

// The frame whose sample is the maximum.
static int32_t oracle_largest(const struct planes *p, size_t i, int32_t frames,
                              size_t stride)
{
    int32_t best = 0;
    int64_t best_whole, whole;
    double best_real = planes_sample(p, i, 0, &best_whole);
    for (int32_t t = 1; t < frames; t++) {
        const double real = planes_sample(p, i, (size_t)t * stride, &whole);
        const bool larger = p->view.type == PLT_I64
                                ? whole > best_whole
                                : real > best_real || (isnan(best_real) && !isnan(real));
        if (larger)
            best = t, best_real = real, best_whole = whole;
    }
    return best;
}

static int count_wrong(const struct planes *p, const struct plt_image_project_job *job)
{
    const size_t n = (size_t)p->view.columns * (size_t)p->view.rows;
    const size_t size = plt_type_size(p->view.type);
    int wrong = 0;
    for (size_t i = 0; i < n; i++) {
        if (job->project == PLT_PROJECT_MEAN) {
            const float want = oracle_mean(p, i, job->frames, job->frame_stride);
            wrong += !planes_same(((float *)job->out)[i], want);
            continue;
        }
        const int32_t t = oracle_largest(p, i, job->frames, job->frame_stride);
        const char *want =
            (const char *)plt_image_at(&p->view, (int32_t)(i % (size_t)p->view.columns),
                                       (int32_t)(i / (size_t)p->view.columns), p->channel) +
            (size_t)t * job->frame_stride;
        wrong += memcmp((char *)job->out + i * size, want, size) != 0;
    }
    return wrong;
}

static void check_stack(struct test_random *random, enum plt_type type, int32_t columns,
                        int32_t rows, int32_t frames)
{
    size_t stride;
    struct planes p = planes_make(random, type, columns, rows, frames, &stride);
    const size_t n = (size_t)columns * (size_t)rows;
    double *out = malloc((n + 1) * sizeof(*out));
    for (int isa = 0; isa < PLT_NUM_ISAS; isa = planes_next_isa(isa)) {
        for (int project = 0; project < 2; project++) {
            const struct plt_plane_how how = {(enum plt_isa)isa,
                                              1 + (int)test_below(random, PLT_POOL_MAX)};
            const struct plt_image_project_job job = {
                p.view, p.channel, frames, stride, (enum plt_project)project, pool, out};
            REQUIRE(plt_image_project_run(&job, &how));
            const int wrong = count_wrong(&p, &job);
            if (wrong)
                fprintf(stderr, "type %d isa %d project %d %dx%dx%d: %d wrong\n", (int)type,
                        isa, project, frames, rows, columns, wrong);
            REQUIRE_CMP(wrong, ==, 0, "d");
        }
    }
    free(out);
    free(p.memory);
}

// Sums that pass 32 bits, and the zeros after the last of the frames.
static void check_many_frames(void)
{
    enum { FRAMES = 70001, N = 3 };
    uint16_t *pixels = malloc(FRAMES * N * sizeof(*pixels));
    for (int i = 0; i < FRAMES * N; i++)
        pixels[i] = UINT16_MAX;
    const struct plt_image_view view = {.pixels = pixels,
                                        .row_stride = N * 2,
                                        .type = PLT_U16,
                                        .columns = N,
                                        .rows = 1,
                                        .channels = 1};
    float mean[N];
    REQUIRE(plt_image_engine_cpu.project(&(struct plt_image_project_job){
        view, 0, FRAMES, N * 2, PLT_PROJECT_MEAN, NULL, mean}));
    for (int i = 0; i < N; i++)
        REQUIRE_CMP(mean[i], ==, 65535.0f, "g");
    free(pixels);
}

// --- flat field --------------------------------------------------------------------------

static float *random_floats(struct test_random *random, size_t n, bool odd)
{
    float *v = malloc(n * sizeof(*v));
    for (size_t i = 0; i < n; i++) {
        v[i] = (float)(test_uniform(random) * 100);
        if (odd && test_below(random, 20) == 0)
            v[i] = test_below(random, 2) ? NAN : INFINITY;
    }
    return v;
}

static bool same_float(float a, float b)
{
    return (isnan(a) && isnan(b)) || memcmp(&a, &b, sizeof(a)) == 0;
}

static void check_flat_field(struct test_random *random, enum plt_type type)
{
    const int32_t columns = 1 + (int32_t)test_below(random, 200);
    const int32_t rows = 1 + (int32_t)test_below(random, 60);
    struct planes p = planes_make(random, type, columns, rows, 1, NULL);
    const size_t n = (size_t)columns * (size_t)rows;
    float *dark = random_floats(random, n, true), *gain = random_floats(random, n, true);
    float *out = malloc(n * sizeof(*out));
    for (int isa = 0; isa < PLT_NUM_ISAS; isa = planes_next_isa(isa)) {
        for (int parts = 0; parts < 4; parts++) {
            const struct plt_plane_how how = {(enum plt_isa)isa,
                                              1 + (int)test_below(random, PLT_POOL_MAX)};
            const struct plt_image_flat_field_job job = {
                p.view, p.channel, parts & 1 ? dark : NULL, parts & 2 ? gain : NULL,
                pool,   out};
            REQUIRE(plt_image_flat_field_run(&job, &how));
            int wrong = 0;
            for (size_t i = 0; i < n; i++) {
                volatile float want = planes_float(&p, i);
                want = parts & 1 ? want - dark[i] : want;
                want = parts & 2 ? want * gain[i] : want;
                wrong += !same_float(out[i], want);
            }
            REQUIRE_CMP(wrong, ==, 0, "d");
        }
    }
    free(dark), free(gain), free(out), free(p.memory);
}

static void check_gain(struct test_random *random, enum plt_type type)
{
    struct planes p = planes_make(random, type, 77, 53, 1, NULL);
    const size_t n = 77 * 53;
    float *dark = random_floats(random, n, false);
    float *lit = malloc(n * sizeof(*lit)), *gain = malloc(n * sizeof(*gain));
    for (size_t i = 0; i < n; i++) {
        volatile float d = planes_float(&p, i) - dark[i];
        lit[i] = d > 0 && d <= FLT_MAX ? d : NAN;
    }
    struct plt_image_stats stats;
    const struct plt_image_view view = {.pixels = lit,
                                        .row_stride = 77 * 4,
                                        .type = PLT_F32,
                                        .columns = 77,
                                        .rows = 53,
                                        .channels = 1};
    REQUIRE(plt_image_stats_cpu(&(struct plt_image_stats_job){view, 0, NULL, &stats}));
    for (int isa = 0; isa < PLT_NUM_ISAS; isa = planes_next_isa(isa)) {
        const struct plt_plane_how how = {(enum plt_isa)isa, 1 + isa};
        REQUIRE(plt_image_gain_run(
            &(struct plt_image_gain_job){p.view, p.channel, dark, pool, gain}, &how));
        int wrong = 0;
        for (size_t i = 0; i < n; i++)
            wrong += !same_float(
                gain[i], isnan(lit[i]) ? NAN : (float)(stats.mean / (double)lit[i]));
        REQUIRE_CMP(wrong, ==, 0, "d");
    }
    free(dark), free(lit), free(gain), free(p.memory);
}

// A surface lit unevenly comes out even; a dead pixel has no value.
static void check_known(void)
{
    const uint16_t flat[4] = {110, 210, 310, 10}, raw[4] = {60, 110, 160, 10};
    const float dark[4] = {10, 10, 10, 10};
    float gain[4], out[4];
    struct plt_image_view view = {.pixels = flat,
                                  .row_stride = 8,
                                  .type = PLT_U16,
                                  .columns = 4,
                                  .rows = 1,
                                  .channels = 1};
    REQUIRE(
        plt_image_gain_run(&(struct plt_image_gain_job){view, 0, dark, NULL, gain}, NULL));
    view.pixels = raw;
    REQUIRE(plt_image_engine_cpu.flat_field(
        &(struct plt_image_flat_field_job){view, 0, dark, gain, NULL, out}));
    for (int i = 0; i < 3; i++)
        REQUIRE_CMP(fabsf(out[i] - 100), <, 1e-4f, "g");
    REQUIRE(isnan(gain[3]) && isnan(out[3]));
}

static void check_refusals(void)
{
    const float one = 1;
    float out;
    const struct plt_image_view view = {.pixels = &one,
                                        .row_stride = 4,
                                        .type = PLT_F32,
                                        .columns = 1,
                                        .rows = 1,
                                        .channels = 1};
    struct plt_image_project_job job = {view, 0, 1, 0, PLT_PROJECT_MEAN, NULL, &out};
    REQUIRE(plt_image_project_cpu(&job) && out == 1);
    plt_alloc_fail_at(0, false);
    REQUIRE(!plt_image_project_cpu(&job));
    plt_alloc_fail_at(-1, false);
    job.frames = 0;
    REQUIRE(!plt_image_project_cpu(&job));
    job.frames = 2, job.frame_stride = 3;
    REQUIRE(!plt_image_project_cpu(&job));
    job.frame_stride = 0, job.out = NULL;
    REQUIRE(!plt_image_project_cpu(&job));
}

int main(void)
{
    struct test_random random = test_random_seeded();
    pool = plt_pool_create(3);
    check_known();
    check_refusals();
    check_many_frames();
    for (int t = 0; t < PLT_NUM_PIXEL_TYPES; t++) {
        const enum plt_type type = (enum plt_type)t;
        for (int round = 0; round < 12; round++)
            check_stack(&random, type, 1 + (int32_t)test_below(&random, 120),
                        1 + (int32_t)test_below(&random, 60),
                        1 + (int32_t)test_below(&random, 11));
        for (int round = 0; round < 4; round++) {
            check_flat_field(&random, type);
            check_gain(&random, type);
        }
    }
    plt_pool_destroy(pool);
    return test_result();
}
