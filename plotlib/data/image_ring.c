// Ring images: appending, and taking what came since. Stage KEEP.
#include <math.h>
#include <string.h>

#include <plotlib/base/alloc.h>
#include <plotlib/base/message.h>
#include <plotlib/data/image.h>
#include <plotlib/data/image_ring.h>
#include <plotlib/data/series.h>
#include <plotlib/data/store.h>
#include <plotlib/data/transform.h> // plt_difference

static bool valid_params(const struct plt_image_ring_params *p)
{
    return p->time_kind >= PLT_X_UNIFORM && p->time_kind <= PLT_X_I64 && isfinite(p->t0) &&
           isfinite(p->dt) && p->dt >= 0;
}

struct plt_image_ring *plt_ring_create(const struct plt_image_ring_params *params,
                                       void *lines)
{
    plt_require(params->log, valid_params(params), NULL);
    const bool timed = params->time_kind != PLT_X_UNIFORM;
    struct plt_image_ring *ring = plt_calloc(1, sizeof(*ring));
    if (!ring) {
        plt_no_memory(params->log, "ring image");
        return NULL;
    }
    ring->type = params->type;
    ring->time_kind = params->time_kind;
    ring->t0 = params->t0;
    ring->dt = params->dt > 0 ? params->dt : timed ? INFINITY : 1;
    ring->columns = (size_t)params->columns;
    ring->row_size = ring->columns * plt_type_size(params->type);
    ring->capacity = (uint64_t)params->capacity;
    ring->lines = lines;
    const struct plt_series_params samples = {
        .type = params->type == PLT_F16 ? PLT_U16 : params->type,
        .capacity = ring->capacity * ring->columns,
        .name = "ring image",
        .log = params->log};
    const struct plt_series_params times = {
        .type = params->time_kind == PLT_X_I64 ? PLT_I64 : PLT_F64,
        .capacity = ring->capacity,
        .name = "ring image",
        .log = params->log};
    ring->samples = plt_series_create(&samples);
    ring->times = timed ? plt_series_create(&times) : NULL;
    ring->line_times = timed ? plt_calloc(ring->capacity, sizeof(*ring->line_times)) : NULL;
    if (ring->samples && (!timed || (ring->times && ring->line_times)))
        return ring;
    plt_no_memory(params->log, "ring image");
    plt_ring_destroy(ring);
    return NULL;
}

void plt_ring_destroy(struct plt_image_ring *ring)
{
    if (!ring)
        return;
    plt_series_unref(ring->samples);
    plt_series_unref(ring->times);
    plt_free(ring->line_times);
    plt_free(ring->counts);
    plt_free(ring);
}

// --- the producer ------------------------------------------------------------------------

// Both get room before either shows anything, so that rows and times never part.
static bool append(struct plt_image_ring *ring, const void *times, const void *rows,
                   size_t n)
{
    struct plt_series_edit samples, stamps;
    const uint64_t total = atomic_load_explicit(&ring->total, memory_order_relaxed);
    if (!plt_series_begin(ring->samples, false, (total + n) * ring->columns, &samples))
        return false;
    if (times && !plt_series_begin(ring->times, false, total + n, &stamps)) {
        if (samples.table != samples.base)
            plt_store_discard(&ring->samples->store, samples.table);
        return false;
    }
    plt_series_fill(ring->samples, &samples, total * ring->columns, NULL, rows,
                    n * ring->columns);
    if (times)
        plt_series_fill(ring->times, &stamps, total, NULL, times, n);
    plt_series_commit(ring->samples, &samples);
    if (times)
        plt_series_commit(ring->times, &stamps);
    atomic_store_explicit(&ring->total, total + n, memory_order_release);
    plt_series_notify(ring->samples);
    return true;
}

static bool check_and_append(struct plt_image *image, const void *times, const void *rows,
                             size_t n)
{
    plt_require(NULL, image, false);
    struct plt_image_ring *ring = plt_image_get_ring(image);
    struct plt_log *log = plt_image_log(image);
    plt_require(log, ring, false);
    if (n == 0)
        return true;
    plt_require(log, rows && n <= PTRDIFF_MAX / ring->row_size, false);
    if (!times == !ring->times)
        return append(ring, times, rows, n);
    plt_error(log, BAD_ARGUMENT, "ring image: %s",
              times ? "times are uniform, none are accepted"
                    : "times are not uniform, they must be given");
    return false;
}

bool plt_image_append_rows(struct plt_image *image, const void *rows, size_t n)
{
    return check_and_append(image, NULL, rows, n);
}

bool plt_image_append_rows_at(struct plt_image *image, const void *times, const void *rows,
                              size_t n)
{
    return check_and_append(image, times, rows, n);
}

bool plt_image_clear_rows(struct plt_image *image)
{
    plt_require(NULL, image, false);
    struct plt_image_ring *ring = plt_image_get_ring(image);
    plt_require(plt_image_log(image), ring, false);
    atomic_fetch_add(&ring->clears, 1);
    plt_series_erase(ring->samples);
    if (ring->times)
        plt_series_erase(ring->times);
    atomic_store(&ring->total, 0);
    atomic_fetch_add(&ring->clears, 1);
    plt_series_notify(ring->samples);
    return true;
}

uint64_t plt_image_rows_total(const struct plt_image *image)
{
    const struct plt_image_ring *ring = plt_image_get_ring(image);
    return ring ? atomic_load_explicit(&ring->total, memory_order_acquire) : 0;
}

// --- the owner ---------------------------------------------------------------------------

// Whole rows that both pins have: [*first, *end).
static void find_rows(const struct plt_image_ring *ring,
                      const struct plt_series_pin *samples,
                      const struct plt_series_pin *times, uint64_t *first, uint64_t *end)
{
    *first = (samples->tail + ring->columns - 1) / ring->columns;
    *end = samples->head / ring->columns;
    if (!ring->times)
        return;
    *first = times->tail > *first ? times->tail : *first;
    *end = times->head < *end ? times->head : *end;
}

static void copy_row(const struct plt_image_ring *ring, const struct plt_series_pin *pin,
                     uint64_t row, char *line)
{
    const size_t size = ring->row_size / ring->columns;
    for (size_t at = 0, n; at < ring->columns; at += n) {
        const void *x, *y;
        n = plt_pin_run(pin, row * ring->columns + at, &x, &y);
        n = n < ring->columns - at ? n : ring->columns - at;
        memcpy(line + at * size, y, n * size);
    }
}

// Times never go back here, whatever the producer gave: rows are searched by them.
static void copy_time(struct plt_image_ring *ring, const struct plt_series_pin *pin,
                      uint64_t row)
{
    union plt_ring_time *to = &ring->line_times[plt_ring_line(ring, row)];
    const union plt_ring_time *before =
        row > ring->tail ? &ring->line_times[plt_ring_line(ring, row - 1)] : NULL;
    const void *x, *y;
    bool back;
    plt_pin_run(pin, row, &x, &y);
    memcpy(to, y, sizeof(*to));
    if (ring->time_kind == PLT_X_I64) {
        back = before && to->i64 < before->i64;
        if (!ring->has_first)
            ring->first_ns = to->i64;
        ring->has_first = true;
    } else {
        back = !isfinite(to->f64) || (before && to->f64 < before->f64);
    }
    if (!back)
        return;
    *to = before ? *before : (union plt_ring_time){0};
    if (!ring->warned)
        plt_warn(ring->samples->log, GENERIC,
                 "ring image: the time of row %llu goes back, or is none",
                 (unsigned long long)row);
    ring->warned = true;
}

static bool copy_rows(struct plt_image_ring *ring, const struct plt_series_pin *samples,
                      const struct plt_series_pin *times)
{
    uint64_t first, end;
    find_rows(ring, samples, times, &first, &end);
    if (end <= ring->head || end <= first)
        return false;
    if (first > ring->head) { // rows that came and went unseen
        while (ring->tail < ring->head)
            plt_ring_count(
                ring, ring->lines + plt_ring_line(ring, ring->tail++) * ring->row_size, -1);
        ring->tail = ring->head = first;
    }
    for (uint64_t row = ring->head; row < end; row++) {
        char *line = ring->lines + plt_ring_line(ring, row) * ring->row_size;
        if (row - ring->tail == ring->capacity) {
            plt_ring_count(ring, line, -1);
            ring->tail++;
        }
        copy_row(ring, samples, row, line);
        if (ring->times)
            copy_time(ring, times, row);
        plt_ring_count(ring, line, 1);
        ring->head = row + 1;
    }
    return true;
}

static void forget(struct plt_image_ring *ring)
{
    plt_free(ring->counts);
    ring->counts = NULL;
    ring->base += ring->head;
    ring->tail = ring->head = 0;
    ring->has_first = false;
}

bool plt_ring_take(struct plt_image_ring *ring)
{
    struct plt_series_pin samples, times = {0};
    const uint64_t clears = atomic_load(&ring->clears);
    if (ring->holds > 0 || clears % 2 != 0)
        return false; // its end tells the listeners again
    // First the times: by the time that one is there, so is its row.
    if (ring->times)
        plt_series_pin(ring->times, &times);
    plt_series_pin(ring->samples, &samples);
    bool changed = false;
    if (atomic_load(&ring->clears) == clears) {
        changed = clears != ring->seen && ring->head > 0;
        if (clears != ring->seen)
            forget(ring);
        ring->seen = clears;
        changed |= copy_rows(ring, &samples, &times);
    }
    plt_series_unpin(&samples);
    plt_series_unpin(&times);
    return changed;
}

// --- times -------------------------------------------------------------------------------

double plt_ring_time(const struct plt_image_ring *ring, struct plt_ring_clock clock,
                     uint64_t row)
{
    if (ring->time_kind == PLT_X_UNIFORM)
        return ring->t0 + (double)row * ring->dt - (double)clock.origin;
    const union plt_ring_time time = ring->line_times[plt_ring_line(ring, row)];
    return ring->time_kind == PLT_X_I64
               ? plt_difference(time.i64, clock.origin) * clock.unit
               : time.f64 - (double)clock.origin;
}

uint64_t plt_ring_find(const struct plt_image_ring *ring, struct plt_ring_clock clock,
                       double time)
{
    uint64_t lo = ring->tail, hi = ring->head;
    while (lo < hi) {
        const uint64_t middle = lo + (hi - lo) / 2;
        if (plt_ring_time(ring, clock, middle) < time)
            lo = middle + 1;
        else
            hi = middle;
    }
    return lo;
}

struct plt_range plt_ring_cell(const struct plt_image_ring *ring,
                               struct plt_ring_clock clock, uint64_t row)
{
    const double at = plt_ring_time(ring, clock, row);
    const bool timed = ring->time_kind != PLT_X_UNIFORM;
    const double limit = timed ? ring->dt * clock.unit : ring->dt / 2;
    double before = NAN, after = NAN;
    if (!timed)
        return (struct plt_range){at - limit, at + limit};
    if (row > ring->tail)
        before = (at - plt_ring_time(ring, clock, row - 1)) / 2;
    if (row + 1 < ring->head)
        after = (plt_ring_time(ring, clock, row + 1) - at) / 2;
    const double alone = isfinite(limit) ? limit / 2 : clock.unit / 2;
    const bool mirrored = !isfinite(limit) && ring->head - ring->tail > 1;
    if (isnan(before))
        before = mirrored ? after : alone;
    if (isnan(after))
        after = mirrored ? before : alone;
    return (struct plt_range){at - fmin(before, limit), at + fmin(after, limit)};
}
