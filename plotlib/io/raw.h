// Raw frames (private): images one after another, without any header but a text that says
// what they are. For files of them (io/raw.c) and for live sources that read one by one.
// Thread-safety: safe, no state.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <plotlib/types.h>

struct plt_raw_header {
    int32_t columns, rows, channels;
    enum plt_type type; // of one channel, in this machine's byte order
    uint64_t offset;    // bytes before the first frame
    size_t frame_bytes; // of one frame
};

// Reads "COLSxROWS:TYPE[xCHANNELS][+OFFSET]". NULL when it is one, else what is wrong.
const char *plt_raw_parse(const char *spec, struct plt_raw_header *header);
