// What a series keeps its samples in: chunks, and tables of chunks (private to data/).
//
// A table is what a reader pins. It never changes except past its `head`: the producer
// fills chunks there and then moves `head` (release; readers acquire). Whatever else
// happens to a series (a ring drops its oldest chunk, all samples are replaced, a wrapped
// array changed) makes a new table, which shares the chunks that stay. The old one goes
// when its last pin does; its chunks become spares, so that a steady stream allocates
// nothing.
//
// Thread-safety: functions that take a store are the producer's, except plt_store_enter.
#pragma once

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <plotlib/data/pyramid.h>
#include <plotlib/series.h>

// Without capacity the first chunks double from 2^12 to 2^17 samples, so that a thousand
// short series stay small.
enum {
    PLT_CHUNK_LOG2 = 18,      // samples in a chunk
    PLT_RING_CHUNK_LOG2 = 10, // at least, in a ring
    PLT_BLOCK_LOG2 = 16,      // see plt_pin_block
    PLT_FIRST_CHUNK_LOG2 = 12,
    PLT_NUM_SMALL_CHUNKS = PLT_CHUNK_LOG2 - PLT_FIRST_CHUNK_LOG2 + 1,
};

// One block of memory: this header, samples of an owned chunk, trees.
struct plt_chunk {
    _Atomic uint32_t refs; // tables that hold it
    unsigned log2;         // room for 2^log2 samples
    bool owned;  // samples lie in this block; else x and y point into wrapped ones
    void *y, *x; // x is NULL when uniform
    void *y_tree, *x_tree;
    // Wrapped only, guarded by plt_table.build: samples whose nodes are out of date, and
    // the latest break (see plt_table.break_at) between two samples of this chunk.
    size_t dirty0, dirty1;
    uint64_t break_at;
    struct plt_chunk *next; // plt_store.spares
};

// Wrapped arrays, shared by the tables that show them.
struct plt_borrow {
    _Atomic uint32_t refs;
    plt_release_fn release;
    void *user;
};

struct plt_table {
    _Atomic uint32_t refs; // one of the series, one a pin
    _Atomic uint64_t head; // samples [tail, head) can be read
    // Latest i so that x[i] < x[i - 1], or that x[i - 1] is not finite; 0 = none. x is in
    // order in [tail, head) if this is <= tail.
    _Atomic uint64_t break_at;
    uint64_t epoch;            // grows when samples are replaced or rewritten; from 1 on
    struct plt_borrow *borrow; // not NULL: wrapped
    pthread_mutex_t build;     // wrapped: guards the lazy build of trees
    _Atomic bool dirty;        // wrapped: the trees are not to be read
    bool hold;                 // retired: keep until unpinned, for its memory
    struct plt_table *next;    // plt_store.limbo
    uint64_t chunk0, chunk1;   // numbers of the chunks held, [chunk0, chunk1)
    size_t num_slots;          // a power of two, or 0
    struct plt_chunk *slots[]; // chunk c is slots[c & (num_slots - 1)]
};

struct plt_store {
    enum plt_type type, x_type; // x_type: PLT_F64 or PLT_I64
    bool has_x;
    uint64_t capacity; // 0 = keep all
    unsigned log2;     // of a (full) chunk
    const struct plt_minmax *y_minmax, *x_minmax;
    struct plt_table *_Atomic table;
    _Atomic uint32_t entering; // readers between loading `table` and holding a reference
    // The producer's:
    uint64_t epoch;          // the latest table's
    struct plt_table *empty; // shown when there are no samples; never freed before the end
    struct plt_table *limbo; // retired, perhaps still read
    struct plt_chunk *spares;
    struct plt_table *spare_table;
};

bool plt_store_init(struct plt_store *store); // the fields before y_minmax are given
void plt_store_finish(struct plt_store *store);

// The current table with a reference. Waits for nobody.
struct plt_table *plt_store_enter(struct plt_store *store);
void plt_table_unref(struct plt_table *table);

static inline uint64_t plt_store_tail(const struct plt_store *store, uint64_t head)
{
    return store->capacity && head > store->capacity ? head - store->capacity : 0;
}

// Chunks of a series without capacity begin at 0, 2^12, 2^13, ... 2^18, 2 * 2^18, 3 * 2^18.
// These three are called once a sample by whoever reads single samples: inline.
static inline uint64_t plt_chunk_number(const struct plt_store *store, uint64_t i)
{
    if (store->capacity)
        return i >> store->log2;
    if (i >> PLT_CHUNK_LOG2)
        return (i >> PLT_CHUNK_LOG2) + PLT_NUM_SMALL_CHUNKS - 1;
    uint64_t number = 0;
    for (i >>= PLT_FIRST_CHUNK_LOG2; i; i >>= 1)
        number++;
    return number;
}

static inline uint64_t plt_chunk_first(const struct plt_store *store, uint64_t number)
{
    if (store->capacity)
        return number << store->log2;
    if (number >= PLT_NUM_SMALL_CHUNKS)
        return (number - PLT_NUM_SMALL_CHUNKS + 1) << PLT_CHUNK_LOG2;
    return number ? UINT64_C(1) << (PLT_FIRST_CHUNK_LOG2 - 1 + number) : 0;
}

static inline struct plt_chunk *plt_table_chunk(const struct plt_table *table,
                                                uint64_t number)
{
    return table->slots[number & (table->num_slots - 1)];
}

// A table with chunks for [tail of head1, head1), sharing those of `base`: `base` itself
// when chunks past its end suffice. NULL without memory; then nothing has changed.
struct plt_table *plt_store_extend(struct plt_store *store, struct plt_table *base,
                                   uint64_t head1, bool owned);
// A copy of a wrapped table whose chunks [c0, c1) have trees of their own, contents unset.
struct plt_table *plt_store_renew(struct plt_store *store, const struct plt_table *base,
                                  uint64_t c0, uint64_t c1);
// Gives up a table that was not published.
void plt_store_discard(struct plt_store *store, struct plt_table *table);

// Makes `table` the current one. `hold`: the old one's memory is wanted back even when a
// reader has it now; else it is freed with its last pin, at once if there is none.
void plt_store_publish(struct plt_store *store, struct plt_table *table, bool hold);
// Frees spares beyond `keep`.
void plt_store_trim(struct plt_store *store, size_t keep);

struct plt_series {
    _Atomic uint32_t refs; // of the program, of curves, one a pin
    struct plt_store store;
    struct plt_mapped *mapped; // the samples are a file's, the store is empty; or NULL
    enum plt_x_kind x_kind;
    bool x_sorted;              // promised
    _Atomic(bool) order_broken; // and the log told that it is not so
    double x0, dx;
    char *name;
    struct plt_log *log;
    struct plt_transform *transform; // not NULL: made of another series, by it alone
    pthread_mutex_t listeners_lock;
    struct plt_series_listener *listeners;
};
