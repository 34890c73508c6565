// Images in a card's memory (plotlib/cuda.h): the module copies their samples into a pixel
// buffer, and OpenGL from there into the texture, all within the card.
#include <gpu/gl/painter.h>

#include <plotlib/image/module.h>

static void detach(struct plt_gl *gl)
{
    if (gl->device.attached)
        plt_image_module_find(gl->log)->gl_detach(gl->device.attached);
    gl->device.attached = NULL;
}

// New storage: what the module holds is another buffer's then.
static bool make_buffer(struct plt_gl *gl, size_t bytes)
{
    struct plt_gl_device *device = &gl->device;
    detach(gl);
    if (!device->buffer)
        gl->api.GenBuffers(1, &device->buffer);
    gl->api.BindBuffer(GL_PIXEL_UNPACK_BUFFER, device->buffer);
    gl->api.BufferData(GL_PIXEL_UNPACK_BUFFER, (GLsizeiptr)bytes, NULL, GL_STREAM_DRAW);
    gl->api.BindBuffer(GL_PIXEL_UNPACK_BUFFER, 0);
    device->size = plt_gl_take_error(gl) ? 0 : bytes;
    return device->size > 0;
}

static bool prepare(struct plt_gl *gl, const struct plt_image_module *module, size_t bytes)
{
    struct plt_gl_device *device = &gl->device;
    if (device->size < bytes && !make_buffer(gl, bytes))
        return false;
    if (!device->attached)
        device->attached = module->gl_attach(device->buffer);
    device->refused = !device->attached;
    return !device->refused;
}

bool plt_gl_device_fill(struct plt_gl *gl, const struct plt_image_view *view,
                        struct plt_irect part, enum plt_type as)
{
    const struct plt_image_module *module = plt_image_module_find(gl->log);
    const size_t bytes = (size_t)(part.x1 - part.x0) * (size_t)(part.y1 - part.y0) *
                         (size_t)view->channels * plt_type_size(as);
    if (!module || gl->software || gl->device.refused || !prepare(gl, module, bytes) ||
        !module->gl_fill(gl->device.attached, view, part, as))
        return false;
    gl->api.BindBuffer(GL_PIXEL_UNPACK_BUFFER, gl->device.buffer);
    return true;
}

void plt_gl_device_finish(struct plt_gl *gl)
{
    detach(gl);
    if (gl->device.buffer)
        gl->api.DeleteBuffers(1, &gl->device.buffer);
    gl->device = (struct plt_gl_device){0};
}
