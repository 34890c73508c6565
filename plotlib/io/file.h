// What the file readers share (private): a reader of bytes, and the result they fill.
// Thread-safety: each object belongs to one call; a block may be released from any thread.
#pragma once

#include <plotlib/base/message.h>
#include <plotlib/file.h>

#include <stdatomic.h>

// The images of a file one by one, each read when it is asked for.
struct plt_frame_list {
    uint64_t count;
    // A new reference; NULL with exactly one line. `index` < count.
    struct plt_image *(*read)(struct plt_frame_list *frames, uint64_t index);
    void (*destroy)(struct plt_frame_list *frames);
};

struct plt_file {
    struct plt_log *log;
    char *path;                 // for messages
    struct plt_series **series; // [num_series]
    int num_series;
    struct plt_image *image;
    uint64_t frame;                // which of `frames` the image is
    struct plt_frame_list *frames; // owned; NULL: `image` is the only one
    uint64_t num_values, num_gaps;
    char *x_name;
};

// Bytes of an open file or pipe, or of memory.
struct plt_reader {
    const char *path;
    struct plt_log *log;
    bool standard_input;         // instead of `path`, which is its name in messages
    int fd;                      // -1: memory
    const unsigned char *memory; // bytes [memory_start, size) of the file; NULL: in `fd`
    uint64_t memory_start;
    bool failed;              // a read error, already logged
    uint64_t size;            // UINT64_MAX when unknown (a pipe)
    uint64_t position;        // bytes handed out
    uint64_t max_image_bytes; // 0 = default
    unsigned char head[16];   // the first bytes, handed out again
    size_t head_size;
    unsigned char *held; // `memory` when owned
    char *own_path;      // `path` when owned, with a reference to `log`
};
// Each logs one line and returns false when it cannot. `begin` reads `head`.
bool plt_reader_open(struct plt_reader *reader);
bool plt_reader_begin(struct plt_reader *reader);
// Moves fd and memory to `keeper`, which outlives the call (path copied, log referenced).
bool plt_reader_keep(struct plt_reader *reader, struct plt_reader *keeper);
void plt_reader_finish(struct plt_reader *reader);
// In order: up to n bytes; fewer at the end or on a read error.
size_t plt_reader_read(struct plt_reader *reader, void *to, size_t n);
// A source of unknown size is read to its end, into memory: read_at and size are usable
// afterwards, from the current position on.
bool plt_reader_hold(struct plt_reader *reader);
// At any offset; independent of `position`. Not of a pipe.
size_t plt_reader_read_at(struct plt_reader *reader, uint64_t offset, void *to, size_t n);

// log10 of a time unit in nanoseconds; -1 for any that is not in file.h.
int plt_time_exponent(double unit_ns);

// One FILE_FORMAT line: "path: text".
#define plt_file_error(reader, format, ...) \
    plt_error((reader)->log, FILE_FORMAT, "%s: " format, (reader)->path, __VA_ARGS__)
// False, with one line, when so much memory is more than the machine has.
bool plt_reader_fits(const struct plt_reader *reader, uint64_t bytes);
// The same for an image whose size a compressed file only promises, and its bound.
uint64_t plt_reader_image_limit(const struct plt_reader *reader);
bool plt_reader_image_fits(const struct plt_reader *reader, uint64_t columns, uint64_t rows,
                           uint64_t pixel_bytes);

// Each fills `file` or logs exactly one line and returns false.
bool plt_csv_read(struct plt_file *file, struct plt_reader *reader,
                  const struct plt_file_params *params);
bool plt_npy_read(struct plt_file *file, struct plt_reader *reader,
                  const struct plt_file_params *params);
bool plt_png_read(struct plt_file *file, struct plt_reader *reader,
                  const struct plt_file_params *params);
bool plt_tiff_read(struct plt_file *file, struct plt_reader *reader,
                   const struct plt_file_params *params);
bool plt_raw_read(struct plt_file *file, struct plt_reader *reader,
                  const struct plt_file_params *params);

// plt_file_read of bytes that stay where they are until the file is destroyed; `name`
// stands for the path.
struct plt_file *plt_file_read_memory(const void *bytes, size_t size, const char *name,
                                      const struct plt_file_params *params);
// `frames`, whose image params->frame is read, or false.
bool plt_file_set_frames(struct plt_file *file, struct plt_frame_list *frames,
                         const struct plt_file_params *params);

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
