// Golden frames: what draw/ makes of small scenes, as text (tests/ref/*.frame.txt), so that
// a change in layout, ticks, reduction or painting order is seen in the diff.
// PLOTLIB_UPDATE_REF=1 writes them anew.
#include <plotlib/draw/build.h>
#include <plotlib/draw/frame.h>
#include <plotlib/draw/print.h>
#include <plotlib/plotlib.h>

#include "test.h"

static const char *const font = "/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf";

static char *read_all(FILE *file)
{
    fseek(file, 0, SEEK_END);
    long size = ftell(file);
    rewind(file);
    char *text = calloc(1, (size_t)size + 1);
    if (fread(text, 1, (size_t)size, file) != (size_t)size)
        text[0] = '\0';
    return text;
}

static void show_difference(const char *name, const char *got, const char *want)
{
    int line = 1;
    const char *start = got;
    while (*got && *got == *want) {
        if (*got == '\n') {
            line++;
            start = got + 1;
        }
        got++;
        want++;
    }
    fprintf(stderr, "tests/ref/%s.frame.txt:%d: now \"%.*s\"\n", name, line,
            (int)strcspn(start, "\n"), start);
    test_failures++;
}

static void compare(const char *name, struct plt_figure *figure, int width, int height,
                    double scale)
{
    char path[256];
    snprintf(path, sizeof(path), "ref/%s.frame.txt", name);
    struct plt_frame frame;
    plt_frame_init(&frame);
    REQUIRE(plt_frame_build(&frame, figure, width, height, scale));
    FILE *out = tmpfile();
    REQUIRE(plt_frame_print(&frame, out));
    char *got = read_all(out);
    fclose(out);
    if (getenv("PLOTLIB_UPDATE_REF")) {
        FILE *ref = fopen(path, "w");
        fputs(got, ref);
        fclose(ref);
    }
    FILE *ref = fopen(path, "r");
    REQUIRE(ref != NULL);
    if (ref) {
        char *want = read_all(ref);
        if (strcmp(got, want) != 0)
            show_difference(name, got, want);
        free(want);
        fclose(ref);
    }
    free(got);
    plt_frame_finish(&frame);
}

static struct plt_series *series_of(const double *y, size_t n, double dx)
{
    struct plt_series *series = plt_series_create(plt_series_params(.dx = dx));
    plt_series_set(series, y, n);
    return series;
}

// Sparse, dense, gap and dot in one curve.
static void test_curve(void)
{
    double y[400];
    for (int i = 0; i < 400; i++)
        y[i] = i < 20 ? i % 5 : i < 30 ? NAN : i == 33 ? 3 : i < 38 ? NAN : (i * 7) % 11;
    struct plt_series *series = series_of(y, 400, 1);
    struct plt_figure *figure = plt_figure_create(plt_figure_params(.bare = true));
    struct plt_plot *plot = plt_figure_add_plot(figure, NULL);
    plt_curve_create(plot, series, plt_curve_params(.width_px = 2));
    plt_curve_create(plot, series, plt_curve_params(.width_px = 3, .no_antialias = true));
    compare("curve", figure, 60, 40, 1);
    plt_plot_set_x_range(plot, 40, 10);
    compare("curve-reversed", figure, 60, 40, 1);
    plt_series_unref(series);
    plt_figure_destroy(figure);
}

static void test_axes(void)
{
    double y[] = {0, 1200, 800, -300, 5000};
    struct plt_series *series = series_of(y, 5, 0.25);
    struct plt_figure *figure =
        plt_figure_create(plt_figure_params(.title = "Title", .font_file = font));
    struct plt_plot *plot =
        plt_figure_add_plot(figure, plt_plot_params(.x_label = "time", .x_unit = "s",
                                                    .y_label = "Pressure", .y_unit = "Pa"));
    plt_curve_create(plot, series, plt_curve_params(.name = "inlet"));
    plt_curve_create(plot, series, plt_curve_params(.name = "outlet", .hidden = false));
    compare("axes", figure, 400, 240, 1);
    compare("axes-2x", figure, 800, 480, 2);
    plt_series_unref(series);
    plt_figure_destroy(figure);
}

static void test_image(void)
{
    uint16_t pixels[6][8];
    for (int r = 0; r < 6; r++) {
        for (int c = 0; c < 8; c++)
            pixels[r][c] = (uint16_t)(r * 100 + c);
    }
    struct plt_image *image = plt_image_create(
        pixels, plt_image_params(.type = PLT_U16, .columns = 8, .rows = 6));
    struct plt_figure *figure = plt_figure_create(plt_figure_params(.bare = true));
    struct plt_plot *plot = plt_figure_add_plot(figure, plt_plot_params(.y_down = true));
    plt_image_item_create(plot, image, NULL);
    compare("image-magnified", figure, 20, 12, 1);
    compare("image-minified", figure, 5, 4, 1);
    plt_image_unref(image);
    plt_figure_destroy(figure);
}

// Text is shortened, never cut through: no glyph leaves its clip.
static void test_long_texts(void)
{
    static const char *const text =
        "a label of thé Länge of a whole plot and then some more";
    double y[] = {1, 2};
    struct plt_series *series = series_of(y, 2, 1);
    struct plt_figure *figure =
        plt_figure_create(plt_figure_params(.title = text, .font_file = font));
    for (int i = 0; i < 3; i++) {
        struct plt_plot *plot = plt_figure_add_plot(
            figure, plt_plot_params(.title = text, .x_label = text, .x_unit = "s",
                                    .y_label = text, .y_unit = "V", .same_row = i > 0));
        plt_curve_create(plot, series, plt_curve_params(.name = text));
        plt_curve_create(plot, series, plt_curve_params(.name = text));
    }
    for (int width = 20; width < 1500; width += 97) {
        struct plt_frame frame;
        plt_frame_init(&frame);
        REQUIRE(plt_frame_build(&frame, figure, width, 300, 1.25));
        for (size_t i = 0; i < frame.num_ops; i++) {
            const struct plt_op *op = &frame.ops[i];
            for (size_t k = op->first; k < op->first + op->count; k++) {
                if (op->kind != PLT_OP_GLYPHS || width < 250)
                    continue;
                const struct plt_glyph *g = &frame.glyphs[k];
                // Side bearings may be negative by a pixel.
                REQUIRE(g->x >= op->clip.x0 - 1 && g->x + g->w <= op->clip.x1 + 1);
                REQUIRE(g->y >= op->clip.y0 - 1 && g->y + g->h <= op->clip.y1 + 1);
            }
        }
        REQUIRE(width < 900 || figure->plots[0]->legend.rows == 2);
        plt_frame_finish(&frame);
    }
    char buffer[PLT_FIT_SIZE];
    for (int room = 0; room < 600; room++) {
        const char *fit = plt_fit_text(figure, 13, text, " more", room, buffer);
        REQUIRE_CMP(plt_draw_measure(figure, 13, fit).width, <=, room, "d");
        REQUIRE(room < 60 || strstr(fit, "more"));
        REQUIRE(fit == text || !*fit || strstr(fit, "…") || !strcmp(fit, "more"));
        REQUIRE(!strstr(fit, "\xc3…"));
    }
    plt_series_unref(series);
    plt_figure_destroy(figure);
}

int main(void)
{
    test_long_texts();
    test_curve();
    test_axes();
    test_image();
    return test_result();
}
