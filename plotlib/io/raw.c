// Raw frames: of a file each is read from its place when it is asked for; of a pipe they
// are read one after another, and the newest is kept.
#include <string.h>

#include <plotlib/base/alloc.h>
#include <plotlib/image_map.h>
#include <plotlib/io/file.h>
#include <plotlib/io/raw.h>

enum { SKIP = 1 << 16 }; // bytes at a time

// --- header ------------------------------------------------------------------------------

// A whole number up to `most`; NULL when there is none.
static const char *take_number(const char *p, uint64_t most, uint64_t *number)
{
    const char *start = p;
    *number = 0;
    for (; *p >= '0' && *p <= '9'; p++) {
        uint64_t digit = (uint64_t)(*p - '0');
        if (digit > most || *number > (most - digit) / 10)
            return NULL;
        *number = *number * 10 + digit;
    }
    return p > start ? p : NULL;
}

static const char *take_type(const char *p, enum plt_type *type)
{
    static const struct {
        const char *name;
        enum plt_type type;
    } types[] = {
        {"u8", PLT_U8},   {"i8", PLT_I8},   {"u16", PLT_U16},
        {"i16", PLT_I16}, {"u32", PLT_U32}, {"i32", PLT_I32},
        {"f16", PLT_F16}, {"f32", PLT_F32}, {"f64", PLT_F64},
    };
    for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
        size_t length = strlen(types[i].name);
        if (strncmp(p, types[i].name, length) == 0) {
            *type = types[i].type;
            return p + length;
        }
    }
    return NULL;
}

const char *plt_raw_parse(const char *spec, struct plt_raw_header *header)
{
    uint64_t columns, rows, channels = 1, offset = 0;
    const char *p = take_number(spec, INT32_MAX, &columns);
    if (!p || *p != 'x' || columns == 0)
        return "COLSxROWS should come first, each 1 to 2147483647";
    p = take_number(p + 1, INT32_MAX, &rows);
    if (!p || *p != ':' || rows == 0)
        return "ROWS: should come after COLSx, 1 to 2147483647";
    p = take_type(p + 1, &header->type);
    if (!p)
        return "the type should be u8, i8, u16, i16, u32, i32, f16, f32 or f64";
    if (*p == 'x')
        p = take_number(p + 1, 4, &channels);
    if (!p || channels == 0 || channels == 2)
        return "the number of channels should be 1, 3 or 4";
    if (*p == '+')
        p = take_number(p + 1, INT64_MAX, &offset);
    if (!p)
        return "the offset should be a number of bytes";
    if (*p)
        return "nothing should follow";
    uint64_t pixel = channels * plt_type_size(header->type);
    if (columns * rows > (PTRDIFF_MAX >> 1) / pixel)
        return "such a frame is larger than any memory";
    header->columns = (int32_t)columns;
    header->rows = (int32_t)rows;
    header->channels = (int32_t)channels;
    header->offset = offset;
    header->frame_bytes = (size_t)(columns * rows * pixel);
    return NULL;
}

// --- frames ------------------------------------------------------------------------------

static struct plt_image *wrap(const struct plt_reader *reader,
                              const struct plt_raw_header *header, struct plt_block *block)
{
    return plt_image_wrap(block->bytes,
                          plt_image_params(.type = header->type, .columns = header->columns,
                                           .rows = header->rows,
                                           .channels = header->channels,
                                           .log = reader->log),
                          plt_block_unref, block);
}

struct stack {
    struct plt_frame_list frames;
    struct plt_reader reader;
    struct plt_raw_header header;
};

static struct plt_image *read_frame(struct plt_frame_list *frames, uint64_t index)
{
    struct stack *stack = (struct stack *)frames;
    struct plt_reader *reader = &stack->reader;
    size_t bytes = stack->header.frame_bytes;
    struct plt_block *block = plt_block_create(reader, bytes);
    if (!block)
        return NULL;
    struct plt_image *image = NULL;
    uint64_t offset = stack->header.offset + index * bytes;
    if (plt_reader_read_at(reader, offset, block->bytes, bytes) == bytes)
        image = wrap(reader, &stack->header, block);
    else if (!reader->failed)
        plt_error(reader->log, FILE_CHANGED, "%s: byte %llu: the file ends here now",
                  reader->path, (unsigned long long)offset);
    reader->failed = false; // the next frame may be there
    if (!image)
        plt_block_unref(block);
    return image;
}

static void destroy(struct plt_frame_list *frames)
{
    struct stack *stack = (struct stack *)frames;
    plt_reader_finish(&stack->reader);
    plt_free(stack);
}

static void say_rest(const struct plt_reader *reader, uint64_t frames, uint64_t rest)
{
    if (rest > 0)
        plt_warn(reader->log, FILE_FORMAT,
                 "%s: %llu bytes after the last of %llu whole frames are left out",
                 reader->path, (unsigned long long)rest, (unsigned long long)frames);
}

static bool no_frame(const struct plt_reader *reader, const struct plt_raw_header *header,
                     uint64_t bytes)
{
    plt_file_error(reader, "a frame needs %zu bytes from byte %llu on, there are %llu",
                   header->frame_bytes, (unsigned long long)header->offset,
                   (unsigned long long)bytes);
    return false;
}

static bool read_stack(struct plt_file *file, struct plt_reader *reader,
                       const struct plt_raw_header *header,
                       const struct plt_file_params *params)
{
    uint64_t bytes = reader->size > header->offset ? reader->size - header->offset : 0;
    uint64_t count = bytes / header->frame_bytes;
    if (count == 0)
        return no_frame(reader, header, bytes);
    struct stack *stack = plt_calloc(1, sizeof(*stack));
    if (!stack)
        plt_no_memory(reader->log, reader->path);
    if (!stack || !plt_reader_keep(reader, &stack->reader)) {
        plt_free(stack);
        return false;
    }
    stack->header = *header;
    stack->frames =
        (struct plt_frame_list){.count = count, .read = read_frame, .destroy = destroy};
    if (!plt_file_set_frames(file, &stack->frames, params))
        return false;
    say_rest(&stack->reader, count, bytes % header->frame_bytes);
    return true;
}

static bool skip(struct plt_reader *reader, uint64_t n)
{
    char scratch[SKIP];
    while (n > 0) {
        size_t part = n < SKIP ? (size_t)n : SKIP;
        if (plt_reader_read(reader, scratch, part) < part)
            return false;
        n -= part;
    }
    return true;
}

// Two blocks take turns, so that the newest whole frame survives the one that is cut off:
// frame i is in blocks[i % 2]. Returns how many are whole, *rest the bytes after them.
static uint64_t read_blocks(struct plt_reader *reader, const struct plt_raw_header *header,
                            struct plt_block *const blocks[2], uint64_t frame, size_t *rest)
{
    uint64_t count = 0;
    *rest = 0;
    if (!skip(reader, header->offset))
        return 0;
    while (frame == PLT_FRAME_LAST || count <= frame) {
        size_t n = header->frame_bytes;
        size_t got = plt_reader_read(reader, blocks[count % 2]->bytes, n);
        if (got < n) {
            *rest = got;
            break;
        }
        count++;
    }
    return count;
}

static bool keep_newest(struct plt_file *file, struct plt_reader *reader,
                        const struct plt_raw_header *header, struct plt_block *blocks[2],
                        uint64_t frame)
{
    size_t rest;
    uint64_t count = read_blocks(reader, header, blocks, frame, &rest);
    if (reader->failed)
        return false;
    if (count == 0)
        return no_frame(reader, header, rest);
    if (frame != PLT_FRAME_LAST && count <= frame) {
        plt_file_error(reader, "frame %llu: there are %llu, counted from 0",
                       (unsigned long long)frame, (unsigned long long)count);
        return false;
    }
    struct plt_block **newest = &blocks[(count - 1) % 2];
    file->image = wrap(reader, header, *newest);
    if (!file->image)
        return false;
    *newest = NULL;
    file->num_values = count * (header->frame_bytes / plt_type_size(header->type));
    say_rest(reader, count, rest);
    return true;
}

static bool read_pipe(struct plt_file *file, struct plt_reader *reader,
                      const struct plt_raw_header *header, uint64_t frame)
{
    struct plt_block *blocks[2] = {plt_block_create(reader, header->frame_bytes), NULL};
    if (blocks[0])
        blocks[1] = plt_block_create(reader, header->frame_bytes);
    bool ok = blocks[1] && keep_newest(file, reader, header, blocks, frame);
    plt_block_unref(blocks[0]);
    plt_block_unref(blocks[1]);
    return ok;
}

bool plt_raw_read(struct plt_file *file, struct plt_reader *reader,
                  const struct plt_file_params *params)
{
    struct plt_raw_header header;
    const char *wrong = plt_raw_parse(params->raw, &header);
    if (wrong) {
        plt_error(reader->log, BAD_ARGUMENT, "raw frames '%.80s': %s", params->raw, wrong);
        return false;
    }
    return reader->size == UINT64_MAX ? read_pipe(file, reader, &header, params->frame)
                                      : read_stack(file, reader, &header, params);
}

struct plt_image *plt_image_map_raw(const char *path, const char *raw, uint64_t frame,
                                    const struct plt_image_map_params *params)
{
    struct plt_image_map_params p = params ? *params : (struct plt_image_map_params){0};
    struct plt_raw_header header;
    plt_require(p.log, path != NULL && raw != NULL, NULL);
    const char *wrong = plt_raw_parse(raw, &header);
    if (!wrong && frame > (INT64_MAX / 2 - header.offset) / header.frame_bytes)
        wrong = "there is no such frame";
    if (wrong) {
        plt_error(p.log, BAD_ARGUMENT, "raw frames '%.80s': %s", raw, wrong);
        return NULL;
    }
    p.type = header.type;
    p.columns = header.columns;
    p.rows = header.rows;
    p.channels = header.channels;
    p.offset = header.offset + frame * header.frame_bytes;
    p.row_stride = 0;
    return plt_image_map(path, &p);
}
