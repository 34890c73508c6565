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
                   PLT_U8, 3, (double[]){255, 128, 0});
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
    c.width = c.height = 40000;
    write_bytes("bad.png", bytes, make_png(bytes, &c));
    refuse("bad.png", "too short for 40000 x 40000");
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
    check_bad_png();
    check_any(&random, "w.png");
    files_finish();
    return test_result();
}
