// An image viewer by keys, time and the pointer: frames, playback, regions and their
// curves.
#include <plotlib/draw/frame.h>
#include <plotlib/plotlib.h>
#include <plotlib/scene/image_viewer.h>

#include "test.h"

enum { WIDTH = 700, HEIGHT = 600, COLUMNS = 16, ROWS = 12, FRAMES = 200 };

struct fixture {
    struct plt_figure *figure;
    struct plt_image_viewer *viewer;
    struct plt_frame frame;
    int fetched, shown, missing;
    uint64_t last;
};

// Sample (c, r) of frame t is t + c.
static struct plt_image *fetch(void *user, uint64_t index)
{
    struct fixture *f = user;
    uint16_t pixels[COLUMNS * ROWS];
    f->fetched++;
    if ((int)index == f->missing)
        return NULL;
    for (int i = 0; i < COLUMNS * ROWS; i++)
        pixels[i] = (uint16_t)(index + (uint64_t)(i % COLUMNS));
    return plt_image_create(
        pixels, plt_image_params(.type = PLT_U16, .columns = COLUMNS, .rows = ROWS));
}

static void hear(const struct plt_notice *notice, void *user)
{
    struct fixture *f = user;
    REQUIRE(notice->viewer == f->viewer);
    f->shown++;
    f->last = notice->frame;
}

static void paint(struct fixture *f)
{
    REQUIRE(plt_frame_build(&f->frame, f->figure, WIDTH, HEIGHT, 1));
}

static void setup(struct fixture *f, struct plt_image_viewer_params params)
{
    memset(f, 0, sizeof(*f));
    f->missing = -1;
    f->figure = plt_figure_create(NULL);
    if (!params.image) {
        params.frame = fetch;
        params.user = f;
        params.num_frames = FRAMES;
    }
    f->viewer = plt_image_viewer_create(f->figure, &params);
    REQUIRE(f->viewer != NULL);
    plt_figure_listen(f->figure, 1u << PLT_NOTICE_FRAME_CHANGED, hear, f);
    plt_frame_init(&f->frame);
    paint(f);
}

static void finish(struct fixture *f)
{
    plt_frame_finish(&f->frame);
    plt_figure_destroy(f->figure);
}

static bool press(struct fixture *f, int key, bool repeat)
{
    return plt_figure_handle_event(
        f->figure,
        &(struct plt_event){.type = PLT_EVENT_KEY, .key = key, .repeat = repeat});
}

static void let_go(struct fixture *f, int key)
{
    plt_figure_handle_event(f->figure,
                            &(struct plt_event){.type = PLT_EVENT_KEY_RELEASE, .key = key});
}

#define AT(f, n) REQUIRE_CMP(plt_image_viewer_frame((f)->viewer), ==, (uint64_t)(n), PRIu64)

static void test_keys(void)
{
    struct fixture f;
    setup(&f, (struct plt_image_viewer_params){0});
    REQUIRE(plt_figure_tick(f.figure, 50) < 0); // no timer while nothing plays
    REQUIRE(press(&f, PLT_KEY_RIGHT, false));
    AT(&f, 1);
    REQUIRE(f.shown == 1 && f.last == 1);
    // Held: after 0.2 s 20 frames a second, whatever the keyboard repeats.
    REQUIRE(plt_figure_tick(f.figure, 100) > 0.2);
    press(&f, PLT_KEY_RIGHT, true);
    AT(&f, 1);
    plt_figure_tick(f.figure, 100.2);
    AT(&f, 1);
    const double wait = plt_figure_tick(f.figure, 100.26);
    AT(&f, 2);
    REQUIRE(wait > 0.03 && wait < 0.05);
    plt_figure_tick(f.figure, 101.2); // late: frames are left out
    AT(&f, 21);
    let_go(&f, PLT_KEY_LEFT); // another one
    REQUIRE(plt_figure_tick(f.figure, 101.21) >= 0);
    let_go(&f, PLT_KEY_RIGHT);
    REQUIRE(plt_figure_tick(f.figure, 102) < 0);
    AT(&f, 21);
    press(&f, PLT_KEY_LEFT, false);
    AT(&f, 20);
    let_go(&f, PLT_KEY_NONE); // the focus is lost
    press(&f, PLT_KEY_DOWN, false);
    plt_figure_tick(f.figure, 200);
    plt_figure_tick(f.figure, 200.5);
    AT(&f, 70);
    press(&f, PLT_KEY_UP, false);
    plt_figure_tick(f.figure, 200.6);
    plt_figure_tick(f.figure, 200.7);
    AT(&f, 60);
    let_go(&f, PLT_KEY_UP);
    press(&f, PLT_KEY_PAGE_DOWN, false);
    plt_figure_tick(f.figure, 300);
    plt_figure_tick(f.figure, 300.1);
    AT(&f, 160);
    REQUIRE(plt_figure_tick(f.figure, 301) < 0); // stops at the end
    AT(&f, FRAMES - 1);
    press(&f, PLT_KEY_HOME, false);
    AT(&f, 0);
    press(&f, PLT_KEY_END, false);
    AT(&f, FRAMES - 1);
    REQUIRE(press(&f, ' ', false)); // from the beginning
    AT(&f, 0);
    plt_figure_tick(f.figure, 400);
    plt_figure_tick(f.figure, 400.5);
    AT(&f, 10);
    press(&f, ' ', false);
    REQUIRE(plt_figure_tick(f.figure, 401) < 0);
    AT(&f, 10);
    finish(&f);
}

static void test_play(void)
{
    struct fixture f;
    setup(&f, (struct plt_image_viewer_params){.rate_hz = 50, .loop = true, .first = 195});
    plt_image_viewer_play(f.viewer, 10);
    plt_figure_tick(f.figure, 5);
    plt_figure_tick(f.figure, 5.5);
    AT(&f, 0); // round the end
    plt_image_viewer_play(f.viewer, -10);
    plt_figure_tick(f.figure, 6);
    plt_figure_tick(f.figure, 6.3);
    AT(&f, FRAMES - 3);
    plt_image_viewer_play(f.viewer, 0);
    f.missing = 7; // what cannot be had leaves what is shown
    REQUIRE(!plt_image_viewer_set_frame(f.viewer, 7));
    AT(&f, FRAMES - 3);
    // Levels stay those of the first frame shown.
    const struct plt_range levels = plt_image_item_levels(plt_image_viewer_item(f.viewer));
    REQUIRE(levels.x0 == 195 && levels.x1 == 195 + COLUMNS - 1);
    // The time is seconds.
    const struct plt_range time = plt_plot_x_range(plt_image_viewer_time_plot(f.viewer));
    REQUIRE(fabs(time.x0 + 0.01) < 1e-9 && fabs(time.x1 - 3.99) < 1e-9);
    finish(&f);
}

static void point(struct fixture *f, enum plt_event_type type, double x, double y,
                  int button)
{
    plt_figure_handle_event(
        f->figure,
        &(struct plt_event){
            .type = type, .x_px = x, .y_px = y, .button = button, .buttons = button});
    paint(f);
}

static void test_timeline(void)
{
    struct fixture f;
    setup(&f, (struct plt_image_viewer_params){0});
    struct plt_plot *plot = plt_image_viewer_time_plot(f.viewer);
    const struct plt_rect data = plt_plot_data_rect(plot);
    double x, y, to;
    plt_plot_from_data(plot, 0, 0, &x, &y);
    plt_plot_from_data(plot, 80, 0, &to, &y);
    y = data.y + data.height / 2;
    point(&f, PLT_EVENT_MOVE, x, y, 0);
    REQUIRE(plt_figure_cursor(f.figure) == PLT_CURSOR_SIZE_HOR);
    point(&f, PLT_EVENT_PRESS, x, y, PLT_BUTTON_LEFT);
    point(&f, PLT_EVENT_MOVE, to, y, PLT_BUTTON_LEFT);
    AT(&f, 80);
    point(&f, PLT_EVENT_RELEASE, to, y, PLT_BUTTON_LEFT);
    // A click beside it goes there, without moving the view.
    plt_plot_from_data(plot, 120, 0, &x, &to);
    point(&f, PLT_EVENT_MOVE, x, y, 0);
    point(&f, PLT_EVENT_PRESS, x, y, PLT_BUTTON_LEFT);
    point(&f, PLT_EVENT_RELEASE, x, y, PLT_BUTTON_LEFT);
    AT(&f, 120);
    REQUIRE(plt_plot_x_range(plot).x0 == -0.5);
    finish(&f);
}

// The mean of the rectangle in every frame, a few at a time, and again after a change.
static void test_means(void)
{
    struct fixture f;
    setup(&f, (struct plt_image_viewer_params){0});
    REQUIRE(press(&f, 'O', false));
    REQUIRE(plt_image_viewer_roi(f.viewer) != NULL);
    plt_roi_set(plt_image_viewer_roi(f.viewer), 4, 2, 8, 7); // columns 4..7: mean 5.5
    REQUIRE(plt_viewer_find_means(f.viewer, 1));
    REQUIRE_CMP(f.viewer->num_means, ==, (uint64_t)1, PRIu64);
    REQUIRE(plt_figure_tick(f.figure, 1) < 0); // the others are few bytes
    REQUIRE_CMP(plt_series_count(f.viewer->means), ==, (uint64_t)FRAMES, PRIu64);
    for (int t = 0; t < FRAMES; t++)
        REQUIRE(f.viewer->mean_values[t] == t + 5.5);
    f.missing = 10;
    plt_roi_set(plt_image_viewer_roi(f.viewer), 0, 0, 2, 1);
    plt_image_viewer_settle(f.viewer);
    REQUIRE(f.viewer->mean_values[20] == 20.5 && isnan(f.viewer->mean_values[10]));
    f.missing = -1;
    paint(&f);
    // Turned and flipped, the same samples lie in it.
    for (int i = 0; i < 5; i++) {
        REQUIRE(press(&f, i == 2 ? 'F' : 'T', false));
        plt_image_viewer_settle(f.viewer);
        REQUIRE(f.viewer->mean_values[3] == 3.5);
    }
    const double high = plt_plot_data_rect(plt_image_viewer_time_plot(f.viewer)).height;
    REQUIRE(press(&f, 'O', false));
    REQUIRE(plt_image_viewer_roi(f.viewer) == NULL);
    paint(&f);
    REQUIRE(plt_plot_data_rect(plt_image_viewer_time_plot(f.viewer)).height < high);
    finish(&f);
}

static void test_profile(void)
{
    struct fixture f;
    setup(&f, (struct plt_image_viewer_params){.roi = PLT_VIEWER_ROI_LINE});
    struct plt_plot *profile = plt_image_viewer_profile_plot(f.viewer);
    REQUIRE(profile && plt_figure_plot(f.figure, 1) == profile); // between image and time
    plt_roi_set(plt_image_viewer_roi(f.viewer), 0.5, 3.5, 15.5, 3.5);
    REQUIRE_CMP(plt_series_count(f.viewer->profile), ==, (uint64_t)COLUMNS, PRIu64);
    plt_image_viewer_set_frame(f.viewer, 50);
    paint(&f);
    const struct plt_range y = plt_plot_y_range(profile);
    REQUIRE(y.x0 < 50 && y.x0 > 48 && y.x1 > 65 && y.x1 < 67);
    REQUIRE(press(&f, 'L', false));
    REQUIRE_CMP(plt_figure_num_plots(f.figure), ==, 2, "d");
    finish(&f);

    // One image: no timeline, and the means of a rectangle's columns.
    memset(&f, 0, sizeof(f));
    f.missing = -1;
    struct plt_image *image = fetch(&f, 0);
    setup(&f, (struct plt_image_viewer_params){.image = image, .roi = PLT_VIEWER_ROI_RECT});
    plt_image_unref(image);
    REQUIRE(plt_image_viewer_time_plot(f.viewer) == NULL);
    REQUIRE(plt_series_count(f.viewer->profile) > 1);
    REQUIRE(!press(&f, ' ', false));
    finish(&f);
}

static void destroy(const struct plt_notice *notice, void *user)
{
    plt_image_viewer_destroy(notice->viewer);
}

static void test_life(void)
{
    struct fixture f;
    setup(&f, (struct plt_image_viewer_params){.roi = PLT_VIEWER_ROI_RECT});
    plt_plot_destroy(plt_image_viewer_time_plot(f.viewer)); // with it the viewer
    REQUIRE(plt_figure_num_plots(f.figure) == 0 && f.figure->viewers == NULL);
    paint(&f);
    finish(&f);
    setup(&f, (struct plt_image_viewer_params){.hide_timeline = true});
    plt_figure_listen(f.figure, 1u << PLT_NOTICE_FRAME_CHANGED, destroy, NULL);
    plt_image_viewer_play(f.viewer, 100);
    plt_figure_tick(f.figure, 1);
    plt_figure_tick(f.figure, 2);
    REQUIRE(f.figure->viewers == NULL && plt_figure_num_plots(f.figure) == 0);
    finish(&f);
    memset(&f, 0, sizeof(f));
    f.figure = plt_figure_create(NULL);
    f.missing = 0; // no first frame
    REQUIRE(!plt_image_viewer_create(
        f.figure, plt_image_viewer_params(.frame = fetch, .user = &f, .num_frames = 3)));
    REQUIRE(plt_figure_num_plots(f.figure) == 0);
    plt_figure_destroy(f.figure);
}

int main(void)
{
    test_keys();
    test_play();
    test_timeline();
    test_means();
    test_profile();
    test_life();
    return test_result();
}
