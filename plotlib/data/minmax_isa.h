// All kernels for one instruction set: the including file defines PLT_MINMAX_TABLE, the
// name of the table, and the build gives it the instruction set's flags.

#include <float.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include <plotlib/data/minmax.h>
#include <plotlib/data/minmax_row.h>

// While one stretch is folded, what comes 2 KiB later is on its way: alone, a processor
// looks no further ahead than the folding of a few leaves.
static inline void fetch_ahead(const void *from, size_t bytes)
{
#if defined(__GNUC__)
    for (size_t at = 0; at < bytes; at += 64)
        __builtin_prefetch((const char *)from + 2048 + at);
#endif
}

#define T double
#define SUFFIX f64
#define LOWEST (-DBL_MAX)
#define HIGHEST DBL_MAX
#define BITS uint64_t
#define EXPONENT UINT64_C(0x7ff0000000000000)
#define HIGHEST_BITS UINT64_C(0x7fefffffffffffff)
#define LOWEST_BITS UINT64_C(0xffefffffffffffff)
#include <plotlib/data/minmax_type.h>

#define T float
#define SUFFIX f32
#define LOWEST (-FLT_MAX)
#define HIGHEST FLT_MAX
#define BITS uint32_t
#define EXPONENT UINT32_C(0x7f800000)
#define HIGHEST_BITS UINT32_C(0x7f7fffff)
#define LOWEST_BITS UINT32_C(0xff7fffff)
#include <plotlib/data/minmax_type.h>

#define T int8_t
#define ROW_SIGNS 0x8080
#define KEY uint8_t
#define SUFFIX i8
#define LOWEST INT8_MIN
#define HIGHEST INT8_MAX
#include <plotlib/data/minmax_type.h>

#define T uint8_t
#define ROW_SIGNS 0
#define KEY uint8_t
#define SUFFIX u8
#define LOWEST 0
#define HIGHEST UINT8_MAX
#include <plotlib/data/minmax_type.h>

#define T int16_t
#define ROW_SIGNS 0
#define KEY uint16_t
#define SUFFIX i16
#define LOWEST INT16_MIN
#define HIGHEST INT16_MAX
#include <plotlib/data/minmax_type.h>

#define T uint16_t
#define ROW_SIGNS 0x8000
#define KEY uint16_t
#define SUFFIX u16
#define LOWEST 0
#define HIGHEST UINT16_MAX
#include <plotlib/data/minmax_type.h>

#define T int32_t
#define KEY uint32_t
#define SUFFIX i32
#define LOWEST INT32_MIN
#define HIGHEST INT32_MAX
#include <plotlib/data/minmax_type.h>

#define T uint32_t
#define KEY uint32_t
#define SUFFIX u32
#define LOWEST 0
#define HIGHEST UINT32_MAX
#include <plotlib/data/minmax_type.h>

#define T int64_t
#define KEY uint64_t
#define SUFFIX i64
#define LOWEST INT64_MIN
#define HIGHEST INT64_MAX
#include <plotlib/data/minmax_type.h>

#define PLT_MINMAX_KERNELS(suffix)                                      \
    {                                                                   \
        reset_##suffix, scan_##suffix, build_##suffix, query_##suffix,  \
            least_positive_##suffix, fold_pairs_##suffix, pack_##suffix \
    }

const struct plt_minmax PLT_MINMAX_TABLE[PLT_NUM_TYPES] = {
    [PLT_F64] = PLT_MINMAX_KERNELS(f64), [PLT_F32] = PLT_MINMAX_KERNELS(f32),
    [PLT_I8] = PLT_MINMAX_KERNELS(i8),   [PLT_U8] = PLT_MINMAX_KERNELS(u8),
    [PLT_I16] = PLT_MINMAX_KERNELS(i16), [PLT_U16] = PLT_MINMAX_KERNELS(u16),
    [PLT_I32] = PLT_MINMAX_KERNELS(i32), [PLT_U32] = PLT_MINMAX_KERNELS(u32),
    [PLT_I64] = PLT_MINMAX_KERNELS(i64),
};
