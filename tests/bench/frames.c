// Live images: frames of 2048 x 2048 u16 from another process, shown in a real window
// through levels and a colormap while they come. Public headers only; one JSON line a
// case. The limits stand in tests/bench/run.
//  live pipe  from a pipe, as fast as the sender can: ms from one shown frame to the next
//  live ring  the same from a ring in shared memory
//  live 60    from a pipe, 60 a second: how many of them are shown
#include <signal.h>
#include <sys/wait.h>

#include <plotlib/plotlib.h>
#include <plotlib/widget.h>

#include "bench.h"

enum { SIDE = 2048, ROUNDS = 7 };
static const char shape[] = "2048x2048:u16";
static const double round_s = 0.7, most_s = 60;

struct live_case {
    const char *name;
    bool ring;
    double rate_hz; // 0 = as fast as it can
};

static const struct live_case cases[] = {
    {"live pipe", false, 0}, {"live ring", true, 0}, {"live 60", false, 60}};

// --- the sender ------------------------------------------------------------------------

static void wait_until(double s)
{
    double rest = s - bench_clock();
    if (rest > 0)
        nanosleep(&(struct timespec){0, (long)(rest * 1e9)}, NULL);
}

static bool send_pipe(int fd, const void *pixels)
{
    size_t n = (size_t)SIDE * SIDE * 2;
    for (const char *p = pixels; n > 0;) {
        ssize_t done = write(fd, p, n);
        if (done <= 0)
            return false;
        p += done;
        n -= (size_t)done;
    }
    return true;
}

// Until the pipe breaks or it is killed.
static void send_frames(const struct live_case *c, int fd, struct plt_frame_ring *ring)
{
    uint16_t *images[] = {bench_image(SIDE, 1), bench_image(SIDE, 2)};
    double begin_s = bench_clock();
    for (int n = 0;; n++) {
        if (c->rate_hz > 0)
            wait_until(begin_s + n / c->rate_hz);
        if (ring) {
            memcpy(plt_frame_ring_begin(ring), images[n % 2], (size_t)SIDE * SIDE * 2);
            plt_frame_ring_publish(ring);
        } else if (!send_pipe(fd, images[n % 2])) {
            _exit(0);
        }
    }
}

// --- the window ------------------------------------------------------------------------

struct round {
    double begin_s, cpu_s;
    struct plt_frames_stats before;
};

static struct round begin_round(const struct plt_frames *frames)
{
    return (struct round){bench_clock(), bench_seconds(CLOCK_PROCESS_CPUTIME_ID),
                          plt_frames_get_stats(frames)};
}

static bool measure(const struct live_case *c, struct plt_app *app,
                    struct plt_widget *widget, struct plt_frames *frames)
{
    double ms[ROUNDS], start_s = bench_clock();
    while (plt_frames_get_stats(frames).shown < 20) {
        if (bench_clock() - start_s > most_s)
            return false;
        plt_app_step(app, 100);
    }
    struct round all = begin_round(frames);
    for (int i = 0; i < ROUNDS; i++) {
        struct round round = begin_round(frames);
        while (bench_clock() - round.begin_s < round_s)
            plt_app_step(app, 100);
        uint64_t shown = plt_frames_get_stats(frames).shown - round.before.shown;
        ms[i] = (bench_clock() - round.begin_s) * 1e3 / (double)(shown ? shown : 1);
    }
    double s = bench_clock() - all.begin_s;
    double cpu_s = bench_seconds(CLOCK_PROCESS_CPUTIME_ID) - all.cpu_s;
    struct plt_frames_stats end = plt_frames_get_stats(frames);
    double received = (double)(end.received - all.before.received);
    struct plt_widget_stats paint = {0};
    plt_widget_get_stats(widget, &paint);
    qsort(ms, ROUNDS, sizeof(ms[0]), bench_compare);
    printf("{\"case\": \"%s\", \"median_ms\": %.3f, \"best_ms\": %.3f, \"paint_ms\": %.3f, "
           "\"received_hz\": %.1f, \"shown_hz\": %.1f, \"shown_share\": %.4f, "
           "\"torn\": %llu, \"cpu_ms\": %.2f, \"cores\": %.2f, \"rss_mb\": %.0f}\n",
           c->name, bench_percentile(ms, ROUNDS, 0.5), ms[0], paint.frame_ms_median,
           received / s, (double)(end.shown - all.before.shown) / s,
           (double)(end.shown - all.before.shown) / received, (unsigned long long)end.torn,
           cpu_s * 1e3 / (double)(end.shown - all.before.shown), cpu_s / s, bench_rss_mb());
    return true;
}

static bool show(const struct live_case *c, struct plt_app *app, struct plt_frames *frames)
{
    struct plt_widget *widget = plt_widget_create(
        app, plt_widget_params(.title = c->name, .theme = PLT_THEME_LIGHT,
                               .width_px = BENCH_WIDTH, .height_px = BENCH_HEIGHT));
    struct plt_plot *plot = plt_figure_add_plot(
        plt_widget_figure(widget), plt_plot_params(.y_down = true, .lock_aspect = true));
    const struct plt_range levels = {0, 65535};
    bool ok = plt_image_item_create(
                  plot, plt_frames_image(frames),
                  plt_image_item_params(.levels = levels, .colormap = "viridis")) &&
              plt_plot_set_x_range(plot, 0, SIDE) && plt_plot_set_y_range(plot, SIDE, 0) &&
              measure(c, app, widget, frames);
    plt_widget_destroy(widget);
    return ok;
}

static bool run_case(const struct live_case *c, struct plt_app *app)
{
    char name[48];
    int ends[2] = {-1, -1};
    snprintf(name, sizeof(name), "plotlib-bench-frames-%d", (int)getpid());
    struct plt_frame_ring *ring =
        c->ring ? plt_frame_ring_create(name, shape, 4, NULL) : NULL;
    if (c->ring ? !ring : pipe(ends) != 0)
        return false;
    pid_t sender = fork();
    if (sender == 0) {
        if (ends[0] >= 0)
            close(ends[0]);
        send_frames(c, ends[1], ring);
    }
    struct plt_frames *frames = c->ring ? plt_frames_open_shared(name, NULL)
                                        : plt_frames_open_fd(ends[0], shape, NULL);
    bool ok = sender > 0 && frames && show(c, app, frames);
    plt_frames_close(frames);
    if (sender > 0) {
        kill(sender, SIGKILL);
        waitpid(sender, NULL, 0);
    }
    for (int i = 0; i < 2; i++) {
        if (ends[i] >= 0)
            close(ends[i]);
    }
    plt_frame_ring_destroy(ring);
    return ok;
}

int main(int argc, char **argv)
{
    struct plt_app *app = plt_app_create(&argc, argv);
    bool ok = app != NULL;
    for (size_t i = 0; ok && i < sizeof(cases) / sizeof(cases[0]); i++) {
        bool wanted = argc < 2;
        for (int k = 1; k + 1 < argc; k++)
            wanted |=
                strcmp(argv[k], "--case") == 0 && strcmp(argv[k + 1], cases[i].name) == 0;
        if (wanted)
            ok = run_case(&cases[i], app);
        fflush(stdout);
    }
    plt_app_destroy(app);
    return ok ? 0 : 1;
}
