// What the file readers share (private): a reader of bytes, and the result they fill.
// Thread-safety: each object belongs to one call; a block may be released from any thread.
#pragma once

#include <plotlib/base/message.h>
#include <plotlib/file.h>

#include <stdatomic.h>

struct plt_file {
    struct plt_log *log;
    struct plt_series **series; // [num_series]
    int num_series;
    struct plt_image *image;
    uint64_t num_values, num_gaps;
    char *x_name;
};

// Bytes of an open file or pipe, in order.
struct plt_reader {
    const char *path;
    struct plt_log *log;
    int fd;
    bool failed;            // a read error, already logged
    uint64_t size;          // UINT64_MAX when unknown (a pipe)
    uint64_t position;      // bytes handed out
    unsigned char head[16]; // the first bytes, handed out again
    size_t head_size;
};
// Up to n bytes; fewer at the end or on a read error.
size_t plt_reader_read(struct plt_reader *reader, void *to, size_t n);

// log10 of a time unit in nanoseconds; -1 for any that is not in file.h.
int plt_time_exponent(double unit_ns);

// One FILE_FORMAT line: "path: text".
#define plt_file_error(reader, format, ...) \
    plt_error((reader)->log, FILE_FORMAT, "%s: " format, (reader)->path, __VA_ARGS__)
// False, with one line, when so much memory is more than the machine has.
bool plt_reader_fits(const struct plt_reader *reader, uint64_t bytes);

// Each fills `file` or logs exactly one line and returns false.
bool plt_csv_read(struct plt_file *file, struct plt_reader *reader,
                  const struct plt_file_params *params);
bool plt_npy_read(struct plt_file *file, struct plt_reader *reader,
                  const struct plt_file_params *params);
bool plt_png_read(struct plt_file *file, struct plt_reader *reader);

// Memory shared by the series or image made of it; freed with the last reference.
struct plt_block {
    _Atomic int refs;
    void *bytes; // aligned to 64
};
struct plt_block *plt_block_create(const struct plt_reader *reader, uint64_t size);
void plt_block_unref(void *block); // a plt_release_fn

// Columns of a block as series, the values of column c at bytes + c * column_size.
struct plt_columns {
    struct plt_block *block;
    enum plt_type type;
    size_t column_size; // bytes
    size_t rows;
    int first, count;         // columns [first, first + count) become series
    const void *x;            // [rows] inside the block, NULL = uniform
    bool x_is_int64;          // else double
    const char *const *names; // [first + count], "" or NULL = make one up
};
bool plt_file_add_series(struct plt_file *file, const struct plt_reader *reader,
                         const struct plt_file_params *params,
                         const struct plt_columns *columns);
