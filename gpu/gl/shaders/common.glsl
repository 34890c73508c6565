// Before every shader, after #version and precision: frame pixels (origin top left, y down)
// against the target's rows, and numbers of 8 bits kept as floats 0..255.
uniform vec3 target; // width, height; 1 = row 0 of the target is the frame's top, 0 = bottom

vec4 place(vec2 pixel)
{
    vec2 ndc = pixel * 2.0 / target.xy - 1.0;
    return vec4(ndc.x, target.z != 0.0 ? ndc.y : -ndc.y, 0.0, 1.0);
}

// Corner 0..3 of a triangle strip, between `low` and `high`.
vec2 corner(int vertex, vec2 low, vec2 high)
{
    return vec2((vertex & 1) != 0 ? high.x : low.x, (vertex & 2) != 0 ? high.y : low.y);
}

float to_byte(float unit)
{
    return floor(unit * 255.0 + 0.5);
}

// plt_scale_alpha in frame.h, as 0..1. A product of bytes is never half way between.
float scale_alpha(float coverage_byte, float alpha)
{
    return floor(coverage_byte * to_byte(alpha) / 255.0 + 0.5) / 255.0;
}
