// The app's services and every order of destruction: handle first, Qt first, inside a
// callback, inside a paint, in a QApplication that was there before.
#include "gui.h"

#include <atomic>
#include <string>
#include <thread>

#include <QKeyEvent>
#include <QMainWindow>
#include <QPointer>
#include <QVBoxLayout>

namespace
{

plt_app *app;

// --- posts, timers, loops

struct Posted {
    std::vector<int> seen;
    int expected;
};
Posted posted[4];

struct Post {
    int thread, number;
};

void takePost(void *arg)
{
    auto *post = static_cast<Post *>(arg);
    posted[post->thread].seen.push_back(post->number);
    delete post;
}

void testPosts()
{
    std::vector<std::thread> threads;
    for (int t = 0; t < 4; t++) {
        threads.emplace_back([t] {
            for (int i = 0; i < 1000; i++)
                plt_app_post(app, takePost, new Post{t, i});
        });
    }
    settle(app, 50);
    for (std::thread &thread : threads)
        thread.join();
    settle(app, 50);
    for (const Posted &all : posted) {
        REQUIRE_CMP(all.seen.size(), ==, size_t(1000), "zu");
        REQUIRE(std::is_sorted(all.seen.begin(), all.seen.end()));
    }
    REQUIRE(!plt_app_post(app, nullptr, nullptr));
}

int repost_count;

void repost(void *)
{
    if (++repost_count < 1000000)
        plt_app_post(app, repost, nullptr);
}

void testRepostDoesNotStarve()
{
    plt_app_post(app, repost, nullptr);
    QElapsedTimer clock;
    clock.start();
    plt_app_step(app, 20);
    REQUIRE_CMP(clock.elapsed(), <, qint64(1000), "lld");
    repost_count = 1000000;
    settle(app, 30);
}

struct Ticks {
    int id, count;
};

void tick(void *user)
{
    auto *ticks = static_cast<Ticks *>(user);
    if (++ticks->count == 5)
        plt_app_stop_timer(app, ticks->id);
}

void testTimers()
{
    Ticks slow{}, fast{};
    slow.id = plt_app_start_timer(app, 10, tick, &slow);
    fast.id = plt_app_start_timer(app, 0, tick, &fast);
    REQUIRE(slow.id > 0 && fast.id > 0 && slow.id != fast.id);
    REQUIRE_CMP(plt_app_start_timer(app, -1, tick, &slow), ==, 0, "d");
    settle(app, 200);
    REQUIRE_CMP(slow.count, ==, 5, "d");
    REQUIRE_CMP(fast.count, ==, 5, "d");
    QElapsedTimer clock;
    clock.start();
    while (clock.elapsed() < 60 && plt_app_step(app, 60 - int(clock.elapsed())))
        continue;
    REQUIRE_CMP(clock.elapsed(), >=, qint64(50), "lld");
    REQUIRE_CMP(clock.elapsed(), <, qint64(500), "lld");
}

void closeWindow(void *user)
{
    static_cast<Window *>(user)->host()->close();
}

void countNotice(const plt_notice *, void *user)
{
    ++*static_cast<int *>(user);
}

void testRun()
{
    std::thread quitter([] {
        std::this_thread::sleep_for(std::chrono::milliseconds(50));
        plt_app_quit(app, 7);
    });
    int status = plt_app_run(app);
    REQUIRE_CMP(status, ==, 7, "d");
    quitter.join();
    plt_app_quit(app, 3); // asked before it runs
    status = plt_app_run(app);
    REQUIRE_CMP(status, ==, 3, "d");

    Window window = openWindow(app, PLT_PAINTER_RASTER);
    int closed = 0;
    plt_figure_listen(window.figure, 1u << PLT_NOTICE_CLOSED, countNotice, &closed);
    settle(app, 100);
    plt_app_post(app, closeWindow, &window);
    status = plt_app_run(app);
    REQUIRE_CMP(status, ==, 0, "d");
    REQUIRE_CMP(closed, ==, 1, "d");
    REQUIRE(!plt_app_step(app, 0));
    REQUIRE(plt_widget_show(window.widget));
    REQUIRE(plt_app_step(app, 0)); // a window is open again
    window.close();
}

// --- lifetimes

void testHandleFirst()
{
    Window window = openWindow(app, PLT_PAINTER_RASTER);
    settle(app);
    QPointer<QWidget> host = window.host();
    REQUIRE(host && host->accessibleName() == "test" && host->windowTitle() == "test");
    REQUIRE_CMP(int(host->children().size()), ==, 1, "d");
    REQUIRE(plt_widget_set_title(window.widget, "b\xc3\xa4r"));
    REQUIRE(host->windowTitle() == QString::fromUtf8("b\xc3\xa4r"));
    window.close();
    REQUIRE(host.isNull());
    plt_widget_destroy(nullptr);
}

void testQtFirst()
{
    Window window = openWindow(app, PLT_PAINTER_RASTER, true);
    auto *parent = new QWidget;
    auto *layout = new QVBoxLayout(parent);
    layout->addWidget(window.host());
    parent->show();
    settle(app);
    REQUIRE(window.frames() > 0);
    delete parent;
    struct plt_widget_stats stats;
    REQUIRE(plt_widget_qwidget(window.widget) == nullptr);
    REQUIRE(!plt_widget_show(window.widget));
    REQUIRE(!plt_widget_repaint(window.widget));
    REQUIRE(!plt_widget_set_title(window.widget, "x"));
    REQUIRE(!plt_widget_set_painter(window.widget, PLT_PAINTER_RASTER));
    REQUIRE(!plt_widget_get_stats(window.widget, &stats));
    REQUIRE(plt_widget_figure(window.widget) == window.figure);
    float sample = 1; // the figure lives: a producer may go on
    REQUIRE(plt_series_append(window.series, &sample, 1));
    REQUIRE_CMP(reference(window.figure, QSize(100, 100)).width(), ==, 100, "d");
    settle(app, 50);
    window.close();
}

void destroyWidget(const plt_notice *, void *user)
{
    auto *window = static_cast<Window *>(user);
    plt_widget_destroy(window->widget);
    window->widget = nullptr;
}

// Destroys the widget inside the notice that `provoke` causes.
template <typename Provoke> void testInside(plt_notice_type type, Provoke provoke)
{
    Window window = openWindow(app, PLT_PAINTER_RASTER);
    settle(app);
    QPointer<QWidget> host = window.host();
    plt_figure_listen(window.figure, 1u << type, destroyWidget, &window);
    provoke(window);
    REQUIRE(window.widget == nullptr);
    settle(app, 50);
    REQUIRE(host.isNull());
    window.close();
}

void testInsideCallbacks()
{
    testInside(PLT_NOTICE_CLICKED,
               [](Window &w) { sendClick(w.surface(), QPointF(300, 200)); });
    testInside(PLT_NOTICE_HOVERED, [](Window &w) {
        sendMouse(w.surface(), QEvent::MouseMove, QPointF(300, 200), Qt::NoButton);
    });
    testInside(PLT_NOTICE_KEY, [](Window &w) {
        QKeyEvent key(QEvent::KeyPress, Qt::Key_F, Qt::NoModifier, "f");
        QCoreApplication::sendEvent(w.surface(), &key);
    });
    testInside(PLT_NOTICE_CLOSED, [](Window &w) { w.host()->close(); });
    // Auto range changes the view while the frame is being painted.
    testInside(PLT_NOTICE_VIEW_CHANGED, [](Window &w) {
        plt_plot_set_auto_range(w.plot, true, true);
        float samples[3] = {100, 200, 300};
        plt_series_append(w.series, samples, 3);
        if (w.widget)
            plt_widget_repaint(w.widget);
    });
}

void testBorrowedFigure()
{
    plt_figure *figure = plt_figure_create(nullptr);
    plt_figure_add_plot(figure, nullptr);
    plt_widget_params params{};
    params.painter = PLT_PAINTER_RASTER;
    params.figure = figure;
    plt_widget *widget = plt_widget_create(app, &params);
    settle(app, 100);
    REQUIRE(plt_widget_figure(widget) == figure);
    plt_widget_destroy(widget);
    REQUIRE_CMP(plt_figure_num_plots(figure), ==, 1, "d");
    plt_figure_destroy(figure);
}

void testUnusedKeysPropagate()
{
    struct Parent final : QWidget {
        int keys = 0;
        void keyPressEvent(QKeyEvent *event) override
        {
            keys++;
            event->accept();
        }
    } parent;
    Window window = openWindow(app, PLT_PAINTER_RASTER, true);
    window.host()->setParent(&parent);
    parent.show();
    window.host()->show();
    settle(app);
    QKeyEvent unused(QEvent::KeyPress, Qt::Key_F9, Qt::NoModifier);
    QCoreApplication::sendEvent(window.surface(), &unused);
    REQUIRE_CMP(parent.keys, ==, 1, "d");
    QKeyEvent used(QEvent::KeyPress, Qt::Key_A, Qt::NoModifier, "a");
    QCoreApplication::sendEvent(window.surface(), &used);
    REQUIRE_CMP(parent.keys, ==, 1, "d");
    window.close();
}

// --- whole programs, run as children

int noDisplay(int argc, char **argv)
{
    return plt_app_create(&argc, argv) ? 1 : 42;
}

void destroyApp(void *user)
{
    plt_app_destroy(*static_cast<plt_app **>(user));
}

// A QApplication of the host program, and its own loop.
int joined(int argc, char **argv)
{
    QApplication host(argc, argv);
    host.setQuitOnLastWindowClosed(false);
    plt_app *guest = plt_app_create(nullptr, nullptr);
    REQUIRE(guest != nullptr);
    Window window = openWindow(guest, PLT_PAINTER_RASTER);
    std::thread quitter([guest] { plt_app_quit(guest, 5); });
    int status = plt_app_run(guest);
    REQUIRE_CMP(status, ==, 5, "d");
    quitter.join();
    plt_app_post(guest, destroyApp, &guest); // inside the host's loop, window and all
    int late = 0;
    plt_app_post(guest, takePost, &late); // dropped
    QTimer::singleShot(200, &host, [] { QCoreApplication::exit(9); });
    status = host.exec();
    REQUIRE_CMP(status, ==, 9, "d");
    plt_series_unref(window.series);
    return test_result();
}

// The app is destroyed in a callback under its own plt_app_run, its window still open.
int doomed(int argc, char **argv)
{
    plt_app *own = plt_app_create(&argc, argv);
    REQUIRE(own != nullptr);
    Window window = openWindow(own, PLT_PAINTER_RASTER);
    plt_app_post(own, destroyApp, &own);
    int status = plt_app_run(own);
    REQUIRE_CMP(status, ==, 0, "d");
    REQUIRE(QCoreApplication::instance() == nullptr);
    plt_series_unref(window.series);
    return test_result();
}

int child(const char *self, const std::string &environment, const char *mode, int *lines)
{
    FILE *pipe = popen((environment + " '" + self + "' " + mode + " 2>&1").c_str(), "r");
    char line[1024];
    *lines = 0;
    while (pipe && fgets(line, sizeof(line), pipe)) {
        fputs(line, stdout);
        ++*lines;
    }
    int status = pipe ? pclose(pipe) : -1;
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

void testChildren(const char *self)
{
    int lines = 0, status = 0;
    std::string bare = "env -u DISPLAY -u WAYLAND_DISPLAY -u QT_QPA_PLATFORM";
    status = child(self, bare, "no-display", &lines);
    REQUIRE_CMP(status, ==, 42, "d");
    REQUIRE_CMP(lines, ==, 1, "d");
    bare = "env -u WAYLAND_DISPLAY -u QT_QPA_PLATFORM DISPLAY=:7654";
    status = child(self, bare, "no-display", &lines);
    REQUIRE_CMP(status, ==, 42, "d");
    REQUIRE_CMP(lines, ==, 1, "d");
    status = child(self, "env", "joined", &lines);
    REQUIRE_CMP(status, ==, 0, "d");
    status = child(self, "env", "doomed", &lines);
    REQUIRE_CMP(status, ==, 0, "d");
    bare = "env -u DISPLAY QT_QPA_PLATFORM=offscreen";
    status = child(self, bare, "doomed", &lines);
    REQUIRE_CMP(status, ==, 0, "d");
}

} // namespace

int main(int argc, char **argv)
{
    std::string mode = argc > 1 ? argv[1] : "";
    if (mode == "no-display")
        return noDisplay(argc, argv);
    if (mode == "joined")
        return joined(argc, argv);
    if (mode == "doomed")
        return doomed(argc, argv);
    testChildren(argv[0]);
    app = plt_app_create(&argc, argv);
    REQUIRE(app != nullptr);
    if (!app)
        return test_result();
    testPosts();
    testRepostDoesNotStarve();
    testTimers();
    testRun();
    testHandleFirst();
    testQtFirst();
    testInsideCallbacks();
    testBorrowedFigure();
    testUnusedKeysPropagate();
    pinLibraries();
    plt_app_destroy(app);
    return test_result();
}
