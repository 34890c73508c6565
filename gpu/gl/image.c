// Images: native samples in a texture that stays, levels and colormap in the shader. A
// level drag, pan or zoom sends no pixels.
//
// Every type is a texture of one channel, and a pixel of an image of 3 or 4 channels is
// that many texels side by side. Drivers keep 3-channel texels as 4 and convert when they
// are sent: 2048^2 of 16 bits in llvmpipe, RGB16UI 18 ms, RGBA16UI 3 ms and 13 to pad them,
// R16UI of three times the width 1 ms.
#include <gpu/gl/painter.h>

#include <math.h>
#include <string.h>

#include <plotlib/base/message.h>

struct image_format {
    struct plt_gl_texel texel;
    enum plt_gl_program_id program;
};

static const struct image_format *format_of(enum plt_type type)
{
    // Of a size that is not the type's own: sent as float32, as the level formula says.
    static const struct image_format formats[PLT_NUM_PIXEL_TYPES] = {
        [PLT_F64] = {{GL_R32F, GL_RED, GL_FLOAT, 4}, PLT_GL_IMAGE_REAL},
        [PLT_F32] = {{GL_R32F, GL_RED, GL_FLOAT, 4}, PLT_GL_IMAGE_REAL},
        [PLT_I8] = {{GL_R8I, GL_RED_INTEGER, GL_BYTE, 1}, PLT_GL_IMAGE_SIGNED},
        [PLT_U8] = {{GL_R8UI, GL_RED_INTEGER, GL_UNSIGNED_BYTE, 1}, PLT_GL_IMAGE_UNSIGNED},
        [PLT_I16] = {{GL_R16I, GL_RED_INTEGER, GL_SHORT, 2}, PLT_GL_IMAGE_SIGNED},
        [PLT_U16] = {{GL_R16UI, GL_RED_INTEGER, GL_UNSIGNED_SHORT, 2},
                     PLT_GL_IMAGE_UNSIGNED},
        [PLT_I32] = {{GL_R32I, GL_RED_INTEGER, GL_INT, 4}, PLT_GL_IMAGE_SIGNED},
        [PLT_U32] = {{GL_R32UI, GL_RED_INTEGER, GL_UNSIGNED_INT, 4}, PLT_GL_IMAGE_UNSIGNED},
        [PLT_I64] = {{GL_R32F, GL_RED, GL_FLOAT, 4}, PLT_GL_IMAGE_REAL},
        [PLT_F16] = {{GL_R16F, GL_RED, GL_HALF_FLOAT, 2}, PLT_GL_IMAGE_REAL},
    };
    return &formats[type];
}

static enum plt_gl_program_id program_of(const struct plt_image_view *view,
                                         const struct image_format *format)
{
    const int color = PLT_GL_IMAGE_UNSIGNED_COLOR - PLT_GL_IMAGE_UNSIGNED;
    return (enum plt_gl_program_id)(format->program + (view->channels > 1 ? color : 0));
}

static bool is_real(enum plt_type type)
{
    return type == PLT_F64 || type == PLT_F32 || type == PLT_F16;
}

static int64_t stored_pixels(const struct plt_image_view *view, int side)
{
    return (int64_t)plt_gl_tiles(view->columns, side) * plt_gl_tiles(view->rows, side) *
           plt_gl_tile_size(view->columns, side) * plt_gl_tile_size(view->rows, side);
}

// Log2 of a tile's side in pixels: one tile where the image fits into one. Otherwise
// smaller ones while that saves an eighth: the layers of an array are all of one size.
static int choose_side(const struct plt_gl *gl, const struct plt_image_view *view)
{
    int largest = gl->tile, best;
    while (largest > 0 && (int64_t)view->channels << largest > INT64_C(1) << gl->tile)
        largest--;
    best = largest;
    for (int side = largest; side >= 0 && side >= largest - 4; side--) {
        const int64_t layers =
            (int64_t)plt_gl_tiles(view->columns, side) * plt_gl_tiles(view->rows, side);
        if (layers <= gl->max_layers &&
            stored_pixels(view, side) < stored_pixels(view, best) / 8 * 7)
            best = side;
    }
    return best;
}

// Storage for the image; false after one log line.
static bool make_image(struct plt_gl *gl, struct plt_gl_texture *texture,
                       const struct plt_image_view *view, const struct plt_gl_texel *texel)
{
    const int side = choose_side(gl, view);
    const int64_t layers =
        (int64_t)plt_gl_tiles(view->columns, side) * plt_gl_tiles(view->rows, side);
    texture->internal = texel->internal;
    texture->width = view->columns;
    texture->height = view->rows;
    texture->channels = view->channels;
    texture->tile = side;
    if (layers <= gl->max_layers) {
        texture->name = plt_gl_texture_name(gl, GL_TEXTURE_2D_ARRAY);
        gl->api.TexImage3D(GL_TEXTURE_2D_ARRAY, 0, (GLint)texel->internal,
                           plt_gl_tile_size(view->columns, side) * view->channels,
                           plt_gl_tile_size(view->rows, side), (GLsizei)layers, 0,
                           texel->format, texel->type, NULL);
        if (!plt_gl_take_error(gl))
            return true;
        plt_gl_texture_drop(gl, texture);
    }
    plt_error(gl->log, GENERIC, "OpenGL: no texture for an image of %d x %d",
              (int)view->columns, (int)view->rows);
    return false;
}

static bool fits(const struct plt_gl_texture *texture, const struct plt_image_view *view,
                 const struct plt_gl_texel *texel)
{
    return texture->internal == texel->internal && texture->width == view->columns &&
           texture->height == view->rows && texture->channels == view->channels;
}

static bool send_all(struct plt_gl *gl, struct plt_pool *pool,
                     const struct plt_image_view *view, const struct plt_gl_texel *texel,
                     int side)
{
    const struct plt_irect all = {0, 0, view->columns, view->rows};
    struct plt_image_view host = *view;
    return (view->device && plt_gl_send_image(gl, pool, view, texel, side, all)) ||
           (plt_image_to_host(&host) &&
            plt_gl_send_image(gl, pool, &host, texel, side, all));
}

static int32_t ring_lines(const struct plt_image_view *view)
{
    return view->ring == PLT_RING_COLUMNS ? view->columns : view->rows;
}

// Of a ring only the lines written since generation `before`: see plt_ring_axis.
static bool send_lines(struct plt_gl *gl, struct plt_pool *pool,
                       const struct plt_image_view *view, const struct plt_gl_texel *texel,
                       int side, uint64_t before)
{
    const bool turned = view->ring == PLT_RING_COLUMNS;
    const uint64_t count = (uint64_t)ring_lines(view);
    bool ok = true;
    for (uint64_t g = before, n; ok && g < view->generation; g += n) {
        const int32_t first = (int32_t)(g % count);
        n = count - (uint64_t)first;
        n = n < view->generation - g ? n : view->generation - g;
        const int32_t end = first + (int32_t)n;
        const struct plt_irect rows = {0, first, view->columns, end};
        const struct plt_irect columns = {first, 0, end, view->rows};
        ok = plt_gl_send_image(gl, pool, view, texel, side, turned ? columns : rows);
    }
    return ok;
}

// Binds the image's texture to the active unit, with the pixels of this generation.
static bool bind_image(struct plt_gl *gl, const struct plt_image_view *view,
                       const struct plt_gl_texel *texel, struct plt_pool *pool, int *side)
{
    struct plt_gl_texture *texture =
        plt_gl_texture_find(gl, PLT_GL_TEXTURE_IMAGE, view->id);
    if (!texture)
        return false;
    const bool known = texture->used != 0 && texture->generation == view->generation;
    const uint64_t before = texture->generation;
    bool grown = view->ring && texture->used != 0 && before < view->generation &&
                 view->generation - before < (uint64_t)ring_lines(view);
    texture->used = gl->paint;
    if (!known) {
        texture->generation = view->generation;
        if (texture->name && !fits(texture, view, texel))
            plt_gl_texture_drop(gl, texture);
        grown = grown && texture->name;
        if (!texture->name && !make_image(gl, texture, view, texel))
            return false;
    }
    gl->api.BindTexture(GL_TEXTURE_2D_ARRAY, texture->name);
    *side = texture->tile;
    const bool sent = known   ? true
                      : grown ? send_lines(gl, pool, view, texel, *side, before)
                              : send_all(gl, pool, view, texel, *side);
    if (!sent) {
        plt_gl_texture_drop(gl, texture);
        texture->used = 0; // memory was short: the next paint tries again
    }
    return texture->name != 0;
}

static void set_levels(struct plt_gl *gl, const struct plt_gl_program *program,
                       const struct plt_frame_image *image)
{
    float levels[4][4];
    for (int c = 0; c < 4; c++) {
        const struct plt_levels of = image->levels[c];
        // 0 x infinity is no work for a shader: equal levels are a step.
        const bool step = isinf(of.scale);
        levels[c][0] = of.lo;
        levels[c][1] = step ? 0.0f : of.scale;
        levels[c][2] = step;
        levels[c][3] = c == 3 ? 255.0f : (float)(image->table.entries - 1);
    }
    gl->api.Uniform4fv(program->levels, 4, levels[0]);
}

bool plt_gl_draw_image(struct plt_gl *gl, const struct plt_frame *frame,
                       const struct plt_op *op)
{
    const struct plt_gl_api *api = &gl->api;
    const struct plt_frame_image *image = &frame->images[op->first];
    const struct plt_image_view *src = &image->src;
    const struct plt_irect area = plt_irect_cut(image->dst, op->clip);
    if (plt_irect_empty(area))
        return true;
    const struct image_format *format = format_of(src->type);
    int side = 0;
    if (!bind_image(gl, src, &format->texel, frame->pool, &side))
        return false;
    api->ActiveTexture(GL_TEXTURE0 + 1);
    const bool ok = plt_gl_bind_colormap(gl, &image->table);
    api->ActiveTexture(GL_TEXTURE0);
    if (!ok)
        return false;
    const struct plt_gl_program *program = plt_gl_use(gl, program_of(src, format), false);
    set_levels(gl, program, image);
    api->Uniform4i(program->area, area.x0, area.y0, area.x1, area.y1);
    api->Uniform4i(program->origin, (GLint)image->first_col, (GLint)image->first_row,
                   image->dst.x0, image->dst.y0);
    api->Uniform4i(program->tiles, gl->fold, side, plt_gl_tiles(src->columns, side),
                   src->channels);
    api->Uniform4i(program->how, image->minify == PLT_MINIFY_MAX,
                   src->channels > 1 && !is_real(src->type), (1 << side) - 1, 0);
    plt_gl_scissor(gl, area, false);
    plt_gl_quads(gl, PLT_GL_ARRAY_NONE, 1);
    return true;
}
