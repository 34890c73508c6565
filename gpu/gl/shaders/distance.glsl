// Strokes: squared distance to a segment, and coverage (plt_coverage in frame.h). The order
// of operations is that of the CPU painter, so that the bytes agree.
uniform float half_width;
uniform vec4 color;   // straight alpha
uniform int covering; // 1: into the coverage target; 0: blended at once

float capsule(vec2 pixel, float x, float lo, float hi)
{
    float dx = pixel.x - x;
    float dy = max(max(lo - pixel.y, pixel.y - hi), 0.0);
    return dx * dx + dy * dy;
}

float segment(vec2 pixel, vec2 a, vec2 b)
{
    // A vertical segment by the slanted formula is a bit off its column's capsule.
    if (a.x == b.x)
        return capsule(pixel, a.x, min(a.y, b.y), max(a.y, b.y));
    vec2 u = b - a;
    vec2 v = pixel - a;
    vec2 w = pixel - b;
    float along = v.x * u.x + v.y * u.y;
    float square = u.x * u.x + u.y * u.y;
    if (along <= 0.0)
        return v.x * v.x + v.y * v.y;
    if (along >= square)
        return w.x * w.x + w.y * w.y;
    float cross_product = v.x * u.y - v.y * u.x;
    return cross_product * cross_product * (1.0 / square);
}

vec4 ink(float square)
{
    float byte = to_byte(clamp(half_width + 0.5 - sqrt(square), 0.0, 1.0));
    return covering != 0 ? vec4(byte / 255.0) : vec4(color.rgb, scale_alpha(byte, color.a));
}
