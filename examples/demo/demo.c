// The demo: live readings of this machine above ten million samples to zoom into and an
// image with levels and a colormap. "demo --offscreen OUT.png" draws it for three seconds
// without a window, and so does "demo" where there is no window system.
#include "signal.h"

#include <plotlib/plotlib.h>
#include <plotlib/widget.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { WIDTH_PX = 1280, HEIGHT_PX = 800, LIVE_RATE_HZ = 20, MAX_LEGEND = 8 };

struct demo {
    struct plt_figure *figure;
    struct plt_source *system; // NULL where there is no /proc
    float *samples, *spectrum;
    struct plt_series *signal;
    struct plt_image *image;
};

// CPU load, memory and network side by side; `follow_s` of 0 shows all there is.
static bool add_live(struct demo *demo, double follow_s)
{
    demo->system = plt_source_open("system:", plt_source_params(.rate_hz = LIVE_RATE_HZ));
    int count = demo->system ? plt_source_num_channels(demo->system) : 0;
    struct plt_plot *plot = NULL;
    const char *group = "";
    for (int i = 0; i < count; i++) {
        struct plt_source_channel channel = plt_source_get_channel(demo->system, i);
        if (strcmp(group, channel.group) != 0) {
            plot = plt_figure_add_plot(
                demo->figure,
                plt_plot_params(.x_label = "time", .x_unit = "s", .y_label = channel.group,
                                .y_unit = channel.unit, .same_row = i > 0,
                                .y_from_zero = true, .hide_legend = count > MAX_LEGEND));
            if (!plot)
                return false;
            group = channel.group;
            if (strcmp(channel.unit, "%") == 0)
                plt_plot_set_y_range(plot, -3, 103);
            if (follow_s > 0)
                plt_plot_set_follow(plot, follow_s);
        }
        if (!plt_curve_create(plot, channel.series, NULL))
            return false;
    }
    return true;
}

static bool add_signal(struct demo *demo)
{
    struct plt_plot *plot = plt_figure_add_plot(
        demo->figure,
        plt_plot_params(.title = "10 million samples: zoom with the wheel, drag to pan",
                        .x_label = "time", .x_unit = "s", .y_label = "Acceleration",
                        .y_unit = "m/s²", .stretch = 1.25));
    demo->signal =
        plt_series_create(plt_series_params(.type = PLT_F32, .dx = 1.0 / SIGNAL_RATE_HZ,
                                            .name = "vibration"));
    return plot && demo->signal &&
           plt_series_wrap(demo->signal, NULL, demo->samples, SIGNAL_SAMPLES, NULL, NULL) &&
           plt_curve_create(plot, demo->signal, plt_curve_params(.width_px = 1));
}

static bool add_image(struct demo *demo)
{
    const double seconds = (double)SIGNAL_SAMPLES / SIGNAL_RATE_HZ;
    struct plt_plot *plot = plt_figure_add_plot(
        demo->figure,
        plt_plot_params(.title = "Its spectrogram, −60 dB to 5 dB", .x_label = "time",
                        .x_unit = "s", .y_label = "Frequency", .y_unit = "Hz",
                        .same_row = true, .stretch = 0.7, .hide_grid = true));
    demo->image =
        plt_image_wrap(demo->spectrum,
                       plt_image_params(.type = PLT_F32, .columns = SPECTRUM_COLUMNS,
                                        .rows = SPECTRUM_ROWS),
                       NULL, NULL);
    return plot && demo->image &&
           plt_image_item_create(
               plot, demo->image,
               plt_image_item_params(.levels = {-60, 5}, .colormap = "inferno",
                                     .place = {0, 0, seconds, SIGNAL_RATE_HZ / 2.0}));
}

static void demo_finish(struct demo *demo)
{
    plt_source_close(demo->system);
    plt_figure_destroy(demo->figure);
    plt_series_unref(demo->signal);
    plt_image_unref(demo->image);
    free(demo->samples);
    free(demo->spectrum);
}

static bool demo_init(struct demo *demo, double follow_s)
{
    *demo = (struct demo){
        .figure = plt_figure_create(NULL),
        .samples = malloc(sizeof(float) * SIGNAL_SAMPLES),
        .spectrum = malloc(sizeof(float) * SPECTRUM_COLUMNS * SPECTRUM_ROWS),
    };
    if (!demo->figure || !demo->samples || !demo->spectrum)
        return false;
    signal_make(demo->samples);
    return signal_spectrogram(demo->samples, demo->spectrum) && add_live(demo, follow_s) &&
           add_signal(demo) && add_image(demo);
}

static int draw_offscreen(const char *path)
{
    struct demo demo;
    bool ok = demo_init(&demo, 0);
    struct timespec rest = {.tv_sec = 3};
    while (ok && nanosleep(&rest, &rest) != 0)
        continue;
    const double scale = 1.25;
    ok = ok && plt_figure_write_png(demo.figure, path, (int)(WIDTH_PX * scale),
                                    (int)(HEIGHT_PX * scale), scale);
    demo_finish(&demo);
    if (ok)
        printf("Drawn for 3 seconds without a window; open %s\n", path);
    return ok ? 0 : 1;
}

static bool has_window_system(void)
{
#ifdef __linux__
    return getenv("DISPLAY") || getenv("WAYLAND_DISPLAY") || getenv("QT_QPA_PLATFORM");
#else
    return true;
#endif
}

static int show(int argc, char **argv)
{
    struct plt_app *app = has_window_system() ? plt_app_create(&argc, argv) : NULL;
    if (!app) {
        printf("No window system here.\n");
        return draw_offscreen("demo.png");
    }
    struct demo demo;
    int status = 1;
    struct plt_widget *window = NULL;
    if (demo_init(&demo, 20))
        window = plt_widget_create(
            app, plt_widget_params(.title = "plotlib demo", .width_px = WIDTH_PX,
                                   .height_px = HEIGHT_PX, .figure = demo.figure));
    if (window)
        status = plt_app_run(app);
    plt_widget_destroy(window);
    demo_finish(&demo);
    plt_app_destroy(app);
    return status;
}

int main(int argc, char **argv)
{
    if (argc == 3 && strcmp(argv[1], "--offscreen") == 0)
        return draw_offscreen(argv[2]);
    if (argc > 1) {
        fprintf(stderr, "usage: demo [--offscreen OUT.png]\n");
        return 2;
    }
    return show(argc, argv);
}
