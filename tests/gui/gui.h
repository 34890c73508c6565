// What the GUI tests share: a window with one known curve, waiting, pictures of the real
// screen and their differences.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <string>
#include <vector>

#include <dlfcn.h>
#include <link.h>

#include <QApplication>
#include <QElapsedTimer>
#include <QImage>
#include <QMouseEvent>
#include <QScreen>
#include <QTimer>
#include <QWidget>
#include <QWindow>

#include <plotlib/plotlib.h>
#include <plotlib/widget.h>

#include <tests/test.h>

struct Window {
    plt_widget *widget;
    plt_figure *figure;
    plt_plot *plot;
    plt_series *series;

    QWidget *host() const
    {
        return static_cast<QWidget *>(plt_widget_qwidget(widget));
    }
    QWidget *surface() const
    {
        return qobject_cast<QWidget *>(host()->children().value(0));
    }
    uint64_t frames() const
    {
        struct plt_widget_stats stats = {};
        plt_widget_get_stats(widget, &stats);
        return stats.frames;
    }
    void close()
    {
        plt_widget_destroy(widget);
        plt_series_unref(series);
        *this = Window{};
    }
};

// 1000 samples, 0 but for a triangle of height 1 around x = 500.
inline std::vector<float> spike()
{
    std::vector<float> y(1001, 0.0f);
    for (int i = -100; i <= 100; i++)
        y[size_t(500 + i)] = 1.0f - std::abs(float(i)) / 100.0f;
    return y;
}

inline Window openWindow(plt_app *app, plt_painter painter, bool hidden = false)
{
    plt_widget_params params{};
    params.title = "test";
    params.width_px = 640;
    params.height_px = 400;
    params.painter = painter;
    params.theme = PLT_THEME_LIGHT;
    params.hidden = hidden;
    Window window{};
    window.widget = plt_widget_create(app, &params);
    REQUIRE(window.widget != nullptr);
    if (!window.widget)
        std::exit(test_result());
    window.figure = plt_widget_figure(window.widget);
    plt_plot_params plot_params{};
    plot_params.x_label = "time";
    plot_params.y_label = "height";
    window.plot = plt_figure_add_plot(window.figure, &plot_params);
    plt_series_params series_params{};
    series_params.type = PLT_F32;
    window.series = plt_series_create(&series_params);
    std::vector<float> y = spike();
    plt_series_set(window.series, y.data(), y.size());
    plt_curve_params curve_params{};
    curve_params.width_px = 3;
    curve_params.color = plt_color{1, 0, 1, 1};
    plt_curve_create(window.plot, window.series, &curve_params);
    plt_plot_set_x_range(window.plot, 0, 1000);
    plt_plot_set_y_range(window.plot, -0.5, 1.5);
    return window;
}

// Keeps all loaded libraries in memory to the end: only then can LeakSanitizer name the
// drivers whose leaks are suppressed.
inline void pinLibraries()
{
    std::vector<std::string> names; // not inside the walk: it holds the loader's lock
    dl_iterate_phdr(
        [](struct dl_phdr_info *info, size_t, void *user) {
            static_cast<std::vector<std::string> *>(user)->push_back(info->dlpi_name);
            return 0;
        },
        &names);
    for (const std::string &name : names)
        dlopen(name.c_str(), RTLD_NOW | RTLD_NOLOAD | RTLD_NODELETE);
}

// Runs the event loop for a time; the window is shown and painted after 200 ms at most.
inline void settle(plt_app *app, int ms = 200)
{
    QElapsedTimer clock;
    clock.start();
    while (clock.elapsed() < ms)
        plt_app_step(app, 10);
}

// What a person sees of the surface: device pixels of the X server's screen.
inline QImage screenshot(const QWidget *surface)
{
    QImage screen = surface->screen()->grabWindow(0).toImage();
    screen = screen.convertToFormat(QImage::Format_RGB32);
    screen.setDevicePixelRatio(1);
    double scale = surface->devicePixelRatioF();
    QPoint window = surface->window()->mapToGlobal(QPoint(0, 0));
    QPoint inside = surface->mapTo(surface->window(), QPoint(0, 0));
    return screen.copy(qRound(window.x() * scale) + qRound(inside.x() * scale),
                       qRound(window.y() * scale) + qRound(inside.y() * scale),
                       qRound(surface->width() * scale), qRound(surface->height() * scale));
}

// The same figure painted into memory.
inline QImage reference(plt_figure *figure, QSize size, double scale = 1)
{
    QImage image(size, QImage::Format_RGB32);
    plt_raster *raster = plt_raster_create(nullptr);
    REQUIRE(plt_raster_paint(raster, figure, image.bits(), size_t(image.bytesPerLine()),
                             size.width(), size.height(), scale, nullptr));
    plt_raster_destroy(raster);
    return image;
}

// The largest difference of a channel inside `area`; 256 when the sizes differ.
inline int difference(const QImage &a, const QImage &b, QRect area = QRect())
{
    if (a.size() != b.size() || a.isNull())
        return 256;
    QRect whole = area.isNull() ? a.rect() : area.intersected(a.rect());
    int most = 0;
    for (int y = whole.top(); y <= whole.bottom(); y++) {
        for (int x = whole.left(); x <= whole.right(); x++) {
            QRgb p = a.pixel(x, y), q = b.pixel(x, y);
            most =
                std::max({most, std::abs(qRed(p) - qRed(q)),
                          std::abs(qGreen(p) - qGreen(q)), std::abs(qBlue(p) - qBlue(q))});
        }
    }
    return most;
}

// Pixels of the curve's own colour; its highest one is the spike's tip.
struct Ink {
    int count = 0;
    int left = 1 << 20, right = -1, top = 1 << 20;
    double tip_x = 0;
};

inline Ink curveInk(const QImage &image)
{
    Ink ink;
    int tip_count = 0;
    for (int y = 0; y < image.height(); y++) {
        for (int x = 0; x < image.width(); x++) {
            QRgb p = image.pixel(x, y);
            if (qRed(p) < 200 || qBlue(p) < 200 || qGreen(p) > 80)
                continue;
            ink.count++;
            ink.left = std::min(ink.left, x);
            ink.right = std::max(ink.right, x);
            ink.top = std::min(ink.top, y);
            if (y > ink.top)
                continue;
            ink.tip_x += x + 0.5;
            tip_count++;
        }
    }
    ink.tip_x /= tip_count ? tip_count : 1;
    return ink;
}

inline void sendMouse(QWidget *to, QEvent::Type type, QPointF at, Qt::MouseButton button)
{
    Qt::MouseButtons held = type == QEvent::MouseButtonRelease ? Qt::NoButton : button;
    QMouseEvent event(type, at, to->mapToGlobal(at), button, held, Qt::NoModifier);
    QCoreApplication::sendEvent(to, &event);
}

inline void sendClick(QWidget *to, QPointF at)
{
    sendMouse(to, QEvent::MouseButtonPress, at, Qt::LeftButton);
    sendMouse(to, QEvent::MouseButtonRelease, at, Qt::LeftButton);
}
