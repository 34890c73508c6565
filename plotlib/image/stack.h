// Frames of one size as one picture: their mean or maximum over time, and the flat-field
// correction of a camera. Code: image/stack.c. Thread-safety: safe; the pixels may not
// change meanwhile.
#pragma once

#include <plotlib/image/engine.h>
#include <plotlib/image/plane.h>

enum plt_project {
    PLT_PROJECT_MEAN = 0,
    PLT_PROJECT_MAX,
};

// One channel of frames [t][rows][columns]; `src` is frame 0.
//  - Mean: float out[rows][columns], (float)(S / n), divided in double. Integers: S is the
//    exact sum (as a double it is (double)H * 2^32 + (double)L, stats.h), n = frames.
//    Floating point: non-finite samples are left out, S is added in double frame after
//    frame from +0, n counts; NaN where n = 0.
//  - Maximum: out[rows][columns] in the samples' own type. NaN is left out, infinities
//    count; of equals (-0 and +0) the first frame's; where all are NaN, the first of them.
struct plt_image_project_job {
    struct plt_image_view src;
    int32_t channel;
    int32_t frames;      // >= 1
    size_t frame_stride; // bytes, whole samples
    enum plt_project project;
    struct plt_pool *pool; // NULL = the caller alone
    void *out;             // side by side
};

// out[rows][columns] = (raw - dark) * gain in float32, each operation rounded; all samples
// as float32 before. NaN and infinities go the way of float arithmetic.
struct plt_image_flat_field_job {
    struct plt_image_view src; // raw
    int32_t channel;
    const float *dark; // [rows][columns], NULL = 0
    const float *gain; // [rows][columns], NULL = 1
    struct plt_pool *pool;
    float *out; // may be src's pixels where these are packed float32
};

// The gain of each pixel from a picture of an even surface and one in the dark (NULL = 0):
// d = flat - dark in float32; gain = (float)(mean(d) / d), divided in double, where d > 0
// and finite, over which the mean goes (stats.h); NaN elsewhere: a pixel that sees no light
// has no value, and is transparent.
struct plt_image_gain_job {
    struct plt_image_view flat;
    int32_t channel;
    const float *dark; // [rows][columns], NULL = 0
    struct plt_pool *pool;
    float *gain; // [rows][columns]
};

// The CPU engine's. False without memory, and for a job without meaning. `how` is for
// tests: NULL is what the engine does.
bool plt_image_project_cpu(const struct plt_image_project_job *job);
bool plt_image_project_run(const struct plt_image_project_job *job,
                           const struct plt_plane_how *how);
bool plt_image_flat_field_cpu(const struct plt_image_flat_field_job *job);
bool plt_image_flat_field_run(const struct plt_image_flat_field_job *job,
                              const struct plt_plane_how *how);
bool plt_image_gain_run(const struct plt_image_gain_job *job,
                        const struct plt_plane_how *how);
