// The live images of plotview: raw frames from standard input, a ring in shared memory.
#pragma once

#include "plots.h"

enum { LIVE_STDIN = 0, LIVE_SHARED, NUM_LIVE };

struct live {
    const struct options *options;
    struct plots *plots;
    struct plt_log *log;
    struct plt_frames *frames[NUM_LIVE]; // NULL where not asked for
    bool shown[NUM_LIVE];
    struct plt_frames_stats past; // of those that were closed
    uint64_t past_pixels;
};

// Raw frames from standard input that go on coming: not those of a file, nor for a picture.
bool live_has_stdin(const struct options *o);
bool live_wanted(const struct options *o);
// As the functions of the same name of content (plotview.h).
bool live_start(struct live *live, void (*changed)(void *user), void *user);
void live_stop(struct live *live);
// Waits for the first frame of a ring, for a picture; false, with one line, when none
// comes.
bool live_wait(struct live *live);
// Adds the images whose first frame came. False when a source failed or memory is short.
bool live_update(struct live *live);
// Something is shown, or may be yet.
bool live_alive(const struct live *live);
struct plt_frames_stats live_stats(const struct live *live);
uint64_t live_pixels(const struct live *live);
