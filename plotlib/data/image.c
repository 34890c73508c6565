// Image buffers: stage KEEP for pictures, what data/series.c is for samples. Owns or
// borrows the pixels, numbers their generations, and keeps the finite bounds of the current
// one.
#include <float.h>
#include <math.h>
#include <stdatomic.h>
#include <string.h>

#include <plotlib/base/alloc.h>
#include <plotlib/base/half.h>
#include <plotlib/base/message.h>
#include <plotlib/data/image.h>
#include <plotlib/data/image_ring.h>
#include <plotlib/data/tiles.h>

enum bounds_state { BOUNDS_UNKNOWN = 0, BOUNDS_NONE, BOUNDS_KNOWN };

struct plt_image {
    int refs;
    struct plt_log *log;
    void *owned; // its pixels when copied, NULL when wrapped
    plt_release_fn release;
    void *user;
    struct plt_image_view view;
    struct plt_image_view source;   // the shape of what plt_image_update is given
    struct plt_image_device device; // view.device, where it has one
    enum bounds_state bounds_state;
    struct plt_range bounds;
    pthread_mutex_t listeners_lock;
    struct plt_image_listener *listeners;
    struct plt_tiles *tiles;     // the pixels are a file's; or NULL
    struct plt_image_ring *ring; // where its rows come from, or NULL
    plt_image_take_fn take;      // a live image's newest pixels; or NULL
    void *take_user;
};

#define PACK(T)                                \
    do {                                       \
        const T *from = at;                    \
        T *to = out;                           \
        for (size_t i = 0; i < (size_t)n; i++) \
            to[i] = from[i * step];            \
    } while (0)

void plt_image_pack(const struct plt_image_view *view, int32_t column, int32_t row,
                    int32_t channel, int32_t n, void *out)
{
    const void *at = plt_image_at(view, column, row, channel);
    const size_t size = plt_type_size(view->type), step = plt_image_pixel_step(view);
    if (step == 1) {
        memcpy(out, at, (size_t)n * size);
        return;
    }
    switch (size) {
    case 1: PACK(uint8_t); break;
    case 2: PACK(uint16_t); break;
    case 4: PACK(uint32_t); break;
    case 8: PACK(uint64_t); break;
    }
}

// Planes stay planes; all else is copied pixel after pixel.
static bool is_planar(const struct plt_image_view *view)
{
    return view->channels > 1 && plt_image_pixel_step(view) == 1;
}

static void copy_channel(struct plt_image *image, int32_t channel)
{
    const size_t size = plt_type_size(image->view.type);
    for (int32_t row = 0; row < image->view.rows; row++) {
        for (int32_t column = 0; column < image->view.columns; column++)
            memcpy((void *)plt_image_at(&image->view, column, row, channel),
                   plt_image_at(&image->source, column, row, channel), size);
    }
}

static void copy_pixels(struct plt_image *image, const void *pixels)
{
    const struct plt_image_view *view = &image->view;
    const bool planar = is_planar(view);
    image->source.pixels = pixels;
    if (!planar && !plt_image_is_packed(&image->source)) {
        for (int32_t channel = 0; channel < view->channels; channel++)
            copy_channel(image, channel);
        return;
    }
    const size_t line = (size_t)view->columns * (size_t)(planar ? 1 : view->channels) *
                        plt_type_size(view->type);
    for (int32_t channel = 0; channel < (planar ? view->channels : 1); channel++) {
        for (int32_t row = 0; row < view->rows; row++)
            memcpy((void *)plt_image_at(view, 0, row, channel),
                   plt_image_at(&image->source, 0, row, channel), line);
    }
}

// a x b, 0 where either is; false when it passes what memory can have.
static bool multiply(size_t a, size_t b, size_t *product)
{
    if (a != 0 && b > PTRDIFF_MAX / a)
        return false;
    *product = a * b;
    return true;
}

// Puts the strides that are 0 and checks that all samples have an address.
static bool find_strides(struct plt_image_params *p)
{
    const size_t size = plt_type_size(p->type);
    size_t pixels, channels, rows;
    if (p->channel_stride == 0)
        p->channel_stride = size;
    if (p->pixel_stride == 0)
        p->pixel_stride = (size_t)p->channels * size;
    if (!multiply((size_t)p->columns - 1, p->pixel_stride, &pixels) ||
        !multiply((size_t)p->channels - 1, p->channel_stride, &channels))
        return false;
    if (p->row_stride == 0)
        p->row_stride = (size_t)p->columns * p->pixel_stride;
    return p->pixel_stride % size == 0 && p->channel_stride % size == 0 &&
           p->row_stride % size == 0 && multiply((size_t)p->rows, p->row_stride, &rows) &&
           rows <= PTRDIFF_MAX / 4 && pixels <= PTRDIFF_MAX / 4 &&
           channels <= PTRDIFF_MAX / 4;
}

// A row holds its pixels, or the other way round in a transposed view; nothing overlaps.
static bool strides_apart(const struct plt_image_params *p)
{
    const size_t columns = (size_t)p->columns, rows = (size_t)p->rows;
    return p->columns == 1 || p->rows == 1 || p->row_stride >= columns * p->pixel_stride ||
           p->pixel_stride >= rows * p->row_stride;
}

static struct plt_image_view view_of(const struct plt_image_params *p)
{
    return (struct plt_image_view){.row_stride = p->row_stride,
                                   .type = p->type,
                                   .columns = p->columns,
                                   .rows = p->rows,
                                   .channels = p->channels,
                                   .pixel_stride = p->pixel_stride,
                                   .channel_stride = p->channel_stride};
}

uint64_t plt_image_take_ids(uint64_t n)
{
    static atomic_uint_fast64_t last_id; // never reused: painters key copies by it
    return atomic_fetch_add(&last_id, n) + 1;
}

// Checks the parameters and makes the image without its pixels.
static struct plt_image *make(const struct plt_image_params *params)
{
    struct plt_image_params p = params ? *params : (struct plt_image_params){0};
    if (p.channels == 0)
        p.channels = 1;
    plt_require(p.log, params, NULL);
    plt_require(p.log, plt_type_size(p.type) > 0, NULL);
    plt_require(p.log, p.columns >= 1 && p.rows >= 1, NULL);
    plt_require(p.log, p.channels >= 1 && p.channels <= PLT_IMAGE_CHANNELS, NULL);
    plt_require(p.log, find_strides(&p), NULL);
    plt_require(p.log, strides_apart(&p), NULL);

    struct plt_image *image = plt_calloc(1, sizeof(*image));
    if (!image) {
        plt_no_memory(p.log, "image");
        return NULL;
    }
    image->refs = 1;
    pthread_mutex_init(&image->listeners_lock, NULL);
    image->log = plt_log_ref(p.log);
    image->view = image->source = view_of(&p);
    image->view.id = plt_image_take_ids(1);
    image->view.generation = 1;
    return image;
}

// The layout of a copy: packed, in planes where the source has them.
static size_t pack_strides(struct plt_image_view *view)
{
    const size_t size = plt_type_size(view->type);
    const size_t row = (size_t)view->columns * size, plane = row * (size_t)view->rows;
    const bool planar = is_planar(view);
    view->row_stride = planar ? row : row * (size_t)view->channels;
    view->pixel_stride = planar ? size : size * (size_t)view->channels;
    view->channel_stride = planar ? plane : size;
    return plane;
}

struct plt_image *plt_image_create(const void *pixels,
                                   const struct plt_image_params *params)
{
    struct plt_image *image = make(params);
    if (!image)
        return NULL;
    const size_t plane = pack_strides(&image->view);
    const size_t channels = (size_t)image->view.channels;
    if (plane <= PTRDIFF_MAX / channels)
        image->owned = pixels ? plt_malloc(plane * channels) : plt_calloc(channels, plane);
    image->view.pixels = image->owned;
    if (!image->owned) {
        plt_error(image->log, NO_MEMORY, "image of %d x %d: out of memory",
                  image->view.columns, image->view.rows);
        plt_image_unref(image);
        return NULL;
    }
    if (pixels)
        copy_pixels(image, pixels);
    return image;
}

struct plt_image *plt_image_create_ring(const struct plt_image_ring_params *params)
{
    plt_require(NULL, params, NULL);
    const struct plt_image_params plain = {.type = params->type,
                                           .columns = params->columns,
                                           .rows = params->capacity,
                                           .log = params->log};
    struct plt_image *image = plt_image_create(NULL, &plain);
    if (!image)
        return NULL;
    image->ring = plt_ring_create(params, image->owned);
    if (!image->ring) {
        plt_image_unref(image);
        return NULL;
    }
    image->view.ring = PLT_RING_ROWS;
    return image;
}

struct plt_image *plt_image_wrap(const void *pixels, const struct plt_image_params *params,
                                 plt_release_fn release, void *user)
{
    plt_require(params ? params->log : NULL, pixels, NULL);
    struct plt_image *image = make(params);
    if (!image)
        return NULL;
    image->view.pixels = pixels;
    image->release = release;
    image->user = user;
    return image;
}

struct plt_image *plt_image_wrap_device(const struct plt_image_device *device,
                                        const struct plt_image_params *params,
                                        plt_release_fn release, void *user)
{
    struct plt_image *image = plt_image_wrap(device->pixels, params, release, user);
    if (!image)
        return NULL;
    image->device = *device;
    image->device.log = image->log;
    image->view.pixels = NULL;
    image->view.device = &image->device;
    return image;
}

static bool fetch(struct plt_image_device *device, const struct plt_image_view *view,
                  size_t row)
{
    if (!device->told)
        plt_warn(device->log, GENERIC,
                 "image of %d x %d in a card's memory: copied for the CPU at each update",
                 (int)view->columns, (int)view->rows);
    device->told = true;
    if (!device->host)
        device->host = plt_malloc(row * (size_t)view->rows);
    if (!device->host) {
        plt_no_memory(device->log, "the copy of an image in a card's memory");
        return false;
    }
    return device->fetch(view, device->host);
}

bool plt_image_to_host(struct plt_image_view *view)
{
    struct plt_image_device *device = view->device;
    if (!device)
        return true;
    const size_t row =
        (size_t)view->columns * (size_t)view->channels * plt_type_size(view->type);
    if (device->generation != view->generation) {
        device->generation = 0;
        if (!fetch(device, view, row))
            return false;
        device->generation = view->generation;
    }
    view->pixels = device->host;
    view->row_stride = row;
    view->pixel_stride = view->channel_stride = 0;
    view->device = NULL;
    return true;
}

struct plt_image *plt_image_ref(struct plt_image *image)
{
    if (image)
        image->refs++;
    return image;
}

void plt_image_unref(struct plt_image *image)
{
    if (!image || --image->refs > 0)
        return;
    if (image->release)
        image->release(image->user);
    plt_tiles_close(image->tiles);
    pthread_mutex_destroy(&image->listeners_lock);
    plt_ring_destroy(image->ring);
    plt_free(image->owned);
    plt_free(image->device.host);
    plt_log_unref(image->log);
    plt_free(image);
}

bool plt_image_update(struct plt_image *image, const void *pixels)
{
    plt_require(NULL, image, false);
    plt_require(image->log, pixels || !image->owned, false);
    plt_require(image->log, !pixels || !image->tiles, false);
    plt_require(image->log, !image->ring, false);
    plt_require(image->log, !image->take, false);
    if (image->tiles)
        plt_tiles_reread(image->tiles);
    else if (image->owned)
        copy_pixels(image, pixels);
    else if (pixels && image->view.device)
        image->device.pixels = pixels;
    else if (pixels)
        image->view.pixels = pixels;
    image->view.generation++;
    image->bounds_state = BOUNDS_UNKNOWN;
    for (struct plt_image_listener *next, *each = image->listeners; each; each = next) {
        next = each->next;
        each->fn(each->user);
    }
    return true;
}

int32_t plt_image_columns(const struct plt_image *image)
{
    return image ? image->view.columns : 0;
}

int32_t plt_image_rows(const struct plt_image *image)
{
    return image ? image->view.rows : 0;
}

int32_t plt_image_channels(const struct plt_image *image)
{
    return image ? image->view.channels : 0;
}

enum plt_type plt_image_type(const struct plt_image *image)
{
    return image ? image->view.type : PLT_F64;
}

// Sixteen independent lanes, so that the compiler may use vectors without reordering.
// NaN fails every comparison; an infinity fails the one with the largest finite value.
enum { LANES = 16, BLOCK = 256 };
#define ALWAYS(v) 1
#define FROM_LEAST_F64(v) ((v) >= -DBL_MAX)
#define TO_LARGEST_F64(v) ((v) <= DBL_MAX)
#define FROM_LEAST_F32(v) ((v) >= -FLT_MAX)
#define TO_LARGEST_F32(v) ((v) <= FLT_MAX)
#define DEFINE_BOUNDS(name, T, LOWEST, HIGHEST, TAKE_LO, TAKE_HI)                    \
    static void bounds_##name(const void *row, size_t n, struct plt_range *bounds)   \
    {                                                                                \
        const T *p = row;                                                            \
        T lo[LANES], hi[LANES];                                                      \
        for (size_t j = 0; j < LANES; j++) {                                         \
            lo[j] = HIGHEST;                                                         \
            hi[j] = LOWEST;                                                          \
        }                                                                            \
        size_t i = 0;                                                                \
        for (; i + LANES <= n; i += LANES) {                                         \
            for (size_t j = 0; j < LANES; j++) {                                     \
                T v = p[i + j];                                                      \
                T below = TAKE_LO(v) ? v : HIGHEST, above = TAKE_HI(v) ? v : LOWEST; \
                lo[j] = below < lo[j] ? below : lo[j];                               \
                hi[j] = above > hi[j] ? above : hi[j];                               \
            }                                                                        \
        }                                                                            \
        for (; i < n; i++) {                                                         \
            T v = p[i];                                                              \
            T below = TAKE_LO(v) ? v : HIGHEST, above = TAKE_HI(v) ? v : LOWEST;     \
            lo[0] = below < lo[0] ? below : lo[0];                                   \
            hi[0] = above > hi[0] ? above : hi[0];                                   \
        }                                                                            \
        for (size_t j = 1; j < LANES; j++) {                                         \
            lo[0] = lo[j] < lo[0] ? lo[j] : lo[0];                                   \
            hi[0] = hi[j] > hi[0] ? hi[j] : hi[0];                                   \
        }                                                                            \
        if (lo[0] > hi[0])                                                           \
            return;                                                                  \
        bounds->x0 = (double)lo[0] < bounds->x0 ? (double)lo[0] : bounds->x0;        \
        bounds->x1 = (double)hi[0] > bounds->x1 ? (double)hi[0] : bounds->x1;        \
    }

DEFINE_BOUNDS(f64, double, -DBL_MAX, DBL_MAX, FROM_LEAST_F64, TO_LARGEST_F64)
DEFINE_BOUNDS(f32, float, -FLT_MAX, FLT_MAX, FROM_LEAST_F32, TO_LARGEST_F32)
DEFINE_BOUNDS(i8, int8_t, INT8_MIN, INT8_MAX, ALWAYS, ALWAYS)
DEFINE_BOUNDS(u8, uint8_t, 0, UINT8_MAX, ALWAYS, ALWAYS)
DEFINE_BOUNDS(i16, int16_t, INT16_MIN, INT16_MAX, ALWAYS, ALWAYS)
DEFINE_BOUNDS(u16, uint16_t, 0, UINT16_MAX, ALWAYS, ALWAYS)
DEFINE_BOUNDS(i32, int32_t, INT32_MIN, INT32_MAX, ALWAYS, ALWAYS)
DEFINE_BOUNDS(u32, uint32_t, 0, UINT32_MAX, ALWAYS, ALWAYS)
DEFINE_BOUNDS(i64, int64_t, INT64_MIN, INT64_MAX, ALWAYS, ALWAYS)

static void bounds_f16(const void *row, size_t n, struct plt_range *bounds)
{
    const uint16_t *p = row;
    float values[BLOCK];
    for (size_t i = 0; i < n; i++)
        values[i] = plt_half_to_float(p[i]);
    bounds_f32(values, n, bounds);
}

static void (*const bounds_of[])(const void *, size_t, struct plt_range *) = {
    [PLT_F64] = bounds_f64, [PLT_F32] = bounds_f32, [PLT_I8] = bounds_i8,
    [PLT_U8] = bounds_u8,   [PLT_I16] = bounds_i16, [PLT_U16] = bounds_u16,
    [PLT_I32] = bounds_i32, [PLT_U32] = bounds_u32, [PLT_I64] = bounds_i64,
    [PLT_F16] = bounds_f16,
};

static void row_bounds(const struct plt_image_view *view, int32_t row,
                       struct plt_range *bounds)
{
    double block[BLOCK];
    if (view->type != PLT_F16 && plt_image_pixel_step(view) == 1) {
        bounds_of[view->type](plt_image_at(view, 0, row, 0), (size_t)view->columns, bounds);
        return;
    }
    for (int32_t column = 0, n; column < view->columns; column += n) {
        n = view->columns - column < BLOCK ? view->columns - column : BLOCK;
        plt_image_pack(view, column, row, 0, n, block);
        bounds_of[view->type](block, (size_t)n, bounds);
    }
}

// Reads the whole image once a generation; a cache, so the image counts as unchanged.
static void find_bounds(struct plt_image *image)
{
    struct plt_range bounds = {INFINITY, -INFINITY};
    struct plt_image_view view = image->view;
    const bool found = view.device && view.device->bounds(&view, &bounds);
    if (!found && plt_image_to_host(&view)) {
        for (int32_t row = 0; row < view.rows; row++)
            row_bounds(&view, row, &bounds);
    }
    image->bounds = bounds;
    image->bounds_state = bounds.x0 <= bounds.x1 ? BOUNDS_KNOWN : BOUNDS_NONE;
}

bool plt_image_bounds(const struct plt_image *image, struct plt_range *bounds)
{
    plt_require(NULL, image, false);
    plt_require(image->log, bounds, false);
    if (image->view.channels != 1)
        return false;
    if (image->tiles)
        return plt_tiles_bounds(image->tiles, bounds);
    if (image->ring)
        return plt_ring_levels(image->ring, 0, 100, bounds);
    if (image->bounds_state == BOUNDS_UNKNOWN)
        find_bounds((struct plt_image *)image);
    if (image->bounds_state == BOUNDS_NONE)
        return false;
    *bounds = image->bounds;
    return true;
}

// One sample of a card's, in `room`; NULL when that fails.
static const void *fetch_sample(const struct plt_image_view *view, int32_t column,
                                int32_t row, int32_t channel, void *room)
{
    struct plt_image_view one = *view;
    struct plt_image_device device = *view->device;
    one.pixels = device.pixels;
    device.pixels = plt_image_at(&one, column, row, channel);
    one.pixels = NULL;
    one.device = &device;
    one.columns = one.rows = one.channels = 1;
    return device.fetch(&one, room) ? room : NULL;
}

double plt_image_value(const struct plt_image *image, int32_t column, int32_t row,
                       int32_t channel)
{
    const struct plt_image_view *view = image ? &image->view : NULL;
    double room;
    if (!view || column < 0 || column >= view->columns || row < 0 || row >= view->rows ||
        channel < 0 || channel >= view->channels)
        return NAN;
    if (image->tiles)
        return plt_tiles_value(image->tiles, column, row, channel);
    const void *at = view->device ? fetch_sample(view, column, row, channel, &room)
                                  : plt_image_at(view, column, row, channel);
    if (!at)
        return NAN;
    switch (view->type) {
    case PLT_F64: return *(const double *)at;
    case PLT_F32: return *(const float *)at;
    case PLT_I8: return *(const int8_t *)at;
    case PLT_U8: return *(const uint8_t *)at;
    case PLT_I16: return *(const int16_t *)at;
    case PLT_U16: return *(const uint16_t *)at;
    case PLT_I32: return *(const int32_t *)at;
    case PLT_U32: return *(const uint32_t *)at;
    case PLT_I64: return (double)*(const int64_t *)at;
    case PLT_F16: return plt_half_to_float(*(const uint16_t *)at);
    }
    return NAN;
}

struct plt_image_view plt_image_look(const struct plt_image *image)
{
    struct plt_image_view view = image->view;
    if (image->tiles)
        view.columns = view.rows = 0;
    if (image->ring)
        view.generation = image->ring->base + image->ring->head;
    return view;
}

struct plt_image_ring *plt_image_get_ring(const struct plt_image *image)
{
    return image ? image->ring : NULL;
}

struct plt_log *plt_image_log(const struct plt_image *image)
{
    return image ? image->log : NULL;
}

void plt_image_add_listener(struct plt_image *image, struct plt_image_listener *listener)
{
    pthread_mutex_lock(&image->listeners_lock);
    listener->next = image->listeners;
    image->listeners = listener;
    pthread_mutex_unlock(&image->listeners_lock);
}

void plt_image_remove_listener(struct plt_image *image, struct plt_image_listener *listener)
{
    pthread_mutex_lock(&image->listeners_lock);
    struct plt_image_listener **link = &image->listeners;
    while (*link && *link != listener)
        link = &(*link)->next;
    if (*link)
        *link = listener->next;
    pthread_mutex_unlock(&image->listeners_lock);
}

// --- mapped and live images --------------------------------------------------------------

// Held during the calls, so that remove can promise that none is running.
void plt_image_notify(struct plt_image *image)
{
    pthread_mutex_lock(&image->listeners_lock);
    for (struct plt_image_listener *each = image->listeners; each; each = each->next)
        each->fn(each->user);
    pthread_mutex_unlock(&image->listeners_lock);
}

void plt_image_set_feed(struct plt_image *image, plt_image_take_fn take, void *user)
{
    image->take = take;
    image->take_user = user;
}

// The lock is for two items that show it: they are made ready side by side.
bool plt_image_refresh(struct plt_image *image)
{
    if (!image->take)
        return false;
    pthread_mutex_lock(&image->listeners_lock);
    const void *pixels = image->take(image->take_user);
    if (pixels) {
        image->view.pixels = pixels;
        image->view.generation++;
        image->bounds_state = BOUNDS_UNKNOWN;
    }
    pthread_mutex_unlock(&image->listeners_lock);
    return pixels != NULL;
}

struct plt_tiles *plt_image_tiles(const struct plt_image *image)
{
    return image ? image->tiles : NULL;
}

struct plt_image *plt_image_of_tiles(struct plt_tiles *tiles,
                                     const struct plt_image_params *params)
{
    struct plt_image *image = make(params);
    if (image)
        image->tiles = tiles;
    else
        plt_tiles_close(tiles);
    return image;
}
