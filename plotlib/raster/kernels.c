// The inner loops of the stroke painter (see kernels.h). meson compiles this file again
// with PLT_KERNELS=plt_kernels_avx2 and -mavx2; the test compiles it with PLT_NO_SIMD.
// Distances are plain C that the compiler vectorises; intrinsics are for the
// composite, because it transposes (measured: 0.17 ms a 1280x720 frame, 0.5 in plain C),
// and for the masks.
#include <plotlib/raster/kernels.h>

#include <string.h>

#include <plotlib/draw/frame.h>
#include <plotlib/raster/blend.h>

#if defined(__SSE2__) && !defined(PLT_NO_SIMD)
#include <immintrin.h>
#endif

#ifndef PLT_KERNELS
#define PLT_KERNELS plt_kernels_base
#define PLT_KERNELS_NAME "base"
#endif

static const float row_offset[PLT_BLOCK] = {0, 1, 2,  3,  4,  5,  6,  7,
                                            8, 9, 10, 11, 12, 13, 14, 15};

static void verticals(float *d2, float y0, const struct plt_near_vertical *v, size_t num)
{
    for (const struct plt_near_vertical *end = v + num; v < end; v++) {
        const float dx = v->dx, lo = v->lo, hi = v->hi;
        for (int32_t row = v->row0; row < v->row1; row += PLT_BLOCK) {
            const float y = y0 + (float)row;
            float *to = d2 + row;
            for (int i = 0; i < PLT_BLOCK; i++) {
                float d = plt_vertical_d2(dx, lo, hi, y + row_offset[i]);
                to[i] = d < to[i] ? d : to[i];
            }
        }
    }
}

static void slants(float *d2, float x, float y0, const struct plt_near_slant *s, size_t num)
{
    for (const struct plt_near_slant *end = s + num; s < end; s++) {
        const struct plt_slant slant = s->slant;
        for (int32_t row = s->row0; row < s->row1; row += PLT_BLOCK) {
            const float y = y0 + (float)row;
            float *to = d2 + row;
            for (int i = 0; i < PLT_BLOCK; i++) {
                float d = plt_slant_d2(&slant, x, y + row_offset[i]);
                to[i] = d < to[i] ? d : to[i];
            }
        }
    }
}

#if defined(__SSE2__) && !defined(PLT_NO_SIMD)

// plt_coverage of four values, operation by operation: gcc 12 fails to vectorise the
// narrowing to bytes.
static inline __m128i coverage_four(__m128 d2, float half_width)
{
    __m128 c = _mm_sub_ps(_mm_set1_ps(half_width + 0.5f), _mm_sqrt_ps(d2));
    c = _mm_min_ps(_mm_max_ps(c, _mm_setzero_ps()), _mm_set1_ps(1.0f));
    return _mm_cvttps_epi32(
        _mm_add_ps(_mm_mul_ps(c, _mm_set1_ps(255.0f)), _mm_set1_ps(0.5f)));
}

static void finish_block(uint8_t *coverage, const float *d2, float half_width)
{
    __m128i four[4];
    for (int i = 0; i < 4; i++)
        four[i] = coverage_four(_mm_loadu_ps(d2 + 4 * i), half_width);
    const __m128i lo = _mm_packs_epi32(four[0], four[1]);
    const __m128i hi = _mm_packs_epi32(four[2], four[3]);
    _mm_storeu_si128((__m128i *)coverage, _mm_packus_epi16(lo, hi));
}

#else

static void finish_block(uint8_t *coverage, const float *d2, float half_width)
{
    for (int i = 0; i < PLT_BLOCK; i++)
        coverage[i] = plt_coverage(d2[i], half_width);
}

#endif

static void finish(uint8_t *coverage, float *d2, int32_t rows, float half_width)
{
    for (int32_t row = 0; row < rows; row += PLT_BLOCK) {
        finish_block(coverage + row, d2 + row, half_width);
        for (int i = 0; i < PLT_BLOCK; i++)
            d2[row + i] = PLT_FAR;
    }
}

static inline uint32_t *pixel_row(const struct plt_cover *cover, int32_t row)
{
    return (uint32_t *)((char *)cover->pixels + (size_t)row * cover->stride);
}

#if defined(__SSE2__) && !defined(PLT_NO_SIMD)

// One round of a 16x16 byte transpose: four rounds of pairing column i with i + 8.
static inline void pair_columns(__m128i to[16], const __m128i from[16])
{
    for (int i = 0; i < 8; i++) {
        to[2 * i] = _mm_unpacklo_epi8(from[i], from[i + 8]);
        to[2 * i + 1] = _mm_unpackhi_epi8(from[i], from[i + 8]);
    }
}

enum tile { TILE_EMPTY, TILE_FULL, TILE_MIXED };

// Reads 16 columns x 16 rows and turns them into rows, unless there is nothing to turn.
static inline enum tile load_tile(__m128i rows[16], const uint8_t *coverage, size_t pitch)
{
    const __m128i zero = _mm_setzero_si128(), ones = _mm_cmpeq_epi8(zero, zero);
    __m128i columns[16], any = zero, all = ones;
    for (int i = 0; i < 16; i++) {
        columns[i] = _mm_loadu_si128((const __m128i *)(coverage + i * pitch));
        any = _mm_or_si128(any, columns[i]);
        all = _mm_and_si128(all, columns[i]);
    }
    if (_mm_movemask_epi8(_mm_cmpeq_epi8(any, zero)) == 0xffff)
        return TILE_EMPTY;
    if (_mm_movemask_epi8(_mm_cmpeq_epi8(all, ones)) == 0xffff)
        return TILE_FULL;
    pair_columns(rows, columns);
    pair_columns(columns, rows);
    pair_columns(rows, columns);
    pair_columns(columns, rows);
    for (int i = 0; i < 16; i++)
        rows[i] = columns[i];
    return TILE_MIXED;
}

// (t + 128) / 255, rounded, for t of at most 255 * 255.
static inline __m128i round_255(__m128i t)
{
    t = _mm_add_epi16(t, _mm_set1_epi16(128));
    return _mm_srli_epi16(_mm_add_epi16(t, _mm_srli_epi16(t, 8)), 8);
}

static inline __m128i scale_alpha(__m128i a, uint32_t alpha)
{
    const __m128i zero = _mm_setzero_si128(), by = _mm_set1_epi16((short)alpha);
    __m128i lo = round_255(_mm_mullo_epi16(_mm_unpacklo_epi8(a, zero), by));
    __m128i hi = round_255(_mm_mullo_epi16(_mm_unpackhi_epi8(a, zero), by));
    return _mm_packus_epi16(lo, hi);
}

#if defined(__AVX2__)

// Two pixels of each lane: `pick` spreads their alphas over the channels.
static inline __m256i blend_pairs(__m256i d, __m256i a, __m256i pick, __m256i source)
{
    const __m256i full = _mm256_set1_epi16(255), half = _mm256_set1_epi16(128);
    a = _mm256_shuffle_epi8(a, pick);
    __m256i t = _mm256_add_epi16(_mm256_mullo_epi16(source, a),
                                 _mm256_mullo_epi16(d, _mm256_sub_epi16(full, a)));
    t = _mm256_add_epi16(t, half);
    return _mm256_srli_epi16(_mm256_add_epi16(t, _mm256_srli_epi16(t, 8)), 8);
}

static inline void blend_row(uint32_t *pixels, __m128i alpha, uint32_t color)
{
    const __m256i zero = _mm256_setzero_si256();
    const __m256i source =
        _mm256_unpacklo_epi8(_mm256_set1_epi32((int)(color | 0xff000000u)), zero);
    // Bytes past the lane's 16 give zero: 0x80. Lane 0 has pixels 0..3, lane 1 has 4..7.
    const __m256i one = _mm256_set1_epi16(1), z = _mm256_set1_epi16((short)0x8000);
    const __m256i first = _mm256_setr_epi16(0, 0, 0, 0, 1, 1, 1, 1, 4, 4, 4, 4, 5, 5, 5, 5);
    const __m256i a = _mm256_broadcastsi128_si256(alpha);
    __m256i lo = _mm256_or_si256(first, z);
    for (int i = 0; i < 16; i += 8) {
        __m256i hi = _mm256_add_epi16(lo, _mm256_add_epi16(one, one));
        __m256i d = _mm256_loadu_si256((const __m256i *)(pixels + i));
        __m256i left = blend_pairs(_mm256_unpacklo_epi8(d, zero), a, lo, source);
        __m256i right = blend_pairs(_mm256_unpackhi_epi8(d, zero), a, hi, source);
        _mm256_storeu_si256((__m256i *)(pixels + i), _mm256_packus_epi16(left, right));
        lo = _mm256_add_epi16(lo, _mm256_set1_epi16(8));
    }
}

#else

static inline __m128i blend_pair(__m128i d, __m128i a, __m128i source)
{
    __m128i rest = _mm_sub_epi16(_mm_set1_epi16(255), a);
    return round_255(_mm_add_epi16(_mm_mullo_epi16(source, a), _mm_mullo_epi16(d, rest)));
}

// Four pixels; the first four of the doubled alphas belong to them.
static inline void blend_four(uint32_t *pixels, __m128i doubled, __m128i source)
{
    const __m128i zero = _mm_setzero_si128();
    __m128i a = _mm_unpacklo_epi16(doubled, doubled);
    __m128i d = _mm_loadu_si128((const __m128i *)pixels);
    __m128i lo = blend_pair(_mm_unpacklo_epi8(d, zero), _mm_unpacklo_epi8(a, zero), source);
    __m128i hi = blend_pair(_mm_unpackhi_epi8(d, zero), _mm_unpackhi_epi8(a, zero), source);
    _mm_storeu_si128((__m128i *)pixels, _mm_packus_epi16(lo, hi));
}

static inline void blend_row(uint32_t *pixels, __m128i alpha, uint32_t color)
{
    const __m128i source =
        _mm_unpacklo_epi8(_mm_set1_epi32((int)(color | 0xff000000u)), _mm_setzero_si128());
    __m128i lo = _mm_unpacklo_epi8(alpha, alpha), hi = _mm_unpackhi_epi8(alpha, alpha);
    blend_four(pixels, lo, source);
    blend_four(pixels + 4, _mm_srli_si128(lo, 8), source);
    blend_four(pixels + 8, hi, source);
    blend_four(pixels + 12, _mm_srli_si128(hi, 8), source);
}

#endif

static inline void store_row(uint32_t *pixels, uint32_t color)
{
    const __m128i word = _mm_set1_epi32((int)color);
    for (int i = 0; i < 16; i += 4)
        _mm_storeu_si128((__m128i *)(pixels + i), word);
}

static inline void cover_row(uint32_t *pixels, __m128i a, uint32_t color)
{
    const __m128i zero = _mm_setzero_si128(), ones = _mm_cmpeq_epi8(zero, zero);
    const uint32_t alpha = color >> 24;
    if (_mm_movemask_epi8(_mm_cmpeq_epi8(a, zero)) == 0xffff)
        return;
    if (alpha != 255)
        a = scale_alpha(a, alpha);
    else if (_mm_movemask_epi8(_mm_cmpeq_epi8(a, ones)) == 0xffff) {
        store_row(pixels, color);
        return;
    }
    blend_row(pixels, a, color);
}

// The first 16 pixels of a row whose bits are set. Plain C of this is not vectorised.
static inline void fill_row(uint32_t *pixels, uint32_t mask, uint32_t color)
{
    const __m128i all = _mm_set1_epi32((int)mask), word = _mm_set1_epi32((int)color);
    __m128i bits = _mm_setr_epi32(1, 2, 4, 8), on[4];
    for (int i = 0; i < 4; i++) {
        on[i] = _mm_cmpeq_epi32(_mm_and_si128(all, bits), bits);
        bits = _mm_slli_epi32(bits, 4);
    }
    if (color >> 24 != 255) {
        const __m128i lo = _mm_packs_epi32(on[0], on[1]),
                      hi = _mm_packs_epi32(on[2], on[3]);
        cover_row(pixels, _mm_packs_epi16(lo, hi), color);
        return;
    }
    for (int i = 0; i < 4; i++) {
        __m128i *to = (__m128i *)pixels + i;
        const __m128i kept = _mm_andnot_si128(on[i], _mm_loadu_si128(to));
        _mm_storeu_si128(to, _mm_or_si128(kept, _mm_and_si128(on[i], word)));
    }
}

// 16 pixels, row-major coverage.
static inline void stamp_row(uint32_t *pixels, const uint8_t *coverage, uint32_t color)
{
    cover_row(pixels, _mm_loadu_si128((const __m128i *)coverage), color);
}

static void cover_tile(const struct plt_cover *cover, int32_t row0)
{
    const uint32_t color = cover->color;
    __m128i rows[16];
    const enum tile tile = load_tile(rows, cover->coverage + row0, cover->pitch);
    if (tile == TILE_EMPTY)
        return;
    if (tile == TILE_FULL)
        for (int r = 0; r < 16; r++)
            rows[r] = _mm_set1_epi8((char)0xff);
    const bool store = tile == TILE_FULL && color >> 24 == 255; // and so 16 columns exist
    const int32_t left = cover->row1 - row0, num = left < 16 ? left : 16;
    for (int32_t r = 0; r < num; r++) {
        uint32_t *to = pixel_row(cover, row0 + r);
        if (store) {
            store_row(to, color);
        } else if (cover->width == 16) {
            cover_row(to, rows[r], color);
        } else {
            uint32_t part[16] = {0};
            memcpy(part, to, (size_t)cover->width * sizeof(*to));
            cover_row(part, rows[r], color);
            memcpy(to, part, (size_t)cover->width * sizeof(*to));
        }
    }
}

#else

static void fill_row(uint32_t *pixels, uint32_t mask, uint32_t color)
{
    for (int c = 0; c < 16; c++)
        if (mask >> c & 1)
            pixels[c] = plt_blend_pixel(color, pixels[c], color >> 24);
}

static void stamp_row(uint32_t *pixels, const uint8_t *coverage, uint32_t color)
{
    for (int c = 0; c < 16; c++)
        if (coverage[c])
            pixels[c] = plt_blend_pixel(
                color, pixels[c], plt_scale_alpha(coverage[c], (uint8_t)(color >> 24)));
}

static void cover_tile(const struct plt_cover *cover, int32_t row0)
{
    const int32_t left = cover->row1 - row0, num = left < 16 ? left : 16;
    const uint8_t alpha = (uint8_t)(cover->color >> 24);
    for (int32_t r = row0; r < row0 + num; r++) {
        uint32_t *to = pixel_row(cover, r);
        for (int32_t c = 0; c < cover->width; c++) {
            uint8_t coverage = cover->coverage[(size_t)c * cover->pitch + (size_t)r];
            if (coverage)
                to[c] =
                    plt_blend_pixel(cover->color, to[c], plt_scale_alpha(coverage, alpha));
        }
    }
}

#endif

static void composite(const struct plt_cover *cover)
{
    for (int32_t row = cover->row0; row < cover->row1; row += 16)
        cover_tile(cover, row);
}

static void fill(const struct plt_masked *masked)
{
    const size_t part_size = (size_t)masked->width * sizeof(uint32_t);
    char *line = (char *)masked->pixels;
    for (int32_t row = 0; row < masked->rows; row++, line += masked->stride) {
        uint32_t part[16] = {0};
        if (masked->masks[row] == 0)
            continue;
        if (masked->width == 16) {
            fill_row((uint32_t *)line, masked->masks[row], masked->color);
            continue;
        }
        memcpy(part, line, part_size);
        fill_row(part, masked->masks[row], masked->color);
        memcpy(line, part, part_size);
    }
}

static void stamp(const struct plt_stamping *s)
{
    char *line = (char *)s->pixels;
    const uint8_t *coverage = s->coverage;
    for (int32_t row = 0; row < s->rows; row++, line += s->stride, coverage += s->pitch) {
        uint32_t *to = (uint32_t *)line;
        for (int32_t c = 0; c < s->width; c += 16) {
            if (s->room - c >= 16) {
                stamp_row(to + c, coverage + c, s->color);
                continue;
            }
            uint32_t part[16] = {0};
            const size_t size = (size_t)(s->width - c < 16 ? s->width - c : 16);
            memcpy(part, to + c, size * sizeof(*part));
            stamp_row(part, coverage + c, s->color);
            memcpy(to + c, part, size * sizeof(*part));
        }
    }
}

const struct plt_kernels PLT_KERNELS = {
    PLT_KERNELS_NAME, verticals, slants, finish, composite, fill, stamp,
};
