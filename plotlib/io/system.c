// "system:": CPU load per core, memory in use and network rates of this machine, read from
// /proc at a steady rate and appended with their time to one series each.
#include <plotlib/io/source.h>

#include <plotlib/base/alloc.h>
#include <plotlib/base/number.h>

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum {
    TEXT_BYTES = 128 << 10, // the cpu lines of 1024 cores take 100 kB
    MAX_CORES = 1000,
    // The kernel counts in ticks of 10 ms: a load is taken over this many seconds' worth of
    // readings, in halves, so that one tick is 2 % and not 10 %.
    LOAD_WINDOW_MS = 500,
    MAX_WINDOW = 64,
};

struct cpu_time {
    uint64_t busy, total; // ticks since boot
};

struct system {
    int stat_fd, memory_fd, network_fd;
    char *text; // [TEXT_BYTES]
    double rate_hz, start_s;
    int num_cores, window;
    struct cpu_time *cpu; // [window + 1][num_cores], a ring of readings
    int num_readings;
    uint64_t received, sent;
    double network_s; // time of these two
};

static double now_s(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

// The whole file into system->text, NUL-terminated; false when it cannot be read.
static bool read_text(struct system *system, int fd)
{
    size_t used = 0;
    while (fd >= 0 && used < TEXT_BYTES - 1) {
        ssize_t n = pread(fd, system->text + used, TEXT_BYTES - 1 - used, (off_t)used);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            break;
        used += (size_t)n;
    }
    system->text[used] = '\0';
    return used > 0;
}

// Lines "cpuN user nice system idle iowait irq softirq steal ...": fills cpu[num], counts
// the cores. A core that is off line keeps `total` 0.
static int parse_cpu(const char *text, struct cpu_time *cpu, int num)
{
    int count = 0;
    for (const char *line = text; line && strncmp(line, "cpu", 3) == 0;) {
        char *p;
        unsigned long core = strtoul(line + 3, &p, 10);
        if (line[3] != ' ' && core < MAX_CORES) { // "cpu " is the sum of all
            uint64_t field[8] = {0};
            for (int i = 0; i < 8 && *p == ' '; i++)
                field[i] = strtoull(p, &p, 10);
            uint64_t idle = field[3] + field[4], total = 0;
            for (int i = 0; i < 8; i++)
                total += field[i];
            if ((int)core < num)
                cpu[core] = (struct cpu_time){total - idle, total};
            count = (int)core + 1 > count ? (int)core + 1 : count;
        }
        line = strchr(line, '\n');
        line = line ? line + 1 : NULL;
    }
    return count;
}

static bool find_number(const char *text, const char *key, double *value)
{
    const char *p = strstr(text, key);
    if (!p)
        return false;
    *value = (double)strtoull(p + strlen(key), NULL, 10);
    return true;
}

// Bytes in use: all but what could be had for new programs.
static double parse_memory(const char *text)
{
    double total, available;
    if (!find_number(text, "MemTotal:", &total))
        return NAN;
    if (!find_number(text, "MemAvailable:", &available) &&
        !find_number(text, "MemFree:", &available))
        return NAN;
    return (total - available) * 1024;
}

// Sums all interfaces but the loopback: "name: received_bytes packets ... (8) sent_bytes".
static void parse_network(const char *text, uint64_t *received, uint64_t *sent)
{
    *received = *sent = 0;
    for (const char *line = text; line && *line;) {
        const char *end = strchr(line, '\n');
        const char *colon = memchr(line, ':', end ? (size_t)(end - line) : strlen(line));
        while (*line == ' ')
            line++;
        if (colon && strncmp(line, "lo:", 3) != 0) {
            char *p;
            *received += strtoull(colon + 1, &p, 10);
            for (int i = 0; i < 7; i++)
                strtoull(p, &p, 10);
            *sent += strtoull(p, &p, 10);
        }
        line = end ? end + 1 : NULL;
    }
}

static int open_file(const char *path)
{
    return open(path, O_RDONLY | O_CLOEXEC);
}

static bool add(struct plt_source *source, const char *name, const char *unit,
                const char *group, enum plt_type type)
{
    struct system *system = source->priv;
    uint64_t keep = source->params.keep;
    if (keep == 0)
        keep = (uint64_t)ceil(3600 * system->rate_hz);
    return plt_source_add_channel(source,
                                  plt_series_params(.type = type, .x_kind = PLT_X_F64,
                                                    .capacity = keep, .name = name,
                                                    .log = source->log),
                                  unit, group);
}

static bool add_channels(struct plt_source *source)
{
    struct system *system = source->priv;
    bool ok = true;
    for (int i = 0; ok && i < system->num_cores; i++) {
        char name[32];
        plt_format(name, sizeof(name), "CPU %d", i);
        ok = add(source, name, "%", "CPU", PLT_F32);
    }
    ok = ok && add(source, "used", "B", "Memory", PLT_F64);
    if (ok && system->network_fd >= 0)
        ok = add(source, "receive", "B/s", "Network", PLT_F64) &&
             add(source, "transmit", "B/s", "Network", PLT_F64);
    return ok;
}

static bool system_open(struct plt_source *source)
{
    double rate = source->params.rate_hz > 0 ? source->params.rate_hz : 10;
    if (rate < 0.01 || rate > 1000) {
        plt_error(source->log, BAD_ARGUMENT,
                  "system: %g readings a second are outside 0.01..1000", rate);
        return false;
    }
    struct system *system = plt_calloc(1, sizeof(*system));
    char *text = plt_malloc(TEXT_BYTES);
    if (!system || !text) {
        plt_no_memory(source->log, "system:");
        plt_free(system);
        plt_free(text);
        return false;
    }
    source->priv = system;
    *system = (struct system){.text = text, .rate_hz = rate, .start_s = now_s()};
    system->stat_fd = open_file("/proc/stat");
    system->memory_fd = open_file("/proc/meminfo");
    system->network_fd = open_file("/proc/net/dev");
    if (system->stat_fd < 0 || system->memory_fd < 0 ||
        !read_text(system, system->stat_fd)) {
        plt_error(source->log, FILE_OPEN,
                  "system: /proc/stat and /proc/meminfo cannot be read");
        return false;
    }
    system->num_cores = parse_cpu(text, NULL, 0);
    double window = round(1e-3 * LOAD_WINDOW_MS * rate);
    system->window = window < 1 ? 1 : window > MAX_WINDOW ? MAX_WINDOW : (int)window;
    system->cpu = plt_calloc((size_t)(system->window + 1) * (size_t)system->num_cores + 1,
                             sizeof(*system->cpu));
    if (!system->cpu) {
        plt_no_memory(source->log, "system:");
        return false;
    }
    return add_channels(source);
}

static void system_finish(struct plt_source *source)
{
    struct system *system = source->priv;
    if (!system)
        return;
    const int fds[] = {system->stat_fd, system->memory_fd, system->network_fd};
    for (int i = 0; i < 3; i++) {
        if (fds[i] >= 0)
            close(fds[i]);
    }
    plt_free(system->cpu);
    plt_free(system->text);
    plt_free(system);
}

static double load(struct cpu_time first, struct cpu_time last)
{
    if (last.total == 0 || last.total <= first.total || last.busy < first.busy)
        return NAN;
    return 100 * (double)(last.busy - first.busy) / (double)(last.total - first.total);
}

// Appends one value; a value that is not known is a gap.
static bool put(struct plt_source *source, size_t *channel, double x, double y)
{
    struct plt_source_slot *slot = &source->slots[(*channel)++];
    float y32 = (float)y;
    bool is_load = strcmp(slot->group, "CPU") == 0;
    if (!isfinite(y))
        atomic_fetch_add(&source->gaps, 1);
    atomic_fetch_add(&source->values, 1);
    return plt_series_append_xy(slot->series, &x, is_load ? (void *)&y32 : (void *)&y, 1);
}

static bool put_loads(struct plt_source *source, size_t *channel, double x)
{
    struct system *system = source->priv;
    int slots = system->window + 1, n = system->num_readings++;
    size_t cores = (size_t)system->num_cores;
    struct cpu_time *last = system->cpu + (size_t)(n % slots) * cores;
    memset(last, 0, cores * sizeof(*last));
    if (read_text(system, system->stat_fd))
        parse_cpu(system->text, last, system->num_cores);
    int oldest = n < system->window ? 0 : n - system->window;
    const struct cpu_time *first = system->cpu + (size_t)(oldest % slots) * cores;
    for (size_t i = 0; i < cores; i++) {
        if (n > 0 && !put(source, channel, x, load(first[i], last[i])))
            return false;
    }
    return true;
}

// One reading of everything; the very first only sets the counters' start.
static bool read_all(struct plt_source *source)
{
    struct system *system = source->priv;
    double now = now_s(), x = now - system->start_s;
    bool first = system->num_readings == 0;
    size_t channel = 0;
    if (!put_loads(source, &channel, x))
        return false;
    double used = read_text(system, system->memory_fd) ? parse_memory(system->text) : NAN;
    if (!first && !put(source, &channel, x, used))
        return false;
    if (system->network_fd < 0)
        return true;
    uint64_t received = 0, sent = 0;
    double seconds = now - system->network_s;
    bool ok = read_text(system, system->network_fd);
    if (ok)
        parse_network(system->text, &received, &sent);
    // A counter that went back (an interface disappeared) is not a rate.
    double in = !ok || received < system->received
                    ? NAN
                    : (double)(received - system->received) / seconds;
    double out = !ok || sent < system->sent ? NAN : (double)(sent - system->sent) / seconds;
    system->received = received;
    system->sent = sent;
    system->network_s = now;
    return first || (put(source, &channel, x, in) && put(source, &channel, x, out));
}

static void system_run(struct plt_source *source)
{
    struct system *system = source->priv;
    double period = 1 / system->rate_hz, next = now_s();
    plt_source_go_live(source);
    for (;;) {
        if (!read_all(source)) {
            plt_source_fail(source, "system: out of memory");
            return;
        }
        next += period;
        double wait = next - now_s();
        if (wait < 0) { // late (suspended, say): no burst of readings to catch up
            wait = 0;
            next = now_s();
        }
        if (plt_source_sleep(source, -1, (int)ceil(1e3 * wait)) == PLT_WAKE_STOP)
            return;
    }
}

const struct plt_source_engine plt_system_engine = {
    .scheme = "system:",
    .endless = true,
    .open = system_open,
    .run = system_run,
    .finish = system_finish,
};
