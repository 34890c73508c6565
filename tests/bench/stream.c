// Streaming: 64 channels of 1 MS/s float32 from producer threads, in blocks of 1000, into
// rings, while a real window shows the newest 10 s. Public headers only; one JSON line a
// case. The limits stand in tests/bench/run.
//  append       time of one sample's append, all on one thread
//  stream       frames, lost samples and the time from sample to pixel, in real time
//  stream stall the same producers while the window's thread sleeps for 5 s
//  stream hour  frames of the first minute and after an hour, most of it fed faster
#include <pthread.h>
#include <stdatomic.h>

#include <plotlib/plotlib.h>
#include <plotlib/widget.h>

#include "bench.h"

enum {
    CHANNELS = 64,
    THREADS = 8,
    RATE_HZ = 1000000, // of each channel
    BLOCK = 1000,
    SHOWN_S = 10,
    CAPACITY = RATE_HZ * (SHOWN_S + 1),
    TABLE = 1 << 16, // samples of noise, used again and again
    MAX_FRAMES = 20000,
    MARKS = 1 << 16, // the times of the last appends that are looked at
};

struct stream {
    struct plt_series *series[CHANNELS];
    float *table;
    pthread_t threads[THREADS];
    atomic_bool stop;
    atomic_bool hurry;        // do not wait for the clock
    _Atomic uint64_t until;   // in a hurry: samples a channel
    _Atomic uint64_t refused; // samples that append did not take
    double worst_append_ms[THREADS];
    double worst_late_ms[THREADS]; // behind the clock
    // Channel 0: when append returned, by block.
    _Atomic uint64_t num_marks;
    double marks[MARKS];
};

struct producer {
    struct stream *stream;
    int number;
};

static void init_series(struct stream *s)
{
    double *noise = bench_noise(TABLE, 1);
    s->table = bench_alloc(CHANNELS * (size_t)TABLE, sizeof(*s->table));
    for (size_t c = 0; c < CHANNELS; c++)
        for (size_t i = 0; i < TABLE; i++)
            s->table[c * TABLE + i] =
                (float)((double)c + 0.15 * noise[(i + 977 * c) % TABLE]);
    free(noise);
    for (int c = 0; c < CHANNELS; c++)
        s->series[c] = plt_series_create(
            plt_series_params(.type = PLT_F32, .dx = 1.0 / RATE_HZ, .capacity = CAPACITY));
}

static void finish_series(struct stream *s)
{
    for (int c = 0; c < CHANNELS; c++)
        plt_series_unref(s->series[c]);
    free(s->table);
}

static void give_block(struct stream *s, int thread, int c, uint64_t n)
{
    const float *block =
        s->table + (size_t)c * TABLE + n / BLOCK * 61 % (TABLE / BLOCK) * BLOCK;
    double begin_s = bench_clock();
    if (!plt_series_append(s->series[c], block, BLOCK))
        atomic_fetch_add(&s->refused, BLOCK);
    double end_s = bench_clock();
    s->worst_append_ms[thread] = fmax(s->worst_append_ms[thread], (end_s - begin_s) * 1e3);
    if (c == 0) {
        uint64_t mark = atomic_load(&s->num_marks);
        s->marks[mark % MARKS] = end_s;
        atomic_store_explicit(&s->num_marks, mark + 1, memory_order_release);
    }
}

// The channels of one thread: what the clock says is due, each millisecond.
static void *produce(void *user)
{
    struct producer *p = user;
    struct stream *s = p->stream;
    double start_s = bench_clock();
    uint64_t n = 0, clock_from = 0; // samples so far, and when the clock started
    bool hurried = false;
    while (!atomic_load(&s->stop)) {
        bool hurry = atomic_load(&s->hurry);
        if (hurried && !hurry) {
            start_s = bench_clock();
            clock_from = n;
        }
        hurried = hurry;
        double due = (double)clock_from + (bench_clock() - start_s) * RATE_HZ;
        if (hurry ? n >= atomic_load(&s->until) : (double)(n + BLOCK) > due) {
            nanosleep(&(struct timespec){0, 1000000}, NULL);
            continue;
        }
        if (!hurry)
            s->worst_late_ms[p->number] = fmax(s->worst_late_ms[p->number],
                                               (due - (double)(n + BLOCK)) * 1e3 / RATE_HZ);
        for (int c = p->number; c < CHANNELS; c += THREADS)
            give_block(s, p->number, c, n);
        n += BLOCK;
    }
    return (void *)(uintptr_t)n;
}

static bool start_producers(struct stream *s, struct producer producers[THREADS])
{
    for (int i = 0; i < THREADS; i++) {
        producers[i] = (struct producer){s, i};
        if (pthread_create(&s->threads[i], NULL, produce, &producers[i]) != 0)
            return false;
    }
    return true;
}

// Samples that were produced and are not in their series.
static uint64_t stop_producers(struct stream *s)
{
    uint64_t lost = 0;
    atomic_store(&s->stop, true);
    for (int i = 0; i < THREADS; i++) {
        void *produced;
        pthread_join(s->threads[i], &produced);
        for (int c = i; c < CHANNELS; c += THREADS)
            lost += (uint64_t)(uintptr_t)produced - plt_series_total(s->series[c]);
    }
    return lost;
}

static double worst(const double ms[THREADS])
{
    double most = 0;
    for (int i = 0; i < THREADS; i++)
        most = fmax(most, ms[i]);
    return most;
}

// --- frames ----------------------------------------------------------------------------

struct frames {
    int n;
    double ms[MAX_FRAMES];
    double *latencies_ms;
    size_t num_latencies, cap_latencies;
    uint64_t shown; // marks that a paint has shown
};

struct window {
    struct plt_app *app;
    struct plt_widget *widget;
    uint64_t frames;
};

static bool open_window(struct window *w, struct stream *s, const char *title)
{
    w->widget = plt_widget_create(
        w->app, plt_widget_params(.title = title, .theme = PLT_THEME_LIGHT,
                                  .width_px = BENCH_WIDTH, .height_px = BENCH_HEIGHT));
    struct plt_plot *plot = plt_figure_add_plot(
        plt_widget_figure(w->widget), plt_plot_params(.x_unit = "s", .hide_legend = true));
    bool ok = plot && plt_plot_set_follow(plot, SHOWN_S);
    for (int c = 0; ok && c < CHANNELS; c++)
        ok = plt_curve_create(plot, s->series[c], NULL) != NULL;
    return ok;
}

// A paint shows whatever append had returned before it began.
static void note_latencies(struct frames *f, const struct stream *s, double begin_s,
                           double end_s)
{
    uint64_t marks = atomic_load_explicit(&s->num_marks, memory_order_acquire);
    for (; f->shown < marks && s->marks[f->shown % MARKS] <= begin_s; f->shown++) {
        if (f->num_latencies == f->cap_latencies) {
            f->cap_latencies = f->cap_latencies * 2 + 1024;
            f->latencies_ms =
                realloc(f->latencies_ms, f->cap_latencies * sizeof(*f->latencies_ms));
            if (!f->latencies_ms)
                exit(1);
        }
        f->latencies_ms[f->num_latencies++] = (end_s - s->marks[f->shown % MARKS]) * 1e3;
    }
}

// Runs the window's loop until so many frames were painted.
static bool run_frames(struct window *w, const struct stream *s, struct frames *f, int n)
{
    f->n = 0;
    f->num_latencies = 0;
    f->shown = atomic_load(&s->num_marks);
    double begin_s = bench_clock();
    while (f->n < n && bench_clock() - begin_s < 300) {
        struct plt_widget_stats stats = {0};
        plt_app_step(w->app, 100);
        plt_widget_get_stats(w->widget, &stats);
        if (stats.frames == w->frames)
            continue;
        w->frames = stats.frames;
        f->ms[f->n++] = stats.frame_ms_last;
        note_latencies(f, s, stats.last_frame_end_s - stats.frame_ms_last * 1e-3,
                       stats.last_frame_end_s);
    }
    qsort(f->ms, (size_t)f->n, sizeof(f->ms[0]), bench_compare);
    if (f->num_latencies > 0)
        qsort(f->latencies_ms, f->num_latencies, sizeof(f->latencies_ms[0]), bench_compare);
    return f->n == n && f->num_latencies > 0;
}

static void run_for(struct window *w, double s)
{
    double begin_s = bench_clock();
    while (bench_clock() - begin_s < s)
        plt_app_step(w->app, 20);
}

// --- cases -----------------------------------------------------------------------------

static bool run_append(struct plt_app *app)
{
    (void)app;
    static struct stream s;
    init_series(&s);
    double best_ns = INFINITY, sum_ns = 0;
    enum { ROUNDS = 24, EACH = 500 * BLOCK };
    for (int round = 0; round < ROUNDS; round++) { // the rings are full after 22
        double begin_s = bench_seconds(CLOCK_THREAD_CPUTIME_ID);
        for (uint64_t n = 0; n < EACH; n += BLOCK)
            for (int c = 0; c < CHANNELS; c++)
                plt_series_append(s.series[c], s.table + (size_t)c * TABLE + n % 60000,
                                  BLOCK);
        double ns = (bench_seconds(CLOCK_THREAD_CPUTIME_ID) - begin_s) * 1e9 /
                    ((double)EACH * CHANNELS);
        best_ns = fmin(best_ns, ns);
        sum_ns += ns;
    }
    printf("{\"case\": \"append\", \"channels\": %d, \"block\": %d, \"ns\": %.3f, "
           "\"best_ns\": %.3f}\n",
           CHANNELS, BLOCK, sum_ns / ROUNDS, best_ns);
    finish_series(&s);
    return true;
}

static bool run_stream(struct plt_app *app)
{
    static struct stream s;
    static struct frames f;
    struct producer producers[THREADS];
    struct window w = {.app = app};
    init_series(&s);
    bool ok = start_producers(&s, producers) && open_window(&w, &s, "stream");
    run_for(&w, SHOWN_S + 2);
    double cpu_s = bench_seconds(CLOCK_PROCESS_CPUTIME_ID), begin_s = bench_clock();
    ok = run_frames(&w, &s, &f, 2000) && ok;
    cpu_s = (bench_seconds(CLOCK_PROCESS_CPUTIME_ID) - cpu_s) / (bench_clock() - begin_s);
    uint64_t lost = stop_producers(&s);
    if (ok)
        printf("{\"case\": \"stream\", \"frames\": %d, \"median_ms\": %.3f, "
               "\"p95_ms\": %.3f, \"to_pixel_median_ms\": %.2f, \"to_pixel_p99_ms\": %.2f, "
               "\"lost\": %llu, \"late_ms\": %.1f, \"cores\": %.2f, \"rss_mb\": %.0f}\n",
               f.n, bench_percentile(f.ms, f.n, 0.5), bench_percentile(f.ms, f.n, 0.95),
               bench_percentile(f.latencies_ms, (int)f.num_latencies, 0.5),
               bench_percentile(f.latencies_ms, (int)f.num_latencies, 0.99),
               (unsigned long long)(lost + s.refused), worst(s.worst_late_ms), cpu_s,
               bench_rss_mb());
    plt_widget_destroy(w.widget);
    finish_series(&s);
    free(f.latencies_ms);
    return ok;
}

static bool run_stall(struct plt_app *app)
{
    static struct stream s;
    struct producer producers[THREADS];
    struct window w = {.app = app};
    init_series(&s);
    bool ok = start_producers(&s, producers) && open_window(&w, &s, "stream stall");
    run_for(&w, SHOWN_S + 2);
    for (int i = 0; i < THREADS; i++)
        s.worst_append_ms[i] = s.worst_late_ms[i] = 0; // a torn read at worst
    uint64_t before = plt_series_total(s.series[0]);
    double begin_s = bench_clock();
    nanosleep(&(struct timespec){5, 0}, NULL);
    double due = (bench_clock() - begin_s) * RATE_HZ;
    uint64_t came = plt_series_total(s.series[0]) - before;
    double late_ms = worst(s.worst_late_ms), append_ms = worst(s.worst_append_ms);
    run_for(&w, 1);
    uint64_t lost = stop_producers(&s);
    printf("{\"case\": \"stream stall\", \"lost\": %llu, \"came\": %.4f, "
           "\"worst_append_ms\": %.2f, \"late_ms\": %.1f}\n",
           (unsigned long long)(lost + s.refused), (double)came / due, append_ms, late_ms);
    plt_widget_destroy(w.widget);
    finish_series(&s);
    return ok;
}

static bool run_hour(struct plt_app *app)
{
    static struct stream s;
    static struct frames first, last;
    struct producer producers[THREADS];
    struct window w = {.app = app};
    init_series(&s);
    bool ok = start_producers(&s, producers) && open_window(&w, &s, "stream hour");
    run_for(&w, SHOWN_S + 2);
    ok = run_frames(&w, &s, &first, 2000) && ok;
    double rss_mb = bench_rss_mb(), begin_s = bench_clock();
    atomic_store(&s.until, UINT64_C(3600) * RATE_HZ);
    atomic_store(&s.hurry, true);
    for (int c = 0; c < CHANNELS; c++)
        while (plt_series_total(s.series[c]) < UINT64_C(3600) * RATE_HZ)
            run_for(&w, 0.2);
    double fed_s = bench_clock() - begin_s;
    atomic_store(&s.hurry, false);
    run_for(&w, 1);
    ok = run_frames(&w, &s, &last, 2000) && ok;
    uint64_t lost = stop_producers(&s);
    double before = bench_percentile(first.ms, first.n, 0.5);
    double after = bench_percentile(last.ms, last.n, 0.5);
    if (ok)
        printf("{\"case\": \"stream hour\", \"first_ms\": %.3f, \"last_ms\": %.3f, "
               "\"ratio\": %.3f, \"lost\": %llu, \"samples\": %.3g, \"fed_s\": %.0f, "
               "\"grown_mb\": %.0f}\n",
               before, after, after / before, (unsigned long long)(lost + s.refused),
               (double)plt_series_total(s.series[0]) * CHANNELS, fed_s,
               bench_rss_mb() - rss_mb);
    plt_widget_destroy(w.widget);
    finish_series(&s);
    free(first.latencies_ms);
    free(last.latencies_ms);
    return ok;
}

static const struct {
    const char *name;
    bool (*run)(struct plt_app *app);
} cases[] = {{"append", run_append},
             {"stream", run_stream},
             {"stream stall", run_stall},
             {"stream hour", run_hour}};

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
            ok = cases[i].run(app);
        fflush(stdout);
    }
    plt_app_destroy(app);
    return ok ? 0 : 1;
}
