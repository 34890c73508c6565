// The cache of a mapped file's blocks, and the threads that read them (mapped.h).
#include <errno.h>
#include <string.h>
#include <sys/uio.h>
#include <unistd.h>

#include <plotlib/base/alloc.h>
#include <plotlib/base/message.h>
#include <plotlib/data/mapped.h>

enum {
    BATCH = 32,           // blocks side by side are read at once
    MIN_BYTES = 1 << 20,  // of a cache
    OLD_REQUEST = 256,    // pins ago: nobody looks there any more
    NUM_LEAVES_LOG2 = 13, // log2 of PLT_BLOCK_BYTES
};

// --- lists and the index ---------------------------------------------------------------

static void push(struct plt_block_list *list, struct plt_block *block)
{
    block->prev = NULL;
    block->next = list->first;
    if (list->first)
        list->first->prev = block;
    else
        list->last = block;
    list->first = block;
}

static void take_out(struct plt_block_list *list, struct plt_block *block)
{
    if (block->prev)
        block->prev->next = block->next;
    else
        list->first = block->next;
    if (block->next)
        block->next->prev = block->prev;
    else
        list->last = block->prev;
}

static struct plt_block **bucket_of(const struct plt_blocks *blocks, uint64_t number)
{
    uint64_t hash = number * UINT64_C(0x9e3779b97f4a7c15); // Knuth's multiplicative one
    return &blocks->buckets[(hash >> 32) & (blocks->num_buckets - 1)];
}

struct plt_block *plt_blocks_find(const struct plt_blocks *blocks, uint64_t number)
{
    struct plt_block *block = *bucket_of(blocks, number);
    while (block && block->number != number)
        block = block->chain;
    return block;
}

static void forget(struct plt_blocks *blocks, struct plt_block *block)
{
    struct plt_block **link = bucket_of(blocks, block->number);
    while (*link != block)
        link = &(*link)->chain;
    *link = block->chain;
}

static void make_free(struct plt_blocks *blocks, struct plt_block *block)
{
    block->state = PLT_BLOCK_FREE;
    block->next = blocks->free;
    blocks->free = block;
}

static void cancel(struct plt_blocks *blocks, struct plt_block *block)
{
    take_out(&blocks->wanted, block);
    blocks->num_wanted--;
    forget(blocks, block);
    make_free(blocks, block);
}

bool plt_blocks_init(struct plt_blocks *blocks, const struct plt_mapped *map,
                     uint64_t bytes)
{
    unsigned log2 = NUM_LEAVES_LOG2;
    for (size_t size = map->size; size > 1; size /= 2)
        log2--;
    size_t size = PLT_BLOCK_BYTES + plt_tree_size(map->type, log2);
    blocks->log2 = log2;
    blocks->stride = (size + 63) / 64 * 64;
    bytes = bytes < MIN_BYTES ? MIN_BYTES : bytes < SIZE_MAX / 2 ? bytes : SIZE_MAX / 2;
    blocks->num_slots = (size_t)bytes / blocks->stride;
    blocks->num_buckets = 64;
    while (blocks->num_buckets < blocks->num_slots)
        blocks->num_buckets *= 2;
    blocks->slots = plt_calloc(blocks->num_slots, sizeof(*blocks->slots));
    blocks->buckets = plt_calloc(blocks->num_buckets, sizeof(struct plt_block *));
    if (!blocks->slots || !blocks->buckets)
        return false;
    for (size_t i = blocks->num_slots; i-- > 0;)
        make_free(blocks, &blocks->slots[i]);
    return true;
}

void plt_blocks_finish(struct plt_blocks *blocks)
{
    for (size_t i = 0; blocks->slots && i < blocks->num_slots; i++)
        plt_free(blocks->slots[i].memory);
    plt_free(blocks->slots);
    plt_free(blocks->buckets);
}

// --- asking ----------------------------------------------------------------------------

// A slot for another block: one without use, or the one that was looked at the longest time
// ago, if no pin can see it.
static struct plt_block *take_slot(struct plt_mapped *map)
{
    struct plt_blocks *blocks = &map->blocks;
    struct plt_block *block = blocks->free;
    if (block) {
        blocks->free = block->next;
        return block;
    }
    block = blocks->used.last;
    if (block && block->stamp < plt_mapped_oldest_pin(map)) {
        take_out(&blocks->used, block);
        if (block->state != PLT_BLOCK_STALE)
            forget(blocks, block);
        return block;
    }
    return NULL;
}

struct plt_block *plt_blocks_get(struct plt_mapped *map, uint64_t number, uint64_t stamp)
{
    struct plt_blocks *blocks = &map->blocks;
    struct plt_block *block = plt_blocks_find(blocks, number);
    if (!block) {
        block = take_slot(map);
        if (!block)
            return NULL; // the view needs more than the cache holds
        struct plt_block **bucket = bucket_of(blocks, number);
        block->number = number;
        block->state = PLT_BLOCK_WANTED;
        block->stamp = stamp;
        block->chain = *bucket;
        *bucket = block;
        blocks->num_wanted++;
        push(&blocks->wanted, block);
        return NULL;
    }
    block->stamp = block->stamp > stamp ? block->stamp : stamp;
    if (block->state == PLT_BLOCK_LOADING)
        return NULL;
    struct plt_block_list *list =
        block->state == PLT_BLOCK_WANTED ? &blocks->wanted : &blocks->used;
    if (list->first != block) {
        take_out(list, block);
        push(list, block);
    }
    return block->state == PLT_BLOCK_WANTED ? NULL : block;
}

void plt_blocks_drop(struct plt_blocks *blocks, uint64_t first)
{
    for (size_t i = 0; i < blocks->num_slots; i++) {
        struct plt_block *block = &blocks->slots[i];
        if (block->number < first)
            continue;
        switch (block->state) {
        case PLT_BLOCK_WANTED: cancel(blocks, block); break;
        case PLT_BLOCK_LOADING:
        case PLT_BLOCK_READY:
        case PLT_BLOCK_BAD:
            forget(blocks, block);
            block->state = PLT_BLOCK_STALE;
            break;
        case PLT_BLOCK_FREE:
        case PLT_BLOCK_STALE: break;
        }
    }
}

// --- loader threads --------------------------------------------------------------------

struct batch {
    struct plt_block *blocks[BATCH]; // side by side in the file
    size_t num, num_ready, num_new;  // taken; that have memory; that got it now
    uint64_t first;                  // sample
    uint64_t expect;                 // samples up to the file's end, as far as is known
    int64_t got;
    bool unreadable, doubted; // to be told
    uint64_t doubt;           // the sample
};

static void take_one(struct plt_blocks *blocks, struct plt_block *block)
{
    take_out(&blocks->wanted, block);
    blocks->num_wanted--;
    blocks->num_loading++;
    block->state = PLT_BLOCK_LOADING;
}

// The block asked for last, and those asked for beside it.
static bool take_batch(struct plt_mapped *map, struct batch *batch)
{
    struct plt_blocks *blocks = &map->blocks;
    batch->num = 0;
    while (blocks->wanted.last && blocks->wanted.last->stamp + OLD_REQUEST < map->clock)
        cancel(blocks, blocks->wanted.last);
    struct plt_block *block = blocks->wanted.first;
    if (!block)
        return false;
    for (size_t back = 1; back < BATCH && block->number > 0; back++) {
        struct plt_block *before = plt_blocks_find(blocks, block->number - 1);
        if (!before || before->state != PLT_BLOCK_WANTED)
            break;
        block = before;
    }
    while (block && block->state == PLT_BLOCK_WANTED && batch->num < BATCH) {
        take_one(blocks, block);
        batch->blocks[batch->num++] = block;
        block = plt_blocks_find(blocks, block->number + 1);
    }
    batch->first = batch->blocks[0]->number << blocks->log2;
    uint64_t left = map->num_samples > batch->first ? map->num_samples - batch->first : 0;
    uint64_t room = (uint64_t)batch->num << blocks->log2;
    batch->expect = left < room ? left : room;
    return true;
}

// Memory for the blocks, not under the lock: the system may take its time. Those that get
// none are dropped from the batch's end.
static void find_memory(const struct plt_blocks *blocks, struct batch *batch)
{
    batch->num_new = batch->num_ready = 0;
    while (batch->num_ready < batch->num) {
        struct plt_block *block = batch->blocks[batch->num_ready];
        if (!block->memory) {
            block->memory = plt_aligned_alloc(64, blocks->stride);
            if (!block->memory)
                break;
            batch->num_new++;
        }
        batch->num_ready++;
    }
    uint64_t room = (uint64_t)batch->num_ready << blocks->log2;
    batch->expect = batch->expect < room ? batch->expect : room;
}

static void read_batch(const struct plt_mapped *map, struct batch *batch)
{
    const struct plt_blocks *blocks = &map->blocks;
    find_memory(blocks, batch);
    const uint64_t want = batch->expect * map->size;
    uint64_t done = 0;
    while (done < want) {
        struct iovec parts[BATCH];
        int num = 0;
        for (uint64_t at = done; at < want; num++) {
            uint64_t in = at % PLT_BLOCK_BYTES;
            parts[num].iov_base = batch->blocks[at / PLT_BLOCK_BYTES]->memory + in;
            parts[num].iov_len = PLT_BLOCK_BYTES - (size_t)in;
            at += PLT_BLOCK_BYTES - in;
        }
        ssize_t n = preadv(map->random_fd, parts, num,
                           (off_t)(map->offset + batch->first * map->size + done));
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0) {
            batch->got = n < 0 ? -1 : (int64_t)(done / map->size);
            if (n == 0)
                break;
            return;
        }
        done += (uint64_t)n;
    }
    done = done < want ? done : want;
    batch->got = (int64_t)(done / map->size);
    for (size_t i = 0; i < batch->num_ready; i++) {
        uint64_t first = (uint64_t)i << blocks->log2, size = UINT64_C(1) << blocks->log2;
        uint64_t count = (uint64_t)batch->got > first ? (uint64_t)batch->got - first : 0;
        char *memory = batch->blocks[i]->memory;
        size_t whole = (size_t)(count < size ? count : size) >> PLT_LEAF_LOG2;
        map->minmax->build(memory, memory + PLT_BLOCK_BYTES, blocks->log2, 0, whole, whole);
    }
}

// Whether the pyramid says the same of the bins that lie in a block.
static bool agrees(const struct plt_mapped *map, const struct plt_block *block)
{
    uint64_t first = block->number << map->blocks.log2;
    const struct plt_chunk_info *chunk = &map->chunks[first >> PLT_CHUNK_LOG2];
    if (chunk->state != PLT_CHUNK_BUILT)
        return true;
    size_t leaves = (size_t)1 << (map->blocks.log2 - PLT_LEAF_LOG2);
    size_t bins = leaves >> PLT_FAN_LOG2;
    const char *tree = block->memory + PLT_BLOCK_BYTES;
    const char *low = tree + 2 * leaves * map->size;
    const char *least = plt_tree_least(tree, map->type, map->blocks.log2);
    size_t bin0 = (size_t)(first >> PLT_BIN_LOG2) % PLT_CHUNK_BINS;
    const char *known = plt_record_least(map, chunk->record, bin0);
    for (size_t i = 0; i < block->count >> PLT_BIN_LOG2; i++) {
        size_t at = 2 * (bin0 + i);
        if (plt_element(low, map->type, i) != plt_element(chunk->record, map->type, at) ||
            plt_element(low, map->type, bins + i) !=
                plt_element(chunk->record, map->type, at + 1) ||
            plt_element(least, map->type, i) != plt_element(known, map->type, i))
            return false;
    }
    return true;
}

static void doubt(struct plt_mapped *map, struct batch *batch, uint64_t sample)
{
    if (!plt_mapped_doubt(map, sample >> PLT_CHUNK_LOG2))
        return;
    batch->doubted = true;
    batch->doubt = sample;
}

// Messages of a batch, without the lock.
static void tell(struct plt_mapped *map, const struct batch *batch)
{
    if (!batch->unreadable && !batch->doubted)
        return;
    map->num_telling++;
    pthread_mutex_unlock(&map->lock);
    if (batch->unreadable)
        plt_error(map->series->log, FILE_OPEN,
                  "%s: cannot be read at sample %" PRIu64 "; what is missing is a gap",
                  map->path, batch->first);
    if (batch->doubted)
        plt_warn(map->series->log, FILE_CHANGED,
                 "%s: samples from %" PRIu64 " on are not what the pyramid says of them; "
                 "it is built anew",
                 map->path, batch->doubt);
    pthread_mutex_lock(&map->lock);
    map->num_telling--;
}

static void finish_batch(struct plt_mapped *map, struct batch *batch)
{
    struct plt_blocks *blocks = &map->blocks;
    batch->unreadable = batch->doubted = false;
    for (size_t i = 0; i < batch->num; i++) {
        struct plt_block *block = batch->blocks[i];
        uint64_t first = (uint64_t)i << blocks->log2, size = UINT64_C(1) << blocks->log2;
        uint64_t count = batch->got > (int64_t)first ? (uint64_t)batch->got - first : 0;
        blocks->num_loading--;
        if (i >= batch->num_ready) { // no memory: the next frame asks again
            if (block->state == PLT_BLOCK_LOADING)
                forget(blocks, block);
            make_free(blocks, block);
            continue;
        }
        block->count = (uint32_t)(count < size ? count : size);
        push(&blocks->used, block);
        if (block->state != PLT_BLOCK_LOADING)
            continue; // dropped meanwhile
        block->state = block->count > 0 ? PLT_BLOCK_READY : PLT_BLOCK_BAD;
        if (block->count > 0 && !agrees(map, block))
            doubt(map, batch, batch->first + first);
    }
    blocks->num_memory += batch->num_new;
    map->news |= batch->num_ready > 0;
    if (batch->got == (int64_t)batch->expect)
        return;
    map->check = true; // is the file shorter now?
    pthread_cond_signal(&map->build_wake);
    batch->unreadable = batch->got < 0 && !map->told_unreadable;
    map->told_unreadable |= batch->unreadable;
}

void *plt_mapped_load_loop(void *user)
{
    struct plt_mapped *map = user;
    struct batch batch = {0};
    plt_mapped_give_way();
    pthread_mutex_lock(&map->lock);
    while (!map->stop) {
        if (!take_batch(map, &batch)) {
            pthread_cond_broadcast(&map->changed);
            if (map->blocks.num_loading == 0 && map->news)
                plt_mapped_notify(map, true);
            else
                pthread_cond_wait(&map->load_wake, &map->lock);
            continue;
        }
        pthread_mutex_unlock(&map->lock);
        read_batch(map, &batch);
        pthread_mutex_lock(&map->lock);
        finish_batch(map, &batch);
        tell(map, &batch);
        plt_mapped_notify(map, false);
    }
    pthread_mutex_unlock(&map->lock);
    return NULL;
}
