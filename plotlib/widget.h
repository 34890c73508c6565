// A window, or a part of one, that shows a figure and feeds it mouse and keys. Part of
// libplotlib-qt. Code: widgets/widget.cpp (handle), surface_raster.cpp, surface_gl.cpp
// (the two surfaces), events.cpp (Qt events -> plt_event).
// Thread-safety: the app's thread.
//
// Who destroys first wins: if Qt deletes the QWidget (its parent died, say), the handle
// stays valid but dead: actions return false, plt_widget_qwidget returns NULL, and the
// figure lives on until plt_widget_destroy.
#pragma once

#include <plotlib/app.h>
#include <plotlib/figure.h>
#include <plotlib/types.h>

#ifdef __cplusplus
extern "C" {
#endif

struct plt_widget;

enum plt_painter {
    PLT_PAINTER_AUTO = 0, // hardware GL -> gl; software GL, no GL or GL lost -> raster
    PLT_PAINTER_RASTER,
    PLT_PAINTER_GL,
};

struct plt_widget_params {
    const char *title;         // of the window; NULL = "plotlib"
    int width_px;              // logical pixels; 0 = 800
    int height_px;             // 0 = 500
    enum plt_painter painter;  // 0 = $PLOTLIB_PAINTER (raster, gl) or automatic
    enum plt_theme theme;      // 0 = follow the desktop
    bool hidden;               // do not show it yet: embed it, or call plt_widget_show
    struct plt_figure *figure; // show this one (borrowed); NULL = one of its own
    struct plt_log *log;       // NULL = stderr
};
#ifndef __cplusplus
#define plt_widget_params(...) (&(struct plt_widget_params){__VA_ARGS__})
#endif

PLT_API struct plt_widget *plt_widget_create(struct plt_app *app,
                                             const struct plt_widget_params *params);
// Destroys the QWidget if it lives and the figure if the widget made it. Allowed in a
// callback of its figure.
PLT_API void plt_widget_destroy(struct plt_widget *widget);

PLT_API struct plt_figure *plt_widget_figure(struct plt_widget *widget);
// A QWidget *, to put into a layout; NULL when dead. Given a parent, Qt owns it.
PLT_API void *plt_widget_qwidget(struct plt_widget *widget);
PLT_API bool plt_widget_show(struct plt_widget *widget);
PLT_API bool plt_widget_set_title(struct plt_widget *widget, const char *title);

// Changes the painter at run time. False, and nothing changes, where it cannot be had.
PLT_API bool plt_widget_set_painter(struct plt_widget *widget, enum plt_painter painter);
// The painter in use: PLT_PAINTER_RASTER or PLT_PAINTER_GL.
PLT_API enum plt_painter plt_widget_painter(struct plt_widget *widget);

struct plt_widget_stats {
    uint64_t frames;        // paints so far
    double frame_ms_last;   // paint event, start to return
    double frame_ms_median; // of the last 4096 paints
    double frame_ms_p95;
    double last_frame_end_s; // CLOCK_MONOTONIC seconds at the return of the last paint
    uint64_t uploaded_bytes; // GL: handed to the driver so far
};
PLT_API bool plt_widget_get_stats(struct plt_widget *widget,
                                  struct plt_widget_stats *stats);

// Paints now, synchronously, through the real surface. False when dead or not exposed.
PLT_API bool plt_widget_repaint(struct plt_widget *widget);

#ifdef __cplusplus
}
#endif
