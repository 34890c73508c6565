// Strokes without antialiasing: thinning changes no pixel, the rectangles equal a plain
// midpoint line stamped with the brush, and none of them overlap.
#include "random_curve.h"

#include <plotlib/base/alloc.h>
#include <plotlib/draw/lattice.h>

struct bitmap {
    struct plt_irect area;
    uint8_t *counts; // [height][width], how often each pixel was set
};

static struct bitmap bitmap_create(struct plt_irect area)
{
    size_t size = (size_t)(area.x1 - area.x0) * (size_t)(area.y1 - area.y0);
    return (struct bitmap){area, calloc(size, 1)};
}

static size_t bitmap_size(const struct bitmap *b)
{
    return (size_t)(b->area.x1 - b->area.x0) * (size_t)(b->area.y1 - b->area.y0);
}

static void set_rect(struct bitmap *b, struct plt_irect r, bool count)
{
    r = plt_irect_cut(r, b->area);
    for (int y = r.y0; y < r.y1; y++)
        for (int x = r.x0; x < r.x1; x++) {
            uint8_t *p =
                &b->counts[(y - b->area.y0) * (b->area.x1 - b->area.x0) + x - b->area.x0];
            *p = count ? (uint8_t)(*p + (*p < 255)) : 1;
        }
}

// --- the rule, read plainly ------------------------------------------------------------

static void stamp(struct bitmap *b, long x, long y, int n)
{
    int left = (int)x - (n - 1) / 2, top = (int)y - (n - 1) / 2;
    set_rect(b, (struct plt_irect){left, top, left + n, top + n}, false);
}

static void plain_line(struct bitmap *b, float fx0, float fy0, float fx1, float fy1, int n)
{
    long x0 = (long)floorf(fx0), y0 = (long)floorf(fy0);
    long x1 = (long)floorf(fx1), y1 = (long)floorf(fy1);
    bool steep = labs(y1 - y0) > labs(x1 - x0);
    if (steep ? y1 < y0 : x1 < x0) {
        long x = x0, y = y0;
        x0 = x1;
        y0 = y1;
        x1 = x;
        y1 = y;
    }
    long steps = steep ? y1 - y0 : x1 - x0;
    for (long i = 0; i <= steps; i++) {
        long across = steep ? x1 - x0 : y1 - y0;
        // Exact here: the quotient of small integers is not near a whole number by less
        // than 1 / (2 steps) unless it is one.
        long minor =
            steps ? (long)floor((double)(2 * i * across + steps) / (double)(2 * steps)) : 0;
        if (steep)
            stamp(b, x0 + minor, y0 + i, n);
        else
            stamp(b, x0 + i, y0 + minor, n);
    }
}

static struct bitmap plain_picture(const struct plt_reduced *reduced,
                                   const struct plt_reduce_result *result, int n,
                                   struct plt_irect clip)
{
    struct bitmap b = bitmap_create(clip);
    for (size_t i = 0; i < result->num_segments; i++) {
        const struct plt_segment *s = &reduced->segments[result->first_segment + i];
        plain_line(&b, s->x0, s->y0, s->x1, s->y1, n);
    }
    return b;
}

// --- comparing -------------------------------------------------------------------------

static struct bitmap rect_picture(const struct plt_irect *rects, size_t count,
                                  struct plt_irect clip, bool *valid)
{
    struct bitmap b = bitmap_create(clip);
    for (size_t i = 0; i < count; i++) {
        struct plt_irect cut = plt_irect_cut(rects[i], clip);
        *valid = *valid && !plt_irect_empty(rects[i]) &&
                 memcmp(&cut, &rects[i], sizeof(cut)) == 0;
        set_rect(&b, rects[i], true);
    }
    for (size_t i = 0; i < bitmap_size(&b); i++)
        *valid = *valid && b.counts[i] <= 1;
    return b;
}

static void check_curve(struct test_curve *curve, int number)
{
    struct plt_reduce_params *p = &curve->params;
    struct plt_reduced out = {0};
    struct plt_reduce_result result[2];
    struct bitmap pictures[3];
    struct plt_irect *rects = malloc(sizeof(*rects));
    struct plt_irect clip = {p->col0, p->row0, p->col1, p->row1};
    size_t count[3] = {0}, capacity = 1;
    int n = plt_lattice_brush(curve->width_px);
    p->pad = n / 2 + 1 + number % 2;
    for (int mode = 0; mode < 2; mode++) {
        p->mode = (enum plt_reduce_mode)mode;
        REQUIRE(plt_reduce(&out, &result[mode], &curve->pin, p));
        count[mode + 1] = count[mode];
        REQUIRE(plt_lattice_rects(&out, &result[mode], curve->width_px, clip, &rects,
                                  &count[mode + 1], &capacity));
        bool valid = true;
        pictures[mode] =
            rect_picture(rects + count[mode], count[mode + 1] - count[mode], clip, &valid);
        REQUIRE(valid);
    }
    pictures[2] = plain_picture(&out, &result[1], n, clip);
    size_t size = bitmap_size(&pictures[0]);
    bool same = memcmp(pictures[0].counts, pictures[1].counts, size) == 0;
    bool plain = memcmp(pictures[2].counts, pictures[1].counts, size) == 0;
    REQUIRE(same);
    REQUIRE(plain);
    if (!same || !plain)
        fprintf(stderr, "case %d: %s, width %g, %zu samples\n", number,
                test_signal_names[curve->signal], curve->width_px, curve->n);
    for (int i = 0; i < 3; i++)
        free(pictures[i].counts);
    free(rects);
    plt_reduced_finish(&out);
}

// Segments in any direction and order, and more rows than one strip holds.
static void test_segments(struct test_random *random)
{
    for (int i = 0; i < 300; i++) {
        int n = 1 + (int)test_below(random, 6);
        bool wide = i % 100 == 0;
        struct plt_irect clip = {-5, 3, wide ? 9000 : 60, wide ? 2300 : 50};
        struct plt_segment segments[8];
        struct plt_reduced out = {.segments = segments};
        struct plt_reduce_result result = {.num_segments = 1 + test_below(random, 8)};
        for (size_t k = 0; k < result.num_segments; k++) {
            double far = test_below(random, 2) ? 1 : 3;
            segments[k] =
                (struct plt_segment){(float)((test_uniform(random) - 0.3) * far * clip.x1),
                                     (float)((test_uniform(random) - 0.3) * far * clip.y1),
                                     (float)((test_uniform(random) - 0.3) * far * clip.x1),
                                     (float)((test_uniform(random) - 0.3) * far * clip.y1)};
        }
        struct plt_irect *rects = NULL;
        size_t count = 0, capacity = 0;
        bool valid = true;
        REQUIRE(plt_lattice_rects(&out, &result, n, clip, &rects, &count, &capacity));
        struct bitmap a = rect_picture(rects, count, clip, &valid);
        struct bitmap b = plain_picture(&out, &result, n, clip);
        REQUIRE(valid);
        REQUIRE(memcmp(a.counts, b.counts, bitmap_size(&a)) == 0);
        free(a.counts);
        free(b.counts);
        free(rects);
    }
}

static void test_merging(void)
{
    struct plt_segment line = {2.5f, 4.5f, 90.5f, 4.5f};
    struct plt_reduced out = {.segments = &line};
    struct plt_reduce_result result = {.num_segments = 1};
    struct plt_irect *rects = NULL, clip = {0, 0, 50, 50};
    size_t count = 0, capacity = 0;
    REQUIRE(plt_lattice_rects(&out, &result, 3, clip, &rects, &count, &capacity));
    REQUIRE_CMP(count, ==, (size_t)1, "zu");
    REQUIRE(rects && rects[0].x0 == 1 && rects[0].x1 == 50 && rects[0].y0 == 3 &&
            rects[0].y1 == 6);
    plt_alloc_fail_at(0, true);
    REQUIRE(!plt_lattice_rects(&out, &result, 3, clip, &rects, &count, &capacity));
    plt_alloc_fail_at(-1, false);
    REQUIRE_CMP(count, ==, (size_t)1, "zu");
    free(rects);
    REQUIRE_CMP(plt_lattice_brush(0.2), ==, 1, "d");
    REQUIRE_CMP(plt_lattice_brush(1.5), ==, 2, "d");
    REQUIRE_CMP(plt_lattice_brush(2.4), ==, 2, "d");
}

int main(void)
{
    struct test_random random = test_random_seeded();
    test_merging();
    test_segments(&random);
    for (int i = 0; i < 4000; i++) {
        struct test_curve curve = test_curve_create(&random, i % 100 ? 3e3 : 3e5);
        check_curve(&curve, i);
        test_curve_destroy(&curve);
    }
    return test_result();
}
