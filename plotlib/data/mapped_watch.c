// Notices at once when a mapped file changes, where the system tells (inotify): an idle
// window costs nothing. Elsewhere the file is looked at after drawing, or 4 times a second
// (plt_series_map_params.follow).
#include <plotlib/data/mapped.h>

#ifdef __linux__
#include <errno.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/inotify.h>
#include <unistd.h>

enum { PAUSE_MS = 250 }; // between two looks at a file that changes all the time

static bool wait_for_change(struct plt_mapped *map)
{
    struct pollfd ends[2] = {{.fd = map->watch_fd, .events = POLLIN},
                             {.fd = map->stop_fd, .events = POLLIN}};
    while (poll(ends, 2, -1) < 0) {
        if (errno != EINTR)
            return false;
    }
    return (ends[0].revents & POLLIN) && !ends[1].revents;
}

static void *watch_loop(void *user)
{
    struct plt_mapped *map = user;
    char events[4096];
    while (wait_for_change(map)) {
        while (read(map->watch_fd, events, sizeof(events)) > 0)
            continue; // that it changed is all there is to know
        pthread_mutex_lock(&map->lock);
        map->check = true;
        pthread_cond_signal(&map->build_wake);
        pthread_mutex_unlock(&map->lock);
        struct pollfd stop = {.fd = map->stop_fd, .events = POLLIN};
        poll(&stop, 1, PAUSE_MS);
    }
    return NULL;
}

void plt_mapped_watch(struct plt_mapped *map)
{
    map->watch_fd = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
    map->stop_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    map->has_watcher = map->watch_fd >= 0 && map->stop_fd >= 0 &&
                       inotify_add_watch(map->watch_fd, map->path, IN_MODIFY) >= 0 &&
                       pthread_create(&map->watcher, NULL, watch_loop, map) == 0;
}

void plt_mapped_unwatch(struct plt_mapped *map)
{
    const uint64_t one = 1;
    if (map->has_watcher && write(map->stop_fd, &one, sizeof(one)) == sizeof(one))
        pthread_join(map->watcher, NULL);
    if (map->watch_fd >= 0)
        close(map->watch_fd);
    if (map->stop_fd >= 0)
        close(map->stop_fd);
}
#else
void plt_mapped_watch(struct plt_mapped *map)
{
}

void plt_mapped_unwatch(struct plt_mapped *map)
{
}
#endif
