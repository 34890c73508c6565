// The command line of plotview -> struct options. Numbers are read the same under every
// locale, and whatever makes no sense ends in one line and status 2.
#include "plotview.h"
#include "values.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void complain(const char *format, ...)
{
    char text[1024];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof(text), format, args);
    va_end(args);
    fprintf(stderr, "plotview: %s\n", text);
}

static const char usage[] =
    "usage: plotview [options] INPUT...\n"
    "\n"
    "INPUT is a file (.csv, .npy, .png or .tif, told by content, then by ending), '-' for "
    "numbers\n"
    "from standard input, or 'system:' for live readings of this machine.\n"
    "All curves share one plot; each image gets its own.\n"
    "\n"
    "  -o OUT.png            draw once, without a window or display, and exit\n"
    "  --size WxH            size in pixels, each 1..32768 (1280x720)\n"
    "  --scale F             device pixels per logical pixel (1)\n"
    "  --x A:B  --y A:B      show this range; A is the left or bottom edge\n"
    "  --painter auto|raster|gl\n"
    "  --lod auto|off        off: draw every sample, without any reduction\n"
    "  --aa on|off           antialiasing (on)\n"
    "  --width PX            stroke width in pixels (1)\n"
    "  --color #RRGGBB       of the curves\n"
    "  --background #RRGGBB\n"
    "  --levels LO:HI        image values for the ends of the colormap (min:max)\n"
    "  --colormap NAME       grey, viridis, inferno, magma, plasma or turbo (viridis)\n"
    "  --bare                no axes, grid, title, legend, buttons, padding: only the "
    "data\n"
    "  --x-column auto|none  of text files: none = every column is a curve\n"
    "  --raw COLSxROWS:TYPE[xCHANNELS][+OFFSET]  files and '-' hold such raw frames, from "
    "byte\n"
    "                        OFFSET on; TYPE: u8 i8 u16 i16 u32 i32 f16 f32 f64\n"
    "                        '-' is live in a window: the newest frame is shown\n"
    "  --shm NAME            a live image from a ring of frames in shared memory\n"
    "  --frame N             of a stack of images, counted from 0 (0; '-': the last)\n"
    "  --image-memory MB     show a --raw file of any size with at most MB of memory: what "
    "is\n"
    "                        in sight is read when it is looked at\n"
    "  --axes auto|image|stack  of .npy: rows, columns[, channels] or frames, rows, "
    "columns "
    "...\n"
    "  --format text|f32|f64|i16|u16  of '-' (text: one row a line)\n"
    "  --channels N          of '-' with a raw format: interleaved channels (1)\n"
    "  --rate HZ             x = row / HZ (1); readings a second of system: (10)\n"
    "  --follow SECONDS      show the newest SECONDS of x\n"
    "  --follow-mode scroll|sweep|expand  sweep: as an oscilloscope; expand: from the\n"
    "                        oldest sample on (scroll)\n"
    "  --keep N              keep the newest N samples a channel of a stream\n"
    "                        (16777216; system: an hour)\n"
    "  --seconds S           stop S seconds after the first frame (with -o, system:\n"
    "                        collects for S seconds, 3 by default)\n"
    "  --stats               print one JSON line at the end\n"
    "  --help  --version\n";

static const char usage_end[] =
    "\n"
    "A value is given as --name value or --name=value. Status: 0; 1 cannot (no display, "
    "no\n"
    "GL, not writable); 2 bad input or option.\n";

static bool set_output(struct options *o, const char *value)
{
    o->output = value;
    return *value != '\0';
}

static bool set_size(struct options *o, const char *value)
{
    const char *middle = strchr(value, 'x');
    char first[16];
    double width, height;
    if (!middle || (size_t)(middle - value) >= sizeof(first))
        return false;
    memcpy(first, value, (size_t)(middle - value));
    first[middle - value] = '\0';
    if (!read_whole(first, 1, 32768, &width) || !read_whole(middle + 1, 1, 32768, &height))
        return false;
    o->width = (int)width;
    o->height = (int)height;
    return true;
}

static bool set_scale(struct options *o, const char *value)
{
    return read_positive(value, 0.1, 16, &o->scale);
}

static bool set_x(struct options *o, const char *value)
{
    o->has_x = true;
    return read_pair(value, ':', &o->x.x0, &o->x.x1);
}

static bool set_y(struct options *o, const char *value)
{
    o->has_y = true;
    return read_pair(value, ':', &o->y.x0, &o->y.x1);
}

static bool set_painter(struct options *o, const char *value)
{
    static const char *const names[] = {"auto", "raster", "gl", NULL};
    int choice;
    if (!read_choice(value, names, &choice))
        return false;
    o->painter = (enum view_painter)choice;
    return true;
}

static bool set_lod(struct options *o, const char *value)
{
    static const char *const names[] = {"auto", "off", NULL};
    int choice;
    if (!read_choice(value, names, &choice))
        return false;
    o->lod_off = choice == 1;
    return true;
}

static bool set_aa(struct options *o, const char *value)
{
    static const char *const names[] = {"on", "off", NULL};
    int choice;
    if (!read_choice(value, names, &choice))
        return false;
    o->no_antialias = choice == 1;
    return true;
}

static bool set_x_column(struct options *o, const char *value)
{
    static const char *const names[] = {"auto", "none", NULL};
    int choice;
    if (!read_choice(value, names, &choice))
        return false;
    o->no_x_column = choice == 1;
    return true;
}

static bool set_width(struct options *o, const char *value)
{
    return read_positive(value, 0.01, 256, &o->stroke_px);
}

static bool set_color(struct options *o, const char *value)
{
    return plt_color_parse(value, &o->color) && o->color.a > 0;
}

static bool set_background(struct options *o, const char *value)
{
    return plt_color_parse(value, &o->background) && o->background.a == 1;
}

static bool set_levels(struct options *o, const char *value)
{
    return read_pair(value, ':', &o->levels.x0, &o->levels.x1);
}

static bool set_colormap(struct options *o, const char *value)
{
    o->colormap = value;
    return plt_colormap_known(value);
}

static bool set_bare(struct options *o, const char *value)
{
    return o->bare = true;
}

static bool set_format(struct options *o, const char *value)
{
    static const char *const names[] = {"text", "f32", "f64", "i16", "u16", NULL};
    static const enum plt_source_format formats[] = {
        PLT_SOURCE_TEXT, PLT_SOURCE_F32, PLT_SOURCE_F64, PLT_SOURCE_I16, PLT_SOURCE_U16};
    int choice;
    if (!read_choice(value, names, &choice))
        return false;
    o->format = formats[choice];
    return o->has_format = true;
}

static bool set_raw(struct options *o, const char *value)
{
    o->raw = value;
    return *value != '\0';
}

static bool set_shared(struct options *o, const char *value)
{
    o->shared = value;
    return *value != '\0';
}

static bool set_frame(struct options *o, const char *value)
{
    double frame;
    if (!read_whole(value, 0, 1e12, &frame))
        return false;
    o->frame = (uint64_t)frame;
    return o->has_frame = true;
}

static bool set_image_memory(struct options *o, const char *value)
{
    return read_whole(value, 16, 1e9, &o->image_memory);
}

static bool set_axes(struct options *o, const char *value)
{
    static const char *const names[] = {"auto", "image", "stack", NULL};
    int choice;
    if (!read_choice(value, names, &choice))
        return false;
    o->axes = (enum plt_file_axes)choice;
    return true;
}

static bool set_channels(struct options *o, const char *value)
{
    double channels;
    if (!read_whole(value, 1, 1024, &channels))
        return false;
    o->channels = (int)channels;
    return true;
}

static bool set_rate(struct options *o, const char *value)
{
    return read_positive(value, 1e-9, 1e12, &o->rate_hz);
}

static bool set_follow(struct options *o, const char *value)
{
    return read_positive(value, 1e-12, 1e15, &o->follow_s);
}

static bool set_follow_mode(struct options *o, const char *value)
{
    static const char *const names[] = {"scroll", "sweep", "expand", NULL};
    int choice;
    if (!read_choice(value, names, &choice))
        return false;
    o->follow = (enum plt_follow)choice;
    return true;
}

static bool set_keep(struct options *o, const char *value)
{
    double keep;
    if (!read_whole(value, 1, 1e12, &keep))
        return false;
    o->keep = (uint64_t)keep;
    return true;
}

static bool set_seconds(struct options *o, const char *value)
{
    return read_positive(value, 0.001, 1e6, &o->seconds);
}

static bool set_stats(struct options *o, const char *value)
{
    return o->stats = true;
}

// clang-format off
static const struct option_row rows[] = {
    {"-o", set_output, "a file name"},
    {"--size", set_size, "WxH, each 1..32768"},
    {"--scale", set_scale, "a number 0.1..16"},
    {"--x", set_x, "A:B, two different numbers"},
    {"--y", set_y, "A:B, two different numbers"},
    {"--painter", set_painter, "auto, raster or gl"},
    {"--lod", set_lod, "auto or off"},
    {"--aa", set_aa, "on or off"},
    {"--width", set_width, "pixels, 0.01..256"},
    {"--color", set_color, "#RRGGBB"},
    {"--background", set_background, "#RRGGBB"},
    {"--levels", set_levels, "LO:HI, two different numbers"},
    {"--colormap", set_colormap, "grey, viridis, inferno, magma, plasma or turbo"},
    {"--bare", set_bare, NULL},
    {"--x-column", set_x_column, "auto or none"},
    {"--raw", set_raw, "COLSxROWS:TYPE[xCHANNELS][+OFFSET]"},
    {"--shm", set_shared, "the name of a ring of frames"},
    {"--frame", set_frame, "a whole number, 0 or more"},
    {"--image-memory", set_image_memory, "megabytes, a whole number 16 or more"},
    {"--axes", set_axes, "auto, image or stack"},
    {"--format", set_format, "text, f32, f64, i16 or u16"},
    {"--channels", set_channels, "a whole number 1..1024"},
    {"--rate", set_rate, "samples a second, above 0"},
    {"--follow", set_follow, "seconds, above 0"},
    {"--follow-mode", set_follow_mode, "scroll, sweep or expand"},
    {"--keep", set_keep, "a whole number of samples, 1 or more"},
    {"--seconds", set_seconds, "seconds, 0.001..1000000"},
    {"--stats", set_stats, NULL},
    {NULL, NULL, NULL},
};
// clang-format on

static const struct option_row *find_in(const struct option_row *row, const char *name,
                                        size_t length)
{
    for (; row->name; row++) {
        if (strlen(row->name) == length && strncmp(row->name, name, length) == 0)
            return row;
    }
    return NULL;
}

// Finds "--name" or "--name=value" (then *value is set).
static const struct option_row *find_row(const char *argument, const char **value)
{
    const char *equals = strncmp(argument, "--", 2) == 0 ? strchr(argument, '=') : NULL;
    size_t length = equals ? (size_t)(equals - argument) : strlen(argument);
    *value = equals ? equals + 1 : NULL;
    const struct option_row *row = find_in(rows, argument, length);
    row = row ? row : find_in(look_rows, argument, length);
    return row ? row : find_in(image_rows, argument, length);
}

static bool take_option(struct options *options, int argc, char **argv, int *i)
{
    const char *value;
    const struct option_row *row = find_row(argv[*i], &value);
    if (!row) {
        complain("unknown option '%s'; see plotview --help", argv[*i]);
        return false;
    }
    if (!row->expects && value) {
        complain("%s takes no value", row->name);
        return false;
    }
    if (row->expects && !value) {
        if (*i + 1 >= argc) {
            complain("%s needs a value: %s", row->name, row->expects);
            return false;
        }
        value = argv[++*i];
    }
    if (row->set(options, value))
        return true;
    complain("%s '%s' is not %s", row->name, value, row->expects);
    return false;
}

// What no single option can see.
static bool check(const struct options *o)
{
    int streams = 0, systems = 0;
    for (int i = 0; i < o->num_inputs; i++) {
        streams += strcmp(o->inputs[i], "-") == 0;
        systems += strcmp(o->inputs[i], "system:") == 0;
    }
    const char *problem = NULL;
    if (o->num_inputs == 0 && !o->shared)
        problem = "no input; see plotview --help";
    else if (streams > 1)
        problem = "'-' is given twice";
    else if (systems > 1)
        problem = "'system:' is given twice";
    else if (o->raw && (o->mapped || o->has_format))
        problem = "--raw excludes --map and --format";
    else if (o->image_memory > 0 && (!o->raw || streams))
        problem = "--image-memory needs files with --raw";
    else if (o->has_format && !streams)
        problem = "--format is of '-', which is not among the inputs";
    else if (o->channels && o->format == PLT_SOURCE_TEXT)
        problem = "--channels needs '-' with a raw --format";
    else if (o->keep && !streams && !systems)
        problem = "--keep is of '-' and 'system:', which are not among the inputs";
    else if (o->x_scale && o->zone)
        problem = "--log, --symlog and --time exclude each other on x";
    else if (o->mapped && o->transformed)
        problem = "--map and --transform exclude each other";
    else if (o->waterfall && (o->mapped || o->transformed || o->raw || o->draw || systems))
        problem = "--waterfall excludes --map, --transform, --raw, --draw and system:";
    else if (!o->waterfall && (o->fft_size > 0 || o->overlap != 0.5 || o->center_hz != 0))
        problem = "--fft, --overlap and --center need --waterfall";
    else if (o->follow && o->follow_s == 0)
        problem = "--follow-mode needs --follow";
    else if (o->has_x && o->follow_s > 0)
        problem = "--x and --follow exclude each other";
    else if (o->stroke_px / o->scale > 256)
        problem = "--width divided by --scale is above 256";
    if (problem)
        complain("%s", problem);
    return !problem;
}

static bool print(const char *text, int *status)
{
    *status = STATUS_OK;
    if (fputs(text, stdout) == EOF || fflush(stdout) == EOF) {
        complain("cannot write to standard output");
        *status = STATUS_CANNOT;
    }
    return false;
}

bool options_parse(struct options *options, int argc, char **argv, int *status)
{
    *options = (struct options){.width = 1280,
                                .height = 720,
                                .scale = 1,
                                .stroke_px = 1,
                                .time_unit_ns = 1,
                                .overlap = 0.5,
                                .inputs = argv + 1};
    *status = STATUS_BAD;
    bool only_inputs = false;
    for (int i = 1; i < argc; i++) {
        char *argument = argv[i];
        if (only_inputs || argument[0] != '-' || argument[1] == '\0') {
            options->inputs[options->num_inputs++] = argument;
        } else if (strcmp(argument, "--") == 0) {
            only_inputs = true;
        } else if (strcmp(argument, "--help") == 0) {
            return print(usage, status) || print(look_usage, status) ||
                   print(image_usage, status) || print(usage_end, status);
        } else if (strcmp(argument, "--version") == 0) {
            char text[64];
            snprintf(text, sizeof(text), "plotview %s\n", plt_version());
            return print(text, status);
        } else if (!take_option(options, argc, argv, &i)) {
            return false;
        }
    }
    if (!check(options))
        return false;
    *status = STATUS_OK;
    return true;
}
