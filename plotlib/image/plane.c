// Samples of one channel, side by side for the loops.
#include <string.h>

#include <plotlib/image/plane_kernels.h>

bool plt_plane_make(struct plt_plane *plane, const struct plt_image_view *view,
                    int32_t channel)
{
    const size_t size = plt_type_size(view->type);
    if (size == 0 || !view->pixels || view->columns < 1 || view->rows < 1 || channel < 0 ||
        channel >= view->channels)
        return false;
    *plane = (struct plt_plane){
        .first = plt_image_at(view, 0, 0, channel),
        .type = view->type,
        .size = size,
        .step = plt_image_pixel_step(view) * size,
        .row_stride = view->row_stride,
        .columns = (uint64_t)view->columns,
        .count = (uint64_t)view->columns * (uint64_t)view->rows,
    };
    return true;
}

// Steps of 3 and 4 samples are known to the compiler, which then uses vectors.
#define COPY_STEPS(T, step)        \
    for (size_t i = 0; i < n; i++) \
    ((T *)out)[i] = ((const T *)at)[i * (step)]
#define COPY_RUN(T)                          \
    do {                                     \
        if (step == 3 * sizeof(T))           \
            COPY_STEPS(T, 3);                \
        else if (step == 4 * sizeof(T))      \
            COPY_STEPS(T, 4);                \
        else                                 \
            COPY_STEPS(T, step / sizeof(T)); \
    } while (0)

static void copy_run(const void *at, size_t step, size_t size, size_t n, void *out)
{
    if (step == size) {
        memcpy(out, at, n * size);
        return;
    }
    switch (size) {
    case 1: COPY_RUN(uint8_t); break;
    case 2: COPY_RUN(uint16_t); break;
    case 4: COPY_RUN(uint32_t); break;
    case 8: COPY_RUN(uint64_t); break;
    }
}

const void *plt_plane_read(const struct plt_plane *plane, uint64_t first, size_t n,
                           void *room)
{
    const uint64_t row = first / plane->columns;
    uint64_t column = first - row * plane->columns;
    const char *line = plane->first + row * plane->row_stride;
    const bool packed = plane->step * plane->columns == plane->row_stride;
    if (plane->step == plane->size && (packed || column + n <= plane->columns))
        return line + column * plane->step;
    for (char *out = room; n > 0; column = 0, line += plane->row_stride) {
        const uint64_t left = plane->columns - column;
        const size_t take = n < left ? n : (size_t)left;
        copy_run(line + column * plane->step, plane->step, plane->size, take, out);
        out += take * plane->size;
        n -= take;
    }
    return room;
}

struct plt_plane_how plt_plane_how_best(const struct plt_pool *pool, uint64_t samples)
{
    // A band should take longer than waking a thread, and counts of 32 bits must hold it.
    const uint64_t few = 1 << 18, most = UINT64_C(1) << 31;
    struct plt_plane_how how = {.isa = PLT_ISA_BASE, .bands = 1};
    for (int isa = PLT_NUM_ISAS - 1; isa > PLT_ISA_BASE; isa--) {
        if (plt_isa_has((enum plt_isa)isa)) {
            how.isa = (enum plt_isa)isa;
            break;
        }
    }
    // Two for each thread, that one which comes late does less.
    const int width = plt_pool_width(pool);
    if (width > 1 && samples >= few)
        how.bands = 2 * width < PLT_POOL_MAX ? 2 * width : PLT_POOL_MAX;
    if (samples > most)
        how.bands = PLT_POOL_MAX;
    return how;
}

struct plt_plane_range plt_plane_band(uint64_t samples, int bands, int i)
{
    const uint64_t pieces = (samples + PLT_PLANE_PIECE - 1) / PLT_PLANE_PIECE;
    const uint64_t first = pieces * (uint64_t)i / (uint64_t)bands * PLT_PLANE_PIECE;
    const uint64_t end = pieces * (uint64_t)(i + 1) / (uint64_t)bands * PLT_PLANE_PIECE;
    return (struct plt_plane_range){first, end < samples ? end : samples};
}

// --- instruction sets --------------------------------------------------------------------

extern const struct plt_stats_kernels plt_stats_kernels_scalar, plt_stats_kernels_base,
    plt_stats_kernels_avx2, plt_stats_kernels_avx512;
extern const struct plt_stack_kernels plt_stack_kernels_scalar, plt_stack_kernels_base,
    plt_stack_kernels_avx2, plt_stack_kernels_avx512;

#if defined(__x86_64__) && defined(__GNUC__)
#define AVX2(stem) &stem##_avx2
#define AVX512(stem) &stem##_avx512
#else
#define AVX2(stem) NULL
#define AVX512(stem) NULL
#endif

const struct plt_stats_kernels *plt_stats_kernels_of(enum plt_isa isa)
{
    static const struct plt_stats_kernels *const tables[PLT_NUM_ISAS] = {
        &plt_stats_kernels_scalar, &plt_stats_kernels_base, AVX2(plt_stats_kernels),
        AVX512(plt_stats_kernels)};
    return tables[isa];
}

const struct plt_stack_kernels *plt_stack_kernels_of(enum plt_isa isa)
{
    static const struct plt_stack_kernels *const tables[PLT_NUM_ISAS] = {
        &plt_stack_kernels_scalar, &plt_stack_kernels_base, AVX2(plt_stack_kernels),
        AVX512(plt_stack_kernels)};
    return tables[isa];
}
