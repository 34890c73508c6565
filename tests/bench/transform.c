// What transforms cost, without a window, beside the time to read the samples once. One
// JSON line a case, ns a sample, best of several, this thread's time:
//  stream  blocks of 16384 float32 come into a ring of 2^20, the transform is read after
//          each: what a live plot pays
//  once    10^7 float32 that were there before the transform (its memory is new, too)
//  spectrum the newest samples again, after each block
#include <plotlib/plotlib.h>

#include "bench.h"

enum { BLOCK = 16384, RING = 1 << 20, WHOLE = 10000000, ROUNDS = 300 };

static float *noise;
static double read_ns;

static double thread_seconds(void)
{
    return bench_seconds(CLOCK_THREAD_CPUTIME_ID);
}

// The limit of all: all samples read from memory and summed.
static void measure_read(void)
{
    double best = INFINITY;
    for (int round = 0; round < 7; round++) {
        double start = thread_seconds();
        float sums[16] = {0};
        for (size_t i = 0; i + 16 <= WHOLE; i += 16) {
            for (size_t k = 0; k < 16; k++)
                sums[k] += noise[i + k];
        }
        volatile float keep = sums[0] + sums[15];
        (void)keep;
        best = fmin(best, thread_seconds() - start);
    }
    read_ns = best * 1e9 / WHOLE;
    printf("{\"case\": \"read\", \"samples\": %d, \"ns\": %.3f}\n", WHOLE, read_ns);
}

static void print_case(const char *name, const char *kind, uint64_t length, double ns)
{
    printf("{\"case\": \"%s %s\", \"length\": %llu, \"ns\": %.3f, \"reads\": %.1f}\n", kind,
           name, (unsigned long long)length, ns, ns / read_ns);
    fflush(stdout);
}

// ns a sample of a read after a block, the median of all blocks.
static double stream(const struct plt_transform_params *params, uint64_t length)
{
    struct plt_series *ring =
        plt_series_create(plt_series_params(.type = PLT_F32, .capacity = RING));
    struct plt_series *derived = plt_series_transform(ring, params);
    if (!derived)
        exit(1);
    plt_series_append(ring, noise, RING);
    plt_series_count(derived);
    double best = INFINITY, times[ROUNDS];
    for (int round = 0; round < ROUNDS; round++) {
        plt_series_append(ring, noise + (size_t)round % 500 * BLOCK, BLOCK);
        double start = thread_seconds();
        plt_series_count(derived);
        times[round] = thread_seconds() - start;
    }
    for (int round = 0; round + 10 <= ROUNDS; round += 10) { // the best ten in a row
        double sum = 0;
        for (int k = 0; k < 10; k++)
            sum += times[round + k];
        best = fmin(best, sum / 10);
    }
    plt_series_unref(derived);
    plt_series_unref(ring);
    return best * 1e9 / (double)length;
}

static double once(const struct plt_transform_params *params)
{
    struct plt_series *source = plt_series_create(plt_series_params(.type = PLT_F32));
    plt_series_append(source, noise, WHOLE);
    double best = INFINITY;
    for (int round = 0; round < 3; round++) {
        struct plt_series *derived = plt_series_transform(source, params);
        double start = thread_seconds();
        plt_series_count(derived);
        best = fmin(best, thread_seconds() - start);
        plt_series_unref(derived);
    }
    plt_series_unref(source);
    return best * 1e9 / WHOLE;
}

static const struct {
    const char *name;
    struct plt_transform_params params;
    bool once;
} cases[] = {
    {"derivative", {.kind = PLT_TRANSFORM_DERIVATIVE}, true},
    {"phase map", {.kind = PLT_TRANSFORM_PHASE_MAP}, true},
    {"integral", {.kind = PLT_TRANSFORM_INTEGRAL}, true},
    {"moving mean", {.kind = PLT_TRANSFORM_MOVING_MEAN, .length = 16}, true},
    {"moving mean", {.kind = PLT_TRANSFORM_MOVING_MEAN, .length = 1000}, true},
    {"moving mean", {.kind = PLT_TRANSFORM_MOVING_MEAN, .length = 100000}, false},
    {"moving median", {.kind = PLT_TRANSFORM_MOVING_MEDIAN, .length = 5}, false},
    {"moving median", {.kind = PLT_TRANSFORM_MOVING_MEDIAN, .length = 101}, true},
    {"moving median", {.kind = PLT_TRANSFORM_MOVING_MEDIAN, .length = 1000}, false},
    {"moving median", {.kind = PLT_TRANSFORM_MOVING_MEDIAN, .length = 100000}, false},
    {"PSD", {.kind = PLT_TRANSFORM_PSD, .length = 4096}, false},
    {"PSD", {.kind = PLT_TRANSFORM_PSD, .length = 65536}, false},
    {"PSD", {.kind = PLT_TRANSFORM_PSD, .length = 65537}, false}, // prime
    {"PSD", {.kind = PLT_TRANSFORM_PSD, .length = RING}, false},
};

int main(void)
{
    noise = bench_alloc(WHOLE, sizeof(*noise));
    double *y = bench_noise(1 << 20, 1);
    for (size_t i = 0; i < WHOLE; i++)
        noise[i] = (float)y[i & ((1 << 20) - 1)];
    free(y);
    measure_read();
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        const struct plt_transform_params *p = &cases[i].params;
        bool spectrum = p->kind == PLT_TRANSFORM_PSD;
        print_case(cases[i].name, spectrum ? "spectrum" : "stream", p->length,
                   stream(p, spectrum ? p->length : BLOCK));
        if (cases[i].once)
            print_case(cases[i].name, "once", p->length, once(p));
    }
    free(noise);
    return 0;
}
