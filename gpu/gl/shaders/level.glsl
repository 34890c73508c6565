// Level mapping; the formula of plotlib/image_item.h, in its order.
uniform sampler2D colormap; // 256 x 1
uniform vec3 levels;        // lo, scale; 1 = lo equals hi: a step

vec4 level_color(float v)
{
    float t = (v - levels.x) * levels.y;
    int entry = t >= 255.0 ? 255 : t > 0.0 ? int(t) : 0;
    if (levels.z != 0.0)
        entry = v >= levels.x ? 255 : 0;
    return texelFetch(colormap, ivec2(entry, 0), 0);
}
