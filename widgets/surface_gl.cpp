// The surface on a GPU: a QOpenGLWidget that hands its context to the GL painter, and the
// probe that tells hardware from software. Stage SHOW, after gpu/gl/. The format is set on
// this widget only, never for the whole program.
#include "surface.h"

#include <QElapsedTimer>
#include <QOffscreenSurface>
#include <QOpenGLContext>
#include <QOpenGLWidget>

#include <plotlib/gl.h>

namespace plotlib
{

static void *procAddress(void *user, const char *name)
{
    auto *context = static_cast<QOpenGLContext *>(user);
    return reinterpret_cast<void *>(context->getProcAddress(name));
}

static plt_gl *createPainter(QOpenGLContext *context, plt_log *log)
{
    plt_gl_params params{};
    params.get_proc_address = procAddress;
    params.user = context;
    params.log = log;
    return plt_gl_create(&params);
}

class GlSurface final : public QOpenGLWidget, public Surface
{
  public:
    GlSurface(SurfaceHost *host, QWidget *parent, const QSurfaceFormat &format,
              plt_log *log)
        : QOpenGLWidget(parent), host_(host), log_(log)
    {
        setFormat(format);
    }
    ~GlSurface() override
    {
        releasePainter();
    }
    QWidget *widget() override
    {
        return this;
    }
    plt_painter painter() const override
    {
        return PLT_PAINTER_GL;
    }

  protected:
    void initializeGL() override;
    void paintGL() override;
    void paintEvent(QPaintEvent *event) override;

  private:
    void releasePainter();

    SurfaceHost *host_;
    plt_log *log_; // the host's reference
    plt_gl *gl_ = nullptr;
    QMetaObject::Connection context_end_;
    bool painted_ = false;
    bool worked_ = false;
    bool lost_ = false;
    uint64_t uploaded_bytes_ = 0;
};

void GlSurface::initializeGL()
{
    // Reparenting into another window makes a new context and comes here again.
    releasePainter();
    gl_ = createPainter(context(), log_);
    worked_ = worked_ || gl_;
    context_end_ = connect(context(), &QOpenGLContext::aboutToBeDestroyed, this,
                           [this] { releasePainter(); });
}

// The painter's names die with its context: deleted if that can still be made current,
// else forgotten.
void GlSurface::releasePainter()
{
    disconnect(context_end_);
    if (!gl_)
        return;
    makeCurrent();
    if (!context() || QOpenGLContext::currentContext() != context())
        plt_gl_abandon(gl_);
    plt_gl_destroy(gl_);
    gl_ = nullptr;
    doneCurrent();
}

void GlSurface::paintGL()
{
    bool changed = true;
    plt_figure *figure = gl_ ? host_->beginPaint(&changed) : nullptr;
    if (!figure) {
        painted_ = gl_ != nullptr; // nothing to show is no loss
        return;
    }
    double scale = devicePixelRatioF();
    plt_paint_stats stats{};
    painted_ =
        plt_gl_paint(gl_, figure, defaultFramebufferObject(), devicePixels(width(), scale),
                     devicePixels(height(), scale), scale, false, &stats);
    uploaded_bytes_ += stats.uploaded_bytes;
    host_->endPaint();
}

void GlSurface::paintEvent(QPaintEvent *event)
{
    QElapsedTimer clock;
    clock.start();
    painted_ = false;
    uploaded_bytes_ = 0;
    QOpenGLWidget::paintEvent(event);
    if (painted_) {
        host_->countFrame(double(clock.nsecsElapsed()) / 1e6, uploaded_bytes_);
        return;
    }
    // Qt skips paintGL when the context cannot be made or made current.
    if (lost_)
        return;
    lost_ = true;
    host_->glLost(worked_);
}

Surface *createGlSurface(SurfaceHost *host, QWidget *parent, const QSurfaceFormat &format,
                         plt_log *log)
{
    return new GlSurface(host, parent, format, log);
}

static GlKind probeFormat(const QSurfaceFormat &format)
{
    QOpenGLContext context;
    context.setFormat(format);
    if (!context.create())
        return GlKind::None;
    QOffscreenSurface surface;
    surface.setFormat(context.format());
    surface.create();
    if (!surface.isValid() || !context.makeCurrent(&surface))
        return GlKind::None;
    plt_log_params quiet{};
    quiet.level = PLT_LEVEL_NONE;
    plt_log *log = plt_log_create(&quiet);
    plt_gl *gl = createPainter(&context, log);
    GlKind kind = !gl                      ? GlKind::None
                  : plt_gl_is_software(gl) ? GlKind::Software
                                           : GlKind::Hardware;
    plt_gl_destroy(gl);
    plt_log_unref(log);
    context.doneCurrent();
    return kind;
}

GlProbe probeGl()
{
    GlProbe probe;
    probe.kind = GlKind::None;
    QSurfaceFormat desktop;
    desktop.setRenderableType(QSurfaceFormat::OpenGL);
    desktop.setVersion(3, 3);
    desktop.setProfile(QSurfaceFormat::CoreProfile);
    QSurfaceFormat embedded;
    embedded.setRenderableType(QSurfaceFormat::OpenGLES);
    embedded.setVersion(3, 0);
    for (QSurfaceFormat format : {desktop, embedded}) {
        bool gles = format.renderableType() == QSurfaceFormat::OpenGLES;
        if (!gles && QOpenGLContext::openGLModuleType() == QOpenGLContext::LibGLES)
            continue;
        format.setDepthBufferSize(0);
        format.setStencilBufferSize(0);
        format.setSamples(0);
        probe.kind = probeFormat(format);
        probe.format = format;
        if (probe.kind != GlKind::None)
            break;
    }
    return probe;
}

} // namespace plotlib
