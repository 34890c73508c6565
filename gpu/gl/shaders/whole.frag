// Images of whole numbers. Differences to one sample of the block are summed, so that a
// mean in float32 keeps its accuracy far from zero.
uniform SAMPLER source;

float above(SAMPLE v, SAMPLE base)
{
    // Unsigned: the difference of two 32-bit numbers always fits.
    return v >= base ? float(uint(v) - uint(base)) : -float(uint(base) - uint(v));
}

void main()
{
    ivec4 box = covered();
    if (box.x >= box.y || box.z >= box.w)
        discard;
    SAMPLE base = texelFetch(source, texel(box.x, box.z), 0).r;
    SAMPLE most = base;
    float total = 0.0;
    for (int r = box.z; r < box.w; r++) {
        float sum = 0.0;
        for (int c = box.x; c < box.y; c++) {
            SAMPLE v = texelFetch(source, texel(c, r), 0).r;
            most = max(most, v);
            sum += above(v, base);
        }
        total += sum;
    }
    float count = float(box.y - box.x) * float(box.w - box.z);
    result = level_color(tiles.w != 0 ? float(most) : float(base) + total / count);
}
