// Reads whole files: opens, tells the kind by content, then by ending, and hands over to
// csv.c, npy.c or png.c; makes series of the columns they found.
#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include <plotlib/base/alloc.h>
#include <plotlib/base/number.h>
#include <plotlib/io/file.h>

// --- bytes -------------------------------------------------------------------------------

static size_t read_some(struct plt_reader *reader, void *to, size_t n)
{
    size_t done = 0;
    while (done < n) {
        size_t most = n - done < ((size_t)1 << 30) ? n - done : (size_t)1 << 30;
        ssize_t got = read(reader->fd, (char *)to + done, most);
        if (got == 0)
            break;
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0) {
            reader->failed = true;
            plt_error(reader->log, FILE_OPEN, "%s: byte %llu: %s", reader->path,
                      (unsigned long long)(reader->position + done), strerror(errno));
            break;
        }
        done += (size_t)got;
    }
    return done;
}

size_t plt_reader_read(struct plt_reader *reader, void *to, size_t n)
{
    size_t copied = 0;
    if (reader->position < reader->head_size) {
        size_t left = reader->head_size - (size_t)reader->position;
        copied = left < n ? left : n;
        memcpy(to, reader->head + reader->position, copied);
        reader->position += copied;
    }
    if (copied < n) {
        size_t got = read_some(reader, (char *)to + copied, n - copied);
        reader->position += got;
        copied += got;
    }
    return copied;
}

static bool open_reader(struct plt_reader *reader)
{
    reader->fd = open(reader->path, O_RDONLY | O_CLOEXEC);
    struct stat info;
    if (reader->fd < 0 || fstat(reader->fd, &info) != 0) {
        plt_error(reader->log, FILE_OPEN, "%s: %s", reader->path, strerror(errno));
        return false;
    }
    if (S_ISDIR(info.st_mode)) {
        plt_error(reader->log, FILE_OPEN, "%s: is a directory", reader->path);
        return false;
    }
    reader->size = S_ISREG(info.st_mode) ? (uint64_t)info.st_size : UINT64_MAX;
    reader->head_size = read_some(reader, reader->head, sizeof(reader->head));
    if (reader->failed)
        return false;
    if (reader->head_size == 0) {
        plt_file_error(reader, "%s", "the file is empty");
        return false;
    }
    // Files of /proc and the like have a size of 0 and content.
    if (reader->size < reader->head_size)
        reader->size = UINT64_MAX;
    return true;
}

bool plt_reader_fits(const struct plt_reader *reader, uint64_t bytes)
{
    uint64_t memory = SIZE_MAX / 2;
    long pages = sysconf(_SC_PHYS_PAGES), page = sysconf(_SC_PAGESIZE);
    if (pages > 0 && page > 0)
        memory = (uint64_t)pages * (uint64_t)page;
    if (bytes <= memory)
        return true;
    plt_error(reader->log, NO_MEMORY, "%s: needs %llu MiB, this machine has %llu",
              reader->path, (unsigned long long)(bytes >> 20),
              (unsigned long long)(memory >> 20));
    return false;
}

// --- blocks and series -------------------------------------------------------------------

struct plt_block *plt_block_create(const struct plt_reader *reader, uint64_t size)
{
    if (!plt_reader_fits(reader, size))
        return NULL;
    struct plt_block *block = plt_calloc(1, sizeof(*block));
    if (block)
        block->bytes = plt_aligned_alloc(64, (size_t)size);
    if (!block || !block->bytes) {
        plt_free(block);
        plt_error(reader->log, NO_MEMORY, "%s: no memory for %llu bytes", reader->path,
                  (unsigned long long)size);
        return NULL;
    }
    atomic_init(&block->refs, 1);
    return block;
}

void plt_block_unref(void *user)
{
    struct plt_block *block = user;
    if (!block || atomic_fetch_sub(&block->refs, 1) != 1)
        return;
    plt_free(block->bytes);
    plt_free(block);
}

// The file's name without folder and ending.
static void file_stem(const char *path, char *stem, size_t size)
{
    const char *slash = strrchr(path, '/');
    const char *name = slash ? slash + 1 : path;
    const char *dot = strrchr(name, '.');
    int length = dot && dot > name ? (int)(dot - name) : (int)strlen(name);
    plt_format(stem, size, "%.*s", length, name);
}

static struct plt_series *make_series(const struct plt_reader *reader,
                                      const struct plt_file_params *params,
                                      const struct plt_columns *columns, int column)
{
    char made_up[256];
    const char *name = columns->names ? columns->names[column] : NULL;
    if (!name || !*name) {
        if (columns->count > 1)
            plt_format(made_up, sizeof(made_up), "column %d", column + 1);
        else
            file_stem(reader->path, made_up, sizeof(made_up));
        name = made_up;
    }
    struct plt_series *series = plt_series_create(
        plt_series_params(.type = columns->type,
                          .x_kind = !columns->x           ? PLT_X_UNIFORM
                                    : columns->x_is_int64 ? PLT_X_I64
                                                          : PLT_X_F64,
                          .dx = params->rate_hz > 0 ? 1 / params->rate_hz : 1, .name = name,
                          .log = reader->log));
    if (!series)
        return NULL;
    const char *y =
        (const char *)columns->block->bytes + (size_t)column * columns->column_size;
    atomic_fetch_add(&columns->block->refs, 1);
    if (!plt_series_wrap(series, columns->x, y, columns->rows, plt_block_unref,
                         columns->block)) {
        atomic_fetch_sub(&columns->block->refs, 1);
        plt_series_unref(series);
        return NULL;
    }
    return series;
}

bool plt_file_add_series(struct plt_file *file, const struct plt_reader *reader,
                         const struct plt_file_params *params,
                         const struct plt_columns *columns)
{
    file->series = plt_calloc((size_t)columns->count, sizeof(*file->series));
    if (!file->series) {
        plt_no_memory(reader->log, reader->path);
        return false;
    }
    for (int i = 0; i < columns->count; i++) {
        struct plt_series *series =
            make_series(reader, params, columns, columns->first + i);
        if (!series)
            return false;
        file->series[file->num_series++] = series;
    }
    file->num_values = (uint64_t)columns->rows * (uint64_t)columns->count;
    return true;
}

int plt_time_exponent(double unit_ns)
{
    static const double units[] = {1, 1e3, 1e6, 1e9};
    for (int i = 0; i < 4; i++)
        if (unit_ns == units[i])
            return 3 * i;
    return unit_ns == 0 ? 0 : -1;
}

// --- public ------------------------------------------------------------------------------

static bool has_ending(const char *path, const char *ending)
{
    size_t length = strlen(path), n = strlen(ending);
    return length >= n && strcasecmp(path + length - n, ending) == 0;
}

static bool read_by_kind(struct plt_file *file, struct plt_reader *reader,
                         const struct plt_file_params *params)
{
    static const unsigned char png[8] = {0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'};
    static const unsigned char npy[6] = {0x93, 'N', 'U', 'M', 'P', 'Y'};
    bool is_png = reader->head_size >= 8 && memcmp(reader->head, png, 8) == 0;
    bool is_npy = reader->head_size >= 6 && memcmp(reader->head, npy, 6) == 0;
    if (is_png)
        return plt_png_read(file, reader);
    if (is_npy)
        return plt_npy_read(file, reader, params);
    if (has_ending(reader->path, ".png") || has_ending(reader->path, ".npy")) {
        plt_file_error(reader, "byte 0: not %s file: its signature is missing",
                       has_ending(reader->path, ".png") ? "a PNG" : "an npy");
        return false;
    }
    return plt_csv_read(file, reader, params);
}

struct plt_file *plt_file_read(const char *path, const struct plt_file_params *params)
{
    struct plt_file_params p = params ? *params : (struct plt_file_params){0};
    plt_require(p.log, path, NULL);
    plt_require(p.log, p.rate_hz >= 0 && isfinite(p.rate_hz), NULL);
    plt_require(p.log, p.rate_hz == 0 || (1 / p.rate_hz > 0 && isfinite(1 / p.rate_hz)),
                NULL);
    plt_require(p.log, plt_time_exponent(p.x_unit_ns) >= 0, NULL);
    struct plt_file *file = plt_calloc(1, sizeof(*file));
    if (!file) {
        plt_no_memory(p.log, path);
        return NULL;
    }
    file->log = plt_log_ref(p.log);
    struct plt_reader reader = {.path = path, .log = p.log, .fd = -1};
    bool ok = open_reader(&reader) && read_by_kind(file, &reader, &p);
    if (reader.fd >= 0)
        close(reader.fd);
    if (ok)
        return file;
    plt_file_destroy(file);
    return NULL;
}

void plt_file_destroy(struct plt_file *file)
{
    if (!file)
        return;
    for (int i = 0; i < file->num_series; i++)
        plt_series_unref(file->series[i]);
    plt_image_unref(file->image);
    plt_free(file->series);
    plt_free(file->x_name);
    plt_log_unref(file->log);
    plt_free(file);
}

int plt_file_num_series(const struct plt_file *file)
{
    return file ? file->num_series : 0;
}

struct plt_series *plt_file_series(const struct plt_file *file, int index)
{
    return file && index >= 0 && index < file->num_series ? file->series[index] : NULL;
}

struct plt_image *plt_file_image(const struct plt_file *file)
{
    return file ? file->image : NULL;
}

uint64_t plt_file_num_values(const struct plt_file *file)
{
    return file ? file->num_values : 0;
}

uint64_t plt_file_num_gaps(const struct plt_file *file)
{
    return file ? file->num_gaps : 0;
}

const char *plt_file_x_name(const struct plt_file *file)
{
    return file && file->x_name ? file->x_name : "";
}
