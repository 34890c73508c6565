// plt_widget, the C border of a figure in a window: a handle that outlives its QWidget,
// and the choice of the painter. The QWidget is host.cpp.
#include <plotlib/widget.h>

#include <algorithm>
#include <new>

#include <QByteArray>
#include <QString>

#include "app_private.h"
#include "border.h"
#include "host.h"

using namespace plotlib;

static const GlProbe &glOf(plt_app *app)
{
    if (app->gl.kind == GlKind::Unknown)
        app->gl = probeGl();
    return app->gl;
}

// Automatic: hardware GL, else the CPU painter, which is faster than software GL (DESIGN
// section 4). $PLOTLIB_PAINTER overrides automatic, the program overrides both. AUTO when
// the painter that was asked for cannot be had.
static plt_painter choosePainter(plt_app *app, plt_painter wanted, plt_log *log)
{
    QByteArray variable = wanted == PLT_PAINTER_AUTO ? qgetenv("PLOTLIB_PAINTER") : "";
    if (wanted == PLT_PAINTER_RASTER || variable == "raster")
        return PLT_PAINTER_RASTER;
    bool asked = wanted == PLT_PAINTER_GL || variable == "gl";
    if (!asked && !variable.isEmpty() && variable != "auto")
        say(log, PLT_LEVEL_WARN, PLT_MSG_BAD_ARGUMENT,
            "PLOTLIB_PAINTER is neither raster nor gl: choosing automatically");
    GlKind kind = glOf(app).kind;
    if (!asked)
        return kind == GlKind::Hardware ? PLT_PAINTER_GL : PLT_PAINTER_RASTER;
    if (kind != GlKind::None)
        return PLT_PAINTER_GL;
    say(log, PLT_LEVEL_WARN, PLT_MSG_GL_UNAVAILABLE,
        "neither OpenGL 3.3 nor OpenGL ES 3.0 can be had here");
    return wanted == PLT_PAINTER_GL ? PLT_PAINTER_AUTO : PLT_PAINTER_RASTER;
}

static plt_figure *createFigure(const plt_widget_params &params)
{
    plt_figure_params figure_params{};
    figure_params.theme = params.theme;
    figure_params.log = params.log;
    return plt_figure_create(&figure_params);
}

static void setTitle(Host *host, const char *title)
{
    QString text = QString::fromUtf8(title ? title : "plotlib");
    host->setWindowTitle(text);
    host->setAccessibleName(text);
}

static bool createHost(plt_widget *widget, const plt_widget_params &params,
                       plt_painter painter)
{
    QSize size(params.width_px > 0 ? params.width_px : 800,
               params.height_px > 0 ? params.height_px : 500);
    widget->host = new Host(widget, size);
    widget->host->useSurface(painter);
    widget->host->resize(size);
    setTitle(widget->host, params.title);
    widget->app->widgets.push_back(widget);
    if (!params.hidden)
        widget->host->show();
    return true;
}

struct plt_widget *plt_widget_create(struct plt_app *app,
                                     const struct plt_widget_params *params)
{
    plt_widget_params defaults{};
    const plt_widget_params &given = params ? *params : defaults;
    if (!app || given.width_px < 0 || given.height_px < 0) {
        say(given.log, PLT_LEVEL_ERROR, PLT_MSG_BAD_ARGUMENT,
            "plt_widget_create: expected an app and a size that is not negative");
        return nullptr;
    }
    auto *widget = new (std::nothrow) plt_widget{};
    if (!widget)
        return nullptr;
    widget->app = app;
    widget->log = plt_log_ref(given.log);
    bool done = border(false, [&] {
        plt_painter painter = choosePainter(app, given.painter, given.log);
        if (painter == PLT_PAINTER_AUTO)
            return false;
        widget->owns_figure = !given.figure;
        widget->figure = given.figure ? given.figure : createFigure(given);
        if (given.figure && given.theme != PLT_THEME_AUTO)
            plt_figure_set_theme(given.figure, given.theme);
        return widget->figure && createHost(widget, given, painter);
    });
    if (done)
        return widget;
    plt_widget_destroy(widget);
    return nullptr;
}

void plt_widget_destroy(struct plt_widget *widget)
{
    if (!widget)
        return;
    auto &all = widget->app->widgets;
    all.erase(std::remove(all.begin(), all.end(), widget), all.end());
    if (widget->host)
        widget->host->retire();
    if (widget->owns_figure)
        plt_figure_destroy(widget->figure);
    plt_log_unref(widget->log);
    delete widget;
}

struct plt_figure *plt_widget_figure(struct plt_widget *widget)
{
    return widget ? widget->figure : nullptr;
}

void *plt_widget_qwidget(struct plt_widget *widget)
{
    return widget ? static_cast<QWidget *>(widget->host) : nullptr;
}

bool plt_widget_show(struct plt_widget *widget)
{
    if (!widget || !widget->host)
        return false;
    widget->host->show();
    return true;
}

bool plt_widget_set_title(struct plt_widget *widget, const char *title)
{
    if (!widget || !widget->host)
        return false;
    return border(false, [&] {
        setTitle(widget->host, title);
        return true;
    });
}

bool plt_widget_set_painter(struct plt_widget *widget, enum plt_painter painter)
{
    if (!widget || !widget->host)
        return false;
    return border(false, [&] {
        plt_painter chosen = choosePainter(widget->app, painter, widget->log);
        if (chosen != PLT_PAINTER_AUTO)
            widget->host->useSurface(chosen);
        return chosen != PLT_PAINTER_AUTO;
    });
}

enum plt_painter plt_widget_painter(struct plt_widget *widget)
{
    return widget && widget->host ? widget->host->painter() : PLT_PAINTER_AUTO;
}

bool plt_widget_get_stats(struct plt_widget *widget, struct plt_widget_stats *stats)
{
    if (!widget || !widget->host || !stats)
        return false;
    widget->host->stats(stats);
    return true;
}

bool plt_widget_repaint(struct plt_widget *widget)
{
    if (!widget || !widget->host)
        return false;
    Host *host = widget->host;
    return border(false, [host] { return host->repaintNow(); });
}
