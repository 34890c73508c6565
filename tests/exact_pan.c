// Views that move: a spike of one sample keeps its columns and its height while the view is
// panned by any amount at any zoom, and noise that scrolls by changes no column that was
// already drawn.
#include <plotlib/plotlib.h>
#include <plotlib/scene/scene.h>

#include "random_data.h"

enum { WIDTH = 300, HEIGHT = 120 };

static uint32_t drawn[2][HEIGHT][WIDTH];

struct stage {
    struct plt_figure *figure;
    struct plt_plot *plot;
    struct plt_series *series;
    struct plt_curve *curve;
    struct plt_raster *raster;
};

static void open_stage(struct stage *s, const struct plt_series_params *series,
                       const struct plt_curve_params *curve)
{
    s->figure =
        plt_figure_create(plt_figure_params(.bare = true, .background = {1, 1, 1, 1}));
    s->plot = plt_figure_add_plot(s->figure, NULL);
    s->series = plt_series_create(series);
    s->curve = plt_curve_create(s->plot, s->series, curve);
    s->raster = plt_raster_create(NULL);
    REQUIRE(s->curve && s->raster);
}

static void close_stage(struct stage *s)
{
    plt_raster_destroy(s->raster);
    plt_figure_destroy(s->figure);
    plt_series_unref(s->series);
}

static void paint(struct stage *s, int which)
{
    memset(drawn[which], 0x55, sizeof(drawn[which]));
    REQUIRE(plt_raster_paint(s->raster, s->figure, drawn[which], sizeof(drawn[which][0]),
                             WIDTH, HEIGHT, 1, NULL));
}

static double pixel_of(struct stage *s, double x)
{
    double x_px, y_px;
    plt_plot_from_data(s->plot, x, 0, &x_px, &y_px);
    return x_px;
}

// --- a spike ---------------------------------------------------------------------------

struct spike {
    int left, columns, top, rows; // of its ink above the base line
    uint32_t checksum;            // of the bytes there, row by row
};

// The base line lies in the lowest quarter of the picture, the spike ends in the highest.
static struct spike measure(int which)
{
    struct spike spike = {.left = WIDTH, .top = HEIGHT};
    int right = -1, bottom = -1;
    for (int y = 0; y < HEIGHT / 2; y++) {
        for (int x = 0; x < WIDTH; x++) {
            if (drawn[which][y][x] == 0xffffffffu)
                continue;
            spike.left = x < spike.left ? x : spike.left;
            spike.top = y < spike.top ? y : spike.top;
            right = x > right ? x : right;
            bottom = y > bottom ? y : bottom;
        }
    }
    spike.columns = right - spike.left + 1;
    spike.rows = bottom - spike.top + 1;
    for (int y = spike.top; y <= bottom; y++) {
        for (int x = spike.left; x <= right; x++)
            spike.checksum = spike.checksum * 31 + drawn[which][y][x];
    }
    return spike;
}

// Columns whose centres are less than width / 2 + 1/2 from that of the spike.
static int columns_of(double width, bool aliased)
{
    int brush = (int)fmax(1, round(width));
    return aliased ? brush : 1 + 2 * (int)(ceil(width / 2 + 0.5) - 1);
}

// 0: whole pixels; 1: sixteenths, so that drawn and asked for part ways; 2: anything.
static double pan_amount(struct test_random *r, int way)
{
    double whole = (double)test_below(r, 11) - 5;
    return way == 0 ? whole : way == 1 ? 1.0 / 16 : (test_uniform(r) - 0.5) * 9;
}

// Samples a column: 0.05 to thousands.
static void check_spike(struct test_random *r, double density, double width, bool aliased)
{
    enum { SAMPLES = 200000, PANS = 24 };
    static float y[SAMPLES];
    struct stage s;
    size_t at = SAMPLES / 4 + test_below(r, SAMPLES / 2);
    open_stage(&s, plt_series_params(.type = PLT_F32, .dx = 1),
               plt_curve_params(.color = {0, 0, 0, 1}, .width_px = (float)width,
                                .no_antialias = aliased));
    y[at] = 1;
    REQUIRE(plt_series_append(s.series, y, SAMPLES));
    y[at] = 0;
    double span = density * WIDTH;
    double left = (double)at - span * (0.4 + 0.2 * test_uniform(r));
    bool reversed = test_below(r, 4) == 0;
    REQUIRE(plt_plot_set_y_range(s.plot, -0.4, 1.1));
    REQUIRE(plt_plot_set_x_range(s.plot, reversed ? left + span : left,
                                 reversed ? left : left + span));
    paint(&s, 0);
    struct spike first = measure(0);
    double place = pixel_of(&s, (double)at);
    double before = pixel_of(&s, (double)at - 1), after = pixel_of(&s, (double)at + 1);
    // At an edge of its column the ways to and from it slant into the next one.
    if (density > 4 && floor(before) == floor(place) && floor(after) == floor(place))
        REQUIRE_CMP(first.columns, ==, columns_of(width, aliased), "d");
    int way = (int)test_below(r, 3);
    struct plt_axis *axis = plt_plot_x_axis(s.plot);
    double asked = 0;
    for (int i = 0; i < PANS && test_failures < 5; i++) {
        double px = pan_amount(r, way);
        asked += px;
        plt_view_pan(axis, axis->view.lo, px);
        plt_figure_damage(s.figure);
        paint(&s, 1);
        struct spike now = measure(1);
        double moved = pixel_of(&s, (double)at) - place;
        REQUIRE_CMP(now.columns, ==, first.columns, "d");
        REQUIRE_CMP(now.top, ==, first.top, "d");
        REQUIRE_CMP(now.rows, ==, first.rows, "d");
        REQUIRE_CMP(now.checksum, ==, first.checksum, PRIu32);
        REQUIRE_CMP(fabs(moved - asked), <=, 0.5 + 1e-6, "g");
        REQUIRE_CMP(fabs(now.left - first.left - moved), <=, 1e-6, "g");
    }
    if (test_failures)
        fprintf(stderr, "%g samples a column, width %g, aliased %d, reversed %d, way %d\n",
                density, width, aliased, reversed, way);
    close_stage(&s);
}

// --- scrolling -------------------------------------------------------------------------

// Columns from begin + n to `end` of the picture before are those of now, n to the left.
static int changed_columns(int n, int begin, int end)
{
    int changed = 0;
    for (int x = n + begin; x < end; x++) {
        bool same = true;
        for (int y = 0; y < HEIGHT; y++)
            same = same && drawn[0][y][x] == drawn[1][y][x - n];
        changed += !same;
    }
    return changed;
}

static void append_noise(struct test_random *r, struct stage *s, enum plt_type type,
                         uint64_t n)
{
    static double y[20000];
    static char samples[20000 * 8];
    for (uint64_t part; n > 0; n -= part) {
        part = n < 20000 ? n : 20000;
        test_fill_signal(r, test_below(r, 4) ? NOISE : GAPS, y, (size_t)part);
        for (size_t i = 0; i < part; i++)
            test_store(type, samples, i, y[i] * test_gain(type));
        REQUIRE(plt_series_append(s->series, samples, (size_t)part));
    }
}

// Half of the strokes are plain.
static struct plt_curve_params scrolled_style(struct test_random *r, const float *dash)
{
    struct plt_curve_params p = {.color = {0, 0, 0, 0.7f},
                                 .width_px = (float)test_log_uniform(r, 0.5, 6),
                                 .no_antialias = test_below(r, 4) == 0};
    if (test_below(r, 2))
        return p;
    p.step = (enum plt_step)test_below(r, 4);
    p.connect = test_below(r, 3) ? PLT_CONNECT_FINITE : PLT_CONNECT_PAIRS;
    p.join = (enum plt_join)test_below(r, 3);
    p.cap = (enum plt_cap)test_below(r, 3);
    p.dash = dash;
    p.num_dash = test_below(r, 3);
    if (test_below(r, 3) == 0)
        p.shadow_color = (struct plt_color){1, 0, 0, 0.3f};
    if (test_below(r, 3) == 0)
        p.fill_color = (struct plt_color){0, 0, 1, 0.3f};
    return p;
}

// A scrolled curve: `shown` samples fill the view; capacity 0 = no ring.
struct scroll {
    struct plt_curve_params style;
    enum plt_type type;
    double density, dx;
    uint64_t shown, capacity;
    int reach; // of ink, columns; tips of miters too
};

static struct scroll choose_scroll(struct test_random *r)
{
    static const float dash[] = {7.3f, 4.9f};
    struct scroll c = {.style = scrolled_style(r, dash)};
    c.type = (enum plt_type)test_below(r, PLT_NUM_TYPES);
    c.density = test_log_uniform(r, 0.05, 60);
    c.density = test_below(r, 3) ? c.density : ceil(c.density);
    c.dx = test_below(r, 2) ? 1 : 1e-3;
    c.shown = (uint64_t)(c.density * WIDTH) + 1;
    if (test_below(r, 2))
        c.capacity = c.shown + 49;
    if (c.capacity && test_below(r, 2))
        c.capacity += (uint64_t)test_log_uniform(r, 1, 2e5);
    double width = (double)c.style.width_px * (c.style.shadow_color.a > 0 ? 2 : 1);
    c.reach = (int)ceil(2 * width) + 2;
    return c;
}

static void append_some(struct test_random *r, struct stage *s, const struct scroll *c)
{
    append_noise(r, s, c->type, 1 + test_below(r, (uint64_t)(c->density * 40) + 2));
}

static double newest_pixel(struct stage *s)
{
    struct plt_range x = {0};
    REQUIRE(plt_series_x_bounds(s->series, &x));
    return pixel_of(s, x.x1);
}

// The view follows the newest samples.
static int check_coming(struct test_random *r, struct stage *s, const struct scroll *c)
{
    int compared = 0;
    paint(s, 0);
    for (int i = 0; i < 12; i++) {
        struct plt_range x = {0};
        REQUIRE(plt_series_x_bounds(s->series, &x));
        double before = pixel_of(s, x.x1);
        append_some(r, s, c);
        paint(s, 1);
        double moved = before - pixel_of(s, x.x1);
        REQUIRE_CMP(fabs(moved - round(moved)), <, 1e-6, "g");
        // The column of the newest sample was not finished; the oldest leave the ring.
        int n = (int)round(moved), end = (int)fmin(floor(before) - c->reach, WIDTH);
        REQUIRE_CMP(n, >=, 0, "d");
        REQUIRE_CMP(changed_columns(n, c->capacity ? c->reach : 0, end), ==, 0, "d");
        compared += end > n ? end - n : 0;
        memcpy(drawn[0], drawn[1], sizeof(drawn[0]));
    }
    return compared;
}

// The view stays where a ring's oldest samples are, which go.
static void check_leaving(struct test_random *r, struct stage *s, const struct scroll *c)
{
    struct plt_range x = {0};
    REQUIRE(plt_series_x_bounds(s->series, &x));
    REQUIRE(plt_plot_set_follow(s->plot, 0));
    REQUIRE(plt_plot_set_x_range(s->plot, x.x0, x.x0 + (double)c->shown * c->dx));
    paint(s, 0);
    for (int i = 0; i < 8; i++) {
        int end = (int)fmin(floor(newest_pixel(s)) - c->reach, WIDTH);
        append_some(r, s, c);
        REQUIRE(plt_series_x_bounds(s->series, &x));
        paint(s, 1);
        int begin = (int)fmin(ceil(pixel_of(s, x.x0)) + c->reach + 2, WIDTH);
        REQUIRE_CMP(changed_columns(0, begin, end), ==, 0, "d");
        memcpy(drawn[0], drawn[1], sizeof(drawn[0]));
    }
}

static void check_scroll(struct test_random *r, int *compared)
{
    const struct scroll c = choose_scroll(r);
    const struct plt_curve_params *p = &c.style;
    struct stage s;
    open_stage(&s,
               plt_series_params(.type = c.type, .dx = c.dx,
                                 .x0 = c.dx * (double)test_below(r, 9),
                                 .capacity = c.capacity),
               p);
    double gain = test_gain(c.type);
    REQUIRE(plt_plot_set_y_range(s.plot, -0.2 * gain, 1.2 * gain));
    REQUIRE(plt_plot_set_follow(s.plot, c.density * WIDTH * c.dx));
    append_noise(r, &s, c.type,
                 c.shown + (c.capacity ? test_below(r, c.capacity + 70000) : 0));
    *compared += check_coming(r, &s, &c);
    if (c.capacity)
        check_leaving(r, &s, &c);
    if (test_failures)
        fprintf(stderr,
                "type %d, %g samples a column, width %g, capacity %llu, aliased %d, step "
                "%d, connect %d, join %d, cap %d, %zu dashes, fill %g\n",
                (int)c.type, c.density, (double)p->width_px, (unsigned long long)c.capacity,
                p->no_antialias, (int)p->step, (int)p->connect, (int)p->join, (int)p->cap,
                p->num_dash, (double)p->fill_color.a);
    close_stage(&s);
}

int main(int argc, char **argv)
{
    static const double widths[] = {1, 1, 1.5, 2, 3, 5.5};
    int rounds = argc > 1 ? atoi(argv[1]) : 300, compared = 0;
    struct test_random random = test_random_seeded();
    for (int i = 0; i < rounds && test_failures < 5; i++) {
        check_spike(&random, test_log_uniform(&random, 0.05, 600), widths[i % 6],
                    i % 4 == 0);
        check_scroll(&random, &compared);
    }
    printf("%d columns scrolled by unchanged\n", compared);
    REQUIRE_CMP(compared, >, rounds * WIDTH, "d");
    return test_result();
}
