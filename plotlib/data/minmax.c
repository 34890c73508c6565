// Chooses the min/max kernels for this processor. Stage KEEP.
#include <plotlib/data/minmax.h>

bool plt_isa_has(enum plt_isa isa)
{
    switch (isa) {
    case PLT_ISA_SCALAR:
    case PLT_ISA_BASE: return true;
#if defined(__x86_64__) && defined(__GNUC__)
    case PLT_ISA_AVX2: return __builtin_cpu_supports("avx2");
    case PLT_ISA_AVX512:
        return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
               __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl");
#else
    case PLT_ISA_AVX2:
    case PLT_ISA_AVX512: return false;
#endif
    }
    return false;
}

const struct plt_minmax *plt_minmax_of(enum plt_isa isa, enum plt_type type)
{
    if ((unsigned)type >= PLT_NUM_TYPES || !plt_isa_has(isa))
        return NULL;
    switch (isa) {
    case PLT_ISA_SCALAR: return &plt_minmax_scalar[type];
    case PLT_ISA_BASE: return &plt_minmax_base[type];
#if defined(__x86_64__) && defined(__GNUC__)
    case PLT_ISA_AVX2: return &plt_minmax_avx2[type];
    case PLT_ISA_AVX512: return &plt_minmax_avx512[type];
#else
    case PLT_ISA_AVX2:
    case PLT_ISA_AVX512: return NULL;
#endif
    }
    return NULL;
}

const struct plt_minmax *plt_minmax_best(enum plt_type type)
{
    for (int isa = PLT_NUM_ISAS - 1; isa > 0; isa--) {
        const struct plt_minmax *kernels = plt_minmax_of((enum plt_isa)isa, type);
        if (kernels)
            return kernels;
    }
    return NULL;
}
