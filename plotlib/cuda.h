// Images that are already in an NVIDIA card's memory, shown without a way round the host:
// levels and colormap are applied there. Needs the module plotlib-cuda.so, which is looked
// for beside libplotlib, in plotlib/ there, and where it was installed;
// PLOTLIB_CUDA_MODULE=FILE names another one, and an empty one none. This header needs no
// CUDA header, and libplotlib links no CUDA. Data's way: image/device.c -> gpu/cuda/ ->
// an OpenGL buffer (gpu/gl). Thread-safety: as plotlib/image.h.
#pragma once

#include <plotlib/image.h>
#include <plotlib/log.h>

#ifdef __cplusplus
extern "C" {
#endif

// The card that computes images, valid for ever; NULL: there is none, or no driver, or no
// module (the log says which, once in a process), and the CPU does.
PLT_API const char *plt_cuda_device(struct plt_log *log);

// Borrows pixels in memory of cudaMalloc, cudaMallocPitch or cudaMallocManaged on card 0,
// as plt_image_wrap borrows the host's. `pitch`: bytes from row to row, 0 = as the params
// say. `stream` (a cudaStream_t; NULL = the default stream): what is queued there when the
// image is read is waited for; plt_image_update says that the pixels are rewritten, or
// where they are now, and after the next paint has returned they may be again.
//
// The OpenGL painter takes them within the card, where its context is the card's. For the
// CPU painter, OpenGL of another card, and jobs that fail on the card, they are copied to
// the host once for each update, which one line in the log says. NULL without CUDA.
PLT_API struct plt_image *plt_image_wrap_cuda(const void *pixels, size_t pitch,
                                              void *stream,
                                              const struct plt_image_params *params,
                                              plt_release_fn release, void *user);

#ifdef __cplusplus
}
#endif
