// POSIX TZ rules: "CET-1CEST,M3.5.0,M10.5.0/3". Stage MAP.
#include <string.h>

#include <plotlib/scale/calendar.h>
#include <plotlib/scale/rule.h>

struct reader {
    const char *at, *end;
};

static bool take(struct reader *r, char c)
{
    if (r->at == r->end || *r->at != c)
        return false;
    r->at++;
    return true;
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool read_int(struct reader *r, int lo, int hi, int *value)
{
    int n = 0, digits = 0;
    while (r->at < r->end && is_digit(*r->at) && digits++ < 4)
        n = n * 10 + (*r->at++ - '0');
    *value = n;
    return digits > 0 && n >= lo && n <= hi;
}

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool read_name(struct reader *r, char name[12])
{
    bool quoted = take(r, '<');
    int n = 0, length = 0;
    while (r->at < r->end &&
           (is_letter(*r->at) ||
            (quoted && (is_digit(*r->at) || *r->at == '+' || *r->at == '-')))) {
        if (n < 11)
            name[n++] = *r->at;
        length++;
        r->at++;
    }
    name[n] = '\0';
    return length >= 3 && (!quoted || take(r, '>'));
}

// [+-]hh[:mm[:ss]]
static bool read_time(struct reader *r, int32_t *seconds)
{
    bool negative = take(r, '-');
    if (!negative)
        (void)take(r, '+');
    int h = 0, m = 0, s = 0;
    if (!read_int(r, 0, 167, &h))
        return false;
    if (take(r, ':')) {
        if (!read_int(r, 0, 59, &m))
            return false;
        if (take(r, ':') && !read_int(r, 0, 59, &s))
            return false;
    }
    *seconds = (h * 60 + m) * 60 + s;
    if (negative)
        *seconds = -*seconds;
    return true;
}

static bool read_day(struct reader *r, struct plt_rule_day *day)
{
    *day = (struct plt_rule_day){.kind = 'n', .time = 7200};
    if (take(r, 'M')) {
        day->kind = 'M';
        if (!read_int(r, 1, 12, &day->month) || !take(r, '.') ||
            !read_int(r, 1, 5, &day->week) || !take(r, '.') ||
            !read_int(r, 0, 6, &day->day))
            return false;
    } else if (take(r, 'J')) {
        day->kind = 'J';
        if (!read_int(r, 1, 365, &day->day))
            return false;
    } else if (!read_int(r, 0, 365, &day->day)) {
        return false;
    }
    return !take(r, '/') || read_time(r, &day->time);
}

bool plt_rule_parse(struct plt_rule *rule, const char *text, size_t length)
{
    struct reader r = {text, text + length};
    *rule = (struct plt_rule){0};
    if (!read_name(&r, rule->abbrev[0]) || !read_time(&r, &rule->offset[0]))
        return false;
    rule->offset[0] = -rule->offset[0]; // POSIX counts west of Greenwich
    if (r.at == r.end)
        return true;
    rule->has_dst = true;
    rule->offset[1] = rule->offset[0] + 3600;
    if (!read_name(&r, rule->abbrev[1]))
        return false;
    if (r.at < r.end && *r.at != ',') {
        if (!read_time(&r, &rule->offset[1]))
            return false;
        rule->offset[1] = -rule->offset[1];
    }
    return take(&r, ',') && read_day(&r, &rule->start) && take(&r, ',') &&
           read_day(&r, &rule->end) && r.at == r.end;
}

static int64_t first_of_year(int64_t year)
{
    return plt_date_to_days(year, 1, 1);
}

// Wall clock seconds since 1970 at which the rule's day and time lie in `year`.
static int64_t day_in_year(const struct plt_rule_day *day, int64_t year)
{
    int64_t days = first_of_year(year) + day->day;
    if (day->kind == 'J')
        days += (plt_leap_year(year) && day->day >= 60) - 1;
    if (day->kind == 'M') {
        int64_t first = plt_date_to_days(year, day->month, 1);
        int weekday = (int)(((first + 4) % 7 + 7) % 7); // 1970-01-01 was a Thursday
        int date = (day->day - weekday + 7) % 7 + (day->week - 1) * 7;
        if (date >= plt_days_in_month(year, day->month))
            date -= 7;
        days = first + date;
    }
    return days * PLT_DAY_S + day->time;
}

struct plt_zone_span plt_rule_at(const struct plt_rule *rule, int64_t unix_s)
{
    int dst = 0;
    int64_t from = INT64_MIN, until = INT64_MAX;
    if (rule->has_dst) {
        // The changes of three years around: the last one before decides, the first one
        // after ends it. Of two at one moment the later in the list counts.
        int64_t year = plt_date_from_days(plt_floor_div(unix_s, PLT_DAY_S)).year;
        for (int64_t y = year - 1; y <= year + 1; y++) {
            for (int to_dst = 0; to_dst < 2; to_dst++) {
                const struct plt_rule_day *day = to_dst ? &rule->start : &rule->end;
                int64_t at = day_in_year(day, y) - rule->offset[!to_dst];
                if (at <= unix_s && at >= from) {
                    from = at;
                    dst = to_dst;
                }
                if (at > unix_s && at < until)
                    until = at;
            }
        }
    }
    struct plt_zone_span span = {from, until, rule->offset[dst], dst != 0, ""};
    memcpy(span.abbrev, rule->abbrev[dst], sizeof(span.abbrev));
    return span;
}
