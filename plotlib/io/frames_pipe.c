// Live frames from a pipe: read as fast as they come, straight into the buffer that the
// image will show.
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <string.h>
#include <unistd.h>

#include <plotlib/io/frames.h>

enum { PIPE_BYTES = 1 << 20 }; // asked for: fewer wake-ups, 8 reads a frame of 8 MB

static bool open_pipe(struct plt_source *source)
{
#ifdef F_SETPIPE_SZ
    // Refused for what is not a pipe, or beyond the user's limit: then it stays as it is.
    if (fcntl(source->fd, F_GETPIPE_SZ) < PIPE_BYTES)
        (void)fcntl(source->fd, F_SETPIPE_SZ, PIPE_BYTES);
#endif
    return true;
}

static void end(struct plt_source *source, size_t rest, uint64_t to_skip)
{
    struct plt_frames *frames = source->priv;
    const struct plt_raw_header *header = &frames->header;
    if (plt_source_get_state(source) == PLT_SOURCE_STARTING) {
        plt_source_fail(
            source, "%s: a frame needs %zu bytes from byte %" PRIu64 " on, there are %zu",
            frames->name, header->frame_bytes, header->offset, to_skip ? 0 : rest);
        return;
    }
    if (rest > 0)
        plt_warn(source->log, FILE_FORMAT,
                 "%s: %zu bytes after the last of %" PRIu64 " whole frames are left out",
                 frames->name, rest, frames->box->received);
    plt_source_end(source);
}

// One read: 1 = something came, 0 = the end, -1 = failed, which was said.
static int read_some(struct plt_source *source, void *to, size_t n, size_t *got)
{
    struct plt_frames *frames = source->priv;
    const size_t most = (size_t)1 << 30;
    ssize_t done = read(source->fd, to, n < most ? n : most);
    *got = done > 0 ? (size_t)done : 0;
    if (done < 0 && (errno == EINTR || errno == EAGAIN))
        return 1;
    if (done < 0)
        plt_source_fail(source, "%s cannot be read: %s", frames->name, strerror(errno));
    atomic_fetch_add(&source->bytes, *got);
    return done > 0 ? 1 : (int)done;
}

static void run_pipe(struct plt_source *source)
{
    struct plt_frames *frames = source->priv;
    const size_t size = frames->header.frame_bytes;
    uint64_t to_skip = frames->header.offset;
    size_t used = 0, got;
    while (plt_source_sleep(source, source->fd, -1) == PLT_WAKE_READY) {
        char *back = plt_frames_back(frames);
        size_t room = to_skip > 0 && to_skip < size ? (size_t)to_skip : size - used;
        int status = read_some(source, back + used, room, &got);
        if (status == 0)
            end(source, used, to_skip);
        if (status <= 0)
            return;
        if (to_skip > 0) {
            to_skip -= got;
            continue;
        }
        used += got;
        if (used < size)
            continue;
        used = 0;
        plt_frames_publish(frames, 0);
        if (plt_source_get_state(source) == PLT_SOURCE_STARTING)
            plt_source_go_live(source);
    }
}

static void finish_pipe(struct plt_source *source)
{
    source->priv = NULL; // the frames own the source
}

const struct plt_source_engine plt_frames_pipe_engine = {
    .scheme = "raw frames",
    .open = open_pipe,
    .run = run_pipe,
    .finish = finish_pipe,
};
