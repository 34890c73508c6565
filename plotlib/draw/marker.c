// Shapes of the markers (PyQtGraph's ScatterPlotItem) and the distance to them.
#include <plotlib/draw/marker.h>

// cos 45 degrees, times 0.6 and 0.4: the corners of "+" turned.
#define X6 0.424264069f
#define X4 0.282842712f
#define X2 0.141421356f

const struct plt_marker_shape plt_marker_shapes[PLT_NUM_SYMBOLS] = {
    [PLT_SYMBOL_CIRCLE] = {.reach = 0.5f},
    [PLT_SYMBOL_SQUARE] = {4, {{-.5f, -.5f}, {.5f, -.5f}, {.5f, .5f}, {-.5f, .5f}}, .5f},
    [PLT_SYMBOL_TRIANGLE_DOWN] = {3, {{-.5f, -.5f}, {0, .5f}, {.5f, -.5f}}, .5f},
    [PLT_SYMBOL_TRIANGLE_UP] = {3, {{-.5f, .5f}, {0, -.5f}, {.5f, .5f}}, .5f},
    [PLT_SYMBOL_TRIANGLE_RIGHT] = {3, {{-.5f, -.5f}, {-.5f, .5f}, {.5f, 0}}, .5f},
    [PLT_SYMBOL_TRIANGLE_LEFT] = {3, {{.5f, .5f}, {.5f, -.5f}, {-.5f, 0}}, .5f},
    [PLT_SYMBOL_DIAMOND] = {4, {{0, -.5f}, {-.4f, 0}, {0, .5f}, {.4f, 0}}, .5f},
    [PLT_SYMBOL_PLUS] = {12,
                         {{-.5f, -.1f},
                          {-.5f, .1f},
                          {-.1f, .1f},
                          {-.1f, .5f},
                          {.1f, .5f},
                          {.1f, .1f},
                          {.5f, .1f},
                          {.5f, -.1f},
                          {.1f, -.1f},
                          {.1f, -.5f},
                          {-.1f, -.5f},
                          {-.1f, -.1f}},
                         .5f},
    [PLT_SYMBOL_CROSS] = {12,
                          {{-X4, -X6},
                           {-X6, -X4},
                           {-X2, 0},
                           {-X6, X4},
                           {-X4, X6},
                           {0, X2},
                           {X4, X6},
                           {X6, X4},
                           {X2, 0},
                           {X6, -X4},
                           {X4, -X6},
                           {0, -X2}},
                          .5f},
    [PLT_SYMBOL_PENTAGON] = {5,
                             {{0, -.5f},
                              {-.4755f, -.1545f},
                              {-.2939f, .4045f},
                              {.2939f, .4045f},
                              {.4755f, -.1545f}},
                             .5f},
    [PLT_SYMBOL_HEXAGON] = {6,
                            {{.433f, .25f},
                             {0, .5f},
                             {-.433f, .25f},
                             {-.433f, -.25f},
                             {0, -.5f},
                             {.433f, -.25f}},
                            .5f},
    [PLT_SYMBOL_STAR] = {10,
                         {{0, -.5f},
                          {-.1123f, -.1545f},
                          {-.4755f, -.1545f},
                          {-.1816f, .059f},
                          {-.2939f, .4045f},
                          {0, .191f},
                          {.2939f, .4045f},
                          {.1816f, .059f},
                          {.4755f, -.1545f},
                          {.1123f, -.1545f}},
                         .5f},
    [PLT_SYMBOL_BAR] = {4, {{-.1f, .5f}, {.1f, .5f}, {.1f, -.5f}, {-.1f, -.5f}}, .5f},
    [PLT_SYMBOL_DASH] = {4, {{-.5f, -.1f}, {-.5f, .1f}, {.5f, .1f}, {.5f, -.1f}}, .5f},
    [PLT_SYMBOL_ARROW_UP] = {7,
                             {{-.125f, .125f},
                              {0, 0},
                              {.125f, .125f},
                              {.05f, .125f},
                              {.05f, .5f},
                              {-.05f, .5f},
                              {-.05f, .125f}},
                             .5f},
    [PLT_SYMBOL_ARROW_RIGHT] = {7,
                                {{-.125f, -.125f},
                                 {0, 0},
                                 {-.125f, .125f},
                                 {-.125f, .05f},
                                 {-.5f, .05f},
                                 {-.5f, -.05f},
                                 {-.125f, -.05f}},
                                .5f},
    [PLT_SYMBOL_ARROW_DOWN] = {7,
                               {{.125f, -.125f},
                                {0, 0},
                                {-.125f, -.125f},
                                {-.05f, -.125f},
                                {-.05f, -.5f},
                                {.05f, -.5f},
                                {.05f, -.125f}},
                               .5f},
    [PLT_SYMBOL_ARROW_LEFT] = {7,
                               {{.125f, .125f},
                                {0, 0},
                                {.125f, -.125f},
                                {.125f, -.05f},
                                {.5f, -.05f},
                                {.5f, .05f},
                                {.125f, .05f}},
                               .5f},
    [PLT_SYMBOL_CROSSHAIR] = {.reach = 1.0f},
};

// An edge from b to a, with what all points share.
struct edge {
    float ax, ay, by, ux, uy, inverse; // 1 / |u|^2
    bool up;                           // uy > 0
};

static struct edge edge_of(const struct plt_marker_shape *shape, float size, int i)
{
    const int j = i > 0 ? i - 1 : shape->num_corners - 1;
    const float ax = shape->corners[i][0] * size, ay = shape->corners[i][1] * size;
    const float bx = shape->corners[j][0] * size, by = shape->corners[j][1] * size;
    const float ux = bx - ax, uy = by - ay;
    return (struct edge){ax, ay, by, ux, uy, 1.0f / (ux * ux + uy * uy), uy > 0.0f};
}

static inline float edge_d2(const struct edge *e, float vx, float vy)
{
    float t = (vx * e->ux + vy * e->uy) * e->inverse;
    t = t > 1.0f ? 1.0f : t > 0.0f ? t : 0.0f;
    const float px = vx - e->ux * t, py = vy - e->uy * t;
    return px * px + py * py;
}

// Above or on one end and below the other: does a ray to the right cross the edge? A point
// is inside the outline when it crosses an odd number of edges.
static inline bool crosses(const struct edge *e, float vx, float vy)
{
    return (vx * e->uy - vy * e->ux < 0.0f) == e->up;
}

static float polygon_distance(const struct plt_marker_shape *shape, float size, float x,
                              float y)
{
    float best = 1e30f;
    bool inside = false;
    for (int i = 0; i < shape->num_corners; i++) {
        const struct edge e = edge_of(shape, size, i);
        const float vx = x - e.ax, vy = y - e.ay, d2 = edge_d2(&e, vx, vy);
        best = d2 < best ? d2 : best;
        if ((e.ay > y) != (e.by > y) && crosses(&e, vx, vy))
            inside = !inside;
    }
    return inside ? -sqrtf(best) : sqrtf(best);
}

// Edge by edge over all points: loops without a branch.
static void polygon_distances(const struct plt_marker_shape *shape, float size, float x,
                              float y, int32_t count, float *distances)
{
    enum { MOST = 64 };
    for (; count > 0; count -= MOST, x += MOST, distances += MOST) {
        const int32_t n = count < MOST ? count : MOST;
        float best[MOST], side[MOST];
        for (int32_t k = 0; k < MOST; k++) {
            best[k] = 1e30f;
            side[k] = 1.0f;
        }
        for (int i = 0; i < shape->num_corners; i++) {
            const struct edge e = edge_of(shape, size, i);
            const float vy = y - e.ay, turn = e.up ? -1.0f : 1.0f;
            for (int32_t k = 0; k < n; k++) {
                const float d2 = edge_d2(&e, x + (float)k - e.ax, vy);
                best[k] = d2 < best[k] ? d2 : best[k];
            }
            if ((e.ay > y) == (e.by > y))
                continue;
            for (int32_t k = 0; k < n; k++) {
                const float vx = x + (float)k - e.ax;
                side[k] *= vx * e.uy - vy * e.ux < 0.0f ? turn : -turn;
            }
        }
        for (int32_t k = 0; k < n; k++)
            distances[k] = sqrtf(best[k]) * side[k];
    }
}

// A ring and two lines through the middle.
static float crosshair_distance(float size, float x, float y)
{
    float ring = fabsf(sqrtf(x * x + y * y) - size * 0.5f);
    float ax = fabsf(x), ay = fabsf(y);
    float across = ax > ay ? ay : ax, along = (ax > ay ? ax : ay) - size;
    along = along > 0.0f ? along : 0.0f;
    float line = sqrtf(across * across + along * along);
    return (ring < line ? ring : line) - plt_crosshair_half(size);
}

float plt_marker_distance(enum plt_symbol symbol, float size, float x, float y)
{
    if (symbol == PLT_SYMBOL_CIRCLE)
        return sqrtf(x * x + y * y) - size * 0.5f;
    if (symbol == PLT_SYMBOL_CROSSHAIR)
        return crosshair_distance(size, x, y);
    return polygon_distance(&plt_marker_shapes[symbol], size, x, y);
}

void plt_marker_distances(enum plt_symbol symbol, float size, float x, float y,
                          int32_t count, float *distances)
{
    const struct plt_marker_shape *shape = &plt_marker_shapes[symbol];
    if (shape->num_corners > 0)
        polygon_distances(shape, size, x, y, count, distances);
    else
        for (int32_t k = 0; k < count; k++)
            distances[k] = plt_marker_distance(symbol, size, x + (float)k, y);
}
