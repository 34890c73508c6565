// Loops of mixing and of stacks, compiled once for each instruction set: PLT_ISA_NAME says
// which. Each pixel is for itself, so that vectors change no bit.
#include <float.h>
#include <math.h>

#include <plotlib/image/mix.h>
#include <plotlib/image/plane_kernels.h>

#ifndef PLT_ISA_NAME
#define PLT_ISA_NAME base
#endif
#define PASTE_(a, b) a##_##b
#define PASTE(a, b) PASTE_(a, b)

// --- mix ---------------------------------------------------------------------------------

// Loops apart, so that the search in the table keeps none of them from using vectors.
static void mix_add(struct plt_levels levels, const float *gamma, const float *color,
                    const float *restrict values, size_t n, float *const sums[3])
{
    const float red = color[0], green = color[1], blue = color[2];
    const float lo = levels.lo, scale = levels.scale;
    const bool equal = scale == INFINITY; // then t is NaN at lo
    float *restrict r = sums[0], *restrict g = sums[1], *restrict b = sums[2];
    float u[PLT_MIX_PIECE];
    int32_t places[PLT_MIX_PIECE];
    for (size_t i = 0; i < n; i++) {
        const float t = (values[i] - lo) * scale;
        const float above = t > 0 ? t : 0;
        const float clipped = t >= 1 ? 1 : above;
        u[i] = (equal & (values[i] == lo)) ? 1 : clipped;
    }
    if (gamma) {
        for (size_t i = 0; i < n; i++)
            places[i] = (int32_t)(u[i] * (PLT_MIX_GAMMA - 1) + 0.5f);
        for (size_t i = 0; i < n; i++)
            u[i] = gamma[places[i]];
    }
    for (size_t i = 0; i < n; i++) {
        r[i] = r[i] + red * u[i];
        g[i] = g[i] + green * u[i];
        b[i] = b[i] + blue * u[i];
    }
}

static inline uint32_t byte_of(float sum)
{
    const float above = sum > 0 ? sum : 0;
    const float clipped = sum >= 1 ? 1 : above;
    return (uint32_t)(int32_t)(clipped * 255 + 0.5f);
}

static void mix_pack(const float *const sums[3], size_t n, uint32_t *restrict dst)
{
    const float *r = sums[0], *g = sums[1], *b = sums[2];
    for (size_t i = 0; i < n; i++)
        dst[i] =
            UINT32_C(0xff000000) | byte_of(r[i]) << 16 | byte_of(g[i]) << 8 | byte_of(b[i]);
}

// --- mean over time ----------------------------------------------------------------------

#define ADD_FOUR(T, A)                                                          \
    do {                                                                        \
        const T *a = frames[0], *b = frames[1], *c = frames[2], *d = frames[3]; \
        A *restrict s = sums;                                                   \
        for (size_t i = 0; i < n; i++)                                          \
            s[i] = s[i] + (A)a[i] + (A)b[i] + (A)c[i] + (A)d[i];                \
    } while (0)

// Four 8-bit samples fit 16 bits: half the additions.
#define ADD_FOUR_BYTES(T, N)                                                    \
    do {                                                                        \
        const T *a = frames[0], *b = frames[1], *c = frames[2], *d = frames[3]; \
        int32_t *restrict s = sums;                                             \
        for (size_t i = 0; i < n; i++)                                          \
            s[i] += (N)(a[i] + b[i] + c[i] + d[i]);                             \
    } while (0)

static void add(enum plt_type type, const void *const frames[4], size_t n, void *sums)
{
    int64_t *restrict high = sums, *restrict low = high + PLT_PLANE_PIECE;
    switch (type) {
    case PLT_I8: ADD_FOUR_BYTES(int8_t, int16_t); break;
    case PLT_U8: ADD_FOUR_BYTES(uint8_t, uint16_t); break;
    case PLT_I16: ADD_FOUR(int16_t, int32_t); break;
    case PLT_U16: ADD_FOUR(uint16_t, int32_t); break;
    case PLT_I32: ADD_FOUR(int32_t, int64_t); break;
    case PLT_U32: ADD_FOUR(uint32_t, int64_t); break;
    case PLT_F32: ADD_FOUR(float, double); break;
    case PLT_F64: ADD_FOUR(double, double); break;
    case PLT_I64:
        for (int k = 0; k < 4; k++) {
            const int64_t *p = frames[k];
            for (size_t i = 0; i < n; i++) {
                high[i] += p[i] >> 32;
                low[i] += p[i] & UINT32_MAX;
            }
        }
        break;
    case PLT_F16: break;
    }
}

#define ADD_FINITE(T, ABS, LARGEST)                     \
    for (int k = 0; k < 4; k++) {                       \
        const T *p = frames[k];                         \
        for (size_t i = 0; i < n; i++) {                \
            sums[i] += ABS(p[i]) <= LARGEST ? p[i] : 0; \
            counts[i] += ABS(p[i]) <= LARGEST;          \
        }                                               \
    }

static void add_finite(enum plt_type type, const void *const frames[4], size_t n,
                       double *restrict sums, int32_t *restrict counts)
{
    if (type == PLT_F32) {
        ADD_FINITE(float, fabsf, FLT_MAX)
    } else {
        ADD_FINITE(double, fabs, DBL_MAX)
    }
}

// --- maximum over time -------------------------------------------------------------------

#define WIDEN(T)                                       \
    do {                                               \
        const T *p = samples;                          \
        T *restrict most = largest;                    \
        for (size_t i = 0; i < n; i++)                 \
            most[i] = p[i] > most[i] ? p[i] : most[i]; \
    } while (0)

// Also where the largest so far is NaN.
#define WIDEN_REAL(T)                                                        \
    do {                                                                     \
        const T *p = samples;                                                \
        T *restrict most = largest;                                          \
        for (size_t i = 0; i < n; i++)                                       \
            most[i] = ((most[i] >= p[i]) | (p[i] != p[i])) ? most[i] : p[i]; \
    } while (0)

// Halves as numbers in their order, -0 equal to +0.
static inline int32_t half_order(uint16_t bits)
{
    const int32_t magnitude = bits & 0x7fff;
    return bits & 0x8000 ? -magnitude : magnitude;
}

static void widen_f16(const uint16_t *samples, size_t n, uint16_t *restrict largest)
{
    for (size_t i = 0; i < n; i++) {
        const uint16_t v = samples[i], most = largest[i];
        const bool number = (v & 0x7fff) <= 0x7c00, none = (most & 0x7fff) > 0x7c00;
        const bool take = number & (none | (half_order(v) > half_order(most)));
        largest[i] = take ? v : most;
    }
}

static void widen(enum plt_type type, const void *samples, size_t n, void *largest)
{
    switch (type) {
    case PLT_I8: WIDEN(int8_t); break;
    case PLT_U8: WIDEN(uint8_t); break;
    case PLT_I16: WIDEN(int16_t); break;
    case PLT_U16: WIDEN(uint16_t); break;
    case PLT_I32: WIDEN(int32_t); break;
    case PLT_U32: WIDEN(uint32_t); break;
    case PLT_I64: WIDEN(int64_t); break;
    case PLT_F32: WIDEN_REAL(float); break;
    case PLT_F64: WIDEN_REAL(double); break;
    case PLT_F16: widen_f16(samples, n, largest); break;
    }
}

// --- flat field --------------------------------------------------------------------------

static void flat(const float *raw, const float *dark, const float *gain, size_t n,
                 float *out)
{
    if (dark && gain) {
        for (size_t i = 0; i < n; i++)
            out[i] = (raw[i] - dark[i]) * gain[i];
        return;
    }
    for (size_t i = 0; i < n; i++) {
        const float lit = dark ? raw[i] - dark[i] : raw[i];
        out[i] = gain ? lit * gain[i] : lit;
    }
}

const struct plt_stack_kernels PASTE(plt_stack_kernels, PLT_ISA_NAME);
const struct plt_stack_kernels PASTE(plt_stack_kernels, PLT_ISA_NAME) = {
    mix_add, mix_pack, add, add_finite, widen, flat,
};
