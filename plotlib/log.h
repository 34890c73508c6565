// Where messages go. A log is given to the figure (or series, file, source) that should
// use it and inherited below; NULL everywhere means warnings and errors on stderr.
// Thread-safety: safe; the callback may be called from any thread, one call at a time.
#pragma once

#include <plotlib/types.h>

#ifdef __cplusplus
extern "C" {
#endif

enum plt_level {
    PLT_LEVEL_WARN = 0, // default: warnings and errors
    PLT_LEVEL_ERROR,    // errors only
    PLT_LEVEL_INFO,     // and what was chosen: painter, font, engine
    PLT_LEVEL_DEBUG,
    PLT_LEVEL_NONE,
};

// Stable ids of validation messages, so that a program (or a test) can tell them apart.
// clang-format off
#define PLT_MSG_LIST(X)                                                   \
    X(GENERIC)          /* everything without an id of its own */         \
    X(NO_MEMORY)        /* an allocation failed; nothing was changed */   \
    X(BAD_ARGUMENT)     /* a NULL or out-of-range argument */             \
    X(X_NOT_ACCEPTED)   /* x given to a uniform series, or not given */   \
    X(X_ORDER)          /* x goes back that was promised not to */        \
    X(BAD_RANGE)        /* a view range that is empty or not finite */    \
    X(FILE_OPEN)        /* a file cannot be opened, read or written */    \
    X(FILE_FORMAT)      /* a file's content is not what it claims */      \
    X(FILE_CHANGED)     /* a file was changed while it was shown */       \
    X(SIDECAR)          /* a pyramid file is wrong or not written */      \
    X(FILE_GAPS)        /* unusable values in a text file became gaps */  \
    X(NO_FONT)          /* no font found; text is left out */             \
    X(GL_UNAVAILABLE)   /* no usable OpenGL; the CPU painter is used */   \
    X(GL_LOST)          /* the OpenGL context went away */                \
    X(NO_DISPLAY)       /* no window system */                            \
    X(SOURCE)           /* a live source failed or ended */
// clang-format on
enum plt_msg {
#define PLT_MSG_ENUM(name) PLT_MSG_##name,
    PLT_MSG_LIST(PLT_MSG_ENUM)
#undef PLT_MSG_ENUM
};

// `text` has no newline and no prefix and is valid during the call.
typedef void (*plt_log_fn)(void *user, enum plt_level level, enum plt_msg id,
                           const char *text);

struct plt_log_params {
    plt_log_fn fn;        // NULL = stderr, "plotlib: text\n"
    void *user;           // handed to `fn`
    enum plt_level level; // the least important level that is passed on
};

// Shared: every object that is given a log takes a reference; the creator holds one.
PLT_API struct plt_log *plt_log_create(const struct plt_log_params *params);
PLT_API struct plt_log *plt_log_ref(struct plt_log *log); // returns `log`; NULL is fine
PLT_API void plt_log_unref(struct plt_log *log);
// Writes a message of one's own, as a widget or a source does. `text`: no newline.
PLT_API void plt_log_write(struct plt_log *log, enum plt_level level, enum plt_msg id,
                           const char *text);

#ifdef __cplusplus
}
#endif
