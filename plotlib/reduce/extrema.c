// Extrema within a scale's domain. A domain is an interval, because scales increase: where
// both extrema of a stretch lie inside it, all samples do.
#include <float.h>
#include <math.h>

#include <plotlib/data/pyramid.h>
#include <plotlib/reduce/extrema.h>

// A stretch of mixed samples that is read one by one, not halved again.
enum { READ = 1024, GUESS = 256 };

static bool shows(const struct plt_scale *scale, double v)
{
    return isfinite(v) && isfinite(plt_scale_forward(scale, v));
}

static void widen(double v0, double v1, double *lo, double *hi)
{
    *lo = v0 < *lo ? v0 : *lo;
    *hi = v1 > *hi ? v1 : *hi;
}

static void read_samples(const struct plt_series_pin *pin, const struct plt_scale *scale,
                         uint64_t i0, uint64_t i1, double *lo, double *hi)
{
    const void *x, *y;
    for (size_t n; i0 < i1; i0 += n) {
        n = plt_pin_run(pin, i0, &x, &y);
        n = n < i1 - i0 ? n : (size_t)(i1 - i0);
        for (size_t i = 0; y && i < n; i++) {
            double v = plt_element(y, pin->type, i);
            if (scale->kind == PLT_SCALE_LOG10 ? v > 0 && v <= DBL_MAX : shows(scale, v))
                widen(v, v, lo, hi);
        }
    }
}

// For a scale of the user's a long mixed stretch of a mapped file is not read whole: its
// highest value is known, of the lowest that is shown a few samples give an idea.
static void guess(const struct plt_series_pin *pin, const struct plt_scale *scale,
                  uint64_t i0, double most, double *lo, double *hi)
{
    read_samples(pin, scale, i0, i0 + GUESS, lo, hi);
    if (shows(scale, most))
        widen(most, most, lo, hi);
}

// On a logarithmic axis: the pyramid knows the lowest sample that is shown.
static bool above_zero(const struct plt_series_pin *pin, uint64_t i0, uint64_t i1,
                       double *lo, double *hi)
{
    return plt_pin_min_max(pin, i0, i1, lo, hi) && *hi > 0 &&
           (*lo > 0 || plt_pin_least_positive(pin, i0, i1, lo));
}

// Depth is at most log2 of the number of samples.
static void search(const struct plt_series_pin *pin, const struct plt_scale *scale,
                   uint64_t i0, uint64_t i1, double *lo, double *hi)
{
    double least, most;
    if (!plt_pin_min_max(pin, i0, i1, &least, &most))
        return;
    if (shows(scale, least) && shows(scale, most)) {
        widen(least, most, lo, hi);
    } else if (pin->mapped && i1 - i0 > READ) {
        guess(pin, scale, i0, most, lo, hi);
    } else if (i1 - i0 <= READ) {
        read_samples(pin, scale, i0, i1, lo, hi);
    } else {
        uint64_t middle = i0 + (i1 - i0) / 2;
        search(pin, scale, i0, middle, lo, hi);
        search(pin, scale, middle, i1, lo, hi);
    }
}

bool plt_extrema_y(const struct plt_series_pin *pin, const struct plt_scale *scale,
                   bool raw, uint64_t i0, uint64_t i1, double *lo, double *hi)
{
    if (!scale && raw)
        return plt_pin_min_max_raw(pin, i0, i1, lo, hi);
    if (!scale)
        return plt_pin_min_max(pin, i0, i1, lo, hi);
    if (scale->kind == PLT_SCALE_LOG10 && !raw)
        return above_zero(pin, i0, i1, lo, hi);
    *lo = INFINITY;
    *hi = -INFINITY;
    if (raw)
        read_samples(pin, scale, i0, i1, lo, hi);
    else
        search(pin, scale, i0, i1, lo, hi);
    return *lo <= *hi;
}

static double x_at(const struct plt_series_pin *pin, uint64_t i, int64_t origin)
{
    switch (pin->x_kind) {
    case PLT_X_UNIFORM: return pin->x0 + (double)i * pin->dx - (double)origin;
    case PLT_X_F64: return plt_pin_x_f64(pin, i) - (double)origin;
    case PLT_X_I64: return (double)(plt_pin_x_i64(pin, i) - origin);
    }
    return 0;
}

// First sample in [tail, head) for which shows() is `shown`, knowing that sorted x begins
// with the other kind.
static uint64_t first_of(const struct plt_series_pin *pin, const struct plt_scale *scale,
                         uint64_t begin, int64_t origin, bool shown)
{
    uint64_t end = pin->head;
    while (begin < end) {
        uint64_t middle = begin + (end - begin) / 2;
        if (shows(scale, x_at(pin, middle, origin)) == shown)
            end = middle;
        else
            begin = middle + 1;
    }
    return begin;
}

bool plt_extrema_x(const struct plt_series_pin *pin, const struct plt_scale *scale,
                   int64_t origin, double *lo, double *hi)
{
    double x0, x1;
    if (!plt_pin_x_range(pin, origin, &x0, &x1))
        return false;
    *lo = fmin(x0, x1);
    *hi = fmax(x0, x1);
    if (!scale || (shows(scale, *lo) && shows(scale, *hi)))
        return true;
    bool from_low = scale->kind == PLT_SCALE_LOG10 && pin->sorted;
    if (from_low && !(pin->x_kind == PLT_X_UNIFORM && pin->dx < 0)) {
        uint64_t first = first_of(pin, scale, pin->tail, origin, true);
        *lo = first < pin->head ? x_at(pin, first, origin) : INFINITY;
        return *lo <= *hi;
    }
    *lo = INFINITY;
    *hi = -INFINITY;
    for (uint64_t i = pin->tail; i < pin->head; i++) {
        double x = x_at(pin, i, origin);
        if (shows(scale, x))
            widen(x, x, lo, hi);
    }
    return *lo <= *hi;
}
