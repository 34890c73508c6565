// Numbers as text, the same under every locale: '.' is the decimal point, always.
// Thread-safety: safe.
#pragma once

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <plotlib/base/message.h> // PLT_PRINTF

// snprintf and vsnprintf in the C locale.
int plt_format(char *text, size_t size, const char *format, ...) PLT_PRINTF(3, 4);
int plt_vformat(char *text, size_t size, const char *format, va_list args);

// Reads a decimal number from [text, end): optional blanks are not skipped. Returns the
// first character not used, `text` when there is no number. Accepts what strtod accepts in
// the C locale except hexadecimal; "nan", "inf" included. Correctly rounded: bit-equal to
// strtod.
const char *plt_parse_double(const char *text, const char *end, double *value);

// Reads a decimal number as plt_parse_double does, times 10^exponent (0..9), as the nearest
// int64; a half is rounded away from zero. `text` when it is no number or beyond int64.
const char *plt_parse_int64(const char *text, const char *end, int exponent,
                            int64_t *value);

// The whole of a NUL-terminated string must be a finite number.
bool plt_parse_number(const char *text, double *value);
