// Playing the frames of an image viewer, by keys and by time. The clock is the caller's.
#include <math.h>

#include <plotlib/base/message.h>
#include <plotlib/scene/image_viewer.h>

#define HOLD_S 0.2 // a key held so long begins to play

static void start(struct plt_image_viewer *viewer, double fps, double delay_s)
{
    viewer->playing = viewer->num_frames > 1 ? fps : 0;
    viewer->delay_s = delay_s;
    viewer->started = false;
    plt_figure_damage(viewer->figure); // asks for a tick
}

void plt_image_viewer_play(struct plt_image_viewer *viewer, double fps)
{
    plt_require(NULL, viewer != NULL, );
    plt_require(viewer->figure->log, isfinite(fps), );
    viewer->held_key = 0;
    start(viewer, fps, 0);
}

double plt_image_viewer_playing(struct plt_image_viewer *viewer)
{
    return viewer ? viewer->playing : 0;
}

static bool at_end(const struct plt_image_viewer *viewer, double fps)
{
    return viewer->frame == (fps < 0 ? 0 : viewer->num_frames - 1);
}

static void toggle(struct plt_image_viewer *viewer)
{
    if (viewer->playing != 0) {
        plt_image_viewer_play(viewer, 0);
        return;
    }
    if (at_end(viewer, viewer->fps))
        plt_image_viewer_set_frame(viewer, 0);
    plt_image_viewer_play(viewer, viewer->fps);
}

static void step(struct plt_image_viewer *viewer, int by)
{
    const bool room = by < 0 ? viewer->frame > 0 : viewer->frame + 1 < viewer->num_frames;
    if (room)
        plt_image_viewer_set_frame(viewer, by < 0 ? viewer->frame - 1 : viewer->frame + 1);
}

static bool hold(struct plt_image_viewer *viewer, int key, double fps, int steps)
{
    if (viewer->held_key == key) // it repeats
        return true;
    if (steps)
        step(viewer, steps);
    viewer->held_key = key;
    start(viewer, fps, steps ? HOLD_S : 0);
    return true;
}

static bool frame_key(struct plt_image_viewer *viewer, const struct plt_event *event)
{
    if (viewer->num_frames < 2)
        return false;
    switch (event->key) {
    case ' ':
        if (!event->repeat)
            toggle(viewer);
        return true;
    case PLT_KEY_HOME:
    case PLT_KEY_END:
        plt_image_viewer_play(viewer, 0);
        return plt_image_viewer_set_frame(
            viewer, event->key == PLT_KEY_HOME ? 0 : viewer->num_frames - 1);
    case PLT_KEY_LEFT: return hold(viewer, event->key, -20, -1);
    case PLT_KEY_RIGHT: return hold(viewer, event->key, 20, 1);
    case PLT_KEY_UP: return hold(viewer, event->key, -100, 0);
    case PLT_KEY_DOWN: return hold(viewer, event->key, 100, 0);
    case PLT_KEY_PAGE_UP: return hold(viewer, event->key, -1000, 0);
    case PLT_KEY_PAGE_DOWN: return hold(viewer, event->key, 1000, 0);
    default: return false;
    }
}

// The region goes with the samples it lies over.
static void turn_roi(struct plt_image_viewer *viewer, struct plt_rect from, int quarters,
                     bool flip)
{
    const struct plt_rect to = plt_image_item_place(viewer->item);
    double x[2], y[2];
    if (!viewer->roi)
        return;
    plt_roi_get(viewer->roi, &x[0], &y[0], &x[1], &y[1]);
    for (int i = 0; i < 2; i++) {
        double u = (x[i] - from.x) / from.width, v = (y[i] - from.y) / from.height;
        u = flip ? 1 - u : u;
        for (int k = quarters & 3; k > 0; k--) {
            const double before = u;
            u = 1 - v;
            v = before;
        }
        x[i] = to.x + u * to.width;
        y[i] = to.y + v * to.height;
    }
    plt_roi_set(viewer->roi, x[0], y[0], x[1], y[1]);
}

static bool turn(struct plt_image_viewer *viewer, int quarters, bool flip)
{
    const struct plt_rect from = plt_image_item_place(viewer->item);
    struct plt_orientation o = plt_image_item_orientation(viewer->item);
    o.flip_x ^= flip;
    plt_image_item_set_orientation(viewer->item, plt_orientation_turn(o, quarters));
    turn_roi(viewer, from, quarters, flip);
    viewer->num_means = 0;
    plt_viewer_update_profile(viewer);
    return true;
}

bool plt_viewer_key(struct plt_image_viewer *viewer, const struct plt_event *event)
{
    const enum plt_viewer_roi now = viewer->roi_kind, none = PLT_VIEWER_ROI_NONE;
    if (event->modifiers & (PLT_MOD_CTRL | PLT_MOD_ALT))
        return false;
    switch (event->key) {
    case 'O':
        return plt_image_viewer_set_roi(
            viewer, now == PLT_VIEWER_ROI_RECT ? none : PLT_VIEWER_ROI_RECT);
    case 'L':
        return plt_image_viewer_set_roi(
            viewer, now == PLT_VIEWER_ROI_LINE ? none : PLT_VIEWER_ROI_LINE);
    case 'T': return turn(viewer, event->modifiers & PLT_MOD_SHIFT ? -1 : 1, false);
    case 'F': return turn(viewer, 0, true);
    default: return frame_key(viewer, event);
    }
}

void plt_viewer_release_key(struct plt_image_viewer *viewer, int key)
{
    if (viewer->held_key == 0 || (key != PLT_KEY_NONE && key != viewer->held_key))
        return;
    plt_image_viewer_play(viewer, 0);
}

// The frame that is due, and in how many seconds the next one is.
static double play(struct plt_image_viewer *viewer, double now_s)
{
    const double rate = fabs(viewer->playing), count = (double)viewer->num_frames;
    if (!viewer->started || now_s < viewer->start_s - viewer->delay_s) {
        viewer->started = true;
        viewer->start_s = now_s + viewer->delay_s;
        viewer->start_frame = viewer->frame;
    }
    const double passed = floor(fmax(now_s - viewer->start_s, 0) * rate + 1e-6);
    double due = (double)viewer->start_frame + copysign(passed, viewer->playing);
    if (viewer->loop)
        due -= floor(due / count) * count;
    const double last = viewer->playing < 0 ? 0 : count - 1;
    const bool ends = !viewer->loop && (viewer->playing < 0 ? due <= last : due >= last);
    const double next_s = viewer->start_s + (passed + 1) / rate;
    if (ends)
        viewer->playing = 0;
    if (!plt_image_viewer_set_frame(viewer, (uint64_t)(ends ? last : due)))
        viewer->playing = 0; // it was said why
    return viewer->playing != 0 ? fmax(next_s - now_s, 0) : -1;
}

double plt_viewer_tick(struct plt_image_viewer *viewer, double now_s)
{
    enum { BYTES = 16 << 20 }; // read at once: some 5 ms
    const double wait = viewer->playing != 0 ? play(viewer, now_s) : -1;
    return plt_viewer_find_means(viewer, BYTES) ? 0 : wait;
}

double plt_figure_tick(struct plt_figure *figure, double now_s)
{
    plt_require(NULL, figure != NULL, -1);
    double wait = -1;
    plt_figure_enter(figure);
    for (struct plt_image_viewer *v = figure->viewers; v; v = v->next) {
        const double own = plt_viewer_tick(v, now_s);
        wait = own >= 0 && (wait < 0 || own < wait) ? own : wait;
    }
    plt_figure_leave(figure);
    return wait;
}
