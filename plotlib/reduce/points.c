// Samples to points: values first, in the series' own types, then both maps.
#include <math.h>

#include <plotlib/reduce/points.h>

#define CONVERT(type)                                        \
    if (at) {                                                \
        for (size_t k = 0; k < n; k++)                       \
            out[k] = (double)((const type *)samples)[at[k]]; \
    } else {                                                 \
        for (size_t k = 0; k < n; k++)                       \
            out[k] = (double)((const type *)samples)[k];     \
    }

// The samples at[n], or the first n where `at` is NULL.
static void convert(const void *samples, enum plt_type type, const size_t *at, size_t n,
                    double *out)
{
    if (!samples) { // of a mapped series: not known yet
        for (size_t k = 0; k < n; k++)
            out[k] = (double)NAN;
        return;
    }
    switch (type) {
    case PLT_F64: CONVERT(double); break;
    case PLT_F32: CONVERT(float); break;
    case PLT_I8: CONVERT(int8_t); break;
    case PLT_U8: CONVERT(uint8_t); break;
    case PLT_I16: CONVERT(int16_t); break;
    case PLT_U16: CONVERT(uint16_t); break;
    case PLT_I32: CONVERT(int32_t); break;
    case PLT_U32: CONVERT(uint32_t); break;
    case PLT_I64: CONVERT(int64_t); break;
    case PLT_F16: break; // images only
    }
}

static void convert_x(const struct plt_series_pin *pin, int64_t origin, uint64_t i,
                      const void *samples, size_t n, double *out)
{
    const struct plt_map map = {.origin = origin};
    const double x0 = plt_map_from_f64(&map, pin->x0);
    switch (pin->x_kind) {
    case PLT_X_UNIFORM:
        for (size_t k = 0; k < n; k++)
            out[k] = x0 + (double)(int64_t)(i + k) * pin->dx;
        break;
    case PLT_X_F64:
        for (size_t k = 0; k < n; k++)
            out[k] = plt_map_from_f64(&map, ((const double *)samples)[k]);
        break;
    case PLT_X_I64:
        for (size_t k = 0; k < n; k++)
            out[k] = plt_map_from_i64(&map, ((const int64_t *)samples)[k]);
        break;
    }
}

void plt_points_values(const struct plt_series_pin *pin, int64_t origin, uint64_t i,
                       size_t n, double *x, double *y)
{
    while (n > 0) {
        const void *from_x, *from_y;
        size_t run = plt_pin_run(pin, i, &from_x, &from_y);
        run = run < n ? run : n;
        convert_x(pin, origin, i, from_x, run, x);
        convert(from_y, pin->type, NULL, run, y);
        i += run;
        n -= run;
        x += run;
        y += run;
    }
}

double plt_point_px(const struct plt_map *map, double v)
{
    double px = plt_map_px(map, v);
    return isfinite(v) && isfinite(px) ? px : (double)NAN;
}

static void to_px(const struct plt_map *map, size_t n, double *v)
{
    if (map->spread) {
        for (size_t k = 0; k < n; k++)
            v[k] = plt_point_px(map, v[k]);
        return;
    }
    // px - px is 0, or NaN for what is not finite.
    const double anchor = map->anchor, scale = map->scale, offset = map->offset;
    for (size_t k = 0; k < n; k++) {
        double px = (v[k] - anchor) * scale + offset;
        v[k] = px + (px - px);
    }
}

void plt_points_px(const struct plt_series_pin *pin, const struct plt_map *x_map,
                   const struct plt_map *y_map, uint64_t i, size_t n, double *x, double *y)
{
    plt_points_values(pin, x_map->origin, i, n, x, y);
    to_px(x_map, n, x);
    to_px(y_map, n, y);
}

// --- few of many -----------------------------------------------------------------------

// Of so many samples it is first asked in which columns any is in the window.
enum { ROWS = 8, COLUMNS = 16, STRETCH = ROWS * COLUMNS };

void plt_points_window(struct plt_points_scan *scan, double lo, double hi)
{
    const struct plt_map *map = scan->x_map;
    // A sample on the border may round to either side of it.
    const double more = 1e-6 + fabs(map->offset) * 1e-14;
    const double a = plt_map_value(map, lo - more), b = plt_map_value(map, hi + more);
    const double half =
        fabs(b - a) / 2 + (fabs(a) + fabs(b)) * 1e-12 + fabs((double)map->origin) * 1e-15;
    // A user's scale may be no exact inverse.
    const bool known =
        isfinite(half) && half > 0 && (!map->spread || map->spread->kind != PLT_SCALE_USER);
    scan->middle = known ? a / 2 + b / 2 : 0;
    scan->half = known ? half : INFINITY;
}

// The places in x[] of what is in the window. By sign bits and without branches on what is
// found: a compiler makes vectors of the one, and a branch taken by chance costs more than
// looking at a column.
static size_t find(const double x[STRETCH], double middle, double half, size_t at[STRETCH])
{
    union {
        double beyond[STRETCH];
        uint64_t bits[STRETCH];
    } all;
    uint64_t any[COLUMNS] = {0};
    size_t columns[COLUMNS], num_columns = 0, num = 0;
    for (size_t k = 0; k < STRETCH; k++)
        all.beyond[k] = fabs(x[k] - middle) - half;
    for (size_t row = 0; row < ROWS; row++)
        for (size_t k = 0; k < COLUMNS; k++)
            any[k] |= all.bits[row * COLUMNS + k];
    for (size_t k = 0; k < COLUMNS; k++) {
        columns[num_columns] = k;
        num_columns += any[k] >> 63;
    }
    for (size_t c = 0; c < num_columns; c++) {
        for (size_t k = columns[c]; k < STRETCH; k += COLUMNS) {
            at[num] = k;
            num += all.bits[k] >> 63;
        }
    }
    return num;
}

// The same of x[n] from sample `i` on, in the series' own type.
static size_t find_here(const struct plt_points_scan *scan, uint64_t i, const void *x,
                        size_t n, size_t at[STRETCH])
{
    const int64_t origin = scan->x_map->origin;
    if (scan->pin->x_kind == PLT_X_F64 && n == STRETCH)
        return find(x, (double)origin + scan->middle, scan->half, at);
    double values[STRETCH];
    size_t num = 0;
    convert_x(scan->pin, origin, i, x, n, values);
    for (size_t k = n; k < STRETCH; k++)
        values[k] = NAN;
    const size_t found = find(values, scan->middle, scan->half, at);
    for (size_t k = 0; k < found; k++)
        if (at[k] < n)
            at[num++] = at[k];
    return num;
}

static const void *x_at(const void *x, size_t i) // x may be none
{
    return x ? (const char *)x + i * sizeof(double) : NULL;
}

bool plt_points_find(struct plt_points_scan *scan)
{
    const struct plt_series_pin *pin = scan->pin;
    size_t at[PLT_POINTS], num = 0;
    while (num == 0 && scan->next < scan->end) {
        const void *x, *y;
        size_t run = plt_pin_run(pin, scan->next, &x, &y), i = 0;
        run = run < scan->end - scan->next ? run : (size_t)(scan->end - scan->next);
        while (i < run && num + STRETCH <= PLT_POINTS) {
            const size_t n = run - i < STRETCH ? run - i : STRETCH;
            const size_t found = find_here(scan, scan->next + i, x_at(x, i), n, at + num);
            for (size_t k = num; k < num + found; k++)
                at[k] += i;
            num += found;
            i += n;
        }
        // All y at once: their cache misses overlap.
        convert(y, pin->type, at, num, scan->y);
        for (size_t k = 0; k < num; k++) {
            scan->samples[k] = scan->next + at[k];
            convert_x(pin, scan->x_map->origin, scan->samples[k], x_at(x, at[k]), 1,
                      &scan->x[k]);
        }
        scan->next += i;
    }
    scan->num = num;
    to_px(scan->x_map, num, scan->x);
    to_px(scan->y_map, num, scan->y);
    return num > 0;
}

// --- sorted x --------------------------------------------------------------------------

// Where sample i stands in s, in the order of x: what the scale cannot show is before all.
static double order_of(const struct plt_series_pin *pin, const struct plt_map *map,
                       uint64_t i)
{
    double x = 0;
    switch (pin->x_kind) {
    case PLT_X_UNIFORM:
        x = plt_map_from_f64(map, pin->x0) + (double)(int64_t)i * pin->dx;
        break;
    case PLT_X_F64: x = plt_map_from_f64(map, plt_pin_x_f64(pin, i)); break;
    case PLT_X_I64: x = plt_map_from_i64(map, plt_pin_x_i64(pin, i)); break;
    }
    return plt_map_forward(map, x);
}

// The first sample whose s is >= `least`, or > `least`.
static uint64_t first_from(const struct plt_series_pin *pin, const struct plt_map *map,
                           double least, bool beyond)
{
    uint64_t begin = pin->tail, end = pin->head;
    while (begin < end) {
        uint64_t middle = begin + (end - begin) / 2;
        double s = order_of(pin, map, middle);
        if (beyond ? s > least : s >= least)
            end = middle;
        else
            begin = middle + 1;
    }
    return begin;
}

void plt_points_between(const struct plt_series_pin *pin, const struct plt_map *x_map,
                        double lo, double hi, uint64_t *i0, uint64_t *i1)
{
    double a = plt_map_s(x_map, lo), b = plt_map_s(x_map, hi);
    *i0 = pin->tail;
    *i1 = pin->head;
    // A user's scale may have no place for values at either end.
    bool ordered = !x_map->spread || x_map->spread->kind != PLT_SCALE_USER;
    if (!pin->sorted || !ordered || !isfinite(a) || !isfinite(b))
        return;
    double least = a < b ? a : b, most = a < b ? b : a;
    // A sample on the border may round to either side of it.
    double more = (most - least) * 1e-9 + (fabs(least) + fabs(most)) * 1e-15;
    *i0 = first_from(pin, x_map, least - more, false);
    *i1 = first_from(pin, x_map, most + more, true);
}
