// Live frames through pipes: the newest one wins and is whole, senders never wait.
#include <signal.h>

#include "frames_fixture.h"

// --- pipes -------------------------------------------------------------------------------

// Nobody looks: every frame is read all the same, and the last one is what is left.
static void check_unseen(void)
{
    struct sender sender = {.frames = 300, .tail = 1001};
    int fd = open_pipe(&sender);
    lines = 0;
    struct plt_frames *frames =
        plt_frames_open_fd(fd, shape, plt_frames_params(.log = counter));
    REQUIRE(frames && plt_frames_get_state(frames) == PLT_SOURCE_STARTING);
    REQUIRE_CMP(shown(plt_frames_image(frames)), ==, 0, "d");
    start(&sender);
    pthread_join(sender.thread, NULL);
    REQUIRE(!sender.broken && plt_frames_wait(frames));
    REQUIRE(plt_frames_get_state(frames) == PLT_SOURCE_ENDED);
    REQUIRE_CMP(lines, ==, 1, "d"); // of the last one that is not whole
    REQUIRE(plt_frames_take(frames) && !plt_frames_take(frames));
    REQUIRE_CMP(shown(plt_frames_image(frames)), ==, 300, "d");
    struct plt_frames_stats stats = plt_frames_get_stats(frames);
    REQUIRE_CMP(stats.received, ==, UINT64_C(300), PRIu64);
    REQUIRE_CMP(stats.shown, ==, UINT64_C(1), PRIu64);
    REQUIRE_CMP(stats.dropped, ==, UINT64_C(299), PRIu64);
    REQUIRE_CMP(stats.bytes, ==, UINT64_C(300) * BYTES + 1001, PRIu64);
    REQUIRE(!plt_image_update(plt_frames_image(frames), shape)); // it has its own source
    struct plt_image *kept = plt_image_ref(plt_frames_image(frames));
    plt_frames_close(frames);
    REQUIRE_CMP(shown(kept), ==, 300, "d");
    plt_image_unref(kept);
    close(fd);
}

static void check_pipe_painted(void)
{
    struct sender sender = {.frames = 400, .nap_us = 100};
    int fd = open_pipe(&sender);
    struct plt_frames *frames = plt_frames_open_fd(fd, shape, NULL);
    check_painted(frames, &sender, 400);
    close(fd);
}

// What does not make one frame, an offset, and nonsense.
static void check_pipe_ends(void)
{
    static const struct {
        const char *raw;
        int frames;
        size_t tail;
        int shown; // -1 = fails
    } cases[] = {
        {"240x100:u16", 0, 0, -1},         {"240x100:u16", 0, BYTES - 1, -1},
        {"240x100:u16+48001", 1, 0, -1},   {"240x100:u16+48000", 2, 0, 2},
        {"240x100:u16+9999999", 3, 0, -1}, {"240x100:u16+144000", 4, 7, 4},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct sender sender = {.frames = cases[i].frames, .tail = cases[i].tail};
        int fd = open_pipe(&sender);
        atomic_int changes = 0;
        lines = 0;
        struct plt_frames *frames = plt_frames_open_fd(
            fd, cases[i].raw,
            plt_frames_params(.changed = count, .user = &changes, .log = counter));
        start(&sender);
        bool ok = plt_frames_wait(frames);
        pthread_join(sender.thread, NULL);
        REQUIRE(ok == (cases[i].shown >= 0));
        REQUIRE((plt_frames_error(frames)[0] == '\0') == ok);
        if (ok) {
            REQUIRE(plt_frames_take(frames));
            REQUIRE_CMP(shown(plt_frames_image(frames)), ==, cases[i].shown, "d");
        }
        REQUIRE_CMP(lines, ==, !ok || cases[i].tail ? 1 : 0, "d");
        plt_frames_close(frames);
        REQUIRE_CMP(changes, ==, ok ? 2 : 1, "d");
        close(fd);
    }
    static const char *const bad[] = {
        "", "3x", "0x4:u8", "4x4:u7", "99999999x99999999:f64", "2147483647x2147483647:u8"};
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        lines = 0;
        REQUIRE(!plt_frames_open_fd(0, bad[i], plt_frames_params(.log = counter)));
        REQUIRE_CMP(lines, ==, 1, "d");
    }
    lines = 0;
    REQUIRE(!plt_frames_open_fd(987, shape, plt_frames_params(.log = counter)));
    REQUIRE_CMP(lines, ==, 1, "d");
}

// Closed at any moment of a frame; the sender then meets a closed pipe.
static void check_pipe_closed(void)
{
    for (int i = 0; i < 20; i++) {
        struct sender sender = {.frames = 1 << 30};
        int fd = open_pipe(&sender);
        struct plt_frames *frames = plt_frames_open_fd(fd, shape, NULL);
        start(&sender);
        nap(200 * i);
        check_sums(frames);
        plt_frames_close(frames);
        close(fd);
        pthread_join(sender.thread, NULL);
        REQUIRE(sender.broken);
    }
}

int main(void)
{
    signal(SIGPIPE, SIG_IGN);
    counter = test_counting_log(&lines);
    check_unseen();
    check_pipe_painted();
    check_pipe_ends();
    check_pipe_closed();
    plt_log_unref(counter);
    return test_result();
}
