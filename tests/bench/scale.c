// The benchmark of long series: reduction and pyramid of samples in memory, files shown
// through plt_series_map. Prints one JSON line a case; `tests/bench/run` puts them beside
// their limits. Files hold real samples: sparse ones would be read too fast.
#include <fcntl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <plotlib/data/minmax.h>
#include <plotlib/data/pyramid.h>
#include <plotlib/plotlib.h>
#include <plotlib/reduce/columns.h>

#include "bench.h"

enum {
    COLUMNS = 1920,
    ROWS = 1080,
    VIEWS = 400,
    FILE_BLOCK = 1 << 22, // samples written at once
    PAN_FRAMES = 600,
};
#define GIGA 1e9
#define GB 1e9
#define FULL_MEMORY 8e9
#define FULL_DISK 30e9

static char file_path[4096];

static void print_number(const char *name, double value)
{
    printf(", \"%s\": %.4g", name, value);
}

static double sorted_share(double *values, int n, double share)
{
    qsort(values, (size_t)n, sizeof(values[0]), bench_compare);
    return bench_percentile(values, n, share);
}

// Of this thread: other programs may have their share of the machine.
static double cpu_clock(void)
{
    return bench_seconds(CLOCK_THREAD_CPUTIME_ID);
}

static double memory_bytes(void)
{
    return (double)sysconf(_SC_PHYS_PAGES) * (double)sysconf(_SC_PAGESIZE);
}

// --- samples in memory -----------------------------------------------------------------

static struct plt_reduce_params view_params(double x0, double x1)
{
    return (struct plt_reduce_params){
        .x = {.anchor = x0, .scale = COLUMNS / (x1 - x0)},
        .y = {.anchor = 5, .scale = -ROWS / 10.0},
        .col1 = COLUMNS,
        .row1 = ROWS,
        .pad = 2,
    };
}

// Reduces one view in four of the whole series, the others anywhere, down to a thousandth:
// no two alike, so nothing but the top of the pyramid stays in the processor's caches.
static bool reduce_views(struct plt_series *series, size_t n, double ms[VIEWS])
{
    struct plt_reduced out = {0};
    uint64_t state = 1;
    bool ok = true;
    for (int i = -4; i < VIEWS && ok; i++) {
        double width = i % 4 == 0 ? 1 : pow(10, -3 * bench_uniform(&state));
        double x0 = (1 - width) * bench_uniform(&state) * (double)n;
        struct plt_reduce_params params = view_params(x0, x0 + width * (double)n);
        struct plt_reduce_result result;
        struct plt_series_pin pin;
        out.num_columns = out.num_segments = 0;
        double begin_s = cpu_clock();
        ok = plt_series_pin(series, &pin) && plt_reduce(&out, &result, &pin, &params);
        plt_series_unpin(&pin);
        if (i >= 0)
            ms[i] = (cpu_clock() - begin_s) * 1e3;
        ok = ok && result.num_columns >= COLUMNS;
    }
    plt_reduced_finish(&out);
    return ok;
}

static float *noise_f32(size_t n)
{
    const size_t block = 1 << 20;
    float *y = bench_alloc(n, sizeof(*y));
    double *noise = bench_noise(block, 1);
    for (size_t i = 0; i < n; i++) // no two blocks alike
        y[i] = (float)(noise[i % block] * (1 + 0.1 * (double)(i / block % 7)));
    free(noise);
    return y;
}

static bool run_reduce(void)
{
    bool full = memory_bytes() >= FULL_MEMORY;
    size_t n = full ? 1000000000 : 100000000;
    float *y = noise_f32(n);
    struct plt_series *all = plt_series_create(plt_series_params(.type = PLT_F32));
    struct plt_series *tenth = plt_series_create(plt_series_params(.type = PLT_F32));
    double all_ms[VIEWS], tenth_ms[VIEWS];
    bool ok = plt_series_wrap(all, NULL, y, n, NULL, NULL) &&
              plt_series_wrap(tenth, NULL, y, n / 10, NULL, NULL) &&
              reduce_views(tenth, n / 10, tenth_ms) && reduce_views(all, n, all_ms);
    if (ok) {
        double median = sorted_share(all_ms, VIEWS, 0.5);
        double base = sorted_share(tenth_ms, VIEWS, 0.5);
        print_number("samples", (double)n);
        print_number("ms", median);
        print_number("p95_ms", sorted_share(all_ms, VIEWS, 0.95));
        print_number("tenth_ms", base);
        print_number("ratio", median / base);
        if (!full)
            printf(", \"scaled\": \"less than 8 GB of memory\"");
    }
    plt_series_unref(all);
    plt_series_unref(tenth);
    free(y);
    return ok;
}

#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__)
__attribute__((target_clones("avx512f", "avx2", "default")))
#endif
static uint64_t
read_all(const uint64_t *words, size_t n)
{
    uint64_t sum = 0;
    for (size_t i = 0; i < n; i++)
        sum += words[i];
    return sum;
}

// GB/s of the fastest of some rounds.
static double best_read(const void *memory, size_t bytes)
{
    double best_s = 1e9;
    static volatile uint64_t sink;
    for (int round = 0; round < 5; round++) {
        double begin_s = cpu_clock();
        sink += read_all(memory, bytes / 8);
        best_s = fmin(best_s, cpu_clock() - begin_s);
    }
    return (double)bytes / GB / best_s;
}

static double best_build(const char *memory, size_t bytes, enum plt_type type)
{
    const size_t chunk = plt_type_size(type) << 18;
    const struct plt_minmax *minmax = plt_minmax_best(type);
    size_t tree_size = plt_tree_size(type, 18), count = bytes / chunk;
    char *trees = bench_alloc(count, tree_size); // written as a series writes them
    double best_s = 1e9;
    for (int round = 0; round < 6; round++) {
        double begin_s = cpu_clock();
        for (size_t c = 0; c < count; c++)
            minmax->build(memory + c * chunk, trees + c * tree_size, 18, 0, 4096, 4096);
        best_s = fmin(best_s, cpu_clock() - begin_s);
    }
    free(trees);
    return (double)bytes / GB / best_s;
}

static bool run_build(void)
{
    static const char *const names[] = {"f64", "f32", "i8",  "u8", "i16",
                                        "u16", "i32", "u32", "i64"};
    const size_t bytes = (size_t)512 << 20;
    float *y = noise_f32(bytes / sizeof(float));
    double read = best_read(y, bytes), slowest = 1e9;
    for (int type = 0; type < PLT_NUM_TYPES; type++) {
        double build = best_build((const char *)y, bytes, (enum plt_type)type);
        read = fmax(read, best_read(y, bytes));
        print_number(names[type], build);
        slowest = fmin(slowest, build);
    }
    print_number("read", read);
    print_number("share", slowest / read);
    free(y);
    return true;
}

// --- files -----------------------------------------------------------------------------

// Makes the file at least `samples` int16 long: noise on slow waves, a spike a block.
static bool extend_file(uint64_t samples)
{
    int fd = open(file_path, O_RDWR | O_CREAT | O_CLOEXEC, 0666);
    struct stat info;
    if (fd < 0 || fstat(fd, &info) != 0)
        return false;
    int16_t *noise = bench_alloc(FILE_BLOCK, sizeof(*noise));
    int16_t *block = bench_alloc(FILE_BLOCK, sizeof(*block));
    double *normal = bench_noise(FILE_BLOCK, 3);
    for (size_t i = 0; i < FILE_BLOCK; i++)
        noise[i] = (int16_t)(800 * normal[i]);
    free(normal);
    bool ok = true;
    for (uint64_t at = (uint64_t)info.st_size / 2; ok && at < samples;) {
        uint64_t number = at / FILE_BLOCK;
        size_t n = samples - at < FILE_BLOCK ? (size_t)(samples - at) : FILE_BLOCK;
        int16_t wave = (int16_t)(12000 * sin((double)number * 0.05));
        for (size_t i = 0; i < n; i++)
            block[i] = (int16_t)(noise[i] + wave);
        block[number * 7919 % n] = number % 2 ? 30000 : -30000;
        ok = pwrite(fd, block, n * 2, (off_t)(at * 2)) == (ssize_t)(n * 2);
        at += n;
    }
    fdatasync(fd); // or it would not leave the page cache when told to
    free(noise);
    free(block);
    close(fd);
    return ok;
}

static void forget_pages(void)
{
    int fd = open(file_path, O_RDONLY | O_CLOEXEC);
    posix_fadvise(fd, 0, 0, POSIX_FADV_DONTNEED);
    close(fd);
}

static double peak_rss_mb(void)
{
    char line[256];
    double kb = 0;
    FILE *file = fopen("/proc/self/status", "r");
    while (file && fgets(line, sizeof(line), file))
        if (sscanf(line, "VmHWM: %lf kB", &kb) == 1)
            break;
    if (file)
        fclose(file);
    return kb * 1024 / 1e6;
}

static void sidecar_path(char *path, size_t size)
{
    snprintf(path, size, "%s.plp", file_path);
}

static void remove_sidecar(void)
{
    char path[sizeof(file_path) + 8];
    sidecar_path(path, sizeof(path));
    unlink(path);
}

static double sidecar_percent(void)
{
    char path[sizeof(file_path) + 8];
    struct stat samples, sidecar;
    sidecar_path(path, sizeof(path));
    if (stat(path, &sidecar) != 0 || stat(file_path, &samples) != 0)
        return 100;
    return 100 * (double)sidecar.st_size / (double)samples.st_size;
}

// A window without a window: what a GUI thread does, timed.
struct screen {
    struct plt_figure *figure;
    struct plt_plot *plot;
    struct plt_series *series;
    struct plt_raster *raster;
    uint32_t *pixels;
    double longest_ms; // of any call here that had its core all the time
    double any_ms;     // of any call
    int preempted;     // calls left out of longest_ms
    double open_ms;
};

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

static void note_time(struct screen *screen, struct moment begin)
{
    struct moment end = now();
    screen->any_ms = fmax(screen->any_ms, (end.s - begin.s) * 1e3);
    if (end.preempted == begin.preempted)
        screen->longest_ms = fmax(screen->longest_ms, (end.s - begin.s) * 1e3);
    else
        screen->preempted++;
}

static bool open_screen(struct screen *screen, enum plt_type type)
{
    *screen = (struct screen){.raster = plt_raster_create(NULL)};
    screen->pixels = bench_alloc((size_t)COLUMNS * ROWS, sizeof(uint32_t));
    memset(screen->pixels, 0, (size_t)COLUMNS * ROWS * 4);
    screen->figure = plt_figure_create(NULL);
    screen->plot = plt_figure_add_plot(screen->figure, NULL);
    plt_raster_paint(screen->raster, screen->figure, screen->pixels, COLUMNS * 4, COLUMNS,
                     ROWS, 1, NULL); // fonts are found the first time
    struct moment begin = now();
    screen->series = plt_series_map(file_path, plt_series_map_params(.type = type));
    screen->open_ms = (bench_clock() - begin.s) * 1e3;
    note_time(screen, begin);
    return screen->series && plt_curve_create(screen->plot, screen->series, NULL);
}

static void close_screen(struct screen *screen)
{
    plt_figure_destroy(screen->figure);
    plt_series_unref(screen->series);
    plt_raster_destroy(screen->raster);
    free(screen->pixels);
}

static struct plt_series_map_state state_of(const struct screen *screen)
{
    struct plt_series_map_state state = {0};
    plt_series_map_get_state(screen->series, &state);
    return state;
}

// Paints, and says whether nothing was stood in for.
static bool paint(struct screen *screen)
{
    uint64_t before = state_of(screen).stand_ins;
    struct moment begin = now();
    plt_raster_paint(screen->raster, screen->figure, screen->pixels, COLUMNS * 4, COLUMNS,
                     ROWS, 1, NULL);
    note_time(screen, begin);
    return state_of(screen).stand_ins == before;
}

// Share of the pixel columns with anything but one colour in them: axes excepted, the
// curve.
static double inked_columns(const struct screen *screen)
{
    int inked = 0, x0 = COLUMNS / 8, x1 = COLUMNS - COLUMNS / 8;
    for (int x = x0; x < x1; x++) {
        int marks = 0;
        for (int y = ROWS / 10; y < ROWS - ROWS / 10; y++) {
            uint32_t p = screen->pixels[y * COLUMNS + x];
            int red = (int)(p >> 16 & 255), blue = (int)(p & 255);
            marks += abs(red - blue) > 40; // the curve's colour, not a grey
        }
        inked += marks > 0;
    }
    return (double)inked / (x1 - x0);
}

// Repaints when told to, as a window does, until the picture is exact.
static bool paint_until_exact(struct screen *screen, double timeout_s)
{
    double begin_s = bench_clock();
    bool exact = paint(screen);
    while (bench_clock() - begin_s < timeout_s) {
        if (exact && state_of(screen).built == state_of(screen).samples)
            return true;
        if (plt_figure_dirty(screen->figure))
            exact = paint(screen);
        else
            usleep(500);
    }
    return false;
}

static bool run_pan(void)
{
    struct screen screen;
    const uint64_t n = 3000000000;
    if (!extend_file(n) || !open_screen(&screen, PLT_I16) ||
        !plt_series_map_settle(screen.series, 600))
        return false;
    double ms[PAN_FRAMES];
    int exact = 0;
    screen.longest_ms = 0;
    for (int i = 0; i < PAN_FRAMES; i++) { // six depths of zoom, 100 frames each
        double width = (double)n * pow(10, -(double)(i / 100));
        double x0 = 0.3 * (double)n + (i % 100) * 0.02 * width;
        x0 = i < 100 ? 0 : x0;
        plt_plot_set_x_range(screen.plot, x0, x0 + width - (i < 100 ? i : 0));
        double begin_s = bench_clock();
        exact += paint(&screen);
        ms[i] = (bench_clock() - begin_s) * 1e3;
        usleep(8000); // what a display leaves to the loaders
    }
    print_number("file_gb", (double)n * 2 / GB);
    print_number("rss_mb", peak_rss_mb());
    print_number("cache_mb", (double)state_of(&screen).cache_bytes / 1e6);
    print_number("exact_share", (double)exact / PAN_FRAMES);
    print_number("median_ms", sorted_share(ms, PAN_FRAMES, 0.5));
    print_number("longest_ms", screen.longest_ms);
    print_number("preempted", screen.preempted);
    close_screen(&screen);
    return true;
}

static double read_file_gbs(uint64_t bytes)
{
    const size_t piece = 256 << 10;
    char *buffer = bench_alloc(piece, 1);
    double best_s = 1e9;
    int fd = open(file_path, O_RDONLY | O_CLOEXEC);
    for (int round = 0; round < 3; round++) {
        double begin_s = cpu_clock();
        uint64_t at = 0;
        for (ssize_t n; at < bytes && (n = pread(fd, buffer, piece, (off_t)at)) > 0;)
            at += (uint64_t)n;
        best_s = fmin(best_s, cpu_clock() - begin_s);
    }
    close(fd);
    free(buffer);
    return (double)bytes / GB / best_s;
}

// The builder against reading alone, both from the page cache.
static bool run_file_build(void)
{
    const uint64_t n = 1000000000;
    if (!extend_file(n))
        return false;
    double read = read_file_gbs(n * 2), best = 0;
    bool ok = true;
    for (int round = 0; round < 3 && ok; round++) {
        double begin_s = bench_seconds(CLOCK_PROCESS_CPUTIME_ID); // the builder's alone
        struct plt_series *series = plt_series_map(
            file_path, plt_series_map_params(.type = PLT_I16, .no_sidecar = true));
        ok = series && plt_series_map_settle(series, 600);
        double cpu_s = bench_seconds(CLOCK_PROCESS_CPUTIME_ID) - begin_s;
        best = fmax(best, (double)plt_series_count(series) * 2 / GB / cpu_s);
        plt_series_unref(series);
    }
    print_number("read", fmax(read, read_file_gbs(n * 2)));
    print_number("build", best);
    print_number("share", best / read);
    return ok;
}

// The first picture that shows something in nine of ten columns, and the exact one, with
// the file out of the page cache.
static bool first_picture(const char *name, bool *ok)
{
    struct screen screen;
    char key[64];
    forget_pages();
    double begin_s = bench_clock();
    if (!open_screen(&screen, PLT_I16))
        return false;
    double ready_s = bench_clock() - screen.open_ms / 1e3;
    paint(&screen);
    while (inked_columns(&screen) < 0.9 && bench_clock() - ready_s < 60) {
        usleep(1000);
        if (plt_figure_dirty(screen.figure))
            paint(&screen);
    }
    double first_ms = (bench_clock() - ready_s) * 1e3;
    double inked = inked_columns(&screen);
    *ok = paint_until_exact(&screen, 1200) && inked > 0.9;
    snprintf(key, sizeof(key), "%s_first_ms", name);
    print_number(key, first_ms);
    snprintf(key, sizeof(key), "%s_inked", name);
    print_number(key, inked);
    snprintf(key, sizeof(key), "%s_exact_s", name);
    print_number(key, bench_clock() - begin_s);
    snprintf(key, sizeof(key), "%s_longest_ms", name);
    print_number(key, screen.longest_ms);
    snprintf(key, sizeof(key), "%s_any_ms", name);
    print_number(key, screen.any_ms);
    snprintf(key, sizeof(key), "%s_preempted", name);
    print_number(key, screen.preempted);
    plt_series_map_settle(screen.series, 60);
    close_screen(&screen);
    return *ok;
}

static bool run_first(void)
{
    char folder[4096];
    struct statvfs disk;
    snprintf(folder, sizeof(folder), "%s", file_path);
    char *slash = strrchr(folder, '/');
    if (slash)
        *slash = '\0';
    struct stat info = {0};
    stat(file_path, &info);
    bool known = statvfs(slash ? folder : ".", &disk) == 0;
    double room = known ? (double)disk.f_bavail * (double)disk.f_frsize : 0;
    bool full = room + (double)info.st_size >= FULL_DISK, ok = true;
    uint64_t n = full ? UINT64_C(10000000000) : UINT64_C(1000000000);
    if (!extend_file(n))
        return false;
    remove_sidecar();
    print_number("samples", (double)n);
    if (!full)
        printf(", \"scaled\": \"less than 30 GB of disk\"");
    if (!first_picture("bare", &ok) || !first_picture("sidecar", &ok))
        return false;
    print_number("sidecar_percent", sidecar_percent());
    print_number("rss_mb", peak_rss_mb());
    return ok;
}

// --- main ------------------------------------------------------------------------------

static const struct {
    const char *name;
    bool (*run)(void);
} cases[] = {
    {"reduce", run_reduce}, {"build", run_build},     {"map build", run_file_build},
    {"map pan", run_pan},   {"map first", run_first},
};

// The file is made in $PLOTLIB_BENCH_FILES, is longer with each case and is left there.
int main(int argc, char **argv)
{
    const char *folder = getenv("PLOTLIB_BENCH_FILES");
    if (argc != 3 || strcmp(argv[1], "--case") != 0) {
        fprintf(stderr, "usage: bench_scale --case NAME\n");
        return 2;
    }
    snprintf(file_path, sizeof(file_path), "%s/plotlib-bench-samples",
             folder ? folder : ".");
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        if (strcmp(cases[i].name, argv[2]) != 0)
            continue;
        printf("{\"case\": \"%s\"", argv[2]);
        bool ok = cases[i].run();
        printf("}\n");
        return ok ? 0 : 1;
    }
    fprintf(stderr, "no case '%s'\n", argv[2]);
    return 2;
}
