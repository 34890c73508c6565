// Reads whole files: .csv (text), .npy, .png, .tif, and raw frames; writes PNG. The kind is
// decided by content, then by the ending; "-" is standard input. Code: io/file.c, io/csv.c,
// io/npy.c, io/png.c, io/png_write.c, io/tiff.c, io/raw.c.
// Thread-safety: safe (each call is on its own); a file and its frames: one thread at a
// time.
//
// Text: an optional header row names the columns; separators are ',' ';' tab or blanks;
// '#' starts a comment line. The first column is x when there are two or more columns and
// it is strictly increasing and finite throughout. Ragged rows, text, nan and inf inside
// become gaps (NaN), counted in one warning; values beyond the last column are left out.
//
// npy: versions 1..3, C or Fortran order, either byte order: bool u8 i8 u16 i16 u32 i32 i64
// f16 f32 f64 c8 c16 (f16: images only). What the axes of an array mean:
//   (n)           a curve; of complex c8 c16, which only this can be, "re" and "im"
//   (n, c)        c <= 16: a curve a column; else an image of n rows
//   (y, x, 3|4)   an image, RGB or RGBA
//   (t, y, x)     a stack of t images
//   (t, y, x, c)  a stack of t images of c <= 64 channels
// `axes` says otherwise where that guesses wrong. Of images i64 becomes f64, bool u8, u32
// stays. The data must be exactly as long as the header says. A frame of a stack in Fortran
// order takes one pass through the whole file.
//
// PNG: grey of 1 to 8 bits as u8, of 16 as u16; RGB, RGBA (palettes and transparent colours
// too) as 3 or 4 channels of u8 or, of 16 bits, u16.
//
// TIFF (where built with libtiff): a stack of its pages; 8, 16 and 32 bit integers, 16, 32
// and 64 bit floats of 1, 3 or 4 channels, in strips or tiles; other kinds as RGBA of u8.
//
// Raw frames: one after another, without any header but the one given as `raw`.
#pragma once

#include <plotlib/image.h>
#include <plotlib/log.h>
#include <plotlib/series.h>
#include <plotlib/types.h>

#ifdef __cplusplus
extern "C" {
#endif

struct plt_file;

enum plt_file_axes {
    PLT_AXES_AUTO = 0, // as the table above
    PLT_AXES_IMAGE,    // (y, x) or (y, x, c)
    PLT_AXES_STACK,    // (t, y, x) or (t, y, x, c)
};

#define PLT_FRAME_LAST UINT64_MAX

struct plt_file_params {
    bool no_x_column; // text: every column is a curve
    double rate_hz;   // x = row / rate_hz where the file has no x; 0 = 1
    // Text: how many nanoseconds 1 of the x column is, 1, 1e3, 1e6 or 1e9: x becomes int64
    // nanoseconds, read exactly. 0: x is a double.
    double x_unit_ns;
    enum plt_file_axes axes; // npy: what the axes are
    // "COLSxROWS:TYPE[xCHANNELS][+OFFSET]", as in "2048x2048:u16" or "640x480:u8x3+512":
    // the file holds such frames from byte OFFSET on, interleaved, in this machine's byte
    // order. TYPE: u8 i8 u16 i16 u32 i32 f16 f32 f64. A last frame that is not whole is
    // left out, with a warning. NULL = no raw frames.
    const char *raw;
    // Which image of a stack plt_file_image is, PLT_FRAME_LAST = the last. A pipe of raw
    // frames is read up to this one and no further, and no other is kept.
    uint64_t frame;
    // PNG: a file that ends too early is shown as far as it goes, with a warning.
    bool allow_truncated;
    // The most that one image of PNG and TIFF may take. 0 = 256 times the file's size, from
    // 1 to 4 GiB (a pipe: 1 GiB), but never above a quarter of the machine's memory.
    uint64_t max_image_bytes;
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
// Images in the file: 0, 1 or the length of a stack.
PLT_API uint64_t plt_file_num_frames(const struct plt_file *file);
// Image `index`, read now; only this one takes memory. The caller owns a reference and may
// keep it longer than the file. NULL, with one line, when it cannot be read.
PLT_API struct plt_image *plt_file_frame(const struct plt_file *file, uint64_t index);
// Values read (rows x channels, without x) and how many of them became gaps.
PLT_API uint64_t plt_file_num_values(const struct plt_file *file);
PLT_API uint64_t plt_file_num_gaps(const struct plt_file *file);
// Header name of the x column; "" when there is none.
PLT_API const char *plt_file_x_name(const struct plt_file *file);

// A line of text in a PNG file. ASCII is written as tEXt, other text as iTXt.
struct plt_png_text {
    const char *key;  // 1..79 printable ASCII characters, "Title", "Software", ...
    const char *text; // UTF-8
};

struct plt_png_write_params {
    int columns, rows; // >= 1
    int channels;      // 1 grey, 3 RGB, 4 RGBA (straight), interleaved; 0 = 0x..RRGGBB
                       // words, written as RGB
    int depth;         // bits of a channel, 8 or 16 (uint16_t); 0 = 8
    size_t row_stride; // bytes from row to row; 0 = packed
    double dpi;        // written as pHYs; 0 = none
    const struct plt_png_text *texts; // [num_texts]
    size_t num_texts;
    struct plt_log *log; // NULL = stderr
};
#ifndef __cplusplus
#define plt_png_write_params(...) (&(struct plt_png_write_params){__VA_ARGS__})
#endif

// Not interlaced; written beside and renamed, so a failure leaves no half file.
PLT_API bool plt_png_write_image(const char *path, const void *pixels,
                                 const struct plt_png_write_params *params);
// The same for 0x..RRGGBB words, pixels[height][stride/4].
PLT_API bool plt_png_write(const char *path, const void *pixels, size_t stride, int width,
                           int height, struct plt_log *log);

#ifdef __cplusplus
}
#endif
