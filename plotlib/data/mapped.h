// The inside of a mapped series (private to data/): a file, the pyramid over it, the cache
// of its blocks, and the threads that fill both. Stage KEEP.
//
//  mapped.c        opening, pins, growth and shrinking
//  mapped_query.c  what a reader asks: runs of samples, extrema
//  mapped_cache.c  blocks: found, asked for, read by the loader threads
//  mapped_build.c  the builder thread: sketch, pyramid, sidecar
//  mapped_watch.c  notices that the file changed
//  sidecar.c       the pyramid in a file
//
// Samples come in blocks of 8 KiB, numbered from sample 0. The pyramid's unit is a chunk of
// 2^18 samples: extrema and the least positive value of its 256 bins of 1024, of 16 groups
// of 16 bins, and its own.
//
// One lock guards everything but the contents of blocks: the threads here hold it for a
// look-up, never for reading a file, scanning, allocating much, or telling the log or a
// listener. A reduction holds it from end to end (plt_pin_hold): thousands of look-ups one
// by one would now and then wait for a thread that lost its core in the middle of its own.
// A block that a pin has touched keeps its memory until that pin ends (plt_block.stamp).
#pragma once

#include <inttypes.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

#include <plotlib/data/pyramid.h>
#include <plotlib/data/series.h>
#include <plotlib/data/store.h>
#include <plotlib/map.h>

enum {
    PLT_BLOCK_BYTES = 8192,
    PLT_CHUNK_BINS = 1 << (PLT_CHUNK_LOG2 - PLT_BIN_LOG2),
    PLT_CHUNK_GROUPS = PLT_CHUNK_BINS >> PLT_FAN_LOG2,
    PLT_CHUNK_NODES = PLT_CHUNK_BINS + PLT_CHUNK_GROUPS + 1, // of a record, in this order
    PLT_CHUNK_ROOT = PLT_CHUNK_NODES - 1,
    PLT_MAP_LOADERS = 3,
};

enum plt_chunk_state {
    PLT_CHUNK_UNKNOWN = 0, // nothing, or a sketch in its root
    PLT_CHUNK_OLD,         // extrema of what the file held before, good for a first look
    PLT_CHUNK_BUILT,
};

enum plt_block_state {
    PLT_BLOCK_FREE = 0,
    PLT_BLOCK_WANTED,
    PLT_BLOCK_LOADING,
    PLT_BLOCK_READY,
    PLT_BLOCK_BAD,   // cannot be read: a gap
    PLT_BLOCK_STALE, // of an earlier state of the file, perhaps still read
};

struct plt_block {
    uint64_t number;
    uint64_t stamp; // of the latest pin that looked at it
    uint32_t count; // samples it holds
    enum plt_block_state state;
    struct plt_block *chain;       // plt_blocks.buckets
    struct plt_block *prev, *next; // plt_blocks.used or .wanted; next: .free
    char *memory;                  // [block_bytes] samples, then their tree; NULL = none
};

struct plt_block_list {
    struct plt_block *first, *last;
};

struct plt_blocks {
    struct plt_block *slots; // [num_slots]
    struct plt_block **buckets;
    size_t num_slots, num_buckets; // a power of two
    struct plt_block *free;
    struct plt_block_list used;   // READY, BAD, STALE; the latest used first
    struct plt_block_list wanted; // the latest asked for first
    size_t num_wanted, num_loading, num_memory;
    unsigned log2; // samples in a block
    size_t stride; // bytes of a block and its tree
};

// Memory that a pin may still read.
struct plt_retired {
    struct plt_retired *next;
    uint64_t stamp;
};

struct plt_chunk_info {
    void *record; // pairs {lo, hi}, then least positive values (0 = none), or NULL
    uint64_t fingerprint;
    uint8_t state;
    bool saved; // in the sidecar as it is
    bool from_sidecar;
};

struct plt_mapped {
    struct plt_series *series; // that owns this one
    const struct plt_minmax *minmax;
    enum plt_type type;
    size_t size; // of a sample
    uint64_t offset;
    char *path, *sidecar_path; // sidecar_path: NULL = none
    bool follow;
    int random_fd, build_fd; // two, for the read-ahead of each

    pthread_mutex_t lock;
    pthread_cond_t build_wake, load_wake, changed;
    pthread_t builder, loaders[PLT_MAP_LOADERS];
    unsigned num_loaders;
    bool has_builder, has_watcher;
    pthread_t watcher;
    int watch_fd, stop_fd;
    _Atomic bool stop; // threads end soon; written with the lock held

    // Guarded by the lock:
    uint64_t num_samples;
    uint64_t file_size;
    int64_t file_time;   // of the last change, ns
    uint64_t generation; // counts the times when what was read before lost its worth
    struct plt_chunk_info *chunks; // [num_chunks]
    size_t num_chunks, cap_chunks;
    void *roots;      // pairs [num_chunks]: the best that is known of each chunk
    void *root_least; // [num_chunks], beside them
    size_t cap_roots, cap_root_least;
    size_t num_built;
    size_t cursor;       // where the builder goes on
    uint64_t near_chunk; // where somebody looks; PLT_NOWHERE = nobody
    struct plt_blocks blocks;
    uint64_t clock; // stamp of the latest pin
    uint64_t *pins; // stamps of the pins there are
    size_t num_pins, cap_pins;
    struct plt_retired *retired;
    _Atomic uint64_t stand_ins; // written with the lock held
    unsigned num_telling;       // threads that are about to write to the log
    double checked_s, notified_s;
    bool check, checking, saving, answered, news, distrust, unsaved;
    bool told_memory, told_unreadable, told_changed;
    enum plt_sidecar_state sidecar;

    // The builder's own:
    char *scratch;                       // a piece of samples, its tree
    uint64_t sidecar_end, sidecar_id[2]; // where to append, to which file (device, inode)
    double saved_s;
};
#define PLT_NOWHERE UINT64_MAX

// Bytes of a chunk's record.
static inline size_t plt_record_size(const struct plt_mapped *map)
{
    return 3 * (size_t)PLT_CHUNK_NODES * map->size;
}

static inline char *plt_record_pair(const struct plt_mapped *map, void *record, size_t node)
{
    return (char *)record + 2 * node * map->size;
}

static inline char *plt_record_least(const struct plt_mapped *map, void *record,
                                     size_t node)
{
    return (char *)record + (2 * PLT_CHUNK_NODES + node) * map->size;
}

static inline uint64_t plt_mapped_chunks(uint64_t num_samples)
{
    return (num_samples + (1 << PLT_CHUNK_LOG2) - 1) >> PLT_CHUNK_LOG2;
}

double plt_mapped_now(void);
// This thread gives way to whoever waits for a picture: it takes no core from a thread that
// just woke.
void plt_mapped_give_way(void);
// Reads up to `count` samples from sample `first` on; their number, less at the end of the
// file, or -1.
int64_t plt_mapped_read(int fd, const struct plt_mapped *map, uint64_t first, size_t count,
                        void *samples);
void plt_mapped_free(struct plt_mapped *map); // stops the threads; NULL is fine
uint64_t plt_mapped_count(struct plt_mapped *map);

// With the lock held:
// What was read of samples [first, ...) is not to be trusted any more.
void plt_mapped_invalidate(struct plt_mapped *map, uint64_t first);
// A chunk is not what its record says. True the first time: then it is to be told.
bool plt_mapped_doubt(struct plt_mapped *map, uint64_t chunk);
// Tells listeners, at most 30 times a second unless `now`. Gives the lock up meanwhile.
void plt_mapped_notify(struct plt_mapped *map, bool now);
uint64_t plt_mapped_oldest_pin(const struct plt_mapped *map);
bool plt_mapped_resize(struct plt_mapped *map, uint64_t num_samples);
void plt_mapped_set_root(struct plt_mapped *map, uint64_t chunk, const void *pair,
                         const void *least);

// For data/pin.c.
bool plt_mapped_pin(struct plt_series *series, struct plt_series_pin *pin);
void plt_mapped_unpin(const struct plt_series_pin *pin);
void plt_mapped_hold(struct plt_series_pin *pin);
void plt_mapped_release(struct plt_series_pin *pin);
// As plt_pin_run, but *y is NULL for samples of which nothing is known.
size_t plt_mapped_run(const struct plt_series_pin *pin, uint64_t i, const void **y);
void plt_mapped_extrema(const struct plt_series_pin *pin, uint64_t i0, uint64_t i1,
                        bool raw, union plt_extent *extent);
// Lowers *least.
void plt_mapped_least_positive(const struct plt_series_pin *pin, uint64_t i0, uint64_t i1,
                               double *least);

// mapped_cache.c, with the lock held.
bool plt_blocks_init(struct plt_blocks *blocks, const struct plt_mapped *map,
                     uint64_t bytes);
void plt_blocks_finish(struct plt_blocks *blocks);
// The block when it is READY or BAD; else NULL, and it is asked for.
struct plt_block *plt_blocks_get(struct plt_mapped *map, uint64_t number, uint64_t stamp);
// The same without asking.
struct plt_block *plt_blocks_find(const struct plt_blocks *blocks, uint64_t number);
void plt_blocks_drop(struct plt_blocks *blocks, uint64_t first); // blocks [first, ...)
void *plt_mapped_load_loop(void *map);

// mapped_watch.c
void plt_mapped_watch(struct plt_mapped *map);
void plt_mapped_unwatch(struct plt_mapped *map);

// mapped_build.c
size_t plt_mapped_scratch_size(const struct plt_mapped *map);
void *plt_mapped_build_loop(void *map);
// Looks at the file's size. Lock held and given up meanwhile; builder thread.
void plt_mapped_check_file(struct plt_mapped *map);
// Whether there is something to save, and a sidecar to save it in.
bool plt_mapped_wants_sidecar(const struct plt_mapped *map);
// Reads what plt_mapped_fingerprint takes. False when it cannot be read.
bool plt_mapped_read_fingerprint(const struct plt_mapped *map, uint64_t chunk, size_t count,
                                 uint64_t *fingerprint);
// Hash of a chunk's first and last bytes, of `count` samples.
uint64_t plt_mapped_fingerprint(const struct plt_mapped *map, const char *first,
                                const char *last, size_t count);
