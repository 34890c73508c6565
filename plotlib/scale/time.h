// Calendar steps and the walk along them; shared by time.c and time_label.c. Private to
// scale/.
#pragma once

#include <plotlib/scale/calendar.h>
#include <plotlib/scale/ticks.h>

enum plt_time_unit {
    PLT_UNIT_NS,    // multiples of UTC, below a second
    PLT_UNIT_S,     // multiples of local time since midnight
    PLT_UNIT_DAY,   // days 1, 1 + n, ... of each month, local midnight
    PLT_UNIT_MONTH, // months that are multiples since year 0
};

struct plt_time_step {
    enum plt_time_unit unit;
    int count;
    double least_s; // two of them are never closer, but where clocks are changed
};

enum { PLT_SECOND_NS = 1000000000 };

// Times of the step in [lo, hi], ascending, each at least min_ns after the one before; at
// most `max`. Returns their number.
int plt_time_walk(const struct plt_zone *zone, const struct plt_time_step *step, int64_t lo,
                  int64_t hi, double min_ns, int64_t *times, int max);
void plt_time_label(const struct plt_zone *zone, const struct plt_time_step *step,
                    int64_t ns, char *text, int size);
// The row below the labels.
void plt_time_context(struct plt_ticks *ticks, const struct plt_zone *zone,
                      const struct plt_time_step *step, int64_t lo, int64_t hi,
                      int64_t origin);
double plt_time_position(int64_t ns, int64_t origin);
