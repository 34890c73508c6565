// The memory of finished columns (memo.h).
#include <string.h>

#include <plotlib/base/alloc.h>
#include <plotlib/reduce/memo.h>

enum { MOST = 1 << 16 };

void plt_memo_reserve(struct plt_memo *memo, size_t columns)
{
    size_t size = 64;
    while (size < columns && size < MOST)
        size *= 2;
    if (memo->size >= size)
        return;
    plt_memo_finish(memo);
    memo->entries = plt_calloc(size, sizeof(*memo->entries));
    memo->size = memo->entries ? size : 0;
}

// The offset moves all columns at once.
static bool same_columns(const struct plt_map *a, const struct plt_map *b)
{
    return a->origin == b->origin && a->anchor == b->anchor && a->scale == b->scale &&
           !a->spread && !b->spread;
}

bool plt_memo_begin(struct plt_memo *memo, const struct plt_series_pin *pin,
                    const struct plt_map *x, const struct plt_scale *y, bool reversed)
{
    enum plt_scale_kind kind = y ? y->kind : PLT_SCALE_LINEAR;
    // What a user's function shows may change without a word.
    if (!memo || memo->size == 0 || pin->epoch == 0 || kind == PLT_SCALE_USER)
        return false;
    if (memo->used &&
        (memo->epoch != pin->epoch || memo->kind != kind || memo->reversed != reversed)) {
        memset(memo->entries, 0, memo->size * sizeof(*memo->entries));
        memo->used = false;
    }
    for (size_t i = 0; memo->used && !same_columns(&memo->x, x) && i < memo->size; i++)
        memo->entries[i].closed = false;
    memo->x = *x;
    memo->epoch = pin->epoch;
    memo->kind = kind;
    memo->reversed = reversed;
    return true;
}

void plt_memo_finish(struct plt_memo *memo)
{
    plt_free(memo->entries);
    *memo = (struct plt_memo){0};
}
