// Learn: further y axes, each with its own range and scale; every curve is bound to one.
// The wheel over an axis zooms that axis alone. Written as a PNG.
#include <plotlib/plotlib.h>

#include <math.h>
#include <stdio.h>

enum { N = 3600 };

static void add_curve(struct plt_plot *plot, const char *name, const float *y,
                      struct plt_axis *y_axis)
{
    struct plt_series *series =
        plt_series_create(plt_series_params(.type = PLT_F32, .dx = 0.1, .name = name));
    if (plt_series_set(series, y, N))
        plt_curve_create(plot, series, plt_curve_params(.width_px = 2, .y_axis = y_axis));
    plt_series_unref(series); // the curve keeps it
}

int main(int argc, char **argv)
{
    const char *path = argc > 1 ? argv[1] : "two_y_axes.png";
    static float celsius[N], pascal[N], flow[N];
    for (int i = 0; i < N; i++) {
        float t = (float)i * 0.1f;
        celsius[i] = 180 - 160 * expf(-t / 90) + 2 * sinf(t / 7);
        pascal[i] = 1e5f * powf(10, -t / 70) + 2 + sinf(t);
        flow[i] = 40 + 25 * sinf(t / 25);
    }
    struct plt_figure *figure = plt_figure_create(NULL);
    struct plt_plot *plot = plt_figure_add_plot(
        figure, plt_plot_params(.title = "Bake-out", .x_label = "time", .x_unit = "s",
                                .y_label = "Temperature", .y_unit = "°C"));
    struct plt_axis *pressure =
        plt_plot_add_y_axis(plot, plt_axis_params(.label = "Pressure", .unit = "Pa"));
    struct plt_axis *pump =
        plt_plot_add_y_axis(plot, plt_axis_params(.label = "Flow", .unit = "l/min"));
    plt_axis_set_scale(pressure, plt_scale_params(.kind = PLT_SCALE_LOG10));
    plt_axis_set_range(pump, 0, 100);

    add_curve(plot, "temperature", celsius, NULL); // the first y axis
    add_curve(plot, "pressure", pascal, pressure);
    add_curve(plot, "flow", flow, pump);
    bool ok = plt_figure_write_png(figure, path, 1000, 500, 1);
    if (ok)
        printf("wrote %s\n", path);
    plt_figure_destroy(figure);
    return ok ? 0 : 1;
}
