// What every test program shares: checks that print both values, a seeded generator, and
// exit 77 for a skip with its reason. A test is a plain main that returns test_result().
#pragma once

#include <inttypes.h>
#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static int test_failures;

#define REQUIRE(expression)                                                          \
    do {                                                                             \
        if (!(expression)) {                                                         \
            fprintf(stderr, "%s:%d: failed: %s\n", __FILE__, __LINE__, #expression); \
            test_failures++;                                                         \
        }                                                                            \
    } while (0)

// REQUIRE_CMP(n, ==, 3, "d"): prints both sides when it fails.
#define REQUIRE_CMP(a, op, b, format)                                                \
    do {                                                                             \
        if (!((a)op(b))) {                                                           \
            fprintf(stderr, "%s:%d: failed: %s %s %s: %" format " vs %" format "\n", \
                    __FILE__, __LINE__, #a, #op, #b, (a), (b));                      \
            test_failures++;                                                         \
        }                                                                            \
    } while (0)

#define REQUIRE_STR(a, b)                                                                \
    do {                                                                                 \
        const char *left_ = (a), *right_ = (b);                                          \
        if (!left_ || !right_ || strcmp(left_, right_) != 0) {                           \
            fprintf(stderr, "%s:%d: failed: \"%s\" is not \"%s\"\n", __FILE__, __LINE__, \
                    left_ ? left_ : "(null)", right_ ? right_ : "(null)");               \
            test_failures++;                                                             \
        }                                                                                \
    } while (0)

static inline int test_result(void)
{
    if (test_failures)
        fprintf(stderr, "%d checks failed\n", test_failures);
    return test_failures ? 1 : 0;
}

static inline int test_skip(const char *reason)
{
    printf("skipped: %s\n", reason);
    return 77;
}

// SplitMix64 (Steele et al. 2014). The seed is $PLOTLIB_SEED or the clock, and printed.
struct test_random {
    uint64_t state;
};

static inline struct test_random test_random_seeded(void)
{
    const char *text = getenv("PLOTLIB_SEED");
    struct timespec now;
    timespec_get(&now, TIME_UTC);
    uint64_t seed = text ? strtoull(text, NULL, 10)
                         : (uint64_t)now.tv_sec * 1000003u ^ (uint64_t)now.tv_nsec;
    printf("PLOTLIB_SEED=%" PRIu64 "\n", seed);
    return (struct test_random){seed};
}

static inline uint64_t test_next(struct test_random *random)
{
    uint64_t z = random->state += UINT64_C(0x9e3779b97f4a7c15);
    z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
    return z ^ z >> 31;
}

// Uniform in [0, 1).
static inline double test_uniform(struct test_random *random)
{
    return (double)(test_next(random) >> 11) * 0x1p-53;
}

// Uniform in [0, n).
static inline uint64_t test_below(struct test_random *random, uint64_t n)
{
    return n ? test_next(random) % n : 0;
}
