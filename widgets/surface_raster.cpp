// The surface without a GPU: the CPU painter writes into the window's backing store. Stage
// SHOW, after raster/. Where the backing store cannot be written directly (only a part may
// be touched, or somebody renders the widget through a rotated, clipped or translucent
// painter) it paints an image of its own and lets Qt draw that.
#include "surface.h"

#include <QElapsedTimer>
#include <QImage>
#include <QPaintEngine>
#include <QPainter>

#include <plotlib/raster.h>

namespace plotlib
{

class RasterSurface final : public QWidget, public Surface
{
  public:
    RasterSurface(SurfaceHost *host, QWidget *parent, plt_log *log)
        : QWidget(parent), host_(host), raster_(plt_raster_create(log))
    {
        setAttribute(Qt::WA_OpaquePaintEvent);
        setAttribute(Qt::WA_NoSystemBackground);
    }
    ~RasterSurface() override
    {
        plt_raster_destroy(raster_);
    }
    QWidget *widget() override
    {
        return this;
    }
    plt_painter painter() const override
    {
        return PLT_PAINTER_RASTER;
    }

  protected:
    void paintEvent(QPaintEvent *event) override;

  private:
    QImage *writableTarget(const QPainter &painter, const QRect &rect) const;
    bool paintFigure(QPainter *painter, plt_figure *figure, bool changed);

    SurfaceHost *host_;
    plt_raster *raster_;
    QImage image_; // only where the backing store cannot be written
    double image_scale_ = 0;
    bool image_valid_ = false;
};

// A plain scale along both axes, as device pixel ratios are; 0 when there is more to it.
static double plainScale(const QTransform &transform)
{
    bool plain = transform.type() <= QTransform::TxScale && transform.m11() > 0 &&
                 qFuzzyCompare(transform.m11(), transform.m22());
    return plain ? transform.m11() : 0.0;
}

// The image behind the painter if all of `rect` (its pixels) may be overwritten, else NULL.
QImage *RasterSurface::writableTarget(const QPainter &painter, const QRect &rect) const
{
    QPainter::CompositionMode mode = painter.compositionMode();
    bool blends = mode != QPainter::CompositionMode_SourceOver || painter.opacity() < 1.0;
    QPaintEngine *engine = painter.paintEngine();
    if (blends || painter.hasClipping() || engine->type() != QPaintEngine::Raster)
        return nullptr;
    // A sibling that covers a part, or an expose of a part, is missing from this region.
    QRegion clip = engine->systemClip();
    if (clip.rectCount() != 1 || !clip.boundingRect().contains(rect))
        return nullptr;
    auto *image = dynamic_cast<QImage *>(engine->paintDevice());
    if (!image || !image->rect().contains(rect))
        return nullptr;
    bool words = image->format() == QImage::Format_RGB32 ||
                 image->format() == QImage::Format_ARGB32_Premultiplied ||
                 image->format() == QImage::Format_ARGB32;
    return words ? image : nullptr;
}

bool RasterSurface::paintFigure(QPainter *painter, plt_figure *figure, bool changed)
{
    QTransform transform = painter->deviceTransform();
    double plain = plainScale(transform);
    double scale = plain > 0 ? plain : devicePixelRatioF();
    QPoint origin(qRound(transform.dx()), qRound(transform.dy()));
    QSize size(devicePixels(width(), scale), devicePixels(height(), scale));
    QRect rect(origin, size);
    if (QImage *target = plain > 0 ? writableTarget(*painter, rect) : nullptr) {
        // constBits: bits() would detach from the painter if the image were shared.
        auto *pixels = const_cast<uchar *>(target->constBits()) +
                       origin.y() * target->bytesPerLine() + origin.x() * 4;
        image_valid_ = false;
        return plt_raster_paint(raster_, figure, pixels, size_t(target->bytesPerLine()),
                                size.width(), size.height(), scale, nullptr);
    }
    if (changed || !image_valid_ || image_.size() != size || image_scale_ != scale) {
        if (image_.size() != size)
            image_ = QImage(size, QImage::Format_RGB32);
        image_scale_ = scale;
        image_valid_ =
            !image_.isNull() &&
            plt_raster_paint(raster_, figure, image_.bits(), size_t(image_.bytesPerLine()),
                             size.width(), size.height(), scale, nullptr);
        image_.setDevicePixelRatio(scale);
    }
    if (!image_valid_)
        return false;
    // At fractional ratios a child may begin inside a pixel; whole pixels stay crisp.
    if (plain > 0)
        painter->translate((origin.x() - transform.dx()) / scale,
                           (origin.y() - transform.dy()) / scale);
    painter->drawImage(QPointF(0, 0), image_);
    return true;
}

void RasterSurface::paintEvent(QPaintEvent *)
{
    QElapsedTimer clock;
    clock.start();
    bool changed = true;
    plt_figure *figure = raster_ ? host_->beginPaint(&changed) : nullptr;
    bool painted = false;
    {
        QPainter painter(this);
        if (figure)
            painted = paintFigure(&painter, figure, changed);
        if (!painted)
            painter.fillRect(rect(), palette().window());
    }
    if (!figure)
        return;
    if (painted)
        host_->countFrame(double(clock.nsecsElapsed()) / 1e6, 0);
    host_->endPaint();
}

Surface *createRasterSurface(SurfaceHost *host, QWidget *parent, plt_log *log)
{
    return new RasterSurface(host, parent, log);
}

} // namespace plotlib
