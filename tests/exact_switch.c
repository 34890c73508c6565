// Where columns turn dense, x snaps to their centres. This moves nothing by more than half
// a pixel: while a zoom sweeps across the switch, every point of the drawn stroke has a
// point of the true polyline at its height within 0.5 px to its left or right, and the
// other way round.
#include <plotlib/plotlib.h>
#include <plotlib/raster/painter.h>
#include <plotlib/scene/scene.h>

#include "random_data.h"

enum { WIDTH = 60, HEIGHT = 100, SAMPLES = 600, MOST = 4 * SAMPLES };

// Half a pixel, and the grid that x lies on.
static const double allowed = 0.5 + 1.0 / 1024 + 1e-6;

struct line {
    double x0, y0, x1, y1;
};

struct lines {
    struct line at[MOST];
    int count;
};

static void add(struct lines *lines, double x0, double y0, double x1, double y1)
{
    if (lines->count < MOST)
        lines->at[lines->count++] = (struct line){x0, y0, x1, y1};
}

// What the draw list makes of the curve: upright parts, what joins them, and segments.
static void drawn_lines(struct lines *out, const struct plt_frame *frame, int *dense)
{
    out->count = *dense = 0;
    for (size_t i = 0; i < frame->num_ops; i++) {
        const struct plt_stroke *s = &frame->ops[i].stroke;
        if (frame->ops[i].kind != PLT_OP_STROKE)
            continue;
        for (size_t k = 0; k < s->num_columns; k++) {
            const struct plt_column *c = &frame->strokes.columns[s->first_column + k];
            double x = s->col0 + (double)k + 0.5;
            if (c->lo <= c->hi)
                add(out, x, (double)c->lo, x, (double)c->hi);
            *dense += c->lo <= c->hi;
            if (k + 1 < s->num_columns && c->last < PLT_NO_PX && c[1].first < PLT_NO_PX)
                add(out, x, (double)c->last, x + 1, (double)c[1].first);
        }
        for (size_t k = 0; k < s->num_segments; k++) {
            struct plt_segment g = frame->strokes.segments[s->first_segment + k];
            add(out, (double)g.x0, (double)g.y0, (double)g.x1, (double)g.y1);
        }
    }
}

// How far beside the line (x, y) lies, at the height y; infinite above and below it.
static double beside(const struct line *line, double x, double y)
{
    double lo = fmin(line->y0, line->y1), hi = fmax(line->y0, line->y1);
    double left = fmin(line->x0, line->x1), right = fmax(line->x0, line->x1);
    const double rounding = 1e-4; // of heights, to float32
    if (y < lo - rounding || y > hi + rounding)
        return INFINITY;
    if (hi - lo > 1e-3) {
        double t = (y - line->y0) / (line->y1 - line->y0);
        t = fmin(fmax(t, 0), 1);
        double at = line->x0 + t * (line->x1 - line->x0);
        double slope = fabs(line->x1 - line->x0) / (hi - lo);
        return fmax(fabs(x - at) - slope * rounding, 0);
    }
    return fmax(fmax(left - x, x - right), 0);
}

// The farthest that a point of `a` inside the picture lies beside all of `b`.
static double farthest(const struct lines *a, const struct lines *b)
{
    double most = 0;
    for (int i = 0; i < a->count; i++) {
        for (int part = 0; part <= 4; part++) {
            double t = part / 4.0, least = INFINITY;
            double x = a->at[i].x0 + t * (a->at[i].x1 - a->at[i].x0);
            double y = a->at[i].y0 + t * (a->at[i].y1 - a->at[i].y0);
            if (x < 2 || x > WIDTH - 2 || y < 0 || y > HEIGHT)
                continue;
            for (int k = 0; k < b->count && least > 0; k++)
                least = fmin(least, beside(&b->at[k], x, y));
            most = fmax(most, least);
        }
    }
    return most;
}

static double check_view(struct plt_figure *figure, struct plt_plot *plot, const double *y,
                         struct lines lines[2], int *dense)
{
    struct plt_frame frame;
    struct lines *now = &lines[0], *truth = &lines[1];
    plt_frame_init(&frame);
    REQUIRE(plt_frame_build(&frame, figure, WIDTH, HEIGHT, 1));
    drawn_lines(now, &frame, dense);
    truth->count = 0;
    double before_x = 0, before_y = 0;
    for (int i = 0; i < SAMPLES; i++) {
        double x_px, y_px;
        plt_plot_from_data(plot, i, y[i], &x_px, &y_px);
        if (i > 0)
            add(truth, before_x, before_y, x_px, y_px);
        before_x = x_px;
        before_y = y_px;
    }
    plt_frame_finish(&frame);
    return fmax(farthest(now, truth), farthest(truth, now));
}

// From 1 to 6 samples a column in small steps.
static double sweep(struct test_random *random, enum test_signal signal, int *mixed)
{
    static struct lines lines[2];
    double y[SAMPLES], most = 0, centre = SAMPLES * (0.4 + 0.2 * test_uniform(random));
    test_fill_signal(random, signal, y, SAMPLES);
    struct plt_figure *figure = plt_figure_create(plt_figure_params(.bare = true));
    struct plt_plot *plot = plt_figure_add_plot(figure, NULL);
    struct plt_series *series = plt_series_create(NULL);
    REQUIRE(plt_series_append(series, y, SAMPLES));
    REQUIRE(plt_curve_create(plot, series, NULL) != NULL);
    plt_plot_set_y_range(plot, -0.5, 1.5);
    for (double density = 1; density < 6; density *= 1.06) {
        double half = density * WIDTH / 2;
        int dense;
        plt_plot_set_x_range(plot, centre - half, centre + half);
        double off = check_view(figure, plot, y, lines, &dense);
        REQUIRE_CMP(off, <=, allowed, "g");
        most = fmax(most, off);
        *mixed += dense > 0 && dense < WIDTH;
    }
    plt_figure_destroy(figure);
    plt_series_unref(series);
    return most;
}

int main(void)
{
    static const enum test_signal signals[] = {NOISE, WALK, SPIKES, SQUARE, SINE};
    struct test_random random = test_random_seeded();
    double most = 0;
    int mixed = 0;
    for (int i = 0; i < 5; i++)
        most = fmax(most, sweep(&random, signals[i % 5], &mixed));
    printf(
        "at most %.4f px between the drawn and the true line; %d views had both dense and "
        "sparse columns\n",
        most, mixed);
    REQUIRE_CMP(most, >, 0.3, "g"); // nothing snapped would be nothing tested
    REQUIRE_CMP(mixed, >, 15, "d");
    return test_result();
}
