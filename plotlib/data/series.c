// The producer's half of a series: set, append, wrap, changed, clear, and telling
// listeners. Stage KEEP: samples -> chunks with their min/max trees. Readers: data/pin.c.
#include <math.h>
#include <string.h>

#include <plotlib/base/alloc.h>
#include <plotlib/base/message.h>
#include <plotlib/data/mapped.h>
#include <plotlib/data/series.h>
#include <plotlib/data/store.h>
#include <plotlib/data/transform.h>

// Samples copied before their leaves are closed: they are still in the first-level cache.
enum { FILL_BLOCK = 2048 };

static bool valid_params(const struct plt_series_params *params)
{
    return (unsigned)params->type < PLT_NUM_TYPES && params->x_kind >= PLT_X_UNIFORM &&
           params->x_kind <= PLT_X_I64 && isfinite(params->x0) && isfinite(params->dx) &&
           params->dx >= 0;
}

struct plt_series *plt_series_create(const struct plt_series_params *params)
{
    static const struct plt_series_params defaults;
    if (!params)
        params = &defaults;
    plt_require(params->log, valid_params(params), NULL);
    struct plt_series *series = plt_calloc(1, sizeof(*series));
    if (!series)
        goto error;
    atomic_init(&series->refs, 1);
    series->x_kind = params->x_kind;
    series->x_sorted = params->x_sorted;
    series->x0 = params->x0;
    series->dx = params->dx > 0 ? params->dx : 1;
    series->store.type = params->type;
    series->store.has_x = params->x_kind != PLT_X_UNIFORM;
    series->store.x_type = params->x_kind == PLT_X_I64 ? PLT_I64 : PLT_F64;
    series->store.capacity = params->capacity;
    series->name = plt_strdup(params->name);
    if (!series->name || !plt_store_init(&series->store))
        goto error;
    pthread_mutex_init(&series->listeners_lock, NULL);
    series->log = plt_log_ref(params->log);
    return series;

error:
    plt_no_memory(params->log, "series");
    if (series)
        plt_free(series->name);
    plt_free(series);
    return NULL;
}

struct plt_series *plt_series_ref(struct plt_series *series)
{
    if (series)
        atomic_fetch_add_explicit(&series->refs, 1, memory_order_relaxed);
    return series;
}

void plt_series_unref(struct plt_series *series)
{
    if (!series || atomic_fetch_sub_explicit(&series->refs, 1, memory_order_acq_rel) != 1)
        return;
    plt_transform_destroy(series->transform); // first: it listens to another series
    plt_mapped_free(series->mapped);
    plt_store_finish(&series->store);
    pthread_mutex_destroy(&series->listeners_lock);
    plt_log_unref(series->log);
    plt_free(series->name);
    plt_free(series);
}

const char *plt_series_name(const struct plt_series *series)
{
    plt_require(NULL, series, "");
    return series->name;
}

void plt_series_notify(struct plt_series *series)
{
    // Held during the calls, so that remove can promise that none is running.
    pthread_mutex_lock(&series->listeners_lock);
    for (struct plt_series_listener *l = series->listeners; l; l = l->next) {
        if (!atomic_exchange(&l->dirty, true))
            l->fn(l->user);
    }
    pthread_mutex_unlock(&series->listeners_lock);
}

void plt_series_add_listener(struct plt_series *series,
                             struct plt_series_listener *listener)
{
    pthread_mutex_lock(&series->listeners_lock);
    listener->series = series;
    listener->next = series->listeners;
    series->listeners = listener;
    pthread_mutex_unlock(&series->listeners_lock);
}

void plt_series_remove_listener(struct plt_series *series,
                                struct plt_series_listener *listener)
{
    pthread_mutex_lock(&series->listeners_lock);
    struct plt_series_listener **link = &series->listeners;
    while (*link && *link != listener)
        link = &(*link)->next;
    if (*link)
        *link = listener->next;
    pthread_mutex_unlock(&series->listeners_lock);
}

bool plt_series_take_dirty(struct plt_series_listener *listener)
{
    bool dirty = atomic_exchange(&listener->dirty, false);
    if (listener->series)
        plt_transform_refresh(listener->series->transform);
    return dirty;
}

void plt_series_tell_order(struct plt_series *series, uint64_t at)
{
    if (!series->x_sorted || atomic_exchange(&series->order_broken, true))
        return;
    plt_error(series->log, X_ORDER,
              "series '%s': x goes back or is not finite about sample %llu, but was "
              "promised to be sorted; curves of it are drawn without thinning",
              series->name, (unsigned long long)at);
}

// Sees whether x goes back or is not finite in [at, at + n) of a chunk, or at its border to
// `before`, the sample before (NULL = none). Such an x makes a curve XY: drawn without
// search and thinning.
static void note_order(struct plt_series *series, struct plt_table *table, uint64_t first,
                       const void *before, const void *x, size_t n)
{
    uint64_t at = plt_order_break(series->store.x_type, before, x, n);
    if (!at)
        return;
    atomic_store_explicit(&table->break_at, first + at - 1, memory_order_relaxed);
    plt_series_tell_order(series, first + at - 1);
}

// Copies samples [i0, i1) into the table's chunks and closes the leaves they complete.
static void fill(struct plt_series *series, struct plt_table *table, uint64_t i0,
                 uint64_t i1, const char *x, const char *y)
{
    struct plt_store *store = &series->store;
    const size_t size = plt_type_size(store->type);
    const void *before = NULL; // x of sample i0 - 1
    if (store->has_x && i0 > plt_chunk_first(store, table->chunk0)) {
        uint64_t number = plt_chunk_number(store, i0 - 1);
        before = (const double *)plt_table_chunk(table, number)->x +
                 (i0 - 1 - plt_chunk_first(store, number));
    }
    while (i0 < i1) {
        uint64_t number = plt_chunk_number(store, i0);
        struct plt_chunk *chunk = plt_table_chunk(table, number);
        size_t at = (size_t)(i0 - plt_chunk_first(store, number));
        size_t n = FILL_BLOCK - at % FILL_BLOCK, room = ((size_t)1 << chunk->log2) - at;
        n = n < room ? n : room;
        n = n < i1 - i0 ? n : (size_t)(i1 - i0);
        size_t leaf0 = at >> PLT_LEAF_LOG2, leaf1 = (at + n) >> PLT_LEAF_LOG2;
        memcpy((char *)chunk->y + at * size, y, n * size);
        store->y_minmax->build(chunk->y, chunk->y_tree, chunk->log2, leaf0, leaf1, leaf1);
        y += n * size;
        if (store->has_x) {
            double *own = (double *)chunk->x + at; // or int64: the same size
            memcpy(own, x, n * sizeof(*own));
            store->x_minmax->build(chunk->x, chunk->x_tree, chunk->log2, leaf0, leaf1,
                                   leaf1);
            note_order(series, table, i0, before, own, n);
            before = own + n - 1;
            x += n * sizeof(*own);
        }
        i0 += n;
    }
}

static struct plt_table *current(struct plt_series *series)
{
    return atomic_load_explicit(&series->store.table, memory_order_relaxed);
}

bool plt_series_begin(struct plt_series *series, bool replace, uint64_t head1,
                      struct plt_series_edit *edit)
{
    struct plt_store *store = &series->store;
    edit->base = replace ? store->empty : current(series);
    edit->head1 = head1;
    edit->table = plt_store_extend(store, edit->base, head1, true);
    if (!edit->table) {
        plt_no_memory(series->log, series->name);
        return false;
    }
    // What a ring has dropped by the end is not written at all, up to a chunk's border.
    edit->first =
        plt_chunk_first(store, plt_chunk_number(store, plt_store_tail(store, head1)));
    return true;
}

void plt_series_fill(struct plt_series *series, const struct plt_series_edit *edit,
                     uint64_t i, const void *x, const void *y, size_t n)
{
    size_t skip = edit->first > i ? (size_t)(edit->first - i) : 0;
    if (skip >= n)
        return;
    fill(series, edit->table, i + skip, i + n,
         x ? (const char *)x + skip * sizeof(double) : NULL,
         (const char *)y + skip * plt_type_size(series->store.type));
}

void plt_series_commit(struct plt_series *series, const struct plt_series_edit *edit)
{
    struct plt_store *store = &series->store;
    bool replaces = edit->base == store->empty, moves = edit->table != edit->base;
    uint64_t head = atomic_load_explicit(&edit->base->head, memory_order_relaxed);
    atomic_store_explicit(&edit->table->head, edit->head1, memory_order_release);
    if (replaces)
        plt_store_trim(store, 0); // this one did not need them
    if (moves)
        plt_store_publish(store, edit->table, !replaces);
    if (moves && !replaces)
        plt_store_trim(store, (size_t)(plt_chunk_number(store, edit->head1 - head) + 2));
}

// Adds x[n], y[n] at the end, or instead of all there is.
static bool add(struct plt_series *series, bool replace, const void *x, const void *y,
                size_t n)
{
    struct plt_series_edit edit;
    uint64_t head =
        replace ? 0 : atomic_load_explicit(&current(series)->head, memory_order_relaxed);
    if (!plt_series_begin(series, replace, head + n, &edit))
        return false;
    plt_series_fill(series, &edit, head, x, y, n);
    plt_series_commit(series, &edit);
    plt_series_notify(series);
    return true;
}

static bool check_x(struct plt_series *series, const void *x, const void *y, size_t n)
{
    if (n == 0)
        return true;
    plt_require(series->log, y, false);
    if (series->store.has_x == (x != NULL))
        return true;
    plt_error(series->log, X_NOT_ACCEPTED, "series '%s': %s", series->name,
              x ? "x is uniform, no x array is accepted"
                : "x is not uniform, an x array is needed");
    return false;
}

static bool set(struct plt_series *series, const void *x, const void *y, size_t n)
{
    plt_require(series->log, !series->transform && !series->mapped, false);
    if (!check_x(series, x, y, n))
        return false;
    if (n > 0)
        return add(series, true, x, y, n);
    plt_series_clear(series);
    return true;
}

bool plt_series_set(struct plt_series *series, const void *y, size_t n)
{
    plt_require(NULL, series, false);
    return set(series, NULL, y, n);
}

bool plt_series_set_xy(struct plt_series *series, const void *x, const void *y, size_t n)
{
    plt_require(NULL, series, false);
    return set(series, x, y, n);
}

static bool append(struct plt_series *series, const void *x, const void *y, size_t n)
{
    plt_require(series->log, !series->transform && !series->mapped, false);
    plt_require(series->log, !current(series)->borrow, false);
    if (!check_x(series, x, y, n))
        return false;
    return n == 0 || add(series, false, x, y, n);
}

bool plt_series_append(struct plt_series *series, const void *y, size_t n)
{
    plt_require(NULL, series, false);
    return append(series, NULL, y, n);
}

bool plt_series_append_xy(struct plt_series *series, const void *x, const void *y, size_t n)
{
    plt_require(NULL, series, false);
    return append(series, x, y, n);
}

void plt_series_erase(struct plt_series *series)
{
    if (current(series) != series->store.empty)
        plt_store_publish(&series->store, series->store.empty, false);
    plt_store_trim(&series->store, 0);
}

void plt_series_clear(struct plt_series *series)
{
    plt_require(NULL, series, );
    plt_require(series->log, !series->transform && !series->mapped, );
    plt_series_erase(series);
    plt_series_notify(series);
}

// Says that the nodes over samples [i0, i1) are out of date.
static void mark(struct plt_store *store, struct plt_table *table, uint64_t i0, uint64_t i1)
{
    for (uint64_t c = plt_chunk_number(store, i0); c <= plt_chunk_number(store, i1 - 1);
         c++) {
        struct plt_chunk *chunk = plt_table_chunk(table, c);
        uint64_t first = plt_chunk_first(store, c);
        size_t size = (size_t)1 << chunk->log2;
        size_t a = i0 > first ? (size_t)(i0 - first) : 0;
        size_t b = i1 - first < size ? (size_t)(i1 - first) : size;
        bool clean = chunk->dirty0 >= chunk->dirty1;
        chunk->dirty0 = clean || a < chunk->dirty0 ? a : chunk->dirty0;
        chunk->dirty1 = clean || b > chunk->dirty1 ? b : chunk->dirty1;
    }
    atomic_store_explicit(&table->dirty, true, memory_order_release);
}

static bool is_aligned(const void *p, size_t size)
{
    return (uintptr_t)p % size == 0;
}

bool plt_series_wrap(struct plt_series *series, const void *x, const void *y, size_t n,
                     plt_release_fn release, void *user)
{
    plt_require(NULL, series, false);
    plt_require(series->log, !series->transform && !series->mapped, false);
    struct plt_store *store = &series->store;
    const size_t size = plt_type_size(store->type);
    if (!check_x(series, x, y, n))
        return false;
    if (n == 0) {
        plt_series_clear(series);
        if (release)
            release(user);
        return true;
    }
    plt_require(series->log, is_aligned(y, size) && is_aligned(x, sizeof(double)), false);

    struct plt_borrow *borrow = plt_calloc(1, sizeof(*borrow));
    struct plt_table *table =
        borrow ? plt_store_extend(store, store->empty, n, false) : NULL;
    if (!table) {
        plt_free(borrow);
        plt_no_memory(series->log, series->name);
        return false;
    }
    *borrow = (struct plt_borrow){.release = release, .user = user};
    atomic_init(&borrow->refs, 1);
    table->borrow = borrow;
    for (uint64_t c = table->chunk0; c < table->chunk1; c++) {
        struct plt_chunk *chunk = plt_table_chunk(table, c);
        size_t first = (size_t)plt_chunk_first(store, c);
        // Only read: an owned chunk's samples are the ones that are written.
        chunk->y = (char *)(uintptr_t)y + first * size;
        chunk->x = x ? (double *)(uintptr_t)x + first : NULL;
        chunk->dirty0 = chunk->dirty1 = 0;
    }
    mark(store, table, plt_chunk_first(store, table->chunk0), n);
    atomic_store_explicit(&table->head, n, memory_order_relaxed);
    plt_store_trim(store, 0);
    plt_store_publish(store, table, false);
    plt_series_notify(series);
    return true;
}

// Copies what is still right of the trees of chunks [c0, c1).
static void copy_trees(struct plt_store *store, struct plt_table *table,
                       const struct plt_table *base, uint64_t c0, uint64_t c1)
{
    for (uint64_t c = c0; c < c1; c++) {
        const struct plt_chunk *old = plt_table_chunk(base, c);
        struct plt_chunk *chunk = plt_table_chunk(table, c);
        chunk->dirty0 = chunk->dirty1 = 0;
        chunk->break_at = old->break_at;
        memcpy(chunk->y_tree, old->y_tree, plt_tree_size(store->type, old->log2));
        if (store->has_x)
            memcpy(chunk->x_tree, old->x_tree, plt_tree_size(store->x_type, old->log2));
    }
}

bool plt_series_changed(struct plt_series *series, size_t first, size_t n)
{
    plt_require(NULL, series, false);
    struct plt_store *store = &series->store;
    struct plt_table *base = current(series), *table = base;
    uint64_t head = atomic_load_explicit(&base->head, memory_order_relaxed);
    plt_require(series->log, base->borrow, false);
    plt_require(series->log, first <= head && n <= head - first, false);
    uint64_t i0 = plt_chunk_first(store, base->chunk0), i1 = (uint64_t)first + n;
    i0 = first > i0 ? first : i0;
    if (i0 >= i1)
        return true;

    // A table whose trees are to be built anyway has no reader: every pin builds first.
    pthread_mutex_lock(&base->build);
    if (!atomic_load_explicit(&base->dirty, memory_order_relaxed)) {
        uint64_t c0 = plt_chunk_number(store, i0), c1 = plt_chunk_number(store, i1 - 1) + 1;
        table = plt_store_renew(store, base, c0, c1);
        if (table)
            copy_trees(store, table, base, c0, c1);
    }
    if (table)
        mark(store, table, i0, i1);
    pthread_mutex_unlock(&base->build);
    if (!table) {
        plt_no_memory(series->log, series->name);
        return false;
    }
    if (table != base) {
        plt_store_trim(store, 0);
        plt_store_publish(store, table, false);
    }
    plt_series_notify(series);
    return true;
}

static uint64_t head_of(const struct plt_series *series)
{
    if (series->mapped)
        return plt_mapped_count(series->mapped);
    struct plt_table *table =
        plt_store_enter((struct plt_store *)(uintptr_t)&series->store);
    uint64_t head = atomic_load_explicit(&table->head, memory_order_acquire);
    plt_table_unref(table);
    return head;
}

uint64_t plt_series_count(const struct plt_series *series)
{
    plt_require(NULL, series, 0);
    plt_transform_refresh(series->transform);
    uint64_t head = head_of(series);
    return head - plt_store_tail(&series->store, head);
}

uint64_t plt_series_total(const struct plt_series *series)
{
    plt_require(NULL, series, 0);
    plt_transform_refresh(series->transform);
    return head_of(series);
}
