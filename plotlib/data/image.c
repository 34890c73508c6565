// Image buffers: stage KEEP for pictures, what data/series.c is for samples. Owns or
// borrows the pixels, numbers their generations, and keeps the finite bounds of the current
// one.
#include <float.h>
#include <math.h>
#include <stdatomic.h>
#include <string.h>

#include <plotlib/base/alloc.h>
#include <plotlib/base/message.h>
#include <plotlib/data/image.h>

enum bounds_state { BOUNDS_UNKNOWN = 0, BOUNDS_NONE, BOUNDS_KNOWN };

struct plt_image {
    int refs;
    struct plt_log *log;
    const void *pixels;
    void *owned; // `pixels` when copied, NULL when wrapped
    plt_release_fn release;
    void *user;
    enum plt_type type;
    int32_t columns, rows, channels;
    size_t row_stride;    // of `pixels`
    size_t source_stride; // of what plt_image_update is given
    uint64_t id, generation;
    enum bounds_state bounds_state;
    struct plt_range bounds;
    struct plt_image_listener *listeners;
};

static size_t packed_row(const struct plt_image *image)
{
    return (size_t)image->columns * (size_t)image->channels * plt_type_size(image->type);
}

static void copy_rows(struct plt_image *image, const void *pixels)
{
    size_t bytes = packed_row(image);
    if (image->source_stride == bytes) {
        memcpy(image->owned, pixels, bytes * (size_t)image->rows);
        return;
    }
    for (size_t row = 0; row < (size_t)image->rows; row++)
        memcpy((char *)image->owned + row * bytes,
               (const char *)pixels + row * image->source_stride, bytes);
}

// Checks the parameters and makes the image without its pixels.
static struct plt_image *make(const struct plt_image_params *params)
{
    static atomic_uint_fast64_t last_id; // ids are never reused: painters key copies by it
    struct plt_image_params p = params ? *params : (struct plt_image_params){0};
    if (p.channels == 0)
        p.channels = 1;
    plt_require(p.log, params, NULL);
    plt_require(p.log, plt_type_size(p.type) > 0, NULL);
    plt_require(p.log, p.columns >= 1 && p.rows >= 1, NULL);
    plt_require(p.log, p.channels == 1 || p.channels == 3 || p.channels == 4, NULL);
    plt_require(p.log, p.channels == 1 || p.type == PLT_U8, NULL);
    size_t row = (size_t)p.columns * (size_t)p.channels * plt_type_size(p.type);
    size_t stride = p.row_stride ? p.row_stride : row;
    plt_require(p.log, stride >= row && stride % plt_type_size(p.type) == 0, NULL);
    plt_require(p.log, stride <= PTRDIFF_MAX / (size_t)p.rows, NULL);

    struct plt_image *image = plt_calloc(1, sizeof(*image));
    if (!image) {
        plt_no_memory(p.log, "image");
        return NULL;
    }
    image->refs = 1;
    image->log = plt_log_ref(p.log);
    image->type = p.type;
    image->columns = p.columns;
    image->rows = p.rows;
    image->channels = p.channels;
    image->source_stride = stride;
    image->id = atomic_fetch_add(&last_id, 1) + 1;
    image->generation = 1;
    return image;
}

struct plt_image *plt_image_create(const void *pixels,
                                   const struct plt_image_params *params)
{
    struct plt_image *image = make(params);
    if (!image)
        return NULL;
    size_t row = packed_row(image);
    image->row_stride = row;
    image->owned = pixels ? plt_malloc(row * (size_t)image->rows)
                          : plt_calloc((size_t)image->rows, row);
    image->pixels = image->owned;
    if (!image->owned) {
        plt_error(image->log, NO_MEMORY, "image of %d x %d: out of memory", image->columns,
                  image->rows);
        plt_image_unref(image);
        return NULL;
    }
    if (pixels)
        copy_rows(image, pixels);
    return image;
}

struct plt_image *plt_image_wrap(const void *pixels, const struct plt_image_params *params,
                                 plt_release_fn release, void *user)
{
    plt_require(params ? params->log : NULL, pixels, NULL);
    struct plt_image *image = make(params);
    if (!image)
        return NULL;
    image->row_stride = image->source_stride;
    image->pixels = pixels;
    image->release = release;
    image->user = user;
    return image;
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
    plt_free(image->owned);
    plt_log_unref(image->log);
    plt_free(image);
}

bool plt_image_update(struct plt_image *image, const void *pixels)
{
    plt_require(NULL, image, false);
    plt_require(image->log, pixels || !image->owned, false);
    if (image->owned)
        copy_rows(image, pixels);
    else if (pixels)
        image->pixels = pixels;
    image->generation++;
    image->bounds_state = BOUNDS_UNKNOWN;
    for (struct plt_image_listener *next, *each = image->listeners; each; each = next) {
        next = each->next;
        each->fn(each->user);
    }
    return true;
}

int32_t plt_image_columns(const struct plt_image *image)
{
    return image ? image->columns : 0;
}

int32_t plt_image_rows(const struct plt_image *image)
{
    return image ? image->rows : 0;
}

int32_t plt_image_channels(const struct plt_image *image)
{
    return image ? image->channels : 0;
}

enum plt_type plt_image_type(const struct plt_image *image)
{
    return image ? image->type : PLT_F64;
}

// Sixteen independent lanes, so that the compiler may use vectors without reordering.
// NaN fails every comparison; an infinity fails the one with the largest finite value.
enum { LANES = 16 };
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

static void (*const bounds_of[PLT_NUM_TYPES])(const void *, size_t, struct plt_range *) = {
    [PLT_F64] = bounds_f64, [PLT_F32] = bounds_f32, [PLT_I8] = bounds_i8,
    [PLT_U8] = bounds_u8,   [PLT_I16] = bounds_i16, [PLT_U16] = bounds_u16,
    [PLT_I32] = bounds_i32, [PLT_U32] = bounds_u32, [PLT_I64] = bounds_i64,
};

// Reads the whole image once a generation; a cache, so the image counts as unchanged.
static void find_bounds(struct plt_image *image)
{
    struct plt_range bounds = {INFINITY, -INFINITY};
    for (size_t row = 0; row < (size_t)image->rows; row++)
        bounds_of[image->type]((const char *)image->pixels + row * image->row_stride,
                               (size_t)image->columns, &bounds);
    image->bounds = bounds;
    image->bounds_state = bounds.x0 <= bounds.x1 ? BOUNDS_KNOWN : BOUNDS_NONE;
}

bool plt_image_bounds(const struct plt_image *image, struct plt_range *bounds)
{
    plt_require(NULL, image, false);
    plt_require(image->log, bounds, false);
    if (image->channels != 1)
        return false;
    if (image->bounds_state == BOUNDS_UNKNOWN)
        find_bounds((struct plt_image *)image);
    if (image->bounds_state == BOUNDS_NONE)
        return false;
    *bounds = image->bounds;
    return true;
}

double plt_image_value(const struct plt_image *image, int32_t column, int32_t row,
                       int32_t channel)
{
    if (!image || column < 0 || column >= image->columns || row < 0 || row >= image->rows ||
        channel < 0 || channel >= image->channels)
        return NAN;
    const void *line = (const char *)image->pixels + (size_t)row * image->row_stride;
    size_t i = (size_t)column * (size_t)image->channels + (size_t)channel;
    switch (image->type) {
    case PLT_F64: return ((const double *)line)[i];
    case PLT_F32: return ((const float *)line)[i];
    case PLT_I8: return ((const int8_t *)line)[i];
    case PLT_U8: return ((const uint8_t *)line)[i];
    case PLT_I16: return ((const int16_t *)line)[i];
    case PLT_U16: return ((const uint16_t *)line)[i];
    case PLT_I32: return ((const int32_t *)line)[i];
    case PLT_U32: return ((const uint32_t *)line)[i];
    case PLT_I64: return (double)((const int64_t *)line)[i];
    }
    return NAN;
}

struct plt_image_view plt_image_look(const struct plt_image *image)
{
    return (struct plt_image_view){
        .pixels = image->pixels,
        .row_stride = image->row_stride,
        .type = image->type,
        .columns = image->columns,
        .rows = image->rows,
        .channels = image->channels,
        .id = image->id,
        .generation = image->generation,
    };
}

void plt_image_add_listener(struct plt_image *image, struct plt_image_listener *listener)
{
    listener->next = image->listeners;
    image->listeners = listener;
}

void plt_image_remove_listener(struct plt_image *image, struct plt_image_listener *listener)
{
    struct plt_image_listener **link = &image->listeners;
    while (*link && *link != listener)
        link = &(*link)->next;
    if (*link)
        *link = listener->next;
}
