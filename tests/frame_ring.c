// Live frames through rings in shared memory: the newest one is whole, and no ring, however
// it lies, shrinks or dies, does harm.
#include <sys/stat.h>

#include "frames_fixture.h"

static char path[64];

// --- rings -------------------------------------------------------------------------------

static void check_ring_painted(uint32_t slots, int nap_us)
{
    struct sender sender = {.frames = nap_us ? 200 : 20000, .nap_us = nap_us};
    sender.ring = plt_frame_ring_create(path, shape, slots, NULL);
    struct plt_frames *frames = plt_frames_open_shared(path, NULL);
    REQUIRE(sender.ring && frames);
    if (sender.ring && frames)
        check_painted(frames, &sender, sender.frames);
    REQUIRE(access(path, F_OK) != 0); // the name went with the producer
}

// By a name, where the machine has such memory.
static void check_named(void)
{
    char name[32];
    snprintf(name, sizeof(name), "plotlib-frames-%d", (int)getpid());
    struct plt_frame_ring *ring = plt_frame_ring_create(name, "4x2:u8x3", 0, counter);
    if (!ring) {
        printf("no POSIX shared memory here\n");
        return;
    }
    struct plt_frames *frames = plt_frames_open_shared(name, NULL);
    REQUIRE(frames && plt_image_channels(plt_frames_image(frames)) == 3);
    memset(plt_frame_ring_begin(ring), 7, 24);
    plt_frame_ring_publish(ring);
    while (plt_frames_get_state(frames) == PLT_SOURCE_STARTING)
        nap(100);
    REQUIRE(plt_frames_take(frames));
    REQUIRE(plt_image_value(plt_frames_image(frames), 3, 1, 2) == 7);
    // A second producer takes the name; who reads the first one learns that it is gone.
    struct plt_frame_ring *other = plt_frame_ring_create(name, "4x2:u8x3", 2, NULL);
    REQUIRE(other && plt_frames_wait(frames));
    plt_frames_close(frames);
    plt_frame_ring_destroy(other);
    plt_frame_ring_destroy(ring);
    lines = 0;
    REQUIRE(!plt_frames_open_shared(name, plt_frames_params(.log = counter)));
    REQUIRE(!plt_frame_ring_create(name, "4x2:u8+1", 2, counter));
    REQUIRE(!plt_frame_ring_create(name, "4x2:u8", 1, counter));
    REQUIRE_CMP(lines, ==, 3, "d");
}

// A ring by hand, 2 slots, frame 1 in it.
struct hand {
    struct plt_frame_ring_header header;
    struct {
        struct plt_frame_ring_slot slot;
        uint16_t pixels[PIXELS];
    } slots[2];
};

static void make_hand(struct hand *hand)
{
    memset(hand, 0, sizeof(*hand));
    hand->header = (struct plt_frame_ring_header){.version = 1,
                                                  .header_bytes = 128,
                                                  .slot_bytes = sizeof(hand->slots[0]),
                                                  .num_slots = 2,
                                                  .state = 1,
                                                  .newest = 1};
    memcpy(hand->header.magic, PLT_FRAME_RING_MAGIC, 8);
    memcpy(hand->header.raw, shape, sizeof(shape));
    hand->slots[0].slot.sequence = 2;
    fill(hand->slots[0].pixels, 1);
    fill(hand->slots[1].pixels, 2);
}

static int write_hand(const struct hand *hand, size_t size)
{
    int fd = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    REQUIRE(fd >= 0 && write_all(fd, hand, size));
    return fd;
}

static void poke(int fd, size_t offset, uint64_t value)
{
    REQUIRE(pwrite(fd, &value, 8, (off_t)offset) == 8);
}

static void check_lies(void)
{
    struct hand hand;
    for (int i = 0; i < 17; i++) {
        size_t size = sizeof(hand);
        make_hand(&hand);
        struct plt_frame_ring_header *h = &hand.header;
        switch (i) {
        case 0: h->magic[7]++; break;
        case 1: h->version = 2; break;
        case 2: h->header_bytes = 64; break;
        case 3: h->header_bytes = 129; break;
        case 4: h->header_bytes = UINT32_MAX / 64 * 64; break;
        case 5: memset(h->raw, '1', sizeof(h->raw)); break;
        case 6: strcpy(h->raw, "240x100:u16+0x"); break;
        case 7: strcpy(h->raw, "240x100:u16+64"); break;
        case 8: strcpy(h->raw, "2147483647x1073741823:f16"); break;
        case 9: strcpy(h->raw, "241x100:u16"); break;
        case 10: h->num_slots = 0; break;
        case 11: h->num_slots = 3; break;
        case 12: h->num_slots = UINT32_MAX; break;
        case 13: h->slot_bytes = 0; break;
        case 14: h->slot_bytes = UINT64_MAX / 64 * 64; break;
        case 15: size--; break;
        case 16: size = 100; break;
        }
        lines = 0;
        close(write_hand(&hand, size));
        struct plt_frames *frames =
            plt_frames_open_shared(path, plt_frames_params(.log = counter));
        REQUIRE(!frames || i == 9); // there is room for 32 more bytes by the rounding
        REQUIRE_CMP(lines, ==, frames ? 0 : 1, "d");
        plt_frames_close(frames);
    }
    unlink(path);
    lines = 0;
    REQUIRE(!plt_frames_open_shared(path, plt_frames_params(.log = counter)));
    REQUIRE(!plt_frames_open_shared("/dev/", plt_frames_params(.log = counter)));
    REQUIRE(!plt_frames_open_shared("", plt_frames_params(.log = counter)));
    REQUIRE(mkfifo(path, 0600) == 0);
    REQUIRE(!plt_frames_open_shared(path, plt_frames_params(.log = counter)));
    REQUIRE(!plt_frame_ring_create(path, shape, 2, counter)); // no ring: not ours to remove
    REQUIRE_CMP(lines, ==, 5, "d");
    REQUIRE(access(path, F_OK) == 0);
    unlink(path);
}

enum {
    NEWEST = offsetof(struct plt_frame_ring_header, newest),
    SLOT_1 = offsetof(struct hand, slots[1].slot),
};

static bool wait_state(struct plt_frames *frames, enum plt_source_state state)
{
    for (int i = 0; i < 50000 && plt_frames_get_state(frames) != state; i++)
        nap(100);
    return plt_frames_get_state(frames) == state;
}

static bool wait_taken(struct plt_frames *frames)
{
    for (int i = 0; i < 50000; i++) {
        if (plt_frames_take(frames))
            return true;
        nap(100);
    }
    return false;
}

// Half a frame is never shown, nor is one that is not there.
static void check_torn(void)
{
    static struct hand hand;
    make_hand(&hand);
    int fd = write_hand(&hand, sizeof(hand));
    struct plt_frames *frames = plt_frames_open_shared(path, NULL);
    REQUIRE(wait_taken(frames));
    REQUIRE_CMP(shown(plt_frames_image(frames)), ==, 1, "d");
    static const uint64_t wrong[] = {0, 1, 3, 2, 5, 6, UINT64_MAX};
    poke(fd, NEWEST, 2);
    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
        poke(fd, SLOT_1, wrong[i]);
        nap(25000);
        REQUIRE(!plt_frames_take(frames));
    }
    static const uint64_t far[] = {UINT64_MAX, UINT64_MAX / 2 + 2, 1000, 0};
    for (size_t i = 0; i < sizeof(far) / sizeof(far[0]); i++) {
        poke(fd, NEWEST, far[i]);
        nap(25000);
        REQUIRE(!plt_frames_take(frames));
    }
    poke(fd, SLOT_1, 4);
    poke(fd, NEWEST, 2);
    REQUIRE(wait_taken(frames));
    REQUIRE_CMP(shown(plt_frames_image(frames)), ==, 2, "d");
    REQUIRE_CMP(plt_frames_get_stats(frames).received, ==, UINT64_C(2), PRIu64);
    poke(fd, NEWEST, 1); // counted anew
    REQUIRE(wait_taken(frames));
    REQUIRE_CMP(shown(plt_frames_image(frames)), ==, 1, "d");
    REQUIRE_CMP(plt_frames_get_stats(frames).dropped, ==, UINT64_C(0), PRIu64);
    plt_frames_close(frames);
    close(fd);
    unlink(path);
}

// What a producer can do to a ring that is being read.
static void check_gone(void)
{
    static struct hand hand;
    for (int i = 0; i < 7; i++) {
        make_hand(&hand);
        int fd = write_hand(&hand, sizeof(hand));
        lines = 0;
        struct plt_frames *frames =
            plt_frames_open_shared(path, plt_frames_params(.log = counter));
        REQUIRE(wait_state(frames, PLT_SOURCE_LIVE));
        bool ends = i >= 5;
        switch (i) {
        case 0: REQUIRE(ftruncate(fd, 0) == 0); break;
        case 1: REQUIRE(ftruncate(fd, 64) == 0); break;
        case 2: // before the slot of a frame that is told
            REQUIRE(ftruncate(fd, SLOT_1) == 0);
            poke(fd, NEWEST, 2);
            break;
        case 3: // within its pixels
            poke(fd, SLOT_1, 4);
            REQUIRE(ftruncate(fd, SLOT_1 + BYTES / 2) == 0);
            poke(fd, NEWEST, 2);
            break;
        case 4: poke(fd, offsetof(struct plt_frame_ring_header, raw), 0); break;
        case 5: unlink(path); break;
        case 6: // the last frame and the end, at once
            poke(fd, SLOT_1, 4);
            hand.header.newest = hand.header.state = 2;
            REQUIRE(pwrite(fd, &hand.header, 128, 0) == 128);
            break;
        }
        REQUIRE(wait_state(frames, ends ? PLT_SOURCE_ENDED : PLT_SOURCE_FAILED));
        REQUIRE(plt_frames_wait(frames) == ends);
        REQUIRE_CMP(lines, ==, ends ? 0 : 1, "d");
        REQUIRE(plt_frames_take(frames)); // what came before is still there
        REQUIRE_CMP(shown(plt_frames_image(frames)), ==, i == 6 ? 2 : 1, "d");
        plt_frames_close(frames);
        close(fd);
        unlink(path);
    }
}

// Any bytes in a header, before and while it is read.
static void check_random(void)
{
    static struct hand hand;
    struct test_random random = test_random_seeded();
    struct plt_log *quiet =
        plt_log_create(&(struct plt_log_params){.level = PLT_LEVEL_NONE});
    int opened = 0;
    for (int i = 0; i < 300; i++) {
        make_hand(&hand);
        unsigned char *bytes = (unsigned char *)&hand;
        for (uint64_t k = test_below(&random, 4); k > 0; k--)
            bytes[8 + test_below(&random, 130)] = (unsigned char)test_next(&random);
        int fd = write_hand(&hand, sizeof(hand));
        struct plt_frames *frames =
            plt_frames_open_shared(path, plt_frames_params(.log = quiet));
        opened += frames != NULL;
        for (int k = 0; frames && k < 3; k++) {
            poke(fd, test_below(&random, 24) * 8,
                 test_next(&random) >> test_below(&random, 64));
            nap(1500);
            plt_frames_take(frames);
        }
        plt_frames_close(frames);
        close(fd);
    }
    REQUIRE_CMP(opened, >, 30, "d");
    plt_log_unref(quiet);
    unlink(path);
}

int main(void)
{
    const char *folder = access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp";
    snprintf(path, sizeof(path), "%s/plotlib-frames-test-%d", folder, (int)getpid());
    counter = test_counting_log(&lines);
    check_ring_painted(4, 300);
    check_ring_painted(2, 0);
    check_named();
    check_lies();
    check_torn();
    check_gone();
    check_random();
    plt_log_unref(counter);
    return test_result();
}
