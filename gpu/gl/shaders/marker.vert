// A quad of whole pixels about each marker: all of its ink lies inside.
layout(location = 0) in ivec2 place_at; // 1/8 pixel
layout(location = 1) in uint argb;
layout(location = 2) in uint size_at;   // 1/8 pixel
layout(location = 3) in uint symbol_at;
flat out vec2 middle;
flat out vec4 tint;
flat out float size;
flat out int symbol;

void main()
{
    middle = vec2(place_at) / 8.0;
    tint = vec4(uvec4(argb >> 16u, argb >> 8u, argb, argb >> 24u) & 255u) / 255.0;
    size = float(size_at) / 8.0;
    symbol = int(symbol_at);
    float grow = shape_at(symbol, 0).y * size + half_width + 1.5;
    if (symbol == CROSSHAIR)
        grow += crosshair_half(size);
    gl_Position = place(corner(gl_VertexID, floor(middle - grow), ceil(middle + grow)));
}
