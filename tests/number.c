// plt_parse_double is bit-equal to strtod; formatting ignores the locale.
#include <locale.h>

#include <plotlib/base/number.h>

#include "test.h"

static void same_as_strtod(const char *text)
{
    double ours = -1;
    char *stop;
    double theirs = strtod(text, &stop);
    const char *end = plt_parse_double(text, text + strlen(text), &ours);
    REQUIRE_CMP((int)(end - text), ==, (int)(stop - text), "d");
    if (stop != text && memcmp(&ours, &theirs, sizeof(ours)) != 0) {
        fprintf(stderr, "'%s': %.17g is not %.17g\n", text, ours, theirs);
        test_failures++;
    }
}

static void test_random_numbers(void)
{
    struct test_random random = test_random_seeded();
    for (int i = 0; i < 200000; i++) {
        char text[64];
        uint64_t bits = test_next(&random);
        double v;
        memcpy(&v, &bits, sizeof(v));
        if (i % 2)
            v = (test_uniform(&random) - 0.5) * pow(10, (double)test_below(&random, 12));
        snprintf(text, sizeof(text), "%.*g", 1 + (int)test_below(&random, 18), v);
        if (isfinite(v))
            same_as_strtod(text);
        // Full precision, as numpy and pandas write it, and half way between two doubles.
        v = (test_uniform(&random) - 0.5) * pow(10, (double)test_below(&random, 100) - 50);
        snprintf(text, sizeof(text), i % 2 ? "%.17g" : "%.18e", v);
        same_as_strtod(text);
        uint64_t whole = (test_next(&random) >> 11) | UINT64_C(1) << 52;
        snprintf(text, sizeof(text), "%" PRIu64 "%s", whole * 2 + 1, i % 2 ? ".5" : "e-4");
        same_as_strtod(text);
    }
}

static void test_int64(void)
{
    static const struct {
        const char *text;
        int exponent;
        bool good;
        int64_t value;
    } cases[] = {
        {"1700000000.123456789", 9, true, INT64_C(1700000000123456789)},
        {"1700000000123456789", 0, true, INT64_C(1700000000123456789)},
        {"-1700000000.1234567895", 9, true, -INT64_C(1700000000123456790)},
        {"1700000000123.4565", 3, true, INT64_C(1700000000123457)},
        {"0.4999", 0, true, 0},
        {".5", 0, true, 1},
        {"+7", 6, true, 7000000},
        {"1.5e9", 0, true, 1500000000},
        {"9223372036854775807", 0, true, INT64_MAX},
        {"9223372036854775808", 0, false, 0},
        {"99999999999999999999999", 0, false, 0},
        {"9300000000", 9, false, 0},
        {"1e19", 0, false, 0},
        {"nan", 0, false, 0},
        {"inf", 0, false, 0},
        {"x", 0, false, 0},
        {"", 0, false, 0},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        const char *text = cases[i].text, *end = text + strlen(text);
        int64_t value = 0;
        const char *stop = plt_parse_int64(text, end, cases[i].exponent, &value);
        REQUIRE(cases[i].good ? stop == end : stop == text);
        REQUIRE_CMP(value, ==, cases[i].value, PRId64);
    }
}

int main(void)
{
    static const char *const cases[] = {
        "0",
        "-0",
        "1",
        "-1.5",
        "+2",
        ".5",
        "5.",
        ".",
        "-",
        "",
        "e5",
        "1e",
        "1e+",
        "1e5",
        "1E-5",
        "1e400",
        "-1e400",
        "1e-400",
        "4.9e-324",
        "2.2250738585072011e-308",
        "nan",
        "inf",
        "-inf",
        "123456789012345678901234567890",
        "0.1",
        "0.30000000000000004",
        "9007199254740993",
        "1.7976931348623157e308",
        "1e22",
        "1e23",
        "abc",
        "1,5",
        "3 4",
        "0x",
        "infinity",
        "12e3x",
        "9007199254740992.5",
        "9007199254740993.0",
        "9007199254740995",
        "4503599627370497.5",
        "4503599627370496.5e1",
        "0.00000000000000000000012345678901234567",
        "18446744073709551615",
        "9999999999999999999e45",
        "1234567890123456789e-64",
        "1234567890123456789e-65",
        "00000000000000000000000000000001.5",
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
        same_as_strtod(cases[i]);
    test_random_numbers();
    test_int64();
    static const char sixteen[] = "0x10"; // hexadecimal is not read
    double hex = 1;
    const char *end = plt_parse_double(sixteen, sixteen + 4, &hex);
    REQUIRE_CMP((int)(end - sixteen), <=, 1, "d");

    if (!setlocale(LC_ALL, "de_DE.UTF-8"))
        printf("note: no de_DE locale here; the comma locale is tested in tests/run\n");
    char text[32];
    plt_format(text, sizeof(text), "%.2f", 1.25);
    REQUIRE_STR(text, "1.25");
    double v = 0;
    REQUIRE(plt_parse_number("1.25", &v) && v == 1.25);
    REQUIRE(!plt_parse_number("1,25", &v) && !plt_parse_number("inf", &v));
    return test_result();
}
