// Mean and maximum of the samples under each pixel of a row (included by kernels.c only).
#pragma once

#include <float.h>
#include <math.h>
#include <string.h>

#ifdef __SSE2__
#include <immintrin.h>
#endif

#include <plotlib/image/kernels.h>
#include <plotlib/image/kernels_type.h>

// --- mean --------------------------------------------------------------------------------
// The order of a mean of floating-point (and int64) samples: each column is summed top to
// bottom in double, then the columns' sums left to right. Integers up to 32 bits are exact.

// Four rows at a time: the sums are then written, and read again, once in four rows.
#define ADD_LOOP(...)              \
    for (size_t i = 0; i < n; i++) \
    sums[i] = __VA_ARGS__
// Asks for the samples of the next output row while those of this one are summed: rows of
// samples are pages apart, where the hardware does not look ahead.
enum { AHEAD_BYTES = 1024 };
#if defined(__GNUC__)
#define PREFETCH(p) __builtin_prefetch((p), 0, 2)
#else
#define PREFETCH(p) (void)(p)
#endif
static inline void fetch_ahead(const struct plt_image_row *row, size_t first, size_t bytes)
{
    const char *line = (const char *)row->pixels + (size_t)row->num_rows * row->stride;
    for (int32_t r = 0; r < row->ahead; r++, line += row->stride) {
        for (size_t i = first; i < first + bytes; i += 64)
            PREFETCH(line + i);
    }
}

#define DEFINE_ADD(name, T, GET, A)                                                      \
    PLT_INLINE void add_##name##_at(const struct plt_image_row *row, size_t step,        \
                                    size_t first, size_t n, A *restrict sums)            \
    {                                                                                    \
        const size_t stride = row->stride;                                               \
        const int32_t rows = row->num_rows;                                              \
        const char *top = (const char *)row->pixels + first * step * sizeof(T);          \
        sums += first;                                                                   \
        for (int32_t r = 0; r < rows; r += 4, top += 4 * stride) {                       \
            const int32_t count = rows - r < 4 ? rows - r : 4;                           \
            const T *pa = (const T *)top;                                                \
            const T *pb = (const T *)(top + (count > 1 ? stride : 0));                   \
            const T *pc = (const T *)(top + (count > 2 ? 2 * stride : 0));               \
            const T *pd = (const T *)(top + (count > 3 ? 3 * stride : 0));               \
            switch (count + (r > 0 ? 4 : 0)) {                                           \
            case 1: ADD_LOOP(V(A, GET, pa)); break;                                      \
            case 2: ADD_LOOP(V(A, GET, pa) + V(A, GET, pb)); break;                      \
            case 3: ADD_LOOP(V(A, GET, pa) + V(A, GET, pb) + V(A, GET, pc)); break;      \
            case 4:                                                                      \
                ADD_LOOP(V(A, GET, pa) + V(A, GET, pb) + V(A, GET, pc) + V(A, GET, pd)); \
                break;                                                                   \
            case 5: ADD_LOOP(sums[i] + V(A, GET, pa)); break;                            \
            case 6: ADD_LOOP(sums[i] + V(A, GET, pa) + V(A, GET, pb)); break;            \
            case 7:                                                                      \
                ADD_LOOP(sums[i] + V(A, GET, pa) + V(A, GET, pb) + V(A, GET, pc));       \
                break;                                                                   \
            case 8:                                                                      \
                ADD_LOOP(sums[i] + V(A, GET, pa) + V(A, GET, pb) + V(A, GET, pc) +       \
                         V(A, GET, pd));                                                 \
                break;                                                                   \
            }                                                                            \
        }                                                                                \
    }                                                                                    \
    static void add_##name(struct plt_image_row *row)                                    \
    {                                                                                    \
        const size_t n = (size_t)row->num_sums, piece = AHEAD_BYTES / sizeof(T);         \
        for (size_t i = 0, count; i < n && !row->summed && row->step == 1; i += count) { \
            count = n - i < piece ? n - i : piece;                                       \
            fetch_ahead(row, i * sizeof(T), count * sizeof(T));                          \
            add_##name##_at(row, 1, i, count, row->sums);                                \
        }                                                                                \
        if (!row->summed && row->step != 1)                                              \
            add_##name##_at(row, row->step, 0, n, row->sums);                            \
        row->summed = true;                                                              \
    }
#define V(A, GET, p) (A) GET(p[i * step])

DEFINE_ADD(i8, int8_t, AS_IS, int32_t)
DEFINE_ADD(u8, uint8_t, AS_IS, int32_t)
DEFINE_ADD(i16, int16_t, AS_IS, int32_t)
DEFINE_ADD(u16, uint16_t, AS_IS, int32_t)
DEFINE_ADD(i8_wide, int8_t, AS_IS, int64_t)
DEFINE_ADD(u8_wide, uint8_t, AS_IS, int64_t)
DEFINE_ADD(i16_wide, int16_t, AS_IS, int64_t)
DEFINE_ADD(u16_wide, uint16_t, AS_IS, int64_t)
DEFINE_ADD(i32, int32_t, AS_IS, int64_t)
DEFINE_ADD(u32, uint32_t, AS_IS, int64_t)
DEFINE_ADD(f16, uint16_t, plt_half_to_float, double)
DEFINE_ADD(f32, float, AS_IS, double)
DEFINE_ADD(f64, double, AS_IS, double)
DEFINE_ADD(i64, int64_t, AS_IS, double)

// Where the channel's sums begin: side by side with those of the others, or alone.
static inline size_t sum_offset(const struct plt_image_row *row)
{
    return row->lane > 1 ? row->offset : 0;
}

// v or 0, without a branch.
#define KEEP_INT(v, keep) ((v) & -(keep))
static inline double keep_real(double v, int keep)
{
    uint64_t bits;
    memcpy(&bits, &v, sizeof(bits));
    bits &= -(uint64_t)keep;
    memcpy(&v, &bits, sizeof(bits));
    return v;
}

// Sums of each pixel's columns, left to right. A uniform view has spans of k and k + 1
// columns; with k known to the compiler the loop has no branch to mispredict.
#define DEFINE_ACROSS(name, A, S, KEEP)                                                   \
    PLT_INLINE void across_##name##_k(const struct plt_image_row *row, S *out, int32_t k) \
    {                                                                                     \
        const int32_t *begin = row->begin, *length = row->length;                         \
        const A *sums = row->sums;                                                        \
        for (size_t x = 0; x < (size_t)row->width; x++) {                                 \
            const A *p = sums + begin[x];                                                 \
            A s = p[0];                                                                   \
            for (int32_t j = 1; j < k; j++)                                               \
                s += p[j];                                                                \
            out[x] = (S)(s + KEEP(p[k], length[x] > k));                                  \
        }                                                                                 \
    }                                                                                     \
    static void across_##name(const struct plt_image_row *row, S *out)                    \
    {                                                                                     \
        if (row->longest <= row->shortest + 1 && row->lane == 1) {                        \
            switch (row->shortest) {                                                      \
            case 1: across_##name##_k(row, out, 1); return;                               \
            case 2: across_##name##_k(row, out, 2); return;                               \
            case 3: across_##name##_k(row, out, 3); return;                               \
            case 4: across_##name##_k(row, out, 4); return;                               \
            case 5: across_##name##_k(row, out, 5); return;                               \
            case 6: across_##name##_k(row, out, 6); return;                               \
            case 7: across_##name##_k(row, out, 7); return;                               \
            }                                                                             \
        }                                                                                 \
        const A *sums = (const A *)row->sums + sum_offset(row);                           \
        const size_t lane = row->lane;                                                    \
        for (size_t x = 0; x < (size_t)row->width; x++) {                                 \
            const A *p = sums + (size_t)row->begin[x] * lane;                             \
            A s = p[0];                                                                   \
            for (int32_t j = 1; j < row->length[x]; j++)                                  \
                s += p[(size_t)j * lane];                                                 \
            out[x] = (S)s;                                                                \
        }                                                                                 \
    }

DEFINE_ACROSS(narrow, int32_t, int32_t, KEEP_INT)
DEFINE_ACROSS(narrow_wide, int32_t, double, KEEP_INT)
DEFINE_ACROSS(whole, int64_t, double, KEEP_INT)
DEFINE_ACROSS(real, double, double, keep_real)

#ifdef __AVX2__
// Sums of eight pixels' columns at a time, whose order integers do not have: up to 8 or 16
// of each are loaded at once and those that are not its own masked off. 4096^2 u16 to
// 650^2 out of the cache, one core: 1.6 -> 1.2 ms.
PLT_INLINE __m256i own_columns(const struct plt_image_row *row, size_t x, int32_t chunks)
{
    const __m256i lanes = _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7);
    const int32_t *p = (const int32_t *)row->sums + row->begin[x];
    const __m256i length = _mm256_set1_epi32(row->length[x]);
    const __m256i own = _mm256_cmpgt_epi32(length, lanes);
    const __m256i sums = _mm256_and_si256(_mm256_loadu_si256((const __m256i *)p), own);
    if (chunks == 1)
        return sums;
    const __m256i rest =
        _mm256_cmpgt_epi32(length, _mm256_add_epi32(lanes, _mm256_set1_epi32(8)));
    const __m256i more = _mm256_loadu_si256((const __m256i *)(p + 8));
    return _mm256_add_epi32(sums, _mm256_and_si256(more, rest));
}

PLT_INLINE __m256i four_pixels(const struct plt_image_row *row, size_t x, int32_t chunks)
{
    return _mm256_hadd_epi32(
        _mm256_hadd_epi32(own_columns(row, x, chunks), own_columns(row, x + 1, chunks)),
        _mm256_hadd_epi32(own_columns(row, x + 2, chunks),
                          own_columns(row, x + 3, chunks)));
}

PLT_INLINE size_t across_eight(const struct plt_image_row *row, int32_t *out,
                               int32_t chunks)
{
    size_t x = 0;
    for (; x + 8 <= (size_t)row->width; x += 8) {
        const __m256i a = four_pixels(row, x, chunks), b = four_pixels(row, x + 4, chunks);
        const __m256i low = _mm256_permute2x128_si256(a, b, 0x20);
        const __m256i high = _mm256_permute2x128_si256(a, b, 0x31);
        _mm256_storeu_si256((__m256i *)(out + x), _mm256_add_epi32(low, high));
    }
    return x;
}
#endif

// Sums of pixels that fit int32.
static void across_int(const struct plt_image_row *row, int32_t *out)
{
    size_t x = 0;
#ifdef __AVX2__
    // What is read past a pixel's own columns is PLT_KERNEL_PAD at most.
    if (row->lane == 1 && row->longest <= 8)
        x = across_eight(row, out, 1);
    else if (row->lane == 1 && row->longest <= 16 && row->shortest > 8 && !row->gaps)
        x = across_eight(row, out, 2);
#endif
    if (x == 0) {
        across_narrow(row, out);
        return;
    }
    const int32_t *sums = row->sums;
    for (; x < (size_t)row->width; x++) {
        out[x] = 0;
        for (int32_t j = 0; j < row->length[x]; j++)
            out[x] += sums[row->begin[x] + j];
    }
}

// Sum and samples of a pixel below 2^24: a float32 division rounds as the double one does.
static void divide_narrow(const struct plt_image_row *row, const int32_t *restrict sums,
                          float *restrict values)
{
    for (size_t x = 0; x < (size_t)row->width; x++)
        values[x] = (float)sums[x] / (float)(row->length[x] * row->num_rows);
}

static void divide_wide(const struct plt_image_row *row, float *values)
{
    const double rows = row->num_rows;
    const double *restrict sums = row->wide;
    for (size_t x = 0; x < (size_t)row->width; x++) {
        const double mean = sums[x] / (rows * (double)row->length[x]);
        values[x] = (float)(row->whole ? floor(mean + 0.5) : mean);
    }
}

// Of 8- and 16-bit types; `bits` bounds the magnitude of a sample.
typedef void (*add_fn)(struct plt_image_row *row);
static void mean_small(struct plt_image_row *row, float *values, int bits, add_fn add,
                       add_fn add_wide)
{
    const int64_t samples = (int64_t)row->num_rows * row->longest;
    if (samples > INT64_C(1) << (31 - bits)) {
        add_wide(row);
        across_whole(row, row->wide);
        divide_wide(row, values);
        return;
    }
    add(row);
    if (samples <= INT64_C(1) << (24 - bits) && !row->whole) {
        int32_t *sums = (int32_t *)row->wide;
        across_int(row, sums);
        divide_narrow(row, sums, values);
        return;
    }
    across_narrow_wide(row, row->wide);
    divide_wide(row, values);
}

static void mean_i8(struct plt_image_row *row, float *values)
{
    mean_small(row, values, 8, add_i8, add_i8_wide);
}

static void mean_u8(struct plt_image_row *row, float *values)
{
    mean_small(row, values, 8, add_u8, add_u8_wide);
}

static void mean_i16(struct plt_image_row *row, float *values)
{
    mean_small(row, values, 16, add_i16, add_i16_wide);
}

static void mean_u16(struct plt_image_row *row, float *values)
{
    mean_small(row, values, 16, add_u16, add_u16_wide);
}

#define DEFINE_MEAN_WHOLE(name, across)                               \
    static void mean_##name(struct plt_image_row *row, float *values) \
    {                                                                 \
        add_##name(row);                                              \
        across(row, row->wide);                                       \
        divide_wide(row, values);                                     \
    }

DEFINE_MEAN_WHOLE(i32, across_whole)
DEFINE_MEAN_WHOLE(u32, across_whole)
DEFINE_MEAN_WHOLE(i64, across_real)

// A mean of the finite samples only, of their own count. The same sums in the same order.
static void divide_counted(const struct plt_image_row *row, float *values)
{
    const double *sums = (const double *)row->sums + sum_offset(row);
    const int32_t *counts = row->counts + sum_offset(row);
    for (size_t x = 0; x < (size_t)row->width; x++) {
        const size_t first = (size_t)row->begin[x] * row->lane;
        double sum = 0;
        int64_t count = 0;
        for (size_t j = 0; j < (size_t)row->length[x]; j++) {
            sum += sums[first + j * row->lane];
            count += counts[first + j * row->lane];
        }
        values[x] = count ? (float)(sum / (double)count) : NAN;
    }
}

// Non-finite samples are rare: all are summed, and a row where a sum came out non-finite
// is done again with them left out.
#define FINITE(v, largest) ((v) <= (largest) && (v) >= -(largest))
#define DEFINE_MEAN_REAL(name, T, GET, N, LARGEST)                                  \
    static void mean_finite_##name(const struct plt_image_row *row, float *values)  \
    {                                                                               \
        const size_t n = (size_t)row->num_sums, step = row->step;                   \
        double *restrict sums = row->sums;                                          \
        int32_t *restrict counts = row->counts;                                     \
        for (size_t i = 0; i < n; i++) {                                            \
            sums[i] = 0;                                                            \
            counts[i] = 0;                                                          \
        }                                                                           \
        for (int32_t r = 0; r < row->num_rows; r++) {                               \
            const char *line = (const char *)row->pixels + (size_t)r * row->stride; \
            const T *p = (const T *)line;                                           \
            for (size_t i = 0; i < n; i++) {                                        \
                const N v = GET(p[i * step]);                                       \
                sums[i] += FINITE(v, LARGEST) ? (double)v : 0;                      \
                counts[i] += FINITE(v, LARGEST);                                    \
            }                                                                       \
        }                                                                           \
        divide_counted(row, values);                                                \
    }                                                                               \
    static void mean_##name(struct plt_image_row *row, float *values)               \
    {                                                                               \
        add_##name(row);                                                            \
        across_real(row, row->wide);                                                \
        int finite = 1;                                                             \
        for (size_t x = 0; x < (size_t)row->width; x++)                             \
            finite &= fabs(row->wide[x]) <= DBL_MAX;                                \
        if (finite) {                                                               \
            divide_wide(row, values);                                               \
            return;                                                                 \
        }                                                                           \
        mean_finite_##name(row, values);                                            \
        row->summed = false;                                                        \
    }

DEFINE_MEAN_REAL(f16, uint16_t, plt_half_to_float, float, FLT_MAX)
DEFINE_MEAN_REAL(f32, float, AS_IS, float, FLT_MAX)
DEFINE_MEAN_REAL(f64, double, AS_IS, double, DBL_MAX)

typedef void (*row_fn)(struct plt_image_row *row, float *values);
static const row_fn mean_of[PLT_NUM_PIXEL_TYPES] = BY_TYPE(mean);

// --- maximum -----------------------------------------------------------------------------

#define LARGER(a, v) ((v) > (a) ? (v) : (a))
// NaN only where both are NaN.
#define LARGER_REAL(a, v) (((int)((v) <= (a)) | (int)((v) != (v))) ? (a) : (v))
#define DEFINE_MAX(name, T, GET, N, PICK)                                           \
    PLT_INLINE void top_##name(const struct plt_image_row *row, size_t step,        \
                               N *restrict top)                                     \
    {                                                                               \
        const size_t n = (size_t)row->num_sums;                                     \
        const T *first = row->pixels;                                               \
        for (size_t i = 0; i < n; i++)                                              \
            top[i] = GET(first[i * step]);                                          \
        for (int32_t r = 1; r < row->num_rows; r++) {                               \
            const char *line = (const char *)row->pixels + (size_t)r * row->stride; \
            const T *p = (const T *)line;                                           \
            for (size_t i = 0; i < n; i++)                                          \
                top[i] = PICK(top[i], GET(p[i * step]));                            \
        }                                                                           \
    }                                                                               \
    static void max_##name(struct plt_image_row *row, float *values)                \
    {                                                                               \
        if (!row->summed && row->step == 1)                                         \
            top_##name(row, 1, row->sums);                                          \
        else if (!row->summed)                                                      \
            top_##name(row, row->step, row->sums);                                  \
        row->summed = true;                                                         \
        const N *top = (const N *)row->sums + sum_offset(row);                      \
        const size_t lane = row->lane;                                              \
        for (size_t x = 0; x < (size_t)row->width; x++) {                           \
            const N *p = top + (size_t)row->begin[x] * lane;                        \
            N v = p[0];                                                             \
            for (int32_t j = 1; j < row->length[x]; j++)                            \
                v = PICK(v, p[(size_t)j * lane]);                                   \
            values[x] = (float)v;                                                   \
        }                                                                           \
    }
#define DEFINE_MAX_WHOLE(name, T, GET, N) DEFINE_MAX(name, T, GET, N, LARGER)
#define DEFINE_MAX_REAL(name, T, GET, N) DEFINE_MAX(name, T, GET, N, LARGER_REAL)

EACH_WHOLE(DEFINE_MAX_WHOLE)
EACH_REAL(DEFINE_MAX_REAL)

static const row_fn max_of[PLT_NUM_PIXEL_TYPES] = BY_TYPE(max);
