// Spectrograms: a thread that pins what came to a series and appends rows to a ring image.
// Formulas: plotlib/waterfall.h.
#include <math.h>
#include <pthread.h>
#include <string.h>

#include <plotlib/base/alloc.h>
#include <plotlib/base/message.h>
#include <plotlib/data/series.h>
#include <plotlib/data/spectrogram.h>
#include <plotlib/data/store.h>
#include <plotlib/data/transform.h>
#include <plotlib/waterfall.h>

enum { MOST_SIZE = 1 << 20, BATCH_SAMPLES = 1 << 15 }; // of rows appended at once

struct plt_spectrogram {
    struct plt_spectrogram_params params; // resolved
    struct plt_log *log;
    struct plt_series *parts[2]; // real, imaginary or NULL
    struct plt_series_listener listeners[2];
    struct plt_image *image;
    int32_t columns;
    pthread_t thread;
    // The thread's:
    struct plt_spectrum spectrum;
    double *y[2]; // [n]
    float *rows;  // [batch][columns]
    union {
        double f64;
        int64_t i64;
    } * times; // [batch]
    size_t batch;
    uint64_t epochs[2], next; // first sample of the next row
    // Tickets: what was asked for, and is done.
    pthread_mutex_t lock;
    pthread_cond_t asked_more, done_more;
    uint64_t asked, done;
    bool stop;
    _Atomic(bool) failed; // to append the last rows
};

static uint64_t row_hop(const struct plt_spectrogram *s)
{
    return s->params.hop * s->params.spectra_per_row;
}

static uint64_t row_length(const struct plt_spectrogram *s)
{
    return s->params.hop * (s->params.spectra_per_row - 1) + s->params.size;
}

// --- rows --------------------------------------------------------------------------------

// Samples [tail, head) that all parts have; false: there are none.
struct look {
    struct plt_series_pin pins[2];
    uint64_t tail, head;
};

static void close_look(struct look *look)
{
    for (int i = 0; i < 2; i++)
        plt_series_unpin(&look->pins[i]);
}

static void open_look(struct plt_spectrogram *s, struct look *look)
{
    *look = (struct look){.head = UINT64_MAX};
    for (int i = 0; i < 2 && s->parts[i]; i++) {
        struct plt_series_pin *pin = &look->pins[i];
        plt_series_pin(s->parts[i], pin);
        look->tail = pin->tail > look->tail ? pin->tail : look->tail;
        look->head = pin->head < look->head ? pin->head : look->head;
    }
    if (look->pins[0].epoch == s->epochs[0] && look->pins[1].epoch == s->epochs[1])
        return;
    // Other samples than before: it begins again.
    s->epochs[0] = look->pins[0].epoch;
    s->epochs[1] = look->pins[1].epoch;
    s->next = 0;
    plt_image_clear_rows(s->image);
}

static void take_time(const struct plt_spectrogram *s, const struct plt_series_pin *pin,
                      uint64_t first, size_t row)
{
    const uint64_t twice = 2 * first + row_length(s) - 1;
    const uint64_t a = twice / 2, b = a + twice % 2;
    switch (pin->x_kind) {
    case PLT_X_UNIFORM: s->times[row].f64 = pin->x0 + (double)twice / 2 * pin->dx; break;
    case PLT_X_F64:
        s->times[row].f64 = plt_pin_x_f64(pin, a) / 2 + plt_pin_x_f64(pin, b) / 2;
        break;
    case PLT_X_I64: {
        const int64_t before = plt_pin_x_i64(pin, a);
        const double step = plt_difference(plt_pin_x_i64(pin, b), before);
        s->times[row].i64 = before + (int64_t)(step / 2);
        break;
    }
    }
}

static void take_row(struct plt_spectrogram *s, const struct look *look, uint64_t first,
                     size_t row)
{
    const size_t n = s->params.size;
    float *to = s->rows + row * (size_t)s->columns;
    plt_spectrum_begin(&s->spectrum);
    for (uint32_t k = 0; k < s->params.spectra_per_row; k++) {
        for (int i = 0; i < 2 && s->parts[i]; i++)
            plt_transform_read(&look->pins[i], first + k * s->params.hop, n, s->y[i]);
        plt_spectrum_add(&s->spectrum, s->y[0], s->y[1]);
    }
    plt_spectrum_end(&s->spectrum, to);
    take_time(s, &look->pins[0], first, row);
}

// Appends a batch of rows; true when there may be more.
static bool take_batch(struct plt_spectrogram *s)
{
    struct look look;
    size_t count = 0;
    open_look(s, &look);
    if (s->next < look.tail) // dropped unseen: rows stay on their raster
        s->next = (look.tail + row_hop(s) - 1) / row_hop(s) * row_hop(s);
    uint64_t next = s->next;
    for (; count < s->batch && next + row_length(s) <= look.head; next += row_hop(s))
        take_row(s, &look, next, count++);
    close_look(&look);
    if (count == 0)
        return false;
    const bool ok = plt_image_append_rows_at(s->image, s->times, s->rows, count);
    if (ok) // else once more when the next samples come
        s->next = next;
    s->failed = !ok;
    return ok;
}

static void *run(void *user)
{
    struct plt_spectrogram *s = user;
    pthread_mutex_lock(&s->lock);
    for (;;) {
        while (s->asked == s->done && !s->stop)
            pthread_cond_wait(&s->asked_more, &s->lock);
        if (s->stop)
            break;
        const uint64_t ticket = s->asked;
        pthread_mutex_unlock(&s->lock);
        for (int i = 0; i < 2 && s->parts[i]; i++)
            plt_series_take_dirty(&s->listeners[i]);
        bool more = true;
        while (more) {
            more = take_batch(s);
            pthread_mutex_lock(&s->lock);
            more &= !s->stop;
            pthread_mutex_unlock(&s->lock);
        }
        pthread_mutex_lock(&s->lock);
        s->done = ticket;
        pthread_cond_broadcast(&s->done_more);
    }
    pthread_mutex_unlock(&s->lock);
    return NULL;
}

static uint64_t ask(struct plt_spectrogram *s)
{
    pthread_mutex_lock(&s->lock);
    const uint64_t ticket = ++s->asked;
    pthread_cond_signal(&s->asked_more);
    pthread_mutex_unlock(&s->lock);
    return ticket;
}

static void samples_came(void *user) // the producer's thread
{
    ask(user);
}

// --- life --------------------------------------------------------------------------------

// Zeros replaced; false after one log line.
static bool resolve(struct plt_spectrogram_params *p, const struct plt_series *source)
{
    const struct plt_series *imaginary = p->imaginary;
    p->size = p->size ? p->size : 1024;
    p->hop = p->hop ? p->hop : p->size / 2;
    p->spectra_per_row = p->spectra_per_row ? p->spectra_per_row : 1;
    p->rows = p->rows ? p->rows : 2048;
    if (p->rate_hz == 0 && source->x_kind == PLT_X_UNIFORM)
        p->rate_hz = 1 / source->dx;
    plt_require(p->log, p->size >= 2 && p->size <= MOST_SIZE, false);
    plt_require(p->log, p->hop <= UINT32_MAX && p->spectra_per_row <= 1 << 24, false);
    plt_require(p->log, (unsigned)p->window <= PLT_WINDOW_FLAT_TOP, false);
    plt_require(p->log, p->rows > 0 && isfinite(p->rate_hz) && p->rate_hz >= 0, false);
    plt_require(p->log, isfinite(p->center_hz) && (imaginary || p->center_hz == 0), false);
    plt_require(p->log, !source->mapped && !(imaginary && imaginary->mapped), false);
    if (p->rate_hz > 0)
        return true;
    plt_error(p->log, BAD_ARGUMENT,
              "spectrogram of '%s': x is not uniform, the rate must be given",
              source->name);
    return false;
}

// What a usual step from row to row is on the source's x.
static double row_step(const struct plt_spectrogram *s)
{
    const struct plt_series *source = s->parts[0];
    const double steps = (double)row_hop(s);
    if (source->x_kind == PLT_X_UNIFORM)
        return steps * source->dx;
    return steps / s->params.rate_hz * (source->x_kind == PLT_X_I64 ? 1e9 : 1);
}

static bool take_memory(struct plt_spectrogram *s)
{
    const struct plt_spectrogram_params *p = &s->params;
    const bool complex = s->parts[1] != NULL;
    s->columns = (int32_t)(complex ? p->size : p->size / 2 + 1);
    s->batch = BATCH_SAMPLES / (size_t)s->columns + 1;
    const struct plt_image_ring_params ring = {
        .type = PLT_F32,
        .columns = s->columns,
        .capacity = p->rows,
        .time_kind = s->parts[0]->x_kind == PLT_X_I64 ? PLT_X_I64 : PLT_X_F64,
        .dt = row_step(s),
        .log = p->log};
    s->image = plt_image_create_ring(&ring);
    s->rows = plt_malloc(s->batch * (size_t)s->columns * sizeof(*s->rows));
    s->times = plt_malloc(s->batch * sizeof(*s->times));
    s->y[0] = plt_malloc(p->size * sizeof(double));
    s->y[1] = complex ? plt_malloc(p->size * sizeof(double)) : NULL;
    if (s->image && s->rows && s->times && s->y[0] && (!complex || s->y[1]) &&
        plt_spectrum_make(&s->spectrum, p->window, p->size, complex,
                          p->density ? p->rate_hz : 0))
        return true;
    plt_no_memory(p->log, "spectrogram");
    return false;
}

static void drop(struct plt_spectrogram *s)
{
    pthread_mutex_destroy(&s->lock);
    pthread_cond_destroy(&s->asked_more);
    pthread_cond_destroy(&s->done_more);
    plt_spectrum_drop(&s->spectrum);
    plt_free(s->y[0]);
    plt_free(s->y[1]);
    plt_free(s->rows);
    plt_free(s->times);
    plt_image_unref(s->image);
    plt_series_unref(s->parts[0]);
    plt_series_unref(s->parts[1]);
    plt_log_unref(s->log);
    plt_free(s);
}

static void listen(struct plt_spectrogram *s, bool begin)
{
    for (int i = 0; i < 2 && s->parts[i]; i++) {
        if (!begin) {
            plt_series_remove_listener(s->parts[i], &s->listeners[i]);
            continue;
        }
        s->listeners[i] = (struct plt_series_listener){.fn = samples_came, .user = s};
        plt_series_add_listener(s->parts[i], &s->listeners[i]);
    }
}

struct plt_spectrogram *plt_spectrogram_create(struct plt_series *source,
                                               const struct plt_spectrogram_params *params)
{
    struct plt_spectrogram_params p = params ? *params : (struct plt_spectrogram_params){0};
    plt_require(p.log, source != NULL, NULL);
    if (!resolve(&p, source))
        return NULL;
    struct plt_spectrogram *s = plt_calloc(1, sizeof(*s));
    if (!s) {
        plt_no_memory(p.log, "spectrogram");
        return NULL;
    }
    pthread_mutex_init(&s->lock, NULL);
    pthread_cond_init(&s->asked_more, NULL);
    pthread_cond_init(&s->done_more, NULL);
    s->params = p;
    s->log = plt_log_ref(p.log);
    s->parts[0] = plt_series_ref(source);
    s->parts[1] = plt_series_ref(p.imaginary);
    if (!take_memory(s)) {
        drop(s);
        return NULL;
    }
    listen(s, true);
    ask(s); // for what is there
    if (pthread_create(&s->thread, NULL, run, s) == 0)
        return s;
    plt_error(p.log, GENERIC, "spectrogram of '%s': no thread", source->name);
    listen(s, false);
    drop(s);
    return NULL;
}

void plt_spectrogram_destroy(struct plt_spectrogram *s)
{
    if (!s)
        return;
    listen(s, false);
    pthread_mutex_lock(&s->lock);
    s->stop = true;
    pthread_cond_signal(&s->asked_more);
    pthread_mutex_unlock(&s->lock);
    pthread_join(s->thread, NULL);
    drop(s);
}

struct plt_image *plt_spectrogram_image(struct plt_spectrogram *s)
{
    return s ? s->image : NULL;
}

struct plt_range plt_spectrogram_band(const struct plt_spectrogram *s)
{
    plt_require(NULL, s, ((struct plt_range){0, 1}));
    const double n = s->params.size, step = s->params.rate_hz / n;
    const double first = s->parts[1] ? -floor(n / 2) : 0;
    return (struct plt_range){s->params.center_hz + (first - 0.5) * step,
                              s->params.center_hz + (first + s->columns - 0.5) * step};
}

bool plt_spectrogram_settle(struct plt_spectrogram *s)
{
    plt_require(NULL, s, false);
    const uint64_t ticket = ask(s);
    pthread_mutex_lock(&s->lock);
    while (s->done < ticket)
        pthread_cond_wait(&s->done_more, &s->lock);
    const bool ok = !s->failed;
    pthread_mutex_unlock(&s->lock);
    return ok;
}
