// Fuzzes TIFF files.
#include "target.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    fuzz_read(bytes, size, "fuzz.tif", (struct plt_file_params){0});
    return 0;
}
