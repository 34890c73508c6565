// Allocation that can be made to fail: every heap allocation of the library goes through
// here, so that tests can fail the n-th one (tests/alloc.c) and see the object unharmed.
// Thread-safety: safe; the failure countdown is one atomic, for tests only.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

void *plt_malloc(size_t size);
void *plt_calloc(size_t count, size_t size);            // overflow-checked
void *plt_realloc(void *p, size_t size);                // on failure `p` stays valid
void *plt_aligned_alloc(size_t alignment, size_t size); // free with plt_free
char *plt_strdup(const char *text);                     // NULL text = copy of ""
void plt_free(void *p);
// Has the system back all of a large block now, in one go: a third cheaper than page by
// page as it is written. May do nothing.
void plt_alloc_populate(void *p, size_t size);

// Makes the n-th allocation from now fail (0 = the next), and all after it if `sticky`.
// n < 0 turns it off.
void plt_alloc_fail_at(int64_t n, bool sticky);
// True while the failure that was asked for has not happened yet.
bool plt_alloc_fail_pending(void);

// Makes room for `need` elements of `size` bytes in *p, growing by half.
bool plt_reserve(void **p, size_t *capacity, size_t need, size_t size);
