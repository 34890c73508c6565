// The border to an image engine in a module opened at run time (CUDA: gpu/cuda/): one
// function by name, plain tables both ways, so that neither links the other. Code of this
// side: image/open.c. Thread-safety: all functions may be called from any thread, the
// gl_ ones with the context current.
#pragma once

#include <plotlib/base/message.h>
#include <plotlib/base/rect.h>
#include <plotlib/image/engine.h>
#include <plotlib/image/plane.h>
#include <plotlib/image/stats.h>

// Of everything below and of the jobs: another number is another module.
enum { PLT_IMAGE_MODULE_ABI = 1 };

// What a module uses of the core.
struct plt_image_core {
    int32_t abi;
    void (*message)(enum plt_level level, const char *text);
    bool (*plane_make)(struct plt_plane *plane, const struct plt_image_view *view,
                       int32_t channel);
    const void *(*plane_read)(const struct plt_plane *plane, uint64_t first, size_t n,
                              void *room);
    struct plt_levels (*levels_make)(double lo, double hi, int32_t entries);
    bool (*percentiles)(const struct plt_image_percentiles_job *job,
                        const struct plt_percentiles_reader *reader);
    void (*pool_run)(struct plt_pool *pool, int count, void (*fn)(void *user, int i),
                     void *user);
};

// What a module is. Views may be of host memory, or have a `device` (data/image.h).
struct plt_image_module {
    int32_t abi;
    const char *device; // "NVIDIA ..."
    // Jobs that fail are told of in one line, and return false: the CPU's turn.
    struct plt_image_engine engine;
    // Copies a view of the card's memory to [rows][columns][channels] side by side.
    bool (*fetch)(const struct plt_image_view *view, void *pixels);
    // An OpenGL buffer object that `gl_fill` may write. NULL after one line: no interop.
    // Detach it before the buffer is deleted or given new storage.
    void *(*gl_attach)(unsigned buffer);
    void (*gl_detach)(void *attached);
    // Samples of `part` of a view of the card's memory go to the start of the buffer, side
    // by side, in their own type or as PLT_F32, without touching the host.
    bool (*gl_fill)(void *attached, const struct plt_image_view *view,
                    struct plt_irect part, enum plt_type as);
};

// The one symbol of a module. NULL, with the reason in `reason`, where it cannot run here:
// no driver, no card.
#define PLT_IMAGE_MODULE_ENTRY "plt_image_module_entry"
typedef const struct plt_image_module *(*plt_image_module_entry_fn)(
    const struct plt_image_core *core, char *reason, size_t reason_size);

// The module of this process, opened by the first call; NULL where there is none, which is
// told once, in `log`. $PLOTLIB_CUDA_MODULE is its file ("" = none); else plotlib-cuda.so
// is looked for beside the library that this function is in, in the folder plotlib/ there,
// and where it was installed. Nothing else is opened.
const struct plt_image_module *plt_image_module_find(struct plt_log *log);

// The best engine here: the module's, whose failed jobs the CPU does, or the CPU's own.
// Views of the card's memory must have a `device`; all other addresses are the host's.
const struct plt_image_engine *plt_image_engine_find(struct plt_log *log);
// The same around any module (tests), and around none.
const struct plt_image_engine *
plt_image_engine_around(const struct plt_image_module *module);
