// plt_app, the program around the windows: joins or makes the QApplication, and offers its
// event loop as run, step, post and timers.
#include "app_private.h"

#include <clocale>
#include <new>

#include <QAbstractEventDispatcher>
#include <QThread>
#include <QTimer>
#include <QTimerEvent>
#include <QWindow>

#include <plotlib/widget.h>

#include "border.h"
#include "display.h"

using namespace plotlib;

namespace
{

int postType()
{
    static const int type = QEvent::registerEventType();
    return type;
}

// fn == NULL asks the running loop to return.
class PostEvent final : public QEvent
{
  public:
    PostEvent(void (*call)(void *arg), void *with)
        : QEvent(Type(postType())), fn(call), arg(with)
    {
    }
    void (*const fn)(void *arg);
    void *const arg;
};

void leaveLoop(plt_app *app)
{
    if (!app->quitAsked())
        return;
    if (app->loop)
        app->loop->exit(app->status);
    else if (app->own)
        QCoreApplication::exit(app->status);
}

} // namespace

namespace plotlib
{

bool Mailbox::event(QEvent *event)
{
    if (event->type() != postType())
        return QObject::event(event);
    auto *post = static_cast<PostEvent *>(event);
    depth_++;
    if (post->fn)
        post->fn(post->arg);
    else if (app_)
        leaveLoop(app_);
    depth_--;
    return true;
}

void Mailbox::timerEvent(QTimerEvent *event)
{
    auto found = timers_.find(event->timerId());
    if (found == timers_.end())
        return;
    Timer timer = found->second;
    depth_++;
    timer.fn(timer.user);
    depth_--;
}

int Mailbox::startTimer(int interval_ms, void (*fn)(void *user), void *user)
{
    int id = QObject::startTimer(interval_ms, Qt::PreciseTimer);
    if (id > 0)
        timers_[id] = Timer{fn, user};
    return id;
}

void Mailbox::stopTimer(int id)
{
    if (timers_.erase(id) > 0)
        killTimer(id);
}

void Mailbox::retire()
{
    while (!timers_.empty())
        stopTimer(timers_.begin()->first);
    app_ = nullptr;
    QCoreApplication::removePostedEvents(this, postType());
    if (depth_ > 0)
        deleteLater();
    else
        delete this;
}

} // namespace plotlib

static QApplication *joinable()
{
    auto *running = qobject_cast<QApplication *>(QCoreApplication::instance());
    if (running && running->thread() == QThread::currentThread())
        return running;
    say(nullptr, PLT_LEVEL_ERROR, PLT_MSG_BAD_ARGUMENT,
        "plt_app_create: this program's application object is no QApplication of this "
        "thread");
    return nullptr;
}

static bool makeApplication(plt_app *app, int *argc, char **argv)
{
    bool given = argc && argv;
    if (const char *missing = missingDisplay(given ? *argc : 0, argv)) {
        say(nullptr, PLT_LEVEL_ERROR, PLT_MSG_NO_DISPLAY, missing);
        return false;
    }
    app->own = std::make_unique<QApplication>(given ? *argc : app->no_argc,
                                              given ? argv : app->no_argv);
    // QApplication took over the environment's locale; C programs print numbers too.
    std::setlocale(LC_NUMERIC, "C");
    QObject::connect(app->own.get(), &QGuiApplication::lastWindowClosed, app->own.get(),
                     [app] { app->all_closed = true; });
    return true;
}

struct plt_app *plt_app_create(int *argc, char **argv)
{
    return border<plt_app *>(nullptr, [&]() -> plt_app * {
        auto app = std::make_unique<plt_app>();
        postType();
        bool ready = QCoreApplication::instance() ? joinable() != nullptr
                                                  : makeApplication(app.get(), argc, argv);
        if (!ready)
            return nullptr;
        app->mailbox = new Mailbox(app.get());
        return app.release();
    });
}

static void destroyNow(plt_app *app)
{
    Mailbox *mailbox = app->mailbox;
    {
        std::lock_guard<std::mutex> guard(app->lock);
        app->mailbox = nullptr;
    }
    while (!app->widgets.empty())
        plt_widget_destroy(app->widgets.back());
    if (QCoreApplication::instance())
        mailbox->retire();
    if (app->own) {
        QCoreApplication::sendPostedEvents(nullptr, QEvent::DeferredDelete);
        // Inside a loop that is not ours the application cannot be deleted under it.
        if (QThread::currentThread()->loopLevel() > 0) {
            QCoreApplication::quit();
            app->own->disconnect(app->own.get());
            app->own.release();
        }
    }
    delete app;
}

void plt_app_destroy(struct plt_app *app)
{
    if (!app)
        return;
    if (app->depth == 0) {
        destroyNow(app);
        return;
    }
    app->doomed = true;
    plt_app_quit(app, 0);
}

static bool allClosed(const plt_app *app)
{
    if (!app->all_closed)
        return false;
    for (QWindow *window : QGuiApplication::topLevelWindows())
        if (window->isVisible())
            return false;
    return true;
}

// What every loop does when it returns: the deferred end of the app.
static void leave(plt_app *app)
{
    app->depth--;
    if (app->depth == 0 && app->doomed)
        destroyNow(app);
}

static int runLoop(plt_app *app)
{
    if (app->own)
        return QCoreApplication::exec();
    QEventLoop loop;
    QEventLoop *outer = app->loop;
    app->loop = &loop;
    loop.exec();
    app->loop = outer;
    return 0;
}

int plt_app_run(struct plt_app *app)
{
    if (!app || app->doomed)
        return 0;
    app->depth++;
    return border(0, [app] {
        if (!app->quitAsked() && !allClosed(app))
            runLoop(app);
        int status = 0;
        {
            std::lock_guard<std::mutex> guard(app->lock);
            status = app->quit_asked ? app->status : 0;
            app->quit_asked = false;
        }
        leave(app);
        return status;
    });
}

void plt_app_quit(struct plt_app *app, int status)
{
    if (!app)
        return;
    border(false, [&] {
        std::lock_guard<std::mutex> guard(app->lock);
        app->quit_asked = true;
        app->status = status;
        if (app->mailbox)
            QCoreApplication::postEvent(app->mailbox, new PostEvent(nullptr, nullptr));
        return true;
    });
}

bool plt_app_step(struct plt_app *app, int timeout_ms)
{
    if (!app || app->doomed)
        return false;
    app->depth++;
    return border(false, [&] {
        if (timeout_ms > 0) {
            QTimer limit; // its event is what ends a wait without events
            limit.setTimerType(Qt::PreciseTimer);
            limit.setSingleShot(true);
            limit.start(timeout_ms);
            QAbstractEventDispatcher::instance()->processEvents(
                QEventLoop::AllEvents | QEventLoop::WaitForMoreEvents);
        }
        QCoreApplication::processEvents(QEventLoop::AllEvents);
        bool more = !app->quitAsked() && !allClosed(app);
        leave(app);
        return more;
    });
}

bool plt_app_post(struct plt_app *app, void (*fn)(void *arg), void *arg)
{
    if (!app || !fn)
        return false;
    return border(false, [&] {
        std::lock_guard<std::mutex> guard(app->lock);
        if (!app->mailbox)
            return false;
        QCoreApplication::postEvent(app->mailbox, new PostEvent(fn, arg));
        return true;
    });
}

int plt_app_start_timer(struct plt_app *app, int interval_ms, void (*fn)(void *user),
                        void *user)
{
    if (!app || !fn || interval_ms < 0 || !app->mailbox)
        return 0;
    return border(0, [&] { return app->mailbox->startTimer(interval_ms, fn, user); });
}

void plt_app_stop_timer(struct plt_app *app, int id)
{
    if (app && app->mailbox && id > 0)
        app->mailbox->stopTimer(id);
}
