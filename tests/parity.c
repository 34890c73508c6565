// One draw list, two painters: whole figures through the CPU painter and through OpenGL
// (EGL surfaceless) differ by at most 2/255; uploads stay within the frame's own data.
#include <gpu/gl/painter.h>
#include <plotlib/draw/frame.h>
#include <plotlib/plotlib.h>

#include "egl.h"
#include "test.h"

enum { WIDTH = 640, HEIGHT = 420 };

static const char *const font = "/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf";

struct stage {
    struct test_egl egl;
    struct plt_gl *gl;
    struct plt_raster *raster;
    GLuint texture, fbo;
    uint32_t by_gl[HEIGHT * WIDTH], by_raster[HEIGHT * WIDTH];
    int worst;
};

static bool open_stage(struct stage *s, bool es)
{
    if (!test_egl_open(&s->egl, es))
        return false;
    s->gl = plt_gl_create(&(struct plt_gl_params){test_egl_proc, &s->egl, NULL});
    s->raster = plt_raster_create(NULL);
    REQUIRE(s->gl && s->raster);
    if (!s->gl)
        return false;
    const struct plt_gl_api *api = &s->gl->api;
    api->GenTextures(1, &s->texture);
    api->BindTexture(GL_TEXTURE_2D, s->texture);
    api->TexImage2D(GL_TEXTURE_2D, 0, GL_RGBA8, WIDTH, HEIGHT, 0, GL_RGBA, GL_UNSIGNED_BYTE,
                    NULL);
    api->TexParameteri(GL_TEXTURE_2D, GL_TEXTURE_MIN_FILTER, GL_NEAREST);
    api->GenFramebuffers(1, &s->fbo);
    api->BindFramebuffer(GL_FRAMEBUFFER, s->fbo);
    api->FramebufferTexture2D(GL_FRAMEBUFFER, GL_COLOR_ATTACHMENT0, GL_TEXTURE_2D,
                              s->texture, 0);
    return true;
}

static void close_stage(struct stage *s)
{
    if (s->gl) {
        s->gl->api.DeleteFramebuffers(1, &s->fbo);
        s->gl->api.DeleteTextures(1, &s->texture);
    }
    plt_gl_destroy(s->gl);
    plt_raster_destroy(s->raster);
    test_egl_close(&s->egl);
}

static void read_back(struct stage *s)
{
    const struct plt_gl_api *api = &s->gl->api;
    uint8_t *bytes = malloc(WIDTH * HEIGHT * 4);
    api->BindFramebuffer(GL_FRAMEBUFFER, s->fbo);
    api->ReadPixels(0, 0, WIDTH, HEIGHT, GL_RGBA, GL_UNSIGNED_BYTE, bytes);
    for (int i = 0; i < WIDTH * HEIGHT; i++)
        s->by_gl[i] = 0xff000000u | (uint32_t)bytes[4 * i] << 16 |
                      (uint32_t)bytes[4 * i + 1] << 8 | bytes[4 * i + 2];
    free(bytes);
}

static int difference(const struct stage *s)
{
    int most = 0;
    for (int i = 0; i < WIDTH * HEIGHT; i++) {
        for (int shift = 0; shift < 24; shift += 8) {
            int d = abs((int)(s->by_gl[i] >> shift & 255) -
                        (int)(s->by_raster[i] >> shift & 255));
            most = d > most ? d : most;
        }
    }
    return most;
}

// What a painter may have to hand over for one frame, images apart.
static uint64_t frame_bytes(struct plt_figure *figure, double scale)
{
    struct plt_frame frame;
    plt_frame_init(&frame);
    REQUIRE(plt_frame_build(&frame, figure, WIDTH, HEIGHT, scale));
    uint64_t bytes = frame.strokes.num_columns * sizeof(struct plt_column) +
                     frame.strokes.num_segments * sizeof(struct plt_segment) +
                     frame.num_rects * sizeof(struct plt_irect) +
                     frame.num_tints * sizeof(struct plt_tint) +
                     frame.num_markers * sizeof(struct plt_marker) +
                     frame.num_glyphs * sizeof(struct plt_glyph) +
                     frame.num_spans * sizeof(struct plt_sample_span) +
                     frame.num_ops * sizeof(struct plt_op) + 4096;
    uint64_t pages = 0; // a glyph that was not needed before sends its page
    for (int i = 0; i < plt_font_num_pages(frame.font); i++)
        pages += (uint64_t)plt_font_page(frame.font, i).used * 512;
    REQUIRE_CMP(pages, <, (uint64_t)100000, PRIu64); // far less than the larger images
    plt_frame_finish(&frame);
    return 2 * bytes + pages; // instances carry their place and colour with them
}

// An 8-bit blender rounds each layer by itself, 1 of 255 at most: two layers, the usual
// stack of a stroke on its grid, differ by 2.
static uint64_t paint_layers(struct stage *s, struct plt_figure *figure, double scale,
                             const char *what, int layers)
{
    struct plt_paint_stats stats = {0};
    REQUIRE(plt_gl_paint(s->gl, figure, s->fbo, WIDTH, HEIGHT, scale, true, &stats));
    read_back(s);
    REQUIRE(plt_raster_paint(s->raster, figure, s->by_raster, WIDTH * 4, WIDTH, HEIGHT,
                             scale, NULL));
    int most = difference(s);
    s->worst = most > s->worst ? most : s->worst;
    if (most > layers) {
        fprintf(stderr, "%s: the painters differ by %d\n", what, most);
        test_failures++;
    }
    return stats.uploaded_bytes;
}

static uint64_t paint_both(struct stage *s, struct plt_figure *figure, double scale,
                           const char *what)
{
    return paint_layers(s, figure, scale, what, 2);
}

static struct plt_series *noise(struct test_random *random, size_t n, double gaps)
{
    struct plt_series *series = plt_series_create(plt_series_params(.type = PLT_F32));
    float *y = malloc(n * sizeof(*y));
    for (size_t i = 0; i < n; i++)
        y[i] = test_uniform(random) < gaps ? NAN : (float)test_uniform(random);
    plt_series_set(series, y, n);
    free(y);
    return series;
}

static void test_curves(struct stage *s, struct test_random *random)
{
    static const size_t counts[] = {3, 200, 1300, 5000, 200000};
    static const float widths[] = {1, 1.5f, 2, 3, 7.5f, 40};
    for (int i = 0; i < 60; i++) {
        struct plt_figure *figure = plt_figure_create(
            plt_figure_params(.font_file = font,
                              .theme = i % 2 ? PLT_THEME_DARK : PLT_THEME_LIGHT));
        struct plt_plot *plot = plt_figure_add_plot(
            figure, plt_plot_params(.title = "parity", .x_label = "x", .y_unit = "V"));
        // Two: an OpenGL blender may round each translucent layer once more than we do.
        for (int j = 0; j < 2; j++) {
            struct plt_series *series = noise(random, counts[(i + j) % 5], j * 0.2);
            plt_curve_create(
                plot, series,
                plt_curve_params(.name = "curve", .width_px = widths[i % 6],
                                 .no_antialias = test_below(random, 4) == 0,
                                 .color = {0.2f, 0.5f, 0.9f,
                                           (float)test_uniform(random) + 0.1f}));
            plt_series_unref(series);
        }
        if (i % 3 == 0)
            plt_plot_set_y_range(plot, 0.3, 0.6);
        double scale = 1 + (i % 3) * 0.5;
        paint_both(s, figure, scale, "curves");
        uint64_t bytes = paint_both(s, figure, scale, "curves again");
        REQUIRE_CMP(bytes, <=, frame_bytes(figure, scale), PRIu64);
        plt_figure_destroy(figure);
    }
}

// Steps, dashes, fills and shadows: an edge of each may lie in the same pixel.
static void test_looks(struct stage *s, struct test_random *random)
{
    static const size_t counts[] = {8, 60, 700, 100000};
    static const float dash[] = {9, 4, 2, 4};
    for (int i = 0; i < 48; i++) {
        struct plt_figure *figure = plt_figure_create(plt_figure_params(.font_file = font));
        struct plt_plot *plot = plt_figure_add_plot(figure, NULL);
        struct plt_series *series = noise(random, counts[i % 4], i % 3 * 0.1);
        plt_curve_create(plot, series,
                         plt_curve_params(.width_px = 1 + (float)(i % 5),
                                          .step = (enum plt_step)(i / 4 % 4),
                                          .join = (enum plt_join)(i % 3),
                                          .cap = (enum plt_cap)(i / 3 % 3),
                                          .connect = (enum plt_connect)(i % 3),
                                          .dash = dash, .num_dash = i % 2 ? 4 : 0,
                                          .shadow_color = {0.5f, 0.5f, 0.5f, 1},
                                          .fill_color = {0.2f, 0.5f, 0.1f, 1},
                                          .fill_level = test_uniform(random)));
        plt_series_unref(series);
        double scale = 1 + (i % 3) * 0.5;
        paint_layers(s, figure, scale, "looks", 3);
        plt_figure_destroy(figure);
    }
}

static void fill(struct test_random *random, enum plt_type type, void *pixels, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        double v = test_uniform(random) * 100 + (double)(i % 100) * 0.2;
        switch (type) {
        case PLT_F64: ((double *)pixels)[i] = i % 97 == 0 ? NAN : v; break;
        case PLT_F32: ((float *)pixels)[i] = i % 97 == 0 ? NAN : (float)v; break;
        case PLT_I8: ((int8_t *)pixels)[i] = (int8_t)v; break;
        case PLT_U8: ((uint8_t *)pixels)[i] = (uint8_t)v; break;
        case PLT_I16: ((int16_t *)pixels)[i] = (int16_t)(v * 100 - 5000); break;
        case PLT_U16: ((uint16_t *)pixels)[i] = (uint16_t)(v * 500); break;
        case PLT_I32: ((int32_t *)pixels)[i] = (int32_t)(v * 1e6); break;
        case PLT_U32: ((uint32_t *)pixels)[i] = (uint32_t)(v * 3e7); break;
        case PLT_I64: ((int64_t *)pixels)[i] = (int64_t)(v * 1e9); break;
        case PLT_F16: break; // images only
        }
    }
}

// Grey: one entry of the map is one step of 255, so the bound of 2 allows one index.
static void add_others(struct plt_plot *plot, struct plt_series *series, const double *y,
                       size_t n)
{
    plt_error_bars_create(plot, series,
                          plt_error_bars_params(.x_error = 0.2, .y_error = 0.3));
    struct plt_box_plot *boxes = plt_box_plot_create(plot, NULL);
    REQUIRE(plt_box_plot_add(boxes, 10, y, n));
    plt_histogram_create(plot, series, plt_histogram_params(.bins = 9));
    for (int up = 0; up < 2; up++)
        plt_text_item_create(plot, plt_text_item_params(.x = 9 + up, .y = 9,
                                                        .text = "a text", .upwards = up,
                                                        .box_color = {0, 0, 0, 0.5f}));
}

// All symbols, sizes and looks. Few lie over each other: a blender may round each layer
// once more than we do.
static void test_marks(struct stage *s, struct test_random *random)
{
    enum { N = 300 };
    double x[N], y[N];
    uint8_t symbols[N];
    float sizes[N];
    uint32_t colors[N];
    for (int i = 0; i < 12; i++) {
        for (int k = 0; k < N; k++) {
            x[k] = k % 20 + 0.6 * test_uniform(random);
            y[k] = k / 20 + 0.6 * test_uniform(random);
            symbols[k] = (uint8_t)test_below(random, PLT_NUM_SYMBOLS);
            sizes[k] = (float)(1 + test_uniform(random) * (i % 4 == 0 && i % 3 ? 40 : 12));
            colors[k] = (uint32_t)test_next(random) | (i % 6 ? 0xff000000u : 0);
        }
        struct plt_series *series =
            plt_series_create(plt_series_params(.x_kind = PLT_X_F64));
        REQUIRE(plt_series_set_xy(series, x, y, N));
        struct plt_figure *figure = plt_figure_create(plt_figure_params(.font_file = font));
        struct plt_plot *plot = plt_figure_add_plot(figure, NULL);
        struct plt_color black = {0, 0, 0, i % 2 ? 1 : 0.5f};
        struct plt_scatter *scatter = plt_scatter_create(
            plot, series,
            plt_scatter_params(.name = "points", .hollow = i % 5 == 4, .stems = i == 7,
                               .outline_width_px = (float)(i % 3) + 0.5f,
                               .outline_color = i % 3 ? black : (struct plt_color){0}));
        REQUIRE(plt_scatter_set_symbols(scatter, symbols, N));
        REQUIRE(plt_scatter_set_sizes(scatter, sizes, N));
        REQUIRE(plt_scatter_set_colors(scatter, colors, N));
        if (i % 6)
            add_others(plot, series, y, N);
        paint_both(s, figure, i % 2 ? 1 : 1.5, "marks");
        plt_figure_destroy(figure);
        plt_series_unref(series);
    }
}

// A level is dragged in the color bar: its line from the top down by a fifth.
static void drag_level(struct plt_figure *figure, struct plt_color_bar *bar)
{
    const struct plt_rect r = plt_color_bar_rect(bar);
    const double top = r.y + r.height * 0.02 / 1.04;
    struct plt_event event = {.type = PLT_EVENT_MOVE, .x_px = r.x + 20, .y_px = top};
    plt_figure_handle_event(figure, &event);
    event.type = PLT_EVENT_PRESS;
    event.button = event.buttons = PLT_BUTTON_LEFT;
    plt_figure_handle_event(figure, &event);
    event.type = PLT_EVENT_MOVE;
    event.y_px += r.height / 5;
    plt_figure_handle_event(figure, &event);
}

static void test_images(struct stage *s, struct test_random *random)
{
    static const int sides[] = {5, 90, 700, 2000};
    void *pixels = malloc(2000u * 2000u * 8u);
    for (int i = 0; i < 4 * PLT_NUM_TYPES; i++) {
        enum plt_type type = (enum plt_type)(i % PLT_NUM_TYPES);
        int side = sides[i / PLT_NUM_TYPES];
        fill(random, type, pixels, (size_t)side * (size_t)side);
        struct plt_image *image = plt_image_create(
            pixels, plt_image_params(.type = type, .columns = side, .rows = side));
        struct plt_figure *figure = plt_figure_create(plt_figure_params(.font_file = font));
        struct plt_plot *plot = plt_figure_add_plot(
            figure, plt_plot_params(.y_down = true, .lock_aspect = i % 2 == 0));
        struct plt_image_item *item = plt_image_item_create(
            plot, image,
            plt_image_item_params(.colormap = "grey",
                                  .minify = i % 3 ? PLT_MINIFY_MEAN : PLT_MINIFY_MAX,
                                  .orientation = {i & 1, i & 2, i & 4}));
        struct plt_color_bar *bar = plt_color_bar_create(item, NULL);
        plt_roi_create(plot, plt_roi_params(.x0 = side * 0.2, .y0 = side * 0.2,
                                            .x1 = side * 0.4, .y1 = side * 0.7));
        plt_roi_create(plot, plt_roi_params(.kind = PLT_ROI_LINE, .x0 = side * 0.3,
                                            .y0 = side * 0.8, .x1 = side * 0.9,
                                            .y1 = side * 0.1));
        paint_both(s, figure, 1, "image");
        struct plt_range levels = plt_image_item_levels(item);
        drag_level(figure, bar); // uploads nothing of the image
        REQUIRE(plt_image_item_levels(item).x1 < levels.x1);
        uint64_t bytes = paint_both(s, figure, 1, "levels");
        REQUIRE_CMP(bytes, <=, frame_bytes(figure, 1), PRIu64);
        plt_plot_set_x_range(plot, side * 0.1, side * 0.6); // zoom: no pixels go up either
        bytes = paint_both(s, figure, 1, "zoomed image");
        REQUIRE_CMP(bytes, <=, frame_bytes(figure, 1), PRIu64);
        plt_figure_destroy(figure);
        plt_image_unref(image);
    }
    free(pixels);
}

int main(void)
{
    struct test_random random = test_random_seeded();
    for (int es = 0; es < 2; es++) {
        struct stage *s = calloc(1, sizeof(*s));
        if (!open_stage(s, es)) {
            int result = test_skip(s->egl.reason ? s->egl.reason : "no OpenGL painter");
            free(s);
            return test_failures ? 1 : result;
        }
        test_curves(s, &random);
        test_looks(s, &random);
        test_marks(s, &random);
        test_images(s, &random);
        printf("%s: the painters differ by at most %d of 255\n", plt_gl_renderer(s->gl),
               s->worst);
        close_stage(s);
        free(s);
    }
    return test_result();
}
