// Images in a card's memory in the OpenGL painter, with a module that only says it has a
// card: they go through its pixel buffer and not the host, look as the same image of the
// host does, and go through the host where the module cannot.
#include "gl_fixture.h"

#include <plotlib/cuda.h>
#include <plotlib/image/module.h>

enum { COLUMNS = 61, ROWS = 47 };

static struct fixture f;
static int attached, fills, fetches;
static bool refuse, fail;

static bool fetch(const struct plt_image_view *view, void *pixels)
{
    struct plt_image_view from = *view;
    const size_t size = plt_type_size(view->type);
    from.pixels = view->device->pixels;
    fetches++;
    for (int32_t row = 0; row < view->rows; row++) {
        for (int32_t column = 0; column < view->columns; column++) {
            for (int32_t k = 0; k < view->channels; k++) {
                const size_t at = ((size_t)row * (size_t)view->columns + (size_t)column) *
                                      (size_t)view->channels +
                                  (size_t)k;
                memcpy((char *)pixels + at * size, plt_image_at(&from, column, row, k),
                       size);
            }
        }
    }
    return true;
}

static void *attach(unsigned buffer)
{
    static unsigned name;
    name = buffer;
    attached += !refuse;
    return refuse ? NULL : &name;
}

static void detach(void *name)
{
    (void)name;
    attached--;
}

// As the card does, but with GL.
static bool fill(void *name, const struct plt_image_view *view, struct plt_irect part,
                 enum plt_type as)
{
    static double packed[COLUMNS * ROWS * 4];
    struct plt_image_view from = *view;
    struct plt_image_device device = *view->device;
    if (fail)
        return false;
    fills++;
    from.pixels = device.pixels;
    device.pixels = plt_image_at(&from, part.x0, part.y0, 0);
    from.pixels = NULL;
    from.device = &device;
    from.columns = part.x1 - part.x0;
    from.rows = part.y1 - part.y0;
    size_t n = (size_t)from.columns * (size_t)from.rows * (size_t)from.channels;
    fetches--;
    fetch(&from, packed);
    if (as != view->type) {
        REQUIRE_CMP((int)view->type, ==, PLT_F64, "d");
        for (size_t i = 0; i < n; i++)
            ((float *)packed)[i] = (float)packed[i];
    }
    const struct plt_gl_api *api = &f.gl->api;
    api->BindBuffer(GL_PIXEL_UNPACK_BUFFER, *(unsigned *)name);
    api->BufferData(GL_PIXEL_UNPACK_BUFFER, (GLsizeiptr)(n * plt_type_size(as)), packed,
                    GL_STREAM_DRAW);
    api->BindBuffer(GL_PIXEL_UNPACK_BUFFER, 0);
    return true;
}

static bool stats(const struct plt_image_stats_job *job)
{
    struct plt_image_stats_job here = *job;
    here.src.pixels = job->src.device->pixels;
    return plt_image_engine_cpu.stats(&here);
}

static bool no_colors(const struct plt_image_colors *job, uint32_t *dst, size_t stride)
{
    (void)job;
    (void)dst;
    (void)stride;
    return false;
}

static const struct plt_image_module module = {
    .abi = PLT_IMAGE_MODULE_ABI,
    .device = "nothing",
    .engine = {.name = "nothing", .stats = stats, .colors = no_colors},
    .fetch = fetch,
    .gl_attach = attach,
    .gl_detach = detach,
    .gl_fill = fill,
};

static void quiet(void *user, enum plt_level level, enum plt_msg id, const char *text)
{
    (void)user;
    (void)level;
    (void)id;
    (void)text;
}

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

static void check(enum plt_type type, int32_t channels, struct plt_log *log)
{
    static uint32_t wanted[HEIGHT][WIDTH], got[HEIGHT][WIDTH];
    const size_t size = plt_type_size(type);
    char *pixels = calloc(COLUMNS * ROWS * 4, 8);
    for (size_t i = 0; i < COLUMNS * ROWS * (size_t)channels; i++) {
        if (type == PLT_F64)
            ((double *)pixels)[i] = test_uniform(&f.random);
        else
            memcpy(pixels + i * size, &(uint64_t){test_next(&f.random)}, size);
    }
    const struct plt_image_params *params =
        plt_image_params(.type = type, .columns = COLUMNS, .rows = ROWS,
                         .channels = channels, .log = log);
    struct plt_image *host = plt_image_wrap(pixels, params, NULL, NULL);
    struct plt_image *card = plt_image_wrap_cuda(pixels, 0, NULL, params, NULL, NULL);
    REQUIRE(host && card);
    paint(host, wanted);
    fills = fetches = 0;
    paint(card, got);
    REQUIRE(memcmp(wanted, got, sizeof(got)) == 0);
    // What a paint sends without the image, then with it.
    paint(card, got);
    const uint64_t without = f.gl->uploaded;
    plt_image_update(card, NULL);
    paint(card, got);
    REQUIRE(memcmp(wanted, got, sizeof(got)) == 0);
    const bool through_host = refuse || fail || f.gl->software;
    REQUIRE(through_host ? fills == 0 : fills >= 2);
    REQUIRE(through_host ? fetches >= 1 : fetches == 0);
    const size_t texel = (type == PLT_F64 ? 4 : size) * (size_t)channels;
    REQUIRE(f.gl->uploaded - without == (through_host ? COLUMNS * ROWS * texel : 0));
    plt_image_unref(host);
    plt_image_unref(card);
    free(pixels);
}

static void check_types(struct plt_log *log)
{
    check(PLT_U16, 1, log);
    check(PLT_U8, 1, log);
    check(PLT_F32, 1, log);
    check(PLT_F64, 1, log);
    check(PLT_U8, 3, log);
    check(PLT_U8, 4, log);
}

int main(void)
{
    f.random = test_random_seeded();
    plt_image_engine_around(&module);
    if (!open_fixture(&f, false)) {
        close_fixture(&f);
        return test_skip(f.egl.reason);
    }
    struct plt_log *log = plt_log_create(&(struct plt_log_params){.fn = quiet});
    check_types(log); // software: not even asked
    f.gl->software = false;
    check_types(log);
    REQUIRE_CMP(attached, ==, 1, "d");
    f.gl->tile = 4; // several tiles, of several sizes
    check_types(log);
    fail = true;
    check_types(log);
    fail = false;
    plt_gl_device_finish(f.gl);
    REQUIRE_CMP(attached, ==, 0, "d");
    refuse = true;
    check_types(log);
    REQUIRE(f.gl->device.refused);
    close_fixture(&f);
    plt_log_unref(log);
    return test_result();
}
