// Regions of interest: what they are and how they are dragged. roi.h lists it.
#include <math.h>
#include <string.h>

#include <plotlib/base/alloc.h>
#include <plotlib/base/message.h>
#include <plotlib/scene/roi.h>

enum { REACH = 6 }; // logical pixels around a handle or line that take it

static struct plt_roi *roi_of(struct plt_grip *grip)
{
    return (struct plt_roi *)((char *)grip - offsetof(struct plt_roi, grip));
}

static double x_px(const struct plt_roi *roi, double x)
{
    const struct plt_plot *plot = roi->item.plot;
    return plt_map_px(&plot->x.map, plt_map_from_f64(&plot->x.map, x));
}

static double y_px(const struct plt_roi *roi, double y)
{
    return plt_map_px(&roi->item.y_axis->map, y);
}

// Which ends of x and y a handle moves: -1 = the first, 1 = the second, 0 = none.
static void ends_of(const struct plt_roi *roi, int part, int *x, int *y)
{
    if (roi->kind == PLT_ROI_LINE) {
        *x = *y = part == 1 ? -1 : 1;
        return;
    }
    const int place = part <= 4 ? part - 1 : part; // of 3 x 3, the middle left out
    *x = place % 3 - 1;
    *y = place / 3 - 1;
}

static double along(double a, double b, int end)
{
    return end < 0 ? a : end > 0 ? b : (a + b) / 2;
}

bool plt_roi_handle(const struct plt_roi *roi, int part, double *x, double *y)
{
    int end_x, end_y;
    ends_of(roi, part, &end_x, &end_y);
    *x = along(x_px(roi, roi->x[0]), x_px(roi, roi->x[1]), end_x);
    *y = along(y_px(roi, roi->y[0]), y_px(roi, roi->y[1]), end_y);
    return isfinite(*x) && isfinite(*y);
}

static int num_handles(const struct plt_roi *roi)
{
    return roi->kind == PLT_ROI_LINE ? 2 : 8;
}

static double distance_to_line(const struct plt_roi *roi, double x, double y)
{
    const double ax = x_px(roi, roi->x[0]), ay = y_px(roi, roi->y[0]);
    const double dx = x_px(roi, roi->x[1]) - ax, dy = y_px(roi, roi->y[1]) - ay;
    const double length = dx * dx + dy * dy;
    double t = length > 0 ? ((x - ax) * dx + (y - ay) * dy) / length : 0;
    t = fmin(fmax(t, 0), 1);
    return hypot(x - ax - t * dx, y - ay - t * dy);
}

static int roi_hit(struct plt_grip *grip, double x, double y)
{
    const struct plt_roi *roi = roi_of(grip);
    const double reach = REACH * grip->plot->figure->scale;
    if (roi->read_only || roi->item.hidden || !plt_irect_holds(grip->plot->data, x, y))
        return 0;
    double best = reach;
    int part = 0;
    for (int i = 1; i <= num_handles(roi); i++) {
        double hx, hy;
        if (!plt_roi_handle(roi, i, &hx, &hy))
            return 0;
        const double away = fmax(fabs(hx - x), fabs(hy - y));
        if (away < best) {
            best = away;
            part = i;
        }
    }
    if (part)
        return part;
    if (roi->kind == PLT_ROI_LINE)
        return distance_to_line(roi, x, y) <= reach ? PLT_ROI_BODY : 0;
    const double x0 = x_px(roi, roi->x[0]), x1 = x_px(roi, roi->x[1]);
    const double y0 = y_px(roi, roi->y[0]), y1 = y_px(roi, roi->y[1]);
    const bool in =
        x >= fmin(x0, x1) && x < fmax(x0, x1) && y >= fmin(y0, y1) && y < fmax(y0, y1);
    return in ? PLT_ROI_BODY : 0;
}

static enum plt_cursor roi_cursor(struct plt_grip *grip, int part)
{
    int x, y;
    ends_of(roi_of(grip), part, &x, &y);
    if (part == PLT_ROI_BODY || (x != 0 && y != 0))
        return PLT_CURSOR_SIZE_ALL;
    return x != 0 ? PLT_CURSOR_SIZE_HOR : PLT_CURSOR_SIZE_VER;
}

static void changed(struct plt_roi *roi, bool by_hand, bool finished)
{
    struct plt_figure *figure = roi->item.plot->figure;
    plt_figure_enter(figure);
    plt_item_damage(&roi->item);
    plt_notice_queue(figure, &(struct plt_notice){.type = PLT_NOTICE_ROI_CHANGED,
                                                  .figure = figure,
                                                  .plot = roi->item.plot,
                                                  .by_hand = by_hand,
                                                  .finished = finished,
                                                  .roi = roi});
    plt_figure_leave(figure);
}

static enum plt_grip_answer roi_press(struct plt_grip *grip, int part, int button)
{
    struct plt_roi *roi = roi_of(grip);
    if (button != PLT_BUTTON_LEFT)
        return PLT_GRIP_PASS;
    memcpy(roi->held_x, roi->x, sizeof(roi->x));
    memcpy(roi->held_y, roi->y, sizeof(roi->y));
    return PLT_GRIP_DRAG;
}

static double snapped(double v, double snap, const struct plt_map *map)
{
    // Without a snap: numbers that are short to write and within a pixel.
    if (snap <= 0 && !map->spread)
        snap = pow(10, floor(log10(fabs(1 / map->scale))));
    return snap > 0 && isfinite(snap) ? round(v / snap) * snap : v;
}

// Moves the ends of one axis by what the pointer went.
static void drag_axis(const struct plt_roi *roi, const struct plt_axis *axis, double from,
                      double to, int end, bool whole, const double held[2], double v[2])
{
    const double origin = axis->vertical ? 0 : (double)axis->plot->origin;
    const double by = plt_map_value(&axis->map, to) - plt_map_value(&axis->map, from);
    if (!isfinite(by))
        return;
    for (int i = 0; i < 2; i++) {
        if (!whole && end != (i ? 1 : -1))
            continue;
        v[i] = snapped(held[i] + by - origin, roi->snap, &axis->map) + origin;
    }
    if (whole) // of the same size
        v[1] = v[0] + (held[1] - held[0]);
}

static void roi_drag(struct plt_grip *grip)
{
    struct plt_roi *roi = roi_of(grip);
    const struct plt_input *input = &grip->plot->figure->input;
    const bool whole = input->part == PLT_ROI_BODY;
    int x, y;
    ends_of(roi, input->part, &x, &y);
    drag_axis(roi, &grip->plot->x, input->press_x, input->x, x, whole, roi->held_x, roi->x);
    drag_axis(roi, roi->item.y_axis, input->press_y, input->y, y, whole, roi->held_y,
              roi->y);
    changed(roi, true, false);
}

static void put_in_order(struct plt_roi *roi)
{
    double *const both[2] = {roi->x, roi->y};
    for (int i = 0; i < 2 && roi->kind == PLT_ROI_RECT; i++) {
        const double lo = fmin(both[i][0], both[i][1]), hi = fmax(both[i][0], both[i][1]);
        both[i][0] = lo;
        both[i][1] = hi;
    }
}

static void roi_end(struct plt_grip *grip, bool moved, bool cancelled)
{
    struct plt_roi *roi = roi_of(grip);
    if (!moved)
        return;
    if (cancelled) {
        memcpy(roi->x, roi->held_x, sizeof(roi->x));
        memcpy(roi->y, roi->held_y, sizeof(roi->y));
    }
    put_in_order(roi);
    changed(roi, true, true);
}

static const struct plt_grip_class roi_grip = {.hit = roi_hit,
                                               .cursor = roi_cursor,
                                               .press = roi_press,
                                               .drag = roi_drag,
                                               .end = roi_end};

static bool no_range(const struct plt_item *item, const struct plt_scale *spread,
                     struct plt_range *range)
{
    return false;
}

static void roi_free(struct plt_item *item)
{
    struct plt_roi *roi = (struct plt_roi *)item;
    plt_grip_remove(&roi->grip);
    plt_notice_forget_item(item->plot->figure, roi);
    plt_free(roi);
}

static const struct plt_item_class roi_class = {
    .kind = PLT_ITEM_ROI, .x_range = no_range, .y_range = no_range, .free = roi_free};

static bool is_finite(double x0, double y0, double x1, double y1)
{
    return isfinite(x0) && isfinite(y0) && isfinite(x1) && isfinite(y1);
}

static void take_ends(struct plt_roi *roi, double x0, double y0, double x1, double y1)
{
    roi->x[0] = x0;
    roi->x[1] = x1;
    roi->y[0] = y0;
    roi->y[1] = y1;
    put_in_order(roi);
}

struct plt_roi *plt_roi_create(struct plt_plot *plot, const struct plt_roi_params *params)
{
    static const struct plt_roi_params defaults = {.x1 = 1, .y1 = 1};
    plt_require(NULL, plot != NULL, NULL);
    struct plt_log *log = plot->figure->log;
    params = params ? params : &defaults;
    plt_require(log, is_finite(params->x0, params->y0, params->x1, params->y1), NULL);
    plt_require(log, (unsigned)params->kind <= PLT_ROI_LINE, NULL);
    plt_require(log, params->snap >= 0 && isfinite(params->snap), NULL);
    struct plt_roi *roi = plt_calloc(1, sizeof(*roi));
    if (!roi)
        plt_no_memory(log, "region");
    if (!roi || !plt_item_init(&roi->item, &roi_class, plot,
                               &(struct plt_item_params){.color = params->color,
                                                         .hidden = params->hidden})) {
        plt_free(roi);
        return NULL;
    }
    roi->kind = params->kind;
    roi->snap = params->snap;
    roi->read_only = params->read_only;
    take_ends(roi, params->x0, params->y0, params->x1, params->y1);
    plt_grip_add(&roi->grip, &roi_grip, plot);
    plt_item_damage(&roi->item);
    return roi;
}

void plt_roi_destroy(struct plt_roi *roi)
{
    if (roi)
        plt_item_remove(&roi->item);
}

bool plt_roi_set(struct plt_roi *roi, double x0, double y0, double x1, double y1)
{
    plt_require(NULL, roi != NULL, false);
    plt_require(plt_item_log(&roi->item), is_finite(x0, y0, x1, y1), false);
    const double before[4] = {roi->x[0], roi->y[0], roi->x[1], roi->y[1]};
    take_ends(roi, x0, y0, x1, y1);
    const double after[4] = {roi->x[0], roi->y[0], roi->x[1], roi->y[1]};
    if (memcmp(before, after, sizeof(before)) != 0)
        changed(roi, false, true);
    return true;
}

void plt_roi_get(struct plt_roi *roi, double *x0, double *y0, double *x1, double *y1)
{
    plt_require(NULL, roi && x0 && y0 && x1 && y1, );
    struct plt_roi copy = *roi; // while an edge is dragged past the other
    put_in_order(&copy);
    *x0 = copy.x[0];
    *x1 = copy.x[1];
    *y0 = copy.y[0];
    *y1 = copy.y[1];
}

void plt_roi_set_visible(struct plt_roi *roi, bool visible)
{
    plt_require(NULL, roi != NULL, );
    plt_item_set_visible(&roi->item, visible);
}
