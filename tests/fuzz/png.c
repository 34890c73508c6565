// Fuzzes PNG files; the last byte also says whether truncated ones are shown. The mutator
// mends the checksums of three in four inputs, or hardly any would get past them.
#include <string.h>

#include <zlib.h>

#include "target.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    bool part = size > 0 && bytes[size - 1] % 2;
    fuzz_read(bytes, size, "fuzz.png", (struct plt_file_params){.allow_truncated = part});
    return 0;
}

#ifdef FUZZ_MUTATE
size_t LLVMFuzzerMutate(uint8_t *bytes, size_t size, size_t most);
size_t LLVMFuzzerCustomMutator(uint8_t *bytes, size_t size, size_t most, unsigned seed);

static void put32(uint8_t *p, uint32_t v)
{
    p[0] = (uint8_t)(v >> 24), p[1] = (uint8_t)(v >> 16);
    p[2] = (uint8_t)(v >> 8), p[3] = (uint8_t)v;
}

static uint32_t get32(const uint8_t *p)
{
    return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

size_t LLVMFuzzerCustomMutator(uint8_t *bytes, size_t size, size_t most, unsigned seed)
{
    size = LLVMFuzzerMutate(bytes, size, most);
    if (seed % 4 == 0 || size < 8)
        return size;
    memcpy(bytes, "\x89PNG\r\n\x1a\n", 8);
    for (size_t at = 8; at + 12 <= size;) {
        uint32_t length = get32(bytes + at);
        if (length > size - at - 12)
            break;
        put32(bytes + at + 8 + length, (uint32_t)crc32(0, bytes + at + 4, length + 4));
        at += length + 12;
    }
    return size;
}
#endif
