// The part of OpenGL 3.3 core / OpenGL ES 3.0 that the painter uses: types, constants and
// one table of entry points, filled through the host's get_proc_address. No GL header and
// no GL library is needed to build. Values: the Khronos registry, gl.xml.
// Thread-safety: the thread whose context is current.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#if defined(_WIN32) && !defined(_WIN64)
#define GL_CALL __stdcall
#else
#define GL_CALL
#endif

typedef unsigned int GLenum;
typedef unsigned int GLbitfield;
typedef unsigned int GLuint;
typedef int GLint;
typedef int GLsizei;
typedef unsigned char GLboolean;
typedef unsigned char GLubyte;
typedef float GLfloat;
typedef char GLchar;
typedef ptrdiff_t GLintptr;
typedef ptrdiff_t GLsizeiptr;

enum {
    GL_NO_ERROR = 0,
    GL_FALSE = 0,
    GL_TRUE = 1,
    GL_ONE = 1,
    GL_MAP_WRITE_BIT = 0x0002,
    GL_MAP_INVALIDATE_BUFFER_BIT = 0x0008,
    GL_TRIANGLE_STRIP = 0x0005,
    GL_SRC_ALPHA = 0x0302,
    GL_ONE_MINUS_SRC_ALPHA = 0x0303,
    GL_CONTEXT_LOST = 0x0507,
    GL_VIEWPORT = 0x0BA2,
    GL_BLEND = 0x0BE2,
    GL_SCISSOR_BOX = 0x0C10,
    GL_SCISSOR_TEST = 0x0C11,
    GL_UNPACK_ROW_LENGTH = 0x0CF2,
    GL_UNPACK_ALIGNMENT = 0x0CF5,
    GL_PACK_ALIGNMENT = 0x0D05,
    GL_MAX_TEXTURE_SIZE = 0x0D33,
    GL_TEXTURE_2D = 0x0DE1,
    GL_BYTE = 0x1400,
    GL_UNSIGNED_BYTE = 0x1401,
    GL_SHORT = 0x1402,
    GL_UNSIGNED_SHORT = 0x1403,
    GL_INT = 0x1404,
    GL_UNSIGNED_INT = 0x1405,
    GL_FLOAT = 0x1406,
    GL_HALF_FLOAT = 0x140B,
    GL_RED = 0x1903,
    GL_RGB = 0x1907,
    GL_RGBA = 0x1908,
    GL_RENDERER = 0x1F01,
    GL_VERSION = 0x1F02,
    GL_NEAREST = 0x2600,
    GL_TEXTURE_MAG_FILTER = 0x2800,
    GL_TEXTURE_MIN_FILTER = 0x2801,
    GL_TEXTURE_WRAP_S = 0x2802,
    GL_TEXTURE_WRAP_T = 0x2803,
    GL_COLOR_BUFFER_BIT = 0x4000,
    GL_FUNC_ADD = 0x8006,
    GL_MAX = 0x8008,
    GL_BLEND_EQUATION_RGB = 0x8009,
    GL_RGB8 = 0x8051,
    GL_RGBA8 = 0x8058,
    GL_BLEND_DST_RGB = 0x80C8,
    GL_BLEND_SRC_RGB = 0x80C9,
    GL_BLEND_DST_ALPHA = 0x80CA,
    GL_BLEND_SRC_ALPHA = 0x80CB,
    GL_CLAMP_TO_EDGE = 0x812F,
    GL_TEXTURE_MAX_LEVEL = 0x813D,
    GL_RG = 0x8227,
    GL_RG_INTEGER = 0x8228,
    GL_R8 = 0x8229,
    GL_R16F = 0x822D,
    GL_R32F = 0x822E,
    GL_R8I = 0x8231,
    GL_R8UI = 0x8232,
    GL_R16I = 0x8233,
    GL_R16UI = 0x8234,
    GL_R32I = 0x8235,
    GL_R32UI = 0x8236,
    GL_RG32I = 0x823B,
    GL_TEXTURE0 = 0x84C0,
    GL_ACTIVE_TEXTURE = 0x84E0,
    GL_VERTEX_ARRAY_BINDING = 0x85B5,
    GL_RGBA32F = 0x8814,
    GL_BLEND_EQUATION_ALPHA = 0x883D,
    GL_MAX_ARRAY_TEXTURE_LAYERS = 0x88FF,
    GL_ARRAY_BUFFER = 0x8892,
    GL_STREAM_DRAW = 0x88E0,
    GL_PIXEL_UNPACK_BUFFER = 0x88EC,
    GL_PIXEL_UNPACK_BUFFER_BINDING = 0x88EF,
    GL_FRAGMENT_SHADER = 0x8B30,
    GL_VERTEX_SHADER = 0x8B31,
    GL_COMPILE_STATUS = 0x8B81,
    GL_LINK_STATUS = 0x8B82,
    GL_CURRENT_PROGRAM = 0x8B8D,
    GL_TEXTURE_2D_ARRAY = 0x8C1A,
    GL_DRAW_FRAMEBUFFER_BINDING = 0x8CA6,
    GL_READ_FRAMEBUFFER = 0x8CA8,
    GL_DRAW_FRAMEBUFFER = 0x8CA9,
    GL_READ_FRAMEBUFFER_BINDING = 0x8CAA,
    GL_FRAMEBUFFER_COMPLETE = 0x8CD5,
    GL_COLOR_ATTACHMENT0 = 0x8CE0,
    GL_FRAMEBUFFER = 0x8D40,
    GL_RED_INTEGER = 0x8D94,
};

// X(result, name, arguments). All of them exist in both OpenGL 3.3 core and ES 3.0.
// clang-format off
#define GL_ENTRY_LIST(X)                                                                       \
    X(void, ActiveTexture, (GLenum unit))                                                      \
    X(void, AttachShader, (GLuint program, GLuint shader))                                     \
    X(void, BindBuffer, (GLenum target, GLuint buffer))                                        \
    X(void, BindFramebuffer, (GLenum target, GLuint framebuffer))                              \
    X(void, BindTexture, (GLenum target, GLuint texture))                                      \
    X(void, BindVertexArray, (GLuint array))                                                   \
    X(void, BlendEquation, (GLenum mode))                                                      \
    X(void, BlendEquationSeparate, (GLenum rgb, GLenum alpha))                                 \
    X(void, BlendFuncSeparate, (GLenum srgb, GLenum drgb, GLenum sa, GLenum da))               \
    X(void, BufferData, (GLenum target, GLsizeiptr size, const void *data, GLenum usage))      \
    X(GLenum, CheckFramebufferStatus, (GLenum target))                                         \
    X(void, Clear, (GLbitfield mask))                                                          \
    X(void, ClearColor, (GLfloat r, GLfloat g, GLfloat b, GLfloat a))                          \
    X(void, CompileShader, (GLuint shader))                                                    \
    X(GLuint, CreateProgram, (void))                                                           \
    X(GLuint, CreateShader, (GLenum type))                                                     \
    X(void, DeleteBuffers, (GLsizei n, const GLuint *names))                                   \
    X(void, DeleteFramebuffers, (GLsizei n, const GLuint *names))                              \
    X(void, DeleteProgram, (GLuint program))                                                   \
    X(void, DeleteShader, (GLuint shader))                                                     \
    X(void, DeleteTextures, (GLsizei n, const GLuint *names))                                  \
    X(void, DeleteVertexArrays, (GLsizei n, const GLuint *names))                              \
    X(void, Disable, (GLenum cap))                                                             \
    X(void, DrawArraysInstanced, (GLenum mode, GLint first, GLsizei count, GLsizei instances)) \
    X(void, Enable, (GLenum cap))                                                              \
    X(void, EnableVertexAttribArray, (GLuint index))                                           \
    X(void, FramebufferTexture2D, (GLenum t, GLenum a, GLenum tt, GLuint texture, GLint level)) \
    X(void, GenBuffers, (GLsizei n, GLuint *names))                                            \
    X(void, GenFramebuffers, (GLsizei n, GLuint *names))                                       \
    X(void, GenTextures, (GLsizei n, GLuint *names))                                           \
    X(void, GenVertexArrays, (GLsizei n, GLuint *names))                                       \
    X(GLenum, GetError, (void))                                                                \
    X(void, GetIntegerv, (GLenum name, GLint *value))                                          \
    X(void, GetProgramInfoLog, (GLuint program, GLsizei size, GLsizei *length, GLchar *text))  \
    X(void, GetProgramiv, (GLuint program, GLenum name, GLint *value))                         \
    X(void, GetShaderInfoLog, (GLuint shader, GLsizei size, GLsizei *length, GLchar *text))    \
    X(void, GetShaderiv, (GLuint shader, GLenum name, GLint *value))                           \
    X(const GLubyte *, GetString, (GLenum name))                                               \
    X(GLint, GetUniformLocation, (GLuint program, const GLchar *name))                         \
    X(GLboolean, IsEnabled, (GLenum cap))                                                      \
    X(void, LinkProgram, (GLuint program))                                                     \
    X(void *, MapBufferRange, (GLenum target, GLintptr offset, GLsizeiptr size,                \
                               GLbitfield access))                                             \
    X(void, PixelStorei, (GLenum name, GLint value))                                           \
    X(void, ReadPixels, (GLint x, GLint y, GLsizei w, GLsizei h, GLenum format, GLenum type,   \
                         void *data))                                                          \
    X(void, Scissor, (GLint x, GLint y, GLsizei w, GLsizei h))                                 \
    X(void, ShaderSource, (GLuint shader, GLsizei n, const GLchar *const *text,                \
                           const GLint *length))                                               \
    X(void, TexImage2D, (GLenum target, GLint level, GLint internal, GLsizei w, GLsizei h,     \
                         GLint border, GLenum format, GLenum type, const void *data))          \
    X(void, TexImage3D, (GLenum target, GLint level, GLint internal, GLsizei w, GLsizei h,     \
                         GLsizei d, GLint border, GLenum format, GLenum type,                  \
                         const void *data))                                                    \
    X(void, TexParameteri, (GLenum target, GLenum name, GLint value))                          \
    X(void, TexSubImage2D, (GLenum target, GLint level, GLint x, GLint y, GLsizei w,           \
                            GLsizei h, GLenum format, GLenum type, const void *data))          \
    X(void, TexSubImage3D, (GLenum target, GLint level, GLint x, GLint y, GLint z, GLsizei w,  \
                            GLsizei h, GLsizei d, GLenum format, GLenum type,                  \
                            const void *data))                                                 \
    X(void, Uniform1f, (GLint at, GLfloat a))                                                  \
    X(void, Uniform1i, (GLint at, GLint a))                                                    \
    X(void, Uniform3f, (GLint at, GLfloat a, GLfloat b, GLfloat c))                            \
    X(void, Uniform4f, (GLint at, GLfloat a, GLfloat b, GLfloat c, GLfloat d))                 \
    X(void, Uniform4fv, (GLint at, GLsizei n, const GLfloat *values))                          \
    X(void, Uniform4i, (GLint at, GLint a, GLint b, GLint c, GLint d))                         \
    X(GLboolean, UnmapBuffer, (GLenum target))                                                 \
    X(void, UseProgram, (GLuint program))                                                      \
    X(void, VertexAttribDivisor, (GLuint index, GLuint divisor))                               \
    X(void, VertexAttribIPointer, (GLuint index, GLint size, GLenum type, GLsizei stride,      \
                                   const void *offset))                                        \
    X(void, VertexAttribPointer, (GLuint index, GLint size, GLenum type, GLboolean unit,       \
                                  GLsizei stride, const void *offset))                         \
    X(void, Viewport, (GLint x, GLint y, GLsizei w, GLsizei h))
// clang-format on

struct plt_gl_api {
#define GL_ENTRY_FIELD(result, name, arguments) result(GL_CALL *name) arguments;
    GL_ENTRY_LIST(GL_ENTRY_FIELD)
#undef GL_ENTRY_FIELD
};

// Fills the table. Returns the name of the first entry point that is missing, or NULL.
const char *plt_gl_api_load(struct plt_gl_api *api,
                            void *(*get_proc_address)(void *user, const char *name),
                            void *user);

// "4.5 (Core Profile) Mesa" or "OpenGL ES 3.2 Mesa" in numbers; false if it is neither.
bool plt_gl_api_version(const char *text, bool *es, int *major, int *minor);
