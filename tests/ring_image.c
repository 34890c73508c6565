// Ring images: what is appended is kept row for row, also beside a producer's thread;
// levels by percentiles against sorted values; pictures against every row read.
#include <float.h>
#include <pthread.h>
#include <stdatomic.h>

#include <plotlib/base/alloc.h>
#include <plotlib/base/half.h>
#include <plotlib/data/image.h>
#include <plotlib/data/image_ring.h>
#include <plotlib/image/colormap.h>
#include <plotlib/plotlib.h>
#include <plotlib/scene/scene.h>

#include "test.h"

static struct test_random rnd;

enum { MOST_COLUMNS = 40, MOST_ROWS = 3000 };

// Everything that was ever appended since the last clear.
struct history {
    struct plt_image *image;
    enum plt_type type;
    enum plt_x_kind kind;
    int32_t columns, capacity;
    double t0, dt;
    double values[MOST_ROWS][MOST_COLUMNS];
    double f64[MOST_ROWS];
    int64_t i64[MOST_ROWS];
    size_t total;
};

static size_t put(enum plt_type type, void *to, size_t i, double v)
{
    switch (type) {
    case PLT_F64: ((double *)to)[i] = v; break;
    case PLT_F32: ((float *)to)[i] = (float)v; break;
    case PLT_I8: ((int8_t *)to)[i] = (int8_t)v; break;
    case PLT_U8: ((uint8_t *)to)[i] = (uint8_t)fabs(v); break;
    case PLT_I16: ((int16_t *)to)[i] = (int16_t)v; break;
    case PLT_U16: ((uint16_t *)to)[i] = (uint16_t)fabs(v); break;
    case PLT_I32: ((int32_t *)to)[i] = (int32_t)v; break;
    case PLT_U32: ((uint32_t *)to)[i] = (uint32_t)fabs(v); break;
    case PLT_I64: ((int64_t *)to)[i] = (int64_t)v; break;
    case PLT_F16: // 0, infinity, NaN or a whole number of halves
        ((uint16_t *)to)[i] = isnan(v)   ? 0x7e00
                              : isinf(v) ? 0x7c00
                                         : (uint16_t)(0x5000 + (int)fabs(v));
        break;
    }
    return plt_type_size(type);
}

static double get(enum plt_type type, const void *from, size_t i)
{
    switch (type) {
    case PLT_F64: return ((const double *)from)[i];
    case PLT_F32: return ((const float *)from)[i];
    case PLT_I8: return ((const int8_t *)from)[i];
    case PLT_U8: return ((const uint8_t *)from)[i];
    case PLT_I16: return ((const int16_t *)from)[i];
    case PLT_U16: return ((const uint16_t *)from)[i];
    case PLT_I32: return ((const int32_t *)from)[i];
    case PLT_U32: return ((const uint32_t *)from)[i];
    case PLT_I64: return (double)((const int64_t *)from)[i];
    case PLT_F16: return plt_half_to_float(((const uint16_t *)from)[i]);
    }
    return NAN;
}

static void begin(struct history *h, enum plt_type type, enum plt_x_kind kind)
{
    h->type = type;
    h->kind = kind;
    h->columns = 1 + (int32_t)test_below(&rnd, MOST_COLUMNS);
    h->capacity = 1 + (int32_t)test_below(&rnd, test_below(&rnd, 2) ? 300 : 20);
    h->t0 = test_uniform(&rnd) * 100;
    h->dt = kind == PLT_X_UNIFORM || test_below(&rnd, 2) ? 0.1 + test_uniform(&rnd) : 0;
    h->dt *= kind == PLT_X_I64 ? 1e9 : 1;
    h->total = 0;
    h->image = plt_image_create_ring(
        plt_image_ring_params(.type = type, .columns = h->columns, .capacity = h->capacity,
                              .time_kind = kind, .t0 = h->t0, .dt = h->dt));
    REQUIRE(h->image);
}

static void append(struct history *h, size_t n)
{
    static double block[400 * MOST_COLUMNS];
    n = n < 400 ? n : 400;
    n = n < MOST_ROWS - h->total ? n : MOST_ROWS - h->total;
    const bool real = h->type == PLT_F32 || h->type == PLT_F64 || h->type == PLT_F16;
    for (size_t r = 0; r < n; r++) {
        const size_t row = h->total + r;
        for (int32_t c = 0; c < h->columns; c++) {
            double v = test_uniform(&rnd) * 240 - 120;
            v = real && test_below(&rnd, 20) == 0 ? NAN : v;
            v = real && test_below(&rnd, 40) == 0 ? (double)INFINITY : v;
            const size_t i = r * (size_t)h->columns + (size_t)c;
            put(h->type, block, i, v);
            h->values[row][c] = get(h->type, block, i);
        }
        const double step = test_below(&rnd, 10) ? test_uniform(&rnd) : 0;
        h->f64[row] = (row ? h->f64[row - 1] : 5) + step;
        h->i64[row] =
            (row ? h->i64[row - 1] : INT64_C(1700000000000000000)) + (int64_t)(step * 1e9);
    }
    if (h->kind == PLT_X_UNIFORM)
        REQUIRE(plt_image_append_rows(h->image, block, n));
    else
        REQUIRE(plt_image_append_rows_at(
            h->image,
            h->kind == PLT_X_F64 ? (const void *)&h->f64[h->total] : &h->i64[h->total],
            block, n));
    h->total += n;
    REQUIRE_CMP(plt_image_rows_total(h->image), ==, (uint64_t)h->total, PRIu64);
}

static int compare(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static void check_levels(struct history *h)
{
    static double sorted[300 * MOST_COLUMNS];
    struct plt_image_ring *ring = plt_image_get_ring(h->image);
    size_t n = 0;
    for (uint64_t r = ring->tail; r < ring->head; r++)
        for (int32_t c = 0; c < h->columns; c++)
            if (isfinite(h->values[r][c]))
                sorted[n++] = h->values[r][c];
    const double p0 = test_uniform(&rnd) * 100, p1 = test_below(&rnd, 2) ? 100 : p0;
    struct plt_range levels;
    REQUIRE_CMP(plt_ring_levels(ring, p0, p1, &levels), ==, n > 0, "d");
    if (n == 0)
        return;
    qsort(sorted, n, sizeof(*sorted), compare);
    const double wanted[2] = {sorted[(size_t)(p0 / 100 * (double)(n - 1))],
                              sorted[(size_t)(p1 / 100 * (double)(n - 1))]};
    const double found[2] = {levels.x0, levels.x1};
    const double bound = plt_type_size(h->type) <= 2 ? 0 : 1.0 / 128;
    for (int i = 0; i < 2; i++)
        REQUIRE_CMP(fabs(found[i] - wanted[i]), <=, fabs(wanted[i]) * bound + 1e-38, "g");
}

static void check_rows(struct history *h)
{
    struct plt_image_ring *ring = plt_image_get_ring(h->image);
    const uint64_t kept = h->total < (size_t)h->capacity ? h->total : (uint64_t)h->capacity;
    REQUIRE_CMP(ring->head, ==, (uint64_t)h->total, PRIu64);
    REQUIRE_CMP(ring->tail, ==, (uint64_t)h->total - kept, PRIu64);
    const struct plt_ring_clock clock = {h->kind == PLT_X_I64 ? h->i64[0] : 0, 1};
    for (uint64_t r = ring->tail; r < ring->head; r++) {
        const char *line = ring->lines + plt_ring_line(ring, r) * ring->row_size;
        for (int32_t c = 0; c < h->columns; c++) {
            const double v = get(h->type, line, (size_t)c), w = h->values[r][c];
            REQUIRE(v == w || (isnan(v) && isnan(w)));
        }
        const double time = h->kind == PLT_X_UNIFORM ? h->t0 + (double)r * h->dt
                            : h->kind == PLT_X_F64   ? h->f64[r]
                                                     : (double)(h->i64[r] - h->i64[0]);
        REQUIRE_CMP(plt_ring_time(ring, clock, r), ==, time, "g");
    }
    check_levels(h);
}

static void test_rows(struct history *h)
{
    for (int i = 0; i < 60; i++) {
        begin(h, (enum plt_type)(i % PLT_NUM_PIXEL_TYPES), (enum plt_x_kind)(i / 10 % 3));
        struct plt_image_ring *ring = plt_image_get_ring(h->image);
        uint64_t generation = plt_image_look(h->image).generation;
        for (int step = 0; step < 40; step++) {
            append(h, (size_t)test_below(&rnd, step % 8 ? 30 : 400));
            if (test_below(&rnd, 30) == 0) {
                REQUIRE(plt_image_clear_rows(h->image));
                h->total = 0;
            }
            if (test_below(&rnd, 3) == 0)
                continue;
            plt_ring_take(ring);
            check_rows(h);
            REQUIRE(plt_image_look(h->image).generation >= generation);
            generation = plt_image_look(h->image).generation;
            REQUIRE(!plt_ring_take(ring));
            REQUIRE_CMP(plt_image_look(h->image).generation, ==, generation, PRIu64);
        }
        plt_image_unref(h->image);
    }
}

// Every allocation fails once: nothing is appended then, and rows and times stay together.
static void test_memory(struct history *h)
{
    static const uint8_t row[64];
    struct plt_log *quiet =
        plt_log_create(&(struct plt_log_params){.level = PLT_LEVEL_NONE});
    for (int n = 0;; n++) {
        plt_alloc_fail_at(n, n % 2);
        struct plt_image *image = plt_image_create_ring(
            plt_image_ring_params(.type = PLT_U8, .columns = 64, .capacity = 4096,
                                  .time_kind = PLT_X_F64, .log = quiet));
        uint64_t wanted = 0;
        for (int i = 0; image && i < 5000; i++) {
            const double time = i;
            wanted += plt_image_append_rows_at(image, &time, row, 1);
            REQUIRE_CMP(plt_image_rows_total(image), ==, wanted, PRIu64);
        }
        const bool pending = plt_alloc_fail_pending();
        plt_alloc_fail_at(-1, false);
        if (image) {
            plt_ring_take(plt_image_get_ring(image));
            REQUIRE_CMP(plt_image_get_ring(image)->head, ==, wanted, PRIu64);
        }
        plt_image_unref(image);
        if (pending)
            break;
    }
    plt_log_unref(quiet);
    (void)h;
}

// --- a producer's thread -----------------------------------------------------------------

enum { WIDE = 37, LIVE_ROWS = 20000 };

struct live {
    struct plt_image *image;
    atomic_bool done;
    bool clears;
};

static void *produce(void *user)
{
    struct live *live = user;
    struct test_random random = {7};
    static uint32_t rows[50][WIDE];
    static int64_t times[50];
    uint32_t next = 0;
    for (uint32_t total = 0; total < LIVE_ROWS;) {
        uint32_t n = 1 + (uint32_t)test_below(&random, 50);
        n = n < LIVE_ROWS - total ? n : LIVE_ROWS - total;
        for (uint32_t r = 0; r < n; r++, next++) {
            times[r] = next;
            for (uint32_t c = 0; c < WIDE; c++)
                rows[r][c] = next * 64 + c;
        }
        REQUIRE(plt_image_append_rows_at(live->image, times, rows, n));
        total += n;
        if (live->clears && test_below(&random, 4) == 0)
            REQUIRE(plt_image_clear_rows(live->image));
        if (test_below(&random, 20) == 0)
            nanosleep(&(struct timespec){0, 100000}, NULL);
    }
    atomic_store(&live->done, true);
    return NULL;
}

// Every row is whole, has its own time, and none is missing: in a ring that keeps all, or
// as long as the newest are taken often enough.
static uint64_t check_live(const struct plt_image_ring *ring)
{
    const struct plt_ring_clock clock = {0, 1};
    for (uint64_t r = ring->tail; r < ring->head; r++) {
        const uint32_t *line =
            (const uint32_t *)(const void *)(ring->lines +
                                             plt_ring_line(ring, r) * ring->row_size);
        const uint32_t number = line[0] / 64;
        for (uint32_t c = 0; c < WIDE; c++)
            REQUIRE_CMP(line[c], ==, number * 64 + c, "u");
        REQUIRE_CMP(plt_ring_time(ring, clock, r), ==, (double)number, "g");
        if (r > ring->tail)
            REQUIRE_CMP(plt_ring_time(ring, clock, r - 1), ==, (double)number - 1, "g");
    }
    return ring->head > ring->tail
               ? (uint64_t)plt_ring_time(ring, clock, ring->head - 1) + 1
               : 0;
}

static void test_producer(int32_t capacity, bool clears)
{
    struct live live = {.clears = clears};
    live.image = plt_image_create_ring(
        plt_image_ring_params(.type = PLT_U32, .columns = WIDE, .capacity = capacity,
                              .time_kind = PLT_X_I64));
    struct plt_image_ring *ring = plt_image_get_ring(live.image);
    pthread_t thread;
    REQUIRE(pthread_create(&thread, NULL, produce, &live) == 0);
    uint64_t looks = 0;
    for (bool done = false; !done;) {
        done = atomic_load(&live.done);
        if (!plt_ring_take(ring))
            continue;
        looks++;
        if (capacity < LIVE_ROWS || looks % 64 == 1)
            check_live(ring);
    }
    pthread_join(thread, NULL);
    const uint64_t last = check_live(ring);
    if (!clears) {
        REQUIRE_CMP(last, ==, (uint64_t)LIVE_ROWS, PRIu64);
        REQUIRE_CMP(ring->head - ring->tail, ==, (uint64_t)capacity, PRIu64);
    }
    printf("%" PRIu64 " looks at a ring of %d\n", looks, (int)capacity);
    plt_image_unref(live.image);
}

// --- pictures ----------------------------------------------------------------------------

enum { WIDTH = 130, HEIGHT = 90 };

struct scene {
    struct plt_figure *figure;
    struct plt_plot *plot;
    struct plt_image_item *item;
    struct plt_raster *raster;
    uint32_t pixels[HEIGHT][WIDTH];
};

static void open_scene(struct scene *s, struct history *h, bool time_on_x,
                       const struct plt_plot_params *plot)
{
    s->figure = plt_figure_create(
        plt_figure_params(.bare = true, .background = {0, 0, 0, 1}, .threads = 1));
    s->plot = plt_figure_add_plot(s->figure, plot);
    s->item = plt_image_item_create(
        s->plot, h->image,
        plt_image_item_params(.colormap = "viridis", .levels = {-100, 110},
                              .orientation.transpose = time_on_x));
    s->raster = plt_raster_create(NULL);
    REQUIRE(s->figure && s->plot && s->item && s->raster);
}

static void close_scene(struct scene *s)
{
    plt_raster_destroy(s->raster);
    plt_figure_destroy(s->figure);
}

static void paint(struct scene *s)
{
    REQUIRE(plt_raster_paint(s->raster, s->figure, s->pixels, WIDTH * 4, WIDTH, HEIGHT, 1,
                             NULL));
}

// From row's cell to cell, in the way the header says it.
static void cell_of(const struct history *h, size_t first, size_t row, double *t,
                    double *lo, double *hi)
{
    const bool uniform = h->kind == PLT_X_UNIFORM, known = uniform || h->dt > 0;
    *t = uniform ? h->t0 + (double)row * h->dt : h->f64[row];
    double before = row > first ? (*t - h->f64[row - 1]) / 2 : NAN;
    double after = row + 1 < h->total ? (h->f64[row + 1] - *t) / 2 : NAN;
    if (isnan(before))
        before = known ? h->dt / 2 : isnan(after) ? 0.5 : after;
    if (isnan(after))
        after = known ? h->dt / 2 : before;
    if (known) {
        before = uniform ? h->dt / 2 : fmin(before, h->dt);
        after = uniform ? h->dt / 2 : fmin(after, h->dt);
    }
    *lo = *t - before;
    *hi = *t + after;
}

// Rows of a pixel [a, b) of time, by looking at every one.
static void mark_rows(const struct history *h, size_t first, double a, double b, bool *in)
{
    bool any = false;
    double t, lo, hi;
    for (size_t r = first; r < h->total; r++) {
        cell_of(h, first, r, &t, &lo, &hi);
        any |= in[r] = t >= a && t < b;
    }
    for (size_t r = h->total; !any && r-- > first;) {
        cell_of(h, first, r, &t, &lo, &hi);
        any = in[r] = (a + b) / 2 >= lo && (a + b) / 2 < hi;
    }
}

static void mark_columns(const struct history *h, double a, double b, bool *in)
{
    bool any = false;
    for (int32_t c = 0; c < h->columns; c++)
        any |= in[c] = b - a > 1 && c + 0.5 >= a && c + 0.5 < b;
    const double c = floor((a + b) / 2);
    if (!any && c >= 0 && c < h->columns)
        in[(int32_t)c] = true;
}

static uint32_t color_of(const struct history *h, const bool *rows, const bool *columns,
                         size_t first, const struct plt_image_table *table)
{
    double most = NAN;
    for (size_t r = first; r < h->total; r++)
        for (int32_t c = 0; rows[r] && c < h->columns; c++)
            if (columns[c] && !(h->values[r][c] <= most) && !isnan(h->values[r][c]))
                most = h->values[r][c];
    if (isnan(most))
        return 0xff000000u;
    const float scale = (float)(256 / (110.0 - -100.0)), t = ((float)most + 100.0f) * scale;
    return table->colors[t >= 255 ? 255 : t > 0 ? (int)t : 0];
}

// x and y as the axes show them, a point at a time.
static void check_picture(struct scene *s, const struct history *h, bool time_on_x,
                          struct plt_range x, struct plt_range y)
{
    static bool in_x[WIDTH][MOST_ROWS], in_y[HEIGHT][MOST_ROWS];
    const struct plt_image_table table = *plt_colormap_table(s->item->shown);
    const size_t first =
        h->total > (size_t)h->capacity ? h->total - (size_t)h->capacity : 0;
    memset(in_x, 0, sizeof(in_x));
    memset(in_y, 0, sizeof(in_y));
    for (int i = 0; i < WIDTH + HEIGHT; i++) {
        const bool is_x = i < WIDTH;
        const int px = is_x ? i : HEIGHT - 1 - (i - WIDTH), size = is_x ? WIDTH : HEIGHT;
        const struct plt_range range = is_x ? x : y;
        const double from = (is_x ? px : size - px), to = is_x ? px + 1 : size - px - 1;
        const double a = range.x0 + (range.x1 - range.x0) * from / size;
        const double b = range.x0 + (range.x1 - range.x0) * to / size;
        bool *in = is_x ? in_x[px] : in_y[px];
        if (is_x == time_on_x)
            mark_rows(h, first, fmin(a, b), fmax(a, b), in);
        else
            mark_columns(h, fmin(a, b), fmax(a, b), in);
    }
    int wrong = 0;
    for (int py = 0; py < HEIGHT; py++) {
        for (int px = 0; px < WIDTH; px++) {
            const bool *rows = time_on_x ? in_x[px] : in_y[py];
            const bool *columns = time_on_x ? in_y[py] : in_x[px];
            wrong += s->pixels[py][px] != color_of(h, rows, columns, first, &table);
        }
    }
    REQUIRE_CMP(wrong, ==, 0, "d");
}

// Any zoom into times or columns, to either side.
static struct plt_range any_range(double lo, double hi)
{
    const double span = (hi - lo) * pow(10, test_uniform(&rnd) * 3 - 2);
    const double at = lo + (hi - lo) * test_uniform(&rnd) - span * test_uniform(&rnd);
    return test_below(&rnd, 4) ? (struct plt_range){at, at + span}
                               : (struct plt_range){at + span, at};
}

static void test_pictures(struct history *h)
{
    static const enum plt_type types[] = {PLT_F32, PLT_F64, PLT_I8, PLT_I16, PLT_I64};
    static struct scene s;
    for (int i = 0; i < 60; i++) {
        const bool time_on_x = i % 2;
        begin(h, types[i % 5], i / 2 % 2 ? PLT_X_UNIFORM : PLT_X_F64);
        open_scene(&s, h, time_on_x, NULL);
        for (int step = 0; step < 5; step++) {
            append(h, 1 + (size_t)test_below(&rnd, 200));
            double t[2], unused;
            const size_t kept =
                h->total < (size_t)h->capacity ? h->total : (size_t)h->capacity;
            cell_of(h, h->total - kept, h->total - kept, &unused, &t[0], &unused);
            cell_of(h, h->total - kept, h->total - 1, &unused, &unused, &t[1]);
            struct plt_range times = any_range(t[0], t[1] + 0.01);
            struct plt_range columns = any_range(0, h->columns);
            struct plt_range x = time_on_x ? times : columns,
                             y = time_on_x ? columns : times;
            REQUIRE(plt_plot_set_x_range(s.plot, x.x0, x.x1));
            REQUIRE(plt_plot_set_y_range(s.plot, y.x0, y.x1));
            paint(&s);
            check_picture(&s, h, time_on_x, x, y);
        }
        close_scene(&s);
        plt_image_unref(h->image);
    }
}

// A carrier of one column and a burst of one row, in noise below: at every zoom that has
// them inside there are pixels in the brightest colour, right across the picture.
static void test_stays_visible(void)
{
    enum { COLUMNS = 1000, ROWS = 5000, CARRIER = 617, BURST = 3777 };
    static float row[COLUMNS];
    static struct scene s;
    static struct history h;
    for (int turned = 0; turned < 2; turned++) {
        h.image = plt_image_create_ring(
            plt_image_ring_params(.type = PLT_F32, .columns = COLUMNS, .capacity = 4000));
        open_scene(&s, &h, turned, NULL);
        for (int r = 0; r < ROWS; r++) {
            for (int c = 0; c < COLUMNS; c++)
                row[c] = c == CARRIER || r == BURST ? 120 : -90;
            REQUIRE(plt_image_append_rows(h.image, row, 1));
        }
        const uint32_t top = plt_colormap_table(s.item->shown)->colors[255];
        for (double zoom = 1; zoom > 1e-3; zoom *= 0.83) {
            const double c0 = CARRIER - (CARRIER + 30) * zoom, r0 = BURST - 2700 * zoom;
            const struct plt_range columns = {c0, c0 + 1030 * zoom};
            const struct plt_range times = {r0, r0 + 4000 * zoom};
            const struct plt_range x = turned ? times : columns,
                                   y = turned ? columns : times;
            REQUIRE(plt_plot_set_x_range(s.plot, x.x0, x.x1));
            REQUIRE(plt_plot_set_y_range(s.plot, y.x0, y.x1));
            paint(&s);
            int rows_lit = 0, columns_lit = 0;
            for (int py = 0; py < HEIGHT; py++) {
                bool lit = false;
                for (int px = 0; px < WIDTH; px++)
                    lit |= s.pixels[py][px] == top;
                rows_lit += lit;
            }
            for (int px = 0; px < WIDTH; px++) {
                bool lit = false;
                for (int py = 0; py < HEIGHT; py++)
                    lit |= s.pixels[py][px] == top;
                columns_lit += lit;
            }
            // Beside the data there is nothing.
            REQUIRE_CMP(rows_lit, >=, HEIGHT * 9 / 10, "d");
            REQUIRE_CMP(columns_lit, >=, WIDTH * 9 / 10, "d");
        }
        close_scene(&s);
        plt_image_unref(h.image);
    }
}

// What scrolls moves by whole pixels: no pixel of it changes on the way.
static void test_scroll(struct history *h)
{
    static struct scene s;
    static uint32_t before[HEIGHT][WIDTH];
    for (int i = 0; i < 12; i++) {
        const bool time_on_x = i % 2, down = i % 4 >= 2;
        begin(h, PLT_F32, i % 3 ? PLT_X_UNIFORM : PLT_X_F64);
        h->capacity = 290;
        h->dt = h->kind == PLT_X_UNIFORM ? h->dt : 0.6;
        plt_image_unref(h->image);
        h->image = plt_image_create_ring(
            plt_image_ring_params(.type = PLT_F32, .columns = h->columns,
                                  .capacity = h->capacity, .time_kind = h->kind,
                                  .t0 = h->t0, .dt = h->dt));
        const double span = 40 + 100 * test_uniform(&rnd);
        open_scene(&s, h, time_on_x,
                   plt_plot_params(.y_down = down, .follow_span = span * h->dt));
        append(h, 250);
        paint(&s);
        int moved = 0;
        for (int step = 0; step < 100; step++) {
            memcpy(before, s.pixels, sizeof(before));
            append(h, 1);
            paint(&s);
            int found = -1;
            const int size = time_on_x ? WIDTH : HEIGHT;
            // Rows of the newest cell may have changed: it was as wide as the one before.
            for (int by = 0; by < 20 && found < 0; by++) {
                bool same = true;
                for (int py = 0; py < HEIGHT && same; py++) {
                    for (int px = 0; px < WIDTH && same; px++) {
                        int qx = time_on_x ? px + by : px;
                        int qy = time_on_x ? py : down ? py + by : py - by;
                        const int at = time_on_x ? qx : down ? qy : HEIGHT - 1 - qy;
                        if (at < size - 12)
                            same = s.pixels[py][px] == before[qy][qx];
                    }
                }
                found = same ? by : -1;
            }
            REQUIRE_CMP(found, >=, 0, "d");
            if (found < 0)
                printf("i %d kind %d step %g %g\n", i, h->kind,
                       h->f64[h->total - 1] - h->f64[h->total - 2],
                       h->f64[h->total - 2] - h->f64[h->total - 3]);
            moved += found;
        }
        REQUIRE_CMP(moved, >, 20, "d");
        close_scene(&s);
        plt_image_unref(h->image);
    }
}

// Along y, upwards and downwards, the follow modes show what they show along x, turned.
static void test_turned(struct history *h)
{
    enum { SIDE = HEIGHT };
    static struct scene s[3]; // right, up, down
    for (int mode = PLT_FOLLOW_SCROLL; mode <= PLT_FOLLOW_EXPAND; mode++) {
        begin(h, PLT_F32, PLT_X_UNIFORM);
        plt_image_unref(h->image);
        h->capacity = 300;
        h->image = plt_image_create_ring(
            plt_image_ring_params(.type = PLT_F32, .columns = h->columns, .capacity = 300,
                                  .t0 = h->t0, .dt = h->dt));
        for (int i = 0; i < 3; i++)
            open_scene(&s[i], h, i == 0,
                       plt_plot_params(.y_down = i == 2, .follow = (enum plt_follow)mode,
                                       .follow_span = 77.7 * h->dt));
        for (int step = 0; step < 40; step++) {
            append(h, 1 + (size_t)test_below(&rnd, 12));
            for (int i = 0; i < 3; i++)
                REQUIRE(plt_raster_paint(s[i].raster, s[i].figure, s[i].pixels, WIDTH * 4,
                                         SIDE, SIDE, 1, NULL));
            int wrong = 0;
            for (int y = 0; y < SIDE; y++) {
                for (int x = 0; x < SIDE; x++) {
                    const uint32_t wanted = s[0].pixels[y][x];
                    wrong += s[1].pixels[SIDE - 1 - x][SIDE - 1 - y] != wanted;
                    wrong += s[2].pixels[x][SIDE - 1 - y] != wanted;
                }
            }
            REQUIRE_CMP(wrong, ==, 0, "d");
        }
        for (int i = 0; i < 3; i++)
            close_scene(&s[i]);
        plt_image_unref(h->image);
    }
}

// A paused plot stands still, whatever is appended, and goes on after that.
static void test_pause(struct history *h)
{
    static struct scene s;
    static uint32_t before[HEIGHT][WIDTH];
    begin(h, PLT_F32, PLT_X_UNIFORM);
    open_scene(&s, h, false, NULL);
    append(h, 200);
    paint(&s);
    REQUIRE(plt_figure_dirty(s.figure) == false);
    plt_plot_set_paused(s.plot, true);
    paint(&s);
    memcpy(before, s.pixels, sizeof(before));
    append(h, 200);
    REQUIRE(plt_figure_dirty(s.figure)); // told by the producer
    paint(&s);
    REQUIRE(memcmp(before, s.pixels, sizeof(before)) == 0);
    plt_plot_set_paused(s.plot, false);
    paint(&s);
    REQUIRE(memcmp(before, s.pixels, sizeof(before)) != 0);
    check_rows(h);
    close_scene(&s);
    append(h, 5); // nobody listens any more
    plt_image_unref(h->image);
}

static void test_refused(void)
{
    struct plt_log *quiet =
        plt_log_create(&(struct plt_log_params){.level = PLT_LEVEL_NONE});
    static const uint8_t row[4];
    static const double time = 1;
    REQUIRE(!plt_image_create_ring(NULL));
    REQUIRE(!plt_image_create_ring(
        plt_image_ring_params(.type = PLT_U8, .columns = 4, .log = quiet)));
    REQUIRE(!plt_image_create_ring(plt_image_ring_params(.type = PLT_U8, .columns = 4,
                                                         .capacity = 3, .dt = -1,
                                                         .log = quiet)));
    struct plt_image *plain = plt_image_create(
        NULL, plt_image_params(.type = PLT_U8, .columns = 4, .rows = 1, .log = quiet));
    REQUIRE(!plt_image_append_rows(plain, row, 1));
    REQUIRE(!plt_image_clear_rows(plain));
    struct plt_image *ring = plt_image_create_ring(
        plt_image_ring_params(.type = PLT_U8, .columns = 4, .capacity = 3, .log = quiet));
    REQUIRE(!plt_image_append_rows_at(ring, &time, row, 1));
    REQUIRE(!plt_image_append_rows(ring, NULL, 1));
    REQUIRE(!plt_image_update(ring, row));
    struct plt_range bounds;
    REQUIRE(!plt_image_bounds(ring, &bounds));
    REQUIRE(plt_image_append_rows(ring, row, 1));
    plt_image_unref(plain);
    plt_image_unref(ring);
    plt_log_unref(quiet);
}

int main(void)
{
    static struct history h;
    rnd = test_random_seeded();
    test_rows(&h);
    test_memory(&h);
    test_producer(LIVE_ROWS, false);
    test_producer(500, false);
    test_producer(500, true);
    test_pictures(&h);
    test_stays_visible();
    test_scroll(&h);
    test_turned(&h);
    test_pause(&h);
    test_refused();
    return test_result();
}
