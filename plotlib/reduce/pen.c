// The pen of the reduction: cuts the way from sample to sample to the view, turns the
// corners of steps and leaves the gaps of dashes.
#include <plotlib/reduce/walk.h>

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
    out->segments[out->num_segments++] = (struct plt_segment){
        (float)plt_snap_x(x0), (float)y0, (float)plt_snap_x(x1), (float)y1};
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

void plt_walk_segment(struct walk *w, double x0, double y0, double x1, double y1)
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
void plt_walk_lift(struct walk *w)
{
    struct pen *pen = &w->pen;
    if (pen->down && !pen->inked)
        plt_walk_segment(w, pen->x, pen->y, pen->x, pen->y);
    pen->down = false;
}

// --- dashes ----------------------------------------------------------------------------

bool plt_reduce_joins(const struct plt_reduce_params *p, uint64_t i)
{
    if (p->connect == PLT_CONNECT_PAIRS)
        return i % 2 == 0;
    return p->connect != PLT_CONNECT_ARRAY || i >= p->num_join_next || p->join_next[i];
}

// Goes on with the line's length to sample arc.next.
static void arc_step(struct walk *w)
{
    struct plt_arc *arc = &w->arc;
    uint64_t i = arc->next++;
    double x = x_at(w, i), y = y_at(w, i);
    bool shown = x_shown(w, x) && y_shown(w, y);
    if (shown) {
        x = finite_px(&w->params->x, x);
        y = finite_px(&w->params->y, y);
        double dx = fabs(x - arc->x), dy = fabs(y - arc->y);
        if (arc->has && (i == 0 || plt_reduce_joins(w->params, i - 1)))
            arc->length += w->params->step ? dx + dy : sqrt(dx * dx + dy * dy);
        arc->x = x;
        arc->y = y;
    }
    arc->has = shown || (arc->has && w->params->connect == PLT_CONNECT_ALL);
}

// Samples that a ring has dropped are counted too as long as they are there: the pattern
// does not crawl when the oldest one goes.
static double arc_of(struct walk *w, uint64_t j)
{
    struct plt_arc *arc = &w->arc;
    uint64_t i = pin_index(w, j), begin = block_start(w, w->pin->sorted ? i : w->pin->tail);
    if (w->pin->sorted && !arc->lengths &&
        !(arc->lengths = plt_calloc((size_t)w->block, sizeof(*arc->lengths)))) {
        w->failed = true;
        return 0;
    }
    if (!arc->started || arc->begin != begin)
        *arc = (struct plt_arc){arc->lengths, begin, begin, 0, true, false, 0, 0};
    while (arc->next <= i) {
        uint64_t at = arc->next;
        arc_step(w);
        if (arc->lengths)
            arc->lengths[at - begin] = arc->length;
    }
    return arc->lengths ? arc->lengths[i - begin] : arc->length;
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
        plt_walk_segment(w, a[0], a[1], b[0], b[1]);
        return;
    }
    while (s < end && !w->failed) {
        double next = s + dash.left < end ? s + dash.left : end;
        double t = s / length, u = next / length;
        if (dash.at % 2 == 0)
            plt_walk_segment(w, a[0] + t * dx, a[1] + t * dy, a[0] + u * dx, a[1] + u * dy);
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
void plt_walk_join(struct walk *w, double x, double y, uint64_t j, bool dense)
{
    const double a[2] = {w->pen.x, w->pen.y}, b[2] = {x, y};
    double way[4][2];
    if (w->params->step == PLT_STEP_NONE && !w->params->dash) {
        plt_walk_segment(w, a[0], a[1], b[0], b[1]);
        return;
    }
    if (!w->params->dash || dense || w->pen.dense) {
        int n = corners(w, a, b, way);
        for (int i = 0; i + 1 < n; i++)
            plt_walk_segment(w, way[i][0], way[i][1], way[i + 1][0], way[i + 1][1]);
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
