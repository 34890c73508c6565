// Images in a CUDA card's memory (plotlib/cuda.h): what data/image.c keeps of them, with
// the module's functions.
#include <plotlib/base/message.h>
#include <plotlib/cuda.h>
#include <plotlib/image/module.h>

static bool fetch(const struct plt_image_view *view, void *pixels)
{
    const struct plt_image_module *module = plt_image_module_find(NULL);
    return module && module->fetch(view, pixels);
}

static bool bounds(const struct plt_image_view *view, struct plt_range *bounds)
{
    const struct plt_image_module *module = plt_image_module_find(NULL);
    struct plt_image_stats stats;
    const struct plt_image_stats_job job = {.src = *view, .out = &stats};
    if (!module || !module->engine.stats(&job) || stats.finite == 0)
        return false;
    *bounds = (struct plt_range){stats.min, stats.max};
    return true;
}

const char *plt_cuda_device(struct plt_log *log)
{
    const struct plt_image_module *module = plt_image_module_find(log);
    return module ? module->device : NULL;
}

struct plt_image *plt_image_wrap_cuda(const void *pixels, size_t pitch, void *stream,
                                      const struct plt_image_params *params,
                                      plt_release_fn release, void *user)
{
    const struct plt_image_device device = {
        .pixels = pixels, .stream = stream, .fetch = fetch, .bounds = bounds};
    struct plt_image_params p = params ? *params : (struct plt_image_params){0};
    plt_require(p.log, params && pixels, NULL);
    if (!plt_image_module_find(p.log)) {
        plt_error(p.log, GENERIC,
                  "image of %d x %d in CUDA memory: there is no CUDA here that can read it",
                  (int)p.columns, (int)p.rows);
        return NULL;
    }
    if (pitch)
        p.row_stride = pitch;
    return plt_image_wrap_device(&device, &p, release, user);
}
