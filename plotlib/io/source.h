// What source.c shares with its engines (stream.c, system.c): the source itself, its
// thread's waiting and how it tells its state. First on the data's way: io -> data.
// Thread-safety: the thread runs engine->run; fields are written before the state or the
// channel count that publishes them.
#pragma once

#include <plotlib/base/message.h>
#include <plotlib/source.h>

#include <pthread.h>
#include <stdatomic.h>

struct plt_source_engine {
    const char *scheme; // the whole name, or a prefix when it ends with ':'
    bool endless;       // plt_source_wait would never return
    // Checks the parameters and acquires what is needed; may add channels already.
    bool (*open)(struct plt_source *source);
    // The source's thread. Returns when stopped, ended or failed.
    void (*run)(struct plt_source *source);
    void (*finish)(struct plt_source *source); // after `run`; undoes open, also half of it
};

struct plt_source_slot {
    struct plt_series *series;
    char *name, *unit, *group;
};

enum { PLT_SOURCE_MAX_CHANNELS = 1024 };

struct plt_source {
    const struct plt_source_engine *engine;
    struct plt_source_params params;
    struct plt_log *log;
    void *priv; // of the engine
    int fd;     // of a stream
    int wake[2];
    pthread_t thread;
    bool started;
    atomic_int state, num_channels;
    struct plt_source_slot *slots;
    size_t slot_capacity, num_slots; // owned by the thread that adds channels
    atomic_uint_fast64_t values, dropped, gaps, bytes;
    pthread_mutex_t mutex; // with `ended`: for plt_source_wait
    pthread_cond_t ended;
    char error[320];
};

// Any engine, also one without a name to be found by; `priv` is there before `open`.
struct plt_source *plt_source_open_engine(const struct plt_source_engine *engine, int fd,
                                          const struct plt_source_params *params,
                                          void *priv);
extern const struct plt_source_engine plt_stream_engine;
extern const struct plt_source_engine plt_system_engine;

// "-" on another descriptor than 0, which stays open: for tests.
struct plt_source *plt_source_open_fd(int fd, const struct plt_source_params *params);

bool plt_source_add_channel(struct plt_source *source,
                            const struct plt_series_params *params, const char *unit,
                            const char *group);
// All channels are there.
void plt_source_go_live(struct plt_source *source);
void plt_source_end(struct plt_source *source);
// Keeps and logs the reason.
void plt_source_fail(struct plt_source *source, const char *format, ...) PLT_PRINTF(2, 3);

enum plt_source_wake {
    PLT_WAKE_TIMEOUT = 0,
    PLT_WAKE_READY, // `fd` can be read, or has ended
    PLT_WAKE_STOP,  // plt_source_close was called
};
// Waits for `fd` (-1 = nothing), at most timeout_ms (-1 = for ever).
enum plt_source_wake plt_source_sleep(struct plt_source *source, int fd, int timeout_ms);
