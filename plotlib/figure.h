// A figure holds plots, lays them out, takes input events and says what changed. It knows
// no toolkit and no GPU: a painter (raster.h, gl.h) draws it, a widget (widget.h) shows it.
//
// Thread-safety: owner thread, the one that created it, for everything declared here.
// Only the update callback may be called from any thread (by an append, for instance).
// Code: scene/figure.c, scene/layout.c, scene/input.c, scene/notice.c.
#pragma once

#include <plotlib/event.h>
#include <plotlib/log.h>
#include <plotlib/types.h>

#ifdef __cplusplus
extern "C" {
#endif

struct plt_figure;
struct plt_plot;
struct plt_plot_params;

enum plt_theme {
    PLT_THEME_AUTO = 0, // the widget follows the desktop; elsewhere light
    PLT_THEME_LIGHT,
    PLT_THEME_DARK,
};

struct plt_figure_params {
    const char *title;           // above all plots; NULL = none
    enum plt_theme theme;        // 0 = auto
    struct plt_color background; // {0} = from the theme
    bool bare; // no axes, grid, title, legend, button, padding: the view fills the plot
    const char *font_file; // a TrueType/OpenType file; NULL = the desktop's sans font
    struct plt_log *log;   // NULL = stderr; inherited by plots and items
    // That share the work of a frame, the owner's thread counted, 1..16; 0 =
    // $PLOTLIB_THREADS, or one a core and at most 8. Any number gives the same picture.
    int threads;
};
#ifndef __cplusplus
#define plt_figure_params(...) (&(struct plt_figure_params){__VA_ARGS__})
#endif

PLT_API struct plt_figure *plt_figure_create(const struct plt_figure_params *params);
// May be called from a callback of the same figure: it then takes effect on return.
PLT_API void plt_figure_destroy(struct plt_figure *figure);

PLT_API bool plt_figure_set_title(struct plt_figure *figure, const char *title);
PLT_API void plt_figure_set_theme(struct plt_figure *figure, enum plt_theme theme);
// What AUTO means here; the widget calls it when the desktop's palette changes.
PLT_API void plt_figure_set_dark_desktop(struct plt_figure *figure, bool dark);

// Adds a plot below the last one, or beside it (params->same_row). The figure owns it.
PLT_API struct plt_plot *plt_figure_add_plot(struct plt_figure *figure,
                                             const struct plt_plot_params *params);
PLT_API int plt_figure_num_plots(const struct plt_figure *figure);
PLT_API struct plt_plot *plt_figure_plot(struct plt_figure *figure, int index);

// Lays the figure out for a surface of width x height device pixels at `scale` device
// pixels per logical pixel. Painters do this themselves; call it to handle input or read
// geometry before the first paint.
PLT_API bool plt_figure_layout(struct plt_figure *figure, int width, int height,
                               double scale);

// Hands an input event to the figure. Returns true if it was used.
PLT_API bool plt_figure_handle_event(struct plt_figure *figure,
                                     const struct plt_event *event);
// The cursor shape that tells what a press would do now.
PLT_API enum plt_cursor plt_figure_cursor(const struct plt_figure *figure);

// `fn` is called, from any thread, when a clean figure becomes dirty: schedule a paint,
// do not call back into the figure. At most one update callback; NULL removes it, and
// after the call returns the old one is not running.
PLT_API void plt_figure_set_update_callback(struct plt_figure *figure,
                                            void (*fn)(void *user), void *user);
// True if something changed since the last paint.
PLT_API bool plt_figure_dirty(struct plt_figure *figure);

// For what moves by itself (image_viewer.h plays): brings it to the time now_s, seconds of
// any clock that only goes on, and returns in how many seconds it wants to be called again;
// < 0 = nothing moves, no timer is needed. Call it when the figure has become dirty and
// when that time is over; the widget does.
PLT_API double plt_figure_tick(struct plt_figure *figure, double now_s);

// Calls `fn` for every notice whose type is in `mask` (OR of 1 << PLT_NOTICE_...; 0 = all)
// on the owner thread, after the state is consistent; it may destroy anything. Returns an
// id > 0, or 0 on failure.
PLT_API int plt_figure_listen(struct plt_figure *figure, unsigned mask, plt_notice_fn fn,
                              void *user);
PLT_API void plt_figure_unlisten(struct plt_figure *figure, int id);
// Tells the listeners that the window was closed; the widget calls it.
PLT_API void plt_figure_notify_closed(struct plt_figure *figure);

// Draws with the CPU painter and writes an 8-bit RGB PNG, not interlaced. The same figure
// gives the same bytes. width and height in picture pixels, 1..32768; scale = picture
// pixels per logical pixel, 0 = 1. No display, widget or GPU is needed. Waits until mapped
// files (map.h) have been read as far as an exact picture needs.
PLT_API bool plt_figure_write_png(struct plt_figure *figure, const char *path, int width,
                                  int height, double scale);

#ifdef __cplusplus
}
#endif
