// Threads: each piece of work is done once, and any number of threads draws the same frame
// and the same pixels.
#include <stdatomic.h>

#include <plotlib/base/pool.h>
#include <plotlib/draw/print.h>
#include <plotlib/plotlib.h>
#include <plotlib/raster/painter.h>

#include "test.h"

enum { PIECES = 1000, WIDTH = 500, HEIGHT = 300, CURVES = 100, SAMPLES = 2000 };

struct pieces {
    struct plt_pool *pool;
    atomic_int done[PIECES];
};

static void do_piece(void *user, int i)
{
    struct pieces *pieces = user;
    atomic_fetch_add(&pieces->done[i], 1);
}

// Work inside work is done by whoever has it.
static void do_nested(void *user, int i)
{
    struct pieces *pieces = user;
    if (i < 3)
        plt_pool_run(pieces->pool, PIECES, do_piece, pieces);
}

static void check_pieces(int threads)
{
    static struct pieces pieces;
    pieces.pool = plt_pool_create(threads);
    REQUIRE(pieces.pool != NULL);
    REQUIRE(plt_pool_width(pieces.pool) >= 1);
    REQUIRE(threads == 0 || plt_pool_width(pieces.pool) == threads);
    int before = atomic_load(&pieces.done[0]);
    for (int round = 0; round < 50; round++)
        plt_pool_run(pieces.pool, round % 7 * 150, do_piece, &pieces);
    plt_pool_run(pieces.pool, PIECES, do_piece, &pieces);
    plt_pool_run(pieces.pool, 8, do_nested, &pieces);
    // 50 rounds have 8 zero counts at round % 7 == 0, the rest reach piece 0.
    REQUIRE_CMP(atomic_load(&pieces.done[0]) - before, ==, 42 + 1 + 3, "d");
    REQUIRE_CMP(atomic_load(&pieces.done[PIECES - 1]) * 46, ==,
                atomic_load(&pieces.done[0]) * 4, "d");
    plt_pool_destroy(pieces.pool);
}

static void check_width(void)
{
    REQUIRE_CMP(plt_pool_width(NULL), ==, 1, "d");
    struct pieces *pieces = calloc(1, sizeof(*pieces));
    plt_pool_run(NULL, 5, do_piece, pieces);
    REQUIRE_CMP(atomic_load(&pieces->done[4]), ==, 1, "d");
    free(pieces);
    plt_pool_destroy(NULL);
    setenv("PLOTLIB_THREADS", "3", 1);
    struct plt_pool *pool = plt_pool_create(0);
    REQUIRE_CMP(plt_pool_width(pool), ==, 3, "d");
    plt_pool_destroy(pool);
    setenv("PLOTLIB_THREADS", "1000", 1);
    pool = plt_pool_create(0);
    REQUIRE_CMP(plt_pool_width(pool), ==, PLT_POOL_MAX, "d");
    plt_pool_destroy(pool);
    unsetenv("PLOTLIB_THREADS");
}

// --- figures ---------------------------------------------------------------------------

static struct plt_series *make_series(struct test_random *random, int i)
{
    static double y[SAMPLES], x[SAMPLES];
    size_t n = i % 9 == 4 ? 40 : SAMPLES - (size_t)test_below(random, 500);
    bool goes_back = i % 13 == 5;
    for (size_t k = 0; k < n; k++) {
        y[k] = i + 3 * test_uniform(random) + (test_below(random, 200) ? 0 : NAN);
        x[k] = goes_back ? SAMPLES * test_uniform(random) : (double)(k * SAMPLES / n);
    }
    bool uniform = !goes_back && i % 2;
    struct plt_series *series =
        plt_series_create(plt_series_params(.x_kind = uniform ? PLT_X_UNIFORM : PLT_X_F64));
    REQUIRE(uniform ? plt_series_set(series, y, n) : plt_series_set_xy(series, x, y, n));
    return series;
}

static void add_curves(struct plt_figure *figure, struct test_random *random)
{
    static const float dash[] = {7, 3};
    struct plt_plot *plots[2] = {plt_figure_add_plot(figure, NULL),
                                 plt_figure_add_plot(figure, NULL)};
    struct plt_curve *before = NULL;
    for (int i = 0; i < CURVES; i++) {
        struct plt_series *series = make_series(random, i);
        struct plt_curve_params params = {
            .width_px = (float)(1 + i % 4),
            .no_antialias = i % 3 == 1,
            .hidden = i % 17 == 3,
            .lod = i % 11 == 2 ? PLT_LOD_OFF : PLT_LOD_AUTO,
            .join = (enum plt_join)(i % 5 == 0 ? i / 5 % 3 : 0),
            .step = (enum plt_step)(i % 7 == 0 ? i / 7 % 4 : 0),
            .dash = i % 6 == 5 ? dash : NULL,
            .num_dash = i % 6 == 5 ? 2 : 0,
        };
        if (i % 8 == 6)
            params.fill_color = params.shadow_color = (struct plt_color){1, 0.5f, 0, 0.3f};
        struct plt_curve *curve = plt_curve_create(plots[i / 50], series, &params);
        REQUIRE(curve != NULL);
        if (i % 10 == 9)
            REQUIRE(plt_curve_set_fill_between(curve, before,
                                               (struct plt_color){0, 0.2f, 1, 0.2f}));
        before = curve;
        plt_series_unref(series);
    }
}

struct picture {
    char *text;
    uint32_t *pixels;
};

static struct picture draw(uint64_t seed, int threads)
{
    struct test_random random = {seed};
    struct picture picture = {.pixels = calloc(WIDTH * HEIGHT, sizeof(uint32_t))};
    struct plt_figure *figure =
        plt_figure_create(plt_figure_params(.bare = true, .threads = threads));
    add_curves(figure, &random);
    struct plt_raster *raster = plt_raster_create(NULL);
    struct plt_frame *frame = &raster->frame;
    for (int round = 0; round < 2; round++) { // the second one finds used memory
        REQUIRE(plt_frame_build(frame, figure, WIDTH, HEIGHT, 1));
        REQUIRE(!frame->failed);
        REQUIRE_CMP(plt_pool_width(frame->pool), ==, threads, "d");
        REQUIRE(plt_raster_draw(raster, frame, picture.pixels, WIDTH * 4));
    }
    size_t size = 0;
    FILE *out = open_memstream(&picture.text, &size);
    REQUIRE(plt_frame_print(frame, out));
    fclose(out);
    plt_raster_destroy(raster);
    plt_figure_destroy(figure);
    return picture;
}

static void check_figures(uint64_t seed)
{
    static const int threads[] = {2, 3, 8};
    struct picture one = draw(seed, 1);
    REQUIRE(strlen(one.text) > 100000);
    for (int i = 0; i < 3; i++) {
        struct picture many = draw(seed, threads[i]);
        REQUIRE(strcmp(one.text, many.text) == 0);
        REQUIRE(memcmp(one.pixels, many.pixels, WIDTH * HEIGHT * sizeof(uint32_t)) == 0);
        free(many.text);
        free(many.pixels);
    }
    free(one.text);
    free(one.pixels);
}

int main(void)
{
    struct test_random random = test_random_seeded();
    check_width();
    static const int widths[] = {0, 1, 2, 3, 8};
    for (int i = 0; i < 5; i++)
        check_pieces(widths[i]);
    check_figures(test_next(&random));
    return test_result();
}
