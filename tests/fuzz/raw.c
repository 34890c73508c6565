// Fuzzes raw frames: the text before the first NUL says what they are, the rest holds them.
#include <string.h>

#include "target.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    char spec[128];
    size_t length = 0;
    while (length < size && length < sizeof(spec) - 1 && bytes[length])
        length++;
    memcpy(spec, bytes, length);
    spec[length] = '\0';
    size_t start = length < size ? length + 1 : length;
    fuzz_read(bytes + start, size - start, "fuzz.raw",
              (struct plt_file_params){.raw = spec});
    return 0;
}
