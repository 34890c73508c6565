// Input events in, notices out; both toolkit-free plain data.
//
// What input does (scene/input.c; the feel of PyQtGraph, ViewBox.py):
//   wheel             zooms x 0.74 a notch about the cursor; over an axis, that axis only
//   left drag         pans; in rubber-band mode draws a box and zooms to it on release
//   right drag        scales about the press point, x 1.02 a pixel
//   drag on an axis   pans (left) or scales (right) that axis only
//   drag the legend   moves it
//   double click, the "A" button, or key A      shows all and follows the data again
//   Backspace or '-' / '+' or '='   zoom history back / forward
//   P                 pauses the plot, and goes on: data come in meanwhile
//   R                 toggles rubber-band mode; Escape or right click cancels a drag
// A color bar, a region or a timeline under the pointer comes first: color_bar.h, roi.h,
// image_viewer.h.
#pragma once

#include <plotlib/types.h>

#ifdef __cplusplus
extern "C" {
#endif

struct plt_figure;
struct plt_image_item;
struct plt_image_viewer;
struct plt_plot;
struct plt_roi;

enum plt_event_type {
    PLT_EVENT_MOVE = 0,
    PLT_EVENT_PRESS,
    PLT_EVENT_RELEASE,
    PLT_EVENT_DOUBLE_CLICK, // sent instead of the second press
    PLT_EVENT_WHEEL,
    PLT_EVENT_KEY,         // a key went down, or repeats
    PLT_EVENT_LEAVE,       // the pointer left the figure
    PLT_EVENT_KEY_RELEASE, // a key went up; key NONE: all of them (the focus is lost)
};

enum plt_button {
    PLT_BUTTON_NONE = 0,
    PLT_BUTTON_LEFT = 1,
    PLT_BUTTON_RIGHT = 2,
    PLT_BUTTON_MIDDLE = 4,
};

enum plt_modifier {
    PLT_MOD_SHIFT = 1,
    PLT_MOD_CTRL = 2,
    PLT_MOD_ALT = 4,
};

// Keys without a character; a character key is its Unicode code point (upper case).
enum plt_key {
    PLT_KEY_NONE = 0,
    PLT_KEY_ESCAPE = 0x110000,
    PLT_KEY_BACKSPACE,
    PLT_KEY_LEFT,
    PLT_KEY_RIGHT,
    PLT_KEY_UP,
    PLT_KEY_DOWN,
    PLT_KEY_PAGE_UP,
    PLT_KEY_PAGE_DOWN,
    PLT_KEY_HOME,
    PLT_KEY_END,
    PLT_KEY_ENTER,
    PLT_KEY_DELETE,
    PLT_KEY_TAB,
};

struct plt_event {
    enum plt_event_type type;
    double x_px, y_px; // pointer, logical pixels from the figure's top left
    int button;        // PRESS, RELEASE, DOUBLE_CLICK: which one
    int buttons;       // OR of the buttons held after the event
    int modifiers;     // OR of plt_modifier
    double wheel;      // notches, > 0 away from the user (zooms in)
    double wheel_x;    // notches sideways, > 0 to the right; pans x
    int key;           // KEY, KEY_RELEASE: plt_key or a code point
    bool repeat;       // KEY: it has been down and repeats
};

enum plt_cursor {
    PLT_CURSOR_ARROW = 0,
    PLT_CURSOR_OPEN_HAND,   // a press would pan
    PLT_CURSOR_CLOSED_HAND, // panning
    PLT_CURSOR_CROSS,       // rubber band
    PLT_CURSOR_SIZE_HOR,    // on the x axis
    PLT_CURSOR_SIZE_VER,    // on the y axis
    PLT_CURSOR_SIZE_ALL,    // moving the legend, scaling both axes
    PLT_CURSOR_POINTING,    // on a button
};

enum plt_notice_type {
    // A range was set, by hand or by the program. Not sent for what auto range and follow
    // do at each paint: ask plt_plot_x_range and plt_plot_y_range there.
    PLT_NOTICE_VIEW_CHANGED = 0,
    PLT_NOTICE_CLICKED, // press and release without a drag
    PLT_NOTICE_DOUBLE_CLICKED,
    PLT_NOTICE_HOVERED, // the pointer moved without a button
    PLT_NOTICE_KEY,
    PLT_NOTICE_ITEM_MOVED,     // an item was dragged (the legend), on release
    PLT_NOTICE_CLOSED,         // the window was closed
    PLT_NOTICE_LEVELS_CHANGED, // of an image item
    PLT_NOTICE_ROI_CHANGED,    // a region was moved or sized
    PLT_NOTICE_FRAME_CHANGED,  // an image viewer shows another frame
};

struct plt_notice {
    enum plt_notice_type type;
    struct plt_figure *figure;
    struct plt_plot *plot; // the plot concerned, or NULL (between plots, KEY, CLOSED)
    bool by_hand;          // VIEW_, LEVELS_, ROI_CHANGED: true = through input
    bool finished;         // LEVELS_, ROI_CHANGED: no drag that goes on
    bool in_data;          // x, y are valid: the pointer is inside the plot's data area
    double x, y;           // pointer in data units
    double x_px, y_px;     // pointer in logical pixels
    int button, modifiers, key;
    struct plt_range x_range, y_range; // VIEW_CHANGED: the new view
    struct plt_image_item *image_item; // LEVELS_CHANGED
    struct plt_range levels;           // LEVELS_CHANGED: of the first channel
    struct plt_roi *roi;               // ROI_CHANGED
    struct plt_image_viewer *viewer;   // FRAME_CHANGED
    uint64_t frame;                    // FRAME_CHANGED
};

// The notice is valid during the call.
typedef void (*plt_notice_fn)(const struct plt_notice *notice, void *user);

#ifdef __cplusplus
}
#endif
