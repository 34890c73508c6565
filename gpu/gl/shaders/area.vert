// One rectangle of the frame: an image's destination, a stroke's bounds.
uniform ivec4 area; // x0, y0, x1, y1

void main()
{
    gl_Position = place(corner(gl_VertexID, vec2(area.xy), vec2(area.zw)));
}
