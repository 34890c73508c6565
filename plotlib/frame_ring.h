// A ring of raw frames in shared memory, from one producer to any number of readers
// (frames.h) in other processes: its layout, for producers in any language, and a producer
// in C. Code: io/frame_ring.c.
// Thread-safety: one thread a ring; readers are other threads or processes.
//
// The memory: a header, then `num_slots` slots of `slot_bytes`. Numbers are in the
// machine's byte order. Frame n, counted from 1, goes to slot (n - 1) % num_slots:
//
//   1. sequence = 2n - 1, then a release fence
//   2. the pixels
//   3. sequence = 2n as a store-release
//   4. newest = n as a store-release
//
// A reader copies the slot of `newest` and keeps the copy when `sequence` was 2n before and
// after. A producer never waits; it resizes nothing: for another shape it removes the name
// and makes a new ring. At the end it sets `state` to 2.
#pragma once

#include <plotlib/log.h>
#include <plotlib/types.h>

#ifdef __cplusplus
extern "C" {
#endif

#define PLT_FRAME_RING_MAGIC "PLTFRAME" // 8 bytes, no 0 after them

enum {
    PLT_FRAME_RING_VERSION = 1,
    PLT_FRAME_RING_MAX_SLOTS = 65536,
};

struct plt_frame_ring_header { // 128 bytes
    char magic[8];             // PLT_FRAME_RING_MAGIC
    uint32_t version;          // PLT_FRAME_RING_VERSION
    uint32_t header_bytes;     // where slot 0 begins: 128 or more, a multiple of 64
    char raw[48];              // "COLSxROWS:TYPE[xCHANNELS]" as in file.h, ends with 0
    uint64_t slot_bytes;       // 64 + bytes of a frame or more, a multiple of 64
    uint32_t num_slots;        // 2..65536
    uint32_t state;            // 1 = live, 2 = ended
    uint64_t newest;           // whole frames so far
    uint64_t reserved[5];      // 0
};

struct plt_frame_ring_slot { // 64 bytes, then the pixels, row 0 first, packed
    uint64_t sequence;
    uint64_t reserved[7]; // 0
};

struct plt_frame_ring;

// Makes a ring, readable by this user only, with `num_slots` slots (0 = 4). `name` as in
// plt_frames_open_shared; a ring that a producer left there is removed, any other file is
// an error. NULL, with one log line, when it cannot be made.
PLT_API struct plt_frame_ring *plt_frame_ring_create(const char *name, const char *raw,
                                                     uint32_t num_slots,
                                                     struct plt_log *log);
// Where the next frame's pixels go. Every begin is followed by a publish.
PLT_API void *plt_frame_ring_begin(struct plt_frame_ring *ring);
PLT_API void plt_frame_ring_publish(struct plt_frame_ring *ring);
// Tells the readers that it ended, and removes the name.
PLT_API void plt_frame_ring_destroy(struct plt_frame_ring *ring);

#ifdef __cplusplus
}
#endif
