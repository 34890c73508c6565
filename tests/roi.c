// Regions by input events and by the draw list, and the samples in them against brute
// force.
#include <plotlib/draw/build.h>
#include <plotlib/draw/frame.h>
#include <plotlib/plotlib.h>

#include "test.h"

enum { WIDTH = 640, HEIGHT = 480, COLUMNS = 40, ROWS = 30 };

struct fixture {
    struct plt_figure *figure;
    struct plt_plot *plot;
    struct plt_image *image;
    struct plt_image_item *item;
    struct plt_frame frame;
    int changes, finished;
};

static float samples[COLUMNS * ROWS];

static void hear(const struct plt_notice *notice, void *user)
{
    struct fixture *f = user;
    f->changes++;
    f->finished += notice->finished;
    REQUIRE(notice->roi != NULL);
}

static void setup(struct fixture *f, struct plt_orientation o)
{
    memset(f, 0, sizeof(*f));
    f->figure = plt_figure_create(NULL);
    f->plot = plt_figure_add_plot(
        f->figure, plt_plot_params(.y_down = true, .lock_aspect = true, .readout = true));
    f->image = plt_image_create(
        samples, plt_image_params(.type = PLT_F32, .columns = COLUMNS, .rows = ROWS));
    f->item =
        plt_image_item_create(f->plot, f->image, plt_image_item_params(.orientation = o));
    plt_figure_listen(f->figure, 1u << PLT_NOTICE_ROI_CHANGED, hear, f);
    plt_frame_init(&f->frame);
    plt_frame_build(&f->frame, f->figure, WIDTH, HEIGHT, 1);
}

static void finish(struct fixture *f)
{
    plt_frame_finish(&f->frame);
    plt_figure_destroy(f->figure);
    plt_image_unref(f->image);
}

static void send(struct fixture *f, enum plt_event_type type, double x, double y,
                 int button)
{
    double x_px, y_px;
    plt_plot_from_data(f->plot, x, y, &x_px, &y_px);
    plt_figure_handle_event(
        f->figure,
        &(struct plt_event){
            .type = type, .x_px = x_px, .y_px = y_px, .button = button, .buttons = button});
    plt_frame_build(&f->frame, f->figure, WIDTH, HEIGHT, 1);
}

static void drag(struct fixture *f, double x0, double y0, double x1, double y1)
{
    send(f, PLT_EVENT_MOVE, x0, y0, 0);
    send(f, PLT_EVENT_PRESS, x0, y0, PLT_BUTTON_LEFT);
    send(f, PLT_EVENT_MOVE, (x0 + x1) / 2, (y0 + y1) / 2, PLT_BUTTON_LEFT);
    send(f, PLT_EVENT_MOVE, x1, y1, PLT_BUTTON_LEFT);
    send(f, PLT_EVENT_RELEASE, x1, y1, PLT_BUTTON_LEFT);
}

static void is_at(struct plt_roi *roi, double x0, double y0, double x1, double y1, int line)
{
    double got[4];
    plt_roi_get(roi, &got[0], &got[1], &got[2], &got[3]);
    if (got[0] != x0 || got[1] != y0 || got[2] != x1 || got[3] != y1) {
        fprintf(stderr, "line %d: %g %g %g %g is not %g %g %g %g\n", line, got[0], got[1],
                got[2], got[3], x0, y0, x1, y1);
        test_failures++;
    }
}
#define IS_AT(roi, x0, y0, x1, y1) is_at(roi, x0, y0, x1, y1, __LINE__)

static void test_drags(void)
{
    struct fixture f;
    setup(&f, (struct plt_orientation){0});
    struct plt_roi *roi = plt_roi_create(
        f.plot, plt_roi_params(.x0 = 10, .y0 = 8, .x1 = 20, .y1 = 18, .snap = 1));
    plt_frame_build(&f.frame, f.figure, WIDTH, HEIGHT, 1);
    drag(&f, 15, 13, 18, 12); // the body
    IS_AT(roi, 13, 7, 23, 17);
    REQUIRE(f.changes > 1 && f.finished == 1);
    REQUIRE(plt_plot_x_range(f.plot).x0 == 0); // the view stayed
    drag(&f, 13, 7, 11.2, 4.9);                // a corner
    IS_AT(roi, 11, 5, 23, 17);
    drag(&f, 23, 11, 25, 3); // an edge: its axis alone
    IS_AT(roi, 11, 5, 25, 17);
    drag(&f, 18, 5, 30, 20); // past the other edge
    IS_AT(roi, 11, 17, 25, 20);
    drag(&f, 11, 20, 5, 25);
    IS_AT(roi, 5, 17, 25, 25);
    // Escape: as it was.
    send(&f, PLT_EVENT_MOVE, 15, 20, 0);
    send(&f, PLT_EVENT_PRESS, 15, 20, PLT_BUTTON_LEFT);
    send(&f, PLT_EVENT_MOVE, 25, 10, PLT_BUTTON_LEFT);
    plt_figure_handle_event(
        f.figure, &(struct plt_event){.type = PLT_EVENT_KEY, .key = PLT_KEY_ESCAPE});
    IS_AT(roi, 5, 17, 25, 25);
    send(&f, PLT_EVENT_RELEASE, 25, 10, PLT_BUTTON_LEFT);
    REQUIRE(plt_roi_set(roi, 9, 9, 3, 3));
    IS_AT(roi, 3, 3, 9, 9);
    REQUIRE(!plt_roi_set(roi, (double)NAN, 0, 1, 1));
    // A line: its end, its body; and its handles show under the pointer.
    plt_roi_destroy(roi);
    roi = plt_roi_create(f.plot, plt_roi_params(.kind = PLT_ROI_LINE, .x0 = 5, .y0 = 5,
                                                .x1 = 30, .y1 = 15, .snap = 1));
    plt_frame_build(&f.frame, f.figure, WIDTH, HEIGHT, 1);
    drag(&f, 30, 15, 28, 25);
    IS_AT(roi, 5, 5, 28, 25);
    drag(&f, 16.5, 15, 18.5, 14);
    IS_AT(roi, 7, 4, 30, 24);
    send(&f, PLT_EVENT_MOVE, 18.5, 14, 0);
    size_t markers = 0;
    for (size_t i = 0; i < f.frame.num_ops; i++)
        markers += f.frame.ops[i].kind == PLT_OP_MARKERS;
    REQUIRE_CMP(markers, ==, (size_t)2, "zu");
    finish(&f);
}

// Mean of the samples whose centers lie inside, in any orientation; double precision sums.
static void test_mean(struct test_random *random)
{
    for (int i = 0; i < 400; i++) {
        struct fixture f;
        const struct plt_orientation o = {i & 1, i & 2, i & 4};
        setup(&f, o);
        double ends[4];
        for (int k = 0; k < 4; k++)
            ends[k] = i % 3 ? test_uniform(random) * 50 - 5
                            : (double)test_below(random, 80) / 2 - 2;
        struct plt_roi *roi =
            plt_roi_create(f.plot, plt_roi_params(.x0 = ends[0], .y0 = ends[1],
                                                  .x1 = ends[2], .y1 = ends[3]));
        plt_roi_get(roi, &ends[0], &ends[1], &ends[2], &ends[3]);
        const int w = o.transpose ? ROWS : COLUMNS, h = o.transpose ? COLUMNS : ROWS;
        double sum = 0, mean = 0;
        uint64_t n = 0, count = 0;
        for (int y = 0; y < h; y++) {
            for (int x = 0; x < w; x++) {
                int column, row;
                if (x + 0.5 < ends[0] || x + 0.5 >= ends[2] || y + 0.5 < ends[1] ||
                    y + 0.5 >= ends[3])
                    continue;
                REQUIRE(plt_image_item_sample(f.item, x + 0.5, y + 0.5, &column, &row));
                const float v = samples[row * COLUMNS + column];
                sum += isfinite(v) ? (double)v : 0;
                n += isfinite(v);
            }
        }
        const bool any = plt_roi_mean(roi, f.item, 0, &mean, &count);
        REQUIRE(any == (n > 0));
        if (any) {
            REQUIRE_CMP(count, ==, n, PRIu64);
            REQUIRE(fabs(mean - sum / (double)n) < 1e-9);
        }
        finish(&f);
    }
}

static void test_profiles(void)
{
    struct fixture f;
    double at[200], values[200];
    setup(&f, (struct plt_orientation){0});
    struct plt_roi *roi =
        plt_roi_create(f.plot, plt_roi_params(.kind = PLT_ROI_LINE, .x0 = 2.5, .y0 = 4.5,
                                              .x1 = 7.5, .y1 = 4.5));
    REQUIRE_CMP(plt_roi_profile(roi, f.item, 0, at, values, 200), ==, (size_t)6, "zu");
    for (int i = 0; i < 6; i++) {
        REQUIRE(at[i] == i);
        REQUIRE((float)values[i] == samples[4 * COLUMNS + 2 + i]);
    }
    // Steep, backwards, and beside the image; one sample a row.
    plt_roi_set(roi, 3.5, 9.5, 0.5, -2.5);
    REQUIRE_CMP(plt_roi_profile(roi, f.item, 0, at, values, 200), ==, (size_t)11, "zu");
    for (int i = 0; i < 10; i++) {
        const int row = 9 - i, column = (int)floor(3.5 - 0.25 * i);
        REQUIRE((float)values[i] == samples[row * COLUMNS + column]);
        REQUIRE(fabs(at[i] - i * hypot(1, 0.25)) < 1e-12);
    }
    REQUIRE(isnan(values[10]));
    plt_roi_set(roi, -1e12, 0.5, 1e12, 0.5);
    REQUIRE_CMP(plt_roi_profile(roi, f.item, 0, at, values, 200), ==, (size_t)COLUMNS + 2,
                "zu");
    // A rectangle: the means of its columns.
    plt_roi_destroy(roi);
    roi = plt_roi_create(f.plot, plt_roi_params(.x0 = 3, .y0 = 10, .x1 = 6, .y1 = 14));
    REQUIRE_CMP(plt_roi_profile(roi, f.item, 0, at, values, 2), ==, (size_t)3, "zu");
    for (int c = 0; c < 2; c++) {
        double sum = 0;
        for (int r = 10; r < 14; r++)
            sum += (double)samples[r * COLUMNS + 3 + c];
        REQUIRE(fabs(values[c] - sum / 4) < 1e-9 && at[c] == 3.5 + c);
    }
    finish(&f);
}

static void test_readout(void)
{
    struct fixture f;
    char text[128] = "";
    setup(&f, (struct plt_orientation){0});
    REQUIRE(!plt_readout_text(f.plot, text, sizeof(text))); // no pointer yet
    send(&f, PLT_EVENT_MOVE, 3.5, 4.5, 0);
    REQUIRE(plt_readout_text(f.plot, text, sizeof(text)));
    char want[128];
    snprintf(want, sizeof(want), "3, 4   %.7g", (double)samples[4 * COLUMNS + 3]);
    REQUIRE_STR(text, want);
    send(&f, PLT_EVENT_MOVE, 20.5, 0.5, 0);
    REQUIRE(plt_readout_text(f.plot, text, sizeof(text)));
    REQUIRE_STR(text, "20, 0   NaN");
    plt_plot_set_readout(f.plot, false);
    REQUIRE(!plt_readout_text(f.plot, text, sizeof(text)));
    finish(&f);
}

int main(void)
{
    struct test_random random = test_random_seeded();
    for (int i = 0; i < COLUMNS * ROWS; i++)
        samples[i] = (float)(test_uniform(&random) * 100);
    samples[20] = (float)NAN;
    samples[25 * COLUMNS + 30] = (float)INFINITY;
    test_drags();
    test_mean(&random);
    test_profiles();
    test_readout();
    return test_result();
}
