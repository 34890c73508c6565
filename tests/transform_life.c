// Transforms beside their source: replaced samples, what is refused, which may go first, a
// figure's frame, threads, failing memory.
#include <pthread.h>
#include <unistd.h>

#include <plotlib/base/alloc.h>
#include <plotlib/data/store.h>
#include <plotlib/data/transform.h>
#include <plotlib/plotlib.h>
#include <plotlib/scene/scene.h>

#include "transform_fixture.h"

enum {
    NUM_STREAMED = PLT_TRANSFORM_PHASE_MAP + 1,
#ifdef PLT_HAVE_KISSFFT
    NUM_KINDS = PLT_TRANSFORM_PSD + 1,
#else
    NUM_KINDS = NUM_STREAMED,
#endif
};

// set, clear and changed start from the beginning.
static void test_replaced(void)
{
    const double a[] = {1, 3, 6, 10}, b[] = {5, 5, 9};
    double own[] = {0, 1, 4, 9, 16};
    struct plt_series *source = plt_series_create(NULL);
    struct plt_series *derived = plt_series_transform(source, NULL);
    REQUIRE_STR(plt_series_name(derived), "(derivative)");
    REQUIRE(plt_series_set(source, a, 4));
    check_values(derived, (double[]){2, 3, 4}, 3);
    REQUIRE(plt_series_set(source, a, 4));
    check_values(derived, (double[]){2, 3, 4}, 3);
    REQUIRE(plt_series_set(source, b, 3));
    check_values(derived, (double[]){0, 4}, 2);
    plt_series_clear(source);
    check_values(derived, NULL, 0);
    REQUIRE(plt_series_append(source, b, 1));
    check_values(derived, NULL, 0);
    REQUIRE(plt_series_append(source, a, 2));
    check_values(derived, (double[]){-4, 2}, 2);
    REQUIRE(plt_series_wrap(source, NULL, own, 5, NULL, NULL));
    check_values(derived, (double[]){1, 3, 5, 7}, 4);
    own[2] = 2;
    REQUIRE(plt_series_changed(source, 2, 1));
    check_values(derived, (double[]){1, 1, 7, 7}, 4);
    own[0] = -1;
    own[4] = 0;
    REQUIRE(plt_series_changed(source, 0, 1)); // twice between two reads
    REQUIRE(plt_series_changed(source, 4, 1));
    check_values(derived, (double[]){2, 1, 7, -9}, 4);
    plt_series_unref(derived);
    plt_series_unref(source);
}

static void test_refused(void)
{
    int errors = 0;
    struct plt_log *log = test_counting_log(&errors);
    struct plt_series *source =
        plt_series_create(plt_series_params(.capacity = 10, .dx = 20, .log = log));
    const struct plt_transform_params bad[] = {
        {.kind = (enum plt_transform_kind)(PLT_TRANSFORM_PSD + 1)},
        {.kind = (enum plt_transform_kind) - 1},
        {.window = (enum plt_window)(PLT_WINDOW_FLAT_TOP + 1)},
        {.x_scale = -1},
        {.x_scale = NAN},
        {.x_scale = INFINITY},
        {.x_scale = 1e308}, // times dx
        {.kind = PLT_TRANSFORM_MOVING_MEAN, .length = 11},
        {.kind = PLT_TRANSFORM_MOVING_MEDIAN, .length = UINT64_MAX},
    };
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        REQUIRE(plt_series_transform(source, &bad[i]) == NULL);
        REQUIRE_CMP(errors, ==, (int)i + 1, "d");
    }
#ifndef PLT_HAVE_KISSFFT
    errors = 0;
    REQUIRE(plt_series_transform(source, plt_transform_params(.kind = PLT_TRANSFORM_PSD)) ==
            NULL);
    REQUIRE_CMP(errors, ==, 1, "d");
#endif
    struct plt_series *derived = plt_series_transform(source, NULL);
    errors = 0;
    const double y[] = {1, 2};
    REQUIRE(!plt_series_set(derived, y, 2));
    REQUIRE(!plt_series_append(derived, y, 2));
    REQUIRE(!plt_series_wrap(derived, NULL, y, 2, NULL, NULL));
    REQUIRE(!plt_series_changed(derived, 0, 0));
    plt_series_clear(derived);
    REQUIRE_CMP(errors, ==, 5, "d");
    REQUIRE(plt_series_append(source, y, 2));
    check_values(derived, (double[]){1.0 / 20}, 1);
    plt_series_unref(derived);
    plt_series_unref(source);
    source = plt_series_create(plt_series_params(.capacity = 1, .log = log));
    REQUIRE(plt_series_transform(source, NULL) == NULL);
    REQUIRE_CMP(errors, ==, 6, "d");
    plt_series_unref(source);
    plt_log_unref(log);
}

// What a ring dropped before anybody looked: missing in the integral, said once.
static void test_unseen(void)
{
    int lines = 0;
    struct plt_log *log = test_counting_log(&lines);
    struct plt_series *source =
        plt_series_create(plt_series_params(.capacity = 4, .name = "ring", .log = log));
    struct plt_series *integral =
        plt_series_transform(source, plt_transform_params(.kind = PLT_TRANSFORM_INTEGRAL));
    const double y[] = {1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1};
    REQUIRE(plt_series_append(source, y, 3));
    check_values(integral, (double[]){0, 1, 2}, 3);
    REQUIRE(plt_series_append(source, y, 3));
    check_values(integral, (double[]){2, 3, 4, 5}, 4);
    REQUIRE_CMP(lines, ==, 0, "d");
    for (int round = 0; round < 3; round++) {
        REQUIRE(plt_series_append(source, y, 11));
        double from = 5 + 3 * round;
        check_values(integral, (double[]){from, from + 1, from + 2, from + 3}, 4);
        REQUIRE_CMP(lines, ==, 1, "d");
    }
    struct plt_series_pin pin;
    REQUIRE(plt_series_pin(integral, &pin));
    for (uint64_t i = 0; i < pin.tail; i++) // of the block that the oldest one lies in
        REQUIRE(isnan(plt_pin_y(&pin, i)));
    plt_series_unpin(&pin);
    plt_series_unref(integral);
    plt_series_unref(source);
    plt_log_unref(log);
}

// Either may go first; a chain follows its beginning.
static void test_lifetimes(void)
{
    const double y[] = {0, 1, 4, 9, 16};
    struct plt_series *source = plt_series_create(NULL);
    struct plt_series *first = plt_series_transform(source, NULL);
    struct plt_series *second = plt_series_transform(first, NULL);
    plt_series_unref(first);
    REQUIRE(plt_series_append(source, y, 3));
    check_values(second, (double[]){2}, 1);
    REQUIRE(plt_series_append(source, y + 3, 2));
    check_values(second, (double[]){2, 2, 2}, 3);
    plt_series_unref(source);
    check_values(second, (double[]){2, 2, 2}, 3);
    plt_series_unref(second);

    source = plt_series_create(NULL);
    first = plt_series_transform(source, NULL);
    plt_series_unref(first);
    REQUIRE(plt_series_append(source, y, 5));
    REQUIRE_CMP(plt_series_count(source), ==, UINT64_C(5), PRIu64);
    plt_series_unref(source);
}

// A file's samples are not in memory.
static void test_mapped(void)
{
    char path[] = "/tmp/plotlib-transform-XXXXXX";
    int file = mkstemp(path), errors = 0;
    REQUIRE(file >= 0 && write(file, path, 16) == 16);
    close(file);
    struct plt_log *log = test_counting_log(&errors);
    struct plt_series *mapped = plt_series_map(
        path, plt_series_map_params(.type = PLT_U8, .no_sidecar = true, .log = log));
    REQUIRE(mapped != NULL);
    REQUIRE(plt_series_transform(mapped, NULL) == NULL);
    REQUIRE_CMP(errors, ==, 1, "d");
    plt_series_unref(mapped);
    plt_log_unref(log);
    unlink(path);
}

enum { W = 120, H = 200 };

// The figure: an append to the source makes it dirty, a paint brings the curve up to date
// and leaves it clean.
static void test_figure(void)
{
    struct plt_series *source = plt_series_create(plt_series_params(.name = "s"));
    struct plt_series *derived = plt_series_transform(source, NULL);
    REQUIRE_STR(plt_series_name(derived), "s (derivative)");
    struct plt_figure *figure = plt_figure_create(plt_figure_params(.bare = true));
    struct plt_plot *plot = plt_figure_add_plot(figure, NULL);
    struct plt_curve *curve = plt_curve_create(plot, derived, NULL);
    REQUIRE(curve != NULL);
    plt_series_unref(derived);
    struct plt_raster *raster = plt_raster_create(NULL);
    uint32_t *before = calloc(W * H, 4), *after = calloc(W * H, 4);
    const double y[] = {0, 1, 4, 9, 16, 4, 3};
    for (int round = 0; round < 3; round++) {
        REQUIRE(plt_series_append(source, y, 7));
        REQUIRE(plt_figure_dirty(figure));
        REQUIRE(plt_raster_paint(raster, figure, after, W * 4, W, H, 1, NULL));
        REQUIRE(!plt_figure_dirty(figure));
        REQUIRE(memcmp(before, after, W * H * 4) != 0);
        memcpy(before, after, W * H * 4);
    }
    // Hidden: nothing is computed, and an append asks for no paint.
    struct plt_transform *t = derived->transform;
    plt_curve_set_visible(curve, false);
    REQUIRE(plt_raster_paint(raster, figure, after, W * 4, W, H, 1, NULL));
    REQUIRE(plt_series_append(source, y, 7));
    REQUIRE(plt_raster_paint(raster, figure, after, W * 4, W, H, 1, NULL));
    REQUIRE(plt_series_append(source, y, 7));
    REQUIRE(!plt_figure_dirty(figure));
    REQUIRE_CMP(t->next, ==, UINT64_C(21), PRIu64);
    plt_curve_set_visible(curve, true);
    REQUIRE(plt_raster_paint(raster, figure, after, W * 4, W, H, 1, NULL));
    REQUIRE_CMP(t->next, ==, UINT64_C(35), PRIu64);
    REQUIRE(!plt_figure_dirty(figure));
    // Within a frame there is one state of it.
    struct plt_series_pin pin;
    REQUIRE(plt_series_append(source, y, 7));
    REQUIRE(plt_series_pin(derived, &pin));
    REQUIRE_CMP(pin.head, ==, UINT64_C(34), PRIu64);
    plt_series_unpin(&pin);
    REQUIRE_CMP(plt_series_total(derived), ==, UINT64_C(41), PRIu64);
    plt_figure_destroy(figure);
    plt_raster_destroy(raster);
    plt_series_unref(source);
    free(before);
    free(after);
}

struct stream {
    struct plt_series *source;
    atomic_bool done;
};

static void *produce(void *user)
{
    struct stream *stream = user;
    double y[37];
    for (int i = 0; i < 3000; i++) {
        for (int k = 0; k < 37; k++)
            y[k] = (i * 37 + k) % 1000;
        plt_series_append(stream->source, y, 37);
    }
    atomic_store(&stream->done, true);
    return NULL;
}

// A producer, and two threads that read every kind meanwhile.
static void *read_all(void *user)
{
    struct plt_series **derived = user;
    for (int round = 0; round < 40; round++) {
        for (int k = 0; k < NUM_KINDS; k++) {
            struct plt_series_pin pin;
            if (!pin_now(derived[k], &pin))
                continue;
            double lo, hi;
            plt_pin_min_max(&pin, pin.tail, pin.head, &lo, &hi);
            plt_series_unpin(&pin);
        }
    }
    return NULL;
}

static struct plt_series *transform_kind(struct plt_series *source, int kind)
{
    struct plt_transform_params params = {.kind = (enum plt_transform_kind)kind};
    params.length = kind < NUM_STREAMED ? 0 : 256;
    return plt_series_transform(source, &params);
}

static void test_threads(uint64_t capacity)
{
    struct stream stream = {.source =
                                plt_series_create(plt_series_params(.capacity = capacity,
                                                                    .log = silent_log()))};
    struct plt_series *derived[NUM_KINDS];
    for (int k = 0; k < NUM_KINDS; k++)
        derived[k] = transform_kind(stream.source, k);
    pthread_t producer, reader;
    REQUIRE(pthread_create(&producer, NULL, produce, &stream) == 0);
    REQUIRE(pthread_create(&reader, NULL, read_all, derived) == 0);
    while (!atomic_load(&stream.done))
        read_all(derived);
    pthread_join(producer, NULL);
    pthread_join(reader, NULL);
    for (int k = 0; k < NUM_KINDS; k++) {
        struct plt_series *again = transform_kind(stream.source, k);
        if (k != PLT_TRANSFORM_INTEGRAL || capacity == 0)
            REQUIRE(same_bytes(derived[k], again));
        plt_series_unref(again);
        plt_series_unref(derived[k]);
    }
    plt_series_unref(stream.source);
}

// A figure with every kind of transform of `source`, painted once; its curves keep them.
static struct plt_figure *paint_all(struct plt_series *source, int threads,
                                    uint32_t *pixels)
{
    struct plt_figure *figure = plt_figure_create(
        plt_figure_params(.bare = true, .threads = threads, .log = silent_log()));
    for (int k = 0; k < NUM_KINDS; k++) {
        struct plt_series *derived = transform_kind(source, k);
        plt_curve_create(plt_figure_add_plot(figure, NULL), derived, NULL);
        plt_series_unref(derived);
    }
    struct plt_raster *raster = plt_raster_create(NULL);
    REQUIRE(plt_raster_paint(raster, figure, pixels, W * 4, W, H, 1, NULL));
    plt_raster_destroy(raster);
    return figure;
}

// A figure computes its transforms side by side, also while samples come in; one thread
// gives the same pixels.
static void test_painted(void)
{
    struct stream stream = {.source = plt_series_create(
                                plt_series_params(.capacity = 700, .log = silent_log()))};
    uint32_t *a = calloc(W * H, 4), *b = calloc(W * H, 4);
    struct plt_figure *figure = paint_all(stream.source, 3, a);
    struct plt_raster *raster = plt_raster_create(NULL);
    pthread_t producer;
    REQUIRE(pthread_create(&producer, NULL, produce, &stream) == 0);
    while (!atomic_load(&stream.done))
        REQUIRE(plt_raster_paint(raster, figure, a, W * 4, W, H, 1, NULL));
    pthread_join(producer, NULL);
    REQUIRE(plt_raster_paint(raster, figure, a, W * 4, W, H, 1, NULL));
    REQUIRE(!plt_figure_dirty(figure));
    for (int k = 0; k < NUM_KINDS; k++) {
        struct plt_curve *curve = (struct plt_curve *)figure->plots[k]->items[0];
        REQUIRE_CMP(curve->sampled.series->transform->next, ==,
                    plt_series_total(stream.source), PRIu64);
    }
    plt_figure_destroy(figure);
    plt_raster_destroy(raster);
    plt_figure_destroy(paint_all(stream.source, 1, a));
    plt_figure_destroy(paint_all(stream.source, 3, b));
    REQUIRE(memcmp(a, b, W * H * 4) == 0);
    plt_series_unref(stream.source);
    free(a);
    free(b);
}

// Every allocation of creation and of an update fails once: NULL, or what was there stays
// and the next read makes up for it.
static void test_memory(enum plt_transform_kind kind)
{
    double y[5000];
    for (int i = 0; i < 5000; i++)
        y[i] = i * i % 91;
    struct plt_series *source = plt_series_create(plt_series_params(.log = silent_log()));
    struct plt_transform_params params = {.kind = kind};
    struct plt_series *derived = NULL;
    for (int n = 0; !derived; n++) {
        REQUIRE(n < 20);
        plt_alloc_fail_at(n, false);
        derived = plt_series_transform(source, &params);
        REQUIRE((derived == NULL) == !plt_alloc_fail_pending());
        plt_alloc_fail_at(-1, false);
    }
    REQUIRE(plt_series_append(source, y, 1000));
    uint64_t count = plt_series_count(derived);
    for (int n = 0, done = 0; !done; n++) {
        REQUIRE(n < 20);
        REQUIRE(plt_series_append(source, y, 5000));
        plt_alloc_fail_at(n, false);
        uint64_t now = plt_series_count(derived);
        done = plt_alloc_fail_pending();
        plt_alloc_fail_at(-1, false);
        REQUIRE(done || now == count);
        count = plt_series_count(derived);
        struct plt_series *again = plt_series_transform(source, &params);
        REQUIRE(same_bytes(derived, again));
        plt_series_unref(again);
    }
    plt_series_unref(derived);
    plt_series_unref(source);
}

int main(void)
{
    test_replaced();
    test_refused();
    test_unseen();
    test_lifetimes();
    test_mapped();
    test_figure();
    test_threads(0);
    test_threads(700);
    test_painted();
    for (int k = 0; k < NUM_STREAMED; k++)
        test_memory((enum plt_transform_kind)k);
    return test_result();
}
