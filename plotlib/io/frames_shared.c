// Live frames from a ring in shared memory (frame_ring.h). Its bytes are read with pread,
// never through a mapping: a ring that is cut short meanwhile is then a short read and not
// a signal, and a number cannot change between its check and its use.
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <plotlib/base/alloc.h>
#include <plotlib/frame_ring.h>
#include <plotlib/io/frames.h>

// ThreadSanitizer does not follow fences; nothing here is shared but through the file.
#if defined(__SANITIZE_THREAD__) && !defined(__clang__)
#pragma GCC diagnostic ignored "-Wtsan"
#endif

enum {
    RING_ENDED = 2,
    TRIES = 8,            // at a frame that is rewritten while it is copied
    MIN_NAP_MS = 1,       // between looks while frames come
    MAX_NAP_MS = 20,      // when none do: 50 looks a second cost nothing
    FRAME_SHARE = 8,      // of the time between two frames is slept through at once
    NANOSECONDS = 1000000 // in a millisecond
};

struct plt_frames_shared {
    int fd;
    struct plt_frame_ring_header header; // as it was checked
    uint64_t last;                       // frame that was read or given up
};

// --- names -------------------------------------------------------------------------------

// A '/' that is not the first character makes a file of it.
static bool is_file(const char *name)
{
    return name[0] != '\0' && strchr(name + 1, '/') != NULL;
}

int plt_shared_open(const char *name, int flags)
{
    char slashed[NAME_MAX + 2];
    flags |= O_CLOEXEC | O_NONBLOCK; // a FIFO of that name must not be waited for
    if (is_file(name))
        return open(name, flags, 0600);
    int n = snprintf(slashed, sizeof(slashed), "%s%s", name[0] == '/' ? "" : "/", name);
    if (n < 0 || (size_t)n >= sizeof(slashed)) {
        errno = ENAMETOOLONG;
        return -1;
    }
    return shm_open(slashed, flags, 0600);
}

int plt_shared_unlink(const char *name)
{
    return is_file(name) ? unlink(name) : shm_unlink(name);
}

// --- header ------------------------------------------------------------------------------

// All n bytes, or false.
static bool read_at(int fd, uint64_t offset, void *to, size_t n)
{
    size_t done = 0;
    while (done < n) {
        const size_t most = (size_t)1 << 30, left = n - done;
        ssize_t got =
            pread(fd, (char *)to + done, left < most ? left : most, (off_t)(offset + done));
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            return false;
        done += (size_t)got;
    }
    return true;
}

// NULL when it describes a ring within `size` bytes, else what is wrong.
static const char *check_header(const struct plt_frame_ring_header *h, uint64_t size,
                                struct plt_raw_header *raw)
{
    if (memcmp(h->magic, PLT_FRAME_RING_MAGIC, sizeof(h->magic)) != 0)
        return "is no ring of frames";
    if (h->version != PLT_FRAME_RING_VERSION)
        return "is a ring of frames of another version";
    if (!memchr(h->raw, '\0', sizeof(h->raw)) || plt_raw_parse(h->raw, raw) ||
        raw->offset != 0)
        return "does not say what its frames are";
    if (h->num_slots < 2 || h->num_slots > PLT_FRAME_RING_MAX_SLOTS)
        return "has a number of slots outside 2..65536";
    if (h->header_bytes < sizeof(*h) || h->header_bytes % 64 != 0)
        return "has a wrong header size";
    if (h->slot_bytes % 64 != 0 || h->slot_bytes < sizeof(struct plt_frame_ring_slot) ||
        h->slot_bytes - sizeof(struct plt_frame_ring_slot) < raw->frame_bytes)
        return "has slots smaller than its frames";
    if (h->header_bytes > size || h->slot_bytes > (size - h->header_bytes) / h->num_slots)
        return "ends before its last slot";
    return NULL;
}

static const char *read_header(struct plt_frames *frames)
{
    struct plt_frames_shared *shared = frames->shared;
    struct stat info;
    shared->fd = plt_shared_open(frames->name, O_RDONLY);
    if (shared->fd < 0 || fstat(shared->fd, &info) != 0)
        return strerror(errno);
    if (!S_ISREG(info.st_mode))
        return "is neither shared memory nor a file";
    if (!read_at(shared->fd, 0, &shared->header, sizeof(shared->header)))
        return "is no ring of frames";
    return check_header(&shared->header, (uint64_t)info.st_size, &frames->header);
}

int plt_frames_find_shared(struct plt_frames *frames, struct plt_log *log)
{
    struct plt_frames_shared *shared = plt_calloc(1, sizeof(*shared));
    if (!shared) {
        plt_no_memory(log, frames->name);
        return -1;
    }
    shared->fd = -1;
    frames->shared = shared;
    const char *wrong = read_header(frames);
    if (wrong) {
        plt_error(log, SOURCE, "frames '%s': %s", frames->name, wrong);
        return -1;
    }
    // The newest one is shown at once; those before it were never ours to drop.
    shared->last = shared->header.newest > 0 ? shared->header.newest - 1 : 0;
    return shared->fd;
}

void plt_frames_drop_shared(struct plt_frames *frames)
{
    if (frames->shared && frames->shared->fd >= 0)
        close(frames->shared->fd);
    plt_free(frames->shared);
}

// --- the thread --------------------------------------------------------------------------

enum look {
    LOOK_NOTHING = 0, // no newer frame
    LOOK_FRAME,       // one was published
    LOOK_ENDED,       // and there is no newer frame
    LOOK_FAILED,      // which was said
};

static enum look fail(struct plt_source *source, const char *why)
{
    const struct plt_frames *frames = source->priv;
    plt_source_fail(source, "frames '%s': %s", frames->name, why);
    return LOOK_FAILED;
}

// Frame n into the back buffer: 1 = whole, 0 = not there or rewritten, -1 = cut short.
static int copy_frame(struct plt_frames *frames, uint64_t n, struct plt_source *source)
{
    const struct plt_frames_shared *shared = frames->shared;
    const struct plt_frame_ring_header *h = &shared->header;
    const uint64_t at = h->header_bytes + (n - 1) % h->num_slots * h->slot_bytes;
    const size_t bytes = frames->header.frame_bytes;
    uint64_t before, after;
    if (!read_at(shared->fd, at, &before, sizeof(before)))
        return -1;
    if (n > UINT64_MAX / 2 || before != 2 * n)
        return 0;
    atomic_thread_fence(memory_order_acquire);
    if (!read_at(shared->fd, at + sizeof(struct plt_frame_ring_slot),
                 plt_frames_back(frames), bytes))
        return -1;
    atomic_fetch_add(&source->bytes, bytes);
    atomic_thread_fence(memory_order_acquire);
    if (!read_at(shared->fd, at, &after, sizeof(after)))
        return -1;
    if (after != before)
        atomic_fetch_add(&frames->torn, 1);
    return after == before;
}

// Nobody will write any more: it says so, or has removed the name to make a new ring.
static bool has_ended(const struct plt_frames_shared *shared, uint32_t state)
{
    struct stat info;
    return state == RING_ENDED || (fstat(shared->fd, &info) == 0 && info.st_nlink == 0);
}

static enum look look(struct plt_source *source)
{
    struct plt_frames *frames = source->priv;
    struct plt_frames_shared *shared = frames->shared;
    struct plt_frame_ring_header now;
    bool ended = false;
    for (int tries = 0; tries < TRIES; tries++) {
        if (!read_at(shared->fd, 0, &now, sizeof(now)))
            return fail(source, "the memory was cut short");
        if (memcmp(&now, &shared->header, offsetof(struct plt_frame_ring_header, state)) !=
            0)
            return fail(source, "became another ring");
        if (now.newest == shared->last || now.newest == 0) {
            if (ended)
                return LOOK_ENDED;
            ended = has_ended(shared, now.state); // the last frame may just have come
            if (!ended)
                return LOOK_NOTHING;
            continue;
        }
        int got = copy_frame(frames, now.newest, source);
        if (got < 0)
            return fail(source, "the memory was cut short");
        if (got == 0)
            continue;
        // Counted from 1 again: another producer took the ring over.
        uint64_t missed = now.newest > shared->last ? now.newest - shared->last - 1 : 0;
        shared->last = now.newest;
        plt_frames_publish(frames, missed);
        return LOOK_FRAME;
    }
    return ended || has_ended(shared, now.state) ? LOOK_ENDED : LOOK_NOTHING;
}

static int64_t now_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / NANOSECONDS;
}

static void run_shared(struct plt_source *source)
{
    int64_t last_ms = now_ms();
    int nap = 0;
    while (plt_source_sleep(source, -1, nap) != PLT_WAKE_STOP) {
        enum look seen = look(source);
        if (seen == LOOK_FAILED)
            return;
        if (seen == LOOK_ENDED) {
            plt_source_end(source);
            return;
        }
        int64_t now = now_ms(), rest = (now - last_ms) / FRAME_SHARE;
        if (seen == LOOK_FRAME) {
            last_ms = now;
            if (plt_source_get_state(source) == PLT_SOURCE_STARTING)
                plt_source_go_live(source);
        }
        nap = rest < MIN_NAP_MS ? MIN_NAP_MS : rest > MAX_NAP_MS ? MAX_NAP_MS : (int)rest;
    }
}

static bool open_shared(struct plt_source *source)
{
    return true;
}

static void finish_shared(struct plt_source *source)
{
    source->priv = NULL; // the frames own the source
}

const struct plt_source_engine plt_frames_shared_engine = {
    .scheme = "frames",
    .open = open_shared,
    .run = run_shared,
    .finish = finish_shared,
};
