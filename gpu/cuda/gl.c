// Samples of the card's memory into an OpenGL pixel buffer, within the card. The painter
// then fills its texture from that buffer, in the layout it wants. The context must be
// current, and be of the same card.
#include <stdlib.h>

#include <cuda_gl_interop.h>

#include <gpu/cuda/cuda.h>

struct attached {
    cudaGraphicsResource_t resource;
};

void *plt_cuda_gl_attach(unsigned buffer)
{
    struct plt_cuda *cuda = plt_cuda_enter(PLT_CUDA_GL);
    if (!cuda)
        return NULL;
    struct attached *attached = calloc(1, sizeof(*attached));
    bool ok = attached || plt_cuda_fail(cuda, "out of memory");
    ok = ok && plt_cuda_try(cuda, cudaGraphicsGLRegisterBuffer(
                                      &attached->resource, buffer,
                                      cudaGraphicsRegisterFlagsWriteDiscard));
    if (!plt_cuda_leave(cuda, ok)) {
        free(attached);
        return NULL;
    }
    return attached;
}

// After an error that stays there is nothing to give back.
void plt_cuda_gl_detach(void *attached)
{
    struct attached *a = attached;
    struct plt_cuda *cuda = a ? plt_cuda_enter(PLT_CUDA_GL) : NULL;
    if (cuda)
        plt_cuda_leave(cuda,
                       plt_cuda_try(cuda, cudaGraphicsUnregisterResource(a->resource)));
    free(a);
}

static bool fill_mapped(struct plt_cuda *cuda, cudaGraphicsResource_t resource,
                        const struct plt_image_view *view, struct plt_irect part,
                        enum plt_type as, cudaStream_t stream)
{
    void *to = NULL;
    size_t room = 0;
    const size_t samples =
        (size_t)(part.x1 - part.x0) * (size_t)(part.y1 - part.y0) * (size_t)view->channels;
    if (!plt_cuda_try(cuda, cudaGraphicsResourceGetMappedPointer(&to, &room, resource)))
        return false;
    if (samples * plt_type_size(as) > room)
        return plt_cuda_fail(cuda, "a buffer that is too small");
    return plt_cuda_pack(cuda, view, part, as, to, stream);
}

static bool run_fill(struct plt_cuda *cuda, struct attached *attached,
                     const struct plt_image_view *view, struct plt_irect part,
                     enum plt_type as)
{
    const cudaStream_t stream = cuda->slots[0].stream;
    struct plt_cuda_input input;
    if (!view->device || plt_irect_empty(part) || part.x0 < 0 || part.y0 < 0 ||
        part.x1 > view->columns || part.y1 > view->rows ||
        (as != view->type && as != PLT_F32))
        return plt_cuda_fail(cuda, "a part that is none");
    if (!plt_cuda_input_make(cuda, &input, view, 0))
        return false;
    if (!input.on_device)
        return plt_cuda_fail(cuda, "not the card's memory");
    if (!plt_cuda_try(cuda, cudaGraphicsMapResources(1, &attached->resource, stream)))
        return false;
    const bool filled = fill_mapped(cuda, attached->resource, view, part, as, stream);
    // OpenGL's work that follows comes after the stream's up to here.
    const bool given =
        plt_cuda_try(cuda, cudaGraphicsUnmapResources(1, &attached->resource, stream));
    return plt_cuda_try(cuda, cudaStreamSynchronize(stream)) && filled && given;
}

bool plt_cuda_gl_fill(void *attached, const struct plt_image_view *view,
                      struct plt_irect part, enum plt_type as)
{
    struct plt_cuda *cuda = attached ? plt_cuda_enter(PLT_CUDA_GL) : NULL;
    return cuda && plt_cuda_leave(cuda, run_fill(cuda, attached, view, part, as));
}
