// Worker threads of a figure (pool.h).
#include <plotlib/base/pool.h>

#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>
#include <unistd.h>

#include <plotlib/base/alloc.h>

// More were not measured to help: the work is bound by memory by then.
enum { USUAL_MOST = 8 };

struct plt_pool {
    int width;
    pthread_mutex_t lock;
    pthread_cond_t wake, done;
    pthread_t threads[PLT_POOL_MAX];
    int num_threads;
    bool started; // or tried to
    bool ending;
    atomic_flag busy; // somebody's work is being done

    // Work that can be joined, or fn == NULL. Guarded by `lock`, but for `next`.
    void (*fn)(void *user, int i);
    void *user;
    int count;
    unsigned number; // of this work: a thread joins each at most once
    int working;     // threads that joined it
    atomic_int next; // the first piece nobody has taken
};

static int usual_width(void)
{
    const char *text = getenv("PLOTLIB_THREADS");
    long asked = text ? strtol(text, NULL, 10) : 0;
    if (asked >= 1)
        return asked < PLT_POOL_MAX ? (int)asked : PLT_POOL_MAX;
    long cores = sysconf(_SC_NPROCESSORS_ONLN);
    return cores < 1 ? 1 : cores < USUAL_MOST ? (int)cores : USUAL_MOST;
}

struct plt_pool *plt_pool_create(int threads)
{
    struct plt_pool *pool = plt_calloc(1, sizeof(*pool));
    if (!pool)
        return NULL;
    pool->width = threads < 1              ? usual_width()
                  : threads < PLT_POOL_MAX ? threads
                                           : PLT_POOL_MAX;
    pthread_mutex_init(&pool->lock, NULL);
    pthread_cond_init(&pool->wake, NULL);
    pthread_cond_init(&pool->done, NULL);
    atomic_flag_clear(&pool->busy);
    return pool;
}

void plt_pool_destroy(struct plt_pool *pool)
{
    if (!pool)
        return;
    pthread_mutex_lock(&pool->lock);
    pool->ending = true;
    pthread_cond_broadcast(&pool->wake);
    pthread_mutex_unlock(&pool->lock);
    for (int i = 0; i < pool->num_threads; i++)
        pthread_join(pool->threads[i], NULL);
    pthread_cond_destroy(&pool->done);
    pthread_cond_destroy(&pool->wake);
    pthread_mutex_destroy(&pool->lock);
    plt_free(pool);
}

int plt_pool_width(const struct plt_pool *pool)
{
    return pool ? pool->width : 1;
}

// Takes pieces until none is left.
static void take(atomic_int *next, int count, void (*fn)(void *user, int i), void *user)
{
    for (;;) {
        int i = atomic_fetch_add_explicit(next, 1, memory_order_relaxed);
        if (i >= count)
            return;
        fn(user, i);
    }
}

static void *work(void *argument)
{
    struct plt_pool *pool = argument;
    unsigned seen = 0;
    pthread_mutex_lock(&pool->lock);
    while (!pool->ending) {
        if (!pool->fn || pool->number == seen) {
            pthread_cond_wait(&pool->wake, &pool->lock);
            continue;
        }
        seen = pool->number;
        pool->working++;
        void (*fn)(void *user, int i) = pool->fn;
        void *user = pool->user;
        int count = pool->count;
        pthread_mutex_unlock(&pool->lock);
        take(&pool->next, count, fn, user);
        pthread_mutex_lock(&pool->lock);
        if (--pool->working == 0)
            pthread_cond_signal(&pool->done);
    }
    pthread_mutex_unlock(&pool->lock);
    return NULL;
}

static void start(struct plt_pool *pool)
{
    sigset_t all, before;
    sigfillset(&all);
    pool->started = true;
    // Signals of the program are for its own threads.
    if (pthread_sigmask(SIG_SETMASK, &all, &before) != 0)
        return;
    while (pool->num_threads < pool->width - 1 &&
           pthread_create(&pool->threads[pool->num_threads], NULL, work, pool) == 0)
        pool->num_threads++;
    pthread_sigmask(SIG_SETMASK, &before, NULL);
}

static void share(struct plt_pool *pool, int count, void (*fn)(void *user, int i),
                  void *user)
{
    if (!pool->started)
        start(pool);
    pthread_mutex_lock(&pool->lock);
    atomic_store_explicit(&pool->next, 0, memory_order_relaxed);
    pool->fn = fn;
    pool->user = user;
    pool->count = count;
    pool->number++;
    if (count > pool->num_threads)
        pthread_cond_broadcast(&pool->wake);
    else
        for (int i = 0; i < count - 1; i++)
            pthread_cond_signal(&pool->wake);
    pthread_mutex_unlock(&pool->lock);
    take(&pool->next, count, fn, user);
    pthread_mutex_lock(&pool->lock);
    pool->fn = NULL; // who wakes up late has missed it
    while (pool->working > 0)
        pthread_cond_wait(&pool->done, &pool->lock);
    pthread_mutex_unlock(&pool->lock);
}

void plt_pool_run(struct plt_pool *pool, int count, void (*fn)(void *user, int i),
                  void *user)
{
    bool alone = count < 2 || plt_pool_width(pool) < 2 ||
                 atomic_flag_test_and_set_explicit(&pool->busy, memory_order_acquire);
    if (alone) {
        for (int i = 0; i < count; i++)
            fn(user, i);
        return;
    }
    share(pool, count, fn, user);
    atomic_flag_clear_explicit(&pool->busy, memory_order_release);
}
