// The scene graph (private): what a figure is made of, shared by scene/ (which changes it)
// and draw/ (which only reads it). Sizes and rectangles here are device pixels.
// Thread-safety: owner thread; `dirty` and the update callback from any thread.
#pragma once

#include <math.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include <plotlib/base/pool.h>
#include <plotlib/base/rect.h>
#include <plotlib/curve.h>
#include <plotlib/data/image.h>
#include <plotlib/data/image_ring.h>
#include <plotlib/data/series.h>
#include <plotlib/figure.h>
#include <plotlib/image/engine.h>
#include <plotlib/image_item.h>
#include <plotlib/plot.h>
#include <plotlib/reduce/memo.h>
#include <plotlib/reduce/pick.h>
#include <plotlib/scale/map.h>
#include <plotlib/scale/ticks.h>
#include <plotlib/scene/style.h>
#include <plotlib/text/text.h>
#include <plotlib/view.h>

// How an axis finds its range at each layout.
enum plt_range_mode {
    PLT_RANGE_AUTO = 0, // all data
    PLT_RANGE_FOLLOW,   // the newest `span` (x only)
    PLT_RANGE_FIXED,    // what was set or zoomed to
};

// A range as first edge and signed length in s (scale/map.h): panning changes only `lo`, so
// that an unchanged scale is an exact comparison. Relative to the plot's origin.
struct plt_axis_view {
    enum plt_range_mode mode;
    double lo, span;
};

enum { PLT_HISTORY_SIZE = 64 };

struct plt_axis {
    struct plt_plot *plot;
    struct plt_axis *next; // x, then y, then the further y axes of the plot
    bool vertical;
    bool right; // of the data
    bool hidden;
    bool titled; // room was made for a title
    char *label, *unit;
    struct plt_scale scale;
    bool timed;            // x is int64 nanoseconds since 1970, labelled as date and time
    struct plt_zone *zone; // of a timed axis

    struct plt_axis_view view;
    struct plt_axis_view history[PLT_HISTORY_SIZE]; // by the plot's history
    struct plt_axis_view before, grabbed; // a drag: at the press; the fixed range it moves
    bool reanchor;      // a range was set: the anchor goes to the first edge
    struct plt_map map; // as drawn; valid after layout
    double mapped_span; // scale of `map` = mapped_px / mapped_span
    int32_t mapped_px;
    double mapped_lo; // first edge as drawn, in s, relative to origin

    const struct plt_irect *frame; // along which it runs; NULL = the plot's data area
    struct plt_ticks ticks;        // of the last layout
    struct plt_irect area;         // where it is drawn and can be grabbed
    int32_t gutter;                // width of tick labels, kept with hysteresis (y only)
    char title[256];               // label and unit as drawn
};

// Which of its axes' history is in use.
struct plt_history {
    int count, now; // entry `now` is what is shown, if nobody changed it since
    bool last_was_wheel;
};

struct plt_legend {
    bool enabled;
    double right, top; // offset of its top right corner from the data area's, logical px
    struct plt_irect rect; // empty when not shown
    int32_t row_height;
    int rows;   // rows shown
    int hidden; // items that did not fit
};

// What takes the pointer in a plot besides its view: color bars, regions. The pointer is in
// figure->input, device pixels. Events over a grip go to it alone, what it passes on goes
// to the plot. NULL members: nothing happens, or the plot's own.
struct plt_grip;
enum plt_grip_answer { PLT_GRIP_PASS = 0, PLT_GRIP_USED, PLT_GRIP_DRAG };
struct plt_grip_class {
    int (*hit)(struct plt_grip *grip, double x, double y); // which part, > 0; 0 = none
    enum plt_cursor (*cursor)(struct plt_grip *grip, int part);
    enum plt_grip_answer (*press)(struct plt_grip *grip, int part, int button);
    void (*drag)(struct plt_grip *grip);
    // Of a drag: released, or cancelled: then all is as it was before.
    void (*end)(struct plt_grip *grip, bool moved, bool cancelled);
    bool (*double_click)(struct plt_grip *grip, int part);
    bool (*wheel)(struct plt_grip *grip, int part, double notches);
    bool (*key)(struct plt_grip *grip, int key, int modifiers);
};

struct plt_grip {
    const struct plt_grip_class *class;
    struct plt_plot *plot;
    struct plt_grip *next; // plt_plot.grips, the topmost first
};

// What a plot shows: handed out to change it.
struct plt_view {
    struct plt_plot *plot;
};

struct plt_plot {
    struct plt_figure *figure;
    struct plt_view view;
    struct plt_axis x, y; // the first of a list; loops follow axis->next
    int64_t origin;       // of x; 0 unless a series has int64 x or a time was set
    int64_t first;        // int64 x that was once taken as the origin
    char *title;
    bool same_row, grid, y_down, lock_aspect, y_from_zero, rubber_band;
    double stretch, padding;
    double follow_span; // in s; 0 = off; show_all returns to it
    enum plt_follow follow;
    double sweep_lo, sweep_span; // the window of a sweep, once sweep_span == follow_span
    double newest;               // of the data followed, in s; NAN = none
    bool paused, readout;
    int next_color;
    struct plt_history history;
    struct plt_legend legend;

    struct plt_image_viewer *viewer; // whose plot it is, or NULL
    struct plt_grip *grips;
    struct plt_color_bar *color_bars; // beside the plot, the innermost first

    struct plt_item **items; // in the order of creation
    size_t num_items, cap_items;

    struct plt_irect cell, data; // of the last layout
    struct plt_irect title_area;
    struct plt_irect button; // "A"; empty when not shown
};

// Everything that is shown in a plot begins with this.
enum plt_item_kind {
    PLT_ITEM_IMAGE = 0,
    PLT_ITEM_CURVE,
    PLT_ITEM_SCATTER,
    PLT_ITEM_BARS,
    PLT_ITEM_HISTOGRAM,
    PLT_ITEM_ERROR_BARS,
    PLT_ITEM_BOX_PLOT,
    PLT_ITEM_TEXT,
    PLT_ITEM_ROI,
    PLT_ITEM_TIMELINE,
};

struct plt_item {
    const struct plt_item_class *class;
    struct plt_plot *plot;
    struct plt_axis *y_axis;
    char *name;             // NULL = none of its own
    struct plt_color color; // alpha 0 = of the theme
    int theme_color;
    bool hidden;
    bool computed; // from a transform: `clean` takes time
};

// What the params of every item say.
struct plt_item_params {
    const char *name;
    struct plt_color color;
    struct plt_axis *y_axis;
    bool hidden;
    bool themed; // without a colour of its own it has the theme's next one
};
// Of the params of a creator that has them all.
#define plt_themed_item(p) \
    (&(struct plt_item_params){(p)->name, (p)->color, (p)->y_axis, (p)->hidden, true})

// What the scene asks of an item. Ranges are data values (x relative to the plot's origin)
// of what is there and can be shown on `spread` (NULL = linear); false = nothing.
struct plt_item_class {
    enum plt_item_kind kind;
    bool (*x_range)(const struct plt_item *item, const struct plt_scale *spread,
                    struct plt_range *range);
    bool (*y_range)(const struct plt_item *item, const struct plt_scale *spread,
                    struct plt_range *range);
    // First of its int64 x; NULL, or false where x is no int64.
    bool (*x_origin)(const struct plt_item *item, int64_t *origin);
    const char *(*name)(const struct plt_item *item); // in the legend; NULL = item's own
    // A paint begins; NULL = nothing to do. May run beside those of other items.
    void (*clean)(struct plt_item *item);
    void (*free)(struct plt_item *item); // all but what plt_item_init made
    // The plot is paused: shows what there is now until it goes on. NULL = goes on.
    void (*hold)(struct plt_item *item, bool hold);
};

enum { PLT_MAX_PASSES = 2 }; // see plt_plot_passes

// What items that show the samples of a series begin with.
struct plt_sampled {
    struct plt_item item;
    struct plt_series *series;
    struct plt_series_listener listener;
    struct plt_series_pin held;  // shown instead of what the series has now, or zeroed
    _Atomic(bool) holding;       // whether there is one, for the producer's thread
    _Atomic(uint64_t) changes;   // grows with each paint that found new samples
    struct plt_pick_index index; // of samples in no order of x, made by picking
};

enum { PLT_MAX_DASH = 32 };

struct plt_curve {
    struct plt_sampled sampled;
    struct plt_memo memo; // of its columns: draw/ keeps it
    float width_px;
    bool no_antialias;
    enum plt_lod lod;
    enum plt_join join;
    enum plt_cap cap;
    float miter_limit; // 0 = 4
    enum plt_connect connect;
    uint8_t *join_next; // [num_join_next]
    size_t num_join_next;
    uint32_t *colors; // [num_colors], 0xAARRGGBB by sample; 0 = one colour
    size_t num_colors;
    enum plt_step step;
    float dash[PLT_MAX_DASH]; // logical pixels, [num_dash], an even count
    size_t num_dash;
    float dash_offset;
    struct plt_color shadow_color, fill_color; // alpha 0 = none
    float shadow_width_px;                     // 0 = twice the curve's
    double fill_level;
    struct plt_curve *fill_to; // of the same plot; NULL = fill_level
};

struct plt_image_item {
    struct plt_item item;
    struct plt_image *image;
    struct plt_image_listener listener;
    struct plt_range levels;            // both 0 = automatic
    struct plt_range channel_levels[3]; // both 0 = `levels`
    struct plt_range auto_percent;      // both 0 = least to greatest
    struct plt_range found[3];          // by percentiles, of:
    uint64_t found_id, found_generation;
    struct plt_orientation orientation;
    double gamma;
    struct plt_colormap *map;   // what was asked for
    struct plt_colormap *shown; // of this image: `map` or grey, with gamma folded in
    enum plt_minify minify;
    struct plt_rect place;
    bool placed; // `place` was given
    // Of a ring image only:
    struct plt_series_listener fresh;        // of its rows
    bool holding;                            // its plot is paused
    struct plt_image *seams[PLT_MAX_PASSES]; // rows about the ring's end; draw/ makes them
    struct plt_tile_lease lease;             // of a mapped image: what the last frame shows
};

// What the pointer is over, and so what a press takes.
enum plt_hit {
    PLT_HIT_NONE = 0,
    PLT_HIT_DATA,
    PLT_HIT_X_AXIS,
    PLT_HIT_Y_AXIS,
    PLT_HIT_LEGEND,
    PLT_HIT_BUTTON,
};

enum plt_drag {
    PLT_DRAG_NONE = 0,
    PLT_DRAG_PAN,
    PLT_DRAG_SCALE,
    PLT_DRAG_BAND,
    PLT_DRAG_LEGEND,
    PLT_DRAG_BUTTON,
    PLT_DRAG_GRIP,
};

struct plt_input {
    double x, y; // pointer, device pixels
    bool inside;
    enum plt_hit hit;      // under the pointer
    struct plt_plot *over; // plot under the pointer, or NULL
    struct plt_axis *axis; // of `over` under the pointer, or NULL
    struct plt_grip *grip; // of `over` under the pointer, or NULL; dragged: that one
    int part;              // of `grip`
    enum plt_drag drag;
    struct plt_plot *plot; // the one being dragged
    enum plt_hit drag_hit;
    struct plt_axis *drag_axis; // the only one it moves; NULL = all
    int button;                 // pressed
    bool moved;                 // beyond the click radius
    double press_x, press_y;
    double legend_right, legend_top; // legend at the press
};

#define PLT_WHEEL_STEP 0.74 // span per notch, as in PyQtGraph (ViewBox.py: 1.02^-15)

struct plt_listener {
    int id;
    unsigned mask;
    plt_notice_fn fn;
    void *user;
};

struct plt_figure {
    struct plt_log *log;
    char *title;
    enum plt_theme theme;
    bool dark_desktop;
    struct plt_color background;
    bool bare;
    struct plt_font *font;
    struct plt_pool *pool;

    struct plt_plot **plots;
    size_t num_plots, cap_plots;
    struct plt_image_viewer *viewers;

    int32_t width, height; // of the last layout
    double scale;
    struct plt_irect title_area;

    struct plt_input input;
    struct plt_listener *listeners;
    size_t num_listeners, cap_listeners;
    int next_listener;
    struct plt_notice *notices; // queue, sent when the outermost call ends
    size_t num_notices, cap_notices;
    int depth; // of public calls that may send notices
    bool sending;
    bool doomed; // destroy was called in a callback

    _Atomic(bool) dirty;
    pthread_mutex_t update_lock;
    void (*update_fn)(void *user);
    void *update_user;
};

// scene/figure.c
void plt_figure_damage(struct plt_figure *figure); // any thread
bool plt_figure_is_dark(const struct plt_figure *figure);
struct plt_style plt_figure_style(const struct plt_figure *figure);
bool plt_replace_string(char **slot, const char *text, struct plt_log *log);
// Clears the dirty flags; called first thing by a paint.
void plt_figure_clean(struct plt_figure *figure);

// scene/notice.c: public calls that may send notices stand between enter and leave.
// After leave the figure may be gone.
void plt_figure_enter(struct plt_figure *figure);
void plt_figure_leave(struct plt_figure *figure);
void plt_notice_queue(struct plt_figure *figure, const struct plt_notice *notice);
void plt_notice_view(struct plt_plot *plot, bool by_hand);
void plt_notice_forget_plot(struct plt_figure *figure, const struct plt_plot *plot);
// Forgets those about an item that goes.
void plt_notice_forget_item(struct plt_figure *figure, const void *item);

// scene/view.c
void plt_view_update(struct plt_plot *plot); // ranges -> maps, for the current data rect
// The range that started at `lo`, its contents moved by px device pixels.
void plt_view_pan(struct plt_axis *axis, double lo, double px);
// Range `from`, its span times `factor` about the value at fraction 0..1 of it.
void plt_view_zoom(struct plt_axis *axis, struct plt_axis_view from, double factor,
                   double fraction);
double plt_view_fraction(const struct plt_axis *axis, double px);    // of a device pixel
bool plt_view_set(struct plt_axis *axis, double first, double last); // data, absolute
void plt_view_freeze(struct plt_axis *axis); // what is drawn becomes the fixed range
struct plt_range plt_view_range(const struct plt_axis *axis); // as drawn
// As drawn in s, relative to the origin: first edge and signed length.
struct plt_axis_view plt_view_drawn(const struct plt_axis *axis);
// The range of `view` to the map, alone.
void plt_view_map(struct plt_axis *axis);
// The same as data values, relative to the origin.
struct plt_range plt_view_relative(const struct plt_axis *axis);
// origin + offset, rounded to the nearest and kept within int64.
int64_t plt_view_nearest_int64(int64_t origin, double offset);
bool plt_view_set_int64(struct plt_plot *plot, int64_t x0, int64_t x1);
// The axis is scaled another way from now on: keeps the range if that can be shown.
void plt_view_rescale(struct plt_axis *axis, const struct plt_scale *scale);
// Width by height, in data units, of what the plot's images cover; false without any.
bool plt_view_image_ratio(const struct plt_plot *plot, double *ratio);
bool plt_view_is_auto(const struct plt_plot *plot);
void plt_view_show_all(struct plt_plot *plot);

// scene/follow.c
// First edge and span of a view that follows `all` (in s; NULL = there is no data).
struct plt_range plt_follow_range(struct plt_plot *plot, const struct plt_range *all);
// The axis that follows: x, or y where a ring image has its time there.
struct plt_axis *plt_follow_axis(struct plt_plot *plot);
// Where items are to be drawn, each time with another map of x and inside another part of
// the data area: once, or twice while a sweep overwrites its last window.
struct plt_pass {
    struct plt_irect clip;
    struct plt_map x; // or that of the axis asked for
};
int plt_plot_passes(const struct plt_plot *plot, struct plt_pass passes[PLT_MAX_PASSES]);
int plt_axis_passes(const struct plt_axis *axis, struct plt_pass passes[PLT_MAX_PASSES]);

// scene/history.c
void plt_history_commit(struct plt_plot *plot, bool wheel);
bool plt_history_go(struct plt_plot *plot, int step);

// scene/layout.c
void plt_layout_update(struct plt_figure *figure);

// scene/item.c
// Adds a new item to the plot. False (logged) without memory or with an axis of elsewhere.
bool plt_item_init(struct plt_item *item, const struct plt_item_class *class,
                   struct plt_plot *plot, const struct plt_item_params *params);
void plt_item_remove(struct plt_item *item); // takes it out of the plot and frees it
void plt_item_free(struct plt_item *item);
void plt_item_damage(const struct plt_item *item); // any thread
struct plt_log *plt_item_log(const struct plt_item *item);
const char *plt_item_name(const struct plt_item *item); // "" = not in the legend
bool plt_item_set_name(struct plt_item *item, const char *name);
void plt_item_set_visible(struct plt_item *item, bool visible);
void plt_item_set_color(struct plt_item *item, struct plt_color color);
uint32_t plt_item_argb(const struct plt_item *item); // 0xAARRGGBB, as drawn
// Named, visible and no picture: what a legend lists.
bool plt_item_in_legend(const struct plt_item *item);

// A y axis of the item's plot, NULL = the first; false, with a log line, for any other.
bool plt_item_set_y_axis(struct plt_item *item, struct plt_axis *axis);
// Replaces an array of an item by a copy of from[n]; n = 0 removes it. False, and nothing
// has changed, on NULL or without memory (logged).
bool plt_item_set_array(struct plt_item *item, void **array, size_t *num, const void *from,
                        size_t n, size_t size);

// scene/sampled.c
// As plt_item_init, with a listener on the series. False also for a file of samples, unless
// the item is a curve: the others read every one.
bool plt_sampled_init(struct plt_sampled *sampled, const struct plt_item_class *class,
                      struct plt_plot *plot, struct plt_series *series,
                      const struct plt_item_params *params);
void plt_sampled_finish(struct plt_sampled *sampled);
// What it shows: its series as it is now, or as it was when its plot was paused.
bool plt_sampled_pin(const struct plt_sampled *sampled, struct plt_series_pin *pin);
void plt_sampled_unpin(const struct plt_sampled *sampled, struct plt_series_pin *pin);
void plt_sampled_take_changes(struct plt_sampled *sampled);
// Functions of plt_item_class.
bool plt_sampled_x_range(const struct plt_item *item, const struct plt_scale *spread,
                         struct plt_range *range);
bool plt_sampled_y_range(const struct plt_item *item, const struct plt_scale *spread,
                         struct plt_range *range);
bool plt_sampled_x_origin(const struct plt_item *item, int64_t *origin);
const char *plt_sampled_name(const struct plt_item *item);
void plt_sampled_clean(struct plt_item *item);
void plt_sampled_hold(struct plt_item *item, bool hold);

// scene/figure.c, scene/image_item.c
uint32_t plt_color_argb(struct plt_color color); // 0xAARRGGBB
struct plt_rect plt_image_item_place(const struct plt_image_item *item);
// Levels of all channels as shown.
void plt_image_item_ranges(struct plt_image_item *item, struct plt_range ranges[4]);
// As given, of all (0) or of channel 1..3; `finished` as in the notice.
struct plt_range plt_image_item_given(const struct plt_image_item *item, int channel);
void plt_image_item_change(struct plt_image_item *item, int channel,
                           struct plt_range levels, bool by_hand, bool finished);

// Borders that fall on a sample's edge or centre count as just past it, whatever the last
// bit of the rounding says.
#define PLT_SAMPLE_SNAP 1e-9

// scene/place.c
// The image as it lies in its place: transposed, that is with its strides exchanged.
struct plt_image_view plt_image_item_look(const struct plt_image_item *item);
struct plt_image_view plt_image_transposed(struct plt_image_view view);

// scene/image_ring.c: items of ring images. All but the first do nothing for others.
struct plt_image_ring *plt_item_ring(const struct plt_item *item); // NULL: of no ring
void plt_ring_item_attach(struct plt_image_item *item);            // to its image
void plt_ring_item_detach(struct plt_image_item *item);
void plt_ring_item_hold(struct plt_item *item, bool hold); // plt_item_class.hold
void plt_figure_take_rows(struct plt_figure *figure);      // what came since
struct plt_ring_clock plt_ring_item_clock(const struct plt_image_item *item);
// The line shown at a time; -1 = none.
int32_t plt_ring_item_line(const struct plt_image_item *item, double time);
// From the oldest row to the newest, as the item's axis of time sees it. False: no rows.
bool plt_ring_item_times(const struct plt_image_item *item, struct plt_range *times);

// scene/input.c
struct plt_irect plt_input_band(const struct plt_input *input); // empty when there is none
void plt_input_forget_plot(struct plt_figure *figure, const struct plt_plot *plot);

// scene/grip.c
void plt_grip_find(struct plt_input *input); // under the pointer
void plt_grip_forget(struct plt_input *input);
void plt_grip_add(struct plt_grip *grip, const struct plt_grip_class *class,
                  struct plt_plot *plot);
void plt_grip_remove(struct plt_grip *grip);
// The part of it that the pointer is over or drags; 0 = none.
int plt_grip_part(const struct plt_grip *grip);

// Where an axis runs.
static inline struct plt_irect plt_axis_frame(const struct plt_axis *axis)
{
    return axis->frame ? *axis->frame : axis->plot->data;
}

static inline bool plt_irect_holds(struct plt_irect r, double x, double y)
{
    return x >= r.x0 && x < r.x1 && y >= r.y0 && y < r.y1;
}

// Logical to device pixels, rounded to whole ones; what is further away than any picture
// stays far away.
static inline int32_t plt_device_px(const struct plt_figure *figure, double px)
{
    return (int32_t)fmin(fmax(px * figure->scale + 0.5, -0x1p28), 0x1p28);
}
