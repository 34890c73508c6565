// Live images: sources -> one image item each, added with the first frame. From then on
// they update themselves.
#include "live.h"

#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

bool live_has_stdin(const struct options *o)
{
    struct stat info;
    for (int i = 0; o->raw && !o->output && !o->has_frame && i < o->num_inputs; i++) {
        if (strcmp(o->inputs[i], "-") == 0)
            return fstat(STDIN_FILENO, &info) == 0 && !S_ISREG(info.st_mode);
    }
    return false;
}

bool live_wanted(const struct options *o)
{
    return o->shared || live_has_stdin(o);
}

bool live_start(struct live *live, void (*changed)(void *user), void *user)
{
    const struct options *o = live->options;
    const struct plt_frames_params params = {changed, user, live->log};
    if (live_has_stdin(o)) {
        live->frames[LIVE_STDIN] = plt_frames_open_fd(STDIN_FILENO, o->raw, &params);
        if (!live->frames[LIVE_STDIN])
            return false;
    }
    if (o->shared) {
        live->frames[LIVE_SHARED] = plt_frames_open_shared(o->shared, &params);
        if (!live->frames[LIVE_SHARED])
            return false;
    }
    return true;
}

bool live_wait(struct live *live)
{
    const double most_s = live->options->seconds > 0 ? live->options->seconds : 3;
    struct plt_frames *frames = live->frames[LIVE_SHARED];
    for (double s = 0; frames && s < most_s; s += 0.01) {
        if (plt_frames_get_state(frames) != PLT_SOURCE_STARTING)
            return true; // if it failed, that was said
        nanosleep(&(struct timespec){.tv_nsec = 10000000}, NULL);
    }
    if (frames)
        complain("frames '%s': none came", live->options->shared);
    return !frames;
}

static uint64_t frame_pixels(const struct plt_frames *frames)
{
    const struct plt_image *image = plt_frames_image(frames);
    return (uint64_t)plt_image_columns(image) * (uint64_t)plt_image_rows(image) *
           (uint64_t)plt_image_channels(image);
}

void live_stop(struct live *live)
{
    live->past_pixels = live_pixels(live);
    live->past = live_stats(live);
    for (int i = 0; i < NUM_LIVE; i++) {
        plt_frames_close(live->frames[i]);
        live->frames[i] = NULL;
    }
}

bool live_update(struct live *live)
{
    const char *const names[] = {"-", live->options->shared};
    for (int i = 0; i < NUM_LIVE; i++) {
        struct plt_frames *frames = live->frames[i];
        if (!frames)
            continue;
        enum plt_source_state state = plt_frames_get_state(frames);
        if (!live->shown[i] && plt_frames_get_stats(frames).received > 0) {
            if (!plots_add_image(live->plots, NULL, plt_frames_image(frames), names[i]))
                return false;
            live->shown[i] = true;
        }
        if (state == PLT_SOURCE_FAILED)
            return false;
    }
    return true;
}

bool live_alive(const struct live *live)
{
    for (int i = 0; i < NUM_LIVE; i++) {
        if (live->shown[i] ||
            (live->frames[i] && plt_frames_get_state(live->frames[i]) != PLT_SOURCE_FAILED))
            return true;
    }
    return false;
}

struct plt_frames_stats live_stats(const struct live *live)
{
    struct plt_frames_stats sum = live->past;
    for (int i = 0; i < NUM_LIVE; i++) {
        if (!live->frames[i])
            continue;
        struct plt_frames_stats stats = plt_frames_get_stats(live->frames[i]);
        sum.received += stats.received;
        sum.shown += stats.shown;
        sum.dropped += stats.dropped;
        sum.torn += stats.torn;
        sum.bytes += stats.bytes;
    }
    return sum;
}

uint64_t live_pixels(const struct live *live)
{
    uint64_t pixels = live->past_pixels;
    for (int i = 0; i < NUM_LIVE; i++) {
        if (live->frames[i])
            pixels += plt_frames_get_stats(live->frames[i]).received *
                      frame_pixels(live->frames[i]);
    }
    return pixels;
}
