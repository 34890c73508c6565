// Ticks: a golden table, and properties over random ranges.
#include "test.h"

#include <plotlib/base/number.h>
#include <plotlib/scale/ticks.h>

// All labels of a range, then its title for the label "v".
static void print_axis(double lo, double hi, double length_px, double min_px,
                       const char *unit, char *text, size_t size)
{
    struct plt_ticks ticks;
    plt_ticks_choose(&ticks, lo, hi, length_px, min_px,
                     plt_unit_takes_prefix(unit, lo, hi));
    size_t n = 0;
    text[0] = '\0';
    for (int i = 0; i < ticks.count && n < size; i++) {
        char label[64];
        plt_ticks_label(&ticks, i, label, sizeof(label));
        n += (size_t)snprintf(text + n, size - n, "%s ", label);
    }
    char title[64], base[64];
    plt_ticks_title(&ticks, "v", unit, title, sizeof(title));
    bool from = plt_ticks_base(&ticks, 0, base, sizeof(base)) > 0;
    snprintf(text + n, size - n, "| %s%s%s", title, from ? " from " : "", base);
}

static void test_golden(void)
{
    static const struct {
        double lo, hi;
        const char *unit, *expected;
    } table[] = {
        {0, 1, "V", "0.0 0.2 0.4 0.6 0.8 1.0 | v (V)"},
        {0, 1, NULL, "0.0 0.2 0.4 0.6 0.8 1.0 | v"},
        {1, 0, NULL, "0.0 0.2 0.4 0.6 0.8 1.0 | v"},
        {-1, 1, "V", "−1.0 −0.5 0.0 0.5 1.0 | v (V)"},
        {0, 12000, "Pa", "0 2 4 6 8 10 12 | v (kPa)"},
        {0, 1000, "Pa", "0.0 0.2 0.4 0.6 0.8 1.0 | v (kPa)"},
        {0, 990, "Pa", "0 200 400 600 800 | v (Pa)"},
        {-0.00125, 0.00125, "V", "−1.0 −0.5 0.0 0.5 1.0 | v (mV)"},
        {0, 3e-7, "A", "0 50 100 150 200 250 300 | v (nA)"},
        {4.7e-6, 5.3e-6, "V", "4.7 4.8 4.9 5.0 5.1 5.2 5.3 | v (µV)"},
        {0, 100, "%", "0 20 40 60 80 100 | v (%)"},
        {0, 2e6, "%", "0.0 0.5 1.0 1.5 2.0 | v (×10⁶ %)"},
        {0, 5000, "s", "0 1000 2000 3000 4000 5000 | v (s)"},
        {0, 0.005, "s", "0 1 2 3 4 5 | v (ms)"},
        {0, 100000, NULL, "0 20000 40000 60000 80000 100000 | v"},
        {0, 1000000, NULL, "0.0 0.2 0.4 0.6 0.8 1.0 | v (×10⁶)"},
        {-3e8, 0, NULL, "−300 −250 −200 −150 −100 −50 0 | v (×10⁶)"},
        {0, 9e-5, NULL, "0 20 40 60 80 | v (×10⁻⁶)"},
        {0, 1e-4, NULL, "0.00000 0.00002 0.00004 0.00006 0.00008 0.00010 | v"},
        {1e9, 1e9 + 1e-3, NULL,
         "0.0000 0.0002 0.0004 0.0006 0.0008 0.0010 | v from 1000000000"},
        {1e9, 1e9 + 1e-3, "Hz", "0.0 0.2 0.4 0.6 0.8 1.0 | v (mHz) from 1000000000"},
        {1e6 - 1e-4, 1e6 + 1e-4, "Pa", "−100 −50 0 50 100 | v (µPa) from 1000000"},
        {1234567890, 1234567900, NULL, "890 892 894 896 898 900 | v from 1234567000"},
        {-1234567900, -1234567890, NULL, "100 102 104 106 108 110 | v from −1234568000"},
        {1.7e12, 1.7e12 + 2e5, NULL, "0 50 100 150 200 | v (×10³) from 1700000000000"},
        {1.70000001e-6, 1.70000002e-6, "V", "10 12 14 16 18 20 | v (fV) from 0.0000017"},
        {3.000001e40, 3.000002e40, NULL, "10 12 14 16 18 20 | v (×10³³) from 3×10⁴⁰"},
        {5234501, 5234509, NULL,
         "5234501 5234502 5234503 5234504 5234505 5234506 5234507 5234508 5234509 | v"},
        {101325.01, 101325.02, "Pa", "10 12 14 16 18 20 | v (mPa) from 101325"},
        {1e300, 6e300, "V", "1 2 3 4 5 6 | v (×10³⁰⁰ V)"},
        {-1e-200, 1e-200, NULL, "−10 −5 0 5 10 | v (×10⁻²⁰¹)"},
        {0, 4e-26, "J", "0 5 10 15 20 25 30 35 40 | v (×10⁻²⁷ J)"},
        {0, 7, NULL, "0 1 2 3 4 5 6 7 | v"},
        {-3.2, 12.9, NULL, "0 5 10 | v"},
        {0.3, 0.9, NULL, "0.3 0.4 0.5 0.6 0.7 0.8 0.9 | v"},
        {-1e-9, 1e-9, "m²", "−1.0 −0.5 0.0 0.5 1.0 | v (×10⁻⁹ m²)"},
        {-1.7e308, 1.7e308, NULL, "−150 −100 −50 0 50 100 150 | v (×10³⁰⁶)"},
        {5, 5, NULL, "| v"},
        {0, 4e-324, NULL, "| v"},
        {NAN, 1, "V", "| v (V)"},
        {0, INFINITY, NULL, "| v"},
    };
    for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
        char text[1024];
        print_axis(table[i].lo, table[i].hi, 600, 75, table[i].unit, text, sizeof(text));
        REQUIRE_STR(text, table[i].expected);
    }
}

static void test_titles(void)
{
    struct plt_ticks ticks;
    char text[64];
    plt_ticks_choose(&ticks, 0, 12000, 600, 80, true);
    REQUIRE_CMP(plt_ticks_title(&ticks, "Pressure", "Pa", text, sizeof(text)), ==, 14, "d");
    REQUIRE_STR(text, "Pressure (kPa)");
    plt_ticks_title(&ticks, "", "Pa", text, sizeof(text));
    REQUIRE_STR(text, "kPa");
    plt_ticks_choose(&ticks, 0, 5e6, 600, 80, false);
    plt_ticks_title(&ticks, "Rate", NULL, text, sizeof(text));
    REQUIRE_STR(text, "Rate (×10⁶)");
    plt_ticks_title(&ticks, NULL, NULL, text, sizeof(text));
    REQUIRE_STR(text, "×10⁶");
    plt_ticks_choose(&ticks, 0, 5, 600, 80, false);
    REQUIRE_CMP(plt_ticks_title(&ticks, NULL, NULL, text, sizeof(text)), ==, 0, "d");
    REQUIRE_STR(text, "");
    plt_ticks_title(&ticks, "Δt", NULL, text, sizeof(text));
    REQUIRE_STR(text, "Δt");
    // Cut between characters, never inside one.
    REQUIRE_CMP(plt_ticks_title(&ticks, "aΔ", NULL, text, 3), ==, 1, "d");
    REQUIRE_STR(text, "a");
    REQUIRE_CMP(plt_ticks_title(&ticks, "aΔb", NULL, text, 4), ==, 3, "d");
    REQUIRE_STR(text, "aΔ");
    REQUIRE_CMP(plt_ticks_title(&ticks, "a\xbf\xbf\xbf", NULL, text, 3), ==, 2, "d");
    text[0] = 'x';
    REQUIRE_CMP(plt_ticks_title(&ticks, "a", NULL, text, 0), ==, 0, "d");
    REQUIRE_CMP(text[0], ==, 'x', "d");
    plt_ticks_choose(&ticks, -12345, 12345, 600, 80, false);
    REQUIRE_CMP(plt_ticks_label(&ticks, 0, text, 4), ==, 0, "d");
    REQUIRE_STR(text, "");
}

// Reads a label back: U+2212 is the sign.
static double parse_label(const char *label, int exponent)
{
    char text[96];
    bool negative = strncmp(label, "−", strlen("−")) == 0;
    snprintf(text, sizeof(text), "%s%se%d", negative ? "-" : "",
             label + (negative ? strlen("−") : 0), exponent);
    double value = NAN;
    REQUIRE(plt_parse_number(text, &value));
    return value;
}

struct range {
    double lo, hi, length_px, min_px;
    bool use_si;
};

static double random_number(struct test_random *random)
{
    double v =
        (test_uniform(random) * 2 - 1) * pow(10, floor(test_uniform(random) * 40 - 20));
    return test_below(random, 8) ? v : rint(v);
}

static struct range random_range(struct test_random *random)
{
    struct range r = {.lo = random_number(random), .use_si = test_below(random, 2)};
    switch (test_below(random, 4)) {
    case 0: r.hi = random_number(random); break;
    case 1: r.hi = r.lo + fabs(r.lo) * pow(10, -17 * test_uniform(random)); break;
    case 2: r.hi = -r.lo * test_uniform(random); break;
    default: r.lo = ldexp(r.lo, 900), r.hi = r.lo * (1 - test_uniform(random)); break;
    }
    if (test_below(random, 16) == 0)
        r.lo *= 1e-290, r.hi *= 1e-290;
    r.length_px = 1 + test_uniform(random) * 4000;
    r.min_px = test_below(random, 8) ? 20 + test_uniform(random) * 150 : 0;
    return r;
}

static void check_labels(const struct plt_ticks *ticks)
{
    char before[64] = "";
    for (int i = 0; i < ticks->count; i++) {
        char label[64];
        int length = plt_ticks_label(ticks, i, label, sizeof(label));
        REQUIRE_CMP(length, ==, (int)strlen(label), "d");
        REQUIRE(length > 0 && strcmp(label, before) != 0);
        const char *point = strchr(label, '.');
        REQUIRE_CMP(point ? (int)strlen(point + 1) : 0, ==, ticks->decimals, "d");
        double value = plt_ticks_value(ticks, i);
        if (ticks->base == 0) // not near it: the same number
            REQUIRE_CMP(parse_label(label, ticks->si_exponent), ==, value, ".17g");
        int64_t n = (ticks->first + i) * ticks->mantissa - ticks->base;
        double rest = parse_label(label, ticks->si_exponent - ticks->exponent);
        REQUIRE_CMP(rest, ==, (double)n, ".17g"); // of up to 53 bits
        REQUIRE(value != 0 || strncmp(label, "−", 3) != 0);
        strcpy(before, label);
    }
}

static void check_minor(const struct plt_ticks *ticks, const struct range *r)
{
    double lo = fmin(r->lo, r->hi), hi = fmax(r->lo, r->hi);
    double minor[PLT_MAX_MINOR];
    int num = plt_ticks_minor(ticks, r->lo, r->hi, minor, PLT_MAX_MINOR);
    REQUIRE_CMP(num, >=, (ticks->count - 1) * (ticks->minor_per_major - 1), "d");
    REQUIRE_CMP(num, <=, (ticks->count + 1) * (ticks->minor_per_major - 1), "d");
    int major = 0;
    for (int i = 0; i < num; i++) {
        REQUIRE(minor[i] >= lo && minor[i] <= hi);
        REQUIRE(i == 0 || minor[i] > minor[i - 1]);
        while (major < ticks->count && plt_ticks_value(ticks, major) < minor[i])
            major++;
        REQUIRE(major == ticks->count || plt_ticks_value(ticks, major) != minor[i]);
    }
}

static void check_range(const struct range *r)
{
    struct plt_ticks ticks;
    plt_ticks_choose(&ticks, r->lo, r->hi, r->length_px, r->min_px, r->use_si);
    double lo = fmin(r->lo, r->hi), hi = fmax(r->lo, r->hi);
    REQUIRE(ticks.count >= 0 && ticks.count <= PLT_MAX_TICKS);
    if (ticks.step == 0) {
        REQUIRE_CMP(ticks.count, ==, 0, "d");
        return;
    }
    REQUIRE(ticks.mantissa == 1 || ticks.mantissa == 2 || ticks.mantissa == 5);
    REQUIRE_CMP(ticks.si_exponent % 3, ==, 0, "d");
    double px = ticks.step * 0.5 / (hi * 0.5 - lo * 0.5) * r->length_px;
    REQUIRE_CMP(px, >=, r->min_px * (1 - 1e-9), "g");
    // Not sparser than asked: the step below would have been too narrow.
    double least = fmax(r->min_px, r->length_px / (PLT_MAX_TICKS - 2));
    if (ticks.step > fmax(fabs(lo), fabs(hi)) * 0x1p-49)
        REQUIRE_CMP(px, <=, 2.5 * least * (1 + 1e-9), "g");
    for (int i = 0; i < ticks.count; i++) {
        double value = plt_ticks_value(&ticks, i);
        REQUIRE(value >= lo && value <= hi);
        REQUIRE(i == 0 || value > plt_ticks_value(&ticks, i - 1));
    }
    if (ticks.count > 0 && ticks.count < PLT_MAX_TICKS) { // none is missing
        REQUIRE(plt_ticks_value(&ticks, -1) < lo);
        REQUIRE(plt_ticks_value(&ticks, ticks.count) > hi);
    }
    check_labels(&ticks);
    check_minor(&ticks, r);
}

static void test_random_ranges(void)
{
    struct test_random random = test_random_seeded();
    for (int i = 0; i < 100000 && !test_failures; i++) {
        struct range r = random_range(&random);
        check_range(&r);
        if (test_failures)
            fprintf(stderr, "range %d: %.17g .. %.17g, %g px, at least %g px, si %d\n", i,
                    r.lo, r.hi, r.length_px, r.min_px, r.use_si);
    }
}

// A few neighbouring doubles: fewer ticks or none, never the same one twice.
static void test_narrow(void)
{
    static const double bases[] = {1, -1, 1e9, 1.7e18, 1e-5, 0.1, 1e300, 0x1p53, 3e22};
    for (size_t i = 0; i < sizeof(bases) / sizeof(bases[0]); i++) {
        double hi = bases[i];
        for (int ulps = 0; ulps < 40; ulps++, hi = nextafter(hi, INFINITY)) {
            struct range r = {bases[i], hi, 800, 80, ulps & 1};
            check_range(&r);
        }
    }
}

static void test_odd_arguments(void)
{
    static const double odd[] = {0, -1, NAN, INFINITY, -INFINITY, 1e308, 1e-308, 5e-324};
    enum { NUM = sizeof(odd) / sizeof(odd[0]) };
    struct plt_ticks ticks;
    double minor[4];
    for (int i = 0; i < NUM * NUM * NUM * NUM; i++) {
        plt_ticks_choose(&ticks, odd[i % NUM], odd[i / NUM % NUM], odd[i / NUM / NUM % NUM],
                         odd[i / NUM / NUM / NUM], false);
        REQUIRE(ticks.count >= 0 && ticks.count <= PLT_MAX_TICKS);
        int num = plt_ticks_minor(&ticks, odd[i % NUM], odd[i / NUM % NUM], minor, 4);
        REQUIRE(num >= 0 && num <= 4);
    }
    // Minor ticks of another range than the one chosen for.
    plt_ticks_choose(&ticks, 0, 1, 600, 80, false);
    REQUIRE_CMP(plt_ticks_minor(&ticks, 0, 1e300, minor, 4), ==, 0, "d");
    REQUIRE_CMP(plt_ticks_minor(&ticks, -1, 1, minor, 4), ==, 4, "d");
}

static void test_minor_parts(void)
{
    static const struct {
        int mantissa;
        double major_px;
        int parts;
    } table[] = {{1, 200, 10}, {1, 99, 5}, {1, 30, 5}, {1, 29, 2}, {1, 11, 1}, {2, 300, 4},
                 {2, 24, 4},   {2, 23, 2}, {2, 8, 1},  {5, 90, 5}, {5, 30, 5}, {5, 29, 1}};
    for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
        struct plt_ticks ticks = {.mantissa = table[i].mantissa};
        REQUIRE_CMP(plt_ticks_minor_parts(&ticks, table[i].major_px), ==, table[i].parts,
                    "d");
    }
    struct plt_ticks ticks;
    double minor[PLT_MAX_MINOR];
    plt_ticks_choose(&ticks, -0.25, 0.45, 700, 100, false);
    REQUIRE_CMP(plt_ticks_minor(&ticks, -0.25, 0.45, minor, PLT_MAX_MINOR), ==, 64, "d");
    REQUIRE_CMP(minor[0], ==, -0.25, ".17g");
    REQUIRE_CMP(minor[63], ==, 0.45, ".17g");
}

int main(void)
{
    test_golden();
    test_titles();
    test_narrow();
    test_odd_arguments();
    test_minor_parts();
    test_random_ranges();
    return test_result();
}
