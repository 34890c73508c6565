// Textures kept from paint to paint: images, glyph pages and colormaps, found by their id
// and sent again only when their generation changes.
#include <gpu/gl/painter.h>

#include <plotlib/base/alloc.h>
#include <plotlib/base/message.h>

// Two seconds at 60 Hz: a hidden image shown again soon costs nothing, a closed one no
// memory for long.
enum { KEEP_PAINTS = 120 };

struct plt_gl_texture *plt_gl_texture_find(struct plt_gl *gl, enum plt_gl_texture_kind kind,
                                           uint64_t id)
{
    for (size_t i = 0; i < gl->num_textures; i++) {
        struct plt_gl_texture *texture = &gl->textures[i];
        if (texture->kind == kind && texture->id == id)
            return texture;
    }
    if (!plt_reserve((void **)&gl->textures, &gl->cap_textures, gl->num_textures + 1,
                     sizeof(*gl->textures))) {
        plt_no_memory(gl->log, "the OpenGL painter's textures");
        return NULL;
    }
    struct plt_gl_texture *texture = &gl->textures[gl->num_textures++];
    *texture = (struct plt_gl_texture){.kind = kind, .id = id};
    return texture;
}

GLuint plt_gl_texture_name(struct plt_gl *gl, GLenum target)
{
    GLuint name = 0;
    gl->api.GenTextures(1, &name);
    gl->api.BindTexture(target, name);
    gl->api.TexParameteri(target, GL_TEXTURE_MIN_FILTER, GL_NEAREST);
    gl->api.TexParameteri(target, GL_TEXTURE_MAG_FILTER, GL_NEAREST);
    gl->api.TexParameteri(target, GL_TEXTURE_WRAP_S, GL_CLAMP_TO_EDGE);
    gl->api.TexParameteri(target, GL_TEXTURE_WRAP_T, GL_CLAMP_TO_EDGE);
    gl->api.TexParameteri(target, GL_TEXTURE_MAX_LEVEL, 0);
    return name;
}

void plt_gl_texture_drop(struct plt_gl *gl, struct plt_gl_texture *texture)
{
    gl->api.DeleteTextures(1, &texture->name);
    texture->name = 0;
}

void plt_gl_textures_trim(struct plt_gl *gl, bool all)
{
    for (size_t i = 0; i < gl->num_textures;) {
        struct plt_gl_texture *texture = &gl->textures[i];
        if (!all && gl->paint - texture->used <= KEEP_PAINTS) {
            i++;
            continue;
        }
        plt_gl_texture_drop(gl, texture);
        *texture = gl->textures[--gl->num_textures];
    }
}

// Makes the storage of a small texture; false after one log line.
static bool make_flat(struct plt_gl *gl, struct plt_gl_texture *texture,
                      const struct plt_gl_texel *texel, int32_t width, int32_t height)
{
    texture->name = plt_gl_texture_name(gl, GL_TEXTURE_2D);
    gl->api.TexImage2D(GL_TEXTURE_2D, 0, (GLint)texel->internal, width, height, 0,
                       texel->format, texel->type, NULL);
    texture->width = width;
    texture->height = height;
    if (!plt_gl_take_error(gl))
        return true;
    plt_gl_texture_drop(gl, texture);
    plt_error(gl->log, GENERIC, "OpenGL: no texture of %d x %d", (int)width, (int)height);
    return false;
}

// Whether the texture of a page has the pixels of this generation already.
static bool is_known(struct plt_gl *gl, struct plt_gl_texture *texture,
                     const struct plt_glyph_page *page)
{
    bool known = texture->used != 0 && texture->generation == page->generation;
    texture->used = gl->paint;
    if (texture->name &&
        (texture->width != page->width || texture->height != page->height)) {
        plt_gl_texture_drop(gl, texture);
        known = false;
    }
    return known;
}

static bool bind_known(struct plt_gl *gl, const struct plt_gl_texture *texture)
{
    gl->api.BindTexture(GL_TEXTURE_2D, texture->name);
    return texture->name != 0;
}

static bool bind_new(struct plt_gl *gl, struct plt_gl_texture *texture,
                     const struct plt_gl_texel *texel, const struct plt_glyph_page *page)
{
    texture->generation = page->generation;
    if (!texture->name && !make_flat(gl, texture, texel, page->width, page->height))
        return false;
    gl->api.BindTexture(GL_TEXTURE_2D, texture->name);
    gl->api.TexSubImage2D(GL_TEXTURE_2D, 0, 0, 0, page->width, page->used, texel->format,
                          texel->type, page->pixels);
    gl->uploaded += (uint64_t)page->width * (uint64_t)page->used * texel->size;
    return true;
}

bool plt_gl_bind_page(struct plt_gl *gl, const struct plt_glyph_page *page)
{
    static const struct plt_gl_texel texel = {GL_R8, GL_RED, GL_UNSIGNED_BYTE, 1};
    struct plt_gl_texture *texture = plt_gl_texture_find(gl, PLT_GL_TEXTURE_PAGE, page->id);
    if (!texture)
        return false;
    return is_known(gl, texture, page) ? bind_known(gl, texture)
                                       : bind_new(gl, texture, &texel, page);
}

// Rows of 256 colours: 65536 of them are more than a texture is sure to have in one.
bool plt_gl_bind_colormap(struct plt_gl *gl, const struct plt_image_table *table)
{
    static const struct plt_gl_texel texel = {GL_RGBA8, GL_RGBA, GL_UNSIGNED_BYTE, 4};
    struct plt_gl_texture *texture =
        plt_gl_texture_find(gl, PLT_GL_TEXTURE_COLORMAP, table->id);
    if (!texture)
        return false;
    const int32_t rows = (table->entries + 255) / 256;
    struct plt_glyph_page page = {.width = 256, .height = rows, .used = rows};
    if (is_known(gl, texture, &page))
        return bind_known(gl, texture);
    uint8_t *bytes = plt_calloc((size_t)rows * 256, 4);
    if (!bytes) {
        texture->used = 0; // the next paint tries again
        plt_no_memory(gl->log, "a colormap for OpenGL");
        return false;
    }
    for (int32_t i = 0; i < table->entries; i++) {
        bytes[4 * i] = (uint8_t)(table->colors[i] >> 16);
        bytes[4 * i + 1] = (uint8_t)(table->colors[i] >> 8);
        bytes[4 * i + 2] = (uint8_t)table->colors[i];
        bytes[4 * i + 3] = (uint8_t)(table->colors[i] >> 24);
    }
    page.pixels = bytes;
    const bool bound = bind_new(gl, texture, &texel, &page);
    plt_free(bytes);
    return bound;
}
