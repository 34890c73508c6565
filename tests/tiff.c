// TIFF files that libtiff wrote: every type, channel count, layout and compression comes
// back; pages are a stack; what is malformed is refused with one line.
#include <tiffio.h>

#include "file_fixture.h"

struct layout {
    enum plt_type type;
    int channels, columns, rows, pages;
    int tile; // 0 = strips
    int rows_per_strip, planar, compression;
    const char *mode; // of TIFFOpen
};

static int value(int t, int y, int x, int c)
{
    return (t * 31 + y * 7 + x * 3 + c) % 127 + 1;
}

static void store(void *to, enum plt_type type, int v)
{
    switch (type) {
    case PLT_F64: memcpy(to, &(double){v}, 8); break;
    case PLT_F32: memcpy(to, &(float){(float)v}, 4); break;
    case PLT_I8: memcpy(to, &(int8_t){(int8_t)v}, 1); break;
    case PLT_U8: memcpy(to, &(uint8_t){(uint8_t)v}, 1); break;
    case PLT_I16: memcpy(to, &(int16_t){(int16_t)v}, 2); break;
    case PLT_U16: memcpy(to, &(uint16_t){(uint16_t)v}, 2); break;
    case PLT_I32: memcpy(to, &(int32_t){v}, 4); break;
    case PLT_U32: memcpy(to, &(uint32_t){(uint32_t)v}, 4); break;
    default: break;
    }
}

static void set_fields(TIFF *tiff, const struct layout *l)
{
    bool real = l->type == PLT_F32 || l->type == PLT_F64;
    bool whole = l->type == PLT_I8 || l->type == PLT_I16 || l->type == PLT_I32;
    TIFFSetField(tiff, TIFFTAG_IMAGEWIDTH, l->columns);
    TIFFSetField(tiff, TIFFTAG_IMAGELENGTH, l->rows);
    TIFFSetField(tiff, TIFFTAG_BITSPERSAMPLE, 8 * (int)plt_type_size(l->type));
    TIFFSetField(tiff, TIFFTAG_SAMPLEFORMAT,
                 real    ? SAMPLEFORMAT_IEEEFP
                 : whole ? SAMPLEFORMAT_INT
                         : SAMPLEFORMAT_UINT);
    TIFFSetField(tiff, TIFFTAG_SAMPLESPERPIXEL, l->channels);
    TIFFSetField(tiff, TIFFTAG_PHOTOMETRIC,
                 l->channels == 1 ? PHOTOMETRIC_MINISBLACK : PHOTOMETRIC_RGB);
    TIFFSetField(tiff, TIFFTAG_PLANARCONFIG, l->planar ? l->planar : PLANARCONFIG_CONTIG);
    TIFFSetField(tiff, TIFFTAG_COMPRESSION,
                 l->compression ? l->compression : COMPRESSION_NONE);
    if (l->channels == 4)
        TIFFSetField(tiff, TIFFTAG_EXTRASAMPLES, 1, (uint16_t[]){EXTRASAMPLE_UNASSALPHA});
    if (l->tile) {
        TIFFSetField(tiff, TIFFTAG_TILEWIDTH, l->tile);
        TIFFSetField(tiff, TIFFTAG_TILELENGTH, l->tile);
    } else {
        TIFFSetField(tiff, TIFFTAG_ROWSPERSTRIP, l->rows_per_strip ? l->rows_per_strip : 4);
    }
}

// One strip or tile, from its corner on; samples outside the image are 99.
static void write_block(TIFF *tiff, const struct layout *l, const int at[4], int columns,
                        int rows)
{
    static unsigned char block[1 << 16];
    bool separate = l->planar == PLANARCONFIG_SEPARATE;
    size_t size = plt_type_size(l->type), n = 0;
    for (int y = at[1]; y < at[1] + rows; y++)
        for (int x = at[2]; x < at[2] + columns; x++)
            for (int k = separate ? at[3] : 0; k < (separate ? at[3] + 1 : l->channels);
                 k++)
                store(block + size * n++, l->type,
                      x < l->columns && y < l->rows ? value(at[0], y, x, k) : 99);
    uint16_t plane = (uint16_t)at[3];
    if (l->tile)
        TIFFWriteEncodedTile(
            tiff, TIFFComputeTile(tiff, (uint32_t)at[2], (uint32_t)at[1], 0, plane), block,
            (tmsize_t)(n * size));
    else
        TIFFWriteEncodedStrip(tiff, TIFFComputeStrip(tiff, (uint32_t)at[1], plane), block,
                              (tmsize_t)(n * size));
}

static void write_tiff(const char *name, const struct layout *l)
{
    TIFF *tiff = TIFFOpen(path_of(name), l->mode ? l->mode : "w");
    int planes = l->planar == PLANARCONFIG_SEPARATE ? l->channels : 1;
    int height = l->tile ? l->tile : l->rows_per_strip ? l->rows_per_strip : 4;
    int width = l->tile ? l->tile : l->columns;
    for (int t = 0; t < l->pages; t++) {
        set_fields(tiff, l);
        for (int plane = 0; plane < planes; plane++)
            for (int y = 0; y < l->rows; y += height)
                for (int x = 0; x < l->columns; x += width) {
                    int rows = !l->tile && l->rows - y < height ? l->rows - y : height;
                    write_block(tiff, l, (int[]){t, y, x, plane}, width, rows);
                }
        TIFFWriteDirectory(tiff);
    }
    TIFFClose(tiff);
}

static void check_image(const struct plt_image *image, const struct layout *l, int t)
{
    REQUIRE(image && plt_image_type(image) == l->type);
    REQUIRE_CMP(plt_image_channels(image), ==, l->channels, "d");
    REQUIRE(plt_image_columns(image) == l->columns && plt_image_rows(image) == l->rows);
    int wrong = 0;
    for (int i = 0; i < l->columns * l->rows * l->channels; i++) {
        int k = i % l->channels, x = i / l->channels % l->columns;
        int y = i / l->channels / l->columns;
        wrong += plt_image_value(image, x, y, k) != value(t, y, x, k);
    }
    REQUIRE_CMP(wrong, ==, 0, "d");
}

static void check_layout(const struct layout *l)
{
    write_tiff("a.tif", l);
    struct plt_file *file = read_file("a.tif");
    REQUIRE(file && num_errors + num_warnings == 0);
    if (!file)
        fprintf(stderr, "%s\n", last_text);
    REQUIRE_CMP(plt_file_num_frames(file), ==, (uint64_t)l->pages, PRIu64);
    check_image(plt_file_image(file), l, 0);
    for (int t = l->pages - 1; t >= 0; t--) {
        struct plt_image *image = plt_file_frame(file, (uint64_t)t);
        check_image(image, l, t);
        plt_image_unref(image);
    }
    plt_file_destroy(file);
}

static void check_layouts(void)
{
    static const enum plt_type types[] = {PLT_U8,  PLT_I8,  PLT_U16, PLT_I16,
                                          PLT_U32, PLT_I32, PLT_F32, PLT_F64};
    static const char *const modes[] = {"w", "wb", "w8"}; // little, big endian, BigTIFF
    static const int compressions[] = {COMPRESSION_NONE, COMPRESSION_LZW,
                                       COMPRESSION_ADOBE_DEFLATE, COMPRESSION_PACKBITS};
    for (int i = 0; i < 8 * 3 * 2 * 2 * 3; i++) {
        struct layout l = {
            .type = types[i % 8],
            .channels = (int[]){1, 3, 4}[i / 8 % 3],
            .planar = i / 24 % 2 ? PLANARCONFIG_SEPARATE : PLANARCONFIG_CONTIG,
            .tile = i / 48 % 2 ? 16 : 0,
            .mode = modes[i / 96],
            .compression = compressions[i % 4],
            .columns = 21,
            .rows = 18,
            .pages = 2,
        };
        check_layout(&l);
    }
    check_layout(&(struct layout){PLT_U16, 1, 9, 5, 300}); // many pages
}

// Kinds that are not ours come as RGBA; white is 0 comes inverted.
static void check_converted(void)
{
    TIFF *tiff = TIFFOpen(path_of("p.tif"), "w");
    struct layout l = {PLT_U8, 1, 2, 1, 1};
    static uint16_t red[256], green[256], blue[256];
    red[3] = 65535, green[4] = 65535;
    set_fields(tiff, &l);
    TIFFSetField(tiff, TIFFTAG_PHOTOMETRIC, PHOTOMETRIC_PALETTE);
    TIFFSetField(tiff, TIFFTAG_COLORMAP, red, green, blue);
    TIFFWriteEncodedStrip(tiff, 0, (unsigned char[]){3, 4}, 2);
    TIFFWriteDirectory(tiff);
    set_fields(tiff, &l);
    TIFFSetField(tiff, TIFFTAG_PHOTOMETRIC, PHOTOMETRIC_MINISWHITE);
    TIFFWriteEncodedStrip(tiff, 0, (unsigned char[]){3, 255}, 2);
    TIFFClose(tiff);
    struct plt_file *file = read_file("p.tif");
    const struct plt_image *image = plt_file_image(file);
    REQUIRE(file && plt_image_channels(image) == 4 && num_errors + num_warnings == 0);
    static const double want[] = {255, 0, 0, 255, 0, 255, 0, 255};
    for (int i = 0; i < 8; i++)
        REQUIRE_CMP(plt_image_value(image, i / 4, 0, i % 4), ==, want[i], "g");
    struct plt_image *second = plt_file_frame(file, 1);
    REQUIRE_CMP(plt_image_value(second, 0, 0, 0), ==, 252.0, "g");
    REQUIRE_CMP(plt_image_value(second, 1, 0, 0), ==, 0.0, "g");
    plt_image_unref(second);
    plt_file_destroy(file);
}

static void check_bad(void)
{
    static unsigned char bytes[1 << 14];
    write_tiff("a.tif", &(struct layout){PLT_U16, 1, 9, 5, 2});
    size_t n = read_bytes("a.tif", bytes, sizeof(bytes));
    int refused = 0;
    for (size_t cut = 1; cut < n; cut++) {
        write_bytes("bad.tif", bytes, cut);
        struct plt_file *file = read_file("bad.tif");
        REQUIRE_CMP(num_errors, ==, file ? 0 : 1, "d");
        refused += !file;
        plt_file_destroy(file);
    }
    REQUIRE(refused > 50);
    write_bytes("bad.tif", "1,2\n", 4);
    refuse("bad.tif", "signature");
    // A page that follows itself is one page.
    write_tiff("a.tif", &(struct layout){PLT_U8, 1, 4, 4, 1});
    n = read_bytes("a.tif", bytes, sizeof(bytes));
    size_t page = bytes[4] | (size_t)bytes[5] << 8, count = bytes[page];
    memcpy(bytes + page + 2 + 12 * count, bytes + 4, 4);
    write_bytes("loop.tif", bytes, n);
    struct plt_file *file = read_file("loop.tif");
    REQUIRE(file && plt_file_num_frames(file) == 1);
    plt_file_destroy(file);
    // The header promises more pixels than the file can hold, or than is allowed.
    for (size_t i = 0; i < count; i++) {
        unsigned char *entry = bytes + page + 2 + 12 * i;
        if (entry[0] == 0 && entry[1] == 1)
            entry[2] = 4, entry[8] = 0, entry[9] = 0, entry[10] = 16, entry[11] = 0;
    }
    write_bytes("bad.tif", bytes, n);
    refuse("bad.tif", "too short for 1048576 x 4");
    forget_messages();
    REQUIRE(!plt_file_read(path_of("bad.tif"),
                           plt_file_params(.max_image_bytes = 1 << 20, .log = log_)));
    REQUIRE(num_errors == 1 && strstr(last_text, "the limit is 1 MiB"));
}

int main(void)
{
    struct test_random random = test_random_seeded();
    if (!files_begin())
        return test_skip("no folder for temporary files");
    check_layouts();
    check_converted();
    check_bad();
    write_tiff("stack.tif", &(struct layout){PLT_U16, 3, 21, 18, 2, 16,
                                             .compression = COMPRESSION_ADOBE_DEFLATE});
    check_any(&random, "stack.tif");
    files_finish();
    return test_result();
}
