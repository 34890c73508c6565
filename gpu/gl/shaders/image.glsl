// Before the image shaders: which samples a pixel covers, and where they lie. An image
// larger than a texture is cut into the layers of an array.
uniform isampler2D spans; // begin, end; folded as the columns are
uniform ivec4 origin;     // first span of the columns, of the rows; x0, y0 of the destination
uniform ivec4 tiles;      // log2 of a span row, log2 of a tile side, tiles a row; 1 = take max

ivec2 span(int index)
{
    return texelFetch(spans, ivec2(index & ((1 << tiles.x) - 1), index >> tiles.x), 0).xy;
}

ivec3 texel(int c, int r)
{
    int mask = (1 << tiles.y) - 1;
    return ivec3(c & mask, r & mask, (r >> tiles.y) * tiles.z + (c >> tiles.y));
}

// Spans of this fragment: columns in xy, rows in zw.
ivec4 covered()
{
    ivec2 at = ivec2(floor(frame_pixel())) - origin.zw;
    return ivec4(span(origin.x + at.x), span(origin.y + at.y));
}
