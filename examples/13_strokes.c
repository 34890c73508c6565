// Learn: how a curve can look: corners and ends, dashes, steps, a fill, a shadow, a colour
// for each sample; written as a PNG without a window.
#include <plotlib/plotlib.h>

#include <math.h>
#include <stdio.h>

static const float dash[] = {12, 6}, dots[] = {0.1f, 8};

static void add(struct plt_plot *plot, const char *name, const float *y, size_t n,
                const struct plt_curve_params *look)
{
    struct plt_series *series =
        plt_series_create(plt_series_params(.type = PLT_F32, .name = name));
    if (plt_series_set(series, y, n))
        plt_curve_create(plot, series, look);
    plt_series_unref(series); // the curve keeps it
}

static void add_corners(struct plt_figure *figure)
{
    static const char *const names[] = {"round", "miter, butt", "bevel, square"};
    struct plt_plot *plot =
        plt_figure_add_plot(figure, plt_plot_params(.title = "Joins and caps"));
    for (int i = 0; i < 3; i++) {
        const float y[] = {3 * (float)i, 3 * (float)i + 2, 3 * (float)i,
                           3 * (float)i + 1.5f, 3 * (float)i + 1.5f};
        add(plot, names[i], y, 5,
            plt_curve_params(.width_px = 14, .join = (enum plt_join)i,
                             .cap = (enum plt_cap)i));
    }
    plt_plot_set_x_range(plot, -0.4, 4.4);
    plt_plot_set_y_range(plot, -1, 13); // room for the legend
}

static void add_dashes(struct plt_figure *figure, const float *wave, size_t n)
{
    float lower[64];
    for (size_t i = 0; i < n; i++)
        lower[i] = wave[i] - 1.5f;
    struct plt_plot *plot = plt_figure_add_plot(
        figure, plt_plot_params(.title = "Dashes and shadow", .same_row = true));
    add(plot, "dashed", wave, n,
        plt_curve_params(.width_px = 3, .dash = dash, .num_dash = 2, .cap = PLT_CAP_BUTT));
    add(plot, "dotted", lower, n,
        plt_curve_params(.width_px = 4, .dash = dots, .num_dash = 2,
                         .shadow_color = {0.5f, 0.5f, 0.5f, 0.3f}, .shadow_width_px = 9));
    plt_plot_set_y_range(plot, -4, 4);
}

static void add_steps(struct plt_figure *figure, const float *wave, size_t n)
{
    static const char *const names[] = {"", "pre", "post", "mid"};
    struct plt_plot *plot = plt_figure_add_plot(figure, plt_plot_params(.title = "Steps"));
    for (int i = 1; i < 4; i++)
        add(plot, names[i], wave, n / 3,
            plt_curve_params(.width_px = 2, .step = (enum plt_step)i,
                             .join = PLT_JOIN_MITER, .cap = PLT_CAP_BUTT));
}

static void add_fill(struct plt_figure *figure, const float *wave, size_t n)
{
    struct plt_plot *plot = plt_figure_add_plot(
        figure, plt_plot_params(.title = "Fill to a level", .same_row = true));
    add(plot, "filled", wave, n,
        plt_curve_params(.fill_color = {0.25f, 0.56f, 0.85f, 0.3f}, .fill_level = 0));
}

// Every sample has a colour; between two of them it changes evenly.
static void add_colors(struct plt_figure *figure)
{
    enum { N = 600 };
    double x[N], y[N];
    uint32_t colors[N];
    for (int i = 0; i < N; i++) {
        double t = i * 0.0105, hot = 0.5 + 0.5 * sin(4 * t);
        x[i] = sin(3 * t);
        y[i] = cos(2 * t + 0.4);
        colors[i] = 0xe6004c00u | (uint32_t)(255 * hot) << 16 | (uint32_t)(255 * (1 - hot));
    }
    struct plt_plot *plot = plt_figure_add_plot(
        figure, plt_plot_params(.title = "A colour a sample", .same_row = true));
    struct plt_series *series = plt_series_create(plt_series_params(.x_kind = PLT_X_F64));
    if (plt_series_set_xy(series, x, y, N))
        plt_curve_set_colors(
            plt_curve_create(plot, series, plt_curve_params(.width_px = 5)), colors, N);
    plt_series_unref(series);
}

int main(int argc, char **argv)
{
    const char *path = argc > 1 ? argv[1] : "strokes.png";
    double scale = argc > 2 && argv[2][0] == '2' ? 2 : 1;
    float wave[64];
    for (int i = 0; i < 64; i++)
        wave[i] = i == 40 ? NAN : sinf((float)i * 0.3f) * (1 + (float)i / 60);
    struct plt_figure *figure = plt_figure_create(NULL);
    add_corners(figure);
    add_dashes(figure, wave, 64);
    add_steps(figure, wave, 64);
    add_fill(figure, wave, 64);
    add_colors(figure);
    bool ok =
        plt_figure_write_png(figure, path, (int)(1000 * scale), (int)(700 * scale), scale);
    if (ok)
        printf("wrote %s\n", path);
    plt_figure_destroy(figure);
    return ok ? 0 : 1;
}
