// What live frames share (private): the mailbox between the thread that reads them and the
// one that paints, and the two readers, engines of a source (io/source.h).
// Thread-safety: the mailbox is safe; `back` belongs to the reading thread.
#pragma once

#include <plotlib/frames.h>
#include <plotlib/io/file.h>
#include <plotlib/io/raw.h>
#include <plotlib/io/source.h>

// Three buffers change their roles, so that neither thread waits for the other's pixels.
struct plt_mailbox {
    int refs;                    // of the source and its image
    struct plt_block *blocks[3]; // the roles below index it
    pthread_mutex_t lock;
    int back;  // is written
    int ready; // whole; waits to be taken when `waiting`
    int shown; // is the image's
    bool waiting;
    uint64_t received, shown_count, dropped;
};

struct plt_frames {
    struct plt_source *source;
    struct plt_image *image;
    struct plt_mailbox *box;
    struct plt_raw_header header;
    char *name; // for messages
    atomic_uint_fast64_t torn;
    struct plt_frames_shared *shared; // a ring; owned, NULL of a pipe
};

// Where the next frame goes, header.frame_bytes of it.
static inline void *plt_frames_back(struct plt_frames *frames)
{
    return frames->box->blocks[frames->box->back]->bytes;
}
// It is whole now; `missed` frames before it were never read.
void plt_frames_publish(struct plt_frames *frames, uint64_t missed);

extern const struct plt_source_engine plt_frames_pipe_engine;
extern const struct plt_source_engine plt_frames_shared_engine;

// Opens and checks the ring; its descriptor, or -1 with one line.
int plt_frames_find_shared(struct plt_frames *frames, struct plt_log *log);
void plt_frames_drop_shared(struct plt_frames *frames);
// By the rule of plt_frames_open_shared; as open and unlink.
int plt_shared_open(const char *name, int flags);
int plt_shared_unlink(const char *name);
