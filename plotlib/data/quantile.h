// Order statistics. Thread-safety: pure.
#pragma once

#include <stddef.h>

void plt_sort_doubles(double *values, size_t n);
// Hyndman and Fan's type 7 of sorted finite values, 0 <= p <= 1, n > 0.
double plt_quantile(const double *sorted, size_t n, double p);
