// Choice of tick positions: 1-2-5 steps counted in integers. Stage MAP, read by the axes.
#include <inttypes.h>
#include <math.h>

#include <plotlib/base/number.h>
#include <plotlib/scale/list.h>

// Below this a range has no ticks: numbers next to it lose digits.
static const double min_half_span = 1e-300;

// n * 10^exponent, rounded once: exactly for the usual numbers, through text for the
// others.
double plt_decimal(int64_t n, int exponent)
{
    static const double powers[] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
                                    1e8,  1e9,  1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
                                    1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};
    const int64_t exact = INT64_C(1) << 53;
    if (n >= -exact && n <= exact && exponent >= -22 && exponent <= 22)
        return exponent < 0 ? (double)n / powers[-exponent] : (double)n * powers[exponent];
    char text[64];
    int length = plt_format(text, sizeof(text), "%" PRId64 "e%d", n, exponent);
    double value = 0;
    (void)plt_parse_double(text, text + length, &value);
    return value;
}

double plt_ticks_value(const struct plt_ticks *ticks, int i)
{
    if (ticks->listed)
        return ticks->list.value[i];
    return plt_decimal((ticks->first + i) * ticks->mantissa, ticks->exponent);
}

// The smallest of 1, 2, 5 x 10^n that is not below `least`.
static bool choose_step(struct plt_ticks *ticks, double least)
{
    static const int mantissas[] = {1, 2, 5};
    least *= 1 - 1e-12; // a step that fits but for rounding is taken
    int exponent = (int)floor(log10(least)) - 1;
    for (int i = 0; i < 9 && exponent + i / 3 <= 307; i++) {
        double step = plt_decimal(mantissas[i % 3], exponent + i / 3);
        if (step < least)
            continue;
        ticks->step = step;
        ticks->mantissa = mantissas[i % 3];
        ticks->exponent = exponent + i / 3;
        return true;
    }
    return false;
}

int64_t plt_first_multiple(int n, int exponent, double lo)
{
    int64_t k = (int64_t)ceil(lo / plt_decimal(n, exponent));
    while (plt_decimal((k - 1) * n, exponent) >= lo)
        k--;
    while (plt_decimal(k * n, exponent) < lo)
        k++;
    return k;
}

int plt_num_digits(uint64_t n)
{
    int digits = 1;
    for (; n >= 10; n /= 10)
        digits++;
    return digits;
}

// Characters of the label of n * 10^exponent, without sign.
static int label_width(uint64_t n, int exponent)
{
    int digits = plt_num_digits(n);
    if (exponent >= 0)
        return digits + exponent;
    return (digits > -exponent ? digits : 1 - exponent) + 1;
}

int plt_floor_to_3(int exponent)
{
    return exponent >= 0 ? exponent / 3 * 3 : -((2 - exponent) / 3 * 3);
}

// Where labels would be long and differ only in their last digits, a round number is taken
// off: one among them, or the next one below.
static void choose_base(struct plt_ticks *ticks)
{
    int64_t lo = ticks->first * ticks->mantissa;
    int64_t hi = lo + (int64_t)(ticks->count - 1) * ticks->mantissa;
    uint64_t n = (uint64_t)(-lo > hi ? -lo : hi);
    if (ticks->count == 0 || plt_num_digits(n) < 7 || label_width(n, ticks->exponent) < 8)
        return;
    int64_t round = 100;
    while (round <= 10 * (hi - lo)) // rare enough to stay the same while data scroll by
        round *= 10;
    ticks->base = (hi - (hi % round + round) % round);
}

void plt_ticks_set_prefix(struct plt_ticks *ticks, int exponent)
{
    static const char *const prefixes[] = {"y", "z", "a", "f", "p", "n", "µ", "m", "",
                                           "k", "M", "G", "T", "P", "E", "Z", "Y"};
    ticks->si_exponent = exponent;
    ticks->si_prefix = prefixes[exponent / 3 + 8];
}

// The largest number on the axis decides: at least one digit before its point, at most 3.
static void choose_exponent(struct plt_ticks *ticks, double max_abs, bool use_si)
{
    int64_t first = ticks->first * ticks->mantissa - ticks->base;
    int64_t last = first + (int64_t)(ticks->count - 1) * ticks->mantissa;
    int64_t most = -first > last ? -first : last;
    uint64_t n = (uint64_t)(ticks->count && most > 0 ? most : 0);
    if (ticks->base)
        max_abs = ticks->step * fmax(ticks->count, 1);
    int magnitude =
        n ? plt_num_digits(n) - 1 + ticks->exponent : (int)floor(log10(max_abs));
    int thousands = plt_floor_to_3(magnitude);
    if (use_si && thousands >= -24 && thousands <= 24) {
        plt_ticks_set_prefix(ticks, thousands);
    } else if (magnitude < -4) {
        ticks->si_exponent = thousands;
    } else if (magnitude >= 5 && max_abs > 1e5) {
        int plain = label_width(n, ticks->exponent);
        int scaled = label_width(n, ticks->exponent - thousands);
        ticks->si_exponent = scaled < plain ? thousands : 0;
    }
    int decimals = ticks->si_exponent - ticks->exponent;
    ticks->decimals = decimals > 0 ? decimals : 0;
}

int plt_ticks_minor_parts(const struct plt_ticks *ticks, double major_px)
{
    if (ticks->listed)
        return ticks->minor_per_major;
    // Ten parts only where they have room to be counted: the tenth looks like the fifth.
    if (ticks->mantissa == 1 && major_px >= 10 * 10)
        return 10;
    int parts = ticks->mantissa == 2 ? 4 : 5;
    if (major_px >= parts * 6)
        return parts;
    return ticks->mantissa != 5 && major_px >= 2 * 6 ? 2 : 1;
}

// Whether double tells numbers up to max_abs apart that lie a step from each other.
static bool distinct(double step, double max_abs)
{
    return step >= max_abs * 0x1p-52;
}

static void choose_minor(struct plt_ticks *ticks, double max_abs, double major_px)
{
    int parts = plt_ticks_minor_parts(ticks, major_px);
    bool many = (ticks->count + 1) * parts > PLT_MAX_MINOR;
    ticks->minor_per_major = many ? 5 : parts;
    if (!distinct(ticks->step / parts, max_abs))
        ticks->minor_per_major = 1;
}

void plt_ticks_choose(struct plt_ticks *ticks, double lo, double hi, double length_px,
                      double min_px, bool use_si)
{
    *ticks = (struct plt_ticks){
        .mantissa = 1, .minor_per_major = 1, .si_prefix = "", .least_px = INFINITY};
    if (lo > hi) {
        double swap = lo;
        lo = hi;
        hi = swap;
    }
    double half = hi * 0.5 - lo * 0.5; // the whole span may overflow
    if (!(half >= min_half_span) || !isfinite(half) || !(length_px > 0) ||
        !isfinite(length_px))
        return;
    double crowded = length_px / (PLT_MAX_TICKS - 2);
    min_px = min_px > crowded ? min_px : crowded;
    double max_abs = fmax(fabs(lo), fabs(hi));
    double least = fmax(half * (min_px / length_px) * 2, max_abs * 0x1p-52);
    if (!isfinite(least) || !choose_step(ticks, least))
        return;
    ticks->first = plt_first_multiple(ticks->mantissa, ticks->exponent, lo);
    while (ticks->count < PLT_MAX_TICKS && plt_ticks_value(ticks, ticks->count) <= hi)
        ticks->count++;
    choose_base(ticks);
    choose_exponent(ticks, max_abs, use_si);
    double step_px = ticks->step * 0.5 / half * length_px;
    if (ticks->count > 1)
        ticks->least_px = step_px;
    choose_minor(ticks, max_abs, step_px);
}

static int listed_minor(const struct plt_ticks *ticks, double lo, double hi,
                        double *positions, int max)
{
    int num = 0;
    for (int i = 0; i < ticks->list.num_minor && num < max; i++) {
        double v = ticks->list.minor[i];
        if (v >= fmin(lo, hi) && v <= fmax(lo, hi))
            positions[num++] = v;
    }
    return num;
}

int plt_ticks_minor(const struct plt_ticks *ticks, double lo, double hi, double *positions,
                    int max)
{
    if (ticks->listed)
        return listed_minor(ticks, lo, hi, positions, max);
    int parts = ticks->minor_per_major;
    if (!(ticks->step > 0) || parts < 2 || !isfinite(lo) || !isfinite(hi))
        return 0;
    if (lo > hi) {
        double swap = lo;
        lo = hi;
        hi = swap;
    }
    int n = ticks->mantissa * 10 / parts, exponent = ticks->exponent - 1;
    if (!distinct(ticks->step / parts, fmax(fabs(lo), fabs(hi))))
        return 0;
    int num = 0;
    for (int64_t k = plt_first_multiple(n, exponent, lo); num < max; k++) {
        double position = plt_decimal(k * n, exponent);
        if (position > hi)
            break;
        if (k % parts != 0)
            positions[num++] = position;
    }
    return num;
}
