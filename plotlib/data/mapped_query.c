// What a reader asks of a mapped series: runs of samples, extrema, the least positive
// value, exact where blocks have arrived, else from the pyramid, which asks for them
// (mapped.h).
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

// The best that is known of a bin: a pair.
static const char *bin_pair(const struct plt_mapped *map, uint64_t bin)
{
    size_t c = (size_t)(bin / PLT_CHUNK_BINS);
    const struct plt_chunk_info *chunk = &map->chunks[c];
    if (chunk->state != PLT_CHUNK_UNKNOWN)
        return plt_record_pair(map, chunk->record, (size_t)(bin % PLT_CHUNK_BINS));
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

// --- extrema and the least positive value ----------------------------------------------

// What is asked of a stretch of samples: one of the two.
struct question {
    const struct plt_series_pin *pin;
    union plt_extent *extent; // to be widened, or NULL
    double *least;            // to be lowered
};

static void fold(const struct question *q, const void *pairs, const void *least, size_t n)
{
    const struct plt_mapped *map = q->pin->mapped;
    if (q->extent)
        map->minmax->fold_pairs(pairs, n, q->extent);
    else
        plt_lower_least(map->minmax, map->type, least, n, q->least);
}

static void fold_roots(const struct question *q, size_t c, size_t num)
{
    const struct plt_mapped *map = q->pin->mapped;
    fold(q, (const char *)map->roots + 2 * map->size * c,
         (const char *)map->root_least + map->size * c, num);
}

static void fold_nodes(const struct question *q, const struct plt_chunk_info *chunk,
                       size_t i, size_t n)
{
    const struct plt_mapped *map = q->pin->mapped;
    fold(q, plt_record_pair(map, chunk->record, i), plt_record_least(map, chunk->record, i),
         n);
}

// All that is known of a bin.
static void fold_bin(const struct question *q, uint64_t bin)
{
    size_t c = (size_t)(bin / PLT_CHUNK_BINS);
    const struct plt_chunk_info *chunk = &q->pin->mapped->chunks[c];
    if (chunk->state != PLT_CHUNK_UNKNOWN)
        fold_nodes(q, chunk, (size_t)(bin % PLT_CHUNK_BINS), 1);
    else
        fold_roots(q, c, 1);
}

// Samples [i0, i1) of one bin.
static void in_bin(const struct question *q, uint64_t i0, uint64_t i1)
{
    struct plt_mapped *map = q->pin->mapped;
    const unsigned log2 = map->blocks.log2;
    struct plt_block *block = plt_blocks_get(map, i0 >> log2, q->pin->stamp);
    if (!block) {
        note_stand_in(map);
        fold_bin(q, i0 >> PLT_BIN_LOG2);
        return;
    }
    const uint64_t mask = (UINT64_C(1) << log2) - 1;
    size_t a = (size_t)(i0 & mask), b = (size_t)((i1 - 1) & mask) + 1;
    b = b < block->count ? b : block->count;
    if (a >= b)
        return;
    // The lock is held for a scan of 1024 samples at most, through the block's own tree.
    const struct plt_tree tree = {.minmax = map->minmax,
                                  .type = map->type,
                                  .log2 = log2,
                                  .y = block->memory,
                                  .tree = block->memory + PLT_BLOCK_BYTES,
                                  .count = block->count};
    if (q->extent)
        map->minmax->query(tree.y, tree.tree, log2, a, b, q->extent);
    else
        plt_tree_least_positive(&tree, a, b, q->least);
}

// Bins [a, b) of a chunk: groups where they fit.
static void in_chunk(const struct question *q, size_t c, size_t a, size_t b)
{
    struct plt_mapped *map = q->pin->mapped;
    const struct plt_chunk_info *chunk = &map->chunks[c];
    const size_t fan = (size_t)1 << PLT_FAN_LOG2;
    if (chunk->state != PLT_CHUNK_BUILT) {
        note_stand_in(map);
        map->near_chunk = c;
    }
    if (chunk->state == PLT_CHUNK_UNKNOWN) {
        fold_roots(q, c, 1);
        return;
    }
    size_t group0 = (a + fan - 1) / fan, group1 = b / fan;
    if (group0 >= group1) {
        fold_nodes(q, chunk, a, b - a);
        return;
    }
    fold_nodes(q, chunk, a, group0 * fan - a);
    fold_nodes(q, chunk, PLT_CHUNK_BINS + group0, group1 - group0);
    fold_nodes(q, chunk, group1 * fan, b - group1 * fan);
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
static void in_bins(const struct question *q, uint64_t bin0, uint64_t bin1)
{
    while (bin0 < bin1) {
        size_t c = (size_t)(bin0 / PLT_CHUNK_BINS), a = (size_t)(bin0 % PLT_CHUNK_BINS);
        uint64_t chunks = a == 0 ? (bin1 - bin0) / PLT_CHUNK_BINS : 0;
        if (chunks > 0) {
            fold_roots(q, c, (size_t)chunks);
            check_built(q->pin->mapped, c, (size_t)chunks);
            bin0 += chunks * PLT_CHUNK_BINS;
            continue;
        }
        size_t room = PLT_CHUNK_BINS - a;
        size_t n = bin1 - bin0 < room ? (size_t)(bin1 - bin0) : room;
        in_chunk(q, c, a, a + n);
        bin0 += n;
    }
}

static void ask(const struct question *q, uint64_t i0, uint64_t i1)
{
    const struct plt_mapped *map = q->pin->mapped;
    const uint64_t bin = UINT64_C(1) << PLT_BIN_LOG2;
    enter(q->pin);
    i1 = i1 < map->num_samples ? i1 : map->num_samples;
    if (i0 < i1) {
        // The last bin of the file is whole, however few samples it has.
        uint64_t bin0 = (i0 + bin - 1) / bin;
        uint64_t bin1 = i1 == map->num_samples ? (i1 + bin - 1) / bin : i1 / bin;
        if (bin0 >= bin1) {
            uint64_t cut = i0 / bin == (i1 - 1) / bin ? i1 : bin0 * bin;
            in_bin(q, i0, cut);
            if (cut < i1)
                in_bin(q, cut, i1);
        } else {
            if (i0 < bin0 * bin)
                in_bin(q, i0, bin0 * bin);
            in_bins(q, bin0, bin1);
            if (bin1 * bin < i1)
                in_bin(q, bin1 * bin, i1);
        }
    }
    leave(q->pin);
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
    const struct question question = {.pin = pin, .extent = extent};
    if (raw)
        raw_extrema(pin, i0, i1, extent);
    else
        ask(&question, i0, i1);
}

void plt_mapped_least_positive(const struct plt_series_pin *pin, uint64_t i0, uint64_t i1,
                               double *least)
{
    const struct question question = {.pin = pin, .least = least};
    ask(&question, i0, i1);
}
