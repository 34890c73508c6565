// Samples to points: values first, in the series' own types, then both maps.
#include <math.h>
#include <string.h>

#include <plotlib/reduce/points.h>

#define CONVERT(type)              \
    for (size_t k = 0; k < n; k++) \
        out[k] = (double)((const type *)samples)[k];

static void convert(const void *samples, enum plt_type type, size_t n, double *out)
{
    if (!samples) { // of a mapped series: not known yet
        for (size_t k = 0; k < n; k++)
            out[k] = (double)NAN;
        return;
    }
    switch (type) {
    case PLT_F64: memcpy(out, samples, n * sizeof(*out)); break;
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
        convert(from_y, pin->type, run, y);
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
