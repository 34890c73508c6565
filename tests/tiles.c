// Mapped images: every sample of every level against one made by brute force from the file,
// pictures against those of an image in memory, and a file that is sparse, short, shrinks
// or is rewritten while it is shown.
#include <fcntl.h>
#include <stdatomic.h>
#include <sys/stat.h>
#include <unistd.h>

#include <plotlib/base/alloc.h>
#include <plotlib/base/half.h>
#include <plotlib/data/tiles.h>
#include <plotlib/plotlib.h>

#include "test.h"

enum { WAIT_S = 60 }; // far more than anything takes

static char path[64];
static struct plt_log *quiet;
static _Atomic int messages[32];

static void count_message(void *user, enum plt_level level, enum plt_msg id,
                          const char *text)
{
    (void)user, (void)level;
    atomic_fetch_add(&messages[id], 1);
    if (getenv("VERBOSE"))
        fprintf(stderr, "%s\n", text);
}

static int take_messages(enum plt_msg id)
{
    return atomic_exchange(&messages[id], 0);
}

// --- a file and its levels in the plainest words
// -------------------------------------------

struct raw {
    enum plt_type type;
    int32_t columns, rows, channels;
    uint64_t offset, stride;
    char *bytes; // the whole file
    uint64_t size;
};

static void put(void *at, enum plt_type type, uint64_t bits, double real)
{
    switch (type) {
    case PLT_F64: *(double *)at = real; break;
    case PLT_F32: *(float *)at = (float)real; break;
    case PLT_I8: *(int8_t *)at = (int8_t)bits; break;
    case PLT_U8: *(uint8_t *)at = (uint8_t)bits; break;
    case PLT_I16: *(int16_t *)at = (int16_t)bits; break;
    case PLT_U16: *(uint16_t *)at = (uint16_t)bits; break;
    case PLT_I32: *(int32_t *)at = (int32_t)bits; break;
    case PLT_U32: *(uint32_t *)at = (uint32_t)bits; break;
    case PLT_I64: *(int64_t *)at = (int64_t)bits >> (bits & 31); break;
    case PLT_F16: *(uint16_t *)at = (uint16_t)bits; break;
    }
}

// Values of every size, and runs of NaN and infinities.
static double some_real(struct test_random *random)
{
    static int run;
    static double gap;
    if (run > 0) {
        run--;
        return gap;
    }
    const uint64_t bits = test_next(random);
    if (bits % 97 == 0) {
        run = (int)(bits >> 40 & 63);
        gap = bits >> 50 & 1 ? NAN : bits >> 51 & 1 ? INFINITY : -INFINITY;
    }
    return (test_uniform(random) - 0.5) * pow(10, (double)(bits >> 32 & 7) - 3);
}

static void make_raw(struct raw *raw, struct test_random *random)
{
    const size_t size = plt_type_size(raw->type);
    const uint64_t line = (uint64_t)raw->columns * (uint64_t)raw->channels * size;
    raw->stride = raw->stride ? raw->stride : line;
    raw->size = raw->offset + (uint64_t)raw->rows * raw->stride;
    raw->bytes = calloc(1, raw->size);
    union {
        uint64_t bits;
        char bytes[8];
    } sample;
    for (int32_t y = 0; y < raw->rows; y++) {
        char *row = raw->bytes + raw->offset + (uint64_t)y * raw->stride;
        for (uint64_t i = 0; i < line / size; i++) {
            put(&sample, raw->type, test_next(random), some_real(random));
            memcpy(row + i * size, &sample, size);
        }
    }
}

static void write_raw(const struct raw *raw)
{
    unlink(path);
    int fd = open(path, O_WRONLY | O_CREAT, 0666);
    REQUIRE(fd >= 0 && write(fd, raw->bytes, raw->size) == (ssize_t)raw->size);
    close(fd);
}

static double as_double(enum plt_type type, const void *at)
{
    switch (type) {
    case PLT_F64: return *(const double *)at;
    case PLT_F32: return *(const float *)at;
    case PLT_I8: return *(const int8_t *)at;
    case PLT_U8: return *(const uint8_t *)at;
    case PLT_I16: return *(const int16_t *)at;
    case PLT_U16: return *(const uint16_t *)at;
    case PLT_I32: return *(const int32_t *)at;
    case PLT_U32: return *(const uint32_t *)at;
    case PLT_I64: return (double)*(const int64_t *)at;
    case PLT_F16: return plt_half_to_float(*(const uint16_t *)at);
    }
    return NAN;
}

static const void *raw_at(const struct raw *raw, int64_t column, int64_t row,
                          int32_t channel)
{
    static uint64_t sample;
    const size_t size = plt_type_size(raw->type);
    memcpy(&sample,
           raw->bytes + raw->offset + (uint64_t)row * raw->stride +
               ((uint64_t)column * (uint64_t)raw->channels + (uint64_t)channel) * size,
           size);
    return &sample;
}

// The sum of the header, from the top down; a maximum likewise.
struct sum {
    double sum, count, most;
    int64_t most_i64;
    bool any;
};

static struct sum sum_of(const struct raw *raw, int32_t level, int64_t column, int64_t row,
                         int32_t channel)
{
    struct sum s = {.most_i64 = INT64_MIN};
    if (column << level >= raw->columns || row << level >= raw->rows)
        return s;
    if (level == 0) {
        const void *at = raw_at(raw, column, row, channel);
        const double v = as_double(raw->type, at);
        s.sum = isfinite(v) ? v : 0;
        s.count = isfinite(v) ? 1 : 0;
        s.any = !isnan(v);
        s.most = v;
        s.most_i64 = raw->type == PLT_I64 ? *(const int64_t *)at : 0;
        return s;
    }
    struct sum part[4];
    for (int i = 0; i < 4; i++) {
        part[i] = sum_of(raw, level - 1, 2 * column + i % 2, 2 * row + i / 2, channel);
        s.count += part[i].count;
        if (part[i].any && (!s.any || part[i].most > s.most))
            s.most = part[i].most;
        s.most_i64 = part[i].most_i64 > s.most_i64 ? part[i].most_i64 : s.most_i64;
        s.any |= part[i].any;
    }
    s.sum = (part[0].sum + part[1].sum) + (part[2].sum + part[3].sum);
    return s;
}

// The nearest half, by trying all of its kind about it.
static float nearest_half(float v)
{
    if (!isfinite(v))
        return v;
    float best = 0;
    double error = INFINITY;
    for (uint32_t bits = 0; bits < 0x7c00; bits++) {
        const float half = copysignf(plt_half_to_float((uint16_t)bits), v);
        const double e = fabs((double)half - v);
        if (e < error || (e == error && bits % 2 == 0)) {
            error = e;
            best = half;
        }
    }
    return fabsf(v) >= 65520 ? copysignf(INFINITY, v) : best;
}

static double expected(const struct raw *raw, enum plt_minify minify, int32_t level,
                       int64_t column, int64_t row, int32_t channel)
{
    const struct sum s = sum_of(raw, level, column, row, channel);
    if (level == 0)
        return as_double(raw->type, raw_at(raw, column, row, channel));
    if (minify == PLT_MINIFY_MAX)
        return raw->type == PLT_I64 ? (double)s.most_i64 : s.any ? s.most : NAN;
    const double mean = s.count > 0 ? s.sum / s.count : NAN;
    switch (raw->type) {
    case PLT_F64: return mean;
    case PLT_F32: return (float)mean;
    case PLT_F16: return nearest_half((float)mean);
    default: return floor(mean + 0.5);
    }
}

static struct plt_image *open_raw(const struct raw *raw, enum plt_minify minify)
{
    const uint64_t line =
        (uint64_t)raw->columns * (uint64_t)raw->channels * plt_type_size(raw->type);
    return plt_image_map(
        path,
        plt_image_map_params(.type = raw->type, .columns = raw->columns, .rows = raw->rows,
                             .channels = raw->channels, .offset = raw->offset,
                             .row_stride = raw->stride == line ? 0 : raw->stride,
                             .memory_bytes = 1, .minify = minify, .log = quiet));
}

static struct plt_image_map_state state_of(const struct plt_image *image)
{
    struct plt_image_map_state state = {0};
    REQUIRE(plt_image_map_get_state(image, &state));
    return state;
}

// One tile, waited for.
static struct plt_tile_look look_at(struct plt_image *image, struct plt_tile_lease *lease,
                                    int32_t level, int32_t x, int32_t y)
{
    struct plt_tile_look look;
    for (int tries = 0; tries < 3; tries++) {
        const uint64_t before = state_of(image).stand_ins;
        plt_tiles_look(plt_image_tiles(image), lease, level,
                       (struct plt_irect){x, y, x + 1, y + 1}, &look);
        if (state_of(image).stand_ins == before)
            return look;
        REQUIRE(plt_image_map_settle(image, WAIT_S));
    }
    REQUIRE(!"the tile comes");
    return look;
}

static bool same(double a, double b)
{
    return a == b || (isnan(a) && isnan(b));
}

static void check_tile(const struct raw *raw, enum plt_minify minify,
                       const struct plt_tile_look *look, struct test_random *random)
{
    const int32_t columns = look->view.columns, rows = look->view.rows;
    // All of small ones; of half, whose oracle is slow, and of fine levels some.
    const int tries = raw->type == PLT_F16 && look->level > 0 ? 30 : 400;
    for (int i = 0; i < tries; i++) {
        int32_t column = (int32_t)test_below(random, (uint64_t)columns);
        int32_t row = (int32_t)test_below(random, (uint64_t)rows);
        column = i % 4 == 0 ? columns - 1 : column; // where levels end
        row = i % 4 == 1 ? rows - 1 : row;
        const int32_t channel = i % raw->channels;
        const double got =
            as_double(raw->type, plt_image_at(&look->view, column, row, channel));
        const double want = expected(raw, minify, look->level, look->column + column,
                                     look->row + row, channel);
        if (same(got, want))
            continue;
        fprintf(stderr,
                "type %d minify %d level %d: sample %d, %d of %d: %.17g, not %.17g\n",
                (int)raw->type, (int)minify, (int)look->level, (int)(look->column + column),
                (int)(look->row + row), (int)channel, got, want);
        test_failures++;
        return;
    }
}

static void check_levels(const struct raw *raw, enum plt_minify minify,
                         struct test_random *random)
{
    struct plt_image *image = open_raw(raw, minify);
    REQUIRE(image != NULL);
    if (!image)
        return;
    struct plt_tile_lease lease = {0};
    REQUIRE(plt_image_map_settle(image, WAIT_S));
    for (int32_t level = 0; level < plt_image_tiles(image)->num_levels; level++) {
        const int32_t columns = plt_tile_samples(raw->columns, level);
        const int32_t rows = plt_tile_samples(raw->rows, level);
        for (int32_t y = 0; y < plt_tile_samples(rows, PLT_TILE_LOG2); y++) {
            for (int32_t x = 0; x < plt_tile_samples(columns, PLT_TILE_LOG2); x++) {
                const struct plt_tile_look look = look_at(image, &lease, level, x, y);
                REQUIRE_CMP(look.level, ==, level, "d");
                REQUIRE_CMP(look.view.columns, ==,
                            plt_tile_length(raw->columns, level, x * PLT_TILE), "d");
                REQUIRE_CMP(look.view.rows, ==,
                            plt_tile_length(raw->rows, level, y * PLT_TILE), "d");
                check_tile(raw, minify, &look, random);
            }
        }
    }
    plt_tiles_release(&lease);
    plt_image_unref(image);
}

static void check_bounds(const struct raw *raw)
{
    struct plt_image *image = open_raw(raw, PLT_MINIFY_MEAN);
    struct plt_range got = {0}, want = {INFINITY, -INFINITY};
    REQUIRE(plt_image_map_settle(image, WAIT_S));
    for (int32_t y = 0; y < raw->rows; y++) {
        for (int32_t x = 0; x < raw->columns; x++) {
            const double v = as_double(raw->type, raw_at(raw, x, y, 0));
            want.x0 = isfinite(v) && v < want.x0 ? v : want.x0;
            want.x1 = isfinite(v) && v > want.x1 ? v : want.x1;
        }
    }
    const bool any = want.x0 <= want.x1;
    REQUIRE_CMP(plt_image_bounds(image, &got), ==, any, "d");
    if (any) {
        REQUIRE_CMP(got.x0, ==, want.x0, "g");
        REQUIRE_CMP(got.x1, ==, want.x1, "g");
    }
    plt_image_unref(image);
}

static void test_types(struct test_random *random)
{
    for (int type = 0; type < PLT_NUM_PIXEL_TYPES; type++) {
        static const int32_t channels[] = {1, 3, 4};
        struct raw raw = {.type = (enum plt_type)type,
                          .columns = 300 + (int32_t)test_below(random, 700),
                          .rows = 257 + (int32_t)test_below(random, 400),
                          .channels = channels[test_below(random, 3)],
                          .offset = test_below(random, 40)};
        raw.channels = type % 3 ? 1 : raw.channels;
        if (test_below(random, 2))
            raw.stride =
                (uint64_t)raw.columns * (uint64_t)raw.channels * plt_type_size(raw.type) +
                test_below(random, 9);
        make_raw(&raw, random);
        write_raw(&raw);
        check_levels(&raw, PLT_MINIFY_MEAN, random);
        check_levels(&raw, PLT_MINIFY_MAX, random);
        if (raw.channels == 1)
            check_bounds(&raw);
        free(raw.bytes);
    }
    REQUIRE_CMP(take_messages(PLT_MSG_FILE_CHANGED), ==, 0, "d");
}

// Planes above the finest, and shapes that are all edge.
static void test_shapes(struct test_random *random)
{
    static const int32_t shapes[][2] = {{1, 1},      {256, 256}, {257, 1},    {1, 5000},
                                        {9000, 300}, {8193, 17}, {4097, 4096}};
    for (size_t i = 0; i < sizeof(shapes) / sizeof(shapes[0]); i++) {
        struct raw raw = {.type = i % 2 ? PLT_U8 : PLT_F32,
                          .columns = shapes[i][0],
                          .rows = shapes[i][1],
                          .channels = 1};
        make_raw(&raw, random);
        write_raw(&raw);
        check_levels(&raw, i % 3 ? PLT_MINIFY_MEAN : PLT_MINIFY_MAX, random);
        check_bounds(&raw);
        free(raw.bytes);
    }
}

// --- pictures
// ------------------------------------------------------------------------------

enum { WIDTH = 211, HEIGHT = 157 };

struct screen {
    struct plt_figure *figure;
    struct plt_plot *plot;
    struct plt_raster *raster;
    uint32_t pixels[HEIGHT * WIDTH];
};

static void open_screen(struct screen *screen, bool y_down)
{
    screen->figure = plt_figure_create(
        plt_figure_params(.bare = true, .background = {1, 0, 1, 1}, .log = quiet));
    screen->plot = plt_figure_add_plot(screen->figure,
                                       plt_plot_params(.y_down = y_down, .padding = -1));
    screen->raster = plt_raster_create(quiet);
}

static void close_screen(struct screen *screen)
{
    plt_figure_destroy(screen->figure);
    plt_raster_destroy(screen->raster);
}

static void paint(struct screen *screen)
{
    REQUIRE(plt_raster_paint(screen->raster, screen->figure, screen->pixels, WIDTH * 4,
                             WIDTH, HEIGHT, 1, NULL));
}

// Paints until nothing is stood in for.
static void paint_exactly(struct screen *screen, struct plt_image *image)
{
    for (int round = 0; round < 8; round++) {
        const uint64_t before = state_of(image).stand_ins;
        paint(screen);
        if (state_of(image).stand_ins == before)
            return;
        REQUIRE(plt_image_map_settle(image, WAIT_S));
    }
    REQUIRE(!"a picture without stand-ins");
}

// The whole level in memory, from the file by brute force.
static struct plt_image *level_image(const struct raw *raw, enum plt_minify minify,
                                     int32_t level)
{
    const int32_t columns = plt_tile_samples(raw->columns, level);
    const int32_t rows = plt_tile_samples(raw->rows, level);
    float *samples = malloc((size_t)columns * (size_t)rows * sizeof(*samples));
    for (int32_t y = 0; y < rows; y++) {
        for (int32_t x = 0; x < columns; x++)
            samples[(size_t)y * (size_t)columns + (size_t)x] =
                (float)expected(raw, minify, level, x, y, 0);
    }
    struct plt_image *image = plt_image_create(
        samples, plt_image_params(.type = PLT_F32, .columns = columns, .rows = rows));
    free(samples);
    return image;
}

struct view {
    double x0, y0, x1, y1;
};

static void set_view(struct screen *screen, struct view view)
{
    REQUIRE(plt_plot_set_x_range(screen->plot, view.x0, view.x1));
    REQUIRE(plt_plot_set_y_range(screen->plot, view.y0, view.y1));
}

// Of `density` samples a pixel along x and `stretch` times as many along y.
static struct view some_view(struct test_random *random, const struct raw *raw,
                             double density, double stretch)
{
    struct view view;
    view.x0 = (test_uniform(random) * 1.2 - 0.3) * raw->columns;
    view.y0 = (test_uniform(random) * 1.2 - 0.3) * raw->rows;
    view.x1 = view.x0 + density * WIDTH;
    view.y1 = view.y0 + density * stretch * HEIGHT;
    return view;
}

#define BACKGROUND 0xffff00ff

// At an image's edge the level's picture may end a pixel before or behind the mapped
// image's, which ends where the file's samples do.
static bool at_edge(const struct screen *mapped, const struct screen *kept, int i)
{
    const bool shown = kept->pixels[i] != BACKGROUND;
    for (int dy = -1; dy <= 1; dy++) {
        for (int dx = -1; dx <= 1; dx++) {
            const int x = i % WIDTH + dx, y = i / WIDTH + dy;
            if (x >= 0 && x < WIDTH && y >= 0 && y < HEIGHT &&
                ((kept->pixels[y * WIDTH + x] != BACKGROUND) != shown ||
                 (mapped->pixels[y * WIDTH + x] != BACKGROUND) == shown))
                return shown != (mapped->pixels[i] != BACKGROUND);
        }
    }
    return false;
}

static void compare_screens(const struct screen *a, const struct screen *b,
                            const char *what, double density)
{
    for (int i = 0; i < WIDTH * HEIGHT; i++) {
        if (a->pixels[i] == b->pixels[i] || at_edge(a, b, i))
            continue;
        fprintf(stderr, "%s, %g samples a pixel: pixel %d, %d is %08x, not %08x\n", what,
                density, i % WIDTH, i / WIDTH, (unsigned)a->pixels[i],
                (unsigned)b->pixels[i]);
        test_failures++;
        return;
    }
}

struct shown {
    struct plt_image *image; // mapped
    struct plt_image_item *item;
    struct plt_image *levels[5]; // in memory
    struct raw raw;
    enum plt_minify minify;
    bool y_down;
};

// A view's picture is that of its level in memory.
static void compare_view(struct screen *mapped, const struct shown *shown, struct view view,
                         int32_t level, double density)
{
    static struct screen kept;
    const struct plt_orientation turn = plt_image_item_orientation(shown->item);
    struct plt_image *image = shown->levels[level];
    const double side = ldexp(1, level);
    const double columns = plt_image_columns(image) * side;
    const double rows = plt_image_rows(image) * side;
    struct plt_rect place = {0, 0, turn.transpose ? rows : columns,
                             turn.transpose ? columns : rows};
    if (turn.flip_x)
        place.x = (turn.transpose ? shown->raw.rows : shown->raw.columns) - place.width;
    if (turn.flip_y)
        place.y = (turn.transpose ? shown->raw.columns : shown->raw.rows) - place.height;
    open_screen(&kept, shown->y_down);
    REQUIRE(plt_image_item_create(
        kept.plot, image,
        plt_image_item_params(.levels = {0, 255}, .minify = shown->minify, .place = place,
                              .orientation = turn)));
    set_view(&kept, view);
    set_view(mapped, view);
    paint_exactly(mapped, shown->image);
    paint(&kept);
    char what[64];
    snprintf(what, sizeof(what), "turn %d%d%d", turn.transpose, turn.flip_x, turn.flip_y);
    compare_screens(mapped, &kept, what, density);
    close_screen(&kept);
}

static void compare_views(struct test_random *random, const struct shown *shown)
{
    static struct screen mapped;
    struct shown own = *shown;
    open_screen(&mapped, own.y_down);
    own.item = plt_image_item_create(mapped.plot, own.image,
                                     plt_image_item_params(.levels = {0, 255}));
    REQUIRE(own.item != NULL);
    for (int i = 0; i < 60; i++) {
        const double density =
            i % 10 == 0 ? 1 << i / 10 : pow(2, test_uniform(random) * 7 - 2);
        const int32_t level = density < 1 ? 0 : (int32_t)log2(density);
        const uint64_t bits = i < 20 ? 0 : test_next(random);
        plt_image_item_set_orientation(
            own.item, (struct plt_orientation){bits & 1, bits >> 1 & 1, bits >> 2 & 1});
        compare_view(&mapped, &own, some_view(random, &own.raw, density, 1),
                     level < 5 ? level : 4, density);
    }
    close_screen(&mapped);
}

static void test_pictures(struct test_random *random)
{
    struct shown shown = {
        .raw = {.type = PLT_U8, .columns = 2117, .rows = 1853, .channels = 1}};
    make_raw(&shown.raw, random);
    write_raw(&shown.raw);
    for (int minify = 0; minify < 2; minify++) {
        shown.minify = (enum plt_minify)minify;
        shown.y_down = minify == 1;
        shown.image = open_raw(&shown.raw, shown.minify);
        REQUIRE_CMP(plt_image_tiles(shown.image)->num_levels, ==, 5, "d");
        for (int32_t level = 0; level < 5; level++)
            shown.levels[level] = level_image(&shown.raw, shown.minify, level);
        compare_views(random, &shown);
        for (int level = 0; level < 5; level++)
            plt_image_unref(shown.levels[level]);
        plt_image_unref(shown.image);
    }
    free(shown.raw.bytes);
}

// --- files that are not as they should be
// --------------------------------------------------

static void test_files(struct test_random *random)
{
    struct raw raw = {.type = PLT_U16, .columns = 3000, .rows = 2500, .channels = 1};
    struct plt_tile_lease lease = {0};
    make_raw(&raw, random);
    write_raw(&raw);
    raw.rows++; // more than the file has
    REQUIRE(open_raw(&raw, PLT_MINIFY_MEAN) == NULL);
    REQUIRE_CMP(take_messages(PLT_MSG_FILE_FORMAT), ==, 1, "d");
    raw.rows--;
    for (int i = 0; i < 20; i++) { // closed while it is read
        struct plt_image *image = open_raw(&raw, PLT_MINIFY_MAX);
        struct plt_tile_look looks[4];
        plt_tiles_look(plt_image_tiles(image), &lease, i % 4,
                       (struct plt_irect){0, 0, 2, 2}, looks);
        plt_tiles_release(&lease);
        plt_image_unref(image);
    }
    struct plt_image *image = open_raw(&raw, PLT_MINIFY_MEAN);
    REQUIRE(isnan(plt_image_value(image, 2999, 2499, 0))); // asked for
    REQUIRE(plt_image_map_settle(image, WAIT_S));
    REQUIRE(plt_image_value(image, 2999, 2499, 0) ==
            as_double(raw.type, raw_at(&raw, 2999, 2499, 0)));
    memset(raw.bytes, 0, raw.size); // rewritten
    const int fd = open(path, O_WRONLY);
    REQUIRE(pwrite(fd, raw.bytes, raw.size, 0) == (ssize_t)raw.size);
    REQUIRE(plt_image_update(image, NULL));
    struct plt_tile_look look = look_at(image, &lease, 4, 0, 0);
    check_tile(&raw, PLT_MINIFY_MEAN, &look, random);
    REQUIRE(plt_image_map_settle(image, WAIT_S));
    REQUIRE(ftruncate(fd, (off_t)raw.size / 2) == 0); // shrunk
    close(fd);
    look = look_at(image, &lease, 1, 4, 4);
    look = look_at(image, &lease, 0, 11, 9);
    check_tile(&raw, PLT_MINIFY_MEAN, &look, random); // of zeros
    REQUIRE_CMP(take_messages(PLT_MSG_FILE_CHANGED), ==, 1, "d");
    plt_tiles_release(&lease);
    plt_image_unref(image);
    free(raw.bytes);
}

int main(void)
{
    struct test_random random = test_random_seeded();
    snprintf(path, sizeof(path), "/tmp/plotlib-tiles-XXXXXX");
    const int fd = mkstemp(path);
    REQUIRE(fd >= 0);
    close(fd);
    quiet = plt_log_create(&(struct plt_log_params){.fn = count_message});
    test_types(&random);
    test_shapes(&random);
    test_pictures(&random);
    test_files(&random);
    plt_log_unref(quiet);
    unlink(path);
    return test_result();
}
