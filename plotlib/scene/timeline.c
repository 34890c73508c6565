// The line of a viewer's timeline: which frame is shown, dragged along the axis.
#include <math.h>

#include <plotlib/base/alloc.h>
#include <plotlib/base/message.h>
#include <plotlib/base/number.h>
#include <plotlib/scene/image_viewer.h>

enum { REACH = 6 };

static struct plt_timeline *timeline_of(struct plt_grip *grip)
{
    return (struct plt_timeline *)((char *)grip - offsetof(struct plt_timeline, grip));
}

static int timeline_hit(struct plt_grip *grip, double x, double y)
{
    const struct plt_image_viewer *viewer = timeline_of(grip)->viewer;
    const double at =
        plt_map_px(&grip->plot->x.map, (double)viewer->frame * viewer->frame_s);
    return plt_irect_holds(grip->plot->data, x, y) &&
           fabs(x - at) <= REACH * grip->plot->figure->scale;
}

static enum plt_cursor timeline_cursor(struct plt_grip *grip, int part)
{
    return PLT_CURSOR_SIZE_HOR;
}

static enum plt_grip_answer timeline_press(struct plt_grip *grip, int part, int button)
{
    struct plt_timeline *timeline = timeline_of(grip);
    if (button != PLT_BUTTON_LEFT)
        return PLT_GRIP_PASS;
    timeline->held = timeline->viewer->frame;
    plt_image_viewer_play(timeline->viewer, 0);
    return PLT_GRIP_DRAG;
}

static void timeline_drag(struct plt_grip *grip)
{
    struct plt_image_viewer *viewer = timeline_of(grip)->viewer;
    const double at = plt_map_value(&grip->plot->x.map, grip->plot->figure->input.x);
    if (isfinite(at))
        plt_image_viewer_set_frame(
            viewer, (uint64_t)fmin(fmax(round(at / viewer->frame_s), 0), 0x1p62));
}

static void timeline_end(struct plt_grip *grip, bool moved, bool cancelled)
{
    struct plt_timeline *timeline = timeline_of(grip);
    if (moved && cancelled)
        plt_image_viewer_set_frame(timeline->viewer, timeline->held);
}

static const struct plt_grip_class timeline_grip = {.hit = timeline_hit,
                                                    .cursor = timeline_cursor,
                                                    .press = timeline_press,
                                                    .drag = timeline_drag,
                                                    .end = timeline_end};

// All frames, each as wide as the way to the next.
static bool timeline_x_range(const struct plt_item *item, const struct plt_scale *spread,
                             struct plt_range *range)
{
    const struct plt_image_viewer *viewer = ((const struct plt_timeline *)item)->viewer;
    const double last = (double)(viewer->num_frames - 1);
    *range = (struct plt_range){-0.5 * viewer->frame_s, (last + 0.5) * viewer->frame_s};
    return !spread;
}

static bool timeline_y_range(const struct plt_item *item, const struct plt_scale *spread,
                             struct plt_range *range)
{
    return false;
}

static void timeline_free(struct plt_item *item)
{
    struct plt_timeline *timeline = (struct plt_timeline *)item;
    plt_grip_remove(&timeline->grip);
    plt_free(timeline);
}

static const struct plt_item_class timeline_class = {.kind = PLT_ITEM_TIMELINE,
                                                     .x_range = timeline_x_range,
                                                     .y_range = timeline_y_range,
                                                     .free = timeline_free};

struct plt_timeline *plt_timeline_create(struct plt_image_viewer *viewer,
                                         struct plt_plot *plot)
{
    struct plt_timeline *timeline = plt_calloc(1, sizeof(*timeline));
    if (!timeline)
        plt_no_memory(plot->figure->log, "timeline");
    if (!timeline || !plt_item_init(&timeline->item, &timeline_class, plot,
                                    &(struct plt_item_params){0})) {
        plt_free(timeline);
        return NULL;
    }
    timeline->viewer = viewer;
    plt_grip_add(&timeline->grip, &timeline_grip, plot);
    return timeline;
}

int plt_timeline_format(const struct plt_timeline *timeline, char *text, size_t size)
{
    const struct plt_image_viewer *viewer = timeline->viewer;
    return plt_format(text, size, "%llu / %llu", (unsigned long long)viewer->frame,
                      (unsigned long long)(viewer->num_frames - 1));
}
