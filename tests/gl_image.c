// Images in the OpenGL painter against brute force: every type, magnified and minified,
// whole and in tiles; and what the painter keeps from paint to paint.
#include "gl_fixture.h"

static uint32_t grey[256];

enum { COLUMNS = 70, ROWS = 45 };

// One sample a pixel of every type; small numbers so that every type holds them.
static void put_sample(void *pixels, size_t i, enum plt_type type, double v)
{
    switch (type) {
    case PLT_F64: ((double *)pixels)[i] = v; break;
    case PLT_F32: ((float *)pixels)[i] = (float)v; break;
    case PLT_I8: ((int8_t *)pixels)[i] = (int8_t)v; break;
    case PLT_U8: ((uint8_t *)pixels)[i] = (uint8_t)(v + 120); break;
    case PLT_I16: ((int16_t *)pixels)[i] = (int16_t)(v * 200); break;
    case PLT_U16: ((uint16_t *)pixels)[i] = (uint16_t)(v * 200 + 30000); break;
    case PLT_I32: ((int32_t *)pixels)[i] = (int32_t)(v * 1e7); break;
    case PLT_U32: ((uint32_t *)pixels)[i] = (uint32_t)(v * 1e7 + 2e9); break;
    case PLT_I64: ((int64_t *)pixels)[i] = (int64_t)(v * 1e12); break;
    case PLT_F16: break; // images only
    }
}

static struct plt_range levels_of(enum plt_type type)
{
    switch (type) {
    case PLT_U8: return (struct plt_range){30, 230};
    case PLT_I16: return (struct plt_range){-18000, 18000};
    case PLT_U16: return (struct plt_range){12000, 48000};
    case PLT_I32: return (struct plt_range){-9e8, 9e8};
    case PLT_U32: return (struct plt_range){1.1e9, 2.9e9};
    case PLT_I64: return (struct plt_range){-9e13, 9e13};
    default: return (struct plt_range){-90, 90};
    }
}

// Spans of `size` pixels over `samples` samples, the ends of the axis left out.
static void add_spans(struct plt_frame *frame, int size, int samples)
{
    if (!plt_reserve((void **)&frame->spans, &frame->cap_spans,
                     frame->num_spans + (size_t)size, sizeof(*frame->spans)))
        abort();
    for (int i = 0; i < size; i++) {
        struct plt_sample_span span = {i * samples / size, (i + 1) * samples / size};
        if (span.begin == span.end)
            span.end++;
        if (i == 3 || i == size - 1)
            span.end = span.begin;
        frame->spans[frame->num_spans++] = span;
    }
}

static struct plt_frame image_frame(struct plt_image_view src, struct plt_levels levels,
                                    enum plt_minify minify, struct plt_irect dst)
{
    struct plt_frame frame = new_frame();
    if (!plt_reserve((void **)&frame.images, &frame.cap_images, 1, sizeof(*frame.images)))
        abort();
    frame.images[0] = (struct plt_frame_image){
        .src = src,
        .levels = {levels, levels, levels, levels},
        .table = {grey, 256, true, (uint64_t)(uintptr_t)grey},
        .minify = minify,
        .dst = dst,
    };
    frame.num_images = 1;
    add_spans(&frame, dst.x1 - dst.x0, src.columns);
    frame.images[0].first_row = frame.num_spans;
    add_spans(&frame, dst.y1 - dst.y0, src.rows);
    add_op(&frame, PLT_OP_IMAGE, 0);
    return frame;
}

static struct plt_levels make_levels(double lo, double hi)
{
    return (struct plt_levels){(float)lo, lo == hi ? INFINITY : (float)(256 / (hi - lo))};
}

static void *make_samples(struct fixture *f, enum plt_type type, size_t stride)
{
    char *pixels = calloc(ROWS, stride);
    for (int r = 0; r < ROWS && pixels; r++) {
        for (int c = 0; c < COLUMNS; c++) {
            double v = test_uniform(&f->random) * 240 - 120;
            if (type == PLT_F32 || type == PLT_F64) {
                v = test_below(&f->random, 20) ? v : NAN;
                v = test_below(&f->random, 30) ? v : INFINITY;
                v = r > 20 && r < 30 && c > 30 ? NAN : v;
            }
            put_sample(pixels + (size_t)r * stride, (size_t)c, type, v);
        }
    }
    return pixels;
}

// Every type, magnified and minified, mean and maximum, in one texture and in tiles.
static void test_types(struct fixture *f)
{
    static const struct plt_irect places[] = {
        {5, 4, 159, 98}, {10, 20, 33, 30}, {0, 0, 71, 9}};
    const int tile = f->gl->tile;
    for (int i = 0; i < PLT_NUM_TYPES * 12; i++) {
        const enum plt_type type = (enum plt_type)(i % PLT_NUM_TYPES);
        const int round = i / PLT_NUM_TYPES;
        struct plt_range range = levels_of(type);
        if (round % 4 == 3)
            range = (struct plt_range){range.x1, range.x0 + 10};
        // Every other one with rows that GL cannot step over by itself.
        const size_t stride = COLUMNS * plt_type_size(type) + (round % 2 ? 1 : 0) * 8;
        void *pixels = make_samples(f, type, stride);
        struct plt_image_view src = {.pixels = pixels,
                                     .row_stride = stride,
                                     .type = type,
                                     .columns = COLUMNS,
                                     .rows = ROWS,
                                     .channels = 1,
                                     .id = 1000 + (uint64_t)i,
                                     .generation = 1};
        f->gl->tile = round % 3 == 1 ? 4 : tile;
        struct plt_frame frame =
            image_frame(src, make_levels(range.x0, range.x1),
                        round % 2 ? PLT_MINIFY_MAX : PLT_MINIFY_MEAN, places[round / 4]);
        char what[64];
        snprintf(what, sizeof(what), "image type %d round %d", (int)type, round);
        check_frame(f, &frame, 1, what);
        plt_frame_finish(&frame);
        free(pixels);
    }
    f->gl->tile = tile;
}

static void test_color_image(struct fixture *f)
{
    for (int i = 0; i < 8; i++) {
        const int channels = 3 + i % 2;
        const size_t stride = (size_t)COLUMNS * (size_t)channels + (i & 2 ? 1 : 0);
        uint8_t *pixels = malloc(ROWS * stride);
        for (size_t j = 0; j < ROWS * stride; j++)
            pixels[j] = (uint8_t)test_next(&f->random);
        struct plt_image_view src = {.pixels = pixels,
                                     .row_stride = stride,
                                     .type = PLT_U8,
                                     .columns = COLUMNS,
                                     .rows = ROWS,
                                     .channels = channels,
                                     .id = 2000 + (uint64_t)i,
                                     .generation = 7};
        struct plt_irect dst = {3, 5, i & 4 ? 30 : 155, i & 4 ? 40 : 100};
        struct plt_frame frame = image_frame(src, plt_levels_make(0, 255, 256),
                                             i & 2 ? PLT_MINIFY_MAX : PLT_MINIFY_MEAN, dst);
        check_frame(f, &frame, 1, "colour image");
        plt_frame_finish(&frame);
        free(pixels);
    }
}

static size_t texture_count(const struct fixture *f, enum plt_gl_texture_kind kind)
{
    size_t count = 0;
    for (size_t i = 0; i < f->gl->num_textures; i++)
        count += f->gl->textures[i].kind == kind;
    return count;
}

static size_t draw_bytes(struct fixture *f, const struct plt_frame *frame)
{
    REQUIRE(plt_gl_draw(f->gl, frame, f->fbo, WIDTH, HEIGHT, true));
    return (size_t)f->gl->uploaded;
}

// Levels, colormap and place change: no pixels go up. New pixels go up once.
static void test_retained(struct fixture *f)
{
    static uint16_t pixels[ROWS][COLUMNS];
    static uint32_t other[256];
    memcpy(other, grey, sizeof(other));
    const struct plt_image_view src = {.pixels = pixels,
                                       .row_stride = sizeof(pixels[0]),
                                       .type = PLT_U16,
                                       .columns = COLUMNS,
                                       .rows = ROWS,
                                       .channels = 1,
                                       .id = 3000,
                                       .generation = 1};
    struct plt_frame frame = image_frame(src, make_levels(0, 256), PLT_MINIFY_MEAN, whole);
    const size_t spans = frame.num_spans * sizeof(*frame.spans);
    REQUIRE_CMP(draw_bytes(f, &frame), <=, sizeof(pixels) + spans + 1024, "zu");
    REQUIRE_CMP(draw_bytes(f, &frame), ==, (size_t)0, "zu");
    frame.images[0].levels[0] = make_levels(5, 99);
    REQUIRE_CMP(draw_bytes(f, &frame), ==, (size_t)0, "zu");
    frame.images[0].table = (struct plt_image_table){other, 256, true, 1};
    REQUIRE_CMP(draw_bytes(f, &frame), ==, (size_t)1024, "zu");
    frame.spans[5].begin++;
    REQUIRE_CMP(draw_bytes(f, &frame), ==, spans, "zu");
    pixels[3][4] = 77;
    frame.images[0].src.generation++;
    REQUIRE_CMP(draw_bytes(f, &frame), ==, sizeof(pixels), "zu");
    check_frame(f, &frame, 1, "updated image");

    // A frame of lines sends its lines, once; the unused image goes after a while.
    struct plt_frame lines = new_frame();
    struct plt_op *op = add_op(&lines, PLT_OP_STROKE, 0xff000000u);
    op->stroke.half_width = 1;
    op->stroke.bounds = whole;
    add_columns(f, &lines, &op->stroke, NOISE, 5);
    add_segments(f, &lines, &op->stroke, 100);
    add_rects(f, &lines, 10);
    const size_t bytes = lines.strokes.num_columns * sizeof(struct plt_column) +
                         lines.strokes.num_segments * sizeof(struct plt_segment) +
                         lines.num_rects * sizeof(struct plt_irect);
    REQUIRE_CMP(draw_bytes(f, &lines), ==, bytes, "zu");
    REQUIRE(texture_count(f, PLT_GL_TEXTURE_IMAGE) > 0);
    for (int i = 0; i < 125; i++)
        REQUIRE_CMP(draw_bytes(f, &lines), ==, (size_t)0, "zu");
    REQUIRE_CMP(f->gl->num_textures, ==, (size_t)0, "zu");
    plt_frame_finish(&lines);
    plt_frame_finish(&frame);
}

// Of a ring only the lines that were written go up: as rows, as columns, in tiles, and
// round its end. Nothing is known of a ring that went once round.
static void test_ring(struct fixture *f)
{
    static uint16_t pixels[ROWS][COLUMNS];
    const int tile = f->gl->tile;
    for (int i = 0; i < 4; i++) {
        const bool turned = i & 1;
        const int32_t lines = turned ? COLUMNS : ROWS;
        struct plt_image_view src = {.pixels = pixels,
                                     .row_stride = sizeof(pixels[0]),
                                     .type = PLT_U16,
                                     .columns = COLUMNS,
                                     .rows = ROWS,
                                     .channels = 1,
                                     .id = 5000 + (uint64_t)i,
                                     .generation = 1000,
                                     .ring = turned ? PLT_RING_COLUMNS : PLT_RING_ROWS};
        f->gl->tile = i & 2 ? 4 : tile;
        struct plt_frame frame =
            image_frame(src, make_levels(0, 65536), PLT_MINIFY_MAX, whole);
        draw_bytes(f, &frame);
        for (int step = 0; step < 60; step++) {
            const int32_t n =
                step % 10 == 9 ? lines + step : (int32_t)test_below(&f->random, 9);
            for (int32_t k = 0; k < n; k++) {
                const size_t line =
                    (size_t)(frame.images[0].src.generation++ % (uint64_t)lines);
                for (size_t j = 0; j < (size_t)(turned ? ROWS : COLUMNS); j++)
                    pixels[turned ? j : line][turned ? line : j] =
                        (uint16_t)test_next(&f->random);
            }
            const size_t sent = (size_t)(n < lines ? n : lines);
            REQUIRE_CMP(draw_bytes(f, &frame), ==, sent * sizeof(pixels) / (size_t)lines,
                        "zu");
            if (step % 10 >= 8)
                check_frame(f, &frame, 1, "ring");
        }
        plt_frame_finish(&frame);
    }
    f->gl->tile = tile;
}

static void *GL_CALL no_mapping(GLenum target, GLintptr offset, GLsizeiptr size,
                                GLbitfield access)
{
    (void)target, (void)offset, (void)size, (void)access;
    return NULL;
}

// What was written is gone, as the driver says.
static struct plt_gl_api true_api;
static GLboolean GL_CALL lost_mapping(GLenum target)
{
    true_api.UnmapBuffer(target);
    true_api.BufferData(target, 1, "", GL_STREAM_DRAW);
    return GL_FALSE;
}

// A new image, its levels, its gamma and new pixels of it: what goes up.
static void count_uploads(struct fixture *f, struct plt_image_view src)
{
    static uint32_t folded[4096];
    for (int i = 0; i < 4096; i++)
        folded[i] = 0xff000000u | (uint32_t)(i * i >> 16);
    const size_t texel = src.type == PLT_F64 || src.type == PLT_I64
                             ? sizeof(float)
                             : plt_type_size(src.type);
    const size_t pixels = (size_t)COLUMNS * ROWS * (size_t)src.channels * texel;
    struct plt_frame frame = image_frame(src, make_levels(-90, 90), PLT_MINIFY_MEAN, whole);
    draw_bytes(f, &frame);
    REQUIRE_CMP(draw_bytes(f, &frame), ==, (size_t)0, "zu");
    for (int c = 0; c < 4; c++)
        frame.images[0].levels[c] = make_levels(c, 80);
    REQUIRE_CMP(draw_bytes(f, &frame), ==, (size_t)0, "zu");
    frame.images[0].table = (struct plt_image_table){folded, 4096, true, 5000 + src.id};
    REQUIRE_CMP(draw_bytes(f, &frame), ==, sizeof(folded), "zu");
    frame.images[0].src.generation++;
    REQUIRE_CMP(draw_bytes(f, &frame), ==, pixels, "zu");
    GLint bound = 1;
    f->gl->api.GetIntegerv(GL_PIXEL_UNPACK_BUFFER_BINDING, &bound);
    REQUIRE_CMP(bound, ==, 0, "d");
    plt_frame_finish(&frame);
}

// Every type and number of channels: levels and gamma send no pixels. Through pixel
// buffers, without them, and where they cannot be mapped or are lost.
static void test_uploads(struct fixture *f)
{
    static uint32_t pictures[4][HEIGHT][WIDTH];
    const size_t stream_from = f->gl->stream_from;
    true_api = f->gl->api;
    for (int i = 0; i < PLT_NUM_PIXEL_TYPES * 3; i++) {
        const enum plt_type type = (enum plt_type)(i / 3);
        const int channels = i % 3 ? 2 + i % 3 : 1;
        const size_t stride = COLUMNS * plt_type_size(type) * (size_t)channels;
        uint8_t *pixels = calloc(ROWS, stride);
        for (size_t j = 0; j < ROWS * stride; j++)
            pixels[j] = (uint8_t)test_below(&f->random, 100);
        for (int way = 0; way < 4; way++) {
            f->gl->stream_from = way ? 0 : SIZE_MAX;
            f->gl->api.MapBufferRange = way == 2 ? no_mapping : true_api.MapBufferRange;
            f->gl->api.UnmapBuffer = way == 3 ? lost_mapping : true_api.UnmapBuffer;
            count_uploads(f, (struct plt_image_view){.pixels = pixels,
                                                     .row_stride = stride,
                                                     .type = type,
                                                     .columns = COLUMNS,
                                                     .rows = ROWS,
                                                     .channels = channels,
                                                     .id = 6000 + (uint64_t)(i * 4 + way),
                                                     .generation = 1});
            read_back(f, true);
            memcpy(pictures[way], f->drawn, sizeof(f->drawn));
            REQUIRE(memcmp(pictures[way], pictures[0], sizeof(pictures[0])) == 0);
        }
        free(pixels);
    }
    f->gl->api = true_api;
    f->gl->stream_from = stream_from;
}

// An image beyond all limits: one line, false, and the rest of the frame is drawn.
static void test_too_large(struct fixture *f)
{
    static uint8_t pixels[ROWS][COLUMNS];
    int lines = 0;
    struct plt_log *log = test_counting_log(&lines);
    struct plt_log *before = f->gl->log;
    const GLint layers = f->gl->max_layers;
    const int tile = f->gl->tile;
    f->gl->log = log;
    f->gl->tile = 2;
    f->gl->max_layers = 5;
    const struct plt_image_view src = {.pixels = pixels,
                                       .row_stride = COLUMNS,
                                       .type = PLT_U8,
                                       .columns = COLUMNS,
                                       .rows = ROWS,
                                       .channels = 1,
                                       .id = 4000,
                                       .generation = 1};
    struct plt_frame frame = image_frame(src, make_levels(0, 256), PLT_MINIFY_MEAN, whole);
    add_rects(f, &frame, 3);
    frame.ops[1].color = 0xff112233u;
    frame.ops[1].clip = whole;
    for (int i = 0; i < 3; i++)
        REQUIRE(!plt_gl_draw(f->gl, &frame, f->fbo, WIDTH, HEIGHT, true));
    REQUIRE_CMP(lines, ==, 1, "d");
    read_back(f, true);
    frame.ops[0].clip.x1 = 0;
    oracle_paint(&frame, f->wanted[0]);
    REQUIRE_CMP(difference(f), ==, 0, "d");
    f->gl->log = before;
    f->gl->tile = tile;
    f->gl->max_layers = layers;
    plt_log_unref(log);
    plt_frame_finish(&frame);
}

int main(void)
{
    static struct fixture f;
    f.random = test_random_seeded();
    for (uint32_t i = 0; i < 256; i++)
        grey[i] = 0xff000000u | i << 16 | i << 8 | i;
    for (int es = 0; es < 2; es++) {
        if (!open_fixture(&f, es)) {
            if (test_failures)
                return test_result();
            return test_skip(f.egl.reason);
        }
        test_types(&f);
        test_color_image(&f);
        test_retained(&f);
        test_ring(&f);
        test_uploads(&f);
        test_too_large(&f);
        close_fixture(&f);
    }
    return test_result();
}
