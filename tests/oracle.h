// The draw list by brute force: for every pixel every operation, for a stroke the distance
// to everything in it. Slow, without any thought of reach, and so hard to get wrong.
#pragma once

#include <math.h>
#include <string.h>

#include <plotlib/draw/marker.h>

static uint32_t blended(uint32_t dst, uint32_t color, uint8_t coverage)
{
    const uint8_t a = plt_scale_alpha(coverage, (uint8_t)(color >> 24));
    uint32_t out = 0xff000000u;
    for (int shift = 0; shift < 24; shift += 8)
        out |= (uint32_t)plt_blend((uint8_t)(color >> shift), (uint8_t)(dst >> shift), a)
               << shift;
    return out;
}

static float upright_d2(float dx, float lo, float hi, float y)
{
    const float dy = fmaxf(fmaxf(lo - y, y - hi), 0.0f);
    return dx * dx + dy * dy;
}

static float segment_d2(float x, float y, struct plt_segment s)
{
    if (s.x0 == s.x1)
        return upright_d2(x - s.x0, fminf(s.y0, s.y1), fmaxf(s.y0, s.y1), y);
    const float ux = s.x1 - s.x0, uy = s.y1 - s.y0, vx = x - s.x0, vy = y - s.y0;
    const float wx = x - s.x1, wy = y - s.y1;
    const float t = vx * ux + vy * uy, size = ux * ux + uy * uy, cross = vx * uy - vy * ux;
    if (t <= 0.0f)
        return vx * vx + vy * vy;
    return t >= size ? wx * wx + wy * wy : cross * cross * (1.0f / size);
}

static float nearer(float a, float b) // fminf is a call
{
    return b < a ? b : a;
}

// Nearest of everything, without any thought of reach.
static float stroke_d2(const struct plt_frame *frame, const struct plt_stroke *stroke,
                       float x, float y)
{
    const struct plt_column *columns =
        stroke->num_columns > 0 ? &frame->strokes.columns[stroke->first_column] : NULL;
    float best = 1e30f;
    for (size_t i = 0; i < stroke->num_columns; i++) {
        const float cx = (float)(stroke->col0 + (int32_t)i) + 0.5f;
        if (columns[i].lo < PLT_NO_PX)
            best = nearer(best, upright_d2(x - cx, columns[i].lo, columns[i].hi, y));
        if (i > 0 && columns[i - 1].last < PLT_NO_PX && columns[i].first < PLT_NO_PX) {
            struct plt_segment join = {cx - 1.0f, columns[i - 1].last, cx,
                                       columns[i].first};
            best = nearer(best, segment_d2(x, y, join));
        }
    }
    for (size_t i = 0; i < stroke->num_segments; i++)
        best = nearer(best,
                      segment_d2(x, y, frame->strokes.segments[stroke->first_segment + i]));
    return best;
}

static double sample(const struct plt_image_view *view, int32_t column, int32_t row, int ch)
{
    const char *p = (const char *)view->pixels + (size_t)row * view->row_stride;
    const size_t i = (size_t)column * (size_t)view->channels + (size_t)ch;
    switch (view->type) {
#define AS(kind, ctype)                           \
    case kind: {                                  \
        ctype v;                                  \
        memcpy(&v, p + i * sizeof(v), sizeof(v)); \
        return (double)v;                         \
    }
        AS(PLT_F64, double)
        AS(PLT_F32, float)
        AS(PLT_I8, int8_t)
        AS(PLT_U8, uint8_t)
        AS(PLT_I16, int16_t)
        AS(PLT_U16, uint16_t)
        AS(PLT_I32, int32_t)
        AS(PLT_U32, uint32_t)
        AS(PLT_I64, int64_t)
    case PLT_F16: break;
#undef AS
    }
    return 0;
}

// Mean or maximum of one channel over a block; NaN = nothing to show.
static double block(const struct plt_frame_image *image, struct plt_sample_span c,
                    struct plt_sample_span r, int channel)
{
    double sum = 0, most = NAN;
    int64_t count = 0;
    for (int32_t y = r.begin; y < r.end; y++) {
        for (int32_t x = c.begin; x < c.end; x++) {
            const double v = sample(&image->src, x, y, channel);
            most = isnan(v) ? most : isnan(most) || v > most ? v : most;
            sum += isfinite(v) ? v : 0;
            count += isfinite(v);
        }
    }
    const bool single = c.end - c.begin == 1 && r.end - r.begin == 1;
    return image->minify == PLT_MINIFY_MAX || single ? most : sum / (double)count;
}

static int level_index(struct plt_levels levels, float v)
{
    if (isinf(levels.scale))
        return v >= levels.lo ? 255 : 0;
    const float t = (v - levels.lo) * levels.scale;
    return t >= 255.0f ? 255 : t > 0.0f ? (int)t : 0;
}

static uint32_t image_pixel(const struct plt_frame *frame,
                            const struct plt_frame_image *image, int x, int y, uint32_t dst)
{
    const struct plt_sample_span c =
        frame->spans[image->first_col + (size_t)(x - image->dst.x0)];
    const struct plt_sample_span r =
        frame->spans[image->first_row + (size_t)(y - image->dst.y0)];
    if (c.begin >= c.end || r.begin >= r.end)
        return dst;
    if (image->src.channels == 1) {
        const double v = block(image, c, r, 0);
        return isnan(v)
                   ? dst
                   : blended(dst,
                             image->table.colors[level_index(image->levels[0], (float)v)],
                             255);
    }
    uint32_t color = 0xff000000u;
    for (int i = 0; i < image->src.channels; i++) {
        const uint32_t byte = (uint32_t)(block(image, c, r, i) + 0.5);
        const int shift = i == 3 ? 24 : 16 - 8 * i;
        color = (color & ~(255u << shift)) | byte << shift;
    }
    return blended(dst, color, 255);
}

static uint8_t glyph_byte(const struct plt_frame *frame, const struct plt_glyph *glyph,
                          int x, int y)
{
    const struct plt_glyph_page page = plt_font_page(frame->font, glyph->page);
    if (x < glyph->x || y < glyph->y || x >= glyph->x + glyph->w ||
        y >= glyph->y + glyph->h)
        return 0;
    return page
        .pixels[(glyph->page_y + y - glyph->y) * page.width + glyph->page_x + x - glyph->x];
}

static uint32_t op_pixel(const struct plt_frame *frame, const struct plt_op *op, int x,
                         int y, uint32_t dst)
{
    const struct plt_irect *b = &op->stroke.bounds;
    switch (op->kind) {
    case PLT_OP_FILL:
    case PLT_OP_SPANS:
        for (size_t i = op->first; i < op->first + op->count; i++) {
            const struct plt_irect *r = &frame->rects[i];
            if (x >= r->x0 && x < r->x1 && y >= r->y0 && y < r->y1)
                dst = blended(dst, op->color, 255);
        }
        return dst;
    case PLT_OP_STROKE:
        if (x < b->x0 || x >= b->x1 || y < b->y0 || y >= b->y1)
            return dst;
        return blended(
            dst, op->color,
            plt_coverage(stroke_d2(frame, &op->stroke, (float)x + 0.5f, (float)y + 0.5f),
                         op->stroke.half_width));
    case PLT_OP_IMAGE: {
        const struct plt_frame_image *image = &frame->images[op->first];
        if (x < image->dst.x0 || x >= image->dst.x1 || y < image->dst.y0 ||
            y >= image->dst.y1)
            return dst;
        return image_pixel(frame, image, x, y, dst);
    }
    case PLT_OP_TINTS:
        for (size_t i = op->first; i < op->first + op->count; i++) {
            const struct plt_irect *r = &frame->tints[i].rect;
            if (x >= r->x0 && x < r->x1 && y >= r->y0 && y < r->y1)
                dst = blended(dst, frame->tints[i].color, 255);
        }
        return dst;
    case PLT_OP_MARKERS:
        for (size_t i = op->first; i < op->first + op->count; i++) {
            const struct plt_marker *m = &frame->markers[i];
            const float d =
                plt_marker_distance((enum plt_symbol)m->symbol, plt_marker_unit(m->size),
                                    (float)x + 0.5f - (float)m->x / PLT_MARKER_ONE,
                                    (float)y + 0.5f - (float)m->y / PLT_MARKER_ONE);
            const uint8_t ring = plt_marker_outline(d, op->outline);
            dst = blended(dst, m->color, op->hollow ? ring : plt_marker_fill(d));
            if (op->outline > 0 && !op->hollow)
                dst = blended(dst, op->color, ring);
        }
        return dst;
    case PLT_OP_GLYPHS:
        for (size_t i = op->first; i < op->first + op->count; i++)
            dst = blended(dst, op->color, glyph_byte(frame, &frame->glyphs[i], x, y));
        return dst;
    }
    return dst;
}

static uint32_t oracle_pixel(const struct plt_frame *frame, int x, int y)
{
    uint32_t pixel = frame->background | 0xff000000u;
    for (size_t i = 0; i < frame->num_ops; i++) {
        const struct plt_irect c = frame->ops[i].clip;
        if (x >= c.x0 && x < c.x1 && y >= c.y0 && y < c.y1)
            pixel = op_pixel(frame, &frame->ops[i], x, y, pixel);
    }
    return pixel;
}

// pixels[height][width], 0xffRRGGBB.
static inline void oracle_paint(const struct plt_frame *frame, uint32_t *pixels)
{
    for (int y = 0; y < frame->height; y++) {
        for (int x = 0; x < frame->width; x++)
            *pixels++ = oracle_pixel(frame, x, y);
    }
}
