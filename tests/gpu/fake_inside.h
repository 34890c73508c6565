// Between the two halves of the fake card.
#pragma once

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fake_cuda.h"
#include "memory.h"

extern cudaError_t fake_last_error;
// Whether this call is one that fails.
bool fake_fails(void);
bool fake_on_card(const void *p, size_t size);
// fn(copy of args) when the stream comes to it.
cudaError_t fake_queue(cudaStream_t which, void (*fn)(const void *), const void *args,
                       size_t size);

#define INSIST(what)                                                              \
    do {                                                                          \
        if (!(what)) {                                                            \
            fprintf(stderr, "fake card: %s:%d: %s\n", __func__, __LINE__, #what); \
            abort();                                                              \
        }                                                                         \
    } while (0)

#define CALL()                      \
    do {                            \
        if (fake_fails())           \
            return fake_last_error; \
    } while (0)
