// Images in the OpenGL painter, without a window: ms from the call to the finished frame,
// for new pixels every frame and for levels that are dragged. Prints one JSON line.
// LIBGL_ALWAYS_SOFTWARE=0: the machine's own driver instead of llvmpipe.
#include <gpu/gl/api.h>
#include <plotlib/plotlib.h>

#include "../egl.h"
#include "bench.h"

enum { SIDE = 2048, WIDTH = 1000, HEIGHT = 800, FRAMES = 12 };

struct target {
    struct test_egl egl;
    struct plt_gl_api api;
    struct plt_gl *gl;
    GLuint fbo;
};

static bool open_target(struct target *t)
{
    if (!test_egl_open(&t->egl, false) || plt_gl_api_load(&t->api, test_egl_proc, &t->egl))
        return false;
    GLuint texture = 0;
    t->api.GenTextures(1, &texture);
    t->api.BindTexture(GL_TEXTURE_2D, texture);
    t->api.TexImage2D(GL_TEXTURE_2D, 0, GL_RGBA8, WIDTH, HEIGHT, 0, GL_RGBA,
                      GL_UNSIGNED_BYTE, NULL);
    t->api.GenFramebuffers(1, &t->fbo);
    t->api.BindFramebuffer(GL_FRAMEBUFFER, t->fbo);
    t->api.FramebufferTexture2D(GL_FRAMEBUFFER, GL_COLOR_ATTACHMENT0, GL_TEXTURE_2D,
                                texture, 0);
    t->gl = plt_gl_create(&(struct plt_gl_params){test_egl_proc, &t->egl, NULL});
    return t->gl != NULL;
}

// Until the pixels are there: reading one waits for all.
static double paint(struct target *t, struct plt_figure *figure)
{
    uint8_t pixel[4];
    const double start = bench_seconds(CLOCK_MONOTONIC);
    if (!plt_gl_paint(t->gl, figure, t->fbo, WIDTH, HEIGHT, 1, true, NULL))
        exit(1);
    t->api.BindFramebuffer(GL_FRAMEBUFFER, t->fbo);
    t->api.ReadPixels(WIDTH / 2, HEIGHT / 2, 1, 1, GL_RGBA, GL_UNSIGNED_BYTE, pixel);
    return (bench_seconds(CLOCK_MONOTONIC) - start) * 1e3;
}

struct kind {
    const char *name;
    enum plt_type type;
    int32_t channels;
    double top;
};

// Best frames of new pixels, of new levels, and of neither; minified, then magnified.
static void run_kind(struct target *t, const struct kind *kind, void *pixels)
{
    struct plt_image *image =
        plt_image_wrap(pixels,
                       plt_image_params(.type = kind->type, .columns = SIDE, .rows = SIDE,
                                        .channels = kind->channels),
                       NULL, NULL);
    struct plt_figure *figure = plt_figure_create(NULL);
    struct plt_plot *plot = plt_figure_add_plot(figure, NULL);
    const struct plt_range levels = {0, kind->top};
    struct plt_image_item *item =
        plt_image_item_create(plot, image, plt_image_item_params(.levels = levels));
    double best[2][2] = {{1e9, 1e9}, {1e9, 1e9}};
    for (int near = 0; near < 2; near++) {
        if (near) {
            plt_plot_set_x_range(plot, 100, 400);
            plt_plot_set_y_range(plot, 100, 400);
        }
        paint(t, figure);
        for (int i = 0; i < FRAMES; i++) {
            plt_image_update(image, NULL);
            best[near][0] = fmin(best[near][0], paint(t, figure));
            plt_image_item_set_levels(item, 0.01 * (i + 1) * kind->top, kind->top);
            best[near][1] = fmin(best[near][1], paint(t, figure));
        }
    }
    printf(", \"%s_new_ms\": %.2f, \"%s_levels_ms\": %.2f, \"%s_near_new_ms\": %.2f, "
           "\"%s_near_levels_ms\": %.2f",
           kind->name, best[0][0], kind->name, best[0][1], kind->name, best[1][0],
           kind->name, best[1][1]);
    plt_figure_destroy(figure);
    plt_image_unref(image);
}

int main(void)
{
    static const struct kind kinds[] = {
        {"u8", PLT_U8, 1, 255},       {"u16", PLT_U16, 1, 65535}, {"f16", PLT_F16, 1, 1},
        {"f32", PLT_F32, 1, 1},       {"rgb8", PLT_U8, 3, 255},   {"rgba8", PLT_U8, 4, 255},
        {"rgb16", PLT_U16, 3, 65535}, {"rgbf32", PLT_F32, 3, 1},
    };
    struct target target = {0};
    if (!open_target(&target)) {
        fprintf(stderr, "no OpenGL: %s\n", target.egl.reason ? target.egl.reason : "");
        return 1;
    }
    uint16_t *pixels = bench_alloc((size_t)SIDE * SIDE * 4, sizeof(float));
    for (size_t i = 0; i < (size_t)SIDE * SIDE * 8; i++)
        pixels[i] = (uint16_t)(i * 40503u >> 4 & 0x3bff);
    printf("{\"case\": \"gl images\", \"renderer\": \"%s\"", plt_gl_renderer(target.gl));
    for (size_t k = 0; k < sizeof(kinds) / sizeof(kinds[0]); k++)
        run_kind(&target, &kinds[k], pixels);
    printf("}\n");
    plt_gl_destroy(target.gl);
    test_egl_close(&target.egl);
    free(pixels);
    return 0;
}
