// Before the image shaders: which samples a pixel covers, and where they lie. An image
// larger than a texture is cut into the layers of an array.
uniform isampler2D spans; // begin, end; folded as the columns are
uniform ivec4 origin;     // first span of the columns, of the rows; x0, y0 of the destination
uniform ivec4 tiles;      // log2 of a span row, log2 of a tile side, tiles a row; channels
uniform ivec4 how;        // 1 = take max; 1 = means are rounded half up to whole numbers;
                          // a tile's side - 1

ivec2 span(int index)
{
    return texelFetch(spans, ivec2(index & ((1 << tiles.x) - 1), index >> tiles.x), 0).xy;
}

// Row of the texture and first layer of its tiles.
ivec2 texel_row(int r)
{
    return ivec2(r & how.z, (r >> tiles.y) * tiles.z);
}

ivec3 texel(int c, ivec2 row, int channel)
{
    return ivec3((c & how.z) * CHANNELS + channel, row.x, row.y + (c >> tiles.y));
}

// Spans of this fragment: columns in xy, rows in zw.
ivec4 covered()
{
    ivec2 at = ivec2(floor(frame_pixel())) - origin.zw;
    return ivec4(span(origin.x + at.x), span(origin.y + at.y));
}

bool is_single(ivec4 box)
{
    return box.y - box.x == 1 && box.w - box.z == 1;
}
