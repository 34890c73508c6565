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

// Nearest edge, and which side of the outline: a point is inside when a ray to the right
// crosses an odd number of edges.
static float polygon_distance(const struct plt_marker_shape *shape, float size, float x,
                              float y)
{
    float best = 1e30f;
    bool inside = false;
    int j = shape->num_corners - 1;
    for (int i = 0; i < shape->num_corners; j = i++) {
        float ax = shape->corners[i][0] * size, ay = shape->corners[i][1] * size;
        float bx = shape->corners[j][0] * size, by = shape->corners[j][1] * size;
        float ux = bx - ax, uy = by - ay, vx = x - ax, vy = y - ay;
        float t = (vx * ux + vy * uy) / (ux * ux + uy * uy);
        t = t > 1.0f ? 1.0f : t > 0.0f ? t : 0.0f;
        float px = vx - ux * t, py = vy - uy * t;
        float d2 = px * px + py * py;
        best = d2 < best ? d2 : best;
        // Above or on one end, below the other: does the ray pass left of the edge?
        if ((ay > y) != (by > y) && ((vx * uy - vy * ux < 0.0f) == (uy > 0.0f)))
            inside = !inside;
    }
    return inside ? -sqrtf(best) : sqrtf(best);
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
