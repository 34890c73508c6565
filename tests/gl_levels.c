// Levels and colormaps in the OpenGL painter against the CPU engine: every type, channels,
// levels and size of map, with NaN, magnified, minified and both: within one entry of the
// map. Whole and in tiles, straight from memory and through pixel buffers.
#include "gl_fixture.h"

#include <plotlib/image/paint.h>

enum { COLUMNS = 76, ROWS = 57 };

static const struct plt_irect places[] = {
    {4, 3, 160, 99}, {10, 20, 41, 33}, {0, 0, 99, 12}}; // magnified, minified, both

static const int32_t sizes[] = {2, 256, 1024, 1025, 65536};
enum { NUM_SIZES = 5, NUM_LEVELS = 5 };

// Values of -100..100 in every type, far from zero where the type can; of 32 bits more,
// as a level is a float32.
static double offset_of(enum plt_type type)
{
    switch (type) {
    case PLT_U8: return 120;
    case PLT_U16: return 30000;
    case PLT_I16: return -12000;
    case PLT_U32: return 3e9;
    case PLT_I32: return -5;
    case PLT_F32: return 1000;
    case PLT_I64: return 1 << 20;
    default: return 0;
    }
}

static double half_of(enum plt_type type)
{
    return type == PLT_U32 ? 1e6 : 100;
}

static bool is_real(enum plt_type type)
{
    return type == PLT_F64 || type == PLT_F32 || type == PLT_F16;
}

// Halves of every kind come from bits: the numbers below 1, subnormals, and NaN.
static void put_sample(void *pixels, size_t i, enum plt_type type, double v)
{
    switch (type) {
    case PLT_F64: ((double *)pixels)[i] = v; break;
    case PLT_F32: ((float *)pixels)[i] = (float)v; break;
    case PLT_I8: ((int8_t *)pixels)[i] = (int8_t)v; break;
    case PLT_U8: ((uint8_t *)pixels)[i] = (uint8_t)v; break;
    case PLT_I16: ((int16_t *)pixels)[i] = (int16_t)v; break;
    case PLT_U16: ((uint16_t *)pixels)[i] = (uint16_t)v; break;
    case PLT_I32: ((int32_t *)pixels)[i] = (int32_t)v; break;
    case PLT_U32: ((uint32_t *)pixels)[i] = (uint32_t)v; break;
    case PLT_I64: ((int64_t *)pixels)[i] = (int64_t)v; break;
    case PLT_F16: {
        const int step = isfinite(v) ? (int)fabs(v) : 0; // 0..127 x 2^-7, or 0..127 x 2^-24
        const uint16_t small = (uint16_t)step;
        const uint16_t bits = (uint16_t)(0x3000 + step * 24);
        ((uint16_t *)pixels)[i] =
            isnan(v)   ? 0x7e01
            : isinf(v) ? (v < 0 ? 0xfc00 : 0x7c00)
                       : (uint16_t)((step % 5 ? bits : small) | (v < 0 ? 0x8000 : 0));
        break;
    }
    }
}

static double random_value(struct fixture *f, enum plt_type type, int r, int c)
{
    const double v = (test_uniform(&f->random) - 0.5) * 2 * half_of(type) + offset_of(type);
    if (!is_real(type))
        return v;
    if (r > 20 && r < 30 && c > 30)
        return NAN;
    const uint64_t special = test_below(&f->random, 40);
    return special == 0 ? NAN : special == 1 ? INFINITY : special == 2 ? -INFINITY : v;
}

// Packed, rows with a rest, and planes.
static struct plt_image_view make_view(struct fixture *f, enum plt_type type, int channels,
                                       int layout)
{
    static uint64_t id = 0;
    const size_t size = plt_type_size(type);
    const bool planes = layout == 2 && channels > 1;
    struct plt_image_view view = {
        .row_stride =
            COLUMNS * size * (size_t)(planes ? 1 : channels) + (layout == 1 ? 3 * size : 0),
        .type = type,
        .columns = COLUMNS,
        .rows = ROWS,
        .channels = channels,
        .id = ++id,
        .generation = 1,
    };
    if (planes) {
        view.pixel_stride = size;
        view.channel_stride = ROWS * view.row_stride;
    }
    view.pixels = calloc(ROWS * view.row_stride * (planes ? 4 : 1), 1);
    REQUIRE(view.pixels != NULL);
    for (int r = 0; r < ROWS; r++) {
        for (int c = 0; c < COLUMNS; c++) {
            for (int k = 0; k < channels; k++)
                put_sample((void *)plt_image_at(&view, c, r, k), 0, type,
                           random_value(f, type, r, c));
        }
    }
    return view;
}

// Of all values, of a few, upside down, none between, and far away.
static struct plt_levels levels_of(enum plt_type type, int kind, int32_t entries)
{
    const double at = offset_of(type), half = type == PLT_F16 ? 0.5 : half_of(type);
    switch (kind) {
    case 1: return plt_levels_make(at - half * 0.04, at + half * 0.05, entries);
    case 2: return plt_levels_make(at + half, at - half, entries);
    case 3: return plt_levels_make(at, at, entries);
    case 4: return plt_levels_make(at + half / 2, at + half * 2, entries);
    default: return plt_levels_make(at - half, at + half, entries);
    }
}

// An entry says its own number in the low 16 bits.
static const uint32_t *entry_numbers(void)
{
    static uint32_t colors[65536];
    for (uint32_t i = 0; i < 65536; i++)
        colors[i] = 0xff500000u | i;
    return colors;
}

// Low bytes that rise by at most one an entry; 4096 as gamma makes them.
static const uint32_t *grey_bytes(int32_t entries)
{
    static uint32_t colors[2][4096];
    uint32_t *table = colors[entries == 4096];
    for (int32_t i = 0; i < entries; i++)
        table[i] = 0xff000000u |
                   (uint32_t)(256 * pow((i + 0.5) / entries, entries == 4096 ? 2 : 1));
    return table;
}

static void add_spans(struct plt_frame *frame, int size, int samples)
{
    if (!plt_reserve((void **)&frame->spans, &frame->cap_spans,
                     frame->num_spans + (size_t)size, sizeof(*frame->spans)))
        abort();
    for (int i = 0; i < size; i++) {
        struct plt_sample_span span = {i * samples / size, (i + 1) * samples / size};
        span.end += span.begin == span.end;
        if (i == 5 || i == size - 1)
            span.end = span.begin;
        frame->spans[frame->num_spans++] = span;
    }
}

static struct plt_frame make_frame(const struct plt_frame_image *image)
{
    struct plt_frame frame = new_frame();
    if (!plt_reserve((void **)&frame.images, &frame.cap_images, 1, sizeof(*frame.images)))
        abort();
    frame.images[0] = *image;
    frame.num_images = 1;
    add_spans(&frame, image->dst.x1 - image->dst.x0, image->src.columns);
    frame.images[0].first_row = frame.num_spans;
    add_spans(&frame, image->dst.y1 - image->dst.y0, image->src.rows);
    add_op(&frame, PLT_OP_IMAGE, 0);
    return frame;
}

static void paint_cpu(struct fixture *f, const struct plt_frame *frame)
{
    const struct plt_frame_image *image = &frame->images[0];
    struct plt_image_map map = {.src = image->src,
                                .table = image->table,
                                .minify = image->minify,
                                .cols = frame->spans + image->first_col,
                                .rows = frame->spans + image->first_row,
                                .width = image->dst.x1 - image->dst.x0,
                                .height = image->dst.y1 - image->dst.y0};
    memcpy(map.levels, image->levels, sizeof(map.levels));
    uint32_t *pixels = f->wanted[0];
    for (int i = 0; i < WIDTH * HEIGHT; i++)
        pixels[i] = frame->background | 0xff000000u;
    REQUIRE(plt_image_map_run(&map, &f->wanted[image->dst.y0][image->dst.x0],
                              sizeof(f->wanted[0])));
}

static int entry_difference(const struct fixture *f)
{
    const uint32_t *drawn = f->drawn[0], *wanted = f->wanted[0];
    int most = 0;
    for (int i = 0; i < WIDTH * HEIGHT; i++) {
        const uint32_t a = drawn[i], b = wanted[i];
        const int steps = abs((int)(a & 0xffff) - (int)(b & 0xffff));
        const int here = (a ^ b) >> 16 ? 1 << 20 : steps; // drawn in one, not in the other
        most = here > most ? here : most;
    }
    return most;
}

static void compare(struct fixture *f, const struct plt_frame *frame, const char *what)
{
    const bool color = frame->images[0].src.channels > 1;
    REQUIRE(plt_gl_draw(f->gl, frame, f->fbo, WIDTH, HEIGHT, true));
    read_back(f, true);
    paint_cpu(f, frame);
    REQUIRE(ink(f, frame->background) > 0);
    const int most = color ? difference(f) : entry_difference(f);
    if (most > 1)
        fprintf(stderr, "%s: differs by %d\n", what, most);
    REQUIRE_CMP(most, <=, 1, "d");
}

static void test_view(struct fixture *f, const struct plt_image_view *view)
{
    const bool color = view->channels > 1;
    const int num_sizes = color ? 2 : NUM_SIZES;
    // Every level with every map; the place and the minifying take turns.
    for (int i = 0; i < num_sizes * NUM_LEVELS * 2; i++) {
        const int kind = i / 2 % NUM_LEVELS;
        const int32_t entries =
            color ? (i / 2 / NUM_LEVELS ? 4096 : 256) : sizes[i / 2 / NUM_LEVELS];
        struct plt_frame_image image = {
            .src = *view,
            .table = {color ? grey_bytes(entries) : entry_numbers(), entries, true,
                      (uint64_t)entries + (color ? 1 << 20 : 0)},
            .minify = i % 2 ? PLT_MINIFY_MAX : PLT_MINIFY_MEAN,
            .dst = places[(i + i / 2 + i / 6) % 3],
        };
        for (int c = 0; c < 4; c++)
            image.levels[c] = levels_of(view->type, c == 3 ? 0 : (kind + c) % NUM_LEVELS,
                                        c == 3 ? 256 : entries);
        image.levels[0] = levels_of(view->type, kind, entries);
        struct plt_frame frame = make_frame(&image);
        char what[96];
        snprintf(what, sizeof(what), "type %d, %d channels, levels %d of %d, %s, place %d",
                 (int)view->type, (int)view->channels, kind, (int)entries,
                 i % 2 ? "max" : "mean", (i + i / 2 + i / 6) % 3);
        compare(f, &frame, what);
        plt_frame_finish(&frame);
    }
}

int main(void)
{
    static struct fixture f;
    f.random = test_random_seeded();
    for (int es = 0; es < 2; es++) {
        if (!open_fixture(&f, es)) {
            if (test_failures)
                return test_result();
            return test_skip(f.egl.reason);
        }
        const int tile = f.gl->tile;
        for (int i = 0; i < PLT_NUM_PIXEL_TYPES * 3; i++) {
            const int round = i / PLT_NUM_PIXEL_TYPES;
            const enum plt_type type = (enum plt_type)(i % PLT_NUM_PIXEL_TYPES);
            f.gl->tile = (i + es) % 2 ? 5 : tile;
            f.gl->stream_from = (i / 2 + es) % 2 ? 0 : SIZE_MAX;
            struct plt_image_view view =
                make_view(&f, type, round == 0 ? 1 : round + 2, (i + es) % 3);
            test_view(&f, &view);
            free((void *)view.pixels);
        }
        close_fixture(&f);
    }
    return test_result();
}
