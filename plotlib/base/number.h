// Numbers as text, the same under every locale: '.' is the decimal point, always.
// Thread-safety: safe.
#pragma once

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>

#include <plotlib/base/message.h> // PLT_PRINTF

// snprintf and vsnprintf in the C locale.
int plt_format(char *text, size_t size, const char *format, ...) PLT_PRINTF(3, 4);
int plt_vformat(char *text, size_t size, const char *format, va_list args);

// Reads a decimal number from [text, end): optional blanks are not skipped. Returns the
// first character not used, `text` when there is no number. Accepts what strtod accepts in
// the C locale except hexadecimal; "nan", "inf" included. Correctly rounded: bit-equal to
// strtod.
const char *plt_parse_double(const char *text, const char *end, double *value);

// The whole of a NUL-terminated string must be a finite number.
bool plt_parse_number(const char *text, double *value);
