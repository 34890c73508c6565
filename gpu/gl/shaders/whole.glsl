// Value of a pixel from whole numbers. The sum is exact: differences to the first sample,
// in two's complement of 64 bits.
uniform SAMPLER source;

float mean_of(SAMPLE base, uint low, uint high, uint count)
{
    bool below = int(high) < 0;
    if (below) {
        low = ~low + 1u;
        high = ~high + (low == 0u ? 1u : 0u);
    }
    float size = (float(high) * 4294967296.0 + float(low)) / float(count);
    // Quotient and rest. Past 2^31 the rest is not known, nor would it be seen.
    uint q = uint(min(size, 4294967040.0));
    int rest = 0;
    if (float(count) * (1.0 + size / 4194304.0) < 2147483648.0) {
        rest = int(low - q * count);
        int more = int(floor(float(rest) / float(count)));
        q += uint(more);
        rest -= more * int(count);
        if (rest < 0) {
            q -= 1u;
            rest += int(count);
        } else if (rest >= int(count)) {
            q += 1u;
            rest -= int(count);
        }
    }
    SAMPLE whole = below ? base - SAMPLE(q) : base + SAMPLE(q);
    if (below && rest > 0) {
        whole -= SAMPLE(1);
        rest = int(count) - rest;
    }
    if (how.y != 0)
        return float(whole + SAMPLE(uint(rest) * 2u >= count ? 1 : 0));
    // Rounded once: a float32 holds all above the last 8 bits of 32.
    SAMPLE top = whole & ~SAMPLE(255);
    return float(top) + (float(whole - top) + float(rest) / float(count));
}

// There is one in every box: `any` stays.
float value_of(ivec4 box, int channel, inout bool any)
{
    ivec2 first = any ? box.xz : ivec2(0); // an empty box may lie outside
    SAMPLE base = texelFetch(source, texel(first.x, texel_row(first.y), channel), 0).r;
    SAMPLE most = base;
    uint low = 0u;
    uint high = 0u;
    for (int r = box.z; r < box.w; r++) {
        ivec2 row = texel_row(r);
        for (int c = box.x; c < box.y; c++) {
            SAMPLE v = texelFetch(source, texel(c, row, channel), 0).r;
            uint more = uint(v) - uint(base);
            most = max(most, v);
            low += more;
            high += (low < more ? 1u : 0u) - (v < base ? 1u : 0u);
        }
    }
    return how.x != 0 || is_single(box)
                ? float(most)
                : mean_of(base, low, high, uint(box.y - box.x) * uint(box.w - box.z));
}
