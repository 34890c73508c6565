// Values to colours: the level formula of plotlib/image_item.h, in its order.
uniform sampler2D colormap; // rows of 256
uniform vec4 levels[4];     // of R, G, B, alpha: lo, scale; 1 = lo equals hi: a step; last entry

int entry_of(vec4 level, float v)
{
    float t = level.z != 0.0 ? (v >= level.x ? level.w : 0.0) : (v - level.x) * level.y;
    return int(clamp(t, 0.0, level.w));
}

vec4 map_color(int entry)
{
    return texelFetch(colormap, ivec2(entry & 255, entry >> 8), 0);
}

#ifdef MANY
vec4 color_of(ivec4 box, inout bool any)
{
    vec4 color = vec4(1.0);
    for (int channel = 0; channel < tiles.w; channel++) {
        int entry = entry_of(levels[channel], value_of(box, channel, any));
        float byte = channel < 3 ? map_color(entry).b : float(entry) / 255.0;
        color = channel == 0 ? vec4(byte, color.yzw)
                : channel == 1 ? vec4(color.x, byte, color.zw)
                : channel == 2 ? vec4(color.xy, byte, color.w)
                               : vec4(color.xyz, byte);
    }
    return color;
}
#else
vec4 color_of(ivec4 box, inout bool any)
{
    return map_color(entry_of(levels[0], value_of(box, 0, any)));
}
#endif

void main()
{
    ivec4 box = covered();
    bool any = box.x < box.y && box.z < box.w;
    result = color_of(box, any);
    if (!any)
        discard;
}
