// Live sources: a thread that reads numbers and appends them to series. Nothing listens
// and nothing is executed. Code: io/source.c (table), io/stream.c, io/system.c.
//
//   "-"        standard input: text rows or raw samples, see `format`
//   "system:"  this machine's CPU load per core, memory and network, from /proc
// Thread-safety: the thread that opened it, except where said.
#pragma once

#include <plotlib/log.h>
#include <plotlib/series.h>
#include <plotlib/types.h>

#ifdef __cplusplus
extern "C" {
#endif

struct plt_source;

enum plt_source_format {
    PLT_SOURCE_TEXT = 0, // one row a line; every column is a channel; a header names them
    PLT_SOURCE_F32,      // interleaved, host byte order
    PLT_SOURCE_F64,
    PLT_SOURCE_I16,
    PLT_SOURCE_U16,
};

enum plt_source_state {
    PLT_SOURCE_STARTING = 0, // the channels are not known yet
    PLT_SOURCE_LIVE,
    PLT_SOURCE_ENDED,  // the other end closed; the data stays
    PLT_SOURCE_FAILED, // bad data or a read error; plt_source_error says why
};

struct plt_source_params {
    enum plt_source_format format; // of "-"
    int channels;                  // raw formats: interleaved channels; 0 = 1
    double rate_hz; // "-": x = row / rate_hz, 0 = 1; "system:": readings a second, 0 = 10
    uint64_t keep;  // samples kept a channel; 0 = 16 Mi (2^24) for "-", an hour for system:
    // Called from the source's thread on every change of state. May be NULL.
    void (*changed)(void *user);
    void *user;
    struct plt_log *log; // NULL = stderr
};
#ifndef __cplusplus
#define plt_source_params(...) (&(struct plt_source_params){__VA_ARGS__})
#endif

struct plt_source_channel {
    struct plt_series *series; // borrowed until close; take a reference to keep it
    const char *name;          // "" when unnamed
    const char *unit;          // "" when unknown
    const char *group;         // channels of one group share a plot; "" = one group
};

struct plt_source_stats {
    uint64_t values;  // read so far, rows x channels
    uint64_t dropped; // lost for lack of room or time; a pipe never drops, it blocks
    uint64_t gaps;    // values that became gaps
    uint64_t bytes;
};

// NULL for an unknown name or nonsensical parameters.
PLT_API struct plt_source *plt_source_open(const char *uri,
                                           const struct plt_source_params *params);
// Stops the thread and waits for it (it never blocks for longer than 100 ms).
PLT_API void plt_source_close(struct plt_source *source);

PLT_API enum plt_source_state
plt_source_get_state(const struct plt_source *source); // any thread
// Reads until the end, without a window: waits for ENDED or FAILED. False when failed.
PLT_API bool plt_source_wait(struct plt_source *source);
// 0 while STARTING; constant afterwards. Any thread.
PLT_API int plt_source_num_channels(const struct plt_source *source);
PLT_API struct plt_source_channel plt_source_get_channel(const struct plt_source *source,
                                                         int i);
PLT_API struct plt_source_stats
plt_source_get_stats(const struct plt_source *source); // any
// Why it failed; "" otherwise. Valid until close.
PLT_API const char *plt_source_error(const struct plt_source *source);

#ifdef __cplusplus
}
#endif
