// Streaming: producers against a reader that stalls, the ways of following the newest data,
// and a pause that loses nothing.
#include <pthread.h>
#include <stdatomic.h>

#include <plotlib/draw/build.h>
#include <plotlib/plotlib.h>
#include <plotlib/raster/painter.h>

#include "test.h"

// --- producers -------------------------------------------------------------------------

enum { CHANNELS = 6, BLOCK = 1000, CAPACITY = 50000, ROUNDS = 40 };

struct channel {
    struct plt_series *series;
    pthread_t thread;
    atomic_bool stop;
    _Atomic uint64_t appended;
};

// Sample i of every channel.
static float value_at(uint64_t i)
{
    return (float)(i * 2654435761u % 65536);
}

static void *produce(void *user)
{
    struct channel *channel = user;
    float block[BLOCK];
    uint64_t n = 0;
    while (!atomic_load(&channel->stop)) {
        for (uint64_t i = 0; i < BLOCK; i++)
            block[i] = value_at(n + i);
        if (!plt_series_append(channel->series, block, BLOCK))
            break;
        atomic_store(&channel->appended, n += BLOCK);
    }
    return NULL;
}

// All that is pinned is there and right: nothing lost, nothing overwritten.
static void check_pinned(const struct plt_series_pin *pin)
{
    REQUIRE(pin->head - pin->tail == (pin->head < CAPACITY ? pin->head : CAPACITY));
    float lo = INFINITY, hi = -INFINITY;
    size_t wrong = 0;
    for (uint64_t i = pin->tail; i < pin->head;) {
        const void *x, *y;
        size_t n = plt_pin_run(pin, i, &x, &y);
        for (size_t k = 0; k < n; k++) {
            float v = ((const float *)y)[k];
            wrong += v != value_at(i + k);
            lo = v < lo ? v : lo;
            hi = v > hi ? v : hi;
        }
        i += n;
    }
    double least, most;
    REQUIRE_CMP(wrong, ==, (size_t)0, "zu");
    REQUIRE(plt_pin_min_max(pin, pin->tail, pin->head, &least, &most));
    REQUIRE(least == (double)lo && most == (double)hi);
}

static void wait_for(struct channel *channel, uint64_t appended)
{
    while (atomic_load(&channel->appended) < appended)
        nanosleep(&(struct timespec){0, 100000}, NULL);
}

static void check_producers(void)
{
    static struct channel channels[CHANNELS];
    for (int c = 0; c < CHANNELS; c++) {
        channels[c].series =
            plt_series_create(plt_series_params(.type = PLT_F32, .capacity = CAPACITY));
        REQUIRE(pthread_create(&channels[c].thread, NULL, produce, &channels[c]) == 0);
    }
    for (int round = 0; round < ROUNDS; round++) {
        struct channel *channel = &channels[round % CHANNELS];
        struct plt_series_pin pin;
        if (!plt_series_pin(channel->series, &pin))
            continue;
        // The reader stalls while the ring goes round three times: no producer waits.
        if (round % 8 == 7)
            wait_for(channel, atomic_load(&channel->appended) + 3 * CAPACITY);
        check_pinned(&pin);
        plt_series_unpin(&pin);
    }
    for (int c = 0; c < CHANNELS; c++) {
        atomic_store(&channels[c].stop, true);
        pthread_join(channels[c].thread, NULL);
        REQUIRE_CMP(plt_series_total(channels[c].series), ==,
                    atomic_load(&channels[c].appended), PRIu64);
        plt_series_unref(channels[c].series);
    }
}

// --- following -------------------------------------------------------------------------

enum { WIDTH = 256, HEIGHT = 64, SPAN = 1024, SAMPLES = 16384 };

struct scene {
    struct plt_figure *figure;
    struct plt_plot *plot;
    struct plt_series *series;
    struct plt_raster *raster;
    uint32_t pixels[WIDTH * HEIGHT];
};

// Sample i lies at x = i / 4, so that 16 of them share a column of the window.
enum look { ANTIALIASED, LATTICE, MARKERS };

static void scene_init(struct scene *scene, uint64_t capacity, enum look look)
{
    *scene = (struct scene){.figure = plt_figure_create(plt_figure_params(.bare = true))};
    scene->plot = plt_figure_add_plot(scene->figure, NULL);
    scene->series = plt_series_create(
        plt_series_params(.type = PLT_F32, .dx = 0.25, .capacity = capacity));
    scene->raster = plt_raster_create(NULL);
    if (look == MARKERS)
        REQUIRE(plt_scatter_create(scene->plot, scene->series,
                                   plt_scatter_params(.size_px = 3)));
    else
        REQUIRE(plt_curve_create(scene->plot, scene->series,
                                 plt_curve_params(.no_antialias = look == LATTICE)));
    REQUIRE(plt_plot_set_y_range(scene->plot, 0, 65536));
}

static void scene_finish(struct scene *scene)
{
    plt_raster_destroy(scene->raster);
    plt_series_unref(scene->series);
    plt_figure_destroy(scene->figure);
}

static void give(struct scene *scene, uint64_t first, uint64_t n)
{
    float *block = malloc(n * sizeof(*block));
    for (uint64_t i = 0; i < n; i++)
        block[i] = value_at(first + i);
    REQUIRE(plt_series_append(scene->series, block, n));
    free(block);
}

static void paint(struct scene *scene)
{
    REQUIRE(plt_raster_paint(scene->raster, scene->figure, scene->pixels, WIDTH * 4, WIDTH,
                             HEIGHT, 1, NULL));
}

static int differing_columns(const struct scene *a, const struct scene *b, int x0, int x1)
{
    int columns = 0;
    for (int x = x0; x < x1; x++) {
        bool differs = false;
        for (int y = 0; y < HEIGHT; y++)
            differs |= a->pixels[y * WIDTH + x] != b->pixels[y * WIDTH + x];
        columns += differs;
    }
    return columns;
}

static bool is_empty_column(const struct scene *scene, int x)
{
    for (int y = 0; y < HEIGHT; y++)
        if (scene->pixels[y * WIDTH + x] != scene->raster->frame.background)
            return false;
    return true;
}

// Left of the gap stands this window, right of it the one before, each as a view set to it
// shows it.
static void check_sweep(enum look look)
{
    struct scene swept, still;
    scene_init(&swept, 2 * SPAN * 4, look);
    scene_init(&still, 0, look);
    REQUIRE(plt_plot_set_follow_mode(swept.plot, PLT_FOLLOW_SWEEP));
    REQUIRE(plt_plot_set_follow(swept.plot, SPAN));
    uint64_t n = 0;
    for (int step = 0; n < SAMPLES; step++) {
        uint64_t more = step % 3 == 0 ? 16 : 309;
        give(&swept, n, more);
        give(&still, n, more);
        n += more;
        paint(&swept);
        double newest = (double)(n - 1) / 4, window = floor(newest / SPAN) * SPAN;
        int column = (int)((newest - window) * WIDTH / SPAN);
        REQUIRE_CMP(plt_plot_x_range(swept.plot).x0, ==, window, "g");
        REQUIRE_CMP(plt_plot_x_range(swept.plot).x1, ==, window + SPAN, "g");
        REQUIRE(plt_plot_set_x_range(still.plot, window, window + SPAN));
        paint(&still);
        int seam = column + 1 + 12 < WIDTH ? column + 1 + 12 : WIDTH;
        REQUIRE_CMP(differing_columns(&swept, &still, 0, seam), ==, 0, "d");
        for (int x = column + (look == MARKERS ? 5 : 3); x < seam; x++)
            REQUIRE(is_empty_column(&swept, x));
        if (window > 0) {
            REQUIRE(plt_plot_set_x_range(still.plot, window - SPAN, window));
            paint(&still);
            REQUIRE(!is_empty_column(&still, WIDTH - 1));
        } else {
            REQUIRE(plt_plot_set_x_range(still.plot, -SPAN, 0)); // before any data
            paint(&still);
        }
        REQUIRE_CMP(differing_columns(&swept, &still, seam, WIDTH - 2), ==, 0, "d");
    }
    scene_finish(&swept);
    scene_finish(&still);
}

static void check_scroll_and_expand(void)
{
    struct scene scene;
    scene_init(&scene, 0, ANTIALIASED);
    REQUIRE(plt_plot_set_follow(scene.plot, SPAN));
    for (uint64_t n = 0; n < SAMPLES; n += 100) {
        give(&scene, n, 100);
        paint(&scene);
        struct plt_range x = plt_plot_x_range(scene.plot);
        double newest = (double)(n + 99) / 4, px = (double)SPAN / WIDTH;
        REQUIRE(fabs(x.x1 - newest) <= px / 2 && fabs(x.x1 - x.x0 - SPAN) < 1e-9);
    }
    REQUIRE(plt_plot_set_follow_mode(scene.plot, PLT_FOLLOW_EXPAND));
    plt_series_clear(scene.series);
    double span = SPAN;
    for (uint64_t n = 0; n < SAMPLES; n += 100) {
        give(&scene, n, 100);
        paint(&scene);
        struct plt_range x = plt_plot_x_range(scene.plot);
        double newest = (double)(n + 99) / 4;
        while (newest > span)
            span *= 1.5;
        REQUIRE_CMP(x.x0, ==, 0.0, "g");
        REQUIRE(fabs(x.x1 - span) < 1e-9);
    }
    REQUIRE(span > 4 * SPAN);
    REQUIRE(!plt_plot_set_follow_mode(scene.plot, (enum plt_follow)7));
    scene_finish(&scene);
}

// --- pause -----------------------------------------------------------------------------

static void check_pause(enum plt_follow mode)
{
    static struct scene paused, live;
    scene_init(&paused, 3 * SPAN, ANTIALIASED);
    scene_init(&live, 3 * SPAN, ANTIALIASED);
    REQUIRE(plt_plot_set_follow_mode(paused.plot, mode));
    REQUIRE(plt_plot_set_follow_mode(live.plot, mode));
    REQUIRE(plt_plot_set_follow(paused.plot, SPAN / 2));
    REQUIRE(plt_plot_set_follow(live.plot, SPAN / 2));
    give(&paused, 0, 5000);
    give(&live, 0, 5000);
    paint(&live);
    REQUIRE(plt_plot_set_paused(paused.plot, true));
    REQUIRE(plt_plot_paused(paused.plot));
    paint(&paused);
    REQUIRE_CMP(differing_columns(&paused, &live, 0, WIDTH), ==, 0, "d");
    // The ring drops all that is shown, and more than once.
    for (uint64_t n = 5000; n < 25000; n += 500) {
        give(&paused, n, 500);
        give(&live, n, 500);
        REQUIRE(!plt_figure_dirty(paused.figure)); // nothing to paint
    }
    paint(&paused);
    REQUIRE_CMP(differing_columns(&paused, &live, 0, WIDTH), ==, 0, "d");
    paint(&live);
    REQUIRE(differing_columns(&paused, &live, 0, WIDTH) > WIDTH / 2);
    REQUIRE_CMP(plt_series_total(paused.series), ==, (uint64_t)25000, PRIu64);
    REQUIRE(plt_plot_set_paused(paused.plot, false));
    REQUIRE(plt_figure_dirty(paused.figure));
    paint(&paused);
    REQUIRE_CMP(differing_columns(&paused, &live, 0, WIDTH), ==, 0, "d");
    give(&paused, 25000, 500);
    REQUIRE(plt_figure_dirty(paused.figure));
    // Destroyed while paused; the series goes on.
    REQUIRE(plt_plot_set_paused(live.plot, true));
    struct plt_series *series = plt_series_ref(live.series);
    scene_finish(&paused);
    scene_finish(&live);
    float more[3] = {1, 2, 3};
    REQUIRE(plt_series_append(series, more, 3));
    plt_series_unref(series);
}

// --- the memory of finished columns ----------------------------------------------------

struct pair {
    struct plt_figure *figure;
    struct plt_plot *plot;
    struct plt_series *series;
    struct plt_curve *curve;
    bool has_x;
    double x; // of the last sample
};

static void change_data(struct pair *pair, struct test_random *random)
{
    static double y[20000], x[20000];
    size_t n = 1 + (size_t)test_below(random, test_below(random, 4) ? 700 : 20000);
    for (size_t i = 0; i < n; i++)
        y[i] = test_below(random, 300) ? 100 * test_uniform(random) - 5 : NAN;
    uint64_t what = test_below(random, 40);
    if (what < 2)
        pair->x = 0;
    for (size_t i = 0; i < n; i++) // steps of 1 in the mean, and now and then a hole
        x[i] = pair->x += test_below(random, 5000) ? 2 * test_uniform(random) : 900;
    const double *given = pair->has_x ? x : NULL;
    if (what == 1)
        plt_series_clear(pair->series);
    else if (what == 0)
        REQUIRE(given ? plt_series_set_xy(pair->series, x, y, n)
                      : plt_series_set(pair->series, y, n));
    else
        REQUIRE(given ? plt_series_append_xy(pair->series, x, y, n)
                      : plt_series_append(pair->series, y, n));
}

static void change_view(struct pair *pair, struct test_random *random)
{
    double lo = 20000 * test_uniform(random);
    switch (test_below(random, 14)) {
    case 0: plt_plot_set_follow_mode(pair->plot, PLT_FOLLOW_SWEEP); break;
    case 1: plt_plot_set_follow_mode(pair->plot, PLT_FOLLOW_SCROLL); break;
    case 2: plt_plot_set_follow(pair->plot, 5000 + lo); break;
    case 3: plt_plot_set_x_range(pair->plot, lo, lo + 15000); break;
    case 4: plt_plot_set_x_range(pair->plot, lo + 15000, lo); break;
    case 5: plt_plot_set_y_range(pair->plot, 1 + lo / 1000, 90); break;
    case 6: plt_plot_set_auto_range(pair->plot, false, true); break;
    case 7: plt_curve_set_connect(pair->curve, PLT_CONNECT_ALL, NULL, 0); break;
    case 8: plt_curve_set_connect(pair->curve, PLT_CONNECT_FINITE, NULL, 0); break;
    case 9: plt_plot_set_paused(pair->plot, test_below(random, 2)); break;
    case 10: // the same first column at two scales, and back
        lo = plt_plot_x_range(pair->plot).x0;
        plt_plot_set_x_range(pair->plot, lo, lo + 12000 + 6000 * test_uniform(random));
        break;
    default: break;
    }
}

// Whatever happens to data and view, what is remembered changes nothing.
static void check_memo(bool has_x)
{
    struct test_random random = test_random_seeded();
    struct pair pair = {.figure = plt_figure_create(plt_figure_params(.bare = true))};
    pair.plot = plt_figure_add_plot(pair.figure, NULL);
    pair.has_x = has_x;
    pair.series = plt_series_create(
        plt_series_params(.capacity = 60000, .x_kind = has_x ? PLT_X_F64 : PLT_X_UNIFORM));
    pair.curve = plt_curve_create(pair.plot, pair.series, NULL);
    struct plt_frame with, without;
    plt_frame_init(&with);
    plt_frame_init(&without);
    int remembered = 0;
    plt_plot_set_follow(pair.plot, 20000);
    for (int step = 0; step < 900 && !test_failures; step++) {
        change_data(&pair, &random);
        if (step % 4 == 3)
            change_view(&pair, &random);
        REQUIRE(plt_frame_build(&with, pair.figure, WIDTH, HEIGHT, 1));
        remembered += pair.curve->memo.used;
        struct plt_memo kept = pair.curve->memo;
        pair.curve->memo = (struct plt_memo){0};
        REQUIRE(plt_frame_build(&without, pair.figure, WIDTH, HEIGHT, 1));
        plt_memo_finish(&pair.curve->memo);
        pair.curve->memo = kept;
        const struct plt_reduced *a = &with.strokes, *b = &without.strokes;
        REQUIRE_CMP(a->num_columns, ==, b->num_columns, "zu");
        REQUIRE_CMP(a->num_segments, ==, b->num_segments, "zu");
        REQUIRE(a->num_columns == 0 ||
                memcmp(a->columns, b->columns, a->num_columns * sizeof(*a->columns)) == 0);
        REQUIRE(a->num_segments == 0 ||
                memcmp(a->segments, b->segments, a->num_segments * sizeof(*a->segments)) ==
                    0);
    }
    REQUIRE_CMP(remembered, >, 300, "d");
    plt_frame_finish(&with);
    plt_frame_finish(&without);
    plt_series_unref(pair.series);
    plt_figure_destroy(pair.figure);
}

// A scroll reads no sample of a finished column.
static void check_memo_is_used(void)
{
    struct scene scene;
    scene_init(&scene, 0, ANTIALIASED);
    struct plt_curve *curve = (struct plt_curve *)scene.plot->items[0];
    REQUIRE(plt_plot_set_follow(scene.plot, 4 * SPAN)); // 64 samples a column
    give(&scene, 0, SAMPLES);
    paint(&scene);
    REQUIRE(curve->memo.used);
    size_t kept = 0;
    struct plt_memo before = curve->memo;
    before.entries = malloc(before.size * sizeof(*before.entries));
    memcpy(before.entries, curve->memo.entries, before.size * sizeof(*before.entries));
    give(&scene, SAMPLES, 640);
    paint(&scene);
    REQUIRE_CMP(curve->memo.size, ==, before.size, "zu");
    for (size_t i = 0; i < before.size; i++)
        kept +=
            before.entries[i].i1 > 0 && before.entries[i].i1 == curve->memo.entries[i].i1;
    REQUIRE_CMP(kept, >, (size_t)WIDTH - 20, "zu");
    free(before.entries);
    scene_finish(&scene);
}

int main(void)
{
    check_memo(false);
    check_memo(true);
    check_memo_is_used();
    check_producers();
    check_sweep(ANTIALIASED);
    check_sweep(LATTICE);
    check_sweep(MARKERS);
    check_scroll_and_expand();
    check_pause(PLT_FOLLOW_SCROLL);
    check_pause(PLT_FOLLOW_SWEEP);
    check_pause(PLT_FOLLOW_EXPAND);
    return test_result();
}
