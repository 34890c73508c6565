// TZif files. Every count is checked against the size of the file before it is used.
#include <stdio.h>
#include <string.h>

#include <plotlib/base/alloc.h>
#include <plotlib/base/message.h>
#include <plotlib/base/number.h>
#include <plotlib/scale/rule.h>

enum {
    MAX_FILE = 1 << 20, // the largest of tzdata has 4 kB
    HEADER = 44,
};
// No date is computed beyond: a million years.
static const int64_t most_seconds = INT64_C(1) << 45;

struct local_type {
    int32_t offset;
    bool dst;
    char abbrev[12];
};

struct plt_zone {
    char name[64];
    size_t num_times, num_types;
    int64_t *times;      // ascending
    uint8_t *time_types; // type from times[i] on
    struct local_type *types;
    bool has_rule; // from the last time on
    struct plt_rule rule;
};

// --- file
// ---------------------------------------------------------------------------------

struct counts {
    uint32_t isut, isstd, leap, time, type, chars;
};

static uint32_t read_u32(const uint8_t *at)
{
    return (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3];
}

static int64_t read_time(const uint8_t *at, size_t size)
{
    if (size == 4)
        return (int32_t)read_u32(at);
    return (int64_t)((uint64_t)read_u32(at) << 32 | read_u32(at + 4));
}

// Bytes of the data block after a header; 0 when it is none.
static size_t read_header(const uint8_t *bytes, size_t size, size_t time_size,
                          struct counts *c)
{
    if (size < HEADER || memcmp(bytes, "TZif", 4) != 0)
        return 0;
    *c = (struct counts){read_u32(bytes + 20), read_u32(bytes + 24), read_u32(bytes + 28),
                         read_u32(bytes + 32), read_u32(bytes + 36), read_u32(bytes + 40)};
    if (c->isut > MAX_FILE || c->isstd > MAX_FILE || c->leap > MAX_FILE ||
        c->time > MAX_FILE || c->type > 256 || c->chars > MAX_FILE || c->type == 0 ||
        c->chars == 0 || (c->isut && c->isut != c->type) ||
        (c->isstd && c->isstd != c->type))
        return 0;
    size_t block = (size_t)c->time * (time_size + 1) + (size_t)c->type * 6 + c->chars +
                   (size_t)c->leap * (time_size + 4) + c->isstd + c->isut;
    return block <= size - HEADER ? block : 0;
}

static bool read_types(struct plt_zone *zone, const struct counts *c, const uint8_t *at)
{
    const uint8_t *chars = at + (size_t)c->type * 6;
    for (uint32_t i = 0; i < c->type; i++, at += 6) {
        struct local_type *type = &zone->types[i];
        type->offset = (int32_t)read_u32(at);
        type->dst = at[4] != 0;
        // RFC 8536: -25 h < offset < 26 h.
        if (at[4] > 1 || at[5] >= c->chars || type->offset <= -90000 ||
            type->offset >= 93600)
            return false;
        size_t n = 0, from = at[5];
        for (; from + n < c->chars && chars[from + n]; n++) {
            uint8_t letter = chars[from + n];
            if (letter < '+' || letter > 'z') // it is drawn: ASCII only
                return false;
            if (n < sizeof(type->abbrev) - 1)
                type->abbrev[n] = (char)letter;
        }
        if (from + n == c->chars)
            return false; // not terminated
    }
    return true;
}

static bool read_block(struct plt_zone *zone, const struct counts *c, const uint8_t *at,
                       size_t time_size)
{
    zone->times = plt_calloc(c->time + 1, sizeof(*zone->times));
    zone->time_types = plt_calloc(c->time + 1, 1);
    zone->types = plt_calloc(c->type, sizeof(*zone->types));
    if (!zone->times || !zone->time_types || !zone->types)
        return false;
    zone->num_times = c->time;
    zone->num_types = c->type;
    const uint8_t *types = at + c->time * time_size;
    for (uint32_t i = 0; i < c->time; i++) {
        zone->times[i] = read_time(at + i * time_size, time_size);
        zone->time_types[i] = types[i];
        if (types[i] >= c->type || (i && zone->times[i] <= zone->times[i - 1]))
            return false;
    }
    return read_types(zone, c, types + c->time);
}

static bool read_footer(struct plt_zone *zone, const uint8_t *at, size_t size)
{
    if (size < 2 || at[0] != '\n')
        return false;
    const uint8_t *end = memchr(at + 1, '\n', size - 1);
    if (!end)
        return false;
    size_t length = (size_t)(end - at) - 1;
    if (length == 0)
        return true;
    zone->has_rule = plt_rule_parse(&zone->rule, (const char *)at + 1, length);
    return zone->has_rule;
}

static bool read_file(struct plt_zone *zone, const uint8_t *bytes, size_t size)
{
    struct counts c;
    size_t block = read_header(bytes, size, 4, &c);
    if (block == 0)
        return false;
    if (bytes[4] == 0)
        return read_block(zone, &c, bytes + HEADER, 4);
    if (bytes[4] < '2')
        return false;
    // The first block is for old readers; the one of 64 bits follows.
    bytes += HEADER + block;
    size -= HEADER + block;
    block = read_header(bytes, size, 8, &c);
    if (block == 0 || !read_block(zone, &c, bytes + HEADER, 8))
        return false;
    return read_footer(zone, bytes + HEADER + block, size - HEADER - block);
}

struct plt_zone *plt_zone_parse(const uint8_t *bytes, size_t size, const char **fault)
{
    struct plt_zone *zone = plt_calloc(1, sizeof(*zone));
    *fault = "no memory";
    if (!zone)
        return NULL;
    if (size > MAX_FILE || !read_file(zone, bytes, size)) {
        *fault = "it is not a TZif file, or a broken one";
        plt_zone_free(zone);
        return NULL;
    }
    *fault = NULL;
    return zone;
}

// --- finding it
// ---------------------------------------------------------------------------

static bool is_safe(const char *name)
{
    if (!*name || *name == '/' || strlen(name) >= sizeof(((struct plt_zone *)0)->name) ||
        strstr(name, ".."))
        return false;
    for (; *name; name++)
        if (!((*name >= 'a' && *name <= 'z') || (*name >= '+' && *name <= 'Z')) &&
            *name != '_')
            return false;
    return true;
}

// Whole file; NULL when it cannot be read, with the reason.
static uint8_t *read_whole(const char *path, size_t *size, const char **fault)
{
    *fault = "no such file";
    FILE *file = fopen(path, "rb");
    if (!file)
        return NULL;
    uint8_t *bytes = plt_malloc(MAX_FILE + 1);
    *fault = bytes ? NULL : "no memory";
    *size = bytes ? fread(bytes, 1, MAX_FILE + 1, file) : 0;
    if (bytes && (ferror(file) || *size == 0)) {
        *fault = "it cannot be read";
        plt_free(bytes);
        bytes = NULL;
    }
    (void)fclose(file);
    return bytes;
}

static struct plt_zone *load(const char *path, const char **fault)
{
    size_t size = 0;
    uint8_t *bytes = read_whole(path, &size, fault);
    struct plt_zone *zone = bytes ? plt_zone_parse(bytes, size, fault) : NULL;
    plt_free(bytes);
    return zone;
}

static struct plt_zone *make_utc(struct plt_log *log)
{
    struct plt_zone *zone = plt_calloc(1, sizeof(*zone));
    if (!zone) {
        plt_no_memory(log, "a time zone");
        return NULL;
    }
    (void)plt_format(zone->name, sizeof(zone->name), "UTC");
    return zone;
}

struct plt_zone *plt_zone_load_from(const char *directory, const char *name,
                                    struct plt_log *log)
{
    bool local = !name || !*name;
    char path[512];
    const char *fault = "its name is no name of a zone";
    struct plt_zone *zone = NULL;
    if (!local && strcmp(name, "UTC") == 0)
        return make_utc(log);
    if (local) {
        zone = load("/etc/localtime", &fault);
    } else if (is_safe(name)) {
        int length = plt_format(path, sizeof(path), "%s/%s", directory, name);
        if (length > 0 && (size_t)length < sizeof(path))
            zone = load(path, &fault);
    }
    if (zone) {
        (void)plt_format(zone->name, sizeof(zone->name), "%s", local ? "local" : name);
        return zone;
    }
    plt_warn(log, FILE_OPEN, "time zone \"%.64s\": %s; using UTC",
             local ? "/etc/localtime" : name, fault);
    return make_utc(log);
}

struct plt_zone *plt_zone_load(const char *name, struct plt_log *log)
{
    return plt_zone_load_from("/usr/share/zoneinfo", name, log);
}

void plt_zone_free(struct plt_zone *zone)
{
    if (!zone)
        return;
    plt_free(zone->times);
    plt_free(zone->time_types);
    plt_free(zone->types);
    plt_free(zone);
}

const char *plt_zone_name(const struct plt_zone *zone)
{
    return zone ? zone->name : "UTC";
}

// --- asking it
// ----------------------------------------------------------------------------

static size_t count_until(const struct plt_zone *zone, int64_t unix_s)
{
    size_t lo = 0, hi = zone->num_times;
    while (lo < hi) {
        size_t mid = lo + (hi - lo) / 2;
        if (zone->times[mid] <= unix_s)
            lo = mid + 1;
        else
            hi = mid;
    }
    return lo;
}

struct plt_zone_span plt_zone_at(const struct plt_zone *zone, int64_t unix_s)
{
    struct plt_zone_span span = {INT64_MIN, INT64_MAX, 0, false, "UTC"};
    if (!zone || zone->num_types == 0)
        return span;
    int64_t near = unix_s < -most_seconds  ? -most_seconds
                   : unix_s > most_seconds ? most_seconds
                                           : unix_s;
    size_t i = count_until(zone, near);
    int64_t last = i ? zone->times[i - 1] : INT64_MIN;
    if (i == zone->num_times && zone->has_rule) {
        span = plt_rule_at(&zone->rule, near);
        span.from = span.from > last ? span.from : last;
        return span;
    }
    const struct local_type *type = &zone->types[i ? zone->time_types[i - 1] : 0];
    span.from = last;
    span.until = i < zone->num_times ? zone->times[i] : INT64_MAX;
    span.offset = type->offset;
    span.dst = type->dst;
    memcpy(span.abbrev, type->abbrev, sizeof(span.abbrev));
    return span;
}

int32_t plt_zone_offset(const struct plt_zone *zone, int64_t unix_s, char abbrev[12])
{
    struct plt_zone_span span = plt_zone_at(zone, unix_s);
    if (abbrev)
        memcpy(abbrev, span.abbrev, sizeof(span.abbrev));
    return span.offset;
}

int64_t plt_zone_from_local(const struct plt_zone *zone, int64_t local_s)
{
    // Offsets are less than 26 hours: the spans around contain every candidate.
    int64_t at = local_s - 93600;
    for (;;) {
        struct plt_zone_span span = plt_zone_at(zone, at);
        int64_t candidate = local_s - span.offset;
        if (candidate < span.from)
            return span.from; // skipped: no earlier span showed it
        if (candidate < span.until || span.until == INT64_MAX)
            return candidate;
        at = span.until;
    }
}

bool plt_zone_ambiguous(const struct plt_zone *zone, int64_t unix_s,
                        struct plt_zone_span *other)
{
    struct plt_zone_span span = plt_zone_at(zone, unix_s);
    int64_t local_s = unix_s + span.offset;
    if (span.from != INT64_MIN) {
        *other = plt_zone_at(zone, span.from - 1);
        if (local_s - other->offset < span.from && local_s - other->offset >= other->from)
            return true;
    }
    if (span.until != INT64_MAX) {
        *other = plt_zone_at(zone, span.until);
        if (local_s - other->offset >= span.until && local_s - other->offset < other->until)
            return true;
    }
    return false;
}
