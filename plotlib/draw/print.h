// The recording painter: a frame as text, for golden tests and for looking inside.
#pragma once

#include <stdbool.h>
#include <stdio.h>

#include <plotlib/draw/frame.h>

// Locale-free, one line an operation and one an element; the same frame gives the same
// text. False on a write error.
bool plt_frame_print(const struct plt_frame *frame, FILE *out);
