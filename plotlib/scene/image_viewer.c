// The image viewer: which plots it is made of, and the frame it shows.
#include <math.h>
#include <string.h>

#include <plotlib/base/alloc.h>
#include <plotlib/base/message.h>
#include <plotlib/scene/image_viewer.h>

bool plt_viewer_has_plot(const struct plt_image_viewer *viewer, const struct plt_plot *plot)
{
    return plot == viewer->plot || plot == viewer->time_plot ||
           plot == viewer->profile_plot;
}

struct plt_plot *plt_viewer_add_plot(struct plt_image_viewer *viewer,
                                     const struct plt_plot_params *params,
                                     const struct plt_plot *after)
{
    struct plt_figure *figure = viewer->figure;
    struct plt_plot *plot = plt_figure_add_plot(figure, params);
    if (!plot)
        return NULL;
    plot->viewer = viewer;
    size_t at = figure->num_plots - 1;
    for (; after && at > 0 && figure->plots[at - 1] != after; at--)
        figure->plots[at] = figure->plots[at - 1];
    figure->plots[at] = plot;
    return plot;
}

static void take_source(struct plt_image_viewer *viewer,
                        const struct plt_image_viewer_params *p)
{
    viewer->fetch = p->frame;
    viewer->user = p->user;
    viewer->num_frames = p->image ? 1 : p->num_frames;
    viewer->frame_s = p->rate_hz > 0 ? 1 / p->rate_hz : 1;
    viewer->fps = p->fps > 0 ? p->fps : p->rate_hz > 0 ? p->rate_hz : 20;
    viewer->loop = p->loop;
    viewer->frame = p->first < viewer->num_frames ? p->first : 0;
}

// The image item, with its levels held still where a stack is shown.
static bool add_image(struct plt_image_viewer *viewer,
                      const struct plt_image_viewer_params *p)
{
    static const struct plt_plot_params defaults = {
        .y_down = true, .lock_aspect = true, .hide_grid = true, .padding = -1};
    struct plt_image *image =
        p->image ? plt_image_ref(p->image) : viewer->fetch(viewer->user, viewer->frame);
    if (!image)
        return false;
    viewer->plot = plt_viewer_add_plot(viewer, p->plot ? p->plot : &defaults, NULL);
    if (viewer->plot)
        viewer->item = plt_image_item_create(viewer->plot, image, p->item);
    plt_image_unref(image);
    if (!viewer->item)
        return false;
    plt_plot_set_readout(viewer->plot, !p->hide_readout);
    const struct plt_range given = viewer->item->levels;
    const struct plt_range levels = plt_image_item_levels(viewer->item);
    if (viewer->num_frames > 1 && plt_image_channels(image) == 1 && given.x0 == 0 &&
        given.x1 == 0)
        viewer->item->levels = levels; // nobody is told: it is being made
    if (!p->hide_color_bar)
        viewer->color_bar = plt_color_bar_create(viewer->item, p->color_bar);
    return p->hide_color_bar || viewer->color_bar;
}

static bool add_timeline(struct plt_image_viewer *viewer, bool timed)
{
    struct plt_plot_params params = {.x_label = timed ? "time" : NULL,
                                     .x_unit = timed ? "s" : NULL,
                                     .stretch = PLT_STRIP_STRETCH,
                                     .hide_grid = true};
    viewer->time_plot = plt_viewer_add_plot(viewer, &params, viewer->plot);
    if (!viewer->time_plot)
        return false;
    viewer->time_plot->y.hidden = true;
    viewer->timeline = plt_timeline_create(viewer, viewer->time_plot);
    return viewer->timeline != NULL;
}

static void hear(const struct plt_notice *notice, void *user)
{
    struct plt_image_viewer *viewer = user;
    if (notice->type == PLT_NOTICE_ROI_CHANGED && notice->roi == viewer->roi) {
        viewer->num_means = 0;
        plt_viewer_update_profile(viewer);
        plt_figure_damage(viewer->figure);
    }
    if (notice->type == PLT_NOTICE_CLICKED && notice->in_data && notice->plot &&
        notice->plot == viewer->time_plot && notice->button == PLT_BUTTON_LEFT)
        plt_image_viewer_set_frame(viewer,
                                   (uint64_t)fmax(round(notice->x / viewer->frame_s), 0));
}

struct plt_image_viewer *
plt_image_viewer_create(struct plt_figure *figure,
                        const struct plt_image_viewer_params *params)
{
    plt_require(NULL, figure != NULL, NULL);
    plt_require(figure->log, params != NULL, NULL);
    plt_require(figure->log, params->image || params->frame, NULL);
    struct plt_image_viewer *viewer = plt_calloc(1, sizeof(*viewer));
    if (!viewer) {
        plt_no_memory(figure->log, "image viewer");
        return NULL;
    }
    viewer->figure = figure;
    viewer->next = figure->viewers;
    figure->viewers = viewer;
    take_source(viewer, params);
    const unsigned mask = 1u << PLT_NOTICE_ROI_CHANGED | 1u << PLT_NOTICE_CLICKED;
    const bool timeline = viewer->num_frames > 1 && !params->hide_timeline;
    if (viewer->num_frames == 0)
        plt_error(figure->log, BAD_ARGUMENT, "image viewer: no image to show");
    if (viewer->num_frames == 0 || !add_image(viewer, params) ||
        (timeline && !add_timeline(viewer, params->rate_hz > 0)) ||
        !(viewer->listener = plt_figure_listen(figure, mask, hear, viewer)) ||
        !plt_image_viewer_set_roi(viewer, params->roi)) {
        plt_image_viewer_destroy(viewer);
        return NULL;
    }
    return viewer;
}

void plt_viewer_free(struct plt_image_viewer *viewer)
{
    struct plt_image_viewer **link = &viewer->figure->viewers;
    while (*link != viewer)
        link = &(*link)->next;
    *link = viewer->next;
    plt_series_unref(viewer->profile);
    plt_series_unref(viewer->means);
    plt_free(viewer->mean_values);
    plt_free(viewer);
}

void plt_image_viewer_destroy(struct plt_image_viewer *viewer)
{
    if (!viewer)
        return;
    struct plt_figure *figure = viewer->figure;
    struct plt_plot *const plots[] = {viewer->profile_plot, viewer->time_plot,
                                      viewer->plot};
    plt_figure_unlisten(figure, viewer->listener);
    plt_notice_forget_item(figure, viewer);
    for (int i = 0; i < 3; i++) {
        if (plots[i])
            plots[i]->viewer = NULL;
        plt_plot_destroy(plots[i]);
    }
    plt_viewer_free(viewer);
}

bool plt_image_viewer_set_frame(struct plt_image_viewer *viewer, uint64_t index)
{
    plt_require(NULL, viewer != NULL, false);
    index = index < viewer->num_frames ? index : viewer->num_frames - 1;
    if (index == viewer->frame)
        return true;
    struct plt_image *image = viewer->fetch(viewer->user, index);
    const bool shown = image && plt_image_item_set_image(viewer->item, image);
    plt_image_unref(image);
    if (!shown)
        return false;
    struct plt_figure *figure = viewer->figure;
    plt_figure_enter(figure);
    viewer->frame = index;
    plt_viewer_update_profile(viewer);
    plt_notice_queue(figure, &(struct plt_notice){.type = PLT_NOTICE_FRAME_CHANGED,
                                                  .figure = figure,
                                                  .plot = viewer->plot,
                                                  .finished = true,
                                                  .viewer = viewer,
                                                  .frame = index});
    plt_figure_leave(figure);
    return true;
}

bool plt_image_viewer_set_roi(struct plt_image_viewer *viewer, enum plt_viewer_roi kind)
{
    plt_require(NULL, viewer != NULL, false);
    plt_require(viewer->figure->log, (unsigned)kind <= PLT_VIEWER_ROI_LINE, false);
    if (kind == viewer->roi_kind)
        return true;
    plt_viewer_drop_roi(viewer);
    return kind == PLT_VIEWER_ROI_NONE || plt_viewer_make_roi(viewer, kind);
}

// --- what it is made of ----------------------------------------------------------------

struct plt_plot *plt_image_viewer_plot(struct plt_image_viewer *viewer)
{
    return viewer ? viewer->plot : NULL;
}

struct plt_plot *plt_image_viewer_time_plot(struct plt_image_viewer *viewer)
{
    return viewer ? viewer->time_plot : NULL;
}

struct plt_plot *plt_image_viewer_profile_plot(struct plt_image_viewer *viewer)
{
    return viewer ? viewer->profile_plot : NULL;
}

struct plt_image_item *plt_image_viewer_item(struct plt_image_viewer *viewer)
{
    return viewer ? viewer->item : NULL;
}

struct plt_color_bar *plt_image_viewer_color_bar(struct plt_image_viewer *viewer)
{
    return viewer ? viewer->color_bar : NULL;
}

struct plt_roi *plt_image_viewer_roi(struct plt_image_viewer *viewer)
{
    return viewer ? viewer->roi : NULL;
}

uint64_t plt_image_viewer_num_frames(struct plt_image_viewer *viewer)
{
    return viewer ? viewer->num_frames : 0;
}

uint64_t plt_image_viewer_frame(struct plt_image_viewer *viewer)
{
    return viewer ? viewer->frame : 0;
}
