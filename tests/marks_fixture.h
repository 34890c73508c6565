// What the tests of bars, boxes and texts share: a bare plot of 1000 x 1000 pixels.
#pragma once

#include <plotlib/base/alloc.h>
#include <plotlib/draw/frame.h>
#include <plotlib/plotlib.h>

#include "log.h"

enum { SIDE = 1000 };

static const char *const font = "/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf";

struct scene {
    struct plt_figure *figure;
    struct plt_plot *plot;
    struct plt_frame frame;
    struct plt_log *log;
    int lines;
};

// A bare plot of 1000 x 1000 pixels that shows [0, 10] x [0, 10].
static inline void open_scene(struct scene *s)
{
    s->lines = 0;
    s->log = test_counting_log(&s->lines);
    s->figure = plt_figure_create(
        plt_figure_params(.font_file = font, .bare = true, .log = s->log));
    s->plot = plt_figure_add_plot(s->figure, NULL);
    REQUIRE(plt_plot_set_x_range(s->plot, 0, 10));
    REQUIRE(plt_plot_set_y_range(s->plot, 0, 10));
    plt_frame_init(&s->frame);
}

static inline void close_scene(struct scene *s)
{
    plt_frame_finish(&s->frame);
    plt_figure_destroy(s->figure);
    plt_log_unref(s->log);
}

static inline const struct plt_frame *build(struct scene *s)
{
    REQUIRE(plt_frame_build(&s->frame, s->figure, SIDE, SIDE, 1));
    REQUIRE(!s->frame.failed);
    return &s->frame;
}

static inline void log_axes(struct scene *s, bool x, bool y)
{
    struct plt_scale_params scale = {.kind = PLT_SCALE_LOG10};
    if (x)
        REQUIRE(plt_axis_set_scale(plt_plot_x_axis(s->plot), &scale));
    if (y)
        REQUIRE(plt_axis_set_scale(plt_plot_y_axis(s->plot), &scale));
}

static inline void check_rect(struct plt_irect r, int x0, int y0, int x1, int y1)
{
    if (r.x0 == x0 && r.y0 == y0 && r.x1 == x1 && r.y1 == y1)
        return;
    fprintf(stderr, "%d %d %d %d, not %d %d %d %d\n", r.x0, r.y0, r.x1, r.y1, x0, y0, x1,
            y1);
    test_failures++;
}
