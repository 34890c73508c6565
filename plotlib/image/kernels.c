// The loops of the CPU image engine: samples -> one value a pixel -> entry -> colour.
// Compiled several times (see meson.build): PLT_KERNELS names the table. Plain loops that
// gcc and clang turn into vectors; sums have a fixed order, so every build gives the same
// bytes.
#include <math.h>
#include <string.h>

#include <plotlib/image/kernels.h>
#include <plotlib/image/kernels_fold.h>
#include <plotlib/image/kernels_type.h>

// --- samples -----------------------------------------------------------------------------

#define DEFINE_LOAD(name, T, GET, N)                                                   \
    static void load_##name(const void *samples, size_t step, size_t n, float *values) \
    {                                                                                  \
        const T *p = samples;                                                          \
        if (step == 1) {                                                               \
            for (size_t i = 0; i < n; i++)                                             \
                values[i] = (float)GET(p[i]);                                          \
            return;                                                                    \
        }                                                                              \
        for (size_t i = 0; i < n; i++)                                                 \
            values[i] = (float)GET(p[i * step]);                                       \
    }                                                                                  \
    static void nearest_##name(struct plt_image_row *row, float *values)               \
    {                                                                                  \
        const T *p = (const T *)row->pixels + row->offset;                             \
        const size_t n = (size_t)row->width, step = row->pixel_step;                   \
        if (row->in_step) {                                                            \
            load_##name(p, step, n, values);                                           \
            return;                                                                    \
        }                                                                              \
        for (size_t x = 0; x < n; x++)                                                 \
            values[x] = (float)GET(p[(size_t)row->begin[x] * step]);                   \
    }

EACH_WHOLE(DEFINE_LOAD)
EACH_REAL(DEFINE_LOAD)

static const row_fn nearest_of[PLT_NUM_PIXEL_TYPES] = BY_TYPE(nearest);

static void load_values(enum plt_type type, const void *samples, size_t step, size_t n,
                        float *values)
{
    static void (*const load_of[PLT_NUM_PIXEL_TYPES])(const void *, size_t, size_t,
                                                      float *) = BY_TYPE(load);
    load_of[type](samples, step, n, values);
}

static void row_values(struct plt_image_row *row, float *values)
{
    if (row->num_rows == 1 && row->longest == 1) {
        nearest_of[row->type](row, values);
    } else if (row->minify == PLT_MINIFY_MAX) {
        max_of[row->type](row, values);
    } else {
        // Read past the last column by the loops that know k, and not used.
        if (!row->summed) {
            memset((char *)row->sums + (size_t)row->num_sums * 4, 0, PLT_KERNEL_PAD * 4);
            memset((char *)row->sums + (size_t)row->num_sums * 8, 0, PLT_KERNEL_PAD * 8);
        }
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

// --- entries -----------------------------------------------------------------------------

static bool row_index(struct plt_levels levels, int32_t entries,
                      const float *restrict values, size_t n, int32_t *restrict index)
{
    const float scale = levels.scale, last = (float)(entries - 1);
    // Equal levels: measured from the float below, v == lo gives +inf instead of 0 * inf.
    const float lo = scale == INFINITY ? nextafterf(levels.lo, -INFINITY) : levels.lo;
    int32_t any = 0;
    for (size_t i = 0; i < n; i++) {
        float t = (values[i] - lo) * scale;
        t = t > 0 ? t : 0;
        t = t < last ? t : last;
        int32_t entry = (int32_t)t | -(values[i] != values[i]);
        index[i] = entry;
        any |= entry;
    }
    return any >= 0;
}

// --- colours -----------------------------------------------------------------------------

// One load an entry is what look-ups are at their best: gathers take 1.8 x the time.
#if defined(__GNUC__) && !defined(__clang__)
#define LOOK_UP __attribute__((optimize("no-tree-vectorize")))
#else
#define LOOK_UP
#endif

LOOK_UP static void row_paint(const int32_t *restrict index, size_t n, bool all,
                              const uint32_t *restrict colors, uint32_t *restrict dst)
{
    for (size_t i = 0; all && i < n; i++)
        dst[i] = colors[index[i]];
    for (size_t i = 0; !all && i < n; i++)
        dst[i] = index[i] < 0 ? 0 : colors[index[i]];
}

// Bytes to words; a negative entry stays negative, its byte being 0.
static inline int32_t kept(int32_t index)
{
    return index & ~(index >> 31);
}

#define COMPOSE(BYTE, ALPHA)                                                         \
    for (size_t i = 0; i < n; i++) {                                                 \
        const uint32_t word = (uint32_t)(ALPHA) << 24 | (uint32_t)BYTE(r[i]) << 16 | \
                              (uint32_t)BYTE(g[i]) << 8 | (uint32_t)BYTE(b[i]);      \
        dst[i] = (r[i] | g[i] | b[i] | (ALPHA)) < 0 ? 0 : word;                      \
    }
#define BY_TABLE(entry) (colors[kept(entry)] & 255u)

static void row_compose(const int32_t *const index[4], size_t n,
                        const uint32_t *restrict colors, bool identity,
                        uint32_t *restrict dst)
{
    const int32_t *restrict r = index[0], *restrict g = index[1], *restrict b = index[2];
    const int32_t *restrict a = index[3];
    if (identity && a) {
        COMPOSE(kept, a[i])
    } else if (identity) {
        COMPOSE(kept, 255)
    } else if (a) {
        COMPOSE(BY_TABLE, a[i])
    } else {
        COMPOSE(BY_TABLE, 255)
    }
}

LOOK_UP PLT_INLINE void map_bytes(const uint8_t *restrict bytes,
                                  const int32_t *restrict begin, size_t pixel_step,
                                  size_t channel_step, int32_t channels,
                                  const struct plt_byte_map *restrict map, size_t n,
                                  uint32_t *restrict dst)
{
    const uint32_t(*colors)[256] = map->colors;
    for (size_t i = 0; i < n; i++) {
        const uint8_t *p = bytes + (begin ? (size_t)begin[i] : i) * pixel_step;
        uint32_t word = map->base;
        for (int32_t c = 0; c < channels; c++)
            word |= colors[c][p[(size_t)c * channel_step]];
        dst[i] = word;
    }
}

LOOK_UP static void row_bytes(const uint8_t *bytes, const int32_t *begin, size_t pixel_step,
                              size_t channel_step, int32_t channels,
                              const struct plt_byte_map *map, size_t n, uint32_t *dst)
{
    if (channels == 1 && pixel_step == 1 && !begin)
        map_bytes(bytes, NULL, 1, 1, 1, map, n, dst);
    else if (channels == 1)
        map_bytes(bytes, begin, pixel_step, 1, 1, map, n, dst);
    else if (channels == 3)
        map_bytes(bytes, begin, pixel_step, channel_step, 3, map, n, dst);
    else
        map_bytes(bytes, begin, pixel_step, channel_step, 4, map, n, dst);
}

// One channel of source-over with coverage a, rounded; as plt_blend of draw/frame.h.
static inline uint32_t over(uint32_t s, uint32_t d, uint32_t a)
{
    const uint32_t t = s * a + d * (255 - a) + 128;
    return (t + (t >> 8)) >> 8;
}

static void row_blend(const uint32_t *restrict argb, size_t n, uint32_t *restrict dst)
{
    for (size_t i = 0; i < n; i++) {
        const uint32_t s = argb[i], d = dst[i], a = s >> 24;
        dst[i] = 0xff000000u | over(s >> 16 & 255, d >> 16 & 255, a) << 16 |
                 over(s >> 8 & 255, d >> 8 & 255, a) << 8 | over(s & 255, d & 255, a);
    }
}

#if defined(__AVX512F__)
enum { LINE = 64 };
#define STREAM(p, q) _mm512_stream_si512((void *)(p), _mm512_loadu_si512(q))
#elif defined(__AVX2__)
enum { LINE = 32 };
#define STREAM(p, q) \
    _mm256_stream_si256((__m256i *)(p), _mm256_loadu_si256((const __m256i *)(q)))
#elif defined(__SSE2__)
enum { LINE = 16 };
#define STREAM(p, q) _mm_stream_si128((__m128i *)(p), _mm_loadu_si128((const __m128i *)(q)))
#endif

static void row_stream(const uint32_t *src, size_t n, uint32_t *dst)
{
#ifdef STREAM
    if (n == 0)
        _mm_sfence();
    size_t i = 0;
    for (; i < n && (uintptr_t)(dst + i) % LINE != 0; i++)
        dst[i] = src[i];
    for (; i + LINE / 4 <= n; i += LINE / 4)
        STREAM(dst + i, src + i);
    for (; i < n; i++)
        dst[i] = src[i];
#else
    memcpy(dst, src, n * sizeof(*dst));
#endif
}

const struct plt_image_kernels PLT_KERNELS = {
    .values = row_values,
    .load = load_values,
    .index = row_index,
    .paint = row_paint,
    .compose = row_compose,
    .bytes = row_bytes,
    .blend = row_blend,
    .stream = row_stream,
};
