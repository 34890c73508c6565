// Learn: a live waterfall. A receiver's thread appends complex samples (IQ); another one
// makes spectra of them, a row each, that fall down the window; nobody waits for anybody.
// With the argument "right" the time runs to the right instead.
#include <plotlib/plotlib.h>
#include <plotlib/widget.h>

#include <math.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

enum { RATE_HZ = 1000000, BLOCK = 10000, SIZE = 1024, SHOWN_S = 5 };

static struct plt_series *part[2]; // real, imaginary
static atomic_bool stop;

static double seconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

static double noise(void)
{
    static unsigned state = 1;
    state = state * 1664525u + 1013904223u;
    return (state >> 8) * 0x1p-24 - 0.5;
}

// A carrier, a signal that wanders, one that is keyed, and once a second a click.
static void receive(float re[BLOCK], float im[BLOCK], long first)
{
    static double wandering;
    for (int i = 0; i < BLOCK; i++) {
        const double t = (double)(first + i) / RATE_HZ;
        const double a = 2 * M_PI * fmod(120000 * t, 1);
        const double b = wandering += 2 * M_PI * (-2e5 + 8e4 * sin(t)) / RATE_HZ;
        const double c = 2 * M_PI * fmod(-330000 * t, 1);
        const double keyed = fmod(t, 0.4) < 0.2 ? 0.01 : 0;
        const double click = (first + i) % RATE_HZ == 0 ? 30 : 0;
        re[i] = (float)(0.001 * cos(a) + 0.1 * cos(b) + keyed * cos(c) + 0.001 * noise() +
                        click);
        im[i] = (float)(0.001 * sin(a) + 0.1 * sin(b) + keyed * sin(c) + 0.001 * noise());
    }
}

static void *receiver(void *user)
{
    static float re[BLOCK], im[BLOCK];
    const double start_s = seconds();
    for (long n = 0; !atomic_load(&stop); n += BLOCK) {
        while ((double)(n + BLOCK) > (seconds() - start_s) * RATE_HZ)
            nanosleep(&(struct timespec){.tv_nsec = 1000000}, NULL);
        receive(re, im, n);
        plt_series_append(part[0], re, BLOCK);
        plt_series_append(part[1], im, BLOCK);
    }
    return NULL;
}

int main(int argc, char **argv)
{
    struct plt_app *app = plt_app_create(&argc, argv);
    if (!app)
        return 1;
    const bool right = argc > 1 && strcmp(argv[1], "right") == 0;
    struct plt_widget *window = plt_widget_create(
        app, plt_widget_params(.title = "Waterfall", .width_px = 1000, .height_px = 640));
    struct plt_plot *plot =
        plt_figure_add_plot(plt_widget_figure(window),
                            plt_plot_params(.x_label = right ? "time" : "frequency",
                                            .x_unit = right ? "s" : "Hz",
                                            .y_label = right ? "frequency" : "time",
                                            .y_unit = right ? "Hz" : "s", .hide_grid = true,
                                            .padding = -1, .follow_span = SHOWN_S));
    for (int i = 0; i < 2; i++) // a second's samples: they become rows as they come
        part[i] = plt_series_create(
            plt_series_params(.type = PLT_F32, .dx = 1.0 / RATE_HZ, .capacity = RATE_HZ));

    // 977 spectra a second; a row is the maximum of four, so that no click is missed.
    struct plt_spectrogram *spectra = plt_spectrogram_create(
        part[0], plt_spectrogram_params(.imaginary = part[1], .size = SIZE, .hop = SIZE,
                                        .spectra_per_row = 4, .rows = 250 * SHOWN_S,
                                        .center_hz = 433.92e6));
    const struct plt_range band = plt_spectrogram_band(spectra);
    struct plt_image_item *item = plt_image_item_create(
        plot, plt_spectrogram_image(spectra),
        plt_image_item_params(.place = {.x = band.x0,
                                        .y = band.x0,
                                        .width = band.x1 - band.x0,
                                        .height = band.x1 - band.x0},
                              .orientation.transpose = right, .auto_percent = {10, 100},
                              .colormap = "inferno"));
    plt_color_bar_create(
        item, plt_color_bar_params(.label = "power", .unit = "dB", .hide_histogram = true));

    pthread_t thread;
    const bool started = pthread_create(&thread, NULL, receiver, NULL) == 0;
    const int status = started ? plt_app_run(app) : 1; // until the window is closed
    atomic_store(&stop, true);
    if (started)
        pthread_join(thread, NULL);
    printf("%llu rows\n",
           (unsigned long long)plt_image_rows_total(plt_spectrogram_image(spectra)));
    plt_widget_destroy(window); // first what shows the image
    plt_spectrogram_destroy(spectra);
    plt_app_destroy(app);
    for (int i = 0; i < 2; i++)
        plt_series_unref(part[i]);
    return status;
}
