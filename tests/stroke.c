// The stroke painter against brute force: every pixel asks every piece for its distance,
// with the same float32 formulas. No byte may differ, in any variant of the kernels.
// --bench prints timings instead.
#include "test.h"

#define PLT_KERNELS plain_kernels
#define PLT_KERNELS_NAME "plain"
#define PLT_NO_SIMD
extern const struct plt_kernels plain_kernels;
#include <plotlib/raster/kernels.c>

#include <plotlib/raster/painter.h>

#include "oracle.h"

enum { MAX_SIDE = 160, MAX_COLUMNS = 300, MAX_SEGMENTS = 400 };

struct scene {
    struct plt_frame frame;
    struct plt_op op;
    struct plt_column columns[MAX_COLUMNS];
    struct plt_segment segments[MAX_SEGMENTS];
};

static float between(struct test_random *random, double lo, double hi)
{
    return (float)(lo + (hi - lo) * test_uniform(random));
}

static float any_row(struct test_random *random, int32_t height)
{
    switch (test_below(random, 12)) {
    case 0: return between(random, -5e5, 5e5);
    case 1: return (float)test_below(random, (uint64_t)height) + 0.5f;
    case 2: return (float)test_below(random, (uint64_t)height);
    case 3: return between(random, -60, 0);
    case 4: return between(random, height, height + 60);
    default: return between(random, 0, height);
    }
}

// Runs of columns that wander, jump or alternate, with holes and open ends.
static void fill_columns(struct scene *scene, struct test_random *random)
{
    struct plt_stroke *stroke = &scene->op.stroke;
    const int32_t height = scene->frame.height;
    const double tall = test_uniform(random) * (test_below(random, 2) ? 8 : height);
    const double holes = test_below(random, 2) ? test_uniform(random) * 0.6 : 0;
    float at = any_row(random, height);
    for (size_t i = 0; i < stroke->num_columns; i++) {
        struct plt_column *c = &scene->columns[i];
        *c = (struct plt_column){PLT_NO_PX, PLT_NO_PX, -PLT_NO_PX, PLT_NO_PX};
        if (test_uniform(random) < holes)
            continue;
        at = test_below(random, 6) ? at + between(random, -4, 4) : any_row(random, height);
        c->lo = at;
        c->hi = test_below(random, 4) ? at + between(random, 0, tall) : at;
        if (test_below(random, 5))
            c->first = fminf(c->hi, between(random, c->lo, c->hi));
        if (test_below(random, 5))
            c->last =
                test_below(random, 3) ? fminf(c->hi, between(random, c->lo, c->hi)) : c->hi;
    }
}

static float any_column(struct test_random *random, int32_t width)
{
    switch (test_below(random, 8)) {
    case 0: return between(random, -40, width + 40);
    case 1: return (float)test_below(random, (uint64_t)width) + 0.5f;
    case 2: return (float)test_below(random, (uint64_t)width);
    default: return between(random, 0, width);
    }
}

static void fill_xy(struct scene *scene, struct test_random *random)
{
    const int32_t width = scene->frame.width, height = scene->frame.height;
    for (size_t i = 0; i < scene->op.stroke.num_segments; i++) {
        struct plt_segment *s = &scene->segments[i];
        s->x0 = any_column(random, width);
        s->y0 = any_row(random, height);
        s->x1 = test_below(random, 6) ? any_column(random, width) : s->x0;
        s->y1 = test_below(random, 6) ? any_row(random, height) : s->y0;
        if (test_below(random, 4) == 0)
            *s = (struct plt_segment){s->x0, s->y0, s->x0 + between(random, -2, 2),
                                      s->y0 + between(random, -3, 3)};
    }
}

// A polyline with x that never goes back: vertical runs, dots, gaps, steep and long lines.
static void fill_sorted(struct scene *scene, struct test_random *random)
{
    const int32_t width = scene->frame.width, height = scene->frame.height;
    const size_t num = scene->op.stroke.num_segments;
    const double step = (width + 40.0) / ((double)num + 1) * test_uniform(random) * 2;
    const bool tall = test_below(random, 2);
    float x = between(random, -20, 5), y = any_row(random, height);
    for (size_t i = 0; i < num; i++) {
        const float x1 = test_below(random, 3) ? x + between(random, 0, step) : x;
        const float y1 = tall || test_below(random, 20) == 0 ? any_row(random, height)
                                                             : y + between(random, -6, 6);
        scene->segments[i] =
            (struct plt_segment){x, y, x1, test_below(random, 15) ? y1 : y};
        if (test_below(random, 15) == 0)
            scene->segments[i] = (struct plt_segment){x, y, x, y};
        x = x1;
        y = test_below(random, 10) ? y1 : any_row(random, height);
    }
}

static struct plt_irect any_rect(struct test_random *random, int32_t width, int32_t height)
{
    struct plt_irect r = {0, 0, width, height};
    if (test_below(random, 2))
        return r;
    r.x0 = (int32_t)test_below(random, (uint64_t)width);
    r.y0 = (int32_t)test_below(random, (uint64_t)height);
    r.x1 = r.x0 + 1 + (int32_t)test_below(random, (uint64_t)(width - r.x0));
    r.y1 = r.y0 + 1 + (int32_t)test_below(random, (uint64_t)(height - r.y0));
    return r;
}

static float any_width(struct test_random *random)
{
    static const float usual[] = {1, 1, 1.5f, 2, 2, 3, 4, 5, 0.3f, 7, 16};
    if (test_below(random, 2))
        return usual[test_below(random, sizeof(usual) / sizeof(*usual))];
    if (test_below(random, 30) == 0)
        return between(random, 40, 256);
    return between(random, 0.3, test_below(random, 2) ? 6 : 40);
}

static void make_scene(struct scene *scene, struct test_random *random)
{
    struct plt_frame *frame = &scene->frame;
    struct plt_op *op = &scene->op;
    memset(frame, 0, sizeof(*frame));
    frame->width = 1 + (int32_t)test_below(random, MAX_SIDE);
    frame->height = 1 + (int32_t)test_below(random, MAX_SIDE);
    frame->scale = 1;
    frame->background = 0xff000000u | (uint32_t)test_next(random);
    frame->ops = op;
    frame->num_ops = 1;
    frame->strokes.columns = scene->columns;
    frame->strokes.segments = scene->segments;
    const bool opaque = test_below(random, 2);
    *op = (struct plt_op){.kind = PLT_OP_STROKE, .color = (uint32_t)test_next(random)};
    op->color |= opaque ? 0xff000000u : 0;
    op->clip = any_rect(random, frame->width, frame->height);
    op->stroke.bounds = op->clip;
    op->stroke.half_width = any_width(random) / 2;
    const uint64_t kind = test_below(random, 6);
    if (kind <= 2) {
        op->stroke.col0 = (int32_t)test_below(random, 60) - 30;
        op->stroke.num_columns = test_below(random, (uint64_t)frame->width + 60);
        fill_columns(scene, random);
    }
    if (kind >= 2)
        op->stroke.num_segments =
            test_below(random, test_below(random, 2) ? 30 : MAX_SEGMENTS);
    op->stroke.sorted = kind != 5;
    if (op->stroke.sorted)
        fill_sorted(scene, random);
    else
        fill_xy(scene, random);
}

static size_t count_different(const uint32_t *a, const uint32_t *b, int32_t num,
                              int32_t *at)
{
    size_t different = 0;
    for (int32_t i = num - 1; i >= 0; i--)
        if (a[i] != b[i]) {
            different++;
            *at = i;
        }
    return different;
}

static void check_scene(struct plt_raster *raster, const struct plt_kernels *const *kernels,
                        size_t num_kernels, struct test_random *random)
{
    static struct scene scene;
    static uint32_t expected[MAX_SIDE * MAX_SIDE], painted[MAX_SIDE * MAX_SIDE];
    const uint64_t state = random->state;
    make_scene(&scene, random);
    const struct plt_frame *frame = &scene.frame;
    const int32_t num = frame->width * frame->height;
    const size_t stride = (size_t)frame->width * 4;
    oracle_paint(frame, expected);
    for (size_t k = 0; k < num_kernels; k++) {
        raster->kernels = kernels[k];
        memset(painted, 0x5a, sizeof(painted));
        REQUIRE(plt_raster_draw(raster, frame, painted, stride));
        // Painting a part again must change nothing.
        const struct plt_irect part = any_rect(random, frame->width, frame->height);
        REQUIRE(plt_raster_draw_rect(raster, frame, part, painted, stride));
        int32_t at = 0;
        const size_t different = count_different(expected, painted, num, &at);
        REQUIRE_CMP(different, ==, (size_t)0, "zu");
        if (different)
            fprintf(stderr,
                    "  %s: %dx%d w=%g columns=%zu segments=%zu sorted=%d color=%08x "
                    "state=%" PRIu64 ": at %d,%d %08x, want %08x\n",
                    kernels[k]->name, frame->width, frame->height,
                    2.0 * scene.op.stroke.half_width, scene.op.stroke.num_columns,
                    scene.op.stroke.num_segments, scene.op.stroke.sorted, scene.op.color,
                    state, at % frame->width, at / frame->width, painted[at], expected[at]);
    }
}

static size_t all_kernels(const struct plt_kernels *list[3])
{
    list[0] = &plain_kernels;
    return 1 + plt_kernels_list(list + 1);
}

// ---- timings ----

enum { BENCH_W = 1280, BENCH_H = 720 };

static double now_ms(void)
{
    struct timespec t;
    timespec_get(&t, TIME_UTC);
    return (double)t.tv_sec * 1e3 + (double)t.tv_nsec * 1e-6;
}

static void time_stroke(struct plt_raster *raster, const char *name,
                        struct plt_frame *frame, uint32_t *pixels)
{
    static const float widths[] = {1, 2, 5};
    struct plt_op *op = frame->ops;
    for (size_t w = 0; w < 3; w++) {
        op->stroke.half_width = widths[w] / 2;
        double best = 1e9;
        for (int run = 0; run < (frame->strokes.num_segments > 100000 ? 3 : 40); run++) {
            const double start = now_ms();
            plt_paint_stroke(raster, (struct plt_canvas){pixels, BENCH_W * 4}, frame, op,
                             op->clip);
            const double took = now_ms() - start;
            best = took < best ? took : best;
        }
        printf("%-10s %-28s w=%g  %8.3f ms\n", raster->kernels->name, name, widths[w],
               best);
    }
}

static void noise_columns(struct plt_frame *frame, struct test_random *random, int samples,
                          double from, double to)
{
    frame->strokes.num_columns = BENCH_W;
    for (int i = 0; i < BENCH_W; i++) {
        struct plt_column c = {0, PLT_NO_PX, -PLT_NO_PX, 0};
        for (int k = 0; k < samples; k++) {
            const float y = between(random, from, to);
            c.first = k ? c.first : y;
            c.lo = fminf(c.lo, y);
            c.hi = fmaxf(c.hi, y);
            c.last = y;
        }
        frame->strokes.columns[i] = c;
    }
}

static void line_segments(struct plt_frame *frame, struct test_random *random, size_t num,
                          double step_px, bool snapped)
{
    double y = BENCH_H / 2;
    frame->strokes.num_segments = num;
    float x = 0, last = (float)y;
    for (size_t i = 0; i < num; i++) {
        y = step_px > 0 ? y + (test_uniform(random) - 0.5) * step_px
                        : test_uniform(random) * 400 + 160;
        y = y < 5 ? 5 : y > BENCH_H - 5 ? BENCH_H - 5 : y;
        double x1 = (double)(i + 1) * BENCH_W / (double)num;
        x1 = snapped ? floor(x1) + 0.5 : x1;
        frame->strokes.segments[i] = (struct plt_segment){x, last, (float)x1, (float)y};
        x = (float)x1;
        last = (float)y;
    }
}

static void bench(struct plt_raster *raster, struct plt_frame *frame, uint32_t *pixels,
                  struct test_random *random)
{
    struct plt_stroke *stroke = &frame->ops->stroke;
    *stroke = (struct plt_stroke){
        .bounds = frame->ops->clip, .num_columns = BENCH_W, .sorted = true};
    noise_columns(frame, random, 1000, 160, 555);
    time_stroke(raster, "dense noise", frame, pixels);
    noise_columns(frame, random, 5, 160, 555);
    time_stroke(raster, "dense, 5 a column", frame, pixels);
    noise_columns(frame, random, 4, 160, 555);
    time_stroke(raster, "dense, 4 a column", frame, pixels);
    noise_columns(frame, random, 1, 160, 555);
    time_stroke(raster, "dense, 1 a column", frame, pixels);
    noise_columns(frame, random, 5, 350, 357);
    time_stroke(raster, "dense, 7 px", frame, pixels);
    stroke->num_columns = 0;
    static const struct {
        const char *name;
        size_t num;
        double step;
        bool snapped, unsorted;
    } lines[] = {
        {"sparse 5k small steps", 5000, 4, false, false},
        {"sparse 1k small steps", 1000, 4, false, false},
        {"sparse 5k tall", 5000, 0, false, false},
        {"sparse 1k tall", 1000, 0, false, false},
        {"1e6 listed snapped noise", 1000000, 0, true, false},
        {"1e6 XY small steps", 1000000, 2, false, true},
        {"1e6 listed true x, small", 1000000, 2, false, false},
    };
    for (size_t i = 0; i < sizeof(lines) / sizeof(*lines); i++) {
        line_segments(frame, random, lines[i].num, lines[i].step, lines[i].snapped);
        stroke->num_segments = lines[i].num;
        stroke->sorted = !lines[i].unsorted;
        time_stroke(raster, lines[i].name, frame, pixels);
    }
}

static void bench_all(struct plt_raster *raster, const struct plt_kernels *const *kernels,
                      size_t num, struct test_random *random)
{
    uint32_t *pixels = malloc((size_t)BENCH_W * BENCH_H * sizeof(*pixels));
    struct plt_op op = {
        .kind = PLT_OP_STROKE, .color = 0xff2060c0, .clip = {0, 0, BENCH_W, BENCH_H}};
    struct plt_frame frame = {
        .width = BENCH_W, .height = BENCH_H, .background = 0xffffffff};
    frame.ops = &op;
    frame.strokes.columns = malloc(BENCH_W * sizeof(struct plt_column));
    frame.strokes.segments = malloc(1000000 * sizeof(struct plt_segment));
    for (int run = 0; run < 5; run++) {
        const double start = now_ms();
        plt_raster_draw(raster, &frame, pixels, BENCH_W * 4);
        if (run == 4)
            printf("clear %.3f ms\n", now_ms() - start);
    }
    for (size_t k = 1; k < num; k++) {
        raster->kernels = kernels[k];
        bench(raster, &frame, pixels, random);
    }
    free(frame.strokes.columns);
    free(frame.strokes.segments);
    free(pixels);
}

int main(int argc, char **argv)
{
    struct test_random random = test_random_seeded();
    const struct plt_kernels *kernels[3];
    const size_t num = all_kernels(kernels);
    struct plt_raster *raster = plt_raster_create(NULL);
    REQUIRE(raster != NULL);
    if (!raster)
        return test_result();
    if (argc > 1 && strcmp(argv[1], "--bench") == 0)
        bench_all(raster, kernels, num, &random);
    else
        for (int i = 0; i < 1200 && test_failures < 10; i++)
            check_scene(raster, kernels, num, &random);
    plt_raster_destroy(raster);
    return test_result();
}
