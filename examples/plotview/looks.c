// The options of plotview that say how data are drawn: scales, strokes, transforms.
#include "values.h"

#include <math.h>
#include <string.h>

const char look_usage[] =
    "\n"
    "Axes:\n"
    "  --log x|y|xy          logarithmic: what is not above zero is a gap\n"
    "  --symlog x|y|xy       logarithmic both ways from zero, linear within 1\n"
    "  --time ZONE           the x column is a time since 1970, labelled in ZONE: UTC,\n"
    "                        local, Europe/Berlin, ...\n"
    "  --time-unit ns|us|ms|s  of that column (ns), read exactly\n"
    "  --right N[,N...]      curves, counted from 1, on a second y axis at the right\n"
    "Strokes:\n"
    "  --join round|miter|bevel  --cap round|butt|square\n"
    "  --dash PX,PX[,...]    dash, gap, ... in pixels\n"
    "  --step none|pre|post|mid\n"
    "  --connect finite|all|pairs\n"
    "  --fill LEVEL          fill between curve and LEVEL (bottom, top or a number)\n"
    "  --shadow PX           a grey stroke so wide below each curve\n"
    "Marks:\n"
    "  --draw lines|points|stems|histogram[:BINS]  each curve as these (lines)\n"
    "  --symbol NAME         of points: o s t t1 t2 t3 d + x p h star | _ arrow_up ... "
    "(o)\n"
    "  --symbol-size PX      in pixels (7)\n"
    "Data:\n"
    "  --map f32|f64|i8|u8|i16|u16|i32|u32|i64  files are raw samples, mapped: any size\n"
    "  --transform KIND      show instead: derivative, integral, mean:N, median:N,\n"
    "                        subtract-mean, phase, magnitude or psd\n"
    "  --window hann|rectangular|hamming|blackman|blackman-harris|flat-top  of spectra\n"
    "  --decibel             spectra in dB\n"
    "  --waterfall           spectra of the samples, one a row, in dB; two columns or\n"
    "                        channels, and complex .npy, are complex samples (IQ)\n"
    "  --fft N  --overlap X  samples of a spectrum (1024), share of them also in the next\n"
    "                        (0.5); with --window, --rate, --follow, --levels, --colormap\n"
    "  --center HZ           frequency in the middle, of complex samples (0)\n";

static bool set_scales(struct options *o, const char *value, enum plt_scale_kind kind)
{
    static const char *const names[] = {"x", "y", "xy", NULL};
    int choice;
    if (!read_choice(value, names, &choice))
        return false;
    o->x_scale = choice != 1 ? kind : o->x_scale;
    o->y_scale = choice != 0 ? kind : o->y_scale;
    return true;
}

static bool set_log(struct options *o, const char *value)
{
    return set_scales(o, value, PLT_SCALE_LOG10);
}

static bool set_symlog(struct options *o, const char *value)
{
    return set_scales(o, value, PLT_SCALE_SYMLOG);
}

static bool set_time(struct options *o, const char *value)
{
    o->zone = strcmp(value, "local") == 0 ? "" : value;
    return *value != '\0';
}

static bool set_time_unit(struct options *o, const char *value)
{
    static const char *const names[] = {"ns", "us", "ms", "s", NULL};
    static const double units[] = {1, 1e3, 1e6, 1e9};
    int choice;
    if (!read_choice(value, names, &choice))
        return false;
    o->time_unit_ns = units[choice];
    return true;
}

static bool set_right(struct options *o, const char *value)
{
    double numbers[MAX_RIGHT];
    o->num_right = read_list(value, 1, 1e6, numbers, MAX_RIGHT);
    for (int i = 0; i < o->num_right; i++) {
        o->right[i] = (int)numbers[i];
        if (o->right[i] != numbers[i])
            return false;
    }
    return o->num_right > 0;
}

static bool set_join(struct options *o, const char *value)
{
    static const char *const names[] = {"round", "miter", "bevel", NULL};
    int choice;
    if (!read_choice(value, names, &choice))
        return false;
    o->look.join = (enum plt_join)choice;
    return true;
}

static bool set_cap(struct options *o, const char *value)
{
    static const char *const names[] = {"round", "butt", "square", NULL};
    int choice;
    if (!read_choice(value, names, &choice))
        return false;
    o->look.cap = (enum plt_cap)choice;
    return true;
}

static bool set_dash(struct options *o, const char *value)
{
    double numbers[MAX_DASH];
    int count = read_list(value, 1e-3, 1e6, numbers, MAX_DASH);
    for (int i = 0; i < count; i++)
        o->dash_px[i] = numbers[i];
    o->num_dash = count;
    return count > 0;
}

static bool set_step(struct options *o, const char *value)
{
    static const char *const names[] = {"none", "pre", "post", "mid", NULL};
    int choice;
    if (!read_choice(value, names, &choice))
        return false;
    o->look.step = (enum plt_step)choice;
    return true;
}

static bool set_connect(struct options *o, const char *value)
{
    static const char *const names[] = {"finite", "all", "pairs", NULL};
    int choice;
    if (!read_choice(value, names, &choice))
        return false;
    o->look.connect = (enum plt_connect)choice;
    return true;
}

static bool set_fill(struct options *o, const char *value)
{
    static const char *const names[] = {"bottom", "top", NULL};
    int choice;
    o->filled = true;
    if (!read_choice(value, names, &choice))
        return read_number(value, &o->look.fill_level);
    o->look.fill_level = choice == 0 ? (double)-INFINITY : (double)INFINITY;
    return true;
}

static bool set_shadow(struct options *o, const char *value)
{
    return read_positive(value, 0.01, 256, &o->shadow_px);
}

static bool set_draw(struct options *o, const char *value)
{
    static const char *const names[] = {"lines", "points", "stems", "histogram", NULL};
    int choice;
    if (strncmp(value, "histogram:", 10) == 0) {
        o->draw = DRAW_HISTOGRAM;
        return read_whole(value + 10, 1, 1e6, &o->bins);
    }
    if (!read_choice(value, names, &choice))
        return false;
    o->draw = (enum draw)choice;
    return true;
}

static bool set_symbol(struct options *o, const char *value)
{
    return plt_symbol_find(value, &o->symbol);
}

static bool set_symbol_size(struct options *o, const char *value)
{
    return read_positive(value, 0.1, 1024, &o->symbol_px);
}

static bool set_map(struct options *o, const char *value)
{
    static const char *const names[] = {"f32", "f64", "i8",  "u8",  "i16",
                                        "u16", "i32", "u32", "i64", NULL};
    static const enum plt_type types[] = {PLT_F32, PLT_F64, PLT_I8,  PLT_U8, PLT_I16,
                                          PLT_U16, PLT_I32, PLT_U32, PLT_I64};
    int choice;
    if (!read_choice(value, names, &choice))
        return false;
    o->map_type = types[choice];
    return o->mapped = true;
}

static bool set_transform(struct options *o, const char *value)
{
    static const char *const names[] = {"derivative", "integral",      "mean",
                                        "median",     "subtract-mean", "phase",
                                        "magnitude",  "psd",           NULL};
    static const enum plt_transform_kind kinds[] = {
        PLT_TRANSFORM_DERIVATIVE,    PLT_TRANSFORM_INTEGRAL,
        PLT_TRANSFORM_MOVING_MEAN,   PLT_TRANSFORM_MOVING_MEDIAN,
        PLT_TRANSFORM_SUBTRACT_MEAN, PLT_TRANSFORM_PHASE_MAP,
        PLT_TRANSFORM_MAGNITUDE,     PLT_TRANSFORM_PSD};
    const char *colon = strchr(value, ':');
    char name[32];
    size_t length = colon ? (size_t)(colon - value) : strlen(value);
    int choice;
    double samples;
    if (length >= sizeof(name))
        return false;
    memcpy(name, value, length);
    name[length] = '\0';
    if (!read_choice(name, names, &choice))
        return false;
    o->transform.kind = kinds[choice];
    o->transformed = true;
    if (!colon)
        return choice != 2 && choice != 3;
    if (choice < 2 || choice == 4 || choice == 5 ||
        !read_whole(colon + 1, 1, 1 << 24, &samples))
        return false;
    o->transform.length = (uint64_t)samples;
    return true;
}

static bool set_window(struct options *o, const char *value)
{
    static const char *const names[] = {
        "hann", "rectangular", "hamming", "blackman", "blackman-harris", "flat-top", NULL};
    int choice;
    if (!read_choice(value, names, &choice))
        return false;
    o->transform.window = (enum plt_window)choice;
    return true;
}

static bool set_decibel(struct options *o, const char *value)
{
    return o->transform.decibel = true;
}

static bool set_waterfall(struct options *o, const char *value)
{
    return o->waterfall = true;
}

static bool set_fft(struct options *o, const char *value)
{
    return read_whole(value, 2, 1 << 20, &o->fft_size);
}

static bool set_overlap(struct options *o, const char *value)
{
    return read_number(value, &o->overlap) && o->overlap >= 0 && o->overlap < 1;
}

static bool set_center(struct options *o, const char *value)
{
    return read_number(value, &o->center_hz);
}

// clang-format off
const struct option_row look_rows[] = {
    {"--log", set_log, "x, y or xy"},
    {"--symlog", set_symlog, "x, y or xy"},
    {"--time", set_time, "UTC, local or a zone's name"},
    {"--time-unit", set_time_unit, "ns, us, ms or s"},
    {"--right", set_right, "numbers of curves, 1 or more, with commas between"},
    {"--join", set_join, "round, miter or bevel"},
    {"--cap", set_cap, "round, butt or square"},
    {"--dash", set_dash, "pixels above 0, at most 16, with commas between"},
    {"--step", set_step, "none, pre, post or mid"},
    {"--connect", set_connect, "finite, all or pairs"},
    {"--fill", set_fill, "bottom, top or a number"},
    {"--shadow", set_shadow, "pixels, 0.01..256"},
    {"--draw", set_draw, "lines, points, stems or histogram[:BINS]"},
    {"--symbol", set_symbol, "a symbol, such as o, s, t, d, + or star"},
    {"--symbol-size", set_symbol_size, "pixels, 0.1..1024"},
    {"--map", set_map, "a type of samples, such as i16"},
    {"--transform", set_transform, "derivative, integral, mean:N, median:N, "
        "subtract-mean, phase, magnitude[:N] or psd[:N]"},
    {"--window", set_window, "hann, rectangular, hamming, blackman, blackman-harris or flat-top"},
    {"--decibel", set_decibel, NULL},
    {"--waterfall", set_waterfall, NULL},
    {"--fft", set_fft, "a whole number of samples, 2..1048576"},
    {"--overlap", set_overlap, "a share, 0 or more and below 1"},
    {"--center", set_center, "a frequency in hertz"},
    {NULL, NULL, NULL},
};
// clang-format on
