// What the pointer and keys do over a color bar; color_bar.h lists it.
#include <math.h>
#include <string.h>

#include <plotlib/scene/color_bar.h>

enum { REACH = 5 }; // logical pixels around a line or stop that take it

static struct plt_color_bar *bar_of(struct plt_grip *grip)
{
    return (struct plt_color_bar *)grip;
}

static const struct plt_input *input_of(const struct plt_grip *grip)
{
    return &grip->plot->figure->input;
}

static double level_px(const struct plt_color_bar *bar, double v)
{
    return plt_map_px(&bar->axis.map, v);
}

static int hit_stop(struct plt_color_bar *bar, double x, double y)
{
    const double reach = REACH * bar->axis.plot->figure->scale;
    if (x < bar->strip.x0 || x >= bar->strip.x1 + reach)
        return 0;
    plt_gradient_find(bar);
    double best = reach;
    int found = 0;
    for (int i = 0; i < bar->num_stops; i++) {
        const double away = fabs(plt_gradient_px(bar, bar->stops[i].position) - y);
        if (away <= best) {
            best = away;
            found = PLT_BAR_STOP + i;
        }
    }
    return found;
}

static int bar_hit(struct plt_grip *grip, double x, double y)
{
    struct plt_color_bar *bar = bar_of(grip);
    const double reach = REACH * grip->plot->figure->scale;
    struct plt_irect area = bar->area; // lines can be taken a little beyond the ends
    area.y0 -= (int32_t)reach;
    area.y1 += (int32_t)reach;
    if (bar->read_only || plt_irect_empty(bar->area) || !plt_irect_holds(area, x, y))
        return 0;
    const int stop = plt_image_channels(bar->image->image) == 1 ? hit_stop(bar, x, y) : 0;
    const struct plt_range levels = plt_color_bar_levels(bar);
    const double low = level_px(bar, levels.x0), high = level_px(bar, levels.x1);
    const double to_low = fabs(y - low), to_high = fabs(y - high);
    // Without a histogram the strip's halves are shared by stops and ends.
    const bool at_stops =
        !bar->hide_histogram || x >= (bar->strip.x0 + bar->strip.x1) / 2.0;
    if (stop && at_stops)
        return stop;
    if (x < bar->strip.x1 && fmin(to_low, to_high) <= reach)
        return to_low < to_high || (to_low == to_high && (y > low) == (low > high))
                   ? PLT_BAR_LOW
                   : PLT_BAR_HIGH;
    if (x < bar->strip.x1 && y > fmin(low, high) && y < fmax(low, high))
        return PLT_BAR_REGION;
    return PLT_BAR_BACK;
}

static enum plt_cursor bar_cursor(struct plt_grip *grip, int part)
{
    const bool dragged = input_of(grip)->drag == PLT_DRAG_GRIP;
    if (part == PLT_BAR_REGION)
        return dragged ? PLT_CURSOR_CLOSED_HAND : PLT_CURSOR_OPEN_HAND;
    return PLT_CURSOR_SIZE_VER;
}

static double value_at(const struct plt_color_bar *bar, double px)
{
    return plt_map_value(&bar->axis.map, px);
}

// Position 0..1 along the gradient.
static double position_at(const struct plt_color_bar *bar, double px)
{
    const struct plt_range levels = plt_color_bar_levels(bar);
    return (value_at(bar, px) - levels.x0) / (levels.x1 - levels.x0);
}

static enum plt_grip_answer bar_press(struct plt_grip *grip, int part, int button)
{
    struct plt_color_bar *bar = bar_of(grip);
    const struct plt_input *input = input_of(grip);
    if (button == PLT_BUTTON_RIGHT && part >= PLT_BAR_STOP)
        plt_gradient_remove(bar, part - PLT_BAR_STOP);
    if (button == PLT_BUTTON_MIDDLE && plt_image_channels(bar->image->image) == 1)
        plt_color_bar_cycle(bar, 1);
    if (button != PLT_BUTTON_LEFT)
        return PLT_GRIP_USED;
    plt_gradient_find(bar);
    bar->held_levels = plt_color_bar_levels(bar);
    bar->given_levels = plt_image_item_given(bar->image, bar->channel);
    bar->held_view = bar->axis.view;
    memcpy(bar->held_stops, bar->stops, sizeof(bar->stops));
    bar->held_num = bar->num_stops;
    plt_colormap_unref(bar->held_map);
    bar->held_map = plt_colormap_ref(bar->image->map);
    bar->press_px = input->y;
    bar->press_value = value_at(bar, input->y);
    bar->stop_off = false;
    return PLT_GRIP_DRAG;
}

// To a number that is short to write and still within a pixel.
static double rounded(const struct plt_color_bar *bar, double v)
{
    const double step = pow(10, floor(log10(fabs(1 / bar->axis.map.scale))));
    return isfinite(step) && step > 0 ? round(v / step) * step : v;
}

static void move_levels(struct plt_color_bar *bar, int part, double by, bool finished)
{
    struct plt_range levels = bar->held_levels;
    const double sign = levels.x1 >= levels.x0 ? 1 : -1;
    const double gap = fabs(1 / bar->axis.map.scale); // a pixel between the two, at least
    const double a = bar->held_view.lo, b = a + bar->held_view.span;
    double least = fmin(a, b), most = fmax(a, b);
    if (bar->hide_histogram) { // the axis follows
        least = -INFINITY;
        most = INFINITY;
    }
    if (part == PLT_BAR_REGION) {
        const double lo = fmin(levels.x0, levels.x1), hi = fmax(levels.x0, levels.x1);
        by = fmax(fmin(by, fmax(most - hi, 0)), fmin(least - lo, 0));
        const double to = rounded(bar, levels.x0 + by);
        levels = (struct plt_range){to, to + (levels.x1 - levels.x0)};
    } else {
        double *end = part == PLT_BAR_LOW ? &levels.x0 : &levels.x1;
        const double other = part == PLT_BAR_LOW ? levels.x1 : levels.x0;
        const double side = part == PLT_BAR_LOW ? -sign : sign;
        double v = fmin(fmax(*end + by, fmin(least, *end)), fmax(most, *end));
        v = rounded(bar, v);
        *end = side < 0 ? fmin(v, other - gap) : fmax(v, other + gap);
    }
    plt_image_item_change(bar->image, bar->channel, levels, true, finished);
}

static void move_stop(struct plt_color_bar *bar, struct plt_grip *grip)
{
    struct plt_input *input = &grip->plot->figure->input;
    const double far = 12 * PLT_SPACE * grip->plot->figure->scale;
    const bool off = input->x < bar->area.x0 - far || input->x > bar->area.x1 + far;
    if (off && bar->num_stops > 2 && !bar->stop_off) {
        bar->stop_off = true;
        plt_gradient_remove(bar, input->part - PLT_BAR_STOP);
    }
    if (off && bar->stop_off)
        return;
    if (bar->stop_off) { // back again
        memcpy(bar->stops, bar->held_stops, sizeof(bar->stops));
        bar->num_stops = bar->held_num;
        bar->stop_off = false;
    }
    input->part = PLT_BAR_STOP + plt_gradient_move(bar, input->part - PLT_BAR_STOP,
                                                   position_at(bar, input->y));
    plt_gradient_apply(bar);
}

static void bar_drag(struct plt_grip *grip)
{
    struct plt_color_bar *bar = bar_of(grip);
    const struct plt_input *input = input_of(grip);
    const double by = value_at(bar, input->y) - bar->press_value;
    if (input->part >= PLT_BAR_STOP) {
        move_stop(bar, grip);
    } else if (input->part != PLT_BAR_BACK || bar->hide_histogram) {
        move_levels(bar, input->part == PLT_BAR_BACK ? PLT_BAR_REGION : input->part, by,
                    false);
    } else {
        bar->axis.view.mode = PLT_RANGE_FIXED;
        plt_view_pan(&bar->axis, bar->held_view.lo, round(input->y - bar->press_px));
    }
    plt_figure_damage(grip->plot->figure);
}

static void bar_end(struct plt_grip *grip, bool moved, bool cancelled)
{
    struct plt_color_bar *bar = bar_of(grip);
    const int part = input_of(grip)->part;
    const bool levels_moved =
        part < PLT_BAR_STOP && (part != PLT_BAR_BACK || bar->hide_histogram);
    plt_figure_damage(grip->plot->figure);
    if (!moved)
        return;
    if (cancelled && part >= PLT_BAR_STOP) {
        memcpy(bar->stops, bar->held_stops, sizeof(bar->stops));
        bar->num_stops = bar->held_num;
        if (plt_image_item_set_map(bar->image, bar->held_map))
            bar->stops_of = 0;
    }
    if (cancelled && !levels_moved)
        bar->axis.view = bar->held_view;
    if (levels_moved)
        plt_image_item_change(bar->image, bar->channel,
                              cancelled ? bar->given_levels
                                        : plt_image_item_given(bar->image, bar->channel),
                              true, true);
}

static void show_auto(struct plt_color_bar *bar)
{
    bar->axis.view.mode = PLT_RANGE_AUTO;
    plt_image_item_change(bar->image, bar->channel, (struct plt_range){0, 0}, true, true);
}

static bool bar_double_click(struct plt_grip *grip, int part)
{
    struct plt_color_bar *bar = bar_of(grip);
    const struct plt_input *input = input_of(grip);
    const bool on_strip = input->x >= bar->strip.x0 && input->x < bar->strip.x1;
    if (on_strip && plt_image_channels(bar->image->image) == 1) {
        if (part < PLT_BAR_STOP)
            plt_gradient_add(bar, position_at(bar, input->y));
    } else {
        show_auto(bar);
    }
    return true;
}

static bool bar_wheel(struct plt_grip *grip, int part, double notches)
{
    struct plt_color_bar *bar = bar_of(grip);
    const double factor = pow(PLT_WHEEL_STEP, notches);
    struct plt_axis *axis = &bar->axis;
    if (bar->hide_histogram) {
        const struct plt_range levels = plt_color_bar_levels(bar);
        const double about = value_at(bar, input_of(grip)->y);
        const struct plt_range to = {about + (levels.x0 - about) * factor,
                                     about + (levels.x1 - about) * factor};
        if (fabs(to.x1 - to.x0) > 1e-9 * fmax(fabs(to.x0), fabs(to.x1)))
            plt_image_item_change(bar->image, bar->channel, to, true, true);
        return true;
    }
    axis->view.mode = PLT_RANGE_FIXED;
    plt_view_zoom(axis, axis->view, factor, plt_view_fraction(axis, input_of(grip)->y));
    plt_figure_damage(grip->plot->figure);
    return true;
}

static bool bar_key(struct plt_grip *grip, int key, int modifiers)
{
    struct plt_color_bar *bar = bar_of(grip);
    const bool single = plt_image_channels(bar->image->image) == 1;
    if (modifiers & (PLT_MOD_CTRL | PLT_MOD_ALT))
        return false;
    plt_figure_damage(grip->plot->figure);
    switch (key) {
    case 'A': show_auto(bar); return true;
    case 'L': bar->log_counts = !bar->log_counts; return true;
    case 'C':
        if (single)
            plt_color_bar_cycle(bar, modifiers & PLT_MOD_SHIFT ? -1 : 1);
        return single;
    case '0':
    case '1':
    case '2':
    case '3': bar->channel = single ? 0 : key - '0'; return !single;
    default: return false;
    }
}

const struct plt_grip_class plt_color_bar_grip = {.hit = bar_hit,
                                                  .cursor = bar_cursor,
                                                  .press = bar_press,
                                                  .drag = bar_drag,
                                                  .end = bar_end,
                                                  .double_click = bar_double_click,
                                                  .wheel = bar_wheel,
                                                  .key = bar_key};
