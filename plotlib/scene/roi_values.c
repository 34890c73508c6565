// What the samples of an image in a region are: means, profiles. Which samples are inside
// is defined in roi.h.
#include <math.h>

#include <plotlib/base/message.h>
#include <plotlib/image/stats.h>
#include <plotlib/scene/roi.h>

// One axis of the item as it lies: data units to samples, [0, count].
struct side {
    double start, length;
    int32_t count;
    bool flip;
};

static void find_sides(const struct plt_image_item *item, struct side *x, struct side *y)
{
    const struct plt_rect place = plt_image_item_place(item);
    const struct plt_orientation o = item->orientation;
    const int32_t columns = plt_image_columns(item->image);
    const int32_t rows = plt_image_rows(item->image);
    *x = (struct side){place.x, place.width, o.transpose ? rows : columns, o.flip_x};
    *y = (struct side){place.y, place.height, o.transpose ? columns : rows, o.flip_y};
}

static double to_samples(const struct side *side, double v)
{
    return (v - side->start) / side->length * side->count;
}

// Samples whose centers are between a and b.
static void find_range(const struct side *side, double a, double b, int32_t *begin,
                       int32_t *end)
{
    const double u0 = to_samples(side, a), u1 = to_samples(side, b);
    const double first =
        fmin(fmax(ceil(fmin(u0, u1) - 0.5 - PLT_SAMPLE_SNAP), 0), side->count);
    const double last =
        fmin(fmax(ceil(fmax(u0, u1) - 0.5 - PLT_SAMPLE_SNAP), 0), side->count);
    *begin = side->flip ? side->count - (int32_t)last : (int32_t)first;
    *end = side->flip ? side->count - (int32_t)first : (int32_t)last;
}

bool plt_roi_find_samples(const struct plt_roi *roi, const struct plt_image_item *item,
                          struct plt_roi_samples *s)
{
    struct side x, y;
    if (roi->kind != PLT_ROI_RECT)
        return false;
    find_sides(item, &x, &y);
    const bool turned = item->orientation.transpose;
    find_range(&x, roi->x[0], roi->x[1], turned ? &s->r0 : &s->c0,
               turned ? &s->r1 : &s->c1);
    find_range(&y, roi->y[0], roi->y[1], turned ? &s->c0 : &s->r0,
               turned ? &s->c1 : &s->r1);
    return s->c0 < s->c1 && s->r0 < s->r1;
}

bool plt_roi_mean_of(const struct plt_roi_samples *samples, const struct plt_image *image,
                     int channel, struct plt_pool *pool, double *mean, uint64_t *count)
{
    struct plt_image_stats stats;
    struct plt_image_view view = plt_image_look(image);
    if (view.ring != PLT_RING_NONE || !plt_image_to_host(&view) || !view.pixels ||
        channel < 0 || channel >= view.channels || samples->c1 > view.columns ||
        samples->r1 > view.rows)
        return false;
    const size_t pixel = plt_image_pixel_step(&view) * plt_type_size(view.type);
    const size_t plane = plt_image_channel_step(&view) * plt_type_size(view.type);
    view.pixels = plt_image_at(&view, samples->c0, samples->r0, 0);
    view.pixel_stride = pixel; // what 0 stood for depends on the shape
    view.channel_stride = plane;
    view.columns = samples->c1 - samples->c0;
    view.rows = samples->r1 - samples->r0;
    const struct plt_image_stats_job job = {view, channel, pool, &stats};
    if (!plt_image_engine_cpu.stats(&job) || stats.finite == 0)
        return false;
    *mean = stats.mean;
    *count = stats.finite;
    return true;
}

bool plt_roi_mean(struct plt_roi *roi, struct plt_image_item *item, int channel,
                  double *mean, uint64_t *count)
{
    struct plt_roi_samples samples;
    plt_require(NULL, roi && item && mean && count, false);
    return plt_roi_find_samples(roi, item, &samples) &&
           plt_roi_mean_of(&samples, item->image, channel, item->item.plot->figure->pool,
                           mean, count);
}

// --- profiles --------------------------------------------------------------------------

static size_t profile_rect(const struct plt_roi *roi, const struct plt_image_item *item,
                           int channel, double *positions, double *values, size_t capacity)
{
    struct plt_roi_samples s;
    struct side x, y;
    if (!plt_roi_find_samples(roi, item, &s))
        return 0;
    find_sides(item, &x, &y);
    const bool turned = item->orientation.transpose;
    const int32_t begin = turned ? s.r0 : s.c0, end = turned ? s.r1 : s.c1;
    const size_t n = (size_t)(end - begin);
    for (size_t i = 0; i < n && i < capacity; i++) {
        const int32_t at = x.flip ? end - 1 - (int32_t)i : begin + (int32_t)i;
        struct plt_roi_samples column = s;
        uint64_t count;
        *(turned ? &column.r0 : &column.c0) = at;
        *(turned ? &column.r1 : &column.c1) = at + 1;
        const int32_t shown = x.flip ? x.count - 1 - at : at;
        positions[i] = x.start + (shown + 0.5) / x.count * x.length;
        values[i] = NAN;
        plt_roi_mean_of(&column, item->image, channel, NULL, &values[i], &count);
    }
    return n;
}

static int32_t sample_at(const struct side *side, double u)
{
    const double at = floor(u + PLT_SAMPLE_SNAP);
    if (!(at >= 0 && at < side->count))
        return -1;
    return side->flip ? side->count - 1 - (int32_t)at : (int32_t)at;
}

static size_t profile_line(const struct plt_roi *roi, const struct plt_image_item *item,
                           int channel, double *positions, double *values, size_t capacity)
{
    struct side x, y;
    find_sides(item, &x, &y);
    const double u[2] = {to_samples(&x, roi->x[0]), to_samples(&x, roi->x[1])};
    const double v[2] = {to_samples(&y, roi->y[0]), to_samples(&y, roi->y[1])};
    const bool steep = fabs(v[1] - v[0]) > fabs(u[1] - u[0]);
    const double *along = steep ? v : u;
    const double length = hypot(roi->x[1] - roi->x[0], roi->y[1] - roi->y[0]);
    const double step = along[1] >= along[0] ? 1 : -1, most = steep ? y.count : x.count;
    // What lies further out than the image is not counted one by one.
    const double first = fmin(fmax(floor(along[0]), -1), most);
    const double last = fmin(fmax(floor(along[1]), -1), most);
    size_t n = 0;
    for (double at = first; step * at <= step * last; at += step, n++) {
        if (n >= capacity)
            continue;
        const double span = along[1] - along[0];
        double t = span != 0 ? (at + 0.5 - along[0]) / span : 0;
        t = fmin(fmax(t, 0), 1); // the ends' samples may have their centers beyond them
        const double lie_u = steep ? u[0] + t * (u[1] - u[0]) : at + 0.5;
        const double lie_v = steep ? at + 0.5 : v[0] + t * (v[1] - v[0]);
        const int32_t across = sample_at(&x, lie_u), down = sample_at(&y, lie_v);
        const bool turned = item->orientation.transpose;
        positions[n] = t * length;
        values[n] = across < 0 || down < 0
                        ? (double)NAN
                        : plt_image_value(item->image, turned ? down : across,
                                          turned ? across : down, channel);
    }
    return n;
}

size_t plt_roi_profile(struct plt_roi *roi, struct plt_image_item *item, int channel,
                       double *positions, double *values, size_t capacity)
{
    plt_require(NULL, roi && item, 0);
    plt_require(plt_item_log(&roi->item), capacity == 0 || (positions && values), 0);
    return (roi->kind == PLT_ROI_RECT ? profile_rect : profile_line)(
        roi, item, channel, positions, values, capacity);
}
