// The builder thread of a mapped series: looks at the file's size, reads the sidecar,
// sketches, builds the pyramid chunk by chunk and saves it (mapped.h). It alone resizes
// the pyramid and writes records.
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <plotlib/base/alloc.h>
#include <plotlib/base/hash.h>
#include <plotlib/base/message.h>
#include <plotlib/data/mapped.h>
#include <plotlib/data/sidecar.h>

enum {
    // Read at once: a piece and its tree stay in the second-level cache.
    PIECE_BYTES = 256 << 10,
    PIECE_LOG2_MAX = 17,
    SPOT_BYTES = 4096,
    SPOTS_FIRST = 128, // about 15 ms on a disk without moving parts
    SPOTS_MOST = 2048,
    SKETCH_CHUNKS = 16, // fewer are built as fast
    FINGER_BYTES = 256,
    SIDECAR_SAMPLES = 65536, // fewer are read as fast
};
#define FOLLOW_S 0.25
#define RETRY_S 0.25
#define SAVE_EVERY_S 5.0 // while building
#define SAVE_GROWN_S 0.1

static unsigned piece_log2(const struct plt_mapped *map)
{
    unsigned log2 = PLT_BIN_LOG2;
    while (log2 < PIECE_LOG2_MAX && map->size << (log2 + 1) <= PIECE_BYTES)
        log2++;
    return log2;
}

size_t plt_mapped_scratch_size(const struct plt_mapped *map)
{
    unsigned log2 = piece_log2(map);
    return (map->size << log2) + plt_tree_size(map->type, log2);
}

uint64_t plt_mapped_fingerprint(const struct plt_mapped *map, const char *first,
                                const char *last, size_t count)
{
    size_t bytes = count * map->size < FINGER_BYTES ? count * map->size : FINGER_BYTES;
    return plt_hash64(first, bytes, plt_hash64(last, bytes, count));
}

bool plt_mapped_read_fingerprint(const struct plt_mapped *map, uint64_t chunk, size_t count,
                                 uint64_t *fingerprint)
{
    union {
        uint64_t align[FINGER_BYTES / 8];
        char bytes[FINGER_BYTES];
    } first, last;
    uint64_t sample = chunk << PLT_CHUNK_LOG2;
    size_t n = FINGER_BYTES / map->size;
    n = n < count ? n : count;
    if (plt_mapped_read(map->random_fd, map, sample, n, &first) != (int64_t)n ||
        plt_mapped_read(map->random_fd, map, sample + count - n, n, &last) != (int64_t)n)
        return false;
    *fingerprint = plt_mapped_fingerprint(map, first.bytes, last.bytes, count);
    return true;
}

// --- sketch ----------------------------------------------------------------------------

static uint64_t spot_sample(const struct plt_mapped *map, size_t k, size_t num)
{
    uint64_t c0 = k * map->num_chunks / num, c1 = (k + 1) * map->num_chunks / num;
    return (c0 + c1) << (PLT_CHUNK_LOG2 - 1);
}

static uint64_t spot_position(const struct plt_mapped *map, size_t k, size_t num)
{
    return map->offset + spot_sample(map, k, num) * map->size;
}

// What a chunk's root holds, of one page of samples for each of `num` stretches of the
// file.
static void sketch(struct plt_mapped *map, size_t num)
{
    const size_t count = SPOT_BYTES / map->size, chunks = map->num_chunks;
    for (size_t k = 0; k < num; k++) // read side by side, as the disk likes it
        posix_fadvise(map->random_fd, (off_t)spot_position(map, k, num), SPOT_BYTES,
                      POSIX_FADV_WILLNEED);
    for (size_t k = 0; k < num; k++) {
        size_t c0 = k * chunks / num, c1 = (k + 1) * chunks / num;
        uint64_t middle = spot_sample(map, k, num);
        union plt_extent extent, least;
        int64_t n = plt_mapped_read(map->random_fd, map, middle, count, map->scratch);
        if (n <= 0)
            continue;
        map->minmax->reset(&extent);
        map->minmax->scan(map->scratch, (size_t)n, &extent);
        map->minmax->least_positive(map->scratch, (size_t)n, &least);
        pthread_mutex_lock(&map->lock);
        for (size_t c = c0; c < c1; c++) {
            if (map->chunks[c].state == PLT_CHUNK_UNKNOWN)
                plt_mapped_set_root(map, c, &extent, &least);
        }
        map->news = true;
        bool stop = map->stop;
        pthread_mutex_unlock(&map->lock);
        if (stop)
            return;
    }
}

static void answer(struct plt_mapped *map)
{
    pthread_mutex_lock(&map->lock);
    map->answered = true;
    pthread_cond_broadcast(&map->changed);
    plt_mapped_notify(map, true);
    pthread_mutex_unlock(&map->lock);
}

// What can be shown before all else; the sidecar of a long file takes a few frames to read.
static void sketch_first(struct plt_mapped *map)
{
    size_t chunks = map->num_chunks;
    if (chunks < SKETCH_CHUNKS || (map->sidecar_path && chunks < SPOTS_MOST))
        return;
    sketch(map, chunks < SPOTS_FIRST ? chunks : SPOTS_FIRST);
    answer(map);
}

static void sketch_rest(struct plt_mapped *map)
{
    pthread_mutex_lock(&map->lock);
    size_t chunks = map->num_chunks, missing = chunks - map->num_built;
    pthread_mutex_unlock(&map->lock);
    if (missing >= SKETCH_CHUNKS)
        sketch(map, chunks < SPOTS_MOST ? chunks : SPOTS_MOST);
    if (missing >= SKETCH_CHUNKS || missing < chunks)
        answer(map);
}

// --- building --------------------------------------------------------------------------

static void add_piece(struct plt_mapped *map, unsigned log2, size_t count, char *record,
                      size_t bin0)
{
    const size_t bin = (size_t)1 << PLT_BIN_LOG2, size = map->size;
    size_t padded = (count + bin - 1) / bin * bin;
    char *samples = map->scratch, *tree = map->scratch + (size << log2);
    for (size_t i = count; i < padded; i++) // changes nothing
        memcpy(samples + i * size, samples + (count - 1) * size, size);
    size_t leaves = padded >> PLT_LEAF_LOG2, all = (size_t)1 << (log2 - PLT_LEAF_LOG2);
    map->minmax->build(samples, tree, log2, 0, leaves, leaves);
    const char *low = tree + 2 * all * size;
    map->minmax->pack(low, low + (all >> PLT_FAN_LOG2) * size, padded / bin,
                      plt_record_pair(map, record, bin0));
    memcpy(plt_record_least(map, record, bin0), plt_tree_least(tree, map->type, log2),
           padded / bin * size);
}

static void fold_up(const struct plt_mapped *map, char *record)
{
    const size_t fan = (size_t)1 << PLT_FAN_LOG2;
    for (size_t i = 0; i <= PLT_CHUNK_GROUPS; i++) {
        union plt_extent extent;
        map->minmax->reset(&extent);
        map->minmax->fold_pairs(plt_record_pair(map, record, i * fan), fan, &extent);
        memcpy(plt_record_pair(map, record, PLT_CHUNK_BINS + i), &extent, 2 * map->size);
        map->minmax->least_positive(plt_record_least(map, record, i * fan), fan,
                                    plt_record_least(map, record, PLT_CHUNK_BINS + i));
    }
}

// Beside the memory.
static bool is_large(uint64_t file_size)
{
    long pages = sysconf(_SC_PHYS_PAGES), page = sysconf(_SC_PAGESIZE);
    return pages > 0 && page > 0 && file_size / (uint64_t)page > (uint64_t)pages / 4;
}

// So that a large file does not push everything else out of the page cache, nor make the
// window's thread wait for a page while the system looks for one.
static void give_pages_back(const struct plt_mapped *map, size_t c, size_t count)
{
    uint64_t first = (uint64_t)c << PLT_CHUNK_LOG2;
    posix_fadvise(map->build_fd, (off_t)(map->offset + first * map->size),
                  (off_t)(count * map->size), POSIX_FADV_DONTNEED);
}

// Reads a chunk of `count` samples and fills its record. False when the file ends before;
// what cannot be read is left empty.
static bool read_chunk(struct plt_mapped *map, size_t c, size_t count, char *record,
                       uint64_t *fingerprint)
{
    const unsigned log2 = piece_log2(map);
    const size_t piece = (size_t)1 << log2;
    uint64_t first = (uint64_t)c << PLT_CHUNK_LOG2;
    char head[FINGER_BYTES], tail[FINGER_BYTES];
    bool failed = false;
    union plt_extent empty;
    map->minmax->reset(&empty);
    for (size_t i = 0; i < PLT_CHUNK_BINS; i++)
        memcpy(plt_record_pair(map, record, i), &empty, 2 * map->size);
    memset(plt_record_least(map, record, 0), 0, PLT_CHUNK_BINS * map->size);
    *fingerprint = 0;
    for (size_t at = 0; at < count && !map->stop; at += piece) {
        size_t want = count - at < piece ? count - at : piece;
        int64_t n = plt_mapped_read(map->build_fd, map, first + at, want, map->scratch);
        if (n >= 0 && (size_t)n < want)
            return false;
        failed |= n < 0;
        if (n < 0)
            continue;
        size_t bytes = want * map->size, finger = count * map->size;
        finger = finger < FINGER_BYTES ? finger : FINGER_BYTES;
        if (at == 0)
            memcpy(head, map->scratch, finger);
        if (at + want == count) { // may begin in the piece before
            size_t here = bytes < finger ? bytes : finger;
            memcpy(tail + finger - here, map->scratch + bytes - here, here);
            if (here < finger &&
                plt_mapped_read(map->build_fd, map, first + count - finger / map->size,
                                finger / map->size, tail) < 0)
                continue;
            *fingerprint = plt_mapped_fingerprint(map, head, tail, count);
        }
        add_piece(map, log2, want, record, at >> PLT_BIN_LOG2);
    }
    fold_up(map, record);
    *fingerprint = failed ? 0 : *fingerprint;
    return true; // or given up
}

// The next chunk to build: where somebody looks, else where it went on. Lock held.
static size_t choose(struct plt_mapped *map)
{
    size_t c = map->near_chunk < map->num_chunks ? (size_t)map->near_chunk : map->cursor;
    map->near_chunk = PLT_NOWHERE;
    for (size_t tries = 0; tries < map->num_chunks; tries++, c++) {
        c = c < map->num_chunks ? c : 0;
        if (map->chunks[c].state != PLT_CHUNK_BUILT)
            break;
    }
    map->cursor = c + 1;
    return c;
}

// Lock held. Gives back the record that was there before.
static void *publish(struct plt_mapped *map, size_t c, char *record, uint64_t fingerprint)
{
    struct plt_chunk_info *chunk = &map->chunks[c];
    void *before = chunk->record;
    map->num_built += chunk->state != PLT_CHUNK_BUILT;
    *chunk = (struct plt_chunk_info){
        .record = record, .fingerprint = fingerprint, .state = PLT_CHUNK_BUILT};
    plt_mapped_set_root(map, c, plt_record_pair(map, record, PLT_CHUNK_ROOT),
                        plt_record_least(map, record, PLT_CHUNK_ROOT));
    map->news = map->unsaved = true;
    bool whole = map->num_built == map->num_chunks;
    map->answered |= whole;
    if (whole)
        pthread_cond_broadcast(&map->changed);
    plt_mapped_notify(map, whole);
    return before;
}

static void wait_for(struct plt_mapped *map, double seconds)
{
    double until_s = plt_mapped_now() + seconds;
    struct timespec until = {.tv_sec = (time_t)until_s};
    until.tv_nsec = (long)((until_s - (double)until.tv_sec) * 1e9);
    pthread_cond_timedwait(&map->build_wake, &map->lock, &until);
}

// Lock held, given up while telling.
static void no_memory(struct plt_mapped *map)
{
    if (map->told_memory)
        return;
    map->told_memory = true;
    pthread_mutex_unlock(&map->lock);
    plt_no_memory(map->series->log, map->path);
    pthread_mutex_lock(&map->lock);
}

// Lock held, given up while reading.
static void build_one(struct plt_mapped *map)
{
    size_t c = choose(map);
    uint64_t first = (uint64_t)c << PLT_CHUNK_LOG2, generation = map->generation;
    uint64_t left = map->num_samples - first;
    bool large = is_large(map->file_size);
    size_t count = left < 1 << PLT_CHUNK_LOG2 ? (size_t)left : 1 << PLT_CHUNK_LOG2;
    pthread_mutex_unlock(&map->lock);
    char *record = plt_malloc(plt_record_size(map));
    uint64_t fingerprint = 0;
    bool read = record && read_chunk(map, c, count, record, &fingerprint);
    if (large)
        give_pages_back(map, c, count);
    pthread_mutex_lock(&map->lock);
    if (!record) {
        no_memory(map);
        wait_for(map, RETRY_S);
        return;
    }
    if (!read) { // shorter than it was, or it cannot be read
        plt_mapped_check_file(map);
        if (generation == map->generation)
            fold_up(map, record);
    }
    void *unused = record;
    if (generation == map->generation && !map->stop)
        unused = publish(map, c, record, fingerprint);
    if (unused) { // the system may take its time
        pthread_mutex_unlock(&map->lock);
        plt_free(unused);
        pthread_mutex_lock(&map->lock);
    }
}

// --- the file's size -------------------------------------------------------------------

// Whether chunks here and there are what they were when they were built. Lock not held.
static bool same_beginning(struct plt_mapped *map)
{
    size_t whole = (size_t)(map->num_samples >> PLT_CHUNK_LOG2), step = whole / 16 + 1;
    for (size_t c = 0; c < whole; c += step) {
        pthread_mutex_lock(&map->lock);
        bool built = map->chunks[c].state == PLT_CHUNK_BUILT;
        uint64_t fingerprint, before = map->chunks[c].fingerprint;
        pthread_mutex_unlock(&map->lock);
        if (built && before != 0 &&
            plt_mapped_read_fingerprint(map, c, 1 << PLT_CHUNK_LOG2, &fingerprint) &&
            fingerprint != before)
            return false;
    }
    return true;
}

static void grown(struct plt_mapped *map, uint64_t num_samples)
{
    uint64_t before = map->num_samples;
    pthread_mutex_unlock(&map->lock);
    bool same = same_beginning(map);
    if (!same)
        plt_warn(map->series->log, FILE_CHANGED,
                 "%s: grew, but its beginning changed as well; the pyramid is built anew",
                 map->path);
    pthread_mutex_lock(&map->lock);
    if (!plt_mapped_resize(map, num_samples)) {
        no_memory(map);
        return;
    }
    plt_mapped_invalidate(map, same ? before : 0);
    map->distrust |= !same;
}

void plt_mapped_check_file(struct plt_mapped *map)
{
    struct stat info;
    map->check = false;
    map->checking = true;
    map->checked_s = plt_mapped_now();
    pthread_mutex_unlock(&map->lock);
    bool known = fstat(map->build_fd, &info) == 0;
    pthread_mutex_lock(&map->lock);
    uint64_t size = known ? (uint64_t)info.st_size : map->file_size;
    int64_t time = known ? (int64_t)info.st_mtim.tv_sec * 1000000000 + info.st_mtim.tv_nsec
                         : map->file_time;
    uint64_t count = size > map->offset ? (size - map->offset) / map->size : 0;
    uint64_t before = map->num_samples;
    if (count < before) {
        plt_mapped_resize(map, count); // needs no memory
        plt_mapped_invalidate(map, 0);
        map->distrust = true;
    } else if (count > map->num_samples) {
        grown(map, count);
    } else if (time != map->file_time && map->num_built < map->num_chunks) {
        time = map->file_time; // seen again when this is done
    } else if (time != map->file_time) {
        plt_mapped_invalidate(map, 0);
        map->distrust = true;
    }
    map->file_size = size;
    map->file_time = time;
    if (count < before) {
        pthread_mutex_unlock(&map->lock);
        plt_error(map->series->log, FILE_CHANGED,
                  "%s: shrank from %" PRIu64 " to %" PRIu64
                  " samples while it was shown; those gone are left out",
                  map->path, before, count);
        pthread_mutex_lock(&map->lock);
    }
    map->checking = false;
    pthread_cond_broadcast(&map->changed);
}

// --- the thread ------------------------------------------------------------------------

bool plt_mapped_wants_sidecar(const struct plt_mapped *map)
{
    return map->unsaved && map->sidecar_path && map->sidecar != PLT_SIDECAR_FAILED &&
           map->num_samples >= SIDECAR_SAMPLES;
}

// Seconds until the sidecar is due; < 0: nothing to save. Lock held.
static double save_due(const struct plt_mapped *map)
{
    if (!plt_mapped_wants_sidecar(map))
        return -1;
    double every = map->num_built < map->num_chunks ? SAVE_EVERY_S
                   : map->sidecar_end               ? SAVE_GROWN_S
                                                    : 0;
    double due = map->saved_s + every - plt_mapped_now();
    return due > 0 ? due : 0;
}

static void save(struct plt_mapped *map)
{
    plt_sidecar_save(map);
    map->saved_s = plt_mapped_now();
    pthread_cond_broadcast(&map->changed);
}

static void run(struct plt_mapped *map)
{
    while (!map->stop) {
        double due = save_due(map);
        bool complete = map->num_built == map->num_chunks;
        if (map->check)
            plt_mapped_check_file(map);
        else if (due == 0)
            save(map);
        else if (!complete)
            build_one(map);
        else if (map->news)
            plt_mapped_notify(map, true);
        else if (due > 0)
            wait_for(map, due);
        else if (map->follow) {
            wait_for(map, FOLLOW_S);
            map->check = map->check || plt_mapped_now() - map->checked_s >= FOLLOW_S;
        } else {
            pthread_cond_wait(&map->build_wake, &map->lock);
        }
    }
    // What grew in the meantime; not a first build that was not finished.
    if (map->sidecar_end > 0 && !map->distrust && map->num_built == map->num_chunks &&
        save_due(map) >= 0)
        save(map);
}

void *plt_mapped_build_loop(void *user)
{
    struct plt_mapped *map = user;
    plt_mapped_give_way();
    sketch_first(map);
    if (map->sidecar_path)
        plt_sidecar_load(map);
    sketch_rest(map);
    pthread_mutex_lock(&map->lock);
    map->saved_s = plt_mapped_now() - SAVE_GROWN_S;
    run(map);
    pthread_mutex_unlock(&map->lock);
    return NULL;
}
