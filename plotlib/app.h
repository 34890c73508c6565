// The program around the windows: one event loop, services callable from other threads.
// Part of libplotlib-qt; inside it is a QApplication. Code: widgets/app.cpp.
// Thread-safety: the thread that created it, except plt_app_post and plt_app_quit (any).
#pragma once

#include <plotlib/types.h>

#ifdef __cplusplus
extern "C" {
#endif

struct plt_app;

// Joins a QApplication that exists, else creates one. NULL, with one log line, when there
// is no window system. argc and argv must live as long as the app. The C locale's number
// format stays in force whatever the environment says.
PLT_API struct plt_app *plt_app_create(int *argc, char **argv);
// Destroys remaining widgets, then the QApplication if we created it.
PLT_API void plt_app_destroy(struct plt_app *app);

// Runs until plt_app_quit or, when we created the QApplication, until the last window is
// closed. Returns the exit status given to quit, 0 otherwise.
PLT_API int plt_app_run(struct plt_app *app);
PLT_API void plt_app_quit(struct plt_app *app, int status);
// For programs with their own loop: handles what is pending, waiting at most timeout_ms
// for the first event (0 = do not wait). False once quit was asked or all is closed.
PLT_API bool plt_app_step(struct plt_app *app, int timeout_ms);

// Runs fn(arg) soon on the app's thread, in the order of posting. Any thread. What is
// still queued when the app is destroyed is dropped. False when the app is going away.
PLT_API bool plt_app_post(struct plt_app *app, void (*fn)(void *arg), void *arg);

// Calls fn(user) every interval_ms (>= 0) on the app's thread until stopped. Returns an id
// > 0, 0 on failure. Stopping a timer from its own callback is fine.
PLT_API int plt_app_start_timer(struct plt_app *app, int interval_ms,
                                void (*fn)(void *user), void *user);
PLT_API void plt_app_stop_timer(struct plt_app *app, int id);

#ifdef __cplusplus
}
#endif
