// An image viewer as scene/ keeps it and draw/ reads it (private).
#pragma once

#include <plotlib/image_viewer.h>
#include <plotlib/roi.h>
#include <plotlib/scene/scene.h>

#define PLT_STRIP_STRETCH 0.18 // height of a timeline without a curve, of the image's

// The line that says which frame is shown, in the plot of time. Gives the axis its range.
struct plt_timeline {
    struct plt_item item;
    struct plt_grip grip;
    struct plt_image_viewer *viewer;
    uint64_t held; // frame at the press
};

struct plt_image_viewer {
    struct plt_figure *figure;
    struct plt_image_viewer *next; // plt_figure.viewers
    struct plt_plot *plot, *time_plot, *profile_plot;
    struct plt_image_item *item;
    struct plt_color_bar *color_bar;
    struct plt_timeline *timeline;

    struct plt_image *(*fetch)(void *user, uint64_t index);
    void *user;
    uint64_t num_frames, frame;
    double frame_s; // of the axis: 1 / rate_hz, or 1
    bool loop;

    double fps;     // of the key Space
    double playing; // 0 = stopped
    double delay_s; // before it starts
    bool started;   // start_s and start_frame are known
    double start_s;
    uint64_t start_frame;
    int held_key;

    enum plt_viewer_roi roi_kind;
    struct plt_roi *roi;
    int listener;
    struct plt_series *profile; // of profile_plot
    struct plt_series *means;   // of time_plot
    double *mean_values;        // [num_frames]
    uint64_t num_means;         // found so far
};

// scene/playback.c
bool plt_viewer_key(struct plt_image_viewer *viewer, const struct plt_event *event);
void plt_viewer_release_key(struct plt_image_viewer *viewer, int key);
// Seconds until it wants to be called again; < 0 = nothing moves.
double plt_viewer_tick(struct plt_image_viewer *viewer, double now_s);

// scene/timeline.c
struct plt_timeline *plt_timeline_create(struct plt_image_viewer *viewer,
                                         struct plt_plot *plot);
int plt_timeline_format(const struct plt_timeline *timeline, char *text, size_t size);

// scene/viewer_curves.c
bool plt_viewer_make_roi(struct plt_image_viewer *viewer, enum plt_viewer_roi kind);
void plt_viewer_drop_roi(struct plt_image_viewer *viewer);
void plt_viewer_update_profile(struct plt_image_viewer *viewer);
// Some frames' means; false when all are there.
bool plt_viewer_find_means(struct plt_image_viewer *viewer, uint64_t most_bytes);

// scene/image_viewer.c
struct plt_plot *plt_viewer_add_plot(struct plt_image_viewer *viewer,
                                     const struct plt_plot_params *params,
                                     const struct plt_plot *after);
// One of its plots, or none.
bool plt_viewer_has_plot(const struct plt_image_viewer *viewer,
                         const struct plt_plot *plot);
void plt_viewer_free(struct plt_image_viewer *viewer); // its plots are gone already
