// digits * 10^exponent as the nearest double (private to number.c). Thread-safety: safe.
#pragma once

#include <stdbool.h>
#include <stdint.h>

// False where it cannot tell: zero, large exponents, rare ties.
bool plt_decimal_to_double(uint64_t digits, int exponent, double *value);
