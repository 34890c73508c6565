// Live frames: the source, its image, and the hand-over of the newest frame by swapping
// buffers. The reading itself: frames_pipe.c, frames_shared.c.
#include <string.h>

#include <plotlib/base/alloc.h>
#include <plotlib/data/image.h>
#include <plotlib/io/frames.h>

// --- mailbox -----------------------------------------------------------------------------

// On the thread that paints: source and image drop theirs there.
static void unref_box(void *user)
{
    struct plt_mailbox *box = user;
    if (!box || --box->refs > 0)
        return;
    for (int i = 0; i < 3; i++)
        plt_block_unref(box->blocks[i]);
    pthread_mutex_destroy(&box->lock);
    plt_free(box);
}

static struct plt_mailbox *make_box(const struct plt_frames *frames, struct plt_log *log)
{
    const struct plt_reader reader = {.path = frames->name, .log = log};
    const size_t bytes = frames->header.frame_bytes;
    if (!plt_reader_fits(&reader, 3 * (uint64_t)bytes))
        return NULL;
    struct plt_mailbox *box = plt_calloc(1, sizeof(*box));
    if (!box) {
        plt_no_memory(log, frames->name);
        return NULL;
    }
    pthread_mutex_init(&box->lock, NULL);
    box->refs = 1;
    box->ready = 1;
    box->shown = 2;
    for (int i = 0; i < 3; i++) {
        box->blocks[i] = plt_block_create(&reader, bytes);
        if (!box->blocks[i]) {
            unref_box(box);
            return NULL;
        }
    }
    memset(box->blocks[box->shown]->bytes, 0, bytes);
    return box;
}

static const void *take(void *user)
{
    struct plt_mailbox *box = user;
    const void *pixels = NULL;
    pthread_mutex_lock(&box->lock);
    if (box->waiting) {
        int before = box->shown;
        box->shown = box->ready;
        box->ready = before;
        box->waiting = false;
        box->shown_count++;
        pixels = box->blocks[box->shown]->bytes;
    }
    pthread_mutex_unlock(&box->lock);
    return pixels;
}

void plt_frames_publish(struct plt_frames *frames, uint64_t missed)
{
    struct plt_mailbox *box = frames->box;
    pthread_mutex_lock(&box->lock);
    int before = box->ready;
    box->ready = box->back;
    box->back = before;
    box->received += missed + 1;
    box->dropped += missed + (box->waiting ? 1 : 0);
    box->waiting = true;
    pthread_mutex_unlock(&box->lock);
    plt_image_notify(frames->image);
}

// --- the source --------------------------------------------------------------------------

static struct plt_image *make_image(struct plt_frames *frames, struct plt_log *log)
{
    struct plt_mailbox *box = frames->box;
    const struct plt_raw_header *header = &frames->header;
    struct plt_image *image = plt_image_wrap(
        box->blocks[box->shown]->bytes,
        plt_image_params(.type = header->type, .columns = header->columns,
                         .rows = header->rows, .channels = header->channels, .log = log),
        unref_box, box);
    if (!image)
        return NULL;
    box->refs++;
    plt_image_set_feed(image, take, box);
    return image;
}

static struct plt_frames *make(const char *name, struct plt_log *log)
{
    struct plt_frames *frames = plt_calloc(1, sizeof(*frames));
    if (frames)
        frames->name = plt_strdup(name);
    if (!frames || !frames->name) {
        plt_no_memory(log, name);
        plt_free(frames);
        return NULL;
    }
    return frames;
}

// The header is known: makes the rest and starts the thread.
static bool start(struct plt_frames *frames, const struct plt_source_engine *engine, int fd,
                  const struct plt_frames_params *params)
{
    frames->box = make_box(frames, params->log);
    frames->image = frames->box ? make_image(frames, params->log) : NULL;
    if (!frames->image)
        return false;
    frames->source =
        plt_source_open_engine(engine, fd,
                               plt_source_params(.changed = params->changed,
                                                 .user = params->user, .log = params->log),
                               frames);
    return frames->source != NULL;
}

struct plt_frames *plt_frames_open_fd(int fd, const char *raw,
                                      const struct plt_frames_params *params)
{
    const struct plt_frames_params none = {0};
    params = params ? params : &none;
    plt_require(params->log, raw, NULL);
    struct plt_frames *frames =
        make(fd == 0 ? "standard input" : "raw frames", params->log);
    if (!frames)
        return NULL;
    const char *wrong = plt_raw_parse(raw, &frames->header);
    if (wrong)
        plt_error(params->log, BAD_ARGUMENT, "raw frames '%.80s': %s", raw, wrong);
    if (!wrong && start(frames, &plt_frames_pipe_engine, fd, params))
        return frames;
    plt_frames_close(frames);
    return NULL;
}

struct plt_frames *plt_frames_open_shared(const char *name,
                                          const struct plt_frames_params *params)
{
    const struct plt_frames_params none = {0};
    params = params ? params : &none;
    plt_require(params->log, name, NULL);
    struct plt_frames *frames = make(name, params->log);
    if (!frames)
        return NULL;
    int fd = plt_frames_find_shared(frames, params->log);
    if (fd >= 0 && start(frames, &plt_frames_shared_engine, fd, params))
        return frames;
    plt_frames_close(frames);
    return NULL;
}

void plt_frames_close(struct plt_frames *frames)
{
    if (!frames)
        return;
    plt_source_close(frames->source);
    plt_frames_drop_shared(frames);
    plt_image_unref(frames->image);
    unref_box(frames->box);
    plt_free(frames->name);
    plt_free(frames);
}

struct plt_image *plt_frames_image(const struct plt_frames *frames)
{
    return frames ? frames->image : NULL;
}

bool plt_frames_take(struct plt_frames *frames)
{
    return frames && plt_image_refresh(frames->image);
}

enum plt_source_state plt_frames_get_state(const struct plt_frames *frames)
{
    plt_require(NULL, frames, PLT_SOURCE_FAILED);
    return plt_source_get_state(frames->source);
}

bool plt_frames_wait(struct plt_frames *frames)
{
    plt_require(NULL, frames, false);
    return plt_source_wait(frames->source);
}

const char *plt_frames_error(const struct plt_frames *frames)
{
    return frames ? plt_source_error(frames->source) : "";
}

struct plt_frames_stats plt_frames_get_stats(const struct plt_frames *frames)
{
    struct plt_frames_stats stats = {0};
    plt_require(NULL, frames, stats);
    struct plt_mailbox *box = frames->box;
    pthread_mutex_lock(&box->lock);
    stats.received = box->received;
    stats.shown = box->shown_count;
    stats.dropped = box->dropped;
    pthread_mutex_unlock(&box->lock);
    stats.torn = atomic_load(&frames->torn);
    stats.bytes = plt_source_get_stats(frames->source).bytes;
    return stats;
}
