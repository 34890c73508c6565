// The reading half of an image buffer (private): a plain look at its memory, and listeners
// that are told of updates. Thread-safety: owner thread.
#pragma once

#include <stddef.h>
#include <stdint.h>

#include <plotlib/image.h>
#include <plotlib/types.h>

struct plt_image_device;
// What `generation` counts. Of a ring: the rows ever written. Row r lies in line r % rows,
// so that since generation g lines g % rows .. (generation - 1) % rows were rewritten, at
// most all; `columns` instead of rows where the view is turned.
enum plt_ring_axis { PLT_RING_NONE = 0, PLT_RING_ROWS, PLT_RING_COLUMNS };

// A plain look at an image's memory. Strides in bytes, whole numbers of samples.
struct plt_image_view {
    const void *pixels; // sample of channel 0, column 0, row 0; NULL with a device
    size_t row_stride;
    enum plt_type type;
    int32_t columns, rows, channels;
    uint64_t id, generation; // for painters that keep a copy; id is unique in the process
    size_t pixel_stride;     // 0 = channels x size of a sample
    size_t channel_stride;   // 0 = size of a sample
    struct plt_image_device *device; // whose memory it is, NULL = the CPU's
    enum plt_ring_axis ring;
};
// Of a mapped image: no pixels, 0 columns and rows; its tiles are looked up one by one.
struct plt_image_view plt_image_look(const struct plt_image *image);
// NULL: it is none. data/image_ring.h
struct plt_image_ring *plt_image_get_ring(const struct plt_image *image);
struct plt_log *plt_image_log(const struct plt_image *image);

// Numbers for views of one's own: the first of n. They are never given again.
uint64_t plt_image_take_ids(uint64_t n);

// The inside of a mapped image (tiles.h); NULL of all others.
struct plt_tiles *plt_image_tiles(const struct plt_image *image);
// Makes one and takes the tiles over; NULL, and they are closed, without memory.
struct plt_image *plt_image_of_tiles(struct plt_tiles *tiles,
                                     const struct plt_image_params *params);
void plt_image_notify(struct plt_image *image); // of a mapped or fed image: any thread

// A wrapped image whose pixels another thread replaces: `take` gives the newest ones, of
// the same shape, or NULL when none came since. Those before are then free for reuse.
typedef const void *(*plt_image_take_fn)(void *user);
void plt_image_set_feed(struct plt_image *image, plt_image_take_fn take, void *user);
// Takes what is newest; called before the pixels are read for a paint. Whether any came.
bool plt_image_refresh(struct plt_image *image);

// Pixels that the CPU cannot read: a graphics card's (image/device.c, plotlib/cuda.h).
struct plt_image_device {
    const void *pixels; // as of a view, in the card's memory
    void *stream;       // what is queued there comes first
    // Copies a view to [rows][columns][channels] side by side.
    bool (*fetch)(const struct plt_image_view *view, void *pixels);
    // Finite extremes; false when there are none or it cannot.
    bool (*bounds)(const struct plt_image_view *view, struct plt_range *bounds);
    // The copy for the CPU (private to data/image.c), and its generation.
    void *host;
    uint64_t generation;
    struct plt_log *log;
    bool told;
};
struct plt_image *plt_image_wrap_device(const struct plt_image_device *device,
                                        const struct plt_image_params *params,
                                        plt_release_fn release, void *user);
// Before the CPU reads a view: one with a device becomes one of the host's copy, which is
// made once for each update. False, and the view as it was, when that fails.
bool plt_image_to_host(struct plt_image_view *view);

// Strides in samples, the zeros replaced.
static inline size_t plt_image_pixel_step(const struct plt_image_view *view)
{
    return view->pixel_stride ? view->pixel_stride / plt_type_size(view->type)
                              : (size_t)view->channels;
}

static inline size_t plt_image_channel_step(const struct plt_image_view *view)
{
    return view->channel_stride ? view->channel_stride / plt_type_size(view->type) : 1;
}

// Samples of a pixel side by side, and pixels too: a row is columns x channels samples.
static inline bool plt_image_is_packed(const struct plt_image_view *view)
{
    return plt_image_pixel_step(view) == (size_t)view->channels &&
           (view->channels == 1 || plt_image_channel_step(view) == 1);
}

// Address of one sample.
static inline const void *plt_image_at(const struct plt_image_view *view, int32_t column,
                                       int32_t row, int32_t channel)
{
    const size_t size = plt_type_size(view->type);
    return (const char *)view->pixels + (size_t)row * view->row_stride +
           (size_t)column * plt_image_pixel_step(view) * size +
           (size_t)channel * plt_image_channel_step(view) * size;
}

// Copies n samples of one channel side by side, in their own type, columns [column,
// column + n) of a row.
void plt_image_pack(const struct plt_image_view *view, int32_t column, int32_t row,
                    int32_t channel, int32_t n, void *out);

// Called after every update, on the owner thread. A listener may remove itself, no other.
// Of a mapped or fed image it is also called when pixels arrive, from any thread, and may
// then do nothing but remember it, as plt_figure_damage does.
struct plt_image_listener {
    void (*fn)(void *user);
    void *user;
    struct plt_image_listener *next; // plt_image.listeners
};
void plt_image_add_listener(struct plt_image *image, struct plt_image_listener *listener);
void plt_image_remove_listener(struct plt_image *image,
                               struct plt_image_listener *listener);

// What one picture shows of an image, kept until the next: embedded in an item, zero =
// nothing.
struct plt_tile_lease {
    struct plt_tiles *tiles;
    uint64_t stamp;
    struct plt_tile_lease *next; // plt_tiles.leases
};
void plt_tiles_release(struct plt_tile_lease *lease);
