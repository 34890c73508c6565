// The OpenGL painter: OpenGL 3.3 core or OpenGL ES 3.0, in the host's context. It links no
// GL library: entry points come from `get_proc_address`. Code: gpu/gl/.
//
// Thread-safety: owner thread of the figure, with the context current in every call.
// State expected: a current context of at least the versions above, GL defaults for what is
//   not listed under "left changed".
// State restored: framebuffer bindings, viewport, scissor box and test, blend enable,
//   function and equation, current program, vertex array, active texture unit.
// State left changed: texture bindings of units 0..3, array, element and pixel-unpack
//   buffer bindings, GL_UNPACK_ALIGNMENT and GL_UNPACK_ROW_LENGTH, clear colour.
// GL_FRAMEBUFFER_SRGB must be off: colours are blended in encoded values.
#pragma once

#include <plotlib/figure.h>
#include <plotlib/raster.h> // struct plt_paint_stats
#include <plotlib/types.h>

#ifdef __cplusplus
extern "C" {
#endif

struct plt_gl;

struct plt_gl_params {
    void *(*get_proc_address)(void *user, const char *name);
    void *user;
    struct plt_log *log; // NULL = stderr
};

// NULL, with one log line, when the context is too old or lacks an entry point.
PLT_API struct plt_gl *plt_gl_create(const struct plt_gl_params *params);
// The context must be current, or lost: then call plt_gl_abandon first.
PLT_API void plt_gl_destroy(struct plt_gl *gl);
// The context is gone with everything in it: forget all GL names without deleting them.
// Every later call but destroy returns false.
PLT_API void plt_gl_abandon(struct plt_gl *gl);

// Lays out and draws the whole figure into framebuffer `fbo` (0 = default) of width x
// height device pixels. flip_y: row 0 of the framebuffer is the figure's top (textures);
// false: row 0 is the bottom, as in a window.
PLT_API bool plt_gl_paint(struct plt_gl *gl, struct plt_figure *figure, unsigned fbo,
                          int width, int height, double scale, bool flip_y,
                          struct plt_paint_stats *stats);

// GL_RENDERER, valid until destroy.
PLT_API const char *plt_gl_renderer(const struct plt_gl *gl);
// True for llvmpipe, softpipe, swrast, ANGLE on WARP or SwiftShader, "GDI Generic".
PLT_API bool plt_gl_is_software(const struct plt_gl *gl);

#ifdef __cplusplus
}
#endif
