// Inside of the OpenGL painter: one struct, shared by the files of this folder. A frame
// goes plt_gl_draw (painter.c) -> retained data (store.c, texture.c) -> one file a kind of
// operation (fill.c, stroke.c, image.c) -> shaders.
// Thread-safety: the thread whose context is current.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <gpu/gl/api.h>
#include <gpu/gl/program.h>
#include <plotlib/draw/frame.h>
#include <plotlib/gl.h>

// Data of the draw list on the GPU, and what was sent last: equal data is not sent again.
struct plt_gl_store {
    GLuint name;  // a buffer, or a texture of rows of 2^fold texels
    GLsizei rows; // of the texture
    void *sent;   // [capacity] bytes, `size` of them valid
    size_t size, capacity;
};

enum plt_gl_texture_kind {
    PLT_GL_TEXTURE_IMAGE = 0, // id: the image's
    PLT_GL_TEXTURE_PAGE,      // id: the glyph page's
    PLT_GL_TEXTURE_COLORMAP,  // id: the table's address
};

// A texture that stays while its source is unchanged and in use.
struct plt_gl_texture {
    enum plt_gl_texture_kind kind;
    uint64_t id, generation;
    uint64_t used;   // number of the last paint that drew it
    GLuint name;     // 0 = could not be made for this generation
    GLenum internal; // format and shape, to see whether an update fits
    int32_t width, height, channels;
    int tile; // log2 of a tile's side
};

enum plt_gl_array {        // vertex array objects
    PLT_GL_ARRAY_NONE = 0, // no attributes: the shader makes its corners
    PLT_GL_ARRAY_RECTS,
    PLT_GL_ARRAY_SEGMENTS,
    PLT_GL_ARRAY_GLYPHS,
    PLT_GL_ARRAY_TINTS,
    PLT_GL_ARRAY_MARKERS,
    PLT_GL_NUM_ARRAYS,
};

// The pixel buffer that images in a card's memory go through, and the module's hold on it.
struct plt_gl_device {
    GLuint buffer;
    size_t size;
    void *attached;
    bool refused; // the context is not that card's: not tried again
};

struct plt_gl {
    struct plt_gl_api api;
    struct plt_log *log;
    char *renderer;
    bool software, lost;
    GLint max_texture, max_layers; // the driver's limits
    int fold;                      // log2 of the row length of folded textures
    int tile;                      // log2 of the largest side of an image's layer
    size_t stream_from;            // bytes of a tile that go through a pixel buffer
    GLuint stream[2];              // pixel buffers, used in turn
    int stream_turn;
    struct plt_gl_program programs[PLT_GL_NUM_PROGRAMS];
    GLuint arrays[PLT_GL_NUM_ARRAYS];
    struct plt_gl_store rects, tints, segments, glyphs, columns, spans, markers, shapes;
    struct plt_gl_texture *textures;
    size_t num_textures, cap_textures;
    // One byte a frame pixel, row 0 = top: where strokes with listed segments come
    // together.
    GLuint coverage, coverage_fbo;
    int coverage_width, coverage_height;
    struct plt_gl_device device;
    uint64_t paint;    // number of this paint
    uint64_t uploaded; // bytes, in this paint
    // The target of this paint.
    GLuint fbo;
    int width, height;
    bool flip_y;
    struct plt_frame frame; // of plt_gl_paint, kept for its memory
};

// Draws a frame, as plt_gl_paint does a figure. False when something could not be drawn.
bool plt_gl_draw(struct plt_gl *gl, const struct plt_frame *frame, unsigned fbo, int width,
                 int height, bool flip_y);

// painter.c: for the files of the operations.
// Where drawing goes: false = the host's framebuffer, true = the coverage target.
const struct plt_gl_program *plt_gl_use(struct plt_gl *gl, enum plt_gl_program_id id,
                                        bool covering);
void plt_gl_scissor(struct plt_gl *gl, struct plt_irect r, bool covering);
void plt_gl_set_color(struct plt_gl *gl, GLint at, uint32_t color);
void plt_gl_quads(struct plt_gl *gl, enum plt_gl_array array, size_t instances);
// True when the driver reports an error; clears it.
bool plt_gl_take_error(struct plt_gl *gl);

// fill.c, stroke.c, image.c, marker.c: one operation each.
void plt_gl_draw_rects(struct plt_gl *gl, const struct plt_op *op);
void plt_gl_draw_tints(struct plt_gl *gl, const struct plt_op *op);
bool plt_gl_draw_glyphs(struct plt_gl *gl, const struct plt_frame *frame,
                        const struct plt_op *op);
bool plt_gl_draw_markers(struct plt_gl *gl, const struct plt_op *op);
bool plt_gl_draw_stroke(struct plt_gl *gl, const struct plt_op *op);
bool plt_gl_draw_image(struct plt_gl *gl, const struct plt_frame *frame,
                       const struct plt_op *op);

// device.c
// Samples of `part` of a view in a card's memory, side by side, in their own type or as
// float32, at the start of the pixel-unpack buffer, which is then bound. False: they must
// go through the host.
bool plt_gl_device_fill(struct plt_gl *gl, const struct plt_image_view *view,
                        struct plt_irect part, enum plt_type as);
void plt_gl_device_finish(struct plt_gl *gl);

// store.c
void plt_gl_store_buffer(struct plt_gl *gl, struct plt_gl_store *store, const void *data,
                         size_t size);
struct plt_gl_texel {
    GLenum internal, format, type;
    size_t size; // bytes
};
bool plt_gl_store_table(struct plt_gl *gl, struct plt_gl_store *store,
                        const struct plt_gl_texel *texel, const void *data, size_t count);
void plt_gl_store_finish(struct plt_gl_store *store);

// texture.c
// A new entry has name 0 and used 0. NULL on lack of memory. Valid until the next call.
struct plt_gl_texture *plt_gl_texture_find(struct plt_gl *gl, enum plt_gl_texture_kind kind,
                                           uint64_t id);
// A name bound to `target` of the active unit, with nearest filters and no mipmaps.
GLuint plt_gl_texture_name(struct plt_gl *gl, GLenum target);
void plt_gl_texture_drop(struct plt_gl *gl, struct plt_gl_texture *texture);
bool plt_gl_bind_page(struct plt_gl *gl, const struct plt_glyph_page *page);
bool plt_gl_bind_colormap(struct plt_gl *gl, const struct plt_image_table *table);
// Frees what was not drawn for a while; all = everything.
void plt_gl_textures_trim(struct plt_gl *gl, bool all);

// upload.c
// Sends `dirty` of an image to the texture bound to the active unit, a layer for each tile
// of 2^side pixels; where the type's size is not the texel's, as float32. False without
// memory, and for a card's memory that must go through the host.
bool plt_gl_send_image(struct plt_gl *gl, struct plt_pool *pool,
                       const struct plt_image_view *view, const struct plt_gl_texel *texel,
                       int side, struct plt_irect dirty);
// How many tiles cover `size` pixels; and how many of them the first one has.
static inline int32_t plt_gl_tiles(int32_t size, int side)
{
    return (int32_t)(((int64_t)size + (1 << side) - 1) >> side);
}
static inline int32_t plt_gl_tile_size(int32_t size, int side)
{
    return size < 1 << side ? size : 1 << side;
}

// state.c: the state that the header of plotlib/gl.h promises to restore.
struct plt_gl_state {
    GLint draw_fbo, read_fbo, viewport[4], scissor[4], program, array, unit;
    GLint src_rgb, dst_rgb, src_alpha, dst_alpha, equation_rgb, equation_alpha;
    bool scissor_on, blend_on;
};
void plt_gl_state_save(const struct plt_gl_api *api, struct plt_gl_state *state);
void plt_gl_state_restore(const struct plt_gl_api *api, const struct plt_gl_state *state);
