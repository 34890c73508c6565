// The builder thread of a mapped image: reads the file once, in order, and makes the planes
// of the coarse levels, each row when those below it are complete (tiles.h).
#include <fcntl.h>
#include <math.h>
#include <sched.h>
#include <string.h>

#include <plotlib/base/alloc.h>
#include <plotlib/data/pyramid.h>
#include <plotlib/data/tiles.h>

#define RETRY_S 0.25

struct build {
    struct plt_tiles *tiles;
    struct plt_fold fold;
    char *memory;
    struct plt_cells rows[PLT_TILE_LEVELS][2];
    uint64_t version; // of the file, that this pass reads
    bool given_up;    // this pass
};

void plt_tiles_give_way(void)
{
#ifdef SCHED_BATCH
    const struct sched_param none = {0};
    pthread_setschedparam(pthread_self(), SCHED_BATCH, &none);
#endif
}

static int32_t top_of(const struct plt_tiles *tiles)
{
    return tiles->num_levels - 1;
}

// Bytes of a row of cells, values or counts, as wide as the image.
static uint64_t row_bytes(const struct plt_tiles *tiles, int32_t level)
{
    const uint64_t cells = (uint64_t)plt_tile_samples(tiles->columns, level) *
                           (uint64_t)tiles->channels * sizeof(double);
    return (cells + 63) / 64 * 64;
}

static uint64_t memory_bytes(const struct plt_tiles *tiles)
{
    uint64_t bytes = 64;
    for (int32_t level = tiles->base; level < tiles->num_levels; level++)
        bytes += 4 * row_bytes(tiles, level);
    return bytes;
}

uint64_t plt_tiles_build_bytes(const struct plt_tiles *tiles)
{
    return plt_fold_bytes(tiles, tiles->base) + memory_bytes(tiles);
}

static bool start(struct build *build, struct plt_tiles *tiles)
{
    *build = (struct build){.tiles = tiles};
    char *p = build->memory = plt_aligned_alloc(64, memory_bytes(tiles));
    if (!p || !plt_fold_init(&build->fold, tiles, tiles->base)) {
        plt_free(p);
        return false;
    }
    for (int32_t level = tiles->base; level < tiles->num_levels; level++) {
        for (int i = 0; i < 2; i++) {
            build->rows[level][i].values = p;
            p += row_bytes(tiles, level);
            build->rows[level][i].counts = (double *)p;
            p += row_bytes(tiles, level);
        }
    }
    build->fold.wants_extent = tiles->channels == 1;
    return true;
}

static void finish(struct build *build)
{
    plt_fold_finish(&build->fold);
    plt_free(build->memory);
}

// Takes what the fold has seen over. Lock held.
static void take_news(struct build *build, int32_t rows_built)
{
    struct plt_tiles *tiles = build->tiles;
    struct plt_range range;
    const enum plt_type type = tiles->type == PLT_F16 ? PLT_F32 : tiles->type;
    tiles->news = true;
    tiles->rows_built = rows_built;
    if (build->fold.wants_extent &&
        plt_extent_range(&build->fold.extent, type, &range.x0, &range.x1)) {
        tiles->lowest = range.x0;
        tiles->highest = range.x1;
    }
    if (build->fold.unreadable >= 0)
        plt_tiles_tell_unreadable(tiles, build->fold.unreadable);
}

static bool is_over(const struct build *build)
{
    return build->tiles->stop || build->tiles->file_version != build->version;
}

// A row of a plane is complete.
static void publish(struct build *build, int32_t level, int32_t y)
{
    struct plt_tiles *tiles = build->tiles;
    const int64_t built = ((int64_t)y + 1) << level;
    pthread_mutex_lock(&tiles->lock);
    if (!is_over(build)) {
        tiles->planes[level].done = y + 1;
        if (level == tiles->base)
            take_news(build, built < tiles->rows ? (int32_t)built : tiles->rows);
        plt_tiles_notify(tiles, false);
    }
    pthread_mutex_unlock(&tiles->lock);
}

// Rows [y, y + count) of the file: how the system should treat their pages.
static void advise(const struct plt_tiles *tiles, int64_t y, int64_t count, int advice)
{
    const int64_t end = y + count < tiles->rows ? y + count : tiles->rows;
    if (y >= end)
        return;
    const uint64_t first = plt_tiles_position(tiles, (int32_t)y, 0);
    posix_fadvise(tiles->fd, (off_t)first, (off_t)((uint64_t)(end - y) * tiles->row_stride),
                  advice);
}

// Row y of the finest plane, from the file. What lies ahead is asked for, what lies behind
// given back: a file of any size passes through the system's memory without filling it.
static void read_row(struct build *build, int32_t y, struct plt_cells cells)
{
    const struct plt_tiles *tiles = build->tiles;
    const int64_t rows = INT64_C(1) << tiles->base;
    plt_fold_begin(&build->fold);
    if (!plt_fold_hole(&build->fold, plt_tiles_position(tiles, (int32_t)(y * rows), 0),
                       plt_tiles_position(tiles, (int32_t)(y * rows), 0) +
                           (uint64_t)rows * tiles->row_stride)) {
        advise(tiles, (y + 1) * rows, rows, POSIX_FADV_WILLNEED);
        advise(tiles, (y - 1) * rows, rows, POSIX_FADV_DONTNEED);
    }
    plt_fold_row(&build->fold, tiles->base, y, 0,
                 plt_tile_samples(tiles->columns, tiles->base), cells);
}

// Row y of a plane, after all rows below it.
static void build_row(struct build *build, int32_t level, int32_t y, int which)
{
    struct plt_tiles *tiles = build->tiles;
    struct plt_cells cells = build->rows[level][which];
    const int32_t columns = plt_tile_samples(tiles->columns, level);
    if (is_over(build))
        return;
    if (level == tiles->base) {
        read_row(build, y, cells);
    } else {
        const struct plt_cells *below = build->rows[level - 1];
        const bool two = y * INT64_C(2) + 1 < plt_tile_samples(tiles->rows, level - 1);
        build_row(build, level - 1, 2 * y, 0);
        if (two)
            build_row(build, level - 1, 2 * y + 1, 1);
        plt_fold_join(tiles, below[0], two ? &below[1] : NULL,
                      plt_tile_samples(tiles->columns, level - 1), cells);
    }
    if (is_over(build)) // and so what was made of rows that were not read
        return;
    char *samples =
        tiles->planes[level].pixels + (size_t)y * (size_t)columns * tiles->pixel;
    plt_fold_samples(tiles, level, y, 0, columns, cells, samples);
    publish(build, level, y);
}

// An image of one tile: only its bounds are looked for.
static void read_plain(struct build *build)
{
    struct plt_tiles *tiles = build->tiles;
    for (int32_t y = 0; y < tiles->rows && !is_over(build); y++)
        plt_fold_read(&build->fold, y, 0, tiles->columns, build->fold.raw[0]);
    pthread_mutex_lock(&tiles->lock);
    if (!is_over(build))
        take_news(build, tiles->rows);
    pthread_mutex_unlock(&tiles->lock);
}

static void reset_extent(struct plt_fold *fold)
{
    const enum plt_type type = fold->tiles->type == PLT_F16 ? PLT_F32 : fold->tiles->type;
    plt_minmax_best(type)->reset(&fold->extent);
}

static void run_pass(struct build *build)
{
    struct plt_tiles *tiles = build->tiles;
    const int32_t top = top_of(tiles);
    plt_fold_begin(&build->fold);
    reset_extent(&build->fold);
    if (top < tiles->base) {
        read_plain(build);
        return;
    }
    for (int32_t y = 0; y < plt_tile_samples(tiles->rows, top); y++)
        build_row(build, top, y, 0);
}

// Lock held, given up meanwhile.
static void pass(struct build *build)
{
    struct plt_tiles *tiles = build->tiles;
    build->version = tiles->file_version;
    pthread_mutex_unlock(&tiles->lock);
    run_pass(build);
    pthread_mutex_lock(&tiles->lock);
    if (is_over(build))
        return;
    tiles->built_version = build->version + 1;
    pthread_cond_broadcast(&tiles->changed);
    plt_tiles_notify(tiles, true);
}

static void wait_a_little(struct plt_tiles *tiles)
{
    const double until_s = plt_tiles_now() + RETRY_S;
    struct timespec until = {.tv_sec = (time_t)until_s};
    until.tv_nsec = (long)((until_s - (double)until.tv_sec) * 1e9);
    pthread_cond_timedwait(&tiles->build_wake, &tiles->lock, &until);
}

void *plt_tiles_build_loop(void *user)
{
    struct plt_tiles *tiles = user;
    struct build build = {0};
    plt_tiles_give_way();
    pthread_mutex_lock(&tiles->lock);
    while (!tiles->stop) {
        if (tiles->built_version == tiles->file_version + 1) {
            if (tiles->news)
                plt_tiles_notify(tiles, true);
            else
                pthread_cond_wait(&tiles->build_wake, &tiles->lock);
            continue;
        }
        pthread_mutex_unlock(&tiles->lock);
        const bool started = start(&build, tiles);
        pthread_mutex_lock(&tiles->lock);
        if (!started) {
            plt_tiles_tell_memory(tiles);
            wait_a_little(tiles);
            continue;
        }
        pass(&build);
        pthread_mutex_unlock(&tiles->lock);
        finish(&build);
        pthread_mutex_lock(&tiles->lock);
    }
    pthread_mutex_unlock(&tiles->lock);
    return NULL;
}
