// Live sources: streams through pipes (text and raw: partial records, gaps, names, ends,
// keep, a prompt close) and the readings of this machine.
#include <plotlib/base/alloc.h>
#include <plotlib/io/rows.h>
#include <plotlib/io/source.h>

#include <pthread.h>
#include <stdatomic.h>
#include <unistd.h>

#include "test.h"

static double now_s(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

struct messages {
    int warnings, errors;
    enum plt_msg last_id;
    char last[400];
};

static void note_message(void *user, enum plt_level level, enum plt_msg id,
                         const char *text)
{
    struct messages *messages = user;
    messages->warnings += level == PLT_LEVEL_WARN;
    messages->errors += level == PLT_LEVEL_ERROR;
    messages->last_id = id;
    snprintf(messages->last, sizeof(messages->last), "%s", text);
}

// One stream under test: what is fed goes through a real pipe.
struct feed {
    int pipe[2];
    struct messages messages;
    struct plt_log *log;
    struct plt_source *source;
    atomic_int changes;
};

static void count_change(void *user)
{
    struct feed *feed = user;
    atomic_fetch_add(&feed->changes, 1);
}

static void feed_open(struct feed *feed, struct plt_source_params params)
{
    memset(feed, 0, sizeof(*feed));
    REQUIRE(pipe(feed->pipe) == 0);
    feed->log = plt_log_create(
        &(struct plt_log_params){.fn = note_message, .user = &feed->messages});
    params.log = feed->log;
    params.changed = count_change;
    params.user = feed;
    feed->source = plt_source_open_fd(feed->pipe[0], &params);
    REQUIRE(feed->source != NULL);
}

static void feed_write(struct feed *feed, const void *data, size_t size)
{
    const char *p = data;
    while (size) {
        ssize_t n = write(feed->pipe[1], p, size);
        if (n <= 0) {
            REQUIRE(n > 0);
            return;
        }
        p += n;
        size -= (size_t)n;
    }
}

static void feed_end(struct feed *feed)
{
    close(feed->pipe[1]);
    feed->pipe[1] = -1;
}

static void feed_close(struct feed *feed)
{
    plt_source_close(feed->source);
    close(feed->pipe[0]);
    if (feed->pipe[1] >= 0)
        close(feed->pipe[1]);
    plt_log_unref(feed->log);
}

// Feeds all of it and waits for the end.
static bool feed_all(struct feed *feed, struct plt_source_params params, const void *data,
                     size_t size)
{
    feed_open(feed, params);
    feed_write(feed, data, size);
    feed_end(feed);
    return plt_source_wait(feed->source);
}

static bool feed_text(struct feed *feed, const char *text)
{
    return feed_all(feed, (struct plt_source_params){0}, text, strlen(text));
}

static uint64_t count(struct feed *feed, int channel)
{
    return plt_series_count(plt_source_get_channel(feed->source, channel).series);
}

static struct plt_range y_bounds(struct feed *feed, int channel)
{
    struct plt_range bounds = {NAN, NAN};
    plt_series_y_bounds(plt_source_get_channel(feed->source, channel).series, &bounds);
    return bounds;
}

static void test_names_and_values(void)
{
    struct feed feed;
    REQUIRE(feed_text(&feed,
                      "\xef\xbb\xbf# a comment\n\"flow, left\",flow right\r\n1,10\r\n"
                      "2,20\n\n3,30"));
    REQUIRE_CMP(plt_source_num_channels(feed.source), ==, 2, "d");
    REQUIRE_CMP(count(&feed, 0), ==, UINT64_C(3), PRIu64);
    REQUIRE_STR(plt_source_get_channel(feed.source, 0).name, "flow, left");
    REQUIRE_CMP(y_bounds(&feed, 1).x0, ==, 10.0, "g");
    REQUIRE_CMP(y_bounds(&feed, 1).x1, ==, 30.0, "g");
    REQUIRE_CMP(plt_source_get_stats(feed.source).values, ==, UINT64_C(6), PRIu64);
    REQUIRE_CMP(plt_source_get_stats(feed.source).gaps, ==, UINT64_C(0), PRIu64);
    REQUIRE_CMP(plt_source_get_state(feed.source), ==, PLT_SOURCE_ENDED, "d");
    REQUIRE_CMP(feed.messages.warnings + feed.messages.errors, ==, 0, "d");
    feed_close(&feed);
    REQUIRE_CMP(atomic_load(&feed.changes), ==, 2, "d"); // live, ended
}

static void test_separators(void)
{
    static const char *const texts[] = {"1,2,3\n",     "1;2;3\n",          "1\t2\t3\n",
                                        "1 2  3\n",    "  1 , 2 , 3 \r\n", "1, 2, 3,\n",
                                        "+1e0;2.;3\n", " 1\t 2 \t3\n",     "1 \t 2 3\n"};
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        struct feed feed;
        bool mixed = i == 8; // a tab wins over blanks: "2 3" is text there
        REQUIRE(feed_text(&feed, texts[i]));
        REQUIRE_CMP(plt_source_num_channels(feed.source), ==, mixed ? 2 : 3, "d");
        for (int k = 0; !mixed && k < 3; k++)
            REQUIRE_CMP(y_bounds(&feed, k).x0, ==, k + 1.0, "g");
        feed_close(&feed);
    }
}

static void test_gaps(void)
{
    struct feed feed;
    REQUIRE(feed_text(&feed, "1,2,3\n4,5\n6,x,8\n9,,inf\n-inf,1,2,99\nnan,1,1\n"));
    REQUIRE_CMP(plt_source_num_channels(feed.source), ==, 3, "d");
    for (int i = 0; i < 3; i++)
        REQUIRE_CMP(count(&feed, i), ==, UINT64_C(6), PRIu64);
    // missing, x, empty, inf, -inf, one too many; "nan" says itself that it is a gap
    REQUIRE_CMP(plt_source_get_stats(feed.source).gaps, ==, UINT64_C(6), PRIu64);
    REQUIRE_CMP(feed.messages.warnings, ==, 1, "d");
    REQUIRE_CMP(feed.messages.last_id, ==, PLT_MSG_FILE_GAPS, "d");
    REQUIRE(strstr(feed.messages.last, " 6 values") &&
            strstr(feed.messages.last, "line 2"));
    REQUIRE_CMP(y_bounds(&feed, 0).x1, ==, 9.0, "g");
    REQUIRE_CMP(y_bounds(&feed, 2).x1, ==, 8.0, "g");
    feed_close(&feed);
}

static void require_failure(struct plt_source_params params, const void *data, size_t size,
                            const char *part)
{
    struct feed feed;
    REQUIRE(!feed_all(&feed, params, data, size));
    REQUIRE_CMP(plt_source_get_state(feed.source), ==, PLT_SOURCE_FAILED, "d");
    REQUIRE_CMP(feed.messages.errors, ==, 1, "d");
    REQUIRE_STR(plt_source_error(feed.source), feed.messages.last);
    if (!strstr(plt_source_error(feed.source), part))
        fprintf(stderr, "'%s' lacks '%s'\n", plt_source_error(feed.source), part);
    REQUIRE(strstr(plt_source_error(feed.source), part) != NULL);
    feed_close(&feed);
}

static void test_bad_input(void)
{
    const struct plt_source_params text = {0};
    const struct plt_source_params raw = {.format = PLT_SOURCE_F32, .channels = 2};
    require_failure(text, "", 0, "empty");
    require_failure(text, "# only\n\n", 8, "empty");
    require_failure(text, "a,b\n", 4, "no number");
    require_failure(text, "a,b\nc,d\n", 8, "no number");
    require_failure(text, "1\n2\n\0\0", 6, "byte 4");
    require_failure(raw, "", 0, "empty");
    require_failure(raw, "0123456789", 10, "truncated: 2 of the 8 bytes");
    require_failure(raw, "0123456789", 10, "byte 8");

    char *wide = calloc(1, 4 * PLT_SOURCE_MAX_CHANNELS + 16);
    for (int i = 0; i <= PLT_SOURCE_MAX_CHANNELS; i++)
        memcpy(wide + 2 * i, "1,", 2);
    require_failure(text, wide, strlen(wide), "1025 columns");
    free(wide);

    struct messages messages = {0};
    struct plt_log *log =
        plt_log_create(&(struct plt_log_params){.fn = note_message, .user = &messages});
    const struct plt_source_params bad[] = {
        {.channels = -1, .log = log},
        {.channels = 5000, .log = log},
        {.rate_hz = -1, .log = log},
        {.rate_hz = NAN, .log = log},
        {.format = (enum plt_source_format)9, .log = log},
    };
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
        REQUIRE(plt_source_open("-", &bad[i]) == NULL);
    REQUIRE(plt_source_open("tcp://x", &(struct plt_source_params){.log = log}) == NULL);
    REQUIRE(plt_source_open("system:", &(struct plt_source_params){.rate_hz = 1e9,
                                                                   .log = log}) == NULL);
    int closed = dup(0);
    close(closed);
    REQUIRE(plt_source_open_fd(closed, &(struct plt_source_params){.log = log}) == NULL);
    REQUIRE_CMP(messages.errors, ==, 8, "d");
    plt_log_unref(log);
}

// Raw samples of every format, cut into random pieces: no value may be lost or shifted.
static void test_raw(struct test_random *random)
{
    static const enum plt_source_format formats[] = {PLT_SOURCE_F32, PLT_SOURCE_F64,
                                                     PLT_SOURCE_I16, PLT_SOURCE_U16};
    static const size_t sizes[] = {4, 8, 2, 2};
    for (int f = 0; f < 4; f++) {
        int channels = 1 + (int)test_below(random, 5);
        size_t rows = 20000 + test_below(random, 20000);
        size_t size = rows * (size_t)channels * sizes[f];
        char *data = malloc(size);
        for (size_t i = 0; i < rows * (size_t)channels; i++) {
            int value = (int)(i % 20000) + (int)(i % (size_t)channels) * 1000;
            float f32 = (float)value;
            double f64 = value;
            uint16_t u16 = (uint16_t)value;
            const void *from = f == 0 ? (void *)&f32 : f == 1 ? (void *)&f64 : (void *)&u16;
            memcpy(data + i * sizes[f], from, sizes[f]);
        }
        struct feed feed;
        feed_open(&feed, (struct plt_source_params){
                             .format = formats[f], .channels = channels, .rate_hz = 100});
        for (size_t done = 0; done < size;) {
            size_t n = 1 + test_below(random, 50000);
            n = n < size - done ? n : size - done;
            feed_write(&feed, data + done, n);
            done += n;
        }
        feed_end(&feed);
        REQUIRE(plt_source_wait(feed.source));
        REQUIRE_CMP(plt_source_num_channels(feed.source), ==, channels, "d");
        REQUIRE_CMP(plt_source_get_stats(feed.source).bytes, ==, (uint64_t)size, PRIu64);
        REQUIRE_CMP(plt_source_get_stats(feed.source).dropped, ==, UINT64_C(0), PRIu64);
        for (int k = 0; k < channels; k++) {
            double lo = 1e9, hi = -1e9;
            for (size_t i = (size_t)k; i < rows * (size_t)channels; i += (size_t)channels) {
                double value = (double)(i % 20000) + k * 1000;
                lo = fmin(lo, value);
                hi = fmax(hi, value);
            }
            REQUIRE_CMP(count(&feed, k), ==, (uint64_t)rows, PRIu64);
            REQUIRE_CMP(y_bounds(&feed, k).x0, ==, lo, "g");
            REQUIRE_CMP(y_bounds(&feed, k).x1, ==, hi, "g");
        }
        struct plt_range x;
        REQUIRE(plt_series_x_bounds(plt_source_get_channel(feed.source, 0).series, &x));
        REQUIRE(fabs(x.x1 - (double)(rows - 1) / 100) < 1e-9);
        feed_close(&feed);
        free(data);
    }
}

// Text in pieces that cut lines and numbers, and a line longer than the buffer.
static void test_pieces(struct test_random *random)
{
    size_t size = 0, rows = 60000;
    char *text = malloc(rows * 32 + 700000);
    size += (size_t)sprintf(text, "%600000s\n", "1.5 -7");
    for (size_t i = 1; i < rows; i++)
        size += (size_t)sprintf(text + size, "%zu.25 -%zu\n", i, i % 1000);
    struct feed feed;
    feed_open(&feed, (struct plt_source_params){.keep = 10000});
    for (size_t done = 0; done < size;) {
        size_t n = 1 + test_below(random, 100000);
        n = n < size - done ? n : size - done;
        feed_write(&feed, text + done, n);
        done += n;
    }
    feed_end(&feed);
    REQUIRE(plt_source_wait(feed.source));
    REQUIRE_CMP(plt_source_get_stats(feed.source).values, ==, (uint64_t)rows * 2, PRIu64);
    REQUIRE_CMP(plt_source_get_stats(feed.source).gaps, ==, UINT64_C(0), PRIu64);
    REQUIRE_CMP(plt_series_total(plt_source_get_channel(feed.source, 0).series), ==,
                (uint64_t)rows, PRIu64);
    REQUIRE_CMP(count(&feed, 0), ==, UINT64_C(10000), PRIu64); // keep
    REQUIRE_CMP(y_bounds(&feed, 0).x1, ==, rows - 1 + 0.25, "g");
    REQUIRE_CMP(y_bounds(&feed, 0).x0, ==, (double)(rows - 10000) + 0.25, "g");
    feed_close(&feed);
    free(text);
}

// Closing while the pipe is open, idle or full of data, does not wait for more of it. (It
// takes 100 ms at most; the bound here is for a machine that does other things too.)
static void test_close(void)
{
    struct feed feed;
    feed_open(&feed, (struct plt_source_params){0});
    double start = now_s();
    feed_close(&feed);
    REQUIRE_CMP(now_s() - start, <, 2.0, "g");

    feed_open(&feed, (struct plt_source_params){.format = PLT_SOURCE_F32});
    float block[1024] = {0};
    for (int i = 0; i < 200; i++)
        feed_write(&feed, block, sizeof(block));
    while (plt_source_get_stats(feed.source).values == 0)
        usleep(1000);
    REQUIRE_CMP(plt_source_get_state(feed.source), ==, PLT_SOURCE_LIVE, "d");
    start = now_s();
    feed_close(&feed);
    REQUIRE_CMP(now_s() - start, <, 2.0, "g");
}

// The values of a slow sensor arrive as they come, not when a buffer is full.
static void test_promptness(void)
{
    struct feed feed;
    feed_open(&feed, (struct plt_source_params){0});
    for (int i = 0; i < 5; i++) {
        feed_write(&feed, "1 2\n", 4);
        double start = now_s();
        while (plt_source_get_stats(feed.source).values < 2u * (unsigned)(i + 1) &&
               now_s() - start < 5)
            usleep(500);
        REQUIRE_CMP(plt_source_get_stats(feed.source).values, ==, 2 * (uint64_t)(i + 1),
                    PRIu64);
    }
    feed_close(&feed);
}

// Whichever allocation fails: a source that does not open, or one that says so and ends.
static void test_no_memory(void)
{
    for (int n = 0; n < 40; n++) {
        struct feed feed;
        memset(&feed, 0, sizeof(feed));
        REQUIRE(pipe(feed.pipe) == 0);
        feed_write(&feed, "1 2\n3 4\n", 8);
        feed_end(&feed);
        feed.log = plt_log_create(
            &(struct plt_log_params){.fn = note_message, .user = &feed.messages});
        plt_alloc_fail_at(n, true);
        feed.source =
            plt_source_open_fd(feed.pipe[0], &(struct plt_source_params){.log = feed.log});
        bool ok = feed.source && plt_source_wait(feed.source);
        plt_alloc_fail_at(-1, false);
        REQUIRE(ok || feed.messages.errors >= 1);
        REQUIRE(!ok || plt_source_get_stats(feed.source).values == 4);
        feed_close(&feed);
    }
}

static void test_rows(void)
{
    const char text[] = "1.5, \"2\" ,x,,1e400,7";
    double values[8];
    size_t gaps = 0;
    int numbers = plt_row_values(text, text + strlen(text), ',', values, 1, 8, &gaps);
    REQUIRE_CMP(numbers, ==, 3, "d");
    REQUIRE_CMP(gaps, ==, (size_t)5, "zu"); // x, empty, overflow, two missing
    REQUIRE_CMP(values[1], ==, 2.0, "g");
    REQUIRE(isnan(values[2]) && isnan(values[3]) && isnan(values[4]) && isnan(values[7]));
    REQUIRE_CMP(values[5], ==, 7.0, "g");
}

static void test_system(void)
{
    struct plt_source *source =
        plt_source_open("system:", &(struct plt_source_params){.rate_hz = 50});
    if (access("/proc/stat", R_OK) != 0) {
        REQUIRE(source == NULL);
        return;
    }
    REQUIRE(source != NULL);
    REQUIRE_CMP(plt_source_get_state(source), ==, PLT_SOURCE_LIVE, "d");
    REQUIRE(!plt_source_wait(source)); // it has no end
    int channels = plt_source_num_channels(source), memory = -1;
    REQUIRE_CMP(channels, >=, 2, "d");
    struct plt_series *last = plt_source_get_channel(source, channels - 1).series;
    for (int i = 0; i < 1000 && plt_series_count(last) < 10; i++)
        usleep(20000); // 0.2 s, longer on a busy machine
    for (int i = 0; i < channels; i++) {
        struct plt_source_channel channel = plt_source_get_channel(source, i);
        struct plt_range x, y;
        REQUIRE(plt_series_count(channel.series) >= 10);
        if (strcmp(channel.group, "Memory") == 0)
            memory = i;
        REQUIRE(channel.unit[0] != '\0' && channel.name[0] != '\0');
        if (plt_series_y_bounds(channel.series, &y))
            REQUIRE(y.x0 >= 0 && (strcmp(channel.unit, "%") != 0 || y.x1 <= 100));
        REQUIRE(plt_series_x_bounds(channel.series, &x) && x.x0 >= 0 && x.x1 < 30);
    }
    REQUIRE(memory >= 0);
    struct plt_range y;
    REQUIRE(plt_series_y_bounds(plt_source_get_channel(source, memory).series, &y) &&
            y.x0 > 1e6);
    double start = now_s();
    plt_source_close(source);
    REQUIRE_CMP(now_s() - start, <, 2.0, "g");
}

int main(void)
{
    struct test_random random = test_random_seeded();
    test_rows();
    test_names_and_values();
    test_separators();
    test_gaps();
    test_bad_input();
    test_raw(&random);
    test_pieces(&random);
    test_close();
    test_promptness();
    test_no_memory();
    test_system();
    plt_source_close(NULL);
    return test_result();
}
