// Learn: a program that keeps its own loop. plt_app_step handles what is pending and comes
// back; callbacks tell what the person did; closing the window ends the loop.
#include <plotlib/plotlib.h>
#include <plotlib/widget.h>

#include <math.h>
#include <stdio.h>
#include <time.h>

enum { N = 4000 };

struct state {
    double frequency; // of the wave, changed by clicking into the plot
    bool paused;
};

static void on_notice(const struct plt_notice *notice, void *user)
{
    struct state *state = user;
    switch (notice->type) {
    case PLT_NOTICE_CLICKED:
        if (notice->in_data) {
            state->frequency = 1 + 4 * fabs(notice->x);
            printf("clicked at %.4g, %.4g\n", notice->x, notice->y);
        }
        break;
    case PLT_NOTICE_KEY: state->paused ^= notice->key == ' '; break;
    case PLT_NOTICE_VIEW_CHANGED:
        if (notice->by_hand)
            printf("view %.4g..%.4g\n", notice->x_range.x0, notice->x_range.x1);
        break;
    default: break;
    }
}

int main(int argc, char **argv)
{
    struct plt_app *app = plt_app_create(&argc, argv);
    if (!app)
        return 1;
    struct plt_widget *window =
        plt_widget_create(app, plt_widget_params(.title = "Click, or press space"));
    struct plt_figure *figure = plt_widget_figure(window);
    struct plt_plot *plot =
        plt_figure_add_plot(figure, plt_plot_params(.x_label = "phase"));
    plt_plot_set_y_range(plot, -1.2, 1.2);
    struct plt_series *series =
        plt_series_create(plt_series_params(.type = PLT_F32, .x0 = -1, .dx = 2.0 / N));
    plt_curve_create(plot, series, NULL);

    struct state state = {.frequency = 2};
    plt_figure_listen(figure,
                      1u << PLT_NOTICE_CLICKED | 1u << PLT_NOTICE_KEY |
                          1u << PLT_NOTICE_VIEW_CHANGED,
                      on_notice, &state);
    float wave[N];
    double phase = 0;
    const struct timespec pause = {.tv_nsec = 15000000}; // about 60 rounds a second
    while (plt_app_step(app, 0)) {
        nanosleep(&pause, NULL); // your loop's own work
        if (state.paused)
            continue;
        phase += 0.05;
        for (int i = 0; i < N; i++) {
            double x = -1 + 2.0 * i / N;
            wave[i] = (float)(exp(-3 * x * x) * sin(state.frequency * 6.2832 * x + phase));
        }
        plt_series_set(series, wave, N); // replaces all samples; one repaint follows
    }
    plt_series_unref(series);
    plt_widget_destroy(window);
    plt_app_destroy(app);
    return 0;
}
