// Time zones: TZif files made here, broken ones, POSIX rules, and the system's own files at
// instants that are known.
#include "test.h"

#include <sys/stat.h>
#include <unistd.h>

#include <plotlib/scale/rule.h>

// --- files made here
// ----------------------------------------------------------------------

struct bytes {
    uint8_t at[4096];
    size_t size;
};

static void put(struct bytes *b, uint64_t value, int size)
{
    for (int i = size - 1; i >= 0; i--)
        b->at[b->size++] = (uint8_t)(value >> (8 * i));
}

// "AAA" +1 h, "BBB" +2 h daylight; two changes.
static void put_block(struct bytes *b, char version, int time_size)
{
    memcpy(b->at + b->size, "TZif", 4);
    b->size += 4;
    put(b, (uint8_t)version, 1);
    b->size += 15;
    static const uint32_t counts[] = {0, 0, 0, 2, 2, 8};
    for (int i = 0; i < 6; i++)
        put(b, counts[i], 4);
    put(b, 1000000, time_size);
    put(b, 2000000, time_size);
    put(b, 1, 1);
    put(b, 0, 1);
    put(b, 3600, 4), put(b, 0, 1), put(b, 0, 1);
    put(b, 7200, 4), put(b, 1, 1), put(b, 4, 1);
    memcpy(b->at + b->size, "AAA\0BBB", 8);
    b->size += 8;
}

static struct bytes make_file(char version, const char *footer)
{
    struct bytes b = {{0}, 0};
    put_block(&b, version, 4);
    if (version == 0)
        return b;
    put_block(&b, version, 8);
    b.size += (size_t)snprintf((char *)b.at + b.size, 100, "\n%s\n", footer);
    return b;
}

static void test_made(void)
{
    static const char versions[] = {0, '2', '3', '4'};
    for (int i = 0; i < 4; i++) {
        struct bytes b = make_file(versions[i], "AAA-1");
        const char *fault = NULL;
        struct plt_zone *zone = plt_zone_parse(b.at, b.size, &fault);
        REQUIRE(zone != NULL);
        if (!zone)
            continue;
        char abbrev[12];
        REQUIRE_CMP(plt_zone_offset(zone, 0, abbrev), ==, 3600, "d");
        REQUIRE_STR(abbrev, "AAA");
        REQUIRE_CMP(plt_zone_offset(zone, 999999, NULL), ==, 3600, "d");
        REQUIRE_CMP(plt_zone_offset(zone, 1000000, abbrev), ==, 7200, "d");
        REQUIRE_STR(abbrev, "BBB");
        REQUIRE_CMP(plt_zone_offset(zone, 2000000, NULL), ==, 3600, "d");
        // 1000000 reads 1003600 before and 1007200 after: what lies between is skipped.
        REQUIRE_CMP(plt_zone_from_local(zone, 1003599), ==, INT64_C(999999), PRId64);
        REQUIRE_CMP(plt_zone_from_local(zone, 1005000), ==, INT64_C(1000000), PRId64);
        REQUIRE_CMP(plt_zone_from_local(zone, 1007200), ==, INT64_C(1000000), PRId64);
        // 2000000 reads 2007200 before and 2003600 after: there twice, the first counts.
        REQUIRE_CMP(plt_zone_from_local(zone, 2005000), ==, INT64_C(1997800), PRId64);
        REQUIRE_CMP(plt_zone_from_local(zone, 2007200), ==, INT64_C(2003600), PRId64);
        struct plt_zone_span other;
        REQUIRE(plt_zone_ambiguous(zone, 1997800, &other));
        REQUIRE_CMP(other.offset, ==, 3600, "d");
        REQUIRE(plt_zone_ambiguous(zone, 2001400, &other));
        REQUIRE_CMP(other.offset, ==, 7200, "d");
        REQUIRE(!plt_zone_ambiguous(zone, 1996399, &other));
        REQUIRE(!plt_zone_ambiguous(zone, 2003600, &other));
        plt_zone_free(zone);
    }
}

// Cut anywhere, or with bytes changed: refused or read, never more.
static void test_broken(void)
{
    const char *fault = NULL;
    struct bytes good = make_file('2', "AAA-1BBB,M3.5.0,M10.5.0/3");
    for (size_t size = 0; size < good.size; size++) {
        uint8_t *copy = malloc(size ? size : 1); // exact: ASan sees a read past it
        memcpy(copy, good.at, size);
        struct plt_zone *zone = plt_zone_parse(copy, size, &fault);
        REQUIRE(zone == NULL && fault != NULL);
        plt_zone_free(zone);
        free(copy);
    }
    struct test_random random = test_random_seeded();
    for (int i = 0; i < 20000; i++) {
        struct bytes b = good;
        for (uint64_t n = 1 + test_below(&random, 4); n > 0; n--)
            b.at[test_below(&random, b.size)] = (uint8_t)test_next(&random);
        uint8_t *copy = malloc(b.size);
        memcpy(copy, b.at, b.size);
        struct plt_zone *zone = plt_zone_parse(copy, b.size, &fault);
        for (int k = 0; zone && k < 20; k++) {
            int64_t at =
                (int64_t)(test_next(&random) >> test_below(&random, 40)) * (k & 1 ? -1 : 1);
            struct plt_zone_span span = plt_zone_at(zone, at);
            REQUIRE(span.offset > -700000 && span.offset < 700000);
            (void)plt_zone_from_local(zone, at % (INT64_C(1) << 40));
        }
        plt_zone_free(zone);
        free(copy);
    }
}

static void test_rules(void)
{
    static const char *const bad[] = {
        "",          "CE-1",           "CET",
        "CET-1CEST", "CET-1CEST,M3",   "CET-1CEST,M3.6.0,J1",
        "CET-200",   "CET-1x",         "CET-1CEST,J0,J5",
        "<+03-3",    "CET-1CEST,1,2,", "CET-1CEST,M13.1.0,J5"};
    struct plt_rule rule;
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
        REQUIRE(!plt_rule_parse(&rule, bad[i], strlen(bad[i])));
    const char *text = "<+0330>-3:30<+0430>,J79/24,J263/24";
    REQUIRE(plt_rule_parse(&rule, text, strlen(text)));
    REQUIRE_CMP(rule.offset[0], ==, 12600, "d");
    REQUIRE_CMP(rule.offset[1], ==, 16200, "d");
    REQUIRE_STR(rule.abbrev[1], "+0430");
    text = "CET-1CEST,M3.5.0,M10.5.0/3";
    REQUIRE(plt_rule_parse(&rule, text, strlen(text)));
    // 2100-03-28 and 2100-10-31, 01:00 UTC.
    REQUIRE_CMP(plt_rule_at(&rule, INT64_C(4109878799)).offset, ==, 3600, "d");
    struct plt_zone_span span = plt_rule_at(&rule, INT64_C(4109878800));
    REQUIRE_CMP(span.offset, ==, 7200, "d");
    REQUIRE_CMP(span.from, ==, INT64_C(4109878800), PRId64);
    REQUIRE_CMP(span.until, ==, INT64_C(4128627600), PRId64);
}

// --- the system's
// -------------------------------------------------------------------------

static int warnings;

static void count_warnings(void *user, enum plt_level level, enum plt_msg id,
                           const char *text)
{
    (void)user;
    (void)level;
    warnings += id == PLT_MSG_FILE_OPEN && strstr(text, "using UTC") != NULL;
}

static void test_names(void)
{
    static char too_long[100];
    memset(too_long, 'a', sizeof(too_long) - 1);
    struct plt_log *log = plt_log_create(&(struct plt_log_params){.fn = count_warnings});
    const char *const refused[] = {"../zone", "/etc/passwd", "a/../b", "No/Such", "Europe",
                                   "a b",     "\xc3\xa4",    "x%n",    too_long};
    for (int i = 0; i < (int)(sizeof(refused) / sizeof(refused[0])); i++) {
        struct plt_zone *zone = plt_zone_load(refused[i], log);
        REQUIRE(zone != NULL);
        REQUIRE_STR(plt_zone_name(zone), "UTC");
        REQUIRE_CMP(plt_zone_offset(zone, 1700000000, NULL), ==, 0, "d");
        REQUIRE_CMP(warnings, ==, i + 1, "d");
        plt_zone_free(zone);
    }
    struct plt_zone *utc = plt_zone_load("UTC", log);
    REQUIRE_CMP(warnings, ==, 9, "d");
    plt_zone_free(utc);
    plt_zone_free(NULL);
    char directory[] = "/tmp/plotlib-zone-XXXXXX", path[128];
    REQUIRE(mkdtemp(directory) != NULL);
    snprintf(path, sizeof(path), "%s/Made", directory);
    struct bytes b = make_file('2', "AAA-1");
    FILE *file = fopen(path, "wb");
    REQUIRE(file && fwrite(b.at, 1, b.size, file) == b.size && fclose(file) == 0);
    struct plt_zone *made = plt_zone_load_from(directory, "Made", log);
    REQUIRE_STR(plt_zone_name(made), "Made");
    REQUIRE_CMP(plt_zone_offset(made, 1500000, NULL), ==, 7200, "d");
    plt_zone_free(made);
    unlink(path);
    rmdir(directory);
    plt_log_unref(log);
}

static void test_system(void)
{
    static const struct {
        const char *name;
        int64_t at;
        int32_t offset;
        const char *abbrev;
    } table[] = {
        {"Europe/Berlin", 1774746000 - 1, 3600, "CET"}, // 2026-03-29 01:00 UTC
        {"Europe/Berlin", 1774746000, 7200, "CEST"},
        {"Europe/Berlin", 1792890000 - 1, 7200, "CEST"}, // 2026-10-25 01:00 UTC
        {"Europe/Berlin", 1792890000, 3600, "CET"},
        {"Europe/Berlin", INT64_C(4109878800), 7200, "CEST"},
        {"America/New_York", 1772953200 - 1, -18000, "EST"}, // 2026-03-08 07:00 UTC
        {"America/New_York", 1772953200, -14400, "EDT"},
        {"America/New_York", 0, -18000, "EST"},
        {"Asia/Kathmandu", 504901800 - 1, 19800, "+0530"}, // 1986-01-01 00:00 +0530
        {"Asia/Kathmandu", 504901800, 20700, "+0545"},
        {"Asia/Kathmandu", INT64_C(4000000000), 20700, "+0545"},
        {"Australia/Lord_Howe", 1775314800 - 1, 39600, "+11"}, // 2026-04-04 15:00 UTC
        {"Australia/Lord_Howe", 1775314800, 37800, "+1030"},
    };
    if (access("/usr/share/zoneinfo/Europe/Berlin", R_OK) != 0) {
        printf("no zones in /usr/share/zoneinfo: instants not compared\n");
        return;
    }
    for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
        struct plt_zone *zone = plt_zone_load(table[i].name, NULL);
        char abbrev[12];
        REQUIRE_CMP(plt_zone_offset(zone, table[i].at, abbrev), ==, table[i].offset, "d");
        REQUIRE_STR(abbrev, table[i].abbrev);
        REQUIRE_STR(plt_zone_name(zone), table[i].name);
        plt_zone_free(zone);
    }
}

int main(void)
{
    test_made();
    test_broken();
    test_rules();
    test_names();
    test_system();
    return test_result();
}
