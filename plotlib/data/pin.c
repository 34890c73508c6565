// The reader's half of a series: pins, extrema through the trees, bounds; and the trees of
// wrapped arrays, which are built here, when somebody looks. Stage KEEP -> THIN.
#include <math.h>

#include <plotlib/base/message.h>
#include <plotlib/data/mapped.h>
#include <plotlib/data/series.h>
#include <plotlib/data/store.h>
#include <plotlib/data/transform.h>

// Levels of a tree with fewer nodes are in the processor's cache anyway.
enum { FETCH_NODES = 256 };

// Rebuilds what is marked in one chunk of `n` samples; first = its first sample's index.
static void build_chunk(const struct plt_store *store, struct plt_chunk *chunk,
                        uint64_t first, size_t n)
{
    size_t whole = n >> PLT_LEAF_LOG2;
    size_t leaf0 = chunk->dirty0 >> PLT_LEAF_LOG2;
    size_t leaf1 = (chunk->dirty1 + (1 << PLT_LEAF_LOG2) - 1) >> PLT_LEAF_LOG2;
    leaf1 = leaf1 < whole ? leaf1 : whole;
    chunk->dirty0 = chunk->dirty1 = 0;
    if (leaf0 < leaf1)
        store->y_minmax->build(chunk->y, chunk->y_tree, chunk->log2, leaf0, leaf1, whole);
    if (!store->has_x)
        return;
    if (leaf0 < leaf1)
        store->x_minmax->build(chunk->x, chunk->x_tree, chunk->log2, leaf0, leaf1, whole);
    size_t at = plt_order_break(store->x_type, NULL, chunk->x, n);
    chunk->break_at = at ? first + at - 1 : 0;
}

static uint64_t find_break(const struct plt_store *store, const struct plt_table *table)
{
    uint64_t latest = 0;
    const double *before = NULL; // or int64
    for (uint64_t c = table->chunk0; c < table->chunk1; c++) {
        const struct plt_chunk *chunk = plt_table_chunk(table, c);
        if (before && plt_order_break(store->x_type, before, chunk->x, 1))
            latest = plt_chunk_first(store, c);
        latest = chunk->break_at > latest ? chunk->break_at : latest;
        before = (const double *)chunk->x + ((size_t)1 << chunk->log2) - 1;
    }
    return latest;
}

static void build_wrapped(const struct plt_store *store, struct plt_table *table)
{
    pthread_mutex_lock(&table->build);
    if (atomic_load_explicit(&table->dirty, memory_order_relaxed)) {
        uint64_t head = atomic_load_explicit(&table->head, memory_order_relaxed);
        for (uint64_t c = table->chunk0; c < table->chunk1; c++) {
            struct plt_chunk *chunk = plt_table_chunk(table, c);
            uint64_t first = plt_chunk_first(store, c);
            size_t size = (size_t)1 << chunk->log2;
            if (chunk->dirty0 < chunk->dirty1)
                build_chunk(store, chunk, first,
                            head - first < size ? (size_t)(head - first) : size);
        }
        if (store->has_x)
            atomic_store_explicit(&table->break_at, find_break(store, table),
                                  memory_order_relaxed);
        atomic_store_explicit(&table->dirty, false, memory_order_release);
    }
    pthread_mutex_unlock(&table->build);
}

bool plt_series_pin(struct plt_series *series, struct plt_series_pin *pin)
{
    *pin = (struct plt_series_pin){0};
    plt_require(NULL, series, false);
    if (series->mapped)
        return plt_mapped_pin(series, pin);
    plt_transform_begin(series->transform);
    struct plt_store *store = &series->store;
    struct plt_table *table = plt_store_enter(store);
    uint64_t head = atomic_load_explicit(&table->head, memory_order_acquire);
    if (head == 0) {
        plt_table_unref(table);
        return false;
    }
    if (table->borrow && atomic_load_explicit(&table->dirty, memory_order_acquire))
        build_wrapped(store, table);
    uint64_t broken = atomic_load_explicit(&table->break_at, memory_order_relaxed);
    if (table->borrow && broken > 0)
        plt_series_tell_order(series, broken);
    uint64_t tail = plt_store_tail(store, head);
    *pin = (struct plt_series_pin){
        .series = plt_series_ref(series),
        .type = store->type,
        .x_kind = series->x_kind,
        .x0 = series->x0,
        .dx = series->dx,
        .tail = tail,
        .head = head,
        .sorted = atomic_load_explicit(&table->break_at, memory_order_relaxed) <= tail,
        .epoch = table->epoch,
        .table = table,
    };
    return true;
}

bool plt_series_is_mapped(const struct plt_series *series)
{
    return series->mapped != NULL;
}

void plt_series_unpin(struct plt_series_pin *pin)
{
    if (!pin || !pin->series)
        return;
    if (pin->mapped)
        plt_mapped_unpin(pin);
    else
        plt_table_unref(pin->table);
    plt_series_unref(pin->series);
    *pin = (struct plt_series_pin){0};
}

uint64_t plt_pin_stand_ins(const struct plt_series_pin *pin)
{
    return pin->mapped ? atomic_load_explicit(&pin->mapped->stand_ins, memory_order_relaxed)
                       : 0;
}

void plt_pin_hold(struct plt_series_pin *pin)
{
    if (pin->mapped)
        plt_mapped_hold(pin);
}

void plt_pin_release(struct plt_series_pin *pin)
{
    if (pin->held)
        plt_mapped_release(pin);
}

static const struct plt_chunk *locate(const struct plt_series_pin *pin, uint64_t i,
                                      size_t *at)
{
    const struct plt_store *store = &pin->series->store;
    uint64_t number = plt_chunk_number(store, i);
    *at = (size_t)(i - plt_chunk_first(store, number));
    return plt_table_chunk(pin->table, number);
}

#if defined(__GNUC__)
static void fetch(const char *memory, size_t bytes)
{
    for (size_t at = 0; at < bytes; at += 64)
        __builtin_prefetch(memory + at);
}
#else
static void fetch(const char *memory, size_t bytes)
{
}
#endif

void plt_pin_prefetch(const struct plt_series_pin *pin, uint64_t i)
{
    if (pin->mapped || i < pin->tail || i >= pin->head)
        return;
    size_t at, size = plt_type_size(pin->type);
    const struct plt_chunk *chunk = locate(pin, i, &at);
    size_t leaf = at >> PLT_LEAF_LOG2;
    fetch((const char *)chunk->y + (leaf << PLT_LEAF_LOG2) * size, size << PLT_LEAF_LOG2);
    const char *tree = chunk->y_tree;
    size_t count = (size_t)1 << (chunk->log2 - PLT_LEAF_LOG2);
    for (; count >= FETCH_NODES; count >>= PLT_FAN_LOG2, leaf >>= PLT_FAN_LOG2) {
        size_t group = (leaf >> PLT_FAN_LOG2 << PLT_FAN_LOG2) * size;
        fetch(tree + group, size << PLT_FAN_LOG2);
        fetch(tree + count * size + group, size << PLT_FAN_LOG2);
        tree += 2 * count * size;
    }
}

double plt_pin_y(const struct plt_series_pin *pin, uint64_t i)
{
    size_t at;
    const void *y;
    if (pin->mapped)
        return plt_mapped_run(pin, i, &y), y ? plt_element(y, pin->type, 0) : NAN;
    const struct plt_chunk *chunk = locate(pin, i, &at);
    return plt_element(chunk->y, pin->type, at);
}

double plt_pin_x_f64(const struct plt_series_pin *pin, uint64_t i)
{
    size_t at;
    const struct plt_chunk *chunk = locate(pin, i, &at);
    return ((const double *)chunk->x)[at];
}

int64_t plt_pin_x_i64(const struct plt_series_pin *pin, uint64_t i)
{
    size_t at;
    const struct plt_chunk *chunk = locate(pin, i, &at);
    return ((const int64_t *)chunk->x)[at];
}

size_t plt_pin_run(const struct plt_series_pin *pin, uint64_t i, const void **x,
                   const void **y)
{
    size_t at;
    if (pin->mapped) {
        *x = NULL;
        return plt_mapped_run(pin, i, y);
    }
    const struct plt_chunk *chunk = locate(pin, i, &at);
    *y = (const char *)chunk->y + at * plt_type_size(pin->type);
    *x = chunk->x ? (const double *)chunk->x + at : NULL;
    size_t room = ((size_t)1 << chunk->log2) - at;
    return room < pin->head - i ? room : (size_t)(pin->head - i);
}

uint64_t plt_pin_block(const struct plt_series_pin *pin)
{
    unsigned log2 = pin->series->store.log2;
    return UINT64_C(1) << (log2 < PLT_BLOCK_LOG2 ? log2 : PLT_BLOCK_LOG2);
}

enum column { Y, Y_RAW, X };

// Extrema of samples [i0, i1) of one column of the data, chunk by chunk. No level above the
// chunks: all of 10^9 samples are 4 k chunks, 42 us; a column of 1280 is 3 or 4.
static void gather(const struct plt_series_pin *pin, enum column column, uint64_t i0,
                   uint64_t i1, union plt_extent *extent)
{
    const struct plt_store *store = &pin->series->store;
    const struct plt_minmax *minmax = column == X ? store->x_minmax : store->y_minmax;
    i0 = i0 > pin->tail ? i0 : pin->tail;
    i1 = i1 < pin->head ? i1 : pin->head;
    minmax->reset(extent);
    if (pin->mapped) {
        plt_mapped_extrema(pin, i0, i1, column == Y_RAW, extent);
        return;
    }
    while (i0 < i1) {
        size_t at;
        const struct plt_chunk *chunk = locate(pin, i0, &at);
        size_t room = ((size_t)1 << chunk->log2) - at;
        size_t n = room < i1 - i0 ? room : (size_t)(i1 - i0);
        if (column == X)
            minmax->query(chunk->x, chunk->x_tree, chunk->log2, at, at + n, extent);
        else if (column == Y)
            minmax->query(chunk->y, chunk->y_tree, chunk->log2, at, at + n, extent);
        else
            minmax->scan((const char *)chunk->y + at * plt_type_size(pin->type), n, extent);
        i0 += n;
    }
}

bool plt_pin_min_max(const struct plt_series_pin *pin, uint64_t i0, uint64_t i1, double *lo,
                     double *hi)
{
    union plt_extent extent;
    gather(pin, Y, i0, i1, &extent);
    return plt_extent_range(&extent, pin->type, lo, hi);
}

bool plt_pin_min_max_raw(const struct plt_series_pin *pin, uint64_t i0, uint64_t i1,
                         double *lo, double *hi)
{
    union plt_extent extent;
    gather(pin, Y_RAW, i0, i1, &extent);
    return plt_extent_range(&extent, pin->type, lo, hi);
}

// Samples [i0, i1), which are pinned, chunk by chunk.
static void lower_by_chunks(const struct plt_series_pin *pin, uint64_t i0, uint64_t i1,
                            double *least)
{
    struct plt_tree tree = {.minmax = pin->series->store.y_minmax, .type = pin->type};
    while (i0 < i1) {
        size_t at;
        const struct plt_chunk *chunk = locate(pin, i0, &at);
        size_t size = (size_t)1 << chunk->log2;
        size_t n = size - at < i1 - i0 ? size - at : (size_t)(i1 - i0);
        tree.y = chunk->y;
        tree.tree = chunk->y_tree;
        tree.log2 = chunk->log2;
        tree.count = pin->head - i0 < size - at ? at + (size_t)(pin->head - i0) : size;
        plt_tree_least_positive(&tree, at, at + n, least);
        i0 += n;
    }
}

bool plt_pin_least_positive(const struct plt_series_pin *pin, uint64_t i0, uint64_t i1,
                            double *least)
{
    i0 = i0 > pin->tail ? i0 : pin->tail;
    i1 = i1 < pin->head ? i1 : pin->head;
    *least = INFINITY;
    if (pin->mapped)
        plt_mapped_least_positive(pin, i0, i1, least);
    else
        lower_by_chunks(pin, i0, i1, least);
    return *least < INFINITY;
}

int64_t plt_pin_origin(const struct plt_series_pin *pin)
{
    return pin->x_kind == PLT_X_I64 ? plt_pin_x_i64(pin, pin->tail) : 0;
}

// x - origin without overflow, rounded once.
static double difference(int64_t x, int64_t origin)
{
    return x >= origin ? (double)((uint64_t)x - (uint64_t)origin)
                       : -(double)((uint64_t)origin - (uint64_t)x);
}

bool plt_pin_x_range(const struct plt_series_pin *pin, int64_t origin, double *x0,
                     double *x1)
{
    union plt_extent extent;
    switch (pin->x_kind) {
    case PLT_X_UNIFORM:
        *x0 = pin->x0 + (double)pin->tail * pin->dx - (double)origin;
        *x1 = pin->x0 + (double)(pin->head - 1) * pin->dx - (double)origin;
        return pin->head > pin->tail;
    case PLT_X_F64:
        gather(pin, X, pin->tail, pin->head, &extent);
        if (!plt_extent_range(&extent, PLT_F64, x0, x1))
            return false;
        *x0 -= (double)origin;
        *x1 -= (double)origin;
        return true;
    case PLT_X_I64:
        gather(pin, X, pin->tail, pin->head, &extent);
        *x0 = difference(extent.i64[0], origin);
        *x1 = difference(extent.i64[1], origin);
        return pin->head > pin->tail;
    }
    return false;
}

static bool get_bounds(struct plt_series *series, bool of_y, struct plt_range *bounds)
{
    struct plt_series_pin pin;
    plt_transform_refresh(series->transform);
    if (!plt_series_pin(series, &pin))
        return false;
    struct plt_range range;
    bool found = of_y ? plt_pin_min_max(&pin, pin.tail, pin.head, &range.x0, &range.x1)
                      : plt_pin_x_range(&pin, 0, &range.x0, &range.x1);
    plt_series_unpin(&pin);
    if (found)
        *bounds = range;
    return found;
}

bool plt_series_x_bounds(struct plt_series *series, struct plt_range *bounds)
{
    plt_require(NULL, series, false);
    return get_bounds(series, false, bounds);
}

bool plt_series_y_bounds(struct plt_series *series, struct plt_range *bounds)
{
    plt_require(NULL, series, false);
    return get_bounds(series, true, bounds);
}
