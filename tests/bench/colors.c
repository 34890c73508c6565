// Whole images to colours on one core: GB/s of bytes read and written, beside memcpy of as
// many, for each kind of sample. Prints one JSON line.
#include <plotlib/image/colormap.h>
#include <plotlib/image/kernels.h>

#include "bench.h"

enum { SIDE = 4096, ROUNDS = 15 };

// GB/s, the best of some rounds.
static double color_speed(const struct plt_image_colors *job, uint32_t *dst, size_t bytes)
{
    double best = 1e9;
    for (int i = 0; i < ROUNDS; i++) {
        const double start = bench_seconds(CLOCK_THREAD_CPUTIME_ID);
        if (!plt_image_engine_cpu.colors(job, dst, SIDE * 4))
            exit(1);
        best = fmin(best, bench_seconds(CLOCK_THREAD_CPUTIME_ID) - start);
    }
    return (double)bytes / best * 1e-9;
}

static double copy_speed(char *to, const char *from, size_t bytes)
{
    double best = 1e9;
    for (int i = 0; i < ROUNDS; i++) {
        const double start = bench_seconds(CLOCK_THREAD_CPUTIME_ID);
        memcpy(to, from, bytes / 2);
        best = fmin(best, bench_seconds(CLOCK_THREAD_CPUTIME_ID) - start);
    }
    return (double)(bytes / 2 * 2) / best * 1e-9;
}

int main(void)
{
    static const struct {
        const char *name;
        enum plt_type type;
        int32_t channels;
        double top;
    } kinds[] = {{"u8", PLT_U8, 1, 255},    {"u16", PLT_U16, 1, 65535},
                 {"f16", PLT_F16, 1, 1},    {"f32", PLT_F32, 1, 1},
                 {"f64", PLT_F64, 1, 1},    {"rgb8", PLT_U8, 3, 255},
                 {"rgba8", PLT_U8, 4, 255}, {"rgb16", PLT_U16, 3, 65535}};
    const size_t pixels = (size_t)SIDE * SIDE;
    char *from = bench_alloc(pixels, 8), *to = bench_alloc(pixels, 8);
    struct plt_colormap *maps[2] = {plt_colormap_find("viridis", NULL),
                                    plt_colormap_find("grey", NULL)};
    for (size_t i = 0; i < pixels * 4; i++)
        ((uint16_t *)from)[i] = (uint16_t)(i * 40503u >> 4 & 0x3bff);
    memset(to, 1, pixels * 8);
    printf("{\"case\": \"image colors\"");
    for (size_t k = 0; k < sizeof(kinds) / sizeof(kinds[0]); k++) {
        const size_t sample = plt_type_size(kinds[k].type) * (size_t)kinds[k].channels;
        const struct plt_levels levels = plt_levels_make(0, kinds[k].top, 256);
        const struct plt_image_colors job = {
            .src = {.pixels = from,
                    .row_stride = SIDE * sample,
                    .type = kinds[k].type,
                    .columns = SIDE,
                    .rows = SIDE,
                    .channels = kinds[k].channels},
            .levels = {levels, levels, levels, levels},
            .table = *plt_colormap_table(maps[kinds[k].channels > 1])};
        const size_t bytes = pixels * (sample + 4);
        const double speed = color_speed(&job, (uint32_t *)to, bytes);
        const double copy = copy_speed(to, from, bytes);
        printf(", \"%s_gbs\": %.1f, \"%s_share\": %.2f", kinds[k].name, speed,
               kinds[k].name, speed / copy);
    }
    printf("}\n");
    plt_colormap_unref(maps[0]);
    plt_colormap_unref(maps[1]);
    free(from);
    free(to);
    return 0;
}
