// The threads that read tiles of the fine levels of a mapped image (tiles.h).
#include <plotlib/base/alloc.h>
#include <plotlib/data/tiles.h>

struct loader {
    struct plt_tiles *tiles;
    struct plt_fold fold;
    struct plt_cells cells; // a row of a tile
    uint64_t version;       // of the file, that the tile is of
};

static bool start(struct loader *loader)
{
    struct plt_tiles *tiles = loader->tiles;
    if (loader->cells.values)
        return true;
    const size_t row = (size_t)PLT_TILE_SIDE * (size_t)tiles->channels;
    double *cells = plt_malloc(2 * row * sizeof(double));
    if (!cells || !plt_fold_init(&loader->fold, tiles, tiles->base - 1)) {
        plt_free(cells);
        return false;
    }
    loader->cells = (struct plt_cells){cells, cells + row};
    return true;
}

static bool is_over(const struct loader *loader)
{
    return loader->tiles->stop || loader->tiles->file_version != loader->version;
}

static void load(struct loader *loader, uint64_t key, char *memory)
{
    struct plt_tiles *tiles = loader->tiles;
    const int32_t level = (int32_t)(key >> 48);
    const int32_t y0 = (int32_t)(key >> 24 & 0xffffff) << PLT_TILE_LOG2;
    const int32_t x0 = (int32_t)(key & 0xffffff) << PLT_TILE_LOG2;
    const int32_t x1 = x0 + plt_tile_length(tiles->columns, level, x0);
    const int32_t y1 = y0 + plt_tile_length(tiles->rows, level, y0);
    const size_t line = (size_t)(x1 - x0) * tiles->pixel;
    plt_fold_begin(&loader->fold);
    for (int32_t y = y0; y < y1 && !is_over(loader); y++, memory += line) {
        if (level == 0) {
            plt_fold_read(&loader->fold, y, x0, x1, memory);
            continue;
        }
        plt_fold_row(&loader->fold, level, y, x0, x1, loader->cells);
        plt_fold_samples(tiles, level, y, x0, x1, loader->cells, memory);
    }
}

// Lock held, given up while reading.
static void load_one(struct loader *loader, struct plt_tile *tile)
{
    struct plt_tiles *tiles = loader->tiles;
    struct plt_tile_cache *cache = &tiles->cache;
    const uint64_t key = tile->key;
    loader->version = tiles->file_version;
    pthread_mutex_unlock(&tiles->lock);
    const bool fresh = !tile->memory;
    if (fresh)
        tile->memory = plt_aligned_alloc(64, cache->tile_bytes);
    const bool ok = tile->memory && start(loader);
    if (ok)
        load(loader, key, tile->memory);
    pthread_mutex_lock(&tiles->lock);
    cache->num_memory += fresh && tile->memory;
    plt_tile_loaded(tiles, tile, ok);
    if (!ok)
        plt_tiles_tell_memory(tiles);
    else if (loader->fold.unreadable >= 0)
        plt_tiles_tell_unreadable(tiles, loader->fold.unreadable);
}

void *plt_tiles_load_loop(void *user)
{
    struct plt_tiles *tiles = user;
    struct loader loader = {.tiles = tiles};
    plt_tiles_give_way();
    pthread_mutex_lock(&tiles->lock);
    while (!tiles->stop) {
        struct plt_tile *tile = plt_tile_take_wanted(tiles);
        if (tile) {
            load_one(&loader, tile);
            plt_tiles_notify(tiles, false);
            continue;
        }
        pthread_cond_broadcast(&tiles->changed);
        if (tiles->cache.num_loading == 0 && tiles->news)
            plt_tiles_notify(tiles, true);
        else
            pthread_cond_wait(&tiles->load_wake, &tiles->lock);
    }
    pthread_mutex_unlock(&tiles->lock);
    plt_fold_finish(&loader.fold);
    plt_free(loader.cells.values);
    return NULL;
}
