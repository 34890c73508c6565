// Chunks and tables of a series: allocation, sharing, publication. Stage KEEP.
#include <sched.h>
#include <string.h>

#include <plotlib/base/alloc.h>
#include <plotlib/data/store.h>

// A large chunk is sure to be filled soon.
enum { ALIGNMENT = 64, LARGE = 1 << 19 };

static unsigned chunk_log2(const struct plt_store *store, uint64_t number)
{
    if (store->capacity || number >= PLT_NUM_SMALL_CHUNKS)
        return store->log2;
    return PLT_FIRST_CHUNK_LOG2 - 1 + (unsigned)(number ? number : 1);
}

static void *place(void *block, size_t *size, size_t part)
{
    void *p = block ? (char *)block + *size : NULL;
    *size += (part + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    return p;
}

// Lays out a chunk; called with block = NULL to learn the size.
static size_t lay_out(const struct plt_store *store, unsigned log2, bool owned,
                      struct plt_chunk *block)
{
    struct plt_chunk unused, *chunk = block ? block : &unused;
    size_t size = 0;
    place(block, &size, sizeof(*chunk));
    chunk->y = owned ? place(block, &size, plt_type_size(store->type) << log2) : NULL;
    chunk->y_tree = place(block, &size, plt_tree_size(store->type, log2));
    bool own_x = owned && store->has_x;
    chunk->x = own_x ? place(block, &size, sizeof(double) << log2) : NULL;
    chunk->x_tree =
        store->has_x ? place(block, &size, plt_tree_size(store->x_type, log2)) : NULL;
    return size;
}

static struct plt_chunk *take_chunk(struct plt_store *store, unsigned log2, bool owned)
{
    for (struct plt_chunk **link = &store->spares; *link; link = &(*link)->next) {
        struct plt_chunk *spare = *link;
        if (spare->log2 == log2 && spare->owned == owned) {
            *link = spare->next;
            atomic_store_explicit(&spare->refs, 1, memory_order_relaxed);
            return spare;
        }
    }
    size_t size = lay_out(store, log2, owned, NULL);
    struct plt_chunk *chunk = plt_aligned_alloc(ALIGNMENT, size);
    if (!chunk)
        return NULL;
    if (owned && size >= LARGE)
        plt_alloc_populate(chunk, size);
    *chunk = (struct plt_chunk){.log2 = log2, .owned = owned};
    atomic_init(&chunk->refs, 1);
    lay_out(store, log2, owned, chunk);
    return chunk;
}

static struct plt_table *take_table(struct plt_store *store, size_t num_slots)
{
    struct plt_table *table = store->spare_table;
    if (table && table->num_slots >= num_slots && table->num_slots / 4 <= num_slots) {
        store->spare_table = NULL;
        num_slots = table->num_slots;
    } else {
        if (num_slots > SIZE_MAX / sizeof(*table->slots) / 2)
            return NULL;
        table = plt_malloc(sizeof(*table) + num_slots * sizeof(*table->slots));
        if (!table)
            return NULL;
        pthread_mutex_init(&table->build, NULL);
    }
    atomic_init(&table->refs, 1);
    atomic_init(&table->head, 0);
    atomic_init(&table->break_at, 0);
    atomic_init(&table->dirty, false);
    table->epoch = 0;
    table->borrow = NULL;
    table->hold = false;
    table->next = NULL;
    table->chunk0 = table->chunk1 = 0;
    table->num_slots = num_slots;
    return table;
}

static void free_table(struct plt_table *table)
{
    if (!table)
        return;
    pthread_mutex_destroy(&table->build);
    plt_free(table);
}

static bool drop(_Atomic uint32_t *refs)
{
    return atomic_fetch_sub_explicit(refs, 1, memory_order_acq_rel) == 1;
}

static void unref_borrow(struct plt_borrow *borrow)
{
    if (!borrow || !drop(&borrow->refs))
        return;
    if (borrow->release)
        borrow->release(borrow->user);
    plt_free(borrow);
}

void plt_table_unref(struct plt_table *table)
{
    if (!drop(&table->refs))
        return;
    for (uint64_t c = table->chunk0; c < table->chunk1; c++) {
        struct plt_chunk *chunk = plt_table_chunk(table, c);
        if (drop(&chunk->refs))
            plt_free(chunk);
    }
    unref_borrow(table->borrow);
    free_table(table);
}

// Takes apart a table that nobody else sees and keeps what can be used again.
static void recycle(struct plt_store *store, struct plt_table *table)
{
    for (uint64_t c = table->chunk1; c-- > table->chunk0;) {
        struct plt_chunk *chunk = plt_table_chunk(table, c);
        if (drop(&chunk->refs)) {
            chunk->next = store->spares;
            store->spares = chunk;
        }
    }
    unref_borrow(table->borrow);
    if (store->spare_table && store->spare_table->num_slots > table->num_slots) {
        free_table(table);
        return;
    }
    free_table(store->spare_table);
    store->spare_table = table;
}

// Takes what is not read any more. `entering` must have been seen as 0 since the tables in
// limbo were retired: they cannot be found any more, so nobody takes a new reference.
static void collect(struct plt_store *store)
{
    struct plt_table **link = &store->limbo;
    while (*link) {
        struct plt_table *table = *link;
        bool alone = atomic_load_explicit(&table->refs, memory_order_acquire) == 1;
        if (!alone && table->hold) {
            link = &table->next;
            continue;
        }
        *link = table->next;
        if (alone)
            recycle(store, table);
        else
            plt_table_unref(table);
    }
}

static void reap(struct plt_store *store)
{
    if (store->limbo && atomic_load(&store->entering) == 0)
        collect(store);
}

void plt_store_discard(struct plt_store *store, struct plt_table *table)
{
    recycle(store, table);
}

struct plt_table *plt_store_enter(struct plt_store *store)
{
    atomic_fetch_add(&store->entering, 1);
    struct plt_table *table = atomic_load(&store->table);
    atomic_fetch_add(&table->refs, 1);
    atomic_fetch_sub(&store->entering, 1);
    return table;
}

void plt_store_publish(struct plt_store *store, struct plt_table *table, bool hold)
{
    struct plt_table *old = atomic_exchange(&store->table, table);
    if (old != store->empty) {
        old->hold = hold;
        old->next = store->limbo;
        store->limbo = old;
    }
    // Only who replaces everything waits, and only for readers within the few instructions
    // of plt_store_enter: wrapped arrays are to be released before the call returns.
    while (atomic_load(&store->entering) != 0) {
        if (hold)
            return;
        sched_yield();
    }
    collect(store);
}

void plt_store_trim(struct plt_store *store, size_t keep)
{
    struct plt_chunk **link = &store->spares;
    while (*link && keep-- > 0)
        link = &(*link)->next;
    while (*link) {
        struct plt_chunk *spare = *link;
        *link = spare->next;
        plt_free(spare);
    }
}

static size_t slots_for(uint64_t num_chunks)
{
    uint64_t slots = 8;
    while (slots < num_chunks)
        slots *= 2;
    return slots > SIZE_MAX / 2 ? SIZE_MAX : (size_t)slots;
}

static void share(struct plt_table *table, struct plt_chunk *chunk)
{
    atomic_fetch_add_explicit(&chunk->refs, 1, memory_order_relaxed);
    table->slots[table->chunk1++ & (table->num_slots - 1)] = chunk;
}

// Opens chunks of `table` up to number `end`; on failure those opened are spares again.
static bool open_chunks(struct plt_store *store, struct plt_table *table, uint64_t end,
                        bool owned)
{
    uint64_t begin = table->chunk1;
    for (uint64_t c = begin; c < end; c++) {
        struct plt_chunk *chunk = take_chunk(store, chunk_log2(store, c), owned);
        if (!chunk) {
            while (table->chunk1 > begin) {
                chunk = plt_table_chunk(table, --table->chunk1);
                chunk->next = store->spares;
                store->spares = chunk;
            }
            return false;
        }
        table->slots[c & (table->num_slots - 1)] = chunk;
        table->chunk1++;
    }
    return true;
}

struct plt_table *plt_store_extend(struct plt_store *store, struct plt_table *base,
                                   uint64_t head1, bool owned)
{
    uint64_t begin = plt_chunk_number(store, plt_store_tail(store, head1));
    uint64_t end = plt_chunk_number(store, head1 - 1) + 1;
    if (end <= base->chunk1)
        return base;
    reap(store);
    if (base->num_slots && begin == base->chunk0 && end - begin <= base->num_slots)
        return open_chunks(store, base, end, owned) ? base : NULL;

    struct plt_table *table = take_table(store, slots_for(end - begin));
    if (!table)
        return NULL;
    table->epoch = base == store->empty ? ++store->epoch : base->epoch;
    table->chunk0 = table->chunk1 = begin;
    for (uint64_t c = begin; c < base->chunk1; c++)
        share(table, plt_table_chunk(base, c));
    atomic_init(&table->head, atomic_load_explicit(&base->head, memory_order_relaxed));
    atomic_init(&table->break_at,
                atomic_load_explicit(&base->break_at, memory_order_relaxed));
    if (!open_chunks(store, table, end, owned)) {
        plt_store_discard(store, table);
        return NULL;
    }
    return table;
}

struct plt_table *plt_store_renew(struct plt_store *store, const struct plt_table *base,
                                  uint64_t c0, uint64_t c1)
{
    reap(store);
    struct plt_table *table = take_table(store, slots_for(base->chunk1 - base->chunk0));
    if (!table)
        return NULL;
    table->chunk0 = table->chunk1 = base->chunk0;
    for (uint64_t c = base->chunk0; c < base->chunk1; c++) {
        struct plt_chunk *old = plt_table_chunk(base, c);
        if (c < c0 || c >= c1) {
            share(table, old);
        } else if (open_chunks(store, table, c + 1, false)) {
            plt_table_chunk(table, c)->y = old->y;
            plt_table_chunk(table, c)->x = old->x;
        } else {
            plt_store_discard(store, table);
            return NULL;
        }
    }
    table->epoch = ++store->epoch;
    table->borrow = base->borrow;
    atomic_fetch_add_explicit(&table->borrow->refs, 1, memory_order_relaxed);
    atomic_init(&table->head, atomic_load_explicit(&base->head, memory_order_relaxed));
    return table;
}

bool plt_store_init(struct plt_store *store)
{
    store->log2 = PLT_CHUNK_LOG2;
    if (store->capacity) { // an eighth of a ring, at most
        while (store->log2 > PLT_RING_CHUNK_LOG2 && store->capacity >> store->log2 < 8)
            store->log2--;
    }
    store->y_minmax = plt_minmax_best(store->type);
    store->x_minmax = plt_minmax_best(store->x_type);
    store->empty = take_table(store, 0);
    atomic_init(&store->table, store->empty);
    atomic_init(&store->entering, 0);
    return store->empty != NULL;
}

// No pin exists any more: a pin holds a reference to its series.
void plt_store_finish(struct plt_store *store)
{
    if (!store->empty)
        return;
    plt_store_publish(store, store->empty, false);
    plt_store_trim(store, 0);
    free_table(store->spare_table);
    free_table(store->empty);
}
