#include <locale.h>
#include <math.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <plotlib/base/decimal.h>
#include <plotlib/base/number.h>

// One immutable locale object for the whole process: strtod_l and uselocale need it.
static locale_t c_locale;
static pthread_once_t c_locale_once = PTHREAD_ONCE_INIT;

static void make_c_locale(void)
{
    c_locale = newlocale(LC_ALL_MASK, "C", (locale_t)0);
}

int plt_vformat(char *text, size_t size, const char *format, va_list args)
{
    pthread_once(&c_locale_once, make_c_locale);
    locale_t before = c_locale ? uselocale(c_locale) : (locale_t)0;
    int length = vsnprintf(text, size, format, args);
    if (before)
        uselocale(before);
    return length;
}

int plt_format(char *text, size_t size, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    int length = plt_vformat(text, size, format, args);
    va_end(args);
    return length;
}

// The slow road: strtod on a NUL-terminated copy, in the C locale.
static const char *parse_slow(const char *text, const char *end, double *value)
{
    char copy[512];
    size_t length = (size_t)(end - text);
    if (length >= sizeof(copy))
        length = sizeof(copy) - 1;
    memcpy(copy, text, length);
    copy[length] = '\0';
    const char *digits = copy + (copy[0] == '-' || copy[0] == '+');
    if (digits[0] == '0' && (digits[1] == 'x' || digits[1] == 'X')) {
        *value = copy[0] == '-' ? -0.0 : 0.0;
        return text + (digits - copy) + 1;
    }
    pthread_once(&c_locale_once, make_c_locale);
    char *stop;
    *value = c_locale ? strtod_l(copy, &stop, c_locale) : strtod(copy, &stop);
    return text + (stop - copy);
}

// The fast road (Clinger 1990): a mantissa below 2^53 and a power of ten up to 22 are both
// exact doubles, so one multiplication or division rounds correctly.
static const double powers[] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
                                1e8,  1e9,  1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
                                1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

// Digits from the first that is not 0 on: so many must fit in the mantissa.
static int significant_digits(const char *p, const char *end)
{
    int digits = 0;
    for (; p < end && (is_digit(*p) || *p == '.'); p++)
        digits += *p != '.' && (digits > 0 || *p != '0');
    return digits;
}

const char *plt_parse_double(const char *text, const char *end, double *value)
{
    const char *p = text;
    if (p < end && (*p == ' ' || (*p >= '\t' && *p <= '\r')))
        return text;
    bool negative = p < end && *p == '-';
    if (p < end && (*p == '-' || *p == '+'))
        p++;
    uint64_t mantissa = 0;
    int digits = 0, exponent = 0;
    const char *start = p;
    for (; p < end && is_digit(*p); p++, digits++)
        mantissa = mantissa * 10 + (uint64_t)(*p - '0');
    if (p < end && *p == '.') {
        const char *point = ++p;
        for (; p < end && is_digit(*p); p++, digits++)
            mantissa = mantissa * 10 + (uint64_t)(*p - '0');
        exponent = (int)(point - p);
    }
    bool odd = p < end && (*p == 'x' || *p == 'X') && p - start == 1;
    if (digits == 0 || odd || (digits > 19 && significant_digits(start, p) > 19))
        return parse_slow(text, end, value);
    if (p < end && (*p == 'e' || *p == 'E')) {
        const char *q = p + 1;
        bool minus = q < end && *q == '-';
        if (q < end && (*q == '-' || *q == '+'))
            q++;
        if (q < end && is_digit(*q)) {
            int e = 0;
            for (; q < end && is_digit(*q); q++)
                e = e < 10000 ? e * 10 + (*q - '0') : e;
            exponent += minus ? -e : e;
            p = q;
        }
    }
    double v = (double)mantissa;
    if (mantissa <= UINT64_C(1) << 53 && exponent >= -22 && exponent <= 22)
        v = exponent < 0 ? v / powers[-exponent] : v * powers[exponent];
    else if (!plt_decimal_to_double(mantissa, exponent, &v))
        return parse_slow(text, end, value);
    *value = negative ? -v : v;
    return p;
}

const char *plt_parse_int64(const char *text, const char *end, int exponent, int64_t *value)
{
    double rough;
    const char *stop = plt_parse_double(text, end, &rough), *p = text;
    bool negative = p < stop && *p == '-', point = false;
    uint64_t digits = 0;
    int places = 0, round_up = 0; // places after the point that are in `digits`
    if (p < stop && (*p == '-' || *p == '+'))
        p++;
    if (p == stop || !isfinite(rough))
        return text;
    for (; p < stop && (is_digit(*p) || *p == '.'); p++) {
        if (*p == '.') {
            point = true;
        } else if (places < exponent || !point) {
            if (digits > (UINT64_MAX - 9) / 10)
                return text;
            digits = digits * 10 + (uint64_t)(*p - '0');
            places += point;
        } else if (places == exponent) {
            round_up = *p >= '5';
            places = exponent + 1; // what follows decides nothing
        }
    }
    if (p < stop) { // "1.7e18": as exact as a double
        rough *= powers[exponent];
        if (!(fabs(rough) < 0x1p63))
            return text;
        *value = (int64_t)round(rough);
        return stop;
    }
    for (; places < exponent; places++) {
        if (digits > UINT64_MAX / 10)
            return text;
        digits *= 10;
    }
    digits += (uint64_t)round_up;
    if (digits > INT64_MAX)
        return text;
    *value = negative ? -(int64_t)digits : (int64_t)digits;
    return stop;
}

bool plt_parse_number(const char *text, double *value)
{
    const char *end = text + strlen(text);
    double v;
    const char *stop = plt_parse_double(text, end, &v);
    if (stop == text || stop != end || !isfinite(v))
        return false;
    *value = v;
    return true;
}
