// Reads whole files: .csv (text), .npy, .png. The kind is decided by content, then by the
// ending. Code: io/file.c, io/csv.c, io/npy.c, io/png.c.
// Thread-safety: safe (each call is on its own).
//
// Text: an optional header row names the columns; separators are ',' ';' tab or blanks;
// '#' starts a comment line. The first column is x when there are two or more columns and
// it is strictly increasing and finite throughout. Ragged rows, text, nan and inf inside
// become gaps (NaN), counted in one warning; values beyond the last column are left out.
// npy: versions 1..3, C or Fortran order, little-endian bool u8 i8 u16 i16 u32 i32 i64 f32
// f64. 1-D = one curve; 2-D with <= 16 columns = one curve a column; other 2-D = an image
// (i64 becomes f64, bool u8, u32 stays). The data must be exactly as long as the
// header says. PNG: 8-bit grey, RGB, RGBA; 16-bit grey stays u16.
#pragma once

#include <plotlib/image.h>
#include <plotlib/log.h>
#include <plotlib/series.h>
#include <plotlib/types.h>

#ifdef __cplusplus
extern "C" {
#endif

struct plt_file;

struct plt_file_params {
    bool no_x_column; // text: every column is a curve
    double rate_hz;   // x = row / rate_hz where the file has no x; 0 = 1
    // Text: how many nanoseconds 1 of the x column is, 1, 1e3, 1e6 or 1e9: x becomes int64
    // nanoseconds, read exactly. 0: x is a double.
    double x_unit_ns;
    struct plt_log *log; // NULL = stderr
};
#ifndef __cplusplus
#define plt_file_params(...) (&(struct plt_file_params){__VA_ARGS__})
#endif

// NULL, with one line that names file and line or byte, when it cannot be used.
PLT_API struct plt_file *plt_file_read(const char *path,
                                       const struct plt_file_params *params);
PLT_API void plt_file_destroy(struct plt_file *file);

// Borrowed until destroy (take a reference to keep them).
PLT_API int plt_file_num_series(const struct plt_file *file);
PLT_API struct plt_series *plt_file_series(const struct plt_file *file, int index);
PLT_API struct plt_image *plt_file_image(const struct plt_file *file); // or NULL
// Values read (rows x channels, without x) and how many of them became gaps.
PLT_API uint64_t plt_file_num_values(const struct plt_file *file);
PLT_API uint64_t plt_file_num_gaps(const struct plt_file *file);
// Header name of the x column; "" when there is none.
PLT_API const char *plt_file_x_name(const struct plt_file *file);

// Writes 8-bit RGB from 0x..RRGGBB words, pixels[height][stride/4], not interlaced; written
// beside and renamed, so a failure leaves no half file.
PLT_API bool plt_png_write(const char *path, const void *pixels, size_t stride, int width,
                           int height, struct plt_log *log);

#ifdef __cplusplus
}
#endif
