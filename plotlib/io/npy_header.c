// The head of numpy's array files (format versions 1 to 3): a small dictionary in text.
// The format: numpy/lib/format.py, "Format Version 1.0" and after.
#include <string.h>

#include <plotlib/base/alloc.h>
#include <plotlib/io/npy.h>

enum { MOST_HEADER = 1 << 20 };

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

static void take_descr(struct cursor *c, struct plt_npy *npy)
{
    const char *text;
    size_t length;
    expect(c, !npy->has_descr, "'descr' only once");
    npy->has_descr = true;
    skip_blanks(c);
    if (c->p < c->end && (*c->p == '[' || *c->p == '(')) {
        npy->is_record = true;
        c->p = c->end; // its inside is of no interest
        return;
    }
    if (!take_string(c, &text, &length))
        return;
    size_t n = length < sizeof(npy->descr) - 1 ? length : sizeof(npy->descr) - 1;
    for (size_t i = 0; i < n; i++)
        npy->descr[i] = text[i] >= ' ' && text[i] <= '~' ? text[i] : '?';
}

static void take_shape(struct cursor *c, struct plt_npy *npy)
{
    expect(c, !npy->has_shape, "'shape' only once");
    npy->has_shape = true;
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
        if (npy->axes < PLT_NPY_MOST_AXES)
            npy->shape[npy->axes] = value;
        npy->axes++;
        comma = take(c, ',');
    }
}

static void take_entry(struct cursor *c, struct plt_npy *npy)
{
    const char *key;
    size_t length;
    if (!take_string(c, &key, &length) || !expect(c, take(c, ':'), "':'"))
        return;
    if (length == 5 && memcmp(key, "descr", 5) == 0) {
        take_descr(c, npy);
    } else if (length == 5 && memcmp(key, "shape", 5) == 0) {
        take_shape(c, npy);
    } else if (length == 13 && memcmp(key, "fortran_order", 13) == 0) {
        expect(c, !npy->has_order, "'fortran_order' only once");
        npy->has_order = true;
        npy->fortran = take_word(c, "True");
        expect(c, npy->fortran || take_word(c, "False"), "True or False");
    } else {
        expect(c, false, "'descr', 'fortran_order' or 'shape'");
    }
}

static void parse_dictionary(struct cursor *c, struct plt_npy *npy)
{
    if (!expect(c, take(c, '{'), "'{'"))
        return;
    while (!c->wrong && !npy->is_record && !take(c, '}')) {
        take_entry(c, npy);
        if (c->wrong || npy->is_record || take(c, ','))
            continue;
        expect(c, take(c, '}'), "',' or '}'");
        break;
    }
    if (c->wrong || npy->is_record)
        return;
    skip_blanks(c);
    expect(c, c->p == c->end, "nothing after '}'");
    expect(c, npy->has_descr, "'descr' in the header");
    expect(c, npy->has_order, "'fortran_order' in the header");
    expect(c, npy->has_shape, "'shape' in the header");
}

// --- header ------------------------------------------------------------------------------

// Reads up to the first byte of the array. `text` is the header's memory.
static bool read_dictionary(struct plt_reader *reader, struct plt_npy *npy, char **text)
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
    parse_dictionary(&cursor, npy);
    if (cursor.wrong) {
        plt_file_error(reader, "byte %llu: the header should have %s here",
                       (unsigned long long)(offset + (uint64_t)(cursor.p - cursor.text)),
                       cursor.wrong);
        return false;
    }
    return true;
}

// Pairs of real and imaginary parts: one more axis.
static bool split_complex(const struct plt_reader *reader, struct plt_npy *npy)
{
    if (npy->axes != 1) {
        plt_file_error(reader, "shape: a complex array of %d axes, only 1 can be drawn",
                       npy->axes);
        return false;
    }
    npy->shape[npy->axes++] = 2;
    npy->fortran = false;
    return true;
}

static bool find_type(const struct plt_reader *reader, struct plt_npy *npy)
{
    static const struct {
        const char *descr; // without the byte order
        enum plt_type type;
        bool is_complex;
    } known[] = {
        {"b1", PLT_U8},         {"u1", PLT_U8},  {"i1", PLT_I8},  {"u2", PLT_U16},
        {"i2", PLT_I16},        {"u4", PLT_U32}, {"i4", PLT_I32}, {"i8", PLT_I64},
        {"f4", PLT_F32},        {"f8", PLT_F64}, {"f2", PLT_F16}, {"c8", PLT_F32, true},
        {"c16", PLT_F64, true},
    };
    const uint16_t one = 1;
    char host = *(const unsigned char *)&one == 1 ? '<' : '>', order = npy->descr[0];
    bool has_order = order && strchr("<>=|", order);
    for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
        if (npy->is_record || !has_order || strcmp(npy->descr + 1, known[i].descr) != 0)
            continue;
        npy->type = known[i].type;
        npy->swapped = (order == '<' || order == '>') && order != host;
        npy->is_complex = known[i].is_complex;
        return !npy->is_complex || split_complex(reader, npy);
    }
    if (npy->is_record)
        plt_file_error(reader, "%s", "dtype: records with fields are not supported");
    else
        plt_file_error(reader,
                       "dtype '%s' is not supported (bool u8 i8 u16 i16 u32 i32 i64 f16 "
                       "f32 f64 c8 c16 are)",
                       npy->descr);
    return false;
}

bool plt_npy_read_header(struct plt_reader *reader, struct plt_npy *npy)
{
    char *text = NULL;
    bool ok = read_dictionary(reader, npy, &text) && find_type(reader, npy);
    plt_free(text);
    npy->offset = reader->position;
    return ok;
}
