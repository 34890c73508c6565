// Rows of 16 bytes of the short types, for minmax_type.h: what compilers make of its plain
// loops is slow for them. Only what every x86-64 has: it compares bytes without a sign and
// words with one, so the others have their sign bits turned over meanwhile.
#pragma once

#if defined(__x86_64__) && !defined(PLT_MINMAX_PLAIN)
#define PLT_ROWS
#include <emmintrin.h>

typedef __m128i plt_row;

#define ROW_FLIP _mm_set1_epi16((short)ROW_SIGNS)
#define ROW_LOAD(from) _mm_xor_si128(_mm_loadu_si128((const void *)(from)), ROW_FLIP)
#define ROW_STORE(to, row) _mm_storeu_si128((void *)(to), _mm_xor_si128(row, ROW_FLIP))
#define ROW_MIN(a, b) (sizeof(T) == 1 ? _mm_min_epu8(a, b) : _mm_min_epi16(a, b))
#define ROW_MAX(a, b) (sizeof(T) == 1 ? _mm_max_epu8(a, b) : _mm_max_epi16(a, b))
// Lanes of two rows in turn: of their first halves, of their last.
#define ROW_FIRST(a, b) \
    (sizeof(T) == 1 ? _mm_unpacklo_epi8(a, b) : _mm_unpacklo_epi16(a, b))
#define ROW_LAST(a, b) (sizeof(T) == 1 ? _mm_unpackhi_epi8(a, b) : _mm_unpackhi_epi16(a, b))
#endif
