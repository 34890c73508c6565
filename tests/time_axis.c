// Split origin: int64 nanoseconds around 1.7e18 land within 0.01 px of exact arithmetic.
#include "test.h"

#include <plotlib/scale/map.h>

__extension__ typedef __int128 wide;

// |px - (x - t0) * width / span| <= 1/100, in integers: px is taken in 2^-20 of a pixel.
static bool is_close(double px, int64_t x, int64_t t0, int64_t width, int64_t span)
{
    const wide unit = 1 << 20;
    wide have = (wide)(int64_t)rint(px * (double)unit) * span;
    wide want = ((wide)x - t0) * width * unit;
    wide error = have > want ? have - want : want - have;
    return error * 100 <= span * unit;
}

int main(void)
{
    struct test_random random = test_random_seeded();
    for (int i = 0; i < 200000 && !test_failures; i++) {
        int64_t width = 100 + (int64_t)test_below(&random, 4000);
        int64_t t0 = INT64_C(1700000000000000000) + (int64_t)test_below(&random, 1 << 30);
        // From 1 ns per pixel to years.
        int64_t span = width * (int64_t)pow(10, 13 * test_uniform(&random));
        int64_t x = t0 + (int64_t)test_below(&random, (uint64_t)span + 1);
        struct plt_map map = {.origin = t0, .scale = (double)width / (double)span};
        double px = plt_map_px(&map, plt_map_from_i64(&map, x));
        REQUIRE(is_close(px, x, t0, width, span));
        // An origin as far away as the view is wide, as after a pan.
        map.origin = t0 - span;
        map.anchor = (double)span;
        px = plt_map_px(&map, plt_map_from_i64(&map, x));
        REQUIRE(is_close(px, x, t0, width, span));
    }
    return test_result();
}
