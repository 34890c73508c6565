// plt_reduce against its definition: OFF lists the snapped polyline that a plain reading of
// the samples gives, and AUTO paints the same bytes as OFF.
#include "random_curve.h"

#include <plotlib/base/alloc.h>

// --- the definition, read plainly ------------------------------------------------------

struct full_segment {
    double x0, y0, x1, y1;
    bool outside; // ends at samples that lie both left or both right of the padded view
};

struct full {
    struct full_segment *segments;
    size_t count;
};

static double clamp_px(double px)
{
    return isnan(px) ? 0 : fmin(fmax(px, -1e300), 1e300);
}

static double plain_x(const struct test_curve *curve, size_t i)
{
    const struct plt_map *map = &curve->params.x;
    if (curve->xf)
        return curve->xf[i] - (double)map->origin;
    if (curve->xi)
        return (double)(curve->xi[i] - map->origin);
    return curve->pin.x0 - (double)map->origin + (double)i * curve->pin.dx;
}

struct vertex {
    double c, x, y; // frame column, position
};

static void full_add(struct full *full, const struct test_curve *curve, struct vertex a,
                     struct vertex b)
{
    const struct plt_reduce_params *p = &curve->params;
    double left = p->col0 - p->pad, right = p->col1 + p->pad;
    struct full_segment *s = &full->segments[full->count++];
    *s = (struct full_segment){a.x, a.y, b.x, b.y, false};
    if (a.x > b.x)
        *s = (struct full_segment){b.x, b.y, a.x, a.y, false};
    s->outside =
        curve->pin.sorted && ((a.c < left && b.c < left) || (a.c >= right && b.c >= right));
}

// Sample i as columns.h says, `dense` being that of its column.
static struct vertex full_vertex(const struct test_curve *curve, size_t i, bool dense)
{
    const struct plt_map *map = &curve->params.x;
    double v = plain_x(curve, i), k = floor((v - map->anchor) * map->scale);
    double x = dense ? k + map->offset + 0.5 : clamp_px(plt_map_px(map, v));
    return (struct vertex){k + map->offset, x,
                           clamp_px(plt_map_px(&curve->params.y, curve->y[i]))};
}

// Samples of one column, in the order of the picture.
struct members {
    size_t first, end;
    bool reversed, dense;
};

static size_t member(const struct test_curve *curve, const struct members *m, size_t j)
{
    return (size_t)(m->reversed ? curve->pin.head - 1 - j : curve->pin.tail + j);
}

static bool is_sample(const struct test_curve *curve, size_t i)
{
    return isfinite(plain_x(curve, i)) && isfinite(curve->y[i]);
}

static bool only_finite(const struct test_curve *curve, const struct members *m, size_t j)
{
    bool only = m->dense;
    for (size_t i = m->first; i < m->end && only; i++)
        only = i == j || !is_sample(curve, member(curve, m, i));
    return only;
}

struct full_pen {
    bool down, inked;
    struct vertex at;
};

static void full_members(struct full *full, struct full_pen *pen,
                         const struct test_curve *curve, const struct members *m)
{
    for (size_t j = m->first; j < m->end; j++) {
        size_t i = member(curve, m, j);
        bool border = !m->dense || j == m->first || j + 1 == m->end;
        if (is_sample(curve, i)) {
            struct vertex v = full_vertex(curve, i, m->dense);
            if (pen->down)
                full_add(full, curve, pen->at, v);
            *pen = (struct full_pen){true, pen->down, v};
            if (only_finite(curve, m, j)) {
                full_add(full, curve, v, v);
                pen->inked = true;
            }
        } else if (border) {
            if (pen->down && !pen->inked)
                full_add(full, curve, pen->at, pen->at);
            pen->down = false;
        }
    }
}

static struct full full_create(const struct test_curve *curve)
{
    const struct plt_map *map = &curve->params.x;
    size_t n = (size_t)(curve->pin.head - curve->pin.tail);
    struct full full = {calloc(2 * n + 1, sizeof(*full.segments)), 0};
    struct full_pen pen = {0};
    struct members m = {.reversed = map->scale < 0 && curve->pin.sorted};
    for (; m.first < n; m.first = m.end) {
        double c = full_vertex(curve, member(curve, &m, m.first), false).c;
        m.end = m.first + 1;
        while (curve->pin.sorted && m.end < n &&
               full_vertex(curve, member(curve, &m, m.end), false).c == c)
            m.end++;
        m.dense = m.end - m.first > PLT_DENSE;
        full_members(&full, &pen, curve, &m);
    }
    if (pen.down && !pen.inked)
        full_add(&full, curve, pen.at, pen.at);
    return full;
}

// Part of the segment inside the box, by Liang and Barsky (1984), in long double.
static bool plain_clip(const struct full_segment *s, const double box[4], long double *t)
{
    long double d[2] = {(long double)s->x1 - s->x0, (long double)s->y1 - s->y0};
    long double from[2] = {s->x0, s->y0};
    t[0] = 0;
    t[1] = 1;
    for (int edge = 0; edge < 4; edge++) {
        long double p = edge < 2 ? -d[edge] : d[edge - 2];
        long double q = edge < 2 ? from[edge] - box[edge] : box[edge] - from[edge - 2];
        if (p == 0 && q < 0)
            return false;
        if (p < 0 && q / p > t[0])
            t[0] = q / p;
        if (p > 0 && q / p < t[1])
            t[1] = q / p;
    }
    return t[0] <= t[1] + 1e-9L;
}

static bool near_enough(const struct full_segment *s, const long double *t,
                        const struct plt_segment *got)
{
    double far = fmax(fmax(fabs(s->x0), fabs(s->x1)), fmax(fabs(s->y0), fabs(s->y1)));
    if (far > 1e9)
        return true;
    double x0 = (double)(s->x0 + t[0] * ((long double)s->x1 - s->x0));
    double y0 = (double)(s->y0 + t[0] * ((long double)s->y1 - s->y0));
    double x1 = (double)(s->x0 + t[1] * ((long double)s->x1 - s->x0));
    double y1 = (double)(s->y0 + t[1] * ((long double)s->y1 - s->y0));
    return fabs(x0 - got->x0) < 2e-3 && fabs(y0 - got->y0) < 2e-3 &&
           fabs(x1 - got->x1) < 2e-3 && fabs(y1 - got->y1) < 2e-3;
}

static bool same_as_definition(const struct test_curve *curve, const struct full *full,
                               const struct plt_segment *got, size_t count)
{
    const struct plt_reduce_params *p = &curve->params;
    double box[4] = {p->col0 - p->pad - 64, p->row0 - p->pad - 64, p->col1 + p->pad + 64,
                     p->row1 + p->pad + 64};
    size_t next = 0;
    for (size_t i = 0; i < full->count; i++) {
        const struct full_segment *s = &full->segments[i];
        long double t[2];
        if (s->outside || !plain_clip(s, box, t))
            continue;
        bool inside = s->x0 >= box[0] && s->x1 <= box[2] && fmin(s->y0, s->y1) >= box[1] &&
                      fmax(s->y0, s->y1) <= box[3];
        float x0 = (float)plt_snap_x(s->x0), x1 = (float)plt_snap_x(s->x1);
        bool equal = next < count && got[next].x0 == x0 && got[next].y0 == (float)s->y0 &&
                     got[next].x1 == x1 && got[next].y1 == (float)s->y1;
        bool grazes = t[1] - t[0] < 1e-9L;
        if (inside ? equal : next < count && near_enough(s, t, &got[next]))
            next++;
        else if (inside || !grazes)
            return false;
    }
    return next == count;
}

// --- painting by distance --------------------------------------------------------------

struct picture {
    int x0, y0, width, height;
    float *d2; // [height][width], squared distance to the stroke
    uint8_t *bytes;
};

static float distance2(float px, float py, const struct plt_segment *s)
{
    float lo = s->y0 < s->y1 ? s->y0 : s->y1, hi = s->y0 < s->y1 ? s->y1 : s->y0;
    float vx = px - s->x0, vy = py - s->y0;
    if (s->x0 == s->x1) {
        float dy = py < lo ? lo - py : py > hi ? py - hi : 0;
        return vx * vx + dy * dy;
    }
    float ux = s->x1 - s->x0, uy = s->y1 - s->y0;
    float t = vx * ux + vy * uy, l = ux * ux + uy * uy;
    if (t <= 0)
        return vx * vx + vy * vy;
    if (t >= l) {
        float wx = px - s->x1, wy = py - s->y1;
        return wx * wx + wy * wy;
    }
    float cross = vx * uy - vy * ux;
    return cross * cross * (1 / l);
}

static int clamp_int(double v, int lo, int hi)
{
    return v < lo ? lo : v > hi ? hi : (int)v;
}

static void paint_segment(struct picture *picture, const struct plt_segment *s,
                          double reach)
{
    double x0 = fmin(s->x0, s->x1) - reach - picture->x0;
    double x1 = fmax(s->x0, s->x1) + reach - picture->x0 + 1;
    double y0 = fmin(s->y0, s->y1) - reach - picture->y0;
    double y1 = fmax(s->y0, s->y1) + reach - picture->y0 + 1;
    for (int y = clamp_int(y0, 0, picture->height); y < clamp_int(y1, 0, picture->height);
         y++)
        for (int x = clamp_int(x0, 0, picture->width); x < clamp_int(x1, 0, picture->width);
             x++) {
            float d2 = distance2((float)(picture->x0 + x) + 0.5f,
                                 (float)(picture->y0 + y) + 0.5f, s);
            float *old = &picture->d2[y * picture->width + x];
            *old = d2 < *old ? d2 : *old;
        }
}

static struct picture paint(const struct plt_reduced *reduced,
                            const struct plt_reduce_result *result,
                            const struct test_curve *curve)
{
    const struct plt_reduce_params *p = &curve->params;
    struct picture picture = {p->col0, p->row0, p->col1 - p->col0, p->row1 - p->row0, 0, 0};
    size_t area = (size_t)picture.width * (size_t)picture.height;
    double reach = curve->width_px / 2 + 1;
    picture.d2 = malloc(area * sizeof(float));
    picture.bytes = malloc(area);
    for (size_t i = 0; i < area; i++)
        picture.d2[i] = 1e30f;
    for (size_t i = 0; i < result->num_columns; i++) {
        const struct plt_column *c = &reduced->columns[result->first_column + i];
        float x = (float)(result->col0 + (int)i) + 0.5f;
        if (c->lo <= c->hi)
            paint_segment(&picture, &(struct plt_segment){x, c->lo, x, c->hi}, reach);
        if (i + 1 < result->num_columns && c->last < PLT_NO_PX && c[1].first < PLT_NO_PX)
            paint_segment(&picture, &(struct plt_segment){x, c->last, x + 1, c[1].first},
                          reach);
    }
    for (size_t i = 0; i < result->num_segments; i++)
        paint_segment(&picture, &reduced->segments[result->first_segment + i], reach);
    for (size_t i = 0; i < area; i++) {
        float c = (float)curve->width_px / 2 + 0.5f - sqrtf(picture.d2[i]);
        picture.bytes[i] = (uint8_t)((c > 1 ? 1 : c > 0 ? c : 0) * 255 + 0.5f);
    }
    return picture;
}

static void picture_finish(struct picture *picture)
{
    free(picture->d2);
    free(picture->bytes);
}

// --- what holds for every result -------------------------------------------------------

static bool well_formed(const struct test_curve *curve, const struct plt_reduced *reduced,
                        const struct plt_reduce_result *result)
{
    const struct plt_reduce_params *p = &curve->params;
    float x0 = (float)(p->col0 - p->pad - 64), x1 = (float)(p->col1 + p->pad + 64);
    float y0 = (float)(p->row0 - p->pad - 64), y1 = (float)(p->row1 + p->pad + 64);
    bool ok = result->col0 == p->col0 - p->pad && result->sorted == curve->pin.sorted;
    ok = ok && (result->num_columns == 0 ||
                result->num_columns == (size_t)(p->col1 - p->col0 + 2 * p->pad));
    ok = ok && (p->mode == PLT_REDUCE_AUTO || result->num_columns == 0);
    const struct plt_segment *s = reduced->segments + result->first_segment;
    for (size_t i = 0; i < result->num_segments; i++) {
        ok = ok && s[i].x0 >= x0 && s[i].x0 <= s[i].x1 && s[i].x1 <= x1;
        ok = ok && s[i].y0 >= y0 && s[i].y0 <= y1 && s[i].y1 >= y0 && s[i].y1 <= y1;
        ok = ok && (!result->sorted || i == 0 || s[i - 1].x0 <= s[i].x0);
    }
    const struct plt_column *c = reduced->columns + result->first_column;
    for (size_t i = 0; i < result->num_columns; i++) {
        bool empty = c[i].lo == PLT_NO_PX && c[i].hi == -PLT_NO_PX;
        ok = ok && (empty || (c[i].lo >= y0 && c[i].lo <= c[i].hi && c[i].hi <= y1));
        ok = ok &&
             (c[i].first == PLT_NO_PX || (c[i].first >= c[i].lo && c[i].first <= c[i].hi));
        ok = ok &&
             (c[i].last == PLT_NO_PX || (c[i].last >= c[i].lo && c[i].last <= c[i].hi));
    }
    return ok;
}

struct tally {
    int cases, dense, blank, unsorted;
};

static void explain(const struct test_curve *curve, int number, const char *what)
{
    const struct plt_reduce_params *p = &curve->params;
    fprintf(stderr,
            "case %d: %s: %s, x kind %d, %zu samples (%zu kept), %g samples a column, "
            "width %g, sorted %d, reversed %d\n",
            number, what, test_signal_names[curve->signal], (int)curve->pin.x_kind,
            curve->n, (size_t)(curve->pin.head - curve->pin.tail),
            1 / fabs(p->x.scale * curve->pin.dx), curve->width_px, curve->pin.sorted,
            p->x.scale < 0);
}

static void check_case(struct test_curve *curve, int number, struct tally *tally)
{
    struct plt_reduced out = {.segments = malloc(sizeof(*out.segments)),
                              .cap_segments = 1,
                              .columns = malloc(sizeof(*out.columns)),
                              .cap_columns = 1};
    struct plt_reduce_result result[2];
    for (int mode = 0; mode < 2; mode++) {
        curve->params.mode = (enum plt_reduce_mode)mode;
        REQUIRE(plt_reduce(&out, &result[mode], &curve->pin, &curve->params));
        bool fine = well_formed(curve, &out, &result[mode]);
        REQUIRE(fine);
        if (!fine)
            explain(curve, number, mode ? "off is malformed" : "auto is malformed");
    }
    struct full full = full_create(curve);
    bool defined = same_as_definition(curve, &full, out.segments + result[1].first_segment,
                                      result[1].num_segments);
    REQUIRE(defined);
    if (!defined)
        explain(curve, number, "off differs from the definition");
    struct picture a = paint(&out, &result[0], curve), b = paint(&out, &result[1], curve);
    size_t area = (size_t)a.width * (size_t)a.height;
    bool same = memcmp(a.bytes, b.bytes, area) == 0, blank = true;
    for (size_t i = 0; i < area; i++)
        blank = blank && a.bytes[i] == 0;
    REQUIRE(same);
    if (!same)
        explain(curve, number, "auto differs from off");
    tally->cases++;
    tally->dense += result[0].num_columns > 0;
    tally->blank += blank;
    tally->unsorted += !curve->pin.sorted;
    picture_finish(&a);
    picture_finish(&b);
    free(full.segments);
    plt_reduced_finish(&out);
}

static void test_fuzz(struct test_random *random)
{
    struct tally tally = {0};
    for (int i = 0; i < 5000; i++) {
        struct test_curve curve = test_curve_create(random, i % 100 ? 1e4 : 3e5);
        check_case(&curve, i, &tally);
        test_curve_destroy(&curve);
    }
    printf("%d cases: %d with dense columns, %d blank, %d in XY mode\n", tally.cases,
           tally.dense, tally.blank, tally.unsorted);
    REQUIRE_CMP(tally.dense, >, tally.cases / 5, "d");
    REQUIRE_CMP(tally.blank, <, tally.cases / 2, "d");
    REQUIRE_CMP(tally.unsorted, >, 0, "d");
}

// --- by hand ---------------------------------------------------------------------------

static struct plt_reduce_params plain_view(double scale)
{
    return (struct plt_reduce_params){
        .x = {.scale = scale}, .y = {.scale = 1}, .col1 = 10, .row1 = 10, .pad = 1};
}

static void test_three_in_a_column(void)
{
    const double y[] = {2, 7, 1, 5, 4, NAN, NAN, 6, NAN, NAN, NAN, NAN, 3};
    struct plt_series *series = plt_series_create(plt_series_params(.x0 = 0));
    struct plt_series_pin pin;
    struct plt_reduced out = {0};
    struct plt_reduce_result result;
    struct plt_reduce_params params = plain_view(1.0 / 3);
    plt_series_append(series, y, sizeof(y) / sizeof(*y));
    REQUIRE(plt_series_pin(series, &pin));
    REQUIRE(plt_reduce(&out, &result, &pin, &params));
    REQUIRE_CMP(result.num_columns, ==, (size_t)12, "zu");
    REQUIRE_CMP(result.col0, ==, -1, "d");
    const struct plt_column *c = out.columns;
    REQUIRE(c[0].lo == PLT_NO_PX && c[0].hi == -PLT_NO_PX);
    REQUIRE(c[1].first == 2 && c[1].lo == 1 && c[1].hi == 7 && c[1].last == 1);
    REQUIRE(c[2].first == 5 && c[2].lo == 4 && c[2].hi == 5 && c[2].last == PLT_NO_PX);
    REQUIRE(c[3].first == PLT_NO_PX && c[3].lo == 6 && c[3].hi == 6);
    REQUIRE(c[4].first == PLT_NO_PX && c[4].lo == PLT_NO_PX && c[4].hi == -PLT_NO_PX);
    REQUIRE_CMP(result.num_segments, ==, (size_t)1, "zu");
    REQUIRE(out.segments[0].x0 == 4 && out.segments[0].x1 == 4 && out.segments[0].y0 == 3);
    plt_series_unpin(&pin);
    plt_series_unref(series);
    plt_reduced_finish(&out);
}

// Views beside, inside and far around the data.
static void test_odd_views(void)
{
    static const double scales[] = {1e-12, 1e-6, 1, 1e6, 1e12, -1e-12, -1, -1e12};
    static const double anchors[] = {0, -1e9, 1e9, 500.25, 1e300, -1e300};
    double y[1000];
    for (int i = 0; i < 1000; i++)
        y[i] = i % 10;
    struct plt_series *series = plt_series_create(plt_series_params(.x0 = 0));
    struct plt_series_pin pin;
    struct plt_reduced out = {0};
    plt_series_append(series, y, 1000);
    REQUIRE(plt_series_pin(series, &pin));
    for (int i = 0; i < 8 * 6 * 2; i++) {
        struct plt_reduce_params params = plain_view(scales[i % 8]);
        struct plt_reduce_result result;
        params.x.anchor = anchors[i / 8 % 6];
        params.mode = (enum plt_reduce_mode)(i / 48);
        REQUIRE(plt_reduce(&out, &result, &pin, &params));
        for (size_t k = 0; k < result.num_segments; k++) {
            const struct plt_segment *s = &out.segments[result.first_segment + k];
            REQUIRE(isfinite(s->x0) && isfinite(s->y0) && isfinite(s->x1) &&
                    isfinite(s->y1));
        }
    }
    plt_series_unpin(&pin);
    plt_series_unref(series);
    plt_reduced_finish(&out);
}

static void test_no_memory(void)
{
    double y[100] = {0};
    struct plt_series *series = plt_series_create(plt_series_params(.x0 = 0));
    struct plt_series_pin pin;
    plt_series_append(series, y, 100);
    REQUIRE(plt_series_pin(series, &pin));
    for (int mode = 0; mode < 2; mode++) {
        struct plt_reduced out = {0};
        struct plt_reduce_result result;
        struct plt_reduce_params params = plain_view(0.1);
        params.mode = (enum plt_reduce_mode)mode;
        plt_alloc_fail_at(0, true);
        REQUIRE(!plt_reduce(&out, &result, &pin, &params));
        plt_alloc_fail_at(-1, false);
        REQUIRE(out.num_columns == 0 && out.num_segments == 0);
        REQUIRE(plt_reduce(&out, &result, &pin, &params));
        plt_reduced_finish(&out);
    }
    plt_series_unpin(&pin);
    plt_series_unref(series);
}

int main(void)
{
    struct test_random random = test_random_seeded();
    test_three_in_a_column();
    test_odd_views();
    test_no_memory();
    test_fuzz(&random);
    return test_result();
}
