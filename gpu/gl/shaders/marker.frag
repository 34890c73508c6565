// Coverage of a marker: plt_marker_distance (plotlib/draw/marker.c), in its order.
uniform vec4 color; // of the outline
uniform int hollow;
flat in vec2 middle;
flat in vec4 tint;
flat in float size;
flat in int symbol;

float polygon(vec2 p)
{
    float best = 1e30;
    bool inside = false;
    int corners = int(shape_at(symbol, 0).x);
    for (int i = 1; i <= corners; i++) {
        vec4 edge = shape_at(symbol, i) * size;
        vec2 u = edge.zw - edge.xy;
        vec2 v = p - edge.xy;
        float inverse = 1.0 / (u.x * u.x + u.y * u.y);
        float t = clamp((v.x * u.x + v.y * u.y) * inverse, 0.0, 1.0);
        vec2 w = v - u * t;
        best = min(best, w.x * w.x + w.y * w.y);
        if ((edge.y > p.y) != (edge.w > p.y) && ((v.x * u.y - v.y * u.x < 0.0) == (u.y > 0.0)))
            inside = !inside;
    }
    return inside ? -sqrt(best) : sqrt(best);
}

float crosshair(vec2 p)
{
    float ring = abs(sqrt(p.x * p.x + p.y * p.y) - size * 0.5);
    vec2 a = abs(p);
    float across = min(a.x, a.y);
    float along = max(max(a.x, a.y) - size, 0.0);
    return min(ring, sqrt(across * across + along * along)) - crosshair_half(size);
}

void main()
{
    vec2 p = frame_pixel() - middle;
    float d;
    if (symbol == CIRCLE)
        d = sqrt(p.x * p.x + p.y * p.y) - size * 0.5;
    else if (symbol == CROSSHAIR)
        d = crosshair(p);
    else
        d = polygon(p);
    float fill = to_byte(clamp(0.5 - d, 0.0, 1.0));
    float outline = half_width > 0.0 ? to_byte(clamp(half_width + 0.5 - abs(d), 0.0, 1.0)) : 0.0;
    if (hollow != 0) {
        result = vec4(tint.rgb, scale_alpha(outline, tint.a));
        return;
    }
    float under = scale_alpha(fill, tint.a);
    if (half_width == 0.0) {
        result = vec4(tint.rgb, under);
        return;
    }
    // The outline over the fill, as one straight colour.
    float over = scale_alpha(outline, color.a);
    float alpha = over + under * (1.0 - over);
    if (alpha <= 0.0)
        discard;
    result = vec4((color.rgb * over + tint.rgb * under * (1.0 - over)) / alpha, alpha);
}
