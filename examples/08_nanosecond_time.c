// Learn: x as int64 nanoseconds since 1970, labelled in a time zone, shown exactly: from a
// day across the change of clocks down to one nanosecond a pixel. Written as PNGs.
#include <plotlib/plotlib.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

// 2026-10-25 00:00 in Berlin, where the clocks go back an hour at 03:00.
static const int64_t midnight = INT64_C(1792879200) * 1000000000;
enum { MINUTES = 25 * 60, EDGES = 400 };

static struct plt_plot *add_plot(struct plt_figure *figure, const char *title,
                                 const int64_t *t, const float *y, size_t n,
                                 enum plt_step step)
{
    struct plt_plot *plot =
        plt_figure_add_plot(figure, plt_plot_params(.title = title, .y_unit = "V"));
    struct plt_series *series =
        plt_series_create(plt_series_params(.type = PLT_F32, .x_kind = PLT_X_I64));
    if (plt_series_set_xy(series, t, y, n))
        plt_curve_create(plot, series, plt_curve_params(.step = step));
    plt_series_unref(series); // the curve keeps it
    plt_axis_set_time(plt_plot_x_axis(plot), "Europe/Berlin");
    return plot;
}

int main(int argc, char **argv)
{
    const char *path = argc > 1 ? argv[1] : "nanosecond_time.png";
    static int64_t day[MINUTES], edge[EDGES];
    static float load[MINUTES], level[EDGES];
    for (int i = 0; i < MINUTES; i++) {
        day[i] = midnight + i * INT64_C(60000000000);
        load[i] = 230 + 3 * sinf((float)i * 0.0042f) + (float)(rand() % 100) / 150;
    }
    int64_t t = midnight + 123456789;
    for (int i = 0; i < EDGES; i++) { // a clock of 4 ns with a jitter of 1 ns
        edge[i] = t += 1 + rand() % 3;
        level[i] = i % 2 ? 3.3f : 0;
    }
    struct plt_figure *figure = plt_figure_create(NULL);
    add_plot(figure, "A day of 25 hours", day, load, MINUTES, PLT_STEP_NONE);
    struct plt_plot *close =
        add_plot(figure, "The same clock, 100 ns", edge, level, EDGES, PLT_STEP_POST);
    // Exact to the nanosecond: as doubles both ends would be the same number.
    plt_view_set_time(plt_plot_view(close), midnight + 123456800, midnight + 123456900);
    bool ok = plt_figure_write_png(figure, path, 1000, 600, 1);
    if (ok)
        printf("wrote %s\n", path);
    plt_figure_destroy(figure);
    return ok ? 0 : 1;
}
