// GB/s (bytes read + written) of the CUDA engine on this card, beside the card's own copy,
// and frames from the host beside the bus: a table for the README. Kernels are timed by
// events, calls of the engine by the clock. Run by tests/gpu/run.
#include "../egl.h"
#include "../test.h"

#include <gpu/cuda/arguments.h>
#include <gpu/gl/painter.h>
#include <plotlib/cuda.h>
#include <plotlib/image/mix.h>
#include <plotlib/image/module.h>
#include <plotlib/image/stack.h>
#include <plotlib/image_item.h>
#include <plotlib/plot.h>

#include "memory.h"

enum { SIDE = 8192, RUNS = 20, TARGET = 85 };
static const uint64_t pixels = (uint64_t)SIDE * SIDE;
static const struct plt_image_module *module;
static double copy_rate; // GB/s of the card's memory

static double now_s(void)
{
    struct timespec t;
    timespec_get(&t, TIME_UTC);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static void insist(bool ok, const char *what)
{
    if (ok)
        return;
    fprintf(stderr, "%s failed: %s\n", what, cudaGetErrorString(cudaGetLastError()));
    exit(1);
}

static void row(const char *what, double bytes, double seconds, const char *note)
{
    const double rate = bytes / seconds * 1e-9;
    printf("| %s | %.3f | %.0f | %.0f %% | %s |\n", what, seconds * 1e3, rate,
           100 * rate / copy_rate, note);
}

// Fills with random bits; floats lie in 0..65536.
static void *make_pixels(enum plt_type type, uint64_t samples)
{
    const size_t size = plt_type_size(type);
    struct test_random random = {1};
    char *p = malloc(samples * size);
    insist(p != NULL, "malloc");
    for (uint64_t i = 0; i < samples; i++) {
        const uint64_t bits = test_next(&random);
        const float real = (float)(bits & 0xffff);
        memcpy(p + i * size, type == PLT_F32 ? (const void *)&real : &bits, size);
    }
    return p;
}

static double time_copy(void *to, const void *from, size_t size, enum cudaMemcpyKind kind)
{
    double best = INFINITY;
    for (int i = 0; i < RUNS; i++) {
        insist(cudaDeviceSynchronize() == cudaSuccess, "a copy");
        const double start = now_s();
        insist(cudaMemcpyAsync(to, from, size, kind, NULL) == cudaSuccess, "a copy");
        insist(cudaDeviceSynchronize() == cudaSuccess, "a copy");
        best = fmin(best, now_s() - start);
    }
    return best;
}

static struct plt_image_view view_of(const void *p, enum plt_type type)
{
    return (struct plt_image_view){.pixels = p,
                                   .row_stride = SIDE * plt_type_size(type),
                                   .type = type,
                                   .columns = SIDE,
                                   .rows = SIDE,
                                   .channels = 1,
                                   .id = 1,
                                   .generation = 1};
}

static struct plt_image_table table_of(int32_t entries)
{
    static uint32_t colors[65536];
    for (int i = 0; i < 65536; i++)
        colors[i] = 0xff000000u | (uint32_t)i * 40503u;
    return (struct plt_image_table){colors, entries, true, (uint64_t)entries};
}

// --- kernels -----------------------------------------------------------------------------

// Levels and colormap, the kernel alone: the mean of many, between two events.
static double time_colors(enum plt_type type, const void *from, void *to, const void *table,
                          int32_t entries)
{
    const struct plt_cuda_colors c = {
        .first = from,
        .step = plt_type_size(type),
        .channel_stride = plt_type_size(type),
        .columns = pixels,
        .rows = 1,
        .groups = pixels / 4,
        .dst = to,
        .table = table,
        .entries = entries,
        .channels = 1,
        .levels = {plt_levels_make(0, type == PLT_U8 ? 255 : 65535, entries)},
        .wide_load = true,
        .wide_store = true,
    };
    cudaEvent_t start, end;
    float best = INFINITY;
    insist(cudaEventCreateWithFlags(&start, cudaEventDefault) == cudaSuccess &&
               cudaEventCreateWithFlags(&end, cudaEventDefault) == cudaSuccess,
           "events");
    for (int round = 0; round < 5; round++) {
        float ms = 0;
        cudaEventRecord(start, NULL);
        for (int i = 0; i < RUNS; i++)
            insist(plt_cuda_launch_colors(type, &c, NULL) == cudaSuccess, "colors");
        cudaEventRecord(end, NULL);
        insist(cudaEventSynchronize(end) == cudaSuccess, "colors");
        cudaEventElapsedTime(&ms, start, end);
        best = ms < best ? ms : best;
    }
    return (double)best * 1e-3 / RUNS;
}

static bool bench_colors(enum plt_type type, const char *name, int32_t entries)
{
    char what[100];
    const size_t size = plt_type_size(type);
    void *host = make_pixels(type, pixels);
    void *from = card_memory(host, pixels * size), *to = card_memory(NULL, pixels * 4);
    const struct plt_image_table table = table_of(entries);
    void *colors = card_memory(table.colors, (size_t)entries * 4);
    const double bytes = (double)pixels * (double)(size + 4);
    const double seconds = time_colors(type, from, to, colors, entries);
    const bool enough = bytes / seconds * 1e-9 >= TARGET / 100.0 * copy_rate;
    snprintf(what, sizeof(what), "levels + colormap, %s, %d entries", name, (int)entries);
    row(what, bytes, seconds, enough ? ">= 85 %" : ">= 85 % MISSED");
    card_free(from);
    card_free(to);
    card_free(colors);
    free(host);
    return enough;
}

// --- the engine's calls, all in the card's memory ----------------------------------------

#define BEST(seconds, call)                            \
    do {                                               \
        seconds = INFINITY;                            \
        for (int run_ = 0; run_ < RUNS; run_++) {      \
            const double start_ = now_s();             \
            insist((call), #call);                     \
            seconds = fmin(seconds, now_s() - start_); \
        }                                              \
    } while (0)

static void bench_numbers(const void *card)
{
    static uint64_t counts[65536];
    const double p[2] = {0.01, 0.99};
    double values[2], seconds;
    struct plt_image_stats stats;
    const struct plt_image_view view = view_of(card, PLT_U16);
    const struct plt_image_stats_job stats_job = {.src = view, .out = &stats};
    const struct plt_image_histogram_job histogram = {
        .src = view, .lo = 0, .hi = 65535, .bins = 256, .counts = counts};
    const struct plt_image_percentiles_job percentiles = {
        .src = view, .p = p, .num = 2, .values = values};
    BEST(seconds, module->engine.stats(&stats_job));
    row("count, extremes, mean, u16", 2.0 * (double)pixels, seconds, "call");
    BEST(seconds, module->engine.histogram(&histogram));
    row("histogram of 256, u16", 2.0 * (double)pixels, seconds, "call");
    BEST(seconds, module->engine.percentiles(&percentiles));
    row("percentiles, u16", 2.0 * (double)pixels, seconds, "call");
}

static void bench_pictures(void *card, void *out)
{
    enum { CHANNELS = 8, FRAMES = 16, PART = SIDE / 4 };
    double seconds;
    struct plt_image_mix_channel channels[CHANNELS];
    struct plt_image_view part = view_of(card, PLT_U16);
    part.rows = PART; // FRAMES of them do not pass the memory there is
    part.columns = PART;
    part.row_stride = PART * 2;
    const double count = (double)PART * PART;
    for (int i = 0; i < CHANNELS; i++) {
        channels[i] = (struct plt_image_mix_channel){.src = part,
                                                     .levels = plt_levels_make(0, 65535, 1),
                                                     .color = {0.1f, 0.1f, 0.1f}};
        channels[i].src.pixels = (const char *)card + (size_t)i * PART * PART * 2;
    }
    const struct plt_image_mix_job mix = {
        .channels = channels, .num = CHANNELS, .dst = out, .dst_stride = PART * 4};
    const struct plt_image_project_job project = {
        .src = part, .frames = FRAMES, .frame_stride = PART * PART * 2, .out = out};
    const struct plt_image_flat_field_job flat = {
        .src = view_of(card, PLT_U16), .gain = NULL, .out = out};
    BEST(seconds, module->engine.mix(&mix));
    row("mix of 8 channels, u16, 2048^2", count * (2 * CHANNELS + 4), seconds,
        "call; shares and sums in between are not counted");
    BEST(seconds, module->engine.project(&project));
    row("mean of 16 frames, u16, 2048^2", count * (2 * FRAMES + 4), seconds, "call");
    BEST(seconds, module->engine.flat_field(&flat));
    row("flat field, u16", 6.0 * (double)pixels, seconds, "call");
}

// --- from the host -----------------------------------------------------------------------

static double bus_rate; // GB/s

static void frame_row(const char *what, double seconds)
{
    const double rate = 2.0 * (double)pixels / seconds * 1e-9;
    printf("| %s | %.2f | %.1f | %.0f %% of the bus |\n", what, seconds * 1e3, rate,
           100 * rate / bus_rate);
}

struct frames {
    struct plt_gl *gl;
    struct plt_figure *figure;
    struct plt_image *image;
    GLuint fbo;
};

enum { PICTURE = 512 };

static GLuint make_target(struct plt_gl *gl)
{
    GLuint fbo = 0;
    const GLuint texture = plt_gl_texture_name(gl, GL_TEXTURE_2D);
    gl->api.TexImage2D(GL_TEXTURE_2D, 0, GL_RGBA8, PICTURE, PICTURE, 0, GL_RGBA,
                       GL_UNSIGNED_BYTE, NULL);
    gl->api.GenFramebuffers(1, &fbo);
    gl->api.BindFramebuffer(GL_FRAMEBUFFER, fbo);
    gl->api.FramebufferTexture2D(GL_FRAMEBUFFER, GL_COLOR_ATTACHMENT0, GL_TEXTURE_2D,
                                 texture, 0);
    return fbo;
}

static bool draw_frame(struct frames *frames)
{
    if (!plt_image_update(frames->image, NULL) ||
        !plt_gl_paint(frames->gl, frames->figure, frames->fbo, PICTURE, PICTURE, 1, false,
                      NULL))
        return false;
    uint8_t pixel[4]; // waits for the picture
    frames->gl->api.BindFramebuffer(GL_FRAMEBUFFER, frames->fbo);
    frames->gl->api.ReadPixels(0, 0, 1, 1, GL_RGBA, GL_UNSIGNED_BYTE, pixel);
    return true;
}

static void bench_texture(struct plt_gl *gl, GLuint fbo, struct plt_image *image,
                          const char *what)
{
    double seconds;
    struct frames frames = {gl, plt_figure_create(NULL), image, fbo};
    struct plt_plot *plot = plt_figure_add_plot(frames.figure, NULL);
    insist(image && plt_image_item_create(plot, image,
                                          plt_image_item_params(.levels = {0, 65535})),
           "an image item");
    BEST(seconds, draw_frame(&frames));
    frame_row(what, seconds);
    plt_figure_destroy(frames.figure);
    plt_image_unref(image);
}

static void bench_frames(const void *host, void *card, void *out)
{
    double seconds;
    struct plt_pool *pool = plt_pool_create(0);
    void *pinned = card_pinned(pixels * 2);
    memcpy(pinned, host, pixels * 2);
    const double bus = time_copy(card, pinned, pixels * 2, cudaMemcpyHostToDevice);
    bus_rate = 2.0 * (double)pixels / bus * 1e-9;
    printf(
        "\n| frame of u16 %d^2 from the host | ms | GB/s | |\n| --- | --- | --- | --- |\n",
        SIDE);
    frame_row("the bus alone (one copy of pinned memory)", bus);
    struct plt_image_colors job = {.src = view_of(host, PLT_U16),
                                   .levels = {plt_levels_make(0, 65535, 256)},
                                   .table = table_of(256),
                                   .pool = pool};
    BEST(seconds, module->engine.colors(&job, out, SIDE * 4));
    frame_row("host -> colours on the card, ordinary memory", seconds);
    job.src.pixels = pinned;
    BEST(seconds, module->engine.colors(&job, out, SIDE * 4));
    frame_row("host -> colours on the card, pinned memory", seconds);
    struct test_egl egl;
    struct plt_gl *gl =
        test_egl_open(&egl, false)
            ? plt_gl_create(&(struct plt_gl_params){test_egl_proc, &egl, NULL})
            : NULL;
    if (!gl || plt_gl_is_software(gl)) {
        printf("\nno OpenGL of the card: no frames to a texture\n");
    } else {
        const struct plt_image_params *params =
            plt_image_params(.type = PLT_U16, .columns = SIDE, .rows = SIDE);
        const GLuint fbo = make_target(gl);
        bench_texture(gl, fbo, plt_image_wrap(host, params, NULL, NULL),
                      "host -> texture -> picture (OpenGL alone)");
        bench_texture(gl, fbo, plt_image_wrap_cuda(card, 0, NULL, params, NULL, NULL),
                      "CUDA memory -> texture -> picture");
    }
    plt_gl_destroy(gl);
    test_egl_close(&egl);
    card_free(pinned);
    plt_pool_destroy(pool);
}

int main(void)
{
    module = plt_image_module_find(NULL);
    if (!module)
        return test_skip("no CUDA device");
    void *host = make_pixels(PLT_U16, pixels);
    void *card = card_memory(host, pixels * 2), *out = card_memory(NULL, pixels * 4);
    void *other = card_memory(NULL, pixels * 4);
    const double copy = time_copy(other, out, pixels * 4, cudaMemcpyDeviceToDevice);
    card_free(other);
    copy_rate = 8.0 * (double)pixels / copy * 1e-9;
    printf("%s, images of %d^2 in its memory:\n\n", module->device, SIDE);
    printf(
        "| what | ms | GB/s | of the card's copy | |\n| --- | --- | --- | --- | --- |\n");
    row("the card's own copy", 8.0 * (double)pixels, copy, "");
    bool enough = bench_colors(PLT_U8, "u8", 256);
    enough &= bench_colors(PLT_U16, "u16", 256);
    enough &= bench_colors(PLT_F32, "f32", 256);
    bench_colors(PLT_U16, "u16", 65536);
    bench_numbers(card);
    bench_pictures(card, out);
    bench_frames(host, card, out);
    printf(enough ? "\nlevels + colormap: target met\n" : "\nlevels + colormap: MISSED\n");
    card_free(card);
    card_free(out);
    free(host);
    return 0; // figures are no test
}
