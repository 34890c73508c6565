// Colormaps: where image levels end, entry -> colour. Made by name from a published table,
// from points or from a formula, or of the caller's own colours.
#include <math.h>
#include <stdatomic.h>
#include <string.h>

#include <plotlib/base/alloc.h>
#include <plotlib/base/message.h>
#include <plotlib/image/colormap.h>
#include <plotlib/image/colormap_points.h>

struct plt_colormap {
    atomic_int refs;
    struct plt_image_table table;
    uint32_t colors[];
};

static struct plt_colormap *make(size_t num_colors, struct plt_log *log)
{
    static atomic_uint_fast64_t last_id; // painters key copies by it
    struct plt_colormap *map =
        plt_malloc(sizeof(*map) + num_colors * sizeof(map->colors[0]));
    if (!map) {
        plt_no_memory(log, "colormap");
        return NULL;
    }
    atomic_init(&map->refs, 1);
    map->table = (struct plt_image_table){.colors = map->colors,
                                          .entries = (int32_t)num_colors,
                                          .id = atomic_fetch_add(&last_id, 1) + 1};
    return map;
}

static struct plt_colormap *finish(struct plt_colormap *map)
{
    uint32_t common = UINT32_MAX;
    for (int32_t i = 0; i < map->table.entries; i++)
        common &= map->colors[i];
    map->table.opaque = common >> 24 == 255;
    return map;
}

// --- the caller's own --------------------------------------------------------------------

struct plt_colormap *plt_colormap_create(const uint32_t *colors, size_t num_colors,
                                         struct plt_log *log)
{
    plt_require(log, colors != NULL, NULL);
    plt_require(log, num_colors >= PLT_COLORMAP_LEAST && num_colors <= PLT_COLORMAP_MOST,
                NULL);
    struct plt_colormap *map = make(num_colors, log);
    if (!map)
        return NULL;
    memcpy(map->colors, colors, num_colors * sizeof(*colors));
    return finish(map);
}

static uint32_t to_byte(double v)
{
    return v >= 1 ? 255u : v > 0 ? (uint32_t)(v * 255 + 0.5) : 0u;
}

// The colour the fraction t of the way from a to b.
static uint32_t blend(struct plt_color a, struct plt_color b, double t)
{
    return to_byte(a.a + (b.a - (double)a.a) * t) << 24 |
           to_byte(a.r + (b.r - (double)a.r) * t) << 16 |
           to_byte(a.g + (b.g - (double)a.g) * t) << 8 |
           to_byte(a.b + (b.b - (double)a.b) * t);
}

static void fill_from_stops(struct plt_colormap *map, const struct plt_colormap_stop *stops,
                            size_t num_stops)
{
    const double first = stops[0].position, length = stops[num_stops - 1].position - first;
    const int32_t last = map->table.entries - 1;
    size_t s = 0;
    for (int32_t i = 0; i <= last; i++) {
        const double at = first + length * i / last;
        while (s + 2 < num_stops && stops[s + 1].position <= at)
            s++;
        const double width = stops[s + 1].position - stops[s].position;
        map->colors[i] = blend(stops[s].color, stops[s + 1].color,
                               width > 0 ? (at - stops[s].position) / width : 1);
    }
}

static bool stops_ascend(const struct plt_colormap_stop *stops, size_t num_stops)
{
    for (size_t i = 0; i < num_stops; i++) {
        const struct plt_color c = stops[i].color;
        if (!isfinite(stops[i].position) || !isfinite(c.r + c.g + c.b + c.a) ||
            (i > 0 && stops[i].position < stops[i - 1].position))
            return false;
    }
    return isfinite(stops[num_stops - 1].position - stops[0].position) &&
           stops[0].position < stops[num_stops - 1].position;
}

struct plt_colormap *plt_colormap_create_stops(const struct plt_colormap_stop *stops,
                                               size_t num_stops, size_t num_colors,
                                               struct plt_log *log)
{
    plt_require(log, stops != NULL && num_stops >= 2, NULL);
    plt_require(log, num_colors >= PLT_COLORMAP_LEAST && num_colors <= PLT_COLORMAP_MOST,
                NULL);
    plt_require(log, stops_ascend(stops, num_stops), NULL);
    struct plt_colormap *map = make(num_colors, log);
    if (!map)
        return NULL;
    fill_from_stops(map, stops, num_stops);
    return finish(map);
}

// --- by name -----------------------------------------------------------------------------

// Pieces of straight lines: MATLAB's maps of these names as matplotlib has them; bwr and
// seismic from there, CMRmap from Rappaport 2002; hsv: the full hue circle.
#define STOP(position, red, green, blue) \
    {                                    \
        position,                        \
        {                                \
            red, green, blue, 1          \
        }                                \
    }
// clang-format off
static const struct plt_colormap_stop grey_stops[] = {STOP(0, 0, 0, 0), STOP(1, 1, 1, 1)};
static const struct plt_colormap_stop hot_stops[] = {
    STOP(0, 0.0416f, 0, 0), STOP(0.365079, 1, 0, 0), STOP(0.746032, 1, 1, 0),
    STOP(1, 1, 1, 1)};
static const struct plt_colormap_stop heat_stops[] = { // gnuplot's afmhot
    STOP(0, 0, 0, 0), STOP(0.25, 0.5f, 0, 0), STOP(0.5, 1, 0.5f, 0), STOP(0.75, 1, 1, 0.5f),
    STOP(1, 1, 1, 1)};
static const struct plt_colormap_stop bone_stops[] = {
    STOP(0, 0, 0, 0), STOP(0.365079, 0.319444f, 0.319444f, 0.444444f),
    STOP(0.746032, 0.652778f, 0.777778f, 0.777778f), STOP(1, 1, 1, 1)};
static const struct plt_colormap_stop copper_stops[] = {
    STOP(0, 0, 0, 0), STOP(0.809524, 1, 0.6324f, 0.40274f), STOP(1, 1, 0.7812f, 0.4975f)};
static const struct plt_colormap_stop cool_stops[] = {STOP(0, 0, 1, 1), STOP(1, 1, 0, 1)};
static const struct plt_colormap_stop spring_stops[] = {STOP(0, 1, 0, 1), STOP(1, 1, 1, 0)};
static const struct plt_colormap_stop summer_stops[] = {
    STOP(0, 0, 0.5f, 0.4f), STOP(1, 1, 1, 0.4f)};
static const struct plt_colormap_stop autumn_stops[] = {STOP(0, 1, 0, 0), STOP(1, 1, 1, 0)};
static const struct plt_colormap_stop winter_stops[] = {
    STOP(0, 0, 0, 1), STOP(1, 0, 1, 0.5f)};
static const struct plt_colormap_stop bwr_stops[] = {
    STOP(0, 0, 0, 1), STOP(0.5, 1, 1, 1), STOP(1, 1, 0, 0)};
static const struct plt_colormap_stop seismic_stops[] = {
    STOP(0, 0, 0, 0.3f), STOP(0.25, 0, 0, 1), STOP(0.5, 1, 1, 1), STOP(0.75, 1, 0, 0),
    STOP(1, 0.5f, 0, 0)};
static const struct plt_colormap_stop CMRmap_stops[] = {
    STOP(0, 0, 0, 0), STOP(0.125, 0.15f, 0.15f, 0.5f), STOP(0.25, 0.3f, 0.15f, 0.75f),
    STOP(0.375, 0.6f, 0.2f, 0.5f), STOP(0.5, 1, 0.25f, 0.15f), STOP(0.625, 0.9f, 0.5f, 0),
    STOP(0.75, 0.9f, 0.75f, 0.1f), STOP(0.875, 0.9f, 0.9f, 0.5f), STOP(1, 1, 1, 1)};
static const struct plt_colormap_stop hsv_stops[] = {
    STOP(0, 1, 0, 0), STOP(1, 1, 1, 0), STOP(2, 0, 1, 0), STOP(3, 0, 1, 1), STOP(4, 0, 0, 1),
    STOP(5, 1, 0, 1), STOP(6, 1, 0, 0)};

static const struct known {
    const char *name;
    const uint32_t *table;                 // of PLT_COLORMAP_SIZE, or
    const uint32_t *points;                // [count], or
    const struct plt_colormap_stop *stops; // [count], or neither: cubehelix
    size_t count;
} known[] = {
#define TABLE(name) {#name, .table = plt_colormap_##name}
#define POINTS(name) {#name, .points = name##_points, \
                      .count = sizeof(name##_points) / sizeof(name##_points[0])}
#define STOPS(name) {#name, .stops = name##_stops, \
                     .count = sizeof(name##_stops) / sizeof(name##_stops[0])}
    STOPS(grey), TABLE(viridis), TABLE(inferno), TABLE(magma), TABLE(plasma),
    TABLE(cividis), TABLE(turbo), POINTS(batlow), POINTS(oslo), POINTS(davos),
    POINTS(lapaz), STOPS(hot), STOPS(heat), STOPS(bone), STOPS(copper), STOPS(cool),
    STOPS(spring), STOPS(summer), STOPS(autumn), STOPS(winter), {"cubehelix"},
    STOPS(CMRmap), POINTS(Blues), POINTS(Greens), POINTS(Oranges), POINTS(Reds),
    POINTS(Purples), POINTS(YlGnBu), POINTS(YlOrRd), POINTS(coolwarm), STOPS(bwr),
    STOPS(seismic), POINTS(RdBu), POINTS(RdYlBu), POINTS(PuOr), POINTS(PRGn),
    POINTS(Spectral), POINTS(vik), POINTS(berlin), POINTS(roma), TABLE(twilight),
    POINTS(phase), POINTS(romaO), STOPS(hsv),
};
// clang-format on
enum { NUM_KNOWN = sizeof(known) / sizeof(known[0]) };

// Green, A colour scheme for the display of astronomical intensity images, 2011: start 0.5,
// -1.5 rotations, hue 1, gamma 1.
static uint32_t cubehelix(double x)
{
    const double angle = 2 * 3.14159265358979323846 * (0.5 / 3 + 1 - 1.5 * x);
    const double amplitude = x * (1 - x) / 2, c = cos(angle), s = sin(angle);
    return 0xff000000u | to_byte(x + amplitude * (-0.14861 * c + 1.78277 * s)) << 16 |
           to_byte(x + amplitude * (-0.29227 * c - 0.90649 * s)) << 8 |
           to_byte(x + amplitude * 1.97294 * c);
}

static struct plt_color unpacked(uint32_t rgb)
{
    return (struct plt_color){(float)(rgb >> 16) / 255, (float)(rgb >> 8 & 255) / 255,
                              (float)(rgb & 255) / 255, 1};
}

static void fill_from_points(struct plt_colormap *map, const uint32_t *points, size_t count)
{
    struct plt_colormap_stop stops[64];
    for (size_t i = 0; i < count; i++)
        stops[i] = (struct plt_colormap_stop){(double)i, unpacked(points[i])};
    fill_from_stops(map, stops, count);
}

static void fill_known(struct plt_colormap *map, const struct known *what)
{
    if (what->points) {
        fill_from_points(map, what->points, what->count);
        return;
    }
    if (what->stops) {
        fill_from_stops(map, what->stops, what->count);
        return;
    }
    for (int32_t i = 0; i < PLT_COLORMAP_SIZE; i++)
        map->colors[i] = what->table ? 0xff000000u | what->table[i] : cubehelix(i / 255.0);
}

static const struct known *find(const char *name, bool *reversed)
{
    const size_t length = name ? strlen(name) : 0;
    *reversed = length > 2 && strcmp(name + length - 2, "_r") == 0;
    const size_t stem = *reversed ? length - 2 : length;
    if (stem == 4 && memcmp(name, "gray", 4) == 0)
        return &known[0];
    for (int i = 0; i < NUM_KNOWN; i++) {
        if (strlen(known[i].name) == stem && stem && memcmp(name, known[i].name, stem) == 0)
            return &known[i];
    }
    return NULL;
}

struct plt_colormap *plt_colormap_find(const char *name, struct plt_log *log)
{
    bool reversed;
    const struct known *what = find(name, &reversed);
    if (!what) {
        plt_error(log, BAD_ARGUMENT, "unknown colormap '%s'", name ? name : "(null)");
        return NULL;
    }
    struct plt_colormap *map = make(PLT_COLORMAP_SIZE, log);
    if (!map)
        return NULL;
    fill_known(map, what);
    for (int i = 0, j = PLT_COLORMAP_SIZE - 1; reversed && i < j; i++, j--) {
        const uint32_t color = map->colors[i];
        map->colors[i] = map->colors[j];
        map->colors[j] = color;
    }
    return finish(map);
}

bool plt_colormap_known(const char *name)
{
    bool reversed;
    return find(name, &reversed) != NULL;
}

const char *plt_colormap_name(int i)
{
    return i >= 0 && i < NUM_KNOWN ? known[i].name : NULL;
}

// --- what all have -----------------------------------------------------------------------

struct plt_colormap *plt_colormap_ref(struct plt_colormap *map)
{
    if (map)
        atomic_fetch_add_explicit(&map->refs, 1, memory_order_relaxed);
    return map;
}

void plt_colormap_unref(struct plt_colormap *map)
{
    if (map && atomic_fetch_sub_explicit(&map->refs, 1, memory_order_acq_rel) == 1)
        plt_free(map);
}

size_t plt_colormap_size(const struct plt_colormap *map)
{
    return map ? (size_t)map->table.entries : 0;
}

const uint32_t *plt_colormap_colors(const struct plt_colormap *map)
{
    return map ? map->colors : NULL;
}

const struct plt_image_table *plt_colormap_table(const struct plt_colormap *map)
{
    return &map->table;
}

struct plt_colormap *plt_colormap_fold(struct plt_colormap *map, double gamma,
                                       struct plt_log *log)
{
    enum { LEAST = 4096 };
    const int32_t n = map->table.entries, folded = n > LEAST ? n : LEAST;
    if (gamma == 1)
        return plt_colormap_ref(map);
    struct plt_colormap *made = make((size_t)folded, log);
    if (!made)
        return NULL;
    for (int32_t i = 0; i < folded; i++) {
        const double at = pow((i + 0.5) / folded, gamma) * n;
        made->colors[i] = map->colors[at < n ? (int32_t)at : n - 1];
    }
    made->table.opaque = map->table.opaque;
    return made;
}
