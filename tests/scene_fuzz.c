// Random calls of the whole public interface of the scene, in any order and out of notices,
// with values that break things, allocations that fail, and pictures every few calls: the
// same picture when every segment is drawn, and from several threads.
// Arguments: rounds, one seed each, and "trace" to print each call.
#include "scene_fuzz_view.h"

static void act(struct fuzz *f);

// --- figure, plots and axes ------------------------------------------------------------

static void add_plot(struct fuzz *f)
{
    struct test_random *r = &f->random;
    struct fuzz_plot *plot = &f->plots[test_below(r, MAX_PLOTS)];
    if (plot->plot)
        return;
    plot->plot = plt_figure_add_plot(
        f->figure,
        plt_plot_params(.title = fuzz_text(f), .x_label = fuzz_text(f),
                        .x_unit = fuzz_text(f), .y_label = fuzz_text(f),
                        .same_row = test_below(r, 2), .stretch = fuzz_mild(f, 0, 3),
                        .hide_grid = test_below(r, 4) == 0,
                        .hide_legend = test_below(r, 4) == 0,
                        .hide_axes = test_below(r, 6) == 0, .y_down = test_below(r, 6) == 0,
                        .lock_aspect = test_below(r, 6) == 0,
                        .y_from_zero = test_below(r, 6) == 0,
                        .padding = fuzz_mild(f, 0, 0.2),
                        .follow = (enum plt_follow)fuzz_enum(f, 3),
                        .follow_span = test_below(r, 2) ? 0 : fuzz_mild(f, 0, 100)));
    if (!plot->plot)
        return;
    plot->axes[0] = plt_plot_x_axis(plot->plot);
    plot->axes[1] = plt_plot_y_axis(plot->plot);
    plot->num_axes = 2;
}

static void destroy_plot(struct fuzz *f)
{
    struct fuzz_plot *plot = fuzz_plot(f);
    if (!plot || test_below(&f->random, 3))
        return;
    struct plt_plot *gone = plot->plot;
    fuzz_forget_plot(f, plot);
    plt_plot_destroy(gone);
}

static void destroy_figure(struct fuzz *f)
{
    if (f->depth == 0 || test_below(&f->random, 20))
        return;
    f->ended = true;
    plt_figure_destroy(f->figure);
}

static void add_axis(struct fuzz *f)
{
    struct fuzz_plot *plot = fuzz_plot(f);
    if (!plot || plot->num_axes == MAX_AXES)
        return;
    struct plt_axis *axis = plt_plot_add_y_axis(
        plot->plot, plt_axis_params(.label = fuzz_text(f), .unit = fuzz_text(f),
                                    .left = test_below(&f->random, 2),
                                    .hidden = test_below(&f->random, 6) == 0));
    if (axis)
        plot->axes[plot->num_axes++] = axis;
}

static void change_axis(struct fuzz *f)
{
    static const char *const zones[] = {NULL, "", "UTC", "Europe/Berlin", "No/Where"};
    struct fuzz_plot *plot = fuzz_plot(f);
    if (!plot)
        return;
    struct plt_axis *axis = plot->axes[test_below(&f->random, (uint64_t)plot->num_axes)];
    struct plt_scale_params scale = fuzz_scale(f);
    struct plt_range range;
    switch (test_below(&f->random, 8)) {
    case 0: plt_axis_set_range(axis, fuzz_value(f), fuzz_value(f)); break;
    case 1: plt_axis_set_auto_range(axis, test_below(&f->random, 2)); break;
    case 2: plt_axis_set_label(axis, fuzz_text(f), fuzz_text(f)); break;
    case 3: plt_axis_set_visible(axis, test_below(&f->random, 3) > 0); break;
    case 4: plt_axis_set_time(axis, zones[test_below(&f->random, 5)]); break;
    case 5:
        range = plt_axis_range(axis);
        REQUIRE(!isnan(range.x0) || f->odd_scales);
        break;
    default: plt_axis_set_scale(axis, test_below(&f->random, 9) ? &scale : NULL); break;
    }
}

static void change_plot(struct fuzz *f)
{
    struct fuzz_plot *at = fuzz_plot(f);
    if (!at)
        return;
    struct test_random *r = &f->random;
    struct plt_plot *plot = at->plot;
    bool one = test_below(r, 2), two = test_below(r, 2);
    switch (test_below(r, 14)) {
    case 0: plt_plot_set_x_range(plot, fuzz_value(f), fuzz_value(f)); break;
    case 1: plt_plot_set_y_range(plot, fuzz_value(f), fuzz_value(f)); break;
    case 2: plt_plot_set_auto_range(plot, one, two); break;
    case 3: plt_plot_show_all(plot); break;
    case 4: plt_plot_set_follow(plot, test_below(r, 3) ? fuzz_value(f) : 0); break;
    case 5: plt_plot_set_follow_mode(plot, (enum plt_follow)fuzz_enum(f, 3)); break;
    case 6: plt_plot_set_paused(plot, one); break;
    case 7: plt_plot_zoom_back(plot); break;
    case 8: plt_plot_zoom_forward(plot); break;
    case 9: plt_plot_set_rubber_band(plot, one); break;
    case 10: plt_plot_set_grid(plot, one); break;
    case 11: plt_plot_set_legend(plot, one); break;
    case 12: plt_plot_set_readout(plot, one); break;
    default: plt_plot_set_title(plot, fuzz_text(f)); break;
    }
}

static void change_view(struct fuzz *f)
{
    static const int64_t times[] = {INT64_MIN, INT64_MAX, 0, 1,
                                    INT64_C(1700000000000000000)};
    struct fuzz_plot *plot = fuzz_plot(f);
    if (!plot)
        return;
    int64_t at = times[test_below(&f->random, 5)], to = times[test_below(&f->random, 5)];
    if (test_below(&f->random, 2))
        to = at < 0 ? at + (int64_t)test_below(&f->random, 1000000)
                    : at - (int64_t)test_below(&f->random, 1000000);
    struct plt_view *view = plt_plot_view(plot->plot);
    int64_t t0, t1;
    plt_view_time(view, &t0, &t1);
    plt_view_set_time(view, at, to);
}

static void look(struct fuzz *f)
{
    struct fuzz_plot *plot = fuzz_plot(f);
    if (!plot)
        return;
    struct plt_rect rect = plt_plot_data_rect(plot->plot);
    double x, y, x_px = fuzz_value(f), y_px = fuzz_value(f);
    struct plt_pick pick;
    plt_plot_to_data(plot->plot, x_px, y_px, &x, &y);
    plt_plot_from_data(plot->plot, x_px, y_px, &x, &y);
    if (test_below(&f->random, 3)) {
        x_px = rect.x + rect.width * test_uniform(&f->random);
        y_px = rect.y + rect.height * test_uniform(&f->random);
    }
    double radius = fuzz_mild(f, 0, 100);
    struct fuzz_item *item = fuzz_item(f, CURVE);
    if (item)
        plt_curve_pick(item->p, x_px, y_px, radius, &pick);
    if (plt_plot_pick(plot->plot, x_px, y_px, radius, &pick)) {
        REQUIRE(pick.distance_px >= 0 && pick.distance_px <= radius);
        REQUIRE(!pick.curve != !pick.scatter);
    }
}

// --- input and layout ------------------------------------------------------------------

static void event(struct fuzz *f)
{
    static const int keys[] = {'A',
                               'P',
                               'R',
                               '-',
                               '+',
                               '=',
                               PLT_KEY_BACKSPACE,
                               PLT_KEY_ESCAPE,
                               0,
                               -5,
                               PLT_KEY_LEFT,
                               ' ',
                               'O',
                               'L',
                               'C',
                               'T',
                               '2',
                               PLT_KEY_DOWN};
    static const int buttons[] = {0, PLT_BUTTON_LEFT, PLT_BUTTON_RIGHT, PLT_BUTTON_MIDDLE};
    struct test_random *r = &f->random;
    struct fuzz_plot *plot = fuzz_plot(f);
    struct plt_rect rect = {0, 0, 100, 100};
    if (plot)
        rect = plt_plot_data_rect(plot->plot);
    int button = buttons[test_below(r, 4)];
    struct plt_event e = {.type = (enum plt_event_type)fuzz_enum(f, 8),
                          .x_px = rect.x + rect.width * fuzz_mild(f, -0.3, 1.3),
                          .y_px = rect.y + rect.height * fuzz_mild(f, -0.3, 1.3),
                          .button = button,
                          .buttons = test_below(r, 4) ? button : 0,
                          .modifiers = (int)test_below(r, 8),
                          .wheel = fuzz_mild(f, -3, 3),
                          .wheel_x = fuzz_mild(f, -1, 1),
                          .key = keys[test_below(r, 18)]};
    plt_figure_handle_event(f->figure, &e);
}

static void drag(struct fuzz *f)
{
    struct fuzz_plot *plot = fuzz_plot(f);
    if (!plot)
        return;
    int button = test_below(&f->random, 2) ? PLT_BUTTON_LEFT : PLT_BUTTON_RIGHT;
    struct plt_rect rect = plt_plot_data_rect(plot->plot);
    for (int i = 0; i < 4 && !f->ended; i++) {
        struct plt_event e = {.type = i == 0   ? PLT_EVENT_PRESS
                                      : i == 3 ? PLT_EVENT_RELEASE
                                               : PLT_EVENT_MOVE,
                              .x_px = rect.x + rect.width * fuzz_mild(f, -0.3, 1.3),
                              .y_px = rect.y + rect.height * fuzz_mild(f, -0.3, 1.3),
                              .button = button,
                              .buttons = i == 3 ? 0 : button};
        plt_figure_handle_event(f->figure, &e);
        if (!f->ended && i == 1 && test_below(&f->random, 4) == 0)
            act(f);
    }
}

static void on_notice(const struct plt_notice *notice, void *user)
{
    struct fuzz *f = user;
    REQUIRE(!f->ended && notice->figure == f->figure);
    if (f->depth > 2 || test_below(&f->random, 2))
        return;
    f->depth++;
    for (uint64_t n = test_below(&f->random, 3); n > 0 && !f->ended; n--)
        act(f);
    f->depth--;
}

static void listen(struct fuzz *f)
{
    int id = 1 + (int)test_below(&f->random, 4);
    if (test_below(&f->random, 2))
        plt_figure_unlisten(f->figure, id);
    else
        plt_figure_listen(f->figure, (unsigned)test_below(&f->random, 1000), on_notice, f);
}

static void change_figure(struct fuzz *f)
{
    switch (test_below(&f->random, 3)) {
    case 0: plt_figure_set_title(f->figure, fuzz_text(f)); break;
    case 1: plt_figure_set_theme(f->figure, (enum plt_theme)fuzz_enum(f, 3)); break;
    default: plt_figure_set_dark_desktop(f->figure, test_below(&f->random, 2)); break;
    }
}

// --- pictures --------------------------------------------------------------------------

struct picture {
    int width, height;
    double scale;
    uint32_t *pixels;
};

static struct picture choose_picture(struct fuzz *f)
{
    struct test_random *r = &f->random;
    struct picture p = {(int)test_log_uniform(r, 1, 400), (int)test_log_uniform(r, 1, 300),
                        test_below(r, 2) ? 1 : 0.5 + 3.5 * test_uniform(r), NULL};
    if (test_below(r, 40) == 0)
        p.width = 4000;
    p.height = p.width == 4000 ? 1 + p.height / 10 : p.height;
    if (test_below(r, 60) == 0)
        p.scale = fuzz_value(f);
    p.pixels = malloc((size_t)p.width * (size_t)p.height * 4);
    return p;
}

static bool paint(struct fuzz *f, const struct picture *p)
{
    return plt_raster_paint(f->raster, f->figure, p->pixels, (size_t)p->width * 4, p->width,
                            p->height, p->scale, NULL);
}

static void set_lod(struct fuzz *f, enum plt_lod lod)
{
    for (int i = 0; i < MAX_ITEMS; i++)
        if (f->items[i].p && f->items[i].kind == CURVE)
            plt_curve_set_lod(f->items[i].p, lod);
}

// Pixels that differ when it is painted once more; then the new picture is kept.
static size_t differ(struct fuzz *f, const struct picture *p, size_t *first)
{
    size_t size = (size_t)p->width * (size_t)p->height, wrong = 0;
    struct picture again = *p;
    again.pixels = malloc(size * 4);
    REQUIRE(paint(f, &again));
    for (size_t i = 0; i < size; i++)
        if (p->pixels[i] != again.pixels[i] && wrong++ == 0)
            *first = i;
    memcpy(p->pixels, again.pixels, size * 4);
    free(again.pixels);
    return wrong;
}

static void compare(struct fuzz *f, const struct picture *p)
{
    size_t first = 0, wrong = 1, width = (size_t)p->width;
    set_lod(f, PLT_LOD_AUTO);
    // Room for labels depends on labels, and these on the room: it settles soon.
    for (int i = 0; i < 8 && wrong; i++)
        wrong = differ(f, p, &first);
    if (!wrong) {
        set_lod(f, PLT_LOD_OFF);
        wrong = differ(f, p, &first);
        f->compared++;
    } else {
        fprintf(stderr, "never comes to rest: ");
    }
    if (wrong)
        fprintf(stderr, "%zu of %d x %d pixels at %g differ, the first at %zu, %zu\n",
                wrong, p->width, p->height, p->scale, first % width, first / width);
    REQUIRE_CMP(wrong, ==, (size_t)0, "zu");
}

static void show(struct fuzz *f)
{
    struct picture p = choose_picture(f);
    bool painted = p.pixels && paint(f, &p);
    size_t size = (size_t)p.width * (size_t)p.height;
    for (size_t i = 0; painted && i < size; i++)
        f->hash = (f->hash ^ p.pixels[i]) * UINT64_C(0x100000001b3);
    // What no scale is, is thinned in other ways than drawn.
    if (painted && !f->odd_scales && !f->no_memory && test_below(&f->random, 3) == 0)
        compare(f, &p);
    free(p.pixels);
}

static void layout(struct fuzz *f)
{
    plt_figure_layout(f->figure, (int)test_log_uniform(&f->random, 1, 4000),
                      (int)test_log_uniform(&f->random, 1, 4000), fuzz_mild(f, 0.5, 4));
}

// --- rounds ----------------------------------------------------------------------------

struct action {
    void (*run)(struct fuzz *f);
    const char *name;
    unsigned share;
};

static void act(struct fuzz *f)
{
    static const struct action actions[] = {
        {add_plot, "add plot", 3},
        {destroy_plot, "destroy plot", 1},
        {destroy_figure, "destroy figure", 1},
        {add_axis, "add axis", 3},
        {change_axis, "change axis", 8},
        {change_plot, "change plot", 8},
        {change_view, "change view", 2},
        {look, "look", 3},
        {event, "event", 8},
        {drag, "drag", 3},
        {fuzz_viewer, "viewer", 3},
        {listen, "listen", 2},
        {change_figure, "change figure", 1},
        {layout, "layout", 1},
        {show, "show", 8},
        {fuzz_create_series, "create series", 5},
        {fuzz_create_transform, "create transform", 3},
        {fuzz_give_data, "give data", 8},
        {fuzz_wrap, "wrap", 2},
        {fuzz_change, "change", 2},
        {fuzz_unref_series, "unref series", 1},
        {fuzz_clear_series, "clear series", 1},
        {fuzz_create_item, "create item", 14},
        {fuzz_destroy_item, "destroy item", 2},
        {fuzz_change_item, "change item", 12},
        {fuzz_show_item, "show item", 2},
    };
    enum { N = sizeof(actions) / sizeof(actions[0]) };
    uint64_t all = 0;
    for (int i = 0; i < N; i++)
        all += actions[i].share;
    uint64_t at = test_below(&f->random, all);
    int i = 0;
    for (; at >= actions[i].share; i++)
        at -= actions[i].share;
    if (f->trace)
        fprintf(stderr, "%*s%s\n", 2 * f->depth, "", actions[i].name);
    bool fails = f->no_memory && test_below(&f->random, 3) == 0;
    if (fails)
        plt_alloc_fail_at(
            (int64_t)test_below(&f->random, test_below(&f->random, 2) ? 8 : 200),
            test_below(&f->random, 2));
    actions[i].run(f);
    if (f->trace && !f->ended)
        for (int k = 0; k < MAX_PLOTS; k++)
            for (int a = 0; a < f->plots[k].num_axes; a++) {
                struct plt_range range = plt_axis_range(f->plots[k].axes[a]);
                fprintf(stderr, "%*s    axis %d of %d: %.17g .. %.17g\n", 2 * f->depth, "",
                        a, k, range.x0, range.x1);
            }
    if (fails)
        plt_alloc_fail_at(-1, false);
}

static void quiet(void *user, enum plt_level level, enum plt_msg id, const char *text)
{
    REQUIRE(text[0] && !strchr(text, '\n'));
    if (((struct fuzz *)user)->trace)
        fprintf(stderr, "    %s\n", text);
}

static void finish(struct fuzz *f)
{
    if (!f->ended)
        plt_figure_destroy(f->figure);
    plt_raster_destroy(f->raster);
    plt_image_unref(f->image);
    for (int i = 0; i < MAX_SERIES; i++)
        plt_series_unref(f->series[i].series);
    REQUIRE_CMP(f->releases, ==, f->wraps, "d");
    plt_log_unref(f->log);
}

// Something to see.
static void start(struct fuzz *f)
{
    add_plot(f);
    for (int i = 0; i < 5; i++) {
        fuzz_create_series(f);
        fuzz_give_data(f);
        fuzz_create_item(f);
    }
}

// Returns a hash of what was painted.
static uint64_t run(uint64_t seed, int threads, bool trace, uint64_t *compared)
{
    static struct fuzz f;
    static const uint8_t pixels[6] = {1, 2, 3, 250, 5, 6};
    f = (struct fuzz){.random = {seed}, .trace = trace};
    f.odd_scales = test_below(&f.random, 3) == 0;
    f.no_memory = test_below(&f.random, 3) == 0;
    f.within = test_log_uniform(&f.random, 0.01, 10);
    f.log = plt_log_create(
        &(struct plt_log_params){.fn = quiet, .user = &f, .level = PLT_LEVEL_WARN});
    f.figure = plt_figure_create(
        plt_figure_params(.title = fuzz_text(&f), .bare = test_below(&f.random, 8) == 0,
                          .log = f.log, .threads = 1 + 2 * (int)test_below(&f.random, 2)));
    f.raster = plt_raster_create(f.log);
    f.image = plt_image_create(
        pixels, plt_image_params(.type = PLT_U8, .columns = 3, .rows = 2, .log = f.log));
    REQUIRE(f.figure && f.raster && f.image);
    start(&f);
    for (int i = 0; i < 150 && !f.ended; i++)
        act(&f);
    finish(&f);
    *compared += f.compared;
    return f.hash;
}

int main(int argc, char **argv)
{
    uint64_t seed = test_random_seeded().state, compared = 0;
    int rounds = argc > 1 ? atoi(argv[1]) : 150;
    for (int i = 0; i < rounds; i++) {
        int before = test_failures;
        uint64_t one = run(seed + (uint64_t)i, 1 + i % 3, argc > 2, &compared);
        if (i % 4 == 0 && argc <= 2)
            REQUIRE(one == run(seed + (uint64_t)i, 4, false, &compared));
        if (test_failures > before)
            fprintf(stderr, "PLOTLIB_SEED=%" PRIu64 " shows this in its first round\n",
                    seed + (uint64_t)i);
    }
    printf("%d rounds, %" PRIu64 " pictures compared\n", rounds, compared);
    return test_result();
}
