// Bands of a picture on threads (bands.h).
#include <plotlib/base/bands.h>

#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <unistd.h>

struct band {
    void (*fn)(void *user, int band);
    void *user;
    int index;
    pthread_t thread;
    bool started;
};

int plt_bands_count(void)
{
    long cores = sysconf(_SC_NPROCESSORS_ONLN);
    return cores < 1 ? 1 : cores < PLT_BANDS_MAX ? (int)cores : PLT_BANDS_MAX;
}

static void *run_band(void *argument)
{
    struct band *band = argument;
    band->fn(band->user, band->index);
    return NULL;
}

void plt_bands_run(int count, void (*fn)(void *user, int band), void *user)
{
    struct band bands[PLT_BANDS_MAX];
    sigset_t all, before;
    sigfillset(&all);
    // Signals of the program are for its own threads.
    bool masked = count > 1 && pthread_sigmask(SIG_SETMASK, &all, &before) == 0;
    for (int i = 1; i < count; i++) {
        bands[i] = (struct band){.fn = fn, .user = user, .index = i};
        bands[i].started =
            masked && pthread_create(&bands[i].thread, NULL, run_band, &bands[i]) == 0;
    }
    if (masked)
        pthread_sigmask(SIG_SETMASK, &before, NULL);
    fn(user, 0);
    for (int i = 1; i < count; i++) {
        if (bands[i].started)
            pthread_join(bands[i].thread, NULL);
        else
            fn(user, i);
    }
}
