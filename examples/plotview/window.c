// plotview's window: a widget that shows the figure, live sources posted to its thread, an
// end by closing it, by --seconds, by Ctrl-C or SIGTERM.
#include "plotview.h"

#include <plotlib/widget.h>

#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

struct window {
    const struct options *options;
    struct content *content;
    struct plt_app *app;
    struct plt_widget *widget;
    pthread_t signal_thread;
    bool has_signal_thread;
    atomic_bool closing;
    int first_frame_timer;
    char title[256];
    struct plt_frames_stats told; // in the title
    double told_s;
    int status;
};

static void quit(void *user)
{
    struct window *window = user;
    plt_app_quit(window->app, 0);
}

// On the app's thread, soon after a source changed its state.
static void update(void *user)
{
    struct window *window = user;
    if (!content_update(window->content))
        window->status = STATUS_BAD; // said already; what came before stays on the screen
    if (!content_alive(window->content))
        plt_app_quit(window->app, 0);
}

static void source_changed(void *user)
{
    struct window *window = user;
    plt_app_post(window->app, update, window);
}

static void end_signals(sigset_t *set)
{
    sigemptyset(set);
    sigaddset(set, SIGINT);
    sigaddset(set, SIGTERM);
}

// Signals are taken here, by a thread, not in a handler that could do next to nothing.
static void *wait_for_signal(void *user)
{
    struct window *window = user;
    sigset_t set;
    int number;
    end_signals(&set);
    sigwait(&set, &number);
    if (!atomic_load(&window->closing))
        plt_app_post(window->app, quit, window);
    return NULL;
}

static void stop_signal_thread(struct window *window)
{
    if (!window->has_signal_thread)
        return;
    atomic_store(&window->closing, true);
    pthread_kill(window->signal_thread, SIGTERM);
    pthread_join(window->signal_thread, NULL);
}

// --seconds run from the first frame, which only the widget can tell.
static void check_first_frame(void *user)
{
    struct window *window = user;
    struct plt_widget_stats stats;
    if (!plt_widget_get_stats(window->widget, &stats) || stats.frames == 0)
        return;
    plt_app_stop_timer(window->app, window->first_frame_timer);
    int ms = (int)(window->options->seconds * 1000);
    if (!plt_app_start_timer(window->app, ms, quit, window))
        plt_app_quit(window->app, 0);
}

static void make_title(const struct options *o, char *title, size_t size)
{
    size_t used = 0;
    title[0] = '\0';
    for (int i = 0; i < o->num_inputs && used < size; i++) {
        const char *name = o->inputs[i], *slash = strrchr(name, '/');
        if (strcmp(name, "-") == 0)
            name = "standard input";
        else if (strcmp(name, "system:") == 0)
            name = "this machine";
        else if (slash && slash[1])
            name = slash + 1;
        used += (size_t)snprintf(title + used, size - used, "%s%s", i ? ", " : "", name);
    }
    if (o->shared && used < size)
        snprintf(title + used, size - used, "%s%s", used ? ", " : "", o->shared);
}

// Once a second, while images come live: how many were shown, how many were dropped.
static void tell_rate(void *user)
{
    struct window *window = user;
    struct plt_frames_stats now = content_frames(window->content);
    struct timespec clock;
    clock_gettime(CLOCK_MONOTONIC, &clock);
    double now_s = (double)clock.tv_sec + 1e-9 * (double)clock.tv_nsec;
    double shown = (double)(now.shown - window->told.shown) / (now_s - window->told_s);
    char title[sizeof(window->title) + 80];
    snprintf(title, sizeof(title), "%s: %d fps, %llu dropped", window->title,
             (int)(shown + 0.5), (unsigned long long)now.dropped);
    plt_widget_set_title(window->widget, title);
    window->told = now;
    window->told_s = now_s;
}

static bool has_window_system(void)
{
#ifdef __linux__
    // Said here, because only plotview knows of -o.
    return getenv("DISPLAY") || getenv("WAYLAND_DISPLAY") || getenv("QT_QPA_PLATFORM");
#else
    return true;
#endif
}

static enum plt_painter widget_painter(const struct options *o)
{
    static const enum plt_painter painters[] = {
        [VIEW_AUTO] = PLT_PAINTER_AUTO,
        [VIEW_RASTER] = PLT_PAINTER_RASTER,
        [VIEW_GL] = PLT_PAINTER_GL,
    };
    return painters[o->painter];
}

static bool open_window(struct window *window)
{
    const struct options *o = window->options;
    make_title(o, window->title, sizeof(window->title));
    window->widget = plt_widget_create(
        window->app, plt_widget_params(.title = window->title,
                                       .width_px = (int)(o->width / o->scale + 0.5),
                                       .height_px = (int)(o->height / o->scale + 0.5),
                                       .painter = widget_painter(o),
                                       .figure = content_figure(window->content),
                                       .log = content_log(window->content)));
    if (!window->widget)
        return false;
    if (content_is_live(window->content) &&
        !plt_app_start_timer(window->app, 1000, tell_rate, window))
        return false;
    if (o->seconds > 0) {
        window->first_frame_timer =
            plt_app_start_timer(window->app, 5, check_first_frame, window);
        return window->first_frame_timer != 0;
    }
    return true;
}

static void run(struct window *window, struct cost *cost)
{
    window->status = STATUS_OK;
    if (!content_start(window->content, source_changed, window)) {
        window->status = STATUS_BAD;
        return;
    }
    update(window);
    plt_app_run(window->app);
    struct plt_widget_stats stats = {0};
    plt_widget_get_stats(window->widget, &stats);
    bool gl = plt_widget_painter(window->widget) == PLT_PAINTER_GL;
    if (window->options->painter == VIEW_GL && !gl)
        window->status = STATUS_CANNOT; // OpenGL was lost on the way, as the log says
    *cost = (struct cost){.frames = stats.frames,
                          .painter = gl ? "gl" : "raster",
                          .frame_ms_median = stats.frame_ms_median,
                          .uploaded_bytes = stats.uploaded_bytes};
    content_stop(window->content);
}

int window_run(const struct options *options, struct content *content, struct cost *cost)
{
    struct window window = {
        .options = options, .content = content, .status = STATUS_CANNOT};
    sigset_t set;
    end_signals(&set);
    pthread_sigmask(SIG_BLOCK, &set, NULL); // before any thread starts
    if (!has_window_system()) {
        complain(
            "no window system (DISPLAY is not set); use -o OUT.png to draw into a file");
        return STATUS_CANNOT;
    }
    if (options->scale != 1) { // Qt multiplies it with the screen's own ratio
        char text[32];
        unsigned long long thousandths = (unsigned long long)(options->scale * 1000 + 0.5);
        snprintf(text, sizeof(text), "%llu.%03llu", thousandths / 1000, thousandths % 1000);
        setenv("QT_SCALE_FACTOR", text, 1);
    }
    static char name[] = "plotview";
    static char *qt_argv[] = {name, NULL}; // the options are ours, not Qt's
    int qt_argc = 1;
    window.app = plt_app_create(&qt_argc, qt_argv);
    if (!window.app) {
        complain("no window; use -o OUT.png to draw into a file");
        return STATUS_CANNOT;
    }
    window.has_signal_thread =
        pthread_create(&window.signal_thread, NULL, wait_for_signal, &window) == 0;
    if (open_window(&window))
        run(&window, cost);
    content_stop(content);
    stop_signal_thread(&window);
    plt_widget_destroy(window.widget);
    plt_app_destroy(window.app);
    return window.status;
}
