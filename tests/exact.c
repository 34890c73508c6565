// The exactness contract, end to end: figures drawn with lod auto and off give the same
// bytes, antialiased and not, and both agree with a brute-force distance oracle that is
// made straight from the samples. Fresh, printed seeds; `exact N` runs N pairs.
#include <plotlib/plotlib.h>
#include <plotlib/reduce/columns.h>

#include "test.h"

enum { MAX_SIDE = 420 };

struct picture {
    int width, height;
    uint32_t *pixels;
};

struct sample_case {
    const char *signal;
    enum plt_type type;
    enum plt_x_kind x_kind;
    size_t n;
    double *x, *y; // as drawn: y after conversion to the type
    double x0, dx; // uniform
    double left, right, bottom, top;
    float width;
    bool antialias;
    int picture_width, picture_height;
};

static double signal_value(struct test_random *random, const char *name, size_t i,
                           double *walk)
{
    double u = test_uniform(random);
    if (!strcmp(name, "noise"))
        return u * 200 - 100;
    if (!strcmp(name, "walk"))
        return *walk += u * 4 - 2;
    if (!strcmp(name, "spikes"))
        return sin((double)i * 0.01) * 20 + (test_below(random, 500) == 0 ? 80 : 0);
    if (!strcmp(name, "square"))
        return i / 37 % 2 ? 90 : -90;
    if (!strcmp(name, "gaps"))
        return u < 0.05 ? NAN : sin((double)i * 0.003) * 90 + u;
    if (!strcmp(name, "dots"))
        return u < 0.6 ? NAN : u * 100;
    if (!strcmp(name, "far"))
        return u < 0.1 ? (u - 0.05) * 1e9 : u * 100;
    return 42; // constant
}

static size_t type_cast(enum plt_type type, double v, void *out)
{
    switch (type) {
    case PLT_F32: *(float *)out = (float)v; return sizeof(float);
    case PLT_I16: *(int16_t *)out = (int16_t)v; return sizeof(int16_t);
    case PLT_U8: *(uint8_t *)out = (uint8_t)(v + 128); return sizeof(uint8_t);
    case PLT_I32: *(int32_t *)out = (int32_t)v; return sizeof(int32_t);
    default: *(double *)out = v; return sizeof(double);
    }
}

static double type_back(enum plt_type type, const void *in)
{
    switch (type) {
    case PLT_F32: return (double)*(const float *)in;
    case PLT_I16: return *(const int16_t *)in;
    case PLT_U8: return *(const uint8_t *)in;
    case PLT_I32: return *(const int32_t *)in;
    default: return *(const double *)in;
    }
}

static bool is_integer(enum plt_type type)
{
    return type != PLT_F32 && type != PLT_F64;
}

// Fills c->y and the series (with some samples pushed out of a ring first).
static struct plt_series *make_series(struct sample_case *c, struct test_random *random)
{
    size_t skip = c->x_kind == PLT_X_UNIFORM && test_below(random, 3) == 0
                      ? test_below(random, 5000)
                      : 0;
    struct plt_series *series = plt_series_create(
        plt_series_params(.type = c->type, .x_kind = c->x_kind, .x0 = c->x0, .dx = c->dx,
                          .capacity = skip ? c->n : 0));
    size_t size = plt_type_size(c->type), total = skip + c->n;
    char *raw = calloc(total, size);
    double walk = 0;
    for (size_t i = 0; i < total; i++) {
        double v = signal_value(random, c->signal, i, &walk);
        type_cast(c->type, is_integer(c->type) && !(fabs(v) < 120) ? 0 : v, raw + i * size);
        if (i >= skip)
            c->y[i - skip] = type_back(c->type, raw + i * size);
    }
    bool ok;
    if (c->x_kind == PLT_X_UNIFORM) {
        size_t half = test_below(random, total + 1);
        ok = plt_series_append(series, raw, half) &&
             plt_series_append(series, raw + half * size, total - half);
        for (size_t i = 0; i < c->n; i++)
            c->x[i] = c->x0 + (double)(skip + i) * c->dx;
    } else if (c->x_kind == PLT_X_F64) {
        ok = plt_series_append_xy(series, c->x, raw, c->n);
    } else {
        int64_t *x = malloc(c->n * sizeof(*x));
        for (size_t i = 0; i < c->n; i++)
            x[i] = (int64_t)c->x[i];
        ok = plt_series_append_xy(series, x, raw, c->n);
        free(x);
    }
    REQUIRE(ok);
    free(raw);
    return series;
}

static void choose_view(struct sample_case *c, struct test_random *random)
{
    double first = c->x[0], last = c->x[c->n - 1];
    double span = last > first ? last - first : 1;
    double zoom = pow(10, -3 * test_uniform(random) + 0.3);
    double view = span * zoom, centre = first + span * test_uniform(random);
    c->left = centre - view / 2;
    c->right = centre + view / 2;
    if (test_below(random, 3) == 0) {
        c->left = first;
        c->right = first + span;
    }
    if (c->x_kind == PLT_X_I64) { // whole numbers, as a person would set them
        c->left = floor(c->left);
        c->right = ceil(c->right) + 1;
    }
    if (test_below(random, 6) == 0) {
        double t = c->left;
        c->left = c->right;
        c->right = t;
    }
    double lo = INFINITY, hi = -INFINITY;
    for (size_t i = 0; i < c->n; i++) {
        if (isfinite(c->y[i])) {
            lo = fmin(lo, c->y[i]);
            hi = fmax(hi, c->y[i]);
        }
    }
    if (!(lo < hi)) {
        lo = isfinite(lo) ? lo - 1 : 0;
        hi = lo + 2;
    }
    c->bottom = lo - (hi - lo) * 0.05;
    c->top = hi + (hi - lo) * 0.05;
    if (!strcmp(c->signal, "far")) {
        c->bottom = -120;
        c->top = 120;
    } else if (test_below(random, 5) == 0) { // a part of y: lines leave the picture
        c->top = c->bottom + (c->top - c->bottom) * (0.1 + 0.5 * test_uniform(random));
    }
}

static struct plt_series *make_case(struct sample_case *c, struct test_random *random,
                                    int index, size_t most)
{
    static const char *const signals[] = {"noise", "walk", "spikes", "square",
                                          "gaps",  "dots", "far",    "constant"};
    static const enum plt_type types[] = {PLT_F64, PLT_F32, PLT_F64,
                                          PLT_I16, PLT_U8,  PLT_I32};
    static const float widths[] = {1, 1.5f, 2, 3};
    c->signal = signals[index % 8];
    c->type = types[test_below(random, 6)];
    c->x_kind = (enum plt_x_kind)test_below(random, 3);
    c->width = test_below(random, 8) ? widths[index / 8 % 4]
                                     : 0.5f + 12 * (float)test_uniform(random);
    c->antialias = index / 32 % 2 == 0;
    c->n = 1 + (size_t)pow((double)most, test_uniform(random));
    c->picture_width = 20 + (int)test_below(random, MAX_SIDE - 20);
    c->picture_height = 20 + (int)test_below(random, 200);
    c->x0 = (double)test_below(random, 3) * 1000.5;
    c->dx = pow(10, 4 * test_uniform(random) - 3);
    double x = c->x_kind == PLT_X_I64 ? floor(1e15 * test_uniform(random)) : c->x0;
    for (size_t i = 0; i < c->n; i++) { // duplicates and pauses included
        c->x[i] = x;
        uint64_t kind = test_below(random, 10);
        double step = kind == 0   ? 0
                      : kind == 1 ? 30 * test_uniform(random)
                                  : test_uniform(random);
        x += c->x_kind == PLT_X_I64 ? floor(step * 100) : step;
    }
    struct plt_series *series = make_series(c, random);
    choose_view(c, random);
    return series;
}

static bool draw(struct picture *out, const struct sample_case *c,
                 struct plt_series *series, enum plt_lod lod, struct plt_raster *raster)
{
    struct plt_figure *figure = plt_figure_create(plt_figure_params(.bare = true));
    struct plt_plot *plot = plt_figure_add_plot(figure, NULL);
    plt_curve_create(plot, series,
                     plt_curve_params(.color = {0, 0, 0, 1}, .width_px = c->width,
                                      .lod = lod, .no_antialias = !c->antialias));
    out->width = c->picture_width;
    out->height = c->picture_height;
    memset(out->pixels, 0x55, (size_t)out->width * (size_t)out->height * 4);
    bool ok = plt_figure_layout(figure, out->width, out->height, 1) &&
              plt_plot_set_x_range(plot, c->left, c->right) &&
              plt_plot_set_y_range(plot, c->bottom, c->top) &&
              plt_raster_paint(raster, figure, out->pixels, (size_t)out->width * 4,
                               out->width, out->height, 1, NULL);
    plt_figure_destroy(figure);
    return ok;
}

// --- the oracle
// ---------------------------------------------------------------------------

struct edge {
    double x0, y0, x1, y1; // left to right
};

struct oracle {
    struct edge *edges;
    size_t count;
    bool near; // no vertex lies far outside: nothing is clipped, float32 agrees to the bit
};

static void add_edge(struct oracle *o, double x0, double y0, double x1, double y1)
{
    o->edges[o->count++] =
        x0 <= x1 ? (struct edge){x0, y0, x1, y1} : (struct edge){x1, y1, x0, y0};
}

// The snapped polyline by its definition (reduce/columns.h), sample by sample.
static void snapped_polyline(const struct sample_case *c, struct oracle *o)
{
    double sx = c->picture_width / (c->right - c->left);
    double sy = -c->picture_height / (c->top - c->bottom);
    size_t first = 0, previous = SIZE_MAX;
    bool previous_joined = false;
    double px = 0, py = 0;
    o->count = 0;
    o->near = true;
    while (first < c->n) {
        double column = floor((c->x[first] - c->left) * sx);
        size_t end = first;
        while (end < c->n && floor((c->x[end] - c->left) * sx) == column)
            end++;
        bool dense = end - first > PLT_DENSE;
        size_t finite = 0;
        for (size_t i = first; i < end; i++)
            finite += isfinite(c->y[i]) != 0;
        for (size_t i = first; i < end; i++) {
            if (!isfinite(c->y[i]))
                continue;
            double x = dense ? column + 0.5 : (c->x[i] - c->left) * sx;
            double y = (c->y[i] - c->bottom) * sy + c->picture_height;
            bool bridged = dense && previous != SIZE_MAX && previous >= first;
            bool joined = previous != SIZE_MAX && (previous + 1 == i || bridged);
            if (joined)
                add_edge(o, px, py, x, y);
            else if (previous != SIZE_MAX && !previous_joined)
                add_edge(o, px, py, px, py);
            o->near &= x > -60 && x < c->picture_width + 60 && y > -60 &&
                       y < c->picture_height + 60;
            if (dense && finite == 1) // a column of its own, joined or not
                add_edge(o, x, y, x, y);
            previous_joined = joined;
            previous = i;
            px = x;
            py = y;
        }
        first = end;
    }
    if (previous != SIZE_MAX && !previous_joined)
        add_edge(o, px, py, px, py);
}

// Squared distance of a point to an edge, in float32 with the painters' formulas.
static float distance2_f32(const struct edge *e, float x, float y)
{
    float ax = (float)e->x0, ay = (float)e->y0, bx = (float)e->x1, by = (float)e->y1;
    if (ax == bx) {
        float lo = fminf(ay, by), hi = fmaxf(ay, by);
        float dx = x - ax, dy = fmaxf(fmaxf(lo - y, y - hi), 0);
        return dx * dx + dy * dy;
    }
    float ux = bx - ax, uy = by - ay, vx = x - ax, vy = y - ay;
    float t = vx * ux + vy * uy, l = ux * ux + uy * uy;
    if (t <= 0)
        return vx * vx + vy * vy;
    if (t >= l) {
        float wx = x - bx, wy = y - by;
        return wx * wx + wy * wy;
    }
    float cross = vx * uy - vy * ux;
    return cross * cross * (1.0f / l);
}

// The same in double, for edges that go far: long double keeps the cross product good.
static double distance2_f64(const struct edge *e, double x, double y)
{
    long double ux = (long double)e->x1 - e->x0, uy = (long double)e->y1 - e->y0;
    long double vx = x - (long double)e->x0, vy = y - (long double)e->y0;
    long double t = vx * ux + vy * uy, l = ux * ux + uy * uy;
    if (t <= 0)
        return (double)(vx * vx + vy * vy);
    if (t >= l) {
        long double wx = x - (long double)e->x1, wy = y - (long double)e->y1;
        return (double)(wx * wx + wy * wy);
    }
    long double cross = vx * uy - vy * ux;
    return (double)(cross * cross / l);
}

static int oracle_byte(const struct oracle *o, double x, double y, float width)
{
    float d2 = INFINITY;
    double d2_far = INFINITY;
    for (size_t i = 0; i < o->count; i++) {
        if (o->near)
            d2 = fminf(d2, distance2_f32(&o->edges[i], (float)x, (float)y));
        else
            d2_far = fmin(d2_far, distance2_f64(&o->edges[i], x, y));
    }
    float cover = width / 2 + 0.5f - (o->near ? sqrtf(d2) : (float)sqrt(d2_far));
    cover = cover > 1 ? 1 : cover > 0 ? cover : 0;
    return 255 - (int)(cover * 255.0f + 0.5f); // black on white
}

static int oracle_difference(const struct sample_case *c, const struct picture *picture,
                             struct oracle *o)
{
    int worst = 0;
    for (int y = 0; y < picture->height; y++) {
        for (int x = 0; x < picture->width; x++) {
            int ours = (int)(picture->pixels[y * picture->width + x] & 0xff);
            int want = oracle_byte(o, x + 0.5, y + 0.5, c->width);
            worst = abs(ours - want) > worst ? abs(ours - want) : worst;
        }
    }
    return worst;
}

static void describe(const struct sample_case *c, int index, const char *what)
{
    fprintf(stderr,
            "case %d: %s: %s, type %d, x kind %d, n %zu, %d x %d, width %g, aa %d, "
            "x %.17g..%.17g, y %.17g..%.17g\n",
            index, what, c->signal, (int)c->type, (int)c->x_kind, c->n, c->picture_width,
            c->picture_height, (double)c->width, c->antialias, c->left, c->right, c->bottom,
            c->top);
    test_failures++;
}

static bool blank(const struct picture *p)
{
    for (int i = 0; i < p->width * p->height; i++) {
        if (p->pixels[i] != 0xffffffff)
            return false;
    }
    return true;
}

int main(int argc, char **argv)
{
    int pairs = argc > 1 ? atoi(argv[1]) : 1000;
    size_t most = pairs > 1000 ? 1000000 : 100000;
    struct test_random random = test_random_seeded();
    struct sample_case c = {.x = malloc(2 * most * sizeof(double)),
                            .y = malloc(2 * most * sizeof(double))};
    struct oracle oracle = {.edges = malloc(4 * most * sizeof(struct edge))};
    struct picture a = {.pixels = malloc(MAX_SIDE * MAX_SIDE * 4)};
    struct picture b = {.pixels = malloc(MAX_SIDE * MAX_SIDE * 4)};
    struct plt_raster *raster = plt_raster_create(NULL);
    int blanks = 0, checked = 0, exact = 0;
    for (int i = 0; i < pairs && test_failures < 5; i++) {
        struct plt_series *series = make_case(&c, &random, i, most);
        if (!draw(&a, &c, series, PLT_LOD_AUTO, raster) ||
            !draw(&b, &c, series, PLT_LOD_OFF, raster))
            describe(&c, i, "not drawn");
        else if (memcmp(a.pixels, b.pixels, (size_t)a.width * (size_t)a.height * 4) != 0)
            describe(&c, i, "auto is not off");
        double work = (double)c.n * a.width * a.height;
        if (c.antialias && work < 1.5e7) {
            snapped_polyline(&c, &oracle);
            int allowed = oracle.near ? 0 : 1; // far ends are clipped, so rounded once more
            int worst = oracle_difference(&c, &a, &oracle);
            checked++;
            exact += oracle.near;
            if (worst > allowed) {
                fprintf(stderr, "off by %d of 255, %d allowed\n", worst, allowed);
                describe(&c, i, "auto is not the oracle");
            }
        }
        blanks += blank(&a);
        plt_series_unref(series);
    }
    printf("%d pairs, %d against the oracle (%d to the bit), %d blank\n", pairs, checked,
           exact, blanks);
    REQUIRE_CMP(blanks, <, pairs / 3, "d"); // stale or empty pictures would agree too
    REQUIRE_CMP(checked, >, pairs / 25, "d");
    plt_raster_destroy(raster);
    free(a.pixels);
    free(b.pixels);
    free(oracle.edges);
    free(c.x);
    free(c.y);
    return test_result();
}
