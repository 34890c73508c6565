// A mapped series: opening, pins, growth and shrinking of its file (mapped.h).
#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <plotlib/base/alloc.h>
#include <plotlib/base/message.h>
#include <plotlib/data/mapped.h>

#define NOTIFY_S 0.03
#define CHECK_S 0.25
// plt_series_map waits this long for a first answer, so that a first picture is not empty.
#define FIRST_ANSWER_S 0.008
#define DEFAULT_CACHE_BYTES (UINT64_C(128) << 20)

double plt_mapped_now(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

void plt_mapped_give_way(void)
{
#ifdef SCHED_BATCH
    const struct sched_param none = {0};
    pthread_setschedparam(pthread_self(), SCHED_BATCH, &none);
#endif
}

static void wait_until(pthread_cond_t *cond, pthread_mutex_t *lock, double until_s)
{
    struct timespec until = {.tv_sec = (time_t)until_s};
    until.tv_nsec = (long)((until_s - (double)until.tv_sec) * 1e9);
    pthread_cond_timedwait(cond, lock, &until);
}

int64_t plt_mapped_read(int fd, const struct plt_mapped *map, uint64_t first, size_t count,
                        void *samples)
{
    size_t want = count * map->size, done = 0;
    while (done < want) {
        ssize_t n = pread(fd, (char *)samples + done, want - done,
                          (off_t)(map->offset + first * map->size + done));
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return -1;
        if (n == 0)
            break;
        done += (size_t)n;
    }
    return (int64_t)(done / map->size);
}

// --- with the lock held ----------------------------------------------------------------

uint64_t plt_mapped_oldest_pin(const struct plt_mapped *map)
{
    uint64_t oldest = UINT64_MAX;
    for (size_t i = 0; i < map->num_pins; i++)
        oldest = map->pins[i] < oldest ? map->pins[i] : oldest;
    return oldest;
}

void plt_mapped_notify(struct plt_mapped *map, bool now)
{
    double time_s = plt_mapped_now();
    if (!map->news || (!now && time_s - map->notified_s < NOTIFY_S))
        return;
    map->news = false;
    map->notified_s = time_s;
    pthread_mutex_unlock(&map->lock);
    plt_series_notify(map->series);
    pthread_mutex_lock(&map->lock);
}

void plt_mapped_set_root(struct plt_mapped *map, uint64_t chunk, const void *pair,
                         const void *least)
{
    memcpy((char *)map->roots + 2 * map->size * (size_t)chunk, pair, 2 * map->size);
    memcpy((char *)map->root_least + map->size * (size_t)chunk, least, map->size);
}

bool plt_mapped_resize(struct plt_mapped *map, uint64_t num_samples)
{
    uint64_t count = plt_mapped_chunks(num_samples);
    if (count > SIZE_MAX / 64 ||
        !plt_reserve((void **)&map->chunks, &map->cap_chunks, (size_t)count,
                     sizeof(*map->chunks)) ||
        !plt_reserve(&map->roots, &map->cap_roots, (size_t)count, 2 * map->size) ||
        !plt_reserve(&map->root_least, &map->cap_root_least, (size_t)count, map->size))
        return false;
    for (size_t c = (size_t)count; c < map->num_chunks; c++) {
        map->num_built -= map->chunks[c].state == PLT_CHUNK_BUILT;
        plt_free(map->chunks[c].record);
    }
    union plt_extent empty, none = {0};
    map->minmax->reset(&empty);
    for (size_t c = map->num_chunks; c < count; c++) {
        map->chunks[c] = (struct plt_chunk_info){0};
        plt_mapped_set_root(map, c, &empty, &none);
    }
    map->num_chunks = (size_t)count;
    map->num_samples = num_samples;
    return true;
}

static void make_old(struct plt_mapped *map, struct plt_chunk_info *chunk)
{
    if (chunk->state == PLT_CHUNK_BUILT) {
        map->num_built--;
        chunk->state = PLT_CHUNK_OLD;
    }
    chunk->saved = false;
}

void plt_mapped_invalidate(struct plt_mapped *map, uint64_t first)
{
    for (size_t c = (size_t)(first >> PLT_CHUNK_LOG2); c < map->num_chunks; c++)
        make_old(map, &map->chunks[c]);
    plt_blocks_drop(&map->blocks, first >> map->blocks.log2);
    map->generation++;
    map->news = true;
    pthread_cond_signal(&map->build_wake);
}

bool plt_mapped_doubt(struct plt_mapped *map, uint64_t chunk)
{
    bool first = !map->told_changed;
    map->told_changed = true;
    if (map->chunks[chunk].from_sidecar) {
        map->distrust = true;
        for (size_t c = 0; c < map->num_chunks; c++) {
            if (map->chunks[c].from_sidecar)
                make_old(map, &map->chunks[c]);
        }
    }
    make_old(map, &map->chunks[chunk]);
    map->generation++;
    pthread_cond_signal(&map->build_wake);
    return first;
}

// --- pins ------------------------------------------------------------------------------

bool plt_mapped_pin(struct plt_series *series, struct plt_series_pin *pin)
{
    struct plt_mapped *map = series->mapped;
    pthread_mutex_lock(&map->lock);
    double now_s = plt_mapped_now();
    if (!map->check && now_s - map->checked_s >= CHECK_S) {
        map->check = true;
        pthread_cond_signal(&map->build_wake);
    }
    uint64_t head = map->num_samples;
    bool ok = head > 0 && plt_reserve((void **)&map->pins, &map->cap_pins,
                                      map->num_pins + 1, sizeof(*map->pins));
    if (ok) {
        map->pins[map->num_pins++] = ++map->clock;
        *pin = (struct plt_series_pin){
            .series = plt_series_ref(series),
            .type = map->type,
            .x_kind = PLT_X_UNIFORM,
            .x0 = series->x0,
            .dx = series->dx,
            .head = head,
            .sorted = true,
            .epoch = map->generation + 1,
            .mapped = map,
            .stamp = map->clock,
        };
    }
    pthread_mutex_unlock(&map->lock);
    return ok;
}

void plt_mapped_unpin(const struct plt_series_pin *pin)
{
    struct plt_mapped *map = pin->mapped;
    pthread_mutex_lock(&map->lock);
    size_t i = 0;
    while (map->pins[i] != pin->stamp)
        i++;
    map->pins[i] = map->pins[--map->num_pins];
    uint64_t oldest = plt_mapped_oldest_pin(map);
    struct plt_retired *gone = NULL, **link = &map->retired;
    while (*link) {
        struct plt_retired *retired = *link;
        if (retired->stamp < oldest) {
            *link = retired->next;
            retired->next = gone;
            gone = retired;
        } else {
            link = &retired->next;
        }
    }
    if (map->blocks.num_wanted > 0)
        pthread_cond_broadcast(&map->load_wake);
    pthread_mutex_unlock(&map->lock);
    while (gone) {
        struct plt_retired *next = gone->next;
        plt_free(gone);
        gone = next;
    }
}

void plt_mapped_hold(struct plt_series_pin *pin)
{
    pthread_mutex_lock(&pin->mapped->lock);
    pin->held = true;
}

void plt_mapped_release(struct plt_series_pin *pin)
{
    pin->held = false;
    pthread_mutex_unlock(&pin->mapped->lock);
}

// --- opening ---------------------------------------------------------------------------

static bool open_file(struct plt_mapped *map, struct plt_log *log)
{
    map->random_fd = open(map->path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    map->build_fd = open(map->path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    struct stat info;
    if (map->random_fd < 0 || map->build_fd < 0 || fstat(map->build_fd, &info) != 0) {
        plt_error(log, FILE_OPEN, "%s: %s", map->path, strerror(errno));
        return false;
    }
    if (!S_ISREG(info.st_mode)) {
        plt_error(log, FILE_OPEN, "%s: not a regular file", map->path);
        return false;
    }
    map->file_size = (uint64_t)info.st_size;
    map->file_time = (int64_t)info.st_mtim.tv_sec * 1000000000 + info.st_mtim.tv_nsec;
    if (map->offset > map->file_size) {
        plt_error(log, FILE_FORMAT, "%s: %" PRIu64 " bytes, sample 0 would be at %" PRIu64,
                  map->path, map->file_size, map->offset);
        return false;
    }
    uint64_t bytes = map->file_size - map->offset;
    if (bytes % map->size != 0)
        plt_warn(log, FILE_FORMAT,
                 "%s: %" PRIu64
                 " bytes of samples are no multiple of %zu; the last %" PRIu64
                 " are left out",
                 map->path, bytes, map->size, bytes % map->size);
    posix_fadvise(map->random_fd, 0, 0, POSIX_FADV_RANDOM);
    posix_fadvise(map->build_fd, 0, 0, POSIX_FADV_SEQUENTIAL);
    if (!plt_mapped_resize(map, bytes / map->size)) {
        plt_no_memory(log, map->path);
        return false;
    }
    return true;
}

// Signals of the program are for its own threads, and a file size limit is an error to the
// writer of the sidecar.
static bool start_threads(struct plt_mapped *map)
{
    sigset_t all, before;
    sigfillset(&all);
    if (pthread_sigmask(SIG_SETMASK, &all, &before) != 0)
        return false;
    map->has_builder = pthread_create(&map->builder, NULL, plt_mapped_build_loop, map) == 0;
    while (map->num_loaders < PLT_MAP_LOADERS &&
           pthread_create(&map->loaders[map->num_loaders], NULL, plt_mapped_load_loop,
                          map) == 0)
        map->num_loaders++;
    if (map->has_builder)
        plt_mapped_watch(map);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return map->has_builder && map->num_loaders > 0;
}

void plt_mapped_free(struct plt_mapped *map)
{
    if (!map)
        return;
    pthread_mutex_lock(&map->lock);
    map->stop = true;
    pthread_cond_broadcast(&map->build_wake);
    pthread_cond_broadcast(&map->load_wake);
    pthread_mutex_unlock(&map->lock);
    plt_mapped_unwatch(map);
    if (map->has_builder)
        pthread_join(map->builder, NULL);
    for (unsigned i = 0; i < map->num_loaders; i++)
        pthread_join(map->loaders[i], NULL);
    for (size_t c = 0; c < map->num_chunks; c++)
        plt_free(map->chunks[c].record);
    plt_free(map->chunks);
    plt_free(map->roots);
    plt_free(map->root_least);
    plt_free(map->pins);
    plt_free(map->scratch);
    plt_blocks_finish(&map->blocks);
    if (map->random_fd >= 0)
        close(map->random_fd);
    if (map->build_fd >= 0)
        close(map->build_fd);
    while (map->retired) {
        struct plt_retired *next = map->retired->next;
        plt_free(map->retired);
        map->retired = next;
    }
    pthread_cond_destroy(&map->build_wake);
    pthread_cond_destroy(&map->load_wake);
    pthread_cond_destroy(&map->changed);
    pthread_mutex_destroy(&map->lock);
    plt_free(map->path);
    plt_free(map->sidecar_path);
    plt_free(map);
}

static char *sidecar_path(const char *path, const struct plt_series_map_params *params)
{
    if (params->sidecar)
        return plt_strdup(params->sidecar);
    size_t length = strlen(path);
    char *text = plt_malloc(length + sizeof(".plp"));
    if (text) {
        memcpy(text, path, length);
        memcpy(text + length, ".plp", sizeof(".plp"));
    }
    return text;
}

static void init_waiting(struct plt_mapped *map)
{
    pthread_condattr_t monotonic;
    pthread_condattr_init(&monotonic);
    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    pthread_mutexattr_t kind;
    pthread_mutexattr_init(&kind);
#ifdef __GLIBC__ // held for a look-up only: a short spin saves most sleeps
    pthread_mutexattr_settype(&kind, PTHREAD_MUTEX_ADAPTIVE_NP);
#endif
    pthread_mutex_init(&map->lock, &kind);
    pthread_mutexattr_destroy(&kind);
    pthread_cond_init(&map->build_wake, &monotonic);
    pthread_cond_init(&map->load_wake, &monotonic);
    pthread_cond_init(&map->changed, &monotonic);
    pthread_condattr_destroy(&monotonic);
}

static struct plt_mapped *create(struct plt_series *series, const char *path,
                                 const struct plt_series_map_params *params)
{
    struct plt_mapped *map = plt_calloc(1, sizeof(*map));
    if (!map) {
        plt_no_memory(params->log, path);
        return NULL;
    }
    init_waiting(map);
    map->series = series;
    map->type = params->type;
    map->size = plt_type_size(params->type);
    map->minmax = series->store.y_minmax;
    map->offset = params->offset;
    map->follow = params->follow;
    map->near_chunk = PLT_NOWHERE;
    map->random_fd = map->build_fd = map->watch_fd = map->stop_fd = -1;
    map->checked_s = plt_mapped_now();
    map->path = plt_strdup(path);
    map->sidecar_path = params->no_sidecar ? NULL : sidecar_path(path, params);
    map->scratch = plt_aligned_alloc(64, plt_mapped_scratch_size(map));
    uint64_t bytes = params->cache_bytes ? params->cache_bytes : DEFAULT_CACHE_BYTES;
    if (!map->path || !map->scratch || (!map->sidecar_path && !params->no_sidecar) ||
        !plt_blocks_init(&map->blocks, map, bytes))
        plt_no_memory(params->log, path);
    else if (open_file(map, params->log))
        return map;
    plt_mapped_free(map);
    return NULL;
}

struct plt_series *plt_series_map(const char *path,
                                  const struct plt_series_map_params *params)
{
    static const struct plt_series_map_params defaults;
    if (!params)
        params = &defaults;
    plt_require(params->log, path != NULL, NULL);
    plt_require(params->log, params->offset <= INT64_MAX, NULL);
    const char *slash = strrchr(path, '/');
    struct plt_series *series = plt_series_create(&(struct plt_series_params){
        .type = params->type,
        .x0 = params->x0,
        .dx = params->dx,
        .name = params->name ? params->name
                : slash      ? slash + 1
                             : path,
        .log = params->log,
    });
    struct plt_mapped *map = series ? create(series, path, params) : NULL;
    if (!map) {
        plt_series_unref(series);
        return NULL;
    }
    series->mapped = map;
    if (!start_threads(map)) {
        plt_error(params->log, GENERIC, "%s: no threads to read it", path);
        plt_series_unref(series);
        return NULL;
    }
    double until_s = plt_mapped_now() + FIRST_ANSWER_S;
    pthread_mutex_lock(&map->lock);
    while (!map->answered && map->num_samples > 0 && plt_mapped_now() < until_s)
        wait_until(&map->changed, &map->lock, until_s);
    pthread_mutex_unlock(&map->lock);
    return series;
}

// --- what is going on ------------------------------------------------------------------

uint64_t plt_mapped_count(struct plt_mapped *map)
{
    pthread_mutex_lock(&map->lock);
    uint64_t count = map->num_samples;
    pthread_mutex_unlock(&map->lock);
    return count;
}

bool plt_series_map_get_state(const struct plt_series *series,
                              struct plt_series_map_state *state)
{
    plt_require(NULL, series && state, false);
    struct plt_mapped *map = series->mapped;
    if (!map)
        return false;
    pthread_mutex_lock(&map->lock);
    uint64_t built = (uint64_t)map->num_built << PLT_CHUNK_LOG2;
    *state = (struct plt_series_map_state){
        .samples = map->num_samples,
        .built = built < map->num_samples ? built : map->num_samples,
        .pending = map->blocks.num_wanted + map->blocks.num_loading,
        .cache_bytes = (uint64_t)map->blocks.num_memory * map->blocks.stride,
        .stand_ins = atomic_load_explicit(&map->stand_ins, memory_order_relaxed),
        .sidecar = map->sidecar,
    };
    pthread_mutex_unlock(&map->lock);
    return true;
}

static bool is_settled(const struct plt_mapped *map)
{
    return !map->check && !map->checking && map->num_built == map->num_chunks &&
           map->blocks.num_wanted == 0 && map->blocks.num_loading == 0 && !map->saving &&
           map->num_telling == 0 && !plt_mapped_wants_sidecar(map);
}

bool plt_series_map_settle(struct plt_series *series, double timeout_s)
{
    plt_require(NULL, series != NULL, false);
    struct plt_mapped *map = series->mapped;
    plt_require(series->log, map != NULL, false);
    plt_require(series->log, timeout_s >= 0 && timeout_s <= 1e9, false);
    double until_s = plt_mapped_now() + timeout_s;
    pthread_mutex_lock(&map->lock);
    map->check = true;
    pthread_cond_signal(&map->build_wake);
    if (map->blocks.num_wanted > 0)
        pthread_cond_broadcast(&map->load_wake);
    while (!is_settled(map) && plt_mapped_now() < until_s)
        wait_until(&map->changed, &map->lock, until_s);
    bool settled = is_settled(map);
    pthread_mutex_unlock(&map->lock);
    return settled;
}
