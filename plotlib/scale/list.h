// What ticks.c, listed.c, time.c and format.c share. Private to scale/.
#pragma once

#include <plotlib/scale/ticks.h>

// n * 10^exponent, rounded once.
double plt_decimal(int64_t n, int exponent);
// Smallest k with k * n * 10^exponent >= lo; lo over the step is below 2^53.
int64_t plt_first_multiple(int n, int exponent, double lo);
int plt_num_digits(uint64_t n);
int plt_floor_to_3(int exponent);
void plt_ticks_set_prefix(struct plt_ticks *ticks, int exponent); // "k" for 3
// n * 10^shift with so many digits after the point; 0 where `size` is too small.
int plt_decimal_label(int64_t n, int shift, int decimals, char *text, int size);
// "10⁻⁶"
void plt_power_label(int exponent, char *text, size_t size);
