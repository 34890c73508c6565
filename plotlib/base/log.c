#include <pthread.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>

#include <plotlib/base/alloc.h>
#include <plotlib/base/message.h>
#include <plotlib/base/number.h>

struct plt_log {
    _Atomic int refs;
    pthread_mutex_t lock;
    struct plt_log_params params;
};

struct plt_log *plt_log_create(const struct plt_log_params *params)
{
    struct plt_log *log = plt_calloc(1, sizeof(*log));
    if (!log)
        return NULL;
    atomic_init(&log->refs, 1);
    pthread_mutex_init(&log->lock, NULL);
    if (params)
        log->params = *params;
    return log;
}

struct plt_log *plt_log_ref(struct plt_log *log)
{
    if (log)
        atomic_fetch_add(&log->refs, 1);
    return log;
}

void plt_log_unref(struct plt_log *log)
{
    if (!log || atomic_fetch_sub(&log->refs, 1) != 1)
        return;
    pthread_mutex_destroy(&log->lock);
    plt_free(log);
}

// Importance, least first: the enum's order is for the user (0 = default).
static int rank(enum plt_level level)
{
    switch (level) {
    case PLT_LEVEL_DEBUG: return 0;
    case PLT_LEVEL_INFO: return 1;
    case PLT_LEVEL_WARN: return 2;
    case PLT_LEVEL_ERROR: return 3;
    case PLT_LEVEL_NONE: return 4;
    }
    return 4;
}

void plt_message(struct plt_log *log, enum plt_level level, enum plt_msg id,
                 const char *format, ...)
{
    if (rank(level) < rank(log ? log->params.level : PLT_LEVEL_WARN))
        return;
    char text[1024];
    va_list args;
    va_start(args, format);
    plt_vformat(text, sizeof(text), format, args);
    va_end(args);
    for (char *c = text; *c; c++) // names come from anywhere: a message is one line
        if ((unsigned char)*c < ' ')
            *c = ' ';
    if (!log || !log->params.fn) {
        fprintf(stderr, "plotlib: %s\n", text);
        return;
    }
    pthread_mutex_lock(&log->lock);
    log->params.fn(log->params.user, level, id, text);
    pthread_mutex_unlock(&log->lock);
}

void plt_log_write(struct plt_log *log, enum plt_level level, enum plt_msg id,
                   const char *text)
{
    plt_message(log, level, id, "%s", text ? text : "");
}

void plt_require_failed(struct plt_log *log, const char *expression, const char *function)
{
    plt_error(log, BAD_ARGUMENT, "%s: expected %s", function, expression);
#ifdef PLT_DEBUG_ABORT
    abort();
#endif
}

void plt_no_memory(struct plt_log *log, const char *what)
{
    plt_error(log, NO_MEMORY, "%s: out of memory", what);
}
