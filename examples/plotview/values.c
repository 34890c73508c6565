// Values of options as text -> numbers and choices, the same under every locale.
#include "values.h"

#include <locale.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

// The whole of `text` is one finite decimal number.
bool read_number(const char *text, double *number)
{
    if (!*text || text[strspn(text, "0123456789+-.eE")])
        return false;
    static locale_t c_locale; // the program's locale may have a comma
    if (!c_locale)
        c_locale = newlocale(LC_ALL_MASK, "C", (locale_t)0);
    char *end;
    double value = c_locale ? strtod_l(text, &end, c_locale) : strtod(text, &end);
    if (*end || !isfinite(value))
        return false;
    *number = value;
    return true;
}

bool read_whole(const char *text, double low, double high, double *number)
{
    double value;
    if (text[strspn(text, "0123456789")] || !read_number(text, &value))
        return false;
    *number = value;
    return value >= low && value <= high;
}

// Two numbers that differ, with `between` once between them.
bool read_pair(const char *text, char between, double *a, double *b)
{
    const char *middle = strchr(text, between);
    char first[64];
    if (!middle || (size_t)(middle - text) >= sizeof(first))
        return false;
    memcpy(first, text, (size_t)(middle - text));
    first[middle - text] = '\0';
    return read_number(first, a) && read_number(middle + 1, b) && *a != *b;
}

bool read_choice(const char *text, const char *const *names, int *choice)
{
    for (int i = 0; names[i]; i++) {
        if (strcmp(text, names[i]) == 0) {
            *choice = i;
            return true;
        }
    }
    return false;
}

bool read_positive(const char *text, double low, double high, double *number)
{
    double value;
    if (!read_number(text, &value) || !(value >= low && value <= high))
        return false;
    *number = value;
    return true;
}

// Numbers between commas; their count, 0 when one is none or there are more than `most`.
int read_list(const char *text, double low, double high, double *numbers, int most)
{
    int count = 0;
    for (;;) {
        const char *comma = strchr(text, ',');
        size_t length = comma ? (size_t)(comma - text) : strlen(text);
        char one[64];
        if (length >= sizeof(one) || count == most)
            return 0;
        memcpy(one, text, length);
        one[length] = '\0';
        if (!read_positive(one, low, high, &numbers[count++]))
            return 0;
        if (!comma)
            return count;
        text = comma + 1;
    }
}
