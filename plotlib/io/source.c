// Live sources: the engine table, the thread and what it tells about itself. The engines
// (stream.c, system.c) bring samples in; everything after them is a series.
#include <plotlib/io/source.h>

#include <plotlib/base/alloc.h>
#include <plotlib/base/number.h>

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <string.h>
#include <unistd.h>

static const struct plt_source_engine *const engines[] = {
    &plt_stream_engine,
    &plt_system_engine,
};

static const struct plt_source_engine *find_engine(const char *uri)
{
    for (size_t i = 0; i < sizeof(engines) / sizeof(engines[0]); i++) {
        if (strcmp(engines[i]->scheme, uri) == 0)
            return engines[i];
    }
    return NULL;
}

enum plt_source_wake plt_source_sleep(struct plt_source *source, int fd, int timeout_ms)
{
    struct pollfd polls[2] = {{.fd = source->wake[0], .events = POLLIN},
                              {.fd = fd, .events = POLLIN}};
    int n = poll(polls, fd >= 0 ? 2 : 1, timeout_ms);
    if (n > 0 && polls[0].revents)
        return PLT_WAKE_STOP;
    return n > 0 ? PLT_WAKE_READY : PLT_WAKE_TIMEOUT;
}

static void free_slot(struct plt_source_slot *slot)
{
    plt_series_unref(slot->series);
    plt_free(slot->name);
    plt_free(slot->unit);
    plt_free(slot->group);
}

bool plt_source_add_channel(struct plt_source *source,
                            const struct plt_series_params *params, const char *unit,
                            const char *group)
{
    if (!plt_reserve((void **)&source->slots, &source->slot_capacity, source->num_slots + 1,
                     sizeof(*source->slots))) {
        plt_no_memory(source->log, "a source's channels");
        return false;
    }
    struct plt_source_slot slot = {
        .series = plt_series_create(params),
        .name = plt_strdup(params->name),
        .unit = plt_strdup(unit),
        .group = plt_strdup(group),
    };
    if (!slot.series || !slot.name || !slot.unit || !slot.group) {
        free_slot(&slot);
        return false;
    }
    source->slots[source->num_slots++] = slot;
    return true;
}

static void set_state(struct plt_source *source, enum plt_source_state state)
{
    pthread_mutex_lock(&source->mutex);
    atomic_store_explicit(&source->state, (int)state, memory_order_release);
    pthread_cond_broadcast(&source->ended);
    pthread_mutex_unlock(&source->mutex);
    if (source->params.changed)
        source->params.changed(source->params.user);
}

void plt_source_go_live(struct plt_source *source)
{
    atomic_store_explicit(&source->num_channels, (int)source->num_slots,
                          memory_order_release);
    set_state(source, PLT_SOURCE_LIVE);
}

void plt_source_end(struct plt_source *source)
{
    set_state(source, PLT_SOURCE_ENDED);
}

void plt_source_fail(struct plt_source *source, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    plt_vformat(source->error, sizeof(source->error), format, args);
    va_end(args);
    plt_error(source->log, SOURCE, "%s", source->error);
    set_state(source, PLT_SOURCE_FAILED);
}

static void *run_thread(void *user)
{
    struct plt_source *source = user;
    source->engine->run(source);
    return NULL;
}

// The thread takes no signals: the program's handlers run where the program expects them.
static bool start_thread(struct plt_source *source)
{
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    int failure = pthread_create(&source->thread, NULL, run_thread, source);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    source->started = failure == 0;
    if (failure)
        plt_error(source->log, SOURCE, "%s: no thread: %s", source->engine->scheme,
                  strerror(failure));
    return source->started;
}

static bool check_params(const struct plt_source_params *params, const char *uri)
{
    struct plt_log *log = params->log;
    if ((int)params->format < PLT_SOURCE_TEXT || params->format > PLT_SOURCE_U16) {
        plt_error(log, BAD_ARGUMENT, "source '%s': unknown format %d", uri, params->format);
        return false;
    }
    if (params->channels < 0 || params->channels > PLT_SOURCE_MAX_CHANNELS) {
        plt_error(log, BAD_ARGUMENT, "source '%s': %d channels are outside 1..%d", uri,
                  params->channels, PLT_SOURCE_MAX_CHANNELS);
        return false;
    }
    if (!(params->rate_hz >= 0) || !isfinite(params->rate_hz)) {
        plt_error(log, BAD_ARGUMENT, "source '%s': a rate of %g Hz", uri, params->rate_hz);
        return false;
    }
    return true;
}

struct plt_source *plt_source_open_engine(const struct plt_source_engine *engine, int fd,
                                          const struct plt_source_params *params,
                                          void *priv)
{
    struct plt_source *source = plt_calloc(1, sizeof(*source));
    if (!source) {
        plt_no_memory(params->log, "a source");
        return NULL;
    }
    source->engine = engine;
    source->params = *params;
    source->log = plt_log_ref(params->log);
    source->fd = fd;
    source->priv = priv;
    pthread_mutex_init(&source->mutex, NULL);
    pthread_cond_init(&source->ended, NULL);
    // Seen before the pipe below can take a closed descriptor's number.
    if (!engine->endless && fcntl(fd, F_GETFD) < 0) {
        plt_error(params->log, SOURCE, "source '%s' is closed", engine->scheme);
        source->wake[0] = source->wake[1] = -1;
        goto error;
    }
    if (pipe2(source->wake, O_CLOEXEC) != 0) {
        plt_error(params->log, SOURCE, "%s: no pipe: %s", engine->scheme, strerror(errno));
        source->wake[0] = source->wake[1] = -1;
        goto error;
    }
    if (!engine->open(source))
        goto error;
    if (source->num_slots) { // an engine that knows its channels is live at once
        atomic_store(&source->num_channels, (int)source->num_slots);
        atomic_store(&source->state, PLT_SOURCE_LIVE);
    }
    if (!start_thread(source))
        goto error;
    return source;

error:
    plt_source_close(source);
    return NULL;
}

struct plt_source *plt_source_open(const char *uri, const struct plt_source_params *params)
{
    struct plt_source_params none = {0};
    params = params ? params : &none;
    plt_require(params->log, uri, NULL);
    const struct plt_source_engine *engine = find_engine(uri);
    if (!engine) {
        plt_error(params->log, BAD_ARGUMENT, "unknown source '%s'", uri);
        return NULL;
    }
    if (!check_params(params, uri))
        return NULL;
    return plt_source_open_engine(engine, 0, params, NULL);
}

struct plt_source *plt_source_open_fd(int fd, const struct plt_source_params *params)
{
    struct plt_source_params none = {0};
    params = params ? params : &none;
    return check_params(params, "-")
               ? plt_source_open_engine(&plt_stream_engine, fd, params, NULL)
               : NULL;
}

void plt_source_close(struct plt_source *source)
{
    if (!source)
        return;
    if (source->started) {
        // One byte in an empty pipe always fits; should it fail, the pipe's end will do.
        if (write(source->wake[1], "", 1) != 1) {
            close(source->wake[1]);
            source->wake[1] = -1;
        }
        pthread_join(source->thread, NULL);
    }
    source->engine->finish(source);
    for (int i = 0; i < 2; i++) {
        if (source->wake[i] >= 0)
            close(source->wake[i]);
    }
    for (size_t i = 0; i < source->num_slots; i++)
        free_slot(&source->slots[i]);
    plt_free(source->slots);
    pthread_cond_destroy(&source->ended);
    pthread_mutex_destroy(&source->mutex);
    plt_log_unref(source->log);
    plt_free(source);
}

enum plt_source_state plt_source_get_state(const struct plt_source *source)
{
    plt_require(NULL, source, PLT_SOURCE_FAILED);
    return (enum plt_source_state)atomic_load_explicit(&source->state,
                                                       memory_order_acquire);
}

bool plt_source_wait(struct plt_source *source)
{
    plt_require(NULL, source, false);
    if (source->engine->endless) {
        plt_error(source->log, BAD_ARGUMENT, "source '%s' has no end to wait for",
                  source->engine->scheme);
        return false;
    }
    pthread_mutex_lock(&source->mutex);
    while (atomic_load(&source->state) < PLT_SOURCE_ENDED)
        pthread_cond_wait(&source->ended, &source->mutex);
    pthread_mutex_unlock(&source->mutex);
    return plt_source_get_state(source) == PLT_SOURCE_ENDED;
}

int plt_source_num_channels(const struct plt_source *source)
{
    plt_require(NULL, source, 0);
    return atomic_load_explicit(&source->num_channels, memory_order_acquire);
}

struct plt_source_channel plt_source_get_channel(const struct plt_source *source, int i)
{
    struct plt_source_channel none = {NULL, "", "", ""};
    plt_require(NULL, source, none);
    plt_require(source->log, i >= 0 && i < plt_source_num_channels(source), none);
    const struct plt_source_slot *slot = &source->slots[i];
    return (struct plt_source_channel){slot->series, slot->name, slot->unit, slot->group};
}

struct plt_source_stats plt_source_get_stats(const struct plt_source *source)
{
    struct plt_source_stats none = {0};
    plt_require(NULL, source, none);
    return (struct plt_source_stats){
        .values = atomic_load(&source->values),
        .dropped = atomic_load(&source->dropped),
        .gaps = atomic_load(&source->gaps),
        .bytes = atomic_load(&source->bytes),
    };
}

const char *plt_source_error(const struct plt_source *source)
{
    plt_require(NULL, source, "");
    return plt_source_get_state(source) == PLT_SOURCE_FAILED ? source->error : "";
}
