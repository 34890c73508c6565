#include <string.h>

#include <plotlib/types.h>

#ifndef PLT_VERSION
#error "meson passes PLT_VERSION"
#endif

size_t plt_type_size(enum plt_type type)
{
    switch (type) {
    case PLT_F64:
    case PLT_I64: return 8;
    case PLT_F32:
    case PLT_I32:
    case PLT_U32: return 4;
    case PLT_F16:
    case PLT_I16:
    case PLT_U16: return 2;
    case PLT_I8:
    case PLT_U8: return 1;
    }
    return 0;
}

const char *plt_version(void)
{
    return PLT_VERSION;
}

static int hex_digit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

bool plt_color_parse(const char *text, struct plt_color *color)
{
    if (!text || text[0] != '#')
        return false;
    size_t length = strlen(++text);
    if (length != 3 && length != 6 && length != 8)
        return false;
    int wide = length == 3 ? 1 : 2;
    float c[4] = {0, 0, 0, 1};
    for (size_t i = 0; i < length; i++) {
        if (hex_digit(text[i]) < 0)
            return false;
    }
    for (size_t i = 0; i < length / (size_t)wide; i++) {
        const char *digits = text + i * (size_t)wide;
        int value = wide == 1 ? hex_digit(digits[0]) * 17
                              : hex_digit(digits[0]) * 16 + hex_digit(digits[1]);
        c[i] = (float)value / 255.0f;
    }
    *color = (struct plt_color){c[0], c[1], c[2], c[3]};
    return true;
}
