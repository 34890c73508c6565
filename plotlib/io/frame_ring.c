// The producer's side of a ring of frames: makes it, fills its slots, says when it ends.
#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <plotlib/base/alloc.h>
#include <plotlib/frame_ring.h>
#include <plotlib/io/frames.h>

// ThreadSanitizer does not follow fences; nothing here is shared but through the file.
#if defined(__SANITIZE_THREAD__) && !defined(__clang__)
#pragma GCC diagnostic ignored "-Wtsan"
#endif

enum { DEFAULT_SLOTS = 4, RING_LIVE = 1, RING_ENDED = 2 };

struct plt_frame_ring {
    char *name;
    struct plt_frame_ring_header *header; // the whole mapping
    size_t size;
    uint64_t written;
};

// Both sides use the same lock-free words.
static void store(uint64_t *word, uint64_t value, memory_order order)
{
    atomic_store_explicit((_Atomic(uint64_t) *)word, value, order);
}

static struct plt_frame_ring_slot *next_slot(struct plt_frame_ring *ring)
{
    const struct plt_frame_ring_header *h = ring->header;
    return (void *)((char *)ring->header + h->header_bytes +
                    ring->written % h->num_slots * h->slot_bytes);
}

// Removes a ring that nobody may need any more; false where something else has the name.
static bool remove_old(const char *name)
{
    char magic[sizeof(PLT_FRAME_RING_MAGIC) - 1];
    int fd = plt_shared_open(name, O_RDONLY);
    if (fd < 0)
        return true; // making one will tell
    bool ring = pread(fd, magic, sizeof(magic), 0) == (ssize_t)sizeof(magic) &&
                memcmp(magic, PLT_FRAME_RING_MAGIC, sizeof(magic)) == 0;
    close(fd);
    return ring && plt_shared_unlink(name) == 0;
}

static bool map(struct plt_frame_ring *ring, struct plt_log *log)
{
    errno = EEXIST;
    int fd = remove_old(ring->name) ? plt_shared_open(ring->name, O_RDWR | O_CREAT | O_EXCL)
                                    : -1;
    if (fd < 0) {
        plt_error(log, FILE_OPEN, "ring of frames '%s': %s", ring->name, strerror(errno));
        return false;
    }
    // Memory that is there in full: writing to it cannot fail later.
    int failure = posix_fallocate(fd, 0, (off_t)ring->size);
    void *at = failure ? MAP_FAILED
                       : mmap(NULL, ring->size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    failure = failure ? failure : errno;
    close(fd);
    if (at == MAP_FAILED) {
        plt_error(log, FILE_OPEN, "ring of frames '%s' of %zu bytes: %s", ring->name,
                  ring->size, strerror(failure));
        plt_shared_unlink(ring->name);
        return false;
    }
    ring->header = at;
    return true;
}

// The shape of a ring; false, with one line, where there can be none.
static bool describe(struct plt_frame_ring_header *h, const char *raw, uint32_t slots,
                     struct plt_log *log)
{
    struct plt_raw_header frame = {0};
    const char *wrong = plt_raw_parse(raw, &frame);
    if (!wrong && (frame.offset != 0 || strlen(raw) >= sizeof(h->raw)))
        wrong = "an offset has no place in a ring";
    if (wrong) {
        plt_error(log, BAD_ARGUMENT, "raw frames '%.80s': %s", raw, wrong);
        return false;
    }
    plt_require(log, slots >= 2 && slots <= PLT_FRAME_RING_MAX_SLOTS, false);
    plt_require(log, frame.frame_bytes < SIZE_MAX / 4 / slots - 128, false);
    *h = (struct plt_frame_ring_header){.version = PLT_FRAME_RING_VERSION,
                                        .header_bytes = sizeof(*h),
                                        .num_slots = slots,
                                        .state = RING_LIVE};
    strcpy(h->raw, raw);
    h->slot_bytes = (sizeof(struct plt_frame_ring_slot) + frame.frame_bytes + 63) / 64 * 64;
    return true;
}

struct plt_frame_ring *plt_frame_ring_create(const char *name, const char *raw,
                                             uint32_t slots, struct plt_log *log)
{
    struct plt_frame_ring_header header;
    plt_require(log, name, NULL);
    plt_require(log, raw, NULL);
    if (!describe(&header, raw, slots ? slots : DEFAULT_SLOTS, log))
        return NULL;
    struct plt_frame_ring *ring = plt_calloc(1, sizeof(*ring));
    if (ring)
        ring->name = plt_strdup(name);
    if (!ring || !ring->name) {
        plt_no_memory(log, "a ring of frames");
        plt_free(ring);
        return NULL;
    }
    ring->size = (size_t)(header.header_bytes + header.num_slots * header.slot_bytes);
    if (!map(ring, log)) {
        plt_free(ring->name);
        plt_free(ring);
        return NULL;
    }
    *ring->header = header;
    atomic_thread_fence(memory_order_release);
    memcpy(ring->header->magic, PLT_FRAME_RING_MAGIC,
           sizeof(header.magic)); // it is one now
    return ring;
}

void *plt_frame_ring_begin(struct plt_frame_ring *ring)
{
    plt_require(NULL, ring, NULL);
    struct plt_frame_ring_slot *slot = next_slot(ring);
    store(&slot->sequence, 2 * ring->written + 1, memory_order_relaxed);
    atomic_thread_fence(memory_order_release);
    return slot + 1;
}

void plt_frame_ring_publish(struct plt_frame_ring *ring)
{
    plt_require(NULL, ring, );
    struct plt_frame_ring_slot *slot = next_slot(ring);
    ring->written++;
    store(&slot->sequence, 2 * ring->written, memory_order_release);
    store(&ring->header->newest, ring->written, memory_order_release);
}

void plt_frame_ring_destroy(struct plt_frame_ring *ring)
{
    if (!ring)
        return;
    atomic_store((_Atomic(uint32_t) *)&ring->header->state, RING_ENDED);
    munmap(ring->header, ring->size);
    plt_shared_unlink(ring->name);
    plt_free(ring->name);
    plt_free(ring);
}
