// A glyph's quad on whole pixels, and where its coverage lies in the page.
layout(location = 0) in ivec2 corner_at;   // top left in the frame
layout(location = 1) in uvec4 place_at;    // page, page_x, page_y, w
layout(location = 2) in uint height;
flat out ivec2 to_page;

void main()
{
    vec2 low = vec2(corner_at);
    gl_Position = place(corner(gl_VertexID, low, low + vec2(float(place_at.w), float(height))));
    to_page = ivec2(place_at.yz) - corner_at;
}
