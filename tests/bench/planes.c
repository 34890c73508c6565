// Statistics, mixing and stacks of the CPU image engine on one core, images too large for
// the caches. One JSON line a case: GB/s of the bytes read and written, and as a share of
// what plain reading (statistics) or memcpy (what writes pictures), counted the same way,
// gives in the same run. Best of several.
#include <plotlib/image/mix.h>
#include <plotlib/image/stack.h>
#include <plotlib/image/stats.h>

#include "bench.h"

enum { COLUMNS = 8192, ROWS = 4096, PIXELS = COLUMNS * ROWS, ROUNDS = 7, FRAMES = 16 };

static void *memory;       // [PIXELS] of any type, or FRAMES frames of 16 bits
static float *dark, *gain; // [PIXELS]
static void *out;          // [PIXELS] of any type

static double best_gbs(double bytes, bool (*run)(void *user), void *user)
{
    double best_s = INFINITY;
    for (int round = 0; round < ROUNDS; round++) {
        const double begin_s = bench_seconds(CLOCK_THREAD_CPUTIME_ID);
        if (!run(user))
            exit(1);
        best_s = fmin(best_s, bench_seconds(CLOCK_THREAD_CPUTIME_ID) - begin_s);
    }
    return bytes / 1e9 / best_s;
}

static bool run_read(void *user)
{
    (void)user;
    uint64_t sums[16] = {0};
    const uint64_t *p = memory;
    for (size_t i = 0; i < (size_t)PIXELS / 2; i += 16) {
        for (size_t k = 0; k < 16; k++)
            sums[k] += p[i + k];
    }
    volatile uint64_t keep = 0;
    for (size_t k = 0; k < 16; k++)
        keep += sums[k];
    return true;
}

static bool run_copy(void *user)
{
    (void)user;
    memcpy(out, memory, (size_t)PIXELS * 4);
    return true;
}

static double read_gbs(void)
{
    return best_gbs((double)PIXELS * 4, run_read, NULL);
}

static double copy_gbs(void)
{
    return best_gbs((double)PIXELS * 8, run_copy, NULL);
}

// --- the types ---------------------------------------------------------------------------

static const struct {
    enum plt_type type;
    const char *name;
} types[] = {
    {PLT_U8, "u8"},   {PLT_I8, "i8"},   {PLT_U16, "u16"}, {PLT_I16, "i16"},
    {PLT_F16, "f16"}, {PLT_U32, "u32"}, {PLT_I32, "i32"}, {PLT_F32, "f32"},
    {PLT_I64, "i64"}, {PLT_F64, "f64"},
};
enum { NUM_TYPES = sizeof(types) / sizeof(types[0]) };

// A ramp with noise over the lower half of the range: what a camera or a detector gives.
static void fill(enum plt_type type)
{
    uint64_t state = 1;
    for (size_t i = 0; i < PIXELS; i++) {
        const double ramp = (double)(i % COLUMNS) / COLUMNS * 0.4;
        const double v = ramp + 0.1 * bench_uniform(&state);
        switch (type) {
        case PLT_U8: ((uint8_t *)memory)[i] = (uint8_t)(v * 255); break;
        case PLT_I8: ((int8_t *)memory)[i] = (int8_t)(v * 127); break;
        case PLT_U16: ((uint16_t *)memory)[i] = (uint16_t)(v * 65535); break;
        case PLT_I16: ((int16_t *)memory)[i] = (int16_t)(v * 32767); break;
        case PLT_F16: ((uint16_t *)memory)[i] = (uint16_t)(0x3000 + v * 2048); break;
        case PLT_U32: ((uint32_t *)memory)[i] = (uint32_t)(v * 4e9); break;
        case PLT_I32: ((int32_t *)memory)[i] = (int32_t)(v * 2e9); break;
        case PLT_F32: ((float *)memory)[i] = (float)v; break;
        case PLT_I64: ((int64_t *)memory)[i] = (int64_t)(v * 9e18); break;
        case PLT_F64: ((double *)memory)[i] = v; break;
        }
    }
}

static struct plt_image_view view_of(enum plt_type type)
{
    return (struct plt_image_view){.pixels = memory,
                                   .row_stride = COLUMNS * plt_type_size(type),
                                   .type = type,
                                   .columns = COLUMNS,
                                   .rows = ROWS,
                                   .channels = 1};
}

static void print_gbs(const char *name, double gbs, double limit)
{
    printf(", \"%s\": %.2f, \"%s_share\": %.2f", name, gbs, name, gbs / limit);
    fflush(stdout);
}

// --- statistics --------------------------------------------------------------------------

static bool run_stats(void *user)
{
    return plt_image_stats_cpu(user);
}

static bool run_histogram(void *user)
{
    return plt_image_histogram_cpu(user);
}

static bool run_percentiles(void *user)
{
    return plt_image_percentiles_cpu(user);
}

static void measure_types(int which)
{
    static uint64_t counts[256];
    const double limit = read_gbs(), p[2] = {0.02, 0.98};
    double values[2];
    struct plt_image_stats stats;
    printf(", \"read\": %.2f", limit);
    for (int t = 0; t < NUM_TYPES; t++) {
        const enum plt_type type = types[t].type;
        const double bytes = (double)PIXELS * (double)plt_type_size(type);
        fill(type);
        struct plt_image_stats_job job = {view_of(type), 0, NULL, &stats};
        run_stats(&job);
        struct plt_image_histogram_job histogram = {
            view_of(type), 0, stats.min, stats.max, 256, NULL, counts, NULL};
        struct plt_image_percentiles_job percentiles = {view_of(type), 0,     p, 2,
                                                        NULL,          values};
        const double gbs = which == 0   ? best_gbs(bytes, run_stats, &job)
                           : which == 1 ? best_gbs(bytes, run_histogram, &histogram)
                                        : best_gbs(bytes, run_percentiles, &percentiles);
        print_gbs(types[t].name, gbs, limit);
    }
}

static void measure_stats(void)
{
    measure_types(0);
}

static void measure_histogram(void)
{
    measure_types(1);
}

static void measure_percentiles(void)
{
    measure_types(2);
}

// --- pictures ----------------------------------------------------------------------------

static bool run_mix(void *user)
{
    return plt_image_mix_cpu(user);
}

// Planes of one memory: 1, 4 and 16 channels of COLUMNS x ROWS / 16.
static void measure_mix(void)
{
    static float gamma[PLT_MIX_GAMMA];
    struct plt_image_mix_channel channels[16];
    const double limit = copy_gbs();
    plt_image_mix_gamma(0.45, gamma);
    fill(PLT_U16);
    printf(", \"memcpy\": %.2f", limit);
    for (int c = 0; c < 16; c++) {
        struct plt_image_view view = view_of(PLT_U16);
        view.rows = ROWS / 16;
        view.pixels = (const char *)memory + (size_t)c * view.row_stride * (ROWS / 16);
        channels[c] =
            (struct plt_image_mix_channel){.src = view,
                                           .levels = plt_levels_make(0, 30000, 1),
                                           .color = {0.5f, 0.1f * (float)c, 0.2f}};
    }
    for (int num = 1; num <= 16; num *= 4) {
        for (int with_gamma = 0; with_gamma < 2; with_gamma++) {
            char name[32];
            struct plt_image_mix_job job = {
                .channels = channels, .num = num, .dst = out, .dst_stride = COLUMNS * 4};
            for (int c = 0; c < num; c++)
                channels[c].gamma = with_gamma ? gamma : NULL;
            snprintf(name, sizeof(name), "u16_%d%s", num, with_gamma ? "_gamma" : "");
            print_gbs(name, best_gbs((double)PIXELS / 16 * (2 * num + 4), run_mix, &job),
                      limit);
        }
    }
}

static bool run_project(void *user)
{
    return plt_image_project_cpu(user);
}

static void measure_project(void)
{
    const double limit = read_gbs();
    printf(", \"read\": %.2f", limit);
    for (int t = 0; t < NUM_TYPES; t++) {
        const enum plt_type type = types[t].type;
        struct plt_image_project_job job = {
            .src = view_of(type), .frames = FRAMES, .out = out};
        const double bytes = (double)PIXELS * (double)plt_type_size(type);
        fill(type);
        job.src.rows = ROWS / FRAMES;
        job.frame_stride = job.src.row_stride * (ROWS / FRAMES);
        for (int project = 0; project < 2; project++) {
            char name[32];
            job.project = (enum plt_project)project;
            snprintf(name, sizeof(name), "%s_%s", types[t].name, project ? "max" : "mean");
            print_gbs(name, best_gbs(bytes, run_project, &job), limit);
        }
    }
}

static bool run_flat_field(void *user)
{
    return plt_image_flat_field_cpu(user);
}

static void measure_flat_field(void)
{
    const double limit = copy_gbs();
    printf(", \"memcpy\": %.2f", limit);
    for (int t = 0; t < NUM_TYPES; t++) {
        const enum plt_type type = types[t].type;
        if (type != PLT_U8 && type != PLT_U16 && type != PLT_F32)
            continue;
        fill(type);
        struct plt_image_flat_field_job job = {view_of(type), 0, dark, gain, NULL, out};
        const double bytes = (double)PIXELS * (double)(plt_type_size(type) + 12);
        print_gbs(types[t].name, best_gbs(bytes, run_flat_field, &job), limit);
    }
}

static const struct {
    const char *name;
    void (*run)(void);
} cases[] = {
    {"image stats", measure_stats},
    {"image histogram", measure_histogram},
    {"image percentiles", measure_percentiles},
    {"image mix", measure_mix},
    {"image project", measure_project},
    {"image flat field", measure_flat_field},
};

int main(int argc, char **argv)
{
    memory = bench_alloc(PIXELS, 8);
    out = bench_alloc(PIXELS, 8);
    dark = bench_alloc(PIXELS, sizeof(*dark));
    gain = bench_alloc(PIXELS, sizeof(*gain));
    memset(out, 0, (size_t)PIXELS * 8);
    for (size_t i = 0; i < PIXELS; i++) {
        dark[i] = 0.01f;
        gain[i] = 1.5f;
    }
    fill(PLT_F64);
    bool found = argc < 3;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        if (argc > 2 && strcmp(cases[i].name, argv[2]) != 0)
            continue;
        found = true;
        printf("{\"case\": \"%s\", \"pixels\": %d", cases[i].name, PIXELS);
        cases[i].run();
        printf("}\n");
    }
    if (!found)
        fprintf(stderr, "no case '%s'\n", argv[2]);
    return found ? 0 : 2;
}
