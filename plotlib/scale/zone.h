// Time zones read from TZif files (RFC 8536, versions 1 to 4), with the POSIX rule of the
// footer beyond the last transition. Neither the TZ variable nor localtime is used, so a
// program may set another zone for each axis. Stage MAP. Thread-safety: a zone is read-only
// once loaded.
#pragma once

#include <plotlib/log.h>

struct plt_zone;

// One stretch of constant offset.
struct plt_zone_span {
    int64_t from,
        until;      // seconds since 1970 UTC, [from, until); INT64_MIN/MAX = without end
    int32_t offset; // local = UTC + offset, seconds
    bool dst;
    char abbrev[12]; // "CET"
};

// `name`: "Europe/Berlin", from the system's zoneinfo; "" or NULL: the machine's own zone
// (/etc/localtime); "UTC" needs no file. Never refuses: a name that is not found, or whose
// file is broken, is one warning and UTC. NULL only without memory (logged).
struct plt_zone *plt_zone_load(const char *name, struct plt_log *log);
// The same from another directory of zone files.
struct plt_zone *plt_zone_load_from(const char *directory, const char *name,
                                    struct plt_log *log);
void plt_zone_free(struct plt_zone *zone);
// Reads the bytes of a TZif file; NULL and *fault when they are none.
struct plt_zone *plt_zone_parse(const uint8_t *bytes, size_t size, const char **fault);
const char *plt_zone_name(const struct plt_zone *zone); // "UTC" where nothing was found

// NULL zone = UTC.
struct plt_zone_span plt_zone_at(const struct plt_zone *zone, int64_t unix_s);
// Seconds to add to UTC; *abbrev (may be NULL) gets up to 11 characters and a NUL.
int32_t plt_zone_offset(const struct plt_zone *zone, int64_t unix_s, char abbrev[12]);
// Local seconds since 1970 as a clock on the wall shows them -> UTC. A time that is there
// twice is the earlier one; one that is skipped is the moment of the skip.
int64_t plt_zone_from_local(const struct plt_zone *zone, int64_t local_s);
// Whether the wall clock shows the time of `unix_s` at another moment too; that moment's
// span goes to *other.
bool plt_zone_ambiguous(const struct plt_zone *zone, int64_t unix_s,
                        struct plt_zone_span *other);
