// The QWidget behind a plt_widget. It translates between Qt and the figure and decides
// nothing: what an event does, what has changed and how it looks is the core's.
#include "host.h"

#include <algorithm>
#include <cmath>
#include <ctime>

#include <QApplication>
#include <QCloseEvent>
#include <QPointer>
#include <QScreen>
#include <QThread>

#include "app_private.h"
#include "border.h"
#include "events.h"

namespace plotlib
{

static QEvent::Type wakeType()
{
    static const int type = QEvent::registerEventType();
    return QEvent::Type(type);
}

Host::Host(plt_widget *handle, QSize size_hint)
    : handle_(handle), log_(plt_log_ref(handle->log)), size_hint_(size_hint)
{
    wakeType();
    pace_.setSingleShot(true);
    pace_.setTimerType(Qt::PreciseTimer);
    QObject::connect(&pace_, &QTimer::timeout, this, [this] {
        if (changed_)
            surface_->widget()->update();
    });
    clock_.setSingleShot(true);
    clock_.setTimerType(Qt::PreciseTimer);
    QObject::connect(&clock_, &QTimer::timeout, this, [this] { tick(); });
    followDesktop();
    plt_figure_set_update_callback(handle->figure, figureChanged, this);
}

Host::~Host()
{
    detach();
    delete surface_->widget();
    plt_log_unref(log_);
}

void Host::detach()
{
    if (!handle_)
        return;
    plt_figure_set_update_callback(handle_->figure, nullptr, nullptr);
    handle_->host = nullptr;
    handle_ = nullptr;
}

void Host::retire()
{
    detach();
    if (!QCoreApplication::instance())
        return; // a QApplication of others is gone: its widgets cannot be deleted any more
    if (busy_ > 0)
        deleteLater();
    else
        delete this;
}

void Host::useSurface(plt_painter painter)
{
    Surface *old = surface_;
    if (old && old->painter() == painter)
        return;
    surface_ = painter == PLT_PAINTER_GL
                   ? createGlSurface(this, this, handle_->app->gl.format, log_)
                   : createRasterSurface(this, this, log_);
    QWidget *widget = surface_->widget();
    widget->setFocusPolicy(Qt::StrongFocus);
    widget->setMouseTracking(true);
    // The right button drags; a menu of the window must not open under it.
    widget->setContextMenuPolicy(Qt::PreventContextMenu);
    widget->installEventFilter(this);
    widget->setGeometry(rect());
    setFocusProxy(widget);
    if (!old)
        return;
    bool focus = old->widget()->hasFocus();
    old->widget()->removeEventFilter(this);
    widget->show();
    if (focus)
        widget->setFocus();
    old->widget()->hide();
    if (busy_ > 0)
        old->widget()->deleteLater();
    else
        delete old->widget();
}

plt_painter Host::painter() const
{
    return surface_->painter();
}

QSize Host::sizeHint() const
{
    return size_hint_;
}

QSize Host::minimumSizeHint() const
{
    return QSize(120, 80);
}

// A producer thread's append ends here. One event is queued however often it is called,
// until a paint begins.
void Host::figureChanged(void *user)
{
    auto *host = static_cast<Host *>(user);
    if (host->changed_.exchange(true))
        return;
    host->streamed_ = QThread::currentThread() != host->thread();
    border(false, [host] {
        QCoreApplication::postEvent(host, new QEvent(wakeType()));
        return true;
    });
}

static double now_s()
{
    timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return double(now.tv_sec) + double(now.tv_nsec) * 1e-9;
}

// A producer may append far more often than the screen shows frames. Its paints come at the
// screen's rate; what the owner thread changes (input, most of all) is painted at once.
int Host::pauseBeforePaint() const
{
    double rate = screen() ? screen()->refreshRate() : 60;
    double interval_ms = 1000 / std::clamp(rate, 30.0, 240.0);
    double left_ms = interval_ms - (now_s() - last_frame_begin_s_) * 1000;
    return int(std::ceil(std::clamp(left_ms, 0.0, interval_ms)));
}

// What moves by itself has a timer only while it moves. False when that ended the host.
bool Host::tick()
{
    if (!handle_)
        return true;
    QPointer<Host> alive(this);
    busy_++;
    double wait_s = plt_figure_tick(handle_->figure, now_s());
    if (!alive)
        return false;
    busy_--;
    if (wait_s >= 0 && handle_)
        clock_.start(int(std::ceil(std::min(wait_s, 3600.0) * 1000)));
    else
        clock_.stop();
    return true;
}

bool Host::event(QEvent *event)
{
    if (event->type() == wakeType()) {
        if (!tick() || !changed_) // a paint came in between
            return true;
        int pause = streamed_ ? pauseBeforePaint() : 0;
        if (pause > 0)
            pace_.start(pause);
        else
            surface_->widget()->update();
        return true;
    }
    if (event->type() == QEvent::ScreenChangeInternal && surface_)
        surface_->widget()->update();
    return QWidget::event(event);
}

bool Host::eventFilter(QObject *object, QEvent *event)
{
    plt_event input;
    if (!handle_ || object != surface_->widget() || !translateEvent(event, &input))
        return false;
    const bool is_key = input.type == PLT_EVENT_KEY || input.type == PLT_EVENT_KEY_RELEASE;
    if (is_key) {
        input.x_px = pointer_.x();
        input.y_px = pointer_.y();
    } else if (input.type != PLT_EVENT_LEAVE) {
        pointer_ = QPointF(input.x_px, input.y_px);
    }
    QPointer<Host> alive(this);
    busy_++;
    bool used = plt_figure_handle_event(handle_->figure, &input);
    if (!alive)
        return true;
    busy_--;
    if (is_key && !tick()) // also where no paint is due: a hidden window plays as well
        return true;
    if (handle_) {
        Qt::CursorShape shape = cursorShape(plt_figure_cursor(handle_->figure));
        if (surface_->widget()->cursor().shape() != shape)
            surface_->widget()->setCursor(shape);
    }
    if (!used && (is_key || input.type == PLT_EVENT_LEAVE))
        return false;
    event->setAccepted(used || input.type == PLT_EVENT_RELEASE);
    return true;
}

void Host::resizeEvent(QResizeEvent *)
{
    surface_->widget()->setGeometry(rect());
}

void Host::showEvent(QShowEvent *event)
{
    QWidget::showEvent(event);
    QWindow *window = this->window()->windowHandle();
    if (window == watched_)
        return;
    disconnect(screen_change_);
    watched_ = window;
    if (window)
        screen_change_ = connect(window, &QWindow::screenChanged, this,
                                 [this] { surface_->widget()->update(); });
}

void Host::followDesktop()
{
    if (handle_)
        plt_figure_set_dark_desktop(handle_->figure,
                                    palette().color(QPalette::Window).lightnessF() < 0.5);
}

void Host::changeEvent(QEvent *event)
{
    if (event->type() == QEvent::PaletteChange || event->type() == QEvent::ThemeChange)
        followDesktop();
    QWidget::changeEvent(event);
}

void Host::closeEvent(QCloseEvent *event)
{
    event->accept();
    if (!handle_)
        return;
    QPointer<Host> alive(this);
    busy_++;
    plt_figure_notify_closed(handle_->figure);
    if (alive)
        busy_--;
}

plt_figure *Host::beginPaint(bool *changed)
{
    if (!handle_)
        return nullptr;
    if (painting_) { // a callback runs the event loop inside a paint
        QTimer::singleShot(0, this, [this] { surface_->widget()->update(); });
        return nullptr;
    }
    painting_ = true;
    busy_++;
    *changed = changed_.exchange(false);
    return handle_->figure;
}

void Host::endPaint()
{
    painting_ = false;
    busy_--;
}

void Host::countFrame(double ms, uint64_t uploaded_bytes)
{
    frame_ms_[frames_ % frame_ms_.size()] = float(ms);
    frames_++;
    last_frame_end_s_ = now_s();
    last_frame_begin_s_ = last_frame_end_s_ - ms / 1000;
    uploaded_bytes_ += uploaded_bytes;
}

void Host::glLost(bool worked)
{
    if (worked)
        say(log_, PLT_LEVEL_WARN, PLT_MSG_GL_LOST,
            "the OpenGL context was lost; the CPU painter goes on");
    else
        say(log_, PLT_LEVEL_WARN, PLT_MSG_GL_UNAVAILABLE,
            "OpenGL cannot paint in this window; the CPU painter is used");
    lost_ = true; // inside the surface's own paint event: replace it after that
    QMetaObject::invokeMethod(
        this, [this] { replaceLostSurface(); }, Qt::QueuedConnection);
}

void Host::replaceLostSurface()
{
    if (!lost_ || !handle_)
        return;
    lost_ = false;
    useSurface(PLT_PAINTER_RASTER);
}

// QWidget::repaint, but for sure: in a window that is composited with OpenGL Qt puts it
// off when the last one was less than a screen refresh ago.
static void paintSynchronously(QWidget *surface)
{
    QPointer<QWidget> alive(surface);
    surface->repaint();
    if (!alive)
        return;
    QEvent request(QEvent::UpdateRequest);
    QCoreApplication::sendEvent(surface->window(), &request);
}

bool Host::repaintNow()
{
    QWindow *window = this->window()->windowHandle();
    if (!isVisible() || !window || !window->isExposed() || busy_ > 0)
        return false;
    QPointer<Host> alive(this);
    uint64_t before = frames_;
    paintSynchronously(surface_->widget());
    if (alive && lost_) {
        replaceLostSurface();
        paintSynchronously(surface_->widget());
    }
    return alive && frames_ != before;
}

void Host::stats(struct plt_widget_stats *out) const
{
    *out = {};
    out->frames = frames_;
    out->uploaded_bytes = uploaded_bytes_;
    out->last_frame_end_s = last_frame_end_s_;
    size_t n = size_t(std::min<uint64_t>(frames_, frame_ms_.size()));
    if (n == 0)
        return;
    std::array<float, 4096> sorted = frame_ms_;
    std::sort(sorted.begin(), sorted.begin() + n);
    out->frame_ms_last = double(frame_ms_[(frames_ - 1) % frame_ms_.size()]);
    out->frame_ms_median = double(sorted[n / 2]);
    out->frame_ms_p95 = double(sorted[std::min(n - 1, n * 95 / 100)]);
}

} // namespace plotlib
