// Learn: the whole way from samples to a window. A thread that stands for a sensor appends
// blocks to a series; the plot shows the newest five seconds and follows them.
#include <plotlib/plotlib.h>
#include <plotlib/widget.h>

#include <math.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <time.h>

enum { RATE_HZ = 1000, BLOCK = 10 };

static atomic_bool stop;

// 1000 samples a second in blocks of ten: a pressure around 101 kPa with a slow swing.
static void *sensor_thread(void *user)
{
    struct plt_series *samples = user;
    const struct timespec pause = {.tv_nsec = 1000000000L / RATE_HZ * BLOCK};
    float block[BLOCK];
    unsigned noise = 1;
    for (long n = 0; !atomic_load(&stop);) {
        for (int i = 0; i < BLOCK; i++, n++) {
            double t = (double)n / RATE_HZ;
            noise = noise * 1664525u + 1013904223u;
            block[i] =
                (float)(101325 + 900 * sin(2 * t) + 250 * sin(31 * t) * sin(0.7 * t) +
                        60.0 * (noise >> 16) / 65536);
        }
        plt_series_append(samples, block, BLOCK); // any thread, never waits for the window
        nanosleep(&pause, NULL);
    }
    return NULL;
}

int main(int argc, char **argv)
{
    struct plt_app *app = plt_app_create(&argc, argv); // joins a QApplication that exists
    if (!app)
        return 1;
    struct plt_widget *window = plt_widget_create(
        app, plt_widget_params(.title = "Pressure", .width_px = 1280, .height_px = 720));
    struct plt_plot *plot = plt_figure_add_plot(
        plt_widget_figure(window), plt_plot_params(.x_label = "time", .x_unit = "s",
                                                   .y_label = "Pressure", .y_unit = "Pa"));
    struct plt_series *samples = plt_series_create(
        plt_series_params(.type = PLT_F32, .dx = 1.0 / RATE_HZ, .capacity = 10000000));
    plt_curve_create(plot, samples, plt_curve_params(.width_px = 2));
    plt_plot_set_follow(plot, 5);

    pthread_t sensor;
    int status = 1;
    if (pthread_create(&sensor, NULL, sensor_thread, samples) == 0) {
        status = plt_app_run(app); // until the window is closed
        atomic_store(&stop, true);
        pthread_join(sensor, NULL);
    }
    plt_series_unref(samples); // ours; the curve held another reference
    plt_widget_destroy(window);
    plt_app_destroy(app);
    return status;
}
