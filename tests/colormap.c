// Colormaps: names, published ends, own ones, stops, gamma.
#include <plotlib/base/alloc.h>
#include <plotlib/image/colormap.h>

#include "test.h"

static struct plt_log *quiet; // counts what it is told
static int messages;

static void count_message(void *user, enum plt_level level, enum plt_msg id,
                          const char *text)
{
    (void)user, (void)level, (void)id, (void)text;
    messages++;
}

static uint32_t entry_of(const char *name, size_t i)
{
    struct plt_colormap *map = plt_colormap_find(name, quiet);
    REQUIRE(map);
    const uint32_t color = map ? plt_colormap_colors(map)[i] : 0;
    plt_colormap_unref(map);
    return color;
}

// First, middle and last entries as their authors publish them.
static void check_published(void)
{
    static const struct {
        const char *name;
        size_t i;
        uint32_t color;
    } known[] = {
        {"grey", 77, 0xff4d4d4d},      {"viridis", 0, 0xff440154},
        {"viridis", 255, 0xfffde725},  {"turbo", 0, 0xff30123b},
        {"magma", 255, 0xfffcfdbf},    {"cividis", 0, 0xff00224e},
        {"cividis", 255, 0xfffee838},  {"coolwarm", 0, 0xff3b4cc0},
        {"coolwarm", 255, 0xffb40426}, {"hot", 255, 0xffffffff},
        {"cool", 0, 0xff00ffff},       {"RdBu", 0, 0xff67001f},
        {"RdBu", 255, 0xff053061},     {"batlow", 0, 0xff011959},
        {"batlow", 255, 0xfffaccfa},   {"bone", 255, 0xffffffff},
        {"cubehelix", 0, 0xff000000},  {"cubehelix", 255, 0xffffffff},
        {"hsv", 0, 0xffff0000},        {"hsv", 255, 0xffff0000},
    };
    for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
        const uint32_t got = entry_of(known[i].name, known[i].i);
        if (got != known[i].color)
            fprintf(stderr, "%s[%zu]\n", known[i].name, known[i].i);
        REQUIRE_CMP(got, ==, known[i].color, "x");
    }
}

static void check_names(void)
{
    int count = 0;
    for (const char *name; (name = plt_colormap_name(count)); count++) {
        char reversed[40];
        snprintf(reversed, sizeof(reversed), "%s_r", name);
        struct plt_colormap *map = plt_colormap_find(name, quiet);
        struct plt_colormap *back = plt_colormap_find(reversed, quiet);
        REQUIRE(map && back && plt_colormap_known(name) && plt_colormap_known(reversed));
        REQUIRE(plt_colormap_table(map)->opaque);
        REQUIRE(plt_colormap_table(map)->id != plt_colormap_table(back)->id);
        REQUIRE_CMP(plt_colormap_size(map), ==, (size_t)256, "zu");
        for (int i = 0; i < 256; i++) {
            REQUIRE_CMP(plt_colormap_colors(map)[i] >> 24, ==, 255u, "u");
            REQUIRE_CMP(plt_colormap_colors(map)[i], ==, plt_colormap_colors(back)[255 - i],
                        "x");
        }
        plt_colormap_unref(map);
        plt_colormap_unref(back);
    }
    REQUIRE_CMP(count, >=, 30, "d");
    REQUIRE(!plt_colormap_name(-1));
    REQUIRE_CMP(entry_of("gray_r", 0), ==, 0xffffffffu, "x");
    static const char *const unknown[] = {"jet",     "",         "_r", "viridis_",
                                          "Viridis", "grey_r_r", NULL};
    messages = 0;
    for (int i = 0; i < 7; i++)
        REQUIRE(!plt_colormap_find(unknown[i], quiet) && !plt_colormap_known(unknown[i]));
    REQUIRE_CMP(messages, ==, 7, "d");
}

static void check_own(void)
{
    const uint32_t colors[3] = {0x00112233, 0x80445566, 0xff778899};
    struct plt_colormap *map = plt_colormap_create(colors, 3, quiet);
    REQUIRE(map && plt_colormap_ref(map) == map);
    plt_colormap_unref(map);
    REQUIRE(!plt_colormap_table(map)->opaque && plt_colormap_size(map) == 3);
    REQUIRE(memcmp(plt_colormap_colors(map), colors, sizeof(colors)) == 0);
    plt_colormap_unref(map);
    static uint32_t many[65537];
    map = plt_colormap_create(many, 65536, quiet);
    REQUIRE(map);
    plt_colormap_unref(map);
    messages = 0;
    REQUIRE(!plt_colormap_create(many, 1, quiet) && !plt_colormap_create(NULL, 9, quiet));
    REQUIRE(!plt_colormap_create(many, 65537, quiet));
    plt_alloc_fail_at(0, false);
    REQUIRE(!plt_colormap_create(many, 2, quiet));
    plt_alloc_fail_at(-1, false);
    REQUIRE_CMP(messages, ==, 4, "d");
    plt_colormap_unref(NULL);
}

static void check_stops(void)
{
    // Black to red, an edge to half transparent blue, which stays.
    const struct plt_colormap_stop stops[] = {
        {-2, {0, 0, 0, 1}}, {0, {1, 0, 0, 1}}, {0, {0, 0, 1, 0.5f}}, {2, {0, 0, 1, 0.5f}}};
    struct plt_colormap *map = plt_colormap_create_stops(stops, 4, 5, quiet);
    static const uint32_t want[5] = {0xff000000, 0xff800000, 0x800000ff, 0x800000ff,
                                     0x800000ff};
    for (int i = 0; i < 5; i++)
        REQUIRE_CMP(plt_colormap_colors(map)[i], ==, want[i], "x");
    plt_colormap_unref(map);
    messages = 0;
    REQUIRE(!plt_colormap_create_stops(stops, 1, 5, quiet));
    REQUIRE(!plt_colormap_create_stops(stops + 1, 2, 5, quiet)); // no length
    const struct plt_colormap_stop back[] = {{1, {0, 0, 0, 1}}, {0, {1, 1, 1, 1}}};
    const struct plt_colormap_stop odd[] = {{0, {0, 0, 0, 1}}, {NAN, {1, 1, 1, 1}}};
    REQUIRE(!plt_colormap_create_stops(back, 2, 5, quiet));
    REQUIRE(!plt_colormap_create_stops(odd, 2, 5, quiet));
    REQUIRE_CMP(messages, ==, 4, "d");
}

static void check_gamma(void)
{
    struct plt_colormap *grey = plt_colormap_find("grey", quiet);
    struct plt_colormap *same = plt_colormap_fold(grey, 1, quiet);
    REQUIRE(same == grey);
    plt_colormap_unref(same);
    struct plt_colormap *folded = plt_colormap_fold(grey, 2.2, quiet);
    REQUIRE_CMP(plt_colormap_size(folded), ==, (size_t)4096, "zu");
    for (int i = 0; i < 4096; i++) {
        const double p = pow((i + 0.5) / 4096, 2.2);
        const uint32_t level = (uint32_t)floor(p * 256);
        REQUIRE_CMP(plt_colormap_colors(folded)[i], ==, 0xff000000u | level * 0x010101u,
                    "x");
    }
    plt_colormap_unref(folded);
    plt_colormap_unref(grey);
}

int main(void)
{
    quiet = plt_log_create(&(struct plt_log_params){.fn = count_message});
    check_published();
    check_names();
    check_own();
    check_stops();
    check_gamma();
    plt_log_unref(quiet);
    return test_result();
}
