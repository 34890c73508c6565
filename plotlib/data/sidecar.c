// Reading and writing the sidecar (sidecar.h).
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <plotlib/base/alloc.h>
#include <plotlib/base/hash.h>
#include <plotlib/base/message.h>
#include <plotlib/base/number.h>
#include <plotlib/data/sidecar.h>

enum {
    VERSION = 2, // 1: without the least positive values
    BYTE_ORDER_MARK = 0x01020304,
    BYTE_ORDER_SWAPPED = 0x04030201,
    BUFFER = 1 << 20,
    SPOTS_SAME = 8,   // chunks compared with a file that looks unchanged
    SPOTS_GROWN = 64, // and with one that has grown
};

struct header {
    char magic[8];
    uint32_t byte_order, version;
    uint32_t type, chunk_log2, bin_log2, fan_log2;
    uint64_t offset; // of sample 0 in the samples' file
    uint64_t reserved[2];
    uint64_t checksum; // of all before
};

enum entry_kind {
    CHUNK = 0x4b4e4843,
    STAMP = 0x504d5453,
};

struct entry {
    uint32_t kind, bytes; // of the record that follows, 0 after a stamp
    uint64_t number;      // of the chunk; stamp: bytes of the samples' file
    uint64_t samples;     // in the chunk; stamp: in the file
    uint64_t mark;        // fingerprint; stamp: time of the last change, ns since 1970
    uint64_t checksum;    // of all before, and of the record
};

static struct header header_of(const struct plt_mapped *map)
{
    struct header header = {
        .magic = {'P', 'L', 'T', 'P', 'Y', 'R', '\r', '\n'},
        .byte_order = BYTE_ORDER_MARK,
        .version = VERSION,
        .type = (uint32_t)map->type,
        .chunk_log2 = PLT_CHUNK_LOG2,
        .bin_log2 = PLT_BIN_LOG2,
        .fan_log2 = PLT_FAN_LOG2,
        .offset = map->offset,
    };
    header.checksum = plt_hash64(&header, offsetof(struct header, checksum), 0);
    return header;
}

static uint64_t entry_checksum(const struct entry *entry, const void *record)
{
    return plt_hash64(record, entry->bytes,
                      plt_hash64(entry, offsetof(struct entry, checksum), 0));
}

// --- reading ---------------------------------------------------------------------------

struct staged {
    void *record;
    uint64_t samples, fingerprint;
};

struct reader {
    const struct plt_mapped *map;
    int fd;
    char *buffer; // [BUFFER]
    size_t begin, end;
    uint64_t position; // of what was handed out last, its end
    struct staged *chunks;
    size_t num_chunks;
    bool has_stamp;
    struct entry stamp;
    const char *wrong; // why it is not used
    bool stopped;
};

// Hands out the next `size` bytes, at most half a buffer. False at the end.
static bool take(struct reader *r, void *to, size_t size)
{
    while (r->end - r->begin < size) {
        memmove(r->buffer, r->buffer + r->begin, r->end - r->begin);
        r->end -= r->begin;
        r->begin = 0;
        ssize_t n = read(r->fd, r->buffer + r->end, BUFFER - r->end);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return false;
        r->end += (size_t)n;
    }
    memcpy(to, r->buffer + r->begin, size);
    r->begin += size;
    r->position += size;
    return true;
}

static bool read_header(struct reader *r)
{
    struct header header, want = header_of(r->map);
    if (!take(r, &header, sizeof(header)) ||
        memcmp(header.magic, want.magic, sizeof(want.magic)) != 0)
        r->wrong = "is no pyramid";
    else if (header.byte_order == BYTE_ORDER_SWAPPED)
        r->wrong = "has the other byte order";
    else if (header.checksum != plt_hash64(&header, offsetof(struct header, checksum), 0))
        r->wrong = "is damaged";
    else if (header.version != VERSION)
        r->wrong = "has another version";
    else if (memcmp(&header, &want, sizeof(want)) != 0)
        r->wrong = "is of another type or offset";
    return !r->wrong;
}

static bool read_chunk_entry(struct reader *r, const struct entry *entry, void *record)
{
    if (entry->bytes != plt_record_size(r->map) ||
        entry->samples > UINT64_C(1) << PLT_CHUNK_LOG2 || entry->samples == 0 ||
        !take(r, record, entry->bytes) ||
        entry->checksum != entry_checksum(entry, record)) {
        r->wrong = "is damaged";
        return false;
    }
    if (entry->number >= r->num_chunks) {
        r->wrong = "is of a longer file";
        return false;
    }
    struct staged *chunk = &r->chunks[entry->number];
    if (!chunk->record && !(chunk->record = plt_malloc(entry->bytes))) {
        r->wrong = "finds no memory";
        return false;
    }
    memcpy(chunk->record, record, entry->bytes);
    chunk->samples = entry->samples;
    chunk->fingerprint = entry->mark;
    return true;
}

static void read_entries(struct reader *r)
{
    char *record = plt_malloc(plt_record_size(r->map));
    if (!record) {
        r->wrong = "finds no memory";
        return;
    }
    struct entry entry;
    while (take(r, &entry, sizeof(entry))) {
        if (atomic_load_explicit(&r->map->stop, memory_order_relaxed)) {
            r->stopped = true;
            break;
        }
        if (entry.kind == CHUNK) {
            if (!read_chunk_entry(r, &entry, record))
                break;
        } else if (entry.kind == STAMP && entry.bytes == 0 &&
                   entry.checksum == entry_checksum(&entry, NULL)) {
            r->has_stamp = true;
            r->stamp = entry;
        } else {
            r->wrong = "is damaged";
            break;
        }
    }
    if (!r->stopped && !r->wrong && (r->begin != r->end || !r->has_stamp))
        r->wrong = "ends too early";
    plt_free(record);
}

// Whether chunks here and there, the first and the last are those of the file.
static bool is_of_file(const struct reader *r, size_t spots)
{
    size_t step = r->num_chunks / spots + 1;
    for (size_t c = 0; c < r->num_chunks; c++) {
        const struct staged *chunk = &r->chunks[c];
        bool last = c + 1 == r->num_chunks || !r->chunks[c + 1].record;
        uint64_t fingerprint;
        if (!chunk->record || (c % step != 0 && !last))
            continue;
        if (!plt_mapped_read_fingerprint(r->map, c, (size_t)chunk->samples, &fingerprint) ||
            fingerprint != chunk->fingerprint)
            return false;
    }
    return true;
}

static void compare_file(struct reader *r)
{
    const struct plt_mapped *map = r->map;
    bool same = r->stamp.number == map->file_size;
    if (r->stamp.number > map->file_size)
        r->wrong = "is of a longer file";
    else if (same && (int64_t)r->stamp.mark != map->file_time)
        r->wrong = "is older than the file";
    else if (!is_of_file(r, same ? SPOTS_SAME : SPOTS_GROWN))
        r->wrong = "is of another file";
}

// Lock held.
static void install(struct plt_mapped *map, struct reader *r)
{
    for (size_t c = 0; c < r->num_chunks; c++) {
        struct staged *from = &r->chunks[c];
        struct plt_chunk_info *chunk = &map->chunks[c];
        if (!from->record)
            continue;
        uint64_t left = map->num_samples - ((uint64_t)c << PLT_CHUNK_LOG2);
        uint64_t full = UINT64_C(1) << PLT_CHUNK_LOG2;
        bool whole = from->samples == (left < full ? left : full);
        *chunk = (struct plt_chunk_info){
            .record = from->record,
            .fingerprint = from->fingerprint,
            .state = whole ? PLT_CHUNK_BUILT : PLT_CHUNK_OLD,
            .saved = whole,
            .from_sidecar = true,
        };
        plt_mapped_set_root(map, c, plt_record_pair(map, from->record, PLT_CHUNK_ROOT),
                            plt_record_least(map, from->record, PLT_CHUNK_ROOT));
        map->num_built += whole;
        from->record = NULL;
    }
    map->sidecar = PLT_SIDECAR_READ;
    map->sidecar_end = r->position;
    map->news = true;
}

static void load_from(struct plt_mapped *map, struct reader *r)
{
    struct stat info;
    if (fstat(r->fd, &info) != 0 || !S_ISREG(info.st_mode)) {
        plt_error(map->series->log, SIDECAR,
                  "%s: no regular file, so no pyramid file is written", map->sidecar_path);
        pthread_mutex_lock(&map->lock);
        map->sidecar = PLT_SIDECAR_FAILED;
        pthread_mutex_unlock(&map->lock);
        return;
    }
    r->buffer = plt_malloc(BUFFER);
    r->chunks = plt_calloc(map->num_chunks, sizeof(*r->chunks));
    if (!r->buffer || !r->chunks)
        r->wrong = "finds no memory";
    else if (read_header(r))
        read_entries(r);
    if (!r->wrong && !r->stopped)
        compare_file(r);
    if (r->stopped) {
        // nobody wants it any more
    } else if (r->wrong) {
        plt_warn(map->series->log, SIDECAR, "%s: the pyramid file %s; it is built anew",
                 map->sidecar_path, r->wrong);
    } else {
        pthread_mutex_lock(&map->lock);
        install(map, r);
        map->sidecar_id[0] = (uint64_t)info.st_dev;
        map->sidecar_id[1] = (uint64_t)info.st_ino;
        pthread_mutex_unlock(&map->lock);
    }
    for (size_t c = 0; r->chunks && c < r->num_chunks; c++)
        plt_free(r->chunks[c].record);
    plt_free(r->chunks);
    plt_free(r->buffer);
}

void plt_sidecar_load(struct plt_mapped *map)
{
    struct reader reader = {.map = map, .num_chunks = map->num_chunks};
    reader.fd = open(map->sidecar_path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (reader.fd >= 0) {
        load_from(map, &reader);
        close(reader.fd);
    } else if (errno != ENOENT) {
        plt_warn(map->series->log, SIDECAR, "%s: %s", map->sidecar_path, strerror(errno));
    }
}

// --- writing ---------------------------------------------------------------------------

struct writer {
    int fd;
    char *buffer; // [BUFFER]
    size_t used;
    uint64_t position; // in the file, of the buffer's start
    bool failed;
    bool may_stop, stopped; // half-way, when the series is given up
};

static void flush(struct writer *w)
{
    size_t done = 0;
    while (done < w->used && !w->failed) {
        ssize_t n =
            pwrite(w->fd, w->buffer + done, w->used - done, (off_t)(w->position + done));
        if (n < 0 && errno == EINTR)
            continue;
        if (n == 0)
            errno = ENOSPC;
        w->failed = n <= 0;
        done += n > 0 ? (size_t)n : 0;
    }
    w->position += done;
    w->used = 0;
}

static void put(struct writer *w, const void *data, size_t size)
{
    if (BUFFER - w->used < size)
        flush(w);
    memcpy(w->buffer + w->used, data, size);
    w->used += size;
}

static void put_entry(struct writer *w, struct entry *entry, const void *record)
{
    entry->checksum = entry_checksum(entry, record);
    put(w, entry, sizeof(*entry));
    if (record)
        put(w, record, entry->bytes);
}

// What is written of the pyramid: fixed with the lock held, read without it, because only
// this thread writes records.
struct plan {
    size_t *chunks; // [num]
    size_t num;
    struct entry stamp;
};

static bool make_plan(struct plt_mapped *map, struct plan *plan, bool anew)
{
    plan->num = 0;
    plan->chunks = plt_malloc(map->num_chunks * sizeof(*plan->chunks));
    for (size_t c = 0; plan->chunks && c < map->num_chunks; c++) {
        struct plt_chunk_info *chunk = &map->chunks[c];
        // Without a fingerprint: it could not be read.
        if (chunk->state != PLT_CHUNK_BUILT || chunk->fingerprint == 0 ||
            (chunk->saved && !anew))
            continue;
        chunk->saved = true;
        plan->chunks[plan->num++] = c;
    }
    plan->stamp = (struct entry){.kind = STAMP,
                                 .number = map->file_size,
                                 .samples = map->num_samples,
                                 .mark = (uint64_t)map->file_time};
    return plan->chunks != NULL;
}

static uint64_t plan_bytes(const struct plt_mapped *map, const struct plan *plan)
{
    return plan->num * (sizeof(struct entry) + plt_record_size(map)) + sizeof(plan->stamp);
}

static bool write_plan(const struct plt_mapped *map, struct plan *plan, struct writer *w)
{
    for (size_t i = 0; i < plan->num && !w->failed; i++) {
        if (w->may_stop && atomic_load_explicit(&map->stop, memory_order_relaxed)) {
            w->stopped = w->failed = true;
            break;
        }
        size_t c = plan->chunks[i];
        uint64_t left = plan->stamp.samples - ((uint64_t)c << PLT_CHUNK_LOG2);
        uint64_t full = UINT64_C(1) << PLT_CHUNK_LOG2;
        struct entry entry = {.kind = CHUNK,
                              .bytes = (uint32_t)plt_record_size(map),
                              .number = c,
                              .samples = left < full ? left : full,
                              .mark = map->chunks[c].fingerprint};
        put_entry(w, &entry, map->chunks[c].record);
    }
    put_entry(w, &plan->stamp, NULL);
    flush(w);
    return !w->failed;
}

// Appends to the file that was read or written before, if it is still that one.
static bool append(struct plt_mapped *map, struct plan *plan, struct writer *w)
{
    struct stat info;
    w->fd = open(map->sidecar_path, O_WRONLY | O_CLOEXEC | O_NOFOLLOW);
    if (w->fd < 0)
        return false;
    uint64_t end = map->sidecar_end;
    bool ok = flock(w->fd, LOCK_EX | LOCK_NB) == 0 && fstat(w->fd, &info) == 0 &&
              (uint64_t)info.st_dev == map->sidecar_id[0] &&
              (uint64_t)info.st_ino == map->sidecar_id[1] && (uint64_t)info.st_size == end;
    if (ok) {
        w->position = end;
        ok = write_plan(map, plan, w);
        if (!ok && ftruncate(w->fd, (off_t)end) != 0)
            unlink(map->sidecar_path);
    }
    close(w->fd);
    return ok;
}

static bool write_anew(struct plt_mapped *map, struct plan *plan, struct writer *w)
{
    size_t size = strlen(map->sidecar_path) + 64;
    char *path = plt_malloc(size);
    if (!path)
        return false;
    plt_format(path, size, "%s.%ld-%" PRIxPTR ".tmp", map->sidecar_path, (long)getpid(),
               (uintptr_t)map); // others may write one for the same file
    unlink(path);               // of a process that had this number and was killed
    w->fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0666);
    bool ok = w->fd >= 0;
    if (ok) {
        struct stat info = {0};
        struct header header = header_of(map);
        put(w, &header, sizeof(header));
        ok = write_plan(map, plan, w) && fstat(w->fd, &info) == 0;
        map->sidecar_id[0] = (uint64_t)info.st_dev;
        map->sidecar_id[1] = (uint64_t)info.st_ino;
        ok = close(w->fd) == 0 && ok;
        ok = ok && rename(path, map->sidecar_path) == 0;
        if (!ok) {
            int why = errno;
            unlink(path);
            errno = why;
        }
    }
    plt_free(path);
    return ok;
}

void plt_sidecar_save(struct plt_mapped *map)
{
    struct writer writer = {.buffer = plt_malloc(BUFFER), .may_stop = !map->stop};
    struct plan plan = {0};
    // Entries that newer ones replaced may take as much as is needed.
    uint64_t needed = sizeof(struct header) +
                      map->num_built * (sizeof(struct entry) + plt_record_size(map));
    bool ok = writer.buffer, appends = map->sidecar_end > 0 && !map->distrust;
    map->unsaved = false;
    map->saving = true;
    ok = ok && make_plan(map, &plan, !appends);
    if (ok && appends && map->sidecar_end + plan_bytes(map, &plan) > 2 * needed) {
        appends = false;
        plt_free(plan.chunks);
        ok = make_plan(map, &plan, true);
    }
    bool anew = !appends, memory = ok;
    pthread_mutex_unlock(&map->lock);
    errno = 0;
    ok = ok && (appends ? append(map, &plan, &writer) : write_anew(map, &plan, &writer));
    int why = errno;
    // Not the file it was: written anew next time.
    bool replaced = !ok && appends && memory && !writer.failed;
    bool failed = !ok && !replaced && !writer.stopped;
    if (failed)
        plt_error(map->series->log, SIDECAR, "%s: the pyramid file cannot be written: %s",
                  map->sidecar_path, memory ? strerror(why) : "no memory");
    pthread_mutex_lock(&map->lock);
    map->saving = false;
    map->unsaved |= !ok && !failed;
    if (ok) {
        bool written = anew || map->sidecar == PLT_SIDECAR_WRITTEN;
        map->sidecar = written ? PLT_SIDECAR_WRITTEN : PLT_SIDECAR_APPENDED;
        map->sidecar_end = writer.position;
        map->distrust = false;
    }
    if (replaced)
        map->sidecar_end = 0;
    if (failed)
        map->sidecar = PLT_SIDECAR_FAILED;
    plt_free(plan.chunks);
    plt_free(writer.buffer);
}
