// You learn: plots as ordinary widgets of a QMainWindow. Two of them share a splitter, a
// toolbar drives them, a QTimer feeds the stream, and one follows what the hand does to
// the other.
#include <cmath>
#include <cstdlib>
#include <vector>

#include <QAction>
#include <QApplication>
#include <QLabel>
#include <QMainWindow>
#include <QSplitter>
#include <QStatusBar>
#include <QTimer>
#include <QToolBar>

#include <plotlib/plotlib.h>
#include <plotlib/widget.h>

namespace
{

constexpr double rate_hz = 2000;

struct View {
    plt_widget *widget;
    plt_plot *plot;
    plt_series *series;

    QWidget *qwidget() const
    {
        return static_cast<QWidget *>(plt_widget_qwidget(widget));
    }
};

View makeView(plt_app *app, const char *title, const char *unit)
{
    plt_widget_params widget_params{};
    widget_params.title = title;
    widget_params.hidden = true; // the splitter shows it
    View view{};
    view.widget = plt_widget_create(app, &widget_params);
    if (!view.widget)
        std::exit(1);
    plt_plot_params plot_params{};
    plot_params.title = title;
    plot_params.x_label = "time";
    plot_params.x_unit = "s";
    plot_params.y_unit = unit;
    view.plot = plt_figure_add_plot(plt_widget_figure(view.widget), &plot_params);
    plt_series_params series_params{};
    series_params.type = PLT_F32;
    series_params.dx = 1 / rate_hz;
    series_params.capacity = 10 * 60 * uint64_t(rate_hz); // the newest ten minutes
    view.series = plt_series_create(&series_params);
    plt_curve_create(view.plot, view.series, nullptr);
    plt_plot_set_follow(view.plot, 5);
    return view;
}

// One block of a motor that runs up and down: its speed, and the vibration that follows.
void feed(const View &speed, const View &vibration, double &time_s, double &phase)
{
    std::vector<float> rpm, g;
    for (int i = 0; i < int(rate_hz / 60); i++) {
        double hz = 20 + 15 * std::sin(time_s * 0.4);
        double noise = std::rand() / double(RAND_MAX) - 0.5;
        phase += 2 * 3.141592653589793 * hz / rate_hz;
        rpm.push_back(float(60 * hz));
        g.push_back(float(hz * 0.02 * std::sin(phase) + 0.1 * noise));
        time_s += 1 / rate_hz;
    }
    plt_series_append(speed.series, rpm.data(), rpm.size());
    plt_series_append(vibration.series, g.data(), g.size());
}

// A person moved one plot: the other shows the same time.
void follow(const plt_notice *notice, void *user)
{
    auto *other = static_cast<plt_plot *>(user);
    if (notice->by_hand)
        plt_plot_set_x_range(other, notice->x_range.x0, notice->x_range.x1);
}

void addActions(QMainWindow &window, QTimer &timer, View (&views)[2])
{
    QToolBar *bar = window.addToolBar("Plots");
    QAction *pause = bar->addAction("Pause");
    pause->setCheckable(true);
    QObject::connect(pause, &QAction::toggled, &timer,
                     [&timer](bool on) { on ? timer.stop() : timer.start(); });
    QObject::connect(bar->addAction("Live"), &QAction::triggered, &window, [&views] {
        for (View &view : views)
            plt_plot_set_follow(view.plot, 5);
    });
    QObject::connect(bar->addAction("Show all"), &QAction::triggered, &window, [&views] {
        for (View &view : views) {
            plt_plot_set_follow(view.plot, 0);
            plt_plot_show_all(view.plot);
        }
    });
    QAction *box = bar->addAction("Zoom box");
    box->setCheckable(true);
    QObject::connect(box, &QAction::toggled, &window, [&views](bool on) {
        for (View &view : views)
            plt_plot_set_rubber_band(view.plot, on);
    });
}

} // namespace

int main(int argc, char **argv)
{
    QApplication application(argc, argv);
    plt_app *app = plt_app_create(nullptr, nullptr); // joins the QApplication
    if (!app)
        return 1;
    QMainWindow window;
    window.setWindowTitle("plotlib in a QMainWindow");
    View views[2] = {makeView(app, "Speed", "rpm"), makeView(app, "Vibration", "g")};
    auto *splitter = new QSplitter(Qt::Vertical, &window);
    for (View &view : views)
        splitter->addWidget(view.qwidget());
    window.setCentralWidget(splitter);
    for (int i = 0; i < 2; i++)
        plt_figure_listen(plt_widget_figure(views[i].widget), 1u << PLT_NOTICE_VIEW_CHANGED,
                          follow, views[1 - i].plot);
    double time_s = 0, phase = 0;
    QTimer timer;
    timer.setInterval(1000 / 60);
    QObject::connect(&timer, &QTimer::timeout, &window,
                     [&] { feed(views[0], views[1], time_s, phase); });
    addActions(window, timer, views);
    window.statusBar()->addWidget(
        new QLabel("Wheel zooms, drag pans, double click shows all"));
    timer.start();
    window.resize(1000, 700);
    window.show();
    int status = application.exec();
    for (View &view : views)
        plt_series_unref(view.series);
    plt_app_destroy(app); // and its widgets, wherever they are
    return status;
}
