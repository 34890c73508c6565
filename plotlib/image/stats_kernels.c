// Loops of statistics, compiled once for each instruction set: PLT_ISA_NAME says which.
// No loop depends on the order of its steps but the trees, whose order is written out.
#include <float.h>
#include <math.h>
#include <string.h>

#include <plotlib/image/plane_kernels.h>

#ifndef PLT_ISA_NAME
#define PLT_ISA_NAME base
#endif
#define PASTE_(a, b) a##_##b
#define PASTE(a, b) PASTE_(a, b)

// --- sums --------------------------------------------------------------------------------

// Eight of the samples that meet in x[i] after three halvings of 8 m samples.
#define HALVE_THRICE(x, i, m)                                                \
    (((x((i)) + x((i) + 4 * (m))) + (x((i) + 2 * (m)) + x((i) + 6 * (m)))) + \
     ((x((i) + (m)) + x((i) + 5 * (m))) + (x((i) + 3 * (m)) + x((i) + 7 * (m)))))

static double finish_tree(const double *restrict s) // [128]
{
    double t[16];
#define S(i) s[i]
    for (size_t i = 0; i < 16; i++)
        t[i] = HALVE_THRICE(S, i, 16);
#undef S
#define S(i) t[i]
    return HALVE_THRICE(S, 0, 2) + HALVE_THRICE(S, 1, 2);
#undef S
}

#define ALL_F32(i) (double)p[i]
#define ALL_F64(i) p[i]
#define FINITE_F32(i) (double)(fabsf(p[i]) <= FLT_MAX ? p[i] : 0)
#define FINITE_F64(i) (fabs(p[i]) <= DBL_MAX ? p[i] : 0)
#define DEFINE_TREE(name, T, X)                                     \
    static double tree_##name(const T *restrict p)                  \
    {                                                               \
        double s[PLT_PLANE_BLOCK / 8];                              \
        for (size_t i = 0; i < PLT_PLANE_BLOCK / 8; i++)            \
            s[i] = HALVE_THRICE(X, i, (size_t)PLT_PLANE_BLOCK / 8); \
        return finish_tree(s);                                      \
    }

DEFINE_TREE(f32, float, ALL_F32)
DEFINE_TREE(f64, double, ALL_F64)
DEFINE_TREE(finite_f32, float, FINITE_F32)
DEFINE_TREE(finite_f64, double, FINITE_F64)

static double tree(enum plt_type type, const void *samples, bool finite)
{
    if (type == PLT_F32)
        return finite ? tree_finite_f32(samples) : tree_f32(samples);
    return finite ? tree_finite_f64(samples) : tree_f64(samples);
}

// A piece of 16-bit samples fits 32 bits.
#define ADD_UP(T, A)                           \
    do {                                       \
        A sum = 0;                             \
        for (size_t i = 0; i < n; i++)         \
            sum += (A)((const T *)samples)[i]; \
        high = (int64_t)sum >> 32;             \
        low = (int64_t)sum & UINT32_MAX;       \
    } while (0)

static void whole(enum plt_type type, const void *samples, size_t n, int64_t sums[2])
{
    int64_t high = 0, low = 0;
    switch (type) {
    case PLT_I8: ADD_UP(int8_t, int32_t); break;
    case PLT_U8: ADD_UP(uint8_t, int32_t); break;
    case PLT_I16: ADD_UP(int16_t, int32_t); break;
    case PLT_U16: ADD_UP(uint16_t, int32_t); break;
    case PLT_I32: ADD_UP(int32_t, int64_t); break;
    case PLT_U32: ADD_UP(uint32_t, int64_t); break;
    case PLT_I64:
        for (size_t i = 0; i < n; i++) {
            high += ((const int64_t *)samples)[i] >> 32;
            low += ((const int64_t *)samples)[i] & UINT32_MAX;
        }
        break;
    case PLT_F64:
    case PLT_F32:
    case PLT_F16: break;
    }
    sums[0] += high;
    sums[1] += low;
}

// --- histogram ---------------------------------------------------------------------------

static size_t bins(struct plt_levels levels, int32_t num, const float *restrict values,
                   size_t n, uint32_t *restrict entries)
{
    const float last = (float)(num - 1);
    uint32_t odd = 0;
    if (levels.scale == INFINITY) {
        for (size_t i = 0; i < n; i++) {
            uint32_t entry = values[i] >= levels.lo ? (uint32_t)num - 1 : 0;
            bool finite = fabsf(values[i]) <= FLT_MAX;
            entries[i] = finite ? entry : (uint32_t)num;
            odd += !finite;
        }
        return odd;
    }
    for (size_t i = 0; i < n; i++) {
        float t = (values[i] - levels.lo) * levels.scale;
        float above = t > 0 ? t : 0;
        int32_t entry = (int32_t)(t >= last ? last : above);
        bool finite = fabsf(values[i]) <= FLT_MAX;
        entries[i] = (uint32_t)(finite ? entry : num);
        odd += !finite;
    }
    return odd;
}

// --- percentiles -------------------------------------------------------------------------

static void keys_f32(const float *restrict p, size_t n, uint32_t *restrict keys)
{
    for (size_t i = 0; i < n; i++) {
        float v = p[i] + 0.0f; // -0 + 0 is +0
        uint32_t bits;
        memcpy(&bits, &v, sizeof(bits));
        keys[i] = bits ^ ((uint32_t)((int32_t)bits >> 31) | UINT32_C(1) << 31);
    }
}

static void keys_f64(const double *restrict p, size_t n, uint64_t *restrict keys)
{
    for (size_t i = 0; i < n; i++) {
        double v = p[i] + 0.0;
        uint64_t bits;
        memcpy(&bits, &v, sizeof(bits));
        keys[i] = bits ^ ((uint64_t)((int64_t)bits >> 63) | UINT64_C(1) << 63);
    }
}

static void keys(enum plt_type type, const void *samples, size_t n, void *restrict out)
{
    uint32_t *keys32 = out;
    uint64_t *keys64 = out;
    switch (type) {
    case PLT_F32: keys_f32(samples, n, out); break;
    case PLT_F64: keys_f64(samples, n, out); break;
    case PLT_U32: memcpy(out, samples, n * sizeof(*keys32)); break;
    case PLT_I32:
        for (size_t i = 0; i < n; i++)
            keys32[i] = ((const uint32_t *)samples)[i] ^ UINT32_C(1) << 31;
        break;
    case PLT_I64:
        for (size_t i = 0; i < n; i++)
            keys64[i] = ((const uint64_t *)samples)[i] ^ UINT64_C(1) << 63;
        break;
    default: break; // 8- and 16-bit types are counted
    }
}

// The first reading takes all samples. Later mostly none of a group matches, which vectors
// find out.
#define DEFINE_MATCH(name, K)                                                       \
    static void name(const K *restrict p, size_t n, K base, K last, unsigned shift, \
                     uint32_t *restrict table)                                      \
    {                                                                               \
        enum { GROUP = 32 };                                                        \
        for (size_t i = 0; last == (K)-1 && i < n; i++)                             \
            table[(K)(p[i] - base) >> shift]++;                                     \
        for (size_t i = 0; last != (K)-1 && i < n; i += GROUP) {                    \
            const size_t m = n - i < GROUP ? n - i : GROUP;                         \
            K any = m < GROUP;                                                      \
            for (size_t j = 0; m == GROUP && j < GROUP; j++)                        \
                any |= (K)(p[i + j] - base) <= last;                                \
            for (size_t j = 0; any && j < m; j++) {                                 \
                const K place = p[i + j] - base;                                    \
                if (place <= last)                                                  \
                    table[place >> shift]++;                                        \
            }                                                                       \
        }                                                                           \
    }

DEFINE_MATCH(match32, uint32_t)
DEFINE_MATCH(match64, uint64_t)

const struct plt_stats_kernels PASTE(plt_stats_kernels, PLT_ISA_NAME);
const struct plt_stats_kernels PASTE(plt_stats_kernels, PLT_ISA_NAME) = {
    tree, whole, bins, keys, match32, match64,
};
