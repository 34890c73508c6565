// Markers: an instanced quad each, in order; the shader measures the distance to the shape.
#include <gpu/gl/painter.h>

#include <plotlib/draw/marker.h>

enum { SHAPE = PLT_MARKER_CORNERS + 1 }; // texels of a shape, as in marker.glsl

static const void *offset(size_t bytes)
{
    return (const void *)(uintptr_t)bytes;
}

// {corners, reach}, then {this corner, the one before} for each.
static bool send_shapes(struct plt_gl *gl)
{
    static const struct plt_gl_texel texel = {GL_RGBA32F, GL_RGBA, GL_FLOAT,
                                              4 * sizeof(float)};
    float table[PLT_NUM_SYMBOLS][SHAPE][4] = {{{0}}};
    for (int s = 0; s < PLT_NUM_SYMBOLS; s++) {
        const struct plt_marker_shape *shape = &plt_marker_shapes[s];
        table[s][0][0] = (float)shape->num_corners;
        table[s][0][1] = shape->reach;
        for (int i = 0, j = shape->num_corners - 1; i < shape->num_corners; j = i++) {
            float *edge = table[s][i + 1];
            edge[0] = shape->corners[i][0];
            edge[1] = shape->corners[i][1];
            edge[2] = shape->corners[j][0];
            edge[3] = shape->corners[j][1];
        }
    }
    return plt_gl_store_table(gl, &gl->shapes, &texel, table,
                              (size_t)PLT_NUM_SYMBOLS * SHAPE);
}

bool plt_gl_draw_markers(struct plt_gl *gl, const struct plt_op *op)
{
    enum { SIZE = sizeof(struct plt_marker) };
    const size_t at = op->first * SIZE;
    if (op->count == 0)
        return true;
    if (!send_shapes(gl))
        return false;
    const struct plt_gl_program *program = plt_gl_use(gl, PLT_GL_MARKER, false);
    plt_gl_set_color(gl, program->color, op->color);
    gl->api.Uniform1f(program->half_width, op->outline);
    gl->api.Uniform1i(program->hollow, op->hollow);
    plt_gl_scissor(gl, op->clip, false);
    gl->api.BindVertexArray(gl->arrays[PLT_GL_ARRAY_MARKERS]);
    gl->api.BindBuffer(GL_ARRAY_BUFFER, gl->markers.name);
    gl->api.VertexAttribIPointer(0, 2, GL_INT, SIZE, offset(at));
    gl->api.VertexAttribIPointer(1, 1, GL_UNSIGNED_INT, SIZE,
                                 offset(at + offsetof(struct plt_marker, color)));
    gl->api.VertexAttribIPointer(2, 1, GL_UNSIGNED_SHORT, SIZE,
                                 offset(at + offsetof(struct plt_marker, size)));
    gl->api.VertexAttribIPointer(3, 1, GL_UNSIGNED_BYTE, SIZE,
                                 offset(at + offsetof(struct plt_marker, symbol)));
    plt_gl_quads(gl, PLT_GL_ARRAY_MARKERS, op->count);
    return true;
}
