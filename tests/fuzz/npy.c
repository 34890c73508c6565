// Fuzzes numpy's arrays; the last byte also chooses what the axes are.
#include "target.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    enum plt_file_axes axes = size > 0 ? (enum plt_file_axes)(bytes[size - 1] % 3) : 0;
    fuzz_read(bytes, size, "fuzz.npy", (struct plt_file_params){.axes = axes});
    return 0;
}
