// Rows of 16, 32 or 64 bytes of the short types, for minmax_type.h: what compilers make of
// its plain loops is slow for them. SSE2 compares bytes without a sign and words with one,
// so the others have their sign bits turned over meanwhile.
#pragma once

#if defined(__x86_64__) && !defined(PLT_MINMAX_PLAIN)
#define PLT_ROWS
#include <immintrin.h>

#if defined(__AVX512BW__)
typedef __m512i plt_row;
#define ROW_LOAD(from) \
    _mm512_xor_si512(_mm512_loadu_si512(from), _mm512_set1_epi16((short)ROW_SIGNS))
#define ROW_OF(op, a, b) _mm512_##op(a, b)
#elif defined(__AVX2__)
typedef __m256i plt_row;
#define ROW_LOAD(from)                                         \
    _mm256_xor_si256(_mm256_loadu_si256((const void *)(from)), \
                     _mm256_set1_epi16((short)ROW_SIGNS))
#define ROW_OF(op, a, b) _mm256_##op(a, b)
#else
typedef __m128i plt_row;
#define ROW_LOAD(from) \
    _mm_xor_si128(_mm_loadu_si128((const void *)(from)), _mm_set1_epi16((short)ROW_SIGNS))
#define ROW_OF(op, a, b) _mm_##op(a, b)
#endif

#define ROW_MIN(a, b) (sizeof(T) == 1 ? ROW_OF(min_epu8, a, b) : ROW_OF(min_epi16, a, b))
#define ROW_MAX(a, b) (sizeof(T) == 1 ? ROW_OF(max_epu8, a, b) : ROW_OF(max_epi16, a, b))
// Lanes of two rows in turn, within each 16 bytes: of their first halves, of their last.
#define ROW_FIRST(a, b) \
    (sizeof(T) == 1 ? ROW_OF(unpacklo_epi8, a, b) : ROW_OF(unpacklo_epi16, a, b))
#define ROW_LAST(a, b) \
    (sizeof(T) == 1 ? ROW_OF(unpackhi_epi8, a, b) : ROW_OF(unpackhi_epi16, a, b))

#define MIN_16(a, b) (sizeof(T) == 1 ? _mm_min_epu8(a, b) : _mm_min_epi16(a, b))
#define MAX_16(a, b) (sizeof(T) == 1 ? _mm_max_epu8(a, b) : _mm_max_epi16(a, b))
#define STORE_16(to, row) \
    _mm_storeu_si128((void *)(to), _mm_xor_si128(row, _mm_set1_epi16((short)ROW_SIGNS)))
#endif
