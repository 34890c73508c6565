// The ten sample types as the kernels see them (included by kernels.c only): X(name, how it
// is stored, its value as a number, type of that value).
#pragma once

#include <plotlib/base/half.h>

#define AS_IS(v) (v)
#define EACH_WHOLE(X)                 \
    X(i8, int8_t, AS_IS, int8_t)      \
    X(u8, uint8_t, AS_IS, uint8_t)    \
    X(i16, int16_t, AS_IS, int16_t)   \
    X(u16, uint16_t, AS_IS, uint16_t) \
    X(i32, int32_t, AS_IS, int32_t)   \
    X(u32, uint32_t, AS_IS, uint32_t) \
    X(i64, int64_t, AS_IS, int64_t)
#define EACH_REAL(X)              \
    X(f64, double, AS_IS, double) \
    X(f32, float, AS_IS, float)   \
    X(f16, uint16_t, plt_half_to_float, float)
#define BY_TYPE(prefix)                                                               \
    {                                                                                 \
        [PLT_F64] = prefix##_f64, [PLT_F32] = prefix##_f32, [PLT_I8] = prefix##_i8,   \
        [PLT_U8] = prefix##_u8, [PLT_I16] = prefix##_i16, [PLT_U16] = prefix##_u16,   \
        [PLT_I32] = prefix##_i32, [PLT_U32] = prefix##_u32, [PLT_I64] = prefix##_i64, \
        [PLT_F16] = prefix##_f16,                                                     \
    }

// A loop in which a step is known to be 1 becomes vectors.
#if defined(__GNUC__)
#define PLT_INLINE static inline __attribute__((always_inline))
#else
#define PLT_INLINE static inline
#endif
