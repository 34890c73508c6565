// Ticks of a time axis: calendar steps on int64 nanoseconds. Stage MAP.
#include <math.h>

#include <plotlib/scale/time.h>

#define HOURS(n) ((n)*3600.0)
#define DAYS(n) ((n)*86400.0 - 3600) // one may have 23 hours
#define YEARS(n) PLT_UNIT_MONTH, 12 * (n), DAYS(365 * (n))

// From a second upwards; below it 1-2-5 steps are computed.
static const struct plt_time_step steps[] = {
    {PLT_UNIT_S, 1, 1},
    {PLT_UNIT_S, 2, 2},
    {PLT_UNIT_S, 5, 5},
    {PLT_UNIT_S, 10, 10},
    {PLT_UNIT_S, 15, 15},
    {PLT_UNIT_S, 30, 30},
    {PLT_UNIT_S, 60, 60},
    {PLT_UNIT_S, 120, 120},
    {PLT_UNIT_S, 300, 300},
    {PLT_UNIT_S, 600, 600},
    {PLT_UNIT_S, 900, 900},
    {PLT_UNIT_S, 1800, 1800},
    {PLT_UNIT_S, 3600, 3600},
    {PLT_UNIT_S, 7200, 7200},
    {PLT_UNIT_S, 10800, HOURS(2)},
    {PLT_UNIT_S, 21600, HOURS(5)},
    {PLT_UNIT_S, 43200, HOURS(11)},
    {PLT_UNIT_DAY, 1, DAYS(1)},
    {PLT_UNIT_DAY, 2, DAYS(2)},
    {PLT_UNIT_DAY, 5, DAYS(5)},
    {PLT_UNIT_DAY, 10, DAYS(8)},
    {PLT_UNIT_DAY, 15, DAYS(13)},
    {PLT_UNIT_MONTH, 1, DAYS(28)},
    {PLT_UNIT_MONTH, 2, DAYS(59)},
    {PLT_UNIT_MONTH, 3, DAYS(90)},
    {PLT_UNIT_MONTH, 6, DAYS(181)},
    {YEARS(1)},
    {YEARS(2)},
    {YEARS(5)},
    {YEARS(10)},
    {YEARS(20)},
    {YEARS(50)},
    {YEARS(100)},
    {YEARS(200)},
    {YEARS(500)},
};
enum { NUM_BELOW = 27, NUM_STEPS = NUM_BELOW + sizeof(steps) / sizeof(steps[0]) };

static struct plt_time_step step_at(int i)
{
    if (i >= NUM_BELOW)
        return steps[i - NUM_BELOW];
    static const int mantissas[] = {1, 2, 5};
    int ns = mantissas[i % 3];
    for (int k = i / 3; k > 0; k--)
        ns *= 10;
    return (struct plt_time_step){PLT_UNIT_NS, ns, ns * 1e-9};
}

double plt_time_position(int64_t ns, int64_t origin)
{
    bool same_sign = (ns ^ origin) >= 0; // then the difference cannot overflow
    return same_sign ? (double)(ns - origin) : (double)ns - (double)origin;
}

// --- the walk
// -----------------------------------------------------------------------------

struct walk {
    int64_t lo, hi;
    double min_ns;
    int64_t last_ns; // the last one taken
    bool any;
    int64_t *times;
    int num, max;
};

// Takes whole seconds plus nanoseconds: those before the view may not fit int64 ns.
static void take(struct walk *w, int64_t s, int64_t ns)
{
    const int64_t most = INT64_MAX / PLT_SECOND_NS;
    if (w->num == w->max)
        return;
    if (s < -most - 1 || s > most)
        return;
    if (s < 0) { // towards zero first: the lowest second is there in part only
        s++;
        ns -= PLT_SECOND_NS;
    }
    if (s < 0 ? ns < INT64_MIN - s * PLT_SECOND_NS : ns > INT64_MAX - s * PLT_SECOND_NS)
        return;
    int64_t at = s * PLT_SECOND_NS + ns;
    if (at > w->hi || (w->any && (at <= w->last_ns ||
                                  (double)(at - w->last_ns) < w->min_ns * (1 - 1e-9))))
        return;
    w->any = true;
    w->last_ns = at;
    if (at >= w->lo)
        w->times[w->num++] = at;
}

static void walk_ns(struct walk *w, int64_t step)
{
    int64_t at = w->lo / step * step; // towards zero: it cannot overflow
    for (; w->num < w->max; at += step) {
        take(w, at / PLT_SECOND_NS, at % PLT_SECOND_NS);
        if (at > w->hi || at > INT64_MAX - step)
            break;
    }
}

static void walk_seconds(struct walk *w, const struct plt_zone *zone, int64_t step)
{
    int64_t end = plt_floor_div(w->hi, PLT_SECOND_NS);
    int64_t at = plt_floor_div(w->lo, PLT_SECOND_NS) - step;
    while (at <= end && w->num < w->max) {
        struct plt_zone_span span = plt_zone_at(zone, at);
        int64_t until = span.until <= end ? span.until : end + 1;
        int64_t local = at + span.offset;
        int64_t tick = -plt_floor_div(-local, step) * step - span.offset;
        for (; tick < until && w->num < w->max; tick += step)
            take(w, tick, 0);
        at = until;
    }
}

static void walk_days(struct walk *w, const struct plt_zone *zone, int count, int room)
{
    int64_t end = plt_floor_div(w->hi, PLT_SECOND_NS);
    int64_t from = plt_floor_div(w->lo, PLT_SECOND_NS);
    int64_t day = plt_floor_div(from, PLT_DAY_S) - count - 2;
    for (; w->num < w->max; day++) {
        struct plt_date date = plt_date_from_days(day);
        int left = plt_days_in_month(date.year, date.month) + 1 - date.day;
        if ((date.day - 1) % count != 0 || left < room)
            continue;
        int64_t at = plt_zone_from_local(zone, day * PLT_DAY_S);
        if (at > end)
            break;
        take(w, at, 0);
    }
}

static void walk_months(struct walk *w, const struct plt_zone *zone, int count)
{
    int64_t end = plt_floor_div(w->hi, PLT_SECOND_NS);
    int64_t from = plt_floor_div(w->lo, PLT_SECOND_NS);
    struct plt_date date = plt_date_from_days(plt_floor_div(from, PLT_DAY_S) - 2);
    int64_t month = plt_floor_div(date.year * 12 + date.month - 1, count) * count;
    for (; w->num < w->max; month += count) {
        int64_t year = plt_floor_div(month, 12);
        int64_t day = plt_date_to_days(year, (int)(month - year * 12) + 1, 1);
        int64_t at = plt_zone_from_local(zone, day * PLT_DAY_S);
        if (at > end)
            break;
        take(w, at, 0);
    }
}

int plt_time_walk(const struct plt_zone *zone, const struct plt_time_step *step, int64_t lo,
                  int64_t hi, double min_ns, int64_t *times, int max)
{
    struct walk w = {.lo = lo, .hi = hi, .min_ns = min_ns, .times = times, .max = max};
    switch (step->unit) {
    case PLT_UNIT_NS: walk_ns(&w, step->count); break;
    case PLT_UNIT_S: walk_seconds(&w, zone, step->count); break;
    case PLT_UNIT_DAY:
        walk_days(&w, zone, step->count, (int)ceil(step->least_s / PLT_DAY_S));
        break;
    case PLT_UNIT_MONTH: walk_months(&w, zone, step->count); break;
    }
    return w.num;
}

// --- choice
// -------------------------------------------------------------------------------

// Whether every major tick is one of the minor's, and a reader can count the parts.
static bool divides(const struct plt_time_step *minor, const struct plt_time_step *major)
{
    if (major->least_s > 12.5 * minor->least_s)
        return false;
    if (minor->unit == PLT_UNIT_NS)
        return major->unit == PLT_UNIT_NS
                   ? major->count % minor->count == 0
                   : major->unit == PLT_UNIT_S &&
                         (int64_t)major->count * PLT_SECOND_NS % minor->count == 0;
    if (major->unit == minor->unit)
        return major->count % minor->count == 0;
    if (major->unit == PLT_UNIT_DAY)
        return minor->unit == PLT_UNIT_S && PLT_DAY_S % minor->count == 0;
    return major->unit == PLT_UNIT_MONTH && minor->unit == PLT_UNIT_DAY &&
           minor->count >= 5;
}

static void choose_minor(struct plt_ticks *ticks, const struct plt_zone *zone, int major,
                         int64_t lo, int64_t hi, int64_t origin, double px_per_ns)
{
    struct plt_time_step step = step_at(major), minor;
    int i = 0;
    for (; i < major; i++) {
        minor = step_at(i);
        if (minor.least_s * 1e9 * px_per_ns >= 6 && divides(&minor, &step))
            break;
    }
    if (i == major)
        return;
    int64_t times[PLT_MAX_MINOR];
    int num = plt_time_walk(zone, &minor, lo, hi, 3 / px_per_ns, times, PLT_MAX_MINOR);
    struct plt_tick_list *list = &ticks->list;
    for (int n = 0, m = 0; n < num; n++) {
        while (m < ticks->count && list->time[m] < times[n])
            m++;
        if (m < ticks->count && list->time[m] == times[n])
            continue;
        list->minor[list->num_minor++] = plt_time_position(times[n], origin);
    }
    ticks->minor_per_major = list->num_minor ? 2 : 1;
}

void plt_ticks_choose_time(struct plt_ticks *ticks, const struct plt_zone *zone, int64_t t0,
                           int64_t t1, int64_t origin, double length_px, double min_px)
{
    *ticks = (struct plt_ticks){.mantissa = 1,
                                .minor_per_major = 1,
                                .si_prefix = "",
                                .least_px = INFINITY,
                                .listed = true,
                                .timed = true};
    int64_t lo = t0 < t1 ? t0 : t1, hi = t0 < t1 ? t1 : t0;
    double span = (double)((uint64_t)hi - (uint64_t)lo);
    if (!(span > 0) || !(length_px > 0) || !isfinite(length_px) || isnan(min_px))
        return;
    double px_per_ns = length_px / span;
    min_px = fmax(fmax(min_px, 1), length_px / (PLT_MAX_TICKS - 2));
    int i = 0;
    while (i < NUM_STEPS && step_at(i).least_s * 1e9 * px_per_ns < min_px * (1 - 1e-12))
        i++;
    if (i == NUM_STEPS) { // no two ticks have room: the row alone says what is shown
        struct plt_time_step longest = step_at(NUM_STEPS - 1);
        plt_time_context(ticks, zone, &longest, lo, hi, origin);
        return;
    }
    struct plt_time_step step = step_at(i);
    struct plt_tick_list *list = &ticks->list;
    ticks->count =
        plt_time_walk(zone, &step, lo, hi, min_px / px_per_ns, list->time, PLT_MAX_TICKS);
    for (int n = 0; n < ticks->count; n++) {
        list->value[n] = plt_time_position(list->time[n], origin);
        plt_time_label(zone, &step, list->time[n], list->label[n], sizeof(list->label[n]));
        if (n > 0)
            ticks->least_px = fmin(ticks->least_px,
                                   (double)(list->time[n] - list->time[n - 1]) * px_per_ns);
    }
    plt_time_context(ticks, zone, &step, lo, hi, origin);
    choose_minor(ticks, zone, i, lo, hi, origin, px_per_ns);
}
