// Zoom history: a list of views and a place in it.
#include <string.h>

#include <plotlib/scene/scene.h>

static bool same_view(struct plt_axis_view a, struct plt_axis_view b)
{
    // Ranges that follow the data are the same view whatever they show just now.
    return a.mode == b.mode &&
           (a.mode != PLT_RANGE_FIXED || (a.lo == b.lo && a.span == b.span));
}

static bool shows_entry(const struct plt_plot *plot, int entry)
{
    for (const struct plt_axis *axis = &plot->x; axis; axis = axis->next)
        if (!same_view(axis->history[entry], axis->view))
            return false;
    return true;
}

static void store(struct plt_plot *plot, int entry)
{
    for (struct plt_axis *axis = &plot->x; axis; axis = axis->next)
        axis->history[entry] = axis->view;
}

static void drop_oldest(struct plt_plot *plot)
{
    plot->history.count--;
    for (struct plt_axis *axis = &plot->x; axis; axis = axis->next)
        memmove(&axis->history[0], &axis->history[1],
                (size_t)plot->history.count * sizeof(axis->history[0]));
}

// Called before and after a change by hand: the view before is an entry too, and a row of
// wheel notches is one change.
void plt_history_commit(struct plt_plot *plot, bool wheel)
{
    struct plt_history *history = &plot->history;
    if (history->count > 0) {
        if (shows_entry(plot, history->now))
            return;
        if (wheel && history->last_was_wheel && history->now == history->count - 1) {
            store(plot, history->now);
            return;
        }
        history->count = history->now + 1;
    }
    if (history->count == PLT_HISTORY_SIZE)
        drop_oldest(plot);
    history->now = history->count++;
    store(plot, history->now);
    history->last_was_wheel = wheel;
}

bool plt_history_go(struct plt_plot *plot, int step)
{
    struct plt_history *history = &plot->history;
    plt_history_commit(plot, false);
    int target = history->now + step;
    if (target < 0 || target >= history->count)
        return false;
    history->now = target;
    history->last_was_wheel = false;
    for (struct plt_axis *axis = &plot->x; axis; axis = axis->next)
        axis->view = axis->history[target];
    return true;
}
