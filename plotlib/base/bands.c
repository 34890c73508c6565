// Bands of a picture on threads (bands.h).
#include <plotlib/base/bands.h>

#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <unistd.h>

enum { MAX_THREADS = 4 };

struct work {
    void (*fn)(void *user, int band);
    void *user;
    int count;
    atomic_int next; // the first band nobody has taken
};

static int num_cores(void)
{
    long cores = sysconf(_SC_NPROCESSORS_ONLN);
    return cores < 1 ? 1 : cores < MAX_THREADS ? (int)cores : MAX_THREADS;
}

int plt_bands_count(void)
{
    return num_cores() > 1 ? PLT_BANDS_MAX : 1;
}

static void *take_bands(void *argument)
{
    struct work *work = argument;
    for (;;) {
        int band = atomic_fetch_add_explicit(&work->next, 1, memory_order_relaxed);
        if (band >= work->count)
            return NULL;
        work->fn(work->user, band);
    }
}

void plt_bands_run(int count, void (*fn)(void *user, int band), void *user)
{
    struct work work = {.fn = fn, .user = user, .count = count};
    pthread_t threads[MAX_THREADS];
    int wanted = num_cores() < count ? num_cores() : count, started = 0;
    sigset_t all, before;
    sigfillset(&all);
    // Signals of the program are for its own threads.
    if (wanted > 1 && pthread_sigmask(SIG_SETMASK, &all, &before) == 0) {
        while (started < wanted - 1 &&
               pthread_create(&threads[started], NULL, take_bands, &work) == 0)
            started++;
        pthread_sigmask(SIG_SETMASK, &before, NULL);
    }
    take_bands(&work);
    for (int i = 0; i < started; i++)
        pthread_join(threads[i], NULL);
}
