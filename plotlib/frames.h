// Live frames: a camera-like source whose newest frame is an image. A thread of its own
// reads them; whoever paints takes the newest one, and what came before it unseen is
// dropped and counted. Code: io/frames.c, io/frames_pipe.c, io/frames_shared.c.
// Data's way: pipe or shared memory -> one copy -> data/image.c -> image item.
// Thread-safety: the thread that paints, except where said.
#pragma once

#include <plotlib/image.h>
#include <plotlib/log.h>
#include <plotlib/source.h> // plt_source_state
#include <plotlib/types.h>

#ifdef __cplusplus
extern "C" {
#endif

struct plt_frames;

struct plt_frames_params {
    // Called from the source's thread on every change of state: first frame, end, failure.
    // May be NULL; may not close the source.
    void (*changed)(void *user);
    void *user;
    struct plt_log *log; // NULL = stderr
};
#ifndef __cplusplus
#define plt_frames_params(...) (&(struct plt_frames_params){__VA_ARGS__})
#endif

// Raw frames from a pipe, socket or terminal, which stays the caller's and must stay open
// until close. `raw` as in plt_file_params: "COLSxROWS:TYPE[xCHANNELS][+OFFSET]". The pipe
// is read whatever the painter does, so the sender never waits for a paint. NULL, with one
// log line, when `raw` makes no sense or memory is short.
PLT_API struct plt_frames *plt_frames_open_fd(int fd, const char *raw,
                                              const struct plt_frames_params *params);
// Frames of a ring in shared memory (frame_ring.h), which must exist. "NAME" and "/NAME"
// are POSIX shared memory, anything else with a '/' is a file. It is opened for reading
// only, looked at every 1 to 20 ms, and nothing in it is trusted: a producer that lies,
// shrinks it or dies ends in FAILED or ENDED, or in no new frames.
PLT_API struct plt_frames *plt_frames_open_shared(const char *name,
                                                  const struct plt_frames_params *params);
// Stops the thread and waits for it (it never blocks for longer than 100 ms). The image
// keeps what it shows as long as someone holds a reference.
PLT_API void plt_frames_close(struct plt_frames *frames);

// All zero until the first frame has come. Figures that show it are told of every frame
// and take the newest one as they paint: no call is needed. Borrowed until close.
PLT_API struct plt_image *plt_frames_image(const struct plt_frames *frames);
// Without a figure: takes the newest frame into the image; false when none came since.
PLT_API bool plt_frames_take(struct plt_frames *frames);

// STARTING: no frame yet. Any thread.
PLT_API enum plt_source_state plt_frames_get_state(const struct plt_frames *frames);
// Waits for ENDED or FAILED, however long; false when failed. Any thread.
PLT_API bool plt_frames_wait(struct plt_frames *frames);
// Why it failed; "" otherwise. Valid until close.
PLT_API const char *plt_frames_error(const struct plt_frames *frames);

// received = shown + dropped + at most one that waits for the next paint.
struct plt_frames_stats {
    uint64_t received; // whole frames that the producer gave since the source was opened
    uint64_t shown;    // taken by a paint or by plt_frames_take
    uint64_t dropped;  // replaced by a newer one before that
    uint64_t torn;     // copies of shared memory thrown away: rewritten meanwhile
    uint64_t bytes;    // read
};
PLT_API struct plt_frames_stats
plt_frames_get_stats(const struct plt_frames *frames); // any thread

#ifdef __cplusplus
}
#endif
