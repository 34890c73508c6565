// The CUDA engine on a card of ordinary memory (gpu/fake_cuda.c): the kernels' functions
// and all of the host's half, compiled for the CPU, against the CPU engine, bit for bit;
// work done late, at once and at random times; every call failing once; a card that dies.
// tests/gpu/run does the same on a real card.
#include <sys/wait.h>
#include <unistd.h>

#include <plotlib/base/alloc.h>
#include <plotlib/cuda.h>
#include <plotlib/image/mix.h>
#include <plotlib/image/module.h>
#include <plotlib/image/stack.h>
#include <plotlib/image_item.h>

#include "gpu/fake_cuda.h"
#include "planes_fixture.h"

const struct plt_image_module *plt_image_module_entry(const struct plt_image_core *core,
                                                      char *reason, size_t size);

static const struct plt_image_module *module;
static const struct plt_image_engine *cpu = &plt_image_engine_cpu;
static struct plt_pool *pool;
static int messages;
static char said[512];

static void hear(enum plt_level level, const char *text)
{
    (void)level;
    messages++;
    snprintf(said, sizeof(said), "%s", text);
}

static const struct plt_image_core core = {
    .abi = PLT_IMAGE_MODULE_ABI,
    .message = hear,
    .plane_make = plt_plane_make,
    .plane_read = plt_plane_read,
    .levels_make = plt_levels_make,
    .percentiles = plt_image_percentiles_read,
    .pool_run = plt_pool_run,
};

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
        p.view.pixels = p.memory = fake_pinned(bytes);
        memcpy(p.memory, planes->memory, bytes);
    }
    if (where == CARD) {
        if (!producer)
            REQUIRE(cudaStreamCreateWithFlags(&producer, cudaStreamNonBlocking) == 0);
        p.memory = fake_card_memory(NULL, bytes);
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
        fake_free(p->memory);
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
    r.p = card ? fake_card_memory(NULL, size) : malloc(size);
    if (!card)
        memset(r.p, 0xa5, size);
    return r;
}

static void *result_take(struct result *r)
{
    void *copy = malloc(r->size);
    if (r->card) {
        fake_read(copy, r->p, r->size);
        fake_free(r->p);
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
                     ? fake_card_memory(job.dark, count * 4)
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
        fake_free(dark);
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

// --- the card's memory for others --------------------------------------------------------

static void check_gl(struct test_random *random, enum plt_type type)
{
    struct planes planes =
        planes_make(random, type, any_size(random, 100), any_size(random, 80), 1, NULL);
    struct placed placed = place(&planes, CARD);
    const struct plt_image_view *view = look(&placed);
    const size_t size = plt_type_size(type), channels = (size_t)view->channels;
    const enum plt_type as = test_below(random, 2) ? PLT_F32 : type;
    struct plt_irect part = {0, 0, view->columns, view->rows};
    part.x0 = (int32_t)test_below(random, (uint64_t)view->columns);
    part.y0 = (int32_t)test_below(random, (uint64_t)view->rows);
    const size_t columns = (size_t)(part.x1 - part.x0);
    const size_t samples = columns * (size_t)(part.y1 - part.y0) * channels;
    char *got = malloc(samples * 8);
    void *buffer = fake_card_memory(NULL, samples * plt_type_size(as));
    fake_gl_buffer(3, buffer, samples * plt_type_size(as));
    void *attached = module->gl_attach(3);
    REQUIRE(attached && module->gl_fill(attached, view, part, as));
    fake_read(got, buffer, samples * plt_type_size(as));
    int wrong = 0;
    for (size_t i = 0; i < samples; i++) {
        struct planes one = planes;
        const size_t pixel = i / channels;
        one.channel = (int32_t)(i % channels);
        const size_t at = (pixel / columns + (size_t)part.y0) * (size_t)view->columns +
                          pixel % columns + (size_t)part.x0;
        const float value = planes_float(&one, at);
        const void *sample =
            plt_image_at(&planes.view, (int32_t)(at % (size_t)view->columns),
                         (int32_t)(at / (size_t)view->columns), one.channel);
        if (as == type)
            wrong += memcmp(got + i * size, sample, size) != 0;
        else
            wrong += memcmp(got + i * 4, &value, 4) != 0 && !isnan(value);
    }
    REQUIRE_CMP(wrong, ==, 0, "d");
    module->gl_detach(attached);
    fake_gl_buffer(3, buffer, samples * plt_type_size(as) - 1);
    attached = module->gl_attach(3);
    const int before = messages;
    REQUIRE(!module->gl_fill(attached, view, part, as)); // too small
    REQUIRE_CMP(messages, ==, before + 1, "d");
    module->gl_detach(attached);
    REQUIRE_CMP(fake_registered(), ==, 0, "d");
    fake_free(buffer);
    free(got);
    finish(&planes, &placed);
}

static int lines;
static void count_line(void *user, enum plt_level level, enum plt_msg id, const char *text)
{
    (void)user;
    (void)level;
    (void)id;
    (void)text;
    lines++;
}

// An image of the card's memory beside the same of the host's.
static void check_image(struct test_random *random, enum plt_type type)
{
    enum { COLUMNS = 90, ROWS = 70 };
    struct planes planes = planes_make(random, type, COLUMNS, ROWS, 1, NULL);
    while (planes.view.channels != 1) {
        free(planes.memory);
        planes = planes_make(random, type, COLUMNS, ROWS, 1, NULL);
    }
    struct placed placed = place(&planes, CARD);
    struct plt_log *log = plt_log_create(&(struct plt_log_params){.fn = count_line});
    const struct plt_image_params *params =
        plt_image_params(.type = type, .columns = COLUMNS, .rows = ROWS,
                         .row_stride = planes.view.row_stride, .log = log);
    struct plt_image *host = plt_image_create(planes.memory, params);
    struct plt_image *card = plt_image_wrap_cuda(placed.memory, planes.view.row_stride,
                                                 placed.device.stream, params, NULL, NULL);
    static uint32_t wanted[COLUMNS * ROWS], got[COLUMNS * ROWS];
    struct plt_range a = {0, 0}, b = {0, 0};
    REQUIRE(host && card);
    lines = 0;
    for (int update = 0; update < 2; update++) {
        REQUIRE_CMP(plt_image_bounds(host, &a), ==, plt_image_bounds(card, &b), "d");
        REQUIRE(a.x0 == b.x0 && a.x1 == b.x1);
        REQUIRE(planes_same(plt_image_value(host, 33, 44, 0),
                            plt_image_value(card, 33, 44, 0)));
        REQUIRE(plt_image_to_argb(host, NULL, wanted, COLUMNS * 4));
        REQUIRE(plt_image_to_argb(card, NULL, got, COLUMNS * 4));
        REQUIRE(memcmp(wanted, got, sizeof(got)) == 0);
        REQUIRE_CMP(lines, ==, 0, "d"); // nothing was copied
        planes_fill(random, &planes);
        REQUIRE(plt_image_update(host, planes.memory));
        REQUIRE(cudaMemcpyAsync(placed.memory, planes.memory,
                                planes.samples * plt_type_size(type),
                                cudaMemcpyHostToDevice, placed.device.stream) == 0);
        REQUIRE(plt_image_update(card, NULL));
    }
    for (int update = 0; update < 2; update++) { // as the CPU painter does
        struct plt_image_view one = plt_image_look(card), two = one;
        REQUIRE(plt_image_to_host(&one) && plt_image_to_host(&two));
        REQUIRE(one.pixels == two.pixels && !one.device);
        REQUIRE(memcmp(plt_image_at(&one, 0, 1, 0), plt_image_at(&planes.view, 0, 1, 0),
                       COLUMNS * plt_type_size(type)) == 0 ||
                planes.view.pixel_stride > plt_type_size(type));
        REQUIRE_CMP(lines, ==, 1, "d");
        REQUIRE(plt_image_update(card, NULL));
    }
    plt_image_unref(host);
    plt_image_unref(card);
    plt_log_unref(log);
    finish(&planes, &placed);
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

// Each call of a job fails once: the CPU's result, one line, and nothing left behind.
static void check_failures(struct test_random *random)
{
    const struct plt_image_engine *guarded = plt_image_engine_around(module);
    for (int job = 0; job < 6; job++) {
        const uint64_t state = random->state;
        bool pending = false;
        int told = 0;
        for (int64_t n = 0; !pending; n++) {
            for (int again = 0; again < 2; again++) { // then without a failure
                random->state = state;
                const int before = messages;
                const enum where where = job % 2 ? HOST : PINNED;
                const enum plt_type type = job % 3 ? PLT_U16 : PLT_F32;
                if (!again)
                    fake_fail_at(n, false);
                switch (job) {
                case 0: check_colors(random, guarded, type, where, false); break;
                case 1: check_stats(random, guarded, type, where); break;
                case 2: check_histogram(random, guarded, type, where); break;
                case 3: check_percentiles(random, guarded, type, where); break;
                case 4: check_project(random, guarded, type, where, false); break;
                case 5: check_flat(random, guarded, type, where, false); break;
                }
                if (!again)
                    pending = fake_fail_pending();
                told += messages - before;
                REQUIRE_CMP(messages, <=, before + 1, "d");
                REQUIRE(!again || messages == before);
                fake_fail_at(-1, false);
            }
        }
        REQUIRE_CMP(told, >, 5, "d");
    }
    check_all(random, guarded, PLT_I16, CARD);
}

// Last: the engine is not used again.
static void check_death(struct test_random *random)
{
    const struct plt_image_engine *guarded = plt_image_engine_around(module);
    const int before = messages;
    fake_fail_at(5, true);
    check_stats(random, guarded, PLT_F32, HOST);
    REQUIRE_CMP(messages, ==, before + 1, "d");
    REQUIRE(strstr(said, "not used any more"));
    const uint64_t calls = fake_calls;
    check_all(random, guarded, PLT_U8, HOST);
    check_all(random, guarded, PLT_F64, PINNED);
    REQUIRE_CMP(messages, ==, before + 1, "d");
    REQUIRE_CMP(fake_calls, ==, calls, PRIu64);
    fake_fail_at(-1, false);
}

// Each in a process of its own: the module opens its card once. Returns the status.
static int open_in_child(int cards, int64_t fail_at)
{
    fflush(stdout);
    const pid_t child = fork();
    if (child == 0) {
        char reason[256] = "";
        fake_cards = cards;
        fake_fail_at(fail_at, false);
        const bool open = plt_image_module_entry(&core, reason, sizeof(reason)) != NULL;
        const bool pending = fake_fail_pending();
        _exit(open ? (pending ? 0 : 2) : reason[0] ? 1 : 3);
    }
    int status = 0;
    REQUIRE(child > 0 && waitpid(child, &status, 0) == child && WIFEXITED(status));
    return WEXITSTATUS(status);
}

static void check_opening(void)
{
    REQUIRE_CMP(open_in_child(0, -1), ==, 1, "d");
    int64_t n = 0;
    while (open_in_child(1, n) == 1) // with a reason
        n++;
    REQUIRE_CMP((int)n, >, 10, "d");
    REQUIRE_CMP(open_in_child(1, n), ==, 0, "d");
}

int main(void)
{
    struct test_random random = test_random_seeded();
    char reason[256];
    check_opening();
    fake_seed = test_next(&random);
    module = plt_image_module_entry(&core, reason, sizeof(reason));
    REQUIRE(module != NULL);
    if (!module)
        return test_result();
    pool = plt_pool_create(2);
    for (int round = 0; round < 4; round++) {
        for (int type = 0; type < PLT_NUM_PIXEL_TYPES; type++) {
            fake_when = (enum fake_when)test_below(&random, 3);
            for (int where = 0; where < NUM_WHERE; where++)
                check_all(&random, &module->engine, (enum plt_type)type, (enum where)where);
            check_gl(&random, (enum plt_type)type);
        }
    }
    REQUIRE_CMP(messages, ==, 4 * PLT_NUM_PIXEL_TYPES, "d"); // check_gl's
    check_flat_in_place(&random);
    plt_image_engine_around(module);
    check_image(&random, PLT_U16);
    check_image(&random, PLT_F64);
    printf("%" PRIu64 " calls, %" PRIu64 " kernels\n", fake_calls, fake_launches);
    check_failures(&random);
    check_death(&random);
    plt_pool_destroy(pool);
    return test_result();
}
