// You learn: an image viewer. A stack of frames that a function makes when they are shown,
// with color bar, timeline and the mean of a region; what it tells, and one drawn to a
// file. Press space to play, drag the timeline, the region and the levels; C changes the
// colors.
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include <plotlib/plotlib.h>
#include <plotlib/widget.h>

enum { COLUMNS = 320, ROWS = 240, FRAMES = 400 };

// Frame `index`: two spots that circle and blink above the noise of a camera.
static struct plt_image *make_frame(void *user, uint64_t index)
{
    static uint16_t pixels[ROWS * COLUMNS];
    const double t = (double)index / FRAMES * 6.283185307;
    const double x[2] = {160 + 90 * cos(t), 160 + 60 * cos(3 * t + 1)};
    const double y[2] = {120 + 70 * sin(t), 120 + 50 * sin(2 * t)};
    const double bright[2] = {2500, 1200 * (1 + sin(9 * t))};
    unsigned noise = (unsigned)index * 2654435761u + 1;
    for (int r = 0; r < ROWS; r++) {
        for (int c = 0; c < COLUMNS; c++) {
            double v = 600;
            for (int i = 0; i < 2; i++) {
                const double dx = c + 0.5 - x[i], dy = r + 0.5 - y[i];
                v += bright[i] * exp(-(dx * dx + dy * dy) / 500);
            }
            noise = noise * 1664525u + 1013904223u;
            pixels[r * COLUMNS + c] = (uint16_t)(v + (noise >> 25));
        }
    }
    return plt_image_create(
        pixels, plt_image_params(.type = PLT_U16, .columns = COLUMNS, .rows = ROWS));
}

static void on_notice(const struct plt_notice *notice, void *user)
{
    struct plt_image_viewer *viewer = user;
    double mean;
    uint64_t count;
    if (notice->type == PLT_NOTICE_LEVELS_CHANGED && notice->finished)
        printf("levels %g..%g\n", notice->levels.x0, notice->levels.x1);
    if (notice->type == PLT_NOTICE_ROI_CHANGED && notice->finished && notice->roi &&
        plt_roi_mean(notice->roi, plt_image_viewer_item(viewer), 0, &mean, &count))
        printf("mean of %llu samples: %.2f\n", (unsigned long long)count, mean);
}

static struct plt_image_viewer *add_viewer(struct plt_figure *figure)
{
    struct plt_image_viewer *viewer = plt_image_viewer_create(
        figure,
        plt_image_viewer_params(.frame = make_frame, .num_frames = FRAMES, .rate_hz = 25,
                                .loop = true, .roi = PLT_VIEWER_ROI_RECT,
                                .item = plt_image_item_params(.auto_percent = {0.1, 99.9},
                                                              .colormap = "inferno"),
                                .color_bar = plt_color_bar_params(.label = "Counts",
                                                                  .log_counts = true)));
    if (viewer)
        plt_figure_listen(figure,
                          1u << PLT_NOTICE_LEVELS_CHANGED | 1u << PLT_NOTICE_ROI_CHANGED,
                          on_notice, viewer);
    return viewer;
}

// With a file's name: no window, one frame as a picture.
static int draw(const char *path)
{
    struct plt_figure *figure = plt_figure_create(NULL);
    struct plt_image_viewer *viewer = figure ? add_viewer(figure) : NULL;
    bool ok = viewer && plt_image_viewer_set_frame(viewer, 100);
    plt_image_viewer_settle(viewer); // the whole mean over time
    ok = ok && plt_figure_write_png(figure, path, 900, 700, 1);
    plt_figure_destroy(figure);
    return ok ? 0 : 1;
}

int main(int argc, char **argv)
{
    if (argc > 1)
        return draw(argv[1]);
    struct plt_app *app = plt_app_create(&argc, argv);
    if (!app)
        return 1;
    struct plt_widget *window = plt_widget_create(
        app, plt_widget_params(.title = "Two spots", .width_px = 900, .height_px = 700));
    struct plt_image_viewer *viewer = window ? add_viewer(plt_widget_figure(window)) : NULL;
    int status = 1;
    if (viewer) {
        plt_image_viewer_play(viewer, 25);
        status = plt_app_run(app);
    }
    plt_app_destroy(app);
    return status;
}
