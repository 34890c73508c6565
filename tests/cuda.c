// The CUDA engine on a card of ordinary memory (gpu/fake_cuda.c): the kernels' functions
// and all of the host's half, compiled for the CPU, against the CPU engine, bit for bit;
// work done late, at once and at random times; every call failing once; a card that dies.
// tests/gpu/run does the same on a real card.
#include <sys/wait.h>
#include <unistd.h>

#include <plotlib/cuda.h>
#include <plotlib/image_item.h>

#include "cuda_jobs.h"
#include "gpu/fake_cuda.h"

const struct plt_image_module *plt_image_module_entry(const struct plt_image_core *core,
                                                      char *reason, size_t size);

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
    void *buffer = card_memory(NULL, samples * plt_type_size(as));
    fake_gl_buffer(3, buffer, samples * plt_type_size(as));
    void *attached = module->gl_attach(3);
    REQUIRE(attached && module->gl_fill(attached, view, part, as));
    card_read(got, buffer, samples * plt_type_size(as));
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
    card_free(buffer);
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

// --- failures ----------------------------------------------------------------------------

// Each call of a job fails once: the CPU's result, one line, and nothing left behind.
static void check_failures(struct test_random *random)
{
    const struct plt_image_engine *guarded = plt_image_engine_around(module);
    for (int job = 0; job < 7; job++) {
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
                case 6: check_mix(random, guarded, where, false); break;
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
