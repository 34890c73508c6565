// What a reader asks of a mapped series: runs of samples and extrema, exact where blocks
// have arrived, else from the pyramid, which asks for them (mapped.h).
#include <string.h>

#include <plotlib/base/alloc.h>
#include <plotlib/data/mapped.h>

static void note_stand_in(struct plt_mapped *map)
{
    uint64_t before = atomic_load_explicit(&map->stand_ins, memory_order_relaxed);
    atomic_store_explicit(&map->stand_ins, before + 1, memory_order_relaxed);
}

// The lock for one question, unless the pin has it for all of them.
static void enter(const struct plt_series_pin *pin)
{
    if (!pin->held)
        pthread_mutex_lock(&pin->mapped->lock);
}

static void leave(const struct plt_series_pin *pin)
{
    if (!pin->held)
        pthread_mutex_unlock(&pin->mapped->lock);
}

static const char *node(const struct plt_mapped *map, const struct plt_chunk_info *chunk,
                        size_t i)
{
    return (const char *)chunk->record + 2 * map->size * i;
}

// The best that is known of a bin: a pair.
static const char *bin_pair(const struct plt_mapped *map, uint64_t bin)
{
    size_t c = (size_t)(bin / PLT_CHUNK_BINS);
    const struct plt_chunk_info *chunk = &map->chunks[c];
    if (chunk->state != PLT_CHUNK_UNKNOWN)
        return node(map, chunk, (size_t)(bin % PLT_CHUNK_BINS));
    return (const char *)map->roots + 2 * map->size * c;
}

static bool is_empty(const struct plt_mapped *map, const char *pair)
{
    union plt_extent extent;
    double lo, hi;
    memcpy(&extent, pair, 2 * map->size);
    return !plt_extent_range(&extent, map->type, &lo, &hi);
}

// --- runs ------------------------------------------------------------------------------

// Samples of a block that has not arrived: the low and the high of their bin in turn, which
// draws its height. The pair lives as long as the pin.
static size_t stand_in(struct plt_mapped *map, const struct plt_series_pin *pin, uint64_t i,
                       size_t room, const void **y)
{
    const char *pair = bin_pair(map, i >> PLT_BIN_LOG2);
    note_stand_in(map);
    *y = NULL;
    if (is_empty(map, pair))
        return room;
    struct plt_retired *retired = plt_malloc(sizeof(*retired) + 2 * map->size);
    if (!retired)
        return room;
    retired->stamp = pin->stamp;
    retired->next = map->retired;
    map->retired = retired;
    memcpy(retired + 1, pair, 2 * map->size);
    *y = (const char *)(retired + 1) + (i % 2) * map->size;
    size_t n = 2 - (size_t)(i % 2);
    return n < room ? n : room;
}

size_t plt_mapped_run(const struct plt_series_pin *pin, uint64_t i, const void **y)
{
    struct plt_mapped *map = pin->mapped;
    const unsigned log2 = map->blocks.log2;
    size_t at = (size_t)(i & ((UINT64_C(1) << log2) - 1));
    size_t room = ((size_t)1 << log2) - at;
    room = room < pin->head - i ? room : (size_t)(pin->head - i);
    *y = NULL;
    enter(pin);
    if (i < map->num_samples) {
        struct plt_block *block = plt_blocks_get(map, i >> log2, pin->stamp);
        if (!block) {
            room = stand_in(map, pin, i, room, y);
        } else if (at < block->count) {
            *y = block->memory + at * map->size;
            room = block->count - at < room ? block->count - at : room;
        }
    }
    leave(pin);
    return room;
}

// --- extrema ---------------------------------------------------------------------------

// Samples [i0, i1) of one bin.
static void in_bin(struct plt_mapped *map, const struct plt_series_pin *pin, uint64_t i0,
                   uint64_t i1, union plt_extent *extent)
{
    const unsigned log2 = map->blocks.log2;
    struct plt_block *block = plt_blocks_get(map, i0 >> log2, pin->stamp);
    if (!block) {
        note_stand_in(map);
        map->minmax->fold_pairs(bin_pair(map, i0 >> PLT_BIN_LOG2), 1, extent);
        return;
    }
    const uint64_t mask = (UINT64_C(1) << log2) - 1;
    size_t a = (size_t)(i0 & mask), b = (size_t)((i1 - 1) & mask) + 1;
    b = b < block->count ? b : block->count;
    // The lock is held for a scan of 1024 samples at most, through the block's own tree.
    if (a < b)
        map->minmax->query(block->memory, block->memory + PLT_BLOCK_BYTES, log2, a, b,
                           extent);
}

// Nodes [a, b) of a chunk's record: whole bins, groups where they fit.
static void in_chunk(struct plt_mapped *map, size_t c, size_t a, size_t b,
                     union plt_extent *extent)
{
    const struct plt_chunk_info *chunk = &map->chunks[c];
    const size_t fan = (size_t)1 << PLT_FAN_LOG2;
    if (chunk->state != PLT_CHUNK_BUILT) {
        note_stand_in(map);
        map->near_chunk = c;
    }
    if (chunk->state == PLT_CHUNK_UNKNOWN) {
        map->minmax->fold_pairs((const char *)map->roots + 2 * map->size * c, 1, extent);
        return;
    }
    size_t group0 = (a + fan - 1) / fan, group1 = b / fan;
    if (group0 >= group1) {
        map->minmax->fold_pairs(node(map, chunk, a), b - a, extent);
        return;
    }
    map->minmax->fold_pairs(node(map, chunk, a), group0 * fan - a, extent);
    map->minmax->fold_pairs(node(map, chunk, PLT_CHUNK_BINS + group0), group1 - group0,
                            extent);
    map->minmax->fold_pairs(node(map, chunk, group1 * fan), b - group1 * fan, extent);
}

// Chunks [c, c + num) were folded: were they built?
static void check_built(struct plt_mapped *map, size_t c, size_t num)
{
    if (map->num_built == map->num_chunks)
        return;
    for (size_t i = c; i < c + num; i++) {
        if (map->chunks[i].state != PLT_CHUNK_BUILT) {
            note_stand_in(map);
            map->near_chunk = map->near_chunk == PLT_NOWHERE ? i : map->near_chunk;
            return;
        }
    }
}

// Bins [bin0, bin1), whole ones.
static void in_bins(struct plt_mapped *map, uint64_t bin0, uint64_t bin1,
                    union plt_extent *extent)
{
    while (bin0 < bin1) {
        size_t c = (size_t)(bin0 / PLT_CHUNK_BINS), a = (size_t)(bin0 % PLT_CHUNK_BINS);
        uint64_t chunks = a == 0 ? (bin1 - bin0) / PLT_CHUNK_BINS : 0;
        if (chunks > 0) {
            map->minmax->fold_pairs((const char *)map->roots + 2 * map->size * c,
                                    (size_t)chunks, extent);
            check_built(map, c, (size_t)chunks);
            bin0 += chunks * PLT_CHUNK_BINS;
            continue;
        }
        size_t room = PLT_CHUNK_BINS - a;
        size_t n = bin1 - bin0 < room ? (size_t)(bin1 - bin0) : room;
        in_chunk(map, c, a, a + n, extent);
        bin0 += n;
    }
}

// Every sample of [i0, i1), block by block.
static void raw_extrema(const struct plt_series_pin *pin, uint64_t i0, uint64_t i1,
                        union plt_extent *extent)
{
    const struct plt_mapped *map = pin->mapped;
    while (i0 < i1) {
        const void *y;
        size_t n = plt_mapped_run(pin, i0, &y);
        n = n < i1 - i0 ? n : (size_t)(i1 - i0);
        if (y)
            map->minmax->scan(y, n, extent);
        i0 += n;
    }
}

void plt_mapped_extrema(const struct plt_series_pin *pin, uint64_t i0, uint64_t i1,
                        bool raw, union plt_extent *extent)
{
    struct plt_mapped *map = pin->mapped;
    if (raw) {
        raw_extrema(pin, i0, i1, extent);
        return;
    }
    const uint64_t bin = UINT64_C(1) << PLT_BIN_LOG2;
    enter(pin);
    i1 = i1 < map->num_samples ? i1 : map->num_samples;
    if (i0 < i1) {
        // The last bin of the file is whole, however few samples it has.
        uint64_t bin0 = (i0 + bin - 1) / bin;
        uint64_t bin1 = i1 == map->num_samples ? (i1 + bin - 1) / bin : i1 / bin;
        if (bin0 >= bin1) {
            uint64_t cut = i0 / bin == (i1 - 1) / bin ? i1 : bin0 * bin;
            in_bin(map, pin, i0, cut, extent);
            if (cut < i1)
                in_bin(map, pin, cut, i1, extent);
        } else {
            if (i0 < bin0 * bin)
                in_bin(map, pin, i0, bin0 * bin, extent);
            in_bins(map, bin0, bin1, extent);
            if (bin1 * bin < i1)
                in_bin(map, pin, bin1 * bin, i1, extent);
        }
    }
    leave(pin);
}
