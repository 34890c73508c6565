// Every allocation failure leaves the object as it was: each action is tried with its
// first, second, ... allocation failing, until it succeeds.
#include <plotlib/base/alloc.h>
#include <plotlib/data/series.h>

#include "test.h"

enum { N = 9000, MOST_ALLOCATIONS = 200 };

static void ignore(void *user, enum plt_level level, enum plt_msg id, const char *text)
{
    *(int *)user += id == PLT_MSG_NO_MEMORY;
}

static void release(void *user)
{
    ++*(int *)user;
}

struct look {
    uint64_t count, total;
    bool found;
    struct plt_range x, y;
    double first, last;
};

static struct look look_at(struct plt_series *series)
{
    struct look look = {
        plt_series_count(series), plt_series_total(series), false, {0, 0}, {0, 0}, 0, 0};
    struct plt_series_pin pin;
    if (!plt_series_pin(series, &pin))
        return look;
    look.found =
        plt_series_x_bounds(series, &look.x) && plt_series_y_bounds(series, &look.y);
    look.first = plt_pin_y(&pin, pin.tail);
    look.last = plt_pin_y(&pin, pin.head - 1);
    plt_series_unpin(&pin);
    return look;
}

static bool same(const struct look *a, const struct look *b)
{
    return a->count == b->count && a->total == b->total && a->found == b->found &&
           a->x.x0 == b->x.x0 && a->x.x1 == b->x.x1 && a->y.x0 == b->y.x0 &&
           a->y.x1 == b->y.x1 && a->first == b->first && a->last == b->last;
}

static double x[N], y[N];
static int releases;

typedef bool (*action_fn)(struct plt_series *series);

static bool set_all(struct plt_series *series)
{
    return plt_series_set_xy(series, x, y, N);
}

static bool append_one(struct plt_series *series)
{
    return plt_series_append_xy(series, x, y, 1);
}

static bool append_all(struct plt_series *series)
{
    return plt_series_append_xy(series, x, y, N);
}

static bool wrap_all(struct plt_series *series)
{
    return plt_series_wrap(series, x, y, N, release, &releases);
}

static bool change_all(struct plt_series *series)
{
    return plt_series_changed(series, 0, N);
}

// Runs `action` after `prepare`, with and without a reader at the same time.
static void try_action(struct plt_log *log, uint64_t capacity, action_fn prepare,
                       action_fn action, bool pinned)
{
    bool done = false;
    int n = 0;
    for (; !done && n < MOST_ALLOCATIONS; n++) {
        struct plt_series *series = plt_series_create(
            plt_series_params(.x_kind = PLT_X_F64, .capacity = capacity, .log = log));
        REQUIRE(series && (!prepare || prepare(series)));
        struct plt_series_pin pin = {0};
        struct look before = look_at(series);
        if (pinned)
            plt_series_pin(series, &pin);
        int released = releases;
        plt_alloc_fail_at(n, n % 2);
        done = action(series);
        plt_alloc_fail_at(-1, false);
        struct look after = look_at(series);
        if (!done) {
            REQUIRE(same(&before, &after));
            REQUIRE_CMP(releases, ==, released, "d");
            REQUIRE(action == change_all || append_one(series) || prepare == wrap_all);
        }
        plt_series_unpin(&pin);
        plt_series_unref(series);
    }
    REQUIRE(done);
}

static void test_create(struct plt_log *log)
{
    struct plt_series *series = NULL;
    for (int n = 0; !series && n < MOST_ALLOCATIONS; n++) {
        plt_alloc_fail_at(n, false);
        series =
            plt_series_create(plt_series_params(.name = "a", .capacity = 10, .log = log));
        plt_alloc_fail_at(-1, false);
    }
    REQUIRE(series != NULL);
    plt_series_unref(series);
}

static void test_series(struct plt_log *log)
{
    static const uint64_t capacities[] = {0, 10, 1500, N, 100000};
    static const action_fn states[] = {NULL, append_one, append_all, set_all, wrap_all};
    static const action_fn actions[] = {append_one, append_all, set_all, wrap_all,
                                        change_all};
    for (int i = 0; i < N; i++) {
        x[i] = i;
        y[i] = 3 * i;
    }
    test_create(log);
    for (int c = 0; c < 5; c++) {
        for (int i = 0; i < 25 * 2; i++) {
            action_fn prepare = states[i / 2 % 5], action = actions[i / 10];
            bool appends = action == append_one || action == append_all;
            bool wrapped = prepare == wrap_all;
            if ((appends && wrapped) || (action == change_all && !wrapped))
                continue;
            try_action(log, capacities[c], prepare, action, i % 2);
        }
    }
}

int main(void)
{
    int no_memory = 0;
    struct plt_log *log =
        plt_log_create(&(struct plt_log_params){.fn = ignore, .user = &no_memory});
    test_series(log);
    REQUIRE(no_memory > 0);
    REQUIRE(releases > 0);
    plt_log_unref(log);
    return test_result();
}
