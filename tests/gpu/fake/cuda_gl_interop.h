// Buffers of OpenGL that are the fake card's (fake/cuda_runtime_api.h).
#pragma once

#include <cuda_runtime_api.h>

typedef struct fake_resource *cudaGraphicsResource_t;
enum { cudaGraphicsRegisterFlagsWriteDiscard = 2 };

cudaError_t cudaGraphicsGLRegisterBuffer(cudaGraphicsResource_t *resource, unsigned buffer,
                                         unsigned flags);
cudaError_t cudaGraphicsUnregisterResource(cudaGraphicsResource_t resource);
cudaError_t cudaGraphicsMapResources(int count, cudaGraphicsResource_t *resources,
                                     cudaStream_t stream);
cudaError_t cudaGraphicsUnmapResources(int count, cudaGraphicsResource_t *resources,
                                       cudaStream_t stream);
cudaError_t cudaGraphicsResourceGetMappedPointer(void **p, size_t *size,
                                                 cudaGraphicsResource_t resource);
