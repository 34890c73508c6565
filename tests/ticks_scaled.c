// Ticks of log, symlog, user and time axes: golden tables, and properties of random views.
#include "test.h"

#include <unistd.h>

#include <plotlib/scale/ticks.h>

static double logit(double v, void *user)
{
    (void)user;
    return v > 0 && v < 1 ? log(v / (1 - v)) : (double)NAN;
}

static double logistic(double s, void *user)
{
    (void)user;
    return 1 / (1 + exp(-s));
}

static double root(double v, void *user)
{
    (void)user;
    return v >= 0 ? sqrt(v) : (double)NAN;
}

static double square(double s, void *user)
{
    (void)user;
    return s * s;
}

enum { LOG, SYMLOG, LOGIT, ROOT, NUM_SCALES };

static struct plt_scale make_scale(int kind)
{
    static const struct plt_scale_params params[] = {
        {.kind = PLT_SCALE_LOG10},
        {.kind = PLT_SCALE_SYMLOG},
        {.kind = PLT_SCALE_USER, .forward = logit, .inverse = logistic},
        {.kind = PLT_SCALE_USER, .forward = root, .inverse = square},
    };
    struct plt_scale scale = {0};
    REQUIRE(plt_scale_init(&scale, &params[kind], NULL));
    return scale;
}

static void print_ticks(const struct plt_ticks *ticks, char *text, size_t size)
{
    size_t n = 0;
    text[0] = '\0';
    for (int i = 0; i < ticks->count && n < size; i++) {
        char label[64];
        plt_ticks_label(ticks, i, label, sizeof(label));
        n += (size_t)snprintf(text + n, size - n, "%s%s", i ? " " : "", label);
    }
}

static void test_golden_scales(void)
{
    static const struct {
        int kind;
        double lo, hi;
        bool use_si;
        const char *expected;
    } table[] = {
        {LOG, 0.01, 100, false, "0.01 0.1 1 10 100"},
        {LOG, 1, 1000, false, "1 3 10 30 100 300 1000"},
        {LOG, 1e3, 1e6, true, "1 3 10 30 100 300 1000"},
        {LOG, 1e-9, 1e9, false, "10⁻⁹ 10⁻⁶ 10⁻³ 10⁰ 10³ 10⁶ 10⁹"},
        {LOG, 1e-7, 1e-3, false, "10⁻⁷ 10⁻⁶ 10⁻⁵ 10⁻⁴ 10⁻³"},
        {LOG, 0.1, 20, false, "0.1 0.2 0.5 1 2 5 10 20"},
        {LOG, 3, 9, false, "4 6 8"},
        {LOG, 8, 12, false, "8 9 10 11 12"},
        {LOG, 3.14, 3.15, false, "3.140 3.142 3.144 3.146 3.148 3.150"},
        {LOG, 1000, 1, false, "1 3 10 30 100 300 1000"},
        {LOG, 0, 1, false, ""},
        {LOG, -5, -1, false, ""},
        {SYMLOG, -1000, 1000, false, "−1000 −100 −10 0 10 100 1000"},
        {SYMLOG, -0.5, 0.5, false, "−0.4 −0.2 0.0 0.2 0.4"},
        {SYMLOG, -1e9, 1e9, false, "−10⁹ −10⁶ −10³ 0 10³ 10⁶ 10⁹"},
        {LOGIT, 0.001, 0.999, false, "0.001 0.01 0.1 0.5 0.9 0.99"},
        {LOGIT, 2, 3, false, ""},
    };
    for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
        struct plt_scale scale = make_scale(table[i].kind);
        struct plt_ticks ticks;
        char text[1024];
        plt_ticks_choose_scaled(&ticks, &scale, table[i].lo, table[i].hi, 600, 75,
                                table[i].use_si);
        print_ticks(&ticks, text, sizeof(text));
        REQUIRE_STR(text, table[i].expected);
    }
}

static void check_scaled(const struct plt_scale *scale, double lo, double hi,
                         double length_px, double min_px, bool use_si, bool narrow)
{
    struct plt_ticks ticks;
    plt_ticks_choose_scaled(&ticks, scale, lo, hi, length_px, min_px, use_si);
    double from = plt_scale_forward(scale, lo), to = plt_scale_forward(scale, hi);
    double last_px = -INFINITY;
    char labels[PLT_MAX_TICKS][64];
    for (int i = 0; i < ticks.count; i++) {
        double v = plt_ticks_value(&ticks, i);
        REQUIRE(v >= lo && v <= hi);
        double px = (plt_scale_forward(scale, v) - from) / (to - from) * length_px;
        REQUIRE_CMP(px - last_px, >=, min_px * (1 - 1e-6) - 1e-6, "g");
        last_px = px;
        REQUIRE(plt_ticks_label(&ticks, i, labels[i], 64) > 0);
        for (int k = 0; k < i; k++)
            REQUIRE(strcmp(labels[i], labels[k]) != 0);
    }
    if (length_px >= 6 * min_px && !narrow)
        REQUIRE_CMP(ticks.count, >=, 2, "d");
    double minor[PLT_MAX_MINOR];
    int num = plt_ticks_minor(&ticks, lo, hi, minor, PLT_MAX_MINOR);
    for (int i = 0; i < num; i++) {
        REQUIRE(minor[i] >= lo && minor[i] <= hi && (i == 0 || minor[i] > minor[i - 1]));
        for (int k = 0; k < ticks.count; k++)
            REQUIRE(minor[i] != plt_ticks_value(&ticks, k));
    }
}

static void test_random_scales(void)
{
    struct test_random random = test_random_seeded();
    for (int i = 0; i < 20000 && !test_failures; i++) {
        int kind = (int)test_below(&random, NUM_SCALES);
        struct plt_scale scale = make_scale(kind);
        double a = pow(10, test_uniform(&random) * 40 - 20);
        double b = test_below(&random, 2) ? pow(10, test_uniform(&random) * 40 - 20)
                                          : a * (1 + pow(10, -9 * test_uniform(&random)));
        if (kind == SYMLOG && test_below(&random, 2))
            a = -a;
        if (kind == SYMLOG && test_below(&random, 2))
            b = -b;
        if (kind == LOGIT)
            a = a / (1 + a), b = b / (1 + b);
        double lo = fmin(a, b), hi = fmax(a, b);
        double span = plt_scale_forward(&scale, hi) - plt_scale_forward(&scale, lo);
        if (!(span > 1e-12) || !isfinite(span))
            continue;
        double length_px = 50 + 4000 * test_uniform(&random);
        double min_px = 20 + 150 * test_uniform(&random);
        bool narrow = hi - lo < 1e-10 * fmax(fabs(lo), fabs(hi));
        check_scaled(&scale, lo, hi, length_px, min_px, test_below(&random, 2),
                     narrow || kind == LOGIT);
        if (test_failures)
            fprintf(stderr, "view %d: scale %d, %.17g .. %.17g, %g px, at least %g px\n", i,
                    kind, lo, hi, length_px, min_px);
    }
}

// --- time
// ---------------------------------------------------------------------------------

static const int64_t second = 1000000000;

static void test_golden_times(void)
{
    static const struct {
        int64_t from_s, from_ns, span_ns;
        const char *labels, *context;
    } table[] = {
        {1700000000, 123456789, 800,
         ".1234568 .1234569 .1234570 .1234571 .1234572 .1234573 .1234574 .1234575",
         "2023-11-14 23:13:20"},
        {1700000000, 0, 60,
         ".00000000 .00000001 .00000002 .00000003 .00000004 .00000005 "
         ".00000006",
         "2023-11-14 23:13:20"},
        {1700000000, 100000000, 300000000, ".10 .15 .20 .25 .30 .35 .40",
         "2023-11-14 23:13:20"},
        {1700000000, 0, 3000000000,
         "23:13:20.0 23:13:20.5 23:13:21.0 23:13:21.5 23:13:22.0 23:13:22.5 23:13:23.0",
         "2023-11-14"},
        {1700002000, 0, 3600000000000, "23:50 00:00 00:10 00:20 00:30 00:40",
         "2023-11-14; 2023-11-15"},
        // The hour from 02:00 comes twice: 2026-10-25.
        {1792886400, 0, 21600000000000,
         "02:00 CEST 02:00 CET 03:00 04:00 05:00 06:00 07:00", "2026-10-25"},
        // No 02:00: 2026-03-29.
        {1774738800, 0, 21600000000000, "00:00 01:00 03:00 04:00 05:00 06:00 07:00",
         "2026-03-29"},
        {1774656000, 0, 172800000000000, "06:00 12:00 18:00 00:00 06:00 12:00 18:00 00:00",
         "2026-03-28; 2026-03-29; 2026-03-30"},
        {1700000000, 0, 864000000000000, "Nov 15 Nov 17 Nov 19 Nov 21 Nov 23", "2023"},
        {1700000000, 0, 5184000000000000, "Nov 21 Dec 1 Dec 11 Dec 21 Jan 1 Jan 11",
         "2023; 2024"},
        {1700000000, 0, 315360000000000000, "2024 2026 2028 2030 2032",
         "2023-11-14 – 2033-11-11"},
    };
    if (access("/usr/share/zoneinfo/Europe/Berlin", R_OK) != 0)
        return;
    struct plt_zone *zone = plt_zone_load("Europe/Berlin", NULL);
    for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
        int64_t t0 = table[i].from_s * second + table[i].from_ns;
        struct plt_ticks ticks;
        plt_ticks_choose_time(&ticks, zone, t0, t0 + table[i].span_ns, t0, 800, 80);
        char text[1024], context[1024] = "";
        print_ticks(&ticks, text, sizeof(text));
        REQUIRE_STR(text, table[i].labels);
        for (int n = 0, k = 0; n < ticks.list.num_context; n++)
            k += snprintf(context + k, sizeof(context) - (size_t)k, "%s%s", n ? "; " : "",
                          ticks.list.context[n].text);
        REQUIRE_STR(context, table[i].context);
    }
    plt_zone_free(zone);
}

// The text of the context above a tick.
static const char *context_of(const struct plt_ticks *ticks, double at)
{
    const char *text = "";
    for (int i = 0; i < ticks->list.num_context; i++)
        if (ticks->list.context[i].from <= at)
            text = ticks->list.context[i].text;
    return text;
}

static void check_time(const struct plt_zone *zone, int64_t lo, int64_t hi,
                       double length_px, double min_px)
{
    struct plt_ticks ticks;
    plt_ticks_choose_time(&ticks, zone, hi, lo, lo, length_px, min_px);
    double px_per_ns = length_px / (double)((uint64_t)hi - (uint64_t)lo);
    static char labels[PLT_MAX_TICKS][160];
    const struct plt_tick_list *list = &ticks.list;
    for (int i = 0; i < ticks.count; i++) {
        REQUIRE(list->time[i] >= lo && list->time[i] <= hi);
        if (i > 0) {
            REQUIRE(list->time[i] > list->time[i - 1]);
            double gap = (double)(list->time[i] - list->time[i - 1]) * px_per_ns;
            REQUIRE_CMP(gap, >=, min_px * (1 - 1e-6), "g");
        }
        snprintf(labels[i], sizeof(labels[i]), "%s|%s", list->label[i],
                 context_of(&ticks, list->value[i]));
        REQUIRE(list->label[i][0] != '\0');
        for (int k = 0; k < i; k++)
            REQUIRE(strcmp(labels[i], labels[k]) != 0);
    }
    REQUIRE(list->num_context >= 1);
    REQUIRE_CMP(list->context[0].from, ==, 0.0, "g");
    for (int i = 0; i < list->num_context; i++) {
        REQUIRE(strlen(list->context[i].text) >= 4);
        REQUIRE(list->context[i].to >= list->context[i].from);
        REQUIRE(i == 0 || list->context[i].from == list->context[i - 1].to);
    }
    for (int i = 1; i < list->num_minor; i++)
        REQUIRE(list->minor[i] >= list->minor[i - 1]);
    // Two of them wherever there is room: steps never grow by more than 3.5.
    if (length_px >= 8 * min_px && (double)(hi - lo) * px_per_ns > 0 && hi - lo > 100)
        REQUIRE_CMP(ticks.count, >=, 2, "d");
}

static void test_random_times(void)
{
    static const char *const names[] = {
        "UTC",          "Europe/Berlin",     "America/New_York",    "Asia/Kathmandu",
        "Pacific/Apia", "America/Sao_Paulo", "Australia/Lord_Howe", "Africa/Monrovia"};
    struct test_random random = test_random_seeded();
    bool installed = access("/usr/share/zoneinfo/Europe/Berlin", R_OK) == 0;
    for (size_t z = 0; z < (installed ? sizeof(names) / sizeof(names[0]) : 1); z++) {
        struct plt_zone *zone = plt_zone_load(names[z], NULL);
        for (int i = 0; i < 1500 && !test_failures; i++) {
            int64_t lo = (int64_t)test_next(&random);
            if (test_below(&random, 2)) // now, or near a change of clocks
                lo = (1774746000 + (int64_t)test_below(&random, 40000000)) * second;
            if (test_below(&random, 16) == 0)
                lo = test_below(&random, 2) ? INT64_MIN : INT64_MAX - 1000000;
            double size = pow(10, test_uniform(&random) * 18.9);
            uint64_t room = (uint64_t)INT64_MAX - (uint64_t)lo, span = (uint64_t)size + 1;
            int64_t hi = (int64_t)((uint64_t)lo + (span < room ? span : room));
            if (hi <= lo || (uint64_t)hi - (uint64_t)lo > INT64_MAX)
                continue;
            double length_px = 50 + 4000 * test_uniform(&random);
            double min_px = 20 + 150 * test_uniform(&random);
            check_time(zone, lo, hi, length_px, min_px);
            if (test_failures)
                fprintf(stderr, "%s: %" PRId64 " .. %" PRId64 ", %g px, at least %g px\n",
                        names[z], lo, hi, length_px, min_px);
        }
        plt_zone_free(zone);
    }
}

static void test_odd_times(void)
{
    static const double odd[] = {0, -1, NAN, INFINITY, 1e-300, 1e300};
    struct plt_ticks ticks;
    for (int i = 0; i < 36; i++) {
        plt_ticks_choose_time(&ticks, NULL, INT64_MIN, INT64_MAX, 0, odd[i % 6],
                              odd[i / 6]);
        REQUIRE(ticks.count >= 0 && ticks.count <= PLT_MAX_TICKS);
    }
    plt_ticks_choose_time(&ticks, NULL, 5, 5, 0, 800, 80);
    REQUIRE_CMP(ticks.count, ==, 0, "d");
    // Too long a stretch for any step on so few pixels: no ticks, but the row says when.
    plt_ticks_choose_time(&ticks, NULL, 1804904448 * second, INT64_MAX, 0, 56, 152);
    REQUIRE_CMP(ticks.count, ==, 0, "d");
    REQUIRE_CMP(ticks.list.num_context, ==, 1, "d");
    REQUIRE(strstr(ticks.list.context[0].text, "2262") != NULL);
}

int main(void)
{
    test_golden_scales();
    test_random_scales();
    test_golden_times();
    test_random_times();
    test_odd_times();
    return test_result();
}
