// Input events change the view as event.h says, and notices come out in a consistent state.
#include <plotlib/plotlib.h>

#include "test.h"

enum { WIDTH = 800, HEIGHT = 500 };

struct heard {
    int views, by_hand, clicks, double_clicks, hovers, keys, moves, closed;
    struct plt_notice last;
};

static void hear(const struct plt_notice *notice, void *user)
{
    struct heard *heard = user;
    heard->last = *notice;
    switch (notice->type) {
    case PLT_NOTICE_VIEW_CHANGED:
        heard->views++;
        heard->by_hand += notice->by_hand;
        break;
    case PLT_NOTICE_CLICKED: heard->clicks++; break;
    case PLT_NOTICE_DOUBLE_CLICKED: heard->double_clicks++; break;
    case PLT_NOTICE_HOVERED: heard->hovers++; break;
    case PLT_NOTICE_KEY: heard->keys++; break;
    case PLT_NOTICE_ITEM_MOVED: heard->moves++; break;
    case PLT_NOTICE_CLOSED: heard->closed++; break;
    case PLT_NOTICE_LEVELS_CHANGED:
    case PLT_NOTICE_ROI_CHANGED:
    case PLT_NOTICE_FRAME_CHANGED: REQUIRE(false); break;
    }
}

struct fixture {
    struct plt_figure *figure;
    struct plt_plot *plot;
    struct heard heard;
    struct plt_rect data;
};

static void setup(struct fixture *f, bool lock_aspect)
{
    memset(f, 0, sizeof(*f));
    f->figure = plt_figure_create(NULL);
    f->plot = plt_figure_add_plot(f->figure, plt_plot_params(.lock_aspect = lock_aspect));
    struct plt_series *series = plt_series_create(NULL);
    double y[101];
    for (int i = 0; i <= 100; i++)
        y[i] = i * 0.5;
    plt_series_append(series, y, 101);
    plt_curve_create(f->plot, series, plt_curve_params(.name = "up"));
    plt_curve_create(f->plot, series, plt_curve_params(.name = "again"));
    plt_series_unref(series);
    plt_figure_layout(f->figure, WIDTH, HEIGHT, 1);
    f->data = plt_plot_data_rect(f->plot);
    plt_figure_listen(f->figure, 0, hear, &f->heard);
}

static bool send(struct fixture *f, enum plt_event_type type, double x, double y,
                 int button)
{
    int buttons = type == PLT_EVENT_RELEASE ? 0 : button;
    bool used = plt_figure_handle_event(
        f->figure,
        &(struct plt_event){
            .type = type, .x_px = x, .y_px = y, .button = button, .buttons = buttons});
    plt_figure_layout(f->figure, WIDTH, HEIGHT, 1);
    f->data = plt_plot_data_rect(f->plot);
    return used;
}

static void drag(struct fixture *f, double x0, double y0, double x1, double y1, int button)
{
    send(f, PLT_EVENT_MOVE, x0, y0, 0);
    send(f, PLT_EVENT_PRESS, x0, y0, button);
    for (int i = 1; i <= 5; i++)
        send(f, PLT_EVENT_MOVE, x0 + (x1 - x0) * i / 5, y0 + (y1 - y0) * i / 5, button);
    send(f, PLT_EVENT_RELEASE, x1, y1, button);
}

static void near(double a, double b, double tolerance, int line)
{
    if (!(fabs(a - b) <= tolerance)) {
        fprintf(stderr, "line %d: %.17g is not %.17g\n", line, a, b);
        test_failures++;
    }
}
#define NEAR(a, b, tolerance) near(a, b, tolerance, __LINE__)

static double span(struct plt_range r)
{
    return r.x1 - r.x0;
}

static void test_wheel(void)
{
    struct fixture f;
    setup(&f, false);
    struct plt_range x = plt_plot_x_range(f.plot), y = plt_plot_y_range(f.plot);
    double px = f.data.x + f.data.width * 0.25, py = f.data.y + f.data.height * 0.75;
    double before_x, before_y, after_x, after_y;
    plt_plot_to_data(f.plot, px, py, &before_x, &before_y);
    struct plt_event wheel = {.type = PLT_EVENT_WHEEL, .x_px = px, .y_px = py, .wheel = 1};
    REQUIRE(plt_figure_handle_event(f.figure, &wheel));
    plt_plot_to_data(f.plot, px, py, &after_x, &after_y);
    NEAR(after_x, before_x, 1e-9);
    NEAR(after_y, before_y, 1e-9);
    NEAR(span(plt_plot_x_range(f.plot)), span(x) * 0.74, 1e-9);
    NEAR(span(plt_plot_y_range(f.plot)), span(y) * 0.74, 1e-9);
    REQUIRE_CMP(f.heard.by_hand, ==, 1, "d");

    // On an axis: that axis only.
    y = plt_plot_y_range(f.plot);
    wheel.y_px = f.data.y + f.data.height + 10;
    wheel.wheel = -1;
    plt_figure_handle_event(f.figure, &wheel);
    NEAR(span(plt_plot_x_range(f.plot)), span(x), 1e-9);
    NEAR(span(plt_plot_y_range(f.plot)), span(y), 0);

    // A million notches end at a limit, not in NaN.
    wheel.wheel = 1000;
    for (int i = 0; i < 1000; i++) {
        wheel.wheel = i < 500 ? 1000 : -1000;
        plt_figure_handle_event(f.figure, &wheel);
    }
    REQUIRE(isfinite(plt_plot_x_range(f.plot).x0) && span(plt_plot_x_range(f.plot)) > 0);
    plt_figure_destroy(f.figure);
}

static void test_drags(void)
{
    struct fixture f;
    setup(&f, false);
    struct plt_range x = plt_plot_x_range(f.plot), y = plt_plot_y_range(f.plot);
    double cx = f.data.x + 300, cy = f.data.y + 200;
    double held_x, held_y, now_x, now_y;
    plt_plot_to_data(f.plot, cx, cy, &held_x, &held_y);
    drag(&f, cx, cy, cx + 100, cy - 50, PLT_BUTTON_LEFT);
    plt_plot_to_data(f.plot, cx + 100, cy - 50, &now_x, &now_y); // sticks to the hand
    NEAR(now_x, held_x, 1e-9);
    NEAR(now_y, held_y, 1e-9);
    NEAR(span(plt_plot_x_range(f.plot)), span(x), 0);

    struct plt_range panned = plt_plot_x_range(f.plot);
    drag(&f, cx, f.data.y + f.data.height + 8, cx - 40, f.data.y, PLT_BUTTON_LEFT);
    NEAR(plt_plot_x_range(f.plot).x0, panned.x0 + 40 * span(x) / f.data.width, 1e-9);
    NEAR(span(plt_plot_y_range(f.plot)), span(y), 1e-9);

    struct plt_range y_before = plt_plot_y_range(f.plot);
    drag(&f, f.data.x - 8, cy, f.data.x - 8, cy + 30, PLT_BUTTON_LEFT);
    NEAR(plt_plot_y_range(f.plot).x0, y_before.x0 + 30 * span(y) / f.data.height, 1e-9);

    // Right drag: right and up zoom in, about the press point.
    plt_plot_to_data(f.plot, cx, cy, &held_x, &held_y);
    drag(&f, cx, cy, cx + 35, cy - 35, PLT_BUTTON_RIGHT);
    plt_plot_to_data(f.plot, cx, cy, &now_x, &now_y);
    NEAR(now_x, held_x, 1e-9);
    NEAR(span(plt_plot_x_range(f.plot)), span(x) * pow(1.02, -35), 1e-9);
    NEAR(span(plt_plot_y_range(f.plot)), span(y) * pow(1.02, -35), 1e-9);

    // The other button cancels.
    struct plt_range before = plt_plot_x_range(f.plot);
    send(&f, PLT_EVENT_PRESS, cx, cy, PLT_BUTTON_LEFT);
    send(&f, PLT_EVENT_MOVE, cx + 80, cy, PLT_BUTTON_LEFT);
    REQUIRE(plt_plot_x_range(f.plot).x0 != before.x0);
    send(&f, PLT_EVENT_PRESS, cx + 80, cy, PLT_BUTTON_RIGHT);
    NEAR(plt_plot_x_range(f.plot).x0, before.x0, 0);
    plt_figure_destroy(f.figure);
}

static void test_band_and_history(void)
{
    struct fixture f;
    setup(&f, false);
    struct plt_range x = plt_plot_x_range(f.plot);
    plt_plot_set_rubber_band(f.plot, true);
    REQUIRE_CMP((int)plt_figure_cursor(f.figure), ==, PLT_CURSOR_ARROW, "d");
    double x0, y0, x1, y1;
    plt_plot_to_data(f.plot, f.data.x + 100, f.data.y + 150, &x0, &y1);
    plt_plot_to_data(f.plot, f.data.x + 300, f.data.y + 250, &x1, &y0);
    drag(&f, f.data.x + 300, f.data.y + 150, f.data.x + 100, f.data.y + 250,
         PLT_BUTTON_LEFT);
    REQUIRE_CMP((int)plt_figure_cursor(f.figure), ==, PLT_CURSOR_CROSS, "d");
    NEAR(plt_plot_x_range(f.plot).x0, x0, 1e-9);
    NEAR(plt_plot_x_range(f.plot).x1, x1, 1e-9);
    NEAR(plt_plot_y_range(f.plot).x0, y0, 1e-9);
    NEAR(plt_plot_y_range(f.plot).x1, y1, 1e-9);

    struct plt_range zoomed = plt_plot_x_range(f.plot);
    REQUIRE(plt_plot_zoom_back(f.plot));
    NEAR(plt_plot_x_range(f.plot).x0, x.x0, 1e-9);
    REQUIRE(!plt_plot_zoom_back(f.plot));
    REQUIRE(plt_plot_zoom_forward(f.plot));
    NEAR(plt_plot_x_range(f.plot).x0, zoomed.x0, 1e-9);
    REQUIRE(!plt_plot_zoom_forward(f.plot));

    struct plt_event key = {.type = PLT_EVENT_KEY, .key = PLT_KEY_BACKSPACE};
    REQUIRE(plt_figure_handle_event(f.figure, &key));
    NEAR(plt_plot_x_range(f.plot).x0, x.x0, 1e-9);
    key.key = '+';
    REQUIRE(plt_figure_handle_event(f.figure, &key));
    NEAR(plt_plot_x_range(f.plot).x0, zoomed.x0, 1e-9);

    send(&f, PLT_EVENT_DOUBLE_CLICK, f.data.x + 50, f.data.y + 50, PLT_BUTTON_LEFT);
    NEAR(plt_plot_x_range(f.plot).x0, x.x0, 1e-9);
    NEAR(plt_plot_x_range(f.plot).x1, x.x1, 1e-9);
    REQUIRE_CMP(f.heard.double_clicks, ==, 1, "d");

    // Several wheel notches are one step back.
    for (int i = 0; i < 4; i++)
        plt_figure_handle_event(f.figure, &(struct plt_event){.type = PLT_EVENT_WHEEL,
                                                              .x_px = f.data.x + 50,
                                                              .y_px = f.data.y + 50,
                                                              .wheel = 1});
    REQUIRE(plt_plot_zoom_back(f.plot));
    NEAR(plt_plot_x_range(f.plot).x0, x.x0, 1e-9);
    plt_figure_destroy(f.figure);
}

static void test_button_legend_click(void)
{
    struct fixture f;
    setup(&f, false);
    struct plt_range x = plt_plot_x_range(f.plot);
    plt_plot_set_x_range(f.plot, 20, 30);
    send(&f, PLT_EVENT_MOVE, f.data.x + 60, f.data.y + 60, 0);
    double bx = f.data.x + 14, by = f.data.y + f.data.height - 14; // the "A" button
    send(&f, PLT_EVENT_MOVE, bx, by, 0);
    REQUIRE_CMP((int)plt_figure_cursor(f.figure), ==, PLT_CURSOR_POINTING, "d");
    send(&f, PLT_EVENT_PRESS, bx, by, PLT_BUTTON_LEFT);
    send(&f, PLT_EVENT_RELEASE, bx, by, PLT_BUTTON_LEFT);
    NEAR(plt_plot_x_range(f.plot).x0, x.x0, 1e-9);

    int clicks = f.heard.clicks;
    send(&f, PLT_EVENT_MOVE, f.data.x + 60, f.data.y + 60, 0);
    send(&f, PLT_EVENT_PRESS, f.data.x + 60, f.data.y + 60, PLT_BUTTON_LEFT);
    send(&f, PLT_EVENT_RELEASE, f.data.x + 61, f.data.y + 60, PLT_BUTTON_LEFT);
    REQUIRE_CMP(f.heard.clicks, ==, clicks + 1, "d");
    REQUIRE(f.heard.last.in_data && f.heard.last.plot == f.plot);

    double lx = f.data.x + f.data.width - 20, ly = f.data.y + 20;
    send(&f, PLT_EVENT_MOVE, lx, ly, 0);
    REQUIRE_CMP((int)plt_figure_cursor(f.figure), ==, PLT_CURSOR_SIZE_ALL, "d");
    drag(&f, lx, ly, lx - 200, ly + 100, PLT_BUTTON_LEFT);
    REQUIRE_CMP(f.heard.moves, ==, 1, "d");
    send(&f, PLT_EVENT_MOVE, lx - 200, ly + 100, 0);
    REQUIRE_CMP((int)plt_figure_cursor(f.figure), ==, PLT_CURSOR_SIZE_ALL, "d");
    REQUIRE_CMP(f.heard.hovers, >, 0, "d");

    send(&f, PLT_EVENT_LEAVE, 0, 0, 0);
    REQUIRE_CMP((int)plt_figure_cursor(f.figure), ==, PLT_CURSOR_ARROW, "d");
    plt_figure_notify_closed(f.figure);
    REQUIRE_CMP(f.heard.closed, ==, 1, "d");
    plt_figure_destroy(f.figure);
}

static void test_locked_aspect(void)
{
    struct fixture f;
    setup(&f, true);
    for (int i = 0; i < 3; i++) {
        double sx = span(plt_plot_x_range(f.plot)) / f.data.width;
        double sy = span(plt_plot_y_range(f.plot)) / f.data.height;
        NEAR(sx, sy, 1e-9 * sx);
        plt_figure_handle_event(f.figure, &(struct plt_event){.type = PLT_EVENT_WHEEL,
                                                              .x_px = f.data.x + 90,
                                                              .y_px = f.data.y + 50,
                                                              .wheel = 2});
    }
    plt_figure_destroy(f.figure);
}

// Callbacks may destroy anything.
static void destroy_plot(const struct plt_notice *notice, void *user)
{
    if (notice->plot)
        plt_plot_destroy(notice->plot);
    (*(int *)user)++;
}

static void destroy_figure(const struct plt_notice *notice, void *user)
{
    plt_figure_destroy(notice->figure);
    (*(int *)user)++;
}

static void test_destruction_in_callbacks(void)
{
    static const plt_notice_fn destroyers[] = {destroy_plot, destroy_figure};
    static const enum plt_event_type events[] = {PLT_EVENT_MOVE, PLT_EVENT_WHEEL,
                                                 PLT_EVENT_DOUBLE_CLICK};
    for (size_t d = 0; d < 2; d++) {
        for (size_t e = 0; e < 3; e++) {
            struct fixture f;
            setup(&f, false);
            int calls = 0;
            plt_figure_listen(f.figure, 0, destroyers[d], &calls);
            struct plt_event event = {.type = events[e],
                                      .x_px = f.data.x + 50,
                                      .y_px = f.data.y + 50,
                                      .button = PLT_BUTTON_LEFT,
                                      .wheel = 1};
            plt_figure_handle_event(f.figure, &event);
            REQUIRE_CMP(calls, >=, 1, "d");
            if (d == 0) {
                REQUIRE_CMP(plt_figure_num_plots(f.figure), ==, 0, "d");
                plt_figure_handle_event(f.figure, &event);
                plt_figure_destroy(f.figure);
            }
        }
    }
    struct fixture f; // by program, too
    setup(&f, false);
    int calls = 0;
    plt_figure_listen(f.figure, 1u << PLT_NOTICE_VIEW_CHANGED, destroy_figure, &calls);
    plt_plot_set_x_range(f.plot, 1, 2);
    REQUIRE_CMP(calls, ==, 1, "d");
}

// int64 x is drawn relative to an origin that moves with the view; drags and the history
// began at another one.
static void test_far_time(void)
{
    struct plt_figure *figure = plt_figure_create(NULL);
    struct plt_plot *plot = plt_figure_add_plot(figure, NULL);
    struct plt_series *series = plt_series_create(plt_series_params(.x_kind = PLT_X_I64));
    for (int i = 0; i < 100; i++) { // a sample a second, in ns
        int64_t x = INT64_C(1700000000000000000) + i * INT64_C(1000000000);
        double y = i;
        plt_series_append_xy(series, &x, &y, 1);
    }
    plt_curve_create(plot, series, NULL);
    plt_figure_layout(figure, WIDTH, HEIGHT, 1);
    struct plt_rect data = plt_plot_data_rect(plot);
    struct plt_event event = {.type = PLT_EVENT_WHEEL,
                              .x_px = data.x + data.width * 0.9,
                              .y_px = data.y + 50,
                              .wheel = 1};
    plt_figure_handle_event(figure, &event);
    plt_figure_layout(figure, WIDTH, HEIGHT, 1);
    struct plt_range once = plt_plot_x_range(plot);
    double x = data.x + data.width / 2, y = data.y + 80;
    event = (struct plt_event){.type = PLT_EVENT_PRESS, x, y, PLT_BUTTON_LEFT, 1};
    plt_figure_handle_event(figure, &event);
    event.type = PLT_EVENT_MOVE;
    event.x_px -= data.width / 4;
    plt_figure_handle_event(figure, &event);
    event.type = PLT_EVENT_RELEASE;
    plt_figure_handle_event(figure, &event);
    plt_figure_layout(figure, WIDTH, HEIGHT, 1);
    struct plt_range panned = plt_plot_x_range(plot);
    event.type = PLT_EVENT_WHEEL;
    event.wheel = 5;
    plt_figure_handle_event(figure, &event);
    plt_figure_layout(figure, WIDTH, HEIGHT, 1);
    REQUIRE(plt_plot_zoom_back(plot));
    plt_figure_layout(figure, WIDTH, HEIGHT, 1);
    NEAR(plt_plot_x_range(plot).x0, panned.x0, span(once) * 1e-6);
    REQUIRE(plt_plot_zoom_back(plot));
    plt_figure_layout(figure, WIDTH, HEIGHT, 1);
    NEAR(plt_plot_x_range(plot).x0, once.x0, span(once) * 1e-6);

    double held, now, any;
    plt_plot_to_data(plot, x, y, &held, &any);
    event = (struct plt_event){.type = PLT_EVENT_PRESS, x, y, PLT_BUTTON_LEFT, 1};
    plt_figure_handle_event(figure, &event);
    event.type = PLT_EVENT_MOVE;
    for (int i = 0; i < 30; i++) {
        event.x_px -= 10;
        plt_figure_handle_event(figure, &event);
        plt_figure_layout(figure, WIDTH, HEIGHT, 1);
        plt_plot_to_data(plot, event.x_px, y, &now, &any);
        NEAR(now, held, span(once) * 1e-6);
    }
    event = (struct plt_event){.type = PLT_EVENT_KEY, .key = PLT_KEY_ESCAPE};
    plt_figure_handle_event(figure, &event);
    NEAR(plt_plot_x_range(plot).x0, once.x0, span(once) * 1e-6);
    plt_series_unref(series);
    plt_figure_destroy(figure);
}

// A toolkit, or a test of one, may send any number as a position.
static void test_odd_positions(void)
{
    static const double odd[] = {NAN, INFINITY, -INFINITY, 1e300, -1e300, 3e9, -3e9};
    for (int i = 0; i < 7 * 3; i++) {
        struct fixture f;
        setup(&f, false);
        double x = odd[i % 7], y = odd[(i + i / 7) % 7];
        bool legend = i / 7 == 2;
        double x0 = legend ? f.data.x + f.data.width - 20 : f.data.x + 60;
        double y0 = legend ? f.data.y + 20 : f.data.y + 60;
        plt_plot_set_rubber_band(f.plot, i / 7 == 1);
        for (int button = 1; button <= 2; button++)
            drag(&f, x0, y0, x, y, button);
        send(&f, PLT_EVENT_MOVE, x, y, 0);
        struct plt_range r = plt_plot_x_range(f.plot);
        REQUIRE(isfinite(r.x0) && isfinite(r.x1) && r.x0 != r.x1);
        plt_figure_destroy(f.figure);
    }
}

// Plots that follow one another settle: a view that is set to what it is is no change.
static int linked_calls;

static void link_views(const struct plt_notice *notice, void *user)
{
    if (++linked_calls < 1000)
        plt_plot_set_x_range(user, notice->x_range.x0, notice->x_range.x1);
}

static void test_linked(void)
{
    struct fixture a, b;
    setup(&a, false);
    setup(&b, false);
    plt_figure_listen(a.figure, 1u << PLT_NOTICE_VIEW_CHANGED, link_views, b.plot);
    plt_figure_listen(b.figure, 1u << PLT_NOTICE_VIEW_CHANGED, link_views, a.plot);
    for (int i = 1; i < 20; i++) {
        linked_calls = 0;
        plt_plot_set_x_range(a.plot, 0.1 * i, 0.1 * i + 1.0 / i);
        REQUIRE_CMP(linked_calls, <, 10, "d");
        linked_calls = 0;
        drag(&b, b.data.x + 100, b.data.y + 100, b.data.x + 130 + i, b.data.y + 90,
             PLT_BUTTON_LEFT);
        REQUIRE_CMP(linked_calls, <, 60, "d");
        NEAR(plt_plot_x_range(a.plot).x0, plt_plot_x_range(b.plot).x0, 1e-12);
    }
    plt_figure_destroy(a.figure);
    plt_figure_destroy(b.figure);
}

int main(void)
{
    test_far_time();
    test_odd_positions();
    test_linked();
    test_wheel();
    test_drags();
    test_band_and_history();
    test_button_legend_click();
    test_locked_aspect();
    test_destruction_in_callbacks();
    return test_result();
}
