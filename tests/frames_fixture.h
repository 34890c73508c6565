// What the tests of live frames share: senders of numbered frames, and a figure that is
// painted while they come.
#pragma once

#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <unistd.h>

#include <plotlib/data/image.h>
#include <plotlib/frame_ring.h>
#include <plotlib/io/frames.h>
#include <plotlib/plotlib.h>

#include "log.h"

enum { COLUMNS = 240, ROWS = 100, PIXELS = COLUMNS * ROWS, BYTES = 2 * PIXELS };
static const char shape[] = "240x100:u16";
static int lines;
static struct plt_log *counter;

static inline void nap(long us)
{
    nanosleep(&(struct timespec){0, us * 1000}, NULL);
}

// --- senders -----------------------------------------------------------------------------

struct sender {
    pthread_t thread;
    int fd;                      // of a pipe, or
    struct plt_frame_ring *ring; // this one
    int frames, nap_us;
    size_t tail; // bytes of one more frame that is not whole
    atomic_bool broken;
};

// Frame n, counted from 1, is n everywhere.
static void fill(uint16_t *pixels, int n)
{
    for (int i = 0; i < PIXELS; i++)
        pixels[i] = (uint16_t)n;
}

static inline bool write_all(int fd, const void *bytes, size_t n)
{
    for (size_t done = 0; done < n;) {
        ssize_t got = write(fd, (const char *)bytes + done, n - done);
        if (got <= 0)
            return false;
        done += (size_t)got;
    }
    return true;
}

static void *send_frames(void *user)
{
    struct sender *sender = user;
    static uint16_t pixels[PIXELS];
    for (int n = 1; n <= sender->frames && !sender->broken; n++) {
        if (sender->ring) {
            fill(plt_frame_ring_begin(sender->ring), n);
            plt_frame_ring_publish(sender->ring);
        } else {
            fill(pixels, n);
            sender->broken = !write_all(sender->fd, pixels, BYTES);
        }
        if (sender->nap_us)
            nap(sender->nap_us);
    }
    if (sender->ring)
        plt_frame_ring_destroy(sender->ring);
    else {
        if (sender->tail)
            write_all(sender->fd, pixels, sender->tail);
        close(sender->fd);
    }
    return NULL;
}

static inline void start(struct sender *sender)
{
    REQUIRE(pthread_create(&sender->thread, NULL, send_frames, sender) == 0);
}

static inline int open_pipe(struct sender *sender)
{
    int ends[2];
    REQUIRE(pipe2(ends, O_CLOEXEC) == 0);
    sender->fd = ends[1];
    return ends[0];
}

// The value that the whole image shows; -1 when it shows two.
static int shown(const struct plt_image *image)
{
    const struct plt_image_view view = plt_image_look(image);
    const uint16_t *pixels = view.pixels;
    for (int i = 1; i < PIXELS; i++) {
        if (pixels[i] != pixels[0])
            return -1;
    }
    return pixels[0];
}

static void check_sums(const struct plt_frames *frames)
{
    struct plt_frames_stats stats = plt_frames_get_stats(frames);
    uint64_t done = stats.shown + stats.dropped;
    REQUIRE(stats.received == done || stats.received == done + 1);
}

static void count(void *user)
{
    atomic_fetch_add((atomic_int *)user, 1);
}

// A figure is painted while frames come: each paint shows one whole frame, never an older
// one than the paint before.
static void check_painted(struct plt_frames *frames, struct sender *sender, int frames_sent)
{
    static uint32_t picture[64 * 48];
    struct plt_figure *figure = plt_figure_create(plt_figure_params(.bare = true));
    struct plt_raster *raster = plt_raster_create(NULL);
    struct plt_plot *plot = plt_figure_add_plot(figure, plt_plot_params(.padding = -1));
    const struct plt_range levels = {0, 65535};
    for (int i = 0; i < 2; i++) // two items take from one source
        plt_image_item_create(plot, plt_frames_image(frames),
                              plt_image_item_params(.levels = levels));
    atomic_int calls = 0;
    int before = 0, paints = 0;
    REQUIRE(plt_raster_paint(raster, figure, picture, 256, 64, 48, 1, NULL));
    plt_figure_set_update_callback(figure, count, &calls);
    start(sender);
    while (plt_frames_get_state(frames) < PLT_SOURCE_ENDED || plt_figure_dirty(figure)) {
        if (!plt_figure_dirty(figure)) {
            nap(50);
            continue;
        }
        REQUIRE(plt_raster_paint(raster, figure, picture, 256, 64, 48, 1, NULL));
        paints++;
        int now = shown(plt_frames_image(frames));
        REQUIRE_CMP(now, >=, before, "d");
        before = now;
        check_sums(frames);
    }
    pthread_join(sender->thread, NULL);
    REQUIRE_CMP(before, ==, frames_sent, "d");
    REQUIRE_CMP(calls, >=, 1, "d");
    struct plt_frames_stats stats = plt_frames_get_stats(frames);
    REQUIRE_CMP(stats.received, ==, (uint64_t)frames_sent, PRIu64);
    REQUIRE_CMP(stats.shown, <=, 2 * (uint64_t)paints, PRIu64); // a take for each item
    REQUIRE_CMP(stats.shown + stats.dropped, ==, stats.received, PRIu64);
    plt_frames_close(frames); // before the figure, which keeps the last frame
    REQUIRE(plt_raster_paint(raster, figure, picture, 256, 64, 48, 1, NULL));
    plt_raster_destroy(raster);
    plt_figure_destroy(figure);
}
