// A 64-bit hash to notice damage with, not malice (private). Thread-safety: safe.
#pragma once

#include <stddef.h>
#include <stdint.h>

// XXH64 (Collet 2012, the published algorithm) of data read as little-endian words.
uint64_t plt_hash64(const void *data, size_t size, uint64_t seed);
