// The small plain types that every other header speaks in.
//
// Units: a name ending in _px is in logical pixels (device pixels = logical x scale),
// in _s seconds, in _ms milliseconds, in _hz hertz. Ranges are closed: x0..x1.
// General rules, said once:
//  - a params struct is read only during the call; NULL or all-zero means defaults;
//  - creators return NULL and actions return false on failure, the reason is a log line,
//    and the object stays as it was;
//  - destroy and unref accept NULL; destroying a parent destroys its children;
//  - strings are UTF-8 and copied.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#if defined(_WIN32)
#define PLT_API __declspec(dllexport)
#elif defined(__GNUC__)
#define PLT_API __attribute__((visibility("default")))
#else
#define PLT_API
#endif

#ifdef __cplusplus
extern "C" {
#endif

// Element type of samples and pixels. Data stays in its own type from append to pixel.
enum plt_type {
    PLT_F64 = 0,
    PLT_F32,
    PLT_I8,
    PLT_U8,
    PLT_I16,
    PLT_U16,
    PLT_I32,
    PLT_U32,
    PLT_I64,
    PLT_F16, // IEEE 754 half, of images only
};
enum {
    PLT_NUM_TYPES = 9, // of samples: those before PLT_F16
    PLT_NUM_PIXEL_TYPES = 10,
};

// Bytes of one element; 0 for a value outside the enum.
PLT_API size_t plt_type_size(enum plt_type type);

// sRGB-encoded, straight alpha, each 0..1. All-zero means "let the theme choose".
struct plt_color {
    float r, g, b, a;
};

// Reads "#RGB", "#RRGGBB" or "#RRGGBBAA". Returns false and leaves `color` alone on
// anything else.
PLT_API bool plt_color_parse(const char *text, struct plt_color *color);

// A closed range in data units. x0 > x1 is a reversed axis where that makes sense.
struct plt_range {
    double x0, x1;
};

// A rectangle in logical pixels, origin at the figure's top left, y down.
struct plt_rect {
    double x, y, width, height;
};

// "0.N.F": N counts the API changes listed in meson.build.
PLT_API const char *plt_version(void);

#ifdef __cplusplus
}
#endif
