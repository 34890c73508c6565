// The benchmark of ours: the real widget in a window, through public headers only. Prints
// one JSON line a case; `tests/bench/run` puts it next to the peers.
#include <plotlib/plotlib.h>
#include <plotlib/widget.h>

#include "bench.h"

struct ours {
    struct plt_app *app;
    const struct bench_case *c;
    struct plt_widget *widget;
    struct plt_plot *plot;
    struct plt_series **series; // [c->curves]
    struct plt_image *image;
    void *buffers[BENCH_MAX_BUFFERS];
};

// A zoom over more than this keeps its samples in 8 bits: 1 G doubles are 8 GB.
#define WIDE_SAMPLES_MAX 20000000

static bool narrow(const struct bench_case *c)
{
    return c->n > WIDE_SAMPLES_MAX;
}

// Noise of sigma 20, every 2^20 samples the same: only its size matters here.
static int8_t *narrow_noise(size_t n)
{
    const size_t block = 1 << 20;
    int8_t *samples = bench_alloc(n, 1);
    double *y = bench_noise(block, 1);
    for (size_t i = 0; i < block; i++)
        samples[i] = (int8_t)fmin(fmax(20 * y[i], -127), 127);
    for (size_t i = block; i < n; i += block)
        memcpy(samples + i, samples, n - i < block ? n - i : block);
    free(y);
    return samples;
}

static void make_buffers(struct ours *o)
{
    const struct bench_case *c = o->c;
    for (size_t i = 0; i < bench_num_buffers(c); i++) {
        if (c->kind == BENCH_IMAGE)
            o->buffers[i] = bench_image(bench_side(c), i + 1);
        else
            o->buffers[i] =
                narrow(c) ? (void *)narrow_noise(c->n) : bench_samples(c, i + 1);
    }
}

static bool wrap_curves(struct ours *o, size_t buffer)
{
    size_t n = o->c->n / o->c->curves;
    bool ok = true;
    for (size_t i = 0; i < o->c->curves; i++) {
        const double *y = o->buffers[buffer];
        ok = plt_series_wrap(o->series[i], NULL, y + i * n, n, NULL, NULL) && ok;
    }
    return ok;
}

static bool add_curves(struct ours *o)
{
    const struct bench_case *c = o->c;
    double scale = narrow(c) ? 20 : 1;
    o->series = bench_alloc(c->curves, sizeof(o->series[0]));
    for (size_t i = 0; i < c->curves; i++) {
        o->series[i] =
            plt_series_create(plt_series_params(.type = narrow(c) ? PLT_I8 : PLT_F64));
        bool ok =
            c->kind == BENCH_SCATTER
                ? plt_scatter_create(o->plot, o->series[i],
                                     plt_scatter_params(.size_px = 10)) != NULL
                : plt_curve_create(o->plot, o->series[i],
                                   plt_curve_params(.width_px = (float)c->width_px,
                                                    .no_antialias = !c->antialias)) != NULL;
        if (!ok)
            return false;
    }
    return wrap_curves(o, 0) &&
           plt_plot_set_x_range(o->plot, 0, (double)(c->n / c->curves)) &&
           plt_plot_set_y_range(o->plot, -5 * scale, bench_top(c) * scale);
}

static bool add_image(struct ours *o)
{
    int32_t side = (int32_t)bench_side(o->c);
    o->image = plt_image_wrap(
        o->buffers[0], plt_image_params(.type = PLT_U16, .columns = side, .rows = side),
        NULL, NULL);
    struct plt_range levels = {0, 65535};
    return plt_image_item_create(
               o->plot, o->image,
               plt_image_item_params(.levels = levels, .colormap = "viridis")) &&
           plt_plot_set_x_range(o->plot, 0, side) && plt_plot_set_y_range(o->plot, side, 0);
}

static uint64_t frames_of(struct ours *o, double *end_s)
{
    struct plt_widget_stats stats = {0};
    plt_widget_get_stats(o->widget, &stats);
    *end_s = stats.last_frame_end_s;
    return stats.frames;
}

static bool give_data(struct ours *o, int frame)
{
    size_t buffer = (size_t)frame % bench_num_buffers(o->c);
    if (o->c->kind == BENCH_IMAGE)
        return plt_image_update(o->image, o->buffers[buffer]);
    if (o->c->kind == BENCH_REPLACE || o->c->kind == BENCH_SCATTER)
        return wrap_curves(o, buffer);
    double x0, x1;
    bench_zoom(o->c, frame, &x0, &x1);
    return plt_plot_set_x_range(o->plot, x0, x1);
}

static struct bench_frame run_frame(void *user, int frame)
{
    struct ours *o = user;
    struct bench_frame result = {0};
    double end_s;
    uint64_t before = frames_of(o, &end_s);
    double cpu_s = bench_seconds(CLOCK_PROCESS_CPUTIME_ID);
    result.start_s = bench_clock();
    if (!give_data(o, frame))
        return result;
    do {
        plt_app_step(o->app, 0);
        result.cpu_s = bench_seconds(CLOCK_PROCESS_CPUTIME_ID) - cpu_s;
        result.paints = (int)(frames_of(o, &result.end_s) - before);
    } while (result.paints == 0 && bench_clock() - result.start_s < 10);
    plt_app_step(o->app, 0); // a second paint would be counted
    result.paints = (int)(frames_of(o, &end_s) - before);
    return result;
}

// Until the window is on the screen and nothing paints any more.
static bool wait_for_window(struct ours *o)
{
    double begin_s = bench_clock(), end_s = 0, quiet_s = 0;
    while (frames_of(o, &end_s) == 0 || quiet_s < 0.2) {
        plt_app_step(o->app, 50);
        quiet_s = bench_clock() - fmax(end_s, begin_s);
        if (bench_clock() - begin_s > 20)
            return false;
    }
    return true;
}

static void clean(struct ours *o)
{
    plt_widget_destroy(o->widget);
    for (size_t i = 0; o->series && i < o->c->curves; i++)
        plt_series_unref(o->series[i]);
    plt_image_unref(o->image);
    free(o->series);
    for (size_t i = 0; i < bench_num_buffers(o->c); i++)
        free(o->buffers[i]);
}

static bool run_case(const struct bench_case *c, void *user)
{
    struct ours o = {.app = user, .c = c};
    make_buffers(&o);
    o.widget = plt_widget_create(
        o.app, plt_widget_params(.title = c->name, .theme = PLT_THEME_LIGHT,
                                 .width_px = BENCH_WIDTH, .height_px = BENCH_HEIGHT));
    bool image = c->kind == BENCH_IMAGE;
    o.plot = plt_figure_add_plot(plt_widget_figure(o.widget),
                                 plt_plot_params(.y_down = image, .lock_aspect = image));
    bool ok = o.plot && (image ? add_image(&o) : add_curves(&o));
    if (ok && !wait_for_window(&o)) {
        fprintf(stderr, "%s: the window was never painted\n", c->name);
        ok = false;
    }
    const char *painter = plt_widget_painter(o.widget) == PLT_PAINTER_GL ? "gl" : "raster";
    ok = ok && bench_measure(c, painter, run_frame, &o);
    clean(&o);
    return ok;
}

int main(int argc, char **argv)
{
    struct plt_app *app = plt_app_create(&argc, argv);
    if (!app)
        return 1;
    int status =
        bench_main(argc, argv, sizeof(bench_cases) / sizeof(bench_cases[0]), run_case, app);
    plt_app_destroy(app);
    return status;
}
