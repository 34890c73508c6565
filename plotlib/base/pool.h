// Worker threads that share the work of one caller (private). They start with the first
// work and wait without using the processor in between. Pieces are taken one by one, by
// whoever is free: where the other cores have work of their own, the caller does most of
// them itself and waits only for pieces somebody has begun. Which thread does a piece says
// nothing about its result, so any number of threads gives the same bytes.
//
// A figure owns one; whatever draws or paints it borrows it. NULL is a pool without
// threads: the caller does everything.
// Thread-safety: safe; a call that comes while another one runs is done by its caller.
#pragma once

struct plt_pool;

enum { PLT_POOL_MAX = 16 };

// `threads`, the caller counted; 0 = $PLOTLIB_THREADS, or one a core and at most 8. NULL
// without memory.
struct plt_pool *plt_pool_create(int threads);
void plt_pool_destroy(struct plt_pool *pool);

// How many may work at the same time, the caller counted: 1..PLT_POOL_MAX.
int plt_pool_width(const struct plt_pool *pool);

// Calls fn(user, i) once for each i of [0, count), in any order and on any thread, and
// returns when all are done. Threads that cannot be had are done without.
void plt_pool_run(struct plt_pool *pool, int count, void (*fn)(void *user, int i),
                  void *user);
