// Color bars by input events and by the draw list: what is counted and shown, levels
// dragged and clamped, the axis, the gradient's stops, and that levels touch no pixel.
#include <plotlib/base/pool.h>
#include <plotlib/draw/frame.h>
#include <plotlib/plotlib.h>
#include <plotlib/scene/color_bar.h>

#include "test.h"

enum { WIDTH = 800, HEIGHT = 500, COLUMNS = 64, ROWS = 40 };

struct fixture {
    struct plt_figure *figure;
    struct plt_plot *plot;
    struct plt_image *image;
    struct plt_image_item *item;
    struct plt_color_bar *bar;
    struct plt_frame frame;
    int levels, by_hand, finished;
    struct plt_range last;
};

static void hear(const struct plt_notice *notice, void *user)
{
    struct fixture *f = user;
    REQUIRE(notice->image_item == f->item);
    f->levels++;
    f->by_hand += notice->by_hand;
    f->finished += notice->finished;
    f->last = notice->levels;
}

// Values 0..2559, each once.
static void setup(struct fixture *f, const struct plt_color_bar_params *params)
{
    static uint16_t pixels[COLUMNS * ROWS];
    for (int i = 0; i < COLUMNS * ROWS; i++)
        pixels[i] = (uint16_t)i;
    memset(f, 0, sizeof(*f));
    f->figure = plt_figure_create(NULL);
    f->plot = plt_figure_add_plot(f->figure, NULL);
    f->image = plt_image_create(
        pixels, plt_image_params(.type = PLT_U16, .columns = COLUMNS, .rows = ROWS));
    f->item = plt_image_item_create(f->plot, f->image, NULL);
    f->bar = plt_color_bar_create(f->item, params);
    plt_frame_init(&f->frame);
    REQUIRE(plt_frame_build(&f->frame, f->figure, WIDTH, HEIGHT, 1));
    plt_figure_listen(f->figure, 1u << PLT_NOTICE_LEVELS_CHANGED, hear, f);
}

static void finish(struct fixture *f)
{
    plt_frame_finish(&f->frame);
    plt_figure_destroy(f->figure);
    plt_image_unref(f->image);
}

static bool send(struct fixture *f, enum plt_event_type type, double x, double y,
                 int button)
{
    const bool used = plt_figure_handle_event(
        f->figure, &(struct plt_event){.type = type,
                                       .x_px = x,
                                       .y_px = y,
                                       .button = button,
                                       .buttons = type == PLT_EVENT_RELEASE ? 0 : button});
    plt_frame_build(&f->frame, f->figure, WIDTH, HEIGHT, 1);
    return used;
}

static bool press_key(struct fixture *f, int key, int modifiers)
{
    const bool used = plt_figure_handle_event(
        f->figure,
        &(struct plt_event){.type = PLT_EVENT_KEY, .key = key, .modifiers = modifiers});
    plt_frame_build(&f->frame, f->figure, WIDTH, HEIGHT, 1);
    return used;
}

static double y_of(const struct fixture *f, double v)
{
    return plt_map_px(&f->bar->axis.map, v);
}

static void drag_to(struct fixture *f, double x, double y0, double y1)
{
    send(f, PLT_EVENT_MOVE, x, y0, 0);
    REQUIRE(send(f, PLT_EVENT_PRESS, x, y0, PLT_BUTTON_LEFT));
    for (int i = 1; i <= 4; i++)
        send(f, PLT_EVENT_MOVE, x, y0 + (y1 - y0) * i / 4, PLT_BUTTON_LEFT);
}

static void drag(struct fixture *f, double x, double y0, double y1)
{
    drag_to(f, x, y0, y1);
    send(f, PLT_EVENT_RELEASE, x, y1, PLT_BUTTON_LEFT);
}

static void near(double a, double b, double tolerance, int line)
{
    if (!(fabs(a - b) <= tolerance)) {
        fprintf(stderr, "line %d: %.17g is not %.17g\n", line, a, b);
        test_failures++;
    }
}
#define NEAR(a, b, tolerance) near(a, b, tolerance, __LINE__)

static double per_px(const struct fixture *f)
{
    return fabs(1 / f->bar->axis.map.scale);
}

static double bars_x(const struct fixture *f)
{
    return (f->bar->bars.x0 + f->bar->bars.x1) / 2.0;
}

static void test_levels(void)
{
    struct fixture f;
    setup(&f, NULL);
    const struct plt_bar_histogram *h = f.bar->histogram;
    uint64_t sum = 0;
    for (int i = 0; i < h->bins; i++)
        sum += h->counts[0][i];
    REQUIRE_CMP(sum, ==, (uint64_t)(COLUMNS * ROWS), PRIu64);
    const struct plt_range shown = plt_color_bar_range(f.bar);
    REQUIRE(shown.x0 < 0 && shown.x1 > 2559);

    // Cancelled: automatic again.
    const double x = bars_x(&f);
    drag_to(&f, x, y_of(&f, 0), y_of(&f, 500));
    press_key(&f, PLT_KEY_ESCAPE, 0);
    REQUIRE(f.item->levels.x0 == 0 && f.item->levels.x1 == 0);
    send(&f, PLT_EVENT_RELEASE, x, 0, PLT_BUTTON_LEFT);
    f.levels = f.by_hand = f.finished = 0;

    // A level follows the hand, the other one stays.
    drag(&f, x, y_of(&f, 0), y_of(&f, 500));
    struct plt_range levels = plt_image_item_levels(f.item);
    NEAR(levels.x0, 500, 1.5 * per_px(&f));
    NEAR(levels.x1, 2559, 0);
    REQUIRE(f.levels > 1 && f.by_hand == f.levels);
    REQUIRE_CMP(f.finished, ==, 1, "d");
    NEAR(f.last.x0, levels.x0, 0);

    // Not past the other one.
    drag(&f, x, y_of(&f, 2559), y_of(&f, -100));
    levels = plt_image_item_levels(f.item);
    REQUIRE(levels.x1 > levels.x0);
    NEAR(levels.x1 - levels.x0, per_px(&f), per_px(&f) * 0.01);
    plt_image_item_set_levels(f.item, 500, 1500);
    plt_frame_build(&f.frame, f.figure, WIDTH, HEIGHT, 1);

    drag(&f, x, y_of(&f, 500), y_of(&f, 2000));
    levels = plt_image_item_levels(f.item);
    REQUIRE(levels.x1 == 1500);
    NEAR(levels.x1 - levels.x0, per_px(&f), per_px(&f) * 0.01);
    plt_image_item_set_levels(f.item, 500, 1500);
    plt_frame_build(&f.frame, f.figure, WIDTH, HEIGHT, 1);

    // Both, and not out of the axis.
    drag(&f, x, y_of(&f, 1000), y_of(&f, 1200));
    levels = plt_image_item_levels(f.item);
    NEAR(levels.x0, 700, 1.5 * per_px(&f));
    NEAR(levels.x1 - levels.x0, 1000, 1e-9);
    const double most = plt_color_bar_range(f.bar).x1;
    drag(&f, x, y_of(&f, 1200), y_of(&f, 2500) - 400);
    levels = plt_image_item_levels(f.item);
    NEAR(levels.x1, most, 1.5 * per_px(&f));
    NEAR(levels.x1 - levels.x0, 1000, 1e-9);

    // Cancelled: as it was.
    const struct plt_range before = levels;
    drag_to(&f, x, y_of(&f, levels.x0 + 300), y_of(&f, 900));
    REQUIRE(plt_image_item_levels(f.item).x0 != before.x0);
    press_key(&f, PLT_KEY_ESCAPE, 0);
    NEAR(plt_image_item_levels(f.item).x0, before.x0, 0);
    send(&f, PLT_EVENT_RELEASE, x, 0, PLT_BUTTON_LEFT);

    // A, and a double click: automatic.
    send(&f, PLT_EVENT_MOVE, x, y_of(&f, 1200), 0);
    REQUIRE(press_key(&f, 'A', 0));
    levels = plt_image_item_levels(f.item);
    NEAR(levels.x0, 0, 0);
    NEAR(levels.x1, 2559, 0);
    plt_image_item_set_levels(f.item, 5, 6);
    send(&f, PLT_EVENT_DOUBLE_CLICK, x, y_of(&f, 1200), PLT_BUTTON_LEFT);
    NEAR(plt_image_item_levels(f.item).x1, 2559, 0);
    REQUIRE(plt_view_is_auto(f.plot)); // none of it was the plot's
    finish(&f);
}

// What the painters are given of the image: only its levels change.
static void test_no_pixels(void)
{
    struct fixture f;
    setup(&f, NULL);
    const struct plt_frame_image before = f.frame.images[0];
    const uint64_t generation = f.bar->histogram->generation;
    drag(&f, bars_x(&f), y_of(&f, 0), y_of(&f, 700));
    const struct plt_frame_image *after = &f.frame.images[0];
    REQUIRE_CMP(f.frame.num_images, ==, (size_t)1, "zu"); // the strip is none
    REQUIRE(after->levels[0].lo != before.levels[0].lo);
    REQUIRE(after->src.id == before.src.id &&
            after->src.generation == before.src.generation);
    REQUIRE(after->table.id == before.table.id);
    REQUIRE(f.bar->histogram->generation == generation);
    finish(&f);
}

static void test_axis(void)
{
    struct fixture f;
    setup(&f, NULL);
    const struct plt_range levels = plt_image_item_levels(f.item);
    const struct plt_range shown = plt_color_bar_range(f.bar);
    const double x = f.bar->axis.area.x0 + 10,
                 y = (f.bar->along.y0 + f.bar->along.y1) / 2.0;
    send(&f, PLT_EVENT_MOVE, x, y, 0);
    REQUIRE(plt_figure_handle_event(
        f.figure,
        &(struct plt_event){.type = PLT_EVENT_WHEEL, .x_px = x, .y_px = y, .wheel = 1}));
    const struct plt_range zoomed = plt_color_bar_range(f.bar);
    NEAR((zoomed.x1 - zoomed.x0) / (shown.x1 - shown.x0), 0.74, 1e-6);
    plt_frame_build(&f.frame, f.figure, WIDTH, HEIGHT, 1);
    drag(&f, x, y, y + 50);
    const struct plt_range panned = plt_color_bar_range(f.bar);
    NEAR(panned.x0 - zoomed.x0, 50 * per_px(&f), per_px(&f) * 0.01);
    NEAR(plt_image_item_levels(f.item).x0, levels.x0, 0);
    NEAR(plt_image_item_levels(f.item).x1, levels.x1, 0);
    REQUIRE(f.levels == 0 && plt_view_is_auto(f.plot));
    REQUIRE(plt_color_bar_set_range(f.bar, 0, 100));
    NEAR(plt_color_bar_range(f.bar).x1, 100, 0);
    REQUIRE(plt_color_bar_set_range(f.bar, 0, 0));
    NEAR(plt_color_bar_range(f.bar).x1, shown.x1, 1e-9);
    finish(&f);
}

// Without a histogram the axis is the levels.
static void test_compact(void)
{
    struct fixture f;
    setup(&f, plt_color_bar_params(.hide_histogram = true, .label = "counts"));
    REQUIRE(plt_color_bar_rect(f.bar).width > 0 && f.bar->histogram == NULL);
    NEAR(y_of(&f, 0), f.bar->along.y1, 1e-6);
    NEAR(y_of(&f, 2559), f.bar->along.y0, 1e-6);
    const double x = f.bar->strip.x0 + 2;
    drag(&f, x, y_of(&f, 1000), y_of(&f, 1100));
    struct plt_range levels = plt_image_item_levels(f.item);
    NEAR(levels.x0, 100, 1.5 * per_px(&f));
    NEAR(levels.x1 - levels.x0, 2559, 1e-9);
    NEAR(y_of(&f, levels.x0), f.bar->along.y1, 1e-6);
    drag(&f, x, f.bar->along.y0, f.bar->along.y0 - 30); // beyond the end
    REQUIRE(plt_image_item_levels(f.item).x1 > levels.x1 + 20 * per_px(&f) * 0.9);
    finish(&f);
}

static void test_gradient(void)
{
    struct fixture f;
    setup(&f, NULL);
    struct plt_colormap_stop stops[PLT_COLOR_BAR_STOPS];
    const size_t of_viridis = plt_color_bar_stops(f.bar, stops);
    REQUIRE(of_viridis >= 3 && of_viridis <= 12);
    plt_image_item_set_colormap(f.item, "grey");
    REQUIRE_CMP(plt_color_bar_stops(f.bar, stops), ==, (size_t)2, "zu");
    plt_frame_build(&f.frame, f.figure, WIDTH, HEIGHT, 1);

    // Added where there is none, in the color that is there.
    const double x = (f.bar->strip.x0 + f.bar->strip.x1) / 2.0;
    send(&f, PLT_EVENT_MOVE, x, y_of(&f, 2559 * 0.25), 0);
    send(&f, PLT_EVENT_DOUBLE_CLICK, x, y_of(&f, 2559 * 0.25), PLT_BUTTON_LEFT);
    REQUIRE_CMP(plt_color_bar_stops(f.bar, stops), ==, (size_t)3, "zu");
    NEAR(stops[1].position, 0.25, 0.005);
    NEAR((double)stops[1].color.r, 0.25, 0.01);

    // Dragged, and it stays in the hand beyond its neighbor.
    REQUIRE(plt_color_bar_set_stop_color(f.bar, 1, (struct plt_color){1, 0, 0, 1}));
    plt_frame_build(&f.frame, f.figure, WIDTH, HEIGHT, 1);
    drag(&f, x, y_of(&f, 2559 * 0.25), y_of(&f, 2559 * 0.75));
    plt_color_bar_stops(f.bar, stops);
    NEAR(stops[1].position, 0.75, 0.005);
    const uint32_t *colors = plt_colormap_colors(f.item->map);
    NEAR((colors[(int)(255 * stops[1].position + 0.5)] >> 16 & 255), 255, 3);
    NEAR((colors[(int)(255 * stops[1].position + 0.5)] >> 8 & 255), 0, 3);

    // Cancelled.
    drag_to(&f, x, y_of(&f, 2559 * 0.75), y_of(&f, 2559 * 0.5));
    press_key(&f, PLT_KEY_ESCAPE, 0);
    plt_color_bar_stops(f.bar, stops);
    REQUIRE_CMP(plt_color_bar_stops(f.bar, stops), ==, (size_t)3, "zu");
    NEAR(stops[1].position, 0.75, 0.02);
    send(&f, PLT_EVENT_RELEASE, x, 0, PLT_BUTTON_LEFT);

    // Off the bar it is gone; the last two stay.
    send(&f, PLT_EVENT_MOVE, x, y_of(&f, 2559 * 0.75), 0);
    send(&f, PLT_EVENT_PRESS, x, y_of(&f, 2559 * 0.75), PLT_BUTTON_LEFT);
    send(&f, PLT_EVENT_MOVE, x - 300, y_of(&f, 2559 * 0.75), PLT_BUTTON_LEFT);
    send(&f, PLT_EVENT_RELEASE, x - 300, y_of(&f, 2559 * 0.75), PLT_BUTTON_LEFT);
    REQUIRE_CMP(plt_color_bar_stops(f.bar, stops), ==, (size_t)2, "zu");
    send(&f, PLT_EVENT_MOVE, x, y_of(&f, 2559), 0);
    send(&f, PLT_EVENT_PRESS, x, y_of(&f, 2559), PLT_BUTTON_RIGHT);
    send(&f, PLT_EVENT_RELEASE, x, y_of(&f, 2559), PLT_BUTTON_RIGHT);
    REQUIRE_CMP(plt_color_bar_stops(f.bar, stops), ==, (size_t)2, "zu");
    finish(&f);
}

static void test_cycle(void)
{
    struct fixture f;
    setup(&f, NULL);
    send(&f, PLT_EVENT_MOVE, bars_x(&f), 200, 0);
    REQUIRE(press_key(&f, 'C', 0));
    struct plt_colormap *want = plt_colormap_find("inferno", NULL);
    const size_t bytes = PLT_COLORMAP_SIZE * 4;
    REQUIRE(memcmp(plt_colormap_colors(f.item->map), plt_colormap_colors(want), bytes) ==
            0);
    plt_colormap_unref(want);
    press_key(&f, 'C', PLT_MOD_SHIFT);
    press_key(&f, 'C', PLT_MOD_SHIFT);
    press_key(&f, 'C', PLT_MOD_SHIFT); // from the first to the last
    int last = 0;
    while (plt_colormap_name(last + 1))
        last++;
    want = plt_colormap_find(plt_colormap_name(last), NULL);
    REQUIRE(memcmp(plt_colormap_colors(f.item->map), plt_colormap_colors(want), bytes) ==
            0);
    plt_colormap_unref(want);
    REQUIRE(press_key(&f, 'L', 0) && f.bar->log_counts);
    finish(&f);
}

static void test_colors(void)
{
    static uint8_t pixels[12 * 10 * 3];
    struct fixture f;
    setup(&f, NULL);
    for (int i = 0; i < 12 * 10 * 3; i++)
        pixels[i] = (uint8_t)(i % 3 * 50 + i % 10);
    struct plt_image *colors = plt_image_create(
        pixels, plt_image_params(.type = PLT_U8, .columns = 12, .rows = 10, .channels = 3));
    REQUIRE(plt_image_item_set_image(f.item, colors));
    plt_frame_build(&f.frame, f.figure, WIDTH, HEIGHT, 1);
    REQUIRE_CMP(f.bar->histogram->channels, ==, 3, "d");
    NEAR(plt_image_item_levels(f.item).x1, 255, 0);
    send(&f, PLT_EVENT_MOVE, bars_x(&f), 200, 0);
    REQUIRE(press_key(&f, '2', 0)); // green alone
    drag(&f, bars_x(&f), y_of(&f, 255), y_of(&f, 150));
    NEAR(plt_image_item_channel_levels(f.item, 1).x1, 150, 1.5 * per_px(&f));
    NEAR(plt_image_item_channel_levels(f.item, 0).x1, 255, 0);
    NEAR(plt_image_item_channel_levels(f.item, 2).x1, 255, 0);
    plt_image_unref(colors);
    finish(&f);
}

// Levels at percentiles: exact, of each color on its own, followed from image to image.
static void test_percent(void)
{
    struct fixture f;
    setup(&f, NULL);
    REQUIRE(plt_image_item_set_auto_percent(f.item, 1, 99));
    struct plt_range levels = plt_image_item_levels(f.item);
    NEAR(levels.x0, 2559 * 0.01, 1e-9);
    NEAR(levels.x1, 2559 * 0.99, 1e-9);
    static uint16_t other[COLUMNS * ROWS];
    for (int i = 0; i < COLUMNS * ROWS; i++)
        other[i] = (uint16_t)(i * 2);
    plt_image_update(f.image, other);
    NEAR(plt_image_item_levels(f.item).x1, 2 * 2559 * 0.99, 1e-9);
    plt_image_item_set_levels(f.item, 3, 4);
    NEAR(plt_image_item_levels(f.item).x1, 4, 0);
    REQUIRE(!plt_image_item_set_auto_percent(f.item, 50, 101));
    finish(&f);
}

// Bars beside one another, the end of items and bars, no room.
static void test_life(void)
{
    struct fixture f;
    setup(&f, NULL);
    struct plt_image_item *second = plt_image_item_create(f.plot, f.image, NULL);
    struct plt_color_bar *bar = plt_color_bar_create(second, NULL);
    plt_frame_build(&f.frame, f.figure, WIDTH, HEIGHT, 1);
    REQUIRE(plt_color_bar_rect(bar).x >=
            plt_color_bar_rect(f.bar).x + plt_color_bar_rect(f.bar).width);
    send(&f, PLT_EVENT_MOVE, plt_color_bar_rect(bar).x + 20, 200, 0);
    send(&f, PLT_EVENT_PRESS, plt_color_bar_rect(bar).x + 20, 200, PLT_BUTTON_LEFT);
    plt_image_item_destroy(second); // in the hand
    send(&f, PLT_EVENT_MOVE, 300, 300, PLT_BUTTON_LEFT);
    send(&f, PLT_EVENT_RELEASE, 300, 300, PLT_BUTTON_LEFT);
    REQUIRE(f.plot->color_bars == f.bar && f.bar->next == NULL);
    const double wide = plt_plot_data_rect(f.plot).width;
    plt_color_bar_destroy(f.bar);
    plt_frame_build(&f.frame, f.figure, WIDTH, HEIGHT, 1);
    REQUIRE(plt_plot_data_rect(f.plot).width > wide + 60);
    f.bar = plt_color_bar_create(f.item, NULL);
    for (int size = 1; size < 200; size += 7)
        REQUIRE(plt_frame_build(&f.frame, f.figure, size, size, 1));
    finish(&f);
}

int main(void)
{
    test_levels();
    test_no_pixels();
    test_axis();
    test_compact();
    test_gradient();
    test_cycle();
    test_colors();
    test_percent();
    test_life();
    return test_result();
}
