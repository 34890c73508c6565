// A mapped image: opening, closing, and what is going on (tiles.h).
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <math.h>
#include <signal.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <plotlib/base/alloc.h>
#include <plotlib/base/message.h>
#include <plotlib/data/tiles.h>

#define NOTIFY_S 0.03
#define DEFAULT_BYTES (UINT64_C(256) << 20)
#define LEAST_BYTES (UINT64_C(16) << 20)

double plt_tiles_now(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

// --- with the lock held ------------------------------------------------------------------

void plt_tiles_notify(struct plt_tiles *tiles, bool now)
{
    const double time_s = plt_tiles_now();
    if (!tiles->news || (!now && time_s - tiles->notified_s < NOTIFY_S))
        return;
    tiles->news = false;
    tiles->notified_s = time_s;
    pthread_mutex_unlock(&tiles->lock);
    plt_image_notify(tiles->image);
    pthread_mutex_lock(&tiles->lock);
}

void plt_tiles_tell_unreadable(struct plt_tiles *tiles, int32_t row)
{
    if (tiles->told_unreadable)
        return;
    tiles->told_unreadable = true;
    tiles->num_telling++;
    pthread_mutex_unlock(&tiles->lock);
    struct stat info;
    const uint64_t end = plt_tiles_position(tiles, tiles->rows - 1, tiles->columns);
    const bool shorter = fstat(tiles->fd, &info) == 0 && (uint64_t)info.st_size < end;
    plt_error(tiles->log, FILE_CHANGED,
              "%s: row %d cannot be read%s; what is missing is %s", tiles->path, (int)row,
              shorter ? ": the file is shorter than it was" : "",
              plt_tiles_are_real(tiles) ? "left out" : "shown as 0");
    pthread_mutex_lock(&tiles->lock);
    tiles->num_telling--;
}

void plt_tiles_tell_memory(struct plt_tiles *tiles)
{
    if (tiles->told_memory)
        return;
    tiles->told_memory = true;
    tiles->num_telling++;
    pthread_mutex_unlock(&tiles->lock);
    plt_no_memory(tiles->log, tiles->path);
    pthread_mutex_lock(&tiles->lock);
    tiles->num_telling--;
}

// --- opening -----------------------------------------------------------------------------

static bool open_file(struct plt_tiles *tiles)
{
    struct stat info;
    tiles->fd = open(tiles->path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (tiles->fd < 0 || fstat(tiles->fd, &info) != 0) {
        plt_error(tiles->log, FILE_OPEN, "%s: %s", tiles->path, strerror(errno));
        return false;
    }
    if (!S_ISREG(info.st_mode)) {
        plt_error(tiles->log, FILE_OPEN, "%s: not a regular file", tiles->path);
        return false;
    }
    const uint64_t end = plt_tiles_position(tiles, tiles->rows - 1, tiles->columns);
    if ((uint64_t)info.st_size < end) {
        plt_error(tiles->log, FILE_FORMAT,
                  "%s: %d x %d pixels end at byte %" PRIu64 ", the file has %" PRIu64,
                  tiles->path, (int)tiles->columns, (int)tiles->rows, end,
                  (uint64_t)info.st_size);
        return false;
    }
    posix_fadvise(tiles->fd, 0, 0, POSIX_FADV_RANDOM);
    return true;
}

static uint64_t plane_bytes(const struct plt_tiles *tiles, int32_t level)
{
    return (uint64_t)plt_tile_samples(tiles->columns, level) *
           (uint64_t)plt_tile_samples(tiles->rows, level) * tiles->pixel;
}

// Everything but tiles: planes from `base` on, and what the threads work in.
static uint64_t other_bytes(const struct plt_tiles *tiles)
{
    uint64_t bytes = plt_tiles_build_bytes(tiles) +
                     PLT_TILE_LOADERS * plt_fold_bytes(tiles, tiles->base - 1);
    for (int32_t level = tiles->base; level < tiles->num_levels; level++)
        bytes += plane_bytes(tiles, level);
    return bytes;
}

// The levels there are, and the finest that half of the memory holds from there on.
static void choose_levels(struct plt_tiles *tiles, uint64_t memory)
{
    while (plt_tile_samples(tiles->columns, tiles->num_levels) > PLT_TILE ||
           plt_tile_samples(tiles->rows, tiles->num_levels) > PLT_TILE)
        tiles->num_levels++;
    const int32_t top = tiles->num_levels++;
    tiles->base = top < PLT_TILE_BASE ? top : PLT_TILE_BASE;
    tiles->base = tiles->base > 0 ? tiles->base : 1;
    while (tiles->base < top && other_bytes(tiles) > memory / 2)
        tiles->base++;
}

static uint64_t tiles_in_plane(const struct plt_tiles *tiles, int32_t level)
{
    const int32_t more = level + PLT_TILE_LOG2;
    return (uint64_t)plt_tile_samples(tiles->columns, more) *
           (uint64_t)plt_tile_samples(tiles->rows, more);
}

static bool make_planes(struct plt_tiles *tiles)
{
    uint64_t id = tiles->first_id + tiles->cache.num_slots;
    for (int32_t level = tiles->base; level < tiles->num_levels; level++) {
        struct plt_tile_plane *plane = &tiles->planes[level];
        const uint64_t bytes = plane_bytes(tiles, level);
        plane->pixels = bytes < PTRDIFF_MAX ? plt_calloc(1, (size_t)bytes) : NULL;
        plane->id = id;
        id += tiles_in_plane(tiles, level);
        tiles->plane_bytes += bytes;
        if (!plane->pixels)
            return false;
    }
    return true;
}

static bool make_memory(struct plt_tiles *tiles, uint64_t memory)
{
    memory = memory == 0 ? DEFAULT_BYTES : memory < LEAST_BYTES ? LEAST_BYTES : memory;
    choose_levels(tiles, memory);
    const uint64_t others = other_bytes(tiles);
    const size_t tile =
        ((size_t)PLT_TILE_SIDE * PLT_TILE_SIDE * tiles->pixel + 63) / 64 * 64;
    const uint64_t rest = memory > others ? memory - others : 0;
    if (!plt_tile_cache_init(&tiles->cache, tile, rest))
        return false;
    uint64_t ids = tiles->cache.num_slots;
    for (int32_t level = tiles->base; level < tiles->num_levels; level++)
        ids += tiles_in_plane(tiles, level);
    tiles->first_id = plt_image_take_ids(ids);
    return make_planes(tiles);
}

static void init_waiting(struct plt_tiles *tiles)
{
    pthread_condattr_t monotonic;
    pthread_condattr_init(&monotonic);
    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    pthread_mutexattr_t kind;
    pthread_mutexattr_init(&kind);
#ifdef __GLIBC__ // held for look-ups only: a short spin saves most sleeps
    pthread_mutexattr_settype(&kind, PTHREAD_MUTEX_ADAPTIVE_NP);
#endif
    pthread_mutex_init(&tiles->lock, &kind);
    pthread_mutexattr_destroy(&kind);
    pthread_cond_init(&tiles->build_wake, &monotonic);
    pthread_cond_init(&tiles->load_wake, &monotonic);
    pthread_cond_init(&tiles->changed, &monotonic);
    pthread_condattr_destroy(&monotonic);
}

// False when a byte of it would have no number.
static bool take_shape(struct plt_tiles *tiles, const struct plt_image_map_params *params)
{
    tiles->type = params->type;
    tiles->minify = params->minify;
    tiles->columns = params->columns;
    tiles->rows = params->rows;
    tiles->channels = params->channels;
    tiles->size = plt_type_size(params->type);
    tiles->pixel = tiles->size * (size_t)params->channels;
    tiles->offset = params->offset;
    const uint64_t line = (uint64_t)params->columns * tiles->pixel;
    tiles->row_stride = params->row_stride ? params->row_stride : line;
    return tiles->row_stride >= line && tiles->offset < INT64_MAX / 2 &&
           tiles->row_stride < INT64_MAX / 2 / (uint64_t)tiles->rows;
}

static struct plt_tiles *open_tiles(const char *path,
                                    const struct plt_image_map_params *params)
{
    struct plt_tiles *tiles = plt_calloc(1, sizeof(*tiles));
    if (!tiles) {
        plt_no_memory(params->log, path);
        return NULL;
    }
    init_waiting(tiles);
    tiles->fd = -1;
    tiles->lowest = INFINITY;
    tiles->highest = -INFINITY;
    tiles->log = plt_log_ref(params->log);
    tiles->path = plt_strdup(path);
    if (!tiles->path)
        plt_no_memory(params->log, path);
    else if (!take_shape(tiles, params))
        plt_error(params->log, BAD_ARGUMENT,
                  "%s: rows of %" PRIu64 " bytes hold no %d pixels, or end nowhere", path,
                  tiles->row_stride, (int)tiles->columns);
    else if (open_file(tiles)) {
        if (make_memory(tiles, params->memory_bytes))
            return tiles;
        plt_no_memory(params->log, path);
    }
    plt_tiles_close(tiles);
    return NULL;
}

// False after one log line.
static bool start(struct plt_tiles *tiles)
{
    sigset_t all, before; // signals of the program are for its own threads
    sigfillset(&all);
    bool ok = pthread_sigmask(SIG_SETMASK, &all, &before) == 0;
    tiles->has_builder =
        ok && pthread_create(&tiles->builder, NULL, plt_tiles_build_loop, tiles) == 0;
    while (tiles->has_builder && tiles->num_loaders < PLT_TILE_LOADERS &&
           pthread_create(&tiles->loaders[tiles->num_loaders], NULL, plt_tiles_load_loop,
                          tiles) == 0)
        tiles->num_loaders++;
    if (ok)
        pthread_sigmask(SIG_SETMASK, &before, NULL);
    if (tiles->num_loaders == 0)
        plt_error(tiles->log, GENERIC, "%s: no threads to read it", tiles->path);
    return tiles->num_loaders > 0;
}

void plt_tiles_close(struct plt_tiles *tiles)
{
    if (!tiles)
        return;
    pthread_mutex_lock(&tiles->lock);
    tiles->stop = true;
    pthread_cond_broadcast(&tiles->build_wake);
    pthread_cond_broadcast(&tiles->load_wake);
    pthread_mutex_unlock(&tiles->lock);
    if (tiles->has_builder)
        pthread_join(tiles->builder, NULL);
    for (unsigned i = 0; i < tiles->num_loaders; i++)
        pthread_join(tiles->loaders[i], NULL);
    for (int32_t level = 0; level < PLT_TILE_LEVELS; level++)
        plt_free(tiles->planes[level].pixels);
    plt_tile_cache_finish(&tiles->cache);
    if (tiles->fd >= 0)
        close(tiles->fd);
    pthread_cond_destroy(&tiles->build_wake);
    pthread_cond_destroy(&tiles->load_wake);
    pthread_cond_destroy(&tiles->changed);
    pthread_mutex_destroy(&tiles->lock);
    plt_free(tiles->path);
    plt_log_unref(tiles->log);
    plt_free(tiles);
}

struct plt_image *plt_image_map(const char *path, const struct plt_image_map_params *params)
{
    plt_require(NULL, params != NULL, NULL);
    struct plt_image_map_params p = *params;
    p.channels = p.channels == 0 ? 1 : p.channels;
    plt_require(p.log, path != NULL, NULL);
    plt_require(p.log, plt_type_size(p.type) > 0, NULL);
    plt_require(p.log, p.columns >= 1 && p.rows >= 1, NULL);
    plt_require(p.log, p.channels == 1 || p.channels == 3 || p.channels == 4, NULL);
    plt_require(p.log, p.minify == PLT_MINIFY_MEAN || p.minify == PLT_MINIFY_MAX, NULL);
    struct plt_tiles *tiles = open_tiles(path, &p);
    if (!tiles)
        return NULL;
    struct plt_image *image = plt_image_of_tiles(
        tiles, plt_image_params(.type = p.type, .columns = p.columns, .rows = p.rows,
                                .channels = p.channels, .log = p.log));
    if (!image)
        return NULL;
    tiles->image = image;
    if (start(tiles))
        return image;
    plt_image_unref(image);
    return NULL;
}

// --- what is going on --------------------------------------------------------------------

void plt_tiles_reread(struct plt_tiles *tiles)
{
    pthread_mutex_lock(&tiles->lock);
    tiles->file_version++;
    tiles->rows_built = 0;
    tiles->told_unreadable = false;
    tiles->lowest = INFINITY;
    tiles->highest = -INFINITY;
    for (int32_t level = tiles->base; level < tiles->num_levels; level++)
        tiles->planes[level].done = 0;
    plt_tile_cache_drop(&tiles->cache);
    pthread_cond_signal(&tiles->build_wake);
    pthread_mutex_unlock(&tiles->lock);
}

bool plt_tiles_bounds(struct plt_tiles *tiles, struct plt_range *bounds)
{
    const struct plt_range range = {tiles->lowest, tiles->highest};
    if (range.x0 > range.x1)
        return false;
    *bounds = range;
    return true;
}

bool plt_image_map_get_state(const struct plt_image *image,
                             struct plt_image_map_state *state)
{
    plt_require(NULL, image && state, false);
    struct plt_tiles *tiles = plt_image_tiles(image);
    if (!tiles)
        return false;
    pthread_mutex_lock(&tiles->lock);
    const struct plt_tile_cache *cache = &tiles->cache;
    *state = (struct plt_image_map_state){
        .rows_built = tiles->rows_built,
        .pending = cache->num_wanted + cache->num_loading,
        .memory_bytes = tiles->plane_bytes + cache->num_memory * cache->tile_bytes,
        .stand_ins = tiles->stand_ins,
    };
    pthread_mutex_unlock(&tiles->lock);
    return true;
}

static bool is_settled(const struct plt_tiles *tiles)
{
    return tiles->built_version == tiles->file_version + 1 &&
           tiles->cache.num_wanted == 0 && tiles->cache.num_loading == 0 &&
           tiles->num_telling == 0;
}

bool plt_image_map_settle(struct plt_image *image, double timeout_s)
{
    plt_require(NULL, image != NULL, false);
    struct plt_tiles *tiles = plt_image_tiles(image);
    plt_require(NULL, tiles != NULL, false);
    plt_require(tiles->log, timeout_s >= 0 && timeout_s <= 1e9, false);
    const double until_s = plt_tiles_now() + timeout_s;
    struct timespec until = {.tv_sec = (time_t)until_s};
    until.tv_nsec = (long)((until_s - (double)until.tv_sec) * 1e9);
    pthread_mutex_lock(&tiles->lock);
    while (!is_settled(tiles) && plt_tiles_now() < until_s)
        pthread_cond_timedwait(&tiles->changed, &tiles->lock, &until);
    const bool settled = is_settled(tiles);
    pthread_mutex_unlock(&tiles->lock);
    return settled;
}
