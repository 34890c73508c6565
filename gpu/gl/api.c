// Finds the entry points of the host's OpenGL and reads its version text. First step of
// gpu/gl/painter.c; nothing else in the library asks the driver for a function.
#include <gpu/gl/api.h>

#include <stdio.h>
#include <string.h>

// A data pointer becomes a function pointer by its bytes: ISO C has no cast for it.
static void put_entry(void *field, void *entry)
{
    memcpy(field, &entry, sizeof(entry));
}

const char *plt_gl_api_load(struct plt_gl_api *api,
                            void *(*get_proc_address)(void *user, const char *name),
                            void *user)
{
#define GL_ENTRY_LOAD(result, name, arguments)            \
    do {                                                  \
        void *entry = get_proc_address(user, "gl" #name); \
        if (!entry)                                       \
            return "gl" #name;                            \
        put_entry(&api->name, entry);                     \
    } while (0);
    GL_ENTRY_LIST(GL_ENTRY_LOAD)
#undef GL_ENTRY_LOAD
    return NULL;
}

bool plt_gl_api_version(const char *text, bool *es, int *major, int *minor)
{
    static const char es_prefix[] = "OpenGL ES";
    if (!text)
        return false;
    *es = strncmp(text, es_prefix, sizeof(es_prefix) - 1) == 0;
    // ES 1.x says "OpenGL ES-CM 1.1": too old, and the number reads as none.
    return sscanf(text + (*es ? sizeof(es_prefix) - 1 : 0), "%d.%d", major, minor) == 2;
}
