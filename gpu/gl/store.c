// Sends the arrays of the draw list to the GPU, unless they are what was sent last: a
// repaint with the same columns costs a memcmp, not an upload.
#include <gpu/gl/painter.h>

#include <string.h>

#include <plotlib/base/alloc.h>
#include <plotlib/base/message.h>

// True when `data` is what the GPU has. Otherwise remembers it; without the memory for
// that, it is simply sent every time.
static bool sent_before(struct plt_gl_store *store, const void *data, size_t size)
{
    if (store->size == size && store->sent && memcmp(store->sent, data, size) == 0)
        return true;
    store->size = 0;
    if (size > store->capacity) {
        size_t capacity = size + size / 2;
        plt_free(store->sent);
        store->sent = plt_malloc(capacity);
        store->capacity = store->sent ? capacity : 0;
    }
    if (store->sent) {
        memcpy(store->sent, data, size);
        store->size = size;
    }
    return false;
}

void plt_gl_store_buffer(struct plt_gl *gl, struct plt_gl_store *store, const void *data,
                         size_t size)
{
    if (size == 0 || sent_before(store, data, size))
        return;
    if (!store->name)
        gl->api.GenBuffers(1, &store->name);
    gl->api.BindBuffer(GL_ARRAY_BUFFER, store->name);
    gl->api.BufferData(GL_ARRAY_BUFFER, (GLsizeiptr)size, data, GL_STREAM_DRAW);
    gl->uploaded += size;
}

static bool table_reserve(struct plt_gl *gl, struct plt_gl_store *store,
                          const struct plt_gl_texel *texel, size_t rows)
{
    if (rows <= (size_t)store->rows)
        return true;
    size_t grown = rows + rows / 2;
    if (grown > (size_t)gl->max_texture)
        grown = (size_t)gl->max_texture;
    if (grown >= rows) {
        gl->api.TexImage2D(GL_TEXTURE_2D, 0, (GLint)texel->internal, 1 << gl->fold,
                           (GLsizei)grown, 0, texel->format, texel->type, NULL);
        store->rows = (GLsizei)grown;
        if (!plt_gl_take_error(gl))
            return true;
        store->rows = 0;
    }
    plt_error(gl->log, GENERIC, "OpenGL: a frame's data of %zu rows of %d does not fit",
              rows, 1 << gl->fold);
    return false;
}

// Binds the texture to the active unit as well.
bool plt_gl_store_table(struct plt_gl *gl, struct plt_gl_store *store,
                        const struct plt_gl_texel *texel, const void *data, size_t count)
{
    if (count == 0)
        return true;
    if (!store->name)
        store->name = plt_gl_texture_name(gl, GL_TEXTURE_2D);
    gl->api.BindTexture(GL_TEXTURE_2D, store->name);
    if (sent_before(store, data, count * texel->size))
        return true;
    size_t width = (size_t)1 << gl->fold, rows = count >> gl->fold,
           rest = count & (width - 1);
    if (!table_reserve(gl, store, texel, rows + (rest > 0))) {
        store->size = 0;
        return false;
    }
    if (rows)
        gl->api.TexSubImage2D(GL_TEXTURE_2D, 0, 0, 0, (GLsizei)width, (GLsizei)rows,
                              texel->format, texel->type, data);
    if (rest)
        gl->api.TexSubImage2D(GL_TEXTURE_2D, 0, 0, (GLint)rows, (GLsizei)rest, 1,
                              texel->format, texel->type,
                              (const char *)data + rows * width * texel->size);
    gl->uploaded += count * texel->size;
    return true;
}

// The GPU's object is deleted by its owner, who knows which kind it is.
void plt_gl_store_finish(struct plt_gl_store *store)
{
    plt_free(store->sent);
    *store = (struct plt_gl_store){0};
}
