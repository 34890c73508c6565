// Numbers of one channel of an image: count, extremes, mean; histogram; percentiles. Read
// from the samples' own type, for auto levels and the histogram beside an image. NaN and
// infinities are left out of all of them and counted. Every engine gives the same bits,
// with any number of threads. Code: image/stats.c, histogram.c, percentiles.c.
// Thread-safety: safe; the pixels may not change meanwhile.
#pragma once

#include <plotlib/image/engine.h>
#include <plotlib/image/plane.h>

// Samples are numbered i = row * columns + column.
//
// min, max: as double, -0 given as +0.
// mean = S / finite, one division in double.
//  - Integers: S = (double)H * 2^32 + (double)L, where H and L are the exact sum in two
//    parts, L in [0, 2^32) (one rounding, or none below 2^53).
//  - f16, f32, f64: S is a tree of sums in double, non-finite samples being +0. The tree of
//    x[0..1023] (fewer: +0 for the rest) adds halves until one number is left: x[i] += x[i
//    + 512] for i < 512, then 256, ... 1. The trees of samples [1024 k, 1024 k + 1023] are
//    again x[k], and so on, until there is one. (32 lanes that each take every 32nd sample
//    make it in registers: five steps alone, five between lanes.)
struct plt_image_odd {
    uint64_t nans, above, below; // NaN, +inf, -inf
};
struct plt_image_stats {
    uint64_t finite; // samples counted
    struct plt_image_odd odd;
    double min, max, mean; // NaN when there is no finite sample
};
struct plt_image_stats_job {
    struct plt_image_view src;
    int32_t channel;
    struct plt_pool *pool; // NULL = the caller alone
    struct plt_image_stats *out;
};

// counts[b] = finite samples whose entry is b, by the level formula (engine.h) with `bins`
// entries: values outside lo..hi are in the first and last bin. A double too large for
// float32 is finite.
struct plt_image_histogram_job {
    struct plt_image_view src;
    int32_t channel;
    double lo, hi; // finite
    int32_t bins;  // 2..65536
    struct plt_pool *pool;
    uint64_t *counts;          // [bins]
    struct plt_image_odd *odd; // NULL = not wanted
};

// values[k]: of the n finite samples in order, x[0] <= x[1] ..., -0 as +0, the one of rank
// h = (n - 1) * p[k]; between two, Hyndman and Fan's type 7 in double (data/quantile.h).
// Exact for every type: samples of 16 bits and fewer are counted, of others 16 bits of the
// rank's place are found by each reading. NaN when there is no finite sample.
enum { PLT_MOST_PERCENTILES = 8 };
struct plt_image_percentiles_job {
    struct plt_image_view src;
    int32_t channel;
    const double *p; // [num], 0..1
    int32_t num;     // 1..PLT_MOST_PERCENTILES
    struct plt_pool *pool;
    double *values; // [num]
};

// The CPU engine's. False without memory, and for a job without meaning. `how` is for
// tests: NULL is what the engine does.
bool plt_image_stats_cpu(const struct plt_image_stats_job *job);
bool plt_image_stats_run(const struct plt_image_stats_job *job,
                         const struct plt_plane_how *how);
bool plt_image_histogram_cpu(const struct plt_image_histogram_job *job);
bool plt_image_histogram_run(const struct plt_image_histogram_job *job,
                             const struct plt_plane_how *how);
bool plt_image_percentiles_cpu(const struct plt_image_percentiles_job *job);
bool plt_image_percentiles_run(const struct plt_image_percentiles_job *job,
                               const struct plt_plane_how *how);

// What percentiles read of the samples, for an engine that counts elsewhere; the choice of
// ranks is one for all. False ends the job.
struct plt_percentiles_reader {
    void *user;
    // counts[bits] of each sample of an 8- or 16-bit type: [256] or [65536].
    bool (*values)(void *user, uint64_t *counts);
    // Of wider types, whose keys are plt_stats_kernels' (plane_kernels.h): tables[slot][k]
    // = samples with bases[slot] + (k << shift) <= key < bases[slot] + (k + 1 << shift), k
    // < 65536; the range has `bits`.
    bool (*digits)(void *user, const uint64_t *bases, int slots, unsigned bits,
                   unsigned shift, uint32_t *tables);
};
bool plt_image_percentiles_read(const struct plt_image_percentiles_job *job,
                                const struct plt_percentiles_reader *reader);

// Shared by the three (private to them).
// Adds the non-finite ones of n samples.
void plt_image_count_odd(enum plt_type type, const void *samples, size_t n,
                         struct plt_image_odd *odd);
// counts[bits] of each sample of an 8- or 16-bit type: [256] or [65536].
bool plt_image_count_values(const struct plt_plane *plane, struct plt_plane_how how,
                            struct plt_pool *pool, uint64_t *counts);
// The value that has these bits, in an 8- or 16-bit type.
float plt_image_value_of_bits(enum plt_type type, uint32_t bits);
