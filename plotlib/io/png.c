// Reads PNG files in their native depth, through libpng.
#include <setjmp.h>
#include <stdlib.h>
#include <string.h>

#include <plotlib/base/alloc.h>
#include <plotlib/base/number.h>
#include <plotlib/io/file.h>
#include <plotlib/io/png.h>

// Only tRNS is used of what is optional, 256 bytes of it; the rest is skipped unread.
enum { MOST_CHUNK = 1 << 16 };
// Where a file may end too early: libpng loses less than this of the data before the end.
enum { SMALL_STEP = 256 };

void plt_png_on_error(png_structp png, png_const_charp text)
{
    struct plt_png_trouble *trouble = png_get_error_ptr(png);
    plt_format(trouble->text, sizeof(trouble->text), "%s", text);
    png_longjmp(png, 1);
}

void plt_png_on_warning(png_structp png, png_const_charp text)
{
    (void)png, (void)text; // the picture is whole all the same
}

png_voidp plt_png_take(png_structp png, png_alloc_size_t size)
{
    void *p = plt_malloc(size);
    struct plt_png_trouble *trouble = png_get_mem_ptr(png);
    if (!p && trouble)
        trouble->memory = true;
    return p;
}

void plt_png_give(png_structp png, png_voidp p)
{
    (void)png;
    plt_free(p);
}

struct input {
    struct plt_reader *reader;
    struct plt_png_trouble trouble;
    bool truncated;
    png_structp png;
    png_infop info;
    struct plt_block *block;
    size_t line; // bytes of a row in `block`
    png_uint_32 width, height;
    int pass, passes;
    png_uint_32 row; // rows of this pass that are complete
    struct plt_image_params params;
};

static void on_read(png_structp png, png_bytep to, size_t n)
{
    struct input *input = png_get_io_ptr(png);
    if (plt_reader_read(input->reader, to, n) == n)
        return;
    input->truncated = !input->reader->failed;
    png_error(png, "truncated");
}

// Everything comes out as grey, RGB or RGBA, of 8 or 16 bits.
static void choose_output(struct input *input)
{
    png_structp png = input->png;
    int color = png_get_color_type(png, input->info),
        depth = png_get_bit_depth(png, input->info);
    bool clear = png_get_valid(png, input->info, PNG_INFO_tRNS) != 0;
    bool alpha = clear || (color & PNG_COLOR_MASK_ALPHA);
    if (color == PNG_COLOR_TYPE_PALETTE)
        png_set_palette_to_rgb(png);
    if (color == PNG_COLOR_TYPE_GRAY && depth < 8)
        png_set_expand_gray_1_2_4_to_8(png);
    if (clear)
        png_set_tRNS_to_alpha(png);
    if (!(color & PNG_COLOR_MASK_COLOR) && alpha)
        png_set_gray_to_rgb(png);
    const uint16_t one = 1;
    if (depth == 16 && *(const unsigned char *)&one == 1)
        png_set_swap(png);
    input->params.type = depth == 16 ? PLT_U16 : PLT_U8;
    input->params.channels = alpha ? 4 : (color & PNG_COLOR_MASK_COLOR) ? 3 : 1;
}

// A header may promise anything; deflate cannot expand by more than about 1032, so what a
// short file promises beyond that is refused before any memory or time is spent on it.
static bool check_size(const struct input *input)
{
    const struct plt_reader *reader = input->reader;
    uint64_t bits = (uint64_t)input->width * input->height *
                    png_get_channels(input->png, input->info) *
                    png_get_bit_depth(input->png, input->info);
    uint64_t pixel = (uint64_t)input->params.channels * plt_type_size(input->params.type);
    if (!plt_reader_image_fits(reader, input->width, input->height, pixel))
        return false;
    if (reader->size != UINT64_MAX && bits / 8 / 1040 > reader->size) {
        plt_file_error(reader, "byte 16: the file is too short for %u x %u pixels",
                       (unsigned)input->width, (unsigned)input->height);
        return false;
    }
    return true;
}

static void set_limits(png_structp png)
{
    png_set_user_limits(png, INT32_MAX, INT32_MAX);
    png_set_chunk_cache_max(png, 16);
    png_set_chunk_malloc_max(png, MOST_CHUNK);
    // All that is neither critical nor tRNS: profiles and texts may be compressed bombs.
    png_set_keep_unknown_chunks(png, PNG_HANDLE_CHUNK_NEVER, NULL, -1);
}

// May longjmp. An interlaced picture gets finer from pass to pass: until the last one every
// pixel of a pass stands for those around it.
static void read_rows(struct input *input)
{
    bool spread = input->passes > 1;
    for (; input->pass < input->passes; input->pass++) {
        png_bytep row = input->block->bytes;
        for (input->row = 0; input->row < input->height; row += input->line) {
            png_read_row(input->png, spread ? NULL : row, spread ? row : NULL);
            input->row++;
        }
    }
}

// May longjmp. False when a line is logged already.
static bool read_pixels(struct input *input)
{
    png_structp png = input->png;
    set_limits(png);
    png_set_read_fn(png, input, on_read);
    png_read_info(png, input->info);
    input->width = png_get_image_width(png, input->info);
    input->height = png_get_image_height(png, input->info);
    choose_output(input);
    if (!check_size(input))
        return false;
    input->passes = png_set_interlace_handling(png);
    png_read_update_info(png, input->info);
    input->line = png_get_rowbytes(png, input->info);
    input->params.columns = (int32_t)input->width;
    input->params.rows = (int32_t)input->height;
    input->block = plt_block_create(input->reader, (uint64_t)input->line * input->height);
    if (!input->block)
        return false;
    if (input->passes > 1)
        memset(input->block->bytes, 0, input->line * input->height);
    read_rows(input);
    png_read_end(png, NULL);
    return true;
}

static void say_trouble(const struct input *input)
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

// What arrived of a file that ends too early: whole rows, the others zero.
static bool take_part(struct input *input)
{
    if (!input->truncated || !input->block || (input->pass == 0 && input->row == 0))
        return false;
    const struct plt_reader *reader = input->reader;
    unsigned whole = input->pass < input->passes ? input->row : input->height;
    if (input->passes == 1)
        memset((char *)input->block->bytes + input->line * whole, 0,
               input->line * (input->height - whole));
    if (input->passes == 1 || input->pass == input->passes)
        plt_warn(reader->log, FILE_FORMAT,
                 "%s: byte %llu: the file ends too early, with %u of %u rows", reader->path,
                 (unsigned long long)reader->position, whole, (unsigned)input->height);
    else
        plt_warn(reader->log, FILE_FORMAT,
                 "%s: byte %llu: the file ends too early, in pass %d of %d", reader->path,
                 (unsigned long long)reader->position, input->pass + 1, input->passes);
    return true;
}

static bool read_guarded(struct input *input, bool allow_truncated)
{
    input->png = png_create_read_struct_2(PNG_LIBPNG_VER_STRING, &input->trouble,
                                          plt_png_on_error, plt_png_on_warning,
                                          &input->trouble, plt_png_take, plt_png_give);
    input->info = input->png ? png_create_info_struct(input->png) : NULL;
    if (!input->info) {
        plt_no_memory(input->reader->log, input->reader->path);
        return false;
    }
    if (setjmp(png_jmpbuf(input->png))) {
        if (allow_truncated && take_part(input))
            return true;
        say_trouble(input);
        return false;
    }
    if (allow_truncated)
        png_set_compression_buffer_size(input->png, SMALL_STEP);
    return read_pixels(input);
}

bool plt_png_read(struct plt_file *file, struct plt_reader *reader,
                  const struct plt_file_params *params)
{
    struct input input = {.reader = reader, .params.log = reader->log};
    bool ok = read_guarded(&input, params->allow_truncated);
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
