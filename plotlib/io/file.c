// Reads whole files: opens, tells the kind by content, then by ending, and hands over to
// csv.c, npy.c, png.c, tiff.c or raw.c; makes series of the columns they found.
#include <math.h>
#include <string.h>
#include <strings.h>

#include <plotlib/base/alloc.h>
#include <plotlib/base/number.h>
#include <plotlib/io/file.h>

// --- series ------------------------------------------------------------------------------

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

static bool has_frame(const struct plt_file *file, uint64_t index)
{
    uint64_t count = plt_file_num_frames(file);
    if (index < count)
        return true;
    plt_error(file->log, BAD_ARGUMENT, "%s: frame %llu: there are %llu, counted from 0",
              file->path, (unsigned long long)index, (unsigned long long)count);
    return false;
}

bool plt_file_set_frames(struct plt_file *file, struct plt_frame_list *frames,
                         const struct plt_file_params *params)
{
    file->frames = frames;
    file->frame = params->frame == PLT_FRAME_LAST ? frames->count - 1 : params->frame;
    if (!has_frame(file, file->frame))
        return false;
    file->image = frames->read(frames, file->frame);
    file->num_values = frames->count * (uint64_t)plt_image_columns(file->image) *
                       (uint64_t)plt_image_rows(file->image) *
                       (uint64_t)plt_image_channels(file->image);
    return file->image;
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

// Told by content, then by ending.
static bool read_by_kind(struct plt_file *file, struct plt_reader *reader,
                         const struct plt_file_params *params)
{
    static const struct {
        const char *ending, *signature;
        size_t length;
        bool (*read)(struct plt_file *file, struct plt_reader *reader,
                     const struct plt_file_params *params);
    } kinds[] = {
        {".png", "\x89PNG\r\n\x1a\n", 8, plt_png_read},
        {".npy", "\x93NUMPY", 6, plt_npy_read},
        {".tif", "II*", 4, plt_tiff_read},
        {".tiff", "MM\0*", 4, plt_tiff_read},
        {".tif", "II+", 4, plt_tiff_read}, // BigTIFF
        {".tiff", "MM\0+", 4, plt_tiff_read},
    };
    enum { KINDS = sizeof(kinds) / sizeof(kinds[0]) };
    if (params->raw)
        return plt_raw_read(file, reader, params);
    for (int i = 0; i < KINDS; i++)
        if (reader->head_size >= kinds[i].length &&
            memcmp(reader->head, kinds[i].signature, kinds[i].length) == 0)
            return kinds[i].read(file, reader, params);
    for (int i = 0; i < KINDS; i++) {
        if (!has_ending(reader->path, kinds[i].ending))
            continue;
        plt_file_error(reader, "byte 0: not a %s file: its signature is missing",
                       kinds[i].ending);
        return false;
    }
    return plt_csv_read(file, reader, params);
}

static bool check_params(const struct plt_file_params *p)
{
    plt_require(p->log, p->rate_hz >= 0 && isfinite(p->rate_hz), false);
    plt_require(p->log, p->rate_hz == 0 || (1 / p->rate_hz > 0 && isfinite(1 / p->rate_hz)),
                false);
    plt_require(p->log, plt_time_exponent(p->x_unit_ns) >= 0, false);
    plt_require(p->log, p->axes >= PLT_AXES_AUTO && p->axes <= PLT_AXES_STACK, false);
    return true;
}

static struct plt_file *read_with(struct plt_reader *reader,
                                  const struct plt_file_params *params)
{
    struct plt_file *file = plt_calloc(1, sizeof(*file));
    char *path = plt_strdup(reader->path);
    if (!file || !path) {
        plt_no_memory(params->log, reader->path);
        plt_free(file);
        plt_free(path);
        return NULL;
    }
    file->path = path;
    file->log = plt_log_ref(params->log);
    reader->log = params->log;
    reader->max_image_bytes = params->max_image_bytes;
    bool ok = (reader->memory || plt_reader_open(reader)) && plt_reader_begin(reader) &&
              read_by_kind(file, reader, params);
    plt_reader_finish(reader);
    bool single = !file->frames && params->frame != PLT_FRAME_LAST && !params->raw;
    if (ok && single && params->frame > 0)
        ok = has_frame(file, params->frame);
    if (ok)
        return file;
    plt_file_destroy(file);
    return NULL;
}

struct plt_file *plt_file_read(const char *path, const struct plt_file_params *params)
{
    struct plt_file_params p = params ? *params : (struct plt_file_params){0};
    plt_require(p.log, path, NULL);
    if (!check_params(&p))
        return NULL;
    struct plt_reader reader = {.path = path, .fd = -1};
    if (strcmp(path, "-") == 0) {
        reader.path = "standard input";
        reader.standard_input = true;
    }
    return read_with(&reader, &p);
}

struct plt_file *plt_file_read_memory(const void *bytes, size_t size, const char *name,
                                      const struct plt_file_params *params)
{
    struct plt_reader reader = {
        .path = name,
        .fd = -1,
        .memory = size > 0 ? bytes : (const unsigned char *)"",
        .size = size,
    };
    return check_params(params) ? read_with(&reader, params) : NULL;
}

void plt_file_destroy(struct plt_file *file)
{
    if (!file)
        return;
    for (int i = 0; i < file->num_series; i++)
        plt_series_unref(file->series[i]);
    plt_image_unref(file->image);
    if (file->frames)
        file->frames->destroy(file->frames);
    plt_free(file->series);
    plt_free(file->x_name);
    plt_free(file->path);
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

uint64_t plt_file_num_frames(const struct plt_file *file)
{
    if (!file || !file->frames)
        return file && file->image ? 1 : 0;
    return file->frames->count;
}

struct plt_image *plt_file_frame(const struct plt_file *file, uint64_t index)
{
    plt_require(NULL, file, NULL);
    if (!has_frame(file, index))
        return NULL;
    return !file->frames || index == file->frame ? plt_image_ref(file->image)
                                                 : file->frames->read(file->frames, index);
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
