// Writing to a log (the private half of plotlib/log.h), and the entry checks.
// Thread-safety: safe.
#pragma once

#include <plotlib/log.h>

#if defined(__GNUC__)
#define PLT_PRINTF(a, b) __attribute__((format(printf, a, b)))
#else
#define PLT_PRINTF(a, b)
#endif

// Numbers are written with '.' whatever the locale. NULL log = warnings on stderr.
void plt_message(struct plt_log *log, enum plt_level level, enum plt_msg id,
                 const char *format, ...) PLT_PRINTF(4, 5);

#define plt_error(log, id, ...) plt_message(log, PLT_LEVEL_ERROR, PLT_MSG_##id, __VA_ARGS__)
#define plt_warn(log, id, ...) plt_message(log, PLT_LEVEL_WARN, PLT_MSG_##id, __VA_ARGS__)
#define plt_info(log, ...) plt_message(log, PLT_LEVEL_INFO, PLT_MSG_GENERIC, __VA_ARGS__)

void plt_require_failed(struct plt_log *log, const char *expression, const char *function);

// First lines of a public entry: logs the broken expectation and returns `result`.
// -Ddebug-abort=true turns a failure into a crash.
#define plt_require(log, expression, result)                \
    do {                                                    \
        if (!(expression)) {                                \
            plt_require_failed(log, #expression, __func__); \
            return result;                                  \
        }                                                   \
    } while (0)

void plt_no_memory(struct plt_log *log, const char *what);
