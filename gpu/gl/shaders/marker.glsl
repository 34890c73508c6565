// Before the marker shaders: the table of shapes, 13 texels each: {corners, reach}, then
// an edge a texel. The numbers of the symbols without corners are those of scatter.h.
#define CIRCLE 0
#define CROSSHAIR 18
uniform sampler2D shapes;
uniform float half_width; // of the outline; 0 = none

vec4 shape_at(int shape, int i)
{
    return texelFetch(shapes, ivec2(shape * 13 + i, 0), 0);
}

float crosshair_half(float side)
{
    return side > 10.0 ? side * 0.05 : 0.5;
}
