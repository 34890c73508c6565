// The CPU image engine: its table, and the level formula.
#include <math.h>

#include <plotlib/image/kernels.h>
#include <plotlib/image/mix.h>
#include <plotlib/image/stack.h>
#include <plotlib/image/stats.h>

struct plt_levels plt_levels_make(double lo, double hi, int32_t entries)
{
    float scale = lo == hi ? INFINITY : (float)(entries / (hi - lo));
    return (struct plt_levels){(float)lo, scale};
}

int32_t plt_levels_index(struct plt_levels levels, int32_t entries, float v)
{
    const int32_t last = entries - 1;
    if (isnan(v))
        return -1;
    if (levels.scale == INFINITY)
        return v >= levels.lo ? last : 0;
    float d = v - levels.lo;
    float t = d * levels.scale;
    if (t >= (float)last)
        return last;
    return t > 0 ? (int32_t)t : 0;
}

struct plt_range plt_levels_of_type(enum plt_type type)
{
    switch (type) {
    case PLT_F64:
    case PLT_F32:
    case PLT_F16: break;
    case PLT_I8: return (struct plt_range){0, INT8_MAX};
    case PLT_U8: return (struct plt_range){0, UINT8_MAX};
    case PLT_I16: return (struct plt_range){0, INT16_MAX};
    case PLT_U16: return (struct plt_range){0, UINT16_MAX};
    case PLT_I32: return (struct plt_range){0, INT32_MAX};
    case PLT_U32: return (struct plt_range){0, UINT32_MAX};
    case PLT_I64: return (struct plt_range){0, (double)INT64_MAX};
    }
    return (struct plt_range){0, 1};
}

const struct plt_image_kernels *plt_image_kernels_of(enum plt_isa isa)
{
    if (!plt_isa_has(isa))
        return NULL;
    switch (isa) {
    case PLT_ISA_SCALAR: return &plt_image_kernels_scalar;
    case PLT_ISA_BASE: return &plt_image_kernels_base;
#if defined(__x86_64__) && defined(__GNUC__)
    case PLT_ISA_AVX2: return &plt_image_kernels_avx2;
    case PLT_ISA_AVX512: return &plt_image_kernels_avx512;
#else
    case PLT_ISA_AVX2:
    case PLT_ISA_AVX512: return NULL;
#endif
    }
    return NULL;
}

const struct plt_image_kernels *plt_image_kernels_best(void)
{
    for (int isa = PLT_NUM_ISAS - 1; isa > 0; isa--) {
        const struct plt_image_kernels *kernels = plt_image_kernels_of((enum plt_isa)isa);
        if (kernels)
            return kernels;
    }
    return NULL;
}

const struct plt_image_engine plt_image_engine_cpu = {
    .name = "cpu",
    .colors = plt_image_colors_cpu,
    .stats = plt_image_stats_cpu,
    .histogram = plt_image_histogram_cpu,
    .percentiles = plt_image_percentiles_cpu,
    .mix = plt_image_mix_cpu,
    .project = plt_image_project_cpu,
    .flat_field = plt_image_flat_field_cpu,
};
