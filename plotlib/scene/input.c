// Input: toolkit-free events -> view changes. What each event does is listed in event.h.
#include <math.h>

#include <plotlib/base/message.h>
#include <plotlib/scene/image_viewer.h>

#define DRAG_STEP 1.02 // span per logical pixel of a right drag
#define FAR_PX 1e6     // no pointer is further away

static enum plt_hit hit_test(struct plt_figure *figure, double x, double y,
                             struct plt_plot **over, struct plt_axis **over_axis)
{
    *over = NULL;
    *over_axis = NULL;
    for (size_t i = 0; i < figure->num_plots; i++) {
        struct plt_plot *plot = figure->plots[i];
        if (!plt_irect_holds(plot->cell, x, y))
            continue;
        *over = plot;
        if (plt_irect_holds(plot->button, x, y))
            return PLT_HIT_BUTTON;
        if (plt_irect_holds(plot->legend.rect, x, y))
            return PLT_HIT_LEGEND;
        if (plt_irect_holds(plot->data, x, y))
            return PLT_HIT_DATA;
        for (struct plt_axis *axis = &plot->x; axis; axis = axis->next) {
            if (!plt_irect_holds(axis->area, x, y))
                continue;
            *over_axis = axis;
            return axis->vertical ? PLT_HIT_Y_AXIS : PLT_HIT_X_AXIS;
        }
    }
    return PLT_HIT_NONE;
}

void plt_input_forget_plot(struct plt_figure *figure, const struct plt_plot *plot)
{
    struct plt_input *input = &figure->input;
    if (input->grip && input->grip->plot == plot)
        plt_grip_forget(input);
    if (input->plot == plot) {
        input->plot = NULL;
        input->drag_axis = NULL;
        input->drag = PLT_DRAG_NONE;
    }
    if (input->over == plot) {
        input->over = NULL;
        input->axis = NULL;
        input->hit = PLT_HIT_NONE;
    }
}

static void notify_pointer(struct plt_figure *figure, enum plt_notice_type type,
                           const struct plt_event *event)
{
    struct plt_notice notice = {.type = type,
                                .figure = figure,
                                .plot = figure->input.over,
                                .by_hand = true,
                                .x_px = event->x_px,
                                .y_px = event->y_px,
                                .button = event->button,
                                .modifiers = event->modifiers};
    if (notice.plot) {
        plt_plot_to_data(notice.plot, event->x_px, event->y_px, &notice.x, &notice.y);
        notice.in_data =
            plt_irect_holds(notice.plot->data, figure->input.x, figure->input.y);
    }
    plt_notice_queue(figure, &notice);
}

// Whether a gesture on `hit`, NULL = on the data, pans this axis.
static bool pans(const struct plt_axis *axis, const struct plt_axis *hit)
{
    return !hit || hit == axis;
}

// The same for zooming: with a locked aspect x and y cannot be zoomed alone.
static bool zooms(const struct plt_axis *axis, const struct plt_axis *hit)
{
    const struct plt_plot *plot = axis->plot;
    bool is_locked = plot->lock_aspect && (axis == &plot->x || axis == &plot->y);
    return pans(axis, hit) || (is_locked && (hit == &plot->x || hit == &plot->y));
}

static double pointer_along(const struct plt_axis *axis, double x, double y)
{
    return axis->vertical ? y : x;
}

static void view_moved(struct plt_plot *plot)
{
    plt_view_update(plot);
    plt_figure_damage(plot->figure);
    plt_notice_view(plot, true);
}

// A gesture begins: what is drawn becomes the fixed range of the axes it moves.
static void grab_axes(struct plt_plot *plot, const struct plt_axis *hit)
{
    for (struct plt_axis *axis = &plot->x; axis; axis = axis->next)
        if (zooms(axis, hit))
            plt_view_freeze(axis);
}

// --- wheel
// --------------------------------------------------------------------------------

static bool wheel(struct plt_figure *figure, const struct plt_event *event)
{
    struct plt_input *input = &figure->input;
    struct plt_plot *plot = input->over;
    if (!plot || input->drag != PLT_DRAG_NONE || !isfinite(event->wheel) ||
        !isfinite(event->wheel_x))
        return false;
    if (input->grip && input->grip->class->wheel &&
        input->grip->class->wheel(input->grip, input->part, event->wheel))
        return true;
    if (input->hit == PLT_HIT_NONE)
        return false;
    plt_history_commit(plot, true);
    grab_axes(plot, input->axis);
    double factor = pow(PLT_WHEEL_STEP, event->wheel);
    for (struct plt_axis *axis = &plot->x; axis && event->wheel != 0; axis = axis->next) {
        double px = pointer_along(axis, input->x, input->y);
        if (zooms(axis, input->axis))
            plt_view_zoom(axis, axis->view, factor, plt_view_fraction(axis, px));
    }
    if (pans(&plot->x, input->axis) && event->wheel_x != 0)
        plt_view_pan(&plot->x, plot->x.view.lo,
                     round(-event->wheel_x * 40 * figure->scale));
    view_moved(plot);
    plt_history_commit(plot, true);
    return true;
}

// --- drags
// --------------------------------------------------------------------------------

static enum plt_drag drag_for(const struct plt_input *input, const struct plt_event *event)
{
    switch (input->hit) {
    case PLT_HIT_BUTTON:
        return event->button == PLT_BUTTON_LEFT ? PLT_DRAG_BUTTON : PLT_DRAG_NONE;
    case PLT_HIT_LEGEND:
        return event->button == PLT_BUTTON_LEFT ? PLT_DRAG_LEGEND : PLT_DRAG_NONE;
    case PLT_HIT_NONE: return PLT_DRAG_NONE;
    case PLT_HIT_DATA:
        if (event->button == PLT_BUTTON_LEFT && input->over->rubber_band)
            return PLT_DRAG_BAND;
        break;
    default: break;
    }
    return event->button == PLT_BUTTON_RIGHT ? PLT_DRAG_SCALE : PLT_DRAG_PAN;
}

static void cancel_drag(struct plt_figure *figure)
{
    struct plt_input *input = &figure->input;
    struct plt_plot *plot = input->plot;
    if (input->drag == PLT_DRAG_NONE || !plot)
        return;
    if (input->drag == PLT_DRAG_GRIP)
        input->grip->class->end(input->grip, input->moved, true);
    if (input->drag == PLT_DRAG_LEGEND) {
        plot->legend.right = input->legend_right;
        plot->legend.top = input->legend_top;
    } else if (input->moved &&
               (input->drag == PLT_DRAG_PAN || input->drag == PLT_DRAG_SCALE)) {
        for (struct plt_axis *axis = &plot->x; axis; axis = axis->next)
            axis->view = axis->before;
        view_moved(plot);
    }
    input->drag = PLT_DRAG_NONE;
    plt_figure_damage(figure);
}

static bool press(struct plt_figure *figure, const struct plt_event *event)
{
    struct plt_input *input = &figure->input;
    if (input->drag != PLT_DRAG_NONE) { // a second button cancels
        cancel_drag(figure);
        return true;
    }
    input->button = event->button;
    input->moved = false;
    input->press_x = input->x;
    input->press_y = input->y;
    input->plot = input->over;
    input->drag_hit = input->hit;
    input->drag_axis = input->axis;
    enum plt_grip_answer answer =
        input->grip && input->grip->class->press
            ? input->grip->class->press(input->grip, input->part, event->button)
            : PLT_GRIP_PASS;
    input->drag = answer == PLT_GRIP_DRAG   ? PLT_DRAG_GRIP
                  : answer == PLT_GRIP_USED ? PLT_DRAG_NONE
                                            : drag_for(input, event);
    if (input->plot) {
        struct plt_plot *plot = input->plot;
        for (struct plt_axis *axis = &plot->x; axis; axis = axis->next)
            axis->before = axis->view;
        input->legend_right = plot->legend.right;
        input->legend_top = plot->legend.top;
        if (input->drag == PLT_DRAG_LEGEND) { // where it is, not where it was pulled to
            input->legend_right = (plot->data.x1 - plot->legend.rect.x1) / figure->scale;
            input->legend_top = (plot->legend.rect.y0 - plot->data.y0) / figure->scale;
        }
    }
    return input->drag != PLT_DRAG_NONE || answer == PLT_GRIP_USED;
}

static void pan_to_pointer(struct plt_input *input)
{
    struct plt_plot *plot = input->plot;
    for (struct plt_axis *axis = &plot->x; axis; axis = axis->next) {
        double from = pointer_along(axis, input->press_x, input->press_y);
        double to = pointer_along(axis, input->x, input->y);
        if (pans(axis, input->drag_axis))
            plt_view_pan(axis, axis->grabbed.lo, round(to - from));
    }
    view_moved(plot);
}

static void scale_to_pointer(struct plt_input *input)
{
    struct plt_plot *plot = input->plot;
    double dx = (input->x - input->press_x) / plot->figure->scale;
    double dy = (input->y - input->press_y) / plot->figure->scale;
    double fx = pow(DRAG_STEP, -dx), fy = pow(DRAG_STEP, dy);
    if (plot->lock_aspect) // vertical motion drives both
        fx = fy = input->drag_hit == PLT_HIT_X_AXIS ? fx : fy;
    for (struct plt_axis *axis = &plot->x; axis; axis = axis->next) {
        double px = pointer_along(axis, input->press_x, input->press_y);
        if (zooms(axis, input->drag_axis))
            plt_view_zoom(axis, axis->grabbed, axis->vertical ? fy : fx,
                          plt_view_fraction(axis, px));
    }
    view_moved(plot);
}

static void legend_to_pointer(struct plt_input *input)
{
    struct plt_plot *plot = input->plot;
    double scale = plot->figure->scale;
    plot->legend.right = input->legend_right - (input->x - input->press_x) / scale;
    plot->legend.top = input->legend_top + (input->y - input->press_y) / scale;
    plt_figure_damage(plot->figure);
}

static void begin_moving(struct plt_input *input)
{
    struct plt_plot *plot = input->plot;
    input->moved = true;
    if (input->drag != PLT_DRAG_PAN && input->drag != PLT_DRAG_SCALE)
        return;
    plt_history_commit(plot, false);
    grab_axes(plot, input->drag_axis);
    for (struct plt_axis *axis = &plot->x; axis; axis = axis->next)
        axis->grabbed = axis->view;
}

static void drag(struct plt_figure *figure)
{
    struct plt_input *input = &figure->input;
    double radius = PLT_CLICK_RADIUS * figure->scale;
    if (!input->moved && fabs(input->x - input->press_x) < radius &&
        fabs(input->y - input->press_y) < radius)
        return;
    if (!input->moved)
        begin_moving(input);
    switch (input->drag) {
    case PLT_DRAG_PAN: pan_to_pointer(input); break;
    case PLT_DRAG_SCALE: scale_to_pointer(input); break;
    case PLT_DRAG_LEGEND: legend_to_pointer(input); break;
    case PLT_DRAG_BAND: plt_figure_damage(figure); break;
    case PLT_DRAG_GRIP: input->grip->class->drag(input->grip); break;
    case PLT_DRAG_BUTTON:
    case PLT_DRAG_NONE: break;
    }
}

// --- rubber band
// --------------------------------------------------------------------------

struct plt_irect plt_input_band(const struct plt_input *input)
{
    struct plt_irect none = {0};
    if (input->drag != PLT_DRAG_BAND || !input->moved || !input->plot)
        return none;
    struct plt_irect box = {(int32_t)floor(fmin(input->press_x, input->x)),
                            (int32_t)floor(fmin(input->press_y, input->y)),
                            (int32_t)ceil(fmax(input->press_x, input->x)),
                            (int32_t)ceil(fmax(input->press_y, input->y))};
    return plt_irect_cut(box, input->plot->data);
}

static void zoom_to_band(struct plt_figure *figure)
{
    struct plt_input *input = &figure->input;
    struct plt_plot *plot = input->plot;
    struct plt_irect box = plt_input_band(input);
    if (box.x1 - box.x0 < 2 || box.y1 - box.y0 < 2)
        return;
    plt_history_commit(plot, false);
    double origin = (double)plot->origin;
    double x0 = plt_map_value(&plot->x.map, box.x0),
           x1 = plt_map_value(&plot->x.map, box.x1);
    bool ok = plt_view_set(&plot->x, origin + x0, origin + x1);
    for (struct plt_axis *y = &plot->y; ok && y; y = y->next)
        ok =
            plt_view_set(y, plt_map_value(&y->map, box.y1), plt_map_value(&y->map, box.y0));
    view_moved(plot);
    plt_history_commit(plot, false);
}

// --- the rest
// -----------------------------------------------------------------------------

static bool release(struct plt_figure *figure, const struct plt_event *event)
{
    struct plt_input *input = &figure->input;
    struct plt_plot *plot = input->plot;
    if (event->button != input->button)
        return false;
    enum plt_drag ended = input->drag;
    bool used = ended != PLT_DRAG_NONE;
    if (!input->moved && plot == input->over && ended != PLT_DRAG_BUTTON)
        notify_pointer(figure, PLT_NOTICE_CLICKED, event);
    if (plot && ended == PLT_DRAG_GRIP)
        input->grip->class->end(input->grip, input->moved, false);
    else if (plot && input->moved && ended == PLT_DRAG_BAND)
        zoom_to_band(figure);
    else if (plot && input->moved && (ended == PLT_DRAG_PAN || ended == PLT_DRAG_SCALE))
        plt_history_commit(plot, false);
    else if (plot && input->moved && ended == PLT_DRAG_LEGEND)
        notify_pointer(figure, PLT_NOTICE_ITEM_MOVED, event);
    else if (plot && ended == PLT_DRAG_BUTTON && input->hit == PLT_HIT_BUTTON) {
        plt_view_show_all(plot);
        view_moved(plot);
    }
    input->drag = PLT_DRAG_NONE;
    input->button = PLT_BUTTON_NONE;
    plt_figure_damage(figure);
    return used;
}

static bool double_click(struct plt_figure *figure, const struct plt_event *event)
{
    const struct plt_input *input = &figure->input;
    struct plt_plot *plot = input->over;
    const bool left = event->button == PLT_BUTTON_LEFT;
    if (left && input->grip && input->grip->class->double_click &&
        input->grip->class->double_click(input->grip, input->part)) {
        plt_figure_damage(figure);
    } else if (plot && left && input->hit != PLT_HIT_LEGEND) {
        plt_view_show_all(plot);
        view_moved(plot);
    }
    notify_pointer(figure, PLT_NOTICE_DOUBLE_CLICKED, event);
    return plot != NULL;
}

static bool history_key(struct plt_plot *plot, int step)
{
    if (plt_history_go(plot, step))
        view_moved(plot);
    return true;
}

static bool key_for_plot(struct plt_plot *plot, int key)
{
    switch (key) {
    case 'A':
        plt_view_show_all(plot);
        view_moved(plot);
        return true;
    case 'R': plot->rubber_band = !plot->rubber_band; return true;
    case 'P': return plt_plot_set_paused(plot, !plt_plot_paused(plot));
    case PLT_KEY_BACKSPACE:
    case '-': return history_key(plot, -1);
    case '+':
    case '=': return history_key(plot, +1);
    default: return false;
    }
}

// The viewer under the pointer, else all of them.
static bool key_for_viewers(struct plt_figure *figure, const struct plt_event *event)
{
    const struct plt_plot *over = figure->input.over;
    bool used = false;
    for (struct plt_image_viewer *v = figure->viewers; v; v = v->next)
        if (!over || plt_viewer_has_plot(v, over))
            used |= plt_viewer_key(v, event);
    return used;
}

static bool key(struct plt_figure *figure, const struct plt_event *event)
{
    struct plt_input *input = &figure->input;
    bool used = false;
    if (event->key == PLT_KEY_ESCAPE && input->drag != PLT_DRAG_NONE) {
        cancel_drag(figure);
        used = true;
    } else if (input->grip && input->grip->class->key &&
               input->grip->class->key(input->grip, event->key, event->modifiers)) {
        used = true;
    } else if (key_for_viewers(figure, event)) {
        used = true;
    } else if (!(event->modifiers & (PLT_MOD_CTRL | PLT_MOD_ALT))) {
        // The plot under the pointer, else all of them.
        for (size_t i = 0; i < figure->num_plots; i++) {
            struct plt_plot *plot = figure->plots[i];
            if (!input->over || input->over == plot)
                used |= key_for_plot(plot, event->key);
        }
    }
    plt_notice_queue(figure, &(struct plt_notice){.type = PLT_NOTICE_KEY,
                                                  .figure = figure,
                                                  .plot = input->over,
                                                  .by_hand = true,
                                                  .key = event->key,
                                                  .modifiers = event->modifiers});
    return used;
}

static void point_at(struct plt_figure *figure, const struct plt_event *event)
{
    struct plt_input *input = &figure->input;
    enum plt_hit hit_before = input->hit;
    const struct plt_plot *over_before = input->over;
    const struct plt_axis *axis_before = input->axis;
    const int part_before = input->part;
    const struct plt_grip *grip_before = input->grip;
    input->inside = event->type != PLT_EVENT_LEAVE;
    if (input->inside && isfinite(event->x_px) && isfinite(event->y_px)) {
        input->x = fmin(fmax(event->x_px * figure->scale, -FAR_PX), FAR_PX);
        input->y = fmin(fmax(event->y_px * figure->scale, -FAR_PX), FAR_PX);
    }
    input->hit = hit_test(figure, input->x, input->y, &input->over, &input->axis);
    if (!input->inside) {
        input->hit = PLT_HIT_NONE;
        input->over = NULL;
        input->axis = NULL;
    }
    if (input->drag == PLT_DRAG_NONE)
        plt_grip_find(input);
    bool reads = input->over ? input->over->readout : over_before && over_before->readout;
    if (input->hit != hit_before || input->over != over_before ||
        input->axis != axis_before || input->grip != grip_before ||
        input->part != part_before || reads)
        plt_figure_damage(figure);
}

bool plt_figure_handle_event(struct plt_figure *figure, const struct plt_event *event)
{
    plt_require(NULL, figure != NULL, false);
    plt_require(figure->log, event != NULL, false);
    plt_figure_enter(figure);
    if (event->type != PLT_EVENT_KEY && event->type != PLT_EVENT_KEY_RELEASE)
        point_at(figure, event);
    bool used = false;
    switch (event->type) {
    case PLT_EVENT_MOVE:
        if (figure->input.drag != PLT_DRAG_NONE) {
            drag(figure);
            used = true;
        } else if (event->buttons == 0) {
            notify_pointer(figure, PLT_NOTICE_HOVERED, event);
        }
        break;
    case PLT_EVENT_PRESS: used = press(figure, event); break;
    case PLT_EVENT_RELEASE: used = release(figure, event); break;
    case PLT_EVENT_DOUBLE_CLICK: used = double_click(figure, event); break;
    case PLT_EVENT_WHEEL: used = wheel(figure, event); break;
    case PLT_EVENT_KEY: used = key(figure, event); break;
    case PLT_EVENT_KEY_RELEASE:
        for (struct plt_image_viewer *v = figure->viewers; v; v = v->next)
            plt_viewer_release_key(v, event->key);
        break;
    case PLT_EVENT_LEAVE: break;
    }
    plt_figure_leave(figure);
    return used;
}

enum plt_cursor plt_figure_cursor(const struct plt_figure *figure)
{
    if (!figure)
        return PLT_CURSOR_ARROW;
    const struct plt_input *input = &figure->input;
    if (input->grip && plt_grip_part(input->grip) && input->grip->class->cursor)
        return input->grip->class->cursor(input->grip, input->part);
    enum plt_hit hit = input->drag != PLT_DRAG_NONE ? input->drag_hit : input->hit;
    switch (hit) {
    case PLT_HIT_X_AXIS: return PLT_CURSOR_SIZE_HOR;
    case PLT_HIT_Y_AXIS: return PLT_CURSOR_SIZE_VER;
    case PLT_HIT_LEGEND: return PLT_CURSOR_SIZE_ALL;
    case PLT_HIT_BUTTON: return PLT_CURSOR_POINTING;
    case PLT_HIT_NONE: return PLT_CURSOR_ARROW;
    case PLT_HIT_DATA: break;
    }
    if (input->drag == PLT_DRAG_PAN)
        return PLT_CURSOR_CLOSED_HAND;
    if (input->drag == PLT_DRAG_SCALE)
        return PLT_CURSOR_SIZE_ALL;
    bool band = input->over && input->over->rubber_band;
    return band ? PLT_CURSOR_CROSS : PLT_CURSOR_OPEN_HAND;
}
