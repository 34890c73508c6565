// The table of an image engine: native samples in, colours or numbers out. The CPU one is
// plotlib/image/; another may be opened at run time. Plain data only. The contract of each
// function is beside its job; every engine gives the same bytes, with any number of
// threads. Data's way: data/image.c -> here -> draw/frame.h, or straight to the caller.
// Thread-safety: functions may be called from any thread.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <plotlib/base/pool.h>
#include <plotlib/data/image.h> // struct plt_image_view
#include <plotlib/types.h>

// Levels resolved for a table of n entries (DESIGN section 5):
//   v, lo as float32; scale = (float)(n / (hi - lo)), rounded once from double
//   t = (v - lo) * scale, both operations rounded;  i = t >= n-1 ? n-1 : t > 0 ? (int)t : 0
// NaN has no entry; infinities are clipped. Equal levels give scale = +inf: v < lo is entry
// 0, all else n - 1 (v == lo as well, where t is NaN from 0 * inf).
struct plt_levels {
    float lo, scale;
};
struct plt_levels plt_levels_make(double lo, double hi, int32_t entries);
// Entry for one value, the scalar reference; -1 for NaN.
int32_t plt_levels_index(struct plt_levels levels, int32_t entries, float v);
// The levels of an alpha channel, and of colours that are given none: 0 to the largest
// value of an integer type, 0 to 1 of a floating-point one.
struct plt_range plt_levels_of_type(enum plt_type type);

// What entries become: 0xAARRGGBB, straight alpha, gamma already folded in. Of an image of
// 3 or 4 channels each colour's entry gives the low byte: a grey table.
struct plt_image_table {
    const uint32_t *colors; // [entries]
    int32_t entries;        // 2..65536
    bool opaque;            // all alpha is 255
    uint64_t id;            // of the content, unique in the process; 0 = unknown
};

// A whole view, one word a pixel: dst[rows] of dst_stride bytes, 0xAARRGGBB straight alpha.
//  - 1 channel: colors[entry of levels[0]], 0 for NaN.
//  - 3 or 4: R, G, B through levels[0..2] and the table, alpha through levels[3] and 256
//    entries (entry = alpha byte); 0 when any of them is NaN.
struct plt_image_colors {
    struct plt_image_view src;
    struct plt_levels levels[4];
    struct plt_image_table table;
    struct plt_pool *pool; // NULL = the caller alone
};

// Jobs of stats.h, mix.h and stack.h.
struct plt_image_stats_job;
struct plt_image_histogram_job;
struct plt_image_percentiles_job;
struct plt_image_mix_job;
struct plt_image_project_job;
struct plt_image_flat_field_job;

// False when the engine has no memory, or a job no meaning; what it writes is then
// undefined. A NULL member: the engine cannot, take the CPU's.
struct plt_image_engine {
    const char *name; // "cpu"
    bool (*colors)(const struct plt_image_colors *job, uint32_t *dst, size_t dst_stride);
    bool (*stats)(const struct plt_image_stats_job *job);
    bool (*histogram)(const struct plt_image_histogram_job *job);
    bool (*percentiles)(const struct plt_image_percentiles_job *job);
    bool (*mix)(const struct plt_image_mix_job *job);
    bool (*project)(const struct plt_image_project_job *job);
    bool (*flat_field)(const struct plt_image_flat_field_job *job);
};
extern const struct plt_image_engine plt_image_engine_cpu;
