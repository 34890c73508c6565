// The benchmark of large images: a sparse raw file of 100 000 x 100 000 u16, 20 GB, panned
// and zoomed as a window would, without one. Prints one JSON line: memory, the longest call
// of the owner thread that kept its core, and how many pixels of settled pictures differ
// from the file read by brute force (0). The file is made in $PLOTLIB_BENCH_FILES, takes
// 80 MB of disk and is removed.
#include <fcntl.h>
#include <inttypes.h>
#include <sys/resource.h>
#include <unistd.h>

#include <plotlib/plotlib.h>

#include "bench.h"

enum {
    SIDE = 100000,
    PATCH = 1024,
    PATCHES = 40,
    COLUMNS = 1280,
    ROWS = 720,
    FRAMES = 600,
};

struct screen {
    struct plt_figure *figure;
    struct plt_plot *plot;
    struct plt_image *image;
    struct plt_raster *raster;
    uint32_t *pixels;
    double longest_ms; // of any call here that had its core all the time
    int preempted;     // calls left out
};

static char path[4096];

static int64_t patch_place(int i, int axis)
{
    return i == 0 ? SIDE - PATCH : (int64_t)(i * (axis ? 7919 : 104729)) % (SIDE - PATCH);
}

static bool make_file(void)
{
    const int fd = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    bool ok = fd >= 0 && ftruncate(fd, (off_t)SIDE * SIDE * 2) == 0;
    double *noise = bench_noise((size_t)PATCH * PATCH, 5);
    uint16_t line[PATCH];
    for (int i = 0; ok && i < PATCHES; i++) {
        for (int64_t y = 0; ok && y < PATCH; y++) {
            for (int64_t x = 0; x < PATCH; x++)
                line[x] = (uint16_t)fmin(
                    fmax(30000 + 9000 * noise[y * PATCH + x] + i * 500, 0), 65535);
            const int64_t at = (patch_place(i, 1) + y) * SIDE + patch_place(i, 0);
            ok = pwrite(fd, line, sizeof(line), (off_t)at * 2) == (ssize_t)sizeof(line);
        }
    }
    free(noise);
    if (fd >= 0)
        close(fd);
    return ok;
}

static double peak_rss_mb(void)
{
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    return (double)usage.ru_maxrss * 1024 / 1e6;
}

struct moment {
    double s;
    long preempted; // times the scheduler gave this thread's core to another one
};

static struct moment now(void)
{
    struct rusage usage;
    getrusage(RUSAGE_THREAD, &usage);
    return (struct moment){bench_clock(), usage.ru_nivcsw};
}

static double note_time(struct screen *screen, struct moment begin)
{
    const struct moment end = now();
    const double ms = (end.s - begin.s) * 1e3;
    if (end.preempted == begin.preempted)
        screen->longest_ms = fmax(screen->longest_ms, ms);
    else
        screen->preempted++;
    return ms;
}

static double paint(struct screen *screen)
{
    const struct moment begin = now();
    plt_raster_paint(screen->raster, screen->figure, screen->pixels, COLUMNS * 4, COLUMNS,
                     ROWS, 1, NULL);
    return note_time(screen, begin);
}

static struct plt_image_map_state state_of(const struct screen *screen)
{
    struct plt_image_map_state state = {0};
    plt_image_map_get_state(screen->image, &state);
    return state;
}

static bool open_screen(struct screen *screen)
{
    *screen = (struct screen){.raster = plt_raster_create(NULL)};
    screen->pixels = bench_alloc((size_t)COLUMNS * ROWS, sizeof(uint32_t));
    memset(screen->pixels, 0, (size_t)COLUMNS * ROWS * 4);
    screen->figure = plt_figure_create(plt_figure_params(.bare = true));
    screen->plot =
        plt_figure_add_plot(screen->figure, plt_plot_params(.y_down = true, .padding = -1));
    paint(screen);
    screen->longest_ms = 0;
    const struct moment begin = now();
    screen->image = plt_image_map(
        path, plt_image_map_params(.type = PLT_U16, .columns = SIDE, .rows = SIDE));
    note_time(screen, begin);
    return screen->image &&
           plt_image_item_create(
               screen->plot, screen->image,
               plt_image_item_params(.levels = {0, 65535}, .colormap = "grey"));
}

static void close_screen(struct screen *screen)
{
    plt_figure_destroy(screen->figure);
    plt_image_unref(screen->image);
    plt_raster_destroy(screen->raster);
    free(screen->pixels);
}

static void set_view(struct screen *screen, double x0, double y0, double density)
{
    plt_plot_set_x_range(screen->plot, x0, x0 + density * COLUMNS);
    plt_plot_set_y_range(screen->plot, y0 + density * ROWS, y0); // row 0 above
}

static uint32_t grey_of(uint64_t sum, uint64_t count)
{
    const float v = (float)(uint16_t)((2 * sum + count) / (2 * count));
    const float t = v * (float)(256.0 / 65535);
    const uint32_t i = t >= 255 ? 255 : (uint32_t)t;
    return 0xff000000u | i * 0x010101u;
}

// Pixels that differ, where each is the mean of 2^level x 2^level samples.
static int64_t check_view(struct screen *screen, int fd, int64_t x0, int64_t y0, int level)
{
    const int64_t step = INT64_C(1) << level, width = COLUMNS << level;
    static uint64_t sums[COLUMNS];
    uint16_t *line = bench_alloc((size_t)width, sizeof(*line));
    int64_t wrong = 0;
    set_view(screen, (double)x0, (double)y0, (double)step);
    for (uint64_t before = UINT64_MAX; state_of(screen).stand_ins != before;) {
        plt_image_map_settle(screen->image, 600);
        before = state_of(screen).stand_ins;
        paint(screen);
    }
    for (int64_t y = 0; y < ROWS; y++) {
        memset(sums, 0, sizeof(sums));
        for (int64_t r = 0; r < step; r++) {
            const int64_t at = (y0 + y * step + r) * SIDE + x0;
            if (pread(fd, line, (size_t)width * 2, (off_t)at * 2) != width * 2)
                return -1;
            for (int64_t x = 0; x < width; x++)
                sums[x >> level] += line[x];
        }
        for (int64_t x = 0; x < COLUMNS; x++)
            wrong += screen->pixels[y * COLUMNS + x] !=
                     grey_of(sums[x], (uint64_t)(step * step));
    }
    free(line);
    return wrong;
}

static int64_t check_views(struct screen *screen)
{
    const int fd = open(path, O_RDONLY | O_CLOEXEC);
    int64_t wrong = 0;
    for (int level = 0; level <= 5; level++) {
        const int64_t step = INT64_C(1) << level;
        for (int i = 1; i < 4; i++) { // a corner of a patch in the picture's middle
            int64_t x = patch_place(i * 5, 0) / step * step - COLUMNS / 2 * step;
            int64_t y = patch_place(i * 5, 1) / step * step - ROWS / 2 * step;
            x = x < 0                       ? 0
                : x + COLUMNS * step > SIDE ? SIDE / step * step - COLUMNS * step
                                            : x;
            y = y < 0 ? 0 : y + ROWS * step > SIDE ? SIDE / step * step - ROWS * step : y;
            wrong += check_view(screen, fd, x, y, level);
        }
    }
    close(fd);
    return wrong;
}

// In and out about a point, then along a line, at all depths; 100 frames each.
static void pan(struct screen *screen, double ms[FRAMES])
{
    for (int i = 0; i < FRAMES; i++) {
        const double t = (i % 100) / 100.0;
        const double depth = i < 200 ? 1.95 - 2.2 * (i < 100 ? t : 1 - t) : 1.9 - i / 200;
        const double density = pow(10, depth);
        const double x0 =
            60000 - density * COLUMNS / 2 + (i < 200 ? 0 : t * density * 3000);
        const double y0 = 40000 - density * ROWS / 2 + (i < 200 ? 0 : t * density * 900);
        const struct moment begin = now();
        set_view(screen, x0, y0, density);
        note_time(screen, begin);
        ms[i] = paint(screen);
        usleep(8000); // what a display leaves to the loaders
    }
}

static bool run(void)
{
    struct screen screen;
    double ms[FRAMES];
    if (!make_file() || !open_screen(&screen))
        return false;
    const double begin_s = bench_clock();
    pan(&screen, ms); // while the coarse levels are built
    const bool settled = plt_image_map_settle(screen.image, 600);
    const double built_s = bench_clock() - begin_s;
    pan(&screen, ms);
    const int64_t wrong = check_views(&screen);
    qsort(ms, FRAMES, sizeof(ms[0]), bench_compare);
    printf("{\"case\": \"tiles\", \"file_gb\": 20, \"built_s\": %.3g, \"rss_mb\": %.4g, "
           "\"tiles_mb\": %.4g, \"median_ms\": %.3g, \"longest_ms\": %.3g, "
           "\"preempted\": %d, \"wrong_pixels\": %" PRId64 "}\n",
           built_s, peak_rss_mb(), (double)state_of(&screen).memory_bytes / 1e6,
           bench_percentile(ms, FRAMES, 0.5), screen.longest_ms, screen.preempted, wrong);
    close_screen(&screen);
    return settled && wrong == 0;
}

int main(void)
{
    const char *folder = getenv("PLOTLIB_BENCH_FILES");
    snprintf(path, sizeof(path), "%s/plotlib-bench-image", folder ? folder : ".");
    const bool ok = run();
    unlink(path);
    return ok ? 0 : 1;
}
