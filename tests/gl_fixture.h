// What the tests of the OpenGL painter share: a context with a framebuffer, comparison with
// brute force, and frames made by hand.
#pragma once

#include "egl.h"
#include "log.h"
#include "oracle.h"

#include <gpu/gl/painter.h>
#include <plotlib/base/alloc.h>

enum { WIDTH = 161, HEIGHT = 101 };

struct fixture {
    struct test_egl egl;
    struct plt_gl *gl;
    GLuint texture, fbo;
    struct test_random random;
    uint32_t drawn[HEIGHT][WIDTH], wanted[HEIGHT][WIDTH];
};

static const struct plt_irect whole = {0, 0, WIDTH, HEIGHT};

static inline void read_back(struct fixture *f, bool flip_y)
{
    static uint8_t bytes[HEIGHT][WIDTH][4];
    const struct plt_gl_api *api = &f->gl->api;
    api->BindFramebuffer(GL_FRAMEBUFFER, f->fbo);
    api->PixelStorei(GL_PACK_ALIGNMENT, 1);
    api->ReadPixels(0, 0, WIDTH, HEIGHT, GL_RGBA, GL_UNSIGNED_BYTE, bytes);
    for (int y = 0; y < HEIGHT; y++) {
        for (int x = 0; x < WIDTH; x++) {
            const uint8_t *p = bytes[flip_y ? y : HEIGHT - 1 - y][x];
            f->drawn[y][x] =
                (uint32_t)p[3] << 24 | (uint32_t)p[0] << 16 | (uint32_t)p[1] << 8 | p[2];
        }
    }
}

// Largest difference of a channel between the pictures.
static inline int difference(const struct fixture *f)
{
    int most = 0;
    for (int y = 0; y < HEIGHT; y++) {
        for (int x = 0; x < WIDTH; x++) {
            for (int shift = 0; shift < 32; shift += 8) {
                const int a = (int)(f->drawn[y][x] >> shift & 255);
                const int b = (int)(f->wanted[y][x] >> shift & 255);
                most = abs(a - b) > most ? abs(a - b) : most;
            }
        }
    }
    return most;
}

static inline int ink(const struct fixture *f, uint32_t background)
{
    int count = 0;
    for (int y = 0; y < HEIGHT; y++) {
        for (int x = 0; x < WIDTH; x++)
            count += f->wanted[y][x] != (background | 0xff000000u);
    }
    return count;
}

// Paints both ways up, compares with brute force; the two must agree to the byte.
static inline void check_frame(struct fixture *f, const struct plt_frame *frame,
                               int tolerance, const char *what)
{
    static uint32_t upright[HEIGHT][WIDTH];
    REQUIRE(plt_gl_draw(f->gl, frame, f->fbo, WIDTH, HEIGHT, true));
    read_back(f, true);
    memcpy(upright, f->drawn, sizeof(upright));
    REQUIRE(plt_gl_draw(f->gl, frame, f->fbo, WIDTH, HEIGHT, false));
    read_back(f, false);
    REQUIRE(memcmp(upright, f->drawn, sizeof(upright)) == 0);
    oracle_paint(frame, f->wanted[0]);
    REQUIRE(ink(f, frame->background) > 0);
    const int most = difference(f);
    if (most > tolerance)
        fprintf(stderr, "%s: differs by %d\n", what, most);
    REQUIRE_CMP(most, <=, tolerance, "d");
}

static inline struct plt_op *add_op(struct plt_frame *frame, enum plt_op_kind kind,
                                    uint32_t color)
{
    if (!plt_reserve((void **)&frame->ops, &frame->cap_ops, frame->num_ops + 1,
                     sizeof(*frame->ops)))
        abort();
    struct plt_op *op = &frame->ops[frame->num_ops++];
    *op = (struct plt_op){.kind = kind, .color = color, .clip = whole};
    return op;
}

static inline struct plt_frame new_frame(void)
{
    struct plt_frame frame;
    plt_frame_init(&frame);
    frame.width = WIDTH;
    frame.height = HEIGHT;
    frame.scale = 1;
    frame.background = 0xfff2e8d0u;
    return frame;
}

static inline uint32_t random_color(struct fixture *f)
{
    const uint32_t color = (uint32_t)test_next(&f->random);
    // Seen at least: a frame without ink would be no test.
    return test_below(&f->random, 2) ? color | 0xff000000u : color | 0x20000000u;
}

static inline struct plt_irect random_rect(struct fixture *f)
{
    const int32_t x = (int32_t)test_below(&f->random, WIDTH),
                  y = (int32_t)test_below(&f->random, HEIGHT);
    const int32_t w = 1 + (int32_t)test_below(&f->random, 80),
                  h = 1 + (int32_t)test_below(&f->random, 60);
    return plt_irect_cut((struct plt_irect){x, y, x + w, y + h}, whole);
}

static inline void add_rects(struct fixture *f, struct plt_frame *frame, int count)
{
    const size_t first = frame->num_rects;
    if (!plt_reserve((void **)&frame->rects, &frame->cap_rects, first + (size_t)count,
                     sizeof(*frame->rects)))
        abort();
    for (int i = 0; i < count; i++)
        frame->rects[frame->num_rects++] = random_rect(f);
    struct plt_op *op = add_op(frame, PLT_OP_FILL, random_color(f));
    op->clip = test_below(&f->random, 2) ? whole : random_rect(f);
    op->first = first;
    op->count = (size_t)count;
}

enum signal { NOISE, WALK, SPIKES, SQUARE, GAPS, DOTS, NUM_SIGNALS };

static inline float signal_at(struct fixture *f, enum signal signal, int i, float before)
{
    const float u = (float)test_uniform(&f->random);
    switch (signal) {
    case NOISE: return u * HEIGHT;
    case WALK: return before + (u - 0.5f) * 4.0f;
    case SPIKES: return u < 0.01f ? -200.0f : 55.25f;
    case SQUARE: return i / 40 % 2 ? 20.5f : 80.0f;
    case GAPS: return u < 0.1f ? NAN : u * 3000.0f - 1500.0f;
    case DOTS: return u < 0.6f ? NAN : u * HEIGHT;
    case NUM_SIGNALS: break;
    }
    return 0;
}

// Appends columns of `per_column` samples each; per_column 0: random, some without any.
static inline void add_columns(struct fixture *f, struct plt_frame *frame,
                               struct plt_stroke *stroke, enum signal signal,
                               int per_column)
{
    struct plt_reduced *out = &frame->strokes;
    stroke->first_column = out->num_columns;
    stroke->num_columns = WIDTH + 10;
    stroke->col0 = -5;
    if (!plt_reserve((void **)&out->columns, &out->cap_columns,
                     out->num_columns + stroke->num_columns, sizeof(*out->columns)))
        abort();
    float y = 50.0f;
    for (size_t i = 0; i < stroke->num_columns; i++) {
        struct plt_column c = {PLT_NO_PX, PLT_NO_PX, -PLT_NO_PX, PLT_NO_PX};
        const int n = per_column ? per_column : (int)test_below(&f->random, 3) * 3;
        for (int j = 0; j < n; j++) {
            const float v = signal_at(f, signal, (int)i * n + j, y);
            if (j == 0)
                c.first = isnan(v) ? PLT_NO_PX : v;
            c.last = isnan(v) ? PLT_NO_PX : v;
            if (isnan(v))
                continue;
            c.lo = fminf(c.lo, v);
            c.hi = fmaxf(c.hi, v);
            y = v;
        }
        out->columns[out->num_columns++] = c;
    }
}

static inline void add_segments(struct fixture *f, struct plt_frame *frame,
                                struct plt_stroke *stroke, int count)
{
    struct plt_reduced *out = &frame->strokes;
    stroke->first_segment = out->num_segments;
    stroke->num_segments = (size_t)count;
    if (!plt_reserve((void **)&out->segments, &out->cap_segments,
                     out->num_segments + (size_t)count, sizeof(*out->segments)))
        abort();
    for (int i = 0; i < count; i++) {
        const float x = (float)test_uniform(&f->random) * (WIDTH + 20) - 10;
        const float y = (float)test_uniform(&f->random) * (HEIGHT + 20) - 10;
        const float dx = (float)test_uniform(&f->random) * (i % 3 ? 4 : 100);
        const float dy = ((float)test_uniform(&f->random) - 0.5f) * (i % 5 ? 10 : 200);
        const bool dot = i % 7 == 0, upright = i % 11 == 0;
        out->segments[out->num_segments++] =
            (struct plt_segment){x, y, x + (dot || upright ? 0 : dx),
                                 y + (dot      ? 0
                                      : i % 13 ? dy
                                               : 0)};
    }
}

static inline bool open_fixture(struct fixture *f, bool es)
{
    if (!test_egl_open(&f->egl, es))
        return false;
    f->gl = plt_gl_create(&(struct plt_gl_params){test_egl_proc, &f->egl, NULL});
    REQUIRE(f->gl != NULL);
    if (!f->gl)
        return false;
    const struct plt_gl_api *api = &f->gl->api;
    printf("%s, %s\n", (const char *)api->GetString(GL_VERSION), plt_gl_renderer(f->gl));
    f->texture = plt_gl_texture_name(f->gl, GL_TEXTURE_2D);
    api->TexImage2D(GL_TEXTURE_2D, 0, GL_RGBA8, WIDTH, HEIGHT, 0, GL_RGBA, GL_UNSIGNED_BYTE,
                    NULL);
    api->GenFramebuffers(1, &f->fbo);
    api->BindFramebuffer(GL_FRAMEBUFFER, f->fbo);
    api->FramebufferTexture2D(GL_FRAMEBUFFER, GL_COLOR_ATTACHMENT0, GL_TEXTURE_2D,
                              f->texture, 0);
    return true;
}

static inline void close_fixture(struct fixture *f)
{
    if (f->gl) {
        f->gl->api.DeleteFramebuffers(1, &f->fbo);
        f->gl->api.DeleteTextures(1, &f->texture);
    }
    plt_gl_destroy(f->gl);
    f->gl = NULL;
    test_egl_close(&f->egl);
}
