// PNG files, through libpng: reads an image in its native depth, writes a picture.
// libpng reports errors by longjmp, so what it may interrupt lives in a struct.
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <png.h>

#include <plotlib/base/alloc.h>
#include <plotlib/base/number.h>
#include <plotlib/io/file.h>

// --- what both directions need -----------------------------------------------------------

struct png_trouble {
    char text[128]; // what libpng said
    bool memory;
};

static void on_error(png_structp png, png_const_charp text)
{
    struct png_trouble *trouble = png_get_error_ptr(png);
    plt_format(trouble->text, sizeof(trouble->text), "%s", text);
    png_longjmp(png, 1);
}

static void on_warning(png_structp png, png_const_charp text)
{
    (void)png, (void)text; // the picture is whole all the same
}

static png_voidp take_memory(png_structp png, png_alloc_size_t size)
{
    void *p = plt_malloc(size);
    struct png_trouble *trouble = png_get_mem_ptr(png);
    if (!p && trouble)
        trouble->memory = true;
    return p;
}

static void give_memory(png_structp png, png_voidp p)
{
    (void)png;
    plt_free(p);
}

// --- reading -----------------------------------------------------------------------------

struct png_input {
    struct plt_reader *reader;
    struct png_trouble trouble;
    bool truncated;
    png_structp png;
    png_infop info;
    struct plt_block *block;
    png_uint_32 width, height;
    struct plt_image_params params;
};

static void on_read(png_structp png, png_bytep to, size_t n)
{
    struct png_input *input = png_get_io_ptr(png);
    if (plt_reader_read(input->reader, to, n) == n)
        return;
    input->truncated = true;
    png_error(png, "truncated");
}

// Everything comes out as grey 8, grey 16, RGB or RGBA of 8 bits.
static void choose_output(struct png_input *input)
{
    png_structp png = input->png;
    int color = png_get_color_type(png, input->info),
        depth = png_get_bit_depth(png, input->info);
    bool clear = png_get_valid(png, input->info, PNG_INFO_tRNS) != 0;
    bool alpha = clear || (color & PNG_COLOR_MASK_ALPHA);
    bool grey16 = color == PNG_COLOR_TYPE_GRAY && depth == 16 && !alpha;
    if (color == PNG_COLOR_TYPE_PALETTE)
        png_set_palette_to_rgb(png);
    if (color == PNG_COLOR_TYPE_GRAY && depth < 8)
        png_set_expand_gray_1_2_4_to_8(png);
    if (clear)
        png_set_tRNS_to_alpha(png);
    if (depth == 16 && !grey16)
        png_set_scale_16(png);
    if (!(color & PNG_COLOR_MASK_COLOR) && alpha)
        png_set_gray_to_rgb(png);
    const uint16_t one = 1;
    if (grey16 && *(const unsigned char *)&one == 1)
        png_set_swap(png);
    input->params.type = grey16 ? PLT_U16 : PLT_U8;
    input->params.channels = alpha ? 4 : (color & PNG_COLOR_MASK_COLOR) ? 3 : 1;
}

// A header may promise anything; deflate cannot expand by more than about 1032.
static bool check_size(struct png_input *input)
{
    const struct plt_reader *reader = input->reader;
    uint64_t pixels = (uint64_t)input->width * input->height;
    if (pixels >= UINT64_C(1) << 31) {
        plt_file_error(reader, "byte 16: an image of %u x %u pixels is too large",
                       (unsigned)input->width, (unsigned)input->height);
        return false;
    }
    if (reader->size != UINT64_MAX && pixels / 8 / 1040 > reader->size) {
        plt_file_error(reader, "byte 16: the file is too short for %u x %u pixels",
                       (unsigned)input->width, (unsigned)input->height);
        return false;
    }
    return true;
}

// May longjmp. False when a line is logged already.
static bool read_pixels(struct png_input *input)
{
    png_structp png = input->png;
    png_set_user_limits(png, INT32_MAX, INT32_MAX);
    png_set_read_fn(png, input, on_read);
    png_read_info(png, input->info);
    input->width = png_get_image_width(png, input->info);
    input->height = png_get_image_height(png, input->info);
    if (!check_size(input))
        return false;
    choose_output(input);
    int passes = png_set_interlace_handling(png);
    png_read_update_info(png, input->info);
    size_t line = png_get_rowbytes(png, input->info);
    input->params.columns = (int32_t)input->width;
    input->params.rows = (int32_t)input->height;
    input->block = plt_block_create(input->reader, (uint64_t)line * input->height);
    if (!input->block)
        return false;
    for (int pass = 0; pass < passes; pass++) {
        png_bytep row = input->block->bytes;
        for (png_uint_32 y = 0; y < input->height; y++, row += line)
            png_read_row(png, row, NULL);
    }
    png_read_end(png, NULL);
    return true;
}

static void say_trouble(const struct png_input *input)
{
    const struct plt_reader *reader = input->reader;
    if (reader->failed)
        return;
    if (input->trouble.memory)
        plt_no_memory(reader->log, reader->path);
    else
        plt_file_error(reader, "byte %llu: %s", (unsigned long long)reader->position,
                       input->truncated ? "the file ends too early" : input->trouble.text);
}

static bool read_guarded(struct png_input *input)
{
    input->png =
        png_create_read_struct_2(PNG_LIBPNG_VER_STRING, &input->trouble, on_error,
                                 on_warning, &input->trouble, take_memory, give_memory);
    input->info = input->png ? png_create_info_struct(input->png) : NULL;
    if (!input->info) {
        plt_no_memory(input->reader->log, input->reader->path);
        return false;
    }
    if (setjmp(png_jmpbuf(input->png))) {
        say_trouble(input);
        return false;
    }
    return read_pixels(input);
}

bool plt_png_read(struct plt_file *file, struct plt_reader *reader)
{
    struct png_input input = {.reader = reader, .params.log = reader->log};
    bool ok = read_guarded(&input);
    if (input.png)
        png_destroy_read_struct(&input.png, &input.info, NULL);
    if (ok) {
        file->image =
            plt_image_wrap(input.block->bytes, &input.params, plt_block_unref, input.block);
        ok = file->image;
        file->num_values =
            (uint64_t)input.width * input.height * (uint64_t)input.params.channels;
    }
    if (!ok)
        plt_block_unref(input.block);
    return ok;
}

// --- writing -----------------------------------------------------------------------------

struct png_output {
    const char *path;
    struct plt_log *log;
    struct png_trouble trouble;
    int fd;
    int problem; // errno of the first failed write
    png_structp png;
    png_infop info;
    unsigned char *row;
    const unsigned char *pixels;
    size_t stride;
    int width, height;
    size_t filled;
    unsigned char buffer[1 << 16];
};

static bool flush(struct png_output *output)
{
    size_t done = 0;
    while (done < output->filled) {
        ssize_t put = write(output->fd, output->buffer + done, output->filled - done);
        if (put < 0 && errno == EINTR)
            continue;
        if (put <= 0) {
            output->problem = put < 0 ? errno : ENOSPC;
            return false;
        }
        done += (size_t)put;
    }
    output->filled = 0;
    return true;
}

static void on_write(png_structp png, png_bytep bytes, size_t n)
{
    struct png_output *output = png_get_io_ptr(png);
    while (n > 0) {
        size_t room = sizeof(output->buffer) - output->filled;
        size_t part = n < room ? n : room;
        memcpy(output->buffer + output->filled, bytes, part);
        output->filled += part;
        bytes += part;
        n -= part;
        if (output->filled == sizeof(output->buffer) && !flush(output))
            png_error(png, "write error");
    }
}

static void on_flush(png_structp png)
{
    (void)png; // done once, at the end
}

// May longjmp. Level 1 and the row above as the guess: a dense 1280x720 curve takes 6 ms
// and 24 KiB (without a filter 8 ms, 153 KiB; level 6: 30 ms, 88 KiB).
static void write_pixels(struct png_output *output)
{
    png_structp png = output->png;
    png_set_write_fn(png, output, on_write, on_flush);
    png_set_IHDR(png, output->info, (png_uint_32)output->width, (png_uint_32)output->height,
                 8, PNG_COLOR_TYPE_RGB, PNG_INTERLACE_NONE, PNG_COMPRESSION_TYPE_DEFAULT,
                 PNG_FILTER_TYPE_DEFAULT);
    png_set_compression_level(png, 1);
    png_set_filter(png, PNG_FILTER_TYPE_BASE, PNG_FILTER_UP);
    png_write_info(png, output->info);
    for (int y = 0; y < output->height; y++) {
        const unsigned char *line = output->pixels + (size_t)y * output->stride;
        for (int x = 0; x < output->width; x++) {
            uint32_t word;
            memcpy(&word, line + (size_t)x * 4, 4);
            output->row[x * 3] = (unsigned char)(word >> 16);
            output->row[x * 3 + 1] = (unsigned char)(word >> 8);
            output->row[x * 3 + 2] = (unsigned char)word;
        }
        png_write_row(png, output->row);
    }
    png_write_end(png, output->info);
}

static bool write_guarded(struct png_output *output)
{
    output->png =
        png_create_write_struct_2(PNG_LIBPNG_VER_STRING, &output->trouble, on_error,
                                  on_warning, &output->trouble, take_memory, give_memory);
    output->info = output->png ? png_create_info_struct(output->png) : NULL;
    output->row = output->info ? plt_malloc((size_t)output->width * 3) : NULL;
    if (!output->row) {
        plt_no_memory(output->log, output->path);
        return false;
    }
    if (setjmp(png_jmpbuf(output->png)) == 0) {
        write_pixels(output);
        if (flush(output))
            return true;
    }
    if (output->problem)
        plt_error(output->log, FILE_OPEN, "%s: %s", output->path,
                  strerror(output->problem));
    else if (output->trouble.memory)
        plt_no_memory(output->log, output->path);
    else
        plt_error(output->log, FILE_OPEN, "%s: %s", output->path, output->trouble.text);
    return false;
}

// Where to write: beside a regular file (that a link may lead to), to be renamed; devices
// and pipes are written to directly, or the rename would replace them.
struct target {
    char path[4096];
    char beside[4096 + 32]; // "" = direct
};

static bool find_target(const char *path, struct target *target)
{
    struct stat info;
    char *real = realpath(path, NULL);
    bool fits = (size_t)plt_format(target->path, sizeof(target->path), "%s",
                                   real ? real : path) < sizeof(target->path);
    free(real);
    target->beside[0] = '\0';
    if (!fits) {
        errno = ENAMETOOLONG;
        return false;
    }
    if (stat(target->path, &info) == 0 && S_ISDIR(info.st_mode)) {
        errno = EISDIR;
        return false;
    }
    if (stat(target->path, &info) == 0 && !S_ISREG(info.st_mode))
        return true;
    // Cut: a name may be as long as the file system allows.
    enum { MOST_NAME = 200 };
    const char *slash = strrchr(target->path, '/');
    size_t folder = slash ? (size_t)(slash + 1 - target->path) : 0;
    size_t name = strlen(target->path) - folder;
    plt_format(target->beside, sizeof(target->beside), "%.*s.%ld.tmp",
               (int)(folder + (name < MOST_NAME ? name : MOST_NAME)), target->path,
               (long)getpid());
    return true;
}

static bool write_to(struct png_output *output, const struct target *target)
{
    bool direct = !target->beside[0];
    output->fd = direct
                     ? open(target->path, O_WRONLY | O_CLOEXEC)
                     : open(target->beside, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    if (output->fd < 0) {
        plt_error(output->log, FILE_OPEN, "%s: %s", output->path, strerror(errno));
        return false;
    }
    bool ok = write_guarded(output);
    if (output->png)
        png_destroy_write_struct(&output->png, &output->info);
    plt_free(output->row);
    bool closed = close(output->fd) == 0;
    if (ok && (!closed || (!direct && rename(target->beside, target->path) != 0))) {
        plt_error(output->log, FILE_OPEN, "%s: %s", output->path, strerror(errno));
        ok = false;
    }
    if (!ok && !direct)
        unlink(target->beside);
    return ok;
}

bool plt_png_write(const char *path, const void *pixels, size_t stride, int width,
                   int height, struct plt_log *log)
{
    plt_require(log, path && *path, false);
    plt_require(log, pixels, false);
    plt_require(log, width >= 1 && height >= 1, false);
    plt_require(log, stride >= (size_t)width * 4, false);
    struct target target;
    if (!find_target(path, &target)) {
        plt_error(log, FILE_OPEN, "%s: %s", path, strerror(errno));
        return false;
    }
    struct png_output *output = plt_calloc(1, sizeof(*output));
    if (!output) {
        plt_no_memory(log, path);
        return false;
    }
    output->path = path;
    output->log = log;
    output->pixels = pixels;
    output->stride = stride;
    output->width = width;
    output->height = height;
    bool ok = write_to(output, &target);
    plt_free(output);
    return ok;
}
