// Rectangles, glyphs and images of the draw list on the CPU (stage PAINT).
#include <plotlib/raster/painter.h>

#include <string.h>

#include <plotlib/raster/blend.h>

void plt_paint_rect(struct plt_canvas canvas, struct plt_irect box, uint32_t color)
{
    const uint32_t alpha = color >> 24;
    if (plt_irect_empty(box) || alpha == 0)
        return;
    const int32_t width = box.x1 - box.x0;
    for (int32_t y = box.y0; y < box.y1; y++) {
        uint32_t *row = plt_canvas_at(canvas, box.x0, y);
        if (alpha == 255)
            for (int32_t i = 0; i < width; i++)
                row[i] = color;
        else
            for (int32_t i = 0; i < width; i++)
                row[i] = plt_blend_pixel(color, row[i], alpha);
    }
}

void plt_paint_rects(struct plt_canvas canvas, const struct plt_frame *frame,
                     const struct plt_op *op, struct plt_irect clip)
{
    const struct plt_irect *rect = frame->rects + op->first;
    for (size_t i = 0; i < op->count; i++)
        plt_paint_rect(canvas, plt_irect_cut(rect[i], clip), op->color);
}

void plt_paint_tints(struct plt_canvas canvas, const struct plt_frame *frame,
                     const struct plt_op *op, struct plt_irect clip)
{
    const struct plt_tint *tint = frame->tints + op->first;
    for (size_t i = 0; i < op->count; i++)
        plt_paint_rect(canvas, plt_irect_cut(tint[i].rect, clip), tint[i].color);
}

static void draw_glyph(struct plt_canvas canvas, const struct plt_glyph_page *page,
                       const struct plt_glyph *glyph, struct plt_irect clip, uint32_t color)
{
    const struct plt_irect box = plt_irect_cut(
        (struct plt_irect){glyph->x, glyph->y, glyph->x + glyph->w, glyph->y + glyph->h},
        clip);
    const uint8_t alpha = (uint8_t)(color >> 24);
    for (int32_t y = box.y0; y < box.y1; y++) {
        uint32_t *to = plt_canvas_at(canvas, 0, y);
        const size_t page_row = (size_t)(glyph->page_y + y - glyph->y);
        const uint8_t *from = page->pixels + page_row * (size_t)page->width + glyph->page_x;
        for (int32_t x = box.x0; x < box.x1; x++) {
            const uint8_t coverage = from[x - glyph->x];
            if (coverage)
                to[x] = plt_blend_pixel(color, to[x], plt_scale_alpha(coverage, alpha));
        }
    }
}

void plt_paint_glyphs(struct plt_canvas canvas, const struct plt_frame *frame,
                      const struct plt_op *op, struct plt_irect clip)
{
    const struct plt_glyph *glyph = frame->glyphs + op->first, *end = glyph + op->count;
    struct plt_glyph_page page = {0};
    int current = -1;
    for (; glyph < end; glyph++) {
        if (glyph->page != current)
            page = plt_font_page(frame->font, current = glyph->page);
        if (page.pixels)
            draw_glyph(canvas, &page, glyph, clip, op->color);
    }
}

bool plt_paint_image(struct plt_canvas canvas, const struct plt_frame *frame,
                     const struct plt_op *op, struct plt_irect clip)
{
    const struct plt_frame_image *image = frame->images + op->first;
    const struct plt_irect box = plt_irect_cut(image->dst, clip);
    if (plt_irect_empty(box))
        return true;
    struct plt_image_map map = {
        .src = image->src,
        .table = image->table,
        .minify = image->minify,
        .cols = frame->spans + image->first_col + (box.x0 - image->dst.x0),
        .rows = frame->spans + image->first_row + (box.y0 - image->dst.y0),
        .width = box.x1 - box.x0,
        .height = box.y1 - box.y0,
        .pool = frame->pool,
    };
    memcpy(map.levels, image->levels, sizeof(map.levels));
    return plt_image_to_host(&map.src) &&
           plt_image_map_run(&map, plt_canvas_at(canvas, box.x0, box.y0), canvas.stride);
}
