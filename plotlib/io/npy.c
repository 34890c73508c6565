// numpy's array files: what the axes mean, and the bytes of curves and single images, read
// straight into the memory that the series or image will use.
#include <float.h>
#include <math.h>
#include <string.h>

#include <plotlib/base/alloc.h>
#include <plotlib/io/npy.h>

enum { MOST_CURVES = 16 };

// --- shape -------------------------------------------------------------------------------

static bool is_color(uint64_t channels)
{
    return channels == 3 || channels == 4;
}

static bool count_samples(const struct plt_reader *reader, struct plt_npy *npy)
{
    if (npy->axes < 1 || npy->axes > PLT_NPY_MOST_AXES) {
        plt_file_error(reader, "shape: an array of %d axes, only 1 to 4 can be drawn",
                       npy->axes);
        return false;
    }
    npy->samples = 1;
    for (int i = 0; i < npy->axes; i++) {
        uint64_t n = npy->shape[i];
        if (n == 0) {
            plt_file_error(reader, "shape: axis %d has length 0, there is nothing to draw",
                           i);
            return false;
        }
        if (n > (UINT64_MAX >> 4) / npy->samples) {
            plt_file_error(reader, "%s", "shape: more samples than any memory holds");
            return false;
        }
        npy->samples *= n;
    }
    return true;
}

static bool check_length(const struct plt_reader *reader, const struct plt_npy *npy)
{
    uint64_t bytes = npy->samples * plt_type_size(npy->type);
    uint64_t left = reader->size - npy->offset;
    if (reader->size == UINT64_MAX || left == bytes)
        return true;
    plt_file_error(reader, "byte %llu: the shape needs %llu bytes of data, there are %llu",
                   (unsigned long long)npy->offset, (unsigned long long)bytes,
                   (unsigned long long)left);
    return false;
}

static bool wrong_axes(const struct plt_reader *reader, const struct plt_npy *npy,
                       const char *what)
{
    plt_file_error(reader, "shape: an array of %d axes is not %s", npy->axes, what);
    return false;
}

// The table in file.h.
static bool find_meaning(const struct plt_reader *reader, struct plt_npy *npy,
                         enum plt_file_axes wanted)
{
    const uint64_t *n = npy->shape;
    int axes = npy->axes;
    if (axes == 1 && wanted != PLT_AXES_AUTO)
        return wrong_axes(reader, npy, "an image");
    bool half = npy->type == PLT_F16;
    if (axes == 1 && half) {
        plt_file_error(reader, "dtype '%s' can be drawn as an image only", npy->descr);
        return false;
    }
    if (axes == 1 || (axes == 2 && wanted == PLT_AXES_AUTO && !half && n[1] <= MOST_CURVES))
        return true;
    bool stack = axes == 4 || wanted == PLT_AXES_STACK ||
                 (axes == 3 && wanted == PLT_AXES_AUTO && !is_color(n[2]));
    if (stack && axes == 2)
        return wrong_axes(reader, npy, "a stack of images");
    if (axes == 4 && wanted == PLT_AXES_IMAGE)
        return wrong_axes(reader, npy, "an image");
    npy->frames = stack ? n[0] : 1;
    npy->rows = n[stack];
    npy->columns = n[stack + 1];
    npy->channels = axes > stack + 2 ? n[stack + 2] : 1;
    if (npy->channels > PLT_IMAGE_CHANNELS) {
        plt_file_error(reader, "shape: images of %llu channels, %d are the most",
                       (unsigned long long)npy->channels, PLT_IMAGE_CHANNELS);
        return false;
    }
    if (npy->rows > INT32_MAX || npy->columns > INT32_MAX) {
        plt_file_error(reader, "shape: an image of %llu x %llu is too large",
                       (unsigned long long)npy->rows, (unsigned long long)npy->columns);
        return false;
    }
    return true;
}

// --- data --------------------------------------------------------------------------------

// The bytes of each element in reverse order.
static void swap(void *samples, uint64_t n, size_t element)
{
    unsigned char *p = samples;
    for (uint64_t i = 0; i < n; i++, p += element) {
        for (size_t k = 0; k < element / 2; k++) {
            unsigned char low = p[k];
            p[k] = p[element - 1 - k];
            p[element - 1 - k] = low;
        }
    }
}

static struct plt_block *read_data(struct plt_reader *reader, const struct plt_npy *npy)
{
    uint64_t bytes = npy->samples * plt_type_size(npy->type);
    struct plt_block *block = plt_block_create(reader, bytes);
    if (!block)
        return NULL;
    char more;
    uint64_t got = plt_reader_read(reader, block->bytes, (size_t)bytes);
    if (got == bytes)
        got += plt_reader_read(reader, &more, 1);
    if (got == bytes && !reader->failed)
        return block;
    if (!reader->failed)
        plt_file_error(reader,
                       "byte %llu: the shape needs %llu bytes of data, there are %s",
                       (unsigned long long)npy->offset, (unsigned long long)bytes,
                       got < bytes ? "fewer" : "more");
    plt_block_unref(block);
    return NULL;
}

// to[c][r] = from[r][c], in tiles that stay in the cache.
#define DEFINE_TURN(name, T)                                                         \
    static void turn_##name(const void *from, void *to, size_t rows, size_t columns) \
    {                                                                                \
        const T *s = from;                                                           \
        T *d = to;                                                                   \
        for (size_t r0 = 0; r0 < rows; r0 += 32) {                                   \
            size_t r1 = r0 + 32 < rows ? r0 + 32 : rows;                             \
            for (size_t c = 0; c < columns; c++) {                                   \
                for (size_t r = r0; r < r1; r++)                                     \
                    d[c * rows + r] = s[r * columns + c];                            \
            }                                                                        \
        }                                                                            \
    }
DEFINE_TURN(1, uint8_t)
DEFINE_TURN(2, uint16_t)
DEFINE_TURN(4, uint32_t)
DEFINE_TURN(8, uint64_t)

static void turn_into(const void *from, void *to, size_t rows, size_t columns,
                      size_t element)
{
    switch (element) {
    case 1: turn_1(from, to, rows, columns); break;
    case 2: turn_2(from, to, rows, columns); break;
    case 4: turn_4(from, to, rows, columns); break;
    default: turn_8(from, to, rows, columns); break;
    }
}

// Replaces *block by its transpose.
static bool turn(const struct plt_reader *reader, struct plt_block **block, size_t rows,
                 size_t columns, size_t element)
{
    struct plt_block *turned = plt_block_create(reader, (uint64_t)rows * columns * element);
    if (!turned)
        return false;
    turn_into((*block)->bytes, turned->bytes, rows, columns, element);
    plt_block_unref(*block);
    *block = turned;
    return true;
}

// 1-D, and 2-D of a few columns: the samples of each curve next to each other.
static bool make_curves(struct plt_file *file, const struct plt_reader *reader,
                        const struct plt_file_params *params, const struct plt_npy *npy,
                        struct plt_block **block)
{
    static const char *const parts[] = {"re", "im"};
    size_t element = plt_type_size(npy->type);
    size_t rows = (size_t)npy->shape[0];
    size_t columns = npy->axes == 2 ? (size_t)npy->shape[1] : 1;
    if (columns > 1 && !npy->fortran && !turn(reader, block, rows, columns, element))
        return false;
    struct plt_columns curves = {
        .block = *block,
        .type = npy->type,
        .column_size = rows * element,
        .rows = rows,
        .count = (int)columns,
        .names = npy->is_complex ? parts : NULL,
    };
    if (!plt_file_add_series(file, reader, params, &curves))
        return false;
    uint64_t gaps = 0;
    if (npy->type == PLT_F32) {
        const float *p = (*block)->bytes;
        for (uint64_t i = 0; i < npy->samples; i++)
            gaps += !(fabsf(p[i]) <= FLT_MAX);
    } else if (npy->type == PLT_F64) {
        const double *p = (*block)->bytes;
        for (uint64_t i = 0; i < npy->samples; i++)
            gaps += !(fabs(p[i]) <= DBL_MAX);
    }
    file->num_gaps = gaps;
    return true;
}

// Levels are float32, so that int64 samples lose nothing as doubles.
static void to_doubles(void *samples, uint64_t n)
{
    char *p = samples;
    for (uint64_t i = 0; i < n; i++, p += 8) {
        int64_t whole;
        memcpy(&whole, p, 8);
        double real = (double)whole;
        memcpy(p, &real, 8);
    }
}

// Now [rows][channels][columns]: each row is turned once more.
static bool turn_rows(const struct plt_reader *reader, const struct plt_npy *npy,
                      struct plt_block *block, size_t element)
{
    size_t channels = (size_t)npy->channels, columns = (size_t)npy->columns;
    size_t bytes = channels * columns * element;
    struct plt_block *row = plt_block_create(reader, bytes);
    if (!row)
        return false;
    for (size_t r = 0; r < npy->rows; r++) {
        char *line = (char *)block->bytes + r * bytes;
        turn_into(line, row->bytes, channels, columns, element);
        memcpy(line, row->bytes, bytes);
    }
    plt_block_unref(row);
    return true;
}

struct plt_image *plt_npy_image(const struct plt_npy *npy, const struct plt_reader *reader,
                                struct plt_block *block)
{
    size_t element = plt_type_size(npy->type);
    size_t across = (size_t)(npy->channels * npy->columns), rows = (size_t)npy->rows;
    struct plt_image_params params = {
        .type = npy->type == PLT_I64 ? PLT_F64 : npy->type,
        .columns = (int32_t)npy->columns,
        .rows = (int32_t)npy->rows,
        .channels = (int32_t)npy->channels,
        .log = reader->log,
    };
    struct plt_image *image = NULL;
    if (!npy->fortran || (turn(reader, &block, across, rows, element) &&
                          (npy->channels == 1 || turn_rows(reader, npy, block, element)))) {
        if (npy->swapped)
            swap(block->bytes, (uint64_t)across * rows, element);
        if (npy->type == PLT_I64)
            to_doubles(block->bytes, (uint64_t)across * rows);
        image = plt_image_wrap(block->bytes, &params, plt_block_unref, block);
    }
    if (!image)
        plt_block_unref(block);
    return image;
}

bool plt_npy_read(struct plt_file *file, struct plt_reader *reader,
                  const struct plt_file_params *params)
{
    struct plt_npy npy = {0};
    if (!plt_npy_read_header(reader, &npy) || !count_samples(reader, &npy) ||
        !find_meaning(reader, &npy, params->axes))
        return false;
    bool stack = npy.frames > 1;
    if ((stack && !plt_reader_hold(reader)) || !check_length(reader, &npy))
        return false;
    if (stack)
        return plt_npy_read_stack(file, reader, &npy, params);
    struct plt_block *block = read_data(reader, &npy);
    if (!block)
        return false;
    if (npy.frames == 1) {
        file->image = plt_npy_image(&npy, reader, block);
        file->num_values = npy.samples;
        return file->image;
    }
    if (npy.swapped)
        swap(block->bytes, npy.samples, plt_type_size(npy.type));
    bool ok = make_curves(file, reader, params, &npy, &block);
    plt_block_unref(block);
    return ok;
}
