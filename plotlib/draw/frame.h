// The draw list: plain data, the border between the core and every painter. A painter
// reads a frame and nothing else. Stage SHAPE fills it (draw/figure.c); raster/ and gpu/gl/
// paint it; draw/print.c writes it as text for golden tests.
//
// Coordinates: device pixels of the frame, origin top left, y down, pixel centres at +0.5.
// Operations are painted in order, each inside its clip. Colours are sRGB-encoded, straight
// alpha, 0xAARRGGBB, and blend in encoded values: (s*a + d*(255-a)) / 255, rounded.
#pragma once

#include <math.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <plotlib/base/pool.h>
#include <plotlib/base/rect.h>
#include <plotlib/image/paint.h>
#include <plotlib/reduce/columns.h>
#include <plotlib/text/text.h>

enum plt_op_kind {
    PLT_OP_FILL = 0, // rects[first .. first + count): each pixel of each rect is blended
    PLT_OP_SPANS,    // rects too, but disjoint by construction: one stroke without AA
    PLT_OP_STROKE,   // columns + segments as one set of points; coverage by distance
    PLT_OP_IMAGE,    // one entry of images
    PLT_OP_GLYPHS,   // glyphs[first .. first + count): coverage x colour
    PLT_OP_TINTS,    // tints[first .. first + count): each blended in its own colour
    PLT_OP_MARKERS,  // markers[first .. first + count), coverage by distance (marker.h)
};

// A marker's place and size are whole numbers of 1/8 device pixel: a painter may keep what
// it made of a symbol at one of 64 places within a pixel.
enum { PLT_MARKER_ONE = 8, PLT_MARKER_MOST = 4096 };

// Fill first, then the operation's outline over it; all markers have it or none.
struct plt_marker {
    int32_t x, y;   // 1/8 device pixel
    uint32_t color; // 0xAARRGGBB
    uint16_t size;  // 1/8 device pixel, at most PLT_MARKER_MOST pixels
    uint8_t symbol; // enum plt_symbol
    uint8_t unused;
};

// Whole pixels in one colour, coverage already in its alpha. Where those of one operation
// overlap they are blended in order.
struct plt_tint {
    struct plt_irect rect;
    uint32_t color;
};

struct plt_stroke {
    int32_t col0; // frame column of columns[first_column]
    size_t first_column, num_columns;
    size_t first_segment, num_segments;
    bool sorted;             // segments by x0
    float half_width;        // w/2 device pixels: coverage = clamp(w/2 + 1/2 - d, 0, 1)
    struct plt_irect bounds; // all ink lies inside (already cut to the clip)
};

struct plt_op {
    enum plt_op_kind kind;
    uint32_t color;        // FILL, SPANS, STROKE, GLYPHS; MARKERS: of the outline
    struct plt_irect clip; // inside the frame
    size_t first, count;   // FILL, SPANS: rects; GLYPHS: glyphs; IMAGE: first = its index
    float outline;         // MARKERS: half its width, device pixels; 0 = none
    bool hollow;           // MARKERS: no fill, the outline in each marker's own colour
    struct plt_stroke stroke;
};

// Destination: [dst.x0, dst.x1) x [dst.y0, dst.y1), inside the op's clip.
struct plt_frame_image {
    struct plt_image_view src;
    struct plt_levels levels[4];
    struct plt_image_table table; // colours borrowed from the item
    enum plt_minify minify;
    struct plt_irect dst;
    size_t first_col, first_row; // in spans: one per destination column / row
};

struct plt_frame {
    int32_t width, height; // device pixels
    double scale;          // device pixels per logical pixel
    uint32_t background;   // opaque; painted everywhere first
    struct plt_op *ops;
    size_t num_ops, cap_ops;
    struct plt_irect *rects;
    size_t num_rects, cap_rects;
    struct plt_tint *tints;
    size_t num_tints, cap_tints;
    struct plt_marker *markers;
    size_t num_markers, cap_markers;
    struct plt_reduced strokes; // columns and segments
    struct plt_glyph *glyphs;   // x, y absolute in the frame
    size_t num_glyphs, cap_glyphs;
    struct plt_frame_image *images;
    size_t num_images, cap_images;
    struct plt_sample_span *spans;
    size_t num_spans, cap_spans;
    const struct plt_font *font; // pages of the glyphs; valid until the next layout
    struct plt_pool *pool;       // may help the painter; borrowed as the font is, or NULL
    bool failed;                 // memory was short: the frame is incomplete
    // What single curves became before it was put together here, kept for its memory.
    struct plt_frame *parts;
    size_t num_parts, cap_parts, next_part;
};

void plt_frame_init(struct plt_frame *frame);
void plt_frame_finish(struct plt_frame *frame);
// Empties it and keeps the memory.
void plt_frame_reset(struct plt_frame *frame);

// Lays the figure out and shapes it. The frame borrows images and glyph pages of the figure
// until the next call that changes the figure. False when nothing can be shown.
struct plt_figure;
bool plt_frame_build(struct plt_frame *frame, struct plt_figure *figure, int width,
                     int height, double scale);

// Byte of coverage for the squared distance d2, the one definition of it.
// (int)(clamp(half_width + 0.5 - sqrt(d2), 0, 1) * 255 + 0.5)
static inline uint8_t plt_coverage(float d2, float half_width)
{
    float c = half_width + 0.5f - sqrtf(d2);
    c = c > 1.0f ? 1.0f : c > 0.0f ? c : 0.0f;
    return (uint8_t)(c * 255.0f + 0.5f);
}

// One channel of source-over with coverage a, 0..255, rounded.
static inline uint8_t plt_blend(uint8_t s, uint8_t d, uint8_t a)
{
    unsigned t = s * a + d * (255u - a) + 128u;
    return (uint8_t)((t + (t >> 8)) >> 8);
}

// Alpha of a stroke or glyph pixel: coverage x the colour's alpha, rounded.
static inline uint8_t plt_scale_alpha(uint8_t coverage, uint8_t alpha)
{
    unsigned t = coverage * alpha + 128u;
    return (uint8_t)((t + (t >> 8)) >> 8);
}
