// The inside of plt_app, shared by app.cpp (event loop and services) and widget.cpp (which
// enters its widgets here and asks for the GL probe). Thread-safety: the app's thread, but
// for what `lock` guards.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <vector>

#include <QApplication>
#include <QEventLoop>
#include <QObject>

#include <plotlib/app.h>

#include "surface.h"

struct plt_widget;

namespace plotlib
{

// Receives what was posted, on the app's thread. Qt keeps the order of posting and drops
// what is queued when the object goes.
class Mailbox final : public QObject
{
  public:
    explicit Mailbox(plt_app *app) : app_(app)
    {
    }
    int startTimer(int interval_ms, void (*fn)(void *user), void *user);
    void stopTimer(int id);
    // Deletes itself, later when one of its callbacks is running.
    void retire();

  protected:
    bool event(QEvent *event) override;
    void timerEvent(QTimerEvent *event) override;

  private:
    struct Timer {
        void (*fn)(void *user);
        void *user;
    };
    plt_app *app_;
    std::map<int, Timer> timers_;
    int depth_ = 0;
};

} // namespace plotlib

struct plt_app {
    std::mutex lock; // guards mailbox, quit_asked and status
    plotlib::Mailbox *mailbox = nullptr;
    bool quit_asked = false;
    int status = 0;

    std::unique_ptr<QApplication> own; // empty when we joined one
    int no_argc = 0;
    char *no_argv[1] = {nullptr};
    QEventLoop *loop = nullptr; // the innermost plt_app_run's, when we joined
    int depth = 0;              // plt_app_run and plt_app_step on the stack
    bool all_closed = false;    // the last window was closed
    bool doomed = false;        // destroyed inside its own loop: finish when that returns
    std::vector<plt_widget *> widgets;
    plotlib::GlProbe gl; // made when first asked for

    bool quitAsked()
    {
        std::lock_guard<std::mutex> guard(lock);
        return quit_asked;
    }
};
