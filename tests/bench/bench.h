// What ours and the QCustomPlot peer share: the cases, the data, the clock, the frame loop
// and the JSON line (DESIGN section 8). C that compiles as C++; peer_pyqtgraph.py has the
// same rules. A frame is the data call to the return of the paint event.
#pragma once

#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum bench_kind {
    BENCH_REPLACE, // every frame gives all curves new samples
    BENCH_ZOOM,    // the samples stay, every frame sets another x range
    BENCH_SCATTER, // replace, drawn as circles of 10 px
    BENCH_IMAGE,   // every frame gives a new image
};

struct bench_case {
    const char *name;
    enum bench_kind kind;
    size_t n; // samples of all curves, or pixels
    size_t curves;
    double width_px;
    bool antialias;
    double step; // of y from curve to curve; 0 = all over each other
};

enum {
    BENCH_WIDTH = 1280,
    BENCH_HEIGHT = 720,
    BENCH_WARM_UP = 5,
    BENCH_MIN_FRAMES = 5,
    BENCH_MAX_FRAMES = 400,
    BENCH_MAX_S = 2,
    BENCH_MAX_BUFFERS = 4,
};

static const struct bench_case bench_cases[] = {
    {"replace 5k", BENCH_REPLACE, 5000, 1, 1, false, 0},
    {"replace 100k", BENCH_REPLACE, 100000, 1, 1, false, 0},
    {"replace 1M", BENCH_REPLACE, 1000000, 1, 1, false, 0},
    {"replace 10M", BENCH_REPLACE, 10000000, 1, 1, false, 0},
    {"zoom 10M", BENCH_ZOOM, 10000000, 1, 1, false, 0},
    {"replace 100k aa2", BENCH_REPLACE, 100000, 1, 2, true, 0},
    {"100 curves", BENCH_REPLACE, 500000, 100, 1, false, 0},
    {"100 curves stacked", BENCH_REPLACE, 500000, 100, 1, false, 1},
    {"scatter 100k", BENCH_SCATTER, 100000, 1, 1, true, 0},
    {"image 2048", BENCH_IMAGE, 2048 * 2048, 1, 1, false, 0},
    {"image 4096", BENCH_IMAGE, 4096 * 4096, 1, 1, false, 0},
    // ours only
    {"replace 5k aa1", BENCH_REPLACE, 5000, 1, 1, true, 0},
    {"replace 100k aa1", BENCH_REPLACE, 100000, 1, 1, true, 0},
    {"replace 1M aa1", BENCH_REPLACE, 1000000, 1, 1, true, 0},
    {"replace 10M aa1", BENCH_REPLACE, 10000000, 1, 1, true, 0},
    {"zoom 10M aa1", BENCH_ZOOM, 10000000, 1, 1, true, 0},
    {"100 curves aa1", BENCH_REPLACE, 500000, 100, 1, true, 0},
    {"100 curves stacked aa1", BENCH_REPLACE, 500000, 100, 1, true, 1},
    {"zoom 100M", BENCH_ZOOM, 100000000, 1, 1, false, 0},
    {"zoom 1G", BENCH_ZOOM, 1000000000, 1, 1, false, 0},
};

enum { BENCH_NUM_SHARED = 11 }; // the first of these: the peers have them too

static inline const struct bench_case *bench_find(const char *name)
{
    for (size_t i = 0; i < sizeof(bench_cases) / sizeof(bench_cases[0]); i++)
        if (strcmp(bench_cases[i].name, name) == 0)
            return &bench_cases[i];
    return NULL;
}

static inline double bench_seconds(clockid_t clock)
{
    struct timespec now;
    clock_gettime(clock, &now);
    return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

static inline double bench_clock(void)
{
    return bench_seconds(CLOCK_MONOTONIC);
}

// Resident now, all of it: data, program and libraries.
static inline double bench_rss_mb(void)
{
    long pages = 0;
    FILE *file = fopen("/proc/self/statm", "r");
    if (!file || fscanf(file, "%*d %ld", &pages) != 1)
        pages = 0;
    if (file)
        fclose(file);
    return (double)pages * (double)sysconf(_SC_PAGESIZE) / 1e6;
}

static inline size_t bench_num_buffers(const struct bench_case *c)
{
    if (c->kind == BENCH_ZOOM)
        return 1;
    return c->n > 2000000 ? 2 : BENCH_MAX_BUFFERS;
}

static inline void *bench_alloc(size_t n, size_t size)
{
    void *p = malloc(n * size);
    if (!p) {
        fprintf(stderr, "bench: no memory for %zu x %zu bytes\n", n, size);
        exit(1);
    }
    return p;
}

// SplitMix64 (Steele et al. 2014), in (0, 1].
static inline double bench_uniform(uint64_t *state)
{
    uint64_t z = *state += UINT64_C(0x9e3779b97f4a7c15);
    z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
    return (double)((z ^ z >> 31) >> 11) * 0x1p-53 + 0x1p-54;
}

// Normal noise of sigma 1 (Box and Muller 1958).
static inline double *bench_noise(size_t n, uint64_t seed)
{
    double *y = (double *)bench_alloc(n + 1, sizeof(*y));
    uint64_t state = seed;
    for (size_t i = 0; i < n; i += 2) {
        double radius = sqrt(-2 * log(bench_uniform(&state)));
        double angle = 6.283185307179586 * bench_uniform(&state);
        y[i] = radius * cos(angle);
        y[i + 1] = radius * sin(angle);
    }
    return y;
}

// Samples of all curves, one curve after the other.
static inline double *bench_samples(const struct bench_case *c, uint64_t seed)
{
    double *y = bench_noise(c->n, seed);
    for (size_t i = 0; c->step > 0 && i < c->n; i++)
        y[i] += c->step * (double)(i / (c->n / c->curves));
    return y;
}

static inline double bench_top(const struct bench_case *c)
{
    return 5 + c->step * (double)(c->curves - 1);
}

// A ramp over columns and rows plus noise, within 0..65535.
static inline uint16_t *bench_image(size_t side, uint64_t seed)
{
    uint16_t *pixels = (uint16_t *)bench_alloc(side * side, sizeof(*pixels));
    uint64_t state = seed;
    for (size_t row = 0; row < side; row++)
        for (size_t column = 0; column < side; column++) {
            double ramp = 30000.0 * (double)(row + column) / (double)side;
            pixels[row * side + column] = (uint16_t)(ramp + 5000 * bench_uniform(&state));
        }
    return pixels;
}

static inline size_t bench_side(const struct bench_case *c)
{
    return (size_t)(sqrt((double)c->n) + 0.5);
}

// The x range of a frame of the zoom: from all samples in to 1e-4 of them about 0.4 n. The
// first frame must differ from what the window shows, or nothing would be painted.
static inline void bench_zoom(const struct bench_case *c, int frame, double *x0, double *x1)
{
    double n = (double)c->n, share = pow(10, -4.0 * ((frame + 1) % 50) / 49);
    *x0 = 0.4 * n * (1 - share);
    *x1 = *x0 + n * share;
}

static inline int bench_compare(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static inline double bench_percentile(const double *sorted, int n, double share)
{
    return sorted[(int)(share * (n - 1) + 0.5)];
}

struct bench_frame {
    double start_s, end_s; // CLOCK_MONOTONIC: before the data call, after the paint event
    double cpu_s; // of the whole process meanwhile, flushing to the window included
    int paints;
};
// Makes the data call of the given frame and runs the event loop until it is painted.
typedef struct bench_frame (*bench_frame_fn)(void *user, int frame);

// Runs warm-up and frames, prints the case's line; false when a frame was not painted
// exactly once.
static inline bool bench_measure(const struct bench_case *c, const char *painter,
                                 bench_frame_fn run_frame, void *user)
{
    double ms[BENCH_MAX_FRAMES], cpu_s = 0, begin_s = bench_clock();
    int frames = 0, warm_up = 0;
    while (warm_up < BENCH_WARM_UP && bench_clock() - begin_s < BENCH_MAX_S)
        run_frame(user, warm_up++);
    begin_s = bench_clock();
    while (frames < BENCH_MAX_FRAMES) {
        if (frames >= BENCH_MIN_FRAMES && bench_clock() - begin_s > BENCH_MAX_S)
            break;
        struct bench_frame frame = run_frame(user, warm_up + frames);
        if (frame.paints != 1) {
            fprintf(stderr, "%s: frame %d was painted %d times\n", c->name, frames,
                    frame.paints);
            return false;
        }
        ms[frames++] = (frame.end_s - frame.start_s) * 1e3;
        cpu_s += frame.cpu_s;
    }
    qsort(ms, (size_t)frames, sizeof(ms[0]), bench_compare);
    printf("{\"case\": \"%s\", \"n\": %zu, \"painter\": \"%s\", \"frames\": %d, "
           "\"median_ms\": %.4f, \"p95_ms\": %.4f, \"cpu_ms\": %.4f, \"rss_mb\": %.1f}\n",
           c->name, c->n, painter, frames, bench_percentile(ms, frames, 0.5),
           bench_percentile(ms, frames, 0.95), cpu_s * 1e3 / frames, bench_rss_mb());
    fflush(stdout);
    return true;
}

// Runs the cases named on the command line (--case NAME, several), or all that the
// program has. `run_case` returns false on failure.
static inline int bench_main(int argc, char **argv, size_t num_cases,
                             bool (*run_case)(const struct bench_case *c, void *user),
                             void *user)
{
    bool ok = true, named = false;
    for (int i = 1; i + 1 < argc; i++) {
        if (strcmp(argv[i], "--case") != 0)
            continue;
        const struct bench_case *c = bench_find(argv[++i]);
        named = true;
        if (!c)
            fprintf(stderr, "%s: no such case\n", argv[i]);
        ok = c && run_case(c, user) && ok;
    }
    for (size_t i = 0; i < num_cases && !named; i++)
        ok = run_case(&bench_cases[i], user) && ok;
    return ok ? 0 : 1;
}
