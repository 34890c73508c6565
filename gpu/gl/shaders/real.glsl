// Value of a pixel from samples of float32. NaN is told by its bits: isnan() may be
// compiled away. Differences to one sample are summed, so that a mean keeps its accuracy
// far from zero.
uniform sampler2DArray source;

// `any` becomes false when there is none.
float value_of(ivec4 box, int channel, inout bool any)
{
    float base = 0.0;
    float most = 0.0;
    float total = 0.0;
    float count = 0.0;
    bool found = false;
    for (int r = box.z; r < box.w; r++) {
        float sum = 0.0;
        ivec2 row = texel_row(r);
        for (int c = box.x; c < box.y; c++) {
            float v = texelFetch(source, texel(c, row, channel), 0).r;
            uint bits = floatBitsToUint(v) & 0x7fffffffu;
            if (bits > 0x7f800000u)
                continue;
            most = !found || v > most ? v : most;
            found = true;
            if (bits == 0x7f800000u)
                continue;
            if (count == 0.0)
                base = v;
            sum += v - base;
            count += 1.0;
        }
        total += sum;
    }
    bool plain = how.x != 0 || is_single(box);
    float mean = total / count;
    any = any && (plain ? found : count > 0.0);
    return plain ? most : base + (how.y != 0 ? floor(mean + 0.5) : mean);
}
