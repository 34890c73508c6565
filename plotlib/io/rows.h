// Rows of text numbers, shared by the readers of text (csv.c, stream.c): which separator,
// names or numbers, and the values of one row.
// Thread-safety: safe, no state.
#pragma once

#include <stdbool.h>
#include <stddef.h>

// ';', tab, ',' or ' ' (any run of blanks): the first of these that the line holds.
char plt_row_separator(const char *line, const char *end);

// One field without surrounding blanks and quotes (a quote inside stays doubled); *line
// moves past its separator. False at the end. A separator at the very end of a row opens no
// further field.
bool plt_row_field(const char **line, const char *end, char separator, const char **field,
                   const char **field_end);

// Fields in the row, and how many of them are numbers ("nan" and "inf" included).
int plt_row_count(const char *line, const char *end, char separator, int *numbers);

// Values of one row, values[i * stride] for i < count. Text, infinities and missing fields
// become NaN and, as fields beyond `count` do, add one each to *gaps. Returns how many of
// the stored values are numbers.
int plt_row_values(const char *line, const char *end, char separator, double *values,
                   size_t stride, int count, size_t *gaps);
