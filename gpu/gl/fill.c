// Operations on whole pixels: FILL and SPANS (rectangles), GLYPHS (quads of coverage).
#include <gpu/gl/painter.h>

#include <plotlib/text/text.h>

static const void *offset(size_t bytes)
{
    return (const void *)(uintptr_t)bytes;
}

void plt_gl_draw_rects(struct plt_gl *gl, const struct plt_op *op)
{
    if (op->count == 0)
        return;
    const struct plt_gl_program *program = plt_gl_use(gl, PLT_GL_FILL, false);
    plt_gl_set_color(gl, program->color, op->color);
    plt_gl_scissor(gl, op->clip, false);
    gl->api.BindVertexArray(gl->arrays[PLT_GL_ARRAY_RECTS]);
    gl->api.BindBuffer(GL_ARRAY_BUFFER, gl->rects.name);
    gl->api.VertexAttribIPointer(0, 4, GL_INT, sizeof(struct plt_irect),
                                 offset(op->first * sizeof(struct plt_irect)));
    plt_gl_quads(gl, PLT_GL_ARRAY_RECTS, op->count);
}

void plt_gl_draw_tints(struct plt_gl *gl, const struct plt_op *op)
{
    enum { SIZE = sizeof(struct plt_tint) };
    if (op->count == 0)
        return;
    plt_gl_use(gl, PLT_GL_TINT, false);
    plt_gl_scissor(gl, op->clip, false);
    gl->api.BindVertexArray(gl->arrays[PLT_GL_ARRAY_TINTS]);
    gl->api.BindBuffer(GL_ARRAY_BUFFER, gl->tints.name);
    gl->api.VertexAttribIPointer(0, 4, GL_INT, SIZE, offset(op->first * SIZE));
    gl->api.VertexAttribIPointer(
        1, 1, GL_UNSIGNED_INT, SIZE,
        offset(op->first * SIZE + offsetof(struct plt_tint, color)));
    plt_gl_quads(gl, PLT_GL_ARRAY_TINTS, op->count);
}

// Draws glyphs [first, end), all of one page, which is bound.
static void draw_run(struct plt_gl *gl, size_t first, size_t end)
{
    enum { SIZE = sizeof(struct plt_glyph) };
    const size_t at = first * SIZE;
    gl->api.VertexAttribIPointer(0, 2, GL_INT, SIZE, offset(at));
    gl->api.VertexAttribIPointer(1, 4, GL_UNSIGNED_SHORT, SIZE,
                                 offset(at + offsetof(struct plt_glyph, page)));
    gl->api.VertexAttribIPointer(2, 1, GL_UNSIGNED_SHORT, SIZE,
                                 offset(at + offsetof(struct plt_glyph, h)));
    plt_gl_quads(gl, PLT_GL_ARRAY_GLYPHS, end - first);
}

bool plt_gl_draw_glyphs(struct plt_gl *gl, const struct plt_frame *frame,
                        const struct plt_op *op)
{
    bool ok = true;
    const struct plt_gl_program *program = plt_gl_use(gl, PLT_GL_GLYPH, false);
    plt_gl_set_color(gl, program->color, op->color);
    plt_gl_scissor(gl, op->clip, false);
    gl->api.BindVertexArray(gl->arrays[PLT_GL_ARRAY_GLYPHS]);
    gl->api.BindBuffer(GL_ARRAY_BUFFER, gl->glyphs.name);
    const size_t end = op->first + op->count;
    for (size_t i = op->first, next; i < end; i = next) {
        const uint16_t index = frame->glyphs[i].page;
        for (next = i + 1; next < end && frame->glyphs[next].page == index;)
            next++;
        const struct plt_glyph_page page = plt_font_page(frame->font, index);
        if (page.pixels && plt_gl_bind_page(gl, &page))
            draw_run(gl, i, next);
        else
            ok = false;
    }
    return ok;
}
