// The plots of plotview's figure: all curves share one, each image has its own.
#pragma once

#include "plotview.h"

struct plots {
    const struct options *options;
    struct plt_figure *figure;
    struct plt_plot *curves; // of files and '-'; NULL without any
    int num_curve_inputs;    // that share it
    int num_curves;
    struct plt_axis *right; // second y axis; NULL without one
    bool last_is_image;
    struct plt_log *log;
    struct plt_spectrogram **falls; // [num_inputs]
    int num_falls;
    struct plt_image_viewer *viewer; // of an image that is alone, or NULL
};

struct plt_plot *plots_add(struct plots *plots, const struct plt_plot_params *params);
// The plot of all curves, whose x the column `x_name` is ("" = none).
struct plt_plot *plots_of_curves(struct plots *plots, const char *x_name);
// `input` names a curve whose series has no name, when there are several inputs.
bool plots_add_curve(struct plots *plots, struct plt_plot *plot, struct plt_series *series,
                     const char *input);
// Spectra of re, or of re + i im. `samples`: how many there are, 0 = more and more.
bool plots_add_waterfall(struct plots *plots, struct plt_series *re, struct plt_series *im,
                         uint64_t samples, const char *input);
// images.c; a file whose image is alone must live as long as the figure.
// `file`: that the image is of, with its other frames; NULL = none.
bool plots_add_image(struct plots *plots, struct plt_file *file, struct plt_image *image,
                     const char *input);
// --x and --y.
bool plots_apply_view(struct plots *plots, struct plt_plot *plot, bool y_down);
// No legend names a curve that is alone: the axis of its values does.
void plots_name_alone(struct plots *plots, const char *name);
const char *base_name(const char *path); // of a path: what comes after the folders
