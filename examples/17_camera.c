// Learn: live images. Another process, standing in for a camera driver, puts frames of
// 16-bit pixels into a ring in shared memory; the window shows the newest one at each
// paint, and whatever came in between is dropped and counted.
#include <plotlib/plotlib.h>
#include <plotlib/widget.h>

#include <math.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { COLUMNS = 1024, ROWS = 768, RATE_HZ = 100 };

// --- the camera: a process of its own ----------------------------------------------------

// A spot that wanders over a noisy sensor.
static void expose(uint16_t *pixels, int n, unsigned *noise)
{
    double x = COLUMNS * (0.5 + 0.3 * sin(n * 0.02)),
           y = ROWS * (0.5 + 0.3 * cos(n * 0.03));
    for (int row = 0; row < ROWS; row++) {
        for (int column = 0; column < COLUMNS; column++) {
            double dx = column - x, dy = row - y, r2 = dx * dx + dy * dy;
            *noise = *noise * 1664525u + 1013904223u;
            pixels[row * COLUMNS + column] =
                (uint16_t)(400 + (*noise >> 25) + 9e6 / (r2 + 1500));
        }
    }
}

static void run_camera(struct plt_frame_ring *ring)
{
    const struct timespec rest = {.tv_nsec = 1000000000 / RATE_HZ};
    unsigned noise = 1;
    for (int n = 0;; n++) {
        expose(plt_frame_ring_begin(ring), n, &noise); // straight into the shared memory
        plt_frame_ring_publish(ring);
        nanosleep(&rest, NULL);
    }
}

// --- the window --------------------------------------------------------------------------

struct view {
    struct plt_frames *frames;
    struct plt_widget *window;
    struct plt_frames_stats before;
};

// Once a second.
static void tell_rate(void *user)
{
    struct view *view = user;
    struct plt_frames_stats now = plt_frames_get_stats(view->frames);
    char title[96];
    snprintf(title, sizeof(title), "Camera: %llu frames came, %llu were shown",
             (unsigned long long)(now.received - view->before.received),
             (unsigned long long)(now.shown - view->before.shown));
    plt_widget_set_title(view->window, title);
    view->before = now;
}

static int show(struct plt_app *app, const char *name)
{
    struct view view = {.frames = plt_frames_open_shared(name, NULL)};
    view.window = plt_widget_create(app, plt_widget_params(.title = "Camera"));
    if (!view.frames || !view.window)
        return 1;
    struct plt_plot *plot = plt_figure_add_plot(
        plt_widget_figure(view.window),
        plt_plot_params(.y_down = true, .lock_aspect = true, .hide_grid = true));
    plt_image_item_create(
        plot, plt_frames_image(view.frames),
        plt_image_item_params(.levels = {400, 6000}, .colormap = "inferno"));
    plt_app_start_timer(app, 1000, tell_rate, &view);
    int status = plt_app_run(app); // frames come and are shown without a further call
    plt_widget_destroy(view.window);
    plt_frames_close(view.frames);
    return status;
}

int main(int argc, char **argv)
{
    char name[40];
    snprintf(name, sizeof(name), "plotlib-camera-%d", (int)getpid());
    struct plt_frame_ring *ring = plt_frame_ring_create(
        name, "1024x768:u16", 0, NULL); // any other process could make it
    if (!ring)
        return 1;
    pid_t camera = fork();
    if (camera == 0)
        run_camera(ring); // until it is ended
    struct plt_app *app = plt_app_create(&argc, argv);
    int status = app && camera > 0 ? show(app, name) : 1;
    plt_app_destroy(app);
    if (camera > 0) {
        kill(camera, SIGTERM);
        waitpid(camera, NULL, 0);
    }
    plt_frame_ring_destroy(ring);
    return status;
}
