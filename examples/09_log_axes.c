// Learn: scales of an axis: decades for a filter's response, symlog for values of both
// signs, and a scale of your own (two C functions). Written as a PNG.
#include <plotlib/plotlib.h>

#include <math.h>
#include <stdio.h>

enum { N = 2000 };

static struct plt_plot *add_plot(struct plt_figure *figure, bool same_row,
                                 const char *title, const char *x_label, const char *x_unit,
                                 const char *y_label)
{
    return plt_figure_add_plot(figure, plt_plot_params(.title = title, .same_row = same_row,
                                                       .x_label = x_label, .x_unit = x_unit,
                                                       .y_label = y_label));
}

static void add_curve(struct plt_plot *plot, const char *name, const double *x,
                      const double *y)
{
    struct plt_series *series =
        plt_series_create(plt_series_params(.x_kind = PLT_X_F64, .name = name));
    if (plt_series_set_xy(series, x, y, N))
        plt_curve_create(plot, series, plt_curve_params(.width_px = 2));
    plt_series_unref(series);
}

// Probability paper: the normal distribution is a straight line on it.
static double to_deviations(double percent, void *user)
{
    (void)user;
    double p = percent / 100; // Shore's approximation of the quantile, 1982
    if (!(p > 0 && p < 1))
        return NAN;
    double tail = p > 0.5 ? 1 - p : p;
    double z = 5.5556 * (1 - pow(tail / (1 - tail), 0.1186));
    return p > 0.5 ? z : -z;
}

static double to_percent(double z, void *user)
{
    (void)user;
    double odds = pow(1 - fabs(z) / 5.5556, 1 / 0.1186), tail = odds / (1 + odds);
    return 100 * (z > 0 ? 1 - tail : tail);
}

int main(int argc, char **argv)
{
    const char *path = argc > 1 ? argv[1] : "log_axes.png";
    static double f[N], one[N], two[N], t[N], swing[N], mm[N], share[N];
    for (int i = 0; i < N; i++) {
        f[i] = pow(10, 6.0 * i / (N - 1));
        one[i] = 1 / hypot(1, f[i] / 1e3);
        two[i] = 1 / hypot(1 - f[i] * f[i] / 1e8, 0.1 * f[i] / 1e4);
        t[i] = 10.0 * i / (N - 1);
        swing[i] = 1e4 * exp(-t[i]) * cos(9 * t[i]);
        mm[i] = 9 + 2.0 * i / (N - 1);
        share[i] = to_percent((mm[i] - 10) / 0.35, NULL);
    }
    struct plt_figure *figure = plt_figure_create(NULL);
    struct plt_plot *bode = add_plot(figure, false, "Log-log", "Frequency", "Hz", "Gain");
    add_curve(bode, "first order", f, one);
    add_curve(bode, "resonance", f, two);
    plt_axis_set_scale(plt_plot_x_axis(bode), plt_scale_params(.kind = PLT_SCALE_LOG10));
    plt_axis_set_scale(plt_plot_y_axis(bode), plt_scale_params(.kind = PLT_SCALE_LOG10));

    struct plt_plot *decay = add_plot(figure, false, "Symlog", "Time", "s", "Force");
    add_curve(decay, "swing", t, swing);
    plt_axis_set_scale(plt_plot_y_axis(decay),
                       plt_scale_params(.kind = PLT_SCALE_SYMLOG, .linear_within = 1));

    struct plt_plot *paper =
        add_plot(figure, true, "A scale of your own", "Diameter", "mm", "Below");
    add_curve(paper, "parts", mm, share);
    plt_axis_set_label(plt_plot_y_axis(paper), "Below", "%");
    plt_axis_set_scale(plt_plot_y_axis(paper),
                       plt_scale_params(.kind = PLT_SCALE_USER, .forward = to_deviations,
                                        .inverse = to_percent));
    bool ok = plt_figure_write_png(figure, path, 1000, 700, 1);
    if (ok)
        printf("wrote %s\n", path);
    plt_figure_destroy(figure);
    return ok ? 0 : 1;
}
