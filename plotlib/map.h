// A raw binary file shown as a series (stage KEEP, without keeping the samples): 10^10 of
// them need no more memory than a picture does. Worker threads read the file with pread
// into a bounded cache, and keep a pyramid in a small file beside it, the sidecar: minima,
// maxima and least positive values of 1024 samples each. A figure draws at once what the
// pyramid tells (a superset of what each column shows), exactly when the samples at the
// columns' edges have arrived; it is told to paint again then, as after an append.
//
// Sidecar: about 0.32 % of the file, for files from 65536 samples on. It holds a version, a
// byte order mark, size, time and spot hashes of the file, and a checksum for each part; it
// is appended to when the file has grown, and built anew when it does not match, which one
// message tells. Without one the first picture is a sketch from samples here and there,
// which gets finer while the pyramid is built. Where none can be written the pyramid stays
// in memory.
//
// On an axis with the user's own scale, a stretch of more than 1024 samples, some of them
// outside of its domain, is shown from the lowest one inside of its first 256 up to its
// highest, if that is inside.
//
// Memory of a series: 0.32 % of the file + cache_bytes. No file page is mapped. A file of
// more than a quarter of the machine's memory leaves the page cache as the pyramid grows.
// Thread-safety: safe. Code: data/mapped.c, data/mapped_cache.c, data/mapped_build.c,
// data/sidecar.c.
#pragma once

#include <plotlib/log.h>
#include <plotlib/series.h>
#include <plotlib/types.h>

#ifdef __cplusplus
extern "C" {
#endif

struct plt_series_map_params {
    enum plt_type type;   // of the samples, in this machine's byte order; 0 = PLT_F64
    uint64_t offset;      // bytes before sample 0; samples need no alignment
    double x0;            // x of sample 0
    double dx;            // spacing, > 0; 0 = 1
    const char *name;     // for messages and curves; NULL = the path's last part
    const char *sidecar;  // its path; NULL = `path` with ".plp" added
    bool no_sidecar;      // neither read nor write one
    bool follow;          // look for changes 4 times a second (see below)
    uint64_t cache_bytes; // samples kept in memory at most; 0 = 128 MiB, at least 1 MiB
    struct plt_log *log;  // NULL = stderr
};
#ifndef __cplusplus
#define plt_series_map_params(...) (&(struct plt_series_map_params){__VA_ARGS__})
#endif

// Opens the file and returns within a few milliseconds, whatever its size. The caller owns
// a reference (plt_series_unref). set, append, wrap, changed and clear are refused, and so
// are transforms, scatters, error bars and histograms of it, which need every sample. A
// last sample that is not whole is left out, with a warning. NULL when the file cannot be
// opened or is no regular file, or `offset` lies behind its end.
//
// A file that grows shows its new samples; one that shrinks or cannot be read is an error
// in the log, and what is gone is a gap. Changes are noticed within a quarter of a second
// where the system tells of them (Linux: inotify, on local disks); elsewhere after the next
// paint, or always with `follow`.
PLT_API struct plt_series *plt_series_map(const char *path,
                                          const struct plt_series_map_params *params);

enum plt_sidecar_state {
    PLT_SIDECAR_NONE = 0, // not written (yet)
    PLT_SIDECAR_READ,     // read from an earlier run, used as it was
    PLT_SIDECAR_APPENDED, // read and extended
    PLT_SIDECAR_WRITTEN,  // built in this run
    PLT_SIDECAR_FAILED,   // cannot be written; the log says why
};

struct plt_series_map_state {
    uint64_t samples;     // in the file now
    uint64_t built;       // of them covered by the pyramid
    uint64_t pending;     // blocks asked for and not yet there
    uint64_t cache_bytes; // memory of the blocks that are there
    uint64_t stand_ins;   // times a min/max was drawn for samples that were not there
    enum plt_sidecar_state sidecar;
};

// False when `series` is not mapped.
PLT_API bool plt_series_map_get_state(const struct plt_series *series,
                                      struct plt_series_map_state *state);

// Waits until the file's size has been looked at again, the pyramid covers all of it, the
// sidecar is written and every block asked for has arrived. False after `timeout_s`.
// For programs without a window; a GUI need not wait.
PLT_API bool plt_series_map_settle(struct plt_series *series, double timeout_s);

#ifdef __cplusplus
}
#endif
