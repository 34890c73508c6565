// The rule in the footer of a TZif file: POSIX TZ (IEEE Std 1003.1, 8.3) with the hours of
// RFC 8536, 3.3.1 (-167..167). Private to scale/. Thread-safety: safe.
#pragma once

#include <plotlib/scale/zone.h>

struct plt_rule_day {
    char kind;            // 'M' m.w.d, 'J' 1..365 without Feb 29, 'n' 0..365
    int month, week, day; // 'M': day 0 = Sunday; else only day
    int32_t time;         // seconds after local midnight
};

struct plt_rule {
    int32_t offset[2]; // standard, daylight: seconds east of UTC
    char abbrev[2][12];
    bool has_dst;
    struct plt_rule_day start, end; // of daylight time
};

// The whole text must be a rule.
bool plt_rule_parse(struct plt_rule *rule, const char *text, size_t length);
struct plt_zone_span plt_rule_at(const struct plt_rule *rule, int64_t unix_s);
