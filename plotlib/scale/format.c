// Tick labels and axis titles as text. Stage MAP, read by the axes of draw/.
#include <inttypes.h>
#include <math.h>
#include <string.h>

#include <plotlib/base/number.h>
#include <plotlib/scale/list.h>

static const char minus[] = "\u2212";

int plt_decimal_label(int64_t n, int shift, int decimals, char *text, int size)
{
    static const uint64_t powers[] = {UINT64_C(1),
                                      UINT64_C(10),
                                      UINT64_C(100),
                                      UINT64_C(1000),
                                      UINT64_C(10000),
                                      UINT64_C(100000),
                                      UINT64_C(1000000),
                                      UINT64_C(10000000),
                                      UINT64_C(100000000),
                                      UINT64_C(1000000000),
                                      UINT64_C(10000000000),
                                      UINT64_C(100000000000),
                                      UINT64_C(1000000000000),
                                      UINT64_C(10000000000000),
                                      UINT64_C(100000000000000),
                                      UINT64_C(1000000000000000),
                                      UINT64_C(10000000000000000),
                                      UINT64_C(100000000000000000),
                                      UINT64_C(1000000000000000000),
                                      UINT64_C(10000000000000000000)};
    static const char zeros[] = "0000000000000000000000000000000000000000";
    if (size <= 0)
        return 0;
    const char *sign = n < 0 ? minus : "";
    uint64_t digits = n < 0 ? (uint64_t)-n : (uint64_t)n;
    int num_zeros = digits ? shift : 0, length;
    if (decimals > 0) {
        bool small = decimals > 19; // 10^20 is more than 64 bits hold
        uint64_t whole = small ? 0 : digits / powers[decimals];
        uint64_t rest = small ? digits : digits % powers[decimals];
        length = plt_format(text, (size_t)size, "%s%" PRIu64 ".%0*" PRIu64, sign, whole,
                            decimals, rest);
    } else {
        length = plt_format(text, (size_t)size, "%s%" PRIu64 "%.*s", sign, digits,
                            num_zeros > 0 ? num_zeros : 0, zeros);
    }
    if (length < 0 || length >= size) {
        text[0] = '\0';
        return 0;
    }
    return length;
}

int plt_ticks_label(const struct plt_ticks *ticks, int i, char *text, int size)
{
    if (!ticks->listed)
        return plt_decimal_label((ticks->first + i) * ticks->mantissa - ticks->base,
                                 ticks->exponent - ticks->si_exponent, ticks->decimals,
                                 text, size);
    if (size <= 0)
        return 0;
    const char *label = ticks->list.label[i];
    bool fits = strlen(label) < (size_t)size;
    return plt_format(text, (size_t)size, "%s", fits ? label : "");
}

void plt_power_label(int exponent, char *text, size_t size)
{
    static const char *const digits[] = {"\u2070", "\u00b9", "\u00b2", "\u00b3", "\u2074",
                                         "\u2075", "\u2076", "\u2077", "\u2078", "\u2079"};
    int n = exponent < 0 ? -exponent : exponent;
    (void)plt_format(text, size, "10%s%s%s%s", exponent < 0 ? "\u207b" : "",
                     n >= 100 ? digits[n / 100 % 10] : "",
                     n >= 10 ? digits[n / 10 % 10] : "", digits[n % 10]);
}

// "×10⁻⁶"
static void format_power(int exponent, char *text, size_t size)
{
    char power[24];
    plt_power_label(exponent, power, sizeof(power));
    (void)plt_format(text, size, "\u00d7%s", power);
}

// Drops the last character if it was cut in the middle.
static int cut_utf8(char *text, int length)
{
    int start = length;
    while (start > 0 && ((uint8_t)text[start - 1] & 0xc0) == 0x80)
        start--;
    if (start == 0)
        return length;
    uint8_t lead = (uint8_t)text[--start];
    int needs = lead < 0xc0 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
    if (start + needs > length)
        length = start;
    text[length] = '\0';
    return length;
}

// n * 10^exponent as a plain decimal where that is short.
static void format_base(int64_t n, int exponent, char *text, size_t size)
{
    char power[32] = "";
    for (; n % 10 == 0; n /= 10)
        exponent++;
    if (exponent > 15 || exponent < -15) {
        format_power(exponent, power, sizeof(power));
        exponent = 0;
    }
    int decimals = exponent < 0 ? -exponent : 0;
    int length = plt_decimal_label(n, exponent, decimals, text, (int)size);
    (void)plt_format(text + length, size - (size_t)length, "%s", power);
}

// Adds n * 10^exponent to *sum where that is a whole number of 64 bits.
static bool add_whole(int64_t *sum, int64_t n, int exponent)
{
    for (; exponent < 0; exponent++, n /= 10)
        if (n % 10 != 0)
            return false;
    for (; exponent > 0; exponent--, n *= 10)
        if (n > INT64_MAX / 10 || n < -INT64_MAX / 10)
            return false;
    if (n > 0 ? *sum > INT64_MAX - n : *sum < INT64_MIN - n)
        return false;
    *sum += n;
    return true;
}

int plt_ticks_base(const struct plt_ticks *ticks, int64_t origin, char *text, int size)
{
    char base[96] = "", whole[32] = "";
    if (ticks->base && (!origin || !add_whole(&origin, ticks->base, ticks->exponent)))
        format_base(ticks->base, ticks->exponent, base, sizeof(base));
    if (origin)
        (void)plt_format(whole, sizeof(whole), "%" PRId64, origin);
    int length =
        plt_format(text, (size_t)size, "%s%s%s", whole, *whole && *base ? " + " : "", base);
    return length < size ? length : cut_utf8(text, size - 1);
}

int plt_ticks_title(const struct plt_ticks *ticks, const char *label, const char *unit,
                    char *text, int size)
{
    if (size <= 0)
        return 0;
    label = label ? label : "";
    unit = unit ? unit : "";
    char power[32] = "";
    if (ticks->si_exponent != 0 && (!*ticks->si_prefix || !*unit))
        format_power(ticks->si_exponent, power, sizeof(power));
    const char *prefix = *unit ? ticks->si_prefix : "";
    bool measured = *power || *unit, bracket = measured && *label;
    int length =
        plt_format(text, (size_t)size, "%s%s%s%s%s%s%s", label, bracket ? " (" : "", power,
                   *power && *unit ? " " : "", prefix, unit, bracket ? ")" : "");
    if (length < 0) {
        text[0] = '\0';
        return 0;
    }
    return length < size ? length : cut_utf8(text, size - 1);
}

bool plt_unit_takes_prefix(const char *unit, double lo, double hi)
{
    static const char *const none[] = {
        "%",   "\u2030", "\u00b0", "\u00b0C", "\u00b0F", "deg",    "dB",      "dBm",
        "dBV", "dBFS",   "px",     "min",     "h",       "d",      "ppm",     "ppb",
        "rpm", "counts", "count",  "samples", "sample",  "pixels", "frames",  "a.u.",
        "kg",  "mm",     "cm",     "km",      "ms",      "ns",     "\u00b5s", "us",
    };
    if (!unit || !*unit)
        return false;
    for (size_t i = 0; i < sizeof(none) / sizeof(none[0]); i++)
        if (strcmp(unit, none[i]) == 0)
            return false;
    // A power: 1 km² is not 1000 m².
    if (strpbrk(unit, "^") || strstr(unit, "\u00b2") || strstr(unit, "\u00b3"))
        return false;
    return strcmp(unit, "s") != 0 || fmax(fabs(lo), fabs(hi)) < 1000;
}
