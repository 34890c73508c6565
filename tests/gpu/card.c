// Every kernel of the CUDA engine on a real card against the CPU, on random images; and an
// image in the card's memory in OpenGL of that card, beside the same one of the host.
// Run by tests/gpu/run. Exit 77: there is no card.
#include "../cuda_jobs.h"
#include "../gl_fixture.h"

#include <plotlib/cuda.h>

static struct fixture f;

static void paint(struct plt_image *image, uint32_t picture[HEIGHT][WIDTH])
{
    struct plt_figure *figure = plt_figure_create(NULL);
    struct plt_plot *plot = plt_figure_add_plot(figure, NULL);
    REQUIRE(plt_image_item_create(plot, image, NULL) != NULL);
    REQUIRE(plt_gl_paint(f.gl, figure, f.fbo, WIDTH, HEIGHT, 1, true, NULL));
    read_back(&f, true);
    memcpy(picture, f.drawn, sizeof(f.drawn));
    plt_figure_destroy(figure);
}

static void check_texture(enum plt_type type, int32_t channels)
{
    enum { COLUMNS = 300, ROWS = 200 };
    static uint32_t wanted[HEIGHT][WIDTH], got[HEIGHT][WIDTH];
    static uint64_t pixels[COLUMNS * ROWS * 4];
    for (size_t i = 0; i < COLUMNS * ROWS * 4; i++)
        pixels[i] = test_next(&f.random) >> (type == PLT_F32 || type == PLT_F64 ? 3 : 0);
    const struct plt_image_params *params =
        plt_image_params(.type = type, .columns = COLUMNS, .rows = ROWS,
                         .channels = channels);
    void *memory = card_memory(pixels, sizeof(pixels));
    struct plt_image *host = plt_image_wrap(pixels, params, NULL, NULL);
    struct plt_image *card = plt_image_wrap_cuda(memory, 0, NULL, params, NULL, NULL);
    REQUIRE(host && card);
    paint(host, wanted);
    paint(card, got);
    const uint64_t without = f.gl->uploaded;
    REQUIRE(memcmp(wanted, got, sizeof(got)) == 0);
    plt_image_update(card, NULL);
    paint(card, got);
    REQUIRE(memcmp(wanted, got, sizeof(got)) == 0);
    REQUIRE(f.gl->uploaded <= without + COLUMNS * ROWS / 8); // nothing of the image
    plt_image_unref(host);
    plt_image_unref(card);
    card_free(memory);
}

static void check_gl(void)
{
    if (!open_fixture(&f, false)) {
        printf("no OpenGL of the card (%s): interop is not checked\n", f.egl.reason);
        return;
    }
    if (plt_gl_is_software(f.gl)) {
        printf("OpenGL is software: interop is not checked\n");
    } else {
        check_texture(PLT_U16, 1);
        check_texture(PLT_U8, 1);
        check_texture(PLT_I32, 1);
        check_texture(PLT_F32, 1);
        check_texture(PLT_F64, 1);
        check_texture(PLT_U8, 3);
        check_texture(PLT_U8, 4);
    }
    close_fixture(&f);
}

int main(int argc, char **argv)
{
    // --short: for compute-sanitizer, under which everything takes long.
    const bool is_short = argc > 1 && strcmp(argv[1], "--short") == 0;
    module = plt_image_module_find(NULL);
    if (!module)
        return test_skip("no CUDA device");
    printf("%s\n", module->device);
    struct test_random random = test_random_seeded();
    f.random = random;
    pool = plt_pool_create(0);
    for (int round = 0; round < (is_short ? 1 : 20); round++) {
        for (int type = 0; type < PLT_NUM_PIXEL_TYPES; type++) {
            for (int where = 0; where < NUM_WHERE; where++)
                check_all(&random, &module->engine, (enum plt_type)type, (enum where)where);
        }
    }
    check_flat_in_place(&random);
    if (!is_short)
        check_gl();
    plt_pool_destroy(pool);
    printf(test_failures ? "FAILED\n" : "every kernel gives what the CPU gives\n");
    return test_result();
}
