// Producers that append to rings which several items and transforms of several plots share,
// while frames are drawn by several threads, plots are paused and go on, and items come and
// go. A plot that is paused shows the same picture again, whatever the producers do.
#include <pthread.h>
#include <stdatomic.h>

#include <plotlib/plotlib.h>

#include "test.h"

enum { SOURCES = 3, PLOTS = 2, ITEMS = 12, BLOCK = 300, WIDTH = 320, HEIGHT = 200 };

struct source {
    struct plt_series *series;
    enum plt_x_kind x_kind;
    pthread_t thread;
    atomic_bool *stop;
    uint64_t seed;
};

static void *produce(void *user)
{
    struct source *source = user;
    struct test_random random = {source->seed};
    static _Thread_local float y[BLOCK];
    static _Thread_local double xf[BLOCK];
    static _Thread_local int64_t xi[BLOCK];
    int64_t at = INT64_C(1700000000000000000);
    double x = 0;
    while (!atomic_load(source->stop)) {
        size_t n = 1 + (size_t)test_below(&random, BLOCK);
        for (size_t i = 0; i < n; i++) {
            y[i] = test_below(&random, 50) ? (float)test_uniform(&random) : NAN;
            xf[i] = x += test_uniform(&random);
            xi[i] = at += (int64_t)test_below(&random, 1000000);
        }
        const void *values = source->x_kind == PLT_X_F64 ? (const void *)xf : xi;
        bool appended = source->x_kind == PLT_X_UNIFORM
                            ? plt_series_append(source->series, y, n)
                            : plt_series_append_xy(source->series, values, y, n);
        REQUIRE(appended);
        if (test_below(&random, 400) == 0)
            plt_series_clear(source->series);
        struct timespec nap = {0, 1000 * (long)test_below(&random, 300)};
        nanosleep(&nap, NULL);
    }
    return NULL;
}

struct item {
    bool is_curve;
    void *p;
};

struct scene {
    struct test_random random;
    struct plt_figure *figure;
    struct plt_raster *raster;
    struct plt_plot *plots[PLOTS];
    struct source sources[SOURCES];
    struct plt_series *derived[SOURCES];
    struct item items[ITEMS];
};

static struct plt_series *any_series(struct scene *scene)
{
    uint64_t which = test_below(&scene->random, 2 * SOURCES);
    return which < SOURCES ? scene->sources[which].series : scene->derived[which - SOURCES];
}

static void change_item(struct scene *scene)
{
    struct test_random *r = &scene->random;
    struct item *item = &scene->items[test_below(r, ITEMS)];
    struct plt_plot *plot = scene->plots[test_below(r, PLOTS)];
    if (item->p && test_below(r, 3))
        return;
    if (item->is_curve)
        plt_curve_destroy(item->p);
    else
        plt_scatter_destroy(item->p);
    item->is_curve = test_below(r, 3) > 0;
    item->p = item->is_curve
                  ? (void *)plt_curve_create(
                        plot, any_series(scene),
                        plt_curve_params(.width_px = 1 + (float)test_below(r, 3),
                                         .lod = (enum plt_lod)test_below(r, 2),
                                         .step = (enum plt_step)test_below(r, 4)))
                  : (void *)plt_scatter_create(plot, any_series(scene), NULL);
    REQUIRE(item->p);
}

static void change_plot(struct scene *scene)
{
    struct test_random *r = &scene->random;
    struct plt_plot *plot = scene->plots[test_below(r, PLOTS)];
    switch (test_below(r, 5)) {
    case 0: plt_plot_set_follow_mode(plot, (enum plt_follow)test_below(r, 3)); break;
    case 1: plt_plot_set_follow(plot, pow(10, 10 * test_uniform(r) - 1)); break;
    case 2: plt_plot_show_all(plot); break;
    default: plt_plot_set_paused(plot, test_below(r, 2)); break;
    }
}

// --- frames ----------------------------------------------------------------------------

static void paint(struct scene *scene, uint32_t *pixels)
{
    REQUIRE(plt_raster_paint(scene->raster, scene->figure, pixels, WIDTH * 4, WIDTH, HEIGHT,
                             1, NULL));
}

// Labels may still find their room in the first pictures.
static void check_paused(struct scene *scene)
{
    static uint32_t before[WIDTH * HEIGHT], after[WIDTH * HEIGHT];
    for (int i = 0; i < PLOTS; i++) {
        plt_plot_set_paused(scene->plots[i], false); // items that came later are not held
        plt_plot_set_paused(scene->plots[i], true);
    }
    bool same = false;
    for (int i = 0; i < 5 && !same; i++) {
        paint(scene, before);
        struct timespec nap = {0, 2000000};
        nanosleep(&nap, NULL);
        paint(scene, after);
        same = memcmp(before, after, sizeof(before)) == 0;
    }
    REQUIRE(same);
}

static void run(struct scene *scene, int frames)
{
    static uint32_t pixels[WIDTH * HEIGHT];
    struct plt_pick pick;
    for (int i = 0; i < frames; i++) {
        for (uint64_t k = test_below(&scene->random, 3); k > 0; k--)
            change_item(scene);
        change_plot(scene);
        paint(scene, pixels);
        plt_plot_pick(scene->plots[0], 100, 100, 50, &pick);
        if (i % 16 == 15)
            check_paused(scene);
    }
}

// A plot paused with nothing in it stays empty, and shows all when it goes on.
static void test_empty_pause(void)
{
    static uint32_t before[WIDTH * HEIGHT], after[WIDTH * HEIGHT];
    static const double y[4] = {1, 3, 2, 5};
    struct scene scene = {.figure = plt_figure_create(NULL),
                          .raster = plt_raster_create(NULL)};
    struct plt_plot *plot = plt_figure_add_plot(scene.figure, NULL);
    struct plt_series *series = plt_series_create(NULL);
    REQUIRE(plt_curve_create(plot, series, NULL) && plt_scatter_create(plot, series, NULL));
    REQUIRE(plt_plot_set_paused(plot, true));
    paint(&scene, before);
    REQUIRE(plt_series_append(series, y, 4));
    paint(&scene, after);
    REQUIRE(memcmp(before, after, sizeof(before)) == 0);
    REQUIRE(plt_plot_set_paused(plot, false));
    paint(&scene, after);
    REQUIRE(memcmp(before, after, sizeof(before)) != 0);
    plt_series_unref(series);
    plt_figure_destroy(scene.figure);
    plt_raster_destroy(scene.raster);
}

int main(int argc, char **argv)
{
    static const enum plt_transform_kind kinds[] = {
        PLT_TRANSFORM_MOVING_MEAN, PLT_TRANSFORM_DERIVATIVE, PLT_TRANSFORM_INTEGRAL};
    atomic_bool stop = false;
    test_empty_pause();
    struct scene scene = {.random = test_random_seeded()};
    scene.figure = plt_figure_create(plt_figure_params(.threads = 4));
    scene.raster = plt_raster_create(NULL);
    for (int i = 0; i < PLOTS; i++)
        scene.plots[i] = plt_figure_add_plot(scene.figure, NULL);
    for (int i = 0; i < SOURCES; i++) {
        struct source *source = &scene.sources[i];
        *source = (struct source){
            .x_kind = (enum plt_x_kind)i, .stop = &stop, .seed = test_next(&scene.random)};
        source->series =
            plt_series_create(plt_series_params(.type = PLT_F32, .x_kind = source->x_kind,
                                                .capacity = i == 2 ? 0 : 5000));
        scene.derived[i] =
            plt_series_transform(source->series, plt_transform_params(.kind = kinds[i]));
        REQUIRE(source->series && scene.derived[i]);
        REQUIRE(pthread_create(&source->thread, NULL, produce, source) == 0);
    }
    run(&scene, argc > 1 ? atoi(argv[1]) : 64);
    atomic_store(&stop, true);
    for (int i = 0; i < SOURCES; i++)
        pthread_join(scene.sources[i].thread, NULL);
    plt_figure_destroy(scene.figure);
    plt_raster_destroy(scene.raster);
    for (int i = 0; i < SOURCES; i++) {
        plt_series_unref(scene.derived[i]);
        plt_series_unref(scene.sources[i].series);
    }
    return test_result();
}
