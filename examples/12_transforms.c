// Learn: series made of another one. A noisy signal, its moving mean and its integral
// above, its spectrum below; all follow the signal by themselves. Written as a PNG, no
// window.
#include <plotlib/plotlib.h>

#include <math.h>
#include <stdio.h>

enum { N = 20000, RATE_HZ = 10000 };

static uint32_t state = 1;

static double noise(void) // uniform in -1..1
{
    state = state * 1664525u + 1013904223u;
    return (double)(state >> 8) / (1 << 23) - 1;
}

// Two tones and noise, a block at a time as a device would deliver it.
static void measure(struct plt_series *samples)
{
    float block[500];
    for (int first = 0; first < N; first += 500) {
        for (int i = 0; i < 500; i++) {
            double t = (double)(first + i) / RATE_HZ;
            block[i] = (float)(2 * sin(2 * M_PI * 3 * t) + 0.3 * sin(2 * M_PI * 1234 * t) +
                               0.8 * noise());
        }
        plt_series_append(samples, block, 500);
    }
}

// The plot's curve keeps the transform, which keeps the samples.
static void show(struct plt_plot *plot, struct plt_series *samples, float width_px,
                 const struct plt_transform_params *params)
{
    struct plt_series *transform = plt_series_transform(samples, params);
    if (!transform)
        return; // spectra need kissfft; the log said so
    plt_curve_create(plot, transform, plt_curve_params(.width_px = width_px));
    plt_series_unref(transform);
}

int main(int argc, char **argv)
{
    const char *path = argc > 1 ? argv[1] : "transforms.png";
    struct plt_series *samples = plt_series_create(
        plt_series_params(.type = PLT_F32, .dx = 1.0 / RATE_HZ, .name = "vibration"));
    struct plt_figure *figure = plt_figure_create(NULL);
    struct plt_plot *signal = plt_figure_add_plot(
        figure, plt_plot_params(.x_label = "time", .x_unit = "s", .y_label = "Acceleration",
                                .y_unit = "m/s²"));
    plt_curve_create(signal, samples, NULL);
    show(signal, samples, 3,
         plt_transform_params(.kind = PLT_TRANSFORM_MOVING_MEAN, .length = 400,
                              .centered = true, .name = "mean of 40 ms"));
    struct plt_plot *velocity = plt_figure_add_plot(
        figure, plt_plot_params(.x_label = "time", .x_unit = "s", .y_label = "Velocity",
                                .y_unit = "m/s", .stretch = 0.6));
    show(velocity, samples, 0, plt_transform_params(.kind = PLT_TRANSFORM_INTEGRAL));

    // The mean of many short spectra: less noise than one long one.
    struct plt_plot *spectrum = plt_figure_add_plot(
        figure, plt_plot_params(.x_label = "frequency", .x_unit = "Hz",
                                .y_label = "Density (dB re 1 (m/s²)²/Hz)"));
    show(spectrum, samples, 0,
         plt_transform_params(.kind = PLT_TRANSFORM_PSD, .segment = 2000,
                              .window = PLT_WINDOW_BLACKMAN_HARRIS, .decibel = true));

    measure(samples); // the transforms take it in when they are painted
    bool ok = plt_figure_write_png(figure, path, 1000, 900, 1);
    if (ok)
        printf("wrote %s\n", path);
    plt_figure_destroy(figure);
    plt_series_unref(samples);
    return ok ? 0 : 1;
}
