// An image, or a stack of them, with all there is to look at it: plots of a figure below
// one another - the image with its color bar and readout, the profile of a line or of a
// rectangle's columns, the timeline with the mean of a rectangle in every frame - and the
// playback of the stack.
//
// Keys, over its plots or over none (those of PyQtGraph's ImageView):
//   Space                     plays, and stops; at the end from the beginning
//   Left, Right               a frame back, on; held: 20 frames a second
//   Up, Down                  held: 100 frames a second back, on
//   Page Up, Page Down        held: 1000
//   Home, End                 the first, the last frame
//   O, L                      a rectangle, a line, and none again
//   T, Shift+T, F             turns the image clockwise, the other way; flips it
// The timeline's line is dragged; a click beside it goes there. Each frame shown is
// PLT_NOTICE_FRAME_CHANGED. Whoever shows the figure calls plt_figure_tick (the widget
// does) and sends PLT_EVENT_KEY_RELEASE. Thread-safety: owner thread. Code:
// scene/image_viewer.c, scene/playback.c, scene/timeline.c, scene/viewer_curves.c.
#pragma once

#include <plotlib/color_bar.h>
#include <plotlib/image_item.h>
#include <plotlib/plot.h>
#include <plotlib/types.h>

#ifdef __cplusplus
extern "C" {
#endif

struct plt_image_viewer;

enum plt_viewer_roi {
    PLT_VIEWER_ROI_NONE = 0,
    PLT_VIEWER_ROI_RECT, // of a stack: its mean over time; else the means of its columns
    PLT_VIEWER_ROI_LINE, // the samples along it
};

// Either image or frame says what is shown.
struct plt_image_viewer_params {
    struct plt_image *image; // gains a reference
    // Frame `index` (plt_file_frame of a file's stack, say), a new reference; NULL, and the
    // one before stays, when it cannot be had.
    struct plt_image *(*frame)(void *user, uint64_t index);
    void *user;
    uint64_t num_frames; // of `frame`
    uint64_t first;      // shown at first
    double rate_hz;      // frames a second of the recording: time on the axis; 0 = numbers
    double fps;          // of the key Space; 0 = rate_hz, or 20 without
    bool loop;           // playing goes on at the other end
    // Its levels, where automatic, become those of the first frame shown of a stack: all
    // frames look alike. The bar's double click or key A lets them follow each frame.
    const struct plt_image_item_params *item; // NULL = defaults
    const struct plt_color_bar_params *color_bar;
    const struct plt_plot_params
        *plot; // of the image; NULL = y down, aspect locked, no grid
    enum plt_viewer_roi roi;
    bool hide_color_bar, hide_readout, hide_timeline;
};
#ifndef __cplusplus
#define plt_image_viewer_params(...) (&(struct plt_image_viewer_params){__VA_ARGS__})
#endif

// Adds its plots to the figure, which owns it. Destroying one of them destroys the viewer.
PLT_API struct plt_image_viewer *
plt_image_viewer_create(struct plt_figure *figure,
                        const struct plt_image_viewer_params *params);
PLT_API void plt_image_viewer_destroy(struct plt_image_viewer *viewer);

// Its parts, borrowed; NULL where there are none (now).
PLT_API struct plt_plot *plt_image_viewer_plot(struct plt_image_viewer *viewer);
PLT_API struct plt_plot *plt_image_viewer_time_plot(struct plt_image_viewer *viewer);
PLT_API struct plt_plot *plt_image_viewer_profile_plot(struct plt_image_viewer *viewer);
PLT_API struct plt_image_item *plt_image_viewer_item(struct plt_image_viewer *viewer);
PLT_API struct plt_color_bar *plt_image_viewer_color_bar(struct plt_image_viewer *viewer);

PLT_API uint64_t plt_image_viewer_num_frames(struct plt_image_viewer *viewer);
PLT_API uint64_t plt_image_viewer_frame(struct plt_image_viewer *viewer);
PLT_API bool plt_image_viewer_set_frame(struct plt_image_viewer *viewer, uint64_t index);
// Frames a second, backwards below 0; 0 stops. Frames that come too late are left out.
PLT_API void plt_image_viewer_play(struct plt_image_viewer *viewer, double fps);
PLT_API double plt_image_viewer_playing(struct plt_image_viewer *viewer);

PLT_API bool plt_image_viewer_set_roi(struct plt_image_viewer *viewer,
                                      enum plt_viewer_roi roi);
// The region, NULL without one; it is the viewer's.
PLT_API struct plt_roi *plt_image_viewer_roi(struct plt_image_viewer *viewer);
// The mean over time is found a few frames a tick; this finds all of it, as for export.
PLT_API void plt_image_viewer_settle(struct plt_image_viewer *viewer);

#ifdef __cplusplus
}
#endif
