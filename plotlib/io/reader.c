// The bytes that every file reader reads: of a file, a pipe or memory, in order or (files
// and memory) at any offset; and the blocks of memory they end in.
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <plotlib/base/alloc.h>
#include <plotlib/io/file.h>

enum { STEP = 1 << 20 };                // a pipe is held in steps of at least so much
#define MOST_IMAGE (UINT64_C(4) << 30)  // by default, of a compressed file
#define LEAST_IMAGE (UINT64_C(1) << 30) // and this much however small it is

static void read_error(struct plt_reader *reader, uint64_t at)
{
    reader->failed = true;
    plt_error(reader->log, FILE_OPEN, "%s: byte %llu: %s", reader->path,
              (unsigned long long)at, strerror(errno));
}

static size_t read_some(struct plt_reader *reader, void *to, size_t n)
{
    if (reader->memory)
        return plt_reader_read_at(reader, reader->position, to, n);
    size_t done = 0;
    while (done < n) {
        size_t most = n - done < ((size_t)1 << 30) ? n - done : (size_t)1 << 30;
        ssize_t got = read(reader->fd, (char *)to + done, most);
        if (got == 0)
            break;
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0) {
            read_error(reader, reader->position + done);
            break;
        }
        done += (size_t)got;
    }
    return done;
}

size_t plt_reader_read(struct plt_reader *reader, void *to, size_t n)
{
    size_t copied = 0;
    if (reader->position < reader->head_size) {
        size_t left = reader->head_size - (size_t)reader->position;
        copied = left < n ? left : n;
        memcpy(to, reader->head + reader->position, copied);
        reader->position += copied;
    }
    if (copied < n) {
        size_t got = read_some(reader, (char *)to + copied, n - copied);
        reader->position += got;
        copied += got;
    }
    return copied;
}

size_t plt_reader_read_at(struct plt_reader *reader, uint64_t offset, void *to, size_t n)
{
    if (reader->memory) {
        if (offset < reader->memory_start || offset >= reader->size)
            return 0;
        uint64_t left = reader->size - offset;
        size_t part = left < n ? (size_t)left : n;
        memcpy(to, reader->memory + (offset - reader->memory_start), part);
        return part;
    }
    size_t done = 0;
    while (done < n && offset <= INT64_MAX - n) {
        size_t most = n - done < ((size_t)1 << 30) ? n - done : (size_t)1 << 30;
        ssize_t got = pread(reader->fd, (char *)to + done, most, (off_t)(offset + done));
        if (got == 0)
            break;
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0) {
            read_error(reader, offset + done);
            break;
        }
        done += (size_t)got;
    }
    return done;
}

bool plt_reader_open(struct plt_reader *reader)
{
    // Not "/dev/stdin": a socket cannot be opened by that name.
    reader->fd = reader->standard_input ? fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 3)
                                        : open(reader->path, O_RDONLY | O_CLOEXEC);
    struct stat info;
    if (reader->fd < 0 || fstat(reader->fd, &info) != 0) {
        plt_error(reader->log, FILE_OPEN, "%s: %s", reader->path, strerror(errno));
        return false;
    }
    if (S_ISDIR(info.st_mode)) {
        plt_error(reader->log, FILE_OPEN, "%s: is a directory", reader->path);
        return false;
    }
    reader->size = S_ISREG(info.st_mode) ? (uint64_t)info.st_size : UINT64_MAX;
    // Standard input may have been read from before.
    if (reader->standard_input && lseek(reader->fd, 0, SEEK_CUR) != 0)
        reader->size = UINT64_MAX;
    return true;
}

bool plt_reader_begin(struct plt_reader *reader)
{
    reader->head_size = read_some(reader, reader->head, sizeof(reader->head));
    if (reader->failed)
        return false;
    if (reader->head_size == 0) {
        plt_file_error(reader, "%s", "the file is empty");
        return false;
    }
    // Files of /proc and the like have a size of 0 and content.
    if (reader->size < reader->head_size)
        reader->size = UINT64_MAX;
    return true;
}

bool plt_reader_hold(struct plt_reader *reader)
{
    if (reader->size != UINT64_MAX)
        return true;
    unsigned char *bytes = NULL;
    uint64_t start = reader->position;
    size_t capacity = 0, size = 0, got = 1;
    while (got > 0) {
        if (!plt_reader_fits(reader, size + STEP)) {
            plt_free(bytes);
            return false;
        }
        if (!plt_reserve((void **)&bytes, &capacity, size + STEP, 1)) {
            plt_no_memory(reader->log, reader->path);
            plt_free(bytes);
            return false;
        }
        got = plt_reader_read(reader, bytes + size, capacity - size);
        size += got;
    }
    if (reader->failed) {
        plt_free(bytes);
        return false;
    }
    reader->held = bytes;
    reader->memory = bytes;
    reader->memory_start = start;
    reader->position = start;
    reader->size = start + size;
    return true;
}

bool plt_reader_keep(struct plt_reader *reader, struct plt_reader *keeper)
{
    char *path = plt_strdup(reader->path);
    if (!path) {
        plt_no_memory(reader->log, reader->path);
        return false;
    }
    *keeper = *reader;
    keeper->path = keeper->own_path = path;
    keeper->log = plt_log_ref(reader->log);
    reader->fd = -1;
    reader->held = NULL;
    return true;
}

void plt_reader_finish(struct plt_reader *reader)
{
    if (reader->fd >= 0)
        close(reader->fd);
    reader->fd = -1;
    plt_free(reader->held);
    reader->held = NULL;
    if (reader->own_path) {
        plt_log_unref(reader->log);
        plt_free(reader->own_path);
        reader->own_path = NULL;
    }
}

static uint64_t machine_memory(void)
{
    long pages = sysconf(_SC_PHYS_PAGES), page = sysconf(_SC_PAGESIZE);
    return pages > 0 && page > 0 ? (uint64_t)pages * (uint64_t)page : SIZE_MAX / 2;
}

bool plt_reader_fits(const struct plt_reader *reader, uint64_t bytes)
{
    uint64_t memory = machine_memory();
    if (bytes <= memory)
        return true;
    plt_error(reader->log, NO_MEMORY, "%s: needs %llu MiB, this machine has %llu",
              reader->path, (unsigned long long)(bytes >> 20),
              (unsigned long long)(memory >> 20));
    return false;
}

// What a few bytes promise is bounded: 1 GiB of zeros is unpacked in about a second. Real
// pictures above that shrink by far less than 256.
uint64_t plt_reader_image_limit(const struct plt_reader *reader)
{
    if (reader->max_image_bytes)
        return reader->max_image_bytes;
    uint64_t most = machine_memory() / 4 < MOST_IMAGE ? machine_memory() / 4 : MOST_IMAGE;
    uint64_t likely = reader->size < MOST_IMAGE / 256 ? reader->size * 256 : MOST_IMAGE;
    if (reader->size == UINT64_MAX || likely < LEAST_IMAGE)
        likely = LEAST_IMAGE;
    return likely < most ? likely : most;
}

bool plt_reader_image_fits(const struct plt_reader *reader, uint64_t columns, uint64_t rows,
                           uint64_t pixel_bytes)
{
    uint64_t most = plt_reader_image_limit(reader);
    if (columns <= INT32_MAX && rows <= INT32_MAX && columns * rows <= most / pixel_bytes)
        return true;
    plt_file_error(
        reader,
        "an image of %llu x %llu pixels of %llu bytes is too large, the limit is "
        "%llu MiB",
        (unsigned long long)columns, (unsigned long long)rows,
        (unsigned long long)pixel_bytes, (unsigned long long)(most >> 20));
    return false;
}

struct plt_block *plt_block_create(const struct plt_reader *reader, uint64_t size)
{
    if (!plt_reader_fits(reader, size))
        return NULL;
    struct plt_block *block = plt_calloc(1, sizeof(*block));
    if (block)
        block->bytes = plt_aligned_alloc(64, (size_t)size);
    if (!block || !block->bytes) {
        plt_free(block);
        plt_error(reader->log, NO_MEMORY, "%s: no memory for %llu bytes", reader->path,
                  (unsigned long long)size);
        return NULL;
    }
    atomic_init(&block->refs, 1);
    return block;
}

void plt_block_unref(void *user)
{
    struct plt_block *block = user;
    if (!block || atomic_fetch_sub(&block->refs, 1) != 1)
        return;
    plt_free(block->bytes);
    plt_free(block);
}
