// The sidecar of a mapped file is used when it is right and never when it is wrong; a full
// disk or a folder that cannot be written is one message, and all else goes on.
#include <signal.h>
#include <sys/resource.h>

#include <plotlib/base/hash.h>

#include "map_fixture.h"

// The format, for int16.
enum { HEADER = 64, NODES = 273, RECORD = 6 * NODES, MOST = 8192 };

struct entry {
    uint32_t kind, bytes;
    uint64_t number, samples, mark, checksum;
};

// With a right checksum; `room` bytes are there.
static void put_entry(char *to, struct entry *entry, size_t room)
{
    room -= sizeof(*entry);
    entry->checksum =
        plt_hash64(to + sizeof(*entry), entry->bytes < room ? entry->bytes : room,
                   plt_hash64(entry, offsetof(struct entry, checksum), 0));
    memcpy(to, entry, sizeof(*entry));
}

static size_t read_sidecar(char *bytes)
{
    FILE *file = fopen(map_sidecar, "rb");
    size_t size = file ? fread(bytes, 1, MOST, file) : 0;
    REQUIRE(file && size > HEADER && size < MOST && fclose(file) == 0);
    return size;
}

static void write_sidecar(const char *bytes, size_t size)
{
    FILE *file = fopen(map_sidecar, "wb");
    REQUIRE(file && (size == 0 || fwrite(bytes, size, 1, file) == 1));
    fclose(file);
}

static void flip(uint64_t position)
{
    unsigned char byte = 0;
    int fd = open(map_sidecar, O_RDWR);
    REQUIRE(fd >= 0 && pread(fd, &byte, 1, (off_t)position) == 1);
    byte ^= 0x10;
    REQUIRE(pwrite(fd, &byte, 1, (off_t)position) == 1);
    close(fd);
}

// As earlier releases wrote it: without least positive values.
static void write_version_1(void)
{
    static char bytes[MOST];
    size_t size = read_sidecar(bytes), at = HEADER;
    bytes[12] = 1;
    uint64_t checksum = plt_hash64(bytes, HEADER - sizeof(checksum), 0);
    memcpy(bytes + HEADER - sizeof(checksum), &checksum, sizeof(checksum));
    while (at < size) {
        struct entry entry;
        memcpy(&entry, bytes + at, sizeof(entry));
        size_t cut = entry.bytes ? 2 * NODES : 0, end = at + sizeof(entry) + entry.bytes;
        entry.bytes -= (uint32_t)cut;
        put_entry(bytes + at, &entry, size - at);
        memmove(bytes + end - cut, bytes + end, size - end);
        size -= cut;
        at = end - cut;
    }
    write_sidecar(bytes, size);
}

static void test_wrong_sidecars(struct test_random *random, const int16_t *samples)
{
    const uint64_t size = map_file_size(map_sidecar);
    const uint64_t least = HEADER + sizeof(struct entry) + 4 * NODES + 20; // in the first
    const uint64_t flips[] = {0, 9, 13, 16, 40, 70, 200, least, size - 60, size - 1};
    for (size_t i = 0; i < sizeof(flips) / sizeof(flips[0]); i++) {
        flip(flips[i]);
        REQUIRE_CMP(visit(random, samples, MANY), ==, PLT_SIDECAR_WRITTEN, "d");
        REQUIRE_CMP(map_take_messages(PLT_MSG_SIDECAR), ==, 1, "d");
        REQUIRE_CMP(visit(random, samples, MANY), ==, PLT_SIDECAR_READ, "d");
    }
    const uint64_t lengths[] = {0, 10, 64, 300, size / 2, size - 48, size - 1};
    for (size_t i = 0; i < sizeof(lengths) / sizeof(lengths[0]); i++) {
        REQUIRE(truncate(map_sidecar, (off_t)lengths[i]) == 0);
        REQUIRE_CMP(visit(random, samples, MANY), ==, PLT_SIDECAR_WRITTEN, "d");
        REQUIRE_CMP(map_take_messages(PLT_MSG_SIDECAR), ==, 1, "d");
    }
    write_version_1();
    REQUIRE_CMP(visit(random, samples, MANY), ==, PLT_SIDECAR_WRITTEN, "d");
    REQUIRE(strstr(map_last_message, "version") != NULL);
    REQUIRE_CMP(map_take_messages(PLT_MSG_SIDECAR), ==, 1, "d");
}

static void set_times(const struct timespec *time)
{
    const struct timespec times[2] = {*time, *time};
    REQUIRE(utimensat(AT_FDCWD, map_path, times, 0) == 0);
}

// The file looks as it did for its sidecar, but sample 300000 is another.
static void notice_change(struct test_random *random, const int16_t *samples)
{
    struct plt_series *mapped = open_map(PLT_I16, 0);
    struct plt_series *kept = plt_series_create(plt_series_params(.type = PLT_I16));
    struct plt_reduced out = {0};
    REQUIRE(mapped && plt_series_set(kept, samples, MANY));
    REQUIRE(plt_series_map_settle(mapped, WAIT_S));
    REQUIRE_CMP(map_state(mapped).sidecar, ==, PLT_SIDECAR_READ, "d");
    struct plt_reduce_params params = view_of(299990, 300010, 200, PLT_REDUCE_AUTO);
    REQUIRE(reduce_exactly(mapped, &params, &out));
    REQUIRE(plt_series_map_settle(mapped, WAIT_S));
    REQUIRE_CMP(map_take_messages(PLT_MSG_FILE_CHANGED), ==, 1, "d");
    compare_views(random, mapped, kept, MANY, 200, 5);
    REQUIRE_CMP(map_state(mapped).sidecar, ==, PLT_SIDECAR_WRITTEN, "d");
    plt_reduced_finish(&out);
    plt_series_unref(mapped);
    plt_series_unref(kept);
    REQUIRE_CMP(visit(random, samples, MANY), ==, PLT_SIDECAR_READ, "d");
}

// Another file's sidecar: of the same size and time, but with other samples.
static void test_other_file(struct test_random *random, int16_t *samples)
{
    struct stat info;
    REQUIRE(stat(map_path, &info) == 0);
    fill(random, PLT_I16, samples, MANY);
    map_write(samples, MANY * sizeof(*samples));
    set_times(&info.st_mtim);
    REQUIRE_CMP(visit(random, samples, MANY), ==, PLT_SIDECAR_WRITTEN, "d");
    REQUIRE_CMP(map_take_messages(PLT_MSG_SIDECAR), ==, 1, "d");
    // Only a spike in the middle: found when its samples are read.
    samples[300000] = 32767;
    map_write_at(300000 * sizeof(*samples), &samples[300000], sizeof(*samples));
    REQUIRE(stat(map_path, &info) == 0);
    REQUIRE_CMP(visit(random, samples, MANY), ==, PLT_SIDECAR_WRITTEN, "d");
    REQUIRE_CMP(map_take_messages(PLT_MSG_SIDECAR), ==, 1, "d"); // older than the file
    REQUIRE(stat(map_path, &info) == 0);
    samples[300000] = -32768;
    map_write_at(300000 * sizeof(*samples), &samples[300000], sizeof(*samples));
    set_times(&info.st_mtim);
    notice_change(random, samples);
    // Only the least positive value of a bin.
    for (size_t i = 292 * 1024; i < 293 * 1024; i++)
        samples[i] = i % 2 ? -700 : 700;
    map_write(samples, MANY * sizeof(*samples));
    REQUIRE_CMP(visit(random, samples, MANY), ==, PLT_SIDECAR_WRITTEN, "d");
    REQUIRE_CMP(map_take_messages(PLT_MSG_SIDECAR), ==, 1, "d");
    REQUIRE(stat(map_path, &info) == 0);
    samples[300000] = 5;
    map_write_at(300000 * sizeof(*samples), &samples[300000], sizeof(*samples));
    set_times(&info.st_mtim);
    notice_change(random, samples);
}

static void test_sidecar(struct test_random *random)
{
    const size_t more = 300000;
    int16_t *samples = malloc((MANY + 3 * more) * sizeof(*samples));
    fill(random, PLT_I16, samples, MANY + 3 * more);
    map_remove_files();
    map_write(samples, MANY * sizeof(*samples));
    REQUIRE_CMP(visit(random, samples, MANY), ==, PLT_SIDECAR_WRITTEN, "d");
    REQUIRE_CMP(visit(random, samples, MANY), ==, PLT_SIDECAR_READ, "d");
    REQUIRE_CMP(map_take_messages(PLT_MSG_SIDECAR), ==, 0, "d");
    // The file grows between two visits: the sidecar grows with it.
    for (size_t n = MANY + more; n <= MANY + 3 * more; n += more) {
        uint64_t before = map_file_size(map_sidecar);
        map_write_at((n - more) * sizeof(*samples), samples + n - more,
                     more * sizeof(*samples));
        REQUIRE_CMP(visit(random, samples, n), ==, PLT_SIDECAR_APPENDED, "d");
        uint64_t after = map_file_size(map_sidecar);
        REQUIRE(after > before && after <= before + 3 * (sizeof(struct entry) + RECORD) +
                                               sizeof(struct entry));
        REQUIRE(after * 1000 <= 45 * n * sizeof(*samples));
        REQUIRE_CMP(visit(random, samples, n), ==, PLT_SIDECAR_READ, "d");
    }
    REQUIRE_CMP(map_take_messages(PLT_MSG_SIDECAR), ==, 0, "d");
    // It is shorter than when the sidecar was written.
    REQUIRE(truncate(map_path, MANY * sizeof(*samples)) == 0);
    REQUIRE_CMP(visit(random, samples, MANY), ==, PLT_SIDECAR_WRITTEN, "d");
    REQUIRE_CMP(map_take_messages(PLT_MSG_SIDECAR), ==, 1, "d");
    test_wrong_sidecars(random, samples);
    test_other_file(random, samples);
    // Grown, but with another beginning.
    samples[1] ^= 0x55;
    map_write_at(0, samples, (MANY + more) * sizeof(*samples));
    REQUIRE_CMP(visit(random, samples, MANY + more), ==, PLT_SIDECAR_WRITTEN, "d");
    REQUIRE_CMP(map_take_messages(PLT_MSG_SIDECAR), ==, 1, "d");
    // Another type or offset of the same file.
    struct plt_series *bytes = open_map(PLT_U8, 2);
    REQUIRE(plt_series_map_settle(bytes, WAIT_S));
    REQUIRE_CMP(map_state(bytes).sidecar, ==, PLT_SIDECAR_WRITTEN, "d");
    REQUIRE_CMP(map_take_messages(PLT_MSG_SIDECAR), ==, 1, "d");
    plt_series_unref(bytes);
    free(samples);
}

// Whatever a sidecar says, with right checksums even: nothing breaks, and what is drawn of
// samples that were read is right.
static void spoil(struct test_random *random, char *bytes, size_t size)
{
    size_t at = HEADER + test_below(random, 3) * (sizeof(struct entry) + RECORD);
    struct entry entry;
    if (test_below(random, 3) == 0) { // damage of any kind
        for (uint64_t n = 1 + test_below(random, 20); n-- > 0;)
            bytes[test_below(random, size)] = (char)test_next(random);
        return;
    }
    memcpy(&entry, bytes + at, sizeof(entry));
    uint64_t odd[] = {0, 1, test_below(random, 5), UINT64_MAX, test_next(random), 1 << 18};
    uint64_t value = odd[test_below(random, 6)];
    size_t begin = test_below(random, 2) ? 0 : 4 * NODES; // of what is spoiled in a record
    switch (test_below(random, 5)) {
    case 0: entry.number = value; break;
    case 1: entry.samples = value; break;
    case 2: entry.mark = value; break;
    case 3: entry.bytes = (uint32_t)value; break;
    case 4:
        for (size_t i = begin; i < RECORD; i++)
            bytes[at + sizeof(entry) + i] = (char)test_next(random);
        break;
    }
    put_entry(bytes + at, &entry, size - at);
}

static void test_spoiled(struct test_random *random)
{
    enum { ROUNDS = 24 };
    int16_t *samples = malloc(MANY * sizeof(*samples));
    char *good = malloc(MOST), *bad = malloc(MOST);
    fill(random, PLT_I16, samples, MANY);
    map_remove_files();
    map_write(samples, MANY * sizeof(*samples));
    visit(random, samples, MANY);
    size_t size = read_sidecar(good);
    for (int round = 0; round < ROUNDS; round++) {
        memcpy(bad, good, size);
        spoil(random, bad, size);
        write_sidecar(bad, round % 8 == 7 ? test_below(random, size) : size);
        struct plt_series *mapped = open_map(PLT_I16, 0);
        struct plt_series_pin pin;
        REQUIRE(plt_series_map_settle(mapped, WAIT_S));
        for (int look = 0; look < 4; look++) { // at all of it, so that all is compared
            REQUIRE(plt_series_pin(mapped, &pin));
            const void *x, *y;
            for (uint64_t i = 0; i < MANY; i += 4096)
                plt_pin_run(&pin, i, &x, &y);
            plt_series_unpin(&pin);
            REQUIRE(plt_series_map_settle(mapped, WAIT_S));
        }
        struct plt_series *kept = plt_series_create(plt_series_params(.type = PLT_I16));
        REQUIRE(plt_series_wrap(kept, NULL, samples, MANY, NULL, NULL));
        compare_views(random, mapped, kept, MANY, 200, 2);
        plt_series_unref(kept);
        plt_series_unref(mapped);
    }
    map_take_messages(PLT_MSG_SIDECAR);
    map_take_messages(PLT_MSG_FILE_CHANGED);
    free(samples);
    free(good);
    free(bad);
}

// A disk that is full, and folders that cannot be written: one message, all else goes on.
static void test_no_room(struct test_random *random)
{
    int16_t *samples = malloc(2 * MANY * sizeof(*samples));
    fill(random, PLT_I16, samples, 2 * MANY);
    map_remove_files();
    map_write(samples, MANY * sizeof(*samples));
    struct rlimit limit, small;
    REQUIRE(getrlimit(RLIMIT_FSIZE, &limit) == 0);
    small = limit;
    small.rlim_cur = 2000;
    REQUIRE(setrlimit(RLIMIT_FSIZE, &small) == 0);
    REQUIRE_CMP(visit(random, samples, MANY), ==, PLT_SIDECAR_FAILED, "d");
    REQUIRE_CMP(map_take_messages(PLT_MSG_SIDECAR), ==, 1, "d");
    REQUIRE(access(map_sidecar, F_OK) != 0); // nothing half-written is left
    REQUIRE(setrlimit(RLIMIT_FSIZE, &limit) == 0);
    REQUIRE_CMP(visit(random, samples, MANY), ==, PLT_SIDECAR_WRITTEN, "d");
    // Full while appending: what was there stays right.
    uint64_t before = map_file_size(map_sidecar);
    map_write(samples, 2 * MANY * sizeof(*samples));
    small.rlim_cur = before + 500;
    REQUIRE(setrlimit(RLIMIT_FSIZE, &small) == 0);
    REQUIRE_CMP(visit(random, samples, 2 * MANY), ==, PLT_SIDECAR_FAILED, "d");
    REQUIRE_CMP(map_take_messages(PLT_MSG_SIDECAR), ==, 1, "d");
    REQUIRE(setrlimit(RLIMIT_FSIZE, &limit) == 0);
    REQUIRE_CMP(map_file_size(map_sidecar), ==, before, PRIu64);
    REQUIRE_CMP(visit(random, samples, 2 * MANY), ==, PLT_SIDECAR_APPENDED, "d");
    REQUIRE_CMP(map_take_messages(PLT_MSG_SIDECAR), ==, 0, "d");
    static const char *const places[] = {"/dev/full", "/proc/plotlib.plp",
                                         "/nowhere/at/all.plp"};
    for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
        struct plt_series *mapped = plt_series_map(
            map_path,
            plt_series_map_params(.type = PLT_I16, .sidecar = places[i], .log = map_log));
        REQUIRE(plt_series_map_settle(mapped, WAIT_S));
        bool failed = map_state(mapped).sidecar == PLT_SIDECAR_FAILED;
        REQUIRE(failed || i == 0); // root may replace /dev/full: see below
        REQUIRE_CMP(map_take_messages(PLT_MSG_SIDECAR), >=, 1, "d");
        plt_series_unref(mapped);
    }
    free(samples);
}

int main(void)
{
    struct test_random random = test_random_seeded();
    signal(SIGXFSZ, SIG_DFL); // it would end the program if it came
    map_log = plt_log_create(&(struct plt_log_params){.fn = map_count_message});
    map_make_folder();
    run("sidecar", test_sidecar, &random);
    run("spoiled", test_spoiled, &random);
    run("no room", test_no_room, &random);
    map_remove_files();
    rmdir(map_folder);
    plt_log_unref(map_log);
    return test_result();
}
