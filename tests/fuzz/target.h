// What the fuzzers of file readers share. Each input is read from memory: it becomes a file
// whose frames can be read, or is refused with exactly one line.
#pragma once

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <plotlib/file.h>
#include <plotlib/io/file.h>

// Small, so that many inputs fit into a second.
#define FUZZ_IMAGE_BYTES (1 << 20)
enum { FUZZ_FRAMES = 3 };

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

static int fuzz_errors;

static void fuzz_message(void *user, enum plt_level level, enum plt_msg id,
                         const char *text)
{
    (void)user, (void)id;
    fuzz_errors += level == PLT_LEVEL_ERROR;
    if (getenv("FUZZ_VERBOSE"))
        fprintf(stderr, "%s\n", text);
}

static struct plt_log *fuzz_log(void)
{
    static struct plt_log *log;
    if (!log)
        log = plt_log_create(&(struct plt_log_params){.fn = fuzz_message});
    return log;
}

static void fuzz_expect(bool good, const char *what)
{
    if (good)
        return;
    fprintf(stderr, "%s, %d errors\n", what, fuzz_errors);
    abort();
}

static void fuzz_image(const struct plt_image *image)
{
    plt_image_value(image, plt_image_columns(image) - 1, plt_image_rows(image) - 1,
                    plt_image_channels(image) - 1);
}

static void fuzz_read(const uint8_t *bytes, size_t size, const char *name,
                      struct plt_file_params params)
{
    params.log = fuzz_log();
    params.max_image_bytes = FUZZ_IMAGE_BYTES;
    fuzz_errors = 0;
    struct plt_file *file = plt_file_read_memory(bytes, size, name, &params);
    fuzz_expect(fuzz_errors == (file ? 0 : 1), file ? "read" : "refused");
    if (!file)
        return;
    if (plt_file_image(file))
        fuzz_image(plt_file_image(file));
    uint64_t count = plt_file_num_frames(file);
    for (uint64_t i = 1; i < count && i < FUZZ_FRAMES; i++) {
        fuzz_errors = 0;
        uint64_t index = i + 1 < FUZZ_FRAMES ? i : count - 1;
        struct plt_image *image = plt_file_frame(file, index);
        fuzz_expect(fuzz_errors == (image ? 0 : 1), "frame");
        if (image)
            fuzz_image(image);
        plt_image_unref(image);
    }
    plt_file_destroy(file);
}
