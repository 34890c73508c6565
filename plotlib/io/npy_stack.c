// A stack of images in a numpy file: each frame is read from its place in the file when it
// is asked for, so that the file may be larger than memory.
#include <string.h>

#include <plotlib/base/alloc.h>
#include <plotlib/io/npy.h>

enum { WINDOW = 1 << 20 }; // bytes read at a time in Fortran order

struct stack {
    struct plt_frame_list frames;
    struct plt_reader reader;
    struct plt_npy npy;
    size_t samples; // of a frame
};

static bool read_all(struct plt_reader *reader, uint64_t offset, void *to, size_t n)
{
    if (plt_reader_read_at(reader, offset, to, n) == n)
        return true;
    if (!reader->failed)
        plt_error(reader->log, FILE_CHANGED, "%s: byte %llu: the file ends here now",
                  reader->path, (unsigned long long)offset);
    reader->failed = false; // the next frame may be there
    return false;
}

// In Fortran order the samples of a frame lie `count` apart, with those of all the other
// frames between them: read in windows, or one by one where a window holds only one.
static bool gather(struct stack *stack, uint64_t index, char *to)
{
    size_t element = plt_type_size(stack->npy.type);
    uint64_t step = stack->frames.count * element;
    size_t most = step < WINDOW ? (size_t)(WINDOW / step) : 1;
    char *window = plt_malloc(most > 1 ? WINDOW : element);
    if (!window) {
        plt_no_memory(stack->reader.log, stack->reader.path);
        return false;
    }
    bool ok = true;
    for (size_t k = 0; ok && k < stack->samples; k += most) {
        size_t count = stack->samples - k < most ? stack->samples - k : most;
        size_t bytes = (size_t)((count - 1) * step) + element;
        ok = read_all(&stack->reader, stack->npy.offset + index * element + k * step,
                      window, bytes);
        for (size_t j = 0; ok && j < count; j++)
            memcpy(to + (k + j) * element, window + j * step, element);
    }
    plt_free(window);
    return ok;
}

static struct plt_image *read_frame(struct plt_frame_list *frames, uint64_t index)
{
    struct stack *stack = (struct stack *)frames;
    size_t bytes = stack->samples * plt_type_size(stack->npy.type);
    struct plt_block *block = plt_block_create(&stack->reader, bytes);
    if (!block)
        return NULL;
    bool ok = stack->npy.fortran
                  ? gather(stack, index, block->bytes)
                  : read_all(&stack->reader, stack->npy.offset + index * bytes,
                             block->bytes, bytes);
    if (ok)
        return plt_npy_image(&stack->npy, &stack->reader, block);
    plt_block_unref(block);
    return NULL;
}

static void destroy(struct plt_frame_list *frames)
{
    struct stack *stack = (struct stack *)frames;
    plt_reader_finish(&stack->reader);
    plt_free(stack);
}

bool plt_npy_read_stack(struct plt_file *file, struct plt_reader *reader,
                        const struct plt_npy *npy, const struct plt_file_params *params)
{
    struct stack *stack = plt_calloc(1, sizeof(*stack));
    if (!stack)
        plt_no_memory(reader->log, reader->path);
    if (!stack || !plt_reader_keep(reader, &stack->reader)) {
        plt_free(stack);
        return false;
    }
    stack->npy = *npy;
    stack->samples = (size_t)(npy->rows * npy->columns * npy->channels);
    stack->frames = (struct plt_frame_list){
        .count = npy->frames, .read = read_frame, .destroy = destroy};
    return plt_file_set_frames(file, &stack->frames, params);
}
