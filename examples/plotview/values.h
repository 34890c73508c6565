// Options as rows of a table, and readers of their values (values.c). All readers: false
// when the text is not what they read, the result then left alone or partly set.
#pragma once

#include "plotview.h"

struct option_row {
    const char *name;
    bool (*set)(struct options *options, const char *value);
    const char *expects; // NULL = takes no value
};

// looks.c: how data are drawn. A row without name ends it.
extern const struct option_row look_rows[];
extern const char look_usage[];
// images.c: how images are shown.
extern const struct option_row image_rows[];
extern const char image_usage[];

bool read_number(const char *text, double *number);
bool read_whole(const char *text, double low, double high, double *number);
// Two numbers that differ, with `between` once between them.
bool read_pair(const char *text, char between, double *a, double *b);
// `names` ends with NULL.
bool read_choice(const char *text, const char *const *names, int *choice);
bool read_positive(const char *text, double low, double high, double *number);
int read_list(const char *text, double low, double high, double *numbers, int most);
