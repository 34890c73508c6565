// Opens the module with the CUDA engine, once in a process, and stands behind it: what it
// cannot do, the CPU does.
#include <dlfcn.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <plotlib/base/number.h>
#include <plotlib/image/mix.h>
#include <plotlib/image/module.h>
#include <plotlib/image/stack.h>

#ifndef PLT_MODULE_DIR
#error "meson passes PLT_MODULE_DIR"
#endif

#define MODULE_FILE "plotlib-cuda.so"

enum { PATH_SIZE = 4096 };

// A process has one driver and one card's memory: so these are not a figure's.
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static bool tried;
static const struct plt_image_module *behind; // set before the guarded engine is given out

// --- opening -----------------------------------------------------------------------------

// Of a job, later: whose figure it is for is not known then.
static void message(enum plt_level level, const char *text)
{
    plt_log_write(NULL, level, PLT_MSG_GENERIC, text);
}

static const struct plt_image_core core = {
    .abi = PLT_IMAGE_MODULE_ABI,
    .message = message,
    .plane_make = plt_plane_make,
    .plane_read = plt_plane_read,
    .levels_make = plt_levels_make,
    .percentiles = plt_image_percentiles_read,
    .pool_run = plt_pool_run,
};

static bool exists(const char *folder, size_t length, const char *below, char *path)
{
    if (length == 0 || length > PATH_SIZE / 2)
        return false;
    plt_format(path, PATH_SIZE, "%.*s%s" MODULE_FILE, (int)length, folder, below);
    return access(path, F_OK) == 0;
}

// False where there is no such file.
static bool find_file(char *path)
{
    static const char here = 0;
    Dl_info info;
    if (dladdr(&here, &info) && info.dli_fname) {
        const char *end = strrchr(info.dli_fname, '/');
        const size_t length = end ? (size_t)(end - info.dli_fname) : 0;
        if (exists(info.dli_fname, length, "/", path) ||
            exists(info.dli_fname, length, "/plotlib/", path))
            return true;
    }
    return exists(PLT_MODULE_DIR, strlen(PLT_MODULE_DIR), "/", path);
}

static const struct plt_image_module *open_file(const char *path, struct plt_log *log)
{
    void *library = dlopen(path, RTLD_NOW | RTLD_LOCAL);
    void *symbol = library ? dlsym(library, PLT_IMAGE_MODULE_ENTRY) : NULL;
    if (!symbol) {
        plt_warn(log, GENERIC, "CUDA: %s; images are computed by the CPU", dlerror());
        if (library)
            dlclose(library);
        return NULL;
    }
    plt_image_module_entry_fn entry;
    memcpy(&entry, &symbol, sizeof(entry));
    char reason[256] = "";
    const struct plt_image_module *module = entry(&core, reason, sizeof(reason));
    if (module && module->abi == PLT_IMAGE_MODULE_ABI) {
        plt_info(log, "CUDA: images are computed by '%s'", module->device);
        return module;
    }
    plt_info(log, "CUDA: %s; images are computed by the CPU",
             module ? "the module is of another version" : reason);
    return NULL; // a driver that was loaded stays: it does not like to be unloaded
}

static const struct plt_image_module *open_module(struct plt_log *log)
{
    char path[PATH_SIZE];
    const char *wanted = secure_getenv("PLOTLIB_CUDA_MODULE");
    if (wanted && !wanted[0]) {
        plt_info(log, "CUDA: not wanted; images are computed by the CPU");
        return NULL;
    }
    if (wanted)
        return open_file(wanted, log);
    if (find_file(path))
        return open_file(path, log);
    plt_info(log, "CUDA: no " MODULE_FILE "; images are computed by the CPU");
    return NULL;
}

const struct plt_image_module *plt_image_module_find(struct plt_log *log)
{
    pthread_mutex_lock(&lock);
    if (!tried)
        behind = open_module(log);
    tried = true;
    const struct plt_image_module *module = behind;
    pthread_mutex_unlock(&lock);
    return module;
}

// --- the engine with the CPU behind it ---------------------------------------------------

static bool colors(const struct plt_image_colors *job, uint32_t *dst, size_t dst_stride)
{
    struct plt_image_colors host = *job;
    return behind->engine.colors(job, dst, dst_stride) ||
           (plt_image_to_host(&host.src) &&
            plt_image_engine_cpu.colors(&host, dst, dst_stride));
}

static bool stats(const struct plt_image_stats_job *job)
{
    struct plt_image_stats_job host = *job;
    return behind->engine.stats(job) ||
           (plt_image_to_host(&host.src) && plt_image_engine_cpu.stats(&host));
}

static bool histogram(const struct plt_image_histogram_job *job)
{
    struct plt_image_histogram_job host = *job;
    return behind->engine.histogram(job) ||
           (plt_image_to_host(&host.src) && plt_image_engine_cpu.histogram(&host));
}

static bool percentiles(const struct plt_image_percentiles_job *job)
{
    struct plt_image_percentiles_job host = *job;
    return behind->engine.percentiles(job) ||
           (plt_image_to_host(&host.src) && plt_image_engine_cpu.percentiles(&host));
}

static bool mix(const struct plt_image_mix_job *job)
{
    struct plt_image_mix_channel channels[PLT_MIX_MOST];
    struct plt_image_mix_job host = *job;
    if (behind->engine.mix(job))
        return true;
    if (job->num < 1 || job->num > PLT_MIX_MOST)
        return false;
    for (int32_t i = 0; i < job->num; i++) {
        channels[i] = job->channels[i];
        if (!plt_image_to_host(&channels[i].src))
            return false;
    }
    host.channels = channels;
    return plt_image_engine_cpu.mix(&host);
}

// A stack in the card's memory is not an image, so that it has no copy.
static bool project(const struct plt_image_project_job *job)
{
    return behind->engine.project(job) ||
           (!job->src.device && plt_image_engine_cpu.project(job));
}

static bool flat_field(const struct plt_image_flat_field_job *job)
{
    struct plt_image_flat_field_job host = *job;
    return behind->engine.flat_field(job) ||
           (plt_image_to_host(&host.src) && plt_image_engine_cpu.flat_field(&host));
}

static const struct plt_image_engine guarded = {
    .name = "cuda",
    .colors = colors,
    .stats = stats,
    .histogram = histogram,
    .percentiles = percentiles,
    .mix = mix,
    .project = project,
    .flat_field = flat_field,
};

const struct plt_image_engine *plt_image_engine_find(struct plt_log *log)
{
    return plt_image_module_find(log) ? &guarded : &plt_image_engine_cpu;
}

const struct plt_image_engine *
plt_image_engine_around(const struct plt_image_module *module)
{
    pthread_mutex_lock(&lock);
    behind = module;
    tried = true;
    pthread_mutex_unlock(&lock);
    return module ? &guarded : &plt_image_engine_cpu;
}
