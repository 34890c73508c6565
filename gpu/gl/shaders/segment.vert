// A quad about one listed segment, a little wider than its ink. The ends go on unchanged:
// the distance is taken to the segment, not to the quad.
layout(location = 0) in vec4 ends; // x0, y0, x1, y1
flat out vec4 line;

void main()
{
    vec2 u = ends.zw - ends.xy;
    float size = length(u);
    vec2 along = size > 0.0 ? u / size : vec2(1.0, 0.0);
    float grow = half_width + 0.5 + 0.75;
    vec2 side = corner(gl_VertexID, vec2(-grow), vec2(grow));
    vec2 end = side.x < 0.0 ? ends.xy : ends.zw;
    gl_Position = place(end + along * side.x + vec2(-along.y, along.x) * side.y);
    line = ends;
}
