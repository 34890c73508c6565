// TIFF files through libtiff: a stack of pages, each decoded when it is asked for, in its
// native type where that is one of ours, else as RGBA of 8 bits.
#include <plotlib/io/file.h>

#ifdef PLT_HAVE_TIFF

#include <string.h>

#include <tiffio.h>

#include <plotlib/base/alloc.h>
#include <plotlib/base/number.h>

enum { MOST_PAGES = 1 << 20, MOST_TILE = 1 << 26 };

struct stack {
    struct plt_frame_list frames;
    struct plt_reader reader;
    TIFF *tiff;
    uint64_t position;
    uint64_t *pages; // [frames.count] offsets of their directories
    char text[160];  // the first thing that libtiff said
};

struct page {
    uint32_t columns, rows;
    uint16_t channels, bits, format, planar, photometric;
    bool premultiplied;
    size_t element;
    enum plt_type type;
};

// --- bytes for libtiff -------------------------------------------------------------------

static tmsize_t on_read(thandle_t handle, void *to, tmsize_t n)
{
    struct stack *stack = handle;
    size_t got = plt_reader_read_at(&stack->reader, stack->position, to, (size_t)n);
    stack->position += got;
    return (tmsize_t)got;
}

static tmsize_t on_write(thandle_t handle, void *from, tmsize_t n)
{
    (void)handle, (void)from, (void)n;
    return -1;
}

static toff_t on_seek(thandle_t handle, toff_t offset, int whence)
{
    struct stack *stack = handle;
    uint64_t base = whence == SEEK_SET   ? 0
                    : whence == SEEK_CUR ? stack->position
                                         : stack->reader.size;
    stack->position = base + offset;
    return stack->position;
}

static int on_close(thandle_t handle)
{
    (void)handle; // the reader's owner closes it
    return 0;
}

static toff_t on_size(thandle_t handle)
{
    struct stack *stack = handle;
    return stack->reader.size;
}

static int on_error(TIFF *tiff, void *user, const char *module, const char *format,
                    va_list args)
{
    (void)tiff, (void)module;
    struct stack *stack = user;
    if (!stack->text[0])
        plt_vformat(stack->text, sizeof(stack->text), format, args);
    return 1;
}

static int on_warning(TIFF *tiff, void *user, const char *module, const char *format,
                      va_list args)
{
    (void)tiff, (void)user, (void)module, (void)format, (void)args;
    return 1; // the picture is whole all the same
}

// --- pages -------------------------------------------------------------------------------

static uint64_t take(const unsigned char *p, int bytes, bool big_endian)
{
    uint64_t value = 0;
    for (int i = 0; i < bytes; i++)
        value |= (uint64_t)p[i] << 8 * (big_endian ? bytes - 1 - i : i);
    return value;
}

// The directory after the one at `offset`; 0 = the last. False when it lies outside.
static bool next_page(struct stack *stack, uint64_t *offset)
{
    bool big_endian = stack->reader.head[0] == 'M';
    bool big = stack->reader.head[big_endian ? 3 : 2] == '+';
    unsigned char bytes[8] = {0};
    int count_bytes = big ? 8 : 2, entry = big ? 20 : 12, link = big ? 8 : 4;
    if (plt_reader_read_at(&stack->reader, *offset, bytes, (size_t)count_bytes) <
        (size_t)count_bytes)
        return false;
    uint64_t count = take(bytes, count_bytes, big_endian);
    if (count > 65535)
        return false;
    *offset += (uint64_t)count_bytes + count * (uint64_t)entry;
    if (plt_reader_read_at(&stack->reader, *offset, bytes, (size_t)link) < (size_t)link)
        return false;
    *offset = take(bytes, link, big_endian);
    return *offset <= INT64_MAX;
}

// libtiff finds a page from its number by walking from the first, and looks for loops with
// a search of all pages: too slow for thousands. A loop is noticed here as in Brent 1980.
static bool find_pages(struct stack *stack)
{
    const unsigned char *head = stack->reader.head;
    bool big_endian = head[0] == 'M', big = head[big_endian ? 3 : 2] == '+';
    uint64_t offset = big ? take(head + 8, 8, big_endian) : take(head + 4, 4, big_endian);
    uint64_t saved = 0;
    size_t capacity = 0, count = 0;
    while (offset > 0 && count < MOST_PAGES && offset != saved) {
        if (!plt_reserve((void **)&stack->pages, &capacity, count + 1, sizeof(uint64_t))) {
            plt_no_memory(stack->reader.log, stack->reader.path);
            return false;
        }
        if ((count & (count - 1)) == 0)
            saved = offset;
        stack->pages[count++] = offset;
        if (!next_page(stack, &offset))
            break;
    }
    stack->frames.count = count;
    if (count == 0)
        plt_file_error(&stack->reader, "%s", "there is no image");
    return count > 0;
}

static bool find_type(struct page *page)
{
    static const struct {
        uint16_t format, bits;
        enum plt_type type;
    } types[] = {
        {SAMPLEFORMAT_UINT, 8, PLT_U8},     {SAMPLEFORMAT_UINT, 16, PLT_U16},
        {SAMPLEFORMAT_UINT, 32, PLT_U32},   {SAMPLEFORMAT_INT, 8, PLT_I8},
        {SAMPLEFORMAT_INT, 16, PLT_I16},    {SAMPLEFORMAT_INT, 32, PLT_I32},
        {SAMPLEFORMAT_IEEEFP, 16, PLT_F16}, {SAMPLEFORMAT_IEEEFP, 32, PLT_F32},
        {SAMPLEFORMAT_IEEEFP, 64, PLT_F64},
    };
    for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
        if (page->format == types[i].format && page->bits == types[i].bits) {
            page->type = types[i].type;
            page->element = page->bits / 8u;
            return true;
        }
    }
    return false;
}

// One of our own types, in an order that needs no conversion but a negative's.
static bool is_native(struct page *page)
{
    bool grey = page->photometric == PHOTOMETRIC_MINISBLACK ||
                page->photometric == PHOTOMETRIC_MINISWHITE;
    bool color = page->photometric == PHOTOMETRIC_RGB;
    bool fits = (grey && page->channels == 1) ||
                (color && (page->channels == 3 || page->channels == 4));
    return fits && find_type(page);
}

// The most that a compression may expand; 0 = unknown.
static uint64_t most_expansion(uint16_t compression)
{
    switch (compression) {
    case COMPRESSION_NONE: return 1;
    case COMPRESSION_PACKBITS: return 64;
    case COMPRESSION_LZW: return 4096;
    case COMPRESSION_DEFLATE:
    case COMPRESSION_ADOBE_DEFLATE: return 1040;
    default: return 0;
    }
}

static bool describe(struct stack *stack, struct page *page)
{
    TIFF *tiff = stack->tiff;
    uint16_t compression = COMPRESSION_NONE, num_extra = 0, *extra = NULL;
    if (!TIFFGetField(tiff, TIFFTAG_IMAGEWIDTH, &page->columns) ||
        !TIFFGetField(tiff, TIFFTAG_IMAGELENGTH, &page->rows) || page->columns == 0 ||
        page->rows == 0) {
        plt_file_error(&stack->reader, "%s", "an image without width or height");
        return false;
    }
    TIFFGetFieldDefaulted(tiff, TIFFTAG_SAMPLESPERPIXEL, &page->channels);
    TIFFGetFieldDefaulted(tiff, TIFFTAG_BITSPERSAMPLE, &page->bits);
    TIFFGetFieldDefaulted(tiff, TIFFTAG_SAMPLEFORMAT, &page->format);
    TIFFGetFieldDefaulted(tiff, TIFFTAG_PLANARCONFIG, &page->planar);
    TIFFGetFieldDefaulted(tiff, TIFFTAG_COMPRESSION, &compression);
    page->photometric = page->channels >= 3 ? PHOTOMETRIC_RGB : PHOTOMETRIC_MINISBLACK;
    TIFFGetField(tiff, TIFFTAG_PHOTOMETRIC, &page->photometric);
    if (TIFFGetField(tiff, TIFFTAG_EXTRASAMPLES, &num_extra, &extra) && num_extra > 0)
        page->premultiplied = extra[0] == EXTRASAMPLE_ASSOCALPHA;
    if (!is_native(page)) {
        page->type = PLT_U8;
        page->element = 0;
    }
    uint64_t pixel = page->element ? page->element * page->channels : 4;
    uint64_t bits = (uint64_t)page->columns * page->rows * page->bits * page->channels;
    uint64_t expansion = most_expansion(compression);
    if (!plt_reader_image_fits(&stack->reader, page->columns, page->rows, pixel))
        return false;
    if (expansion > 0 && bits / 8 / expansion > stack->reader.size) {
        plt_file_error(&stack->reader, "the file is too short for %u x %u pixels",
                       (unsigned)page->columns, (unsigned)page->rows);
        return false;
    }
    return true;
}

// --- samples -----------------------------------------------------------------------------

// Strips are tiles as wide as the image.
struct tiling {
    bool tiled;
    uint32_t columns, rows;
    size_t row, size; // bytes, of one plane
    size_t samples;   // of a pixel in a tile
    unsigned char *buffer;
};

static bool find_tiling(struct stack *stack, const struct page *page, struct tiling *tiling)
{
    TIFF *tiff = stack->tiff;
    bool separate = page->planar == PLANARCONFIG_SEPARATE;
    tiling->tiled = TIFFIsTiled(tiff);
    tiling->columns = page->columns;
    tiling->samples = separate ? 1 : page->channels;
    if (tiling->tiled) {
        TIFFGetField(tiff, TIFFTAG_TILEWIDTH, &tiling->columns);
        TIFFGetField(tiff, TIFFTAG_TILELENGTH, &tiling->rows);
    } else {
        TIFFGetFieldDefaulted(tiff, TIFFTAG_ROWSPERSTRIP, &tiling->rows);
        tiling->rows = tiling->rows < page->rows ? tiling->rows : page->rows;
    }
    tmsize_t size = tiling->tiled ? TIFFTileSize(tiff) : TIFFStripSize(tiff);
    uint64_t row = (uint64_t)tiling->columns * tiling->samples * page->element;
    uint64_t most = row * page->rows > MOST_TILE ? row * page->rows : MOST_TILE;
    if (tiling->rows == 0 || row == 0 || size <= 0 || (uint64_t)size > most ||
        (uint64_t)size % row != 0 || (uint64_t)size / row != tiling->rows) {
        if (!stack->text[0])
            plt_format(stack->text, sizeof(stack->text), "strips or tiles of a wrong size");
        return false;
    }
    tiling->row = (size_t)row;
    tiling->size = (size_t)size;
    tiling->buffer = plt_malloc(tiling->size);
    if (!tiling->buffer)
        plt_format(stack->text, sizeof(stack->text), "no memory for %zu bytes",
                   tiling->size);
    return tiling->buffer;
}

static void copy_samples(const struct page *page, const struct tiling *tiling, uint32_t x,
                         uint32_t rows, unsigned char *to)
{
    size_t e = page->element, pixel = e * page->channels, from = e * tiling->samples;
    size_t row = pixel * page->columns;
    uint32_t left = page->columns - x;
    uint32_t columns = left < tiling->columns ? left : tiling->columns;
    for (uint32_t r = 0; r < rows; r++, to += row) {
        const unsigned char *line = tiling->buffer + r * tiling->row;
        if (pixel == from) {
            memcpy(to, line, columns * pixel);
            continue;
        }
        for (uint32_t c = 0; c < columns; c++)
            memcpy(to + c * pixel, line + c * from, e);
    }
}

static bool read_tile(struct stack *stack, const struct page *page,
                      const struct tiling *tiling, const uint32_t at[3], unsigned char *to)
{
    uint32_t x = at[0], y = at[1], left = page->rows - y;
    uint16_t plane = (uint16_t)at[2];
    uint32_t rows = left < tiling->rows ? left : tiling->rows;
    tmsize_t need = (tmsize_t)(tiling->tiled ? tiling->size : rows * tiling->row), got;
    if (tiling->tiled)
        got = TIFFReadEncodedTile(stack->tiff, TIFFComputeTile(stack->tiff, x, y, 0, plane),
                                  tiling->buffer, need);
    else
        got = TIFFReadEncodedStrip(stack->tiff, TIFFComputeStrip(stack->tiff, y, plane),
                                   tiling->buffer, need);
    if (got < need)
        return false;
    copy_samples(page, tiling, x, rows,
                 to + (size_t)y * page->columns * page->element * page->channels +
                     (size_t)x * page->element * page->channels + plane * page->element);
    return true;
}

static bool read_native(struct stack *stack, const struct page *page, unsigned char *to)
{
    struct tiling tiling = {0};
    bool ok = find_tiling(stack, page, &tiling);
    uint32_t planes = tiling.samples ? page->channels / (uint32_t)tiling.samples : 0;
    for (uint32_t plane = 0; ok && plane < planes; plane++)
        for (uint64_t y = 0; ok && y < page->rows; y += tiling.rows)
            for (uint64_t x = 0; ok && x < page->columns; x += tiling.columns)
                ok = read_tile(stack, page, &tiling,
                               (uint32_t[3]){(uint32_t)x, (uint32_t)y, plane}, to);
    plt_free(tiling.buffer);
    bool is_unsigned =
        page->type == PLT_U8 || page->type == PLT_U16 || page->type == PLT_U32;
    size_t bytes = (size_t)page->columns * page->rows * page->element * page->channels;
    if (ok && page->photometric == PHOTOMETRIC_MINISWHITE && is_unsigned)
        for (size_t i = 0; i < bytes; i++)
            to[i] ^= 0xff;
    return ok;
}

// Straight alpha from premultiplied.
static void divide_alpha(unsigned char *p, size_t pixels)
{
    for (size_t i = 0; i < pixels; i++, p += 4)
        for (int k = 0; k < 3 && p[3] > 0 && p[3] < 255; k++) {
            unsigned v = (p[k] * 255u + p[3] / 2) / p[3];
            p[k] = (unsigned char)(v < 255 ? v : 255);
        }
}

// Whatever else libtiff can draw: palettes, 1 to 4 bits, YCbCr, CMYK, ...
static bool read_converted(struct stack *stack, const struct page *page, unsigned char *to)
{
    if (!TIFFReadRGBAImageOriented(stack->tiff, page->columns, page->rows, (uint32_t *)to,
                                   ORIENTATION_TOPLEFT, 1))
        return false;
    size_t pixels = (size_t)page->columns * page->rows;
    for (size_t i = 0; i < pixels; i++) {
        uint32_t word;
        memcpy(&word, to + 4 * i, 4);
        to[4 * i] = (unsigned char)TIFFGetR(word);
        to[4 * i + 1] = (unsigned char)TIFFGetG(word);
        to[4 * i + 2] = (unsigned char)TIFFGetB(word);
        to[4 * i + 3] = (unsigned char)TIFFGetA(word);
    }
    divide_alpha(to, pixels);
    return true;
}

static struct plt_image *wrong_page(struct stack *stack, uint64_t index)
{
    if (!stack->reader.failed)
        plt_file_error(&stack->reader, "page %llu: %s", (unsigned long long)index,
                       stack->text[0] ? stack->text : "the file ends too early");
    return NULL;
}

static struct plt_image *read_frame(struct plt_frame_list *frames, uint64_t index)
{
    struct stack *stack = (struct stack *)frames;
    stack->text[0] = '\0';
    stack->reader.failed = false;
    struct page page = {0};
    if (!TIFFSetSubDirectory(stack->tiff, stack->pages[index]))
        return wrong_page(stack, index);
    if (!describe(stack, &page))
        return NULL;
    uint16_t channels = page.element ? page.channels : 4;
    size_t pixel = page.element ? page.element * channels : 4;
    struct plt_block *block =
        plt_block_create(&stack->reader, (uint64_t)page.columns * page.rows * pixel);
    if (!block)
        return NULL;
    bool ok = page.element ? read_native(stack, &page, block->bytes)
                           : read_converted(stack, &page, block->bytes);
    if (ok && page.premultiplied && page.element == 1 && channels == 4)
        divide_alpha(block->bytes, (size_t)page.columns * page.rows);
    struct plt_image *image =
        ok ? plt_image_wrap(
                 block->bytes,
                 plt_image_params(.type = page.type, .columns = (int32_t)page.columns,
                                  .rows = (int32_t)page.rows, .channels = channels,
                                  .log = stack->reader.log),
                 plt_block_unref, block)
           : wrong_page(stack, index);
    if (!image)
        plt_block_unref(block);
    return image;
}

static void destroy(struct plt_frame_list *frames)
{
    struct stack *stack = (struct stack *)frames;
    if (stack->tiff)
        TIFFClose(stack->tiff);
    plt_reader_finish(&stack->reader);
    plt_free(stack->pages);
    plt_free(stack);
}

static bool open_tiff(struct stack *stack)
{
    TIFFOpenOptions *options = TIFFOpenOptionsAlloc();
    if (options) {
        uint64_t most = plt_reader_image_limit(&stack->reader) + MOST_TILE;
        TIFFOpenOptionsSetMaxSingleMemAlloc(options, (tmsize_t)most);
        TIFFOpenOptionsSetErrorHandlerExtR(options, on_error, stack);
        TIFFOpenOptionsSetWarningHandlerExtR(options, on_warning, stack);
        // h: no page is read yet; m: nothing is mapped.
        stack->tiff = TIFFClientOpenExt(stack->reader.path, "rhm", stack, on_read, on_write,
                                        on_seek, on_close, on_size, NULL, NULL, options);
        TIFFOpenOptionsFree(options);
    }
    if (!stack->tiff && !stack->reader.failed)
        plt_file_error(&stack->reader, "%s",
                       stack->text[0] ? stack->text : "not a usable TIFF file");
    return stack->tiff;
}

bool plt_tiff_read(struct plt_file *file, struct plt_reader *reader,
                   const struct plt_file_params *params)
{
    if (!plt_reader_hold(reader))
        return false;
    struct stack *stack = plt_calloc(1, sizeof(*stack));
    if (!stack)
        plt_no_memory(reader->log, reader->path);
    if (!stack || !plt_reader_keep(reader, &stack->reader)) {
        plt_free(stack);
        return false;
    }
    stack->frames = (struct plt_frame_list){.read = read_frame, .destroy = destroy};
    if (!open_tiff(stack) || !find_pages(stack)) {
        destroy(&stack->frames);
        return false;
    }
    return plt_file_set_frames(file, &stack->frames, params);
}

#else

bool plt_tiff_read(struct plt_file *file, struct plt_reader *reader,
                   const struct plt_file_params *params)
{
    (void)file, (void)params;
    plt_file_error(reader, "%s", "this plotlib was built without TIFF (libtiff)");
    return false;
}

#endif
