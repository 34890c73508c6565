// Stage THIN: walks the columns of a view from left to right and writes the snapped
// polyline (columns.h). AUTO and OFF share the walk, the pen and the clip; they differ only
// in what they write for a dense column: its extrema, or every sample.
#include <plotlib/reduce/columns.h>

#include <string.h>

#include <plotlib/base/alloc.h>
#include <plotlib/reduce/dash.h>

// Segments are clipped this far outside the padded view: further than any ink reaches.
#define CLIP_MARGIN 64.0
// Keeps differences of two pixel positions finite.
#define FAR_PX 1e300
// Columns up to this many samples are scanned: cheaper than a visit to the pyramid.
enum { SCAN = 8 };
// Samples fetched at once when a reversed axis is read from right to left.
enum { BACK = 1023 };

struct box {
    double x0, y0, x1, y1;
};

// The end of the line drawn so far.
struct pen {
    bool down;  // there is a sample to join to
    bool inked; // something that ends there was written: no dot needed
    bool dense; // it lies in a dense column
    uint64_t j; // the sample
    double x, y;
    struct plt_column *column; // the dense column it lies in, if that is written
};

// Samples [begin, begin + count) of the pin, side by side in memory.
struct run {
    uint64_t begin, count;
    const void *x, *y;
};

// Samples are numbered in the order of their columns: 0 is the leftmost one.
struct walk {
    const struct plt_series_pin *pin;
    const struct plt_reduce_params *params;
    struct plt_reduced *out;
    uint64_t n;
    bool reversed;
    double x0;           // uniform: x of absolute sample 0, relative to the map's origin
    double first;        // uniform: position of sample 0
    double samples;      // uniform: samples a column
    double col0, col1;   // padded range, frame columns
    size_t first_column; // in out->columns, once there is a dense column
    bool has_columns;
    struct box clip;
    struct pen pen;
    struct run run; // the one read last
    struct plt_arc arc;
    bool failed;
};

static uint64_t pin_index(const struct walk *w, uint64_t j)
{
    return w->reversed ? w->pin->head - 1 - j : w->pin->tail + j;
}

// Makes w->run hold sample i of the pin, and some before it when reading backwards.
static void find_run(struct walk *w, uint64_t i)
{
    uint64_t back = w->reversed && i - w->pin->tail >= BACK ? BACK : 0;
    struct run *run = &w->run;
    run->begin = i - back;
    run->count = plt_pin_run(w->pin, run->begin, &run->x, &run->y);
    if (run->count <= back) {
        run->begin = i;
        run->count = plt_pin_run(w->pin, i, &run->x, &run->y);
    }
}

// x relative to the map's origin.
static inline double sample_x(struct walk *w, uint64_t j)
{
    uint64_t i = pin_index(w, j);
    if (w->pin->x_kind == PLT_X_UNIFORM)
        return w->x0 + (double)(int64_t)i * w->pin->dx;
    if (i - w->run.begin >= w->run.count)
        find_run(w, i);
    size_t at = (size_t)(i - w->run.begin);
    if (w->pin->x_kind == PLT_X_F64)
        return plt_map_from_f64(&w->params->x, ((const double *)w->run.x)[at]);
    return plt_map_from_i64(&w->params->x, ((const int64_t *)w->run.x)[at]);
}

static inline double sample_y(struct walk *w, uint64_t j)
{
    uint64_t i = pin_index(w, j);
    if (w->pin->type != PLT_F64 && w->pin->type != PLT_F32)
        return plt_pin_y(w->pin, i);
    if (i - w->run.begin >= w->run.count)
        find_run(w, i);
    size_t at = (size_t)(i - w->run.begin);
    return w->pin->type == PLT_F64 ? ((const double *)w->run.y)[at]
                                   : (double)((const float *)w->run.y)[at];
}

// Position before the floor: t >= k says the same as column >= k, without the floor. Never
// decreases with j.
static inline double position(struct walk *w, uint64_t j)
{
    return (sample_x(w, j) - w->params->x.anchor) * w->params->x.scale;
}

static double finite_px(const struct plt_map *map, double v)
{
    double px = plt_map_px(map, v);
    if (px >= -FAR_PX && px <= FAR_PX)
        return px;
    if (isnan(px)) // inf * 0: a map without height
        px = isnan(map->offset) ? 0 : map->offset;
    return px < -FAR_PX ? -FAR_PX : px > FAR_PX ? FAR_PX : px;
}

// --- finding column edges --------------------------------------------------------------

// floor without a call; positions beyond the int64 range have no fraction.
static double whole(double t)
{
    if (!(fabs(t) < 0x1p62))
        return t;
    double toward_zero = (double)(int64_t)t;
    return toward_zero - (t < toward_zero);
}

// First sample in [lo, hi] whose column is >= k, knowing that those before lo are not and
// hi is. Gallops away from `seed`, then bisects.
static uint64_t find_edge(struct walk *w, double k, uint64_t lo, uint64_t hi, uint64_t seed)
{
    uint64_t stride = 1;
    seed = seed < lo ? lo : seed;
    if (seed < hi && position(w, seed) < k) {
        lo = seed + 1;
        while (hi - lo >= stride && position(w, lo + stride - 1) < k) {
            lo += stride;
            stride *= 2;
        }
        hi = hi - lo >= stride ? lo + stride - 1 : hi;
    } else {
        hi = seed < hi ? seed : hi;
        while (hi - lo >= stride && position(w, hi - stride) >= k) {
            hi -= stride;
            stride *= 2;
        }
        lo = hi - lo >= stride ? hi - stride + 1 : lo;
    }
    while (lo < hi) {
        uint64_t mid = lo + (hi - lo) / 2;
        if (position(w, mid) < k)
            lo = mid + 1;
        else
            hi = mid;
    }
    return lo;
}

// Where column k should begin: exact but for rounding when x is uniform, else `fallback`.
static uint64_t guess_edge(const struct walk *w, double k, uint64_t fallback)
{
    if (w->pin->x_kind != PLT_X_UNIFORM)
        return fallback;
    double j = (k - w->first) * w->samples;
    return j >= 0 && j < (double)w->n ? (uint64_t)(int64_t)j + 1 : fallback;
}

// End of the column of sample j: the first sample in (j, stop] at or beyond k, and its
// position if there is one. `count` samples were in the column before.
static uint64_t next_edge(struct walk *w, double k, uint64_t j, uint64_t stop,
                          uint64_t count, double *t)
{
    uint64_t end = j + 1, scan = count <= SCAN && stop - j > SCAN ? j + SCAN : end;
    for (; end < scan; end++) {
        *t = position(w, end);
        if (*t >= k)
            return end;
    }
    end = find_edge(w, k, end, stop, guess_edge(w, k, j + count));
    if (end < stop)
        *t = position(w, end);
    return end;
}

// --- writing ---------------------------------------------------------------------------

// Other coordinate of the segment where its first one is c.
static double crossing(double c, double c0, double o0, double c1, double o1)
{
    double t = (c - c0) / (c1 - c0);
    double o = o0 * (1.0 - t) + o1 * t;
    double lo = o0 < o1 ? o0 : o1, hi = o0 < o1 ? o1 : o0;
    return o < lo ? lo : o > hi ? hi : o;
}

// Cuts a segment to lo <= c <= hi in its first coordinate. False when nothing is left.
static bool clip_axis(double *c0, double *o0, double *c1, double *o1, double lo, double hi)
{
    if ((*c0 < lo && *c1 < lo) || (*c0 > hi && *c1 > hi))
        return false;
    double a = *c0, oa = *o0, b = *c1, ob = *o1;
    if (a < lo || a > hi) {
        *c0 = a < lo ? lo : hi;
        *o0 = crossing(*c0, a, oa, b, ob);
    }
    if (b < lo || b > hi) {
        *c1 = b < lo ? lo : hi;
        *o1 = crossing(*c1, a, oa, b, ob);
    }
    return true;
}

static void add_cut(struct walk *w, double x0, double y0, double x1, double y1)
{
    struct plt_reduced *out = w->out;
    const struct box *clip = &w->clip;
    if (x0 > x1) {
        double x = x0, y = y0;
        x0 = x1;
        y0 = y1;
        x1 = x;
        y1 = y;
    }
    if (!clip_axis(&y0, &x0, &y1, &x1, clip->y0, clip->y1) ||
        !clip_axis(&x0, &y0, &x1, &y1, clip->x0, clip->x1))
        return;
    if (out->num_segments == out->cap_segments &&
        !plt_reserve((void **)&out->segments, &out->cap_segments, out->num_segments + 1,
                     sizeof(*out->segments))) {
        w->failed = true;
        return;
    }
    out->segments[out->num_segments++] =
        (struct plt_segment){(float)x0, (float)y0, (float)x1, (float)y1};
}

static double clamped(double v, double lo, double hi)
{
    return v < lo ? lo : v > hi ? hi : v;
}

// The outline of an area: parts above or below the rows go along their edge.
static void add_outline(struct walk *w, double x0, double y0, double x1, double y1)
{
    double lo = w->clip.y0, hi = w->clip.y1, x = x0, y = clamped(y0, lo, hi);
    double edges[2] = {y0 < y1 ? lo : hi, y0 < y1 ? hi : lo};
    for (int i = 0; i < 2; i++) {
        if ((edges[i] > y0) == (edges[i] > y1) || edges[i] == y0 || edges[i] == y1)
            continue;
        double at = crossing(edges[i], y0, x0, y1, x1);
        add_cut(w, x, y, at, edges[i]);
        x = at;
        y = edges[i];
    }
    add_cut(w, x, y, x1, clamped(y1, lo, hi));
}

static void add_segment(struct walk *w, double x0, double y0, double x1, double y1)
{
    if (w->params->area)
        add_outline(w, x0, y0, x1, y1);
    else
        add_cut(w, x0, y0, x1, y1);
}

// The corners between two joined points, both included.
static int corners(const struct walk *w, const double a[2], const double b[2],
                   double way[4][2])
{
    enum plt_step step = w->params->step;
    if (w->reversed && (step == PLT_STEP_PRE || step == PLT_STEP_POST))
        step = step == PLT_STEP_PRE ? PLT_STEP_POST : PLT_STEP_PRE;
    double turn = step == PLT_STEP_PRE    ? a[0]
                  : step == PLT_STEP_POST ? b[0]
                                          : (a[0] + b[0]) / 2;
    int n = 0;
    memcpy(way[n++], a, sizeof(way[0]));
    if (step != PLT_STEP_NONE) {
        const double first[2] = {turn, a[1]}, second[2] = {turn, b[1]};
        if (turn != a[0])
            memcpy(way[n++], first, sizeof(first));
        if (turn != b[0] && b[1] != a[1])
            memcpy(way[n++], second, sizeof(second));
    }
    memcpy(way[n++], b, sizeof(way[0]));
    return n;
}

// The line breaks. A sample that nothing joined becomes a dot.
static void pen_lift(struct walk *w)
{
    struct pen *pen = &w->pen;
    if (pen->down && !pen->inked)
        add_segment(w, pen->x, pen->y, pen->x, pen->y);
    pen->down = false;
}

// --- dashes ----------------------------------------------------------------------------

// Whether the line joins absolute sample i to the next one.
static bool joins_next(const struct walk *w, uint64_t i)
{
    const struct plt_reduce_params *p = w->params;
    if (p->connect == PLT_CONNECT_PAIRS)
        return i % 2 == 0;
    return p->connect != PLT_CONNECT_ARRAY || i >= p->num_join_next || p->join_next[i];
}

// Goes on with the line's length to sample arc.next.
static void arc_step(struct walk *w)
{
    struct plt_arc *arc = &w->arc;
    uint64_t i = arc->next++;
    uint64_t j = w->reversed ? w->pin->head - 1 - i : i - w->pin->tail;
    double x = sample_x(w, j), y = sample_y(w, j);
    bool finite = isfinite(x) && isfinite(y);
    if (finite) {
        x = finite_px(&w->params->x, x);
        y = finite_px(&w->params->y, y);
        double dx = fabs(x - arc->x), dy = fabs(y - arc->y);
        if (arc->has && (i == 0 || joins_next(w, i - 1)))
            arc->length += w->params->step ? dx + dy : sqrt(dx * dx + dy * dy);
        arc->x = x;
        arc->y = y;
    }
    arc->has = finite || (arc->has && w->params->connect == PLT_CONNECT_ALL);
}

enum { BLOCK = 65536 };

static double arc_of(struct walk *w, uint64_t j)
{
    struct plt_arc *arc = &w->arc;
    uint64_t i = pin_index(w, j), begin = w->pin->tail;
    if (w->pin->sorted && begin < i / BLOCK * BLOCK)
        begin = i / BLOCK * BLOCK;
    if (w->pin->sorted && !arc->lengths &&
        !(arc->lengths = plt_calloc(BLOCK, sizeof(*arc->lengths)))) {
        w->failed = true;
        return 0;
    }
    if (!arc->started || arc->begin != begin)
        *arc = (struct plt_arc){arc->lengths, begin, begin, 0, true, false, 0, 0};
    while (arc->next <= i) {
        uint64_t at = arc->next;
        arc_step(w);
        if (arc->lengths)
            arc->lengths[at % BLOCK] = arc->length;
    }
    return arc->lengths ? arc->lengths[i % BLOCK] : arc->length;
}

// The dashes of the segment from a to b, which begins `arc` pixels along the line.
static void add_dashes(struct walk *w, const double a[2], const double b[2], double arc)
{
    const struct plt_reduce_params *p = w->params;
    const struct box *clip = &w->clip;
    double dx = b[0] - a[0], dy = b[1] - a[1], length = sqrt(dx * dx + dy * dy);
    double x0 = a[0], y0 = a[1], x1 = b[0], y1 = b[1];
    if (!clip_axis(&y0, &x0, &y1, &x1, clip->y0, clip->y1) ||
        !clip_axis(&x0, &y0, &x1, &y1, clip->x0, clip->x1))
        return;
    double s0 = fabs(dx) > fabs(dy) ? (x0 - a[0]) / dx : dy != 0 ? (y0 - a[1]) / dy : 0;
    double s1 = fabs(dx) > fabs(dy) ? (x1 - a[0]) / dx : dy != 0 ? (y1 - a[1]) / dy : 1;
    struct plt_dash_walk dash;
    double s = s0 * length, end = s1 * length;
    if (!(length > 0) ||
        !plt_dash_start(&dash, p->dash, p->num_dash, arc + s + p->dash_offset)) {
        add_segment(w, a[0], a[1], b[0], b[1]);
        return;
    }
    while (s < end && !w->failed) {
        double next = s + dash.left < end ? s + dash.left : end;
        double t = s / length, u = next / length;
        if (dash.at % 2 == 0)
            add_segment(w, a[0] + t * dx, a[1] + t * dy, a[0] + u * dx, a[1] + u * dy);
        s = next;
        plt_dash_next(&dash);
    }
}

// Puts segments that were written from right to left into the order of the others.
static void turn_segments(struct plt_reduced *out, size_t first)
{
    for (size_t end = out->num_segments; first + 1 < end; first++) {
        struct plt_segment s = out->segments[first];
        out->segments[first] = out->segments[--end];
        out->segments[end] = s;
    }
}

// Writes the way from the pen to (x, y), sample j.
static void add_join(struct walk *w, double x, double y, uint64_t j, bool dense)
{
    const double a[2] = {w->pen.x, w->pen.y}, b[2] = {x, y};
    double way[4][2];
    if (w->params->step == PLT_STEP_NONE && !w->params->dash) {
        add_segment(w, a[0], a[1], b[0], b[1]);
        return;
    }
    if (!w->params->dash || dense || w->pen.dense) {
        int n = corners(w, a, b, way);
        for (int i = 0; i + 1 < n; i++)
            add_segment(w, way[i][0], way[i][1], way[i + 1][0], way[i + 1][1]);
        return;
    }
    // Along the order of the samples, as the length is counted.
    size_t first = w->out->num_segments;
    int n = corners(w, a, b, way);
    double arc = arc_of(w, w->reversed ? j : w->pen.j);
    for (int k = 0; k + 1 < n; k++) {
        const double *from = way[w->reversed ? n - 1 - k : k];
        const double *to = way[w->reversed ? n - 2 - k : k + 1];
        add_dashes(w, from, to, arc);
        arc += sqrt((to[0] - from[0]) * (to[0] - from[0]) +
                    (to[1] - from[1]) * (to[1] - from[1]));
    }
    if (w->reversed)
        turn_segments(w->out, first);
}

// Joins sample j at (x, y), which begins `column` when that is a written one.
static void pen_to(struct walk *w, double x, double y, struct plt_column *column,
                   uint64_t j, bool dense)
{
    struct pen *pen = &w->pen;
    bool implied = pen->down && column && pen->column && column - pen->column == 1 &&
                   pen->column->last < PLT_NO_PX && column->first < PLT_NO_PX;
    if (pen->down && !implied)
        add_join(w, x, y, j, dense);
    *pen = (struct pen){true, pen->down, dense, j, x, y, column};
}

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
    if (w->run.count - at < end - j)
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

// Whether any of samples [j, end) is finite.
static bool any_finite(struct walk *w, uint64_t j, uint64_t end)
{
    double lo, hi;
    uint64_t i = w->reversed ? w->pin->head - end : w->pin->tail + j;
    if (w->params->mode == PLT_REDUCE_AUTO)
        return plt_pin_min_max(w->pin, i, i + (end - j), &lo, &hi);
    return plt_pin_min_max_raw(w->pin, i, i + (end - j), &lo, &hi);
}

// First or last finite sample of [j, end), which has one.
static uint64_t find_finite(struct walk *w, uint64_t j, uint64_t end, bool first)
{
    while (end - j > 1) {
        uint64_t mid = j + (end - j) / 2;
        bool here = first ? any_finite(w, j, mid) : !any_finite(w, mid, end);
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
          !joins_next(w, w->reversed ? pin_index(w, j) : pin_index(w, j) - 1)))
        return;
    if (w->pen.column) // else a dense neighbour would be joined by itself
        w->pen.column->last = PLT_NO_PX;
    pen_lift(w);
}

// Extrema of the finite samples of [j, end). False when there is none.
static bool column_extrema(struct walk *w, uint64_t j, uint64_t end, double *lo, double *hi)
{
    if (w->params->mode == PLT_REDUCE_SCAN) {
        uint64_t i = w->reversed ? w->pin->head - end : w->pin->tail + j;
        return plt_pin_min_max_raw(w->pin, i, i + (end - j), lo, hi);
    }
    if (end - j > SCAN) {
        uint64_t i = w->reversed ? w->pin->head - end : w->pin->tail + j;
        return plt_pin_min_max(w->pin, i, i + (end - j), lo, hi);
    }
    enum plt_type type = w->pin->type;
    bool floats = type == PLT_F64 || type == PLT_F32;
    const void *samples = floats ? column_samples(w, j, end) : NULL;
    if (samples && type == PLT_F64)
        extrema_f64(samples, (size_t)(end - j), lo, hi);
    else if (samples)
        extrema_f32(samples, (size_t)(end - j), lo, hi);
    if (samples && isfinite(*lo) && isfinite(*hi))
        return true; // else there are infinities, or nothing finite
    double least = INFINITY, most = -INFINITY;
    for (; j < end; j++) {
        double y = sample_y(w, j);
        bool finite = isfinite(y);
        least = finite && y < least ? y : least;
        most = finite && y > most ? y : most;
    }
    *lo = least;
    *hi = most;
    return least <= most;
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
    double lo, hi;
    struct plt_column *column = column_at(w, c);
    check_join(w, j);
    if (!column || !column_extrema(w, j, end, &lo, &hi)) {
        if (!connects_all(w))
            pen_lift(w);
        return;
    }
    if (connects_all(w)) { // the same extrema from its first to its last finite sample
        if (!isfinite(sample_y(w, j)))
            j = find_finite(w, j, end, true);
        if (!isfinite(sample_y(w, end - 1)))
            end = find_finite(w, j, end, false) + 1;
    }
    double a = finite_px(map, lo), b = finite_px(map, hi);
    double top = a < b ? a : b, bottom = a < b ? b : a;
    if (top <= w->clip.y1 && bottom >= w->clip.y0) {
        column->lo = (float)(top > w->clip.y0 ? top : w->clip.y0);
        column->hi = (float)(bottom < w->clip.y1 ? bottom : w->clip.y1);
    } else if (w->params->area) {
        column->lo = column->hi = (float)clamped(top, w->clip.y0, w->clip.y1);
    }
    double first = sample_y(w, j);
    double last = sample_y(w, end - 1);
    if (isfinite(first)) {
        double y = finite_px(map, first);
        column->first = listed(w, y);
        pen_to(w, c + 0.5, y, column, j, true);
    } else {
        pen_lift(w);
    }
    w->pen = (struct pen){
        .down = isfinite(last), .inked = true, .dense = true, .j = end - 1, .x = c + 0.5};
    if (w->pen.down) {
        w->pen.y = finite_px(map, last);
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
        if (isfinite(y)) {
            pen_to(w, c + 0.5, finite_px(&w->params->y, y), NULL, i, true);
            finite++;
        } else if (i == j && !connects_all(w)) {
            pen_lift(w);
        }
    }
    if (finite == 1) { // drawn even when joined, as the capsule is
        add_segment(w, w->pen.x, w->pen.y, w->pen.x, w->pen.y);
        w->pen.inked = true;
    }
    if (!connects_all(w) && !isfinite(sample_y(w, end - 1)))
        pen_lift(w);
}

static void sparse_sample(struct walk *w, uint64_t j)
{
    double x = sample_x(w, j), y = sample_y(w, j);
    check_join(w, j);
    if (isfinite(x) && isfinite(y))
        pen_to(w, finite_px(&w->params->x, x), finite_px(&w->params->y, y), NULL, j, false);
    else if (!connects_all(w))
        pen_lift(w);
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
    if (connects_all(w) && !isfinite(sample_y(w, j))) {
        uint64_t from = left ? 0 : j, to = left ? j + 1 : w->n;
        if (!any_finite(w, from, to))
            return;
        j = find_finite(w, from, to, !left);
    }
    double y = sample_y(w, j), k = whole(position(w, j));
    bool dense = in_dense(w, j, k);
    if (isfinite(sample_x(w, j)) && isfinite(y)) {
        double c = k + map->offset + 0.5;
        c = c < -FAR_PX ? -FAR_PX : c > FAR_PX ? FAR_PX : c;
        pen_to(w, dense ? c : finite_px(map, sample_x(w, j)), finite_px(&w->params->y, y),
               NULL, j, dense);
        w->pen.inked = true;
    } else {
        pen_lift(w);
    }
}

static void walk_columns(struct walk *w)
{
    double offset = w->params->x.offset;
    double k0 = w->col0 - offset, k1 = w->col1 - offset;
    uint64_t begin = find_edge(w, k0, 0, w->n, guess_edge(w, k0, w->n / 2));
    uint64_t stop = find_edge(w, k1, begin, w->n, guess_edge(w, k1, begin));
    if (begin > 0)
        outside_sample(w, begin - 1, true);
    double t = begin < stop ? position(w, begin) : 0;
    for (uint64_t j = begin, count = 1; j < stop && !w->failed; j += count) {
        double k = whole(t);
        uint64_t end = next_edge(w, k + 1, j, stop, count, &t);
        count = end - j;
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
    pen_lift(w);
}

// XY mode: x goes to and fro, so nothing is thinned and every sample is visited.
static void walk_all(struct walk *w)
{
    for (uint64_t j = 0; j < w->n && !w->failed; j++)
        sparse_sample(w, j);
    pen_lift(w);
}

static void walk_init(struct walk *w)
{
    const struct plt_reduce_params *p = w->params;
    const struct plt_series_pin *pin = w->pin;
    w->n = pin->head - pin->tail;
    w->reversed = p->x.scale < 0 && pin->sorted;
    w->col0 = (double)p->col0 - p->pad;
    w->col1 = (double)p->col1 + p->pad;
    w->clip = (struct box){w->col0 - CLIP_MARGIN, (double)p->row0 - p->pad - CLIP_MARGIN,
                           w->col1 + CLIP_MARGIN, (double)p->row1 + p->pad + CLIP_MARGIN};
    if (pin->x_kind == PLT_X_UNIFORM && w->n > 0) {
        w->x0 = plt_map_from_f64(&p->x, pin->x0);
        w->first = position(w, 0);
        w->samples = fabs(1 / (pin->dx * p->x.scale));
    }
}

bool plt_reduce(struct plt_reduced *out, struct plt_reduce_result *result,
                const struct plt_series_pin *pin, const struct plt_reduce_params *params)
{
    size_t num_columns = out->num_columns, num_segments = out->num_segments;
    struct walk w = {.pin = pin, .params = params, .out = out};
    walk_init(&w);
    bool drawable = w.n > 0 && w.col0 < w.col1 && w.clip.y0 < w.clip.y1 &&
                    isfinite(params->x.scale) && params->x.scale != 0 &&
                    isfinite(params->x.anchor) && isfinite(params->x.offset);
    if (drawable && pin->sorted)
        walk_columns(&w);
    else if (drawable)
        walk_all(&w);
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
