// Strokes: dense columns as groups of 16, listed segments as quads. Only dense: each pixel
// belongs to one quad and is blended at once. Else both go into the coverage target, where
// GL_MAX keeps the nearest, and are composited once.
#include <gpu/gl/painter.h>

#include <math.h>

#include <plotlib/base/message.h>

enum { GROUP = 16 }; // as in dense.vert

static void draw_columns(struct plt_gl *gl, const struct plt_op *op, bool covering)
{
    const struct plt_stroke *stroke = &op->stroke;
    const struct plt_gl_program *program = plt_gl_use(gl, PLT_GL_DENSE, covering);
    // Columns whose ink reaches a pixel centre: |distance in x| < half_width + 1/2.
    const int32_t reach = (int32_t)ceilf(stroke->half_width + 0.5f) - 1;
    const int32_t end = stroke->col0 + (int32_t)stroke->num_columns;
    struct plt_irect r = stroke->bounds;
    r.x0 = r.x0 > stroke->col0 - reach - 1 ? r.x0 : stroke->col0 - reach - 1;
    r.x1 = r.x1 < end + reach + 1 ? r.x1 : end + reach + 1;
    if (plt_irect_empty(r))
        return;
    plt_gl_set_color(gl, program->color, op->color);
    gl->api.Uniform1f(program->half_width, stroke->half_width);
    gl->api.Uniform1i(program->covering, covering);
    gl->api.Uniform1i(program->reach, reach);
    gl->api.Uniform4i(program->run, stroke->col0, (GLint)stroke->first_column,
                      (GLint)stroke->num_columns, gl->fold);
    gl->api.Uniform4i(program->bounds, r.x0, r.y0, r.x1, r.y1);
    gl->api.BindTexture(GL_TEXTURE_2D, gl->columns.name);
    plt_gl_quads(gl, PLT_GL_ARRAY_NONE, (size_t)(r.x1 - r.x0 + GROUP - 1) / GROUP);
}

static void draw_segments(struct plt_gl *gl, const struct plt_op *op)
{
    const struct plt_stroke *stroke = &op->stroke;
    const struct plt_gl_program *program = plt_gl_use(gl, PLT_GL_SEGMENT, true);
    gl->api.Uniform1f(program->half_width, stroke->half_width);
    gl->api.Uniform1i(program->covering, 1);
    gl->api.BindVertexArray(gl->arrays[PLT_GL_ARRAY_SEGMENTS]);
    gl->api.BindBuffer(GL_ARRAY_BUFFER, gl->segments.name);
    const uintptr_t first = stroke->first_segment * sizeof(struct plt_segment);
    gl->api.VertexAttribPointer(0, 4, GL_FLOAT, GL_FALSE, sizeof(struct plt_segment),
                                (const void *)first);
    plt_gl_quads(gl, PLT_GL_ARRAY_SEGMENTS, stroke->num_segments);
}

// The target grows to the frame and stays.
static bool reserve_coverage(struct plt_gl *gl)
{
    const struct plt_gl_api *api = &gl->api;
    if (gl->coverage && gl->coverage_width >= gl->width &&
        gl->coverage_height >= gl->height)
        return true;
    api->DeleteTextures(1, &gl->coverage);
    if (!gl->coverage_fbo)
        api->GenFramebuffers(1, &gl->coverage_fbo);
    gl->coverage = plt_gl_texture_name(gl, GL_TEXTURE_2D);
    api->TexImage2D(GL_TEXTURE_2D, 0, GL_R8, gl->width, gl->height, 0, GL_RED,
                    GL_UNSIGNED_BYTE, NULL);
    api->BindFramebuffer(GL_FRAMEBUFFER, gl->coverage_fbo);
    api->FramebufferTexture2D(GL_FRAMEBUFFER, GL_COLOR_ATTACHMENT0, GL_TEXTURE_2D,
                              gl->coverage, 0);
    bool ok = api->CheckFramebufferStatus(GL_FRAMEBUFFER) == GL_FRAMEBUFFER_COMPLETE;
    api->BindFramebuffer(GL_FRAMEBUFFER, gl->fbo);
    if (plt_gl_take_error(gl) || !ok) {
        api->DeleteTextures(1, &gl->coverage);
        gl->coverage = 0;
        plt_error(gl->log, GENERIC, "OpenGL: no coverage target of %d x %d", gl->width,
                  gl->height);
        return false;
    }
    gl->coverage_width = gl->width;
    gl->coverage_height = gl->height;
    return true;
}

static void composite(struct plt_gl *gl, const struct plt_op *op)
{
    const struct plt_irect r = op->stroke.bounds;
    const struct plt_gl_program *program = plt_gl_use(gl, PLT_GL_COMPOSITE, false);
    plt_gl_set_color(gl, program->color, op->color);
    gl->api.Uniform4i(program->area, r.x0, r.y0, r.x1, r.y1);
    gl->api.BindTexture(GL_TEXTURE_2D, gl->coverage);
    plt_gl_scissor(gl, r, false);
    plt_gl_quads(gl, PLT_GL_ARRAY_NONE, 1);
}

bool plt_gl_draw_stroke(struct plt_gl *gl, const struct plt_op *op)
{
    const struct plt_gl_api *api = &gl->api;
    const struct plt_stroke *stroke = &op->stroke;
    struct plt_op cut = *op;
    cut.stroke.bounds = plt_irect_cut(stroke->bounds, op->clip);
    if (plt_irect_empty(cut.stroke.bounds) ||
        (stroke->num_columns == 0 && stroke->num_segments == 0))
        return true;
    if (stroke->num_segments == 0) {
        plt_gl_scissor(gl, cut.stroke.bounds, false);
        draw_columns(gl, &cut, false);
        return true;
    }
    if (!reserve_coverage(gl))
        return false;
    api->BindFramebuffer(GL_FRAMEBUFFER, gl->coverage_fbo);
    api->BlendEquation(GL_MAX);
    plt_gl_scissor(gl, cut.stroke.bounds, true);
    api->ClearColor(0, 0, 0, 0);
    api->Clear(GL_COLOR_BUFFER_BIT);
    if (stroke->num_columns)
        draw_columns(gl, &cut, true);
    draw_segments(gl, &cut);
    api->BindFramebuffer(GL_FRAMEBUFFER, gl->fbo);
    api->BlendEquation(GL_FUNC_ADD);
    composite(gl, &cut);
    return true;
}
