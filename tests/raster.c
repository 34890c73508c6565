// Everything of the CPU painter but strokes: fills, spans, glyphs and images, in order, in
// their clips, against a painter that asks for each pixel in turn. Also damage, the bytes
// between rows, and lack of memory.
#include <plotlib/base/alloc.h>
#include <plotlib/figure.h>
#include <plotlib/raster/painter.h>

#include "oracle.h"
#include "test.h"

enum { WIDTH = 97, HEIGHT = 61, STRIDE = WIDTH + 5, MAX_OPS = 12 };
enum { MAX_FILLS = 40, MAX_RUNS = 300, MAX_RECTS = MAX_FILLS + MAX_RUNS };
enum { IMAGE_COLUMNS = 23, IMAGE_ROWS = 17, MAX_SPANS = 400, CANARY = 0x5ec7e75 };

struct scene {
    struct plt_frame frame;
    struct plt_op ops[MAX_OPS];
    struct plt_irect rects[MAX_RECTS];
    struct plt_frame_image images[MAX_OPS];
    struct plt_sample_span spans[MAX_SPANS];
    struct plt_glyph *glyphs;
};

static uint8_t samples[IMAGE_ROWS][IMAGE_COLUMNS];
static uint32_t colors[256];

static bool inside(struct plt_irect r, int32_t x, int32_t y)
{
    return x >= r.x0 && x < r.x1 && y >= r.y0 && y < r.y1;
}

static struct plt_irect any_rect(struct test_random *random, int32_t over)
{
    const int32_t x = (int32_t)test_below(random, WIDTH + 2 * (uint64_t)over) - over;
    const int32_t y = (int32_t)test_below(random, HEIGHT + 2 * (uint64_t)over) - over;
    const int32_t width = (int32_t)test_below(random, WIDTH);
    const int32_t height = (int32_t)test_below(random, HEIGHT);
    return (struct plt_irect){x, y, x + width, y + height};
}

static struct plt_irect any_clip(struct test_random *random)
{
    const struct plt_irect all = {0, 0, WIDTH, HEIGHT};
    return test_below(random, 2) ? all : plt_irect_cut(any_rect(random, 0), all);
}

static uint32_t any_color(struct test_random *random)
{
    const uint32_t color = (uint32_t)test_next(random);
    switch (test_below(random, 4)) {
    case 0: return color;
    case 1: return color & 0xffffffu;
    default: return color | 0xff000000u;
    }
}

// Spans of one sample each, with holes where the image is not.
static size_t add_spans(struct scene *scene, struct test_random *random, int32_t num,
                        int32_t limit)
{
    const size_t first = scene->frame.num_spans;
    for (int32_t i = 0; i < num; i++) {
        const int32_t at = (int32_t)test_below(random, (uint64_t)limit);
        const int32_t hole = test_below(random, 9) == 0;
        scene->spans[scene->frame.num_spans++] =
            (struct plt_sample_span){at, at + 1 - hole};
    }
    return first;
}

static void add_image(struct scene *scene, struct test_random *random, struct plt_op *op)
{
    struct plt_irect dst = plt_irect_cut(any_rect(random, 0), op->clip);
    if (plt_irect_empty(dst) || scene->frame.num_spans + WIDTH + HEIGHT > MAX_SPANS) {
        op->kind = PLT_OP_FILL;
        return;
    }
    op->first = scene->frame.num_images++;
    scene->images[op->first] = (struct plt_frame_image){
        .src = {samples, IMAGE_COLUMNS, PLT_U8, IMAGE_COLUMNS, IMAGE_ROWS, 1, 1, 1},
        .levels = {plt_levels_make(20, 200, 256)},
        .table = {colors, 256, true, 1},
        .dst = dst,
        .first_col = add_spans(scene, random, dst.x1 - dst.x0, IMAGE_COLUMNS),
        .first_row = add_spans(scene, random, dst.y1 - dst.y0, IMAGE_ROWS),
    };
}

// Any rectangles to fill; spans are disjoint.
static void add_rects(const struct plt_frame *frame, struct test_random *random,
                      struct plt_op *op)
{
    const size_t begin = op->kind == PLT_OP_FILL ? 0 : MAX_FILLS;
    const size_t end = op->kind == PLT_OP_FILL ? MAX_FILLS : frame->num_rects;
    op->first = begin + test_below(random, end - begin);
    op->count = test_below(random, end - op->first + 1);
}

static void add_op(struct scene *scene, struct test_random *random)
{
    struct plt_frame *frame = &scene->frame;
    struct plt_op *op = &scene->ops[frame->num_ops++];
    *op = (struct plt_op){.color = any_color(random), .clip = any_clip(random)};
    switch (test_below(random, 5)) {
    case 0:
        op->kind = PLT_OP_IMAGE;
        add_image(scene, random, op);
        break;
    case 1:
        op->kind = frame->num_glyphs ? PLT_OP_GLYPHS : PLT_OP_FILL;
        op->count = frame->num_glyphs;
        break;
    default:
        op->kind = test_below(random, 2) ? PLT_OP_FILL : PLT_OP_SPANS;
        add_rects(frame, random, op);
    }
}

// Columns as strokes have them: disjoint runs, most of them one pixel wide.
static void make_runs(struct plt_irect *rect, struct test_random *random)
{
    const struct plt_irect *end = rect + MAX_RUNS;
    const bool sparse = test_below(random, 4) == 0;
    int32_t x = (int32_t)test_below(random, 40) - 20;
    while (rect < end) {
        const bool wide = test_below(random, 8) == 0;
        const int32_t width = 1 + (wide ? (int32_t)test_below(random, 40) : 0);
        int32_t y = (int32_t)test_below(random, HEIGHT + 20) - 10;
        for (size_t n = test_below(random, 4); n > 0 && rect < end; n--) {
            const int32_t height = 1 + (int32_t)test_below(random, sparse ? 2 : HEIGHT);
            *rect++ = (struct plt_irect){x, y, x + width, y + height};
            y += height + 1 + (int32_t)test_below(random, 9);
        }
        x += width + (test_below(random, 5) == 0);
    }
}

static void make_scene(struct scene *scene, struct test_random *random)
{
    struct plt_frame *frame = &scene->frame;
    frame->num_ops = frame->num_images = frame->num_spans = 0;
    frame->num_rects = MAX_RECTS;
    frame->background = 0xff000000u | (uint32_t)test_next(random);
    for (size_t i = 0; i < MAX_FILLS; i++)
        scene->rects[i] = any_rect(random, 40);
    make_runs(scene->rects + MAX_FILLS, random);
    for (size_t i = 0; i < frame->num_glyphs; i++) {
        scene->glyphs[i].x = (int32_t)test_below(random, WIDTH + 20) - 10;
        scene->glyphs[i].y = (int32_t)test_below(random, HEIGHT + 20) - 10;
    }
    const size_t ops = test_below(random, MAX_OPS + 1);
    while (frame->num_ops < ops)
        add_op(scene, random);
}

static void check_scene(struct plt_raster *raster, struct scene *scene,
                        struct test_random *random)
{
    static uint32_t pixels[HEIGHT * STRIDE], again[HEIGHT * STRIDE];
    const uint64_t state = random->state;
    const struct plt_kernels *list[2];
    const size_t variants = plt_kernels_list(list);
    raster->kernels = list[test_below(random, variants)];
    make_scene(scene, random);
    for (size_t i = 0; i < HEIGHT * STRIDE; i++)
        pixels[i] = again[i] = CANARY;
    REQUIRE(plt_raster_draw(raster, &scene->frame, pixels, STRIDE * 4));
    const struct plt_irect part = any_rect(random, 30);
    REQUIRE(plt_raster_draw_rect(raster, &scene->frame, part, again, STRIDE * 4));
    size_t wrong = 0;
    for (int32_t y = 0; y < HEIGHT; y++)
        for (int32_t x = 0; x < STRIDE; x++) {
            const uint32_t want = x < WIDTH ? oracle_pixel(&scene->frame, x, y) : CANARY;
            const bool damaged = x < WIDTH && inside(part, x, y);
            wrong += pixels[y * STRIDE + x] != want;
            wrong += again[y * STRIDE + x] != (damaged ? want : CANARY);
        }
    REQUIRE_CMP(wrong, ==, (size_t)0, "zu");
    if (wrong)
        fprintf(stderr, "  state=%" PRIu64 ", %s, %zu ops\n", state, raster->kernels->name,
                scene->frame.num_ops);
}

// One line in words that are easy to check by hand.
static void check_by_hand(struct plt_raster *raster)
{
    struct plt_irect rects[] = {{1, 0, 3, 1}, {2, -5, 9, 5}};
    struct plt_op ops[] = {
        {.kind = PLT_OP_FILL, .color = 0xff102030, .clip = {0, 0, 4, 1}, .count = 1},
        {.kind = PLT_OP_FILL,
         .color = 0x80ffffff,
         .clip = {0, 0, 3, 1},
         .first = 1,
         .count = 1},
    };
    const struct plt_frame frame = {.width = 4,
                                    .height = 1,
                                    .background = 0xff000000,
                                    .ops = ops,
                                    .num_ops = 2,
                                    .rects = rects,
                                    .num_rects = 2};
    uint32_t row[4];
    REQUIRE(plt_raster_draw(raster, &frame, row, sizeof(row)));
    REQUIRE_CMP(row[0], ==, 0xff000000u, PRIx32);
    REQUIRE_CMP(row[1], ==, 0xff102030u, PRIx32);
    REQUIRE_CMP(row[2], ==, 0xff889098u, PRIx32);
    REQUIRE_CMP(row[3], ==, 0xff000000u, PRIx32);
}

// Each allocation of a stroke fails in turn: false, and the next paint is right.
static void check_memory(void)
{
    enum { SIDE = 40 };
    struct plt_segment segments[] = {{30, 2, 8, 30}, {5, 5, 5, 9}, {1, 30, 35, 2}};
    struct plt_op op = {
        .kind = PLT_OP_STROKE, .color = 0xff000000, .clip = {0, 0, SIDE, SIDE}};
    op.stroke = (struct plt_stroke){.num_segments = 3, .half_width = 1, .bounds = op.clip};
    const struct plt_frame frame = {.width = SIDE,
                                    .height = SIDE,
                                    .background = 0xffffffff,
                                    .ops = &op,
                                    .num_ops = 1,
                                    .strokes.segments = segments,
                                    .strokes.num_segments = 3};
    static uint32_t expected[SIDE * SIDE], painted[SIDE * SIDE];
    struct plt_log *log = plt_log_create(&(struct plt_log_params){.level = PLT_LEVEL_NONE});
    struct plt_raster *raster = plt_raster_create(log);
    REQUIRE(raster && plt_raster_draw(raster, &frame, expected, SIDE * 4));
    plt_raster_destroy(raster);
    bool done = false;
    for (int n = 0; n < 30 && !done; n++) {
        plt_alloc_fail_at(n, false);
        raster = plt_raster_create(log);
        done = raster && plt_raster_draw(raster, &frame, painted, SIDE * 4);
        plt_alloc_fail_at(-1, false);
        if (raster) {
            REQUIRE(plt_raster_draw(raster, &frame, painted, SIDE * 4));
            REQUIRE(memcmp(expected, painted, sizeof(expected)) == 0);
        }
        plt_raster_destroy(raster);
        REQUIRE(!done || n >= 4);
    }
    REQUIRE(done);
    plt_log_unref(log);
}

// The public call: a bare figure without plots is its background.
static void check_paint(struct plt_raster *raster, struct plt_log *log)
{
    static uint32_t pixels[HEIGHT * STRIDE];
    const struct plt_color color = {0x12 / 255.0f, 0x34 / 255.0f, 0x56 / 255.0f, 1};
    struct plt_figure *figure =
        plt_figure_create(plt_figure_params(.background = color, .bare = true, .log = log));
    REQUIRE(figure != NULL);
    struct plt_paint_stats stats = {-1, -1, 99};
    REQUIRE(
        plt_raster_paint(raster, figure, pixels, STRIDE * 4, WIDTH, HEIGHT, 1.5, &stats));
    for (int32_t y = 0; y < HEIGHT; y++)
        for (int32_t x = 0; x < STRIDE; x++)
            if (pixels[y * STRIDE + x] != (x < WIDTH ? 0xff123456u : 0))
                REQUIRE_CMP(pixels[y * STRIDE + x], ==, 0xff123456u, PRIx32);
    REQUIRE(stats.shape_ms >= 0 && stats.paint_ms >= 0 && stats.uploaded_bytes == 0);
    REQUIRE(!plt_raster_paint(raster, figure, pixels, WIDTH * 4 - 1, WIDTH, 1, 1, NULL));
    REQUIRE(!plt_raster_paint(raster, figure, pixels, STRIDE * 4, 0, 1, 1, NULL));
    REQUIRE(!plt_raster_paint(raster, figure, pixels, STRIDE * 4, 1, 32769, 1, NULL));
    REQUIRE(!plt_raster_paint(raster, figure, pixels, STRIDE * 4, 1, 1, 0, NULL));
    REQUIRE(!plt_raster_paint(raster, figure, NULL, STRIDE * 4, 1, 1, 1, NULL));
    REQUIRE(!plt_raster_paint(raster, NULL, pixels, STRIDE * 4, 1, 1, 1, NULL));
    plt_figure_destroy(figure);
    plt_raster_destroy(NULL);
}

int main(void)
{
    struct test_random random = test_random_seeded();
    static struct scene scene;
    struct plt_log *quiet =
        plt_log_create(&(struct plt_log_params){.level = PLT_LEVEL_NONE});
    struct plt_raster *raster = plt_raster_create(quiet);
    struct plt_font *font = plt_font_create(NULL, quiet);
    scene.frame = (struct plt_frame){.width = WIDTH,
                                     .height = HEIGHT,
                                     .scale = 1,
                                     .ops = scene.ops,
                                     .rects = scene.rects,
                                     .images = scene.images,
                                     .spans = scene.spans,
                                     .font = font};
    size_t room = 0;
    if (!font)
        printf("no font: glyphs are left out\n");
    else
        REQUIRE(plt_text_shape(font, 14, PLT_TEXT_LEVEL, "Pressure 12.5", &scene.glyphs,
                               &scene.frame.num_glyphs, &room));
    scene.frame.glyphs = scene.glyphs;
    for (size_t i = 0; i < 256; i++)
        colors[i] = 0xff000000u | (uint32_t)test_next(&random);
    for (size_t i = 0; i < IMAGE_ROWS * IMAGE_COLUMNS; i++)
        samples[i / IMAGE_COLUMNS][i % IMAGE_COLUMNS] = (uint8_t)test_next(&random);
    REQUIRE(raster != NULL);
    for (int i = 0; raster && i < 300 && test_failures < 10; i++)
        check_scene(raster, &scene, &random);
    if (raster)
        check_by_hand(raster);
    if (raster)
        check_paint(raster, quiet);
    check_memory();
    plt_free(scene.glyphs);
    plt_font_destroy(font);
    plt_raster_destroy(raster);
    plt_log_unref(quiet);
    return test_result();
}
