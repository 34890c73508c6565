// The peer QCustomPlot (Debian's libqcustomplot-dev), doing the same work by the same
// rules: data containers set by reference, adaptive sampling, one replot a frame.
#include <clocale>
#include <vector>

#include <qcustomplot.h>

#include "bench.h"

namespace
{

class Plot final : public QCustomPlot
{
  public:
    int paints = 0;
    double end_s = 0;

  protected:
    void paintEvent(QPaintEvent *event) override
    {
        QCustomPlot::paintEvent(event);
        paints++;
        end_s = bench_clock();
    }
};

// Takes a whole frame at once; setCell would cost a call a pixel.
class Frames final : public QCPColorMapData
{
  public:
    explicit Frames(int side)
        : QCPColorMapData(side, side, QCPRange(0.5, side - 0.5), QCPRange(0.5, side - 0.5))
    {
    }
    void take(const std::vector<double> &frame)
    {
        memcpy(mData, frame.data(), frame.size() * sizeof(double));
        mDataModified = true;
    }
};

using Container = QSharedPointer<QCPGraphDataContainer>;

struct Peer {
    const bench_case *c = nullptr;
    Plot plot;
    std::vector<Container> data[BENCH_MAX_BUFFERS]; // one container a curve
    Frames *frames = nullptr;                       // owned by the colour map
    std::vector<double> images[BENCH_MAX_BUFFERS];
};

Container container(const double *y, size_t n)
{
    QVector<QCPGraphData> samples;
    samples.resize(qsizetype(n));
    for (size_t i = 0; i < n; i++)
        samples[qsizetype(i)] = QCPGraphData(double(i), y[i]);
    Container result(new QCPGraphDataContainer);
    result->set(samples, true);
    return result;
}

void addCurves(Peer &peer)
{
    const bench_case &c = *peer.c;
    size_t n = c.n / c.curves;
    for (size_t b = 0; b < bench_num_buffers(&c); b++) {
        double *y = bench_samples(&c, b + 1);
        for (size_t i = 0; i < c.curves; i++)
            peer.data[b].push_back(container(y + i * n, n));
        free(y);
    }
    for (size_t i = 0; i < c.curves; i++) {
        QCPGraph *graph = peer.plot.addGraph();
        QColor color = QColor::fromHsv(int(i * 360 / c.curves), 200, 180);
        graph->setPen(QPen(color, c.width_px));
        graph->setAntialiased(c.antialias);
        graph->setAdaptiveSampling(true);
        graph->setData(peer.data[0][i]);
        if (c.kind == BENCH_SCATTER) {
            graph->setLineStyle(QCPGraph::lsNone);
            graph->setScatterStyle(QCPScatterStyle(QCPScatterStyle::ssDisc, color, 10));
            graph->setAntialiasedScatters(c.antialias);
        }
    }
    // Not the default: it trades the shape of joins for speed, so it is an extra line.
    if (qEnvironmentVariableIsSet("BENCH_FAST_POLYLINES"))
        peer.plot.setPlottingHint(QCP::phFastPolylines);
    peer.plot.xAxis->setRange(0, double(n));
    peer.plot.yAxis->setRange(-5, bench_top(&c));
}

void addImage(Peer &peer)
{
    size_t side = bench_side(peer.c);
    for (size_t b = 0; b < bench_num_buffers(peer.c); b++) {
        uint16_t *pixels = bench_image(side, b + 1);
        peer.images[b].assign(pixels, pixels + side * side);
        free(pixels);
    }
    auto *map = new QCPColorMap(peer.plot.xAxis, peer.plot.yAxis);
    peer.frames = new Frames(int(side));
    peer.frames->take(peer.images[0]);
    map->setData(peer.frames);
    QCPColorGradient viridis;
    viridis.setLevelCount(256);
    viridis.setColorStops({{0.0, QColor("#440154")},
                           {0.25, QColor("#3b528b")},
                           {0.5, QColor("#21918c")},
                           {0.75, QColor("#5ec962")},
                           {1.0, QColor("#fde725")}});
    map->setGradient(viridis);
    map->setDataRange(QCPRange(0, 65535));
    map->setInterpolate(false);
    peer.plot.xAxis->setRange(0, double(side));
    peer.plot.yAxis->setRange(0, double(side));
    peer.plot.yAxis->setRangeReversed(true);
}

void giveData(Peer &peer, int frame)
{
    size_t buffer = size_t(frame) % bench_num_buffers(peer.c);
    if (peer.c->kind == BENCH_IMAGE) {
        peer.frames->take(peer.images[buffer]);
    } else if (peer.c->kind == BENCH_ZOOM) {
        double x0, x1;
        bench_zoom(peer.c, frame, &x0, &x1);
        peer.plot.xAxis->setRange(x0, x1);
    } else {
        for (size_t i = 0; i < peer.c->curves; i++)
            peer.plot.graph(int(i))->setData(peer.data[buffer][i]);
    }
    peer.plot.replot(QCustomPlot::rpQueuedRefresh);
}

bench_frame runFrame(void *user, int frame)
{
    auto &peer = *static_cast<Peer *>(user);
    bench_frame result{};
    int before = peer.plot.paints;
    double cpu_s = bench_seconds(CLOCK_PROCESS_CPUTIME_ID);
    result.start_s = bench_clock();
    giveData(peer, frame);
    while (peer.plot.paints == before && bench_clock() - result.start_s < 30)
        QCoreApplication::processEvents();
    result.cpu_s = bench_seconds(CLOCK_PROCESS_CPUTIME_ID) - cpu_s;
    result.end_s = peer.plot.end_s;
    QCoreApplication::processEvents(); // a second paint would be counted
    result.paints = peer.plot.paints - before;
    return result;
}

bool waitForWindow(Peer &peer)
{
    double begin_s = bench_clock(), quiet_s = 0;
    while (peer.plot.paints == 0 || quiet_s < 0.2) {
        QCoreApplication::processEvents();
        usleep(10000);
        quiet_s = bench_clock() - fmax(peer.plot.end_s, begin_s);
        if (bench_clock() - begin_s > 20)
            return false;
    }
    return true;
}

bool runCase(const bench_case *c, void *)
{
    if (c >= bench_cases + BENCH_NUM_SHARED) {
        fprintf(stderr, "%s: ours only\n", c->name);
        return false;
    }
    Peer peer;
    peer.c = c;
    if (c->kind == BENCH_IMAGE)
        addImage(peer);
    else
        addCurves(peer);
    peer.plot.resize(BENCH_WIDTH, BENCH_HEIGHT);
    peer.plot.show();
    if (!waitForWindow(peer)) {
        fprintf(stderr, "%s: the window was never painted\n", c->name);
        return false;
    }
    if (c->kind == BENCH_IMAGE) // as long a unit in x as in y; y is the shorter side
        peer.plot.xAxis->setScaleRatio(peer.plot.yAxis, 1);
    bool fast = peer.plot.plottingHints().testFlag(QCP::phFastPolylines);
    return bench_measure(c, fast ? "qpainter, fast polylines" : "qpainter", runFrame,
                         &peer);
}

} // namespace

int main(int argc, char **argv)
{
    QApplication app(argc, argv);
    std::setlocale(LC_NUMERIC, "C");
    return bench_main(argc, argv, BENCH_NUM_SHARED, runCase, nullptr);
}
