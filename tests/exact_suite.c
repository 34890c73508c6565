// The exactness contract, end to end: figures drawn with thinning and without give the same
// bytes, whatever the samples, the view and the style (exact_case.h). Small ones are also
// held against brute force: the draw list's distances, and for plain strokes distances to
// the polyline made straight from the samples. Seeds are fresh, printed and counted up:
//   exact_suite [--cases N] [--seed FIRST]     1000 cases, or the one of that seed
#include <plotlib/raster/painter.h>

#include "exact_oracle.h"

struct tally {
    int cases, dense, blank, listed, plain, plain_bits, wrong;
    int signals[NUM_SIGNALS], types[PLT_NUM_TYPES], x_kinds[3];
    int spreads[2][4], histories[EXACT_NUM_HISTORIES];
    int rings, dashed_rings, mapped, mapped_logs, many, colored, moved, reversed, aliased,
        special, wide, long_ones;
};

struct stage {
    struct plt_figure *figure;
    struct plt_plot *plot;
    struct plt_series *series, *other;
    struct plt_curve *curves[EXACT_CURVES];
};

// --- the figure of a case --------------------------------------------------------------

// Every 7th sample of it is missing.
static struct plt_series *make_other(struct exact_case *c)
{
    double y[300], x0 = fmin(c->left, c->right), span = fabs(c->right - c->left);
    for (int i = 0; i < 300; i++)
        y[i] = i % 7 ? c->bottom + (c->top - c->bottom) * test_uniform(&c->random) : NAN;
    struct plt_series *other = plt_series_create(
        plt_series_params(.x0 = x0 - span / 10 + (exact_by_time(c) ? (double)c->how.i0 : 0),
                          .dx = span / (double)(100 + c->n % 300)));
    REQUIRE(plt_series_append(other, y, 300));
    return other;
}

static bool set_x_range(struct stage *s, const struct exact_case *c)
{
    if (c->follow) {
        double a = exact_forward(&c->spread[0], c->left);
        double b = exact_forward(&c->spread[0], c->right);
        return plt_plot_set_follow_mode(s->plot, (enum plt_follow)(c->follow - 1)) &&
               plt_plot_set_follow(s->plot, fabs(b - a));
    }
    if (c->auto_x)
        return true;
    if (exact_by_time(c))
        return plt_view_set_time(plt_plot_view(s->plot), c->how.i0 + (int64_t)c->left,
                                 c->how.i0 + (int64_t)c->right);
    return plt_plot_set_x_range(s->plot, c->left, c->right);
}

static bool set_y_range(struct stage *s, const struct exact_case *c)
{
    return plt_axis_set_scale(plt_plot_y_axis(s->plot), &c->spread[1]) &&
           (c->auto_y || plt_plot_set_y_range(s->plot, c->bottom, c->top));
}

static bool open_stage(struct stage *s, struct exact_case *c)
{
    *s = (struct stage){0};
    s->figure =
        plt_figure_create(plt_figure_params(.bare = c->bare, .background = {1, 1, 1, 1}));
    s->plot = plt_figure_add_plot(s->figure, NULL);
    s->series = exact_series(c);
    s->other = c->fill_between ? make_other(c) : NULL;
    for (int i = 0; i < c->num_curves; i++) {
        struct plt_series *series = i == 1 && s->other ? s->other : s->series;
        s->curves[i] = plt_curve_create(s->plot, series, &c->style[i]);
        if (!s->curves[i] || !plt_curve_set_connect(s->curves[i], c->style[i].connect,
                                                    c->joins, EXACT_JOINS))
            return false;
    }
    if (c->num_colors > 0 && !plt_curve_set_colors(s->curves[0], c->colors, c->num_colors))
        return false;
    if (c->fill_between && !plt_curve_set_fill_between(s->curves[0], s->curves[1],
                                                       exact_color(&c->random, false)))
        return false;
    const struct plt_scale_params other = {.kind = c->spread[1].kind ? PLT_SCALE_LINEAR
                                                                     : PLT_SCALE_SYMLOG};
    return plt_axis_set_scale(plt_plot_x_axis(s->plot), &c->spread[0]) &&
           (c->history == EXACT_RESCALED
                ? plt_axis_set_scale(plt_plot_y_axis(s->plot), &other)
                : set_y_range(s, c)) &&
           set_x_range(s, c);
}

static void close_stage(struct stage *s)
{
    plt_figure_destroy(s->figure);
    plt_series_unref(s->series);
    plt_series_unref(s->other);
}

static bool paint_once(struct plt_raster *raster, const struct stage *s,
                       const struct exact_case *c, uint32_t *pixels)
{
    size_t stride = (size_t)c->width * 4;
    memset(pixels, 0x55, stride * (size_t)c->height);
    return plt_raster_paint(raster, s->figure, pixels, stride, c->width, c->height,
                            c->scale, NULL);
}

static uint64_t stand_ins(const struct stage *s)
{
    struct plt_series_map_state state = {0};
    plt_series_map_get_state(s->series, &state);
    return state.stand_ins;
}

// Again until everything was there that the picture shows of a file.
static bool paint(struct plt_raster *raster, const struct stage *s,
                  const struct exact_case *c, uint32_t *pixels)
{
    for (int i = 0; i < 100; i++) {
        uint64_t before = stand_ins(s);
        if (!paint_once(raster, s, c, pixels))
            return false;
        if (stand_ins(s) == before)
            return true;
        plt_series_map_settle(s->series, 10);
    }
    return false;
}

// From a picture drawn before, so that what is kept from one to the next is in use.
static bool go_on(struct plt_raster *raster, struct stage *s, struct exact_case *c,
                  uint32_t *pixels)
{
    if (c->pan_x == 0 && c->pan_y == 0 && c->notches == 0 && c->history == EXACT_FRESH)
        return true;
    if (!paint(raster, s, c, pixels))
        return false;
    if (c->pause && !plt_plot_set_paused(s->plot, true))
        return false;
    exact_change(c, s->series);
    if (c->history == EXACT_RESCALED && !set_y_range(s, c))
        return false;
    struct plt_axis *x = plt_plot_x_axis(s->plot), *y = plt_plot_y_axis(s->plot);
    plt_view_pan(x, x->view.lo, c->pan_x);
    plt_view_pan(y, y->view.lo, c->pan_y);
    struct plt_event event = {.type = PLT_EVENT_MOVE};
    event.x_px = test_uniform(&c->random) * c->width / c->scale;
    event.y_px = test_uniform(&c->random) * c->height / c->scale;
    if (c->notches != 0) {
        plt_figure_handle_event(s->figure, &event);
        event.type = PLT_EVENT_WHEEL;
        event.wheel = c->notches;
        plt_figure_handle_event(s->figure, &event);
    }
    plt_figure_damage(s->figure);
    return true;
}

// Axes may need a second layout to make room for what the first one's ticks say.
static bool settle(struct stage *s, const struct exact_case *c)
{
    for (int i = 0; i < 3 && !c->bare; i++) {
        if (!plt_figure_layout(s->figure, c->width, c->height, c->scale))
            return false;
    }
    return true;
}

// --- comparing -------------------------------------------------------------------------

static void fail(struct tally *tally, const struct exact_case *c, const char *what)
{
    fprintf(stderr, "%s: ", what);
    exact_describe(c, stderr);
    tally->wrong++;
    test_failures++;
}

static void compare(struct tally *tally, const struct exact_case *c, const uint32_t *a,
                    const uint32_t *b, const char *what)
{
    int differ = 0, first = -1;
    for (int i = 0; i < c->width * c->height; i++) {
        if (a[i] != b[i])
            first = differ++ ? first : i;
    }
    if (!differ)
        return;
    char text[160];
    snprintf(text, sizeof(text), "%s: %d pixels differ, first column %d row %d: %06x %06x",
             what, differ, first % c->width, first / c->width,
             (unsigned)a[first] & 0xffffff, (unsigned)b[first] & 0xffffff);
    fail(tally, c, text);
}

static bool one_color(const struct exact_case *c, const uint32_t *pixels)
{
    for (int i = 1; i < c->width * c->height; i++) {
        if (pixels[i] != pixels[0])
            return false;
    }
    return true;
}

static void check_plain(struct tally *tally, const struct exact_case *c,
                        const uint32_t *pixels)
{
    if (!c->plain || (double)c->n * c->width * c->height > 4e6)
        return;
    struct exact_oracle oracle = exact_oracle_create(c);
    int allowed = oracle.near ? 0 : 1; // far ends are clipped, so rounded once more
    int off = exact_oracle_difference(c, &oracle, pixels);
    tally->plain++;
    tally->plain_bits += oracle.near;
    if (off > allowed) {
        char text[80];
        snprintf(text, sizeof(text), "not the polyline of the samples: off by %d of 255",
                 off);
        fail(tally, c, text);
    }
    exact_oracle_finish(&oracle);
}

static void check_listed(struct tally *tally, const struct exact_case *c,
                         const struct plt_frame *frame, const uint32_t *pixels,
                         uint32_t *scratch)
{
    double parts = (double)(frame->strokes.num_columns + frame->strokes.num_segments +
                            frame->num_rects + frame->num_tints);
    if (parts * c->width * c->height > 3e6)
        return;
    oracle_paint(frame, scratch);
    tally->listed++;
    compare(tally, c, pixels, scratch, "not the brute force of the draw list");
}

static void count(struct tally *tally, const struct exact_case *c)
{
    const struct plt_curve_params *p = &c->style[0];
    tally->cases++;
    tally->histories[c->history]++;
    tally->signals[c->signal]++;
    tally->types[c->type]++;
    tally->x_kinds[c->x_kind]++;
    for (int i = 0; i < 2; i++)
        tally->spreads[i][c->spread[i].kind]++;
    tally->many += c->num_curves > 2;
    tally->colored += c->num_colors > 0;
    tally->mapped += c->map;
    tally->mapped_logs += c->map && c->spread[1].kind == PLT_SCALE_LOG10;
    tally->rings += c->total > c->n;
    tally->dashed_rings += c->total > c->n && p->num_dash > 0;
    tally->moved += c->pan_x != 0 || c->notches != 0;
    tally->reversed += c->left > c->right;
    tally->aliased += p->no_antialias;
    tally->special += p->step || p->connect || p->num_dash || p->join || p->cap;
    tally->wide += c->width > 2000;
    tally->long_ones += c->n > 300000;
}

// A ring that got its samples bit by bit is drawn as one that got them all at once: what it
// has dropped, and when, does not matter.
static void check_ring(struct tally *tally, struct exact_case *c, const struct stage *s,
                       struct plt_raster *raster, uint32_t *const pictures[2])
{
    if (c->total == c->n)
        return;
    for (int i = 0; i < c->num_curves; i++)
        plt_curve_set_lod(s->curves[i], PLT_LOD_AUTO);
    exact_set(c, s->series);
    if (paint(raster, s, c, pictures[1]))
        compare(tally, c, pictures[0], pictures[1], "not as given at once");
    else
        fail(tally, c, "not drawn once more");
}

static void run_case(struct tally *tally, uint64_t seed, struct plt_raster *raster,
                     uint32_t *const pictures[2])
{
    struct exact_case c;
    struct stage s;
    exact_case_init(&c, seed);
    count(tally, &c);
    if (!open_stage(&s, &c) || !go_on(raster, &s, &c, pictures[0]) || !settle(&s, &c) ||
        !paint(raster, &s, &c, pictures[0])) {
        fail(tally, &c, "not drawn");
    } else {
        tally->dense += raster->frame.strokes.num_columns > 0;
        tally->blank += one_color(&c, pictures[0]);
        check_listed(tally, &c, &raster->frame, pictures[0], pictures[1]);
        check_plain(tally, &c, pictures[0]);
        for (int i = 0; i < c.num_curves; i++)
            plt_curve_set_lod(s.curves[i], PLT_LOD_OFF);
        if (paint(raster, &s, &c, pictures[1]))
            compare(tally, &c, pictures[0], pictures[1], "auto is not full");
        else
            fail(tally, &c, "not drawn in full");
        check_ring(tally, &c, &s, raster, pictures);
    }
    close_stage(&s);
    exact_case_finish(&c);
}

// Every dimension was in use: a generator that lost one would agree with itself too.
static void check_tally(const struct tally *t)
{
    if (t->cases < 500)
        return;
    for (int i = 0; i < NUM_SIGNALS; i++)
        REQUIRE_CMP(t->signals[i], >, 0, "d");
    for (int i = 0; i < PLT_NUM_TYPES; i++)
        REQUIRE_CMP(t->types[i], >, 0, "d");
    for (int i = 0; i < 3; i++)
        REQUIRE_CMP(t->x_kinds[i], >, 0, "d");
    for (int i = 0; i < 8; i++)
        REQUIRE_CMP(t->spreads[i / 4][i % 4], >, 0, "d");
    for (int i = 0; i < EXACT_NUM_HISTORIES; i++)
        REQUIRE_CMP(t->histories[i], >, 0, "d");
    const int some[] = {t->mapped,    t->mapped_logs, t->many,        t->colored, t->rings,
                        t->moved,     t->reversed,    t->aliased,     t->special, t->wide,
                        t->long_ones, t->plain_bits,  t->dashed_rings};
    for (size_t i = 0; i < sizeof(some) / sizeof(some[0]); i++)
        REQUIRE_CMP(some[i], >, 3, "d");
    REQUIRE_CMP(t->dense, >, t->cases / 5, "d");
    REQUIRE_CMP(t->blank, <, t->cases * 2 / 5, "d");
    REQUIRE_CMP(t->listed + t->plain, >, t->cases / 20, "d");
}

int main(int argc, char **argv)
{
    int cases = 0;
    uint64_t seed = 0;
    for (int i = 1; i < argc; i += 2) {
        const char *value = i + 1 < argc ? argv[i + 1] : "";
        if (strcmp(argv[i], "--cases") == 0) {
            cases = atoi(value);
        } else if (strcmp(argv[i], "--seed") == 0) {
            seed = strtoull(value, NULL, 10);
            cases = cases ? cases : 1;
        } else {
            fprintf(stderr, "usage: exact_suite [--cases N] [--seed FIRST]\n");
            return 2;
        }
    }
    cases = cases > 0 ? cases : 1000;
    seed = seed ? seed : test_random_seeded().state;
    printf("seeds %" PRIu64 " to %" PRIu64 "; one again: exact_suite --seed N\n", seed,
           seed + (uint64_t)cases - 1);
    uint32_t *pictures[2];
    for (int i = 0; i < 2; i++)
        pictures[i] = malloc((size_t)EXACT_WIDEST * EXACT_HIGHEST * 4);
    struct plt_raster *raster = plt_raster_create(NULL);
    struct tally tally = {0};
    for (int i = 0; i < cases && tally.wrong < 20; i++)
        run_case(&tally, seed + (uint64_t)i, raster, pictures);
    check_tally(&tally);
    printf("%d cases, %d wrong; %d with dense columns, %d blank; against brute force: %d "
           "draw lists, %d polylines (%d of them to the bit)\n",
           tally.cases, tally.wrong, tally.dense, tally.blank, tally.listed, tally.plain,
           tally.plain_bits);
    plt_raster_destroy(raster);
    free(pictures[0]);
    free(pictures[1]);
    return test_result();
}
