// What plotview shows: inputs -> series and images -> one figure. The curves of all files
// and of standard input share a plot, each image has its own, system: has one a group.
#include "live.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_GROUPS = 8 };

struct content {
    struct plt_log *log;
    struct plots plots;
    struct plt_series **mapped; // [num_inputs], NULL where an input is none
    struct plt_image **images;  // the same of mapped images
    uint64_t stand_ins;         // of mapped files, at the last look
    uint64_t file_values;
    struct plt_file *stack; // of the viewer, or NULL
    struct plt_source *stream, *system;
    bool stream_shown, system_shown, wants_stream, wants_system;
    struct live live;
};

static void print_message(void *user, enum plt_level level, enum plt_msg id,
                          const char *text)
{
    complain("%s", text);
}

struct plt_figure *content_figure(struct content *content)
{
    return content->plots.figure;
}

struct plt_log *content_log(struct content *content)
{
    return content->log;
}

bool content_has_system(const struct content *content)
{
    return content->wants_system;
}

static bool show_waterfall(struct content *content, const char *input,
                           struct plt_file *file)
{
    int count = plt_file_num_series(file);
    struct plt_series *re = count > 0 ? plt_file_series(file, 0) : NULL;
    struct plt_series *im = count > 1 ? plt_file_series(file, 1) : NULL;
    if (re && count <= 2)
        return plots_add_waterfall(&content->plots, re, im, plt_series_count(re), input);
    complain("%s: a waterfall needs one column of samples, or two of complex ones", input);
    return false;
}

static bool show_file(struct content *content, const char *input, struct plt_file *file)
{
    struct plt_image *image = plt_file_image(file);
    int count = plt_file_num_series(file);
    if (content->plots.options->waterfall)
        return show_waterfall(content, input, file);
    if (image)
        return plots_add_image(&content->plots, file, image, input);
    struct plt_plot *plot = plots_of_curves(&content->plots, plt_file_x_name(file));
    for (int i = 0; plot && i < count; i++) {
        if (!plots_add_curve(&content->plots, plot, plt_file_series(file, i), input))
            return false;
    }
    if (plot && count == 1)
        plots_name_alone(&content->plots, plt_series_name(plt_file_series(file, 0)));
    return plot != NULL;
}

static bool add_mapped(struct content *content, int index)
{
    const struct options *o = content->plots.options;
    const char *input = o->inputs[index];
    struct plt_series *series = plt_series_map(
        input, plt_series_map_params(.type = o->map_type, .follow = !o->output,
                                     .dx = o->rate_hz > 0 ? 1 / o->rate_hz : 0,
                                     .name = base_name(input), .log = content->log));
    content->mapped[index] = series;
    if (!series)
        return false;
    struct plt_plot *plot = plots_of_curves(&content->plots, "");
    content->file_values += plt_series_count(series);
    return plot && plots_add_curve(&content->plots, plot, series, NULL);
}

static bool add_mapped_image(struct content *content, int index)
{
    const struct options *o = content->plots.options;
    struct plt_image *image = plt_image_map_raw(
        o->inputs[index], o->raw, o->frame,
        plt_image_map_params(.memory_bytes = (uint64_t)o->image_memory << 20,
                             .log = content->log));
    content->images[index] = image;
    if (!image)
        return false;
    content->file_values += (uint64_t)plt_image_columns(image) *
                            (uint64_t)plt_image_rows(image) *
                            (uint64_t)plt_image_channels(image);
    return plots_add_image(&content->plots, NULL, image, o->inputs[index]);
}

static bool add_file(struct content *content, const char *input, struct plt_file *file)
{
    content->file_values += plt_file_num_values(file);
    return show_file(content, input, file);
}

static bool is_file(const struct options *o, const char *input)
{
    if (strcmp(input, "-") == 0)
        return o->raw && !live_has_stdin(o);
    return strcmp(input, "system:") != 0;
}

// From a pipe of raw frames a picture shows the last one; a window does not wait for it.
static struct plt_file *read_file(struct content *content, const char *input)
{
    const struct options *o = content->plots.options;
    bool last = o->raw && strcmp(input, "-") == 0 && o->output && !o->has_frame;
    return plt_file_read(
        input, plt_file_params(.no_x_column = o->no_x_column || o->waterfall,
                               .rate_hz = o->rate_hz,
                               .x_unit_ns = o->zone ? o->time_unit_ns : 0, .axes = o->axes,
                               .raw = o->raw, .frame = last ? PLT_FRAME_LAST : o->frame,
                               .allow_truncated = !o->output, .log = content->log));
}

// Reads every file first: the curves' names depend on how many inputs have curves.
static bool add_inputs(struct content *content, struct plt_file **files)
{
    const struct options *o = content->plots.options;
    for (int i = 0; i < o->num_inputs; i++) {
        const char *input = o->inputs[i];
        bool is_stream = strcmp(input, "-") == 0 && !o->raw;
        if (is_file(o, input) && !o->mapped && o->image_memory == 0) {
            files[i] = read_file(content, input);
            if (!files[i])
                return false;
        }
        content->wants_stream |= is_stream;
        content->wants_system |= strcmp(input, "system:") == 0;
        content->plots.num_curve_inputs += is_stream || (o->mapped && is_file(o, input)) ||
                                           (files[i] && !plt_file_image(files[i]));
    }
    for (int i = 0; i < o->num_inputs; i++) {
        if (files[i] && !add_file(content, o->inputs[i], files[i]))
            return false;
        if (o->mapped && is_file(o, o->inputs[i]) && !add_mapped(content, i))
            return false;
        if (o->image_memory > 0 && is_file(o, o->inputs[i]) &&
            !add_mapped_image(content, i))
            return false;
        if (!o->raw && strcmp(o->inputs[i], "-") == 0 && !o->waterfall &&
            !plots_of_curves(&content->plots, ""))
            return false;
    }
    return true;
}

struct content *content_create(const struct options *options)
{
    struct content *content = calloc(1, sizeof(*content));
    struct plt_file **files = calloc((size_t)options->num_inputs + 1, sizeof(*files));
    bool ok = content && files;
    if (ok) {
        content->plots.options = options;
        content->mapped = calloc((size_t)options->num_inputs + 1, sizeof(*content->mapped));
        content->images = calloc((size_t)options->num_inputs + 1, sizeof(*content->images));
        content->log = plt_log_create(&(struct plt_log_params){.fn = print_message});
        content->plots.log = content->log;
        content->plots.falls =
            calloc((size_t)options->num_inputs + 1, sizeof(*content->plots.falls));
        content->plots.figure = plt_figure_create(
            plt_figure_params(.background = options->background, .bare = options->bare,
                              .log = content->log));
        content->live = (struct live){
            .options = options, .plots = &content->plots, .log = content->log};
        ok = content->log && content->mapped && content->images && content->plots.falls &&
             content->plots.figure && add_inputs(content, files);
    } else {
        complain("out of memory");
    }
    if (ok && content->plots.viewer) // it reads frames as it goes
        content->stack = files[0];
    for (int i = 0; files && i < options->num_inputs; i++)
        if (!ok || files[i] != content->stack)
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
    if (content->live.options)
        content_stop(content);
    plt_figure_destroy(content->plots.figure);
    for (int i = 0; i < content->plots.num_falls; i++)
        plt_spectrogram_destroy(content->plots.falls[i]);
    free(content->plots.falls);
    plt_file_destroy(content->stack);
    plt_source_close(content->stream);
    plt_source_close(content->system);
    for (int i = 0; content->mapped && i < content->plots.options->num_inputs; i++)
        plt_series_unref(content->mapped[i]);
    free(content->mapped);
    for (int i = 0; content->images && i < content->plots.options->num_inputs; i++)
        plt_image_unref(content->images[i]);
    free(content->images);
    plt_log_unref(content->log);
    free(content);
}

bool content_start(struct content *content, void (*changed)(void *user), void *user)
{
    const struct options *o = content->plots.options;
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
    return live_start(&content->live, changed, user);
}

bool content_settle(struct content *content)
{
    if (content->plots.viewer)
        plt_image_viewer_settle(content->plots.viewer);
    uint64_t stand_ins = 0;
    bool any = false;
    for (int i = 0; i < content->plots.num_falls; i++)
        plt_spectrogram_settle(content->plots.falls[i]);
    for (int i = 0; i < content->plots.options->num_inputs; i++) {
        struct plt_series_map_state state;
        struct plt_image_map_state image_state;
        if (content->images[i]) {
            any = true;
            plt_image_map_settle(content->images[i], 3600);
            if (plt_image_map_get_state(content->images[i], &image_state))
                stand_ins += image_state.stand_ins;
        }
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
    return live_wait(&content->live) &&
           (!content->stream || plt_source_wait(content->stream));
}

static bool show_stream_waterfall(struct content *content, int count)
{
    struct plt_series *re = plt_source_get_channel(content->stream, 0).series;
    if (count > 2) {
        complain("a waterfall needs one channel of samples, or two of complex ones");
        return false;
    }
    return plots_add_waterfall(
        &content->plots, re,
        count > 1 ? plt_source_get_channel(content->stream, 1).series : NULL, 0, "stdin");
}

static bool show_stream(struct content *content)
{
    int count = plt_source_num_channels(content->stream);
    content->stream_shown = count > 0;
    if (content->plots.options->waterfall && count > 0)
        return show_stream_waterfall(content, count);
    for (int i = 0; i < count; i++) {
        struct plt_source_channel channel = plt_source_get_channel(content->stream, i);
        if (!plots_add_curve(&content->plots, content->plots.curves, channel.series,
                             "stdin"))
            return false;
        if (count == 1)
            plots_name_alone(&content->plots, channel.name);
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
            plots[group] = plots_add(
                &content->plots,
                plt_plot_params(.x_label = "time", .x_unit = "s", .y_label = channel.group,
                                .y_unit = channel.unit, .y_from_zero = true,
                                .padding = content->plots.options->bare ? -1 : 0));
            if (!plots[num_groups++])
                return false;
        }
        if (!plots_add_curve(&content->plots, plots[group], channel.series, NULL))
            return false;
    }
    return true;
}

bool content_update(struct content *content)
{
    if (content->system && !content->system_shown && !show_system(content))
        return false;
    bool ok = live_update(&content->live);
    if (!content->stream)
        return ok;
    if (!content->stream_shown && !show_stream(content))
        return false;
    return ok && plt_source_get_state(content->stream) != PLT_SOURCE_FAILED;
}

bool content_alive(const struct content *content)
{
    const struct options *o = content->plots.options;
    if (live_wanted(o) && live_alive(&content->live))
        return true;
    if (!content->stream) // without files and such there are live images only
        return !live_wanted(o) || o->num_inputs > (live_has_stdin(o) ? 1 : 0);
    return content->stream_shown || o->num_inputs > 1 ||
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
    live_stop(&content->live);
}

bool content_is_live(const struct content *content)
{
    return live_wanted(content->plots.options);
}

struct plt_frames_stats content_frames(const struct content *content)
{
    return live_stats(&content->live);
}

uint64_t content_samples(const struct content *content)
{
    uint64_t samples = content->file_values;
    if (content->stream)
        samples += plt_source_get_stats(content->stream).values;
    if (content->system)
        samples += plt_source_get_stats(content->system).values;
    return samples + live_pixels(&content->live);
}

uint64_t content_dropped(const struct content *content)
{
    uint64_t dropped = live_stats(&content->live).dropped;
    if (content->stream)
        dropped += plt_source_get_stats(content->stream).dropped;
    if (content->system)
        dropped += plt_source_get_stats(content->system).dropped;
    return dropped;
}
