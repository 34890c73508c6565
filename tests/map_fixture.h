// Files of samples, and what the library says about them.
#pragma once

#include <fcntl.h>
#include <stdatomic.h>
#include <sys/stat.h>
#include <unistd.h>

#include <plotlib/plotlib.h>

#include "test.h"

static char map_folder[64], map_path[96], map_sidecar[112];

static inline void map_make_folder(void)
{
    snprintf(map_folder, sizeof(map_folder), "/tmp/plotlib-map-XXXXXX");
    REQUIRE(mkdtemp(map_folder) != NULL);
    snprintf(map_path, sizeof(map_path), "%s/samples", map_folder);
    snprintf(map_sidecar, sizeof(map_sidecar), "%s.plp", map_path);
}

static inline void map_remove_files(void)
{
    unlink(map_path);
    unlink(map_sidecar);
}

// Messages, counted by id.
static _Atomic int map_messages[32];
static char map_last_message[512];

static inline void map_count_message(void *user, enum plt_level level, enum plt_msg id,
                                     const char *text)
{
    (void)user;
    (void)level;
    atomic_fetch_add(&map_messages[id], 1);
    snprintf(map_last_message, sizeof(map_last_message), "%s", text);
    if (getenv("VERBOSE"))
        fprintf(stderr, "%s\n", text);
}

static inline int map_take_messages(enum plt_msg id)
{
    return atomic_exchange(&map_messages[id], 0);
}

static inline void map_write_at(uint64_t position, const void *data, size_t size)
{
    int fd = open(map_path, O_WRONLY | O_CREAT, 0666);
    REQUIRE(fd >= 0 && pwrite(fd, data, size, (off_t)position) == (ssize_t)size);
    close(fd);
}

static inline void map_write(const void *data, size_t size)
{
    unlink(map_path);
    map_write_at(0, data, size);
}

static inline uint64_t map_file_size(const char *path)
{
    struct stat info;
    return stat(path, &info) == 0 ? (uint64_t)info.st_size : 0;
}

static inline struct plt_series_map_state map_state(const struct plt_series *series)
{
    struct plt_series_map_state state = {0};
    REQUIRE(plt_series_map_get_state(series, &state));
    return state;
}
