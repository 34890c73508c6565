// A text at a point of the data, drawn over the items before it. While its point is inside
// the plot the text is moved inwards at the border; else it is cut there. Thread-safety:
// owner thread. Code: scene/text_item.c, draw/text_item.c.
#pragma once

#include <plotlib/types.h>

#ifdef __cplusplus
extern "C" {
#endif

struct plt_axis;
struct plt_plot;
struct plt_text_item;

// Which part of the text lies at the point. BOTTOM: it stands above, in the middle.
enum plt_anchor {
    PLT_ANCHOR_BOTTOM = 0,
    PLT_ANCHOR_BOTTOM_LEFT,
    PLT_ANCHOR_BOTTOM_RIGHT,
    PLT_ANCHOR_LEFT,
    PLT_ANCHOR_CENTER,
    PLT_ANCHOR_RIGHT,
    PLT_ANCHOR_TOP_LEFT,
    PLT_ANCHOR_TOP,
    PLT_ANCHOR_TOP_RIGHT,
};

struct plt_text_item_params {
    double x, y;            // data units; nothing is drawn where an axis cannot show them
    const char *text;       // UTF-8, one line; NULL = ""
    enum plt_anchor anchor; // of the text as it stands on the screen
    bool upwards;           // turned, reads from bottom to top
    struct plt_color color; // {0} = the theme's text
    struct plt_color box_color;    // behind the text; alpha 0 = none
    struct plt_color border_color; // about the box; alpha 0 = none
    float font_px;                 // logical pixels; 0 = 10 pt as the ticks; at most 512
    float offset_px;               // from the point to the text's box; 0 = 4; < 0 = none
    struct plt_axis *y_axis;       // of the same plot; NULL = its first
    bool hidden;
};
#ifndef __cplusplus
#define plt_text_item_params(...) (&(struct plt_text_item_params){__VA_ARGS__})
#endif

// Adds a text to `plot`, which owns it.
PLT_API struct plt_text_item *
plt_text_item_create(struct plt_plot *plot, const struct plt_text_item_params *params);
PLT_API void plt_text_item_destroy(struct plt_text_item *item);
PLT_API bool plt_text_item_set_text(struct plt_text_item *item, const char *text);
// Finite or not: what cannot be shown is not drawn.
PLT_API void plt_text_item_set_place(struct plt_text_item *item, double x, double y);
PLT_API void plt_text_item_set_color(struct plt_text_item *item, struct plt_color color);
PLT_API void plt_text_item_set_visible(struct plt_text_item *item, bool visible);

#ifdef __cplusplus
}
#endif
