// The tiles of a mapped image that are in memory: what a picture looks up, and asks for
// where it did not find it (tiles.h).
#include <math.h>
#include <string.h>

#include <plotlib/base/alloc.h>
#include <plotlib/base/half.h>
#include <plotlib/data/pyramid.h>
#include <plotlib/data/tiles.h>

enum { OLD_REQUEST = 64 }; // looks ago: nobody waits for it any more

// --- lists and the index -----------------------------------------------------------------

static void push(struct plt_tile_list *list, struct plt_tile *tile)
{
    tile->prev = NULL;
    tile->next = list->first;
    if (list->first)
        list->first->prev = tile;
    else
        list->last = tile;
    list->first = tile;
}

static void take_out(struct plt_tile_list *list, struct plt_tile *tile)
{
    if (tile->prev)
        tile->prev->next = tile->next;
    else
        list->first = tile->next;
    if (tile->next)
        tile->next->prev = tile->prev;
    else
        list->last = tile->prev;
}

static uint64_t key_of(int32_t level, int32_t x, int32_t y)
{
    return (uint64_t)level << 48 | (uint64_t)y << 24 | (uint64_t)x;
}

static struct plt_tile **bucket_of(const struct plt_tile_cache *cache, uint64_t key)
{
    const uint64_t hash = key * UINT64_C(0x9e3779b97f4a7c15); // Knuth's multiplicative one
    return &cache->buckets[(hash >> 32) & (cache->num_buckets - 1)];
}

static struct plt_tile *find(const struct plt_tile_cache *cache, uint64_t key)
{
    struct plt_tile *tile = *bucket_of(cache, key);
    while (tile && tile->key != key)
        tile = tile->chain;
    return tile;
}

static void forget(struct plt_tile_cache *cache, struct plt_tile *tile)
{
    struct plt_tile **link = bucket_of(cache, tile->key);
    while (*link != tile)
        link = &(*link)->chain;
    *link = tile->chain;
}

static void make_free(struct plt_tile_cache *cache, struct plt_tile *tile)
{
    tile->state = PLT_TILE_FREE;
    tile->next = cache->free;
    cache->free = tile;
}

static void cancel(struct plt_tile_cache *cache, struct plt_tile *tile)
{
    take_out(&cache->wanted, tile);
    cache->num_wanted--;
    forget(cache, tile);
    make_free(cache, tile);
}

bool plt_tile_cache_init(struct plt_tile_cache *cache, size_t tile_bytes, uint64_t bytes)
{
    const uint64_t most = SIZE_MAX / 2;
    cache->tile_bytes = tile_bytes;
    cache->num_slots = (size_t)(bytes < most ? bytes : most) / tile_bytes;
    cache->num_slots = cache->num_slots < 4 ? 4 : cache->num_slots;
    cache->num_buckets = 64;
    while (cache->num_buckets < cache->num_slots)
        cache->num_buckets *= 2;
    cache->slots = plt_calloc(cache->num_slots, sizeof(*cache->slots));
    cache->buckets = plt_calloc(cache->num_buckets, sizeof(struct plt_tile *));
    if (!cache->slots || !cache->buckets)
        return false;
    for (size_t i = cache->num_slots; i-- > 0;)
        make_free(cache, &cache->slots[i]);
    return true;
}

void plt_tile_cache_finish(struct plt_tile_cache *cache)
{
    for (size_t i = 0; cache->slots && i < cache->num_slots; i++)
        plt_free(cache->slots[i].memory);
    plt_free(cache->slots);
    plt_free(cache->buckets);
}

void plt_tile_cache_drop(struct plt_tile_cache *cache)
{
    for (size_t i = 0; i < cache->num_slots; i++) {
        struct plt_tile *tile = &cache->slots[i];
        switch (tile->state) {
        case PLT_TILE_WANTED: cancel(cache, tile); break;
        case PLT_TILE_LOADING:
        case PLT_TILE_READY:
            forget(cache, tile);
            tile->state = PLT_TILE_STALE;
            break;
        case PLT_TILE_FREE:
        case PLT_TILE_STALE: break;
        }
    }
}

// --- looking up --------------------------------------------------------------------------

// Pictures since then may still be painted from.
static uint64_t oldest_lease(const struct plt_tiles *tiles)
{
    uint64_t oldest = UINT64_MAX;
    for (const struct plt_tile_lease *each = tiles->leases; each; each = each->next)
        oldest = each->stamp < oldest ? each->stamp : oldest;
    return oldest;
}

// A slot for another tile: one without use, or the one that was looked at the longest time
// ago, if no picture shows it.
static struct plt_tile *take_slot(struct plt_tiles *tiles)
{
    struct plt_tile_cache *cache = &tiles->cache;
    struct plt_tile *tile = cache->free;
    if (tile) {
        cache->free = tile->next;
        return tile;
    }
    tile = cache->used.last;
    if (!tile || tile->stamp >= oldest_lease(tiles))
        return NULL;
    take_out(&cache->used, tile);
    if (tile->state != PLT_TILE_STALE)
        forget(cache, tile);
    return tile;
}

static void touch(struct plt_tiles *tiles, struct plt_tile *tile)
{
    struct plt_tile_cache *cache = &tiles->cache;
    tile->stamp = tiles->clock;
    if (tile->state == PLT_TILE_LOADING)
        return;
    struct plt_tile_list *list =
        tile->state == PLT_TILE_WANTED ? &cache->wanted : &cache->used;
    if (list->first != tile) {
        take_out(list, tile);
        push(list, tile);
    }
}

// The tile when it is there; else NULL, and it is asked for.
static struct plt_tile *get(struct plt_tiles *tiles, uint64_t key)
{
    struct plt_tile_cache *cache = &tiles->cache;
    struct plt_tile *tile = find(cache, key);
    if (tile) {
        touch(tiles, tile);
        return tile->state == PLT_TILE_READY ? tile : NULL;
    }
    tile = take_slot(tiles);
    if (!tile)
        return NULL; // pictures show all there are
    struct plt_tile **bucket = bucket_of(cache, key);
    tile->key = key;
    tile->state = PLT_TILE_WANTED;
    tile->stamp = tiles->clock;
    tile->chain = *bucket;
    *bucket = tile;
    cache->num_wanted++;
    push(&cache->wanted, tile);
    return NULL;
}

// After looking up: wakes who reads what was not found. Ends holding the lock.
static void unlock(struct plt_tiles *tiles)
{
    const bool wake = tiles->cache.num_wanted > 0;
    pthread_mutex_unlock(&tiles->lock);
    if (wake)
        pthread_cond_broadcast(&tiles->load_wake);
}

static struct plt_image_view view_of(const struct plt_tiles *tiles, const void *pixels,
                                     int32_t columns, int32_t rows)
{
    return (struct plt_image_view){.pixels = pixels,
                                   .row_stride = (size_t)columns * tiles->pixel,
                                   .type = tiles->type,
                                   .columns = columns,
                                   .rows = rows,
                                   .channels = tiles->channels,
                                   .pixel_stride = tiles->pixel,
                                   .channel_stride = tiles->size};
}

static void show_slot(const struct plt_tiles *tiles, const struct plt_tile *tile,
                      struct plt_tile_look *look)
{
    look->view = view_of(tiles, tile->memory,
                         plt_tile_length(tiles->columns, look->level, look->column),
                         plt_tile_length(tiles->rows, look->level, look->row));
    look->view.id = tiles->first_id + (uint64_t)(tile - tiles->cache.slots);
    look->view.generation = tile->generation;
}

// What is complete of a plane's tile (x, y); false when some of its rows are missing.
static bool show_plane(const struct plt_tiles *tiles, struct plt_tile_look *look, int32_t x,
                       int32_t y)
{
    const struct plt_tile_plane *plane = &tiles->planes[look->level];
    const int32_t columns = plt_tile_samples(tiles->columns, look->level);
    const int32_t across = plt_tile_samples(columns, PLT_TILE_LOG2);
    const int32_t all = plt_tile_length(tiles->rows, look->level, look->row);
    const int32_t done = plane->done - look->row < all ? plane->done - look->row : all;
    if (done <= 0)
        return false;
    const size_t first =
        ((size_t)look->row * (size_t)columns + (size_t)look->column) * tiles->pixel;
    look->view = view_of(tiles, plane->pixels + first,
                         plt_tile_length(tiles->columns, look->level, look->column), done);
    look->view.row_stride = (size_t)columns * tiles->pixel;
    look->view.id = plane->id + (uint64_t)y * (uint64_t)across + (uint64_t)x;
    look->view.generation = (tiles->file_version + 1) << 16 | (uint64_t)done;
    return done == all;
}

static void place(struct plt_tile_look *look, int32_t level, int32_t x, int32_t y)
{
    *look = (struct plt_tile_look){
        .level = level, .column = x << PLT_TILE_LOG2, .row = y << PLT_TILE_LOG2};
}

// The finest that is known of a tile that is not there.
static void stand_in(struct plt_tiles *tiles, int32_t level, int32_t x, int32_t y,
                     struct plt_tile_look *look)
{
    tiles->stand_ins++;
    for (int32_t up = level + 1; up < tiles->base && up < tiles->num_levels; up++) {
        const int32_t px = x >> (up - level), py = y >> (up - level);
        struct plt_tile *tile = find(&tiles->cache, key_of(up, px, py));
        if (!tile || tile->state != PLT_TILE_READY)
            continue;
        touch(tiles, tile);
        place(look, up, px, py);
        show_slot(tiles, tile, look);
        return;
    }
    if (tiles->base >= tiles->num_levels)
        return;
    const int32_t px = x >> (tiles->base - level), py = y >> (tiles->base - level);
    place(look, tiles->base, px, py);
    show_plane(tiles, look, px, py);
}

static void look_up(struct plt_tiles *tiles, int32_t level, int32_t x, int32_t y,
                    struct plt_tile_look *look)
{
    place(look, level, x, y);
    if (level >= tiles->base) {
        tiles->stand_ins += !show_plane(tiles, look, x, y);
        return;
    }
    struct plt_tile *tile = get(tiles, key_of(level, x, y));
    if (tile)
        show_slot(tiles, tile, look);
    else
        stand_in(tiles, level, x, y, look);
}

void plt_tiles_look(struct plt_tiles *tiles, struct plt_tile_lease *lease, int32_t level,
                    struct plt_irect area, struct plt_tile_look *looks)
{
    pthread_mutex_lock(&tiles->lock);
    if (!lease->tiles) {
        lease->tiles = tiles;
        lease->next = tiles->leases;
        tiles->leases = lease;
    }
    lease->stamp = ++tiles->clock;
    // The first ones are read first: those asked for last.
    const int32_t width = area.x1 - area.x0;
    for (int32_t y = area.y1; y-- > area.y0;) {
        struct plt_tile_look *row = looks + (size_t)(y - area.y0) * (size_t)width;
        for (int32_t x = area.x1; x-- > area.x0;)
            look_up(tiles, level, x, y, &row[x - area.x0]);
    }
    unlock(tiles);
}

void plt_tiles_release(struct plt_tile_lease *lease)
{
    struct plt_tiles *tiles = lease->tiles;
    if (!tiles)
        return;
    pthread_mutex_lock(&tiles->lock);
    struct plt_tile_lease **link = &tiles->leases;
    while (*link != lease)
        link = &(*link)->next;
    *link = lease->next;
    pthread_mutex_unlock(&tiles->lock);
    *lease = (struct plt_tile_lease){0};
}

size_t plt_tiles_most(const struct plt_tiles *tiles)
{
    return tiles->cache.num_slots / 2;
}

double plt_tiles_value(struct plt_tiles *tiles, int32_t column, int32_t row,
                       int32_t channel)
{
    const int32_t x = column >> PLT_TILE_LOG2, y = row >> PLT_TILE_LOG2;
    double value = NAN;
    pthread_mutex_lock(&tiles->lock);
    tiles->clock++;
    const struct plt_tile *tile = get(tiles, key_of(0, x, y));
    if (tile) {
        struct plt_tile_look look;
        place(&look, 0, x, y);
        show_slot(tiles, tile, &look);
        const void *at =
            plt_image_at(&look.view, column - look.column, row - look.row, channel);
        value = tiles->type == PLT_F16 ? plt_half_to_float(*(const uint16_t *)at)
                                       : plt_element(at, tiles->type, 0);
    }
    unlock(tiles);
    return value;
}

// --- for the loader threads --------------------------------------------------------------

struct plt_tile *plt_tile_take_wanted(struct plt_tiles *tiles)
{
    struct plt_tile_cache *cache = &tiles->cache;
    const uint64_t oldest = oldest_lease(tiles);
    while (cache->wanted.last && cache->wanted.last->stamp < oldest &&
           cache->wanted.last->stamp + OLD_REQUEST < tiles->clock)
        cancel(cache, cache->wanted.last);
    struct plt_tile *tile = cache->wanted.first;
    if (tile) {
        take_out(&cache->wanted, tile);
        cache->num_wanted--;
        cache->num_loading++;
        tile->state = PLT_TILE_LOADING;
    }
    return tile;
}

void plt_tile_loaded(struct plt_tiles *tiles, struct plt_tile *tile, bool ok)
{
    struct plt_tile_cache *cache = &tiles->cache;
    cache->num_loading--;
    if (ok && tile->state == PLT_TILE_LOADING) {
        tile->state = PLT_TILE_READY;
        tile->generation = ++tiles->generations;
        push(&cache->used, tile);
        tiles->news = true;
        return;
    }
    if (tile->state == PLT_TILE_LOADING) // the next picture asks again
        forget(cache, tile);
    make_free(cache, tile);
}
