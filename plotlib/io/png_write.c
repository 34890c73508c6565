// Writes PNG files of 8 or 16 bits, through libpng.
#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <plotlib/base/alloc.h>
#include <plotlib/base/number.h>
#include <plotlib/io/file.h>
#include <plotlib/io/png.h>

struct png_output {
    const char *path;
    const struct plt_png_write_params *params;
    struct plt_log *log;
    struct plt_png_trouble trouble;
    int fd;
    int problem; // errno of the first failed write
    png_structp png;
    png_infop info;
    unsigned char *row; // of words; NULL: rows go as they are
    const unsigned char *pixels;
    size_t stride;
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

static bool is_ascii(const char *text)
{
    for (; *text; text++)
        if ((unsigned char)*text >= 0x80)
            return false;
    return true;
}

// May longjmp. Latin-1 and UTF-8 are the same below 0x80: what is more becomes an iTXt.
static void set_texts(struct png_output *output)
{
    const struct plt_png_write_params *p = output->params;
    for (size_t i = 0; i < p->num_texts; i++) {
        png_text text = {0};
        text.compression = is_ascii(p->texts[i].text) ? PNG_TEXT_COMPRESSION_NONE
                                                      : PNG_ITXT_COMPRESSION_NONE;
        text.key = (png_charp)p->texts[i].key;
        text.text = (png_charp)p->texts[i].text;
        text.lang = text.lang_key = (png_charp) "";
        png_set_text(output->png, output->info, &text, 1);
    }
}

static void set_header(struct png_output *output)
{
    static const int colors[] = {PNG_COLOR_TYPE_RGB, PNG_COLOR_TYPE_GRAY, 0,
                                 PNG_COLOR_TYPE_RGB, PNG_COLOR_TYPE_RGB_ALPHA};
    png_structp png = output->png;
    const struct plt_png_write_params *p = output->params;
    png_set_IHDR(png, output->info, (png_uint_32)p->columns, (png_uint_32)p->rows,
                 p->depth ? p->depth : 8, colors[p->channels], PNG_INTERLACE_NONE,
                 PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
    if (p->dpi > 0) {
        png_uint_32 per_m = (png_uint_32)lround(p->dpi / 0.0254);
        png_set_pHYs(png, output->info, per_m, per_m, PNG_RESOLUTION_METER);
    }
    set_texts(output);
}

static void take_words(struct png_output *output, const unsigned char *line)
{
    for (int x = 0; x < output->params->columns; x++) {
        uint32_t word;
        memcpy(&word, line + (size_t)x * 4, 4);
        output->row[x * 3] = (unsigned char)(word >> 16);
        output->row[x * 3 + 1] = (unsigned char)(word >> 8);
        output->row[x * 3 + 2] = (unsigned char)word;
    }
}

// May longjmp. Level 1 and the row above as the guess: a dense 1280x720 curve takes 6 ms
// and 24 KiB (without a filter 8 ms, 153 KiB; level 6: 30 ms, 88 KiB).
static void write_pixels(struct png_output *output)
{
    png_structp png = output->png;
    const uint16_t one = 1;
    png_set_write_fn(png, output, on_write, on_flush);
    set_header(output);
    png_set_compression_level(png, 1);
    png_set_filter(png, PNG_FILTER_TYPE_BASE, PNG_FILTER_UP);
    png_write_info(png, output->info);
    if (output->params->depth == 16 && *(const unsigned char *)&one == 1)
        png_set_swap(png);
    for (int y = 0; y < output->params->rows; y++) {
        const unsigned char *line = output->pixels + (size_t)y * output->stride;
        if (output->row)
            take_words(output, line);
        png_write_row(png, output->row ? output->row : line);
    }
    png_write_end(png, output->info);
}

static bool write_guarded(struct png_output *output)
{
    bool words = output->params->channels == 0;
    output->png = png_create_write_struct_2(PNG_LIBPNG_VER_STRING, &output->trouble,
                                            plt_png_on_error, plt_png_on_warning,
                                            &output->trouble, plt_png_take, plt_png_give);
    output->info = output->png ? png_create_info_struct(output->png) : NULL;
    if (output->info && words)
        output->row = plt_malloc((size_t)output->params->columns * 3);
    if (!output->info || (words && !output->row)) {
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

// Keys as PNG wants them: 1 to 79 printable ASCII characters, no outer or double blanks.
static bool good_key(const char *key)
{
    size_t length = key ? strlen(key) : 0;
    if (length < 1 || length > 79 || key[0] == ' ' || key[length - 1] == ' ')
        return false;
    for (size_t i = 0; i < length; i++)
        if (key[i] < ' ' || key[i] > '~' || (key[i] == ' ' && key[i + 1] == ' '))
            return false;
    return true;
}

static bool check_params(const struct plt_png_write_params *p, size_t stride)
{
    int depth = p->depth ? p->depth : 8;
    size_t pixel = p->channels ? (size_t)p->channels * (size_t)depth / 8 : 4;
    plt_require(p->log, p->columns >= 1 && p->rows >= 1, false);
    plt_require(p->log, p->channels >= 0 && p->channels <= 4 && p->channels != 2, false);
    plt_require(p->log, depth == 8 || (depth == 16 && p->channels != 0), false);
    plt_require(p->log, stride >= (size_t)p->columns * pixel, false);
    plt_require(p->log, p->dpi >= 0 && p->dpi <= 1e6, false);
    plt_require(p->log, p->num_texts == 0 || p->texts, false);
    for (size_t i = 0; i < p->num_texts; i++)
        plt_require(p->log, good_key(p->texts[i].key) && p->texts[i].text, false);
    return true;
}

bool plt_png_write_image(const char *path, const void *pixels,
                         const struct plt_png_write_params *params)
{
    plt_require(NULL, params, false);
    struct plt_log *log = params->log;
    size_t sample = params->depth == 16 ? 2 : 1;
    size_t packed = (size_t)params->columns *
                    (params->channels ? (size_t)params->channels * sample : 4);
    size_t stride = params->row_stride ? params->row_stride : packed;
    plt_require(log, path && *path, false);
    plt_require(log, pixels, false);
    if (!check_params(params, stride))
        return false;
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
    output->params = params;
    output->log = log;
    output->pixels = pixels;
    output->stride = stride;
    bool ok = write_to(output, &target);
    plt_free(output);
    return ok;
}

bool plt_png_write(const char *path, const void *pixels, size_t stride, int width,
                   int height, struct plt_log *log)
{
    struct plt_png_write_params params = {
        .columns = width, .rows = height, .row_stride = stride, .log = log};
    plt_require(log, stride > 0, false);
    return plt_png_write_image(path, pixels, &params);
}
