// The painter's shader programs: files of gpu/gl/shaders, embedded by the build and put
// together here with the #version of the context.
// Thread-safety: the thread whose context is current.
#pragma once

#include <stdbool.h>

#include <gpu/gl/api.h>
#include <plotlib/log.h>

// One shader file; the list ends with a NULL name. Made by embed.py.
struct plt_gl_shader {
    const char *name, *text;
};
extern const struct plt_gl_shader plt_gl_shaders[];

// clang-format off
#define PLT_GL_UNIFORMS(X) \
    X(target) X(color) X(half_width) X(covering) X(run) X(bounds) X(reach) X(area) \
    X(origin) X(tiles) X(how) X(levels) \
    X(hollow) \
    X(shapes) X(columns) X(coverage) X(page) X(spans) X(colormap) X(source)
// clang-format on

struct plt_gl_program {
    GLuint name;
#define PLT_GL_UNIFORM_FIELD(uniform) GLint uniform;
    PLT_GL_UNIFORMS(PLT_GL_UNIFORM_FIELD) // locations; -1 = the program has none
#undef PLT_GL_UNIFORM_FIELD
};

enum plt_gl_program_id {
    PLT_GL_FILL = 0,
    PLT_GL_GLYPH,
    PLT_GL_TINT,
    PLT_GL_MARKER,
    PLT_GL_DENSE,
    PLT_GL_SEGMENT,
    PLT_GL_COMPOSITE,
    PLT_GL_IMAGE_UNSIGNED,
    PLT_GL_IMAGE_SIGNED,
    PLT_GL_IMAGE_REAL,
    PLT_GL_IMAGE_UNSIGNED_COLOR, // the same of 3 and 4 channels
    PLT_GL_IMAGE_SIGNED_COLOR,
    PLT_GL_IMAGE_REAL_COLOR,
    PLT_GL_NUM_PROGRAMS,
};

// Compiles all of them; false after one log line. Texture units of samplers are set.
bool plt_gl_programs_create(const struct plt_gl_api *api, bool es, struct plt_log *log,
                            struct plt_gl_program programs[PLT_GL_NUM_PROGRAMS]);
void plt_gl_programs_destroy(const struct plt_gl_api *api,
                             struct plt_gl_program programs[PLT_GL_NUM_PROGRAMS]);
