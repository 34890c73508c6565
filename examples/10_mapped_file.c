// Learn: a file of more samples than memory holds, shown at once. The first picture is a
// sketch and gets exact while a thread reads the file; next time the sidecar, a small file
// beside it, makes it exact at once. Try it with a file of your own:
//     10_mapped_file FILE [f32|f64|i8|u8|i16|u16|i32|u32|i64 [BYTES_BEFORE_THE_FIRST]]
#include <plotlib/plotlib.h>
#include <plotlib/widget.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// 400 MB of int16: slow waves, noise on them, and here and there a spike.
static bool write_samples(const char *path)
{
    enum { BLOCK = 1 << 20 };
    static int16_t block[BLOCK];
    FILE *file = fopen(path, "wb");
    uint32_t noise = 1;
    for (int b = 0; file && b < 200; b++) {
        double wave = 12000 * sin(b * 0.1), next = 12000 * sin(b * 0.1 + 0.1);
        for (int i = 0; i < BLOCK; i++) {
            noise = noise * 1664525 + 1013904223;
            block[i] = (int16_t)(wave + (next - wave) * i / BLOCK + (noise >> 20));
        }
        block[b * 5000] = b % 20 == 7 ? 32767 : block[b * 5000];
        if (fwrite(block, sizeof(block), 1, file) != 1)
            break;
    }
    return file && fclose(file) == 0;
}

static enum plt_type parse_type(const char *name)
{
    static const char *const names[PLT_NUM_TYPES] = {"f64", "f32", "i8",  "u8", "i16",
                                                     "u16", "i32", "u32", "i64"};
    for (int type = 0; type < PLT_NUM_TYPES; type++)
        if (strcmp(names[type], name) == 0)
            return (enum plt_type)type;
    fprintf(stderr, "no type '%s', taking i16\n", name);
    return PLT_I16;
}

int main(int argc, char **argv)
{
    const char *path = argc > 1 ? argv[1] : "samples.i16";
    if (argc == 1 && !write_samples(path)) {
        fprintf(stderr, "%s cannot be written\n", path);
        return 1;
    }
    struct plt_series *series = plt_series_map(
        path, plt_series_map_params(.type = argc > 2 ? parse_type(argv[2]) : PLT_I16,
                                    .offset = argc > 3 ? strtoull(argv[3], NULL, 10) : 0,
                                    .dx = 1e-6)); // a million samples a second
    if (!series)
        return 1; // the log said why
    struct plt_app *app = plt_app_create(&argc, argv);
    if (!app)
        return 1;
    struct plt_widget *window =
        plt_widget_create(app, plt_widget_params(.title = "A mapped file"));
    struct plt_figure *figure = plt_widget_figure(window);
    struct plt_plot *plot =
        plt_figure_add_plot(figure, plt_plot_params(.x_label = "time", .x_unit = "s"));
    plt_curve_create(plot, series, NULL); // repaints by itself as samples arrive

    struct plt_series_map_state state;
    bool open = true;
    while (open && plt_series_map_get_state(series, &state)) {
        char text[100];
        snprintf(text, sizeof(text), "%.4g samples, %.0f %% read", (double)state.samples,
                 100.0 * (double)state.built / fmax(1, (double)state.samples));
        plt_figure_set_title(figure, text);
        if (state.built == state.samples)
            break;
        open = plt_app_step(app, 100);
    }
    if (open)
        plt_app_run(app);
    plt_widget_destroy(window);
    plt_series_unref(series);
    plt_app_destroy(app);
    return 0;
}
