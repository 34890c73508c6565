#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include <plotlib/base/alloc.h>

static _Atomic int64_t fail_countdown = -1;
static _Atomic bool fail_sticky;

void plt_alloc_fail_at(int64_t n, bool sticky)
{
    atomic_store(&fail_sticky, sticky);
    atomic_store(&fail_countdown, n);
}

bool plt_alloc_fail_pending(void)
{
    return atomic_load(&fail_countdown) >= 0;
}

static bool must_fail(void)
{
    if (atomic_load_explicit(&fail_countdown, memory_order_relaxed) < 0)
        return false;
    int64_t left = atomic_fetch_sub(&fail_countdown, 1);
    if (left > 0)
        return false;
    if (left == 0 && atomic_load(&fail_sticky))
        atomic_store(&fail_countdown, 0);
    return left == 0;
}

void *plt_malloc(size_t size)
{
    return must_fail() ? NULL : malloc(size ? size : 1);
}

void *plt_calloc(size_t count, size_t size)
{
    return must_fail() ? NULL : calloc(count ? count : 1, size ? size : 1);
}

void *plt_realloc(void *p, size_t size)
{
    return must_fail() ? NULL : realloc(p, size ? size : 1);
}

void *plt_aligned_alloc(size_t alignment, size_t size)
{
    if (must_fail() || size > SIZE_MAX - alignment)
        return NULL;
    return aligned_alloc(alignment, (size + alignment - 1) / alignment * alignment);
}

void plt_alloc_populate(void *p, size_t size)
{
#ifdef MADV_POPULATE_WRITE
    const uintptr_t page = 4096;
    uintptr_t first = ((uintptr_t)p + page - 1) / page * page;
    uintptr_t end = ((uintptr_t)p + size) / page * page;
    if (end > first)
        (void)madvise((void *)first, end - first, MADV_POPULATE_WRITE);
#endif
}

char *plt_strdup(const char *text)
{
    size_t size = text ? strlen(text) + 1 : 1;
    char *copy = plt_malloc(size);
    if (copy)
        memcpy(copy, text ? text : "", size);
    return copy;
}

void plt_free(void *p)
{
    free(p);
}

bool plt_reserve(void **p, size_t *capacity, size_t need, size_t size)
{
    if (need <= *capacity)
        return true;
    size_t grown = *capacity + *capacity / 2 + 16;
    size_t target = grown > need ? grown : need;
    if (target > SIZE_MAX / size)
        return false;
    void *moved = plt_realloc(*p, target * size);
    if (!moved)
        return false;
    *p = moved;
    *capacity = target;
    return true;
}
