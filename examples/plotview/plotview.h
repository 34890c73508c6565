// What the files of plotview share: the options, what is shown, and the three ways to show
// it. Written against the public headers of plotlib only.
// Thread-safety: all on the main thread.
#pragma once

#include <plotlib/plotlib.h>

#include <stdbool.h>
#include <stdint.h>

enum status {
    STATUS_OK = 0,
    STATUS_CANNOT = 1, // no display, no GL, not writable
    STATUS_BAD = 2,    // bad input or option
};

enum view_painter { VIEW_AUTO = 0, VIEW_RASTER, VIEW_GL };

enum draw { DRAW_LINES = 0, DRAW_POINTS, DRAW_STEMS, DRAW_HISTOGRAM };

enum color_bar { BAR_AUTO = 0, BAR_HISTOGRAM, BAR_PLAIN, BAR_OFF };

enum { MAX_DASH = 16, MAX_RIGHT = 64 };

struct options {
    const char *output; // -o; NULL = a window
    int width, height;  // device pixels
    double scale;       // device pixels per logical pixel
    bool has_x, has_y;  // x, y are given
    struct plt_range x, y;
    enum view_painter painter;
    bool lod_off, no_antialias, bare, stats, no_x_column;
    double stroke_px;                   // device pixels
    struct plt_color color, background; // {0} = the theme's
    struct plt_range levels;            // {0} = automatic
    const char *colormap;               // NULL = default
    double rate_hz, follow_s, seconds;  // 0 = not given
    enum plt_follow follow;
    uint64_t keep; // 0 = the source's default
    enum plt_source_format format;
    bool has_format;
    int channels;

    const char *raw;    // --raw; NULL = files of other kinds
    const char *shared; // --shm; NULL = none
    enum plt_file_axes axes;
    uint64_t frame; // shown of a stack
    bool has_frame;
    double image_memory; // MB, of a raw file shown as it is read; 0 = not given

    enum color_bar color_bar;
    struct plt_range auto_percent; // {0} = none
    int quarters;                  // turned clockwise
    bool flip_x, flip_y, hide_readout, hide_timeline;
    enum plt_viewer_roi roi;

    enum plt_scale_kind x_scale, y_scale;
    const char *zone;                    // --time; "" = local, NULL = x is no time
    double time_unit_ns;                 // of the x column
    int right[MAX_RIGHT], num_right;     // curves on the second y axis, from 1
    struct plt_curve_params look;        // joins, caps, steps, connection, fill level
    double dash_px[MAX_DASH], shadow_px; // device pixels
    int num_dash;
    enum draw draw;
    double bins, symbol_px; // 0 = automatic; device pixels, 0 = default
    enum plt_symbol symbol;
    bool filled, mapped, transformed;
    enum plt_type map_type;
    struct plt_transform_params transform;
    bool waterfall;
    double fft_size, overlap, center_hz; // fft_size 0 = default
    char **inputs;                       // [num_inputs], moved to the front of argv
    int num_inputs;
};

// Reads the command line. True: go on. False: exit with *status; everything is said.
bool options_parse(struct options *options, int argc, char **argv, int *status);

// One line on stderr, "plotview: ...".
void complain(const char *format, ...);

// What is shown: a figure with a plot for all curves, one for each image, and live sources.
struct content;

// Reads the files and makes the plots. NULL, with one line, on bad input.
struct content *content_create(const struct options *options);
void content_destroy(struct content *content);
struct plt_figure *content_figure(struct content *content);
struct plt_log *content_log(struct content *content);

// Opens "-" and "system:", if asked for. `changed` as in plt_source_params.
bool content_start(struct content *content, void (*changed)(void *user), void *user);
void content_stop(struct content *content);
bool content_has_system(const struct content *content);
// After a paint: waits for what mapped files owe. True when another paint shows more.
bool content_settle(struct content *content);
// Waits for the end of "-"; false when it failed.
bool content_wait(struct content *content);
// Adds the curves of sources that became live. False when one failed or memory is short.
bool content_update(struct content *content);
// Something can be seen, now or once a source has sent its first row.
bool content_alive(const struct content *content);
uint64_t content_samples(const struct content *content);
uint64_t content_dropped(const struct content *content);

// Images come live; how many so far.
bool content_is_live(const struct content *content);
struct plt_frames_stats content_frames(const struct content *content);

// What painting cost.
struct cost {
    uint64_t frames, uploaded_bytes;
    double frame_ms_median;
    const char *painter;
};

int offscreen_run(const struct options *options, struct content *content,
                  struct cost *cost);
int window_run(const struct options *options, struct content *content, struct cost *cost);

// Paints through OpenGL without a window (EGL). pixels[height][width] as for plt_png_write.
bool headless_gl_paint(struct plt_figure *figure, struct plt_log *log, uint32_t *pixels,
                       const struct options *options, struct plt_paint_stats *stats);
