// A headless OpenGL context for tests: EGL on Mesa's surfaceless platform, opened at run
// time, so that nothing links EGL or GL and a machine without them skips. Values: the
// Khronos registry, egl.xml. One thread, one context at a time.
#pragma once

#include <dlfcn.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

struct test_egl {
    void *library, *display, *context;
    void *(*get_proc_address)(const char *name);
    unsigned (*make_current)(void *display, void *draw, void *read, void *context);
    unsigned (*destroy_context)(void *display, void *context);
    const char *reason; // why there is none
};

static inline void *test_egl_proc(void *user, const char *name)
{
    struct test_egl *egl = user;
    return egl->get_proc_address(name);
}

// The symbol's bytes become the function pointer at `field`.
static inline bool test_egl_symbol(struct test_egl *egl, const char *name, void *field)
{
    void *symbol = egl->library ? dlsym(egl->library, name) : NULL;
    memcpy(field, &symbol, sizeof(symbol));
    return symbol != NULL;
}

// The driver stays loaded: a leak checker can then name it, and what it keeps is reachable.
static inline void test_egl_close(struct test_egl *egl)
{
    if (egl->context) {
        egl->make_current(egl->display, NULL, NULL, NULL);
        egl->destroy_context(egl->display, egl->context);
    }
    *egl = (struct test_egl){0};
}

static inline bool test_egl_fail(struct test_egl *egl, const char *reason)
{
    test_egl_close(egl);
    egl->reason = reason;
    return false;
}

// The display of a card's driver, which needs no window system; NULL: none (`card` counts
// from 0; EGL_EXT_device_enumeration, EGL_EXT_platform_device).
static inline void *test_egl_card(struct test_egl *egl, int card)
{
    enum { PLATFORM_DEVICE = 0x313F, MOST = 16 };
    unsigned (*query_devices)(int32_t most, void **devices, int32_t *count);
    void *(*get_display)(unsigned platform, void *native, const intptr_t *attributes);
    void *devices[MOST];
    int32_t count = 0;
    void *symbol = egl->get_proc_address("eglQueryDevicesEXT");
    memcpy(&query_devices, &symbol, sizeof(symbol));
    if (!symbol || !test_egl_symbol(egl, "eglGetPlatformDisplay", &get_display) ||
        !query_devices(MOST, devices, &count) || card >= count)
        return NULL;
    return get_display(PLATFORM_DEVICE, devices[card], NULL);
}

// Makes an OpenGL 3.3 core context, or OpenGL ES 3.0, current. False: see `reason`.
// Software, unless the environment says LIBGL_ALWAYS_SOFTWARE=0; PLOTLIB_EGL_CARD=N takes
// the driver of a card.
static inline bool test_egl_open(struct test_egl *egl, bool es)
{
    enum { SURFACELESS_MESA = 0x31DD, API_ES = 0x30A0, API_GL = 0x30A2, NONE = 0x3038 };
    enum { MAJOR = 0x3098, MINOR = 0x30FB, PROFILE = 0x30FD, CORE = 1 };
    const int32_t gl_attributes[] = {MAJOR, 3, MINOR, 3, PROFILE, CORE, NONE};
    const int32_t es_attributes[] = {MAJOR, 3, MINOR, 0, NONE};
    void *(*get_display)(unsigned platform, void *native, const intptr_t *attributes);
    unsigned (*initialize)(void *display, int32_t *major, int32_t *minor);
    unsigned (*bind_api)(unsigned api);
    void *(*create_context)(void *display, void *config, void *share, const int32_t *list);

    setenv("LIBGL_ALWAYS_SOFTWARE", "1", 0);
    *egl = (struct test_egl){.library = dlopen("libEGL.so.1", RTLD_NOW | RTLD_LOCAL)};
    if (!egl->library)
        return test_egl_fail(egl, "no libEGL.so.1");
    if (!test_egl_symbol(egl, "eglGetPlatformDisplay", &get_display) ||
        !test_egl_symbol(egl, "eglInitialize", &initialize) ||
        !test_egl_symbol(egl, "eglBindAPI", &bind_api) ||
        !test_egl_symbol(egl, "eglCreateContext", &create_context) ||
        !test_egl_symbol(egl, "eglGetProcAddress", &egl->get_proc_address) ||
        !test_egl_symbol(egl, "eglMakeCurrent", &egl->make_current) ||
        !test_egl_symbol(egl, "eglDestroyContext", &egl->destroy_context))
        return test_egl_fail(egl, "an EGL older than 1.5");
    const char *card = getenv("PLOTLIB_EGL_CARD");
    egl->display =
        card ? test_egl_card(egl, atoi(card)) : get_display(SURFACELESS_MESA, NULL, NULL);
    if (!egl->display || !initialize(egl->display, NULL, NULL))
        return test_egl_fail(egl, card ? "no EGL display of a card"
                                       : "no surfaceless EGL display");
    // No config: nothing is drawn to an EGL surface (EGL_KHR_no_config_context).
    if (bind_api(es ? API_ES : API_GL))
        egl->context =
            create_context(egl->display, NULL, NULL, es ? es_attributes : gl_attributes);
    if (!egl->context || !egl->make_current(egl->display, NULL, NULL, egl->context))
        return test_egl_fail(egl,
                             es ? "no OpenGL ES 3.0 context" : "no OpenGL 3.3 context");
    return true;
}
