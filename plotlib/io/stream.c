// "-": numbers from standard input, as text rows or raw samples, appended to one series a
// channel as they arrive. A pipe is never dropped: when we are slow, the producer blocks.
#include <plotlib/io/rows.h>
#include <plotlib/io/source.h>

#include <plotlib/base/alloc.h>

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <math.h>
#include <string.h>
#include <unistd.h>

enum {
    BUFFER_BYTES = 256 << 10,
    LINE_BYTES = 16 << 20, // longest line of text
    PIPE_BYTES = 1 << 20,  // asked for: fewer wake-ups of the producer
    BLOCK_VALUES = 32768,  // gathered for one round of appends: fits the second-level cache
    // A read below this is followed by a nap, so that a producer of many small writes
    // costs 250 wake-ups a second and not one a write.
    SMALL_READ = 32 << 10,
    NAP_MS = 4,
};

static const char stdin_name[] = "standard input";

struct stream {
    char *buffer; // [size], used bytes from the start of a record or line
    size_t size, used;
    uint64_t taken_bytes; // of whole records and lines, before the buffer
    int channels;         // 0 = not known yet
    enum plt_type type;
    size_t sample_size, block_rows, num_rows;
    void *block; // [channels][block_rows], num_rows rows are waiting
    // text
    bool started; // the first row was seen
    char separator;
    uint64_t line, first_gap_line;
    bool has_numbers;
};

static enum plt_type format_type(enum plt_source_format format)
{
    switch (format) {
    case PLT_SOURCE_F32: return PLT_F32;
    case PLT_SOURCE_I16: return PLT_I16;
    case PLT_SOURCE_U16: return PLT_U16;
    default: return PLT_F64;
    }
}

static bool is_text(const struct plt_source *source)
{
    return source->params.format == PLT_SOURCE_TEXT;
}

static bool stream_open(struct plt_source *source)
{
    struct stream *stream = plt_calloc(1, sizeof(*stream));
    char *buffer = plt_malloc(BUFFER_BYTES);
    source->priv = stream;
    if (!stream || !buffer) {
        plt_no_memory(source->log, "a stream's buffer");
        plt_free(buffer);
        return false;
    }
    stream->buffer = buffer;
    stream->size = BUFFER_BYTES;
    stream->type = format_type(source->params.format);
    stream->sample_size = plt_type_size(stream->type);
#ifdef F_SETPIPE_SZ
    // Refused for what is not a pipe, or beyond the user's limit: then it stays as it is.
    if (fcntl(source->fd, F_GETPIPE_SZ) < PIPE_BYTES)
        (void)fcntl(source->fd, F_SETPIPE_SZ, PIPE_BYTES);
#endif
    return true;
}

static void stream_finish(struct plt_source *source)
{
    struct stream *stream = source->priv;
    if (!stream)
        return;
    plt_free(stream->buffer);
    plt_free(stream->block);
    plt_free(stream);
}

// `names` is the header row, NULL without one.
static bool add_channels(struct plt_source *source, int count, const char *names,
                         const char *names_end)
{
    struct stream *stream = source->priv;
    double rate = source->params.rate_hz > 0 ? source->params.rate_hz : 1;
    uint64_t keep = source->params.keep ? source->params.keep : UINT64_C(1) << 24;
    size_t rows = BLOCK_VALUES / (size_t)count;
    stream->block_rows = rows > 16 ? rows : 16;
    stream->block = plt_malloc(stream->block_rows * (size_t)count * stream->sample_size);
    bool ok = stream->block != NULL;
    for (int i = 0; ok && i < count; i++) {
        char name[128] = "";
        const char *field, *field_end;
        if (names &&
            plt_row_field(&names, names_end, stream->separator, &field, &field_end)) {
            size_t length = (size_t)(field_end - field);
            length = length < sizeof(name) ? length : sizeof(name) - 1;
            memcpy(name, field, length);
            name[length] = '\0';
        }
        ok = plt_source_add_channel(source,
                                    plt_series_params(.type = stream->type, .dx = 1 / rate,
                                                      .capacity = keep, .name = name,
                                                      .log = source->log),
                                    "", "");
    }
    if (!ok) {
        plt_source_fail(source, "%s: no memory for %d channels", stdin_name, count);
        return false;
    }
    stream->channels = count;
    plt_source_go_live(source);
    return true;
}

static bool append(struct plt_source *source, int channel, const void *samples, size_t n)
{
    if (plt_series_append(source->slots[channel].series, samples, n))
        return true;
    plt_source_fail(source, "%s: out of memory after %" PRIuFAST64 " values", stdin_name,
                    atomic_load(&source->values));
    return false;
}

// Appends the rows that wait in the block.
static bool flush(struct plt_source *source)
{
    struct stream *stream = source->priv;
    size_t rows = stream->num_rows;
    if (rows == 0)
        return true;
    stream->num_rows = 0;
    for (int i = 0; i < stream->channels; i++) {
        const char *samples = stream->block;
        samples += (size_t)i * stream->block_rows * stream->sample_size;
        if (!append(source, i, samples, rows))
            return false;
    }
    atomic_fetch_add(&source->values, rows * (uint64_t)stream->channels);
    return true;
}

// ---- raw samples ---------------------------------------------------------------------

#define GATHER(type)                                                                   \
    static void gather_##type(type *out, const type *in, size_t rows, size_t channels) \
    {                                                                                  \
        for (size_t row = 0; row < rows; row++)                                        \
            out[row] = in[row * channels];                                             \
    }
GATHER(uint16_t)
GATHER(uint32_t)
GATHER(uint64_t)

static void gather(void *out, const char *in, size_t rows, size_t channels, size_t size)
{
    switch (size) {
    case 2: gather_uint16_t(out, (const void *)in, rows, channels); break;
    case 4: gather_uint32_t(out, (const void *)in, rows, channels); break;
    default: gather_uint64_t(out, (const void *)in, rows, channels); break;
    }
}

// Takes whole records; the bytes of a partial one stay for the next read.
static bool take_raw(struct plt_source *source, size_t *taken)
{
    struct stream *stream = source->priv;
    size_t channels = (size_t)stream->channels, size = stream->sample_size;
    size_t rows = stream->used / (channels * size);
    *taken = rows * channels * size;
    if (channels == 1) {
        if (rows && !append(source, 0, stream->buffer, rows))
            return false;
        atomic_fetch_add(&source->values, rows);
        return true;
    }
    const char *in = stream->buffer;
    while (rows) {
        size_t n = rows < stream->block_rows ? rows : stream->block_rows;
        for (size_t i = 0; i < channels; i++) {
            char *out = (char *)stream->block + i * stream->block_rows * size;
            gather(out, in + i * size, n, channels, size);
        }
        stream->num_rows = n;
        if (!flush(source))
            return false;
        rows -= n;
        in += n * channels * size;
    }
    return true;
}

static void end_raw(struct plt_source *source)
{
    struct stream *stream = source->priv;
    if (stream->used)
        plt_source_fail(
            source,
            "%s: truncated: %zu of the %zu bytes of a record (%d x %zu) at byte "
            "%" PRIu64,
            stdin_name, stream->used, (size_t)stream->channels * stream->sample_size,
            stream->channels, stream->sample_size, stream->taken_bytes);
    else if (stream->taken_bytes == 0)
        plt_source_fail(source, "%s is empty", stdin_name);
    else
        plt_source_end(source);
}

// ---- text ----------------------------------------------------------------------------

// The first row decides the number of channels; without a number in it, it names them.
static bool take_first_row(struct plt_source *source, const char *line, const char *end,
                           bool *is_header)
{
    struct stream *stream = source->priv;
    stream->started = true;
    stream->separator = plt_row_separator(line, end);
    int numbers;
    int count = plt_row_count(line, end, stream->separator, &numbers);
    if (count > PLT_SOURCE_MAX_CHANNELS || count == 0) {
        plt_source_fail(source, "%s: line %" PRIu64 ": %d columns are outside 1..%d",
                        stdin_name, stream->line, count, PLT_SOURCE_MAX_CHANNELS);
        return false;
    }
    *is_header = numbers == 0;
    return add_channels(source, count, *is_header ? line : NULL, end);
}

static bool take_line(struct plt_source *source, const char *line, const char *end)
{
    struct stream *stream = source->priv;
    if (++stream->line == 1 && end - line >= 3 && memcmp(line, "\xef\xbb\xbf", 3) == 0)
        line += 3; // byte order mark
    const char *p = line;
    while (p < end && (*p == ' ' || *p == '\t' || *p == '\r'))
        p++;
    if (p == end || *p == '#')
        return true;
    bool is_header = false;
    if (!stream->started && !take_first_row(source, line, end, &is_header))
        return false;
    if (is_header)
        return true;
    size_t gaps = 0;
    double *values = (double *)stream->block + stream->num_rows;
    int numbers = plt_row_values(line, end, stream->separator, values, stream->block_rows,
                                 stream->channels, &gaps);
    stream->has_numbers |= numbers > 0;
    if (gaps) {
        if (!stream->first_gap_line)
            stream->first_gap_line = stream->line;
        atomic_fetch_add(&source->gaps, gaps);
    }
    return ++stream->num_rows < stream->block_rows || flush(source);
}

// Takes whole lines; the start of an unfinished one stays for the next read.
static bool take_text(struct plt_source *source, size_t *taken)
{
    struct stream *stream = source->priv;
    const char *p = stream->buffer, *end = p + stream->used, *newline;
    const char *zero = memchr(p, '\0', stream->used);
    if (zero) {
        plt_source_fail(source, "%s: binary data (byte %" PRIu64 " is zero), not text rows",
                        stdin_name, stream->taken_bytes + (uint64_t)(zero - p));
        return false;
    }
    while ((newline = memchr(p, '\n', (size_t)(end - p)))) {
        if (!take_line(source, p, newline))
            return false;
        p = newline + 1;
    }
    *taken = (size_t)(p - stream->buffer);
    return flush(source);
}

static void warn_gaps(struct plt_source *source)
{
    struct stream *stream = source->priv;
    uint64_t gaps = atomic_load(&source->gaps);
    if (gaps)
        plt_warn(source->log, FILE_GAPS,
                 "%s: %" PRIu64 " values became gaps (ragged rows, text or inf), the first "
                 "in line %" PRIu64,
                 stdin_name, gaps, stream->first_gap_line);
}

static void end_text(struct plt_source *source)
{
    struct stream *stream = source->priv;
    if (stream->used && !take_line(source, stream->buffer, stream->buffer + stream->used))
        return;
    if (!flush(source))
        return;
    if (!stream->started) {
        plt_source_fail(source, "%s is empty", stdin_name);
    } else if (!stream->has_numbers) {
        plt_source_fail(source, "%s: no number in %" PRIu64 " lines", stdin_name,
                        stream->line);
    } else {
        warn_gaps(source);
        plt_source_end(source);
    }
}

// ---- the thread ----------------------------------------------------------------------

// A line longer than the buffer: a larger buffer.
static bool make_room(struct plt_source *source)
{
    struct stream *stream = source->priv;
    if (stream->used < stream->size)
        return true;
    char *larger =
        stream->size < LINE_BYTES ? plt_realloc(stream->buffer, 2 * stream->size) : NULL;
    if (!larger) {
        plt_source_fail(source, "%s: line %" PRIu64 " is longer than %zu bytes", stdin_name,
                        stream->line + 1, stream->size);
        return false;
    }
    stream->buffer = larger;
    stream->size *= 2;
    return true;
}

// False when there is nothing more to read; *got = bytes of this read.
static bool read_more(struct plt_source *source, size_t *got)
{
    struct stream *stream = source->priv;
    ssize_t n =
        read(source->fd, stream->buffer + stream->used, stream->size - stream->used);
    *got = n > 0 ? (size_t)n : 0;
    if (n < 0 && (errno == EINTR || errno == EAGAIN))
        return true;
    if (n < 0) {
        plt_source_fail(source, "%s cannot be read: %s", stdin_name, strerror(errno));
        return false;
    }
    if (n == 0) {
        if (is_text(source))
            end_text(source);
        else
            end_raw(source);
        return false;
    }
    stream->used += *got;
    atomic_fetch_add(&source->bytes, *got);
    size_t taken = 0;
    if (!(is_text(source) ? take_text(source, &taken) : take_raw(source, &taken)))
        return false;
    stream->taken_bytes += taken;
    stream->used -= taken;
    memmove(stream->buffer, stream->buffer + taken, stream->used);
    return true;
}

static void stream_run(struct plt_source *source)
{
    int channels = source->params.channels > 0 ? source->params.channels : 1;
    if (!is_text(source) && !add_channels(source, channels, NULL, NULL))
        return;
    size_t got = SMALL_READ;
    while (make_room(source)) {
        if (got < SMALL_READ && plt_source_sleep(source, -1, NAP_MS) == PLT_WAKE_STOP)
            break;
        if (plt_source_sleep(source, source->fd, -1) == PLT_WAKE_STOP)
            break;
        if (!read_more(source, &got))
            break;
    }
    if (plt_source_get_state(source) == PLT_SOURCE_LIVE) // stopped before the end
        warn_gaps(source);
}

const struct plt_source_engine plt_stream_engine = {
    .scheme = "-",
    .open = stream_open,
    .run = stream_run,
    .finish = stream_finish,
};
