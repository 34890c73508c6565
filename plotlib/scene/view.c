// Views: from what each axis should show (all data, the newest, a fixed range) to the map
// it is drawn with. Panning keeps the anchor and moves whole device pixels, so that columns
// are never binned anew; any other change anchors at the first edge and is met exactly.
#include <float.h>
#include <math.h>

#include <plotlib/base/message.h>
#include <plotlib/scene/marks.h>
#include <plotlib/scene/scene.h>

// Beyond this, sums of range ends would overflow.
#define VALUE_LIMIT 1e307
// Pixels between anchor and view, at most: 1e-4 px is still told apart.
#define FAR_PX 0x1p40

static int32_t axis_length(const struct plt_axis *axis)
{
    const struct plt_irect d = plt_axis_frame(axis);
    return axis->vertical ? d.y1 - d.y0 : d.x1 - d.x0;
}

static int32_t axis_edge(const struct plt_axis *axis)
{
    const struct plt_irect d = plt_axis_frame(axis);
    return axis->vertical ? d.y1 : d.x0;
}

// The smallest span whose pixels doubles can still tell apart at this place.
static double min_span(double lo)
{
    double span = fabs(lo) * (64 * DBL_EPSILON);
    return span > 1e-300 ? span : 1e-300;
}

static void set_span(struct plt_axis_view *view, double lo, double span)
{
    lo = fmin(fmax(lo, -VALUE_LIMIT), VALUE_LIMIT);
    double most = 2 * VALUE_LIMIT;
    span = fmin(fmax(span, -most), most);
    if (fabs(span) < min_span(lo))
        span = copysign(min_span(lo), span);
    view->lo = lo;
    view->span = span;
}

// --- what there is to see
// -----------------------------------------------------------------

static void add_value(struct plt_range *all, bool *any, double v)
{
    if (!isfinite(v))
        return;
    all->x0 = *any ? fmin(all->x0, v) : v;
    all->x1 = *any ? fmax(all->x1, v) : v;
    *any = true;
}

static void add_range(struct plt_range *all, bool *any, double x0, double x1)
{
    add_value(all, any, x0);
    add_value(all, any, x1);
}

// NULL = linear.
static const struct plt_scale *spread_of(const struct plt_axis *axis)
{
    return plt_scale_is_linear(&axis->scale) ? NULL : &axis->scale;
}

// Data values; what the axis cannot show is left out.
static void add_data(const struct plt_axis *axis, struct plt_range *all, bool *any,
                     double v0, double v1)
{
    add_range(all, any, plt_scale_forward(&axis->scale, v0),
              plt_scale_forward(&axis->scale, v1));
}

// What the items of an axis cover, in s.
static bool data_range(const struct plt_axis *axis, struct plt_range *all)
{
    const struct plt_plot *plot = axis->plot;
    const struct plt_scale *spread = spread_of(axis);
    bool any = false;
    for (size_t i = 0; i < plot->num_items; i++) {
        const struct plt_item *item = plot->items[i];
        struct plt_range range;
        if (item->hidden || (axis->vertical && item->y_axis != axis))
            continue;
        if (axis->vertical ? item->class->y_range(item, spread, &range)
                           : item->class->x_range(item, spread, &range))
            add_data(axis, all, &any, range.x0, range.x1);
    }
    if (any && axis->vertical && plot->y_from_zero)
        add_data(axis, all, &any, 0, 0);
    return any;
}

bool plt_view_image_ratio(const struct plt_plot *plot, double *ratio)
{
    struct plt_range x = {0}, y = {0};
    bool any = false;
    *ratio = 0;
    if (spread_of(&plot->x) || spread_of(&plot->y))
        return false;
    for (size_t i = 0; i < plot->num_items; i++) {
        const struct plt_item *item = plot->items[i];
        struct plt_range width, height;
        if (item->class->kind != PLT_ITEM_IMAGE || item->hidden ||
            !item->class->x_range(item, NULL, &width) ||
            !item->class->y_range(item, NULL, &height))
            continue;
        bool some = any;
        add_range(&x, &some, width.x0, width.x1);
        add_range(&y, &any, height.x0, height.x1);
    }
    *ratio = any ? (x.x1 - x.x0) / (y.x1 - y.x0) : 0;
    return *ratio > 0 && isfinite(*ratio);
}

static bool only_images(const struct plt_plot *plot)
{
    for (size_t i = 0; i < plot->num_items; i++)
        if (plot->items[i]->class->kind != PLT_ITEM_IMAGE &&
            plot->items[i]->class->kind != PLT_ITEM_ROI)
            return false;
    return true;
}

// Margin of auto range, as a share of the span: none in x of sorted curves and
// around images.
static double auto_padding(const struct plt_axis *axis)
{
    const struct plt_plot *plot = axis->plot;
    if (plot->padding != 0 || plot->figure->bare || only_images(plot))
        return plot->padding > 0 && !plot->figure->bare ? plot->padding : 0;
    if (!axis->vertical && !plt_plot_needs_room(plot))
        return 0;
    double px = axis_length(axis) / plot->figure->scale;
    return fmin(fmax(1 / sqrt(fmax(px, 1)), 0.02), 0.1);
}

static void show_all(struct plt_axis *axis)
{
    struct plt_plot *plot = axis->plot;
    struct plt_range all = {0, 1};
    if (!data_range(axis, &all))
        all = (struct plt_range){0, 1};
    all.x0 = fmin(fmax(all.x0, -VALUE_LIMIT), VALUE_LIMIT);
    all.x1 = fmin(fmax(all.x1, -VALUE_LIMIT), VALUE_LIMIT);
    if (all.x1 - all.x0 < min_span(fmax(fabs(all.x0), fabs(all.x1)))) {
        // One value only: room around it, or above it where zero is the floor.
        bool linear = plt_scale_is_linear(&axis->scale);
        double half = linear && axis->vertical && all.x0 != 0 ? fabs(all.x0) * 0.05 : 0.5;
        bool floor_at_zero = axis->vertical && plot->y_from_zero && all.x0 == 0;
        all.x0 -= floor_at_zero ? 0 : half;
        all.x1 += floor_at_zero ? 1 : half;
    }
    double margin = (all.x1 - all.x0) * auto_padding(axis);
    double below = plt_bars_stand_on(axis, all.x0) ? 0 : margin;
    double above = plt_bars_stand_on(axis, all.x1) ? 0 : margin;
    double lo = all.x0 - below, span = all.x1 - all.x0 + below + above;
    if (axis->vertical && plot->y_down) {
        lo += span;
        span = -span;
    }
    // A full ring slides along: keep the scale, so that it is a pan and not a new zoom.
    if (fabs(span - axis->view.span) < 1e-9 * fabs(span))
        span = axis->view.span;
    set_span(&axis->view, lo, span);
}

static void follow(struct plt_axis *axis)
{
    struct plt_range all, range;
    // In s: a logarithmic axis follows so many decades.
    bool any = data_range(axis, &all);
    range = plt_follow_range(axis->plot, any ? &all : NULL);
    if (axis->vertical && axis->plot->y_down)
        range = (struct plt_range){range.x0 + range.x1, -range.x1};
    set_span(&axis->view, range.x0, range.x1);
}

// --- origin
// -------------------------------------------------------------------------------

// Everything that is relative to the origin follows it: drags and history too.
static void move_origin(struct plt_plot *plot, int64_t origin)
{
    int64_t by;
    double moved = __builtin_sub_overflow(origin, plot->origin, &by)
                       ? (double)origin - (double)plot->origin
                       : (double)by;
    plot->x.view.lo -= moved;
    plot->x.mapped_lo -= moved;
    plot->x.map.anchor -= moved;
    plot->sweep_lo -= moved;
    plot->newest -= moved;
    plot->x.map.origin = plot->origin = origin;
    plot->x.before.lo -= moved;
    plot->x.grabbed.lo -= moved;
    for (int i = 0; i < plot->history.count; i++)
        plot->x.history[i].lo -= moved;
}

// int64 x is drawn relative to an origin near the view, so that doubles stay exact. Moving
// it by a whole number changes no pixel.
static void choose_origin(struct plt_plot *plot)
{
    bool has_i64 = false;
    int64_t first = 0;
    if (spread_of(&plot->x)) // its values have no origin
        return;
    for (size_t i = 0; i < plot->num_items && !has_i64; i++) {
        const struct plt_item *item = plot->items[i];
        struct plt_range range;
        has_i64 = !item->hidden && item->class->x_origin &&
                  item->class->x_range(item, NULL, &range) &&
                  item->class->x_origin(item, &first);
    }
    if (!has_i64)
        return;
    const double far = 0x1p32, most = 9e18; // below 2^63
    const struct plt_axis_view *view = &plot->x.view;
    double lo = view->lo, along = ((double)first - lo) / view->span;
    // A view that stays near 0, or reaches from there to the data, would move it back.
    bool stays = view->mode == PLT_RANGE_FIXED || (along >= 0 && along <= 1) ||
                 (view->mode == PLT_RANGE_FOLLOW && first == plot->first);
    if (plot->origin == 0 && fabs((double)first) > far && !stays)
        move_origin(plot, plot->first = first);
    else if (fabs(lo) > far && fabs(lo) < most && fabs((double)plot->origin + lo) < most)
        move_origin(plot, plot->origin + (int64_t)lo);
}

// --- ranges to maps
// -----------------------------------------------------------------------

static void make_map(struct plt_axis *axis, double lo, double span)
{
    int32_t length = axis_length(axis), edge = axis_edge(axis);
    struct plt_map *map = &axis->map;
    map->origin = axis->vertical ? 0 : axis->plot->origin;
    map->spread = spread_of(axis);
    if (axis->reanchor || span != axis->mapped_span || length != axis->mapped_px) {
        map->anchor = lo;
        map->scale = (axis->vertical ? -length : length) / span;
        axis->mapped_span = span;
        axis->mapped_px = length;
        axis->reanchor = false;
    }
    double moved = floor((lo - map->anchor) * map->scale + 0.5);
    if (!(fabs(moved) < FAR_PX)) { // so far that positions would lose their fractions
        map->anchor = lo;
        moved = 0;
    }
    map->offset = edge - moved;
    axis->mapped_lo = plt_map_s(map, edge);
}

void plt_view_map(struct plt_axis *axis)
{
    make_map(axis, axis->view.lo, axis->view.span);
}

// About its middle.
static void widen(struct plt_axis_view *view, double span)
{
    span = copysign(span, view->span);
    set_span(view, view->lo - (span - view->span) / 2, span);
}

void plt_view_update(struct plt_plot *plot)
{
    choose_origin(plot);
    const struct plt_axis *followed = plt_follow_axis(plot);
    for (struct plt_axis *axis = &plot->x; axis; axis = axis->next) {
        // History and a cancelled drag may bring back a view that followed before.
        bool follows = axis == followed && plot->follow_span > 0;
        if (axis->view.mode == PLT_RANGE_FOLLOW && !follows)
            axis->view.mode = PLT_RANGE_AUTO;
        if (axis->view.mode == PLT_RANGE_AUTO)
            show_all(axis);
        else if (axis->view.mode == PLT_RANGE_FOLLOW)
            follow(axis);
    }
    struct plt_axis_view x = plot->x.view, y = plot->y.view;
    bool linear = !spread_of(&plot->x) && !spread_of(&plot->y);
    if (plot->lock_aspect && linear && !plot->figure->bare) {
        // The axis with a pixel or more to spare shows more, about its middle.
        double width = axis_length(&plot->x), height = axis_length(&plot->y);
        double scale = fmin(width / fabs(x.span), height / fabs(y.span));
        if (width - fabs(x.span) * scale >= 1)
            widen(&x, width / scale);
        if (height - fabs(y.span) * scale >= 1)
            widen(&y, height / scale);
    }
    make_map(&plot->x, x.lo, x.span);
    make_map(&plot->y, y.lo, y.span);
    for (struct plt_axis *axis = plot->y.next; axis; axis = axis->next)
        plt_view_map(axis);
}

struct plt_axis_view plt_view_drawn(const struct plt_axis *axis)
{
    struct plt_axis_view drawn = axis->view;
    if (axis->mapped_px > 0 && !axis->reanchor) {
        drawn.lo = axis->mapped_lo;
        drawn.span = axis->mapped_span;
    }
    return drawn;
}

struct plt_range plt_view_relative(const struct plt_axis *axis)
{
    struct plt_axis_view drawn = plt_view_drawn(axis);
    return (struct plt_range){plt_scale_inverse(&axis->scale, drawn.lo),
                              plt_scale_inverse(&axis->scale, drawn.lo + drawn.span)};
}

struct plt_range plt_view_range(const struct plt_axis *axis)
{
    double origin = axis->vertical ? 0 : (double)axis->plot->origin;
    struct plt_range shown = plt_view_relative(axis);
    return (struct plt_range){origin + shown.x0, origin + shown.x1};
}

int64_t plt_view_nearest_int64(int64_t origin, double offset)
{
    double whole = round(offset);
    if (!(fabs(whole) < 0x1p63)) // 2^63 and more: beyond either end of int64, or nearly
        return whole < 0 ? INT64_MIN : INT64_MAX;
    int64_t by = (int64_t)whole, sum;
    if (__builtin_add_overflow(origin, by, &sum))
        return by < 0 ? INT64_MIN : INT64_MAX;
    return sum;
}

// --- changes
// ------------------------------------------------------------------------------

// In s, relative to the origin.
static bool set_fixed(struct plt_axis *axis, double lo, double span)
{
    if (!isfinite(lo) || !isfinite(span) || fabs(span) < min_span(lo) ||
        fabs(span) > 2 * VALUE_LIMIT)
        return false;
    axis->view = (struct plt_axis_view){PLT_RANGE_FIXED, lo, span};
    axis->reanchor = true;
    return true;
}

bool plt_view_set(struct plt_axis *axis, double first, double last)
{
    if (!axis->vertical) {
        struct plt_plot *plot = axis->plot;
        choose_origin(plot);
        // From an origin far away the first edge would be rounded.
        if (plot->origin != 0 && fabs(first) < 9e18 && isfinite(last) && first != last &&
            fabs(first - (double)plot->origin) > 0x1p32)
            move_origin(plot, (int64_t)first);
    }
    double origin = axis->vertical ? 0 : (double)axis->plot->origin;
    double lo = plt_scale_forward(&axis->scale, first - origin);
    double span =
        spread_of(axis) ? plt_scale_forward(&axis->scale, last) - lo : last - first;
    if (set_fixed(axis, lo, span))
        return true;
    plt_error(axis->plot->figure->log, BAD_RANGE, "plot: a view cannot be %.17g..%.17g",
              first, last);
    return false;
}

bool plt_view_set_int64(struct plt_plot *plot, int64_t x0, int64_t x1)
{
    struct plt_axis *axis = &plot->x;
    if (spread_of(axis))
        return plt_view_set(axis, (double)x0, (double)x1);
    uint64_t size = x1 >= x0 ? (uint64_t)x1 - (uint64_t)x0 : (uint64_t)x0 - (uint64_t)x1;
    if (size == 0) {
        plt_error(plot->figure->log, BAD_RANGE, "plot: a view cannot be %lld..%lld",
                  (long long)x0, (long long)x1);
        return false;
    }
    move_origin(plot, x0);
    return set_fixed(axis, 0, x1 >= x0 ? (double)size : -(double)size);
}

void plt_view_rescale(struct plt_axis *axis, const struct plt_scale *scale)
{
    struct plt_plot *plot = axis->plot;
    struct plt_range shown = plt_view_range(axis);
    if (!axis->vertical && !plt_scale_is_linear(scale) && plot->origin != 0)
        move_origin(plot, 0);
    axis->scale = *scale;
    axis->reanchor = true;
    plot->history.count = 0; // ranges of another scale
    double lo = plt_scale_forward(scale, shown.x0), hi = plt_scale_forward(scale, shown.x1);
    if (axis->view.mode == PLT_RANGE_FIXED && !set_fixed(axis, lo, hi - lo))
        axis->view.mode = PLT_RANGE_AUTO;
}

void plt_view_freeze(struct plt_axis *axis)
{
    if (axis->mapped_px > 0 && !axis->reanchor) {
        axis->view.lo = axis->mapped_lo;
        axis->view.span = axis->mapped_span;
    }
    axis->view.mode = PLT_RANGE_FIXED;
}

void plt_view_pan(struct plt_axis *axis, double lo, double px)
{
    if (axis->map.scale != 0)
        set_span(&axis->view, lo - px / axis->map.scale, axis->view.span);
}

void plt_view_zoom(struct plt_axis *axis, struct plt_axis_view from, double factor,
                   double fraction)
{
    double about = from.lo + from.span * fraction;
    double span = from.span * factor;
    if (!isfinite(span) || fabs(span) < min_span(about) || fabs(span) > VALUE_LIMIT)
        return;
    set_span(&axis->view, about - span * fraction, span);
}

double plt_view_fraction(const struct plt_axis *axis, double px)
{
    double length = axis_length(axis);
    double along = axis->vertical ? axis_edge(axis) - px : px - axis_edge(axis);
    return length > 0 ? along / length : 0;
}

bool plt_view_is_auto(const struct plt_plot *plot)
{
    for (const struct plt_axis *axis = &plot->x; axis; axis = axis->next)
        if (axis->view.mode == PLT_RANGE_FIXED)
            return false;
    return true;
}

void plt_view_show_all(struct plt_plot *plot)
{
    plt_history_commit(plot, false);
    for (struct plt_axis *axis = &plot->x; axis; axis = axis->next)
        axis->view.mode = PLT_RANGE_AUTO;
    if (plot->follow_span > 0)
        plt_follow_axis(plot)->view.mode = PLT_RANGE_FOLLOW;
    plt_history_commit(plot, false);
}
