// plotview: shows files and live sources in a window, or draws them once into a PNG.
#include "plotview.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

// The last line on stdout. Written without floating-point formats: no comma appears.
static bool print_stats(const struct content *content, const struct cost *cost)
{
    unsigned long long us = (unsigned long long)(cost->frame_ms_median * 1000 + 0.5);
    printf("{\"samples\":%llu,\"dropped\":%llu,\"frames\":%llu,\"frame_ms_median\":%llu.%"
           "03llu,"
           "\"uploaded_bytes\":%llu,\"painter\":\"%s\"",
           (unsigned long long)content_samples(content),
           (unsigned long long)content_dropped(content), (unsigned long long)cost->frames,
           us / 1000, us % 1000, (unsigned long long)cost->uploaded_bytes, cost->painter);
    struct plt_frames_stats live = content_frames(content);
    if (content_is_live(content))
        printf(",\"received\":%llu,\"shown\":%llu,\"torn\":%llu",
               (unsigned long long)live.received, (unsigned long long)live.shown,
               (unsigned long long)live.torn);
    printf("}\n");
    if (fflush(stdout) == 0 && !ferror(stdout))
        return true;
    complain("cannot write to standard output");
    return false;
}

// A closed standard descriptor would be reused, by the display's connection for instance.
static void fill_descriptors(void)
{
    int fd;
    do {
        fd = open("/dev/null", O_RDWR);
    } while (fd >= 0 && fd <= 2);
    if (fd > 2)
        close(fd);
}

int main(int argc, char **argv)
{
    fill_descriptors();
    signal(SIGXFSZ, SIG_IGN); // a write that is too long, or that nobody reads, fails
    signal(SIGPIPE, SIG_IGN);
    struct options options;
    int status;
    if (!options_parse(&options, argc, argv, &status))
        return status;
    struct content *content = content_create(&options);
    if (!content)
        return STATUS_BAD;
    struct cost cost = {.painter = "raster"};
    status = options.output ? offscreen_run(&options, content, &cost)
                            : window_run(&options, content, &cost);
    if (options.stats && status == STATUS_OK && !print_stats(content, &cost))
        status = STATUS_CANNOT;
    content_destroy(content);
    return status;
}
