// Learn: a picture without a window, display or GPU: two named curves, a legend, axis
// labels with units, written as a PNG at twice the usual density.
#include <plotlib/plotlib.h>

#include <math.h>
#include <stdio.h>

enum { N = 100000 };

static double step[N], ideal[N];

int main(int argc, char **argv)
{
    const char *path = argc > 1 ? argv[1] : "step.png";
    const double dt = 1e-7;
    for (int i = 0; i < N; i++) { // a ringing step response, and what was asked for
        double t = i * dt - 1e-3;
        ideal[i] = t < 0 ? 0 : 3.3;
        step[i] = t < 0 ? 0 : 3.3 * (1 - exp(-t / 1.2e-3) * cos(6000 * t));
    }
    struct plt_figure *figure =
        plt_figure_create(plt_figure_params(.title = "Step response"));
    struct plt_plot *plot =
        plt_figure_add_plot(figure, plt_plot_params(.x_label = "time", .x_unit = "s",
                                                    .y_label = "Output", .y_unit = "V"));
    struct plt_series *series[2];
    const double *data[] = {ideal, step};
    const char *names[] = {"set point", "measured"};
    for (int i = 0; i < 2; i++) {
        series[i] =
            plt_series_create(plt_series_params(.x0 = -1e-3, .dx = dt, .name = names[i]));
        plt_series_wrap(series[i], NULL, data[i], N, NULL, NULL); // borrowed, not copied
        plt_curve_create(plot, series[i], NULL);
    }
    bool ok = plt_figure_write_png(figure, path, 1600, 900, 2);
    if (ok)
        printf("wrote %s\n", path);
    plt_figure_destroy(figure);
    for (int i = 0; i < 2; i++)
        plt_series_unref(series[i]);
    return ok ? 0 : 1;
}
