// What plotview shows: inputs -> series and images -> one figure. The curves of all files
// and of standard input share a plot, each image has its own, system: has one a group.
#include "plotview.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_GROUPS = 8 };

struct content {
    const struct options *options;
    struct plt_log *log;
    struct plt_figure *figure;
    struct plt_plot *curves; // of files and '-'; NULL without any
    int num_curve_inputs;    // that share it
    int num_curves;
    struct plt_axis *right;     // second y axis; NULL without one
    struct plt_series **mapped; // [num_inputs], NULL where an input is none
    uint64_t stand_ins;         // of mapped files, at the last look
    bool last_is_image;
    uint64_t file_values;
    struct plt_source *stream, *system;
    bool stream_shown, system_shown, wants_stream, wants_system;
};

static void print_message(void *user, enum plt_level level, enum plt_msg id,
                          const char *text)
{
    complain("%s", text);
}

struct plt_figure *content_figure(struct content *content)
{
    return content->figure;
}

struct plt_log *content_log(struct content *content)
{
    return content->log;
}

bool content_has_system(const struct content *content)
{
    return content->wants_system;
}

static const char *base_name(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash && slash[1] ? slash + 1 : path;
}

// Image plots grow y downwards, in whichever order the ends of --y are given.
static bool apply_view(struct content *content, struct plt_plot *plot, bool y_down)
{
    const struct options *o = content->options;
    struct plt_range y = o->y;
    if (y_down && y.x0 < y.x1)
        y = (struct plt_range){o->y.x1, o->y.x0};
    if (o->has_x && !plt_plot_set_x_range(plot, o->x.x0, o->x.x1))
        return false;
    return !o->has_y || plt_plot_set_y_range(plot, y.x0, y.x1);
}

// Scales before ranges: a range is kept only where the scale can show it.
static bool apply_axes(struct content *content, struct plt_plot *plot)
{
    const struct options *o = content->options;
    struct plt_scale_params x = {.kind = o->x_scale}, y = {.kind = o->y_scale};
    bool ok = plt_axis_set_scale(plt_plot_x_axis(plot), &x) &&
              plt_axis_set_scale(plt_plot_y_axis(plot), &y) &&
              (!o->zone || plt_axis_set_time(plt_plot_x_axis(plot), o->zone));
    if (ok && o->num_right > 0) {
        content->right = plt_plot_add_y_axis(plot, NULL);
        ok = content->right && plt_axis_set_scale(content->right, &y);
    }
    return ok && apply_view(content, plot, false);
}

static struct plt_plot *add_plot(struct content *content,
                                 const struct plt_plot_params *params)
{
    const struct options *o = content->options;
    struct plt_plot *plot = plt_figure_add_plot(content->figure, params);
    if (!plot || !apply_view(content, plot, params->y_down))
        return NULL;
    if (o->follow_s > 0 && !params->y_down &&
        !(plt_plot_set_follow_mode(plot, o->follow) &&
          plt_plot_set_follow(plot, o->follow_s)))
        return NULL;
    content->last_is_image = params->y_down;
    return plot;
}

// The plot of all curves; where x is a time, it says so.
static struct plt_plot *curve_plot(struct content *content, const char *x_name)
{
    if (content->curves)
        return content->curves;
    const struct options *o = content->options;
    bool timed = !x_name[0] && o->rate_hz > 0;
    content->curves =
        add_plot(content, plt_plot_params(.x_label = timed && !o->zone ? "time" : x_name,
                                          .x_unit = timed && !o->zone ? "s" : NULL,
                                          .padding = o->bare ? -1 : 0));
    if (content->curves && !apply_axes(content, content->curves))
        return NULL;
    return content->curves;
}

static bool is_right(const struct options *o, int number)
{
    for (int i = 0; i < o->num_right; i++)
        if (o->right[i] == number)
            return true;
    return false;
}

// The series itself, or what --transform makes of it; the caller owns a reference.
static struct plt_series *shown_series(const struct options *o, struct plt_series *series)
{
    if (!o->transformed)
        return plt_series_ref(series);
    struct plt_transform_params params = o->transform;
    params.name = plt_series_name(series);
    return plt_series_transform(series, &params);
}

// In the curve's own colour, but lighter.
static void fill_below(struct plt_curve *curve, double level)
{
    struct plt_color color = plt_curve_color(curve);
    color.a *= 0.3f;
    plt_curve_set_fill(curve, color, level);
}

static bool add_marks(const struct options *o, struct plt_plot *plot,
                      struct plt_series *series, const struct plt_curve_params *look)
{
    if (o->draw == DRAW_HISTOGRAM)
        return plt_histogram_create(
                   plot, series,
                   plt_histogram_params(.name = look->name, .bins = (size_t)o->bins,
                                        .color = look->color, .y_axis = look->y_axis)) !=
               NULL;
    return plt_scatter_create(
               plot, series,
               plt_scatter_params(.name = look->name, .symbol = o->symbol,
                                  .size_px = (float)(o->symbol_px / o->scale),
                                  .color = look->color, .stems = o->draw == DRAW_STEMS,
                                  .y_axis = look->y_axis)) != NULL;
}

// `input` names a curve whose series has no name, when there are several inputs.
static bool add_curve(struct content *content, struct plt_plot *plot,
                      struct plt_series *series, const char *input)
{
    const struct options *o = content->options;
    const char *name = plt_series_name(series);
    char both[256];
    if (content->num_curve_inputs > 1 && input) {
        snprintf(both, sizeof(both), name[0] ? "%s: %s" : "%s", base_name(input), name);
        name = both;
    }
    struct plt_curve_params params = o->look;
    float dash[MAX_DASH];
    for (int i = 0; i < o->num_dash; i++)
        dash[i] = (float)(o->dash_px[i] / o->scale);
    params.name = name;
    params.color = o->color;
    params.width_px = (float)(o->stroke_px / o->scale);
    params.no_antialias = o->no_antialias;
    params.lod = o->lod_off ? PLT_LOD_OFF : PLT_LOD_AUTO;
    params.dash = dash;
    params.num_dash = (size_t)o->num_dash;
    if (o->shadow_px > 0)
        params.shadow_color = (struct plt_color){0.5f, 0.5f, 0.5f, 0.35f};
    params.shadow_width_px = (float)(o->shadow_px / o->scale);
    params.y_axis = is_right(o, ++content->num_curves) && plot == content->curves
                        ? content->right
                        : NULL;
    struct plt_series *shown = shown_series(o, series);
    bool ok = shown != NULL;
    if (ok && o->draw != DRAW_LINES) {
        ok = add_marks(o, plot, shown, &params);
    } else if (ok) {
        struct plt_curve *curve = plt_curve_create(plot, shown, &params);
        ok = curve != NULL;
        if (ok && o->filled)
            fill_below(curve, o->look.fill_level);
    }
    plt_series_unref(shown);
    return ok;
}

static bool add_image(struct content *content, struct plt_image *image, const char *input)
{
    const struct options *o = content->options;
    bool alone = o->num_inputs == 1;
    int channels = (int)plt_image_channels(image);
    if (channels != 1 && channels != 3 && channels != 4) {
        complain("%s: an image of %d channels; 1, 3 and 4 can be shown", input, channels);
        return false;
    }
    struct plt_plot *plot = add_plot(
        content,
        plt_plot_params(.title = alone || o->bare ? NULL : base_name(input),
                        .same_row = content->last_is_image && !o->bare, .hide_grid = true,
                        .y_down = true, .lock_aspect = !o->bare && !o->has_x && !o->has_y,
                        .padding = -1));
    return plot && plt_image_item_create(plot, image,
                                         plt_image_item_params(.name = base_name(input),
                                                               .levels = o->levels,
                                                               .colormap = o->colormap));
}

static bool show_file(struct content *content, const char *input, struct plt_file *file)
{
    struct plt_image *image = plt_file_image(file);
    int count = plt_file_num_series(file);
    if (image)
        return add_image(content, image, input);
    struct plt_plot *plot = curve_plot(content, plt_file_x_name(file));
    for (int i = 0; plot && i < count; i++) {
        if (!add_curve(content, plot, plt_file_series(file, i), input))
            return false;
    }
    // No legend names a curve that is alone: the axis does.
    if (plot && count == 1 && content->num_curve_inputs == 1)
        plt_axis_set_label(plt_plot_y_axis(plot), plt_series_name(plt_file_series(file, 0)),
                           NULL);
    return plot != NULL;
}

static bool add_mapped(struct content *content, int index)
{
    const struct options *o = content->options;
    const char *input = o->inputs[index];
    struct plt_series *series = plt_series_map(
        input, plt_series_map_params(.type = o->map_type, .follow = !o->output,
                                     .dx = o->rate_hz > 0 ? 1 / o->rate_hz : 0,
                                     .name = base_name(input), .log = content->log));
    content->mapped[index] = series;
    if (!series)
        return false;
    struct plt_plot *plot = curve_plot(content, "");
    content->file_values += plt_series_count(series);
    return plot && add_curve(content, plot, series, NULL);
}

static bool add_file(struct content *content, const char *input, struct plt_file *file)
{
    content->file_values += plt_file_num_values(file);
    return show_file(content, input, file);
}

static bool is_file(const struct options *o, const char *input)
{
    return (o->raw || strcmp(input, "-") != 0) && strcmp(input, "system:") != 0;
}

// From a pipe of raw frames a picture shows the last one; a window does not wait for it.
static struct plt_file *read_file(struct content *content, const char *input)
{
    const struct options *o = content->options;
    bool last = o->raw && strcmp(input, "-") == 0 && o->output && !o->has_frame;
    return plt_file_read(
        input, plt_file_params(.no_x_column = o->no_x_column, .rate_hz = o->rate_hz,
                               .x_unit_ns = o->zone ? o->time_unit_ns : 0, .axes = o->axes,
                               .raw = o->raw, .frame = last ? PLT_FRAME_LAST : o->frame,
                               .allow_truncated = !o->output, .log = content->log));
}

// Reads every file first: the curves' names depend on how many inputs have curves.
static bool add_inputs(struct content *content, struct plt_file **files)
{
    const struct options *o = content->options;
    for (int i = 0; i < o->num_inputs; i++) {
        const char *input = o->inputs[i];
        bool is_stream = strcmp(input, "-") == 0 && !o->raw;
        if (is_file(o, input) && !o->mapped) {
            files[i] = read_file(content, input);
            if (!files[i])
                return false;
        }
        content->wants_stream |= is_stream;
        content->wants_system |= strcmp(input, "system:") == 0;
        content->num_curve_inputs += is_stream || (o->mapped && is_file(o, input)) ||
                                     (files[i] && !plt_file_image(files[i]));
    }
    for (int i = 0; i < o->num_inputs; i++) {
        if (files[i] && !add_file(content, o->inputs[i], files[i]))
            return false;
        if (o->mapped && is_file(o, o->inputs[i]) && !add_mapped(content, i))
            return false;
        if (!is_file(o, o->inputs[i]) && strcmp(o->inputs[i], "-") == 0 &&
            !curve_plot(content, ""))
            return false;
    }
    return true;
}

struct content *content_create(const struct options *options)
{
    struct content *content = calloc(1, sizeof(*content));
    struct plt_file **files = calloc((size_t)options->num_inputs, sizeof(*files));
    bool ok = content && files;
    if (ok) {
        content->options = options;
        content->mapped = calloc((size_t)options->num_inputs, sizeof(*content->mapped));
        content->log = plt_log_create(&(struct plt_log_params){.fn = print_message});
        content->figure = plt_figure_create(
            plt_figure_params(.background = options->background, .bare = options->bare,
                              .log = content->log));
        ok = content->log && content->mapped && content->figure &&
             add_inputs(content, files);
    } else {
        complain("out of memory");
    }
    for (int i = 0; files && i < options->num_inputs; i++)
        plt_file_destroy(files[i]);
    free(files);
    if (ok)
        return content;
    content_destroy(content);
    return NULL;
}

void content_destroy(struct content *content)
{
    if (!content)
        return;
    content_stop(content);
    plt_figure_destroy(content->figure);
    plt_source_close(content->stream);
    plt_source_close(content->system);
    for (int i = 0; content->mapped && i < content->options->num_inputs; i++)
        plt_series_unref(content->mapped[i]);
    free(content->mapped);
    plt_log_unref(content->log);
    free(content);
}

bool content_start(struct content *content, void (*changed)(void *user), void *user)
{
    const struct options *o = content->options;
    if (content->wants_system) {
        content->system = plt_source_open(
            "system:",
            plt_source_params(.rate_hz = o->rate_hz, .keep = o->keep, .changed = changed,
                              .user = user, .log = content->log));
        if (!content->system)
            return false;
    }
    if (content->wants_stream) {
        content->stream = plt_source_open(
            "-", plt_source_params(.format = o->format, .channels = o->channels,
                                   .rate_hz = o->rate_hz, .keep = o->keep,
                                   .changed = changed, .user = user, .log = content->log));
        if (!content->stream)
            return false;
    }
    return true;
}

bool content_settle(struct content *content)
{
    uint64_t stand_ins = 0;
    bool any = false;
    for (int i = 0; i < content->options->num_inputs; i++) {
        struct plt_series_map_state state;
        if (!content->mapped[i])
            continue;
        any = true;
        plt_series_map_settle(content->mapped[i], 3600);
        if (plt_series_map_get_state(content->mapped[i], &state))
            stand_ins += state.stand_ins;
    }
    bool more = any && stand_ins != content->stand_ins;
    content->stand_ins = stand_ins;
    return more;
}

bool content_wait(struct content *content)
{
    return !content->stream || plt_source_wait(content->stream);
}

static bool show_stream(struct content *content)
{
    int count = plt_source_num_channels(content->stream);
    content->stream_shown = count > 0;
    for (int i = 0; i < count; i++) {
        struct plt_source_channel channel = plt_source_get_channel(content->stream, i);
        if (!add_curve(content, content->curves, channel.series, "stdin"))
            return false;
        if (count == 1 && content->num_curve_inputs == 1)
            plt_axis_set_label(plt_plot_y_axis(content->curves), channel.name, NULL);
    }
    return true;
}

// One plot a group, in the order of the channels. CPU loads share the scale 0..100.
static bool show_system(struct content *content)
{
    struct plt_plot *plots[MAX_GROUPS];
    const char *groups[MAX_GROUPS];
    int count = plt_source_num_channels(content->system), num_groups = 0;
    content->system_shown = count > 0;
    for (int i = 0; i < count; i++) {
        struct plt_source_channel channel = plt_source_get_channel(content->system, i);
        int group = 0;
        while (group < num_groups && strcmp(groups[group], channel.group) != 0)
            group++;
        if (group == num_groups && group == MAX_GROUPS)
            return false;
        if (group == num_groups) {
            groups[group] = channel.group;
            plots[group] = add_plot(
                content,
                plt_plot_params(.x_label = "time", .x_unit = "s", .y_label = channel.group,
                                .y_unit = channel.unit, .y_from_zero = true,
                                .padding = content->options->bare ? -1 : 0));
            if (!plots[num_groups++])
                return false;
        }
        if (!add_curve(content, plots[group], channel.series, NULL))
            return false;
    }
    return true;
}

bool content_update(struct content *content)
{
    if (content->system && !content->system_shown && !show_system(content))
        return false;
    if (!content->stream)
        return true;
    if (!content->stream_shown && !show_stream(content))
        return false;
    return plt_source_get_state(content->stream) != PLT_SOURCE_FAILED;
}

bool content_alive(const struct content *content)
{
    return !content->stream || content->stream_shown || content->options->num_inputs > 1 ||
           plt_source_get_state(content->stream) != PLT_SOURCE_FAILED;
}

// Closed sources keep neither thread nor pipe; their curves stay.
void content_stop(struct content *content)
{
    struct plt_source **sources[] = {&content->stream, &content->system};
    for (int i = 0; i < 2; i++) {
        if (*sources[i])
            content->file_values += plt_source_get_stats(*sources[i]).values;
        plt_source_close(*sources[i]);
        *sources[i] = NULL;
    }
}

uint64_t content_samples(const struct content *content)
{
    uint64_t samples = content->file_values;
    if (content->stream)
        samples += plt_source_get_stats(content->stream).values;
    if (content->system)
        samples += plt_source_get_stats(content->system).values;
    return samples;
}

uint64_t content_dropped(const struct content *content)
{
    uint64_t dropped = 0;
    if (content->stream)
        dropped += plt_source_get_stats(content->stream).dropped;
    if (content->system)
        dropped += plt_source_get_stats(content->system).dropped;
    return dropped;
}
