// Images of float32. NaN is told by its bits: isnan() may be compiled away.
uniform sampler2DArray source;

void main()
{
    ivec4 box = covered();
    float base = 0.0;
    float most = 0.0;
    float total = 0.0;
    float count = 0.0;
    bool any = false;
    for (int r = box.z; r < box.w; r++) {
        float sum = 0.0;
        for (int c = box.x; c < box.y; c++) {
            float v = texelFetch(source, texel(c, r), 0).r;
            uint bits = floatBitsToUint(v) & 0x7fffffffu;
            if (bits > 0x7f800000u)
                continue;
            most = !any || v > most ? v : most;
            any = true;
            if (bits == 0x7f800000u)
                continue;
            if (count == 0.0)
                base = v;
            sum += v - base;
            count += 1.0;
        }
        total += sum;
    }
    bool single = box.y - box.x == 1 && box.w - box.z == 1;
    if (!any || (count == 0.0 && tiles.w == 0 && !single))
        discard;
    result = level_color(tiles.w != 0 || single ? most : base + total / count);
}
