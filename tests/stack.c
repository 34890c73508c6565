// Stacks of images: numpy arrays of every type, order and shape, raw frames of files and
// pipes; any frame is what was written, and a file larger than memory opens at once.
#include <fcntl.h>

#include <plotlib/io/raw.h>

#include "file_fixture.h"

struct type_case {
    const char *descr; // without the byte order
    const char *name;  // of raw frames
    enum plt_type type;
};
static const struct type_case cases[] = {
    {"u1", "u8", PLT_U8},   {"i1", "i8", PLT_I8},   {"u2", "u16", PLT_U16},
    {"i2", "i16", PLT_I16}, {"u4", "u32", PLT_U32}, {"i4", "i32", PLT_I32},
    {"i8", NULL, PLT_I64},  {"f2", "f16", PLT_F16}, {"f4", "f32", PLT_F32},
    {"f8", "f64", PLT_F64},
};
enum { CASES = sizeof(cases) / sizeof(cases[0]) };

static void store(unsigned char *to, enum plt_type type, int v, bool swapped)
{
    switch (type) {
    case PLT_F64: memcpy(to, &(double){v}, 8); break;
    case PLT_F32: memcpy(to, &(float){(float)v}, 4); break;
    case PLT_F16: { // whole numbers 1..127 only
        int e = 0;
        while (v >> (e + 1))
            e++;
        memcpy(to, &(uint16_t){(uint16_t)((e + 15) << 10 | (v << (10 - e) & 0x3ff))}, 2);
        break;
    }
    case PLT_I8: memcpy(to, &(int8_t){(int8_t)v}, 1); break;
    case PLT_U8: memcpy(to, &(uint8_t){(uint8_t)v}, 1); break;
    case PLT_I16: memcpy(to, &(int16_t){(int16_t)v}, 2); break;
    case PLT_U16: memcpy(to, &(uint16_t){(uint16_t)v}, 2); break;
    case PLT_I32: memcpy(to, &(int32_t){v}, 4); break;
    case PLT_U32: memcpy(to, &(uint32_t){(uint32_t)v}, 4); break;
    case PLT_I64: memcpy(to, &(int64_t){v}, 8); break;
    }
    size_t n = plt_type_size(type);
    for (size_t i = 0; swapped && i < n / 2; i++) {
        unsigned char low = to[i];
        to[i] = to[n - 1 - i];
        to[n - 1 - i] = low;
    }
}

static int value(int t, int y, int x, int c)
{
    return (t * 31 + y * 7 + x * 3 + c) % 127 + 1;
}

// shape[4] = t, y, x, c; `axes` of them are written, without t or c where it is 0.
struct stack_case {
    const struct type_case *type;
    int shape[4];
    bool fortran, swapped;
};

static size_t make_npy(unsigned char *bytes, const struct stack_case *c)
{
    char text[256], shape[128] = "";
    int n[4], used = 0;
    for (int i = 0; i < 4; i++) {
        n[i] = c->shape[i] ? c->shape[i] : 1;
        if (c->shape[i])
            used += snprintf(shape + used, sizeof(shape) - (size_t)used, "%d, ", n[i]);
    }
    int length = snprintf(
        text, sizeof(text), "{'descr': '%c%s', 'fortran_order': %s, 'shape': (%s)}",
        c->swapped ? '>' : '<', c->type->descr, c->fortran ? "True" : "False", shape);
    memcpy(bytes, "\x93NUMPY\1\0", 8);
    bytes[8] = (unsigned char)length;
    bytes[9] = 0;
    memcpy(bytes + 10, text, (size_t)length);
    size_t start = 10 + (size_t)length, size = plt_type_size(c->type->type);
    for (int t = 0; t < n[0]; t++)
        for (int y = 0; y < n[1]; y++)
            for (int x = 0; x < n[2]; x++)
                for (int k = 0; k < n[3]; k++) {
                    int i = c->fortran ? t + n[0] * (y + n[1] * (x + n[2] * k))
                                       : ((t * n[1] + y) * n[2] + x) * n[3] + k;
                    store(bytes + start + (size_t)i * size, c->type->type,
                          value(t, y, x, k), c->swapped);
                }
    return start + (size_t)n[0] * (size_t)n[1] * (size_t)n[2] * (size_t)n[3] * size;
}

static int differences(const struct plt_image *image, int t)
{
    int wrong = 0;
    for (int y = 0; y < plt_image_rows(image); y++)
        for (int x = 0; x < plt_image_columns(image); x++)
            for (int k = 0; k < plt_image_channels(image); k++)
                wrong += plt_image_value(image, x, y, k) != value(t, y, x, k);
    return wrong;
}

static void check_frames(const struct plt_file *file, const int shape[4],
                         enum plt_type type)
{
    REQUIRE(file && num_errors + num_warnings == 0);
    if (!file) {
        fprintf(stderr, "%s\n", last_text);
        return;
    }
    uint64_t count = shape[0] ? (uint64_t)shape[0] : 1;
    REQUIRE_CMP(plt_file_num_frames(file), ==, count, PRIu64);
    REQUIRE_CMP(differences(plt_file_image(file), 0), ==, 0, "d");
    for (int turn = 0; turn < 2; turn++) // forwards, backwards
        for (uint64_t i = 0; i < count; i++) {
            uint64_t t = turn ? count - 1 - i : i;
            struct plt_image *image = plt_file_frame(file, t);
            REQUIRE(image && plt_image_type(image) == type);
            REQUIRE(plt_image_rows(image) == shape[1]);
            REQUIRE(plt_image_columns(image) == shape[2]);
            REQUIRE(plt_image_channels(image) == (shape[3] ? shape[3] : 1));
            REQUIRE_CMP(differences(image, (int)t), ==, 0, "d");
            plt_image_unref(image);
        }
    forget_messages();
    REQUIRE(!plt_file_frame(file, count));
    REQUIRE_CMP(num_errors, ==, 1, "d");
}

static void check_npy(const struct stack_case *c, enum plt_file_axes axes)
{
    static unsigned char bytes[1 << 16];
    write_bytes("a.npy", bytes, make_npy(bytes, c));
    forget_messages();
    struct plt_file *file =
        plt_file_read(path_of("a.npy"), plt_file_params(.axes = axes, .log = log_));
    check_frames(file, c->shape, c->type->type == PLT_I64 ? PLT_F64 : c->type->type);
    plt_file_destroy(file);
}

static void check_every_npy(void)
{
    static const int shapes[][4] = {{3, 4, 5, 0}, {1, 2, 3, 0},  {2, 3, 4, 3}, {2, 1, 2, 4},
                                    {3, 2, 2, 1}, {70, 5, 9, 0}, {2, 3, 2, 7}};
    for (int i = 0; i < CASES * 4; i++) {
        struct stack_case c = {
            .type = &cases[i / 4], .fortran = i % 2, .swapped = i / 2 % 2};
        for (size_t k = 0; k < sizeof(shapes) / sizeof(shapes[0]); k++) {
            memcpy(c.shape, shapes[k], sizeof(c.shape));
            check_npy(&c, c.shape[2] == 3 && !c.shape[3] ? PLT_AXES_STACK : PLT_AXES_AUTO);
        }
        memcpy(c.shape, (int[4]){0, 4, 5, 3}, sizeof(c.shape)); // one image
        check_npy(&c, PLT_AXES_AUTO);
        memcpy(c.shape, (int[4]){0, 4, 5, 1}, sizeof(c.shape));
        check_npy(&c, PLT_AXES_IMAGE);
        memcpy(c.shape, (int[4]){0, 4, 5, 0}, sizeof(c.shape));
        check_npy(&c, PLT_AXES_IMAGE);
        memcpy(c.shape, (int[4]){4, 5, 3, 0}, sizeof(c.shape)); // 3 columns, not RGB
        check_npy(&c, PLT_AXES_STACK);
    }
}

static void check_bad_axes(void)
{
    static unsigned char bytes[1 << 16];
    struct stack_case c = {&cases[0], {2, 3, 4, 3}, false, false};
    write_bytes("bad.npy", bytes, make_npy(bytes, &c) - 1);
    refuse("bad.npy", "the shape needs 72 bytes");
    write_bytes("a.npy", bytes, make_npy(bytes, &c));
    forget_messages();
    REQUIRE(!plt_file_read(path_of("a.npy"),
                           plt_file_params(.axes = PLT_AXES_IMAGE, .log = log_)));
    REQUIRE(num_errors == 1 && strstr(last_text, "4 axes is not an image"));
    forget_messages();
    REQUIRE(!plt_file_read(path_of("a.npy"), plt_file_params(.frame = 2, .log = log_)));
    REQUIRE(num_errors == 1 && strstr(last_text, "frame 2: there are 2"));
    forget_messages();
    struct plt_file *file =
        plt_file_read(path_of("a.npy"), plt_file_params(.frame = 1, .log = log_));
    REQUIRE(file && differences(plt_file_image(file), 1) == 0);
    plt_file_destroy(file);
    file = plt_file_read(path_of("a.npy"),
                         plt_file_params(.frame = PLT_FRAME_LAST, .log = log_));
    REQUIRE(file && differences(plt_file_image(file), 1) == 0);
    plt_file_destroy(file);
    memcpy(c.shape, (int[4]){0, 4, 5, 3}, sizeof(c.shape));
    write_bytes("a.npy", bytes, make_npy(bytes, &c));
    forget_messages();
    REQUIRE(!plt_file_read(path_of("a.npy"), plt_file_params(.frame = 1, .log = log_)));
    REQUIRE(num_errors == 1 && strstr(last_text, "frame 1: there are 1"));
}

// 1 TiB of frames, none of it on disk: the first and the last come at once.
static void check_large(bool fortran)
{
    static unsigned char bytes[4096];
    char text[256];
    int length =
        snprintf(text, sizeof(text),
                 "{'descr': '<u2', 'fortran_order': %s, 'shape': (8388608, 256, 256)}",
                 fortran ? "True" : "False");
    memcpy(bytes, "\x93NUMPY\1\0", 8);
    bytes[8] = (unsigned char)length;
    bytes[9] = 0;
    memcpy(bytes + 10, text, (size_t)length);
    write_bytes("large.npy", bytes, 10 + (size_t)length);
    off_t size = (off_t)(10 + length) + (off_t)8388608 * 256 * 256 * 2;
    if (truncate(path_of("large.npy"), size) != 0) {
        printf("note: no sparse file of 1 TiB here\n");
        return;
    }
    int fd = open(path_of("large.npy"), O_WRONLY | O_CLOEXEC);
    REQUIRE(pwrite(fd, "\x34\x12", 2, size - 2) == 2); // the last sample of the last frame
    struct plt_file *file = read_file("large.npy");
    REQUIRE(file && num_errors == 0);
    struct plt_image *last = plt_file_frame(file, 8388607);
    REQUIRE_CMP(plt_image_value(last, 255, 255, 0), ==, (double)0x1234, "g");
    plt_image_unref(last);
    if (!fortran) { // the file loses its second half while it is open
        REQUIRE(ftruncate(fd, size / 2) == 0);
        forget_messages();
        REQUIRE(!plt_file_frame(file, 8388607));
        REQUIRE(num_errors == 1 && strstr(last_text, "ends here now"));
        struct plt_image *image = plt_file_frame(file, 1);
        REQUIRE(image && num_errors == 1);
        plt_image_unref(image);
    }
    close(fd);
    plt_file_destroy(file);
    unlink(path_of("large.npy"));
}

// --- raw frames --------------------------------------------------------------------------

static void check_specs(void)
{
    struct plt_raw_header h;
    REQUIRE(!plt_raw_parse("2048x1024:u16", &h));
    REQUIRE(h.columns == 2048 && h.rows == 1024 && h.channels == 1 && h.type == PLT_U16);
    REQUIRE(h.offset == 0 && h.frame_bytes == 2048 * 1024 * 2);
    REQUIRE(!plt_raw_parse("3x2:f64x4+9223372036854775807", &h));
    REQUIRE(h.channels == 4 && h.type == PLT_F64 && h.offset == INT64_MAX);
    REQUIRE(h.frame_bytes == 3 * 2 * 4 * 8);
    for (int i = 0; i < CASES; i++) {
        char spec[32];
        snprintf(spec, sizeof(spec), "1x1:%s", cases[i].name);
        REQUIRE(!cases[i].name || (!plt_raw_parse(spec, &h) && h.type == cases[i].type));
    }
    static const char *const bad[] = {"",
                                      "x",
                                      "1",
                                      "1x",
                                      "1x1",
                                      "1x1:",
                                      "1x1:u",
                                      "1x1:u9",
                                      "1x1:u8x",
                                      "1x1:u8x2",
                                      "1x1:u8x5",
                                      "1x1:u8x0",
                                      "1x1:u8+",
                                      "1x1:u8+x",
                                      "1x1:u8 ",
                                      "1x1:u8+1x3",
                                      "0x1:u8",
                                      "1x0:u8",
                                      "-1x1:u8",
                                      "2147483648x1:u8",
                                      "1x2147483648:u8",
                                      "1x1:i64",
                                      "2147483647x2147483647:f64",
                                      "1x1:u8+9223372036854775808",
                                      "99999999999999999999x1:u8",
                                      " 1x1:u8",
                                      "1x1:U8"};
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        const char *wrong = plt_raw_parse(bad[i], &h);
        if (!wrong)
            fprintf(stderr, "taken: %s\n", bad[i]);
        REQUIRE(wrong && *wrong);
    }
}

enum { RAW_T = 5, RAW_Y = 3, RAW_X = 4 };

static size_t make_raw(unsigned char *bytes, const struct type_case *c, int channels,
                       size_t offset)
{
    size_t size = plt_type_size(c->type), at = offset;
    memset(bytes, 0xee, offset);
    for (int i = 0; i < RAW_T * RAW_Y * RAW_X * channels; i++, at += size) {
        int k = i % channels, x = i / channels % RAW_X, y = i / channels / RAW_X % RAW_Y;
        store(bytes + at, c->type, value(i / channels / RAW_X / RAW_Y, y, x, k), false);
    }
    return at;
}

// Reads bytes through a pipe.
static struct plt_file *read_pipe(const void *bytes, size_t n,
                                  struct plt_file_params params)
{
    int ends[2];
    char path[32];
    if (pipe(ends) != 0)
        return NULL;
    REQUIRE(n <= 65536 && write(ends[1], bytes, n) == (ssize_t)n);
    close(ends[1]);
    snprintf(path, sizeof(path), "/dev/fd/%d", ends[0]);
    forget_messages();
    params.log = log_;
    struct plt_file *file = plt_file_read(path, &params);
    close(ends[0]);
    return file;
}

static void check_raw(const struct type_case *c, int channels, size_t offset)
{
    static unsigned char bytes[1 << 16];
    char spec[64];
    snprintf(spec, sizeof(spec), "%dx%d:%sx%d+%zu", RAW_X, RAW_Y, c->name, channels,
             offset);
    size_t n = make_raw(bytes, c, channels, offset), frame = (n - offset) / RAW_T;
    write_bytes("a.raw", bytes, n);
    forget_messages();
    struct plt_file *file =
        plt_file_read(path_of("a.raw"), plt_file_params(.raw = spec, .log = log_));
    check_frames(file, (int[4]){RAW_T, RAW_Y, RAW_X, channels}, c->type);
    plt_file_destroy(file);
    for (int t = 0; t <= RAW_T; t++) { // a pipe, up to frame t or to its end
        bool last = t == RAW_T;
        file = read_pipe(bytes, n,
                         (struct plt_file_params){
                             .raw = spec, .frame = last ? PLT_FRAME_LAST : (uint64_t)t});
        REQUIRE(file && num_errors + num_warnings == 0);
        REQUIRE_CMP(differences(plt_file_image(file), last ? RAW_T - 1 : t), ==, 0, "d");
        plt_file_destroy(file);
    }
    file = read_pipe(bytes, n, (struct plt_file_params){.raw = spec, .frame = RAW_T});
    REQUIRE(!file && num_errors == 1 && strstr(last_text, "there are 5"));
    // The last frame is cut off: left out, with a warning.
    write_bytes("a.raw", bytes, n - 1);
    forget_messages();
    file = plt_file_read(path_of("a.raw"), plt_file_params(.raw = spec, .log = log_));
    REQUIRE(plt_file_num_frames(file) == RAW_T - 1 && num_errors == 0 && num_warnings == 1);
    plt_file_destroy(file);
    file = read_pipe(bytes, n - 1,
                     (struct plt_file_params){.raw = spec, .frame = PLT_FRAME_LAST});
    REQUIRE(file && num_errors == 0 && num_warnings == 1);
    REQUIRE_CMP(differences(plt_file_image(file), RAW_T - 2), ==, 0, "d");
    plt_file_destroy(file);
    // Not one whole frame.
    file = read_pipe(bytes, offset + frame - 1, (struct plt_file_params){.raw = spec});
    REQUIRE(!file && num_errors == 1 && strstr(last_text, "a frame needs"));
    write_bytes("a.raw", bytes, offset + frame - 1);
    forget_messages();
    REQUIRE(!plt_file_read(path_of("a.raw"), plt_file_params(.raw = spec, .log = log_)));
    REQUIRE(num_errors == 1 && strstr(last_text, "a frame needs"));
}

int main(void)
{
    struct test_random random = test_random_seeded();
    if (!files_begin())
        return test_skip("no folder for temporary files");
    check_every_npy();
    check_bad_axes();
    check_large(false);
    check_large(true);
    check_specs();
    for (int i = 0; i < CASES; i++)
        for (int k = 0; cases[i].name && k < 3; k++)
            check_raw(&cases[i], (int[]){1, 3, 4}[k], (size_t)k * 7);
    forget_messages();
    REQUIRE(!plt_file_read(path_of("a.raw"), plt_file_params(.raw = "4x", .log = log_)));
    REQUIRE(num_errors == 1 && strstr(last_text, "'4x'"));

    static unsigned char bytes[1 << 16];
    for (int i = 0; i < 2; i++) {
        struct stack_case c = {&cases[3], {3, 4, 5, 3}, i, i};
        write_bytes("stack.npy", bytes, make_npy(bytes, &c));
        check_any(&random, "stack.npy");
    }
    files_finish();
    return test_result();
}
