// Images: native samples in a texture that stays, levels and colormap in the shader. A
// level drag, pan or zoom sends no pixels.
#include <gpu/gl/painter.h>

#include <math.h>
#include <string.h>

#include <plotlib/base/alloc.h>
#include <plotlib/base/half.h>
#include <plotlib/base/message.h>
#include <plotlib/image/module.h>

struct image_format {
    struct plt_gl_texel texel;
    enum plt_gl_program_id program;
    bool convert; // samples that are sent as float32, as the level formula says
};

static struct image_format format_of(const struct plt_image_view *view)
{
    static const struct image_format by_type[PLT_NUM_PIXEL_TYPES] = {
        [PLT_F64] = {{GL_R32F, GL_RED, GL_FLOAT, 4}, PLT_GL_IMAGE_REAL, true},
        [PLT_F32] = {{GL_R32F, GL_RED, GL_FLOAT, 4}, PLT_GL_IMAGE_REAL, false},
        [PLT_I8] = {{GL_R8I, GL_RED_INTEGER, GL_BYTE, 1}, PLT_GL_IMAGE_SIGNED, false},
        [PLT_U8] = {{GL_R8UI, GL_RED_INTEGER, GL_UNSIGNED_BYTE, 1},
                    PLT_GL_IMAGE_UNSIGNED,
                    false},
        [PLT_I16] = {{GL_R16I, GL_RED_INTEGER, GL_SHORT, 2}, PLT_GL_IMAGE_SIGNED, false},
        [PLT_U16] = {{GL_R16UI, GL_RED_INTEGER, GL_UNSIGNED_SHORT, 2},
                     PLT_GL_IMAGE_UNSIGNED,
                     false},
        [PLT_I32] = {{GL_R32I, GL_RED_INTEGER, GL_INT, 4}, PLT_GL_IMAGE_SIGNED, false},
        [PLT_U32] = {{GL_R32UI, GL_RED_INTEGER, GL_UNSIGNED_INT, 4},
                     PLT_GL_IMAGE_UNSIGNED,
                     false},
        [PLT_I64] = {{GL_R32F, GL_RED, GL_FLOAT, 4}, PLT_GL_IMAGE_REAL, true},
        [PLT_F16] = {{GL_R32F, GL_RED, GL_FLOAT, 4}, PLT_GL_IMAGE_REAL, true},
    };
    static const struct image_format rgb = {
        {GL_RGB8, GL_RGB, GL_UNSIGNED_BYTE, 3}, PLT_GL_IMAGE_COLOR, false};
    static const struct image_format rgba = {
        {GL_RGBA8, GL_RGBA, GL_UNSIGNED_BYTE, 4}, PLT_GL_IMAGE_COLOR, false};
    return view->channels == 3 ? rgb : view->channels == 4 ? rgba : by_type[view->type];
}

static int32_t tiles_along(int32_t size, int tile)
{
    return (int32_t)(((int64_t)size + (1 << tile) - 1) >> tile);
}

static int32_t tile_size(int32_t size, int tile)
{
    return size < 1 << tile ? size : 1 << tile;
}

static void copy_row(const struct plt_image_view *view, const struct image_format *format,
                     const struct plt_irect *part, int32_t row, void *to)
{
    const char *from = (const char *)view->pixels + (size_t)row * view->row_stride;
    const int32_t n = part->x1 - part->x0;
    if (!format->convert && view->channels > 1) {
        memcpy(to, from + (size_t)part->x0 * format->texel.size,
               (size_t)n * format->texel.size);
        return;
    }
    if (!format->convert) {
        plt_image_pack(view, part->x0, row, 0, n, to);
        return;
    }
    const size_t step = plt_image_pixel_step(view);
    const void *samples = plt_image_at(view, part->x0, row, 0);
    float *values = to;
    for (size_t i = 0; i < (size_t)n; i++) {
        if (view->type == PLT_F64)
            values[i] = (float)((const double *)samples)[i * step];
        else if (view->type == PLT_I64)
            values[i] = (float)((const int64_t *)samples)[i * step];
        else
            values[i] = plt_half_to_float(((const uint16_t *)samples)[i * step]);
    }
}

// Where a part of an image goes in the texture.
struct place {
    GLint x, y, layer;
};

static void send_rows(struct plt_gl *gl, const struct image_format *format, struct place to,
                      GLsizei width, GLsizei height, const void *pixels)
{
    gl->api.TexSubImage3D(GL_TEXTURE_2D_ARRAY, 0, to.x, to.y, to.layer, width, height, 1,
                          format->texel.format, format->texel.type, pixels);
    gl->uploaded += (uint64_t)width * (uint64_t)height * format->texel.size;
}

// A part of an image in a card's memory, which never comes to the host.
static bool send_device_part(struct plt_gl *gl, const struct plt_image_view *view,
                             const struct image_format *format, struct plt_irect part,
                             struct place to)
{
    if (!plt_gl_device_fill(gl, view, part, format->convert ? PLT_F32 : view->type))
        return false;
    gl->api.TexSubImage3D(GL_TEXTURE_2D_ARRAY, 0, to.x, to.y, to.layer, part.x1 - part.x0,
                          part.y1 - part.y0, 1, format->texel.format, format->texel.type,
                          NULL);
    gl->api.BindBuffer(GL_PIXEL_UNPACK_BUFFER, 0);
    return true;
}

// Sends `part` of the image, inside one tile, straight from the image's memory where GL can
// read it, and in bands through a copy where it cannot.
static bool send_part(struct plt_gl *gl, const struct plt_image_view *view,
                      const struct image_format *format, struct plt_irect part,
                      struct place to)
{
    enum { BAND_BYTES = 1 << 20 };
    const GLsizei width = part.x1 - part.x0, height = part.y1 - part.y0;
    const size_t size = format->texel.size;
    if (view->device)
        return send_device_part(gl, view, format, part, to);
    if (!format->convert && plt_image_is_packed(view) && view->row_stride % size == 0 &&
        view->row_stride / size <= INT32_MAX) {
        const char *pixels = (const char *)view->pixels +
                             (size_t)part.y0 * view->row_stride + (size_t)part.x0 * size;
        gl->api.PixelStorei(GL_UNPACK_ROW_LENGTH, (GLint)(view->row_stride / size));
        send_rows(gl, format, to, width, height, pixels);
        gl->api.PixelStorei(GL_UNPACK_ROW_LENGTH, 0);
        return true;
    }
    const size_t row_bytes = (size_t)width * size;
    GLsizei band = row_bytes < BAND_BYTES ? (GLsizei)(BAND_BYTES / row_bytes) : 1;
    band = band < height ? band : height;
    char *copy = plt_malloc((size_t)band * row_bytes);
    if (!copy) {
        plt_no_memory(gl->log, "an image for OpenGL");
        return false;
    }
    for (GLsizei y = 0; y < height; y += band) {
        const GLsizei n = height - y < band ? height - y : band;
        for (GLsizei i = 0; i < n; i++)
            copy_row(view, format, &part, part.y0 + y + i, copy + (size_t)i * row_bytes);
        send_rows(gl, format, (struct place){to.x, to.y + y, to.layer}, width, n, copy);
    }
    plt_free(copy);
    return true;
}

// Sends the tiles' shares of `dirty`.
static bool send_dirty(struct plt_gl *gl, const struct plt_image_view *view,
                       const struct image_format *format, int tile, struct plt_irect dirty)
{
    const int32_t across = tiles_along(view->columns, tile);
    const int32_t down = tiles_along(view->rows, tile);
    const int32_t side = 1 << tile;
    for (int32_t i = 0; i < across * down; i++) {
        const int32_t x0 = i % across * side, y0 = i / across * side;
        const struct plt_irect whole = {
            x0, y0, view->columns - x0 < side ? view->columns : x0 + side,
            view->rows - y0 < side ? view->rows : y0 + side};
        const struct plt_irect part = plt_irect_cut(whole, dirty);
        if (!plt_irect_empty(part) &&
            !send_part(gl, view, format, part,
                       (struct place){part.x0 - x0, part.y0 - y0, i}))
            return false;
    }
    return true;
}

static bool send_image(struct plt_gl *gl, const struct plt_image_view *view,
                       const struct image_format *format, int tile)
{
    return send_dirty(gl, view, format, tile,
                      (struct plt_irect){0, 0, view->columns, view->rows});
}

// Of a ring only the lines written since generation `before`: see plt_ring_axis.
static bool send_lines(struct plt_gl *gl, const struct plt_image_view *view,
                       const struct image_format *format, int tile, uint64_t before)
{
    const bool turned = view->ring == PLT_RING_COLUMNS;
    const uint64_t count = (uint64_t)(turned ? view->columns : view->rows);
    bool ok = true;
    for (uint64_t g = before, n; ok && g < view->generation; g += n) {
        const int32_t first = (int32_t)(g % count);
        n = count - (uint64_t)first;
        n = n < view->generation - g ? n : view->generation - g;
        const int32_t end = first + (int32_t)n;
        const struct plt_irect rows = {0, first, view->columns, end};
        const struct plt_irect columns = {first, 0, end, view->rows};
        ok = send_dirty(gl, view, format, tile, turned ? columns : rows);
    }
    return ok;
}

// Storage for the image; false after one log line.
static bool make_image(struct plt_gl *gl, struct plt_gl_texture *texture,
                       const struct plt_image_view *view, const struct plt_gl_texel *texel)
{
    const int64_t layers =
        (int64_t)tiles_along(view->columns, gl->tile) * tiles_along(view->rows, gl->tile);
    texture->internal = texel->internal;
    texture->width = view->columns;
    texture->height = view->rows;
    texture->tile = gl->tile;
    if (layers <= gl->max_layers) {
        texture->name = plt_gl_texture_name(gl, GL_TEXTURE_2D_ARRAY);
        gl->api.TexImage3D(GL_TEXTURE_2D_ARRAY, 0, (GLint)texel->internal,
                           tile_size(view->columns, gl->tile),
                           tile_size(view->rows, gl->tile), (GLsizei)layers, 0,
                           texel->format, texel->type, NULL);
        if (!plt_gl_take_error(gl))
            return true;
        plt_gl_texture_drop(gl, texture);
    }
    plt_error(gl->log, GENERIC, "OpenGL: no texture for an image of %d x %d",
              (int)view->columns, (int)view->rows);
    return false;
}

// Colours that the shader has no levels for become bytes here; so far these are the mean of
// colours, not the colour of a mean, where they are minified.
static bool send_colors(struct plt_gl *gl, const struct plt_frame_image *image,
                        struct plt_image_view view, const struct image_format *format,
                        int tile, struct plt_pool *pool)
{
    struct plt_image_colors job = {.src = image->src, .table = image->table, .pool = pool};
    memcpy(job.levels, image->levels, sizeof(job.levels));
    const size_t words = (size_t)view.columns * (size_t)view.rows;
    uint32_t *argb = plt_malloc(words * sizeof(*argb));
    if (!argb) {
        plt_no_memory(gl->log, "an image for OpenGL");
        return false;
    }
    const struct plt_image_engine *engine =
        job.src.device ? plt_image_engine_find(gl->log) : &plt_image_engine_cpu;
    bool ok = engine->colors(&job, argb, view.row_stride);
    uint8_t *bytes = (uint8_t *)argb;
    for (size_t i = 0; ok && i < words; i++) {
        const uint32_t color = argb[i];
        bytes[4 * i] = (uint8_t)(color >> 16);
        bytes[4 * i + 1] = (uint8_t)(color >> 8);
        bytes[4 * i + 2] = (uint8_t)color;
        bytes[4 * i + 3] = (uint8_t)(color >> 24);
    }
    view.pixels = bytes;
    ok = ok && send_image(gl, &view, format, tile);
    plt_free(argb);
    return ok;
}

static bool is_plain(const struct plt_frame_image *image)
{
    const struct plt_image_view *src = &image->src;
    if (src->type != PLT_U8 || !plt_image_is_packed(src) || image->table.entries != 256)
        return false;
    const struct plt_levels whole = plt_levels_make(0, 255, 256);
    for (int c = 0; c < 3; c++) {
        if (image->levels[c].lo != whole.lo || image->levels[c].scale != whole.scale)
            return false;
    }
    return true;
}

// What goes into the texture: the image itself, or what its colours become (pixels NULL),
// of which every change of levels is a new generation.
static struct plt_image_view texture_view(const struct plt_frame_image *image)
{
    struct plt_image_view view = image->src;
    if (view.channels == 1 || is_plain(image))
        return view;
    uint64_t mixed = view.generation * 31 + image->table.id;
    for (int c = 0; c < 4; c++) {
        uint32_t bits[2];
        memcpy(bits, &image->levels[c], sizeof(bits));
        mixed = (mixed * 1000003 + bits[0]) * 1000003 + bits[1];
    }
    return (struct plt_image_view){.type = PLT_U8,
                                   .columns = view.columns,
                                   .rows = view.rows,
                                   .channels = 4,
                                   .row_stride = (size_t)view.columns * 4,
                                   .id = view.id,
                                   .generation = mixed};
}

// Of a card's memory: within the card, or through a copy for the host.
static bool send_view(struct plt_gl *gl, const struct plt_image_view *view,
                      const struct image_format *format, int tile)
{
    struct plt_image_view host = *view;
    return (view->device && send_image(gl, view, format, tile)) ||
           (plt_image_to_host(&host) && send_image(gl, &host, format, tile));
}

// Binds the image's texture to the active unit, its pixels being those of `view`.
static bool bind_image(struct plt_gl *gl, const struct plt_frame_image *image,
                       const struct plt_image_view *view, const struct image_format *format,
                       struct plt_pool *pool, int *tile)
{
    struct plt_gl_texture *texture =
        plt_gl_texture_find(gl, PLT_GL_TEXTURE_IMAGE, view->id);
    if (!texture)
        return false;
    bool known = texture->used != 0 && texture->generation == view->generation;
    const uint64_t before = texture->generation;
    const int32_t count = view->ring == PLT_RING_COLUMNS ? view->columns : view->rows;
    bool grown = view->ring && texture->used != 0 && before < view->generation &&
                 view->generation - before < (uint64_t)count;
    texture->used = gl->paint;
    if (!known) {
        texture->generation = view->generation;
        if (texture->name &&
            (texture->internal != format->texel.internal ||
             texture->width != view->columns || texture->height != view->rows))
            plt_gl_texture_drop(gl, texture);
        grown = grown && texture->name;
        if (!texture->name && !make_image(gl, texture, view, &format->texel))
            return false;
    }
    gl->api.BindTexture(GL_TEXTURE_2D_ARRAY, texture->name);
    *tile = texture->tile;
    if (known)
        return texture->name != 0;
    const bool sent = grown ? send_lines(gl, view, format, texture->tile, before)
                      : view->pixels || view->device
                          ? send_view(gl, view, format, texture->tile)
                          : send_colors(gl, image, *view, format, texture->tile, pool);
    if (!sent) {
        plt_gl_texture_drop(gl, texture);
        texture->used = 0; // memory was short: the next paint tries again
    }
    return texture->name != 0;
}

static void set_levels(struct plt_gl *gl, const struct plt_gl_program *program,
                       struct plt_levels levels, int32_t entries)
{
    // 0 x infinity is no work for a shader: equal levels are a step.
    const bool step = isinf(levels.scale);
    gl->api.Uniform4f(program->levels, levels.lo, step ? 0.0f : levels.scale, step,
                      (float)(entries - 1));
}

bool plt_gl_draw_image(struct plt_gl *gl, const struct plt_frame *frame,
                       const struct plt_op *op)
{
    const struct plt_gl_api *api = &gl->api;
    const struct plt_frame_image *image = &frame->images[op->first];
    const struct plt_irect area = plt_irect_cut(image->dst, op->clip);
    if (plt_irect_empty(area))
        return true;
    const struct plt_image_view view = texture_view(image);
    const struct image_format format = format_of(&view);
    int tile = 0;
    if (!bind_image(gl, image, &view, &format, frame->pool, &tile))
        return false;
    const struct plt_gl_program *program = plt_gl_use(gl, format.program, false);
    if (format.program != PLT_GL_IMAGE_COLOR) {
        api->ActiveTexture(GL_TEXTURE0 + 1);
        bool ok = plt_gl_bind_colormap(gl, &image->table);
        api->ActiveTexture(GL_TEXTURE0);
        if (!ok)
            return false;
        set_levels(gl, program, image->levels[0], image->table.entries);
    }
    api->Uniform4i(program->area, area.x0, area.y0, area.x1, area.y1);
    api->Uniform4i(program->origin, (GLint)image->first_col, (GLint)image->first_row,
                   image->dst.x0, image->dst.y0);
    api->Uniform4i(program->tiles, gl->fold, tile, tiles_along(image->src.columns, tile),
                   image->minify == PLT_MINIFY_MAX);
    plt_gl_scissor(gl, area, false);
    plt_gl_quads(gl, PLT_GL_ARRAY_NONE, 1);
    return true;
}
