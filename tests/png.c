// PNG files: kinds made by hand, a picture written and read back, malformed ones refused
// with exactly one line; a failed write leaves the old file.
#include <plotlib/data/image.h>

#include "file_fixture.h"

static uint32_t crc_of(const unsigned char *bytes, size_t n)
{
    uint32_t crc = 0xffffffffu;
    for (size_t i = 0; i < n; i++) {
        crc ^= bytes[i];
        for (int k = 0; k < 8; k++)
            crc = crc & 1 ? crc >> 1 ^ 0xedb88320u : crc >> 1;
    }
    return ~crc;
}

static void put32(unsigned char *p, uint32_t v)
{
    p[0] = (unsigned char)(v >> 24), p[1] = (unsigned char)(v >> 16);
    p[2] = (unsigned char)(v >> 8), p[3] = (unsigned char)v;
}

static size_t put_chunk(unsigned char *p, const char *type, const void *data, size_t n)
{
    put32(p, (uint32_t)n);
    memcpy(p + 4, type, 4);
    if (n)
        memcpy(p + 8, data, n);
    put32(p + 8 + n, crc_of(p + 4, n + 4));
    return n + 12;
}

struct png_case {
    uint32_t width, height;
    int depth, color, interlace;
    const unsigned char *plte, *trns, *rows; // rows with their filter bytes
    size_t plte_size, trns_size, rows_size;
};

// A PNG by hand, its data stored without compression.
static size_t make_png(unsigned char *bytes, const struct png_case *c)
{
    size_t n = 8;
    memcpy(bytes, "\x89PNG\r\n\x1a\n", 8);
    unsigned char header[13] = {0}, data[2048];
    put32(header, c->width);
    put32(header + 4, c->height);
    header[8] = (unsigned char)c->depth;
    header[9] = (unsigned char)c->color;
    header[12] = (unsigned char)c->interlace;
    n += put_chunk(bytes + n, "IHDR", header, 13);
    if (c->plte)
        n += put_chunk(bytes + n, "PLTE", c->plte, c->plte_size);
    if (c->trns)
        n += put_chunk(bytes + n, "tRNS", c->trns, c->trns_size);
    uint32_t a = 1, b = 0;
    for (size_t i = 0; i < c->rows_size; i++) {
        a = (a + c->rows[i]) % 65521;
        b = (b + a) % 65521;
    }
    unsigned size = (unsigned)c->rows_size;
    unsigned char start[7] = {0x78,
                              0x01,
                              1,
                              (unsigned char)size,
                              (unsigned char)(size >> 8),
                              (unsigned char)~size,
                              (unsigned char)(~size >> 8)};
    memcpy(data, start, 7);
    memcpy(data + 7, c->rows, c->rows_size);
    put32(data + 7 + c->rows_size, b << 16 | a);
    n += put_chunk(bytes + n, "IDAT", data, c->rows_size + 11);
    return n + put_chunk(bytes + n, "IEND", NULL, 0);
}

static void check_png_case(struct png_case c, enum plt_type type, int channels,
                           const double *want)
{
    unsigned char bytes[4096];
    write_bytes("a.png", bytes, make_png(bytes, &c));
    struct plt_file *file = read_file("a.png");
    const struct plt_image *image = plt_file_image(file);
    REQUIRE(image && num_errors + num_warnings == 0);
    if (!image) {
        fprintf(stderr, "%s\n", last_text);
        return;
    }
    REQUIRE(plt_image_type(image) == type);
    REQUIRE_CMP(plt_image_channels(image), ==, channels, "d");
    REQUIRE(plt_image_columns(image) == (int32_t)c.width);
    REQUIRE(plt_image_rows(image) == (int32_t)c.height);
    for (int32_t y = 0; y < (int32_t)c.height; y++) {
        for (int32_t x = 0; x < (int32_t)c.width; x++) {
            for (int32_t k = 0; k < channels; k++) {
                double got = plt_image_value(image, x, y, k);
                REQUIRE_CMP(got, ==, want[(y * (int32_t)c.width + x) * channels + k], "g");
            }
        }
    }
    plt_file_destroy(file);
}

#define ROWS(...)                                 \
    .rows = (const unsigned char[]){__VA_ARGS__}, \
    .rows_size = sizeof((const unsigned char[]){__VA_ARGS__})

static void check_png_kinds(void)
{
    check_png_case((struct png_case){2, 2, 8, 0, ROWS(0, 1, 2, 0, 3, 255)}, PLT_U8, 1,
                   (double[]){1, 2, 3, 255});
    check_png_case((struct png_case){2, 1, 16, 0, ROWS(0, 1, 2, 0xff, 0xfe)}, PLT_U16, 1,
                   (double[]){0x102, 0xfffe});
    check_png_case((struct png_case){3, 1, 1, 0, ROWS(0, 0xa0)}, PLT_U8, 1,
                   (double[]){255, 0, 255});
    check_png_case((struct png_case){3, 1, 2, 0, ROWS(0, 0x1b)}, PLT_U8, 1,
                   (double[]){0, 85, 170});
    check_png_case((struct png_case){2, 1, 4, 0, ROWS(0, 0x1f)}, PLT_U8, 1,
                   (double[]){17, 255});
    check_png_case((struct png_case){2, 1, 8, 2, ROWS(0, 1, 2, 3, 4, 5, 6)}, PLT_U8, 3,
                   (double[]){1, 2, 3, 4, 5, 6});
    check_png_case((struct png_case){1, 1, 8, 6, ROWS(0, 1, 2, 3, 4)}, PLT_U8, 4,
                   (double[]){1, 2, 3, 4});
    check_png_case((struct png_case){1, 1, 8, 4, ROWS(0, 9, 4)}, PLT_U8, 4,
                   (double[]){9, 9, 9, 4});
    check_png_case((struct png_case){1, 1, 16, 2, ROWS(0, 0xff, 0xff, 0x80, 0x80, 0, 0)},
                   PLT_U16, 3, (double[]){65535, 0x8080, 0});
    check_png_case((struct png_case){1, 1, 16, 6, ROWS(0, 1, 2, 3, 4, 5, 6, 7, 8)}, PLT_U16,
                   4, (double[]){0x102, 0x304, 0x506, 0x708});
    check_png_case((struct png_case){1, 1, 16, 4, ROWS(0, 1, 2, 3, 4)}, PLT_U16, 4,
                   (double[]){0x102, 0x102, 0x102, 0x304});
    static const unsigned char wide[] = {1, 2, 3, 4, 5, 6}, grey[] = {0, 3};
    check_png_case(
        (struct png_case){2, 1, 16, 2, ROWS(0, 1, 2, 3, 4, 5, 6, 1, 2, 3, 4, 5, 7),
                          .trns = wide, .trns_size = 6},
        PLT_U16, 4, (double[]){0x102, 0x304, 0x506, 0, 0x102, 0x304, 0x507, 65535});
    check_png_case(
        (struct png_case){2, 1, 4, 0, ROWS(0, 0x3f), .trns = grey, .trns_size = 2}, PLT_U8,
        4, (double[]){51, 51, 51, 0, 255, 255, 255, 255});
    static const unsigned char palette[] = {1, 2, 3, 250, 251, 252}, clear[] = {7};
    check_png_case((struct png_case){2, 1, 1, 3, ROWS(0, 0x40), .plte = palette,
                                     .plte_size = sizeof(palette)},
                   PLT_U8, 3, (double[]){1, 2, 3, 250, 251, 252});
    check_png_case((struct png_case){2, 1, 1, 3, ROWS(0, 0x40), .plte = palette,
                                     .plte_size = sizeof(palette), .trns = clear,
                                     .trns_size = 1},
                   PLT_U8, 4, (double[]){1, 2, 3, 7, 250, 251, 252, 255});
    // Adam7, 2 x 2: pixel (0,0), then (1,0), then the second row.
    check_png_case((struct png_case){2, 2, 8, 0, 1, ROWS(0, 10, 0, 20, 0, 30, 40)}, PLT_U8,
                   1, (double[]){10, 20, 30, 40});
}

static void check_png_write(struct test_random *random)
{
    enum { W = 67, H = 31, STRIDE = 70 };
    static uint32_t pixels[H * STRIDE];
    static unsigned char first[1 << 16], second[1 << 16];
    for (size_t i = 0; i < H * STRIDE; i++)
        pixels[i] = (uint32_t)test_next(random);
    forget_messages();
    REQUIRE(plt_png_write(path_of("w.png"), pixels, STRIDE * 4, W, H, log_));
    size_t n = read_bytes("w.png", first, sizeof(first));
    REQUIRE(plt_png_write(path_of("w.png"), pixels, STRIDE * 4, W, H, log_));
    REQUIRE(read_bytes("w.png", second, sizeof(second)) == n &&
            memcmp(first, second, n) == 0);
    REQUIRE(first[24] == 8 && first[25] == 2 && first[28] == 0); // depth, RGB, no interlace
    struct plt_file *file = read_file("w.png");
    const struct plt_image *image = plt_file_image(file);
    int wrong = 0;
    for (int32_t i = 0; i < W * H; i++) {
        uint32_t word = pixels[i / W * STRIDE + i % W];
        for (int32_t k = 0; k < 3; k++)
            wrong +=
                plt_image_value(image, i % W, i / W, k) != (word >> (16 - 8 * k) & 255);
    }
    REQUIRE_CMP(wrong, ==, 0, "d");
    plt_file_destroy(file);

    forget_messages();
    REQUIRE(!plt_png_write("/nonexistent/a.png", pixels, STRIDE * 4, W, H, log_));
    REQUIRE(num_errors == 1 && strstr(last_text, "/nonexistent/a.png"));
    forget_messages();
    REQUIRE(!plt_png_write(folder, pixels, STRIDE * 4, W, H, log_));
    REQUIRE(num_errors == 1 && strstr(last_text, folder));
    if (access("/dev/full", W_OK) == 0) {
        forget_messages();
        REQUIRE(!plt_png_write("/dev/full", pixels, STRIDE * 4, W, H, log_));
        REQUIRE(num_errors == 1 && strstr(last_text, "/dev/full"));
    }
    REQUIRE(plt_png_write("/dev/null", pixels, STRIDE * 4, W, H, log_));
    struct stat info;
    REQUIRE(stat("/dev/null", &info) == 0 && S_ISCHR(info.st_mode));
    // A failure leaves the old file, and nothing beside it.
    for (int i = 0; i < 12; i++) {
        plt_alloc_fail_at(i, false);
        forget_messages();
        bool ok = plt_png_write(path_of("w.png"), pixels, STRIDE * 4, W, H, log_);
        plt_alloc_fail_at(-1, false);
        REQUIRE_CMP(num_errors, ==, ok ? 0 : 1, "d");
        REQUIRE_CMP(read_bytes("w.png", second, sizeof(second)), ==, n, "zu");
    }
    char name[128];
    snprintf(name, sizeof(name), "w.png.%ld.tmp", (long)getpid());
    REQUIRE(access(path_of(name), F_OK) != 0);
}

// 8 and 16 bits of 1, 3 and 4 channels come back as they went, out of rows that are apart.
static void check_png_formats(struct test_random *random)
{
    enum { W = 13, H = 7, STRIDE = W * 8 + 6 };
    static unsigned char pixels[H * STRIDE];
    for (size_t i = 0; i < sizeof(pixels); i++)
        pixels[i] = (unsigned char)test_next(random);
    for (int depth = 8; depth <= 16; depth += 8) {
        for (int channels = 1; channels <= 4; channels += channels == 1 ? 2 : 1) {
            forget_messages();
            REQUIRE(plt_png_write_image(
                path_of("f.png"), pixels,
                plt_png_write_params(.columns = W, .rows = H, .channels = channels,
                                     .depth = depth, .row_stride = STRIDE, .log = log_)));
            struct plt_file *file = read_file("f.png");
            const struct plt_image *image = plt_file_image(file);
            REQUIRE(image && plt_image_type(image) == (depth == 16 ? PLT_U16 : PLT_U8));
            REQUIRE_CMP(plt_image_channels(image), ==, channels, "d");
            int wrong = 0;
            for (int i = 0; i < W * H * channels; i++) {
                int x = i / channels % W, y = i / channels / W, k = i % channels;
                const unsigned char *p = pixels + y * STRIDE;
                uint16_t word;
                memcpy(&word, p + (x * channels + k) * 2, 2);
                wrong += plt_image_value(image, x, y, k) !=
                         (depth == 16 ? word : p[x * channels + k]);
            }
            REQUIRE_CMP(wrong, ==, 0, "d");
            plt_file_destroy(file);
        }
    }
}

// Finds a chunk; NULL = there is none.
static const unsigned char *find_chunk(const unsigned char *png, size_t n, const char *type,
                                       size_t *length)
{
    for (size_t at = 8; at + 12 <= n; at += *length + 12) {
        *length = (size_t)png[at] << 24 | (size_t)png[at + 1] << 16 |
                  (size_t)png[at + 2] << 8 | png[at + 3];
        if (memcmp(png + at + 4, type, 4) == 0)
            return png + at + 8;
    }
    return NULL;
}

static void check_png_texts(void)
{
    static unsigned char bytes[4096];
    struct plt_png_text texts[] = {{"Title", "a plot"}, {"Author", "Gau\xc3\x9f"}};
    struct plt_png_write_params params = {.columns = 1,
                                          .rows = 1,
                                          .channels = 1,
                                          .dpi = 254,
                                          .texts = texts,
                                          .num_texts = 2,
                                          .log = log_};
    forget_messages();
    REQUIRE(plt_png_write_image(path_of("t.png"), "x", &params) && num_errors == 0);
    size_t n = read_bytes("t.png", bytes, sizeof(bytes)), length;
    const unsigned char *chunk = find_chunk(bytes, n, "pHYs", &length);
    REQUIRE(chunk && length == 9 && memcmp(chunk, "\0\0\x27\x10\0\0\x27\x10\1", 9) == 0);
    chunk = find_chunk(bytes, n, "tEXt", &length);
    REQUIRE(chunk && length == 12 && memcmp(chunk, "Title\0a plot", 12) == 0);
    chunk = find_chunk(bytes, n, "iTXt", &length);
    REQUIRE(chunk && length == 16 && memcmp(chunk, "Author\0\0\0\0\0Gau\xc3\x9f", 16) == 0);
    plt_file_destroy(read_file("t.png"));
    REQUIRE_CMP(num_errors + num_warnings, ==, 0, "d");
    for (int i = 0; i < 30; i++) {
        plt_alloc_fail_at(i, false);
        forget_messages();
        bool ok = plt_png_write_image(path_of("t.png"), "x", &params);
        plt_alloc_fail_at(-1, false);
        REQUIRE_CMP(num_errors, ==, ok ? 0 : 1, "d");
    }
    static const char *const bad[] = {"", " a", "a ", "a  b", "a\n", "\xc3\x9f", NULL};
    for (int i = 0; i < 7; i++) {
        texts[0].key = bad[i];
        REQUIRE(!plt_png_write_image(path_of("t.png"), "x", &params));
    }
    params.num_texts = 0;
    params.depth = 7;
    REQUIRE(!plt_png_write_image(path_of("t.png"), "x", &params));
    params.depth = 8;
    params.channels = 2;
    REQUIRE(!plt_png_write_image(path_of("t.png"), "x", &params));
    params.channels = 0;
    params.depth = 16;
    REQUIRE(!plt_png_write_image(path_of("t.png"), "x", &params));
}

static struct plt_file *read_part(const char *name)
{
    forget_messages();
    return plt_file_read(path_of(name),
                         plt_file_params(.allow_truncated = true, .log = log_));
}

// w.png, cut anywhere, shows the rows that arrived; all but 256 bytes of data count.
static void check_truncated(void)
{
    enum { W = 67, ROW = W * 3 + 1 };
    static unsigned char good[1 << 16];
    size_t n = read_bytes("w.png", good, sizeof(good));
    struct plt_file *whole = read_file("w.png");
    int shown = 0;
    for (size_t cut = 9; cut < n; cut += 13) {
        write_bytes("cut.png", good, cut);
        struct plt_file *file = read_part("cut.png");
        REQUIRE_CMP(num_errors, ==, file ? 0 : 1, "d");
        REQUIRE_CMP(num_warnings, ==, file ? 1 : 0, "d");
        const char *text = strstr(last_text, "too early, with ");
        int rows = text ? atoi(text + 16) : 0, wrong = 0;
        REQUIRE(!file || (text && rows > 0));
        REQUIRE(rows >= ((int)cut - 256 - 60) / ROW);
        for (int i = 0; i < rows * W * 3; i++)
            wrong += plt_image_value(plt_file_image(file), i / 3 % W, i / 3 / W, i % 3) !=
                     plt_image_value(plt_file_image(whole), i / 3 % W, i / 3 / W, i % 3);
        REQUIRE_CMP(wrong, ==, 0, "d");
        if (file) // nothing arrived of the last row, unless all of it did
            REQUIRE(rows == 31 || plt_image_value(plt_file_image(file), 0, 30, 0) == 0);
        shown += file != NULL;
        plt_file_destroy(file);
    }
    REQUIRE(shown > 100);
    plt_file_destroy(whole);
    // Interlaced: after the first pass its one pixel stands for all.
    struct png_case c = {2, 2, 8, 0, 1, ROWS(0, 10, 0, 20, 0, 30, 40)};
    unsigned char bytes[4096], data[64];
    size_t size = make_png(bytes, &c), idat = size - 12 - (7 + 7 + 4) - 4;
    memcpy(data, bytes + idat, 9); // the stored block's head and the first pass
    size_t start = idat - 8;
    size_t end = start + put_chunk(bytes + start, "IDAT", data, 9);
    write_bytes("cut.png", bytes, end);
    struct plt_file *file = read_part("cut.png");
    REQUIRE(file && num_warnings == 1 && strstr(last_text, "in pass 6 of 7"));
    for (int i = 0; i < 4; i++)
        REQUIRE_CMP(plt_image_value(plt_file_image(file), i % 2, i / 2, 0), ==, 10.0, "g");
    plt_file_destroy(file);
    write_bytes("cut.png", good, n);
    plt_file_destroy(read_part("cut.png"));
    REQUIRE_CMP(num_errors + num_warnings, ==, 0, "d");
}

// Limits: of memory, before it is asked for; chunks that could grow are skipped unread.
static void check_limits(void)
{
    struct png_case c = {300, 300, 8, 0, ROWS(0, 1)};
    unsigned char bytes[4096];
    size_t n = make_png(bytes, &c);
    write_bytes("bad.png", bytes, n);
    forget_messages();
    REQUIRE(!plt_file_read(path_of("bad.png"),
                           plt_file_params(.max_image_bytes = 300 * 300 - 1, .log = log_)));
    REQUIRE(num_errors == 1 && strstr(last_text, "300 x 300"));
    c.width = c.height = 32769; // by default: 1 GiB, however much deflate could make of it
    n = make_png(bytes, &c);
    write_bytes("bad.png", bytes, n);
    REQUIRE(truncate(path_of("bad.png"), 4 << 20) == 0);
    refuse("bad.png", "the limit is 1024 MiB");
    REQUIRE(truncate(path_of("bad.png"), (4 << 20) + (1 << 16)) == 0);
    refuse("bad.png", "byte"); // now the file is large enough, but wrong
    struct png_case small = {2, 2, 8, 0, ROWS(0, 1, 2, 0, 3, 255)};
    n = make_png(bytes, &small);
    unsigned char chunk[64], large[4096];
    size_t more = put_chunk(chunk, "zTXt", "key\0\0not deflated at all", 25);
    memcpy(large, bytes, 33);
    memcpy(large + 33, chunk, more);
    memcpy(large + 33 + more, bytes + 33, n - 33);
    write_bytes("chunk.png", large, n + more);
    struct plt_file *file = read_file("chunk.png");
    REQUIRE(file && num_errors + num_warnings == 0);
    plt_file_destroy(file);
    put32(large + 33, 0x7fffffff); // a chunk of 2 GiB in a file of 100 bytes
    write_bytes("chunk.png", large, n + more);
    refuse("chunk.png", "byte");
}

static void check_bad_png(void)
{
    unsigned char good[4096], bytes[4096];
    struct png_case c = {2, 2, 8, 0, ROWS(0, 1, 2, 0, 3, 255)};
    size_t n = make_png(good, &c);
    for (size_t cut = 1; cut < n; cut++) {
        write_bytes("bad.png", good, cut);
        refuse("bad.png", "byte");
    }
    memcpy(bytes, good, n);
    bytes[50] ^= 0xff; // inside IDAT: its checksum fails
    write_bytes("bad.png", bytes, n);
    refuse("bad.png", "incorrect data check");
    c.width = c.height = 60000;
    write_bytes("bad.png", bytes, make_png(bytes, &c));
    refuse("bad.png", "60000 x 60000");
    c.width = c.height = 30000;
    write_bytes("bad.png", bytes, make_png(bytes, &c));
    refuse("bad.png", "too short for 30000 x 30000");
    c.width = 0;
    write_bytes("bad.png", bytes, make_png(bytes, &c));
    refuse("bad.png", "byte");
    c = (struct png_case){2, 2, 7, 0, ROWS(0, 1, 2, 0, 3, 255)};
    write_bytes("bad.png", bytes, make_png(bytes, &c));
    refuse("bad.png", "byte");
    c = (struct png_case){2, 4, 8, 0, ROWS(0, 1, 2, 0, 3, 255)};
    write_bytes("bad.png", bytes, make_png(bytes, &c));
    refuse("bad.png", "byte");
}

int main(void)
{
    struct test_random random = test_random_seeded();
    if (!files_begin())
        return test_skip("no folder for temporary files");
    check_png_kinds();
    check_png_write(&random);
    check_png_formats(&random);
    check_png_texts();
    check_truncated();
    check_limits();
    check_bad_png();
    check_any(&random, "w.png");
    files_finish();
    return test_result();
}
