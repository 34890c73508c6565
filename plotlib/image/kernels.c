// The loops of the CPU image engine: samples -> one value a pixel -> entry -> colour.
// Compiled twice (see meson.build): PLT_KERNELS names the table. Plain loops that gcc and
// clang turn into vectors; sums have a fixed order, so every build gives the same bytes.
#include <float.h>
#include <math.h>
#include <string.h>

#include <plotlib/colormap.h>
#include <plotlib/image/kernels.h>

#ifndef PLT_KERNELS
#define PLT_KERNELS plt_image_kernels_base
#endif

// --- nearest -----------------------------------------------------------------------------

#define DEFINE_NEAREST(name, T)                                                \
    static void nearest_##name(const struct plt_image_row *row, float *values) \
    {                                                                          \
        const T *p = row->pixels;                                              \
        size_t n = (size_t)row->width;                                         \
        if (row->in_step) {                                                    \
            for (size_t x = 0; x < n; x++)                                     \
                values[x] = (float)p[x];                                       \
            return;                                                            \
        }                                                                      \
        for (size_t x = 0; x < n; x++)                                         \
            values[x] = (float)p[row->begin[x]];                               \
    }

DEFINE_NEAREST(f64, double)
DEFINE_NEAREST(f32, float)
DEFINE_NEAREST(i8, int8_t)
DEFINE_NEAREST(u8, uint8_t)
DEFINE_NEAREST(i16, int16_t)
DEFINE_NEAREST(u16, uint16_t)
DEFINE_NEAREST(i32, int32_t)
DEFINE_NEAREST(u32, uint32_t)
DEFINE_NEAREST(i64, int64_t)

typedef void (*row_fn)(const struct plt_image_row *row, float *values);
static const row_fn nearest_of[PLT_NUM_TYPES] = {
    [PLT_F64] = nearest_f64, [PLT_F32] = nearest_f32, [PLT_I8] = nearest_i8,
    [PLT_U8] = nearest_u8,   [PLT_I16] = nearest_i16, [PLT_U16] = nearest_u16,
    [PLT_I32] = nearest_i32, [PLT_U32] = nearest_u32, [PLT_I64] = nearest_i64,
};

// --- mean --------------------------------------------------------------------------------
// The order of a mean of floating-point (and int64) samples: each column is summed top to
// bottom in double, then the columns' sums left to right. Integers up to 32 bits are exact.

// Four rows at a time: the sums are then written, and read again, once in four rows.
#define ADD_LOOP(...)              \
    for (size_t i = 0; i < n; i++) \
    sums[i] = __VA_ARGS__
#define DEFINE_ADD(name, T, A)                                                        \
    static void add_##name(const void *pixels, size_t stride, int32_t rows, size_t n, \
                           A *restrict sums)                                          \
    {                                                                                 \
        const char *top = pixels;                                                     \
        for (int32_t r = 0; r < rows; r += 4, top += 4 * stride) {                    \
            int32_t count = rows - r < 4 ? rows - r : 4;                              \
            const T *a = (const T *)top;                                              \
            const T *b = (const T *)(top + (count > 1 ? stride : 0));                 \
            const T *c = (const T *)(top + (count > 2 ? 2 * stride : 0));             \
            const T *d = (const T *)(top + (count > 3 ? 3 * stride : 0));             \
            switch (count + (r > 0 ? 4 : 0)) {                                        \
            case 1: ADD_LOOP((A)a[i]); break;                                         \
            case 2: ADD_LOOP((A)a[i] + (A)b[i]); break;                               \
            case 3: ADD_LOOP((A)a[i] + (A)b[i] + (A)c[i]); break;                     \
            case 4: ADD_LOOP((A)a[i] + (A)b[i] + (A)c[i] + (A)d[i]); break;           \
            case 5: ADD_LOOP(sums[i] + (A)a[i]); break;                               \
            case 6: ADD_LOOP(sums[i] + (A)a[i] + (A)b[i]); break;                     \
            case 7: ADD_LOOP(sums[i] + (A)a[i] + (A)b[i] + (A)c[i]); break;           \
            case 8: ADD_LOOP(sums[i] + (A)a[i] + (A)b[i] + (A)c[i] + (A)d[i]); break; \
            }                                                                         \
        }                                                                             \
    }

DEFINE_ADD(i8, int8_t, int32_t)
DEFINE_ADD(u8, uint8_t, int32_t)
DEFINE_ADD(i16, int16_t, int32_t)
DEFINE_ADD(u16, uint16_t, int32_t)
DEFINE_ADD(i8_wide, int8_t, int64_t)
DEFINE_ADD(u8_wide, uint8_t, int64_t)
DEFINE_ADD(i16_wide, int16_t, int64_t)
DEFINE_ADD(u16_wide, uint16_t, int64_t)
DEFINE_ADD(i32, int32_t, int64_t)
DEFINE_ADD(u32, uint32_t, int64_t)
DEFINE_ADD(f32, float, double)
DEFINE_ADD(f64, double, double)
DEFINE_ADD(i64, int64_t, double)

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
#define DEFINE_ACROSS(name, A, S, KEEP)                                                  \
    static inline void across_##name##_k(const struct plt_image_row *row, const A *sums, \
                                         S *out, int32_t k)                              \
    {                                                                                    \
        const int32_t *begin = row->begin, *length = row->length;                        \
        for (size_t x = 0; x < (size_t)row->width; x++) {                                \
            const A *p = sums + begin[x];                                                \
            A s = p[0];                                                                  \
            for (int32_t j = 1; j < k; j++)                                              \
                s += p[j];                                                               \
            out[x] = (S)(s + KEEP(p[k], length[x] > k));                                 \
        }                                                                                \
    }                                                                                    \
    static void across_##name(const struct plt_image_row *row, const A *sums, S *out)    \
    {                                                                                    \
        if (row->longest <= row->shortest + 1) {                                         \
            switch (row->shortest) {                                                     \
            case 1: across_##name##_k(row, sums, out, 1); return;                        \
            case 2: across_##name##_k(row, sums, out, 2); return;                        \
            case 3: across_##name##_k(row, sums, out, 3); return;                        \
            case 4: across_##name##_k(row, sums, out, 4); return;                        \
            case 5: across_##name##_k(row, sums, out, 5); return;                        \
            case 6: across_##name##_k(row, sums, out, 6); return;                        \
            case 7: across_##name##_k(row, sums, out, 7); return;                        \
            }                                                                            \
        }                                                                                \
        for (size_t x = 0; x < (size_t)row->width; x++) {                                \
            const A *p = sums + row->begin[x];                                           \
            A s = p[0];                                                                  \
            for (int32_t j = 1; j < row->length[x]; j++)                                 \
                s += p[j];                                                               \
            out[x] = (S)s;                                                               \
        }                                                                                \
    }

DEFINE_ACROSS(narrow, int32_t, int32_t, KEEP_INT)
DEFINE_ACROSS(narrow_wide, int32_t, double, KEEP_INT)
DEFINE_ACROSS(whole, int64_t, double, KEEP_INT)
DEFINE_ACROSS(real, double, double, keep_real)

// Sum and samples of a pixel below 2^24: a float32 division rounds as the double one does.
static void divide_narrow(const struct plt_image_row *row, const int32_t *restrict sums,
                          float *restrict values)
{
    for (size_t x = 0; x < (size_t)row->width; x++)
        values[x] = (float)sums[x] / (float)(row->length[x] * row->num_rows);
}

static void divide_wide(const struct plt_image_row *row, float *values)
{
    double rows = row->num_rows;
    for (size_t x = 0; x < (size_t)row->width; x++)
        values[x] = (float)(row->wide[x] / (rows * (double)row->length[x]));
}

// Of 8- and 16-bit types; `bits` bounds the magnitude of a sample.
typedef void (*add_fn)(const void *, size_t, int32_t, size_t, int32_t *);
typedef void (*add_wide_fn)(const void *, size_t, int32_t, size_t, int64_t *);
static void mean_small(const struct plt_image_row *row, float *values, int bits, add_fn add,
                       add_wide_fn add_wide)
{
    int64_t samples = (int64_t)row->num_rows * row->longest;
    size_t n = (size_t)row->num_columns;
    if (samples > INT64_C(1) << (31 - bits)) {
        add_wide(row->pixels, row->stride, row->num_rows, n, row->sums);
        across_whole(row, row->sums, row->wide);
        divide_wide(row, values);
        return;
    }
    add(row->pixels, row->stride, row->num_rows, n, row->sums);
    if (samples <= INT64_C(1) << (24 - bits)) {
        int32_t *sums = (int32_t *)row->wide;
        across_narrow(row, row->sums, sums);
        divide_narrow(row, sums, values);
        return;
    }
    across_narrow_wide(row, row->sums, row->wide);
    divide_wide(row, values);
}

static void mean_i8(const struct plt_image_row *row, float *values)
{
    mean_small(row, values, 8, add_i8, add_i8_wide);
}

static void mean_u8(const struct plt_image_row *row, float *values)
{
    mean_small(row, values, 8, add_u8, add_u8_wide);
}

static void mean_i16(const struct plt_image_row *row, float *values)
{
    mean_small(row, values, 16, add_i16, add_i16_wide);
}

static void mean_u16(const struct plt_image_row *row, float *values)
{
    mean_small(row, values, 16, add_u16, add_u16_wide);
}

#define DEFINE_MEAN_WHOLE(name)                                                       \
    static void mean_##name(const struct plt_image_row *row, float *values)           \
    {                                                                                 \
        add_##name(row->pixels, row->stride, row->num_rows, (size_t)row->num_columns, \
                   row->sums);                                                        \
        across_whole(row, row->sums, row->wide);                                      \
        divide_wide(row, values);                                                     \
    }

DEFINE_MEAN_WHOLE(i32)
DEFINE_MEAN_WHOLE(u32)

static void mean_i64(const struct plt_image_row *row, float *values)
{
    add_i64(row->pixels, row->stride, row->num_rows, (size_t)row->num_columns, row->sums);
    across_real(row, row->sums, row->wide);
    divide_wide(row, values);
}

// A mean of the finite samples only, of their own count. The same sums in the same order.
static void divide_counted(const struct plt_image_row *row, float *values)
{
    const double *sums = row->sums;
    for (size_t x = 0; x < (size_t)row->width; x++) {
        const double *p = sums + row->begin[x];
        const int32_t *c = row->counts + row->begin[x];
        double sum = 0;
        int64_t count = 0;
        for (int32_t j = 0; j < row->length[x]; j++) {
            sum += p[j];
            count += c[j];
        }
        values[x] = count ? (float)(sum / (double)count) : NAN;
    }
}

// Non-finite samples are rare: all are summed, and a row where a sum came out non-finite
// is done again with them left out.
#define DEFINE_MEAN_REAL(name, T, LARGEST)                                          \
    static void mean_finite_##name(const struct plt_image_row *row, float *values)  \
    {                                                                               \
        size_t n = (size_t)row->num_columns;                                        \
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
                T v = p[i] <= LARGEST && p[i] >= -LARGEST ? p[i] : 0;               \
                sums[i] += (double)v;                                               \
            }                                                                       \
            for (size_t i = 0; i < n; i++)                                          \
                counts[i] += p[i] <= LARGEST && p[i] >= -LARGEST;                   \
        }                                                                           \
        divide_counted(row, values);                                                \
    }                                                                               \
    static void mean_##name(const struct plt_image_row *row, float *values)         \
    {                                                                               \
        size_t n = (size_t)row->num_columns;                                        \
        add_##name(row->pixels, row->stride, row->num_rows, n, row->sums);          \
        across_real(row, row->sums, row->wide);                                     \
        int finite = 1;                                                             \
        for (size_t x = 0; x < (size_t)row->width; x++)                             \
            finite &= fabs(row->wide[x]) <= DBL_MAX;                                \
        if (finite)                                                                 \
            divide_wide(row, values);                                               \
        else                                                                        \
            mean_finite_##name(row, values);                                        \
    }

DEFINE_MEAN_REAL(f32, float, FLT_MAX)
DEFINE_MEAN_REAL(f64, double, DBL_MAX)

static const row_fn mean_of[PLT_NUM_TYPES] = {
    [PLT_F64] = mean_f64, [PLT_F32] = mean_f32, [PLT_I8] = mean_i8,
    [PLT_U8] = mean_u8,   [PLT_I16] = mean_i16, [PLT_U16] = mean_u16,
    [PLT_I32] = mean_i32, [PLT_U32] = mean_u32, [PLT_I64] = mean_i64,
};

// --- maximum -----------------------------------------------------------------------------

#define LARGER(a, v) ((v) > (a) ? (v) : (a))
// NaN only where both are NaN.
#define LARGER_REAL(a, v) ((((v) <= (a)) | ((v) != (v))) ? (a) : (v))
#define DEFINE_MAX(name, T, PICK)                                                   \
    static void max_##name(const struct plt_image_row *row, float *values)          \
    {                                                                               \
        size_t n = (size_t)row->num_columns;                                        \
        T *restrict top = row->sums;                                                \
        memcpy(top, row->pixels, n * sizeof(T));                                    \
        for (int32_t r = 1; r < row->num_rows; r++) {                               \
            const char *line = (const char *)row->pixels + (size_t)r * row->stride; \
            const T *p = (const T *)line;                                           \
            for (size_t i = 0; i < n; i++)                                          \
                top[i] = PICK(top[i], p[i]);                                        \
        }                                                                           \
        for (size_t x = 0; x < (size_t)row->width; x++) {                           \
            const T *p = top + row->begin[x];                                       \
            T v = p[0];                                                             \
            for (int32_t j = 1; j < row->length[x]; j++)                            \
                v = PICK(v, p[j]);                                                  \
            values[x] = (float)v;                                                   \
        }                                                                           \
    }

DEFINE_MAX(f64, double, LARGER_REAL)
DEFINE_MAX(f32, float, LARGER_REAL)
DEFINE_MAX(i8, int8_t, LARGER)
DEFINE_MAX(u8, uint8_t, LARGER)
DEFINE_MAX(i16, int16_t, LARGER)
DEFINE_MAX(u16, uint16_t, LARGER)
DEFINE_MAX(i32, int32_t, LARGER)
DEFINE_MAX(u32, uint32_t, LARGER)
DEFINE_MAX(i64, int64_t, LARGER)

static const row_fn max_of[PLT_NUM_TYPES] = {
    [PLT_F64] = max_f64, [PLT_F32] = max_f32, [PLT_I8] = max_i8,
    [PLT_U8] = max_u8,   [PLT_I16] = max_i16, [PLT_U16] = max_u16,
    [PLT_I32] = max_i32, [PLT_U32] = max_u32, [PLT_I64] = max_i64,
};

// --- the table's functions ---------------------------------------------------------------

static void row_values(const struct plt_image_row *row, float *values)
{
    if (row->num_rows == 1 && row->longest == 1) {
        nearest_of[row->type](row, values);
    } else if (row->minify == PLT_MINIFY_MAX) {
        max_of[row->type](row, values);
    } else {
        // Read past the last column by the loops that know k, and not used.
        memset((char *)row->sums + (size_t)row->num_columns * 4, 0, PLT_KERNEL_PAD * 4);
        memset((char *)row->sums + (size_t)row->num_columns * 8, 0, PLT_KERNEL_PAD * 8);
        mean_of[row->type](row, values);
        // One sample is nearest, even an infinite one beside a mean.
        if (row->num_rows == 1 && row->shortest == 1) {
            float *single = (float *)row->wide;
            nearest_of[row->type](row, single);
            for (size_t x = 0; x < (size_t)row->width; x++)
                values[x] = row->length[x] == 1 ? single[x] : values[x];
        }
    }
    for (size_t x = 0; row->gaps && x < (size_t)row->width; x++)
        values[x] = row->length[x] ? values[x] : NAN;
}

static bool row_index(struct plt_levels levels, const float *restrict values, size_t n,
                      int32_t *restrict index)
{
    float lo = levels.lo, scale = levels.scale;
    // Equal levels: measured from the float below, v == lo gives +inf instead of 0 * inf.
    if (scale == INFINITY)
        lo = nextafterf(lo, -INFINITY);
    int32_t any = 0;
    for (size_t i = 0; i < n; i++) {
        float t = (values[i] - lo) * scale;
        t = t > 0 ? t : 0;
        t = t < PLT_COLORMAP_SIZE - 1 ? t : PLT_COLORMAP_SIZE - 1;
        int32_t entry = (int32_t)t | -(values[i] != values[i]);
        index[i] = entry;
        any |= entry;
    }
    return any >= 0;
}

static void row_paint(const int32_t *restrict index, size_t n, bool opaque,
                      const uint32_t *restrict map, uint32_t *restrict dst)
{
    for (size_t i = 0; opaque && i < n; i++)
        dst[i] = map[index[i]];
    if (opaque)
        return;
    for (size_t i = 0; i < n; i++) {
        if (index[i] >= 0)
            dst[i] = map[index[i]];
    }
}

static void row_paint_bytes(const uint8_t *restrict bytes, const int32_t *restrict begin,
                            size_t n, const uint32_t *restrict map, uint32_t *restrict dst)
{
    for (size_t i = 0; i < n; i++)
        dst[i] = map[bytes[begin ? (size_t)begin[i] : i]];
}

static void row_max_bytes(const void *pixels, size_t stride, int32_t rows, size_t n,
                          int32_t *maxima)
{
    const uint8_t *p = pixels;
    for (size_t i = 0; i < n; i++)
        maxima[i] = p[i];
    for (int32_t r = 1; r < rows; r++) {
        p += stride;
        for (size_t i = 0; i < n; i++)
            maxima[i] = LARGER(maxima[i], p[i]);
    }
}

const struct plt_image_kernels PLT_KERNELS = {
    .values = row_values,
    .index = row_index,
    .paint = row_paint,
    .paint_bytes = row_paint_bytes,
    .add_bytes = add_u8,
    .max_bytes = row_max_bytes,
};
