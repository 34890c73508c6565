// Rectangles of whole pixels: corners on pixel edges, so each pixel is hit or not.
layout(location = 0) in ivec4 rect; // x0, y0, x1, y1

void main()
{
    gl_Position = place(corner(gl_VertexID, vec2(rect.xy), vec2(rect.zw)));
}
