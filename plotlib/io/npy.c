// numpy's array files (format versions 1 to 3): a small dictionary in text, then the bytes
// of the array, read straight into the memory that the series or image will use.
// The format: numpy/lib/format.py, "Format Version 1.0" and after.
#include <float.h>
#include <math.h>
#include <string.h>

#include <plotlib/base/alloc.h>
#include <plotlib/io/file.h>

enum { MOST_HEADER = 1 << 20, MOST_AXES = 3, MOST_CURVES = 16 };

struct array {
    char descr[24]; // as written, cut and made printable
    bool has_descr, has_order, has_shape, is_record;
    bool fortran;
    int axes; // may be > MOST_AXES: then only counted
    uint64_t shape[MOST_AXES];
    enum plt_type type;
    uint64_t samples;
};

// --- the dictionary ----------------------------------------------------------------------

struct cursor {
    const char *text, *p, *end;
    const char *wrong; // what was expected at p; NULL = fine so far
};

static bool expect(struct cursor *c, bool fine, const char *what)
{
    if (!fine && !c->wrong)
        c->wrong = what;
    return !c->wrong;
}

static void skip_blanks(struct cursor *c)
{
    while (c->p < c->end && (*c->p == ' ' || *c->p == '\n' || *c->p == '\t'))
        c->p++;
}

static bool take(struct cursor *c, char wanted)
{
    skip_blanks(c);
    if (c->p >= c->end || *c->p != wanted)
        return false;
    c->p++;
    return true;
}

static bool take_word(struct cursor *c, const char *word)
{
    skip_blanks(c);
    size_t n = strlen(word);
    if ((size_t)(c->end - c->p) < n || memcmp(c->p, word, n) != 0)
        return false;
    c->p += n;
    return true;
}

static bool take_string(struct cursor *c, const char **first, size_t *length)
{
    char quote = take(c, '\'') ? '\'' : take(c, '"') ? '"' : 0;
    if (!expect(c, quote, "a string"))
        return false;
    *first = c->p;
    const char *stop = memchr(c->p, quote, (size_t)(c->end - c->p));
    if (!expect(c, stop, "the end of a string"))
        return false;
    *length = (size_t)(stop - *first);
    c->p = stop + 1;
    return true;
}

static void take_descr(struct cursor *c, struct array *array)
{
    const char *text;
    size_t length;
    expect(c, !array->has_descr, "'descr' only once");
    array->has_descr = true;
    skip_blanks(c);
    if (c->p < c->end && (*c->p == '[' || *c->p == '(')) {
        array->is_record = true;
        c->p = c->end; // its inside is of no interest
        return;
    }
    if (!take_string(c, &text, &length))
        return;
    size_t n = length < sizeof(array->descr) - 1 ? length : sizeof(array->descr) - 1;
    for (size_t i = 0; i < n; i++)
        array->descr[i] = text[i] >= ' ' && text[i] <= '~' ? text[i] : '?';
}

static void take_shape(struct cursor *c, struct array *array)
{
    expect(c, !array->has_shape, "'shape' only once");
    array->has_shape = true;
    if (!expect(c, take(c, '('), "'('"))
        return;
    bool comma = true;
    while (!take(c, ')')) {
        uint64_t value = 0;
        const char *start = c->p;
        if (!expect(c, comma, "',' or ')'"))
            return;
        for (; c->p < c->end && *c->p >= '0' && *c->p <= '9'; c->p++) {
            if (!expect(c, value <= (UINT64_MAX >> 1) / 10 - 1, "a length below 2^59"))
                return;
            value = value * 10 + (uint64_t)(*c->p - '0');
        }
        if (!expect(c, c->p > start, "a length"))
            return;
        if (c->p < c->end && *c->p == 'L') // Python 2 wrote its long integers so
            c->p++;
        if (array->axes < MOST_AXES)
            array->shape[array->axes] = value;
        array->axes++;
        comma = take(c, ',');
    }
}

static void take_entry(struct cursor *c, struct array *array)
{
    const char *key;
    size_t length;
    if (!take_string(c, &key, &length) || !expect(c, take(c, ':'), "':'"))
        return;
    if (length == 5 && memcmp(key, "descr", 5) == 0) {
        take_descr(c, array);
    } else if (length == 5 && memcmp(key, "shape", 5) == 0) {
        take_shape(c, array);
    } else if (length == 13 && memcmp(key, "fortran_order", 13) == 0) {
        expect(c, !array->has_order, "'fortran_order' only once");
        array->has_order = true;
        array->fortran = take_word(c, "True");
        expect(c, array->fortran || take_word(c, "False"), "True or False");
    } else {
        expect(c, false, "'descr', 'fortran_order' or 'shape'");
    }
}

static void parse_dictionary(struct cursor *c, struct array *array)
{
    if (!expect(c, take(c, '{'), "'{'"))
        return;
    while (!c->wrong && !array->is_record && !take(c, '}')) {
        take_entry(c, array);
        if (c->wrong || array->is_record || take(c, ','))
            continue;
        expect(c, take(c, '}'), "',' or '}'");
        break;
    }
    if (c->wrong || array->is_record)
        return;
    skip_blanks(c);
    expect(c, c->p == c->end, "nothing after '}'");
    expect(c, array->has_descr, "'descr' in the header");
    expect(c, array->has_order, "'fortran_order' in the header");
    expect(c, array->has_shape, "'shape' in the header");
}

// --- header ------------------------------------------------------------------------------

// Reads up to the first byte of the array. `text` is the header's memory.
static bool read_header(struct plt_reader *reader, struct array *array, char **text)
{
    unsigned char start[12];
    size_t got = plt_reader_read(reader, start, 10);
    int major = got >= 8 ? start[6] : 0;
    size_t size = (size_t)start[8] | (size_t)start[9] << 8;
    if (major == 2 || major == 3) {
        got += plt_reader_read(reader, start + 10, 2);
        size |= (size_t)start[10] << 16 | (size_t)start[11] << 24;
    }
    if (reader->failed)
        return false;
    if (got < 8 || (major >= 1 && major <= 3 && got < (major == 1 ? 10u : 12u))) {
        plt_file_error(reader, "byte %zu: the header is cut off", got);
        return false;
    }
    if (major < 1 || major > 3) {
        plt_file_error(reader, "byte 6: npy format version %d, only 1 to 3 are known",
                       major);
        return false;
    }
    uint64_t left = reader->size - reader->position;
    if (size > MOST_HEADER || (reader->size != UINT64_MAX && size > left)) {
        plt_file_error(reader, "byte 8: a header of %zu bytes is more than there can be",
                       size);
        return false;
    }
    *text = plt_malloc(size);
    if (!*text) {
        plt_no_memory(reader->log, reader->path);
        return false;
    }
    uint64_t offset = reader->position;
    if (plt_reader_read(reader, *text, size) < size) {
        if (!reader->failed)
            plt_file_error(reader, "byte %llu: the header is cut off",
                           (unsigned long long)reader->position);
        return false;
    }
    struct cursor cursor = {.text = *text, .p = *text, .end = *text + size};
    parse_dictionary(&cursor, array);
    if (cursor.wrong) {
        plt_file_error(reader, "byte %llu: the header should have %s here",
                       (unsigned long long)(offset + (uint64_t)(cursor.p - cursor.text)),
                       cursor.wrong);
        return false;
    }
    return true;
}

static bool find_type(const struct plt_reader *reader, struct array *array)
{
    static const struct {
        const char *descr;
        enum plt_type type;
    } known[] = {
        {"|b1", PLT_U8},  {"|u1", PLT_U8},  {"|i1", PLT_I8},  {"<u1", PLT_U8},
        {"<i1", PLT_I8},  {"<u2", PLT_U16}, {"<i2", PLT_I16}, {"<u4", PLT_U32},
        {"<i4", PLT_I32}, {"<i8", PLT_I64}, {"<f4", PLT_F32}, {"<f8", PLT_F64},
    };
    for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
        if (!array->is_record && strcmp(array->descr, known[i].descr) == 0) {
            array->type = known[i].type;
            return true;
        }
    }
    if (array->is_record)
        plt_file_error(reader, "%s", "dtype: records with fields are not supported");
    else
        plt_file_error(reader,
                       "dtype '%s' is not supported (little-endian bool u8 i8 u16 i16 u32 "
                       "i32 i64 f32 f64 are)",
                       array->descr);
    return false;
}

static bool check_shape(const struct plt_reader *reader, struct array *array)
{
    if (array->axes < 1 || array->axes > MOST_AXES) {
        plt_file_error(reader, "shape: an array of %d axes, only 1 to 3 can be drawn",
                       array->axes);
        return false;
    }
    array->samples = 1;
    for (int i = 0; i < array->axes; i++) {
        uint64_t n = array->shape[i];
        if (n == 0) {
            plt_file_error(reader, "shape: axis %d has length 0, there is nothing to draw",
                           i);
            return false;
        }
        if (n > (UINT64_MAX >> 4) / array->samples) {
            plt_file_error(reader, "%s", "shape: more samples than any memory holds");
            return false;
        }
        array->samples *= n;
    }
    uint64_t bytes = array->samples * plt_type_size(array->type);
    uint64_t left = reader->size - reader->position;
    if (reader->size != UINT64_MAX && left != bytes) {
        plt_file_error(reader,
                       "byte %llu: the shape needs %llu bytes of data, there are %llu",
                       (unsigned long long)reader->position, (unsigned long long)bytes,
                       (unsigned long long)left);
        return false;
    }
    if (array->axes == 3 &&
        ((array->shape[2] != 3 && array->shape[2] != 4) || array->type != PLT_U8)) {
        plt_file_error(
            reader, "%s",
            "shape: of 3-D arrays only RGB(A) images (rows, columns, 3 or 4) of u8 "
            "can be drawn");
        return false;
    }
    return true;
}

// --- data --------------------------------------------------------------------------------

static struct plt_block *read_data(struct plt_reader *reader, const struct array *array)
{
    uint64_t bytes = array->samples * plt_type_size(array->type);
    uint64_t offset = reader->position;
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
                       (unsigned long long)offset, (unsigned long long)bytes,
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

// Replaces *block by its transpose.
static bool turn(const struct plt_reader *reader, struct plt_block **block, size_t rows,
                 size_t columns, size_t element)
{
    struct plt_block *turned = plt_block_create(reader, (uint64_t)rows * columns * element);
    if (!turned)
        return false;
    switch (element) {
    case 1: turn_1((*block)->bytes, turned->bytes, rows, columns); break;
    case 2: turn_2((*block)->bytes, turned->bytes, rows, columns); break;
    case 4: turn_4((*block)->bytes, turned->bytes, rows, columns); break;
    default: turn_8((*block)->bytes, turned->bytes, rows, columns); break;
    }
    plt_block_unref(*block);
    *block = turned;
    return true;
}

// 1-D, and 2-D of a few columns: the samples of each curve next to each other.
static bool make_curves(struct plt_file *file, const struct plt_reader *reader,
                        const struct plt_file_params *params, const struct array *array,
                        struct plt_block **block)
{
    size_t element = plt_type_size(array->type);
    size_t rows = (size_t)array->shape[0];
    size_t columns = array->axes == 2 ? (size_t)array->shape[1] : 1;
    if (columns > 1 && !array->fortran && !turn(reader, block, rows, columns, element))
        return false;
    struct plt_columns curves = {
        .block = *block,
        .type = array->type,
        .column_size = rows * element,
        .rows = rows,
        .count = (int)columns,
    };
    if (!plt_file_add_series(file, reader, params, &curves))
        return false;
    uint64_t gaps = 0;
    if (array->type == PLT_F32) {
        const float *p = (*block)->bytes;
        for (uint64_t i = 0; i < array->samples; i++)
            gaps += !(fabsf(p[i]) <= FLT_MAX);
    } else if (array->type == PLT_F64) {
        const double *p = (*block)->bytes;
        for (uint64_t i = 0; i < array->samples; i++)
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

static bool make_image(struct plt_file *file, const struct plt_reader *reader,
                       const struct array *array, struct plt_block **block)
{
    size_t element = plt_type_size(array->type);
    size_t rows = (size_t)array->shape[0], columns = (size_t)array->shape[1];
    size_t channels = array->axes == 3 ? (size_t)array->shape[2] : 1;
    if (rows > INT32_MAX || columns > INT32_MAX) {
        plt_file_error(reader, "shape: an image of %zu x %zu is too large", rows, columns);
        return false;
    }
    // Fortran order: the first index runs fastest, so it is turned as [channels *
    // columns][rows].
    if (array->fortran && !turn(reader, block, channels * columns, rows, element))
        return false;
    struct plt_image_params params = {
        .type = array->type == PLT_I64 ? PLT_F64 : array->type,
        .columns = (int32_t)columns,
        .rows = (int32_t)rows,
        .channels = (int32_t)channels,
        .log = reader->log,
    };
    if (array->fortran && channels > 1) {
        // Now [rows][channels][columns]: each row is turned once more.
        struct plt_block *row = plt_block_create(reader, channels * columns);
        for (size_t r = 0; row && r < rows; r++) {
            char *line = (char *)(*block)->bytes + r * channels * columns;
            turn_1(line, row->bytes, channels, columns);
            memcpy(line, row->bytes, channels * columns);
        }
        if (!row)
            return false;
        plt_block_unref(row);
    }
    if (array->type == PLT_I64)
        to_doubles((*block)->bytes, array->samples);
    file->image = plt_image_wrap((*block)->bytes, &params, plt_block_unref, *block);
    if (!file->image)
        return false;
    atomic_fetch_add(&(*block)->refs, 1);
    file->num_values = array->samples;
    return true;
}

bool plt_npy_read(struct plt_file *file, struct plt_reader *reader,
                  const struct plt_file_params *params)
{
    struct array array = {0};
    char *text = NULL;
    bool ok = read_header(reader, &array, &text) && find_type(reader, &array) &&
              check_shape(reader, &array);
    plt_free(text);
    struct plt_block *block = ok ? read_data(reader, &array) : NULL;
    if (!block)
        return false;
    if (array.axes == 1 || (array.axes == 2 && array.shape[1] <= MOST_CURVES))
        ok = make_curves(file, reader, params, &array, &block);
    else
        ok = make_image(file, reader, &array, &block);
    plt_block_unref(block);
    return ok;
}
