// Jobs on random images, on a card and on the CPU, compared bit for bit (mixing: as its
// header says): for tests/cuda.c, whose card is ordinary memory, and tests/gpu/card.c,
// whose card is one.
#pragma once

#include <plotlib/base/alloc.h>
#include <plotlib/image/mix.h>
#include <plotlib/image/module.h>
#include <plotlib/image/stack.h>

#include "gpu/memory.h"
#include "planes_fixture.h"

static const struct plt_image_module *module;
static const struct plt_image_engine *cpu = &plt_image_engine_cpu;
static struct plt_pool *pool;

// --- where pixels are --------------------------------------------------------------------

enum where { HOST = 0, PINNED, CARD, NUM_WHERE };

// The same view elsewhere. The card's memory is written on a stream, which may be late.
struct placed {
    struct plt_image_view view;
    struct plt_image_device device;
    void *memory;
};

static struct placed place(struct planes *planes, enum where where)
{
    static cudaStream_t producer;
    const size_t bytes = planes->samples * plt_type_size(planes->view.type);
    struct placed p = {.view = planes->view};
    if (where == PINNED) {
        p.view.pixels = p.memory = card_pinned(bytes);
        memcpy(p.memory, planes->memory, bytes);
    }
    if (where == CARD) {
        if (!producer)
            REQUIRE(cudaStreamCreateWithFlags(&producer, cudaStreamNonBlocking) == 0);
        p.memory = card_memory(NULL, bytes);
        REQUIRE(cudaMemcpyAsync(p.memory, planes->memory, bytes, cudaMemcpyHostToDevice,
                                producer) == cudaSuccess);
        p.device = (struct plt_image_device){
            .pixels = p.memory, .stream = producer, .fetch = module->fetch};
        p.view.pixels = NULL;
    }
    return p;
}

static const struct plt_image_view *look(struct placed *p)
{
    if (p->device.pixels)
        p->view.device = &p->device;
    return &p->view;
}

static void finish(struct planes *planes, struct placed *p)
{
    if (p->memory)
        card_free(p->memory);
    plt_free(p->device.host);
    free(planes->memory);
}

// Output of the card, or of the host: `get` brings it back.
struct result {
    void *p;
    size_t size;
    bool card;
};

static struct result result_make(size_t size, bool card)
{
    struct result r = {.size = size, .card = card};
    r.p = card ? card_memory(NULL, size) : malloc(size);
    if (!card)
        memset(r.p, 0xa5, size);
    return r;
}

static void *result_take(struct result *r)
{
    void *copy = malloc(r->size);
    if (r->card) {
        card_read(copy, r->p, r->size);
        card_free(r->p);
    } else {
        memcpy(copy, r->p, r->size);
        free(r->p);
    }
    return copy;
}

static int32_t any_size(struct test_random *random, uint64_t most)
{
    const uint64_t some = test_below(random, 4) ? most : 9;
    return 1 + (int32_t)test_below(random, some);
}

static struct plt_pool *any_pool(struct test_random *random)
{
    return test_below(random, 2) ? pool : NULL;
}

// --- jobs --------------------------------------------------------------------------------

static void any_levels(struct test_random *random, struct planes *planes, int32_t entries,
                       struct plt_levels levels[4])
{
    for (int k = 0; k < 4; k++) {
        const double a =
            planes_sample(planes,
                          test_below(random, planes->samples) %
                              ((size_t)planes->view.columns * (size_t)planes->view.rows),
                          0, NULL);
        double lo = isfinite(a) && fabs(a) < 1e30 ? a : 1, hi = lo + 1;
        if (test_below(random, 3))
            hi = lo + (test_uniform(random) - 0.3) * (fabs(lo) + 1) * 2;
        if (test_below(random, 8) == 0)
            hi = lo;
        levels[k] = plt_levels_make(lo, hi, k == 3 ? 256 : entries);
    }
}

static void check_colors(struct test_random *random, const struct plt_image_engine *engine,
                         enum plt_type type, enum where where, bool card)
{
    static const int32_t sizes[] = {2, 7, 256, 4096, 4097, 65536};
    static uint32_t colors[65536];
    static uint64_t last_id;
    struct planes planes;
    for (;;) {
        planes = planes_make(random, type, any_size(random, 500), any_size(random, 300), 1,
                             NULL);
        if (planes.view.channels == 1 || planes.view.channels == 3 ||
            planes.view.channels == 4)
            break;
        free(planes.memory);
    }
    struct placed placed = place(&planes, where);
    struct plt_image_colors job = {.src = planes.view, .pool = any_pool(random)};
    job.table = (struct plt_image_table){colors, sizes[test_below(random, 6)], false, 0};
    if (test_below(random, 2)) {
        for (int i = 0; i < 65536; i++)
            colors[i] = (uint32_t)test_next(random);
        last_id++;
    }
    job.table.id = test_below(random, 2) ? last_id * 10 + test_below(random, 1) : 0;
    if (job.table.id) // of the content: entries are part of it
        job.table.id = last_id << 20 | (uint64_t)job.table.entries;
    any_levels(random, &planes, job.table.entries, job.levels);
    const size_t stride =
        ((size_t)planes.view.columns + (size_t)test_below(random, 2) * 3) * 4;
    const size_t bytes = stride * (size_t)planes.view.rows;
    uint32_t *wanted = malloc(bytes);
    struct result dst = result_make(bytes, card);
    memset(wanted, 0xa5, bytes);
    REQUIRE(cpu->colors(&job, wanted, stride));
    job.src = *look(&placed);
    REQUIRE(engine->colors(&job, dst.p, stride));
    uint32_t *got = result_take(&dst);
    const size_t used = bytes - (stride - (size_t)planes.view.columns * 4);
    REQUIRE(memcmp(got, wanted, used) == 0);
    free(got);
    free(wanted);
    finish(&planes, &placed);
}

static void check_stats(struct test_random *random, const struct plt_image_engine *engine,
                        enum plt_type type, enum where where)
{
    struct planes planes =
        planes_make(random, type, any_size(random, 400), any_size(random, 300), 1, NULL);
    struct placed placed = place(&planes, where);
    struct plt_image_stats wanted, got = {0};
    struct plt_image_stats_job job = {planes.view, planes.channel, any_pool(random),
                                      &wanted};
    REQUIRE(cpu->stats(&job));
    job.src = *look(&placed);
    job.out = &got;
    REQUIRE(engine->stats(&job));
    REQUIRE_CMP(got.finite, ==, wanted.finite, PRIu64);
    REQUIRE(memcmp(&got.odd, &wanted.odd, sizeof(got.odd)) == 0);
    REQUIRE(planes_same(got.min, wanted.min));
    REQUIRE(planes_same(got.max, wanted.max));
    REQUIRE(planes_same(got.mean, wanted.mean));
    finish(&planes, &placed);
}

static void check_histogram(struct test_random *random,
                            const struct plt_image_engine *engine, enum plt_type type,
                            enum where where)
{
    static uint64_t wanted[65536], got[65536];
    static const int32_t sizes[] = {2, 100, 256, 8192, 65536};
    struct planes planes =
        planes_make(random, type, any_size(random, 400), any_size(random, 300), 1, NULL);
    struct placed placed = place(&planes, where);
    struct plt_image_odd odd[2] = {{0}};
    struct plt_image_histogram_job job = {.src = planes.view,
                                          .channel = planes.channel,
                                          .lo = test_uniform(random) * 100,
                                          .bins = sizes[test_below(random, 5)],
                                          .pool = any_pool(random),
                                          .counts = wanted,
                                          .odd = &odd[0]};
    job.hi = test_below(random, 9) ? job.lo + test_uniform(random) * 1000 : job.lo;
    REQUIRE(cpu->histogram(&job));
    job.src = *look(&placed);
    job.counts = got;
    job.odd = test_below(random, 4) ? &odd[1] : NULL;
    REQUIRE(engine->histogram(&job));
    REQUIRE(memcmp(got, wanted, (size_t)job.bins * sizeof(*got)) == 0);
    REQUIRE(!job.odd || memcmp(&odd[0], &odd[1], sizeof(odd[0])) == 0);
    finish(&planes, &placed);
}

static void check_percentiles(struct test_random *random,
                              const struct plt_image_engine *engine, enum plt_type type,
                              enum where where)
{
    double p[PLT_MOST_PERCENTILES] = {0, 1, 0.5};
    double wanted[PLT_MOST_PERCENTILES], got[PLT_MOST_PERCENTILES];
    struct planes planes =
        planes_make(random, type, any_size(random, 300), any_size(random, 200), 1, NULL);
    struct placed placed = place(&planes, where);
    for (int i = 3; i < PLT_MOST_PERCENTILES; i++)
        p[i] = test_uniform(random);
    struct plt_image_percentiles_job job = {
        planes.view, planes.channel, p, 1 + (int32_t)test_below(random, 8), NULL, wanted};
    REQUIRE(cpu->percentiles(&job));
    job.src = *look(&placed);
    job.values = got;
    REQUIRE(engine->percentiles(&job));
    for (int i = 0; i < job.num; i++)
        REQUIRE(planes_same(got[i], wanted[i]));
    finish(&planes, &placed);
}

// What additions in another order may change.
static void compare_mix(const struct plt_image_mix_job *job, const float *wanted,
                        const float *got, size_t count)
{
    for (size_t k = 0; k < 3; k++) {
        double scale = fabs((double)job->offset[k]);
        for (int32_t c = 0; c < job->num; c++)
            scale += job->channels[c].off ? 0 : fabs((double)job->channels[c].color[k]);
        int wrong = 0;
        for (size_t i = 0; i < count; i++)
            wrong += !(fabs((double)got[k * count + i] - (double)wanted[k * count + i]) <=
                       1e-6 * scale);
        REQUIRE_CMP(wrong, ==, 0, "d");
    }
}

static void compare_words(const uint32_t *wanted, const uint32_t *got, size_t count)
{
    int wrong = 0;
    for (size_t i = 0; i < count; i++) {
        for (int shift = 0; shift < 32; shift += 8)
            wrong +=
                abs((int)(wanted[i] >> shift & 255) - (int)(got[i] >> shift & 255)) > 1;
    }
    REQUIRE_CMP(wrong, ==, 0, "d");
}

static void check_mix(struct test_random *random, const struct plt_image_engine *engine,
                      enum where where, bool card)
{
    static float gamma[PLT_MIX_GAMMA];
    struct planes planes[6];
    struct placed placed[6];
    struct plt_image_mix_channel channels[6];
    const int32_t columns = any_size(random, 200), rows = any_size(random, 200);
    const int32_t num = 1 + (int32_t)test_below(random, 6);
    const size_t count = (size_t)columns * (size_t)rows;
    const size_t stride = ((size_t)columns + (size_t)test_below(random, 2) * 5) * 4;
    plt_image_mix_gamma(0.45, gamma);
    for (int32_t c = 0; c < num; c++) {
        planes[c] = planes_make(random, (enum plt_type)test_below(random, 10), columns,
                                rows, 1, NULL);
        placed[c] = place(&planes[c], test_below(random, 2) ? where : HOST);
        struct plt_levels levels[4];
        any_levels(random, &planes[c], 1, levels);
        channels[c] = (struct plt_image_mix_channel){
            .src = planes[c].view,
            .channel = planes[c].channel,
            .levels = levels[0],
            .gamma = test_below(random, 2) ? gamma : NULL,
            .color = {(float)test_uniform(random), (float)test_uniform(random) - 0.2f, 1},
            .off = test_below(random, 5) == 0};
    }
    uint32_t *words = calloc(stride / 4, (size_t)rows * 4);
    float *sums = calloc(3 * count, sizeof(*sums));
    struct result dst = result_make(stride * (size_t)rows, card);
    struct result out =
        result_make(3 * count * sizeof(*sums), card && test_below(random, 2));
    struct plt_image_mix_job job = {
        channels, num, {0.1f, -0.2f, 0}, any_pool(random), words, stride, sums};
    REQUIRE(cpu->mix(&job));
    for (int32_t c = 0; c < num; c++)
        channels[c].src = *look(&placed[c]);
    const bool both = test_below(random, 3) > 0;
    job.dst = dst.p;
    job.sums = both ? out.p : NULL;
    REQUIRE(engine->mix(&job));
    uint32_t *got = result_take(&dst);
    float *got_sums = result_take(&out);
    if (both)
        compare_mix(&job, sums, got_sums, count);
    for (int32_t row = 0; row < rows; row++)
        compare_words(words + (size_t)row * stride / 4, got + (size_t)row * stride / 4,
                      (size_t)columns);
    free(got);
    free(got_sums);
    free(words);
    free(sums);
    for (int32_t c = 0; c < num; c++)
        finish(&planes[c], &placed[c]);
}

static void check_project(struct test_random *random, const struct plt_image_engine *engine,
                          enum plt_type type, enum where where, bool card)
{
    const int32_t frames = 1 + (int32_t)test_below(random, 9);
    size_t frame_stride = 0;
    struct planes planes = planes_make(random, type, any_size(random, 150),
                                       any_size(random, 100), frames, &frame_stride);
    struct placed placed = place(&planes, where);
    for (int k = 0; k < 2; k++) {
        const size_t size = k == PLT_PROJECT_MAX ? plt_type_size(type) : sizeof(float);
        const size_t bytes = size * (size_t)planes.view.columns * (size_t)planes.view.rows;
        void *wanted = malloc(bytes);
        struct result out = result_make(bytes, card);
        struct plt_image_project_job job = {.src = planes.view,
                                            .channel = planes.channel,
                                            .frames = frames,
                                            .frame_stride = frame_stride,
                                            .project = (enum plt_project)k,
                                            .pool = any_pool(random),
                                            .out = wanted};
        REQUIRE(cpu->project(&job));
        job.src = *look(&placed);
        job.out = out.p;
        REQUIRE(engine->project(&job));
        void *got = result_take(&out);
        REQUIRE(memcmp(got, wanted, bytes) == 0);
        free(got);
        free(wanted);
    }
    finish(&planes, &placed);
}

static void check_flat(struct test_random *random, const struct plt_image_engine *engine,
                       enum plt_type type, enum where where, bool card)
{
    struct planes planes =
        planes_make(random, type, any_size(random, 300), any_size(random, 200), 1, NULL);
    struct placed placed = place(&planes, where);
    const size_t count = (size_t)planes.view.columns * (size_t)planes.view.rows;
    float *factors[2] = {malloc(count * 4), malloc(count * 4)}, *wanted = malloc(count * 4);
    for (size_t i = 0; i < count; i++) {
        factors[0][i] = (float)test_uniform(random);
        factors[1][i] = test_below(random, 50) ? (float)test_uniform(random) * 3 : NAN;
    }
    struct result out = result_make(count * 4, card);
    struct plt_image_flat_field_job job = {
        .src = planes.view,
        .channel = planes.channel,
        .dark = test_below(random, 3) ? factors[0] : NULL,
        .gain = test_below(random, 3) ? factors[1] : NULL,
        .pool = any_pool(random),
        .out = wanted};
    REQUIRE(cpu->flat_field(&job));
    void *dark = where == CARD && job.dark && engine == &module->engine
                     ? card_memory(job.dark, count * 4)
                     : NULL;
    job.dark = dark ? dark : job.dark;
    job.src = *look(&placed);
    job.out = out.p;
    REQUIRE(engine->flat_field(&job));
    float *got = result_take(&out);
    int wrong = 0;
    for (size_t i = 0; i < count; i++)
        wrong += isnan(wanted[i]) ? !isnan(got[i]) : memcmp(&got[i], &wanted[i], 4) != 0;
    REQUIRE_CMP(wrong, ==, 0, "d");
    if (dark)
        card_free(dark);
    free(got);
    free(wanted);
    free(factors[0]);
    free(factors[1]);
    finish(&planes, &placed);
}

// Packed float32 on the host, corrected where it is.
static void check_flat_in_place(struct test_random *random)
{
    enum { COLUMNS = 300, ROWS = 301 };
    static float pixels[COLUMNS * ROWS], wanted[COLUMNS * ROWS];
    for (int i = 0; i < COLUMNS * ROWS; i++)
        pixels[i] = (float)test_uniform(random);
    struct plt_image_flat_field_job job = {.src = {.pixels = pixels,
                                                   .row_stride = COLUMNS * 4,
                                                   .type = PLT_F32,
                                                   .columns = COLUMNS,
                                                   .rows = ROWS,
                                                   .channels = 1},
                                           .dark = pixels,
                                           .out = wanted};
    static float copy[COLUMNS * ROWS];
    memcpy(copy, pixels, sizeof(copy));
    job.dark = NULL;
    job.gain = copy;
    REQUIRE(cpu->flat_field(&job));
    job.out = pixels;
    REQUIRE(module->engine.flat_field(&job));
    REQUIRE(memcmp(pixels, wanted, sizeof(wanted)) == 0);
}

// --- all of it ---------------------------------------------------------------------------

static void check_all(struct test_random *random, const struct plt_image_engine *engine,
                      enum plt_type type, enum where where)
{
    // The CPU behind a failed job writes to the host only.
    const bool card = engine == &module->engine && test_below(random, 2);
    check_colors(random, engine, type, where, card);
    check_stats(random, engine, type, where);
    check_histogram(random, engine, type, where);
    check_percentiles(random, engine, type, where);
    check_mix(random, engine, where, card);
    check_project(random, engine, type, where, card);
    check_flat(random, engine, type, where, card);
}
