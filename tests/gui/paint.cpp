// What reaches the screen: both surfaces against the CPU painter in memory, embedded,
// overlapped, rendered, at fractional ratios, reparented, switched, after a lost context;
// and that nothing is painted when nothing changes.
#include "gui.h"

#include <atomic>
#include <chrono>
#include <cstring>
#include <ctime>
#include <thread>

#include <QOffscreenSurface>
#include <QOpenGLContext>
#include <QOpenGLWidget>
#include <QPainter>

namespace
{

plt_app *app;

QRect dataArea(const Window &window, double scale)
{
    struct plt_rect r = plt_plot_data_rect(window.plot);
    return QRectF(r.x * scale, r.y * scale, r.width * scale, r.height * scale).toRect();
}

// The screen shows what the CPU painter draws, exactly (raster) or within the tolerance of
// the two painters (2 of 255, text 8).
void requireShown(const Window &window, const char *when)
{
    QWidget *surface = window.surface();
    double scale = surface->devicePixelRatioF();
    QImage seen = screenshot(surface);
    QImage wanted = reference(window.figure, seen.size(), scale);
    bool gl = plt_widget_painter(window.widget) == PLT_PAINTER_GL;
    int everywhere = difference(seen, wanted);
    int data = difference(seen, wanted, dataArea(window, scale));
    bool right = everywhere <= (gl ? 8 : 0) && data <= (gl ? 2 : 0);
    REQUIRE(right);
    if (right)
        return;
    fprintf(stderr, "  %s, %s: %dx%d, differs by %d, in the data area by %d\n", when,
            gl ? "gl" : "raster", seen.width(), seen.height(), everywhere, data);
    if (getenv("PLOTLIB_KEEP")) {
        seen.save(QString("seen-%1.png").arg(when));
        wanted.save(QString("wanted-%1.png").arg(when));
    }
}

void moveSpike(const Window &window, int to)
{
    std::vector<float> y = spike();
    std::rotate(y.begin(), y.begin() + (1501 - to) % 1001, y.end());
    REQUIRE(plt_series_set(window.series, y.data(), y.size()));
}

void testTopLevel(plt_painter painter)
{
    Window window = openWindow(app, painter);
    REQUIRE_CMP(plt_widget_painter(window.widget), ==, painter, "u");
    window.host()->move(40, 40);
    settle(app, 300);
    requireShown(window, "shown");
    moveSpike(window, 300);
    settle(app);
    requireShown(window, "changed");
    window.host()->resize(500, 333);
    settle(app);
    requireShown(window, "resized");
    uint64_t frames = window.frames();
    for (int to = 500; to <= 700; to += 20) { // faster than the screen refreshes
        moveSpike(window, to);
        bool painted = plt_widget_repaint(window.widget);
        REQUIRE(painted);
    }
    REQUIRE_CMP(window.frames() - frames, ==, uint64_t(11), PRIu64);
    window.surface()->update(QRect(10, 10, 50, 50));
    settle(app);
    requireShown(window, "a part");
    struct plt_widget_stats stats;
    REQUIRE(plt_widget_get_stats(window.widget, &stats));
    REQUIRE(stats.frames >= 4 && stats.frame_ms_last > 0 && stats.frame_ms_median > 0);
    REQUIRE(stats.frame_ms_p95 >= stats.frame_ms_median);
    REQUIRE((stats.uploaded_bytes > 0) == (painter == PLT_PAINTER_GL));
    window.close();
}

void testEmbedded(plt_painter painter)
{
    QWidget parent;
    Window window = openWindow(app, painter, true);
    window.host()->setParent(&parent);
    window.host()->setGeometry(12, 28, 504, 300);
    parent.setGeometry(40, 40, 600, 400);
    parent.show();
    window.host()->show();
    settle(app, 300);
    requireShown(window, "embedded");
    // A sibling on top stays on top while the plot underneath moves.
    QWidget over(&parent);
    over.setAutoFillBackground(true);
    over.setPalette(QPalette(Qt::green));
    over.setGeometry(112, 128, 60, 40);
    over.show();
    settle(app);
    moveSpike(window, 200);
    settle(app);
    QImage seen = screenshot(window.surface());
    double scale = window.surface()->devicePixelRatioF();
    QRgb covered = seen.pixel(int(130 * scale), int(120 * scale));
    REQUIRE_CMP(covered, ==, QColor(Qt::green).rgb(), "x");
    over.hide();
    settle(app);
    requireShown(window, "uncovered");
    window.close();
}

void testReparent(plt_painter painter)
{
    QWidget first, second;
    first.setGeometry(40, 40, 400, 300);
    second.setGeometry(520, 40, 400, 300);
    first.show();
    second.show();
    Window window = openWindow(app, painter, true);
    for (QWidget *parent : {&first, &second, &first}) {
        window.host()->setParent(parent);
        window.host()->setGeometry(0, 0, 400, 300);
        window.host()->show();
        settle(app, 300);
        REQUIRE_CMP(plt_widget_painter(window.widget), ==, painter, "u");
        requireShown(window, "reparented");
        moveSpike(window, parent == &first ? 250 : 750);
        settle(app);
        requireShown(window, "reparented, changed");
    }
    window.host()->setParent(nullptr);
    window.host()->move(40, 400);
    window.host()->show();
    settle(app, 300);
    requireShown(window, "a window again");
    window.close();
}

void testGrab(plt_painter painter)
{
    Window window = openWindow(app, painter);
    window.host()->move(40, 40);
    settle(app, 300);
    QImage grabbed = window.host()->grab().toImage().convertToFormat(QImage::Format_RGB32);
    double scale = window.surface()->devicePixelRatioF();
    grabbed.setDevicePixelRatio(1);
    QImage wanted = reference(window.figure, grabbed.size(), scale);
    REQUIRE_CMP(difference(grabbed, wanted), <=, painter == PLT_PAINTER_GL ? 8 : 0, "d");
    settle(app);
    requireShown(window, "after a grab");
    window.close();
}

// Through the painters of others: half transparent, clipped, turned.
void testRender()
{
    Window window = openWindow(app, PLT_PAINTER_RASTER);
    window.host()->move(40, 40);
    settle(app, 300);
    QImage wanted = reference(window.figure, QSize(640, 400));
    QImage image(640, 400, QImage::Format_RGB32);
    image.fill(Qt::black);
    {
        QPainter painter(&image);
        painter.setClipRect(0, 0, 320, 400);
        window.host()->render(&painter);
    }
    REQUIRE_CMP(difference(image, wanted, QRect(0, 0, 320, 400)), ==, 0, "d");
    QImage black(640, 400, QImage::Format_RGB32);
    black.fill(Qt::black);
    REQUIRE_CMP(difference(image, black, QRect(320, 0, 320, 400)), ==, 0, "d");
    image.fill(Qt::black);
    {
        QPainter painter(&image);
        painter.setOpacity(0.5);
        window.host()->render(&painter);
    }
    REQUIRE_CMP(abs(qRed(image.pixel(2, 2)) - qRed(wanted.pixel(2, 2)) / 2), <=, 2, "d");
    QImage turned(400, 640, QImage::Format_RGB32);
    turned.fill(Qt::black);
    {
        QPainter painter(&turned);
        painter.translate(400, 0);
        painter.rotate(90);
        window.host()->render(&painter);
    }
    QImage back = turned.transformed(QTransform().rotate(-90));
    REQUIRE_CMP(difference(back, wanted, QRect(4, 4, 632, 392)), <=, 2, "d");
    settle(app);
    requireShown(window, "after render");
    window.close();
}

void testSwitch()
{
    Window window = openWindow(app, PLT_PAINTER_RASTER);
    window.host()->move(40, 40);
    settle(app, 300);
    QImage raster = screenshot(window.surface());
    for (plt_painter painter : {PLT_PAINTER_GL, PLT_PAINTER_RASTER, PLT_PAINTER_GL}) {
        REQUIRE(plt_widget_set_painter(window.widget, painter));
        REQUIRE_CMP(plt_widget_painter(window.widget), ==, painter, "u");
        REQUIRE_CMP(int(window.host()->children().size()), ==, 1, "d");
        settle(app, 300);
        requireShown(window, "switched");
        REQUIRE_CMP(difference(screenshot(window.surface()), raster), <=, 8, "d");
    }
    // Software GL: automatic means the CPU painter, unless the environment says otherwise.
    REQUIRE(plt_widget_set_painter(window.widget, PLT_PAINTER_AUTO));
    REQUIRE_CMP(plt_widget_painter(window.widget), ==, PLT_PAINTER_RASTER, "u");
    qputenv("PLOTLIB_PAINTER", "gl");
    REQUIRE(plt_widget_set_painter(window.widget, PLT_PAINTER_AUTO));
    REQUIRE_CMP(plt_widget_painter(window.widget), ==, PLT_PAINTER_GL, "u");
    REQUIRE(plt_widget_set_painter(window.widget, PLT_PAINTER_RASTER));
    REQUIRE_CMP(plt_widget_painter(window.widget), ==, PLT_PAINTER_RASTER, "u");
    qunsetenv("PLOTLIB_PAINTER");
    window.close();
}

void countMessage(void *user, plt_level, plt_msg id, const char *)
{
    if (id == PLT_MSG_GL_LOST)
        ++*static_cast<int *>(user);
}

// Takes the context away as a driver reset does: it can no longer be made current.
void loseContext(QOpenGLWidget *surface)
{
    surface->makeCurrent();
    auto *target = dynamic_cast<QOffscreenSurface *>(surface->context()->surface());
    surface->doneCurrent();
    REQUIRE(target != nullptr);
    if (target)
        target->destroy();
}

void testLoss()
{
    int lost = 0;
    plt_log_params log_params{};
    log_params.fn = countMessage;
    log_params.user = &lost;
    plt_log *log = plt_log_create(&log_params);
    plt_widget_params params{};
    params.painter = PLT_PAINTER_GL;
    params.theme = PLT_THEME_LIGHT;
    params.log = log;
    plt_widget *widget = plt_widget_create(app, &params);
    REQUIRE(widget != nullptr);
    plt_log_unref(log);
    Window window = {widget, plt_widget_figure(widget), nullptr, nullptr};
    window.plot = plt_figure_add_plot(window.figure, nullptr);
    window.host()->move(40, 40);
    settle(app, 300);
    requireShown(window, "before the loss");
    auto *surface = qobject_cast<QOpenGLWidget *>(window.surface());
    REQUIRE(surface != nullptr);
    if (!surface)
        return;
    loseContext(surface);
    plt_figure_set_title(window.figure, "after");
    bool painted = plt_widget_repaint(widget);
    REQUIRE(painted);
    REQUIRE_CMP(plt_widget_painter(widget), ==, PLT_PAINTER_RASTER, "u");
    REQUIRE_CMP(lost, ==, 1, "d");
    settle(app, 300);
    requireShown(window, "after the loss");
    plt_figure_set_title(window.figure, "after that");
    settle(app, 300);
    requireShown(window, "long after the loss");
    REQUIRE_CMP(lost, ==, 1, "d");
    window.close();
}

// A stream is painted at the screen's rate at most, the owner thread's changes at once.
void testStreamPace()
{
    Window window = openWindow(app, PLT_PAINTER_RASTER);
    settle(app, 300);
    uint64_t before = window.frames();
    std::thread producer([&window] {
        float y = 0;
        for (int i = 0; i < 1000; i++) {
            plt_series_append(window.series, &y, 1);
            std::this_thread::sleep_for(std::chrono::milliseconds(1));
        }
    });
    QElapsedTimer clock;
    clock.start();
    settle(app, 1000);
    producer.join();
    settle(app, 100);
    double rate = std::max(window.host()->screen()->refreshRate(), 30.0);
    auto most = uint64_t(double(clock.elapsed()) / 1000 * rate * 1.2) + 3;
    REQUIRE_CMP(window.frames() - before, <=, most, PRIu64);
    REQUIRE_CMP(window.frames() - before, >, uint64_t(2), PRIu64);
    for (int i = 0; i < 50; i++) {
        uint64_t frames = window.frames();
        plt_plot_set_x_range(window.plot, 0, 900 + i);
        for (int turn = 0; turn < 3; turn++) // wake, update, paint: no timer in between
            plt_app_step(app, 0);
        REQUIRE_CMP(window.frames(), ==, frames + 1, PRIu64);
    }
    window.close();
}

void testIdle(plt_painter painter)
{
    Window window = openWindow(app, painter);
    settle(app, 500);
    uint64_t frames = window.frames();
    clock_t cpu = clock();
    QElapsedTimer elapsed;
    elapsed.start();
    while (elapsed.elapsed() < 3000)
        plt_app_step(app, 1000);
    REQUIRE_CMP(window.frames(), ==, frames, PRIu64);
    double cpu_ms = double(clock() - cpu) * 1e3 / CLOCKS_PER_SEC;
    REQUIRE_CMP(cpu_ms, <, 50.0, "g");
    window.close();
}

// A producer thread at full speed while the window's thread sleeps: one paint makes up.
void testNoFlood()
{
    Window window = openWindow(app, PLT_PAINTER_RASTER);
    settle(app, 300);
    uint64_t frames = window.frames();
    std::thread producer([&window] {
        float sample = 0.5f;
        for (int i = 0; i < 20000; i++)
            plt_series_append(window.series, &sample, 1);
    });
    producer.join();
    settle(app, 200);
    REQUIRE_CMP(window.frames() - frames, <=, uint64_t(2), PRIu64);
    REQUIRE_CMP(window.frames() - frames, >=, uint64_t(1), PRIu64);
    requireShown(window, "made up");
    // Hidden and shown again: up to date.
    window.host()->hide();
    moveSpike(window, 100);
    settle(app, 50);
    window.host()->show();
    settle(app, 300);
    requireShown(window, "shown again");
    moveSpike(window, 900);
    settle(app, 200);
    requireShown(window, "and changed");
    window.close();
}

void testDesktop()
{
    plt_widget_params params{};
    params.painter = PLT_PAINTER_RASTER;
    plt_widget *widget = plt_widget_create(app, &params);
    Window window = {widget, plt_widget_figure(widget), nullptr, nullptr};
    settle(app, 300);
    int before = QColor(screenshot(window.surface()).pixel(3, 3)).lightness();
    QPalette palette = QApplication::palette();
    QPalette dark = palette;
    dark.setColor(QPalette::Window, QColor(20, 20, 24));
    QApplication::setPalette(dark);
    settle(app, 300);
    int after = QColor(screenshot(window.surface()).pixel(3, 3)).lightness();
    REQUIRE_CMP(before, >, 240, "d");
    REQUIRE_CMP(after, <, 60, "d");
    QApplication::setPalette(palette);
    window.close();
}

} // namespace

// No argument: everything at the screen's own ratio; "scale": what a ratio can change.
int main(int argc, char **argv)
{
    bool scale = argc > 1 && strcmp(argv[1], "scale") == 0;
    app = plt_app_create(&argc, argv);
    REQUIRE(app != nullptr);
    if (!app)
        return test_result();
    for (plt_painter painter : {PLT_PAINTER_RASTER, PLT_PAINTER_GL}) {
        testTopLevel(painter);
        testEmbedded(painter);
        testReparent(painter);
        testGrab(painter);
        if (!scale)
            testIdle(painter);
    }
    if (!scale) {
        testRender();
        testSwitch();
        testLoss();
        testNoFlood();
        testStreamPace();
        testDesktop();
    }
    pinLibraries();
    plt_app_destroy(app);
    return test_result();
}
