// Samples of a file -> rows of a level of a mapped image: 2 x 2 become one, level by level,
// for as much of a row as stays in the processor's cache (tiles.h).
#include <math.h>
#include <string.h>

#include <plotlib/base/alloc.h>
#include <plotlib/base/half.h>
#include <plotlib/data/tiles.h>

static bool is_max(const struct plt_tiles *tiles)
{
    return tiles->minify == PLT_MINIFY_MAX;
}

bool plt_fold_counts(const struct plt_tiles *tiles)
{
    return plt_tiles_are_real(tiles) && !is_max(tiles);
}

// --- level 1 -----------------------------------------------------------------------------

// Rows a and b (NULL: none) of n pixels; pixel i of `out` is of 2i and 2i + 1. CELL makes a
// cell of up to four samples; the last pixel of an odd row has none on its right.
#define EACH_CELL(T, CELL)                                                        \
    do {                                                                          \
        const T *a = pa, *b = pb;                                                 \
        const size_t step = (size_t)channels, pairs = (size_t)n / 2;              \
        for (size_t c = 0; c < step; c++) {                                       \
            for (size_t i = 0; b && i < pairs; i++)                               \
                CELL(i *step + c, a + 2 * i * step + c, b + 2 * i * step + c, 1); \
            for (size_t i = 0; !b && i < pairs; i++)                              \
                CELL(i *step + c, a + 2 * i * step + c, (const T *)NULL, 1);      \
            if (n % 2)                                                            \
                CELL(pairs *step + c, a + 2 * pairs * step + c,                   \
                     b ? b + 2 * pairs * step + c : NULL, 0);                     \
        }                                                                         \
    } while (0)

#define LEVEL_PARAMS \
    const void *pa, const void *pb, int32_t n, int32_t channels, struct plt_cells out
// The compiler makes vectors of one channel side by side.
#define DEFINE_LEVEL(name)                       \
    static void name(LEVEL_PARAMS)               \
    {                                            \
        if (channels == 1)                       \
            name##_of(pa, pb, n, 1, out);        \
        else                                     \
            name##_of(pa, pb, n, channels, out); \
    }

// Sums of up to 4 x 32 bits are exact in SUM.
#define DEFINE_SUM(name, T, SUM)                     \
    static inline void sum_##name##_of(LEVEL_PARAMS) \
    {                                                \
        double *sums = out.values;                   \
        EACH_CELL(T, SUM_CELL_##SUM);                \
    }                                                \
    DEFINE_LEVEL(sum_##name)
#define SUM_CELL(at, p, q, right, SUM)                                   \
    sums[at] = (double)(((SUM)(p)[0] + ((right) ? (SUM)(p)[step] : 0)) + \
                        ((q) ? (SUM)(q)[0] + ((right) ? (SUM)(q)[step] : 0) : 0))
#define SUM_CELL_int32_t(at, p, q, right) SUM_CELL(at, p, q, right, int32_t)
#define SUM_CELL_int64_t(at, p, q, right) SUM_CELL(at, p, q, right, int64_t)
#define SUM_CELL_double(at, p, q, right) SUM_CELL(at, p, q, right, double)

DEFINE_SUM(i8, int8_t, int32_t)
DEFINE_SUM(u8, uint8_t, int32_t)
DEFINE_SUM(i16, int16_t, int32_t)
DEFINE_SUM(u16, uint16_t, int32_t)
DEFINE_SUM(i32, int32_t, int64_t)
DEFINE_SUM(u32, uint32_t, int64_t)
DEFINE_SUM(i64, int64_t, double)

static inline double finite_or_0(double v)
{
    return isfinite(v) ? v : 0;
}

static inline double is_finite(double v)
{
    return isfinite(v) ? 1 : 0;
}

#define DIRECT(v) (double)(v)
#define OF_HALF(v) (double)plt_half_to_float(v)
#define GATHER(f, LOAD, p, q, right)                          \
    ((f(LOAD((p)[0])) + ((right) ? f(LOAD((p)[step])) : 0)) + \
     ((q) ? f(LOAD((q)[0])) + ((right) ? f(LOAD((q)[step])) : 0) : 0))
#define REAL_CELL(LOAD, at, p, q, right)                   \
    do {                                                   \
        sums[at] = GATHER(finite_or_0, LOAD, p, q, right); \
        counts[at] = GATHER(is_finite, LOAD, p, q, right); \
    } while (0)
#define REAL_CELL_DIRECT(at, p, q, right) REAL_CELL(DIRECT, at, p, q, right)
#define REAL_CELL_OF_HALF(at, p, q, right) REAL_CELL(OF_HALF, at, p, q, right)
#define DEFINE_SUM_REAL(name, T, LOAD)                   \
    static inline void sum_##name##_of(LEVEL_PARAMS)     \
    {                                                    \
        double *sums = out.values, *counts = out.counts; \
        EACH_CELL(T, REAL_CELL_##LOAD);                  \
    }                                                    \
    DEFINE_LEVEL(sum_##name)

DEFINE_SUM_REAL(f32, float, DIRECT)
DEFINE_SUM_REAL(f64, double, DIRECT)
DEFINE_SUM_REAL(f16, uint16_t, OF_HALF)

// NaN is no number.
static inline double larger(double a, double b)
{
    return b > a || a != a ? b : a;
}

static inline int64_t larger_i64(int64_t a, int64_t b)
{
    return b > a ? b : a;
}

#define MAX_CELL(larger, LOAD, at, p, q, right)                                    \
    do {                                                                           \
        most[at] = (right) ? larger(LOAD((p)[0]), LOAD((p)[step])) : LOAD((p)[0]); \
        if (q)                                                                     \
            most[at] = larger(most[at], LOAD((q)[0]));                             \
        if ((q) && (right))                                                        \
            most[at] = larger(most[at], LOAD((q)[step]));                          \
    } while (0)
#define WHOLE(v) (v)
#define MAX_CELL_DIRECT(at, p, q, right) MAX_CELL(larger, DIRECT, at, p, q, right)
#define MAX_CELL_OF_HALF(at, p, q, right) MAX_CELL(larger, OF_HALF, at, p, q, right)
#define MAX_CELL_WHOLE(at, p, q, right) MAX_CELL(larger_i64, WHOLE, at, p, q, right)
#define DEFINE_MAX(name, T, VALUE, LOAD)             \
    static inline void max_##name##_of(LEVEL_PARAMS) \
    {                                                \
        VALUE *most = out.values;                    \
        EACH_CELL(T, MAX_CELL_##LOAD);               \
    }                                                \
    DEFINE_LEVEL(max_##name)

DEFINE_MAX(i8, int8_t, double, DIRECT)
DEFINE_MAX(u8, uint8_t, double, DIRECT)
DEFINE_MAX(i16, int16_t, double, DIRECT)
DEFINE_MAX(u16, uint16_t, double, DIRECT)
DEFINE_MAX(i32, int32_t, double, DIRECT)
DEFINE_MAX(u32, uint32_t, double, DIRECT)
DEFINE_MAX(i64, int64_t, int64_t, WHOLE)
DEFINE_MAX(f16, uint16_t, double, OF_HALF)
DEFINE_MAX(f32, float, double, DIRECT)
DEFINE_MAX(f64, double, double, DIRECT)

static void first_level(const struct plt_tiles *tiles, const void *a, const void *b,
                        int32_t n, struct plt_cells out)
{
    typedef void level_fn(LEVEL_PARAMS);
    static level_fn *const fns[PLT_NUM_PIXEL_TYPES][2] = {
        [PLT_F64] = {sum_f64, max_f64}, [PLT_F32] = {sum_f32, max_f32},
        [PLT_I8] = {sum_i8, max_i8},    [PLT_U8] = {sum_u8, max_u8},
        [PLT_I16] = {sum_i16, max_i16}, [PLT_U16] = {sum_u16, max_u16},
        [PLT_I32] = {sum_i32, max_i32}, [PLT_U32] = {sum_u32, max_u32},
        [PLT_I64] = {sum_i64, max_i64}, [PLT_F16] = {sum_f16, max_f16},
    };
    fns[tiles->type][is_max(tiles)](a, b, n, tiles->channels, out);
}

// --- levels above ------------------------------------------------------------------------

static inline void join_sums_of(LEVEL_PARAMS)
{
    double *sums = out.values;
    EACH_CELL(double, SUM_CELL_double);
}
DEFINE_LEVEL(join_sums)

void plt_fold_join(const struct plt_tiles *tiles, struct plt_cells a,
                   const struct plt_cells *b, int32_t n, struct plt_cells out)
{
    const void *below = b ? b->values : NULL;
    if (!is_max(tiles))
        join_sums(a.values, below, n, tiles->channels, out);
    else if (tiles->type == PLT_I64)
        max_i64(a.values, below, n, tiles->channels, out);
    else
        max_f64(a.values, below, n, tiles->channels, out);
    if (plt_fold_counts(tiles))
        join_sums(a.counts, b ? b->counts : NULL, n, tiles->channels,
                  (struct plt_cells){out.counts, NULL});
}

// How many samples of the file lie in cell i of n in all, along an axis.
static double extent_of(int32_t n, int32_t level, int32_t i)
{
    const int64_t first = (int64_t)i << level, side = INT64_C(1) << level;
    return (double)(n - first < side ? n - first : side);
}

// Cells of columns [c0, c1) where the file has a hole.
static void empty_cells(const struct plt_tiles *tiles, int32_t level, int32_t y, int32_t c0,
                        int32_t c1, struct plt_cells out)
{
    const size_t step = (size_t)tiles->channels, n = (size_t)(c1 - c0) * step;
    memset(out.values, 0, n * sizeof(double)); // 0.0, or 0
    const double high = extent_of(tiles->rows, level, y);
    for (size_t i = 0; i < n && plt_fold_counts(tiles); i++)
        out.counts[i] = high * extent_of(tiles->columns, level, c0 + (int32_t)(i / step));
}

// Columns [x0, x1) of the file.
static void fold_stretch(struct plt_fold *fold, int32_t level, int32_t y, int32_t x0,
                         int32_t x1, struct plt_cells out)
{
    const struct plt_tiles *tiles = fold->tiles;
    const bool two = y * INT64_C(2) + 1 < plt_tile_samples(tiles->rows, level - 1);
    if (level == 1) {
        plt_fold_read(fold, 2 * y, x0, x1, fold->raw[0]);
        if (two)
            plt_fold_read(fold, 2 * y + 1, x0, x1, fold->raw[1]);
        first_level(tiles, fold->raw[0], two ? fold->raw[1] : NULL, x1 - x0, out);
        return;
    }
    struct plt_cells *rows = fold->rows[level - 1];
    fold_stretch(fold, level - 1, 2 * y, x0, x1, rows[0]);
    if (two)
        fold_stretch(fold, level - 1, 2 * y + 1, x0, x1, rows[1]);
    plt_fold_join(tiles, rows[0], two ? &rows[1] : NULL,
                  plt_tile_samples(x1 - x0, level - 1), out);
}

void plt_fold_row(struct plt_fold *fold, int32_t level, int32_t y, int32_t c0, int32_t c1,
                  struct plt_cells cells)
{
    const struct plt_tiles *tiles = fold->tiles;
    const int64_t y0 = (int64_t)y << level, y1 = (int64_t)(y + INT64_C(1)) << level;
    const int32_t last = (int32_t)(y1 < tiles->rows ? y1 : tiles->rows) - 1;
    const int32_t step =
        (int32_t)(fold->samples / (size_t)tiles->channels >> level); // at least 1
    for (int32_t c = c0, n; c < c1 && !tiles->stop; c += n) {
        n = c1 - c < step ? c1 - c : step;
        const int64_t end = (int64_t)(c + n) << level;
        const int32_t x0 = (int32_t)((int64_t)c << level);
        const int32_t x1 = end < tiles->columns ? (int32_t)end : tiles->columns;
        if (!plt_fold_hole(fold, plt_tiles_position(tiles, (int32_t)y0, x0),
                           plt_tiles_position(tiles, last, x1))) {
            fold_stretch(fold, level, y, x0, x1, cells);
        } else {
            empty_cells(tiles, level, y, c, c + n, cells);
            memset(fold->raw[0], 0, tiles->size);
            if (fold->wants_extent)
                plt_fold_widen(fold, fold->raw[0], 1);
        }
        const size_t done = (size_t)n * (size_t)tiles->channels;
        cells.values = (double *)cells.values + done;
        cells.counts = cells.counts ? cells.counts + done : NULL;
    }
}

// --- cells -> samples --------------------------------------------------------------------

// Rounded to the nearest, halves to the even one.
static uint16_t half_of(float value)
{
    uint32_t bits;
    memcpy(&bits, &value, sizeof(bits));
    const uint16_t sign = (uint16_t)(bits >> 16 & 0x8000u);
    bits &= 0x7fffffffu;
    if (bits > 0x7f800000u)
        return 0x7e00;
    if (bits >= 0x477ff000u) // 65520 and above
        return sign | 0x7c00u;
    if (bits < 0x38800000u) { // subnormal: units of 2^-24
        float size;
        memcpy(&size, &bits, sizeof(size));
        return (uint16_t)(sign | (uint16_t)lrintf(size * 0x1p24f));
    }
    bits += 0xfffu + (bits >> 13 & 1u) - (112u << 23);
    return (uint16_t)(sign | bits >> 13);
}

static inline int64_t clamp_i64(double v)
{
    return v >= 0x1p63 ? INT64_MAX : v <= -0x1p63 ? INT64_MIN : (int64_t)v;
}

struct finish {
    struct plt_cells cells;
    const double *counts; // of whole numbers: one for all but those of the last column
    size_t n;
    void *samples;
};

#define WHOLE_MEAN(T, CAST)                                              \
    do {                                                                 \
        for (size_t i = 0; i < n; i++)                                   \
            ((T *)samples)[i] = (T)CAST(floor(values[i] / count + 0.5)); \
    } while (0)
#define AS_IT_IS(v) (v)

// Means of integers, all of `count` samples.
static void whole_means(enum plt_type type, const double *values, double count, size_t n,
                        void *samples)
{
    switch (type) {
    case PLT_I8: WHOLE_MEAN(int8_t, AS_IT_IS); break;
    case PLT_U8: WHOLE_MEAN(uint8_t, AS_IT_IS); break;
    case PLT_I16: WHOLE_MEAN(int16_t, AS_IT_IS); break;
    case PLT_U16: WHOLE_MEAN(uint16_t, AS_IT_IS); break;
    case PLT_I32: WHOLE_MEAN(int32_t, AS_IT_IS); break;
    case PLT_U32: WHOLE_MEAN(uint32_t, AS_IT_IS); break;
    case PLT_I64: WHOLE_MEAN(int64_t, clamp_i64); break;
    case PLT_F16:
    case PLT_F32:
    case PLT_F64: break;
    }
}

#define EACH_SAMPLE(T, VALUE)               \
    do {                                    \
        for (size_t i = 0; i < n; i++)      \
            ((T *)samples)[i] = (T)(VALUE); \
    } while (0)
#define REAL_MEAN (counts[i] > 0 ? values[i] / counts[i] : NAN)

static void real_means(enum plt_type type, const double *values, const double *counts,
                       size_t n, void *samples)
{
    if (type == PLT_F64)
        EACH_SAMPLE(double, REAL_MEAN);
    else if (type == PLT_F32)
        EACH_SAMPLE(float, REAL_MEAN);
    else
        EACH_SAMPLE(uint16_t, half_of((float)REAL_MEAN));
}

static void maxima(enum plt_type type, const void *cells, size_t n, void *samples)
{
    const double *values = cells;
    switch (type) {
    case PLT_I8: EACH_SAMPLE(int8_t, values[i]); break;
    case PLT_U8: EACH_SAMPLE(uint8_t, values[i]); break;
    case PLT_I16: EACH_SAMPLE(int16_t, values[i]); break;
    case PLT_U16: EACH_SAMPLE(uint16_t, values[i]); break;
    case PLT_I32: EACH_SAMPLE(int32_t, values[i]); break;
    case PLT_U32: EACH_SAMPLE(uint32_t, values[i]); break;
    case PLT_I64: memcpy(samples, cells, n * sizeof(int64_t)); break;
    case PLT_F16: EACH_SAMPLE(uint16_t, half_of((float)values[i])); break;
    case PLT_F32: EACH_SAMPLE(float, values[i]); break;
    case PLT_F64: EACH_SAMPLE(double, values[i]); break;
    }
}

void plt_fold_samples(const struct plt_tiles *tiles, int32_t level, int32_t y, int32_t c0,
                      int32_t c1, struct plt_cells cells, char *samples)
{
    const size_t step = (size_t)tiles->channels, n = (size_t)(c1 - c0) * step;
    if (is_max(tiles)) {
        maxima(tiles->type, cells.values, n, samples);
        return;
    }
    if (plt_fold_counts(tiles)) {
        real_means(tiles->type, cells.values, cells.counts, n, samples);
        return;
    }
    // Only the last column of all may be narrower.
    const double high = extent_of(tiles->rows, level, y);
    const size_t same = n - step;
    whole_means(tiles->type, cells.values, high * extent_of(tiles->columns, level, c0),
                same, samples);
    whole_means(tiles->type, (const double *)cells.values + same,
                high * extent_of(tiles->columns, level, c1 - 1), step,
                samples + same * tiles->size);
}

// --- memory ------------------------------------------------------------------------------

static size_t samples_at_once(const struct plt_tiles *tiles, int32_t most_level)
{
    const size_t least = (size_t)tiles->channels << most_level;
    return least > PLT_FOLD_SAMPLES ? least : PLT_FOLD_SAMPLES;
}

// Bytes of one row of cells at a level, values or counts; whole cache lines.
static size_t row_bytes(const struct plt_tiles *tiles, size_t samples, int32_t level)
{
    const size_t cells = (samples >> level) + 2 * (size_t)tiles->channels;
    return (cells * sizeof(double) + 63) / 64 * 64;
}

uint64_t plt_fold_bytes(const struct plt_tiles *tiles, int32_t most_level)
{
    const size_t samples = samples_at_once(tiles, most_level);
    uint64_t bytes = 2 * (uint64_t)samples * tiles->size;
    for (int32_t level = 1; level < most_level; level++)
        bytes += 4 * (uint64_t)row_bytes(tiles, samples, level);
    return bytes;
}

bool plt_fold_init(struct plt_fold *fold, struct plt_tiles *tiles, int32_t most_level)
{
    const size_t samples = samples_at_once(tiles, most_level);
    *fold = (struct plt_fold){.tiles = tiles, .samples = samples};
    char *p = fold->memory = plt_aligned_alloc(64, plt_fold_bytes(tiles, most_level));
    if (!p)
        return false;
    for (int i = 0; i < 2; i++, p += samples * tiles->size)
        fold->raw[i] = p;
    for (int32_t level = 1; level < most_level; level++) {
        for (int i = 0; i < 2; i++) {
            fold->rows[level][i].values = p;
            p += row_bytes(tiles, samples, level);
            fold->rows[level][i].counts = (double *)p;
            p += row_bytes(tiles, samples, level);
        }
    }
    plt_fold_begin(fold);
    return true;
}

void plt_fold_finish(struct plt_fold *fold)
{
    plt_free(fold->memory);
    fold->memory = NULL;
}
