// The OpenGL painter against brute force on hand-made frames, in an OpenGL 3.3 core and an
// OpenGL ES 3.0 context: pixels, bytes handed to the driver, the host's state.
#include "gl_fixture.h"

// Blending rounds twice in the fixed function, once in the contract: 1 a layer at most, so
// translucent layers are few here. Opaque ones are exact.
static void test_fill(struct fixture *f)
{
    for (int pass = 0; pass < 8; pass++) {
        struct plt_frame frame = new_frame();
        const bool opaque = pass % 2;
        for (int i = 0; i < (opaque ? 20 : 2); i++) {
            add_rects(f, &frame, opaque ? 9 : 1);
            frame.ops[i].kind = i % 2 ? PLT_OP_SPANS : PLT_OP_FILL;
            if (opaque || i == 0)
                frame.ops[i].color |= opaque ? 0xff000000u : 0x80000000u;
        }
        frame.ops[0].clip = whole;
        check_frame(f, &frame, opaque ? 0 : 2, opaque ? "opaque fill" : "fill");
        plt_frame_finish(&frame);
    }
}

static const float widths[] = {0.5f, 1, 1.5f, 2, 3, 5, 17.3f, 64, 256};
enum { NUM_WIDTHS = sizeof(widths) / sizeof(widths[0]) };

// Black on white shows the coverage itself: the bytes must be those of brute force.
static void test_dense(struct fixture *f)
{
    for (int i = 0; i < NUM_SIGNALS * NUM_WIDTHS; i++) {
        struct plt_frame frame = new_frame();
        const bool bare = i % 4 != 3;
        struct plt_op *op =
            add_op(&frame, PLT_OP_STROKE, bare ? 0xff000000u : random_color(f));
        frame.background = bare ? 0xffffffffu : frame.background;
        if (i % 3 == 1)
            op->clip = (struct plt_irect){19, 7, 141, 90};
        op->stroke.half_width = widths[i / NUM_SIGNALS] / 2;
        op->stroke.bounds = op->clip;
        add_columns(f, &frame, &op->stroke, (enum signal)(i % NUM_SIGNALS), i % 2 ? 5 : 0);
        char what[64];
        snprintf(what, sizeof(what), "dense signal %d width %g", i % NUM_SIGNALS,
                 (double)widths[i / NUM_SIGNALS]);
        check_frame(f, &frame, bare ? 0 : 1, what);
        plt_frame_finish(&frame);
    }
}

static void test_mixed(struct fixture *f)
{
    for (int i = 0; i < 2 * NUM_WIDTHS; i++) {
        struct plt_frame frame = new_frame();
        for (int j = 0; j < 2; j++) {
            struct plt_op *op = add_op(&frame, PLT_OP_STROKE, random_color(f));
            op->clip = j ? (struct plt_irect){30, 10, 130, 93} : whole;
            op->stroke.half_width = widths[i / 2] / 2;
            op->stroke.bounds = op->clip;
            if (i % 2)
                add_columns(f, &frame, &op->stroke, GAPS, 0);
            add_segments(f, &frame, &op->stroke, 40);
        }
        check_frame(f, &frame, 2, i % 2 ? "mixed" : "segments");
        plt_frame_finish(&frame);
    }
}

// ---- glyphs ----

static void test_glyphs(struct fixture *f)
{
    struct plt_font *font = plt_font_create(NULL, NULL);
    if (!font) {
        printf("no font: glyphs left out\n");
        return;
    }
    struct plt_frame frame = new_frame();
    frame.font = font;
    static const char *const lines[] = {"Pressure (kPa)", "0123456789",
                                        "\xc3\x84g\xce\xa9"};
    for (int i = 0; i < 6; i++) {
        const size_t first = frame.num_glyphs;
        REQUIRE(plt_text_shape(font, 9.0 + 7 * i, i % 2 ? PLT_TEXT_UP : PLT_TEXT_LEVEL,
                               lines[i % 3], &frame.glyphs, &frame.num_glyphs,
                               &frame.cap_glyphs));
        for (size_t j = first; j < frame.num_glyphs; j++) {
            frame.glyphs[j].x += 10 + 25 * i;
            frame.glyphs[j].y += i % 2 ? 95 : 15 + 14 * i;
        }
        struct plt_op *op =
            add_op(&frame, PLT_OP_GLYPHS, i < 3 ? 0xff203040u : 0x80c03040u);
        op->first = first;
        op->count = frame.num_glyphs - first;
        op->clip.x1 = i == 4 ? 120 : WIDTH;
    }
    check_frame(f, &frame, 8, "glyphs");
    // The page has been sent; only other glyph places are.
    frame.glyphs[0].x++;
    REQUIRE(plt_gl_draw(f->gl, &frame, f->fbo, WIDTH, HEIGHT, true));
    REQUIRE_CMP((size_t)f->gl->uploaded, ==, frame.num_glyphs * sizeof(*frame.glyphs),
                "zu");
    plt_frame_finish(&frame);
    plt_font_destroy(font);
}

// ---- the host ----

static void test_state(struct fixture *f)
{
    const struct plt_gl_api *api = &f->gl->api;
    struct plt_gl_state before, after;
    memset(&before, 0, sizeof(before));
    memset(&after, 0, sizeof(after));
    GLuint fbo = 0;
    api->GenFramebuffers(1, &fbo);
    api->BindFramebuffer(GL_READ_FRAMEBUFFER, fbo);
    api->Viewport(3, 4, 55, 66);
    api->Scissor(7, 8, 9, 10);
    api->Disable(GL_BLEND);
    api->Enable(GL_SCISSOR_TEST);
    api->BlendFuncSeparate(GL_ONE, GL_SRC_ALPHA, GL_ONE_MINUS_SRC_ALPHA, GL_ONE);
    api->BlendEquationSeparate(GL_MAX, GL_FUNC_ADD);
    api->ActiveTexture(GL_TEXTURE0 + 3);
    api->UseProgram(f->gl->programs[PLT_GL_FILL].name);
    api->BindVertexArray(f->gl->arrays[PLT_GL_ARRAY_GLYPHS]);
    plt_gl_state_save(api, &before);
    struct plt_frame frame = new_frame();
    struct plt_op *op = add_op(&frame, PLT_OP_STROKE, 0x80000000u);
    op->stroke.half_width = 2;
    op->stroke.bounds = whole;
    add_segments(f, &frame, &op->stroke, 9);
    REQUIRE(plt_gl_draw(f->gl, &frame, f->fbo, WIDTH, HEIGHT, true));
    plt_gl_state_save(api, &after);
    REQUIRE(memcmp(&before, &after, sizeof(before)) == 0);
    REQUIRE_CMP(api->GetError(), ==, (GLenum)GL_NO_ERROR, "x");
    api->DeleteFramebuffers(1, &fbo);
    plt_frame_finish(&frame);
}

// A host whose context lacks one entry point, or which has no memory left.
struct poor_host {
    struct test_egl *egl;
    const char *missing;
};

static void *poor_proc(void *user, const char *name)
{
    struct poor_host *host = user;
    return strcmp(name, host->missing) == 0 ? NULL : test_egl_proc(host->egl, name);
}

static void test_create(struct fixture *f)
{
    int lines = 0, major = 0, minor = 0;
    bool es = false;
    struct plt_log *log = test_counting_log(&lines);
    struct poor_host host = {&f->egl, "glDrawArraysInstanced"};
    REQUIRE(plt_gl_create(&(struct plt_gl_params){poor_proc, &host, log}) == NULL);
    REQUIRE_CMP(lines, ==, 1, "d");
    for (int64_t i = 0;; i++) {
        plt_alloc_fail_at(i, false);
        struct plt_gl *gl =
            plt_gl_create(&(struct plt_gl_params){test_egl_proc, &f->egl, log});
        plt_alloc_fail_at(-1, false);
        if (gl) {
            REQUIRE(i >= 2);
            REQUIRE_CMP(lines, ==, (int)i + 1, "d");
            plt_gl_destroy(gl);
            break;
        }
    }
    plt_log_unref(log);
    REQUIRE(plt_gl_api_version("OpenGL ES 3.2 Mesa", &es, &major, &minor) && es);
    REQUIRE_CMP(major * 10 + minor, ==, 32, "d");
    REQUIRE(plt_gl_api_version("4.6.0 NVIDIA 535.1", &es, &major, &minor) && !es);
    REQUIRE_CMP(major * 10 + minor, ==, 46, "d");
    REQUIRE(!plt_gl_api_version("OpenGL ES-CM 1.1", &es, &major, &minor));
    REQUIRE(!plt_gl_api_version(NULL, &es, &major, &minor));
}

// No memory for what is remembered: the pictures stay right.
static void test_no_memory(struct fixture *f)
{
    struct plt_frame frame = new_frame();
    struct plt_op *op = add_op(&frame, PLT_OP_STROKE, 0xff000000u);
    op->stroke.half_width = 1;
    op->stroke.bounds = whole;
    add_columns(f, &frame, &op->stroke, NOISE, 5);
    for (int64_t i = 0; i < 4; i++) {
        struct plt_gl *gl = f->gl;
        plt_gl_store_finish(&gl->rects);
        add_rects(f, &frame, 300);
        plt_alloc_fail_at(i, true);
        (void)plt_gl_draw(gl, &frame, f->fbo, WIDTH, HEIGHT, true);
        plt_alloc_fail_at(-1, false);
        check_frame(f, &frame, 255, "after a lack of memory");
    }
    plt_frame_finish(&frame);
}

static void test_abandon(struct fixture *f)
{
    struct plt_frame frame = new_frame();
    struct plt_gl *gl =
        plt_gl_create(&(struct plt_gl_params){test_egl_proc, &f->egl, NULL});
    REQUIRE(gl != NULL);
    REQUIRE(plt_gl_draw(gl, &frame, f->fbo, WIDTH, HEIGHT, true));
    plt_gl_abandon(gl);
    REQUIRE(!plt_gl_draw(gl, &frame, f->fbo, WIDTH, HEIGHT, true));
    plt_gl_abandon(gl);
    REQUIRE(plt_gl_renderer(gl) != NULL);
    plt_gl_destroy(gl);
    plt_gl_destroy(NULL);
    plt_frame_finish(&frame);
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
        test_fill(&f);
        test_dense(&f);
        test_mixed(&f);
        test_glyphs(&f);
        test_state(&f);
        test_create(&f);
        test_no_memory(&f);
        test_abandon(&f);
        close_fixture(&f);
    }
    return test_result();
}
