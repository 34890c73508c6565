// Runs a fuzzer's inputs once, without libFuzzer: every file of the folders that are named.
#include <dirent.h>
#include <limits.h>

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

static int run_file(const char *path)
{
    FILE *in = fopen(path, "rb");
    if (!in || fseek(in, 0, SEEK_END) != 0)
        return 0;
    long size = ftell(in);
    uint8_t *bytes = size > 0 ? malloc((size_t)size) : NULL; // no byte more, for ASan
    rewind(in);
    int done = bytes && fread(bytes, 1, (size_t)size, in) == (size_t)size;
    fclose(in);
    if (done)
        LLVMFuzzerTestOneInput(bytes, (size_t)size);
    free(bytes);
    return done;
}

int main(int argc, char **argv)
{
    int count = 0;
    for (int i = 1; i < argc; i++) {
        DIR *folder = opendir(argv[i]);
        for (struct dirent *entry; folder && (entry = readdir(folder));) {
            char path[PATH_MAX];
            snprintf(path, sizeof(path), "%s/%s", argv[i], entry->d_name);
            if (entry->d_name[0] != '.')
                count += run_file(path);
        }
        if (folder)
            closedir(folder);
    }
    printf("%d inputs\n", count);
    return count > 0 ? 0 : 1;
}
