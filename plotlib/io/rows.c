// Splits rows of text into numbers; the values go on to a series (stream.c, csv.c).
#include <plotlib/io/rows.h>

#include <plotlib/base/number.h>

#include <math.h>
#include <string.h>

char plt_row_separator(const char *line, const char *end)
{
    static const char candidates[] = {';', '\t', ','};
    for (size_t i = 0; i < sizeof(candidates); i++) {
        if (memchr(line, candidates[i], (size_t)(end - line)))
            return candidates[i];
    }
    return ' ';
}

static bool is_blank(char c, char separator)
{
    return c == ' ' || c == '\r' || (c == '\t' && separator != '\t');
}

static const char *skip_blanks(const char *p, const char *end, char separator)
{
    while (p < end && is_blank(*p, separator))
        p++;
    return p;
}

// From the end of a value to the next field; NULL when something else follows the value.
static const char *skip_separator(const char *p, const char *end, char separator)
{
    const char *start = p;
    p = skip_blanks(p, end, separator);
    if (p == end)
        return p;
    if (separator == ' ')
        return p > start ? p : NULL;
    return *p == separator ? p + 1 : NULL;
}

static bool is_stop(char c, char separator)
{
    return separator == ' ' ? is_blank(c, separator) : c == separator;
}

bool plt_row_field(const char **line, const char *end, char separator, const char **field,
                   const char **field_end)
{
    const char *p = skip_blanks(*line, end, separator);
    if (p == end) {
        *line = end;
        return false;
    }
    const char *first = p, *last;
    if (*p == '"') {
        first = ++p;
        // A quote inside is written twice.
        while (p < end && (*p != '"' || (end - p > 1 && p[1] == '"')))
            p += *p == '"' ? 2 : 1;
        last = p;
        while (p < end && !is_stop(*p, separator))
            p++;
    } else {
        while (p < end && !is_stop(*p, separator))
            p++;
        last = p;
        while (last > first && is_blank(last[-1], separator))
            last--;
    }
    *field = first;
    *field_end = last;
    const char *next = skip_separator(p, end, separator);
    *line = next ? next : end;
    return true;
}

int plt_row_count(const char *line, const char *end, char separator, int *numbers)
{
    const char *field, *field_end;
    int count = 0;
    *numbers = 0;
    while (plt_row_field(&line, end, separator, &field, &field_end)) {
        double value;
        const char *stop = plt_parse_double(field, field_end, &value);
        *numbers += stop != field && stop == field_end;
        count++;
    }
    return count;
}

// A field that did not read as "number, separator" at once: quoted, empty or text.
static double odd_field(const char **line, const char *end, char separator, bool *missing)
{
    const char *field, *field_end;
    *missing = !plt_row_field(line, end, separator, &field, &field_end);
    double value = NAN;
    if (*missing)
        return NAN;
    const char *stop = plt_parse_double(field, field_end, &value);
    return stop != field && stop == field_end ? value : INFINITY;
}

int plt_row_values(const char *line, const char *end, char separator, double *values,
                   size_t stride, int count, size_t *gaps)
{
    int numbers = 0;
    const char *p = skip_blanks(line, end, separator);
    for (int i = 0; i < count; i++) {
        double value;
        const char *stop = p < end ? plt_parse_double(p, end, &value) : p;
        const char *next = stop > p ? skip_separator(stop, end, separator) : NULL;
        bool missing = false;
        if (!next) {
            value = odd_field(&p, end, separator, &missing);
            next = p;
        }
        bool gap = missing || isinf(value);
        *gaps += gap;
        numbers += !gap;
        values[(size_t)i * stride] = gap ? (double)NAN : value;
        p = skip_blanks(next, end, separator);
    }
    const char *field, *field_end;
    while (plt_row_field(&p, end, separator, &field, &field_end))
        (*gaps)++;
    return numbers;
}
