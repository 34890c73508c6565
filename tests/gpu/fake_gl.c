// OpenGL buffers that are the fake card's memory.
#include <cuda_gl_interop.h>

#include "fake_inside.h"

struct fake_resource {
    unsigned name;
    void *p;
    size_t size;
    bool registered, mapped;
};
static struct fake_resource resources[16];

void fake_gl_buffer(unsigned name, void *p, size_t size)
{
    resources[name] = (struct fake_resource){name, p, size, false, false};
}

int fake_registered(void)
{
    int count = 0;
    for (int i = 0; i < 16; i++)
        count += resources[i].registered;
    return count;
}

cudaError_t cudaGraphicsGLRegisterBuffer(cudaGraphicsResource_t *resource, unsigned buffer,
                                         unsigned flags)
{
    CALL();
    INSIST(buffer < 16 && !resources[buffer].registered);
    if (!resources[buffer].p)
        return fake_last_error = cudaErrorInvalidValue;
    resources[buffer].registered = true;
    *resource = &resources[buffer];
    return cudaSuccess;
}

cudaError_t cudaGraphicsUnregisterResource(cudaGraphicsResource_t resource)
{
    INSIST(resource->registered && !resource->mapped);
    resource->registered = false;
    CALL();
    return cudaSuccess;
}

cudaError_t cudaGraphicsMapResources(int count, cudaGraphicsResource_t *list,
                                     cudaStream_t stream)
{
    CALL();
    INSIST(count == 1 && list[0]->registered && !list[0]->mapped);
    list[0]->mapped = true;
    return cudaSuccess;
}

cudaError_t cudaGraphicsUnmapResources(int count, cudaGraphicsResource_t *list,
                                       cudaStream_t stream)
{
    INSIST(count == 1 && list[0]->mapped);
    list[0]->mapped = false;
    CALL();
    return cudaSuccess;
}

cudaError_t cudaGraphicsResourceGetMappedPointer(void **p, size_t *size,
                                                 cudaGraphicsResource_t resource)
{
    CALL();
    INSIST(resource->mapped);
    *p = resource->p;
    *size = resource->size;
    return cudaSuccess;
}
