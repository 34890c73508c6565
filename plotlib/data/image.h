// The reading half of an image buffer (private): a plain look at its memory, and listeners
// that are told of updates. Thread-safety: owner thread.
#pragma once

#include <stddef.h>
#include <stdint.h>

#include <plotlib/image.h>
#include <plotlib/types.h>

// A plain look at an image's memory.
struct plt_image_view {
    const void *pixels; // [rows] of row_stride bytes
    size_t row_stride;
    enum plt_type type;
    int32_t columns, rows, channels;
    uint64_t id, generation; // for painters that keep a copy; id is unique in the process
};
struct plt_image_view plt_image_look(const struct plt_image *image);

// Called after every update, on the owner thread. A listener may remove itself, no other.
struct plt_image_listener {
    void (*fn)(void *user);
    void *user;
    struct plt_image_listener *next; // plt_image.listeners
};
void plt_image_add_listener(struct plt_image *image, struct plt_image_listener *listener);
void plt_image_remove_listener(struct plt_image *image,
                               struct plt_image_listener *listener);
