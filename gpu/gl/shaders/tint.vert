// Rectangles of whole pixels, each in its own colour.
layout(location = 0) in ivec4 rect; // x0, y0, x1, y1
layout(location = 1) in uint argb;
flat out vec4 tint;

void main()
{
    gl_Position = place(corner(gl_VertexID, vec2(rect.xy), vec2(rect.zw)));
    tint = vec4(uvec4(argb >> 16u, argb >> 8u, argb, argb >> 24u) & 255u) / 255.0;
}
