// Texts of a time axis: what the clock in a zone shows, and the date in the row below.
#include <inttypes.h>
#include <string.h>

#include <plotlib/base/number.h>
#include <plotlib/scale/time.h>

struct clock {
    struct plt_date date;
    int hour, minute, second, ns;
    char zone[16]; // " CEST" where the clock shows this time twice, else ""
};

static struct clock read_clock(const struct plt_zone *zone, int64_t ns)
{
    int64_t s = plt_floor_div(ns, PLT_SECOND_NS);
    struct plt_zone_span span = plt_zone_at(zone, s), other;
    int64_t local = s + span.offset, day = plt_floor_div(local, PLT_DAY_S);
    int rest = (int)(local - day * PLT_DAY_S);
    struct clock clock = {plt_date_from_days(day),
                          rest / 3600,
                          rest / 60 % 60,
                          rest % 60,
                          (int)((ns % PLT_SECOND_NS + PLT_SECOND_NS) % PLT_SECOND_NS),
                          ""};
    if (!plt_zone_ambiguous(zone, s, &other))
        return clock;
    int east = span.offset < 0 ? -span.offset : span.offset;
    if (strcmp(span.abbrev, other.abbrev) != 0 && span.abbrev[0])
        (void)plt_format(clock.zone, sizeof(clock.zone), " %s", span.abbrev);
    else
        (void)plt_format(clock.zone, sizeof(clock.zone), " %c%02d:%02d:%02d",
                         span.offset < 0 ? '-' : '+', east / 3600, east / 60 % 60,
                         east % 60);
    return clock;
}

static const char *const months[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                     "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

// From this step on a label below a second has the whole clock, not only its fraction.
enum { CLOCK_STEP_NS = PLT_SECOND_NS / 10 };

void plt_time_label(const struct plt_zone *zone, const struct plt_time_step *step,
                    int64_t ns, char *text, int size)
{
    struct clock c = read_clock(zone, ns);
    size_t room = (size_t)size;
    if (step->unit == PLT_UNIT_NS) {
        int digits = 9, unit = 1; // as many as the step has
        for (; step->count % (unit * 10) == 0; unit *= 10)
            digits--;
        if (step->count < CLOCK_STEP_NS)
            (void)plt_format(text, room, ".%0*d", digits, c.ns / unit);
        else
            (void)plt_format(text, room, "%02d:%02d:%02d.%0*d%s", c.hour, c.minute,
                             c.second, digits, c.ns / unit, c.zone);
    } else if (step->unit == PLT_UNIT_S && step->count < 60) {
        (void)plt_format(text, room, "%02d:%02d:%02d%s", c.hour, c.minute, c.second,
                         c.zone);
    } else if (step->unit == PLT_UNIT_S) {
        (void)plt_format(text, room, "%02d:%02d%s", c.hour, c.minute, c.zone);
    } else if (step->unit == PLT_UNIT_DAY) {
        (void)plt_format(text, room, "%s %d", months[c.date.month - 1], c.date.day);
    } else if (step->count < 12) {
        (void)plt_format(text, room, "%s", months[c.date.month - 1]);
    } else {
        (void)plt_format(text, room, "%" PRId64, c.date.year);
    }
}

static void format_date(const struct clock *c, char *text, size_t size)
{
    (void)plt_format(text, size, "%04" PRId64 "-%02d-%02d", c->date.year, c->date.month,
                     c->date.day);
}

// The stretch of the row that labels of this step leave out.
static struct plt_time_step context_step(const struct plt_time_step *step)
{
    if (step->unit == PLT_UNIT_NS && step->count < CLOCK_STEP_NS)
        return (struct plt_time_step){PLT_UNIT_S, 1, 1};
    if (step->unit == PLT_UNIT_NS || step->unit == PLT_UNIT_S)
        return (struct plt_time_step){PLT_UNIT_DAY, 1, PLT_DAY_S};
    return (struct plt_time_step){PLT_UNIT_MONTH, 12, 365.0 * PLT_DAY_S};
}

static void format_context(const struct plt_zone *zone, const struct plt_time_step *context,
                           int64_t ns, char *text, size_t size)
{
    struct clock c = read_clock(zone, ns);
    char date[24];
    format_date(&c, date, sizeof(date));
    if (context->unit == PLT_UNIT_S)
        (void)plt_format(text, size, "%s %02d:%02d:%02d%s", date, c.hour, c.minute,
                         c.second, c.zone);
    else if (context->unit == PLT_UNIT_DAY)
        (void)plt_format(text, size, "%s", date);
    else
        (void)plt_format(text, size, "%" PRId64, c.date.year);
}

void plt_time_context(struct plt_ticks *ticks, const struct plt_zone *zone,
                      const struct plt_time_step *step, int64_t lo, int64_t hi,
                      int64_t origin)
{
    struct plt_tick_list *list = &ticks->list;
    struct plt_tick_context *row = list->context;
    row[0].from = plt_time_position(lo, origin);
    row[0].to = plt_time_position(hi, origin);
    list->num_context = 1;
    if (step->unit == PLT_UNIT_MONTH && step->count >= 12) {
        // Years are in the labels: the row says the days where the view begins and ends.
        struct clock first = read_clock(zone, lo), last = read_clock(zone, hi);
        char from[24], to[24];
        format_date(&first, from, sizeof(from));
        format_date(&last, to, sizeof(to));
        (void)plt_format(row[0].text, sizeof(row[0].text), "%s \u2013 %s", from, to);
        return;
    }
    struct plt_time_step context = context_step(step);
    format_context(zone, &context, lo, row[0].text, sizeof(row[0].text));
    int64_t times[PLT_MAX_CONTEXT - 1];
    int num = plt_time_walk(zone, &context, lo, hi, 0, times, PLT_MAX_CONTEXT - 1);
    for (int i = 0; i < num; i++) {
        // The first may be the view's own start.
        int n = times[i] == lo ? 0 : list->num_context++;
        row[n].from = plt_time_position(times[i], origin);
        if (n > 0)
            row[n - 1].to = row[n].from;
        format_context(zone, &context, times[i], row[n].text, sizeof(row[n].text));
    }
    row[list->num_context - 1].to = plt_time_position(hi, origin);
}
