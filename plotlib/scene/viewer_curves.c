// The region of an image viewer and the curves under the image: the mean over time, the
// profile.
#include <math.h>
#include <string.h>

#include <plotlib/base/alloc.h>
#include <plotlib/base/message.h>
#include <plotlib/curve.h>
#include <plotlib/scene/image_viewer.h>
#include <plotlib/scene/roi.h>

#define CURVE_STRETCH 0.35 // height of a plot with a curve, of the image's

static struct plt_roi *add_roi(struct plt_image_viewer *viewer, enum plt_viewer_roi kind)
{
    const struct plt_rect place = plt_image_item_place(viewer->item);
    const double x = place.x, y = place.y, w = place.width, h = place.height;
    const bool rect = kind == PLT_VIEWER_ROI_RECT;
    const double snap = viewer->item->placed ? 0 : 1; // whole samples
    struct plt_roi_params params = {.kind = rect ? PLT_ROI_RECT : PLT_ROI_LINE,
                                    .x0 = x + w * (rect ? 0.35 : 0.2),
                                    .y0 = y + h * (rect ? 0.35 : 0.5),
                                    .x1 = x + w * (rect ? 0.65 : 0.8),
                                    .y1 = y + h * (rect ? 0.65 : 0.5),
                                    .snap = rect ? snap : 0};
    if (rect && snap > 0) {
        params.x0 = floor(params.x0);
        params.y0 = floor(params.y0);
        params.x1 = fmax(floor(params.x1), params.x0 + 1);
        params.y1 = fmax(floor(params.y1), params.y0 + 1);
    } else if (snap > 0) {
        params.y0 = params.y1 = floor(params.y0) + 0.5; // through a row's middle
    }
    return plt_roi_create(viewer->plot, &params);
}

static bool add_profile(struct plt_image_viewer *viewer, bool line)
{
    struct plt_plot_params params = {.x_label = line ? "distance" : NULL,
                                     .stretch = CURVE_STRETCH};
    viewer->profile_plot = plt_viewer_add_plot(viewer, &params, viewer->plot);
    viewer->profile = plt_series_create(plt_series_params(.x_kind = PLT_X_F64));
    return viewer->profile && viewer->profile_plot &&
           plt_curve_create(viewer->profile_plot, viewer->profile, NULL);
}

static bool add_means(struct plt_image_viewer *viewer)
{
    viewer->mean_values = plt_calloc(viewer->num_frames, sizeof(*viewer->mean_values));
    viewer->means = plt_series_create(plt_series_params(.dx = viewer->frame_s));
    viewer->num_means = 0;
    if (!viewer->mean_values || !viewer->means ||
        !plt_curve_create(viewer->time_plot, viewer->means, NULL))
        return false;
    viewer->time_plot->stretch = CURVE_STRETCH;
    viewer->time_plot->y.hidden = false;
    plt_plot_set_grid(viewer->time_plot, true);
    return true;
}

bool plt_viewer_make_roi(struct plt_image_viewer *viewer, enum plt_viewer_roi kind)
{
    const bool over_time = viewer->time_plot && kind == PLT_VIEWER_ROI_RECT;
    viewer->roi_kind = kind;
    viewer->roi = add_roi(viewer, kind);
    if (!viewer->roi || !(over_time ? add_means(viewer)
                                    : add_profile(viewer, kind == PLT_VIEWER_ROI_LINE))) {
        plt_viewer_drop_roi(viewer);
        return false;
    }
    plt_viewer_update_profile(viewer);
    plt_figure_damage(viewer->figure);
    return true;
}

static void drop_curves(struct plt_plot *plot)
{
    for (size_t i = plot->num_items; i > 0; i--)
        if (plot->items[i - 1]->class->kind == PLT_ITEM_CURVE)
            plt_item_remove(plot->items[i - 1]);
}

void plt_viewer_drop_roi(struct plt_image_viewer *viewer)
{
    plt_roi_destroy(viewer->roi);
    viewer->roi = NULL;
    viewer->roi_kind = PLT_VIEWER_ROI_NONE;
    if (viewer->profile_plot) {
        viewer->profile_plot->viewer = NULL;
        plt_plot_destroy(viewer->profile_plot);
        viewer->profile_plot = NULL;
    }
    if (viewer->means) {
        drop_curves(viewer->time_plot);
        viewer->time_plot->stretch = PLT_STRIP_STRETCH;
        viewer->time_plot->y.hidden = true;
        plt_plot_set_grid(viewer->time_plot, false);
    }
    plt_series_unref(viewer->profile);
    plt_series_unref(viewer->means);
    plt_free(viewer->mean_values);
    viewer->profile = viewer->means = NULL;
    viewer->mean_values = NULL;
    plt_figure_damage(viewer->figure);
}

void plt_viewer_update_profile(struct plt_image_viewer *viewer)
{
    if (!viewer->profile || !viewer->roi)
        return;
    const size_t n = plt_roi_profile(viewer->roi, viewer->item, 0, NULL, NULL, 0);
    double *both = plt_calloc(n ? 2 * n : 1, sizeof(*both));
    if (!both) {
        plt_no_memory(viewer->figure->log, "profile");
        return;
    }
    plt_roi_profile(viewer->roi, viewer->item, 0, both, both + n, n);
    plt_series_set_xy(viewer->profile, both, both + n, n);
    plt_free(both);
    plt_figure_damage(viewer->figure);
}

// The mean in one frame, NaN where there is none; returns the bytes read.
static uint64_t find_mean(struct plt_image_viewer *viewer, uint64_t index,
                          const struct plt_roi_samples *samples)
{
    uint64_t count;
    struct plt_image *image = index == viewer->frame ? plt_image_ref(viewer->item->image)
                                                     : viewer->fetch(viewer->user, index);
    double *mean = &viewer->mean_values[index];
    *mean = NAN;
    if (!image)
        return 1;
    plt_roi_mean_of(samples, image, 0, viewer->figure->pool, mean, &count);
    const uint64_t bytes =
        (uint64_t)plt_image_columns(image) * (uint64_t)plt_image_rows(image) *
        (uint64_t)plt_image_channels(image) * plt_type_size(plt_image_type(image));
    plt_image_unref(image);
    return bytes;
}

bool plt_viewer_find_means(struct plt_image_viewer *viewer, uint64_t most_bytes)
{
    struct plt_roi_samples samples;
    if (!viewer->means || viewer->num_means == viewer->num_frames)
        return false;
    if (!plt_roi_find_samples(viewer->roi, viewer->item, &samples))
        samples = (struct plt_roi_samples){0, 0, 0, 0}; // beside the image
    const bool any = samples.c0 < samples.c1 && samples.r0 < samples.r1;
    for (uint64_t bytes = 0; viewer->num_means < viewer->num_frames && bytes < most_bytes;
         viewer->num_means++) {
        viewer->mean_values[viewer->num_means] = NAN;
        bytes += any ? find_mean(viewer, viewer->num_means, &samples) : 1;
    }
    plt_series_set(viewer->means, viewer->mean_values, viewer->num_means);
    return viewer->num_means < viewer->num_frames;
}

void plt_image_viewer_settle(struct plt_image_viewer *viewer)
{
    plt_require(NULL, viewer != NULL, );
    while (plt_viewer_find_means(viewer, UINT64_MAX))
        continue;
}
