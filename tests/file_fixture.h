// What the tests of file readers share: a folder of their own, a log that counts, and the
// checks that any file must stand: pipes, failing allocations, mutated bytes.
#pragma once

#include <sys/stat.h>
#include <unistd.h>

#include <plotlib/base/alloc.h>
#include <plotlib/file.h>

#include "test.h"

static struct plt_log *log_;
static char folder[64] = "/dev/shm/plotlib-file-XXXXXX"; // or in /tmp
static int num_errors, num_warnings;
static char last_text[1024];

static void take_message(void *user, enum plt_level level, enum plt_msg id,
                         const char *text)
{
    (void)user, (void)id;
    num_errors += level == PLT_LEVEL_ERROR;
    num_warnings += level == PLT_LEVEL_WARN;
    snprintf(last_text, sizeof(last_text), "%s", text);
}

static void forget_messages(void)
{
    num_errors = num_warnings = 0;
    last_text[0] = '\0';
}

static const char *path_of(const char *name)
{
    static char paths[4][256];
    static int turn;
    char *path = paths[turn++ % 4];
    snprintf(path, sizeof(paths[0]), "%s/%s", folder, name);
    return path;
}

static void write_bytes(const char *name, const void *bytes, size_t n)
{
    FILE *out = fopen(path_of(name), "wb");
    REQUIRE(out && fwrite(bytes, 1, n, out) == n);
    if (out)
        fclose(out);
}

static size_t read_bytes(const char *name, void *bytes, size_t most)
{
    FILE *in = fopen(path_of(name), "rb");
    size_t n = in ? fread(bytes, 1, most, in) : 0;
    if (in)
        fclose(in);
    return n;
}

static struct plt_file *read_file(const char *name)
{
    forget_messages();
    return plt_file_read(path_of(name), plt_file_params(.log = log_));
}

// The file is refused with one line that names it and says `what`.
static void refuse(const char *name, const char *what)
{
    struct plt_file *file = read_file(name);
    if (file || num_errors != 1 || num_warnings != 0 || !strstr(last_text, name) ||
        !strstr(last_text, what) || strchr(last_text, '\n')) {
        fprintf(stderr, "%s: file %d, %d errors, last \"%s\", not \"%s\"\n", name,
                file != NULL, num_errors, last_text, what);
        test_failures++;
    }
    plt_file_destroy(file);
}

// A pipe has no size and is read to its end.
static void check_pipe(const char *name)
{
    static unsigned char bytes[1 << 16];
    size_t n = read_bytes(name, bytes, sizeof(bytes));
    int ends[2];
    if (pipe(ends) != 0 || n > 60000)
        return;
    REQUIRE(write(ends[1], bytes, n) == (ssize_t)n);
    close(ends[1]);
    char path[32];
    snprintf(path, sizeof(path), "/dev/fd/%d", ends[0]);
    forget_messages();
    struct plt_file *file = plt_file_read(path, plt_file_params(.log = log_));
    REQUIRE(file && num_errors == 0);
    plt_file_destroy(file);
    close(ends[0]);
}

static void check_out_of_memory(const char *name)
{
    for (int n = 0; n < 200; n++) {
        plt_alloc_fail_at(n, false);
        struct plt_file *file = read_file(name);
        plt_alloc_fail_at(-1, false);
        if (file && n > 100) {
            plt_file_destroy(file);
            return;
        }
        if (num_errors != (file ? 0 : 1))
            fprintf(stderr, "%s, allocation %d: %s\n", name, n, last_text);
        REQUIRE_CMP(num_errors, ==, file ? 0 : 1, "d");
        plt_file_destroy(file);
    }
}

static double now_s(void)
{
    struct timespec now;
    timespec_get(&now, TIME_UTC);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

// Mutates a valid file: it is read, or refused with one line.
static void fuzz(struct test_random *random, const char *name, double seconds)
{
    static unsigned char good[1 << 16], bytes[1 << 16];
    size_t size = read_bytes(name, good, sizeof(good) - 64);
    double stop = now_s() + seconds;
    const char *ending = strrchr(name, '.');
    char bad[64];
    snprintf(bad, sizeof(bad), "fuzz%s", ending);
    for (int round = 0; round < 20 || now_s() < stop; round++) {
        memcpy(bytes, good, size);
        size_t n = size;
        for (uint64_t i = 0; i <= test_below(random, 6); i++) {
            size_t at = test_below(random, test_below(random, 2) ? n : n < 140 ? n : 140);
            switch (test_below(random, 4)) {
            case 0: bytes[at] = (unsigned char)test_next(random); break;
            case 1: bytes[at] ^= (unsigned char)(1u << test_below(random, 8)); break;
            case 2: bytes[at] = (unsigned char)"0123456789,'(){}<|-. \n\t"[at % 23]; break;
            default: n = test_below(random, 4) ? n : at + 1; break;
            }
        }
        write_bytes(bad, bytes, n);
        struct plt_file *file = read_file(bad);
        REQUIRE_CMP(num_errors, ==, file ? 0 : 1, "d");
        plt_file_destroy(file);
        if (test_failures)
            return;
    }
}

// False: there is no place to write. Otherwise ends with files_finish.
static bool files_begin(void)
{
    if (!mkdtemp(folder))
        snprintf(folder, sizeof(folder), "/tmp/plotlib-file-XXXXXX");
    if (access(folder, W_OK) != 0 && !mkdtemp(folder))
        return false;
    log_ = plt_log_create(&(struct plt_log_params){.fn = take_message});
    return log_;
}

static void check_any(struct test_random *random, const char *name)
{
    const char *seconds = getenv("PLOTLIB_FUZZ_S");
    check_pipe(name);
    check_out_of_memory(name);
    fuzz(random, name, seconds ? atof(seconds) : 0.5);
}

static void files_finish(void)
{
    plt_log_unref(log_);
    char command[96];
    snprintf(command, sizeof(command), "rm -rf '%s'", folder);
    if (system(command) != 0)
        fprintf(stderr, "could not remove %s\n", folder);
}
