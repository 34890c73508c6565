// How plotview shows images: alone in an image viewer, several side by side, and the
// options that say what stands beside them.
#include "live.h"
#include "values.h"

#include <string.h>

const char image_usage[] =
    "Images (also: space plays a stack, arrows, Page Up, Page Down, Home and End go "
    "through\n"
    "it; O, L a rectangle's or line's values; T, F turn and flip; over the color bar A is\n"
    "automatic levels, C another colormap, L logarithmic counts):\n"
    "  --color-bar histogram|plain|off  beside an image (histogram; of several: plain)\n"
    "  --auto-levels P:Q     levels at these percentiles of the values, as 1:99\n"
    "  --turn 0|90|180|270   degrees clockwise\n"
    "  --flip x|y|xy         after that, left to right, top to bottom\n"
    "  --roi rect|line|none  with the mean over time, the columns' means, the profile\n"
    "  --readout on|off      place and values under the pointer (on)\n"
    "  --timeline on|off     of a stack (on)\n";

static bool set_color_bar(struct options *o, const char *value)
{
    static const char *const names[] = {"histogram", "plain", "off", NULL};
    int choice;
    if (!read_choice(value, names, &choice))
        return false;
    o->color_bar = (enum color_bar)(choice + 1);
    return true;
}

static bool set_auto_levels(struct options *o, const char *value)
{
    struct plt_range *p = &o->auto_percent;
    return read_pair(value, ':', &p->x0, &p->x1) && p->x0 >= 0 && p->x0 < p->x1 &&
           p->x1 <= 100;
}

static bool set_turn(struct options *o, const char *value)
{
    static const char *const names[] = {"0", "90", "180", "270", NULL};
    return read_choice(value, names, &o->quarters);
}

static bool set_flip(struct options *o, const char *value)
{
    static const char *const names[] = {"x", "y", "xy", NULL};
    int choice;
    if (!read_choice(value, names, &choice))
        return false;
    o->flip_x = choice != 1;
    o->flip_y = choice != 0;
    return true;
}

static bool set_roi(struct options *o, const char *value)
{
    static const char *const names[] = {"none", "rect", "line", NULL};
    int choice;
    if (!read_choice(value, names, &choice))
        return false;
    o->roi = (enum plt_viewer_roi)choice;
    return true;
}

static bool set_switch(const char *value, bool *off)
{
    static const char *const names[] = {"on", "off", NULL};
    int choice;
    if (!read_choice(value, names, &choice))
        return false;
    *off = choice == 1;
    return true;
}

static bool set_readout(struct options *o, const char *value)
{
    return set_switch(value, &o->hide_readout);
}

static bool set_timeline(struct options *o, const char *value)
{
    return set_switch(value, &o->hide_timeline);
}

// clang-format off
const struct option_row image_rows[] = {
    {"--color-bar", set_color_bar, "histogram, plain or off"},
    {"--auto-levels", set_auto_levels, "P:Q, percentiles, 0 <= P < Q <= 100"},
    {"--turn", set_turn, "0, 90, 180 or 270"},
    {"--flip", set_flip, "x, y or xy"},
    {"--roi", set_roi, "rect, line or none"},
    {"--readout", set_readout, "on or off"},
    {"--timeline", set_timeline, "on or off"},
    {NULL, NULL, NULL},
};
// clang-format on

static struct plt_image_item_params item_params(const struct options *o, const char *name)
{
    struct plt_orientation orientation =
        plt_orientation_turn((struct plt_orientation){0}, o->quarters);
    orientation.flip_x ^= o->flip_x;
    orientation.flip_y ^= o->flip_y;
    return (struct plt_image_item_params){.name = name,
                                          .levels = o->levels,
                                          .auto_percent = o->auto_percent,
                                          .orientation = orientation,
                                          .colormap = o->colormap};
}

static struct plt_image *read_frame(void *user, uint64_t index)
{
    return plt_file_frame(user, index);
}

// Alone: with everything. A pipe's frames are gone once they were read.
static bool add_viewer(struct plots *plots, struct plt_file *file, struct plt_image *image,
                       const struct plt_plot_params *plot,
                       const struct plt_image_item_params *item)
{
    const struct options *o = plots->options;
    const uint64_t frames = file ? plt_file_num_frames(file) : 1;
    const bool stack = frames > 1 && strcmp(o->inputs[0], "-") != 0 && !o->bare;
    const struct plt_color_bar_params bar = {.hide_histogram = o->color_bar == BAR_PLAIN};
    const struct plt_image_viewer_params params = {
        .image = stack ? NULL : image,
        .frame = read_frame,
        .user = file,
        .num_frames = frames,
        .first = o->frame,
        .rate_hz = o->rate_hz,
        .item = item,
        .color_bar = &bar,
        .plot = plot,
        .roi = o->bare ? PLT_VIEWER_ROI_NONE : o->roi,
        .hide_color_bar = o->color_bar == BAR_OFF || o->bare,
        .hide_readout = o->hide_readout,
        .hide_timeline = o->hide_timeline};
    plots->viewer = plt_image_viewer_create(plots->figure, &params);
    return plots->viewer &&
           plots_apply_view(plots, plt_image_viewer_plot(plots->viewer), true);
}

bool plots_add_image(struct plots *plots, struct plt_file *file, struct plt_image *image,
                     const char *input)
{
    const struct options *o = plots->options;
    const bool alone = o->num_inputs + (o->shared ? 1 : 0) == 1;
    const int channels = (int)plt_image_channels(image);
    if (channels != 1 && channels != 3 && channels != 4) {
        complain("%s: an image of %d channels; 1, 3 and 4 can be shown", input, channels);
        return false;
    }
    const struct plt_image_item_params item = item_params(o, base_name(input));
    const struct plt_plot_params params = {
        .title = alone || o->bare ? NULL : base_name(input),
        .same_row = plots->last_is_image && !o->bare,
        .hide_grid = true,
        .y_down = true,
        .lock_aspect = !o->bare && !o->has_x && !o->has_y,
        .readout = !o->hide_readout,
        .padding = -1};
    if (alone && !live_wanted(o)) // whose histogram would follow every frame
        return add_viewer(plots, file, image, &params, &item);
    struct plt_plot *plot = plots_add(plots, &params);
    struct plt_image_item *shown = plot ? plt_image_item_create(plot, image, &item) : NULL;
    const bool colors = channels > 1 && o->color_bar == BAR_AUTO; // say it themselves
    if (!shown || o->color_bar == BAR_OFF || o->bare || colors)
        return shown != NULL;
    return plt_color_bar_create(
               shown, plt_color_bar_params(.hide_histogram =
                                               o->color_bar != BAR_HISTOGRAM)) != NULL;
}
