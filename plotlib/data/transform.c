// Series made of another one: their life, and how they are brought up to date when somebody
// looks. Stage KEEP -> KEEP. The kinds: transform_point.c, transform_window.c,
// transform_spectrum.c.
#include <math.h>
#include <stdio.h>
#include <string.h>

#include <plotlib/base/alloc.h>
#include <plotlib/base/message.h>
#include <plotlib/data/store.h>
#include <plotlib/data/transform.h>

enum { MAX_LENGTH = 1 << 24 };

// NULL: not in this build.
static const struct plt_transform_kernel *kernel_of(enum plt_transform_kind kind)
{
    switch (kind) {
    case PLT_TRANSFORM_DERIVATIVE: return &plt_transform_derivative;
    case PLT_TRANSFORM_INTEGRAL: return &plt_transform_integral;
    case PLT_TRANSFORM_MOVING_MEAN: return &plt_transform_mean;
    case PLT_TRANSFORM_MOVING_MEDIAN: return &plt_transform_median;
    case PLT_TRANSFORM_SUBTRACT_MEAN: return &plt_transform_subtract_mean;
    case PLT_TRANSFORM_PHASE_MAP: return &plt_transform_phase_map;
#ifdef PLT_HAVE_KISSFFT
    case PLT_TRANSFORM_MAGNITUDE: return &plt_transform_magnitude;
    case PLT_TRANSFORM_PSD: return &plt_transform_psd;
#else
    case PLT_TRANSFORM_MAGNITUDE:
    case PLT_TRANSFORM_PSD: break;
#endif
    }
    return NULL;
}

static bool is_window(enum plt_transform_kind kind)
{
    return kind == PLT_TRANSFORM_MOVING_MEAN || kind == PLT_TRANSFORM_MOVING_MEDIAN;
}

static bool is_spectrum(enum plt_transform_kind kind)
{
    return kind == PLT_TRANSFORM_MAGNITUDE || kind == PLT_TRANSFORM_PSD;
}

static struct plt_transform_params with_defaults(const struct plt_transform_params *params,
                                                 const struct plt_series *source)
{
    struct plt_transform_params p = {0};
    if (params)
        p = *params;
    if (p.x_scale == 0)
        p.x_scale = source->x_kind == PLT_X_I64 ? 1e-9 : 1;
    if (p.length == 0)
        p.length = is_window(p.kind) ? 16 : MAX_LENGTH;
    if (is_spectrum(p.kind) && p.length > MAX_LENGTH)
        p.length = MAX_LENGTH;
    if (p.segment == 0 || p.segment > p.length)
        p.segment = p.length;
    return p;
}

// The producer's thread, from the source's append: only says that there is news.
static void source_changed(void *user)
{
    struct plt_transform *t = user;
    plt_series_notify(t->derived);
}

static struct plt_series *create_derived(const struct plt_transform *t, const char *name)
{
    const struct plt_series *source = t->source;
    char text[256];
    if (!name) {
        snprintf(text, sizeof(text), "%.200s%s(%s)", source->name,
                 source->name[0] ? " " : "", t->kernel->name);
        name = text;
    }
    uint64_t capacity = source->store.capacity;
    bool own_x = t->params.kind == PLT_TRANSFORM_PHASE_MAP || is_spectrum(t->params.kind);
    struct plt_series_params params = {
        .x_kind = own_x ? PLT_X_F64 : source->x_kind,
        .x0 = source->x0,
        .dx = source->dx,
        .capacity = capacity && !is_spectrum(t->params.kind) ? capacity - t->back : 0,
        .name = name,
        .log = source->log,
    };
    return plt_series_create(&params);
}

static void set_reach(struct plt_transform *t)
{
    uint64_t length = t->params.length;
    switch (t->params.kind) {
    case PLT_TRANSFORM_DERIVATIVE:
    case PLT_TRANSFORM_PHASE_MAP: t->lag = t->back = 1; break;
    case PLT_TRANSFORM_MOVING_MEAN:
    case PLT_TRANSFORM_MOVING_MEDIAN:
        t->back = length - 1;
        t->lag = t->params.centered ? length - 1 - length / 2 : 0;
        break;
    default: break;
    }
}

static bool valid(const struct plt_transform_params *p, const struct plt_series *source)
{
    struct plt_log *log = source->log;
    plt_require(log, (unsigned)p->kind <= PLT_TRANSFORM_PSD, false);
    plt_require(log, (unsigned)p->window <= PLT_WINDOW_FLAT_TOP, false);
    plt_require(log, p->x_scale > 0 && isfinite(p->x_scale), false);
    plt_require(log, source->dx * p->x_scale > 0 && isfinite(source->dx * p->x_scale),
                false);
    plt_require(log, p->length <= MAX_LENGTH, false);
    if (source->mapped) {
        plt_error(log, BAD_ARGUMENT,
                  "series '%s': a mapped file has no transforms, it would be read whole",
                  source->name);
        return false;
    }
    uint64_t capacity = source->store.capacity;
    bool slopes = p->kind == PLT_TRANSFORM_DERIVATIVE || p->kind == PLT_TRANSFORM_PHASE_MAP;
    if (capacity &&
        ((is_window(p->kind) && p->length > capacity) || (slopes && capacity < 2))) {
        plt_error(log, BAD_ARGUMENT,
                  "series '%s': a ring of %llu samples is too short for this transform",
                  source->name, (unsigned long long)capacity);
        return false;
    }
    if (!kernel_of(p->kind)) {
        plt_error(log, GENERIC,
                  "series '%s': no spectra, plotlib was built without kissfft",
                  source->name);
        return false;
    }
    return true;
}

struct plt_series *plt_series_transform(struct plt_series *source,
                                        const struct plt_transform_params *params)
{
    plt_require(NULL, source, NULL);
    struct plt_transform_params p = with_defaults(params, source);
    if (!valid(&p, source))
        return NULL;
    struct plt_transform *t = plt_calloc(1, sizeof(*t));
    if (!t) {
        plt_no_memory(source->log, "transform");
        return NULL;
    }
    t->kernel = kernel_of(p.kind);
    t->params = p;
    t->params.name = NULL;
    t->source = plt_series_ref(source);
    t->stale = true;
    atomic_init(&t->begun, false);
    pthread_mutex_init(&t->lock, NULL);
    set_reach(t);
    t->block = plt_calloc(1, sizeof(*t->block));
    if (!t->block || !t->kernel->create(t))
        plt_no_memory(source->log, "transform");
    else
        t->derived = create_derived(t, params ? params->name : NULL);
    if (!t->derived) {
        plt_transform_destroy(t);
        return NULL;
    }
    t->derived->transform = t;
    t->listener = (struct plt_series_listener){.fn = source_changed, .user = t};
    plt_series_add_listener(source, &t->listener);
    return t->derived;
}

bool plt_series_is_transform(const struct plt_series *series)
{
    return series->transform != NULL;
}

void plt_transform_destroy(struct plt_transform *t)
{
    if (!t)
        return;
    if (t->derived) // else it was never added
        plt_series_remove_listener(t->source, &t->listener);
    t->kernel->destroy(t);
    pthread_mutex_destroy(&t->lock);
    plt_series_unref(t->source);
    plt_free(t->block);
    plt_free(t);
}

static bool update(struct plt_transform *t)
{
    struct plt_series_pin pin;
    if (!plt_series_pin(t->source, &pin)) { // empty
        plt_series_erase(t->derived);
        t->epoch = t->next = 0;
        return true;
    }
    bool ok = true;
    if (t->epoch != pin.table->epoch || t->next != pin.head)
        ok = t->kernel->update(t, &pin);
    if (ok) {
        t->epoch = pin.table->epoch;
        t->next = pin.head;
    }
    plt_series_unpin(&pin);
    return ok;
}

// A failed update is owed, not marked in the listener: the next append must still tell.
// A source that is a transform itself may be owed one, so it is always asked; taking its
// flag brings it up to date.
void plt_transform_refresh(struct plt_transform *t)
{
    if (!t)
        return;
    pthread_mutex_lock(&t->lock);
    if (plt_series_take_dirty(&t->listener) || t->stale || t->source->transform)
        t->stale = !update(t);
    atomic_store_explicit(&t->begun, true, memory_order_release);
    pthread_mutex_unlock(&t->lock);
}

void plt_transform_begin(struct plt_transform *t)
{
    if (t && !atomic_load_explicit(&t->begun, memory_order_acquire))
        plt_transform_refresh(t);
}

#define READ(T)                          \
    do {                                 \
        const T *in = (const T *)from;   \
        for (size_t k = 0; k < run; k++) \
            y[k] = (double)in[k];        \
    } while (0)

void plt_transform_read(const struct plt_series_pin *pin, uint64_t i, size_t n, double *y)
{
    while (n > 0) {
        const void *x, *from;
        size_t run = plt_pin_run(pin, i, &x, &from);
        run = run < n ? run : n;
        switch (pin->type) {
        case PLT_F64: READ(double); break;
        case PLT_F32: READ(float); break;
        case PLT_I8: READ(int8_t); break;
        case PLT_U8: READ(uint8_t); break;
        case PLT_I16: READ(int16_t); break;
        case PLT_U16: READ(uint16_t); break;
        case PLT_I32: READ(int32_t); break;
        case PLT_U32: READ(uint32_t); break;
        case PLT_I64: READ(int64_t); break;
        case PLT_F16: break; // images only
        }
        i += run;
        n -= run;
        y += run;
    }
}

// Scaled x less that of the sample before, for samples [i, i + n).
static void find_steps(struct plt_transform *t, const struct plt_series_pin *pin,
                       uint64_t i, size_t n, double *step)
{
    const double scale = t->params.x_scale;
    if (pin->x_kind == PLT_X_UNIFORM) {
        for (size_t k = 0; k < n; k++)
            step[k] = pin->dx * scale;
        return;
    }
    double before = t->x_before;
    int64_t before_i64 = t->x_before_i64;
    while (n > 0) {
        const void *x, *y;
        size_t run = plt_pin_run(pin, i, &x, &y);
        run = run < n ? run : n;
        const double *x_f64 = pin->x_kind == PLT_X_F64 ? x : NULL;
        for (size_t k = 0; k < run && x_f64; k++) {
            double d = (x_f64[k] - before) * scale;
            step[k] = isfinite(d) ? d : NAN;
            before = x_f64[k];
        }
        const int64_t *x_i64 = x;
        for (size_t k = 0; k < run && !x_f64; k++) {
            double d = plt_difference(x_i64[k], before_i64) * scale;
            step[k] = isfinite(d) ? d : NAN;
            before_i64 = x_i64[k];
        }
        i += run;
        n -= run;
        step += run;
    }
    t->x_before = before;
    t->x_before_i64 = before_i64;
}

// x of results [j, j + n), from the source.
static void copy_x(const struct plt_series_pin *pin, uint64_t j, size_t n, double *out)
{
    while (n > 0) {
        const void *x, *y;
        size_t run = plt_pin_run(pin, j, &x, &y);
        run = run < n ? run : n;
        memcpy(out, x, run * sizeof(*out)); // doubles or int64: the same size
        j += run;
        n -= run;
        out += run;
    }
}

// Writes the block's results, those of samples first - lag on, from result j0 on.
static void write_results(struct plt_transform *t, const struct plt_series_pin *pin,
                          const struct plt_series_edit *edit, uint64_t j0)
{
    struct plt_transform_block *block = t->block;
    // Results of the first `lag` samples of all are before the beginning.
    uint64_t begin = j0 + t->lag;
    size_t skip = begin > block->first ? (size_t)(begin - block->first) : 0;
    if (skip >= block->n)
        return;
    uint64_t j = block->first + skip - t->lag;
    size_t n = block->n - skip;
    bool own_x = t->params.kind == PLT_TRANSFORM_PHASE_MAP;
    if (pin->x_kind != PLT_X_UNIFORM && !own_x)
        copy_x(pin, j, n, block->x_out + skip);
    bool has_x = t->derived->x_kind != PLT_X_UNIFORM;
    plt_series_fill(t->derived, edit, j, has_x ? block->x_out + skip : NULL,
                    block->y_out + skip, n);
}

// Samples below j0 in its chunk do not exist: gaps, as plt_pin_block says.
static void fill_before(struct plt_transform *t, const struct plt_series_edit *edit,
                        uint64_t j0)
{
    struct plt_transform_block *block = t->block;
    for (size_t k = 0; k < PLT_TRANSFORM_BLOCK; k++) {
        block->x_out[k] = 0;
        block->y_out[k] = NAN;
    }
    bool has_x = t->derived->x_kind != PLT_X_UNIFORM;
    for (uint64_t j = edit->first; j < j0;) {
        size_t n = j0 - j < PLT_TRANSFORM_BLOCK ? (size_t)(j0 - j) : PLT_TRANSFORM_BLOCK;
        plt_series_fill(t->derived, edit, j, has_x ? block->x_out : NULL, block->y_out, n);
        j += n;
    }
}

static void take_in(struct plt_transform *t, const struct plt_series_pin *pin,
                    uint64_t first, size_t n)
{
    struct plt_transform_block *block = t->block;
    block->first = first;
    block->n = n;
    plt_transform_read(pin, first, n, block->y);
    find_steps(t, pin, first, n, block->step);
    t->kernel->run(t, block);
}

bool plt_transform_stream(struct plt_transform *t, const struct plt_series_pin *pin)
{
    bool same = t->epoch == pin->table->epoch;
    bool lost = pin->tail > 0 && t->next < pin->tail + t->back;
    bool fresh = !same || lost || t->kernel->replaces;
    uint64_t first = fresh ? pin->tail : t->next;
    uint64_t j0 = fresh && pin->tail > 0 ? pin->tail + t->back - t->lag
                  : first > t->lag       ? first - t->lag
                                         : 0;
    uint64_t j1 = pin->head > t->lag ? pin->head - t->lag : 0;
    struct plt_series_edit edit;
    bool writes = j1 > j0;
    if (writes && !plt_series_begin(t->derived, fresh, j1, &edit))
        return false;
    if (fresh) {
        t->pin = pin;
        t->kernel->restart(t, first, same);
        t->pin = NULL;
    }
    if (writes && fresh)
        fill_before(t, &edit, j0);
    for (uint64_t i = first; i < pin->head;) {
        uint64_t left = pin->head - i;
        size_t n = left < PLT_TRANSFORM_BLOCK ? (size_t)left : PLT_TRANSFORM_BLOCK;
        take_in(t, pin, i, n);
        if (writes)
            write_results(t, pin, &edit, j0);
        i += n;
    }
    if (writes)
        plt_series_commit(t->derived, &edit);
    else if (fresh)
        plt_series_erase(t->derived);
    return true;
}
