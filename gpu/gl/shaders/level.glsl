// Level mapping; the formula of plotlib/image_item.h, in its order.
uniform sampler2D colormap; // rows of 256
uniform vec4 levels;        // lo, scale; 1 = lo equals hi: a step; the last entry

vec4 level_color(float v)
{
    float t = (v - levels.x) * levels.y;
    int last = int(levels.w);
    int entry = t >= levels.w ? last : t > 0.0 ? int(t) : 0;
    if (levels.z != 0.0)
        entry = v >= levels.x ? last : 0;
    return texelFetch(colormap, ivec2(entry & 255, entry >> 8), 0);
}
