// The inside of a mapped image (private): a file, the tiles of it that are in memory, its
// coarse levels, and the threads that fill both. Stage KEEP.
//
//  tiles.c        opening, closing, what is going on
//  tiles_cache.c  tiles: found, asked for
//  tiles_load.c   tiles, read by the loader threads
//  tiles_build.c  the builder thread: coarse levels, bounds
//  tiles_fold.c   samples of the file -> rows of a level
//  tiles_read.c   samples of the file
//
// A tile is PLT_TILE samples wide and high and has PLT_TILE_REACH more on its right and
// bottom, those of its neighbours: a pixel that begins in a tile is drawn from it alone.
// Levels from `base` on are planes in memory, their tiles windows into them.
//
// One lock guards everything but samples. It is held for a frame's look-ups (one take a
// frame: many would now and then wait for a thread that lost its core in the middle of its
// own), never for reading, folding, allocating, telling the log or a listener. A tile that
// the last picture of a lease has looked at keeps its memory until the lease's next one.
#pragma once

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

#include <plotlib/base/rect.h>
#include <plotlib/data/image.h>
#include <plotlib/data/minmax.h>
#include <plotlib/image_map.h>

enum {
    PLT_TILE = 256,
    PLT_TILE_LOG2 = 8,
    PLT_TILE_REACH = 7,
    PLT_TILE_SIDE = PLT_TILE + PLT_TILE_REACH,
    PLT_TILE_LEVELS = 24, // 2^31 samples are 256 at level 23
    PLT_TILE_BASE = 4,    // the finest plane, where memory allows
    PLT_TILE_LOADERS = 3,
    PLT_FOLD_SAMPLES = 16384, // of the file, folded at once: 64 KiB of sums at level 1
};

enum plt_tile_state {
    PLT_TILE_FREE = 0,
    PLT_TILE_WANTED,
    PLT_TILE_LOADING,
    PLT_TILE_READY,
    PLT_TILE_STALE, // of an earlier state of the file, perhaps still read
};

struct plt_tile {
    uint64_t key;        // level, row and column of tiles
    uint64_t stamp;      // of the latest look
    uint64_t generation; // of its samples; 0 = none yet
    enum plt_tile_state state;
    struct plt_tile *chain;       // plt_tile_cache.buckets
    struct plt_tile *prev, *next; // .used or .wanted; next: .free
    char *memory;                 // NULL = none
};

struct plt_tile_list {
    struct plt_tile *first, *last;
};

struct plt_tile_cache {
    struct plt_tile *slots; // [num_slots]
    struct plt_tile **buckets;
    size_t num_slots, num_buckets; // a power of two
    struct plt_tile *free;
    struct plt_tile_list used;   // READY, STALE; the latest used first
    struct plt_tile_list wanted; // the latest asked for first
    size_t num_wanted, num_loading, num_memory;
    size_t tile_bytes; // of one
};

struct plt_tile_plane {
    char *pixels; // [rows][columns][channels]
    int32_t done; // rows that may be read
    uint64_t id;  // of its first tile's view
};

struct plt_tiles {
    char *path;
    struct plt_log *log;
    int fd;
    enum plt_type type;
    enum plt_minify minify;
    int32_t columns, rows, channels;
    size_t size, pixel; // bytes of a sample and of a pixel
    uint64_t offset, row_stride;
    int32_t num_levels, base; // planes are levels [base, num_levels)
    uint64_t first_id;        // of the views of tiles in slots
    uint64_t plane_bytes;
    struct plt_image *image; // that owns this one

    pthread_mutex_t lock;
    pthread_cond_t build_wake, load_wake, changed;
    pthread_t builder, loaders[PLT_TILE_LOADERS];
    unsigned num_loaders;
    bool has_builder;
    _Atomic bool stop;             // threads end soon; written with the lock held
    _Atomic uint64_t file_version; // counts plt_tiles_reread; written with the lock held

    _Atomic double lowest, highest; // finite samples read so far; lowest > highest: none

    // Guarded by the lock:
    struct plt_tile_plane planes[PLT_TILE_LEVELS];
    struct plt_tile_cache cache;
    struct plt_tile_lease *leases;
    uint64_t clock;       // stamp of the latest look
    uint64_t generations; // given to samples of tiles
    uint64_t stand_ins;
    uint64_t built_version; // file_version + 1 that the planes are complete for
    int32_t rows_built;
    double notified_s;
    bool news, told_unreadable, told_memory;
    unsigned num_telling; // threads that are about to write to the log
};

// Samples of level `level` along an axis of `n` in the file.
static inline int32_t plt_tile_samples(int32_t n, int32_t level)
{
    return (int32_t)(((int64_t)n + ((INT64_C(1) << level) - 1)) >> level);
}

// The same of a tile that begins at sample `first`.
static inline int32_t plt_tile_length(int32_t n, int32_t level, int32_t first)
{
    const int32_t left = plt_tile_samples(n, level) - first;
    return left < PLT_TILE_SIDE ? left : PLT_TILE_SIDE;
}

static inline bool plt_tiles_are_real(const struct plt_tiles *tiles)
{
    return tiles->type == PLT_F64 || tiles->type == PLT_F32 || tiles->type == PLT_F16;
}

void plt_tiles_close(struct plt_tiles *tiles); // NULL is fine
void plt_tiles_reread(struct plt_tiles *tiles);
bool plt_tiles_bounds(struct plt_tiles *tiles, struct plt_range *bounds);
// NaN, and the tile is asked for, where it is not there.
double plt_tiles_value(struct plt_tiles *tiles, int32_t column, int32_t row,
                       int32_t channel);

// One tile of a picture: the samples to draw it from. `view` begins at sample (column, row)
// of `level`, which is the level asked for, or a coarser one that stands in; view.columns
// is 0 where nothing is known.
struct plt_tile_look {
    struct plt_image_view view;
    int32_t level, column, row;
};
// Looks up tiles [x0, x1) x [y0, y1) of `level`, row after row, and asks for those that are
// not there. The views may be read until the lease's next call or its end.
void plt_tiles_look(struct plt_tiles *tiles, struct plt_tile_lease *lease, int32_t level,
                    struct plt_irect area, struct plt_tile_look *looks);
// How many tiles a picture may ask for.
size_t plt_tiles_most(const struct plt_tiles *tiles);

// --- tiles.c, with the lock held
double plt_tiles_now(void);
// Tells listeners, at most 30 times a second unless `now`. Gives the lock up meanwhile.
void plt_tiles_notify(struct plt_tiles *tiles, bool now);
void plt_tiles_tell_unreadable(struct plt_tiles *tiles, int32_t row);
void plt_tiles_tell_memory(struct plt_tiles *tiles);

// --- tiles_cache.c
bool plt_tile_cache_init(struct plt_tile_cache *cache, size_t tile_bytes, uint64_t bytes);
void plt_tile_cache_finish(struct plt_tile_cache *cache);
void plt_tile_cache_drop(struct plt_tile_cache *cache); // all of them; lock held
// The tile asked for last, unless nobody waits for it any more; it is LOADING then, until
// plt_tile_loaded. Lock held.
struct plt_tile *plt_tile_take_wanted(struct plt_tiles *tiles);
void plt_tile_loaded(struct plt_tiles *tiles, struct plt_tile *tile, bool ok);

// --- tiles_load.c
void *plt_tiles_load_loop(void *tiles);

// --- tiles_build.c
uint64_t plt_tiles_build_bytes(const struct plt_tiles *tiles); // that the builder works in
void *plt_tiles_build_loop(void *tiles);
// Gives way to whoever waits for a picture.
void plt_tiles_give_way(void);

// --- tiles_fold.c: cells of a level, one for each of its samples and channels. Each has
// a sum (or a maximum; of i64 as int64) and, of floating-point means, a number of samples.
struct plt_cells {
    void *values; // doubles, or int64
    double *counts;
};
struct plt_fold {
    struct plt_tiles *tiles;
    char *memory, *raw[2];
    size_t samples; // of the file that it can take at once
    struct plt_cells rows[PLT_TILE_LEVELS][2];
    uint64_t data_begin, data_end; // a stretch of the file that is data, and
    uint64_t hole_begin, hole_end; // one that is a hole; as long as plt_fold_begin says
    int32_t unreadable;            // a row that was; -1 = none since plt_fold_begin
    bool wants_extent;             // of all it reads
    union plt_extent extent;
};
bool plt_fold_init(struct plt_fold *fold, struct plt_tiles *tiles, int32_t most_level);
void plt_fold_finish(struct plt_fold *fold);
uint64_t plt_fold_bytes(const struct plt_tiles *tiles, int32_t most_level);
// Starts a piece of work: what is known of the file's holes is forgotten.
void plt_fold_begin(struct plt_fold *fold);
// tiles_read.c: samples [c0, c1) of row y of level 0, as they are.
void plt_fold_read(struct plt_fold *fold, int32_t y, int32_t c0, int32_t c1, char *samples);
uint64_t plt_tiles_position(const struct plt_tiles *tiles, int32_t y, int32_t column);
// Whether bytes [begin, end) of the file are a hole: zeros that nobody wrote.
bool plt_fold_hole(struct plt_fold *fold, uint64_t begin, uint64_t end);
void plt_fold_widen(struct plt_fold *fold, const char *samples, size_t n); // .extent
// Cells of columns [c0, c1) of row y of `level` >= 1.
void plt_fold_row(struct plt_fold *fold, int32_t level, int32_t y, int32_t c0, int32_t c1,
                  struct plt_cells cells);
// Row b NULL: there is none. n columns become (n + 1) / 2.
void plt_fold_join(const struct plt_tiles *tiles, struct plt_cells a,
                   const struct plt_cells *b, int32_t n, struct plt_cells out);
// Cells -> samples.
void plt_fold_samples(const struct plt_tiles *tiles, int32_t level, int32_t y, int32_t c0,
                      int32_t c1, struct plt_cells cells, char *samples);
// Whether cells have counts.
bool plt_fold_counts(const struct plt_tiles *tiles);
