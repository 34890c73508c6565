// What the files that read numpy's arrays share (private): the header, what its axes mean,
// and images of the bytes. Code: io/npy_header.c, io/npy.c, io/npy_stack.c.
// Thread-safety: each object belongs to one thread at a time.
#pragma once

#include <plotlib/io/file.h>

enum { PLT_NPY_MOST_AXES = 4 };

struct plt_npy {
    char descr[24]; // as written, cut and made printable
    bool has_descr, has_order, has_shape, is_record;
    bool fortran, swapped;
    bool is_complex; // (n) of pairs: read as (n, 2)
    int axes;        // may be > PLT_NPY_MOST_AXES: then only counted
    uint64_t shape[PLT_NPY_MOST_AXES];
    enum plt_type type;
    uint64_t samples, offset; // of all; of the first byte

    // What plt_npy_read makes of the axes: curves when `frames` is 0.
    uint64_t frames, rows, columns, channels;
};

// Reads up to the first byte of the array.
bool plt_npy_read_header(struct plt_reader *reader, struct plt_npy *npy);
// The samples of one frame as they lie in the file (Fortran order:
// [channels][columns][rows]) become an image. Takes `block` in any case; NULL with one
// line.
struct plt_image *plt_npy_image(const struct plt_npy *npy, const struct plt_reader *reader,
                                struct plt_block *block);
// Frames that are read when asked for.
bool plt_npy_read_stack(struct plt_file *file, struct plt_reader *reader,
                        const struct plt_npy *npy, const struct plt_file_params *params);
