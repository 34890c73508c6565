// A real mouse, moved through the X server's XTEST extension: every gesture of event.h
// changes the view by its rule, and the curve's pixels on the screen move with it. Runs
// once more under a comma locale, where numbers must still be printed with a point.
#include "gui.h"

#include <clocale>
#include <cstring>

namespace
{

// Xlib and XTEST, loaded at run time so that no headers are needed to build.
struct Mouse {
    void *display = nullptr;
    int (*motion)(void *, int, int, int, unsigned long) = nullptr;
    int (*button)(void *, unsigned, int, unsigned long) = nullptr;
    int (*flush)(void *, int) = nullptr;

    bool open()
    {
        void *x11 = dlopen("libX11.so.6", RTLD_NOW);
        void *xtst = dlopen("libXtst.so.6", RTLD_NOW);
        if (!x11 || !xtst)
            return false;
        auto open_display =
            reinterpret_cast<void *(*)(const char *)>(dlsym(x11, "XOpenDisplay"));
        flush = reinterpret_cast<decltype(flush)>(dlsym(x11, "XSync"));
        motion = reinterpret_cast<decltype(motion)>(dlsym(xtst, "XTestFakeMotionEvent"));
        button = reinterpret_cast<decltype(button)>(dlsym(xtst, "XTestFakeButtonEvent"));
        display = open_display ? open_display(nullptr) : nullptr;
        return display && flush && motion && button;
    }
};

enum { LEFT = 1, RIGHT = 3, WHEEL_UP = 4, WHEEL_DOWN = 5, WHEEL_LEFT = 6, WHEEL_RIGHT = 7 };

plt_app *app;
Mouse mouse;
Window window;

void moveTo(QPoint at)
{
    QPoint global = window.surface()->mapToGlobal(at);
    mouse.motion(mouse.display, -1, global.x(), global.y(), 0);
    mouse.flush(mouse.display, 0);
    settle(app, 30);
}

void press(unsigned button, bool down)
{
    mouse.button(mouse.display, button, down, 0);
    mouse.flush(mouse.display, 0);
    settle(app, 30);
}

void click(unsigned button)
{
    press(button, true);
    press(button, false);
}

void drag(unsigned button, QPoint from, QPoint to)
{
    moveTo(from);
    press(button, true);
    moveTo((from * 3 + to) / 4);
    moveTo((from + to) / 2);
    moveTo(to);
    press(button, false);
    moveTo(to);
}

struct View {
    struct plt_range x, y;
};

View view()
{
    return {plt_plot_x_range(window.plot), plt_plot_y_range(window.plot)};
}

// The view of every test's start: left edge 0, right edge 1000.
View start()
{
    plt_plot_set_x_range(window.plot, 0, 1000);
    plt_plot_set_y_range(window.plot, -0.5, 1.5);
    settle(app, 700); // and no click of before can be half of a double click
    return view();
}

double span(struct plt_range range)
{
    return range.x1 - range.x0;
}

QRectF dataRect()
{
    struct plt_rect r = plt_plot_data_rect(window.plot);
    return QRectF(r.x, r.y, r.width, r.height);
}

QPointF toData(QPoint at)
{
    double x, y;
    plt_plot_to_data(window.plot, at.x(), at.y(), &x, &y);
    return QPointF(x, y);
}

void requireNear(double a, double b, double tolerance, const char *what)
{
    REQUIRE_CMP(fabs(a - b), <=, tolerance, "g");
    if (!(fabs(a - b) <= tolerance))
        fprintf(stderr, "  %s: %g, expected %g\n", what, a, b);
}

// The tip of the spike on the screen is where the view says.
Ink requireSeen(const char *what)
{
    settle(app, 150);
    Ink ink = curveInk(screenshot(window.surface()));
    double x, y;
    plt_plot_from_data(window.plot, 500, 1, &x, &y);
    requireNear(ink.tip_x, x, 1.5, what);
    requireNear(ink.top, y, 3, what);
    return ink;
}

double xPerPixel()
{
    return span(view().x) / dataRect().width();
}

double yPerPixel()
{
    return span(view().y) / dataRect().height();
}

void testWheel()
{
    View before = start();
    Ink seen_before = requireSeen("start");
    QPoint at = dataRect().center().toPoint() + QPoint(60, 20);
    moveTo(at);
    QPointF under = toData(at);
    click(WHEEL_UP);
    View after = view();
    requireNear(span(after.x), span(before.x) * 0.74, 1e-6, "wheel x span");
    requireNear(span(after.y), span(before.y) * 0.74, 1e-6, "wheel y span");
    requireNear(toData(at).x(), under.x(), xPerPixel(), "x under the cursor");
    requireNear(toData(at).y(), under.y(), yPerPixel(), "y under the cursor");
    Ink seen = requireSeen("wheel");
    REQUIRE_CMP(seen.tip_x, <, seen_before.tip_x - 5, "g");
    click(WHEEL_DOWN);
    requireNear(span(view().x), span(before.x), 1e-6, "wheel back");
    requireSeen("wheel back");
    double left = view().x.x0;
    click(WHEEL_RIGHT);
    REQUIRE_CMP(view().x.x0, >, left, "g");
    requireNear(span(view().x), span(before.x), 1e-6, "sideways");
    requireSeen("sideways");
}

void testAxisWheel()
{
    View before = start();
    QRectF r = dataRect();
    moveTo(QPoint(int(r.center().x()), int(r.bottom() + 12)));
    click(WHEEL_UP);
    requireNear(span(view().x), span(before.x) * 0.74, 1e-6, "x axis wheel");
    requireNear(span(view().y), span(before.y), 1e-9, "y is left alone");
    requireSeen("x axis wheel");
    before = start();
    moveTo(QPoint(int(r.left() - 12), int(r.center().y())));
    click(WHEEL_UP);
    requireNear(span(view().x), span(before.x), 1e-9, "x is left alone");
    requireNear(span(view().y), span(before.y) * 0.74, 1e-6, "y axis wheel");
    requireSeen("y axis wheel");
}

void testDrag()
{
    View before = start();
    Ink seen_before = requireSeen("start");
    QPoint from = dataRect().center().toPoint() + QPoint(-30, 10);
    double dx = xPerPixel(), dy = yPerPixel();
    drag(LEFT, from, from + QPoint(80, -24));
    requireNear(view().x.x0, before.x.x0 - 80 * dx, dx, "drag x");
    requireNear(view().y.x0, before.y.x0 - 24 * dy, dy, "drag y");
    requireNear(span(view().x), span(before.x), 1e-6, "drag keeps the span");
    Ink seen = requireSeen("drag");
    requireNear(seen.tip_x, seen_before.tip_x + 80, 1, "pixels stick to the hand, x");
    requireNear(seen.top, seen_before.top - 24, 1, "pixels stick to the hand, y");
}

void testAxisDrag()
{
    View before = start();
    Ink seen_before = requireSeen("start");
    QRectF r = dataRect();
    double dx = xPerPixel(), dy = yPerPixel();
    QPoint x_axis(int(r.center().x()), int(r.bottom() + 12));
    drag(LEFT, x_axis, x_axis + QPoint(-50, 30));
    requireNear(view().x.x0, before.x.x0 + 50 * dx, dx, "x axis drag");
    requireNear(view().y.x0, before.y.x0, 1e-9, "y is left alone");
    Ink seen = requireSeen("x axis drag");
    requireNear(seen.tip_x, seen_before.tip_x - 50, 1, "pixels, x axis");
    requireNear(seen.top, seen_before.top, 0, "no pixels move in y");
    before = start();
    QPoint y_axis(int(r.left() - 12), int(r.center().y()));
    drag(LEFT, y_axis, y_axis + QPoint(-5, 40));
    requireNear(view().x.x0, before.x.x0, 1e-9, "x is left alone");
    requireNear(view().y.x0, before.y.x0 + 40 * dy, dy, "y axis drag");
    seen = requireSeen("y axis drag");
    requireNear(seen.top, seen_before.top + 40, 1, "pixels, y axis");
}

void testRightDrag()
{
    View before = start();
    QPoint from = dataRect().center().toPoint();
    QPointF fixed = toData(from);
    drag(RIGHT, from, from + QPoint(40, 0));
    requireNear(span(view().x), span(before.x) * pow(1.02, -40), 1e-3, "right drag x");
    requireNear(span(view().y), span(before.y), 1e-9, "right drag y");
    requireNear(toData(from).x(), fixed.x(), xPerPixel(), "press point");
    requireSeen("right drag");
}

void testCancel()
{
    View before = start();
    QPoint from = dataRect().center().toPoint();
    moveTo(from);
    press(LEFT, true);
    moveTo(from + QPoint(50, 0));
    REQUIRE_CMP(view().x.x0, <, before.x.x0, "g");
    click(RIGHT);
    requireNear(view().x.x0, before.x.x0, 1e-9, "right click cancels");
    press(LEFT, false);
    requireSeen("cancelled");
}

void testRubberBand()
{
    start();
    plt_plot_set_rubber_band(window.plot, true);
    QPointF centre = dataRect().center();
    QPoint from = (centre + QPointF(-90, -70)).toPoint();
    QPoint to = (centre + QPointF(70, 60)).toPoint();
    QPointF a = toData(from), b = toData(to);
    drag(LEFT, from, to);
    requireNear(view().x.x0, a.x(), 2 * xPerPixel(), "box left");
    requireNear(view().x.x1, b.x(), 2 * xPerPixel(), "box right");
    requireNear(view().y.x0, b.y(), 2 * yPerPixel(), "box bottom");
    requireNear(view().y.x1, a.y(), 2 * yPerPixel(), "box top");
    plt_plot_set_rubber_band(window.plot, false);
    settle(app, 150);
    // The slopes of the spike fill the new view.
    Ink ink = curveInk(screenshot(window.surface()));
    double left, right, y;
    plt_plot_from_data(window.plot, 500, 0.5, &left, &y);
    plt_plot_from_data(window.plot, 600, 0.5, &right, &y);
    REQUIRE_CMP(right - left, >, 100.0, "g");
    REQUIRE_CMP(ink.count, >, 500, "d");
    REQUIRE(plt_plot_zoom_back(window.plot));
    requireSeen("zoom back");
}

void testDoubleClick()
{
    start();
    plt_plot_set_x_range(window.plot, 480, 520);
    settle(app, 150);
    QPoint at = dataRect().center().toPoint();
    moveTo(at);
    click(LEFT);
    click(LEFT);
    settle(app, 100);
    REQUIRE_CMP(view().x.x0, <=, 0.0, "g");
    REQUIRE_CMP(view().x.x1, >=, 1000.0, "g");
    REQUIRE_CMP(span(view().x), <, 1250.0, "g");
    REQUIRE_CMP(view().y.x0, <=, 0.0, "g");
    REQUIRE_CMP(view().y.x1, >=, 1.0, "g");
    Ink ink = requireSeen("double click");
    requireNear(ink.right - ink.left, 1000 / xPerPixel(), 4, "the whole curve is seen");
}

void testCursor()
{
    start();
    QRectF r = dataRect();
    moveTo(r.center().toPoint());
    Qt::CursorShape data = window.surface()->cursor().shape();
    moveTo(QPoint(int(r.center().x()), int(r.bottom() + 12)));
    REQUIRE_CMP(window.surface()->cursor().shape(), ==, Qt::SizeHorCursor, "u");
    moveTo(QPoint(int(r.left() - 12), int(r.center().y())));
    REQUIRE_CMP(window.surface()->cursor().shape(), ==, Qt::SizeVerCursor, "u");
    REQUIRE_CMP(data, !=, Qt::SizeVerCursor, "u");
}

void testGestures()
{
    testWheel();
    testAxisWheel();
    testDrag();
    testAxisDrag();
    testRightDrag();
    testCancel();
    testRubberBand();
    testDoubleClick();
    testCursor();
}

// Under a comma locale the ticks read "0.5", not "0,5": the picture is the same, and C
// programs print points.
void testLocale(const char *name)
{
    QImage before = reference(window.figure, QSize(640, 400));
    char text[16];
    snprintf(text, sizeof(text), "%g", 0.5);
    REQUIRE_STR(text, "0.5");
    if (!setlocale(LC_ALL, name)) {
        printf("skipped: no locale %s to test numbers under\n", name);
        return;
    }
    snprintf(text, sizeof(text), "%g", 0.5);
    REQUIRE_STR(text, "0,5"); // so the next picture is drawn in a hostile world
    REQUIRE_CMP(difference(reference(window.figure, QSize(640, 400)), before), ==, 0, "d");
    setlocale(LC_NUMERIC, "C");
}

} // namespace

int main(int argc, char **argv)
{
    bool comma = argc > 1 && strcmp(argv[1], "comma") == 0;
    if (comma)
        qputenv("LC_ALL", "de_DE.UTF-8");
    if (!mouse.open())
        return test_skip("no libX11 or libXtst to move the mouse with");
    app = plt_app_create(&argc, argv);
    REQUIRE(app != nullptr);
    if (!app)
        return test_result();
    window = openWindow(app, PLT_PAINTER_AUTO);
    window.host()->move(100, 60);
    settle(app, 400);
    if (comma) {
        testLocale("de_DE.UTF-8");
    } else {
        testGestures();
        REQUIRE(plt_widget_set_painter(window.widget, PLT_PAINTER_GL));
        settle(app, 400);
        testWheel();
        testDrag();
    }
    window.close();
    pinLibraries();
    plt_app_destroy(app);
    return test_result();
}
