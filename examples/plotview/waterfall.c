// plotview --waterfall: spectra of a file's or a stream's samples, one a row. Two channels
// are the real and imaginary parts of complex samples.
#include "plots.h"

enum { FILE_VALUES = 1 << 25, STREAM_VALUES = 1 << 23 }; // kept, of 4 bytes, twice

static struct plt_spectrogram_params params_of(const struct options *o, bool complex)
{
    struct plt_spectrogram_params p = {.size =
                                           o->fft_size > 0 ? (uint32_t)o->fft_size : 1024,
                                       .window = o->transform.window,
                                       .center_hz = complex ? o->center_hz : 0};
    p.hop = (uint64_t)(p.size * (1 - o->overlap) + 0.5);
    p.hop = p.hop > 0 ? p.hop : 1;
    return p;
}

// All of a file if there is room; else rows of so many spectra that there is. Of a stream
// the newest.
static void choose_rows(struct plt_spectrogram_params *p, uint64_t samples, int columns)
{
    const uint64_t most = (uint64_t)(samples ? FILE_VALUES : STREAM_VALUES) / columns + 1;
    const uint64_t spectra = samples >= p->size ? (samples - p->size) / p->hop + 1
                             : samples          ? 1
                                                : most;
    p->spectra_per_row = (uint32_t)((spectra + most - 1) / most);
    p->rows = (int32_t)((spectra + p->spectra_per_row - 1) / p->spectra_per_row);
}

static struct plt_plot *add_plot(struct plots *plots, const char *input)
{
    const struct options *o = plots->options;
    const bool timed = o->rate_hz > 0;
    return plots_add(
        plots,
        plt_plot_params(.title = o->num_inputs == 1 || o->bare ? NULL : base_name(input),
                        .x_label = timed ? "frequency" : "cycles a sample",
                        .x_unit = timed ? "Hz" : NULL, .y_label = timed ? "time" : "sample",
                        .y_unit = timed ? "s" : NULL, .hide_grid = true, .padding = -1));
}

bool plots_add_waterfall(struct plots *plots, struct plt_series *re, struct plt_series *im,
                         uint64_t samples, const char *input)
{
    const struct options *o = plots->options;
    struct plt_spectrogram_params p = params_of(o, im != NULL);
    const int columns = (int)(im ? p.size : p.size / 2 + 1);
    if (samples > 0 && samples < p.size) {
        complain("%s: %llu samples are less than one spectrum of %u", input,
                 (unsigned long long)samples, (unsigned)p.size);
        return false;
    }
    choose_rows(&p, samples, columns);
    p.imaginary = im;
    p.log = plots->log;
    struct plt_spectrogram *fall = plt_spectrogram_create(re, &p);
    if (!fall)
        return false;
    plots->falls[plots->num_falls++] = fall;
    struct plt_plot *plot = add_plot(plots, input);
    const struct plt_range band = plt_spectrogram_band(fall);
    // Noise spreads over most of the samples: its lower end is dark, what stands out
    // bright.
    struct plt_image_item *item =
        plot ? plt_image_item_create(
                   plot, plt_spectrogram_image(fall),
                   plt_image_item_params(.name = base_name(input), .levels = o->levels,
                                         .auto_percent = {10, 100}, .colormap = o->colormap,
                                         .place = {band.x0, 0, band.x1 - band.x0, 0}))
             : NULL;
    return item &&
           (o->bare || plt_color_bar_create(
                           item, plt_color_bar_params(.unit = "dB", .hide_histogram = true,
                                                      .label = "power")));
}
