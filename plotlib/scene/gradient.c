// The gradient of a color bar: its stops, moved, added and removed, as a colormap.
#include <math.h>
#include <string.h>

#include <plotlib/base/message.h>
#include <plotlib/image/colormap.h>
#include <plotlib/scene/color_bar.h>

static struct plt_color color_of(uint32_t argb)
{
    return (struct plt_color){(float)(argb >> 16 & 255) / 255,
                              (float)(argb >> 8 & 255) / 255, (float)(argb & 255) / 255,
                              (float)(argb >> 24) / 255};
}

// How far entry i is from the straight line between entries a and b, in any channel.
static double error_at(const uint32_t *colors, size_t a, size_t b, size_t i)
{
    const double t = (double)(i - a) / (double)(b - a);
    double most = 0;
    for (int shift = 0; shift < 32; shift += 8) {
        const double from = colors[a] >> shift & 255, to = colors[b] >> shift & 255;
        most = fmax(most, fabs(from + (to - from) * t - (colors[i] >> shift & 255)));
    }
    return most;
}

// Marks the entries that straight lines between them need to come within `tolerance`
// (Ramer 1972, Douglas and Peucker 1973), but for those there is no room for.
static void find_corners(const uint32_t *colors, size_t a, size_t b, double tolerance,
                         size_t *found, int *num)
{
    size_t worst = a;
    double most = tolerance;
    for (size_t i = a + 1; i < b; i++) {
        const double error = error_at(colors, a, b, i);
        if (error > most) {
            most = error;
            worst = i;
        }
    }
    if (worst == a)
        return;
    find_corners(colors, a, worst, tolerance, found, num);
    if (*num < PLT_COLOR_BAR_STOPS - 2)
        found[(*num)++] = worst;
    find_corners(colors, worst, b, tolerance, found, num);
}

void plt_gradient_find(struct plt_color_bar *bar)
{
    enum { TOLERANCE = 12 }; // of 255: viridis has 6 stops then
    const struct plt_colormap *map = bar->image->map;
    const uint64_t id = plt_colormap_table(map)->id;
    if (bar->num_stops > 0 && bar->stops_of == id)
        return;
    const uint32_t *colors = plt_colormap_colors(map);
    const size_t last = plt_colormap_size(map) - 1;
    size_t at[PLT_COLOR_BAR_STOPS] = {0};
    int num = 1;
    find_corners(colors, 0, last, TOLERANCE, at, &num);
    at[num++] = last;
    for (int i = 0; i < num; i++)
        bar->stops[i] = (struct plt_colormap_stop){(double)at[i] / (double)last,
                                                   color_of(colors[at[i]])};
    bar->num_stops = num;
    bar->stops_of = id;
}

double plt_gradient_px(const struct plt_color_bar *bar, double position)
{
    const struct plt_range levels = plt_color_bar_levels(bar);
    const double v = levels.x0 + (levels.x1 - levels.x0) * position;
    return plt_map_px(&bar->axis.map, v);
}

bool plt_gradient_apply(struct plt_color_bar *bar)
{
    enum { ENTRIES = 256 };
    struct plt_colormap_stop all[PLT_COLOR_BAR_STOPS + 2];
    size_t num = 0;
    const int last = bar->num_stops - 1;
    if (bar->stops[0].position > 0)
        all[num++] = (struct plt_colormap_stop){0, bar->stops[0].color};
    memcpy(&all[num], bar->stops, (size_t)bar->num_stops * sizeof(all[0]));
    num += (size_t)bar->num_stops;
    if (bar->stops[last].position < 1)
        all[num++] = (struct plt_colormap_stop){1, bar->stops[last].color};
    struct plt_colormap *map =
        plt_colormap_create_stops(all, num, ENTRIES, bar->axis.plot->figure->log);
    const bool set = map && plt_image_item_set_map(bar->image, map);
    if (set)
        bar->stops_of = plt_colormap_table(bar->image->map)->id;
    plt_colormap_unref(map);
    return set;
}

int plt_gradient_move(struct plt_color_bar *bar, int index, double position)
{
    struct plt_colormap_stop moved = bar->stops[index];
    moved.position = fmin(fmax(position, 0), 1);
    for (; index > 0 && bar->stops[index - 1].position > moved.position; index--)
        bar->stops[index] = bar->stops[index - 1];
    for (; index < bar->num_stops - 1 && bar->stops[index + 1].position < moved.position;
         index++)
        bar->stops[index] = bar->stops[index + 1];
    bar->stops[index] = moved;
    return index;
}

bool plt_gradient_add(struct plt_color_bar *bar, double position)
{
    plt_gradient_find(bar);
    if (bar->num_stops == PLT_COLOR_BAR_STOPS || !(position >= 0 && position <= 1))
        return false;
    // In the color that is there: the picture stays as it is.
    const size_t size = plt_colormap_size(bar->image->map);
    size_t entry = (size_t)(position * (double)(size - 1) + 0.5);
    const struct plt_color color = color_of(plt_colormap_colors(bar->image->map)[entry]);
    bar->stops[bar->num_stops] = (struct plt_colormap_stop){1, color};
    bar->num_stops++;
    plt_gradient_move(bar, bar->num_stops - 1, position);
    return plt_gradient_apply(bar);
}

bool plt_gradient_remove(struct plt_color_bar *bar, int index)
{
    if (bar->num_stops <= 2)
        return false;
    bar->num_stops--;
    memmove(&bar->stops[index], &bar->stops[index + 1],
            (size_t)(bar->num_stops - index) * sizeof(bar->stops[0]));
    return plt_gradient_apply(bar);
}

size_t plt_color_bar_stops(struct plt_color_bar *bar,
                           struct plt_colormap_stop stops[PLT_COLOR_BAR_STOPS])
{
    plt_require(NULL, bar != NULL && stops != NULL, 0);
    plt_gradient_find(bar);
    memcpy(stops, bar->stops, (size_t)bar->num_stops * sizeof(*stops));
    return (size_t)bar->num_stops;
}

bool plt_color_bar_set_stops(struct plt_color_bar *bar,
                             const struct plt_colormap_stop *stops, size_t num)
{
    plt_require(NULL, bar != NULL, false);
    struct plt_log *log = bar->axis.plot->figure->log;
    plt_require(log, stops != NULL && num >= 2 && num <= PLT_COLOR_BAR_STOPS, false);
    for (size_t i = 0; i < num; i++) {
        const double p = stops[i].position;
        plt_require(log, p >= (i ? stops[i - 1].position : 0) && p <= 1, false);
    }
    memcpy(bar->stops, stops, num * sizeof(*stops));
    bar->num_stops = (int)num;
    return plt_gradient_apply(bar);
}

bool plt_color_bar_set_stop_color(struct plt_color_bar *bar, size_t index,
                                  struct plt_color color)
{
    plt_require(NULL, bar != NULL, false);
    plt_gradient_find(bar);
    plt_require(bar->axis.plot->figure->log, index < (size_t)bar->num_stops, false);
    bar->stops[index].color = color;
    return plt_gradient_apply(bar);
}

// Which named map the item shows; -1 = none of them.
static int find_name(const struct plt_color_bar *bar, struct plt_log *log)
{
    const uint32_t *shown = plt_colormap_colors(bar->image->map);
    const size_t bytes = plt_colormap_size(bar->image->map) * sizeof(*shown);
    for (int i = 0; bytes == PLT_COLORMAP_SIZE * sizeof(*shown) && plt_colormap_name(i);
         i++) {
        struct plt_colormap *map = plt_colormap_find(plt_colormap_name(i), log);
        const bool same = map && memcmp(plt_colormap_colors(map), shown, bytes) == 0;
        plt_colormap_unref(map);
        if (same)
            return i;
    }
    return -1;
}

bool plt_color_bar_cycle(struct plt_color_bar *bar, int step)
{
    plt_require(NULL, bar != NULL, false);
    struct plt_log *log = bar->axis.plot->figure->log;
    int count = 0, now = find_name(bar, log);
    while (plt_colormap_name(count))
        count++;
    now = now < 0 && step < 0 ? 0 : now;
    const int next = ((now + step) % count + count) % count;
    return plt_image_item_set_colormap(bar->image, plt_colormap_name(next));
}
