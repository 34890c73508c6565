// Text files of numbers: rows and columns become series, in one pass over the bytes and
// without copying the values again. Rows are split by rows.c, as those of a stream are.
#include <math.h>
#include <string.h>

#include <plotlib/base/alloc.h>
#include <plotlib/base/number.h>
#include <plotlib/io/file.h>
#include <plotlib/io/rows.h>

struct text {
    char *bytes;
    size_t size;
};

// The lines that count: not blank, not a comment.
struct lines {
    const char *next, *end;
    uint64_t number; // of the line last returned, from 1
};

struct line {
    const char *first, *end;
    uint64_t number;
};

struct table {
    char separator;
    int columns;
    bool has_header;
    struct line header;
    int unnamed; // columns to the left of the header's first name (R writes row names so)
    struct plt_block *block; // [columns][capacity] doubles
    size_t capacity, rows;
    uint64_t bad_rows, gaps, extra, numbers;
    uint64_t first_bad; // line
};

// --- text --------------------------------------------------------------------------------

// Control characters early on: some other kind of file.
static bool check_text(const struct plt_reader *reader, const struct text *text)
{
    size_t n = text->size < 4096 ? text->size : 4096;
    for (size_t i = 0; i < n; i++) {
        unsigned char c = (unsigned char)text->bytes[i];
        if (c >= ' ' || (c >= '\t' && c <= '\r') || c == 0x1b)
            continue;
        plt_file_error(reader, "byte %zu is 0x%02x: neither text nor npy nor PNG", i, c);
        return false;
    }
    return true;
}

static bool read_text(struct plt_reader *reader, struct text *text)
{
    enum { STEP = 1 << 20 };
    size_t capacity = 0;
    bool known = reader->size != UINT64_MAX;
    if (known && !plt_reader_fits(reader, reader->size))
        return false;
    for (;;) {
        // A known size is read at once; the byte more shows that this is the end.
        size_t want = known && reader->size >= text->size
                          ? (size_t)(reader->size - text->size) + 1
                          : STEP;
        bool first = text->size == 0;
        want = first && want > STEP ? STEP : want;
        // A device may never end: what was read and its numbers must fit.
        if (!known && !plt_reader_fits(reader, 2 * (uint64_t)(text->size + want)))
            return false;
        if (!plt_reserve((void **)&text->bytes, &capacity, text->size + want, 1)) {
            plt_no_memory(reader->log, reader->path);
            return false;
        }
        size_t got = plt_reader_read(reader, text->bytes + text->size, want);
        text->size += got;
        if (reader->failed || (first && !check_text(reader, text)))
            return false;
        if (got < want)
            return true;
    }
}

static struct lines all_lines(const struct text *text)
{
    static const char mark[3] = {'\xef', '\xbb', '\xbf'}; // UTF-8 byte order mark
    bool marked = text->size >= 3 && memcmp(text->bytes, mark, 3) == 0;
    return (struct lines){text->bytes + (marked ? 3 : 0), text->bytes + text->size, 0};
}

static bool next_line(struct lines *lines, struct line *line)
{
    while (lines->next < lines->end) {
        const char *first = lines->next;
        const char *stop = memchr(first, '\n', (size_t)(lines->end - first));
        const char *end = stop ? stop : lines->end;
        lines->next = stop ? stop + 1 : lines->end;
        lines->number++;
        const char *p = first;
        while (p < end && (*p == ' ' || *p == '\t' || *p == '\r'))
            p++;
        if (p == end || *p == '#')
            continue;
        *line = (struct line){first, end, lines->number};
        return true;
    }
    return false;
}

// --- shape -------------------------------------------------------------------------------

// The first row is a header when it holds no number, or when only its first field is none
// while the next row begins with one (as in ",0,1,2": numbered columns, unnamed index).
static bool is_header(struct line row, struct line next, bool has_next, char separator)
{
    int numbers;
    int fields = plt_row_count(row.first, row.end, separator, &numbers);
    if (numbers == 0)
        return true;
    if (numbers != fields - 1 || !has_next)
        return false;
    double value;
    size_t gaps = 0;
    bool named = plt_row_values(row.first, row.end, separator, &value, 1, 1, &gaps) == 0;
    return named &&
           plt_row_values(next.first, next.end, separator, &value, 1, 1, &gaps) == 1;
}

enum { LOOK_AT = 32 }; // rows that decide separator and columns

// The separator that most of the first rows hold. The first row of all, which may be a
// header in words, only counts when no other row tells.
static char usual_separator(struct lines lines)
{
    static const char candidates[] = {';', '\t', ',', ' '};
    int votes[4] = {0};
    struct line row;
    for (int i = 0; i < LOOK_AT && next_line(&lines, &row); i++) {
        char separator = plt_row_separator(row.first, row.end);
        int numbers;
        if (plt_row_count(row.first, row.end, separator, &numbers) < 2)
            continue;
        for (int k = 0; k < 4; k++)
            votes[k] += separator == candidates[k] ? (i == 0 ? 1 : 2) : 0;
    }
    int best = 3;
    for (int k = 0; k < 4; k++)
        best = votes[k] > votes[best] ? k : best;
    return candidates[best];
}

// The field count that most of the first data rows have; of equals, the larger.
static int usual_columns(struct lines lines, char separator)
{
    int counts[LOOK_AT], rows = 0, best = 0, most = 0;
    for (struct line row; rows < LOOK_AT && next_line(&lines, &row);) {
        int numbers;
        counts[rows++] = plt_row_count(row.first, row.end, separator, &numbers);
    }
    for (int i = 0; i < rows; i++) {
        int same = 0;
        for (int j = 0; j < rows; j++)
            same += counts[j] == counts[i];
        if (same > most || (same == most && counts[i] > best)) {
            most = same;
            best = counts[i];
        }
    }
    return best;
}

// Separator, header and number of columns from the first rows. `lines` is left at the
// first row of data.
static bool find_shape(const struct plt_reader *reader, struct lines *lines,
                       struct table *table)
{
    struct line first, second;
    struct lines start = *lines;
    if (!next_line(lines, &first)) {
        plt_file_error(reader, "%s", "no row of numbers in it");
        return false;
    }
    struct lines after = *lines;
    bool has_second = next_line(&after, &second);
    table->separator = usual_separator(start);
    table->has_header = is_header(first, second, has_second, table->separator);
    if (table->has_header && !has_second) {
        plt_file_error(reader, "line %llu: no row of numbers after it",
                       (unsigned long long)first.number);
        return false;
    }
    if (!table->has_header)
        *lines = start;
    table->columns = usual_columns(*lines, table->separator);
    if (!table->has_header)
        return true;
    int numbers;
    table->header = first;
    int names = plt_row_count(first.first, first.end, table->separator, &numbers);
    table->unnamed = names == table->columns - 1 && table->separator == ' ' ? 1 : 0;
    table->columns = names > table->columns ? names : table->columns;
    return true;
}

// --- values ------------------------------------------------------------------------------

static size_t count_lines(struct lines lines)
{
    size_t count = 1;
    for (const char *p = lines.next; p < lines.end; p++)
        count += *p == '\n';
    return count;
}

static void note_bad_row(struct table *table, uint64_t line, uint64_t gaps, uint64_t extra)
{
    if (table->bad_rows++ == 0)
        table->first_bad = line;
    table->gaps += gaps;
    table->extra += extra;
}

// "0,5": how a spreadsheet in half of Europe writes a half.
static bool has_decimal_comma(const struct lines *lines)
{
    for (const char *p = lines->next + 1; p + 1 < lines->end; p++) {
        bool before = p[-1] >= '0' && p[-1] <= '9', after = p[1] >= '0' && p[1] <= '9';
        if (*p == ',' && before && after)
            return true;
    }
    return false;
}

static bool read_rows(const struct plt_reader *reader, struct lines lines,
                      struct table *table)
{
    const struct lines all = lines;
    size_t columns = (size_t)table->columns;
    // Cache lines of their own for neighbouring columns.
    table->capacity = (count_lines(lines) + 7) / 8 * 8;
    table->block =
        plt_block_create(reader, (uint64_t)table->capacity * columns * sizeof(double));
    if (!table->block)
        return false;
    double *values = table->block->bytes;
    for (struct line row; next_line(&lines, &row); table->rows++, values++) {
        size_t unusable = 0;
        uint64_t gaps = 0;
        plt_row_values(row.first, row.end, table->separator, values, table->capacity,
                       table->columns, &unusable);
        for (size_t c = 0; c < columns; c++)
            gaps += isnan(values[c * table->capacity]) != 0;
        table->numbers += columns - gaps;
        // `unusable` has the fields beyond the last column too, but no "nan".
        uint64_t extra = 0;
        if (unusable > 0) {
            int numbers;
            int fields = plt_row_count(row.first, row.end, table->separator, &numbers);
            extra = fields > table->columns ? (uint64_t)(fields - table->columns) : 0;
        }
        if (gaps + extra > 0)
            note_bad_row(table, row.number, gaps, extra);
    }
    if (table->numbers > 0)
        return true;
    bool comma = table->separator != ',' && has_decimal_comma(&all);
    plt_file_error(reader, "no numbers in it%s",
                   comma ? " (decimal commas are not read: write 0.5, not 0,5)" : "");
    return false;
}

static bool increases(const double *x, size_t n)
{
    for (size_t i = 1; i < n; i++) {
        if (!(x[i] > x[i - 1]))
            return false;
    }
    return isfinite(x[0]) && isfinite(x[n - 1]);
}

// Reads the x column once more, into the same place, as int64 nanoseconds. False, with one
// line, where it is none or does not increase.
static bool read_times(const struct plt_reader *reader, struct lines lines,
                       const struct table *table, double unit_ns)
{
    int64_t *x = table->block->bytes;
    struct line row;
    for (size_t i = 0; next_line(&lines, &row); i++) {
        const char *p = row.first, *field, *end;
        bool ok = plt_row_field(&p, row.end, table->separator, &field, &end);
        const char *stop =
            ok ? plt_parse_int64(field, end, plt_time_exponent(unit_ns), &x[i]) : NULL;
        if (!ok || stop == field || stop != end) {
            plt_file_error(reader, "line %llu: x is no time",
                           (unsigned long long)row.number);
            return false;
        }
        if (i > 0 && x[i] <= x[i - 1]) {
            plt_file_error(reader, "line %llu: x does not increase",
                           (unsigned long long)row.number);
            return false;
        }
    }
    return true;
}

static void warn_of_gaps(const struct plt_reader *reader, const struct table *table)
{
    char extra[64] = "";
    if (table->extra > 0)
        plt_format(extra, sizeof(extra), "; %llu beyond the last column left out",
                   (unsigned long long)table->extra);
    uint64_t bad = table->gaps + table->extra;
    plt_warn(reader->log, FILE_GAPS,
             "%s: %llu value%s in %llu row%s %s (first: line %llu); drawn as gaps%s",
             reader->path, (unsigned long long)bad, bad == 1 ? "" : "s",
             (unsigned long long)table->bad_rows, table->bad_rows == 1 ? "" : "s",
             bad == 1 ? "is not a number" : "are not numbers",
             (unsigned long long)table->first_bad, extra);
}

// --- names -------------------------------------------------------------------------------

static void free_names(char **names, int columns)
{
    for (int i = 0; names && i < columns; i++)
        plt_free(names[i]);
    plt_free(names);
}

static char **make_names(const struct plt_reader *reader, const struct table *table)
{
    char **names = plt_calloc((size_t)table->columns, sizeof(*names));
    const char *p = table->header.first, *field, *end;
    bool ok = names;
    for (int i = 0; ok && i < table->columns; i++) {
        size_t length = 0;
        if (table->has_header && i >= table->unnamed &&
            plt_row_field(&p, table->header.end, table->separator, &field, &end))
            length = (size_t)(end - field);
        names[i] = plt_calloc(1, length + 1);
        ok = names[i];
        for (size_t k = 0, n = 0; ok && k < length; k++) {
            names[i][n++] = field[k];
            k += field[k] == '"' && k + 1 < length && field[k + 1] == '"';
        }
    }
    if (ok)
        return names;
    free_names(names, table->columns);
    plt_no_memory(reader->log, reader->path);
    return NULL;
}

// --- the file ----------------------------------------------------------------------------

static bool make_file(struct plt_file *file, const struct plt_reader *reader,
                      const struct plt_file_params *params, struct lines rows,
                      const struct table *table)
{
    const double *first = table->block->bytes;
    bool timed = params->x_unit_ns > 0;
    bool has_x = table->columns >= 2 && !params->no_x_column &&
                 (timed || increases(first, table->rows));
    if (has_x && timed && !read_times(reader, rows, table, params->x_unit_ns))
        return false;
    char **names = make_names(reader, table);
    if (!names)
        return false;
    struct plt_columns columns = {
        .block = table->block,
        .type = PLT_F64,
        .column_size = table->capacity * sizeof(double),
        .rows = table->rows,
        .first = has_x,
        .count = table->columns - has_x,
        .x = has_x ? first : NULL,
        .x_is_int64 = timed,
        .names = (const char *const *)names,
    };
    bool ok = plt_file_add_series(file, reader, params, &columns);
    if (ok && has_x) {
        file->x_name = names[0];
        names[0] = NULL;
    }
    file->num_gaps = table->gaps;
    free_names(names, table->columns);
    return ok;
}

bool plt_csv_read(struct plt_file *file, struct plt_reader *reader,
                  const struct plt_file_params *params)
{
    struct text text = {0};
    struct table table = {0};
    bool ok = read_text(reader, &text);
    if (ok) {
        struct lines lines = all_lines(&text);
        ok = find_shape(reader, &lines, &table) && read_rows(reader, lines, &table) &&
             make_file(file, reader, params, lines, &table);
    }
    plt_free(text.bytes);
    if (ok && table.bad_rows > 0)
        warn_of_gaps(reader, &table);
    plt_block_unref(table.block);
    return ok;
}
