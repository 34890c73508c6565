// Learn: everything that is no line: scatter, stems, error bars, bars, a histogram, box
// plots and texts, and which sample lies under a point; written as a PNG without a window.
#include <plotlib/plotlib.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

enum { NUM_POINTS = 400, NUM_SAMPLES = 5000 };

static double uniform(void)
{
    return ((double)rand() + 0.5) / ((double)RAND_MAX + 1);
}

static double normal(void) // Box and Muller
{
    return sqrt(-2 * log(uniform())) * cos(6.283185307 * uniform());
}

static struct plt_series *series_of(const double *x, const double *y, size_t n)
{
    struct plt_series *series =
        plt_series_create(plt_series_params(.x_kind = x ? PLT_X_F64 : PLT_X_UNIFORM));
    if (x)
        plt_series_set_xy(series, x, y, n);
    else
        plt_series_set(series, y, n);
    return series;
}

// A cloud whose points have their own size, colour and symbol.
static struct plt_scatter *add_cloud(struct plt_figure *figure)
{
    double x[NUM_POINTS], y[NUM_POINTS];
    float sizes[NUM_POINTS];
    uint32_t colors[NUM_POINTS];
    uint8_t symbols[NUM_POINTS];
    for (int i = 0; i < NUM_POINTS; i++) {
        bool second = i % 2;
        x[i] = normal() + (second ? 3 : 0);
        y[i] = normal() * 0.6 + (second ? 2 : 0);
        sizes[i] = (float)(4 + 10 * uniform() * uniform());
        colors[i] = second ? 0xb0ffa90e : 0xb03f90da; // a little translucent
        symbols[i] = second ? PLT_SYMBOL_DIAMOND : PLT_SYMBOL_CIRCLE;
    }
    struct plt_plot *plot =
        plt_figure_add_plot(figure, plt_plot_params(.title = "Scatter"));
    struct plt_series *series = series_of(x, y, NUM_POINTS);
    struct plt_scatter *cloud = plt_scatter_create(plot, series, NULL);
    plt_scatter_set_sizes(cloud, sizes, NUM_POINTS);
    plt_scatter_set_colors(cloud, colors, NUM_POINTS);
    plt_scatter_set_symbols(cloud, symbols, NUM_POINTS);
    plt_text_item_create(plot, plt_text_item_params(.x = 3, .y = 2, .text = "second group",
                                                    .anchor = PLT_ANCHOR_CENTER,
                                                    .color = {0.1f, 0.1f, 0.1f, 1},
                                                    .box_color = {1, 1, 1, 0.8f}));
    plt_series_unref(series); // the scatter keeps it
    return cloud;
}

static void add_measurement(struct plt_figure *figure)
{
    double y[12], errors[12], impulse[12];
    for (int i = 0; i < 12; i++) {
        y[i] = 3 + 2 * sin(i * 0.5);
        errors[i] = 0.2 + 0.5 * uniform();
        impulse[i] = exp(-i * 0.3) * cos(i * 1.1);
    }
    struct plt_plot *plot = plt_figure_add_plot(
        figure, plt_plot_params(.title = "Error bars and stems", .same_row = true));
    struct plt_series *values = series_of(NULL, y, 12),
                      *other = series_of(NULL, impulse, 12);
    struct plt_color blue = {0.25f, 0.56f, 0.85f, 1};
    struct plt_error_bars *bars = plt_error_bars_create(
        plot, values, plt_error_bars_params(.color = blue, .width_px = 1.5f));
    plt_error_bars_set_y(bars, errors, NULL, 12);
    plt_scatter_create(
        plot, values,
        plt_scatter_params(.name = "measured", .color = blue, .symbol = PLT_SYMBOL_SQUARE));
    plt_scatter_create(
        plot, other,
        plt_scatter_params(.name = "impulse", .color = {0.95f, 0.6f, 0, 1}, .stems = true));
    plt_series_unref(values);
    plt_series_unref(other);
}

static void add_bars(struct plt_figure *figure)
{
    const double places[2][4] = {{-0.2, 0.8, 1.8, 2.8}, {0.2, 1.2, 2.2, 3.2}};
    const double heights[2][4] = {{3, 5, 2, 4}, {4, 4, 3, -1}};
    static const char *const names[] = {"before", "after"};
    struct plt_plot *plot = plt_figure_add_plot(figure, plt_plot_params(.title = "Bars"));
    for (int i = 0; i < 2; i++) {
        struct plt_bars *bars =
            plt_bars_create(plot, plt_bars_params(.name = names[i], .width = 0.4));
        plt_bars_set(bars, places[i], heights[i], 4);
    }
    plt_text_item_create(plot, plt_text_item_params(.x = 1 - 0.2, .y = 5, .text = "5.0"));
}

static void add_distribution(struct plt_figure *figure)
{
    static double samples[NUM_SAMPLES], group[200];
    for (int i = 0; i < NUM_SAMPLES; i++)
        samples[i] = normal();
    struct plt_series *series = series_of(NULL, samples, NUM_SAMPLES);
    struct plt_plot *plot = plt_figure_add_plot(
        figure, plt_plot_params(.title = "Histogram", .same_row = true));
    plt_histogram_create(plot, series, plt_histogram_params(.bins = 40));
    plt_series_unref(series);
    plot =
        plt_figure_add_plot(figure, plt_plot_params(.title = "Box plot", .same_row = true));
    struct plt_box_plot *boxes = plt_box_plot_create(plot, NULL);
    for (int g = 0; g < 4; g++) {
        for (int i = 0; i < 200; i++)
            group[i] = normal() * (1 + g * 0.4) + g;
        plt_box_plot_add(boxes, g, group, 200);
    }
}

int main(int argc, char **argv)
{
    const char *path = argc > 1 ? argv[1] : "marks.png";
    const double scale = argc > 2 ? strtod(argv[2], NULL) : 1;
    struct plt_figure *figure = plt_figure_create(NULL);
    struct plt_scatter *cloud = add_cloud(figure);
    add_measurement(figure);
    add_bars(figure);
    add_distribution(figure);
    int width = (int)(1000 * scale), height = (int)(700 * scale);
    bool ok = plt_figure_write_png(figure, path, width, height, scale);
    struct plt_pick pick;
    if (plt_scatter_pick(cloud, 250, 170, 50, &pick))
        printf("%s: near (250, 170) lies sample %d, (%.2f, %.2f)\n", path, (int)pick.sample,
               pick.x, pick.y);
    plt_figure_destroy(figure);
    return ok ? 0 : 1;
}
