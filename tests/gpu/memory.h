// Memory for tests: of a card (real_cuda.c), or of the fake one (fake_cuda.c).
#pragma once

#include <cuda_runtime_api.h>
#include <stddef.h>

// Memory of the card, with this content or (NULL) with garbage. card_free ends it.
void *card_memory(const void *content, size_t size);
void card_free(void *p);
// Copies memory of the card, after all work is done.
void card_read(void *to, const void *from, size_t size);
// Memory of the host that the card reads by itself.
void *card_pinned(size_t size);
