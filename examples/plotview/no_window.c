// plotview built without libplotlib-qt: it draws to files only.
#include "plotview.h"

int window_run(const struct options *options, struct content *content, struct cost *cost)
{
    complain("built without windows; use -o OUT.png to draw into a file");
    return STATUS_CANNOT;
}
