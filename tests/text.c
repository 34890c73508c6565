// Text: shaping, the glyph atlas, the cache of shaped strings, bad input, no memory.
#include "test.h"

#include <plotlib/base/alloc.h>
#include <plotlib/log.h>
#include <plotlib/text/text.h>

static const char font_file[] = "/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf";
static const char sample[] = "Pressure (kPa) \u221212.5 \u00d710\u2076 \u00b5V";

struct run {
    struct plt_glyph *glyphs;
    size_t num, capacity;
};

static struct run shape(struct plt_font *font, double px, enum plt_text_turn turn,
                        const char *text)
{
    struct run run = {0};
    REQUIRE(plt_text_shape(font, px, turn, text, &run.glyphs, &run.num, &run.capacity));
    return run;
}

static bool same_glyphs(const struct plt_glyph *a, const struct plt_glyph *b, size_t num)
{
    for (size_t i = 0; i < num; i++, a++, b++)
        if (a->x != b->x || a->y != b->y || a->page != b->page || a->page_x != b->page_x ||
            a->page_y != b->page_y || a->w != b->w || a->h != b->h)
            return false;
    return true;
}

static bool same(const struct run *a, const struct run *b)
{
    return a->num == b->num && same_glyphs(a->glyphs, b->glyphs, a->num);
}

static const uint8_t *pixel(const struct plt_font *font, const struct plt_glyph *g, int x,
                            int y)
{
    struct plt_glyph_page page = plt_font_page(font, g->page);
    return &page.pixels[(size_t)(g->page_y + y) * (size_t)page.width + g->page_x + x];
}

static void test_measure(struct plt_font *font)
{
    static const double sizes[] = {8, 13.333, 14.667, 26.667, 100, 512};
    for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
        struct plt_text_size size = plt_text_measure(font, sizes[i], sample);
        struct run run = shape(font, sizes[i], PLT_TEXT_LEVEL, sample);
        REQUIRE_CMP(run.num, ==, (size_t)24, "zu"); // 27 characters, 3 of them blanks
        int slack = 2 + (int)(sizes[i] / 8);
        for (size_t k = 0; k < run.num; k++) {
            const struct plt_glyph *g = &run.glyphs[k];
            REQUIRE_CMP(g->x, >=, -slack, "d");
            REQUIRE_CMP(g->x + g->w, <=, size.width + slack, "d");
            REQUIRE_CMP(g->y, >=, -size.ascent - 1, "d");
            REQUIRE_CMP(g->y + g->h, <=, size.descent + 1, "d");
            if (k > 0)
                REQUIRE_CMP(g->x, >, run.glyphs[k - 1].x, "d");
        }
        REQUIRE_CMP(-run.glyphs[0].y, ==, size.cap_height, "d"); // "P"
        plt_free(run.glyphs);
    }
    REQUIRE_CMP(plt_text_measure(font, 13.333, "").width, ==, 0, "d");
    REQUIRE_CMP(plt_text_measure(font, 13.333, NULL).ascent, ==, 0, "d");
    REQUIRE_CMP(plt_text_measure(NULL, 13.333, "a").width, ==, 0, "d");
    // Digits are as wide as each other: labels line up and do not jump while they count.
    int digit = plt_text_measure(font, 13.333, "0").width;
    for (char c = '1'; c <= '9'; c++) {
        char text[] = {c, c, '\0'};
        REQUIRE_CMP(plt_text_measure(font, 13.333, text).width, ==, 2 * digit, "d");
    }
}

static void test_kerning_and_ligatures(struct plt_font *font)
{
    int apart =
        plt_text_measure(font, 100, "A").width + plt_text_measure(font, 100, "V").width;
    REQUIRE_CMP(plt_text_measure(font, 100, "AV").width, <, apart, "d");
    struct run run = shape(font, 40, PLT_TEXT_LEVEL, "fi");
    REQUIRE(run.num == 1 || run.num == 2);
    plt_free(run.glyphs);
    run = shape(font, 40, PLT_TEXT_LEVEL, "e\u0301"); // a combining accent
    struct run composed = shape(font, 40, PLT_TEXT_LEVEL, "\u00e9");
    REQUIRE(same(&run, &composed));
    plt_free(run.glyphs);
    plt_free(composed.glyphs);
}

static void test_cache(void)
{
    struct plt_font *font = plt_font_create(font_file, NULL);
    struct run first = shape(font, 13.333, PLT_TEXT_LEVEL, sample);
    struct run again = shape(font, 13.333, PLT_TEXT_LEVEL, sample);
    REQUIRE(same(&first, &again));
    for (int i = 0; i < 3000; i++) { // far beyond what is kept
        char text[32];
        snprintf(text, sizeof(text), "%d.5", i);
        again.num = 0;
        REQUIRE(plt_text_shape(font, 13.333, PLT_TEXT_LEVEL, text, &again.glyphs,
                               &again.num, &again.capacity));
    }
    again.num = 0;
    REQUIRE(plt_text_shape(font, 13.333, PLT_TEXT_LEVEL, sample, &again.glyphs, &again.num,
                           &again.capacity));
    REQUIRE(same(&first, &again));
    // Appended behind what is there.
    REQUIRE(plt_text_shape(font, 13.333, PLT_TEXT_LEVEL, sample, &again.glyphs, &again.num,
                           &again.capacity));
    REQUIRE_CMP(again.num, ==, 2 * first.num, "zu");
    REQUIRE(same_glyphs(again.glyphs + first.num, first.glyphs, first.num));
    REQUIRE_CMP(plt_font_num_pages(font), ==, 1, "d");
    plt_free(first.glyphs);
    plt_free(again.glyphs);
    plt_font_destroy(font);
}

static void test_pages(void)
{
    struct plt_font *font = plt_font_create(font_file, NULL);
    REQUIRE_CMP(plt_font_num_pages(font), ==, 0, "d");
    struct run run = shape(font, 13.333, PLT_TEXT_LEVEL, "0123456789.-");
    struct plt_glyph_page page = plt_font_page(font, 0);
    REQUIRE(page.id != 0 && page.pixels);
    for (size_t i = 0; i < run.num; i++) {
        const struct plt_glyph *g = &run.glyphs[i];
        REQUIRE(g->page_x + g->w <= page.width && g->page_y + g->h <= page.height);
        int ink = 0;
        for (int y = 0; y < g->h; y++)
            for (int x = 0; x < g->w; x++)
                ink += *pixel(font, g, x, y);
        REQUIRE_CMP(ink, >, 255, "d");
    }
    run.num = 0;
    REQUIRE(plt_text_shape(font, 13.333, PLT_TEXT_LEVEL, "9876", &run.glyphs, &run.num,
                           &run.capacity));
    REQUIRE_CMP(plt_font_page(font, 0).generation, ==, page.generation, PRIu64);
    REQUIRE(plt_text_shape(font, 13.333, PLT_TEXT_LEVEL, "k", &run.glyphs, &run.num,
                           &run.capacity));
    REQUIRE_CMP(plt_font_page(font, 0).generation, >, page.generation, PRIu64);
    for (int size = 20; plt_font_num_pages(font) < 3; size++)
        plt_free(shape(font, size, PLT_TEXT_LEVEL, "abcdefghijklmnopqrstuvwxyz").glyphs);
    REQUIRE(plt_font_page(font, 1).id != plt_font_page(font, 2).id);
    plt_font_trim(font);
    REQUIRE_CMP(plt_font_num_pages(font), ==, 3, "d");
    for (int size = 200; plt_font_num_pages(font) < 17; size++)
        plt_free(shape(font, size, PLT_TEXT_LEVEL, "abcdefghijklmnopqrstuvwxyz").glyphs);
    plt_font_trim(font);
    REQUIRE_CMP(plt_font_num_pages(font), ==, 0, "d");
    struct run after = shape(font, 13.333, PLT_TEXT_LEVEL, "9876");
    REQUIRE_CMP(after.num, ==, (size_t)4, "zu");
    REQUIRE(plt_font_page(font, 0).id != page.id);
    struct plt_font *other = plt_font_create(font_file, NULL);
    plt_free(shape(other, 13.333, PLT_TEXT_LEVEL, "9876").glyphs);
    REQUIRE(plt_font_page(other, 0).id != plt_font_page(font, 0).id);
    REQUIRE(plt_font_page(other, -1).id == 0 && plt_font_page(other, 1).id == 0);
    plt_font_destroy(other);
    plt_free(after.glyphs);
    plt_free(run.glyphs);
    plt_font_destroy(font);
}

// No two glyphs share a pixel of a page.
static void test_packing(void)
{
    struct plt_font *font = plt_font_create(font_file, NULL);
    struct run run = {0};
    for (int px = 10; px < 60; px += 7)
        for (int c = 33; c < 127; c++) {
            char text[] = {(char)c, '\0'};
            REQUIRE(plt_text_shape(font, px, c & 1, text, &run.glyphs, &run.num,
                                   &run.capacity));
        }
    int pages = plt_font_num_pages(font);
    uint8_t *taken = calloc((size_t)pages, 512 * 512);
    for (size_t i = 0; i < run.num; i++) {
        const struct plt_glyph *g = &run.glyphs[i];
        int shared = 0;
        for (int y = 0; y < g->h; y++)
            for (int x = 0; x < g->w; x++)
                shared += taken[(g->page * 512 + g->page_y + y) * 512 + g->page_x + x]++;
        REQUIRE_CMP(shared, ==, 0, "d");
    }
    free(taken);
    plt_free(run.glyphs);
    plt_font_destroy(font);
}

// The same ink turned about the origin: a pixel (x, y) lies at (y, -1 - x).
static void test_turned(struct plt_font *font)
{
    struct run level = shape(font, 13.333, PLT_TEXT_LEVEL, sample);
    struct run up = shape(font, 13.333, PLT_TEXT_UP, sample);
    REQUIRE_CMP(level.num, ==, up.num, "zu");
    for (size_t i = 0; i < level.num && i < up.num; i++) {
        const struct plt_glyph *a = &level.glyphs[i], *b = &up.glyphs[i];
        REQUIRE_CMP(a->w, ==, b->h, "d");
        REQUIRE_CMP(a->h, ==, b->w, "d");
        REQUIRE_CMP(b->x, ==, a->y, "d");
        REQUIRE_CMP(b->y + b->h, ==, -a->x, "d");
        REQUIRE(a->page != b->page || a->page_x != b->page_x || a->page_y != b->page_y);
        int different = 0;
        for (int y = 0; y < a->h; y++)
            for (int x = 0; x < a->w; x++)
                different += *pixel(font, a, x, y) != *pixel(font, b, y, a->w - 1 - x);
        REQUIRE_CMP(different, ==, 0, "d");
    }
    plt_free(level.glyphs);
    plt_free(up.glyphs);
}

static void require_like(struct plt_font *font, const char *text, const char *expected)
{
    struct run a = shape(font, 20, PLT_TEXT_LEVEL, text);
    struct run b = shape(font, 20, PLT_TEXT_LEVEL, expected);
    if (!same(&a, &b))
        fprintf(stderr, "shapes unlike \"%s\": ", expected);
    REQUIRE(same(&a, &b));
    plt_free(a.glyphs);
    plt_free(b.glyphs);
}

static void test_bad_text(struct plt_font *font)
{
    require_like(font,
                 "a\xff"
                 "b",
                 "a\ufffd"
                 "b");
    require_like(font, "\x80", "\ufffd");
    require_like(font, "\xe2\x88", "\ufffd"); // cut short
    require_like(font, "\xe2\x88x", "\ufffdx");
    require_like(font, "\xc0\xaf", "\ufffd\ufffd");           // overlong
    require_like(font, "\xed\xa0\x80", "\ufffd\ufffd\ufffd"); // a surrogate
    require_like(font, "\xf4\x90\x80\x80", "\ufffd\ufffd\ufffd\ufffd");
    require_like(font, "\xf0\x9f\x98", "\ufffd");
    require_like(font,
                 "a\nb\tc\x7f\xc2\x85"
                 "d\u2028",
                 "abcd");
    struct run none = shape(font, 20, PLT_TEXT_UP, "\n\r\x01");
    REQUIRE_CMP(none.num, ==, (size_t)0, "zu");
    REQUIRE_CMP(plt_text_measure(font, 20, "\n").width, ==, 0, "d");
    none = shape(NULL, 20, PLT_TEXT_LEVEL, "a");
    REQUIRE_CMP(none.num, ==, (size_t)0, "zu");
    // Right to left, other scripts, private use: safe, whatever fonts there are.
    static const char *const odd[] = {"\u05e9\u05dc\u05d5\u05dd 12 x",
                                      "\u65e5\u672c\u8a9e",
                                      "\U0001f600",
                                      "\u0645\u0631",
                                      "\ue000\U0010ffff",
                                      "\u0301\u0301a",
                                      "\u200d\u200b"};
    for (size_t i = 0; i < sizeof(odd) / sizeof(odd[0]); i++)
        plt_free(shape(font, 20, PLT_TEXT_LEVEL, odd[i]).glyphs);
}

static void test_sizes(struct plt_font *font)
{
    struct {
        double px, like;
    } const sizes[] = {
        {0, 1},          {-3, 1},      {NAN, 1},   {-INFINITY, 1},
        {INFINITY, 512}, {1e300, 512}, {600, 512},
    };
    for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
        struct run a = shape(font, sizes[i].px, PLT_TEXT_LEVEL, "Wg");
        struct run b = shape(font, sizes[i].like, PLT_TEXT_LEVEL, "Wg");
        REQUIRE(same(&a, &b));
        plt_free(a.glyphs);
        plt_free(b.glyphs);
    }
    // Larger than a page.
    struct run run = shape(font, 512, PLT_TEXT_UP, "\u0416\u01fa\ufdfa@");
    for (size_t i = 0; i < run.num; i++) {
        struct plt_glyph_page page = plt_font_page(font, run.glyphs[i].page);
        REQUIRE_CMP(run.glyphs[i].page_x + run.glyphs[i].w, <=, page.width, "d");
        REQUIRE_CMP(run.glyphs[i].page_y + run.glyphs[i].h, <=, page.height, "d");
    }
    plt_free(run.glyphs);
}

static void test_long(struct plt_font *font)
{
    enum { LENGTH = 100000 };
    char *text = malloc(LENGTH + 1);
    memset(text, '0', LENGTH);
    text[LENGTH] = '\0';
    int digit = plt_text_measure(font, 13.333, "0").width;
    REQUIRE_CMP(plt_text_measure(font, 13.333, text).width, ==, digit * LENGTH, "d");
    struct run run = shape(font, 512, PLT_TEXT_UP, text);
    REQUIRE_CMP(run.num, ==, (size_t)LENGTH, "zu");
    plt_free(run.glyphs);
    struct test_random random = test_random_seeded();
    for (size_t i = 0; i < LENGTH; i++)
        text[i] = (char)(1 + test_below(&random, 255));
    plt_free(shape(font, 9, PLT_TEXT_LEVEL, text).glyphs);
    free(text);
}

struct messages {
    int count[PLT_MSG_NO_DISPLAY + 1];
};

static void count_message(void *user, enum plt_level level, enum plt_msg id,
                          const char *text)
{
    struct messages *messages = user;
    if ((int)id <= PLT_MSG_NO_DISPLAY)
        messages->count[id]++;
}

static void test_no_font(struct plt_log *log, struct messages *messages)
{
    REQUIRE(!plt_font_create("/nonexistent.ttf", log));
    REQUIRE_CMP(messages->count[PLT_MSG_NO_FONT], ==, 1, "d");
    REQUIRE(!plt_font_create("/proc/self/exe", log));
    REQUIRE(!plt_font_create("/", log));
    REQUIRE(!plt_font_create("", log));
    REQUIRE_CMP(messages->count[PLT_MSG_NO_FONT], ==, 4, "d");
    plt_font_destroy(NULL);
}

// Fails the n-th allocation of opening, measuring and shaping, for every n until all works.
static void test_no_memory(struct plt_log *log, bool sticky)
{
    static const char text[] =
        "kPa\u2212\u65e5"; // the last from a fallback, where one has it
    struct plt_font *calm = plt_font_create(font_file, NULL);
    struct run expected = shape(calm, 16, PLT_TEXT_UP, text);
    bool done = false;
    int n = 0;
    for (; n < 5000 && !done; n++) {
        plt_alloc_fail_at(n, sticky);
        struct plt_font *font = plt_font_create(font_file, log);
        struct run run = {0};
        bool measured = font && plt_text_measure(font, 16, text).width > 0;
        bool shaped = font && plt_text_shape(font, 16, PLT_TEXT_UP, text, &run.glyphs,
                                             &run.num, &run.capacity);
        plt_alloc_fail_at(-1, false);
        REQUIRE(shaped || run.num == 0);
        done = measured && shaped && sticky; // without failures left, nothing failed
        if (font) { // whatever failed, it works now and the glyphs are the right ones
            run.num = 0;
            REQUIRE(plt_text_shape(font, 16, PLT_TEXT_UP, text, &run.glyphs, &run.num,
                                   &run.capacity));
            REQUIRE_CMP(run.num, ==, expected.num, "zu");
            for (size_t i = 0; i < run.num && i < expected.num; i++) {
                const struct plt_glyph *a = &run.glyphs[i], *b = &expected.glyphs[i];
                bool alike = a->x == b->x && a->y == b->y && a->w == b->w && a->h == b->h;
                if (!alike)
                    fprintf(stderr, "allocation %d%s, glyph %zu: ", n,
                            sticky ? " and later" : "", i);
                REQUIRE(alike);
            }
        }
        plt_free(run.glyphs);
        plt_font_destroy(font);
        if (!sticky && n >= 400)
            done = true;
    }
    printf("allocations tried: %d\n", n);
    plt_free(expected.glyphs);
    plt_font_destroy(calm);
}

static void test_desktop_font(void)
{
    struct plt_font *font = plt_font_create(NULL, NULL);
    if (!font) {
        printf("no desktop font here\n");
        return;
    }
    REQUIRE_CMP(plt_text_measure(font, 13.333, "0").width, >, 0, "d");
    plt_font_destroy(font);
}

static void print_timing(struct plt_font *font)
{
    struct run run = {0};
    struct timespec a, b;
    for (int pass = 0; pass < 3; pass++) {
        timespec_get(&a, TIME_UTC);
        run.num = 0;
        for (int i = 0; i < 40; i++) {
            char text[32];
            snprintf(text, sizeof(text), "\u2212%d.25", i + 100);
            (void)plt_text_measure(font, 13.333, text);
            (void)plt_text_shape(font, 13.333, PLT_TEXT_LEVEL, text, &run.glyphs, &run.num,
                                 &run.capacity);
        }
        timespec_get(&b, TIME_UTC);
        printf("40 labels: %.4f ms\n", (double)(b.tv_sec - a.tv_sec) * 1e3 +
                                           (double)(b.tv_nsec - a.tv_nsec) * 1e-6);
    }
    plt_free(run.glyphs);
}

int main(void)
{
    struct messages messages = {0};
    struct plt_log *log =
        plt_log_create(&(struct plt_log_params){.fn = count_message, .user = &messages});
    test_no_font(log, &messages);
    struct plt_font *font = plt_font_create(font_file, NULL);
    if (!font)
        return test_skip("DejaVuSans.ttf (fonts-dejavu-core) is not installed");
    test_measure(font);
    test_kerning_and_ligatures(font);
    test_cache();
    test_pages();
    test_packing();
    test_turned(font);
    test_bad_text(font);
    test_sizes(font);
    test_long(font);
    print_timing(font);
    plt_font_destroy(font);
    test_no_memory(log, true);
    test_no_memory(log, false);
    REQUIRE_CMP(messages.count[PLT_MSG_NO_MEMORY], >, 0, "d");
    test_desktop_font();
    plt_log_unref(log);
    return test_result();
}
