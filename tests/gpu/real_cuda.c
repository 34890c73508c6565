// Memory of a real card.
#include <stdio.h>
#include <stdlib.h>

#include "memory.h"

static void insist(cudaError_t error, const char *what)
{
    if (error == cudaSuccess)
        return;
    fprintf(stderr, "%s: %s\n", what, cudaGetErrorString(error));
    exit(1);
}

void *card_memory(const void *content, size_t size)
{
    void *p = NULL;
    insist(cudaMalloc(&p, size), "cudaMalloc");
    insist(content ? cudaMemcpy(p, content, size, cudaMemcpyHostToDevice)
                   : cudaMemset(p, 0xa5, size),
           "a copy to the card");
    insist(cudaDeviceSynchronize(), "a copy to the card");
    return p;
}

void *card_pinned(size_t size)
{
    void *p = NULL;
    insist(cudaHostAlloc(&p, size, cudaHostAllocDefault), "cudaHostAlloc");
    return p;
}

void card_free(void *p)
{
    struct cudaPointerAttributes attributes;
    insist(cudaDeviceSynchronize(), "work before a free");
    insist(cudaPointerGetAttributes(&attributes, p), "cudaPointerGetAttributes");
    insist(attributes.type == cudaMemoryTypeHost ? cudaFreeHost(p) : cudaFree(p), "a free");
}

void card_read(void *to, const void *from, size_t size)
{
    insist(cudaDeviceSynchronize(), "work before a read");
    insist(cudaMemcpy(to, from, size, cudaMemcpyDeviceToHost), "a copy from the card");
}
