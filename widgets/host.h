// The QWidget behind a plt_widget: holds one surface, passes input to the figure and turns
// the figure's update callback into one queued paint. Private to widgets/.
#pragma once

#include <array>
#include <atomic>

#include <QMetaObject>
#include <QTimer>
#include <QWidget>
#include <QWindow>

#include "surface.h"

namespace plotlib
{
class Host;
}

struct plt_widget {
    struct plt_app *app;
    struct plt_figure *figure;
    bool owns_figure;
    struct plt_log *log;
    plotlib::Host *host; // NULL once Qt deleted it
};

namespace plotlib
{

class Host final : public QWidget, private SurfaceHost
{
  public:
    Host(plt_widget *handle, QSize size_hint);
    ~Host() override;

    // Lets go of the handle and its figure and deletes itself, later when an event or a
    // paint of it is on the stack.
    void retire();
    void useSurface(plt_painter painter);
    plt_painter painter() const;
    bool repaintNow();
    void stats(struct plt_widget_stats *out) const;

    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

  protected:
    bool event(QEvent *event) override;
    bool eventFilter(QObject *object, QEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;
    void showEvent(QShowEvent *event) override;
    void changeEvent(QEvent *event) override;
    void closeEvent(QCloseEvent *event) override;

  private:
    plt_figure *beginPaint(bool *changed) override;
    void endPaint() override;
    void countFrame(double ms, uint64_t uploaded_bytes) override;
    void glLost(bool worked) override;

    static void figureChanged(void *user); // any thread
    int pauseBeforePaint() const;
    bool tick();
    void detach();
    void followDesktop();
    void replaceLostSurface();

    plt_widget *handle_; // NULL after detach
    plt_log *log_;
    Surface *surface_ = nullptr;
    QSize size_hint_;
    std::atomic<bool> changed_{true};   // since the last paint began
    std::atomic<bool> streamed_{false}; // that change came from another thread
    QTimer pace_;                       // runs only while a streamed paint waits its turn
    QTimer clock_; // of plt_figure_tick: runs only while something moves by itself
    int busy_ = 0; // events and paints on the stack
    bool painting_ = false;
    bool lost_ = false;
    QPointF pointer_;
    QWindow *watched_ = nullptr;
    QMetaObject::Connection screen_change_;
    uint64_t frames_ = 0;
    double last_frame_begin_s_ = 0, last_frame_end_s_ = 0; // CLOCK_MONOTONIC
    uint64_t uploaded_bytes_ = 0;
    std::array<float, 4096> frame_ms_{};
};

} // namespace plotlib
