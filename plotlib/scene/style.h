// Theme: colours, fonts and distances (logical pixels, in steps of 4). Contrast of text on
// the background is above 4.5:1 in both themes.
#pragma once

#include <stdbool.h>
#include <stdint.h>

struct plt_style {
    uint32_t background; // 0xAARRGGBB, as all colours here
    uint32_t text;
    uint32_t strong_text; // titles
    uint32_t line;        // axis lines and ticks
    uint32_t grid;
    uint32_t panel; // behind the legend
    uint32_t panel_line;
    uint32_t hover; // over what a press would take
    uint32_t band;  // rubber band
    uint32_t band_line;
    uint32_t bars; // of the histogram beside an image
};

enum {
    PLT_NUM_CURVE_COLORS = 10,
    PLT_SPACE = 4, // the unit of all distances
    PLT_TICK_LENGTH = 4,
    PLT_MINOR_LENGTH = 2,
    PLT_CLICK_RADIUS = 4,   // a press that moves less is a click
    PLT_LEGEND_SAMPLE = 20, // length of a curve's sample
};

// Font sizes in logical pixels at 96 dpi: 10 pt, 11 pt, 13 pt.
#define PLT_TICK_FONT (10.0 * 96 / 72)
#define PLT_LABEL_FONT (11.0 * 96 / 72)
#define PLT_TITLE_FONT (13.0 * 96 / 72)

const struct plt_style *plt_style_theme(bool dark);
// Petroff's ten accessible colours (Petroff 2021, arXiv 2107.02270), in cycle.
uint32_t plt_style_curve(int index);
