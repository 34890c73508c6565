// plotview -o --painter gl: an OpenGL context without a window, through EGL, and a
// framebuffer object to paint into and read back. EGL is opened at run time: a machine
// without it has no such painter, and nothing else to miss.
#include "plotview.h"

#include <dlfcn.h>
#include <string.h>

typedef void *handle; // EGLDisplay, EGLConfig, EGLContext
typedef void (*function)(void);

// The few names of EGL and GL that are used, by the Khronos registry.
enum {
    EGL_NONE = 0x3038,
    EGL_SURFACE_TYPE = 0x3033,
    EGL_PBUFFER_BIT = 1,
    EGL_RENDERABLE_TYPE = 0x3040,
    EGL_OPENGL_BIT = 8,
    EGL_OPENGL_ES3_BIT = 0x40,
    EGL_OPENGL_API = 0x30a2,
    EGL_OPENGL_ES_API = 0x30a0,
    EGL_CONTEXT_MAJOR = 0x3098,
    EGL_CONTEXT_MINOR = 0x30fb,
    EGL_CONTEXT_PROFILE = 0x30fd,
    EGL_CORE_PROFILE = 1,
    EGL_PLATFORM_SURFACELESS = 0x31dd,
    EGL_PLATFORM_DEVICE = 0x313f,
    GL_FRAMEBUFFER = 0x8d40,
    GL_RENDERBUFFER = 0x8d41,
    GL_COLOR_ATTACHMENT = 0x8ce0,
    GL_FRAMEBUFFER_COMPLETE = 0x8cd5,
    GL_RGBA8 = 0x8058,
    GL_RGBA = 0x1908,
    GL_UNSIGNED_BYTE = 0x1401,
    GL_PACK_ALIGNMENT = 0x0d05,
    GL_MAX_RENDERBUFFER_SIZE = 0x84e8,
};

struct egl {
    void *library;
    handle display, context;
    function (*get_proc)(const char *name);
    unsigned (*initialize)(handle display, int *major, int *minor);
    unsigned (*terminate)(handle display);
    unsigned (*bind_api)(unsigned api);
    unsigned (*choose_config)(handle display, const int *attributes, handle *configs,
                              int size, int *count);
    handle (*create_context)(handle display, handle config, handle share,
                             const int *attributes);
    unsigned (*destroy_context)(handle display, handle context);
    unsigned (*make_current)(handle display, handle draw, handle read, handle context);
};

struct gl_names {
    void (*gen_framebuffers)(int n, unsigned *names);
    void (*bind_framebuffer)(unsigned target, unsigned name);
    void (*gen_renderbuffers)(int n, unsigned *names);
    void (*bind_renderbuffer)(unsigned target, unsigned name);
    void (*renderbuffer_storage)(unsigned target, unsigned format, int width, int height);
    void (*framebuffer_renderbuffer)(unsigned target, unsigned attachment, unsigned kind,
                                     unsigned name);
    unsigned (*check_framebuffer)(unsigned target);
    void (*get_integer)(unsigned name, int *value);
    void (*pixel_store)(unsigned name, int value);
    void (*read_pixels)(int x, int y, int width, int height, unsigned format, unsigned type,
                        void *pixels);
};

struct entry {
    void *slot; // address of a function pointer
    const char *name;
};

static bool load_egl(struct egl *egl)
{
    const struct entry entries[] = {
        {&egl->get_proc, "eglGetProcAddress"},
        {&egl->initialize, "eglInitialize"},
        {&egl->terminate, "eglTerminate"},
        {&egl->bind_api, "eglBindAPI"},
        {&egl->choose_config, "eglChooseConfig"},
        {&egl->create_context, "eglCreateContext"},
        {&egl->destroy_context, "eglDestroyContext"},
        {&egl->make_current, "eglMakeCurrent"},
    };
    egl->library = dlopen("libEGL.so.1", RTLD_NOW | RTLD_LOCAL);
    if (!egl->library)
        return false;
    for (size_t i = 0; i < sizeof(entries) / sizeof(entries[0]); i++) {
        void *symbol = dlsym(egl->library, entries[i].name);
        if (!symbol)
            return false;
        memcpy(entries[i].slot, &symbol, sizeof(symbol));
    }
    return true;
}

static bool load_gl(const struct egl *egl, struct gl_names *gl)
{
    const struct entry entries[] = {
        {&gl->gen_framebuffers, "glGenFramebuffers"},
        {&gl->bind_framebuffer, "glBindFramebuffer"},
        {&gl->gen_renderbuffers, "glGenRenderbuffers"},
        {&gl->bind_renderbuffer, "glBindRenderbuffer"},
        {&gl->renderbuffer_storage, "glRenderbufferStorage"},
        {&gl->framebuffer_renderbuffer, "glFramebufferRenderbuffer"},
        {&gl->check_framebuffer, "glCheckFramebufferStatus"},
        {&gl->get_integer, "glGetIntegerv"},
        {&gl->pixel_store, "glPixelStorei"},
        {&gl->read_pixels, "glReadPixels"},
    };
    for (size_t i = 0; i < sizeof(entries) / sizeof(entries[0]); i++) {
        function symbol = egl->get_proc(entries[i].name);
        if (!symbol)
            return false;
        memcpy(entries[i].slot, &symbol, sizeof(symbol));
    }
    return true;
}

static bool make_context(struct egl *egl, unsigned api, int renderable,
                         const int *attributes)
{
    const int wanted[] = {EGL_SURFACE_TYPE, EGL_PBUFFER_BIT, EGL_RENDERABLE_TYPE,
                          renderable, EGL_NONE};
    handle config = NULL; // without a surface none is needed, where EGL allows it
    int count = 0;
    if (!egl->bind_api(api))
        return false;
    if (!egl->choose_config(egl->display, wanted, &config, 1, &count) || count < 1)
        config = NULL;
    egl->context = egl->create_context(egl->display, config, NULL, attributes);
    if (!egl->context)
        return false;
    if (egl->make_current(egl->display, NULL, NULL, egl->context))
        return true;
    egl->destroy_context(egl->display, egl->context);
    egl->context = NULL;
    return false;
}

static bool try_display(struct egl *egl, handle display)
{
    static const int core[] = {
        EGL_CONTEXT_MAJOR, 3,       EGL_CONTEXT_MINOR, 3, EGL_CONTEXT_PROFILE,
        EGL_CORE_PROFILE,  EGL_NONE};
    static const int es[] = {EGL_CONTEXT_MAJOR, 3, EGL_NONE};
    int major, minor;
    if (!display || !egl->initialize(display, &major, &minor))
        return false;
    egl->display = display;
    if (make_context(egl, EGL_OPENGL_API, EGL_OPENGL_BIT, core) ||
        make_context(egl, EGL_OPENGL_ES_API, EGL_OPENGL_ES3_BIT, es))
        return true;
    egl->terminate(display);
    egl->display = NULL;
    return false;
}

// Mesa's surfaceless platform, else the machine's EGL devices.
static bool open_context(struct egl *egl)
{
    handle (*platform_display)(unsigned platform, void *native, const int *attributes) =
        NULL;
    unsigned (*query_devices)(int size, void **devices, int *count) = NULL;
    function symbol = egl->get_proc("eglGetPlatformDisplayEXT");
    memcpy(&platform_display, &symbol, sizeof(symbol));
    symbol = egl->get_proc("eglQueryDevicesEXT");
    memcpy(&query_devices, &symbol, sizeof(symbol));
    if (!platform_display)
        return false;
    if (try_display(egl, platform_display(EGL_PLATFORM_SURFACELESS, NULL, NULL)))
        return true;
    void *devices[16];
    int count = 0;
    if (!query_devices || !query_devices(16, devices, &count))
        return false;
    for (int i = 0; i < count; i++) {
        if (try_display(egl, platform_display(EGL_PLATFORM_DEVICE, devices[i], NULL)))
            return true;
    }
    return false;
}

// Display and library stay open until the process ends: drivers leave threads and exit
// handlers behind.
static void close_context(struct egl *egl)
{
    egl->make_current(egl->display, NULL, NULL, NULL);
    egl->destroy_context(egl->display, egl->context);
}

static void *get_proc_address(void *user, const char *name)
{
    const struct egl *egl = user;
    function symbol = egl->get_proc(name);
    void *address;
    memcpy(&address, &symbol, sizeof(address));
    return address;
}

static bool make_framebuffer(const struct gl_names *gl, int width, int height,
                             unsigned *fbo)
{
    int limit = 0;
    unsigned buffer = 0;
    gl->get_integer(GL_MAX_RENDERBUFFER_SIZE, &limit);
    if (width > limit || height > limit) {
        complain("--painter gl: %dx%d is above the %d pixels a side of this OpenGL", width,
                 height, limit);
        return false;
    }
    gl->gen_framebuffers(1, fbo);
    gl->bind_framebuffer(GL_FRAMEBUFFER, *fbo);
    gl->gen_renderbuffers(1, &buffer);
    gl->bind_renderbuffer(GL_RENDERBUFFER, buffer);
    gl->renderbuffer_storage(GL_RENDERBUFFER, GL_RGBA8, width, height);
    gl->framebuffer_renderbuffer(GL_FRAMEBUFFER, GL_COLOR_ATTACHMENT, GL_RENDERBUFFER,
                                 buffer);
    if (gl->check_framebuffer(GL_FRAMEBUFFER) == GL_FRAMEBUFFER_COMPLETE)
        return true;
    complain("--painter gl: no framebuffer of %dx%d pixels", width, height);
    return false;
}

// Bytes R, G, B, A in memory become words 0xffRRGGBB.
static void to_words(uint32_t *pixels, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        uint8_t byte[4];
        memcpy(byte, &pixels[i], 4);
        pixels[i] =
            0xff000000u | (uint32_t)byte[0] << 16 | (uint32_t)byte[1] << 8 | byte[2];
    }
}

static bool paint_current(const struct egl *egl, struct plt_figure *figure,
                          struct plt_log *log, uint32_t *pixels, const struct options *o,
                          struct plt_paint_stats *stats)
{
    struct gl_names names;
    unsigned fbo = 0;
    if (!load_gl(egl, &names)) {
        complain("--painter gl: the OpenGL of this machine lacks entry points");
        return false;
    }
    if (!make_framebuffer(&names, o->width, o->height, &fbo))
        return false;
    const struct plt_gl_params params = {
        .get_proc_address = get_proc_address, .user = (void *)egl, .log = log};
    struct plt_gl *gl = plt_gl_create(&params);
    bool ok =
        gl && plt_gl_paint(gl, figure, fbo, o->width, o->height, o->scale, true, stats);
    if (ok) {
        names.bind_framebuffer(GL_FRAMEBUFFER, fbo);
        names.pixel_store(GL_PACK_ALIGNMENT, 4);
        names.read_pixels(0, 0, o->width, o->height, GL_RGBA, GL_UNSIGNED_BYTE, pixels);
        to_words(pixels, (size_t)o->width * (size_t)o->height);
    }
    plt_gl_destroy(gl);
    return ok;
}

bool headless_gl_paint(struct plt_figure *figure, struct plt_log *log, uint32_t *pixels,
                       const struct options *options, struct plt_paint_stats *stats)
{
    struct egl egl = {0};
    if (!load_egl(&egl) || !open_context(&egl)) {
        complain(
            "--painter gl: no OpenGL 3.3 or OpenGL ES 3.0 through EGL on this machine");
        return false;
    }
    bool ok = paint_current(&egl, figure, log, pixels, options, stats);
    close_context(&egl);
    return ok;
}
