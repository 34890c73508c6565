// The border between the host widget and what paints: two implementers, surface_raster.cpp
// and surface_gl.cpp, replaceable at run time. Stage SHOW. Private to widgets/.
#pragma once

#include <cstdint>

#include <QSurfaceFormat>
#include <QWidget>

#include <plotlib/figure.h>
#include <plotlib/widget.h>

namespace plotlib
{

// What a surface asks of the host that shows it.
class SurfaceHost
{
  public:
    // The figure to paint, or NULL when there is nothing to show (any more). `changed`
    // tells whether it may differ from what was painted last. endPaint must follow a
    // non-NULL answer: in between the host defers its own end.
    virtual plt_figure *beginPaint(bool *changed) = 0;
    virtual void endPaint() = 0;
    // One frame reached the window.
    virtual void countFrame(double ms, uint64_t uploaded_bytes) = 0;
    // GL cannot paint (any more); `worked` tells whether it ever did.
    virtual void glLost(bool worked) = 0;

  protected:
    ~SurfaceHost() = default;
};

class Surface
{
  public:
    virtual QWidget *widget() = 0;
    virtual plt_painter painter() const = 0;

  protected:
    ~Surface() = default; // deleted through widget()
};

enum class GlKind { Unknown, None, Software, Hardware };

// What this machine's OpenGL is, and the format that gets it.
struct GlProbe {
    GlKind kind = GlKind::Unknown;
    QSurfaceFormat format;
};

GlProbe probeGl();
Surface *createRasterSurface(SurfaceHost *host, QWidget *parent, plt_log *log);
Surface *createGlSurface(SurfaceHost *host, QWidget *parent, const QSurfaceFormat &format,
                         plt_log *log);

// Logical to device pixels, as Qt rounds the size of a window's pixels.
inline int devicePixels(int logical, double scale)
{
    return qMax(1, qRound(logical * scale));
}

} // namespace plotlib
