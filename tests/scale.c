// Scales: forward and inverse undo each other, increase, and refuse what they cannot draw.
#include "test.h"

#include <float.h>

#include <plotlib/scale/scale.h>

static double user_forward(double v, void *user)
{
    return v > 0 && v < 1 ? log(v / (1 - v)) * *(double *)user : (double)NAN;
}

static double user_inverse(double s, void *user)
{
    return 1 / (1 + exp(-s / *(double *)user));
}

static double falling(double v, void *user)
{
    (void)user;
    return -v;
}

static double same(double v, void *user)
{
    (void)user;
    return v;
}

static double cube(double v, void *user)
{
    (void)user;
    return v * v * v;
}

static void ignore(void *user, enum plt_level level, enum plt_msg id, const char *text)
{
    (void)level;
    (void)text;
    *(int *)user += id == PLT_MSG_BAD_ARGUMENT;
}

static void test_values(void)
{
    struct plt_scale scale = {0};
    REQUIRE(plt_scale_is_linear(&scale));
    REQUIRE_CMP(plt_scale_forward(&scale, -3.5), ==, -3.5, "g");
    REQUIRE(plt_scale_init(&scale, plt_scale_params(.kind = PLT_SCALE_LOG10), NULL));
    REQUIRE(!plt_scale_is_linear(&scale));
    for (int i = -22; i <= 22; i++)
        REQUIRE_CMP(plt_scale_inverse(&scale, i), ==, pow(10, i), "g");
    REQUIRE_CMP(plt_scale_forward(&scale, 1e15), ==, 15.0, "g");
    REQUIRE(isnan(plt_scale_forward(&scale, 0)));
    REQUIRE(isnan(plt_scale_forward(&scale, -1)));
    REQUIRE(isnan(plt_scale_forward(&scale, NAN)));
    REQUIRE(plt_scale_init(
        &scale, plt_scale_params(.kind = PLT_SCALE_SYMLOG, .linear_within = 10), NULL));
    REQUIRE_CMP(plt_scale_forward(&scale, 0), ==, 0.0, "g");
    REQUIRE_CMP(fabs(plt_scale_forward(&scale, 1000) - (PLT_SYMLOG_EDGE + 2)), <, 1e-15,
                "g");
    REQUIRE_CMP(plt_scale_forward(&scale, -1000), ==, -plt_scale_forward(&scale, 1000),
                "g");
    // Linear inside, and the slope has no step at the border.
    double inside = plt_scale_forward(&scale, 10) - plt_scale_forward(&scale, 9.999);
    double outside = plt_scale_forward(&scale, 10.001) - plt_scale_forward(&scale, 10);
    REQUIRE_CMP(fabs(inside / outside - 1), <, 1e-3, "g");
    REQUIRE(isfinite(plt_scale_forward(&scale, DBL_MAX)));
}

static void test_refusals(void)
{
    int count = 0;
    struct plt_log *log =
        plt_log_create(&(struct plt_log_params){.fn = ignore, .user = &count});
    double one = 1;
    struct plt_scale_params bad[] = {
        {.kind = PLT_SCALE_SYMLOG, .linear_within = -1},
        {.kind = PLT_SCALE_SYMLOG, .linear_within = NAN},
        {.kind = PLT_SCALE_SYMLOG, .linear_within = INFINITY},
        {.kind = PLT_SCALE_USER},
        {.kind = PLT_SCALE_USER, .forward = same},
        {.kind = PLT_SCALE_USER, .forward = falling, .inverse = falling},
        {.kind = PLT_SCALE_USER, .forward = cube, .inverse = same},
        {.kind = (enum plt_scale_kind)9},
    };
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        struct plt_scale scale = {.within = 7};
        REQUIRE(!plt_scale_init(&scale, &bad[i], log));
        REQUIRE_CMP(scale.within, ==, 7.0, "g");
        REQUIRE_CMP(count, ==, (int)i + 1, "d");
    }
    struct plt_scale scale;
    REQUIRE(plt_scale_init(&scale,
                           plt_scale_params(.kind = PLT_SCALE_USER, .forward = user_forward,
                                            .inverse = user_inverse, .user = &one),
                           log));
    plt_log_unref(log);
}

static void test_random(void)
{
    struct test_random random = test_random_seeded();
    double half = 0.5;
    struct plt_scale scales[3];
    REQUIRE(plt_scale_init(&scales[0], plt_scale_params(.kind = PLT_SCALE_LOG10), NULL));
    REQUIRE(plt_scale_init(
        &scales[1], plt_scale_params(.kind = PLT_SCALE_SYMLOG, .linear_within = 1e-3),
        NULL));
    REQUIRE(plt_scale_init(&scales[2],
                           plt_scale_params(.kind = PLT_SCALE_USER, .forward = user_forward,
                                            .inverse = user_inverse, .user = &half),
                           NULL));
    for (int i = 0; i < 300000 && !test_failures; i++) {
        const struct plt_scale *scale = &scales[i % 3];
        double v = pow(10, test_uniform(&random) * 40 - 20);
        if (i % 3 == 1 && test_below(&random, 2))
            v = -v;
        if (i % 3 == 2)
            v = 0.001 + 0.998 * test_uniform(&random);
        double s = plt_scale_forward(scale, v);
        double back = plt_scale_inverse(scale, s);
        REQUIRE_CMP(fabs(back - v), <=, 1e-13 * fabs(v) + 1e-300, "g");
        double next = nextafter(v, INFINITY);
        REQUIRE_CMP(plt_scale_forward(scale, next), >=, s, ".17g");
        REQUIRE_CMP(plt_scale_inverse(scale, nextafter(s, INFINITY)), >=, back, ".17g");
    }
}

int main(void)
{
    test_values();
    test_refusals();
    test_random();
    return test_result();
}
