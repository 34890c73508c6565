// Channels of an image, or of several of one size, as one picture: each through its levels,
// gamma and colour, then added (fluorescence, hyperspectral). Data's way: data/image.c ->
// here -> 0xAARRGGBB. Code: image/mix.c. Thread-safety: safe.
#pragma once

#include <plotlib/image/engine.h>
#include <plotlib/image/plane.h>

// rgb[3][P] = M[3][C] ch[C][P] + b over P pixels, in float32, each operation rounded:
//   t = (v - lo) * scale, v and lo as float32; levels made for 1 entry, so that lo..hi is
//       0..1; scale = +inf (equal levels): t = v >= lo ? 1 : 0
//   u = t >= 1 ? 1 : t > 0 ? t : 0, and 0 for NaN
//   u = gamma[(int)(u * 4095 + 0.5)] where the channel has a table
//   sum = b; then sum = sum + color * u, channel by channel in their order, the product
//       rounded before the sum; a channel that is off is left out
//   byte = sum >= 1 ? 255 : sum > 0 ? (int)(sum * 255 + 0.5) : 0; alpha = 255
// Infinities are clipped. Bytes are equal in every CPU build with any number of threads; an
// engine that adds in another order (GEMM) may differ by 1e-6 of the sum of |b| and all
// |color * u|, before the last line.
enum { PLT_MIX_MOST = 64, PLT_MIX_GAMMA = 4096 };

struct plt_image_mix_channel {
    struct plt_image_view src;
    int32_t channel;
    struct plt_levels levels; // plt_levels_make(lo, hi, 1)
    const float *gamma;       // [PLT_MIX_GAMMA], NULL = none
    float color[3];           // a column of M: R, G, B of a sample at hi
    bool off;
};
struct plt_image_mix_job {
    const struct plt_image_mix_channel *channels; // [num], all of one size
    int32_t num;                                  // 1..PLT_MIX_MOST
    float offset[3];                              // b
    struct plt_pool *pool;                        // NULL = the caller alone
    uint32_t *dst;                                // [rows] of dst_stride bytes; may be NULL
    size_t dst_stride;
    float *sums; // [3][rows][columns] before the last line; may be NULL
};

// table[i] = (float)pow(i / 4095.0, gamma).
void plt_image_mix_gamma(double gamma, float *table);

// The CPU engine's. False for a job without meaning. `how` is for tests: NULL is what the
// engine does.
bool plt_image_mix_cpu(const struct plt_image_mix_job *job);
bool plt_image_mix_run(const struct plt_image_mix_job *job,
                       const struct plt_plane_how *how);
