// Learn: many channels at once. Eight threads feed 64 channels of 100 kS/s each, in blocks,
// into rings; the plot shows the newest five seconds of all of them. The argument says how
// it follows: scroll (as if left out), sweep (like an oscilloscope) or expand. Every five
// seconds the picture is held still for two: the data go on coming in, none is lost.
#include <plotlib/plotlib.h>
#include <plotlib/widget.h>

#include <math.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

enum { CHANNELS = 64, THREADS = 8, RATE_HZ = 100000, BLOCK = 1000, SHOWN_S = 5 };

static struct plt_series *channels[CHANNELS];
static atomic_bool stop;

static double seconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

// A carrier of its own for each channel, noise, and now and then a spike of one sample.
static void fill_block(float block[BLOCK], int channel, long first, unsigned *noise)
{
    for (int i = 0; i < BLOCK; i++) {
        double t = (double)(first + i) / RATE_HZ;
        *noise = *noise * 1664525u + 1013904223u;
        block[i] = (float)(channel + 0.2 * sin((1 + channel % 7) * t) +
                           0.2 * (*noise >> 16) / 65536);
        if (*noise < 20000)
            block[i] += 0.9f;
    }
}

// Every eighth channel. A series has one producer at a time; append never waits for the
// window, however long that is busy.
static void *producer_thread(void *user)
{
    const int first_channel = *(const int *)user;
    const double start_s = seconds();
    float block[BLOCK];
    unsigned noise = 1 + (unsigned)first_channel;
    for (long n = 0; !atomic_load(&stop);) {
        if ((double)(n + BLOCK) > (seconds() - start_s) * RATE_HZ) {
            nanosleep(&(struct timespec){.tv_nsec = 1000000}, NULL);
            continue;
        }
        for (int c = first_channel; c < CHANNELS; c += THREADS) {
            fill_block(block, c, n, &noise);
            plt_series_append(channels[c], block, BLOCK);
        }
        n += BLOCK;
    }
    return NULL;
}

static void hold_and_go_on(void *user)
{
    static int second;
    plt_plot_set_paused(user, ++second % 7 >= 5);
}

static void print_rate(void *user)
{
    struct plt_widget_stats stats;
    if (plt_widget_get_stats(user, &stats))
        printf("%llu frames, %.1f ms each, %.1f M samples\n",
               (unsigned long long)stats.frames, stats.frame_ms_median,
               (double)plt_series_total(channels[0]) * CHANNELS * 1e-6);
}

static enum plt_follow mode_of(const char *name)
{
    return strcmp(name, "sweep") == 0    ? PLT_FOLLOW_SWEEP
           : strcmp(name, "expand") == 0 ? PLT_FOLLOW_EXPAND
                                         : PLT_FOLLOW_SCROLL;
}

int main(int argc, char **argv)
{
    struct plt_app *app = plt_app_create(&argc, argv);
    if (!app)
        return 1;
    struct plt_widget *window = plt_widget_create(
        app, plt_widget_params(.title = "64 channels", .width_px = 1280, .height_px = 720));
    struct plt_plot *plot = plt_figure_add_plot(
        plt_widget_figure(window),
        plt_plot_params(.x_label = "time", .x_unit = "s", .y_label = "channel",
                        .follow = mode_of(argc > 1 ? argv[1] : "scroll"),
                        .follow_span = SHOWN_S));
    for (int c = 0; c < CHANNELS; c++) {
        // A second more than is shown, so that a frame always finds the whole window.
        channels[c] = plt_series_create(
            plt_series_params(.type = PLT_F32, .dx = 1.0 / RATE_HZ,
                              .capacity = (uint64_t)RATE_HZ * (SHOWN_S + 1)));
        plt_curve_create(plot, channels[c], NULL);
    }
    plt_app_start_timer(app, 1000, hold_and_go_on, plot);
    plt_app_start_timer(app, 2000, print_rate, window);

    pthread_t threads[THREADS];
    int first_channels[THREADS], started = 0;
    for (; started < THREADS; started++) {
        first_channels[started] = started;
        if (pthread_create(&threads[started], NULL, producer_thread,
                           &first_channels[started]) != 0)
            break;
    }
    int status = started == THREADS ? plt_app_run(app) : 1; // until the window is closed
    atomic_store(&stop, true);
    for (int i = 0; i < started; i++)
        pthread_join(threads[i], NULL);
    for (int c = 0; c < CHANNELS; c++)
        plt_series_unref(channels[c]);
    plt_widget_destroy(window);
    plt_app_destroy(app);
    return status;
}
