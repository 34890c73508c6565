// What reading and writing PNG share (private): libpng's errors and its memory. It reports
// errors by longjmp, so what one may interrupt lives in a struct.
#pragma once

#include <stdbool.h>

#include <png.h>

struct plt_png_trouble {
    char text[128]; // what libpng said
    bool memory;
};

// Callbacks for png_create_*_struct_2, with a trouble as error and memory pointer.
void plt_png_on_error(png_structp png, png_const_charp text);
void plt_png_on_warning(png_structp png, png_const_charp text);
png_voidp plt_png_take(png_structp png, png_alloc_size_t size);
void plt_png_give(png_structp png, png_voidp p);
