// Stage THIN: walks the columns of a view from left to right and writes the snapped
// polyline (columns.h). AUTO and OFF share the walk, the pen and the clip; they differ only
// in what they write for a dense column: its extrema, or every sample.
#include <plotlib/reduce/edges.h>
#include <plotlib/reduce/extrema.h>

// Segments are clipped this far outside the padded view: further than any ink reaches.
#define CLIP_MARGIN 64.0
// The entry of frame column c. The first call makes the whole range, empty.
static struct plt_column *column_at(struct walk *w, double c)
{
    struct plt_reduced *out = w->out;
    if (!w->has_columns) {
        size_t count = (size_t)(w->col1 - w->col0);
        if (!plt_reserve((void **)&out->columns, &out->cap_columns,
                         out->num_columns + count, sizeof(*out->columns))) {
            w->failed = true;
            return NULL;
        }
        w->has_columns = true;
        w->first_column = out->num_columns;
        for (size_t i = 0; i < count; i++)
            out->columns[out->num_columns++] =
                (struct plt_column){PLT_NO_PX, PLT_NO_PX, -PLT_NO_PX, PLT_NO_PX};
    }
    return &out->columns[w->first_column + (size_t)(c - w->col0)];
}

// --- columns ---------------------------------------------------------------------------

// The samples of [j, end) side by side in memory, or NULL.
static const void *column_samples(struct walk *w, uint64_t j, uint64_t end)
{
    uint64_t i = w->reversed ? w->pin->head - end : w->pin->tail + j;
    if (i - w->run.begin >= w->run.count)
        find_run(w, i);
    uint64_t at = i - w->run.begin;
    if (w->run.count - at < end - j || !w->run.y)
        return NULL;
    return (const char *)w->run.y + (size_t)at * plt_type_size(w->pin->type);
}

// Extrema of some doubles: NaN loses every comparison, and no branch depends on a value.
static void extrema_f64(const double *y, size_t n, double *lo, double *hi)
{
    double least = INFINITY, most = -INFINITY;
    for (size_t i = 0; i < n; i++) {
        least = y[i] < least ? y[i] : least;
        most = y[i] > most ? y[i] : most;
    }
    *lo = least;
    *hi = most;
}

static void extrema_f32(const float *y, size_t n, double *lo, double *hi)
{
    float least = INFINITY, most = -INFINITY;
    for (size_t i = 0; i < n; i++) {
        least = y[i] < least ? y[i] : least;
        most = y[i] > most ? y[i] : most;
    }
    *lo = least;
    *hi = most;
}

// Absolute number of the first of samples [j, end).
static uint64_t first_index(const struct walk *w, uint64_t j, uint64_t end)
{
    return w->reversed ? w->pin->head - end : w->pin->tail + j;
}

// Whether any of samples [j, end) is shown.
static bool any_shown(struct walk *w, uint64_t j, uint64_t end)
{
    double lo, hi;
    uint64_t i = first_index(w, j, end);
    bool raw = w->params->mode != PLT_REDUCE_AUTO;
    return plt_extrema_y(w->pin, w->params->y.spread, raw, i, i + (end - j), &lo, &hi);
}

// First or last shown sample of [j, end), which has one.
static uint64_t find_shown(struct walk *w, uint64_t j, uint64_t end, bool first)
{
    while (end - j > 1) {
        uint64_t mid = j + (end - j) / 2;
        bool here = first ? any_shown(w, j, mid) : !any_shown(w, mid, end);
        if (here)
            end = mid;
        else
            j = mid;
    }
    return j;
}

static bool connects_all(const struct walk *w)
{
    return w->params->connect == PLT_CONNECT_ALL;
}

// Before sample j is joined to the one before it.
static void check_join(struct walk *w, uint64_t j)
{
    if (!(w->params->connect >= PLT_CONNECT_PAIRS && j > 0 &&
          !plt_reduce_joins(w->params, pin_index(w, j) - (w->reversed ? 0 : 1))))
        return;
    if (w->pen.column) // else a dense neighbour would be joined by itself
        w->pen.column->last = PLT_NO_PX;
    plt_walk_lift(w);
}

// Extrema of a few samples of [j, end). False when it takes another look.
static bool scan_extrema(struct walk *w, uint64_t j, uint64_t end, double *lo, double *hi)
{
    enum plt_type type = w->pin->type;
    const struct plt_map *map = &w->params->y;
    const void *samples = NULL;
    if (type == PLT_F64 && (samples = column_samples(w, j, end)))
        extrema_f64(samples, (size_t)(end - j), lo, hi);
    else if (type == PLT_F32 && (samples = column_samples(w, j, end)))
        extrema_f32(samples, (size_t)(end - j), lo, hi);
    return samples && plt_map_shows(map, *lo) && plt_map_shows(map, *hi);
}

// Extrema of those samples of [j, end) that are shown. False when there is none.
static bool column_extrema(struct walk *w, uint64_t j, uint64_t end, double *lo, double *hi)
{
    bool raw = w->params->mode == PLT_REDUCE_SCAN;
    if (raw || end - j > SCAN) {
        uint64_t i = first_index(w, j, end);
        return plt_extrema_y(w->pin, w->params->y.spread, raw, i, i + (end - j), lo, hi);
    }
    if (scan_extrema(w, j, end, lo, hi))
        return true;
    double least = INFINITY, most = -INFINITY;
    for (; j < end; j++) {
        double y = sample_y(w, j);
        bool shown = plt_map_shows(&w->params->y, y);
        least = shown && y < least ? y : least;
        most = shown && y > most ? y : most;
    }
    *lo = least;
    *hi = most;
    return least <= most;
}

// Columns of fewer samples are read again sooner than they are looked up.
enum { REMEMBER = 32 };

static inline struct plt_memo_entry see_column(struct walk *w, uint64_t j, uint64_t end)
{
    uint64_t i = first_index(w, j, end);
    struct plt_memo_entry seen = {.i0 = i, .i1 = i + (end - j)};
    if (!column_extrema(w, j, end, &seen.lo, &seen.hi)) {
        seen.lo = INFINITY;
        seen.hi = -INFINITY;
        return seen;
    }
    seen.left = sample_y(w, j);
    seen.right = sample_y(w, end - 1);
    return seen;
}

// What samples [j, end) in frame column c hold.
static inline struct plt_memo_entry look_at_column(struct walk *w, uint64_t j, uint64_t end,
                                                   double c)
{
    struct plt_memo_entry *entry = NULL;
    if (w->remembers && end - j >= REMEMBER) {
        struct plt_memo *memo = w->params->memo;
        int64_t k = (int64_t)(c - w->params->x.offset);
        uint64_t i = first_index(w, j, end);
        entry = &memo->entries[(uint64_t)k & (memo->size - 1)];
        entry->next = w->next;
        entry->closed = w->closed;
        if (entry->i0 == i && entry->i1 == i + (end - j))
            return *entry;
        memo->used = true;
    }
    uint64_t before = plt_pin_stand_ins(w->pin);
    struct plt_memo_entry seen = see_column(w, j, end);
    if (entry && plt_pin_stand_ins(w->pin) == before) {
        seen.next = w->next;
        seen.closed = w->closed;
        *entry = seen;
    } else if (entry) { // of a file not read yet
        *entry = (struct plt_memo_entry){0};
    }
    return seen;
}

// A value of a column, absent when a segment to it would be clipped: then the join is
// written as a segment, from the same doubles as with thinning off.
static float listed(const struct walk *w, double y)
{
    bool straight = w->params->step == PLT_STEP_NONE;
    return straight && y >= w->clip.y0 && y <= w->clip.y1 ? (float)y : PLT_NO_PX;
}

// The capsule of samples [j, end) in frame column c.
static void thin_column(struct walk *w, uint64_t j, uint64_t end, double c)
{
    const struct plt_map *map = &w->params->y;
    struct plt_column *column = column_at(w, c);
    struct plt_memo_entry seen = look_at_column(w, j, end, c);
    check_join(w, j);
    if (!column || !(seen.lo <= seen.hi)) {
        if (!connects_all(w))
            plt_walk_lift(w);
        return;
    }
    if (connects_all(w)) { // the same extrema from its first to its last shown sample
        if (!y_shown(w, seen.left))
            seen.left = sample_y(w, j = find_shown(w, j, end, true));
        if (!y_shown(w, seen.right))
            seen.right = sample_y(w, (end = find_shown(w, j, end, false) + 1) - 1);
    }
    double a = finite_px(map, seen.lo), b = finite_px(map, seen.hi);
    double top = a < b ? a : b, bottom = a < b ? b : a;
    if (top <= w->clip.y1 && bottom >= w->clip.y0) {
        column->lo = (float)(top > w->clip.y0 ? top : w->clip.y0);
        column->hi = (float)(bottom < w->clip.y1 ? bottom : w->clip.y1);
    } else if (w->params->area) {
        column->lo = column->hi = (float)clamped(top, w->clip.y0, w->clip.y1);
    }
    if (y_shown(w, seen.left)) {
        double y = finite_px(map, seen.left);
        column->first = listed(w, y);
        plt_walk_to(w, c + 0.5, y, column, j, true);
    } else {
        plt_walk_lift(w);
    }
    w->pen = (struct pen){.down = y_shown(w, seen.right),
                          .inked = true,
                          .dense = true,
                          .j = end - 1,
                          .x = c + 0.5};
    if (w->pen.down) {
        w->pen.y = finite_px(map, seen.right);
        w->pen.column = column;
        column->last = listed(w, w->pen.y);
    }
}

// Every sample of the same column: a walk up and down its centre.
static void full_column(struct walk *w, uint64_t j, uint64_t end, double c)
{
    uint64_t finite = 0;
    check_join(w, j);
    for (uint64_t i = j; i < end; i++) {
        double y = sample_y(w, i);
        if (y_shown(w, y)) {
            plt_walk_to(w, c + 0.5, finite_px(&w->params->y, y), NULL, i, true);
            finite++;
        } else if (i == j && !connects_all(w)) {
            plt_walk_lift(w);
        }
    }
    if (finite == 1) { // drawn even when joined, as the capsule is
        plt_walk_segment(w, w->pen.x, w->pen.y, w->pen.x, w->pen.y);
        w->pen.inked = true;
    }
    if (!connects_all(w) && !y_shown(w, sample_y(w, end - 1)))
        plt_walk_lift(w);
}

static void sparse_sample(struct walk *w, uint64_t j)
{
    double x = sample_x(w, j), y = sample_y(w, j);
    check_join(w, j);
    if (x_shown(w, x) && y_shown(w, y))
        plt_walk_to(w, finite_px(&w->params->x, x), finite_px(&w->params->y, y), NULL, j,
                    false);
    else if (!connects_all(w))
        plt_walk_lift(w);
}

// Whether column k of sample j is dense, however many samples it has.
static bool in_dense(struct walk *w, uint64_t j, double k)
{
    for (uint64_t d = 0; d <= PLT_DENSE; d++) {
        if (j < d || w->n - (j - d) <= PLT_DENSE)
            continue;
        if (whole(position(w, j - d)) == k && whole(position(w, j - d + PLT_DENSE)) == k)
            return true;
    }
    return false;
}

// The sample next to the view.
static void outside_sample(struct walk *w, uint64_t j, bool left)
{
    const struct plt_map *map = &w->params->x;
    if (!left)
        check_join(w, j);
    if (connects_all(w) && !y_shown(w, sample_y(w, j))) {
        uint64_t from = left ? 0 : j, to = left ? j + 1 : w->n;
        if (!any_shown(w, from, to))
            return;
        j = find_shown(w, from, to, !left);
    }
    double y = sample_y(w, j), k = whole(position(w, j));
    bool dense = in_dense(w, j, k);
    if (x_shown(w, sample_x(w, j)) && y_shown(w, y)) {
        double c = k + map->offset + 0.5;
        c = c < -FAR_PX ? -FAR_PX : c > FAR_PX ? FAR_PX : c;
        plt_walk_to(w, dense ? c : finite_px(map, sample_x(w, j)),
                    finite_px(&w->params->y, y), NULL, j, dense);
        w->pen.inked = true;
    } else {
        plt_walk_lift(w);
    }
}

// Columns of at least so many samples share no memory with their neighbours, and what lies
// at their borders is asked for so many columns before it is read. That saves a third at
// 10^9 samples.
enum { FAR_SAMPLES = 256, FAR_COLUMNS = 6 };

static void prefetch(struct walk *w, double k, uint64_t j, uint64_t count)
{
    uint64_t border = plt_guess_edge(w, k + FAR_COLUMNS, j + FAR_COLUMNS * count);
    if (border < w->n)
        plt_pin_prefetch(w->pin, pin_index(w, border));
}

static void walk_columns(struct walk *w)
{
    double offset = w->params->x.offset;
    double k0 = w->col0 - offset, k1 = w->col1 - offset;
    uint64_t begin = plt_find_edge(w, k0, 0, w->n, plt_guess_edge(w, k0, w->n / 2));
    uint64_t stop = plt_find_edge(w, k1, begin, w->n, plt_guess_edge(w, k1, begin));
    if (begin > 0)
        outside_sample(w, begin - 1, true);
    double t = begin < stop ? position(w, begin) : 0, k = whole(t) - 1;
    for (uint64_t j = begin, count = 1; j < stop && !w->failed; j += count) {
        // Mostly the next column, which is known before t is.
        k = t < k + 2 ? k + 1 : whole(t);
        uint64_t end = plt_next_edge(w, k + 1, j, stop, count, &t);
        count = end - j;
        w->next = t;
        w->closed = end < stop && !w->reversed;
        if (count >= FAR_SAMPLES && !w->remembers)
            prefetch(w, k + 1, j, count);
        if (count > PLT_DENSE && w->params->mode != PLT_REDUCE_OFF)
            thin_column(w, j, end, k + offset);
        else if (count > PLT_DENSE)
            full_column(w, j, end, k + offset);
        else
            for (uint64_t i = j; i < end; i++)
                sparse_sample(w, i);
    }
    if (stop < w->n)
        outside_sample(w, stop, false);
    plt_walk_lift(w);
}

// XY mode: x goes to and fro, so nothing is thinned and every sample is visited.
static void walk_all(struct walk *w)
{
    for (uint64_t j = 0; j < w->n && !w->failed; j++)
        sparse_sample(w, j);
    plt_walk_lift(w);
}

static void walk_init(struct walk *w)
{
    const struct plt_reduce_params *p = w->params;
    const struct plt_series_pin *pin = w->pin;
    w->n = pin->head - pin->tail;
    w->block = plt_pin_block(pin);
    w->reversed = p->x.scale < 0 && pin->sorted;
    w->col0 = (double)p->col0 - p->pad;
    w->col1 = (double)p->col1 + p->pad;
    w->clip = (struct box){w->col0 - CLIP_MARGIN, (double)p->row0 - p->pad - CLIP_MARGIN,
                           w->col1 + CLIP_MARGIN, (double)p->row1 + p->pad + CLIP_MARGIN};
    if (p->x.spread)
        w->inside = plt_scale_inverse(p->x.spread, p->x.anchor);
    w->remembers = p->mode == PLT_REDUCE_AUTO && p->connect != PLT_CONNECT_ALL &&
                   plt_memo_begin(p->memo, pin, &p->x, p->y.spread, w->reversed);
    if (pin->x_kind == PLT_X_UNIFORM && w->n > 0) {
        w->x0 = plt_map_from_f64(&p->x, pin->x0);
        w->first = position(w, 0);
        w->plain = !w->reversed && !p->x.spread && pin->head < UINT64_C(1) << 53;
        w->samples = fabs(1 / (pin->dx * p->x.scale));
    }
}

bool plt_reduce(struct plt_reduced *out, struct plt_reduce_result *result,
                const struct plt_series_pin *pin, const struct plt_reduce_params *params)
{
    size_t num_columns = out->num_columns, num_segments = out->num_segments;
    struct plt_series_pin own = *pin;
    struct walk w = {.pin = &own, .params = params, .out = out};
    walk_init(&w);
    if (params->mode == PLT_REDUCE_AUTO)
        plt_pin_hold(&own);
    bool drawable = w.n > 0 && w.col0 < w.col1 && w.clip.y0 < w.clip.y1 &&
                    isfinite(params->x.scale) && params->x.scale != 0 &&
                    isfinite(params->x.anchor) && isfinite(params->x.offset);
    if (drawable && pin->sorted)
        walk_columns(&w);
    else if (drawable)
        walk_all(&w);
    plt_pin_release(&own);
    plt_free(w.arc.lengths);
    if (w.failed) {
        out->num_columns = num_columns;
        out->num_segments = num_segments;
        return false;
    }
    *result = (struct plt_reduce_result){
        .col0 = (int32_t)w.col0,
        .first_column = num_columns,
        .num_columns = out->num_columns - num_columns,
        .first_segment = num_segments,
        .num_segments = out->num_segments - num_segments,
        .sorted = pin->sorted,
    };
    return true;
}

void plt_reduced_finish(struct plt_reduced *out)
{
    plt_free(out->columns);
    plt_free(out->segments);
    *out = (struct plt_reduced){0};
}
