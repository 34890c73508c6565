#include <stdlib.h>

#include <plotlib/data/quantile.h>

static int compare(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

void plt_sort_doubles(double *values, size_t n)
{
    qsort(values, n, sizeof(*values), compare);
}

double plt_quantile(const double *sorted, size_t n, double p)
{
    const double h = (double)(n - 1) * p;
    size_t k = (size_t)h;
    k = k < n - 1 ? k : n - 1;
    if (k == n - 1)
        return sorted[k];
    const double fraction = h - (double)k, a = sorted[k], b = sorted[k + 1];
    // Equal neighbours stay what they are; a difference could overflow.
    return a == b ? a : a * (1 - fraction) + b * fraction;
}
