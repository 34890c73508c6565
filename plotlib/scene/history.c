// Zoom history: a list of views and a place in it.
#include <plotlib/scene/scene.h>

static bool same_view(struct plt_axis_view a, struct plt_axis_view b)
{
    // Ranges that follow the data are the same view whatever they show just now.
    return a.mode == b.mode &&
           (a.mode != PLT_RANGE_FIXED || (a.lo == b.lo && a.span == b.span));
}

// Called before and after a change by hand: the view before is an entry too, and a row of
// wheel notches is one change.
void plt_history_commit(struct plt_plot *plot, bool wheel)
{
    struct plt_history *history = &plot->history;
    struct plt_view_state now = plt_view_save(plot);
    if (history->count > 0) {
        struct plt_view_state *top = &history->states[history->now];
        if (same_view(top->x, now.x) && same_view(top->y, now.y))
            return;
        if (wheel && history->last_was_wheel && history->now == history->count - 1) {
            *top = now;
            return;
        }
        history->count = history->now + 1;
    }
    if (history->count == PLT_HISTORY_SIZE) {
        for (int i = 1; i < PLT_HISTORY_SIZE; i++)
            history->states[i - 1] = history->states[i];
        history->count--;
    }
    history->states[history->count++] = now;
    history->now = history->count - 1;
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
    plt_view_restore(plot, &history->states[target]);
    return true;
}
