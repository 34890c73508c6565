// Notices out. They are queued while a public call changes the scene and sent when the
// outermost call ends: the state is consistent by then, and a callback may destroy
// anything, the figure included.
#include <string.h>

#include <plotlib/base/alloc.h>
#include <plotlib/base/message.h>
#include <plotlib/scene/scene.h>

int plt_figure_listen(struct plt_figure *figure, unsigned mask, plt_notice_fn fn,
                      void *user)
{
    plt_require(NULL, figure != NULL, 0);
    plt_require(figure->log, fn != NULL, 0);
    if (!plt_reserve((void **)&figure->listeners, &figure->cap_listeners,
                     figure->num_listeners + 1, sizeof(*figure->listeners))) {
        plt_no_memory(figure->log, "listener");
        return 0;
    }
    int id = ++figure->next_listener;
    figure->listeners[figure->num_listeners++] =
        (struct plt_listener){id, mask ? mask : ~0u, fn, user};
    return id;
}

void plt_figure_unlisten(struct plt_figure *figure, int id)
{
    plt_require(NULL, figure != NULL, );
    for (size_t i = 0; i < figure->num_listeners; i++) {
        if (figure->listeners[i].id != id)
            continue;
        memmove(&figure->listeners[i], &figure->listeners[i + 1],
                (figure->num_listeners - i - 1) * sizeof(*figure->listeners));
        figure->num_listeners--;
        return;
    }
}

void plt_notice_queue(struct plt_figure *figure, const struct plt_notice *notice)
{
    if (figure->num_listeners == 0 || figure->doomed)
        return;
    // One change of a thing and cause is enough: the last one tells all.
    const bool state = notice->type == PLT_NOTICE_VIEW_CHANGED ||
                       notice->type == PLT_NOTICE_LEVELS_CHANGED ||
                       notice->type == PLT_NOTICE_ROI_CHANGED ||
                       notice->type == PLT_NOTICE_FRAME_CHANGED;
    for (size_t i = 0; i < figure->num_notices; i++) {
        struct plt_notice *old = &figure->notices[i];
        if (state && old->type == notice->type && old->plot == notice->plot &&
            old->by_hand == notice->by_hand && old->image_item == notice->image_item &&
            old->roi == notice->roi && old->viewer == notice->viewer) {
            *old = *notice;
            return;
        }
    }
    if (!plt_reserve((void **)&figure->notices, &figure->cap_notices,
                     figure->num_notices + 1, sizeof(*figure->notices))) {
        plt_no_memory(figure->log, "notice");
        return;
    }
    figure->notices[figure->num_notices++] = *notice;
}

void plt_notice_view(struct plt_plot *plot, bool by_hand)
{
    plt_notice_queue(plot->figure, &(struct plt_notice){
                                       .type = PLT_NOTICE_VIEW_CHANGED,
                                       .figure = plot->figure,
                                       .plot = plot,
                                       .by_hand = by_hand,
                                       .x_range = plt_view_range(&plot->x),
                                       .y_range = plt_view_range(&plot->y),
                                   });
}

void plt_notice_forget_plot(struct plt_figure *figure, const struct plt_plot *plot)
{
    size_t kept = 0;
    for (size_t i = 0; i < figure->num_notices; i++) {
        if (figure->notices[i].plot != plot)
            figure->notices[kept++] = figure->notices[i];
    }
    figure->num_notices = kept;
}

void plt_notice_forget_item(struct plt_figure *figure, const void *item)
{
    size_t kept = 0;
    for (size_t i = 0; i < figure->num_notices; i++) {
        const struct plt_notice *n = &figure->notices[i];
        if (n->image_item != item && n->roi != item && n->viewer != item)
            figure->notices[kept++] = *n;
    }
    figure->num_notices = kept;
}

// Sends one notice to all that listened when it was sent; the list may change meanwhile.
static void send(struct plt_figure *figure, const struct plt_notice *notice)
{
    int last = figure->next_listener;
    for (int id = 1; id <= last && !figure->doomed;) {
        struct plt_listener *next = NULL;
        for (size_t i = 0; i < figure->num_listeners; i++) {
            if (figure->listeners[i].id >= id) {
                next = &figure->listeners[i];
                break;
            }
        }
        if (!next || next->id > last)
            return;
        id = next->id + 1;
        if (next->mask & 1u << notice->type)
            next->fn(notice, next->user);
    }
}

void plt_figure_enter(struct plt_figure *figure)
{
    figure->depth++;
}

void plt_figure_leave(struct plt_figure *figure)
{
    if (figure->depth == 1 && !figure->sending) {
        figure->sending = true;
        while (figure->num_notices > 0) {
            struct plt_notice notice = figure->notices[0];
            figure->num_notices--;
            memmove(&figure->notices[0], &figure->notices[1],
                    figure->num_notices * sizeof(notice));
            send(figure, &notice);
        }
        figure->sending = false;
    }
    figure->depth--;
    if (figure->depth == 0 && figure->doomed)
        plt_figure_destroy(figure);
}

void plt_figure_notify_closed(struct plt_figure *figure)
{
    plt_require(NULL, figure != NULL, );
    plt_figure_enter(figure);
    plt_notice_queue(figure,
                     &(struct plt_notice){.type = PLT_NOTICE_CLOSED, .figure = figure});
    plt_figure_leave(figure);
}
